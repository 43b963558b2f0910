"""Figures of lesson 22."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, Plot, new_figure

Array = NDArray[np.float64]

LOOKS = {
    "FedAvg": (BLUE, "o", "-"),
    "FedProx": (GREY, "s", "--"),
    "SCAFFOLD": (RED, "^", "-"),
    "FedAvgM": (GREEN, "D", ":"),
    "FedAdam": (PINK, "v", "-."),
}


def two_walks(walks: Array, *, optimum: float, curvatures: Sequence[float]) -> Plot:
    """One round from the optimum: the losses, and each client's steps with their average below.

    ``walks``  (n_steps + 1, 2), where the two clients stand before and after each step
    """
    figure, (left, right) = new_figure(columns=2, height=3.2)
    x = np.linspace(-0.15, 1.75, 191)
    losses = np.array([a / 2 * (x - b) ** 2 for a, b in zip(curvatures, (0, 1), strict=True)])
    for k, (colour, style) in enumerate(((BLUE, "--"), (ORANGE, ":"))):
        name = f"client {k + 1}"
        left.plot(x, losses[k], color=colour, linestyle=style, lw=2, label=name)
        right.plot(walks[:, k], "o" + style, color=colour, ms=6, label=name)
    left.plot(x, losses.mean(axis=0), color=BLACK, lw=2, label="mean of both")
    left.axvline(optimum, color=GREEN, lw=1)
    left.text(optimum - 0.03, 2.2, "optimum", color=GREEN, ha="right", va="center", fontsize=9)
    left.set(xlabel="parameter w", ylabel="loss", ylim=(0, 4), xlim=(-0.15, 1.75))
    left.legend(frameon=False, loc="upper right", fontsize=9, handlelength=1.4, borderpad=0)
    middle = walks.mean(axis=1)
    right.plot(middle, "x-", color=BLACK, ms=7, mew=2, label="their average")
    right.axhline(optimum, color=GREEN, lw=1)
    right.set(xlabel="local steps", ylabel="parameter w", xticks=range(len(walks)))
    right.legend(frameon=False, loc="lower left", fontsize=9)
    return Plot(
        figure,
        f"Left: the losses of two clients and their mean, smallest at w = {optimum:.4f}. Right: both "
        f"start there. After {len(walks) - 1} local steps client 1 stands at {walks[-1, 0]:.4f}, client 2 "
        f"at {walks[-1, 1]:.4f}, and their average at {middle[-1]:.4f}.",
    )


def splits(named: Mapping[str, Sequence[NDArray[np.int64]]], *, skews: Sequence[float]) -> Plot:
    """Who holds what: per split a dot for each client and digit, its area the number of images.

    ``named``  title -> the labels that each client holds; ``skews``, one for each split
    """
    figure, panels = new_figure(columns=len(named), height=3.0, share_y=True)
    said = []
    for axes, (name, held), skew in zip(panels, named.items(), skews, strict=True):
        counts = np.array([np.bincount(own, minlength=10) for own in held])
        clients, digits = np.nonzero(counts)
        axes.scatter(digits, clients + 1, s=counts[clients, digits], color=BLUE)
        axes.set(title=f"{name}, skew {skew:.2f}", xlabel="digit", xlim=(-0.9, 9.9))
        axes.set(xticks=range(10), yticks=range(1, len(held) + 1))
        said.append(
            f"{name}: skew {skew:.2f}, clients of {counts.sum(axis=1).min()} to "
            f"{counts.sum(axis=1).max()} images"
        )
    panels[0].set_ylabel("client")
    return Plot(
        figure, f"Dots for each client and digit, larger for more images. {'; '.join(said)}."
    )


def method_curves(
    curves: Mapping[str, Sequence[Sequence[float]]], *, target: float, zoom: float
) -> Plot:
    """Test accuracy by round: each method's mean over its runs; the axis starts at ``zoom``.

    ``curves``  a method of ``LOOKS``, perhaps with a setting ("FedAvg, E = 1") -> its runs; a second
                setting of the same method is dashed, its markers hollow
    """
    figure, (axes,) = new_figure(height=3.6)
    axes.axhline(target, color=BLACK, lw=1, label=f"target {target:g}")
    said: list[str] = []
    seen: set[str] = set()
    for name, runs in curves.items():
        method = name.split(",")[0]
        colour, marker, style = LOOKS[method]
        again: dict[str, Any] = {"ls": "--", "mfc": "white"} if method in seen else {"ls": style}
        seen.add(method)
        table = np.array(runs)  # (n_runs, rounds + 1)
        rounds = np.arange(table.shape[1])
        axes.plot(
            rounds, table.mean(axis=0), color=colour, marker=marker, ms=4, markevery=0.1,
            label=name, **again,
        )  # fmt: skip
        said.append(f"{name}: {table[:, -5:].mean():.2f}")
    cut = " (axis cut)" if zoom > 0 else ""
    axes.set(xlabel="rounds", ylabel=f"test accuracy{cut}", ylim=(zoom, 1.0))
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Plot(
        figure,
        f"Test accuracy by round up to {len(rounds) - 1}, mean of {len(table)} runs; a line marks "
        f"the target {target:g}. Over the last five rounds: {'; '.join(said)}.",
    )
