"""Figures of lesson 15."""

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]

ONE_NIGHT = (
    "Left, on a logarithmic axis: two densities that cannot be told apart below 1; further right the "
    "one with him has a shoulder, and your attack starts at 2. Right: the privacy loss is flat just "
    "below zero, rises steeply from about 1 on, and is above 7 at 3.5."
)
HILLS = (
    "Q times the factor P/Q to the power of the order, against the number released, on a logarithmic "
    "axis. All three curves share a hill at 0. For order 2 only a shoulder follows, for order 3 a lower "
    "hill at 3, for order 4 a hill at 4 that is hundreds of times higher than that at 0."
)
DOTS = (
    "What the pile adds to delta, against epsilon. Exact: from 0.02 at 0 down to nothing at 0.18. "
    "On both grid points: also 0.02 at 0, above the exact curve up to 0.5, then nothing. On the upper "
    "point: from 0.047 at 0 to nothing at 0.5. On the nearest grid point: nothing at all. Upright "
    "lines at the grid points, 0 and 0.5."
)
LOSSES = (
    "Histogram of simulated privacy losses on a logarithmic scale, with a peak just below zero and a "
    "long straight tail to the right; the curve of the distribution follows it. The claimed ε stands "
    "near the peak, the true one far out, where hardly any simulated study lies."
)
LIMIT = (
    "True-positive against false-positive rate on logarithmic axes. The curve for noise 0.5 lies "
    "above the limit of the claim for small rates; the curve for noise 0.997 stays below it."
)


def one_night(
    x: Vector,
    with_record: Vector,
    without: Vector,
    *,
    floor: float,
    attack: float,
    alt: str = ONE_NIGHT,
) -> Plot:
    """Densities with and without the record, ln of their ratio, its floor, the ``attack`` threshold."""
    figure, (densities, ratio) = new_figure(columns=2, width=8.6)
    densities.plot(x, with_record, color=BLUE, label="he is in the registry")
    densities.plot(x, without, color=RED, linestyle="--", label="he is not")
    densities.axvline(attack, color=GREY, linewidth=0.8, label=f"your attack: above {attack:g}")
    densities.set(xlabel="number released", ylabel="density", yscale="log", ylim=(1e-7, 10))
    densities.legend(frameon=False, loc="lower left", fontsize=9)
    ratio.plot(x, np.log(with_record / without), color=BLACK, label="ln of the ratio")
    ratio.axhline(
        floor, color=GREY, linestyle=":", label=f"never below {floor:.2f}".replace("-", "−")
    )
    ratio.axvline(attack, color=GREY, linewidth=0.8)
    ratio.set(xlabel="number released", ylabel="privacy loss of the night")
    ratio.legend(frameon=False, loc="upper left", fontsize=9)
    return Plot(figure, alt)


def hills(curves: dict[str, Vector], x: Vector, *, alt: str = HILLS) -> Plot:
    """What a Rényi average adds up over the outputs ``x``, one curve an order, on a logarithmic axis."""
    figure, (axes,) = new_figure(height=3.2)
    styles = zip((BLACK, BLUE, RED), ("-", "--", "-."), strict=True)
    for (label, curve), (color, line) in zip(curves.items(), styles, strict=True):
        axes.plot(x, curve, color=color, linestyle=line, label=label)
    axes.set(xlabel="number released", ylabel="$Q\\,(P/Q)^α$", yscale="log")
    axes.set(xlim=(-2, 6), ylim=(1e-4, 1e3))
    axes.legend(frameon=False, fontsize=9, loc="upper left")
    return Plot(figure, alt)


def dots(
    epsilon: Vector,
    exact: Vector,
    shared: Vector,
    nearest: Vector,
    upper: Vector,
    *,
    grid: tuple[float, float],
    alt: str = DOTS,
) -> Plot:
    """What some outputs add to δ(ε) between two points of a ``grid``: exactly, shared out, or rounded."""
    figure, (axes,) = new_figure(height=3.2)
    for point, label in zip(grid, ("grid points", None), strict=True):
        axes.axvline(point, color=GREY, linewidth=0.8, label=label)
    axes.plot(epsilon, upper, color=ORANGE, ls="-.", label="on the upper grid point")
    axes.plot(epsilon, shared, color=BLUE, ls="--", label="on both grid points")
    axes.plot(epsilon, exact, color=BLACK, label="exact")
    axes.plot(epsilon, nearest, color=RED, ls=":", lw=2, label="on the nearest grid point")
    axes.set(xlabel="ε", ylabel="what they add to δ(ε)")
    axes.legend(frameon=False, fontsize=9, loc="upper right", bbox_to_anchor=(0.8, 1.0))
    return Plot(figure, alt)


def loss_histogram(
    losses: Vector, grid: Vector, masses: Vector, *, marks: dict[str, float], alt: str = LOSSES
) -> Plot:
    """Simulated privacy losses, their distribution on an even ``grid``, and upright lines at ``marks``."""
    figure, (axes,) = new_figure(height=3.6)
    spacing = grid[1] - grid[0]
    axes.hist(
        losses,
        bins=120,
        density=True,
        color=BLUE,
        alpha=0.45,
        label=f"{len(losses):,} simulated runs".replace(",", " "),
    )
    axes.plot(grid, masses / spacing, color=BLACK, label="privacy loss distribution")
    for (label, epsilon), color, line in zip(
        marks.items(), (ORANGE, RED), ("--", "-."), strict=False
    ):
        axes.axvline(epsilon, color=color, linestyle=line, label=label)
    axes.set(xlabel="privacy loss of the whole run", ylabel="density", yscale="log")
    axes.set(xlim=(-1.5, 10), ylim=(1e-6, 20))
    axes.legend(frameon=False, fontsize=9)
    return Plot(figure, alt)


def roc_limits(
    curves: dict[str, tuple[Vector, Vector]],
    limits: dict[str, tuple[Vector, Vector]],
    *,
    alt: str = LIMIT,
) -> Plot:
    """ROC curves of attacks (FPR, TPR) beside the limits TPR = e^ε · FPR + δ, on logarithmic axes."""
    figure, (axes,) = new_figure(height=3.8)
    styles = zip((RED, BLUE, BLACK), ("-", "--", ":"), strict=True)
    for (label, (fpr, tpr)), (color, line) in zip(curves.items(), styles, strict=False):
        axes.plot(fpr, tpr, color=color, linestyle=line, label=label)
    for (label, (fpr, tpr)), line in zip(limits.items(), ("-.", ":"), strict=False):
        axes.plot(fpr, tpr, color=ORANGE, linestyle=line, lw=2, label=label)
    least = min(fpr.min() for fpr, _ in (curves | limits).values())
    axes.set(xscale="log", yscale="log", xlim=(least, 1), ylim=(least, 1.1))
    axes.set(xlabel="false-positive rate", ylabel="true-positive rate")
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    return Plot(figure, alt)
