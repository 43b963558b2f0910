"""Noise on the integers, drawn exactly: nothing is rounded, so no bit can tell (lesson 18).

Counts are integers, and neighbouring counts differ by an integer. With integer noise every output is
possible for every count, as the definition demands. Canonne, Kamath, Steinke (2020), *The discrete
Gaussian for differential privacy*.
"""

from fractions import Fraction
from math import exp, fsum, isqrt, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.dp.exact.exact_coins import Coin, above_zero, exact_coins, uniform_below
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import Vector, integer, non_negative, positive


def discrete_laplace(*, epsilon: Fraction, coin: Coin, exp_coin: Coin) -> int:
    """One draw of discrete Laplace noise, exactly.

        Pr[Z = k] = (1 − a)/(1 + a) · a^|k|,    a = e^(−ε),    k an integer     (18.iii)

    A size: heads of ``exp_coin(ε)`` before the first tails. A sign: a fair coin. "−0" is thrown
    away and all is drawn again, or 0 would come twice as often. About 1/ε coins for one draw.
    ``epsilon``         an exact number > 0 (a ``Fraction`` or an integer); ``ValueError`` otherwise
    ``coin, exp_coin``  True with probability p, and with probability e^(−γ): ``exact_coins()``
    """
    epsilon = above_zero("epsilon", epsilon)
    while True:
        size = 0
        while exp_coin(epsilon):
            size += 1
        negative = coin(Fraction(1, 2))
        if not (negative and size == 0):
            return -size if negative else size


def discrete_laplace_quick(*, scale: Fraction, coin: Coin, exp_coin: Coin) -> int:
    """The same distribution with ``scale`` = 1/ε = t/s, in steps whose number does not grow with the scale.

    Canonne, Kamath, Steinke (2020), Algorithm 2: a geometric number is drawn as a rest modulo t and
    the number of whole multiples of t. ``scale`` an exact number > 0.
    """
    scale = above_zero("scale", scale)
    t, s = scale.numerator, scale.denominator
    while True:
        rest = uniform_below(t, coin=coin)
        if not exp_coin(Fraction(rest, t)):
            continue
        multiples = 0
        while exp_coin(Fraction(1)):
            multiples += 1
        size = (rest + t * multiples) // s
        negative = coin(Fraction(1, 2))
        if not (negative and size == 0):
            return -size if negative else size


def discrete_gaussian(*, sigma_squared: Fraction, coin: Coin, exp_coin: Coin) -> int:
    """One draw of discrete Gaussian noise, exactly: Pr[Z = k] ∝ e^(−k²/2σ²), as in (18.v).

    Canonne, Kamath, Steinke (2020), Algorithm 3: draw discrete Laplace noise of scale t = ⌊σ⌋ + 1 and
    keep it with probability e^(−(|k| − σ²/t)²/2σ²). ``sigma_squared`` an exact number > 0.
    """
    variance = above_zero("sigma_squared", sigma_squared)
    t = _floor_of_root(variance) + 1
    while True:
        k = discrete_laplace_quick(scale=Fraction(t), coin=coin, exp_coin=exp_coin)
        if exp_coin((abs(k) - variance / t) ** 2 / (2 * variance)):
            return k


def private_count(
    count: int,
    *,
    sensitivity: int,
    epsilon: Fraction,
    random_bytes: RandomBytes = secure_bytes,
) -> int:
    """``count`` plus discrete Laplace noise of parameter ε/Δ: the release is ``epsilon``-DP, δ = 0.

    ``sensitivity``  Δ, an integer >= 1; ``epsilon`` exact, > 0. The guarantee holds for what the
    machine returns, given uniform ``random_bytes``; how long it takes is not covered. Ghosh,
    Roughgarden, Sundararajan (2012).
    """
    noise_epsilon = above_zero("epsilon", epsilon) / integer("sensitivity", sensitivity, minimum=1)
    coin, exp_coin = exact_coins(random_bytes)
    noise = discrete_laplace(epsilon=noise_epsilon, coin=coin, exp_coin=exp_coin)
    return integer("count", count) + noise


def release_and_bytes(
    count: int, *, epsilon: Fraction, random_bytes: RandomBytes
) -> tuple[int, int]:
    """(release of ``private_count`` with sensitivity 1, number of random bytes that it asked for).

    The number of bytes grows with the size of the noise. Anyone who sees it, or how long a release
    takes, learns more than ε allows (lesson 18).
    """
    sizes: list[int] = []

    def source(size: int) -> bytes:
        sizes.append(size)
        return random_bytes(size)

    release = private_count(count, sensitivity=1, epsilon=epsilon, random_bytes=source)
    return release, sum(sizes)


def discrete_laplace_pmf(k: ArrayLike, *, epsilon: float) -> Vector:
    """Pr[Z = k] of (18.iii) for integers ``k`` of any shape, as floats."""
    budget = positive("epsilon", epsilon)
    return np.asarray(tanh(budget / 2) * np.exp(-budget * np.abs(_integers(k))))


def discrete_gaussian_pmf(k: ArrayLike, *, sigma: float) -> Vector:
    """Probabilities of discrete Gaussian noise for integers ``k`` of any shape, as floats.

    Pr[Z = k] = e^(−k²/2σ²) / Σ_j e^(−j²/2σ²)                          (18.v)
    """
    noise = positive("sigma", sigma)
    return np.asarray(np.exp(-((_integers(k) / noise) ** 2) / 2) / _normaliser(noise))


def discrete_gaussian_delta(*, sigma: float, sensitivity: int, epsilon: float) -> float:
    """The smallest δ of one release with discrete Gaussian noise (Canonne et al. 2020, Theorem 7).

        δ(ε) = Pr[Z > εσ²/Δ − Δ/2] − e^ε · Pr[Z > εσ²/Δ + Δ/2]             (18.vi)

    ``sigma`` > 0, the parameter of (18.v); ``sensitivity`` Δ, an integer >= 1. Adds up the terms
    Pr[Z = k] − e^ε·Pr[Z = k + Δ] that are positive: all k > εσ²/Δ − Δ/2.
    """
    noise, budget = positive("sigma", sigma), non_negative("epsilon", epsilon)
    reach = integer("sensitivity", sensitivity, minimum=1)
    first = int(np.floor(budget * noise**2 / reach - reach / 2)) + 1
    k = np.arange(first, max(first, 0) + int(12 * noise) + 40, dtype=np.float64)
    loss = reach * (2 * k + reach) / (2 * noise**2)  # ln of Pr[Z = k] over Pr[Z = k + Δ]
    terms = np.exp(-((k / noise) ** 2) / 2) * -np.expm1(np.minimum(0.0, budget - loss))
    return fsum(terms.tolist()) / _normaliser(noise)


def _normaliser(sigma: float) -> float:
    """Σ_j e^(−j²/2σ²) over all integers j."""
    last = int(40 * sigma) + 2
    return 1 + 2 * fsum(exp(-((j / sigma) ** 2) / 2) for j in range(1, last))


def _floor_of_root(value: Fraction) -> int:
    """The largest integer whose square is at most ``value``."""
    return isqrt(value.numerator // value.denominator)


def _integers(k: ArrayLike) -> NDArray[np.int64]:
    values = np.asarray(k)
    if values.dtype.kind not in "iu":
        raise ValueError(f"k must hold integers, got k of type {values.dtype}")
    return values.astype(np.int64)
