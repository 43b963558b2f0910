"""Checks of lesson 16, DP-SGD: one file an exercise.

16.1 clip_rows, 16.2 private_gradient, 16.3 poisson_sample, 16.4 gradient_norms.
Questions: 16.A best_clip_norm, 16.C small_clip_norm.
"""

from lessons.checks.dp_sgd.clip_rows import clip_rows
from lessons.checks.dp_sgd.gradient_norms import gradient_norms
from lessons.checks.dp_sgd.poisson_sample import poisson_sample
from lessons.checks.dp_sgd.private_gradient import private_gradient
from lessons.checks.dp_sgd.questions import best_clip_norm, small_clip_norm

__all__ = [
    "best_clip_norm",
    "clip_rows",
    "gradient_norms",
    "poisson_sample",
    "private_gradient",
    "small_clip_norm",
]
