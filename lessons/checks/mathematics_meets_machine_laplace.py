"""Check of Exercise 18.3: discrete Laplace noise, exactly."""

import sys
from collections import Counter
from collections.abc import Callable, Hashable
from fractions import Fraction
from math import comb, exp
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.exercise import Mistake
from lessons.checks.mathematics_meets_machine_tosses import TOSS_MISTAKES, Asked, explore
from lessons.dp.all_outcomes import Law

Pmf = Callable[[int, float], float]
SETTINGS = (Fraction(8, 5), Fraction(1, 2))  # ε
RUNS, ENOUGH = 600, Fraction(1, 100)  # stop when no more than that is undecided
SAMPLE = 2500  # draws, where the tree of tosses is too broad to be gone through
REACH = range(-4, 5)
LITTLE = Fraction(1, 40)  # an ε with large noise
DRAWS = 250
MANY = 5000  # times True in a row


def examine_discrete_laplace(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every Pr[Z = k] as an interval, through the tosses; then draws at a small ε."""
    for epsilon in SETTINGS:

        def sampler(coin: Any, exp_coin: Any, epsilon: Fraction = epsilon) -> Any:
            return attempt(epsilon=epsilon, coin=coin, exp_coin=exp_coin)

        outcome = explore(sampler, read=_integer, runs=RUNS, n_coins=2, precision=ENOUGH)
        if isinstance(outcome, Found):
            return outcome
        law, asked = outcome
        if law.undecided > Fraction(1, 20):
            law = _sampled(attempt, epsilon, rng)
        found = _which(law, asked, epsilon=float(epsilon))
        if found is not None:
            return found
    return _limited(attempt, rng) or _large_noise(attempt, rng)


def _limited(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """As long as ``exp_coin`` says True, a size must go on; a recursion is let off before it is too deep."""
    asked, recursed = 0, False

    def exp_coin(gamma: Fraction) -> bool:
        nonlocal asked, recursed
        asked, recursed = asked + 1, recursed or _deep()
        return asked <= MANY and not recursed

    attempt(epsilon=LITTLE, coin=lambda p: bool(rng.random() < p), exp_coin=exp_coin)
    if 0 < asked < MANY and not recursed:
        return Found("cut_off", f"It stops after {asked} times True.")
    return None


def _deep() -> bool:
    try:
        sys._getframe(300)
    except ValueError:
        return False
    return True


def _which(law: Law, asked: Asked, *, epsilon: float) -> Found | None:
    if not asked.tosses:
        return Found("coin_not_used")
    if asked.floats:
        return Found("asked_float")
    if asked.outside:
        return Found("above_one")
    if asked.binary:
        return Found("float_exponential")
    if _fits(law, _right, epsilon):
        return None
    for code, pmf in _SLIPS.items():
        if _fits(law, pmf, epsilon):
            return Found(code)
    at_zero = float(law.at_least(0))
    return Found("wrong_law", f"At ε = {epsilon:g}, 0 has probability {at_zero:.3f} or more.")


def _fits(law: Law, pmf: Pmf, epsilon: float) -> bool:
    return all(law.allows(k, pmf(k, epsilon) - 1e-9, pmf(k, epsilon) + 1e-9) for k in REACH)


def _large_noise(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """At ε = 1/40 some of 250 draws pass 100, but for a probability of 1e-9; half lie on each side.

    Pr[|Z| > 100] = 2a^101/(1 + a) = 0.081 for a = e^(−1/40).
    """
    draws = np.array(_draws(attempt, LITTLE, DRAWS, rng), dtype=float)
    size = float(np.abs(draws).mean())
    ratio = size / (1 / np.sinh(float(LITTLE)))  # E|Z| = 2a/(1 − a²) = 1/sinh(ε)
    if (
        not 0.6 < ratio < 1.5
    ):  # of 250 sizes with exponential tails: by chance below 1e-9 (Chernoff)
        return Found("small_epsilon", f"At ε = 1/40 the mean size is {size:.1f}.")
    if np.abs(draws).max() <= 100:
        words = f"The largest of {DRAWS} draws at ε = 1/40 is {np.abs(draws).max():.0f}."
        return Found("cut_off", words)
    return None


def _sampled(attempt: Attempt, epsilon: Fraction, rng: np.random.Generator) -> Law:
    """Frequencies instead of probabilities, with Hoeffding's bound as the undecided part."""
    drawn = Counter(_draws(attempt, epsilon, SAMPLE, rng))
    bound = Fraction(frequency_bound(SAMPLE, false_alarm=FALSE_ALARM / len(REACH)))
    known: dict[Hashable, Fraction] = {k: Fraction(drawn[k], SAMPLE) - bound for k in REACH}
    return Law(known, 2 * bound)


def _draws(attempt: Attempt, epsilon: Fraction, n: int, rng: np.random.Generator) -> list[Any]:
    def coin(p: Fraction) -> bool:
        return bool(rng.random() < p)

    def exp_coin(gamma: Fraction) -> bool:
        return bool(rng.random() < exp(-gamma))

    return attempt.repeat(n, epsilon=epsilon, coin=coin, exp_coin=exp_coin)


def _integer(result: Any) -> int | Found:
    if result is None:
        return Found("returned_none")
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result[()]
    if isinstance(result, bool | np.bool_) or not isinstance(result, int | np.integer):
        return Found("wrong_type", f"Wanted an integer, got {type(result).__name__}.")
    return int(result)


def _right(k: int, epsilon: float) -> float:
    a: float = exp(-epsilon)
    return (1 - a) / (1 + a) * exp(-epsilon * abs(k))


def _geometric(k: int, a: float) -> float:
    return (1 - a) * float(a**k) if k >= 0 else 0.0


def _walk(k: int, epsilon: float) -> float:
    """A fair sign for every single step."""
    a = exp(-epsilon)
    return sum(
        _geometric(n, a) * comb(n, (n + k) // 2) * 0.5**n
        for n in range(abs(k), 200)
        if (n + k) % 2 == 0
    )


def _fair_sign(k: int, a: float) -> float:
    return _geometric(0, a) if k == 0 else _geometric(abs(k), a) / 2


_SLIPS: dict[str, Pmf] = {
    "double_zero": lambda k, e: _fair_sign(k, exp(-e)),
    "no_zero": lambda k, e: 0.0 if k == 0 else _geometric(abs(k) - 1, exp(-e)) / 2,
    "one_sided": lambda k, e: _geometric(k, exp(-e)),
    "negative_only": lambda k, e: _geometric(-k, exp(-e)),
    "off_centre": lambda k, e: _geometric(k if k >= 0 else -1 - k, exp(-e)) / 2,
    "sign_each_step": _walk,
    "epsilon_inverted": lambda k, e: _right(k, 1 / e),
    "epsilon_ignored": lambda k, e: _right(k, 1.0),
    "epsilon_twice": lambda k, e: _right(k, 2 * e),
    "epsilon_half": lambda k, e: _right(k, e / 2),
    "tails_counted": lambda k, e: _right(k, -np.log1p(-exp(-e))),
}

LAPLACE_MISTAKES = {
    **{code: TOSS_MISTAKES[code] for code in TOSS_MISTAKES if code != "above_one"},
    "above_one": Mistake(
        "You ask the coin for a probability outside 0 to 1.",
        "ε is no probability; e^(−ε) is, and exp_coin tosses it.",
    ),
    "double_zero": Mistake(
        "Your 0 comes too often.",
        "+0 and −0 are two ways to the same number. The ratio of 0 to 1 is then 2e^ε: "
        "ε + ln 2 is spent, not ε.",
    ),
    "no_zero": Mistake(
        "Your noise is never 0.",
        "Throw away one of the two zeros, not both; and a size starts at 0. Count and count + 1 would "
        "each have an output that is impossible for it alone.",
    ),
    "one_sided": Mistake(
        "Your noise is never negative.",
        "A release below the count then rules this count out: ε is infinite.",
    ),
    "negative_only": Mistake(
        "Your noise is never positive.",
        "A release above the count then rules this count out: ε is infinite.",
    ),
    "off_centre": Mistake(
        "0 and −1 are equally likely for you: the noise sits around −1/2.",
        "−1 − size avoids the second zero, and shifts the left half by one: the steps at the centre "
        "are private, but the noise is biased.",
    ),
    "sign_each_step": Mistake(
        "You draw a sign for every step instead of one for the whole.",
        "Steps forth and back cancel: a random walk of random length, with much smaller noise.",
    ),
    "epsilon_inverted": Mistake(
        "Your noise grows with ε.",
        "The size goes on with probability e^(−ε); with e^(−1/ε) small ε get little noise.",
    ),
    "epsilon_ignored": Mistake(
        "Your noise is that of ε = 1, for another ε too.",
        "exp_coin(1) is right for ε = 1 only.",
    ),
    "epsilon_twice": Mistake(
        "Your noise is that of 2ε: too little.",
        "One step to the left or right must cost a factor e^(−ε), not e^(−2ε).",
    ),
    "epsilon_half": Mistake(
        "Your noise is that of ε/2: more than is needed.",
        "Private, but twice as noisy as (18.3).",
    ),
    "tails_counted": Mistake(
        "You count tails until heads; (18.3) counts heads until tails.",
        "Each further step must have probability e^(−ε), not 1 − e^(−ε).",
    ),
    "cut_off": Mistake(
        "Your noise stops at some size.",
        "A loop with a limit, or a modulus: the output just beyond it is possible for one count and "
        "not for the other.",
    ),
    "small_epsilon": Mistake(
        "At a small ε your noise has the wrong size.",
        "Check that every loop goes on until the coin ends it.",
    ),
    "wrong_law": Mistake(
        "The probabilities are not those of (18.3).",
        "Compare Pr[Z = 0], Pr[Z = 1] and Pr[Z = −1] with (18.3) by hand.",
    ),
}
