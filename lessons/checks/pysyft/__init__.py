"""Checks of lesson 54, PySyft: one file an exercise.

54.1 release.
Questions: 54.A price_of_five.
"""

from lessons.checks.pysyft.questions import price_of_five
from lessons.checks.pysyft.release import release

__all__ = ["price_of_five", "release"]
