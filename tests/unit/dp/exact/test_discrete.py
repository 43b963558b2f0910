"""Discrete Laplace and Gaussian noise: the law of the samplers, the promise of the law."""

from fractions import Fraction
from math import exp, log

import numpy as np
import pytest
from scipy.stats import chi2

from lessons.dp.exact.all_outcomes import exact_law
from lessons.dp.exact.discrete import (
    _floor_of_root,
    discrete_gaussian,
    discrete_gaussian_delta,
    discrete_gaussian_pmf,
    discrete_laplace,
    discrete_laplace_pmf,
    discrete_laplace_quick,
    private_count,
    release_and_bytes,
)
from lessons.dp.exact.exact_coins import exact_coins
from lessons.dp.mechanisms.gaussian import gaussian_delta

HALF = Fraction(1, 2)


def with_ideal_exponential(sampler, **settings):
    """The sampler as a function of one coin, e^(−γ) tossed as a single coin (a float, to 1e-16)."""
    return lambda coin: sampler(
        **settings, coin=coin, exp_coin=lambda gamma: coin(Fraction(exp(-gamma)))
    )


def assert_law(law, pmf, ks, *, undecided):
    assert law.undecided < undecided
    for k in ks:
        assert law.allows(k, float(pmf(k)) - 1e-12, float(pmf(k)) + 1e-12), k


@pytest.mark.parametrize("epsilon", [Fraction(1, 3), HALF, Fraction(2)])
def test_discrete_laplace_has_its_law_through_all_tosses(epsilon):
    law = exact_law(with_ideal_exponential(discrete_laplace, epsilon=epsilon), runs=1200)
    assert_law(
        law,
        lambda k: discrete_laplace_pmf(k, epsilon=float(epsilon)),
        range(-8, 9),
        undecided=1e-3,
    )


@pytest.mark.parametrize("scale", [Fraction(2), Fraction(3, 2), Fraction(2, 3)])
def test_algorithm_two_has_the_same_law(scale):
    sampler = with_ideal_exponential(discrete_laplace_quick, scale=scale)
    law = exact_law(sampler, runs=1500)
    epsilon = 1 / float(scale)
    assert_law(
        law, lambda k: discrete_laplace_pmf(k, epsilon=epsilon), range(-5, 6), undecided=0.25
    )


def test_discrete_gaussian_has_its_law_through_all_tosses():
    sampler = with_ideal_exponential(discrete_gaussian, sigma_squared=Fraction(4, 5))
    law = exact_law(sampler, runs=1500)
    assert_law(
        law,
        lambda k: discrete_gaussian_pmf(k, sigma=0.8**0.5),
        range(-4, 5),
        undecided=0.25,
    )


@pytest.mark.parametrize(
    ("sampler", "settings", "pmf"),
    [
        (discrete_laplace, {"epsilon": HALF}, lambda k: discrete_laplace_pmf(k, epsilon=0.5)),
        (
            discrete_laplace_quick,
            {"scale": Fraction(10, 3)},
            lambda k: discrete_laplace_pmf(k, epsilon=0.3),
        ),
        (
            discrete_gaussian,
            {"sigma_squared": Fraction(9, 2)},
            lambda k: discrete_gaussian_pmf(k, sigma=4.5**0.5),
        ),
        (
            discrete_gaussian,
            {"sigma_squared": Fraction(1, 9)},
            lambda k: discrete_gaussian_pmf(k, sigma=1 / 3),
        ),
    ],
)
def test_draws_of_the_whole_machinery_pass_a_chi_square(sampler, settings, pmf):
    n = 4000
    coin, exp_coin = exact_coins(np.random.default_rng(3).bytes)
    draws = np.array([sampler(**settings, coin=coin, exp_coin=exp_coin) for _ in range(n)])
    ks = np.arange(-60, 61)
    expected = n * pmf(ks)
    ks, expected = ks[expected > 8], expected[expected > 8]
    observed = np.array([np.sum(draws == k) for k in ks])
    rest, rest_expected = n - observed.sum(), n - expected.sum()
    statistic = ((observed - expected) ** 2 / expected).sum()
    statistic += (rest - rest_expected) ** 2 / max(rest_expected, 1)
    assert statistic < chi2.isf(1e-6, len(ks)), "a right sampler fails with probability 1e-6"


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 2.0])
def test_one_step_costs_epsilon_exactly_and_probabilities_add_up(epsilon):
    k = np.arange(-600, 601)
    p = discrete_laplace_pmf(k, epsilon=epsilon)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    ratios = np.abs(np.diff(np.log(p[450:-450])))
    assert np.abs(ratios - epsilon).max() < 1e-11


def test_ratio_in_rational_arithmetic_for_any_base():
    """With a = e^(−ε) replaced by any fraction: neighbouring probabilities differ by a or 1/a, always."""
    a = Fraction(3, 7)

    def p(k):
        return (1 - a) / (1 + a) * a ** abs(k)

    assert {p(k + 1) / p(k) for k in range(-20, 20)} == {a, 1 / a}
    assert sum(p(k) for k in range(-40, 41)) == 1 - 2 * a**41 / (1 + a)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.0])
def test_discrete_gaussian_adds_up_and_spreads_no_more_than_sigma(sigma):
    """Canonne et al. 2020, Corollary 9: the variance is below σ², by little once σ >= 1."""
    k = np.arange(-200, 201)
    p = discrete_gaussian_pmf(k, sigma=sigma)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    variance = (p * k**2).sum()
    assert variance <= sigma**2 * (1 + 1e-12)
    assert variance == pytest.approx(sigma**2, rel=0.2 if sigma < 1 else 1e-6)


@pytest.mark.parametrize(("sigma", "sensitivity"), [(1.0, 1), (2.5, 1), (3.7306, 1), (4.0, 3)])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5, 1.0, 3.0])
def test_delta_is_the_hockey_stick_sum_and_theorem_seven(sigma, sensitivity, epsilon):
    k = np.arange(-300, 301)
    p, q = (discrete_gaussian_pmf(k - by, sigma=sigma) for by in (0, sensitivity))
    one_way = np.maximum(0, p - exp(epsilon) * q).sum()
    other = np.maximum(0, q - exp(epsilon) * p).sum()
    found = discrete_gaussian_delta(sigma=sigma, sensitivity=sensitivity, epsilon=epsilon)
    assert found == pytest.approx(one_way, abs=1e-14) and found == pytest.approx(other, abs=1e-14)
    middle = epsilon * sigma**2 / sensitivity
    upper, lower = middle - sensitivity / 2, middle + sensitivity / 2
    theorem = p[k > upper].sum() - exp(epsilon) * p[k > lower].sum()
    assert found == pytest.approx(theorem, abs=1e-14)


@pytest.mark.parametrize("sigma", [10.0, 300.0, 20_000.0])
def test_delta_at_zero_is_the_probability_of_the_middle_and_keeps_its_digits(sigma):
    """Half of Σ |p(k) − p(k − 1)| over a hill is its height: 1/(σ√2π) but for e^(−2π²σ²)."""
    found = discrete_gaussian_delta(sigma=sigma, sensitivity=1, epsilon=0.0)
    assert found * sigma * (2 * np.pi) ** 0.5 == pytest.approx(1, rel=2e-14, abs=0)


def test_delta_is_near_that_of_the_continuous_gaussian_and_may_lie_above():
    """The noise that is just enough for (1, 1e-5) with real numbers is not quite enough with integers."""
    found = discrete_gaussian_delta(sigma=3.7306, sensitivity=1, epsilon=1.0)
    smooth = gaussian_delta(sigma=3.7306, l2_sensitivity=1, epsilon=1.0)
    assert found == pytest.approx(1.0347e-5, rel=1e-4)
    assert 1.02 * smooth < found < 1.05 * smooth


def test_bytes_of_a_release_are_those_that_its_noise_asked_for():
    for seed in range(40):
        rng, calls = np.random.default_rng(seed), []

        def source(size, rng=rng, calls=calls):
            calls.append(rng.bytes(size))
            return calls[-1]

        release, used = release_and_bytes(40, epsilon=Fraction(1, 8), random_bytes=source)
        again = iter(calls)
        replayed = private_count(
            40,
            sensitivity=1,
            epsilon=Fraction(1, 8),
            random_bytes=lambda size, again=again: next(again),
        )
        assert release == replayed and next(again, None) is None
        assert used == sum(map(len, calls)) >= abs(release - 40) + 3


def test_private_count_is_an_integer_with_noise_of_epsilon_over_sensitivity():
    source = np.random.default_rng(4).bytes
    draws = [
        private_count(40, sensitivity=3, epsilon=Fraction(3, 2), random_bytes=source)
        for _ in range(4000)
    ]
    assert all(isinstance(one, int) for one in draws)
    noise = np.array(draws) - 40
    # E|Z| = 1/sinh(1/2) = 1.919, standard deviation of |Z| about 2.0: six standard errors
    assert abs(np.abs(noise).mean() - 1 / np.sinh(0.5)) < 6 * 2.0 / 4000**0.5
    at_zero = np.mean(noise == 0)
    assert abs(at_zero - np.tanh(0.25)) < (log(2e6) / 8000) ** 0.5


def test_root_is_rounded_down_also_where_floats_cannot_tell():
    for root in (0, 1, 3, 2**27, 2**53 + 1, 10**30 + 7):
        assert _floor_of_root(Fraction(root**2)) == root == _floor_of_root(Fraction(root**2 + root))
        if root:
            assert _floor_of_root(root**2 - Fraction(1, 10**9)) == root - 1


@pytest.mark.parametrize("bad", [0, Fraction(-1, 2), 0.5, "1", True])
def test_parameters_must_be_exact_and_positive(bad):
    coins = dict(
        zip(("coin", "exp_coin"), exact_coins(np.random.default_rng(0).bytes), strict=True)
    )
    for call in (
        lambda: discrete_laplace(epsilon=bad, **coins),
        lambda: discrete_laplace_quick(scale=bad, **coins),
        lambda: discrete_gaussian(sigma_squared=bad, **coins),
        lambda: private_count(3, sensitivity=1, epsilon=bad),
    ):
        with pytest.raises(ValueError, match=r"(epsilon|scale|sigma_squared) must be"):
            call()


def test_counts_and_sensitivities_are_integers():
    for bad in (1.0, 0, -1, True):
        with pytest.raises(ValueError, match="sensitivity must be an integer"):
            private_count(3, sensitivity=bad, epsilon=HALF)
        with pytest.raises(ValueError, match="sensitivity must be an integer"):
            discrete_gaussian_delta(sigma=1.0, sensitivity=bad, epsilon=1.0)
    with pytest.raises(ValueError, match="count must be an integer"):
        private_count(3.0, sensitivity=1, epsilon=HALF)
    with pytest.raises(ValueError, match="k must hold integers"):
        discrete_laplace_pmf(0.5, epsilon=1.0)
    for bad in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="sigma must be"):
            discrete_gaussian_pmf(1, sigma=bad)
        with pytest.raises(ValueError, match="epsilon must be"):
            discrete_laplace_pmf(1, epsilon=bad)
