"""Checks of lesson 14 that look at the bounds: advanced composition, and the exact δ of k coins."""

from collections.abc import Callable
from math import exp, expm1, log, log10, sqrt, tanh

import numpy as np
from scipy.special import ndtr

from lessons.checks.attempt import Attempt, Found
from lessons.dp import composition
from lessons.dp.definitions import smallest_delta
from lessons.validation import Vector

CLOSE = 1e-9

# Exercise 14.1: (ε, δ, k, δ′); in the last one the sum k·ε is the smaller bound

SETTINGS = (
    (0.13, 1e-7, 90, 1e-5),
    (0.45, 2e-6, 137, 0.003),
    (0.021, 3e-9, 700, 1e-8),
    (0.9, 1e-3, 4, 0.05),
)


def _spread(eps: float, k: int, slack: float) -> float:
    return eps * sqrt(2 * k * log(1 / slack))


def _drift(eps: float, k: int) -> float:
    return k * eps * expm1(eps)


EPSILON_SLIPS: dict[str, Callable[[float, float, int, float], float]] = {
    "basic": lambda eps, d, k, s: k * eps,
    "no_drift": lambda eps, d, k, s: _spread(eps, k, s),
    "no_spread": lambda eps, d, k, s: _drift(eps, k),
    "drift_squared": lambda eps, d, k, s: _spread(eps, k, s) + k * eps**2,
    "drift_halved": lambda eps, d, k, s: _spread(eps, k, s) + k * eps**2 / 2,
    "drift_without_epsilon": lambda eps, d, k, s: _spread(eps, k, s) + k * expm1(eps),
    "drift_of_one": lambda eps, d, k, s: _spread(eps, k, s) + eps * expm1(eps),
    "one_not_subtracted": lambda eps, d, k, s: _spread(eps, k, s) + k * eps * exp(eps),
    "exponent_too_wide": lambda eps, d, k, s: _spread(eps, k, s) + k * eps * exp(eps - 1),
    "other_theorem": lambda eps, d, k, s: _spread(eps, k, s) + k * eps * tanh(eps / 2),
    "no_root": lambda eps, d, k, s: 2 * k * log(1 / s) * eps + _drift(eps, k),
    "k_outside_root": lambda eps, d, k, s: k * _spread(eps, 1, s) + _drift(eps, k),
    "k_missing_in_root": lambda eps, d, k, s: _spread(eps, 1, s) + _drift(eps, k),
    "two_missing": lambda eps, d, k, s: _spread(eps, k, s) / sqrt(2) + _drift(eps, k),
    "epsilon_missing": lambda eps, d, k, s: _spread(1, k, s) + _drift(eps, k),
    "log10": lambda eps, d, k, s: eps * sqrt(2 * k * log10(1 / s)) + _drift(eps, k),
    "wrong_delta_in_root": lambda eps, d, k, s: _spread(eps, k, d) + _drift(eps, k),
    "total_delta_in_root": lambda eps, d, k, s: _spread(eps, k, k * d + s) + _drift(eps, k),
}
DELTA_SLIPS: dict[str, Callable[[float, int, float], float]] = {
    "delta_forgotten": lambda d, k, s: s,
    "slack_forgotten": lambda d, k, s: k * d,
    "delta_counted_once": lambda d, k, s: d + s,
    "slack_counted_k_times": lambda d, k, s: k * (d + s),
    "delta_compounded": lambda d, k, s: 1 - (1 - d) ** k + s,
    "delta_multiplied": lambda d, k, s: k * d * s,
}  # fmt: skip


def examine_advanced(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Both totals of (14.5), for settings in which every slip gives another number."""
    found = np.array([_totals(attempt, *one) for one in SETTINGS])  # (n_settings, 2)
    right = np.array([_right(*one) for one in SETTINGS])
    if np.allclose(found[:, ::-1], right, rtol=CLOSE, atol=0):
        return Found("order_swapped")
    if not np.allclose(found[:, 0], right[:, 0], rtol=CLOSE, atol=0):
        return _which_epsilon(attempt, found[:, 0], right[:, 0])
    if not np.allclose(found[:, 1], right[:, 1], rtol=CLOSE, atol=0):
        for code, slip in DELTA_SLIPS.items():
            values = [slip(d, k, s) for _, d, k, s in SETTINGS]
            if np.allclose(found[:, 1], values, rtol=CLOSE, atol=0):
                return Found(code)
        return Found("wrong_delta")
    pure = _totals(attempt, 0.2, 0.0, 60, 1e-4)  # δ = 0, the commonest case
    right = np.array(_right(0.2, 0.0, 60, 1e-4))
    return None if np.allclose(pure, right, rtol=CLOSE, atol=0) else Found("wrong_for_pure")


def _which_epsilon(attempt: Attempt, found: Vector, right: Vector) -> Found:
    if np.allclose(found[:-1], right[:-1], rtol=CLOSE, atol=0):
        eps, _, k, _ = SETTINGS[-1]
        same = abs(found[-1] - k * eps) < CLOSE
        return Found("smaller_of_both" if same else "not_general")
    for code, slip in EPSILON_SLIPS.items():
        if np.allclose(found, [slip(*one) for one in SETTINGS], rtol=CLOSE, atol=0):
            return Found(code)
    eps, d, k, s = SETTINGS[0]
    tenth = _totals(attempt, eps, d, k, s / 10)[0] - found[0]  # only the root sees δ′
    if abs(tenth - (_spread(eps, k, s / 10) - _spread(eps, k, s))) < CLOSE:
        return Found("wrong_drift")
    almost_one = _totals(attempt, eps, d, k, 1 - 1e-15)[0]  # here the root is nearly 0
    return Found("wrong_spread" if abs(almost_one - _drift(eps, k)) < 1e-5 else "wrong_epsilon")


def _totals(attempt: Attempt, eps: float, d: float, k: int, s: float) -> Vector:
    settings = {"epsilon": eps, "delta": d, "n_releases": k, "slack": s}
    return attempt.array(shape=(2,), **settings).astype(float)


def _right(eps: float, d: float, k: int, s: float) -> tuple[float, float]:
    return composition.advanced_composition(epsilon=eps, delta=d, n_releases=k, slack=s)


# Exercise 14.2: (ε_total, ε, k); the truth is found by listing all 2^k outputs

FEW = ((0.9, 0.37, 7), (0.25, 0.8, 5), (1.7, 0.31, 10), (0.45, 0.6, 1))
MANY = (4.0, 0.02, 2000)


def composed_delta(*, total_epsilon: float, epsilon: float, n_releases: int) -> float:
    """The smallest δ at ``total_epsilon`` of k coins: (14.6) for δ = 0."""
    return composition.composed_delta(
        total_epsilon=total_epsilon, epsilon=epsilon, n_releases=n_releases
    )


def all_outputs(eps: float, k: int) -> tuple[Vector, Vector]:
    """The probabilities of all 2^k sequences of answers, under the one table and the other."""
    p = np.array([exp(eps), 1.0]) / (1 + exp(eps))
    one: Vector = np.ones(1)
    other: Vector = np.ones(1)
    for _ in range(k):
        one, other = np.outer(one, p).ravel(), np.outer(other, p[::-1]).ravel()
    return one, other


def _counts(eps: float, k: int) -> tuple[Vector, Vector, Vector]:
    log_p, log_q, loss = composition.coin_composition(epsilon=eps, n_releases=k)
    return np.exp(log_p), np.exp(log_q), loss


def _over_counts(rule: Callable[..., float]) -> Callable[[float, float, int], float]:
    return lambda total, eps, k: float(rule(total, eps, k, *_counts(eps, k)))


def _no_ways(total: float, eps: float, k: int, *_: Vector) -> float:
    p, j = exp(eps) / (1 + exp(eps)), np.arange(k + 1)
    one, other = p**j * (1 - p) ** (k - j), p ** (k - j) * (1 - p) ** j
    return float(np.maximum(0, one - exp(total) * other).sum())


def _normal(total: float, eps: float, k: int, *_: Vector) -> float:
    mean, deviation = k * eps * tanh(eps / 2), eps * sqrt(k * (1 - tanh(eps / 2) ** 2))
    z = (mean - total) / deviation
    return float(ndtr(z) - exp(total - mean + deviation**2 / 2) * ndtr(z - deviation))


def _ways_too_few(total: float, eps: float, k: int, p: Vector, q: Vector, _: Vector) -> float:
    j = np.arange(k + 1)  # gammaln(k), gammaln(j), gammaln(k - j): (k-1)! / ((j-1)! (k-j-1)!)
    return float((np.maximum(0, p - exp(total) * q) * j * (k - j) / k).sum())


def _split(total: float, eps: float, k: int, *_: Vector) -> float:
    p = exp(eps) / (1 + exp(eps))
    return k * max(0.0, p - exp(total / k) * (1 - p))


DELTA_OF_COINS: dict[str, Callable[[float, float, int], float]] = {
    "tail": _over_counts(lambda t, _e, _k, p, q, loss: p[loss > t].sum()),
    "other_tail": _over_counts(lambda t, _e, _k, p, q, loss: q[loss > t].sum()),
    "only_all_alike": _over_counts(lambda t, _e, _k, p, q, loss: max(0, p[-1] - exp(t) * q[-1])),
    "worst_count": _over_counts(lambda t, _e, _k, p, q, loss: max(0, (p - exp(t) * q).max())),
    "no_ways": _over_counts(_no_ways),
    "no_exponential": _over_counts(lambda t, _e, _k, p, q, loss: np.maximum(0, p - q).sum()),
    "total_without_e": _over_counts(lambda t, _e, _k, p, q, loss: np.maximum(0, p - t * q).sum()),
    "epsilon_of_one": _over_counts(
        lambda t, eps, _k, p, q, loss: np.maximum(0, p - exp(eps) * q).sum()
    ),
    "always_zero": lambda total, eps, k: 0.0,
    "factorials_too_small": _over_counts(_ways_too_few),
    "no_maximum": _over_counts(lambda t, _e, _k, p, q, loss: (p - exp(t) * q).sum()),
    "both_directions": _over_counts(
        lambda t, _e, _k, p, q, loss: 2 * np.maximum(0, p - exp(t) * q).sum()
    ),
    "absolute": _over_counts(lambda t, _e, _k, p, q, loss: np.abs(p - exp(t) * q).sum()),
    "absolute_halved": _over_counts(
        lambda t, _e, _k, p, q, loss: np.abs(p - exp(t) * q).sum() / 2
    ),
    "flips_ignored": _over_counts(
        lambda t, eps, k, p, q, loss: (p * np.maximum(0, 1 - np.exp(t - np.arange(k + 1) * eps))).sum()
    ),
    "budget_split": _over_counts(_split),
    "normal": _over_counts(_normal),
}  # fmt: skip


def examine_delta(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """δ must be that of all 2^k outputs one by one, and right for 2000 coins as well."""
    found = np.array([_delta(attempt, *one) for one in FEW])
    again = np.array([_delta(attempt, *one) for one in FEW])
    right = np.array([smallest_delta(*all_outputs(e, k), epsilon=t) for t, e, k in FEW])
    if (found != again).any():
        return Found("simulated")
    if not _near(found, right):
        return _which_delta(found, right)
    if abs(_delta(attempt, 3.0, 0.7, 4)) > 1e-12:  # above k·ε nothing is left
        return Found("beyond_the_sum")
    total, eps, k = MANY
    for t in (total, 0.0):
        truth = composition.composed_delta(total_epsilon=t, epsilon=eps, n_releases=k)
        value = _delta(attempt, t, eps, k)
        if not _near(np.array([value]), np.array([truth])):
            return Found("large_k", f"For {k} coins of ε = {eps} you found {value:.4g}.")
    return None


def _which_delta(found: Vector, right: Vector) -> Found:
    for code, slip in DELTA_OF_COINS.items():
        if _near(found, np.array([slip(*one) for one in FEW])):
            return Found(code)
    total, eps, _ = FEW[-1]
    one = f"For one coin of ε = {eps} and a total ε of {total} you found {found[-1]:.4f}."
    if not _near(found[-1:], right[-1:]):
        return Found("wrong_for_one_coin", one)
    return Found("wrong_for_many")


def _delta(attempt: Attempt, total: float, eps: float, k: int) -> float:
    return attempt.number(total_epsilon=total, epsilon=eps, n_releases=k)


def _near(found: Vector, right: Vector) -> bool:
    return bool(np.allclose(found, right, rtol=1e-7, atol=1e-12))
