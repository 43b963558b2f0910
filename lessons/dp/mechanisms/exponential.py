"""Choosing privately: which candidate is best, when adding noise to the answer makes no sense (lesson 12).

Both mechanisms want a score for every candidate. Its sensitivity Δ is the most that one person can
change any one score.
"""

from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from lessons.validation import Vector, positive, vector


def exponential_probabilities(scores: ArrayLike, *, sensitivity: float, epsilon: float) -> Vector:
    """Probability of each candidate; ``epsilon``-DP (McSherry and Talwar 2007).

        Pr[M(x) = r] ∝ e^(ε u(x, r) / 2Δ)                                   (12.vi)

    ``scores``  u(x, r) of each candidate r, shape (n_candidates,)
    Returns probabilities of the same shape.
    """
    logits = _scaled(scores, sensitivity=sensitivity, epsilon=epsilon)
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())


def exponential_mechanism(
    scores: ArrayLike, *, sensitivity: float, epsilon: float, rng: np.random.Generator
) -> int:
    """The index of one candidate, drawn by (12.vi): good ones are likely, none is impossible."""
    p = exponential_probabilities(scores, sensitivity=sensitivity, epsilon=epsilon)
    return int(rng.choice(len(p), p=p))


def report_noisy_max(
    scores: ArrayLike, *, sensitivity: float, epsilon: float, rng: np.random.Generator
) -> int:
    """The index of the largest score after exponential noise; ``epsilon``-DP (Ding et al. 2021).

    Each score gets an independent draw of Exp(2Δ/ε), mean 2Δ/ε. Only the index leaves: the noisy
    score itself would cost more privacy.
    """
    logits = _scaled(scores, sensitivity=sensitivity, epsilon=epsilon)
    return int(np.argmax(logits + rng.exponential(size=logits.shape)))


def noisy_max_probabilities(scores: ArrayLike, *, sensitivity: float, epsilon: float) -> Vector:
    """Probability of each candidate under ``report_noisy_max``, exactly: that of *permute and flip*.

    Go through the candidates in random order; accept candidate r with probability
    e^(ε (u_r − u_max) / 2Δ), else go on (McKenna and Sheldon 2020). Averages over all orders, so
    keep n_candidates at 8 or less.
    """
    logits = _scaled(scores, sensitivity=sensitivity, epsilon=epsilon)
    accept = np.exp(logits - logits.max())
    law = np.zeros(len(accept))
    for order in permutations(range(len(accept))):
        reached = 1.0
        for candidate in order:
            law[candidate] += reached * accept[candidate]
            reached *= 1 - accept[candidate]
    return law / factorial(len(accept))


def _scaled(scores: ArrayLike, *, sensitivity: float, epsilon: float) -> Vector:
    """ε u / 2Δ for every candidate."""
    u = vector("scores", scores)
    return u * (positive("epsilon", epsilon) / (2 * positive("sensitivity", sensitivity)))
