"""Check of Exercise 17.2: both ends of (17.iv), for any count, size and failure."""

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.auditing import confidence

MIDDLE = (
    (1, 2),
    (2, 9),
    (7, 23),
    (57, 60),
    (1, 100),
    (254, 255),
    (128, 257),
    (211, 400),
    (300, 999),
)
LARGE = ((37, 20_000),)
EDGES = ((0, 1), (1, 1), (0, 2), (2, 2), (0, 17), (17, 17), (256, 256), (0, 1000))
Ends = tuple[float, float]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for counts in the middle, then for nothing and everything; bisection is welcome too."""
    found = _compare(attempt, [*MIDDLE, *LARGE], rng)
    if found is not None:
        return found
    found = _compare(attempt, EDGES, rng)
    return found and Found("ends", found.details)


def _compare(attempt: Attempt, counts: Any, rng: np.random.Generator) -> Found | None:
    asked = [
        {"successes": k, "trials": n, "failure": failure}
        for k, n in counts
        for failure in (cases.between(rng, 0.06, 0.3), cases.spread(rng, 1e-5, 0.02))[
            : 1 + (n < 999)
        ]
    ]
    asked += [{**case, "failure": cases.between(rng, 0.5, 0.9)} for case in asked[:1]]
    if counts is not EDGES:  # beyond a half the ends lie on the other side of the frequency
        asked.append({"successes": 7, "trials": 23, "failure": cases.between(rng, 0.75, 0.9)})
        asked += map(dict, cases.one_at_a_time(asked[2], successes=4, trials=13))
        asked.append({"successes": 57, "trials": 60, "failure": cases.spread(rng, 5e-7, 2e-6)})
    return by_numbers(
        attempt,
        asked,
        right=confidence.clopper_pearson,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: _near(got, right, 1e-6 if attempt.single else 2e-9),
        words=_which_end,
    )


def _pair(value: Any) -> Any:
    """Two numbers, as a tuple; an array of two is made one."""
    if isinstance(value, np.ndarray) and value.shape == (2,):
        value = tuple(value)
        return tuple(map(float, kinds.pair_of(kinds.number, kinds.number)(value)))
    return kinds.pair_of(kinds.number, kinds.number)(value)


def _ask(attempt: Attempt, case: Case) -> Ends:
    known = {k: case[k] for k in ("trials", "failure")}
    if case["failure"] > 0.5 and attempt.refuses(case["successes"], **known):
        # a confidence below a half is no use to anybody: SciPy's exact interval refuses it too
        return confidence.clopper_pearson(case["successes"], **known)
    low, high = attempt.value(_pair, case["successes"], **known)
    if not (np.isfinite(float(low)) and np.isfinite(float(high))):
        raise Ended(Found("not_finite"))
    return float(low), float(high)


def _near(got: Ends, right: Ends, tolerance: float) -> bool:
    return max(abs(one - other) for one, other in zip(got, right, strict=True)) <= tolerance


def _which_end(case: Case, got: Ends, right: Ends) -> str:
    if got[0] > got[1]:
        return ": the lower bound lies above the upper one."
    if not _near(got[:1] * 2, right[:1] * 2, 2e-9):
        way = "large" if got[0] > right[0] else "small"
        return f": the lower bound is too {way}. Put it into Pr[Bin(n, p) >= k]: is that `failure`?"
    way = "large" if got[1] > right[1] else "small"
    return f": the upper bound is too {way}. Put it into Pr[Bin(n, p) <= k]: is that `failure`?"


def _right(k: int, n: int, failure: float) -> Ends:
    return confidence.clopper_pearson(k, trials=n, failure=failure)


def _from(ends: Callable[[int, int, float], Any]) -> Callable[..., Any]:
    """Make a wrong function that gives ``ends(k, n, failure)``."""
    return lambda successes, *, trials, failure: ends(successes, trials, failure)


def _betas(a: Callable[[int, int], tuple[float, float, float, float]]) -> Callable[..., Any]:
    """Make a wrong function with other parameters of the two beta distributions, right at the edges."""

    def ends(k: int, n: int, failure: float) -> Ends:
        first, second, third, fourth = a(k, n)
        low = 0.0 if k == 0 else float(betaincinv(first, second, failure))
        return low, 1.0 if k == n else float(betaincinv(third, fourth, 1 - failure))

    return _from(ends)


def _bell(k: int, n: int, failure: float) -> Ends:
    p = k / n
    reach = -float(ndtri(failure)) * sqrt(p * (1 - p) / n)
    return p - reach, p + reach


def _wilson(k: int, n: int, failure: float) -> Ends:
    p, z = k / n, -float(ndtri(failure))
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n)
    half *= sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def _hoeffding(k: int, n: int, failure: float) -> Ends:
    reach = sqrt(log(1 / failure) / (2 * n))
    return k / n - reach, k / n + reach


def _cut_off(ends: Callable[[int, int, float], Ends]) -> Callable[..., Any]:
    def inside(k: int, n: int, failure: float) -> Ends:
        low, high = ends(k, n, failure)
        return max(0.0, low), min(1.0, high)

    return _from(inside)


def _on_a_grid(steps: int) -> Callable[..., Any]:
    def ends(k: int, n: int, failure: float) -> Ends:
        low, high = _right(k, n, failure)
        return round(low * steps) / steps, round(high * steps) / steps

    return _from(ends)


MISTAKES = {
    "swapped": Mistake(
        "Your two ends have changed places.",
        "First the lower bound, then the upper one.",
        made_by=(_from(lambda k, n, failure: _right(k, n, failure)[::-1]),),
    ),
    "split": Mistake(
        "Each of your ends fails with half of the chance that it may.",
        "Here `failure` belongs to each end; the caller splits it where both ends are used.",
        made_by=(_from(lambda k, n, failure: _right(k, n, failure / 2)),),
    ),
    "failure_ignored": Mistake(
        "Your interval does not depend on `failure`.",
        "95 % is only a habit; the audit asks for other numbers as well.",
        made_by=(
            _from(lambda k, n, failure: _right(k, n, 0.05)),
            _from(lambda k, n, failure: _right(k, n, 0.025)),
        ),
    ),
    "confidence_taken": Mistake(
        "Your lower bound lies above your upper one. Do you use the confidence where the failure belongs?",
        "`failure` is the small number, the chance to be wrong.",
        made_by=(_from(lambda k, n, failure: _right(k, n, 1 - failure)),),
    ),
    "point": Mistake(
        "You return the frequency itself, twice.",
        "A frequency misses the true rate in nearly every experiment. By how much? That is the question.",
        made_by=(_from(lambda k, n, failure: (k / n, k / n)),),
    ),
    "bell": Mistake(
        "That is the interval of the bell curve; it fails where rates are small.",
        "For 0 of 17 it shrinks to a single point, and audits need rates near 0 and 1.",
        made_by=(
            _from(_bell),
            _cut_off(_bell),
            _from(lambda k, n, failure: _bell(k, n, failure / 2)),
            _cut_off(lambda k, n, failure: _bell(k, n, failure / 2)),
        ),
    ),
    "wilson": Mistake(
        "That is Wilson's interval: better than the bell curve, but its confidence is not guaranteed.",
        "It is right on average over p. An audit needs a bound that holds for every p.",
        made_by=(_from(_wilson), _from(lambda k, n, failure: _wilson(k, n, failure / 2))),
    ),
    "hoeffding": Mistake(
        "That is Hoeffding's bound: true, but much too wide for rare events.",
        "It treats every rate as if it were 1/2. (17.iv) uses the binomial distribution itself.",
        made_by=(
            _cut_off(_hoeffding),
            _from(_hoeffding),
            _cut_off(lambda k, n, failure: _hoeffding(k, n, failure / 2)),
        ),
    ),
    "same_beta": Mistake(
        "You take both ends from one beta distribution.",
        "The two tails in (17.iv) both contain the count k itself, so the two ends belong to "
        "different distributions.",
        made_by=(
            _betas(lambda k, n: (k, n - k + 1, k, n - k + 1)),
            _betas(lambda k, n: (k + 1, n - k, k + 1, n - k)),
            _betas(lambda k, n: (k + 1, n - k + 1, k + 1, n - k + 1)),
            _betas(lambda k, n: (k + 0.5, n - k + 0.5, k + 0.5, n - k + 0.5)),
            _betas(lambda k, n: (k, n - k, k, n - k)),
        ),
    ),
    "strict": Mistake(
        "Your tails leave out the count itself; your interval is too narrow.",
        "(17.iv) has Pr[Bin >= k] and Pr[Bin <= k]. If you leave out k, the bounds fail too often.",
        made_by=(_betas(lambda k, n: (k + 1, n - k, k, n - k + 1)),),
    ),
    "failures_counted": Mistake(
        "Your interval is that of the failures, not of the successes.",
        "k and n − k have changed places in the beta distribution.",
        made_by=(_from(lambda k, n, failure: _right(n - k, n, failure)),),
    ),
    "not_a_probability": Mistake(
        "Your two ends are counts, not probabilities.",
        "Bounds of a probability lie between 0 and 1: don't multiply by the number of trials.",
        made_by=(_from(lambda k, n, failure: tuple(n * one for one in _right(k, n, failure))),),
    ),
    "rough_search": Mistake(
        "Right to a few digits only: make the search finer, or don't round.",
        "Halve the interval 50 times instead of trying the points of a grid.",
        made_by=(_on_a_grid(1000), _on_a_grid(10_000)),
    ),
    "ends": Mistake(
        "Right in the middle, but not when nothing or everything succeeded.",
        "With no success p may be 0, so lower = 0, but upper stays below 1. With only successes it is "
        "the other way round.",
        made_by=(
            _from(lambda k, n, failure: (np.nan, np.nan) if k in (0, n) else _right(k, n, failure)),
            _from(lambda k, n, failure: (k / n, k / n) if k in (0, n) else _right(k, n, failure)),
            _from(
                lambda k, n, failure: (
                    float(betaincinv(k, n - k + 1, failure)),
                    float(betaincinv(k + 1, n - k, 1 - failure)),
                )
            ),
        ),
    ),
}

clopper_pearson = Exercise(
    number="17.2",
    name="clopper_pearson",
    reference=confidence.clopper_pearson,
    examine=examine,
    takeaway="You read the binomial distribution backwards: which probabilities make such a count "
    "plausible?",
    hints=(
        "Fix k and n. How does Pr[Bin(n, p) >= k] change when p grows from 0 to 1? Which value does "
        "it have when p is the lower end?",
        "Pr[Bin(n, p) >= k] is the distribution function, at p, of the beta distribution with "
        "parameters k and n − k + 1. betaincinv(a, b, y) solves it for p. Or halve an interval 50 times.",
        "The upper end for k successes is 1 minus the lower end for n − k successes. When k is 0 or n, "
        "you know one of the two ends without computing.",
    ),
    mistakes=MISTAKES,
)
