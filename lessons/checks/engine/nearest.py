"""Tell whether a noisy answer is right by its draws, and name the nearest mistake.

A mistake is stated once, with the wrong functions that make it; the one whose distribution is
nearest to the answer's, on every probe, is named.
"""

import copy
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import two_sample_bound, two_sample_distance
from lessons.checks.engine.compare import alike
from lessons.checks.engine.mistakes import Found, Mistakes
from lessons.validation import Vector

NAMING = 1e-5  # a mistake's own draws are further from it than the bound with this probability
FEW = 20_000  # draws that name a mistake
SHAPES = {"wrong_law", "tails", "cut_off"}  # codes that one wrong shape may get
# wrong in a way that does not come by chance
STRANGE = SHAPES | {
    "repeated_noise",
    "one_sided",
    "rounded",
    "no_noise",
    "partly_no_noise",
    "linked",
}
NEARER = 0.75  # a mistake explains draws only if it is so much nearer to them than the truth is
CLEARLY = 0.6  # draws of one distribution are so far apart, in units of what chance allows, 1 in 40
TWICE = 40  # draws that are asked for twice
Outcome = Vector | Found  # draws, or what ended them
Fitting = list[tuple[float, str, Attempt]]  # the worst gap so far, a mistake's code, its function


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
        fitting = near(fitting, probe, outcome, _looks(probe)[:2])
    explaining = []
    for worst, code, theirs in fitting:
        drawn = _drawn(failed, theirs, rng, failed.times)
        gap = _gap(failure, drawn)
        if gap <= 1 and gap < NEARER * right and _explains(failed, failure, drawn, right):
            explaining.append((max(worst, gap), code, theirs))
    for probe in probes[len(seen) :]:
        if explaining:
            looks = _looks(probe)[:2]
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
