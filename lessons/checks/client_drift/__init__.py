"""Checks of lesson 22, client drift: one file an exercise.

22.1 fixed_point, 22.2 local_updates, 22.3 new_controls, 22.4 adam_step.
Questions: 22.A least_pull, 22.C times_the_traffic.
"""

from lessons.checks.client_drift.adam_step import adam_step
from lessons.checks.client_drift.fixed_point import fixed_point
from lessons.checks.client_drift.local_updates import local_updates
from lessons.checks.client_drift.new_controls import new_controls
from lessons.checks.client_drift.questions import least_pull, times_the_traffic

__all__ = [
    "adam_step",
    "fixed_point",
    "least_pull",
    "local_updates",
    "new_controls",
    "times_the_traffic",
]
