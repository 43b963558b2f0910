"""The private gradient: clipping bounds what one example does, the noise has the stated law and size."""

from math import erf, sqrt

import numpy as np
import pytest

from lessons.checks.engine.chance import cdf_bound, cdf_distance
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.dp.training.private_gradient import noisy_mean, poisson_sample, private_gradient

SETTINGS = {"clip_norm": 0.7, "noise_multiplier": 1.3, "expected_batch_size": 12.5}
NOT_POSITIVE = (0, -1, float("nan"), float("inf"), "1", True)


def normal_cdf(x, sigma):
    return np.array([(1 + erf(one / (sigma * sqrt(2)))) / 2 for one in x])


def rows_of_known_norms(norms, n_parameters=40, seed=3):
    rows = np.random.default_rng(seed).normal(size=(len(norms), n_parameters))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True) * np.array(norms)[:, None]


def test_one_example_more_moves_the_clipped_sum_by_at_most_the_clip_norm():
    rng = np.random.default_rng(4)
    for scale in (0.01, 1.0, 1e4):
        rows = rng.normal(scale=scale, size=(9, 6))
        quiet = {**SETTINGS, "noise_multiplier": 0.0, "rng": rng}
        moved = private_gradient(rows, **quiet) - private_gradient(rows[1:], **quiet)
        assert np.linalg.norm(moved) * 12.5 <= 0.7 * (1 + 1e-9)


@pytest.mark.parametrize("n_in_batch", [0, 1, 300])
def test_noise_is_drawn_once_for_the_sum_whatever_the_batch(n_in_batch):
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(n_in_batch, 20_000))
    truth = clip_rows(rows, clip_norm=0.7).sum(axis=0) / 12.5
    noise = private_gradient(rows, **SETTINGS, rng=rng) - truth
    sigma = 1.3 * 0.7 / 12.5
    gap = cdf_distance(noise, lambda x: normal_cdf(x, sigma))
    assert gap <= cdf_bound(20_000)  # 1e-6 by Massart; a deviation 5 % off already gives 0.012
    # the variance of 20 000 normal draws strays by more than 5 % with probability below 1e-6
    assert noise.var() == pytest.approx(sigma**2, rel=0.05)
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 5 / 20_000**0.5


def test_it_is_the_noisy_mean_of_the_clipped_rows():
    rows = rows_of_known_norms([0.2, 3.0, 40.0])
    one = private_gradient(rows, **SETTINGS, rng=np.random.default_rng(6))
    total = clip_rows(rows, clip_norm=0.7).sum(axis=0)
    other = noisy_mean(total, **SETTINGS, rng=np.random.default_rng(6))
    noise = 1.3 * 0.7 * np.random.default_rng(6).standard_normal(40)
    assert one == pytest.approx(other) and one == pytest.approx((total + noise) / 12.5)


def test_without_noise_and_clipping_it_is_the_sum_over_the_expected_size():
    rows = np.arange(12.0).reshape(3, 4)
    settings = {"clip_norm": 1e6, "noise_multiplier": 0, "expected_batch_size": 5}
    got = private_gradient(rows, **settings, rng=np.random.default_rng(7))
    assert got == pytest.approx(np.array([12, 15, 18, 21]) / 5)


def test_input_stays_as_it_was_and_the_same_generator_gives_the_same_gradient():
    rows = rows_of_known_norms([0.2, 3.0])
    before = rows.copy()
    one, two = (private_gradient(rows, **SETTINGS, rng=np.random.default_rng(8)) for _ in "ab")
    assert np.array_equal(rows, before) and np.array_equal(one, two)


@pytest.mark.parametrize("name", ["clip_norm", "expected_batch_size"])
@pytest.mark.parametrize("value", NOT_POSITIVE)
def test_bad_scalars_are_named_with_rule_and_value(name, value):
    rng = np.random.default_rng(9)
    before = rng.bit_generator.state
    settings = {**SETTINGS, name: value}
    for call in (
        lambda: private_gradient(np.ones((2, 3)), **settings, rng=rng),
        lambda: noisy_mean(np.ones(3), **settings, rng=rng),
    ):
        with pytest.raises(ValueError, match=rf"{name} must be .*, got {name}="):
            call()
    assert rng.bit_generator.state == before, "nothing was drawn, nothing released"


def test_bad_noise_and_bad_gradients_are_refused():
    rng = np.random.default_rng(10)
    for value in (-0.1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="noise_multiplier must be at least 0"):
            private_gradient(np.ones((2, 3)), **{**SETTINGS, "noise_multiplier": value}, rng=rng)
    for rows in (np.ones(3), np.ones((2, 3, 1)), np.ones((3, 0))):
        with pytest.raises(ValueError, match="one row per example"):
            private_gradient(rows, **SETTINGS, rng=rng)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="gradients must hold finite numbers only"):
            private_gradient(np.array([[1.0, bad]]), **SETTINGS, rng=rng)


def test_each_example_is_sampled_on_its_own_with_the_given_rate():
    rng = np.random.default_rng(11)
    rounds, n, rate = 4000, 30, 0.3
    picked = np.zeros((rounds, n))
    for one in picked:
        one[poisson_sample(n, sampling_rate=rate, rng=rng)] = 1
    # 5.5 standard deviations of a frequency, 30 examples: false alarm 1e-6
    assert np.abs(picked.mean(axis=0) - rate).max() < 5.5 * sqrt(rate * (1 - rate) / rounds)
    pairs = np.corrcoef(picked.T)[np.triu_indices(n, 1)]
    assert np.abs(pairs).max() < 6 / sqrt(rounds), "independent: no fixed batch size"
    # the size is binomial: its variance is n q (1 - q), not 0
    assert picked.sum(axis=1).var() == pytest.approx(n * rate * (1 - rate), rel=0.15)
    assert abs(np.corrcoef(picked[1:, 0], picked[:-1, 0])[0, 1]) < 6 / sqrt(rounds)


def test_a_sample_may_be_empty_and_may_be_everything():
    rng = np.random.default_rng(12)
    assert any(len(poisson_sample(5, sampling_rate=0.1, rng=rng)) == 0 for _ in range(50))
    everything = poisson_sample(5, sampling_rate=1, rng=rng)
    assert everything.tolist() == [0, 1, 2, 3, 4] and everything.dtype == np.int64


@pytest.mark.parametrize("rate", [0, -0.1, 1.01, float("nan"), float("inf"), True])
def test_bad_sampling_rates_are_refused(rate):
    with pytest.raises(ValueError, match=r"sampling_rate must be .*, got sampling_rate="):
        poisson_sample(5, sampling_rate=rate, rng=np.random.default_rng(13))


@pytest.mark.parametrize("n", [0, -1, 3.0, True])
def test_a_sample_needs_a_table(n):
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got n="):
        poisson_sample(n, sampling_rate=0.5, rng=np.random.default_rng(14))
