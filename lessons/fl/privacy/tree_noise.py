"""DP-FTRL: noise on a binary tree of rounds, so that sums need no sampling (lesson 25).

Kairouz, McMahan, Song, Thakkar, Thakurta, Xu (2021); the tree is that of Dwork, Naor, Pitassi,
Rothblum (2010) and Chan, Shi, Song (2011). The node (first, last) holds the sum of the rounds first …
last, and noise of its own. The sum of the first t rounds is put together from few nodes. Rounds
are numbered from 1.
"""

from collections.abc import Sequence

import numpy as np

from lessons.dp.mechanisms.clipping import clip_rows
from lessons.fl.client import Data
from lessons.fl.privacy.user_level import Training
from lessons.validation import Vector, choice, finite_array, integer, non_negative, positive, vector

Node = tuple[int, int]  # its first and its last round


def prefix_nodes(rounds: int) -> list[Node]:
    """The fewest nodes that cover rounds 1 … t, largest first: one per binary digit 1 of t.

    11 = 8 + 2 + 1 gives [(1, 8), (9, 10), (11, 11)]. ``ValueError`` unless t = ``rounds`` >= 1.
    """
    left, nodes, first = integer("rounds", rounds, minimum=1), [], 1
    while left:
        size = 1 << (left.bit_length() - 1)  # the largest power of 2 that fits
        nodes.append((first, first + size - 1))
        first, left = first + size, left - size
    return nodes


def n_levels(rounds: int) -> int:
    """How many nodes hold any one round, at most: the levels ⌊log₂ T⌋ + 1 of a tree over T rounds."""
    return integer("rounds", rounds, minimum=1).bit_length()


def prefix_deviation(rounds: int, *, total_rounds: int) -> float:
    """Standard deviation of the noise in the first t sums, in units of m·C, with the tree over T.

        √(levels(T) · ones(t)),    ones(t) the number of digits 1 of t in binary      (25.vi)

    A client that takes part once is in levels(T) nodes, so each node has √levels times the noise of
    a single sum. With independent noise it is √t. ``ValueError`` unless 1 <= t <= T.
    """
    last = integer("total_rounds", total_rounds, minimum=1)
    if integer("rounds", rounds, minimum=1) > last:
        raise ValueError(f"rounds must be at most total_rounds={last}, got rounds={rounds!r}")
    return float(np.sqrt(n_levels(last) * rounds.bit_count()))


def tree_noise(rounds: int, *, n_parameters: int, sigma: float, rng: np.random.Generator) -> Vector:
    """The noise in the sum of the first t rounds, for t = 1 … T: shape (T, n_parameters).

    ``sigma`` >= 0 is the standard deviation at one node. The last node of the first t rounds is always new;
    the others are the nodes of t without its last digit 1: N_t = N_{t & (t−1)} + new.
    """
    last, width = (
        integer("rounds", rounds, minimum=1),
        integer("n_parameters", n_parameters, minimum=1),
    )
    fresh = rng.normal(scale=non_negative("sigma", sigma), size=(last, width))
    noise = np.zeros((last + 1, width))
    for t in range(1, last + 1):
        noise[t] = noise[t & (t - 1)] + fresh[t - 1]
    return noise[1:]


def prefix_noise(
    kind: str, rounds: int, *, n_parameters: int, sigma: float, rng: np.random.Generator
) -> Vector:
    """N_t for t = 1 … T, (T, n_parameters), at one and the same price for a client in one round.

    ``sigma`` = m·C would hide a client in the sum of its own round. "independent": that noise in each
    round, added up. "tree": √levels(T) times as much at each node, since a client is in so many.
    """
    if choice("kind", kind, ("independent", "tree")) == "independent":
        scale = non_negative("sigma", sigma)
        return np.cumsum(rng.normal(scale=scale, size=(rounds, n_parameters)), axis=0)
    at_node = sigma * float(np.sqrt(n_levels(rounds)))
    return tree_noise(rounds, n_parameters=n_parameters, sigma=at_node, rng=rng)


def dp_ftrl(
    w: Vector,
    groups: Sequence[Sequence[Data]],
    *,
    train: Training,
    clip_norm: float,
    expected_clients: float,
    noise: Vector,
) -> Vector:
    """Train on one group of clients a round, each client in one group only; no sampling.

        w_t = w_0 + (Σ_{i<=t} Σ_{k in group i} clip(u_k) + N_t) / L                  (25.vii)

    ``groups``        T groups, fixed without looking at anybody's data; a group may be empty
    ``noise``         (T, n_parameters), N_t from ``prefix_noise`` with σ = m·C: the run costs what one
                      release of the Gaussian mechanism with multiplier m costs
    Returns w_0 … w_T, (T + 1, n_parameters).
    """
    start, size = vector("w", w), positive("expected_clients", expected_clients)
    added = finite_array("noise", noise)
    if added.shape != (len(groups), len(start)):
        raise ValueError(
            f"noise must have shape {(len(groups), len(start))}, got shape {added.shape}"
        )
    total, models = np.zeros_like(start), [start]
    for group, n_t in zip(groups, added, strict=True):
        if len(group):
            total = total + clip_rows(train(models[-1], group), clip_norm=clip_norm).sum(axis=0)
        models.append(start + (total + n_t) / size)
    return np.array(models)
