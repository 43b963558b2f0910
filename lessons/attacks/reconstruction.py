"""Reconstruction: many roughly right counts give the secrets back (lesson 01; Dinur and Nissim 2003).

n people have one secret bit each. The answers are the counts over m subsets of them, plus errors:

    a = Q x + e,    Q of shape (m, n), 0 or 1;  x of shape (n,), 0 or 1      (01.iii)
"""

from math import erfc, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import Vector, finite_array, integer, non_negative, positive, vector

MOST_PEOPLE = 16  # for trying all 2^n tables


def random_subsets(*, n_people: int, n_queries: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Q of (01.iii), shape (n_queries, n_people): each person is in each subset by a fair coin."""
    shape = integer("n_queries", n_queries, minimum=1), integer("n_people", n_people, minimum=1)
    return rng.integers(0, 2, size=shape)


def least_squares(queries: ArrayLike, answers: ArrayLike) -> Vector:
    """The real numbers x̂, shape (n,), with the smallest ‖Q x̂ − a‖²: (QᵀQ)⁻¹Qᵀa when m >= n.

    ``queries``  Q of (01.iii), shape (m, n); ``answers``  a, shape (m,)
    ``ValueError`` unless there is one answer to each query.
    """
    table, numbers = _equations(queries, answers)
    return np.asarray(np.linalg.lstsq(table, numbers, rcond=None)[0])


def reconstruct(queries: ArrayLike, answers: ArrayLike) -> NDArray[np.int64]:
    """Guess every bit: least squares, then the nearer of 0 and 1. Shape (n,), 0 or 1.

        x̂ = argmin ‖Q x̂ − a‖²,    guess 1 where x̂ > 1/2                     (01.iv)

    Arguments and errors as in ``least_squares``.
    """
    return (least_squares(queries, answers) > 0.5).astype(np.int64)


def estimate_errors(queries: ArrayLike, *, sigma: float) -> Vector:
    """How far the estimates x̂ stray: their standard deviations, shape (n,).

        sd(x̂_j) = σ √[(QᵀQ)⁻¹]_jj ≈ 2σ / √(m − n)  for fair coins           (01.v)

    for independent answer errors of mean 0 and standard deviation ``sigma``. ``ValueError`` when the
    queries do not determine x̂ (fewer than n independent ones).
    """
    table = _table(queries)
    if np.linalg.matrix_rank(table) < table.shape[1]:
        raise ValueError(
            f"queries must hold as many independent rows as people, got shape {table.shape} "
            f"of rank {np.linalg.matrix_rank(table)}"
        )
    inverse = np.linalg.inv(table.T @ table)
    return np.asarray(non_negative("sigma", sigma) * np.sqrt(np.diag(inverse)))


def expected_fraction(queries: ArrayLike, *, sigma: float) -> float:
    """The fraction of bits that (01.iv) should get right, the errors of x̂ taken as Gaussian.

    fraction = mean over j of Φ(1 / (2 sd(x̂_j)))                        (01.vi)
    """
    errors = estimate_errors(queries, sigma=positive("sigma", sigma))
    return float(np.mean([erfc(-0.5 / one / sqrt(2)) / 2 for one in errors]))


def consistent_tables(queries: ArrayLike, answers: ArrayLike, *, bound: float) -> NDArray[np.int64]:
    """Every table of n bits whose counts are all within ``bound`` of the answers: brute force.

    With all 2ⁿ subsets asked, any two of them differ in at most 4 · bound places (Dwork and Roth
    2014, Theorem 8.1). Shape (n_found, n). ``ValueError`` for more than 16 people.
    """
    table, numbers = _equations(queries, answers)
    n_people = table.shape[1]
    if n_people > MOST_PEOPLE:
        raise ValueError(f"queries must be over at most {MOST_PEOPLE} people, got {n_people}")
    every = all_subsets(n_people=n_people)
    far = np.abs(every @ table.T - numbers).max(axis=1)
    return np.asarray(every[far <= non_negative("bound", bound)])


def all_subsets(*, n_people: int) -> NDArray[np.int64]:
    """All 2ⁿ rows of n bits, shape (2ⁿ, n): every possible query, and every possible table."""
    n = integer("n_people", n_people, minimum=1)
    if n > MOST_PEOPLE:
        raise ValueError(f"n_people must be at most {MOST_PEOPLE}, got n_people={n}")
    return np.arange(2**n)[:, None] >> np.arange(n) & 1


def round_to(answers: ArrayLike, *, multiple: float) -> Vector:
    """Publish the nearest multiple: an error of at most half of ``multiple``, the same each time."""
    step = positive("multiple", multiple)
    return np.asarray(np.round(finite_array("answers", answers) / step) * step)


def _table(queries: ArrayLike) -> Vector:
    table = finite_array("queries", queries)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"queries must have shape (m, n), got queries of shape {table.shape}")
    return table


def _equations(queries: ArrayLike, answers: ArrayLike) -> tuple[Vector, Vector]:
    table, numbers = _table(queries), vector("answers", answers)
    if len(table) != len(numbers):
        raise ValueError(
            f"answers must have one entry for each query, got {len(numbers)} for {len(table)}"
        )
    return table, numbers
