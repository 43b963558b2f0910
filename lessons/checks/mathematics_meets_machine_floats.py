"""Check of Exercise 18.1: whether a float can be count + noise."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.floating_point import numpy_laplace

STEPS = 2**53
SETTINGS = ((0.0, 2.0), (1.0, 0.7), (3.0, 1.3), (40.0, 0.3))  # (count, scale)
N_RELEASES = 30  # from each of count − 1, count and count + 1, for every setting


@dataclass(frozen=True)
class Case:
    """One question and its answer: whether ``release`` can come from ``count``."""

    release: float
    count: float
    scale: float


Answer = Callable[[Case], bool]


def examine_could_come_from(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Outputs of the count itself, and of its neighbours, of which most are impossible for it."""
    cases = _cases(rng)
    truth = [could(one) for one in cases]
    given: list[bool] = []
    for one in cases:
        said = _yes_or_no(attempt, one)
        if isinstance(said, Found):
            return said
        given.append(said)
    if given == truth:
        return _at_the_edges(attempt)
    for code, wrong in _VARIANTS.items():
        if given == [wrong(one) for one in cases]:
            return Found(code)
    pairs = list(zip(truth, given, strict=True))
    missed = pairs.count((True, False))
    believed = pairs.count((False, True))
    counted = f"Of {sum(truth)} possible outputs it rejects {missed}, of "
    counted += f"{len(truth) - sum(truth)} impossible ones it accepts {believed}."
    return Found("rejects_possible" if missed else "accepts_impossible", counted)


def _cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for count, scale in SETTINGS:
        for source in (count - 1, count, count + 1):
            draws = source + rng.laplace(scale=scale, size=N_RELEASES)
            cases += [Case(y, count, scale) for y in draws.tolist()]
    return cases + _where_the_logarithm_matters(rng)


def _at_the_edges(attempt: Attempt) -> Found | None:
    """Outputs of the first and the last k, of a rare one, and releases beyond all of them."""
    for count, scale in SETTINGS:
        noises = [numpy_laplace(k / STEPS, scale=scale) for k in (1, 40_000_001, STEPS - 1)]
        for z in (*noises, 40 * scale, -40 * scale):
            case = Case(count + z, count, scale)
            said = _yes_or_no(attempt, case)
            if isinstance(said, Found):
                return said
            if said != could(case):
                return Found("edges")
    return None


def _where_the_logarithm_matters(rng: np.random.Generator) -> list[Case]:
    """A few true outputs that np.log would miss: on some machines its last bit is not math.log's."""
    draws = (3.0 + rng.laplace(scale=1.3, size=1500)).tolist()
    cases = (Case(y, 3.0, 1.3) for y in draws)
    return [one for one in cases if not could(one, logarithm=_numpy_log)][:4]


def _yes_or_no(attempt: Attempt, case: Case) -> bool | Found:
    result = attempt(case.release, count=case.count, scale=case.scale)
    if result is None:
        return Found("returned_none")
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result[()]
    if isinstance(result, bool | np.bool_):
        return bool(result)
    return Found("wrong_type", f"Wanted True or False, got {type(result).__name__}.")


def _numpy_log(x: float) -> float:
    return float(np.log(x))


def could(
    case: Case,
    *,
    reach: int = 2,
    steps: int = STEPS,
    mirrored: bool = False,
    added_back: bool = True,
    logarithm: Callable[[float], float] = log,
) -> bool:
    """The right answer at its defaults; every argument is a way to go wrong."""
    y, f, b = case.release, case.count, case.scale
    tail = exp(-abs(y - f) / b) / 2

    def noise(k: int) -> float:
        u = k / steps
        return b * logarithm(u + u) if u < 0.5 else -b * logarithm(2.0 - u - u)

    up = y >= f
    nearest = round((1 - tail if up and not mirrored else tail) * steps)
    for k in range(max(1, nearest - reach), min(steps - 1, nearest + reach) + 1):
        z = -noise(k) if mirrored and up else noise(k)
        if (f + z == y) if added_back else (z == y - f):
            return True
    return False


def _changed(**how: float) -> Answer:
    """Ask for another count or scale than the one that was given."""
    return lambda one: could(
        Case(one.release, how.get("count", one.count), how.get("scale", one.scale))
    )


_VARIANTS: dict[str, Answer] = {
    "always_true": lambda one: True,
    "always_false": lambda one: False,
    "negated": lambda one: not could(one),
    "no_neighbours": lambda one: could(one, reach=0),
    "not_added_back": lambda one: could(one, added_back=False),
    "mirrored": lambda one: could(one, mirrored=True),
    "one_sided": lambda one: one.release < one.count and could(one),
    "other_side_only": lambda one: one.release >= one.count and could(one),
    "scale_ignored": _changed(scale=1.0),
    "scale_inverted": lambda one: could(Case(one.release, one.count, 1 / one.scale)),
    "count_ignored": _changed(count=0.0),
    "too_few_steps": lambda one: could(one, steps=2**52),
    "too_many_steps": lambda one: could(one, steps=2**54),
}

FLOAT_MISTAKES = {
    "always_true": Mistake(
        "Your function calls every release possible.",
        "A comparison with a tolerance, as np.isclose makes it, closes the gaps that the attack needs: "
        "it must be == on all bits.",
    ),
    "always_false": Mistake(
        "Your function calls every release impossible.",
        "k is a whole number between 1 and 2^53 − 1; without rounding it, the comparison never holds.",
    ),
    "negated": Mistake(
        "True and False are the wrong way round.",
        "True means that the release can come from this count.",
    ),
    "no_neighbours": Mistake(
        "You try one uniform number only: about every third possible release is missed.",
        "exp, the division and the sum are rounded, so the k that you get back may be one off.",
    ),
    "not_added_back": Mistake(
        "You compare release − count with the noise; the machine computed count + noise.",
        "The sum was rounded. Subtracting does not undo that, adding again repeats it.",
    ),
    "mirrored": Mistake(
        "Above the count your noises are not NumPy's: are they mirrored, or made with 2 − 2u?",
        "NumPy computes (2 − u) − u, and 2 − u is rounded: above 0 the possible noises are others.",
    ),
    "one_sided": Mistake(
        "You find no release above the count.",
        "For a positive noise, u is above 1/2: 1 − e^(−z/b)/2.",
    ),
    "other_side_only": Mistake(
        "You find no release below the count.",
        "For a negative noise, u is below 1/2: e^(z/b)/2.",
    ),
    "scale_ignored": Mistake(
        "Your answer does not depend on the scale.",
        "Solved for b = 1, and then right for no other noise.",
    ),
    "scale_inverted": Mistake(
        "You take 1/b where b belongs.",
        "The scale b is Δ/ε already; (18.2) multiplies by it.",
    ),
    "count_ignored": Mistake(
        "Your answer does not depend on the count.",
        "The attack compares two counts: each has gaps of its own.",
    ),
    "too_few_steps": Mistake(
        "You know every second uniform number only.",
        "rng.random has 53 bits: u = k / 2^53, odd k included.",
    ),
    "too_many_steps": Mistake(
        "You try uniform numbers that NumPy never draws.",
        "With steps of 2^−54 some gaps are closed, and the attack becomes unsure.",
    ),
    "edges": Mistake(
        "Right near the count, wrong far from it: k goes from 1 to 2^53 − 1, all of it and no further.",
        "A rare noise is as good a proof as a usual one; a noise beyond the last k cannot be drawn.",
    ),
    "rejects_possible": Mistake(
        "Your function rejects releases that did come from this count.",
        "An attacker who accuses the wrong table is worse than none: compute forwards, in the order of "
        "(18.2), with the neighbours of k, and with math.log: np.log may differ in the last bit.",
    ),
    "accepts_impossible": Mistake(
        "Your function accepts releases that no uniform number leads to.",
        "Try fewer neighbours, and compare with == .",
    ),
}
