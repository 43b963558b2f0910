"""Multiplication with triples: every case of a small ring, secrecy by counting, plain arithmetic beyond."""

from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc import additive, beaver, ring

W = 2**64


def opened(shares, modulus):
    return additive.reconstruct(shares, modulus=modulus)


@pytest.mark.parametrize("modulus", [2, 3, 7])
def test_the_identity_holds_for_all_secrets_and_all_masks(modulus):
    grid = np.array(list(product(range(modulus), repeat=4)), dtype=np.uint64)
    x, y, a, b = grid.T  # (modulus^4,) each
    rng = np.random.default_rng(3)
    rows = [
        additive.share(v, n_parties=2, modulus=modulus, random_bytes=rng.bytes)
        for v in (a, b, ring.multiply(a, b, modulus=modulus), x, y)
    ]
    triple = beaver.Triple(*rows[:3], modulus)
    z = beaver.multiply(rows[3], rows[4], triple=triple, modulus=modulus)
    assert np.array_equal(opened(z, modulus), x * y % np.uint64(modulus))


EXTREME = [0, 1, -1, 2**62, -(2**62), 12345678901234567]


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize("modulus", [W, W - 59, 2**31 - 1, 2**32, 2**32 + 15, 11])
def test_products_equal_those_of_plain_integers(modulus, n_parties):
    rng = np.random.default_rng(n_parties)
    pairs = [*product(EXTREME, repeat=2)]
    pairs += [(int(one), int(other)) for one, other in rng.integers(-(2**60), 2**60, (60, 2))]
    x, y = (np.array([pair[k] % modulus for pair in pairs], dtype=np.uint64) for k in (0, 1))
    x_shares, y_shares = (
        additive.share(v, n_parties=n_parties, modulus=modulus, random_bytes=rng.bytes)
        for v in (x, y)
    )
    triple = beaver.deal_triple(
        x.shape, n_parties=n_parties, modulus=modulus, random_bytes=rng.bytes
    )
    z = beaver.multiply(x_shares, y_shares, triple=triple, modulus=modulus)
    expected = [int(one) * int(other) % modulus for one, other in zip(x, y, strict=True)]
    assert opened(z, modulus).tolist() == expected


@pytest.mark.parametrize("modulus", [W, W - 59, 2**32, 257])
@pytest.mark.parametrize(
    "shapes",
    [((3, 4), (4, 2)), ((1, 1), (1, 1)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((5, 3, 4), (4, 2))],
)
def test_matrix_products_equal_those_of_plain_integers(modulus, shapes):
    rng = np.random.default_rng(5)
    x, y = (
        np.array(rng.integers(0, 2**63, s, dtype=np.uint64) % np.uint64(min(modulus, 2**63)))
        for s in shapes
    )
    triple = beaver.deal_triple(
        *shapes, n_parties=3, modulus=modulus, product=ring.matmul, random_bytes=rng.bytes
    )
    x_shares, y_shares = (
        additive.share(v, n_parties=3, modulus=modulus, random_bytes=rng.bytes) for v in (x, y)
    )
    wire = []
    z = beaver.matmul(x_shares, y_shares, triple=triple, modulus=modulus, wire=wire)
    expected = np.matmul(x.astype(object), y.astype(object)) % modulus
    assert np.array_equal(opened(z, modulus).astype(object), expected)
    assert sum(one.n_bytes for one in wire) == 6 * 8 * (x.size + y.size)  # each of 3 to 2 others


def test_a_scalar_and_an_empty_array_are_multiplied():
    for x, y in ((np.uint64(5), np.uint64(7)), (np.zeros(0, np.uint64), np.zeros(0, np.uint64))):
        triple = beaver.deal_triple(x.shape, n_parties=2, modulus=101)
        shares = [additive.share(v, n_parties=2, modulus=101) for v in (x, y)]
        z = beaver.multiply(*shares, triple=triple, modulus=101)
        assert np.array_equal(opened(z, 101), x * y)


@pytest.mark.parametrize(("modulus", "n_parties"), [(2, 2), (3, 2), (4, 2), (2, 3)])
def test_the_whole_view_of_each_coalition_is_the_same_for_all_secrets(modulus, n_parties):
    """All shares of x, y, a, b, c that they hold, and all of d and e, for all masks at once."""
    n_masks = 2 + 5 * (n_parties - 1)
    masks = np.array(list(product(range(modulus), repeat=n_masks)), dtype=np.int64).T
    a, b = masks[:2]

    def split(value, place):  # (n_parties, number of outcomes)
        own = masks[2 + place * (n_parties - 1) :][: n_parties - 1]
        return np.concatenate([own, [(value - own.sum(axis=0)) % modulus]]).astype(np.uint64)

    triple = beaver.Triple(split(a, 0), split(b, 1), split(a * b, 2), modulus)
    for parties in combinations(range(n_parties), n_parties - 1):
        seen = []
        for x, y in product(range(modulus), repeat=2):
            xs, ys, wire = split(x, 3), split(y, 4), []
            beaver.multiply(xs, ys, triple=triple, modulus=modulus, wire=wire)
            own = (xs, ys, triple.a_shares, triple.b_shares, triple.c_shares)
            view = [rows[i] for rows in own for i in parties] + [one.payload for one in wire]
            seen.append(np.unique(np.stack(view), axis=1, return_counts=True))
        for views, counts in seen[1:]:
            assert np.array_equal(views, seen[0][0]) and np.array_equal(counts, seen[0][1])


def test_without_randomness_the_opened_values_are_the_secrets():
    """So that the tests of secrecy would see a dealer that forgets to draw."""
    zero = bytes
    triple = beaver.deal_triple((), n_parties=2, modulus=W, random_bytes=zero)
    shares = [additive.share(v, n_parties=2, modulus=W, random_bytes=zero) for v in (41, 43)]
    wire = []
    beaver.multiply(*shares, triple=triple, modulus=W, wire=wire)
    opened_d = sum(int(one.payload) for one in wire if one.label.startswith("d")) % W
    assert opened_d == 41


def test_a_triple_used_twice_gives_the_difference_away():
    rng = np.random.default_rng(6)
    triple = beaver.deal_triple((), n_parties=2, modulus=W, random_bytes=rng.bytes)
    wires = [[], []]
    for wire, x in zip(wires, (700, 655), strict=True):
        shares = [additive.share(v, n_parties=2, modulus=W, random_bytes=rng.bytes) for v in (x, 9)]
        beaver.multiply(*shares, triple=triple, modulus=W, wire=wire)
    first, second = (
        sum(int(one.payload) for one in wire if one.label.startswith("d")) for wire in wires
    )
    assert (first - second) % W == 45


def test_messages_are_counted_in_one_round():
    triple = beaver.deal_triple((4,), n_parties=3, modulus=W)
    shares = [additive.share(np.arange(4), n_parties=3, modulus=W) for _ in range(2)]
    wire = []
    beaver.multiply(*shares, triple=triple, modulus=W, wire=wire, step=5)
    assert len(wire) == 2 * 3 * 2 and {one.step for one in wire} == {5}
    assert sum(one.n_bytes for one in wire) == 2 * 3 * 2 * 4 * 8


def test_what_does_not_fit_is_named():
    triple = beaver.deal_triple((2,), n_parties=2, modulus=11)
    x = additive.share([1, 2], n_parties=2, modulus=11)
    other = additive.share([1, 2, 3], n_parties=2, modulus=11)
    three = additive.share([1, 2], n_parties=3, modulus=11)
    for args, modulus, words in (
        ((x, other), 11, r"y_shares must have the shape that the triple was made for, \(2, 2\)"),
        ((other, x), 11, "x_shares must have the shape"),
        ((x, three), 11, "y_shares must have a row for each of 2 parties, got 3 rows"),
        ((x, x), 13, "triple must be of the ring modulo 13, got modulo 11"),
    ):
        with pytest.raises(ValueError, match=words):
            beaver.multiply(*args, triple=triple, modulus=modulus)
    with pytest.raises(ValueError, match="n_parties"):
        beaver.deal_triple((2,), n_parties=1, modulus=11)
    with pytest.raises(ValueError, match="as many rows as x has columns"):
        beaver.deal_triple((2, 3), (2, 3), n_parties=2, modulus=11, product=ring.matmul)
