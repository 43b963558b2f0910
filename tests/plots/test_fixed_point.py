"""The figures of lesson 34: the clock cut open, and what is opened over all masks."""

import numpy as np
import pytest

from lessons.plots import fixed_point as plots
from lessons.plots.figure import BLUE, ORANGE, RED
from tests.plots.artists import bars, colour_of, frame, numbers, same, same_legend, texts


def shown_points(axes, colour):
    (points,) = [one for one in axes.lines if one.get_marker() == "o" and colour_of(one) == colour]
    return points.get_xdata()


def test_points_are_divided_and_the_broken_panel_is_red():
    plot = plots.seam(416, [673, 200], modulus=1000, divisor=10)
    for axes, (first, second, small, result, broken) in zip(
        plot.figure.axes,
        ((673, 257, (67, 25), 42, False), (200, 784, (20, 78), -58, True)),
        strict=True,
    ):
        below = [500 + (10 * one - 500) * 0.42 for one in small]
        assert same(shown_points(axes, BLUE), [first, below[0]])
        assert same(shown_points(axes, ORANGE), [second, below[1]])
        words = [one for one, _, _ in texts(axes)]
        assert {
            f"{first - second}",
            f"{result}",
            f"party 1\n{first}",
            f"−party 2\n{second}",
        } <= set(words)
        assert any(colour_of(one) == RED for one in axes.lines) == broken
        assert ("lies between" in axes.get_title()) == broken
    assert numbers(plot.alt)[:5] == ["1000", "416", "1", "673", "2"]
    assert "difference -58" in plot.alt and "difference 42" in plot.alt


def test_sum_that_wraps_is_red_and_the_halves_alternate():
    plot = plots.masked_sums(387, [50, 321, 550, 873], modulus=1000)
    (axes,) = plot.figure.axes
    dots = [one for one in axes.lines if one.get_marker() == "o"]
    assert [(one.get_xdata()[0], colour_of(one) == RED) for one in dots] == [
        (50, False),
        (321, False),
        (550, False),
        (873, True),
    ]
    arrows = [one for one in axes.texts if getattr(one, "arrow_patch", None)]
    assert [(one.xyann[0], one.xy[0]) for one in arrows] == [
        (50, 437),
        (321, 708),
        (550, 937),
        (873, 1260),
    ]
    words = [one for one, _, _ in texts(axes)]
    assert {"r = 873", "c = 260", "c = 937"} <= set(words)
    halves = {
        one.get_text(): one.get_position()[0] for one in axes.texts if "half" in one.get_text()
    }
    assert halves == {"lower half": 250, "upper half": 750, "lower half again": 1250}
    frame(axes, xlabel="on the clock")
    assert plot.alt.count("wrapped") == 1 and "from r = 873 to 1260, c = 260, wrapped" in plot.alt


@pytest.mark.parametrize(("mask", "c", "wrapped"), [(612, 999, False), (613, 0, True)])
def test_an_arrow_that_ends_on_the_modulus_has_wrapped(mask, c, wrapped):
    plot = plots.masked_sums(387, [mask], modulus=1000)
    (dot,) = [one for one in plot.figure.axes[0].lines if one.get_marker() == "o"]
    assert (colour_of(dot) == RED) == wrapped
    assert f"c = {c}{', wrapped' * wrapped}. Only" in plot.alt


def test_each_secret_has_its_bars_up_or_down():
    small = {3: np.array([0, 1, 1, 0]), 1: np.array([0, 0, 1, 1])}
    full = {3: np.ones(4, int), 1: np.ones(4, int)}
    plot = plots.opened_values({"small mask": small, "uniform mask": full})
    for axes, secrets in zip(plot.figure.axes, (small, full), strict=True):
        up, down = bars(axes)
        assert (up.colour, up.hatch, down.colour, down.hatch) == (BLUE, "", ORANGE, "////")
        assert same(up.heights, secrets[3]) and same(down.heights, -secrets[1])
        assert same(up.middles, range(4))
        same_legend(axes, "secret 3", "secret 1")
        frame(axes, xlabel="opened value c")
    frame(plot.figure.axes[0], ylabel="how often, over all masks", title="small mask")
    assert "small mask, secret 3: 2 values, 1 to 2" in plot.alt
    assert "uniform mask, secret 1: 4 values, 0 to 3" in plot.alt
