"""The adder: all pairs of small words, carries that run far, costs by the wire."""

import numpy as np
import pytest

from lessons.mpc import additive
from lessons.mpc.bits import adder, boolean

W = 2**64


def added(x, y, *, k, n_parties=2, wire=None, seed=0):
    rng, q = np.random.default_rng(seed), 2**k
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    x, y = (np.asarray(one, dtype=np.uint64) for one in (x, y))
    supply = adder.deal_adder(x.shape, **options)
    rows = (boolean.share(one, **options) for one in (x, y))
    z = adder.add(*rows, triples=supply.tree, modulus=q, wire=wire)
    return boolean.reconstruct(z, modulus=q)


@pytest.mark.parametrize("k", [2, 3, 4, 5, 6])
def test_all_sums_of_small_words_are_right(k):
    x, y = (one.ravel() for one in np.meshgrid(np.arange(2**k), np.arange(2**k)))
    assert np.array_equal(added(x, y, k=k), (x + y) % 2**k)


@pytest.mark.parametrize("k", [9, 17, 18, 33, 63, 64])
def test_a_carry_runs_through_the_whole_word(k):
    """From each bit to each higher one: a run of ones that a single one sets off."""
    x, y = [], []
    for low in range(k):
        for high in range(low + 1, k + 1):
            x.append(2**high - 2**low)
            y.append(2**low)
    assert added(x, y, k=k).tolist() == [(a + b) % 2**k for a, b in zip(x, y, strict=True)]


@pytest.mark.parametrize("n_parties", [2, 3, 4, 5, 6, 9])
@pytest.mark.parametrize("k", [2, 3, 4, 8, 33, 64])
def test_rows_of_any_number_of_parties_are_added_up(k, n_parties):
    rng, q = np.random.default_rng([k, n_parties]), 2**k
    drawn = [int.from_bytes(rng.bytes(8), "little") % q for _ in range(60)]
    x = np.array([0, 1, q - 1, q // 2, q // 2 - 1, *drawn], dtype=np.uint64)
    options = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}
    supply, wire = adder.deal_adder(x.shape, **options), []
    binary = adder.to_binary(
        additive.share(x, **options), supply=supply, modulus=q, wire=wire, step=3
    )
    assert np.array_equal(boolean.reconstruct(binary, modulus=q), x)
    rounds = adder.rounds(n_parties=n_parties, modulus=q)
    assert {one.step for one in wire} == set(range(3, 3 + rounds)) and supply.rounds == rounds
    words = sum(one.payload.size for one in wire if (one.sender, one.receiver) == (0, 1))
    assert words == x.size * adder.words(n_parties=n_parties, modulus=q)


def test_levels_double_until_the_top_carry_is_reached():
    for k in range(2, 65):
        distances = adder.distances(2**k)
        assert distances == [2**level for level in range(len(distances))]
        assert 2 ** len(distances) >= k - 1 and (not distances or distances[-1] < k - 1)
    assert len(adder.distances(W)) == 6 and len(adder.distances(16)) == 2


def test_known_costs():
    assert [adder.rounds(n_parties=n, modulus=W) for n in (2, 3, 4, 5)] == [7, 8, 9, 10]
    assert [adder.words(n_parties=n, modulus=W) for n in (2, 3, 4, 5)] == [19, 21, 23, 25]
    assert [adder.numbers_left(n) for n in (2, 3, 5, 9)] == [[], [3], [5, 4, 3], [9, 6, 4, 3]]


def test_a_partys_own_row_counts_as_shared_by_all():
    x = np.array([[1, 2], [3, 0], [2, 2]], dtype=np.uint64)
    numbers = adder.as_binary(x)
    assert numbers.shape == (3, 3, 2)
    for j in range(3):
        assert np.array_equal(boolean.reconstruct(numbers[:, j], modulus=4), x[j])
        assert not np.delete(numbers[:, j], j, axis=0).any()


def test_bad_input_is_named():
    x = boolean.share(3, n_parties=2, modulus=16)
    supply = adder.deal_adder(n_parties=2, modulus=16)
    with pytest.raises(ValueError, match="triples must be 3 modulo 16, got 2 triples"):
        adder.add(x, x, triples=supply.tree[1:], modulus=16)
    with pytest.raises(ValueError, match="x_shares must have the shape"):
        adder.to_binary(additive.share(3, n_parties=3, modulus=16), supply=supply, modulus=16)
    with pytest.raises(ValueError, match="n_parties"):
        adder.deal_adder(n_parties=1, modulus=16)
    with pytest.raises(ValueError, match="power of two"):
        adder.distances(12)
