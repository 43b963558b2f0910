"""Widgets of lesson 36: one neuron on shares, seen over any shoulder; waiting and sending."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from lessons.mpc import additive, beaver, ring
from lessons.mpc.servers import private_network
from lessons.mpc.wire import Wire, send, transcript
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, new_figure
from lessons.transcript import Transcript
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, log_slider
from lessons.widgets.who_sees_what import who_sees_what

PARTIES = ("image's owner", "model's owner", "server 1", "server 2", "server 3")
IMAGE, MODEL, FIRST_SERVER = range(3)
MODULUS, X, W, B, SEED = 256, 3, -5, 4, 40  # no two numbers that are sent are equal
SCORE = X * W + B


@dataclass(frozen=True)
class Neuron:
    """One neuron's evaluation: all its messages, and the three rows that the image's owner gets."""

    transcript: Transcript
    score_rows: tuple[int, ...]


@cache
def neuron() -> Neuron:
    """x · w + b for one pixel, by three servers, with a dealer's triple (fixed bytes)."""
    recipe: dict[str, Any] = {
        "n_parties": 3,
        "modulus": MODULUS,
        "random_bytes": np.random.default_rng(SEED).bytes,
    }
    wire: Wire = []
    x, w, b = (
        additive.share(ring.encode(one, modulus=MODULUS), **recipe).ravel() for one in (X, W, B)
    )
    triple = beaver.deal_triple(**recipe)
    for place in range(3):
        server = FIRST_SERVER + place
        send(x[place], step=1, sender=IMAGE, receiver=server, label=f"x {place + 1}", wire=wire)
        both = np.array([w[place], b[place]])
        name = f"w {place + 1}, b {place + 1}"
        send(both, step=2, sender=MODEL, receiver=server, label=name, wire=wire)
    inner: Wire = []
    z = beaver.multiply(x, w, triple=triple, modulus=MODULUS, wire=inner, step=3)
    wire += [
        replace(
            one,
            sender=one.sender + FIRST_SERVER,
            receiver=one.receiver + FIRST_SERVER,
            step=3 if one.label.startswith("d") else 4,
        )
        for one in inner
    ]
    rows = additive.add(z, b, modulus=MODULUS)
    for place in range(3):
        server, name = FIRST_SERVER + place, f"score {place + 1}"
        send(rows[place], step=5, sender=server, receiver=IMAGE, label=name, wire=wire)
    holds = {PARTIES[IMAGE]: f"x = {X}", PARTIES[MODEL]: f"w = {W}, b = {B}"} | {
        PARTIES[FIRST_SERVER + i]: "a dealer's shares {}, {}, {}".format(
            *(one[i] for one in (triple.a_shares, triple.b_shares, triple.c_shares))
        )
        for i in range(3)
    }
    steps = (
        "the image's owner hands out shares of x",
        "the model's owner hands out shares of w and b",
        "the servers open d = x − a",
        "the servers open e = w − b′, the dealer's second mask",
        "each server sends its row of the score, to the image's owner only",
    )
    wire.sort(key=lambda one: one.step)
    told = transcript(wire, parties=PARTIES, holds=holds, steps=steps)
    return Neuron(told, tuple(int(row) for row in rows))


def one_neuron() -> PictureWidget:
    """Step through one neuron on shares and look over one shoulder, or over two."""
    return who_sees_what(neuron().transcript, step=1, viewer="server 1")


# The second widget: waiting and sending

SIZES, N_PARTIES, WORD = (64, 32, 10), 3, 2**64
IMAGES = 10 ** np.linspace(0, 5, 101)


@dataclass(frozen=True)
class Times:
    """The seconds that the digits network spends on waiting and on sending."""

    latency: float  # one way, in milliseconds
    bandwidth: float  # of each party, in Mbit/s
    n_images: float
    waiting: float
    sending: float
    curve: Vector  # seconds of sending for each of IMAGES


def rounds() -> int:
    """Rounds of the digits network, whatever the number of images."""
    parts = private_network.costs(1, SIZES, n_parties=N_PARTIES, modulus=WORD)
    return sum(one.rounds for one in parts)


@cache
def bytes_line() -> tuple[int, int]:
    """The bytes that a party sends for no image (the masked weights), and for each image."""
    none, one = (
        sum(part.n_bytes for part in private_network.costs(n, SIZES, n_parties=3, modulus=WORD))
        for n in (0, 1)
    )
    return none, one - none


def times(*, latency: float, bandwidth: float, n_images: float) -> Times:
    """Waiting is rounds times latency, sending is bytes over bandwidth; computing is left out."""
    fixed, each = bytes_line()
    per_second = bandwidth * 1e6 / 8
    return Times(
        latency,
        bandwidth,
        n_images,
        rounds() * latency / 1000,
        (fixed + each * n_images) / per_second,
        (fixed + each * IMAGES) / per_second,
    )


def waiting_and_sending() -> PictureWidget:
    """Slide latency, bandwidth and the number of images: the time that goes into rounds and into bytes."""
    figure, (axes,) = new_figure(width=7.6, height=3.7)
    axes.set(xscale="log", yscale="log", xlim=(1, 1e5), ylim=(2e-5, 3e4))
    axes.set(xlabel="images in one batch", ylabel="seconds")
    artists = {
        "waiting": axes.plot([], [], color=BLUE, label="waiting: 13 rounds")[0],
        "sending": axes.plot([], [], color=ORANGE, ls="--", label="sending: the bytes")[0],
        "total": axes.plot([], [], color=BLACK, lw=1, label="together")[0],
        "here": axes.axvline(1, color=GREY, ls=":", lw=1.2),
        "now": axes.plot([], [], "o", color=RED, ms=8)[0],
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes, fontsize=9),
    }
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    return PictureWidget(
        controls={
            "latency": log_slider("latency in ms", 0.1, 0.1, 1000.0, 40, readout=".3g"),
            "bandwidth": log_slider(
                "bandwidth in Mbit/s", 1000.0, 1.0, 10_000.0, 40, readout=",.4g"
            ),
            "n_images": log_slider("images", 1.0, 1.0, 1e5, 100, readout=",.0f"),
        },
        compute=times,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def _update(artists: Artists, result: Times) -> None:
    total = result.waiting + result.sending
    artists["waiting"].set_data([1, 1e5], [result.waiting, result.waiting])
    artists["sending"].set_data(IMAGES, result.curve)
    artists["total"].set_data(IMAGES, result.curve + result.waiting)
    artists["here"].set_xdata([result.n_images, result.n_images])
    artists["now"].set_data([result.n_images], [total])
    artists["words"].set_text(_said(result))


def _said(result: Times) -> str:
    total = result.waiting + result.sending
    return (
        f"waiting {result.waiting:.3g} s, sending {result.sending:.3g} s, together {total:.3g} s: "
        f"{total / result.n_images:.2g} s an image"
    )


def describe(result: Times) -> str:
    """The picture in words."""
    images = f"{result.n_images:,.0f} image{'s' * (result.n_images > 1.5)}"
    return (
        f"Latency {result.latency:.3g} ms, bandwidth {result.bandwidth:.4g} Mbit/s, {images} in one batch: "
        f"{_said(result)}."
    )
