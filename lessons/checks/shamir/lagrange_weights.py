"""Check of Exercise 32.3: the weights that give a polynomial's value anywhere, over any prime field."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import lessons.checks.shamir.fields as fields
from lessons.checks.additive_sharing.rings import element
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown


def reference(points: Sequence[int], *, at: int, modulus: int) -> list[int]:
    """Equation (32.ii) in plain integers."""
    return fields.weights(at, points, modulus)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare in small fields, then in large ones: at 0, elsewhere, at a party's own point."""
    if found := _compare(attempt, _asked(rng, (2, 3, 5, 7, 11, 13, 101, 257)), rng):
        return found
    if found := _compare(attempt, _asked(rng, fields.BIG), rng):
        return Found("fails_at_large_modulus", found.details)
    return None


def _asked(rng: np.random.Generator, primes: Sequence[int]) -> list[Case]:
    asked: list[Case] = []
    for modulus in primes:
        for n in (1, 2, 3, 4, 7):
            if n >= modulus:
                continue
            xs = fields.points(rng, n, modulus)
            own = xs[int(rng.integers(n))]
            for at in (0, 0, own, modulus - 1, element(rng, modulus)):
                asked.append({"points": xs, "at": at, "modulus": modulus})
                xs = fields.points(rng, n, modulus) if at != own else xs
    least, other = [one for one in primes if one > 4][:2]
    xs = fields.points(rng, 3, least)
    one = {"points": xs, "at": int(rng.integers(5, least)) if least > 5 else 0, "modulus": least}
    return [*asked, *cases.one_at_a_time(one, points=xs[::-1], modulus=other)]


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt, asked, right=reference, mistakes=MISTAKES, rng=rng, ask=_ask, words=_fault
    )


def _ask(attempt: Attempt, case: Case) -> list[int]:
    try:
        found: list[int] = attempt.value(fields.WHOLE, **case)
    except Ended as end:
        if "integer, got float" in end.found.details:
            raise Ended(Found("float_weights")) from None
        raise
    modulus = case["modulus"]
    if [one % modulus for one in found] == reference(**case) != found:
        raise Ended(Found("not_reduced", f"You get {shown(found)}."))
    return found


def _fault(case: Case, got: list[int], truth: list[int]) -> str:
    """Say which polynomial comes out wrong: X^k for the smallest k that does."""
    xs, at, modulus = case["points"], case["at"], case["modulus"]
    if len(got) != len(xs):
        return f": wanted {len(xs)} weights, one for each point."
    for k in range(len(xs)):
        value = sum(w * pow(x, k, modulus) for w, x in zip(got, xs, strict=True)) % modulus
        if value != pow(at, k, modulus):
            name = {0: "f(X) = 1", 1: "f(X) = X"}.get(k, f"f(X) = X^{k}")
            return f". With these weights {name} gets the value {value} there."
    return ", which is not right."


def _by(
    above: Callable[[int, int, int], int],
    below: Callable[[int, int, int], int],
    divide: Callable[[int, int, int], Any] = lambda a, b, p: a * pow(b, -1, p) % p,
) -> Callable[..., list[Any]]:
    """Make a wrong function with factors ``above(at, own, other)`` and ``below(at, own, other)``."""

    def wrong(points: Sequence[int], *, at: int, modulus: int) -> list[Any]:
        found = []
        for i, own in enumerate(points):
            a = b = 1
            for other in [*points[:i], *points[i + 1 :]]:
                a, b = a * above(at, own, other), b * below(at, own, other)
            found.append(divide(a, b, modulus))
        return found

    return wrong


def _up(at: int, own: int, other: int) -> int:
    return at - other


def _down(at: int, own: int, other: int) -> int:
    return own - other


def _counted(points: Sequence[int], *, at: int, modulus: int) -> list[int]:
    return reference(range(1, len(points) + 1), at=at, modulus=modulus)


def _with_itself(points: Sequence[int], *, at: int, modulus: int) -> list[int]:
    found = []
    for own in points:
        a = b = 1
        for other in points:
            a, b = a * (at - other), b * (own - other)
        found.append(a * pow(b, -1, modulus) % modulus)
    return found


def _above_with_itself(points: Sequence[int], *, at: int, modulus: int) -> list[int]:
    found, every = reference(points, at=at, modulus=modulus), 1
    for other in points:
        every = every * (at - other) % modulus
    return [w * (at - own) % modulus for w, own in zip(found, points, strict=True)]


def _in_int64(points: Sequence[int], *, at: int, modulus: int) -> Any:
    x = np.array(points, dtype=np.int64)
    found = np.ones(len(x), dtype=np.int64)
    for i, own in enumerate(x):
        for other in np.delete(x, i):
            inverse = pow(int(own - other) % modulus, -1, modulus)
            found[i] = found[i] * (at - other) % modulus * np.int64(inverse) % modulus
    return found


MISTAKES = {
    "float_weights": Mistake(
        "Your weights are floats; field elements are integers.",
        "/ is division of ordinary numbers. On the clock, dividing by b means multiplying by the "
        "number that gives 1 with b: pow(b, -1, modulus).",
        made_by=(
            _by(_up, _down, lambda a, b, p: a / b),
            _by(_up, _down, lambda a, b, p: (a / b) % p),
        ),
    ),
    "whole_division": Mistake(
        "You divide whole numbers with //, which drops a remainder.",
        "On the clock 3/2 is not 1: over Z_11 it is 7, because 2 · 7 is 14, which is 3.",
        made_by=(
            _by(_up, _down, lambda a, b, p: a // b % p),
            _by(_up, _down, lambda a, b, p: (a % p) // (b % p) % p),
        ),
    ),
    "not_divided": Mistake(
        "A weight must be 1 at its own point, and yours is not.",
        "The product of the (at − x_j) is 0 at all other points; the division makes it 1 at its own.",
        made_by=(_by(_up, _down, lambda a, b, p: a % p),),
    ),
    "multiplied": Mistake(
        "You multiply by the differences of the points instead of dividing by them.",
        "pow(b, -1, modulus) gives 1/b on the clock.",
        made_by=(_by(_up, _down, lambda a, b, p: a * b % p),),
    ),
    "upside_down": Mistake(
        "Your fraction is upside down.",
        "(at − x_j) stands above the line, so that the weight is 0 at the other points.",
        made_by=(
            _by(_up, _down, lambda a, b, p: b * pow(a, -1, p) % p),
            _by(_up, _down, lambda a, b, p: b * pow(a, p - 2, p) % p),
        ),
    ),
    "always_at_zero": Mistake(
        "Your weights do not depend on at: they give the value at 0.",
        "Where at stands, 0 − x_j is only the special case.",
        made_by=(
            lambda points, *, at, modulus: reference(points, at=0, modulus=modulus),
            _by(lambda at, own, other: other, lambda at, own, other: other - own),
        ),
    ),
    "one_sign": Mistake(
        "A sign is wrong in one of your brackets, above or below the line.",
        "(at − x_j)/(x_i − x_j): x_j is taken away in both.",
        made_by=(
            _by(_up, lambda at, own, other: other - own),
            _by(lambda at, own, other: other - at, _down),
            _by(lambda at, own, other: at + other, _down),
        ),
    ),
    "own_point_too": Mistake(
        "The product must leave out the party's own point.",
        "Below the line, x_i − x_i is 0 and has no inverse; above it, at − x_i is one factor too many.",
        made_by=(_with_itself, _above_with_itself),
    ),
    "points_ignored": Mistake(
        "You count the parties 1, 2, 3, … instead of using their points.",
        "Some parties are missing, and others stand elsewhere: points says where.",
        made_by=(_counted,),
    ),
    "not_reduced": Mistake(
        "Right on the clock, but not between 0 and p − 1.",
        "One more % modulus at the end.",
        made_by=(
            _by(_up, _down, lambda a, b, p: a * pow(b, -1, p)),
            _by(_up, _down, lambda a, b, p: a * pow(b, -1, p) % p - p),
        ),
    ),
    "wrong_inverse": Mistake(
        "You do not multiply by the inverse.",
        "The inverse of b is the number that gives 1 with b: pow(b, -1, p), or b^(p − 2) because p is "
        "prime. −b is another number, and b^(p − 1) is always 1.",
        made_by=(
            _by(_up, _down, lambda a, b, p: a * -b % p),
            _by(_up, _down, lambda a, b, p: a * pow(b, p - 3, p) % p if p > 3 else a % p),
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, but not for a large one.",
        "Products of 61-bit numbers do not fit into int64. Python integers have no edge.",
        made_by=(_in_int64, _by(_up, _down, lambda a, b, p: int(float(a)) * pow(b, -1, p) % p)),
    ),
}

lagrange_weights = Exercise(
    number="32.3",
    name="lagrange_weights",
    reference=reference,
    examine=examine,
    takeaway="Any value of the polynomial is a weighted sum of shares, with public weights.",
    hints=(
        "Three parties at 1, 2 and 4: which product of two brackets is 0 at 2 and at 4?",
        "What is this product at the party's own point? Divide by that.",
        "Dividing by b on the clock: multiply by pow(b, -1, modulus). b may be negative.",
    ),
    mistakes=MISTAKES,
)
