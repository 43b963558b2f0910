"""Linkage: how many people share what an attacker knows, and what their crowd gives away (lesson 01).

A *fact* is a column that somebody may know from elsewhere (age, sex, hospital), also called a
quasi-identifier. A row hides among the rows with the same facts; here they are called its *crowd*.
"""

from collections import Counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import Vector, positive, vector


def crowd_sizes(facts: ArrayLike) -> NDArray[np.int64]:
    """For every row, how many rows have the same facts, itself included (Sweeney 2002, def. 3).

        k_i = |{j : facts_j = facts_i}|                                     (01.i)

    ``facts``  shape (n, n_facts): numbers or words; an empty field (NaN) equals an empty field.
               With no facts at all, shape (n, 0), everybody is in one crowd.
    Returns k, shape (n,); 1 means *alone*. ``ValueError`` unless ``facts`` is a table with rows.
    """
    rows = _as_rows(facts)
    count = Counter(rows)
    return np.array([count[row] for row in rows], dtype=np.int64)


def given_away(facts: ArrayLike, secret: ArrayLike) -> NDArray[np.bool_]:
    """Whose secret follows from the facts: all of the crowd have the same (Machanavajjhala 2007).

    ``facts`` as in ``crowd_sizes``; ``secret`` of shape (n,), numbers or words.
    Returns shape (n,): True where the crowd is *homogeneous*. A row alone always is.
    ``ValueError`` unless there is one secret to a row.
    """
    known = crowd_sizes(facts)
    column = np.asarray(secret)
    if column.shape != known.shape:
        raise ValueError(
            f"secret must have one entry for each row of facts, got secret of shape {column.shape} "
            f"for {len(known)} rows"
        )
    both = [
        (*row, one) for row, (one,) in zip(_as_rows(facts), _as_rows(column[:, None]), strict=True)
    ]
    count = Counter(both)
    return np.asarray(known == np.array([count[row] for row in both], dtype=np.int64))


def in_bands(values: ArrayLike, *, width: float) -> Vector:
    """Generalise numbers: each becomes the lower end of its band, shape (n,), in its own unit.

    Bands begin at whole multiples of ``width``: with ``width=10`` the ages 40 to 49 become 40.
    ``ValueError`` for a width that is not positive and for values that are not finite.
    """
    step = positive("width", width)
    return np.asarray(np.floor(vector("values", values) / step) * step)


def _as_rows(facts: ArrayLike) -> list[tuple[int, ...]]:
    """Each row as a tuple of whole numbers, equal where the entries are."""
    table = np.asarray(facts)
    if table.ndim != 2 or not len(table):
        raise ValueError(
            f"facts must be a table with rows and columns, got facts of shape {table.shape}"
        )
    columns = [np.unique(column, return_inverse=True)[1].ravel() for column in table.T]
    if not columns:
        return [()] * len(table)
    return [tuple(row) for row in np.column_stack(columns).tolist()]
