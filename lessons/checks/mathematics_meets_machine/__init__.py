"""Checks of lesson 18, when the mathematics meets the machine: one file an exercise."""

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
