"""Checks of the exercises: a folder per lesson, a file an exercise, all built on ``engine``."""
