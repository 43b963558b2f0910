"""Check of Exercise 01.1: against the definition, on tables that keep different rows apart."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import numpy as np

from lessons.attacks import linkage
from lessons.checks.breaking_anonymity.tables import (
    Facts,
    glued,
    sizes_or_flags,
    some_facts,
    tables,
)
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """For every row the number of equal rows, in the order of the rows."""
    return by_numbers(
        attempt,
        [{"facts": facts} for facts in tables(rng)],
        right=by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: np.array_equal(got, right),
        words=_which_row,
    )


def by_definition(facts: Facts) -> Facts:
    """Compare every row with every row: (01.i) as it stands."""
    same = np.ones((len(facts), len(facts)), dtype=bool)
    for column in facts.T:
        same &= column[:, None] == column
    return np.asarray(same.sum(axis=1))


def _ask(attempt: Attempt, case: Case) -> Facts:
    return attempt.array(**case, shape=(len(case["facts"]),), kind=sizes_or_flags)


def _which_row(case: Case, got: Facts, right: Facts) -> str:
    row = int(np.flatnonzero(got != right)[0])
    number, facts = shown(got[row].item()), shown(case["facts"][row].tolist())
    much = "few" if got[row] < right[row] else "many"
    return f". Row {row} holds {facts}, and {number} is too {much} for it (the first row is row 0)."


def _counts(keys: Iterable[Any]) -> Facts:
    listed = list(keys)
    count = Counter(listed)
    return np.array([count[key] for key in listed])


def _unlike(change: Callable[[list[Any]], Any]) -> Callable[[Facts], Facts]:
    """Make a wrong function that compares ``change(row)`` in place of the rows."""
    return lambda facts: _counts(map(change, facts.tolist()))


def _runs(facts: Facts) -> list[int]:
    lengths = [len(list(rows)) for _, rows in groupby(facts.tolist())]
    return [length for length in lengths for _ in range(length)]


def _glued(way: int) -> Callable[[Facts], Facts]:
    return lambda facts: _counts(glued(facts)[way])


def _columns(facts: Facts) -> Facts:
    return np.asarray(np.min([_counts(column) for column in facts.T.tolist()], axis=0))


def _of_some(columns: slice) -> Callable[[Facts], Facts]:
    return lambda facts: _counts(map(tuple, facts[:, columns].tolist()))


def _first_places(facts: Facts) -> list[int]:
    rows = facts.tolist()
    return [rows.index(row) for row in rows]


_sizes = linkage.crowd_sizes
MISTAKES = {
    "one_number": Mistake(
        "You return one number for the whole table; every row has a crowd of its own size.",
        "The smallest crowd is the k of k-anonymity, and comes from the sizes afterwards.",
        made_by=(lambda facts: min(_sizes(facts)),),
    ),
    "one_per_crowd": Mistake(
        "You return one number for each crowd; the exercise wants one for each row.",
        "np.unique(..., return_counts=True) or a Counter: each row still has to look up its own.",
        made_by=(
            lambda facts: np.unique(facts, axis=0, return_counts=True)[1],
            lambda facts: Counter(map(tuple, facts.tolist())),
            lambda facts: dict(Counter(map(tuple, facts.tolist()))),
        ),
    ),
    "others_only": Mistake(
        "You leave the row itself out of its crowd.",
        "By (01.i) somebody alone has a crowd of 1, since j = i counts too.",
        made_by=(lambda facts: _sizes(facts) - 1,),
    ),
    "some_facts_only": Mistake(
        "You compare only some of the facts.",
        "The attacker knows all the facts of a row at once; each one narrows the crowd. A table may "
        "have one column or nine.",
        made_by=tuple(map(_of_some, some_facts())),
    ),
    "any_fact": Mistake(
        "You count rows that share at least one fact; they must share all of them.",
        "`any` in place of `all`: knowing more would then make the crowd larger.",
        made_by=(lambda facts: (facts[:, None] == facts[None]).any(axis=2).sum(axis=1),),
    ),
    "fact_by_fact": Mistake(
        "You count each fact by itself and take the smallest count.",
        "50 people may be her age and 100 may be women, and still only one may be both.",
        made_by=(_columns,),
    ),
    "joined": Mistake(
        "You turn the facts of a row into one text or one number, and two different rows become the same.",
        "'1' + '11' and '11' + '1' are the same text, and 10·1 + 0 = 10·0 + 10. A tuple keeps the "
        "entries apart, whatever they are.",
        made_by=tuple(map(_glued, range(4))),
    ),
    "order_of_facts": Mistake(
        "You treat the facts of a row as if their order did not matter.",
        "A blood pressure of 120 and a pulse of 80 are not a blood pressure of 80 and a pulse of 120. "
        "A set forgets the repetitions too.",
        made_by=(_unlike(lambda row: tuple(sorted(row))), _unlike(frozenset)),
    ),
    "neighbours_only": Mistake(
        "You count equal rows only where they stand next to each other.",
        "itertools.groupby does that; the table is not sorted.",
        made_by=(_runs,),
    ),
    "share": Mistake(
        "You return shares of the table, not numbers of people.",
        "k is a count: somebody alone has k = 1, however large the table is.",
        made_by=(
            lambda facts: _sizes(facts) / len(facts),
            lambda facts: 100 * _sizes(facts) / len(facts),
        ),
    ),
    "alone": Mistake(
        "You say who is alone; the exercise wants the size of every crowd.",
        "`sizes == 1` is the next step. A crowd of two hides hardly better than one of one.",
        made_by=(lambda facts: _sizes(facts) == 1, lambda facts: (_sizes(facts) == 1) * 1.0),
    ),
    "everybody": Mistake(
        "You return the size of the whole table for every row.",
        "That is the crowd around somebody about whom nothing is known.",
        made_by=(lambda facts: np.full(len(facts), len(facts)),),
    ),
    "labels": Mistake(
        "You return which crowd a row belongs to, not how large it is.",
        "The inverse of np.unique says which crowd it is; you still have to look up its count.",
        made_by=(
            lambda facts: np.unique(facts, axis=0, return_inverse=True)[1].ravel(),
            lambda facts: np.unique(_first_places(facts), return_inverse=True)[1],
            _first_places,
        ),
    ),
    "order_lost": Mistake(
        "The right sizes, in another order than the rows.",
        "Sorting or grouping moved them; each size belongs to its own row.",
        made_by=(
            lambda facts: _counts(sorted(map(tuple, facts.tolist()))),
            lambda facts: _counts(sorted(_first_places(facts))),
            lambda facts: sorted(_sizes(facts)),
            lambda facts: _sizes(facts)[::-1],
        ),
    ),
}


crowd_sizes = Exercise(
    number="01.1",
    name="crowd_sizes",
    reference=linkage.crowd_sizes,
    examine=examine,
    takeaway="A row without a name hides in a crowd, and each fact that somebody knows can make it smaller.",
    hints=(
        "Take one row. How do you find out which rows are equal to it, in all facts at once?",
        "facts == facts[0] compares every entry. What must be true of all entries of a row?",
        "A line of NumPy can compare; a Counter of tuples can count; np.unique with axis=0 can tell which "
        "rows are the same. After that, each row looks up its own number.",
    ),
    mistakes=MISTAKES,
)
