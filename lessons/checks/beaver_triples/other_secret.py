"""Check of Exercise 33.2: the other secret, from two openings under one mask, for any ring and any n."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import element
from lessons.checks.beaver_triples.rows import cut
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

SMALL = ((11, 2), (101, 2), (101, 3), (12, 4), (257, 5), (2, 2), (3, 3), (10_007, 2), (40_009, 7))
BIG = ((2**31 + 11, 2), (2**61 - 1, 3), (2**64 - 59, 4), (2**64, 2), (2**64, 3))


def reference(first: Sequence[int], second: Sequence[int], *, known: int, modulus: int) -> int:
    """The mask cancels: x′ = x − d + d′."""
    return (known - sum(first) + sum(second)) % modulus


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for secrets of every size, in small rings and then in large ones."""
    if found := _compare(attempt, _cases(SMALL, rng), rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        return Found("fails_at_large_modulus", found.details)
    return None


def _cases(rings: Sequence[tuple[int, int]], rng: np.random.Generator) -> list[Case]:
    asked: list[Case] = []
    for modulus, n_parties in rings:
        pairs = [(0, modulus - 1), (modulus - 1, 0), (1, 1)]
        pairs += [(element(rng, modulus), element(rng, modulus)) for _ in range(3)]
        years = (cases.one_of(rng, range(28, 78)), cases.one_of(rng, range(28, 78)))
        for x, other in [*pairs, (years[0] % modulus, years[1] % modulus)]:
            a = element(rng, modulus)
            first, second = (
                cut(rng, value - a, n_parties=n_parties, modulus=modulus) for value in (x, other)
            )
            asked.append({"first": first, "second": second, "known": x, "modulus": modulus})
    modulus, n_parties = rings[1]
    first, second = [1], [0]
    while 1 - sum(first) + sum(second) == 0:  # then it is 0 on a larger clock, too
        first, second = (cut(rng, x, n_parties=n_parties, modulus=modulus) for x in (1, 0))
    one = {"first": first, "second": second, "known": 1, "modulus": modulus}
    again = cut(rng, 3, n_parties=n_parties, modulus=modulus)
    return asked + cases.one_at_a_time(
        one, first=again, second=again, known=modulus // 3, modulus=modulus + 1
    )


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.integer(**case),
        words=lambda case, got, right: _words(case, got),
    )


def _words(case: Case, got: int) -> str:
    if not 0 <= got < case["modulus"]:
        return ", which is not on the clock."
    a = (case["known"] - sum(case["first"])) % case["modulus"]
    return f". Under that mask, {got} would have been opened as {(got - a) % case['modulus']}."


def _made(other: Callable[[int, int, int], int], *, reduced: bool = True) -> Callable[..., int]:
    """Make a wrong function of d, d′ and the known secret."""

    def wrong(first: Any, second: Any, *, known: int, modulus: int) -> int:
        answer = other(sum(first) % modulus, sum(second) % modulus, known)
        return answer % modulus if reduced else answer

    return wrong


def _one_party(place: int) -> Callable[..., int]:
    return lambda first, second, *, known, modulus: (known - first[place] + second[place]) % modulus


def _in_int64(first: Any, second: Any, *, known: int, modulus: int) -> int:
    total = np.array(second, dtype=np.int64).sum() - np.array(first, dtype=np.int64).sum()
    return int((known + total) % modulus)


MISTAKES = {
    "difference_only": Mistake(
        "That is the difference of the two secrets. You know one of them: go on to the other.",
        "d − d′ is x − x′. With x known, one more step.",
        made_by=(
            _made(lambda d, again, x: d - again),
            _made(lambda d, again, x: again - d),
        ),
    ),
    "wrong_direction": Mistake(
        "The difference points the wrong way.",
        "x + d − d′ is 2x − x′. If the second opening is larger by 3, so is the second secret.",
        made_by=(_made(lambda d, again, x: x + d - again),),
    ),
    "the_mask": Mistake(
        "That is the mask a, or its negative. It opens the second value as well as the first.",
        "a = x − d. Now use it on d′.",
        made_by=(
            _made(lambda d, again, x: x - d),
            _made(lambda d, again, x: d - x),
        ),
    ),
    "mask_taken_away": Mistake(
        "A sign is wrong, in the mask or where you use it.",
        "The mask is a = x − d, and d′ is x′ minus the mask, so x′ is d′ plus the mask.",
        made_by=(
            _made(lambda d, again, x: again + d - x),
            _made(lambda d, again, x: again - d - x),
            _made(lambda d, again, x: x - d - again),
        ),
    ),
    "other_mask": Mistake(
        "You take one of the opened values for the mask, or for a secret.",
        "d is not a: it is x − a. Two openings of one mask differ as their secrets do.",
        made_by=(
            _made(lambda d, again, x: again),
            _made(lambda d, again, x: again + x),
            _made(lambda d, again, x: x - again),
            _made(lambda d, again, x: x + d + again),
        ),
    ),
    "always_the_known": Mistake(
        "You return the secret that you knew already.",
        "The question is the other one.",
        made_by=(_made(lambda d, again, x: x),),
    ),
    "one_party": Mistake(
        "You look at one party's message only. The opened value is the sum over all parties.",
        "first[0] is one share of d, a random number.",
        made_by=(_one_party(0), _one_party(-1)),
    ),
    "two_parties": Mistake(
        "Right for two parties, but not for more.",
        "first[0] + first[1] is all of d only if nobody else sent anything.",
        made_by=(
            lambda first, second, *, known, modulus: (
                (known - first[0] - first[1] + second[0] + second[1]) % modulus
            ),
        ),
    ),
    "not_reduced": Mistake(
        "Wrong where your result goes below 0 or beyond Q − 1: only whole turns of the clock bring it back.",
        "x − d + d′ may leave 0 … Q − 1, where the secret lies: take it % modulus. abs() is no turn of the "
        "clock.",
        made_by=(
            _made(lambda d, again, x: x - d + again, reduced=False),
            lambda first, second, *, known, modulus: known - sum(first) + sum(second),
            _made(lambda d, again, x: abs(x - d + again), reduced=False),
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, wrong for a large one.",
        "int64 and floats cannot hold these numbers; Python integers can.",
        made_by=(
            _in_int64,
            _made(lambda d, again, x: int(float(x) - d + again)),
        ),
    ),
}

other_secret = Exercise(
    number="33.2",
    name="other_secret",
    reference=reference,
    examine=examine,
    takeaway="One mask, two secrets: the mask cancels, and their difference is public.",
    hints=(
        "What was opened is d = x − a the first time and d′ = x′ − a the second time. You have both.",
        "Subtract: which unknown drops out?",
        "x′ − x = d′ − d, on the clock. You know x.",
    ),
    mistakes=MISTAKES,
)
