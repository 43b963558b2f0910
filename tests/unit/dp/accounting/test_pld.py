"""The privacy loss distribution: its pairs dominate, nothing is lost, nothing wraps around."""

from math import exp, inf, nan

import numpy as np
import pytest

from lessons.dp.accounting import pld
from lessons.dp.accounting.pld import LossDistribution, loss_distributions, loss_grid, step_masses
from lessons.dp.accounting.run import Run
from tests.unit.loss_inversion import (
    DIRECTIONS,
    gaussian_delta_of,
    one_step_delta,
    two_step_delta,
)


def phase(sigma, rate, steps=1):
    return Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)


def delta_of(losses, masses, infinite, epsilon):
    """Equation 15.vii, at any real ε."""
    above = losses > epsilon
    return infinite + masses[above] @ -np.expm1(epsilon - losses[above])


STEPS = [(1.0, 0.01), (0.4, 0.3), (3.0, 1e-4), (2.0, 1.0), (0.8, 0.99), (30.0, 0.5)]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("sigma", "rate"), STEPS)
def test_one_step_is_exact_at_the_grid_points_and_never_below_between(sigma, rate, direction):
    losses = np.arange(-1500, 1501) * 0.004
    masses, infinite = step_masses(phase(sigma, rate), losses, direction=direction)
    for epsilon in losses[[300, 1100, 1490, 1500, 1501, 1510, 1700, 2600, 2999, 3000]]:
        exact = one_step_delta(sigma, rate, epsilon, direction)
        assert abs(delta_of(losses, masses, infinite, epsilon) - exact) < 1e-13
    for epsilon in (-2.0013, -0.0021, 0.0001, 0.0033, 1.2345, 5.001):
        exact = one_step_delta(sigma, rate, epsilon, direction)
        assert delta_of(losses, masses, infinite, epsilon) > exact - 1e-13


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("sigma", "rate"), STEPS)
def test_one_step_keeps_the_mass_of_both_laws(sigma, rate, direction):
    losses = np.arange(-1500, 1501) * 0.004
    masses, infinite = step_masses(phase(sigma, rate), losses, direction=direction)
    assert masses.min() >= 0 and 0 <= infinite <= 1
    assert abs(masses.sum() + infinite - 1) < 1e-13
    assert masses @ np.exp(-losses) <= 1 + 1e-12  # what is missing never occurs under P
    if sigma > 1:
        assert masses @ np.exp(-losses) > 1 - 1e-4 and infinite < 1e-4


def test_a_loss_beyond_the_grid_counts_as_infinite():
    losses = np.array([-0.5, 0.0, 0.5])
    masses, infinite = step_masses(phase(1.0, 1.0), losses, direction="remove")
    assert infinite == pytest.approx(one_step_delta(1.0, 1.0, 0.5, "remove"))
    assert masses.sum() + infinite == pytest.approx(1)


def test_tails_are_exact_far_out():
    losses = np.arange(-4000, 4001) * 0.01
    masses, infinite = step_masses(phase(0.5, 1.0), losses, direction="remove")
    for epsilon in (20.0, 30.0, 39.0):  # δ = 1e-22 ... 1e-71
        exact = float(one_step_delta(0.5, 1.0, epsilon, "remove"))
        assert delta_of(losses, masses, infinite, epsilon) == pytest.approx(exact, rel=1e-6, abs=0)


def test_delta_of_a_law_with_two_losses_by_hand():
    law = LossDistribution(
        losses=np.array([0.0, 0.5, 1.0]), masses=np.array([0.5, 0.25, 0.125]), infinite=0.01
    )
    assert law.delta(0.0) == pytest.approx(0.01 + 0.25 * (1 - exp(-0.5)) + 0.125 * (1 - exp(-1)))
    assert law.delta(0.5) == pytest.approx(0.01 + 0.125 * (1 - exp(-0.5)))
    assert law.delta(0.75) == pytest.approx(0.01 + 0.125 * (1 - exp(-0.25)))
    assert law.delta(1.0) == law.delta(7.0) == 0.01
    rounded = LossDistribution(
        losses=np.array([0.0, 90.0]), masses=np.array([0.0, 1.0]), infinite=1e-12
    )
    assert rounded.delta(0.0) == 1.0, "rounding makes no probability above 1"


@pytest.mark.parametrize("epsilon", [0.05, 0.3, 0.5, 0.8, 0.999])
def test_epsilon_of_a_law_inverts_its_delta(epsilon):
    law = LossDistribution(
        losses=np.array([0.0, 0.5, 1.0]), masses=np.array([0.5, 0.25, 0.125]), infinite=0.01
    )
    assert law.epsilon(law.delta(epsilon)) == pytest.approx(epsilon)
    assert law.epsilon(law.delta(0.0)) == pytest.approx(0, abs=1e-12)
    assert law.epsilon(0.9) == 0.0


@pytest.mark.parametrize("reach", [200, 1000, 3000])
def test_epsilon_inverts_delta_also_where_the_losses_are_in_the_thousands(reach):
    masses = np.full(reach + 1, 0.9 / (reach + 1))
    law = LossDistribution(losses=np.arange(reach + 1.0), masses=masses, infinite=0.05)
    for epsilon in (0.0, 3.7, 0.5 * reach, reach - 1.3):
        assert law.epsilon(law.delta(epsilon)) == pytest.approx(epsilon, abs=1e-9)
    assert law.epsilon(0.96) == 0.0 < law.delta(0.0) < 0.95


def test_no_epsilon_has_a_delta_below_the_infinite_loss():
    law = LossDistribution(losses=np.array([0.0, 0.5]), masses=np.array([0.5, 0.4]), infinite=0.1)
    with pytest.raises(ValueError, match="delta must exceed"):
        law.epsilon(0.1)
    with pytest.raises(ValueError, match="delta must"):
        law.epsilon(0.0)
    with pytest.raises(ValueError, match="epsilon must"):
        law.delta(-0.1)
    with pytest.raises(ValueError, match="epsilon must"):
        law.delta(nan)


@pytest.mark.parametrize(("sigma", "rate"), [(0.6, 0.01), (1.0, 0.3), (4.0, 1e-3), (1.5, 0.99)])
def test_two_steps_agree_with_an_integral_over_the_second_output(sigma, rate):
    laws = loss_distributions([phase(sigma, rate, 2)], delta=1e-6)
    for law, direction in zip(laws, DIRECTIONS, strict=True):
        for epsilon in (0.0, 0.003, 0.2, 1.0):
            exact = two_step_delta(sigma, rate, epsilon, direction)
            assert law.delta(epsilon) > exact * (1 - 1e-9) - 1e-13
            looser = two_step_delta(sigma, rate, epsilon - 2e-4, direction)
            assert law.delta(epsilon) < looser + 1e-13


def test_two_phases_of_the_same_kind_are_one_longer_phase():
    together = loss_distributions([phase(1.3, 0.05, 30)], delta=1e-6)
    apart = loss_distributions([phase(1.3, 0.05, 20), phase(1.3, 0.05, 10)], delta=1e-6)
    for one, other in zip(together, apart, strict=True):
        for epsilon in (0.1, 1.0, 2.0):
            assert one.delta(epsilon) == pytest.approx(other.delta(epsilon), rel=1e-9, abs=1e-17)


def test_phases_without_sampling_are_one_gaussian():
    mu = (4 / 2.0**2 + 9 / 3.0**2) ** 0.5
    remove, add = loss_distributions([phase(2.0, 1.0, 4), phase(3.0, 1.0, 9)], delta=1e-6)
    for epsilon in (0.5, 2.0, 5.0):
        exact = gaussian_delta_of(mu, epsilon)
        assert exact < remove.delta(epsilon) < exact * (1 + 1e-4)
        assert add.delta(epsilon) == pytest.approx(remove.delta(epsilon), rel=1e-9)


def test_the_grid_is_wide_enough_and_what_lies_beyond_is_counted():
    for sigma, rate, steps in ((1.0, 0.01, 1000), (0.7, 0.3, 10), (2.0, 1.0, 10)):
        for law in loss_distributions([phase(sigma, rate, steps)], delta=1e-8):
            assert 0 < law.infinite < 1e-15
            assert law.masses[-1] < 1e-12


def test_the_grid_gets_coarser_and_not_longer_when_losses_are_enormous():
    grid = loss_grid([phase(0.02, 1.0, 10_000)], delta=1e-6)
    assert grid.half < 2**21
    assert grid.spacing * grid.half > 0.5 * 10_000 / 0.02**2  # the mean of the loss


def test_what_a_single_step_loses_beyond_the_grid_counts_in_every_step(monkeypatch):
    def narrow_for_one_step(phases, *, delta, reach=pld._reach):
        order, far = reach(phases, delta=delta)
        return order, far / 4 if phases[0].steps == 1 else far

    monkeypatch.setattr(pld, "_reach", narrow_for_one_step)
    for law in loss_distributions([phase(2.0, 1.0, 9)], delta=1e-6):
        for epsilon in (0.5, 2.0, 5.0):
            assert law.delta(epsilon) > gaussian_delta_of(1.5, epsilon)


@pytest.mark.parametrize(("sigma", "steps"), [(1.0, 10), (0.05, 4), (0.5, 20_000), (0.1, 10**6)])
def test_a_grid_that_is_much_too_coarse_gives_too_large_a_delta(monkeypatch, sigma, steps):
    monkeypatch.setattr(pld, "MOST_POINTS", 2**8)
    mu = steps**0.5 / sigma
    for law in loss_distributions([phase(sigma, 1.0, steps)], delta=1e-6):
        for epsilon in (0.9 * mu**2 / 2, mu**2 / 2 + mu):
            assert gaussian_delta_of(mu, epsilon) * (1 - 1e-9) <= law.delta(epsilon) <= 1


@pytest.mark.parametrize("bad", [0.0, 1.0, -1e-3, nan, inf, "1e-5"])
def test_delta_lies_strictly_between_zero_and_one(bad):
    with pytest.raises(ValueError, match="delta must"):
        loss_distributions([phase(1.0, 0.1, 10)], delta=bad)
