"""Check of Exercise 13.2: the least σ that keeps the promise, or a hair more, for every Δ₂, ε and δ."""

from collections.abc import Callable, Sequence
from math import exp, inf, log, sqrt

import numpy as np
from scipy.special import ndtr

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake, Mistakes
from lessons.checks.engine.told import Case
from lessons.dp.mechanisms.gaussian import analytic_sigma as reference
from lessons.dp.mechanisms.gaussian import gaussian_delta

ABOVE = 1e-4  # how much more than the least σ is accepted, relative
BELOW = 1e-8
Formula = Callable[[float, float, float], float]  # Δ₂, ε, δ -> σ


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for everyday numbers, then for extreme ones."""
    some = {code: MISTAKES[code] for code in ("classical_in_part", "fixed_bracket", "overflow")}
    return least_noise(attempt, everyday(rng), rng, MISTAKES) or least_noise(
        attempt, _extreme(rng), rng, some
    )


def least_noise(
    attempt: Attempt, asked: Sequence[Case], rng: np.random.Generator, mistakes: Mistakes
) -> Found | None:
    """Compare with the exact σ: not below it, and at most one part in ten thousand above it."""

    def fits(case: Case, got: float, least: float) -> bool:
        below = max(BELOW, attempt.tolerance)
        return -below <= got / least - 1 <= ABOVE

    return by_numbers(
        attempt, asked, right=reference, mistakes=mistakes, rng=rng, fits=fits, words=_words
    )


def everyday(rng: np.random.Generator) -> list[Case]:
    """Draw settings (ε from 0.1 to 5, δ from 1e-6 on), and pairs that differ in one number, or little."""
    asked = [
        _case(cases.spread(rng, *reach), cases.spread(rng, *epsilon), cases.spread(rng, *delta))
        for reach in ((0.02, 0.5), (400, 3000))
        for epsilon in ((0.1, 0.9), (1.1, 5))
        for delta in ((1e-6, 1e-4), (1e-3, 0.1))
    ]
    for low, high in ((0.1, 0.13), (4.6, 5)):  # both ends: a weight may be right in the middle only
        delta = cases.spread(rng, 1e-5, 1e-3)
        asked.append(_case(cases.between(rng, 1.2, 3), cases.between(rng, low, high), delta))
    base = _case(
        cases.between(rng, 1.2, 3), cases.between(rng, 0.3, 0.8), cases.spread(rng, 1e-5, 1e-3)
    )
    asked += [base]
    asked += [{**base, name: base[name] * factor} for name in base for factor in (1.003, 1.4, 5.3)]
    return sorted(asked, key=lambda case: float(case["epsilon"]))


def _extreme(rng: np.random.Generator) -> list[Case]:
    """Draw tiny and enormous Δ₂, ε and δ, several of each together with the same Δ₂."""
    large, tiny = cases.spread(rng, 2e6, 1e7), cases.spread(rng, 1e-6, 1e-3)
    return [
        _case(tiny, cases.spread(rng, 1, 4), cases.spread(rng, 1e-6, 1e-3)),
        _case(1.0, cases.spread(rng, 5, 60), cases.spread(rng, 1e-6, 1e-3)),
        _case(1.0, cases.spread(rng, 0.001, 0.02), cases.spread(rng, 1e-6, 1e-3)),
        _case(1.0, cases.spread(rng, 1e-7, 1e-5), cases.spread(rng, 1e-6, 1e-4)),
        _case(large, cases.spread(rng, 1, 4), cases.spread(rng, 1e-6, 1e-3)),
        _case(large, cases.spread(rng, 0.001, 0.002), cases.spread(rng, 1e-6, 1e-5)),
        _case(tiny, cases.spread(rng, 100, 600), cases.spread(rng, 1e-12, 1e-3)),
        _case(1.0, cases.spread(rng, 0.1, 3), cases.spread(rng, 1e-40, 1e-16)),
        _case(large, cases.spread(rng, 0.1, 3), cases.between(rng, 0.6, 0.9)),
        _case(large, cases.spread(rng, 720, 2000), cases.spread(rng, 1e-8, 1e-3)),
        _case(1.0, cases.spread(rng, 2e4, 1e5), cases.spread(rng, 1e-6, 0.1)),
    ]


def _case(reach: float, epsilon: float, delta: float) -> Case:
    return {"l2_sensitivity": reach, "epsilon": epsilon, "delta": delta}


def _words(case: Case, got: float, least: float) -> str:
    if got <= 0:
        return "; a standard deviation is positive."
    if 1 < got / least < 1.02:
        return ", which is about right, but not to one part in ten thousand."
    if got > least:
        return ", which keeps the promise, but a smaller σ would do."
    known = {"l2_sensitivity": case["l2_sensitivity"], "epsilon": case["epsilon"]}
    true = gaussian_delta(sigma=got, **known)
    if got / least > 0.999:
        return (
            f", a hair too small: there the true δ is {true:.10g}. A bisection has two ends; "
            "which of them keeps the promise?"
        )
    return f", which breaks the promise: there the true δ is {true:.3g}."


def as_answer(sigma: Formula) -> Callable[..., float]:
    """Make an answer from ``sigma(Δ₂, ε, δ)``."""
    return lambda *, l2_sensitivity, epsilon, delta: sigma(l2_sensitivity, epsilon, delta)


def bisected(
    excess: Callable[[float], bool], *, low: float = 1e-9, high: float = 1e9, steps: int = 80
) -> float:
    """Give the σ between ``low`` and ``high`` at which ``excess(σ)`` ends; infinite if it never does."""
    if not excess(low):
        return inf
    for _ in range(steps):
        middle = sqrt(low * high)
        low, high = (middle, high) if excess(middle) else (low, middle)
    return high


def weighted(
    weight: Callable[[float], float], first: Callable[[float], float] | None = None
) -> Formula:
    """The σ of (13.v) with other weights of its two probabilities, as functions of ε."""

    def sigma(reach: float, epsilon: float, delta: float) -> float:
        one, other = first(epsilon) if first else 1.0, weight(epsilon)

        def excess(s: float) -> bool:
            half, middle = 1 / (2 * s), epsilon * s
            return bool(one * ndtr(half - middle) - other * ndtr(-half - middle) > delta)

        return reach * bisected(excess)

    return sigma


def _least(reach: float, epsilon: float, delta: float) -> float:
    return reference(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def classical(reach: float, epsilon: float, delta: float) -> float:
    """The textbook's (13.x)."""
    return reach * sqrt(2 * log(1.25 / delta)) / epsilon


def _between(low: float, high: float) -> Formula:
    """A right search that starts from fixed ends."""

    def sigma(reach: float, epsilon: float, delta: float) -> float:
        known = {"l2_sensitivity": reach, "epsilon": epsilon}
        one, other = low, high
        for _ in range(100):
            middle = (one + other) / 2
            if gaussian_delta(sigma=middle, **known) > delta:
                one = middle
            else:
                other = middle
        return other

    return sigma


def _plain(reach: float, epsilon: float, delta: float) -> float:
    weight = exp(epsilon)
    return weighted(lambda e: weight)(reach, epsilon, delta)


CLASSICAL = Mistake(
    "That is the textbook formula (13.x), or nearly: too much noise at small ε, too little at large ε.",
    "√(2 ln(1.25/δ))·Δ₂/ε bounds the tail of the loss; its proof ends at ε = 1.",
    made_by=(
        as_answer(classical),
        as_answer(lambda d, e, a: d * sqrt(2 * log(1 / a)) / e),
    ),
)

MISTAKES = {
    "classical": CLASSICAL,
    "classical_in_part": Mistake(
        "Right in most cases; in some you return the textbook formula (13.x).",
        "(13.v) holds for every ε, so you need no cases. For small ε the textbook's σ wastes noise, and "
        "for large ε it is too small, also as the smaller one of two.",
        made_by=(
            as_answer(lambda d, e, a: min(classical(d, e, a), _least(d, e, a))),
            as_answer(lambda d, e, a: classical(d, e, a) if e < 1 else _least(d, e, a)),
            as_answer(lambda d, e, a: classical(d, e, a) if e < 0.1 else _least(d, e, a)),
        ),
    ),
    "exponential_missing": Mistake(
        "Your σ belongs to a δ in which the second probability has no weight.",
        "Without e^ε: the published bug of section 6. Use the δ of exercise 13.1.",
        made_by=(as_answer(weighted(lambda e: 1.0)),),
    ),
    "tail_of_the_loss": Mistake(
        "Your σ brings Pr[L > ε] down to δ; that is more than (13.iii) asks for.",
        "Only the first term of (13.v): safe, and wasteful.",
        made_by=(as_answer(weighted(lambda e: 0.0)),),
    ),
    "sensitivity_ignored": Mistake(
        "Your σ does not change with the sensitivity.",
        "A query that one person moves 14 times as far needs 14 times the noise.",
        made_by=(as_answer(lambda d, e, a: _least(1.0, e, a)),),
    ),
    "not_proportional": Mistake(
        "Your σ changes with Δ₂, but not in proportion to it.",
        "Only Δ₂/σ matters, so twice the Δ₂ needs twice the σ. If you solve for Δ₂ and multiply by it "
        "again, that is once too often. (Δ₂ itself grows with the root of the number of statistics.)",
        made_by=(
            as_answer(lambda d, e, a: _least(1.0, e, a) / d),
            as_answer(lambda d, e, a: _least(1.0, e, a) * d**2),
            as_answer(lambda d, e, a: _least(1.0, e, a) * sqrt(d)),
        ),
    ),
    "mu_returned": Mistake(
        "You return μ = Δ₂/σ; the exercise asks for σ.",
        "Solving for μ is a good way; one division is left.",
        made_by=(as_answer(lambda d, e, a: d / _least(d, e, a)),),
    ),
    "variance_returned": Mistake(
        "You return the variance σ²; the exercise asks for the standard deviation.",
        "Papers write N(0, σ²), NumPy takes σ.",
        made_by=(as_answer(lambda d, e, a: _least(d, e, a) ** 2),),
    ),
    "laplace_scale": Mistake(
        "Δ/ε is the scale of Laplace noise; here δ has to be used as well.",
        "With σ = Δ₂/ε the true δ is enormous: the bell curve's tail is thinner, its ratio has no bound.",
        made_by=(as_answer(lambda d, e, a: d / e),),
    ),
    "delta_shared": Mistake(
        "You calibrate for another δ than the one asked for: for half of it, or for twice as much.",
        "δ need not be shared between the two directions, and does not count twice: each of the two "
        "inequalities has its own.",
        made_by=(
            as_answer(lambda d, e, a: _least(d, e, a / 2)),
            as_answer(lambda d, e, a: _least(d, e, 2 * a) if a < 0.5 else inf),
        ),
    ),
    "epsilon_halved": Mistake(
        "You calibrate for half of the ε, or for twice the sensitivity.",
        "The 2 of the exponential mechanism has no place here, and l2_sensitivity already is the "
        "distance between neighbours, whatever the relation is.",
        made_by=(
            as_answer(lambda d, e, a: _least(d, e / 2, a)),
            as_answer(lambda d, e, a: _least(2 * d, e, a)),
        ),
    ),
    "fixed_bracket": Mistake(
        "Right while σ is of a usual size; with a small or large Δ₂ the search ends at its own edge.",
        "Let both ends of the search grow with Δ₂/ε, double the upper one until the promise holds, or "
        "solve for Δ₂ = 1 and multiply.",
        made_by=(
            as_answer(_between(0.0, 1000.0)),
            as_answer(_between(1e-3, 1000.0)),
            as_answer(_between(0.0, 1e4)),
            as_answer(_between(0.0, 1e6)),
            as_answer(_between(0.0, 1e9)),
        ),
    ),
    "overflow": Mistake(
        "At a large ε, e^ε is too large for a float: in your code, or in the delta_at that it calls.",
        "ε may be anything above 0. Call gaussian.gaussian_delta, which never overflows, or add "
        "logarithms before you take exp, in 13.1 or here.",
        made_by=(as_answer(_plain),),
    ),
}

analytic_sigma = Exercise(
    number="13.2",
    name="analytic_sigma",
    reference=reference,
    examine=examine,
    takeaway="Exact noise for every ε: solve δ(σ) = δ, and return the end at which the promise holds.",
    hints=(
        "δ falls when σ grows. Find one σ that is too small and one that is enough, then halve.",
        "What should the two starting points be when Δ₂ is a millionth, or ten million? Only Δ₂/σ matters.",
        "Double the upper end until its δ is small enough. Then, a hundred times: take the middle; "
        "where its δ is at most delta it becomes the upper end, else the lower.",
    ),
    mistakes=MISTAKES,
)
