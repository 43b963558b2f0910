"""Figures of lesson 01: one cloud becomes two bands, and the share of bits for each defence."""

import numpy as np

from lessons.plots.breaking_anonymity import recovered, two_bands
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from tests.plots.artists import (
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
)


def test_each_estimate_stands_at_its_patient_in_the_colour_of_the_true_bit():
    few, many = np.array([0.43, 0.02, -0.31, 3.27, 0.64]), np.array([0.93, 0.12, -0.1, 1.2, 0.3])
    plot = two_bands({170: few, 930: many}, np.array([1, 0, 0, 1, 0]))
    for axes, values, wrong in zip(plot.figure.axes, (few, many), ([0, 4], []), strict=True):
        same_lines(
            axes,
            line([0, 3], values[[0, 3]], ORANGE, "o", "ill"),
            line([1, 2, 4], values[[1, 2, 4]], BLUE, "s", "not ill"),
            line(wrong, values[wrong], BLACK, "o", "wrong guess"),
            level(0.5, BLACK, "--", "1/2"),
        )
        assert inside(axes)
    left, right = plot.figure.axes
    first, last = (
        f"170 questions: 3 of 5 right\nestimates stray by {np.std([-0.57, 0.02, -0.31, 2.27, 0.64]):.1f}",
        f"930 questions: 5 of 5 right\nestimates stray by {np.std([-0.07, 0.12, -0.1, 0.2, 0.3]):.1f}",
    )
    frame(left, xlabel="patient", ylabel="estimate of the bit", title=first)
    frame(right, xlabel="patient", title=last, ylim=left.get_ylim())
    same_legend(right, "ill", "not ill", "wrong guess", "1/2")


def test_words_of_the_bands_hold_how_far_the_estimates_stray_and_how_many_are_right():
    errors = np.array([0.5, -0.5, 0.2, -0.2])  # their standard deviation is the root of 0.145
    bits = np.array([1, 1, 0, 0])
    plot = two_bands({60: bits + errors, 999: bits - 0.01 * errors}, bits)
    assert numbers(plot.alt) == ["1", "2", "60", "0.38", "3", "4", "999", "0.00", "4", "4"]


def test_each_defence_has_its_curve_in_per_cent_beside_two_guesses_without_data():
    n, bits = np.array([130, 470, 1730]), np.repeat([0, 1], [72, 45])
    fractions = {
        "exact": np.array([0.871, 0.993, 1.0]),
        "rounded": np.array([0.62, 0.77, 0.913]),
        "noise": np.array([0.51, 0.487, 0.523]),
    }
    plot = recovered(n, fractions, bits=bits)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(n, [87.1, 99.3, 100], RED, "o-", "exact"),
        line(n, [62, 77, 91.3], BLUE, "s--", "rounded"),
        line(n, [51, 48.7, 52.3], GREEN, "^:", "noise"),
        level(50, GREY),
        level(7200 / 117, GREY),
    )
    same_legend(axes, "exact", "rounded", "noise")
    assert [(words, round(y, 3)) for words, _, y in texts(axes)] == [
        ("a coin", 50),
        ("'nobody is ill'", 61.538),
    ]
    assert ticks(axes.xaxis) == {130: "130", 470: "470", 1730: "1730"}
    frame(axes, xlabel="number of questions about 117 patients", ylabel="bits recovered (%)")
    frame(axes, xscale="log", yscale="linear")
    assert inside(axes)
    assert numbers(plot.alt) == ["130", "1730", "87%", "100%", "62%", "91%", "51%", "52%"]
