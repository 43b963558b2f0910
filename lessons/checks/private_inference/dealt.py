"""A described case as the arrays that an answer gets: shared layers, images, and a dealer's supply.

The dealer can be a little ``off``: its products c are not a·b but a·b + off. Whoever uses a triple gets
that into the result, whoever adds up the rows and computes in the clear does not: so it shows.
"""

import itertools
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.mpc import additive, ring
from lessons.mpc.servers import private_network
from lessons.mpc.servers.private_network import LayerSupply, SharedLayer

Whole = NDArray[Any]  # of Python's own integers, which have no edge


@lru_cache(maxsize=64)
def dealt(
    n_images: int,
    sizes: tuple[int, ...],
    n_parties: int,
    fraction_bits: int,
    k: int,
    off: tuple[int, ...],
    seed: int,
) -> dict[str, Any]:
    """Images, layers and supply in Z_{2^k}; ``off`` says by how much each layer's triple is off.

    Weights, biases and pixels are irregular, of either sign, from about 1/8 to 3.
    """
    rng, q = np.random.default_rng(seed), 2**k
    options: dict[str, Any] = {"n_parties": n_parties, "modulus": q, "random_bytes": rng.bytes}

    def whole(*shape: int) -> NDArray[np.int64]:
        size = rng.integers(2 ** max(fraction_bits - 3, 0), 3 * 2**fraction_bits, shape)
        return np.asarray(size * rng.choice([-1, 1], shape), dtype=np.int64)

    def shared(values: NDArray[np.int64]) -> NDArray[np.uint64]:
        return additive.share(ring.encode(values, modulus=q), **options)

    x = whole(n_images, sizes[0])
    plain = [(whole(a, b), whole(b)) for a, b in itertools.pairwise(sizes)]
    supply = private_network.deal(n_images, sizes, fraction_bits=fraction_bits, **options)
    return {
        "x": x,
        "plain": plain,
        "x_shares": shared(x),
        "layers": tuple(SharedLayer(shared(w), shared(b)) for w, b in plain),
        "supply": tuple(map(_shifted, supply, off)),
    }


def _shifted(supply: LayerSupply, off: int) -> LayerSupply:
    triple = supply.triple
    c = additive.add_public(
        triple.c_shares, ring.encode(off, modulus=triple.modulus), modulus=triple.modulus
    )
    return replace(supply, triple=replace(triple, c_shares=c))


def signed(values: Whole, modulus: int) -> Whole:
    """The upper half of the ring stands for the negative numbers."""
    return np.where(values >= modulus // 2, values - modulus, values)
