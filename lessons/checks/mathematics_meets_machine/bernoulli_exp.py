"""Check of Exercise 18.2: heads with probability e^(−γ), exactly."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, exp, floor
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.mathematics_meets_machine.tosses import (
    TOSS_MISTAKES,
    Asked,
    explore,
    tosses_fault,
)
from lessons.dp.exact import exact_coins
from lessons.dp.exact.all_outcomes import Law, exponential_bounds

Digits = tuple[int, int]  # runs, and how many digits they must give


def ask(rng: np.random.Generator) -> list[tuple[Fraction, Digits]]:
    """Draw γ below 1, at 0 and 1 (to 30 digits), from 1 to 2 (to 22), and larger ones (to few or none).

    γ = 1 goes as far as 120 runs lead: an answer that never tosses more often than N times shows.
    """

    def drawn(low: int, high: int) -> Fraction:
        return Fraction(cases.one_of(rng, range(low * 97 + 1, high * 97)), 97)

    small = [
        Fraction(cases.one_of(rng, range(50, 97)), 97),
        Fraction(1),
        Fraction(cases.one_of(rng, range(1, 9 * 10**6)), 10**9 + 7),
        Fraction(0),
    ]
    return [
        *((gamma, (120, 200 if gamma == 1 else 30)) for gamma in small),
        (drawn(1, 2), (700, 22)),
        (Fraction(2), (700, 22)),
        (drawn(2, 3), (700, 5)),
        (drawn(5, 6), (400, 0)),
    ]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Pr[True] as an interval, through all tosses: e^(−γ) must lie in it, and it must be narrow."""
    outcome = _explored(attempt, Fraction(1), runs=8)  # no law yet: does it use the coin alone?
    if isinstance(outcome, Found):
        return outcome
    asked = ask(rng)
    for gamma, (runs, digits) in asked:
        outcome = _explored(attempt, gamma, runs=runs, digits=digits)
        if isinstance(outcome, Found):
            return outcome
        found = _which(*outcome, gamma=gamma, digits=digits, first=gamma == asked[0][0])
        if found is not None:
            return found
    for gamma, _ in [asked[0], asked[4]]:  # once more, after the others
        again = _explored(attempt, gamma, runs=60)
        if isinstance(again, Found) or not again[0].allows(True, *exponential_bounds(gamma)):
            return Found("remembers", f"It happens for γ = {gamma}.")
    return _all_parts(attempt)


def _explored(
    answer: Any, gamma: Fraction, *, runs: int, digits: int = 30, replays: int = 12
) -> tuple[Law, Asked] | Found:
    def sampler(coin: Any) -> bool:
        return bool(answer.value(_true_or_false, gamma, coin=coin))

    tiny = Fraction(1, 10 ** max(digits, 1))
    return explore(sampler, runs=runs, n_coins=1, precision=tiny, replays=replays)


def _true_or_false(value: Any) -> Any:
    """A flag, or 0 or 1."""
    try:
        return kinds.flag(value)
    except kinds.WrongKind:
        if kinds.integer(value) not in (0, 1):
            raise kinds.WrongKind(f"Wanted True or False, got {value!r}.") from None
        return kinds.integer(value)


def _which(law: Law, asked: Asked, *, gamma: Fraction, digits: int, first: bool) -> Found | None:
    low, high = exponential_bounds(gamma)
    enough = Fraction(1, 100 if gamma < 3 else 2)  # many coins, all of them tossed: a broad tree
    right = law.allows(True, low, high) and law.undecided < enough
    if gamma > 0 and (found := tosses_fault(asked)) and (first or asked.tosses):
        return found  # without a toss now, and some for another γ, the probability is wrong
    if asked.floats:
        return Found("asked_float")
    if right and gamma > 0 and not law.undecided:
        words = f"For γ = {gamma} your tosses end after a fixed number, whatever they show."
        return Found("nearly", words)
    if right and gamma > 1 and asked.binary:
        return Found("float_exponential")
    if right:
        return Found("nearly") if _near_an_exponential(asked, gamma) else None
    if asked.outside:
        return Found("above_one")
    if asked.binary:
        return Found("float_exponential")
    if gamma == 0:
        return Found("gamma_zero")
    if law.undecided >= enough:
        return Found("no_end", f"For γ = {gamma}.")
    # a named mistake for γ up to 1 shows at the first γ already
    if asked.tosses and (first or gamma > 1) and (code := _named(law, gamma)):
        return Found(code)
    off = float(abs(law.at_least(True) - low))
    if off < 2e-3:
        return Found("nearly", f"For γ = {gamma} it is off by about {off:.0e}.")
    words = f"For γ = {gamma} it is True with probability {float(law.at_least(True)):.4f}."
    return Found("counterexample" if gamma <= 1 else "large_gamma", words)


def _near_an_exponential(asked: Asked, gamma: Fraction) -> bool:
    """Whether it tosses a fraction of many digits that is nearly a power of e: an approximation."""
    powers = {gamma, gamma % 1, *map(Fraction, range(1, ceil(gamma) + 1))} - {Fraction(0)}
    return any(
        p.denominator > 10**4 * gamma.denominator and abs(float(p) - exp(-x)) < 1e-5
        for p in asked.probabilities
        for x in powers
    )


def _named(law: Law, gamma: Fraction) -> str:
    """Give the mistake whose function is True with the same probability."""
    for code, mistake in MISTAKES.items():
        for made in mistake.made_by:
            theirs = _explored(Attempt(made, like=made), gamma, runs=150, replays=1)
            if isinstance(theirs, Found) or theirs[0].allows(True, *exponential_bounds(gamma)):
                continue
            room = law.undecided + theirs[0].undecided + Fraction(1, 10**9)
            if room < 1e-3 and abs(law.at_least(True) - theirs[0].at_least(True)) <= room:
                return code
    return ""


def _all_parts(attempt: Attempt) -> Found | None:
    """With a coin that never says heads, γ is split into the probabilities that are asked for.

    Whoever splits some γ so must split all of them so: no part may be left out beyond some size.
    """
    missing: list[Fraction] = []
    for gamma in (Fraction(5, 4), Fraction(31, 10), Fraction(193, 9), Fraction(1001, 10)):
        if any(missing):
            break
        total = Fraction(0)

        def tails(p: Fraction) -> bool:
            nonlocal total
            total += Fraction(p)
            return False

        attempt.value(_true_or_false, gamma, coin=tails)
        missing.append(gamma - total)
    if len(missing) > 2 and missing[-1]:
        words = "your parts do not add up to γ" if total else "you answer without a toss"
        return Found("large_gamma", f"For γ above 20 {words}.")
    return None


def _series(gamma: Fraction, coin: Any) -> bool:
    k = 1
    while coin(gamma / k):
        k += 1
    return k % 2 == 1


def _heads(gamma: Fraction, coin: Any) -> bool:
    return not _series(gamma, coin)


def _same_coin(gamma: Fraction, coin: Any) -> bool:
    k = 1
    while k < 60 and coin(gamma):
        k += 1
    return k % 2 == 1


def _from_two(gamma: Fraction, coin: Any) -> bool:
    k = 1
    while coin(gamma / (k + 1)):
        k += 1
    return k % 2 == 1


def _on_units(small: Callable[[Fraction, Any], bool]) -> Callable[..., bool]:
    """Make a wrong function of what it does for γ up to 1."""

    def wrong(gamma: Fraction, *, coin: Any) -> bool:
        parts = [Fraction(1)] * floor(gamma) + [gamma % 1] * (gamma % 1 > 0 or gamma == 0)
        return all(small(part, coin) for part in parts)

    return wrong


def _on_large(large: Callable[[Fraction, Any], bool]) -> Callable[..., bool]:
    """Make a wrong function of what it does for γ above 1."""

    def wrong(gamma: Fraction, *, coin: Any) -> bool:
        return _series(gamma, coin) if gamma <= 1 else large(gamma, coin)

    return wrong


def _times(parts: Callable[[Fraction], list[Fraction]], how: Any = all) -> Callable[..., bool]:
    return _on_large(lambda gamma, coin: how([_series(part, coin) for part in parts(gamma)]))


ONE = Fraction(1)
MISTAKES = {
    **TOSS_MISTAKES,
    "above_one": Mistake(
        "You ask the coin for a probability outside 0 to 1.",
        "γ/K is above 1 while K < γ. The game works for γ up to 1; split a larger γ first.",
    ),
    "parity": Mistake(
        "Your function is True when it should be False: even and odd are exchanged.",
        "K counts the tosses, the tails at the end included. Heads k times means K = k + 1.",
        made_by=(_on_units(_heads),),
    ),
    "not_divided": Mistake(
        "Every toss of yours has the same probability γ.",
        "Then heads k times has probability γ^k, without the k!, and the sum is 1/(1 + γ).",
        made_by=(_on_units(_same_coin),),
    ),
    "first_divisor": Mistake(
        "Your first coin has the probability of the second.",
        "Start with γ/1. Beginning with γ/2 gives (1 − e^(−γ))/γ.",
        made_by=(_on_units(_from_two),),
    ),
    "few_tosses": Mistake(
        "You stop after one or two tosses, but the series goes on.",
        "One toss gives 1 − γ, two give 1 − γ + γ²/2. A fixed number of tosses always gives a polynomial, "
        "and e^(−γ) is not a polynomial. Toss until tails.",
        made_by=(
            _on_units(lambda gamma, coin: not coin(gamma)),
            _on_units(lambda gamma, coin: not coin(gamma) or coin(gamma / 2)),
            _on_units(lambda gamma, coin: bool(coin(gamma))),
        ),
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
        "Perhaps you cut the series off, use 1/e to ten digits, or limit a denominator. The difference "
        "is small, but (18.iii) needs e^(−γ) itself: with another probability you would have to prove "
        "an ε anew.",
    ),
    "large_gamma": Mistake(
        "Right for γ up to 1, not for all larger ones.",
        "Split γ into parts of at most 1 that add up to γ. Their probabilities multiply. e^(−5/2) = "
        "e^(−1)·e^(−1)·e^(−1/2): three coins, and all must be heads.",
        made_by=(
            _times(lambda gamma: [gamma % 1]),
            _times(lambda gamma: [ONE] * floor(gamma)),
            _times(lambda gamma: [ONE]),
            _times(lambda gamma: [ONE] * floor(gamma) + [gamma % 1], any),
            _times(lambda gamma: [ONE, gamma % 1]),
            _times(lambda gamma: [ONE] * ceil(gamma)),
        ),
    ),
}

bernoulli_exp = Exercise(
    number="18.2",
    name="bernoulli_exp",
    reference=exact_coins.bernoulli_exp,
    examine=examine,
    takeaway="An irrational probability from rational coins, exactly: no exponential was ever computed.",
    hints=(
        "Toss coin(gamma / 1), coin(gamma / 2), … in a loop until the first tails.",
        "Count the tosses, the tails included. Section 4 says for which counts the answer is True.",
        "For gamma above 1: e^(−gamma) is a product. Play the game once for every factor. What "
        "must all these answers be?",
    ),
    mistakes=MISTAKES,
)
