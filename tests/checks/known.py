"""Solutions whose verdict is known: what learners write, and what the check must say of it.

Each lesson keeps its list in ``tests/checks/known_<stem>.py``:

    @wrong(checks.laplace_mechanism, "scale_inverted")
    def upside_down(value, *, sensitivity, epsilon, rng): ...

    @right(checks.laplace_mechanism)
    def difference_of_exponentials(value, *, sensitivity, epsilon, rng): ...

    wrong_value(checks.scale_for_a_mean, "too_low", 1.0)

The same function may serve several exercises. ``test_known.py`` runs them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lessons.checks.exercise import Exercise, Question

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Known:
    """An answer and the code of its diagnosis ("" for a right one)."""

    exercise: Exercise[Any] | Question
    diagnosis: str
    answer: Any
    name: str


KNOWN: list[Known] = []


def wrong(exercise: Exercise[Any], diagnosis: str) -> Callable[[F], F]:
    """Keep the decorated function as a wrong answer to ``exercise``."""

    def keep(answer: F) -> F:
        KNOWN.append(Known(exercise, diagnosis, answer, answer.__name__))
        return answer

    return keep


def right(exercise: Exercise[Any]) -> Callable[[F], F]:
    """Keep the decorated function as another right answer to ``exercise``."""
    return wrong(exercise, "")


def wrong_value(question: Question, diagnosis: str, value: Any) -> None:
    """Keep a wrong answer to a question."""
    KNOWN.append(Known(question, diagnosis, value, repr(value)))


def right_value(question: Question, value: Any) -> None:
    """Keep a right answer to a question."""
    wrong_value(question, "", value)
