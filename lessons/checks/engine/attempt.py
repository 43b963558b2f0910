"""Call a learner's function safely: whatever it does becomes a finding, never an accident.

It may raise, loop for ever, print, warn, change its input or return the wrong kind of thing. Every
call gets copies of the data (generators are shared, so that the next call draws afresh), and every
result passes through one of the ``kinds``.
"""

import inspect
from collections.abc import Callable
from time import process_time
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import kinds
from lessons.checks.engine.copies import SHARED, copied, same_data
from lessons.checks.engine.kinds import Kind, WrongKind
from lessons.checks.engine.mistakes import Found
from lessons.checks.engine.running import Notes, TimeIsUp, run
from lessons.checks.engine.told import raised_by_hand, told_error


class NotAttempted(Exception):
    """The stub still raises ``NotImplementedError``."""


class Ended(Exception):
    """A call ended the check; ``found`` says how."""

    def __init__(self, found: Found) -> None:
        self.found = found


class Attempt:
    """The learner's function. Calling it gives a result of a stated kind, or ends the check."""

    def __init__(self, function: Any, *, like: Callable[..., Any]) -> None:
        self._function, self._like = function, like
        self.notes = Notes()
        self.converts: Kind | None = None  # the kind that had to convert a result
        self.single = False  # whether a result had single precision
        self.remarks: list[str] = []  # what a check says of an answer besides right or wrong

    def require_callable(self) -> None:
        """End the check unless the attempt is a function with the parameters of the reference."""
        if not callable(self._function):
            raise Ended(Found("not_a_function", f"Got {type(self._function).__name__}."))
        wanted = list(inspect.signature(self._like).parameters)
        try:
            got = inspect.signature(self._function).parameters
        except (TypeError, ValueError):  # a built-in such as max
            raise Ended(Found("parameters", f"Wanted: {', '.join(wanted)}.")) from None
        anything = any(one.kind is one.VAR_KEYWORD for one in got.values())
        if not set(wanted) <= set(got) and not anything:
            missing = ", ".join(name for name in wanted if name not in got)
            raise Ended(Found("parameters", f"Missing: {missing}."))

    def number(self, *args: Any, **kwargs: Any) -> float:
        """Call it and require one finite number."""
        return self._finite(self._of_kind(kinds.number, self.anything(*args, **kwargs)))

    def integer(self, *args: Any, **kwargs: Any) -> int:
        """Call it and require one integer (a Python or NumPy integer, not a whole float)."""
        return int(self._of_kind(kinds.integer, self.anything(*args, **kwargs)))

    def flag(self, *args: Any, **kwargs: Any) -> bool:
        """Call it and require True or False."""
        return bool(self._of_kind(kinds.flag, self.anything(*args, **kwargs)))

    def array(
        self, *args: Any, shape: tuple[int, ...] | None, kind: Kind = kinds.array, **kwargs: Any
    ) -> NDArray[Any]:
        """Call it and require an array of finite numbers of ``shape`` (None: any); dtype is kept."""
        return self._shaped(self._of_kind(kind, self.anything(*args, **kwargs)), shape)

    def value(self, kind: Kind, *args: Any, **kwargs: Any) -> Any:
        """Call it and require a result of another kind: a pair, a list."""
        return self._of_kind(kind, self.anything(*args, **kwargs))

    def numbers(self, times: int, *args: Any, **kwargs: Any) -> NDArray[np.float64]:
        """Call it ``times`` times behind one guard (cheaper) and require a number each time."""
        each = self._repeat(times, args, kwargs)
        return np.array(
            [self._finite(self._of_kind(kinds.number, one)) for one in each], dtype=float
        )

    def integers(self, times: int, *args: Any, **kwargs: Any) -> list[int]:
        """Call it ``times`` times behind one guard and require an integer each time."""
        return [int(self._of_kind(kinds.integer, one)) for one in self._repeat(times, args, kwargs)]

    def arrays(
        self,
        times: int,
        *args: Any,
        shape: tuple[int, ...],
        kind: Kind = kinds.array,
        **kwargs: Any,
    ) -> NDArray[Any]:
        """Call it ``times`` times behind one guard; the arrays in the rows of (times, *shape)."""
        each = self._repeat(times, args, kwargs)
        return np.array([self._shaped(self._of_kind(kind, one), shape) for one in each])

    def values(self, times: int, kind: Kind, *args: Any, **kwargs: Any) -> list[Any]:
        """Call it ``times`` times behind one guard and require a result of ``kind`` each time."""
        return [self._of_kind(kind, one) for one in self._repeat(times, args, kwargs)]

    def anything(self, *args: Any, **kwargs: Any) -> Any:
        """Call it on copies of the data, which must come back unchanged; the raw result."""
        if all(isinstance(one, SHARED) for one in (*args, *kwargs.values())):
            return self._guarded(args, kwargs)
        given = copied((args, kwargs))
        try:
            return self._guarded(*given)
        finally:  # also where the change made a later call fail
            if not same_data(given, (args, kwargs)):
                raise Ended(Found("changed_input")) from None

    def shares_memory(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the call gives back (a view of) an array that it was given, instead of a new one."""
        given = copied((args, kwargs))
        result = self._guarded(*given)
        if not isinstance(result, np.ndarray):
            return False
        arrays = [one for one in (*given[0], *given[1].values()) if isinstance(one, np.ndarray)]
        return any(bool(np.may_share_memory(result, one)) for one in arrays)

    def reference(self) -> "Attempt":
        """The right answer, called in the same way: what an attempt is compared with."""
        return Attempt(self._like, like=self._like)

    def ending(self, call: Callable[[], Any]) -> Found | None:
        """What ``call()`` (of this attempt) would end the check with, or ``None``."""
        try:
            call()
        except Ended as end:
            return end.found
        return None

    def quickest(self, call: Callable[[], Any], *, tries: int = 3) -> float:
        """Processor seconds of the quickest of a few ``call()``s (of this attempt).

        One alone may have met something else that the process does, such as collecting garbage.
        """
        seconds = []
        for _ in range(tries):
            start = process_time()
            self.ending(call)
            seconds.append(process_time() - start)
        return min(seconds)

    def refuses(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the call raises ``ValueError``, as it should for an input the exercise forbids."""
        found = self.ending(lambda: self.anything(*args, **kwargs))
        if found is None or found.code != "raised":
            return False
        if not found.details.startswith("ValueError"):
            raise Ended(found)
        return True

    def names(self) -> set[str]:
        """Every name of a global or an attribute in the function's own code, inner functions too."""
        found, codes = set(), [getattr(self._function, "__code__", None)]
        while codes:
            code = codes.pop()
            if isinstance(code, CodeType):
                found |= set(code.co_names)
                codes += code.co_consts
        return found

    def forget_warning(self, words: str) -> None:
        """Say nothing of a warning with these ``words``: a faithful formula gives it, and it is harmless."""
        if words in self.notes.first_warning:
            self.notes.first_warning = ""

    @property
    def tolerance(self) -> float:
        """How far a right result may be off, in parts of its size: less digits, more tolerance."""
        return 1e-5 if self.single else 1e-9

    def said(self) -> tuple[str, ...]:
        """What the learner should know besides the verdict: printing, warnings, conversions."""
        found = []
        if self.notes.printed.characters:
            lines = max(self.notes.printed.lines, 1)
            found.append(f"(It printed {lines} line(s) during the check, not shown here.)")
        if self.notes.first_warning:
            found.append(f"(Python warned: {self.notes.first_warning})")
        return (*found, *self.remarks)

    def _of_kind(self, kind: Kind, result: Any) -> Any:
        if result is None:
            raise Ended(Found("returned_none"))
        try:
            value = kind(result)
        except WrongKind as wrong:
            raise Ended(Found("wrong_type", str(wrong))) from None
        if value is not result:
            self.converts = kind
        self.single |= kinds.is_single(result)
        return value

    def _finite(self, value: Any) -> float:
        try:
            number = float(value)
        except OverflowError:
            raise Ended(Found("not_finite", "Got an integer too large for a float.")) from None
        if not np.isfinite(number):
            raise Ended(Found("not_finite", f"Got {number}."))
        return number

    def _shaped(self, result: Any, shape: tuple[int, ...] | None) -> NDArray[Any]:
        values: NDArray[Any] = np.asarray(result)
        if shape is not None and values.shape != shape:
            raise Ended(Found("wrong_shape", f"Wanted shape {shape}, got {values.shape}."))
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise Ended(Found("not_finite"))
        return values

    def _repeat(self, times: int, args: Any, kwargs: Any) -> list[Any]:
        once, self._function = (
            self._function,
            lambda *a, **k: [once(*a, **k) for _ in range(times)],
        )
        try:
            results: list[Any] = self.anything(*args, **kwargs)
        finally:
            self._function = once
        return results

    def _guarded(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.notes.inside = True
        try:
            with np.errstate():  # what the answer sets with np.seterr ends here
                return self._function(*args, **kwargs)
        except NotImplementedError as error:
            if raised_by_hand(error):
                raise NotAttempted from None
            raise Ended(Found("raised", told_error(error))) from None
        except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
            raise Ended(Found("raised", told_error(error))) from None
        finally:
            self.notes.inside = False


def outcome_of(attempt: Attempt, work: Callable[[], Found | None], *, seconds: float) -> Any:
    """Give what ``work()`` found, or the exception that it ended with."""
    outcome = run(work, seconds=seconds, notes=attempt.notes)
    if isinstance(outcome, Ended):
        return outcome.found
    if isinstance(outcome, TimeIsUp):
        return Found("too_slow", f"The limit is {seconds:g} s.")
    return outcome
