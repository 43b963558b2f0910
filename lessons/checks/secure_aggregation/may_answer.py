"""Check of Exercise 38.3: when an honest client answers the server's list, and when it refuses."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.secure_aggregation.streams import numbers


def reference(
    survivors: set[int],
    *,
    me: int,
    sharers: set[int],
    threshold: int,
    before: Sequence[set[int]],
) -> bool:
    """The rules of ``secure_aggregation.answer``."""
    return (
        me in survivors
        and survivors <= sharers
        and len(survivors) > threshold
        and all(one == survivors for one in before)
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every list of four clients, and of three with a client 0; then drawn ones, each rule broken alone."""
    small: list[Case] = [
        {"survivors": set(chosen), "me": me, "sharers": set(all_), "threshold": t, "before": []}
        for me, all_ in ((2, (1, 2, 3, 4)), (0, (0, 1, 2)), (1, (0, 1, 2)))
        for t in range(len(all_) - 1)
        for size in range(len(all_) + 1)
        for chosen in combinations(all_, size)
    ]
    drawn = [
        one
        for size in (3, 5, 8, 12)
        for threshold in {0, 1, size - 2, int(rng.integers(1, size - 1))}
        for one in _around(rng, size, threshold)
    ]
    return by_numbers(
        attempt,
        [*small, *drawn, *_near(rng)],
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.flag(**case),
        words=_words,
    )


def _around(rng: np.random.Generator, size: int, threshold: int) -> list[Case]:
    """A list that is right, at the threshold's edge and above it, and the same with one rule broken."""
    everybody = numbers(rng, size)
    me, sharers = everybody[0], set(everybody)
    least = set(everybody[: threshold + 1])
    other = {*everybody[:threshold], everybody[-1]}  # as long, with another last client
    stranger = int(rng.integers(60, 99))
    base: dict[str, Any] = {"me": me, "sharers": sharers, "threshold": threshold, "before": []}
    swapped = {*everybody[1 : threshold + 1], everybody[-1]} - {me}
    lists: list[tuple[set[int], list[set[int]]]] = [
        (least, []),
        (sharers, []),
        (other, []),
        (set(everybody[:threshold]), []),
        (sharers - {me}, []),
        (swapped | set(everybody[1:]), []),
        (least | {stranger}, []),
        (sharers | {stranger}, []),
        (least, [least]),
        (sharers, [sharers, sharers]),
        (least, [sharers]) if least != sharers else (sharers, [least]),
        (sharers, [sharers - {everybody[-1]}]),
        (sharers - {everybody[-1]}, [sharers]),
        (other, [least]),
        (sharers, [sharers, sharers - {everybody[-1]}]),
        (sharers, [sharers - {everybody[-1]}, sharers]),
    ]
    return [{"survivors": a, **base, "before": b} for a, b in lists]


def _near(rng: np.random.Generator) -> list[Case]:
    """Lists that differ and look alike at a glance; strangers below, among and above the sharers."""
    me, one, two, three, step = (int(k) for k in rng.choice(np.arange(20, 120), 5, replace=False))
    one, two, three = one + 1000, two + 2000, three + 3000

    def case(survivors: set[int], sharers: set[int], *before: set[int]) -> Case:
        rest = {"me": me, "sharers": sharers, "threshold": 1, "before": list(before)}
        return {"survivors": survivors, **rest}

    pairs = [
        ({me, one, two + step}, {me, one + step, two}),  # as many, with the same sum
        ({me, one, two}, {me, one, two, two + step}),
        *(({me, one}, {me, one + turn}) for turn in (32, 64, 128, 256, 1000, 1024, 2**16)),
    ]
    found = [
        case(now, {*now, *old, three}, *before)
        for pair in pairs
        for now, old in (pair, pair[::-1])
        for before in ((), (now,), (old,))
    ]
    sharers = {me, one, two, three}
    strangers = (me - 1, me + 1, one + 1, two - 1, three + 1)
    swapped = [sharers - {out} | {new} for out in (one, two, three) for new in strangers]
    return [*found, *(case(survivors, sharers) for survivors in swapped)]


def _words(case: Case, got: bool, right: bool) -> str:
    if got:
        return ", but this list must be a lie, or its answer would give too much away."
    return ", but nothing speaks against this list: without your answer the round may be lost."


def _all_equal(survivors: set[int], before: Sequence[set[int]]) -> bool:
    return all(one == survivors for one in before)


def _rules(
    *,
    inside: Callable[..., bool] = lambda survivors, me: me in survivors,
    known: Callable[..., bool] = lambda survivors, sharers: survivors <= sharers,
    enough: Callable[..., bool] = lambda survivors, threshold, sharers: len(survivors) > threshold,
    same: Callable[..., bool] = _all_equal,
) -> Callable[..., bool]:
    """Make a wrong function: one of the four rules is another."""

    def answer(
        survivors: set[int], *, me: int, sharers: set[int], threshold: int, before: Any
    ) -> bool:
        return bool(
            inside(survivors, me)
            and known(survivors, sharers)
            and enough(survivors, threshold, sharers)
            and same(survivors, before)
        )

    return answer


def _always(value: bool) -> Callable[..., bool]:
    return lambda survivors, *, me, sharers, threshold, before: value


MISTAKES = {
    "says_yes": Mistake(
        "You answer everything.",
        "Then one server that asks twice gets both shares of everybody.",
        made_by=(_always(True),),
    ),
    "says_no": Mistake(
        "You never answer. Then no round ever ends.",
        "Without threshold + 1 answers the sum is lost.",
        made_by=(_always(False),),
    ),
    "inverted": Mistake(
        "You answer exactly where you should refuse, and the other way round.",
        "True means: hand the shares out.",
        made_by=(lambda **given: not reference(**given),),
    ),
    "forgets_itself": Mistake(
        "The list says that you have dropped out, and you answer. You know better.",
        "A list without yourself is a lie: the server would collect key shares of yours.",
        made_by=(_rules(inside=lambda survivors, me: True),),
    ),
    "forgets_before": Mistake(
        "You look at this list alone. Together with an earlier one you would give both shares of a client.",
        "A client that is on one list and not on the other: once its self share, once its key share.",
        made_by=(_rules(same=lambda survivors, before: True),),
    ),
    "last_only": Mistake(
        "You compare with one of the earlier lists only. All of them were answered.",
        "What was told once stays told.",
        made_by=(
            _rules(same=lambda survivors, before: not before or before[-1] == survivors),
            _rules(same=lambda survivors, before: not before or before[0] == survivors),
            _rules(same=lambda survivors, before: not before or survivors in before),
        ),
    ),
    "once_only": Mistake(
        "You refuse to say the same again. A message can get lost, and the same shares tell nothing new.",
        "Only *another* list gives something new away.",
        made_by=(_rules(same=lambda survivors, before: not before),),
    ),
    "one_direction": Mistake(
        "You answer a list that has grown or shrunk since an earlier one. Even one name gives too much away.",
        "Grown: first the key share of the new one, now its self share. Shrunk: the other way round.",
        made_by=(
            _rules(same=lambda survivors, before: all(survivors <= one for one in before)),
            _rules(same=lambda survivors, before: all(survivors >= one for one in before)),
            _rules(
                same=lambda survivors, before: all(
                    survivors <= one or survivors >= one for one in before
                )
            ),
        ),
    ),
    "sizes_only": Mistake(
        "You compare only how long the lists are. Two different lists can have the same length.",
        "Then somebody has come and somebody else gone: you give both shares of both.",
        made_by=(
            _rules(
                same=lambda survivors, before: all(len(survivors) == len(one) for one in before)
            ),
        ),
    ),
    "small_crowd": Mistake(
        "You answer although too few clients are on the list: there must be threshold + 1 or more.",
        "The sum of two clients says much about each of them, and of one, everything.",
        made_by=(
            _rules(enough=lambda survivors, threshold, sharers: True),
            _rules(enough=lambda survivors, threshold, sharers: len(survivors) >= threshold),
            _rules(enough=lambda survivors, threshold, sharers: len(sharers) > threshold),
        ),
    ),
    "crowd_too_large": Mistake(
        "You refuse a list of exactly threshold + 1 clients. That many are enough.",
        "With threshold + 1 answers every secret can be reconstructed.",
        made_by=(
            _rules(enough=lambda survivors, threshold, sharers: len(survivors) > threshold + 1),
            _rules(enough=lambda survivors, threshold, sharers: survivors == sharers),
        ),
    ),
    "strangers": Mistake(
        "There is somebody on the list who never sent you shares.",
        "Strangers swell the list: the crowd looks larger than it is.",
        made_by=(
            _rules(known=lambda survivors, sharers: True),
            _rules(
                known=lambda survivors, sharers: True,
                enough=lambda survivors, threshold, sharers: len(survivors & sharers) > threshold,
            ),
        ),
    ),
}

may_answer = Exercise(
    number="38.3",
    name="may_answer",
    reference=reference,
    examine=examine,
    takeaway="A client cannot know who is alive. It can refuse to give both halves of anybody's secret.",
    hints=(
        "Four things can be wrong with a list: you are not on it; a stranger is; it is too short; it is "
        "another one than before.",
        "Two lists that differ: somebody is on one and not on the other. Which two shares would you have "
        "given?",
        "me in survivors, survivors <= sharers, len(survivors) >= threshold + 1, and every set in before "
        "equal to survivors.",
    ),
    mistakes=MISTAKES,
)
