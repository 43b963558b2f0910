"""Figures of lesson 18."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]
Marks = NDArray[np.bool_]


COUNTS = ("count 0", "count 1")


def possible_outputs(noises: Sequence[float], first: Marks, second: Marks) -> Plot:
    """What the counts 0 and 1 can release: on a toy computer, and among floats in a row.

    ``noises``         all noises that the toy computer knows
    ``first, second``  for consecutive floats: possible for count 0, for count 1
    """
    figure, (toy, real) = new_figure(columns=2, width=9.0, height=2.4)
    prepare_strip(real, len(first), labels=COUNTS)
    toy.set(xlabel="released number", ylabel="possible for", ylim=(-0.6, 1.6))
    toy.set_yticks([1, 0], COUNTS)
    toy.set_title(f"toy computer, {len(noises)} noises", fontsize=10)
    real.set_title(f"NumPy, {len(first)} floats from 0.3 on", fontsize=10)
    for count, (marks, colour, symbol) in enumerate(((first, BLUE, "o"), (second, RED, "s"))):
        for axes, places in (
            (toy, [count + noise for noise in noises]),
            (real, np.flatnonzero(marks)),
        ):
            row = np.full(len(places), 1 - count)
            axes.plot(places, row, color=colour, marker=symbol, ls="", ms=5)
    return Plot(
        figure,
        f"Left, a toy computer with {len(noises)} noises: a row of {len(noises)} dots for count 0, and "
        f"the same row one further right for count 1. Right, {len(first)} floats in a row from 0.3 on: "
        f"{first.sum()} are possible for count 0, {second.sum()} for count 1, "
        f"{(first & second).sum()} for both.",
    )


def prepare_strip(axes: Axes, n_floats: int, *, labels: tuple[str, str]) -> None:
    """Axes with two rows of ``n_floats`` places, one row for each count."""
    axes.set(xlim=(-1, n_floats), ylim=(-0.6, 1.6), xlabel="floats in a row, none between them")
    axes.set_yticks([1, 0], labels)
    axes.set_ylabel("possible for")
    for row in (0, 1):
        axes.plot(range(n_floats), [row] * n_floats, color="#cccccc", marker=".", ls="", ms=3)


def two_spacings(counts: tuple[int, int], *, scale: float) -> Plot:
    """How far apart floats are, and the Laplace noises of a count and of the next one.

    One panel for each of ``counts``, the smaller count of its pair; near the noise z, noises are about
    b·2⁻⁵²·e^(|z|/b) apart, with b = ``scale``.
    """
    figure, panels = new_figure(columns=2, width=9.0, height=3.2, share_y=True)
    words = []
    for axes, count in zip(panels, counts, strict=True):
        outputs = count + np.linspace(-12, 13, 2001)
        floats = np.spacing(np.abs(outputs))
        axes.semilogy(outputs, floats, color=GREY, lw=2, label="floats")
        gaps = np.zeros(len(outputs), dtype=bool)
        for one, colour, dashes in ((count, BLUE, "-"), (count + 1, RED, "--")):
            noises = scale * 2**-52 * np.exp(np.abs(outputs - one) / scale)
            axes.semilogy(outputs, noises, color=colour, ls=dashes, label=f"noises of count {one}")
            gaps |= noises > floats
        axes.set_title(f"counts {count} and {count + 1}", fontsize=10)
        axes.set(xlabel="output", ylim=(1e-17, 1e-10))
        axes.legend(frameon=False, loc="upper center", fontsize=9)
        words.append(
            f"Counts {count} and {count + 1}: at least one V lies above the floats at {gaps.mean():.0%} "
            f"of the outputs shown."
        )
    panels[0].set_ylabel("distance to the next")
    return Plot(
        figure,
        "Distance from one output to the next on a logarithmic axis: stairs for floats, lowest at the "
        f"output 0, and a V for the noises of each count. {' '.join(words)}",
    )


def two_distributions(outputs: Vector, first: Vector, second: Vector, *, epsilon: float) -> Plot:
    """What the counts 0 and 1 release on the integers, and ln of their ratio between −ε and ε."""
    figure, (left, ratio) = new_figure(columns=2, width=8.6)
    left.plot(outputs, first, color=BLUE, marker="o", ms=4, ls="", label=COUNTS[0])
    left.plot(
        outputs, second, color=RED, marker="s", ms=4, ls="", fillstyle="none", label=COUNTS[1]
    )
    left.set(xlabel="released count", ylabel="probability")
    left.set_ylim(0, 1.3 * max(first.max(), second.max()))
    left.legend(frameon=False, loc="upper left", fontsize=9)
    ratio.plot(outputs, np.log(first / second), color=BLACK, marker=".", ls="")
    for bound, name, rise in (
        (epsilon, f"ε = {epsilon:g}", 4),
        (-epsilon, f"−ε = −{epsilon:g}", -12),
    ):
        ratio.axhline(bound, color=ORANGE, linestyle="--")
        ratio.annotate(name, (outputs[0], bound), xytext=(2, rise), textcoords="offset points")
    ratio.set(xlabel="released count", ylabel="ln of the ratio, count 0 : count 1")
    ratio.margins(y=0.2)
    for axes in (left, ratio):
        axes.set_xticks(outputs[::3])
    return Plot(
        figure,
        "Left: two rows of points, the probabilities of each released integer for the counts 0 and 1, "
        "each a peak that falls off on both sides; no probability is 0. Right: the logarithm of their "
        f"ratio is {epsilon:g} up to 0 and −{epsilon:g} from 1 on.",
    )


def bytes_and_noise(noise: Vector, used: Vector) -> Plot:
    """How many random bytes one draw used, against the noise that came out."""
    figure, (axes,) = new_figure(height=3.0)
    axes.plot(noise, used, color=BLUE, marker="o", ms=3, ls="", alpha=0.4)
    reach = np.abs(noise).max()
    axes.plot([-reach, 0, reach], [reach + 3, 3, reach + 3], color=ORANGE, label="|noise| + 3")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    axes.set(xlabel="noise that was drawn", ylabel="random bytes used", ylim=(0, None))
    return Plot(
        figure,
        "Random bytes used against the noise drawn: a V with its tip at noise 0. "
        f"{np.mean(used == np.abs(noise) + 3):.0%} of the points lie on its two lines, where the number "
        "of bytes is the size of the noise plus three; the others lie above.",
    )
