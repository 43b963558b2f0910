"""Releases on parts of a table, small enough to try every table: parallel composition by brute force."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from lessons.dp.definitions import DataSet
from lessons.dp.randomized_response import probability_for
from lessons.validation import Vector, integer


def parts_table(epsilons: Sequence[float], *, parts_per_person: int) -> dict[DataSet, Vector]:
    """The whole mechanism "one coin per part" for at most one person: data set -> probabilities.

    A person is the set of parts in which there are rows of theirs, at most ``parts_per_person`` of
    them (none is possible). Coin i says whether somebody is in part i, truthfully with
    p_i = e^ε_i/(1+e^ε_i). Returns the table for ``definitions.mechanism_epsilon``: the empty data
    set and one of each kind of person, with (2^n_parts,) probabilities of the outputs.
    ``ValueError`` for ``parts_per_person`` below 1 or ε that is no ε of a coin.
    """
    most = integer("parts_per_person", parts_per_person, minimum=1)
    parts = range(len(epsilons))
    kinds = [
        frozenset(some)
        for size in range(min(most, len(epsilons)) + 1)
        for some in combinations(parts, size)
    ]
    table: dict[DataSet, Vector] = {(kind,): _outputs(epsilons, kind) for kind in kinds}
    return {(): _outputs(epsilons, frozenset()), **table}


def _outputs(epsilons: Sequence[float], present: frozenset[int]) -> Vector:
    row = np.ones(1)
    for part, epsilon in enumerate(epsilons):
        p = probability_for(epsilon=epsilon)
        coin = np.array([1 - p, p]) if part in present else np.array([p, 1 - p])
        row = np.kron(row, coin)
    return row
