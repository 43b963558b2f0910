"""Train a network with DP-SGD or DP-Adam, and say what it cost (lesson 16).

In each of T steps:

    1  sample    a Poisson sample B of the n examples, every one with probability q    (16.iv)
    2  release   g̃ = (Σ_{i in B} clip(g_i) + noise) / L                              (16.iii)
    3  update    w ← w − η g̃, or Adam's step with g̃ in place of the gradient        (16.v)

Only step 2 looks at the examples; step 3 is post-processing and costs nothing. Abadi et al. (2016).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn

from lessons import models
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.statement import PrivacyStatement
from lessons.dp.training import per_example
from lessons.dp.training.adam import adam_step, start_adam
from lessons.dp.training.clipped_sum import clipped_gradient_sum
from lessons.dp.training.private_gradient import noisy_mean, poisson_sample
from lessons.validation import Vector, choice, positive, vector

PrivateGradient = Callable[..., Vector]  # with the arguments of ``private_gradient``
Progress = Callable[[int, int, float], None]

OPTIMIZERS = {"sgd": "DP-SGD", "adam": "DP-Adam"}


@dataclass(frozen=True)
class PrivateRun:
    """What a run releases: the parameters after the last step ``(n_parameters,)``, and their price."""

    parameters: Vector
    statement: PrivacyStatement


def train(
    model: nn.Module,
    images: ArrayLike,
    labels: ArrayLike,
    *,
    run: Run,
    clip_norm: float,
    expected_batch_size: float,
    learning_rate: float,
    delta: float,
    rng: np.random.Generator,
    optimizer: str = "sgd",
    private_gradient: PrivateGradient | None = None,
    measure: Callable[[nn.Module], float] | None = None,
    progress: Progress | None = None,
) -> PrivateRun:
    """Train a copy of ``model`` with DP-SGD or DP-Adam; the parameters are (ε, ``delta``)-DP.

    The unit of privacy is one example, under add/remove. ε is that of lesson 15's accountant.

    ``images, labels``    n >= 1 examples as ``model`` takes them; n is used nowhere: neighbours differ
    ``run``               σ/C, q and T; ``clip_norm`` C > 0; ``learning_rate`` η > 0; ``delta``
                          between 0 and 1
    ``expected_batch_size`` L > 0, fixed before the data are seen: q times the n that one expects
    ``optimizer``         "sgd" or "adam"
    ``private_gradient``  another release from per-example gradients, with the arguments of
                          ``private_gradient``; ε is then only as true as that function. By default
                          the clipped sum is had without the per-example gradients.
    ``measure, progress`` ``progress(done, steps, measure(model))`` after every tenth step; measure
                          on public images: what is shown is released
    Everything is checked before anything is drawn: ``ValueError``, or ``TypeError`` for a layer that
    has no rule for single examples.
    """
    rows = private_gradient is not None
    pixels, classes = _require_examples(model, images, labels, rows=rows)
    positive("learning_rate", learning_rate)
    if progress is not None and measure is None:
        raise ValueError("measure must be given with progress, got measure=None")
    size = positive("expected_batch_size", expected_batch_size)
    statement = privacy_statement(
        run, clip_norm=clip_norm, expected_batch_size=size, delta=delta, optimizer=optimizer
    )
    release = _never_materialised if private_gradient is None else _from_rows(private_gradient)
    network = copy.deepcopy(model)
    w = models.flatten(network)
    state = start_adam(len(w))
    for done in range(1, run.steps + 1):
        batch = poisson_sample(len(pixels), sampling_rate=run.sampling_rate, rng=rng)  # 1
        g = release(  # 2
            network,
            pixels[batch],
            classes[batch],
            clip_norm=clip_norm,
            noise_multiplier=run.noise_multiplier,
            expected_batch_size=size,
            rng=rng,
        )
        if optimizer == "sgd":
            w = w - learning_rate * g  # 3
        else:
            w, state = adam_step(w, g, state, learning_rate=learning_rate)  # 3
        models.load(network, w)
        if progress is not None and measure is not None and (done % 10 == 0 or done == run.steps):
            progress(done, run.steps, measure(network))
    return PrivateRun(w, statement)


def privacy_statement(
    run: Run,
    *,
    clip_norm: float,
    expected_batch_size: float,
    delta: float,
    optimizer: str = "sgd",
) -> PrivacyStatement:
    """What a run with these settings promises; ``ValueError`` for settings that promise nothing."""
    name = OPTIMIZERS[choice("optimizer", optimizer, tuple(OPTIMIZERS))]
    limit = positive("clip_norm", clip_norm)
    size = positive("expected_batch_size", expected_batch_size)
    settings = (
        f"{run.steps} steps, clip norm {limit:g}, noise multiplier {run.noise_multiplier:g}, "
        f"sums divided by {size:g}, fixed beforehand"
    )
    return PrivacyStatement(
        epsilon=run_epsilon(run, delta=delta),
        delta=delta,
        unit="example",
        neighbours="add/remove",
        sampling=f"Poisson, every example in a step with probability {run.sampling_rate:g}",
        mechanism=f"{name}, {settings}",
    )


def _never_materialised(
    model: nn.Module, images: Vector, labels: models.Labels, *, clip_norm: float, **settings: Any
) -> Vector:
    """Step 2 with the clipped sum from layer inputs and output gradients."""
    clipped_sum, _ = clipped_gradient_sum(model, images, labels, clip_norm=clip_norm)
    return noisy_mean(clipped_sum, clip_norm=clip_norm, **settings)


def _from_rows(private_gradient: PrivateGradient) -> PrivateGradient:
    """Step 2 with ``private_gradient``, which gets the gradient of every example."""

    def release(model: nn.Module, images: Vector, labels: models.Labels, **settings: Any) -> Vector:
        rows = per_example.gradients(model, images, labels)
        return vector("private_gradient", private_gradient(rows, **settings))

    return release


def _require_examples(
    model: nn.Module, images: ArrayLike, labels: ArrayLike, *, rows: bool
) -> tuple[Vector, models.Labels]:
    """The examples as arrays, after all that can be wrong with them, or with a layer, was looked at."""
    inputs, targets = per_example.tensors(model, images, labels)
    if len(inputs) == 0:
        shape = tuple(inputs.shape)
        raise ValueError(f"images must hold at least one example, got images of shape {shape}")
    first = inputs[:1].numpy(), np.zeros(1, dtype=np.int64)
    if rows:
        per_example.gradients(model, *first)
    else:
        clipped_gradient_sum(model, *first, clip_norm=1.0)
    with models.one_thread(), torch.no_grad():
        per_example.require_classes(targets, model(inputs[:1]))
    return inputs.numpy().astype(np.float64), targets.numpy()
