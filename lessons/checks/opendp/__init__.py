"""Checks of lesson 56, OpenDP."""

from lessons.checks.opendp.questions import chain_epsilon, count_epsilon
from lessons.checks.opendp.sum_map import sum_map

__all__ = ["chain_epsilon", "count_epsilon", "sum_map"]
