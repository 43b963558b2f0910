"""The network on shares: plain arithmetic within its bound, counts by formula, secrecy by counting."""

import threading
from functools import partial
from itertools import pairwise, product

import numpy as np
import pytest

from lessons.mpc import additive, beaver, fixed_point, parties, ring, truncation
from lessons.mpc.bits import adder, boolean, comparison, conversion
from lessons.mpc.servers import private_network
from lessons.mpc.servers import private_network as network

W = 2**64


def plain(sizes, rng, scale=1.0):
    return [
        (scale * rng.normal(size=pair), scale * rng.normal(size=pair[1]))
        for pair in pairwise(sizes)
    ]


def scores(images, layers, *, n_parties, fraction_bits, rng, wire=None):
    options = {"n_parties": n_parties, "modulus": W, "random_bytes": rng.bytes}
    sizes = [images.shape[1], *(weights.shape[1] for weights, _ in layers)]
    code = fixed_point.encode(images, fraction_bits=fraction_bits, modulus=W)
    shares = network.logits(
        additive.share(code, **options),
        layers=network.share_layers(layers, fraction_bits=fraction_bits, **options),
        supply=network.deal(len(images), sizes, fraction_bits=fraction_bits, **options),
        fraction_bits=fraction_bits,
        modulus=W,
        wire=wire,
    )
    opened = additive.reconstruct(shares, modulus=W)
    return fixed_point.decode(opened, fraction_bits=2 * fraction_bits, modulus=W)


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize("sizes", [(3, 2), (4, 3, 2), (2, 5, 1, 3), (1, 1, 1)])
@pytest.mark.parametrize("fraction_bits", [8, 16])
def test_scores_keep_their_bound(n_parties, sizes, fraction_bits):
    rng = np.random.default_rng(n_parties)
    layers, images = plain(sizes, rng, 2.0), 3 * rng.normal(size=(40, sizes[0]))
    images[0], images[1], images[2] = 0, -50, 50
    got = scores(images, layers, n_parties=n_parties, fraction_bits=fraction_bits, rng=rng)
    apart = np.abs(got - network.plain_logits(images, layers))
    bound = network.logits_bound(images, layers, fraction_bits=fraction_bits)
    assert (apart < bound).all() and bound.max() < 1e4 * 2.0**-fraction_bits
    assert apart.max() > 1e-4 * bound.max()  # the bound is not idle


def test_the_bound_is_that_of_the_formula():
    """By hand, u = 1/4: E = u(2 + u) + 3u + u + 2u = 33/16; a = 7; E' = E(3 + u) + 7u + u."""
    layers = [(np.array([[2.0]]), np.array([1.0])), (np.array([[-3.0]]), np.array([0.5]))]
    bound = network.logits_bound(np.array([[3.0]]), layers, fraction_bits=1)
    assert bound.tolist() == [[33 / 16 * 13 / 4 + 2]]


def test_no_image_and_one_image():
    rng = np.random.default_rng(0)
    layers = plain((3, 4, 2), rng)
    for n in (0, 1):
        images = rng.normal(size=(n, 3))
        got = scores(images, layers, n_parties=3, fraction_bits=12, rng=rng)
        assert got.shape == (n, 2)


@pytest.mark.parametrize("n_parties", [2, 3, 5])
@pytest.mark.parametrize("sizes", [(5, 3), (6, 4, 2), (3, 2, 4, 2)])
def test_bytes_and_rounds_are_those_of_the_formula(n_parties, sizes):
    rng, wire = np.random.default_rng(1), []
    images = rng.normal(size=(7, sizes[0]))
    scores(images, plain(sizes, rng), n_parties=n_parties, fraction_bits=12, rng=rng, wire=wire)
    costs = network.costs(7, sizes, n_parties=n_parties, modulus=W)
    for party in range(n_parties):
        by_step = parties.bytes_by_step(wire, party=party)
        assert list(by_step) == list(range(1, sum(one.rounds for one in costs) + 1))
        step = 1
        for one in costs:
            assert sum(by_step[k] for k in range(step, step + one.rounds)) == one.n_bytes, one
            step += one.rounds


def test_the_lesson_s_network_costs_what_the_lesson_says():
    three = network.costs(360, (64, 32, 10), n_parties=3, modulus=W)
    assert sum(one.rounds for one in three) == 13
    assert sum(one.n_bytes for one in three) == 5_198_848
    two = network.costs(360, (64, 32, 10), n_parties=2, modulus=W)
    assert sum(one.n_bytes for one in two) == 2_415_104  # 22 words for each ReLU


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(2)
    options = {"n_parties": 2, "modulus": W, "random_bytes": rng.bytes}
    layers = network.share_layers(plain((3, 2, 2), rng), fraction_bits=8, **options)
    supply = network.deal(4, (3, 2, 2), fraction_bits=8, **options)
    x = additive.share(np.zeros((4, 3), np.uint64), **options)
    more = {"fraction_bits": 8, "modulus": W}
    with pytest.raises(ValueError, match="supply must be for 2 layers, got one for 1"):
        network.logits(x, layers=layers, supply=supply[:1], **more)
    with pytest.raises(ValueError, match="shape that the triple was made for"):
        network.logits(x[:, :3], layers=layers, supply=supply, **more)


def rows_of_two(held, value, take_away, watcher):
    """Two rows for ``value``; the ``watcher`` holds ``held``."""
    value = np.asarray(value, dtype=np.uint64)
    rows = np.broadcast_to(np.uint64(held), value.shape)
    both = [rows, take_away(value, rows)]
    return np.stack(both if watcher == 0 else both[::-1])


def view(secrets, held, masks, watcher=0):
    """All that is opened while pixel -> product, bias, truncation, ReLU -> product runs, for each mask.

    ``held``: what the ``watcher`` holds of everything that is shared, drawn once; ``masks``: one row for
    each value that the dealer draws, all combinations. The tiny network runs for all of them at once.
    """
    q = 4
    x, w1, b1, w2, b2 = secrets
    held = iter(held)
    n = masks.shape[1]
    a1, b_1, r, ga, gb, bit, ma, mb, a2, b_2 = masks.reshape(10, n, 1, 1)

    def shared(value):
        whole = np.broadcast_to(np.asarray(value, np.uint64), (n, 1, 1))
        minus = partial(ring.subtract, modulus=q)
        return rows_of_two(next(held), whole, minus, watcher)

    def triple(a, b):
        return beaver.Triple(shared(a), shared(b), shared(a * b % 4), q)

    def words(value, bits=2):
        return rows_of_two(next(held) % 2**bits, value, np.bitwise_xor, watcher)

    layers = [(shared(w1), shared(b1)), (shared(w2), shared(b2))]
    and_triple = boolean.AndTriple(words(ga), words(gb), words(ga & gb), q)
    bits = conversion.RandomBit(words(bit, bits=1), shared(bit), q)
    adder_supply = adder.AdderSupply((), (and_triple,))
    relu = comparison.ReluSupply(comparison.SignSupply(adder_supply, bits), triple(ma, mb))
    pair = truncation.TruncationPair(shared(r), shared(r), shared(r >> np.uint64(1)), 0, q)
    wire = []
    h = beaver.matmul(shared(x), layers[0][0], triple=triple(a1, b_1), modulus=q, wire=wire)
    h = truncation.truncate(
        additive.add(h, layers[0][1], modulus=q), pair=pair, modulus=q, wire=wire
    )
    h = comparison.relu(h, supply=relu, modulus=q, wire=wire)
    z = beaver.matmul(h, layers[1][0], triple=triple(a2, b_2), modulus=q, wire=wire)
    result = additive.reconstruct(additive.add(z, layers[1][1], modulus=q), modulus=q)
    seen = [parcel.payload.ravel() for parcel in wire]
    got, sent = (
        sum(one.astype(np.int64) * 4**k for k, one in enumerate(seen[place::2]))
        for place in (1 - watcher, watcher)
    )
    return got, sent, result.ravel()


def all_masks(nothing=None):
    """Every outcome of the dealer's draws, nine elements of Z_4 and a bit; one of them may stay 0."""
    ranges = [4, 4, 4, 4, 4, 2, 4, 4, 4, 4]
    if nothing is not None:
        ranges[nothing] = 1
    return np.array(np.unravel_index(np.arange(np.prod(ranges)), ranges)).astype(np.uint64)


def same_views(held, masks, watcher):
    """Whether the watcher gets and sends the same, equally often, for all secrets."""
    views = []
    for secrets in SECRETS:
        got, sent, _ = view(secrets, held, masks, watcher)
        views.append(np.unique(got * 4**13 + sent, return_counts=True))
    return all(
        np.array_equal(one[0], views[0][0]) and np.array_equal(one[1], views[0][1]) for one in views
    )


SECRETS = [(0, 0, 0, 0, 0), (1, 1, 0, 1, 0), (1, 3, 0, 2, 1), (0, 2, 1, 3, 3)]


@pytest.mark.parametrize("watcher", [0, 1])
def test_the_whole_view_of_a_tiny_network_is_the_same_for_all_secrets(watcher):
    """Z_4, two parties, all 524 288 outcomes of the dealer's draws: what a party gets and what it sends.

    The shares that it holds are masks drawn before, independent of everything: one row of them, fixed here.
    A check of the code, for four sets of secrets and a truncation by 0 bits. The proof, for every ring and
    number of parties, is that each opened number has a uniform mask of its own (lesson 36, section 9).
    """
    held = np.random.default_rng(watcher).integers(0, 4, 40).tolist()
    assert same_views(held, all_masks(), watcher)


@pytest.mark.parametrize("nothing", range(10))
def test_a_dealer_who_does_not_draw_one_of_the_values_is_caught(nothing):
    held = np.random.default_rng(0).integers(0, 4, 40).tolist()
    masks = all_masks(nothing)
    assert not all(same_views(held, masks, watcher) for watcher in (0, 1))


def test_the_tiny_network_computes():
    """Where nothing overflows: x, w, b from 0 and 1, in Z_4, where 2 and 3 are negative."""
    held = [1] * 40
    masks = all_masks()[:, ::997]
    for x, w1, b1, w2 in product((0, 1), (0, 1, 3), (0,), (0, 1, 2, 3)):
        *_, result = view((x, w1, b1, w2, 1), held, masks)
        h = x * (w1 if w1 < 2 else 0)
        assert (result == (h * w2 + 1) % 4).all(), (x, w1, b1, w2)


def test_one_party_s_rows_are_taken_out_of_everything():
    rng = np.random.default_rng(3)
    supply = private_network.deal(
        2, (3, 2, 2), n_parties=3, fraction_bits=8, modulus=W, random_bytes=rng.bytes
    )
    own = parties.held_by(1, {"supply": supply, "modulus": W})
    assert own["modulus"] == W and own["supply"][1].pair is None
    mine, all_ = own["supply"][0].relu.sign.adder.tree[1], supply[0].relu.sign.adder.tree[1]
    assert np.array_equal(mine.a_shares, all_.a_shares[1:2])
    assert np.array_equal(own["supply"][0].triple.c_shares, supply[0].triple.c_shares[1:2])


def test_who_listens_hears_what_meets_in_this_thread_and_in_no_other():
    rows = np.arange(6, dtype=np.uint64).reshape(2, 3)

    def met():
        parties.all_rows([rows], step=1, labels=["x"], wire=None)

    heard = []
    before = parties.listening.set(heard)
    try:
        met()
        other = threading.Thread(target=met)
        other.start()
        other.join()
    finally:
        parties.listening.reset(before)
    met()
    assert len(heard) == 1 and np.array_equal(heard[0], rows) and heard[0] is not rows
