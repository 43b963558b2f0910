"""Commit first, show later: what one party says cannot depend on what the others say (lesson 37).

A commitment is a hash of the message and of 32 random bytes, the *nonce*. The nonce hides the message:
without it, one could hash every candidate. The hash binds: nobody knows two messages with one SHA-256.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, ring
from lessons.mpc.ring import Elements
from lessons.mpc.wire import Wire, send
from lessons.randomness import RandomBytes, secure_bytes

NONCE_BYTES = 32

Sent = Callable[[str, Elements], Elements]
"""``sent(label, rows)``: what the parties really send in place of ``rows``. So a cheater is written."""


class CheatingDetected(Exception):
    """A check failed: the parties stop and use no result. ``party`` is the liar's number, if known."""

    def __init__(self, words: str, *, party: int | None = None) -> None:
        super().__init__(words)
        self.party = party


@dataclass(frozen=True)
class Commitment:
    """``digest`` is sent first, ``nonce`` later, together with the message."""

    digest: bytes
    nonce: bytes


def commit(
    values: ArrayLike, *, party: int, random_bytes: RandomBytes = secure_bytes
) -> Commitment:
    """Commit ``party`` to ``values``: SHA-256 of its number, a fresh nonce and the values.

    The number is inside so that nobody can repeat another party's commitment as its own.
    """
    nonce = random_bytes(NONCE_BYTES)
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"random_bytes must give {NONCE_BYTES} bytes, got {len(nonce)} bytes")
    return Commitment(_digest(values, party=party, nonce=nonce), nonce)


def fits(values: ArrayLike, *, party: int, nonce: bytes, digest: bytes) -> bool:
    """Whether ``values`` and ``nonce`` are what ``party`` committed to."""
    return len(nonce) == NONCE_BYTES and _digest(values, party=party, nonce=nonce) == digest


def _digest(values: ArrayLike, *, party: int, nonce: bytes) -> bytes:
    words = ring.elements("values", values, modulus=ring.WORD).astype("<u8")
    message = party.to_bytes(8, "little") + nonce + words.tobytes()
    return hashlib.sha256(message).digest()


def open_committed(
    rows: ArrayLike,
    *,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
    step: int = 1,
    label: str = "sum",
    sent: Sent | None = None,
) -> Elements:
    """The sum of the parties' ``rows``, none of them chosen after another one was seen; two rounds.

    1. Each party sends its commitment to all others.
    2. Once all commitments have arrived, each sends its row and its nonce.
    3. Each compares what came with the commitment, then adds up the rows.

    ``sent``  is asked twice: for ``f"{label}, committed"``, then for ``f"{label}, shown"``
    ``CheatingDetected`` names the first party whose row is not what it had committed to.
    """
    committed = additive.party_rows("rows", rows, modulus=modulus)
    committed = as_sent(sent, f"{label}, committed", committed, modulus=modulus)
    notes = [commit(row, party=i, random_bytes=random_bytes) for i, row in enumerate(committed)]
    for i, note in enumerate(notes):  # 1
        _to_all_others(_words(note.digest), len(notes), i, step, f"hash of {label}", wire)
    shown = as_sent(sent, f"{label}, shown", committed, modulus=modulus)
    for i, note in enumerate(notes):  # 2
        message = np.concatenate([shown[i].reshape(-1), _words(note.nonce)])
        _to_all_others(message, len(notes), i, step + 1, label, wire)
    for i, note in enumerate(notes):  # 3
        if not fits(shown[i], party=i, nonce=note.nonce, digest=note.digest):
            words = f"party {i} does not show the {label} that it committed to"
            raise CheatingDetected(words, party=i)
    return ring.total_elements(shown, modulus=modulus)


def as_sent(sent: Sent | None, label: str, rows: Elements, *, modulus: int) -> Elements:
    """``rows``, or what a cheater makes of them: ring elements of the same shape."""
    if sent is None:
        return rows
    really = additive.party_rows("sent", sent(label, rows.copy()), modulus=modulus)
    if really.shape != rows.shape:
        raise ValueError(f"sent must keep the shape {rows.shape} of {label!r}, got {really.shape}")
    return really


def _words(raw: bytes) -> Elements:
    """32 bytes as four words, the form that the wire carries."""
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)


def _to_all_others(
    payload: Elements, n_parties: int, sender: int, step: int, label: str, wire: Wire | None
) -> None:
    for receiver in range(n_parties):
        if receiver != sender:
            name = f"{label} {sender + 1}"
            send(payload, step=step, sender=sender, receiver=receiver, label=name, wire=wire)
