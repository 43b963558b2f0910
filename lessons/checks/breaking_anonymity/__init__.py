"""Checks of lesson 01, breaking anonymity: one file an exercise."""

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
