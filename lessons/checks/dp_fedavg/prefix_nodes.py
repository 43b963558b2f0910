"""Check of Exercise 25.3: the fewest nodes of the tree that cover the first t rounds."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl.privacy import tree_noise

Nodes = list[tuple[int, int]]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition, in any order of the nodes.

    Enormous t only where the others are right: a node for each of 2**53 rounds fills the memory.
    """
    asked = ask(rng)
    small = [case for case in asked if case["rounds"] < 10**6]
    for some in (small, asked):
        found = by_numbers(
            attempt,
            some,
            right=tree_noise.prefix_nodes,
            mistakes=MISTAKES,
            rng=rng,
            ask=_ask,
            fits=lambda case, got, right: got == sorted(right),
            words=_in_words,
        )
        if found:
            return found
    return None


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw powers of 2, their neighbours, and others, small and enormous."""
    power = 2 ** cases.one_of(rng, range(5, 12))
    asked = {*range(1, 17), 31, 64, power - 1, power, power + 1, 2**53 + 1}
    asked |= {int(rng.integers(17, 5000)) for _ in range(6)} | {int(rng.integers(10**6, 10**9))}
    return [{"rounds": t} for t in sorted(asked)]


def _ask(attempt: Attempt, case: Case) -> Nodes:
    pairs = kinds.list_of(kinds.pair_of(kinds.plain_integer, kinds.plain_integer))

    def nodes(value: Any) -> Any:
        whole = isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind in "iu"
        if isinstance(value, list) and any(kinds_of_one(one) for one in value):
            raise Ended(Found("sizes_only"))
        return pairs(value.tolist() if whole else value)

    return sorted((int(a), int(b)) for a, b in attempt.value(nodes, **case))


def kinds_of_one(value: Any) -> bool:
    """Whether an entry is one whole number, where a pair is wanted."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _in_words(case: Case, got: Nodes, right: Nodes) -> str:
    t = case["rounds"]
    if sum(last - first + 1 for first, last in got) != t or (got and got[0][0] != 1):
        return f", which does not cover each of the rounds 1 to {t} once."
    if len(got) > len(right):
        return f", which is {len(got)} nodes; fewer are enough."
    return ", which are not all nodes of the tree: a node of size s begins at 1, s + 1, 2s + 1, …"


def _made(nodes: Callable[[int], list[Any]]) -> Callable[..., list[Any]]:
    def wrong(rounds: int) -> list[Any]:
        return nodes(rounds)

    return wrong


def _small_first(t: int) -> Nodes:
    found, first = [], 1
    for digit in range(t.bit_length()):
        if t >> digit & 1:
            found.append((first, first + 2**digit - 1))
            first += 2**digit
    return found


def _right(t: int) -> Nodes:
    return tree_noise.prefix_nodes(t)


def _halves(t: int) -> Nodes:
    size = 1 << (t.bit_length() - 1)
    return [(1, size), *([(size + 1, t)] if t > size else [])]


MISTAKES = {
    "not_in_the_tree": Mistake(
        "Your blocks cover the rounds, but some of them are not nodes: small blocks come first.",
        "A node of size s begins at 1, s + 1, 2s + 1, … With the smallest block first, (2, 3) would "
        "be a block, and no node holds just these two rounds.",
        made_by=(_made(_small_first),),
    ),
    "round_by_round": Mistake(
        "You add up single rounds: t nodes, and the noise of all of them.",
        "That is independent noise again; larger nodes hold the same sums with one noise.",
        made_by=(_made(lambda t: [(k, k) for k in range(1, min(t, 5000) + 1)]),),
    ),
    "one_large_node": Mistake(
        "Your node reaches beyond round t.",
        "The smallest node that holds all t rounds also holds rounds that have not happened yet.",
        made_by=(_made(lambda t: [(1, 1 << (t - 1).bit_length())]),),
    ),
    "any_block": Mistake(
        "One of your blocks is not a node: its size is no power of 2.",
        "What is left after the largest node must be cut up in the same way, again and again.",
        made_by=(_made(_halves), _made(lambda t: [(1, t)])),
    ),
    "from_zero": Mistake(
        "Your rounds begin at 0; here the first round is number 1.",
        "Python counts from 0; the picture and the exercise count from 1.",
        made_by=(_made(lambda t: [(a - 1, b - 1) for a, b in _right(t)]),),
    ),
    "end_excluded": Mistake(
        "Your pairs are half-open, as in range or in a slice; both numbers should be rounds of the node.",
        "(first, last + 1) or (first − 1, last); the exercise wants (first, last).",
        made_by=(
            _made(lambda t: [(a, b + 1) for a, b in _right(t)]),
            _made(lambda t: [(a - 1, b) for a, b in _right(t)]),
        ),
    ),
    "first_and_size": Mistake(
        "You give first round and size of each node instead of first and last round.",
        "(9, 2) instead of (9, 10).",
        made_by=(_made(lambda t: [(a, b - a + 1) for a, b in _right(t)]),),
    ),
    "sizes_only": Mistake(
        "You give one number per node; the exercise wants its first and its last round.",
        "Sizes or last rounds are a beginning: each node begins one round after the one before it ends.",
        made_by=(
            _made(lambda t: [b - a + 1 for a, b in _right(t)]),
            _made(lambda t: [b for _, b in _right(t)]),
        ),
    ),
    "one_missing": Mistake(
        "Some of the rounds are covered by none of your nodes.",
        "A loop that ends one digit too early: the last or the first node is missing.",
        made_by=(
            _made(lambda t: _right(t)[:-1]),
            _made(lambda t: _right(t)[1:]),
            _made(lambda t: _right(t)[:1]),
        ),
    ),
}

prefix_nodes = Exercise(
    number="25.3",
    name="prefix_nodes",
    reference=tree_noise.prefix_nodes,
    examine=examine,
    takeaway="One node per digit 1 of t: the first t rounds need at most log₂ t + 1 noises, not t.",
    hints=(
        "Which is the largest node that begins at round 1 and does not reach beyond t?",
        "Its size is the largest power of 2 up to t. What is left begins at the next round: do the same.",
        "(1).bit_length() is 1, (11).bit_length() is 4, and 2**3 = 8 is the largest power of 2 in 11.",
    ),
    mistakes=MISTAKES,
)
