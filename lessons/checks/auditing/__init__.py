"""Checks of lesson 17, auditing: one file an exercise.

17.1 likelihood_ratio_scores, 17.2 clopper_pearson, 17.3 epsilon_lower_bound,
17.4 insert_canaries.
Questions: 17.A smallest_limit, 17.C enough_canaries.
"""

from lessons.checks.auditing.clopper_pearson import clopper_pearson
from lessons.checks.auditing.epsilon_lower_bound import epsilon_lower_bound
from lessons.checks.auditing.insert_canaries import insert_canaries
from lessons.checks.auditing.likelihood_ratio_scores import likelihood_ratio_scores
from lessons.checks.auditing.questions import canaries_needed as canaries_needed
from lessons.checks.auditing.questions import enough_canaries, smallest_limit

__all__ = [
    "clopper_pearson",
    "enough_canaries",
    "epsilon_lower_bound",
    "insert_canaries",
    "likelihood_ratio_scores",
    "smallest_limit",
]
