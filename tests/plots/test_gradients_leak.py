"""The figures of lesson 23 show what they say."""

import numpy as np
import pytest

from lessons.plots import gradients_leak as plots
from lessons.plots.figure import BLUE, GREEN, RED
from tests.plots.artists import ALT, hex_of


def shown_texts(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def test_grid_shows_each_picture_where_it_belongs_on_one_scale():
    rng = np.random.default_rng(0)
    top, below = rng.random((3, 64)), 0.2 * rng.random((2, 64))
    plot = plots.digit_grid({"secret": top, "search": below}, under={"search": ["a", "b"]}, alt=ALT)
    axes = plot.figure.axes
    assert len(axes) == 6
    for place, pixels in zip((0, 1, 2, 3, 4), [*top, *below], strict=True):
        image = axes[place].images[0]
        assert np.array_equal(image.get_array().ravel(), pixels)
        assert image.get_clim() == (0, 1) and image.get_cmap().name == "gray_r"
        (edge,) = axes[place].patches
        assert edge.get_bbox().bounds == (-0.5, -0.5, 8, 8) and not edge.get_fill()
    assert not axes[5].images and not axes[5].patches and not any(one.axison for one in axes)
    words = [shown_texts(one) for one in axes]
    assert words == [["secret"], [], [], ["a", "search"], ["b"], []]


def test_bars_have_the_height_of_the_gradient_and_negative_ones_are_marked():
    gradient = np.array([0.2, -0.7, 0.5])
    plot = plots.bias_bars({"one image": gradient, "eight": -gradient})
    first, second = plot.figure.axes
    assert [bar.get_height() for bar in first.patches] == pytest.approx(gradient)
    assert [hex_of(bar.get_facecolor()) for bar in first.patches] == [BLUE, RED, BLUE]
    assert shown_texts(first) == ["-0.70"] and shown_texts(second) == ["-0.20", "-0.50"]
    assert "one image: negative at 1; eight: negative at 0, 2" in plot.alt
    assert first.get_title() == "one image" and first.get_ylabel() and second.get_xlabel()


def test_dots_stand_at_the_errors_and_say_how_many_are_found():
    errors = {"nothing": [1e-12, 1e-7], "noise": [0.3, 0.01, 0.2]}
    found = {"nothing": [True, True], "noise": [False, True, False]}
    plot = plots.what_stops_it(errors, found, control=0.02)
    (axes,) = plot.figure.axes
    marked = [line for line in axes.lines if line.get_marker() in "ox" and len(line.get_xdata())]
    dots = {(line.get_marker(), line.get_ydata()[0]): line for line in marked}
    assert dots["o", 0].get_xdata().tolist() == [1e-9, 1e-7]  # the smallest are drawn at 1e-9
    assert dots["x", 1].get_xdata().tolist() == [0.3, 0.2]
    assert dots["o", 1].get_xdata().tolist() == [0.01] and ("x", 0) not in dots
    upright = [line for line in axes.lines if hex_of(line.get_color()) == GREEN]
    assert upright[0].get_xdata() == [0.02, 0.02]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(errors)
    assert {"2 of 2", "1 of 3", "nearest other image", "found"} <= set(shown_texts(axes))
    assert "nothing: 2 of 2; noise: 1 of 3" in plot.alt and "0.020 away" in plot.alt
    low, high = axes.get_xlim()
    assert low < 1e-9 and high == 1 and axes.get_xscale() == "log"
