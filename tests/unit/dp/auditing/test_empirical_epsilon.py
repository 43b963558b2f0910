"""From rates to ε: the limit, its inverse, the bound from counts, and the bound from one run."""

from math import comb, exp, inf, log

import numpy as np
import pytest

from lessons.dp.auditing.confidence import clopper_pearson
from lessons.dp.auditing.empirical_epsilon import (
    epsilon_lower_bound,
    epsilon_of_rates,
    one_run_epsilon,
    one_run_p_value,
    tpr_limit,
)
from lessons.dp.definitions import satisfies_dp, smallest_delta, smallest_epsilon


def binomial(n, p):
    return np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 0.0), (0.7, 0.0), (1.5, 0.03), (4.0, 1e-5)])
def test_limit_is_the_largest_tpr_that_the_definition_of_lesson_11_allows(epsilon, delta):
    for fpr in (0.0, 0.01, 0.2, 0.5, 0.9, 1.0):
        tpr = float(tpr_limit(fpr, epsilon=epsilon, delta=delta))
        for rate, allowed in ((tpr, True), (min(1.0, tpr + 1e-6), tpr == 1.0)):
            p, q = [rate, 1 - rate], [fpr, 1 - fpr]
            assert satisfies_dp(p, q, epsilon=epsilon, delta=delta) == allowed


def test_limit_by_hand():
    assert tpr_limit(0.1, epsilon=log(3), delta=0) == pytest.approx(0.3)
    assert tpr_limit(0.7, epsilon=log(3), delta=0) == pytest.approx(0.9)  # the other half
    assert tpr_limit(0.0, epsilon=1.0, delta=0.02) == pytest.approx(0.02)
    corner = 1 / (1 + exp(2))
    assert tpr_limit(corner, epsilon=2.0, delta=0) == pytest.approx(1 - corner)
    assert tpr_limit(np.zeros((2, 3)), epsilon=0.5, delta=0.1).shape == (2, 3)
    assert tpr_limit(1.0, epsilon=900.0, delta=0) == 1


@pytest.mark.parametrize("tpr", [0.02, 0.3, 0.75, 0.999])
@pytest.mark.parametrize("fpr", [0.01, 0.25, 0.6, 0.98])
def test_epsilon_of_rates_is_the_inverse_of_the_limit(tpr, fpr):
    for delta in (0.0, 0.005):
        epsilon = epsilon_of_rates(tpr=tpr, fpr=fpr, delta=delta)
        if epsilon > 0:
            assert float(tpr_limit(fpr, epsilon=epsilon, delta=delta)) == pytest.approx(
                tpr, abs=1e-12
            )
        else:
            assert tpr <= tpr_limit(fpr, epsilon=0.0, delta=delta) + 1e-12


def test_epsilon_of_rates_agrees_with_the_tables_of_lesson_11():
    for tpr, fpr in ((0.75, 0.25), (0.9, 0.4), (0.6, 0.05)):
        p, q = np.array([tpr, 1 - tpr]), np.array([fpr, 1 - fpr])
        assert epsilon_of_rates(tpr=tpr, fpr=fpr, delta=0) == pytest.approx(smallest_epsilon(p, q))
        epsilon = epsilon_of_rates(tpr=tpr, fpr=fpr, delta=0.02)
        assert smallest_delta(p, q, epsilon=epsilon) == pytest.approx(0.02)


def test_corners_of_the_rates():
    assert epsilon_of_rates(tpr=0.4, fpr=0.0, delta=0.1) == inf
    assert epsilon_of_rates(tpr=0.1, fpr=0.0, delta=0.1) == 0
    assert epsilon_of_rates(tpr=1.0, fpr=0.5, delta=0.1) == inf
    assert epsilon_of_rates(tpr=0.2, fpr=0.6, delta=0.0) == 0


def test_bound_by_hand():
    """All of 100 right: TPR >= 0.025^(1/100), FPR <= 1 − 0.025^(1/100)."""
    rate = 0.025 ** (1 / 100)
    bound = epsilon_lower_bound(100, 0, n_in=100, n_out=100, delta=0.01, failure=0.05)
    assert bound == pytest.approx(log((rate - 0.01) / (1 - rate)))
    other = epsilon_lower_bound(10, 0, n_in=100, n_out=100, delta=0, failure=0.05)
    mirrored = epsilon_lower_bound(100, 90, n_in=100, n_out=100, delta=0, failure=0.05)
    assert mirrored == pytest.approx(other)


def test_each_count_is_compared_with_its_own_number_of_trials():
    few, many = (
        epsilon_lower_bound(40, 3, n_in=50, n_out=n_out, delta=0, failure=0.1)
        for n_out in (60, 6000)
    )
    tpr, _ = clopper_pearson(40, trials=50, failure=0.05)
    for bound, n_out in ((few, 60), (many, 6000)):
        _, fpr = clopper_pearson(3, trials=n_out, failure=0.05)
        assert bound == pytest.approx(log(tpr / fpr))


def test_bound_looks_in_both_directions():
    few_alarms = epsilon_lower_bound(200, 1, n_in=1000, n_out=1000, delta=0, failure=0.1)
    few_misses = epsilon_lower_bound(999, 800, n_in=1000, n_out=1000, delta=0, failure=0.1)
    assert few_alarms == pytest.approx(few_misses) and few_alarms > 3


@pytest.mark.parametrize("p", [0.6, 0.75, 0.95])
@pytest.mark.parametrize("n", [10, 25])
def test_bound_on_a_coin_is_too_high_with_chance_at_most_failure(p, n):
    """Randomized response has TPR = p, FPR = 1 − p and ε = ln(p/(1 − p)): all counts, added up."""
    truth, chance = log(p / (1 - p)), np.outer(binomial(n, p), binomial(n, 1 - p))
    wrong = sum(
        chance[tp, fp]
        for tp in range(n + 1)
        for fp in range(n + 1)
        if epsilon_lower_bound(tp, fp, n_in=n, n_out=n, delta=0, failure=0.1) > truth
    )
    assert wrong <= 0.1


def test_more_trials_of_the_same_rates_show_more_and_a_larger_delta_shows_less():
    few, many = (
        epsilon_lower_bound(9 * n, n, n_in=10 * n, n_out=10 * n, delta=0, failure=0.05)
        for n in (5, 500)
    )
    assert 0 < few < many < log(9)
    assert epsilon_lower_bound(4500, 500, n_in=5000, n_out=5000, delta=0.1, failure=0.05) < many


def test_published_values_of_the_one_run_bound():
    """Steinke, Nasr, Jagielski (2023), arXiv 2305.08846: Appendix D, and section 7."""
    settings = {"delta": 1e-4, "failure": 0.05}
    bound = one_run_epsilon(75, guesses=100, n_canaries=1000, **settings)
    assert bound == pytest.approx(0.673, abs=1e-3)
    bound = one_run_epsilon(1439, guesses=1510, n_canaries=100_000, delta=1e-5, failure=0.05)
    assert bound == pytest.approx(2.675, abs=1e-3)


@pytest.mark.parametrize(("m", "r", "v"), [(30, 20, 14), (30, 30, 30), (12, 5, 1), (50, 40, 0)])
@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 0.0), (0.8, 1e-3), (2.0, 0.01)])
def test_one_run_p_value_term_by_term(m, r, v, epsilon, delta):
    law = binomial(r, 1 / (1 + exp(-epsilon)))
    beta = law[v:].sum()
    alpha = max((law[v - i : v].sum() / i for i in range(1, v + 1)), default=0.0)
    expected = min(1.0, beta + 2 * m * delta * alpha)
    found = one_run_p_value(v, guesses=r, n_canaries=m, epsilon=epsilon, delta=delta)
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize("epsilon", [0.3, 1.1, 2.5])
@pytest.mark.parametrize("n", [12, 40])
def test_one_run_bound_on_randomized_response_is_too_high_with_chance_at_most_failure(epsilon, n):
    """Its guesses are Bernoulli(e^ε/(1 + e^ε)): the case that the theorem compares with."""
    law = binomial(n, 1 / (1 + exp(-epsilon)))
    wrong = sum(
        law[v]
        for v in range(n + 1)
        if one_run_epsilon(v, guesses=n, n_canaries=n, delta=0, failure=0.1) > epsilon + 1e-6
    )
    assert wrong <= 0.1


def test_one_run_p_value_rises_with_epsilon_so_that_the_bisection_is_right():
    for delta in (0.0, 1e-5, 1e-3):
        values = [
            one_run_p_value(180, guesses=200, n_canaries=1000, epsilon=e, delta=delta)
            for e in np.linspace(0, 6, 121)
        ]
        assert (np.diff(values) >= -1e-12).all()


def test_one_run_bound_is_itself_rejected():
    found = one_run_epsilon(170, guesses=200, n_canaries=900, delta=1e-5, failure=0.05)
    settings = {"guesses": 200, "n_canaries": 900, "delta": 1e-5}
    assert one_run_p_value(170, epsilon=found, **settings) < 0.05
    assert one_run_p_value(170, epsilon=found + 2e-6, **settings) >= 0.05


def test_one_run_bound_at_its_ends():
    assert one_run_epsilon(10, guesses=20, n_canaries=20, delta=0, failure=0.05) == 0
    sure = one_run_epsilon(1000, guesses=1000, n_canaries=1000, delta=0, failure=0.05)
    assert sure == pytest.approx(log(1 / (0.05 ** (-1 / 1000) - 1)), abs=1e-5)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: tpr_limit(1.2, epsilon=1, delta=0), "fpr"),
        (lambda: tpr_limit(0.5, epsilon=-1, delta=0), "epsilon"),
        (lambda: tpr_limit(0.5, epsilon=1, delta=2), "delta"),
        (lambda: epsilon_of_rates(tpr=1.1, fpr=0, delta=0), "tpr"),
        (lambda: epsilon_of_rates(tpr=1, fpr=float("nan"), delta=0), "fpr"),
        (lambda: epsilon_lower_bound(5, 1, n_in=4, n_out=4, delta=0, failure=0.1), "successes"),
        (lambda: epsilon_lower_bound(1, 1, n_in=4, n_out=4, delta=0, failure=1), "failure"),
        (lambda: one_run_epsilon(5, guesses=4, n_canaries=9, delta=0, failure=0.1), "guesses"),
        (lambda: one_run_epsilon(5, guesses=5, n_canaries=4, delta=0, failure=0.1), "guesses"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
