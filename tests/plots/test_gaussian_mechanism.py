"""Figures of lesson 13: two worlds, losses of two mechanisms, true δ, and the wall on two scales."""

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.plots.gaussian_mechanism import delta_curves, losses, roc_and_wall, two_worlds
from tests.plots.artists import (
    ALT,
    bars,
    colour_of,
    frame,
    level,
    line,
    outlines,
    same,
    same_legend,
    same_lines,
    texts,
    upright,
)


@pytest.mark.parametrize("swap", [False, True])
def test_both_worlds_are_counted_over_common_bins_from_the_least_to_the_largest(swap):
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=300), rng.normal(1.7, size=200)
    if swap:
        first, second = second, first
    labels = ("with", "without")
    plot = two_worlds(first, second, cut=0.83, labels=labels, unit="noisy sum", alt=ALT)
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
    assert [one[:2] for one in bars(axes)] == [("without", RED), ("with", BLUE)]
    assert [one[1:3] for one in outlines(axes)] == [(RED, "--"), (BLUE, "-")]
    same_lines(axes, upright(0.83, BLACK))
    same_legend(axes, "without", "with")
    frame(axes, xlabel="noisy sum", ylabel="runs")


def test_measured_losses_are_bars_and_exact_ones_steps_over_the_same_bins():
    edges = np.array([-0.5, 0.2, 0.9, 1.6])
    panels = {
        "Laplace": (np.array([0.2, 0.33, 0.47]), np.array([0.21, 0.3, 0.49])),
        "Gauss": (np.array([0.11, 0.54, 0.35]), np.array([0.12, 0.53, 0.345])),
    }
    plot = losses(edges, panels, epsilon=0.77, alt=ALT)
    for axes, (title, (measured, exact)) in zip(plot.figure.axes, panels.items(), strict=True):
        (drawn,) = bars(axes)
        assert (drawn.label, drawn.colour) == ("drawn", BLUE)
        assert same(drawn.middles, [-0.15, 0.55, 1.25]) and same(drawn.heights, measured)
        (steps,) = (one for one in axes.patches if one.get_label() == "exact law")
        assert same(steps.get_data().values, exact) and same(steps.get_data().edges, edges)
        assert colour_of(steps) == BLACK
        same_lines(axes, upright(0.77, ORANGE, "--", "ε"))
        frame(axes, title=title, xlabel="privacy loss L", yscale="log")
    frame(plot.figure.axes[0], ylabel="share of the outputs")
    same_legend(plot.figure.axes[0], "exact law", "ε", "drawn")
    assert plot.alt == ALT


def test_true_delta_is_shown_down_to_the_floor_beside_the_claim():
    x = np.array([0.3, 1.1, 1.9, 2.7])
    curves = {
        "a": np.array([0.3, 1e-2, 1e-6, 2e-8]),
        "b": np.array([0.5, 0.2, 3e-4, 1e-6]),
        "c": np.array([1e-7, 1e-3, 0.1, 0.9]),
        "d": np.array([0.9, 0.8, 0.7, 0.6]),
    }
    plot = delta_curves(x, curves, xlabel="ε of the claim", claimed=3e-5, floor=1e-6, alt=ALT)
    (axes,) = plot.figure.axes
    nothing = np.nan  # below the floor; the floor itself is shown
    same_lines(
        axes,
        line(x, [0.3, 1e-2, 1e-6, nothing], BLUE, "-", "a"),
        line(x, curves["b"], RED, "--", "b"),
        line(x, [nothing, 1e-3, 0.1, 0.9], GREEN, "-.", "c"),
        line(x, curves["d"], BLACK, ":", "d"),
        level(3e-5, GREY, "--"),
    )
    same_legend(axes, "a", "b", "c", "d")
    assert texts(axes) == [("claimed δ", 2.7, 3e-5)]
    frame(axes, xlabel="ε of the claim", ylabel="true δ", yscale="log", xlim=(0.3, 2.7))
    assert axes.get_ylim()[0] == 1e-6 and axes.get_ylim()[1] > 1 and plot.alt == ALT


def test_wall_is_shaded_up_to_one_on_plain_and_on_logarithmic_axes():
    fpr = np.array([1e-3, 0.02, 0.3, 1.0])
    wall = np.array([0.011, 0.07, 0.83, 1.0])
    curves = {"attack": np.array([0.01, 0.05, 0.61, 1.0]), "weak": np.array([2e-3, 0.03, 0.4, 1.0])}
    plot = roc_and_wall(fpr, curves, wall=wall, alt=ALT)
    for axes in plot.figure.axes:
        same_lines(
            axes,
            line(fpr, wall, ORANGE),
            line(fpr, curves["attack"], BLUE, "-", "attack"),
            line(fpr, curves["weak"], RED, "--", "weak"),
            line(fpr, fpr, GREY, ":", "guessing"),
        )
        (shaded,) = axes.collections
        assert shaded.get_label() == "forbidden by (ε, δ)" and colour_of(shaded) == ORANGE
        corners = {tuple(corner) for corner in shaded.get_paths()[0].vertices}
        assert corners == {*zip(fpr, wall, strict=True), *((one, 1) for one in fpr)}
        frame(axes, xlabel="false-positive rate", ylabel="true-positive rate")
    plain, log = plot.figure.axes
    same_legend(plain, "forbidden by (ε, δ)", "attack", "weak", "guessing")
    frame(plain, xscale="linear", yscale="linear", xlim=(0, 1), ylim=(0, 1))
    frame(log, xscale="log", yscale="log", xlim=(1e-3, 1), ylim=(1e-3, 1))
