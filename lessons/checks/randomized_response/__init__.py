"""Checks of lesson 11, randomized response and the definition: one file an exercise.

11.1 randomized_response, 11.2 debias, 11.3 smallest_epsilon, 11.4 smallest_delta.
Questions: 11.A posterior_after_yes, 11.C people_for_three_points.
"""

from lessons.checks.randomized_response.debias import debias
from lessons.checks.randomized_response.questions import (
    people_for_three_points,
    posterior_after_yes,
)
from lessons.checks.randomized_response.randomized_response import randomized_response
from lessons.checks.randomized_response.smallest_delta import smallest_delta
from lessons.checks.randomized_response.smallest_epsilon import smallest_epsilon

__all__ = [
    "debias",
    "people_for_three_points",
    "posterior_after_yes",
    "randomized_response",
    "smallest_delta",
    "smallest_epsilon",
]
