"""Check of Exercise 32.1: every secret that fits each share by itself, and no other."""

from collections.abc import Callable, Sequence
from math import lcm, prod
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.shamir.fields import WHOLE


def reference(shares: Sequence[int], points: Sequence[int], *, limit: int) -> list[int]:
    """A secret fits if each party's point divides its share minus the secret."""
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if all((share - s) % point == 0 for share, point in pairs)]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare on shares of whole-number polynomials: negative ones, huge ones, shared factors."""
    return by_numbers(
        attempt,
        _asked(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.value(WHOLE, **case),
        words=_fault,
    )


def _asked(rng: np.random.Generator) -> list[Case]:
    """One party, two, many; coprime points and others; the limit on, below and above a secret."""
    asked: list[Case] = []
    for points, secret, limit, size in (
        ([2], 1, 2, 9),
        ([3], 3, 10, 99),
        ([1], 4, 7, 99),
        ([5], 5 * cases.one_of(rng, range(4)), 20, 99),
        ([4, 6], cases.one_of(rng, range(13, 40)), 50, 99),
        ([11, 12], cases.one_of(rng, range(1, 120)), 120, 999),
        ([12, 11], 0, 132, 999),
        ([11, 12], 131, 131, 999),  # the secret is at the limit, so nothing fits
        ([11, 12], 131, 132, 999),
        ([9, 12], cases.one_of(rng, range(120)), 250, 999),
        ([6, 10, 15], cases.one_of(rng, range(120)), 100, 999),
        ([7, 3, 8], cases.one_of(rng, range(168)), 600, 999),
        ([4, 2, 8], cases.one_of(rng, range(120)), 90, 999),
        ([7, 8, 9, 10], cases.one_of(rng, range(5000)), 5100, 999),
        ([97, 101], cases.one_of(rng, range(9000)), 9900, 2**70),
        ([8, 9, 25], cases.one_of(rng, range(1800)), 3700, 2**80),
    ):
        for sign in (1, -1):  # the shares of this secret, and others that are negative
            steps = [cases.one_of(rng, range(1, 90)) + size for _ in points]
            shares = [secret + sign * x * step for x, step in zip(points, steps, strict=True)]
            asked.append({"shares": shares, "points": points, "limit": limit})
    clash = {"shares": [1 + 2 * 7, 4 * 9], "points": [2, 4], "limit": 30}  # odd, and divisible by 4
    small = {"shares": [60 % 7, 60 % 9 - 9], "points": [7, 9], "limit": 63}  # below the secret
    itself = {"shares": [5, 9], "points": [3, 4], "limit": 12}  # the first share is the secret
    secret = cases.one_of(rng, range(60))
    two, other = ([one + 11 * 12 * k for k in (1, 2)] for one in (secret, secret + 7))
    both = {"shares": two, "points": [11, 12], "limit": 132}
    asked += cases.one_at_a_time(both, shares=other, points=[12, 13], limit=secret)
    return [*asked, itself, small, clash, {"shares": [17], "points": [3], "limit": 0}]


def _fault(case: Case, got: Any, truth: list[int]) -> str:
    """Say which secret is too many or missing."""
    extra = [one for one in got if one not in truth]
    if extra:
        pairs = zip(case["shares"], case["points"], strict=True)
        bad = next((pair for pair in pairs if (pair[0] - extra[0]) % pair[1]), None)
        if bad is None:
            return f", but {extra[0]} is not from 0 to limit − 1 = {case['limit'] - 1}."
        return f", but {bad[0]} − {extra[0]} is not divisible by {bad[1]}."
    missing = [one for one in truth if one not in got]
    if missing:
        return f", but {'another secret fits' if got else 'some secret fits'}."
    return ": each secret once, in rising order."


def _tested(fits: Callable[[int, list[tuple[int, int]]], bool], *, first: int = 0) -> Any:
    """Make a wrong function with another test of a secret."""

    def wrong(shares: Sequence[int], points: Sequence[int], *, limit: int) -> list[int]:
        pairs = list(zip(shares, points, strict=True))
        return [s for s in range(first, limit) if fits(s, pairs)]

    return wrong


def _steps(step: Callable[[Sequence[int]], int]) -> Any:
    """Make a wrong function that goes on from the first secret that fits."""

    def wrong(shares: Sequence[int], points: Sequence[int], *, limit: int) -> list[int]:
        first = reference(shares, points, limit=min(limit, lcm(*points)))
        return list(range(first[0], limit, step(points))) if first else []

    return wrong


def _up_to(shares: Sequence[int], points: Sequence[int], *, limit: int) -> list[int]:
    return reference(shares, points, limit=limit + 1)


MISTAKES = {
    "one_party_only": Mistake(
        "You use the share of one party only.",
        "Each party alone narrows the secret down to its remainder; together they do more.",
        made_by=(
            _tested(lambda s, pairs: (pairs[0][0] - s) % pairs[0][1] == 0),
            _tested(lambda s, pairs: (pairs[-1][0] - s) % pairs[-1][1] == 0),
        ),
    ),
    "any_party": Mistake(
        "You keep a secret as soon as one party's share fits.",
        "It must fit *every* share: all, not any.",
        made_by=(_tested(lambda s, pairs: any((y - s) % x == 0 for y, x in pairs)),),
    ),
    "limit_included": Mistake(
        "The limit itself is not below the limit.",
        "range(limit) stops at limit − 1.",
        made_by=(_up_to,),
    ),
    "starts_at_one": Mistake(
        "The secret 0 is possible too.",
        "range(1, limit) leaves it out.",
        made_by=(_tested(lambda s, pairs: all((y - s) % x == 0 for y, x in pairs), first=1),),
    ),
    "only_the_smallest": Mistake(
        "You stop at the first secret that fits.",
        "Below the limit there may be several: the attacker should know all of them.",
        made_by=(
            lambda shares, points, *, limit: reference(shares, points, limit=limit)[:1],
            lambda shares, points, *, limit: reference(
                shares, points, limit=min(limit, lcm(*points))
            ),
        ),
    ),
    "remainder_as_secret": Mistake(
        "You compare the secret itself with the remainder.",
        "share % point is the secret's remainder. The secret may be larger by any multiple of the point.",
        made_by=(
            _tested(lambda s, pairs: all(s == y % x for y, x in pairs)),
            _tested(lambda s, pairs: any(s == y % x for y, x in pairs)),
            lambda shares, points, *, limit: [y % x for y, x in zip(shares, points, strict=True)],
        ),
    ),
    "divides_the_share": Mistake(
        "You ask whether the share, or the secret, is divisible: it must be the share minus the secret.",
        "share = secret + point · (something): take the secret away first.",
        made_by=(
            _tested(lambda s, pairs: all(y % x == 0 for y, x in pairs)),
            _tested(lambda s, pairs: all(s % x == 0 for _, x in pairs)),
        ),
    ),
    "wrong_sign": Mistake(
        "The secret has the wrong sign in your test.",
        "share + secret is divisible for the secret's negative.",
        made_by=(_tested(lambda s, pairs: all((y + s) % x == 0 for y, x in pairs)),),
    ),
    "product_of_points": Mistake(
        "You step by the product of the points.",
        "Taken one by one, shares at points with a common factor allow more: those at 4 and 6 allow every "
        "twelfth secret, not only every 24th.",
        made_by=(_steps(lambda points: prod(points)),),
    ),
    "not_negative": Mistake(
        "You leave out secrets larger than a share.",
        "The coefficients may be negative, so a share may be smaller than the secret.",
        made_by=(
            _tested(lambda s, pairs: all(s <= y and (y - s) % x == 0 for y, x in pairs)),
            _tested(lambda s, pairs: all(s <= abs(y) and (y - s) % x == 0 for y, x in pairs)),
        ),
    ),
    "floats": Mistake(
        "Right for small shares, but not for large ones.",
        "A float keeps 53 bits. Use % on integers, not / and round.",
        made_by=(
            _tested(lambda s, pairs: all(float((y - s) / x).is_integer() for y, x in pairs)),
            _tested(lambda s, pairs: all((float(y) - s) % x == 0 for y, x in pairs)),
        ),
    ),
}

fitting_secrets = Exercise(
    number="32.1",
    name="fitting_secrets",
    reference=reference,
    examine=examine,
    takeaway="Over whole numbers the point divides share minus secret: each party reads a remainder.",
    hints=(
        "Take party 10 alone. Which digit of the secret does its share show, and why?",
        "Every term of the polynomial but one is a multiple of the party's point.",
        "Try each secret below the limit. What must hold for share − secret, for every party?",
    ),
    mistakes=MISTAKES,
)
