"""What the widgets of lesson 14 compute, against values found in another way."""

from math import cosh, exp, expm1, log, sqrt, tanh

import numpy as np
import pytest
from scipy.stats import binom

from lessons.checks import composition as checks
from lessons.dp.accounting.composition import composed_delta
from lessons.plots.figure import BLACK, GREEN, GREY, ORANGE, PINK, RED, SKY
from lessons.widgets import composition as widgets
from tests.plots.artists import (
    colour_of,
    frame,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    ticks,
    upright,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "three_bounds": {
        "n_releases": ("number of releases k", 100, 1, 300, 1),
        "epsilon": ("ε of one release", 0.1, 0.01, 1.0, 20),
        "digits": ("δ = 10 to the power of minus", 6, 2, 12, 1),
    },
    "loss_walk": {
        "n_releases": ("number of releases k", 100, 10, 400, 10),
        "epsilon": ("ε of one release", 0.1, 0.02, 0.2, 0.02),
    },
}


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


@pytest.mark.parametrize(("epsilon", "k"), [(0.2, 400), (0.02, 10), (0.1, 400)])
def test_picture_reaches_from_the_lowest_run_to_a_little_above_the_sum(epsilon, k):
    widget = move(widgets.loss_walk(), epsilon=epsilon, n_releases=k)
    result = widgets.loss_walk_at(epsilon=epsilon, n_releases=k)
    for axes in widget.figure.axes:
        low, high = axes.get_ylim()
        assert low <= result.edges[0] and min(result.walks.min(), 0) > low
        assert max(result.optimal, k * epsilon) < high < 1.11 * k * epsilon
        assert result.edges[-1] <= high + 1e-9
    assert widget.figure.axes[0].get_xlim() == (0, k)


@pytest.mark.parametrize(
    ("epsilon", "k", "digits"), [(10**-0.4, 41, 3), (0.01, 300, 12), (1.0, 1, 2)]
)
def test_picture_and_words_of_the_three_bounds(epsilon, k, digits):
    widget = move(widgets.three_bounds(), epsilon=epsilon, n_releases=k, digits=digits)
    (axes,) = widget.figure.axes
    ks = np.array(sorted({round(300 ** (i / 44)) for i in range(45)}))

    def advanced(n):
        return epsilon * np.sqrt(2 * n * digits * log(10)) + n * epsilon * expm1(epsilon)

    drawn = next(one for one in axes.lines if one.get_label() == "optimal").get_ydata()
    optimal = drawn * ks * epsilon  # drawn in multiples of the sum
    (at_k,) = (one.get_ydata()[0] * k * epsilon for one in axes.lines if one.get_marker() == "D")
    for n, total in ((ks[9], optimal[9]), (ks[-1], optimal[-1]), (k, at_k)):
        delta = {"epsilon": epsilon, "n_releases": int(n)}
        least = composed_delta(total_epsilon=0.0, **delta) <= 10.0**-digits
        back = composed_delta(total_epsilon=float(total), **delta)
        assert total == 0 if least else back == pytest.approx(10.0**-digits, rel=1e-6)
    same_lines(
        axes,
        line(ks, np.ones(len(ks)), ORANGE, ":", "basic"),
        line(ks, advanced(ks) / (ks * epsilon), RED, "--", "advanced"),
        line(ks, drawn, GREEN, "-", "optimal"),
        line([k], [1], ORANGE, "o"),
        line([k], [advanced(k) / (k * epsilon)], RED, "s"),
        line([k], [at_k / (k * epsilon)], GREEN, "D"),
        upright(k, GREY),
    )
    same_legend(axes, "basic", "advanced", "optimal")
    frame(axes, xlabel="number of releases k", ylabel="total ε, in multiples of the sum k·ε")
    frame(axes, xscale="log", yscale="linear")
    assert axes.get_ylim() == (0, 3)
    assert ticks(axes.xaxis) == {n: str(n) for n in (1, 3, 10, 30, 100, 300)}
    three = [f"{one:.3f}" for one in (k * epsilon, advanced(k), at_k)]
    (words,) = axes.texts
    assert words.get_text() == (
        f"k = {k}:  basic {three[0]},  advanced {three[1]},  optimal {three[2]}"
    )
    assert numbers(widget.alt) == [
        str(k), f"{epsilon:.3g}", three[0], "0", f"1e-{digits:02d}", *three[1:]
    ]  # fmt: skip
    wins = "the advanced bound" if advanced(k) < k * epsilon else "the sum"
    assert f"{wins} is smaller" in widget.alt


@pytest.mark.parametrize(("epsilon", "k"), [(0.06, 170), (0.02, 10), (0.2, 400)])
def test_picture_and_words_of_the_walk(epsilon, k):
    widget = move(widgets.loss_walk(), epsilon=epsilon, n_releases=k)
    left, right = widget.figure.axes
    mean, spread = k * epsilon * tanh(epsilon / 2), epsilon * sqrt(k) / cosh(epsilon / 2)
    result = widgets.loss_walk_at(epsilon=epsilon, n_releases=k)
    same_lines(
        left,
        *(line(range(k + 1), walk, SKY) for walk in result.walks),
        level(0, GREY),
    )
    ends = result.walks[:, -1]
    assert len(ends) == 25 and abs(ends.mean() - mean) < 5 * spread / 5
    same_lines(
        right,
        level(mean, BLACK, "-", "mean"),
        level(result.optimal, GREEN, "--", "optimal bound, δ = 1e-6"),
        level(k * epsilon, ORANGE, ":", "k·ε"),
    )
    back = composed_delta(total_epsilon=result.optimal, epsilon=epsilon, n_releases=k)
    assert back == pytest.approx(1e-6, rel=1e-6)
    same_legend(right, "runs that end below 0", "mean", "optimal bound, δ = 1e-6", "k·ε")
    frame(left, xlabel="releases so far", ylabel="privacy loss so far")
    frame(right, xlabel="runs (fullest bin = 1)")
    below = widget.alt.split("of 10 000 runs ")[1].split("%")[0]
    (words,) = left.texts
    assert words.get_text() == (
        f"mean {mean:.3f}, standard deviation {spread:.3f}; {below}% end below 0"
    )
    exact = binom.cdf((k - 1) // 2, k, 1 / (1 + exp(-epsilon)))  # fewer than half in favour
    assert abs(float(below) / 100 - exact) < 5 * sqrt(exact * (1 - exact) / 10_000) + 0.0005
    assert numbers(widget.alt) == [
        str(k), f"{epsilon:.2f}", f"{mean:.3f}", f"{spread:.3f}", "10", "000", f"{below}%", "0",
        f"{k * epsilon:.2f}", "0", f"{result.optimal:.3f}", "1e-6",
    ]  # fmt: skip
    assert k * epsilon < left.get_ylim()[1]


@pytest.mark.parametrize(("epsilon", "k"), [(0.06, 170), (0.02, 10)])
def test_bars_beside_the_walk_hold_the_runs_that_end_there(epsilon, k):
    """Corners of the outline: bin by bin up, as wide as the bin is full; exact shares by the binomial."""
    widget = move(widgets.loss_walk(), epsilon=epsilon, n_releases=k)
    corners = widget._artists["histogram"].get_xy()[:-1]  # matplotlib closes the outline itself
    assert colour_of(widget._artists["histogram"]) == SKY
    assert (corners[[0, -1], 0] == 0).all() and corners[:, 0].max() == 1
    levels, shares = corners[::2, 1], corners[1::2, 0][:-1]
    assert np.array_equal(corners[1::2, 1], levels), "each level is reached, then left"
    assert np.array_equal(corners[2::2, 0][: len(shares)], shares)
    favour = (levels / epsilon + k) / 2  # between two whole numbers of coins
    p = np.diff(binom.cdf(np.floor(favour), k, 1 / (1 + exp(-epsilon))))
    runs = 10_000 * shares / shares.sum()
    assert np.abs(favour - np.floor(favour) - 0.5).max() < 1e-6
    assert (np.abs(runs - 10_000 * p) < 5 * np.sqrt(10_000 * p) + 3).all()


@pytest.mark.parametrize(("epsilon", "k"), [(0.06, 170), (0.02, 10), (0.2, 400), (0.1, 200)])
def test_runs_that_end_below_zero_are_the_pink_part_of_the_bars(epsilon, k):
    widget = move(widgets.loss_walk(), epsilon=epsilon, n_releases=k)
    whole = widget._artists["histogram"].get_xy()[:-1]
    pink = widget._artists["misled"].get_xy()[:-1]
    assert colour_of(widget._artists["misled"]) == PINK
    assert -2 * epsilon < pink[-1, 1] < 0 and pink[-1, 0] == 0, "0 itself is not below 0"
    assert (
        np.array_equal(pink[:-1], whole[: len(pink) - 1]) and whole[len(pink) - 1, 1] == pink[-1, 1]
    )
    levels, shares = whole[::2, 1], whole[1::2, 0][:-1]
    below = shares[levels[1:] <= pink[-1, 1]].sum() / shares.sum()
    said = float(widget.alt.split("of 10 000 runs ")[1].split("%")[0]) / 100
    assert below == pytest.approx(said, abs=0.0006)
