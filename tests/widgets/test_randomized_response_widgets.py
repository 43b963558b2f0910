"""What the widgets of lesson 11 compute and say, against values obtained otherwise."""

import math

import numpy as np

from lessons.widgets.randomized_response import beliefs, odds_and_beliefs, people_and_error, surveys


def test_beliefs_follow_from_counting_a_thousand_students():
    result = beliefs(probability=0.9, prior=0.1)
    assert math.isclose(result.after_yes, 90 / (90 + 90))
    assert math.isclose(result.after_no, 10 / (10 + 810))
    assert math.isclose(result.epsilon, math.log(9))


def test_table_rows_are_distributions_with_the_ratio_of_the_coin():
    table = beliefs(probability=0.75, prior=0.5).table
    assert np.allclose(table.sum(axis=1), 1)
    assert table[1, 1] / table[0, 1] == table[0, 0] / table[1, 0] == 3


def test_curves_pass_through_the_marked_beliefs_and_the_corners():
    result = beliefs(probability=0.8, prior=0.3)
    assert math.isclose(np.interp(0.3, result.priors, result.after_yes_curve), result.after_yes)
    assert math.isclose(np.interp(0.3, result.priors, result.after_no_curve), result.after_no)
    for curve in (result.after_yes_curve, result.after_no_curve):
        assert (curve[0], curve[-1]) == (0, 1) and (np.diff(curve) > 0).all()


def test_words_name_ratio_epsilon_delta_and_both_beliefs():
    widget = odds_and_beliefs()
    widget.controls["probability"].value, widget.controls["prior"].value = 0.9, 0.1
    for words in ("p = 0.90", "9 times", "ε = 2.2", "δ = 0", "0.10 becomes 0.500", "0.012"):
        assert words in widget.alt, words


def test_margin_is_that_of_the_simulated_surveys():
    for people, epsilon in ((1000.0, 1.0), (50_000.0, 0.5)):
        result = surveys(people=people, epsilon=epsilon)
        assert math.isclose(
            result.margin, 1.96 / math.sqrt(people) / (2 * math.sinh(epsilon / 2)), rel_tol=1e-9
        )
        assert math.isclose(
            np.interp(people, result.sizes, result.margins), result.margin, rel_tol=0.01
        )
        inside = (np.abs(result.estimates - 0.3) <= result.margin).mean()
        assert (
            inside >= 0.8
        )  # 40 surveys at 95 %: fewer than 33 inside has probability 1e-3, fixed rng


def test_same_controls_give_the_same_surveys_and_odd_numbers_are_rounded():
    one, two = surveys(people=1000.4, epsilon=1.0), surveys(people=1000.0, epsilon=1.0)
    assert one.n_people == 1000 and (one.estimates == two.estimates).all()


def test_answer_of_the_question_can_be_read_off_the_slider():
    widget = people_and_error()
    widget.controls["epsilon"].value = 1.0
    widget.controls["people"].value = 10**3.59
    assert "± 3.02" in widget.alt and "3890 people" in widget.alt
    widget.controls["people"].value = 10**3.60
    assert "± 2.98" in widget.alt and "3981 people" in widget.alt


def test_slider_reaches_the_people_needed_at_the_smallest_epsilon():
    widget = people_and_error()
    widget.controls["epsilon"].value = 0.2
    needed = (1.96 / 0.03) ** 2 / (4 * math.sinh(0.1) ** 2)
    assert 106_000 < needed < 10 ** widget.controls["people"].max
    widget.controls["people"].value = 10**5.03
    assert "± 2.99" in widget.alt


def test_dots_of_one_number_of_people_stay_close_to_it():
    result = surveys(people=1000.0, epsilon=1.0)
    assert (np.abs(result.places / 1000 - 1) < 0.13).all()
