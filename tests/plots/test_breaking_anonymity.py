"""Figures of lesson 01: the estimate of every bit, and the share of bits for each defence."""

import numpy as np

from lessons.plots.breaking_anonymity import estimates, recovered
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from tests.plots.artists import (
    ALT,
    frame,
    inside,
    level,
    line,
    same_legend,
    same_lines,
    texts,
    ticks,
)


def test_each_estimate_stands_at_its_patient_in_the_colour_of_the_true_bit():
    values = np.array([0.93, 0.02, -0.31, 1.27, 0.64])
    plot = estimates(values, np.array([1, 0, 0, 1, 0]), alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 4], [0.93, 1.27], ORANGE, "o", "ill"),
        line([2, 3, 5], [0.02, -0.31, 0.64], BLUE, "s", "not ill"),
        level(0.5, BLACK, "--"),
    )
    same_legend(axes, "ill", "not ill")
    assert texts(axes) == [("threshold 1/2", 5, 0.5)]
    frame(axes, xlabel="patient, in the order of the table", ylabel="estimate of the bit")
    assert inside(axes) and plot.alt == ALT


def test_each_defence_has_its_curve_in_per_cent_beside_a_coin():
    n = np.array([130, 470, 1730])
    fractions = {
        "exact": np.array([0.871, 0.993, 1.0]),
        "rounded": np.array([0.62, 0.77, 0.913]),
        "noise": np.array([0.51, 0.487, 0.523]),
    }
    plot = recovered(n, fractions, n_people=117, alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(n, [87.1, 99.3, 100], RED, "o-", "exact"),
        line(n, [62, 77, 91.3], BLUE, "s--", "rounded"),
        line(n, [51, 48.7, 52.3], GREEN, "^:", "noise"),
        level(50, GREY),
    )
    same_legend(axes, "exact", "rounded", "noise")
    assert texts(axes) == [("a coin", 130, 50)]
    assert ticks(axes.xaxis) == {130: "130", 470: "470", 1730: "1730"}
    frame(axes, xlabel="number of questions about 117 patients", ylabel="bits recovered (%)")
    frame(axes, xscale="log", yscale="linear")
    assert inside(axes) and plot.alt == ALT
