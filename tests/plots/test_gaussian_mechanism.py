"""Figures of lesson 13: two worlds, three steps to δ, turned axes, losses, true δ, and the limit."""

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.plots.gaussian_mechanism import (
    delta_under_bells,
    how_often,
    loss_over_bells,
    roc_and_limit,
    room_below_limit,
    textbook_delta,
    three_promises,
    turned_axes,
    two_bells,
    two_worlds,
)
from tests.plots.artists import (
    bars,
    colour_of,
    frame,
    level,
    line,
    numbers,
    outlines,
    same,
    same_legend,
    same_lines,
    texts,
    upright,
)

Z = np.linspace(-3, 4, 71)  # a step of 0.1: 0.2 is one of the points
P = np.exp(-Z * Z / 2) / np.sqrt(2 * np.pi)
Q = np.exp(-((Z - 1) ** 2) / 2) / np.sqrt(2 * np.pi)


@pytest.mark.parametrize("swap", [False, True])
def test_both_worlds_are_counted_over_common_bins_from_the_least_to_the_largest(swap):
    rng = np.random.default_rng(3)
    first, second = rng.normal(1, 0.3, size=300), rng.normal(0, 0.3, size=200)
    if swap:
        first, second = second, first
    plot = two_worlds(first, second, cut=0.45)
    (axes,) = plot.figure.axes
    lows, step = np.linspace(
        np.r_[first, second].min(), np.r_[first, second].max(), 60, retstep=True
    )
    middles = lows[:-1] + step / 2
    for drawn in (*bars(axes), *outlines(axes)):
        values = first if drawn.colour == RED else second
        counted = [(np.abs(values - middle) <= step / 2 + 1e-9).sum() for middle in middles]
        assert same(drawn.middles, middles) and np.array_equal(drawn.heights, counted)
        assert sum(counted) == len(values), "all of them are in the picture"
    assert [one[:2] for one in bars(axes)] == [("he is well", BLUE), ("he is sick", RED)]
    assert [one[1:3] for one in outlines(axes)] == [(BLUE, "-"), (RED, "--")]
    same_lines(axes, upright(0.45, BLACK, label="cut at 0.45"))
    same_legend(axes, "he is well", "he is sick", "cut at 0.45")
    frame(axes, xlabel="average of the differences (patients)", ylabel="runs")
    right = 100 * np.mean([(first > 0.45).mean(), (second <= 0.45).mean()])
    assert f"cuts at 0.45 is right in about {right:.0f} of 100" in plot.alt
    apart = "lie nearly on top of each other" if swap else "hardly overlap"
    assert f"They {apart}: the attacker" in plot.alt


@pytest.mark.parametrize(("gap", "words"), [(5.0, "hardly overlap"), (0.1, "lie nearly on top")])
def test_words_of_two_worlds_say_whether_they_come_apart(gap, words):
    noise = np.random.default_rng(4).normal(size=(2, 400))
    assert f"They {words}" in two_worlds(gap + noise[0], noise[1], cut=gap / 2).alt


def test_first_step_shows_both_bells_and_their_heights_at_the_release():
    plot = two_bells(Z, P, Q, seen=0.2)
    (axes,) = plot.figure.axes
    heights = np.exp([-0.02, -0.32]) / np.sqrt(2 * np.pi)
    same_lines(
        axes,
        line(Z, P, BLUE, "-", "p: true count 0"),
        line(Z, Q, RED, "--", "q: true count 1"),
        upright(0.2, GREY, ":"),
        line([0.2, 0.2], heights, BLACK, "o"),
    )
    same_legend(axes, "p: true count 0", "q: true count 1")
    written = [f"{height:.3f}" for height in heights]
    assert [one[0] for one in texts(axes)] == written == ["0.391", "0.290"]
    assert same([one[1:] for one in texts(axes)], [(0.2, height) for height in heights])
    assert numbers(plot.alt) == ["1", "0", "1", "0.2", *written]
    frame(axes, xlabel="release z", ylabel="density", xlim=(-3, 4))


def test_second_step_puts_the_line_above_the_bells_on_the_same_axis():
    laplace = np.clip(1 - 2 * Z, -1, 1)
    plot = loss_over_bells(Z, P, Q, laplace=laplace, epsilon=1.5)
    upper, lower = plot.figure.axes
    same_lines(
        upper,
        line(Z, 0.5 - Z, BLACK, "-", "ln(p/q)"),
        level(1.5, ORANGE, "--", "ε = 1.5"),
        upright(-1.0, GREY, ":"),
        line(Z, laplace, GREEN, "-", "the same for Laplace noise (not drawn below)"),
    )
    same_legend(upper, "ln(p/q)", "ε = 1.5", "the same for Laplace noise (not drawn below)")
    assert texts(upper) == [("z = -1.0", pytest.approx(-1), pytest.approx(-3.5))]
    order = {one.get_label(): one.get_zorder() for one in upper.lines}
    assert order["ε = 1.5"] > order["the same for Laplace noise (not drawn below)"]
    same_lines(
        lower,
        line(Z, P, BLUE, "-", "p: true count 0"),
        line(Z, Q, RED, "--", "q: true count 1"),
        upright(-1.0, GREY, ":"),
    )
    frame(upper, ylabel="ln(p/q)", xlim=(-3, 4))
    frame(lower, xlabel="release z", ylabel="density", xlim=(-3, 4))
    assert not upper.xaxis.get_visible() and numbers(plot.alt) == ["1.5", "-1.0", "-1", "1"]


def test_third_step_shades_what_the_first_bell_has_beyond_the_raised_one():
    plot = delta_under_bells(Z, P, Q, epsilon=0.7, delta=0.2221)
    upper, lower = plot.figure.axes
    raised = np.exp(0.7) * Q
    name = "2.01 times q: what ε = 0.7 allows"
    same_lines(
        upper,
        line(Z, 0.5 - Z, BLACK, "-", "ln(p/q)"),
        level(0.7, ORANGE, "--", "ε = 0.7"),
        upright(-0.2, GREY, ":"),
    )
    same_lines(
        lower,
        line(Z, Q, RED, ":", "q: true count 1"),
        line(Z, P, BLUE, "-", "p: true count 0"),
        line(Z, raised, RED, "--", name),
        upright(-0.2, GREY, ":"),
    )
    same_legend(lower, "q: true count 1", "p: true count 0", name)
    assert texts(upper) == [("z = -0.2", pytest.approx(-0.2), pytest.approx(-3.5))]
    (shaded,) = lower.collections
    corners = {tuple(np.round(one, 12)) for one in shaded.get_paths()[0].vertices}
    below = np.where(Z < -0.2, raised, P)
    edges = {tuple(np.round(one, 12)) for half in (P, below) for one in zip(Z, half, strict=True)}
    assert colour_of(shaded) == BLUE and edges <= corners
    ((words, x, y),) = texts(lower)
    assert words == "area δ = 0.2221" and x == pytest.approx(-0.8)
    assert np.interp(x, Z, raised) < y < np.interp(x, Z, P), "it points into the area"
    assert numbers(plot.alt) == ["2.01", "-0.2", "0.7", "0.2221"]


def test_bells_keep_their_scale_until_the_raised_one_needs_more_room():
    steps = (
        two_bells(Z, P, Q, seen=-1),
        loss_over_bells(Z, P, Q, laplace=Q, epsilon=1),
        delta_under_bells(Z, P, Q, epsilon=1, delta=0.1269),
    )
    limits = [(one.figure.axes[-1].get_xlim(), one.figure.axes[-1].get_ylim()) for one in steps]
    assert limits[0] == limits[1] and limits[0][1][1] > P.max()
    assert limits[2][0] == limits[0][0] and limits[2][1][0] == 0
    assert np.e * Q.max() < limits[2][1][1] < 1.2 * np.e * Q.max(), "its top can be seen"


@pytest.mark.parametrize("sigma", [1.0, 0.5])
def test_rings_of_both_worlds_and_an_axis_through_their_centres(sigma):
    plot = turned_axes((3, 4), sigma=sigma)
    axes, bells = plot.figure.axes
    rings = [one for one in axes.lines if len(one.get_xdata()) == 181]
    looks = [(BLUE, "-", (0, 0)), (RED, "--", (3, 4))]
    for ring, (times, (colour, look, centre)) in zip(
        rings, [(times, one) for one in looks for times in (1, 2)], strict=True
    ):
        x, y = ring.get_data()
        assert np.allclose(np.hypot(x - centre[0], y - centre[1]), times * sigma)
        assert (colour_of(ring), ring.get_linestyle()) == (colour, look)
    along, across = (np.array(one.get_data()) for one in axes.lines if one not in rings)
    steps = [one[:, 1] - one[:, 0] for one in (along, across)]
    assert np.dot(*steps) == pytest.approx(0, abs=1e-9)
    for line_, step, points in ((along, steps[0], [(0, 0), (3, 4)]), (across, steps[1], [(0, 0)])):
        for point in points:
            off = point - line_[:, 0]
            assert step[0] * off[1] - step[1] * off[0] == pytest.approx(0, abs=1e-9)
            assert 0 < np.dot(off, step) < np.dot(step, step), "inside the drawn piece"
    assert [one[0] for one in texts(axes)] == ["turned axis", "across it", ""]
    frame(axes, xlabel="first count", ylabel="second count")
    assert axes.get_aspect() == 1 and numbers(plot.alt) == ["3", "4", "5.00"]
    s = np.linspace(-4 * sigma, 5 + 4 * sigma, 321)
    heights = [
        np.exp(-(((s - centre) / sigma) ** 2) / 2) / sigma / np.sqrt(2 * np.pi) for centre in (0, 5)
    ]
    same_lines(
        bells,
        line(s, heights[0], BLUE, "-", "he is well"),
        line(s, heights[1], RED, "--", "he is sick"),
    )
    same_legend(bells, "he is well", "he is sick")
    arrow, number = bells.texts
    assert (arrow.xyann[0], arrow.xy[0]) == (0, 5), "the arrow is as long as the move"
    assert arrow.xy[1] == arrow.xyann[1] > max(heights[0])
    assert number.get_text() == "5.00" and number.xy[0] == 2.5
    frame(bells, xlabel="along the turned axis", ylabel="density", xlim=(s[0], s[-1]))


def test_how_often_a_loss_is_reached_is_a_curve_with_dots_for_the_drawn_ones():
    t = np.array([0.0, 0.5, 1.0, 1.5, 2.0])
    losses = {
        "Laplace": (np.array([0.7, 0.6, 0.5, 0.0, 0.0]), np.array([0.71, 0.59, 0.49, 0.0, 0.0])),
        "Gaussian": (np.array([0.6, 0.4, 0.2, 0.1, 0.0]), np.array([0.61, 0.39, 0.21, 0.1, 0.0])),
    }
    plot = how_often(t, losses, epsilon=1.0)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(t, losses["Laplace"][0], BLUE, "-", "Laplace"),
        line(t, losses["Laplace"][1], BLUE, "o"),
        line(t, losses["Gaussian"][0], RED, "--", "Gaussian"),
        line(t, losses["Gaussian"][1], RED, "s"),
        upright(1.0, ORANGE, "--", "ε = 1"),
    )
    same_legend(axes, "Laplace", "Gaussian", "ε = 1")
    frame(axes, xlabel="t", ylabel="Pr[L ≥ t]", xlim=(0, 2), ylim=(0, 1))
    assert plot.alt.endswith(
        "beyond ε = 1 it is 0.00 for Laplace noise and 0.10 for Gaussian noise."
    )


def test_true_delta_of_the_textbook_stands_beside_the_claim():
    asked, true = np.array([1.0, 8.0, 12.0, 50.0]), np.array([1e-8, 1e-6, 1e-4, 0.7])
    plot = textbook_delta(asked, true, claimed=1e-5, typical=11.0)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(asked, true, BLUE, "-", "textbook (13.x)"),
        level(1e-5, GREY, "--", "claimed δ"),
        line([10.0], [1e-5], BLACK, "o"),
        line([11.0], [10**-4.5], BLACK, "o"),
    )
    assert [one[0] for one in texts(axes)] == [
        "10.0: the claim breaks", "11: the mean loss passes ε"
    ]  # fmt: skip
    same_legend(axes, "textbook (13.x)", "claimed δ")
    frame(axes, xlabel="ε that is asked for", ylabel="true δ", yscale="log", xlim=(1, 50))
    assert numbers(plot.alt) == ["1e-5", "10.0", "0.7", "50", "11"], (
        "10.0: halfway, on a logarithmic axis"
    )


def test_a_curve_that_ends_falls_off_the_picture_and_the_shared_point_is_marked():
    x = np.array([0.5, 1.0, 1.5, 2.0])
    curves = {
        "a": np.array([0.3, 1e-5, 1e-12, 2e-18]),
        "b": np.array([0.5, 0.0, 0.0, 0.0]),
        "c": np.full(4, 1e-5),
    }
    plot = three_promises(x, curves, shared=(1, 1e-5))
    (axes,) = plot.figure.axes
    below = 1e-17  # anything under the lower end, which is 1e-16
    same_lines(
        axes,
        line(x, [0.3, 1e-5, 1e-12, below], BLUE, "-", "a"),
        line(x, [0.5, below, below, below], RED, "--", "b"),
        line(x, curves["c"], GREEN, "-.", "c"),
        line([1], [1e-5], BLACK, "o"),
        line([0.5] * 3, [0.3, 0.5, 1e-5], BLACK, "o"),
    )
    same_legend(axes, "a", "b", "c")
    ends = [("0.3", 0.5, 0.3), ("0.5", 0.5, 0.5), ("1e-5", 0.5, 1e-5)]
    assert texts(axes) == [("(1, 1e-5)", 1, 1e-5), *ends]
    above = [one.xyann[1] > 0 for one in axes.texts[1:]]
    assert above == [False, True, False], "two that are close do not cover each other"
    assert plot.alt.endswith("At the left edge, ε = 0.5, they stand at 0.3, 0.5, 1e-5.")
    frame(axes, xlabel="ε", ylabel="true δ", yscale="log", xlim=(0.5, 2))
    assert axes.get_ylim()[0] == 1e-16 and axes.get_ylim()[1] > 1
    assert "(1, 1e-5)" in plot.alt


def test_limit_is_shaded_up_to_one():
    fpr = np.array([1e-3, 0.02, 0.3, 1.0])
    limit = np.array([0.011, 0.07, 0.83, 1.0])
    curves = {
        "σ = 5": np.array([0.01, 0.05, 0.61, 1.0]),
        "σ = 52": np.array([2e-3, 0.03, 0.4, 1.0]),
    }
    plot = roc_and_limit(fpr, curves, limit=limit)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(fpr, limit, ORANGE, "-", "the limit"),
        line(fpr, curves["σ = 5"], BLUE, "-", "σ = 5"),
        line(fpr, curves["σ = 52"], RED, "--", "σ = 52"),
        line(fpr, fpr, GREY, ":", "guessing"),
    )
    (shaded,) = axes.collections
    assert shaded.get_label() == "forbidden by (ε, δ)" and colour_of(shaded) == ORANGE
    corners = {tuple(corner) for corner in shaded.get_paths()[0].vertices}
    assert corners == {*zip(fpr, limit, strict=True), *((one, 1) for one in fpr)}
    frame(axes, xlabel="false-positive rate", ylabel="true-positive rate")
    same_legend(axes, "forbidden by (ε, δ)", "the limit", *curves, "guessing")
    frame(axes, xscale="linear", yscale="linear", xlim=(0, 1), ylim=(0, 1))
    assert texts(axes) == [] and numbers(plot.alt) == ["5", "52"]


def test_room_below_the_limit_is_in_percent_and_the_meeting_point_is_marked():
    fpr = np.array([1e-3, 0.02, 0.3, 1.0])
    rooms = {"σ = 52": np.array([0.5, 0.0, 0.3, 0.0]), "σ = 50": np.array([0.4, -0.125, 0.2, 0.0])}
    plot = room_below_limit(fpr, rooms, meets=0.02)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(fpr, [50, 0, 30, 0], RED, "--", "σ = 52"),
        line(fpr, [40, -12.5, 20, 0], BLUE, "-", "σ = 50"),
        level(0, ORANGE, "-", "the limit"),
        line([0.02], [0], BLACK, "o"),
    )
    same_legend(axes, "σ = 52", "σ = 50", "the limit")
    assert texts(axes) == [("FPR = 2e-2", 0.02, 0)]
    frame(axes, xlabel="false-positive rate", ylabel="room below the limit (%)", xscale="log")
    frame(axes, xlim=(1e-3, 1))
    assert numbers(plot.alt) == ["52", "0", "2e-2", "50", "0", "-12.5"]
