"""Figures of lesson 16."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, DPI, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def pictures(images: Sequence[Vector], titles: Sequence[str]) -> Plot:
    """Pictures of 8 by 8 pixels (each a vector of 64) in a row, every one under its title."""
    figure = Figure(figsize=(7.2, 1.35), dpi=DPI, layout="constrained")
    row = figure.subplots(1, len(images), squeeze=False)[0]
    for axes, image, title in zip(row, images, titles, strict=True):
        axes.set_axis_off()
        axes.imshow(np.reshape(image, (8, 8)), cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    return Plot(figure, f"Pictures of 8 by 8 grey pixels with the titles: {', '.join(titles)}.")


def gradient_lengths(norms: Vector, *, marked: float, label: str) -> Plot:
    """How long the gradients of single examples are, on a logarithmic axis, and one that is marked."""
    figure, (axes,) = new_figure(height=2.9)
    low, high = 1e-4, 100.0
    below = round(8 * np.log10(marked / low))  # about eight bins a decade, an edge at ``marked``
    above = np.ceil(below * np.log(high / marked) / np.log(marked / low))
    edges = marked * (marked / low) ** (np.arange(-below, above + 1) / below)
    edges[0] = low  # not a rounding above it
    counts, _, _ = axes.hist(np.maximum(norms, low), bins=list(edges), color=BLUE)
    median = float(np.median(norms))
    axes.axvline(median, color=BLACK, linestyle=":", linewidth=2, label=f"the median: {median:.2f}")
    axes.axvline(marked, color=RED, linestyle="--", linewidth=2, label=f"{label}: {marked:.0f}")
    axes.set(xscale="log", xlim=(low, high), ylim=(0, 1.4 * max(np.ravel(counts))))
    say_that_shorter_ones_are_here(axes, low)
    axes.set_xlabel("norm of one example's gradient")
    axes.set_ylabel("number of examples")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    alt = (
        f"Histogram of the norms of {len(norms)} single gradients on a logarithmic axis. Vertical lines: "
        f"the median at {median:.2f}; {label} at {marked:.0f}, longer than "
        f"{np.sum(norms < marked)} of them."
    )
    return Plot(figure, alt)


def say_that_shorter_ones_are_here(axes: Axes, low: float) -> None:
    """Write ≤ before the left end ``low`` of a logarithmic axis: its bar counts all that are shorter."""
    axes.xaxis.set_major_formatter(
        lambda x, _: f"{'≤ ' if x < 1.01 * low else ''}$10^{{{np.log10(x):.0f}}}$"
    )


def arrows(panels: Mapping[str, Mapping[str, Vector]], *, clip_norm: float) -> Plot:
    """Gradients of two parameters as arrows, with the circle of radius C; all panels in one scale."""
    figure, grid = new_figure(columns=len(panels), width=7.6, height=3.6)
    ends = np.array([[0, 0], *(end for one in panels.values() for end in one.values())])
    low = np.minimum(ends.min(axis=0), -clip_norm) - 0.3
    side = float(max(np.maximum(ends.max(axis=0), clip_norm) - low)) + 0.7
    for axes, (title, vectors) in zip(grid, panels.items(), strict=True):
        axes.add_patch(Circle((0, 0), clip_norm, fill=False, color=ORANGE, linestyle="--"))
        away = f"length {clip_norm:g}"
        axes.text(-1.2 * clip_norm, 1.1 * clip_norm, away, fontsize=9)
        for (name, (x, y)), colour in zip(vectors.items(), (RED, BLUE, BLACK), strict=False):
            head = {
                "arrowstyle": "-|>",
                "color": colour,
                "linewidth": 2,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            axes.annotate("", (x, y), xytext=(0, 0), arrowprops=head)
            beside = (5, 3) if y >= 0 else (5, -11)
            axes.annotate(name, (x, y), xytext=beside, textcoords="offset points", color=colour)
        axes.set(xlim=(low[0], low[0] + side), ylim=(low[1], low[1] + side))
        axes.set(title=title, xlabel="first parameter", ylabel="second parameter", aspect="equal")
        axes.axhline(0, color=GREY, linewidth=0.5, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.5, zorder=0)
    told = "; ".join(
        f"“{title}” has "
        + ", ".join(f"{name} of length {np.linalg.norm(end):.2f}" for name, end in vectors.items())
        for title, vectors in panels.items()
    )
    alt = f"Arrows in panels of one scale, each with a circle of radius {clip_norm:g}: {told}."
    return Plot(figure, alt)


def clouds(panels: Mapping[str, Mapping[str, Vector]], *, centres: Sequence[Vector]) -> Plot:
    """Noisy sums (n, 2) in two worlds as two clouds a panel, around ``centres``; all in one scale."""
    figure, grid = new_figure(columns=len(panels), width=7.6, height=3.9, share_y="row")
    furthest = max(np.abs(cloud).max() for one in panels.values() for cloud in one.values())
    looks = ((RED, "o"), (BLUE, "x"))
    for axes, (title, worlds) in zip(grid, panels.items(), strict=True):
        for (name, cloud), (colour, marker) in zip(worlds.items(), looks, strict=True):
            axes.plot(*cloud.T, marker, color=colour, markersize=4, alpha=0.45, label=name)
        axes.plot(*np.transpose(centres), color=BLACK, linewidth=3, label="without noise: C apart")
        axes.set(xlim=(-1.05 * furthest, 1.05 * furthest), aspect="equal")
        axes.set(ylim=axes.get_xlim(), title=title, xlabel="first parameter")
    grid[0].set_ylabel("second parameter")
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, frameon=False, loc="outside lower center", ncols=len(labels), fontsize=9
    )
    between = np.subtract(*centres)
    middle = np.mean(centres, axis=0)
    told = "; ".join(
        f"with {title}, "
        + " and ".join(
            f"{np.mean((cloud - middle) @ between * sign > 0):.0%} of the points “{name}”"
            for (name, cloud), sign in zip(worlds.items(), (1, -1), strict=True)
        )
        for title, worlds in panels.items()
    )
    alt = (
        f"Two clouds of noisy sums in each panel, their centres {np.linalg.norm(between):.2g} apart. "
        f"Nearer to their own centre lie, {told}."
    )
    return Plot(figure, alt)


def answers(panels: Mapping[str, Sequence[int]]) -> Plot:
    """What the network trained on secret 0, 1, … answers, by panel: right is what lies on the diagonal."""
    figure, grid = new_figure(columns=len(panels), width=7.6, height=3.9, share_y="row")
    told = []
    for axes, (title, given) in zip(grid, panels.items(), strict=True):
        secrets, read = np.arange(len(given)), np.asarray(given)
        right = read == secrets
        ends = [0, len(given) - 1]
        axes.plot(ends, ends, ":", color=GREY, label="answer = secret")
        axes.plot(secrets[right], read[right], "o", color=RED, markersize=9, label="right")
        axes.plot(secrets[~right], read[~right], "x", color=BLUE, markersize=8, label="wrong")
        axes.set(title=f"{title}: {right.sum()} of {len(given)}", xlabel="secret", aspect="equal")
        axes.set(xticks=secrets, yticks=secrets)
        axes.set(xlim=(-0.6, len(given) - 0.4), ylim=(-0.6, len(given) - 0.4))
        told.append(f"{title}, the answers are {', '.join(map(str, given))}: {right.sum()} right")
    grid[0].set_ylabel("answer of the network")
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, frameon=False, loc="outside lower center", ncols=len(labels), fontsize=9
    )
    return Plot(figure, f"Secrets from 0 up against what the network answers. {'. '.join(told)}.")


def accuracy_against_epsilon(
    epsilons: Mapping[float, float],
    accuracies: Mapping[float, float],
    *,
    plain: float,
    shown: Callable[[float], str],
) -> Plot:
    """Accuracy that private runs reach, by their ε, and that of plain training; keys are multipliers.

    ``shown`` writes an ε: rounded up, as every printed one.
    """
    figure, (axes,) = new_figure(height=3.4)
    levels = sorted(epsilons)
    x, y = [epsilons[one] for one in levels], [accuracies[one] for one in levels]
    axes.axhline(plain, color=RED, linestyle="--", label=f"without privacy: {plain:.1%}")
    axes.plot(x, y, color=BLUE, marker="o", label="private, the best of 49 settings")
    for level, epsilon, accuracy in zip(levels, x, y, strict=True):
        words = f"multiplier {level:g}\nε = {shown(epsilon)}: {accuracy:.1%}"
        axes.annotate(
            words,
            (epsilon, accuracy),
            xytext=(5, -8),
            textcoords="offset points",
            va="top",
            fontsize=9,
        )
    axes.set(xscale="log", xlim=(0.5, 150), ylim=(0.75, 1.0))
    axes.set(xlabel="ε at δ = 1e-4", ylabel="accuracy on test images")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    told = ", ".join(
        f"{accuracy:.1%} at ε = {shown(epsilon)} (noise multiplier {level:g})"
        for level, epsilon, accuracy in zip(levels, x, y, strict=True)
    )
    alt = (
        f"Accuracy against ε on a logarithmic axis: {told}; a line at {plain:.1%} without privacy."
    )
    return Plot(figure, alt)
