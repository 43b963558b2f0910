"""Rényi DP of the subsampled Gaussian: against quadrature, the libraries, and its own laws."""

import logging
from math import comb, exp, fsum, inf, log, nan

import numpy as np
import pytest
from dp_accounting.rdp import rdp_privacy_accountant
from opacus.accountants import RDPAccountant
from opacus.accountants.analysis import rdp as opacus_rdp

from lessons.dp.accounting.rdp import (
    best_order,
    rdp_delta,
    rdp_epsilon,
    rdp_to_epsilon,
    rdp_to_epsilon_2017,
    subsampled_gaussian_rdp,
    total_rdp,
)
from lessons.dp.accounting.run import Run
from tests.unit.loss_inversion import loss_at

ABADI = Run(noise_multiplier=4, sampling_rate=0.01, steps=10_000)
MNIST = Run(noise_multiplier=1.1, sampling_rate=256 / 60_000, steps=14_063)


def rdp(order, sigma, rate):
    return subsampled_gaussian_rdp(order, noise_multiplier=sigma, sampling_rate=rate)


def by_quadrature(order, sigma, rate):
    """Equation 15.iv by the trapezoid rule, which for a smooth decaying integrand is exact."""
    z = np.linspace(-12 * sigma, order + 12 * sigma, 40_001)
    gauss = np.exp(-(z**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    moment = gauss @ np.expm1(order * loss_at(z, sigma, rate)) * (z[1] - z[0])
    return np.log1p(moment) / (order - 1)


@pytest.mark.parametrize("rate", [1e-4, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0, 30.0])
@pytest.mark.parametrize("order", [1.01, 1.5, 2, 2.7, 5, 7.3])
def test_any_real_order_agrees_with_quadrature_of_the_definition(order, sigma, rate):
    mine, other = rdp(order, sigma, rate), by_quadrature(order, sigma, rate)
    # ln A carries a few roundings of numbers near 1; dividing by a small α − 1 magnifies them
    assert abs(mine - other) * (order - 1) < 1e-14 + 1e-10 * other


@pytest.mark.parametrize("order", [2, 3, 8])
def test_whole_orders_are_the_binomial_sum_in_plain_arithmetic(order):
    sigma, rate = 1.3, 0.07
    plain = fsum(
        comb(order, k) * (1 - rate) ** (order - k) * rate**k * exp((k * k - k) / (2 * sigma**2))
        for k in range(order + 1)
    )
    assert rdp(order, sigma, rate) == pytest.approx(log(plain) / (order - 1), rel=1e-12)


@pytest.mark.parametrize("order", [2, 3, 8, 32, 63, 256, 1024])
@pytest.mark.parametrize("rate", [1e-4, 0.01, 0.5, 1.0])
@pytest.mark.parametrize("sigma", [0.4, 1.0, 10.0])
def test_whole_orders_agree_with_both_libraries(order, rate, sigma):
    mine = rdp(order, sigma, rate)
    theirs = opacus_rdp.compute_rdp(q=rate, noise_multiplier=sigma, steps=1, orders=[order])
    assert mine == pytest.approx(float(theirs[0]), rel=1e-6, abs=1e-13)  # theirs is a plain log-sum
    if rate < 1:
        moment = rdp_privacy_accountant._compute_log_a(rate, sigma, order)
        assert mine == pytest.approx(moment / (order - 1), rel=1e-6, abs=1e-13)


def test_real_orders_join_the_whole_ones_smoothly():
    for order in (2, 5, 40, 700):
        for sigma, rate in ((0.8, 0.01), (3.0, 0.4)):
            middle = rdp(order, sigma, rate)
            low, high = rdp(order - 1e-5, sigma, rate), rdp(order + 1e-5, sigma, rate)
            assert low < middle < high
            assert abs((low + high) / 2 - middle) < 1e-6 * (1 + middle)


def test_without_subsampling_it_is_that_of_the_gaussian():
    for order in (1.3, 2, 17.5):
        assert rdp(order, 2.5, 1.0) == pytest.approx(order / (2 * 2.5**2))
        assert rdp(order, 2.5, 1 - 1e-12) == pytest.approx(order / (2 * 2.5**2))


def test_it_grows_with_the_order_and_the_sampling_rate_and_falls_with_the_noise():
    orders = [1.1, 1.9, 2, 3.5, 10, 64, 64.5, 500]
    values = [rdp(order, 1.2, 0.03) for order in orders]
    assert values == sorted(values) and values[0] > 0
    assert rdp(6.5, 1.2, 0.03) < rdp(6.5, 1.2, 0.04) < rdp(6.5, 1.1, 0.04) < rdp(6.5, 1.1, 1.0)


def test_neither_huge_orders_nor_tiny_noise_leave_the_floats():
    for order in (1e4, 12345.6, 1e5):
        for sigma in (0.05, 1.0, 1e3):
            value = rdp(order, sigma, 0.01)
            assert 0 < value <= order / (2 * sigma**2)


def test_phases_add_up():
    other = Run(noise_multiplier=2, sampling_rate=0.3, steps=7)
    total = total_rdp([ABADI, other], order=9.5)
    assert total == pytest.approx(10_000 * rdp(9.5, 4, 0.01) + 7 * rdp(9.5, 2, 0.3))
    assert total_rdp([ABADI, ABADI], order=3) == pytest.approx(2 * total_rdp([ABADI], order=3))


def test_abadi_2016_by_the_conversion_of_that_time():
    order, epsilon = best_order([ABADI], delta=1e-5, convert=rdp_to_epsilon_2017)
    assert round(epsilon, 2) == 1.26  # Abadi et al. 2016, section 4: "ε = 1.26"
    assert abs(epsilon - 1.2584) < 1e-4 and 19 < order < 21
    whole = min(
        rdp_to_epsilon_2017(total_rdp([ABADI], order=a), order=a, delta=1e-5) for a in range(2, 65)
    )
    assert abs(whole - 1.2586) < 5e-5  # the best whole order, as the moments accountant took it
    assert rdp_epsilon([ABADI], delta=1e-5) == pytest.approx(1.0354, abs=1e-4)


def test_the_tutorial_run_on_60_000_digits():
    orders = RDPAccountant.DEFAULT_ALPHAS  # in tenths up to 10.9, then whole
    best = min(rdp_to_epsilon(total_rdp([MNIST], order=a), order=a, delta=1e-5) for a in orders)
    assert abs(best - 2.5967) < 5e-5
    assert best - 5e-5 < rdp_epsilon([MNIST], delta=1e-5) <= best

    theirs = RDPAccountant()
    theirs.history = [(1.1, 256 / 60_000, 14_063)]
    assert theirs.get_epsilon(1e-5) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("delta", [1e-3, 1e-6, 1e-9])
@pytest.mark.parametrize("run", [ABADI, MNIST])
def test_conversion_and_best_order_against_opacus_on_the_same_orders(run, delta):
    orders = list(range(2, 65))
    rdps = [total_rdp([run], order=order) for order in orders]
    theirs, _ = opacus_rdp.get_privacy_spent(orders=orders, rdp=rdps, delta=delta)
    mine = min(
        rdp_to_epsilon(value, order=order, delta=delta)
        for value, order in zip(rdps, orders, strict=True)
    )
    assert mine == pytest.approx(float(theirs), rel=1e-9)
    assert rdp_epsilon([run], delta=delta) <= mine + 1e-6


def test_the_best_order_beats_a_thousand_others():
    for run in (ABADI, MNIST, Run(noise_multiplier=0.3, sampling_rate=1.0, steps=50)):
        order, epsilon = best_order([run], delta=1e-7)
        others = 1 + np.geomspace(1.1e-3, 9e3, 200)
        values = [
            rdp_to_epsilon(total_rdp([run], order=a), order=a, delta=1e-7)
            for a in map(float, others)
        ]
        assert epsilon <= min(values) + 1e-6 * (1 + epsilon)
        assert abs(order - others[int(np.argmin(values))]) < 0.2 * order


def test_new_conversion_is_the_formula_and_never_above_the_old_one():
    for order in (1.2, 2.0, 30.0):
        new = rdp_to_epsilon(3.0, order=order, delta=1e-5)
        by_hand = 3 + log((order - 1) / order) - (log(1e-5) + log(order)) / (order - 1)
        assert new == pytest.approx(by_hand)
        assert new <= rdp_to_epsilon_2017(3.0, order=order, delta=1e-5)
    assert rdp_to_epsilon(0.0, order=2, delta=0.9) == 0.0


def test_delta_and_epsilon_are_inverse_to_each_other():
    for delta in (1e-3, 1e-8):
        epsilon = rdp_epsilon([MNIST], delta=delta)
        assert rdp_delta([MNIST], epsilon=epsilon) == pytest.approx(delta, rel=1e-5)
    assert rdp_delta([MNIST], epsilon=0) <= 1
    for sigma in (0.05, 0.01):  # e^6 and e^150 before it is cut off
        hardly_any_noise = Run(noise_multiplier=sigma, sampling_rate=1.0, steps=30)
        assert rdp_delta([hardly_any_noise], epsilon=0) == 1.0
    assert rdp_delta([MNIST], epsilon=1e6) < 1e-300


def test_dp_accounting_is_looser_at_fractional_orders_and_never_tighter():
    logging.disable(logging.WARNING)
    for order in (1.25, 1.5, 2.5):
        theirs = rdp_privacy_accountant._compute_log_a(0.01, 1.0, order) / (order - 1)
        assert rdp(order, 1.0, 0.01) <= theirs + 1e-12
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("bad", [1, 0.5, 0, -2, nan, inf, 2e6, "2", True])
def test_orders_lie_above_one(bad):
    with pytest.raises(ValueError, match="order must be"):
        rdp(bad, 1.0, 0.1)
    with pytest.raises(ValueError, match="order must be"):
        rdp_to_epsilon(1.0, order=bad, delta=1e-5)
    with pytest.raises(ValueError, match="order must be"):
        rdp_to_epsilon_2017(1.0, order=bad, delta=1e-5)


@pytest.mark.parametrize("bad", [0, -1, nan, inf, "1", True])
def test_noise_and_sampling_rate_must_be_positive(bad):
    with pytest.raises(ValueError, match="noise_multiplier must be"):
        rdp(2, bad, 0.1)
    with pytest.raises(ValueError, match="sampling_rate must be"):
        rdp(2, 1.0, bad)
    with pytest.raises(ValueError, match=f"noise_multiplier={bad!r}"):
        Run(noise_multiplier=bad, sampling_rate=0.1, steps=1)
    with pytest.raises(ValueError, match=f"sampling_rate={bad!r}"):
        Run(noise_multiplier=1.0, sampling_rate=bad, steps=1)


def test_sampling_rate_is_at_most_one():
    with pytest.raises(
        ValueError, match=r"sampling_rate must be at most 1, got sampling_rate=1\.01"
    ):
        rdp(2, 1.0, 1.01)
    with pytest.raises(ValueError, match="at most 1"):
        Run(noise_multiplier=1.0, sampling_rate=60.0, steps=1)


@pytest.mark.parametrize("bad", [0, -1, 1.5, 3.0, nan, "3", True])
def test_steps_are_a_whole_number_of_at_least_one(bad):
    with pytest.raises(ValueError, match="steps must be an integer of at least 1"):
        Run(noise_multiplier=1.0, sampling_rate=0.1, steps=bad)


@pytest.mark.parametrize("bad", [0, 1, -0.1, 1.5, nan, "0.1"])
def test_delta_lies_strictly_between_zero_and_one(bad):
    with pytest.raises(ValueError, match="delta must"):
        rdp_epsilon([ABADI], delta=bad)
    with pytest.raises(ValueError, match="delta must"):
        rdp_to_epsilon(1.0, order=2, delta=bad)


@pytest.mark.parametrize("bad", [-0.1, nan, inf, "1"])
def test_divergences_and_epsilons_are_not_negative(bad):
    with pytest.raises(ValueError, match="rdp must"):
        rdp_to_epsilon(bad, order=2, delta=1e-5)
    with pytest.raises(ValueError, match="epsilon must"):
        rdp_delta([ABADI], epsilon=bad)
