"""Figures of lesson 11."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure


def dashboard(counts: NDArray[np.int64], *, first: int, alt: str) -> Plot:
    """The public counter after each of the ``first`` answers; each jump is one student's yes."""
    figure, (axes,) = new_figure(height=2.8)
    answered = np.arange(first + 1)
    shown = np.concatenate([[0], counts[:first]])
    axes.step(answered, shown, where="post", color=BLUE)
    jumps = np.flatnonzero(np.diff(shown)) + 1
    axes.plot(jumps, shown[jumps], "o", color=RED, label="the counter jumped: this student cheated")
    axes.set(xlabel="answers so far", ylabel="'yes' on the dashboard")
    axes.legend(frameon=False, loc="upper left")
    return Plot(figure, alt)


def many_surveys(
    raw: NDArray[np.float64], debiased: NDArray[np.float64], *, share: float, alt: str
) -> Plot:
    """Histograms of the raw and the debiased share over many simulated surveys."""
    figure, (axes,) = new_figure(height=2.9)
    # shares of 200 people are multiples of 0.005 and 0.01: each bin holds equally many of them
    edges = np.arange(0.1025, 0.6, 0.02).tolist()
    axes.hist(raw, edges, color=ORANGE, hatch="//", edgecolor=BLACK, lw=0.3, label="share of 'yes'")
    axes.hist(debiased, edges, histtype="step", color=BLUE, lw=2, label="debiased share")
    axes.axvline(share, color=BLACK, linestyle="--", label="true share")
    axes.set(xlabel="share of cheaters that the survey reports", ylabel="number of surveys")
    axes.legend(frameon=False)
    return Plot(figure, alt)


def repeated_questions(
    weeks: Sequence[int], fresh: Sequence[float], memoised: Sequence[float], *, alt: str
) -> Plot:
    """How often a majority vote over the weeks names the truth, with and without memory."""
    figure, (axes,) = new_figure(height=2.9)
    axes.plot(weeks, fresh, "o-", color=RED, markersize=4, label="new coin every week")
    axes.plot(weeks, memoised, "s--", color=BLUE, markersize=4, label="first answer repeated")
    axes.axhline(0.5, color=GREY, linewidth=1, linestyle=":", label="guess by tossing a coin")
    axes.set(xlabel="weeks in which the question was asked", ylim=(0.45, 1.03))
    axes.set_ylabel("students guessed right (share)")
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.3))
    return Plot(figure, alt)
