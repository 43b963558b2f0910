"""The matrix product modulo 2^64 by the machine's float64 product, still exact (lesson 33).

NumPy multiplies float64 matrices with a library made for it (BLAS), and integers one by one. So each
number is cut into three digits of 22 bits, small enough that float64 adds up their products without rounding.
"""

import numpy as np
from numpy.typing import NDArray

BITS = 22
HALF, MASK = np.uint64(1 << (BITS - 1)), np.uint64((1 << BITS) - 1)
# |digit| <= 2^21, so a product is at most 2^42, and 2^11 of them at most 2^53: float64 is exact up to there
INNER = 2**11 // 3  # P2 below adds three products for each inner index

Words = NDArray[np.uint64]


def plain_matmul(x: Words, y: Words) -> Words:
    """x @ y mod 2^64 as it is written: machine words wrap by themselves. (…, n, k), (…, k, m)."""
    return np.asarray(np.einsum("...nk,...km->...nm", x, y))


def matmul(x: Words, y: Words) -> Words:
    """x @ y mod 2^64, equal to ``plain_matmul``.

        x = x_0 + 2^22 x_1 + 2^44 x_2  (mod 2^64),   -2^21 <= x_i <= 2^21
        x·y = P_0 + 2^22 P_1 + 2^44 P_2,   P_s = Σ_{i+j=s} x_i·y_j;   2^66 and beyond vanish

    Blocks over the inner dimension keep every sum within 2^53.
    """
    shape = (*np.broadcast_shapes(x.shape[:-2], y.shape[:-2]), x.shape[-2], y.shape[-1])
    result = np.zeros(shape, dtype=np.uint64)
    for start in range(0, x.shape[-1], INNER):
        left = digits(x[..., :, start : start + INNER])
        right = digits(y[..., start : start + INNER, :])
        inner = left.shape[-1]
        rows = np.concatenate(left, axis=-1)  # (…, n, 3·inner): digits 0, 1, 2
        columns = np.concatenate(right[::-1], axis=-2)  # (…, 3·inner, m): digits 2, 1, 0
        for s in range(3):  # the first s + 1 digits against the last s + 1: i + j = s
            part = np.matmul(rows[..., : (s + 1) * inner], columns[..., (2 - s) * inner :, :])
            words = part.astype(np.int64).view(np.uint64)
            words <<= np.uint64(BITS * s)
            result += words
    return result


def digits(values: Words) -> NDArray[np.float64]:
    """Three signed digits in base 2^22, lowest first, (3, …): they add up to values mod 2^64."""
    found = np.empty((3, *values.shape))
    rest = values.copy()
    for place in range(2):
        low = (((rest + HALF) & MASK).view(np.int64)) - np.int64(HALF)
        found[place] = low
        rest -= low.view(np.uint64)
        rest >>= np.uint64(BITS)
    found[2] = (rest << np.uint64(44)).view(np.int64) >> 44  # the last 20 bits, with their sign
    return found
