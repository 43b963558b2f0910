"""Many small networks trained at once, each on its own half of the data: shadow networks (lesson 17).

A likelihood-ratio attack needs dozens of networks. One after another they would take minutes; all
have the same shape, so their parameters are stacked, (n_networks, ...), and one batched matrix product
moves all of them. The backward pass of the two layers is written out, for it also gives what DP-SGD needs
of every example: with layer inputs a and output gradients d, the gradient of one example is the outer
product of the two, and its squared norm |d|² (|a|² + 1), bias included (lesson 16).
"""

from dataclasses import dataclass
from math import sqrt
from typing import cast

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from lessons.models import one_thread
from lessons.validation import (
    Vector,
    finite_array,
    integer,
    non_negative,
    positive,
    require_sampling_rate,
)

Bits = NDArray[np.bool_]
Labels = NDArray[np.int64]
N_CLASSES = 10


@dataclass(frozen=True)
class Networks:
    """n_inputs – n_hidden – 10 with ReLU, stacked: axis 0 of every array is the network.

    ``weights``  (n_networks, n_inputs, n_hidden) and (n_networks, n_hidden, 10)
    ``biases``   (n_networks, 1, n_hidden) and (n_networks, 1, 10)
    """

    weights: tuple[torch.Tensor, torch.Tensor]
    biases: tuple[torch.Tensor, torch.Tensor]

    def logits(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(hidden layer, logits) of images (n_networks, n, n_inputs)."""
        hidden = torch.baddbmm(self.biases[0], images, self.weights[0]).clamp(min=0)
        return hidden, torch.baddbmm(self.biases[1], hidden, self.weights[1])

    def all_parameters(self) -> tuple[torch.Tensor, ...]:
        """The four stacks, in the order of ``_gradients``."""
        return self.weights[0], self.biases[0], self.weights[1], self.biases[1]


def train_networks(
    images: ArrayLike,
    labels: ArrayLike,
    members: ArrayLike,
    *,
    steps: int,
    sampling_rate: float,
    learning_rate: float,
    rng: np.random.Generator,
    clip_norm: float | None = None,
    noise_multiplier: float = 0.0,
    n_hidden: int = 32,
) -> Networks:
    """Train one network per row of ``members``, all at once, each on the examples that are True there.

    ``images``   (n, n_inputs); ``labels``  (n,) from 0 to 9; ``members``  (n_networks, n) booleans
    ``steps``    T steps, each on a Poisson sample of the network's own examples, with
                 ``sampling_rate`` q; the sum of gradients is divided by q n / 2, whatever came
    ``clip_norm, noise_multiplier``  C and σ/C of DP-SGD; None and 0: plain gradient descent
    ``ValueError`` for shapes that do not fit, labels out of range, noise without a clip norm.
    """
    x, y, had = _checked(images, labels, members)
    rate = require_sampling_rate(sampling_rate)
    pace = positive("learning_rate", learning_rate) / (rate * len(x) / 2)
    clip = None if clip_norm is None else positive("clip_norm", clip_norm)
    if non_negative("noise_multiplier", noise_multiplier) > 0 and clip is None:
        raise ValueError("clip_norm must be given with noise, got clip_norm=None")
    with one_thread(), torch.no_grad():
        networks = _start(len(had), x.shape[1], integer("n_hidden", n_hidden, minimum=1), rng)
        for _ in range(integer("steps", steps, minimum=1)):
            rows, taking_part = _samples(had & (rng.random(had.shape) < rate))
            sums = gradient_sums(networks, x[rows], y[rows], taking_part, clip_norm=clip)
            for stack, gradient in zip(networks.all_parameters(), sums, strict=True):
                if noise_multiplier > 0 and clip is not None:
                    noise = rng.normal(scale=noise_multiplier * clip, size=tuple(stack.shape))
                    gradient += torch.from_numpy(noise).to(gradient.dtype)
                stack -= pace * gradient
    return networks


def gradient_sums(
    networks: Networks,
    images: torch.Tensor,
    labels: torch.Tensor,
    taking_part: torch.Tensor,
    *,
    clip_norm: float | None,
) -> tuple[torch.Tensor, ...]:
    """Sums over examples of the gradients of each network's loss, each clipped if asked, per stack.

    ``images``       (n_networks, n, n_inputs) a batch of its own for every network, padded to one
                     length; ``labels`` (n_networks, n); ``taking_part`` 1, or 0 for padding
    """
    hidden, logits = networks.logits(images)
    last = torch.softmax(logits, dim=-1)  # d loss / d logits = softmax − one-hot label
    last.scatter_add_(2, labels[..., None], -torch.ones_like(last[..., :1]))
    first = torch.bmm(last, networks.weights[1].transpose(1, 2)) * (hidden > 0)
    weight = taking_part
    if clip_norm is not None:
        squares = (first**2).sum(-1) * ((images**2).sum(-1) + 1)
        squares += (last**2).sum(-1) * ((hidden**2).sum(-1) + 1)
        weight = weight * (clip_norm / squares.sqrt().clamp(min=clip_norm))
    first, last = first * weight[..., None], last * weight[..., None]
    return (
        torch.bmm(images.transpose(1, 2), first),
        first.sum(1, keepdim=True),
        torch.bmm(hidden.transpose(1, 2), last),
        last.sum(1, keepdim=True),
    )


def margins(networks: Networks, images: ArrayLike, labels: ArrayLike) -> Vector:
    """φ = ln(p/(1 − p)) of the right label, (n_networks, n): what the attacks look at.

    The logit of the right label minus the log-sum-exp of the others: no rounding where p is near 1.
    A positive margin means more than half of the probability, so the answer is right.
    """
    x, y, _ = _checked(images, labels, np.ones((1, len(np.asarray(labels))), dtype=bool))
    with one_thread(), torch.no_grad():
        n_networks = len(networks.weights[0])
        _, logits = networks.logits(x.expand(n_networks, -1, -1))
        right = y.expand(n_networks, -1)[..., None]
        others = logits.scatter(2, right, -torch.inf).logsumexp(dim=-1)
        difference = logits.gather(2, right)[..., 0] - others
    return cast(Vector, difference.double().numpy())


def accuracies(networks: Networks, images: ArrayLike, labels: ArrayLike) -> Vector:
    """The fraction of ``images`` that each network gives their label, (n_networks,)."""
    x, y, _ = _checked(images, labels, np.ones((1, len(np.asarray(labels))), dtype=bool))
    with one_thread(), torch.no_grad():
        _, logits = networks.logits(x.expand(len(networks.weights[0]), -1, -1))
    return cast(Vector, (logits.argmax(dim=-1) == y).double().mean(dim=1).numpy())


def _samples(chosen: Bits) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of the ``chosen`` examples (n_networks, longest), padded with others of weight 0."""
    longest = max(1, int(chosen.sum(axis=1).max()))
    rows = np.argsort(~chosen, axis=1, kind="stable")[:, :longest]
    taking_part = np.take_along_axis(chosen, rows, axis=1)
    return torch.from_numpy(rows), torch.from_numpy(taking_part.astype(np.float32))


def _start(n_networks: int, n_inputs: int, n_hidden: int, rng: np.random.Generator) -> Networks:
    """Uniform in ±1/√(number of inputs), as in ``lessons.models``."""

    def draw(*shape: int, inputs: int) -> torch.Tensor:
        values = rng.uniform(-1, 1, size=(n_networks, *shape)) / sqrt(inputs)
        return torch.from_numpy(values.astype(np.float32))

    return Networks(
        weights=(
            draw(n_inputs, n_hidden, inputs=n_inputs),
            draw(n_hidden, N_CLASSES, inputs=n_hidden),
        ),
        biases=(draw(1, n_hidden, inputs=n_inputs), draw(1, N_CLASSES, inputs=n_hidden)),
    )


def _checked(
    images: ArrayLike, labels: ArrayLike, members: ArrayLike
) -> tuple[torch.Tensor, torch.Tensor, Bits]:
    pixels, classes = finite_array("images", images), np.asarray(labels)
    had = np.asarray(members)
    if pixels.ndim != 2 or len(pixels) == 0 or classes.shape != (len(pixels),):
        raise ValueError(
            "images must be (n, n_inputs) and labels (n,), n >= 1, "
            f"got shapes {pixels.shape} and {classes.shape}"
        )
    if classes.dtype.kind not in "iu" or classes.min() < 0 or classes.max() >= N_CLASSES:
        raise ValueError(f"labels must be integers from 0 to {N_CLASSES - 1}, got {classes}")
    if had.dtype != bool or had.ndim != 2 or had.shape[1] != len(pixels) or len(had) == 0:
        raise ValueError(
            f"members must be booleans of shape (n_networks, {len(pixels)}), got shape {had.shape}"
        )
    x = torch.from_numpy(pixels.astype(np.float32))
    return x, torch.from_numpy(classes.astype(np.int64)), had
