"""What the widgets of lesson 13 compute, against values found in another way."""

from math import pi, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from dp_accounting import get_sigma_gaussian

from lessons.checks import gaussian_mechanism as checks
from lessons.widgets import gaussian_mechanism as widgets

CHOSEN = {"epsilon": 1.0, "delta": 1e-5, "measure": "standard deviation"}


@pytest.mark.parametrize("sigma", [0.8, 1.0, 2.5])
@pytest.mark.parametrize("epsilon", [0.0, 0.7, 2.0])
def test_both_dark_areas_are_delta_and_the_light_one_is_the_tail(sigma, epsilon):
    result = widgets.hockey_stick(sigma=sigma, epsilon=epsilon)
    ahead = np.maximum(0, result.p - result.weighted)
    assert np.trapezoid(ahead, widgets.RELEASES) == pytest.approx(result.delta, abs=2e-3)
    assert np.trapezoid(result.counted, widgets.LOSSES) == pytest.approx(result.delta, abs=2e-3)
    tail = 1 - NormalDist(1 / sigma**2 / 2, 1 / sigma).cdf(epsilon)
    assert result.exceeds == pytest.approx(tail)
    assert (result.counted <= result.loss).all() and result.exceeds > result.delta


def test_by_hand_example_of_the_lesson_is_the_widgets_first_picture():
    widget = widgets.where_delta_is()
    assert widget.values == {"sigma": 1.0, "epsilon": 1.0}
    for entry in ("σ = 1.00", "ε = 1.0", "0.1269", "0.3085", "no sampling", "2.4 times"):
        assert entry in widget.alt


def test_shaded_area_is_empty_where_p_is_behind():
    widget = widgets.where_delta_is()
    outline = widget._artists["ahead"].get_xy()
    n = len(widgets.RELEASES)
    height = outline[:n, 1] - outline[n : 2 * n, 1][::-1]
    assert (height >= 0).all() and (height[widgets.RELEASES > 0] == 0).all()
    assert np.trapezoid(height, widgets.RELEASES) == pytest.approx(0.1269, abs=1e-3)


def test_answer_to_question_a_is_on_the_slider():
    deltas = {
        sigma: widgets.hockey_stick(sigma=sigma, epsilon=2.0).delta
        for sigma in np.arange(0.5, 4.01, 0.02).round(2)
    }
    best = min(sigma for sigma, delta in deltas.items() if delta <= 0.01)
    assert checks.least_noise.verdict(float(best)).correct
    beyond = min(
        sigma for sigma in deltas if widgets.hockey_stick(sigma=sigma, epsilon=2.0).exceeds <= 0.01
    )
    assert checks.least_noise.verdict(float(beyond)).code == "tail_of_the_loss"


def test_errors_of_many_statistics_by_hand():
    result = widgets.many_statistics(d=9, **CHOSEN)
    laplace, gaussian = result.chosen
    assert laplace == pytest.approx(9 * sqrt(2))
    assert gaussian == pytest.approx(3 * get_sigma_gaussian(1.0, 1e-5), rel=1e-6)
    absolute = widgets.many_statistics(d=9, **(CHOSEN | {"measure": "mean absolute error"}))
    assert absolute.chosen[0] == pytest.approx(9)
    assert absolute.chosen[1] == pytest.approx(gaussian * sqrt(2 / pi))


def test_mean_absolute_errors_are_those_of_many_draws():
    rng, n = np.random.default_rng(1), 200_000
    for draws, factor in zip(
        (rng.laplace(scale=1 / sqrt(2), size=n), rng.normal(size=n)),
        widgets.MEASURES["mean absolute error"],
        strict=True,
    ):  # both have standard deviation 1; |Z| has one below 0.8: five standard errors
        assert abs(np.abs(draws).mean() - factor) < 5 * 0.8 / sqrt(n)


def test_curves_pass_through_the_markers():
    result = widgets.many_statistics(d=20, **CHOSEN)
    where = int(np.flatnonzero(widgets.STATISTICS == 20)[0])
    assert (result.laplace[where], result.gaussian[where]) == pytest.approx(result.chosen)


@pytest.mark.parametrize(
    ("measure", "first"), [("standard deviation", 7), ("mean absolute error", 9)]
)
def test_answer_to_question_c_is_where_the_markers_change_places(measure, first):
    settings = CHOSEN | {"measure": measure}
    pairs = {d: widgets.many_statistics(d=d, **settings).chosen for d in range(1, 61)}
    assert min(d for d, (laplace, gaussian) in pairs.items() if gaussian < laplace) == first
    assert widgets.many_statistics(d=3, **settings).crossing == first
    code = checks.fewest_statistics.verdict(first).code
    assert code == ("" if measure == "standard deviation" else "absolute_error")


def test_words_of_many_statistics_hold_every_number():
    widget = widgets.how_many_statistics()
    widget.controls["d"].value = 9
    for entry in (
        "9 statistics",
        "ε = 1",
        "12.73",
        "11.19",
        "δ = 1.0e-05",
        "Gaussian noise is smaller",
    ):
        assert entry in widget.alt
    widget.controls["measure"].value = "mean absolute error"
    assert "mean absolute error" in widget.alt and "9.00" in widget.alt
