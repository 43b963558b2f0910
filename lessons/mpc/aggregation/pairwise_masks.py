"""Masks that two clients make alike and that cancel in the sum: keys, seeds, key streams (lesson 38).

Two clients who know each other's public keys agree on a *seed* that nobody else can compute. A stream
cipher stretches the seed to as many uniform numbers as an update has: of each pair one client adds them
and the other takes them away. The clock has Q = 2^b hours, so that a machine's words turn by themselves.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import ring
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes

SEED_BYTES = 32  # of a seed, and of a key, secret or public
BLOCK = 2**16  # words of a key stream that are made at a time: they fit into the processor's cache
ZEROS = bytes(8 * BLOCK)

Words = Callable[[int], NDArray[Any]]  # count -> the next so many words of a stream
Stream = Callable[[Any, "np.dtype[Any]"], Words]


@dataclass(frozen=True)
class KeyPair:
    """A secret key and the public key that belongs to it (X25519: Bernstein 2006), 32 bytes each."""

    secret: bytes = field(repr=False)
    public: bytes


def key_pair(random_bytes: RandomBytes = secure_bytes) -> KeyPair:
    """Draw a fresh key pair."""
    return pair_of(random_bytes(SEED_BYTES))


def pair_of(secret: bytes) -> KeyPair:
    """The key pair of a secret key; ``ValueError`` unless it has 32 bytes."""
    require_seed("secret", secret)
    public = X25519PrivateKey.from_private_bytes(secret).public_key()
    return KeyPair(secret, public.public_bytes_raw())


def agree(own: KeyPair, other: bytes, *, purpose: str) -> bytes:
    """The seed of two clients: both get the same, from their own secret and the other's public key.

    The key agreement X25519, then HKDF with SHA-256, which turns a point on a curve into uniform bits;
    other words in ``purpose`` give another, independent seed. ``ValueError`` for a public key that is
    none, such as 0, with which everybody could compute the seed.
    """
    require_seed("other", other)
    try:
        point = X25519PrivateKey.from_private_bytes(own.secret).exchange(
            X25519PublicKey.from_public_bytes(other)
        )
    except ValueError:
        raise ValueError(f"other must be a public key, got {other.hex()[:16]}…") from None
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=purpose.encode()).derive(point)


def require_seed(name: str, value: bytes) -> None:
    """``ValueError`` unless ``value`` has the 32 bytes of a seed or a key."""
    if len(value) != SEED_BYTES:
        raise ValueError(f"{name} must have {SEED_BYTES} bytes, got {len(value)}")


def require_power_of_two(modulus: int) -> int:
    """Return b with ``modulus`` = 2^b, from 1 to 64, else ``ValueError``."""
    modulus = ring.require_modulus(modulus)
    if modulus & (modulus - 1):
        raise ValueError(f"modulus must be a power of 2, got modulus={modulus}")
    return modulus.bit_length() - 1


def word_of(modulus: int) -> "np.dtype[Any]":
    """The smallest of NumPy's unsigned words that holds a number below ``modulus``."""
    bits = require_power_of_two(modulus)
    return np.dtype(next(f"<u{size}" for size in (1, 2, 4, 8) if 8 * size >= bits))


def key_stream(seed: bytes, word: "np.dtype[Any]") -> Words:
    """The words that AES-256 in counter mode makes of ``seed``: uniform to all who do not know it.

    What is handed out is overwritten by the next call. A seed is used for one stream only.
    """
    encryptor = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    buffer = bytearray(len(ZEROS))
    words: NDArray[Any] = np.frombuffer(buffer, dtype=word)

    def following(count: int) -> NDArray[Any]:
        encryptor.update_into(memoryview(ZEROS)[: count * word.itemsize], buffer)
        return words[:count]

    return following


def expand(seed: bytes, length: int, *, modulus: int) -> Elements:
    """The mask of a seed: ``length`` elements, uniform modulo 2^b to all who do not know it."""
    return add_masks(np.zeros(length, dtype=np.uint64), [(1, seed)], modulus=modulus)


def sign(client: int, other: int) -> int:
    """+1 for the client of a pair who adds their mask, the one with the smaller number; else −1."""
    return 1 if client < other else -1


def masked(
    values: ArrayLike,
    *,
    client: int,
    pair_seeds: Mapping[int, Any],
    self_seed: Any,
    modulus: int,
    stream: Stream = key_stream,
) -> Elements:
    """What client u sends in place of its vector x_u (Bonawitz et al. 2017).

        y_u = x_u + m(b_u) + Σ_{v>u} m(s_uv) − Σ_{v<u} m(s_uv)   modulo Q              (38.ii)

    ``values``      ring elements, shape (n,)
    ``pair_seeds``  for each other client v the seed s_uv that the two agreed on
    ``self_seed``   b_u, which only u knows
    ``stream``      the mask m of a seed; a test puts uniform numbers in its place
    """
    if client in pair_seeds:
        raise ValueError(f"pair_seeds must not hold the client itself, got client={client}")
    terms = [(sign(client, other), seed) for other, seed in pair_seeds.items()]
    return add_masks(values, [(1, self_seed), *terms], modulus=modulus, stream=stream)


def add_masks(
    values: ArrayLike,
    terms: Iterable[tuple[int, Any]],
    *,
    modulus: int,
    stream: Stream = key_stream,
) -> Elements:
    """``values`` plus or minus the mask of each seed; ``terms`` are pairs (+1 or −1, seed)."""
    total = ring.elements("values", values, modulus=modulus)
    if total.ndim != 1:
        raise ValueError(f"values must have one axis, got shape {total.shape}")
    total = total.astype(word_of(modulus))
    for one, seed in terms:
        following = stream(seed, total.dtype)
        step = np.add if one > 0 else np.subtract
        for start in range(0, len(total), BLOCK):
            part = total[start : start + BLOCK]
            step(part, following(len(part)), out=part)
    total &= total.dtype.type(modulus - 1)  # a word may turn later than the clock: bits on top
    return total.astype(np.uint64)
