"""Checks of lesson 14, composition: one file an exercise."""

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
