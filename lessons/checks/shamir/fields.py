"""What the checks of lesson 32 share: primes, points, polynomials, lists of integers."""

from collections.abc import Sequence

import numpy as np

from lessons.checks.additive_sharing.rings import element
from lessons.checks.engine import kinds

WHOLE = kinds.list_of(kinds.plain_integer)
BIG = (2**31 - 1, 2**61 - 1, 2**89 - 1)  # primes: products pass 2^53, 2^64, and a share 2^64


def points(rng: np.random.Generator, n: int, modulus: int) -> list[int]:
    """Draw distinct points from 1 to p − 1, in no order, not 1, 2, 3, … where there is room."""
    if modulus < 1000:
        return [int(one) for one in 1 + rng.permutation(modulus - 1)[:n]]
    found: list[int] = []
    while len(found) < n:
        one = element(rng, modulus)
        found += [one] if one and one not in found else []
    return found


def values(coefficients: Sequence[int], at: Sequence[int], modulus: int) -> list[int]:
    """The polynomial's values, constant term first, in plain integers."""
    return [sum(a * pow(x, k, modulus) for k, a in enumerate(coefficients)) % modulus for x in at]


def weights(at: int, xs: Sequence[int], modulus: int) -> list[int]:
    """Lagrange's weights (32.ii) for a prime of any size."""
    found = []
    for i, own in enumerate(xs):
        above = below = 1
        for other in [*xs[:i], *xs[i + 1 :]]:
            above, below = above * (at - other) % modulus, below * (own - other) % modulus
        found.append(above * pow(below, -1, modulus) % modulus)
    return found


def value_at(at: int, shares: Sequence[int], xs: Sequence[int], modulus: int) -> int:
    """The value at ``at`` of the polynomial through all these shares."""
    pairs = zip(weights(at, xs, modulus), shares, strict=True)
    return sum(weight * share for weight, share in pairs) % modulus


def coefficients(shares: Sequence[int], xs: Sequence[int], modulus: int) -> list[int]:
    """The polynomial through all these shares, constant term first (Newton's differences)."""
    differences, level = [], list(shares)
    for width in range(1, len(xs) + 1):
        differences.append(level[0])
        level = [
            (level[i + 1] - level[i]) * pow(xs[i + width] - xs[i], -1, modulus) % modulus
            for i in range(len(level) - 1)
        ]
    found: list[int] = []
    for x, difference in zip(reversed(xs), reversed(differences), strict=True):  # f ← f·(X − x) + d
        pairs = zip([0, *found], [*found, 0], strict=True)
        found = [(below - x * own) % modulus for below, own in pairs]
        found[0] = (found[0] + difference) % modulus
    return found
