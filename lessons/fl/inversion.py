"""Gradient inversion: search for images that would give the gradient that the server has seen.

The network has a convolution in front, so that no row of its gradient is an image: 8 filters of
3 by 3 pixels at 36 places, tanh, a linear layer to ten scores. Its gradient is written out below
for many clients at once (the tests compare it with autograd of the same network); autograd
differentiates it once more, by the images. Leading axis: one search each, independent of the rest.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from lessons import models
from lessons.fl.leakage import Labels
from lessons.validation import Vector, finite_array, integer, positive

N_FILTERS, N_PLACES, N_CLASSES = 8, 36, 10
N_FEATURES = N_FILTERS * N_PLACES
N_PARAMETERS = 10 * N_FILTERS + (N_FEATURES + 1) * N_CLASSES  # 2970
CHUNK = 256  # clients at once
Objective = Callable[..., Tensor]


def conv_network(*, generator: torch.Generator) -> nn.Sequential:
    """The network as a torch module: flat images (n, 64) to logits (n, 10), drawn as ``models`` does."""
    with torch.device("meta"):
        layers = (nn.Conv2d(1, N_FILTERS, 3), nn.Tanh(), nn.Flatten(), nn.Linear(N_FEATURES, 10))
    return models.drawn(nn.Sequential(nn.Unflatten(1, (1, 8, 8)), *layers), generator)


def gradients(w: Tensor, images: Tensor, labels: Tensor) -> Tensor:
    """The gradient of each client's mean loss: w (P,) or (s, P), images (s, n, 64) -> (s, P)."""
    filters, filter_biases, weights, biases = _split(w)
    pixels = images.reshape(*images.shape[:-1], 8, 8)
    patches = pixels.unfold(-2, 3, 1).unfold(-2, 3, 1).flatten(-4, -3).flatten(-2)  # (s, n, 36, 9)
    hidden = torch.tanh(filters[..., None, :, :] @ patches.mT + filter_biases[..., None, :, None])
    features = hidden.flatten(-2)  # (s, n, 288)
    scores = features @ weights.mT + biases[..., None, :]
    targets = nn.functional.one_hot(labels, N_CLASSES)
    by_scores = (torch.softmax(scores, -1) - targets) / images.shape[-2]  # (s, n, 10)
    by_hidden = (by_scores @ weights).reshape(hidden.shape) * (1 - hidden**2)
    parts = (
        (by_hidden @ patches).sum(-3).flatten(-2),
        by_hidden.sum((-3, -1)),
        (by_scores.mT @ features).flatten(-2),
        by_scores.sum(-2),
    )
    return torch.cat(parts, -1)


def moved(w: Tensor, images: Tensor, labels: Tensor, *, steps: int, learning_rate: float) -> Tensor:
    """How far each client's parameters move against the gradient in some full-batch steps: w − w_k.

    One step moves by learning_rate times the gradient. Differentiable by the images, so that an attacker
    can replay the steps. (s, P).
    """
    integer("steps", steps, minimum=1)
    rate = positive("learning_rate", learning_rate)
    w_k = w.expand(len(images), -1)
    for _ in range(steps):
        w_k = w_k - rate * gradients(w_k, images, labels)
    return w - w_k


def observed(
    w: Vector, images: Vector, labels: Labels, *, steps: int = 1, learning_rate: float = 1.0
) -> Vector:
    """What the server sees of clients that hold images (s, n, 64) with labels (s, n): (s, P).

    The gradient itself by default; with more steps, the sum of ``learning_rate`` times each gradient.
    """
    vectors, pixels, targets = _checked(w, images, labels)
    sent = torch.empty(len(pixels), N_PARAMETERS, dtype=torch.float64)
    parts = (torch.split(one, CHUNK) for one in (sent, pixels, targets))  # bounds the memory
    with models.one_thread(), torch.no_grad():
        for rows, *chunk in zip(*parts, strict=True):
            rows.copy_(moved(vectors, *chunk, steps=steps, learning_rate=learning_rate))
    return np.asarray(sent.numpy())


def squared_distance(gradient: Tensor, observed: Tensor, images: Tensor) -> Tensor:
    """Deep leakage from gradients, the objective of Zhu, Liu and Han (2019): ‖g − g'‖².

    D(x) = Σ_i (∂F(x)/∂w_i − g_i)²                                     (23.iii)
    """
    return ((gradient - observed) ** 2).sum()


def total_variation(images: Tensor) -> Tensor:
    """Mean absolute difference of neighbours, down plus across: images (n, 64) -> a number.

    TV(x) = mean |x[r+1, c] − x[r, c]| + mean |x[r, c+1] − x[r, c]|     (23.v)
    """
    pixels = images.reshape(-1, 8, 8)
    down = (pixels[:, 1:] - pixels[:, :-1]).abs().mean()
    return down + (pixels[:, :, 1:] - pixels[:, :, :-1]).abs().mean()


def cosine_objective(
    gradient: Tensor, observed: Tensor, images: Tensor, *, tv_weight: float
) -> Tensor:
    """The objective of Geiping et al. (2020): one minus the cosine, plus a price for rough pictures.

        1 − g·g' / (‖g‖ ‖g'‖) + α TV(x)                                    (23.iv)

    ``gradient`` of the dummy images and ``observed``, both (P,); ``images`` (n, 64) the dummies; a number,
    differentiable. It does not change when the observed gradient is scaled.
    """
    lengths: Tensor = torch.linalg.norm(gradient) * torch.linalg.norm(observed)
    return 1 - (gradient * observed).sum() / lengths + tv_weight * total_variation(images)


def search(
    w: Vector,
    observed: Vector,
    labels: Labels,
    *,
    objective: Objective,
    generator: torch.Generator,
    iterations: int = 200,
    learning_rate: float = 0.1,
    replay: Callable[[Tensor, Tensor, Tensor], Tensor] = gradients,
) -> Vector:
    """Search for the images of each client: from random ones, by Adam, pixels kept from 0 to 1.

    ``observed``   (s, P), what each of s clients sent; ``labels`` (s, n), as read from the bias gradient
    ``objective``  ``objective(gradient, observed, images)`` of one client, a number to make small
    ``replay``     what dummy images would send: ``gradients``, or ``moved`` with known steps
    The rate falls to 0 as half a cosine. Gives pictures (s, n, 64).
    """
    integer("iterations", iterations, minimum=1)
    seen = torch.from_numpy(finite_array("observed", observed))
    shape = (*np.shape(labels), 64)
    vectors, _, targets = _checked(w, np.zeros(shape), labels)
    if seen.shape != (shape[0], N_PARAMETERS):
        raise ValueError(
            f"observed must have shape ({shape[0]}, {N_PARAMETERS}), got {tuple(seen.shape)}"
        )
    dummies = torch.rand(*shape, generator=generator, dtype=torch.float64).requires_grad_()
    adam = torch.optim.Adam([dummies], lr=positive("learning_rate", learning_rate))
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, iterations)
    with models.one_thread():
        each = _each(objective, seen, seen, dummies)
        for _ in range(iterations):
            adam.zero_grad()
            rows = replay(vectors, dummies, targets)
            each(rows, seen, dummies).sum().backward()  # type: ignore[no-untyped-call]
            adam.step()
            falling.step()
            with torch.no_grad():
                dummies.clamp_(0, 1)
    return np.asarray(dummies.detach().numpy())


def _each(objective: Objective, *trial: Tensor) -> Objective:
    """Map the objective over the clients: all at once, or one by one if torch cannot map it."""
    together: Objective = torch.vmap(objective)
    try:
        together(*trial)
    except (RuntimeError, ValueError):
        return lambda *given: torch.stack([objective(*one) for one in zip(*given, strict=True)])
    return together


def _split(w: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    sizes = [9 * N_FILTERS, N_FILTERS, N_CLASSES * N_FEATURES, N_CLASSES]
    filters, filter_biases, weights, biases = torch.split(w, sizes, dim=-1)
    return (
        filters.reshape(*w.shape[:-1], N_FILTERS, 9),
        filter_biases,
        weights.reshape(*w.shape[:-1], N_CLASSES, N_FEATURES),
        biases,
    )


def _checked(w: Vector, images: Vector, labels: Labels) -> tuple[Tensor, Tensor, Tensor]:
    vectors, pixels = finite_array("w", w), finite_array("images", images)
    targets = np.asarray(labels)
    if vectors.shape != (N_PARAMETERS,):
        raise ValueError(f"w must have shape ({N_PARAMETERS},), got {vectors.shape}")
    if pixels.ndim != 3 or 0 in pixels.shape or pixels.shape[2] != 64:
        raise ValueError(f"images must have shape (s, n, 64), s and n >= 1, got {pixels.shape}")
    whole = targets.dtype.kind in "iu" and targets.shape == pixels.shape[:2]
    if not whole or not ((targets >= 0) & (targets < N_CLASSES)).all():
        raise ValueError(
            f"labels must be integers from 0 to {N_CLASSES - 1} of shape {pixels.shape[:2]}, got {labels!r}"
        )
    return (
        torch.from_numpy(vectors),
        torch.from_numpy(pixels),
        torch.from_numpy(targets.astype(np.int64)),
    )
