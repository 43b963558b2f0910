"""Check of Exercise 18.2: heads with probability e^(−γ), exactly."""

from collections.abc import Callable
from fractions import Fraction
from math import exp, floor
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.checks.mathematics_meets_machine_tosses import TOSS_MISTAKES, Asked, explore
from lessons.dp.all_outcomes import Law, exponential_bounds

SMALL = (Fraction(3, 10), Fraction(1), Fraction(7, 8))
LARGE = (Fraction(5, 2), Fraction(4, 3), Fraction(2), Fraction(11, 2))


def examine_bernoulli_exp(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Pr[True] as an interval, through all tosses: e^(−γ) must lie in it, to 30 digits for γ <= 1."""
    outcome = _explored(attempt, Fraction(1), runs=8)  # no law yet: does it use the coin alone?
    if isinstance(outcome, Found):
        return outcome
    for gamma in (*SMALL, Fraction(0), *LARGE):
        outcome = _explored(attempt, gamma, runs=120 if gamma <= 1 else 400)
        if isinstance(outcome, Found):
            return outcome
        found = _which(*outcome, gamma=gamma)
        if found is not None:
            return found
    return None


def _explored(attempt: Attempt, gamma: Fraction, *, runs: int) -> tuple[Law, Asked] | Found:
    def sampler(coin: Any) -> Any:
        return attempt(gamma, coin=coin)

    tiny = Fraction(1, 10**30) if gamma <= 1 else Fraction(1, 10**7)
    return explore(sampler, read=_true_or_false, runs=runs, n_coins=1, precision=tiny)


def _which(law: Law, asked: Asked, *, gamma: Fraction) -> Found | None:
    low, high = exponential_bounds(gamma)
    enough = Fraction(1, 100 if gamma < 3 else 2)  # many coins, all of them tossed: a broad tree
    right = law.allows(True, low, high) and law.undecided < enough
    if gamma > 0 and not asked.tosses:
        return Found("coin_not_used")
    if asked.floats:
        return Found("asked_float")
    if right and gamma > 1 and asked.binary:
        return Found("float_exponential")
    if right:
        return None
    if asked.outside:
        return Found("above_one")
    if asked.binary:
        return Found("float_exponential")
    if gamma == 0:
        return Found("gamma_zero")
    if law.undecided >= enough:
        return Found("no_end", f"For γ = {gamma}.")
    got, g = float(law.at_least(True)), float(gamma)
    for code, probability in (_SLIPS if gamma <= 1 else _LARGE_SLIPS).items():
        if abs(got - probability(g)) < 1e-6 < abs(probability(g) - exp(-g)):
            return Found(code)
    off = float(abs(law.at_least(True) - low))
    if off < 2e-3:
        return Found("nearly", f"For γ = {gamma} it is off by about {off:.0e}.")
    words = f"For γ = {gamma} it is True with probability {got:.4f}."
    return Found("wrong_law" if gamma <= 1 else "large_gamma", words)


def _true_or_false(result: Any) -> bool | Found:
    if result is None:
        return Found("returned_none")
    if isinstance(result, bool | np.bool_):
        return bool(result)
    if isinstance(result, int | np.integer) and result in (0, 1):
        return bool(result)
    return Found("wrong_type", f"Wanted True or False, got {type(result).__name__}.")


_SLIPS: dict[str, Callable[[float], float]] = {
    "parity": lambda g: 1 - exp(-g),
    "not_divided": lambda g: 1 / (1 + g),
    "first_divisor": lambda g: (1 - exp(-g)) / g,
    "one_toss": lambda g: 1 - g,
    "gamma_itself": lambda g: g,
    "no_factorial": lambda g: 1 - g + g * g / 2,
}
_LARGE_SLIPS: dict[str, Callable[[float], float]] = {
    "rest_only": lambda g: exp(-(g - floor(g))),
    "whole_only": lambda g: exp(-floor(g)),
    "one_factor": lambda g: exp(-1),
    "any_of_them": lambda g: 1 - (1 - exp(-1)) ** floor(g) * (1 - exp(-(g - floor(g)))),
    "floor_once": lambda g: exp(-1 - (g - floor(g))),
}

EXPONENTIAL_MISTAKES = {
    **TOSS_MISTAKES,
    "parity": Mistake(
        "Your function is True when it should be False: even and odd are exchanged.",
        "K counts the tosses, the tails at the end included. Heads k times means K = k + 1.",
    ),
    "not_divided": Mistake(
        "Every toss of yours has the same probability γ.",
        "Then heads k times has probability γ^k, without the k!, and the sum is 1/(1 + γ).",
    ),
    "first_divisor": Mistake(
        "Your first coin has the probability of the second.",
        "Start with γ/1. Beginning with γ/2 gives (1 − e^(−γ))/γ.",
    ),
    "one_toss": Mistake(
        "One toss gives 1 − γ, the first two terms of the series.",
        "The further tosses correct it: + γ²/2! − γ³/3! and so on, until tails.",
    ),
    "gamma_itself": Mistake(
        "Your function is True with probability γ.",
        "That is the first toss alone, and the wrong way round.",
    ),
    "no_factorial": Mistake(
        "You stop after two tosses: that is 1 − γ + γ²/2.",
        "Any fixed number of tosses gives a polynomial; e^(−γ) is none. Toss until tails.",
    ),
    "gamma_zero": Mistake(
        "For γ = 0 your function is not True.",
        "e^0 = 1: the first toss has probability 0, gives tails, and K = 1 is odd.",
    ),
    "no_end": Mistake(
        "Some sequences of tosses lead to no decision.",
        "Every tails must end the loop, and the probability of heads must shrink.",
    ),
    "nearly": Mistake(
        "Close to e^(−γ), but not equal.",
        "A series that is cut off, or a denominator that is limited: the difference is small, and it "
        "is what Mironov's attack lives on.",
    ),
    "rest_only": Mistake(
        "For γ above 1 you use the part behind the point only.",
        "e^(−5/2) = e^(−1)·e^(−1)·e^(−1/2): three coins, and all must be heads.",
    ),
    "whole_only": Mistake(
        "For γ above 1 you use the whole part only.",
        "e^(−5/2) is not e^(−2): the rest needs a coin too.",
    ),
    "one_factor": Mistake(
        "For γ above 1 you always use γ = 1.",
        "min(γ, 1) keeps the coin in range and loses the rest of γ.",
    ),
    "any_of_them": Mistake(
        "For γ above 1 one heads is enough for you; all coins must be heads.",
        "A product of probabilities means and, not or.",
    ),
    "floor_once": Mistake(
        "For γ above 2 you take off 1 only once.",
        "As many coins with e^(−1) as γ has whole units.",
    ),
    "large_gamma": Mistake(
        "Right for γ up to 1, not for larger ones.",
        "Split γ into parts of at most 1; the probabilities multiply.",
    ),
    "wrong_law": Mistake(
        "The probability of True is not e^(−γ).",
        "Work out Pr[K = 1], Pr[K = 2], Pr[K = 3] by hand as in section 3.",
    ),
}
