"""Figures of lesson 33."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, Plot, new_figure

Parts = tuple[int, int]


def own_boxes(*, x_parts: Parts, y_parts: Parts) -> Plot:
    """A rectangle of sides x and y, cut by the two parties' shares, and who can compute which box."""
    figure, (axes,) = new_figure(height=3.0, width=4.4)
    _cut_by_parties(axes, x_parts, y_parts)
    x, y = sum(x_parts), sum(y_parts)
    own = x_parts[0] * y_parts[0] + x_parts[1] * y_parts[1]
    return Plot(
        figure,
        f"A rectangle {x} wide and {y} high, cut into four boxes. Party 1 computes the lower left box, "
        f"{x_parts[0]} times {y_parts[0]}, party 2 the upper right one, {x_parts[1]} times {y_parts[1]}, "
        f"together {own}. The other two boxes, {x * y - own} together, nobody computes.",
    )


def two_cuts(*, x_parts: Parts, y_parts: Parts, a: int, b: int) -> Plot:
    """The same rectangle in three steps: cut by the parties, cut at the masks, and who adds which box."""
    figure, panels = new_figure(columns=3, height=3.1, width=9.4)
    x, y = sum(x_parts), sum(y_parts)
    d, e = x - a, y - b
    _cut_by_parties(panels[0], x_parts, y_parts)
    panels[0].set_title("1: cut by the parties", fontsize=10)
    lengths = [[f"d·e = {d * e}", f"a·e = {a * e}"], [f"d·b = {d * b}", f"a·b = {a * b}"]]
    who = [["one\nparty", "all, own row"], ["all,\nown row", "all, own share of c"]]
    for axes, words, title in (
        (panels[1], lengths, "2: cut at the masks"),
        (panels[2], who, "3: who adds it"),
    ):
        _rectangle(axes, (d, a), (e, b), words, [[GREY, GREEN], [GREEN, PINK]])
        _sides(axes, (d, a), (e, b), ("d", "a"), ("e", "b"))
        axes.set_title(title, fontsize=10)
    return Plot(
        figure,
        f"A rectangle {x} wide and {y} high, three times. 1: cut by the parties, two of the four boxes "
        f"belong to nobody. 2: cut at d = {d} and e = {e}: the boxes are d times e = {d * e}, "
        f"d times b = {d * b}, a times e = {a * e}, and a times b = {a * b}. 3: one party adds d times e, "
        "all add d times b and a times e from their own rows, and their own share of c for a times b.",
    )


def turned(*, ages: ArrayLike, one_triple: ArrayLike, fresh: ArrayLike, modulus: int) -> Plot:
    """A column of secrets, and what everybody sees of it with one triple and with a triple for each."""
    figure, panels = new_figure(columns=3, height=3.0, width=9.4, share_y=True)
    bins = np.arange(modulus + 1) - 0.5
    rows: list[tuple[Axes, ArrayLike, str, str, str]] = [
        (panels[0], ages, GREEN, "the ages", "age in years"),
        (panels[1], one_triple, ORANGE, "opened, one triple for all", "d"),
        (panels[2], fresh, BLUE, "opened, a triple for each", "d"),
    ]
    for axes, values, colour, title, label in rows:
        axes.hist(np.asarray(values), bins=bins.tolist(), color=colour)
        axes.set_title(title, fontsize=10)
        axes.set(xlabel=label, xlim=(-1, modulus))
    panels[0].set_ylabel("patients")
    panels[0].yaxis.set_major_locator(MaxNLocator(integer=True))
    seen, other = np.asarray(ages), np.asarray(fresh)
    return Plot(
        figure,
        f"Three histograms of {seen.size} numbers on a clock with {modulus} hours. The ages lie from "
        f"{seen.min()} to {seen.max()}. Opened under one triple they form the same hill, only turned "
        f"around the clock. Opened with a triple for each they are spread evenly: no value comes more than "
        f"{np.bincount(other.ravel()).max()} times.",
    )


def _cut_by_parties(axes: Axes, x_parts: Parts, y_parts: Parts) -> None:
    (x_1, x_2), (y_1, y_2) = x_parts, y_parts
    words = [
        [f"{x_1}·{y_1} = {x_1 * y_1}\nparty 1", f"{x_2}·{y_1} = ?"],
        [f"{x_1}·{y_2} = ?", f"{x_2}·{y_2} = {x_2 * y_2}\nparty 2"],
    ]
    _rectangle(axes, x_parts, y_parts, words, [[BLUE, ORANGE], [ORANGE, BLUE]])
    _sides(axes, x_parts, y_parts, ("", ""), ("", ""))


def _rectangle(
    axes: Axes,
    widths: Sequence[int],
    heights: Sequence[int],
    words: Sequence[Sequence[str]],
    colours: Sequence[Sequence[str]],
) -> None:
    """Four boxes; ``words[row][column]`` and ``colours`` from the lower left one."""
    axes.set_axis_off()
    axes.set(xlim=(-1.35, sum(widths) + 0.1), ylim=(-0.9, sum(heights) + 0.1), aspect="equal")
    for row, height in enumerate(heights):
        for column, width in enumerate(widths):
            corner = (sum(widths[:column]), sum(heights[:row]))
            colour = colours[row][column]
            look: dict[str, Any] = {"hatch": "//", "ls": "--"} if colour == ORANGE else {}
            axes.add_patch(
                Rectangle(corner, width, height, fc="none", ec=colour, alpha=0.4, lw=0, **look)
            )
            axes.add_patch(Rectangle(corner, width, height, fc=colour, ec="none", alpha=0.16))
            axes.add_patch(Rectangle(corner, width, height, fc="none", ec=BLACK, lw=1))
            middle = (corner[0] + width / 2, corner[1] + height / 2)
            box = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.8}
            axes.text(*middle, words[row][column], ha="center", va="center", fontsize=9, bbox=box)


def _sides(
    axes: Axes,
    widths: Sequence[int],
    heights: Sequence[int],
    across: Sequence[str],
    up: Sequence[str],
) -> None:
    """Name the parts of the two sides and write their lengths."""
    for place, (width, name) in enumerate(zip(widths, across, strict=True)):
        words = f"{name} = {width}" if name else str(width)
        axes.text(
            sum(widths[:place]) + width / 2, -0.45, words, ha="center", va="center", fontsize=10
        )
    for place, (height, name) in enumerate(zip(heights, up, strict=True)):
        words = f"{name} = {height}" if name else str(height)
        axes.text(
            -0.65, sum(heights[:place]) + height / 2, words, ha="center", va="center", fontsize=10
        )
