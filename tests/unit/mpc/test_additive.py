"""Additive sharing: the definition by exhaustion, arithmetic against plain integers."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc import additive, ring

W = 2**64


def all_sharings(secret, *, n_parties, modulus):
    """Every sharing of ``secret``, one column for each possible outcome of the bytes."""
    ways = list(product(range(modulus), repeat=n_parties - 1))  # (Q^(n-1), n-1)
    masks = bytes(way[party] for party in range(n_parties - 1) for way in ways)

    def every_byte(count):
        assert count == len(masks)
        return masks

    secrets = np.full(len(ways), secret)
    return additive.share(secrets, n_parties=n_parties, modulus=modulus, random_bytes=every_byte)


@pytest.mark.parametrize("n_parties", [2, 3, 4])
@pytest.mark.parametrize("modulus", [2, 3, 4, 5])
def test_any_but_all_shares_are_jointly_uniform_whatever_the_secret(modulus, n_parties):
    for secret in range(modulus):
        shares = all_sharings(secret, n_parties=n_parties, modulus=modulus)
        for parties in combinations(range(n_parties), n_parties - 1):
            views, counts = np.unique(shares[list(parties)], axis=1, return_counts=True)
            assert views.shape[1] == modulus ** (n_parties - 1)
            assert set(counts.tolist()) == {1}


@pytest.mark.parametrize("modulus", [2, 3, 10, 100_000, 2**61 - 1, 2**63 + 1, W - 59, W])
def test_reconstruct_undoes_share(modulus):
    rng = np.random.default_rng(0)
    secret = ring.encode([[0, -1, 0], [modulus // 2 - 1, -(modulus // 2), 0]], modulus=modulus)
    for n_parties in (2, 3, 7):
        shares = additive.share(
            secret, n_parties=n_parties, modulus=modulus, random_bytes=rng.bytes
        )
        assert shares.shape == (n_parties, 2, 3) and shares.dtype == np.uint64
        assert np.array_equal(additive.reconstruct(shares, modulus=modulus), secret)
        plain = sum(int(one) for one in shares[:, 0, 1]) % modulus  # in Python's integers
        assert plain == modulus - 1


def test_the_default_randomness_differs_from_call_to_call():
    first, second = (additive.share([1, 2], n_parties=3, modulus=W) for _ in range(2))
    assert not np.array_equal(first, second)  # equal with probability 2^-256


def test_entries_of_one_secret_get_independent_masks():
    rng = np.random.default_rng(4)
    shares = additive.share(np.zeros(50, int), n_parties=3, modulus=W, random_bytes=rng.bytes)
    assert len(np.unique(shares)) == 150  # a collision has probability below 10^-15


def test_linear_combinations_of_all_pairs_over_z_5():
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.arange(5), np.arange(5))
    options = {"n_parties": 3, "modulus": 5, "random_bytes": rng.bytes}
    x_shares, y_shares = additive.share(x, **options), additive.share(y, **options)
    for a, b, c in product(range(5), repeat=3):
        z = additive.linear_combination([x_shares, y_shares], [a, b], constant=c, modulus=5)
        assert np.array_equal(additive.reconstruct(z, modulus=5), (a * x + b * y + c) % 5)


def test_local_operations_touch_the_own_row_only():
    rng = np.random.default_rng(2)
    x = additive.share([1, 2], n_parties=4, modulus=W, random_bytes=rng.bytes)
    for operation in (
        lambda s: additive.add(s, x, modulus=W),
        lambda s: additive.add_public(s, 9, modulus=W),
        lambda s: additive.multiply_public(s, W - 3, modulus=W),
        lambda s: additive.linear_combination([s, x], [3, 4], constant=5, modulus=W),
    ):
        before = operation(x)
        for party in range(4):
            other = x.copy()
            other[party] += np.uint64(1)
            changed = np.any(operation(other) != before, axis=1)
            assert changed.tolist() == [row == party for row in range(4)]


def test_a_public_constant_is_added_once():
    x = additive.share([10], n_parties=5, modulus=W)
    z = additive.add_public(x, 7, modulus=W)
    assert int(additive.reconstruct(z, modulus=W)[0]) == 17
    assert np.array_equal(z[1:], x[1:])


def test_opening_gives_the_value_and_sends_every_row_to_everybody_else():
    wire = []
    shares = additive.share([3, 4, 5], n_parties=4, modulus=W)
    value = additive.open_shares(shares, modulus=W, wire=wire, step=2, label="sum")
    assert value.tolist() == [3, 4, 5]
    pairs = sorted((parcel.sender, parcel.receiver) for parcel in wire)
    assert pairs == [(i, j) for i in range(4) for j in range(4) if i != j]
    assert all(np.array_equal(parcel.payload, shares[parcel.sender]) for parcel in wire)
    assert {(parcel.step, parcel.n_bytes) for parcel in wire} == {(2, 24)}
    assert all(parcel.label == f"sum {parcel.sender + 1}" for parcel in wire)


@pytest.mark.parametrize("n_parties", [2, 3, 5])
def test_secure_sum_is_exact_and_costs_what_the_formula_says(n_parties):
    rng = np.random.default_rng(3)
    inputs = rng.integers(0, 2**63, size=(n_parties, 4), dtype=np.uint64)
    wire = []
    result = additive.secure_sum(inputs, modulus=W, random_bytes=rng.bytes, wire=wire)
    assert [int(r) for r in result] == [sum(map(int, column)) % W for column in inputs.T]
    assert len(wire) == 2 * n_parties * (n_parties - 1)
    assert sum(parcel.n_bytes for parcel in wire) == 2 * n_parties * (n_parties - 1) * 8 * 4
    assert {parcel.step for parcel in wire} == {1, 3}
    first = [parcel for parcel in wire if parcel.step == 1]
    assert all(parcel.label == f"share {parcel.receiver + 1}" for parcel in first)
    pairs = {(parcel.sender, parcel.receiver) for parcel in first}
    assert pairs == {(i, j) for i in range(n_parties) for j in range(n_parties) if i != j}


def sum_views(inputs, *, modulus, parties):
    """How often ``parties`` see each list of messages in secure_sum, over all randomness."""
    n = len(inputs)
    views = {}
    ways = list(product(range(modulus), repeat=n * (n - 1)))
    for way in ways:
        left = iter(way)
        wire = []
        additive.secure_sum(
            inputs,
            modulus=modulus,
            random_bytes=lambda count, left=left: bytes(next(left) for _ in range(count)),
            wire=wire,
        )
        view = tuple(
            (p.step, p.sender, p.receiver, int(p.payload))
            for p in wire
            if {p.sender, p.receiver} & set(parties)
        )
        views[view] = views.get(view, Fraction(0)) + Fraction(1, len(ways))
    return views


def test_all_messages_that_a_party_of_secure_sum_sees_depend_on_the_sum_only():
    first, second = (sum_views(i, modulus=2, parties=[0]) for i in ([1, 0, 1], [1, 1, 0]))
    assert first == second  # the others' inputs are swapped: party 0 cannot see it
    assert first != sum_views([1, 0, 0], modulus=2, parties=[0])  # another sum is visible


def test_secure_mean_is_the_pooled_mean_not_the_mean_of_means():
    means = additive.secure_mean([[10, -4], [90, -8], [0, 0]], [1, 3, 1], modulus=W)
    assert means.tolist() == [20.0, -2.4]
    assert additive.secure_mean([7, 8], [2, 3], modulus=101).tolist() == 3.0


def test_secure_mean_takes_its_masks_from_the_given_source():
    """Three parties share two numbers each by two masks: 3 · 2 · 2 bytes in a ring of 101."""
    asked, rng = [], np.random.default_rng(6)

    def counted(count):
        asked.append(count)
        return bytes(count) if len(asked) == 1 else rng.bytes(count)

    wire = []
    means = additive.secure_mean([7, 8, 9], [2, 3, 1], modulus=101, random_bytes=counted, wire=wire)
    assert means == 4.0 and asked[:1] == [2 * 2] and len(asked) >= 3
    assert wire[0].payload.tolist() == [0, 0] and wire[0].label == "share 2"


def test_secure_mean_of_the_heart_table_is_exact_in_three_rings():
    from lessons.datasets import HOSPITALS, heart_disease

    heart = heart_disease()
    rows = [heart["hospital"] == name for name in HOSPITALS[:3]]
    totals = [int(heart["age"][row].sum()) for row in rows]
    counts = [int(row.sum()) for row in rows]
    pooled = heart["age"][rows[0] | rows[1] | rows[2]].mean()
    for modulus in (100_000, 2**61 - 1, W):
        assert additive.secure_mean(totals, counts, modulus=modulus) == pooled


def test_shares_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"shares must be rows of one shape, got .*\(3,\), \(2,\)"):
        additive.reconstruct([[1, 2, 3], [1, 2]], modulus=5)
    with pytest.raises(ValueError, match="y_shares must have the shape of x_shares"):
        additive.add([[1], [2]], [[1], [2], [3]], modulus=5)


@pytest.mark.parametrize("n_parties", [1, 0, -1, 2.0, None, True])
def test_fewer_than_two_parties_are_refused(n_parties):
    with pytest.raises(ValueError, match="n_parties must be an integer of at least 2"):
        additive.share(1, n_parties=n_parties, modulus=5)


@pytest.mark.parametrize("modulus", [1, 0, -5, 2.5, W + 1])
def test_a_bad_modulus_is_refused(modulus):
    with pytest.raises(ValueError, match="modulus must be"):
        additive.share(0, n_parties=2, modulus=modulus)
    with pytest.raises(ValueError, match="modulus must be"):
        additive.reconstruct([0, 0], modulus=modulus)


@pytest.mark.parametrize("secret", [5, -1, [0, 7]])
def test_secrets_outside_the_ring_are_refused(secret):
    with pytest.raises(ValueError, match="secret must hold integers from 0 to modulus - 1 = 4"):
        additive.share(secret, n_parties=2, modulus=5)


@pytest.mark.parametrize("secret", [1.0, [0.5], "1", None, np.array([1.0]), float("nan")])
def test_secrets_that_are_no_integers_are_refused(secret):
    with pytest.raises(ValueError, match="secret must hold integers only"):
        additive.share(secret, n_parties=2, modulus=5)


def test_shares_outside_the_ring_are_refused():
    with pytest.raises(ValueError, match=r"shares must hold integers from 0 to .* = 4, got 6"):
        additive.reconstruct([6, 1], modulus=5)


@pytest.mark.parametrize("shares", [3, [3], [[1, 2]], np.array([[1, 2]])])
def test_one_row_is_not_a_sharing(shares):
    with pytest.raises(ValueError, match="shares must have"):
        additive.reconstruct(shares, modulus=5)


def test_coefficients_must_match_the_values():
    with pytest.raises(ValueError, match="got 1 coefficients for 2 values"):
        additive.linear_combination([[1, 2], [3, 4]], [1], modulus=5)
    with pytest.raises(ValueError, match="got 0 coefficients for 0 values"):
        additive.linear_combination([], [], modulus=5)


def test_a_mean_over_nobody_is_refused():
    with pytest.raises(ValueError, match="counts must sum to at least 1, got a sum of 0"):
        additive.secure_mean([0, 0], [0, 0], modulus=101)
    with pytest.raises(ValueError, match=r"counts must have shape \(2,\), got shape \(3,\)"):
        additive.secure_mean([1, 2], [1, 2, 3], modulus=101)
