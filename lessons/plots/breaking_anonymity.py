"""Figures of lesson 01."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def estimates(values: Vector, bits: NDArray[np.int64], *, alt: str) -> Plot:
    """The estimate of every person's bit, marked by the true bit, and the threshold between them."""
    figure, (axes,) = new_figure(height=3.0)
    person = np.arange(1, len(bits) + 1)
    for bit, colour, marker, label in ((1, ORANGE, "o", "ill"), (0, BLUE, "s", "not ill")):
        of_bit = bits == bit
        axes.plot(person[of_bit], values[of_bit], marker, color=colour, ms=5, label=label)
    axes.axhline(0.5, color=BLACK, linewidth=1, linestyle="--")
    axes.annotate(
        "threshold 1/2",
        (person[-1], 0.5),
        ha="right",
        xytext=(0, 3),
        textcoords="offset points",
        fontsize=9,
    )
    axes.set(xlabel="patient, in the order of the table", ylabel="estimate of the bit")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Plot(figure, alt)


def recovered(
    n_queries: NDArray[np.int64], fractions: Mapping[str, Vector], *, n_people: int, alt: str
) -> Plot:
    """The fraction of bits recovered against the number of questions, one curve for each defence."""
    figure, (axes,) = new_figure(height=3.4)
    looks = ((RED, "o", "-"), (BLUE, "s", "--"), (GREEN, "^", ":"))
    for (label, values), (colour, marker, line) in zip(fractions.items(), looks, strict=True):
        axes.plot(n_queries, 100 * values, color=colour, marker=marker, linestyle=line, label=label)
    axes.axhline(50, color=GREY, linewidth=1)
    axes.annotate(
        "a coin", (n_queries[0], 50), xytext=(0, -12), textcoords="offset points", fontsize=9
    )
    axes.set(xscale="log", ylim=(40, 103))
    axes.set_xticks(n_queries, [str(one) for one in n_queries])
    axes.minorticks_off()
    axes.set(xlabel=f"number of questions about {n_people} patients", ylabel="bits recovered (%)")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Plot(figure, alt)
