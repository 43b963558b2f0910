"""Mechanisms that add calibrated noise: from a query and its sensitivity to an ε-DP release (lesson 12).

A mechanism M is ε-differentially private when for all neighbours x, x′ and all sets S of outputs

    Pr[M(x) ∈ S] ≤ e^ε · Pr[M(x′) ∈ S]                                     (12.ii)
"""

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.mechanisms.sensitivity import bounds, mean_sensitivity
from lessons.validation import Vector, between, finite_array, positive, vector


def laplace_mechanism(
    value: ArrayLike, *, sensitivity: float, epsilon: float, rng: np.random.Generator
) -> Vector:
    """Add Laplace noise to ``value``; the release is ``epsilon``-DP (Dwork et al. 2006, Prop. 1).

        M(x) = f(x) + Z,    Z_i ~ Lap(b),    b = Δ₁ / ε                     (12.iii)

    ``value``        f(x), any shape (a number gives an array of shape ()); not changed
    ``sensitivity``  Δ₁: the most that f can change, summed over its entries, between neighbours;
                     in units of the query
    Returns a new float array of the same shape. ``ValueError`` for ε or Δ₁ that is not positive.
    """
    array = finite_array("value", value)
    scale = positive("sensitivity", sensitivity) / positive("epsilon", epsilon)
    return np.asarray(array + rng.laplace(scale=scale, size=array.shape))


def laplace_density(x: ArrayLike, *, centre: float, scale: float) -> Vector:
    """Density of ``centre`` + Lap(``scale``) at the points ``x``: e^(−|x − centre| / b) / 2b."""
    b = positive("scale", scale)
    return np.asarray(np.exp(-np.abs(finite_array("x", x) - centre) / b) / (2 * b))


def laplace_error_bound(*, sensitivity: float, epsilon: float, failure: float) -> float:
    """How far one Laplace release strays, except with probability ``failure`` (0 < failure < 1).

    Pr[|Z| > t] = e^(−t/b),    so    t = (Δ₁ / ε) · ln(1 / failure)     (12.iv)
    """
    scale = positive("sensitivity", sensitivity) / positive("epsilon", epsilon)
    return scale * float(np.log(1 / between("failure", failure, 0, 1)))


def private_mean(
    values: ArrayLike, *, lower: float, upper: float, epsilon: float, rng: np.random.Generator
) -> float:
    """Clip to public bounds, average, add noise; ``epsilon``-DP for replacing one of n rows.

        M(x) = (1/n) Σ clip(x_i, L, U) + Lap((U − L) / (n ε))               (12.v)

    ``values``        shape (n,), n >= 1; n is public, as always under the replace relation
    ``lower, upper``  L < U, chosen without looking at ``values``; in units of the values
    Returns one float, in units of the values. ``ValueError`` for bad ε, bounds or empty values.
    """
    table = vector("values", values)
    low, high = bounds(lower, upper)
    reach = mean_sensitivity(lower=low, upper=high, n=len(table), relation="replace")
    mean = np.clip(table, low, high).mean()
    return float(laplace_mechanism(mean, sensitivity=reach, epsilon=epsilon, rng=rng))


def private_mean_error(
    values: ArrayLike, *, lower: float, upper: float, epsilon: float
) -> tuple[float, float]:
    """(bias, noise) of ``private_mean``: what clipping moves, and the noise's standard deviation.

    Their squares add up to the mean squared error. Computed from the data, hence itself private.
    """
    table = vector("values", values)
    low, high = bounds(lower, upper)
    bias = float(np.clip(table, low, high).mean() - table.mean())
    return bias, float(np.sqrt(2)) * (high - low) / (len(table) * positive("epsilon", epsilon))


def best_upper_bound(
    values: ArrayLike, *, lower: float, candidates: ArrayLike, epsilon: float
) -> float:
    """The candidate for ``upper`` with the smallest root mean squared error of ``private_mean``.

    It looks at the data without any noise: to explore the trade-off, never to choose a bound.
    """
    uppers = vector("candidates", candidates)
    errors = [
        np.hypot(*private_mean_error(values, lower=lower, upper=upper, epsilon=epsilon))
        for upper in uppers
    ]
    return float(uppers[int(np.argmin(errors))])
