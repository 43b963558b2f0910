"""Checks of lesson 35."""

from lessons.checks.comparison.first_step import first_step

__all__ = ["first_step"]
