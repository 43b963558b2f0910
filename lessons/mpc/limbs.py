"""The matrix product modulo 2^64 by the machine's float64 product, still exact (lesson 33).

NumPy multiplies float64 matrices with a library made for it (BLAS), and integers one by one. So each
number is cut into three digits of 22 bits, small enough that float64 adds up their products without rounding.
"""

import numpy as np
from numpy.typing import NDArray

BITS = 22
HALF = 1 << (BITS - 1)
# |digit| <= 2^21, so a product is at most 2^42, and 2^11 of them at most 2^53: float64 is exact up to there
INNER = 2**11 // 3  # P_2 below adds three products for each inner index
SMALL = 100  # with a side below it, cutting takes longer than it saves
BLOCK = 2**17  # numbers that are cut at a time: 1 MB

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]


def matmul(x: Words, y: Words) -> Words:
    """x @ y mod 2^64, exact: (…, n, k) and (…, k, m) give (…, n, m). The quicker way for the size."""
    small = min(*x.shape[-2:], y.shape[-1]) < SMALL
    return plain_matmul(x, y) if small else limb_matmul(x, y)


def plain_matmul(x: Words, y: Words) -> Words:
    """x @ y mod 2^64 as it is written: machine words wrap by themselves."""
    return np.asarray(np.einsum("...nk,...km->...nm", x, y))


def limb_matmul(x: Words, y: Words) -> Words:
    """x @ y mod 2^64 by float64 products of digits; equal to ``plain_matmul``."""
    stack = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    result = np.zeros((*stack, x.shape[-2], y.shape[-1]), dtype=np.uint64)
    x, y = (np.broadcast_to(one, (*stack, *one.shape[-2:])) for one in (x, y))
    for place in np.ndindex(*stack):
        for start in range(0, x.shape[-1], INNER):  # so that every sum stays within 2^53
            inner = slice(start, start + INNER)
            _add_product(result[place], x[place][:, inner], y[place][inner])
    return result


def _add_product(result: Words, x: Words, y: Words) -> None:
    """Add x @ y to ``result``, for at most ``INNER`` inner indices.

    x = x_0 + 2^22 x_1 + 2^44 x_2  (mod 2^64),   -2^21 <= x_i < 2^21
    x·y = P_0 + 2^22 P_1 + 2^44 P_2,   P_s = Σ_{i+j=s} x_i·y_j;   2^66 and beyond vanish
    """
    (n, inner), m = x.shape, y.shape[1]
    step = max(1, BLOCK // max(inner, m, 1))  # rows at a time
    height = min(step, n)
    memory = np.empty(3 * inner * (m + height))  # in one piece, which the allocator then keeps
    below = memory[: 3 * inner * m].reshape(3, inner, m)  # digits 2, 1, 0 of y below each other
    beside = memory[3 * inner * m :].reshape(height, 3, inner)  # digits 0, 1, 2 of some rows of x
    for start in range(0, inner, step):
        cut(y[start : start + step], below[::-1, start : start + step])
    columns = below.reshape(3 * inner, m)
    for start in range(0, n, step):
        rows = x[start : start + step]
        cut(rows, beside[: len(rows)].swapaxes(0, 1))
        wide = beside[: len(rows)].reshape(len(rows), 3 * inner)
        for s in range(3):  # the first s + 1 digits against the last s + 1: i + j = s
            part = wide[:, : (s + 1) * inner] @ columns[(2 - s) * inner :]
            words = part.astype(np.int64).view(np.uint64)
            words <<= np.uint64(BITS * s)
            result[start : start + step] += words


def cut(values: Words, digits: Floats) -> None:
    """Write the three digits of ``values``, lowest first, into ``digits`` (3, …).

    Digit i is bits 22·i to 22·i + 21 after rounding to the nearest multiple of 2^(22·i). Moved to the
    upper end of the word, their highest bit is its sign; moved back, it stays.
    """
    word = np.left_shift(values, np.uint64(42))  # one piece of memory for all steps
    signed = word.view(np.int64)
    signed >>= 42
    digits[0][...] = signed
    np.add(values, np.uint64(HALF), out=word)
    word <<= np.uint64(20)
    signed >>= 42
    digits[1][...] = signed
    np.add(values, np.uint64(HALF + (HALF << BITS)), out=word)
    signed >>= 44  # the upper 20 bits are the last digit
    digits[2][...] = signed
