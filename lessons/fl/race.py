"""How many rounds until a target accuracy: FedSGD against FedAvg, as McMahan et al. count (lesson 21).

Table 2 of McMahan et al. (2017) counts the rounds to 99 % test accuracy of a convolutional network on
MNIST: 100 clients with 600 images each, ten of them drawn for each round. ``PAPER`` holds its numbers;
``better_rate`` runs the same race on other data, ``table`` puts both side by side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lessons import small_network
from lessons.datasets import mnist
from lessons.fl import partition, stacked
from lessons.fl.client import Data
from lessons.validation import Vector, integer

Way = tuple[int, int]  # local epochs E and batch size B
Entry = tuple[str, int, Way]  # split, images at a client, way of training

SPLITS = ("fair samples", "two classes")
ALL = 10_000  # B = ∞: more images than any client holds
FEDSGD: Way = (1, ALL)
PAPER: dict[Way, tuple[int, int]] = {  # rounds: MNIST CNN, IID and pathological non-IID
    FEDSGD: (626, 483),
    (5, ALL): (179, 1000),
    (5, 10): (20, 229),
    (20, 10): (18, 173),
}
PAPER_IMAGES = 600  # at each of the paper's clients
DRAWN = 10  # clients in each round, there and here


@dataclass(frozen=True)
class Task:
    """What is trained: a start w, images and labels to train on and to test on, a target accuracy."""

    w: Vector
    train: Data
    test: Data
    target: float


def mnist_task(w: Vector, *, target: float) -> Task:
    """4000 images of MNIST to train on, 1000 to test on; the same ones at each call."""
    images, labels = mnist()
    order = np.random.default_rng(28).permutation(len(labels))
    test, train = (
        (images[part].astype(np.float64), labels[part]) for part in (order[:1000], order[1000:])
    )
    return Task(w, train, test, target)


def deal(task: Task, *, split: str, n_clients: int, rng: np.random.Generator) -> list[Data]:
    """Deal the images to clients of equal size: fair samples (IID), or two classes each."""
    images, labels = task.train
    if split not in SPLITS:
        raise ValueError(f"split must be one of {SPLITS}, got split={split!r}")
    if split == "two classes":
        shares = partition.two_class_shards(labels, n_clients=n_clients, rng=rng)
    else:
        sizes = partition.in_proportion(len(labels), ratios=[1] * n_clients)
        shares = partition.iid(sizes=sizes, rng=rng)
    return [(images[own], labels[own]) for own in shares]


def accuracies(
    task: Task, clients: Sequence[Data], *, way: Way, learning_rate: float, most: int,
    rng: np.random.Generator,
) -> list[float]:  # fmt: skip
    """The test accuracy at the start and after each round, until the target or ``most`` rounds.

    Each round is FedAvg, (21.ii) to (21.iv), with ten of the clients, drawn by ``rng``.
    """
    w, (epochs, batch) = task.w, way
    reached = [small_network.accuracy(w, *task.test)]
    while reached[-1] < task.target and len(reached) <= most:
        chosen = [clients[k] for k in rng.choice(len(clients), size=DRAWN, replace=False)]
        w = w + stacked.average_update(
            w, chosen, local_epochs=epochs, batch_size=batch, learning_rate=learning_rate, rng=rng
        )
        reached.append(small_network.accuracy(w, *task.test))
    return reached


def better_rate(
    task: Task, *, split: str, n_clients: int, way: Way, rates: Sequence[float], seed: int,
    most: int = 200,
) -> list[float]:  # fmt: skip
    """The run that needs the fewest rounds among learning rates, the first of them if two tie.

    Every rate has the same deal and the same draws of clients. A rate is given up when it can no
    longer win. ``ValueError`` when no rate reaches the target in ``most`` rounds.
    """
    integer("most", most, minimum=1)
    clients = deal(task, split=split, n_clients=n_clients, rng=np.random.default_rng(seed))
    best: list[float] = []
    for rate in rates:
        rng = np.random.default_rng(seed)
        run = accuracies(task, clients, way=way, learning_rate=rate, most=most, rng=rng)
        if run[-1] >= task.target:
            best, most = run, len(run) - 2
    if not best:
        raise ValueError(f"target must be reached by one of rates={rates}, got {task.target}")
    return best


def saving(needed: Mapping[Entry, int], entry: Entry) -> float:
    """How many times fewer rounds than FedSGD with the same split and the same images."""
    split, n_images, _ = entry
    return needed[split, n_images, FEDSGD] / needed[entry]


def with_paper(needed: Mapping[Entry, int]) -> dict[Entry, int]:
    """The counts together with the paper's."""
    return dict(needed) | {
        (split, PAPER_IMAGES, way): count
        for way, counts in PAPER.items()
        for split, count in zip(SPLITS, counts, strict=True)
    }


def table(needed: Mapping[Entry, int]) -> str:
    """One line for each way of training and number of images, for ``print``; see its first line."""
    pairs = {(way, n_images) for _, n_images, way in needed}
    lines = [" E   B  images  local steps   fair samples    two classes"]
    for way, n_images in sorted(pairs, key=lambda pair: (pair[0][0], -pair[0][1], pair[1])):
        epochs, batch = way
        name = "∞" if batch == ALL else str(batch)
        line = f"{epochs:2d} {name:>3} {n_images:7d} {epochs * -(-n_images // batch):12d}   "
        for split in SPLITS:
            factor = f"({saving(needed, (split, n_images, way)):.1f}×)" if way != FEDSGD else ""
            line += f"{needed[split, n_images, way]:5d} {factor:>7}  "
        lines.append(line.rstrip())
    return "\n".join(lines)
