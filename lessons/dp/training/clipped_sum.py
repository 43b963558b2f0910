"""The sum of clipped per-example gradients, without the per-example gradients (lesson 16).

    Σ_i g_i · min(1, C / ‖g_i‖)                                                    (16.viii)

One forward pass keeps each layer's input; ONE backward pass gives the gradients by the layers' outputs
and by nothing else. From these two come the norms over all layers, then the clipping weights, then the
weighted sum, which costs what the mean gradient of ordinary training costs (book-keeping: Bu, Wang,
Zha and Karypis 2023). ``lessons.dp.training.layer_gradients`` has the algebra of a single layer.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge

from lessons import models
from lessons.dp.training.layer_gradients import layer_gradients
from lessons.dp.training.per_example import require_classes, tensors
from lessons.validation import Vector, positive

WITH_RULE = (nn.Linear, nn.Conv2d)
WITHOUT_PARAMETERS = (  # each treats every example by itself
    *(nn.Identity, nn.Flatten, nn.Unflatten, nn.Dropout, nn.MaxPool2d, nn.AvgPool2d),
    *(nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Sigmoid, nn.Tanh, nn.Softplus),
)

EXAMPLES_AT_A_TIME = 128  # of a convolution: bounds what its patches and gradients take


def clipped_gradient_sum(
    model: nn.Module, images: ArrayLike, labels: ArrayLike, *, clip_norm: float
) -> tuple[Vector, Vector]:
    """(16.viii) and the norms ‖g_i‖: one example more or less moves the sum by at most ``clip_norm``.

    g_i is the gradient of example i's own cross-entropy, by all parameters together.

    ``model``      ``nn.Sequential`` of linear layers, convolutions and layers without parameters
    ``images``     shape (n, ...), n >= 0, as ``model`` takes them; ``labels``  n integers, the classes
    ``clip_norm``  C > 0, an L2 norm, in units of the gradient
    Returns the sum, float64 of shape (n_parameters,), laid out as by ``lessons.models.flatten``, and
    the norms before clipping, shape (n,). ``model`` is left as it was. ``TypeError`` names a layer
    that has no rule for single examples; ``ValueError`` for a bad clip norm or examples that do not
    fit ``model``.
    """
    inputs, targets = tensors(model, images, labels)
    with models.one_thread():
        sums, norms = clipped_sums(model, inputs, targets, clip_norm=clip_norm)
    flat = np.concatenate([part.numpy().ravel() for part in sums])
    return flat.astype(np.float64), norms.numpy().astype(np.float64)


def clipped_sums(
    model: nn.Module, inputs: Tensor, targets: Tensor, *, clip_norm: float
) -> tuple[list[Tensor], Tensor]:
    """``clipped_gradient_sum`` on tensors: one sum per parameter, in their order, and the norms."""
    limit = positive("clip_norm", clip_norm)
    layers = _layers(model)
    convolutional = any(isinstance(layer, nn.Conv2d) for layer in layers.values())
    few = EXAMPLES_AT_A_TIME if convolutional else max(len(inputs), 1)
    with torch.enable_grad():
        logits, seen = _forward(layers, inputs)
        require_classes(targets, logits)
        loss = nn.functional.cross_entropy(logits, targets, reduction="sum")
        output_gradients = torch.autograd.grad(loss, [output for _, _, output in seen])
    with torch.no_grad():
        pairs = [(layer, a, e) for (layer, a, _), e in zip(seen, output_gradients, strict=True)]
        sums, norms = _clipped_sums_of(pairs, slice(0, few), limit)
        for start in range(few, len(inputs), few):
            more, more_norms = _clipped_sums_of(pairs, slice(start, start + few), limit)
            sums = [total.add_(part) for total, part in zip(sums, more, strict=True)]
            norms = torch.cat([norms, more_norms])
    return sums, norms


def _clipped_sums_of(
    layers: list[tuple[nn.Module, Tensor, Tensor]], rows: slice, limit: float
) -> tuple[list[Tensor], Tensor]:
    """(16.viii) and the norms for some ``rows`` of the batch, from each layer's input and output gradient."""
    parts = [layer_gradients(layer, a[rows], e[rows]) for layer, a, e in layers]
    norms = torch.stack([squares for squares, _ in parts]).sum(dim=0).sqrt()  # (rows,)
    if not norms.isfinite().all():
        raise ValueError("gradients must be finite, got an example whose norm is not")
    weights = (limit / norms).clamp(max=1)
    return [each for _, weighted_sum in parts for each in weighted_sum(weights)], norms


def _forward(
    layers: dict[str, nn.Module], inputs: Tensor
) -> tuple[Tensor, list[tuple[nn.Module, Tensor, GradientEdge]]]:
    """The logits, and of each layer with parameters: itself, its input, its output's place in the graph."""
    x, seen = inputs, []
    for name, layer in layers.items():
        # channels last in memory: the same numbers, pooled and cut into patches in half of the time
        before = x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x
        try:
            x = layer(before)
        except RuntimeError as error:
            shape = tuple(before.shape)
            raise ValueError(
                f"images must fit the model, {_called(name, layer)} got {shape}"
            ) from error
        if x.ndim < 2 or len(x) != len(inputs):
            raise TypeError(f"model must keep its examples apart, {_called(name, layer)} does not")
        if type(layer) in WITH_RULE:
            seen.append((layer, before, get_gradient_edge(x)))
    return x, seen


def _layers(model: nn.Module) -> dict[str, nn.Module]:
    """The layers of ``model`` in the order in which they run; ``TypeError`` for one without a rule."""
    modules = dict(model.named_modules(remove_duplicate=False))
    met: set[int] = set()
    for name, layer in modules.items():
        parameters = {id(parameter) for parameter in layer.parameters(recurse=False)}
        fault = "shares parameters with an earlier layer" if parameters & met else _fault(layer)
        if fault:
            raise TypeError(
                "model must consist of layers with a rule for single examples: "
                f"{_called(name, layer)} {fault}"
            )
        met |= parameters
    return {name: layer for name, layer in modules.items() if type(layer) is not nn.Sequential}


def _fault(layer: nn.Module) -> str:
    """Why the gradients of single examples can not be told from what goes into and out of ``layer``."""
    own = set(layer._parameters) - ({"weight", "bias"} if type(layer) in WITH_RULE else set())
    if type(layer) not in (nn.Sequential, *WITH_RULE, *WITHOUT_PARAMETERS) or own:
        return "has none"
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    if any(getattr(layer, kind) for kind in kinds):
        return "has hooks, which may change what it computes"
    if not all(parameter.requires_grad for parameter in layer.parameters(recurse=False)):
        return "has frozen parameters"
    if isinstance(layer, nn.Dropout) and layer.training:
        return "draws at random: call model.eval() first"
    if isinstance(layer, nn.Conv2d) and (layer.groups != 1 or layer.padding_mode != "zeros"):
        return f"has groups={layer.groups}, padding_mode='{layer.padding_mode}', the rule 1 and 'zeros'"
    return ""


def _called(name: str, layer: nn.Module) -> str:
    return f"layer '{name}' ({type(layer).__name__})"
