"""Check of Exercise 55.1: which coalitions can read a secret, by shares or by the triple's maker."""

from collections.abc import Callable, Set
from itertools import combinations
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case


def reference(coalition: Set[int], *, n_parties: int, threshold: int, dealer: int | None) -> bool:
    """More than ``threshold`` parties read by their shares; the dealer with any party reads by d + a."""
    parties = [one for one in coalition if one < n_parties]
    return len(parties) > threshold or (dealer in coalition and len(parties) > 0)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every coalition of the lesson's settings, then some of larger ones."""
    return by_numbers(
        attempt,
        _asked(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.flag(**case),
        words=_fault,
    )


def _asked(rng: np.random.Generator) -> list[Case]:
    settings: list[tuple[int, int, int | None]] = [
        (2, 1, 0),
        (2, 1, 2),
        (3, 1, None),
        (3, 2, 0),
        (3, 2, 3),
        (3, 2, 1),
        (1, 0, None),
        (2, 0, 2),
        (3, 1, 3),
        (3, 1, 0),
    ]
    asked = [_case(one, *setting) for setting in settings for one in _coalitions(*setting)]
    for n in (4, 5, 7, 9):
        shamir = (n, int(rng.integers(1, (n - 1) // 2 + 1)), None)
        fewer = int(rng.integers(0, n - 1))  # Shamir shares, and a dealer all the same
        dealt = [
            (n, n - 1, n),
            (n, n - 1, n - 1),
            (n, fewer, n),
            (n, fewer, int(rng.integers(2, n - 1))),
        ]
        for setting in (shamir, (n, (n - 1) // 2, None), *dealt):
            every = _coalitions(*setting)
            some = rng.choice(len(every), size=min(12, len(every)), replace=False)
            chosen = [every[k] for k in some]
            t, dealer = setting[1:]
            chosen += [set(range(t)), set(range(t + 1)), set() if dealer is None else {dealer}]
            asked += [_case(one, *setting) for one in chosen]
    return asked


def _case(coalition: set[int], n: int, threshold: int, dealer: int | None) -> Case:
    return {"coalition": coalition, "n_parties": n, "threshold": threshold, "dealer": dealer}


def _coalitions(n: int, threshold: int, dealer: int | None) -> list[set[int]]:
    """All subsets of the parties, and of the dealer where it is no party, from small to large."""
    everybody = range(n + 1 if dealer == n else n)
    return [set(one) for size in range(len(everybody) + 1) for one in combinations(everybody, size)]


def _fault(case: Case, got: Any, truth: Any) -> str:
    parties = sum(one < case["n_parties"] for one in case["coalition"])
    with_dealer = case["dealer"] in case["coalition"]
    who = "1 party" if parties == 1 else f"{parties} parties"
    return (
        f", but these are {who}, {'with' if with_dealer else 'without'} the maker of the triples."
    )


def _by(rule: Callable[[set[int], set[int], int, int, int | None], bool]) -> Callable[..., bool]:
    """Make a wrong function of (coalition, its parties, n_parties, threshold, dealer)."""

    def wrong(coalition: set[int], *, n_parties: int, threshold: int, dealer: int | None) -> bool:
        parties = {one for one in coalition if one < n_parties}
        return bool(rule(coalition, parties, n_parties, threshold, dealer))

    return wrong


MISTAKES = {
    "threshold_reads": Mistake(
        "Exactly threshold parties learn nothing: it takes one more.",
        "The threshold is the most that may collude. With t = 1 one party learns nothing, two read.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) >= t or (d in c and len(p) > 0)),
            _by(lambda c, p, n, t, d: len(p) >= t or d in c),
            _by(lambda c, p, n, t, d: len(p) >= t),
        ),
    ),
    "dealer_forgotten": Mistake(
        "You count shares only. Whoever made the triples knows a, and x = d + a.",
        "Shares are one way to a secret; a triple's maker beside one who sees d is the other.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) > t),
            _by(lambda c, p, n, t, d: len(c) > t),
            _by(lambda c, p, n, t, d: len(p) == n),
        ),
    ),
    "dealer_alone": Mistake(
        "A third party that makes the triples knows a, but sees neither shares nor d.",
        "Only the parties see what is opened. Alone, a third party has nothing to add a to.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) > t or d in c),
            _by(lambda c, p, n, t, d: len(c) > t or d in c),
        ),
    ),
    "needs_a_helper": Mistake(
        "A dealer that is a party needs nobody else: it makes a, and it sees d.",
        "CrypTen's first party stands on both sides. A coalition of one is enough.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) > t or (d in c and len(c) > 1)),
            _by(lambda c, p, n, t, d: len(p) > t or (d == n and d in c and len(p) > 0)),
        ),
    ),
    "majority": Mistake(
        "You ask for a majority. The threshold may be lower, or n − 1.",
        "MPyC's default threshold is the largest below n/2; with -T it can be smaller.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) > n / 2 or (d in c and len(p) > 0)),
            _by(lambda c, p, n, t, d: len(p) > n / 2),
        ),
    ),
    "everybody": Mistake(
        "You ask for all parties. Shamir shares of threshold t need only t + 1 of them.",
        "That is the rule of additive shares, where t = n − 1.",
        made_by=(_by(lambda c, p, n, t, d: len(p) == n or (d in c and len(p) > 0)),),
    ),
    "own_secret": Mistake(
        "To take part is not enough: the secrets are those of outsiders, and the product is not opened.",
        "A party knows what it hands in itself. The question is what it learns of others' secrets.",
        made_by=(
            _by(lambda c, p, n, t, d: len(p) > 0),
            _by(lambda c, p, n, t, d: len(c) > 0),
        ),
    ),
    "opposite": Mistake(
        "You answer whether the secret is *safe*. True is for a coalition that reads it.",
        "The right rule, with not in front of it.",
        made_by=(_by(lambda c, p, n, t, d: not (len(p) > t or (d in c and len(p) > 0))),),
    ),
}

reads = Exercise(
    number="55.1",
    name="reads",
    reference=reference,
    examine=examine,
    takeaway=(
        "Two ways to a secret: more than t shares, or a triple's maker beside one who sees what is "
        "opened. Ask of each library who can go either."
    ),
    hints=(
        "There are two ways to the secret. Write one condition for each, and join them with `or`.",
        "Count the parties in the coalition first: those with a number below n_parties. When are their "
        "shares enough?",
        "The other way needs a *and* d. The dealer knows a; each party, dealer or not, sees d.",
    ),
    mistakes=MISTAKES,
)
