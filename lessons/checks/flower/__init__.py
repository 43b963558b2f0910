"""Checks of lesson 53, Flower: one exercise and its questions."""

from lessons.checks.flower.questions import real_noise_multiplier, share_of_the_liar
from lessons.checks.flower.reply import reply

__all__ = ["real_noise_multiplier", "reply", "share_of_the_liar"]
