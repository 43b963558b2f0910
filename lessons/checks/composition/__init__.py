"""Checks of lesson 14, composition: one file an exercise.

14.1 advanced_composition, 14.2 composed_delta, 14.3 parallel_composition,
14.4 answer_within_budget.
Questions: 14.A first_gain, 14.B no_crossing, 14.C mean_of_one.
"""

from lessons.checks.composition.advanced_composition import advanced_composition
from lessons.checks.composition.answer_within_budget import answer_within_budget
from lessons.checks.composition.composed_delta import composed_delta
from lessons.checks.composition.parallel_composition import parallel_composition
from lessons.checks.composition.questions import first_gain, mean_of_one, no_crossing

__all__ = [
    "advanced_composition",
    "answer_within_budget",
    "composed_delta",
    "first_gain",
    "mean_of_one",
    "no_crossing",
    "parallel_composition",
]
