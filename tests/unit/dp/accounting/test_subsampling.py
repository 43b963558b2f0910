"""Amplification by subsampling, by enumeration; the losses of simulated runs, against their law."""

from fractions import Fraction
from math import exp, inf, log, nan

import numpy as np
import pytest

from lessons.checks.engine.chance import cdf_bound, frequency_bound
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.composition import advanced_composition, basic_composition
from lessons.dp.accounting.rdp import rdp_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.accounting.subsampling import (
    amplified,
    sampled_losses,
    simulated_losses,
    strong_composition,
)
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from tests.unit.loss_inversion import loss_at, one_step_delta, output_with


def enumerated(truth, rate):
    """Both ratios of randomized response on a Poisson sample of one record, as exact fractions."""
    with_record = [rate * p + (1 - rate) * (1 - p) for p in (truth, 1 - truth)]
    without = [1 - truth, truth]  # an empty sample answers as a 0 does
    ratios = [a / b for a, b in zip(with_record, without, strict=True)]
    return max(*ratios, *(1 / ratio for ratio in ratios))


@pytest.mark.parametrize("rate", [Fraction(1, 10), Fraction(1, 3), Fraction(9, 10), Fraction(1)])
@pytest.mark.parametrize("truth", [Fraction(3, 4), Fraction(2, 3), Fraction(99, 100)])
def test_randomized_response_on_a_sample_is_amplified_exactly(truth, rate):
    epsilon = log(truth / (1 - truth))
    got, delta = amplified(epsilon=epsilon, delta=0.0, sampling_rate=float(rate))
    assert got == pytest.approx(log(enumerated(truth, rate)), abs=1e-12)
    assert delta == 0


@pytest.mark.parametrize(("sigma", "rate"), [(1.0, 0.1), (0.5, 0.01), (4.0, 0.7)])
def test_one_gaussian_step_never_exceeds_the_amplified_delta(sigma, rate):
    for epsilon in (0.1, 1.0, 3.0):
        plain = float(one_step_delta(sigma, 1.0, epsilon, "remove"))
        smaller, delta = amplified(epsilon=epsilon, delta=plain, sampling_rate=rate)
        exact = float(one_step_delta(sigma, rate, smaller, "remove"))
        assert exact == pytest.approx(delta, rel=1e-9, abs=0)  # equality in this direction ...
        assert one_step_delta(sigma, rate, smaller, "add") <= delta + 1e-15  # ... the worse one


def test_small_and_large_numbers_keep_their_digits():
    assert amplified(epsilon=1.0, delta=1e-5, sampling_rate=1.0) == pytest.approx((1.0, 1e-5))
    small, _ = amplified(epsilon=1e-9, delta=0, sampling_rate=1e-6)
    assert small == pytest.approx(1e-15, rel=1e-6, abs=0)
    large, _ = amplified(epsilon=600.0, delta=0, sampling_rate=1e-4)
    assert large == pytest.approx(600 + log(1e-4))
    largest, _ = amplified(epsilon=700, delta=0, sampling_rate=0.5)
    assert largest == pytest.approx(700 - log(2))


@pytest.mark.parametrize("bad", [-1, nan, inf, 700.01, "1", True])
def test_epsilon_is_bounded(bad):
    with pytest.raises(ValueError, match="epsilon must"):
        amplified(epsilon=bad, delta=0, sampling_rate=0.1)


@pytest.mark.parametrize("bad", [-0.1, 1, 1.5, nan, "0"])
def test_delta_is_below_one(bad):
    with pytest.raises(ValueError, match="delta must"):
        amplified(epsilon=1, delta=bad, sampling_rate=0.1)


@pytest.mark.parametrize("bad", [0, -0.1, 1.1, nan, "0.5"])
def test_sampling_rate_is_a_positive_probability(bad):
    with pytest.raises(ValueError, match="sampling_rate must"):
        amplified(epsilon=1, delta=0, sampling_rate=bad)
    with pytest.raises(ValueError, match="sampling_rate must"):
        sampled_losses([0.0], noise_multiplier=1, sampling_rate=bad)


@pytest.mark.parametrize(
    ("sigma", "rate", "steps", "better"), [(1.1, 0.01, 500, 0), (8.0, 0.02, 20_000, 1)]
)
def test_strong_composition_is_the_chain_of_the_older_theorems_and_loose(
    sigma, rate, steps, better
):
    run = Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)

    def step(all_steps):
        of_a_step = all_steps / (steps * rate)
        start = gaussian_epsilon(sigma=sigma, l2_sensitivity=1, delta=of_a_step)
        return {"epsilon": log(1 + rate * (exp(start) - 1)), "delta": rate * of_a_step}

    basic = basic_composition(**step(1e-5), n_releases=steps)
    advanced = advanced_composition(**step(5e-6), n_releases=steps, slack=5e-6)
    assert advanced[1] == pytest.approx(1e-5) == basic[1]
    total = strong_composition(run, delta=1e-5)
    assert total == pytest.approx(min(basic[0], advanced[0]))
    assert total == pytest.approx((basic[0], advanced[0])[better])
    assert run_epsilon([run], delta=1e-5) < rdp_epsilon([run], delta=1e-5) < total


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"), [(0.02, 0.1, 3), (1e3, 1e-4, 2), (1.0, 1.0, 100_000)]
)
def test_strong_composition_stands_above_in_the_corners_too(sigma, rate, steps):
    run = Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
    assert strong_composition(run, delta=1e-5) >= rdp_epsilon([run], delta=1e-5) * 0.99 - 0.01


@pytest.mark.parametrize("sigma", [0.1, 0.5, 5.0])
def test_strong_composition_is_an_upper_bound_where_delta_exceeds_what_the_steps_can_use(sigma):
    run = Run(noise_multiplier=sigma, sampling_rate=1e-3, steps=20)
    assert strong_composition(run, delta=0.3) >= run_epsilon([run], delta=0.3)


def test_losses_are_the_logarithm_of_the_ratio_of_the_densities():
    x = np.linspace(-3, 4, 15).reshape(3, 5)
    for sigma, rate in ((1.0, 0.1), (0.3, 0.01), (2.0, 1.0)):
        got = sampled_losses(x, noise_multiplier=sigma, sampling_rate=rate)
        assert got.shape == x.shape
        assert np.abs(got - loss_at(x, sigma, rate)).max() < 1e-12
        p = (1 - rate) * np.exp(-(x**2) / 2 / sigma**2)
        p += rate * np.exp(-((x - 1) ** 2) / 2 / sigma**2)
        assert np.abs(np.exp(got) * np.exp(-(x**2) / 2 / sigma**2) - p).max() < 1e-12


@pytest.mark.parametrize("with_record", [True, False])
def test_simulated_losses_of_one_step_follow_their_law(with_record):
    sigma, rate, n = 1.5, 0.3, 20_000
    run = Run(noise_multiplier=sigma, sampling_rate=rate, steps=1)
    rng = np.random.default_rng(3)
    losses = simulated_losses(run, n_runs=n, with_record=with_record, rng=rng)
    from scipy.special import ndtr

    z = output_with(np.sort(losses), sigma, rate) / sigma
    cdf = ndtr(z)
    if with_record:
        cdf = (1 - rate) * cdf + rate * ndtr(z - 1 / sigma)
    ranks = np.arange(1, n + 1) / n
    assert max(np.abs(ranks - cdf).max(), np.abs(ranks - 1 / n - cdf).max()) < cdf_bound(n)


def test_simulated_losses_add_up_over_steps_and_are_repeatable():
    run = Run(noise_multiplier=1.0, sampling_rate=0.5, steps=30)
    one, two = (
        simulated_losses(run, n_runs=4000, with_record=True, rng=np.random.default_rng(8))
        for _ in range(2)
    )
    assert (one == two).all() and one.shape == (4000,)
    # E[e^-L] under P is the total mass of Q, which is 1; here the variance of e^-L is moderate
    other = simulated_losses(run, n_runs=4000, with_record=False, rng=np.random.default_rng(9))
    assert one.mean() > 0 > other.mean()
    assert np.mean(one > 1) > np.mean(other > 1) + frequency_bound(4000)
    with pytest.raises(ValueError, match="n_runs must"):
        simulated_losses(run, n_runs=0, with_record=True, rng=np.random.default_rng(0))
