"""Check of lesson 01's crowd sizes: against the definition, on tables that tell the slips apart."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.linkage import crowd_sizes

Facts = NDArray[Any]
WORDS = np.array(["a", "aa", "aaa", "b"])  # joined without a sign between them, they are ambiguous


def fact_tables(rng: np.random.Generator) -> list[Facts]:
    """Tables of numbers and of words, of several shapes, none sorted, with crowds of every size."""
    return [
        rng.integers(0, 3, size=(41, 3)),
        WORDS[rng.integers(0, 4, size=(37, 2))],
        rng.choice([1, 11, 111], size=(29, 4)),
        WORDS[rng.permutation(np.arange(26) % 3)][:, None],
        np.column_stack([np.full((160, 5), 7), rng.permutation(160) < 20]),  # 20 and 140
    ]


def examine_crowds(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """For every row the number of equal rows, in the order of the rows."""
    tables = fact_tables(rng)
    truths = [crowd_sizes(facts) for facts in tables]
    if found := _wrong_shape_of_sizes(attempt(tables[0]), tables[0]):
        return found
    got = [attempt.array(facts, shape=(len(facts),)) for facts in tables]
    if all(np.array_equal(a, b) for a, b in zip(got, truths, strict=True)):
        return None
    for code, slip in _SIZE_SLIPS.items():
        if all(np.allclose(a, slip(b), atol=1e-9) for a, b in zip(got, tables, strict=True)):
            return Found(code)
    if all(_same_parts(a, b) for a, b in zip(got, tables, strict=True)):
        return Found("labels")
    if all(np.array_equal(np.sort(a), np.sort(b)) for a, b in zip(got, truths, strict=True)):
        return Found("order_lost")
    return Found("other_sizes")


def _wrong_shape_of_sizes(result: Any, facts: Facts) -> Found | None:
    """One number, or one for each crowd, where one for each row is wanted."""
    if is_number(result):
        return Found("one_number")
    if isinstance(result, dict):
        return Found("one_per_crowd")
    n_crowds = len(set(map(tuple, facts.tolist())))
    is_list = isinstance(result, list | tuple | np.ndarray)
    return Found("one_per_crowd") if is_list and len(result) == n_crowds else None


def is_number(result: Any) -> bool:
    """Whether the result is a single number, an array without axes included."""
    scalar = isinstance(result, int | float | np.number) and not isinstance(result, bool)
    return scalar or (isinstance(result, np.ndarray) and result.ndim == 0)


def _same_parts(numbers: Facts, facts: Facts) -> bool:
    """Whether the numbers are equal exactly where the rows are: names of crowds, not sizes."""
    pairs = set(zip(np.asarray(numbers).tolist(), map(tuple, facts.tolist()), strict=True))
    one, other = ({pair[side] for pair in pairs} for side in (0, 1))
    return len(one) == len(other) == len(pairs)


def _counts(keys: list[Any]) -> Facts:
    count = Counter(keys)
    return np.array([count[key] for key in keys])


def _columns(facts: Facts) -> Facts:
    return np.array([_counts(column) for column in facts.T.tolist()])


def _runs(facts: Facts) -> Facts:
    """How many equal rows stand next to each other (groupby without sorting)."""
    rows = facts.tolist()
    lengths: list[int] = []
    while len(lengths) < len(rows):
        start = length = len(lengths)
        while length < len(rows) and rows[length] == rows[start]:
            length += 1
        lengths += [length - start] * (length - start)
    return np.array(lengths)


_SIZE_SLIPS: dict[str, Callable[[Facts], Facts]] = {
    "others_only": lambda facts: crowd_sizes(facts) - 1,
    "first_fact_only": lambda facts: crowd_sizes(facts[:, :1]),
    "any_fact": lambda facts: (facts[:, None] == facts[None]).any(axis=2).sum(axis=1),
    "fact_by_fact": lambda facts: _columns(facts).min(axis=0),
    "joined": lambda facts: _counts(["".join(map(str, row)) for row in facts.tolist()]),
    "order_of_facts": lambda facts: _counts([tuple(sorted(row)) for row in facts.tolist()]),
    "order_of_facts_and_repeats": lambda facts: _counts([frozenset(row) for row in facts.tolist()]),
    "neighbours_only": _runs,
    "share": lambda facts: crowd_sizes(facts) / len(facts),
    "alone": lambda facts: (crowd_sizes(facts) == 1).astype(int),
    "everybody": lambda facts: np.full(len(facts), len(facts)),
}
SIZE_MISTAKES = {
    "one_number": Mistake(
        "You return one number for the whole table; every row has a crowd of its own size.",
        "The smallest crowd is the k of k-anonymity, and comes from the sizes afterwards.",
    ),
    "one_per_crowd": Mistake(
        "You return one number for each crowd; the exercise wants one for each row.",
        "np.unique(..., return_counts=True) or a Counter: each row still has to look up its own.",
    ),
    "others_only": Mistake(
        "You leave the row itself out of its crowd.",
        "By (01.1) somebody alone has a crowd of 1, since j = i counts too.",
    ),
    "first_fact_only": Mistake(
        "You compare the first fact only.",
        "The attacker knows all the facts of a row at once; each one narrows the crowd.",
    ),
    "any_fact": Mistake(
        "You count rows that share at least one fact; they must share all of them.",
        "`any` in place of `all`: knowing more would then make the crowd larger.",
    ),
    "fact_by_fact": Mistake(
        "You count each fact by itself and take the smallest count.",
        "50 people may be as old as she is and 100 may be women, and still only one may be both.",
    ),
    "joined": Mistake(
        "Two different rows became the same when you glued their facts together.",
        "'1' + '11' and '11' + '1' are the same text. A tuple keeps the entries apart.",
    ),
    "order_of_facts": Mistake(
        "You treat the facts of a row as if their order did not matter.",
        "A blood pressure of 120 and a pulse of 80 are not a blood pressure of 80 and a pulse of 120.",
    ),
    "order_of_facts_and_repeats": Mistake(
        "You turn a row into a set; a set forgets the order of the facts, and repetitions too.",
        "frozenset((1, 1, 2)) equals frozenset((1, 2, 2)).",
    ),
    "neighbours_only": Mistake(
        "You count equal rows only as long as they stand next to each other.",
        "itertools.groupby does that; the table is not sorted.",
    ),
    "share": Mistake(
        "You return shares of the table, not numbers of people.",
        "One in 920 is alone whatever the size of the table; k is a count.",
    ),
    "alone": Mistake(
        "You say who is alone; the exercise wants the size of every crowd.",
        "`sizes == 1` is the next step. A crowd of two hides hardly better than one of one.",
    ),
    "everybody": Mistake(
        "You return the size of the whole table for every row.",
        "That is the crowd around somebody about whom nothing is known.",
    ),
    "labels": Mistake(
        "You return which crowd a row belongs to, not how large it is.",
        "The inverse of np.unique names the crowd; its count is still to be looked up.",
    ),
    "order_lost": Mistake(
        "The right sizes, in another order than the rows.",
        "Sorting or grouping moved them; each size belongs to its own row.",
    ),
    "other_sizes": Mistake(
        "The sizes are not those of (01.1).",
        "Two rows are in one crowd when all of their facts are equal, and only then.",
    ),
}
