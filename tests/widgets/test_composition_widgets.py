"""What the widgets of lesson 14 compute, against values found in another way."""

from math import exp, expm1, log, sqrt, tanh

import numpy as np
import pytest

from lessons.checks import composition as checks
from lessons.dp.composition import composed_delta
from lessons.widgets import composition as widgets


@pytest.mark.parametrize(("epsilon", "k", "digits"), [(0.1, 100, 6), (1.0, 7, 2), (0.01, 300, 12)])
def test_three_bounds_term_by_term(epsilon, k, digits):
    chosen = widgets.three_bounds_at(epsilon=epsilon, n_releases=k, digits=digits).chosen
    assert chosen["basic"] == pytest.approx(k * epsilon)
    spread = epsilon * sqrt(2 * k * digits * log(10))
    assert chosen["advanced"] == pytest.approx(spread + k * epsilon * expm1(epsilon))
    back = composed_delta(total_epsilon=chosen["optimal"], epsilon=epsilon, n_releases=k)
    assert back == pytest.approx(10.0**-digits, rel=1e-6)


def test_curves_pass_through_the_chosen_point_and_never_fall():
    result = widgets.three_bounds_at(epsilon=0.2, n_releases=int(widgets.KS[30]), digits=5)
    for name, curve in result.curves.items():
        assert len(curve) == len(widgets.KS) and (np.diff(curve) > 0).all()
        assert curve[30] == pytest.approx(result.chosen[name])


def test_answer_to_question_a_is_where_the_caption_changes_its_winner():
    words = [
        widgets._describe_bounds(widgets.three_bounds_at(epsilon=0.1, n_releases=k, digits=6))
        for k in range(1, 101)
    ]
    wins = ["the advanced bound is smaller" in one for one in words]
    first = wins.index(True) + 1
    assert wins == [k >= first for k in range(1, 101)]
    assert checks.first_gain.verdict(first).correct
    assert not checks.first_gain.verdict(first - 1).correct
    assert not checks.first_gain.verdict(first + 1).correct


def test_at_epsilon_one_the_sum_always_wins_over_the_advanced_bound():
    result = widgets.three_bounds_at(epsilon=1.0, n_releases=300, digits=2)
    assert (result.curves["advanced"] > result.curves["basic"]).all()
    assert (result.curves["optimal"] < result.curves["basic"]).all()


def test_words_of_the_bounds_hold_every_number():
    widget = widgets.three_bounds()
    for entry in ("100 releases", "ε = 0.1", "10.000", "6.308", "4.775", "1e-06", "no sampling"):
        assert entry in widget.alt


@pytest.mark.parametrize(("epsilon", "k"), [(0.1, 100), (0.02, 10), (0.2, 400)])
def test_histogram_holds_all_runs_and_has_the_mean_of_the_formula(epsilon, k):
    result = widgets.loss_walk_at(epsilon=epsilon, n_releases=k)
    assert len(result.edges) == len(result.shares) + 1 and result.shares.max() == 1
    middle = (result.edges[1:] + result.edges[:-1]) / 2
    mean = (middle * result.shares).sum() / result.shares.sum()
    assert mean == pytest.approx(
        k * epsilon * tanh(epsilon / 2), abs=0.05 * sqrt(k) * epsilon + 0.2
    )
    assert result.mean == pytest.approx(k * epsilon * (2 / (1 + exp(-epsilon)) - 1))
    assert (result.edges[-1] - result.edges[0]) < 10 * result.spread + 1


def test_walks_start_at_zero_and_step_by_epsilon():
    result = widgets.loss_walk_at(epsilon=0.06, n_releases=50)
    assert result.walks.shape == (25, 51) and (result.walks[:, 0] == 0).all()
    assert np.abs(np.abs(np.diff(result.walks, axis=1)) - 0.06).max() < 1e-12


def test_answer_to_question_c_is_the_step_of_the_slider_with_a_mean_of_one():
    means = {k: widgets.loss_walk_at(epsilon=0.1, n_releases=k).mean for k in range(10, 401, 10)}
    best = min(means, key=lambda k: abs(means[k] - 1))
    assert checks.mean_of_one.verdict(best).correct
    assert abs(means[400] - 2) < 0.01 and abs(means[100] - 0.5) < 0.01
    assert widgets.loss_walk_at(epsilon=0.1, n_releases=100).spread == pytest.approx(1, abs=0.01)


def test_words_of_the_walk_hold_every_number():
    widget = widgets.loss_walk()
    for entry in ("100 releases", "ε = 0.10", "mean 0.500", "0.999", "10.00", "4.775", "below 0"):
        assert entry in widget.alt
    widget.controls["n_releases"].value = 400
    widget.controls["epsilon"].value = 0.2
    assert "above the picture" in widget.alt


@pytest.mark.parametrize(("epsilon", "k"), [(0.2, 400), (0.02, 10), (0.1, 400)])
def test_optimal_bound_and_all_runs_lie_inside_the_picture(epsilon, k):
    result = widgets.loss_walk_at(epsilon=epsilon, n_releases=k)
    assert result.edges[0] + 0.5 > widgets.LOW and result.edges[-1] < widgets.HIGH
    assert widgets.LOW < result.mean < result.optimal < widgets.HIGH
