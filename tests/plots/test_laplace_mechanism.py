"""Figures of lesson 12: blocks, then hills with the line of their loss; the attack's area, and its limit."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.laplace_mechanism import (
    advantage_and_limit,
    area_of_advantage,
    two_blocks,
    two_choices,
    two_densities,
)
from tests.plots.artists import (
    bars,
    frame,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
)

LABELS = ("31: he is sick", "30: he is well")


def test_two_blocks_leave_one_edge_to_each_count():
    plot = two_blocks(counts=(31, 30), labels=LABELS, reach=3)
    (axes,) = plot.figure.axes
    sick, well = bars(axes)
    assert np.allclose(sick.middles, np.arange(28, 35) + 0.2) and sick.colour == BLUE
    assert np.allclose(well.middles, np.arange(27, 34) - 0.2) and well.colour == RED
    assert np.allclose([*sick.heights, *well.heights], 1 / 7) and well.hatch and not sick.hatch
    edges = [(words, round(x, 6)) for words, x, _ in texts(axes)]
    assert edges == [("only if\nhe is well", 26.8), ("only if\nhe is sick", 34.2)]
    same_legend(axes, *LABELS)
    frame(axes, xlabel="released count", ylabel="probability")
    assert numbers(plot.alt)[1:] == ["28", "34", "27", "33", "34", "27"]
    assert "34 is released only if he is sick, and 27 only if he is well" in plot.alt


def test_two_densities_and_the_logarithm_of_their_ratio_between_the_bounds():
    x = np.array([3.1, 4.7, 5.2, 6.9])
    loss = np.array([0.61, 0.37, -0.2, -0.61])
    second = np.array([0.11, 0.42, 0.3, 0.07])
    first = second * np.exp(loss)
    plot = two_densities(
        x, first, second, epsilon=0.61, labels=LABELS, unit="released mean", marked=(4.7, 4.95)
    )
    densities, ratio = plot.figure.axes
    same_lines(
        densities, line(x, first, BLUE, "-", LABELS[0]), line(x, second, RED, "--", LABELS[1])
    )
    same_legend(densities, *LABELS)
    frame(densities, xlabel="released mean", ylabel="density")
    same_lines(
        ratio,
        line(x, loss, BLACK),
        line([4.7, 4.95], [0.37, (0.37 - 0.2) / 2], BLACK, "o"),
        level(0.61, ORANGE, "--"),
        level(-0.61, ORANGE, "--"),
    )
    assert texts(ratio) == [("ε = 0.61", 3.1, 0.61), ("−ε = −0.61", 6.9, -0.61)]
    frame(ratio, xlabel="released mean", ylabel="ln of the ratio of the densities")
    assert inside(densities) and inside(ratio)
    assert numbers(plot.alt) == ["31", "30", "−0.6", "0.6", "0.61"]


def test_both_densities_fit_whichever_is_higher():
    x, low, high = np.arange(3.0), np.array([0.1, 0.2, 0.1]), np.array([0.3, 2.9, 0.2])
    for pair in ((low, high), (high, low)):
        plot = two_densities(x, *pair, epsilon=1.7, labels=("a", "b"))
        assert all(inside(axes) for axes in plot.figure.axes)


def test_cuts_stand_in_the_densities_and_the_hills_fill_the_view():
    x = np.linspace(-900, 1300, 2201)
    first, second = (np.exp(-np.abs(x - 210) / b) / (2 * b) for b in (190, 110))
    plot = two_densities(
        x, first, second, epsilon=0.3, labels=("a", "b"), cuts=(-37, 413), says='"it is he"'
    )
    densities, ratio = plot.figure.axes
    same_lines(
        densities,
        line(x, first, BLUE, "-", "a"),
        line(x, second, RED, "--", "b"),
        upright(-37, GREY, ":", top=0.5),
        upright(413, GREY, ":", top=0.5),
    )
    assert [(words, at) for words, at, _ in texts(densities)] == [
        ('"it is he"', -37),
        ('"it is he"', 413),
    ]
    assert [one.get_ha() for one in densities.texts] == ["right", "left"], "outside of the cuts"
    frame(densities, xlim=(-712, 1088))
    assert ratio.get_xlim()[0] < -900 and ratio.get_xlim()[1] > 1300
    assert 'Below −37 and above 413 the attacker says "it is he".' in plot.alt


def test_two_choices_show_how_the_probability_of_each_word_changes():
    first, second = np.array([0.7, 0.2995, 0.0005]), np.array([0.6, 0.3994, 0.0006])
    plot = two_choices(
        ("none", "mild", "strong"), first, second, labels=("she is well", "she is sick")
    )
    (axes,) = plot.figure.axes
    one, other = bars(axes)
    assert np.allclose(one.middles, np.arange(3) - 0.2) and one.colour == BLUE and not one.hatch
    assert np.allclose(other.middles, np.arange(3) + 0.2) and other.colour == RED and other.hatch
    assert np.allclose(one.heights, first) and np.allclose(other.heights, second)
    assert texts(axes) == [("× 0.86", 0, 0.7), ("× 1.33", 1, 0.3994), ("× 1.20", 2, 0.0006)]
    assert ticks(axes.xaxis) == {0: "none", 1: "mild", 2: "strong"}
    same_legend(axes, "she is well", "she is sick")
    frame(axes, xlabel="released word", ylabel="probability (log scale)", yscale="log")
    low, high = axes.get_ylim()
    assert low < 0.0005 and high > 1
    assert numbers(plot.alt) == ["0.86", "1.33", "1.20"]


def test_area_of_the_advantage_lies_between_the_hills_beyond_the_cut():
    x = np.linspace(10, 50, 4001)
    first, second = (np.exp(-np.abs(x - count) / 3) / 6 for count in (31, 30))
    plot = area_of_advantage(x, first, second, labels=LABELS, cut=30.5, advantage=0.1535)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(x, first, BLUE, "-", LABELS[0]),
        line(x, second, RED, "--", LABELS[1]),
        upright(30.5, GREY, ":", top=0.72),
    )
    (shaded,) = axes.collections
    corners = shaded.get_paths()[0].vertices
    assert corners[:, 0].min() >= 30.5 - 1e-9
    along, up = corners[:, 0], corners[:, 1]
    enclosed = abs(np.sum(along[1:] * up[:-1] - along[:-1] * up[1:])) / 2
    assert abs(enclosed - (1 - np.exp(-0.5 / 3))) < 2e-3, "TPR − FPR = Pr[|Z| ≤ 1/2]"
    low, high = axes.get_xlim()
    assert low < 30.5 < high
    assert "shaded area = advantage = 0.153" in [words for words, _, _ in texts(axes)][1]
    assert numbers(plot.alt) == ["31", "30", "30.5", "0.153"]
    frame(axes, xlabel="released count", ylabel="density")


def test_measured_attack_stands_beside_its_exact_curve_and_under_the_limit():
    epsilons, measured = np.array([0.3, 1.1, 2.9]), np.array([0.131, 0.44, 0.77])
    plot = advantage_and_limit(
        epsilons, measured, curve=lambda e: e / (e + 1), limit=lambda e: np.tanh(e / 2)
    )
    (axes,) = plot.figure.axes
    grid = np.linspace(0.01, 3.625, 200)
    names = (
        "limit for every ε-DP release",
        "best attack on Laplace noise, exact",
        "your attack, measured",
    )
    same_lines(
        axes,
        line(grid, (1 - np.exp(-grid)) / (1 + np.exp(-grid)), ORANGE, "--", names[0]),
        line(grid, 1 - 1 / (grid + 1), BLUE, "-", names[1]),
        line(epsilons, measured, BLACK, "o", names[2]),
        level(1, GREY, ":"),
    )
    same_legend(axes, *names)
    assert texts(axes) == [("exact counts", 3.625, 1)]
    frame(axes, xlabel="ε of one release", ylabel="advantage (TPR − FPR)")
    assert inside(axes)
    assert numbers(plot.alt) == ["0.13", "0.3", "0.44", "1.1", "0.77", "2.9", "1"]
