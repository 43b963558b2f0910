"""Figures of lesson 14: the reconstruction again, losses beside three bounds, and walks under a line."""

import numpy as np
import pytest

from lessons.plots.composition import losses_and_curves, reconstruction, walks_and_line
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY
from tests.plots.artists import (
    ALT,
    bars,
    frame,
    inside,
    level,
    line,
    outlines,
    same,
    same_legend,
    same_lines,
    texts,
    upright,
)


def test_share_of_diagnoses_over_the_questions_beside_the_base_rate():
    n, right = np.array([30, 170, 911]), np.array([0.53, 0.71, 0.993])
    plot = reconstruction(n, right, base_rate=0.541, alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(axes, line(n, right, BLUE, "o-"), level(0.541, GREY, ":"))
    assert texts(axes) == [("everybody called healthy", 911, 0.541)]
    frame(axes, xscale="log", yscale="linear", xlabel="questions asked, ε = 0.1 each")
    frame(axes, ylabel="share of diagnoses found")
    assert inside(axes) and plot.alt == ALT


@pytest.fixture
def panels():
    n = np.array([1.0, 4.0, 10.0])
    curves = {  # in an order of their own: a name decides its look
        "optimal": np.array([0.2, 0.55, 0.91]),
        "basic": np.array([0.3, 1.2, 3.0]),
        "advanced": np.array([0.9, 1.4, 2.06]),
    }
    coins = 0.3 * np.array([-3, -1, -1, 1, 1, 1, 1, 3, 3])
    gauss = np.array([-0.8, 0.33, 0.38, 1.13])
    plot = losses_and_curves(
        {"coins": coins, "noise": gauss},
        n_releases=n, curves=curves, at=7, delta=3e-6, alt=ALT,
    )  # fmt: skip
    return plot, n, curves, coins, gauss


def test_bounds_have_their_own_looks_and_a_line_at_the_number_of_releases(panels):
    plot, n, curves, _, _ = panels
    bounds = plot.figure.axes[1]
    looks = {"basic": (ORANGE, ":"), "advanced": (RED, "--"), "optimal": (GREEN, "-")}
    same_lines(
        bounds,
        *(line(n, curves[name], *looks[name], name) for name in curves),
        upright(7, GREY),
    )
    same_legend(bounds, *curves)
    frame(bounds, xlabel="number of releases k", ylabel="total ε at δ = 3e-06")


def test_bounds_stand_in_the_histogram_at_the_chosen_number(panels):
    runs = panels[0].figure.axes[0]
    # between 4 and 10 releases, half way
    totals = {
        "optimal": (0.73, GREEN, "-"),
        "basic": (2.1, ORANGE, ":"),
        "advanced": (1.73, RED, "--"),
    }
    tops = {one.get_color(): one.get_ydata()[1] for one in runs.lines}
    same_lines(
        runs,
        *(line([at, at], [0, tops[colour]], colour, look) for at, colour, look in totals.values()),
    )
    assert [(words, x) for words, x, _ in texts(runs)] == [
        ("optimal\n0.730", pytest.approx(0.73)),
        ("basic\n2.100", pytest.approx(2.1)),
        ("advanced\n1.730", pytest.approx(1.73)),
    ]
    for (_, _, height), (_, colour, _) in zip(texts(runs), totals.values(), strict=True):
        assert tops[colour] < height < runs.get_ylim()[1]
    assert tops[RED] - tops[ORANGE] > 0.1 * runs.get_ylim()[1], "names side by side would overlap"


def test_one_bar_for_each_possible_loss_of_the_coins_and_the_same_bins_for_the_noise(panels):
    plot, _, _, coins, gauss = panels
    runs = plot.figure.axes[0]
    (filled,), (hollow,) = bars(runs), outlines(runs)
    assert (*filled[:2], *hollow[:2]) == ("coins", SKY, "noise", BLACK)
    possible = filled.middles[filled.heights > 0]
    assert same(possible, [-0.9, -0.3, 0.3, 0.9])
    half = np.diff(filled.middles)[0] / 2
    for drawn, values in ((filled, coins), (hollow, gauss)):
        counted = [(np.abs(values - middle) < half).sum() for middle in filled.middles]
        assert same(drawn.middles, filled.middles) and np.array_equal(drawn.heights, counted)
    assert filled.heights.sum() == 9 and hollow.heights.sum() == 4
    assert runs.get_ylim()[1] > filled.heights.max()
    frame(runs, xlabel="privacy loss of 7 releases", ylabel="runs")
    same_legend(runs, "noise", "coins")


def test_only_walks_that_crossed_are_red_and_the_level_is_named():
    walks = np.array([[0.1, 0.2, 0.1], [0.3, 0.7, 1.3], [-0.1, 0.1, -0.2]])
    claim = np.array([0.4, 0.6, 0.77])
    plot = walks_and_line(walks, claim, crossed=np.array([False, True, False]), alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 2, 3], walks[0], SKY),
        line([1, 2, 3], walks[1], RED),
        line([1, 2, 3], walks[2], SKY),
        line([1, 2, 3], claim, BLACK, "--"),
    )
    order = sorted(axes.lines, key=lambda one: one.get_zorder())
    assert [one.get_color() for one in order] == [SKY, SKY, RED, BLACK], "what matters lies on top"
    assert texts(axes) == [("claimed level", 3, 0.77)]
    frame(axes, xlabel="releases so far", ylabel="privacy loss so far")
    assert inside(axes) and plot.alt == ALT
