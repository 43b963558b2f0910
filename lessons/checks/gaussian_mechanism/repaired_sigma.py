"""Check of Exercise 13.4: the published search with its weight in place, and not the answer of 13.2."""

from math import exp

import numpy as np
from scipy.special import ndtr

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.gaussian_mechanism.analytic_sigma import (
    CLASSICAL,
    as_answer,
    everyday,
    least_noise,
    weighted,
)
from lessons.dp.mechanisms.gaussian import analytic_sigma

SOLVED = {"sigma_for", "analytic_sigma"}  # the answer of Exercise 13.2
CURVE = {"delta_at", "gaussian_delta"}  # that of 13.1
PHI = {"NormalDist", "cdf", "ndtr", "log_ndtr", "norm", "erf", "erfc", "ncdf"}


def reference(*, l2_sensitivity: float, epsilon: float, delta: float) -> float:
    """The published code of lesson 13 with its weight."""
    cdf = ndtr
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(100):
        sigma = (low + high) / 2
        a, b = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        if cdf(a - b) - exp(epsilon) * cdf(-a - b) > delta:
            low = sigma
        else:
            high = sigma
    return high


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask as 13.2 does, within what the published code's plain Φ can do; then look whose code it is."""
    far = {"l2_sensitivity": cases.between(rng, 1, 2), "epsilon": cases.between(rng, 5, 6)}
    far["delta"] = cases.spread(rng, 1.5e-7, 4e-7)  # σ·ε/Δ₂ is above 5, and no search may end there
    low = [  # the published search begins at 1000·Δ₂/ε, far above: few halvings do not come near
        {
            "l2_sensitivity": cases.between(rng, 1, 2),
            "epsilon": cases.spread(rng, 1e-5, 1e-4),
            "delta": cases.between(rng, 0.1, 0.6),
        }
        for _ in range(3)
    ]
    if found := least_noise(attempt, [*everyday(rng), far, *low], rng, MISTAKES):
        return found
    names = attempt.names()
    borrowed = names & SOLVED or (names & CURVE and not names & PHI)
    return Found("borrowed") if borrowed else None


def _at_one_setting(reach: float, epsilon: float, delta: float) -> float:
    return weighted(lambda e: 1.0)(reach, epsilon, delta) * 3.7306 / 4.2844


MISTAKES = {
    "borrowed": Mistake(
        "The right σ, from your earlier answers: but which line of the published code is wrong?",
        "A second route shows *that* the code is wrong; to repair it, you must find *where*.",
        made_by=(
            lambda *, l2_sensitivity, epsilon, delta: analytic_sigma(
                l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta
            ),
        ),
    ),
    "flaw_still_there": Mistake(
        "This gives the same σ as the published code: the flaw is still in it.",
        "In (13.v) e^ε stands before one of the two probabilities. In this code it is nowhere.",
        made_by=(as_answer(weighted(lambda e: 1.0)),),
    ),
    "factor_on_the_first_term": Mistake(
        "Now the factor e^ε is there, but at the wrong one of the two probabilities.",
        "e^ε·Φ(first) − Φ(second) is far too large: the noise grows instead of shrinking.",
        made_by=(as_answer(weighted(lambda e: 1.0, exp)),),
    ),
    "factor_on_both_terms": Mistake(
        "Now the factor weighs both probabilities, or it divides δ, which is the same; in (13.v) one "
        "probability has none.",
        "A common factor asks for δ/e^ε with the old flaw in it.",
        made_by=(
            as_answer(weighted(exp, exp)),
            as_answer(lambda d, e, a: weighted(lambda e: 1.0)(d, e, a / exp(e))),
        ),
    ),
    "another_factor": Mistake(
        "Now the second probability has a factor, but not the one of (13.v).",
        "ε, 1 + ε and e^(−ε) are all smaller than e^ε: too little is subtracted still.",
        made_by=(
            as_answer(weighted(lambda e: exp(-e))),
            as_answer(weighted(lambda e: e)),
            as_answer(weighted(lambda e: 1 + e)),
        ),
    ),
    "second_term_removed": Mistake(
        "You removed the second probability; the formula needs it, with its weight.",
        "What remains is Pr[L > ε], which is larger than δ.",
        made_by=(as_answer(weighted(lambda e: 0.0)),),
    ),
    "shrunk_afterwards": Mistake(
        "You correct the result by the error at ε = 1, δ = 1e-5; elsewhere the error is another.",
        "The ratio of the two σ depends on ε and δ: repair the formula, not its output.",
        made_by=(as_answer(_at_one_setting),),
    ),
    "delta_scaled": Mistake(
        "You moved the factor to δ; it belongs to one of the two probabilities.",
        "With e^ε·δ the published code asks for too much noise at small ε, and for too little at large ε.",
        made_by=(as_answer(lambda d, e, a: weighted(lambda e: 1.0)(d, e, a * exp(e))),),
    ),
    "classical": CLASSICAL,
}

repaired_sigma = Exercise(
    number="13.4",
    name="repaired_sigma",
    reference=reference,
    examine=examine,
    takeaway="Code can be safe and still be wrong; an exact second route shows it.",
    hints=(
        "Compare the condition of the if with (13.v), term by term.",
        "Draw the third picture of section 2 for this code. Which bell was not raised?",
        "In (13.v) the neighbour's probability is multiplied by e^ε. Where is that in this code?",
    ),
    mistakes=MISTAKES,
)
