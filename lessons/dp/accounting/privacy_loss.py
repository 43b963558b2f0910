"""The privacy loss: what one output says for one table against its neighbour, as a random variable.

Of two neighbours with output densities p and q, an output z drawn from p has the privacy loss

    L = ln(p(z) / q(z))                                                    (13.i)

Here p has its centre at 0 and q at ``shift``, the distance that one person moves the query; by
symmetry nothing changes when they are exchanged. Lesson 13.
"""

from math import exp

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from lessons.validation import Vector, finite, finite_array, non_negative, positive


def gaussian_loss(noise: ArrayLike, *, shift: float, sigma: float) -> Vector:
    """Privacy loss of the outputs ``noise`` ~ N(0, σ²) against N(shift, σ²): any shape, no unit.

    L = ((z − Δ)² − z²) / 2σ² = μ²/2 − μz/σ,    μ = Δ/σ                    (13.ii)
    """
    mu = positive("shift", shift) / positive("sigma", sigma)
    return np.asarray(mu * mu / 2 - mu * finite_array("noise", noise) / sigma)


def laplace_loss(noise: ArrayLike, *, shift: float, scale: float) -> Vector:
    """Privacy loss of the outputs ``noise`` ~ Lap(b) against Lap(b) about ``shift``: (|z − Δ| − |z|)/b."""
    far, z = positive("shift", shift), finite_array("noise", noise)
    return np.asarray((np.abs(z - far) - np.abs(z)) / positive("scale", scale))


def gaussian_loss_cdf(loss: ArrayLike, *, shift: float, sigma: float) -> Vector:
    """Pr[L <= loss] of Gaussian noise: L ~ N(μ²/2, μ²) (Balle and Wang 2018, Lemma 3).

    ``loss`` any shape, may be infinite. Mean and variance belong together: one number μ says all.
    """
    mu = positive("shift", shift) / positive("sigma", sigma)
    return np.asarray(ndtr((np.asarray(loss, dtype=np.float64) - mu * mu / 2) / mu))


def laplace_loss_cdf(loss: ArrayLike, *, shift: float, scale: float) -> Vector:
    """Pr[L <= loss] of Laplace noise, whose loss never leaves [−ε, ε], ε = Δ/b.

    Half of the outputs lie left of 0 and have the loss ε exactly; ½e^(−ε) of them lie beyond Δ and
    have −ε; in between Pr[L <= l] = ½e^((l − ε)/2).
    """
    reach = positive("shift", shift) / positive("scale", scale)
    values = np.asarray(loss, dtype=np.float64)
    between = np.exp((np.minimum(values, reach) - reach) / 2) / 2
    return np.where(values < -reach, 0.0, np.where(values < reach, between, 1.0))


def gaussian_loss_exceeds(*, shift: float, sigma: float, epsilon: float) -> float:
    """Pr[L > ε] = Φ(μ/2 − ε/μ): larger than δ(ε), which counts each such output only in part."""
    mu = positive("shift", shift) / positive("sigma", sigma)
    return float(ndtr(mu / 2 - non_negative("epsilon", epsilon) / mu))


def laplace_delta(*, scale: float, l1_sensitivity: float, epsilon: float) -> float:
    """The smallest δ at ``epsilon`` of one number with Laplace noise: 0 from ε = Δ₁/b on.

        δ(ε) = max(0, 1 − e^((ε − Δ₁/b)/2))

    Below Δ₁/b it is ∫ (p − e^ε·q) over the z at which the loss exceeds ε, those left of (Δ − εb)/2.
    """
    reach = positive("l1_sensitivity", l1_sensitivity) / positive("scale", scale)
    return max(0.0, 1 - exp(min(0.0, (non_negative("epsilon", epsilon) - reach) / 2)))


def delta_from_losses(losses: ArrayLike, *, epsilon: float) -> float:
    """Estimate δ(ε) from privacy losses (n,) drawn under p: an average, right for every mechanism.

    δ(ε) = E[max(0, 1 − e^(ε − L))]                                        (13.iv)

    An output with L > ε counts by how far L exceeds ε. ``losses`` may hold inf (p possible, q not),
    which counts in full. ``ValueError`` for no losses or NaN.
    """
    drawn, budget = np.asarray(losses, dtype=np.float64), finite("epsilon", epsilon)
    if drawn.size == 0 or np.isnan(drawn).any():
        raise ValueError(f"losses must hold numbers, got {drawn.size} losses, NaN or none")
    return float(-np.expm1(np.minimum(0.0, budget - drawn)).mean())


def hockey_stick(x: ArrayLike, p: ArrayLike, q: ArrayLike, *, epsilon: float) -> float:
    """The hockey-stick divergence of two densities, by adding up strips: the smallest δ one way.

    δ(ε) = ∫ max(0, p(z) − e^ε · q(z)) dz                                  (13.iii)

    ``x``       (n,) increasing points that cover what matters; ``p``, ``q`` (n,) densities there
    ``epsilon`` at least 0; the other direction is ``hockey_stick(x, q, p, ...)``
    ``ValueError`` for shapes that differ, points out of order, or negative densities.
    """
    points, one, other = (
        finite_array(name, values) for name, values in (("x", x), ("p", p), ("q", q))
    )
    if not points.ndim == 1 == (points[1:] > points[:-1]).all() or points.size < 2:
        raise ValueError(f"x must be two or more increasing points, got shape {points.shape}")
    for name, values in (("p", one), ("q", other)):
        if values.shape != points.shape or (values < 0).any():
            raise ValueError(f"{name} must hold one density per point, got shape {values.shape}")
    with np.errstate(over="ignore", divide="ignore"):
        scaled = np.exp(non_negative("epsilon", epsilon) + np.log(other))  # 0 where q is 0
    ahead = np.maximum(0.0, one - scaled)
    return float(np.trapezoid(ahead, points))
