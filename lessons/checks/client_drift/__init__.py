"""Checks of lesson 22, client drift: one file an exercise."""

from lessons.checks.client_drift.adam_step import adam_step
from lessons.checks.client_drift.fixed_point import fixed_point
from lessons.checks.client_drift.new_controls import new_controls
from lessons.checks.client_drift.questions import (
    below_two_digits,
    least_pull,
    numbers_of_one_client,
)

__all__ = [
    "adam_step",
    "below_two_digits",
    "fixed_point",
    "least_pull",
    "new_controls",
    "numbers_of_one_client",
]
