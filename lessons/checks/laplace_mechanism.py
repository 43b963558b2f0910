"""Checks of lesson 12: the Laplace mechanism."""

from collections.abc import Callable, Mapping
from functools import cache
from math import log
from typing import Any

import numpy as np

from lessons.checks import laplace_mechanism_choice as choice
from lessons.checks import laplace_mechanism_mean as mean
from lessons.checks import laplace_mechanism_mistakes as mistakes
from lessons.checks import laplace_mechanism_noise as noise
from lessons.checks import laplace_mechanism_tables as tables
from lessons.checks.attempt import Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.datasets import heart_disease
from lessons.dp import mechanisms, selection

query_sensitivity = Exercise(
    number="12.1",
    name="query_sensitivity",
    reference=tables.query_sensitivity,
    examine=tables.examine_sensitivity,
    takeaway="Sensitivity belongs to a query and a relation, never to the data at hand.",
    hints=(
        "Take the smallest tables you can: one or two rows. Which two neighbours make the result "
        "jump furthest?",
        "Under add/remove an entry appears where nothing was, and it may sit on either bound, below "
        "0 or above. Under replace it jumps from one place in the interval to another.",
        "For the mean under add/remove, write the new mean as the old mean plus something over n. "
        "How large can the something be, when all values lie in the interval?",
    ),
    mistakes=tables.SENSITIVITY_MISTAKES,
)

laplace_mechanism = Exercise(
    number="12.2",
    name="laplace_mechanism",
    reference=mechanisms.laplace_mechanism,
    examine=noise.examine_laplace,
    takeaway="Noise of scale Δ/ε hides any one person, and it does not depend on the data.",
    hints=(
        "What should happen to the noise when one person can change the result twice as much?",
        "The scale b has the unit of the query; ε has none. Which combination has that unit?",
        "Look at equation (12.3), then at the arguments of rng.laplace: one is the scale, another "
        "says how many draws you want and in which shape.",
    ),
    mistakes=noise.LAPLACE_MISTAKES,
)

private_mean = Exercise(
    number="12.3",
    name="private_mean",
    reference=mechanisms.private_mean,
    examine=mean.examine_private_mean,
    takeaway="Clip to public bounds, average, add noise once: in this order, and with n public.",
    hints=(
        "Three steps in the order of equation (12.5). Which of them may look at the data, and "
        "which only at lower, upper, n and ε?",
        "np.clip moves values onto the bounds. How many rows are in the table afterwards?",
        "You have the two parts already: the sensitivity of a mean under replace (12.1), and the "
        "mechanism (12.2).",
    ),
    mistakes=mistakes.MEAN_MISTAKES,
)

exponential_mechanism = Exercise(
    number="12.4",
    name="exponential_mechanism",
    reference=selection.exponential_mechanism,
    examine=choice.examine_exponential,
    takeaway="Noise can sit in the choice itself: better candidates are likelier, none impossible.",
    hints=(
        "First the weight of every candidate, then probabilities that add up to 1, then one draw.",
        "rng.choice can draw an index when you give it the probabilities as p.",
        "e^1000 is too large for a float. What happens to the probabilities when you subtract the "
        "same number from all scores?",
    ),
    mistakes=mistakes.EXPONENTIAL_MISTAKES,
)


def examine_near(
    truth: Callable[[], float], *, tolerance: float, slips: Mapping[str, tuple[float, float]]
) -> Callable[[Any], Found | None]:
    """Like ``examine_number``, with a tolerance of its own for every known wrong number."""
    examine = examine_number(truth, tolerance=tolerance, wrong={})

    def nearest(value: Any) -> Found | None:
        found = examine(value)
        if found is None or found.code not in ("too_low", "too_high"):
            return found
        codes = (code for code, (slip, near) in slips.items() if abs(float(value) - slip) <= near)
        return next((Found(code) for code in codes), found)

    return nearest


# Question 12.A: the largest ε that keeps an observer at 75 %

largest_epsilon = Question(
    number="12.A",
    name="largest_epsilon",
    examine=examine_near(
        lambda: log(3),
        tolerance=0.03,  # half a step of the slider, and a little
        slips={
            "probability_taken": (0.75, 0.005),
            "ratio_taken": (3.0, 0.005),
            "beliefs_divided": (log(1.5), 0.01),
            "both_sides": (2 * log(3), 0.03),
        },
    ),
    takeaway="From 1 : 1 to 3 : 1 is a likelihood ratio of 3, and ε is its logarithm: as in lesson 11.",
    hints=(
        "Put the release far to the right, where the belief is highest, and move ε.",
        "75 % sure means odds of 3 : 1; she started with odds of 1 : 1.",
        "One release multiplies the odds by at most e^ε.",
    ),
    mistakes={
        "probability_taken": Mistake(
            "That is the belief itself, not ε.",
            "ε bounds a ratio of likelihoods; it is no probability.",
        ),
        "ratio_taken": Mistake(
            "That is the likelihood ratio; ε is on another scale.",
            "The bound on the ratio is e^ε.",
        ),
        "beliefs_divided": Mistake(
            "You divided the beliefs, 0.75 by 0.5; the ratio multiplies the odds.",
            "Odds of 1 : 1 become odds of 3 : 1.",
        ),
        "both_sides": Mistake(
            "You counted the bound twice, upwards and downwards.",
            "She starts in the middle, at 50 %, and goes one way.",
        ),
    },
)

# Question 12.C: the best clipping bound

CANDIDATES = np.arange(150.0, 601.0, 10.0)  # the positions of the slider


@cache
def _best() -> float:
    table = heart_disease()
    values = table["chol"][table["hospital"] == "Cleveland"].astype(float)
    return mechanisms.best_upper_bound(values, lower=100, candidates=CANDIDATES, epsilon=0.1)


best_bound = Question(
    number="12.C",
    name="best_bound",
    examine=examine_near(
        _best,
        tolerance=10,  # one step of the slider
        slips={
            "no_bias": (564.0, 6.0),
            "least_noise": (150.0, 0.5),
            "bias_equals_noise": (280.0, 5.0),
            "the_mean_itself": (246.0, 5.0),
        },
    ),
    takeaway="A bound that cuts off some patients can be better than one that cuts off none.",
    hints=(
        "Set ε to 0.1 and the number of patients to the end, then move the upper bound.",
        "The error has two parts. Which one grows with the bound, which one shrinks?",
        "Read the total error at three neighbouring bounds: the best one has worse neighbours on "
        "both sides.",
    ),
    mistakes={
        "no_bias": Mistake(
            "Nobody is cut off there, or one patient by a hair, but look at how much noise that costs.",
            "No bias at all, with a scale for the largest value anybody might have.",
        ),
        "least_noise": Mistake(
            "The noise is smallest there, but nearly everybody is cut off.",
            "A small interval needs little noise, and its mean says little about the patients.",
        ),
        "bias_equals_noise": Mistake(
            "There the two parts are about equal; their sum may still fall.",
            "The minimum is where the *slopes* of the squares cancel, not where the parts are equal.",
        ),
        "the_mean_itself": Mistake(
            "That is about the mean of the table: about half of the patients are cut off there.",
            "The mean is what is asked for, not a bound for the entries.",
        ),
    },
)
