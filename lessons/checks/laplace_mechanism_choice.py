"""Check of lesson 12's exponential mechanism: the law of the index, against exact probabilities."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.laplace_mechanism_law import draws_elsewhere, laplace_max
from lessons.dp.selection import exponential_probabilities, noisy_max_probabilities
from lessons.validation import Vector

SCORES = np.array([13.0, 10.0, 15.0, 11.0, 17.0, 14.0])  # the best is neither first nor last
SENSITIVITY, EPSILON = 3.0, 2.0  # Δ, 1, ε and 2 enter differently into every slip
OTHER_SCORES = np.array([-3.0, -9.0, -1.0, -4.0])
DRAWS, FEWER = 1500, 400
BEST = 17
CROWD = np.full(31, 5000.0)  # Laplace noise shows among many, overflow in the thousands
CROWD[BEST] = 5009.0
CROWDED, MORE = 1500, 4500


def examine_exponential(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The law of the index must be (12.6), also for scores whose exponentials overflow."""
    known: dict[str, Any] = {"sensitivity": SENSITIVITY, "epsilon": EPSILON}
    law = _frequencies(attempt, DRAWS, SCORES, **known, rng=rng)
    if isinstance(law, Found):
        return law
    if not _fits(law, exponential_probabilities(SCORES, **known), DRAWS):
        return _which_law(attempt, law, rng)
    if draws_elsewhere(lambda own: attempt.repeat(40, SCORES, **known, rng=own), rng):
        return Found("global_random")
    other = _frequencies(attempt, FEWER, OTHER_SCORES, sensitivity=1.0, epsilon=0.6, rng=rng)
    if isinstance(other, Found):
        return other
    right = exponential_probabilities(OTHER_SCORES, sensitivity=1.0, epsilon=0.6)
    if not _fits(other, right, FEWER):
        return Found("not_general")
    large = SCORES * 1000
    if any(attempt.refuses(one, **known, rng=rng) for one in (large, CROWD)):
        return Found("overflow")
    if found := _of_a_crowd(attempt, rng):
        return Found("overflow") if found.code == "no_such_candidate" else found
    winner = attempt.integer(large, **known, rng=rng)
    return None if winner == int(np.argmax(large)) else Found("large_scores")


def _of_a_crowd(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Thirty equal scores and a better one: a quick look, and more draws when it is not clear."""
    known: dict[str, Any] = {"sensitivity": SENSITIVITY, "epsilon": EPSILON}
    first = _frequencies(attempt, CROWDED, CROWD, **known, rng=rng)
    if isinstance(first, Found):
        return first
    right = exponential_probabilities(CROWD, **known)
    if -0.06 <= first[BEST] - right[BEST] <= 0.018:
        return None
    second = _frequencies(attempt, MORE, CROWD, **known, rng=rng)
    if isinstance(second, Found):
        return second
    best = float(CROWDED * first[BEST] + MORE * second[BEST]) / (CROWDED + MORE)
    near = frequency_bound(CROWDED + MORE)
    if abs(best - right[BEST]) <= near:
        return None
    lifted = (CROWD - CROWD.min()) * (EPSILON / (2 * SENSITIVITY))
    accept, n = float(np.exp(-lifted[BEST])), len(CROWD)
    if abs(best - float(laplace_max(tuple(lifted))[BEST])) <= near:
        return Found("laplace_noise")
    flipped = (1 - (1 - accept) ** n) / (n * accept)  # permute and flip: equal rivals, any order
    return Found("exponential_noise" if abs(best - flipped) <= near else "large_scores")


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


def _which_law(attempt: Attempt, law: Vector, rng: np.random.Generator) -> Found:
    if law.max() == 1 and _most_frequent(attempt, 0.2, rng) == 1:
        return Found("global_random" if _draws_the_same(attempt, rng) else "no_randomness")
    known = {"sensitivity": SENSITIVITY, "epsilon": EPSILON}
    laws = {
        "factor_two_missing": exponential_probabilities(SCORES, sensitivity=1.5, epsilon=EPSILON),
        "sensitivity_ignored": exponential_probabilities(SCORES, sensitivity=1.0, epsilon=EPSILON),
        "epsilon_ignored": exponential_probabilities(SCORES, sensitivity=SENSITIVITY, epsilon=1.0),
        "sensitivity_multiplied": exponential_probabilities(
            SCORES, sensitivity=1 / SENSITIVITY, epsilon=EPSILON
        ),
        "laplace_noise": laplace_max(tuple(SCORES * (EPSILON / (2 * SENSITIVITY)))),
        "lowest_is_best": exponential_probabilities(-SCORES, **known),
        "proportional": SCORES / SCORES.sum(),
        "uniform": np.full(len(SCORES), 1 / len(SCORES)),
        "exponential_noise": noisy_max_probabilities(SCORES, **known),
    }
    distances = {code: float(np.abs(law - one).max()) for code, one in laws.items()}
    nearest = min(distances, key=lambda code: distances[code])
    if nearest in ("uniform", "proportional") and _most_frequent(attempt, 600.0, rng) > 0.6:
        return Found("scores_rescaled")
    if distances[nearest] <= frequency_bound(DRAWS):
        return Found(nearest)
    best = law[int(np.argmax(SCORES))]
    return Found("wrong_law", f"Your best candidate came in {best:.2f} of the draws.")


def _draws_the_same(attempt: Attempt, rng: np.random.Generator) -> bool:
    """Whether one fixed draw decides: the best wins at a large ε, a fixed place at a small one."""

    def places(epsilon: float) -> list[int]:
        known: dict[str, Any] = {"sensitivity": SENSITIVITY, "epsilon": epsilon, "rng": rng}
        moved = [np.roll(SCORES, k) for k in range(len(SCORES))]
        return [attempt.integer(one, **known) - int(np.argmax(one)) for one in moved]

    return not any(places(600.0)) and any(places(0.2))


def _most_frequent(attempt: Attempt, epsilon: float, rng: np.random.Generator) -> float:
    """The largest frequency among 200 draws at another ε."""
    law = _frequencies(attempt, 200, SCORES, sensitivity=SENSITIVITY, epsilon=epsilon, rng=rng)
    return 0.0 if isinstance(law, Found) else float(law.max())
