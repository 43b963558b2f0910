"""Check of Exercise 15.1: amplification by subsampling."""

from collections.abc import Callable
from math import exp, expm1, log, log1p
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp import subsampling

Amplified = Callable[[float, float, float], float]
SETTINGS = ((1.1, 0.2, 0.07), (0.3, 1e-3, 0.4), (2.7, 0.03, 0.013))  # (ε, δ, q)

EPSILON_SLIPS: dict[str, Amplified] = {
    "rate_times_epsilon": lambda e, d, q: q * e,
    "one_forgotten": lambda e, d, q: log(1 + q * exp(e)),
    "logarithm_forgotten": lambda e, d, q: q * expm1(e),
    "ratio_returned": lambda e, d, q: 1 + q * expm1(e),
    "rate_outside": lambda e, d, q: log(q) + e,
    "unchanged": lambda e, d, q: e,
    "other_direction": lambda e, d, q: -log(1 - q + q * exp(-e)),
    "rate_upside_down": lambda e, d, q: log1p(expm1(e) / q),
    "rate_of_the_others": lambda e, d, q: log1p((1 - q) * expm1(e)),
    "other_base": lambda e, d, q: log1p(q * expm1(e)) / log(10),
}
DELTA_SLIPS: dict[str, Amplified] = {
    "delta_unchanged": lambda e, d, q: d,
    "delta_like_epsilon": lambda e, d, q: log1p(q * expm1(d)),
    "delta_upside_down": lambda e, d, q: d / q,
    "delta_of_the_others": lambda e, d, q: (1 - q) * d,
    "delta_forgotten": lambda e, d, q: 0.0,
}


def amplify(*, epsilon: float, delta: float, sampling_rate: float) -> tuple[float, float]:
    """(ε′, δ′) of an (ε, δ)-DP mechanism that runs on a Poisson sample (15.3)."""
    return subsampling.amplified(epsilon=epsilon, delta=delta, sampling_rate=sampling_rate)


def examine_amplify(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The pair must be that of the theorem, for several settings; a slip must fit all of them."""
    pairs = [
        attempt.array(epsilon=e, delta=d, sampling_rate=q, shape=(2,)).astype(float)
        for e, d, q in SETTINGS
    ]
    right = [np.array(amplify(epsilon=e, delta=d, sampling_rate=q)) for e, d, q in SETTINGS]
    if _fit([pair[::-1] for pair in pairs], right):
        return Found("swapped")
    for place, slips, unknown in (
        (0, EPSILON_SLIPS, "wrong_epsilon"),
        (1, DELTA_SLIPS, "wrong_delta"),
    ):
        got = [pair[place] for pair in pairs]
        if _fit(got, [pair[place] for pair in right]):
            continue
        for code, slip in slips.items():
            if _fit(got, [slip(*setting) for setting in SETTINGS]):
                return Found(code)
        return Found(unknown)
    return _at_the_ends(attempt, rng)


def _at_the_ends(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Everybody in the sample changes nothing; neither does ε = 0; and one more drawn setting."""
    settings = ((0.8, 0.1, 1.0), (0.0, 0.0, 0.3), (*rng.uniform(0.1, 0.9, 3),))
    for e, d, q in settings:
        got = attempt.array(epsilon=e, delta=d, sampling_rate=q, shape=(2,)).astype(float)
        if not _fit([got], [np.array(amplify(epsilon=e, delta=d, sampling_rate=q))]):
            return Found("not_general")
    return None


def _fit(got: Any, wanted: Any) -> bool:
    return bool(np.allclose(got, wanted, rtol=1e-7, atol=1e-12))


AMPLIFY_MISTAKES = {
    "swapped": Mistake("Right numbers in the wrong order: ε′ first, then δ′.", "A pair has an order."),
    "rate_times_epsilon": Mistake(
        "You multiply ε by q. That is nearly right for a small ε, and too small for a large one.",
        "ε is a logarithm of a ratio; averages are taken of ratios, not of their logarithms. As a "
        "promise q·ε is false.",
    ),
    "one_forgotten": Mistake(
        "With ε = 0 your answer is not 0: a mechanism that tells nothing has become one that tells.",
        "ln(1 + q e^ε): the part of the table that is not sampled has been counted twice.",
    ),
    "logarithm_forgotten": Mistake(
        "That is by how much the ratio exceeds 1; ε′ is the logarithm of the ratio.",
        "q(e^ε − 1) is an upper bound on ε′, and close to it when it is small.",
    ),
    "ratio_returned": Mistake(
        "That is the ratio of the probabilities; ε′ is its logarithm.",
        "A ratio of 1 means that nothing leaks; the ε of that is 0.",
    ),
    "rate_outside": Mistake(
        "Your ε′ can be negative: is q inside the right bracket?",
        "ln(q e^ε) forgets the 1 − q of the runs in which the record is not sampled.",
    ),
    "unchanged": Mistake(
        "Your ε′ does not depend on q.",
        "That is true of a sample that the attacker can see; a secret sample protects.",
    ),
    "other_direction": Mistake(
        "That is the ratio in the easier direction: the outputs that become rarer with the record.",
        "ε must bound both directions; −ln(1 − q + q e^−ε) is the smaller of the two.",
    ),
    "rate_upside_down": Mistake(
        "Your ε′ grows when the sample gets smaller.",
        "q multiplies; a record that is seldom sampled is better hidden.",
    ),
    "rate_of_the_others": Mistake(
        "You use the probability of *not* being sampled.",
        "With probability q the record takes part, and only then does the ratio e^ε play a role.",
    ),
    "other_base": Mistake(
        "Your logarithm has the base 10; ε uses the natural one.",
        "np.log is the natural logarithm, np.log10 is not.",
    ),
    "wrong_epsilon": Mistake(
        "Your ε′ is not that of (15.3).",
        "Work through the table of section 3 with other numbers than the ones printed there.",
    ),
    "delta_unchanged": Mistake(
        "ε′ is right; δ′ is smaller than δ.",
        "The bad event needs the record in the sample as well, and that has probability q.",
    ),
    "delta_like_epsilon": Mistake(
        "ε′ is right; δ is a probability, not the logarithm of a ratio.",
        "The formula of ε′ applied to δ is close to qδ for a tiny δ, and wrong in general.",
    ),
    "delta_upside_down": Mistake(
        "ε′ is right; your δ′ is larger than δ.",
        "Sampling cannot make the bad event likelier: multiply by q.",
    ),
    "delta_of_the_others": Mistake(
        "ε′ is right; in δ′ you use the probability of *not* being sampled.",
        "When the record is not sampled, nothing bad can happen to it.",
    ),
    "delta_forgotten": Mistake(
        "ε′ is right; your δ′ is always 0.",
        "A δ > 0 gets smaller by sampling, but it does not go away.",
    ),
    "wrong_delta": Mistake(
        "ε′ is right; δ′ is not that of (15.3).",
        "Ask with which probability the bad event of the mechanism can touch this record at all.",
    ),
    "not_general": Mistake(
        "Right for some numbers, but not for others (a rate of 1, an ε of 0, numbers drawn at random).",
        "The formula has no special cases: with q = 1 it gives ε and δ back.",
    ),
}  # fmt: skip
