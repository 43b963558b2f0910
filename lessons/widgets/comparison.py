"""Widgets of lesson 35: the carry tree; ripple against tree; who sees what in one comparison."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.mpc import additive
from lessons.mpc.bits import adder, boolean, comparison
from lessons.mpc.wire import Wire, send, transcript
from lessons.plots.comparison import fill_tree, lay_out_tree, letters, levels_of
from lessons.plots.figure import GREEN, GREY, ORANGE, RED, SKY, new_figure
from lessons.transcript import Transcript
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider, log_slider
from lessons.widgets.who_sees_what import who_sees_what

N_BITS = 8


@dataclass(frozen=True)
class Tree:
    """x + y in eight bits: what each stretch does, level by level, bit 0 first."""

    x: int
    y: int
    rows: tuple[str, ...]

    @property
    def n_carries(self) -> int:
        """How many of the bits send a carry up."""
        return self.rows[-1].count("g")


def tree(*, x: int, y: int) -> Tree:
    """All levels of the tree for two numbers."""
    rows = ("".join(letters(G, P)) for G, P in levels_of(x, y, n_bits=N_BITS))
    return Tree(x, y, tuple(rows))


def carry_tree() -> PictureWidget:
    """Slide two numbers of eight bits: which nodes of the tree generate, which pass on."""
    figure, (axes,) = new_figure(height=3.8, width=7.2)
    artists: dict[str, Any] = lay_out_tree(axes, n_bits=N_BITS)
    artists["words"] = axes.text(0.0, 1.0, "", transform=axes.transAxes, fontsize=9, va="bottom")
    return PictureWidget(
        controls={
            "x": int_slider("x", 107, 0, 255),
            "y": int_slider("y", 20, 0, 255),
        },
        compute=tree,
        figure=figure,
        artists=artists,
        update=_update_tree,
        describe=describe_tree,
    )


def _update_tree(artists: Artists, result: Tree) -> None:
    fill_tree(artists, result.x, result.y, n_bits=N_BITS)
    artists["words"].set_text(_sum(result))


def _sum(result: Tree) -> str:
    x, y = result.x, result.y
    return f"{x} + {y} = {(x + y) % 256} modulo 256, carries out of {result.n_carries} of {N_BITS} bits"


def describe_tree(result: Tree) -> str:
    """The picture in words."""
    rows = ", ".join(one[::-1] for one in result.rows)
    return f"{_sum(result)}. Rows of the tree, highest bit first: {rows}."


# The second widget: rounds wait, bytes are sent

BANDWIDTH = 1e9  # bits a second
WORDS = {"64": 64, "32": 32, "16": 16, "8": 8}
VALUES = np.logspace(0, 7, 8)


@dataclass(frozen=True)
class Cost:
    """What the ReLUs of so many numbers cost two parties, with a carry that walks and with the tree."""

    bits: str
    latency: float  # ms
    values: float
    walk: Vector  # seconds for 1, 10, … 10^7 values
    tree: Vector
    waiting: tuple[float, float]  # seconds for this number of values: walk, tree
    sending: tuple[float, float]


def walk_rounds(k: int) -> int:
    """One AND after the other for k − 1 carries; then the way back, and the product."""
    return k - 1 + 2


def walk_bytes(k: int) -> float:
    """Two bits for each AND, one for the way back, two words of k bits for the product; packed."""
    return (2 * (k - 1) + 1 + 2 * k) / 8


def tree_rounds(k: int) -> int:
    """As the library counts them."""
    return comparison.relu_rounds(n_parties=2, modulus=2**k)


def tree_bytes(k: int) -> float:
    """Of a tree that leads to the top carry alone, packed as tightly as the carry that walks.

    Two bits for each of the k − 1 g, then k − 2 joins: three bits, but two where the lowest stretch takes
    part, which needs no P. The library sends more: whole words, for all carries.
    """
    joins = 3 * (k - 2) - len(adder.distances(2**k))
    return (2 * (k - 1) + joins + 1 + 2 * k) / 8


def cost(*, bits: str, latency: float, values: float) -> Cost:
    """Time for each adder: rounds times latency, and bytes over the bandwidth of 1 Gbit/s."""
    k, seconds = WORDS[bits], latency / 1000
    rounds, n_bytes = (walk_rounds(k), tree_rounds(k)), (walk_bytes(k), tree_bytes(k))
    walk, tree_ = (
        seconds * each + VALUES * 8 * size / BANDWIDTH
        for each, size in zip(rounds, n_bytes, strict=True)
    )
    waiting = (seconds * rounds[0], seconds * rounds[1])
    sending = (values * 8 * n_bytes[0] / BANDWIDTH, values * 8 * n_bytes[1] / BANDWIDTH)
    return Cost(bits, latency, values, walk, tree_, waiting, sending)


def walk_or_tree() -> PictureWidget:
    """Slide latency and the number of values: what a ReLU costs with each adder."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.5)
    left.set(xscale="log", yscale="log", xlim=(0.7, 1.4e7), ylim=(3e-4, 100))
    left.set(xlabel="numbers compared at once", ylabel="seconds")
    artists: dict[str, Any] = {
        "walk": left.plot([], [], "s--", color=ORANGE, ms=4, label="from bit to bit")[0],
        "tree": left.plot([], [], "o-", color=GREEN, ms=4, label="tree")[0],
        "now": left.axvline(1.0, color=RED, lw=1, ls=":"),
    }
    left.legend(frameon=False, fontsize=9, loc="upper left")
    right.set(xlim=(-0.6, 1.6), ylim=(0, 1.25), ylabel="part of the slower one's time")
    right.set_xticks([0, 1], ["from bit to bit", "tree"])
    right.set_xlabel("adder")
    artists["waiting"] = right.vlines([0, 1], 0, 1, color=SKY, lw=38)
    artists["sending"] = right.vlines([0, 1], 0, 1, color=GREY, lw=38)
    right.text(0.5, 1.17, "blue: waiting for rounds, grey: sending bytes", ha="center", fontsize=8)
    artists["times"] = [right.text(x, 0, "", ha="center", va="bottom", fontsize=9) for x in (0, 1)]
    return PictureWidget(
        controls={
            "bits": dropdown("bits of the ring", list(WORDS)),
            "latency": log_slider("latency in ms", 10.0, 0.1, 100.0, 3, readout=".1f"),
            "values": log_slider("numbers compared at once", 1.0, 1.0, 1e7, 7, readout=",.0f"),
        },
        compute=cost,
        figure=figure,
        artists=artists,
        update=_update_cost,
        describe=describe_cost,
    )


def _update_cost(artists: Artists, result: Cost) -> None:
    artists["walk"].set_data(VALUES, result.walk)
    artists["tree"].set_data(VALUES, result.tree)
    artists["now"].set_xdata([result.values, result.values])
    both = [w + s for w, s in zip(result.waiting, result.sending, strict=True)]
    parts = [w / max(both) for w in result.waiting]
    ends = [one / max(both) for one in both]
    artists["waiting"].set_segments([[(x, 0), (x, parts[x])] for x in (0, 1)])
    artists["sending"].set_segments([[(x, parts[x]), (x, ends[x])] for x in (0, 1)])
    for x, text in enumerate(artists["times"]):
        text.set_text(_seconds(both[x]))
        text.set_position((x, ends[x] + 0.02))


def _seconds(time: float) -> str:
    return f"{time:.3g} s" if time >= 1 else f"{time * 1000:.3g} ms"


def describe_cost(result: Cost) -> str:
    """The picture in words."""
    k = WORDS[result.bits]
    walk, tree_ = (w + s for w, s in zip(result.waiting, result.sending, strict=True))
    return (
        f"{result.values:,.0f} ReLUs of {k} bits between two parties, latency {result.latency:.1f} ms, "
        f"1 Gbit/s. From bit to bit: {walk_rounds(k)} rounds, {walk_bytes(k):.1f} bytes each, "
        f"{_seconds(walk)}. Tree: {tree_rounds(k)} rounds, {tree_bytes(k):.1f} bytes each, {_seconds(tree_)}."
    )


# The viewer: is the clinic's number smaller than the laboratory's?

PARTIES = ("clinic", "laboratory", "dealer")
CLINIC, LABORATORY, DEALER = range(3)
MODULUS, X, Y, SEED = 32, 3, 6, 45  # numbers from 0 to 15: their difference fits; no mask is 0


def comparison_transcript() -> Transcript:
    """Whether the clinic's x is smaller than the laboratory's y, and nothing else, is opened."""
    recipe: dict[str, Any] = {
        "n_parties": 2,
        "modulus": MODULUS,
        "random_bytes": np.random.default_rng(SEED).bytes,
    }
    wire: Wire = []
    supply = comparison.deal_sign(**recipe)
    for party in range(2):
        rows = [
            one.ravel()
            for triple in supply.adder.tree
            for one in (triple.a_shares[party], triple.b_shares[party], triple.c_shares[party])
        ]
        bit = [supply.bit.binary_shares[party], supply.bit.arithmetic_shares[party]]
        name = f"triples {party + 1}, r {party + 1}"
        dealt = np.concatenate([*rows, np.array(bit)])
        send(dealt, step=1, sender=DEALER, receiver=party, label=name, wire=wire)
    x, y = (additive.share(one, **recipe) for one in (X, Y))
    send(x[LABORATORY], step=2, sender=CLINIC, receiver=LABORATORY, label="x 2", wire=wire)
    send(y[CLINIC], step=2, sender=LABORATORY, receiver=CLINIC, label="y 1", wire=wire)
    less = comparison.less_than(x, y, supply=supply, modulus=MODULUS, wire=wire, step=3)
    last = max(parcel.step for parcel in wire)
    answer = additive.open_shares(less, modulus=MODULUS, wire=wire, step=last + 1, label="answer")
    r = boolean.reconstruct(supply.bit.binary_shares, modulus=MODULUS)
    return transcript(
        wire,
        parties=PARTIES,
        holds={
            "clinic": f"x = {X}; keeps x 1 = {x[CLINIC]}",
            "laboratory": f"y = {Y}; keeps y 2 = {y[LABORATORY]}",
            "dealer": f"r = {r}, and all a, b, c",
        },
        steps=(
            "the dealer hands out triples and a random bit r",
            "each cuts its own number and sends a share",
            "bits of x − y: open d and e for all g",
            "tree, s = 1: open d and e",
            "tree, s = 2: open d and e",
            "open m = sign ⊕ r",
            f"open the answer: {'x < y' if answer else 'not x < y'}",
        ),
    )


def one_comparison() -> PictureWidget:
    """Step through one comparison and look over one shoulder, or over two."""
    return who_sees_what(comparison_transcript(), step=1, viewer="clinic")
