"""Local training of many clients at once, on stacked parameters (lesson 21).

``client.client_update`` trains one client after the other: readable, and slow, because each of its
matrix products is tiny. Here the parameters of all clients lie in one array, one row a client, and
each step is one product of stacked matrices (the backward pass is that of ``small_network``). The
batches, and so the updates, are those of the plain loop: the tests hold the two equal.

Clients may have different numbers of examples. A short batch is filled up with examples that weigh
0, and a client whose steps are done takes no part in the steps of the others.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lessons import small_network
from lessons.fl.client import Data, count_examples
from lessons.validation import Vector, finite_array, integer, non_negative, positive, vector

CHUNK = 64  # clients in one stack, at most
CHUNK_NUMBERS = (
    80_000  # and so many parameters: they fit the processor's cache with their gradients
)


def client_updates(
    w: Vector,
    clients: Sequence[Data],
    *,
    local_epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
    corrections: Vector | None = None,
    proximal: float = 0.0,
) -> Vector:
    """The updates u_k = w_k − w (21.ii) of all clients, as ``client.client_update`` gives them.

        w_k ← w_k − η (∇F_S(w_k) + h_k + μ (w_k − w))  for each batch S of each epoch

    ``w``            (n_parameters,), parameters of ``small_network``; not changed
    ``clients``      each one's images (n_k, n_pixels) and labels (n_k,), n_k >= 1
    ``rng``          shuffles; drawn from in the order of the plain loop over clients
    ``corrections``  (n_clients, n_parameters): h_k, added to each of client k's gradients; or None
    ``proximal``     μ >= 0, the pull back to w
    Returns an array of shape ``(n_clients, n_parameters)``. ``ValueError`` for anything else.
    """
    updates = np.empty((len(clients), len(w)))
    for rows, chunk in in_chunks(
        w, clients, local_epochs=local_epochs, batch_size=batch_size, learning_rate=learning_rate,
        rng=rng, corrections=corrections, proximal=proximal,
    ):  # fmt: skip
        updates[rows] = chunk
    return updates


def average_update(
    w: Vector,
    clients: Sequence[Data],
    *,
    local_epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
    proximal: float = 0.0,
) -> Vector:
    """u = Σ_k (n_k / n) u_k (21.iii), added up chunk by chunk: no more than one chunk is held.

    Arguments as for ``client_updates``. Returns a vector of shape ``(n_parameters,)``.
    """
    sizes = np.array([len(targets) for _, targets in clients], dtype=np.float64)
    total = np.zeros(len(w))
    for rows, chunk in in_chunks(
        w, clients, local_epochs=local_epochs, batch_size=batch_size, learning_rate=learning_rate,
        rng=rng, proximal=proximal,
    ):  # fmt: skip
        total += sizes[rows] @ chunk  # (n_chunk,) @ (n_chunk, n_parameters)
    return total / sizes.sum()  # type: ignore[no-any-return]


def in_chunks(
    w: Vector,
    clients: Sequence[Data],
    *,
    local_epochs: int,
    batch_size: int,
    learning_rate: float,
    rng: np.random.Generator,
    corrections: Vector | None = None,
    proximal: float = 0.0,
) -> Iterator[tuple[NDArray[np.int64], Vector]]:
    """Yield some clients' numbers and their updates ``(n_chunk, n_parameters)``, till all had a turn.

    Arguments as for ``client_updates``. Clients with as many steps stand in the same chunk.
    """
    start = vector("w", w)
    integer("n_clients", len(clients), minimum=1)
    sizes = np.array([count_examples(*data, client=k) for k, data in enumerate(clients)])
    integer("local_epochs", local_epochs, minimum=1)
    integer("batch_size", batch_size, minimum=1)
    rate, pull = positive("learning_rate", learning_rate), non_negative("proximal", proximal)
    if corrections is not None:
        corrections = finite_array("corrections", corrections)
        if corrections.shape != (len(clients), len(start)):
            raise ValueError(
                f"corrections must have shape {(len(clients), len(start))}, got {corrections.shape}"
            )
    shuffled = [
        np.array([rng.permutation(size) for _ in range(local_epochs)])  # (local_epochs, n_k)
        for size in sizes
    ]
    by_size = np.argsort(-sizes, kind="stable")
    n_chunk = max(1, min(CHUNK, CHUNK_NUMBERS // len(start)))
    for first in range(0, len(clients), n_chunk):
        rows = by_size[first : first + n_chunk]
        added = None if corrections is None else corrections[rows]
        data, orders = [clients[row] for row in rows], [shuffled[row] for row in rows]
        trained = _train(
            start, data, orders, batch_size=batch_size, rate=rate, added=added, pull=pull
        )
        trained -= start
        yield rows, trained


def _train(
    w: Vector,
    clients: Sequence[Data],
    orders: Sequence[NDArray[np.int64]],
    *,
    batch_size: int,
    rate: float,
    added: Vector | None,
    pull: float,
) -> Vector:
    """The parameters of all ``clients`` (those with most examples first) after training: (K, P)."""
    images = np.concatenate([inputs for inputs, _ in clients])
    labels = np.concatenate([targets for _, targets in clients])
    batches, weights = _batches(orders, batch_size=batch_size)  # (K, n_steps, B)
    n_steps = (weights[:, :, 0] > 0).sum(axis=1)
    weights *= rate  # so that each slope below is η times a gradient, without one more pass
    stack = np.repeat(w[None], len(clients), axis=0)
    slopes = np.empty_like(stack)
    for step in range(batches.shape[1]):
        active = int((n_steps > step).sum())
        w_k, slope, batch = stack[:active], slopes[:active], batches[:active, step]
        _gradients(w_k, images[batch], labels[batch], weights[:active, step], out=slope)
        if added is not None:
            slope += rate * added[:active]
        if pull:
            slope += rate * pull * (w_k - w)
        w_k -= slope
    return stack


def _batches(
    orders: Sequence[NDArray[np.int64]], *, batch_size: int
) -> tuple[NDArray[np.int64], Vector]:
    """Which examples of the concatenated data each step of each client uses, and with what weight.

    Both of shape (n_clients, n_steps, B); a weight is 1 / |S|, or 0 where a batch is filled up.
    """
    width = min(batch_size, max(order.shape[1] for order in orders))
    n_steps = [order.shape[0] * -(-order.shape[1] // width) for order in orders]
    chosen = np.full((len(orders), max(n_steps), width), -1)  # -1: filled up
    offset = 0
    for own, steps, order in zip(chosen, n_steps, orders, strict=True):
        n_epochs, size = order.shape
        own[:steps].reshape(n_epochs, -1)[:, :size] = order + offset
        offset += size
    used = chosen >= 0
    return np.maximum(chosen, 0), used / np.maximum(used.sum(axis=2, keepdims=True), 1)


def _gradients(
    w: Vector, images: Vector, labels: NDArray[np.int64], weights: Vector, *, out: Vector
) -> None:
    """``small_network.gradient`` of each client's batch: (K, P), (K, B, d), (K, B), (K, B) -> (K, P)."""
    weights1, biases1, weights2, biases2 = small_network.split_rows(w, n_pixels=images.shape[2])
    hidden = images @ weights1.transpose(0, 2, 1)  # (K, B, n_hidden)
    hidden += biases1[:, None]
    np.maximum(hidden, 0, out=hidden)
    scores = hidden @ weights2.transpose(0, 2, 1) + biases2[:, None]  # (K, B, 10)
    scores -= scores.max(axis=2, keepdims=True)
    by_logits = np.exp(scores, out=scores)
    by_logits /= by_logits.sum(axis=2, keepdims=True)
    by_logits[np.arange(len(labels))[:, None], np.arange(labels.shape[1]), labels] -= 1
    by_logits *= weights[:, :, None]
    by_hidden = by_logits @ weights2
    by_hidden *= hidden > 0
    parts = small_network.split_rows(out, n_pixels=images.shape[2])
    np.matmul(by_hidden.transpose(0, 2, 1), images, out=parts[0])
    parts[1][:] = by_hidden.sum(axis=1)
    np.matmul(by_logits.transpose(0, 2, 1), hidden, out=parts[2])
    parts[3][:] = by_logits.sum(axis=1)
