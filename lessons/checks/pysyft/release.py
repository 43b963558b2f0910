"""Check of Exercise 54.1: a clipped sum with noise for whoever may leave it, while the budget lasts."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers, close
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import laplace, noise_fault
from lessons.checks.engine.told import Case, shown, told
from lessons.dp.mechanisms.laplace import laplace_mechanism
from lessons.validation import Vector

SILENT = 1e15  # an ε at which the noise is smaller than the last digit of a sum
PAIR = kinds.pair_of(kinds.number, kinds.number)
Flags = NDArray[np.bool_]


def reference(
    values: ArrayLike,
    chosen: ArrayLike,
    *,
    lower: float,
    upper: float,
    epsilon: float,
    left: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Release the sum over the chosen, ``epsilon``-DP under replace; also what is left of the budget.

        f(x) = Σ clip(v_i, L, U) over the chosen,   Δ₁ = max(U, 0) − min(L, 0)          (54.i)

    ``values``  (n,), nan where one is missing: it adds nothing
    ``chosen``  (n,) boolean: a row's own values decide whether it is chosen
    ``left``    of the budget, in the unit of ε
    ``ValueError`` unless 0 < epsilon ≤ left, before anything is drawn.
    """
    if not 0 < epsilon <= left:
        raise ValueError(f"epsilon must be above 0 and at most {left}, got epsilon={epsilon!r}")
    numbers, group = np.asarray(values, dtype=float), np.asarray(chosen, dtype=bool)
    clipped = np.clip(numbers[group & ~np.isnan(numbers)], lower, upper)
    reach = max(upper, 0.0) - min(lower, 0.0)
    total = laplace_mechanism(clipped.sum(), sensitivity=reach, epsilon=epsilon, rng=rng)
    return float(total), float(left - epsilon)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum and the budget (without noise to speak of), at the noise, at bad prices."""
    return (
        by_numbers(
            attempt,
            ask(rng),
            right=reference,
            mistakes=PLACES,
            rng=rng,
            ask=_pair,
            fits=lambda case, got, right: _fits(got, right),
            words=_which,
        )
        or by_law(
            attempt,
            [
                *(_noise(rng, bounds, 3000) for bounds in ("around", "above", "below", "from 0")),
                _noise(rng, "above", 1200, size=0),
                _noise(rng, "around", 1200, size=1),
            ],
            mistakes=NOISE,
            rng=rng,
        )
        or _prices(attempt, rng)
    )


def _bounds(rng: np.random.Generator, which: str) -> tuple[float, float]:
    """Bounds above 0, around it (either side longer), below it, or from it."""
    far = cases.between(rng, 200, 400)
    near = far * cases.between(rng, 0.4, 0.6)
    both = (-near, far) if rng.integers(2) else (-far, near)
    return {"above": (near, far), "around": both, "below": (-far, -near), "from 0": (0.0, far)}[
        which
    ]


def _table(rng: np.random.Generator, n: int, *, odd: bool) -> tuple[Vector, Flags]:
    """Values within and without any bounds; odd: some missing, one infinite, among all of them."""
    values = rng.uniform(-600, 600, n)
    chosen = rng.random(n) < 0.6
    if odd and n > 4:
        places = rng.permutation(n)[:4]
        values[places] = [np.nan, np.nan, np.inf, -np.inf]
        chosen[places] = [True, False, True, False]
    return values, chosen


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw tables of every size and kind of bounds; the last price of some is the whole budget."""
    asked: list[Case] = []
    kinds_of_bounds = ("above", "around", "below", "from 0")
    for k, n in enumerate((0, 1, 2, 3, 6, 9, *cases.sizes(rng, own=304, at_least=5))):
        for odd in (False, True) if n > 4 else (False,):
            values, chosen = _table(rng, n, odd=odd)
            if n == 3:
                chosen[:] = False
            lower, upper = _bounds(rng, kinds_of_bounds[(k + odd) % 4])
            epsilon = SILENT * cases.between(rng, 1, 2)
            left = epsilon * (1 if k % 3 == 2 else cases.between(rng, 1.2, 9))
            known = {"lower": lower, "upper": upper, "epsilon": epsilon, "left": left, "rng": rng}
            asked.append({"values": values, "chosen": chosen, **known})
    return asked


def _pair(attempt: Attempt, case: Case) -> tuple[float, float]:
    total, left = (float(one) for one in attempt.value(PAIR, **case))
    if not np.isfinite([total, left]).all():
        raise Ended(Found("not_finite"))
    return (0.0 if abs(total) < 1e-7 else total), left


def _fits(got: tuple[float, float], right: tuple[float, float]) -> bool:
    """Whether both are right; of a budget of 1e15, some digits are lost by another right formula."""
    total = abs(got[0] - right[0]) <= 1e-6 + 1e-9 * abs(right[0])
    return total and (close(got[1], right[1]) or abs(got[1] - right[1]) <= 4.0)


def _which(case: Case, got: tuple[float, float], right: tuple[float, float]) -> str:
    total, left = abs(got[0] - right[0]) <= 1e-6 + 1e-9 * abs(right[0]), got[1]
    if total:
        return f": the sum is right, but {shown(left)} is not what is left of the budget."
    return f", but the sum is not {shown(got[0])} (at such an ε there is no noise to speak of)."


def _noise(rng: np.random.Generator, which: str, times: int, *, size: int = 40) -> Probe:
    """Draw at a usual ε: the noise is Laplace for the whole way from one bound to the other or to 0."""
    lower, upper = _bounds(rng, which)
    values = rng.uniform(lower, lower + 0.7 * (upper - lower), size)
    chosen = np.arange(size) % 3 > 0
    epsilon = cases.spread(rng, 0.05, 2)
    left = epsilon * cases.between(rng, 3, 7)
    known = {"lower": lower, "upper": upper, "epsilon": epsilon, "left": left}
    place, law = (
        float(values[chosen].sum()),
        laplace((max(upper, 0) - min(lower, 0)) / epsilon),
    )

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        pairs = attempt.values(times, PAIR, values, chosen, **known, rng=rng)
        drawn = np.array([float(one[0]) for one in pairs])
        if not np.isfinite(drawn).all():
            raise Ended(Found("not_finite"))
        return drawn

    return Probe(
        draw,
        lambda draws: noise_fault(draws - place, law, around=place),
        times,
        said=f"(For {size} values, {told(known)}.)",
        naming=3000,  # bounds_apart and half of the noise are alike at a short look
    )


def _prices(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for more than is left, for nothing, for less than nothing, and for nan."""
    values, chosen = _table(rng, 12, odd=False)
    lower, upper = _bounds(rng, "above")
    known = {"lower": lower, "upper": upper, "rng": rng}
    left = cases.between(rng, 0.2, 0.9)
    tiny = cases.spread(rng, 1e-6, 1e-3)
    for epsilon, rest in (
        (left * (1 + tiny), left),
        (left * cases.between(rng, 1.1, 9), left),
        (cases.between(rng, 10, 99), left),
        (tiny, 0.0),
        (float("inf"), left),
    ):
        words = f"(ε = {shown(epsilon)}, when {shown(rest)} is left.)"
        if not attempt.refuses(values, chosen, **known, epsilon=epsilon, left=rest):
            answer = attempt.anything(values, chosen, **known, epsilon=epsilon, left=rest)
            return Found("refused_by_value" if _is_nothing(answer) else "over_budget", words)
    for bad in (-cases.between(rng, 0.1, 5), 0.0, -tiny, float("nan")):
        if not attempt.refuses(values, chosen, **known, epsilon=bad, left=left):
            return Found("bad_price", f"(ε = {shown(bad)}, when {shown(left)} is left.)")
    return None


def _is_nothing(answer: Any) -> bool:
    """Whether no sum was released, although nothing was raised."""
    first = answer[0] if isinstance(answer, tuple | list) and len(answer) else answer
    return not isinstance(first, int | float | np.generic | np.ndarray) or bool(
        np.isnan(np.asarray(first, dtype=float)).all()
    )


def _made(
    total: Callable[..., float] | None = None,
    reach: Callable[..., float] | None = None,
    rest: Callable[[float, float], float] = lambda left, epsilon: left - epsilon,
    allowed: Callable[[float, float], bool] = lambda left, epsilon: 0 < epsilon <= left,
) -> Callable[..., Any]:
    """Make a wrong function: another sum or reach, of (values, chosen, lower, upper), or budget."""

    def wrong(
        values: Any,
        chosen: Any,
        *,
        lower: float,
        upper: float,
        epsilon: float,
        left: float,
        rng: Any,
    ) -> tuple[float, float]:
        if not allowed(left, epsilon):
            raise ValueError("epsilon does not fit")
        given = (values, chosen, lower, upper)
        with np.errstate(all="ignore"):
            exact = (total or _clipped_sum)(*given)
        size = abs((reach or _reach)(*given) / epsilon) if epsilon else 0.0
        noise = rng.laplace(scale=size) if size == size else 0.0
        return float(exact + noise), rest(left, epsilon)

    return wrong


def _returns_nothing(values: Any, chosen: Any, *, epsilon: float, left: float, **known: Any) -> Any:
    if not 0 < epsilon <= left:
        return None
    return reference(values, chosen, epsilon=epsilon, left=left, **known)


def _returns_nan(values: Any, chosen: Any, *, epsilon: float, left: float, **known: Any) -> Any:
    if not 0 < epsilon <= left:
        return float("nan"), left
    return reference(values, chosen, epsilon=epsilon, left=left, **known)


def _reach(values: Vector, chosen: Flags, lower: float, upper: float) -> float:
    return max(upper, 0.0) - min(lower, 0.0)


def _clipped_sum(values: Vector, chosen: Flags, lower: float, upper: float) -> float:
    return float(np.clip(values[chosen & ~np.isnan(values)], lower, upper).sum())


def _mean(values: Vector, chosen: Flags, lower: float, upper: float) -> float:
    some = values[chosen & ~np.isnan(values)]
    return float(np.clip(some, lower, upper).mean()) if len(some) else 0.0


def _range_of_the_data(values: Vector, chosen: Flags, lower: float, upper: float) -> float:
    some = np.clip(values[chosen & ~np.isnan(values)], lower, upper)
    return float(some.max() - some.min()) if len(some) else 0.0


PLACES = {
    "not_clipped": Mistake(
        "Values outside the bounds count in full.",
        "Noise for the bounds hides only what lies within them; one patient with 60 000 sticks out.",
        made_by=(
            _made(lambda v, c, low, high: float(v[c & ~np.isnan(v)].sum())),
            _made(lambda v, c, low, high: float(np.nansum(np.where(c, v, 0)))),
        ),
    ),
    "left_out_clipped": Mistake(
        "Whoever is not chosen still adds something: do you clip the zeros of those left out?",
        "np.clip(np.where(chosen, values, 0), 100, 400) turns each 0 into 100. Choose first.",
        made_by=(
            _made(lambda v, c, low, high: float(np.clip(np.nan_to_num(v) * c, low, high).sum())),
            _made(
                lambda v, c, low, high: float(
                    np.clip(np.where(c & ~np.isnan(v), v, 0), low, high).sum()
                )
            ),
        ),
    ),
    "all_rows": Mistake(
        "You add up everybody; only the chosen count.",
        "The scientist asks for a group, and chosen says who is in it.",
        made_by=(_made(lambda v, c, low, high: float(np.clip(v[~np.isnan(v)], low, high).sum())),),
    ),
    "missing_spreads": Mistake(
        "One missing value makes the whole answer nan, and that tells that somebody's is missing.",
        "np.clip leaves nan as it is, and one nan in a sum is a release without noise.",
        made_by=(
            _made(lambda v, c, low, high: float(np.clip(v[c], low, high).sum())),
            _made(lambda v, c, low, high: float((np.clip(v, low, high) * c).sum())),
        ),
    ),
    "missing_as_a_bound": Mistake(
        "A missing value adds a bound to your sum; it should add nothing.",
        "np.nan_to_num makes it 0, and clipping makes the 0 a bound. Leave it out before you clip.",
        made_by=(
            _made(lambda v, c, low, high: float(np.clip(np.nan_to_num(v[c]), low, high).sum())),
            _made(
                lambda v, c, low, high: float(
                    np.clip(np.where(np.isnan(v), low, v)[c], low, high).sum()
                )
            ),
        ),
    ),
    "mean_for_sum": Mistake(
        "That is a mean. The size of the group is a secret, too: release the sum.",
        "Whoever joins or leaves the group changes its size, so nothing may be divided by it.",
        made_by=(_made(_mean),),
    ),
    "budget_not_booked": Mistake(
        "The second number that you return is not what is left after this release.",
        "The caller hands it in again as left. With the same left again and again, a thousand "
        "questions bring the truth back; and what is spent is not what is left.",
        made_by=(
            _made(rest=lambda left, epsilon: left),
            _made(rest=lambda left, epsilon: epsilon),
        ),
    ),
    "exact_fit_refused": Mistake(
        "You refuse a question that uses up exactly what is left.",
        "The promise is a total of at most the budget: equality is allowed.",
        made_by=(_made(allowed=lambda left, epsilon: 0 < epsilon < left),),
    ),
}

NOISE = {
    "bounds_apart": Mistake(
        "Your noise hides a patient who moves within the bounds, and not one who leaves the group.",
        "With bounds of 100 and 400, upper − lower is 300, but whoever leaves takes up to 400 along: "
        "just what an attack by two groups subtracts.",
        made_by=(_made(reach=lambda v, c, low, high: high - low),),
    ),
    "largest_only": Mistake(
        "Your noise hides a patient who comes or goes, and not one who is replaced by another.",
        "With bounds of −60 and 200, a patient at −60 may turn into one at 200: 260 apart.",
        made_by=(_made(reach=lambda v, c, low, high: max(abs(low), abs(high))),),
    ),
    "noise_from_the_data": Mistake(
        "The size of your noise depends on the data.",
        "Sensitivity is the worst case over all tables within the bounds, not the range of this one.",
        made_by=(_made(reach=_range_of_the_data),),
    ),
}

MISTAKES = {
    **PLACES,
    **NOISE,
    "over_budget": Mistake(
        "You answer a question that costs more than what is left.",
        "Look at the price before you answer. To answer with what is left instead would give the "
        "scientist more noise than the price says.",
        made_by=(
            _made(allowed=lambda left, epsilon: epsilon > 0),
            _made(allowed=lambda left, epsilon: epsilon > 0 and left > 0),
        ),
    ),
    "refused_by_value": Mistake(
        "You refuse by returning a value that is no number. Raise a ValueError.",
        "A caller who does not look goes on with it; an error stops everything, and says why.",
        made_by=(_returns_nothing, _returns_nan),
    ),
    "bad_price": Mistake(
        "You go on with a price that is no positive number.",
        "A price of −5 refills the budget, and nan > left is False. Ask for what must be true: `if "
        "not 0 < epsilon <= left: raise ValueError(...)`.",
        made_by=(
            _made(allowed=lambda left, epsilon: not epsilon > left),
            _made(allowed=lambda left, epsilon: not (epsilon > left or epsilon <= 0)),
            _made(allowed=lambda left, epsilon: epsilon <= left),
        ),
    ),
}

release = Exercise(
    number="54.1",
    name="release",
    reference=reference,
    examine=examine,
    takeaway="The owner no longer judges code: whatever is asked, this is all that leaves.",
    hints=(
        "Four steps: refuse, choose, clip, add noise. Only the last one needs rng, and the first one "
        "comes before all others.",
        "How far can the sum move when one row is exchanged for any other? Try bounds of 100 and 400, "
        "and a patient who drops out of the group. Then bounds of −60 and 200.",
        "A missing value is nan, and comparisons with nan are False. `values[chosen & "
        "~np.isnan(values)]` holds those who count.",
    ),
    mistakes=MISTAKES,
)
