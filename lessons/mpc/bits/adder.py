"""Addition under XOR sharing: all the carries in about log₂ k rounds (lesson 35).

A sum is x ⊕ y ⊕ the carries, and carries are what takes AND. Kogge and Stone's tree finds them all at once;
three numbers become two in a single round, so that the rows of any number of parties can be added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, parties
from lessons.mpc.bits import boolean
from lessons.mpc.bits.boolean import AndTriple
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.truncation import ring_bits
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import integer


@dataclass(frozen=True)
class AdderSupply:
    """The triples of one ``to_binary`` of an array of some shape, each to be used once.

    ``compressions``  one for each round in which each three numbers become two (none for 2 parties)
    ``tree``          one for the first round of ``add``, then one for each level of its tree
    """

    compressions: tuple[AndTriple, ...]
    tree: tuple[AndTriple, ...]

    @property
    def rounds(self) -> int:
        """Each triple takes one round."""
        return len(self.compressions) + len(self.tree)


def deal_adder(
    shape: tuple[int, ...] = (),
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> AdderSupply:
    """A trusted dealer prepares one ``to_binary`` of an array of this shape."""

    def deal(x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> AndTriple:
        return boolean.deal_and(
            x_shape, y_shape, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes
        )

    groups = [(n // 3, *shape) for n in numbers_left(n_parties)]
    levels = [((1, *shape), (n_lower, *shape)) for n_lower in _n_lower(modulus)]
    return AdderSupply(
        tuple(deal(group, group) for group in groups),
        (deal(shape, shape), *(deal(upper, lower) for upper, lower in levels)),
    )


def distances(modulus: int) -> list[int]:
    """How far the levels of the tree look: 1, 2, 4, … until k − 1 bits are covered; ⌈log₂(k − 1)⌉."""
    k = ring_bits(modulus)
    return [1 << level for level in range((k - 2).bit_length())]


def add(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triples: Sequence[AndTriple],
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """XOR shares of x + y mod 2^k from XOR shares of x and y (Kogge and Stone 1973).

    1. Bit i *generates* a carry if g_i = x_i & y_i, and *propagates* one if p_i = x_i ⊕ y_i. One round.
    2. For s = 1, 2, 4, …: a stretch of bits joins the stretch of s bits below it. One round each:

        (G, P) ∘ (G′, P′) = (G ⊕ P & G′,  P & P′)                                      (35.iii)

    3. G_i is now the carry out of bits 0 … i, and bit i of the sum is p_i ⊕ G_{i−1}.

    ``triples``  as in ``AdderSupply.tree``: 1 + ⌈log₂(k − 1)⌉ of them
    """
    _require_levels(triples, modulus=modulus)
    p = boolean.xor(x_shares, y_shares, modulus=modulus)
    G, P = _and(x_shares, y_shares, triples[0], modulus, wire, step), p  # 1
    levels = zip(distances(modulus), _n_lower(modulus), strict=True)
    for level, (s, n_lower) in enumerate(levels, start=1):  # 2
        both = np.stack([G, P][:n_lower], axis=1)  # nobody needs the P of the last level
        lower = boolean.shift(both, s, modulus=modulus)  # (n_parties, n_lower, …)
        joined = _and(P[:, np.newaxis], lower, triples[level], modulus, wire, step + level)
        G, P = G ^ joined[:, 0], joined[:, -1]
    return boolean.xor(p, boolean.shift(G, 1, modulus=modulus), modulus=modulus)  # 3


def to_binary(
    x_shares: ArrayLike,
    *,
    supply: AdderSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """XOR shares of x from additive shares of x, by adding the n rows up in binary.

    1. Party i knows [x]_i. It counts as XOR-shared if i keeps it and all others hold 0: no message.
    2. While there are more than two numbers, each three become two, in one round:

        a + b + c = (a ⊕ b ⊕ c) + 2·u,   u = ((a ⊕ c) & (b ⊕ c)) ⊕ c                   (35.v)

    3. ``add`` adds up the last two.
    """
    x = additive.party_rows("x_shares", x_shares, modulus=modulus, wire=wire)
    numbers = as_binary(x, wire=wire)  # 1, (n_parties, n_parties, …): axis 1 says whose row it was
    for round_, triple in enumerate(supply.compressions):  # 2
        n_groups = numbers.shape[1] // 3
        a, b, c = (numbers[:, place : 3 * n_groups : 3] for place in range(3))
        u = _and(a ^ c, b ^ c, triple, modulus, wire, step + round_) ^ c
        twice = boolean.shift(u, 1, modulus=modulus)
        numbers = np.concatenate([a ^ b ^ c, twice, numbers[:, 3 * n_groups :]], axis=1)
    step += len(supply.compressions)
    last, other = numbers[:, 0], numbers[:, 1]
    return add(last, other, triples=supply.tree, modulus=modulus, wire=wire, step=step)  # 3


def rounds(*, n_parties: int, modulus: int) -> int:
    """Rounds of ``to_binary``: the compressions, then 1 + ⌈log₂(k − 1)⌉."""
    return len(numbers_left(n_parties)) + 1 + len(distances(modulus))


def words(*, n_parties: int, modulus: int) -> int:
    """Words that a party sends to each other party in ``to_binary`` of one number.

    2 for each three numbers that become two, 2 for g, 3 for each level but 2 for the last.
    """
    compressions = 2 * sum(n // 3 for n in numbers_left(n_parties))
    return compressions + 2 + sum(1 + n_lower for n_lower in _n_lower(modulus))


def numbers_left(n_parties: int) -> list[int]:
    """How many numbers there are before each round in which each three become two."""
    n_parties, left = integer("n_parties", n_parties, minimum=2), []
    while n_parties > 2:
        left.append(n_parties)
        n_parties -= n_parties // 3
    return left


def _n_lower(modulus: int) -> list[int]:
    """How many words each level of the tree takes from below: G and P, but only G the last time."""
    return [2 if s < distances(modulus)[-1] else 1 for s in distances(modulus)]


def as_binary(x: Elements, *, wire: Link = None) -> Elements:
    """XOR shares of the rows: [i, j] is what party i holds of row j, so row i for j = i and 0 elsewhere."""
    n_parties = parties.number_of_parties(x, wire=wire)
    numbers = np.zeros((len(x), n_parties, *x.shape[1:]), dtype=np.uint64)
    for place, i in enumerate(parties.numbers_here(x, wire=wire)):
        numbers[place, i] = x[place]
    return numbers


def _and(
    x: ArrayLike, y: ArrayLike, triple: AndTriple, modulus: int, wire: Link, step: int
) -> Elements:
    return boolean.conjunction(x, y, triple=triple, modulus=modulus, wire=wire, step=step)


def _require_levels(triples: Sequence[AndTriple], *, modulus: int) -> None:
    needed = 1 + len(distances(modulus))
    if len(triples) != needed:
        raise ValueError(f"triples must be {needed} modulo {modulus}, got {len(triples)} triples")
