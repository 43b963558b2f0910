"""Figures of lesson 13."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lessons.plots.figure import (
    BLACK,
    BLUE,
    DPI,
    GREEN,
    GREY,
    ORANGE,
    RED,
    WIDTH_INCHES,
    Plot,
    new_figure,
)

Vector = NDArray[np.float64]
STYLES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))


def two_worlds(if_sick: Vector, if_well: Vector, *, cut: float) -> Plot:
    """Histograms of what an attacker sees in two worlds, and the point at which the guess changes."""
    figure, (axes,) = new_figure(height=3.0)
    low, high = min(if_sick.min(), if_well.min()), max(if_sick.max(), if_well.max())
    edges = np.linspace(low, high, 60).tolist()
    axes.hist(if_well, edges, color=BLUE, alpha=0.35, label="he is well")
    axes.hist(if_well, edges, color=BLUE, histtype="step")
    axes.hist(if_sick, edges, color=RED, alpha=0.35, label="he is sick")
    axes.hist(if_sick, edges, color=RED, histtype="step", linestyle="--")
    axes.axvline(cut, color=BLACK, linewidth=1, label=f"cut at {cut:g}")
    axes.set(xlabel="average of the differences (patients)", ylabel="runs")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    right = 50 * (np.mean(if_sick > cut) + np.mean(if_well <= cut))
    overlap = "hardly overlap" if right > 75 else "lie nearly on top of each other"
    return Plot(
        figure,
        f"Two histograms of the average, one around 1 and one around 0. They {overlap}: the "
        f"attacker who cuts at {cut:g} is right in about {right:.0f} of 100 runs.",
    )


def two_bells(z: Vector, p: Vector, q: Vector, *, seen: float) -> Plot:
    """Step 1: the release in two worlds, and how high each bell is at the release that was ``seen``."""
    figure, (axes,) = new_figure(height=3.0)
    _bells(axes, z, p, q, "q: true count 1")
    heights = [float(np.interp(seen, z, one)) for one in (p, q)]
    axes.axvline(seen, color=GREY, linewidth=1, linestyle=":")
    axes.plot([seen, seen], heights, color=BLACK, marker="o", linestyle="")
    for height in heights:
        axes.annotate(f"{height:.3f}", (seen, height), xytext=(-7, 3), ha="right",
                      textcoords="offset points", fontsize=9)  # fmt: skip
    return Plot(
        figure,
        "Two bell curves of standard deviation 1, with their centres at 0 and at 1. At the release "
        f"z = {seen:g} the first is {heights[0]:.3f} high and the second {heights[1]:.3f}.",
    )


def loss_over_bells(z: Vector, p: Vector, q: Vector, *, laplace: Vector, epsilon: float) -> Plot:
    """Step 2: above the two bells the logarithm of their ratio, and that of ``laplace`` noise beside it."""
    figure, upper, lower, ends = _line_over_bells(z, p, q, epsilon)
    upper.plot(z, laplace, color=GREEN, linewidth=4, alpha=0.5, zorder=1,
               label="the same for Laplace noise (not drawn below)")  # fmt: skip
    upper.legend(frameon=False, loc="upper right", fontsize=9)
    _bells(lower, z, p, q, "q: true count 1")
    return Plot(
        figure,
        "Below, the two bell curves. Above, the logarithm of their ratio: a straight line that falls "
        f"from left to right, never ends, and lies above {epsilon:g} left of z = {ends:.1f}. The same "
        f"logarithm for Laplace noise stays between {laplace.min():.0f} and {laplace.max():.0f}.",
    )


def delta_under_bells(z: Vector, p: Vector, q: Vector, *, epsilon: float, delta: float) -> Plot:
    """Step 3: the second bell is raised by e^ε; where the first is still ahead of it lies the area δ."""
    figure, upper, lower, ends = _line_over_bells(z, p, q, epsilon, lower=2.4)
    upper.legend(frameon=False, loc="upper right", fontsize=9)
    raised = np.exp(epsilon) * q
    lower.fill_between(z, np.minimum(p, raised), p, color=BLUE, alpha=0.6, linewidth=0)
    lower.plot(z, q, color=RED, linewidth=1, linestyle=":", label="q: true count 1")
    _bells(lower, z, p, raised, f"{np.exp(epsilon):.2f} times q: what ε = {epsilon:g} allows")
    lower.set(ylim=(0, 1.1 * float(raised.max())))
    inside = float(np.interp(ends - 0.6, z, (p + raised) / 2))
    lower.annotate(f"area δ = {delta:.4f}", (ends - 0.6, inside), xytext=(ends - 2.0, 0.45),
                   ha="center", arrowprops={"arrowstyle": "-", "color": BLACK})  # fmt: skip
    return Plot(
        figure,
        f"The same picture with the second bell {np.exp(epsilon):.2f} times as high. Left of "
        f"z = {ends:.1f}, where the line above is over {epsilon:g}, the first bell is still higher "
        f"than the raised one; the shaded area between the two is δ = {delta:.4f}.",
    )


def _bells(axes: Axes, z: Vector, p: Vector, q: Vector, name: str) -> None:
    axes.plot(z, p, color=BLUE, label="p: true count 0")
    axes.plot(z, q, color=RED, linestyle="--", label=name)
    top = 1.4 * float(p.max())  # the same in the first two steps
    axes.set(xlabel="release z", ylabel="density", xlim=(z[0], z[-1]), ylim=(0, top))
    axes.legend(frameon=False, loc="upper left", fontsize=9)


def _line_over_bells(
    z: Vector, p: Vector, q: Vector, epsilon: float, *, lower: float = 1.0
) -> tuple[Figure, Axes, Axes, float]:
    """The figure with ln(p/q) and ε above; below still empty axes; and the z at which the two meet.

    The lower axes are ``lower`` times as high as the upper ones.
    """
    figure = Figure(figsize=(WIDTH_INCHES, 4.2 + lower), dpi=DPI, layout="constrained")
    upper, below = figure.subplots(2, 1, height_ratios=(1, lower))
    loss = np.log(p / q)
    ends = float(np.interp(-epsilon, -loss, z))
    upper.plot(z, loss, color=BLACK, label="ln(p/q)")
    upper.axhline(epsilon, color=ORANGE, linestyle="--", label=f"ε = {epsilon:g}")
    upper.set(ylabel="ln(p/q)", xlim=(z[0], z[-1]))
    upper.xaxis.set_visible(False)  # that of the lower panel stands for both
    for axes in (upper, below):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=9)
        axes.axvline(ends, color=GREY, linewidth=1, linestyle=":")
    upper.annotate(f"z = {ends:.1f}", (ends, loss.min()), xytext=(4, 0),
                   textcoords="offset points", fontsize=9)  # fmt: skip
    return figure, upper, below, ends


def turned_axes(move: tuple[float, float], *, sigma: float) -> Plot:
    """Noise on two counts in two worlds, and what is seen along the axis on which the ``move`` lies."""
    figure, (axes, along) = new_figure(columns=2, width=8.6, height=3.8)
    angle = np.linspace(0, 2 * np.pi, 181)
    length = float(np.hypot(*move))
    worlds = (((0.0, 0.0), BLUE, "-", "he is well"), (move, RED, "--", "he is sick"))
    for (x, y), colour, look, name in worlds:
        for times in (1, 2):
            axes.plot(x + times * sigma * np.cos(angle), y + times * sigma * np.sin(angle), color=colour,
                      linestyle=look, linewidth=1.2, label=name if times == 1 else None)  # fmt: skip
    far = 1 + 2.7 * sigma / length  # how far the axes reach, in lengths of the move
    for (x, y), ends, name, side in (
        (move, (1 - far, far), "turned axis", "center"),
        ((-move[1], move[0]), (1 - far, far - 1), "across it", "left"),
    ):
        tip = (ends[1] * x, ends[1] * y)
        axes.plot(
            [ends[0] * x, tip[0]], [ends[0] * y, tip[1]], color=GREY, linewidth=1, linestyle=":"
        )
        axes.annotate(name, tip, xytext=(0, 4), ha=side, textcoords="offset points", fontsize=9)
    axes.annotate("", move, (0, 0), arrowprops={"arrowstyle": "->", "color": BLACK, "linewidth": 2})
    axes.set(xlabel="first count", ylabel="second count", aspect="equal")
    s = np.linspace(-4 * sigma, length + 4 * sigma, 321)
    for centre, (_, colour, look, name) in zip((0.0, length), worlds, strict=True):
        bell = np.exp(-(((s - centre) / sigma) ** 2) / 2) / (sigma * np.sqrt(2 * np.pi))
        along.plot(s, bell, color=colour, linestyle=look, label=name)
    top = 1 / (sigma * np.sqrt(2 * np.pi))
    along.annotate("", (length, 1.05 * top), (0, 1.05 * top),
                   arrowprops={"arrowstyle": "->", "color": BLACK, "linewidth": 2})  # fmt: skip
    along.annotate(f"{length:.2f}", (length / 2, 1.05 * top), xytext=(0, 5), ha="center",
                   textcoords="offset points", fontsize=9)  # fmt: skip
    along.set(xlabel="along the turned axis", ylabel="density", xlim=(s[0], s[-1]))
    along.set(ylim=(0, 1.35 * top))
    along.legend(frameon=False, loc="upper left", fontsize=9, ncols=2)
    return Plot(
        figure,
        "Left, rings of equally likely noise on two counts, around the true pair if he is well "
        f"and around the pair if he is sick, {move[0]:g} to the right and {move[1]:g} up. The rings "
        "are circles; a turned axis runs through both centres, another across it. Right, what is seen "
        f"along the turned axis: two bell curves, {length:.2f} apart.",
    )


def how_often(t: Vector, losses: Mapping[str, tuple[Vector, Vector]], *, epsilon: float) -> Plot:
    """How often the loss is at least ``t``: for each noise the exact share, and dots for what was drawn."""
    figure, (axes,) = new_figure(height=3.4)
    styles = zip(STYLES, "osD^", strict=True)
    for (name, (exact, drawn)), ((colour, look), mark) in zip(losses.items(), styles, strict=False):
        axes.plot(t, exact, color=colour, linestyle=look, label=name)
        axes.plot(t, drawn, color=colour, marker=mark, markersize=4, linestyle="", markevery=5)
    axes.axvline(epsilon, color=ORANGE, linestyle="--", label=f"ε = {epsilon:g}")
    axes.set(xlabel="t", ylabel="Pr[L ≥ t]", xlim=(t[0], t[-1]), ylim=(0, 1))
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    beyond = {name: exact[t > epsilon + 1e-9][0] for name, (exact, _) in losses.items()}
    words = " and ".join(f"{share:.2f} for {name} noise" for name, share in beyond.items())
    return Plot(
        figure,
        "The share of outputs whose loss is at least t falls as t grows; dots from draws lie on the "
        f"exact curves. Just beyond ε = {epsilon:g} it is {words}.",
    )


def textbook_delta(asked: Vector, true: Vector, *, claimed: float, typical: float) -> Plot:
    """True δ of the textbook formula over the ε that is asked for, and the δ that is claimed.

    Two ε are marked: where the claim breaks, and where the mean of the loss passes ε (``typical``).
    """
    figure, axes = _delta_curves(asked, {"textbook (13.x)": true}, floor=1e-9)
    axes.axhline(claimed, color=GREY, linestyle="--", label="claimed δ")
    axes.set(xlabel="ε that is asked for")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    crosses = float(np.interp(np.log(claimed), np.log(true), asked))
    height = float(np.exp(np.interp(typical, asked, np.log(true))))
    marks = (
        (crosses, claimed, f"{crosses:.1f}: the claim breaks", (8, -14), "left"),
        (typical, height, f"{typical:.0f}: the mean loss passes ε", (4, -34), "right"),
    )
    for x, y, words, shift, side in marks:
        axes.plot([x], [y], color=BLACK, marker="o", linestyle="")
        axes.annotate(words, (x, y), xytext=shift, textcoords="offset points", ha=side, fontsize=9)
    return Plot(
        figure,
        f"True delta of the textbook formula against epsilon, for a claimed delta of {_power(claimed)}. It "
        f"lies far below the claim for small epsilon, crosses it at {crosses:.1f}, and reaches "
        f"{true[-1]:.1f} at epsilon {asked[-1]:.0f}. At {typical:.0f} the mean loss passes epsilon.",
    )


def three_promises(x: Vector, curves: Mapping[str, Vector], *, shared: tuple[float, float]) -> Plot:
    """True δ over ε of three mechanisms, the left ends, and the point that two share (``shared``)."""
    figure, axes = _delta_curves(x, curves, floor=1e-16)
    axes.plot(*([one] for one in shared), color=BLACK, marker="o", linestyle="")
    axes.annotate(_pair(shared), shared, xytext=(8, 6), textcoords="offset points")
    left = [float(values[0]) for values in curves.values()]
    axes.plot(
        [x[0]] * len(left), left, color=BLACK, marker="o", markersize=4, linestyle="", clip_on=False
    )
    for value in left:  # the highest two may be close: one number above its dot, the other below
        axes.annotate(_short(value), (x[0], value), xytext=(6, 4 if value == max(left) else -20),
                      textcoords="offset points", fontsize=9)  # fmt: skip
    axes.set(xlabel="ε")
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return Plot(
        figure,
        "True delta against epsilon. Gaussian noise passes through the marked point "
        f"{_pair(shared)} and plunges out of the picture; Laplace noise falls to zero at "
        "1; the mechanism that publishes records passes through the same point and never falls. At the "
        f"left edge, ε = {x[0]:g}, they stand at {', '.join(map(_short, left))}.",
    )


def _pair(point: tuple[float, float]) -> str:
    return f"({point[0]:g}, {_power(point[1])})"


def _short(number: float) -> str:
    return f"{number:.3g}" if number >= 1e-3 else _power(number)


def _power(number: float) -> str:
    return f"{number:.0e}".replace("e-0", "e-")


def _delta_curves(x: Vector, curves: Mapping[str, Vector], *, floor: float) -> tuple[Figure, Axes]:
    """Curves of δ on a logarithmic axis; what is below ``floor``, or 0, falls off the picture."""
    figure, (axes,) = new_figure(height=3.6)
    for (name, values), (colour, line) in zip(curves.items(), STYLES, strict=False):
        axes.plot(x, np.maximum(values, floor / 10), color=colour, linestyle=line, label=name)
    axes.set(ylabel="true δ", yscale="log", ylim=(floor, 2), xlim=(x[0], x[-1]))
    return figure, axes


def roc_and_limit(fpr: Vector, curves: Mapping[str, Vector], *, limit: Vector) -> Plot:
    """The ROC curve of every noise, and what (ε, δ) forbids."""
    figure, (axes,) = new_figure(height=4.2, width=5.4)
    axes.fill_between(fpr, limit, 1, color=ORANGE, alpha=0.25, label="forbidden by (ε, δ)")
    axes.plot(fpr, limit, color=ORANGE, label="the limit")
    for (name, values), (colour, line) in zip(curves.items(), STYLES, strict=False):
        axes.plot(fpr, values, color=colour, linestyle=line, label=name)
    axes.plot(fpr, fpr, color=GREY, linewidth=0.8, linestyle=":", label="guessing")
    axes.set(xlabel="false-positive rate", ylabel="true-positive rate", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    wild, tame = curves
    return Plot(
        figure,
        f"True-positive rate against false-positive rate. The curve for {wild} runs deep inside the "
        f"forbidden corner at the upper left; the one for {tame} lies a little above the diagonal.",
    )


def room_below_limit(fpr: Vector, rooms: Mapping[str, Vector], *, meets: float) -> Plot:
    """How many percent of the limit each ROC curve leaves free; below 0 it is past the limit."""
    figure, (axes,) = new_figure(height=3.4)
    for (name, values), (colour, line) in zip(rooms.items(), (STYLES[1], STYLES[0]), strict=False):
        axes.plot(fpr, 100 * values, color=colour, linestyle=line, label=name)
    axes.axhline(0, color=ORANGE, linewidth=1, label="the limit")
    axes.plot([meets], [0], color=BLACK, marker="o", linestyle="")
    axes.annotate(f"FPR = {_power(meets)}", (meets, 0), xytext=(0, 8), ha="center",
                  textcoords="offset points", fontsize=9)  # fmt: skip
    axes.set(xlabel="false-positive rate", ylabel="room below the limit (%)", xscale="log")
    axes.set(xlim=(fpr[0], 1))
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    exact, less = rooms
    return Plot(
        figure,
        f"Room between the curve and the limit, in percent of the limit. For {exact} it falls to 0 near "
        f"a false-positive rate of {_power(meets)} and rises again; for {less} it goes below 0 there, "
        f"down to {100 * rooms[less].min():.1f} %.",
    )
