"""The laws that the checks of lesson 12 compare with, and where the draws come from."""

import copy
from collections.abc import Callable
from functools import cache
from math import log
from typing import Any

import numpy as np

from lessons.checks.attempt import Found
from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.validation import Vector


def draws_elsewhere(call: Callable[[np.random.Generator], Any], rng: np.random.Generator) -> bool:
    """Whether the draws of ``call`` come from elsewhere than the generator that it gets.

    Generators in the same state must give the same draws, one generator must give fresh ones.
    """
    one, twin = copy.deepcopy(rng), copy.deepcopy(rng)
    first, second, again = (np.asarray(call(own)) for own in (one, one, twin))
    return not np.array_equal(first, again) or np.array_equal(first, second)


def is_laplace(noise: Vector, scale: float) -> bool:
    """Whether independent draws (n,) look like Lap(scale) in shape and in size."""
    gap = cdf_distance(noise, lambda x: laplace_cdf(x, scale=scale))
    half = FALSE_ALARM / 2
    close = gap <= cdf_bound(len(noise), false_alarm=half)
    return close and has_mean(np.abs(noise), scale, false_alarm=half)


def is_one_sided(noise: Vector) -> bool:
    """Whether no draw lies below 0, or none above."""
    return bool(noise.min() >= 0 or noise.max() <= 0)


def has_mean(draws: Vector, mean: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether exponential draws (n,), such as |Laplace noise|, can have this mean.

    Chernoff: the average of n such draws is beyond r times its mean with probability at most
    e^(−n·(r − 1 − ln r)) on each side.
    """
    ratio = float(draws.mean()) / mean
    if ratio <= 0:
        return False
    return bool(len(draws) * (ratio - 1 - log(ratio)) <= log(2 / false_alarm))


def laplace_cdf(x: Vector, *, scale: float) -> Vector:
    """Pr[Z <= x] of Z ~ Lap(scale)."""
    tail = np.exp(-np.abs(x) / scale) / 2
    return np.asarray(np.where(x < 0, tail, 1 - tail))


def law_or_scale(noise: Vector) -> Found:
    """Say what is wrong with noise that is no Laplace noise of a known scale.

    (E|Z|)² / E Z² is 1/2 for Laplace noise of any scale, 2/π for Gaussian, 3/4 for uniform noise.
    """
    size = float(np.abs(noise).mean())
    if not 0.44 < size**2 / float((noise**2).mean()) < 0.56:
        return Found("wrong_law")
    return Found("wrong_scale", f"The typical size of your noise is {size:.2f}.")


@cache
def laplace_max(logits: tuple[float, ...]) -> Vector:
    """The law of argmax(logits + Lap(1)), by adding up ∫ Π G(z − u_s) dG(z − u_r)."""
    z = np.linspace(-25.0, 40.0, 6501)
    cdf = np.array([laplace_cdf(z - one, scale=1.0) for one in logits])
    middle, steps = (cdf[:, 1:] + cdf[:, :-1]) / 2, np.diff(cdf)
    others = np.array([np.delete(middle, r, axis=0).prod(axis=0) for r in range(len(logits))])
    return np.asarray((steps * others).sum(axis=1))
