"""Widgets of lesson 33."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.mpc import additive, beaver
from lessons.mpc.wire import Wire, send, transcript
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, new_figure
from lessons.transcript import Transcript
from lessons.widgets.picture import Artists, PictureWidget, checkbox, int_slider
from lessons.widgets.who_sees_what import who_sees_what

PARTIES = ("clinic", "laboratory", "dealer")
CLINIC, LABORATORY, DEALER = range(3)
MODULUS, X, Y, SEED = 101, 41, 67, 2047  # of the viewer: no two of its numbers are equal
CLOCK, RUNS = 11, 1000  # of the histograms
TOP = 150  # of both: a bar of all runs leaves the picture, and words say so
EVENLY = RUNS / CLOCK


def multiplication_transcript() -> Transcript:
    """A clinic's number times a laboratory's, with a triple of a dealer (fixed bytes)."""
    recipe: dict[str, Any] = {
        "n_parties": 2,
        "modulus": MODULUS,
        "random_bytes": np.random.default_rng(SEED).bytes,
    }
    wire: Wire = []
    triple = beaver.deal_triple(**recipe)
    rows = np.stack([triple.a_shares, triple.b_shares, triple.c_shares], axis=1)  # (2, 3)
    for party in range(2):
        label = _labels("abc", party)
        send(rows[party], step=1, sender=DEALER, receiver=party, label=label, wire=wire)
    x, y = (additive.share(one, **recipe) for one in (X, Y))
    send(x[LABORATORY], step=2, sender=CLINIC, receiver=LABORATORY, label="x₂", wire=wire)
    send(y[CLINIC], step=2, sender=LABORATORY, receiver=CLINIC, label="y₁", wire=wire)
    opened: Wire = []
    z = beaver.multiply(x, y, triple=triple, modulus=MODULUS, wire=opened)
    for d, e in zip(opened[:2], opened[2:], strict=True):  # d and e travel together
        send(
            np.stack([d.payload, e.payload]),
            step=3,
            sender=d.sender,
            receiver=d.receiver,
            label=_labels("de", d.sender),
            wire=wire,
        )
    a, b, c = (
        additive.reconstruct(one, modulus=MODULUS)
        for one in (triple.a_shares, triple.b_shares, triple.c_shares)
    )
    return transcript(
        wire,
        parties=PARTIES,
        holds={
            "clinic": f"x = {X}, x₁ = {x[CLINIC]}; at last z₁ = {z[CLINIC]}",
            "laboratory": f"y = {Y}, y₂ = {y[LABORATORY]}; at last z₂ = {z[LABORATORY]}",
            "dealer": f"a = {a}, b = {b}, c = {c}",
        },
        steps=(
            "the dealer hands out shares of a, b and c = a·b",
            "each cuts its own number and sends a share",
            "both open d = x − a and e = y − b",
            "each adds up its boxes, without a message: z₁ + z₂ = x·y",
        ),
    )


def _labels(names: str, party: int) -> str:
    """The names of one party's shares: "d₁, e₁"."""
    return ", ".join(f"{name}{'₁₂'[party]}" for name in names)


def one_multiplication() -> PictureWidget:
    """Step through one product of shared values and look over one shoulder, or over two."""
    return who_sees_what(multiplication_transcript(), step=1, viewer="clinic")


@dataclass(frozen=True)
class Openings:
    """How often each value was opened, and each difference of two, over 1000 pairs of products."""

    x: int
    other: int
    reused: bool
    opened: NDArray[np.int64]  # (11,) of d = x − a
    differences: NDArray[np.int64]  # (11,) of d − d′


def openings(*, x: int, other: int, dealer: int, reused: bool) -> Openings:
    """Mask x and x′ 1000 times, with one triple for both or with two; ``dealer`` seeds the masks."""
    rng = np.random.default_rng([33, dealer])
    masks = rng.integers(CLOCK, size=(2, RUNS))
    d = (x - masks[0]) % CLOCK
    d_other = (other - masks[0 if reused else 1]) % CLOCK
    return Openings(
        x,
        other,
        reused,
        np.bincount(d, minlength=CLOCK),
        np.bincount((d - d_other) % CLOCK, minlength=CLOCK),
    )


def what_everybody_sees() -> PictureWidget:
    """What is opened of two secrets, and the difference of the two openings, over 1000 runs."""
    figure, (left, right) = new_figure(columns=2, height=3.4, width=8.6)
    hours = np.arange(CLOCK)
    for axes, label in ((left, "d, opened for x"), (right, "d − d′, on the clock")):
        axes.set(xlim=(-0.7, CLOCK - 0.3), ylim=(0, TOP), xlabel=label, xticks=hours.tolist())
        axes.axhline(EVENLY, color=GREY, lw=1, ls="--")
        axes.set_ylabel(f"runs, of {RUNS}")
    artists = {
        "opened": left.vlines(hours, 0, 1, color=BLUE, lw=12),
        "differences": right.vlines(hours, 0, 1, color=ORANGE, lw=12),
        "title": left.text(0.02, 0.96, "", transform=left.transAxes, fontsize=9, va="top"),
        "words": right.text(
            0.02,
            0.96,
            "",
            transform=right.transAxes,
            fontsize=9,
            va="top",
            color=BLACK,
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"},
        ),
    }
    return PictureWidget(
        controls={
            "x": int_slider("secret x of the first product", 3, 0, CLOCK - 1),
            "other": int_slider("secret x′ of the second product", 9, 0, CLOCK - 1),
            "dealer": int_slider("dealer (another seed, other masks)", 0, 0, 20),
            "reused": checkbox("one triple for both products", False),
        },
        compute=openings,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def describe(result: Openings) -> str:
    """The picture in words."""
    start = (
        f"Clock with {CLOCK} hours, x = {result.x} and x′ = {result.other}, {RUNS} runs: d takes each "
        f"value between {result.opened.min()} and {result.opened.max()} times, most often "
        f"{int(result.opened.argmax())}."
    )
    if result.reused:
        always = int(result.differences.argmax())
        return f"{start} With one triple for both products, d − d′ is always {always}."
    low, high = result.differences.min(), result.differences.max()
    return (
        f"{start} With two triples, d − d′ takes each value between {low} and {high} times, most often "
        f"{int(result.differences.argmax())}."
    )


def _update(artists: Artists, result: Openings) -> None:
    for name, counts in (("opened", result.opened), ("differences", result.differences)):
        bars = [[(hour, 0), (hour, int(count))] for hour, count in enumerate(counts) if count]
        artists[name].set_segments(bars)
    artists["title"].set_text(f"x = {result.x} (dashed: {EVENLY:.0f} each)")
    how = "a triple for each"
    if result.reused:
        how = f"one triple for both\nall {RUNS} at {int(result.differences.argmax())}, far beyond the top"
    artists["words"].set_text(f"x = {result.x}, x′ = {result.other}: {how}")
