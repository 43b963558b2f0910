"""Checks of lesson 12 by going through all cases: the sensitivity, and the law of a choice."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.exercise import Mistake
from lessons.dp.selection import exponential_probabilities, noisy_max_probabilities
from lessons.dp.sensitivity import (
    RELATIONS,
    count_sensitivity,
    mean_sensitivity,
    sum_sensitivity,
    worst_pair,
)
from lessons.validation import Vector, choice

N = 4
BOUNDS = ((-3.0, 2.0), (1.0, 5.0), (-7.0, -1.0))  # |a| > |b|, both positive, both negative
QUERIES: dict[str, Callable[[Any], float]] = {
    "count": sum,
    "sum": sum,
    "mean": lambda table: sum(table) / len(table),
}
Case = tuple[str, str, float, float]  # query, relation, lower, upper


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
    query, relation, lower, upper = case
    values = (0.0, 1.0) if query == "count" else (lower, (lower + upper) / 2, upper)
    one, other = worst_pair(QUERIES[query], universe=values, n=N, relation=relation)
    return one, other, abs(QUERIES[query](one) - QUERIES[query](other))


def examine_sensitivity(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The number must be the largest difference among all small tables, found by brute force."""
    cases = [(q, r, a, b) for q in QUERIES for r in RELATIONS for a, b in BOUNDS]
    got = {
        (q, r, a, b): attempt.number(q, lower=a, upper=b, n=N, relation=r) for q, r, a, b in cases
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
    query, relation, lower, upper = case
    one, other, distance = _worst(case)
    where = f"Look at the {query} under {relation} with entries from {lower:g} to {upper:g}"
    if number < distance:
        return Found(
            "too_small", f"{where}, and compare the tables {_short(one)} and {_short(other)}."
        )
    return Found("too_large", f"{where}, n = {N}.")


def _short(table: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{entry:g}" for entry in table) + ")"


def _largest(lower: float, upper: float) -> float:
    return max(abs(lower), abs(upper))


Slip = Callable[[str, str, float, float], float]
_SLIPS: dict[str, tuple[str, str | None, Slip]] = {  # code -> query, relation (None: both), number
    "replace_counts_twice": ("count", "replace", lambda q, r, a, b: 2.0),
    "count_has_no_bounds": ("count", None, lambda q, r, a, b: sum_sensitivity(
        lower=a, upper=b, relation=r)),
    "relations_swapped": ("sum", None, lambda q, r, a, b: (
        b - a if r == "add/remove" else _largest(a, b))),
    "range_for_both": ("sum", None, lambda q, r, a, b: b - a),
    "largest_for_both": ("sum", None, lambda q, r, a, b: _largest(a, b)),
    "largest_twice": ("sum", "replace", lambda q, r, a, b: 2 * _largest(a, b)),
    "lower_forgotten": ("sum", "add/remove", lambda q, r, a, b: abs(b)),
    "grows_with_n": ("sum", "replace", lambda q, r, a, b: N * (b - a)),
    "mean_not_divided": ("mean", None, lambda q, r, a, b: sum_sensitivity(
        lower=a, upper=b, relation=r)),
    "mean_as_sum_over_n": ("mean", "add/remove", lambda q, r, a, b: _largest(a, b) / N),
    "mean_off_by_one": ("mean", "add/remove", lambda q, r, a, b: (b - a) / (N - 1)),
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
    "too_small": Mistake(
        "Two neighbours are further apart than your number says: the noise would not hide them.",
        "A sensitivity that is too small breaks the promise; the check shows two such tables.",
    ),
    "too_large": Mistake(
        "No two neighbours are as far apart as your number says.",
        "Private, but with more noise than is needed: the sensitivity is the *smallest* safe number.",
    ),
}

# Exercise 12.4: the exponential mechanism

SCORES = np.array([13.0, 10.0, 15.0, 11.0, 17.0, 14.0])  # the best is neither first nor last
SENSITIVITY, EPSILON = 3.0, 2.0  # Δ, 1, ε and 2 enter differently into every slip
OTHER_SCORES = np.array([-3.0, -9.0, -1.0, -4.0])
DRAWS, FEWER = 2500, 800


def examine_exponential(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The law of the index must be (12.6), also for scores whose exponentials overflow."""
    law = _frequencies(attempt, DRAWS, SCORES, sensitivity=SENSITIVITY, epsilon=EPSILON, rng=rng)
    if isinstance(law, Found):
        return law
    right = exponential_probabilities(SCORES, sensitivity=SENSITIVITY, epsilon=EPSILON)
    if not _fits(law, right, DRAWS):
        return _which_law(law)
    other = _frequencies(attempt, FEWER, OTHER_SCORES, sensitivity=1.0, epsilon=0.6, rng=rng)
    if isinstance(other, Found):
        return other
    right = exponential_probabilities(OTHER_SCORES, sensitivity=1.0, epsilon=0.6)
    if not _fits(other, right, FEWER):
        return Found("not_general")
    large = SCORES * 1000
    if attempt.refuses(large, sensitivity=1.0, epsilon=1.0, rng=rng):
        return Found("overflow")
    winner = attempt.integer(large, sensitivity=1.0, epsilon=1.0, rng=rng)
    return None if winner == int(np.argmax(large)) else Found("overflow")


def _frequencies(attempt: Attempt, times: int, scores: Vector, **settings: Any) -> Vector | Found:
    first = attempt(scores, **settings)
    if isinstance(first, list | np.ndarray) and np.shape(first) == scores.shape:
        return Found("returned_probabilities")
    if isinstance(first, float | np.floating) and np.isfinite(first):
        return Found("released_the_score", f"Got {float(first):.3g}.")
    attempt.integer(scores, **settings)
    indices = np.array([int(draw) for draw in attempt.repeat(times, scores, **settings)])
    if indices.min() < 0 or indices.max() >= len(scores):
        return Found("no_such_candidate")
    return np.asarray(np.bincount(indices, minlength=len(scores)) / times)


def _fits(law: Vector, expected: Vector, times: int) -> bool:
    """Every frequency near its probability: 10 of them in the two runs share one false alarm."""
    bound = frequency_bound(times, false_alarm=FALSE_ALARM / 10)
    return bool(np.abs(law - expected).max() <= bound)


def _which_law(law: Vector) -> Found:
    if law.max() == 1:
        return Found("no_randomness")
    known = {"sensitivity": SENSITIVITY, "epsilon": EPSILON}
    laws = {
        "factor_two_missing": exponential_probabilities(SCORES, sensitivity=1.5, epsilon=EPSILON),
        "sensitivity_ignored": exponential_probabilities(SCORES, sensitivity=1.0, epsilon=EPSILON),
        "epsilon_ignored": exponential_probabilities(SCORES, sensitivity=SENSITIVITY, epsilon=1.0),
        "lowest_is_best": exponential_probabilities(-SCORES, **known),
        "proportional": SCORES / SCORES.sum(),
        "uniform": np.full(len(SCORES), 1 / len(SCORES)),
        "exponential_noise": noisy_max_probabilities(SCORES, **known),
    }
    distances = {code: float(np.abs(law - one).max()) for code, one in laws.items()}
    nearest = min(distances, key=lambda code: distances[code])
    if distances[nearest] <= frequency_bound(DRAWS):
        return Found(nearest)
    best = law[int(np.argmax(SCORES))]
    return Found("wrong_law", f"Your best candidate came in {best:.2f} of the draws.")


EXPONENTIAL_MISTAKES = {
    "returned_probabilities": Mistake(
        "You return all the probabilities; the mechanism releases one candidate's index.",
        "The probabilities are a function of the scores without noise: they give the scores back.",
    ),
    "released_the_score": Mistake(
        "You return a score; the mechanism releases the index of a candidate and nothing else.",
        "The (noisy) winning score is one more statistic of the data and would need its own ε.",
    ),
    "no_such_candidate": Mistake(
        "One of your answers is no index of a candidate.",
        "Indices run from 0 to len(scores) − 1.",
    ),
    "no_randomness": Mistake(
        "The same candidate wins every time.",
        "argmax without noise: where two scores tie, one patient decides; the ratio is infinite.",
    ),
    "factor_two_missing": Mistake(
        "Your choice is sharper than ε allows: it keeps twice the ε that was asked for.",
        "A patient can lift one score and lower all others: both the numerator and the "
        "normalising sum move, hence the 2 in the denominator.",
    ),
    "sensitivity_ignored": Mistake(
        "Your choice does not depend on how far one patient can move a score.",
        "e^(ε·u/2) is right for Δ = 1 only; for Δ = 3 it spends 3ε.",
    ),
    "epsilon_ignored": Mistake(
        "Your choice is the same whatever ε is.",
        "e^(u/2Δ) promises ε = 1, not the ε that was asked for.",
    ),
    "lowest_is_best": Mistake(
        "Your mechanism prefers the candidates with the lowest scores.",
        "A minus sign too many: high scores are good, and their weights must be large.",
    ),
    "proportional": Mistake(
        "You choose in proportion to the scores themselves.",
        "A score of 0 is then impossible, and a score of 1 possible: that ratio is infinite.",
    ),
    "uniform": Mistake(
        "All candidates are equally likely.",
        "Perfectly private and perfectly useless: the data are not used.",
    ),
    "exponential_noise": Mistake(
        "You add exponential noise and take the largest: private, but its law is not (12.6).",
        "That is report-noisy-max, which is even a little better; here the exercise wants (12.6), "
        "and Gumbel noise would give exactly that.",
    ),
    "not_general": Mistake(
        "Right for one choice of scores, ε and Δ, but not for another.",
        "The check tries negative scores and other parameters. e^(u/Δ) is right when ε = 2 only.",
    ),
    "overflow": Mistake(
        "With scores in the thousands your exponentials overflow.",
        "Only differences of scores matter, so a constant may be subtracted from all of them first.",
    ),
    "wrong_law": Mistake(
        "The frequencies of your choices are not those of (12.6).",
        "Compare with the probabilities of a small case that you have worked out by hand.",
    ),
}
