"""Shamir's secret sharing: any ``threshold`` parties learn nothing, one more reconstruct (lesson 32).

A secret is the value at 0 of a random polynomial; the party at a point holds the value there. Shares
have a leading axis of parties, in the order of ``points``: row i belongs to the party at
``points[i]``. Up to ``threshold`` parties may pool what they see; any may drop out, as long as
threshold + 1 stay. Parties that lie: see ``error_correction``.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import additive, field, ring
from lessons.mpc.ring import Elements
from lessons.mpc.wire import Wire, send
from lessons.randomness import RandomBytes, secure_bytes, uniform_integers
from lessons.validation import integer


def share(
    secret: ArrayLike,
    *,
    threshold: int,
    points: Sequence[int],
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
) -> Elements:
    """One share for each point; any ``threshold`` of them are uniform and independent of the secret.

        f(X) = x + a_1 X + … + a_t X^t,   [x]_i = f(α_i)                                   (32.i)
        with a_1, …, a_t independent, uniform over Z_p

    ``secret``     field elements (integers from 0 to p − 1), any shape; see ``ring.encode``
    ``threshold``  t, the most that may collude and learn nothing, from 0 to n − 1
    ``points``     one for each party: distinct, from 1 to p − 1, such as ``range(1, n + 1)``
    ``modulus``    p, a prime below 2^64
    Returns uint64 of shape (n_parties, *secret.shape). ``ValueError`` for anything else.
    """
    alpha = _parties(points, threshold=threshold, modulus=modulus)
    x = ring.elements("secret", secret, modulus=modulus)
    return _share(x, threshold=threshold, points=alpha, modulus=modulus, random_bytes=random_bytes)


def _share(
    x: Elements, *, threshold: int, points: list[int], modulus: int, random_bytes: RandomBytes
) -> Elements:
    a = uniform_integers((threshold, *x.shape), modulus=modulus, random_bytes=random_bytes)
    polynomial = np.concatenate([x[np.newaxis], a])  # (threshold + 1, *secret.shape)
    return field.evaluate(polynomial, points, modulus=modulus)  # (32.i)


def reconstruct(
    shares: ArrayLike, *, threshold: int, points: Sequence[int], modulus: int
) -> Elements:
    """The secret, from the shares of any threshold + 1 parties: x = Σ_i λ_i [x]_i  (32.ii).

    ``shares``  shape (n_parties, …), row i from the party at ``points[i]``
    Returns uint64 of shape (…). ``ValueError`` for fewer shares than threshold + 1. More shares
    than that must lie on one polynomial, else ``ValueError``: then some share is wrong, and
    ``error_correction.correct`` may be able to tell which.
    """
    rows, alpha = held("shares", shares, threshold=threshold, points=points, modulus=modulus)
    if not agree(rows, threshold=threshold, points=alpha, modulus=modulus):
        raise ValueError(
            f"shares must lie on one polynomial of degree threshold = {threshold}, "
            f"got shares at points {_listed(alpha)} that do not: at least one is wrong"
        )
    return _at_zero(rows, threshold=threshold, points=alpha, modulus=modulus)


def _at_zero(rows: Elements, *, threshold: int, points: list[int], modulus: int) -> Elements:
    weights = field.lagrange_weights(points[: threshold + 1], modulus=modulus)
    return field.combine(weights, rows[: threshold + 1], modulus=modulus)


def agree(rows: Elements, *, threshold: int, points: list[int], modulus: int) -> bool:
    """Whether all rows lie on one polynomial of degree ``threshold``: that of the first t + 1."""
    first, base = rows[: threshold + 1], points[: threshold + 1]
    for point, row in zip(points[threshold + 1 :], rows[threshold + 1 :], strict=True):
        weights = field.lagrange_weights(base, at=point, modulus=modulus)
        if not np.array_equal(field.combine(weights, first, modulus=modulus), row):
            return False
    return True


def linear_combination(
    shares: Sequence[ArrayLike],
    coefficients: Sequence[int],
    *,
    modulus: int,
    constant: ArrayLike = 0,
) -> Elements:
    """Shares of Σ_k a_k·x_k + c for public a_k and c, without a message: of the same threshold.

        [z]_i = (Σ_k a_k · [x_k]_i + c) mod p   for every party i                        (32.iii)

    The rows are combined as in lesson 31; but here *every* party adds c, which moves the whole
    polynomial up by c.
    """
    modulus = field.require_prime(modulus)
    z = additive.linear_combination(shares, coefficients, modulus=modulus)
    c = ring.elements("constant", constant, modulus=modulus)
    if c.shape not in ((), z.shape[1:]):
        raise ValueError(f"constant must have no axis or shape {z.shape[1:]}, got shape {c.shape}")
    return ring.add_elements(z, c, modulus=modulus)


def multiply_locally(x_shares: ArrayLike, y_shares: ArrayLike, *, modulus: int) -> Elements:
    """Each party's product of its two rows: shares of x·y of threshold 2t, not of t.

    They lie on f·g, which is *not* a random polynomial. Never open them: ``multiply`` reshares.
    """
    modulus = field.require_prime(modulus)
    return ring.multiply(x_shares, y_shares, modulus=modulus)


def multiply(
    x_shares: ArrayLike,
    y_shares: ArrayLike,
    *,
    threshold: int,
    points: Sequence[int],
    modulus: int,
    random_bytes: RandomBytes = secure_bytes,
    wire: Wire | None = None,
    step: int = 1,
) -> Elements:
    """Fresh shares of x·y, of threshold t again (Gennaro, Rabin, Rabin 1998); n ≥ 2t + 1.

    1. Party i multiplies its two rows: the value at α_i of a polynomial of degree 2t.
    2. Party i shares this value with threshold t, and sends share j to party j.
    3. Party j adds up what it got, with the weights λ_i of all n points (32.ii).

    n(n − 1) messages in one round. Honest but curious parties, at most ``threshold`` of them
    together, learn nothing.
    """
    x, alpha = held("x_shares", x_shares, threshold=threshold, points=points, modulus=modulus)
    y, _ = held("y_shares", y_shares, threshold=threshold, points=points, modulus=modulus)
    if x.shape != y.shape:
        raise ValueError(f"y_shares must have the shape of x_shares {x.shape}, got {y.shape}")
    if len(alpha) < 2 * threshold + 1:
        raise ValueError(
            f"threshold must satisfy n_parties >= 2 · threshold + 1, "
            f"got threshold={threshold} of {len(alpha)} parties"
        )
    products = ring.multiply_elements(x, y, modulus=modulus)  # 1
    received = np.zeros((len(alpha), *x.shape), dtype=np.uint64)  # (receiver, sender, …)
    for i in range(len(alpha)):
        new = _share(
            products[i],
            threshold=threshold,
            points=alpha,
            modulus=modulus,
            random_bytes=random_bytes,
        )
        for j in range(len(alpha)):
            received[j, i] = new[j]
            if j != i:
                label = f"share {alpha[j]} of product {alpha[i]}"
                received[j, i] = send(  # 2
                    new[j], step=step, sender=i, receiver=j, label=label, wire=wire
                )
    weights = field.lagrange_weights(alpha, modulus=modulus)
    return np.array([field.combine(weights, one, modulus=modulus) for one in received])  # 3


def held(
    name: str, shares: ArrayLike, *, threshold: int, points: Sequence[int], modulus: int
) -> tuple[Elements, list[int]]:
    """The rows of shares and their points, if each row has its point and there are t + 1 or more."""
    modulus = field.require_prime(modulus)
    threshold = integer("threshold", threshold, minimum=0)
    alpha = field.require_points(points, modulus=modulus)
    rows = ring.elements(name, shares, modulus=modulus)
    if rows.ndim == 0 or len(rows) != len(alpha):
        raise ValueError(
            f"{name} must have one row for each of {len(alpha)} points, got shape {rows.shape}"
        )
    if len(alpha) < threshold + 1:
        raise ValueError(
            f"{name} must come from threshold + 1 = {threshold + 1} parties or more, "
            f"got {len(alpha)}, at {_listed(alpha)}"
        )
    return rows, alpha


def _parties(points: Sequence[int], *, threshold: int, modulus: int) -> list[int]:
    modulus = field.require_prime(modulus)
    threshold = integer("threshold", threshold, minimum=0)
    alpha = field.require_points(points, modulus=modulus)
    if threshold >= len(alpha):
        raise ValueError(
            f"threshold must be below the number of parties, "
            f"got threshold={threshold} of {len(alpha)} parties"
        )
    return alpha


def _listed(points: list[int]) -> str:
    return ", ".join(map(str, points))
