"""Check of Exercise 38.1: the vector and the pair masks, each with the sign of its pair."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.secure_aggregation.streams import (
    Stretch,
    Stretcher,
    ask_vector,
    numbers,
    outside,
    seed,
    vector,
)

SMALL = (
    (100, 2, 1),
    (100, 3, 1),
    (7, 3, 2),
    (256, 4, 5),
    (2, 5, 8),
    (1000, 6, 3),
    (10_007, 9, 4),
    (2**21, 20, 2),
    (509, 70, 1),
)
BIG = (
    (2**31 + 11, 3, 4),
    (2**61 - 1, 4, 6),
    (2**64 - 59, 4, 6),
    (2**64, 3, 5),
    (2**64, 7, 1),
    (2**21, 5, 40),
)


def reference(
    values: Sequence[int],
    *,
    client: int,
    seeds: Mapping[int, bytes],
    stretch: Stretch,
    modulus: int,
) -> list[int]:
    """Equation (38.ii) without the self mask, in plain integers."""
    result = list(values)
    for other, shared in seeds.items():
        sign = 1 if client < other else -1
        mask = stretch(shared, len(result))
        result = [(one + sign * m) % modulus for one, m in zip(result, mask, strict=True)]
    return [one % modulus for one in result]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for clients with few and many others, on small clocks and then on large ones."""
    if found := _compare(attempt, [one for ring in SMALL for one in _cases(ring, rng)], rng):
        return found
    if found := _compare(attempt, [one for ring in BIG for one in _cases(ring, rng)], rng):
        known = found.code in MISTAKES
        return found if known else Found("fails_at_large_modulus", found.details)
    return _compare(attempt, _one_other(rng), rng)


def _cases(ring: tuple[int, int, int], rng: np.random.Generator) -> list[Case]:
    """The first, the last and a middle client, nobody else at all, and numbers in any order."""
    modulus, n, length = ring
    found: list[Case] = []
    for everybody in (list(range(1, n + 1)), sorted(numbers(rng, n))):
        for client in {everybody[0], everybody[-1], everybody[n // 2]}:
            others = [one for one in everybody if one != client]
            found.append(_case(rng, modulus, length, client, others))
    shuffled = numbers(rng, n)
    found.append(_case(rng, modulus, length, shuffled[0], shuffled[1:]))
    found.append(_case(rng, modulus, length, shuffled[0], []))
    return found


def _case(
    rng: np.random.Generator, modulus: int, length: int, client: int, others: list[int]
) -> dict[str, Any]:
    return {
        "values": vector(rng, length, modulus),
        "client": client,
        "seeds": {other: seed(rng) for other in others},
        "stretch": Stretcher(modulus),
        "modulus": modulus,
    }


def _one_other(rng: np.random.Generator) -> list[Case]:
    """Cases that differ in one argument, equal seeds, a client 0, an empty vector, a long one."""
    one = _case(rng, 1000, 3, 30, [61, 4])
    other = _case(rng, 1000, 3, 30, [61, 4])
    more = cases.one_at_a_time(one, values=other["values"], client=70, seeds=other["seeds"])
    swapped = {61: one["seeds"][4], 4: one["seeds"][61]}
    alike = dict.fromkeys([61, 4, 70, 33], one["seeds"][4])
    return [
        *more,
        {**one, "seeds": swapped},
        {**one, "seeds": alike},
        {**one, "stretch": Stretcher(1000, b"another")},
        {**one, "modulus": 512, "stretch": Stretcher(512), "values": [1, 2, 3]},
        _case(rng, 1000, 3, 0, [4, 1]),
        _case(rng, 1000, 3, 4, [9, 0]),
        _case(rng, 100, 0, 2, [1, 3]),
        _case(rng, 2**21, 257, 2, [1, 3, 9]),
    ]


def _compare(attempt: Attempt, asked: Sequence[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=ask_vector(lambda case: len(case["values"])),
        words=outside,
    )


def _with(
    sign: Callable[[int, int], int],
    *,
    start: int = 1,
    reduced: bool = True,
    part: Callable[[list[int]], list[int]] = lambda mask: mask,
) -> Callable[..., list[int]]:
    """Make a wrong function with ``sign(client, other)``; ``start`` is the factor of the vector."""

    def wrong(values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int) -> list[int]:
        result = [start * one for one in values]
        for other, shared in seeds.items():
            mask = part(stretch(shared, len(values)))
            result = [a + sign(client, other) * b for a, b in zip(result, mask, strict=True)]
        return [one % modulus for one in result] if reduced else result

    return wrong


def _rule(client: int, other: int) -> int:
    return 1 if client < other else -1


def _some(chosen: Callable[[list[int]], list[int]]) -> Callable[..., list[int]]:
    """Make a wrong function that uses the seeds of some of the others only."""

    def wrong(values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int) -> list[int]:
        few = {other: seeds[other] for other in chosen(list(seeds))}
        return reference(values, client=client, seeds=few, stretch=stretch, modulus=modulus)

    return wrong


def _by_place(values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int) -> list[int]:
    result = list(values)
    for place, shared in enumerate(seeds.values(), 1):
        sign = 1 if client < place else -1
        result = [a + sign * b for a, b in zip(result, stretch(shared, len(values)), strict=True)]
    return [one % modulus for one in result]


def _xor(values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int) -> list[int]:
    result = list(values)
    for shared in seeds.values():
        result = [a ^ b for a, b in zip(result, stretch(shared, len(values)), strict=True)]
    return [one % modulus for one in result]


def _in_floats(values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int) -> Any:
    result = np.array(values, dtype=float)
    for other, shared in seeds.items():
        result += _rule(client, other) * np.array(stretch(shared, len(values)), dtype=float)
    return [int(one) % modulus for one in result]


def _reduced_before(
    values: Any, *, client: int, seeds: Any, stretch: Stretch, modulus: int
) -> list[int]:
    total = [0] * len(values)
    for other, shared in seeds.items():
        total = [
            a + _rule(client, other) * b
            for a, b in zip(total, stretch(shared, len(total)), strict=True)
        ]
    return [a + b % modulus for a, b in zip(values, total, strict=True)]  # fmt: skip


MISTAKES = {
    "all_added": Mistake(
        "You add every mask. Then both clients of a pair add it, and in the sum it counts twice.",
        "One of the two has to take it away, and both must know which: the one with the larger number.",
        made_by=(_with(lambda client, other: 1),),
    ),
    "all_taken_away": Mistake(
        "You take every mask away. Then both clients of a pair do, and in the sum it counts minus twice.",
        "One of the two has to add it.",
        made_by=(_with(lambda client, other: -1),),
    ),
    "other_way_round": Mistake(
        "Your signs are all the wrong way round: it is the client with the smaller number that adds.",
        "Among clients like you the masks would cancel as well. But the others keep to the rule, and a "
        "rule is only good if all have the same.",
        made_by=(_with(lambda client, other: 1 if client > other else -1),),
    ),
    "signs_from_elsewhere": Mistake(
        "Some of your signs are wrong: compare the two clients' numbers, client and the key in seeds.",
        "Odd or even, the place in the dictionary, or the number of the other alone: the two clients of a "
        "pair must come to opposite signs.",
        made_by=(
            _by_place,
            _with(lambda client, other: 1 if (client + other) % 2 else -1),
            _with(lambda client, other: 1 if other % 2 else -1),
            _with(lambda client, other: 1 if client % 2 else -1),
        ),
    ),
    "times_the_difference": Mistake(
        "You multiply the mask by the difference of the two numbers. Only its sign counts.",
        "The masks would cancel, but a mask times 2 is always even on a clock with 2^b hours: no full row.",
        made_by=(
            _with(lambda client, other: other - client),
            _with(lambda client, other: client - other),
        ),
    ),
    "no_masks": Mistake(
        "You send the vector as it is.",
        "Nothing hides it from the server.",
        made_by=(_with(lambda client, other: 0),),
    ),
    "no_values": Mistake(
        "Your masks are right, but the vector is missing under them.",
        "The sum of all would be 0.",
        made_by=(_with(_rule, start=0),),
    ),
    "values_taken_away": Mistake(
        "The masks are right, but you take the vector away instead of adding it.",
        "The sum of all would be minus the right one.",
        made_by=(_with(_rule, start=-1),),
    ),
    "not_all_others": Mistake(
        "You use the seeds of some of the others only.",
        "The mask of a pair cancels only if both use it; the other one does.",
        made_by=(
            _some(lambda others: others[:1]),
            _some(lambda others: others[-1:]),
            _some(lambda others: others[:-1]),
            _some(lambda others: others[:2]),
        ),
    ),
    "one_number_for_all": Mistake(
        "Entry i of the vector does not get entry i of the mask.",
        "One number for all entries leaves the differences between them visible; a mask in another order "
        "does not meet its opposite.",
        made_by=(
            _with(_rule, part=lambda mask: [mask[0]] * len(mask) if mask else mask),
            _with(_rule, part=lambda mask: [sum(mask)] * len(mask)),
            _with(_rule, part=lambda mask: mask[::-1]),
        ),
    ),
    "xor": Mistake(
        "You combine vector and mask bit by bit (^). The sum needs plus and minus.",
        "XOR undoes itself, but a sum of such numbers is not the sum of the vectors.",
        made_by=(_xor,),
    ),
    "not_reduced": Mistake(
        "Your numbers leave the clock: reduce modulo Q at the end.",
        "A number far above Q or below 0 tells how large the vector is under its masks.",
        made_by=(_with(_rule, reduced=False), _reduced_before),
    ),
    "floats": Mistake(
        "Your numbers are floats; on the clock they are integers.",
        "A float64 keeps 53 bits, and NumPy makes one of integers that int64 cannot hold. Plain Python "
        "integers can hold them.",
        made_by=(
            lambda values, *, client, seeds, stretch, modulus: [float(one) for one in values],
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right on small clocks, wrong on a large one.",
        "int64 and floats cannot hold these numbers; Python integers can.",
        made_by=(_in_floats,),
    ),
}

masked = Exercise(
    number="38.1",
    name="masked",
    reference=reference,
    examine=examine,
    takeaway="What you send looks like noise. In the sum of all, each mask meets its opposite.",
    hints=(
        "Go through seeds.items(): each gives the number of another client and the seed you share.",
        "stretch(seed, len(values)) is the mask. Add it if client < other, else take it away.",
        "Entry by entry, and % modulus at the end.",
    ),
    mistakes=MISTAKES,
)
