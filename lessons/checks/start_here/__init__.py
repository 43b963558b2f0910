"""Checks of lesson 00, start here: one file an exercise.

00.1 value_of_one, 00.2 readable_by, 00.3 eight_scenarios.
Questions: 00.A hidden_digit, 00.B times_more_people, 00.D pooled_shares.
"""

from lessons.checks.start_here.eight_scenarios import eight_scenarios
from lessons.checks.start_here.questions import (
    HIDDEN_DIGIT as HIDDEN_DIGIT,
)
from lessons.checks.start_here.questions import (
    hidden_digit,
    pooled_shares,
    times_more_people,
)
from lessons.checks.start_here.readable_by import readable_by
from lessons.checks.start_here.value_of_one import value_of_one

__all__ = [
    "eight_scenarios",
    "hidden_digit",
    "pooled_shares",
    "readable_by",
    "times_more_people",
    "value_of_one",
]
