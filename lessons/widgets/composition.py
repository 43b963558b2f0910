"""Widgets of lesson 14: three bounds for any number of releases, and the walk of the privacy loss."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.dp.accounting.composition import advanced_composition, optimal_composition
from lessons.dp.accounting.loss_walk import coin_loss_moments, coin_walks
from lessons.plots.figure import BLACK, GREEN, GREY, ORANGE, PINK, RED, SKY, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, log_slider, slider

MOST = 300  # releases
HIGHEST = 3.0  # multiples of the sum k·ε that the picture shows
KS = np.unique(np.round(np.logspace(0, np.log10(MOST), 45))).astype(int)


@dataclass(frozen=True)
class Bounds:
    """Basic, advanced and optimal total ε: for every k in KS, and for the chosen one."""

    epsilon: float
    n_releases: int
    delta: float
    curves: dict[str, Vector]
    chosen: dict[str, float]


def three_bounds_at(*, epsilon: float, n_releases: int, digits: int) -> Bounds:
    """The three total ε of pure ε-DP releases, the last two at δ = 10^−digits."""
    delta = 10.0**-digits

    def totals(k: int) -> tuple[float, float, float]:
        release = {"epsilon": epsilon, "delta": 0.0, "n_releases": k}
        advanced = advanced_composition(**release, slack=delta)[0]  # type: ignore[arg-type]
        optimal = optimal_composition(**release, total_delta=delta)  # type: ignore[arg-type]
        return k * epsilon, advanced, optimal

    names = ("basic", "advanced", "optimal")
    curves = np.array([totals(int(k)) for k in KS]).T
    chosen = dict(zip(names, totals(n_releases), strict=True))
    return Bounds(epsilon, n_releases, delta, dict(zip(names, curves, strict=True)), chosen)


def three_bounds() -> PictureWidget:
    """Slide the number of releases, ε and δ, and see which bound is the smallest."""
    figure, (axes,) = new_figure(height=4.2)
    axes.set(xlim=(1, MOST), ylim=(0, HIGHEST), xscale="log")
    axes.set(xlabel="number of releases k", ylabel="total ε, in multiples of the sum k·ε")
    axes.set_xticks([1, 3, 10, 30, 100, 300], labels=["1", "3", "10", "30", "100", "300"])
    axes.minorticks_off()
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    looks = {
        "basic": (ORANGE, ":", "o"),
        "advanced": (RED, "--", "s"),
        "optimal": (GREEN, "-", "D"),
    }
    artists: dict[str, Any] = {
        name: axes.plot([], [], color=colour, ls=style, lw=2, label=name)[0]
        for name, (colour, style, _) in looks.items()
    }
    artists["marks"] = [
        axes.plot([], [], color=colour, marker=marker, ls="", ms=7)[0]
        for colour, _, marker in looks.values()
    ]
    artists["chosen"] = axes.axvline(100, color=GREY, linewidth=1)
    artists["words"] = axes.text(0.0, 1.02, "", transform=axes.transAxes, fontsize=9)
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return PictureWidget(
        controls={
            "n_releases": int_slider("number of releases k", 100, 1, MOST),
            "epsilon": log_slider("ε of one release", 0.1, 0.01, 1.0, 20),
            "digits": int_slider("δ = 10 to the power of minus", 6, 2, 12),
        },
        compute=three_bounds_at,
        figure=figure,
        artists=artists,
        update=_update_bounds,
        describe=_describe_bounds,
    )


def _update_bounds(artists: Artists, result: Bounds) -> None:
    for name, values in result.curves.items():
        artists[name].set_data(KS, values / (KS * result.epsilon))
    for mark, total in zip(artists["marks"], result.chosen.values(), strict=True):
        mark.set_data([result.n_releases], [total / (result.n_releases * result.epsilon)])
    artists["chosen"].set_xdata([result.n_releases, result.n_releases])
    parts = [f"{name} {total:.3f}" for name, total in result.chosen.items()]
    artists["words"].set_text(f"k = {result.n_releases}:  " + ",  ".join(parts))


def _describe_bounds(result: Bounds) -> str:
    basic, advanced, optimal = result.chosen.values()
    smaller = "the advanced bound" if advanced < basic else "the sum"
    return (
        f"{result.n_releases} releases of ε = {result.epsilon:.3g} each (one person, the neighbours "
        f"of the releases, no sampling): the sum is ε = {basic:.3f} with δ = 0; at δ = "
        f"{result.delta:.0e} the advanced bound is ε = {advanced:.3f} and the optimal one ε = "
        f"{optimal:.3f}. Of the two simple ones, {smaller} is smaller."
    )


RUNS, SHOWN = 10_000, 25


@dataclass(frozen=True)
class Walk:
    """Losses of coins: some walks, the histogram at their end, and what the theorems say."""

    epsilon: float
    n_releases: int
    walks: Vector  # (SHOWN, n_releases + 1), starting at 0
    edges: Vector  # of the histogram
    shares: Vector  # per bin, the fullest one 1
    mean: float
    spread: float  # standard deviation
    optimal: float  # at δ = 1e-6
    negative: float  # share of the runs whose loss is below 0


def loss_walk_at(*, epsilon: float, n_releases: int) -> Walk:
    """25 walks and the losses of 10 000 runs, always from the same coins."""
    rng = np.random.default_rng(14)
    walks = coin_walks(epsilon=epsilon, n_releases=n_releases, n_runs=SHOWN, rng=rng)
    walks = np.hstack([np.zeros((SHOWN, 1)), walks])
    p = 1 / (1 + np.exp(-epsilon))
    favour = rng.binomial(n_releases, p, size=RUNS)
    steps = 2 * favour - n_releases
    per_bin = 2 * max(1, round(np.ptp(steps) / 50))  # two steps apart: the next possible loss
    zero = n_releases % 2 - 1  # a border between bins, just below a loss of 0
    first = zero + per_bin * ((steps.min() - 1 - zero) // per_bin)
    counts = np.bincount((steps - first) // per_bin)
    edges = (first + per_bin * np.arange(len(counts) + 1)) * epsilon
    mean, spread = coin_loss_moments(epsilon=epsilon, n_releases=n_releases)
    optimal = optimal_composition(epsilon=epsilon, delta=0, n_releases=n_releases, total_delta=1e-6)
    return Walk(
        epsilon, n_releases, walks, edges, counts / counts.max(),
        mean, spread, optimal, float(np.mean(steps < 0)),
    )  # fmt: skip


def loss_walk() -> PictureWidget:
    """Slide k and ε: how the losses of single runs add up, and where they end."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=4.0, share_y="row")
    layout: Any = figure.get_layout_engine()
    layout.set(rect=(0.03, 0, 0.97, 1))  # room for the longest numbers beside the axis
    left.set(xlabel="releases so far", ylabel="privacy loss so far")
    right.set(xlim=(0, 1.05), xlabel="runs (fullest bin = 1)")
    left.axhline(0, color=GREY, linewidth=0.8)
    levels = {"mean": (BLACK, "-"), "optimal": (GREEN, "--"), "basic": (ORANGE, ":")}
    labels = {"mean": "mean", "optimal": "optimal bound, δ = 1e-6", "basic": "k·ε"}
    artists: dict[str, Any] = {
        "axes": [left, right],  # their scale follows k·ε: both are drawn anew
        "walks": [left.plot([], [], color=SKY, linewidth=0.8)[0] for _ in range(SHOWN)],
        "histogram": right.fill([0, 0, 0], [0, 0, 0], color=SKY)[0],
        "misled": right.fill([0, 0, 0], [0, 0, 0], color=PINK, label="runs that end below 0")[0],
        "words": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
    }
    for name, (colour, style) in levels.items():
        artists[name] = right.axhline(0, color=colour, ls=style, lw=2, label=labels[name])
    right.legend(frameon=False, fontsize=8.5, loc="upper right", bbox_to_anchor=(1.0, 0.93))
    return PictureWidget(
        controls={
            "n_releases": int_slider("number of releases k", 100, 10, 400, 10),
            "epsilon": slider("ε of one release", 0.1, 0.02, 0.2, 0.02),
        },
        compute=loss_walk_at,
        figure=figure,
        artists=artists,
        update=_update_walk,
        describe=_describe_walk,
    )


def _update_walk(artists: Artists, result: Walk) -> None:
    releases = np.arange(result.n_releases + 1)
    for line, walk in zip(artists["walks"], result.walks, strict=True):
        line.set_data(releases, walk)
    heights = np.repeat(result.edges, 2)
    widths = np.concatenate([[0.0], np.repeat(result.shares, 2), [0.0]])
    corners = np.column_stack([widths, heights])
    artists["histogram"].set_xy(corners)
    bins = max(0, int(np.searchsorted(result.edges, 0.0, side="right")) - 1)  # those below 0
    lower = np.vstack([corners[: 2 * bins + 1], [0.0, result.edges[bins]]])
    artists["misled"].set_xy(lower)
    top = result.n_releases * result.epsilon
    artists["axes"][0].set(  # the other panel shares the scale
        xlim=(0, result.n_releases), ylim=(min(-0.2 * top, result.edges[0]), 1.1 * top)
    )
    totals = (result.mean, result.optimal, top)
    for name, total in zip(("mean", "optimal", "basic"), totals, strict=True):
        artists[name].set_ydata([total, total])
    artists["words"].set_text(
        f"mean {result.mean:.3f}, standard deviation {result.spread:.3f}; "
        f"{result.negative:.1%} end below 0"
    )


def _describe_walk(result: Walk) -> str:
    basic = result.n_releases * result.epsilon
    return (
        f"{result.n_releases} releases of ε = {result.epsilon:.2f} each (coins, one person's bit "
        f"replaced, no sampling): the privacy loss has mean {result.mean:.3f} and standard deviation "
        f"{result.spread:.3f}; of 10 000 runs {result.negative:.1%} end below 0. The "
        f"sum of the ε is {basic:.2f} (dotted, δ = 0), the optimal bound {result.optimal:.3f} "
        f"(dashed, δ = 1e-6)."
    )
