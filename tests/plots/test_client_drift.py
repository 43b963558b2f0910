"""The figures of lesson 22 show what they say."""

import numpy as np

from lessons.plots.client_drift import LOOKS, method_curves, splits, two_walks
from lessons.plots.figure import BLACK, BLUE, GREEN, ORANGE
from tests.plots.artists import (
    colour_of,
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    upright,
)


def test_walks_stand_beside_the_losses_that_cause_them():
    walks = np.array([[0.75, 0.75], [0.6, 0.9], [0.5, 0.95]])
    plot = two_walks(walks, optimum=0.75, curvatures=(2, 6))
    left, right = plot.figure.axes
    x = np.linspace(-0.15, 1.75, 191)
    losses = x**2, 3 * (x - 1) ** 2
    same_lines(
        left,
        line(x, losses[0], BLUE, "--", "client 1"),
        line(x, losses[1], ORANGE, ":", "client 2"),
        line(x, (losses[0] + losses[1]) / 2, BLACK, "-", "mean of both"),
        upright(0.75, GREEN),
    )
    same_lines(
        right,
        line([0, 1, 2], walks[:, 0], BLUE, "o--", "client 1"),
        line([0, 1, 2], walks[:, 1], ORANGE, "o:", "client 2"),
        line([0, 1, 2], [0.75, 0.75, 0.725], BLACK, "x-", "their average"),
        level(0.75, GREEN),
    )
    same_legend(left, "client 1", "client 2", "mean of both")
    same_legend(right, "client 1", "client 2", "their average")
    frame(left, xlabel="parameter w", ylabel="loss")
    frame(right, xlabel="local steps", ylabel="parameter w")
    assert inside(right) and [words for words, _, _ in texts(left)] == ["optimum"]
    said = numbers(plot.alt)
    assert said == ["0.7500", "2", "1", "0.5000", "2", "0.9500", "0.7250"]


def test_dots_of_a_split_have_the_area_of_the_count():
    held = [np.array([0, 0, 0, 7]), np.array([7, 9])]
    plot = splits({"α = 1": held, "α = 9": held[::-1]}, skews=[0.25, 0.5])
    for axes, clients in zip(plot.figure.axes, (held, held[::-1]), strict=True):
        (dots,) = axes.collections
        found = zip(dots.get_offsets().tolist(), dots.get_sizes(), strict=True)
        counts = {(x, y): size for (x, y), size in found}
        assert counts == {
            (digit, k): (own == digit).sum()
            for k, own in enumerate(clients, start=1)
            for digit in set(own.tolist())
        }
        assert colour_of(dots) == BLUE
        assert axes.get_xlim()[0] < 0 and axes.get_xlim()[1] > 9
    frame(plot.figure.axes[0], title="α = 1, skew 0.25", xlabel="digit", ylabel="client")
    frame(plot.figure.axes[1], title="α = 9, skew 0.50", xlabel="digit")
    assert "α = 1: skew 0.25, clients of 2 to 4 images" in plot.alt


def test_each_method_is_the_mean_of_its_deals():
    curves = {
        "FedAvg": [[0.1, 0.7, 0.8, 0.8, 0.8, 0.8], [0.1, 0.9, 0.9, 0.9, 0.9, 0.9]],
        "SCAFFOLD, η = 0.1": [[0.1, 0.8, 0.9, 0.9, 0.9, 0.9], [0.1, 0.9, 1.0, 1.0, 1.0, 1.0]],
    }
    plot = method_curves(curves, target=0.85, zoom=0.6)
    (axes,) = plot.figure.axes
    looks = {name: (colour, marker + style) for name, (colour, marker, style) in LOOKS.items()}
    same_lines(
        axes,
        level(0.85, BLACK, label="target 0.85"),
        line(range(6), [0.1, 0.8, *[0.85] * 4], *looks["FedAvg"], "FedAvg"),
        line(range(6), [0.1, 0.85, *[0.95] * 4], *looks["SCAFFOLD"], "SCAFFOLD, η = 0.1"),
    )
    same_legend(axes, "target 0.85", "FedAvg", "SCAFFOLD, η = 0.1")
    frame(axes, xlabel="rounds", ylabel="test accuracy (axis cut)", ylim=(0.6, 1.0))
    assert numbers(plot.alt) == ["5", "2", "0.85", "0.84", "0.1", "0.93"]
    assert len({colour for colour, _, _ in LOOKS.values()}) == len(LOOKS) == 5


def test_second_setting_of_a_method_is_dashed_and_hollow():
    curves = {"SCAFFOLD, E = 1": [[0.1, 0.5]], "SCAFFOLD, E = 20": [[0.1, 0.4]]}
    (axes,) = method_curves(curves, target=0.9, zoom=0.0).figure.axes
    colour, marker, style = LOOKS["SCAFFOLD"]
    same_lines(
        axes,
        level(0.9, BLACK, label="target 0.9"),
        line([0, 1], [0.1, 0.5], colour, marker + style, "SCAFFOLD, E = 1"),
        line([0, 1], [0.1, 0.4], colour, marker + "--", "SCAFFOLD, E = 20"),
    )
    faces = [one.get_markerfacecolor() for one in axes.lines[1:]]
    assert faces[1] == "white" != faces[0]


def test_axis_that_starts_at_zero_is_not_called_cut():
    (axes,) = method_curves({"FedAdam": [[0.0, 0.5]]}, target=0.9, zoom=0.0).figure.axes
    frame(axes, xlabel="rounds", ylabel="test accuracy", ylim=(0.0, 1.0))
