"""The gradient of each example on its own: as a loop, and all at once with ``torch.func`` (lesson 16).

DP-SGD bounds what ONE example can do to a step, so it needs g_i, the gradient of example i's own loss,
where ordinary training only ever sees their mean. Both functions here write all g_i down, n times the
size of the network; ``lessons.dp.training.clipped_sum`` gets the clipped sum without doing so.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.func import functional_call, grad, vmap

from lessons import models
from lessons.validation import Vector, finite_array


def gradients_by_loop(model: nn.Module, images: ArrayLike, labels: ArrayLike) -> Vector:
    """The gradient of each example's cross-entropy, one backward pass per example.

    ``images``  shape (n, ...), n >= 0, as ``model`` takes them; ``labels``  n integers, the classes
    Returns float64 of shape (n, n_parameters), each row laid out as by ``lessons.models.flatten``.
    ``TypeError`` for a layer that mixes examples, draws at random or is used twice, ``ValueError`` for
    examples that do not fit ``model``.
    """
    inputs, targets = _examples_for(model, images, labels)
    rows = [
        models.gradient(model, inputs[i : i + 1].numpy(), targets[i : i + 1].numpy())
        for i in range(len(inputs))
    ]
    return np.array(rows).reshape(len(rows), models.flatten(model).size)


def gradients(model: nn.Module, images: ArrayLike, labels: ArrayLike) -> Vector:
    """What ``gradients_by_loop`` gives, by one vectorised pass: vmap over examples of grad of the loss.

    ``functional_call`` runs ``model`` as a function of its parameters, ``grad`` differentiates the
    loss of one example by them, ``vmap`` turns "one example" into "a batch of examples".
    """
    inputs, targets = _examples_for(model, images, labels)
    if len(inputs) == 0:
        return np.zeros((0, models.flatten(model).size))

    def loss(
        parameters: dict[str, torch.Tensor], image: torch.Tensor, label: torch.Tensor
    ) -> torch.Tensor:
        logits = functional_call(model, parameters, (image[None],))
        return nn.functional.cross_entropy(logits, label[None])

    parameters = {name: each.detach() for name, each in model.named_parameters()}
    with models.one_thread():
        parts = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, inputs, targets)
    rows = [parts[name].flatten(start_dim=1).numpy() for name in parameters]  # (n, size) each
    return np.concatenate(rows, axis=1).astype(np.float64)


def tensors(
    model: nn.Module, images: ArrayLike, labels: ArrayLike
) -> tuple[torch.Tensor, torch.Tensor]:
    """(images in the precision of ``model``, labels), both new; ``ValueError`` unless equally many."""
    pixels, classes = finite_array("images", images), np.array(labels)
    if pixels.ndim < 2:
        raise ValueError(f"images must have shape (n, ...), got images of shape {pixels.shape}")
    if classes.shape != (len(pixels),):
        raise ValueError(
            f"labels must be one per image, shape ({len(pixels)},), got labels of shape {classes.shape}"
        )
    if classes.size and classes.dtype.kind not in "iu":
        raise ValueError(f"labels must be integers, got labels of type {classes.dtype}")
    precision = next(model.parameters()).dtype
    return torch.from_numpy(pixels).to(precision), torch.from_numpy(classes.astype(np.int64))


def require_classes(targets: torch.Tensor, logits: torch.Tensor) -> None:
    """``ValueError`` unless ``logits`` are (n, n_classes) and every target is one of the classes."""
    if logits.ndim != 2:
        raise ValueError(
            f"model must give logits of shape (n, n_classes), got shape {tuple(logits.shape)}"
        )
    bad = targets[(targets < 0) | (targets >= logits.shape[1])]
    if len(bad):
        raise ValueError(
            f"labels must be from 0 to {logits.shape[1] - 1}, got {int(bad[0])} in labels"
        )


def _examples_for(
    model: nn.Module, images: ArrayLike, labels: ArrayLike
) -> tuple[torch.Tensor, torch.Tensor]:
    """The examples as tensors, after one of them went through ``model`` to see that they fit."""
    _require_examples_apart(model)
    inputs, targets = tensors(model, images, labels)
    if len(inputs):
        try:
            with models.one_thread(), torch.no_grad():
                logits = model(inputs[:1])
        except RuntimeError as error:
            shape = tuple(inputs.shape)
            raise ValueError(f"images must fit the model, got images of shape {shape}") from error
        require_classes(targets, logits)
    return inputs, targets


def _require_examples_apart(model: nn.Module) -> None:
    """An example has no gradient of its own in a layer that mixes examples or draws at random.

    A layer that is used twice is refused as well: ``functional_call`` would leave plain tensors in it.
    """
    met: set[int] = set()
    for name, layer in model.named_modules(remove_duplicate=False):
        what = f"layer '{name}' ({type(layer).__name__})"
        parameters = {id(parameter) for parameter in layer.parameters(recurse=False)}
        if parameters & met:
            raise TypeError(
                f"model must use each layer once, {what} shares an earlier one's parameters"
            )
        met |= parameters
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            raise TypeError(f"model must keep its examples apart, {what} averages over the batch")
        if isinstance(layer, nn.modules.dropout._DropoutNd) and layer.training:
            raise TypeError(f"model must not draw at random, {what} does: call model.eval() first")
