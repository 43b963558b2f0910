"""Real numbers in the ring: x stands as the integer next to x · 2^f (lesson 34).

All numbers of a computation have the same f, ``fraction_bits``. Sums keep it. A product has 2f
fractional bits, so each product is followed by a truncation (``lessons.mpc.truncation``).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import beaver, ring, truncation
from lessons.mpc.beaver import Product, Triple
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.truncation import TruncationPair
from lessons.validation import finite_array, integer


def encode(values: ArrayLike, *, fraction_bits: int, modulus: int) -> Elements:
    """Real numbers → ring: the integer next to x · 2^f, modulo Q (34.i); off by at most 2^−(f+1).

    ``values``  finite numbers of any shape; half-way cases go to the even integer
    Returns uint64 of the same shape. ``ValueError`` for values that do not fit between −Q/2 and
    Q/2 − 1 after scaling: nothing is clipped, nothing wraps.
    """
    fraction_bits = _bits(fraction_bits, modulus=modulus)
    x = finite_array("values", values)
    scaled = np.rint(np.ldexp(x, fraction_bits))  # exact, but for the rounding
    low, high = -(modulus // 2), (modulus - 1) // 2
    outside = (scaled < low) | (scaled >= high + 1)  # high + 1 is a float where high is none
    if outside.any():
        rule = f"must lie from {_real(low, fraction_bits)} to {_real(high, fraction_bits)}"
        where = f"with {fraction_bits} fractional bits modulo {modulus}"
        raise ValueError(f"values {rule} {where}, got {x[outside].flat[0]} in values")
    return ring.encode(scaled.astype(np.int64), modulus=modulus)


def decode(values: ArrayLike, *, fraction_bits: int, modulus: int) -> NDArray[np.float64]:
    """Ring → real numbers: the signed integer over 2^f. Inverse of ``encode``, up to its rounding.

    After a product that was not truncated, the number has twice as many fractional bits: say so.
    """
    signed = ring.decode(values, modulus=modulus)
    return np.ldexp(signed.astype(np.float64), -integer("fraction_bits", fraction_bits, minimum=0))


def multiply(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triple: Triple,
    pair: TruncationPair,
    modulus: int,
    product: Product = ring.multiply,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of x · y with f fractional bits again: a Beaver product, then one truncation.

    1. Shares of the product, with 2f fractional bits (lesson 33): one round, ``step``.
    2. Drop ``pair.bits`` of them: one more round, ``step`` + 1.

    ``triple``  for the shapes of x and y;  ``pair``  for the shape of the product; both fresh
    The result is the floor or the ceiling of the exact product, in units of 2^−f, as long as the
    product is below Q/4 before the truncation, so |x · y| < Q / 2^(2f+2) as real numbers.
    """
    z = beaver.multiply(
        x_shares, y_shares, triple=triple, modulus=modulus, product=product, wire=wire, step=step
    )
    return truncation.truncate(z, pair=pair, modulus=modulus, wire=wire, step=step + 1)


def matmul(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    triple: Triple,
    pair: TruncationPair,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of x @ y with f fractional bits: the products are added first, and truncated once.

    Shapes as for ``beaver.matmul``; the pair has the shape of the result, so its error is below
    one unit of 2^−f however long the sum is.
    """
    options: dict[str, Any] = {
        "triple": triple,
        "pair": pair,
        "modulus": modulus,
        "wire": wire,
        "step": step,
    }
    return multiply(x_shares, y_shares, product=ring.matmul, **options)


def score_bound(
    inputs: ArrayLike, weights: ArrayLike, *, fraction_bits: int
) -> NDArray[np.float64]:
    """How far x @ w in fixed point can be from x @ w in real numbers, for the rows of ``inputs``.

        2^−(f+1) · (Σ_j |x_j| + Σ_j |w_j| + d · 2^−(f+1)) + 2^−f                       (34.v)

    Each factor is off by at most 2^−(f+1) when it is encoded; the truncation adds less than 2^−f.
    ``inputs`` (…, d), ``weights`` (d,). Returns shape (…).
    """
    x, w = np.abs(finite_array("inputs", inputs)), np.abs(finite_array("weights", weights))
    if w.ndim != 1 or x.shape[-1:] != w.shape:
        raise ValueError(f"weights must have shape {x.shape[-1:]}, got shape {w.shape}")
    half = 2.0 ** -(integer("fraction_bits", fraction_bits, minimum=0) + 1)
    return np.asarray(half * (x.sum(axis=-1) + w.sum() + len(w) * half) + 2 * half)


def _bits(fraction_bits: int, *, modulus: int) -> int:
    fraction_bits = integer("fraction_bits", fraction_bits, minimum=0)
    ring.require_modulus(modulus)
    if 2**fraction_bits > modulus // 2:
        raise ValueError(
            f"fraction_bits must leave room for a sign modulo {modulus}, "
            f"got fraction_bits={fraction_bits}"
        )
    return fraction_bits


def _real(value: int, fraction_bits: int) -> str:
    return f"{value / 2**fraction_bits:.10g}"
