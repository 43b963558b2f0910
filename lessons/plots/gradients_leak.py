"""Figures of lesson 23."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from lessons.plots.figure import BLUE, DPI, GREEN, GREY, RED, Plot, new_figure

Array = NDArray[np.float64]


def digit(axes: Axes, image: Array) -> AxesImage:
    """One flat image of 64 pixels, 0 white and 1 black whatever it holds; no axis around it."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_axis_off()
    return axes.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)


def frame(axes: Axes) -> Rectangle:
    """The edge of an 8 by 8 picture: without it white pixels run into the white page."""
    look: dict[str, Any] = {"fill": False, "edgecolor": GREY, "linewidth": 1, "clip_on": False}
    edge = Rectangle((-0.5, -0.5), 8, 8, **look)
    axes.add_patch(edge)
    return edge


def digit_grid(
    rows: Mapping[str, Sequence[Array]], *, under: Mapping[str, Sequence[str]], alt: str
) -> Plot:
    """Rows of framed 8 by 8 pictures, each row with its name at the left.

    ``under``  name of a row -> a few words below each of its pictures
    """
    n_columns = max(len(row) for row in rows.values())
    height = 1.12 * len(rows) + 0.22 * sum(name in under for name in rows)
    figure = Figure(figsize=(7.2, height), dpi=DPI, layout="constrained")
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    for axes in grid.ravel():
        axes.set_axis_off()
    for row, (name, pictures) in enumerate(rows.items()):
        for column, picture in enumerate(pictures):
            axes = grid[row][column]
            digit(axes, np.asarray(picture))
            frame(axes)
            words = under.get(name, ())[column : column + 1]
            axes.text(
                0.5, -0.05, "".join(words), transform=axes.transAxes, ha="center", va="top", fontsize=8
            )  # fmt: skip
        first = grid[row][0]
        first.text(-0.15, 0.5, name, transform=first.transAxes, ha="right", va="center", fontsize=9)
    return Plot(figure, alt)


def bias_bars(gradients: Mapping[str, Array]) -> Plot:
    """The ten entries of the last bias's gradient, a panel for each client; negative ones are marked."""
    figure, panels = new_figure(columns=len(gradients), height=2.6, share_y=True)
    negative = {}
    for axes, (name, gradient) in zip(panels, gradients.items(), strict=True):
        below = np.flatnonzero(gradient < 0)
        colours = [RED if one in below else BLUE for one in range(len(gradient))]
        axes.bar(np.arange(len(gradient)), gradient, color=colours)
        axes.axhline(0, color=GREY, linewidth=1)
        axes.set(title=name, xlabel="label", xticks=range(len(gradient)))
        for one in below.tolist():
            axes.text(one, gradient[one], f"{gradient[one]:.2f}", ha="center", va="top", fontsize=8)
        axes.margins(y=0.18)
        negative[name] = ", ".join(str(one) for one in below)
    panels[0].set_ylabel("gradient of the bias")
    words = "; ".join(f"{name}: negative at {labels}" for name, labels in negative.items())
    return Plot(figure, f"The gradient of the last layer's ten biases. {words}.")


def what_stops_it(
    errors: Mapping[str, Sequence[float]], found: Mapping[str, Sequence[bool]], *, control: float
) -> Plot:
    """What each protection leaves of the images: a row for each, a dot for each image.

    ``errors``   protection -> mean squared pixel error of each image
    ``found``    protection -> whether the picture is nearer to the image than any other image is
    ``control``  median error of the nearest other image, a dashed line
    """
    figure, (axes,) = new_figure(height=0.34 * len(errors) + 0.9)
    words = []
    for row, (name, values) in enumerate(errors.items()):
        shown = np.maximum(np.asarray(values, dtype=float), 1e-9)
        hit = np.asarray(found[name], dtype=bool)
        axes.plot(shown[hit], np.full(hit.sum(), row), "o", color=RED, ms=6, mfc="none")
        axes.plot(shown[~hit], np.full((~hit).sum(), row), "x", color=BLUE, ms=6)
        _at_the_right(axes, row, f"{hit.sum()} of {len(hit)}")
        words.append(f"{name}: {hit.sum()} of {len(hit)}")
    axes.axvline(control, color=GREEN, linestyle="--", linewidth=1.5)
    axes.set_yticks(range(len(errors)), list(errors), fontsize=9)
    axes.set(xscale="log", xlim=(5e-10, 1), ylim=(len(errors) - 0.5, -1.1))
    look: dict[str, Any] = {"ha": "right", "va": "center", "fontsize": 9}
    axes.text(control * 0.8, -0.75, "nearest other image", color=GREEN, **look)
    _at_the_right(axes, -0.75, "found")
    axes.set(xlabel="mean squared error of a pixel (○ found, × not)", ylabel="what the client does")
    return Plot(
        figure,
        f"Images found, by what the client does. {'; '.join(words)}. The nearest other image is "
        f"{control:.3f} away.",
    )  # fmt: skip


def _at_the_right(axes: Axes, height: float, words: str) -> None:
    transform = axes.get_yaxis_transform()
    axes.text(1.02, height, words, transform=transform, va="center", fontsize=9)
