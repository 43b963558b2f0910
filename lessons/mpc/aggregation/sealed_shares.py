"""Seeds of 32 bytes as Shamir shares in sealed envelopes, for a server to carry, not to open (lesson 38).

The field of lesson 32 has primes below 2^64, so a seed of 256 bits is shared as nine elements of 30 bits
each. Two clients agree on a key for their envelopes as they do for their masks; each direction has a key
of its own, used once.
"""

from collections.abc import Sequence

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lessons.mpc import ring, shamir
from lessons.mpc.aggregation import pairwise_masks
from lessons.mpc.aggregation.aggregation_messages import Envelope
from lessons.mpc.aggregation.pairwise_masks import SEED_BYTES, KeyPair
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes

PRIME, PIECE_BITS, PIECES = 2**31 - 1, 30, 9
NONCE = bytes(12)


def share(
    seeds: Sequence[bytes],
    points: Sequence[int],
    *,
    threshold: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Elements:
    """One share of each seed for each point: shape (n_points, n_seeds, 9)."""
    pieces = np.stack([to_pieces(seed) for seed in seeds])
    return shamir.share(
        pieces, threshold=threshold, points=points, modulus=PRIME, random_bytes=random_bytes
    )


def reconstruct(
    shares: Sequence[Sequence[Elements]], points: Sequence[int], *, threshold: int
) -> list[bytes]:
    """The seeds from their shares, shape (n_points, n_seeds, 9); ``ValueError`` if they do not fit."""
    if not shares[0]:
        return []
    values = shamir.reconstruct(np.array(shares), threshold=threshold, points=points, modulus=PRIME)
    return [from_pieces(one) for one in values]


def to_pieces(seed: bytes) -> Elements:
    """32 bytes as nine field elements of 30 bits, the lowest first."""
    pairwise_masks.require_seed("seed", seed)
    number = int.from_bytes(seed, "little")
    pieces = [number >> PIECE_BITS * k & (2**PIECE_BITS - 1) for k in range(PIECES)]
    return np.array(pieces, dtype=np.uint64)


def from_pieces(pieces: Elements) -> bytes:
    """The 32 bytes again; ``ValueError`` where the pieces are not those of 32 bytes."""
    number = sum(int(piece) << PIECE_BITS * k for k, piece in enumerate(pieces))
    if int(max(pieces)) >> PIECE_BITS or number >> 8 * SEED_BYTES:
        raise ValueError(f"pieces must be those of {SEED_BYTES} bytes: a share is wrong")
    return number.to_bytes(SEED_BYTES, "little")


def seal(shares: Elements, *, sender: int, receiver: int, pair: KeyPair, other: bytes) -> Envelope:
    """An envelope for ``receiver``: ``pair`` is the sender's, ``other`` the receiver's public key."""
    key = _key(sender, receiver, pair, other)
    sealed = AESGCM(key).encrypt(NONCE, shares.astype("<u4").tobytes(), None)
    return Envelope(sender, receiver, sealed)


def unseal(envelope: Envelope, *, pair: KeyPair, other: bytes) -> Elements:
    """The shares, shape (n_seeds, 9): ``pair`` is the receiver's, ``other`` the sender's public key.

    ``ValueError`` for an envelope that was changed, or is for somebody else.
    """
    key = _key(envelope.sender, envelope.receiver, pair, other)
    try:
        words = np.frombuffer(AESGCM(key).decrypt(NONCE, envelope.sealed, None), dtype="<u4")
    except InvalidTag:
        raise ValueError(
            f"envelope must be unchanged and for who opens it, got one of client {envelope.sender} "
            f"for client {envelope.receiver} that does not open"
        ) from None
    return ring.elements("shares", words.reshape(-1, PIECES), modulus=PRIME)


def _key(sender: int, receiver: int, pair: KeyPair, other: bytes) -> bytes:
    return pairwise_masks.agree(pair, other, purpose=f"envelope from {sender} to {receiver}")
