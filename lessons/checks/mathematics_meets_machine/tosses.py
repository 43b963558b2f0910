"""Drive a learner's sampler through all outcomes of its coin, and note what it asked of the coin."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import exp
from typing import Any

from lessons.checks.engine.attempt import Ended
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.dp.exact.all_outcomes import Law, OtherRandomness, exact_law
from lessons.dp.exact.exact_coins import Coin

REPLAYS = 12  # of the eight likeliest branches: the same tosses must give the same results


class _Elsewhere(BaseException):
    """The same tosses showed two behaviours; no ``Exception``, so that nobody swallows it."""


@dataclass
class Asked:
    """What a sampler asked of its coin in all runs."""

    tosses: int = 0
    floats: int = 0
    outside: int = 0
    binary: int = 0  # fractions over a huge power of two: floats in disguise
    probabilities: set[Fraction] = field(default_factory=set)

    def through(self, coin: Coin) -> Coin:
        """The coin, watched; a p outside [0, 1] counts as the nearer end."""

        def watched(p: Any) -> bool:
            self.tosses += 1
            if not isinstance(p, Fraction | int) or isinstance(p, bool):
                self.floats += 1
            exact = p if isinstance(p, Fraction) else Fraction(p)
            d = exact.denominator
            self.outside += not 0 <= exact.numerator <= d
            self.binary += d >= 2**40 and d & (d - 1) == 0
            self.probabilities.add(exact)
            return _tossed(coin, exact)

        return watched

    def exponential(self, coin: Coin) -> Coin:
        """A coin of probability e^(−γ), to 16 digits, watched like the other."""

        def watched(gamma: Any) -> bool:
            self.tosses += 1
            if not isinstance(gamma, Fraction | int) or isinstance(gamma, bool):
                self.floats += 1
            self.outside += gamma < 0
            return _tossed(coin, Fraction(exp(-max(gamma, 0))))

        return watched


def _tossed(coin: Coin, p: Fraction) -> bool:
    try:
        return coin(p)
    except OtherRandomness:
        raise _Elsewhere from None


def explore(
    sampler: Callable[..., Any],
    *,
    runs: int,
    n_coins: int,
    precision: Fraction = Fraction(0),
    replays: int = REPLAYS,
) -> tuple[Law, Asked] | Found:
    """The law of ``sampler(coin)`` (or of two coins), or what kept it from having one."""
    asked = Asked()

    def once(coin: Coin) -> Any:
        coins = [asked.through(coin), asked.exponential(coin)]
        return sampler(*coins[:n_coins])

    try:
        law = exact_law(once, runs=runs, precision=precision)
        again = [exact_law(once, runs=8) for _ in range(replays)]
    except (OtherRandomness, _Elsewhere):
        return Found("other_source")
    except Ended as end:
        return end.found
    if any(one != again[0] for one in again):
        return Found("other_source" if asked.tosses else "coin_not_used")
    return law, asked


def tosses_fault(asked: Asked) -> Found | None:
    """What is wrong with what was asked of the coin, whatever came of it."""
    if not asked.tosses:
        return Found("coin_not_used")
    return Found("asked_float") if asked.floats else None


TOSS_MISTAKES = {
    "coin_not_used": Mistake(
        "Your function never tosses the coin that it is given.",
        "All randomness comes through coin. What random or NumPy draws is neither exact nor secret.",
    ),
    "other_source": Mistake(
        "With the same tosses your function behaves differently: it draws from elsewhere, or remembers.",
        "One float from another generator, and nothing is exact any more. The coin is the only source.",
    ),
    "asked_float": Mistake(
        "You ask the coin for a float probability, but it wants a fraction.",
        "A float near the right number is another number: float(Fraction(1, 3)) is not a third.",
    ),
    "float_exponential": Mistake(
        "You toss a float made into a fraction. It is near the number that you want, but not equal.",
        "Fraction(math.exp(-γ)) and Fraction(float(γ)) are multiples of a power of two, e^(−γ) and most "
        "γ are not: the probability is off by 1e-17, and the proof is gone.",
    ),
}
