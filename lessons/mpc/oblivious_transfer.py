"""A triple without a dealer: oblivious transfer, and products from it (lesson 33).

The transfer is that of Bellare and Micali (1989) with one g^r for all pairs, as in Naor and Pinkas (2001,
protocol 3.1); the product is Gilboa's (1999). Both parties follow the protocol. What hides a secret here
is a hash and the hardness of the Diffie-Hellman problem, not dice alone. It is here to be read: a transfer
costs a few powers of 2048-bit numbers, and one triple modulo 2^64 needs 128 transfers. Systems in use
stretch about a hundred such transfers to millions (Ishai et al. 2003).
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from lessons.mpc import ring
from lessons.mpc.beaver import Triple
from lessons.randomness import RandomBytes, secure_bytes, uniform_integer

# The 2048-bit prime of RFC 3526, group 14: 2^2048 − 2^1984 − 1 + 2^64·(⌊2^1918·π⌋ + 124476)
PRIME = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f"
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
    "15728e5a8aacaa68ffffffffffffffff",
    16,
)
GENERATOR = 4  # a square, so its powers are the squares, a group of prime order
EXPONENT = 2**256  # exponents of 256 bits: short ones are believed to be as hard to find


def transfer(
    pairs: Sequence[tuple[int, int]],
    choices: Sequence[int],
    *,
    random_bytes: RandomBytes = secure_bytes,
) -> list[int]:
    """Of each pair the receiver gets the one it chose; the sender does not learn which.

    1. The sender draws a public group element C.
    2. For each pair the receiver draws k and sends K_0, where K_choice = g^k and K_0 · K_1 = C: it
       knows the exponent of one of the two keys only. K_0 alone looks random whatever the choice is.
    3. The sender draws r and sends g^r and both messages, message m hidden by a hash of K_m^r.
    4. The receiver computes (g^r)^k = K_choice^r, and opens the message that it chose.

    ``pairs``    two integers from 0 to 2^64 − 1 each; ``choices`` one bit, 0 or 1, for each pair
    Returns the chosen messages. ``ValueError`` for anything else.
    """
    _require_pairs(pairs, choices)
    common = _power(uniform_integer(modulus=EXPONENT, random_bytes=random_bytes))  # 1
    exponents = [uniform_integer(modulus=EXPONENT, random_bytes=random_bytes) for _ in pairs]  # 2
    keys = [
        _power(k) if choice == 0 else _over(common, _power(k))
        for k, choice in zip(exponents, choices, strict=True)
    ]
    r = uniform_integer(modulus=EXPONENT, random_bytes=random_bytes)  # 3
    hint, common_r = _power(r), pow(common, r, PRIME)
    hidden = []
    for place, ((first, second), key) in enumerate(zip(pairs, keys, strict=True)):
        key_r = pow(key, r, PRIME)
        pads = _pad(key_r, 2 * place), _pad(_over(common_r, key_r), 2 * place + 1)
        hidden.append((first ^ pads[0], second ^ pads[1]))
    return [  # 4
        pair[choice] ^ _pad(pow(hint, k, PRIME), 2 * place + choice)
        for place, (pair, k, choice) in enumerate(zip(hidden, exponents, choices, strict=True))
    ]


def product_shares(
    a: int, b: int, *, modulus: int, random_bytes: RandomBytes = secure_bytes
) -> tuple[int, int]:
    """Shares of a · b, where one party knows a and the other b (Gilboa 1999).

        a · b = Σ_i b_i · 2^i · a,    b_i the bits of b                          (33.iii)

    For bit i the first party offers (r_i, r_i + 2^i·a) with a random r_i, and the second takes the
    one that its bit names. The first keeps −Σ r_i, the second the sum of what it took.
    """
    n_bits = (modulus - 1).bit_length()
    masks = [uniform_integer(modulus=modulus, random_bytes=random_bytes) for _ in range(n_bits)]
    pairs = [(r, (r + (a << i)) % modulus) for i, r in enumerate(masks)]
    taken = transfer(pairs, [b >> i & 1 for i in range(n_bits)], random_bytes=random_bytes)
    return -sum(masks) % modulus, sum(taken) % modulus


def triple_of_two(*, modulus: int, random_bytes: RandomBytes = secure_bytes) -> Triple:
    """A triple of scalars that two parties make together: nobody ever holds a, b or c.

        (a_1 + a_2)(b_1 + b_2) = a_1·b_1 + a_2·b_2 + a_1·b_2 + a_2·b_1

    Each party multiplies its own two numbers; the two mixed products come from ``product_shares``.
    """
    modulus = ring.require_modulus(modulus)
    a = [uniform_integer(modulus=modulus, random_bytes=random_bytes) for _ in range(2)]
    b = [uniform_integer(modulus=modulus, random_bytes=random_bytes) for _ in range(2)]
    c = [a[0] * b[0], a[1] * b[1]]
    for mine, other in ((0, 1), (1, 0)):
        first, second = product_shares(
            a[mine], b[other], modulus=modulus, random_bytes=random_bytes
        )
        c[mine] += first
        c[other] += second
    a_shares, b_shares, c_shares = (
        np.array([value % modulus for value in pair], dtype=np.uint64) for pair in (a, b, c)
    )
    return Triple(a_shares, b_shares, c_shares, modulus)


def _require_pairs(pairs: Sequence[tuple[int, int]], choices: Sequence[int]) -> None:
    if len(pairs) != len(choices):
        raise ValueError(
            f"choices must be as many as pairs, got {len(choices)} choices for {len(pairs)} pairs"
        )
    for place, choice in enumerate(choices):
        if choice not in (0, 1):
            raise ValueError(f"choices must be 0 or 1, got choices[{place}]={choice!r}")
    for place, pair in enumerate(pairs):
        if len(pair) != 2 or not all(0 <= message < ring.WORD for message in pair):
            raise ValueError(
                f"pairs must be two integers from 0 to 2**64 - 1, got pairs[{place}]={pair!r}"
            )


def _power(exponent: int) -> int:
    return pow(GENERATOR, exponent, PRIME)


def _over(numerator: int, denominator: int) -> int:
    return numerator * pow(denominator, -1, PRIME) % PRIME


def _pad(element: int, place: int) -> int:
    """64 bits from a group element, another for each place."""
    hashed = hashlib.sha256(place.to_bytes(8, "big") + element.to_bytes(256, "big"))
    return int.from_bytes(hashed.digest()[:8], "big")
