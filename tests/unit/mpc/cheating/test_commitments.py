"""Commitments: they bind, they hide what a guesser would hash, and they name who breaks them."""

import hashlib

import numpy as np
import pytest

from lessons.mpc.cheating import commitments
from lessons.mpc.cheating.commitments import CheatingDetected, commit, fits, open_committed


def test_the_digest_is_sha256_of_party_nonce_and_values():
    made = commit([5, 7], party=2, random_bytes=lambda count: bytes(range(count)))
    message = (2).to_bytes(8, "little") + bytes(range(32))
    message += (5).to_bytes(8, "little") + (7).to_bytes(8, "little")
    assert made.digest == hashlib.sha256(message).digest() and made.nonce == bytes(range(32))


def test_only_the_same_values_of_the_same_party_fit():
    made = commit([5, 7], party=2)
    assert fits([5, 7], party=2, nonce=made.nonce, digest=made.digest)
    for values, party, nonce in (
        ([5, 8], 2, made.nonce),
        ([7, 5], 2, made.nonce),
        ([5, 7, 0], 2, made.nonce),
        ([5, 7], 1, made.nonce),
        ([5, 7], 2, bytes(32)),
        ([5, 7], 2, made.nonce[:31]),
    ):
        assert not fits(values, party=party, nonce=nonce, digest=made.digest)


def test_a_word_cannot_be_moved_between_nonce_and_values():
    made = commit([5, 7], party=2)
    moved = made.nonce + (5).to_bytes(8, "little")  # the hashed bytes are the same
    assert not fits([7], party=2, nonce=moved, digest=made.digest)


def test_a_value_is_committed_to_differently_each_time():
    assert commit(5, party=0).digest != commit(5, party=0).digest
    fixed = [commit(5, party=0, random_bytes=bytes).digest for _ in range(2)]
    assert fixed[0] == fixed[1], "without randomness, everybody could hash all candidates"


def test_too_few_random_bytes_are_refused():
    with pytest.raises(ValueError, match="random_bytes must give 32 bytes, got 3"):
        commit(5, party=0, random_bytes=lambda count: b"abc")


@pytest.mark.parametrize("n_parties", [2, 3, 5])
@pytest.mark.parametrize("shape", [(), (4,), (0,), (2, 3)])
def test_committed_rows_are_added_up_in_two_rounds(n_parties, shape):
    rows = np.random.default_rng(1).integers(101, size=(n_parties, *shape), dtype=np.uint64)
    wire = []
    total = open_committed(rows, modulus=101, wire=wire, step=4)
    assert np.array_equal(total, rows.sum(axis=0) % 101) and total.shape == shape
    assert [one.step for one in wire] == [4] * (n_parties * (n_parties - 1)) + [5] * (
        n_parties * (n_parties - 1)
    )
    n_words = 4 + rows[0].size + 4  # hash; values and nonce
    assert sum(one.n_bytes for one in wire) == n_parties * (n_parties - 1) * n_words * 8


def test_no_row_is_on_the_wire_before_all_commitments_are():
    rows, wire = np.array([[55], [66], [77]], dtype=np.uint64), []
    open_committed(rows, modulus=101, wire=wire)
    early = np.concatenate([one.payload for one in wire if one.step == 1])
    assert not np.isin(early, rows).any()
    for one in wire:
        if one.step == 2:
            assert one.payload[0] == rows[one.sender, 0]


@pytest.mark.parametrize("liar", [0, 1, 2])
def test_who_shows_something_else_is_named(liar):
    def sent(label, rows):
        if label == "gap, shown":
            rows[liar] = (rows[liar] + np.uint64(1)) % np.uint64(101)
        return rows

    with pytest.raises(CheatingDetected, match=f"party {liar} does not show the gap") as caught:
        open_committed(np.arange(3, dtype=np.uint64), modulus=101, label="gap", sent=sent)
    assert caught.value.party == liar


def test_what_is_committed_to_and_shown_alike_is_nobodys_business_here():
    def sent(label, rows):
        return rows + np.uint64(label == "sum, committed")

    total = open_committed(np.zeros(3, dtype=np.uint64), modulus=101, sent=sent)
    assert total == 3


def test_a_cheater_who_changes_its_rows_in_place_changes_what_it_sends_only():
    def sent(label, rows):
        rows += np.uint64(1)
        return rows

    rows = np.zeros((3, 2), dtype=np.uint64)
    assert commitments.as_sent(sent, "x", rows, modulus=101).all() and not rows.any()


def test_a_cheater_keeps_shape_and_ring():
    rows = np.zeros((3, 2), dtype=np.uint64)
    for sent in (lambda label, rows: rows[:2], lambda label, rows: rows[:, :1]):
        with pytest.raises(ValueError, match="sent must keep the shape"):
            commitments.as_sent(sent, "x", rows, modulus=101)
    with pytest.raises(ValueError, match="sent must hold integers from 0"):
        commitments.as_sent(lambda label, rows: rows + np.uint64(101), "x", rows, modulus=101)
