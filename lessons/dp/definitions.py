"""Differential privacy by its definition: every output, every set, every neighbour of a small case.

A *finite mechanism* is a table: data set -> probability of each output. Everything here looks at
such tables by brute force, or by a closed form that brute force confirms (lesson 11).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import exp, isfinite, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import Vector, between, choice, integer, non_negative, probability, vector

DataSet = tuple[Hashable, ...]  # one entry per person
Mechanism = Mapping[DataSet, ArrayLike]  # data set -> (n_outputs,) probabilities

RELATIONS = ("add/remove", "replace")
MOST_OUTPUTS = 16  # 2^16 sets are still enumerated in a moment
ROUNDING = 1e-12  # a sum of a few floats may miss its exact value by less than this


def neighbours(
    data: Sequence[Hashable], *, values: Iterable[Hashable], relation: str
) -> list[DataSet]:
    """Every data set that differs from ``data`` in exactly one person (Dwork et al. 2006).

        D ~ D′   ⇔   D and D′ differ in one person's entry                  (11.i)

    ``data``      one entry per person, may be empty
    ``values``    what an entry can be
    ``relation``  "replace": one person's entry is another value, the size is public and stays;
                  "add/remove": one person more (put at the end) or one person less
    Returns distinct tuples, never ``data`` itself. ``ValueError`` for other relations or no values.
    """
    rows, options = tuple(data), tuple(dict.fromkeys(values))
    choice("relation", relation, RELATIONS)
    if not options:
        raise ValueError("values must hold at least one value, got values=()")
    without = [(rows[:i], rows[i + 1 :]) for i in range(len(rows))]
    if relation == "add/remove":
        found = [(*rows, value) for value in options]
        found += [(*before, *after) for before, after in without]
    else:
        found = [(*before, value, *after) for before, after in without for value in options]
    return [one for one in dict.fromkeys(found) if one != rows]


def smallest_epsilon(p: ArrayLike, q: ArrayLike) -> float:
    """The smallest ε with δ = 0 for two output distributions, in both directions.

        ε(P, Q) = max over outputs o of |ln(P(o) / Q(o))|                   (11.viii)

    ``p``, ``q``  (n_outputs,) probabilities of the same outputs under two neighbouring data sets
    Returns ``inf`` when an output is possible under one and impossible under the other; an output
    that is impossible under both says nothing. ``ValueError`` unless both are distributions.
    """
    one, other = _pair(p, q)
    high, low = np.maximum(one, other), np.minimum(one, other)
    high, low = high[high > 0], low[high > 0]
    if not low.all():
        return float("inf")
    worst = int(np.argmax(np.log(high) - np.log(low)))
    with np.errstate(over="ignore"):
        ratio = float(high[worst] / low[worst])
    return log(ratio) if isfinite(ratio) else log(high[worst]) - log(low[worst])


def smallest_delta(p: ArrayLike, q: ArrayLike, *, epsilon: float) -> float:
    """The smallest δ at a given ε for two output distributions, in both directions.

        δ(ε) = Σ_o max(0, P(o) - e^ε·Q(o)), or with P and Q exchanged if that is larger      (11.ix)

    ``p``, ``q``  (n_outputs,) probabilities of the same outputs under two neighbouring data sets
    One direction is called the hockey-stick divergence. ``ValueError`` unless both are
    distributions and ε is at least 0 and finite.
    """
    one, other = _pair(p, q)
    there = np.maximum(0.0, one - _scaled(other, epsilon)).sum()
    back = np.maximum(0.0, other - _scaled(one, epsilon)).sum()
    return float(max(there, back))


def sets_of_outputs(n_outputs: int) -> NDArray[np.bool_]:
    """Every set S of outputs, one per row: (2^n_outputs, n_outputs), True where S has the output.

    ``ValueError`` for fewer than 1 or more than 16 outputs.
    """
    count = integer("n_outputs", n_outputs, minimum=1)
    if count > MOST_OUTPUTS:
        raise ValueError(f"n_outputs must be at most {MOST_OUTPUTS}, got n_outputs={count}")
    return np.array(list(product((False, True), repeat=count)))


def satisfies_dp(p: ArrayLike, q: ArrayLike, *, epsilon: float, delta: float) -> bool:
    """Whether (ε, δ)-DP holds between two output distributions: looks at every set of outputs.

        Pr[M(D) ∈ S] ≤ e^ε·Pr[M(D′) ∈ S] + δ    for every S, and with D and D′ exchanged    (11.vi)

    ``p``, ``q``  (n_outputs,) probabilities under D and D′, at most 16 outputs
    Sums of floats get an allowance of 1e-12. Dwork, Kenthapadi, McSherry, Mironov, Naor (2006).
    ``ValueError`` unless p and q are distributions, ε is at least 0 and finite, δ from 0 to 1.
    """
    one, other = _pair(p, q)
    allowance = probability("delta", delta) + ROUNDING
    members = sets_of_outputs(len(one))
    of_one, of_other = members @ one, members @ other  # (2^n_outputs,) probabilities of the sets
    there = of_one <= _scaled(of_other, epsilon) + allowance
    back = of_other <= _scaled(of_one, epsilon) + allowance
    return bool(there.all() and back.all())


def neighbouring_pairs(mechanism: Mechanism, *, relation: str) -> Iterator[tuple[DataSet, DataSet]]:
    """All ordered pairs of neighbouring data sets that both stand in the table ``mechanism``."""
    values = [value for data in mechanism for value in data]
    for data in mechanism:
        for other in neighbours(data, values=values, relation=relation):
            if other in mechanism:
                yield data, other


def mechanism_epsilon(mechanism: Mechanism, *, relation: str) -> float:
    """The smallest ε with δ = 0 of a whole table: the worst of all its neighbouring pairs.

        Pr[M(D) = o] ≤ e^ε·Pr[M(D′) = o]    for every output o and all neighbours           (11.ii)

    ``ValueError`` when the table has no two neighbours: then it says nothing.
    """
    pairs = list(neighbouring_pairs(mechanism, relation=relation))
    if not pairs:
        raise ValueError(f"mechanism must hold two neighbours, got {len(mechanism)} data sets")
    return max(smallest_epsilon(mechanism[one], mechanism[other]) for one, other in pairs)


def posterior_bound(*, prior: float, epsilon: float) -> float:
    """The most that an observer of an ε-DP output (δ = 0) can believe of one yes-or-no secret.

        posterior odds ≤ e^ε · prior odds                                   (11.v)

    ``prior``  what the observer believed before, strictly between 0 and 1; with prior 1/2 this is
    also how often the best guesser is right at most. ``ValueError`` for other priors or a bad ε.
    """
    before = between("prior", prior, 0, 1)
    shrink = exp(-non_negative("epsilon", epsilon))
    return before / (before + (1 - before) * shrink)


def _scaled(q: Vector, epsilon: float) -> Vector:
    """e^ε·q, with 0 where q is 0 however large ε is."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(q > 0, np.exp(non_negative("epsilon", epsilon)) * q, 0.0)


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[Vector, Vector]:
    one, other = _distribution("p", p), _distribution("q", q)
    if len(one) != len(other):
        raise ValueError(f"p and q must list the same outputs, got {len(one)} and {len(other)}")
    return one, other


def _distribution(name: str, values: ArrayLike) -> Vector:
    array = vector(name, values)
    if (array < 0).any():
        raise ValueError(
            f"{name} must hold probabilities of at least 0, got {array.min()} in {name}"
        )
    if not abs(array.sum() - 1) < 1e-9:
        raise ValueError(f"{name} must sum to 1, got a sum of {array.sum():.9g}")
    return array
