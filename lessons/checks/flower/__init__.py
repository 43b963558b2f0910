"""Checks of lesson 53, Flower: one file an exercise.

53.1 reply.
Questions: 53.A share_of_the_liar, 53.B real_noise_multiplier.
"""

from lessons.checks.flower.questions import real_noise_multiplier, share_of_the_liar
from lessons.checks.flower.reply import reply

__all__ = ["real_noise_multiplier", "reply", "share_of_the_liar"]
