"""Check of lesson 12's sensitivity: against the worst pair of all small tables."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.definitions import RELATIONS
from lessons.dp.sensitivity import (
    count_sensitivity,
    mean_sensitivity,
    sum_sensitivity,
    worst_pair,
)
from lessons.validation import choice

NS = (4, 3)
BOUNDS = ((-3.0, 2.0), (1.0, 5.0), (-7.0, -1.0), (-2.0, 5.0))  # each sign, each bound larger
QUERIES: dict[str, Callable[[Any], float]] = {
    "count": sum,
    "sum": sum,
    "mean": lambda table: sum(table) / len(table),
}
Case = tuple[str, str, float, float, int]  # query, relation, lower, upper, n


def query_sensitivity(query: str, *, lower: float, upper: float, n: int, relation: str) -> float:
    """Δ₁ of the "count", the "sum" or the "mean": one function for the three formulas."""
    choice("query", query, tuple(QUERIES))
    if query == "count":
        return count_sensitivity(relation=relation)
    if query == "sum":
        return sum_sensitivity(lower=lower, upper=upper, relation=relation)
    return mean_sensitivity(lower=lower, upper=upper, n=n, relation=relation)


@cache
def _worst(case: Case) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """The two neighbours furthest apart, found by trying all small tables, and their distance."""
    query, relation, lower, upper, n = case
    values = (0.0, 1.0) if query == "count" else (lower, (lower + upper) / 2, upper)
    one, other = worst_pair(QUERIES[query], universe=values, n=n, relation=relation)
    return one, other, abs(QUERIES[query](one) - QUERIES[query](other))


def examine_sensitivity(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The number must be the largest difference among all small tables, found by brute force."""
    cases = [(q, r, a, b, n) for n in NS for q in QUERIES for r in RELATIONS for a, b in BOUNDS]
    got = {
        (q, r, a, b, n): attempt.number(q, lower=a, upper=b, n=n, relation=r)
        for q, r, a, b, n in cases
    }
    wrong = [case for case in cases if abs(got[case] - _worst(case)[2]) > 1e-9]
    if not wrong:
        return None
    if min(got.values()) < 0:
        return Found("negative")
    for code, (query, relation, slip) in _SLIPS.items():
        of_query = [case for case in wrong if case[0] == query and relation in (None, case[1])]
        asked = [case for case in cases if case[0] == query and relation in (None, case[1])]
        if of_query and all(abs(got[case] - slip(*case)) < 1e-9 for case in asked):
            return Found(code)
    return _nearest_case(wrong[0], got[wrong[0]])


def _nearest_case(case: Case, number: float) -> Found:
    query, relation, lower, upper, n = case
    one, other, distance = _worst(case)
    where = (
        f"Look at the {query} under {relation} with entries from {lower:g} to {upper:g}, n = {n}"
    )
    if number < distance:
        pair = f"{_short(one)} and {_short(other)}"
        return Found("too_small", f"{where}, and compare the tables {pair}.")
    return Found("too_large", f"{where}.")


def _short(table: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{entry:g}" for entry in table) + ")"


def _largest(lower: float, upper: float) -> float:
    return max(abs(lower), abs(upper))


Slip = Callable[[str, str, float, float, int], float]
_SLIPS: dict[str, tuple[str, str | None, Slip]] = {  # code -> query, relation (None: both), number
    "replace_counts_twice": ("count", "replace", lambda q, r, a, b, n: 2.0),
    "count_has_no_bounds": ("count", None, lambda q, r, a, b, n: sum_sensitivity(
        lower=a, upper=b, relation=r)),
    "relations_swapped": ("sum", None, lambda q, r, a, b, n: (
        b - a if r == "add/remove" else _largest(a, b))),
    "range_for_both": ("sum", None, lambda q, r, a, b, n: b - a),
    "largest_for_both": ("sum", None, lambda q, r, a, b, n: _largest(a, b)),
    "largest_twice": ("sum", "replace", lambda q, r, a, b, n: 2 * _largest(a, b)),
    "sign_of_lower": ("sum", "add/remove", lambda q, r, a, b, n: -a if a < 0 else b),
    "lower_forgotten": ("sum", "add/remove", lambda q, r, a, b, n: abs(b)),
    "grows_with_n": ("sum", "replace", lambda q, r, a, b, n: n * (b - a)),
    "mean_not_divided": ("mean", None, lambda q, r, a, b, n: sum_sensitivity(
        lower=a, upper=b, relation=r)),
    "mean_as_sum_over_n": ("mean", "add/remove", lambda q, r, a, b, n: _largest(a, b) / n),
    "mean_off_by_one": ("mean", "add/remove", lambda q, r, a, b, n: (b - a) / (n - 1)),
    "mean_always_four": ("mean", None, lambda q, r, a, b, n: (b - a) / 4),
    "mean_by_the_root": ("mean", None, lambda q, r, a, b, n: (b - a) / (2 * n**0.5)),
}  # fmt: skip

SENSITIVITY_MISTAKES = {
    "negative": Mistake(
        "A sensitivity is a distance, and yours is negative for some bounds.",
        "upper or upper + lower without absolute values: all entries may be negative.",
    ),
    "replace_counts_twice": Mistake(
        "You count a replaced patient as two changes that add up.",
        "Replacing is one removal and one arrival, but a yes that becomes a no moves a count once.",
    ),
    "count_has_no_bounds": Mistake(
        "Your count depends on the bounds of the entries.",
        "A count adds 0 or 1 per patient, whatever is measured: its bounds are always 0 and 1.",
    ),
    "relations_swapped": Mistake(
        "Your two numbers for the sum are right, each under the other relation.",
        "Add/remove lets an entry appear from nothing; replace lets it move inside the interval.",
    ),
    "range_for_both": Mistake(
        "Under add/remove, your sum moves as if the patient had been exchanged for another.",
        "upper − lower is the replace number. Ages from 60 to 70: one more patient moves it by 70.",
    ),
    "largest_for_both": Mistake(
        "Under replace, your sum moves as if the patient had left and nobody had come.",
        "max(|lower|, |upper|) is the add/remove number; from −3 to 2 is further than 3.",
    ),
    "largest_twice": Mistake(
        "Your number for the sum under replace is safe, but larger than anything that can happen.",
        "2·max(|lower|, |upper|) is right only for an interval with its middle at 0.",
    ),
    "lower_forgotten": Mistake(
        "Your sum looks at the upper bound only.",
        "An entry of −7 moves the sum further than an entry of −1: the larger absolute value counts.",
    ),
    "sign_of_lower": Mistake(
        "Whenever lower is negative, your sum under add/remove forgets the upper bound.",
        "From −2 to 5 the furthest entry from 0 is 5: the larger absolute value counts.",
    ),
    "grows_with_n": Mistake(
        "Your sum lets all rows change at once; neighbours differ in one.",
        "n·(upper − lower) protects the whole table at a time, at n times the noise.",
    ),
    "mean_not_divided": Mistake(
        "Your mean moves as far as the sum does.",
        "In a mean every patient has only one n-th of the weight.",
    ),
    "mean_as_sum_over_n": Mistake(
        "Under add/remove you divide both sums by the same n, but the two tables differ in size.",
        "The mean is no sum over a fixed n: with one row fewer, the other rows weigh more.",
    ),
    "mean_off_by_one": Mistake(
        "Which of the two tables has n rows? You used the smaller one.",
        "The exercise says that n is the size of the larger table.",
    ),
    "mean_always_four": Mistake(
        "Your mean is right for tables of four rows only.",
        "The divisor is n; the check asks for more than one n.",
    ),
    "mean_by_the_root": Mistake(
        "Your mean shrinks with the square root of n; one row weighs one n-th.",
        "(upper − lower)/(2√n) happens to be right at n = 4. A root belongs to averages of noise.",
    ),
    "too_small": Mistake(
        "Two neighbours are further apart than your number says: the noise would not hide them.",
        "A sensitivity that is too small breaks the promise; the check shows two such tables.",
    ),
    "too_large": Mistake(
        "No two neighbours are as far apart as your number says.",
        "Private, but with more noise than is needed: the sensitivity is the *smallest* safe number.",
    ),
}
