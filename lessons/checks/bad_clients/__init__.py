"""Checks of lesson 24, bad clients: one file an exercise."""

from lessons.checks.bad_clients.geometric_median import geometric_median
from lessons.checks.bad_clients.krum_scores import krum_scores
from lessons.checks.bad_clients.questions import breaking_number, rules_left, worse_than_the_mean
from lessons.checks.bad_clients.replacement import replacement
from lessons.checks.bad_clients.trimmed_mean import trimmed_mean

__all__ = [
    "breaking_number",
    "geometric_median",
    "krum_scores",
    "replacement",
    "rules_left",
    "trimmed_mean",
    "worse_than_the_mean",
]
