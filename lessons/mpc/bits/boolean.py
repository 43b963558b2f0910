"""Words of bits, shared by XOR: ⊕ is free, & takes a triple and one round (lesson 35).

A k-bit word x is shared as x = [x]_1 ⊕ … ⊕ [x]_n (Goldreich, Micali and Wigderson 1987). Bit by bit this is
additive sharing modulo 2, so lesson 33's multiplication becomes AND; a word carries k of them at a time.
``modulus`` is 2^k, as for the numbers that the words come from. Row i belongs to party i.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, parties, ring
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.truncation import ring_bits
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


def share(
    secret: ArrayLike,
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Elements:
    """Split words of k bits into ``n_parties`` rows that XOR to them; any n − 1 rows are uniform.

        [x]_1, …, [x]_{n−1} uniform,   [x]_n = x ⊕ [x]_1 ⊕ … ⊕ [x]_{n−1}                 (35.i)

    Returns uint64 of shape (n_parties, *secret.shape). ``ValueError`` for n_parties < 2, a modulus that
    is no power of two from 4 on, or words outside 0 … 2^k − 1.
    """
    n_parties = integer("n_parties", n_parties, minimum=2)
    ring_bits(modulus)
    x = ring.elements("secret", secret, modulus=modulus)
    masks = uniform_integers((n_parties - 1, *x.shape), modulus=modulus, random_bytes=random_bytes)
    return np.concatenate([masks, (x ^ _together(masks))[np.newaxis]])


def reconstruct(shares: ArrayLike, *, modulus: int) -> Elements:
    """XOR all rows: shape (n_parties, …) gives (…)."""
    return _together(_rows("shares", shares, modulus=modulus))


def open_shares(
    shares: ArrayLike,
    *,
    modulus: int,
    wire: Link = None,
    step: int = 1,
    label: str = "bits",
) -> Elements:
    """Make shared words public, as ``additive.open_shares`` does: one round, n(n − 1) messages."""
    return open_together([shares], modulus=modulus, wire=wire, step=step, labels=[label])[0]


def open_together(
    values: Sequence[ArrayLike],
    *,
    modulus: int,
    labels: Sequence[str],
    wire: Link = None,
    step: int = 1,
) -> list[Elements]:
    """Open several shared words in one and the same round; see ``open_shares``."""
    rows = [_rows("shares", one, modulus=modulus, wire=wire) for one in values]
    everybody = parties.all_rows(rows, step=step, labels=labels, wire=wire)
    return [reconstruct(one, modulus=modulus) for one in everybody]


def xor(x_shares: ArrayLike, y_shares: ArrayLike, *, modulus: int) -> Elements:
    """Shares of x ⊕ y, without a message: each party XORs its two rows."""
    x, y = _two(x_shares, y_shares, modulus=modulus, least=1)
    if x.shape != y.shape:
        raise ValueError(f"y_shares must have the shape of x_shares {x.shape}, got {y.shape}")
    return x ^ y


def xor_public(
    x_shares: ArrayLike, constant: ArrayLike, *, modulus: int, wire: Link = None
) -> Elements:
    """Shares of x ⊕ c for a public c: party 0 alone XORs it in. With all bits of c set: NOT x."""
    x = _rows("x_shares", x_shares, modulus=modulus, wire=wire).copy()
    x[parties.first_row(wire)] ^= ring.elements("constant", constant, modulus=modulus)
    return x


def shift(x_shares: ArrayLike, places: int, *, modulus: int) -> Elements:
    """Shares of x with every bit moved up by ``places`` (down if negative): each party moves its own.

    What leaves the word of k bits is gone; zeros move in.
    """
    x = _rows("x_shares", x_shares, modulus=modulus, least=1)
    if abs(places) >= ring_bits(modulus):
        return np.zeros_like(x)
    if places < 0:
        return np.asarray(x >> np.uint64(-places))
    return np.asarray((x << np.uint64(places)) & np.uint64(modulus - 1))


@dataclass(frozen=True)
class AndTriple:
    """XOR shares of random words a and b and of c = a & b: party i holds row i of each.

    ``a_shares``  (n_parties, *shape of x)
    ``b_shares``  (n_parties, *shape of y)
    ``c_shares``  (n_parties, *shape of x & y), as NumPy broadcasts the two
    ``modulus``   2^k: words of k bits
    """

    a_shares: Elements
    b_shares: Elements
    c_shares: Elements
    modulus: int


def deal_and(
    x_shape: tuple[int, ...] = (),
    y_shape: tuple[int, ...] | None = None,
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> AndTriple:
    """A trusted dealer makes a triple for one AND of words of these shapes, and forgets it.

    ``y_shape``  the same as ``x_shape`` if not given; otherwise one that broadcasts with it. So
                 one mask a can serve x & y and x & z: y_shape (2, …), x_shape (1, …).
    """
    a, b = (
        uniform_integers(shape, modulus=modulus, random_bytes=random_bytes)
        for shape in (x_shape, x_shape if y_shape is None else y_shape)
    )
    a_shares, b_shares, c_shares = (
        share(word, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)
        for word in (a, b, np.asarray(a & b))
    )
    return AndTriple(a_shares, b_shares, c_shares, modulus)


def conjunction(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triple: AndTriple,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of x & y, all bits of all words in one round; d and e are uniform whatever x and y are.

    1. Each party XORs its shares of a and b onto its shares of x and y.
    2. The parties open d = x ⊕ a and e = y ⊕ b.
    3. Party i computes  [c]_i ⊕ d & [b]_i ⊕ [a]_i & e,  and party 0 alone adds d & e.

        x & y = d & e  ⊕  d & b  ⊕  a & e  ⊕  c                                         (35.ii)

    ``x_shares``, ``y_shares``  (n_parties, …), of the shapes that the triple was made for
    """
    x, y = _two(x_shares, y_shares, modulus=modulus, wire=wire)
    _require_fit(x, y, triple, modulus=modulus)
    masked = [x ^ triple.a_shares, y ^ triple.b_shares]  # 1
    options: dict[str, Any] = {"modulus": modulus, "wire": wire}
    d, e = open_together(masked, step=step, labels=["d", "e"], **options)  # 2
    z = triple.c_shares ^ (d & triple.b_shares) ^ (triple.a_shares & e)  # 3
    return xor_public(z, d & e, **options)


def _together(rows: Elements) -> Elements:
    return np.asarray(np.bitwise_xor.reduce(rows, axis=0))


def _rows(
    name: str, shares: ArrayLike, *, modulus: int, wire: Link = None, least: int = 2
) -> Elements:
    ring_bits(modulus)
    return additive.party_rows(name, shares, modulus=modulus, wire=wire, least=least)


def _two(
    x: ArrayLike, y: ArrayLike, *, modulus: int, wire: Link = None, least: int = 2
) -> tuple[Elements, Elements]:
    return (
        _rows("x_shares", x, modulus=modulus, wire=wire, least=least),
        _rows("y_shares", y, modulus=modulus, wire=wire, least=least),
    )


def _require_fit(x: Elements, y: Elements, triple: AndTriple, *, modulus: int) -> None:
    if triple.modulus != modulus:
        raise ValueError(
            f"triple must be of the ring modulo {modulus}, got modulo {triple.modulus}"
        )
    for name, rows, mask in (("x_shares", x, triple.a_shares), ("y_shares", y, triple.b_shares)):
        if rows.shape != mask.shape:
            raise ValueError(
                f"{name} must have the shape that the triple was made for, {mask.shape}, "
                f"got shape {rows.shape}"
            )
