"""Check of Exercise 11.4: with this δ, (11.vi) holds for every set; with any smaller δ it does not."""

from collections.abc import Callable
from functools import partial
from math import exp
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp import definitions
from lessons.validation import Vector

MOST = 13  # outputs: a right answer may go through all sets
MORE = (MOST, 17, 20, 150)  # outputs for an answer that stays quick: it cannot go through all sets
QUICK = 1e-3  # seconds of processor time for one call


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw tables of one output to thirteen: no ε, tiny, usual, large; zeros; rare outputs."""
    asked = [(np.ones(1), np.ones(1), cases.between(rng, 0.1, 1))]
    for n in (2, 2, 3, 3, 4, 5, 6, 7):
        p, q = rng.dirichlet(np.full(n, 1.5), size=2)
        asked += [(p, q, cases.between(rng, 0.1, 0.7)), (q, p, cases.spread(rng, 1e-3, 0.1))]
        asked.append((p, q, 0.0))
    p, q, r = rng.dirichlet(np.full(4, 1.5), size=3)
    epsilon = cases.between(rng, 0.05, 0.2)
    asked += [(p, q, epsilon), (p, r, epsilon), (r, q, epsilon)]  # one table changes
    for _ in range(3):  # in each direction the worst set holds several outputs
        p, q = _lopsided(rng, 3, 1), _lopsided(rng, 3, 1)[::-1].copy()
        asked += _both_ways(p, q, cases.between(rng, 0.2, 0.4))
    for place in (0, 2):  # an output that never happens, first or in the middle
        p, q = (_without(one, place) for one in rng.dirichlet(np.full(5, 1.5), size=2))
        asked += _both_ways(p, q, cases.between(rng, 0.05, 0.2))
    for n in (3, 5):
        p, q = rng.dirichlet(np.full(n, 1.5), size=2)
        p, q = _without(p, 0), _without(q, n - 1)
        asked += [(p, q, cases.between(rng, *reach)) for reach in ((0.1, 2), (5, 9), (11, 14))]
    rare = np.array([0.0, cases.spread(rng, 1e-9, 1e-7), cases.spread(rng, 1e-6, 1e-4)])
    p = _without(rng.dirichlet(np.full(3, 1.5)) + rare[::-1], 0)
    asked += [(p, p.copy(), 0.0), (p, p.copy(), cases.between(rng, 0.1, 1))]
    one, other = (
        np.array([0.4, 0.6, 0.0]) + rare[[0, 2, 1]],
        np.array([0.4, 0.6, 0.0]) + rare[[2, 1, 0]],
    )
    asked += _both_ways(one, other, cases.between(rng, 0.5, 3))
    for ratio, epsilon in ((60, cases.between(rng, 1.5, 3.5)), (1e9, cases.between(rng, 11, 14))):
        share = cases.between(rng, 0.3, 0.6)
        one, other = np.array([share, 1 - share]), np.array([share / ratio, 1 - share / ratio])
        asked += _both_ways(one, other, epsilon)
    for n in (9, MOST - 1, MOST):
        many = (n + 1) // 2
        p, q = _lopsided(rng, many, n - many), _lopsided(rng, many, n - many)[::-1]
        order = rng.permutation(n)
        asked += _both_ways(p[order], q[order], cases.between(rng, 0.02, 0.2))
    asked += _all_but_one(rng, MOST)
    more, less = cases.between(rng, 0.25, 0.35), cases.between(rng, 0.02, 0.08)
    one, other = (np.array([each, 1 - 2 * each, each]) for each in (more, less))
    asked += _both_ways(one, other, cases.between(rng, 0.2, 0.6))  # two outputs alike: both count
    asked.sort(key=lambda one: len(one[0]))
    return [{"p": p, "q": q, "epsilon": epsilon} for p, q, epsilon in asked]


def _both_ways(p: Vector, q: Vector, epsilon: float) -> list[tuple[Vector, Vector, float]]:
    p, q = p / p.sum(), q / q.sum()
    return [(p, q, epsilon), (q, p, epsilon)]


def _lopsided(rng: np.random.Generator, first: int, last: int) -> Vector:
    """A distribution: the first outputs are likelier than the last, by a factor of 2 at least."""
    heights = np.concatenate([rng.uniform(2, 4, first), rng.uniform(0.5, 1, last)])
    return np.asarray(heights / heights.sum())


def _all_but_one(rng: np.random.Generator, n: int) -> list[tuple[Vector, Vector, float]]:
    """A table whose worst set holds all n outputs but the likeliest one."""
    light = rng.uniform(1, 2, n - 1)
    p, q = light * rng.uniform(1, 1.2, n - 1), light
    order = rng.permutation(n)
    one, other = (
        np.append(part * share / part.sum(), 1 - share)[order]
        for part, share in ((p, cases.between(rng, 0.5, 0.6)), (q, cases.between(rng, 0.2, 0.3)))
    )
    return _both_ways(one, other, cases.between(rng, 0.02, 0.1))


def _without(p: Vector, place: int) -> Vector:
    p = p.copy()
    p[place] = 0.0
    return np.asarray(p / p.sum())


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with (11.ix); a case that fails is shown with a set of outputs."""

    def fits(case: Case, got: float, truth: float) -> bool:
        rounding = 1e-14 + 1e-15 * exp(case["epsilon"])
        return abs(got - truth) <= (1e-6 if attempt.single else rounding)

    known: dict[str, Any] = {"right": definitions.smallest_delta, "mistakes": MISTAKES}
    known |= {"rng": rng, "fits": fits, "words": _why_not}
    if found := by_numbers(attempt, ask(rng), **known):
        return found
    for n in MORE:
        many = [{"p": p, "q": q, "epsilon": epsilon} for p, q, epsilon in _all_but_one(rng, n)]
        if found := by_numbers(attempt, many, **known):
            return found
        if attempt.quickest(partial(attempt.number, **many[0])) > QUICK:
            break  # twice as long with each further output: enough has been seen
    return None


def _why_not(case: Case, delta: float, right: float) -> str:
    """The set of outputs for which the inequality fails, or that a smaller δ would do."""
    p, q, factor = case["p"], case["q"], exp(case["epsilon"])
    if not 0 <= delta <= 1:
        return ", which is no probability."
    if abs(delta - right) < 1e-5 * right:
        return f": nearly right, but off by {abs(delta - right):.1g}. Is something rounded?"
    if delta > right:
        return ": every set passes, but with a smaller δ every set would pass, too."
    there, back = p - factor * q, q - factor * p
    one, words = max(
        (there, "P against Q"),
        (back, "Q against P"),
        key=lambda way: float(way[0][way[0] > 0].sum()),
    )
    worst = np.flatnonzero(one > 0).tolist()
    return f", but the inequality fails for the set of outputs {worst}, {words}."


Excess = Callable[[Vector, Vector, float], Any]


def _one_way(excess: Excess) -> Callable[..., Any]:
    return lambda p, q, *, epsilon: excess(p, q, epsilon)


def _either_way(excess: Excess) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Make the wrong function that minds both directions, and the one that minds only one."""
    both = _one_way(lambda p, q, e: max(excess(p, q, e), excess(q, p, e)))
    return both, _one_way(excess)


def _floored(p: Vector, q: Vector, e: float) -> Any:
    return np.maximum(0, p - np.exp(e) * q)


def _best(count: int) -> Excess:
    return lambda p, q, e: np.sort(_floored(p, q, e))[-count:].sum()


MISTAKES = {
    "one_direction": Mistake(
        "Your δ is enough in one direction only; exchange the two distributions and look again.",
        "The definition holds for D against D′ and for D′ against D: take the larger of the two.",
        made_by=(
            _one_way(lambda p, q, e: _floored(p, q, e).sum()),
            _one_way(lambda p, q, e: _floored(q, p, e).sum()),
        ),
    ),
    "both_added": Mistake(
        "A smaller δ would do: the two directions are two inequalities, not one.",
        "Each inequality needs its own δ, and one number serves both if it is the larger.",
        made_by=(_one_way(lambda p, q, e: _floored(p, q, e).sum() + _floored(q, p, e).sum()),),
    ),
    "no_floor": Mistake(
        "Your S always contains every output, even those that make the difference smaller.",
        "Without max(0, ·) the sum is 1 − e^ε, whatever the mechanism: negative terms must be left out.",
        made_by=_either_way(lambda p, q, e: (p - np.exp(e) * q).sum()),
    ),
    "floor_after_sum": Mistake(
        "Each output is a decision of its own: you decide only once, after adding up.",
        "max(0, Σ …) of all outputs is 0 for every mechanism; the maximum belongs inside the sum.",
        made_by=_either_way(lambda p, q, e: max(0.0, (p - np.exp(e) * q).sum())),
    ),
    "few_outputs": Mistake(
        "Your set holds one output, or a few, but S may hold as many as it likes.",
        "A thousand outputs that each exceed by a thousandth are a certain give-away together: "
        "that is why the definition speaks of sets. Leave none out.",
        made_by=(
            *_either_way(lambda p, q, e: (p - np.exp(e) * q).max()),
            *(made for count in (1, 2, 3, 5) for made in _either_way(_best(count))),
        ),
    ),
    "set_without_factor": Mistake(
        "Your set takes outputs above Q, not above e^ε·Q.",
        "An output with Q < P < e^ε·Q makes the excess smaller: the worst set leaves it out.",
        made_by=_either_way(lambda p, q, e: (p - np.exp(e) * q)[p > q].sum()),
    ),
    "whole_set": Mistake(
        "You add up all of the probability of the worst set, not only what exceeds e^ε times the other.",
        "You found how probable the outputs with P > e^ε·Q are (lesson 13 calls this Pr[L > ε]). It is "
        "an upper bound of the excess in that direction: take e^ε·Q off each of them.",
        made_by=_either_way(lambda p, q, e: p[p > np.exp(e) * q].sum()),
    ),
    "factor_on_the_wrong_side": Mistake(
        "Your δ grows with ε, but a larger ε is a weaker promise and needs less of δ.",
        "e^ε multiplies the probability on the right of ≤. On the left it demands more, not less.",
        made_by=_either_way(lambda p, q, e: np.maximum(0, np.exp(e) * p - q).sum()),
    ),
    "epsilon_missing": Mistake(
        "Your δ does not change with ε.",
        "Σ max(0, P − Q) is the total variation distance, the δ for ε = 0. A published calibration "
        "leaves e^ε out in the same way; you will meet it in lesson 13.",
        made_by=(_one_way(lambda p, q, e: np.maximum(0, p - q).sum()),),
    ),
    "epsilon_not_exponentiated": Mistake(
        "At ε = 0 you find δ = 1, whatever the mechanism: look at the factor once more.",
        "P − ε·Q: the factor is e^ε, which is 1 at ε = 0.",
        made_by=_either_way(lambda p, q, e: np.maximum(0, p - e * q).sum()),
    ),
    "absolute": Mistake(
        "You also count the outputs that make the excess smaller.",
        "|P − e^ε·Q| adds outputs that the worst set leaves out; half of it is the total variation "
        "distance at ε = 0 only.",
        made_by=(
            *_either_way(lambda p, q, e: np.abs(p - np.exp(e) * q).sum()),
            *_either_way(lambda p, q, e: np.abs(p - np.exp(e) * q).sum() / 2),
        ),
    ),
}

smallest_delta = Exercise(
    number="11.4",
    name="smallest_delta",
    reference=definitions.smallest_delta,
    examine=examine,
    takeaway="The worst set collects every output above e^ε times its rival; δ is the sum of the excess.",
    hints=(
        "Fix one direction. How much does a single output add to Pr[M(D) ∈ S] - e^ε·Pr[M(D′) ∈ S] "
        "when you put it into S?",
        "You may choose S freely and want that difference as large as possible. Which outputs do you "
        "put in, and which do you leave out?",
        "Leaving an output out is the same as counting it as 0. Do it for both directions. "
        "Which single δ is enough for both?",
    ),
    mistakes=MISTAKES,
)
