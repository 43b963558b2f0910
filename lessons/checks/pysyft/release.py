"""Check of Exercise 54.1: a clipped sum with noise for whoever may leave it, while the budget lasts."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import laplace, noise_fault
from lessons.checks.engine.told import Case, told
from lessons.dp.mechanisms.laplace import laplace_mechanism
from lessons.validation import Vector

SILENT = 1e15  # an ε at which the noise is smaller than the last digit of a sum
FAR = 19_500  # draws that show whether any lies beyond seven times the scale
SIDES = ("above", "around", "below", "from 0")  # where the bounds lie
PAIR = kinds.pair_of(kinds.number, kinds.number)


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
    ``ValueError`` unless 0 < epsilon ≤ left, before anything is drawn.
    """
    if not 0 < epsilon <= left:
        raise ValueError(f"epsilon must be above 0 and at most {left}, got epsilon={epsilon!r}")
    numbers, group = np.asarray(values, dtype=float), np.asarray(chosen, dtype=bool)
    clipped = np.clip(numbers[group & ~np.isnan(numbers)], lower, upper)
    reach = _reach(lower, upper)
    total = laplace_mechanism(clipped.sum(), sensitivity=reach, epsilon=epsilon, rng=rng)
    return float(total), float(left - epsilon)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum and the budget (without noise to speak of), at the noise, at bad prices."""
    sizes = [(side, 40, 3000) for side in SIDES[1:]]
    sizes += [("above", 9, FAR), ("above", 0, 1200), ("around", 1, 1200)]
    return (
        by_numbers(
            attempt,
            ask(rng),
            right=reference,
            mistakes=SUMS,
            rng=rng,
            ask=_pair,
            fits=_fits,
            words=_words,
        )
        or by_law(attempt, [_noise(rng, *one) for one in sizes], mistakes=NOISE, rng=rng)
        or _prices(attempt, rng)
    )


def _bounds(rng: np.random.Generator, side: str) -> tuple[float, float]:
    far = cases.between(rng, 200, 400)
    near = far * cases.between(rng, 0.4, 0.6)
    if side == "around":
        return (-near, far) if rng.integers(2) else (-far, near)
    return {"above": (near, far), "below": (-far, -near), "from 0": (0.0, far)}[side]


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw tables of every size and kind of bounds; some prices are the whole budget."""
    asked: list[Case] = []
    for k, n in enumerate((0, 1, 2, 3, 6, 9, *cases.sizes(rng, own=304, at_least=5))):
        lower, upper = _bounds(rng, SIDES[k % 4])
        epsilon = SILENT * cases.between(rng, 1, 2)
        left = epsilon * (1 if k % 3 == 2 else cases.between(rng, 1.2, 9))
        known = {"lower": lower, "upper": upper, "epsilon": epsilon, "left": left, "rng": rng}
        values, chosen = rng.uniform(-600, 600, n), (rng.random(n) < 0.6) & (n != 3)
        asked.append({"values": values, "chosen": chosen, **known})
        if n > 4:  # the same with missing values, chosen or not, and with infinite ones
            odd, group, places = values.copy(), chosen.copy(), rng.permutation(n)[:4]
            odd[places], group[places] = [np.nan, np.nan, np.inf, -np.inf], [True, False] * 2
            asked.append({"values": odd, "chosen": group, **known})
    few = np.append(np.full(4, np.nan), rng.uniform(-600, 600, 2))  # most of the chosen are missing
    whole = {"lower": -70, "upper": 300, "epsilon": 10**15, "left": 3 * 10**15}  # no floats
    return [*asked, {"values": few, "chosen": np.ones(6, dtype=bool), **whole, "rng": rng}]


def _pair(attempt: Attempt, case: Case) -> tuple[float, float]:
    total, left = attempt.value(PAIR, **case)
    if not np.isfinite([total, left]).all():
        raise Ended(Found("not_finite"))
    return (0.0 if abs(total) < 1e-7 else float(total)), float(left)


def _fits(case: Case, got: tuple[float, float], right: tuple[float, float]) -> bool:
    """Whether both are right; of a budget of 1e15, some digits are lost by another right formula."""
    near = 1e-6 + 1e-9 * abs(right[0]), max(4.0, 1e-9 * abs(right[1]))
    return all(abs(a - b) <= off for a, b, off in zip(got, right, near, strict=True))


def _words(case: Case, got: tuple[float, float], right: tuple[float, float]) -> str:
    if _fits(case, (right[0], got[1]), right):
        return ", but the sum is not that (at such an ε there is no noise to speak of)."
    return ", but the second number is not what is left of the budget."


def _noise(rng: np.random.Generator, side: str, size: int, times: int) -> Probe:
    """Draw at a usual ε: Laplace noise for the whole way from one bound to the other or to 0."""
    lower, upper = _bounds(rng, side)
    values = rng.uniform(lower, lower + 0.7 * (upper - lower), size)
    chosen = np.arange(size) % 3 > 0
    epsilon = cases.spread(rng, 0.05, 2) * (20 if size == 1 else 1)
    left = epsilon * cases.between(rng, 3, 7)
    known = {"lower": lower, "upper": upper, "epsilon": epsilon, "left": left}
    place, law = float(values[chosen].sum()), laplace(_reach(lower, upper) / epsilon)

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        drawn = np.array(attempt.values(times, PAIR, values, chosen, **known, rng=rng), dtype=float)
        if not np.isfinite(drawn).all():
            raise Ended(Found("not_finite"))
        if np.abs(drawn[:, 1] - (left - epsilon)).max() > 1e-9 * left:
            raise Ended(Found("budget_not_booked"))
        return drawn[:, 0]

    def fault(draws: Vector) -> Found | None:
        return noise_fault(draws - place, law, around=place)

    # bounds_apart and half of the noise are alike at a short look
    return Probe(draw, fault, times, said=f"(For {size} values, {told(known)}.)", naming=3000)


def _prices(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Offer prices that are too high, however little, or no positive numbers."""
    lower, upper = _bounds(rng, "above")
    known = {"lower": lower, "upper": upper, "rng": rng}
    left, tiny = cases.between(rng, 0.2, 0.9), cases.spread(rng, 1e-6, 1e-3)
    high = [left + 1, cases.between(rng, 10, 99), np.inf, left * (1 + tiny), left * (1 + 1e-12)]
    bad = [-cases.between(rng, 0.1, 5), 0.0, -tiny, np.nan]
    prices = [(price, left) for price in high + bad] + [(tiny, 0.0), (3e-15, 1e-15 * (1 + tiny))]
    for epsilon, rest in prices:
        given = (rng.uniform(-600, 600, 12), rng.random(12) < 0.6)
        if attempt.refuses(*given, **known, epsilon=epsilon, left=rest):
            continue
        answer = attempt.anything(*given, **known, epsilon=epsilon, left=rest)
        code = "refused_by_value" if _is_nothing(answer) else "over_budget"
        words = f"(ε = {epsilon:.15g}, when {rest:.15g} is left.)"
        return Found(code if epsilon > rest else "bad_price", words)
    return None


def _is_nothing(answer: Any) -> bool:
    """Whether no sum was released, although nothing was raised."""
    first = answer[0] if isinstance(answer, tuple | list) and len(answer) else answer
    number = isinstance(first, int | float | np.generic | np.ndarray)
    return not number or bool(np.isnan(np.asarray(first, dtype=float)).all())


def _reach(lower: float, upper: float) -> float:
    return max(upper, 0.0) - min(lower, 0.0)


def _clipped_sum(values: Vector, chosen: Vector, lower: float, upper: float) -> float:
    return float(np.clip(values[chosen & ~np.isnan(values)], lower, upper).sum())


def _made(
    total: Callable[..., float] = _clipped_sum,
    reach: Callable[[float, float], float] = _reach,
    rest: Callable[[float, float], float] = lambda left, epsilon: left - epsilon,
    allowed: Callable[[float, float], bool] = lambda left, epsilon: 0 < epsilon <= left,
) -> Callable[..., Any]:
    """Make a wrong function: another sum, of (values, chosen, lower, upper), reach, budget or prices."""

    def wrong(values: Any, chosen: Any, *, rng: Any, **known: float) -> Any:
        lower, upper, epsilon, left = (known[k] for k in ("lower", "upper", "epsilon", "left"))
        if not allowed(left, epsilon):
            raise ValueError("epsilon does not fit")
        size = abs(reach(lower, upper) / epsilon) if epsilon else 0.0
        noise = rng.laplace(scale=size) if size == size else 0.0
        return float(total(values, chosen, lower, upper) + noise), rest(left, epsilon)

    return wrong


SUMS = {
    "not_clipped": Mistake(
        "Values outside the bounds count in full.",
        "Noise for the bounds hides only what lies within them; one patient with 60 000 sticks out.",
        made_by=(_made(lambda v, c, low, high: np.nansum(v[c])),),
    ),
    "left_out_clipped": Mistake(
        "Whoever is not chosen still adds something: do you clip the zeros of those left out?",
        "np.clip(np.where(chosen, values, 0), 100, 400) turns each 0 into 100. Choose first.",
        made_by=(_made(lambda v, c, low, high: np.clip(np.nan_to_num(v) * c, low, high).sum()),),
    ),
    "missing_spreads": Mistake(
        "One missing value makes the whole answer nan, and that tells that somebody's is missing.",
        "np.clip leaves nan as it is, and one nan in a sum is a release without noise.",
        made_by=(
            _made(lambda v, c, low, high: np.clip(v[c], low, high).sum()),
            _made(lambda v, c, low, high: (np.clip(v, low, high) * c).sum()),
        ),
    ),
    "missing_as_a_bound": Mistake(
        "A missing value adds a bound to your sum; it should add nothing.",
        "np.nan_to_num makes it 0, and clipping makes the 0 a bound. Leave it out before you clip.",
        made_by=(
            _made(lambda v, c, low, high: np.clip(np.nan_to_num(v[c]), low, high).sum()),
            _made(lambda v, c, low, high: np.clip(np.nan_to_num(v[c], nan=low), low, high).sum()),
        ),
    ),
    "budget_not_booked": Mistake(
        "The second number that you return is not what is left after this release.",
        "The caller hands it in again as left. With the same left again and again, a thousand "
        "questions bring the truth back; and what is spent is not what is left.",
        made_by=(_made(rest=lambda left, price: left), _made(rest=lambda left, price: price)),
    ),
}

NOISE = {
    "bounds_apart": Mistake(
        "Your noise hides a patient who moves within the bounds, and not one who leaves the group.",
        "With bounds of 100 and 400, upper − lower is 300, but whoever leaves takes up to 400 along.",
        made_by=(_made(reach=lambda low, high: high - low),),
    ),
    "largest_only": Mistake(
        "Your noise hides a patient who comes or goes, and not one who is replaced by another.",
        "With bounds of −60 and 200, a patient at −60 may turn into one at 200: 260 apart.",
        made_by=(_made(reach=lambda low, high: max(abs(low), abs(high))),),
    ),
}

MISTAKES = {
    **SUMS,
    **NOISE,
    "over_budget": Mistake(
        "You answer a question that costs more than what is left.",
        "Look at the price before you answer. To answer with what is left instead would give the "
        "scientist more noise than the price says.",
        made_by=(_made(allowed=lambda left, epsilon: epsilon > 0),),
    ),
    "refused_by_value": Mistake(
        "You refuse by returning a value that is no number. Raise a ValueError.",
        "A caller who does not look goes on with it; an error stops everything, and says why.",
    ),
    "bad_price": Mistake(
        "You go on with a price that is no positive number.",
        "A price of −5 refills the budget, and nan > left is False. Ask for what must be true: "
        "`if not 0 < epsilon <= left`.",
        made_by=(_made(allowed=lambda left, epsilon: not epsilon > left),),
    ),
}

release = Exercise(
    number="54.1",
    name="release",
    reference=reference,
    examine=examine,
    takeaway="The owner no longer judges code: whatever is asked, this is all that leaves.",
    hints=(
        "Four steps, in this order: refuse, choose, clip, add noise. Only the last one needs rng.",
        "How far can the sum move when one row is exchanged for any other? Try bounds of 100 and 400, "
        "and a patient who drops out of the group. Then bounds of −60 and 200.",
        "A missing value is nan, and comparisons with nan are False. `values[chosen & "
        "~np.isnan(values)]` holds those who count.",
    ),
    mistakes=MISTAKES,
)
