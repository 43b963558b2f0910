"""Figures of lesson 14."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, Plot, new_figure

Vector = NDArray[np.float64]
STYLES = {"basic": (ORANGE, ":"), "advanced": (RED, "--"), "optimal": (GREEN, "-")}


def reconstruction(n_questions: Vector, right: Vector, *, base_rate: float, alt: str) -> Plot:
    """The share of patients whose diagnosis the attack finds, against the number of questions."""
    figure, (axes,) = new_figure(height=3.0)
    axes.plot(n_questions, right, color=BLUE, marker="o")
    axes.axhline(base_rate, color=GREY, linestyle=":")
    axes.annotate(
        "everybody called healthy", (n_questions[-1], base_rate), ha="right",
        xytext=(0, -12), textcoords="offset points", fontsize=9,
    )  # fmt: skip
    axes.set(xscale="log", ylim=(0.4, 1.02), xlabel="questions asked, ε = 0.1 each")
    axes.set_ylabel("share of diagnoses found")
    return Plot(figure, alt)


def losses_and_curves(
    losses: Mapping[str, Vector],
    *,
    n_releases: Vector,
    curves: Mapping[str, Vector],
    at: int,
    delta: float,
    alt: str,
) -> Plot:
    """A histogram of losses of ``at`` releases beside the three bounds, and the bounds over k.

    ``losses``  label -> losses of many runs; the first is filled, others are outlines
    ``curves``  "basic", "advanced", "optimal" -> total ε for each of ``n_releases``
    """
    figure, (runs, bounds) = new_figure(columns=2, width=9.0, height=3.8)
    first = next(iter(losses.values()))
    grid = np.sort(np.unique(np.round(first, 9)))
    width = float(np.diff(grid).min())  # one bar per possible loss of the coins
    edges = np.arange(grid[0] - 1.5 * width, grid[-1] + 2 * width, width)
    for (label, values), filled in zip(losses.items(), (True, False), strict=False):
        look = {"color": SKY} if filled else {"color": BLACK, "histtype": "step"}
        runs.hist(values, bins=edges.tolist(), label=label, **look)  # type: ignore[arg-type]
    top = runs.get_ylim()[1]
    for name, values in curves.items():
        colour, style = STYLES[name]
        total = float(np.interp(at, n_releases, values))
        height = (0.72 if name == "advanced" else 0.5) * top  # names side by side would overlap
        runs.plot([total, total], [0, height], color=colour, linestyle=style, linewidth=2)
        runs.text(total, height + 0.02 * top, f"{name}\n{total:.3f}", ha="center", fontsize=9)
        bounds.plot(n_releases, values, color=colour, linestyle=style, linewidth=2, label=name)
    runs.set(xlabel=f"privacy loss of {at} releases", ylabel="runs", ylim=(0, 1.25 * top))
    runs.legend(frameon=False, fontsize=9, loc="upper right")
    bounds.axvline(at, color=GREY, linewidth=1)
    bounds.set(xlabel="number of releases k", ylabel=f"total ε at δ = {delta:g}")
    bounds.legend(frameon=False, fontsize=9, loc="upper left")
    return Plot(figure, alt)


def walks_and_line(walks: Vector, line: Vector, *, crossed: Vector, alt: str) -> Plot:
    """Losses of some runs, one row each, over the releases, and the level claimed for each k."""
    figure, (axes,) = new_figure(height=3.4)
    releases = np.arange(1, walks.shape[1] + 1)
    for walk, over in zip(walks, crossed, strict=True):
        axes.plot(releases, walk, color=RED if over else SKY, linewidth=1.4 if over else 0.6,
                  zorder=3 if over else 2)  # fmt: skip
    axes.plot(releases, line, color=BLACK, linestyle="--", linewidth=2, zorder=4)
    axes.annotate(
        "claimed level", (releases[-1], line[-1]), ha="right", xytext=(0, 6),
        textcoords="offset points",
    )  # fmt: skip
    axes.set(xlabel="releases so far", ylabel="privacy loss so far")
    return Plot(figure, alt)
