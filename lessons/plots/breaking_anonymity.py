"""Figures of lesson 01."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

Bits = NDArray[np.int64]
Vector = NDArray[np.float64]
RING: dict[str, Any] = {
    "color": BLACK,
    "markerfacecolor": "none",
    "ms": 7,
    "markeredgewidth": 0.9,
    "label": "wrong guess",
}


def two_bands(estimates: Mapping[int, Vector], bits: Bits) -> Plot:
    """The estimates of all bits after few, more and many questions: one cloud becomes two bands.

    ``estimates``  number of questions -> the estimates, shape (n,); ``bits``  the true bits (n,)
    """
    figure, panels = new_figure(height=3.1, width=8.6, columns=len(estimates), share_y=True)
    person, parts = np.arange(len(bits)), []
    for axes, (m, values) in zip(panels, estimates.items(), strict=True):
        for bit, colour, marker, label in ((1, ORANGE, "o", "ill"), (0, BLUE, "s", "not ill")):
            of_bit = bits == bit
            axes.plot(person[of_bit], values[of_bit], marker, color=colour, ms=4, label=label)
        wrong = (values > 0.5) != (bits == 1)
        axes.plot(person[wrong], values[wrong], "o", **RING)
        axes.axhline(0.5, color=BLACK, linewidth=1, linestyle="--", label="1/2")
        right, spread = int((~wrong).sum()), np.std(values - bits)
        words = f"{m} questions: {right} of {len(bits)} right\nestimates stray by {spread:.1f}"
        axes.set_title(words, fontsize=10)
        axes.set(xlabel="patient", xlim=(-2, len(bits) + 1))
        parts.append(f"After {m} they stray by {spread:.2f} and {right} of {len(bits)} are right.")
    panels[0].set(ylabel="estimate of the bit")
    panels[-1].legend(frameon=False, loc="upper right", fontsize=9)
    alt = "The estimates of ill patients and of the others, on both sides of the line 1/2. "
    return Plot(figure, alt + " ".join(parts))


def recovered(n_queries: Bits, fractions: Mapping[str, Vector], *, bits: Bits) -> Plot:
    """The fraction of bits recovered against the number of questions, one curve for each defence."""
    figure, (axes,) = new_figure(height=3.4)
    looks, parts = ((RED, "o", "-"), (BLUE, "s", "--"), (GREEN, "^", ":")), []
    for (label, values), (colour, marker, line) in zip(fractions.items(), looks, strict=True):
        axes.plot(n_queries, 100 * values, color=colour, marker=marker, linestyle=line, label=label)
        parts.append(f"{label}: from {values[0]:.0%} to {values[-1]:.0%}.")
    nobody = 100 * float(np.mean(bits == 0))
    for level, words in ((50.0, "a coin"), (nobody, "'nobody is ill'")):
        axes.axhline(level, color=GREY, linewidth=1)
        axes.annotate(
            words,
            (1, level),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set(xscale="log", ylim=(40, 103))
    axes.set_xticks(n_queries, [str(one) for one in n_queries])
    axes.minorticks_off()
    axes.set(xlabel=f"number of questions about {len(bits)} patients", ylabel="bits recovered (%)")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9, ncols=3)
    first, last = n_queries[0], n_queries[-1]
    alt = f"Bits recovered, as the number of questions grows from {first} to {last}. "
    return Plot(figure, alt + " ".join(parts))
