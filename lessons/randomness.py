"""Uniform integers from random bytes, by rejection: what shares, masks and keys are made of.

``random_bytes(count)`` gives ``count`` bytes. The default, ``secure_bytes``, begins with the operating
system's generator and is the one to use for real secrets. ``numpy.random.Generator.bytes`` has the
same signature and makes a notebook repeatable (and predictable: never use it for real secrets). A
test can hand in every possible byte string and so go through *all* randomness.
"""

import math
import secrets
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lessons.validation import integer

RandomBytes = Callable[[int], bytes]
MANY = 4096  # bytes; below, the system's own are quicker


def secure_bytes(count: int) -> bytes:
    """``count`` bytes from the operating system; many at once are a fresh key of its, expanded.

    AES-256 in counter mode, of which a key's stream is as good as random for anybody who cannot break
    AES, is several times as fast as the system's generator (``benchmarks.secure_computation``).
    """
    if count < MANY:
        return secrets.token_bytes(count)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    stream = Cipher(algorithms.AES(secrets.token_bytes(32)), modes.CTR(bytes(16))).encryptor()
    return stream.update(bytes(count))


def uniform_integer(*, modulus: int, random_bytes: RandomBytes = secure_bytes) -> int:
    """One integer, uniform over 0 … modulus − 1, for a modulus of any size.

    Bits are drawn until they spell a number below ``modulus``. Reducing one too large number with
    ``%`` instead would make small results more likely: ``byte % 5`` gives 0 in 52 of 256 cases
    and 1, 2, 3 and 4 in 51 each. ``ValueError`` for a modulus below 2.
    """
    modulus = integer("modulus", modulus, minimum=2)
    n_bits = (modulus - 1).bit_length()
    n_bytes = (n_bits + 7) // 8
    while True:
        raw = _exactly(n_bytes, random_bytes)
        candidate = int.from_bytes(raw, "little") & ((1 << n_bits) - 1)
        if candidate < modulus:  # at least every second candidate is
            return candidate


def uniform_integers(
    shape: int | tuple[int, ...],
    *,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> NDArray[np.uint64]:
    """A uint64 array of ``shape``, its entries independent and uniform over 0 … modulus − 1.

    The bytes of all entries are asked for at once; entries at or above ``modulus`` are thrown away
    and asked for again. ``ValueError`` unless 2 ≤ modulus ≤ 2^64.
    """
    modulus = integer("modulus", modulus, minimum=2)
    if modulus > 2**64:
        raise ValueError(f"modulus must be at most 2**64, got modulus={modulus}")
    shape = (shape,) if isinstance(shape, int) else shape
    missing = math.prod(integer("shape", length, minimum=0) for length in shape)
    kept = _candidates(missing, modulus=modulus, random_bytes=random_bytes)
    if modulus & (modulus - 1):  # for a power of two every candidate is below
        kept = kept[kept <= np.uint64(modulus - 1)]
        while len(kept) < missing:
            more = _candidates(missing - len(kept), modulus=modulus, random_bytes=random_bytes)
            kept = np.concatenate([kept, more[more <= np.uint64(modulus - 1)]])
    return kept.reshape(shape)


def _candidates(count: int, *, modulus: int, random_bytes: RandomBytes) -> NDArray[np.uint64]:
    """``count`` integers of as many random bits as ``modulus`` − 1 has."""
    n_bits = (modulus - 1).bit_length()
    n_bytes = (n_bits + 7) // 8
    raw = np.frombuffer(_exactly(count * n_bytes, random_bytes), dtype=np.uint8)
    if n_bits == 64:  # whole words
        return raw.view("<u8").astype(np.uint64)
    padded = np.zeros((count, 8), dtype=np.uint8)  # (count, 8): little-endian 64-bit words
    padded[:, :n_bytes] = raw.reshape(count, n_bytes)
    words = padded.view("<u8")[:, 0].astype(np.uint64)
    return words & np.uint64((1 << n_bits) - 1)


def _exactly(count: int, random_bytes: RandomBytes) -> bytes:
    raw = random_bytes(count)
    if len(raw) != count:
        raise ValueError(f"random_bytes must give {count} bytes, got {len(raw)} bytes")
    return raw
