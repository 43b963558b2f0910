"""What an audit is expected to show: the bounds of the lesson, at the counts that are expected."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from lessons.dp.auditing import expected_audit
from lessons.dp.auditing.claim import Claim, family_epsilon
from lessons.dp.auditing.empirical_epsilon import epsilon_lower_bound
from lessons.dp.auditing.expected_audit import RATES, expected_bounds
from lessons.dp.mechanisms.gaussian import gaussian_epsilon


@pytest.mark.parametrize(("sigma", "delta"), [(0.5, 1e-5), (1.0, 0.05), (2.0, 1e-3)])
def test_independent_bound_is_the_best_of_all_rates(sigma, delta):
    n = 100_000  # so many that rounding the counts hardly matters
    by_rate = [
        epsilon_lower_bound(
            round(n * float(ndtr(ndtri(fpr) + 1 / sigma))), round(n * fpr),
            n_in=n, n_out=n, delta=delta, failure=0.05,
        )
        for fpr in RATES
    ]  # fmt: skip
    _, found = expected_bounds([2.0 * n], noise_multiplier=sigma, delta=delta, failure=0.05)
    assert found[0] == pytest.approx(max(by_rate), rel=0.01)


def test_family_bound_is_that_of_the_audit_at_its_best_rate():
    n, claim = 5000, Claim(noise_multiplier=1.0, sampling_rate=1.0, steps=1, delta=1e-5)
    by_rate = [
        family_epsilon(
            round(n * float(ndtr(ndtri(fpr) + 1))), round(n * fpr),
            n_in=n, n_out=n, claim=claim, failure=0.1,
        )
        for fpr in np.linspace(0.1, 0.5, 9)
    ]  # fmt: skip
    found, _ = expected_bounds([2.0 * n], noise_multiplier=1.0, delta=1e-5, failure=0.1)
    assert found[0] == pytest.approx(max(by_rate), rel=0.01)


@pytest.mark.parametrize(("hits", "alarms", "n"), [(12, 1, 20), (45, 5, 50), (210, 30, 300)])
def test_where_the_expected_counts_are_whole_the_bounds_are_those_of_the_lesson(
    monkeypatch, hits, alarms, n
):
    """One rate only, and the noise that gives the other one: Φ⁻¹(TPR) − Φ⁻¹(FPR) = 1/σ."""
    monkeypatch.setattr(expected_audit, "RATES", np.array([alarms / n]))
    sigma = float(1 / (ndtri(hits / n) - ndtri(alarms / n)))
    claim = Claim(noise_multiplier=sigma, sampling_rate=1.0, steps=1, delta=1e-3)
    counts = {"n_in": n, "n_out": n, "failure": 0.1}
    family, independent = expected_bounds(
        [2.0 * n], noise_multiplier=sigma, delta=1e-3, failure=0.1
    )
    assert independent[0] == pytest.approx(
        epsilon_lower_bound(hits, alarms, delta=1e-3, **counts), rel=1e-9
    )
    assert family[0] == pytest.approx(family_epsilon(hits, alarms, claim=claim, **counts), rel=2e-3)


@pytest.mark.parametrize("sigma", [0.5, 5.0, 20.0])
def test_family_bound_of_very_many_canaries_comes_close_to_the_epsilon_of_the_noise(sigma):
    exact = gaussian_epsilon(sigma=sigma, l2_sensitivity=1.0, delta=1e-5)
    family, _ = expected_bounds([1e9], noise_multiplier=sigma, delta=1e-5, failure=0.05)
    assert 0.95 * exact < family[0] < 1.02 * exact  # 1/σ is taken to three digits


def test_nothing_to_see_and_next_to_nothing_to_see_it_with():
    family, independent = expected_bounds([4.0], noise_multiplier=1.0, delta=1e-5, failure=0.05)
    assert family[0] == independent[0] == 0
    family, _ = expected_bounds([1e5], noise_multiplier=500.0, delta=1e-5, failure=0.05)
    assert family[0] == 0


@pytest.mark.parametrize(
    "bad", [{"noise_multiplier": 0}, {"failure": 0}, {"delta": 2}, {"numbers": [float("nan")]}]
)
def test_bad_input_is_named(bad):
    arguments = {"numbers": [10.0], "noise_multiplier": 1.0, "delta": 0.0, "failure": 0.1, **bad}
    with pytest.raises(ValueError, match=next(iter(bad))):
        expected_bounds(arguments.pop("numbers"), **arguments)
