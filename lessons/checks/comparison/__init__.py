"""Checks of lesson 35, comparison and ReLU: one file an exercise.

35.1 conjunction, 35.2 carries, 35.3 less_than.
Questions: 35.A smallest_partner, 35.C cheaper_from, 35.E possible_numbers.
"""

from lessons.checks.comparison.carries import carries
from lessons.checks.comparison.conjunction import conjunction
from lessons.checks.comparison.less_than import less_than
from lessons.checks.comparison.questions import cheaper_from, possible_numbers, smallest_partner

__all__ = [
    "carries",
    "cheaper_from",
    "conjunction",
    "less_than",
    "possible_numbers",
    "smallest_partner",
]
