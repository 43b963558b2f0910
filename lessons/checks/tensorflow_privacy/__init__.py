"""Checks of lesson 51, TensorFlow Privacy: one file an exercise.

51.1 microbatched_mean, 51.2 for_the_accountant.
Questions: 51.A noise_in_a_parameter.
"""

from lessons.checks.tensorflow_privacy.for_the_accountant import for_the_accountant
from lessons.checks.tensorflow_privacy.microbatched_mean import microbatched_mean
from lessons.checks.tensorflow_privacy.questions import noise_in_a_parameter

__all__ = ["for_the_accountant", "microbatched_mean", "noise_in_a_parameter"]
