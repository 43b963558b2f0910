"""Figures of lesson 17: one image and its margins, ROC curves before a wall, and bars of bounds."""

import numpy as np
import pytest

from lessons.plots.auditing import bounds, one_image, roc_curves
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY
from tests.plots.artists import (
    ALT,
    bars,
    colour_of,
    frame,
    level,
    line,
    same,
    same_legend,
    same_lines,
    ticks,
    upright,
)


def test_margins_with_and_without_the_image_are_counted_over_common_bins():
    image = np.arange(64.0)
    if_in, if_out = np.array([1.3, 2.2, 2.25, 4.9]), np.array([-2.1, 0.4, 0.41, 1.3, 2.9])
    plot = one_image(image, if_in, if_out, cut=1.07, alt=ALT)
    picture, margins = plot.figure.axes
    (shown,) = picture.images
    assert shown.get_array()[2, 5] == 21 and shown.get_cmap().name == "gray_r"
    groups = {one.label: one for one in bars(margins)}
    for values, label, look in (
        (if_out, "networks without it", (RED, "//")),
        (if_in, "networks with it", (BLUE, "")),
    ):
        drawn = groups[label]
        assert drawn[1:3] == look
        half = 7.0 / 18 / 2  # from -2.1 to 4.9 in 18 bins
        assert same(drawn.middles[[0, -1]], [-2.1 + half, 4.9 - half])
        counted = [(np.abs(values - middle) <= half + 1e-9).sum() for middle in drawn.middles]
        assert drawn.heights.tolist() == counted and sum(counted) == len(values)
    same_lines(margins, upright(1.07, BLACK, ":", "the attacker's threshold"))
    same_legend(margins, *groups, "the attacker's threshold")
    frame(margins, xlabel="margin φ of this image", ylabel="number of shadow networks")
    assert margins.get_ylim()[1] > 2 and plot.alt == ALT


FPR = np.array([0.0, 0.02, 0.3, 1.0])
CURVES = {
    name: (FPR, np.array([0.0, *middle, 1.0]))
    for name, middle in (("a", (0.1, 0.6)), ("b", (0.07, 0.52)), ("c", (0.05, 0.4)), ("d", (0.2, 0.9)))
}  # fmt: skip


@pytest.mark.parametrize("with_wall", [False, True])
def test_curves_and_coin_are_drawn_on_both_scales_and_the_wall_is_shaded_above(with_wall):
    wall = (np.array([0.01, 0.1, 1.0]), np.array([0.13, 0.77, 1.0]))
    extra = {"wall": wall, "wall_label": "ε = 2.3"} if with_wall else {}
    plot = roc_curves(CURVES, alt=ALT, **extra)
    looks = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))
    rates = np.logspace(-3, 0, 200)
    expected = [
        line(*data, *look, name) for (name, data), look in zip(CURVES.items(), looks, strict=True)
    ]
    expected.append(line(rates, rates, GREY, ":", "a coin"))
    if with_wall:
        expected.append(line(*wall, ORANGE, "-", "ε = 2.3"))
    for axes in plot.figure.axes:
        same_lines(axes, *expected)
        assert len(axes.collections) == with_wall
        for shaded in axes.collections:
            assert colour_of(shaded) == ORANGE
            corners = {tuple(corner) for corner in shaded.get_paths()[0].vertices}
            assert corners == {*zip(*wall, strict=True), *((x, 2) for x in wall[0])}
        frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    even, log = plot.figure.axes
    same_legend(even, *CURVES, "a coin", *(["ε = 2.3"] if with_wall else []))
    frame(even, xscale="linear", yscale="linear", xlim=(0, 1))
    frame(log, xscale="log", yscale="log", xlim=(1e-3, 1))
    assert even.get_ylim()[0] == 0 and all(1 < axes.get_ylim()[1] < 2 for axes in (even, log))


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_bars_of_one_step_stand_side_by_side_around_its_tick(kinds):
    every = {"simple": [0.31, 0.72], "exact": [0.93, 1.41], "family": [1.2, 2.61]}
    values = dict(list(every.items())[:kinds])
    plot = bounds(["first step", "last step"], values, claimed=2.1349, alt=ALT)
    (axes,) = plot.figure.axes
    looks = ((SKY, "//"), (ORANGE, ".."), (BLUE, ""))
    for drawn, (kind, heights), look in zip(bars(axes), values.items(), looks, strict=False):
        assert drawn[:3] == (kind, *look) and drawn.heights.tolist() == heights
    middles = np.array([drawn.middles for drawn in bars(axes)])  # (kinds, 2)
    assert same(middles.mean(axis=0), [0, 1]) and len(middles) == kinds
    assert np.allclose(np.diff(middles, axis=0), 0.8 / kinds), "side by side, in their order"
    assert ticks(axes.xaxis) == {0: "first step", 1: "last step"}
    same_lines(axes, level(2.1349, BLACK, "--", "claimed ε = 2.13"))
    same_legend(axes, *values, "claimed ε = 2.13")
    frame(axes, xlabel="audited step", ylabel="lower bound on ε")
    assert axes.get_ylim()[1] > 2.61 and axes.get_ylim()[0] == 0
