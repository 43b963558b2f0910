"""Composition against every output of small cases, exact fractions, the paper's list and dp-accounting."""

from fractions import Fraction
from itertools import pairwise, product
from math import comb, exp, expm1, inf, log, log1p, sqrt

import numpy as np
import pytest

from lessons.dp.accounting.composition import (
    advanced_composition,
    basic_composition,
    coin_composition,
    composed_delta,
    group_privacy,
    optimal_composition,
    parallel_composition,
)
from lessons.dp.accounting.parallel import parts_table
from lessons.dp.definitions import mechanism_epsilon, smallest_delta, smallest_epsilon
from lessons.dp.randomized_response import response_table

NOT_POSITIVE = (0, -0.1, float("nan"), inf, "1", True)
RELEASE = {"epsilon": 0.1, "delta": 0.0, "n_releases": 100}


def worst_pair(epsilon, delta):
    """The pair that dominates every (ε, δ)-DP mechanism: four outputs (KOV 2015, equations 12, 13)."""
    p = (1 - delta) * exp(epsilon) / (1 + exp(epsilon))
    one = np.array([delta, p, 1 - delta - p, 0.0])
    return one, one[::-1]


def every_output(epsilon, delta, k):
    """All 4^k outputs of k such releases, one probability each under the two tables."""
    one, other = np.ones(1), np.ones(1)
    for _ in range(k):
        p, q = worst_pair(epsilon, delta)
        one, other = np.kron(one, p), np.kron(other, q)
    return one, other


def test_headline_a_hundred_releases_of_a_tenth():
    assert basic_composition(**RELEASE) == (10.0, 0.0)
    total, delta = advanced_composition(**RELEASE, slack=1e-6)
    assert total == pytest.approx(6.308, abs=5e-4) and delta == 1e-6
    optimal = optimal_composition(**RELEASE, total_delta=1e-6)
    assert optimal == pytest.approx(4.775, abs=5e-4)


@pytest.mark.parametrize("delta", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_basic_totals_hold_for_the_worst_releases(delta, k):
    total, allowed = basic_composition(epsilon=0.4, delta=delta, n_releases=k)
    assert total == pytest.approx(k * 0.4) and allowed == pytest.approx(k * delta)
    one, other = every_output(0.4, delta, k)
    assert smallest_delta(one, other, epsilon=total) <= allowed + 1e-12


@pytest.mark.parametrize("delta", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("epsilon", [0.1, 0.7, 2.0])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_delta_is_that_of_all_outputs_one_by_one(epsilon, delta, k):
    one, other = every_output(epsilon, delta, k)
    for total in (0.0, 0.3 * epsilon, epsilon, 1.7 * epsilon, k * epsilon, k * epsilon + 1):
        ours = composed_delta(total_epsilon=total, epsilon=epsilon, n_releases=k, delta=delta)
        assert ours == pytest.approx(smallest_delta(one, other, epsilon=total), abs=1e-13)


@pytest.mark.parametrize("n_people", [1, 3, 6])
def test_coins_of_lesson_11_for_a_group_are_a_composition_of_coins(n_people):
    table = response_table(n_people, probability=0.75)
    one, other = table[(0,) * n_people], table[(1,) * n_people]
    for total in (0.0, 0.5, 1.2, 2.5):
        ours = composed_delta(total_epsilon=total, epsilon=log(3), n_releases=n_people)
        assert ours == pytest.approx(smallest_delta(one, other, epsilon=total), abs=1e-13)


@pytest.mark.parametrize(("k", "i"), [(7, 0), (7, 2), (7, 3), (100, 20), (100, 26), (101, 45)])
@pytest.mark.parametrize("delta", [0, Fraction(1, 10**5)])
def test_the_papers_list_in_exact_fractions(k, i, delta):
    """KOV 2015, Theorem 3.3: ((k − 2i)ε, 1 − (1−δ)^k (1−δ_i))-DP, here with e^ε = 6/5."""
    r = Fraction(6, 5)
    excess = sum(comb(k, m) * (r ** (k - m) - r ** (k - 2 * i + m)) for m in range(i))
    exact = 1 - (1 - delta) ** k * (1 - excess / (1 + r) ** k)
    epsilon = log(1.2)
    ours = composed_delta(
        total_epsilon=(k - 2 * i) * epsilon, epsilon=epsilon, n_releases=k, delta=float(delta)
    )
    assert ours == pytest.approx(float(exact), rel=1e-9, abs=1e-18)


SETTINGS = [
    (0.1, 0.0, 100, 1e-6),
    (0.1, 1e-8, 100, 1e-5),
    (1.3, 0.0, 12, 1e-9),
    (0.01, 0.0, 5000, 1e-6),
    (0.5, 1e-4, 40, 0.01),
    (3.0, 0.0, 400, 1e-5),
    (0.02, 0.0, 100_000, 1e-9),
]


@pytest.mark.parametrize(("epsilon", "delta", "k", "total_delta"), SETTINGS)
def test_optimal_epsilon_and_delta_are_inverse_by_bisection(epsilon, delta, k, total_delta):
    def excess(total):
        release = {"epsilon": epsilon, "delta": delta, "n_releases": k}
        return composed_delta(total_epsilon=total, **release) - total_delta

    low, high = 0.0, k * epsilon
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    ours = optimal_composition(epsilon=epsilon, delta=delta, n_releases=k, total_delta=total_delta)
    assert ours == pytest.approx(high, rel=1e-6)


@pytest.mark.parametrize(("epsilon", "delta", "k", "total_delta"), SETTINGS[:5])
def test_optimal_agrees_with_dp_accounting(epsilon, delta, k, total_delta):
    pld = pytest.importorskip("dp_accounting.pld.privacy_loss_distribution")
    common = pytest.importorskip("dp_accounting.pld.common")
    one = pld.from_privacy_parameters(
        common.DifferentialPrivacyParameters(epsilon, delta),
        value_discretization_interval=epsilon / 100,  # the losses lie on the grid: no rounding
    )
    theirs = one.self_compose(k).get_epsilon_for_delta(total_delta)
    ours = optimal_composition(epsilon=epsilon, delta=delta, n_releases=k, total_delta=total_delta)
    assert ours == pytest.approx(theirs, abs=1e-5)


@pytest.mark.parametrize(("epsilon", "delta", "k", "total_delta"), SETTINGS)
def test_optimal_is_never_above_basic_or_advanced(epsilon, delta, k, total_delta):
    release = {"epsilon": epsilon, "delta": delta, "n_releases": k}
    best = optimal_composition(**release, total_delta=total_delta)
    assert best <= basic_composition(**release)[0] * (1 + 1e-12)
    slack = total_delta - k * delta
    if slack > 0:
        assert best <= advanced_composition(**release, slack=slack)[0]


def test_total_delta_of_zero_leaves_only_the_sum():
    ours = optimal_composition(epsilon=0.3, delta=0, n_releases=40, total_delta=0)
    assert ours == pytest.approx(12.0, rel=1e-12)
    large = optimal_composition(epsilon=2.0, delta=0, n_releases=1000, total_delta=0)
    assert large == pytest.approx(2000.0, rel=1e-12)
    rare = optimal_composition(epsilon=0.1, delta=0, n_releases=5000, total_delta=0)
    assert rare == pytest.approx(500.0, rel=1e-12), "the worst outputs are rarer than any float"


def test_large_total_delta_needs_no_epsilon_at_all():
    distance = composed_delta(total_epsilon=0, epsilon=0.1, n_releases=4)
    settings = {"epsilon": 0.1, "delta": 0, "n_releases": 4}
    assert optimal_composition(**settings, total_delta=distance + 1e-9) == 0
    assert optimal_composition(**settings, total_delta=distance - 1e-3) > 0
    assert optimal_composition(**settings, total_delta=0.999) == 0


def test_laplace_releases_lose_no_more_than_the_worst_releases():
    """Discretised Laplace noise, ε = 0.8: δ of the pair, alone and composed twice, at every ε."""
    edges = np.linspace(-30, 31, 245)
    cdf = [np.where(edges < c, np.exp(0.8 * (edges - c)) / 2, 1 - np.exp(-0.8 * (edges - c)) / 2)
           for c in (0, 1)]  # fmt: skip
    one, other = (np.diff(np.concatenate([[0], each, [1]])) for each in cdf)
    for k, p, q in ((1, one, other), (2, np.kron(one, one), np.kron(other, other))):
        for total in np.linspace(0, 1.6, 9):
            coins = composed_delta(total_epsilon=total, epsilon=0.8, n_releases=k)
            assert smallest_delta(p, q, epsilon=total) <= coins + 1e-12


@pytest.mark.parametrize(("epsilon", "k"), [(0.1, 100), (1.5, 7), (0.01, 20_000)])
def test_loss_of_the_coins_has_the_law_of_independent_steps(epsilon, k):
    log_p, log_q, loss = coin_composition(epsilon=epsilon, n_releases=k)
    p, q = np.exp(log_p), np.exp(log_q)
    assert p.sum() == pytest.approx(1, abs=1e-9) and q.sum() == pytest.approx(1, abs=1e-9)
    assert np.abs(log_p - log_q - loss).max() < 1e-7, "the loss is ln P/Q"
    step = np.tanh(epsilon / 2)  # mean of ±1 with p = e^ε/(1+e^ε)
    assert p @ loss == pytest.approx(k * epsilon * step, rel=1e-7)
    spread = sqrt(p @ (loss - p @ loss) ** 2)
    assert spread == pytest.approx(epsilon * sqrt(k * (1 - step**2)), rel=1e-6)


def test_advanced_term_by_term():
    total, delta = advanced_composition(epsilon=0.2, delta=1e-4, n_releases=50, slack=1e-3)
    assert total == pytest.approx(0.2 * sqrt(100 * log(1000)) + 10 * (exp(0.2) - 1))
    assert delta == pytest.approx(50 * 1e-4 + 1e-3)


@pytest.mark.parametrize("relation", ["add/remove", "replace"])
@pytest.mark.parametrize("parts_per_person", [1, 2, 3])
@pytest.mark.parametrize("epsilons", [(0.3,), (0.5, 0.5), (0.2, 1.1, 0.6), (0.9, 0.1, 0.4, 0.7)])
def test_parts_by_trying_all_tables(relation, parts_per_person, epsilons):
    table = parts_table(epsilons, parts_per_person=parts_per_person)
    tried = mechanism_epsilon(table, relation=relation)
    ours = parallel_composition(epsilons, relation=relation, parts_per_person=parts_per_person)
    assert ours == pytest.approx(tried, rel=1e-9)


def test_parts_table_holds_distributions_and_every_kind_of_person():
    table = parts_table((0.5, 1.0, 1.5), parts_per_person=2)
    assert len(table) == 1 + (1 + 3 + 3)
    assert all(row.shape == (8,) and row.sum() == pytest.approx(1) for row in table.values())
    assert (table[()] == table[(frozenset(),)]).all()


def test_copy_costs_nothing_and_a_function_of_the_output_neither():
    p, q = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.3, 0.2])
    copied = np.diag(p).ravel(), np.diag(q).ravel()  # the same answer, released twice
    assert smallest_epsilon(*copied) == smallest_epsilon(p, q)
    merged = np.array([p[0], p[1] + p[2]]), np.array([q[0], q[1] + q[2]])
    assert smallest_epsilon(*merged) <= smallest_epsilon(p, q)
    fresh = np.kron(p, p), np.kron(q, q)
    assert smallest_epsilon(*fresh) == pytest.approx(2 * smallest_epsilon(p, q))


@pytest.mark.parametrize("group", [1, 2, 3])
@pytest.mark.parametrize("delta", [0.0, 0.02])
def test_group_by_every_output_of_a_survey_that_leaks(group, delta):
    """A noisy count of 3 people (two-sided geometric, cut to 0 … 3), which shows itself with δ."""
    epsilon, n = 0.6, 3
    noise = np.array([[exp(-epsilon * abs(o - c)) for o in range(-60, 64)] for c in range(n + 1)])
    noise /= noise.sum(axis=1, keepdims=True)
    cut = np.array([[row[:61].sum(), row[61], row[62], row[63:].sum()] for row in noise])
    rows = [np.concatenate([(1 - delta) * cut[c], delta * np.eye(n + 1)[c]]) for c in range(n + 1)]
    one = max(smallest_delta(rows[c], rows[c + 1], epsilon=epsilon) for c in range(n))
    assert one == pytest.approx(delta, abs=1e-9)
    total, allowed = group_privacy(epsilon=epsilon, delta=one, group_size=group)
    needed = smallest_delta(rows[0], rows[group], epsilon=total)
    assert total == group * epsilon and needed <= allowed + 1e-12
    pure = smallest_epsilon(cut[0], cut[group])
    assert pure == pytest.approx(group * epsilon, rel=1e-9), "g·ε is reached"


def test_group_delta_is_reached_by_a_chain_of_tables():
    """x₀ ~ x₁ ~ x₂ with δ at each step: the sum δ(1 + e^ε) is needed, not only allowed."""
    e, d = log(2), 0.1
    chain = [np.array([d * (1 + 2), 1 - 3 * d]), np.array([d, 1 - d]), np.array([0.0, 1.0])]
    for one, other in pairwise(chain):
        assert smallest_delta(one, other, epsilon=e) == pytest.approx(d)
    total, allowed = group_privacy(epsilon=e, delta=d, group_size=2)
    assert smallest_delta(chain[0], chain[2], epsilon=total) == pytest.approx(allowed)
    assert allowed == pytest.approx(d * expm1(2 * e) / expm1(e))


def test_group_of_one_is_one_person_and_large_groups_lose_everything():
    assert group_privacy(epsilon=0.3, delta=1e-5, group_size=1) == (0.3, 1e-5)
    assert group_privacy(epsilon=2.0, delta=1e-5, group_size=2000) == (4000.0, inf)
    assert group_privacy(epsilon=2.0, delta=0, group_size=2000) == (4000.0, 0.0)


def test_delta_that_no_epsilon_reaches_is_refused():
    least = -expm1(10 * log1p(-0.01))
    with pytest.raises(ValueError, match="total_delta must be at least"):
        optimal_composition(epsilon=0.1, delta=0.01, n_releases=10, total_delta=least * 0.999)
    exact = optimal_composition(epsilon=0.1, delta=0.01, n_releases=10, total_delta=least + 1e-12)
    assert exact == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize(
    "function",
    [
        basic_composition,
        lambda **a: advanced_composition(**a, slack=1e-6),
        lambda **a: optimal_composition(**a, total_delta=0.5),
        lambda **a: composed_delta(**a, total_epsilon=1),
        lambda **a: group_privacy(
            epsilon=a["epsilon"], delta=a["delta"], group_size=a["n_releases"]
        ),
    ],
    ids=["basic", "advanced", "optimal", "delta", "group"],
)
def test_release_must_be_one(function):
    for bad in NOT_POSITIVE:
        with pytest.raises(ValueError, match="epsilon must be"):
            function(**RELEASE | {"epsilon": bad})
    for bad in (-1e-9, 1, 1.5, float("nan"), "0"):
        with pytest.raises(ValueError, match="delta must"):
            function(**RELEASE | {"delta": bad})
    for bad in (0, -3, 2.0, True, float("nan")):
        with pytest.raises(ValueError, match=r"(n_releases|group_size) must be"):
            function(**RELEASE | {"n_releases": bad})


@pytest.mark.parametrize("bad", [0, 1, -1e-6, float("nan"), "x"])
def test_slack_lies_strictly_between_zero_and_one(bad):
    with pytest.raises(ValueError, match="slack must"):
        advanced_composition(**RELEASE, slack=bad)


def test_totals_have_their_bounds():
    for bad in (-0.1, float("nan"), inf):
        with pytest.raises(ValueError, match="total_epsilon must"):
            composed_delta(total_epsilon=bad, epsilon=1, n_releases=1)
    for bad in (-0.1, 1, float("nan")):
        with pytest.raises(ValueError, match="total_delta must"):
            optimal_composition(**RELEASE, total_delta=bad)


def test_parts_have_prices_a_relation_and_people():
    for bad in ((), (0.0,), (0.1, -1), (float("nan"),)):
        with pytest.raises(ValueError, match="epsilons must"):
            parallel_composition(bad, relation="replace")
    with pytest.raises(ValueError, match="relation must be one of"):
        parallel_composition((1.0,), relation="swap")
    for bad in (0, 1.0, True):
        with pytest.raises(ValueError, match="parts_per_person must be"):
            parallel_composition((1.0,), relation="replace", parts_per_person=bad)
        with pytest.raises(ValueError, match="parts_per_person must be"):
            parts_table((1.0,), parts_per_person=bad)


def test_prices_come_back_in_their_order():
    prices = np.array([0.2, 0.9, 0.4])
    assert parallel_composition(prices, relation="replace") == pytest.approx(1.3)
    assert prices.tolist() == [0.2, 0.9, 0.4]


def test_every_output_really_is_every_output():
    one, other = every_output(0.4, 0.1, 2)
    assert len(one) == 16 and one.sum() == pytest.approx(1) and other.sum() == pytest.approx(1)
    by_hand = [a * b for a, b in product(worst_pair(0.4, 0.1)[0], repeat=2)]
    assert one == pytest.approx(by_hand)
