"""Make the table behind a widget of lesson 24, with python -m tests.widgets.bad_client_runs.

Every row is an attack, a rule of the server (set for four bad clients of twenty) and how many clients
are bad; and for three seeds how many test images the network gets right after ten rounds, and how many
of those that are no zeros it calls a zero once they carry the trigger. About five minutes on a free core.
"""

import csv
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import torch

from lessons import models, small_network
from lessons.datasets import digits
from lessons.fl import adversaries, partition, robust, rounds, stacked

TABLE = Path(__file__).resolve().parents[2] / "lessons" / "data" / "bad_client_runs.csv"
N_CLIENTS, ROUNDS, SEEDS, MOST = 20, 10, (0, 1, 2), 9
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
ATTACKS = ("sign flip", "backdoor", "inner product")


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


def one_run(attack, rule, n_bad, *, seed, data):
    """How many test images are right, and how many stamped ones are called a zero."""
    images, labels, test_images, test_labels = data
    rng = np.random.default_rng(seed)
    clients = deal(images, labels, alpha=0.5 if attack == ATTACKS[2] else None, rng=rng)
    bad, average = range(n_bad), RULES[rule]
    if n_bad:
        kinds = {
            ATTACKS[0]: partial(adversaries.scaled, factor=-20.0),
            ATTACKS[1]: partial(adversaries.scaled, factor=N_CLIENTS / n_bad),
            ATTACKS[2]: partial(adversaries.inner_product, factor=0.5),
        }
        average = adversaries.under_attack(average, kinds[attack], bad=bad)
    if attack == ATTACKS[1]:
        clients = [adversaries.poison(*own) if k in bad else own for k, own in enumerate(clients)]
    w = train(start(seed), clients, average=average, rng=rng)
    right = small_network.accuracy(w, test_images, test_labels) * len(test_labels)
    stamped = adversaries.stamp(test_images[test_labels != adversaries.TARGET])
    fooled = small_network.logits(w, stamped).argmax(axis=1) == adversaries.TARGET
    return round(right), int(fooled.sum())


def main():
    """Write the table."""
    data = split()
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [f"{what}_{seed}" for what in ("right", "fooled") for seed in SEEDS]
        writer.writerow(["attack", "rule", "n_bad", *names])
        for setting in product(ATTACKS, RULES, range(MOST + 1)):
            both = [one_run(*setting, seed=seed, data=data) for seed in SEEDS]
            writer.writerow([*setting, *(a for a, _ in both), *(b for _, b in both)])


if __name__ == "__main__":
    main()
