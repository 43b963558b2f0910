"""Check of Exercise 35.1: say here the property that an answer must have."""

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case


def reference(*, x: float) -> float:
    """Import the lesson's own function in place of this one."""
    return 2 * x


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw odd numbers, large and tiny ones, every edge: never round or fixed ones only."""
    return [{"x": cases.spread(rng, 1e-3, 1e3)} for _ in range(9)]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the reference; ``compare.by_law`` where the answer draws random numbers."""
    return by_numbers(attempt, ask(rng), right=reference, mistakes=MISTAKES, rng=rng)


MISTAKES = {
    "squared": Mistake(
        "What the learner reads.",
        "What the worked solution says about it.",
        made_by=(lambda *, x: x**2,),
    ),
}

first_step = Exercise(
    number="35.1",
    name="first_step",
    reference=reference,
    examine=examine,
    takeaway="One sentence that the learner takes along.",
    hints=("A first hint.", "A second one.", "The last one says nearly all, and not the answer."),
    mistakes=MISTAKES,
)
