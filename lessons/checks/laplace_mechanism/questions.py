"""Questions 12.A and 12.C."""

from functools import cache
from math import log

import numpy as np

from lessons.checks.engine.exercise import Question, examine_number
from lessons.checks.engine.mistakes import Mistake
from lessons.datasets import heart_disease
from lessons.dp.mechanisms import laplace as reference

# Question 12.A: the ε at which 75 % is the most that an observer can believe

EPSILON_MISTAKES = {
    "probability_taken": Mistake(
        "That is the belief itself, not ε.",
        "ε bounds a ratio of likelihoods; it is not a probability.",
        made_by=(0.75,),
        within=0.005,
    ),
    "ratio_taken": Mistake(
        "That is the likelihood ratio; ε is on another scale.",
        "The bound on the ratio is e^ε.",
        made_by=(3,),
        within=0.005,
    ),
    "beliefs_divided": Mistake(
        "You divided the beliefs, 0.75 by 0.5; the ratio multiplies the odds.",
        "Odds of 1 : 1 become odds of 3 : 1.",
        made_by=(log(1.5),),
        within=0.01,
    ),
    "both_sides": Mistake(
        "You counted the bound twice, upwards and downwards.",
        "She starts in the middle, at 50 %, and goes one way.",
        made_by=(2 * log(3),),
        within=0.03,
    ),
}

largest_epsilon = Question(
    number="12.A",
    name="largest_epsilon",
    examine=examine_number(
        lambda: log(3),
        tolerance=0.01,  # ln 3 to two decimals, and 1.10, the closest step of the slider
        mistakes=EPSILON_MISTAKES,
    ),
    takeaway="From 1 : 1 to 3 : 1 is a likelihood ratio of 3, and ε is its logarithm: as in lesson 11.",
    hints=(
        "Put the release far to the right, where the belief is highest, and move ε.",
        "75 % sure means odds of 3 : 1; she started with odds of 1 : 1.",
        "One release multiplies the odds by at most e^ε.",
    ),
    mistakes=EPSILON_MISTAKES,
)

# Question 12.C: the best clipping bound

CANDIDATES = np.arange(150.0, 601.0, 10.0)  # the positions of the slider


@cache
def _best() -> float:
    table = heart_disease()
    values = table["chol"][table["hospital"] == "Cleveland"].astype(float)
    return reference.best_upper_bound(values, lower=100, candidates=CANDIDATES, epsilon=0.1)


BOUND_MISTAKES = {
    "no_bias": Mistake(
        "Nobody is cut off there, or hardly anybody. But look at how much noise that costs.",
        "There is no bias, but the noise is made for the largest value of all.",
        made_by=(564,),
        within=6,
    ),
    "least_noise": Mistake(
        "The noise is smallest there, but nearly everybody is cut off.",
        "A small interval needs little noise, and its mean says little about the patients.",
        made_by=(150,),
        within=0.5,
    ),
    "bias_equals_noise": Mistake(
        "There the two parts are about equal; their sum may still fall.",
        "The minimum is where the *slopes* of the squares cancel, not where the parts are equal.",
        made_by=(280,),
        within=5,
    ),
    "the_mean_itself": Mistake(
        "That is close to the mean of the table: about half of the patients are cut off there.",
        "The mean is the number to publish, not a bound for the entries.",
        made_by=(246,),
        within=5,
    ),
}

best_bound = Question(
    number="12.C",
    name="best_bound",
    examine=examine_number(
        _best, tolerance=5, mistakes=BOUND_MISTAKES
    ),  # half a step of the slider
    takeaway="A bound that cuts off some patients can be better than one that cuts off none.",
    hints=(
        "Set ε to 0.1 and the number of patients to the end, then move the upper bound.",
        "The error has two parts. Which one grows with the bound, which one shrinks?",
        "Read the total error at three neighbouring bounds: the best one has worse neighbours on "
        "both sides.",
    ),
    mistakes=BOUND_MISTAKES,
)
