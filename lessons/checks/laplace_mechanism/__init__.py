"""Checks of lesson 12, the Laplace mechanism: one file an exercise.

12.1 query_sensitivity, 12.2 laplace_mechanism, 12.3 private_mean, 12.4 exponential_mechanism.
Questions: 12.A largest_epsilon, 12.C best_bound.
"""

from lessons.checks.laplace_mechanism.exponential_mechanism import exponential_mechanism
from lessons.checks.laplace_mechanism.laplace_mechanism import laplace_mechanism
from lessons.checks.laplace_mechanism.private_mean import private_mean
from lessons.checks.laplace_mechanism.query_sensitivity import query_sensitivity
from lessons.checks.laplace_mechanism.questions import best_bound, largest_epsilon

__all__ = [
    "best_bound",
    "exponential_mechanism",
    "laplace_mechanism",
    "largest_epsilon",
    "private_mean",
    "query_sensitivity",
]
