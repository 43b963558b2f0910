"""Figures of lesson 13."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]
STYLES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))


def two_worlds(first: Vector, second: Vector, *, cut: float, labels: tuple[str, str], unit: str,
               alt: str) -> Plot:  # fmt: skip
    """Histograms of what an attacker sees in two worlds, and the point at which the guess changes."""
    figure, (axes,) = new_figure(height=3.0)
    edges = np.linspace(min(first.min(), second.min()), max(first.max(), second.max()), 60).tolist()
    axes.hist(second, edges, color=RED, alpha=0.35, label=labels[1])
    axes.hist(second, edges, color=RED, histtype="step", linestyle="--")
    axes.hist(first, edges, color=BLUE, alpha=0.35, label=labels[0])
    axes.hist(first, edges, color=BLUE, histtype="step")
    axes.axvline(cut, color=BLACK, linewidth=1)
    axes.set(xlabel=unit, ylabel="runs")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    return Plot(figure, alt)


def losses(
    edges: Vector, panels: Mapping[str, tuple[Vector, Vector]], *, epsilon: float, alt: str
) -> Plot:
    """Privacy losses: per panel the measured share of each bin as bars, and the exact one as steps."""
    figure, all_axes = new_figure(columns=len(panels), width=8.6, share_y="all")
    middles, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    for axes, (title, (measured, exact)) in zip(all_axes, panels.items(), strict=True):
        axes.bar(middles, measured, width, color=BLUE, alpha=0.4, label="drawn")
        axes.stairs(exact, edges, color=BLACK, label="exact law")
        axes.axvline(epsilon, color=ORANGE, linestyle="--", label="ε")
        axes.set(xlabel="privacy loss L", title=title)
    all_axes[0].set(ylabel="share of the outputs", yscale="log", ylim=(1e-5, 2))
    all_axes[0].legend(frameon=False, loc="upper left", fontsize=9)
    return Plot(figure, alt)


def delta_curves(
    x: Vector, curves: Mapping[str, Vector], *, xlabel: str, claimed: float, floor: float, alt: str
) -> Plot:
    """True δ over ``x`` on a logarithmic axis, and the δ that is claimed."""
    figure, (axes,) = new_figure(height=3.6)
    for (name, values), (colour, line) in zip(curves.items(), STYLES, strict=False):
        shown = np.where(values >= floor, values, np.nan)
        axes.plot(x, shown, color=colour, linestyle=line, label=name)
    axes.axhline(claimed, color=GREY, linewidth=0.8, linestyle=(0, (1, 3)), zorder=0)
    axes.annotate(
        "claimed δ", (x[-1], claimed), ha="right", xytext=(0, 4), textcoords="offset points"
    )
    axes.set(xlabel=xlabel, ylabel="true δ", yscale="log", ylim=(floor, 2), xlim=(x[0], x[-1]))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
    return Plot(figure, alt)


def roc_and_wall(fpr: Vector, curves: Mapping[str, Vector], *, wall: Vector, alt: str) -> Plot:
    """True-positive against false-positive rate and what (ε, δ) forbids: plain, and logarithmic."""
    figure, all_axes = new_figure(height=4.4, columns=2, width=8.6)
    for axes in all_axes:
        axes.fill_between(fpr, wall, 1, color=ORANGE, alpha=0.25, label="forbidden by (ε, δ)")
        axes.plot(fpr, wall, color=ORANGE, linewidth=1)
        for (name, values), (colour, line) in zip(curves.items(), STYLES, strict=False):
            axes.plot(fpr, values, color=colour, linestyle=line, label=name)
        axes.plot(fpr, fpr, color=GREY, linewidth=0.8, linestyle=":", label="guessing")
        axes.set(xlabel="false-positive rate", ylabel="true-positive rate")
    all_axes[0].set(xlim=(0, 1), ylim=(0, 1))
    all_axes[1].set(xscale="log", yscale="log", xlim=(fpr[0], 1), ylim=(fpr[0], 1))
    all_axes[0].legend(frameon=False, loc="lower right", fontsize=9)
    return Plot(figure, alt)
