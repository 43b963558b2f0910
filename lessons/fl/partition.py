"""Who holds which examples: each example at exactly one client (lessons 21, 22 and 24).

Each function returns one array of example numbers per client. Together they hold each of
0, 1, …, n − 1 once.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lessons.validation import integer, positive

Indices = NDArray[np.int64]


def iid(*, sizes: Sequence[int], rng: np.random.Generator) -> list[Indices]:
    """Deal shuffled examples to clients of the given ``sizes``: every client a fair sample.

    ``sizes``  n_k >= 1, one per client; their sum is the number of examples
    IID means *independent and identically distributed*: no client's data are special.
    """
    counts = [integer("sizes", size, minimum=1) for size in sizes]
    if not counts:
        raise ValueError("sizes must name at least one client, got sizes=[]")
    order = rng.permutation(sum(counts))
    return np.split(order, np.cumsum(counts)[:-1])


def in_proportion(n_examples: int, *, ratios: Sequence[int]) -> list[int]:
    """Whole sizes in the given ``ratios`` that sum to ``n_examples``, none of them 0.

    Sizes are rounded down, and the examples left over go one each to the largest remainders.
    """
    total = integer("n_examples", n_examples, minimum=1)
    parts = np.array([integer("ratios", ratio, minimum=1) for ratio in ratios])
    if len(parts) == 0:
        raise ValueError("ratios must name at least one client, got ratios=[]")
    sizes, remainders = np.divmod(parts * total, parts.sum())
    left_over = total - int(sizes.sum())
    sizes[np.argsort(-remainders, kind="stable")[:left_over]] += 1
    if sizes.min() < 1:
        raise ValueError(
            f"n_examples must suffice for one example per client, got n_examples={total} "
            f"for ratios={parts.tolist()}"
        )
    return [int(size) for size in sizes]


def two_class_shards(
    labels: NDArray[np.int64], *, n_clients: int, rng: np.random.Generator
) -> list[Indices]:
    """Sort by label, cut into 2 · ``n_clients`` equal shards, deal two to each client.

    The pathological non-IID split of McMahan et al. (2017, section 3): most clients then hold two
    classes. A shard that lies across the border of two classes brings a few examples of one more.
    ``ValueError`` when there are fewer examples than shards.
    """
    n_shards = 2 * integer("n_clients", n_clients, minimum=1)
    if np.ndim(labels) != 1 or len(labels) < n_shards:
        raise ValueError(
            f"labels must have one axis and at least {n_shards} entries, "
            f"got shape {np.shape(labels)}"
        )
    shards = np.array_split(np.argsort(labels, kind="stable"), n_shards)
    dealt = rng.permutation(n_shards).reshape(-1, 2)  # (n_clients, 2)
    return [np.concatenate([shards[one], shards[two]]) for one, two in dealt]


def dirichlet(
    labels: NDArray[np.int64],
    *,
    n_clients: int,
    alpha: float,
    minimum: int = 1,
    rng: np.random.Generator,
) -> list[Indices]:
    """Deal each class out in random proportions p ~ Dirichlet(α, …, α) (Yurochkin et al. 2019).

    Hsu, Qi and Brown (2019) draw the proportions of the classes for each client instead.

    ``alpha``    α > 0: near 0 a class lies with one client, large α gives fair samples
    ``minimum``  the deal is drawn again until each client has so many examples
    ``ValueError`` when no deal of 1000 gives them so many.
    """
    classes = np.asarray(labels)
    integer("n_clients", n_clients, minimum=1)
    integer("minimum", minimum, minimum=1)
    alphas = np.full(n_clients, positive("alpha", alpha))
    if classes.ndim != 1 or len(classes) < minimum * n_clients:
        raise ValueError(
            f"labels must have one axis and at least {minimum * n_clients} entries, "
            f"got shape {classes.shape}"
        )
    for _ in range(1000):
        holder = np.empty(len(classes), dtype=np.int64)
        for one in np.unique(classes):
            mine = rng.permutation(np.flatnonzero(classes == one))
            cuts = np.round(np.cumsum(rng.dirichlet(alphas))[:-1] * len(mine)).astype(np.int64)
            for client, part in enumerate(np.split(mine, cuts)):
                holder[part] = client
        if np.bincount(holder, minlength=n_clients).min() >= minimum:
            return [np.flatnonzero(holder == client) for client in range(n_clients)]
    raise ValueError(
        f"alpha={alpha} left a client with fewer than {minimum} examples in 1000 deals: "
        "choose a larger alpha, fewer clients or a smaller minimum"
    )


def known_to_few(
    labels: NDArray[np.int64], *, label: int, n_clients: int, n_few: int, rng: np.random.Generator
) -> list[Indices]:
    """Give one class to the last ``n_few`` clients alone, half of what each of them holds.

    The other half, and all that the others hold, are fair samples of the other classes.
    ``ValueError`` unless the others still have an example each.
    """
    classes = np.asarray(labels)
    few = integer("n_few", n_few, minimum=1)
    many = integer("n_clients", n_clients, minimum=few + 1) - few
    own, rest = (
        rng.permutation(np.flatnonzero(one)) for one in (classes == label, classes != label)
    )
    if len(own) < few or len(rest) < len(own) + many:
        raise ValueError(
            f"label must have an example for each of the {few}, and half of all less {many} at most, "
            f"got {len(own)} of {classes.size} for label={label}"
        )
    halves = (np.array_split(one, few) for one in (own, rest[: len(own)]))
    return [
        *np.array_split(rest[len(own) :], many),
        *(np.concatenate(both) for both in zip(*halves, strict=True)),
    ]
