"""ε, δ and noise of DP-SGD: against closed forms, an inverse transform, and the libraries."""

import warnings
from math import inf, log, nan

import numpy as np
import pytest
from dp_accounting.pld import privacy_loss_distribution
from opacus.accountants import GaussianAccountant, PRVAccountant

from lessons.dp.accounting.accountant import (
    dp_sgd_noise_multiplier,
    run_delta,
    run_epsilon,
)
from lessons.dp.accounting.rdp import rdp_delta, rdp_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from tests.unit.loss_inversion import (
    DIRECTIONS,
    epsilon_by_inversion,
    epsilon_from,
    gaussian_delta_of,
    one_step_delta,
    true_epsilon,
    two_step_delta,
)

BELOW, ABOVE = 1e-5, 1e-3  # how far an answer may lie below and above the true ε
DELTAS = [1e-3, 1e-6, 1e-9]


def epsilon_of(sigma, rate, steps, delta):
    return run_epsilon(Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps), delta=delta)


def assert_close(mine, true):
    assert true - BELOW < mine < true + ABOVE


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("rate", [1e-4, 1e-3, 0.01, 0.3, 0.99, 1.0])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0, 30.0])
def test_one_step_is_the_closed_form(sigma, rate, delta):
    def worst(epsilon):
        return max(float(one_step_delta(sigma, rate, epsilon, way)) for way in DIRECTIONS)

    assert_close(epsilon_of(sigma, rate, 1, delta), epsilon_from(worst, delta))


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize(("sigma", "rate"), [(0.6, 0.01), (1.0, 1e-4), (2.0, 0.5), (5.0, 0.99)])
def test_two_steps_are_an_integral(sigma, rate, delta):
    mine = epsilon_of(sigma, rate, 2, delta)

    def worst(epsilon):
        return max(two_step_delta(sigma, rate, epsilon, way) for way in DIRECTIONS)

    # ε decreases with δ, so it is enough to compare at the two ends of what is allowed
    assert worst(mine + BELOW) <= delta * (1 + 1e-9)
    assert mine == 0 or mine < ABOVE or worst(mine - ABOVE) > delta


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("steps", [1, 100, 100_000])
@pytest.mark.parametrize("mu", [0.3, 1.0, 6.0])
def test_without_sampling_it_is_the_gaussian_mechanism(mu, steps, delta):
    true = epsilon_from(lambda epsilon: gaussian_delta_of(mu, epsilon), delta)
    assert_close(epsilon_of(steps**0.5 / mu, 1.0, steps, delta), true)


# σ, q, T, δ and ε by ``loss_inversion.true_epsilon`` (1 to 100 s each):
#     python -c "from tests.unit.loss_inversion import true_epsilon as t; print(t(4.0, 0.01, 10000, 1e-5))"
MANY_STEPS = [
    (1.0, 0.01, 1000, 1e-05, 1.828236667),
    (1.1, 0.004266666666666667, 14063, 1e-05, 2.381689726),
    (4.0, 0.01, 10000, 1e-05, 0.946866801),
    (2.0, 0.1, 300, 0.0001, 3.596538013),
    (4.0, 0.1, 300, 0.0001, 1.496545749),
    (5.0, 0.1, 1000, 1e-06, 2.988911982),
    (10.0, 0.1, 10000, 1e-09, 6.205292513),
    (20.0, 0.1, 100000, 1e-06, 8.314308901),
    (8.0, 0.5, 100, 1e-06, 2.929494840),
    (30.0, 0.5, 1000, 1e-05, 2.116478931),
    (60.0, 0.5, 100000, 1e-05, 14.120702918),
    (0.8, 0.001, 10000, 1e-05, 0.782387781),
    (1.0, 0.001, 100000, 1e-06, 1.861047459),
    (4.0, 0.01, 100000, 1e-09, 4.863776164),
    (1.0, 0.0001, 100000, 1e-05, 0.131872296),
    (0.6, 0.0001, 100000, 1e-06, 0.963277555),
    (0.6, 0.0001, 10000, 0.001, 0.071248197),
    (0.6, 0.0001, 10000, 1e-06, 0.532746730),
]


@pytest.mark.parametrize(("sigma", "rate", "steps", "delta", "true"), MANY_STEPS)
def test_many_steps_are_the_inverse_transform(sigma, rate, steps, delta, true):
    assert_close(epsilon_of(sigma, rate, steps, delta), true)


def test_the_table_of_true_values_was_made_by_the_inverse_transform():
    for sigma, rate, steps, delta, true in MANY_STEPS[2:5]:
        assert abs(true_epsilon(sigma, rate, steps, delta, near=true) - true) < 1e-8


@pytest.mark.parametrize("delta", [1e-3, 1e-9])
@pytest.mark.parametrize(("sigma", "rate"), [(0.02, 1.0), (0.02, 0.01), (0.03, 0.5), (0.01, 5e-3)])
def test_losses_in_the_thousands_are_not_lost(sigma, rate, delta):
    # one step: sampling adds ln q to the ε of δ/q, up to e^-ε (equation 15.iii is sharp for remove)
    plain = epsilon_from(lambda epsilon: gaussian_delta_of(1 / sigma, epsilon), delta / rate, 600.0)
    assert plain > 500
    mine = epsilon_of(sigma, rate, 1, delta)
    assert plain + np.log(rate) - BELOW < mine < plain + np.log(rate) + 0.01


def test_where_no_grid_is_wide_enough_rdp_answers():
    for sigma, rate, steps in ((0.001, 0.5, 10), (0.05, 1.0, 100_000)):
        run = Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
        true = epsilon_from(
            lambda e, mu=steps**0.5 / sigma: gaussian_delta_of(mu, e), 1e-5, 0.5 * steps / sigma**2
        )
        epsilon = run_epsilon([run], delta=1e-5)
        assert epsilon <= rdp_epsilon([run], delta=1e-5)
        assert epsilon > true or rate < 1
        for more in (epsilon, 2 * epsilon):
            delta = run_delta([run], epsilon=more)
            assert delta <= rdp_delta([run], epsilon=more) < 1
            assert delta >= gaussian_delta_of(steps**0.5 / sigma, more) or rate < 1


def test_a_rate_that_is_nearly_zero_costs_nearly_nothing():
    assert epsilon_of(1.0, 1e-12, 10, 1e-9) == 0.0
    assert 0 < epsilon_of(1.0, 1e-9, 1000, 1e-9) < 1e-3


def test_the_headline_run_on_60_000_digits():
    run = (1.1, 256 / 60_000, 14_063)  # 60 epochs
    true = epsilon_by_inversion([run], 1e-5, near=2.38)
    assert abs(true - 2.3817) < 5e-5
    assert_close(epsilon_of(*run, 1e-5), true)
    # Opacus: its PRV accountant agrees within the error it promises, its GDP accountant is below
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says itself that it can underestimate
        prv, gdp = PRVAccountant(), GaussianAccountant()
        prv.history, gdp.history = [run], [run]
        assert true - 0.01 < prv.get_epsilon(1e-5, eps_error=0.01) < true + 0.02  # an upper bound
        assert abs(gdp.get_epsilon(1e-5) - 2.324) < 1e-3


@pytest.mark.parametrize(
    ("sigma", "rate", "steps"),
    [(4.0, 0.01, 10_000), (1.0, 0.1, 20), (0.9, 1e-4, 1000), (4.0, 0.5, 50), (10.0, 0.99, 20)],
)
def test_dp_accounting_agrees_within_its_own_grid(sigma, rate, steps):
    theirs = privacy_loss_distribution.from_gaussian_mechanism(
        sigma, sampling_prob=rate, value_discretization_interval=5e-5
    ).self_compose(steps)
    for delta in (1e-3, 1e-5, 1e-7):
        other = theirs.get_epsilon_for_delta(delta)
        assert abs(epsilon_of(sigma, rate, steps, delta) - other) < 3e-4
    for epsilon in (0.0, 0.1, 1.0):
        mine = run_delta(
            Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps), epsilon=epsilon
        )
        assert theirs.get_delta_for_epsilon(epsilon + 3e-4) < mine + 1e-12
        assert mine < theirs.get_delta_for_epsilon(max(epsilon - 3e-4, 0)) * 1.01 + 1e-12


def test_different_phases_compose():
    phases = [(1.5, 0.02, 300), (3.0, 0.2, 40), (20.0, 1.0, 2)]
    mine = [
        Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
        for sigma, rate, steps in phases
    ]
    epsilon = run_epsilon(mine, delta=1e-6)
    assert_close(epsilon, epsilon_by_inversion(phases, 1e-6, near=epsilon))
    assert run_epsilon(mine[::-1], delta=1e-6) == pytest.approx(epsilon, abs=1e-9)
    assert run_delta(mine, epsilon=epsilon) == pytest.approx(1e-6, rel=1e-2)
    theirs = [
        privacy_loss_distribution.from_gaussian_mechanism(sigma, sampling_prob=rate).self_compose(n)
        for sigma, rate, n in phases
    ]
    other = theirs[0].compose(theirs[1]).compose(theirs[2]).get_epsilon_for_delta(1e-6)
    assert abs(epsilon - other) < 5e-4


def test_splitting_a_run_in_two_changes_nothing():
    whole = Run(noise_multiplier=1.0, sampling_rate=0.01, steps=1000)
    half = Run(noise_multiplier=1.0, sampling_rate=0.01, steps=500)
    one, two = run_epsilon([whole], delta=1e-5), run_epsilon([half, half], delta=1e-5)
    assert one == pytest.approx(two, abs=1e-9)
    assert run_epsilon([half], delta=1e-5) < one


@pytest.mark.parametrize("steps", [1, 1000])
@pytest.mark.parametrize("rate", [1e-3, 0.1])
def test_epsilon_and_delta_belong_together(rate, steps):
    for delta in (1e-4, 1e-8):
        run = {"noise_multiplier": 2.0, "sampling_rate": rate, "steps": steps}
        epsilon = run_epsilon(Run(**run), delta=delta)
        again = run_delta(Run(**run), epsilon=epsilon)
        assert again == pytest.approx(delta, rel=0.02) or epsilon == 0
        further = run_delta(Run(**run), epsilon=epsilon + 0.1)
        assert further < again


def test_rdp_is_above_and_never_below_the_privacy_loss_distribution():
    for sigma, rate, steps in ((1.1, 0.004, 14_063), (0.7, 1e-4, 1000), (5.0, 1.0, 10)):
        run = Run(noise_multiplier=sigma, sampling_rate=rate, steps=steps)
        assert run_epsilon([run], delta=1e-5) < rdp_epsilon([run], delta=1e-5)
        assert run_delta([run], epsilon=0.5) < rdp_delta([run], epsilon=0.5)


def test_more_noise_less_sampling_fewer_steps_and_a_larger_delta_cost_less():
    base = epsilon_of(1.0, 0.02, 500, 1e-6)
    assert epsilon_of(1.1, 0.02, 500, 1e-6) < base
    assert epsilon_of(1.0, 0.018, 500, 1e-6) < base
    assert epsilon_of(1.0, 0.02, 450, 1e-6) < base
    assert epsilon_of(1.0, 0.02, 500, 2e-6) < base


def test_tiny_deltas_and_huge_epsilons_get_the_bound_of_rdp():
    run = Run(noise_multiplier=1.0, sampling_rate=0.02, steps=500)
    assert run_epsilon([run], delta=1e-30) == rdp_epsilon([run], delta=1e-30)
    assert run_epsilon([run], delta=1e-15) < rdp_epsilon([run], delta=1e-15)
    assert run_epsilon([run], delta=1e-17) == rdp_epsilon([run], delta=1e-17)
    assert run_delta([run], epsilon=40.0) == rdp_delta([run], epsilon=40.0) < 1e-20
    assert run_delta([run], epsilon=1e5) == 0.0


def test_a_delta_far_below_the_guess_of_rdp_gets_a_grid_of_its_own():
    run = {"noise_multiplier": 1.0, "sampling_rate": 1e-4, "steps": 1}
    guess = rdp_delta([Run(**run)], epsilon=0.05)
    exact = float(one_step_delta(1.0, 1e-4, 0.05, "remove"))
    assert guess > 1e10 * exact
    assert exact * (1 - 1e-3) < run_delta(Run(**run), epsilon=0.05) < 1.5 * exact


def test_delta_at_zero_is_the_attackers_best_advantage():
    sigma = 2.0
    mine = run_delta(Run(noise_multiplier=sigma, sampling_rate=0.3, steps=1), epsilon=0.0)
    exact = 0.3 * gaussian_delta_of(1 / sigma, 0.0)  # q times the total variation
    assert exact * (1 - 1e-12) < mine < exact + 1e-4


@pytest.mark.parametrize(
    ("rate", "steps", "epsilon", "delta"),
    [(256 / 60_000, 14_063, 2.3817, 1e-5), (0.1, 300, 4.0, 1e-4), (1.0, 1, 1.0, 1e-5)],
)
def test_calibrated_noise_keeps_the_promise_and_little_less_breaks_it(rate, steps, epsilon, delta):
    sigma = dp_sgd_noise_multiplier(sampling_rate=rate, steps=steps, epsilon=epsilon, delta=delta)
    assert epsilon_of(sigma, rate, steps, delta) <= epsilon
    assert epsilon_of(sigma * (1 - 2e-4), rate, steps, delta) > epsilon
    expected = {2.3817: 1.1, 1.0: 3.7306}.get(epsilon)  # the run above; Balle & Wang 2018
    assert expected is None or sigma == pytest.approx(expected, rel=3e-4)


@pytest.mark.parametrize("epsilon", [0.01, 12.0])
def test_calibration_reaches_far(epsilon):
    sigma = dp_sgd_noise_multiplier(sampling_rate=0.01, steps=10, epsilon=epsilon, delta=1e-5)
    assert epsilon * 0.99 < epsilon_of(sigma, 0.01, 10, 1e-5) <= epsilon


GOOD = {"noise_multiplier": 1.0, "sampling_rate": 0.1, "steps": 10}
BAD = [
    ("noise_multiplier", [0, -1, nan, inf, "1", True]),
    ("sampling_rate", [0, -0.1, 1.0001, nan, inf, "0.1", True]),
    ("steps", [0, -3, 1.5, 10.0, nan, "10", True]),
]


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in BAD for v in values])
def test_bad_runs_are_named_with_rule_and_value(name, value):
    run = {**GOOD, name: value}
    with pytest.raises(ValueError, match=rf"{name} must .*, got {name}="):
        run_epsilon(Run(**run), delta=1e-5)
    with pytest.raises(ValueError, match=rf"{name} must .*, got {name}="):
        run_delta(Run(**run), epsilon=1.0)
    if name != "noise_multiplier":
        run.pop("noise_multiplier")
        with pytest.raises(ValueError, match=rf"{name} must .*, got {name}="):
            dp_sgd_noise_multiplier(**run, epsilon=1.0, delta=1e-5)


@pytest.mark.parametrize("delta", [0, 0.0, 1, 1.5, -1e-5, nan, inf, "1e-5", True])
def test_delta_lies_strictly_between_zero_and_one(delta):
    with pytest.raises(ValueError, match=r"delta must .*, got delta="):
        run_epsilon(Run(**GOOD), delta=delta)
    with pytest.raises(ValueError, match=r"delta must .*, got delta="):
        dp_sgd_noise_multiplier(sampling_rate=0.1, steps=10, epsilon=1.0, delta=delta)


@pytest.mark.parametrize("epsilon", [-1.0, nan, inf, "1", True])
def test_epsilon_is_a_finite_number_of_at_least_zero(epsilon):
    with pytest.raises(ValueError, match=r"epsilon must .*, got epsilon="):
        run_delta(Run(**GOOD), epsilon=epsilon)
    with pytest.raises(ValueError, match=r"epsilon must .*, got epsilon="):
        dp_sgd_noise_multiplier(sampling_rate=0.1, steps=10, epsilon=epsilon, delta=1e-5)


def test_a_record_that_hardly_ever_takes_part_needs_no_noise():
    sigma = dp_sgd_noise_multiplier(sampling_rate=1e-4, steps=1, epsilon=1.0, delta=1e-3)
    assert sigma == pytest.approx(0.1, rel=2e-4)  # no answer is smaller: here δ alone pays


@pytest.mark.parametrize(("sigma", "delta"), [(0.05, 0.021), (0.2, 0.3), (0.5, 0.9)])
def test_a_delta_above_the_chance_of_ever_taking_part_leaves_nothing_to_pay(sigma, delta):
    assert 1 - (1 - 1e-3) ** 20 < 0.02
    assert epsilon_of(sigma, 1e-3, 20, delta) == 0


def test_noise_for_no_epsilon_at_all_is_refused():
    with pytest.raises(ValueError, match="epsilon must be positive"):
        dp_sgd_noise_multiplier(sampling_rate=0.1, steps=10, epsilon=0, delta=1e-5)


def test_a_run_has_at_least_one_phase():
    with pytest.raises(ValueError, match="run must"):
        run_epsilon([], delta=1e-5)
    with pytest.raises(ValueError, match="run must"):
        run_delta([], epsilon=1.0)


def test_answers_are_plain_floats():
    assert type(run_epsilon(Run(**GOOD), delta=1e-5)) is float
    assert type(run_delta(Run(**GOOD), epsilon=1.0)) is float
    assert type(run_delta([Run(**GOOD)], epsilon=np.float64(1.0))) is float


@pytest.mark.parametrize(
    ("sigma", "steps"), [(1e-3, 1), (0.01, 10), (0.05, 10), (0.3, 1), (0.3, 10)]
)
def test_hardly_any_noise_gives_an_enormous_epsilon_never_too_small_a_one(sigma, steps):
    exact = gaussian_epsilon(sigma=sigma / steps**0.5, l2_sensitivity=1, delta=1e-5)
    given = run_epsilon(Run(noise_multiplier=sigma, sampling_rate=1.0, steps=steps), delta=1e-5)
    assert exact * (1 - 1e-9) <= given <= 1.05 * exact + 1e-3  # RDP is a few per cent too high
    sampled = run_epsilon(Run(noise_multiplier=sigma, sampling_rate=0.1, steps=steps), delta=1e-5)
    once = gaussian_epsilon(sigma=sigma, l2_sensitivity=1, delta=1e-4)  # in one step, surely
    assert once + log(0.1) <= sampled <= given
    delta = run_delta(Run(noise_multiplier=sigma, sampling_rate=1.0, steps=steps), epsilon=exact)
    assert 1e-5 * (1 - 1e-4) <= delta <= 1
