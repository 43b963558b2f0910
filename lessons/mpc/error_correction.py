"""Wrong shares found and put right: Shamir's shares are a Reed–Solomon code word (lesson 32).

With n shares of threshold t, up to ⌊(n − t − 1)/2⌋ of them may be wrong: two different polynomials of
degree t meet in at most t points, so only one can pass through n − e of the shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lessons.mpc import field, shamir
from lessons.mpc.ring import Elements


@dataclass(frozen=True)
class Corrected:
    """What the honest shares say, and the points of the parties whose shares were wrong."""

    secret: Elements
    liars: tuple[int, ...]


def most_liars(*, n_parties: int, threshold: int) -> int:
    """The largest e with n ≥ t + 1 + 2e  (32.iv): so many wrong shares can be put right."""
    return (n_parties - threshold - 1) // 2


def correct(shares: ArrayLike, *, threshold: int, points: Sequence[int], modulus: int) -> Corrected:
    """The secret in spite of up to e = ⌊(n − t − 1)/2⌋ parties with wrong shares, and their points.

    1. Take the first entry in which the shares left do not lie on one polynomial.
    2. There, Berlekamp and Welch find the wrong shares; leave out these parties. Repeat.
    3. Reconstruct from the others.

    ``shares``  shape (n_parties, …), row i from the party at ``points[i]``
    ``ValueError`` if the shares fit no polynomial with at most e wrong ones. More than e liars who
    agree on one lie can also pass for honest parties: then the answer is theirs, and no error.
    """
    rows, alpha = shamir.held("shares", shares, threshold=threshold, points=points, modulus=modulus)
    table = rows.reshape(len(rows), -1)  # (n_parties, n_entries)
    good, spare = list(range(len(alpha))), most_liars(n_parties=len(alpha), threshold=threshold)
    for entry in table.T:
        if _agree(entry, good, threshold=threshold, points=alpha, modulus=modulus):
            continue
        wrong = wrong_shares(
            entry.tolist(), threshold=threshold, points=alpha, modulus=modulus
        )  # 2
        good = [i for i in good if wrong is not None and i not in wrong]
        if len(alpha) - len(good) > spare:
            raise ValueError(
                f"shares must be wrong for at most {spare} of {len(alpha)} parties "
                f"when threshold={threshold}: these fit no polynomial with so few mistakes"
            )
    secret = shamir.reconstruct(
        rows[good], threshold=threshold, points=[alpha[i] for i in good], modulus=modulus
    )  # 3
    return Corrected(secret, tuple(alpha[i] for i in range(len(alpha)) if i not in good))


def _agree(
    entry: Elements, good: list[int], *, threshold: int, points: list[int], modulus: int
) -> bool:
    own = [points[i] for i in good]
    return shamir.agree(entry[good], threshold=threshold, points=own, modulus=modulus)


def wrong_shares(
    shares: Sequence[int], *, threshold: int, points: Sequence[int], modulus: int
) -> set[int] | None:
    """The rows of the wrong ones among n single shares (Berlekamp and Welch 1986), or None.

    Let E(X) be 0 at each wrong point, of degree e, and N = f·E. Then for *every* party

        N(α_i) = y_i · E(α_i)                                                              (32.v)

    because E is 0 where y_i is wrong. These are n linear equations in the coefficients of N (of
    degree t + e) and E (of degree e, the leading one 1). Whatever solution comes out, its E is
    0 at every wrong point: take the others, at least t + 1 + e, and see who does not fit them.
    """
    e = most_liars(n_parties=len(points), threshold=threshold)
    equations = [
        [pow(x, k, modulus) for k in range(threshold + e + 1)]
        + [-y * pow(x, k, modulus) for k in range(e)]
        + [y * pow(x, e, modulus)]
        for x, y in zip(points, shares, strict=True)
    ]
    solution = field.solve(equations, modulus=modulus)
    if solution is None:
        return None
    locator = np.array([*solution[threshold + e + 1 :], 1], dtype=np.uint64)
    at_points = field.evaluate(locator, points, modulus=modulus)
    base = [i for i, value in enumerate(at_points) if value][: threshold + 1]
    own = [points[i] for i in base]
    weights = [field.lagrange_weights(own, at=x, modulus=modulus) for x in points]
    fits = [sum(w * shares[i] for w, i in zip(row, base, strict=True)) % modulus for row in weights]
    wrong = {i for i, y in enumerate(shares) if fits[i] != y}
    return wrong if len(wrong) <= e else None
