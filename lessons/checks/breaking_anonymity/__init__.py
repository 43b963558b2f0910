"""Checks of lesson 01, breaking anonymity: one file an exercise.

01.1 crowd_sizes, 01.2 given_away, 01.3 ask_around, 01.4 reconstruct.
Questions: 01.A narrowest_bands, 01.C enough_questions.
"""

from lessons.checks.breaking_anonymity.ask_around import ask_around
from lessons.checks.breaking_anonymity.crowd_sizes import crowd_sizes
from lessons.checks.breaking_anonymity.given_away import given_away
from lessons.checks.breaking_anonymity.questions import enough_questions, narrowest_bands
from lessons.checks.breaking_anonymity.reconstruct import reconstruct

__all__ = [
    "ask_around",
    "crowd_sizes",
    "enough_questions",
    "given_away",
    "narrowest_bands",
    "reconstruct",
]
