"""Checks of lesson 38, secure aggregation: one file an exercise.

38.1 masked, 38.2 recovered, 38.3 may_answer.
Questions: 38.A sum_of_two, 38.C largest_threshold.
"""

from lessons.checks.secure_aggregation.masked import masked
from lessons.checks.secure_aggregation.may_answer import may_answer
from lessons.checks.secure_aggregation.questions import largest_threshold, sum_of_two
from lessons.checks.secure_aggregation.recovered import recovered

__all__ = ["largest_threshold", "masked", "may_answer", "recovered", "sum_of_two"]
