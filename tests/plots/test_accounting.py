"""Figures of lesson 15: a night, a Rényi average, a pile on a grid, simulated losses, limits of attacks."""

import numpy as np

from lessons.plots.accounting import dots, hills, loss_histogram, one_night, roc_limits
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
    plot = one_night(x, without * np.exp(loss), without, floor=-0.22, attack=1.7, alt=ALT)
    densities, ratio = plot.figure.axes
    same_lines(
        densities,
        line(x, without * np.exp(loss), BLUE, "-", "he is in the registry"),
        line(x, without, RED, "--", "he is not"),
        upright(1.7, GREY, "-", "your attack: above 1.7"),
    )
    same_legend(densities, "he is in the registry", "he is not", "your attack: above 1.7")
    same_lines(
        ratio,
        line(x, loss, BLACK, "-", "ln of the ratio"),
        level(-0.22, GREY, ":", "never below −0.22"),
        upright(1.7, GREY, "-"),
    )
    same_legend(ratio, "ln of the ratio", "never below −0.22")
    frame(densities, xlabel="number released", ylabel="density", yscale="log")
    frame(ratio, xlabel="number released", ylabel="privacy loss of the night", yscale="linear")
    assert inside(densities) and inside(ratio) and plot.alt == ALT


def test_each_order_of_a_renyi_average_is_a_curve_on_a_logarithmic_axis():
    x = np.array([-1.1, 0.3, 2.2, 5.4])
    curves = {
        "order 2": np.array([0.2, 0.7, 0.01, 3e-4]),
        "order 3": np.array([0.21, 0.72, 0.03, 0.14]),
        "order 5": np.array([0.22, 0.74, 0.2, 310.0]),
    }
    plot = hills(curves, x, alt=ALT)
    (axes,) = plot.figure.axes
    looks = ((BLACK, "-"), (BLUE, "--"), (RED, "-."))
    same_lines(
        axes,
        *(
            line(x, curve, *look, name)
            for (name, curve), look in zip(curves.items(), looks, strict=True)
        ),
    )
    same_legend(axes, *curves)
    frame(axes, xlabel="number released", ylabel=r"$Q\,(P/Q)^α$", yscale="log")
    frame(axes, xscale="linear", xlim=(-2, 6), ylim=(1e-4, 1e3))
    assert inside(axes) and plot.alt == ALT


def test_what_a_pile_adds_exactly_shared_between_grid_points_and_rounded():
    epsilon, exact = np.array([0.1, 0.4, 0.9, 1.3]), np.array([0.41, 0.27, 0.09, 0.02])
    shared, nearest = np.array([0.41, 0.3, 0.12, 0.02]), np.array([0.39, 0.28, 0.085, 0.01])
    upper = np.array([0.6, 0.52, 0.19, 0.04])
    plot = dots(epsilon, exact, shared, nearest, upper, grid=(0.1, 1.2), alt=ALT)
    (axes,) = plot.figure.axes
    names = "exact", "on both grid points", "on the nearest grid point", "on the upper grid point"
    same_lines(
        axes,
        line(epsilon, exact, BLACK, "-", names[0]),
        line(epsilon, shared, BLUE, "--", names[1]),
        line(epsilon, nearest, RED, ":", names[2]),
        line(epsilon, upper, ORANGE, "-.", names[3]),
        upright(0.1, GREY, "-", "grid points"),
        upright(1.2, GREY, "-"),
    )
    same_legend(axes, *names, "grid points")
    frame(axes, xlabel="ε", ylabel="what they add to δ(ε)", yscale="linear")
    assert inside(axes) and plot.alt == ALT


def test_simulated_losses_and_their_distribution_are_densities():
    losses = np.append(np.repeat([-0.31, 0.01, 0.02, 0.77], 300), [1.31, 9.1, 2.49])
    grid, masses = np.array([-1.0, 0.5, 2.0]), np.array([0.3, 0.6, 0.09])
    marks = {"claimed": 1.37, "true": 4.1}
    plot = loss_histogram(losses, grid, masses, marks=marks, alt=ALT)
    (axes,) = plot.figure.axes
    (drawn,) = bars(axes)
    width = drawn.middles[1] - drawn.middles[0]
    ends = drawn.middles[0] - width / 2, drawn.middles[-1] + width / 2
    assert same(ends, [-0.31, 9.1])
    counted = [(np.abs(losses - middle) <= width / 2 + 1e-9).sum() for middle in drawn.middles]
    assert sum(counted) == 1203 and same(drawn.heights, np.array(counted) / 1203 / width)
    name = "1 203 simulated runs"
    assert (drawn.label, drawn.colour) == (name, BLUE)
    same_lines(
        axes,
        line(grid, masses / 1.5, BLACK, "-", "privacy loss distribution"),
        upright(1.37, ORANGE, "--", "claimed"),
        upright(4.1, RED, "-.", "true"),
    )
    same_legend(axes, name, "privacy loss distribution", "claimed", "true")
    frame(axes, xlabel="privacy loss of the whole run", ylabel="density", yscale="log")
    frame(axes, xscale="linear", xlim=(-1.5, 10))


def test_attacks_and_limits_keep_their_names_on_logarithmic_axes():
    fpr = np.array([2e-3, 0.03, 0.4])
    curves = {
        "first": (fpr, np.array([0.01, 0.11, 0.63])),
        "second": (fpr * 2, np.array([0.02, 0.2, 0.7])),
        "third": (fpr / 2, np.array([0.03, 0.1, 0.9])),
    }
    limits = {
        "by RDP": (fpr, np.array([0.04, 0.3, 0.8])),
        "by PLD": (fpr / 1.5, np.array([0.05, 0.25, 0.95])),
    }
    plot = roc_limits(curves, limits, alt=ALT)
    (axes,) = plot.figure.axes
    looks = ((RED, "-"), (BLUE, "--"), (BLACK, ":"), (ORANGE, "-."), (ORANGE, ":"))
    same_lines(
        axes,
        *(
            line(*data, *look, name)
            for (name, data), look in zip((curves | limits).items(), looks, strict=True)
        ),
    )
    same_legend(axes, *curves, *limits)
    frame(axes, xlabel="false-positive rate", ylabel="true-positive rate")
    frame(axes, xscale="log", yscale="log", xlim=(1e-3, 1), ylim=(1e-3, 1.1))
    assert inside(axes) and plot.alt == ALT
    (axes,) = roc_limits({"one": (fpr, fpr * 2)}, {"limit": (fpr, fpr)}).figure.axes
    frame(axes, xlim=(2e-3, 1), ylim=(2e-3, 1.1))  # from the smallest rate on
