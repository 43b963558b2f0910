"""Figures of lesson 36."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, DPI, GREEN, GREY, ORANGE, SKY, Plot, new_figure


def rows_of_images(rows: Mapping[str, NDArray[np.float64]], *, says: str) -> Plot:
    """A few images in each row, with the row's name at its left: 8 by 8 pixels, 0 white to 1 black.

    ``says``  what a reader who cannot see should know
    """
    n_columns = max(len(one) for one in rows.values())
    figure = Figure(figsize=(7.6, 0.85 * len(rows)), dpi=DPI, layout="constrained")
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    for line, (name, images) in zip(grid, rows.items(), strict=True):
        for axes in line:
            axes.set_axis_off()
        for axes, image in zip(line, images, strict=False):
            axes.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        line[0].text(
            -0.15, 0.5, name, ha="right", va="center", fontsize=9, transform=line[0].transAxes
        )
    return Plot(figure, f"{len(rows)} rows of {n_columns} images: {', '.join(rows)}. {says}")


def pipeline(parts: Sequence[tuple[str, str, int, int]]) -> Plot:
    """The network from left to right: what each part does, its scale, its rounds and its bytes.

    ``parts``  (name, fractional bits of its result, rounds, bytes that a party sends); bytes without a
    round are those of the owner's own message for one image
    """
    figure, (axes,) = new_figure(width=9.4, height=3.1)
    axes.set_axis_off()
    axes.set(xlim=(-0.6, len(parts) - 0.4), ylim=(-1.75, 1.1))
    largest = max(n_bytes for *_, rounds, n_bytes in parts if rounds)
    for place, (name, bits, rounds, n_bytes) in enumerate(parts):
        colour = (
            (GREY if n_bytes else GREEN)
            if not rounds
            else (ORANGE if "ReLU" in name else (SKY if bits == "f" else BLUE))
        )
        axes.add_patch(
            FancyBboxPatch(
                (place - 0.38, -0.02), 0.76, 0.62, boxstyle="round,pad=0.03", fc=colour, alpha=0.22,
                ec=BLACK, lw=1,
            )
        )  # fmt: skip
        axes.text(place, 0.3, name, ha="center", va="center", fontsize=9)
        axes.text(place, 0.8, bits, ha="center", fontsize=9, color=BLUE, weight="bold")
        if place:
            axes.annotate(
                "", (place - 0.42, 0.3), (place - 0.58, 0.3), arrowprops={"arrowstyle": "->"}
            )
        if rounds:
            height = 1.0 * n_bytes / largest
            axes.bar(place, -height, width=0.5, bottom=-0.5, color=colour, alpha=0.6)
            words = f"{rounds} round{'s' * (rounds > 1)}\n{n_bytes / 1000:,.0f} kB"
            axes.text(place, -0.1, words, ha="center", va="top", fontsize=8.5)
        elif n_bytes:
            words = f"{n_bytes} bytes\nan image"
            axes.text(place, -0.1, words, ha="center", va="top", fontsize=8.5, color=GREY)
    axes.text(-0.55, 1.0, "fractional bits", fontsize=8.5, color=BLUE)
    axes.text(-0.55, -0.45, "each server\nsends", fontsize=8.5, color=GREY, va="top")
    told = [
        f"{name.replace(chr(10), ' ')}, {bits} fractional bits"
        + (f", rounds {rounds}, {n_bytes:,} bytes" if rounds else "")
        + (f", {n_bytes:,} bytes an image" if n_bytes and not rounds else "")
        for name, bits, rounds, n_bytes in parts
    ]
    return Plot(figure, f"The network on shares, part by part: {'; '.join(told)}.")


def agreement(queries: Sequence[int], curves: Mapping[str, Sequence[float]]) -> Plot:
    """How often a copy agrees with the network, by the number of images that were asked."""
    figure, (axes,) = new_figure(width=6.4, height=3.2)
    for (name, values), colour, style in zip(
        curves.items(), (BLUE, ORANGE), (("-", "o"), ("--", "s")), strict=False
    ):
        axes.plot(queries, values, style[0], marker=style[1], color=colour, label=name)
    axes.set(xscale="log", ylim=(0, 1.03), xlabel="images asked", ylabel="copy agrees, of 360")
    axes.set_xticks(list(queries), [f"{one}" for one in queries])
    axes.minorticks_off()
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    said = "; ".join(
        f"{name}: "
        + ", ".join(f"{n} images {value:.0%}" for n, value in zip(queries, v, strict=True))
        for name, v in curves.items()
    )
    return Plot(
        figure, f"How often a copy of the network agrees with it on 360 new images. {said}."
    )
