"""Check of Exercise 12.4: the index must come with the probabilities of (12.vi), for any scores."""

from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import coins_fault, frequencies_fault
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.told import told
from lessons.dp.mechanisms import exponential
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for choices among few and many candidates, with scores near 0, below it and enormous."""
    base = np.array([0.0, 2.0, 3.5, 5.0, 1.0])
    crowd = np.full(31, cases.between(rng, 4000, 6000))
    crowd[cases.one_of(rng, range(31))] += 9.0
    return by_law(
        attempt,
        [
            _probe(rng.permutation(base), 0.36, cases.between(rng, 0.4, 0.5), 400),
            _probe(rng.permutation(base), 1.5, cases.between(rng, 1.6, 2.1), 1500),
            _probe(-9.0 * rng.random(4), 1.0, cases.between(rng, 0.5, 0.9), 1200),
            _probe(rng.permutation([0.0, 0.0, 0.8, 1.0]), 0.37, 4.3, 1000),
            _probe(_one_above_many(rng), 1.0, 2.0, 1200),
            _probe(crowd, 1.5, cases.between(rng, 0.97, 1.03), 6400),
            _probe(-cases.between(rng, 4e4, 6e4) + 4 * rng.random(6), 1.0, 1.0, 800),
            _probe(_far_below_at_both_ends(rng), 2.0, 0.5, 400),
            _probe(np.array([cases.between(rng, -5, 5)]), 1.0, 1.0, 20),
        ],
        mistakes=MISTAKES,
        rng=rng,
    )


def _one_above_many(rng: np.random.Generator) -> Vector:
    """A likely candidate and 260 that are possible only together."""
    scores = rng.random(261)
    scores[cases.one_of(rng, range(261))] = 8.0
    return scores


def _far_below_at_both_ends(rng: np.random.Generator) -> Vector:
    """Enormous scores between two small ones: only the largest can be taken off from all."""
    return np.array([99.0, *rng.permutation([1e5, 1e5 + 900.0]), 99.0])


def _probe(scores: Vector, sensitivity: float, epsilon: float, times: int) -> Probe:
    known = {"sensitivity": sensitivity, "epsilon": epsilon}
    law = exponential.exponential_probabilities(scores, **known)

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        return np.array(attempt.integers(times, scores, **known, rng=rng), dtype=float)

    def fault(draws: Vector) -> Found | None:
        if draws.min() < 0 or draws.max() >= len(scores):
            return Found("no_such_candidate", f"You returned {int(draws.max())}.")
        counts = np.bincount(draws.astype(int), minlength=len(scores))
        best = draws == np.argmax(scores)
        if found := frequencies_fault(counts, law):
            return found
        alike = best.all() or not best.any()  # a rare outcome that did not come shows no link
        return None if alike else coins_fault(best, float(law.max()))

    return Probe(
        draw,
        fault,
        times,
        said=f"(For {len(scores)} scores from {scores.min():.6g} to {scores.max():.6g}, {told(known)}.)",
    )


def _by_weight(weights: Any) -> Any:
    """Make a wrong function from ``weights(scores, Δ, ε)``."""

    def wrong(scores: Any, *, sensitivity: float, epsilon: float, rng: Any) -> int:
        return _drawn(weights(scores, sensitivity, epsilon), rng)

    return wrong


def _drawn(weights: Vector, rng: np.random.Generator) -> int:
    cumulated = np.cumsum(weights)
    if not 0 < cumulated[-1] < np.inf:
        raise ValueError("probabilities contain NaN")  # as rng.choice would
    return int(np.searchsorted(cumulated, rng.random() * cumulated[-1], side="right"))


def _safe(factor: Any) -> Any:
    """Make weights e^(u·factor(Δ, ε)) that cannot overflow."""

    def weights(scores: Any, sensitivity: float, epsilon: float) -> Any:
        exponents = scores * factor(sensitivity, epsilon)
        return np.exp(exponents - exponents.max())

    return _by_weight(weights)


def _noisy_maximum(noise: str) -> Any:
    def wrong(scores: Any, *, sensitivity: float, epsilon: float, rng: Any) -> int:
        drawn = getattr(rng, noise)(scale=2 * sensitivity / epsilon, size=len(scores))
        return int(np.argmax(scores + drawn))

    return wrong


def _argmax_when_large(scores: Any, *, sensitivity: float, epsilon: float, rng: Any) -> int:
    if scores.max() * epsilon / 2 / sensitivity > 700:
        return int(np.argmax(scores))
    return _drawn(_plain(scores, sensitivity, epsilon), rng)


def _without_weights_below(threshold: float) -> Any:
    def weights(scores: Any, sensitivity: float, epsilon: float) -> Any:
        each = np.exp(epsilon * (scores - scores.max()) / (2 * sensitivity))
        return np.where(each < threshold, 0.0, each)

    return _by_weight(weights)


def _plain(scores: Any, sensitivity: float, epsilon: float) -> Any:
    return np.exp(epsilon * scores / (2 * sensitivity))


MISTAKES = {
    "returned_probabilities": Mistake(
        "You return all the probabilities; the mechanism releases one candidate's index.",
        "The probabilities are a function of the scores without noise: they give the scores back.",
        made_by=(
            lambda scores, *, sensitivity, epsilon, rng: exponential.exponential_probabilities(
                scores, sensitivity=sensitivity, epsilon=epsilon
            ),
        ),
    ),
    "released_the_score": Mistake(
        "You return a score; the mechanism releases the index of a candidate and nothing else.",
        "The (noisy) winning score is one more statistic of the data and would need its own ε.",
        made_by=(
            lambda scores, *, sensitivity, epsilon, rng: np.max(
                scores + rng.laplace(scale=sensitivity / epsilon, size=len(scores))
            ),
        ),
    ),
    "no_such_candidate": Mistake(
        "One of your answers is no index of a candidate.",
        "Indices run from 0 to len(scores) − 1.",
        made_by=(
            lambda scores, *, sensitivity, epsilon, rng: (
                1
                + exponential.exponential_mechanism(
                    scores, sensitivity=sensitivity, epsilon=epsilon, rng=rng
                )
            ),
        ),
    ),
    "no_randomness": Mistake(
        "The highest score wins every time.",
        "argmax without noise: where two scores tie, one patient decides; the ratio is infinite.",
        made_by=(lambda scores, *, sensitivity, epsilon, rng: int(np.argmax(scores)),),
    ),
    "factor_two_missing": Mistake(
        "Your choice is sharper than (12.vi): the 2 below the line is missing.",
        "A patient can raise one score and lower all others: the weight grows and the sum of the "
        "weights shrinks, hence the 2. Where a patient moves all scores in one direction only, as "
        "counts under add/remove, the 2 may be dropped; the exercise wants (12.vi).",
        made_by=(_safe(lambda s, e: e / s), _by_weight(lambda u, s, e: np.exp(e * u / s))),
    ),
    "sensitivity_ignored": Mistake(
        "Your choice does not depend on how far one patient can move a score.",
        "e^(ε·u/2) is right for Δ = 1 only; for Δ = 3 it spends 3ε.",
        made_by=(_safe(lambda s, e: e / 2), _by_weight(lambda u, s, e: np.exp(e * u / 2))),
    ),
    "sensitivity_multiplied": Mistake(
        "Your choice gets sharper when one patient can move the scores further.",
        "epsilon * u / 2 * sensitivity multiplies by Δ: in Python, / and * go from left to right.",
        made_by=(_safe(lambda s, e: e / 2 * s), _by_weight(lambda u, s, e: np.exp(e * u / 2 * s))),
    ),
    "epsilon_ignored": Mistake(
        "Your choice is the same whatever ε is.",
        "e^(u/2Δ) promises ε = 1, not the ε that was asked for.",
        made_by=(
            _safe(lambda s, e: 1 / (2 * s)),
            _by_weight(lambda u, s, e: np.exp(u / (2 * s))),
        ),
    ),
    "lowest_is_best": Mistake(
        "Your mechanism prefers the candidates with the lowest scores.",
        "One minus sign too many: high scores are good, and their weights must be large.",
        made_by=(_safe(lambda s, e: -e / (2 * s)),),
    ),
    "not_exponential": Mistake(
        "Your choice hardly depends on the scores, or it is in proportion to them.",
        "Do you divide the scores by the largest one? Then they differ by little, and the largest "
        "score is a fact about the data: after the division the sensitivity is no longer Δ. In "
        "proportion, a score of 0 is impossible and a score of 1 possible: that ratio is infinite. "
        "And a choice among equals is private, but useless.",
        made_by=(
            _by_weight(lambda u, s, e: u),
            _by_weight(lambda u, s, e: np.ones(len(u))),
            _by_weight(lambda u, s, e: np.exp(e * u / u.max() / (2 * s))),
        ),
    ),
    "some_never_chosen": Mistake(
        "Candidates far below the best are never chosen; each must keep its own small chance.",
        "A weight below a threshold is set to 0. If one patient lifts a candidate over the threshold, "
        "its probability jumps up from 0, and the ratio is infinite.",
        made_by=(_without_weights_below(0.01), _without_weights_below(1e-3)),
    ),
    "noisy_maximum": Mistake(
        "Not (12.vi): the frequencies look as if you added noise to the scores and took the largest.",
        "With exponential noise that is report-noisy-max (permute-and-flip has the same distribution), "
        "which is even a little better; with Laplace noise it is another ε-DP mechanism; "
        "Gaussian noise keeps no ε at all. The exercise wants (12.vi); Gumbel noise of scale 2Δ/ε would "
        "give exactly that.",
        made_by=(_noisy_maximum("exponential"), _noisy_maximum("laplace")),
    ),
    "overflow": Mistake(
        "With scores in the thousands your exponentials overflow, or are cut off so that they do not.",
        "Only differences of scores matter, so a constant may be subtracted from all of them first. "
        "A cap on the exponent makes all candidates above it equal, and argmax drops the noise.",
        made_by=(
            _by_weight(_plain),
            _argmax_when_large,
            _by_weight(lambda u, s, e: np.exp(np.minimum(e * u / (2 * s), 700))),
            _by_weight(lambda u, s, e: np.exp(np.minimum(e * (u - u[0]) / (2 * s), 700))),
        ),
    ),
}

exponential_mechanism = Exercise(
    number="12.4",
    name="exponential_mechanism",
    reference=exponential.exponential_mechanism,
    examine=examine,
    takeaway="Noise can sit in the choice itself: better candidates are likelier, none impossible.",
    hints=(
        "First the weight of every candidate, then probabilities that add up to 1, then one draw.",
        "rng.choice can draw an index when you give it the probabilities as p.",
        "e^1000 is too large for a float. What happens to the probabilities if you subtract the "
        "same number from all scores?",
    ),
    mistakes=MISTAKES,
)
