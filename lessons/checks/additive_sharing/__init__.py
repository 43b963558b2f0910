"""Checks of lesson 31, additive secret sharing: one file an exercise.

31.1 guess_secret, 31.2 share_secret, 31.3 linear_shares, 31.4 pooled_mean.
Questions: 31.A fraction_exposed, 31.C third_hospital.
"""

from lessons.checks.additive_sharing.guess_secret import guess_secret
from lessons.checks.additive_sharing.linear_shares import linear_shares
from lessons.checks.additive_sharing.pooled_mean import pooled_mean
from lessons.checks.additive_sharing.questions import fraction_exposed, third_hospital
from lessons.checks.additive_sharing.share_secret import share_secret

__all__ = [
    "fraction_exposed",
    "guess_secret",
    "linear_shares",
    "pooled_mean",
    "share_secret",
    "third_hospital",
]
