"""Check of Exercise 38.2: the sum of those whose vectors came, after a drop-out or without one."""

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

# clock, clients whose vectors came, clients lost, length
SMALL = (
    (100, 2, 0, 1), (100, 1, 1, 1), (100, 2, 1, 1), (7, 3, 1, 2), (256, 2, 2, 3),
    (1000, 4, 1, 5), (101, 5, 3, 2), (10_007, 3, 0, 4), (2, 4, 2, 6),
)  # fmt: skip
CROWDS = ((2**21, 18, 2, 2), (509, 9, 24, 1), (509, 30, 3, 1))
BIG = (
    (2**31 + 11, 3, 2, 4),
    (2**61 - 1, 4, 1, 3),
    (2**64 - 59, 3, 2, 4),
    (2**64, 3, 1, 5),
    (2**64, 5, 0, 2),
    (2**21, 4, 3, 30),
)


def reference(
    received: Mapping[int, Sequence[int]],
    *,
    self_seeds: Mapping[int, bytes],
    lost_seeds: Mapping[int, Mapping[int, bytes]],
    stretch: Stretch,
    modulus: int,
) -> list[int]:
    """Equation (38.iii) in plain integers."""
    rows = list(received.values())
    result = [sum(column) for column in zip(*rows, strict=True)]
    length = len(result)

    def add(sign: int, mask: Sequence[int]) -> None:
        result[:] = [a + sign * b for a, b in zip(result, mask, strict=True)]

    for client in received:
        add(-1, stretch(self_seeds[client], length))
        for lost, seeds in lost_seeds.items():
            add(-1 if client < lost else 1, stretch(seeds[client], length))
    return [one % modulus for one in result]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for rounds without, with one and with several drop-outs, on small clocks and large ones."""
    if found := _compare(attempt, _cases(SMALL, rng), rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        known = found.code in MISTAKES
        return found if known else Found("fails_at_large_modulus", found.details)
    return _compare(attempt, [*_one_other(rng), *_cases(CROWDS, rng)], rng)


def _one_other(rng: np.random.Generator) -> list[Case]:
    """The same clients with another vector, other seeds, another clock; and with equal ones."""
    one = make(rng, 1000, [3, 8, 5], [4, 9], 3)
    other = make(rng, 1000, [3, 8, 5], [4, 9], 3)
    names = ("received", "self_seeds", "lost_seeds")
    more = cases.one_at_a_time(one, **{name: other[name] for name in names})
    wide = {**one, "modulus": 2048, "stretch": Stretcher(2048)}
    seed_of_all = one["self_seeds"][3]
    equal: list[Case] = [
        {**one, "received": dict.fromkeys(one["received"], one["received"][3])},
        {**one, "self_seeds": dict.fromkeys(one["self_seeds"], seed_of_all)},
        {
            **one,
            "lost_seeds": {
                lost: dict.fromkeys(seeds, seed_of_all) for lost, seeds in one["lost_seeds"].items()
            },
        },
    ]
    zero = [make(rng, 1000, here, lost, 3) for here, lost in (([4, 0], [2]), ([2, 7], [0, 5]))]
    return [*more, wide, *equal, {**one, "stretch": Stretcher(1000, b"another")}, *zero]


def _cases(rings: Sequence[tuple[int, int, int, int]], rng: np.random.Generator) -> list[Case]:
    """Each with the lost clients first, last and anywhere among the numbers."""
    found: list[Case] = []
    for modulus, n_here, n_lost, length in rings:
        for order in (sorted, lambda x: sorted(x, reverse=True), list):
            clients = order(numbers(rng, n_here + n_lost))
            found.append(make(rng, modulus, clients[n_lost:], clients[:n_lost], length))
    return found


def make(
    rng: np.random.Generator, modulus: int, here: list[int], lost: list[int], length: int
) -> dict[str, Any]:
    """An honest round: what the server has in its last step."""
    stretch = Stretcher(modulus)
    pairs = {frozenset((u, v)): seed(rng) for u in here + lost for v in here + lost if u < v}
    self_seeds = {client: seed(rng) for client in here}
    received = {}
    for client in here:
        y = vector(rng, length, modulus)
        terms = [(1, self_seeds[client])]
        terms += [
            (1 if client < other else -1, pairs[frozenset((client, other))])
            for other in here + lost
            if other != client
        ]
        for sign, one in terms:
            y = [(a + sign * b) % modulus for a, b in zip(y, stretch(one, length), strict=True)]
        received[client] = y
    lost_seeds = {
        one: {other: pairs[frozenset((one, other))] for other in here + lost if other != one}
        for one in lost
    }
    return {
        "received": received,
        "self_seeds": self_seeds,
        "lost_seeds": lost_seeds,
        "stretch": stretch,
        "modulus": modulus,
    }


def _length(case: Case) -> int:
    return len(next(iter(case["received"].values())))


def _compare(attempt: Attempt, asked: Sequence[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=ask_vector(_length),
        words=outside,
    )


def _wrong(
    *,
    own: int = -1,
    sign: Callable[[int, int], int] = lambda client, lost: -1 if client < lost else 1,
    lost_ones: Callable[[list[int]], list[int]] = lambda lost: lost,
    here: Callable[[list[int]], list[int]] = lambda clients: clients,
    reduced: bool = True,
    divided: bool = False,
) -> Callable[..., list[int]]:
    """Make a wrong function: other signs, or some of the clients only."""

    def answer(
        received: Any, *, self_seeds: Any, lost_seeds: Any, stretch: Stretch, modulus: int
    ) -> list[int]:
        result = [sum(column) for column in zip(*received.values(), strict=True)]
        terms = [(own, self_seeds[client]) for client in here(list(received))]
        for lost in lost_ones(list(lost_seeds)):
            seeds = lost_seeds[lost]
            terms += [(sign(client, lost), seeds[client]) for client in here(list(received))]
        for factor, one in terms:
            mask = stretch(one, len(result))
            result = [a + factor * b for a, b in zip(result, mask, strict=True)]
        if divided:
            result = [one // len(received) for one in result]
        return [one % modulus for one in result] if reduced else result

    return answer


def _right_sign(client: int, lost: int) -> int:
    return -1 if client < lost else 1


def _lost_once_more(
    received: Any, *, self_seeds: Any, lost_seeds: Any, stretch: Stretch, modulus: int
) -> list[int]:
    """All seeds of the lost, also those between two of them, and always the same sign."""
    result = [sum(column) for column in zip(*received.values(), strict=True)]
    terms = [(-1, one) for one in self_seeds.values()]
    for lost, seeds in lost_seeds.items():
        terms += [
            (_right_sign(other, lost) if other in received else -1, one)
            for other, one in seeds.items()
        ]
    for factor, one in terms:
        result = [a + factor * b for a, b in zip(result, stretch(one, len(result)), strict=True)]
    return [one % modulus for one in result]


def _in_floats(
    received: Any, *, self_seeds: Any, lost_seeds: Any, stretch: Stretch, modulus: int
) -> list[int]:
    total = np.sum([np.array(row, dtype=float) for row in received.values()], axis=0)
    for client in received:
        total = total - np.array(stretch(self_seeds[client], len(total)), dtype=float)
        for lost, seeds in lost_seeds.items():
            mask = np.array(stretch(seeds[client], len(total)), dtype=float)
            total = total + _right_sign(client, lost) * mask
    return [int(one) % modulus for one in total]


MISTAKES = {
    "only_added_up": Mistake(
        "You only add up what came. The self masks are still in it, and the masks shared with the lost.",
        "Pair masks of two clients who are both there have cancelled; the others have not.",
        made_by=(_wrong(own=0, lost_ones=lambda lost: []),),
    ),
    "self_masks_left": Mistake(
        "The self masks are still in the sum.",
        "Each client that is there added m(b_u): take it away.",
        made_by=(_wrong(own=0),),
    ),
    "lost_masks_left": Mistake(
        "The masks that the others share with the lost clients are still in the sum.",
        "The lost client would have brought the opposite. It did not come.",
        made_by=(_wrong(lost_ones=lambda lost: []),),
    ),
    "self_masks_added": Mistake(
        "You add the self masks once more instead of taking them away.",
        "They are in the vectors with a plus.",
        made_by=(_wrong(own=1),),
    ),
    "signs_the_wrong_way": Mistake(
        "The masks shared with the lost clients count twice now: your signs are the other way round.",
        "A client with a smaller number than the lost one *added* their mask: take it away. Undo the sign, "
        "do not repeat it.",
        made_by=(_wrong(sign=lambda client, lost: 1 if client < lost else -1),),
    ),
    "one_sign_for_all": Mistake(
        "You take all masks of the lost clients with one sign. Some were added, some taken away.",
        "Which it was depends on the two numbers, as in Exercise 38.1.",
        made_by=(_wrong(sign=lambda client, lost: -1), _wrong(sign=lambda client, lost: 1)),
    ),
    "one_lost_only": Mistake(
        "Right for one lost client, but not for several.",
        "Each of them leaves a mask with each client that is there.",
        made_by=(
            _wrong(lost_ones=lambda lost: lost[:1]),
            _wrong(lost_ones=lambda lost: lost[-1:]),
        ),
    ),
    "masks_between_the_lost": Mistake(
        "You also take away masks that two lost clients share with each other. Nobody has sent those.",
        "lost_seeds holds the seeds with all others; only clients in received have used theirs.",
        made_by=(_lost_once_more,),
    ),
    "one_client_only": Mistake(
        "You take away the masks of one of the clients only.",
        "Every client that is there has a self mask, and a mask with each lost client.",
        made_by=(
            _wrong(here=lambda clients: clients[:1]),
            _wrong(here=lambda clients: clients[-1:]),
        ),
    ),
    "divided": Mistake(
        "You divide by the number of clients. The exercise asks for the sum.",
        "On a clock a quotient makes no sense before the sum has been read as a number.",
        made_by=(_wrong(divided=True),),
    ),
    "not_reduced": Mistake(
        "Your numbers leave the clock: reduce modulo Q at the end.",
        "Each mask is a number of the clock, and the sum of many is far beyond it.",
        made_by=(_wrong(reduced=False),),
    ),
    "floats": Mistake(
        "Your numbers are floats; on the clock they are integers.",
        "A float64 keeps 53 bits, and NumPy makes one of integers that int64 cannot hold. Plain Python "
        "integers can hold them.",
        made_by=(
            lambda received, *, self_seeds, lost_seeds, stretch, modulus: [
                0.5 for _ in next(iter(received.values()))
            ],
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right on small clocks, wrong on a large one.",
        "int64 and floats cannot hold these numbers; Python integers can.",
        made_by=(_in_floats,),
    ),
}

recovered = Exercise(
    number="38.2",
    name="recovered",
    reference=reference,
    examine=examine,
    takeaway="Of the lost clients only masks are left over, and those can be made again from seeds.",
    hints=(
        "Add up what came. Which masks have not met their opposite?",
        "Each client in received left m(b_u), with a plus. And with each lost client v it left their "
        "common mask: plus if u < v, else minus.",
        "Take exactly these away: stretch(self_seeds[u], …), and stretch(lost_seeds[v][u], …) with the "
        "sign undone. % modulus at the end.",
    ),
    mistakes=MISTAKES,
)
