"""What can be wrong with ε and δ of two output distributions: exercises 11.3 and 11.4."""

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
_IMPOSSIBLE_ONCE = np.array([0.5, 0.5, 0.0]), np.array([0.45, 0.5, 0.05])
_IMPOSSIBLE_TWICE = np.array([0.5, 0.0, 0.5]), np.array([0.25, 0.0, 0.75])


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
    for p, q in (_IMPOSSIBLE_ONCE, _IMPOSSIBLE_ONCE[::-1]):
        value = _extended(attempt, p, q)
        if isinstance(value, Found):
            return value
        if value != inf:
            return Found("impossible_output_skipped", f"For {_table(p, q)} you found {value:.4g}.")
    value = _extended(attempt, *_IMPOSSIBLE_TWICE)
    if isinstance(value, Found):
        return value
    if not _same(value, definitions.smallest_epsilon(*_IMPOSSIBLE_TWICE)):
        words = f"For {_table(*_IMPOSSIBLE_TWICE)} you found {value:.4g}."
        return Found("zero_over_zero" if isinf(value) or isnan(value) else "wrong_epsilon", words)
    return None


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
}


def _excess(p: Array, q: Array, epsilon: float) -> Array:
    return p - exp(epsilon) * q


def _floor(values: Array) -> Array:
    return np.maximum(0.0, values)


def _both(
    one_way: Callable[[Array, Array, float], float],
) -> Callable[[Array, Array, float], float]:
    return lambda p, q, e: max(one_way(p, q, e), one_way(q, p, e))


def _either_way(
    code: str, one_way: Callable[[Array, Array, float], float]
) -> list[tuple[str, Callable[[Array, Array, float], float]]]:
    """A slip looks the same whether the learner minded both directions or only one."""
    return [(code, _both(one_way)), (code, one_way)]


_SLIPS_OF_DELTA: list[tuple[str, Callable[[Array, Array, float], float]]] = [
    ("one_direction", lambda p, q, e: float(_floor(_excess(p, q, e)).sum())),
    ("one_direction", lambda p, q, e: float(_floor(_excess(q, p, e)).sum())),
    ("both_added", lambda p, q, e: float((_floor(_excess(p, q, e)) + _floor(_excess(q, p, e))).sum())),
    *_either_way("no_floor", lambda p, q, e: float(_excess(p, q, e).sum())),
    *_either_way("floor_after_sum", lambda p, q, e: max(0.0, float(_excess(p, q, e).sum()))),
    *_either_way("one_output", lambda p, q, e: float(_excess(p, q, e).max())),
    *_either_way("factor_on_the_wrong_side", lambda p, q, e: float(_floor(exp(e) * p - q).sum())),
    *_either_way("epsilon_missing", lambda p, q, e: float(_floor(p - q).sum())),
    *_either_way("epsilon_not_exponentiated", lambda p, q, e: float(_floor(p - e * q).sum())),
    *_either_way("absolute", lambda p, q, e: float(np.abs(_excess(p, q, e)).sum())),
    *_either_way("absolute", lambda p, q, e: float(np.abs(_excess(p, q, e)).sum() / 2)),
]  # fmt: skip


def examine_delta(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """With this δ, (11.3) must hold for every set of outputs; with any smaller δ it must not."""
    lopsided = np.array([0.4, 0.35, 0.2, 0.05]), np.array([0.1, 0.1, 0.3, 0.5])
    drawn = rng.dirichlet(np.full(5, 1.5)), rng.dirichlet(np.full(5, 1.5))
    cases = [(*pair, 0.25) for pair in (lopsided, lopsided[::-1], drawn)]
    cases += [(*lopsided, 0.6), (*_IMPOSSIBLE_ONCE, 0.3), (*_IMPOSSIBLE_ONCE[::-1], 0.3)]
    cases += [(*lopsided, 0.0)]
    values = [attempt.number(p.copy(), q.copy(), epsilon=e) for p, q, e in cases]
    for (p, q, epsilon), value in zip(cases, values, strict=True):
        if abs(value - definitions.smallest_delta(p, q, epsilon=epsilon)) < CLOSE:
            continue
        for code, slip in _SLIPS_OF_DELTA:
            if all(_same(v, slip(*case)) for case, v in zip(cases, values, strict=True)):
                return Found(code)
        return Found("wrong_delta", _why_not(p, q, epsilon, value))
    return None


def _why_not(p: Array, q: Array, epsilon: float, delta: float) -> str:
    """The set of outputs for which the inequality fails, or that a smaller δ would do."""
    start = f"For {_table(p.round(3), q.round(3))} and ε = {epsilon:g} you found δ = {delta:.4g}"
    if not 0 <= delta <= 1:
        return f"{start}, which is no probability."
    if definitions.satisfies_dp(p, q, epsilon=epsilon, delta=delta):
        return f"{start}: every set passes, but with a smaller δ every set would pass, too."
    members = definitions.sets_of_outputs(len(p))
    for first, second, words in ((p, q, "P against Q"), (q, p, "Q against P")):
        gaps = members @ first - exp(epsilon) * (members @ second) - delta
        if gaps.max() > 0:
            worst = np.flatnonzero(members[int(gaps.argmax())]).tolist()
            return f"{start}: the inequality fails for the set of outputs {worst}, {words}."
    return start + "."


DELTA_MISTAKES: dict[str, Mistake] = {
    "one_direction": Mistake(
        "Your δ is enough in one direction only; exchange the two distributions and look again.",
        "The definition holds for D against D′ and for D′ against D: take the larger of the two.",
    ),
    "both_added": Mistake(
        "A smaller δ would do: the two directions are two inequalities, not one.",
        "Each inequality needs its own δ, and one number serves both if it is the larger.",
    ),
    "no_floor": Mistake(
        "Your S always contains every output, even those that make the difference smaller.",
        "Without max(0, ·) the sum is 1 - e^ε, whatever the mechanism: negative terms must be left out.",
    ),
    "floor_after_sum": Mistake(
        "Each output is a decision of its own: you decide only once, after adding up.",
        "max(0, Σ …) of all outputs is 0 for every mechanism; the maximum belongs inside the sum.",
    ),
    "one_output": Mistake(
        "You look at single outputs, but S can hold several.",
        "A thousand outputs that each exceed by a thousandth are a certain give-away together: "
        "that is why the definition speaks of sets.",
    ),
    "factor_on_the_wrong_side": Mistake(
        "Your δ grows with ε, but a larger ε is a weaker promise and needs less of δ.",
        "e^ε multiplies the probability on the right of ≤. On the left it demands more, not less.",
    ),
    "epsilon_missing": Mistake(
        "Your δ does not change with ε.",
        "Σ max(0, P - Q) is the total variation distance, the δ for ε = 0. A published calibration "
        "computes e^ε and then forgets to use it; lesson 13 opens with it.",
    ),
    "epsilon_not_exponentiated": Mistake(
        "With ε = 0 your bound lets nothing pass: look at the factor once more.",
        "P - ε·Q: the factor is e^ε, which is 1 at ε = 0.",
    ),
    "absolute": Mistake(
        "You count what falls short as well as what exceeds.",
        "|P - e^ε·Q| adds outputs that the worst set leaves out; half of it is the total variation "
        "distance at ε = 0 only.",
    ),
    "wrong_delta": Mistake(
        "Your δ is not the smallest for which every set passes.",
        "Check it set by set with satisfies_dp: too small fails a set, too large is not the smallest.",
    ),
}
