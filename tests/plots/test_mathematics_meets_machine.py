"""Figures of lesson 18: what a toy and NumPy can release, spacings, distributions, bytes and noise."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.mathematics_meets_machine import (
    bytes_and_noise,
    possible_outputs,
    two_distributions,
    two_spacings,
)
from tests.plots.artists import (
    frame,
    inside,
    level,
    line,
    numbers,
    read_line,
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


def test_spacings_are_those_of_neighbouring_floats_and_of_noises_with_neighbouring_k():
    scale, pair = 1.25, (0, 700)
    plot = two_spacings(pair, scale=scale)
    for axes, count in zip(plot.figure.axes, pair, strict=True):
        floats, *both = [read_line(axes, one) for one in axes.lines]
        assert (floats.label, floats.colour, floats.look) == ("floats", GREY, "-")
        assert floats.y[::97].tolist() == [math.ulp(y) for y in floats.x[::97]]
        above = np.zeros(len(floats.x), dtype=bool)
        for one, noises, colour, look in zip(
            (count, count + 1), both, (BLUE, RED), ("-", "--"), strict=True
        ):
            assert noises[:3] == (f"noises of count {one}", colour, look)
            assert np.array_equal(noises.x, floats.x)
            assert noises.y[::97] == pytest.approx(
                [step_of_noise(y - one, scale=scale) for y in noises.x[::97]], rel=1e-4
            )
            above |= noises.y > floats.y
        assert f"Counts {count} and {count + 1}: " in plot.alt
        assert f"at {above.mean():.0%} of the outputs" in plot.alt
        assert (floats.x[0], floats.x[-1]) == (count - 12, count + 13)
        same_legend(axes, "floats", f"noises of count {count}", f"noises of count {count + 1}")
        frame(axes, xlabel="output", yscale="log", title=f"counts {count} and {count + 1}")
        low, high = axes.get_ylim()
        assert low < min(one.y.min() for one in both) and max(one.y.max() for one in both) < high
    frame(plot.figure.axes[0], ylabel="distance to the next")
    assert plot.figure.axes[0].get_ylim() == plot.figure.axes[1].get_ylim()


def step_of_noise(z, *, scale):
    """Between the noises of two uniform numbers 2⁻⁵³ apart near z, from (18.ii): here in 60 digits."""
    with localcontext(prec=60):
        b, u = Decimal(scale), (Decimal(-abs(z)) / Decimal(scale)).exp() / 2
        return float(b * ((2 * (u + Decimal(2) ** -53)).ln() - (2 * u).ln()))


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
