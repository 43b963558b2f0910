"""Figures of lesson 15: two laws, connected dots, simulated losses, and walls that stop attacks."""

import numpy as np

from lessons.plots.accounting import dots, loss_histogram, two_laws, wall
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from tests.plots.artists import (
    ALT,
    bars,
    frame,
    inside,
    level,
    line,
    same,
    same_legend,
    same_lines,
    upright,
)


def test_density_with_the_record_is_blue_and_the_loss_is_ln_of_p_over_q():
    x, loss = np.array([-1.3, 0.2, 0.9, 2.4]), np.array([-0.31, 0.12, 0.44, 1.9])
    without = np.array([0.13, 0.41, 0.37, 0.02])
    plot = two_laws(x, without * np.exp(loss), without, alt=ALT)
    densities, ratio = plot.figure.axes
    same_lines(
        densities,
        line(x, without * np.exp(loss), BLUE, "-", "with the record"),
        line(x, without, RED, "--", "without it"),
    )
    same_legend(densities, "with the record", "without it")
    same_lines(ratio, line(x, loss, BLACK), level(0, GREY, ":"))
    frame(densities, xlabel="released sum", ylabel="density")
    frame(ratio, xlabel="released sum", ylabel="privacy loss ln(P/Q)")
    assert inside(densities) and inside(ratio) and plot.alt == ALT


def test_exact_curve_its_chords_and_the_losses_that_were_rounded():
    epsilon, exact = np.array([0.1, 0.4, 0.9, 1.3]), np.array([0.41, 0.27, 0.09, 0.02])
    grid, at_grid = np.array([0.1, 0.7, 1.3]), np.array([0.41, 0.15, 0.02])
    nearest = np.array([0.39, 0.28, 0.085, 0.01])
    plot = dots(epsilon, exact, grid, at_grid, nearest, alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(epsilon, exact, BLACK, "-", "exact δ(ε)"),
        line(grid, at_grid, BLUE, "o--", "dots connected: never below"),
        line(epsilon, nearest, RED, ":", "losses rounded to the nearest"),
    )
    same_legend(axes, "exact δ(ε)", "dots connected: never below", "losses rounded to the nearest")
    frame(axes, xlabel="ε", ylabel="δ of one step", yscale="linear")
    assert inside(axes) and axes.get_ylim()[0] == 0 and plot.alt == ALT


def test_simulated_losses_are_a_density_and_the_outermost_stand_at_the_edge():
    losses = np.array([-7.0, -0.31, 0.01, 0.02, 0.77, 1.31, 9.1, 2.49])
    centres, density = np.array([-1.0, 0.3, 1.7]), np.array([0.02, 1.1, 0.3])
    plot = loss_histogram(losses, centres, density, epsilon=1.37, alt=ALT)
    (axes,) = plot.figure.axes
    (drawn,) = bars(axes)
    width = drawn.middles[1] - drawn.middles[0]
    shown = np.clip(losses, -1.5, 2.5)  # -7 and 9.1 come in from outside
    counted = [(np.abs(shown - middle) <= width / 2 + 1e-9).sum() for middle in drawn.middles]
    assert sum(counted) == 8 and same(drawn.heights, np.array(counted) / 8 / width)
    assert same(drawn.middles[[0, -1]], [-1.5 + width / 2, 2.5 - width / 2])
    assert (drawn.label, drawn.colour) == ("10 000 simulated runs", BLUE)
    same_lines(
        axes,
        line(centres, density, BLACK, "-", "privacy loss distribution"),
        upright(1.37, ORANGE, "--", "ε of the promise"),
    )
    same_legend(axes, "10 000 simulated runs", "privacy loss distribution", "ε of the promise")
    frame(axes, xlabel="privacy loss of the whole run", ylabel="density", yscale="log")
    frame(axes, xscale="linear", xlim=(-1.5, 2.5))


def test_attacks_and_walls_keep_their_names_on_logarithmic_axes():
    fpr = np.array([2e-3, 0.03, 0.4])
    curves = {
        "first": (fpr, np.array([0.01, 0.11, 0.63])),
        "second": (fpr * 2, np.array([0.02, 0.2, 0.7])),
        "third": (fpr / 2, np.array([0.03, 0.1, 0.9])),
    }
    walls = {
        "by RDP": (fpr, np.array([0.04, 0.3, 0.8])),
        "by PLD": (fpr / 1.5, np.array([0.05, 0.25, 0.95])),
    }
    plot = wall(curves, walls, alt=ALT)
    (axes,) = plot.figure.axes
    looks = ((RED, "-"), (BLUE, "--"), (BLACK, ":"), (ORANGE, "--"), (ORANGE, ":"))
    same_lines(
        axes,
        *(
            line(*data, *look, name)
            for (name, data), look in zip((curves | walls).items(), looks, strict=True)
        ),
    )
    same_legend(axes, *curves, *walls)
    frame(axes, xlabel="false-positive rate", ylabel="true-positive rate")
    frame(axes, xscale="log", yscale="log", xlim=(1e-3, 1))
    assert inside(axes) and plot.alt == ALT
