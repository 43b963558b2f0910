"""Coins whose probability is exact: integers and fractions only, never a float (lesson 18).

A ``Coin`` is a function: ``coin(p)`` is True with probability ``p``, a ``Fraction`` from 0 to 1. All
samplers of the lesson draw through a coin and through nothing else, so one argument serves real use
(``fair_coin()``, bytes of the operating system), a repeatable notebook, and a proof that goes through
every outcome of every toss (``lessons.dp.exact.all_outcomes``).
"""

from collections.abc import Callable
from fractions import Fraction

from lessons.randomness import RandomBytes, secure_bytes, uniform_integer
from lessons.validation import integer

Coin = Callable[[Fraction], bool]


def fair_coin(random_bytes: RandomBytes = secure_bytes) -> Coin:
    """A coin that makes its tosses of random bytes, by rejection: exact for every fraction.

    coin(m/d): a uniform integer below d is below m. The default source is the one for real secrets.
    """

    def coin(p: Fraction) -> bool:
        p = exact("p", p)
        if not 0 <= p <= 1:
            raise ValueError(f"p must be a probability from 0 to 1, got p={p}")
        if p.denominator == 1:  # 0 or 1: nothing to toss
            return p == 1
        drawn = uniform_integer(modulus=p.denominator, random_bytes=random_bytes)
        return drawn < p.numerator

    return coin


def exact_coins(random_bytes: RandomBytes = secure_bytes) -> tuple[Coin, Coin]:
    """(coin, exp_coin): heads with probability p, and heads with probability e^(−γ), both exact."""
    coin = fair_coin(random_bytes)
    return coin, lambda gamma: bernoulli_exp(gamma, coin=coin)


def bernoulli_exp(gamma: Fraction, *, coin: Coin) -> bool:
    """True with probability e^(−γ), exactly (Canonne, Kamath, Steinke 2020, Algorithm 1).

    For γ <= 1 toss coins of probability γ/1, γ/2, γ/3 … until the first tails. That the first k are
    all heads has probability γ^k/k!, so tails comes at toss number K = k + 1 with γ^k/k! − γ^(k+1)/(k+1)!
    and

        Pr[K odd] = 1 − γ + γ²/2! − γ³/3! + … = e^(−γ)                      (18.iv)

    For γ > 1: e^(−γ) = e^(−1) · … · e^(−1) · e^(−rest), all of these coins must be heads.
    ``gamma`` an exact number >= 0. ``ValueError`` for a float or a negative number.
    """
    gamma = not_negative("gamma", gamma)
    while gamma > 1:
        if not _bernoulli_exp_small(Fraction(1), coin):
            return False
        gamma -= 1
    return _bernoulli_exp_small(gamma, coin)


def _bernoulli_exp_small(gamma: Fraction, coin: Coin) -> bool:
    toss = 1
    while coin(gamma / toss):
        toss += 1
    return toss % 2 == 1


def uniform_below(modulus: int, *, coin: Coin) -> int:
    """One integer, uniform over 0 … modulus − 1, of fair coins and rejection."""
    modulus = integer("modulus", modulus, minimum=1)
    while True:
        bits = [coin(Fraction(1, 2)) for _ in range((modulus - 1).bit_length())]
        candidate = sum(1 << place for place, bit in enumerate(bits) if bit)
        if candidate < modulus:
            return candidate


def exact(name: str, value: Fraction | int) -> Fraction:
    """Return ``value`` as a ``Fraction`` if it is one or an integer; a float is refused.

    ``Fraction(0.1)`` is not 1/10 but 3602879701896397/36028797018963968: say Fraction(1, 10).
    """
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(integer(name, value))
    except ValueError:
        raise ValueError(
            f"{name} must be an integer or a Fraction such as Fraction(1, 10), got {name}={value!r}"
        ) from None


def above_zero(name: str, value: Fraction | int) -> Fraction:
    """Return ``value`` as a ``Fraction`` if it is exact and greater than 0, else ``ValueError``."""
    number = exact(name, value)
    if not number > 0:
        raise ValueError(f"{name} must be positive, got {name}={value!r}")
    return number


def not_negative(name: str, value: Fraction | int) -> Fraction:
    """Return ``value`` as a ``Fraction`` if it is exact and at least 0, else ``ValueError``."""
    number = exact(name, value)
    if not number >= 0:
        raise ValueError(f"{name} must be at least 0, got {name}={value!r}")
    return number
