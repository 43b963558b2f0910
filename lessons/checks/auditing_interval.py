"""Checks of lesson 17 that look at the bounds of a probability, from a count."""

from math import log, sqrt
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.confidence import clopper_pearson

COUNTS = ((7, 23, 0.03), (211, 400, 0.004), (2, 9, 0.15), (57, 60, 0.08), (8423, 20_000, 0.01))
EDGES = ((0, 17, 0.03), (17, 17, 0.06))


def examine_interval(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Both ends are known numbers (17.4): bisection on the tail is as welcome as a beta quantile."""
    for k, n, failure in COUNTS:
        found = attempt.array(k, trials=n, failure=failure, shape=(2,)).astype(float)
        if not _near(found, clopper_pearson(k, trials=n, failure=failure)):
            return _which_interval(found, k, n, failure)
    for k, n, failure in EDGES:
        found = np.asarray(attempt(k, trials=n, failure=failure), dtype=float)
        right = clopper_pearson(k, trials=n, failure=failure)
        if not (found.shape == (2,) and np.isfinite(found).all() and _near(found, right)):
            return Found("ends", f"Try {k} successes in {n} trials.")
    return None


def _near(found: Any, right: Any, tolerance: float = 2e-6) -> bool:
    return bool(np.allclose(found, right, rtol=0, atol=tolerance))


def _which_interval(found: Any, k: int, n: int, failure: float) -> Found:
    lower, upper = clopper_pearson(k, trials=n, failure=failure)
    for code, value in _intervals(k, n, failure).items():
        if _near(found, value):
            return Found(code.rstrip("_"))
    if found[0] > 1 or found[1] > 1:
        return Found("not_a_probability")
    if _near(found[0], lower) or _near(found[1], upper):
        side = "lower" if _near(found[0], lower) else "upper"
        return Found("one_end", f"The {side} end is right.")
    if _near(found, (lower, upper), 2e-3):
        return Found("too_coarse")
    return Found("wrong_interval", f"For {k} of {n} you give {found[0]:.4f} and {found[1]:.4f}.")


def _intervals(k: int, n: int, failure: float) -> dict[str, tuple[float, float]]:
    lower, upper = clopper_pearson(k, trials=n, failure=failure)
    p, z = k / n, -float(ndtri(failure))
    bell = z * sqrt(p * (1 - p) / n)
    two_bell = -float(ndtri(failure / 2)) * sqrt(p * (1 - p) / n)
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n)
    half *= sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    reach = sqrt(log(1 / failure) / (2 * n))
    of_failures = clopper_pearson(n - k, trials=n, failure=failure)
    return {
        "swapped": (upper, lower),
        "split": clopper_pearson(k, trials=n, failure=failure / 2),
        "failure_ignored": clopper_pearson(k, trials=n, failure=0.05),
        "failure_ignored_": clopper_pearson(k, trials=n, failure=0.025),
        "confidence_taken": _betas(k, n - k + 1, k + 1, n - k, 1 - failure),
        "point": (p, p),
        "bell": (p - bell, p + bell),
        "bell_": (p - two_bell, p + two_bell),
        "bell__": (max(0.0, p - bell), min(1.0, p + bell)),
        "wilson": (middle - half, middle + half),
        "hoeffding": (max(0.0, p - reach), min(1.0, p + reach)),
        "same_beta": _betas(k, n - k + 1, k, n - k + 1, failure),
        "same_beta_": _betas(k + 1, n - k, k + 1, n - k, failure),
        "same_beta__": _betas(k + 1, n - k + 1, k + 1, n - k + 1, failure),
        "same_beta___": _betas(k + 0.5, n - k + 0.5, k + 0.5, n - k + 0.5, failure),
        "strict": _betas(k + 1, n - k, k, n - k + 1, failure),
        "failures_counted": of_failures,
        "one_off": _betas(k, n - k, k, n - k, failure),
    }


def _betas(a: float, b: float, c: float, d: float, failure: float) -> tuple[float, float]:
    return float(betaincinv(a, b, failure)), float(betaincinv(c, d, 1 - failure))


INTERVAL_MISTAKES = {
    "swapped": Mistake(
        "Your two ends have changed places.",
        "First the lower bound, then the upper one.",
    ),
    "split": Mistake(
        "Each of your ends fails with half of the chance that it may.",
        "Here `failure` belongs to each end; the caller splits it where both ends are used.",
    ),
    "failure_ignored": Mistake(
        "Your interval does not depend on `failure`.",
        "95 % is a habit, not a law; the audit asks for other numbers as well.",
    ),
    "confidence_taken": Mistake(
        "Your lower bound lies above your upper one: is it failure or confidence that you use?",
        "`failure` is the small number; 1 − failure of the mass must lie on the other side.",
    ),
    "point": Mistake(
        "You return the frequency itself, twice.",
        "A frequency is off in nearly every experiment. How far it may be off is the whole question.",
    ),
    "bell": Mistake(
        "That is the interval of the bell curve; it fails where rates are small.",
        "For 0 of 17 it has no width at all, and audits live on rates near 0 and 1.",
    ),
    "wilson": Mistake(
        "That is Wilson's interval: better than the bell curve, but its confidence is not guaranteed.",
        "It is right on average over p. A proof needs a bound that holds for every p.",
    ),
    "hoeffding": Mistake(
        "That is Hoeffding's bound: true, and much wider than it need be for rare events.",
        "It takes every rate for as uncertain as 1/2. (17.4) uses the binomial law itself.",
    ),
    "same_beta": Mistake(
        "You take both ends from one beta distribution.",
        "The two tails in (17.4) both contain the count k itself, so the two ends belong to "
        "different distributions.",
    ),
    "strict": Mistake(
        "Your tails leave out the count itself; your interval is too narrow.",
        "(17.4) has Pr[Bin >= k] and Pr[Bin <= k]. Without the k, the bounds fail too often.",
    ),
    "failures_counted": Mistake(
        "Your interval is that of the failures, not of the successes.",
        "One and n − k have changed places in the beta distribution.",
    ),
    "one_off": Mistake(
        "Your beta distributions have the parameters k and n − k; one of the two is 1 short.",
        "Pr[Bin(n, p) >= k] is the distribution function at p of Beta(k, n − k + 1).",
    ),
    "one_end": Mistake(
        "One end is right, the other is not.",
        "The upper end for k successes is 1 minus the lower end for n − k.",
    ),
    "ends": Mistake(
        "Right in the middle, but not when nothing or everything succeeded.",
        "No success says nothing against p = 0, so lower = 0; but upper stays below 1. And vice versa.",
    ),
    "not_a_probability": Mistake(
        "An end of your interval is above 1.",
        "Bounds of a probability, not of a count: nothing is multiplied by the number of trials.",
    ),
    "too_coarse": Mistake(
        "Right to two or three digits: make the search finer.",
        "Halve the interval 50 times instead of going through a grid.",
    ),
    "wrong_interval": Mistake(
        "That is not the interval of (17.4).",
        "Put your lower end into Pr[Bin(n, p) >= k]: does `failure` come out?",
    ),
}
