"""Clipping: no row is longer than C, so no person moves the sum by more (lessons 13 and 16)."""

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.mechanisms.gaussian import gaussian_mechanism
from lessons.validation import Vector, finite_array, positive


def row_norms(rows: Vector) -> Vector:
    """The L2 norm of every row of (n, d), also where the squares would overflow."""
    norms: Vector = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    huge = np.isinf(norms)
    if huge.any():
        largest = np.abs(rows[huge]).max(axis=1)
        norms[huge] = largest * np.linalg.norm(rows[huge] / largest[:, None], axis=1)
    return norms


def clip_factors(norms: Vector, *, clip_norm: float) -> Vector:
    """min(1, C / norm) for every norm (n,): what clipping multiplies a row by; 1 for a norm of 0."""
    limit = positive("clip_norm", clip_norm)
    return np.asarray(limit / np.maximum(norms, limit))


def clip_rows(rows: ArrayLike, *, clip_norm: float) -> Vector:
    """Scale each row that is longer than ``clip_norm`` down to that length; leave the others alone.

        clip(x_i) = x_i · min(1, C / ‖x_i‖₂)                               (13.vii)

    ``rows`` (n, d), one person per row, n may be 0; not changed. Direction is kept, a zero row too.
    Returns a new (n, d) array. ``ValueError`` for other shapes, numbers that are not finite, or a C
    that is not positive.
    """
    table = finite_array("rows", rows)
    if table.ndim != 2:
        raise ValueError(f"rows must have two axes, got rows of shape {table.shape}")
    return np.asarray(table * clip_factors(row_norms(table), clip_norm=clip_norm)[:, None])


def private_sum(
    rows: ArrayLike, *, clip_norm: float, epsilon: float, delta: float, rng: np.random.Generator
) -> Vector:
    """Clip each row, add them up, add Gaussian noise; (ε, δ)-DP for adding or removing one row.

        M(x) = Σ_i clip(x_i) + Z,    Z_j ~ N(0, σ²),    σ = analytic_sigma(C, ε, δ)         (13.viii)

    ``rows``       (n, d), one person per row, n may be 0 (and is not revealed by the sum)
    ``clip_norm``  C, chosen without looking at ``rows``: it *is* Δ₂, whatever the rows hold
    Returns (d,). ``ValueError`` for bad arguments.
    """
    total = clip_rows(rows, clip_norm=clip_norm).sum(axis=0)
    return gaussian_mechanism(
        total, l2_sensitivity=clip_norm, epsilon=epsilon, delta=delta, rng=rng
    )
