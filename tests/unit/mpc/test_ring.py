"""Arithmetic modulo Q on arrays, against Python's integers."""

import itertools

import numpy as np
import pytest

from lessons.mpc import ring

MODULI = [2, 3, 5, 12, 2**32 - 5, 2**32, 2**32 + 15, 2**61 - 1, 2**63, 2**63 + 1, 2**64 - 59, 2**64]


def edges(modulus):
    """Values at which a carry, a sign or a reduction may go wrong."""
    near = (0, 1, modulus // 2, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, modulus - 1)
    return sorted({value % modulus for value in near})


@pytest.mark.parametrize("modulus", MODULI)
def test_sum_difference_and_product_equal_python_integers_at_the_edges(modulus):
    pairs = list(itertools.product(edges(modulus), repeat=2))
    x = np.array([pair[0] for pair in pairs], dtype=np.uint64)
    y = np.array([pair[1] for pair in pairs], dtype=np.uint64)
    for function, exact in (
        (ring.add, lambda a, b: a + b),
        (ring.subtract, lambda a, b: a - b),
        (ring.multiply, lambda a, b: a * b),
    ):
        result = function(x, y, modulus=modulus)
        assert result.dtype == np.uint64
        assert [int(one) for one in result] == [exact(a, b) % modulus for a, b in pairs]


def test_all_pairs_of_small_rings():
    for modulus in (2, 3, 4, 5, 7):
        x, y = np.meshgrid(np.arange(modulus), np.arange(modulus))
        assert np.array_equal(ring.add(x, y, modulus=modulus), (x + y) % modulus)
        assert np.array_equal(ring.subtract(x, y, modulus=modulus), (x - y) % modulus)
        assert np.array_equal(ring.multiply(x, y, modulus=modulus), (x * y) % modulus)


@pytest.mark.parametrize("modulus", MODULI)
def test_decode_undoes_encode_at_both_ends(modulus):
    low, high = -(modulus // 2), (modulus - 1) // 2
    ends = {low, low + 1, -1, 0, 1, high - 1, high}
    values = sorted(value for value in ends if low <= value <= high)
    encoded = ring.encode(values, modulus=modulus)
    assert [int(one) for one in encoded] == [value % modulus for value in values]
    assert ring.decode(encoded, modulus=modulus).tolist() == values
    assert ring.decode(encoded, modulus=modulus).dtype == np.int64


def test_a_whole_small_ring_decodes_to_the_numbers_around_zero():
    assert ring.decode([0, 1, 2, 3, 4], modulus=5).tolist() == [0, 1, 2, -2, -1]
    assert ring.decode([0, 1, 2, 3], modulus=4).tolist() == [0, 1, -2, -1]


def test_a_value_just_outside_the_signed_range_is_refused():
    for modulus, bad in ((5, 3), (5, -3), (4, 2), (2**64, 2**63), (2**64, -(2**63) - 1)):
        with pytest.raises(ValueError, match=f"values must lie from .* got {bad} in values"):
            ring.encode([0, bad], modulus=modulus)


def test_single_numbers_give_arrays_without_axes_and_no_warning():
    for modulus in (5, 2**64 - 59, 2**64):
        top = modulus - 1
        for result in (
            ring.add(top, top, modulus=modulus),
            ring.subtract(0, top, modulus=modulus),
            ring.multiply(top, top, modulus=modulus),
            ring.encode(-1, modulus=modulus),
        ):
            assert isinstance(result, np.ndarray) and result.shape == ()
    assert int(ring.add(2**64 - 1, 2**64 - 1, modulus=2**64)) == 2**64 - 2


def test_lists_never_pass_through_floats():
    values = [1, 2**64 - 1, 2**53 + 1]  # np.array of this list is float64
    assert [int(one) for one in ring.elements("x", values, modulus=2**64)] == values


def test_total_adds_along_the_leading_axis_only():
    rows = np.array([[4, 1], [4, 2], [4, 3]])
    assert ring.total(rows, modulus=5).tolist() == [2, 1]
    assert ring.total([2**64 - 1, 2], modulus=2**64).shape == ()
    nothing = ring.total(np.empty((0, 3), dtype=np.uint64), modulus=5)
    assert nothing.tolist() == [0, 0, 0] and nothing.dtype == np.uint64


def test_no_function_changes_its_input():
    x = np.array([3, 4], dtype=np.uint64)
    for function in (ring.add, ring.subtract, ring.multiply):
        function(x, x, modulus=5)
    ring.total(x[:, np.newaxis], modulus=5)
    ring.decode(x, modulus=5)
    assert x.tolist() == [3, 4]


@pytest.mark.parametrize("bad", [5, -1, 2**64, -(2**70)])
def test_values_outside_the_ring_are_refused(bad):
    with pytest.raises(
        ValueError, match=f"y must hold integers from 0 to modulus - 1 = 4, got {bad}"
    ):
        ring.add([1, 1, 1], [0, bad, 3], modulus=5)


@pytest.mark.parametrize(
    "bad",
    [1.0, [1, 2.5], np.array([2.0]), True, [False], np.array([True]), "3", None, float("nan")],
)
def test_anything_but_integers_is_refused(bad):
    with pytest.raises(ValueError, match="x must hold integers only, got"):
        ring.multiply(bad, 1, modulus=5)


@pytest.mark.parametrize("modulus", [1, 0, -7, 5.0, None, True, float("nan")])
def test_a_modulus_below_two_or_not_an_integer_is_refused(modulus):
    with pytest.raises(ValueError, match="modulus must be an integer of at least 2"):
        ring.elements("x", [0], modulus=modulus)


def test_a_modulus_above_two_to_the_64_is_refused():
    with pytest.raises(ValueError, match=r"modulus must be at most 2\*\*64"):
        ring.decode([0], modulus=2**64 + 1)
