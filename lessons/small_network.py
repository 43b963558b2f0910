"""The digits network in NumPy, its backward pass written out: a function of ONE flat vector.

The same network, the same layout and the same numbers as ``lessons.models`` gives through torch's
autograd (the tests compare them), several times faster on batches of ten images. Here w holds, one
after the other, the weights and biases of two layers: W1 (n_hidden, n_pixels), b1 (n_hidden,),
W2 (10, n_hidden), b2 (10,). The digits have 64 pixels; a length of (n_pixels + 11) · n_hidden + 10
therefore tells n_hidden. Larger images make a larger network, with the same lines.
"""

import numpy as np
from numpy.typing import NDArray

from lessons.validation import Vector

Labels = NDArray[np.int64]

N_PIXELS, N_CLASSES = 64, 10


def split(w: Vector, *, n_pixels: int = N_PIXELS) -> tuple[Vector, Vector, Vector, Vector]:
    """Cut a flat vector (parameters, gradient or update) into W1, b1, W2, b2, as views.

    ``ValueError`` unless w has shape ``((n_pixels + 11) · n_hidden + 10,)`` for some n_hidden >= 1.
    """
    if w.ndim != 1:
        raise ValueError(f"w must have one axis, got w of shape {w.shape}")
    return split_rows(w, n_pixels=n_pixels)


def split_rows(stack: Vector, *, n_pixels: int) -> tuple[Vector, Vector, Vector, Vector]:
    """Cut several networks at once: any axes in front of the last one stay in front of the parts."""
    n_hidden, rest = divmod(stack.shape[-1] - N_CLASSES, n_pixels + 1 + N_CLASSES)
    if rest or n_hidden < 1:
        raise ValueError(
            f"w must have shape ({n_pixels + 11} · n_hidden + 10,), got w of shape {stack.shape}"
        )
    end1, end2, rows = n_pixels * n_hidden, (n_pixels + 1) * n_hidden, stack.shape[:-1]
    return (
        stack[..., :end1].reshape(*rows, n_hidden, n_pixels),
        stack[..., end1:end2],
        stack[..., end2:-N_CLASSES].reshape(*rows, N_CLASSES, n_hidden),
        stack[..., -N_CLASSES:],
    )


def logits(w: Vector, images: Vector) -> Vector:
    """The ten scores of each image: images (n, n_pixels) -> (n, 10)."""
    weights1, biases1, weights2, biases2 = split(w, n_pixels=images.shape[1])
    hidden = np.maximum(images @ weights1.T + biases1, 0)  # (n, n_hidden)
    return hidden @ weights2.T + biases2


def accuracy(w: Vector, images: Vector, labels: Labels) -> float:
    """The fraction of ``images`` whose largest score is that of their label."""
    _check(images, labels)
    return float((logits(w, images).argmax(axis=1) == labels).mean())


def mean_loss(w: Vector, images: Vector, labels: Labels) -> float:
    """Cross-entropy of softmax(logits), averaged over the images, in nats."""
    _check(images, labels)
    probabilities = _softmax(logits(w, images))
    return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())


def gradient(w: Vector, images: Vector, labels: Labels) -> Vector:
    """The gradient of ``mean_loss`` at w by the chain rule, layer by layer from the end: like w.

    ``images`` (n, n_pixels), ``labels`` (n,) from 0 to 9, n >= 1, else ``ValueError``.
    """
    _check(images, labels)
    weights1, biases1, weights2, biases2 = split(w, n_pixels=images.shape[1])
    before = images @ weights1.T + biases1  # (n, n_hidden)
    hidden = np.maximum(before, 0)
    by_logits = _softmax(hidden @ weights2.T + biases2)  # (n, 10)
    by_logits[np.arange(len(labels)), labels] -= 1
    by_logits /= len(labels)
    by_hidden = (by_logits @ weights2) * (before > 0)  # (n, n_hidden)
    return np.concatenate(
        [
            (by_hidden.T @ images).ravel(),
            by_hidden.sum(axis=0),
            (by_logits.T @ hidden).ravel(),
            by_logits.sum(axis=0),
        ]
    )


def _softmax(scores: Vector) -> Vector:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def _check(images: Vector, labels: Labels) -> None:
    if images.ndim != 2 or len(images) == 0:
        raise ValueError(
            f"images must have shape (n, n_pixels) with n >= 1, got shape {images.shape}"
        )
    if labels.shape != (len(images),):
        raise ValueError(
            f"labels must have one entry per image, {len(images)}, got shape {labels.shape}"
        )
