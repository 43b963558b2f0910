"""Checks of lesson 18, when the mathematics meets the machine: one file an exercise.

18.1 could_come_from, 18.2 bernoulli_exp, 18.3 discrete_laplace, 18.4 find_seed.
Questions: 18.A half_named.
"""

from lessons.checks.mathematics_meets_machine.bernoulli_exp import bernoulli_exp
from lessons.checks.mathematics_meets_machine.could_come_from import could_come_from
from lessons.checks.mathematics_meets_machine.discrete_laplace import discrete_laplace
from lessons.checks.mathematics_meets_machine.find_seed import find_seed
from lessons.checks.mathematics_meets_machine.questions import half_named

__all__ = [
    "bernoulli_exp",
    "could_come_from",
    "discrete_laplace",
    "find_seed",
    "half_named",
]
