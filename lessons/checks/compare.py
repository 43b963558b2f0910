"""Tell whether an answer is right by asking it, and name the mistake that was made.

A mistake is stated once, with the wrong functions that make it (``Mistake.made_by``). A
deterministic answer is named by comparing its results with theirs on the same cases, a noisy one
by the nearest of their distributions. What no named mistake explains gets the smallest case that
fails.
"""

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Ended, Found
from lessons.checks.laws import two_sample_bound, two_sample_distance
from lessons.validation import Vector

Case = Mapping[str, Any]  # the arguments of one call, by name
NAMING = 1e-5  # a mistake's own draws are further from it than the bound with this probability
FEW = 20_000  # draws that name a mistake
SHAPES = {"wrong_law", "tails", "cut_off"}  # codes that one wrong shape may get
STRANGE = SHAPES | {"repeated_noise", "one_sided", "rounded", "no_noise", "linked"}  # not by chance
DETAILED = ("wrong_type", "wrong_shape")  # findings that are alike only if their details are
NEARER = 0.75  # a mistake explains draws only if it is so much nearer to them than the truth is
CLEARLY = 0.6  # draws of one distribution are so far apart, in units of what chance allows, 1 in 40
TWICE = 40  # draws that are asked for twice


@dataclass(frozen=True)
class Mistake:
    """One way to be wrong, stated once.

    ``says`` is what the learner reads, ``why`` what the worked solutions say about it. ``made_by``
    holds the wrong functions that make it (for a question: the wrong values, or functions without
    arguments that give them); ``within`` is how near a question's wrong value must be.
    """

    says: str
    why: str
    made_by: tuple[Any, ...] = ()
    within: float | None = None


Outcome = Vector | Found  # draws, or what ended them
Mistakes = Mapping[str, Mistake]
Ask = Callable[[Attempt, Case], Any]
Fitting = list[tuple[float, str, Attempt]]  # the worst gap so far, a mistake's code, its function


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
    best, best_score = "", (False, 0)
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
            score = (everywhere, shows)
            if shows and (everywhere or shows > 2) and score > best_score:
                best, best_score = code, score
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


def told(case: Case) -> str:
    """The arguments of a case in words: "sigma = 2 and epsilon = 0.5"."""
    parts = [f"{name} = {shown(value)}" for name, value in case.items() if not _is_source(value)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def shown(value: Any) -> str:
    """A value as a learner would write it, shortened when it is long."""
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray) and value.size > 12:
        return f"an array of shape {value.shape}"
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, list | tuple) and len(value) > 12:
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, list | tuple):
        inner = ", ".join(shown(one) for one in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _is_source(value: Any) -> bool:
    return isinstance(value, np.random.Generator) or callable(value)


def _compared(case: Case, got: Any, truth: Any) -> str:
    """Say in which direction a number is off; of anything else only that it is wrong."""
    try:
        difference = float(got) - float(truth)
    except (TypeError, ValueError):
        return ", which is not right."
    return ", which is too large." if difference > 0 else ", which is too small."


@dataclass(frozen=True)
class Probe:
    """One way to look at a noisy answer.

    ``draw(attempt, rng, times)`` collects draws, (times,) or (times, entries), of an attempt;
    ``fault(draws)`` says what is wrong with them. ``said`` tells the learner the setting.
    """

    draw: Callable[[Attempt, np.random.Generator, int], Vector]
    fault: Callable[[Vector], Found | None]
    times: int
    said: str = ""
    naming: int = 60  # draws of a wrong function for a first look at whether it may be this one


def by_law(
    attempt: Attempt, probes: Sequence[Probe], *, mistakes: Mistakes, rng: np.random.Generator
) -> Found | None:
    """Judge the draws of each probe by its law; name the first that is wrong by the nearest mistake.

    Then, for each probe: the draws must come from the generator that is given and be fresh, and
    they must not depend on what was asked in between.
    """
    seen: list[tuple[Probe, Outcome]] = []
    for probe in probes:
        seen.append((probe, _drawn(probe, attempt, rng, probe.times)))
        outcome = seen[-1][1]
        found = outcome if isinstance(outcome, Found) else probe.fault(outcome)
        if found is not None:
            with warnings.catch_warnings(action="ignore"):  # those of the wrong functions
                code = nearest_law(attempt, probes, seen, mistakes, rng)
            details = f"{found.details} {probe.said}".strip()
            return Found(code) if code else Found(found.code, details)
    twins, before = [np.random.default_rng(rng.integers(2**62)) for _ in probes], []
    for (probe, draws), twin in zip(seen, twins, strict=True):
        first, second = _from(probe, attempt, twin), _from(probe, attempt, twin)
        if not np.array_equal(first, second) or (
            _vary(draws) and _same_again(probe, attempt, twin)
        ):
            return Found("global_random")
        before.append(first)
    for probe, twin, first in reversed(list(zip(probes, twins, before, strict=True))):
        if not np.array_equal(_from(probe, attempt, twin), first):
            return Found("remembers", probe.said)
    return None


def _drawn(probe: Probe, attempt: Attempt, rng: np.random.Generator, times: int) -> Outcome:
    try:
        return probe.draw(attempt, rng, times)
    except Ended as end:
        return end.found


def _from(probe: Probe, attempt: Attempt, twin: np.random.Generator) -> Vector:
    """Draw from a copy of ``twin``, which stays as it is."""
    return probe.draw(attempt, copy.deepcopy(twin), min(probe.times, TWICE))


def _same_again(probe: Probe, attempt: Attempt, twin: np.random.Generator) -> bool:
    """Whether one generator gives the same draws in two calls."""
    own, times = copy.deepcopy(twin), min(probe.times, TWICE)
    return np.array_equal(probe.draw(attempt, own, times), probe.draw(attempt, own, times))


def _vary(draws: Outcome) -> bool:
    """Whether a quarter of the draws differ from the commonest: then two calls differ (1e-8)."""
    counts = np.unique(np.asarray(draws), return_counts=True)[1]
    return np.asarray(draws).size >= TWICE and counts.max() <= 0.75 * counts.sum()


def nearest_law(
    attempt: Attempt,
    probes: Sequence[Probe],
    seen: Sequence[tuple[Probe, Outcome]],
    mistakes: Mistakes,
    rng: np.random.Generator,
) -> str:
    """Give the code of the mistake that explains the draws of every probe best, "" if none does.

    Where the attempt fails, the mistake's draws must be nearer to the attempt's than those of a
    right answer are, and have no other kind of fault; the probes that have not been seen yet are
    drawn too.
    """
    failed, failure = seen[-1]
    right = _gap(failure, _drawn(failed, attempt.reference(), rng, failed.times))
    made = [
        (0.0, code, Attempt(one, like=one)) for code, m in mistakes.items() for one in m.made_by
    ]

    def near(fitting: Fitting, probe: Probe, outcome: Outcome, looks: Sequence[int]) -> Fitting:
        nearer = []
        for worst, code, theirs in fitting:
            for times in looks:
                gap = _gap(outcome, _drawn(probe, theirs, rng, times))
                if gap > 1:
                    break
            else:
                nearer.append((max(worst, gap), code, theirs))
        return nearer

    fitting = near(made, failed, failure, _looks(failed)[:2])
    fitting = [(0.0, code, theirs) for _, code, theirs in fitting]  # a longer look follows
    for probe, outcome in seen[:-1]:
        fitting = near(fitting, probe, outcome, _looks(probe))
    explaining = []
    for worst, code, theirs in fitting:
        drawn = _drawn(failed, theirs, rng, failed.times)
        gap = _gap(failure, drawn)
        if gap <= 1 and gap < NEARER * right and _explains(failed, failure, drawn, right):
            explaining.append((max(worst, gap), code, theirs))
    for probe in probes[len(seen) :]:
        if explaining:
            looks = _looks(probe)
            outcome = _drawn(probe, attempt, rng, looks[-1])
            explaining = near(explaining, probe, outcome, looks)
    return min(explaining, key=lambda one: one[0])[1] if explaining else ""


def _looks(probe: Probe) -> list[int]:
    """How many draws a wrong function is looked at with: few at first, since most differ by much."""
    return sorted({min(probe.times, probe.naming * part) for part in (1, 4, 16)})


def _gap(outcome: Outcome, drawn: Outcome) -> float:
    """Give how far a wrong function's draws are from those seen; chance allows up to 1."""
    if isinstance(outcome, Found) or isinstance(drawn, Found):
        return 0.0 if alike(outcome, drawn) else np.inf
    one, other = outcome.ravel()[:FEW], drawn.ravel()[:FEW]
    bound = two_sample_bound(len(one), len(other), false_alarm=NAMING)
    return two_sample_distance(one, other) / bound


def _explains(probe: Probe, outcome: Outcome, drawn: Outcome, right: float) -> bool:
    """Whether a mistake's draws are wrong in the same way as those seen.

    They may be without a fault by chance, if those seen are clearly not the right answer's and only
    their place, size or frequency is off.
    """
    first, second = (
        one.code if isinstance(one, Found) else getattr(probe.fault(one), "code", "")
        for one in (outcome, drawn)
    )
    if not second:
        return right > CLEARLY and first not in STRANGE
    return first == second or {first, second} <= SHAPES
