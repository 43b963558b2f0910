"""The privacy loss as a random variable: its law, its tail, and δ by two more routes."""

from math import exp, inf, nan
from statistics import NormalDist

import numpy as np
import pytest

from lessons.checks.engine.chance import cdf_bound, cdf_distance
from lessons.dp.accounting.privacy_loss import (
    delta_from_losses,
    gaussian_loss,
    gaussian_loss_cdf,
    gaussian_loss_exceeds,
    hockey_stick,
    laplace_delta,
    laplace_loss,
    laplace_loss_cdf,
)
from lessons.dp.definitions import smallest_delta
from lessons.dp.mechanisms.gaussian import gaussian_delta, gaussian_density
from lessons.dp.mechanisms.laplace import laplace_density

DRAWS = 50_000


@pytest.mark.parametrize(("shift", "width"), [(1.0, 2.0), (3.0, 0.8)])
def test_losses_are_the_logarithm_of_the_ratio_of_the_densities(shift, width):
    z = np.linspace(-5, 8, 27)
    for loss, density, name in (
        (gaussian_loss, gaussian_density, "sigma"),
        (laplace_loss, laplace_density, "scale"),
    ):
        ratio = density(z, centre=0, **{name: width}) / density(z, centre=shift, **{name: width})
        assert loss(z, shift=shift, **{name: width}) == pytest.approx(np.log(ratio))


@pytest.mark.parametrize(("shift", "sigma"), [(1.0, 3.7), (2.0, 1.0), (1.0, 0.4)])
def test_gaussian_losses_have_the_normal_law_of_the_lesson(shift, sigma):
    noise = np.random.default_rng(1).normal(scale=sigma, size=DRAWS)
    losses, mu = gaussian_loss(noise, shift=shift, sigma=sigma), shift / sigma
    gap = cdf_distance(losses, lambda x: gaussian_loss_cdf(x, shift=shift, sigma=sigma))
    assert gap <= cdf_bound(DRAWS)
    law = NormalDist(mu**2 / 2, mu)
    for one in (-1.0, 0.0, 2.5):
        assert gaussian_loss_cdf(one, shift=shift, sigma=sigma) == pytest.approx(law.cdf(one))
        exceeds = gaussian_loss_exceeds(shift=shift, sigma=sigma, epsilon=abs(one))
        assert exceeds == pytest.approx(1 - law.cdf(abs(one)))


@pytest.mark.parametrize(("shift", "scale"), [(1.0, 2.0), (3.0, 0.8)])
def test_laplace_losses_have_two_jumps_and_never_leave_epsilon(shift, scale):
    reach = shift / scale
    losses = laplace_loss(
        np.random.default_rng(2).laplace(scale=scale, size=DRAWS), shift=shift, scale=scale
    )
    assert losses.max() <= reach + 1e-12 and losses.min() >= -reach - 1e-12
    grid = np.linspace(-1.2 * reach, 1.2 * reach, 48)  # no point on a jump
    measured = (losses[:, None] <= grid).mean(axis=0)
    law = laplace_loss_cdf(grid, shift=shift, scale=scale)
    assert np.abs(measured - law).max() <= cdf_bound(DRAWS)
    ends = laplace_loss_cdf(
        [-inf, -reach - 1e-9, -reach + 1e-9, reach - 1e-9, reach, inf], shift=shift, scale=scale
    )
    assert ends == pytest.approx([0, 0, exp(-reach) / 2, 0.5, 1, 1], abs=1e-8)


def test_jumps_of_the_laplace_law_belong_to_the_values_themselves():
    at_both_ends = laplace_loss_cdf([-0.5, 0.5], shift=1, scale=2)  # Pr[L <= ∓ε], exact floats
    assert at_both_ends == pytest.approx([exp(-0.5) / 2, 1])


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 1.0])
def test_three_routes_to_delta_of_gaussian_noise_agree(epsilon):
    sigma = 1.3
    z = np.linspace(-12, 13, 100_001)
    p, q = (gaussian_density(z, centre=centre, sigma=sigma) for centre in (0, 1))
    exact = gaussian_delta(sigma=sigma, l2_sensitivity=1, epsilon=epsilon)
    assert hockey_stick(z, p, q, epsilon=epsilon) == pytest.approx(exact, abs=1e-8)
    assert hockey_stick(z, q, p, epsilon=epsilon) == pytest.approx(exact, abs=1e-8)
    losses = gaussian_loss(
        np.random.default_rng(3).normal(scale=sigma, size=DRAWS), shift=1, sigma=sigma
    )
    # an average of DRAWS numbers from 0 to 1: Hoeffding
    assert abs(delta_from_losses(losses, epsilon=epsilon) - exact) < cdf_bound(DRAWS)
    assert gaussian_loss_exceeds(shift=1, sigma=sigma, epsilon=epsilon) > exact


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 0.69, 0.71, 2.0])
def test_delta_of_laplace_noise_is_zero_from_epsilon_on(epsilon):
    z = np.linspace(-40, 41, 400_001)
    p, q = (laplace_density(z, centre=centre, scale=1 / 0.7) for centre in (0, 1))
    exact = laplace_delta(scale=1 / 0.7, l1_sensitivity=1, epsilon=epsilon)
    assert hockey_stick(z, p, q, epsilon=epsilon) == pytest.approx(exact, abs=1e-7)
    assert (exact == 0) == (epsilon >= 0.7)


def test_delta_of_losses_is_the_sum_of_lesson_11_for_a_finite_mechanism():
    p, q = np.array([0.5, 0.3, 0.2, 0.0]), np.array([0.3, 0.4, 0.0, 0.3])
    counts = np.array([5, 3, 2])
    with np.errstate(divide="ignore"):
        losses = np.repeat(np.log(p[:3] / q[:3]), counts)  # the loss of an output q lacks is inf
    there = np.maximum(0, p - exp(0.2) * q).sum()
    assert delta_from_losses(losses, epsilon=0.2) == pytest.approx(there)
    assert there <= smallest_delta(p, q, epsilon=0.2)


def test_a_loss_just_above_epsilon_keeps_its_digits():
    found = delta_from_losses([3e-15, -1.0, 0.0], epsilon=0.0)
    assert found == pytest.approx(1e-15, rel=1e-9, abs=0)


def test_points_need_not_be_evenly_spaced():
    z = 12 * np.linspace(-1, 1, 40_001) ** 3  # dense about 0, wide outside
    p, q = (gaussian_density(z, centre=centre, sigma=1.3) for centre in (0, 1))
    exact = gaussian_delta(sigma=1.3, l2_sensitivity=1, epsilon=0.3)
    assert hockey_stick(z, p, q, epsilon=0.3) == pytest.approx(exact, abs=1e-6)


def test_large_epsilon_overflows_nothing():
    z = np.linspace(-3, 4, 1001)
    p, q = np.ones(1001) / 7, np.where(z > 0, 1 / 4, 0.0)
    assert hockey_stick(z, p, q, epsilon=900.0) == pytest.approx(3 / 7, abs=1e-3)


@pytest.mark.parametrize("bad", [0, -1, nan, inf, "1"])
def test_shift_and_width_must_be_positive(bad):
    for call in (
        lambda **k: gaussian_loss([0.0], **k),
        lambda **k: gaussian_loss_cdf([0.0], **k),
        lambda **k: gaussian_loss_exceeds(epsilon=1, **k),
    ):
        with pytest.raises(ValueError, match="sigma must be"):
            call(shift=1, sigma=bad)
        with pytest.raises(ValueError, match="shift must be"):
            call(shift=bad, sigma=1)
    for function in (laplace_loss, laplace_loss_cdf):
        with pytest.raises(ValueError, match="scale must be"):
            function([0.0], shift=1, scale=bad)
        with pytest.raises(ValueError, match="shift must be"):
            function([0.0], shift=bad, scale=1)
    with pytest.raises(ValueError, match="l1_sensitivity must be"):
        laplace_delta(scale=1, l1_sensitivity=bad, epsilon=1)


def test_what_is_no_density_or_no_sample_is_refused():
    with pytest.raises(ValueError, match="losses must hold numbers"):
        delta_from_losses([], epsilon=1)
    with pytest.raises(ValueError, match="losses must hold numbers"):
        delta_from_losses([1.0, nan], epsilon=1)
    for x in ([1.0, 0.0], [0.0, 0.0], [0.0], [[0.0, 1.0]]):
        with pytest.raises(ValueError, match="x must be two or more increasing points"):
            hockey_stick(x, np.ones_like(x), np.ones_like(x), epsilon=1)
    with pytest.raises(ValueError, match="q must hold one density per point"):
        hockey_stick([0.0, 1.0], [1, 1], [1], epsilon=1)
    with pytest.raises(ValueError, match="p must hold one density per point"):
        hockey_stick([0.0, 1.0], [1, -1], [1, 1], epsilon=1)
    with pytest.raises(ValueError, match="epsilon must be"):
        hockey_stick([0.0, 1.0], [1, 1], [1, 1], epsilon=-1)
