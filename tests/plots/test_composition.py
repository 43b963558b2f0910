"""Figures of lesson 14: the reconstruction, losses in stages, a tail, three bounds, a level."""

import numpy as np
import pytest

from lessons.plots.composition import (
    imitation,
    losses_and_bounds,
    losses_in_stages,
    reconstruction,
    tail,
    walks_and_line,
)
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY
from tests.plots.artists import (
    bars,
    frame,
    hex_of,
    inside,
    level,
    line,
    numbers,
    outlines,
    same,
    same_legend,
    same_lines,
    texts,
    ticks,
)


def test_share_of_diagnoses_over_the_questions_beside_the_base_rate():
    n, right = np.array([30, 170, 911]), np.array([0.53, 0.71, 0.993])
    plot = reconstruction(n, right, base_rate=0.541)
    (axes,) = plot.figure.axes
    same_lines(axes, line(n, right, BLUE, "o-"), level(0.541, GREY, ":"))
    assert texts(axes) == [("everybody called healthy", 911, 0.541)]
    frame(axes, xscale="log", yscale="linear", xlabel="questions asked, ε = 0.1 each")
    frame(axes, ylabel="share of diagnoses found")
    assert ticks(axes.xaxis) == {10: "10", 100: "100", 1000: "1 000", 10_000: "10 000"}
    assert inside(axes) and numbers(plot.alt) == ["0.53", "30", "0.99", "911", "0.54"]


def test_each_stage_has_its_own_bars_with_the_mean_and_the_sum_marked():
    stages = {
        1: (np.array([-0.3, 0.3]), np.array([0.4, 0.6])),
        2: (np.array([-0.6, 0.0, 0.6]), np.array([0.16, 0.48, 0.36])),
        30: (np.array([-9.0, -0.6, 9.0]), np.array([0.1, 0.8, 0.1])),
    }
    plot = losses_in_stages(stages, epsilon=0.3)
    means = {1: 0.06, 2: 0.12, 30: -0.48}
    for axes, (k, (losses, probabilities)) in zip(plot.figure.axes, stages.items(), strict=True):
        (drawn,) = bars(axes)
        assert drawn.colour == SKY and same(drawn.middles, losses)
        assert same(drawn.heights, probabilities)
        tops = {one.get_color(): one.get_ydata()[1] for one in axes.lines}
        same_lines(
            axes,
            line([means[k], means[k]], [0, tops[BLACK]], BLACK),
            line([0.3 * k, 0.3 * k], [0, tops[ORANGE]], ORANGE, ":"),
        )
        assert [words for words, _, _ in texts(axes)] == [
            f"mean {means[k]:.3f}",
            f"k·ε = {0.3 * k:.1f}",
        ]
        for (_, x, height), at in zip(texts(axes), (means[k], 0.3 * k), strict=True):
            assert x == pytest.approx(at) and height < axes.get_ylim()[1]
        assert max(probabilities) < tops[BLACK] < tops[ORANGE], "names side by side would overlap"
        assert axes.get_xlim()[0] < -0.3 * k and axes.get_xlim()[1] > 0.3 * k
        assert axes.get_title(loc="left") == ("1 answer" if k == 1 else f"{k} answers")
        frame(axes, xlabel="privacy loss", ylabel="probability")
    assert numbers(plot.alt.replace("-", ""))[:9] == [
        "1", "0.060", "0.3", "2", "0.120", "0.6", "30", "0.480", "9.0"
    ]  # fmt: skip


def test_the_bars_beyond_t_are_red_and_their_share_is_written_beside_them():
    losses, probabilities = np.array([-0.9, -0.3, 0.3, 0.9]), np.array([0.1, 0.3, 0.52, 0.08])
    plot = tail(losses, probabilities, t=0.5)
    (axes,) = plot.figure.axes
    below, beyond = bars(axes)
    assert (below.colour, beyond.colour) == (SKY, RED)
    assert same(below.middles, losses[:3]) and same(below.heights, probabilities[:3])
    assert same(beyond.middles, losses[3:]) and same(beyond.heights, probabilities[3:])
    tops = {one.get_linestyle(): one.get_ydata()[1] for one in axes.lines}
    same_lines(
        axes,
        line([0.048, 0.048], [0, tops["-"]], BLACK),
        line([0.548, 0.548], [0, tops["--"]], BLACK, "--"),
    )
    ((drift, x, height), (arrow, head, _), (distance, at, _), (words, right, low)) = texts(axes)
    assert (drift, x) == ("drift 0.05", pytest.approx(0.048)) and tops["-"] < height
    assert arrow == "" and head == pytest.approx(0.548), "the arrow ends at t above the mean"
    assert distance == "t = 0.5" and 0.048 < at < 0.548
    assert words == "8.0% of the runs" and right > 0.548 and low > max(probabilities[3:])
    assert height < axes.get_ylim()[1] and max(probabilities) < tops["-"]
    frame(axes, xlabel="privacy loss of 3 answers", ylabel="probability")
    assert numbers(plot.alt) == ["3", "0.05", "0.5", "8.0%"]


def test_both_bells_are_stacked_from_the_same_two_shapes_with_the_weights_exchanged():
    y, a, b = np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.5, 0.9]), np.array([0.8, 0.3, 0.0])
    plot = imitation(y, a, b, p=0.75)
    for axes, share, whole in zip(
        plot.figure.axes, (0.75, 0.25), ([0.2, 0.45, 0.675], [0.6, 0.35, 0.225]), strict=True
    ):
        same_lines(axes, line(y, whole, BLACK, "-", "the release"))
        below, above = axes.collections
        assert [hex_of(one.get_facecolor()[0]) for one in (below, above)] == [SKY, ORANGE]
        for area, low, high in ((below, [0, 0, 0], share * a), (above, share * a, whole)):
            corners = {(float(u), round(float(v), 9)) for u, v in area.get_paths()[0].vertices}
            assert corners == {
                (u, round(float(v), 9))
                for edge in (low, high)
                for u, v in zip(y, edge, strict=True)
            }
        assert axes.get_title(loc="left").endswith(f"the coin says x with probability {share:.2f}")
        assert axes.get_ylim()[1] > max(whole)
        frame(axes, xlabel="noisy count")
    same_legend(plot.figure.axes[0], "coin says x: from A", "coin says x′: from B", "the release")
    assert numbers(plot.alt) == ["0.75", "0.25"]


@pytest.fixture
def panel():
    bounds = {"optimal": 0.73, "basic": 2.1, "advanced": 1.73}  # a name decides its look
    coins = 0.3 * np.array([-3, -1, -1, 1, 1, 1, 1, 3, 3])
    gauss = np.array([-0.8, 0.33, 0.38, 1.13])
    plot = losses_and_bounds({"coins": coins, "noise": gauss}, bounds=bounds, n_releases=7)
    return plot, coins, gauss


def test_bounds_stand_in_the_histogram_with_their_own_looks(panel):
    (runs,) = panel[0].figure.axes
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
    assert numbers(panel[0].alt) == ["7", "0", "1.1", "0.730", "2.100", "1.730"]


def test_one_bar_for_each_possible_loss_of_the_coins_and_the_same_bins_for_the_noise(panel):
    plot, coins, gauss = panel
    (runs,) = plot.figure.axes
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
    plot = walks_and_line(walks, claim, crossed=np.array([False, True, False]))
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 2, 3], walks[0], SKY),
        line([1, 2, 3], walks[1], RED),
        line([1, 2, 3], walks[2], SKY),
        line([1, 2, 3], claim, BLACK, "--", "claimed level"),
    )
    order = sorted(axes.lines, key=lambda one: one.get_zorder())
    assert [one.get_color() for one in order] == [SKY, SKY, RED, BLACK], "what matters lies on top"
    same_legend(axes, "claimed level")
    frame(axes, xlabel="releases so far", ylabel="privacy loss so far")
    assert numbers(plot.alt) == ["3", "3", "1"]
