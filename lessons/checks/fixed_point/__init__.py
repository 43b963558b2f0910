"""Checks of lesson 34, fixed point and truncation: one file an exercise.

34.1 encode, 34.2 truncate_locally, 34.3 after_opening.
Questions: 34.A last_right_share, 34.C most_bits.
"""

from lessons.checks.fixed_point.after_opening import after_opening
from lessons.checks.fixed_point.encode import encode
from lessons.checks.fixed_point.questions import last_right_share, most_bits
from lessons.checks.fixed_point.truncate_locally import truncate_locally

__all__ = ["after_opening", "encode", "last_right_share", "most_bits", "truncate_locally"]
