"""A budget that is really kept: answer what still fits, refuse the rest (lesson 14)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.mechanisms.laplace import laplace_mechanism
from lessons.validation import positive, vector

ROUNDING = 1e-12  # ten times 0.1 must fit into 1, whatever the last bit of the sum says


def answer_within_budget(
    counts: ArrayLike, *, epsilons: ArrayLike, budget: float, rng: np.random.Generator
) -> list[float | None]:
    """Answer counts one after the other, each for its own ε, while the budget lasts: ``budget``-DP.

        answer i   ⇔   (the ε of all answered questions before i) + ε_i ≤ budget           (14.ix)

    ``counts``    (n_questions,) true counts, Δ₁ = 1 each; whether one is answered never depends
                  on them
    ``epsilons``  (n_questions,) the price of each, > 0; it may have been chosen after the earlier
                  answers were seen
    ``budget``    > 0, for all answers together, in the unit of ε
    Returns per question the count + Lap(1/ε_i), or ``None`` when it is refused; a refusal costs
    nothing and a cheaper question may follow. Basic composition (14.iv) with the odometer's
    freedom: Rogers, Roth, Ullman, Vadhan 2016. ``ValueError`` before any answer if an ε is bad.
    """
    values, prices = vector("counts", counts), _prices(epsilons)
    if len(values) != len(prices):
        raise ValueError(
            f"epsilons must hold one price per count, got {len(prices)} for {len(values)} counts"
        )
    most, spent = positive("budget", budget), 0.0
    answers: list[float | None] = []
    for value, price in zip(values, prices, strict=True):
        if spent + price > most + ROUNDING:
            answers.append(None)
            continue
        spent += price
        answers.append(float(laplace_mechanism(value, sensitivity=1, epsilon=price, rng=rng)))
    return answers


def _prices(epsilons: ArrayLike) -> Sequence[float]:
    given = np.atleast_1d(np.asarray(epsilons, dtype=object))
    return [positive("epsilons", price) for price in given]
