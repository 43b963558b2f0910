"""Check of lesson 12's exponential mechanism: the law of the index, against exact probabilities."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.exercise import Mistake
from lessons.dp.selection import exponential_probabilities, noisy_max_probabilities
from lessons.validation import Vector

SCORES = np.array([13.0, 10.0, 15.0, 11.0, 17.0, 14.0])  # the best is neither first nor last
SENSITIVITY, EPSILON = 3.0, 2.0  # Δ, 1, ε and 2 enter differently into every slip
OTHER_SCORES = np.array([-3.0, -9.0, -1.0, -4.0])
DRAWS, FEWER = 2500, 800


def examine_exponential(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The law of the index must be (12.6), also for scores whose exponentials overflow."""
    law = _frequencies(attempt, DRAWS, SCORES, sensitivity=SENSITIVITY, epsilon=EPSILON, rng=rng)
    if isinstance(law, Found):
        return law
    right = exponential_probabilities(SCORES, sensitivity=SENSITIVITY, epsilon=EPSILON)
    if not _fits(law, right, DRAWS):
        return _which_law(law)
    other = _frequencies(attempt, FEWER, OTHER_SCORES, sensitivity=1.0, epsilon=0.6, rng=rng)
    if isinstance(other, Found):
        return other
    right = exponential_probabilities(OTHER_SCORES, sensitivity=1.0, epsilon=0.6)
    if not _fits(other, right, FEWER):
        return Found("not_general")
    large = SCORES * 1000
    if attempt.refuses(large, sensitivity=1.0, epsilon=1.0, rng=rng):
        return Found("overflow")
    winner = attempt.integer(large, sensitivity=1.0, epsilon=1.0, rng=rng)
    return None if winner == int(np.argmax(large)) else Found("overflow")


def _frequencies(attempt: Attempt, times: int, scores: Vector, **settings: Any) -> Vector | Found:
    first = attempt(scores, **settings)
    if _holds_a_number_each(first, len(scores)):
        return Found("returned_probabilities")
    if isinstance(first, float | np.floating) and np.isfinite(first):
        return Found("released_the_score", f"Got {float(first):.3g}.")
    attempt.integer(scores, **settings)
    indices = np.array([int(draw) for draw in attempt.repeat(times, scores, **settings)])
    if indices.min() < 0 or indices.max() >= len(scores):
        return Found("no_such_candidate")
    return np.asarray(np.bincount(indices, minlength=len(scores)) / times)


def _holds_a_number_each(result: Any, n: int) -> bool:
    """Whether the answer is a list or vector of ``n`` floats (a NumPy float is a Python float too)."""
    vector = isinstance(result, list) or (isinstance(result, np.ndarray) and result.ndim == 1)
    return vector and len(result) == n and all(isinstance(one, float) for one in result)


def _fits(law: Vector, expected: Vector, times: int) -> bool:
    """Every frequency near its probability: 10 of them in the two runs share one false alarm."""
    bound = frequency_bound(times, false_alarm=FALSE_ALARM / 10)
    return bool(np.abs(law - expected).max() <= bound)


def _which_law(law: Vector) -> Found:
    if law.max() == 1:
        return Found("no_randomness")
    known = {"sensitivity": SENSITIVITY, "epsilon": EPSILON}
    laws = {
        "factor_two_missing": exponential_probabilities(SCORES, sensitivity=1.5, epsilon=EPSILON),
        "sensitivity_ignored": exponential_probabilities(SCORES, sensitivity=1.0, epsilon=EPSILON),
        "epsilon_ignored": exponential_probabilities(SCORES, sensitivity=SENSITIVITY, epsilon=1.0),
        "lowest_is_best": exponential_probabilities(-SCORES, **known),
        "proportional": SCORES / SCORES.sum(),
        "uniform": np.full(len(SCORES), 1 / len(SCORES)),
        "exponential_noise": noisy_max_probabilities(SCORES, **known),
    }
    distances = {code: float(np.abs(law - one).max()) for code, one in laws.items()}
    nearest = min(distances, key=lambda code: distances[code])
    if distances[nearest] <= frequency_bound(DRAWS):
        return Found(nearest)
    best = law[int(np.argmax(SCORES))]
    return Found("wrong_law", f"Your best candidate came in {best:.2f} of the draws.")


EXPONENTIAL_MISTAKES = {
    "returned_probabilities": Mistake(
        "You return all the probabilities; the mechanism releases one candidate's index.",
        "The probabilities are a function of the scores without noise: they give the scores back.",
    ),
    "released_the_score": Mistake(
        "You return a score; the mechanism releases the index of a candidate and nothing else.",
        "The (noisy) winning score is one more statistic of the data and would need its own ε.",
    ),
    "no_such_candidate": Mistake(
        "One of your answers is no index of a candidate.",
        "Indices run from 0 to len(scores) − 1.",
    ),
    "no_randomness": Mistake(
        "The same candidate wins every time.",
        "argmax without noise: where two scores tie, one patient decides; the ratio is infinite.",
    ),
    "factor_two_missing": Mistake(
        "Your choice is sharper than ε allows: it keeps twice the ε that was asked for.",
        "A patient can lift one score and lower all others: both the numerator and the "
        "normalising sum move, hence the 2 in the denominator.",
    ),
    "sensitivity_ignored": Mistake(
        "Your choice does not depend on how far one patient can move a score.",
        "e^(ε·u/2) is right for Δ = 1 only; for Δ = 3 it spends 3ε.",
    ),
    "epsilon_ignored": Mistake(
        "Your choice is the same whatever ε is.",
        "e^(u/2Δ) promises ε = 1, not the ε that was asked for.",
    ),
    "lowest_is_best": Mistake(
        "Your mechanism prefers the candidates with the lowest scores.",
        "A minus sign too many: high scores are good, and their weights must be large.",
    ),
    "proportional": Mistake(
        "You choose in proportion to the scores themselves.",
        "A score of 0 is then impossible, and a score of 1 possible: that ratio is infinite.",
    ),
    "uniform": Mistake(
        "All candidates are equally likely.",
        "Perfectly private and perfectly useless: the data are not used.",
    ),
    "exponential_noise": Mistake(
        "You add exponential noise and take the largest: private, but its law is not (12.6).",
        "That is report-noisy-max, which is even a little better; here the exercise wants (12.6), "
        "and Gumbel noise would give exactly that.",
    ),
    "not_general": Mistake(
        "Right for one choice of scores, ε and Δ, but not for another.",
        "The check tries negative scores and other parameters. e^(u/Δ) is right when ε = 2 only.",
    ),
    "overflow": Mistake(
        "With scores in the thousands your exponentials overflow.",
        "Only differences of scores matter, so a constant may be subtracted from all of them first.",
    ),
    "wrong_law": Mistake(
        "The frequencies of your choices are not those of (12.6).",
        "Compare with the probabilities of a small case that you have worked out by hand.",
    ),
}
