from math import exp, log, sqrt

import numpy as np
import pytest

from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.fl.privacy.adaptive_clipping import (
    AdaptiveClipping,
    next_clip_norm,
    sum_noise_multiplier,
)

STEP = {"clip_norm": 2.0, "target": 0.5, "learning_rate": 0.4, "expected_clients": 4.0}


def after(norms, *, noise=0.0, **changes):
    return next_clip_norm(norms, noise=noise, **STEP | changes)


def test_one_step_by_hand():
    # three of four clients at most 2: b̃ = 1/2 + (1.5 − 0.5)/4 = 0.75
    assert after([0.1, 2.0, 1.9, 7.0]) == pytest.approx(2 * exp(-0.4 * 0.25))
    assert after([0.1, 2.0, 1.9, 7.0], target=0.75) == pytest.approx(2.0)
    assert after([3.0, 9.0, 4.0, 7.0]) == pytest.approx(2 * exp(0.4 * 0.5))
    assert after([3.0], noise=-0.7) == pytest.approx(2 * exp(-0.4 * (-0.5 - 0.7) / 4))


def test_nobody_leaves_half_and_the_noise():
    assert after([]) == 2.0
    assert after([], noise=2.0, target=0.2) == pytest.approx(2 * exp(-0.4 * (0.5 + 0.5 - 0.2)))


def test_one_client_moves_the_sum_of_bits_by_half():
    few = after([1.0, 5.0, 1.5])
    for norm in (1.0, 9.0):
        moved = log(after([1.0, 5.0, 1.5, norm]) / few) / 0.4 * 4.0
        assert abs(moved) == pytest.approx(0.5)


@pytest.mark.parametrize("target", [0.2, 0.5, 0.9])
def test_repeated_steps_end_near_the_quantile(target):
    norms, limit = np.exp(np.random.default_rng(0).normal(size=400)), 50.0
    for _ in range(200):
        limit = after(norms, clip_norm=limit, target=target, expected_clients=400.0)
    assert np.mean(norms <= limit) == pytest.approx(target, abs=0.02)


@pytest.mark.parametrize(("z", "sigma"), [(5.0, 7.0), (0.3, 0.2), (1.0, 30.0)])
def test_sum_and_count_together_cost_what_the_round_may(z, sigma):
    left = sum_noise_multiplier(z, count_sigma=sigma)
    # both in units of their noise: one client moves the pair by √(1/m_Δ² + (1/(2σ_b))²)
    distance = sqrt(left**-2 + (0.5 / sigma) ** 2)
    assert distance == pytest.approx(1 / z) and left > z
    together = gaussian_epsilon(sigma=1.0, l2_sensitivity=distance, delta=1e-5)
    assert together == pytest.approx(gaussian_epsilon(sigma=z, l2_sensitivity=1.0, delta=1e-5))


def test_paper_s_advice_costs_little():
    # σ_b = m / 20 with m = 140 sampled clients (Andrew et al. 2021, section 3): 5 becomes 5.35
    assert sum_noise_multiplier(5.0, count_sigma=7.0) == pytest.approx(5.3530, abs=1e-4)
    assert sum_noise_multiplier(0.0, count_sigma=7.0) == 0.0


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"clip_norm": 0.0}, "clip_norm"),
        ({"target": 1.0}, "target"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"expected_clients": 0.0}, "expected_clients"),
        ({"noise": float("nan")}, "noise"),
        ({"norms": [1.0, -1.0]}, "norms"),
        ({"norms": [1.0, float("nan")]}, "norms"),
    ],
)
def test_bad_input_is_refused(change, name):
    with pytest.raises(ValueError, match=name):
        after(**{"norms": [1.0]} | change)


def test_bad_settings_are_refused():
    for bad in ({"target": 0.0}, {"learning_rate": -1.0}, {"count_sigma": 0.0}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            AdaptiveClipping(**{"count_sigma": 7.0} | bad)
    with pytest.raises(ValueError, match="count_sigma must be above"):
        sum_noise_multiplier(5.0, count_sigma=2.5)
