"""Checks of lesson 24, bad clients: one file an exercise.

24.1 replacement, 24.2 trimmed_mean, 24.3 krum_scores, 24.4 geometric_median.
Questions: 24.A rules_far_away, 24.C worse_than_the_mean, 24.E rules_left.
"""

from lessons.checks.bad_clients.geometric_median import geometric_median
from lessons.checks.bad_clients.krum_scores import krum_scores
from lessons.checks.bad_clients.questions import rules_far_away, rules_left, worse_than_the_mean
from lessons.checks.bad_clients.replacement import replacement
from lessons.checks.bad_clients.trimmed_mean import trimmed_mean

__all__ = [
    "geometric_median",
    "krum_scores",
    "replacement",
    "rules_far_away",
    "rules_left",
    "trimmed_mean",
    "worse_than_the_mean",
]
