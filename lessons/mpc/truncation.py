"""Divide a shared number by 2^bits: each party alone, or with a pair made beforehand (lesson 34).

The modulus is a power of two, Q = 2^k. The result is the floor or the ceiling of x / 2^bits, at random:
the closer, the likelier. With a pair that holds for each x from −Q/4 to Q/4 − 1, and the mean over all
masks is x / 2^bits; ``truncate_locally`` fails for |x| of the Q masks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import additive, ring
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


def truncate_locally(x_shares: ArrayLike, *, bits: int, modulus: int) -> Elements:
    """Two parties drop ``bits`` bits without a message (Mohassel and Zhang 2017, Theorem 1).

        [z]_1 = ⌊[x]_1 / 2^bits⌋,   [z]_2 = −⌊(−[x]_2 mod Q) / 2^bits⌋ mod Q              (34.ii)

    ``x_shares``  (2, …). Returns shares of the floor or the ceiling of x / 2^bits, except with
    probability |x| / Q: then that is off by Q / 2^bits. See ``local_failure_rate``. The rate is for a
    uniform share of party 1: a fresh one, or that of a product; what this function returns is not.
    ``ValueError`` for another number of parties: with three, it would fail about every second time.
    """
    bits = _require_bits(bits, modulus=modulus, most=ring_bits(modulus) - 1)
    x = additive.party_rows("x_shares", x_shares, modulus=modulus)
    if len(x) != 2:
        raise ValueError(f"x_shares must be of exactly 2 parties, got {len(x)} rows")
    zero, shift = np.zeros_like(x[0]), np.uint64(bits)
    minus = ring.subtract_elements(zero, x[1], modulus=modulus)
    last = ring.subtract_elements(zero, np.asarray(minus >> shift), modulus=modulus)
    return np.stack([x[0] >> shift, last])


def local_failure_rate(x: ArrayLike, *, modulus: int) -> NDArray[np.float64]:
    """The chance that ``truncate_locally`` is off by Q / 2^bits: exactly |x| / Q (34.iii).

    ``x``  signed integers, as they stand in the ring, before the truncation; uniformly shared
    The theorem of the paper bounds it by 2 · 2^l / Q for all |x| ≤ 2^l.
    """
    elements = ring.encode(x, modulus=modulus)
    size = np.minimum(elements, ring.subtract(np.zeros_like(elements), elements, modulus=modulus))
    return np.asarray(size.astype(np.float64) / float(modulus))


@dataclass(frozen=True)
class TruncationPair:
    """Shares of a uniform r, of its upper bits and of its top bit: party i holds row i of each.

    ``r_shares``        (n_parties, …)   r, uniform over Z_Q
    ``shifted_shares``  (n_parties, …)   ⌊r / 2^bits⌋
    ``top_shares``      (n_parties, …)   1 where r ≥ Q/2, else 0
    ``bits``            how many bits it drops
    ``modulus``         Q, of the ring that all of them are in
    """

    r_shares: Elements
    shifted_shares: Elements
    top_shares: Elements
    bits: int
    modulus: int


def deal_pair(
    shape: tuple[int, ...] = (),
    *,
    n_parties: int,
    bits: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> TruncationPair:
    """A trusted dealer makes a pair for one truncation of an array of this shape, and forgets it.

    ``ValueError`` for n_parties < 2, a modulus that is no power of two from 4 on, or ``bits`` outside
    0 … k − 2.
    """
    n_parties = integer("n_parties", n_parties, minimum=2)
    k = ring_bits(modulus)
    bits = _require_bits(bits, modulus=modulus, most=k - 2)
    r = uniform_integers(shape, modulus=modulus, random_bytes=random_bytes)
    r_shares, shifted_shares, top_shares = (
        additive.share(
            np.asarray(value), n_parties=n_parties, modulus=modulus, random_bytes=random_bytes
        )
        for value in (r, r >> np.uint64(bits), r >> np.uint64(k - 1))
    )
    return TruncationPair(r_shares, shifted_shares, top_shares, bits, modulus)


def truncate(
    x_shares: ArrayLike,
    *,
    pair: TruncationPair,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of the floor or the ceiling of x / 2^bits, for any number of parties; never far off.

    1. Party 0 adds Q/4, so that x + Q/4 is in the lower half; each party adds its share of r.
    2. The parties open c = x + Q/4 + r mod Q, uniform whatever x is: one round.
    3. c wrapped around exactly if r was in the upper half and c is in the lower:

        x + Q/4 = c − r + Q · [r ≥ Q/2] · [c < Q/2]                                      (34.iv)

       Each party computes its share of that, shifted; c is public, so this is linear in the shares.

    ``x_shares``  (n_parties, …), of signed integers from −Q/4 to Q/4 − 1
    ``pair``      of exactly this shape, and never used before
    Any coalition of fewer than n sees nothing but uniform values (tested by exhaustion). The wrap
    is corrected as by Dalskov, Escudero and Keller (2020).
    """
    x = additive.party_rows("x_shares", x_shares, modulus=modulus, wire=wire)
    _require_fit(x, pair, modulus=modulus)
    masked = additive.add_public(x, modulus // 4, modulus=modulus, wire=wire)  # 1
    masked = ring.add_elements(masked, pair.r_shares, modulus=modulus)
    c = additive.open_shares(masked, modulus=modulus, wire=wire, step=step, label="c")  # 2
    options: dict[str, Any] = {"bits": pair.bits, "modulus": modulus, "wire": wire}
    return _after_opening(c, pair.shifted_shares, pair.top_shares, **options)  # 3


def after_opening(
    c: ArrayLike,
    shifted_shares: ArrayLike,
    top_shares: ArrayLike,
    *,
    bits: int,
    modulus: int,
) -> Elements:
    """Step 3 of ``truncate``, each party alone: shares of x / 2^bits from c = x + Q/4 + r.

    [z]_i = −[⌊r/2^b⌋]_i + Q/2^b · [c < Q/2] · [top]_i  (+ ⌊c/2^b⌋ − Q/2^(b+2) for party 0)
    """
    return _after_opening(c, shifted_shares, top_shares, bits=bits, modulus=modulus, wire=None)


def _after_opening(
    c: ArrayLike,
    shifted_shares: ArrayLike,
    top_shares: ArrayLike,
    *,
    bits: int,
    modulus: int,
    wire: Link,
) -> Elements:
    opened = ring.elements("c", c, modulus=modulus)
    lower = (opened < np.uint64(modulus // 2)).astype(np.uint64)
    factor = lower * np.uint64((modulus >> bits) % modulus)  # Q/2^b where c can have wrapped
    wrapped = ring.multiply(top_shares, factor, modulus=modulus)
    z = ring.subtract(wrapped, shifted_shares, modulus=modulus)
    known = ring.subtract(opened >> np.uint64(bits), modulus // 4 >> bits, modulus=modulus)
    return additive.add_public(z, known, modulus=modulus, wire=wire)


def ring_bits(modulus: int) -> int:
    """The k of Q = 2^k, at least 2; ``ValueError`` for other moduli: a shift divides by two."""
    modulus = ring.require_modulus(modulus)
    if modulus < 4 or modulus & (modulus - 1):
        raise ValueError(f"modulus must be a power of two from 4 on, got modulus={modulus}")
    return modulus.bit_length() - 1


def _require_bits(bits: int, *, modulus: int, most: int) -> int:
    bits = integer("bits", bits, minimum=0)
    if bits > most:
        raise ValueError(f"bits must be at most {most} modulo {modulus}, got bits={bits}")
    return bits


def _require_fit(x: Elements, pair: TruncationPair, *, modulus: int) -> None:
    if pair.modulus != modulus:
        raise ValueError(f"pair must be of the ring modulo {modulus}, got modulo {pair.modulus}")
    if x.shape != pair.r_shares.shape:
        raise ValueError(
            f"x_shares must have the shape that the pair was made for, {pair.r_shares.shape}, "
            f"got shape {x.shape}"
        )
