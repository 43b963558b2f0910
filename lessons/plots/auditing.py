"""Figures of lesson 17."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, Plot, new_figure

Vector = NDArray[np.float64]
STYLES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))
LEAST_RATE = 1e-3


def one_image(image: Vector, if_in: Vector, if_out: Vector, *, cut: float, alt: str) -> Plot:
    """A digit of 8 by 8 pixels, and its margins in networks that had it and in those that had not."""
    figure, (picture, margins) = new_figure(columns=2, width=8.6)
    picture.imshow(image.reshape(8, 8), cmap="gray_r")
    picture.set_axis_off()
    both = np.append(if_in, if_out)
    edges = np.linspace(both.min(), both.max(), 19).tolist()
    margins.hist(if_out, edges, color=RED, alpha=0.6, label="networks without it", hatch="//")
    margins.hist(if_in, edges, color=BLUE, alpha=0.6, label="networks with it")
    margins.axvline(cut, color=BLACK, linestyle=":", label="the attacker's threshold")
    margins.set(xlabel="margin φ of this image", ylabel="number of shadow networks")
    margins.set_ylim(top=1.45 * margins.get_ylim()[1])
    margins.legend(frameon=False, loc="upper left", fontsize=9)
    return Plot(figure, alt)


def roc_curves(
    curves: Mapping[str, tuple[Vector, Vector]],
    *,
    alt: str,
    wall: tuple[Vector, Vector] | None = None,
    wall_label: str = "",
) -> Plot:
    """ROC curves, name -> (fpr, tpr), on even and on logarithmic axes; ``wall`` is shaded above."""
    figure, both = new_figure(columns=2, width=8.6, height=4.0)
    for axes in both:
        for (name, (fpr, tpr)), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
            axes.plot(fpr, tpr, color=colour, linestyle=dashes, label=name)
        axes.plot(_RATES, _RATES, color=GREY, linewidth=0.8, linestyle=":", label="a coin")
        if wall is not None:
            _draw_wall(axes, *wall, label=wall_label)
        axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    both[0].set(xlim=(0, 1), ylim=(0, 1.02))
    both[1].set(xscale="log", yscale="log", xlim=(LEAST_RATE, 1), ylim=(LEAST_RATE, 1.15))
    both[0].legend(frameon=False, loc="lower right", fontsize=8)
    return Plot(figure, alt)


def bounds(
    names: Sequence[str],
    values: Mapping[str, Sequence[float]],
    *,
    claimed: float,
    alt: str,
) -> Plot:
    """Bars: for each step in ``names`` its lower bounds by kind of bound, and the claimed ε as a line."""
    figure, (axes,) = new_figure(height=3.8)
    places = np.arange(len(names), dtype=float)
    width = 0.8 / len(values)
    colours = ((SKY, "//"), (ORANGE, ".."), (BLUE, ""))
    for i, ((kind, heights), (colour, hatch)) in enumerate(
        zip(values.items(), colours, strict=False)
    ):
        shift = (i - (len(values) - 1) / 2) * width
        axes.bar(places + shift, heights, width, color=colour, hatch=hatch, label=kind)
    axes.axhline(claimed, color=BLACK, linestyle="--", label=f"claimed ε = {claimed:.2f}")
    axes.set_xticks(places, names)
    axes.set(xlabel="audited step", ylabel="lower bound on ε")
    axes.set_ylim(top=1.4 * max(claimed, *(max(heights) for heights in values.values())))
    axes.legend(frameon=False, loc="upper left", fontsize=9, ncols=2)
    return Plot(figure, alt)


_RATES = np.geomspace(LEAST_RATE, 1, 200)


def _draw_wall(axes: Axes, fpr: Vector, tpr: Vector, *, label: str) -> None:
    axes.plot(fpr, tpr, color=ORANGE, linewidth=2, label=label)
    axes.fill_between(fpr, tpr, 2, color=ORANGE, alpha=0.25, linewidth=0)
