"""Checks of lesson 37, cheating parties: one file an exercise.

37.1 add_public, 37.2 gap_shares, 37.3 best_error.
Questions: 37.A burnt_key, 37.C prime_bits, 37.E stolen_rate.
"""

from lessons.checks.cheating_parties.add_public import add_public
from lessons.checks.cheating_parties.best_error import best_error
from lessons.checks.cheating_parties.gap_shares import gap_shares
from lessons.checks.cheating_parties.questions import burnt_key, prime_bits, stolen_rate

__all__ = ["add_public", "best_error", "burnt_key", "gap_shares", "prime_bits", "stolen_rate"]
