"""Check of Exercise 18.1: whether a float can be count + noise, by another route: bisection."""

from collections.abc import Callable
from math import exp, log
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.exact import floating_point
from lessons.dp.exact.floating_point import could_come_from_by_bisection, numpy_laplace

STEPS = 2**53
RARE = (1, 2, 40_000_001, STEPS // 2, STEPS - 1)  # k of noise that hardly ever comes, or is 0
N_RELEASES = 14  # from each of count − 1, count and count + 1, for every setting


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw outputs of a count and of its neighbours, most of which are impossible for it; rare ones.

    Small and large counts, and scales with many digits besides round ones.
    """
    asked: list[Case] = []
    counts = (0, 1, 3, 40, cases.one_of(rng, range(2, 12)), cases.one_of(rng, range(100, 5000)))
    for count in map(float, counts):
        scale = cases.spread(rng, 0.2, 5)
        scale = round(scale, 1) if count in (0, 40) else scale
        for source in (count - 1, count, count + 1):
            draws = source + rng.laplace(scale=scale, size=N_RELEASES)
            asked += [_case(y, count, scale) for y in draws.tolist()]
        noises = [numpy_laplace(k / STEPS, scale=scale) for k in RARE]
        asked += [_case(count + z, count, scale) for z in (*noises, 40 * scale, -40 * scale)]
    return (
        asked
        + _other_scales(rng)
        + _halves(rng)
        + _one_off(rng)
        + _where_the_logarithm_matters(rng)
    )


def _case(release: float, count: float, scale: float) -> Case:
    return {"release": release, "count": count, "scale": scale}


def _other_scales(rng: np.random.Generator) -> list[Case]:
    """The same releases of the same count with two scales: possible for one, hardly for the other."""
    scale = cases.spread(rng, 0.2, 2)
    draws = (2.0 + rng.laplace(scale=scale, size=12)).tolist()
    both = [_case(y, 2.0, b) for y in draws for b in (scale, 1.7 * scale)]
    return both + [_case(y, 3.0, scale) for y in draws]  # and of another count


def _halves(rng: np.random.Generator) -> list[Case]:
    """A count that is no whole number: a half, for a patient who comes to two clinics, say."""
    scale = cases.spread(rng, 0.2, 5)
    return [_case(y, 1.5, scale) for y in (1.5 + rng.laplace(scale=scale, size=12)).tolist()]


def _one_off(rng: np.random.Generator) -> list[Case]:
    """True outputs below and above the count for which the way back is off, by one or more."""
    scale, missed = cases.spread(rng, 0.3, 3), []
    for sign in (-1, 1):
        draws = (3.0 + sign * rng.exponential(scale, size=1200)).tolist()
        asked = (_case(y, 3.0, scale) for y in draws)
        missed += [one for one in asked if _could(**one) and not _could(**one, tried=(0,))][:3]
    return missed


def _where_the_logarithm_matters(rng: np.random.Generator) -> list[Case]:
    """A few true outputs that np.log would miss: on some machines its last bit is not math.log's."""
    draws = (3.0 + rng.laplace(scale=1.3, size=400)).tolist()
    asked = (_case(y, 3.0, 1.3) for y in draws)
    return [one for one in asked if not _could(**one, logarithm=_numpy_log)][:4]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for every release, twice, in different orders."""
    return by_numbers(
        attempt,
        ask(rng),
        right=could_come_from_by_bisection,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.flag(**case),
        fits=lambda case, got, right: got is right,
        words=_whether,
    )


def _whether(case: Case, got: bool, right: bool) -> str:
    exactly = f" (the release is {case['release']!r}"
    exactly += f", the scale {case['scale']!r})."
    if right:
        return f", but some k gives exactly this release{exactly}"
    return f", but no k from 1 to 2^53 − 1 gives exactly this release{exactly}"


def _numpy_log(x: float) -> float:
    return float(np.log(x))


def _could(
    release: float,
    *,
    count: float,
    scale: float,
    tried: tuple[int, ...] = (-2, -1, 0, 1, 2),
    steps: int = STEPS,
    mirrored: bool = False,
    doubled: bool = False,
    near: Callable[[float, float], Any] = lambda one, other: one == other,
    added_back: bool = True,
    logarithm: Callable[[float], float] = log,
) -> bool:
    """The right answer at its defaults; every argument is a way to go wrong."""
    tail = exp(-abs(release - count) / scale) / 2
    up = release >= count
    nearest = round((1 - tail if up and not mirrored else tail) * steps)
    for k in (nearest + step for step in tried):
        if not 1 <= k < steps:
            continue
        u = k / steps
        far = 2 - 2 * u if doubled else 2.0 - u - u
        z = scale * logarithm(u + u) if u < 0.5 else -scale * logarithm(far)
        z = -z if mirrored and up else z
        if near(count + z, release) if added_back else z == release - count:
            return True
    return False


def _with(**how: Any) -> Callable[..., bool]:
    """Make a wrong function of ``_could``."""
    return lambda release, *, count, scale: _could(release, count=count, scale=scale, **how)


def _one_side(above: bool) -> Callable[..., bool]:
    return lambda release, *, count, scale: (
        (release >= count) == above and _could(release, count=count, scale=scale)
    )


def _rare(far: float, says: bool) -> Callable[..., bool]:
    return lambda release, *, count, scale: (
        says if abs(release - count) > far * scale else _could(release, count=count, scale=scale)
    )


MISTAKES = {
    "tolerance": Mistake(
        "You compare with a tolerance; here every bit counts.",
        "np.isclose, math.isclose or a small difference closes the gaps that the attack needs. Use ==.",
        made_by=(
            _with(near=lambda one, other: abs(one - other) <= 1e-8 + 1e-5 * abs(other)),
            _with(near=lambda one, other: abs(one - other) <= 1e-9 * max(abs(one), abs(other))),
            _with(near=lambda one, other: abs(one - other) < 1e-9),
            _with(near=lambda one, other: abs(one - other) <= np.spacing(abs(other))),
        ),
    ),
    "always_true": Mistake(
        "Your function says that every release is possible.",
        "Real numbers have no gaps, but floats have: most outputs of another count are impossible.",
        made_by=(lambda release, *, count, scale: True,),
    ),
    "always_false": Mistake(
        "Your function says that every release is impossible.",
        "k is a whole number between 1 and 2^53 − 1. If you do not round it, the comparison hardly ever "
        "holds.",
        made_by=(lambda release, *, count, scale: False,),
    ),
    "negated": Mistake(
        "True and False are the wrong way round.",
        "True means that the release can come from this count.",
        made_by=(lambda release, *, count, scale: not _could(release, count=count, scale=scale),),
    ),
    "no_neighbours": Mistake(
        "You try too few values of k, so you miss some possible releases.",
        "exp, the division and the sum are rounded, so the k that you get back may be one off, in "
        "either direction. With the nearest k alone you miss up to about a quarter of the possible "
        "releases.",
        made_by=(_with(tried=(0,)), _with(tried=(0, 1)), _with(tried=(-1, 0))),
    ),
    "not_added_back": Mistake(
        "You compare release − count with the noise; the machine computed count + noise.",
        "The sum was rounded. Subtracting does not undo that. Add again, and you repeat it.",
        made_by=(_with(added_back=False),),
    ),
    "mirrored": Mistake(
        "Above the count your noises are not NumPy's: are they mirrored, or made with 2 − 2u?",
        "NumPy computes (2 − u) − u, and rounds 2 − u. So above 0 other noises are possible.",
        made_by=(_with(mirrored=True), _with(doubled=True)),
    ),
    "one_sided": Mistake(
        "You find releases only on one side of the count.",
        "(18.ii) has two cases: u = e^(z/b)/2 for a negative noise, 1 − e^(−z/b)/2 for a positive one.",
        made_by=(_one_side(above=False), _one_side(above=True)),
    ),
    "scale_ignored": Mistake(
        "Your answer does not depend on the scale.",
        "You solve for b = 1, which is wrong for every other scale.",
        made_by=(lambda release, *, count, scale: _could(release, count=count, scale=1.0),),
    ),
    "scale_inverted": Mistake(
        "You take 1/b where b belongs.",
        "The scale b is Δ/ε already; (18.ii) multiplies by it.",
        made_by=(lambda release, *, count, scale: _could(release, count=count, scale=1 / scale),),
    ),
    "count_ignored": Mistake(
        "Your answer does not depend on the count.",
        "The attack compares two counts, and each has its own gaps.",
        made_by=(
            lambda release, *, count, scale: could_come_from_by_bisection(
                release, count=0.0, scale=scale
            ),
        ),
    ),
    "too_few_steps": Mistake(
        "You use only every second uniform number.",
        "rng.random has 53 bits: u = k / 2^53, odd k included.",
        made_by=(_with(steps=2**52),),
    ),
    "too_many_steps": Mistake(
        "You try uniform numbers that NumPy never draws.",
        "With steps of 2^−54 you close some gaps, and the attack becomes unsure.",
        made_by=(_with(steps=2**54),),
    ),
    "edges": Mistake(
        "Right near the count, wrong far from it: k goes from 1 to 2^53 − 1, all the way and no further.",
        "A rare noise proves as much as a common one. A noise beyond the last k cannot come.",
        made_by=(_rare(15, False), _rare(20, True), _rare(38, True)),
    ),
}

could_come_from = Exercise(
    number="18.1",
    name="could_come_from",
    reference=floating_point.could_come_from,
    examine=examine,
    takeaway="A float keeps traces of the sum that made it: some outputs are possible for one count only.",
    hints=(
        "Which noise must it have been? The exercise gives the u of that noise, in two cases.",
        "u times 2^53 should be a whole number k. Round it, and go forwards from k / 2^53 to a release.",
        "Rounding on the way back may have cost one step: try k − 1 and k + 1 too. Compare with ==.",
    ),
    mistakes=MISTAKES,
)
