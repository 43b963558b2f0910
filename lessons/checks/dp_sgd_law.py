"""The law that the checks of lesson 16 compare noise with: normal, of a stated standard deviation."""

from math import log, sqrt

import numpy as np
from scipy.special import ndtr

from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.validation import Vector


def is_normal(noise: Vector, sigma: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether independent draws (n,) look like N(0, σ²) in shape and in size."""
    half = false_alarm / 2
    gap = cdf_distance(noise, lambda x: np.asarray(ndtr(x / sigma)))
    close = gap <= cdf_bound(len(noise), false_alarm=half)
    return close and has_deviation(noise, sigma, false_alarm=half)


def has_deviation(noise: Vector, sigma: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether n normal draws of mean 0 can have this standard deviation.

    Chernoff, for a sum of squares: it is beyond r times its mean with probability at most
    e^(−n·(r − 1 − ln r)/2) on each side.
    """
    ratio = float(np.mean(noise**2)) / sigma**2
    if not ratio > 0:
        return False
    return bool(len(noise) * (ratio - 1 - log(ratio)) / 2 <= log(2 / false_alarm))


def is_bell_shaped(noise: Vector) -> bool:
    """Whether draws (n,), n >= 1000, look normal for some centre and deviation.

    (E|Z|)² / E Z² is 2/π = 0.637 for normal noise, 1/2 for Laplace, 3/4 for uniform noise.
    """
    centred = noise - noise.mean()
    shape = float(np.abs(centred).mean()) ** 2 / float((centred**2).mean())
    return abs(shape - 2 / np.pi) < 2.5 / sqrt(len(noise))
