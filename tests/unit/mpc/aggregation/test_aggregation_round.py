"""What a round costs: counted message by message, by the formula, and as published."""

import numpy as np
import pytest

from lessons.mpc.aggregation import aggregation_round as rounds
from lessons.mpc.aggregation.quantisation import pack


@pytest.mark.parametrize(
    ("n_clients", "length", "published"), [(2**10, 2**20, 1.73), (2**14, 2**24, 1.98)]
)
def test_expansion_is_that_of_the_paper(n_clients, length, published):
    found = rounds.expansion(n_clients=n_clients, length=length, value_bits=16)
    assert round(found, 2) == published


@pytest.mark.parametrize(("n", "length", "value_bits"), [(3, 1, 16), (5, 100, 16), (8, 33, 4)])
def test_every_byte_of_a_client_is_in_the_formula(n, length, value_bits):
    """Ours: a share is 9 · 4 bytes, an envelope with two of them has 16 bytes of a tag on top."""
    modulus = 2 ** (n * (2**value_bits - 1)).bit_length()
    x = {one: np.zeros(length, dtype=np.uint64) for one in range(1, n + 1)}
    done = rounds.aggregate(x, threshold=1, modulus=modulus)
    formula = rounds.client_bits(
        n_clients=n, length=length, value_bits=value_bits, key_bits=256, share_bits=8 * 36
    )
    tags = 2 * (n - 1) * 16 * 8
    spare = -length * (modulus.bit_length() - 1) % 8  # the last byte of the packed vector
    for client in x:
        assert 8 * rounds.n_bytes(done, client=client) == formula + tags + spare


def test_a_masked_vector_is_as_long_as_its_packed_bytes():
    x = {one: np.zeros(11, dtype=np.uint64) for one in (1, 2)}
    done = rounds.aggregate(x, threshold=1, modulus=2**21)
    for one in done.sent:
        if one.step == 3:
            assert one.message.n_bytes == len(pack(one.message.values, modulus=2**21))


def test_messages_go_through_the_server_and_are_noted_on_both_ways():
    x = {one: np.zeros(2, dtype=np.uint64) for one in (1, 2, 3)}
    done = rounds.aggregate(x, threshold=1, modulus=2**8, drops={3: 3})
    count = {
        (step, up): sum(one.step == step and (one.receiver == 0) == up for one in done.sent)
        for step in (1, 2, 3, 4)
        for up in (True, False)
    }
    assert count == {
        (1, True): 3, (1, False): 6, (2, True): 6, (2, False): 6,
        (3, True): 2, (3, False): 0, (4, True): 2, (4, False): 0,
    }  # fmt: skip
    assert all(0 in (one.sender, one.receiver) for one in done.sent)


@pytest.mark.parametrize("drops", [{1: 0}, {1: "late"}, {1: 2.0}])
def test_steps_of_drop_outs_are_integers_from_1(drops):
    x = {one: np.zeros(2, dtype=np.uint64) for one in (1, 2, 3)}
    with pytest.raises(ValueError, match="drops must be an integer of at least 1"):
        rounds.aggregate(x, threshold=1, modulus=2**8, drops=drops)
