"""Updates as integers that can be masked, added up on a clock, read again, and packed (lesson 38).

Masks live on a clock, so numbers must be integers there, and the *sum* must not pass half of the clock.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import ring
from lessons.mpc.aggregation.pairwise_masks import require_power_of_two
from lessons.mpc.ring import Elements
from lessons.validation import finite_array, integer, positive


def step_of(*, clip: float, bits: int) -> float:
    """The size of one unit: with ``bits`` bits a value is one of 2^bits − 1, from −clip to clip."""
    return positive("clip", clip) / _largest(bits)


def modulus_for(*, bits: int, n_clients: int) -> int:
    """The smallest 2^b on which the sum of n values of ``bits`` bits each cannot go round.

    All n values between −K and K, K = 2^(bits−1) − 1, need 2nK + 1 hours.
    """
    hours = 2 * integer("n_clients", n_clients, minimum=1) * _largest(bits) + 1
    if hours > 2**64:
        raise ValueError(f"n_clients must leave room below 2**64, got n_clients={n_clients}")
    return int(2 ** (hours - 1).bit_length())


def quantise(
    values: ArrayLike, *, clip: float, bits: int, n_clients: int, modulus: int
) -> Elements:
    """Real numbers → ring: the integer next to x / step, as an hour of the clock; off by half a step.

        k = round(x / step),   step = clip / K,   K = 2^(bits−1) − 1                      (38.i)

    ``clip``       no value is larger than this, on either side: clip before
    ``n_clients``  how many such vectors will be added up at most
    ``ValueError`` for a value beyond ``clip``, and for a clock on which the sum could go round.
    """
    x = finite_array("values", values)
    outside = np.abs(x) > positive("clip", clip)
    if outside.any():
        raise ValueError(f"values must lie from {-clip:g} to {clip:g}, got {x[outside].flat[0]}")
    least = modulus_for(bits=bits, n_clients=n_clients)
    if ring.require_modulus(modulus) < least:
        raise ValueError(
            f"modulus must be at least {least} for the sum of {n_clients} clients, got {modulus}"
        )
    units = np.rint(x / step_of(clip=clip, bits=bits)).astype(np.int64)
    return ring.encode(units, modulus=modulus)


def dequantise(total: ArrayLike, *, clip: float, bits: int, modulus: int) -> NDArray[np.float64]:
    """Ring → real numbers: of one vector or of a sum. Off by half a step for each vector in it."""
    units = ring.decode(total, modulus=modulus).astype(np.float64)
    return np.asarray(units * step_of(clip=clip, bits=bits))


def pack(values: ArrayLike, *, modulus: int) -> bytes:
    """Elements of a ring of 2^b one after the other, b bits each: ⌈n·b / 8⌉ bytes."""
    bits = require_power_of_two(modulus)
    words = ring.elements("values", values, modulus=modulus).reshape(-1).astype("<u8")
    every = np.unpackbits(words.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return np.packbits(every[:, :bits], bitorder="little").tobytes()


def unpack(packed: bytes, length: int, *, modulus: int) -> Elements:
    """The elements that ``pack`` made into bytes."""
    bits = require_power_of_two(modulus)
    if len(packed) != -(-integer("length", length, minimum=0) * bits // 8):
        raise ValueError(
            f"packed must hold {length} numbers of {bits} bits, got {len(packed)} bytes"
        )
    every = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), bitorder="little")
    rows = np.zeros((length, 64), dtype=np.uint8)
    rows[:, :bits] = every[: length * bits].reshape(length, bits)
    words = np.packbits(rows, axis=1, bitorder="little")
    return words.reshape(-1).view("<u8").astype(np.uint64)


def _largest(bits: int) -> int:
    bits = integer("bits", bits, minimum=2)
    if bits > 32:
        raise ValueError(f"bits must be at most 32, got bits={bits}")
    return int(2 ** (bits - 1) - 1)
