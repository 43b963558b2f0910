"""Widgets of lesson 21."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from lessons.fl.rounds import ModelMessage, Round, UpdateMessage, transcript
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.transcript import Message, Transcript
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider
from lessons.widgets.who_sees_what import who_sees_what

HOSPITALS = {"client 1": 40, "client 2": 10, "client 3": 150}  # examples, for the viewers
MEANS = (2.0, 6.0)  # where each client's own loss is smallest, for the bowls
LEARNING_RATE = 0.1


def all_data_in_one_place() -> Transcript:
    """The plan without federation: every client sends its images to the server."""
    clients = tuple(HOSPITALS)
    return Transcript(
        parties=("server", *clients),
        holds={"server": "nothing"} | {c: f"{n} images, labels" for c, n in HOSPITALS.items()},
        steps=("collect", "train", "send the model", "use it"),
        messages=(
            *(
                Message(1, c, ("server",), "images", f"{n} images, every pixel")
                for c, n in HOSPITALS.items()
            ),
            Message(3, "server", clients, "w", "the trained parameters"),
        ),
    )


def send_us_the_data() -> PictureWidget:
    """The viewer on ``all_data_in_one_place``, over the server's shoulder."""
    return who_sees_what(all_data_in_one_place(), step=1, viewer="server")


def two_rounds(*, n_parameters: int = 2410) -> Transcript:
    """Two rounds of FedAvg with three clients, as messages (the numbers themselves play no part)."""
    zeros = np.zeros(n_parameters)
    received = tuple(
        UpdateMessage(number, zeros, size) for number, size in enumerate(HOSPITALS.values())
    )
    one = Round(ModelMessage((0, 1, 2), zeros), received, zeros)
    return transcript([one, one], examples="images, labels")


def fedavg_messages() -> PictureWidget:
    """The viewer on two rounds of FedAvg, over the shoulder of client 2."""
    return who_sees_what(two_rounds(), step=1, viewer="client 2")


@dataclass(frozen=True)
class Landing:
    """Two clients with bowls for losses, and where two servers have arrived after some rounds."""

    n_1: int
    n_2: int
    local_epochs: int
    rounds: int
    x: Vector
    joint: Vector  # the joint loss F over x
    minimum: float  # where F is smallest
    weighted: Vector  # w after 0, 1, …, rounds, averaging by shares
    unweighted: Vector  # the same with equal weights

    @property
    def miss(self) -> float:
        """How far from the minimum the server with the unweighted mean stands."""
        return abs(float(self.unweighted[-1]) - self.minimum)


def landing(*, n_1: int, n_2: int, local_epochs: int, rounds: int) -> Landing:
    """FedAvg on F_k(w) = ½ (w − m_k)², from w = 0; E local steps multiply w − m_k by (1 − η)^E."""
    shares = np.array([n_1, n_2]) / (n_1 + n_2)
    means = np.array(MEANS)
    x = np.linspace(-0.5, 8.0, 171)
    losses = (x[:, None] - means) ** 2 / 2  # (171, 2)
    return Landing(
        n_1=n_1,
        n_2=n_2,
        local_epochs=local_epochs,
        rounds=rounds,
        x=x,
        joint=losses @ shares,
        minimum=float(shares @ means),
        weighted=_path(shares, local_epochs=local_epochs, rounds=rounds),
        unweighted=_path(np.array([0.5, 0.5]), local_epochs=local_epochs, rounds=rounds),
    )


def _path(weights: Vector, *, local_epochs: int, rounds: int) -> Vector:
    kept = (1 - LEARNING_RATE) ** local_epochs
    path = [0.0]
    for _ in range(rounds):
        w_k = np.array(MEANS) + kept * (path[-1] - np.array(MEANS))
        path.append(float(weights @ w_k))
    return np.array(path)


def where_the_average_lands() -> PictureWidget:
    """Slide sizes, local epochs and rounds: see where the weighted and the unweighted mean arrive.

    The loss axis follows the setting: the start, w = 0, is near its top.
    """
    figure, (axes,) = new_figure(height=3.8)
    axes.set(xlim=(-0.5, 8), xlabel="parameter w", ylabel="loss (axis follows the setting)")
    x = np.linspace(-0.5, 8.0, 171)
    axes.yaxis.set_label_coords(-0.09, 0.5)  # room for two digits
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    artists: dict[str, Any] = {
        "alone": [
            axes.plot(x, (x - mean) ** 2 / 2, color=GREY, linestyle=style, label=f"{name} alone")[0]
            for mean, style, name in zip(MEANS, ("--", ":"), ("client 1", "client 2"), strict=True)
        ],
        "joint": axes.plot([], [], color=BLACK, linewidth=2, label="joint loss F")[0],
        "minimum": axes.axvline(0, color=GREEN, linewidth=1),
        "best": axes.text(
            0, 1.02, "", color=GREEN, ha="center", fontsize=9, transform=axes.get_xaxis_transform()
        ),
        "unweighted": axes.plot([], [], "s-", color=ORANGE, ms=6, lw=0.5, label="unweighted mean")[
            0
        ],
        "weighted": axes.plot([], [], "o-", color=BLUE, ms=6, lw=0.5, label="weighted average")[0],
        "off": axes.plot([], [], "s", color=RED, ms=11, mfc="none", mew=2)[0],
        "on": axes.plot([], [], "o", color=BLUE, ms=11, mfc="none", mew=2)[0],
        "miss": axes.plot([], [], "|-", color=RED, ms=9, lw=2, label="distance from\nthe minimum")[0],
        "distance": axes.text(0, 0, "", color=RED, va="center", fontsize=9),
        "scale": axes.yaxis,
    }  # fmt: skip
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return PictureWidget(
        controls={
            "n_1": int_slider("examples of client 1", 30, 1, 50),
            "n_2": int_slider("examples of client 2", 10, 1, 50),
            "local_epochs": int_slider("local epochs E", 5, 1, 20),
            "rounds": int_slider("rounds", 6, 0, 60),
        },
        compute=landing,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def _update(artists: Artists, result: Landing) -> None:
    artists["joint"].set_data(result.x, result.joint)
    artists["minimum"].set_xdata([result.minimum, result.minimum])
    artists["best"].set(x=result.minimum, text=f"minimum of F: w = {result.minimum:.2f}")
    top = 1.15 * float(np.interp(0.0, result.x, result.joint))  # both servers start at w = 0
    artists["joint"].axes.set_ylim(-0.05 * top, top)
    ends = [result.minimum, float(result.unweighted[-1])]
    artists["miss"].set_data(ends, [0.06 * top, 0.06 * top])
    artists["distance"].set(x=max(ends) + 0.15, y=0.06 * top, text=f"{result.miss:.2f}")
    for name, ring in (("weighted", "on"), ("unweighted", "off")):
        path = getattr(result, name)
        heights = np.interp(path, result.x, result.joint)
        artists[name].set_data(path, heights)
        artists[ring].set_data(path[-1:], heights[-1:])


def describe(result: Landing) -> str:
    """The picture in words."""
    epochs = f"{result.local_epochs} local epoch{'s' * (result.local_epochs != 1)}"
    rounds = f"{result.rounds} round{'s' * (result.rounds != 1)}"
    return (
        f"{result.n_1} and {result.n_2} examples: the joint loss is smallest at "
        f"w = {result.minimum:.2f}. After {rounds} with {epochs}, the weighted average stands at "
        f"w = {result.weighted[-1]:.2f} (ring), the unweighted mean at "
        f"w = {result.unweighted[-1]:.2f} (red square), {result.miss:.2f} from the minimum."
    )
