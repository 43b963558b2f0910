"""Checks of lesson 11, randomized response and the definition: one file an exercise."""

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
