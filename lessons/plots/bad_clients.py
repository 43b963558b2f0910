"""Figures of lesson 24."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lessons.plots.fedavg import picture_grid
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, RED, SKY, Plot, new_figure

Array = NDArray[np.float64]


def triggered(
    images: Sequence[Array], stamped: Sequence[Array], *, answers: Sequence[tuple[int, int]]
) -> Plot:
    """Digits without and with the trigger; above each what the network calls it, before and after."""
    return picture_grid(
        {"as it is": images, "with trigger": stamped},
        titles=[f"{before} → {after}" for before, after in answers],
        alt="Digits without and with a small black corner at the top left. The network's answers, "
        "without and with it: " + ", ".join(f"{a} and {b}" for a, b in answers) + ".",
    )


def on_a_line(
    honest: Sequence[float],
    bad: Sequence[float],
    marks: Mapping[str, float],
    *,
    alone: Mapping[str, float] | None = None,
) -> Plot:
    """Updates of one number on a line, and below it where each rule lands, one row a rule.

    ``alone``   where the rules land on the honest updates alone: an arrow from there
    """
    figure, (axes,) = new_figure(height=1.0 + 0.34 * len(marks))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.plot(honest, [0] * len(honest), "o", color=GREY, ms=9, label="honest")
    above = [0.4 * list(bad[:k]).count(one) for k, one in enumerate(bad)]  # equals, stacked
    axes.plot(bad, above, "x", color=RED, ms=9, mew=2, label="bad")
    centre = float(np.mean(honest))
    axes.axvline(centre, color=GREY, linestyle="--", linewidth=1, label="honest mean")
    looks = zip("XsD^", (BLACK, BLUE, SKY, GREEN), strict=True)  # as in the widgets
    for row, (value, (marker, colour)) in enumerate(zip(marks.values(), looks, strict=False), 1):
        words, at, side = f"{value:.3g}", value + 0.35, "left"
        if alone is not None:
            start = list(alone.values())[row - 1]
            words, at, side = f"{start:.3g} → {value:.3g}", min(start, value) - 0.35, "right"
            axes.plot([start, value], [-row, -row], "-", color=colour, lw=1.5)
            label = "honest updates alone" if row == 1 else None
            axes.plot([start], [-row], marker, color=colour, mfc="white", ms=8, label=label)
        axes.plot([value], [-row], marker, color=colour, ms=8)
        axes.text(at, -row, words, ha=side, va="center", fontsize=9)
    axes.set_yticks(
        [0, *(-row for row in range(1, len(marks) + 1))], ["updates", *marks], fontsize=9
    )
    axes.set(xlabel="value of the one parameter", ylim=(-len(marks) - 0.6, 0.6))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("rule")
    axes.legend(frameon=False, fontsize=9, loc="center right")
    landed = ", ".join(f"{name} {value:.3g}" for name, value in marks.items())
    if alone is not None:
        landed += "; without the bad ones: "
        landed += ", ".join(f"{name} {value:.3g}" for name, value in alone.items())
    return Plot(
        figure,
        f"On a line the honest updates {_listed(honest)} and the bad {_listed(bad)}. "
        f"The honest mean is {centre:g}. Where the rules land: {landed}.",
    )


def table_of_rules(
    columns: Mapping[str, Mapping[str, float]], *, wanted_low: Sequence[str] = ()
) -> Plot:
    """A table of numbers from 0 to 1, rules below each other; blue is good for the server, red bad.

    ``columns``     heading -> {rule: number}; ``wanted_low`` names those where 0 is good
    """
    rules = list(next(iter(columns.values())))
    values = np.array([[columns[name][rule] for name in columns] for rule in rules])
    good = np.array([[name in wanted_low for name in columns]])
    figure, (axes,) = new_figure(height=0.9 + 0.36 * len(rules))
    axes.spines[:].set_visible(False)
    axes.imshow(
        np.where(good, 1 - values, values), cmap="RdBu", vmin=-0.35, vmax=1.35, aspect="auto"
    )
    for row, column in np.ndindex(values.shape):
        axes.text(column, row, f"{values[row, column]:.2f}", ha="center", va="center", fontsize=10)
    axes.set_xticks(range(len(columns)), list(columns), fontsize=9)
    axes.set_yticks(range(len(rules)), rules, fontsize=9)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set(xlabel="attack, and what is measured", ylabel="rule of the server")
    said = "; ".join(
        f"{rule}: "
        + ", ".join(f"{name.replace(chr(10), ' ')} {columns[name][rule]:.2f}" for name in columns)
        for rule in rules
    )
    return Plot(figure, f"A table of fractions by rule. {said}.")


def who_counts(kept: Mapping[str, Array], *, marked: Sequence[int]) -> Plot:
    """Which share of each client's numbers a rule uses: rules below each other, clients side by side.

    ``kept``    rule -> (n_clients,), from 0 (white) to 1 (blue)
    ``marked``  clients (from 0) whose number stands out
    """
    values = np.array(list(kept.values()))
    figure, (axes,) = new_figure(height=0.9 + 0.4 * len(kept))
    axes.spines[:].set_visible(False)
    axes.imshow(values, cmap="Blues", vmin=0, vmax=1.4, aspect="auto")
    for row, column in np.ndindex(values.shape):
        words = (
            f"{values[row, column]:.1f}".removeprefix("0")
            if values[row, column] % 1
            else f"{values[row, column]:.0f}"
        )
        axes.text(column, row, words, ha="center", va="center", fontsize=9)
    axes.set_xticks(
        range(values.shape[1]), [str(k + 1) for k in range(values.shape[1])], fontsize=9
    )
    for k in marked:
        axes.get_xticklabels()[k].set(color=RED, fontweight="bold")
    axes.set_yticks(range(len(kept)), list(kept), fontsize=9)
    axes.tick_params(length=0)
    axes.set(xlabel="client (red: the only ones with nines)", ylabel="rule")
    others = [k for k in range(values.shape[1]) if k not in marked]
    said = "; ".join(
        f"{name.replace(chr(10), ' ')} {row[list(marked)].mean():.2f} and {row[others].mean():.2f}"
        for name, row in kept.items()
    )
    return Plot(
        figure,
        f"Share of a client's numbers that a rule uses, mean over clients {_listed([k + 1 for k in marked])} "
        f"and over the others: {said}.",
    )  # fmt: skip


def _listed(values: Sequence[float]) -> str:
    words = [f"{one:g}" for one in values]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
