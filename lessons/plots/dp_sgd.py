"""Figures of lesson 16."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray

from lessons.plots.figure import BLUE, DPI, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def pictures(images: Sequence[Vector], titles: Sequence[str], *, alt: str) -> Plot:
    """Pictures of 8 by 8 pixels (each a vector of 64) in a row, every one under its title."""
    figure = Figure(figsize=(7.2, 1.35), dpi=DPI, layout="constrained")
    row = figure.subplots(1, len(images), squeeze=False)[0]
    for axes, image, title in zip(row, images, titles, strict=True):
        axes.set_axis_off()
        axes.imshow(np.reshape(image, (8, 8)), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    return Plot(figure, alt)


def gradient_lengths(norms: Vector, *, marked: float, label: str, alt: str) -> Plot:
    """How long the gradients of single examples are, on a logarithmic axis, and one that is marked."""
    figure, (axes,) = new_figure(height=2.9)
    low = 1e-4
    counts, _, _ = axes.hist(
        np.maximum(norms, low), bins=list(10 ** np.linspace(-4, 2, 49)), color=BLUE
    )
    axes.axvline(marked, color=RED, linestyle="--", linewidth=2, label=label)
    axes.set(xscale="log", xlim=(low, 100), ylim=(0, 1.25 * max(np.ravel(counts))))
    axes.set_xlabel("norm of one example's gradient")
    axes.set_ylabel("number of examples")
    axes.legend(frameon=False, loc="upper center", fontsize=9)
    return Plot(figure, alt)


def arrows(panels: Mapping[str, Mapping[str, Vector]], *, clip_norm: float, alt: str) -> Plot:
    """Gradients of two parameters as arrows in the plane, with the circle of radius C."""
    figure, grid = new_figure(columns=len(panels), width=7.2, height=3.5)
    colours = (RED, BLUE, "#000000")
    for axes, (title, vectors) in zip(grid, panels.items(), strict=True):
        axes.add_patch(Circle((0, 0), clip_norm, fill=False, color=ORANGE, linestyle="--"))
        for (name, (x, y)), colour in zip(vectors.items(), colours, strict=False):
            head = {
                "arrowstyle": "-|>",
                "color": colour,
                "linewidth": 2,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            axes.annotate("", (x, y), xytext=(0, 0), arrowprops=head)
            side = (6, 4) if y >= 0 else (6, -12)
            axes.annotate(name, (x, y), xytext=side, textcoords="offset points", color=colour)
        furthest = max(clip_norm, *(np.abs(one).max() for one in vectors.values()))
        axes.set(xlim=(-1.3 * furthest, 1.5 * furthest), ylim=(-1.3 * furthest, 1.3 * furthest))
        axes.set(title=title, xlabel="first parameter", aspect="equal")
        axes.axhline(0, color=GREY, linewidth=0.5, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.5, zorder=0)
    grid[0].set_ylabel("second parameter")
    for axes in grid[1:]:
        axes.set_ylabel("second parameter")
    return Plot(figure, alt)
