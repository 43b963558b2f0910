"""The field Z_p on arrays: the ring of lesson 31 with a prime modulus, so one can also divide (lesson 32).

Elements are those of ``ring``: uint64, exact for every prime below 2^64. Only a *prime* clock has
an inverse for every number but 0; ``require_prime`` is asked at every border.
"""

from collections.abc import Sequence
from functools import cache, reduce

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import ring
from lessons.mpc.ring import Elements
from lessons.validation import integer

WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # enough below 3.1 · 10^23


def require_prime(modulus: int) -> int:
    """Return ``modulus`` as an int if it is a prime below 2^64, else ``ValueError``."""
    modulus = ring.require_modulus(modulus)
    if not _is_prime(modulus):
        raise ValueError(f"modulus must be prime, got modulus={modulus}")
    return modulus


@cache
def _is_prime(number: int) -> bool:
    """Miller and Rabin's test; with these witnesses without error (Sorenson and Webster 2017)."""
    if number in WITNESSES:
        return True
    if any(number % one == 0 for one in WITNESSES):
        return False
    twos = ((number - 1) & (1 - number)).bit_length() - 1  # number − 1 = odd · 2^twos
    odd = (number - 1) >> twos

    def passes(witness: int) -> bool:
        power = pow(witness, odd, number)
        if power in (1, number - 1):
            return True
        return any(pow(power, 2**k, number) == number - 1 for k in range(1, twos))

    return all(passes(one) for one in WITNESSES)


def require_points(points: Sequence[int], *, modulus: int) -> list[int]:
    """Return the parties' ``points`` as ints: distinct, from 1 to p − 1, at least one.

    The ``ValueError`` names the party. At the point 0 (and at p, which is 0) stands the secret.
    """
    values = [integer("points", one) for one in points]
    if not values:
        raise ValueError("points must name at least one party, got none")
    for row, point in enumerate(values):
        if not 1 <= point < modulus:
            raise ValueError(
                f"points must lie from 1 to modulus - 1 = {modulus - 1}, "
                f"got point {point} for the party in row {row}"
            )
        if point in values[:row]:
            raise ValueError(
                f"points must be distinct, got point {point} "
                f"for the parties in rows {values.index(point)} and {row}"
            )
    return values


def inverse(values: ArrayLike, *, modulus: int) -> Elements:
    """The numbers that give 1 when multiplied by ``values``, entry by entry; 0 has none."""
    modulus = require_prime(modulus)
    x = ring.elements("values", values, modulus=modulus)
    if not x.all():
        raise ValueError(f"values must not hold 0, which has no inverse, got shape {x.shape}")
    inverses = [pow(int(one), -1, modulus) for one in x.flat]
    return np.array(inverses, dtype=np.uint64).reshape(x.shape)


def evaluate(coefficients: ArrayLike, points: Sequence[int], *, modulus: int) -> Elements:
    """The polynomial Σ_k a_k X^k at each point, by Horner's rule.

    ``coefficients``  shape (degree + 1, …), the constant term first
    Returns shape (n_points, …): row i holds the values at ``points[i]``.
    """
    modulus = require_prime(modulus)
    a = ring.elements("coefficients", coefficients, modulus=modulus)
    if a.ndim == 0 or not len(a):
        raise ValueError(f"coefficients must have a first axis, not empty, got shape {a.shape}")
    rows = [_horner(a, ring.elements("points", one, modulus=modulus), modulus) for one in points]
    return np.array(rows, dtype=np.uint64).reshape(len(rows), *a.shape[1:])


def _horner(a: Elements, point: Elements, modulus: int) -> Elements:
    def step(value: Elements, coefficient: Elements) -> Elements:
        return ring.add_elements(
            ring.multiply_elements(value, point, modulus=modulus), coefficient, modulus=modulus
        )

    return reduce(step, a[-2::-1], a[-1])


def lagrange_weights(points: Sequence[int], *, at: int = 0, modulus: int) -> list[int]:
    """The weights λ with f(at) = Σ_i λ_i f(α_i) for every f of degree below the number of points.

        λ_i = Π_{j≠i} (at − α_j) / (α_i − α_j)   modulo p                              (32.ii)

    ``points``  the α_i: distinct, from 1 to p − 1
    ``at``      where the value is wanted; 0 is where the secret is
    """
    modulus = require_prime(modulus)
    x = require_points(points, modulus=modulus)
    weights = []
    for i, own in enumerate(x):
        above = below = 1
        for other in x[:i] + x[i + 1 :]:
            above = above * (at - other) % modulus
            below = below * (own - other) % modulus
        weights.append(above * pow(below, -1, modulus) % modulus)
    return weights


def combine(weights: Sequence[int], rows: Elements, *, modulus: int) -> Elements:
    """Σ_i w_i · row i, shape (…), for rows of shape (n, …) that were looked at before."""
    terms = [
        ring.multiply_elements(np.asarray(row), np.array(weight, dtype=np.uint64), modulus=modulus)
        for weight, row in zip(weights, rows, strict=True)
    ]
    return ring.total_elements(np.array(terms, dtype=np.uint64), modulus=modulus)


def solve(rows: Sequence[Sequence[int]], *, modulus: int) -> list[int] | None:
    """One solution of a system of linear equations over Z_p, or None if it has none.

    ``rows``  for each equation Σ_k a_k u_k = b the list [a_1, …, a_m, b]
    Unknowns that the equations leave free are 0. (Elimination, as over the real numbers.)
    """
    left = [[one % modulus for one in row] for row in rows]
    done: list[list[int]] = []
    width = len(left[0]) - 1
    for column in range(width):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        scale = pow(pivot[column], -1, modulus)
        pivot = [one * scale % modulus for one in pivot]
        left, done = (
            [
                [(a - row[column] * b) % modulus for a, b in zip(row, pivot, strict=True)]
                for row in part
            ]
            for part in (left, done)
        )
        done.append(pivot)
    if any(row[width] for row in left):  # 0 = b with b ≠ 0
        return None
    solution = [0] * width
    for row in done:
        solution[next(k for k in range(width) if row[k])] = row[width]
    return solution
