"""Answers whose verdict is known, besides those that ``Mistake.made_by`` holds.

Each lesson keeps its list in ``tests/checks/<lesson>.py`` (or one exercise's in ``<lesson>_<exercise>.py``):

    @refused(checks.laplace_mechanism, "cut_at_zero")    a second spelling of a named mistake
    def clipped(value, *, sensitivity, epsilon, rng): ...

    @refused(checks.laplace_mechanism)                   wrong, with whatever diagnosis is true
    def redrawn(value, *, sensitivity, epsilon, rng): ...

    @right(checks.laplace_mechanism)                     a right idea, written in another way
    def difference(value, *, sensitivity, epsilon, rng): ...

    refused_value(checks.largest_epsilon, "too_low", 1.0)
    right_value(checks.largest_epsilon, 1.1)

``test_answers.py`` runs them all, and every ``made_by`` besides.
"""

import functools
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from lessons.checks.engine.exercise import Exercise, Question

F = TypeVar("F", bound=Callable[..., Any])
RIGHT, ANY = "", "any"


@dataclass(frozen=True)
class Known:
    """An answer and the code of its diagnosis: RIGHT for a right one, ANY for any refusal."""

    exercise: Exercise[Any] | Question
    diagnosis: str
    answer: Any
    name: str


KNOWN: list[Known] = []


def refused(exercise: Exercise[Any], diagnosis: str = ANY) -> Callable[[F], F]:
    """Keep the decorated function as a wrong answer to ``exercise``."""

    def keep(answer: F) -> F:
        KNOWN.append(Known(exercise, diagnosis, answer, answer.__name__))
        return answer

    return keep


def right(exercise: Exercise[Any]) -> Callable[[F], F]:
    """Keep the decorated function as another right answer to ``exercise``."""
    return refused(exercise, RIGHT)


def forgetful(reference: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A right answer that keeps its results by all its arguments but the one of this ``name``."""
    kept: dict[Any, Any] = {}
    signature = inspect.signature(reference)

    def key(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(map(key, value))
        if isinstance(value, dict):
            return tuple((one, key(other)) for one, other in value.items())
        if hasattr(value, "detach"):  # a tensor; lessons without torch do not load it for this
            value = value.detach().numpy()
        return (np.shape(value), value.tobytes()) if isinstance(value, np.ndarray) else value

    @functools.wraps(reference)
    def answer(*args: Any, **known: Any) -> Any:
        given = signature.bind(*args, **known).arguments
        known_by = tuple(np.shape(v) if k == name else key(v) for k, v in given.items())
        if known_by not in kept:
            kept[known_by] = reference(*args, **known)
        return kept[known_by]

    answer.__name__ = f"forgets_{name}"
    return answer


def refused_value(question: Question, diagnosis: str, value: Any) -> None:
    """Keep a wrong answer to a question."""
    KNOWN.append(Known(question, diagnosis, value, repr(value)))


def right_value(question: Question, value: Any) -> None:
    """Keep a right answer to a question."""
    refused_value(question, RIGHT, value)


def load(stem: str) -> None:
    """Read a lesson's lists: ``<stem>.py``, and ``<stem>_<exercise>.py`` where one has its own."""
    for path in sorted(Path(__file__).parent.glob(f"{stem}*.py")):
        importlib.import_module(f"tests.checks.{path.stem}")


def last_right_answer(stem: str, name: str) -> Any:
    """The last of the lesson's other right answers to the exercise of this name."""
    load(stem)
    exercise = getattr(importlib.import_module(f"lessons.checks.{stem}"), name)
    return [one for one in KNOWN if one.exercise is exercise and one.diagnosis == RIGHT][-1].answer
