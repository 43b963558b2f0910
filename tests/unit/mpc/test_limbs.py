"""The matrix product modulo 2^64 by float64 digits equals the plain one, for the worst operands too."""

import numpy as np
import pytest

from lessons.mpc import limbs

W = 2**64
LARGEST_DIGITS = (2**21 - 1) * (1 + 2**22) + ((2**19 - 1) << 44)
SMALLEST_DIGITS = 2**21 + (2**21 << 22) + (2**19 << 44)
WORST = [0, 1, W - 1, 2**63, 2**21, 2**21 << 22, LARGEST_DIGITS, SMALLEST_DIGITS]


@pytest.mark.parametrize("inner", [0, 1, limbs.INNER - 1, limbs.INNER, limbs.INNER + 1, 2100])
@pytest.mark.parametrize("value", WORST)
def test_extreme_operands_are_exact_at_every_block_edge(value, inner):
    x, y = np.full((2, inner), value, np.uint64), np.full((inner, 3), value, np.uint64)
    assert set(limbs.limb_matmul(x, y).ravel().tolist()) == {value * value * inner % W}


@pytest.mark.parametrize(
    "shapes",
    [
        ((5, 7), (7, 3)),
        ((2, 3, 4, 5), (3, 5, 2)),
        ((0, 3), (3, 2)),
        ((2, 3), (3, 0)),
        ((2, 0), (0, 3)),
    ],
)
def test_random_operands_equal_the_plain_product_and_that_of_python(shapes):
    rng = np.random.default_rng(1)
    x, y = (rng.integers(0, W, shape, dtype=np.uint64) for shape in shapes)
    product = limbs.limb_matmul(x, y)
    assert np.array_equal(product, limbs.plain_matmul(x, y))
    assert np.array_equal(product, np.matmul(x.astype(object), y.astype(object)) % W)


def test_digits_are_small_and_add_up():
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.integers(0, W, 999, dtype=np.uint64), np.array(WORST, np.uint64)])
    digits = np.empty((3, len(values)))
    limbs.cut(values, digits)
    assert np.abs(digits).max() == 2**21 and np.abs(digits[2]).max() == 2**19
    whole = sum(
        digit.astype(int).astype(object) << (22 * place) for place, digit in enumerate(digits)
    )
    assert np.array_equal(whole % W, values)
    # 3 * INNER products of two digits are the most that one float64 sum holds
    assert 3 * limbs.INNER * 2**42 <= 2**53


@pytest.mark.parametrize("side", [limbs.SMALL - 1, limbs.SMALL, 400])
def test_both_ways_agree_at_every_size_and_in_blocks_of_rows(monkeypatch, side):
    rng = np.random.default_rng(4)
    x, y = (rng.integers(0, W, (side, side), dtype=np.uint64) for _ in range(2))
    plain = limbs.plain_matmul(x, y)
    for block in (1, side * 7, limbs.BLOCK):
        monkeypatch.setattr(limbs, "BLOCK", block)
        assert np.array_equal(limbs.limb_matmul(x, y), plain)
    assert np.array_equal(limbs.matmul(x, y), plain)
    assert np.array_equal(limbs.matmul(x.T, y[:, ::2]), limbs.plain_matmul(x.T, y[:, ::2]))
