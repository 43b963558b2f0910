"""Checks of lesson 32, Shamir's secret sharing: one file an exercise.

32.1 fitting_secrets, 32.2 share_secret, 32.3 lagrange_weights, 32.4 find_liars.
Questions: 32.A ruled_out, 32.C fit_the_lie.
"""

from lessons.checks.shamir.find_liars import find_liars
from lessons.checks.shamir.fitting_secrets import fitting_secrets
from lessons.checks.shamir.lagrange_weights import lagrange_weights
from lessons.checks.shamir.questions import fit_the_lie, ruled_out
from lessons.checks.shamir.share_secret import share_secret

__all__ = [
    "find_liars",
    "fit_the_lie",
    "fitting_secrets",
    "lagrange_weights",
    "ruled_out",
    "share_secret",
]
