"""What can be wrong with a sharing, found by going through its randomness: exercise 31.2."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found, _Stop
from lessons.mpc.exhaustion import View, outcomes, view_distribution
from lessons.randomness import uniform_integer

LARGE_PRIME = 2**61 - 1
PUBLISHED_MODULUS = 23740629843760239486723

Draw = Callable[[], int]


def share_secret(secret: int, *, n_parties: int, modulus: int, draw: Draw) -> list[int]:
    """Equation (31.1) in plain integers."""
    masks = [draw() for _ in range(n_parties - 1)]
    return [*masks, (secret - sum(masks)) % modulus]


def examine_share(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Reconstruction, then joint uniformity of any n - 1 shares, through all randomness."""
    if found := _shares_in_large_ring(attempt, rng):
        return found
    for modulus, n_parties in ((5, 3), (3, 4), (4, 3), (6, 2)):
        if found := _shares_in_tiny_ring(attempt, modulus=modulus, n_parties=n_parties):
            return found
    return _shares_at_published(attempt, rng)


def _run(
    attempt: Attempt, secret: int, *, n_parties: int, modulus: int, draw: Draw
) -> NDArray[np.generic]:
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        if count > 10 * n_parties:
            raise RuntimeError(f"draw was called more than {10 * n_parties} times for one secret")
        return draw()

    try:
        return attempt.array(
            secret, n_parties=n_parties, modulus=modulus, draw=counted, shape=(n_parties,)
        )
    except _Stop:
        if count <= 10 * n_parties:
            raise
        large = modulus == LARGE_PRIME  # in a tiny ring the first draws are all 0
        raise _Stop(Found("too_many_draws" if large else "draws_again")) from None


def _shares_in_large_ring(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    modulus, n_parties, repeats = LARGE_PRIME, 3, 40

    def fresh() -> int:
        return uniform_integer(modulus=modulus, random_bytes=rng.bytes)

    secret = fresh() // 2 + 1
    scripts = [[fresh() for _ in range(10 * n_parties)] for _ in range(repeats)]
    runs, drawn = [], []
    for script in (*scripts, scripts[0]):
        left = iter(script)
        runs.append(_run(attempt, secret, n_parties=n_parties, modulus=modulus, draw=left.__next__))
        drawn.append(len(script) - len(list(left)))
    n_draws = drawn[-1]
    if any(run.dtype.kind == "f" for run in runs):
        return Found("float_shares")
    if any(int(one) != int(other) for one, other in zip(runs[0], runs[-1], strict=True)):
        return Found("own_randomness")
    if len(set(drawn)) > 1:
        return Found("draws_again")
    if n_draws > n_parties + 1:
        return Found("too_many_draws", f"It drew {n_draws} times for n = {n_parties}.")
    sums = {sum(int(one) for one in run) % modulus for run in runs}
    if sums != {secret}:
        if sums == {modulus - secret}:
            return Found("sums_to_minus")
        turned = all(
            (sum(map(int, run)) - 2 * int(run[-1]) - secret) % modulus == 0 for run in runs
        )
        return Found("others_minus_secret" if turned else "does_not_reconstruct")
    held_by = [{int(run[party]) for run in runs} for party in range(n_parties)]
    if min(map(min, held_by)) < 0:
        return Found("negative_share")
    if max(map(max, held_by)) >= modulus:
        return Found("not_reduced", "A share was larger than the modulus.")
    for party, held in enumerate(held_by):
        if held == {secret}:
            return Found("secret_in_clear", f"Party {party} holds it.")
        if all(len(one) == 1 for one in held_by):
            return Found("no_randomness")
        if len(held) == 1:
            return Found("constant_share", f"Look at party {party}.")
        if max(held) < modulus // 2:  # a right share stays below it 40 times with 2^-40
            return Found("small_masks", f"Party {party} never held a share above {max(held)}.")
    return None


def _shares_at_published(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    modulus, n_parties = PUBLISHED_MODULUS, 3

    def fresh() -> int:
        return uniform_integer(modulus=modulus, random_bytes=rng.bytes)

    for secret in (0, modulus - 1, fresh()):
        try:
            run = _run(attempt, secret, n_parties=n_parties, modulus=modulus, draw=fresh)
        except _Stop as stop:
            return Found("fails_at_large_modulus", stop.found.details)
        shares = [int(one) for one in run]
        inside = min(shares) >= 0 and max(shares) < modulus
        if run.dtype.kind == "f" or not inside or sum(shares) % modulus != secret:
            return Found("fails_at_large_modulus")
    return None


def _shares_in_tiny_ring(attempt: Attempt, *, modulus: int, n_parties: int) -> Found | None:
    runs = [
        list(
            outcomes(
                lambda draw, x=secret: [  # type: ignore[misc]
                    int(one)
                    for one in _run(attempt, x, n_parties=n_parties, modulus=modulus, draw=draw)
                ],
                modulus=modulus,
            )
        )
        for secret in range(modulus)
    ]
    where = f"(with n = {n_parties}, Q = {modulus})"
    for secret, group in enumerate(runs):
        for _, shares in group:
            if sum(shares) % modulus != secret:
                return Found("does_not_reconstruct", where)
            if max(shares) >= modulus:
                return Found("not_reduced", f"A share was {max(shares)} {where}.")
            if min(shares) < 0:
                return Found("negative_share", f"A share was {min(shares)} {where}.")
    return _secrecy(runs, modulus=modulus, n_parties=n_parties, where=where)


def _secrecy(
    runs: list[list[tuple[Fraction, list[int]]]], *, modulus: int, n_parties: int, where: str
) -> Found | None:
    every = [shares for group in runs for _, shares in group]

    def views(parties: Sequence[int]) -> list[dict[View, Fraction]]:
        return [view_distribution(group, parties=parties) for group in runs]

    for party in range(n_parties):
        if len({shares[party] for shares in every}) == 1:
            return Found("constant_share", f"Look at party {party} {where}.")
    for one, other in combinations(range(n_parties), 2) if n_parties > 2 else ():
        if all(shares[one] == shares[other] for shares in every):
            return Found("repeated_share", f"Look at parties {one} and {other}.")
    for party in range(n_parties):
        by_secret = views((party,))
        if any(view != by_secret[0] for view in by_secret):
            return Found("one_share_leaks", f"Look at party {party} {where}.")
        if set(by_secret[0].values()) != {Fraction(1, modulus)}:
            return Found("not_uniform", f"Look at party {party} {where}.")
    for size in range(2, n_parties):
        for parties in combinations(range(n_parties), size):
            by_secret = views(parties)
            if any(view != by_secret[0] for view in by_secret):
                return Found("coalition_learns", f"Look at parties {parties} {where}.")
    return None
