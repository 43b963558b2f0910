"""Noise in parts: its exact distribution, the published bound, and what drop-outs take away."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from lessons.dp.exact.discrete import discrete_gaussian_delta, discrete_gaussian_pmf
from lessons.fl.privacy import distributed_noise as noise


def variance(pmf):
    k = np.arange(len(pmf)) - len(pmf) // 2
    return float((pmf * k**2).sum())


@pytest.mark.parametrize(("sigma", "n"), [(0.5, 2), (1, 7), (3, 30)])
def test_the_probabilities_of_the_sum_add_up_and_its_variance_is_n_times_one(sigma, n):
    pmf, one = (noise.sum_pmf(sigma=sigma, n_clients=m) for m in (n, 1))
    assert pmf.sum() == pytest.approx(1, abs=1e-12) and np.allclose(pmf, pmf[::-1])
    assert variance(pmf) == pytest.approx(n * variance(one))


def test_one_client_is_the_discrete_gaussian():
    for epsilon in (0, 0.5, 2):
        one = noise.sum_delta(sigma=2, n_clients=1, sensitivity=3, epsilon=epsilon)
        right = discrete_gaussian_delta(sigma=2, sensitivity=3, epsilon=epsilon)
        assert one == pytest.approx(right, rel=1e-9)


@pytest.mark.parametrize(("sigma", "n"), [(0.5, 2), (0.5, 9), (0.6, 4), (1, 5)])
def test_tau_bounds_how_far_the_sum_is_from_one_discrete_gaussian(sigma, n):
    """Kairouz et al. 2021, Theorem 1: |ln ratio| at most τ, wherever floats can show it."""
    pmf = noise.sum_pmf(sigma=sigma, n_clients=n)
    k = np.arange(len(pmf)) - len(pmf) // 2
    ideal = discrete_gaussian_pmf(k, sigma=sigma * sqrt(n))
    shown = np.abs(k) <= 3 * sigma * sqrt(n)
    far = np.abs(np.log(pmf[shown] / ideal[shown])).max()
    assert 0 < far <= noise.sum_tau(sigma=sigma, n_clients=n)


def test_the_bound_holds_and_is_near_for_one_number():
    for sigma, n in ((1, 5), (2, 5), (10, 30)):
        epsilon = noise.sum_epsilon(sigma=sigma, n_clients=n, sensitivity=3, length=1, delta=1e-5)
        true = noise.sum_delta(sigma=sigma, n_clients=n, sensitivity=3, epsilon=epsilon)
        assert 1e-7 < true <= 1e-5


def test_epsilon_is_that_of_a_gaussian_once_sigma_is_two():
    """τ is then 0, and ρ = Δ²/(2nσ²); Bun and Steinke's ρ + 2√(ρ ln 1/δ) is a little larger."""
    rho = 3**2 / (2 * 10 * 4)
    found = noise.sum_epsilon(sigma=2, n_clients=10, sensitivity=3, length=100, delta=1e-5)
    old = rho + 2 * sqrt(rho * np.log(1e5))
    assert 0.8 * old < found < old
    assert found == pytest.approx(noise.concentrated_epsilon(rho, delta=1e-5), rel=1e-9)


def test_drop_outs_cost_privacy():
    every = [
        noise.sum_epsilon(sigma=5, n_clients=n, sensitivity=9, length=10, delta=1e-5)
        for n in (30, 21, 10, 1)
    ]
    assert every == sorted(every) and len(set(every)) == 4


def test_draws_are_discrete_gaussian():
    """1000 draws: the variance is 4 up to six times √(2/1000) · 4 = 0.18."""
    draws = noise.client_noise(
        1000, sigma_squared=Fraction(4), random_bytes=np.random.default_rng(38).bytes
    )
    assert draws.dtype == np.int64 and draws.shape == (1000,)
    assert abs(draws.var() - 4) < 1.1 and abs(draws.mean()) < 0.38


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: noise.sum_tau(sigma=0.4, n_clients=3), "sigma must be at least 0.5"),
        (lambda: noise.sum_tau(sigma=-1, n_clients=3), "sigma must be positive"),
        (lambda: noise.sum_pmf(sigma=1, n_clients=0), "n_clients must be"),
        (lambda: noise.sum_delta(sigma=1, n_clients=2, sensitivity=0, epsilon=1), "sensitivity"),
        (lambda: noise.client_noise(-1, sigma_squared=Fraction(1)), "length must be"),
        (lambda: noise.concentrated_epsilon(-1.0, delta=1e-5), "rho must be"),
        (
            lambda: noise.sum_epsilon(sigma=1, n_clients=2, sensitivity=1, length=1, delta=0),
            "delta must lie strictly between",
        ),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_no_noise_is_needed_for_a_sum_that_does_not_move():
    assert noise.concentrated_epsilon(0.0, delta=1e-5) == 0
