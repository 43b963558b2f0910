"""Figures of lesson 15."""

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def two_laws(x: Vector, with_record: Vector, without: Vector, *, alt: str) -> Plot:
    """The density of one step's output with and without the record, and ln of their ratio."""
    figure, (densities, ratio) = new_figure(columns=2, width=8.6)
    densities.plot(x, with_record, color=BLUE, label="with the record")
    densities.plot(x, without, color=RED, linestyle="--", label="without it")
    densities.set(xlabel="released sum", ylabel="density")
    densities.set_ylim(0, 1.3 * max(with_record.max(), without.max()))
    densities.legend(frameon=False, loc="upper right", fontsize=9)
    ratio.plot(x, np.log(with_record / without), color=BLACK)
    ratio.axhline(0, color=GREY, linewidth=0.8, linestyle=":")
    ratio.set(xlabel="released sum", ylabel="privacy loss ln(P/Q)")
    return Plot(figure, alt)


def dots(
    epsilon: Vector, exact: Vector, grid: Vector, at_grid: Vector, nearest: Vector, *, alt: str
) -> Plot:
    """The exact δ(ε) of one step, its chords between grid points, and losses rounded to the nearest."""
    figure, (axes,) = new_figure(height=3.4)
    axes.plot(epsilon, exact, color=BLACK, label="exact δ(ε)")
    axes.plot(grid, at_grid, color=BLUE, marker="o", ls="--", label="dots connected: never below")
    axes.plot(epsilon, nearest, color=RED, ls=":", lw=2, label="losses rounded to the nearest")
    axes.set(xlabel="ε", ylabel="δ of one step", ylim=(0, None))
    axes.legend(frameon=False, fontsize=9)
    return Plot(figure, alt)


def loss_histogram(
    losses: Vector, centres: Vector, density: Vector, *, epsilon: float, alt: str
) -> Plot:
    """Simulated privacy losses beside their law, and the ε of the promise."""
    figure, (axes,) = new_figure(height=3.4)
    bins = [float(edge) for edge in np.linspace(-1.5, 2.5, 61)]
    inside = np.clip(losses, bins[0], bins[-1])
    axes.hist(
        inside, bins=bins, density=True, color=BLUE, alpha=0.45, label="10 000 simulated runs"
    )
    axes.plot(centres, density, color=BLACK, label="privacy loss distribution")
    axes.axvline(epsilon, color=ORANGE, linestyle="--", label="ε of the promise")
    axes.set(xlabel="privacy loss of the whole run", ylabel="density", yscale="log")
    axes.set(xlim=(bins[0], bins[-1]), ylim=(1e-3, 5))
    axes.legend(frameon=False, fontsize=9)
    return Plot(figure, alt)


def wall(
    curves: dict[str, tuple[Vector, Vector]], walls: dict[str, tuple[Vector, Vector]], *, alt: str
) -> Plot:
    """ROC curves of attacks (FPR, TPR) beside the walls TPR = e^ε · FPR + δ, on logarithmic axes."""
    figure, (axes,) = new_figure(height=3.8)
    styles = zip((RED, BLUE, BLACK), ("-", "--", ":"), strict=True)
    for (label, (fpr, tpr)), (color, line) in zip(curves.items(), styles, strict=False):
        axes.plot(fpr, tpr, color=color, linestyle=line, label=label)
    for (label, (fpr, tpr)), line in zip(walls.items(), ("--", ":"), strict=False):
        axes.plot(fpr, tpr, color=ORANGE, linestyle=line, lw=2, label=label)
    axes.set(xscale="log", yscale="log", xlim=(1e-3, 1), ylim=(1e-3, 1.1))
    axes.set(xlabel="false-positive rate", ylabel="true-positive rate")
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    return Plot(figure, alt)
