"""Widgets of lesson 22."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from lessons.fl import drift
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.transcript import Message, Transcript
from lessons.validation import Vector, choice
from lessons.widgets.picture import (
    Artists,
    PictureWidget,
    dropdown,
    int_slider,
    slider,
)
from lessons.widgets.who_sees_what import who_sees_what

CURVATURES, MINIMA, SHARES = (1.0, 10.0), (0.0, 1.0), np.array([0.5, 0.5])
METHODS = ["FedProx", "SCAFFOLD"]  # FedProx with μ = 0 is FedAvg
ROUNDS = 40


@dataclass(frozen=True)
class Landing:
    """Where a method arrives on the two quadratics, and one of its rounds step by step."""

    method: str
    local_steps: int
    learning_rate: float
    proximal: float
    path: Vector  # w after 0, 1, …, ROUNDS rounds, from 0
    shown_round: int
    walks: Vector  # (local_steps + 1, 2): the two clients in that round
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


def landing(
    method: str,
    *,
    local_steps: int,
    learning_rate: float,
    proximal: float,
    shown_round: int = ROUNDS,
) -> Landing:
    """``ROUNDS`` rounds of ``method`` on two quadratics; SCAFFOLD does without ``proximal``."""
    pull = 0.0 if choice("method", method, tuple(METHODS)) == "SCAFFOLD" else proximal
    options: dict[str, Any] = {"learning_rate": learning_rate, "proximal": pull}
    w, path, controls = 0.0, [0.0], np.zeros((2, 1))
    kept = drift.kept_by_one_step(np.array(CURVATURES), **options)
    every_h = []  # the corrections in each round
    for _ in range(ROUNDS):
        h = (SHARES @ controls - controls)[:, 0]
        every_h.append(h)
        updates = _updates(w, kept, h, pull, n_steps=local_steps)
        if method == "SCAFFOLD":
            controls = drift.new_controls(
                controls, updates[:, None], shares=SHARES, n_steps=[local_steps] * 2,
                learning_rate=learning_rate,
            )  # fmt: skip
        w += float(SHARES @ updates)
        path.append(w)
    w, h = path[shown_round - 1], every_h[shown_round - 1]
    walks = [w + _updates(w, kept, h, pull, n_steps=step) for step in range(local_steps + 1)]
    return Landing(
        method=method,
        local_steps=local_steps,
        learning_rate=learning_rate,
        proximal=pull,
        path=np.array(path),
        shown_round=shown_round,
        walks=np.array(walks),
        optimum=drift.optimum(CURVATURES, MINIMA, shares=SHARES),
    )


def _updates(w: float, kept: Vector, h: Vector, pull: float, *, n_steps: int) -> Vector:
    """``drift.quadratic_updates`` in closed form: a client's way to its own rest, 1 − q^E of it."""
    a, b = np.array(CURVATURES), np.array(MINIMA)
    rest = (a * b + pull * w - h) / (a + pull)
    return np.asarray((1 - kept**n_steps) * (rest - w))


def where_it_lands() -> PictureWidget:
    """Slide E, η and μ, choose the method and a round: where the server comes to rest, and why."""
    figure, (left, right) = new_figure(columns=2, height=3.5, share_y=True)
    left.set(xlabel="rounds", ylabel="parameter w", ylim=(-0.1, 1.12), xlim=(-1, ROUNDS + 1))
    right.set(xlabel=_steps_of(ROUNDS), xlim=(-0.15, 5.2))
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
        "shown": left.plot([], [], "o", color=BLACK, ms=11, mew=1.5, mfc="none")[0],
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
            "shown_round": int_slider("round shown on the right", ROUNDS, 1, ROUNDS),
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
    start = result.shown_round - 1
    artists["shown"].set_data([start], [result.path[start]])
    artists["miss"].set_data([ROUNDS, ROUNDS], [last, result.optimum])
    artists["words"].set(x=ROUNDS - 1.5, y=0.42, text=f"w = {last:.3f}, off by {result.miss:.3f}")
    artists["name"].set_text(result.name)
    steps = np.arange(len(result.walks))
    artists["client_1"].set_data(steps, result.walks[:, 0])
    artists["client_2"].set_data(steps, result.walks[:, 1])
    artists["average"].set_data(steps, result.walks @ SHARES)
    axes = artists["client_1"].axes
    axes.set(
        xlim=(-0.03 * result.local_steps, 1.04 * result.local_steps),
        xlabel=_steps_of(result.shown_round),
    )


def _steps_of(shown_round: int) -> str:
    return f"local steps of round {shown_round} (axis follows E)"


def describe_landing(result: Landing) -> str:
    """The picture in words."""
    ends = result.walks[-1]
    return (
        f"{result.name}, E = {result.local_steps}, η = {result.learning_rate:.2f}: after "
        f"{ROUNDS} rounds the server stands at w = {result.path[-1]:.3f}, {result.miss:.3f} from the "
        f"optimum {result.optimum:.3f}. In round {result.shown_round} client 1 walks to {ends[0]:.3f} and "
        f"client 2 to {ends[1]:.3f}."
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
