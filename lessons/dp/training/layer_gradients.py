"""Norms and weighted sums of a layer's per-example gradients, from its inputs and output gradients.

A linear layer multiplies an input a by its weights. A convolution does the same at each of T places of
the image, with the patch under the filter as its input. Let e_it be the gradient of example i's own
loss by the layer's output at place t. Example i's gradient is then

    by the weights    g_i = Σ_t e_it a_itᵀ            by the bias    Σ_t e_it                (16.vi)

and what clipping needs of it, its norm and a sum with weights c_i, can be had without writing it down:

    ‖g_i‖² = Σ_s Σ_t (e_is · e_it)(a_is · a_it)       Σ_i c_i g_i = Σ_i Σ_t (c_i e_it) a_itᵀ   (16.vii)

For a linear layer, T = 1, the norm is ‖e_i‖‖a_i‖ (Goodfellow 2015). With many places, the inner products
between all T² pairs of them cost more than g_i itself, so a convolution takes the way with fewer
multiplications (mixed ghost clipping: Bu, Mao and Xu 2022).
"""

from collections.abc import Callable
from math import prod

import torch
from torch import Tensor, nn

# What a layer knows before the weights are known: its part of each squared norm, shape (n,), and how
# to sum its gradients with weights of shape (n,), one tensor per parameter.
LayerGradients = tuple[Tensor, Callable[[Tensor], list[Tensor]]]


def layer_gradients(layer: nn.Module, a: Tensor, e: Tensor) -> LayerGradients:
    """Squared norms and weighted sum of ``layer``, from its input ``a`` and output gradient ``e``.

    Linear: a (n, ..., D), e (n, ..., O). Conv2d: a (n, channels, height, width), e (n, O, ...).
    """
    if isinstance(layer, nn.Conv2d):
        by_bias = e.sum(dim=(2, 3))  # (n, O)
        squares, weighted = _convolution(layer, a, e)
    else:
        by_bias = _with_places(e).sum(dim=1)  # (n, O)
        squares, weighted = _linear(_with_places(a), _with_places(e))
    if layer.bias is None:
        return squares, weighted
    return squares + by_bias.square().sum(dim=1), lambda c: [*weighted(c), c @ by_bias]


def _with_places(x: Tensor) -> Tensor:
    """(n, ..., D) as (n, T, D); an ordinary linear layer has one place."""
    return x.reshape(len(x), prod(x.shape[1:-1]), x.shape[-1])


def _linear(a: Tensor, e: Tensor) -> LayerGradients:
    """For inputs (n, T, D) and output gradients (n, T, O): g_i is never written down."""

    def weighted(c: Tensor) -> list[Tensor]:
        return [(c[:, None, None] * e).flatten(0, 1).T @ a.flatten(0, 1)]  # (O, D)

    return _squares(a, e), weighted


def _squares(a: Tensor, e: Tensor) -> Tensor:
    """Squared norms by (16.vii), shape (n,), from inputs (n, T, D) and output gradients (n, T, O)."""
    if a.shape[1] == 1:
        return _lengths(a).square() * _lengths(e).square()
    products = (a @ a.mT) * (e @ e.mT)  # (n, T, T)
    return products.sum(dim=(1, 2)).clamp(min=0)  # rounding may leave −1e-17 where it is 0


def _lengths(x: Tensor) -> Tensor:
    """The L2 norm of each example's numbers, shape (n,), from (n, ..., ...)."""
    lengths: Tensor = torch.linalg.vector_norm(x, dim=(1, 2))
    return lengths


def _convolution(layer: nn.Conv2d, a: Tensor, e: Tensor) -> LayerGradients:
    patches, e = _patches(layer, a), e.flatten(2)  # (n, T, D), (n, O, T)
    if inner_products_are_cheaper(layer, places=patches.shape[1]):
        squares, weighted = _linear(patches, e.mT)
    else:
        squares, weighted = _written_down(e @ patches)
    return squares, lambda c: [_like_weights(layer, each) for each in weighted(c)]


def inner_products_are_cheaper(layer: nn.Conv2d, *, places: int) -> bool:
    """Whether (16.vii) takes fewer multiplications than (16.vi) for ``layer`` with an output of T places.

    Beyond the T·D·O that the weighted sum costs in either case, (16.vii) needs T²(D + O) for its inner
    products, and (16.vi) 2·D·O for the norm of g_i and its place in the sum.
    """
    n_inputs, n_outputs = layer.weight[0].numel(), layer.out_channels
    return places**2 * (n_inputs + n_outputs) < 2 * n_inputs * n_outputs


def _written_down(g: Tensor) -> LayerGradients:
    """For the gradients themselves, (n, O, D)."""
    return _lengths(g).square(), lambda c: [(c @ g.flatten(1)).view(g.shape[1:])]


def _patches(layer: nn.Conv2d, a: Tensor) -> Tensor:
    """What lies under the filter at each place, (n, T, D), from images (n, channels, height, width).

    Windows are views, and one copy lays them out. With the channels last in memory it copies runs of
    numbers, not single ones: a third of the time of ``nn.functional.unfold``.
    """
    padded = nn.functional.pad(a, layer._reversed_padding_repeated_twice)
    windows = padded.permute(0, 2, 3, 1).contiguous()  # (n, height, width, channels)
    for axis in (0, 1):
        reach = layer.dilation[axis] * (layer.kernel_size[axis] - 1) + 1
        windows = windows.unfold(axis + 1, reach, layer.stride[axis])
        windows = windows[..., :: layer.dilation[axis]]
    windows = windows.permute(0, 1, 2, 4, 5, 3)  # n, output's axes, filter's axes, channels
    return windows.flatten(3).flatten(1, 2)


def _like_weights(layer: nn.Conv2d, flat: Tensor) -> Tensor:
    """(O, D) in the order of ``_patches``, as ``layer`` has its weights."""
    last = flat.view(layer.out_channels, *layer.kernel_size, layer.in_channels)
    return last.permute(0, 3, 1, 2).contiguous()
