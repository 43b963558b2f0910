"""Checks of lesson 23, gradients leak: one file an exercise.

23.1 label_counts, 23.2 objective, 23.3 images_from_bins.
Questions: 23.A epsilon_that_hides, 23.C largest_batch.
"""

from lessons.checks.gradients_leak.images_from_bins import images_from_bins
from lessons.checks.gradients_leak.label_counts import label_counts
from lessons.checks.gradients_leak.objective import objective
from lessons.checks.gradients_leak.questions import epsilon_that_hides, largest_batch

__all__ = [
    "epsilon_that_hides",
    "images_from_bins",
    "label_counts",
    "largest_batch",
    "objective",
]
