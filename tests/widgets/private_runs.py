"""Make the table of real DP-SGD runs behind a widget of lesson 16, with python -m tests.widgets.private_runs.

Every row is a setting: the noise multiplier, clip norm and learning rate, and how many of the 360 test
images the network of lesson 16 gets right after 300 steps, for three seeds. About ten minutes.
"""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import torch

from lessons import models
from lessons.datasets import digits
from lessons.dp.training.clipped_sum import clipped_gradient_sum
from lessons.dp.training.private_gradient import noisy_mean, poisson_sample

TABLE = Path(__file__).resolve().parents[2] / "lessons" / "data" / "private_runs.csv"
SAMPLING_RATE, STEPS, N_TRAIN, SEEDS = 0.1, 300, 1437, (0, 1, 2)
EXPECTED_BATCH_SIZE = 144.0  # as in the lesson: a constant, never computed from the table
NOISE_MULTIPLIERS = (0.5, 1.0, 2.0, 4.0, 8.0)
CLIP_NORMS = tuple(10.0 ** (k / 2) for k in range(-3, 4))
LEARNING_RATES = tuple(10.0 ** (k / 2) for k in range(-3, 4))


def split():
    """The training and test images and labels of lesson 16."""
    images, labels = digits()
    order = np.random.default_rng(0).permutation(len(images))
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    return images[train].astype(float), labels[train], images[test].astype(float), labels[test]


def correct(noise_multiplier, clip_norm, learning_rate, *, seed, data):
    """How many test images are right after one run."""
    images, labels, test_images, test_labels = data
    model = models.digits_network(generator=torch.Generator().manual_seed(seed))
    rng = np.random.default_rng(seed)
    for _ in range(STEPS):
        batch = poisson_sample(len(images), sampling_rate=SAMPLING_RATE, rng=rng)
        total, _ = clipped_gradient_sum(model, images[batch], labels[batch], clip_norm=clip_norm)
        g = noisy_mean(
            total,
            clip_norm=clip_norm,
            noise_multiplier=noise_multiplier,
            expected_batch_size=EXPECTED_BATCH_SIZE,
            rng=rng,
        )
        models.load(model, models.flatten(model) - learning_rate * g)
    return round(models.accuracy(model, test_images, test_labels) * len(test_labels))


def main():
    """Write the table."""
    data = split()
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["noise_multiplier", "clip_norm", "learning_rate", *(f"seed_{s}" for s in SEEDS)]
        )
        for setting in product(NOISE_MULTIPLIERS, CLIP_NORMS, LEARNING_RATES):
            row = [correct(*setting, seed=seed, data=data) for seed in SEEDS]
            writer.writerow([*(f"{one:.6g}" for one in setting), *row])


if __name__ == "__main__":
    main()
