"""Figures of lesson 21."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, DPI, GREEN, GREY, ORANGE, RED, Plot, new_figure

Array = NDArray[np.float64]


def picture_grid(
    rows: Mapping[str, Sequence[Array]], *, titles: Sequence[str] | None = None, alt: str
) -> Plot:
    """Rows of 8 by 8 pictures (each a vector of 64), each row with its name; columns may be titled."""
    n_columns = max(len(row) for row in rows.values())
    figure = Figure(figsize=(7.2, 0.95 * len(rows) + 0.35), dpi=DPI, layout="constrained")
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    for row, (name, pictures) in enumerate(rows.items()):
        for column, axes in enumerate(grid[row]):
            axes.set_axis_off()
            if column < len(pictures):
                axes.imshow(pictures[column].reshape(8, 8), cmap="gray_r")
        grid[row][0].text(
            -0.15, 0.5, name, transform=grid[row][0].transAxes, ha="right", va="center", fontsize=9
        )
    for column, title in enumerate(titles or ()):
        grid[0][column].set_title(title, fontsize=9)
    return Plot(figure, alt)


def class_counts(splits: Mapping[str, NDArray[np.int64]], *, alt: str) -> Plot:
    """Who holds what: per split a table (n_clients, 10) of examples, drawn as dots of that area."""
    figure, panels = new_figure(columns=len(splits), height=3.0, share_y=True)
    for axes, (name, counts) in zip(panels, splits.items(), strict=True):
        clients, classes = np.nonzero(counts)
        axes.scatter(classes, clients + 1, s=1.1 * counts[clients, classes], color=BLUE)
        axes.set(title=name, xlabel="digit", xticks=range(10), yticks=range(1, len(counts) + 1))
        axes.set(xlim=(-0.7, 9.7))
    panels[0].set_ylabel("client")
    return Plot(figure, alt)


def alone_and_together(alone: Mapping[str, Array], *, together: float, alt: str) -> Plot:
    """Accuracy of each client that trains alone, per split, and a line for all data together."""
    figure, (axes,) = new_figure(height=2.8)
    looks = zip(("o", "s", "^"), (BLUE, ORANGE, GREEN), strict=True)
    for (name, values), (marker, colour) in zip(alone.items(), looks, strict=False):
        numbers = np.arange(1, len(values) + 1)
        axes.plot(numbers, values, marker, color=colour, label=f"alone, {name}", ms=7)
    axes.axhline(together, color=BLACK, linestyle="--", linewidth=1, label="all data in one place")
    axes.set(xlabel="client", ylabel="test accuracy", ylim=(0, 1.02), xticks=numbers)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Plot(figure, alt)


def accuracy_curves(
    panels: Mapping[str, Mapping[str, Sequence[float]]], *, target: float, alt: str
) -> Plot:
    """Test accuracy by round: one panel per split, one curve per way of training."""
    figure, axes_row = new_figure(columns=len(panels), height=3.2, share_y=True)
    looks = ((BLUE, "-", "o"), (RED, "--", "s"), (GREEN, ":", "^"))
    for axes, (title, curves) in zip(axes_row, panels.items(), strict=True):
        for (name, values), (colour, style, marker) in zip(curves.items(), looks, strict=False):
            axes.plot(
                values,
                color=colour,
                linestyle=style,
                marker=marker,
                ms=4,
                markevery=0.12,
                label=name,
            )
        axes.axhline(target, color=GREY, linewidth=1)
        axes.set(title=title, xlabel="rounds", ylim=(0, 1.02))
    axes_row[0].set_ylabel("test accuracy")
    axes_row[-1].legend(frameon=False, loc="lower right")
    return Plot(figure, alt)
