"""Figures of lesson 17."""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, Plot, new_figure

Vector = NDArray[np.float64]
Rates = tuple[Vector, Vector]
Point = tuple[float, float]
Belief = tuple[
    float, Point, Point, Vector, Vector, Vector, Vector, float
]  # as of ``lessons.dp.auditing.beliefs``
STYLES = ((BLUE, "-"), (RED, "--"), (GREEN, "-."), (BLACK, ":"))
LEAST_RATE = 1e-3


def one_image(
    image: Vector, if_in: Vector, if_out: Vector, *, cut: float, targets: tuple[Vector, Vector]
) -> Plot:
    """A digit of 8 by 8 pixels, and its margins in networks with it and in those without.

    ``if_in``, ``if_out``  in the practice networks, as histograms
    ``targets``  in the target networks with it and without it, as dots below
    """
    figure, (picture, margins) = new_figure(columns=2, width=8.6)
    picture.imshow(image.reshape(8, 8), cmap="gray_r")
    picture.set_axis_off()
    both = np.append(if_in, if_out)
    edges = np.linspace(both.min(), both.max(), 19).tolist()
    for values, colour, hatch, label in (
        (if_out, RED, "//", "networks without it"),
        (if_in, BLUE, "", "networks with it"),
    ):
        margins.hist(
            values, edges, color=colour, hatch=hatch, label=label, alpha=0.6, edgecolor=BLACK
        )
    margins.axvline(cut, color=BLACK, linestyle=":", label="the attacker's threshold")
    highest = margins.get_ylim()[1]
    with_it, without_it = targets
    for values, colour, marker, depth, label in (
        (without_it, RED, "x", 0.12, "targets without it"),
        (with_it, BLUE, "o", 0.24, "targets with it"),
    ):
        height = np.full(len(values), -depth * highest)
        margins.plot(
            values, height, color=colour, marker=marker, markersize=5, linestyle="", label=label
        )
    margins.axhline(0, color=BLACK, linewidth=0.8)
    margins.set(xlabel="margin φ of this image", ylabel="number of practice networks")
    margins.set_ylim(-0.34 * highest, 1.05 * highest)
    margins.set_yticks([tick for tick in margins.get_yticks() if 0 <= tick <= highest])
    margins.legend(
        frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, ncols=2
    )
    return Plot(
        figure,
        f"Left: the image, 8 by 8 pixels. Right: two histograms of its margin. In the {len(if_in)} "
        f"practice networks with it the mean is {if_in.mean():.1f}, in the {len(if_out)} without it "
        f"{if_out.mean():.1f}; the threshold is {cut:.1f}. Dots below: of the {len(with_it)} targets "
        f"with it {(with_it > cut).sum()} are above the threshold, of the {len(without_it)} without it "
        f"{(without_it <= cut).sum()} are not.",
    )


def roc_curves(curves: Mapping[str, Rates]) -> Plot:
    """ROC curves, name -> (fpr, tpr), on even and on logarithmic axes; an FPR of 1 % is marked."""
    figure, both = new_figure(columns=2, width=8.6, height=4.0)
    for axes in both:
        for (name, (fpr, tpr)), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
            axes.plot(fpr, tpr, color=colour, linestyle=dashes, label=name)
        axes.plot(_RATES, _RATES, color=GREY, linewidth=0.8, linestyle=":", label="a coin")
        axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
    both[0].set(xlim=(0, 1), ylim=(0, 1.02))
    both[1].set(xscale="log", yscale="log", xlim=(LEAST_RATE, 1), ylim=(LEAST_RATE, 1.15))
    both[1].axvline(0.01, color=BLACK, linewidth=0.8, linestyle="--")
    both[1].text(0.0105, 1.3 * LEAST_RATE, "1 % false alarms", fontsize=8)
    both[0].legend(frameon=False, loc="lower right", fontsize=8)
    found = ", ".join(f"{name} {_at(rates, 0.01):.1%}" for name, rates in curves.items())
    return Plot(
        figure,
        "ROC curves on even axes (left) and on logarithmic axes (right). "
        f"True-positive rate at a false-positive rate of 1 %: {found}, a coin 1.0%.",
    )


def coin_audit(
    rates: tuple[float, float],
    *,
    epsilon: float,
    counted: tuple[float, float] | None = None,
    cautious: tuple[float, float] | None = None,
    shown: float = 0.0,
) -> Plot:
    """The limit of ε-DP around the coin, one panel; with counts, three: truth, count, cautious end.

    Every pair is (fpr, tpr): the true ``rates``, what was ``counted``, and the ``cautious`` corner;
    ``shown``  the ε that the corner proves.
    """
    steps = [("the coin and its limit", rates, epsilon)]
    if counted is not None and cautious is not None:
        steps = [
            ("the truth", rates, epsilon),
            ("what was counted", counted, epsilon),
            ("what luck can't explain", cautious, shown),
        ]
    figure, panels = new_figure(columns=len(steps), width=3.0 + 2.4 * len(steps), height=3.6)
    for axes, (title, (fpr, tpr), limit) in zip(panels, steps, strict=True):
        _draw_limit(axes, _EVEN, _pure_limit(_EVEN, limit), label=f"limit of ε = {limit:.2f}")
        axes.plot(_EVEN, _EVEN, color=GREY, linewidth=0.8, linestyle=":", label="guessing blindly")
        axes.plot(
            [fpr], [tpr], color=BLUE, marker="o", linestyle="", label=f"({fpr:.2f}, {tpr:.2f})"
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), title=title)
        axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
        axes.legend(frameon=False, loc="lower right", fontsize=8)
    if counted is not None and cautious is not None:
        corners = [counted, (cautious[0], counted[1]), cautious, (counted[0], cautious[1]), counted]
        panels[2].plot(*zip(*corners, strict=True), color=BLUE, linewidth=0.8)
    else:
        for x, y, name in (
            (0.17, 0.45, "first half of (17.ii)"),
            (0.35, 0.72, "second half of (17.ii)"),
            (0.08, 0.9, "out of reach"),
        ):
            panels[0].text(x, y, name, fontsize=9)
    words = "; ".join(
        f"{title}, the point ({fpr:.2f}, {tpr:.2f}) and the limit of ε = {limit:.2f}"
        for title, (fpr, tpr), limit in steps
    )
    return Plot(figure, f"The plane of true-positive against false-positive rate. {words}.")


def one_point(belief: Belief, *, claimed: float) -> Plot:
    """The best attack below the limit of the claim, and the limit through the one point that was seen."""
    epsilon, corner, touch, fpr, curve, _, own, _ = belief
    figure, (axes,) = new_figure(width=6.4, height=4.2)
    _draw_limit(axes, fpr, own, label=f"limit of the claimed ε = {claim_up(claimed)}")
    axes.plot(fpr, curve, color=BLUE, label="best attack on the claimed step")
    _draw_proof(axes, belief)
    axes.plot(*corner, color=RED, marker="s", linestyle="", label="your cautious pair of rates")
    axes.legend(frameon=False, loc="lower right", fontsize=8)
    return Plot(
        figure,
        f"Logarithmic axes. The curve of the best attack touches the limit of the claimed ε = "
        f"{claim_up(claimed)} at an FPR of {touch[0]:.0e}. The cautious pair of rates, FPR "
        f"{corner[0]:.2f} and TPR {corner[1]:.2f}, lies far below that limit; through it "
        f"passes the limit of ε = {epsilon:.2f}.",
    )


def whole_curve(belief: Belief, others: Mapping[str, Vector]) -> Plot:
    """Left: a family of curves, one of them through the point. Right: that curve, and the limit it touches.

    ``others``  label -> the largest TPR, at the rates of ``belief``, of other members of the family
    """
    epsilon, corner, touch, fpr, curve, _, _, sigma = belief
    figure, (seen, unseen) = new_figure(columns=2, width=9.6, height=4.4)
    through = f"σ/C = {sigma:.2f}, through your square"
    for (name, other), (colour, dashes) in zip(
        others.items(), ((BLUE, "--"), (BLACK, ":")), strict=False
    ):
        seen.plot(fpr, other, color=colour, linestyle=dashes, label=name)
    for axes in (seen, unseen):
        axes.plot(fpr, curve, color=GREEN, label=through)
    _draw_proof(unseen, belief)
    for axes in (seen, unseen):
        axes.plot(*corner, color=RED, marker="s", linestyle="", label="your cautious pair")
        axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
        axes.legend(frameon=False, loc="lower right", fontsize=8)
    seen.set(xlim=(0, 1), ylim=(0, 1.02), title="which curve passes through your square?")
    unseen.set_title("the same curve, followed to the left")
    return Plot(
        figure,
        f"Left, even axes: curves of {', '.join(others)}, and between them that of σ/C = "
        f"{sigma:.2f}, through FPR {corner[0]:.2f} and TPR "
        f"{corner[1]:.2f}. Right, logarithmic axes: this curve touches the limit of ε = "
        f"{epsilon:.2f} at an FPR of {touch[0]:.0e}.",
    )


def bounds(
    names: Sequence[str],
    values: Mapping[str, Sequence[float]],
    *,
    claimed: float,
) -> Plot:
    """Bars: for each step in ``names`` its lower bounds by kind of bound, and the claimed ε as a line."""
    figure, (axes,) = new_figure(height=3.8)
    places = np.arange(len(names), dtype=float)
    width = 0.8 / len(values)
    colours = ((ORANGE, ".."), (BLUE, ""), (SKY, "//"))
    for i, ((kind, heights), (colour, hatch)) in enumerate(
        zip(values.items(), colours, strict=False)
    ):
        shift = (i - (len(values) - 1) / 2) * width
        drawn = axes.bar(places + shift, heights, width, color=colour, hatch=hatch, label=kind)
        white = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.bar_label(drawn, fmt="%.1f", fontsize=9, padding=2, bbox=white)
    axes.axhline(claimed, color=BLACK, linestyle="--", label=f"claimed ε = {claim_up(claimed)}")
    axes.set_xticks(places, names)
    axes.set(xlabel="audited step", ylabel="lower bound on ε")
    axes.set_ylim(top=1.4 * max(claimed, *(max(heights) for heights in values.values())))
    axes.legend(frameon=False, loc="upper left", fontsize=9, ncols=2)
    found = "; ".join(
        f"{name}: " + ", ".join(f"{kind} {heights[i]:.1f}" for kind, heights in values.items())
        for i, name in enumerate(names)
    )
    return Plot(
        figure, f"Bars of lower bounds against the claimed ε of {claim_up(claimed)}. {found}."
    )


def claim_up(claimed: float) -> str:
    """A claim with two digits behind the point, rounded up: it must not look better than it is."""
    return f"{ceil(100 * claimed) / 100:.2f}"


_RATES = np.geomspace(LEAST_RATE, 1, 200)
_EVEN = np.linspace(0, 1, 201)


def _at(rates: Rates, fpr: float) -> float:
    """The largest TPR whose FPR is at most ``fpr``."""
    alarms, hits = rates
    return float(hits[alarms <= fpr].max())


def _pure_limit(fpr: Vector, epsilon: float) -> Vector:
    """The largest TPR of ε-DP, δ = 0."""
    ratio = np.exp(epsilon)
    return np.asarray(np.minimum(ratio * fpr, 1 - (1 - fpr) / ratio))


def _draw_proof(axes: Axes, belief: Belief) -> None:
    """The limit of the ε that is proved, and where the curve's own limit touches it: logarithmic axes."""
    epsilon, _, touch, fpr, _, limit, _, _ = belief
    axes.plot(fpr, limit, color=RED, linestyle="--", label=f"limit of ε = {epsilon:.2f}")
    axes.plot(*touch, color=BLACK, marker="o", linestyle="", label="a limit touches the curve")
    axes.set(xscale="log", yscale="log", xlim=(1e-8, 1), ylim=(3e-6, 1.5))
    axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")


def _draw_limit(axes: Axes, fpr: Vector, tpr: Vector, *, label: str) -> None:
    axes.plot(fpr, tpr, color=ORANGE, linewidth=2, label=label)
    axes.fill_between(fpr, tpr, 2, color=ORANGE, alpha=0.25, linewidth=0)
