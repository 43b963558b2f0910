"""Real numbers in the ring: encoding against exact fractions, products against plain arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from lessons.mpc import additive, beaver, fixed_point, ring, truncation

W = 2**64


@pytest.mark.parametrize(("k", "f"), [(64, 16), (64, 0), (64, 40), (32, 8), (20, 4), (20, 19)])
def test_the_code_is_the_nearest_integer_and_comes_back(k, f):
    q, rng = 2**k, np.random.default_rng(k + f)
    largest = 2.0 ** (k - 1 - f)
    values = np.concatenate([rng.uniform(-largest, largest, 200) * 0.999, [0, -largest, 2.0**-f]])
    values = values[np.rint(values * 2.0**f) < 2 ** (k - 1)]
    code = fixed_point.encode(values, fraction_bits=f, modulus=q)
    for x, c in zip(values.tolist(), code.tolist(), strict=True):
        integer = c - q if c >= q // 2 else c
        assert abs(integer - Fraction(x) * 2**f) <= Fraction(1, 2)
    back = fixed_point.decode(code, fraction_bits=f, modulus=q)
    assert (np.abs(back - values) <= 2.0 ** -(f + 1) + 1e-15 * np.abs(values)).all()


def test_ties_go_to_the_even_integer_on_both_sides_of_zero():
    code = fixed_point.encode([0.625, 0.875, -0.625, -0.875], fraction_bits=2, modulus=64)
    assert ring.decode(code, modulus=64).tolist() == [2, 4, -2, -4]


@pytest.mark.parametrize(
    ("value", "f", "k"),
    [(8.0, 4, 8), (-8.04, 4, 8), (2.0**47, 16, 64), (1e300, 16, 64), (7.97, 4, 8)],
)
def test_what_does_not_fit_is_refused_with_the_limits(value, f, k):
    with pytest.raises(ValueError, match=r"values must lie from -.* fractional bits modulo"):
        fixed_point.encode([0.0, value], fraction_bits=f, modulus=2**k)


def test_the_edges_fit():
    code = fixed_point.encode([-8.0, 7.9375, 7.96, -8.03], fraction_bits=4, modulus=256)
    assert ring.decode(code, modulus=256).tolist() == [-128, 127, 127, -128]
    edge = fixed_point.encode(-(2.0**47), fraction_bits=16, modulus=W)
    assert int(edge) == 2**63


def test_bad_arguments_are_named():
    for values, f, q, words in (
        ([np.nan], 4, 256, "finite numbers only"),
        ([1.0], -1, 256, "fraction_bits must be an integer of at least 0"),
        ([1.0], 2.0, 256, "fraction_bits must be an integer"),
        ([1.0], 8, 256, "fraction_bits must leave room for a sign"),
        ([1.0], 8, 2**65, "modulus must be at most"),
        (["a"], 4, 256, "array of numbers"),
    ):
        with pytest.raises(ValueError, match=words):
            fixed_point.encode(values, fraction_bits=f, modulus=q)


def shared(values, f, n_parties, rng, modulus=W):
    code = fixed_point.encode(values, fraction_bits=f, modulus=modulus)
    return additive.share(code, n_parties=n_parties, modulus=modulus, random_bytes=rng.bytes)


def opened(shares, f, modulus=W):
    return fixed_point.decode(
        additive.reconstruct(shares, modulus=modulus), fraction_bits=f, modulus=modulus
    )


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize(("k", "f", "largest"), [(64, 16, 1e4), (64, 20, 700), (32, 8, 100)])
def test_products_are_within_one_unit_of_the_exact_ones(n_parties, k, f, largest):
    q, rng = 2**k, np.random.default_rng(k + n_parties)
    x, y = rng.uniform(-largest, largest, (2, 400))
    x[:6], y[:6] = [0, 1, -1, 2.0**-f, -largest, largest], [5, -1, -1, -1, largest, largest]
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    triple, pair = (
        beaver.deal_triple((400,), **options),
        truncation.deal_pair((400,), bits=f, **options),
    )
    x_shares, y_shares = (shared(v, f, n_parties, rng, q) for v in (x, y))
    wire = []
    z = fixed_point.multiply(x_shares, y_shares, triple=triple, pair=pair, modulus=q, wire=wire)
    exact_x, exact_y = (np.rint(v * 2.0**f).astype(object) for v in (x, y))
    for got, a, b in zip(opened(z, f, q), exact_x, exact_y, strict=True):
        assert abs(Fraction(got) * 2**f - Fraction(int(a) * int(b), 2**f)) < 1
    assert {one.step for one in wire} == {1, 2}


@pytest.mark.parametrize("n_parties", [2, 3])
@pytest.mark.parametrize("shape", [(3, 4, 2), (1, 1, 1), (0, 3, 2), (2, 0, 3), (5, 700, 1)])
def test_a_matrix_product_is_truncated_once(shape, n_parties):
    n, k, m = shape
    rng, f = np.random.default_rng(n + k), 16
    x, w = rng.normal(size=(n, k)), rng.normal(size=(k, m))
    options = {"n_parties": n_parties, "modulus": W, "random_bytes": rng.bytes}
    triple = beaver.deal_triple((n, k), (k, m), product=ring.matmul, **options)
    pair = truncation.deal_pair((n, m), bits=f, **options)
    z = fixed_point.matmul(
        *(shared(v, f, n_parties, rng) for v in (x, w)), triple=triple, pair=pair, modulus=W
    )
    codes = [np.rint(v * 2.0**f) / 2.0**f for v in (x, w)]
    assert (np.abs(opened(z, f) - codes[0] @ codes[1]) < 2.0**-f * (1 + 1e-6)).all()


def test_the_bound_of_a_score_holds_and_is_not_loose():
    rng, f = np.random.default_rng(3), 8
    x, w = rng.normal(size=(2000, 5)), rng.normal(size=5)
    options = {"n_parties": 3, "modulus": 2**32, "random_bytes": rng.bytes}
    triple = beaver.deal_triple((2000, 5), (5, 1), product=ring.matmul, **options)
    pair = truncation.deal_pair((2000, 1), bits=f, **options)
    rows = [shared(v, f, 3, rng, 2**32) for v in (x, w[:, np.newaxis])]
    z = fixed_point.matmul(*rows, triple=triple, pair=pair, modulus=2**32)
    apart = np.abs(opened(z, f, 2**32)[:, 0] - x @ w)
    bound = fixed_point.score_bound(x, w, fraction_bits=f)
    assert (apart < bound).all() and (apart / bound).max() > 0.4
    with pytest.raises(ValueError, match=r"weights must have shape \(5,\)"):
        fixed_point.score_bound(x, w[:4], fraction_bits=f)


def test_the_whole_part_falls_off_without_truncation():
    """1.5 to the fourth, 16 fractional bits: 64 fractional bits are needed, none is left for the 5."""
    code = fixed_point.encode(1.5, fraction_bits=16, modulus=W)
    power = code
    for _ in range(3):
        power = ring.multiply(power, code, modulus=W)
    assert float(fixed_point.decode(power, fraction_bits=64, modulus=W)) == 1.5**4 - 5
