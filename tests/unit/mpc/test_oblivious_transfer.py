"""Oblivious transfer and the products made from it."""

import hashlib

import numpy as np
import pytest

from lessons.mpc import additive, beaver
from lessons.mpc import oblivious_transfer as ot

W = 2**64


def pi_times_power_of_two(n_bits):
    """⌊2^n · π⌋ by Machin's formula in integers."""
    one = 1 << (n_bits + 64)

    def inverse_tangent(x):
        term, total, k = one // x, 0, 0
        while term:
            total += (-1) ** k * (term // (2 * k + 1))
            term //= x * x
            k += 1
        return total

    return (4 * (4 * inverse_tangent(5) - inverse_tangent(239))) >> 64


def test_the_prime_is_that_of_rfc_3526_and_its_squares_have_prime_order():
    formula = 2**2048 - 2**1984 - 1 + 2**64 * (pi_times_power_of_two(1918) + 124476)
    assert formula == ot.PRIME
    order = (ot.PRIME - 1) // 2
    assert pow(2, ot.PRIME - 1, ot.PRIME) == 1 == pow(3, order - 1, order)  # Fermat
    assert pow(ot.GENERATOR, order, ot.PRIME) == 1


def test_the_receiver_gets_what_it_chose():
    pairs = [(0, W - 1), (5, 6), (2**63, 1), (7, 7)]
    for choices in ([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1, 0]):
        chosen = [pair[choice] for pair, choice in zip(pairs, choices, strict=True)]
        assert ot.transfer(pairs, choices) == chosen


@pytest.mark.parametrize("modulus", [2, 3, 11, W])
def test_shares_of_a_product_add_up_and_look_random(modulus):
    rng = np.random.default_rng(7)
    for a, b in (
        (0, 0),
        (modulus - 1, modulus - 1),
        (1, modulus - 1),
        (modulus // 2, modulus // 3),
    ):
        first, second = ot.product_shares(a, b, modulus=modulus, random_bytes=rng.bytes)
        assert (first + second) % modulus == a * b % modulus
        assert 0 <= first < modulus and 0 <= second < modulus
    if modulus == W:
        assert first != 0 and second != a * b % W


def test_two_parties_make_a_triple_that_multiplies():
    triple = ot.triple_of_two(modulus=W)
    a, b, c = (
        int(additive.reconstruct(v, modulus=W))
        for v in (triple.a_shares, triple.b_shares, triple.c_shares)
    )
    assert a * b % W == c
    shares = [additive.share(v, n_parties=2, modulus=W) for v in (6, 7)]
    z = beaver.multiply(*shares, triple=triple, modulus=W)
    assert int(additive.reconstruct(z, modulus=W)) == 42


def test_pads_are_hashes_that_differ_from_place_to_place():
    element = 12345
    expected = hashlib.sha256((3).to_bytes(8, "big") + element.to_bytes(256, "big")).digest()[:8]
    assert ot._pad(element, 3) == int.from_bytes(expected, "big") != ot._pad(element, 4)


def test_bad_input_is_named():
    for pairs, choices, words in (
        ([(1, 2)], [], "choices must be as many as pairs"),
        ([(1, 2)], [2], r"choices must be 0 or 1, got choices\[0\]=2"),
        ([(1, W)], [0], r"pairs must be two integers from 0 to 2\*\*64 - 1"),
        ([(1, -1)], [0], "pairs must be two integers"),
    ):
        with pytest.raises(ValueError, match=words):
            ot.transfer(pairs, choices)
