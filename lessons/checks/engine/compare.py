"""Tell whether a deterministic answer is right by its results, and name the mistake that was made.

A mistake is stated once, with the wrong functions that make it: the answer's results are compared
with theirs on the same cases. What no named mistake explains gets the smallest case that fails.
"""

import warnings
from collections.abc import Callable, Sequence
from math import floor, log10
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.mistakes import Found, Mistakes
from lessons.checks.engine.told import Case, shown, told

DETAILED = ("wrong_type", "wrong_shape")  # findings that are alike only if their details are
Ask = Callable[[Attempt, Case], Any]


def as_number(attempt: Attempt, case: Case) -> float:
    """Ask for one number."""
    return attempt.number(**case)


def by_numbers(
    attempt: Attempt,
    cases: Sequence[Case],
    *,
    right: Callable[..., Any],
    mistakes: Mistakes,
    rng: np.random.Generator,
    ask: Ask = as_number,
    fits: Callable[[Case, Any, Any], bool] | None = None,
    words: Callable[[Case, Any, Any], str] | None = None,
) -> Found | None:
    """Ask every case, in an order of its own, and again in another; name what is wrong.

    ``cases`` run from small to large. ``right(**case)`` gives the right result; ``fits(case, got,
    right)`` says whether a result is right (default: equal but for rounding); ``words(case, got,
    right)`` says of the smallest failing case what is wrong with it, without giving the answer.
    ``ask`` asks for a result of the right kind.
    """
    fits = fits or (lambda case, got, truth: close(got, truth, tolerance=attempt.tolerance))
    order = rng.permutation(len(cases))
    got = _outcomes(attempt, cases, ask, order)
    truth = [right(**case) for case in cases]

    def is_right(k: int, outcome: Any) -> bool:
        return not isinstance(outcome, Found) and fits(cases[k], outcome, truth[k])

    wrong = [k for k in range(len(cases)) if not is_right(k, got[k])]
    again = _outcomes(attempt, cases, ask, rng.permutation(order))
    for k in range(len(cases)):
        if k not in wrong and not alike(got[k], again[k]):
            return Found("remembers", f"It happens for {told(cases[k])}.")
    if not wrong:
        return None
    with warnings.catch_warnings(action="ignore"):  # those of the wrong functions
        code = _made(got, cases, order, mistakes, ask, is_right, wrong[:3])
    if code:
        return Found(code)
    smallest = wrong[0]
    if isinstance(got[smallest], Found):
        found: Found = got[smallest]
        return Found(found.code, f"{found.details} It happens for {told(cases[smallest])}.".strip())
    case, value, answer = _simpler(attempt, cases[smallest], got[smallest], right, ask, fits)
    said = (words or _compared)(case, value, answer)
    mine = shown(value)
    if isinstance(value, float) and mine == shown(answer):
        mine = repr(float(value))  # the difference is further back
    return Found("counterexample", f"For {told(case)} you get {mine}{said}")


def _outcomes(attempt: Attempt, cases: Sequence[Case], ask: Ask, order: Any) -> list[Any]:
    """Give the result of each case, or the finding that it ends with."""
    got: list[Any] = [None] * len(cases)
    for k in order:
        got[k] = _outcome(attempt, cases[k], ask)
    return got


def _outcome(attempt: Attempt, case: Case, ask: Ask) -> Any:
    try:
        return ask(attempt, case)
    except Ended as end:
        return end.found


def _made(
    got: list[Any],
    cases: Sequence[Case],
    order: Any,
    mistakes: Mistakes,
    ask: Ask,
    is_right: Callable[[int, Any], bool],
    first: Sequence[int],
) -> str:
    """Give the code of the mistake that explains the results: everywhere, or wherever it shows.

    ``first`` are a few of the wrong cases: most wrong functions drop out there.
    """
    best, best_shows = "", 0
    for code, mistake in mistakes.items():
        for wrong_function in mistake.made_by:
            its = Attempt(wrong_function, like=wrong_function)
            everywhere, shows = True, 0
            for place, k in enumerate((*first, *order)):
                one = _outcome(its, cases[k], ask)
                same, shown_here = alike(got[k], one), not is_right(k, one)
                if shown_here and not same:
                    shows = 0
                    break
                if place >= len(first):
                    everywhere, shows = everywhere and same, shows + shown_here
            if shows and everywhere:  # nothing explains more
                return code
            if shows > max(best_shows, 2):
                best, best_shows = code, shows
    return best


def _simpler(
    attempt: Attempt,
    case: Case,
    value: Any,
    right: Callable[..., Any],
    ask: Ask,
    fits: Callable[[Case, Any, Any], bool],
) -> tuple[Case, Any, Any]:
    """Give the same failing case with rounder numbers, where it still fails."""
    best = (case, value, right(**case))
    for digits in (1, 2, 3):
        for names in (list(case), *([name] for name in case)):
            rounder = {k: _rounded(v, digits) if k in names else v for k, v in best[0].items()}
            if all(rounder[k] is best[0][k] for k in rounder):
                continue
            try:
                answer, got = right(**rounder), ask(attempt, rounder)
                if not fits(rounder, got, answer):
                    best = (rounder, got, answer)
            except (Ended, ValueError, ArithmeticError):
                continue
    return best


def _rounded(value: Any, digits: int) -> Any:
    if not isinstance(value, float) or value == 0 or not np.isfinite(value):
        return value
    rounder = round(value, digits - 1 - floor(log10(abs(value))))
    return value if rounder == value else rounder


def close(one: Any, other: Any, *, tolerance: float = 1e-9) -> bool:
    """Whether two results are equal but for rounding: numbers, arrays, and tuples or lists of them."""
    if isinstance(one, float) and isinstance(other, float):
        near = abs(one - other) <= tolerance * max(abs(other), 1e-300) < float("inf")
        return bool(one == other or near)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(
            close(a, b, tolerance=tolerance) for a, b in zip(one, other, strict=True)
        )
    try:
        a, b = np.asarray(one), np.asarray(other)
        if a.shape != b.shape:
            return False
        if a.dtype.kind not in "f" and b.dtype.kind not in "f":
            return bool((a == b).all())
        a, b = a.astype(float), b.astype(float)
    except (TypeError, ValueError, OverflowError):
        return False
    size = float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
    with np.errstate(invalid="ignore"):  # two infinities are equal, and their difference is NaN
        near = np.abs(a - b) <= tolerance * np.maximum(np.abs(b), min(size, 1.0) * 1e-3)
    return bool(((near & np.isfinite(b)) | (a == b)).all())


def alike(one: Any, other: Any) -> bool:
    """Whether two outcomes are the same: equal results, or the same kind of ending."""
    if isinstance(one, Found) or isinstance(other, Found):
        same = isinstance(one, Found) and isinstance(other, Found) and one.code == other.code
        if same and one.code == "raised":
            return bool(one.details.split(":")[0] == other.details.split(":")[0])
        return same and (one.code not in DETAILED or one.details == other.details)
    return close(one, other, tolerance=1e-7)


def _compared(case: Case, got: Any, truth: Any) -> str:
    """Say in which direction a number is off; of anything else only that it is wrong."""
    try:
        difference = float(got) - float(truth)
    except (TypeError, ValueError):
        return ", which is not right."
    return ", which is too large." if difference > 0 else ", which is too small."
