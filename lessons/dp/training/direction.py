"""What clipping and noise leave of a gradient's direction (lesson 16).

The length of a step can be mended by the learning rate, its direction cannot. With ḡ_C the mean of the
clipped gradients and g the mean of the unclipped ones, both over all examples, a private gradient is
about ḡ_C plus noise of length σ √d / (q n), d parameters, at right angles to everything:

    cos ∠(g̃, g) ≈ cos ∠(ḡ_C, g) · ‖ḡ_C‖ / √(‖ḡ_C‖² + σ² d / (q n)²),    σ = noise_multiplier · C

Small C: little noise, but long gradients count no more than short ones. Large C: the other way round.
All of it is computed from the examples without noise: to explore, never to choose C.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.mechanisms.clipping import clip_factors, row_norms
from lessons.dp.training.private_gradient import require_rows
from lessons.validation import Vector, non_negative, positive, vector


@dataclass(frozen=True)
class ClippedMeans:
    """Of every clip norm, the length of the mean clipped gradient and its cosine with the mean one."""

    norms: Vector  # (n_examples,), before clipping
    n_parameters: int
    clip_norms: Vector  # (n_clip_norms,)
    lengths: Vector  # ‖ḡ_C‖
    cosines: Vector  # cos ∠(ḡ_C, g)


def clipped_means(gradients: ArrayLike, clip_norms: ArrayLike) -> ClippedMeans:
    """Clip the rows of ``gradients`` (n_examples, n_parameters) to each of ``clip_norms``.

    ``ValueError`` for no rows, a mean gradient of zero, or a clip norm that is not positive.
    """
    rows, limits = require_rows(gradients), vector("clip_norms", clip_norms)
    if len(rows) == 0 or not rows.any():
        raise ValueError(f"gradients must have a mean, got gradients of shape {rows.shape}")
    norms, mean = row_norms(rows), rows.mean(axis=0)
    factors = np.array([clip_factors(norms, clip_norm=limit) for limit in limits])
    means = factors @ rows / len(rows)  # (n_clip_norms, n_parameters)
    lengths = np.linalg.norm(means, axis=1)
    cosines = means @ mean / (lengths * np.linalg.norm(mean))
    return ClippedMeans(norms, rows.shape[1], limits, lengths, cosines)


def direction_kept(
    means: ClippedMeans, *, noise_multiplier: float, expected_batch_size: float
) -> Vector:
    """The typical cosine between a private gradient and the mean gradient, for every clip norm."""
    size = positive("expected_batch_size", expected_batch_size)
    sigma = non_negative("noise_multiplier", noise_multiplier) * means.clip_norms
    noise = sigma * np.sqrt(means.n_parameters) / size
    return np.asarray(means.cosines * means.lengths / np.hypot(means.lengths, noise))
