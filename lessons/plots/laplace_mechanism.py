"""Figures of lesson 12."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, Plot, new_figure

Vector = NDArray[np.float64]


def two_blocks(*, counts: tuple[int, int], labels: tuple[str, str], reach: int) -> Plot:
    """Whole-number noise from −``reach`` to ``reach`` on two counts that are 1 apart, the higher first."""
    figure, (axes,) = new_figure(height=2.8)
    each = 1 / (2 * reach + 1)
    looks = ((BLUE, "", 0.2), (RED, "///", -0.2))
    for count, label, (colour, hatch, aside) in zip(counts, labels, looks, strict=True):
        places = count + aside + np.arange(-reach, reach + 1)
        axes.bar(
            places, each, 0.38, color="none" if hatch else colour, edgecolor=colour, hatch=hatch,
            label=label,
        )  # fmt: skip
    first, second = (label.split(": ")[-1] for label in labels)
    ends = counts[1] - reach, counts[0] + reach
    for end, words in zip(ends, (f"only if\n{second}", f"only if\n{first}"), strict=True):
        middle = end + (looks[1][2] if end == ends[0] else looks[0][2])
        axes.annotate(words, (middle, each), xytext=(0, 4), ha="center", textcoords="offset points",
                      fontsize=9)  # fmt: skip
    axes.set(xlabel="released count", ylabel="probability", ylim=(0, 1.75 * each))
    axes.set_xticks(range(ends[0], ends[1] + 1))
    axes.legend(frameon=False, loc="upper center", ncols=2, fontsize=9)
    return Plot(
        figure,
        f"Bars of height {each:g}: at {counts[0] - reach} to {ends[1]} if {first}, at {ends[0]} to "
        f"{counts[1] + reach} if {second}. So {ends[1]} is released only if {first}, and {ends[0]} only "
        f"if {second}.",
    )


def two_densities(
    x: Vector,
    first: Vector,
    second: Vector,
    *,
    epsilon: float,
    labels: tuple[str, str],
    unit: str = "released count",
    marked: Sequence[float] = (),
    cuts: tuple[float, float] | None = None,
    says: str = "",
) -> Plot:
    """Two output densities over the same releases ``x``, and ln of their ratio between −ε and ε.

    With ``cuts``, the left side is drawn around them, and an attacker ``says`` something beyond each.
    """
    figure, (densities, ratio) = new_figure(columns=2, width=8.6)
    _hills(densities, x, first, second, labels, unit)
    beyond = ""
    if cuts is not None:
        low, high = cuts
        for cut, side in ((low, -1), (high, 1)):
            densities.axvline(cut, ymax=0.5, color=GREY, linewidth=1, linestyle=":")
            densities.annotate(
                says, (cut, 0.45 * densities.get_ylim()[1]), xytext=(6 * side, 0),
                textcoords="offset points", ha="right" if side < 0 else "left", fontsize=9,
            )  # fmt: skip
        densities.set_xlim(low - 1.5 * (high - low), high + 1.5 * (high - low))
        beyond = f" Below {_minus(f'{low:.0f}')} and above {high:.0f} the attacker says {says}."
    loss = np.log(first / second)
    ratio.plot(x, loss, color=BLACK)
    if marked:
        ratio.plot(marked, np.interp(marked, x, loss), color=BLACK, marker="o", linestyle="")
    for bound, name, end, rise in ((epsilon, "ε", 0, 3), (-epsilon, "−ε", -1, -11)):
        ratio.axhline(bound, color=ORANGE, linestyle="--")
        ratio.annotate(
            f"{name} = {_minus(f'{bound:g}')}", (x[end], bound), xytext=(0, rise),
            textcoords="offset points", ha="right" if end else "left", fontsize=9,
        )  # fmt: skip
    ratio.set(xlabel=unit, ylabel="ln of the ratio of the densities")
    ratio.margins(y=0.15)
    return Plot(
        figure,
        f"Left: the density of the {unit} as two peaks ({labels[0]}; {labels[1]}).{beyond} Right: the "
        f"logarithm of their ratio lies between {_minus(f'{loss.min():.1f}')} and {loss.max():.1f} in "
        f"this picture; dashed lines stand at −ε and ε, with ε = {epsilon:g}.",
    )


def two_choices(
    words: Sequence[str], first: Vector, second: Vector, *, labels: tuple[str, str]
) -> Plot:
    """The probability of each of ``words`` in two worlds, and the factor from the first to the second."""
    figure, (axes,) = new_figure(height=3.2)
    places = np.arange(len(words))
    looks = ((BLUE, "", -0.2), (RED, "///", 0.2))
    for heights, label, (colour, hatch, aside) in zip((first, second), labels, looks, strict=True):
        axes.bar(
            places + aside, heights, 0.38, color="none" if hatch else colour, edgecolor=colour,
            hatch=hatch, label=label,
        )  # fmt: skip
    factors = [f"× {factor:.2f}" for factor in second / first]
    for place, top, factor in zip(places, np.maximum(first, second), factors, strict=True):
        axes.annotate(factor, (place, top), xytext=(0, 4), textcoords="offset points", ha="center",
                      fontsize=9)  # fmt: skip
    lowest = min(first.min(), second.min())
    axes.set(ylabel="probability (log scale)", yscale="log", ylim=(0.1 * lowest, 4))
    axes.set_xlabel("released word")
    axes.set_xticks(places, words)
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9)
    listed = ", ".join(f"{word} {factor}" for word, factor in zip(words, factors, strict=True))
    return Plot(
        figure,
        f"Bars: the probability of each word ({labels[0]}; {labels[1]}). No bar is without its partner, "
        f"and from the first to the second they change by a factor: {listed}.",
    )


def area_of_advantage(
    x: Vector,
    first: Vector,
    second: Vector,
    *,
    labels: tuple[str, str],
    cut: float,
    advantage: float,
) -> Plot:
    """The two hills, and the area between them beyond the ``cut`` at which the attacker says "sick"."""
    figure, (axes,) = new_figure(height=3.2)
    beyond = x >= cut
    axes.fill_between(x[beyond], second[beyond], first[beyond], color=BLUE, alpha=0.3, linewidth=0)
    _hills(axes, x, first, second, labels, "released count")
    axes.axvline(cut, ymax=0.72, color=GREY, linewidth=1, linestyle=":")
    axes.set_xlim(cut - 10.5, cut + 10.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.annotate(f'cut at {cut:g}:\nsay "sick" to the right', (cut, 0.93 * axes.get_ylim()[1]),
                  ha="center", va="top", fontsize=9)  # fmt: skip
    inside = cut + 1.2
    height = float(np.interp(inside, x, (first + second) / 2))
    axes.annotate(f"shaded area = advantage = {advantage:.3f}", (inside, height),
                  xytext=(inside + 2.4, height), va="center", fontsize=9,
                  arrowprops={"arrowstyle": "-", "color": BLACK})  # fmt: skip
    return Plot(
        figure,
        f"The density of the release as two peaks ({labels[0]}; {labels[1]}). They cross at {cut:g}. To "
        f"the right the first is higher, and the shaded area between the two is {advantage:.3f}.",
    )


def advantage_and_limit(
    epsilons: Vector,
    measured: Vector,
    *,
    curve: Callable[[Vector], Vector],
    limit: Callable[[Vector], Vector],
) -> Plot:
    """The attack's measured advantage at ``epsilons``; its exact value and the limit, as curves."""
    figure, (axes,) = new_figure(height=3.2)
    grid = np.linspace(0.01, 1.25 * epsilons.max(), 200)
    axes.plot(grid, limit(grid), color=ORANGE, linestyle="--", label="limit for every ε-DP release")
    axes.plot(grid, curve(grid), color=BLUE, label="best attack on Laplace noise, exact")
    axes.plot(
        epsilons, measured, color=BLACK, marker="o", linestyle="", label="your attack, measured"
    )
    axes.axhline(1, color=GREY, linewidth=1, linestyle=":")
    axes.annotate(
        "exact counts", (grid[-1], 1), ha="right", xytext=(0, -12), textcoords="offset points"
    )
    axes.set(xlabel="ε of one release", ylabel="advantage (TPR − FPR)", ylim=(0, 1.05))
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    points = ", ".join(
        f"{got:.2f} at ε = {eps:g}" for eps, got in zip(epsilons, measured, strict=True)
    )
    return Plot(
        figure,
        f"Advantage against ε. Measured: {points}. The points lie on the curve of the best attack, which "
        f"stays below the dashed limit; exact counts give an advantage of 1.",
    )


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _hills(
    axes: Axes, x: Vector, first: Vector, second: Vector, labels: tuple[str, str], unit: str
) -> None:
    axes.plot(x, first, color=BLUE, label=labels[0])
    axes.plot(x, second, color=RED, linestyle="--", label=labels[1])
    axes.set(xlabel=unit, ylabel="density", ylim=(0, 1.35 * max(first.max(), second.max())))
    axes.legend(frameon=False, loc="upper left", fontsize=9)
