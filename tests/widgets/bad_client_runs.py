"""Make the table behind a widget of lesson 24, with python -m tests.widgets.bad_client_runs.

Every row is an attack, a rule of the server (set for four bad clients of twenty) and how many clients
are bad; and for ten seeds how many test images the network gets right after ten rounds, and how many
of those that are no zeros it calls a zero once they carry the trigger. About fifteen minutes on a free core.
"""

import csv
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np
import torch

from lessons import models, small_network
from lessons.datasets import digits
from lessons.fl import adversaries, partition, robust, rounds, stacked

TABLE = Path(__file__).resolve().parents[2] / "lessons" / "data" / "bad_client_runs.csv"
N_CLIENTS, ROUNDS, SEEDS, MOST = 20, 10, range(10), 9
RECIPE = {"local_epochs": 5, "batch_size": 10, "learning_rate": 0.2}
RULES = {
    "mean": robust.plain_mean,
    "median": robust.coordinate_median,
    "trimmed mean": partial(robust.trimmed_mean, n_trimmed=4),
    "geometric median": robust.geometric_median,
    "Krum": partial(robust.krum, n_bad=4),
    "multi-Krum": partial(robust.multi_krum, n_bad=4),
    "norm clipping": partial(robust.clipped_mean, clip_norm=2.0),
}
ATTACKS = (
    "−20 times",
    "labels lie",
    "backdoor",
    "inner product (clients alike)",
    "inner product (clients unlike)",
)


@cache
def split():
    """The training and test images and labels of lesson 24."""
    images, labels = digits()
    order = np.random.default_rng(24).permutation(len(labels))
    test, train = order[:360], order[360:]
    return images[train].astype(float), labels[train], images[test].astype(float), labels[test]


def start(seed):
    """The parameters before the first round."""
    return models.flatten(models.digits_network(generator=torch.Generator().manual_seed(seed)))


def deal(images, labels, *, alpha, rng):
    """Twenty clients: fair samples of nearly equal size, or Dirichlet(alpha)."""
    if alpha is None:
        sizes = partition.in_proportion(len(labels), ratios=[1] * N_CLIENTS)
        parts = partition.iid(sizes=sizes, rng=rng)
    else:
        known = {"n_clients": N_CLIENTS, "alpha": alpha, "minimum": 10}
        parts = partition.dirichlet(labels, rng=rng, **known)
    return [(images[own], labels[own]) for own in parts]


def train(w, clients, *, average, rng, n_rounds=ROUNDS):
    """The parameters after all rounds; the clients of a round are trained at once."""
    for _ in range(n_rounds):
        trained = iter(stacked.client_updates(w, clients, rng=rng, **RECIPE))
        w = rounds.run_round(
            w, clients, client_update=lambda *_, ready=trained: next(ready), average=average
        ).parameters
    return w


def attacked(attack, clients, average, *, n_bad):
    """The clients and the rule when the last ``n_bad`` clients attack."""
    bad = range(N_CLIENTS - n_bad, N_CLIENTS)
    lies = {
        "labels lie": lambda x, y: (x, adversaries.flip_labels(y)),
        "backdoor": adversaries.poison,
    }
    lie = lies.get(attack, lambda x, y: (x, y))
    clients = [lie(*own) if k in bad else own for k, own in enumerate(clients)]
    sends = {
        "−20 times": partial(adversaries.scaled, factor=-20.0),
        "labels lie": partial(adversaries.scaled, factor=1.0),
        "backdoor": partial(adversaries.scaled, factor=N_CLIENTS / n_bad),
    }
    send = sends.get(attack, partial(adversaries.inner_product, factor=0.5))
    return clients, adversaries.under_attack(average, send, bad=bad)


def one_run(attack, rule, n_bad, *, seed):
    """How many test images are right, and how many stamped ones are called a zero."""
    return _one_run(attack if n_bad else None, "unlike" in attack, rule, n_bad, seed)


@cache
def _one_run(attack, unlike, rule, n_bad, seed):
    images, labels, test_images, test_labels = split()
    rng = np.random.default_rng(seed)
    clients, average = deal(images, labels, alpha=0.5 if unlike else None, rng=rng), RULES[rule]
    if attack:
        clients, average = attacked(attack, clients, average, n_bad=n_bad)
    w = train(start(seed), clients, average=average, rng=rng)
    right = small_network.accuracy(w, test_images, test_labels) * len(test_labels)
    stamped = adversaries.stamp(test_images[test_labels != adversaries.TARGET])
    fooled = small_network.logits(w, stamped).argmax(axis=1) == adversaries.TARGET
    return round(right), int(fooled.sum())


def main():
    """Write the table."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [f"{what}_{seed}" for what in ("right", "fooled") for seed in SEEDS]
        writer.writerow(["attack", "rule", "n_bad", *names])
        for setting in product(ATTACKS, RULES, range(MOST + 1)):
            both = [one_run(*setting, seed=seed) for seed in SEEDS]
            writer.writerow([*setting, *(a for a, _ in both), *(b for _, b in both)])


if __name__ == "__main__":
    main()
