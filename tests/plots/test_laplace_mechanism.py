"""Figures of lesson 12: two densities with the line of their loss, and the attack under its ceiling."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.laplace_mechanism import advantage_and_ceiling, two_densities
from tests.plots.artists import ALT, frame, inside, level, line, same_legend, same_lines, texts


def test_two_densities_and_the_logarithm_of_their_ratio_between_the_bounds():
    x = np.array([3.1, 4.7, 5.2, 6.9])
    loss = np.array([0.61, 0.37, -0.2, -0.61])
    second = np.array([0.11, 0.42, 0.3, 0.07])
    first = second * np.exp(loss)
    labels = ("47: in", "46: out")
    plot = two_densities(
        x, first, second, epsilon=0.61, labels=labels, unit="released count", alt=ALT
    )
    densities, ratio = plot.figure.axes
    same_lines(
        densities, line(x, first, BLUE, "-", "47: in"), line(x, second, RED, "--", "46: out")
    )
    same_legend(densities, *labels)
    frame(densities, xlabel="released count", ylabel="density")
    same_lines(ratio, line(x, loss, BLACK), level(0.61, ORANGE, "--"), level(-0.61, ORANGE, "--"))
    assert texts(ratio) == [("ε", 3.1, 0.61), ("−ε", 3.1, -0.61)]
    frame(ratio, xlabel="released count", ylabel="ln of the ratio of the densities")
    assert inside(densities) and inside(ratio) and plot.alt == ALT


def test_both_densities_fit_whichever_is_higher():
    x, low, high = np.arange(3.0), np.array([0.1, 0.2, 0.1]), np.array([0.3, 2.9, 0.2])
    for pair in ((low, high), (high, low)):
        plot = two_densities(x, *pair, epsilon=1.7, labels=("a", "b"), unit="count", alt=ALT)
        assert all(inside(axes) for axes in plot.figure.axes)


def test_measured_attack_stands_beside_its_exact_curve_and_under_the_ceiling():
    epsilons, measured = np.array([0.3, 1.1, 2.9]), np.array([0.131, 0.44, 0.77])
    grid = np.array([0.1, 0.9, 2.3, 3.7])
    curve, ceiling = np.array([0.04, 0.37, 0.69, 0.843]), np.array([0.05, 0.42, 0.818, 0.953])
    plot = advantage_and_ceiling(
        epsilons, measured, curve=curve, ceiling=ceiling, grid=grid, alt=ALT
    )
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(grid, ceiling, ORANGE, "--", "ceiling for any ε-DP mechanism"),
        line(grid, curve, BLUE, "-", "best attack on Laplace noise, exact"),
        line(epsilons, measured, BLACK, "o", "our attack, measured"),
        level(1, GREY, ":"),
    )
    same_legend(
        axes,
        "ceiling for any ε-DP mechanism",
        "best attack on Laplace noise, exact",
        "our attack, measured",
    )
    assert texts(axes) == [("exact counts", 3.7, 1)]
    frame(axes, xlabel="ε of one release", ylabel="advantage (TPR − FPR)")
    assert inside(axes) and plot.alt == ALT
