"""A small network on shares: the image is secret, and so are the weights (lesson 36).

Layers of the form x @ W + b with ReLU between them. Images, weights and what lies between have f fractional
bits. A product has 2f: the bias is brought there, the sum is truncated once; the last layer stays at 2f.
The functions run in one program or with one party in each, see ``lessons.mpc.parties``.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.mpc import additive, beaver, fixed_point, ring, truncation
from lessons.mpc.beaver import Triple
from lessons.mpc.bits import comparison
from lessons.mpc.bits.comparison import ReluSupply
from lessons.mpc.parties import Link
from lessons.mpc.ring import Elements
from lessons.mpc.truncation import TruncationPair
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import Vector, integer

Plain = Sequence[tuple[Vector, Vector]]  # weights (n_in, n_out) and bias (n_out,) of each layer


@dataclass(frozen=True)
class SharedLayer:
    """Shares of one layer: party i holds row i of each. All numbers have f fractional bits.

    ``weights_shares``  (n_parties, n_in, n_out);  ``bias_shares``  (n_parties, n_out)
    """

    weights_shares: Elements
    bias_shares: Elements


@dataclass(frozen=True)
class LayerSupply:
    """What the dealer hands out for one layer and one batch of images, to be used once.

    ``triple``  for the matrix product;  ``pair`` and ``relu``: None for the last layer
    """

    triple: Triple
    pair: TruncationPair | None
    relu: ReluSupply | None


def share_layers(
    layers: Plain,
    *,
    n_parties: int,
    fraction_bits: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> tuple[SharedLayer, ...]:
    """The model owner shares its weights: any n − 1 parties learn their shapes and no more."""
    return tuple(
        SharedLayer(
            *(
                additive.share(
                    fixed_point.encode(part, fraction_bits=fraction_bits, modulus=modulus),
                    n_parties=n_parties,
                    modulus=modulus,
                    random_bytes=random_bytes,
                )
                for part in layer
            )
        )
        for layer in layers
    )


def deal(
    n_images: int,
    sizes: Sequence[int],
    *,
    n_parties: int,
    fraction_bits: int,
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> tuple[LayerSupply, ...]:
    """A trusted dealer prepares one evaluation of ``n_images`` images, before it knows any of them.

    ``sizes``  of the layers, such as (64, 32, 10)
    """
    options: dict[str, Any] = {
        "n_parties": n_parties,
        "modulus": modulus,
        "random_bytes": random_bytes,
    }
    supply = []
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        out = (n_images, n_out)
        triple = beaver.deal_triple((n_images, n_in), (n_in, n_out), product=ring.matmul, **options)
        if layer == len(sizes) - 1:
            supply.append(LayerSupply(triple, None, None))
        else:
            pair = truncation.deal_pair(out, bits=fraction_bits, **options)
            supply.append(LayerSupply(triple, pair, comparison.deal_relu(out, **options)))
    return tuple(supply)


def linear(
    x_shares: ArrayLike,
    weights_shares: ArrayLike,
    bias_shares: ArrayLike,
    *,
    triple: Triple,
    fraction_bits: int,
    modulus: int,
    pair: TruncationPair | None = None,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of x @ W + b: with f fractional bits again, or with 2f where there is no ``pair``.

    1. The products are added up as they are, with 2f fractional bits: one round, ``step``.
    2. The bias has f, so each party multiplies its share by 2^f before it adds it.
    3. One truncation of the whole sum: one more round, ``step`` + 1.

    ``x_shares`` (n_parties, n_images, n_in); shapes of the rest as in ``SharedLayer``.
    """
    z = beaver.matmul(  # 1
        x_shares, weights_shares, triple=triple, modulus=modulus, wire=wire, step=step
    )
    bias = additive.multiply_public(bias_shares, 2**fraction_bits, modulus=modulus)  # 2
    z = ring.add_elements(z, bias[:, np.newaxis], modulus=modulus)
    if pair is None:
        return z
    return truncation.truncate(z, pair=pair, modulus=modulus, wire=wire, step=step + 1)  # 3


def logits(
    x_shares: ArrayLike,
    *,
    layers: Sequence[SharedLayer],
    supply: Sequence[LayerSupply],
    fraction_bits: int,
    modulus: int,
    wire: Link = None,
    step: int = 1,
) -> Elements:
    """Shares of the scores of each image, with 2f fractional bits; nothing else is ever opened.

    Each opened number has a uniform mask of its own, so any coalition of fewer than n parties sees uniform
    numbers only, besides its own shares. Whoever gets all the rows of the result (the image's owner,
    nobody else) reads the scores.
    """
    if len(layers) != len(supply):
        raise ValueError(f"supply must be for {len(layers)} layers, got one for {len(supply)}")
    x = additive.party_rows("x_shares", x_shares, modulus=modulus, wire=wire)
    options: dict[str, Any] = {"modulus": modulus, "wire": wire}
    for layer, its in zip(layers, supply, strict=True):
        x = linear(
            x,
            layer.weights_shares,
            layer.bias_shares,
            triple=its.triple,
            pair=its.pair,
            fraction_bits=fraction_bits,
            step=step,
            **options,
        )
        step += 1 if its.pair is None else 2
        if its.relu is not None:
            x = comparison.relu(x, supply=its.relu, step=step, **options)
            step += its.relu.sign.adder.rounds + 2
    return x


def plain_logits(images: Vector, layers: Plain) -> Vector:
    """The same network in real numbers: (n_images, n_out)."""
    for place, (weights, bias) in enumerate(layers):
        images = images @ weights + bias
        if place < len(layers) - 1:
            images = np.maximum(images, 0)
    return images


def logits_bound(images: Vector, layers: Plain, *, fraction_bits: int) -> NDArray[np.float64]:
    """How far the scores on shares can be from ``plain_logits``: (n_images, n_out).

        E'_k = Σ_j E_j (|W_jk| + u) + u · Σ_j |a_j| + u  (+ 2u where truncated),   u = 2^−(f+1)
                                                                                        (36.ii)
    E_j bounds the error of a layer's input a_j (u for the images), E'_k that of an output: every
    weight is off by at most u, so is the bias at f bits, and ReLU moves no two numbers apart.
    It holds while nothing wraps: 2^2f |z| < Q/4 for each sum z that is truncated, < Q/2 for a score.
    """
    u = 2.0 ** -(integer("fraction_bits", fraction_bits, minimum=0) + 1)
    error, a = np.full_like(images, u), images
    for place, (weights, bias) in enumerate(layers):
        truncated = place < len(layers) - 1
        error = error @ (np.abs(weights) + u) + u * np.abs(a).sum(axis=1, keepdims=True) + u
        error = error + 2 * u * truncated
        a = np.maximum(a @ weights + bias, 0)
    return error


@dataclass(frozen=True)
class Cost:
    """What one part of the network costs: its rounds, and the bytes that each party sends in all."""

    name: str
    rounds: int
    n_bytes: int


def costs(n_images: int, sizes: Sequence[int], *, n_parties: int, modulus: int) -> list[Cost]:
    """Rounds and bytes of each part, by the formulas; a party sends the same to n − 1 others.

        product: 8 (n − 1)(B·n_in + n_in·n_out)     truncation: 8 (n − 1) B·n_out

    ReLU: ``comparison.relu_words`` words for each of B·n_out numbers. B images, n parties.
    Between the parties only: the image that comes and the scores that go are two messages more.
    """
    each = 8 * (n_parties - 1)
    words = comparison.relu_words(n_parties=n_parties, modulus=modulus)
    rounds = comparison.relu_rounds(n_parties=n_parties, modulus=modulus)
    found = []
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=1):
        product = each * (n_images * n_in + n_in * n_out)
        found.append(Cost(f"product {layer}", 1, product))
        if layer < len(sizes) - 1:
            found.append(Cost(f"truncation {layer}", 1, each * n_images * n_out))
            found.append(Cost(f"ReLU {layer}", rounds, each * words * n_images * n_out))
    return found
