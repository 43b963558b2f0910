"""Figures of lesson 34."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

SHRUNK = 0.42  # the divided line as it is drawn, in parts of the whole one


def place(value: float, modulus: int, *, shrunk: bool) -> float:
    """Where a number stands on the upper line, 0 to Q, or (divided, times 10 again) on the lower one."""
    return modulus / 2 + (value - modulus / 2) * SHRUNK if shrunk else value


def seam(x: int, first_shares: Sequence[int], *, modulus: int, divisor: int) -> Plot:
    """For each first share a panel: the clock cut open, both points on it, and the same divided."""
    figure, panels = new_figure(columns=len(first_shares), height=3.0, width=8.6)
    said = []
    for axes, first in zip(panels, first_shares, strict=True):
        second = (first - x) % modulus
        small = first // divisor, second // divisor
        line_and_shrunk(axes, modulus, divisor)
        for value, less, colour, name in (
            (first, small[0], BLUE, "party 1"),
            (second, small[1], ORANGE, "−party 2"),
        ):
            below = place(less * divisor, modulus, shrunk=True)
            axes.plot([value, below], [1, 0], color=colour, lw=0.8, ls=":")
            axes.plot([value, below], [1, 0], "o", color=colour, ms=7)
            axes.text(value, 1.12, f"{name}\n{value}", ha="center", color=colour, fontsize=9)
            axes.text(below, -0.12, f"{less}", ha="center", va="top", color=colour, fontsize=9)
        result = small[0] - small[1]
        broken = first - second != x
        for height, shrunk, ends, words in (
            (0.9, False, (first, second), f"{first - second}"),
            (0.1, True, (small[0] * divisor, small[1] * divisor), f"{result}"),
        ):
            a, b = (place(end, modulus, shrunk=shrunk) for end in ends)
            axes.plot([a, b], [height, height], color=RED if broken else BLACK, lw=2)
            axes.text(
                (a + b) / 2, height + (-0.14 if height > 0.5 else 0.05), words,
                ha="center", color=RED if broken else BLACK, fontsize=10, weight="bold",
            )  # fmt: skip
        axes.set_title(
            "the seam lies between the points" if broken else "no seam between the points",
            fontsize=10,
        )
        said.append(
            f"party 1 at {first}, minus party 2 at {second}, difference {first - second}; divided by "
            f"{divisor}: {small[0]} and {small[1]}, difference {result}"
        )
    return Plot(figure, f"A clock of {modulus} hours cut open, x = {x}. {'. '.join(said)}.")


def line_and_shrunk(axes: Axes, modulus: int, divisor: int) -> None:
    """The clock cut open at 0, and below it the same line divided."""
    axes.set_axis_off()
    axes.set(xlim=(-0.04 * modulus, 1.04 * modulus), ylim=(-0.42, 1.4))
    for height, shrunk, last in ((1.0, False, modulus), (0.0, True, modulus // divisor)):
        ends = [place(end, modulus, shrunk=shrunk) for end in (0, modulus)]
        axes.plot(ends, [height, height], color=GREY, lw=1.2, zorder=0)
        for end, label, side in ((ends[0], "0", "right"), (ends[1], str(last), "left")):
            axes.plot([end, end], [height - 0.05, height + 0.05], color=GREY, lw=1.2, zorder=0)
            away = -0.022 * modulus if side == "right" else 0.022 * modulus
            axes.text(end + away, height - 0.03, label, ha=side, color=GREY, fontsize=8)


def masked_sums(value: int, masks: Sequence[int], *, modulus: int) -> Plot:
    """For each mask r a line: from r to r + value on a clock of ``modulus`` hours, unrolled, in halves."""
    figure, (axes,) = new_figure(height=2.7, width=8.6)
    half = modulus // 2
    names = ("lower half", "upper half", "lower half again")
    for k, (name, colour) in enumerate(zip(names, (BLUE, ORANGE, BLUE), strict=True)):
        axes.axvspan(k * half, (k + 1) * half, color=colour, alpha=0.13, lw=0)
        axes.text((k + 0.5) * half, -0.66, name, ha="center", va="bottom", fontsize=9)
    axes.axvline(modulus, color=RED, ls="--", lw=1.2)
    said = []
    for row, r in enumerate(masks):
        end = r + value
        wrapped = end >= modulus
        colour = RED if wrapped else BLACK
        arrow = {"arrowstyle": "->", "color": colour, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (end, row), (r, row), arrowprops=arrow)
        axes.plot([r], [row], "o", color=colour, ms=6)
        axes.text(r - 12, row, f"r = {r}", ha="right", va="center", color=colour, fontsize=9)
        said_c = f"c = {end % modulus}"
        axes.text(end - 8, row - 0.08, said_c, ha="right", va="bottom", color=colour, fontsize=9)
        said.append(f"from r = {r} to {end}, c = {end % modulus}{', wrapped' * wrapped}")
    axes.set(xlim=(-0.08 * modulus, 3 * half), ylim=(len(masks) - 0.5, -1.1), yticks=[])
    places = [0, half, modulus, 3 * half]
    axes.set_xticks(places, ["0", f"{half}", f"{modulus}, that is 0", f"{half}"])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("on the clock")
    return Plot(
        figure,
        f"A clock of {modulus} hours, unrolled; arrows of length {value}: {'; '.join(said)}. Only an arrow "
        f"from the upper half into the lower one passes {modulus}.",
    )


def opened_values(panels: Mapping[str, Mapping[int, NDArray[np.int64]]]) -> Plot:
    """How often each value is opened: per panel two secrets, one upwards and one downwards.

    ``panels``  title -> {secret: how often each of 0 … Q − 1 is opened}
    """
    figure, row = new_figure(columns=len(panels), height=2.9, share_y=True)
    said = []
    for axes, (title, secrets) in zip(row, panels.items(), strict=True):
        for (secret, counts), colour, hatch, sign in zip(
            secrets.items(), (BLUE, ORANGE), ("", "////"), (1, -1), strict=True
        ):
            axes.bar(
                np.arange(len(counts)), sign * counts, width=0.8, color=colour, hatch=hatch,
                label=f"secret {secret}",
            )  # fmt: skip
            seen = np.flatnonzero(counts)
            said.append(f"{title}, secret {secret}: {len(seen)} values, {seen[0]} to {seen[-1]}")
        axes.axhline(0, color=BLACK, lw=0.8)
        axes.set(title=title, xlabel="opened value c", yticks=[-1, 0, 1], yticklabels=[1, 0, 1])
        axes.title.set_fontsize(10)
        axes.set_ylim(-1.9, 1.9)
        axes.legend(frameon=False, fontsize=9, loc="upper right", ncols=2)
    row[0].set_ylabel("how often, over all masks")
    return Plot(figure, f"What is opened, over all masks. {'; '.join(said)}.")
