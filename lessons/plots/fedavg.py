"""Figures of lesson 21."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, DPI, GREEN, GREY, ORANGE, RED, Plot, new_figure

Array = NDArray[np.float64]


def picture_grid(
    rows: Mapping[str, Sequence[Array]], *, titles: Sequence[str] | None = None, alt: str
) -> Plot:
    """Rows of 8 by 8 pictures (each a vector of 64), each row with its name; columns may be titled."""
    n_columns = max(len(row) for row in rows.values())
    figure = Figure(figsize=(7.2, 0.95 * len(rows) + 0.35), dpi=DPI, layout="constrained")
    grid = figure.subplots(len(rows), n_columns, squeeze=False)
    for row, (name, pictures) in enumerate(rows.items()):
        for column, axes in enumerate(grid[row]):
            axes.set_axis_off()
            if column < len(pictures):
                axes.imshow(pictures[column].reshape(8, 8), cmap="gray_r")
        grid[row][0].text(
            -0.15, 0.5, name, transform=grid[row][0].transAxes, ha="right", va="center", fontsize=9
        )
    for column, title in enumerate(titles or ()):
        grid[0][column].set_title(title, fontsize=9)
    return Plot(figure, alt)


def what_the_server_reads(
    counts: Sequence[int],
    columns: Sequence[tuple[Array, Array, Array]],
    correlations: Sequence[tuple[float, float]],
) -> Plot:
    """What the server reads from the updates of clients with ``counts`` images: a column for each.

    ``columns``       the row of the unit that moved most, the clearest row, the client's image
    ``correlations``  of the first two with the client's closest image
    """
    names = ("unit that moved most", "clearest unit", "image of the client")
    written = [(f"{one:.3f}", f"{other:.3f}") for one, other in correlations]
    titles = [
        f"{count} image{'s' * (count > 1)}\n{one} · {other}"
        for count, (one, other) in zip(counts, written, strict=True)
    ]
    return picture_grid(
        dict(zip(names, zip(*columns, strict=True), strict=True)),
        titles=titles,
        alt=f"What the server reads from the updates of clients with {_listed(map(str, counts))} "
        "images. Correlation with the client's closest image: "
        + ", ".join(f"{one} and {other}" for one, other in written)
        + ", for the unit that moved most and for the clearest unit.",
    )


def one_round(w: float, examples: Sequence[Sequence[float]], *, learning_rate: float) -> Plot:
    """One round on the model of one number, on one line: send, train, average and move.

    ``examples[k]`` are client k's numbers; its loss is half the mean squared distance to them, and it
    makes one step. The last row has both averages; a dashed line marks one step on all numbers in one place.
    """
    figure, (axes,) = new_figure(height=3.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    means = [float(np.mean(own)) for own in examples]
    updates = [learning_rate * (mean - w) for mean in means]
    sizes = [len(own) for own in examples]
    weighted = w + float(np.average(updates, weights=sizes))
    unweighted = w + float(np.mean(updates))
    looks = ((BLUE, "o"), (ORANGE, "s"))
    for k, (own, (colour, marker)) in enumerate(zip(examples, looks, strict=False)):
        axes.plot(own, [3] * len(own), marker, color=colour, ms=9, label=f"client {k + 1}")
        axes.plot([w], [2], marker, color=colour, ms=13 - 6 * k)
        height = 1.12 - 0.24 * k
        _arrow(axes, w, w + updates[k], height, colour)
        axes.text(w + updates[k] + 0.12, height, f"{updates[k]:+.2f}", va="center", fontsize=9)
    _arrow(axes, w, weighted, 0.0, BLACK)
    axes.text(weighted + 0.12, 0.12, f"by shares: {weighted:.3f}", va="center", fontsize=9)
    axes.plot([unweighted], [-0.3], "x", color=RED, ms=8, mew=2)
    words = f"unweighted mean: {unweighted:.3f}"
    axes.text(unweighted - 0.2, -0.3, words, ha="right", va="center", fontsize=9)
    everything = np.concatenate([np.asarray(own, dtype=float) for own in examples])
    best = float(everything.mean())
    axes.axvline(best, color=GREEN, linestyle=":", linewidth=1.5)
    axes.text(best - 0.1, 3.42, "best for all", color=GREEN, ha="right", va="center", fontsize=9)
    axes.axvline(w + learning_rate * (best - w), color=GREY, linestyle="--", linewidth=1)
    axes.text(
        w + learning_rate * (best - w) + 0.12, 2.42, "one step on all",
        color=GREY, va="center", fontsize=9,
    )  # fmt: skip
    names = [
        "the examples",
        "1: the server sends w",
        "2: each client trains",
        "3, 4: the server moves",
    ]
    axes.set_yticks([3, 2, 1, 0], names, fontsize=9)
    axes.set(xlim=(w - 0.5, float(everything.max()) + 0.5), ylim=(-0.6, 3.6))
    axes.set(xlabel="parameter w", ylabel="step")
    axes.legend(frameon=False, loc="center right", fontsize=9)
    moved = " and ".join(f"client {k + 1} moves by {one:.2f}" for k, one in enumerate(updates))
    return Plot(
        figure,
        f"One round on a line. The examples, best for all at {best:.0f}. Step 1: the server sends "
        f"w = {w:.0f}. Step 2: {moved}. Steps 3 and 4: the average by shares lands at {weighted:.3f}, where "
        f"one step on all examples lands too; the unweighted mean lands at {unweighted:.3f}.",
    )


def _arrow(axes: Axes, start: float, end: float, height: float, colour: str) -> None:
    look = {"arrowstyle": "-|>", "color": colour, "lw": 2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (end, height), (start, height), arrowprops=look)


def class_counts(splits: Mapping[str, Sequence[tuple[Array, NDArray[np.int64]]]]) -> Plot:
    """Who holds what: per split a dot for each client and digit, its area the number of images.

    ``splits``  name -> the clients, each a pair of images and labels
    """
    figure, panels = new_figure(columns=len(splits), height=3.0, share_y=True)
    for axes, (name, every) in zip(panels, splits.items(), strict=True):
        counts = np.array([np.bincount(labels, minlength=10) for _, labels in every])
        clients, classes = np.nonzero(counts)
        axes.scatter(classes, clients + 1, s=1.1 * counts[clients, classes], color=BLUE)
        axes.set(title=name, xlabel="digit", xticks=range(10), yticks=range(1, len(counts) + 1))
        axes.set(xlim=(-0.7, 9.7))
    panels[0].set_ylabel("client")
    return Plot(
        figure,
        "Dots of growing size: with fair samples each client holds nearly all digits, in the other "
        "split each client holds large dots for one or two digits and nothing of most others.",
    )


def alone_and_together(alone: Mapping[str, Sequence[float]], *, together: float) -> Plot:
    """Accuracy of each client that trains alone, per split, and a line for all data together."""
    figure, (axes,) = new_figure(height=2.8)
    looks = zip(("o", "s", "^"), (BLUE, ORANGE, GREEN), strict=True)
    for (name, values), (marker, colour) in zip(alone.items(), looks, strict=False):
        numbers = np.arange(1, len(values) + 1)
        axes.plot(numbers, values, marker, color=colour, label=f"alone, {name}", ms=7)
    axes.axhline(together, color=BLACK, linestyle="--", linewidth=1, label="all data in one place")
    axes.set(xlabel="client", ylabel="test accuracy", ylim=(0, 1.02), xticks=numbers)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    ranges = [
        f"{name} between {min(values):.1%} and {max(values):.1%}" for name, values in alone.items()
    ]
    return Plot(
        figure,
        f"Test accuracy of clients that train alone: {', '.join(ranges)}. All images in one place "
        f"give {together:.1%}.",
    )


def accuracy_curves(panels: Mapping[str, Mapping[str, Sequence[float]]], *, target: float) -> Plot:
    """Test accuracy by round: one panel per split, one curve per way of training.

    A ring marks where a curve first reaches ``target``; the number of rounds stands above it.
    """
    figure, axes_row = new_figure(columns=len(panels), height=3.4, share_y=True)
    looks = ((BLUE, "-", "o"), (RED, "--", "s"), (GREEN, ":", "^"))
    reached = []
    for axes, (title, curves) in zip(axes_row, panels.items(), strict=True):
        axes.axhline(target, color=GREY, linewidth=1, label=f"target {target:g}")
        for (name, values), (colour, style, marker) in zip(curves.items(), looks, strict=False):
            axes.plot(
                values,
                color=colour,
                linestyle=style,
                marker=marker,
                ms=4,
                markevery=0.12,
                label=name,
            )
            first = next((n for n, value in enumerate(values) if value >= target), None)
            if first is not None:
                axes.plot([first], [values[first]], "o", color=colour, ms=11, mfc="none", mew=1.5)
                axes.text(
                    first, 1.05, str(first), color=colour, ha="center", va="center", fontsize=9
                )
            after = "not at all" if first is None else f"after {first} round{'s' * (first != 1)}"
            reached.append(f"{title}, {name}: {after}")
        axes.set(title=title, xlabel="rounds", ylim=(0, 1.1))
    axes_row[0].set_ylabel("test accuracy")
    axes_row[-1].legend(frameon=False, loc="lower right", fontsize=9)
    words = f"Test accuracy by round; a ring marks where a curve first reaches {target:g}. "
    return Plot(figure, f"{words}{'; '.join(reached)}.")


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
