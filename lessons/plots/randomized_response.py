"""Figures of lesson 11."""

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY, Plot, new_figure

Vector = NDArray[np.float64]
ALWAYS_NO = "always guess 'did not cheat'"


def dashboard(counts: NDArray[np.int64], *, first: int) -> Plot:
    """The public counter after each of the ``first`` answers; each jump is one student's yes."""
    figure, (axes,) = new_figure(height=2.8)
    answered = np.arange(first + 1)
    shown = np.concatenate([[0], counts[:first]])
    axes.step(answered, shown, where="post", color=BLUE)
    jumps = np.flatnonzero(np.diff(shown)) + 1
    axes.plot(jumps, shown[jumps], "o", color=RED, label="the counter jumped: this student cheated")
    axes.set(xlabel="answers so far", ylabel="'yes' on the dashboard")
    axes.legend(frameon=False, loc="upper left")
    return Plot(
        figure,
        f"The counter of yes answers over the first {first} answers: a staircase. Each of its "
        f"{len(jumps)} steps up is one student who admitted to cheating, marked with a dot.",
    )


def sticks_out(honest: Vector, cheated: Vector, *, factors: Sequence[int]) -> Plot:
    """The smallest factor at which no answer of one row is above that many times the other row.

    ``honest``, ``cheated``  (2,) probabilities of the answers no and yes, the two rows of the table
    ``factors``              one panel for each; what is above factor · cheated is drawn in red
    """
    figure, panels = new_figure(columns=len(factors), height=3.3, share_y=True)
    left_over = [np.maximum(0, honest - factor * cheated) for factor in factors]
    for axes, factor, over in zip(panels, factors, left_over, strict=True):
        blue: dict[str, Any] = {"color": SKY, "hatch": "//", "edgecolor": BLACK, "lw": 0.5}
        axes.bar([0, 1], honest, 0.5, label="did not cheat", **blue)
        red: dict[str, Any] = {"color": RED, "edgecolor": BLACK, "lw": 0.5}
        axes.bar([0, 1], over, 0.5, bottom=honest - over, label="sticks out", **red)
        frame: dict[str, Any] = {"facecolor": "none", "edgecolor": ORANGE, "lw": 2.2}
        axes.bar([0, 1], factor * cheated, 0.7, label="cheated, times the factor", **frame)
        for answer in np.flatnonzero(over > 0).tolist():
            middle = honest[answer] - over[answer] / 2
            axes.text(answer, middle, f"{over[answer]:.2f}", ha="center", va="center", fontsize=9)
        axes.set(xlim=(-0.6, 1.6), xlabel="what the student says", title=f"factor {factor}")
        axes.set_xticks([0, 1], ["no", "yes"])
    panels[0].set_ylabel("probability (frames: × factor)")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False
    )
    pieces = [
        f"With factor {factor}, {_pieces(over)}."
        for factor, over in zip(factors, left_over, strict=True)
    ]
    return Plot(
        figure,
        f"{len(factors)} panels. Blue bars: a student who did not cheat says no with probability "
        f"{honest[0]:.2f} and yes with {honest[1]:.2f}. Orange frames: the probabilities "
        f"{cheated[0]:.2f} and {cheated[1]:.2f} of a student who cheated, times the factor. "
        + " ".join(pieces),
    )


def _pieces(over: Vector) -> str:
    named = [
        f"the bar of {name} sticks out by {x:.2f}"
        for name, x in zip(("no", "yes"), over, strict=True)
        if x > 0
    ]
    return " and ".join(named) or "no bar sticks out"


def many_surveys(raw: NDArray[np.float64], debiased: NDArray[np.float64], *, share: float) -> Plot:
    """Histograms of the raw and the debiased share over many simulated surveys."""
    figure, (axes,) = new_figure(height=2.9)
    # shares of 200 people are multiples of 0.005 and 0.01: each bin holds equally many of them
    edges = np.arange(0.1025, 0.6, 0.02).tolist()
    axes.hist(raw, edges, color=ORANGE, hatch="//", edgecolor=BLACK, lw=0.3, label="share of 'yes'")
    axes.hist(debiased, edges, histtype="step", color=BLUE, lw=2, label="debiased share")
    axes.axvline(share, color=BLACK, linestyle="--", label="true share")
    axes.set(xlabel="share of cheaters that the survey reports", ylabel="number of surveys")
    axes.legend(frameon=False)
    return Plot(
        figure,
        f"Two histograms of {len(raw)} surveys; the true share is {share:.3f}. The raw share of yes "
        f"answers lies around {raw.mean():.3f}, off the mark, with standard deviation "
        f"{raw.std():.3f}. The debiased share, an outline, lies around {debiased.mean():.3f}, with "
        f"standard deviation {debiased.std():.3f}.",
    )


def smallest_deltas(epsilons: Vector, *, coin: Sequence[float], crashes: Sequence[float]) -> Plot:
    """The smallest δ for every ε, of the coin with p = 3/4 and of the app that crashes."""
    figure, (axes,) = new_figure(height=2.9)
    axes.plot(epsilons, coin, color=BLUE, label="the coin")
    axes.plot(epsilons, crashes, color=RED, linestyle="--", label="the app that crashes")
    axes.axvline(log(3), color=GREY, linewidth=1, linestyle=":", label="ε = ln 3")
    axes.set(xlabel="ε", ylabel="smallest δ", yscale="log", ylim=(0.003, 1))
    axes.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    axes.legend(frameon=False, loc="upper right")
    return Plot(
        figure,
        f"The smallest δ, on a logarithmic axis, for ε from {epsilons[0]:.0f} to "
        f"{epsilons[-1]:.0f}. Two curves fall side by side, the coin's from {coin[0]:.3f} and the "
        f"app's from {crashes[0]:.3f}. At ε = ln 3 the coin's drops out of the picture, to "
        f"{coin[-1]:.3f}, and the app's becomes a level line at {crashes[-1]:.3f}.",
    )


def repeated_questions(
    weeks: Sequence[int], fresh: Sequence[float], memoised: Sequence[float], *, always_no: float
) -> Plot:
    """How often a majority vote over the weeks names the truth, with and without memory.

    ``always_no``  share of students who did not cheat: right without a look at any answer
    """
    figure, (axes,) = new_figure(height=2.9)
    axes.plot(weeks, fresh, "o-", color=RED, markersize=4, label="new coin every week")
    axes.plot(weeks, memoised, "s--", color=BLUE, markersize=4, label="first answer repeated")
    axes.axhline(always_no, color=GREY, linewidth=1, linestyle=":", label=ALWAYS_NO)
    axes.set(xlabel="weeks in which the question was asked", ylim=(0.6, 1.03))
    axes.set_ylabel("students guessed right (share)")
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.6))
    return Plot(
        figure,
        "Share of students whose answer is guessed right against the number of weeks. With a new "
        f"coin every week it climbs from {fresh[0]:.3f} to {fresh[-1]:.3f} after {weeks[-1]} weeks; "
        f"with one remembered answer it ends at {memoised[-1]:.3f}. "
        f"A guesser who always says 'did not cheat' is right for {always_no:.3f}.",
    )
