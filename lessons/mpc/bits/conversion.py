"""A bit from XOR shares to shares that add up, with a random bit that is shared both ways (lesson 35)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, ring
from lessons.mpc.bits import boolean
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


@dataclass(frozen=True)
class RandomBit:
    """A random bit r that is shared twice: party i holds row i of each.

    ``binary_shares``      (n_parties, …)   bits that XOR to r
    ``arithmetic_shares``  (n_parties, …)   ring elements that add up to r
    ``modulus``            2^k, of the ring of the second
    """

    binary_shares: Elements
    arithmetic_shares: Elements
    modulus: int


def deal_bit(
    shape: tuple[int, ...] = (),
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> RandomBit:
    """A trusted dealer shares a uniform bit by XOR and by addition, for one ``to_arithmetic``."""
    n_parties = integer("n_parties", n_parties, minimum=2)
    bits = uniform_integers((n_parties, *shape), modulus=2, random_bytes=random_bytes)
    r = np.asarray(np.bitwise_xor.reduce(bits, axis=0))
    arithmetic = additive.share(r, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)
    return RandomBit(bits, arithmetic, modulus)


def to_arithmetic(
    bit_shares: ArrayLike,
    *,
    bit: RandomBit,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Additive shares of a bit from XOR shares of it, in one round; m is uniform whatever the bit is.

    1. The parties open m = b ⊕ r.
    2. Each party computes its share of b, linear in that of r; party 0 alone adds m:

        b = m ⊕ r = m + (1 − 2m) · r                                                    (35.iv)

    ``bit_shares``  (n_parties, …), each row 0 or 1;  ``bit``  of this shape, and never used before
    """
    b = additive.party_rows("bit_shares", bit_shares, modulus=2, wire=wire)
    if bit.modulus != modulus:
        raise ValueError(f"bit must be of the ring modulo {modulus}, got modulo {bit.modulus}")
    if b.shape != bit.binary_shares.shape:
        raise ValueError(
            f"bit_shares must have the shape that the bit was made for, {bit.binary_shares.shape}, "
            f"got shape {b.shape}"
        )
    masked = b ^ bit.binary_shares
    m = boolean.open_shares(masked, modulus=modulus, wire=wire, step=step, label="m")  # 1
    factor = ring.subtract(1, m * np.uint64(2), modulus=modulus)
    shares = additive.multiply_public(bit.arithmetic_shares, factor, modulus=modulus)  # 2
    return additive.add_public(shares, m, modulus=modulus, wire=wire)
