"""The curve of the best attack: closed form without sampling, integration, and another accountant."""

import numpy as np
import pytest
from dp_accounting.pld import privacy_loss_distribution
from scipy.special import ndtr, ndtri

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.auditing import trade_off
from lessons.dp.auditing.empirical_epsilon import tpr_limit
from lessons.dp.auditing.trade_off import run_trade_off

RATES = np.array([1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5, 0.8, 0.99, 0.999])


@pytest.mark.parametrize(("sigma", "steps"), [(1.0, 1), (5.0, 100), (0.3, 1), (2.0, 3), (40.0, 9)])
def test_without_sampling_it_is_the_curve_of_two_gaussians(sigma, steps):
    """f(x) = Φ(Φ⁻¹(x) + √T/σ): Dong, Roth, Su (2022), and never below it."""
    curve = run_trade_off(Run(noise_multiplier=sigma, sampling_rate=1.0, steps=steps))
    exact = ndtr(ndtri(RATES) + steps**0.5 / sigma)
    excess = curve.largest_tpr(RATES) - exact
    assert excess.min() > -1e-9 and excess.max() < 5e-5


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"), [(2.0, 0.2, 100), (1.0, 0.05, 200), (0.7, 0.02, 30)]
)
def test_with_sampling_it_is_the_lower_edge_of_the_walls_of_another_accountant(sigma, rate, steps):
    other = privacy_loss_distribution.from_gaussian_mechanism(
        sigma, sampling_prob=rate, value_discretization_interval=1e-3
    ).self_compose(steps)
    epsilons = np.linspace(0, 8, 801)
    remove, add = (
        np.array([one.get_delta_for_epsilon(e) for e in epsilons])
        for one in (other._pmf_remove, other._pmf_add)
    )
    curve = run_trade_off(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps))
    for x in RATES[1:-1]:
        lowest = min(
            (np.exp(epsilons) * x + remove).min(),
            (1 - np.exp(-epsilons) * (1 - x - add)).min(),
        )
        assert float(curve.largest_tpr(x)) == pytest.approx(lowest, abs=2e-4)


def test_one_sampled_step_by_integration():
    """P = (1 − q) N(0, σ²) + q N(1, σ²) and Q = N(0, σ²): the test on the output itself."""
    sigma, rate = 0.8, 0.3
    curve = run_trade_off(Run(noise_multiplier=sigma, sampling_rate=rate, steps=1))
    cut = sigma * ndtri(1 - RATES)  # says "in" above it: the likelihood ratio rises with the output
    tpr = (1 - rate) * RATES + rate * ndtr((1 - cut) / sigma)
    assert curve.largest_tpr(RATES) == pytest.approx(tpr, abs=5e-5)
    ratio = (1 - rate) + rate * np.exp((2 * cut - 1) / (2 * sigma**2))
    thresholds = [curve.threshold(float(x)) for x in RATES]
    assert thresholds == pytest.approx(np.log(ratio), abs=0.06)  # the spacing of the limits


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"), [(1.0, 1.0, 1), (0.05, 0.5, 30), (2, 0.2, 100)]
)
def test_threshold_of_a_rate_belongs_to_the_limit_that_touches_the_curve_there(sigma, rate, steps):
    curve = run_trade_off(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps))
    for x in RATES:
        t = curve.threshold(float(x))
        i = int(np.flatnonzero(curve.thresholds == t)[0])
        touching = curve.tpr[i] + np.exp(t) * (x - curve.fpr[i])
        assert float(curve.largest_tpr(x)) == pytest.approx(min(1.0, touching), abs=1e-12)


def test_no_limit_of_the_accountant_is_lower_than_the_curve():
    run = {"noise_multiplier": 1.3, "sampling_rate": 0.1, "steps": 60}
    curve = run_trade_off(Run(**run))
    for delta in (1e-5, 1e-3, 0.05):
        epsilon = run_epsilon(Run(**run), delta=delta)
        assert (
            curve.largest_tpr(RATES) <= tpr_limit(RATES, epsilon=epsilon, delta=delta) + 2e-4
        ).all()


def test_curve_is_concave_rises_and_stays_above_the_coin():
    curve = run_trade_off(Run(noise_multiplier=1.0, sampling_rate=0.05, steps=50))
    x = np.linspace(0, 1, 401)
    y = curve.largest_tpr(x)
    assert (y >= x - 1e-12).all() and (np.diff(y) >= -1e-12).all()
    assert (np.diff(y, 2) <= 1e-9).all() and y[-1] == pytest.approx(1)
    assert (np.diff(curve.thresholds) > 0).all()


def test_less_noise_more_steps_or_more_sampling_betray_more():
    run = {"noise_multiplier": 1.5, "sampling_rate": 0.1, "steps": 40}
    base = run_trade_off(Run(**run)).largest_tpr(RATES)
    for change in ({"noise_multiplier": 1.2}, {"sampling_rate": 0.2}, {"steps": 80}):
        assert (run_trade_off(Run(**{**run, **change})).largest_tpr(RATES) > base).all()


@pytest.mark.parametrize("sigma", [0.05, 0.03, 0.005])
@pytest.mark.parametrize(("rate", "steps"), [(1.0, 1), (0.5, 30), (0.1, 1)])
def test_hardly_any_noise_overflows_nothing(sigma, rate, steps):
    """The attack then sees whether the record took part, and is right whenever it did."""
    curve = run_trade_off(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps))
    missed = (1 - rate) ** steps
    excess = curve.largest_tpr(RATES) - (1 - missed * (1 - RATES))
    assert excess.min() > -1e-9 and excess.max() < 5e-5


def test_what_lies_beyond_the_grid_counts_against_the_mechanism(monkeypatch):
    """On a grid that is much too narrow the curve is too high, never too low."""
    monkeypatch.setattr(trade_off, "_grid", lambda phase, direction: np.linspace(-1, 1, 401))
    curve = run_trade_off(Run(noise_multiplier=1.0, sampling_rate=1.0, steps=1))
    excess = curve.largest_tpr(RATES) - ndtr(ndtri(RATES) + 1)
    assert excess.min() > -1e-9 and excess.max() > 0.1
    assert curve.largest_tpr([0.999, 1.0]).max() == 1.0


@pytest.mark.parametrize(
    "bad", [{"noise_multiplier": 0}, {"sampling_rate": 1.1}, {"steps": 2.5}, {"steps": 0}]
)
def test_bad_input_is_named(bad):
    run = {"noise_multiplier": 1.0, "sampling_rate": 0.5, "steps": 3}
    with pytest.raises(ValueError, match=next(iter(bad))):
        run_trade_off(Run(**{**run, **bad}))
