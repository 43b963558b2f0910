"""Figures of lesson 14."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, Plot, new_figure

Vector = NDArray[np.float64]
STYLES = {"basic": (ORANGE, ":"), "advanced": (RED, "--"), "optimal": (GREEN, "-")}


def reconstruction(n_questions: Vector, right: Vector, *, base_rate: float) -> Plot:
    """The share of patients whose diagnosis the attack finds, against the number of questions."""
    figure, (axes,) = new_figure(height=3.0)
    axes.plot(n_questions, right, color=BLUE, marker="o")
    axes.axhline(base_rate, color=GREY, linestyle=":")
    axes.annotate(
        "everybody called healthy", (n_questions[-1], base_rate), ha="right",
        xytext=(0, -12), textcoords="offset points", fontsize=9,
    )  # fmt: skip
    axes.set(xscale="log", ylim=(0.4, 1.02), xlabel="questions asked, ε = 0.1 each")
    axes.set_ylabel("share of diagnoses found")
    marks = [10, 100, 1000, 10_000]
    axes.set_xticks(marks, labels=[f"{one:,}".replace(",", " ") for one in marks])
    alt = (
        f"The share of diagnoses that the attack finds, from {right[0]:.2f} after {n_questions[0]} "
        f"questions up to {right[-1]:.2f} after {n_questions[-1]}. A dotted line marks what calling "
        f"everybody healthy finds: {base_rate:.2f}."
    )
    return Plot(figure, alt)


def losses_in_stages(stages: Mapping[int, tuple[Vector, Vector]], *, epsilon: float) -> Plot:
    """One panel per number of answers: how probable each privacy loss is, from −k·ε to k·ε.

    ``stages``  k -> (the possible losses in rising order, their probabilities)
    """
    figure, panels = new_figure(columns=len(stages), width=9.0, height=3.2)
    words = []
    for axes, (k, (losses, probabilities)) in zip(panels, stages.items(), strict=True):
        end, mean = k * epsilon, float(losses @ probabilities)
        axes.bar(losses, probabilities, width=(1.5 if k < 10 else 2) * epsilon, color=SKY)
        top = 1.45 * float(probabilities.max())
        axes.plot([mean, mean], [0, 0.76 * top], color=BLACK, linewidth=1.5)
        axes.text(mean, 0.78 * top, f"mean {mean:.3f}", ha="center", fontsize=9)
        axes.plot([end, end], [0, 0.9 * top], color=ORANGE, linestyle=":", linewidth=2)
        axes.text(end, 0.92 * top, f"k·ε = {end:.1f}", ha="center", fontsize=9)
        room = 1.35 * end + epsilon
        axes.set(xlim=(-room, room), ylim=(0, top), xlabel="privacy loss")
        axes.set_ylabel("probability")
        axes.set_title(f"{k} answer{'s' if k > 1 else ''}", fontsize=10, loc="left")
        words.append(f"{k}: mean {mean:.3f}, largest {end:.1f}")
    alt = (
        "Bars show how probable each privacy loss is, one panel for each number of answers. "
        f"{'; '.join(words)}. For many answers the bars form a bell near 0, far below k·ε."
    )
    return Plot(figure, alt)


def tail(losses: Vector, probabilities: Vector, *, t: float) -> Plot:
    """How probable each privacy loss is, with those more than ``t`` above the mean in red."""
    figure, (axes,) = new_figure(height=2.7)
    mean = float(losses @ probabilities)
    beyond = losses > mean + t
    width, top = float(np.diff(losses).min()), 1.25 * float(probabilities.max())
    for some, colour in ((~beyond, SKY), (beyond, RED)):
        axes.bar(losses[some], probabilities[some], width=width, color=colour)
    axes.plot([mean, mean], [0, 0.88 * top], color=BLACK, linewidth=1.5)
    axes.text(mean, 0.9 * top, f"drift {mean:.2f}", ha="center", fontsize=9)
    axes.plot([mean + t, mean + t], [0, 0.55 * top], color=BLACK, linestyle="--", linewidth=1.5)
    axes.annotate("", (mean + t, 0.5 * top), (mean, 0.5 * top), arrowprops={"arrowstyle": "->"})
    axes.text(mean + 0.72 * t, 0.53 * top, f"t = {t:g}", ha="center", fontsize=9)
    share = float(probabilities[beyond].sum())
    axes.text(mean + 1.1 * t, 0.2 * top, f"{share:.1%} of the runs", color=RED, fontsize=9)
    axes.set(xlim=(mean - 2.2 * t, mean + 2.2 * t), ylim=(0, top))
    axes.set(xlabel=f"privacy loss of {len(losses) - 1} answers", ylabel="probability")
    alt = (
        f"Bars show how probable each privacy loss of {len(losses) - 1} answers is: a bell around "
        f"the drift, {mean:.2f}. The bars more than {t:g} above it are red: {share:.1%} of the runs."
    )
    return Plot(figure, alt)


def imitation(y: Vector, a: Vector, b: Vector, *, p: float) -> Plot:
    """Two panels: a release under x and under x′, each a coin's mixture of the same two shapes.

    ``y``     the answers, in rising order
    ``a, b``  densities at ``y``: what is drawn when the coin says x, and when it says x′
    ``p``     probability that the coin says x under x; under x′ it is 1 − p
    """
    figure, panels = new_figure(columns=2, width=8.6, height=3.2, share_y="row")
    for axes, share, name in zip(panels, (p, 1 - p), ("x: count 1", "x′: count 0"), strict=True):
        lower, whole = share * a, share * a + (1 - share) * b
        axes.fill_between(y, 0, lower, color=SKY, linewidth=0, label="coin says x: from A")
        axes.fill_between(y, lower, whole, color=ORANGE, linewidth=0, label="coin says x′: from B")
        axes.plot(y, whole, color=BLACK, linewidth=1.5, label="the release")
        axes.set(xlabel="noisy count", ylim=(0, 1.3 * float(whole.max())))
        axes.set_title(
            f"{name}; the coin says x with probability {share:.2f}", fontsize=10, loc="left"
        )
    panels[0].set_ylabel("density")
    panels[0].legend(frameon=False, fontsize=9, loc="upper left")
    alt = (
        "Two bells, the release under the two tables. Each is the sum of the same two shapes, A "
        f"on the right and B on the left; A has the weight {p:.2f} under x and {1 - p:.2f} under x′."
    )
    return Plot(figure, alt)


def losses_and_bounds(
    losses: Mapping[str, Vector], *, bounds: Mapping[str, float], n_releases: int
) -> Plot:
    """A histogram of the privacy losses of many runs, and upright lines at the three totals.

    ``losses``  label -> losses of many runs; the first is filled, others are outlines
    ``bounds``  "basic", "advanced", "optimal" -> total ε
    """
    figure, (runs,) = new_figure(height=3.6)
    first = next(iter(losses.values()))
    grid = np.sort(np.unique(np.round(first, 9)))
    width = float(np.diff(grid).min())  # one bar per possible loss of the coins
    edges = np.arange(grid[0] - 1.5 * width, grid[-1] + 2 * width, width)
    for (label, values), filled in zip(losses.items(), (True, False), strict=False):
        look = {"color": SKY} if filled else {"color": BLACK, "histtype": "step"}
        runs.hist(values, bins=edges.tolist(), label=label, **look)  # type: ignore[arg-type]
    top = runs.get_ylim()[1]
    for name, total in bounds.items():
        colour, style = STYLES[name]
        height = 0.5 * top
        runs.plot([total, total], [0, height], color=colour, linestyle=style, linewidth=2)
        runs.text(total, height + 0.02 * top, f"{name}\n{total:.3f}", ha="center", fontsize=9)
    runs.set(xlabel=f"privacy loss of {n_releases} releases", ylabel="runs", ylim=(0, 1.1 * top))
    runs.legend(frameon=False, fontsize=9, loc="upper right")
    totals = ", ".join(f"{name} {total:.3f}" for name, total in bounds.items())
    alt = (
        f"Histograms of the privacy loss of {n_releases} releases, for {' and for '.join(losses)}: "
        f"bells just above 0; the largest loss is {max(map(np.max, losses.values())):.1f}. Upright "
        f"lines mark the bounds: {totals}."
    )
    return Plot(figure, alt)


def walks_and_line(walks: Vector, line: Vector, *, crossed: Vector) -> Plot:
    """Losses of some runs, one row each, over the releases, and the level claimed for each k."""
    figure, (axes,) = new_figure(height=3.4)
    releases = np.arange(1, walks.shape[1] + 1)
    for walk, over in zip(walks, crossed, strict=True):
        axes.plot(releases, walk, color=RED if over else SKY, linewidth=1.4 if over else 0.6,
                  zorder=3 if over else 2)  # fmt: skip
    axes.plot(
        releases, line, color=BLACK, linestyle="--", linewidth=2, zorder=4, label="claimed level"
    )
    axes.set(xlabel="releases so far", ylabel="privacy loss so far")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    alt = (
        f"Privacy losses of {len(walks)} runs over {len(releases)} releases, and the dashed level "
        f"claimed for each single number of releases. {int(np.sum(crossed))} of the runs, drawn "
        "thick, cross it on their way."
    )
    return Plot(figure, alt)
