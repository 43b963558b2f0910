"""Keys, seeds and masks: alike for both clients, uniform, and gone in the sum."""

import hashlib
import hmac
from collections import Counter

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lessons.mpc.aggregation import pairwise_masks


def fixed(seed):
    return np.random.default_rng(seed).bytes


def test_a_public_key_is_the_value_of_rfc_7748():
    """Section 5.2: the scalar 9 (little-endian) times the base point, after one iteration."""
    public = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    assert pairwise_masks.pair_of(bytes([9]) + bytes(31)).public.hex() == public


def test_both_clients_get_one_seed_and_each_purpose_another():
    one, other, third = (pairwise_masks.key_pair(fixed(k)) for k in range(3))
    seed = pairwise_masks.agree(one, other.public, purpose="mask")
    assert seed == pairwise_masks.agree(other, one.public, purpose="mask") and len(seed) == 32
    assert seed != pairwise_masks.agree(one, other.public, purpose="envelope")
    assert seed != pairwise_masks.agree(one, third.public, purpose="mask")


def test_the_seed_is_hkdf_of_the_point_by_its_definition():
    """RFC 5869 by hand: extract with a zero salt, expand by one block."""
    one, other = (pairwise_masks.key_pair(fixed(k)) for k in range(2))
    point = X25519PrivateKey.from_private_bytes(one.secret).exchange(
        X25519PublicKey.from_public_bytes(other.public)
    )
    extracted = hmac.digest(bytes(32), point, hashlib.sha256)
    by_hand = hmac.digest(extracted, b"mask" + b"\x01", hashlib.sha256)
    assert pairwise_masks.agree(one, other.public, purpose="mask") == by_hand


def test_the_secret_key_is_not_shown():
    pair = pairwise_masks.key_pair(fixed(0))
    assert pair.secret.hex() not in repr(pair) and repr(pair.secret) not in repr(pair)


@pytest.mark.parametrize("modulus", [2, 2**8, 2**21, 2**32, 2**33, 2**64])
@pytest.mark.parametrize("length", [0, 1, 5, 2**16 + 3])
def test_a_mask_is_the_stream_of_aes_in_counter_mode(modulus, length):
    seed = bytes(range(32))
    word = pairwise_masks.word_of(modulus)
    stream = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    words = np.frombuffer(stream.update(bytes(length * word.itemsize)), dtype=word)
    mask = pairwise_masks.expand(seed, length, modulus=modulus)
    assert mask.dtype == np.uint64 and mask.shape == (length,)
    assert np.array_equal(mask, words & word.type(modulus - 1))


def test_a_mask_is_uniform():
    """χ² over 256 values and 10^5 draws: mean 255, standard deviation 22.6; six of them are 391."""
    counts = np.bincount(pairwise_masks.expand(bytes(32), 10**5, modulus=256).astype(int))
    expected = 10**5 / 256
    assert ((counts - expected) ** 2 / expected).sum() < 391


@pytest.mark.parametrize("modulus", [2, 2**10, 2**21, 2**64])
@pytest.mark.parametrize("n_clients", [2, 3, 5])
def test_pair_masks_cancel_and_self_masks_are_left(modulus, n_clients):
    rng = np.random.default_rng(n_clients)
    numbers = rng.choice(np.arange(1, 50), n_clients, replace=False).tolist()
    seeds = {frozenset((u, v)): rng.bytes(32) for u in numbers for v in numbers if u < v}
    own = {u: rng.bytes(32) for u in numbers}
    x = {u: rng.integers(0, modulus, 7, dtype=np.uint64, endpoint=False) for u in numbers}
    x[numbers[0]][:3] = [0, 1, modulus - 1]
    total, wanted = 0, 0
    for u in numbers:
        pairs = {v: seeds[frozenset((u, v))] for v in numbers if v != u}
        y = pairwise_masks.masked(
            x[u], client=u, pair_seeds=pairs, self_seed=own[u], modulus=modulus
        )
        total = total + y.astype(object)
        wanted = wanted + x[u].astype(object)
        wanted = wanted + pairwise_masks.expand(own[u], 7, modulus=modulus).astype(object)
    assert np.array_equal(total % modulus, wanted % modulus)


def view_of_server(x, modulus, *, draws):
    """All that the server sees of three clients, once for every outcome of six draws.

    That is y_1, y_2, y_3 and, as nobody drops out, the three self seeds. The cipher is replaced by
    uniform numbers: a seed is the array of its outcomes, and it is the mask.
    """
    first, second, third, *own = draws
    pairs = {(1, 2): first, (1, 3): second, (2, 3): third}
    seen = []
    for u in (1, 2, 3):
        y = pairwise_masks.masked(
            np.full(len(first), x[u - 1]),
            client=u,
            pair_seeds={v: pairs[min(u, v), max(u, v)] for v in (1, 2, 3) if v != u},
            self_seed=own[u - 1],
            modulus=modulus,
            stream=lambda seed, word: lambda count: seed.astype(word),
        )
        seen.append(y)
    return Counter(zip(*(one.tolist() for one in (*seen, *own)), strict=True))


def every_view(modulus, *, draws):
    return {x: view_of_server(x, modulus, draws=draws) for x in np.ndindex(*[modulus] * 3)}


@pytest.mark.parametrize("modulus", [2, 4])
def test_the_servers_whole_view_tells_the_sum_and_nothing_else(modulus):
    views = every_view(modulus, draws=np.indices([modulus] * 6).reshape(6, -1))
    for x, view in views.items():
        for other, its in views.items():
            assert (view == its) == (sum(x) % modulus == sum(other) % modulus)


def test_with_zero_in_place_of_randomness_the_view_tells_more():
    views = every_view(4, draws=np.zeros((6, 4**6), dtype=int))
    assert sum(views[0, 0, 1].values()) == 4**6 and views[0, 0, 1] != views[1, 0, 0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pairwise_masks.pair_of(b"short"), "secret must have 32 bytes, got 5"),
        (lambda: pairwise_masks.expand(bytes(32), 3, modulus=100), "power of 2, got modulus=100"),
        (lambda: pairwise_masks.expand(bytes(32), 3, modulus=2**65), r"at most 2\*\*64"),
        (
            lambda: pairwise_masks.agree(
                pairwise_masks.pair_of(bytes(32)), bytes(32), purpose="mask"
            ),
            "other must be a public key, got 0000000000000000…",
        ),
        (
            lambda: pairwise_masks.masked(
                [1], client=2, pair_seeds={2: bytes(32)}, self_seed=bytes(32), modulus=8
            ),
            "pair_seeds must not hold the client itself, got client=2",
        ),
        (
            lambda: pairwise_masks.add_masks([[1, 2]], [], modulus=8),
            r"values must have one axis, got shape \(1, 2\)",
        ),
        (lambda: pairwise_masks.add_masks([8], [], modulus=8), "from 0 to modulus - 1 = 7"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
