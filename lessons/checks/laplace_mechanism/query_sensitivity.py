"""Check of Exercise 12.1: the number must be the largest step between neighbours, for any bounds."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown
from lessons.dp.definitions import RELATIONS
from lessons.dp.mechanisms.sensitivity import (
    count_sensitivity,
    mean_sensitivity,
    sum_sensitivity,
    worst_pair,
)
from lessons.validation import choice

QUICK = 1e-3  # seconds of processor time for one call
QUERIES: dict[str, Callable[[Any], float]] = {
    "count": sum,
    "sum": sum,
    "mean": lambda table: sum(table) / len(table),
}


def reference(query: str, *, lower: float, upper: float, n: int, relation: str) -> float:
    """Δ₁ of the "count", the "sum" or the "mean": one function for the three formulas."""
    choice("query", query, tuple(QUERIES))
    if query == "count":
        return count_sensitivity(relation=relation)
    if query == "sum":
        return sum_sensitivity(lower=lower, upper=upper, relation=relation)
    return mean_sensitivity(lower=lower, upper=upper, n=n, relation=relation)


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw bounds of each sign, tiny and enormous ones, for every query, relation and size."""
    size, tiny = cases.spread(rng, 0.01, 1e5), cases.spread(rng, 1e-8, 1e-5)
    bounds = [
        (-cases.between(rng, 2, 3) * size, cases.between(rng, 1, 2) * size),
        (-cases.between(rng, 1, 2), cases.between(rng, 2, 4)),
        (cases.between(rng, 0.5, 1), cases.between(rng, 4, 9)),
        (-cases.between(rng, 7, 9) * size, -cases.between(rng, 1, 2) * size),
        (0.0, cases.between(rng, 0.1, 0.8)),
        (-cases.between(rng, 2, 3) * tiny, cases.between(rng, 4, 5) * tiny),
        (-cases.between(rng, 0.1, 70), 0.0),
    ]
    asked = [
        {"query": query, "lower": low, "upper": high, "n": n, "relation": relation}
        for query in QUERIES
        for relation in RELATIONS
        for low, high in bounds
        for n in rng.choice([2, 3, 4, 5, 7], 2, replace=False).tolist()
    ]
    asked += [{**case, "n": cases.one_of(rng, (13, 26))} for case in asked[:: len(bounds)]]
    means = [case for case in asked if case["query"] == "mean"]
    asked += [{**case, "n": cases.one_of(rng, (55, 64))} for case in means[::17]]
    low, high = bounds[1]
    one = {"query": "sum", "lower": low, "upper": high, "n": 5, "relation": "replace"}
    asked += [dict(case) for case in cases.one_at_a_time(one, lower=low / 2, upper=2 * high)]
    return sorted(asked, key=lambda case: case["n"])


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the formulas, also for a thousand rows; a case that fails is shown with two tables."""
    asked = ask(rng)
    known: dict[str, Any] = {"right": reference, "rng": rng, "words": _two_tables}
    if found := by_numbers(attempt, asked, mistakes=MISTAKES, **known):
        return found
    if attempt.quickest(partial(attempt.number, **asked[-1])) > QUICK:
        return None  # it tries tables, and a thousand rows have too many of them
    rows = cases.one_of(rng, range(1001, 1300))
    many = [{**asked[-1], "relation": relation, "n": rows} for relation in RELATIONS]
    return by_numbers(attempt, many, mistakes={}, **known)


def _two_tables(case: Case, number: float, right: float) -> str:
    if number < 0:
        return "; a sensitivity is a distance."
    if number > right:
        return ", but no two neighbours are so far apart: more noise than is needed."
    query, low, high, n = case["query"], case["lower"], case["upper"], min(case["n"], 3)
    universe = (0.0, 1.0) if query == "count" else (low, high)
    pair = worst_pair(QUERIES[query], universe=universe, n=n, relation=case["relation"])
    one, other = map(shown, pair)
    more = "" if n == case["n"] else f" (and {case['n'] - n} more rows, the same in both)"
    return f", but the tables {one} and {other}{more} are further apart."


def _instead(
    number: Callable[[float, float, int], float], *, query: str, relation: str = ""
) -> Callable[..., float]:
    """Make a wrong function: ``number(lower, upper, n)`` for one query, under one relation or both."""

    def wrong(query_: str, lower: float, upper: float, n: int, relation_: str) -> float:
        if query_ == query and relation in ("", relation_):
            return number(lower, upper, n)
        return reference(query_, lower=lower, upper=upper, n=n, relation=relation_)

    return lambda query, *, lower, upper, n, relation: wrong(query, lower, upper, n, relation)


def _largest(low: float, high: float, n: int = 1) -> float:
    return max(abs(low), abs(high))


def _count_of_entries(query: str, **known: Any) -> float:
    return reference("sum" if query == "count" else query, **known)


def _mean_of_a_sum(query: str, **known: Any) -> float:
    return reference("sum" if query == "mean" else query, **known)


def _other_relation(query: str, *, relation: str, **known: Any) -> float:
    other = "replace" if relation == "add/remove" else "add/remove"
    return reference(query, relation=other, **known)


MISTAKES = {
    "replace_counts_twice": Mistake(
        "You count a replaced patient as two changes that add up.",
        "Replacing is one removal and one arrival, but a yes that becomes a no moves the count by 1.",
        made_by=(_instead(lambda low, high, n: 2.0, query="count", relation="replace"),),
    ),
    "count_has_no_bounds": Mistake(
        "Your count depends on the bounds of the entries.",
        "A count adds 0 or 1 per patient, whatever is measured: its bounds are always 0 and 1.",
        made_by=(_count_of_entries,),
    ),
    "relations_swapped": Mistake(
        "Your two numbers for the sum are right, each under the other relation.",
        "Add/remove lets an entry appear from nothing; replace lets it move inside the interval.",
        made_by=(_other_relation,),
    ),
    "range_for_both": Mistake(
        "Under add/remove, your sum moves as if the patient had been exchanged for another.",
        "upper − lower is the replace number. Ages from 60 to 70: one more patient moves it by 70.",
        made_by=(_instead(lambda low, high, n: high - low, query="sum", relation="add/remove"),),
    ),
    "largest_for_both": Mistake(
        "Under replace, your sum moves as if the patient had left and nobody had come.",
        "max(|lower|, |upper|) is the add/remove number; from −3 to 2 is further than 3.",
        made_by=(_instead(_largest, query="sum", relation="replace"),),
    ),
    "largest_twice": Mistake(
        "Your number for the sum under replace is safe, but larger than anything that can happen.",
        "2·max(|lower|, |upper|) is right only for an interval with its middle at 0.",
        made_by=(
            _instead(lambda low, high, n: 2 * _largest(low, high), query="sum", relation="replace"),
        ),
    ),
    "one_bound_only": Mistake(
        "Under add/remove your sum looks at one of the bounds only.",
        "An entry of −7 moves the sum further than an entry of −1, and from −2 to 5 the furthest "
        "entry from 0 is 5: the larger absolute value counts.",
        made_by=(
            _instead(lambda low, high, n: abs(high), query="sum", relation="add/remove"),
            _instead(lambda low, high, n: abs(low), query="sum", relation="add/remove"),
            _instead(lambda low, high, n: max(low, high), query="sum", relation="add/remove"),
            _instead(
                lambda low, high, n: -low if low < 0 else high, query="sum", relation="add/remove"
            ),
        ),
    ),
    "grows_with_n": Mistake(
        "Your sum lets all rows change at once; neighbours differ in one.",
        "n·(upper − lower) protects the whole table at once, with n times the noise.",
        made_by=(_instead(lambda low, high, n: n * (high - low), query="sum", relation="replace"),),
    ),
    "mean_not_divided": Mistake(
        "Your mean moves as far as the sum does.",
        "In a mean every patient has only one n-th of the weight.",
        made_by=(_mean_of_a_sum,),
    ),
    "mean_as_sum_over_n": Mistake(
        "Under add/remove you divide both sums by the same n, but the two tables differ in size.",
        "The mean is not a sum over a fixed n: with one row fewer, the other rows weigh more.",
        made_by=(
            _instead(
                lambda low, high, n: _largest(low, high) / n, query="mean", relation="add/remove"
            ),
        ),
    ),
    "mean_off_by_one": Mistake(
        "Which of the two tables has n rows? You used the smaller one.",
        "The exercise says that n is the size of the larger table.",
        made_by=(
            _instead(
                lambda low, high, n: (high - low) / (n - 1), query="mean", relation="add/remove"
            ),
        ),
    ),
}

query_sensitivity = Exercise(
    number="12.1",
    name="query_sensitivity",
    reference=reference,
    examine=examine,
    takeaway="Sensitivity belongs to a query and a relation, never to the data at hand.",
    hints=(
        "Take the smallest tables you can: one or two rows. Which two neighbours make the result "
        "jump furthest?",
        "Under add/remove an entry appears where nothing was, and it may sit on either bound, below "
        "0 or above. Under replace it jumps from one place in the interval to another.",
        "For the mean under add/remove, write the new mean as the old mean plus something over n. "
        "How large can the something be, when all values lie in the interval?",
    ),
    mistakes=MISTAKES,
)
