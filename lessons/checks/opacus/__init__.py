"""Checks of lesson 52, Opacus: one file an exercise."""

from lessons.checks.opacus.mixes_examples import mixes_examples
from lessons.checks.opacus.questions import noise_of_the_step

__all__ = ["mixes_examples", "noise_of_the_step"]
