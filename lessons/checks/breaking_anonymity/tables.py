"""Tables for Exercises 01.1 and 01.2, and keys that take different rows for the same."""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import cases, kinds

Facts = NDArray[Any]
Row = list[Any]
AMBIGUOUS = np.array(["a", "aa", "aaa", "b"])  # joined without a sign between them
SIMILAR = np.array(["07", "7", "Hungary", "hungary", "VA Long Beach", "VA Long Beach II"])
WRAPPING = [3, 259, -253, 65539, 2**24, 2**24 + 1]  # alike in 8 or 16 bits, or in float32


def tables(rng: np.random.Generator) -> list[Facts]:
    """Numbers and words, of one to nine columns and 1 to 277 rows, small ones first, none sorted."""
    drawn = _drawn(rng)
    turned = [table[::-1] for table in drawn if 2 < len(table) < 50]  # others of the same shape
    return sorted([*drawn, *turned], key=lambda table: table.size if table.size < 13 else 13)


def _drawn(rng: np.random.Generator) -> list[Facts]:
    weights = 60 + np.array([0.4, 0.6, 0.6001, -60.25, 61.5])  # cut off or rounded, some are alike
    return [
        rng.integers(-9, 10, size=(1, 1)),
        rng.choice(SIMILAR, size=(1, 3)),
        np.array([[5], [3], [5]]) * cases.one_of(rng, (1, -4, 300)),
        np.array([[1, 11], [11, 1], [1, 1], [1, 11]]),
        np.array([["a", "aa"], ["aa", "a"], ["a", "a"], ["aa", "a"]]),
        np.array([[1, 1, 2], [1, 2, 2], [0, 2, 2], [1, 1, 2]]),
        rng.permutation(np.array([-2, 1, 1, 1, 4, 4]))[:, None],
        rng.permutation(_carrying(26)),
        _adjoining(),
        _around_a_sign(),
        rng.choice(AMBIGUOUS[:3], size=26)[:, None],
        rng.choice([1, 11, 111], size=(29, 4)),
        rng.choice(weights, size=(31, 2)),
        rng.choice(WRAPPING, size=(33, 2)),
        rng.choice(SIMILAR, size=(35, 2)),
        rng.choice(AMBIGUOUS, size=(37, 2)),
        rng.integers(0, 3, size=(41, 3)),
        rng.integers(0, 3, size=(41, 3)),
        np.column_stack([np.full((45, 6), 7), rng.integers(0, 2, size=(45, 3))]),
        rng.permutation(_carrying(264)),
        np.column_stack([np.full((277, 2), -8), rng.permutation(277) < 20]),
        rng.permutation(_round_bases()),
    ]


def _carrying(n: int) -> Facts:
    """Rows (0, i, 1) or (1, i, 0) up to the middle, (0, i, 0) beyond; no two are the same.

    But i + 1·B = (i + B) + 0·B: with a digit to the base B for each column, some are, for B < n − 4.
    The last four begin and end like those 256 places before.
    """
    i = np.arange(n)
    low = (i < n // 2) | (i >= 260)
    rows = np.column_stack([low & (i % 2 == 1), i, low & (i % 2 == 0)])
    return np.asarray(np.add(rows, [0, -3, 0]))


def _round_bases() -> Facts:
    """Rows that differ, but not when a row is taken for a number to a large round base."""
    turned = [row for base in (1000, 1024, 10**4, 10**6) for row in ([base, 0], [0, base])]
    return np.array([[0, 1], [1, 0], [0, 1], *turned])


def _adjoining() -> Facts:
    """Rows that differ, but not when their numbers are written side by side: 11, 0 and 1, 10."""
    first = [(i, 0) for i in range(24)] + [(1, i) for i in range(1, 13)]
    return np.array([*first, (11, 1), (11, 2), (2, 10), (0, 11)])


def _around_a_sign() -> Facts:
    """Rows that differ, but not when their words are joined with a sign that the words may hold."""
    longer = [f"a{sign}a" for sign in " -_,;/"]
    return np.array([row for one in longer for row in ([one, "a"], ["a", one], ["a", one])])


def sizes_or_flags(value: Any) -> Any:
    """One number or flag for each row: a mask is as good as zeros and ones."""
    try:
        return kinds.flags(value)
    except kinds.WrongKind:
        return kinds.array(value)


def coded(facts: Facts) -> Facts:
    """Each column numbered 0, 1, … in sorted order."""
    columns = [np.unique(column, return_inverse=True)[1].ravel() for column in facts.T]
    return np.column_stack(columns)


GLUED: tuple[Callable[[Row], Hashable], ...] = (
    lambda row: "".join(map(str, row)),
    lambda row: sum(10**k * one for k, one in enumerate(row)),  # of coded rows
    lambda row: sum(100**k * one for k, one in enumerate(row)),
    lambda row: sum(one for one in row),
)


def glued(facts: Facts) -> list[list[Hashable]]:
    """Keys of the rows that are the same for some rows that differ, one list for each way."""
    codes = coded(facts).tolist()
    rows = (facts.tolist(), codes, codes, codes)
    return [[key(row) for row in table] for key, table in zip(GLUED, rows, strict=True)]


def some_facts() -> list[slice]:
    """Columns that an answer may have taken for all of them."""
    return [slice(1), slice(2), slice(3), slice(4), slice(-1), slice(-1, None), slice(1, None)]
