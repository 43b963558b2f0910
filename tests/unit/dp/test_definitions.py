"""The definition of differential privacy on finite mechanisms, by two roads each."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from lessons.dp import definitions
from lessons.dp.definitions import (
    mechanism_epsilon,
    neighbouring_pairs,
    neighbours,
    posterior_bound,
    satisfies_dp,
    sets_of_outputs,
    smallest_delta,
    smallest_epsilon,
)

COIN = [0.75, 0.25], [0.25, 0.75]
LOPSIDED = [0.5, 0.3, 0.2], [0.4, 0.2, 0.4]  # ratios 5/4, 3/2 one way, 2 the other way
ONE_SIDED = [0.5, 0.5, 0.0], [0.45, 0.5, 0.05]


def random_pairs(count, outputs=5):
    rng = np.random.default_rng(1)
    for _ in range(count):
        yield rng.dirichlet(np.ones(outputs)), rng.dirichlet(np.ones(outputs)), 2 * rng.random()


# --- neighbours -------------------------------------------------------------------------------


def test_replacing_changes_one_entry_and_keeps_the_size():
    found = neighbours((0, 1), values=(0, 1), relation="replace")
    assert sorted(found) == [(0, 0), (1, 1)]
    three = neighbours("ab", values="abc", relation="replace")
    assert sorted(three) == [("a", "a"), ("a", "c"), ("b", "b"), ("c", "b")]


def test_adding_or_removing_changes_the_size_by_one():
    found = neighbours((0, 1), values=(0, 1), relation="add/remove")
    assert sorted(found) == [(0,), (0, 1, 0), (0, 1, 1), (1,)]


def test_nobody_can_be_replaced_in_an_empty_data_set_but_somebody_can_join():
    assert neighbours((), values=(0, 1), relation="replace") == []
    assert neighbours((), values=(0, 1), relation="add/remove") == [(0,), (1,)]


def test_a_data_set_is_no_neighbour_of_itself_and_none_is_listed_twice():
    for relation in definitions.RELATIONS:
        found = neighbours((1, 1, 1), values=(1, 1, 0), relation=relation)
        assert (1, 1, 1) not in found and len(set(found)) == len(found)


def test_replacing_is_symmetric_and_so_is_adding_at_the_end():
    everything = [d for n in range(4) for d in itertools.product((0, 1), repeat=n)]
    for data in everything:
        for other in neighbours(data, values=(0, 1), relation="replace"):
            assert data in neighbours(other, values=(0, 1), relation="replace")
        for value in (0, 1):
            longer = (*data, value)
            assert data in neighbours(longer, values=(0, 1), relation="add/remove")


def test_other_relations_and_no_values_are_refused():
    with pytest.raises(ValueError, match="relation must be one of add/remove, replace"):
        neighbours((0,), values=(0, 1), relation="swap")
    with pytest.raises(ValueError, match="values must hold at least one value"):
        neighbours((0,), values=(), relation="replace")


# --- the smallest ε ---------------------------------------------------------------------------


def test_smallest_epsilon_of_the_coin_is_the_logarithm_of_three():
    assert abs(smallest_epsilon(*COIN) - math.log(3)) < 1e-15


def test_smallest_epsilon_sees_both_directions():
    assert abs(smallest_epsilon(*LOPSIDED) - math.log(2)) < 1e-15
    assert smallest_epsilon(*LOPSIDED) == smallest_epsilon(*LOPSIDED[::-1])


def test_smallest_epsilon_is_the_least_that_passes_set_by_set():
    for p, q, _ in random_pairs(50):
        epsilon = smallest_epsilon(p, q)
        assert satisfies_dp(p, q, epsilon=epsilon, delta=0)
        assert not satisfies_dp(p, q, epsilon=epsilon * (1 - 1e-6), delta=0)


def test_smallest_epsilon_agrees_with_exact_fractions_over_all_sets():
    p, q = [Fraction(k, 20) for k in (1, 4, 7, 8)], [Fraction(k, 20) for k in (2, 2, 9, 7)]
    ratios = []
    for size in range(1, 5):
        for members in itertools.combinations(range(4), size):
            one, other = sum(p[i] for i in members), sum(q[i] for i in members)
            ratios += [one / other, other / one]
    found = smallest_epsilon([float(x) for x in p], [float(x) for x in q])
    assert abs(found - math.log(max(ratios))) < 1e-15


def test_an_output_possible_in_one_world_only_makes_epsilon_infinite():
    assert smallest_epsilon(*ONE_SIDED) == smallest_epsilon(*ONE_SIDED[::-1]) == math.inf


def test_an_output_impossible_in_both_worlds_does_not_count():
    assert smallest_epsilon([0.5, 0.0, 0.5], [0.25, 0.0, 0.75]) == math.log(2)


def test_equal_distributions_have_epsilon_zero():
    assert smallest_epsilon([0.2, 0.8], [0.2, 0.8]) == 0


def test_a_ratio_beyond_the_largest_float_is_still_a_finite_epsilon():
    tiny = 5e-324
    found = smallest_epsilon([0.5, 0.5], [tiny, 1.0])
    assert abs(found - (math.log(0.5) - math.log(tiny))) < 1e-9


# --- the smallest δ ---------------------------------------------------------------------------


def test_smallest_delta_is_the_worst_excess_over_all_sets_both_ways():
    for p, q, epsilon in random_pairs(100):
        factor = math.exp(epsilon)
        worst = 0.0
        for size in range(6):
            for members in itertools.combinations(range(5), size):
                one, other = sum(p[i] for i in members), sum(q[i] for i in members)
                worst = max(worst, one - factor * other, other - factor * one)
        assert abs(smallest_delta(p, q, epsilon=epsilon) - worst) < 1e-12


def test_smallest_delta_is_the_least_that_passes():
    for p, q, epsilon in random_pairs(50):
        delta = smallest_delta(p, q, epsilon=epsilon)
        assert satisfies_dp(p, q, epsilon=epsilon, delta=delta)
        if delta > 1e-6:
            assert not satisfies_dp(p, q, epsilon=epsilon, delta=delta - 1e-6)


def test_smallest_delta_at_epsilon_zero_is_the_total_variation_distance():
    for p, q, _ in random_pairs(20):
        assert abs(smallest_delta(p, q, epsilon=0) - np.abs(p - q).sum() / 2) < 1e-12


def test_smallest_delta_vanishes_exactly_from_the_smallest_epsilon_on():
    for p, q, _ in random_pairs(20):
        epsilon = smallest_epsilon(p, q)
        assert smallest_delta(p, q, epsilon=epsilon + 1e-9) == 0
        assert smallest_delta(p, q, epsilon=epsilon - 1e-3) > 0


def test_smallest_delta_is_the_larger_of_two_different_directions():
    p, q = [0.9, 0.1, 0.0], [0.5, 0.3, 0.2]
    there = max(0, 0.9 - 0.5 * 1.5)  # only the first output exceeds: 0.15
    back = (0.3 - 0.1 * 1.5) + 0.2  # 0.35
    delta = smallest_delta(p, q, epsilon=math.log(1.5))
    assert abs(delta - max(there, back)) < 1e-12 and back > there
    assert delta == smallest_delta(q, p, epsilon=math.log(1.5))


def test_an_exclusive_output_costs_its_whole_probability_however_large_epsilon_is():
    for epsilon in (5.0, 800.0):  # e^800 is beyond the largest float
        assert smallest_delta(*ONE_SIDED, epsilon=epsilon) == 0.05
        assert satisfies_dp(*ONE_SIDED, epsilon=epsilon, delta=0.05)
        assert not satisfies_dp(*ONE_SIDED, epsilon=epsilon, delta=0.0499)


# --- set by set -------------------------------------------------------------------------------


def test_all_sets_of_outputs_are_listed_once():
    sets = sets_of_outputs(4)
    assert sets.shape == (16, 4) and len({tuple(row) for row in sets.tolist()}) == 16


def test_satisfies_dp_asks_in_both_directions():
    p, q = ONE_SIDED
    assert not satisfies_dp(p, q, epsilon=1, delta=0.01)
    assert not satisfies_dp(q, p, epsilon=1, delta=0.01)


def test_satisfies_dp_asks_for_sets_and_not_for_single_outputs():
    p, q = np.full(10, 0.1), np.array([0.05] * 5 + [0.15] * 5)
    assert smallest_delta(p, q, epsilon=0) > 0.24
    assert not satisfies_dp(p, q, epsilon=0, delta=0.06)  # each output alone exceeds by 0.05


def test_publishing_a_random_record_is_zero_delta_private_and_has_no_finite_epsilon():
    for n in (2, 5, 8):
        p, q = np.zeros(2 * n), np.zeros(2 * n)  # outputs (person, bit)
        p[::2] = 1 / n  # everybody has bit 0
        q[:] = p
        q[0], q[1] = 0, 1 / n  # the first person's bit is 1
        assert smallest_epsilon(p, q) == math.inf
        assert abs(smallest_delta(p, q, epsilon=0) - 1 / n) < 1e-15
        assert satisfies_dp(p, q, epsilon=0, delta=1 / n)


@pytest.mark.parametrize("n", [0, 17])
def test_too_few_or_too_many_outputs_are_refused(n):
    with pytest.raises(ValueError, match=f"n_outputs must be .*{n}"):
        sets_of_outputs(n)


@pytest.mark.parametrize("epsilon", [-0.1, math.nan, math.inf, "1", True])
def test_bad_epsilon_is_refused(epsilon):
    for call in (
        lambda: smallest_delta(*COIN, epsilon=epsilon),
        lambda: satisfies_dp(*COIN, epsilon=epsilon, delta=0),
        lambda: posterior_bound(prior=0.5, epsilon=epsilon),
    ):
        with pytest.raises(ValueError, match="epsilon must be"):
            call()


@pytest.mark.parametrize("delta", [-0.1, 1.1, math.nan])
def test_bad_delta_is_refused(delta):
    with pytest.raises(ValueError, match="delta must be a probability"):
        satisfies_dp(*COIN, epsilon=1, delta=delta)


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        ([0.5, 0.6], [0.5, 0.5], "p must sum to 1"),
        ([0.5, 0.5], [0.5, 0.4], "q must sum to 1"),
        ([0.5, 0.5 + 1e-8], [0.5, 0.5], "p must sum to 1"),
        ([1.5, -0.5], [0.5, 0.5], "p must hold probabilities of at least 0"),
        ([1.0], [0.5, 0.5], "p and q must list the same outputs, got 1 and 2"),
        ([], [], "p must not be empty"),
        ([math.nan, 1.0], [0.5, 0.5], "p must hold finite numbers"),
        ([[0.5, 0.5]], [0.5, 0.5], "p must have one axis"),
    ],
)
def test_what_is_no_distribution_is_refused(p, q, words):
    for call in (
        lambda: smallest_epsilon(p, q),
        lambda: smallest_delta(p, q, epsilon=1),
        lambda: satisfies_dp(p, q, epsilon=1, delta=0),
    ):
        with pytest.raises(ValueError, match=words):
            call()


# --- whole tables -----------------------------------------------------------------------------


def test_the_worst_pair_of_a_table_decides():
    table = {(0,): [0.5, 0.5], (1,): [0.4, 0.6], (2,): [0.1, 0.9]}
    assert mechanism_epsilon(table, relation="replace") == math.log(5)
    assert len(list(neighbouring_pairs(table, relation="replace"))) == 6


def test_add_remove_and_replace_look_at_different_pairs():
    table = {(): [0.5, 0.5], (0,): [0.4, 0.6], (1,): [0.2, 0.8]}
    assert mechanism_epsilon(table, relation="replace") == math.log(0.4 / 0.2)
    assert abs(mechanism_epsilon(table, relation="add/remove") - math.log(0.5 / 0.2)) < 1e-15


def test_a_table_without_neighbours_is_refused():
    with pytest.raises(ValueError, match="mechanism must hold two neighbours, got 2 data sets"):
        mechanism_epsilon({(0, 0): [1.0], (1, 1): [1.0]}, relation="replace")


# --- beliefs ----------------------------------------------------------------------------------


def test_posterior_odds_are_prior_odds_times_the_factor():
    for prior, epsilon in itertools.product((0.01, 0.3, 0.5, 0.9), (0.0, 1.0, 5.0)):
        after = posterior_bound(prior=prior, epsilon=epsilon)
        odds = after / (1 - after)
        assert math.isclose(odds, math.exp(epsilon) * prior / (1 - prior), rel_tol=1e-9)


def test_no_guesser_of_any_two_world_mechanism_beats_the_bound_at_even_odds():
    for p, q, _ in random_pairs(30, outputs=4):
        bound = posterior_bound(prior=0.5, epsilon=smallest_epsilon(p, q))
        for rule in itertools.product((0, 1), repeat=4):
            right = sum((p[o] if guess == 0 else q[o]) / 2 for o, guess in enumerate(rule))
            assert right <= bound + 1e-12


def test_the_bound_stays_finite_for_an_enormous_epsilon():
    assert posterior_bound(prior=0.5, epsilon=1e6) == 1.0


@pytest.mark.parametrize("prior", [0, 1, -0.1, 1.1, math.nan])
def test_bad_prior_is_refused(prior):
    with pytest.raises(ValueError, match="prior must lie strictly between 0 and 1"):
        posterior_bound(prior=prior, epsilon=1)
