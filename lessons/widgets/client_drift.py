"""Widgets of lesson 22."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lessons.datasets import digits
from lessons.fl import drift, partition
from lessons.messages import Message, Transcript
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector, choice
from lessons.widgets.picture import (
    Artists,
    PictureWidget,
    dropdown,
    int_slider,
    log_slider,
    slider,
)
from lessons.widgets.who_sees_what import who_sees_what

CURVATURES, MINIMA, SHARES = (1.0, 10.0), (0.0, 1.0), np.array([0.5, 0.5])
METHODS = ["FedProx", "SCAFFOLD"]  # FedProx with μ = 0 is FedAvg
ROUNDS = 40


@dataclass(frozen=True)
class Landing:
    """Where a method has arrived on the two quadratics, and one more round from there."""

    method: str
    local_steps: int
    learning_rate: float
    proximal: float
    path: Vector  # w after 0, 1, …, ROUNDS rounds, from 0
    walks: Vector  # (local_steps + 1, 2): the two clients in one more round
    optimum: float

    @property
    def name(self) -> str:
        """What the method is called: FedProx with μ = 0 is FedAvg."""
        if self.method == "FedProx":
            return f"FedProx, μ = {self.proximal:g}" if self.proximal else "FedAvg"
        return self.method

    @property
    def miss(self) -> float:
        """How far from the optimum the server stands after the last round."""
        return abs(float(self.path[-1]) - self.optimum)


def landing(method: str, *, local_steps: int, learning_rate: float, proximal: float) -> Landing:
    """``ROUNDS`` rounds of ``method`` on two quadratics; SCAFFOLD does without ``proximal``."""
    pull = 0.0 if choice("method", method, tuple(METHODS)) == "SCAFFOLD" else proximal
    options: dict[str, Any] = {"learning_rate": learning_rate, "proximal": pull}
    w, path, controls = 0.0, [0.0], np.zeros((2, 1))
    curvatures = np.array(CURVATURES)
    kept = drift.kept_by_one_step(curvatures, **options)
    for _ in range(ROUNDS):
        h = (SHARES @ controls - controls)[:, 0]
        updates = _updates(w, kept, h, pull, n_steps=local_steps)
        if method == "SCAFFOLD":
            controls = drift.new_controls(
                controls, updates[:, None], shares=SHARES, n_steps=[local_steps] * 2,
                learning_rate=learning_rate,
            )  # fmt: skip
        w += float(SHARES @ updates)
        path.append(w)
    h = (SHARES @ controls - controls)[:, 0]
    walks = [w + _updates(w, kept, h, pull, n_steps=step) for step in range(local_steps + 1)]
    return Landing(
        method=method,
        local_steps=local_steps,
        learning_rate=learning_rate,
        proximal=pull,
        path=np.array(path),
        walks=np.array(walks),
        optimum=drift.optimum(CURVATURES, MINIMA, shares=SHARES),
    )


def _updates(w: float, kept: Vector, h: Vector, pull: float, *, n_steps: int) -> Vector:
    """``drift.quadratic_updates`` in closed form: a client's way to its own rest, 1 − q^E of it."""
    a, b = np.array(CURVATURES), np.array(MINIMA)
    rest = (a * b + pull * w - h) / (a + pull)
    return np.asarray((1 - kept**n_steps) * (rest - w))


def where_it_lands() -> PictureWidget:
    """Slide E, η and μ, and choose the method: where the server comes to rest, and why."""
    figure, (left, right) = new_figure(columns=2, height=3.5, share_y=True)
    left.set(xlabel="rounds", ylabel="parameter w", ylim=(-0.1, 1.12), xlim=(-1, ROUNDS + 1))
    right.set(xlabel="local steps of one more round (axis follows E)", xlim=(-0.15, 5.2))
    right.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    best = drift.optimum(CURVATURES, MINIMA, shares=SHARES)
    for axes in (left, right):
        axes.axhline(best, color=GREEN, lw=1.5)
    left.text(ROUNDS, best + 0.03, f"optimum {best:.3f}", color=GREEN, ha="right", fontsize=9)
    for b, name in ((0.0, "client 1 alone"), (1.0, "client 2 alone")):
        left.axhline(b, color=GREY, lw=1, ls=":")
        left.text(ROUNDS, b + 0.015, name, color=GREY, ha="right", fontsize=9)
    artists: dict[str, Any] = {
        "path": left.plot([], [], "o-", color=BLACK, ms=4, lw=1)[0],
        "miss": left.plot([], [], "_-", color=RED, ms=10, mew=2, lw=2)[0],
        "words": left.text(0, 0, "", color=RED, ha="right", va="center", fontsize=9),
        "name": left.text(ROUNDS, 0.2, "", ha="right", va="center", fontsize=11),
        "client_1": right.plot([], [], "--", color=BLUE, lw=2, label="client 1")[0],
        "client_2": right.plot([], [], ":", color=ORANGE, lw=2, label="client 2")[0],
        "average": right.plot([], [], "-", color=BLACK, lw=2, zorder=1.9, label="their average")[0],
        "scale": right.xaxis,
    }
    right.legend(frameon=False, loc="lower left", fontsize=9)
    return PictureWidget(
        controls={
            "method": dropdown("method (FedProx with μ = 0 is FedAvg)", METHODS),
            "local_steps": int_slider("local steps E", 5, 1, 100),
            "learning_rate": slider("learning rate η", 0.05, 0.01, 0.06, 0.01),
            "proximal": int_slider("μ of FedProx", 0, 0, 20),
        },
        compute=landing,
        figure=figure,
        artists=artists,
        update=_update_landing,
        describe=describe_landing,
    )


def _update_landing(artists: Artists, result: Landing) -> None:
    last = float(result.path[-1])
    artists["path"].set_data(np.arange(len(result.path)), result.path)
    artists["miss"].set_data([ROUNDS, ROUNDS], [last, result.optimum])
    artists["words"].set(x=ROUNDS - 1.5, y=0.42, text=f"w = {last:.3f}, off by {result.miss:.3f}")
    artists["name"].set_text(result.name)
    steps = np.arange(len(result.walks))
    artists["client_1"].set_data(steps, result.walks[:, 0])
    artists["client_2"].set_data(steps, result.walks[:, 1])
    artists["average"].set_data(steps, result.walks @ SHARES)
    artists["client_1"].axes.set_xlim(-0.03 * result.local_steps, 1.04 * result.local_steps)


def describe_landing(result: Landing) -> str:
    """The picture in words."""
    ends = result.walks[-1]
    return (
        f"{result.name}, E = {result.local_steps}, η = {result.learning_rate:.2f}: after "
        f"{ROUNDS} rounds the server stands at w = {result.path[-1]:.3f}, {result.miss:.3f} from the "
        f"optimum {result.optimum:.3f}. In one more round client 1 walks to {ends[0]:.3f} and client 2 to "
        f"{ends[1]:.3f}."
    )


@dataclass(frozen=True)
class Split:
    """Who holds which digits, and how skewed that is."""

    alpha: float
    deal: int
    counts: NDArray[np.int64]  # (10 clients, 10 digits)
    skew: float


def dirichlet_split(labels: NDArray[np.int64], *, alpha: float, deal: int) -> Split:
    """Deal ``labels`` to ten clients by Dirichlet(α), seed ``deal``."""
    parts = partition.dirichlet(labels, n_clients=10, alpha=alpha, rng=np.random.default_rng(deal))
    counts = np.array([np.bincount(labels[own], minlength=10) for own in parts])
    return Split(alpha, deal, counts, drift.label_skew(labels, parts))


def who_gets_what(labels: NDArray[np.int64] | None = None) -> PictureWidget:
    """Slide α and the deal: who holds which digits and how many, and how far that is from fair samples.

    ``labels``  of the images to deal; all of ``digits`` unless given
    """
    dealt = digits()[1] if labels is None else labels
    figure, (left, right) = new_figure(columns=2, height=3.6, share_y=True)
    left.set(xlabel="digit", ylabel="client", xlim=(-0.7, 9.7), ylim=(0.3, 11.6))
    left.set(xticks=range(10), yticks=range(1, 11))
    columns, rows = np.meshgrid(np.arange(10), np.arange(1, 11))
    right.set(xlabel="images of the client", xlim=(0, 0.4 * len(dealt)))
    fair = right.axvline(len(dealt) / 10, color=GREY, ls="--", lw=1, label="equal sizes")
    right.legend(handles=[fair], frameon=False, loc="upper right", fontsize=9)
    artists: dict[str, Any] = {
        "dots": left.scatter(columns.ravel(), rows.ravel(), s=1.0, color=BLUE),
        "sizes": list(right.barh(np.arange(1, 11), [1.0] * 10, height=0.5, color=BLUE)),
        "words": right.text(
            0.0, 1.04, "", color=RED, transform=right.transAxes, va="bottom", fontsize=11
        ),
    }
    return PictureWidget(
        controls={
            "alpha": log_slider("α", 1.0, 0.1, 100, 30),
            "deal": int_slider("deal", 1, 1, 9),
        },
        compute=lambda *, alpha, deal: dirichlet_split(dealt, alpha=alpha, deal=deal),
        figure=figure,
        artists=artists,
        update=_update_split,
        describe=describe_split,
    )


def _update_split(artists: Artists, result: Split) -> None:
    artists["dots"].set_sizes(1.3 * result.counts.ravel())
    for bar, size in zip(artists["sizes"], result.counts.sum(axis=1), strict=True):
        bar.set_width(size)
    artists["words"].set_text(f"skew {result.skew:.2f} (one digit each: 0.90)")


def describe_split(result: Split) -> str:
    """The picture in words."""
    held, sizes = (result.counts > 0).sum(axis=1), result.counts.sum(axis=1)
    digits = f"{held.min()}" if held.min() == held.max() else f"{held.min()} to {held.max()}"
    return (
        f"α = {result.alpha:.3g}, deal {result.deal}: the ten clients hold {sizes.min()} to "
        f"{sizes.max()} images of {digits} digits; skew {result.skew:.2f}, where "
        "one digit each has 0.9."
    )


def scaffold_round(*, n_parameters: int = 2410) -> Transcript:
    """One round of SCAFFOLD with two clients, as messages."""
    clients, size = ("client 1", "client 2"), f"{n_parameters} numbers"
    up = [
        Message(3, name, ("server",), f"{what}_{k}", size)
        for k, name in enumerate(clients, start=1)
        for what in ("u", "new c")
    ]
    return Transcript(
        parties=("server", *clients),
        holds={"server": "w and c, no examples"}
        | {name: f"images, labels, c_{k}" for k, name in enumerate(clients, start=1)},
        steps=("send", "train locally", "aggregate", "update"),
        messages=(
            Message(1, "server", clients, "w", size),
            Message(1, "server", clients, "c", size),
            *up,
        ),
    )


def scaffold_messages() -> PictureWidget:
    """The viewer on one round of SCAFFOLD, over the shoulder of client 1."""
    return who_sees_what(scaffold_round(), step=1, viewer="client 1")
