"""The ring Z_Q on arrays: integers modulo Q, for any Q from 2 to 2^64 (lesson 31).

One dtype: ``uint64``. One entry, ``encode`` (signed integers in), one exit, ``decode``. NumPy's own
operators are unsafe here: ``uint64 + int64`` gives float64, which forgets the last bits, and a sum
may pass 2^64 before ``% Q`` sees it. The functions below are exact for every modulus.

``add``, ``subtract``, ``multiply`` and ``total`` look at what they are given. The protocols look once,
at their own border, and then use ``add_elements``, ``subtract_elements``, ``multiply_elements`` and
``total_elements``.
"""

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import limbs
from lessons.validation import integer

Elements = NDArray[np.uint64]

WORD = 2**64  # modulo 2^64 the machine reduces by itself


def require_modulus(modulus: int) -> int:
    """Return ``modulus`` as an int if 2 ≤ modulus ≤ 2^64, else ``ValueError``."""
    modulus = integer("modulus", modulus, minimum=2)
    if modulus > WORD:
        raise ValueError(f"modulus must be at most 2**64, got modulus={modulus}")
    return modulus


def elements(name: str, values: ArrayLike, *, modulus: int) -> Elements:
    """Return ``values`` as a uint64 array of ring elements; ``ValueError`` unless they are.

    Every entry must be an integer from 0 to modulus − 1. Floats are refused, even whole ones: a
    float64 holds integers exactly only up to 2^53.
    """
    modulus = require_modulus(modulus)
    integers = _integers(name, values)
    if modulus == WORD and integers.dtype == np.uint64:
        return integers  # every word is an element
    outside = (integers < 0) | (integers > modulus - 1)
    if np.any(outside):
        first = np.extract(outside, integers)[0]
        rule = f"must hold integers from 0 to modulus - 1 = {modulus - 1}"
        raise ValueError(f"{name} {rule}, got {first} in {name}")
    return np.asarray(integers.astype(np.uint64, copy=False))


def encode(values: ArrayLike, *, modulus: int) -> Elements:
    """Signed integers → ring: v becomes v mod Q, so that −1 is Q − 1.

    ``values``   integers from −⌊Q/2⌋ to ⌊(Q − 1)/2⌋, any shape; anything else is a ``ValueError``
    Returns a new uint64 array. ``decode`` is the inverse.
    """
    modulus = require_modulus(modulus)
    integers = _integers("values", values)
    low, high = -(modulus // 2), (modulus - 1) // 2
    outside = (integers < low) | (integers > high)
    if np.any(outside):
        first = np.extract(outside, integers)[0]
        raise ValueError(f"values must lie from {low} to {high}, got {first} in values")
    signed = np.asarray(integers.astype(np.int64))
    wrapped = signed.view(np.uint64)  # v mod 2^64
    return np.where(signed < 0, np.add(wrapped, _word(modulus)), wrapped)


def decode(values: ArrayLike, *, modulus: int) -> NDArray[np.int64]:
    """Ring → signed integers, centred: the upper half of the ring stands for the negative numbers.

    Returns int64 of the same shape, from −⌊Q/2⌋ to ⌊(Q − 1)/2⌋.
    """
    ring = elements("values", values, modulus=modulus)
    upper = ring > np.uint64((modulus - 1) // 2)
    return np.where(upper, np.subtract(ring, _word(modulus)), ring).view(np.int64)


def add(x: ArrayLike, y: ArrayLike, *, modulus: int) -> Elements:
    """x + y mod Q, entry by entry, exact also where x + y passes 2^64."""
    return add_elements(*_pair(x, y, modulus=modulus), modulus=modulus)


def subtract(x: ArrayLike, y: ArrayLike, *, modulus: int) -> Elements:
    """x − y mod Q, entry by entry."""
    return subtract_elements(*_pair(x, y, modulus=modulus), modulus=modulus)


def multiply(x: ArrayLike, y: ArrayLike, *, modulus: int) -> Elements:
    """x · y mod Q, entry by entry, exact: in Python integers where uint64 would not do."""
    return multiply_elements(*_pair(x, y, modulus=modulus), modulus=modulus)


def matmul(x: ArrayLike, y: ArrayLike, *, modulus: int) -> Elements:
    """The matrix product x @ y mod Q, exact: (…, n, k) and (…, k, m) give (…, n, m).

    ``ValueError`` for arrays that are not at least two-dimensional or do not fit.
    """
    left, right = elements("x", x, modulus=modulus), elements("y", y, modulus=modulus)
    if left.ndim < 2 or right.ndim < 2 or left.shape[-1] != right.shape[-2]:
        raise ValueError(
            f"y must have as many rows as x has columns, got shapes {left.shape} and {right.shape}"
        )
    if modulus == WORD:
        return limbs.matmul(left, right)
    if modulus > 2**32:
        product = np.matmul(left.astype(object), right.astype(object)) % modulus
        return np.asarray(product).astype(np.uint64)
    shape = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    result = np.zeros((*shape, left.shape[-2], right.shape[-1]), dtype=np.uint64)
    for k in range(left.shape[-1]):  # each product is below 2^64 and reduced before it is added
        outer = np.multiply(left[..., :, k, None], right[..., None, k, :]) % np.uint64(modulus)
        result = add_elements(result, outer, modulus=modulus)
    return result


def total(rows: ArrayLike, *, modulus: int) -> Elements:
    """The sum over the leading axis, mod Q: shape (n, …) gives shape (…)."""
    return total_elements(elements("rows", rows, modulus=modulus), modulus=modulus)


def add_elements(left: Elements, right: Elements, *, modulus: int) -> Elements:
    """``add`` of ring elements that were looked at before."""
    plain = np.add(left, right)  # mod 2^64
    if modulus == WORD:
        return np.asarray(plain)
    too_large = (plain < left) | (plain > np.uint64(modulus - 1))
    return np.where(too_large, np.subtract(plain, _word(modulus)), plain)


def subtract_elements(left: Elements, right: Elements, *, modulus: int) -> Elements:
    """``subtract`` of ring elements that were looked at before."""
    plain = np.subtract(left, right)  # mod 2^64
    if modulus == WORD:
        return np.asarray(plain)
    return np.where(left < right, np.add(plain, _word(modulus)), plain)


def multiply_elements(left: Elements, right: Elements, *, modulus: int) -> Elements:
    """``multiply`` of ring elements that were looked at before."""
    if modulus == WORD:
        return np.asarray(np.multiply(left, right))
    if modulus <= 2**32:  # (Q − 1)² < 2^64
        return np.asarray(np.multiply(left, right) % np.uint64(modulus))
    product = np.asarray(np.multiply(left.astype(object), right.astype(object)) % modulus)
    return product.astype(np.uint64)


def total_elements(rows: Elements, *, modulus: int) -> Elements:
    """``total`` of ring elements that were looked at before."""
    zero = np.zeros(rows.shape[1:], dtype=np.uint64)
    return reduce(lambda sum_, row: add_elements(sum_, row, modulus=modulus), rows, zero)


def _pair(x: ArrayLike, y: ArrayLike, *, modulus: int) -> tuple[Elements, Elements]:
    return elements("x", x, modulus=modulus), elements("y", y, modulus=modulus)


def _word(modulus: int) -> np.uint64:
    """The modulus as the machine sees it: 2^64 is 0."""
    return np.uint64(modulus % WORD)


def _integers(name: str, values: ArrayLike) -> NDArray[Any]:
    """``values`` as an array of integers; lists go through Python ints, never through float64."""
    array = values if isinstance(values, np.ndarray) else _from_python(name, values)
    if array.dtype.kind in "iu":
        return array
    if array.dtype == object:
        for value in array.flat:
            if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
                raise ValueError(f"{name} must hold integers only, got {value!r} in {name}")
        return array
    raise ValueError(f"{name} must hold integers only, got {name} of type {array.dtype}")


def _from_python(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.array(values, dtype=object)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, got rows of other lengths") from None
