"""Truncation: every sharing of small rings, secrecy by counting, plain integers beyond."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc import additive, ring, truncation

W = 2**64


def signed_opened(shares, modulus):
    return ring.decode(additive.reconstruct(shares, modulus=modulus), modulus=modulus)


@pytest.mark.parametrize(("k", "bits"), [(2, 1), (4, 1), (4, 2), (6, 3), (8, 3), (8, 7), (5, 0)])
def test_two_parties_fail_for_exactly_absolute_x_of_all_masks(k, bits):
    """All x and all masks: floor or ceiling, or off by Q / 2^bits for |x| of the Q masks."""
    q = 2**k
    x = np.arange(-q // 2, q // 2)[:, np.newaxis]
    first = np.arange(q)[np.newaxis]
    shares = np.stack(np.broadcast_arrays(first, (x - first) % q)).astype(np.uint64)
    z = truncation.truncate_locally(shares, bits=bits, modulus=q)
    got = (z.astype(np.int64).sum(axis=0) - x // 2**bits) % q  # 0 or 1 where it is right
    right = (got == 0) | ((got == 1) & (x % 2**bits != 0))
    if bits:
        assert ((~right).sum(axis=1) == np.abs(x[:, 0])).all()
        rate = truncation.local_failure_rate(x[:, 0], modulus=q)
        assert np.array_equal(rate * q, np.abs(x[:, 0]))
    wrong = (got - np.sign(-x) * (q >> bits)) % q
    assert ((wrong == 0) | (wrong == 1))[~right].all()  # off by Q / 2^bits, in the direction of −x
    # of the masks without failure, as many round up as the part that is cut off says, up to the |x|
    ups = (got == 1).sum(axis=1) - (x[:, 0] % 2**bits) * (q >> bits)
    assert (np.abs(ups) <= np.abs(x[:, 0])).all()


def test_two_local_truncations_in_a_row_are_one_longer_shift():
    """So that the failures are counted once, by the x before the first: the share between is not uniform."""
    q, first = 2**10, np.arange(2**10)
    for x in (100, -37):
        shares = np.stack([first, (x - first) % q]).astype(np.uint64)
        once = truncation.truncate_locally(shares, bits=5, modulus=q)
        half_way = truncation.truncate_locally(shares, bits=2, modulus=q)
        assert half_way[0].max() < q >> 2
        assert np.array_equal(truncation.truncate_locally(half_way, bits=3, modulus=q), once)


def test_the_mean_over_all_masks_is_exact_where_nothing_fails():
    q, bits = 2**10, 3
    for x in (-13, 5, 40):
        first = np.arange(q)
        shares = np.stack([first, (x - first) % q]).astype(np.uint64)
        got = signed_opened(truncation.truncate_locally(shares, bits=bits, modulus=q), q)
        error = got - Fraction(x, 2**bits)
        # failures move the mean by rate · Q/2^bits = |x|/2^bits, towards and past zero
        assert sum(error) / q == -Fraction(x, 2**bits)


@pytest.mark.parametrize("n_parties", [2, 3])
@pytest.mark.parametrize(("k", "bits"), [(2, 0), (3, 1), (4, 2), (5, 1), (8, 6)])
def test_a_pair_is_right_for_all_x_and_all_r_and_rounds_fairly(k, bits, n_parties):
    q = 2**k
    x = np.arange(-q // 4, q // 4)
    grid, r = (one.ravel() for one in np.meshgrid(x, np.arange(q)))
    rng = np.random.default_rng(k)
    rows = [
        additive.share(v % q, n_parties=n_parties, modulus=q, random_bytes=rng.bytes)
        for v in (grid, r, r >> bits, r >> (k - 1))
    ]
    pair = truncation.TruncationPair(*rows[1:], bits, q)
    got = signed_opened(truncation.truncate(rows[0], pair=pair, modulus=q), q)
    up = got - (grid >> bits)
    assert set(up.tolist()) <= {0, 1} and not up[grid % 2**bits == 0].any()
    counts = up.reshape(q, -1).sum(axis=0)  # how many of the Q masks round this x up
    assert np.array_equal(counts, (x % 2**bits) * (q >> bits))


EXTREME = [0, 1, -1, 2, -2, 2**16 - 1, -(2**16), 2**62 - 1, -(2**62), 3 * 2**60 + 12345]


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize(("k", "bits"), [(64, 16), (64, 62), (64, 0), (32, 8), (63, 20), (20, 4)])
def test_random_and_extreme_numbers_for_any_number_of_parties(k, bits, n_parties):
    q, rng = 2**k, np.random.default_rng(n_parties)
    quarter = q // 4
    values = [v for v in EXTREME if -quarter <= v < quarter] + [quarter - 1, -quarter]
    values += [int(v) for v in rng.integers(-quarter, quarter, 300)]
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    shares = additive.share(ring.encode(values, modulus=q), **options)
    pair = truncation.deal_pair((len(values),), bits=bits, **options)
    got = signed_opened(truncation.truncate(shares, pair=pair, modulus=q), q)
    for one, value in zip(got.tolist(), values, strict=True):
        assert one in (value >> bits, -(-value >> bits)), value


def test_the_whole_ring_of_64_bits_locally():
    rng = np.random.default_rng(1)
    values = rng.integers(-(2**40), 2**40, 2000)
    shares = additive.share(
        ring.encode(values, modulus=W), n_parties=2, modulus=W, random_bytes=rng.bytes
    )
    got = signed_opened(truncation.truncate_locally(shares, bits=16, modulus=W), W)
    assert set((got - (values >> 16)).tolist()) == {0, 1}  # one fails with a chance below 2e-4


def test_three_parties_who_shift_fail_every_second_time():
    """The reason for the refusal: the natural extension of (34.ii) to three parties, all masks of Z_64."""
    q, bits, x = 64, 2, 9
    a, b = (one.ravel() for one in np.meshgrid(np.arange(q), np.arange(q)))
    minus = (a + b - x) % q
    z = ((a >> bits) + (b >> bits) - (minus >> bits)) % q
    near = np.isin(z, [1, 2, 3])
    # a + b − x leaves 0 … Q − 1 for 45 sums below x and for those of Q + x and more
    assert (~near).sum() == (a + b < x).sum() + (a + b >= q + x).sum() == 45 + 1485
    with pytest.raises(ValueError, match="exactly 2 parties, got 3 rows"):
        truncation.truncate_locally(np.zeros((3, 2), np.uint64), bits=1, modulus=q)


@pytest.mark.parametrize(("modulus", "n_parties", "bits"), [(4, 2, 0), (8, 2, 1), (4, 3, 1)])
def test_the_whole_view_of_each_coalition_is_the_same_for_all_secrets(modulus, n_parties, bits):
    """All shares of x, r, ⌊r/2^b⌋ and the top bit that they hold, and all of c, for all masks at once."""
    n_masks = 1 + 4 * (n_parties - 1)
    masks = np.array(list(product(range(modulus), repeat=n_masks)), dtype=np.int64).T
    r = masks[0]

    def split(value, place):  # (n_parties, number of outcomes)
        own = masks[1 + place * (n_parties - 1) :][: n_parties - 1]
        return np.concatenate([own, [(value - own.sum(axis=0)) % modulus]]).astype(np.uint64)

    rows = [split(v, i) for i, v in enumerate((r, r >> bits, r // (modulus // 2)))]
    pair = truncation.TruncationPair(*rows, bits, modulus)
    for parties in combinations(range(n_parties), n_parties - 1):
        seen = []
        for x in range(modulus):
            xs, wire = split(x, 3), []
            truncation.truncate(xs, pair=pair, modulus=modulus, wire=wire)
            view = [held[i] for held in (xs, *rows) for i in parties]
            view += [one.payload for one in {one.label: one for one in wire}.values()]
            digits = np.uint64(modulus) ** np.arange(
                len(view), dtype=np.uint64
            )  # a view, one number
            seen.append(np.unique(digits @ np.stack(view), return_counts=True))
        for views, counts in seen[1:]:
            assert np.array_equal(views, seen[0][0]) and np.array_equal(counts, seen[0][1])


def test_without_randomness_the_opened_value_gives_the_secret_away():
    """So that the test of secrecy would see a dealer that forgets to draw."""
    pair = truncation.deal_pair((), n_parties=2, bits=4, modulus=W, random_bytes=bytes)
    shares = additive.share(41, n_parties=2, modulus=W, random_bytes=bytes)
    wire = []
    truncation.truncate(shares, pair=pair, modulus=W, wire=wire)
    assert sum(int(one.payload) for one in wire) - 2**62 == 41


def test_a_dealt_pair_holds_what_it_says():
    rng = np.random.default_rng(4)
    pair = truncation.deal_pair((50,), n_parties=3, bits=5, modulus=2**16, random_bytes=rng.bytes)
    r, shifted, top = (
        additive.reconstruct(rows, modulus=2**16)
        for rows in (pair.r_shares, pair.shifted_shares, pair.top_shares)
    )
    assert np.array_equal(shifted, r // 32) and np.array_equal(top, r // 2**15)
    assert (
        10 < top.sum() < 40 and len(set(r.tolist())) > 45
    )  # 40 ± 4 standard deviations are inside


def test_messages_are_counted_in_one_round():
    options = {"n_parties": 3, "modulus": W}
    pair = truncation.deal_pair((4,), bits=16, **options)
    shares, wire = additive.share(np.arange(4), **options), []
    truncation.truncate(shares, pair=pair, modulus=W, wire=wire, step=7)
    assert len(wire) == 3 * 2 and {one.step for one in wire} == {7}
    assert sum(one.n_bytes for one in wire) == 3 * 2 * 4 * 8


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)])
def test_any_shape_is_truncated(shape):
    options = {"n_parties": 2, "modulus": 2**32}
    shares = additive.share(np.full(shape, 4000, dtype=np.uint64), **options)
    pair = truncation.deal_pair(shape, bits=4, **options)
    for z in (
        truncation.truncate(shares, pair=pair, modulus=2**32),
        truncation.truncate_locally(shares, bits=4, modulus=2**32),
    ):
        assert z.shape == (2, *shape) and z.dtype == np.uint64
    assert (
        signed_opened(truncation.truncate(shares, pair=pair, modulus=2**32), 2**32) == 250
    ).all()


def test_what_does_not_fit_is_named():
    pair = truncation.deal_pair((2,), n_parties=2, bits=1, modulus=16)
    x, other = (additive.share(np.arange(n), n_parties=2, modulus=16) for n in (2, 3))
    for call, words in (
        (lambda: truncation.truncate(other, pair=pair, modulus=16), r"made for, \(2, 2\), got"),
        (lambda: truncation.truncate(x, pair=pair, modulus=32), "modulo 32, got modulo 16"),
        (
            lambda: truncation.deal_pair((), n_parties=2, bits=3, modulus=16),
            "bits must be at most 2",
        ),
        (lambda: truncation.deal_pair((), n_parties=2, bits=-1, modulus=16), "at least 0"),
        (
            lambda: truncation.deal_pair((), n_parties=2, bits=1, modulus=15),
            "a power of two from 4",
        ),
        (lambda: truncation.deal_pair((), n_parties=1, bits=1, modulus=16), "n_parties"),
        (lambda: truncation.truncate_locally(x, bits=4, modulus=16), "bits must be at most 3"),
        (lambda: truncation.local_failure_rate([8], modulus=16), "values must lie from -8 to 7"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
