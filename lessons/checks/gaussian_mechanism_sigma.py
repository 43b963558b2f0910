"""Checks of lesson 13's calibrations: the least σ that keeps the promise, and a hair more."""

from collections.abc import Callable
from math import exp, inf, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import ndtr

from lessons.checks.attempt import Attempt, Found
from lessons.dp.gaussian import analytic_sigma, gaussian_delta

Setting = tuple[float, float, float]  # Δ₂, ε, δ

SETTINGS: tuple[Setting, ...] = (
    (0.7, 0.35, 3e-6),
    (14.0, 1.3, 2e-4),
    (2.0, 4.5, 1e-6),
    (1.6, 0.8, 0.03),
)
EXTREMES: tuple[Setting, ...] = ((0.002, 2.4, 1e-4), (700.0, 0.02, 1e-6), (3.0, 60.0, 1e-3))
ABOVE = 1e-4  # how much more than the least σ is accepted, relative
BELOW = 1e-9
SOLVED = {"sigma_for", "analytic_sigma"}  # the answer of Exercise 13.2
CURVE = {"delta_at", "gaussian_delta"}  # that of 13.1
PHI = {"NormalDist", "cdf", "ndtr", "log_ndtr", "norm", "erf", "erfc"}


def repaired_sigma(*, l2_sensitivity: float, epsilon: float, delta: float) -> float:
    """The published code of lesson 13 with its weight: good for a δ of 1e-7, not of 1e-15."""
    cdf = NormalDist().cdf
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(100):
        sigma = (low + high) / 2
        a, b = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        if cdf(a - b) - exp(epsilon) * cdf(-a - b) > delta:
            low = sigma
        else:
            high = sigma
    return high


def examine_sigma(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Not below the least σ of (13.5), and at most one part in ten thousand above it."""
    got = {setting: _call(attempt, setting) for setting in SETTINGS}
    if not all(_right(setting, found) for setting, found in got.items()):
        return _which_slip(got, _SLIPS)
    for setting in EXTREMES:
        if found := _of_an_extreme(setting, _call(attempt, setting)):
            return found
    return None


def examine_repair(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The same for the repaired code of a book, within what its plain Φ can do; it is that code."""
    got = {setting: _call(attempt, setting) for setting in SETTINGS}
    if not all(_right(setting, found) for setting, found in got.items()):
        return _which_slip(got, _REPAIRS)
    names = attempt.names()
    borrowed = names & SOLVED or (names & CURVE and not names & PHI)
    return Found("borrowed") if borrowed else None


def _call(attempt: Attempt, setting: Setting) -> float:
    reach, epsilon, delta = setting
    return attempt.number(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def _least(reach: float, epsilon: float, delta: float) -> float:
    return analytic_sigma(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def _right(setting: Setting, found: float) -> bool:
    return -BELOW <= found / _least(*setting) - 1 <= ABOVE


def _where(setting: Setting) -> str:
    return "Look at Δ₂ = {:g}, ε = {:g}, δ = {:g}.".format(*setting)


def _of_an_extreme(setting: Setting, found: float) -> Found | None:
    if _right(setting, found):
        return None
    if abs(found / _classical(*setting) - 1) < 1e-3:
        return Found("classical_below_one" if setting[1] < 1 else "classical", _where(setting))
    ratio = found / _least(*setting)
    if 1 - 1e-2 < ratio < 1.5:
        return Found("coarse", _where(setting))
    return Found("fixed_bracket", f"{_where(setting)} You get {found:.4g}.")


def _which_slip(
    got: dict[Setting, float], slips: dict[str, Callable[[float, float, float], float]]
) -> Found:
    if min(got.values()) <= 0:
        return Found("not_positive")
    for code, slip in slips.items():
        if all(abs(found / slip(*one) - 1) <= 1e-3 for one, found in got.items()):
            return Found(code)
    ratios = {setting: found / _least(*setting) for setting, found in got.items()}
    if all(1 - 1e-3 < one <= 1 + ABOVE for one in ratios.values()):
        return Found("low_end", _where(min(ratios, key=lambda one: ratios[one])))
    if all(1 - 2e-2 < one < 1.02 for one in ratios.values()):
        return Found("coarse", _where(max(ratios, key=lambda one: abs(ratios[one] - 1))))
    setting = min(ratios, key=lambda one: ratios[one])
    if ratios[setting] < 1 - BELOW:
        reach, epsilon, _ = setting
        true = gaussian_delta(sigma=got[setting], l2_sensitivity=reach, epsilon=epsilon)
        return Found("unsafe", f"{_where(setting)} There your noise has δ = {true:.3g}.")
    setting = max(ratios, key=lambda one: ratios[one])
    return Found("wasteful", _where(setting))


def _solve(excess: Callable[[float], float]) -> float:
    """The σ at which a δ that falls with σ has come down to what is allowed (1 for Δ₂ = 1)."""
    low, high = 1e-6, 1e6
    if excess(low) <= 0 or excess(high) > 0:
        return inf
    for _ in range(70):
        middle = sqrt(low * high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def _weighted(weight: Callable[[float], float], first: Callable[[float], float]) -> Callable[
    [float, float, float], float
]:  # fmt: skip
    """The σ of a formula with other weights of its two probabilities."""

    def sigma(reach: float, epsilon: float, delta: float) -> float:
        def excess(s: float) -> float:
            half, middle = 1 / (2 * s), epsilon * s
            one, other = float(ndtr(half - middle)), float(ndtr(-half - middle))
            return first(epsilon) * one - weight(epsilon) * other - delta

        return reach * _solve(excess)

    return sigma


def _exp(epsilon: float) -> float:
    return float(np.exp(epsilon))


def _classical(reach: float, epsilon: float, delta: float) -> float:
    return reach * sqrt(2 * log(1.25 / delta)) / epsilon


_SLIPS: dict[str, Callable[[float, float, float], float]] = {
    "classical": _classical,
    "classical_without_125": lambda d, e, a: d * sqrt(2 * log(1 / a)) / e,
    "classical_below_one": lambda d, e, a: _classical(d, e, a) if e < 1 else _least(d, e, a),
    "exponential_missing": _weighted(lambda e: 1.0, lambda e: 1.0),
    "tail_of_the_loss": _weighted(lambda e: 0.0, lambda e: 1.0),
    "sensitivity_ignored": lambda d, e, a: _least(1.0, e, a),
    "sensitivity_divided": lambda d, e, a: _least(1.0, e, a) / d,
    "sensitivity_squared": lambda d, e, a: _least(1.0, e, a) * d**2,
    "sensitivity_by_the_root": lambda d, e, a: _least(1.0, e, a) * sqrt(d),
    "mu_returned": lambda d, e, a: d / _least(d, e, a),
    "variance_returned": lambda d, e, a: _least(d, e, a) ** 2,
    "laplace_scale": lambda d, e, a: d / e,
    "delta_halved": lambda d, e, a: _least(d, e, a / 2),
    "delta_doubled": lambda d, e, a: _least(d, e, 2 * a),
    "epsilon_halved": lambda d, e, a: _least(d, e / 2, a),
    "replaced_twice": lambda d, e, a: _least(2 * d, e, a),
}

_REPAIRS: dict[str, Callable[[float, float, float], float]] = {
    "flaw_still_there": _weighted(lambda e: 1.0, lambda e: 1.0),
    "factor_on_the_first_term": _weighted(lambda e: 1.0, _exp),
    "factor_on_both_terms": _weighted(_exp, _exp),
    "factor_inverted": _weighted(lambda e: 1 / _exp(e), lambda e: 1.0),
    "factor_is_epsilon": _weighted(lambda e: e, lambda e: 1.0),
    "second_term_removed": _weighted(lambda e: 0.0, lambda e: 1.0),
    "shrunk_afterwards": lambda d, e, a: (
        _weighted(lambda e: 1.0, lambda e: 1.0)(d, e, a) * 3.7306 / 4.2844
    ),
    "delta_scaled": lambda d, e, a: _weighted(lambda e: 1.0, lambda e: 1.0)(d, e, a * _exp(e)),
    "classical": _classical,
}
