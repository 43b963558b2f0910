"""Check of Exercise 31.2: any n − 1 shares are uniform, whatever the secret is.

In tiny rings all randomness is gone through, which proves it there; in larger rings, the published
one among them, the shares are sampled, alone and in pairs.
"""

import random
from collections.abc import Callable
from typing import Any

import numpy as np

import lessons.checks.additive_sharing.secrecy as secrecy
from lessons.checks.additive_sharing.rings import PUBLISHED_MODULUS, rows
from lessons.checks.additive_sharing.secrecy import Draw, Sharing
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import shown

TINY = ((5, 3), (3, 4), (4, 3), (6, 2), (2, 5))  # (modulus, parties)
PRIME = 101  # of the ring in which every linear relation between many shares is looked for


def reference(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    """Equation (31.i) in plain integers."""
    masks = [draw() for _ in range(n_parties - 1)]
    return [*masks, (secret - sum(masks)) % modulus]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at a few runs, then at all of them in tiny rings, then at samples from larger rings."""
    found = _first_look(attempt, rng)
    for modulus, n_parties in TINY:
        found = found or secrecy.every_run(_setting(attempt, modulus, n_parties))
    for modulus, n_parties, times in (
        (257, 2, 300),
        (10_007, 4, 300),
        (100_000, 3, 300),
        (PRIME, 12, 200),
        (2**63 - 25, 4, 400),
        (PUBLISHED_MODULUS, 3, 700),
        (PUBLISHED_MODULUS, 2, 300),
        (3**57 + cases.one_of(rng, range(10**6)), 5, 200),
    ):
        setting = _setting(attempt, modulus, n_parties)
        found = found or secrecy.sampled(setting, rng, times, linear=modulus == PRIME)
    return found or _alone(attempt)


def _setting(attempt: Attempt, modulus: int, n_parties: int) -> Sharing:
    def ask(secret: int, draw: Draw) -> list[int]:
        return rows(attempt, n_parties, secret, n_parties=n_parties, modulus=modulus, draw=draw)

    return Sharing(
        ask=ask,
        unfit=lambda secret, shares: _unfit(secret, shares, modulus),
        modulus=modulus,
        n_parties=n_parties,
        hidden=n_parties - 1,
        where=f"n_parties = {n_parties}",
    )


def _first_look(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    modulus, setting = 7, _setting(attempt, 7, 3)
    runs = secrecy.first_runs(setting, rng)
    if isinstance(runs, Found):
        return runs
    if found := secrecy.draws_fault(runs, setting):
        return found
    every = [(x, shares) for x, (shares, _) in runs]
    if all(sum(shares) % modulus == x for x, shares in every):
        return next((found for run in every if (found := _unfit(*run, modulus))), None)
    for one, minus in ((1, 1), (-1, 0), (-1, 1)):  # −x − Σ, x + Σ, Σ − x
        if all((sum(s[:-1]) + one * s[-1] + (2 * minus - 1) * x) % modulus == 0 for x, s in every):
            return Found("wrong_sign")
    return next(found for run in every if (found := _unfit(*run, modulus)))


def _alone(attempt: Attempt) -> Found | None:
    """A single party holds the secret, unless the call is refused: nothing is shared then."""
    for secret in range(7):
        try:
            shares, _ = secrecy.one_run(_setting(attempt, 7, 1), secret, lambda: 3)
        except Ended as end:
            if end.found.code == "raised":
                return None
            raise
        if found := _unfit(secret, shares, 7):
            return found
    return None


def _unfit(secret: int, shares: list[int], modulus: int) -> Found | None:
    """Whether the shares do not add up, or one of them lies outside the ring."""
    where = f"With n_parties = {len(shares)}, modulus = {modulus} and the secret {secret}"
    if sum(shares) % modulus != secret:
        total = f"which add up to {sum(shares) % modulus}"
        return Found("does_not_reconstruct", f"{where} you get {shown(shares)}, {total} modulo Q.")
    if min(shares) < 0 or max(shares) >= modulus:
        return Found("not_reduced", f"{where} you get {shown(shares)}.")
    return None


def _masked(mask: Callable[[Draw, int, int], Any]) -> Callable[..., list[int]]:
    """Make a wrong function with masks ``mask(draw, modulus, secret)``; the last share is right."""

    def wrong(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
        masks = [mask(draw, modulus, secret) for _ in range(n_parties - 1)]
        return [*masks, (secret - sum(masks)) % modulus]

    return wrong


def _last(last: Callable[[int, int, int], Any]) -> Callable[..., list[Any]]:
    """Make a wrong function with right masks and the last share ``last(secret, sum, modulus)``."""

    def wrong(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[Any]:
        masks = [draw() for _ in range(n_parties - 1)]
        return [*masks, last(secret, sum(masks), modulus)]

    return wrong


def _factors(factor: Callable[[int], int]) -> Callable[..., list[int]]:
    """Make a wrong function that multiplies one draw by ``factor(k)`` for mask k."""

    def wrong(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
        r = draw()
        masks = [r * factor(k) % modulus for k in range(n_parties - 1)]
        return [*masks, (secret - sum(masks)) % modulus]

    return wrong


def _until(good: Callable[[int], bool]) -> Callable[..., list[int]]:
    """Make a wrong function that draws each mask until it is ``good``."""

    def mask(draw: Draw, modulus: int, secret: int) -> int:
        while not good(r := draw()):
            pass
        return r

    return _masked(mask)


def _in_int64(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> Any:
    shares = np.zeros(n_parties, dtype=np.int64)
    for i in range(n_parties - 1):
        shares[i] = draw()
        secret = (secret - int(shares[i])) % modulus
    shares[-1] = secret
    return shares


def _secret_plus_product(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    product, masks = draw() * draw(), [draw() for _ in range(n_parties - 2)]
    return [(secret + product) % modulus, *masks, -(product + sum(masks)) % modulus]


def _two_of_them(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    r = draw()
    return [(secret + r) % modulus, -r % modulus] + [0] * (n_parties - 2)


def _equal_parts(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    part = secret // n_parties
    return [part] * (n_parties - 1) + [secret - part * (n_parties - 1)]


MISTAKES = {
    "float_shares": Mistake(
        "Your shares are floats; ring elements are integers.",
        "A float64 keeps 53 bits, so large shares lose their last digits.",
        made_by=(
            lambda secret, *, n_parties, modulus, draw: [secret / n_parties] * n_parties,
            _last(lambda x, total, q: float((x - total) % q)),
        ),
    ),
    "own_randomness": Mistake(
        "Same draws, different shares: something other than draw() decides them.",
        "From enough outputs of random or np.random the next ones can be computed; draw() is the source "
        "that the caller has chosen.",
        made_by=(
            _masked(lambda draw, q, x: random.randrange(q)),
            _masked(lambda draw, q, x: (draw() + int(np.random.default_rng().integers(q))) % q),
        ),
    ),
    "does_not_reconstruct": Mistake(
        "Your shares do not add up to the secret modulo Q.",
        "Check a small case by hand, and use the parameter modulus everywhere.",
        made_by=(
            _last(lambda x, total, q: -total % q),
            _last(lambda x, total, q: (x - total) % 100_000),
            _last(lambda x, total, q: (x - total) % (q - 1)),
        ),
    ),
    "wrong_sign": Mistake(
        "Your shares do not add up to the secret: the last one has a wrong sign in it.",
        "It is the secret minus the others. −x − Σ gives minus the secret, x + Σ counts the others "
        "twice, and Σ − x has the difference the wrong way round.",
        made_by=(
            _last(lambda x, total, q: (-x - total) % q),
            _last(lambda x, total, q: (total - x) % q),
            _last(lambda x, total, q: (total + x) % q),
        ),
    ),
    "not_reduced": Mistake(
        "A share lies outside 0 … Q − 1.",
        "The published flaw: Q − Σ mod Q + x without the last % Q. One share nearly always tells 0 "
        "from Q − 1. A bare x − Σ leaks too: x moves its range.",
        made_by=(
            _last(lambda x, total, q: q - total % q + x),
            _last(lambda x, total, q: -total % q + x),
            _last(lambda x, total, q: x - total),
        ),
    ),
    "draws_again": Mistake(
        "You draw again until you like the value. Keep every value, 0 too.",
        "A value that never occurs is information. If a mask is never 0, the other share is never x, "
        "so its holder can rule out one secret.",
        made_by=(_until(lambda r: r != 0), _until(lambda r: r % 2 == 0)),
    ),
    "too_many_draws": Mistake(
        "You draw more often than you need: n − 1 draws are enough.",
        "n − 1 uniform draws hide the secret perfectly. More only cost time, and the check goes through "
        "all of them.",
        made_by=(
            _masked(lambda draw, q, x: sum(draw() for _ in range(4)) % q),
            _masked(lambda draw, q, x: [draw() for _ in range(50)][-1]),
        ),
    ),
    "secret_in_clear": Mistake(
        "One party simply holds the secret.",
        "(x, 0, 0) adds up to x: a check that only adds up accepts it.",
        made_by=(
            lambda secret, *, n_parties, modulus, draw: [secret] + [0] * (n_parties - 1),
            lambda secret, *, n_parties, modulus, draw: [
                *reference(0, n_parties=n_parties - 1, modulus=modulus, draw=draw),
                secret,
            ],
        ),
    ),
    "constant_share": Mistake(
        "For a given secret, one party's share never changes.",
        "In (x + r, −r, 0) the first two parties know x: the third adds nothing. With x // n for "
        "everybody, nothing is random, and each party multiplies its share by n.",
        made_by=(_two_of_them, _equal_parts),
    ),
    "one_share_leaks": Mistake(
        "The distribution of one party's share depends on the secret.",
        "With x plus a little noise, or a mask below x, that party can bet on x and win.",
        made_by=(
            _secret_plus_product,
            _masked(lambda draw, q, x: draw() % (x + 1)),
            _masked(lambda draw, q, x: draw() * x % q),
        ),
    ),
    "not_uniform": Mistake(
        "Some share takes certain values more often than others.",
        "Masks from a part of the ring (draw() % 2, never 0, a product of draws) do not cover x.",
        made_by=(
            _masked(lambda draw, q, x: 1 + draw() % (q - 1)),
            _masked(lambda draw, q, x: draw() * draw() % q),
            _masked(lambda draw, q, x: draw() % 2),
        ),
    ),
    "coalition_learns": Mistake(
        "Each share alone is fine, but some parties together learn about the secret.",
        "The masks depend on each other (r and r, r and 2r): any n − 1 shares must be "
        "uniform together.",
        made_by=(_factors(lambda k: 1), _factors(lambda k: k + 1)),
    ),
    "small_masks": Mistake(
        "Tiny rings are fine, but in a larger ring some share does not take all values equally often.",
        "Masks of 48 bits on 64-bit data leave the top bits of the secret uncovered, and a detour by "
        "float loses the low bits. Tiny rings do not show it, and not every statistical test does.",
        made_by=(
            _masked(lambda draw, q, x: draw() % 2**48),
            _masked(lambda draw, q, x: draw() & (2**64 - 1)),
            _masked(lambda draw, q, x: int(float(draw()))),
        ),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, but not for a large one.",
        "int64 holds no share of 75 bits and no sum of shares of 63 bits; floats keep only 53 bits. Python "
        "integers have no edge.",
        made_by=(
            _in_int64,
            _masked(lambda draw, q, x: np.int64(draw())),
            _last(lambda x, total, q: int((x - float(total)) % q)),
        ),
    ),
}

share_secret = Exercise(
    number="31.2",
    name="share_secret",
    reference=reference,
    examine=examine,
    takeaway="Every n − 1 shares are uniform and independent of the secret: in tiny rings this is "
    "now proved, not sampled.",
    hints=(
        "For three parties: choose two shares without looking at the secret. What must the third "
        "one be so that all three add up to it?",
        "Which n − 1 numbers may be drawn freely? Call draw() afresh for each of them.",
        "Secret minus masks: where does that land, and where on the clock does it have to be? Add or "
        "subtract everything first.",
    ),
    mistakes=MISTAKES,
)
