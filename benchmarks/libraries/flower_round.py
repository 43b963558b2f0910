"""One round of FedAvg in Flower's simulation, run by ``benchmarks.federated`` in Flower's environment.

    python flower_round.py FOLDER ROUNDS

FOLDER holds w.npy, images.npy (n_clients, 50, n_pixels) and labels.npy (n_clients, 50). Prints one line
of JSON: median processor seconds (of all processes) and wall-clock seconds of a round after the first,
which starts the workers. Fails unless Flower's parameters are those of the plain loop.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
from flwr.client import ClientApp, NumPyClient
from flwr.common import Context, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server import ServerApp, ServerAppComponents, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.simulation import run_simulation

from lessons import small_network
from lessons.fl import client

FOLDER, ROUNDS = Path(sys.argv[1]), int(sys.argv[2])
IMAGES = np.load(FOLDER / "images.npy", mmap_mode="r")
LABELS = np.load(FOLDER / "labels.npy", mmap_mode="r")
N_CLIENTS = len(LABELS)


def trained(w, number, server_round):
    """The parameters of client ``number`` after its local training: the same work as elsewhere."""
    rng = np.random.default_rng([server_round, number])
    data = np.array(IMAGES[number]), np.array(LABELS[number])
    return w + client.client_update(
        w, *data, gradient=small_network.gradient, local_epochs=1, batch_size=10,
        learning_rate=0.1, rng=rng,
    )  # fmt: skip


class Client(NumPyClient):
    """Client ``number`` of the federation."""

    def __init__(self, number):
        self.number = number

    def fit(self, parameters, config):
        """Train from the server's parameters."""
        return [trained(parameters[0], self.number, config["round"])], LABELS.shape[1], {}


class Timed(FedAvg):
    """Flower's FedAvg; notes the time and the parameters after each round."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        self.times, self.parameters = [], None

    def configure_fit(self, *arguments, **named):
        """Note when the round begins."""
        self.times.append([time.perf_counter(), processor_seconds()])
        return super().configure_fit(*arguments, **named)

    def aggregate_fit(self, *arguments, **named):
        """Note when the round ends."""
        result = super().aggregate_fit(*arguments, **named)
        self.times[-1] += [time.perf_counter(), processor_seconds()]
        self.parameters = parameters_to_ndarrays(result[0])[0]
        return result


def processor_seconds():
    """Processor time so far of this process and of all that descend from it (Linux)."""
    parent, ticks = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            parent[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = sum(map(int, fields[11:15]))  # own, and of ended children
    mine, total = {os.getpid()}, 0
    while True:
        more = {one for one, above in parent.items() if above in mine} - mine
        if not more:
            break
        mine |= more
    total = sum(ticks[one] for one in mine)
    return total / os.sysconf("SC_CLK_TCK")


def main():
    """Run the rounds, compare with the plain loop, print the times."""
    start = np.load(FOLDER / "w.npy")
    strategy = Timed(
        fraction_fit=1.0, fraction_evaluate=0.0, min_fit_clients=N_CLIENTS,
        min_available_clients=N_CLIENTS, initial_parameters=ndarrays_to_parameters([start]),
        on_fit_config_fn=lambda server_round: {"round": server_round},
    )  # fmt: skip

    def server(context: Context):
        return ServerAppComponents(strategy=strategy, config=ServerConfig(num_rounds=ROUNDS))

    def one_client(context: Context):
        return Client(int(context.node_config["partition-id"])).to_client()

    run_simulation(ServerApp(server_fn=server), ClientApp(client_fn=one_client), N_CLIENTS)
    w = start
    for number in range(1, ROUNDS + 1):
        w = np.mean([trained(w, one, number) for one in range(N_CLIENTS)], axis=0)
    apart = float(np.abs(w - strategy.parameters).max())
    if not apart < 1e-9:
        raise RuntimeError(f"Flower's parameters must be those of the plain loop, apart {apart}")
    later = strategy.times[1:]
    print(
        json.dumps(
            {
                "processor": median(end - begin for _, begin, _, end in later),
                "wall": median(end - begin for begin, _, end, _ in later),
                "first wall": strategy.times[0][2] - strategy.times[0][0],
                "apart": apart,
            }
        )
    )


if __name__ == "__main__":
    main()
