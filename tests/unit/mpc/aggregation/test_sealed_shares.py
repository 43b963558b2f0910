"""Seeds as shares, shares in envelopes."""

from dataclasses import replace

import numpy as np
import pytest

from lessons.mpc.aggregation import pairwise_masks, sealed_shares

SEEDS = [bytes(32), b"\xff" * 32, bytes(range(32))]


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds_as_field_elements_and_back(seed):
    pieces = sealed_shares.to_pieces(seed)
    assert pieces.shape == (9,) and pieces.max() < 2**30
    assert sealed_shares.from_pieces(pieces) == seed
    assert sum(int(p) << 30 * k for k, p in enumerate(pieces)) == int.from_bytes(seed, "little")


@pytest.mark.parametrize("points", [[1, 2, 3], [9, 4, 1000, 2]])
def test_threshold_and_one_more_reconstruct_and_fewer_do_not(points):
    rows = sealed_shares.share(SEEDS, points, threshold=2)
    assert rows.shape == (len(points), 3, 9)
    chosen = [list(row) for row in rows[-3:]]
    assert sealed_shares.reconstruct(chosen, points[-3:], threshold=2) == SEEDS
    with pytest.raises(ValueError, match="threshold"):
        sealed_shares.reconstruct(chosen[:2], points[-3:-1], threshold=2)
    assert sealed_shares.reconstruct([[], []], [1, 2], threshold=1) == []


def test_as_many_shares_as_the_threshold_fit_every_seed():
    """For each other seed there is a third share that makes two given ones fit it (lesson 32)."""
    rows = sealed_shares.share(SEEDS[:1], [1, 2, 3], threshold=2)
    zero = sealed_shares.to_pieces(SEEDS[2])
    # f(3) = f(0) - 3 f(1) + 3 f(2) for a polynomial of degree 2
    third = (zero.astype(object) - 3 * rows[0, 0].astype(object) + 3 * rows[1, 0]) % (2**31 - 1)
    shares = [[rows[0, 0]], [rows[1, 0]], [third.astype(np.uint64)]]
    assert sealed_shares.reconstruct(shares, [1, 2, 3], threshold=2) == SEEDS[2:]


def test_pieces_that_are_no_seed_are_refused():
    for pieces in ([2**30] + [0] * 8, [0] * 8 + [2**16]):
        with pytest.raises(ValueError, match="a share is wrong"):
            sealed_shares.from_pieces(np.array(pieces, dtype=np.uint64))
    with pytest.raises(ValueError, match="seed must have 32 bytes, got 2"):
        sealed_shares.to_pieces(b"no")


def test_an_envelope_opens_for_its_receiver_only():
    one, two, three = (pairwise_masks.key_pair() for _ in range(3))
    shares = np.arange(18, dtype=np.uint64).reshape(2, 9)
    envelope = sealed_shares.seal(shares, sender=1, receiver=2, pair=one, other=two.public)
    assert np.array_equal(sealed_shares.unseal(envelope, pair=two, other=one.public), shares)
    assert len(envelope.sealed) == 18 * 4 + 16, "the tag of 16 bytes on top"
    changed = envelope.sealed[:-1] + bytes([envelope.sealed[-1] ^ 1])
    for wrong, pair, other in (
        (replace(envelope, sealed=changed), two, one),
        (replace(envelope, sender=2, receiver=1), two, one),
        (envelope, three, one),
        (envelope, two, three),
    ):
        with pytest.raises(ValueError, match="does not open"):
            sealed_shares.unseal(wrong, pair=pair, other=other.public)
    assert repr(envelope.sealed) not in repr(envelope)
