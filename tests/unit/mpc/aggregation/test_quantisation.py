"""Updates as integers: half a step of error, no sum that goes round, and b bits each on the wire."""

import numpy as np
import pytest

from lessons.mpc import ring
from lessons.mpc.aggregation import quantisation as q


@pytest.mark.parametrize("bits", [2, 3, 8, 16, 32])
@pytest.mark.parametrize("clip", [1e-6, 1.0, 730.0])
def test_a_value_is_off_by_half_a_step_and_a_sum_by_half_a_step_each(bits, clip):
    rng = np.random.default_rng(bits)
    x = rng.uniform(-clip, clip, (5, 40))
    x[0, :3] = [clip, -clip, 0]
    kwargs = {"clip": clip, "bits": bits, "modulus": q.modulus_for(bits=bits, n_clients=5)}
    rows = np.stack([q.quantise(row, n_clients=5, **kwargs) for row in x])
    half = q.step_of(clip=clip, bits=bits) / 2 * (1 + 1e-9)
    assert np.abs(q.dequantise(rows[0], **kwargs) - x[0]).max() <= half
    total = ring.total(rows, modulus=kwargs["modulus"])
    assert np.abs(q.dequantise(total, **kwargs) - x.sum(axis=0)).max() <= 5 * half


@pytest.mark.parametrize("n_clients", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize("bits", [2, 8, 16])
def test_the_extreme_sum_fits_and_one_bit_less_would_not(bits, n_clients):
    modulus = q.modulus_for(bits=bits, n_clients=n_clients)
    largest = n_clients * (2 ** (bits - 1) - 1)
    for value in (largest, -largest):
        assert ring.decode(ring.encode(value, modulus=modulus), modulus=modulus) == value
    assert largest > (modulus // 2 - 1) // 2, "half of the clock would be too small"


@pytest.mark.parametrize("bits", [1, 7, 8, 9, 21, 33, 63, 64])
@pytest.mark.parametrize("length", [0, 1, 7, 8, 100])
def test_packed_numbers_have_b_bits_each(bits, length):
    values = np.random.default_rng(bits).integers(0, 2**bits, length, dtype=np.uint64)
    packed = q.pack(values, modulus=2**bits)
    assert len(packed) == -(-length * bits // 8)
    assert np.array_equal(q.unpack(packed, length, modulus=2**bits), values)
    by_hand = sum(int(one) << bits * k for k, one in enumerate(values))
    assert int.from_bytes(packed, "little") == by_hand


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: q.quantise([0.5, -1.2], clip=1.0, bits=8, n_clients=2, modulus=2**16),
            "values must lie from -1 to 1, got -1.2",
        ),
        (
            lambda: q.quantise([0.5], clip=1.0, bits=8, n_clients=3, modulus=2**9),
            "at least 1024 for the sum of 3 clients, got 512",
        ),
        (lambda: q.quantise([np.nan], clip=1, bits=8, n_clients=3, modulus=2**10), "finite"),
        (lambda: q.quantise([0], clip=0, bits=8, n_clients=3, modulus=2**10), "clip must be"),
        (lambda: q.step_of(clip=1, bits=1), "bits must be an integer of at least 2"),
        (lambda: q.step_of(clip=1, bits=33), "bits must be at most 32"),
        (lambda: q.modulus_for(bits=8, n_clients=0), "n_clients must be"),
        (lambda: q.modulus_for(bits=32, n_clients=2**40), r"leave room below 2\*\*64"),
        (lambda: q.pack([1], modulus=100), "power of 2"),
        (lambda: q.unpack(b"123", 2, modulus=2**8), "2 numbers of 8 bits, got 3 bytes"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
