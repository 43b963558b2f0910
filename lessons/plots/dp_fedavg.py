"""Figures of lesson 25."""

from collections.abc import Mapping, Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, Plot, new_figure

Array = NDArray[np.float64]
STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (RED, ":"))


def shares(values: Array, members: NDArray[np.bool_]) -> Plot:
    """How much of each candidate's update is in one round's average; a line at 1 over those who have one.

    ``values``, ``members``  (n_candidates,)
    """
    figure, (axes,) = new_figure(height=3.0)
    numbers = np.arange(1, len(values) + 1)
    looks = ((members, BLUE, "o", "member"), (~members, ORANGE, "x", "outsider"))
    for chosen, colour, marker, name in looks:
        axes.plot(numbers[chosen], values[chosen], marker, color=colour, ms=5, label=name)
    axes.set(xlabel="person", ylabel="share of its update\nin the average")
    found = values > values.max() / 2
    axes.axhline(1 / found.sum(), color=GREY, lw=0.8, ls=":", label=f"1/{found.sum()}")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Plot(
        figure,
        f"The share of each of {len(values)} updates in the average of one round: {values.max():.4f} for "
        f"{found.sum()} people and {abs(float(values[~found].mean())):.4f} for the others.",
    )


def two_bells(distances: Mapping[str, float], *, sigma: float) -> Plot:
    """Two bells for each panel, its ``distance`` apart: what one round releases without and with someone."""
    figure, panels = new_figure(columns=len(distances), height=2.9, share_y=True)
    said = []
    for axes, (title, distance) in zip(panels, distances.items(), strict=True):
        x = np.linspace(-3.5 * sigma, max(distances.values()) + 3.5 * sigma, 241)
        for place, (colour, dashes), name in zip(
            (0.0, distance), STYLES, ("without", "with"), strict=False
        ):
            height = np.exp(-(((x - place) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))
            axes.plot(x, height, color=colour, linestyle=dashes, label=name)
        axes.axvline(distance / 2, color=GREY, linewidth=0.8, linestyle=":")
        right = float(ndtr(distance / (2 * sigma)))
        axes.set(
            title=f"{title}\n{right:.0%} of the guesses right", xlabel="sum + noise, in units of C"
        )
        axes.title.set_fontsize(10)
        said.append(f"{title}: {distance:g} apart, {right:.0%} of the guesses right")
    panels[0].set_ylabel("density")
    panels[0].legend(frameon=False, fontsize=9)
    words = f"Two bells with standard deviation {sigma:g}, without and with one person. "
    return Plot(figure, f"{words}{'; '.join(said)}.")


def training_curves(panels: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]) -> Plot:
    """Test accuracy by round: one panel per crowd, one look per way of training, a curve for each run."""
    figure, axes_row = new_figure(columns=len(panels), height=3.2, share_y=True)
    ends = []
    for axes, (title, curves) in zip(axes_row, panels.items(), strict=True):
        for (name, runs), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
            width = 1.5 if len(runs) == 1 else 0.9
            for k, values in enumerate(runs):
                label = None if k else name
                axes.plot(values, color=colour, linestyle=dashes, linewidth=width, label=label)
            ends.append(f"{title}, {name}: {', '.join(f'{one[-1]:.2f}' for one in runs)}")
        axes.set(title=title, xlabel="rounds", ylim=(0, 1.02))
        axes.legend(frameon=False, loc="lower right", fontsize=9)
    axes_row[0].set_ylabel("test accuracy")
    return Plot(figure, f"Test accuracy by round. At the end: {'; '.join(ends)}.")


def clip_norms(runs: Mapping[str, Sequence[float]], *, best: float) -> Plot:
    """The clip norm of each round, one curve per run, and a line for the ``best`` fixed one."""
    figure, (axes,) = new_figure(height=3.0)
    for (name, values), (colour, dashes) in zip(runs.items(), STYLES, strict=False):
        axes.plot(np.arange(1, len(values) + 1), values, color=colour, ls=dashes, label=name)
    axes.axhline(best, color=BLACK, linewidth=0.8, linestyle=":", label="best fixed C of three")
    axes.set(yscale="log", xlabel="round", ylabel="clip norm C")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    ends = "; ".join(
        f"{name}, from {values[0]:g} to {values[-1]:.2f}" for name, values in runs.items()
    )
    return Plot(
        figure, f"The clip norm by round on a logarithmic axis: {ends}. Best fixed: {best:g}."
    )


def roc_and_limit(
    curves: Mapping[str, tuple[Array, Array]], *, epsilon: float, delta: float
) -> Plot:
    """ROC curves, name -> (fpr, tpr), and the limit (17.ii) of ε and δ, grey and dashed."""
    figure, (axes,) = new_figure(height=3.6, width=6.0)
    for (name, (fpr, tpr)), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
        axes.plot(fpr, tpr, color=colour, linestyle=dashes, label=name, drawstyle="steps-post")
    x = np.linspace(0, 1, 401)
    limit = np.minimum(exp(epsilon) * x + delta, 1 - exp(-epsilon) * (1 - x - delta))
    axes.plot(
        x, np.minimum(limit, 1), color=BLACK, ls="--", lw=0.9, label=f"limit, ε = {epsilon:.2f}"
    )
    axes.plot(x, x, color=GREY, ls=":", lw=0.8, label="a coin")
    axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    axes.set(xlim=(-0.02, 1), ylim=(0, 1.03))
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    areas = ", ".join(
        f"{name} {float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)):.2f}"
        for name, (fpr, tpr) in curves.items()
    )
    return Plot(
        figure,
        f"ROC curves with the limit of ε = {epsilon:.2f}. Areas under them: {areas}; a coin 0.50, "
        f"the limit {exp(epsilon) / (1 + exp(epsilon)):.2f}.",
    )
