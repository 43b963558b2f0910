"""Figures of lesson 17: an image and its margins, ROC curves, limits and beliefs, bars of bounds."""

import numpy as np
import pytest

from lessons.dp.auditing.beliefs import Belief
from lessons.plots.auditing import (
    bounds,
    coin_audit,
    one_image,
    one_point,
    roc_curves,
    whole_curve,
)
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY
from tests.plots.artists import (
    bars,
    colour_of,
    frame,
    level,
    line,
    numbers,
    same,
    same_legend,
    same_lines,
    ticks,
    upright,
)


def test_margins_with_and_without_the_image_are_counted_over_common_bins():
    image = np.arange(64.0)
    if_in, if_out = np.array([1.3, 2.2, 2.25, 4.9]), np.array([-2.1, 0.4, 0.41, 1.3, 2.9])
    targets = np.array([1.01, 3.3, 4.1]), np.array([-1.6, 0.2, 1.07, 2.5])
    plot = one_image(image, if_in, if_out, cut=1.07, targets=targets)
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
    depths = [np.unique(one.get_ydata()) for one in margins.lines[1:3]]
    assert [len(one) for one in depths] == [1, 1] and depths[1] < depths[0] < 0
    same_lines(
        margins,
        upright(1.07, BLACK, ":", "the attacker's threshold"),
        line(targets[1], np.full(4, depths[0]), RED, "x", "targets without it"),
        line(targets[0], np.full(3, depths[1]), BLUE, "o", "targets with it"),
        level(0, BLACK, "-"),
    )
    same_legend(
        margins, *groups, "the attacker's threshold", "targets without it", "targets with it"
    )
    frame(margins, xlabel="margin φ of this image", ylabel="number of practice networks")
    assert margins.get_ylim()[1] > 2 and margins.get_ylim()[0] < depths[1]
    assert min(margins.get_yticks()) == 0, "dots are no counts"
    assert numbers(plot.alt) == [*"884", "2.7", "5", "0.6", "1.1", *"3243"]


FPR = np.array([0.0, 0.02, 0.3, 1.0])
CURVES = {
    name: (FPR, np.array([0.0, *middle, 1.0]))
    for name, middle in (("a", (0.1, 0.6)), ("b", (0.07, 0.52)), ("c", (0.05, 0.4)), ("d", (0.2, 0.9)))
}  # fmt: skip


LOOKS = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))
ALONG = np.logspace(-3, 0, 200)


def test_curves_and_coin_are_drawn_on_both_scales_and_one_percent_is_marked():
    plot = roc_curves(CURVES)
    expected = [
        line(*data, *look, name) for (name, data), look in zip(CURVES.items(), LOOKS, strict=True)
    ]
    expected.append(line(ALONG, ALONG, GREY, ":", "a coin"))
    even, log = plot.figure.axes
    same_lines(even, *expected)
    same_lines(log, *expected, upright(0.01, BLACK, "--"))
    assert log.texts[0].get_text() == "1 % false alarms"
    for axes in plot.figure.axes:
        frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    same_legend(even, *CURVES, "a coin")
    frame(even, xscale="linear", yscale="linear", xlim=(0, 1))
    frame(log, xscale="log", yscale="log", xlim=(1e-3, 1))
    assert even.get_ylim()[0] == 0 and all(1 < axes.get_ylim()[1] < 2 for axes in (even, log))
    assert numbers(plot.alt)[-5:] == ["0.0%", "0.0%", "0.0%", "0.0%", "1.0%"]  # at FPR 0 only
    shifted = {"one": (np.array([0.0, 0.0099, 0.0101, 1]), np.array([0.1, 0.345, 0.7, 1]))}
    assert "one 34.5%" in roc_curves(shifted).alt


def shaded_above(axes, corner):
    """Whether what is shaded reaches ``corner`` and the top."""
    (area,) = axes.collections
    corners = area.get_paths()[0].vertices
    return (
        colour_of(area) == ORANGE
        and any(np.allclose(one, corner, atol=0.01) for one in corners)
        and corners[:, 1].max() == 2
    )


def test_limit_of_the_coin_has_its_corner_where_the_coin_is():
    plot = coin_audit((0.25, 0.75), epsilon=np.log(3))
    (axes,) = plot.figure.axes
    x = np.linspace(0, 1, 201)
    limit = np.where(x < 0.25, 3 * x, 1 - (1 - x) / 3)
    same_lines(
        axes,
        line(x, limit, ORANGE, "-", "limit of ε = 1.10"),
        line(x, x, GREY, ":", "guessing blindly"),
        line([0.25], [0.75], BLUE, "o", "(0.25, 0.75)"),
    )
    assert shaded_above(axes, (0.25, 0.75)) and axes.get_title() == "the coin and its limit"
    limit_at = {"first half of (17.ii)": 3 * 0.17, "second half of (17.ii)": 1 - 0.65 / 3}
    for words in axes.texts:
        x, y = words.get_position()
        if words.get_text() == "out of reach":
            assert y > 3 * x
        else:
            assert x < y < limit_at.pop(words.get_text()), (
                "between the coin's limit and blind guesses"
            )
    assert not limit_at
    assert numbers(plot.alt) == ["0.25", "0.75", "1.10"]


def test_three_steps_of_the_coin_show_truth_count_and_cautious_corner():
    plot = coin_audit(
        (0.25, 0.75), epsilon=np.log(3), counted=(0.2, 0.82), cautious=(0.3, 0.7), shown=0.8473
    )
    x = np.linspace(0, 1, 201)
    for axes, (fpr, tpr), ratio in zip(
        plot.figure.axes, ((0.25, 0.75), (0.2, 0.82), (0.3, 0.7)), (3, 3, 0.7 / 0.3), strict=True
    ):
        expected = [
            line(x, np.minimum(ratio * x, 1 - (1 - x) / ratio), ORANGE, "-",
                 f"limit of ε = {np.log(ratio):.2f}"),
            line(x, x, GREY, ":", "guessing blindly"),
            line([fpr], [tpr], BLUE, "o", f"({fpr:.2f}, {tpr:.2f})"),
        ]  # fmt: skip
        if axes is plot.figure.axes[2]:
            box = ([0.2, 0.3, 0.3, 0.2, 0.2], [0.82, 0.82, 0.7, 0.7, 0.82])
            expected.append(line(*box, BLUE))
        same_lines(axes, *expected, rel=1e-4)
        frame(axes, xlim=(0, 1), ylim=(0, 1), xlabel="false-positive rate (FPR)")
    assert numbers(plot.alt) == [
        "0.25",
        "0.75",
        "1.10",
        "0.20",
        "0.82",
        "1.10",
        "0.30",
        "0.70",
        "0.85",
    ]


def beliefs(epsilon, corner, touch, sigma, *, own_power):
    x = np.geomspace(1e-8, 1, 5)
    return Belief(epsilon, corner, touch, x, x**0.7, x**0.6, x**own_power, sigma)


def proof(belief):
    """What both pictures draw of the limit that is proved."""
    return (
        line(belief.fpr, belief.limit, RED, "--", f"limit of ε = {belief.epsilon:.2f}"),
        line([belief.touch[0]], [belief.touch[1]], BLACK, "o", "a limit touches the curve"),
    )


def test_one_point_draws_the_attack_the_claimed_limit_and_the_limit_through_the_square():
    belief = beliefs(1.234, (0.05, 0.2), (2e-7, 4e-5), 2.0, own_power=0.5)
    x = belief.fpr
    plot = one_point(belief, claimed=5.678)
    (axes,) = plot.figure.axes
    expected = [
        line(x, belief.own, ORANGE, "-", "limit of the claimed ε = 5.68"),
        line(x, belief.curve, BLUE, "-", "best attack on the claimed step"),
        *proof(belief),
        line([0.05], [0.2], RED, "s", "your cautious pair of rates"),
    ]
    same_lines(axes, *expected)
    same_legend(axes, *(one.label for one in expected))
    assert shaded_above(axes, (x[0], belief.own[0]))
    frame(axes, xscale="log", yscale="log", xlim=(1e-8, 1))
    frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    assert numbers(plot.alt) == ["5.68", "2e-07", "0.05", "0.20", "1.23"]


def test_whole_curve_is_picked_among_others_and_followed_to_the_limit_that_it_touches():
    belief = beliefs(3.456, (0.31, 0.6), (9e-7, 6e-5), 2.439, own_power=0.6)
    x = belief.fpr
    others = {"σ/C = 2, claimed": x**0.6, "σ/C = 4": x**0.9}
    plot = whole_curve(belief, others)
    seen, unseen = plot.figure.axes
    through = line(x, belief.curve, GREEN, "-", "σ/C = 2.44, through your square")
    square = line([0.31], [0.6], RED, "s", "your cautious pair")
    family = [
        line(x, curve, *look, name)
        for (name, curve), look in zip(others.items(), ((BLUE, "--"), (BLACK, ":")), strict=True)
    ]
    for axes, expected in ((seen, [*family, through]), (unseen, [through, *proof(belief)])):
        same_lines(axes, *expected, square)
        same_legend(axes, *(one.label for one in (*expected, square)))
        frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    frame(seen, xscale="linear", yscale="linear", xlim=(0, 1))
    frame(unseen, xscale="log", yscale="log", xlim=(1e-8, 1))
    assert numbers(plot.alt) == ["2", "4", "2.44", "0.31", "0.60", "3.46", "9e-07"]


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_bars_of_one_step_stand_side_by_side_around_its_tick(kinds):
    every = {"simple": [0.31, 0.72], "exact": [0.93, 1.41], "family": [1.2, 2.61]}
    values = dict(list(every.items())[:kinds])
    plot = bounds(["first step", "last step"], values, claimed=2.1301)
    (axes,) = plot.figure.axes
    looks = ((ORANGE, ".."), (BLUE, ""), (SKY, "//"))
    for drawn, (kind, heights), look in zip(bars(axes), values.items(), looks, strict=False):
        assert drawn[:3] == (kind, *look) and drawn.heights.tolist() == heights
    middles = np.array([drawn.middles for drawn in bars(axes)])  # (kinds, 2)
    assert same(middles.mean(axis=0), [0, 1]) and len(middles) == kinds
    assert np.allclose(np.diff(middles, axis=0), 0.8 / kinds), "side by side, in their order"
    assert ticks(axes.xaxis) == {0: "first step", 1: "last step"}
    same_lines(axes, level(2.1301, BLACK, "--", "claimed ε = 2.14"))
    same_legend(axes, *values, "claimed ε = 2.14")
    frame(axes, xlabel="audited step", ylabel="lower bound on ε")
    assert axes.get_ylim()[1] > 2.61 and axes.get_ylim()[0] == 0
    written = [one.get_text() for one in axes.texts]
    assert written == [f"{one:.1f}" for heights in values.values() for one in heights]
    first = ", ".join(f"{kind} {heights[0]:.1f}" for kind, heights in values.items())
    assert f"claimed ε of 2.14. first step: {first};" in plot.alt
