"""Check of Exercise 33.4: the product of k shared values, in as few rounds as possible."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import rows
from lessons.checks.beaver_triples.rows import cut
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

Shares = Sequence[int]
MultiplyPairs = Callable[[Sequence[tuple[Shares, Shares]]], list[Shares]]
MODULI = (101, 10_007, 2**61 - 1)  # primes: no product of other numbers is 0


def reference(values: Sequence[Shares], *, multiply_pairs: MultiplyPairs) -> Shares:
    """Pair them up, round after round; who has no partner waits."""
    left = list(values)
    while len(left) > 1:
        pairs = list(zip(left[::2], left[1::2], strict=False))
        waiting = left[2 * len(pairs) :]
        left = multiply_pairs(pairs) + waiting
    return left[0]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Count the rounds and look at the product, for few and many values, even and odd."""
    return by_numbers(
        attempt,
        _cases(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=_words,
    )


def _cases(rng: np.random.Generator) -> list[Case]:
    counts = [2, 4, 3, 5, 6, 7, 8, 9, 1, 16, 17, cases.one_of(rng, range(18, 32)), 33]
    asked: list[Case] = []
    for count in counts:
        modulus = MODULI[cases.one_of(rng, range(3))]
        n_parties = cases.one_of(rng, (2, 3, 4))
        # no factor is 0 or 1, none comes twice: one that is lost or doubled shows
        factors = 2 + rng.choice(min(modulus, 2**31) - 3, count, replace=False)
        values = [cut(rng, int(one), n_parties=n_parties, modulus=modulus) for one in factors]
        asked.append({"values": values, "modulus": modulus})
    x, y = asked[0]["values"]  # a value may come twice: x·x·y·x, and y·y
    again = [{**asked[0], "values": values} for values in ([x, x, y, x], [y, y])]
    return [*asked[:2], *again, *asked[2:]]


def _by_definition(values: Sequence[Shares], modulus: int) -> tuple[int, int]:
    """Give the product and the fewest rounds: each round halves what is left, at best."""
    product = 1
    for one in values:
        product = product * sum(one) % modulus
    return product, (len(values) - 1).bit_length()


def _ask(attempt: Attempt, case: Case) -> tuple[int, int]:
    """Ask for the product; every call of ``multiply_pairs`` is a round."""
    values, modulus = case["values"], case["modulus"]
    n_parties, rounds = len(values[0]), 0
    rng = np.random.default_rng(sum(values[0]) % 2**32)

    def multiply_pairs(pairs: Sequence[tuple[Shares, Shares]]) -> list[Shares]:
        nonlocal rounds
        factors = _two_each(pairs, n_parties)
        rounds += 1  # without a pair, too
        return [
            cut(rng, sum(x) * sum(y) % modulus, n_parties=n_parties, modulus=modulus)
            for x, y in factors
        ]

    shares = rows(attempt, n_parties, values, multiply_pairs=multiply_pairs)
    return sum(shares) % modulus, rounds


def _two_each(pairs: Any, n_parties: int) -> list[tuple[list[int], list[int]]]:
    try:
        factors = [([int(v) for v in x], [int(v) for v in y]) for x, y in pairs]
    except (TypeError, ValueError):
        factors = [([], [])]
    if any(len(one) != n_parties for pair in factors for one in pair):
        message = "multiply_pairs takes a list of pairs (x_shares, y_shares)"
        raise TypeError(message) from None
    return factors


def _words(case: Case, got: tuple[int, int], right: tuple[int, int]) -> str:
    if len(case["values"]) == 1:
        return " as product and rounds: a single value needs no call."
    count = f"{len(case['values'])} values"
    if got[0] != right[0]:
        return f" as product and rounds: with {count}, the product is wrong."
    return f" as product and rounds: {count} need fewer rounds."


def _one_after_the_other(values: Any, *, multiply_pairs: Any) -> Any:
    product = values[0]
    for one in values[1:]:
        (product,) = multiply_pairs([(product, one)])
    return product


def _from_the_end(values: Any, *, multiply_pairs: Any) -> Any:
    return _one_after_the_other(list(values)[::-1], multiply_pairs=multiply_pairs)


def _halves(values: Any, *, multiply_pairs: Any) -> Any:
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    both = (
        _halves(half, multiply_pairs=multiply_pairs) for half in (values[:middle], values[middle:])
    )
    return multiply_pairs([tuple(both)])[0]


def _a_call_for_each_pair(values: Any, *, multiply_pairs: Any) -> Any:
    return reference(
        values, multiply_pairs=lambda pairs: [multiply_pairs([one])[0] for one in pairs]
    )


def _tree(odd: Callable[[list[Any]], list[Any]]) -> Callable[..., Any]:
    """Make a tree that first does something to a list of odd length."""

    def wrong(values: Any, *, multiply_pairs: Any) -> Any:
        left = list(values)
        while len(left) > 1:
            left = odd(left) if len(left) % 2 else left
            left = multiply_pairs(list(zip(left[::2], left[1::2], strict=True)))
        return left[0]

    return wrong


def _neighbours(values: Any, *, multiply_pairs: Any) -> Any:
    left = list(values)
    while len(left) > 1:
        left = multiply_pairs(list(pairwise(left)))
    return left[0]


def _two_rounds_for_the_odd(values: Any, *, multiply_pairs: Any) -> Any:
    left, aside = list(values), []
    while len(left) > 1:
        if len(left) % 2:
            aside.append(left.pop())
        left = multiply_pairs(list(zip(left[::2], left[1::2], strict=True)))
    return _one_after_the_other([left[0], *aside], multiply_pairs=multiply_pairs)


def _without_a_message(values: Any, *, multiply_pairs: Any) -> Any:
    products = [1] * len(values[0])
    for one in values:
        products = [x * y for x, y in zip(products, one, strict=True)]
    return products


MISTAKES = {
    "one_by_one": Mistake(
        "The product is right, but it takes k − 1 rounds: each call of multiply_pairs gets a single pair.",
        "In a chain each product needs the one before. Halves, each by a call of its own, wait for each "
        "other just as long. Products that do not need each other go into one call: their openings travel "
        "together.",
        made_by=(_one_after_the_other, _from_the_end, _a_call_for_each_pair, _halves),
    ),
    "odd_one_lost": Mistake(
        "With an odd number of values one gets lost.",
        "zip stops at the shorter list. Who has no partner waits for the next round.",
        made_by=(_tree(lambda left: left[:-1]), _tree(lambda left: left[1:])),
    ),
    "odd_one_twice": Mistake(
        "Some values count more than once: try it with three.",
        "In each round a value is in one pair at most. Who has no partner left waits.",
        made_by=(
            _tree(lambda left: [*left, left[-1]]),
            _tree(lambda left: [*left, left[0]]),
            _neighbours,
        ),
    ),
    "left_for_the_end": Mistake(
        "The product is right, but there are rounds in which values wait that could have had a partner.",
        "In each round, all values but one at most find a partner; who waits joins in the next round.",
        made_by=(_two_rounds_for_the_odd,),
    ),
    "without_a_message": Mistake(
        "You multiply shares with each other: section 1's nonsense.",
        "Only multiply_pairs multiplies shared values.",
        made_by=(_without_a_message,),
    ),
    "only_the_first_round": Mistake(
        "Only one round: there are products left to multiply.",
        "Go on until one value is left.",
        made_by=(
            lambda values, *, multiply_pairs: multiply_pairs(
                list(zip(values[::2], values[1::2], strict=False)) or [(values[0], values[0])]
            )[0],
        ),
    ),
}

product_of_all = Exercise(
    number="33.4",
    name="product_of_all",
    reference=reference,
    examine=examine,
    takeaway="What counts is the depth of the tree, not the number of products: log₂ k rounds, rounded up.",
    hints=(
        "Which of the products of x₁·x₂·x₃·x₄ can be made before any other is known?",
        "Each call of multiply_pairs is one round, however many pairs it gets. How many values are left "
        "after one round, if as many as possible have a partner?",
        "While more than one is left: pair up neighbours, multiply all pairs in one call, and let the odd "
        "one wait.",
    ),
    mistakes=MISTAKES,
)
