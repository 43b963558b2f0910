"""The Laplace mechanism: its density, its promise, its error; the private mean."""

from math import exp, log

import numpy as np
import pytest

from lessons.checks.engine.chance import cdf_bound, cdf_distance
from lessons.dp.mechanisms.laplace import (
    best_upper_bound,
    laplace_density,
    laplace_error_bound,
    laplace_mechanism,
    private_mean,
    private_mean_error,
)

NOT_POSITIVE = (0, -1, float("nan"), float("inf"), "1", True)


def laplace_cdf(x, scale):
    tail = np.exp(-np.abs(x) / scale) / 2
    return np.where(x < 0, tail, 1 - tail)


def integral(f, low, high, strips=400_000):
    """Midpoint rule: a second route to whatever a density says."""
    edges = np.linspace(low, high, strips + 1)
    return float(f((edges[1:] + edges[:-1]) / 2).sum() * (edges[1] - edges[0]))


@pytest.mark.parametrize(("sensitivity", "epsilon"), [(1.0, 1.0), (3.0, 0.5), (0.2, 4.0)])
def test_noise_has_the_law_and_scale_of_the_definition(sensitivity, epsilon):
    rng = np.random.default_rng(1)
    value = np.linspace(-5, 5, 20_000)
    noise = laplace_mechanism(value, sensitivity=sensitivity, epsilon=epsilon, rng=rng) - value
    gap = cdf_distance(noise, lambda x: laplace_cdf(x, sensitivity / epsilon))
    assert gap <= cdf_bound(20_000)  # 1e-6 by Massart; half or twice the scale gives 0.12
    # entries are independent: a correlation of neighbours stays below 5 / sqrt(n)
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 5 / 20_000**0.5


def test_noise_strays_as_far_as_the_law_says():
    """Of a million draws e^(−k) lie beyond k scales, half of them on each side."""
    noise = laplace_mechanism(
        np.zeros(10**6), sensitivity=1, epsilon=0.5, rng=np.random.default_rng(6)
    )
    for k in (6, 9, 11):
        expected = 10**6 * exp(-k) / 2
        for beyond in (noise > 2 * k, noise < -2 * k):
            assert abs(beyond.sum() - expected) < 5.5 * expected**0.5 + 3


def test_density_is_that_of_the_noise_and_integrates_to_one():
    total = integral(lambda x: laplace_density(x, centre=1.5, scale=2.0), -60, 63)
    assert abs(total - 1) < 1e-6
    # derivative of the distribution function, a second route to the same numbers
    x, step = np.array([-3.0, -0.5, 0.7, 4.0]), 1e-6
    slope = (laplace_cdf(x + step, 2.0) - laplace_cdf(x - step, 2.0)) / (2 * step)
    assert np.abs(laplace_density(x, centre=0, scale=2.0) - slope).max() < 1e-9


def test_largest_log_ratio_is_epsilon_exactly():
    grid = np.linspace(-30, 30, 6001)
    for epsilon in (0.1, 0.5, 2.0):
        for sensitivity in (0.5, 1.0, 4.0):
            scale = sensitivity / epsilon
            one = np.log(laplace_density(grid, centre=0, scale=scale))
            other = np.log(laplace_density(grid, centre=sensitivity, scale=scale))
            assert abs(np.abs(one - other).max() - epsilon) < 1e-12


def test_vector_of_counts_keeps_the_promise_for_its_l1_sensitivity():
    rng, epsilon, moved = np.random.default_rng(2), 0.7, np.array([1.0, -2.0, 0.5])
    scale = np.abs(moved).sum() / epsilon
    for z in rng.normal(scale=20, size=(200, 3)):
        one = np.log(laplace_density(z, centre=0, scale=scale)).sum()
        other = sum(
            float(np.log(laplace_density(a, centre=c, scale=scale)))
            for a, c in zip(z, moved, strict=True)
        )
        assert abs(one - other) <= epsilon + 1e-12


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 3.0])
def test_attackers_advantage_on_a_count_is_below_the_limit_of_the_definition(epsilon):
    def gap(x):
        one, other = (laplace_density(x, centre=c, scale=1 / epsilon) for c in (46, 47))
        return np.abs(one - other) / 2

    distance = integral(gap, 46.5 - 200, 46.5 + 200)  # closed form: 1 - e^(-epsilon/2)
    assert abs(distance - (1 - exp(-epsilon / 2))) < 1e-5
    assert distance <= (exp(epsilon) - 1) / (exp(epsilon) + 1)


def test_error_bound_holds_with_the_stated_probability():
    bound = laplace_error_bound(sensitivity=1, epsilon=0.5, failure=0.05)
    assert abs(bound - log(20) / 0.5) < 1e-12
    inside = integral(lambda x: laplace_density(x, centre=0, scale=2.0), -bound, bound)
    assert abs(inside - 0.95) < 1e-8
    assert laplace_error_bound(sensitivity=3, epsilon=0.5, failure=0.05) == pytest.approx(3 * bound)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)])
def test_release_is_a_new_float_array_of_the_same_shape(shape):
    value = np.ones(shape, dtype=int)
    release = laplace_mechanism(value, sensitivity=1, epsilon=1, rng=np.random.default_rng(0))
    assert release.shape == shape and release.dtype == float and isinstance(release, np.ndarray)
    assert (value == 1).all()


def test_same_generator_gives_the_same_release():
    one, other = (
        laplace_mechanism([1, 2], sensitivity=1, epsilon=1, rng=np.random.default_rng(5))
        for _ in range(2)
    )
    assert (one == other).all()


def test_private_mean_clips_on_both_sides_then_averages():
    values = [-100.0, 0.0, 4.0, 1000.0]
    release = private_mean(values, lower=-2, upper=10, epsilon=1e9, rng=np.random.default_rng(0))
    assert isinstance(release, float)
    assert abs(release - (-2 + 0 + 4 + 10) / 4) < 1e-6


def test_release_of_a_mean_is_not_pulled_back_into_the_bounds():
    rng, bounds = np.random.default_rng(7), {"lower": 0, "upper": 1, "epsilon": 0.2}
    releases = np.array([private_mean([0.5] * 5, rng=rng, **bounds) for _ in range(2000)])
    beyond = exp(-0.5)  # the noise has scale 1 / (5 · 0.2) = 1, and the ends are 1/2 away
    for outside in (releases > 1, releases < 0):
        assert abs(outside.mean() - beyond / 2) < 5.5 * 0.5 / 2000**0.5


def test_noise_of_the_private_mean_is_that_of_the_replace_relation_for_any_data():
    for values in (np.zeros(20), np.full(20, 7.0), np.linspace(-900, 900, 20)):
        rng = np.random.default_rng(3)
        place = np.clip(values, -50, 30).mean()
        noise = (
            np.array(
                [private_mean(values, lower=-50, upper=30, epsilon=2, rng=rng) for _ in range(5000)]
            )
            - place
        )
        # |noise| has mean and standard deviation 80 / (20 * 2) = 2: six standard errors
        assert abs(np.abs(noise).mean() - 2) < 6 * 2 / 5000**0.5


def test_error_of_the_private_mean_is_what_many_releases_show():
    rng = np.random.default_rng(4)
    values = rng.normal(250, 50, size=60)
    bias, noise = private_mean_error(values, lower=100, upper=260, epsilon=0.8)
    releases = np.array(
        [private_mean(values, lower=100, upper=260, epsilon=0.8, rng=rng) for _ in range(8000)]
    )
    # standard error of the mean: noise / sqrt(8000); of the deviation: noise * sqrt(5 / (4 * 8000))
    assert abs(releases.mean() - values.mean() - bias) < 5 * noise / 8000**0.5
    assert abs(releases.std() - noise) < 6 * noise * (5 / 32_000) ** 0.5
    assert bias < 0


def test_best_upper_bound_is_the_bottom_of_the_u_curve():
    values = np.concatenate([np.full(95, 200.0), np.full(5, 600.0)])
    candidates = np.arange(150, 701, 50)
    low = best_upper_bound(values, lower=100, candidates=candidates, epsilon=0.1)
    high = best_upper_bound(values, lower=100, candidates=candidates, epsilon=100)
    assert low == 200 and high == 600
    by_hand = [
        sum(part**2 for part in private_mean_error(values, lower=100, upper=u, epsilon=0.1))
        for u in candidates
    ]
    assert low == candidates[int(np.argmin(by_hand))]


@pytest.mark.parametrize("bad", NOT_POSITIVE)
def test_epsilon_and_sensitivity_must_be_positive_and_finite(bad):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="epsilon must be"):
        laplace_mechanism([1.0], sensitivity=1, epsilon=bad, rng=rng)
    with pytest.raises(ValueError, match="sensitivity must be"):
        laplace_mechanism([1.0], sensitivity=bad, epsilon=1, rng=rng)
    with pytest.raises(ValueError, match="epsilon must be"):
        private_mean([1.0], lower=0, upper=1, epsilon=bad, rng=rng)
    with pytest.raises(ValueError, match="epsilon must be"):
        private_mean_error([1.0], lower=0, upper=1, epsilon=bad)
    with pytest.raises(ValueError, match="scale must be"):
        laplace_density(0.0, centre=0, scale=bad)


@pytest.mark.parametrize("values", [[], [float("nan")], [[1.0]], ["a"]])
def test_private_mean_refuses_what_is_no_list_of_numbers(values):
    with pytest.raises(ValueError, match="values must"):
        private_mean(values, lower=0, upper=1, epsilon=1, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("lower", "upper"), [(1, 1), (2, 1), (float("nan"), 1), (0, float("inf"))])
def test_bounds_must_be_finite_and_in_order(lower, upper):
    with pytest.raises(ValueError, match=r"lower|upper"):
        private_mean([1.0], lower=lower, upper=upper, epsilon=1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("failure", [0, 1, -0.1, float("nan")])
def test_failure_probability_lies_inside_its_interval(failure):
    with pytest.raises(ValueError, match="failure must"):
        laplace_error_bound(sensitivity=1, epsilon=1, failure=failure)
