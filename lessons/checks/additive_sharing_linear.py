"""What can be wrong with a linear function on shares: exercise 31.3."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.randomness import uniform_integer

LARGE_PRIME = 2**61 - 1


def linear_shares(
    x_shares: Sequence[int], y_shares: Sequence[int], *, a: int, b: int, c: int, modulus: int
) -> list[int]:
    """Equation (31.4) in plain integers."""
    z_shares = [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    z_shares[0] = (z_shares[0] + c) % modulus
    return z_shares


def examine_linear(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Right sum, every row from its own party's rows alone, every row in the ring."""
    for modulus, n_parties in ((10_007, 3), (101, 4)):
        if found := _examine_linear_at(attempt, rng, modulus=modulus, n_parties=n_parties):
            return found
    found = _examine_linear_at(attempt, rng, modulus=LARGE_PRIME, n_parties=3)
    if found is None or found.code not in ("wrong_value", "not_reduced"):
        return found
    return Found("overflow")


def _examine_linear_at(
    attempt: Attempt, rng: np.random.Generator, *, modulus: int, n_parties: int
) -> Found | None:
    def some(count: int, below: int) -> list[int]:
        return [uniform_integer(modulus=below, random_bytes=rng.bytes) for _ in range(count)]

    low = modulus // 3
    a, b, c = low + some(1, low)[0], 2 * low + some(1, low)[0], 2 + some(1, low)[0]
    c += c % n_parties == 0  # so that n copies of c // n are not c
    x_shares = [low + one for one in some(n_parties, modulus - low)]
    y_shares = [low + one for one in some(n_parties, modulus - low)]

    def call(x: list[int], y: list[int]) -> list[int] | None:
        z = attempt.array(x, y, a=a, b=b, c=c, modulus=modulus, shape=(n_parties,))
        return None if z.dtype.kind == "f" else [int(one) for one in z]

    z_shares = call(x_shares, y_shares)
    if z_shares is None:
        return Found("float_shares")
    for party, which in product(range(n_parties), (0, 1)):
        for value in (0, modulus - 1, *some(2, modulus)):
            moved = [list(x_shares), list(y_shares)]
            moved[which][party] = value
            moved_z = call(*moved) or z_shares
            if any(moved_z[i] != z_shares[i] for i in range(n_parties) if i != party):
                words = f"Party {party}'s share of {'xy'[which]} changed another row."
                return Found("not_local", words)
    x, y, z = sum(x_shares), sum(y_shares), sum(z_shares) % modulus
    if z == (a * x + b * y + c) % modulus:
        inside = min(z_shares) >= 0 and max(z_shares) < modulus
        return None if inside else Found("not_reduced")
    slips = {
        "constant_everywhere": a * x + b * y + n_parties * c,
        "constant_forgotten": a * x + b * y,
        "constant_rounded": a * x + b * y + n_parties * (c // n_parties),
        "swapped": b * x + a * y + c,
        "coefficients_ignored": x + y + c,
        "only_one_party": a * x_shares[0] + b * y_shares[0] + c,
    }
    codes = [code for code, value in slips.items() if z == value % modulus]
    return Found(codes[0] if codes else "wrong_value")


LINEAR_MISTAKES = {
    "not_local": Mistake(
        "A party used a share that it does not hold.",
        "Reconstructing x in the middle gives the right number and gives the secret away.",
    ),
    "constant_everywhere": Mistake(
        "The sum of your rows is too large by some copies of the constant.",
        "If each of the n parties adds c, the sum grows by n·c.",
    ),
    "constant_forgotten": Mistake(
        "The constant has no effect on the sum of your rows.",
        "One of the parties has to add c to its row.",
    ),
    "constant_rounded": Mistake(
        "The constant arrives, but not all of it: a remainder is lost.",
        "c // n for each of n parties gives c only if n divides c.",
    ),
    "swapped": Mistake(
        "The coefficients act on the wrong inputs.",
        "a belongs to x and b to y.",
    ),
    "coefficients_ignored": Mistake(
        "The result does not use a and b.",
        "x + y + c: each party must multiply its two shares first.",
    ),
    "only_one_party": Mistake(
        "Only one party's shares reach the result.",
        "The rows of all parties carry x; a row that stays 0 loses its part.",
    ),
    "not_reduced": Mistake(
        "The sum is right, but a row lies outside 0 … Q − 1.",
        "An unreduced row shows how large the products were, as in the opening attack.",
    ),
    "float_shares": Mistake(
        "Your rows are floats; ring elements are integers.",
        "Above 2^53 a float64 no longer holds every integer.",
    ),
    "overflow": Mistake(
        "Right for small moduli, wrong for a modulus near 2^61.",
        "int64 products overflow without a word; Python integers, or lessons.mpc.ring, do not.",
    ),
    "wrong_value": Mistake(
        "Your rows do not add up to a·x + b·y + c.",
        "For example products of shares (x_i·y_i), or c multiplied as well: try Q = 101 by hand.",
    ),
}
