"""What one client does in a round: train on its own examples, send the difference (lesson 21)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.validation import Vector, integer, positive, vector

Data = tuple[NDArray[Any], NDArray[Any]]  # one client's inputs (n_k, …) and targets (n_k, …)
Gradient = Callable[[Vector, NDArray[Any], NDArray[Any]], Vector]


def client_update(
    w: Vector,
    inputs: NDArray[Any],
    targets: NDArray[Any],
    *,
    gradient: Gradient,
    local_epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
) -> Vector:
    """Train from w on one client's examples; return the update (McMahan et al. 2017, Alg. 1).

        w_k ← w_k − η ∇F_S(w_k)  for each batch S of each epoch, from w_k = w;    u_k = w_k − w  (21.ii)

    ``w``              (n_parameters,), the server's parameters; not changed
    ``inputs, targets``  the client's n_k >= 1 examples, first axis = example
    ``gradient``       ``gradient(w, inputs, targets)``: of the mean loss over a batch, shaped like w
    ``local_epochs``   E, passes over the examples; each is shuffled anew by ``rng``
    ``batch_size``     B; the last batch of an epoch may be smaller, and B >= n_k means one batch
    ``learning_rate``  η > 0
    Returns u_k, one flat vector ``(n_parameters,)``. ``ValueError`` for anything else.
    """
    start = vector("w", w)
    n_examples = count_examples(inputs, targets)
    integer("local_epochs", local_epochs, minimum=1)
    integer("batch_size", batch_size, minimum=1)
    positive("learning_rate", learning_rate)
    w_k = start.copy()
    for _ in range(local_epochs):
        order = rng.permutation(n_examples)
        for first in range(0, n_examples, batch_size):
            batch = order[first : first + batch_size]
            w_k -= learning_rate * gradient(w_k, inputs[batch], targets[batch])
    return w_k - start


def count_examples(
    inputs: NDArray[Any], targets: NDArray[Any], *, client: int | None = None
) -> int:
    """n_k; ``ValueError``, naming the ``client``, for none or for lengths that differ."""
    if len(inputs) == 0 or len(inputs) != len(targets):
        whose = "" if client is None else f" of client {client}"
        raise ValueError(
            f"inputs and targets{whose} must be equally many and at least one, "
            f"got {len(inputs)} inputs and {len(targets)} targets"
        )
    return len(inputs)
