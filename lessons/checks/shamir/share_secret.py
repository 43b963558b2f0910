"""Check of Exercise 32.2: any t shares are uniform, and all lie on one polynomial through the secret.

In tiny fields all randomness is gone through, which proves it there; in larger fields the shares are
sampled, alone and in pairs.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import lessons.checks.additive_sharing.secrecy as secrecy
import lessons.checks.shamir.fields as fields
from lessons.checks.additive_sharing.rings import rows
from lessons.checks.additive_sharing.secrecy import Draw, Sharing
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import shown

TINY = (
    (5, 2, 4),
    (3, 1, 2),
    (7, 2, 3),
    (5, 3, 4),
    (11, 1, 3),
)  # (modulus, threshold, parties)


def reference(
    secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
) -> list[int]:
    """Equation (32.i) in plain integers."""
    coefficients = [secret, *(draw() for _ in range(threshold))]
    return fields.values(coefficients, points, modulus)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at a few runs, then at all of them in tiny fields, then at samples from larger ones."""
    found = _first_look(attempt, rng)
    for modulus, threshold, n in TINY:
        xs = fields.points(rng, n, modulus)
        found = found or secrecy.every_run(_setting(attempt, modulus, threshold, xs))
    for modulus, threshold, n, times in (
        (257, 1, 4, 300),
        (10_007, 3, 5, 300),
        (2**31 - 1, 2, 3, 300),
        (2**61 - 1, 2, 4, 400),
        (2**61 - 1, 1, 2, 300),
        (2**89 - 1, 4, 5, 300),
        (101, 7, 12, 200),
    ):
        setting = _setting(attempt, modulus, threshold, fields.points(rng, n, modulus))
        found = found or secrecy.sampled(setting, rng, times, linear=True, large=1000)
    xs = fields.points(rng, 3, 7)  # threshold 0: every share is the secret
    found = found or secrecy.every_run(_setting(attempt, 7, 0, xs))
    alone = ("secret_in_clear", "constant_share", "not_uniform")
    return Found("one_share_leaks", found.details) if found and found.code in alone else found


def _setting(attempt: Attempt, modulus: int, threshold: int, xs: list[int]) -> Sharing:
    def ask(secret: int, draw: Draw) -> list[int]:
        public = {"threshold": threshold, "points": xs, "modulus": modulus}
        return rows(attempt, len(xs), secret, **public, draw=draw)

    return Sharing(
        ask=ask,
        unfit=lambda secret, shares: _unfit(secret, shares, threshold, xs, modulus),
        modulus=modulus,
        n_parties=len(xs),
        hidden=threshold,
        where=f"threshold = {threshold}, points = {shown(xs)}",
        spare=0,  # later cells go through all randomness
        masks=lambda secret, shares: {
            f"the coefficient of X^{k}": a
            for k, a in enumerate(
                fields.coefficients(shares[: threshold + 1], xs[: threshold + 1], modulus)
            )
            if k
        },
    )


def _first_look(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Seven parties over Z_11: mistakes in the polynomial have their own words."""
    modulus, threshold, xs = 11, 2, fields.points(rng, 6, 11)
    xs = [8, 5, 10, *(x for x in xs if x not in (8, 5, 10))][:6]
    setting = _setting(attempt, modulus, threshold, xs)
    runs = secrecy.first_runs(setting, rng)
    if isinstance(runs, Found):
        return runs
    every = [(x, shares) for x, (shares, _) in runs]

    def all_on(degree: int, at: list[int], value: Callable[[int, list[int]], bool]) -> bool:
        return all(_fits(s, degree, at, modulus) and value(x, s) for x, s in every)

    def opens_to(at: list[int], degree: int) -> Callable[[int, list[int]], bool]:
        count = degree + 1
        return lambda x, s: fields.value_at(0, s[:count], at[:count], modulus) == x % modulus

    reduced = all(0 <= one < modulus for _, shares in every for one in shares)
    if reduced and all_on(threshold - 1, xs, opens_to(xs, threshold - 1)):
        return Found("degree_too_low")
    on_curve = all_on(threshold, xs, opens_to(xs, threshold))
    if not on_curve and all_on(threshold + 1, xs, opens_to(xs, threshold + 1)):
        return Found("degree_too_high")
    if found := secrecy.draws_fault(runs, setting):
        return found
    if on_curve:
        return next((found for run in every if (found := setting.unfit(*run))), None)
    for start in (1, 0):
        counted = [start + k for k in range(len(xs))]
        on_count = all_on(threshold, counted, lambda x, s: True)
        if on_count and all((s[0] - x) % modulus == 0 or start for x, s in every):
            return Found("points_ignored")
    if all_on(threshold, xs, lambda x, s: fields.coefficients(s[:3], xs[:3], modulus)[2] == x):
        return Found("secret_at_the_wrong_end")
    return next(found for run in every if (found := setting.unfit(*run)))


def _fits(shares: list[int], degree: int, xs: list[int], modulus: int) -> bool:
    base = degree + 1
    return all(
        (fields.value_at(x, shares[:base], xs[:base], modulus) - share) % modulus == 0
        for x, share in zip(xs[base:], shares[base:], strict=True)
    )


def _unfit(
    secret: int, shares: list[int], threshold: int, xs: list[int], modulus: int
) -> Found | None:
    """Whether the shares do not lie on one polynomial through the secret, or outside the field."""
    where = f"With threshold = {threshold}, points = {shown(xs)}, modulus = {modulus} and the secret {secret}"
    if not _fits(shares, threshold, xs, modulus):
        words = f"which do not lie on one polynomial of degree {threshold}."
        return Found("does_not_reconstruct", f"{where} you get {shown(shares)}, {words}")
    base = threshold + 1
    opened = fields.value_at(0, shares[:base], xs[:base], modulus)
    if opened != secret:
        words = f"and their polynomial is {opened} at 0."
        return Found("does_not_reconstruct", f"{where} you get {shown(shares)}, {words}")
    if min(shares) < 0 or max(shares) >= modulus:
        return Found("not_reduced", f"{where} you get {shown(shares)}.")
    return None


def _by(
    coefficients: Callable[[int, int, int, Draw], list[int]],
    at: Callable[[Sequence[int]], Sequence[int]] = lambda points: points,
) -> Callable[..., list[int]]:
    """Make a wrong function with ``coefficients(secret, threshold, modulus, draw)``, constant first."""

    def wrong(
        secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
    ) -> list[int]:
        return fields.values(coefficients(secret, threshold, modulus, draw), at(points), modulus)

    return wrong


def _drawn(count: int, draw: Draw) -> list[int]:
    return [draw() for _ in range(count)]


def _until_not_zero(draw: Draw) -> int:
    while not (a := draw()):
        pass
    return a


def _one_each(
    secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
) -> list[int]:
    return [fields.values([secret, *_drawn(threshold, draw)], [x], modulus)[0] for x in points]


def _in(dtype: Any) -> Callable[..., Any]:
    def wrong(
        secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
    ) -> Any:
        a = np.array([secret, *_drawn(threshold, draw)], dtype=dtype)
        x = np.array(points, dtype=dtype)
        return (a * x[:, np.newaxis] ** np.arange(threshold + 1, dtype=dtype)).sum(axis=1) % modulus

    return wrong


def _by_power(
    secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
) -> list[int]:
    a = [secret, *_drawn(threshold, draw)]
    return [int(sum(c * float(x) ** k for k, c in enumerate(a)) % modulus) for x in points]


def _unreduced(
    secret: int, *, threshold: int, points: Sequence[int], modulus: int, draw: Draw
) -> list[int]:
    a = [secret, *_drawn(threshold, draw)]
    return [sum(c * x**k for k, c in enumerate(a)) for x in points]


MISTAKES = {
    "float_shares": Mistake(
        "Your shares are floats; field elements are integers.",
        "A float64 keeps 53 bits, so large shares lose their last digits.",
        made_by=(_in(float),),
    ),
    "own_randomness": Mistake(
        "Same draws, different shares: something other than draw() decides them.",
        "From enough outputs of random or np.random the next ones can be computed; draw() is the source "
        "that the caller has chosen.",
        made_by=(_by(lambda x, t, p, draw: [x, *(random.randrange(p) for _ in range(t))]),),
    ),
    "degree_too_low": Mistake(
        "Your polynomial has one random coefficient too few: threshold parties already reconstruct.",
        "The threshold t is the most that may collude and learn nothing. So t + 1 are needed, and "
        "the degree is t: t random coefficients.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *_drawn(t - 1, draw)]),
            _by(lambda x, t, p, draw: [x, *_drawn(t, draw)[:-1]]),
        ),
    ),
    "degree_too_high": Mistake(
        "The degree of your polynomial is one too high: threshold + 1 parties cannot reconstruct.",
        "Degree t: the secret, and t random coefficients, at X, X², …, X^t.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *_drawn(t + 1, draw)]),
            _by(lambda x, t, p, draw: [x, 0, *_drawn(t, draw)]),
        ),
    ),
    "secret_at_the_wrong_end": Mistake(
        "The secret multiplies the highest power of X instead of standing alone.",
        "At 0 only the constant term is left. Going through the coefficients the other way round "
        "puts the secret at the wrong end.",
        made_by=(_by(lambda x, t, p, draw: [*_drawn(t, draw), x]),),
    ),
    "points_ignored": Mistake(
        "You do not evaluate at the parties' points, but at places that you count yourself.",
        "enumerate gives 0, 1, 2, …: the party at 0 holds the secret itself. Use points.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *_drawn(t, draw)], at=lambda xs: range(len(xs))),
            _by(lambda x, t, p, draw: [x, *_drawn(t, draw)], at=lambda xs: range(1, len(xs) + 1)),
        ),
    ),
    "does_not_reconstruct": Mistake(
        "Your shares do not give the secret back.",
        "Check a small case by hand, and use the parameters everywhere.",
        made_by=(
            _by(lambda x, t, p, draw: [0, *_drawn(t, draw)]),
            _by(lambda x, t, p, draw: [x + 1, *_drawn(t, draw)]),
        ),
    ),
    "not_reduced": Mistake(
        "A share lies outside 0 … p − 1.",
        "That is section 1 again: over whole numbers each party reads a remainder of the secret.",
        made_by=(_unreduced,),
    ),
    "draws_again": Mistake(
        "You draw again until you like the value. Keep every value, 0 too.",
        "A coefficient that is never 0 rules out one secret for each coalition: the one for which "
        "it would have to be 0.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *(_until_not_zero(draw) for _ in range(t))]),
            _by(lambda x, t, p, draw: [x, *_drawn(t - 1, draw), _until_not_zero(draw)]),
        ),
    ),
    "too_many_draws": Mistake(
        "You draw more often than you need: threshold draws are enough, once for all parties.",
        "With new coefficients for each party, each share lies on a polynomial of its own, and no two "
        "belong together: draw before the loop over the points.",
        made_by=(
            _one_each,
            _by(lambda x, t, p, draw: [x, *[_drawn(9, draw)[0] for _ in range(t)]]),
        ),
    ),
    "one_share_leaks": Mistake(
        "One party's share is not uniform for every secret, so it gives something away.",
        "Coefficients from a part of the field (never 0, only small ones) make some secrets likelier than "
        "others. With one draw a for all coefficients, a·X + a·X² is 0 at the point p − 1: nothing covers "
        "the secret there.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *(1 + draw() % (p - 1) for _ in range(t))]),
            _by(lambda x, t, p, draw: [x, *(draw() % 2 for _ in range(t))]),
            _by(lambda x, t, p, draw: [x, *(a * x % p for a in _drawn(t, draw))]),
            _by(lambda x, t, p, draw: [x, *_drawn(1, draw) * t]),
            _by(lambda x, t, p, draw: [x, *(a * (t > 1) for a in _drawn(t, draw))]),
            _by(lambda x, t, p, draw: [x, *(a if t > 1 else 1 for a in _drawn(t, draw))]),
        ),
    ),
    "coalition_learns": Mistake(
        "Each share alone is fine, but threshold parties together learn about the secret.",
        "The coefficients depend on each other, or one of them is never 0 or always 1: any "
        "t shares must be uniform together.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *_drawn(t - 1, draw), 1 + draw() % (p - 1)]),
            _by(lambda x, t, p, draw: [x, *_drawn(t - 1, draw), 1]),
        ),
    ),
    "small_masks": Mistake(
        "Tiny fields are fine, but in a larger field some share does not take all values equally often.",
        "Coefficients of 32 bits do not cover a secret of 61 bits, and a detour by float loses the "
        "low bits.",
        made_by=(
            _by(lambda x, t, p, draw: [x, *(a % 2**32 for a in _drawn(t, draw))]),
            _by(lambda x, t, p, draw: [x, *(int(float(a)) for a in _drawn(t, draw))]),
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, but not for a large one.",
        "Products of 61-bit numbers do not fit into int64, and x**k as a float keeps 53 bits. "
        "Python integers have no edge.",
        made_by=(_in(np.int64), _by_power),
    ),
}

share_secret = Exercise(
    number="32.2",
    name="share_secret",
    reference=reference,
    examine=examine,
    takeaway="Any threshold shares are uniform whatever the secret: in tiny fields all randomness was tried.",
    hints=(
        "How many random coefficients has a polynomial of degree t, besides the secret?",
        "Draw all coefficients first, once. Then go through the points.",
        "The share at x is secret + a_1·x + … + a_t·x^t, reduced last. 0 is a coefficient like any other.",
    ),
    mistakes=MISTAKES,
)
