"""Checks of lesson 17 that look at the lower bound on ε, from two counts."""

from math import inf, log, log2, log10
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.confidence import clopper_pearson
from lessons.dp.empirical_epsilon import epsilon_lower_bound

CASES: tuple[dict[str, Any], ...] = (  # one direction, the other, small counts, no error
    {"tp": 310, "fp": 12, "n_in": 420, "n_out": 510, "delta": 0.013, "failure": 0.04},
    {"tp": 388, "fp": 260, "n_in": 390, "n_out": 450, "delta": 0.02, "failure": 0.11},
    {"tp": 9, "fp": 0, "n_in": 20, "n_out": 14, "delta": 0.05, "failure": 0.2},
    {"tp": 13, "fp": 0, "n_in": 13, "n_out": 19, "delta": 0.03, "failure": 0.07},
)
NOTHING: tuple[dict[str, Any], ...] = (
    {"tp": 40, "fp": 45, "n_in": 90, "n_out": 80, "delta": 0.01, "failure": 0.05},
    {"tp": 0, "fp": 0, "n_in": 30, "n_out": 30, "delta": 0.0, "failure": 0.05},
    {"tp": 3, "fp": 0, "n_in": 60, "n_out": 60, "delta": 0.3, "failure": 0.05},
)


def examine_bound(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Known numbers; each slip changes one step of 17.5."""
    results = [attempt.number(*_call(case)[0], **_call(case)[1]) for case in CASES]
    wrong = [abs(one - _right(case)) > 1e-5 for one, case in zip(results, CASES, strict=True)]
    for found, case, missed in zip(results, CASES, wrong, strict=True):
        if missed:
            return _which_bound(found, case, one_of_the_first=wrong[0] != wrong[1])
    for case in NOTHING:
        positional, named = _call(case)
        result = attempt(*positional, **named)
        if result is None:
            return Found("returned_none")
        if not np.isfinite(result):
            return Found("not_a_bound")
        if attempt.number(*positional, **named) < -1e-12:
            return Found("negative")
        if abs(float(result)) > 1e-9:
            return Found("something_from_nothing")
    return None


def _call(case: dict[str, Any]) -> tuple[tuple[int, int], dict[str, Any]]:
    named = {key: value for key, value in case.items() if key not in ("tp", "fp")}
    return (case["tp"], case["fp"]), named


def _right(case: dict[str, Any]) -> float:
    positional, named = _call(case)
    return epsilon_lower_bound(*positional, **named)


def _ends(case: dict[str, Any], share: float) -> tuple[float, float, float, float]:
    """(TPR lower, TPR upper, FPR lower, FPR upper), each at ``share`` of the failure."""
    beta = share * case["failure"]
    tpr = clopper_pearson(case["tp"], trials=case["n_in"], failure=beta)
    fpr = clopper_pearson(case["fp"], trials=case["n_out"], failure=beta)
    return *tpr, *fpr


def _ln(above: float, below: float) -> float:
    return log(above / below) if above > 0 and below > 0 else (inf if above > 0 else -inf)


def _both(tpr: float, fpr: float, delta: float) -> tuple[float, float]:
    return _ln(tpr - delta, fpr), _ln(1 - fpr - delta, 1 - tpr)


def _which_bound(found: float, case: dict[str, Any], *, one_of_the_first: bool) -> Found:
    slips = _slips(case)
    if one_of_the_first:  # in each of the first two cases another direction is the larger one
        del slips["smaller"]
    for code, value in slips.items():
        if np.isfinite(value) and abs(found - value) < 1e-5:
            return Found(code.rstrip("_"))
    if found > _right(case):
        return Found("too_much", f"Yours is {found:.4f} for {case['tp']} and {case['fp']}.")
    return Found("too_little", f"Yours is {found:.4f} for {case['tp']} and {case['fp']}.")


def _slips(case: dict[str, Any]) -> dict[str, float]:
    low, high, least, most = _ends(case, 0.5)
    delta, right = case["delta"], _right(case)
    tpr, fpr = case["tp"] / case["n_in"], case["fp"] / case["n_out"]
    first, second = _both(low, most, delta)
    whole, quarter = _ends(case, 1.0), _ends(case, 0.25)
    n = case["n_in"]
    wrong_n = clopper_pearson(min(case["fp"], n), trials=n, failure=case["failure"] / 2)[1]
    slips = {
        "point_estimate": max(_both(tpr, fpr, delta)),
        "not_split": max(_both(whole[0], whole[3], delta)),
        "split_twice": max(_both(quarter[0], quarter[3], delta)),
        "delta_forgotten": max(_both(low, most, 0.0)),
        "delta_added": max(_both(low, most, -delta)),
        "delta_below": max(_ln(low, most + delta), _ln(1 - most, 1 - low + delta)),
        "smaller": min(first, second),
        "average": (first + second) / 2,
        "added": first + second,
        "best_case": max(_both(high, least, delta)),
        "alarms_exact": max(_both(low, fpr, delta)),
        "hits_exact": max(_both(tpr, most, delta)),
        "no_logarithm": float(np.exp(right)),
        "other_logarithm": log10(np.exp(right)),
        "other_logarithm_": log2(np.exp(right)),
        "same_n": max(_both(low, wrong_n, delta)),
        "difference": low - most,
        "one_direction": first,
        "other_direction": second,
    }
    # the larger direction alone is right for one of the cases: only what is left of it may be named
    return {code: value for code, value in slips.items() if abs(value - right) > 1e-4}


BOUND_MISTAKES = {
    "point_estimate": Mistake(
        "You treat the frequencies as if they were the rates.",
        "Such an estimate is too high about half of the time: it accuses honest mechanisms.",
    ),
    "not_split": Mistake(
        "Two bounds are used, and each may fail: together yours fail up to twice as often.",
        "Give each of them half of the failure.",
    ),
    "split_twice": Mistake(
        "Your bounds fail with a quarter of the failure each; you are allowed half.",
        "clopper_pearson gives one-sided bounds already; two of them are used.",
    ),
    "delta_forgotten": Mistake(
        "In at least one of the two directions your bound does not depend on δ.",
        "A mechanism may fail with probability δ; hits of that kind prove nothing about ε.",
    ),
    "delta_added": Mistake(
        "Your δ helps the attacker; it should be taken off.",
        "Solve TPR ≤ e^ε · FPR + δ for ε: δ moves to the left side.",
    ),
    "delta_below": Mistake(
        "Your δ stands in the denominator.",
        "Solve TPR ≤ e^ε · FPR + δ for ε: it is subtracted from TPR first.",
    ),
    "smaller": Mistake(
        "Both inequalities are true of the mechanism; you keep the weaker one.",
        "ε is at least as large as each of them, so at least as large as the larger.",
    ),
    "average": Mistake(
        "You average the two directions.",
        "Each is a lower bound on its own: the larger one is a lower bound too.",
    ),
    "added": Mistake(
        "You add the two directions up.",
        "Both speak of the same ε. Each is a lower bound; their sum is not.",
    ),
    "best_case": Mistake(
        "You take the ends of the intervals that make the attack look best.",
        "To be sure, suppose that the attack was lucky: lower TPR, upper FPR.",
    ),
    "alarms_exact": Mistake(
        "You bound the TPR but take the FPR as counted.",
        "The FPR stands in the denominator and is small: its error matters most.",
    ),
    "hits_exact": Mistake(
        "You bound the FPR but take the TPR as counted.",
        "Both are frequencies, both may have been lucky.",
    ),
    "no_logarithm": Mistake(
        "That is e^ε; ε is its logarithm.",
        "The ratio of the rates is bounded by e^ε.",
    ),
    "other_logarithm": Mistake(
        "That is a logarithm to another base.",
        "ε is a natural logarithm: math.log.",
    ),
    "same_n": Mistake(
        "You divide both counts by the number of records that were in.",
        "False positives are counted among the records that were out.",
    ),
    "difference": Mistake(
        "That is a difference of rates, the advantage; ε bounds a ratio.",
        "A difference of 0.05 is nothing at a TPR of 0.5, and a proof of leakage at an FPR of 0.",
    ),
    "one_direction": Mistake(
        "Your bound looks only at how rare false alarms are.",
        "The second half of (17.1) speaks of what the attack calls out: few misses are evidence too.",
    ),
    "other_direction": Mistake(
        "Your bound looks only at how rare misses are.",
        "The first half of (17.1) speaks of what the attack calls in: few false alarms are evidence.",
    ),
    "negative": Mistake(
        "Your bound can be negative.",
        "ε is never below 0, and a negative bound says nothing: return 0 then.",
    ),
    "not_a_bound": Mistake(
        "When next to nothing was caught, your bound is not a finite number.",
        "TPR − δ may be 0 or below: there is no logarithm, and nothing has been shown. Return 0.",
    ),
    "something_from_nothing": Mistake(
        "Your bound is above 0 where the counts show nothing.",
        "An attack that hits as often as it errs is a coin; an absolute value turns it into evidence.",
    ),
    "too_much": Mistake(
        "Your bound is higher than the counts allow.",
        "It would be above the true ε more often than `failure` says.",
    ),
    "too_little": Mistake(
        "Your bound is true but lower than it need be.",
        "Check the ends of the intervals and both directions by hand for one case.",
    ),
}
