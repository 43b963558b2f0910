"""An exercise and its check: which mistake was made, never the answer.

An ``Exercise`` is called with the learner's function. It shows one card (*not attempted*, *not yet*
with a diagnosis, or *correct*), never raises, and returns the function to use from here on: the
learner's own when it is right, the reference otherwise. ``examine`` looks at the *property* the
function must have, names the first mistake it can tell, and returns ``None`` when it finds none.

A ``Question`` is the same for a number, a word or a table of answers.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from IPython.display import display

from lessons.checks.engine import kinds
from lessons.checks.engine.attempt import Attempt, NotAttempted, outcome_of
from lessons.checks.engine.card import Card, table
from lessons.checks.engine.mistakes import GENERAL, Found, Mistake

F = TypeVar("F", bound=Callable[..., Any])
DIRECTIONS = ("too_low", "too_high")  # a number could be found by halving with these alone
TIME_LIMIT = 5.0  # seconds that a learner's function may take in one check; a usual check needs < 1


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check; ``code`` names the mistake, "" when there is none."""

    state: str  # "not attempted", "not yet", "correct" or "check failed"
    code: str = ""
    message: str = ""
    notes: tuple[str, ...] = ()

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.state == "correct"


@dataclass
class _Hinted:
    """What an exercise and a question share: a header, hints that escalate, a list of mistakes."""

    number: str  # "12.2", as in the notebook's header
    name: str  # the name under which the notebook calls it: ``checks.<name>``
    takeaway: str
    hints: Sequence[str]
    mistakes: Mapping[str, Mistake]
    _hints_shown: int = field(default=0, init=False, repr=False)

    kind = "Exercise"

    @property
    def header(self) -> str:
        return f"{self.kind} {self.number}"

    def hint(self) -> None:
        """Show the next hint; each says more than the one before, none is the answer."""
        total = len(self.hints)
        index = min(self._hints_shown, total - 1)
        self._hints_shown += 1
        text = self.hints[index]
        if self._hints_shown >= total:
            text += " (That was the last hint; the worked answer is in the solutions folder.)"
        _display(Card("hint", f"{self.header} · hint {index + 1} of {total}", text))

    def gallery(self) -> Any:
        """The known mistakes, what the check says of each, and why: for the worked solutions."""
        rows = [(one.says, one.why) for one in self.mistakes.values()]
        return table(("what the check says", "what happened, and why it matters"), rows)

    def _words(self, found: Found) -> str:
        return f"{self._says(found.code)} {found.details}".strip()

    def _says(self, code: str) -> str:
        mistake = self.mistakes.get(code)
        return mistake.says if mistake else GENERAL.get(code, "")

    def _show(self, verdict: Verdict, *, otherwise: str = "") -> None:
        title = f"{self.header} · {verdict.state}"
        lines = [verdict.message, *verdict.notes]
        if not verdict.correct:
            lines.append(otherwise)
            if verdict.state == "not yet":
                lines.append(f"For a hint, run checks.{self.name}.hint() in a new cell.")
        _display(Card(verdict.state, title, " ".join(line for line in lines if line)))


@dataclass
class Exercise(_Hinted, Generic[F]):
    """A function to write. ``examine(attempt, rng)`` returns what it found, or ``None``."""

    reference: F
    examine: Callable[[Attempt, np.random.Generator], Found | None]
    time_limit: float = TIME_LIMIT
    _last: Verdict | None = field(default=None, init=False, repr=False)

    def __call__(self, answer: F) -> F:
        """Show the card for ``answer``; return it when it is right, else the reference."""
        otherwise = "From here on the lesson uses the reference function."
        if answer is self.reference:
            self._show(self.verdict(answer), otherwise=otherwise)
            return answer
        attempt = Attempt(answer, like=self.reference)
        self._last = self._judged(attempt, seed=0)
        self._show(self._last, otherwise=otherwise)
        if not self._last.correct or attempt.single:
            return self.reference
        return answer if attempt.converts is None else _converting(answer, attempt.converts)

    def verdict(self, answer: Any, *, seed: int = 0) -> Verdict:
        """Check ``answer`` without showing anything; other seeds ask with other random draws."""
        if answer is self.reference:
            return self._of_the_reference()
        return self._judged(Attempt(answer, like=self.reference), seed=seed)

    def _of_the_reference(self) -> Verdict:
        """The check was asked again, and the name now holds the reference: no praise for that."""
        before = self._last if self._last is not None and not self._last.correct else None
        verdict = before or Verdict("not attempted")
        again = (
            "(The name holds the course's own function now: to be checked again, run the cell with "
            "your function, then this one.)"
        )
        return Verdict(verdict.state, verdict.code, verdict.message, (*verdict.notes, again))

    def _judged(self, attempt: Attempt, *, seed: int) -> Verdict:
        def work() -> Found | None:
            attempt.require_callable()
            return self.examine(attempt, np.random.default_rng(seed))

        outcome = outcome_of(attempt, work, seconds=self.time_limit)
        notes = attempt.said()
        if isinstance(outcome, NotAttempted):
            return Verdict("not attempted", message="Write your answer in the cell above.")
        if isinstance(outcome, Found) and self._says(outcome.code):
            return Verdict("not yet", outcome.code, self._words(outcome), notes)
        if outcome is not None:
            what = (
                f"an undeclared {outcome.code!r}" if isinstance(outcome, Found) else _named(outcome)
            )
            words = f"The check itself could not cope with this answer ({what})."
            return Verdict("check failed", "check_failed", words, notes)
        if attempt.single:
            notes += (
                "(Your numbers have about seven digits, float32: enough here, too few for later cells, "
                "which use the reference function.)",
            )
        elif attempt.converts is not None:
            notes += ("(From here on the lesson converts what your function returns.)",)
        return Verdict("correct", message=self.takeaway, notes=notes)


def _converting(answer: Any, kind: kinds.Kind) -> Any:
    """Wrap ``answer`` so that later cells get what they count on: an array for a list, say."""

    @functools.wraps(answer)
    def converted(*args: Any, **kwargs: Any) -> Any:
        return kind(answer(*args, **kwargs))

    return converted


@dataclass
class Question(_Hinted):
    """A value to find. ``examine(value)`` returns what it found, or ``None`` when it is right.

    ``...`` (the placeholder in the notebook) means *not attempted*; so does a container of them.
    """

    examine: Callable[[Any], Found | None]
    _missed: set[str] = field(default_factory=set, init=False, repr=False)

    kind = "Question"

    def __call__(self, value: Any) -> None:
        """Show the card for ``value``; after two misses a hint takes the place of the direction."""
        verdict = self.verdict(value)
        if verdict.code in DIRECTIONS:
            self._missed.add(repr(value))
            if beyond := max(len(self._missed) - 2, 0):
                words = f"Not that number either. {self.hints[min(beyond, len(self.hints)) - 1]}"
                verdict = Verdict(verdict.state, verdict.code, words, verdict.notes)
        self._show(verdict)

    def verdict(self, value: Any) -> Verdict:
        """Check ``value`` without showing anything."""
        if _is_blank(value):
            return Verdict("not attempted", message="Put your answer in place of the dots.")
        try:
            found = self.examine(value)
        except Exception as error:
            words = f"The check could not make sense of this value ({_named(error)})."
            return Verdict("not yet", "unreadable", words)
        if found is not None:
            return Verdict("not yet", found.code, self._words(found))
        return Verdict("correct", message=self.takeaway)


def examine_number(
    truth: Callable[[], float], *, tolerance: float, mistakes: Mapping[str, Mistake]
) -> Callable[[Any], Found | None]:
    """Make an ``examine`` for a numeric question.

    The wrong values that ``mistakes`` hold, numbers or functions that give them, name a known slip
    (within ``tolerance`` or the mistake's own ``within``); any other is "too_low" or "too_high".
    """

    def examine(value: Any) -> Found | None:
        try:
            number = float(kinds.number(value))
        except (kinds.WrongKind, OverflowError):
            return Found("not_a_number", f"Got {kinds.described(value)}.")
        if not np.isfinite(number):
            return Found("not_a_number", f"Got {number}.")
        if abs(number - truth()) <= tolerance:
            return None
        for code, mistake in mistakes.items():
            near = tolerance if mistake.within is None else mistake.within
            for slip in mistake.made_by:
                if abs(number - float(slip() if callable(slip) else slip)) <= near:
                    return Found(code)
        return Found("too_low" if number < truth() else "too_high")

    return examine


def _display(card: Card) -> None:
    display(card)  # type: ignore[no-untyped-call]


def _is_blank(value: Any) -> bool:
    if value is ... or value is None:
        return True
    if isinstance(value, dict):
        return bool(value) and all(_is_blank(entry) for entry in value.values())
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_blank, value))


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
