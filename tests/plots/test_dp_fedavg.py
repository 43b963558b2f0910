"""Figures of lesson 25: shares, two bells, training by crowd, clip norms, ROC under a limit."""

from math import exp

import numpy as np
import pytest

from lessons.plots import dp_fedavg as plots
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE
from tests.plots.artists import (
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    upright,
)


def test_shares_stand_at_their_client_in_the_look_of_its_group():
    values, members = np.array([0.5, 0.0, 0.5, 0.01, 0.0]), np.array([1, 1, 1, 0, 0]) == 1
    plot = plots.shares(values, members)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 2, 3], values[:3], BLUE, "o", "member"),
        line([4, 5], values[3:], ORANGE, "x", "outsider"),
        level(0.5, GREY, ":", "1/2"),
    )
    same_legend(axes, "member", "outsider", "1/2")
    frame(axes, xlabel="person", ylabel="share of its update\nin the average")
    assert inside(axes) and numbers(plot.alt) == ["5", "0.5000", "2", "0.0033"]


def test_bells_stand_apart_and_the_title_says_how_often_a_guess_is_right():
    plot = plots.two_bells({"one image": 1.0, "fourteen": 14.0}, sigma=5.0)
    for axes, distance, right in zip(plot.figure.axes, (1.0, 14.0), ("54%", "92%"), strict=True):
        x = np.linspace(-17.5, 31.5, 241)
        bells = [
            np.exp(-(((x - m) / 5) ** 2) / 2) / (5 * np.sqrt(2 * np.pi)) for m in (0, distance)
        ]
        same_lines(
            axes,
            line(x, bells[0], BLUE, "-", "without"),
            line(x, bells[1], ORANGE, "--", "with"),
            upright(distance / 2, GREY, ":"),
        )
        assert axes.get_title().endswith(f"{right} of the guesses right")
        frame(axes, xlabel="sum + noise, in units of C")
    frame(plot.figure.axes[0], ylabel="density")
    same_legend(plot.figure.axes[0], "without", "with")
    assert numbers(plot.alt) == ["5", "1", "54%", "14", "92%"]


def test_each_crowd_has_its_panel_and_each_way_its_curve():
    panels = {
        "few": {"plain": [[0.1, 0.9]], "private": [[0.1, 0.4], [0.1, 0.6]]},
        "many": {"plain": [[0.2, 0.81]]},
    }
    plot = plots.training_curves(panels)
    for axes, (title, curves) in zip(plot.figure.axes, panels.items(), strict=True):
        looks = ((BLUE, "-"), (ORANGE, "--"))
        same_lines(
            axes,
            *(
                line([0, 1], y, *look, None if k else n)
                for (n, runs), look in zip(curves.items(), looks, strict=False)
                for k, y in enumerate(runs)
            ),
        )
        same_legend(axes, *curves)
        frame(axes, title=title, xlabel="rounds")
        assert inside(axes)
    frame(plot.figure.axes[0], ylabel="test accuracy")
    assert numbers(plot.alt) == ["0.90", "0.40", "0.60", "0.81"]


def test_clip_norms_by_round_with_the_best_fixed_one():
    runs = {"from below": [0.1, 0.5, 1.25], "from above": [10.0, 4.0, 1.75]}
    plot = plots.clip_norms(runs, best=1.2)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line([1, 2, 3], runs["from below"], BLUE, "-", "from below"),
        line([1, 2, 3], runs["from above"], ORANGE, "--", "from above"),
        level(1.2, BLACK, ":", "best fixed C of three"),
    )
    same_legend(axes, *runs, "best fixed C of three")
    frame(axes, xlabel="round", ylabel="clip norm C", yscale="log")
    assert inside(axes) and numbers(plot.alt) == ["0.1", "1.25", "10", "1.75", "1.2"]


@pytest.mark.parametrize("delta", [0.0, 0.05])
def test_roc_curves_stand_under_the_limit(delta):
    curve = np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.75, 1.0])
    plot = plots.roc_and_limit({"before": curve}, epsilon=1.0, delta=delta)
    (axes,) = plot.figure.axes
    x = np.linspace(0, 1, 401)
    rising, falling = np.e * x + delta, 1 - (1 - x - delta) / np.e
    same_lines(
        axes,
        line(*curve, BLUE, "-", "before"),
        line(x, np.minimum.reduce([rising, falling, 1 + 0 * x]), BLACK, "--", "limit, ε = 1.00"),
        line(x, x, GREY, ":", "a coin"),
    )
    same_legend(axes, "before", "limit, ε = 1.00", "a coin")
    frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    area = exp(1) / (1 + exp(1))
    assert inside(axes) and numbers(plot.alt) == ["1.00", "0.62", "0.50", f"{area:.2f}"]
    if delta == 0:  # the area under the limit itself
        (shown,) = (one for one in axes.lines if one.get_label().startswith("limit"))
        assert np.trapezoid(shown.get_ydata(), x) == pytest.approx(area, abs=1e-4)
    assert GREEN not in [one.get_color() for one in axes.lines]
