"""Figures of lesson 18: two rows of possible floats, two laws on the integers, bytes against noise."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.mathematics_meets_machine import bytes_and_noise, float_strip, two_laws
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
    upright,
)

PALE = "#CCCCCC"


def test_first_count_has_the_upper_row_and_marks_stand_where_a_float_is_possible():
    first = np.array([True, False, False, True, True])
    second = np.array([False, True, False, True, False])
    plot = float_strip(first, second, labels=("count 46", "count 47"), alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([0, 3, 4], [1, 1, 1], BLUE, "o"),
        line([1, 3], [0, 0], RED, "s"),
        line(range(5), [0] * 5, PALE, "."),
        line(range(5), [1] * 5, PALE, "."),
    )
    assert ticks(axes.yaxis) == {1: "count 46", 0: "count 47"}
    frame(axes, xlabel="floats in a row (one step = the last bit)", ylabel="possible for")
    assert axes.get_ylim()[0] < axes.get_ylim()[1], "row 1 is the upper one"
    assert inside(axes) and plot.alt == ALT


def test_two_laws_on_the_integers_and_ln_of_their_ratio():
    outputs = np.arange(41.0, 48.0)
    loss = np.array([0.52, 0.52, 0.31, -0.1, -0.52, -0.52, -0.52])
    second = np.array([0.02, 0.1, 0.2, 0.31, 0.2, 0.1, 0.05])
    first, labels = second * np.exp(loss), ("count 43", "count 44")
    plot = two_laws(outputs, first, second, epsilon=0.52, labels=labels, alt=ALT)
    laws, ratio = plot.figure.axes
    same_lines(
        laws, line(outputs, first, BLUE, "o", labels[0]), line(outputs, second, RED, "s", labels[1])
    )
    same_legend(laws, *labels)
    frame(laws, xlabel="released count", ylabel="probability")
    same_lines(
        ratio,
        line(outputs, loss, BLACK, "."),
        level(0.52, ORANGE, "--"),
        level(-0.52, ORANGE, "--"),
    )
    assert texts(ratio) == [("ε", 41, 0.52), ("−ε", 41, -0.52)]
    frame(ratio, xlabel="released count", ylabel="ln of the ratio")
    for axes in plot.figure.axes:
        assert set(ticks(axes.xaxis)) == {41, 44, 47} and inside(axes)


def test_bytes_of_each_draw_stand_over_its_noise():
    noise, used = np.array([-3.0, 0.0, 1.0, 7.0]), np.array([11.0, 4.0, 5.0, 19.0])
    plot = bytes_and_noise(noise, used, alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(axes, line(noise, used, BLUE, "o"), upright(0, GREY, ":"))
    frame(axes, xlabel="noise that was drawn", ylabel="random bytes used")
    assert inside(axes) and plot.alt == ALT
