"""Federated averaging, round by round: who sends what to whom (lesson 21).

One round of FedAvg (McMahan et al. 2017, Algorithm 1):

    1  initialise and send   the server sends its parameters w to the chosen clients
    2  train locally         client k turns w into w_k on its own examples
    3  aggregate             client k sends u_k = w_k − w and n_k; u = Σ_k (n_k / n) u_k
    4  update                the server sets w ← w + u
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.fl.aggregation import weighted_average
from lessons.fl.client import Data, count_examples
from lessons.transcript import Message, Transcript
from lessons.validation import Vector, finite_array, integer, probability, vector

LocalTraining = Callable[[Vector, NDArray[Any], NDArray[Any]], Vector | None]
Average = Callable[..., Vector]
Progress = Callable[[int, int, float], None]

STEPS = ("initialise and send", "train locally", "aggregate", "update")


@dataclass(frozen=True)
class ModelMessage:
    """Server to clients: the parameters w, shape ``(n_parameters,)``."""

    clients: tuple[int, ...]
    parameters: Vector


@dataclass(frozen=True)
class UpdateMessage:
    """Client to server: its update u_k, shape ``(n_parameters,)``, and how many examples made it."""

    client: int
    update: Vector
    n_examples: int


@dataclass(frozen=True)
class Round:
    """Everything that crossed the network in one round, and the server's new parameters.

    ``silent``  the chosen clients that never answered: skipped, and counted here
    """

    sent: ModelMessage
    received: tuple[UpdateMessage, ...]
    parameters: Vector
    silent: tuple[int, ...] = ()


@dataclass(frozen=True)
class History:
    """The parameters after the last round, and the accuracy before the first and after each."""

    parameters: Vector
    accuracies: tuple[float, ...]


def run_round(
    w: Vector,
    clients: Sequence[Data],
    *,
    client_update: LocalTraining,
    average: Average = weighted_average,
    client_fraction: float = 1.0,
    rng: np.random.Generator | None = None,
) -> Round:
    """One round of FedAvg from parameters w; the numbers are those of the steps above.

        w ← w + Σ_k (n_k / n) u_k                                           (21.iv)

    ``clients``          per client its inputs and targets; at least one example each
    ``client_update``    ``client_update(w, inputs, targets)`` gives u_k, or ``None`` from a client
                         that never answers: it is skipped, and counted as silent
    ``average``          ``average(updates, n_examples=...)`` gives u; another rule than the average
                         by shares is a matter of lesson 24
    ``client_fraction``  C in [0, 1]: max(1, round(C · n_clients)) clients, drawn by ``rng``, take
                         part, and n is the sum over these; 1.0 means all and draws nothing
    If nobody answers, the parameters stay as they are. ``ValueError`` names a client without
    examples, or whose update has another shape than w or an entry that is not finite.
    """
    start = vector("w", w)
    chosen = _choose(len(clients), client_fraction=client_fraction, rng=rng)
    sent = ModelMessage(chosen, start)  # 1
    received, silent = [], []
    for number in chosen:
        inputs, targets = clients[number]
        count_examples(inputs, targets, client=number)
        update = client_update(start.copy(), inputs, targets)  # 2
        if update is None:
            silent.append(number)
        else:
            update = finite_array(f"update of client {number}", update)
            if update.shape != start.shape:
                raise ValueError(
                    f"update of client {number} must have shape {start.shape}, got {update.shape}"
                )
            received.append(UpdateMessage(number, update, len(targets)))
    if not received:
        return Round(sent, (), start, tuple(silent))
    u = average(
        np.stack([message.update for message in received]),  # (n_chosen, n_parameters)
        n_examples=np.array([message.n_examples for message in received]),
    )  # 3
    return Round(sent, tuple(received), start + u, tuple(silent))  # 4


def fedavg_round(w: Vector, clients: Sequence[Data], *, client_update: LocalTraining) -> Vector:
    """The server's parameters after one round with all clients: equation (21.iv), w + Σ_k p_k u_k.

    ``clients``        a list of (inputs, targets), one pair per client
    ``client_update``  ``client_update(w, inputs, targets)`` gives client k's update
    """
    return run_round(w, clients, client_update=client_update).parameters


def federated_averaging(
    w: Vector,
    clients: Sequence[Data],
    *,
    client_update: LocalTraining,
    rounds: int,
    measure: Callable[[Vector], float],
    client_fraction: float = 1.0,
    rng: np.random.Generator | None = None,
    target: float | None = None,
    progress: Progress | None = None,
) -> History:
    """Repeat ``run_round`` ``rounds`` times, or until ``measure(w)`` reaches ``target``.

    ``measure``   ``measure(w)``: the accuracy on the test images
    ``progress``  called as ``progress(rounds_done, rounds, accuracy)`` after each round
    """
    integer("rounds", rounds, minimum=1)
    accuracies = [measure(w)]
    for done in range(1, rounds + 1):
        w = run_round(
            w, clients, client_update=client_update, client_fraction=client_fraction, rng=rng
        ).parameters
        accuracies.append(measure(w))
        if progress is not None:
            progress(done, rounds, accuracies[-1])
        if target is not None and accuracies[-1] >= target:
            break
    return History(w, tuple(accuracies))


def rounds_to(history: History, *, target: float) -> int | None:
    """The first round after which the accuracy is at least ``target``, or ``None``."""
    for number, accuracy in enumerate(history.accuracies):
        if accuracy >= target:
            return number
    return None


def transcript(rounds: Sequence[Round], *, examples: str = "examples") -> Transcript:
    """The messages of ``rounds`` in words, for the *who sees what* viewer; four steps a round."""
    if not rounds:
        raise ValueError("rounds must hold at least one round, got rounds=[]")
    sizes = {one.client: one.n_examples for each in rounds for one in each.received}
    messages = [m for number, one in enumerate(rounds) for m in _told(one, number=number)]
    return Transcript(
        parties=("server", *(client_name(number) for number in sorted(sizes))),
        holds={"server": "no examples"}
        | {client_name(one): f"{size} {examples}" for one, size in sorted(sizes.items())},
        steps=tuple(
            f"round {number + 1}, {step}" for number in range(len(rounds)) for step in STEPS
        ),
        messages=tuple(messages),
    )


def client_name(number: int) -> str:
    """How a transcript calls client ``number`` (counted from 0): "client 1" for the first."""
    return f"client {number + 1}"


def _told(one: Round, *, number: int) -> list[Message]:
    receivers = tuple(client_name(client) for client in one.sent.clients)
    model = f"{len(one.sent.parameters)} parameters"
    return [Message(4 * number + 1, "server", receivers, "w", model)] + [
        Message(
            4 * number + 3,
            client_name(message.client),
            ("server",),
            f"u_{message.client + 1}",
            f"{len(message.update)} numbers, n_k = {message.n_examples}",
        )
        for message in one.received
    ]


def _choose(
    n_clients: int, *, client_fraction: float, rng: np.random.Generator | None
) -> tuple[int, ...]:
    integer("n_clients", n_clients, minimum=1)
    count = max(1, round(probability("client_fraction", client_fraction) * n_clients))
    if count == n_clients:
        return tuple(range(n_clients))
    if rng is None:
        raise ValueError(
            f"rng must be given to draw clients, got client_fraction={client_fraction}"
        )
    return tuple(int(one) for one in np.sort(rng.choice(n_clients, size=count, replace=False)))
