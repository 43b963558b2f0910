"""Dividing by the actual number of rows, against integrals."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2, norm

from lessons.dp.accounting.privacy_loss import hockey_stick
from lessons.dp.exact import actual_batch as traps
from lessons.dp.mechanisms.gaussian import gaussian_density, gaussian_epsilon


def test_epsilon_is_where_delta_falls_below_what_is_allowed():
    settings = {"batch_size": 7, "noise_multiplier": 1.3}
    for delta in (1e-8, 1e-4, 0.01):
        epsilon = traps.actual_batch_epsilon(**settings, delta=delta)
        assert traps.actual_batch_delta(**settings, epsilon=epsilon) <= delta
        assert traps.actual_batch_delta(**settings, epsilon=epsilon - 1e-7) > delta


@pytest.mark.parametrize(
    ("shift", "sigma", "other"),
    [
        *((0.5, 1.0, 1.3), (0.5, 1.3, 1.0), (0.0, 1.2, 1.0)),
        *((-0.5, 1.3, 1.0), (1.0, 1.0, 1.0), (-1.0, 1.0, 1.0)),
    ],
)
@pytest.mark.parametrize("epsilon", [0.0, 0.3, 1.0])
def test_delta_of_unequal_gaussians_is_the_integral(shift, sigma, other, epsilon):
    x = np.linspace(-16, 16, 200_001)
    p = gaussian_density(x, centre=shift, sigma=sigma)
    q = gaussian_density(x, centre=0.0, sigma=other)
    found = traps.unequal_gaussians_delta(
        shift=shift, sigma=sigma, other_sigma=other, epsilon=epsilon
    )
    assert found == pytest.approx(hockey_stick(x, p, q, epsilon=epsilon), abs=1e-8)


@pytest.mark.parametrize(
    ("shift", "sigma", "other"), [(12, 1.0, 1.1), (-12, 1.0, 1.1), (12, 1.1, 1)]
)
def test_delta_keeps_its_digits_where_the_tail_is_1e_24(shift, sigma, other):
    """e^60 times the tail of q decides, and 1 − Φ(10) is 0 in floating point."""
    x = np.linspace(-40, 40, 800_001)
    p = gaussian_density(x, centre=shift, sigma=sigma)
    q = gaussian_density(x, centre=0.0, sigma=other)
    found = traps.unequal_gaussians_delta(shift=shift, sigma=sigma, other_sigma=other, epsilon=60)
    assert found == pytest.approx(hockey_stick(x, p, q, epsilon=60), rel=1e-7)


def test_narrow_noise_is_never_far_ahead_of_wide_noise():
    settings = {"shift": 0.0, "sigma": 1.0, "other_sigma": 1.5}
    assert traps.unequal_gaussians_delta(**settings, epsilon=1.0) == 0.0


def test_dividing_by_the_actual_size_doubles_the_distance():
    fixed = gaussian_epsilon(sigma=1, l2_sensitivity=1, delta=1e-5)
    doubled = gaussian_epsilon(sigma=1, l2_sensitivity=2, delta=1e-5)
    found = [
        traps.actual_batch_epsilon(batch_size=n, noise_multiplier=1, delta=1e-5)
        for n in (10, 100, 10_000)
    ]
    assert fixed == pytest.approx(4.3772, abs=1e-4)
    assert found[1] == pytest.approx(10.2472, abs=1e-3)
    assert found == sorted(found, reverse=True) and found[2] == pytest.approx(doubled, abs=0.01)


def test_delta_of_the_actual_size_is_the_worse_direction():
    n, sigma, epsilon = 5, 1.5, 1.0
    x = np.linspace(-8, 8, 400_001)
    p = gaussian_density(x, centre=2 / n, sigma=sigma / n)
    q = gaussian_density(x, centre=0.0, sigma=sigma / (n - 1))
    both = [hockey_stick(x, *pair, epsilon=epsilon) for pair in ((p, q), (q, p))]
    found = traps.actual_batch_delta(batch_size=n, noise_multiplier=sigma, epsilon=epsilon)
    assert found == pytest.approx(max(both), abs=1e-7) and max(both) > 1.05 * min(both)


@pytest.mark.parametrize("pair", [(0.25, 5 / 19), (5 / 19, 0.25)])
@pytest.mark.parametrize("epsilon", [0.5, 5.0, 22.0])
def test_delta_of_many_gaussians_is_an_integral_over_the_first_of_them(pair, epsilon):
    """Given z₁, the squares of the others add up to a χ² with d − 1 degrees of freedom."""
    (s, r), shift, d = pair, 0.1, 2410
    a = (1 / r**2 - 1 / s**2) / 2

    def beyond(z, scale):  # Pr[ln(p/q) > ε | z₁ = z] where the others have deviation ``scale``
        rest = epsilon - d * np.log(r / s) + (z - shift) ** 2 / (2 * s**2) - z**2 / (2 * r**2)
        return (chi2.sf if a > 0 else chi2.cdf)(rest / a / scale**2, d - 1)

    def excess(z):
        of_p = norm.pdf(z, shift, s) * beyond(z, s)
        return of_p - np.exp(epsilon) * norm.pdf(z, 0, r) * beyond(z, r)

    found = traps.many_gaussians_delta(
        shift=shift, sigma=s, other_sigma=r, n_parameters=d, epsilon=epsilon
    )
    right = quad(excess, -4, 4, points=[0.0], epsabs=1e-14, epsrel=1e-9, limit=500)[0]
    assert found == pytest.approx(right, rel=1e-5, abs=1e-13)


def test_one_of_many_parameters_is_the_parameter_and_more_of_them_cost_more():
    settings = {"shift": 0.1, "sigma": 0.25, "other_sigma": 0.3, "epsilon": 0.4}
    one = traps.many_gaussians_delta(**settings, n_parameters=1)
    assert one == pytest.approx(traps.unequal_gaussians_delta(**settings), rel=1e-8)
    run = {"batch_size": 20, "noise_multiplier": 5.0, "delta": 1e-5}
    found = [traps.actual_batch_epsilon(**run, n_parameters=d) for d in (1, 2, 100, 2410)]
    assert found == sorted(found) and found[-1] == pytest.approx(22.683, abs=1e-3)


def test_one_rule_tells_twenty_rows_from_nineteen_by_the_size_of_the_noise():
    """δ(ε) is at least what any one set of releases gives; this one needs no formula."""
    limit = 2410 * (5 / 19.5) ** 2
    few, many = chi2.sf(limit / (5 / 19) ** 2, 2410), chi2.sf(limit / (5 / 20) ** 2, 2410)
    settings = {"batch_size": 20, "noise_multiplier": 5.0, "n_parameters": 2410}
    assert few > 0.96 and many < 0.04
    assert traps.actual_batch_delta(**settings, epsilon=1.0) > few - np.exp(1.0) * many


def test_parameters_are_checked():
    for bad in (0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="noise_multiplier must"):
            traps.actual_batch_delta(batch_size=3, noise_multiplier=bad, epsilon=1)
        with pytest.raises(ValueError, match="sigma must"):
            traps.unequal_gaussians_delta(shift=1, sigma=bad, other_sigma=1, epsilon=1)
    for bad in (0, 1, float("nan")):
        with pytest.raises(ValueError, match="delta must"):
            traps.actual_batch_epsilon(batch_size=3, noise_multiplier=1, delta=bad)
    for bad in (1, 2.5, True):
        with pytest.raises(ValueError, match="batch_size must"):
            traps.actual_batch_delta(batch_size=bad, noise_multiplier=1, epsilon=1)
        with pytest.raises(ValueError, match="batch_size must"):
            traps.actual_batch_epsilon(
                batch_size=bad, noise_multiplier=1, delta=0.1, n_parameters=2
            )
    for bad in (0, 2.5, True):
        with pytest.raises(ValueError, match="n_parameters must"):
            traps.actual_batch_delta(batch_size=3, noise_multiplier=1, epsilon=1, n_parameters=bad)
    with pytest.raises(ValueError, match="sigma and other_sigma must differ"):
        traps.many_gaussians_delta(shift=1, sigma=1, other_sigma=1, n_parameters=2, epsilon=1)
    with pytest.raises(ValueError, match="epsilon must"):
        traps.actual_batch_delta(batch_size=3, noise_multiplier=1, epsilon=-1)
    with pytest.raises(ValueError, match="epsilon must be below 500"):
        traps.actual_batch_epsilon(batch_size=3, noise_multiplier=0.01, delta=1e-6)
