"""Every outcome of a random procedure over a tiny ring: secrecy by counting (lesson 31).

A statistical test samples and may miss; here *all* randomness is gone through, and two secrets
either give a set of parties exactly the same distribution of views, or they do not.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TypeVar

from lessons.validation import integer

T = TypeVar("T")
Draw = Callable[[], int]
View = tuple[int, ...]


def outcomes(
    procedure: Callable[[Draw], T], *, modulus: int, limit: int = 100_000
) -> Iterator[tuple[Fraction, T]]:
    """Run ``procedure(draw)`` once for every possible outcome of its draws.

    ``draw()`` gives an integer, uniform over 0 … modulus − 1. Yields (probability, result); the
    probabilities add up to 1. How often it draws may depend on what it drew. ``ValueError``
    when more than ``limit`` runs would be needed.
    """
    modulus = integer("modulus", modulus, minimum=2)
    script: list[int] = []
    for _ in range(limit):
        drawn = 0

        def draw() -> int:
            nonlocal drawn
            if drawn == len(script):
                script.append(0)
            drawn += 1
            return script[drawn - 1]

        result = procedure(draw)
        yield Fraction(1, modulus**drawn), result
        del script[drawn:]
        while script and script[-1] == modulus - 1:  # odometer: the last draw moves fastest
            script.pop()
        if not script:
            return
        script[-1] += 1
    raise ValueError(f"limit must be at least the number of runs, got limit={limit}")


def view_distribution(
    runs: Sequence[tuple[Fraction, Sequence[int]]], *, parties: Sequence[int]
) -> dict[View, Fraction]:
    """How likely each view of ``parties`` is: the entries of a run's shares that they hold."""
    distribution: dict[View, Fraction] = {}
    for probability, shares in runs:
        view = tuple(int(shares[party]) for party in parties)
        distribution[view] = distribution.get(view, Fraction(0)) + probability
    return distribution


def leaking_coalition(
    sharing: Callable[[int, Draw], Sequence[int]], *, n_parties: int, modulus: int
) -> tuple[int, ...] | None:
    """The smallest set of fewer than n parties whose view depends on the secret, or None.

    ``sharing(secret, draw)`` gives the n shares of ``secret``. All secrets of Z_Q and all
    randomness are gone through, so None is a proof for this ring (31.iii).
    """
    runs = [
        list(outcomes(lambda draw, x=secret: sharing(x, draw), modulus=modulus))  # type: ignore[misc]
        for secret in range(modulus)
    ]
    for size in range(1, n_parties):
        for parties in combinations(range(n_parties), size):
            first, *others = (view_distribution(one, parties=parties) for one in runs)
            if any(other != first for other in others):
                return parties
    return None
