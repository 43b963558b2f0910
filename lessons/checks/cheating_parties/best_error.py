"""Check of Exercise 37.3: an error and a shift of the gap that pass for as many keys as possible."""

from collections.abc import Callable, Sequence
from math import gcd
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

PAIR = kinds.pair_of(kinds.plain_integer, kinds.plain_integer)
PSEUDOPRIMES = (341, 561, 645, 1105, 1387, 1729, 1905, 2047, 2465, 2701, 2821, 3277, 4033, 4369)
PRIMES = (11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)


def smallest_factor(number: int) -> int:
    """Give the smallest prime factor."""
    return next(one for one in range(2, number + 1) if number % one == 0)


def reference(*, modulus: int) -> tuple[int, int]:
    """Q divided by its smallest prime factor, and no shift: α·e is 0 for every multiple of that factor."""
    return modulus // smallest_factor(modulus), 0


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Count the keys that let the answer pass, on clocks of every kind."""
    return by_numbers(
        attempt,
        [{"modulus": one} for one in _clocks(rng)],
        right=lambda modulus: modulus // smallest_factor(modulus),
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=_words,
    )


def _clocks(rng: np.random.Generator) -> list[int]:
    """Primes, the squares of all below 100, products, even and odd ones, and all powers of two.

    ``PSEUDOPRIMES`` pass Fermat's test to the base 2, 561 and its like to every base.
    """
    p, q, r = sorted(int(one) for one in rng.choice(PRIMES, 3, replace=False))
    fixed: Sequence[int] = (
        2,
        3,
        4,
        5,
        6,
        8,
        9,
        12,
        15,
        16,
        25,
        27,
        35,
        49,
        77,
        101,
        341,
        561,
        9973,
    )
    drawn = (p, q, 2 * p, 4 * q, 3 * r, 9 * p, 5 * q, 7 * r, p * q, p * p, q * r, 15 * p)
    large = (2 * cases.one_of(rng, range(4_500, 5_001)), cases.one_of(rng, PSEUDOPRIMES))
    squares, powers = [one**2 for one in PRIMES], [2**one for one in range(1, 65)]
    return sorted({*fixed, *drawn, *large, *squares, *powers})


def _ask(attempt: Attempt, case: Case) -> int:
    """Ask for error and shift; how many keys let them pass is what counts."""
    modulus = case["modulus"]
    error, shift = attempt.value(PAIR, **case)
    if error % modulus == 0:
        raise Ended(Found("no_error", f"You get {error} for a clock with {modulus} hours."))
    step = gcd(error, modulus)  # α·e runs over the multiples of it, each for step keys
    return step if shift % step == 0 else 0


def _words(case: Case, got: int, right: int) -> str:
    if got == 0:
        return " keys that let it pass."
    return f" as the number of keys, of {case['modulus']}, that let it pass; another pair passes for more."


def _fixed(error: Callable[[int], int], shift: Callable[[int], int] = lambda q: 0) -> Any:
    return lambda *, modulus: (error(modulus), shift(modulus))


def _largest_factor(number: int) -> int:
    found = smallest_factor(number)
    while number > found and number % found == 0 and number // found > 1:
        number //= found
        if number > 1:
            found = smallest_factor(number)
    return found


def _swapped(*, modulus: int) -> tuple[int, int]:
    error, shift = reference(modulus=modulus)
    return shift, error


MISTAKES = {
    "even_only": Mistake(
        "Even clocks are right. Odd clocks that are not prime can be attacked as well.",
        "An odd clock has no half, but for Q = 9 the error 3 passes for 3 of 9 keys.",
        made_by=(_fixed(lambda q: q // 2 or 1), _fixed(lambda q: q // 2 if q % 2 == 0 else 1)),
    ),
    "any_error": Mistake(
        "Your error passes for a single key of Q.",
        "With e = 1, the products α·e are all different. Look for an e whose products repeat.",
        made_by=(_fixed(lambda q: 1), _fixed(lambda q: q - 1), _fixed(lambda q: 1, lambda q: 1)),
    ),
    "smallest_factor": Mistake(
        "Your error is the smallest factor of Q. It passes for as many keys as that factor says, no more.",
        "α·e runs over the multiples of e. The larger the steps, the fewer hours it meets: so e should be "
        "the largest factor below Q.",
        made_by=(_fixed(lambda q: smallest_factor(q) % q or 1),),
    ),
    "largest_prime": Mistake(
        "You divide Q by its largest prime factor. Dividing by a smaller one leaves a larger error.",
        "α·e meets Q / e hours: as few as possible if e is Q divided by its smallest factor.",
        made_by=(_fixed(lambda q: q // _largest_factor(q)),),
    ),
    "is_largest_prime": Mistake(
        "Your error is the largest prime factor of Q. Larger divisors of Q do better.",
        "For Q = 12 the error 3 passes for 3 keys, the error 6 for 6.",
        made_by=(_fixed(lambda q: _largest_factor(q) % q or 1),),
    ),
    "for_words_only": Mistake(
        "On clocks other than those with 2^k hours you give up.",
        "12 hours are no better than 2^64: what counts is the smallest factor.",
        made_by=(_fixed(lambda q: q // 2 if q & (q - 1) == 0 else 1),),
    ),
    "no_error": Mistake(
        "On this clock your error is 0: nothing has been changed.",
        "It passes for every key, and moves nothing. The error must not be a multiple of Q.",
        made_by=(_fixed(lambda q: q), _fixed(lambda q: 0), _swapped),
    ),
    "wrong_shift": Mistake(
        "Your error is good, and your shift of the gap is one that α·e never takes.",
        "α·e is a multiple of the error, as 0 is.",
        made_by=(
            _fixed(lambda q: q // smallest_factor(q), lambda q: 1),
            _fixed(lambda q: q // smallest_factor(q), lambda q: q - 1),
        ),
    ),
}

best_error = Exercise(
    number="37.3",
    name="best_error",
    reference=reference,
    examine=examine,
    time_limit=12.0,  # for those who try all errors with all keys
    takeaway="A tag is as strong as the smallest prime factor of its clock: on 2^64 hours, a coin flip.",
    hints=(
        "On paper, Q = 12: write down α·e for all keys, first for e = 1, then for e = 4 and for e = 6.",
        "Which e makes α·e meet as few hours as possible? Then each of these is met by many keys.",
        "A divisor of Q, as large as it can be without being Q. And 0 is always among the products.",
    ),
    mistakes=MISTAKES,
)
