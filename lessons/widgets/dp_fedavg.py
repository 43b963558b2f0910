"""Widgets of lesson 25: why a crowd helps, and the tree of noises."""

from dataclasses import dataclass
from math import log10, sqrt
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from lessons.dp.statement import rounded_up
from lessons.fl.privacy.tree_noise import Node, n_levels, prefix_deviation, prefix_nodes
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, log_slider

SAMPLING_RATE, ROUNDS, DELTA = 0.2, 40, 1e-5  # the lesson's runs
UPDATE_SIZE = 0.0064  # a parameter of an average of clipped updates without noise, over C (tested)
MULTIPLIERS = 5 * 2.0 ** np.linspace(-3, 2, 11)  # the positions of the slider
EPSILONS = np.array(  # of the lesson's run for each of MULTIPLIERS, rounded up (tested)
    [21.8762, 11.3090, 6.2500, 3.7005, 2.3140, 1.4998, 0.9936, 0.6670, 0.4514, 0.3069, 0.2093]
)
CROWDS = 10 ** np.linspace(2, 5, 61)


@dataclass(frozen=True)
class Crowd:
    """A crowd and a noise multiplier: ε, and noise per parameter of the average, in units of C."""

    n_clients: float
    noise_multiplier: float
    epsilon: float
    noise: float

    @property
    def ratio(self) -> float:
        """Noise over update."""
        return self.noise / UPDATE_SIZE


def crowd(*, n_clients: float, noise_multiplier: float) -> Crowd:
    """ε depends on the noise multiplier only, the noise of the average on the crowd too: m / (q K)."""
    where = int(np.abs(np.log(MULTIPLIERS / noise_multiplier)).argmin())
    return Crowd(
        n_clients=n_clients,
        noise_multiplier=noise_multiplier,
        epsilon=float(EPSILONS[where]),
        noise=noise_multiplier / (SAMPLING_RATE * n_clients),
    )


def why_a_crowd_helps() -> PictureWidget:
    """Slide the number of clients and the noise: ε to the left, noise against update to the right."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.7)
    left.set(xscale="log", yscale="log", xlim=(0.5, 25), ylim=(0.15, 40))
    left.set(xlabel="noise multiplier", ylabel="ε of one client, δ = 1e-5")
    left.plot(MULTIPLIERS, EPSILONS, color=BLUE)
    left.axhline(1, color=GREY, lw=0.8, ls=":")
    left.text(0.55, 1.1, "ε = 1", fontsize=8, color=GREY)
    right.set(xscale="log", yscale="log", xlim=(90, 1.1e5), ylim=(1e-5, 3))
    right.set(xlabel="number of clients K", ylabel="per parameter, in units of C")
    right.axhline(UPDATE_SIZE, color=GREEN, ls="--", label="average update")
    artists: dict[str, Any] = {
        "cost": left.plot([], [], "o", color=RED, ms=9)[0],
        "noise": right.plot([], [], color=ORANGE, label="noise in the average")[0],
        "chosen": right.plot([], [], "o", color=RED, ms=9)[0],
        "epsilon": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
        "ratio": right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9),
    }
    right.legend(frameon=False, loc="lower left", fontsize=9)
    return PictureWidget(
        controls={
            "n_clients": log_slider("number of clients K", 100.0, 100.0, 1e5, 60, readout=",.0f"),
            "noise_multiplier": log_slider("noise multiplier", 5.0, 0.625, 20.0, 10),
        },
        compute=crowd,
        figure=figure,
        artists=artists,
        update=_update_crowd,
        describe=describe_crowd,
    )


def _update_crowd(artists: Artists, result: Crowd) -> None:
    artists["cost"].set_data([result.noise_multiplier], [result.epsilon])
    so_far = CROWDS[1.001 * result.n_clients >= CROWDS]  # the reader finds the rest of the line
    artists["noise"].set_data(so_far, result.noise_multiplier / (SAMPLING_RATE * so_far))
    artists["chosen"].set_data([result.n_clients], [result.noise])
    artists["epsilon"].set_text(f"ε = {rounded_up(result.epsilon, digits=3)}")
    artists["ratio"].set_text(f"noise / update = {result.ratio:.2g}")


def describe_crowd(result: Crowd) -> str:
    """The picture in words."""
    return (
        f"{result.n_clients:.0f} clients, noise multiplier {result.noise_multiplier:.3g}: in {ROUNDS} rounds "
        f"with q = {SAMPLING_RATE} each client has ε = {rounded_up(result.epsilon, digits=3)} at δ = 1e-05. "
        f"In one round, the noise in each parameter of the average is {result.ratio:.2g} times as large as "
        "the update."
    )


# The second widget: the tree

TOTAL = 64


@dataclass(frozen=True)
class Prefix:
    """The nodes that cover the first t of 64 rounds, and the noise of 1 … t, in units of m·C."""

    rounds: int
    nodes: list[Node]
    tree: Vector  # (t,)
    independent: Vector  # (t,)


def prefix(*, rounds: int) -> Prefix:
    """What the sum of the first ``rounds`` rounds is made of."""
    every = range(1, rounds + 1)
    return Prefix(
        rounds=rounds,
        nodes=prefix_nodes(rounds),
        tree=np.array([prefix_deviation(t, total_rounds=TOTAL) for t in every]),
        independent=np.sqrt(np.array(every, dtype=np.float64)),
    )


def all_nodes() -> list[Node]:
    """The 127 nodes of the tree over 64 rounds, leaves first."""
    sizes = [2**level for level in range(n_levels(TOTAL))]
    return [(first, first + s - 1) for s in sizes for first in range(1, TOTAL + 1, s)]


def tree_of_noises() -> PictureWidget:
    """Slide t: which nodes are added up, and the noise in the sum against independent noise."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.6)
    left.set(xlim=(0.3, TOTAL + 0.7), ylim=(-0.6, n_levels(TOTAL) - 0.4), xlabel="round")
    left.set(ylabel="rounds in one node", xticks=[1, 16, 32, 48, 64])
    left.set_yticks(range(n_levels(TOTAL)), [str(2**level) for level in range(n_levels(TOTAL))])
    boxes = []
    for first, last in all_nodes():
        level = log10(last - first + 1) / log10(2)
        place, width = (first - 0.45, level - 0.38), last - first + 0.9
        left.add_patch(Rectangle(place, width, 0.76, facecolor="none", edgecolor=GREY, lw=0.4))
        box = Rectangle(place, width, 0.76, facecolor=BLUE, edgecolor=BLACK, lw=0.6)
        boxes.append(left.add_patch(box))
    right.set(xlim=(0, TOTAL + 1), ylim=(0, 8.4), xlabel="rounds in the sum, t")
    right.set(ylabel="standard deviation of the noise\nin the sum, in units of m·C")
    artists: dict[str, Any] = {
        "boxes": boxes,
        "now": left.axvline(1, color=RED, lw=1.2),
        "tree": right.plot([], [], color=BLUE, drawstyle="steps-mid", lw=1.2, label="tree")[0],
        "independent": right.plot([], [], color=ORANGE, ls="--", label="independent noise")[0],
        "chosen": right.plot([], [], "o", color=RED, ms=7)[0],
        "words": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
    }
    right.legend(frameon=False, loc="upper left", fontsize=9)
    return PictureWidget(
        controls={"rounds": int_slider("rounds in the sum, t", 11, 1, TOTAL)},
        compute=prefix,
        figure=figure,
        artists=artists,
        update=_update_tree,
        describe=describe_tree,
    )


def _update_tree(artists: Artists, result: Prefix) -> None:
    for node, box in zip(all_nodes(), artists["boxes"], strict=True):
        box.set_visible(node in result.nodes)
    artists["now"].set_xdata([result.rounds + 0.5, result.rounds + 0.5])
    t = np.arange(1, result.rounds + 1)
    artists["tree"].set_data(t, result.tree)
    artists["independent"].set_data(t, result.independent)
    artists["chosen"].set_data([t[-1], t[-1]], [result.tree[-1], result.independent[-1]])
    sizes = " + ".join(str(last - first + 1) for first, last in result.nodes)
    artists["words"].set_text(f"{result.rounds} = {sizes}" if len(result.nodes) > 1 else f"{sizes}")


def describe_tree(result: Prefix) -> str:
    """The picture in words."""
    named = ", ".join(f"{a} to {b}" if a < b else str(a) for a, b in result.nodes)
    count = f"{len(result.nodes)} node{'s' * (len(result.nodes) > 1)}"
    which = "round" if result.rounds == 1 else f"{result.rounds} rounds"
    return (
        f"The first {which} of {TOTAL}: {count} ({named}). The "
        f"noise in their sum has standard deviation {result.tree[-1]:.2f}; with independent noise it "
        f"is {sqrt(result.rounds):.2f}."
    )
