"""Sums of privacy losses on a grid, one convolution at a time: nothing wraps around, nothing is lost.

A distribution is a pair: ``masses`` of shape (2c + 1,), the probabilities of the losses
(−c ... c) · spacing, and ``infinite``, the probability of loss ∞. The accountant (``pld``) does all steps
with one power of the transform; this is the slower and plainer route to the same numbers.
"""

import numpy as np
from numpy.typing import ArrayLike

from lessons.validation import Vector, integer, probability, vector

LossLaw = tuple[Vector, float]


def add_losses(first: LossLaw, second: LossLaw) -> LossLaw:
    """Distribution of the sum of two independent losses, on the same grid, never optimistic.

        Pr[L + L′ = l] = Σ_k Pr[L = k] · Pr[L′ = l − k]                   (15.viii)

    by FFT with room for all sums. Sums below the grid count as its lowest loss, sums above it as ∞.
    ``ValueError`` for distributions on different grids or of even length.
    """
    one, other = _law("first", first), _law("second", second)
    n = len(one[0])
    if len(other[0]) != n:
        raise ValueError(f"first and second must be of equal length, got {n} and {len(other[0])}")
    room = 2 * n - 1
    product = np.fft.rfft(one[0], room) * np.fft.rfft(other[0], room)
    every = np.fft.irfft(product, room).clip(min=0)  # index 0 is the sum −2c
    c = n // 2
    masses = every[c : c + n].copy()
    masses[0] += every[:c].sum()
    finite = (1 - one[1]) * (1 - other[1])
    return masses, float(1 - finite + every[c + n :].sum())


def repeat_losses(law: LossLaw, *, times: int) -> LossLaw:
    """Distribution of the sum of ``times`` independent losses: about 2 · log₂(times) additions."""
    remaining = integer("times", times, minimum=1)
    total = None
    while True:
        if remaining % 2:
            total = law if total is None else add_losses(total, law)
        remaining //= 2
        if remaining == 0:
            assert total is not None
            return total
        law = add_losses(law, law)


def _law(name: str, law: tuple[ArrayLike, float]) -> LossLaw:
    masses = vector(name, law[0])
    if len(masses) % 2 == 0:
        raise ValueError(f"{name} must hold an odd number of masses, got {len(masses)}")
    return masses, probability(f"{name}'s infinite", law[1])
