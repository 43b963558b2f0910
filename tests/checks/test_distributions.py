"""Noise, frequencies, independence: right draws raise no alarm, each way to be wrong is seen and named."""

import numpy as np
import pytest
from scipy.special import ndtri

from lessons.checks.engine.frequencies import coins_fault, frequencies_fault, uniform_fault
from lessons.checks.engine.independence import elsewhere_fault, independence_fault
from lessons.checks.engine.noise import MANY, laplace, noise_fault, normal

CALLS, ENTRIES = 100, 200
LAWS = {"laplace": (laplace(2.5), 2.5), "normal": (normal(2.5), 2.5)}


def drawn(name, rng, shape=(CALLS, ENTRIES)):
    return getattr(rng, name)(scale=LAWS[name][1], size=shape)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("shape", [(1000,), (4000, 1), (1, 5000), (CALLS, ENTRIES), (30, 7, 9)])
def test_right_noise_raises_no_alarm_in_a_hundred_trials(name, shape):
    rng = np.random.default_rng(7)
    for trial in range(100):
        noise = drawn(name, rng, shape).reshape(shape[0], -1).squeeze()
        found = noise_fault(noise, LAWS[name][0], around=rng.integers(0, 99, noise.shape))
        assert found is None, (trial, found)


def redrawn(name, rng, limit):
    noise = drawn(name, rng, MANY)
    while (far := np.abs(noise) > limit * 2.5).any():
        noise[far] = drawn(name, rng, int(far.sum()))
    return noise


def in_pairs(name, rng):
    half = drawn(name, rng, (CALLS, ENTRIES // 2))
    return np.repeat(half, 2, axis=1) * rng.choice([1.0, -1.0], (CALLS, ENTRIES))


def antithetic(name, rng):
    """Opposite quantiles a place apart: every entry has the right distribution."""
    noise = drawn(name, rng)
    noise[:, 1::2] = -noise[:, ::2] * (1 + 1e-4 * rng.random((CALLS, ENTRIES // 2)))
    return noise


def rolled(name, rng):
    row = drawn(name, rng, ENTRIES + CALLS)
    return np.array([row[k : k + ENTRIES] for k in range(CALLS)])


def zero_sum(name, rng):
    noise = drawn(name, rng)
    return noise - noise.mean(axis=1, keepdims=True)


def stratified(name, rng):
    u = (np.arange(ENTRIES) + rng.random((CALLS, ENTRIES))) / ENTRIES
    u = rng.permuted(u, axis=1)
    if name == "normal":
        return 2.5 * ndtri(u)
    return 2.5 * np.where(u < 0.5, np.log(2 * u), -np.log(2 * (1 - u)))


def third_from_two(name, rng):
    """Any two draws are independent; the third of each three follows from the two before it."""
    u = rng.random((CALLS, ENTRIES))
    u[:, 2::3] = (u[:, 0::3][:, : u[:, 2::3].shape[1]] + u[:, 1::3][:, : u[:, 2::3].shape[1]]) % 1
    if name == "normal":
        return 2.5 * ndtri(u)
    return 2.5 * np.where(u < 0.5, np.log(2 * u), -np.log(2 * (1 - u)))


def tail_of_the_other(name, rng):
    """Right in the middle, the other distribution beyond three standard deviations."""
    noise, other = drawn(name, rng, MANY), drawn(*[k for k in LAWS if k != name], rng, MANY)
    return np.where(np.abs(noise) > 7.5, np.sign(noise) * (7.5 + np.abs(other)), noise)


WRONG = {
    "no_noise": [lambda name, rng: np.zeros((CALLS, ENTRIES))],
    "global_random": [lambda name, rng: np.tile(drawn(name, rng, ENTRIES), (CALLS, 1))],
    "one_noise_for_all": [lambda name, rng: np.tile(drawn(name, rng, (CALLS, 1)), ENTRIES)],
    "repeated_noise": [in_pairs, rolled],
    "partly_no_noise": [lambda name, rng: drawn(name, rng) * (np.arange(ENTRIES) > 0)],
    "rounded": [
        lambda name, rng: np.round(drawn(name, rng)),
        lambda name, rng: np.round(drawn(name, rng), 3),
    ],
    "one_sided": [lambda name, rng: np.abs(drawn(name, rng))],
    "cut_off": [lambda name, rng: np.clip(drawn(name, rng), -6, 6)],
    "not_centred": [lambda name, rng: drawn(name, rng) + 0.2],
    "wrong_law": [lambda name, rng: rng.uniform(-4.3, 4.3, (CALLS, ENTRIES))],
    "wrong_scale": [
        lambda name, rng: 1.1 * drawn(name, rng),
        lambda name, rng: 0.93 * drawn(name, rng),
        lambda name, rng: 0.97 * drawn(name, rng, (CALLS, MANY // CALLS)),
    ],
    "tails": [lambda name, rng: redrawn(name, rng, 3.8 if name == "normal" else 9)],
    "linked": [antithetic, zero_sum, stratified, third_from_two],
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("code", WRONG)
def test_each_kind_of_wrong_noise_is_named(name, code):
    for make in WRONG[code]:
        for seed in range(20):
            found = noise_fault(make(name, np.random.default_rng(seed)), LAWS[name][0])
            assert found is not None and found.code == code, (make, seed, found)


@pytest.mark.parametrize("name", LAWS)
def test_tail_of_another_distribution_is_seen(name):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert noise_fault(tail_of_the_other(name, rng), LAWS[name][0]) is not None


@pytest.mark.parametrize("p", [0.02, 0.318, 0.5, 0.9371])
def test_right_coins_raise_no_alarm_and_wrong_ones_are_named(p):
    def coins(rng, shape=(200, 60)):
        return rng.random(shape) < p

    def exactly(rng):
        ones = round(60 * p)
        return rng.permuted(np.tile(np.arange(60) < ones, (200, 1)), axis=1)

    rng = np.random.default_rng(3)
    for _ in range(200):
        assert coins_fault(coins(rng), p) is None
        assert coins_fault(coins(rng, (3000,)), p) is None
        assert coins_fault(coins(rng, (3000, 1)), p) is None
    off = 0.05 if p < 0.1 else 0.03
    assert coins_fault(coins(rng, (400, 60)), p + off).code == "wrong_frequencies"
    if 0.2 < p < 0.9:
        for seed in range(20):
            one = np.random.default_rng(seed)
            assert coins_fault(exactly(one), p) is not None
            pairs = np.repeat(coins(one, (200, 30)), 2, axis=1)
            assert coins_fault(pairs, p).code == "linked"
            assert coins_fault(np.tile(coins(one, (1, 60)), (200, 1)), p) is not None


def test_rare_coins_that_all_fall_the_same_way_are_not_called_linked():
    assert coins_fault(np.ones(1000), 0.994) is None  # one time in 400
    assert coins_fault(np.zeros((100, 5)), 1e-3) is None


def test_frequencies_follow_their_probabilities():
    p = np.array([0.5, 0.3, 0.1999, 1e-4, 0.0])
    rng = np.random.default_rng(1)
    for _ in range(500):
        assert frequencies_fault(rng.multinomial(2000, p), p) is None
    assert "too often" in frequencies_fault([1000, 600, 399, 0, 1], p).details
    assert frequencies_fault([1160, 540, 300, 0, 0], p).code == "wrong_frequencies"


PUBLISHED = 2**64 - 59


@pytest.mark.parametrize("modulus", [2, 7, 64, 257, 2**31 - 1, 2**64, PUBLISHED, 2**127 - 1])
def test_uniform_integers_raise_no_alarm(modulus):
    rng = np.random.default_rng(2)
    for _ in range(30):
        values = [int.from_bytes(rng.bytes(24)) % modulus for _ in range(1000)]
        assert uniform_fault(values, modulus) is None


NOT_UNIFORM = {
    "low bits lost": lambda one: int(float(one)) % PUBLISHED,
    "63 bits": lambda one: one & (2**63 - 1),
    "even": lambda one: one & ~1,
    "multiples": lambda one: one - one % 3,
    "one byte fixed": lambda one: one & ~(255 << 24),
    "squared": lambda one: one * one // PUBLISHED,
    "beyond": lambda one: one + PUBLISHED // 3,
    "few": lambda one: one % 997 * (PUBLISHED // 997),
}


@pytest.mark.parametrize("how", NOT_UNIFORM)
def test_integers_that_miss_part_of_the_ring_are_seen(how):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        values = [NOT_UNIFORM[how](int.from_bytes(rng.bytes(24)) % PUBLISHED) for _ in range(1000)]
        assert uniform_fault(values, PUBLISHED) is not None, seed


def test_uniform_integers_that_depend_on_each_other_are_seen():
    rng = np.random.default_rng(4)
    first = [int.from_bytes(rng.bytes(24)) % PUBLISHED for _ in range(500)]
    both = [
        one for pair in zip(first, [PUBLISHED - 1 - x for x in first], strict=True) for one in pair
    ]
    assert uniform_fault(both, PUBLISHED).code == "linked"
    assert uniform_fault([0, 1] * 500, 2).code == "linked"


def test_draws_from_elsewhere_are_seen():
    rng, own = np.random.default_rng(5), np.random.default_rng(6)
    assert elsewhere_fault(lambda given: given.random(3), rng) is None
    assert elsewhere_fault(lambda given: own.random(3), rng).code == "global_random"
    assert elsewhere_fault(lambda given: np.ones(3), rng).code == "global_random"


def test_independence_looks_along_both_axes():
    rng = np.random.default_rng(8)
    u = rng.random((100, 100))
    assert independence_fault(u) is None
    linked = u.copy()
    linked[1::2] = 1 - u[::2]
    assert "calls" in independence_fault(linked).details
    assert "entries" in independence_fault(linked.T.copy()).details
