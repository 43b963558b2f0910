"""Shamir's sharing: the definition by exhaustion, arithmetic against plain integers."""

from collections import Counter
from itertools import combinations, permutations, product

import numpy as np
import pytest

from lessons.mpc import field, ring, shamir

BIG = 2**61 - 1


def every_byte(*columns):
    """A source that hands out these bytes, one call after the other."""
    calls = iter(columns)

    def random_bytes(count):
        raw = bytes(next(calls))
        assert len(raw) == count
        return raw

    return random_bytes


def all_sharings(secret, *, threshold, points, modulus, source=None):
    """Every sharing of ``secret``, one column for each choice of the random coefficients."""
    ways = list(product(range(modulus), repeat=threshold))  # (p^t, t)
    drawn = [way[k] for k in range(threshold) for way in ways]
    options = {"threshold": threshold, "points": points, "modulus": modulus}
    source = source or every_byte(drawn)
    return shamir.share(np.full(len(ways), secret), random_bytes=source, **options)


def leaks(shares_of, *, size):
    """Whether some ``size`` parties see the views of different secrets with different frequency."""
    for parties in combinations(range(len(shares_of[0])), size):
        views = [Counter(map(tuple, shares[list(parties)].T.tolist())) for shares in shares_of]
        if any(view != views[0] for view in views):
            return True
    return False


@pytest.mark.parametrize(
    ("modulus", "threshold", "points"),
    [
        *((2, 0, [1]), (3, 1, [1, 2]), (5, 1, [1, 2, 3, 4]), (5, 2, [4, 1, 3])),
        *((5, 3, [1, 2, 3, 4]), (7, 2, [6, 2, 5, 1]), (11, 2, range(1, 6))),
    ],
)
def test_any_threshold_shares_are_jointly_uniform_and_one_more_reconstruct(
    modulus, threshold, points
):
    every = list(product(range(modulus), repeat=threshold))
    for secret in range(modulus):
        shares = all_sharings(secret, threshold=threshold, points=points, modulus=modulus)
        for parties in combinations(range(len(points)), threshold):
            views = list(map(tuple, shares[list(parties)].T.tolist()))
            assert sorted(views) == every  # each exactly once
        for parties in permutations(range(len(points)), threshold + 1):
            back = shamir.reconstruct(
                shares[list(parties)],
                threshold=threshold,
                points=[points[i] for i in parties],
                modulus=modulus,
            )
            assert (back == secret).all()


def test_without_randomness_or_with_a_zero_forbidden_the_counts_show_a_leak():
    setting = {"threshold": 2, "points": [1, 2, 3], "modulus": 5}
    zeros = [all_sharings(x, source=lambda count: bytes(count), **setting) for x in range(5)]
    assert leaks(zeros, size=1)
    ways = [(a, b) for a in range(5) for b in range(1, 5)]  # a leading coefficient that is never 0
    drawn = [way[k] for k in range(2) for way in ways]
    proud = [
        shamir.share(np.full(20, x), random_bytes=every_byte(drawn), **setting) for x in range(5)
    ]
    assert leaks(proud, size=2)
    fair = [all_sharings(x, **setting) for x in range(5)]
    assert not leaks(fair, size=2) and leaks(fair, size=3)


@pytest.mark.parametrize("modulus", [7, 257, 2**31 - 1, BIG, 2**64 - 59])
@pytest.mark.parametrize("shape", [(), (0,), (4,), (2, 3)])
def test_every_choice_of_enough_shares_gives_back_extreme_secrets(modulus, shape):
    rng = np.random.default_rng(0)
    for n_parties in (2, 3, 5):
        for threshold in range(n_parties):
            secret = rng.integers(0, modulus, size=shape, dtype=np.uint64)
            for k, extreme in enumerate((0, 1, modulus - 1)):
                secret.reshape(-1)[k : k + 1] = extreme
            points = [int(one) for one in 1 + rng.permutation(6)[:n_parties]]
            setting = {"threshold": threshold, "modulus": modulus}
            shares = shamir.share(secret, points=points, random_bytes=rng.bytes, **setting)
            assert shares.shape == (n_parties, *shape) and shares.dtype == np.uint64
            for parties in combinations(range(n_parties), threshold + 1):
                own = [points[i] for i in parties]
                back = shamir.reconstruct(shares[list(parties)], points=own, **setting)
                assert np.array_equal(back, secret) and back.dtype == np.uint64
            assert np.array_equal(shamir.reconstruct(shares, points=points, **setting), secret)


def test_shares_are_the_polynomial_in_plain_integers():
    drawn = [3, 9]  # a_1 and a_2
    setting = {"threshold": 2, "points": [1, 2, 10], "modulus": 11}
    shares = shamir.share(7, random_bytes=every_byte(drawn), **setting)
    assert shares.tolist() == [(7 + 3 * x + 9 * x * x) % 11 for x in (1, 2, 10)]


def test_mpyc_reads_our_shares_and_we_read_theirs():
    from mpyc import thresha
    from mpyc.finfields import GF

    for modulus, threshold, n_parties in ((11, 2, 5), (101, 1, 3), (BIG, 3, 7)):
        F, secrets = GF(modulus), [0, 1, modulus - 1, 7]
        setting = {"threshold": threshold, "modulus": modulus}
        points = range(1, n_parties + 1)
        ours = shamir.share(secrets, points=points, **setting)
        some = list(points)[-threshold - 1 :]
        rows = [(x, [int(one) for one in ours[x - 1]]) for x in some]
        assert [int(one) % modulus for one in thresha.recombine(F, rows)] == secrets
        theirs = np.array(thresha.random_split(F, [F(x) for x in secrets], threshold, n_parties))
        back = shamir.reconstruct(theirs.astype(np.uint64), points=points, **setting)
        assert back.tolist() == secrets


def test_linear_functions_keep_the_threshold_and_every_party_adds_the_constant():
    rng = np.random.default_rng(1)
    for modulus, n_parties, threshold in ((5, 4, 3), (11, 3, 1), (BIG, 5, 2)):
        points = range(1, n_parties + 1)
        setting = {"threshold": threshold, "points": points, "modulus": modulus}
        x, y = rng.integers(0, modulus, size=(2, 6), dtype=np.uint64)
        x[:2], y[:2] = modulus - 1, (modulus - 1, 0)
        x_shares, y_shares = (
            shamir.share(one, random_bytes=rng.bytes, **setting) for one in (x, y)
        )
        for a, b, c in ((1, 1, 0), (modulus - 1, 2, 3), (0, 0, modulus - 1)):
            z = shamir.linear_combination([x_shares, y_shares], [a, b], constant=c, modulus=modulus)
            plain = (a * x.astype(object) + b * y.astype(object) + c) % modulus
            assert shamir.reconstruct(z, **setting).astype(object).tolist() == plain.tolist()
        each = shamir.linear_combination([x_shares], [1], constant=x, modulus=modulus)
        doubled = ring.add(x, x, modulus=modulus)
        assert np.array_equal(shamir.reconstruct(each, **setting), doubled)
    for bad in (np.zeros(5, dtype=int), np.zeros((5, 6), dtype=int)):
        with pytest.raises(ValueError, match=r"constant must have no axis or shape \(6,\)"):
            shamir.linear_combination([x_shares], [1], constant=bad, modulus=BIG)


def test_local_products_have_twice_the_threshold():
    rng = np.random.default_rng(2)
    setting = {"points": range(1, 6), "modulus": 101}
    x_shares, y_shares = (
        shamir.share(one, threshold=2, random_bytes=rng.bytes, **setting)
        for one in ([7, 0], [9, 5])
    )
    z = shamir.multiply_locally(x_shares, y_shares, modulus=101)
    assert shamir.reconstruct(z, threshold=4, **setting).tolist() == [63, 0]
    with pytest.raises(
        ValueError, match="shares must lie on one polynomial of degree threshold = 2"
    ):
        shamir.reconstruct(z, threshold=2, **setting)


@pytest.mark.parametrize(("n_parties", "threshold"), [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)])
@pytest.mark.parametrize("modulus", [7, BIG])
def test_products_after_resharing_are_shares_of_the_old_threshold(modulus, n_parties, threshold):
    rng, wire = np.random.default_rng(3), []
    points = [int(one) for one in 1 + rng.permutation(6)[:n_parties]]
    setting = {"threshold": threshold, "points": points, "modulus": modulus}
    extreme = [0, 1, modulus - 1]
    x, y = map(np.array, zip(*product(extreme, extreme), strict=True))
    x_shares, y_shares = (
        shamir.share(one.reshape(3, 3), random_bytes=rng.bytes, **setting) for one in (x, y)
    )
    z = shamir.multiply(x_shares, y_shares, random_bytes=rng.bytes, wire=wire, **setting)
    plain = [int(a) * int(b) % modulus for a, b in zip(x, y, strict=True)]
    assert shamir.reconstruct(z, **setting).reshape(-1).tolist() == plain
    assert len(wire) == n_parties * (n_parties - 1)
    assert {(p.sender, p.receiver) for p in wire} == set(permutations(range(n_parties), 2))
    assert all(p.label == f"share {points[p.receiver]} of product {points[p.sender]}" for p in wire)
    empty = np.zeros((n_parties, 0), dtype=np.uint64)
    assert shamir.multiply(empty, empty, **setting).shape == (n_parties, 0)


def product_views(x, y, *, party, modulus=5, zeros=False):
    """How often one of three parties sees what in ``multiply`` and the opening, over all randomness."""
    points = [1, 2, 3]
    setting = {"threshold": 1, "points": points, "modulus": modulus}
    ways = np.array(list(product(range(modulus), repeat=5)))  # two sharings, three resharings
    columns = [column.tolist() for column in (ways * (not zeros)).T]
    ones = np.ones(len(ways), dtype=int)
    x_shares = shamir.share(x * ones, random_bytes=every_byte(columns[0]), **setting)
    y_shares = shamir.share(y * ones, random_bytes=every_byte(columns[1]), **setting)
    wire, source = [], every_byte(*columns[2:])
    z = shamir.multiply(x_shares, y_shares, random_bytes=source, wire=wire, **setting)
    assert (shamir.reconstruct(z, **setting) == x * y % modulus).all()
    own = [x_shares[party], y_shares[party], ways[:, 2 + party]]  # its own dice
    got = [p.payload for p in wire if p.receiver == party]
    return Counter(map(tuple, np.array([*own, *got, *z]).T.tolist()))  # z is opened at the end


@pytest.mark.parametrize("party", [0, 1, 2])
def test_whoever_sees_a_product_opened_after_resharing_learns_the_product_only(party):
    zero = [product_views(x, y, party=party) for x, y in ((0, 0), (0, 3), (4, 0))]
    assert zero[0] == zero[1] == zero[2]
    four = [product_views(x, y, party=party) for x, y in ((1, 4), (2, 2), (3, 3))]
    assert four[0] == four[1] == four[2] != zero[0]


def test_the_views_of_a_multiplication_without_randomness_are_told_apart():
    one, other = (product_views(x, y, party=2, zeros=True) for x, y in ((0, 0), (0, 3)))
    assert one != other


def test_products_opened_without_resharing_tell_both_zero_from_one_zero():
    def opened(x, y):
        ways = np.array(list(product(range(5), repeat=2)))
        setting = {"threshold": 1, "points": [1, 2, 3], "modulus": 5}
        ones = np.ones(25, dtype=int)
        f, g = (
            shamir.share(one * ones, random_bytes=every_byte(column.tolist()), **setting)
            for one, column in zip((x, y), ways.T, strict=True)
        )
        return Counter(map(tuple, shamir.multiply_locally(f, g, modulus=5).T.tolist()))

    assert opened(0, 0) != opened(0, 3)
    assert opened(1, 4) == opened(2, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 3}, "threshold must be below the number of parties, got threshold=3 of 3"),
        ({"threshold": -1}, "threshold must be an integer of at least 0"),
        ({"threshold": 1.0}, "threshold must be an integer"),
        ({"points": [1, 2, 0]}, "got point 0 for the party in row 2"),
        ({"points": [1, 2, 11]}, "got point 11 for the party in row 2"),
        ({"points": [1, 2, 2]}, "points must be distinct, got point 2 .* rows 1 and 2"),
        ({"points": []}, "points must name at least one party"),
        ({"modulus": 12}, "modulus must be prime, got modulus=12"),
        ({"modulus": 2**64}, "modulus must be prime"),
        ({"modulus": 2**89 - 1}, r"modulus must be at most 2\*\*64"),
        ({"secret": 11}, "secret must hold integers from 0 to modulus - 1 = 10, got 11"),
        ({"secret": [1, -1]}, "secret must hold integers from 0 to modulus - 1 = 10, got -1"),
        ({"secret": 1.0}, "secret must hold integers only"),
    ],
)
def test_settings_without_a_promise_are_refused(change, words):
    good = {"secret": 5, "threshold": 1, "points": [1, 2, 3], "modulus": 11}
    bad = good | change
    with pytest.raises(ValueError, match=words):
        shamir.share(bad.pop("secret"), **bad)


@pytest.mark.parametrize(
    ("shares", "points", "words"),
    [
        (
            [3, 4],
            [1, 4],
            r"shares must come from threshold \+ 1 = 3 parties or more, got 2, at 1, 4",
        ),
        ([3, 4, 5], [1, 4], r"shares must have one row for each of 2 points, got shape \(3,\)"),
        (3, [1, 4, 5], "shares must have one row for each of 3 points"),
        ([3, 4, 11], [1, 4, 5], "shares must hold integers from 0 to modulus - 1 = 10, got 11"),
        ([3, 4, 5], [1, 4, 4], "points must be distinct, got point 4"),
        ([3, 4, 5, 5], [1, 2, 3, 4], "got shares at points 1, 2, 3, 4 that do not"),
        ([[3], [4, 5]], [1, 2], "shares must hold integers only"),
    ],
)
def test_shares_that_cannot_be_put_together_are_refused(shares, points, words):
    with pytest.raises(ValueError, match=words):
        shamir.reconstruct(shares, threshold=2, points=points, modulus=11)


def test_products_need_twice_the_threshold_and_one_more():
    with pytest.raises(ValueError, match=r"n_parties >= 2 · threshold \+ 1, got threshold=2 of 4"):
        shamir.multiply([1] * 4, [1] * 4, threshold=2, points=[1, 2, 3, 4], modulus=11)
    with pytest.raises(ValueError, match=r"y_shares must have the shape of x_shares \(3,\)"):
        shamir.multiply([1] * 3, [[1]] * 3, threshold=1, points=[1, 2, 3], modulus=11)


def test_the_default_randomness_differs_from_call_to_call():
    setting = {"threshold": 1, "points": [1, 2], "modulus": BIG}
    first, second = (shamir.share([1, 2], **setting) for _ in range(2))
    assert not np.array_equal(first, second)


def test_secrets_and_coefficients_of_an_array_are_independent():
    rng = np.random.default_rng(4)
    setting = {"threshold": 2, "points": [1, 2, 3], "modulus": BIG}
    shares = shamir.share(np.zeros(50, dtype=int), random_bytes=rng.bytes, **setting)
    assert len(np.unique(shares)) == 150
    assert field.lagrange_weights([1, 2, 3], modulus=BIG) == [3, BIG - 3, 1]
