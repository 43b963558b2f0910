"""Figures of lesson 13: two worlds, three steps to δ, losses of two mechanisms, true δ, and the limit."""

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.plots.gaussian_mechanism import (
    delta_under_bells,
    how_often,
    loss_over_bells,
    roc_and_limit,
    textbook_delta,
    three_promises,
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
        values = first if drawn.colour == BLUE else second
        counted = [(np.abs(values - middle) <= step / 2 + 1e-9).sum() for middle in middles]
        assert same(drawn.middles, middles) and np.array_equal(drawn.heights, counted)
        assert sum(counted) == len(values), "all of them are in the picture"
    assert [one[:2] for one in bars(axes)] == [("he is well", RED), ("he is sick", BLUE)]
    assert [one[1:3] for one in outlines(axes)] == [(RED, "--"), (BLUE, "-")]
    same_lines(axes, upright(0.45, BLACK, label="cut at 0.45"))
    same_legend(axes, "he is well", "he is sick", "cut at 0.45")
    frame(axes, xlabel="average of the differences (patients)", ylabel="runs")
    right = 100 * np.mean([(first > 0.45).mean(), (second <= 0.45).mean()])
    assert f"cuts at 0.45 is right in about {right:.0f} of 100" in plot.alt


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
        line(Z, laplace, GREEN, "-.", "the same for Laplace noise"),
    )
    same_legend(upper, "ln(p/q)", "ε = 1.5", "the same for Laplace noise")
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
        line(Z, P, BLUE, "-", "p: true count 0"),
        line(Z, raised, RED, "--", name),
        upright(-0.2, GREY, ":"),
    )
    same_legend(lower, "p: true count 0", name)
    (shaded,) = lower.collections
    corners = {tuple(np.round(one, 12)) for one in shaded.get_paths()[0].vertices}
    below = np.where(Z < -0.2, raised, P)
    edges = {tuple(np.round(one, 12)) for half in (P, below) for one in zip(Z, half, strict=True)}
    assert colour_of(shaded) == BLUE and edges <= corners
    ((words, x, y),) = texts(lower)
    assert words == "area δ = 0.2221" and x == pytest.approx(-0.8)
    assert np.interp(x, Z, raised) < y < np.interp(x, Z, P), "it points into the area"
    assert numbers(plot.alt) == ["2.01", "-0.2", "0.7", "0.2221"]


def test_bells_have_the_same_scale_in_all_three_steps():
    steps = (
        two_bells(Z, P, Q, seen=-1),
        loss_over_bells(Z, P, Q, laplace=Q, epsilon=1),
        delta_under_bells(Z, P, Q, epsilon=1, delta=0.1269),
    )
    limits = [(one.figure.axes[-1].get_xlim(), one.figure.axes[-1].get_ylim()) for one in steps]
    assert limits[0] == limits[1] == limits[2] and limits[0][1][1] > P.max()


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
    plot = textbook_delta(asked, true, claimed=1e-5)
    (axes,) = plot.figure.axes
    same_lines(
        axes, line(asked, true, BLUE, "-", "textbook (13.x)"), level(1e-5, GREY, "--", "claimed δ")
    )
    same_legend(axes, "textbook (13.x)", "claimed δ")
    frame(axes, xlabel="ε that is asked for", ylabel="true δ", yscale="log", xlim=(1, 50))
    assert numbers(plot.alt) == ["1e-5", "10.0", "0.7", "50"], (
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
    )
    same_legend(axes, "a", "b", "c")
    assert texts(axes) == [("(1, 1e-5)", 1, 1e-5)]
    frame(axes, xlabel="ε", ylabel="true δ", yscale="log", xlim=(0.5, 2))
    assert axes.get_ylim()[0] == 1e-16 and axes.get_ylim()[1] > 1
    assert "(1, 1e-5)" in plot.alt


def test_limit_is_shaded_up_to_one_on_plain_and_on_logarithmic_axes():
    fpr = np.array([1e-3, 0.02, 0.3, 1.0])
    limit = np.array([0.011, 0.07, 0.83, 1.0])
    curves = {
        "σ = 5": np.array([0.01, 0.05, 0.61, 1.0]),
        "σ = 52": np.array([2e-3, 0.03, 0.4, 1.0]),
    }
    plot = roc_and_limit(fpr, curves, limit=limit, meets=0.02)
    plain, log = plot.figure.axes
    for axes in (plain, log):
        marks = [line([0.02], [0.07], BLACK, "o")] if axes is log else []
        same_lines(
            axes,
            line(fpr, limit, ORANGE, "-", "the limit"),
            line(fpr, curves["σ = 5"], BLUE, "-", "σ = 5"),
            line(fpr, curves["σ = 52"], RED, "--", "σ = 52"),
            line(fpr, fpr, GREY, ":", "guessing"),
            *marks,
        )
        (shaded,) = axes.collections
        assert shaded.get_label() == "forbidden by (ε, δ)" and colour_of(shaded) == ORANGE
        corners = {tuple(corner) for corner in shaded.get_paths()[0].vertices}
        assert corners == {*zip(fpr, limit, strict=True), *((one, 1) for one in fpr)}
        frame(axes, xlabel="false-positive rate", ylabel="true-positive rate")
    same_legend(plain, "forbidden by (ε, δ)", "the limit", *curves, "guessing")
    assert texts(log) == [("meets the limit", 0.02, pytest.approx(0.07))] and texts(plain) == []
    frame(plain, xscale="linear", yscale="linear", xlim=(0, 1), ylim=(0, 1))
    frame(log, xscale="log", yscale="log", xlim=(1e-3, 1), ylim=(1e-3, 1))
    assert numbers(plot.alt) == ["5", "52", "2e-2"]
