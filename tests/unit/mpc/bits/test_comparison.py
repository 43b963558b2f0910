"""Signs, comparisons and ReLU: all numbers of small rings, secrecy by counting, plain integers beyond."""

from itertools import product

import numpy as np
import pytest

from lessons.mpc import additive, fixed_point, ring
from lessons.mpc.beaver import Triple
from lessons.mpc.bits import adder, comparison, conversion
from lessons.mpc.bits.adder import AdderSupply
from lessons.mpc.bits.boolean import AndTriple
from lessons.mpc.bits.comparison import ReluSupply, SignSupply
from lessons.mpc.bits.conversion import RandomBit

W = 2**64


def signed_opened(shares, modulus):
    return ring.decode(additive.reconstruct(shares, modulus=modulus), modulus=modulus)


def numbers(k, rng, count=50):
    half = 2 ** (k - 1)
    if k <= 8:
        return np.arange(-half, half)
    drawn = [int.from_bytes(rng.bytes(8), "little") % 2**k - half for _ in range(count)]
    return np.array([0, 1, -1, 2, -2, half - 1, -half, half // 2, -half // 2, *drawn])


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize("k", [2, 3, 4, 5, 8, 31, 33, 63, 64])
def test_signs_and_relu_are_those_of_plain_integers(k, n_parties):
    rng, q = np.random.default_rng([k, n_parties]), 2**k
    x = numbers(k, rng)
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    shares = additive.share(ring.encode(x, modulus=q), **options)
    wires = [], []
    sign = comparison.is_negative(
        shares, supply=comparison.deal_sign(x.shape, **options), modulus=q, wire=wires[0], step=2
    )
    relu = comparison.relu(
        shares, supply=comparison.deal_relu(x.shape, **options), modulus=q, wire=wires[1]
    )
    assert np.array_equal(additive.reconstruct(sign, modulus=q), x < 0)
    assert np.array_equal(signed_opened(relu, q), np.maximum(x, 0))
    costs = {"n_parties": n_parties, "modulus": q}
    rounds = comparison.sign_rounds(**costs), comparison.relu_rounds(**costs)
    assert {one.step for one in wires[0]} == set(range(2, 2 + rounds[0]))
    assert {one.step for one in wires[1]} == set(range(1, 1 + rounds[1]))
    words = comparison.relu_words(**costs) - 2, comparison.relu_words(**costs)
    for wire, each in zip(wires, words, strict=True):
        for ends in ((0, 1), (n_parties - 1, 0)):
            sent = [one.n_bytes for one in wire if (one.sender, one.receiver) == ends]
            assert sum(sent) == 8 * each * x.size


@pytest.mark.parametrize("deal", [comparison.deal_sign, comparison.deal_relu])
def test_a_dealer_draws_all_that_it_deals_from_the_bytes_that_it_is_given(deal):
    one, other, another = (
        repr(deal(n_parties=3, modulus=W, random_bytes=np.random.default_rng(seed).bytes))
        for seed in (1, 1, 2)
    )
    assert one == other != another


def test_known_costs_of_a_relu():
    """Kogge and Stone's 9 rounds for 2 parties; 216 bytes would be without the shared mask of P."""
    cost = {
        n: (
            comparison.relu_rounds(n_parties=n, modulus=W),
            8 * comparison.relu_words(n_parties=n, modulus=W),
        )
        for n in (2, 3, 4, 5)
    }
    assert cost == {2: (9, 176), 3: (10, 192), 4: (11, 208), 5: (12, 224)}
    levels = len(adder.distances(W))
    assert 8 * (2 + 4 * (levels - 1) + 2 + 1 + 2) == 216  # a mask of its own for each AND
    assert 8 * (levels - 1) == 216 - 176


@pytest.mark.parametrize("n_parties", [2, 3, 5])
@pytest.mark.parametrize("k", [4, 5, 64])
def test_comparison_and_maximum_are_right_where_the_difference_fits(k, n_parties):
    rng, q = np.random.default_rng([k, n_parties]), 2**k
    quarter = q // 4
    x = numbers(k - 1, rng)
    assert x.min() == -quarter and x.max() == quarter - 1
    x, y = (one.ravel() for one in np.meshgrid(x, x))
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    rows = [additive.share(ring.encode(one, modulus=q), **options) for one in (x, y)]
    less = comparison.less_than(*rows, supply=comparison.deal_sign(x.shape, **options), modulus=q)
    larger = comparison.maximum(*rows, supply=comparison.deal_relu(x.shape, **options), modulus=q)
    assert np.array_equal(additive.reconstruct(less, modulus=q), x < y)
    assert np.array_equal(signed_opened(larger, q), np.maximum(x, y))


def test_a_difference_that_wraps_gives_the_wrong_order():
    """All pairs modulo 16: wrong exactly where x − y leaves −8 … 7."""
    x, y = (one.ravel() for one in np.meshgrid(np.arange(-8, 8), np.arange(-8, 8)))
    options = {"n_parties": 2, "modulus": 16}
    rows = [additive.share(ring.encode(one, modulus=16), **options) for one in (x, y)]
    supply = comparison.deal_sign(x.shape, **options)
    less = additive.reconstruct(comparison.less_than(*rows, supply=supply, modulus=16), modulus=16)
    fits = (x - y >= -8) & (x - y <= 7)
    assert np.array_equal(less == (x < y), fits) and (~fits).sum() == 64


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1, 4)])
def test_every_shape_is_taken(shape):
    x = np.full(shape, W - 5, dtype=np.uint64)
    shares = additive.share(x, n_parties=3, modulus=W)
    supply = comparison.deal_relu(shape, n_parties=3, modulus=W)
    z = comparison.maximum(shares, 0 * shares, supply=supply, modulus=W)
    assert z.shape == (3, *shape) and not additive.reconstruct(z, modulus=W).any()


def test_relu_keeps_the_fractional_bits():
    x = np.array([-1.5, 0.0, 0.25, 700.125, -0.0001])
    q, f = W, 16
    code = fixed_point.encode(x, fraction_bits=f, modulus=q)
    supply = comparison.deal_relu(x.shape, n_parties=2, modulus=q)
    z = comparison.relu(additive.share(code, n_parties=2, modulus=q), supply=supply, modulus=q)
    read = fixed_point.decode(additive.reconstruct(z, modulus=q), fraction_bits=f, modulus=q)
    assert read.tolist() == [0, 0, 0.25, 700.125, 0]


@pytest.mark.parametrize("n_parties", [2, 3, 5])
def test_a_bit_comes_back_to_the_ring(n_parties):
    rng = np.random.default_rng(n_parties)
    b = np.arange(64) % 2
    rows = rng.integers(0, 2, (n_parties, 64), dtype=np.uint64)
    rows[-1] ^= np.bitwise_xor.reduce(rows, axis=0) ^ b.astype(np.uint64)
    bit = conversion.deal_bit((64,), n_parties=n_parties, modulus=W, random_bytes=rng.bytes)
    wire = []
    shares = conversion.to_arithmetic(rows, bit=bit, modulus=W, wire=wire, step=7)
    assert np.array_equal(additive.reconstruct(shares, modulus=W), b)
    assert {one.step for one in wire} == {7} and len(wire) == n_parties * (n_parties - 1)
    r = np.bitwise_xor.reduce(bit.binary_shares, axis=0)
    assert np.array_equal(r, additive.reconstruct(bit.arithmetic_shares, modulus=W))
    assert 10 < r.sum() < 54  # 32 of 64 on average, deviation 4


# Secrecy. What the dealer hands to a coalition is uniform and independent of all that is hidden (the tests
# of share): so it may be fixed, at several drawn values, while *all* that is hidden is gone through.


def views(x, *, k, n_parties, honest, dealt, relu=False, forgets=()):
    """Every view of all parties but one, over all shares of x and all a, b and r, for x fixed."""
    q = 2**k
    model = comparison.deal_relu((), n_parties=n_parties, modulus=q)
    ands = [*model.sign.adder.compressions, *model.sign.adder.tree]
    assert all(one.c_shares.size == n_parties for one in ands), "one word each in these rings"
    tops = [q] * (n_parties - 1) + [q, q] * len(ands) + [2] + [q, q] * relu
    hidden = np.stack([one.ravel() for one in np.meshgrid(*(np.arange(top) for top in tops))])
    hidden = hidden.astype(np.uint64)
    rows, masks = hidden[: n_parties - 1], hidden[n_parties - 1 :]

    def complete(value, own, together):
        """The rows of the coalition are ``own``; the honest party's row fits to them."""
        own = np.broadcast_to(own, (n_parties - 1, *value.shape)).astype(np.uint64)
        last = together(value, own)
        return np.insert(own, honest, last, axis=0)

    def by_xor(value):
        fixed = dealt.integers(0, q, (n_parties - 1, *[1] * value.ndim))
        return complete(value, fixed, lambda v, own: v ^ np.bitwise_xor.reduce(own, axis=0))

    def by_sum(value):
        fixed = dealt.integers(0, q, (n_parties - 1, *[1] * value.ndim))
        return complete(value, fixed, lambda v, own: (v - own.sum(axis=0)) % np.uint64(q))

    made = []
    for place, triple in enumerate(ands):
        a, b = masks[2 * place : 2 * place + 2] * np.uint64("and" not in forgets)
        a, b = (one.reshape(*triple.a_shares.shape[1:], -1) for one in (a, b))
        made.append(AndTriple(by_xor(a), by_xor(b), by_xor(a & b), q))
    r = masks[2 * len(ands)] * np.uint64("bit" not in forgets)
    bits = dealt.integers(0, 2, (n_parties - 1, 1))
    binary = complete(r, bits, lambda v, own: v ^ np.bitwise_xor.reduce(own, axis=0))
    n_first = len(model.sign.adder.compressions)
    sign = SignSupply(
        AdderSupply(tuple(made[:n_first]), tuple(made[n_first:])),
        RandomBit(binary, by_sum(r), q),
    )
    shares = complete(
        np.full(hidden.shape[1], x % q, dtype=np.uint64),
        rows,
        lambda v, own: (v - own.sum(axis=0)) % np.uint64(q),
    )
    wire = []
    if relu:
        a, b = masks[-2:] * np.uint64("product" not in forgets)
        supply = ReluSupply(sign, Triple(by_sum(a), by_sum(b), by_sum(a * b % np.uint64(q)), q))
        z = comparison.relu(shares, supply=supply, modulus=q, wire=wire)
        assert (signed_opened(z, q) == max(x, 0)).all()
    else:
        z = comparison.is_negative(shares, supply=sign, modulus=q, wire=wire)
        assert (additive.reconstruct(z, modulus=q) == (x < 0)).all()
    own = [i for i in range(n_parties) if i != honest]
    seen = [one.payload.reshape(-1, hidden.shape[1]) for one in wire if one.receiver in own]
    view = np.concatenate([shares[own], *seen, z[own]])
    # each view as one word: two different ones meet in it with probability 2^−64
    return np.unique(
        np.random.default_rng(64).bit_generator.random_raw(len(view)) @ view, return_counts=True
    )


CASES = [(2, 2, False), (3, 2, False), (2, 3, False), (2, 2, True), (2, 3, True)]


def all_equal(seen):
    return all(
        np.array_equal(views, seen[0][0]) and np.array_equal(counts, seen[0][1])
        for views, counts in seen[1:]
    )


@pytest.mark.parametrize(("k", "n_parties", "relu"), CASES)
def test_the_whole_view_of_each_coalition_is_the_same_for_all_numbers(k, n_parties, relu):
    for honest, seed in product(range(n_parties), range(2)):
        seen = [
            views(
                x,
                k=k,
                n_parties=n_parties,
                honest=honest,
                dealt=np.random.default_rng([35, seed]),
                relu=relu,
            )
            for x in range(-(2 ** (k - 1)), 2 ** (k - 1))
        ]
        assert all_equal(seen), honest


@pytest.mark.parametrize("forgets", ["and", "bit", "product"])
@pytest.mark.parametrize("n_parties", [2, 3])
def test_a_dealer_that_forgets_to_draw_is_seen(forgets, n_parties):
    seen = [
        views(
            x,
            k=2,
            n_parties=n_parties,
            honest=1,
            dealt=np.random.default_rng(35),
            relu=True,
            forgets=(forgets,),
        )
        for x in range(-2, 2)
    ]
    assert not all_equal(seen)


def test_without_any_randomness_the_sign_is_opened():
    options = {"n_parties": 2, "modulus": W, "random_bytes": bytes}
    for x in (5, W - 5):
        wire = []
        comparison.is_negative(
            additive.share(x, **options),
            supply=comparison.deal_sign((), **options),
            modulus=W,
            wire=wire,
        )
        m = [int(one.payload) for one in wire if one.label.startswith("m")]
        assert m[0] ^ m[1] == (x > 5)


def test_bad_input_is_named():
    x = additive.share([1, 2], n_parties=2, modulus=16)
    bit = conversion.deal_bit((2,), n_parties=2, modulus=16)
    for call, said in (
        (
            lambda: comparison.relu(
                x, supply=comparison.deal_relu((3,), n_parties=2, modulus=16), modulus=16
            ),
            "x_shares must have the shape that the triple was made for",
        ),
        (
            lambda: comparison.relu(
                x, supply=comparison.deal_relu((2,), n_parties=3, modulus=16), modulus=16
            ),
            "x_shares must have the shape that the triple was made for",
        ),
        (
            lambda: comparison.is_negative(
                x, supply=comparison.deal_sign((2,), n_parties=2, modulus=32), modulus=16
            ),
            "triple must be of the ring modulo 16, got modulo 32",
        ),
        (
            lambda: conversion.to_arithmetic(x, bit=bit, modulus=16),
            "bit_shares must hold integers from 0 to modulus - 1 = 1",
        ),
        (
            lambda: conversion.to_arithmetic(x[:, :1] & np.uint64(1), bit=bit, modulus=16),
            r"bit_shares must have the shape that the bit was made for, \(2, 2\), got shape \(2, 1\)",
        ),
        (
            lambda: conversion.to_arithmetic(x & np.uint64(1), bit=bit, modulus=8),
            "bit must be of the ring modulo 8, got modulo 16",
        ),
        (lambda: comparison.deal_relu((), n_parties=1, modulus=16), "n_parties"),
        (lambda: comparison.deal_relu((), n_parties=2, modulus=12), "power of two"),
    ):
        with pytest.raises(ValueError, match=said):
            call()
