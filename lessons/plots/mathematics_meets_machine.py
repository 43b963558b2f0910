"""Figures of lesson 18."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]
Marks = NDArray[np.bool_]


def float_strip(first: Marks, second: Marks, *, labels: tuple[str, str], alt: str) -> Plot:
    """Consecutive floats in a row: which of them are possible for one count, which for the other."""
    figure, (axes,) = new_figure(height=2.1)
    prepare_strip(axes, len(first), labels=labels)
    for row, (marks, colour, symbol) in enumerate(((first, BLUE, "o"), (second, RED, "s"))):
        places = np.flatnonzero(marks)
        axes.plot(places, np.full(len(places), 1 - row), color=colour, marker=symbol, ls="", ms=5)
    return Plot(figure, alt)


def prepare_strip(axes: Axes, n_floats: int, *, labels: tuple[str, str]) -> None:
    """Axes with two rows of ``n_floats`` places, one row for each count."""
    axes.set(
        xlim=(-1, n_floats), ylim=(-0.6, 1.6), xlabel="floats in a row (one step = the last bit)"
    )
    axes.set_yticks([1, 0], labels)
    axes.set_ylabel("possible for")
    for row in (0, 1):
        axes.plot(range(n_floats), [row] * n_floats, color="#cccccc", marker=".", ls="", ms=3)


def two_laws(
    outputs: Vector,
    first: Vector,
    second: Vector,
    *,
    epsilon: float,
    labels: tuple[str, str],
    alt: str,
) -> Plot:
    """Two output laws on the integers, and ln of their ratio between −ε and ε."""
    figure, (laws, ratio) = new_figure(columns=2, width=8.6)
    laws.plot(outputs, first, color=BLUE, marker="o", ms=4, ls="", label=labels[0])
    laws.plot(
        outputs, second, color=RED, marker="s", ms=4, ls="", fillstyle="none", label=labels[1]
    )
    laws.set(xlabel="released count", ylabel="probability")
    laws.set_ylim(0, 1.3 * max(first.max(), second.max()))
    laws.legend(frameon=False, loc="upper left", fontsize=9)
    ratio.plot(outputs, np.log(first / second), color=BLACK, marker=".", ls="")
    for bound, name, rise in ((epsilon, "ε", 3), (-epsilon, "−ε", -11)):
        ratio.axhline(bound, color=ORANGE, linestyle="--")
        ratio.annotate(name, (outputs[0], bound), xytext=(2, rise), textcoords="offset points")
    ratio.set(xlabel="released count", ylabel="ln of the ratio")
    ratio.margins(y=0.2)
    for axes in (laws, ratio):
        axes.set_xticks(outputs[::3])
    return Plot(figure, alt)


def bytes_and_noise(noise: Vector, used: Vector, *, alt: str) -> Plot:
    """How many random bytes one draw used, against the noise that came out."""
    figure, (axes,) = new_figure(height=3.0)
    axes.plot(noise, used, color=BLUE, marker="o", ms=3, ls="", alpha=0.4)
    axes.axvline(0, color=GREY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="noise that was drawn", ylabel="random bytes used")
    return Plot(figure, alt)
