"""The walk of the privacy loss: its steps, its law, and its meaning."""

from math import exp, log, sqrt, tanh

import numpy as np
import pytest

from lessons.checks.engine.chance import frequency_bound
from lessons.dp.accounting.composition import coin_composition
from lessons.dp.accounting.loss_walk import coin_loss_moments, coin_walks, laplace_losses
from lessons.dp.mechanisms.laplace import laplace_density


def test_steps_are_plus_or_minus_epsilon_with_the_probability_of_the_coin():
    rng = np.random.default_rng(1)
    walks = coin_walks(epsilon=0.7, n_releases=40, n_runs=500, rng=rng)
    assert walks.shape == (500, 40)
    steps = np.diff(walks, axis=1, prepend=0)
    assert np.abs(np.abs(steps) - 0.7).max() < 1e-12
    up, p = np.mean(steps > 0), exp(0.7) / (1 + exp(0.7))
    assert abs(up - p) <= frequency_bound(20_000)  # p is 0.668; 1 - p would be 0.33 away
    assert abs(np.corrcoef(steps[:, 1:].ravel(), steps[:, :-1].ravel())[0, 1]) < 5 / 19_500**0.5


def test_walk_comes_back_to_zero_exactly():
    walks = coin_walks(epsilon=0.1, n_releases=50, n_runs=200, rng=np.random.default_rng(2))
    assert (walks[:, 1::2] == 0).any()
    assert (walks == np.round(walks / 0.1) * 0.1).all(), "no rounding piles up on the way"


def test_ends_of_the_walks_have_the_law_of_the_composition():
    k, epsilon, runs = 12, 0.4, 20_000
    ends = coin_walks(epsilon=epsilon, n_releases=k, n_runs=runs, rng=np.random.default_rng(3))[
        :, -1
    ]
    log_p, _, loss = coin_composition(epsilon=epsilon, n_releases=k)
    for level in loss:
        share = np.mean(ends > level + 1e-9)
        assert abs(share - np.exp(log_p[loss > level]).sum()) <= frequency_bound(runs)


@pytest.mark.parametrize(("epsilon", "k"), [(0.1, 100), (2.0, 3), (0.01, 50_000)])
def test_moments_are_those_of_the_exact_law(epsilon, k):
    log_p, _, loss = coin_composition(epsilon=epsilon, n_releases=k)
    mean, spread = coin_loss_moments(epsilon=epsilon, n_releases=k)
    p = np.exp(log_p)
    assert mean == pytest.approx(p @ loss, rel=1e-6)
    assert spread == pytest.approx(sqrt(p @ (loss - mean) ** 2), rel=1e-6)


def test_laplace_loss_is_the_log_ratio_of_the_densities():
    epsilon, k, runs = 0.5, 6, 4000
    ours = laplace_losses(epsilon=epsilon, n_releases=k, n_runs=runs, rng=np.random.default_rng(4))
    noise = np.random.default_rng(4).laplace(scale=1 / epsilon, size=(runs, k))
    ratio = laplace_density(noise, centre=0, scale=2) / laplace_density(noise, centre=1, scale=2)
    assert ours == pytest.approx(np.log(ratio).sum(axis=1), abs=1e-9)
    assert np.abs(ours).max() <= k * epsilon + 1e-9


def test_mean_of_the_laplace_loss_by_the_integral():
    # E L = ε - 1 + e^(-ε) for Laplace noise of scale 1/ε (Kullback-Leibler of two such densities)
    epsilon = 0.8
    losses = laplace_losses(
        epsilon=epsilon, n_releases=1, n_runs=40_000, rng=np.random.default_rng(5)
    )
    assert abs(losses.mean() - (epsilon - 1 + exp(-epsilon))) < 6 * epsilon / 200  # |L| <= ε
    assert losses.mean() < epsilon * tanh(epsilon / 2), "the coins lose most"


def test_average_of_e_to_the_minus_loss_is_one():
    walks = coin_walks(epsilon=log(3), n_releases=3, n_runs=40_000, rng=np.random.default_rng(6))
    # Σ P·(Q/P) = 1; one such term is at most 27, its variance at most Σ Q²/P = (7/3)^3
    assert abs(np.exp(-walks[:, -1]).mean() - 1) < 6 * sqrt((7 / 3) ** 3 / 40_000)


@pytest.mark.parametrize("draw", [coin_walks, laplace_losses])
def test_bad_arguments_are_refused(draw):
    good = {"epsilon": 0.1, "n_releases": 2, "n_runs": 2, "rng": np.random.default_rng(0)}
    for name, bads in {
        "epsilon": (0, -1, float("nan")),
        "n_releases": (0, 1.5, True),
        "n_runs": (0, 2.0),
    }.items():
        for bad in bads:
            with pytest.raises(ValueError, match=f"{name} must be"):
                draw(**good | {name: bad})
    with pytest.raises(ValueError, match="epsilon must be"):
        coin_loss_moments(epsilon=0, n_releases=1)
    with pytest.raises(ValueError, match="n_releases must be"):
        coin_loss_moments(epsilon=1, n_releases=0)
