"""What can be wrong with the ε of two output distributions: exercise 11.3."""

from collections.abc import Callable
from math import exp, inf, isinf, isnan, log

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp import definitions

Array = NDArray[np.float64]
CLOSE = 1e-9

_WIDE = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.2, 0.4])  # ratios 1.25, 1.5, 0.5
_FINITE = (
    _WIDE,
    _WIDE[::-1],
    (np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.1, 0.2, 0.3])),
)
IMPOSSIBLE_ONCE = np.array([0.5, 0.5, 0.0]), np.array([0.45, 0.5, 0.05])
_REVEALING = (  # as many zeros in one as in the other, but not in the same places
    IMPOSSIBLE_ONCE,
    IMPOSSIBLE_ONCE[::-1],
    (np.array([0.6, 0.4, 0.0, 0.0]), np.array([0.5, 0.0, 0.5, 0.0])),
    (np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5])),
)
_NEVER = (  # an output that is impossible under both, in the middle, first and last
    (np.array([0.5, 0.0, 0.5]), np.array([0.25, 0.0, 0.75])),
    (np.array([0.0, 0.5, 0.5]), np.array([0.0, 0.1, 0.9])),
    (np.array([0.5, 0.5, 0.0]), np.array([0.9, 0.1, 0.0])),
)


def _logs(p: Array, q: Array) -> Array:
    return np.log(p / q)


_SLIPS_OF_EPSILON: dict[str, Callable[[Array, Array], float]] = {
    "one_direction": lambda p, q: float(_logs(p, q).max()),
    "other_direction": lambda p, q: float(_logs(q, p).max()),
    "difference": lambda p, q: float(np.abs(p - q).max()),
    "no_logarithm": lambda p, q: exp(float(np.abs(_logs(p, q)).max())),
    "log2": lambda p, q: float(np.abs(_logs(p, q)).max()) / log(2),
    "log10": lambda p, q: float(np.abs(_logs(p, q)).max()) / log(10),
    "mean_of_outputs": lambda p, q: float(np.abs(_logs(p, q)).mean()),
    "expected": lambda p, q: float((p * _logs(p, q)).sum()),
    "summed": lambda p, q: float(np.abs(_logs(p, q)).sum()),
    "smallest_ratio": lambda p, q: float(np.abs(_logs(p, q)).min()),
}


def examine_epsilon(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The bound must hold for every output in both directions, and no smaller one may."""
    drawn = rng.dirichlet(np.full(4, 2.0)), rng.dirichlet(np.full(4, 2.0))
    pairs = (*_FINITE, drawn)
    values = [attempt.number(p.copy(), q.copy()) for p, q in pairs]
    if any(_off(value, p, q) for value, (p, q) in zip(values, pairs, strict=True)):
        for code, slip in _SLIPS_OF_EPSILON.items():
            if all(_same(v, slip(p, q)) for v, (p, q) in zip(values, pairs, strict=True)):
                return Found("one_direction" if code == "other_direction" else code)
        return Found("wrong_epsilon", f"For {_table(*_WIDE)} you found {values[0]:.4f}.")
    return _examine_zeros(attempt)


def _examine_zeros(attempt: Attempt) -> Found | None:
    """Without zeros all is right; now outputs that one data set, or none, can give."""
    for p, q in _REVEALING:
        value = _extended(attempt, p, q)
        if isinstance(value, Found):
            return value
        if value != inf:
            code = "zero_over_zero" if isnan(value) else "impossible_output_skipped"
            return Found(code, f"For {_table(p, q)} you found {value:.4g}.")
    wrong = []
    for p, q in _NEVER:
        value = _extended(attempt, p, q)
        if isinstance(value, Found):
            return value
        if _off(value, p, q):
            wrong.append((value, f"For {_table(p, q)} you found {value:.4g}."))
    if not wrong:
        return None
    if any(isinf(value) or isnan(value) for value, _ in wrong):
        return Found("zero_over_zero", wrong[0][1])
    return Found("stops_at_zero" if len(wrong) < len(_NEVER) else "wrong_epsilon", wrong[0][1])


def _off(value: float, p: Array, q: Array) -> bool:
    return not _same(value, definitions.smallest_epsilon(p, q))


def _same(one: float, other: float) -> bool:
    return one == other or abs(one - other) < CLOSE


def _extended(attempt: Attempt, p: Array, q: Array) -> float | Found:
    """One number that may be infinite or NaN (``Attempt.number`` refuses both)."""
    result = attempt(p.copy(), q.copy())
    if result is None:
        return Found("returned_none")
    try:
        return float(result)
    except (TypeError, ValueError):
        return Found("wrong_type", f"Wanted one number, got {type(result).__name__}.")


def _table(p: Array, q: Array) -> str:
    return f"P = {p.tolist()} and Q = {q.tolist()}"


EPSILON_MISTAKES: dict[str, Mistake] = {
    "one_direction": Mistake(
        "Your bound holds in one direction only; exchange the two distributions and look again.",
        "Neighbouring is symmetric: an output that is much rarer under P than under Q reveals as "
        "much as one that is much more frequent. Take the absolute value of the log-ratio.",
    ),
    "difference": Mistake(
        "You compare probabilities by their difference; the definition compares them otherwise.",
        "0.001 against 0 differs little and reveals everything: (11.2) bounds the ratio.",
    ),
    "no_logarithm": Mistake(
        "This is the largest likelihood ratio itself, not the ε of that ratio.",
        "The ratio is at most e^ε, so the logarithm is missing.",
    ),
    "log2": Mistake(
        "Your ε is in another unit: which base does the definition use?",
        "Base 2 gives bits; the definition has e^ε, so ε is in nats.",
    ),
    "log10": Mistake(
        "Your logarithm does not undo the e of the definition.",
        "Base 10 gives an ε that is 2.3 times too small, a promise that is not kept.",
    ),
    "mean_of_outputs": Mistake(
        "You average over the outputs, but the promise is made for each of them.",
        "A mean hides the one output that reveals a lot.",
    ),
    "expected": Mistake(
        "This is what an output reveals on average; the promise is about the worst output.",
        "The expectation of ln(P/Q) under P is the Kullback-Leibler divergence: useful, but it "
        "can be tiny while one rare output gives somebody away.",
    ),
    "summed": Mistake(
        "You add up the outputs, but only one of them can happen at a time.",
        "A sum over outputs grows with their number; one release shows one output.",
    ),
    "smallest_ratio": Mistake(
        "You found the output that reveals least.",
        "The minimum over outputs protects only those who are lucky; the definition has every o.",
    ),
    "wrong_epsilon": Mistake(
        "With your ε the inequality fails for some output, or a smaller ε would do.",
        "Compare each output's two probabilities; the worst ratio decides.",
    ),
    "impossible_output_skipped": Mistake(
        "One output can happen under one data set only, and your ε does not mind.",
        "Whoever sees that output knows the data set for certain: no finite ε covers it. "
        "Skipping zeros, or adding a tiny number to them, hides exactly the worst case.",
    ),
    "zero_over_zero": Mistake(
        "An output that can never happen decides your result.",
        "0 ≤ e^ε·0 holds for every ε, so an output that is impossible under both does not count.",
    ),
    "stops_at_zero": Mistake(
        "Your result depends on the place in the list of an output that can never happen.",
        "A loop that ends at 0/0 (break) never sees the outputs behind it: go on with the next one.",
    ),
}
