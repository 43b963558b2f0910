"""The Gaussian mechanism: its exact δ(ε), and the noise that an (ε, δ) needs (lesson 13).

All of it depends on one number, μ = Δ₂/σ: how many standard deviations of the noise one person can
move the query. A mechanism M is (ε, δ)-differentially private when for all neighbours x, x′ and all
sets S of outputs Pr[M(x) ∈ S] ≤ e^ε · Pr[M(x′) ∈ S] + δ (11.vi).
"""

from collections.abc import Callable
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfc, erfcx

from lessons.validation import Vector, between, finite_array, integer, non_negative, positive


def gaussian_delta(*, sigma: float, l2_sensitivity: float, epsilon: float) -> float:
    """The smallest δ of one Gaussian release at ``epsilon`` (Balle and Wang 2018, Theorem 8).

        δ(ε) = Φ(μ/2 − ε/μ) − e^ε · Φ(−μ/2 − ε/μ),    μ = Δ₂/σ              (13.v)

    ``sigma``           standard deviation of the noise, > 0, in units of the query
    ``l2_sensitivity``  Δ₂ > 0: the most that the query moves, as a straight-line (L2) distance,
                        between neighbours; in units of the query
    ``epsilon``         ε >= 0
    It is exact, the same in both directions, and computed without e^ε: with u = ε/μ − μ/2 and
    v = ε/μ + μ/2, e^ε·φ(v) = φ(u), so that e^ε·Φ(−v) = ½e^(−u²/2)·erfcx(v/√2), no factor of which is
    too large or too small. Relative error below 1e-12 + 1e-13·σ/Δ₂, also at δ = 1e-300.
    ``ValueError`` for σ or Δ₂ that is not positive, or ε below 0.
    """
    noise, reach = positive("sigma", sigma), positive("l2_sensitivity", l2_sensitivity)
    middle, half = non_negative("epsilon", epsilon) * noise / reach, reach / noise / 2
    u, v = (middle - half) / sqrt(2), (middle + half) / sqrt(2)
    return max(0.0, float(erfc(u) - exp(-u * u) * erfcx(v)) / 2)


def gaussian_epsilon(*, sigma: float, l2_sensitivity: float, delta: float) -> float:
    """The smallest ε >= 0 of one Gaussian release at ``delta``: (13.v) solved for ε by bisection.

    ``sigma``, ``l2_sensitivity`` as for ``gaussian_delta``; 0 < ``delta`` < 1. The answer is never
    too small: ``gaussian_delta`` at it is at most ``delta``. ``ValueError`` for bad arguments.
    """
    allowed = between("delta", delta, 0, 1)
    mu = positive("l2_sensitivity", l2_sensitivity) / positive("sigma", sigma)

    def holds(epsilon: float) -> bool:
        found = gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon)
        return found <= allowed

    if holds(0.0):
        return 0.0
    return _smallest(holds, low=0.0, high=mu * mu / 2 + mu * sqrt(2 * log(1 / allowed)))


def classical_sigma(*, l2_sensitivity: float, epsilon: float, delta: float) -> float:
    """The textbook's noise: (ε, δ)-DP for 0 < ε < 1 (Dwork and Roth 2014, Theorem A.1).

        σ = Δ₂ · √(2 ln(1.25/δ)) / ε                                       (13.x)

    The theorem is proved for ε below 1 and the formula is wrong for large ε, so ``ValueError`` for
    ε >= 1, as for ε <= 0, δ outside (0, 1), or Δ₂ that is not positive. ``analytic_sigma`` needs
    less noise and holds for every ε.
    """
    budget = positive("epsilon", epsilon)
    if budget >= 1:
        raise ValueError(
            "epsilon must be below 1 for the classical formula (its proof ends there; "
            f"use analytic_sigma), got epsilon={epsilon!r}"
        )
    reach, allowed = positive("l2_sensitivity", l2_sensitivity), between("delta", delta, 0, 1)
    return reach * sqrt(2 * log(1.25 / allowed)) / budget


def analytic_sigma(*, l2_sensitivity: float, epsilon: float, delta: float) -> float:
    """The least noise with which a Gaussian release is (ε, δ)-DP, for every ε > 0.

    (13.v) solved for σ by bisection (Balle and Wang 2018, Algorithm 1, finds the same number).
    ``l2_sensitivity`` Δ₂ > 0, in units of the query, as is the answer; 0 < ``delta`` < 1.
    Never too small: ``gaussian_delta`` at the answer is at most ``delta``. ``ValueError`` for ε or
    Δ₂ that is not positive, δ outside (0, 1).
    """
    reach, budget = positive("l2_sensitivity", l2_sensitivity), positive("epsilon", epsilon)
    tail = sqrt(2 * log(1 / between("delta", delta, 0, 1)))
    # Pr[loss > ε] <= e^(−tail²/2) = δ when ε/μ − μ/2 = tail: more noise than needed, never too little
    enough = reach * (tail + sqrt(tail * tail + 2 * budget)) / (2 * budget)

    def holds(sigma: float) -> bool:
        return gaussian_delta(sigma=sigma, l2_sensitivity=reach, epsilon=budget) <= delta

    return _smallest(holds, low=0.0, high=enough)


def gaussian_mechanism(
    value: ArrayLike,
    *,
    l2_sensitivity: float,
    epsilon: float,
    delta: float,
    rng: np.random.Generator,
) -> Vector:
    """Add Gaussian noise to ``value``; the release is (``epsilon``, ``delta``)-DP, by (13.v).

        M(x) = f(x) + Z,    Z_i ~ N(0, σ²) independent,    σ = analytic_sigma(Δ₂, ε, δ)     (13.vi)

    ``value``           f(x), any shape (a number gives an array of shape ()); not changed
    ``l2_sensitivity``  Δ₂ of the *whole* of f: the largest √(Σ_i (f(x)_i − f(x′)_i)²)
    Returns a new float array of the same shape. ``ValueError`` for bad arguments.
    """
    array = finite_array("value", value)
    sigma = analytic_sigma(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)
    return np.asarray(array + rng.normal(scale=sigma, size=array.shape))


def gaussian_density(x: ArrayLike, *, centre: float, sigma: float) -> Vector:
    """Density of N(``centre``, ``sigma``²) at the points ``x``: e^(−(x − centre)²/2σ²) / σ√(2π)."""
    noise = positive("sigma", sigma)
    steps = (finite_array("x", x) - centre) / noise
    return np.asarray(np.exp(-steps * steps / 2) / (noise * sqrt(2 * np.pi)))


def _smallest(holds: Callable[[float], bool], *, low: float, high: float) -> float:
    """The smallest float in (low, high] for which ``holds``, which it does at ``high`` and above."""
    while low < (middle := (low + high) / 2) < high:
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def noise_of_many(n_statistics: int, *, epsilon: float, delta: float) -> tuple[float, float]:
    """(Laplace, Gaussian): the noise's standard deviation in each of d statistics moved by 1 each.

        √2 · d / ε    against    √d · analytic_sigma(1, ε, δ)              (13.ix)

    Laplace noise pays for the sum of all moves (Δ₁ = d), Gaussian noise for the straight-line distance
    (Δ₂ = √d). The first promises ε alone, the second (ε, δ). ``ValueError`` for d below 1, bad ε or δ.
    """
    d = integer("n_statistics", n_statistics, minimum=1)
    laplace = sqrt(2) * d / positive("epsilon", epsilon)
    return laplace, analytic_sigma(l2_sensitivity=sqrt(d), epsilon=epsilon, delta=delta)
