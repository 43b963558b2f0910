"""Figures of lesson 12."""

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def two_densities(
    x: Vector,
    first: Vector,
    second: Vector,
    *,
    epsilon: float,
    labels: tuple[str, str],
    unit: str,
    alt: str,
) -> Plot:
    """Two output densities over the same releases ``x``, and ln of their ratio between −ε and ε."""
    figure, (densities, ratio) = new_figure(columns=2, width=8.6)
    densities.plot(x, first, color=BLUE, label=labels[0])
    densities.plot(x, second, color=RED, linestyle="--", label=labels[1])
    densities.set(xlabel=unit, ylabel="density", ylim=(0, 1.35 * max(first.max(), second.max())))
    densities.legend(frameon=False, loc="upper left", fontsize=9)
    ratio.plot(x, np.log(first / second), color=BLACK)
    for bound, name, rise in ((epsilon, "ε", 3), (-epsilon, "−ε", -11)):
        ratio.axhline(bound, color=ORANGE, linestyle="--")
        ratio.annotate(name, (x[0], bound), xytext=(2, rise), textcoords="offset points")
    ratio.set(xlabel=unit, ylabel="ln of the ratio of the densities")
    ratio.margins(y=0.15)
    return Plot(figure, alt)


def advantage_and_ceiling(
    epsilons: Vector, measured: Vector, *, curve: Vector, ceiling: Vector, grid: Vector, alt: str
) -> Plot:
    """The attack's measured advantage at ``epsilons``, its exact value and the ceiling over ``grid``."""
    figure, (axes,) = new_figure(height=3.2)
    axes.plot(grid, ceiling, color=ORANGE, linestyle="--", label="ceiling for any ε-DP mechanism")
    axes.plot(grid, curve, color=BLUE, label="best attack on Laplace noise, exact")
    axes.plot(
        epsilons, measured, color=BLACK, marker="o", linestyle="", label="our attack, measured"
    )
    axes.axhline(1, color=GREY, linewidth=1, linestyle=":")
    axes.annotate(
        "exact counts", (grid[-1], 1), ha="right", xytext=(0, -12), textcoords="offset points"
    )
    axes.set(xlabel="ε of one release", ylabel="advantage (TPR − FPR)", ylim=(0, 1.05))
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    return Plot(figure, alt)
