"""The sign of a shared number, and what it gives: comparison, ReLU, maximum (lesson 35).

The sign of x is the top bit of Σ_i [x]_i mod 2^k, and a carry decides it. So the rows are added up bit by
bit, under XOR sharing (``adder``), and the one bit that is wanted is brought back to the ring.
Everything that is opened on the way is masked by a fresh uniform word or bit of the dealer's.
"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from lessons.mpc import additive, beaver
from lessons.mpc.beaver import Triple
from lessons.mpc.bits import adder, boolean, conversion
from lessons.mpc.bits.adder import AdderSupply
from lessons.mpc.bits.conversion import RandomBit
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.truncation import ring_bits
from lessons.randomness import RandomBytes, secure_bytes


@dataclass(frozen=True)
class SignSupply:
    """What the dealer hands out for one ``is_negative`` or ``less_than``: triples and a bit."""

    adder: AdderSupply
    bit: RandomBit


@dataclass(frozen=True)
class ReluSupply:
    """What the dealer hands out for one ``relu`` or ``maximum``: a sign and a product."""

    sign: SignSupply
    triple: Triple


def deal_sign(
    shape: tuple[int, ...] = (),
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> SignSupply:
    """A trusted dealer prepares one ``is_negative`` or ``less_than`` of arrays of this shape."""
    return SignSupply(
        adder.deal_adder(shape, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes),
        conversion.deal_bit(shape, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes),
    )


def deal_relu(
    shape: tuple[int, ...] = (),
    *,
    n_parties: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> ReluSupply:
    """A trusted dealer prepares one ``relu`` or ``maximum`` of arrays of this shape."""
    sign = deal_sign(shape, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes)
    triple = beaver.deal_triple(
        shape, n_parties=n_parties, modulus=modulus, random_bytes=random_bytes
    )
    return ReluSupply(sign, triple)


def sign_bit(
    x_shares: ArrayLike,
    *,
    supply: SignSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """XOR shares of one bit: 1 where x, read as a signed number, is negative."""
    binary = adder.to_binary(x_shares, supply=supply.adder, modulus=modulus, wire=wire, step=step)
    return boolean.shift(binary, 1 - ring_bits(modulus), modulus=modulus)


def is_negative(
    x_shares: ArrayLike,
    *,
    supply: SignSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Additive shares of 1 where x < 0, and of 0 elsewhere; ``sign_rounds`` rounds.

    Any coalition of fewer than n parties sees uniform values only (tested by exhaustion).
    ``x_shares``  (n_parties, …);  ``supply``  made by ``deal_sign`` for this shape, and never used before
    """
    sign = sign_bit(x_shares, supply=supply, modulus=modulus, wire=wire, step=step)
    step += supply.adder.rounds
    return conversion.to_arithmetic(sign, bit=supply.bit, modulus=modulus, wire=wire, step=step)


def less_than(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    supply: SignSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Additive shares of 1 where x < y: the sign of x − y, so right only if x − y does not wrap.

    That holds if both lie from −2^(k−2) to 2^(k−2) − 1 (or both are not negative).
    """
    difference = _difference(x_shares, y_shares, modulus=modulus)
    return is_negative(difference, supply=supply, modulus=modulus, wire=wire, step=step)


def relu(
    x_shares: ArrayLike,
    *,
    supply: ReluSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of max(x, 0) = x · (1 − sign of x); ``relu_rounds`` rounds, ``relu_words`` words.

    The factor is 0 or 1, so a number with f fractional bits keeps them: no truncation.
    """
    x = additive.party_rows("x_shares", x_shares, modulus=modulus, wire=wire)
    sign = sign_bit(x, supply=supply.sign, modulus=modulus, wire=wire, step=step)
    positive = boolean.xor_public(sign, 1, modulus=modulus, wire=wire)
    step += supply.sign.adder.rounds
    factor = conversion.to_arithmetic(
        positive, bit=supply.sign.bit, modulus=modulus, wire=wire, step=step
    )
    return beaver.multiply(
        x, factor, triple=supply.triple, modulus=modulus, wire=wire, step=step + 1
    )


def maximum(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    supply: ReluSupply,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of the larger of x and y: y + relu(x − y), under the condition of ``less_than``."""
    difference = _difference(x_shares, y_shares, modulus=modulus)
    gain = relu(difference, supply=supply, modulus=modulus, wire=wire, step=step)
    return additive.add(gain, y_shares, modulus=modulus)


def sign_rounds(*, n_parties: int, modulus: int) -> int:
    """Rounds of ``is_negative`` and ``less_than``: those of the adder, and the way back."""
    return adder.rounds(n_parties=n_parties, modulus=modulus) + 1


def relu_rounds(*, n_parties: int, modulus: int) -> int:
    """Rounds of ``relu`` and ``maximum``: those of the sign, and one product."""
    return sign_rounds(n_parties=n_parties, modulus=modulus) + 1


def relu_words(*, n_parties: int, modulus: int) -> int:
    """Words a party sends to each other for one ``relu``: the adder's, m, and two for the product."""
    return adder.words(n_parties=n_parties, modulus=modulus) + 1 + 2


def _difference(x_shares: ArrayLike, y_shares: ArrayLike, *, modulus: int) -> Elements:
    minus = additive.multiply_public(y_shares, modulus - 1, modulus=modulus)
    return additive.add(x_shares, minus, modulus=modulus)
