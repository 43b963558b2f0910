"""Randomized response: everybody's own coin protects everybody's own answer (lesson 11)."""

from itertools import product
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import Vector, between, finite_array, integer, positive

Bits = NDArray[np.int64]

MOST_PEOPLE = 12  # 4^12 probabilities are the most that one table holds


def randomized_response(bits: ArrayLike, *, probability: float, rng: np.random.Generator) -> Bits:
    """Keep each bit with ``probability`` p, else flip it; ln(p/(1-p))-DP per person (Warner 1965).

        Pr[answer = bit] = p,    Pr[answer = 1 - bit] = 1 - p               (11.iii)

    ``bits``         0 or 1 per person, any shape; not changed
    ``probability``  p, strictly between 1/2 (pure noise) and 1 (no noise)
    Every person tosses a coin of their own. δ = 0; neighbours: one person's bit is replaced.
    Returns an int64 array of the same shape. ``ValueError`` for other bits, none, or another p.
    """
    truth = _bits("bits", bits)
    keep = rng.random(truth.shape) < _coin(probability)
    return np.where(keep, truth, 1 - truth)


def debias(responses: ArrayLike, *, probability: float) -> float:
    """The share of ones among the true bits, estimated without bias from their responses.

        estimate = (mean of the responses - (1 - p)) / (2p - 1)             (11.vii)

    ``responses``    what ``randomized_response`` gave, any shape
    ``probability``  the p that was used
    The estimate may lie below 0 or above 1; cutting it off there would bias it. ``ValueError`` for
    responses other than 0 and 1, none, or p outside (1/2, 1).
    """
    share = float(_bits("responses", responses).mean())
    p = _coin(probability)
    return (share - (1 - p)) / (2 * p - 1)


def estimate_variance(*, n_people: int, probability: float) -> float:
    """Variance of ``debias`` around the true share of these ``n_people``, whatever their bits are.

        Var[estimate] = p·(1 - p) / (n·(2p - 1)²)                           (11.iv)

    Only the coins are random here. If the people are themselves a random sample of a population
    with share s, s·(1 - s)/n is added (Warner 1965). ``ValueError`` for n < 1 or a bad p.
    """
    p = _coin(probability)
    return p * (1 - p) / (integer("n_people", n_people, minimum=1) * (2 * p - 1) ** 2)


def epsilon_of(*, probability: float) -> float:
    """ε = ln(p/(1-p)) of one answer (δ = 0, one person's bit is replaced).

    ``ValueError`` for p outside (1/2, 1).
    """
    p = _coin(probability)
    return log(p / (1 - p))


def probability_for(*, epsilon: float) -> float:
    """The p = e^ε/(1+e^ε) with which one answer is ``epsilon``-DP: the inverse of ``epsilon_of``.

    ``ValueError`` for ε that is not positive and finite, or so extreme that p rounds to 1/2 or 1.
    """
    p = 1 / (1 + exp(-positive("epsilon", epsilon)))
    if not 0.5 < p < 1:
        raise ValueError(f"epsilon must leave p between 1/2 and 1, got epsilon={epsilon!r}, p={p}")
    return p


def response_table(n_people: int, *, probability: float) -> dict[tuple[int, ...], Vector]:
    """The whole mechanism for a few people: data set -> probability of each of the 2^n outputs.

    Data sets and outputs are tuples of n bits; the outputs stand in the order of
    ``itertools.product((0, 1), repeat=n_people)``. ``ValueError`` for n outside 1 to 12 or a bad p.
    """
    count, p = integer("n_people", n_people, minimum=1), _coin(probability)
    if count > MOST_PEOPLE:
        raise ValueError(f"n_people must be at most {MOST_PEOPLE}, got n_people={count}")
    answers_of = {0: np.array([p, 1 - p]), 1: np.array([1 - p, p])}  # truth -> (no, yes)
    table = {}
    for data in product((0, 1), repeat=count):
        row = np.ones(1)
        for bit in data:
            row = np.kron(row, answers_of[bit])  # coins are independent: probabilities multiply
        table[data] = row
    return table


def _coin(probability: float) -> float:
    return between("probability", probability, 0.5, 1)


def _bits(name: str, values: ArrayLike) -> Bits:
    array = finite_array(name, values)
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got {name} of shape {array.shape}")
    bad = ~np.isin(array, (0, 1))
    if bad.any():
        raise ValueError(f"{name} must hold 0 and 1 only, got {array[bad].flat[0]:g} in {name}")
    return array.astype(np.int64)
