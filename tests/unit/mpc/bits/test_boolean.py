"""XOR sharing: every word of a small ring, secrecy by counting, NumPy's own operators beyond."""

from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc.bits import boolean

W = 2**64
EXTREME = [0, 1, W - 1, W // 2, W // 2 - 1, 0x5555_5555_5555_5555]


def words(rng, modulus, count):
    drawn = [int.from_bytes(rng.bytes(8), "little") % modulus for _ in range(count)]
    return np.array([one % modulus for one in EXTREME] + drawn, dtype=np.uint64)


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize("k", [2, 7, 32, 63, 64])
def test_all_operations_equal_those_of_plain_words(k, n_parties):
    rng, q = np.random.default_rng([k, n_parties]), 2**k
    x, y = words(rng, q, 40), words(rng, q, 40)[::-1].copy()
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    x_shares, y_shares = (boolean.share(one, **options) for one in (x, y))
    triple = boolean.deal_and(x.shape, **options)
    wire = []
    anded = boolean.conjunction(x_shares, y_shares, triple=triple, modulus=q, wire=wire, step=4)
    for shares, expected in (
        (x_shares, x),
        (boolean.xor(x_shares, y_shares, modulus=q), x ^ y),
        (boolean.xor_public(x_shares, q - 1, modulus=q), x ^ np.uint64(q - 1)),
        (anded, x & y),
        (boolean.shift(x_shares, 1, modulus=q), (x << np.uint64(1)) & np.uint64(q - 1)),
        (boolean.shift(x_shares, 1 - k, modulus=q), x >> np.uint64(k - 1)),
        (boolean.shift(x_shares, k, modulus=q), 0 * x),
        (boolean.shift(x_shares, -k, modulus=q), 0 * x),
        (boolean.shift(x_shares, 0, modulus=q), x),
    ):
        assert shares.shape == (n_parties, *x.shape) and shares.dtype == np.uint64
        assert np.array_equal(boolean.reconstruct(shares, modulus=q), expected)
    assert np.array_equal(boolean.open_shares(x_shares, modulus=q), x)
    assert {one.step for one in wire} == {4} and len(wire) == 2 * n_parties * (n_parties - 1)
    assert sum(one.n_bytes for one in wire) == len(wire) * 8 * x.size


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)])
def test_every_shape_is_taken(shape):
    x = np.full(shape, 6, dtype=np.uint64)
    shares = boolean.share(x, n_parties=3, modulus=16)
    triple = boolean.deal_and(shape, n_parties=3, modulus=16)
    z = boolean.conjunction(
        shares, boolean.xor_public(shares, 5, modulus=16), triple=triple, modulus=16
    )
    assert np.array_equal(boolean.reconstruct(z, modulus=16), x & (x ^ np.uint64(5)))


def test_one_mask_serves_two_words():
    rng, q = np.random.default_rng(8), 2**16
    x, y = words(rng, q, 9), np.stack([words(rng, q, 9), words(rng, q, 9)])
    options = {"n_parties": 3, "modulus": q, "random_bytes": rng.bytes}
    triple = boolean.deal_and((1, *x.shape), y.shape, **options)
    wire = []
    z = boolean.conjunction(
        boolean.share(x[np.newaxis], **options),
        boolean.share(y, **options),
        triple=triple,
        modulus=q,
        wire=wire,
    )
    assert np.array_equal(boolean.reconstruct(z, modulus=q), x & y)
    assert sum(one.n_bytes for one in wire if one.sender == 1) == 2 * 8 * 3 * x.size


def outcomes(n_masks, top):
    """All values of so many independent masks at once: (n_masks, number of outcomes)."""
    return np.array(list(product(range(top), repeat=n_masks)), dtype=np.uint64).T


@pytest.mark.parametrize(("n_parties", "top"), [(2, 4), (3, 2)])
def test_the_whole_view_of_each_coalition_of_an_and_is_the_same_for_all_secrets(n_parties, top):
    """All shares that they hold and all of d and e, over all masks; ``top`` 2 leaves the upper bit out."""
    masks = outcomes(2 + 5 * (n_parties - 1), top)
    a, b = masks[:2]

    def split(value, place):
        own = masks[2 + place * (n_parties - 1) :][: n_parties - 1]
        return np.concatenate([own, [value ^ np.bitwise_xor.reduce(own, axis=0)]])

    triple = boolean.AndTriple(split(a, 0), split(b, 1), split(a & b, 2), 4)
    for parties in combinations(range(n_parties), n_parties - 1):
        seen = []
        for x, y in product(range(top), repeat=2):
            xs, ys, wire = split(np.uint64(x), 3), split(np.uint64(y), 4), []
            z = boolean.conjunction(xs, ys, triple=triple, modulus=4, wire=wire)
            assert (boolean.reconstruct(z, modulus=4) == x & y).all()
            own = (xs, ys, triple.a_shares, triple.b_shares, triple.c_shares)
            view = [rows[i] for rows in own for i in parties] + [one.payload for one in wire]
            seen.append(np.unique(np.stack(view), axis=1, return_counts=True))
        for views, counts in seen[1:]:
            assert np.array_equal(views, seen[0][0]) and np.array_equal(counts, seen[0][1])


def test_one_mask_for_two_words_tells_a_party_nothing():
    """x & y and x & z with one mask of x, as in the rows of the tree: one bit, over all 2^11 outcomes."""
    masks = outcomes(11, 2)
    a, b = masks[:1], masks[1:3]

    def split(value, place):
        own = masks[place : place + len(value)]
        return np.stack([own, value ^ own])

    triple = boolean.AndTriple(split(a, 3), split(b, 4), split(a & b, 6), 4)
    for party in range(2):
        seen = []
        for x, y, z in product(np.arange(2, dtype=np.uint64), repeat=3):
            xs = split(np.array([[x]]), 8)
            ys, wire = split(np.array([[y], [z]]), 9), []
            both = boolean.conjunction(xs, ys, triple=triple, modulus=4, wire=wire)
            assert (boolean.reconstruct(both, modulus=4) == np.array([[x & y], [x & z]])).all()
            own = (xs, ys, triple.a_shares, triple.b_shares, triple.c_shares)
            view = [rows[party] for rows in own] + [one.payload for one in wire]
            seen.append(np.unique(np.concatenate(view), axis=1, return_counts=True))
        for views, counts in seen[1:]:
            assert np.array_equal(views, seen[0][0]) and np.array_equal(counts, seen[0][1])


def test_without_randomness_the_opened_words_are_the_secrets():
    """So that the tests of secrecy would see a dealer that forgets to draw."""
    options = {"n_parties": 2, "modulus": W, "random_bytes": bytes}
    shares = [boolean.share(one, **options) for one in (41, 43)]
    wire = []
    triple = boolean.deal_and(**options)
    boolean.conjunction(*shares, triple=triple, modulus=W, wire=wire)
    opened = [int(np.bitwise_xor.reduce([one.payload for one in wire[k : k + 2]])) for k in (0, 2)]
    assert opened == [41, 43]


def test_fewer_than_all_rows_are_uniform():
    rng = np.random.default_rng(2)
    shares = boolean.share(
        np.full(64_000, 9, np.uint64), n_parties=3, modulus=16, random_bytes=rng.bytes
    )
    for parties in combinations(range(3), 2):
        pair = shares[parties[0]] * np.uint64(16) + shares[parties[1]]
        counts = np.bincount(pair.astype(int), minlength=256)
        # 250 in each of 256 cells: chi² has mean 255 and deviation 22.6
        assert ((counts - 250) ** 2 / 250).sum() < 255 + 6 * 22.6


def test_bad_input_is_named():
    x = boolean.share([1, 2], n_parties=2, modulus=8)
    other = boolean.deal_and((3,), n_parties=2, modulus=8)
    larger = boolean.deal_and((2,), n_parties=2, modulus=16)
    for call, said in (
        (
            lambda: boolean.share([1], n_parties=1, modulus=8),
            "n_parties must be an integer of at least 2",
        ),
        (lambda: boolean.share([1], n_parties=2, modulus=10), "power of two"),
        (lambda: boolean.share([8], n_parties=2, modulus=8), "secret must hold integers from 0"),
        (lambda: boolean.xor(x, x[:, :1], modulus=8), "y_shares must have the shape"),
        (lambda: boolean.xor_public(x, 8, modulus=8), "constant must hold integers from 0"),
        (
            lambda: boolean.conjunction(x, x, triple=other, modulus=8),
            r"x_shares must have the shape that the triple was made for, \(2, 3\)",
        ),
        (
            lambda: boolean.conjunction(x, x, triple=larger, modulus=8),
            "triple must be of the ring modulo 8, got modulo 16",
        ),
    ):
        with pytest.raises(ValueError, match=said):
            call()
