"""How far one person can move a count, a sum or a mean (lesson 12): by formula, and by trying all.

The sensitivity of a query f is a maximum over *all* pairs of neighbouring tables, also those that
nobody will ever see:

    Δ₁ = max ‖f(x) − f(x′)‖₁    over all neighbours x, x′                   (12.i)

*add/remove*: x′ is x with one row more or one row fewer. *replace*: one row of x is exchanged.
The entries lie in the public interval [lower, upper], because they are clipped to it.
"""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from lessons.dp.definitions import RELATIONS, neighbours
from lessons.validation import choice, finite, integer

Table = tuple[Any, ...]  # one entry per row


def count_sensitivity(*, relation: str) -> float:
    """Δ₁ of the number of rows that have a property: 1 under both relations."""
    choice("relation", relation, RELATIONS)
    return 1.0


def sum_sensitivity(*, lower: float, upper: float, relation: str) -> float:
    """Δ₁ of a sum of entries in [lower, upper], in units of the entries.

    add/remove: max(|lower|, |upper|); replace: upper − lower.
    ``ValueError`` for an unknown relation or bounds that are not lower < upper.
    """
    choice("relation", relation, RELATIONS)
    low, high = bounds(lower, upper)
    return max(abs(low), abs(high)) if relation == "add/remove" else high - low


def mean_sensitivity(*, lower: float, upper: float, n: int, relation: str) -> float:
    """Δ₁ of the mean of entries in [lower, upper]: (upper − lower) / n, in units of the entries.

    ``n``  rows of the table; under add/remove the rows of the larger one of the two neighbours,
    at least 2. An add/remove mechanism must not use it unless n is public.
    """
    choice("relation", relation, RELATIONS)
    low, high = bounds(lower, upper)
    return (high - low) / integer("n", n, minimum=1 if relation == "replace" else 2)


def bounds(lower: float, upper: float) -> tuple[float, float]:
    """The public interval as floats; ``ValueError`` unless lower < upper."""
    low, high = finite("lower", lower), finite("upper", upper)
    if not low < high:
        raise ValueError(f"lower must be below upper, got lower={lower!r}, upper={upper!r}")
    return low, high


def worst_pair(
    query: Callable[[Table], float], *, universe: Sequence[float], n: int, relation: str
) -> tuple[Table, Table]:
    """The neighbours that ``query`` tells apart most, among all tables of ``n`` rows.

    Goes through len(universe)**n tables: keep both small. Under add/remove n is the size of the
    larger table. ``ValueError`` for n < 1, another relation or fewer than 2 values.
    """
    if len(set(universe)) < 2:
        raise ValueError(f"universe must hold at least 2 values, got universe={tuple(universe)}")
    pairs = (
        (table, other)
        for table in product(universe, repeat=integer("n", n, minimum=1))
        for other in neighbours(table, values=universe, relation=relation)
        if len(other) <= n
    )
    return max(pairs, key=lambda pair: abs(query(pair[0]) - query(pair[1])))


def brute_force_sensitivity(
    query: Callable[[Table], float], *, universe: Sequence[float], n: int, relation: str
) -> float:
    """Δ₁ of ``query`` on tables of ``n`` entries from ``universe``, by definition (12.i): try all."""
    one, other = worst_pair(query, universe=universe, n=n, relation=relation)
    return abs(query(one) - query(other))
