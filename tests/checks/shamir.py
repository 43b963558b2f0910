"""Lesson 32: answers besides the named mistakes."""

from lessons.checks import shamir as checks
from tests.checks.answers import refused_value, right_value

right_value(checks.ruled_out, 10)
right_value(checks.fit_the_lie, 5)
refused_value(checks.fit_the_lie, "too_low", 1)
