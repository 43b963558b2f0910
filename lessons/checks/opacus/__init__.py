"""Checks of lesson 52, Opacus: one file an exercise.

52.1 mixes_examples.
Questions: 52.A noise_of_the_step.
"""

from lessons.checks.opacus.mixes_examples import mixes_examples
from lessons.checks.opacus.questions import noise_of_the_step

__all__ = ["mixes_examples", "noise_of_the_step"]
