"""Figures of lesson 18: what a toy and NumPy can release, two distributions, bytes against noise."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, ORANGE, RED
from lessons.plots.mathematics_meets_machine import (
    bytes_and_noise,
    possible_outputs,
    two_distributions,
)
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

PALE = "#CCCCCC"


def test_first_count_has_the_upper_row_and_marks_stand_where_a_number_is_possible():
    first = np.array([True, False, False, True, True])
    second = np.array([False, True, False, True, False])
    plot = possible_outputs([-1.5, 0.0, 0.25], first, second)
    toy, real = plot.figure.axes
    same_lines(
        toy, line([-1.5, 0, 0.25], [1] * 3, BLUE, "o"), line([-0.5, 1, 1.25], [0] * 3, RED, "s")
    )
    same_lines(
        real,
        line([0, 3, 4], [1, 1, 1], BLUE, "o"),
        line([1, 3], [0, 0], RED, "s"),
        line(range(5), [0] * 5, PALE, "."),
        line(range(5), [1] * 5, PALE, "."),
    )
    frame(toy, xlabel="released number", ylabel="possible for")
    frame(real, xlabel="floats in a row, none between them", ylabel="possible for")
    for axes in plot.figure.axes:
        assert ticks(axes.yaxis) == {1: "count 0", 0: "count 1"}
        assert axes.get_ylim()[0] < axes.get_ylim()[1], "row 1 is the upper one"
        assert inside(axes)
    assert numbers(toy.get_title()) == ["3"] and numbers(real.get_title()) == ["5", "0.3"]
    assert numbers(plot.alt) == ["3", "3", "0", "1", "5", "0.3", "3", "0", "2", "1", "1"]


def test_two_distributions_on_the_integers_and_ln_of_their_ratio():
    outputs = np.arange(41.0, 48.0)
    loss = np.array([0.52, 0.52, 0.31, -0.1, -0.52, -0.52, -0.52])
    second = np.array([0.02, 0.1, 0.2, 0.31, 0.2, 0.1, 0.05])
    first = second * np.exp(loss)
    plot = two_distributions(outputs, first, second, epsilon=0.52)
    left, ratio = plot.figure.axes
    same_lines(
        left, line(outputs, first, BLUE, "o", "count 0"), line(outputs, second, RED, "s", "count 1")
    )
    same_legend(left, "count 0", "count 1")
    frame(left, xlabel="released count", ylabel="probability")
    same_lines(
        ratio,
        line(outputs, loss, BLACK, "."),
        level(0.52, ORANGE, "--"),
        level(-0.52, ORANGE, "--"),
    )
    assert texts(ratio) == [("ε = 0.52", 41, 0.52), ("−ε = −0.52", 41, -0.52)]
    frame(ratio, xlabel="released count", ylabel="ln of the ratio, count 0 : count 1")
    for axes in plot.figure.axes:
        assert set(ticks(axes.xaxis)) == {41, 44, 47} and inside(axes)
    assert "is 0.52 up to 0 and −0.52 from 1 on" in plot.alt


def test_bytes_of_each_draw_stand_over_its_noise_and_over_the_line_of_the_fastest():
    noise, used = np.array([-3.0, 0.0, 1.0, 7.0]), np.array([6.0, 4.0, 4.0, 19.0])
    plot = bytes_and_noise(noise, used)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(noise, used, BLUE, "o"),
        line([-7, 0, 7], [10, 3, 10], ORANGE, label="|noise| + 3"),
    )
    same_legend(axes, "|noise| + 3")
    frame(axes, xlabel="noise that was drawn", ylabel="random bytes used")
    assert inside(axes) and "50% of the points lie on" in plot.alt  # two of the four
