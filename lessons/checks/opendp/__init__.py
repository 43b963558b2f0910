"""Checks of lesson 56, OpenDP: one file an exercise.

56.1 sum_map.
Questions: 56.A count_epsilon, 56.B chain_epsilon.
"""

from lessons.checks.opendp.questions import chain_epsilon, count_epsilon
from lessons.checks.opendp.sum_map import sum_map

__all__ = ["chain_epsilon", "count_epsilon", "sum_map"]
