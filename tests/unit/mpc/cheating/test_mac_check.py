"""The check: it passes honest openings, fails on others, and cheaters pass exactly as often as is said."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from lessons.mpc import additive
from lessons.mpc.cheating import authenticated, mac_check, tag_dealer
from lessons.mpc.cheating.commitments import CheatingDetected

P = 2**61 - 1


def start(modulus, n_parties, seed=0):
    rng = np.random.default_rng([370, seed])
    options = {"modulus": modulus, "random_bytes": rng.bytes}
    return options | {"key_shares": tag_dealer.deal_key(n_parties=n_parties, **options)}


def plus(amount, where, party=-1, entry=...):
    """A party that adds ``amount`` to what it sends as ``where``."""

    def sent(label, rows):
        if label == where:
            modulus = np.uint64(P)
            rows[party, entry] = (rows[party, entry] + np.uint64(amount)) % modulus
        return rows

    return sent


@pytest.mark.parametrize("n_parties", [2, 3, 5])
def test_a_check_of_honest_openings_passes_in_four_rounds(n_parties):
    options, opened, wire = start(P, n_parties), [], []
    for one in (5, np.arange(6).reshape(2, 3), np.zeros(0, dtype=np.uint64), [P - 1, 0, 1]):
        shares = tag_dealer.deal(one, **options)
        authenticated.open_value(shares, opened=opened, modulus=P)
    mac_check.check(opened, **options, wire=wire, step=3)
    assert sorted({one.step for one in wire}) == [3, 4, 5, 6]
    words = 4 + (10 + 4) + 4 + (1 + 4)  # hash; numbers and nonce; hash; gap and nonce
    assert sum(one.n_bytes for one in wire) == n_parties * (n_parties - 1) * 8 * words


def test_nothing_opened_needs_no_check():
    wire = []
    mac_check.check([], **start(P, 2), wire=wire)
    assert not wire


@pytest.mark.parametrize("n_parties", [2, 3, 5])
@pytest.mark.parametrize("party", [0, -1])
def test_an_error_in_one_opening_of_many_is_caught(n_parties, party):
    options, opened = start(P, n_parties), []
    for k in range(4):
        shares = tag_dealer.deal(np.arange(5), **options)
        sent = plus(1, "x", party, 3) if k == 2 else None
        authenticated.open_value(shares, opened=opened, modulus=P, sent=sent)
    with pytest.raises(CheatingDetected, match="do not fit the 20 opened values") as caught:
        mac_check.check(opened, **options)
    assert caught.value.party is None


def multiplied(options, opened, wire, sent=None):
    key = {"key_shares": options["key_shares"], "opened": opened, "modulus": P}
    x, y = (tag_dealer.deal(one, **options) for one in (6, 7))
    triple = tag_dealer.deal_triple(**options)
    return authenticated.multiply(x, y, triple=triple, wire=wire, sent=sent, **key)


def test_a_result_is_opened_between_two_checks():
    options, opened, wire = start(P, 3), [], []
    z = multiplied(options, opened, wire)
    assert mac_check.open_result(z, opened=opened, wire=wire, step=2, **options) == 42
    steps = {one.step for one in wire if one.label.startswith("result")}
    assert steps == {6} and {one.step for one in wire} == set(range(1, 11)) and not opened


def test_a_result_that_nothing_was_opened_for_needs_one_check():
    options, wire = start(P, 3), []
    x = tag_dealer.deal(5, **options)
    assert mac_check.open_result(x, opened=[], wire=wire, step=2, **options) == 5
    assert {one.step for one in wire} == {2, 3, 4, 5, 6}


@pytest.mark.parametrize("where", ["d", "e", "z"])
def test_an_error_in_a_product_is_caught_and_one_before_it_keeps_the_result_closed(where):
    options, opened, wire = start(P, 3), [], []
    sent = plus(1000, where)
    z = multiplied(options, opened, wire, sent)
    with pytest.raises(CheatingDetected, match=r"do not fit the \d opened values") as caught:
        mac_check.open_result(z, opened=opened, label="z", wire=wire, sent=sent, **options)
    assert caught.value.party is None
    assert any(one.label.startswith("z") for one in wire) == (where == "z")


def test_a_result_that_is_opened_before_the_check_tells_a_liar_a_secret():
    """A trap: moving d of y·y by 2^24 adds 2^24·y to the result, and the check comes too late for it."""
    options, opened = start(P, 2), []
    key = {"key_shares": options["key_shares"], "opened": opened, "modulus": P}
    y = tag_dealer.deal([150, 160], **options)
    triple = tag_dealer.deal_triple((2,), **options)
    sent = plus(2**24, "d", 0, 1)
    z = authenticated.add_up(
        authenticated.multiply(y, y, triple=triple, sent=sent, **key), modulus=P
    )
    early = int(authenticated.open_value(z, opened=list(opened), modulus=P))
    assert (early >> 24, early % 2**24) == (160, 150**2 + 160**2)
    wire = []
    with pytest.raises(CheatingDetected):
        mac_check.open_result(z, opened=opened, wire=wire, **options)
    assert not any(one.label.startswith("result") for one in wire)


def test_two_errors_that_cancel_are_caught():
    for seed in range(20):
        options, opened = start(P, 3, seed), []
        for amount in (5, P - 5):
            shares = tag_dealer.deal(100, **options)
            authenticated.open_value(shares, opened=opened, modulus=P, sent=plus(amount, "x"))
        with pytest.raises(CheatingDetected):
            mac_check.check(opened, **options)


def test_who_changes_its_gap_or_its_coefficients_after_the_others_spoke_is_named():
    options, opened = start(P, 3), []
    authenticated.open_value(tag_dealer.deal(1, **options), opened=opened, modulus=P)
    for label in ("gap", "coefficients"):
        with pytest.raises(CheatingDetected, match=f"party 2 does not show the {label}") as caught:
            mac_check.check(opened, **options, sent=plus(1, f"{label}, shown"))
        assert caught.value.party == 2
    with pytest.raises(CheatingDetected, match="nothing tells who"):
        mac_check.check(opened, **options, sent=plus(1, "gap, committed"))


def test_a_cheater_who_knows_the_key_passes():
    """The check's own limit: with α the tag can be moved along."""
    options, opened = start(P, 3), []
    alpha = int(additive.reconstruct(options["key_shares"], modulus=P))
    shares = tag_dealer.deal(7, **options)
    tags = shares.tag_shares.copy()
    tags[2] = (int(tags[2]) + alpha * 1000) % P
    forged = authenticated.Authenticated(shares.value_shares, tags)
    value = authenticated.open_value(forged, opened=opened, modulus=P, sent=plus(1000, "x"))
    mac_check.check(opened, **options)
    assert value == 1007


@pytest.mark.parametrize("modulus", [2, 5, 11])
def test_exactly_one_key_in_p_lets_an_error_pass(modulus):
    """For each error e ≠ 0 and each shift f of the gap, all keys gone through."""
    alpha = np.arange(modulus, dtype=np.uint64)
    tag_share = alpha * np.uint64(3) % np.uint64(modulus)  # of x = 3; the other party holds 0
    for e, f in product(range(modulus), repeat=2):
        gaps = mac_check.gap_shares(
            np.full((1, modulus), (3 + e) % modulus, dtype=np.uint64),
            np.stack([tag_share, np.zeros_like(tag_share)])[:, np.newaxis],
            coefficients=np.ones((1, modulus), dtype=np.uint64),
            key_shares=np.stack([alpha, np.zeros_like(alpha)]),
            modulus=modulus,
        )
        passes = int(((gaps.sum(axis=0) + np.uint64(f)) % np.uint64(modulus) == 0).sum())
        assert passes == (modulus * (f == 0) if e == 0 else 1)


@pytest.mark.parametrize("modulus", [2, 5, 11])
@pytest.mark.parametrize("errors", [(1,), (1, 1), (1, 4), (0, 3)])
def test_the_best_cheater_passes_a_batch_with_two_over_p_less_one_over_p_squared(modulus, errors):
    """Through all coefficients; for each, the best f that a cheater who saw them can choose: (37.iv)."""
    errors = [one % modulus for one in errors]
    if not any(errors):
        return
    passes = 0
    for r in product(range(modulus), repeat=len(errors)):
        total = sum(one * e for one, e in zip(r, errors, strict=True)) % modulus
        keys = np.bincount(np.arange(modulus) * total % modulus, minlength=modulus)
        passes += int(keys.max())  # the keys for which the best f is right
    exact = Fraction(passes, modulus ** (len(errors) + 1))
    assert exact == Fraction(1, modulus) + (1 - Fraction(1, modulus)) * Fraction(1, modulus)
    assert exact == Fraction(2 * modulus - 1, modulus**2)


def test_gaps_are_local_and_equal_those_of_plain_integers():
    rng, m, n = np.random.default_rng(3), 7, 4
    x, r = (rng.integers(P, size=m, dtype=np.uint64) for _ in "xr")
    tags, key = (rng.integers(P, size=size, dtype=np.uint64) for size in ((n, m), n))
    gaps = mac_check.gap_shares(x, tags, coefficients=r, key_shares=key, modulus=P)
    for i in range(n):
        terms = [int(r[j]) * (int(tags[i, j]) - int(key[i]) * int(x[j])) for j in range(m)]
        assert int(gaps[i]) == sum(terms) % P
    with pytest.raises(ValueError, match="coefficients and each row of tag_shares must have"):
        mac_check.gap_shares(x, tags, coefficients=r[:-1], key_shares=key, modulus=P)
    with pytest.raises(ValueError, match="modulus must be prime"):
        mac_check.gap_shares(x, tags, coefficients=r, key_shares=key, modulus=2**64)


@pytest.mark.parametrize("n_parties", [2, 3])
def test_a_right_triple_survives_the_sacrifice_and_a_wrong_one_does_not(n_parties):
    options, opened = start(P, n_parties), []
    key = {"key_shares": options["key_shares"], "modulus": P}
    good, other = (tag_dealer.deal_triple((3,), **options) for _ in "gb")
    mac_check.sacrifice(good, other, factor=12345, opened=opened, **key)
    mac_check.check(opened, **options)
    bad_c = authenticated.add_public(good.c, [0, 0, 1], **key)
    bad = authenticated.Triple(good.a, good.b, bad_c)
    for pair in ((bad, other), (other, bad)):
        with pytest.raises(CheatingDetected, match="a triple is wrong"):
            mac_check.sacrifice(*pair, factor=12345, opened=[], **key)


def test_two_wrong_triples_pass_the_sacrifice_for_one_factor_in_p():
    modulus = 11
    options = start(modulus, 2)
    key = {"key_shares": options["key_shares"], "modulus": modulus}
    pair = []
    for wrong in (3, 7):
        triple = tag_dealer.deal_triple(**options)
        c = authenticated.add_public(triple.c, wrong, **key)
        pair.append(authenticated.Triple(triple.a, triple.b, c))
    passed = []
    for factor in range(modulus):
        try:
            mac_check.sacrifice(*pair, factor=factor, opened=[], **key)
        except CheatingDetected:
            continue
        passed.append(factor)
    assert passed == [7 * pow(3, -1, modulus) % modulus]


def test_whoever_knows_the_errors_passes_the_sacrifice_and_not_the_check_of_what_it_opened():
    options = start(P, 3)
    key = {"key_shares": options["key_shares"], "modulus": P}
    good, other = (tag_dealer.deal_triple(**options) for _ in "go")
    bad = authenticated.Triple(good.a, good.b, authenticated.add_public(good.c, 3, **key))
    for factor in (1, 5, 12345):
        opened = []
        hidden = plus(P - 3 * factor, "rest")
        mac_check.sacrifice(bad, other, factor=factor, opened=opened, sent=hidden, **key)
        assert len(opened) == 3 and not opened[-1].value.any()
        with pytest.raises(CheatingDetected, match="do not fit the 3 opened values"):
            mac_check.check(opened, **options)
    for label in ("ρ", "σ"):
        with pytest.raises(CheatingDetected, match="a triple is wrong"):
            mac_check.sacrifice(
                good, other, factor=5, opened=[], sent=plus(1, label, party=0), **key
            )
