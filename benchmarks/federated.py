"""One round of FedAvg, by four ways of simulating it, against central SGD on the same images.

    python -m benchmarks.federated
    python -m benchmarks.federated --flower .venv-flower/bin/python

Every client has 50 images and makes one pass over them in batches of 10; the server averages. The
limit is central SGD on the same images: one model, and batches of 10 images for each client, at most
1000 at a time. ``--flower`` names the Python of an environment that has Flower; its rows are left out
without it. float64, one thread.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.measure import (
    in_fresh_process,
    one_thread_environment,
    options,
    peak_megabytes,
    table,
    times_in_turns,
    where,
)
from lessons import small_network
from lessons.datasets import digits, mnist
from lessons.fl import client, stacked
from lessons.fl.aggregation import weighted_average
from lessons.fl.client import Data
from lessons.validation import Vector

N_EXAMPLES, BATCH, RATE = 50, 10, 0.1
RECIPE = {"local_epochs": 1, "batch_size": BATCH, "learning_rate": RATE}
LARGEST_BATCH = 1000  # of central SGD: larger ones leave the cache and are slower
NETWORKS = {"64-32-10": (10, 100, 1000, 10_000), "784-250-10": (10, 100)}
REPETITIONS = {10: 21, 100: 9, 1000: 3, 10_000: 1}
FLOWER_SIZES, FLOWER_ROUNDS = (10, 100), 3

Federation = tuple[Vector, list[Data]]


def federation(network: str, n_clients: int) -> Federation:
    """A random start and each client's 50 images, drawn with replacement from the digits or MNIST."""
    n_pixels, n_hidden, _ = map(int, network.split("-"))
    rng = np.random.default_rng(0)
    images, labels = digits() if n_pixels == small_network.N_PIXELS else mnist()
    pick = rng.integers(len(labels), size=(n_clients, N_EXAMPLES))
    w = 0.1 * rng.normal(size=(n_pixels + 11) * n_hidden + 10)
    return w, list(zip(images[pick].astype(float), labels[pick], strict=True))


def plain_loop(w: Vector, clients: Sequence[Data]) -> Vector:
    """One client after the other, as the lesson writes it."""
    rng, gradient = np.random.default_rng(1), small_network.gradient
    updates = [
        client.client_update(w, *one, gradient=gradient, rng=rng, **RECIPE) for one in clients
    ]
    return weighted_average(np.array(updates), n_examples=np.full(len(clients), N_EXAMPLES))


def all_at_once(w: Vector, clients: Sequence[Data]) -> Vector:
    """The course's engine: stacked parameters, the backward pass written out."""
    return stacked.average_update(w, clients, rng=np.random.default_rng(1), **RECIPE)


def torch_func(w: Vector, clients: Sequence[Data]) -> Vector:
    """Stacked parameters and torch's automatic gradient, by ``vmap`` over the clients of a chunk."""
    rng = np.random.default_rng(1)
    slopes = torch.func.vmap(torch.func.grad(torch_loss))
    total, start = torch.zeros(len(w), dtype=torch.float64), torch.from_numpy(w)
    for first in range(0, len(clients), stacked.CHUNK):
        chunk = clients[first : first + stacked.CHUNK]
        orders = [rng.permutation(N_EXAMPLES) for _ in chunk]
        images = torch.from_numpy(
            np.array([x[own] for (x, _), own in zip(chunk, orders, strict=True)])
        )
        labels = torch.from_numpy(
            np.array([y[own] for (_, y), own in zip(chunk, orders, strict=True)])
        )
        models = start.expand(len(chunk), -1).clone()
        for batch in torch.arange(N_EXAMPLES).split(BATCH):
            models -= RATE * slopes(models, images[:, batch], labels[:, batch])
        total += (models - start).sum(dim=0)
    return (total / len(clients)).numpy()


def torch_loss(w: Tensor, images: Tensor, labels: Tensor) -> Tensor:
    """The mean loss of the network of ``small_network``, for torch to differentiate."""
    n_pixels = images.shape[-1]
    n_hidden = (len(w) - 10) // (n_pixels + 11)
    weights1, biases1, weights2, biases2 = w.split(
        (n_pixels * n_hidden, n_hidden, 10 * n_hidden, 10)
    )
    hidden = functional.linear(images, weights1.reshape(n_hidden, n_pixels), biases1).relu()
    scores = functional.linear(hidden, weights2.reshape(10, n_hidden), biases2)
    return functional.cross_entropy(scores, labels)


def torch_gradient(w: Vector, images: Vector, labels: NDArray[np.int64]) -> Vector:
    """``small_network.gradient`` by torch's automatic gradient."""
    leaf = torch.from_numpy(w).requires_grad_()
    loss = torch_loss(leaf, torch.from_numpy(images), torch.from_numpy(labels))
    return torch.autograd.grad(loss, leaf)[0].numpy()


def central(
    w: Vector, images: Vector, labels: NDArray[np.int64], *, batch_size: int,
    gradient: client.Gradient = small_network.gradient,
) -> Vector:  # fmt: skip
    """Central SGD: one pass over all images, shuffled, in large batches."""
    return client.client_update(
        w, images, labels, gradient=gradient, rng=np.random.default_rng(1),
        **RECIPE | {"batch_size": batch_size},
    )  # fmt: skip


FEDERATED = {"plain loop": plain_loop, "torch.func, vmap": torch_func, "this course": all_at_once}
SMALL_BATCHES = "central SGD, batches of 10"
LIMITS = {"limit, NumPy": small_network.gradient, "limit, torch": torch_gradient}
FLOWER = "Flower's simulation"


def tasks(w: Vector, clients: list[Data]) -> dict[str, Callable[[], Vector]]:
    """Every way of doing one round's work on these clients, without Flower."""
    images = np.concatenate([one for one, _ in clients])
    labels = np.concatenate([one for _, one in clients])
    large = min(BATCH * len(clients), LARGEST_BATCH)
    ways = {name: lambda way=way: way(w, clients) for name, way in FEDERATED.items()}
    ways[SMALL_BATCHES] = lambda: central(w, images, labels, batch_size=BATCH)
    return ways | {
        name: lambda gradient=gradient: central(
            w, images, labels, batch_size=large, gradient=gradient
        )
        for name, gradient in LIMITS.items()
    }


def flower_seconds(python: str, network: str, n_clients: int) -> dict[str, float]:
    """Processor seconds and wall-clock seconds of one of Flower's rounds, in its own environment."""
    w, clients = federation(network, n_clients)
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder, "w.npy"), w)
        np.save(Path(folder, "images.npy"), np.array([images for images, _ in clients]))
        np.save(Path(folder, "labels.npy"), np.array([labels for _, labels in clients]))
        script = Path(__file__).with_name("libraries") / "flower_round.py"
        run = subprocess.run(
            [python, script, folder, str(FLOWER_ROUNDS)], env=flower_environment(folder),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if run.returncode:
        raise RuntimeError(f"Flower failed:\n{run.stderr[-3000:]}")
    answer: dict[str, float] = json.loads(run.stdout.strip().splitlines()[-1])
    return answer


def flower_environment(folder: str) -> dict[str, str]:
    """One thread for each process; nothing sent home, nothing installed, nothing kept."""
    silent = ("FLWR_DISABLE_UPDATE_CHECK", "FLWR_DISABLE_RUNTIME_DEPENDENCY_INSTALLATION")
    return {
        **one_thread_environment(), **dict.fromkeys(silent, "1"),
        "FLWR_TELEMETRY_ENABLED": "0", "RAY_USAGE_STATS_ENABLED": "0", "FLWR_HOME": folder,
        "HOME": folder, "PYTHONPATH": str(Path(__file__).parents[1]), "PATH": "/usr/bin:/bin",
    }  # fmt: skip


def compare(network: str, python: str | None) -> str:
    """Milliseconds of a round by each way for each number of clients, and the ratios that matter."""
    sizes = NETWORKS[network]
    cells: dict[str, list[str]] = {}
    for n_clients in sizes:
        todo = tasks(*federation(network, n_clients))
        n, warm_up = REPETITIONS[n_clients], 1 if n_clients < 10_000 else 0
        seconds = times_in_turns(todo, repetitions=n, warm_up=warm_up)
        if python:
            flower = np.nan
            if n_clients in FLOWER_SIZES:
                flower = flower_seconds(python, network, n_clients)["processor"]
            seconds[FLOWER] = flower
        for name, each in seconds.items():
            cells.setdefault(name, []).append(_number(1000 * each))
        ours = seconds["this course"]
        for name in LIMITS:
            ratio = f"{ours / seconds[name]:.2f}"
            cells.setdefault(f"this course, ratio to {name}", []).append(ratio)
        for name in ("plain loop", *([FLOWER] if python else ())):
            ratio = _number(seconds[name] / ours)
            cells.setdefault(f"{name}, ratio to this course", []).append(ratio)
    order = sorted(cells, key=lambda name: "ratio" in name)
    header = (f"{network}, ms a round", *(f"{size} clients" for size in sizes))
    return table(header, [(name, *cells[name]) for name in order])


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def memory_of(way: str, network: str, n_clients: int) -> float:
    """Peak memory of one round beyond the clients' data, in MB; called in a fresh process."""
    FEDERATED[way](*federation(network, 2))
    w, clients = federation(network, n_clients)
    return peak_megabytes(lambda: FEDERATED[way](w, clients))


def memory(network: str) -> str:
    """Peak memory of each way at the larger numbers of clients, as a Markdown table."""
    sizes = NETWORKS[network][1:]
    rows = [
        (
            way,
            *(
                in_fresh_process("benchmarks.federated", "--memory", way, network, str(size))
                for size in sizes
            ),
        )
        for way in FEDERATED
    ]
    return table((f"{network}, peak memory, MB", *(f"{size} clients" for size in sizes)), rows)


def main() -> None:
    """Print the tables of both networks."""
    parser = options("benchmarks.federated", __doc__)
    what = ("WAY", "NETWORK", "CLIENTS")
    parser.add_argument("--memory", nargs=3, metavar=what, help="print one peak memory only")
    parser.add_argument("--flower", metavar="PYTHON", help="the Python that has Flower")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.memory:
        way, network, size = given.memory
        if way not in FEDERATED or network not in NETWORKS or not size.isdigit():
            known = f"{', '.join(FEDERATED)}; {', '.join(NETWORKS)}"
            parser.error(
                f"--memory must be a way, a network ({known}) and a number, got {given.memory}"
            )
        print(f"{memory_of(way, network, int(size)):.1f}")
        return
    for network in NETWORKS:
        print(compare(network, given.flower), end="\n\n", flush=True)
        print(memory(network), end="\n\n", flush=True)
    print(where("numpy", "torch"))


if __name__ == "__main__":
    main()
