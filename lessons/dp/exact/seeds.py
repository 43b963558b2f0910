"""Noise that can be computed again: seeds that are guessed, and seeds that are used twice (lesson 18)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from lessons.validation import positive, vector

WHOLE = 1e-6  # how far from an integer a rounded sum minus its noise may be


def find_seed(releases: ArrayLike, *, epsilon: float, seeds: Iterable[int]) -> int | None:
    """The seed among ``seeds`` whose noise turns every release into a whole number, or None.

    ``releases``  (n,) counts + ``np.random.default_rng(seed).laplace(scale=1/ε, size=n)``
    A wrong seed leaves n numbers that are whole to within 1e-6 with probability (2e-6)^n.
    """
    table, scale = vector("releases", releases), 1 / positive("epsilon", epsilon)
    for seed in seeds:
        rest = table - np.random.default_rng(seed).laplace(scale=scale, size=len(table))
        if (np.abs(rest - np.round(rest)) < WHOLE).all():
            return seed
    return None
