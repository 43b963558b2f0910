"""What the checks of lesson 35 share: words cut into rows that XOR to them or add up to them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lessons.mpc.ring import Elements


def words(rng: np.random.Generator, *shape: int, k: int = 64) -> Elements:
    """Draw words of k bits."""
    return np.asarray(rng.integers(0, 2**k, shape, dtype=np.uint64))


def together(rows: Elements) -> Elements:
    """XOR the rows of all parties."""
    return np.asarray(np.bitwise_xor.reduce(rows, axis=0))


def cut(rng: np.random.Generator, value: Any, n_parties: int, *, k: int = 64) -> Elements:
    """Draw rows that XOR to ``value``."""
    word = np.asarray(value, dtype=np.uint64)
    masks = words(rng, n_parties - 1, *word.shape, k=k)
    return np.concatenate([masks, [word ^ together(masks)]])


def others_anew(
    rng: np.random.Generator, rows: Elements, party: int, change: Any = 0, *, k: int = 64
) -> Elements:
    """Draw the rows of all parties but one again; all rows then XOR to the old value ⊕ ``change``."""
    rest = together(np.delete(rows, party, axis=0)) ^ np.asarray(change, dtype=np.uint64)
    return np.insert(cut(rng, rest, len(rows) - 1, k=k), party, rows[party], axis=0)


def all_rows(what: str, *shares: Any, n_parties: int) -> list[Elements]:
    """Take arguments of ``what``, one row for each party and all of one shape, or raise a ``TypeError``."""
    rows = [np.asarray(one) for one in shares]
    for one in rows:
        if one.dtype.kind not in "iu" or one.ndim == 0 or len(one) != n_parties:
            wanted = f"{what} takes arrays of integers, one row for each of {n_parties} parties"
            raise TypeError(f"{wanted}, got shape {one.shape} and type {one.dtype}")
    if len({one.shape for one in rows}) > 1:
        shapes = " and ".join(str(one.shape) for one in rows)
        raise TypeError(f"{what} takes arrays of one shape, got shapes {shapes}")
    return [one.astype(np.uint64) for one in rows]


def masked_rows(
    seed: Sequence[int], rest: Elements, *, party: int, n_parties: int, by_sum: int = 0
) -> Elements:
    """Rows of a value that a helper hands out: drawn by ``seed``, all but one of them whatever it is.

    The row that makes them fit belongs to the party after ``party``, so the row of ``party`` depends on the
    seed alone. They XOR to the value, or add up to it modulo ``by_sum`` (2^64 is 0 for the machine).
    """
    rng = np.random.default_rng(seed)
    rows = words(rng, n_parties, *rest.shape)
    if by_sum:
        rows &= np.uint64(by_sum - 1)
    last = (party + 1) % n_parties
    others = np.delete(rows, last, axis=0)
    if by_sum:
        total = others.sum(axis=0, dtype=np.uint64)
        with np.errstate(over="ignore"):  # NumPy warns of single numbers that wrap, not of arrays
            rows[last] = (rest - total) & np.uint64(by_sum - 1)
    else:
        rows[last] = rest ^ together(others)
    return rows
