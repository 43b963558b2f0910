"""Checks of lesson 15, accounting for subsampling: one file an exercise.

15.1 amplify, 15.2 subsampled_rdp, 15.3 add_losses.
Questions: 15.B least_noise, 15.C steps_allowed.
"""

from lessons.checks.accounting.add_losses import add_losses
from lessons.checks.accounting.amplify import amplify
from lessons.checks.accounting.questions import least_noise, steps_allowed
from lessons.checks.accounting.subsampled_rdp import subsampled_rdp

__all__ = ["add_losses", "amplify", "least_noise", "steps_allowed", "subsampled_rdp"]
