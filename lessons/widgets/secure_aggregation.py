"""Widgets of lesson 38: one round with a drop-out, message by message; crowds, drop-outs and spies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import binom

from lessons.mpc.aggregation import pairwise_masks, sealed_shares, secure_aggregation
from lessons.mpc.aggregation.aggregation_messages import Envelope, MaskedVector
from lessons.mpc.aggregation.aggregation_round import Round, aggregate
from lessons.mpc.aggregation.secure_aggregation import Client
from lessons.mpc.ring import Elements
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.transcript import Message, Transcript
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, slider
from lessons.widgets.who_sees_what import who_sees_what

PARTIES = ("server", "client 1", "client 2", "client 3")
MODULUS, THRESHOLD, LOST, SEED = 256, 1, 3, 38
VALUES = {1: 41, 2: 97, 3: 150}


def viewed_round() -> Round:
    """Three clients with one number each; client 3 drops out before it sends its masked number."""
    vectors = {client: np.array([value], dtype=np.uint64) for client, value in VALUES.items()}
    return aggregate(
        vectors,
        threshold=THRESHOLD,
        modulus=MODULUS,
        drops={LOST: 3},
        random_bytes=np.random.default_rng(SEED).bytes,
    )


def leftover_masks(done: Round) -> dict[str, int]:
    """The masks that are left in the sum: self masks of those who came, pair masks with the lost one."""
    lost = done.clients[LOST]
    masks = {f"b{one}": done.clients[one].self_seed for one in done.survivors}
    for one in done.survivors:
        advert = done.clients[one].adverts[one]
        masks[f"s{one}{LOST}"] = secure_aggregation.mask_seed(lost.mask_pair, advert, LOST)
    return {
        name: int(pairwise_masks.expand(seed, 1, modulus=MODULUS)[0])
        for name, seed in masks.items()
    }


def round_transcript() -> Transcript:
    """The round in words. A share is named by its first piece, a public key by its first digits."""
    done = viewed_round()
    keys = {one: done.clients[one].mask_pair.public.hex()[:4] + "…" for one in VALUES}
    messages = [Message(1, f"client {one}", ("server",), f"key {one}", keys[one]) for one in VALUES]
    messages.append(Message(1, "server", PARTIES[1:], "keys", ", ".join(keys.values())))
    for one in VALUES:
        sender, others = done.clients[one], [other for other in VALUES if other != one]
        for other in others:
            receiver = done.clients[other]
            shares = _opened(done, sender=sender, receiver=receiver)
            words = f"key {one}: {shares[0, 0]}, b{one}: {shares[1, 0]}"
            messages.append(Message(2, f"client {one}", (f"client {other}",), "shares", words))
        messages.append(Message(2, f"client {one}", ("server",), "envelopes", "sealed"))
    for sent in done.sent:
        if isinstance(sent.message, MaskedVector):
            label, value = f"y{sent.sender}", str(sent.message.values[0])
            messages.append(Message(3, f"client {sent.sender}", ("server",), label, value))
    asked = tuple(f"client {one}" for one in done.survivors)
    messages.append(Message(4, "server", asked, "list", ", ".join(map(str, done.survivors))))
    for one in done.survivors:
        messages.append(Message(4, f"client {one}", ("server",), "shares", f"b1, b2, key {LOST}"))
    for name, mask in leftover_masks(done).items():
        messages.append(Message(5, "server", (), f"mask of {name}", str(mask)))
    return Transcript(
        PARTIES,
        {f"client {client}": f"x{client} = {value}" for client, value in VALUES.items()},
        (
            "the server collects the public keys and tells them",
            "shares of keys and of b, in sealed envelopes",
            f"masked numbers; client {LOST} drops out",
            "the server tells who is left, and gets shares",
            "the server makes the leftover masks again",
        ),
        tuple(messages),
    )


def _opened(done: Round, *, sender: Client, receiver: Client) -> Elements:
    """The shares in the envelope from one client to another."""
    (envelope,) = [
        sent.message
        for sent in done.sent
        if isinstance(sent.message, Envelope)
        and (sent.sender, sent.message.sender, sent.message.receiver)
        == (sender.number, sender.number, receiver.number)
    ]
    key = receiver.adverts[sender.number].envelope_key
    return sealed_shares.unseal(envelope, pair=receiver.envelope_pair, other=key)


def one_round() -> PictureWidget:
    """Step through one round with a drop-out and look over one shoulder, or over two."""
    return who_sees_what(round_transcript(), step=1, viewer="server")


# The second widget: how high should the threshold be?


@dataclass(frozen=True)
class Crowd:
    """For each threshold the chance that the round survives, and with how many spies (38.iv) holds."""

    n_clients: int
    drop_rate: float
    threshold: int
    survives: Vector  # for the thresholds 1, 2, …, n − 1
    spies: Vector  # of a server that lies, for the same thresholds; −1 where it needs none

    @property
    def possible(self) -> bool:
        """Whether there are more clients than the threshold."""
        return self.threshold < self.n_clients

    @property
    def chance(self) -> float:
        """That threshold + 1 or more clients are left."""
        return float(self.survives[self.threshold - 1]) if self.possible else 0.0

    @property
    def tolerated(self) -> int:
        """How many spies of a lying server get no client's two secrets; −1: it needs none."""
        return int(self.spies[self.threshold - 1]) if self.possible else -1


def crowd(*, n_clients: int, drop_rate: float, threshold: int) -> Crowd:
    """Independent drop-outs; spies by 2(t + 1) > n + c."""
    thresholds = np.arange(1, n_clients)
    return Crowd(
        n_clients,
        drop_rate,
        threshold,
        np.asarray(binom.sf(thresholds, n_clients, 1 - drop_rate)),
        np.maximum(2 * thresholds + 1 - n_clients, -1).astype(float),
    )


def crowds_and_spies() -> PictureWidget:
    """Slide clients, drop-out rate, threshold: does the round survive, and how many spies may there be."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.5)
    left.set(xlim=(0, 1), ylim=(-0.03, 1.06))
    left.set(xlabel="threshold / clients", ylabel="chance that a round survives")
    right.set(xlim=(0, 1), ylim=(-0.06, 1.06))
    right.set(xlabel="threshold / clients", ylabel="most spies / clients")
    left.axhline(0.99, color=GREEN, ls="--", lw=1.2, label="99 %")
    right.plot([0, 1], [0, 1], color=GREY, ls=":", label="server that follows the rules")
    artists: dict[str, Any] = {
        "survives": left.plot([], [], color=BLUE)[0],
        "spies": right.plot([], [], color=ORANGE, label="server that lies, by (38.iv)")[0],
        "now": [axes.plot([], [], "o", color=RED, ms=8)[0] for axes in (left, right)],
        "words": [
            axes.text(0.0, 1.02, "", transform=axes.transAxes, fontsize=9, color=BLACK)
            for axes in (left, right)
        ],
    }
    left.legend(frameon=False, loc="lower left", fontsize=9)
    right.legend(frameon=False, loc="upper left", fontsize=9)
    return PictureWidget(
        controls={
            "n_clients": int_slider("clients", 30, 10, 200, 10),
            "drop_rate": slider("drop-out rate", 0.1, 0.0, 0.5, 0.05),
            "threshold": int_slider("threshold", 15, 1, 199),
        },
        compute=crowd,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def _update(artists: Artists, result: Crowd) -> None:
    places = np.arange(1, result.n_clients) / result.n_clients
    artists["survives"].set_data(places, result.survives)
    shown = result.spies >= 0
    artists["spies"].set_data(places[shown], result.spies[shown] / result.n_clients)
    place = result.threshold / result.n_clients
    left, right = artists["now"]
    left.set_data([place], [result.chance])
    right.set_data([place], [max(result.tolerated, 0) / result.n_clients])
    for one in artists["now"]:
        one.set_visible(result.possible)
    for text, words in zip(artists["words"], (_chance(result), _spies(result)), strict=True):
        text.set_text(words)


def _chance(result: Crowd) -> str:
    if not result.possible:
        return "the threshold must be below the number of clients"
    chance = "over 99.99%" if result.chance > 0.9999 else f"{result.chance:.2%}"
    return f"{result.threshold + 1} of {result.n_clients} must stay: {chance}"


def _spies(result: Crowd) -> str:
    if not result.possible:
        return ""
    if result.tolerated < 0:
        return "(38.iv) fails even without spies"
    spies = "1 spy" if result.tolerated == 1 else f"{result.tolerated} spies"
    return f"(38.iv) holds with up to {spies}"


def describe(result: Crowd) -> str:
    """The picture in words."""
    said = "; ".join(one for one in (_chance(result), _spies(result)) if one)
    return (
        f"{result.n_clients} clients, of whom {result.drop_rate:.0%} drop out, threshold "
        f"{result.threshold}: {said}."
    )
