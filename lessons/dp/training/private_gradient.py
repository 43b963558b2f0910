"""The private gradient of DP-SGD: clip every example's gradient, add, noise once, divide (lesson 16).

    ḡ_i = g_i · min(1, C / ‖g_i‖₂)                                              (16.ii)
    g̃ = (Σ ḡ_i + Z) / L,        Z ~ N(0, σ² I),    σ = noise_multiplier · C      (16.iii)

The batch is a Poisson sample: every one of the n examples is in it with probability q, on its own.
One example more or less moves the clipped sum by at most C, whatever it holds: that is its L2
sensitivity under add/remove. L, the batch size that is expected, is fixed before the data are seen: q
times the true n differs between neighbours, and would tell them apart. Abadi et al. (2016), Algorithm 1.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.dp.mechanisms.clipping import clip_factors, row_norms
from lessons.validation import (
    Vector,
    finite_array,
    integer,
    non_negative,
    positive,
    require_sampling_rate,
    vector,
)

Indices = NDArray[np.int64]


def poisson_sample(n: int, *, sampling_rate: float, rng: np.random.Generator) -> Indices:
    """The indices, in rising order, of a Poisson sample of ``n`` examples; it may well be empty.

    Every example is in it with probability ``sampling_rate``, independently of all others and of
    earlier samples: the assumption of the accountant (lesson 15). Its size is random, with mean
    ``sampling_rate`` · n. ``ValueError`` unless n is at least 1 and 0 < ``sampling_rate`` <= 1.
    """
    rate = require_sampling_rate(sampling_rate)
    return np.flatnonzero(rng.random(integer("n", n, minimum=1)) < rate)


def private_gradient(
    gradients: ArrayLike,
    *,
    clip_norm: float,
    noise_multiplier: float,
    expected_batch_size: float,
    rng: np.random.Generator,
) -> Vector:
    """One noisy mean of clipped gradients: the step of DP-SGD that costs privacy (Abadi et al. 2016).

    ``gradients``           (n_in_batch, n_parameters), one row per example of a Poisson sample;
                            n_in_batch may be 0, and the result is then noise alone
    ``clip_norm``           C > 0, the largest L2 norm of one row; in units of the gradient
    ``noise_multiplier``    σ/C >= 0, standard deviation of the noise on the *sum* over C;
                            0 means no noise and no privacy
    ``expected_batch_size`` L > 0, fixed beforehand; not the number of rows that happened to be drawn
    Returns a new vector (n_parameters,). ``ValueError`` for anything else.
    """
    rows = require_rows(gradients)
    clipped_sum = clip_factors(row_norms(rows), clip_norm=clip_norm) @ rows  # (n_parameters,)
    return noisy_mean(
        clipped_sum,
        clip_norm=clip_norm,
        noise_multiplier=noise_multiplier,
        expected_batch_size=expected_batch_size,
        rng=rng,
    )


def noisy_mean(
    clipped_sum: ArrayLike,
    *,
    clip_norm: float,
    noise_multiplier: float,
    expected_batch_size: float,
    rng: np.random.Generator,
) -> Vector:
    """(``clipped_sum`` + Z) / L: the end of ``private_gradient``, for a sum clipped elsewhere.

    ``clipped_sum``  (n_parameters,), a sum of vectors of L2 norm at most ``clip_norm``: the caller's
    promise, it cannot be seen here. The other arguments are those of ``private_gradient``.
    """
    total = vector("clipped_sum", clipped_sum)
    sigma = non_negative("noise_multiplier", noise_multiplier) * positive("clip_norm", clip_norm)
    size = positive("expected_batch_size", expected_batch_size)
    return np.asarray((total + rng.normal(scale=sigma, size=total.shape)) / size)


def require_rows(gradients: ArrayLike) -> Vector:
    """Return ``gradients`` as a new float array (n_in_batch, n_parameters), or ``ValueError``."""
    rows = finite_array("gradients", gradients)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(
            "gradients must have one row per example and one column per parameter, "
            f"got gradients of shape {rows.shape}"
        )
    return rows
