"""How the server combines what the clients send (lesson 21)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.validation import Vector, finite_array, integer


def weighted_average(updates: Vector, *, n_examples: Sequence[int] | NDArray[np.int64]) -> Vector:
    """Average the clients' updates by their shares of the examples (McMahan et al. 2017, Alg. 1).

        u = Σ_k p_k u_k,    p_k = n_k / n,    n = Σ_k n_k                   (21.iii)

    ``updates``     (n_clients, n_parameters): row k is client k's update u_k, or any vector of its
    ``n_examples``  (n_clients,): n_k, how many examples client k trained on
    Returns a new array of shape ``(n_parameters,)``. ``ValueError`` for a client without examples,
    a negative number, sizes that sum to 0, or lengths that differ.
    """
    rows = finite_array("updates", updates)
    if rows.ndim != 2 or len(rows) == 0:
        raise ValueError(
            f"updates must have shape (n_clients, n_parameters), got shape {rows.shape}"
        )
    shares = example_shares(n_examples)
    if len(shares) != len(rows):
        raise ValueError(
            f"n_examples must have one entry per client, {len(rows)}, got {len(shares)} entries"
        )
    return shares @ rows  # (n_clients,) @ (n_clients, n_parameters)


def example_shares(n_examples: Sequence[int] | NDArray[np.int64]) -> Vector:
    """p_k = n_k / n: each client's share of all examples, shape ``(n_clients,)``, summing to 1.

    ``ValueError`` for a client without examples, a negative number, or sizes that sum to 0.
    """
    sizes = [integer("n_examples", size, minimum=0) for size in n_examples]
    total = sum(sizes)
    if total == 0:
        raise ValueError(f"n_examples must not sum to 0, got n_examples={sizes}")
    if 0 in sizes:
        raise ValueError(f"n_examples must be at least 1 for every client, got n_examples={sizes}")
    return np.array(sizes, dtype=np.float64) / total
