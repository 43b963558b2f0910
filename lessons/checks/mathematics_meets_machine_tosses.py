"""Drive a learner's sampler through all outcomes of its coin, and note what it asked of the coin."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import exp
from typing import Any

from lessons.checks.attempt import Found
from lessons.checks.exercise import Mistake
from lessons.dp.all_outcomes import Law, OtherRandomness, exact_law
from lessons.dp.exact_coins import Coin

REPLAYS = 12  # of the eight likeliest branches: the same tosses must give the same results


@dataclass
class Asked:
    """What a sampler asked of its coin in all runs."""

    tosses: int = 0
    floats: int = 0
    outside: int = 0
    binary: int = 0  # fractions over a huge power of two: floats in disguise
    other: int = 0
    odd: list[Found] = field(default_factory=list)  # results of the wrong type

    def through(self, coin: Coin) -> Coin:
        """The coin, watched; a p outside [0, 1] counts as the nearer end."""

        def watched(p: Any) -> bool:
            self.tosses += 1
            if not isinstance(p, Fraction | int) or isinstance(p, bool):
                self.floats += 1
            exact = Fraction(p)
            self.outside += not 0 <= exact <= 1
            d = exact.denominator
            self.binary += d >= 2**40 and d & (d - 1) == 0
            return coin(exact)

        return watched

    def exponential(self, coin: Coin) -> Coin:
        """A coin of probability e^(−γ), to 16 digits, watched like the other."""

        def watched(gamma: Any) -> bool:
            self.tosses += 1
            if not isinstance(gamma, Fraction | int) or isinstance(gamma, bool):
                self.floats += 1
            self.outside += gamma < 0
            return coin(Fraction(exp(-max(gamma, 0))))

        return watched


def explore(
    sampler: Callable[..., Any],
    *,
    read: Callable[[Any], Any],
    runs: int,
    n_coins: int,
    precision: Fraction = Fraction(0),
) -> tuple[Law, Asked] | Found:
    """The law of ``read(sampler(coin))`` (or of two coins), or what kept it from having one."""
    asked = Asked()

    def once(coin: Coin) -> Any:
        coins = [asked.through(coin), asked.exponential(coin)]
        result = read(sampler(*coins[:n_coins]))
        if isinstance(result, Found):
            asked.odd.append(result)
            return None
        return result

    try:
        law = exact_law(once, runs=runs, precision=precision)
        replays = [exact_law(once, runs=8) for _ in range(REPLAYS)]
    except OtherRandomness:
        return Found("other_source")
    if asked.odd:
        return asked.odd[0]
    if any(one != replays[0] for one in replays):
        return Found("other_source" if asked.tosses else "coin_not_used")
    return law, asked


TOSS_MISTAKES = {
    "coin_not_used": Mistake(
        "Your function never tosses the coin that it is given.",
        "All randomness comes through coin; what random or NumPy draw is neither exact nor secret.",
    ),
    "other_source": Mistake(
        "With the same tosses your function gives different results: it draws from elsewhere too.",
        "One float from another generator, and the law is no longer exact; the coin is the only source.",
    ),
    "asked_float": Mistake(
        "You ask the coin for a float probability; it wants a fraction.",
        "A float near the right number is another number; float(Fraction(1, 3)) is not a third.",
    ),
    "float_exponential": Mistake(
        "You compute an exponential as a float and toss that: it is not e^(−γ), only near it.",
        "Fraction(math.exp(-γ)) is a multiple of a power of two, e^(−γ) is not: the law is off by 1e-17, "
        "and the proof is gone.",
    ),
    "above_one": Mistake(
        "You ask the coin for a probability outside 0 to 1.",
        "γ/K is above 1 while K < γ: the method works for γ up to 1, larger ones must be split first.",
    ),
}  # fmt: skip
