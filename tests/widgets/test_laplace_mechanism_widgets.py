"""What the widgets of lesson 12 compute, against values found in another way."""

from math import exp, log, sqrt

import numpy as np
import pytest

from lessons.checks import laplace_mechanism as checks
from lessons.datasets import heart_disease
from lessons.dp.definitions import posterior_bound
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import laplace_mechanism as widgets
from tests.plots.artists import (
    frame,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "which_table": {
        "epsilon": ("ε", 0.5, 0.1, 3.0, 0.05),
        "release": ("released count", 48.0, 38.0, 55.0, 0.1),
    },
    "where_to_clip": {
        "upper": ("upper bound, mg/dl", 500.0, 150.0, 600.0, 10.0),
        "epsilon": ("ε", 1.0, 0.1, 10.0, 20),
        "n": ("number of patients", 304, 16, 304, 16),
    },
}


@pytest.fixture(scope="module")
def cholesterol():
    table = heart_disease()
    return table["chol"][table["hospital"] == "Cleveland"].astype(float)


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.1, 3.0])
@pytest.mark.parametrize("release", [38.0, 46.0, 46.25, 46.5, 47.0, 55.0])
def test_belief_follows_from_the_distances_to_the_two_counts(epsilon, release):
    result = widgets.densities(epsilon=epsilon, release=release)
    one, other, belief = result.at_release
    ratio = exp(epsilon * (abs(release - 46) - abs(release - 47)))
    assert one / other == pytest.approx(ratio)
    assert belief == pytest.approx(ratio / (1 + ratio))
    assert one == pytest.approx(epsilon / 2 * exp(-epsilon * abs(release - 47)))


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 3.0])
def test_no_release_brings_the_belief_past_the_bound_of_lesson_11(epsilon):
    belief = widgets.densities(epsilon=epsilon, release=50).belief
    top = posterior_bound(prior=0.5, epsilon=epsilon)
    assert belief.max() == pytest.approx(top) and belief.min() == pytest.approx(1 - top)


def test_answer_to_question_a_is_where_the_belief_reaches_three_quarters():
    assert widgets.densities(epsilon=log(3), release=55).at_release[2] == pytest.approx(0.75)
    steps = np.round(np.arange(0.1, 3.01, 0.05), 2)  # of the slider
    closest = min(steps, key=lambda eps: abs(posterior_bound(prior=0.5, epsilon=eps) - 0.75))
    assert [eps for eps in steps if checks.largest_epsilon.verdict(eps).correct] == [closest]


def test_words_of_the_densities_say_epsilon_with_all_that_belongs_to_it():
    words = widgets._describe_densities(widgets.densities(epsilon=0.5, release=48))
    for entry in ("ε = 0.50", "δ = 0", "one patient", "replace", "no sampling", "1.649"):
        assert entry in words


def test_clipping_error_by_hand():
    values = np.array([150.0, 200.0, 250.0, 400.0])
    result = widgets.clipping_error(values, epsilon=2.0, n=4, upper=300.0)
    bias, noise, total = result.chosen
    assert bias == pytest.approx(100 / 4)
    assert noise == pytest.approx(2**0.5 * 200 / (4 * 2))
    assert total == pytest.approx((bias**2 + noise**2) ** 0.5)


def test_curves_pass_through_the_chosen_point(cholesterol):
    result = widgets.clipping_error(cholesterol, epsilon=0.5, n=304, upper=350.0)
    where = int(np.flatnonzero(widgets.UPPERS == 350)[0])
    assert result.total[where] == pytest.approx(result.chosen[2])
    assert result.bias[-1] == 0 and result.bias[0] > 90
    assert (np.diff(result.bias) <= 1e-9).all() and (np.diff(result.noise) > 0).all()


def test_fewer_patients_and_smaller_epsilon_mean_more_noise(cholesterol):
    few = widgets.clipping_error(cholesterol, epsilon=1.0, n=16, upper=400.0).chosen[1]
    many = widgets.clipping_error(cholesterol, epsilon=1.0, n=304, upper=400.0).chosen[1]
    strict = widgets.clipping_error(cholesterol, epsilon=0.1, n=304, upper=400.0).chosen[1]
    assert few == pytest.approx(many * 304 / 16) and strict == pytest.approx(10 * many)


def test_answer_to_question_c_is_the_bottom_of_the_curve_that_the_widget_draws(cholesterol):
    result = widgets.clipping_error(cholesterol, epsilon=0.1, n=304, upper=300.0)
    best = float(widgets.UPPERS[result.total.argmin()])
    assert [one for one in widgets.UPPERS if checks.best_bound.verdict(one).correct] == [best]
    assert (np.arange(150, 601, 10) == widgets.UPPERS).all(), "the positions of the slider"
    for slip in (150.0, 280.0, 560.0):
        assert not checks.best_bound.verdict(slip).correct
    crossing = widgets.UPPERS[np.abs(result.bias - result.noise).argmin()]
    assert checks.best_bound.verdict(float(crossing)).code == "bias_equals_noise"
    assert result.total[-5] > 1.9 * result.total.min(), "no clipping is about twice as bad"


def test_words_of_the_clipping_error_hold_every_number():
    widget = widgets.where_to_clip()
    widget.controls["epsilon"].value = 0.1
    widget.controls["upper"].value = 310
    for entry in ("304 patients", "310 mg/dl", "ε = 0.1", "replace", "bias", "noise", "10.40"):
        assert entry in widget.alt


@pytest.mark.parametrize(
    ("epsilon", "release"), [(0.35, 46.3), (0.1, 38.0), (3.0, 55.0), (1.1, 47)]
)
def test_picture_and_words_of_the_two_tables(epsilon, release):
    widget = move(widgets.which_table(), epsilon=epsilon, release=release)
    left, right = widget.figure.axes
    x = np.linspace(36, 57, 337)

    def density(at, count):
        return epsilon / 2 * np.exp(-epsilon * np.abs(at - count))

    def belief(at):
        return 1 / (1 + np.exp(epsilon * (np.abs(at - 47) - np.abs(at - 46))))

    same_lines(
        left,
        line(x, density(x, 47), BLUE, "-", "47: he is sick"),
        line(x, density(x, 46), RED, "--", "46: he is well"),
        line([release], [density(release, 47)], BLUE, "o"),
        line([release], [density(release, 46)], RED, "s"),
        upright(release, GREY, top=0.8),
    )
    same_legend(left, "47: he is sick", "46: he is well")
    most = exp(epsilon) / (1 + exp(epsilon))
    same_lines(
        right,
        line(x, belief(x), BLACK),
        line([release], [belief(release)], BLACK, "o"),
        level(most, ORANGE, "--"),
        level(1 - most, ORANGE, "--"),
        level(0.5, GREY, ":"),
        level(0.75, GREEN, "-."),
        upright(release, GREY),
    )
    frame(left, xlabel="released count", ylabel="density (axis follows ε)", yscale="linear")
    assert 1.3 < left.get_ylim()[1] / density(47, 47) < 1.5, "the peak fills the panel at every ε"
    frame(right, xlabel="released count", ylabel="belief that he is sick", ylim=(-0.08, 1.08))
    assert ticks(right.yaxis) == {0: "0 %", 0.25: "25 %", 0.5: "50 %", 0.75: "75 %", 1: "100 %"}
    ratio = exp(epsilon * (abs(release - 46) - abs(release - 47)))
    (words, _, _), (highest, _, above), (lowest, _, below) = texts(right)
    assert words == f"ratio of the densities {ratio:.3f}"
    assert (highest, lowest) == ("highest belief", "lowest belief")
    assert most < above < most + 0.03 and 1 - most - 0.03 < below < 1 - most
    assert numbers(widget.alt) == [
        f"{epsilon:.2f}", "0", f"{release:.1f}", f"{ratio:.3f}", "50",
        f"{100 * belief(release):.1f}", f"{100 * most:.1f}", f"{100 - 100 * most:.1f}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("epsilon", "n", "upper"), [(10**-0.3, 112, 230.0), (0.1, 16, 150.0), (10.0, 304, 600.0)]
)
def test_picture_and_words_of_the_clipping_error(cholesterol, epsilon, n, upper):
    widget = move(widgets.where_to_clip(), epsilon=epsilon, n=n, upper=upper)
    (axes,) = widget.figure.axes

    def parts(bound):  # what is cut off above, less what is lifted to 100, a head; and the noise
        values = cholesterol[:n]
        bias = (sum(values[values > bound] - bound) - sum(100 - values[values < 100])) / n
        noise = sqrt(2) * (bound - 100) / n / epsilon
        return abs(bias), noise, sqrt(bias**2 + noise**2)

    x = np.arange(150, 601, 10)
    bias, noise, total = np.array([parts(bound) for bound in x]).T
    same_lines(
        axes,
        line(x, np.maximum(bias, 1e-3), RED, "--", "bias: values cut off"),
        line(x, noise, BLUE, ":", "noise: √2 · (U − L)/(nε)"),
        line(x, total, BLACK, "-", "total (root mean square)"),
        line([upper], [parts(upper)[2]], GREEN, "o"),
        upright(upper, GREY),
        upright(max(cholesterol[:n]), GREY, ":", "largest value"),
        rel=1e-7,
    )
    names = "bias: values cut off", "noise: √2 · (U − L)/(nε)", "total (root mean square)"
    same_legend(axes, *names, "largest value")
    frame(axes, xlabel="upper clipping bound (mg/dl)")
    frame(axes, ylabel="error of the mean (mg/dl, log scale)\n(axis follows the setting)")
    low, high = axes.get_ylim()
    assert low < total.min() / 4 and total.max() < high < 2 * total.max(), "the total is in sight"
    frame(axes, xscale="linear", yscale="log")
    own = [f"{one:.2f}" for one in parts(upper)]
    said = f"at this bound: bias {own[0]}, noise {own[1]}, total error {own[2]} mg/dl"
    assert [words for words, _, _ in texts(axes)] == [said]
    assert numbers(widget.alt) == [str(n), "100", f"{upper:.0f}", f"{epsilon:.3g}", "0", *own]


def test_logarithmic_axis_is_labelled_at_one_two_five():
    labelled = [
        value
        for value in (0.02, 0.3, 1, 2, 4, 5, 9, 10, 30, 200)
        if widgets._one_two_five(value, 0)
    ]
    assert labelled == [0.02, 1, 2, 5, 10, 200] and widgets._one_two_five(50.0, 3) == "50"


def test_bias_is_a_size_also_where_values_are_lifted():
    result = widgets.clipping_error(np.array([40.0, 70, 200]), epsilon=1.0, n=3, upper=300.0)
    assert result.chosen[0] == pytest.approx(30) and (result.bias > 0).all()
