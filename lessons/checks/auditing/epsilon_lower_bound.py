"""Check of Exercise 17.3: the bound of (17.v), first where both logarithms exist, then elsewhere."""

from collections.abc import Callable, Sequence
from math import exp, inf, log
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, told
from lessons.dp.auditing import empirical_epsilon
from lessons.dp.auditing.confidence import clopper_pearson

Ends = Callable[[int, int, int, int, float], tuple[float, float]]
PLAIN = (  # tp, fp, n_in, n_out: hits over alarms is the larger, then quiet over misses
    (19, 3, 23, 31),
    (40, 21, 41, 37),
    (60, 4, 100, 91),
    (310, 12, 420, 510),
    (388, 260, 390, 450),
    (255, 200, 257, 300),
    (1500, 6, 2000, 2600),
)
EXTREME = (
    (9, 0, 20, 14),
    (13, 0, 13, 19),
    (32, 0, 32, 32),
    (2000, 900, 2000, 1000),
    (1500, 0, 1500, 31),  # misses show more, though no alarm was false
    (20_000, 0, 20_000, 20_000),  # as many canaries as in the lesson: an ε above 8
)
FEWER_HITS = ((35, 60, 40, 900), (300, 420, 310, 8000))  # than alarms, of far fewer records
NOTHING = (  # as many hits as errors, none at all, fewer hits than errors, everything called "in"
    (1, 1, 1, 1),
    (0, 0, 30, 30),
    (40, 45, 90, 80),
    (5, 80, 100, 100),
    (0, 50, 60, 50),
    (30, 30, 30, 30),
)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for counts that are neither 0 nor all, for those, where nothing is shown, for few hits."""

    def compare(counts: Any, delta: Callable[[], float], named: Any = MISTAKES) -> Found | None:
        asked = [_case(rng, *one, delta=delta()) for one in counts]
        if counts[0] == PLAIN[0]:
            asked += _one_other_argument(asked[3])
        return by_numbers(
            attempt,
            asked,
            right=_reference,
            mistakes=named,
            rng=rng,
            ask=_ask,
            fits=lambda case, got, right: abs(got - right) <= _room(case, attempt.tolerance),
            words=_too_much,
        )

    found = compare([*PLAIN, *PLAIN], lambda: cases.spread(rng, 1e-3, 0.03))
    found = found or compare([*PLAIN[2:], *EXTREME], lambda: cases.spread(rng, 1e-9, 1e-5))
    found = found or compare([*EXTREME, EXTREME[1]], lambda: 0.0)
    found = found or _where_nothing_is_shown(attempt, rng)
    return found or compare(FEWER_HITS, lambda: cases.spread(rng, 1e-9, 1e-5), {})


def _room(case: Case, tolerance: float) -> float:
    """How far ε may be off: as far as ends that are as exact as Exercise 17.2 asks may move it."""
    tp, fp, n_in, n_out, _, failure = case.values()
    tpr, fpr = _cautious(tp, fp, n_in, n_out, failure / 2)
    return max(1e-7, tolerance, 4e-9 / min(1 - tpr, fpr))


def _where_nothing_is_shown(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    asked = [_case(rng, *one, delta=0.0) for one in NOTHING]
    asked += [_case(rng, *one, delta=cases.between(rng, 0.01, 0.05)) for one in NOTHING]
    asked += [_case(rng, 3, 0, 60, 60, delta=cases.between(rng, 0.2, 0.4))]
    for k in rng.permutation(len(asked)):
        found = attempt.ending(lambda case=asked[k]: _ask(attempt, case))  # type: ignore[misc]
        if found is not None:
            code = "not_a_bound" if found.code == "not_finite" else found.code
            return Found(code, f"{found.details} It happens for {told(asked[k])}.".strip())
        bound = _ask(attempt, asked[k])
        if abs(bound) > 1e-9:
            code = "negative" if bound < 0 else "something_from_nothing"
            return Found(code, f"You get {bound:.4g} for {told(asked[k])}.")
    return None


def _case(
    rng: np.random.Generator, tp: int, fp: int, n_in: int, n_out: int, *, delta: float
) -> Case:
    counts = {"true_positives": tp, "false_positives": fp, "n_in": n_in, "n_out": n_out}
    return counts | {"delta": delta, "failure": cases.spread(rng, 0.005, 0.3)}


def _one_other_argument(case: Case) -> Sequence[Case]:
    return cases.one_at_a_time(
        case,
        true_positives=case["true_positives"] + 7,
        false_positives=case["false_positives"] + 3,
        n_in=case["n_in"] + 11,
        n_out=case["n_out"] + 13,
        delta=case["delta"] / 2,
    )


def _ask(attempt: Attempt, case: Case) -> float:
    named = {name: case[name] for name in ("n_in", "n_out", "delta", "failure")}
    return attempt.number(case["true_positives"], case["false_positives"], **named)


def _reference(true_positives: int, false_positives: int, **named: Any) -> float:
    return empirical_epsilon.epsilon_lower_bound(true_positives, false_positives, **named)


def _too_much(case: Case, got: float, right: float) -> str:
    if got > right:
        return ": more than the counts allow. It would lie above the true ε too often."
    return ": true, but lower than necessary. Look at the ends of the intervals and at both directions."


def _cautious(tp: int, fp: int, n_in: int, n_out: int, beta: float) -> tuple[float, float]:
    tpr, _ = clopper_pearson(tp, trials=n_in, failure=beta)
    return tpr, clopper_pearson(fp, trials=n_out, failure=beta)[1]


def _bold(tp: int, fp: int, n_in: int, n_out: int, beta: float) -> tuple[float, float]:
    _, tpr = clopper_pearson(tp, trials=n_in, failure=beta)
    return tpr, clopper_pearson(fp, trials=n_out, failure=beta)[0]


def _ln(above: float, below: float) -> float:
    return log(above / below) if above > 0 and below > 0 else (inf if above > 0 else -inf)


def _both(tpr: float, fpr: float, delta: float) -> tuple[float, float]:
    return _ln(tpr - delta, fpr), _ln(1 - fpr - delta, 1 - tpr)


def _bound(
    combine: Callable[[float, float], float] = max,
    *,
    ends: Ends = _cautious,
    share: float = 0.5,
    both: Callable[[float, float, float], tuple[float, float]] = _both,
    after: Callable[[float], float] = lambda bound: max(0.0, bound),
) -> Callable[..., Any]:
    """Make a wrong function out of the steps of (17.v), with one of them changed."""

    def wrong(
        true_positives: int,
        false_positives: int,
        *,
        n_in: int,
        n_out: int,
        delta: float,
        failure: float,
    ) -> float:
        rates = ends(true_positives, false_positives, n_in, n_out, share * failure)
        return after(combine(*both(*rates, delta)))

    return wrong


def _with_frequencies(first: bool, second: bool) -> Ends:
    def ends(tp: int, fp: int, n_in: int, n_out: int, beta: float) -> tuple[float, float]:
        tpr, fpr = _cautious(tp, fp, n_in, n_out, beta)
        return tp / n_in if first else tpr, fp / n_out if second else fpr

    return ends


def _same_n(tp: int, fp: int, n_in: int, n_out: int, beta: float) -> tuple[float, float]:
    return _cautious(tp, min(fp, n_in), n_in, n_in, beta)


MISTAKES = {
    "point_estimate": Mistake(
        "You treat a frequency as if it were a rate.",
        "Such an estimate is often above what the true rates prove, so with a strong attack it accuses "
        "honest mechanisms. Both counts may be lucky, and the FPR is in the denominator, where its error "
        "matters most.",
        made_by=(
            _bound(ends=_with_frequencies(True, True)),
            _bound(ends=_with_frequencies(False, True)),
            _bound(ends=_with_frequencies(True, False)),
        ),
    ),
    "not_split": Mistake(
        "You use two bounds, and each may fail: together they fail up to twice as often as allowed.",
        "Give each of them half of the failure.",
        made_by=(_bound(share=1.0),),
    ),
    "split_twice": Mistake(
        "Each of your bounds uses a quarter of the failure; you are allowed half.",
        "Each end of clopper_pearson is already one-sided, and you need two ends.",
        made_by=(_bound(share=0.25),),
    ),
    "delta_forgotten": Mistake(
        "In at least one of the two directions you forget δ, or round a small δ to 0.",
        "The mechanism may reveal everything with probability δ; those hits prove nothing about ε.",
        made_by=(
            _bound(both=lambda t, f, d: _both(t, f, 0.0)),
            _bound(both=lambda t, f, d: (_both(t, f, 0.0)[0], _both(t, f, d)[1])),
            _bound(both=lambda t, f, d: (_both(t, f, d)[0], _both(t, f, 0.0)[1])),
        ),
    ),
    "delta_misplaced": Mistake(
        "Your δ stands in the wrong place, or has the wrong sign.",
        "Solve TPR ≤ e^ε · FPR + δ for ε: first subtract δ from TPR, then divide.",
        made_by=(
            _bound(both=lambda t, f, d: _both(t, f, -d)),
            _bound(both=lambda t, f, d: (_ln(t, f + d), _ln(1 - f, 1 - t + d))),
            _bound(both=lambda t, f, d: (_both(t, f, 0.0)[0] - d, _both(t, f, 0.0)[1] - d)),
        ),
    ),
    "not_the_larger": Mistake(
        "Each of the two directions is a lower bound on ε; you do not take the larger one.",
        "ε is at least as large as each of them, so it is at least the larger one. Their sum is not a "
        "bound; their average and the smaller one are weaker than what you know.",
        made_by=(
            _bound(min),
            _bound(lambda one, other: (one + other) / 2),
            _bound(lambda one, other: one + other),
        ),
    ),
    "one_direction": Mistake(
        "You use only one of the two directions of (17.iii).",
        "Many hits with few false alarms prove something about ε. So do few misses, when many of those "
        "that are out are left alone.",
        made_by=(_bound(lambda one, other: one), _bound(lambda one, other: other)),
    ),
    "best_case": Mistake(
        "You take the ends of the intervals that make the attack look best.",
        "To be safe, suppose that the attack was lucky: take the lower TPR and the upper FPR.",
        made_by=(_bound(ends=_bold),),
    ),
    "no_logarithm": Mistake(
        "Your number is not the natural logarithm of the ratio.",
        "e^ε bounds the ratio of the rates, so take math.log of the ratio, with base e.",
        made_by=(
            _bound(after=lambda bound: exp(min(max(0.0, bound), 700.0))),
            _bound(after=lambda bound: max(0.0, bound) / log(10)),
            _bound(after=lambda bound: max(0.0, bound) / log(2)),
        ),
    ),
    "same_n": Mistake(
        "You divide both counts by the number of records that were in.",
        "False positives are counted among the records that were out.",
        made_by=(_bound(ends=_same_n),),
    ),
    "difference": Mistake(
        "That is a difference of rates, the advantage; ε bounds a ratio.",
        "A difference of 0.05 says little at a TPR of 0.5, but at an FPR of 0 it proves a leak.",
        made_by=(
            _bound(both=lambda t, f, d: (t - f, -inf)),
            _bound(both=lambda t, f, d: (t - f - d, -inf)),
        ),
    ),
    "negative": Mistake(
        "Your bound is negative where nothing is shown.",
        "ε is never negative, so 0 is always a valid bound, and a better one.",
        made_by=(_bound(after=lambda bound: max(bound, -1e9)),),
    ),
    "not_a_bound": Mistake(
        "When almost nothing was caught, your bound is not a finite number.",
        "TPR − δ may be 0 or negative. Then there is no logarithm and nothing has been shown: return 0.",
        made_by=(_bound(after=lambda bound: bound if bound > 0 else -inf),),
    ),
    "something_from_nothing": Mistake(
        "Your bound is above 0 where (17.v) shows nothing.",
        "An attack that hits as often as it errs is a coin; an absolute value would turn it into "
        'evidence. And you may swap "in" and "out" only before you see the counts.',
        made_by=(
            _bound(after=lambda bound: abs(max(bound, -1e9))),
            lambda true_positives, false_positives, *, n_in, n_out, **known: (
                _reference(true_positives, false_positives, n_in=n_in, n_out=n_out, **known)
                if true_positives * n_out >= false_positives * n_in
                else _reference(false_positives, true_positives, n_in=n_out, n_out=n_in, **known)
            ),
        ),
    ),
}

epsilon_lower_bound = Exercise(
    number="17.3",
    name="epsilon_lower_bound",
    reference=empirical_epsilon.epsilon_lower_bound,
    examine=examine,
    takeaway="Suppose that the attack was lucky: what ε does it prove even then?",
    hints=(
        "Which end of which interval makes the attack look worst? One for TPR, one for FPR.",
        "Each end may be wrong, and one wrong end spoils the bound. How much of `failure` may each have?",
        "Put the two ends into both halves of (17.iii) and keep the larger. What if TPR − δ <= 0?",
    ),
    mistakes=MISTAKES,
)
