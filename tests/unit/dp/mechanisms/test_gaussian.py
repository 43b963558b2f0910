"""The Gaussian mechanism: its exact δ(ε) by three routes, its calibrations, the law of its noise."""

from decimal import Decimal, getcontext
from math import erf, exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from dp_accounting import get_epsilon_gaussian, get_sigma_gaussian
from dp_accounting.pld.privacy_loss_mechanism import GaussianPrivacyLoss

from lessons.checks.engine.chance import cdf_bound, cdf_distance
from lessons.dp.mechanisms.gaussian import (
    analytic_sigma,
    classical_sigma,
    gaussian_delta,
    gaussian_density,
    gaussian_epsilon,
    gaussian_mechanism,
)

NOT_POSITIVE = (0, -1, float("nan"), float("inf"), "1", True)
NOT_INSIDE = (0, 1, -0.1, 2, float("nan"), "0.1")


def delta_of(sigma, epsilon, reach=1.0):
    return gaussian_delta(sigma=sigma, l2_sensitivity=reach, epsilon=epsilon)


def sigma_of(epsilon, delta, reach=1.0):
    return analytic_sigma(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def integrated_delta(sigma, epsilon, *, reach=1.0):
    """∫ max(0, p − e^ε q), by strips from the point at which p = e^ε q on: nothing of (13.v)."""
    edge = reach / 2 - epsilon * sigma * sigma / reach  # p is ahead to the left of it
    edges = np.linspace(min(edge, 0) - 12 * sigma, edge, 400_001)
    z = (edges[1:] + edges[:-1]) / 2
    log_p, log_q = -((z / sigma) ** 2) / 2, -(((z - reach) / sigma) ** 2) / 2
    ahead = np.exp(log_p) * -np.expm1(np.minimum(0, epsilon + log_q - log_p))
    return float(ahead.sum() * (edges[1] - edges[0]) / (sigma * sqrt(2 * np.pi)))


def digits_of_delta(sigma, epsilon):
    """(13.v) to 60 digits: Φ(−x) = ½ − φ(x)·(x + x³/3 + x⁵/15 + …), the series of the integral."""
    getcontext().prec = 300
    sigma, epsilon = Decimal(sigma), Decimal(epsilon)
    pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620")

    def below(x):
        term, total, odd = x, x, 1
        while abs(term) > Decimal(10) ** -290:
            odd += 2
            term = term * x * x / odd
            total += term
        return Decimal("0.5") + (-x * x / 2).exp() / (2 * pi).sqrt() * total

    half, middle = 1 / (2 * sigma), epsilon * sigma
    return float(below(half - middle) - epsilon.exp() * below(-half - middle))


@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.7306, 20.0])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0, 4.0])
def test_delta_is_the_integral_of_what_one_density_is_ahead(sigma, epsilon):
    assert delta_of(sigma, epsilon) == pytest.approx(
        integrated_delta(sigma, epsilon), rel=1e-6, abs=0
    )
    scaled = delta_of(7 * sigma, epsilon, 7.0)  # only Δ₂/σ matters
    assert scaled == pytest.approx(delta_of(sigma, epsilon), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("sigma", "epsilon"),
    [("0.5", "2"), ("1", "8"), ("4", "3.5"), ("0.25", "40"), ("1000", "0.015"), ("0.02", "3")],
)
def test_delta_is_right_to_many_digits_far_out_in_the_tail(sigma, epsilon):
    # pi is given to 76 digits, the values go down to 1e-55: 15 digits at least are right
    exact = digits_of_delta(sigma, epsilon)
    accuracy = 1e-12 + 1e-13 * float(sigma)  # what the docstring promises
    assert 1e-55 < exact <= 1
    assert delta_of(float(sigma), float(epsilon)) == pytest.approx(exact, rel=accuracy, abs=0)


@pytest.mark.parametrize("sigma", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("epsilon", [0.0, 0.5, 3.0])
def test_delta_is_that_of_dp_accounting(sigma, epsilon):
    theirs = GaussianPrivacyLoss(sigma).get_delta_for_epsilon(epsilon)
    assert delta_of(sigma, epsilon) == pytest.approx(theirs, rel=1e-7, abs=1e-15)


def test_tiny_tails_are_not_lost_where_a_plain_normal_distribution_gives_zero():
    def plain(x):
        return (1 + erf(x / sqrt(2))) / 2

    assert plain(-9) == 0.0  # the true value is 1e-19
    naive = plain(0.5 / 4 - 36) - exp(9) * plain(-0.5 / 4 - 36)
    ours = delta_of(4.0, 9.0)
    assert naive == 0.0 < ours < 1e-280
    # log δ against the leading term of the tail: ln φ(u) + ln(1/u − 1/v), u = 35.875, v = 36.125
    u, v = 35.875, 36.125
    leading = -u * u / 2 - log(sqrt(2 * np.pi)) + log(1 / u - 1 / v)
    assert abs(log(ours) - leading) < 3 / u**2
    assert 0 < delta_of(0.04, 800.0) < 1, "e^800 is no float"


def test_delta_falls_with_epsilon_and_with_noise_from_one_to_zero():
    by_epsilon = [delta_of(1.5, epsilon) for epsilon in np.linspace(0, 12, 60)]
    by_sigma = [delta_of(sigma, 1.0) for sigma in np.geomspace(1e-3, 30, 60)]
    assert (np.diff(by_epsilon) < 0).all() and (np.diff(by_sigma) <= 0).all()
    assert by_sigma[0] == 1 and by_sigma[-1] < 1e-190
    # at ε = 0 it is the total variation distance 2Φ(μ/2) − 1
    assert by_epsilon[0] == pytest.approx(2 * NormalDist().cdf(1 / 3) - 1)


def test_published_numbers_at_epsilon_one():
    by_hand = sqrt(2 * log(1.25 / 1e-5))
    assert by_hand == pytest.approx(4.8448, abs=5e-5)
    assert delta_of(by_hand, 1.0) == pytest.approx(4.1e-8, rel=0.01)
    assert sigma_of(1.0, 1e-5) == pytest.approx(3.7306, abs=5e-5)


def test_classical_formula_fails_at_epsilon_ten():
    by_hand = sqrt(2 * log(1.25 / 1e-5)) / 10
    assert delta_of(by_hand, 10.0) == pytest.approx(2.27e-5, rel=0.003) and 2.27e-5 > 1e-5
    assert integrated_delta(by_hand, 10.0) == pytest.approx(2.27e-5, rel=0.003)
    assert sigma_of(10.0, 1e-5) > by_hand


@pytest.mark.parametrize("epsilon", [0.01, 0.3, 1.0, 4.0, 25.0])
@pytest.mark.parametrize("delta", [0.2, 1e-5, 1e-12])
def test_analytic_sigma_is_the_least_that_is_enough(epsilon, delta):
    sigma = sigma_of(epsilon, delta)
    assert delta_of(sigma, epsilon) <= delta
    assert delta_of(sigma * (1 - 1e-9), epsilon) > delta
    assert integrated_delta(sigma, epsilon) == pytest.approx(delta, rel=1e-5, abs=0)
    assert sigma_of(epsilon, delta, 6.5) == pytest.approx(6.5 * sigma, rel=1e-12)
    assert sigma == pytest.approx(get_sigma_gaussian(epsilon, delta), rel=1e-6)


@pytest.mark.parametrize("epsilon", [0.01, 0.2, 0.7, 0.999])
@pytest.mark.parametrize("delta", [0.9, 0.1, 1e-3, 1e-6, 1e-12])
def test_classical_sigma_is_safe_below_one_and_wasteful(epsilon, delta):
    sigma = classical_sigma(l2_sensitivity=2.0, epsilon=epsilon, delta=delta)
    assert delta_of(sigma, epsilon, 2.0) <= delta
    assert sigma > sigma_of(epsilon, delta, 2.0)
    assert sigma * epsilon / 2 == pytest.approx(sqrt(2 * log(1.25 / delta)))


@pytest.mark.parametrize("epsilon", [1, 1.0, 1.5, 10])
def test_classical_sigma_refuses_epsilon_at_which_its_proof_ends(epsilon):
    with pytest.raises(ValueError, match=rf"epsilon must be below 1 .*epsilon={epsilon}"):
        classical_sigma(l2_sensitivity=1, epsilon=epsilon, delta=1e-5)


@pytest.mark.parametrize("sigma", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("delta", [0.3, 1e-5, 1e-12])
def test_epsilon_undoes_delta(sigma, delta):
    epsilon = gaussian_epsilon(sigma=sigma, l2_sensitivity=1, delta=delta)
    assert delta_of(sigma, epsilon) <= delta
    if epsilon == 0:
        assert delta_of(sigma, 0) <= delta
    else:
        assert delta_of(sigma, epsilon * (1 - 1e-9)) > delta
        assert epsilon == pytest.approx(get_epsilon_gaussian(sigma, delta), rel=1e-6)


@pytest.mark.parametrize(("reach", "epsilon", "delta"), [(1.0, 1.0, 1e-5), (14.0, 0.4, 1e-3)])
def test_noise_is_gaussian_of_the_calibrated_size_and_fresh_for_each_entry(reach, epsilon, delta):
    value = np.linspace(-5, 5, 20_000)
    known = {"l2_sensitivity": reach, "epsilon": epsilon, "delta": delta}
    noise = gaussian_mechanism(value, **known, rng=np.random.default_rng(1)) - value
    law = NormalDist(0, get_sigma_gaussian(epsilon, delta) * reach)
    gap = cdf_distance(noise, lambda x: np.array([law.cdf(one) for one in x]))
    assert gap <= cdf_bound(20_000)  # 1e-6 by Massart; twice the sigma gives 0.17
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 5 / 20_000**0.5


def test_noise_strays_as_far_as_the_law_says():
    law, release = NormalDist(), {"l2_sensitivity": 2.0, "epsilon": 0.7, "delta": 1e-5}
    noise = gaussian_mechanism(np.zeros(4 * 10**6), rng=np.random.default_rng(8), **release)
    noise /= analytic_sigma(**release)
    for k in (3.0, 4.1, 4.6):
        expected = 4 * 10**6 * law.cdf(-k)
        for beyond in (noise > k, noise < -k):
            assert abs(beyond.sum() - expected) < 5.5 * expected**0.5 + 3


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)])
def test_release_is_a_new_float_array_of_the_same_shape(shape):
    value = np.ones(shape, dtype=int)
    known = {"l2_sensitivity": 1, "epsilon": 1, "delta": 1e-3}
    one, other = (
        gaussian_mechanism(value, **known, rng=np.random.default_rng(5)) for _ in range(2)
    )
    assert one.shape == shape and one.dtype == float and isinstance(one, np.ndarray)
    assert (value == 1).all() and (one == other).all() and (one != 1).all()


def test_entries_of_a_table_share_no_noise():
    known = {"l2_sensitivity": 1, "epsilon": 1, "delta": 1e-3}
    noise = gaussian_mechanism(np.zeros((30, 40)), **known, rng=np.random.default_rng(6))
    assert len(np.unique(np.abs(noise))) == 1200


def test_density_is_that_of_a_normal_distribution():
    x = np.array([-3.0, 0.0, 0.7, 9.0])
    law = NormalDist(0.5, 2.0)
    expected = [law.pdf(one) for one in x]
    assert gaussian_density(x, centre=0.5, sigma=2.0) == pytest.approx(expected)


@pytest.mark.parametrize("bad", NOT_POSITIVE)
def test_sigma_sensitivity_and_epsilon_must_be_positive_and_finite(bad):
    rng = np.random.default_rng(0)
    good = {"l2_sensitivity": 1.0, "epsilon": 0.5, "delta": 1e-5}
    for name in ("l2_sensitivity", "epsilon"):
        for function in (classical_sigma, analytic_sigma):
            with pytest.raises(ValueError, match=f"{name} must be"):
                function(**(good | {name: bad}))
        with pytest.raises(ValueError, match=f"{name} must be"):
            gaussian_mechanism([1.0], **(good | {name: bad}), rng=rng)
    with pytest.raises(ValueError, match="sigma must be"):
        gaussian_delta(sigma=bad, l2_sensitivity=1, epsilon=1)
    with pytest.raises(ValueError, match="l2_sensitivity must be"):
        gaussian_epsilon(sigma=1, l2_sensitivity=bad, delta=1e-5)
    with pytest.raises(ValueError, match="sigma must be"):
        gaussian_density(0.0, centre=0, sigma=bad)


@pytest.mark.parametrize("bad", NOT_INSIDE)
def test_delta_must_lie_inside_its_interval(bad):
    good = {"l2_sensitivity": 1.0, "epsilon": 0.5}
    for function in (classical_sigma, analytic_sigma):
        with pytest.raises(ValueError, match="delta must"):
            function(**good, delta=bad)
    with pytest.raises(ValueError, match="delta must"):
        gaussian_epsilon(sigma=1, l2_sensitivity=1, delta=bad)


@pytest.mark.parametrize("bad", [-1e-9, float("nan"), float("inf"), "1"])
def test_epsilon_of_a_curve_may_be_zero_but_not_below(bad):
    with pytest.raises(ValueError, match="epsilon must be"):
        delta_of(1.0, bad)
