"""The distribution of a sampler, not estimated but computed: go through the outcomes of all its coins.

A sampler is a function of a coin (``lessons.dp.exact.exact_coins``). Hand it a coin that plays a script,
heads, tails, heads …, and write down the probability of every toss: one run is one leaf of a tree,
with an exact probability, a product of fractions. The likeliest branches come first; what has not
been visited when we stop is added up too, so the result is an interval, not a guess (lesson 18).
"""

import heapq
import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction

from lessons.dp.exact.exact_coins import Coin
from lessons.validation import integer

MOST_TOSSES = 400  # of one run; a run that goes on is left undecided, after three of them all is


@dataclass(frozen=True)
class Law:
    """What is known of a distribution: Pr[outcome] lies in [probabilities[outcome], … + undecided]."""

    probabilities: dict[Hashable, Fraction]
    undecided: Fraction

    def at_least(self, outcome: Hashable) -> Fraction:
        """A lower bound on Pr[outcome]."""
        return self.probabilities.get(outcome, Fraction(0))

    def allows(self, outcome: Hashable, low: Fraction | float, high: Fraction | float) -> bool:
        """Whether Pr[outcome] can lie between ``low`` and ``high`` (a float counts as it is)."""
        known = self.at_least(outcome)
        return known <= Fraction(high) and Fraction(low) <= known + self.undecided


class OtherRandomness(Exception):
    """The same tosses led to different behaviour: the sampler draws from elsewhere as well."""


class _TooLong(BaseException):
    """Ends a run from inside the coin; not an ``Exception``, so the sampler does not swallow it."""


@dataclass
class _Run:
    """One walk from the root to a leaf: first the script, then wherever chance leads."""

    script: tuple[bool, ...]
    chance: random.Random
    expected: tuple[Fraction, ...] = ()
    tosses: list[bool] = field(default_factory=list)
    asked: list[Fraction] = field(default_factory=list)

    def coin(self, p: Fraction) -> bool:
        place = len(self.tosses)
        if place >= MOST_TOSSES:
            raise _TooLong
        p = p if isinstance(p, Fraction) else Fraction(p)
        if not 0 <= p.numerator <= p.denominator:
            p = Fraction(p > 0)
        if place < len(self.script):
            if p != self.expected[place]:
                raise OtherRandomness
            heads = self.script[place]
        else:
            heads = p == 1 or (p > 0 and self.chance.random() < p)
        self.tosses.append(heads)
        self.asked.append(p)
        return heads


def exact_law(
    sampler: Callable[[Coin], Hashable],
    *,
    runs: int = 2000,
    precision: Fraction = Fraction(0),
) -> Law:
    """The distribution of ``sampler(coin)``, by at most ``runs`` leaves, the likeliest branches first.

    Stops early when the unvisited probability is at most ``precision``. Raises ``OtherRandomness``
    when one script shows two behaviours, ``ValueError`` for ``runs`` below 1.
    """
    found: dict[Hashable, Fraction] = {}
    lost, lost_runs = Fraction(0), 0
    chance = random.Random(1)  # which branch is walked first; it has no effect on the result
    branches: list[tuple[float, int, Fraction, tuple[bool, ...], tuple[Fraction, ...]]] = []
    heapq.heappush(branches, (-1.0, 0, Fraction(1), (), ()))
    open_mass, ticket = Fraction(1), 0
    for _ in range(integer("runs", runs, minimum=1)):
        if not branches or open_mass + lost <= precision or lost_runs == 3:
            break
        _, _, weight, script, expected = heapq.heappop(branches)
        run = _Run(script, chance, expected)
        open_mass -= weight
        try:
            outcome = sampler(run.coin)
        except _TooLong:
            lost, lost_runs = lost + weight, lost_runs + 1
            continue
        if len(run.tosses) < len(script):
            raise OtherRandomness
        for place in range(len(script), len(run.tosses)):
            p = run.asked[place]
            taken, other = (p, 1 - p) if run.tosses[place] else (1 - p, p)
            if other > 0:
                ticket += 1
                tosses = (*run.tosses[:place], not run.tosses[place])
                branch = weight * other
                entry = (-float(branch), ticket, branch, tosses, tuple(run.asked[: place + 1]))
                heapq.heappush(branches, entry)
                open_mass += branch
            weight *= taken
        found[outcome] = found.get(outcome, Fraction(0)) + weight
    return Law(found, open_mass + lost)


def exponential_bounds(gamma: Fraction, *, terms: int = 60) -> tuple[Fraction, Fraction]:
    """Two fractions around e^(−γ), γ >= 0: one over the series of e^γ and a bound on its rest.

    e^γ lies between S = Σ γ^k/k! over k < terms and S + 2·γ^terms/terms!, if γ <= terms/2.
    """
    total, term = Fraction(0), Fraction(1)
    for k in range(1, terms + 1):
        total += term
        term *= gamma / k
    if not 0 <= gamma <= Fraction(terms, 2):
        raise ValueError(f"gamma must be from 0 to terms/2, got gamma={gamma}, terms={terms}")
    return 1 / (total + 2 * term), 1 / total
