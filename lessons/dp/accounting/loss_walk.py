"""The privacy loss of k releases as a random walk: one step per release (lesson 14)."""

from math import sqrt, tanh

import numpy as np

from lessons.dp.randomized_response import probability_for
from lessons.validation import Vector, integer, positive


def coin_walks(*, epsilon: float, n_releases: int, n_runs: int, rng: np.random.Generator) -> Vector:
    """The losses of ``n_runs`` runs of k coins after each release: (n_runs, n_releases), cumulated.

        L = Σ_i L_i,    L_i = +ε with probability p = e^ε/(1+e^ε), else −ε  (14.iii)

    The coins are tossed under the first table. ``ValueError`` for ε that is no ε of a coin, or for
    fewer than 1 run or release.
    """
    p = probability_for(epsilon=epsilon)
    shape = integer("n_runs", n_runs, minimum=1), integer("n_releases", n_releases, minimum=1)
    # whole steps first: the sum of many floats ±ε would not come back to 0 exactly
    steps = np.where(rng.random(shape) < p, 1, -1)
    return np.asarray(np.cumsum(steps, axis=1, dtype=np.int64) * epsilon, dtype=np.float64)


def laplace_losses(
    *, epsilon: float, n_releases: int, n_runs: int, rng: np.random.Generator
) -> Vector:
    """The losses of ``n_runs`` runs of k Laplace releases of a count: (n_runs,).

    Release i is z = f(x) + Lap(1/ε), and f(x′) is 1 away: L_i = ε·(|z − f(x′)| − |z − f(x)|).
    ``ValueError`` as in ``coin_walks``.
    """
    scale = 1 / positive("epsilon", epsilon)
    shape = integer("n_runs", n_runs, minimum=1), integer("n_releases", n_releases, minimum=1)
    noise = rng.laplace(scale=scale, size=shape)
    return np.asarray(((np.abs(noise - 1) - np.abs(noise)) / scale).sum(axis=1))


def coin_loss_moments(*, epsilon: float, n_releases: int) -> tuple[float, float]:
    """(mean, standard deviation) of the loss of k coins: k·ε·tanh(ε/2) and √k·ε/cosh(ε/2).

    ``ValueError`` for ε that is not positive or k below 1.
    """
    e, k = positive("epsilon", epsilon), integer("n_releases", n_releases, minimum=1)
    return k * e * tanh(e / 2), e * sqrt(k * (1 - tanh(e / 2) ** 2))
