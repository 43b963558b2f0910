"""Checks of lesson 55, MPyC and CrypTen: one file an exercise.

55.1 reads.
Questions: 55.A precision_bits.
"""

from lessons.checks.mpyc_crypten.questions import precision_bits
from lessons.checks.mpyc_crypten.reads import reads

__all__ = ["precision_bits", "reads"]
