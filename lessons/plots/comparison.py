"""Figures of lesson 35."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY, Plot, new_figure

Levels = list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]  # G and P of each bit, level by level
FILL = {"g": ORANGE, "p": SKY, "·": "#E8E8E8"}


def levels_of(x: int, y: int, *, n_bits: int) -> Levels:
    """G and P of all bits: alone, then for s = 1, 2, 4, … joined with the stretch of s bits below."""
    bits = np.arange(n_bits)
    one, other = (x >> bits & 1).astype(bool), (y >> bits & 1).astype(bool)
    levels, d = [(one & other, one ^ other)], 1
    while d < n_bits:
        G, P = levels[-1]
        below_G, below_P = np.zeros_like(G), np.zeros_like(P)
        below_G[d:], below_P[d:] = G[:-d], P[:-d]
        levels.append((G | P & below_G, P & below_P))
        d *= 2
    return levels


def letters(G: NDArray[np.bool_], P: NDArray[np.bool_]) -> list[str]:
    """What each stretch does: g it generates a carry, p it passes one on, · neither."""
    return ["g" if g else "p" if p else "·" for g, p in zip(G, P, strict=True)]


def lay_out_tree(axes: Axes, *, n_bits: int) -> dict[str, Any]:
    """Nodes and edges of the tree, bit 0 at the right, one row a level; the artists that change."""
    depth = (n_bits - 1).bit_length()
    across = [n_bits - 1.0 - bit for bit in range(n_bits)]
    axes.set_axis_off()
    axes.set(xlim=(-1.9, n_bits - 0.4), ylim=(-depth - 1.6, 2.7))
    for level in range(depth):
        d = 2**level
        for bit in range(n_bits):
            for source in {bit, bit - d}:
                if source >= 0:
                    ends = [across[source], across[bit]], [-level, -level - 1]
                    axes.plot(*ends, color=GREY, lw=0.7, zorder=0)
    for row, name in ((2.2, "x"), (1.4, "y"), (-depth - 1.2, "x + y")):
        axes.text(-0.7, row, name, ha="right", va="center", fontsize=9)
    for level in range(depth + 1):
        name = "each bit" if level == 0 else f"s = {2 ** (level - 1)}"
        axes.text(-0.7, -level, name, ha="right", va="center", fontsize=9, color=GREY)
    rows = [2.2, 1.4, -depth - 1.2]
    return {
        "nodes": axes.scatter(
            np.tile(across, depth + 1),
            -np.repeat(np.arange(depth + 1), n_bits),
            s=150,
            c=[FILL["·"]] * n_bits * (depth + 1),
            edgecolors=BLACK,
            linewidths=0.6,
        ),
        "letters": [
            axes.text(a, -level, "", ha="center", va="center", fontsize=8)
            for level in range(depth + 1)
            for a in across
        ],
        "bits": [
            axes.text(a, row, "", ha="center", va="center", fontsize=10, family="monospace")
            for row in rows
            for a in across
        ],
    }


def fill_tree(artists: Mapping[str, Any], x: int, y: int, *, n_bits: int) -> None:
    """Write the two numbers, their sum and what each node does."""
    said = [one for G, P in levels_of(x, y, n_bits=n_bits) for one in letters(G, P)]
    artists["nodes"].set_facecolor([FILL[one] for one in said])
    for text, one in zip(artists["letters"], said, strict=True):
        text.set_text(one)
    written = [value >> bit & 1 for value in (x, y, x + y) for bit in range(n_bits)]
    for text, bit in zip(artists["bits"], written, strict=True):
        text.set_text(str(bit))


def chain_and_tree(x: int, y: int, *, n_bits: int = 8) -> Plot:
    """Left the carry that walks from bit to bit, right the stretches that double: both for x + y."""
    figure, (left, right) = new_figure(columns=2, height=3.7, width=9.2)
    left.set_axis_off()
    left.set(xlim=(-1.9, n_bits - 0.4), ylim=(-n_bits - 0.6, 2.7))
    carries = levels_of(x, y, n_bits=n_bits)[-1][0]
    across = [n_bits - 1.0 - bit for bit in range(n_bits)]
    left.plot(across, -np.arange(n_bits), color=GREY, lw=0.7, zorder=0)
    left.scatter(
        across, -np.arange(n_bits), s=150, c=[ORANGE if one else FILL["·"] for one in carries],
        edgecolors=BLACK, linewidths=0.6,
    )  # fmt: skip
    for row, value, name in ((2.2, x, "x"), (1.4, y, "y")):
        left.text(-0.7, row, name, ha="right", va="center", fontsize=9)
        for bit, a in enumerate(across):
            left.text(a, row, str(value >> bit & 1), ha="center", va="center", family="monospace")
    for bit, a in enumerate(across):
        left.text(a, -bit, str(int(carries[bit])), ha="center", va="center", fontsize=8)
        left.text(-0.7, -bit, f"round {bit + 1}", ha="right", va="center", fontsize=8, color=GREY)
    left.set_title("from bit to bit: the carry out of each", fontsize=10)
    fill_tree(lay_out_tree(right, n_bits=n_bits), x, y, n_bits=n_bits)
    right.set_title("stretches that double", fontsize=10)
    depth = (n_bits - 1).bit_length()
    rows = ["".join(reversed(letters(G, P))) for G, P in levels_of(x, y, n_bits=n_bits)]
    return Plot(
        figure,
        f"{x} + {y} in {n_bits} bits. From bit to bit the carries take {n_bits} rounds: "
        f"{''.join(str(int(one)) for one in carries[::-1])}, highest bit first. In the tree they take "
        f"{depth + 1}; its rows are {', '.join(rows)}.",
    )


def multiplied_openings(x: ArrayLike, opened: ArrayLike, divisors: ArrayLike) -> Plot:
    """Left what is opened against the secret; right the common divisor of two openings against its size."""
    secret, seen, found = (np.asarray(one) for one in (x, opened, divisors))
    figure, (left, right) = new_figure(columns=2, height=3.1, width=8.6)
    left.plot(secret, seen / 1e6, "o", color=BLUE, ms=3)
    left.axhline(0, color=GREY, lw=0.8, ls=":")
    left.set(xlabel="secret x", ylabel="opened x · r, in millions")
    size = np.abs(secret)
    hit = found == size
    top = float(size.max())
    right.plot([0, top], [0, top], color=GREY, lw=0.8, ls=":")
    for where, colour, mark, name in (
        (hit, RED, "o", "exactly |x|"),
        (~hit, SKY, "s", "a multiple of |x|"),
    ):
        right.plot(size[where], found[where], mark, color=colour, ms=4, label=name)
    right.set(xlabel="|x|", ylabel="greatest common divisor", ylim=(-5, 5 * top))
    right.legend(frameon=False, fontsize=9, loc="upper right")
    return Plot(
        figure,
        f"{secret.size} secrets. Left: x times a random positive number, with the sign of x and the "
        f"larger the larger |x| may be. Right: the greatest common divisor of two such products is "
        f"exactly |x| for {int(hit.sum())} of them, and a multiple of it for the others.",
    )
