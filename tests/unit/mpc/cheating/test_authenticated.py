"""Shares with tags: right against plain integers, and whole views that are the same for all secrets."""

from itertools import combinations, product

import numpy as np
import pytest

from lessons.mpc import additive, ring
from lessons.mpc.cheating import authenticated, mac_check, tag_dealer
from lessons.mpc.cheating.authenticated import Authenticated, Triple

P = 2**61 - 1
PRIMES = [2, 5, 101, 2**31 - 1, 2**32 + 15, P, 2**64 - 59]
EXTREME = [0, 1, -1, 2, -2, 2**60, -(2**60)]


def value_of(x, modulus):
    return additive.reconstruct(x.value_shares, modulus=modulus)


def fits(x, key_shares, modulus):
    """Whether the tag is α times the value, in plain integers."""
    alpha = sum(int(one) for one in key_shares) % modulus
    value, tag = (
        additive.reconstruct(one, modulus=modulus).astype(object)
        for one in (x.value_shares, x.tag_shares)
    )
    return bool(np.all(tag == alpha * value % modulus))


def dealt(values, modulus, n_parties, seed=0):
    rng = np.random.default_rng([37, seed])
    options = {"modulus": modulus, "random_bytes": rng.bytes}
    options["key_shares"] = tag_dealer.deal_key(n_parties=n_parties, **options)
    return [tag_dealer.deal(one, **options) for one in values], options


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5])
@pytest.mark.parametrize("modulus", PRIMES)
def test_sums_products_and_constants_keep_their_tags(modulus, n_parties):
    pairs = np.array(list(product(EXTREME, repeat=2)), dtype=object).T % modulus
    x, y = (one.astype(np.uint64) for one in pairs)
    shares, options = dealt((x, y), modulus, n_parties)
    key = options["key_shares"]
    just = {"modulus": modulus}
    exact = {
        "add": (authenticated.add(*shares, **just), pairs[0] + pairs[1]),
        "subtract": (authenticated.subtract(*shares, **just), pairs[0] - pairs[1]),
        "factor": (authenticated.multiply_public(shares[0], y, **just), pairs[0] * pairs[1]),
        "constant": (
            authenticated.add_public(shares[0], y, key_shares=key, **just),
            pairs[0] + pairs[1],
        ),
    }
    triple, opened = tag_dealer.deal_triple(x.shape, **options), []
    z = authenticated.multiply(*shares, triple=triple, key_shares=key, opened=opened, **just)
    exact["product"] = (z, pairs[0] * pairs[1])
    for name, (result, expected) in exact.items():
        assert np.array_equal(value_of(result, modulus).astype(object), expected % modulus), name
        assert fits(result, key, modulus), name
    result = mac_check.open_result(z, opened=opened, **options)
    assert np.array_equal(result.astype(object), pairs[0] * pairs[1] % modulus)


@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_every_shape_goes_through(shape):
    x = np.ones(shape, dtype=np.uint64)
    (shares,), options = dealt((x,), 101, 3)
    key, opened = options["key_shares"], []
    triple = tag_dealer.deal_triple(shape, **options)
    z = authenticated.multiply(
        shares, shares, triple=triple, key_shares=key, opened=opened, modulus=101
    )
    z = authenticated.add_public(z, 5, key_shares=key, modulus=101)
    value = mac_check.open_result(z, opened=opened, **options)
    assert value.shape == shape and np.all(value == 6) and fits(z, key, 101)


@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 3)])
def test_entries_are_added_up_with_their_tags(shape):
    x = np.full(shape, P - 2, dtype=np.uint64)
    (shares,), options = dealt((x,), P, 3)
    total = authenticated.add_up(shares, modulus=P)
    assert value_of(total, P).shape == () and fits(total, options["key_shares"], P)
    assert int(value_of(total, P)) == x.size * (P - 2) % P


def test_an_input_costs_its_owner_one_public_number():
    (_,), options = dealt((0,), 101, 3)
    key, wire = options["key_shares"], []
    mask = tag_dealer.deal_mask((2,), owner=1, **options)
    x = authenticated.input_value(
        [7, 100], mask=mask, key_shares=key, modulus=101, wire=wire, step=2
    )
    assert value_of(x, 101).tolist() == [7, 100] and fits(x, key, 101)
    assert [(one.sender, one.receiver, one.step) for one in wire] == [(1, 0, 2), (1, 2, 2)]
    for one in wire:
        assert np.array_equal((one.payload + mask.value) % np.uint64(101), [7, 100])


def test_opening_a_product_sends_what_beaver_sends_and_nothing_else():
    (x, y), options = dealt((np.arange(4), np.arange(4)), 101, 3)
    triple, wire, opened = tag_dealer.deal_triple((4,), **options), [], []
    authenticated.multiply(
        x, y, triple=triple, key_shares=options["key_shares"], opened=opened, modulus=101, wire=wire
    )
    assert len(wire) == 2 * 3 * 2 and {one.step for one in wire} == {1} and len(opened) == 2
    assert sum(one.n_bytes for one in wire) == 2 * 3 * 2 * 4 * 8


def every(count, modulus):
    """All outcomes of ``count`` draws: one row for each draw, (count, modulus^count)."""
    return np.indices((modulus,) * count, dtype=np.uint8).reshape(count, -1).astype(np.uint64)


class Die:
    """All outcomes at once: each call gives the next draw in every one of them."""

    def __init__(self, count, modulus, *, zero=False):
        self.rows, self.modulus, self.next = every(count, modulus), modulus, 0
        self.rows *= np.uint64(not zero)

    def draw(self):
        self.next += 1
        return self.rows[self.next - 1]

    def split(self, value):
        own = self.draw()
        return np.stack([own, (value + np.uint64(self.modulus) - own) % np.uint64(self.modulus)])

    def tagged(self, value, alpha):
        tag = alpha * value % np.uint64(self.modulus)
        return Authenticated(self.split(value), self.split(tag))


def counted(rows, modulus):
    """Each view as one number, its digits the rows, and how often it comes."""
    view = np.zeros(rows[0].shape, dtype=object if modulus ** len(rows) > 2**63 else np.int64)
    for row in rows:
        view = view * modulus + row.astype(np.int64)
    return np.unique(view, return_counts=True)


def same(first, second):
    return all(np.array_equal(*pair) for pair in zip(first, second, strict=True))


def product_views(modulus, errors, party, *, zero=False):
    """x·y with the check of d and e, for every pair of secrets: the whole view of ``party``.

    ``errors``  what the party adds to d and to e before they are opened
    """
    seen = []
    for x, y in product(range(modulus), repeat=2):
        die = Die(18, modulus, zero=zero)
        p = np.uint64(modulus)
        key = np.stack([die.draw(), die.draw()])
        alpha = key.sum(axis=0) % p
        a, b = die.draw(), die.draw()
        triple = Triple(*(die.tagged(one, alpha) for one in (a, b, a * b % p)))
        xs, ys = (die.tagged(np.full(a.shape, one, dtype=np.uint64), alpha) for one in (x, y))
        wire, opened = [], []

        def sent(label, rows):
            rows[party] = (rows[party] + np.uint64(errors["de".index(label)])) % p  # noqa: B023
            return rows

        authenticated.multiply(
            xs, ys, triple=triple, key_shares=[0, 0],  # for d·e, which nobody sees
            opened=opened, modulus=modulus, wire=wire, sent=sent,
        )  # fmt: skip
        drawn = np.stack([[die.draw() for _ in range(2)] for _ in range(2)])  # party, value
        gaps = mac_check.gap_shares(
            np.stack([one.value for one in opened]),
            np.stack([one.tag_shares for one in opened], axis=1),
            coefficients=drawn.sum(axis=0) % p,
            key_shares=key,
            modulus=modulus,
        )
        assert die.next == 18
        own = [key[party]]
        for one in (xs, ys, triple.a, triple.b, triple.c):
            own += [one.value_shares[party], one.tag_shares[party]]
        messages = [one.payload for one in wire]
        seen.append(counted([*own, *messages, *drawn.reshape(4, -1), *gaps], modulus))
    return seen


@pytest.mark.parametrize("party", [0, 1])
@pytest.mark.parametrize("errors", [(0, 0), (1, 0), (1, 1)])
def test_the_whole_view_of_a_product_and_its_check_is_the_same_for_all_secrets(party, errors):
    """Also of a party that cheats: what it sees up to the failed check tells nothing about x and y."""
    seen = product_views(2, errors, party)
    assert all(same(one, seen[0]) for one in seen[1:])


def test_without_randomness_the_view_is_not_the_same():
    seen = product_views(2, (0, 0), 0, zero=True)
    assert not all(same(one, seen[0]) for one in seen[1:])


@pytest.mark.parametrize("modulus", [2, 3, 5])
def test_a_checked_opening_tells_the_value_and_nothing_of_the_key(modulus):
    """Party 1's view of an honest check: the same for every α, and party 0's gap is minus its own."""
    for x in range(modulus):
        die = Die(6, modulus)
        key = np.stack([die.draw(), die.draw()])
        alpha = key.sum(axis=0) % np.uint64(modulus)
        shares = die.tagged(np.full(alpha.shape, x, dtype=np.uint64), alpha)
        r = (die.draw() + die.draw()) % np.uint64(modulus)
        gaps = mac_check.gap_shares(
            np.full(r.shape, x, dtype=np.uint64)[np.newaxis],
            shares.tag_shares[:, np.newaxis],
            coefficients=r[np.newaxis], key_shares=key, modulus=modulus,
        )  # fmt: skip
        assert np.all(gaps.sum(axis=0) % np.uint64(modulus) == 0)
        own = [key[1], *shares.value_shares, shares.tag_shares[1], *die.rows[4:6], *gaps]
        seen = [counted([row[alpha == one] for row in own], modulus) for one in range(modulus)]
        assert all(same(one, seen[0]) for one in seen[1:])


@pytest.mark.parametrize("n_parties", [2, 3])
def test_all_parties_but_one_know_nothing_of_value_tag_and_key_before_anything_is_opened(n_parties):
    modulus, seen = 3, {}
    draws = every(n_parties + 2 * (n_parties - 1), modulus)
    for parties in combinations(range(n_parties), n_parties - 1):
        for x in range(modulus):
            key, rest = draws[:n_parties], draws[n_parties:]
            tag = key.sum(axis=0) % np.uint64(modulus) * np.uint64(x)
            cut = [
                np.concatenate([own, [(value + np.uint64(9) - own.sum(axis=0)) % np.uint64(3)]])
                for own, value in (
                    (rest[: n_parties - 1], np.uint64(x)),
                    (rest[n_parties - 1 :], tag % np.uint64(3)),
                )
            ]
            held = counted([rows[i] for rows in (key, *cut) for i in parties], modulus)
            assert same(held, seen.setdefault(parties, held))


def test_the_dealer_draws_what_the_exhaustive_tests_suppose():
    """Value and tag are cut by ``additive.share`` one after the other: with zero bytes both are bare."""
    key = tag_dealer.deal_key(n_parties=3, modulus=11, random_bytes=bytes)
    assert key.tolist() == [0, 0, 0]
    shares = tag_dealer.deal(7, key_shares=[1, 2, 3], modulus=11, random_bytes=bytes)
    assert shares.value_shares.tolist() == [0, 0, 7] and shares.tag_shares.tolist() == [0, 0, 9]


def test_what_does_not_fit_is_named():
    (x, y), options = dealt((np.arange(2), np.arange(3)), 101, 2)
    key = options["key_shares"]
    triple = tag_dealer.deal_triple((2,), **options)
    mask = tag_dealer.deal_mask((2,), owner=0, **options)
    just = {"key_shares": key, "modulus": 101}
    with pytest.raises(
        ValueError, match=r"y.value_shares must have the shape .* \(2, 2\), got shape \(2, 3\)"
    ):
        authenticated.multiply(x, y, triple=triple, opened=[], **just)
    with pytest.raises(ValueError, match="x must have the shape of its mask"):
        authenticated.input_value([1], mask=mask, **just)
    with pytest.raises(ValueError, match="key_shares must have 2 rows, got 3"):
        authenticated.add_public(x, 1, key_shares=[1, 2, 3], modulus=101)
    with pytest.raises(ValueError, match="modulus must be prime, got modulus=100"):
        tag_dealer.deal_key(n_parties=2, modulus=100)
    with pytest.raises(ValueError, match="owner must be a party from 0 to 1, got owner=2"):
        tag_dealer.deal_mask(owner=2, **options)
    with pytest.raises(ValueError, match="n_parties"):
        tag_dealer.deal_key(n_parties=1, modulus=101)
    with pytest.raises(ValueError, match="key_shares must have one number for each party"):
        tag_dealer.deal(1, key_shares=[[1], [2]], modulus=101)
    with pytest.raises(ValueError, match="constant must hold integers from 0"):
        authenticated.add_public(x, 101, **just)
    assert ring.total(x.value_shares, modulus=101).tolist() == [0, 1]
