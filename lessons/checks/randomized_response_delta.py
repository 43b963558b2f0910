"""What can be wrong with the δ of two output distributions: exercise 11.4."""

from collections.abc import Callable
from math import exp

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.checks.randomized_response_tables import IMPOSSIBLE_ONCE
from lessons.dp import definitions

Array = NDArray[np.float64]
Slip = Callable[[Array, Array, float], float]
CLOSE = 1e-9


def _excess(p: Array, q: Array, epsilon: float) -> Array:
    return p - exp(epsilon) * q


def _floor(values: Array) -> Array:
    return np.maximum(0.0, values)


def _both(one_way: Slip) -> Slip:
    return lambda p, q, e: max(one_way(p, q, e), one_way(q, p, e))


def _either_way(code: str, one_way: Slip) -> list[tuple[str, Slip]]:
    """A slip looks the same whether the learner minded both directions or only one."""
    return [(code, _both(one_way)), (code, one_way)]


def _largest(count: int) -> Slip:
    return lambda p, q, e: float(np.sort(_floor(_excess(p, q, e)))[-count:].sum())


_SLIPS_OF_DELTA: list[tuple[str, Slip]] = [
    ("one_direction", lambda p, q, e: float(_floor(_excess(p, q, e)).sum())),
    ("one_direction", lambda p, q, e: float(_floor(_excess(q, p, e)).sum())),
    ("both_added", lambda p, q, e: float((_floor(_excess(p, q, e)) + _floor(_excess(q, p, e))).sum())),
    *_either_way("no_floor", lambda p, q, e: float(_excess(p, q, e).sum())),
    *_either_way("floor_after_sum", lambda p, q, e: max(0.0, float(_excess(p, q, e).sum()))),
    *_either_way("one_output", lambda p, q, e: float(_excess(p, q, e).max())),
    *(slip for count in (2, 3, 4, 5) for slip in _either_way("few_outputs", _largest(count))),
    *_either_way("set_without_factor", lambda p, q, e: float(_excess(p, q, e)[p > q].sum())),
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
    cases += [(*lopsided, 0.6), (*IMPOSSIBLE_ONCE, 0.3), (*IMPOSSIBLE_ONCE[::-1], 0.3)]
    cases += [(*lopsided, 0.0), (*_many_outputs(rng), 0.2)]
    values = [attempt.number(p.copy(), q.copy(), epsilon=e) for p, q, e in cases]
    for (p, q, epsilon), value in zip(cases, values, strict=True):
        if abs(value - definitions.smallest_delta(p, q, epsilon=epsilon)) < CLOSE:
            continue
        for code, slip in _SLIPS_OF_DELTA:
            if all(abs(v - slip(*case)) < CLOSE for case, v in zip(cases, values, strict=True)):
                return Found(code)
        return Found("wrong_delta", _why_not(p, q, epsilon, value))
    return None


def _many_outputs(rng: np.random.Generator) -> tuple[Array, Array]:
    """Twelve outputs; in each direction the worst set at ε = 0.2 holds six of them."""
    likely, rare = rng.uniform(2, 4, 6), rng.uniform(0.5, 1, 6)
    p, q = np.concatenate([likely, rare]), np.concatenate([rare[::-1], likely[::-1]])
    order = rng.permutation(12)
    return p[order] / p.sum(), q[order] / q.sum()


def _why_not(p: Array, q: Array, epsilon: float, delta: float) -> str:
    """The set of outputs for which the inequality fails, or that a smaller δ would do."""
    tables = f"P = {p.round(3).tolist()} and Q = {q.round(3).tolist()}"
    tables = tables if len(p) < 6 else f"two tables of {len(p)} outputs"
    start = f"For {tables} and ε = {epsilon:g} you found δ = {delta:.4g}"
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
    "few_outputs": Mistake(
        "Your set holds a few outputs at most, but S may hold as many as it likes.",
        "Many outputs that each exceed by a little are a large excess together: leave none out.",
    ),
    "set_without_factor": Mistake(
        "Your set takes outputs above Q, not above e^ε·Q.",
        "An output with Q < P < e^ε·Q makes the excess smaller: the worst set leaves it out.",
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
        "At ε = 0 you find δ = 1, whatever the mechanism: look at the factor once more.",
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
