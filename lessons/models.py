"""Small torch networks whose parameters travel as ONE flat vector.

Differential privacy clips and noises a flat vector, federated learning averages it, secure
computation shares it. So a network hands its parameters out, and takes them in, as one NumPy
vector. It computes in float64, so that two routes to the same parameters can be compared to 1e-12.
The matrices are so small that one thread is fastest: ``one_thread`` sees to it, and restores the
number of threads afterwards.
"""

import contextlib
from collections.abc import Iterator
from math import prod, sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lessons.validation import Vector, finite_array, integer

Labels = NDArray[np.int64]


def digits_network(
    *, generator: torch.Generator, n_hidden: int = 32, n_pixels: int = 64
) -> nn.Sequential:
    """A network ``n_pixels`` - ``n_hidden`` - 10 with ReLU for flat images of digits; it returns logits.

    Weights and biases are uniform in ±1/√(number of inputs), drawn from ``generator`` only: the same
    seed gives the same network. The softmax is part of the loss, not of the network.
    """
    integer("n_hidden", n_hidden, minimum=1)
    integer("n_pixels", n_pixels, minimum=1)
    with torch.device("meta"):  # no parameter is drawn yet
        layers = (nn.Linear(n_pixels, n_hidden), nn.ReLU(), nn.Linear(n_hidden, 10))
    return drawn(nn.Sequential(*layers), generator)


def digits_convnet(*, generator: torch.Generator) -> nn.Sequential:
    """A small convolutional network for the same flat images (n, 64) of digits; it returns logits.

    Two convolutions of 3 by 3 without padding (to 8 channels of 6 by 6, to 16 of 4 by 4), pooled to
    16 of 2 by 2, and a linear layer: 1898 parameters, drawn as those of ``digits_network``.
    """
    with torch.device("meta"):
        first, second = nn.Conv2d(1, 8, 3), nn.Conv2d(8, 16, 3)
        last = (nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10))
    layers = (nn.Unflatten(1, (1, 8, 8)), first, nn.ReLU(), second, nn.ReLU(), *last)
    return drawn(nn.Sequential(*layers), generator)


def shapes(model: nn.Module) -> tuple[tuple[int, ...], ...]:
    """The shapes of the parameters, in the order in which ``flatten`` lays them out."""
    return tuple(tuple(parameter.shape) for parameter in model.parameters())


def flatten(model: nn.Module) -> Vector:
    """All parameters of ``model`` as one new vector of shape ``(n_parameters,)``, float64."""
    parts = [parameter.detach().numpy().ravel() for parameter in model.parameters()]
    return np.concatenate(parts).astype(np.float64)


def load(model: nn.Module, vector: Vector) -> None:
    """Write ``vector``, laid out as by ``flatten``, into ``model``.

    ``ValueError`` if it holds anything but finite numbers or its length does not fit.
    """
    parts = split(model, finite_array("vector", vector))
    with torch.no_grad():
        for parameter, part in zip(model.parameters(), parts, strict=True):
            parameter.copy_(torch.from_numpy(part))


def split(model: nn.Module, vector: Vector) -> list[Vector]:
    """Cut a flat vector (parameters, gradient, update) into arrays shaped like the layers, as views.

    ``ValueError`` unless it has one entry per parameter of ``model``.
    """
    sizes = [prod(shape) for shape in shapes(model)]
    if vector.shape != (sum(sizes),):
        raise ValueError(
            f"vector must have one entry per parameter, shape ({sum(sizes)},), "
            f"got vector of shape {vector.shape}"
        )
    parts = np.split(vector, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes(model), strict=True)]


def mean_loss(model: nn.Module, images: Vector, labels: Labels) -> float:
    """Cross-entropy of ``model``, averaged over images (n, 64) with labels (n,), in nats."""
    with one_thread(), torch.no_grad():
        return float(_loss(model, images, labels))


def gradient(model: nn.Module, images: Vector, labels: Labels) -> Vector:
    """The gradient of ``mean_loss`` by autograd, one flat vector laid out as by ``flatten``."""
    with one_thread():
        parts = torch.autograd.grad(_loss(model, images, labels), list(model.parameters()))
    return np.concatenate([part.numpy().ravel() for part in parts]).astype(np.float64)


def accuracy(model: nn.Module, images: Vector, labels: Labels) -> float:
    """The fraction of ``images`` that ``model`` gives their label."""
    _require_pairs(images, labels)
    with one_thread(), torch.no_grad():
        guesses = model(_tensor(model, images)).argmax(dim=1).numpy()
    return float((guesses == labels).mean())


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread inside the block, and as many as before after it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def drawn(model: nn.Sequential, generator: torch.Generator) -> nn.Sequential:
    """``model`` from the meta device, its parameters uniform in ±1/√(number of inputs of the layer)."""
    for layer in model.to_empty(device="cpu").double():
        for parameter in layer.parameters():
            if parameter.ndim > 1:  # the weights come before the bias
                bound = 1 / sqrt(parameter[0].numel())
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
    return model


def _loss(model: nn.Module, images: Vector, labels: Labels) -> torch.Tensor:
    _require_pairs(images, labels)
    targets = torch.from_numpy(np.array(labels, dtype=np.int64))
    return nn.functional.cross_entropy(model(_tensor(model, images)), targets)


def _tensor(model: nn.Module, images: Vector) -> torch.Tensor:
    return torch.from_numpy(np.array(images)).to(next(model.parameters()).dtype)


def _require_pairs(images: Vector, labels: Labels) -> None:
    if len(images) == 0 or len(images) != len(labels):
        raise ValueError(
            "images and labels must be equally many and at least one, "
            f"got {len(images)} images and {len(labels)} labels"
        )
