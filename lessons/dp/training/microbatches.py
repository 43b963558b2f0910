"""Clipping averages instead of examples: what ``num_microbatches`` does (lesson 16).

TensorFlow Privacy cuts a batch into microbatches, averages the gradients inside each, clips the
averages, adds them, adds noise N(0, (noise_multiplier · C)²) once, and divides by their number. With
one example in each that is DP-SGD, but for the division. With more, one example can turn the
average of its group from C in one direction to C in the opposite one:

    the L2 sensitivity is 2 C, so the noise multiplier is worth half.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.dp.mechanisms.clipping import clip_rows
from lessons.dp.training.private_gradient import noisy_mean, require_rows
from lessons.validation import Vector, integer, non_negative


def microbatch_gradient(
    gradients: ArrayLike,
    groups: NDArray[np.int64],
    *,
    n_microbatches: int,
    clip_norm: float,
    noise_multiplier: float,
    rng: np.random.Generator,
) -> Vector:
    """The noisy mean of clipped group averages: the *wrong* step, for comparison.

    ``gradients``  (n_in_batch, n_parameters), one row per example
    ``groups``     (n_in_batch,) integers from 0 to n_microbatches − 1: the group of every row,
                   which must not depend on who else is in the batch
    The average of an empty group is 0. Returns (n_parameters,). ``ValueError`` for anything else.
    """
    averages = group_averages(gradients, groups, n_microbatches=n_microbatches)
    return noisy_mean(
        clip_rows(averages, clip_norm=clip_norm).sum(axis=0),
        clip_norm=clip_norm,
        noise_multiplier=noise_multiplier,
        expected_batch_size=n_microbatches,
        rng=rng,
    )


def group_averages(
    gradients: ArrayLike, groups: NDArray[np.int64], *, n_microbatches: int
) -> Vector:
    """The average row of every group, (n_microbatches, n_parameters); zeros for an empty group."""
    rows, count = require_rows(gradients), integer("n_microbatches", n_microbatches, minimum=1)
    members = np.asarray(groups)
    if members.shape != (len(rows),) or (members.size and members.dtype.kind not in "iu"):
        raise ValueError(f"groups must be one integer per row, got shape {members.shape}")
    if members.size and not (members.min() >= 0 and members.max() < count):
        raise ValueError(f"groups must be from 0 to {count - 1}, got groups={members.tolist()}")
    belongs = np.arange(count)[:, None] == members  # (n_microbatches, n_in_batch)
    return np.asarray(belongs @ rows / np.maximum(belongs.sum(axis=1), 1)[:, None])


def honest_noise_multiplier(noise_multiplier: float) -> float:
    """What the accountant must be given for a microbatch of several examples: half of it."""
    return non_negative("noise_multiplier", noise_multiplier) / 2
