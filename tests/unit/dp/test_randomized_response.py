"""Randomized response: its law by enumeration and by simulation, its estimate, its ε."""

import itertools
import math

import numpy as np
import pytest

from lessons.dp.definitions import mechanism_epsilon, smallest_epsilon
from lessons.dp.randomized_response import (
    debias,
    epsilon_of,
    estimate_variance,
    probability_for,
    randomized_response,
    response_table,
)

PROBABILITIES = (0.55, 0.7, 0.75, 0.9, 0.99)
BAD_PROBABILITIES = (0.5, 1, 0, 0.3, 1.2, -1, math.nan, math.inf, "0.7", True)


def draw(bits, *, probability=0.75, seed=1):
    return randomized_response(bits, probability=probability, rng=np.random.default_rng(seed))


# --- the mechanism ----------------------------------------------------------------------------


@pytest.mark.parametrize("probability", [0.6, 0.75, 0.9])
def test_zeros_and_ones_are_kept_with_the_same_probability(probability):
    n = 100_000
    for bit in (0, 1):
        kept = (draw(np.full(n, bit), probability=probability, seed=bit) == bit).mean()
        # five standard deviations of a frequency over n: false alarm 6e-7; the seed is fixed
        assert abs(kept - probability) < 5 * math.sqrt(probability * (1 - probability) / n)


def test_simulated_outputs_of_three_people_follow_the_table():
    n, data = 80_000, (1, 0, 1)
    answers = draw(np.tile(data, (n, 1)), probability=0.7)
    found = np.bincount(answers @ [4, 2, 1], minlength=8) / n
    expected = response_table(3, probability=0.7)[data]
    assert np.abs(found - expected).max() < 5 * math.sqrt(0.25 / n)  # 8 outputs: below 5e-6


def test_every_person_has_a_coin_of_their_own():
    kept = draw(np.ones(100_000, dtype=int), probability=0.7)
    both = (kept[:-1] & kept[1:]).mean()
    assert abs(both - 0.49) < 0.01  # more than five standard deviations of a dependent mean


def test_shape_is_kept_the_input_is_not_changed_and_the_answers_are_integers():
    bits = np.array([[0, 1, 1], [1, 0, 0]])
    before = bits.copy()
    answers = draw(bits)
    assert answers.shape == (2, 3) and answers.dtype == np.int64
    assert np.isin(answers, (0, 1)).all() and (bits == before).all()
    assert draw([True, False]).shape == (2,) and draw(1).shape == ()


def test_the_same_generator_state_gives_the_same_answers():
    bits = np.arange(50) % 2
    assert (draw(bits, seed=3) == draw(bits, seed=3)).all()
    assert (draw(bits, seed=3) != draw(bits, seed=4)).any()


@pytest.mark.parametrize("bits", [[0, 2], [0.5], [-1], [[0, 1], [1, 3]]])
def test_other_bits_are_refused(bits):
    with pytest.raises(ValueError, match="bits must hold 0 and 1 only, got"):
        draw(bits)
    with pytest.raises(ValueError, match="responses must hold 0 and 1 only, got"):
        debias(bits, probability=0.7)


def test_no_bits_and_no_numbers_are_refused():
    with pytest.raises(ValueError, match="bits must not be empty"):
        draw([])
    with pytest.raises(ValueError, match="responses must not be empty"):
        debias([], probability=0.7)
    with pytest.raises(ValueError, match="bits must hold finite numbers"):
        draw([0, math.nan])
    with pytest.raises(ValueError, match="bits must be an array of numbers"):
        draw(["yes"])


@pytest.mark.parametrize("probability", BAD_PROBABILITIES)
def test_probability_outside_one_half_and_one_is_refused_everywhere(probability):
    for call in (
        lambda: draw([0, 1], probability=probability),
        lambda: debias([0, 1], probability=probability),
        lambda: estimate_variance(n_people=1, probability=probability),
        lambda: epsilon_of(probability=probability),
        lambda: response_table(1, probability=probability),
    ):
        with pytest.raises(ValueError, match="probability must"):
            call()


# --- the estimate -----------------------------------------------------------------------------


@pytest.mark.parametrize("probability", PROBABILITIES)
def test_the_estimate_is_unbiased_and_has_the_stated_variance_for_every_class_of_four(probability):
    outputs = np.array(list(itertools.product((0, 1), repeat=4)))
    estimates = np.array([debias(one, probability=probability) for one in outputs])
    variance = estimate_variance(n_people=4, probability=probability)
    for data, row in response_table(4, probability=probability).items():
        mean = row @ estimates
        assert abs(mean - np.mean(data)) < 1e-12
        assert math.isclose(row @ (estimates - mean) ** 2, variance, rel_tol=1e-9)


def test_the_estimate_is_not_cut_off_at_zero_and_one():
    assert math.isclose(debias([0, 0], probability=0.75), -0.5)
    assert math.isclose(debias([1, 1], probability=0.75), 1.5)


def test_variance_with_sampling_added_is_warners_formula():
    for n, p, s in itertools.product((10, 200), (0.6, 0.75, 0.9), (0.0, 0.3, 1.0)):
        warner = (1 / (16 * (p - 0.5) ** 2) - (s - 0.5) ** 2) / n
        ours = estimate_variance(n_people=n, probability=p) + s * (1 - s) / n
        assert math.isclose(ours, warner, rel_tol=1e-12)


def test_variance_is_one_over_four_sinh_squared_of_half_epsilon():
    for epsilon in (0.1, 1.0, 3.0):
        variance = estimate_variance(n_people=1, probability=probability_for(epsilon=epsilon))
        assert math.isclose(variance, 1 / (4 * math.sinh(epsilon / 2) ** 2), rel_tol=1e-9)


@pytest.mark.parametrize("n_people", [0, -3, 2.0, True, None])
def test_bad_number_of_people_is_refused(n_people):
    with pytest.raises(ValueError, match="n_people must be an integer of at least 1"):
        estimate_variance(n_people=n_people, probability=0.75)
    with pytest.raises(ValueError, match="n_people must be an integer of at least 1"):
        response_table(n_people, probability=0.75)


# --- ε ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_three_quarters_is_exactly_the_logarithm_of_three_for_any_number_of_people(n):
    found = mechanism_epsilon(response_table(n, probability=0.75), relation="replace")
    assert abs(found - math.log(3)) < 1e-15
    assert abs(epsilon_of(probability=0.75) - math.log(3)) < 1e-15
    assert abs(probability_for(epsilon=math.log(3)) - 0.75) < 1e-15


@pytest.mark.parametrize("probability", PROBABILITIES)
def test_epsilon_of_one_answer_is_what_enumeration_gives(probability):
    rows = response_table(1, probability=probability)
    assert math.isclose(
        epsilon_of(probability=probability), smallest_epsilon(rows[(0,)], rows[(1,)]), rel_tol=1e-12
    )


def test_probability_for_inverts_epsilon_of():
    for probability in np.linspace(0.51, 0.99, 49):
        assert (
            abs(probability_for(epsilon=epsilon_of(probability=probability)) - probability) < 1e-15
        )
    for epsilon in (0.01, 0.5, 1.0, 3.0):
        assert math.isclose(epsilon_of(probability=probability_for(epsilon=epsilon)), epsilon)


@pytest.mark.parametrize("epsilon", [0, -1, math.nan, math.inf, "1"])
def test_epsilon_that_is_not_positive_and_finite_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must be"):
        probability_for(epsilon=epsilon)


@pytest.mark.parametrize("epsilon", [1e-20, 800.0])
def test_epsilon_so_extreme_that_p_would_round_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must leave p between 1/2 and 1"):
        probability_for(epsilon=epsilon)


# --- the table --------------------------------------------------------------------------------


def test_the_table_multiplies_the_coins_of_independent_people():
    table = response_table(3, probability=0.7)
    outputs = list(itertools.product((0, 1), repeat=3))
    assert list(table) == outputs
    for data in outputs:
        for output, probability in zip(outputs, table[data], strict=True):
            kept = sum(a == b for a, b in zip(data, output, strict=True))
            assert math.isclose(probability, 0.7**kept * 0.3 ** (3 - kept), rel_tol=1e-12)


def test_too_many_people_for_a_table_are_refused():
    with pytest.raises(ValueError, match="n_people must be at most 12, got n_people=13"):
        response_table(13, probability=0.75)


def test_as_many_people_as_allowed_fit_and_one_more_does_not(monkeypatch):
    monkeypatch.setattr("lessons.dp.randomized_response.MOST_PEOPLE", 3)
    assert len(response_table(3, probability=0.75)) == 8
    with pytest.raises(ValueError, match="n_people must be at most 3, got n_people=4"):
        response_table(4, probability=0.75)
