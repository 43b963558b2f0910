"""Canaries: planted records whose traces in a released gradient are as plain as can be (lesson 17).

Canary i has a gradient of its own: a number in parameter i, zeros elsewhere. So what the step releases
in parameter i speaks of canary i and of nobody else. A fair coin says whether it is in the data at
all; if it is, each step samples it like any other record. The gradient is longer than the clip
norm, because a step that forgets to clip is only found by a gradient that should have been clipped.
"""

from collections.abc import Callable
from math import log, log1p

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.dp.training.private_gradient import noisy_mean
from lessons.validation import Vector, finite_array, integer, positive, require_sampling_rate

Bits = NDArray[np.bool_]
Step = Callable[..., Vector]  # step(gradients, rng=rng) -> (n_parameters,)


def insert_canaries(
    step: Step,
    *,
    n_canaries: int,
    norm: float,
    sampling_rate: float,
    steps: int,
    rng: np.random.Generator,
) -> tuple[Bits, Vector]:
    """Run ``steps`` steps on canaries only; which of them were in, and all that was released.

    1  coins      every canary is in the data with probability 1/2
    2  sample     in each step every canary that is in takes part with probability ``sampling_rate``
    3  gradients  one row per canary that takes part: ``norm`` in the canary's own parameter, else 0
    4  release    step(gradients, rng=rng), with gradients of shape (n_in_batch, n_canaries)

    Returns (included (n_canaries,), outputs (steps, n_canaries)). It writes whole rows, so it is for
    a few thousand canaries; ``insert_canaries_in_bulk`` is for more.
    """
    m, length = integer("n_canaries", n_canaries, minimum=1), positive("norm", norm)
    rate = require_sampling_rate(sampling_rate)
    included = rng.random(m) < 0.5  # 1
    outputs = np.empty((integer("steps", steps, minimum=1), m))
    for t in range(steps):
        taking_part = np.flatnonzero(included & (rng.random(m) < rate))  # 2
        gradients = np.zeros((len(taking_part), m))
        gradients[np.arange(len(taking_part)), taking_part] = length  # 3
        outputs[t] = _released(step(gradients, rng=rng), m)  # 4
    return included, outputs


def insert_canaries_in_bulk(
    *,
    n_canaries: int,
    norm: float,
    clip_norm: float,
    noise_multiplier: float,
    sampling_rate: float,
    steps: int,
    expected_batch_size: float,
    rng: np.random.Generator,
) -> tuple[Bits, Vector]:
    """What ``insert_canaries`` gives for the reference step, without writing its rows down.

    The rows have no parameter in common, so their clipped sum is min(norm, C) where a canary takes
    part and 0 elsewhere. Same draws from ``rng``, same outputs: (included, outputs).
    """
    m, length = integer("n_canaries", n_canaries, minimum=1), positive("norm", norm)
    rate = require_sampling_rate(sampling_rate)
    clipped = min(length, positive("clip_norm", clip_norm))
    included = rng.random(m) < 0.5
    outputs = np.empty((integer("steps", steps, minimum=1), m))
    for t in range(steps):
        outputs[t] = noisy_mean(
            clipped * (included & (rng.random(m) < rate)),
            clip_norm=clip_norm,
            noise_multiplier=noise_multiplier,
            expected_batch_size=expected_batch_size,
            rng=rng,
        )
    return included, outputs


def canary_scores(
    outputs: ArrayLike, *, signal: float, noise: float, sampling_rate: float
) -> Vector:
    """How much likelier each canary's outputs are if it was in: a log-likelihood ratio.

        score = Σ over steps of ln((1 − q) + q · e^((2 s y − s²) / (2 ν²)))         (17.vi)

    ``outputs``  (steps, n_canaries): y, what each step released in each canary's parameter
    ``signal``   s: what a clipped canary adds to y, C / (q n); ``noise``  ν: the deviation of y
    Both are those of the claimed mechanism. By Neyman and Pearson (1933) no other score tells in
    from out better, if the claim is true. Returns (n_canaries,).
    """
    y, rate = finite_array("outputs", outputs), require_sampling_rate(sampling_rate)
    if y.ndim != 2:
        raise ValueError(f"outputs must have shape (steps, n_canaries), got {y.shape}")
    s, deviation = positive("signal", signal), positive("noise", noise)
    ratio = (2 * s * y - s * s) / (2 * deviation**2)
    if rate == 1:
        return np.asarray(ratio.sum(axis=0))
    return np.asarray(np.logaddexp(log1p(-rate), log(rate) + ratio).sum(axis=0))


def _released(release: Vector, n_parameters: int) -> Vector:
    values = finite_array("the step's result", release)
    if values.shape != (n_parameters,):
        raise ValueError(
            f"the step must return one number per parameter, shape ({n_parameters},), "
            f"got shape {values.shape}"
        )
    return values
