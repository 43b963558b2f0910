"""How far a sample may stray before a check calls it wrong: bounds, not rules of thumb.

Each bound is exceeded by a right solution with probability at most ``false_alarm`` (1e-6 unless
told: a class of 200 learners who run a check a hundred times sees one alarm in fifty years).
"""

from collections.abc import Callable
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from lessons.validation import Vector

FALSE_ALARM = 1e-6


def cdf_distance(
    samples: NDArray[np.float64],
    cdf: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> float:
    """The largest gap between the empirical distribution of ``samples`` (n,) and ``cdf``."""
    ordered = np.sort(np.asarray(samples, dtype=np.float64))
    n = len(ordered)
    theory = cdf(ordered)
    above = np.arange(1, n + 1) / n - theory
    below = theory - np.arange(n) / n
    return float(max(above.max(), below.max()))


def cdf_bound(n: int, *, false_alarm: float = FALSE_ALARM) -> float:
    """The gap of n independent samples exceeds this with probability ≤ false_alarm (Massart 1990)."""
    return sqrt(log(2 / false_alarm) / (2 * n))


def frequency_bound(n: int, *, false_alarm: float = FALSE_ALARM) -> float:
    """Bound how far a frequency strays from its probability (Hoeffding 1963).

    Over n independent trials it strays further with probability at most ``false_alarm``.
    """
    return sqrt(log(2 / false_alarm) / (2 * n))


def count_is_off(count: int, n: int, p: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether ``count`` of n independent trials of probability p is too small or too large."""
    fewer = float(bdtr(count, n, p))
    more = float(bdtrc(count - 1, n, p)) if count > 0 else 1.0
    return min(fewer, more) < false_alarm / 2


def two_sample_distance(one: Vector, other: Vector) -> float:
    """The largest gap between the empirical distribution functions of two samples."""
    one, other = np.sort(one), np.sort(other)
    both = np.concatenate([one, other])
    first = np.searchsorted(one, both, side="right") / len(one)
    second = np.searchsorted(other, both, side="right") / len(other)
    return float(np.abs(first - second).max())


def two_sample_bound(n: int, m: int, *, false_alarm: float) -> float:
    """The gap of two samples of one distribution is larger with about this probability (Smirnov)."""
    return sqrt(log(2 / false_alarm) / 2 * (1 / n + 1 / m))
