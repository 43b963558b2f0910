"""Call a learner's function safely: whatever it does becomes a finding, never an accident.

It may raise, loop for ever, print, warn, change its input or return the wrong kind of thing. Every
call gets copies of the data (generators are shared, so that the next call draws afresh), and every
result passes through one of the ``kinds``.
"""

import copy
import dis
import inspect
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks import kinds
from lessons.checks.kinds import Kind, WrongKind
from lessons.checks.running import Notes, TimeIsUp, run

GENERAL = {
    "not_a_function": "The check wants your function itself, not the result of calling it.",
    "parameters": "Your function does not take the parameters of the exercise; keep its first line.",
    "raised": "Your function stopped with an error.",
    "too_slow": "Your function had not finished when the time was up: does a loop never end, or go too far?",
    "returned_none": "Your function returned None: is the return missing?",
    "wrong_type": "Your function returned the wrong kind of value.",
    "wrong_shape": "Your function returned an array of the wrong shape.",
    "not_finite": "Your function returned a value that is not a finite number.",
    "too_coarse": "Your numbers have about seven digits (float32); this lesson needs float64.",
    "changed_input": "Your function changed the data that it was given; work on a new array instead.",
    "remembers": "Asked the same thing again, your function answers differently: it remembers earlier calls.",
    "counterexample": "One case is enough to see that something is wrong.",
    "global_random": "Draw from the generator that you are given: from rng itself, not from a copy.",
    "no_noise": "There is no noise in what your function returns.",
    "one_noise_for_all": "Every entry gets the same noise: differences between entries are exact.",
    "repeated_noise": "Some draws repeat others (up to their sign): subtract or add, and the noise is gone.",
    "rounded": "What your function returns has been rounded.",
    "cut_off": "Your noise never goes beyond a limit; the distribution of the exercise has no limit.",
    "tails": "Far from the middle, your noise is too rare or too frequent.",
    "one_sided": "All your noise points the same way.",
    "not_centred": "Your noise is not centred: on average it moves the value.",
    "wrong_law": "Your noise has another distribution than the one of the exercise.",
    "wrong_scale": "Your noise has the right shape and the wrong size.",
    "linked": "Your draws are not independent: knowing some of them tells about others.",
    "wrong_frequencies": "The results do not come with the probabilities of the exercise.",
    "not_a_number": "The answer is a single number.",
    "too_low": "Not that number: the right one is larger.",
    "too_high": "Not that number: the right one is smaller.",
    "unreadable": "The check could not make sense of this value.",
}


PLAIN = (int, float, str, bytes, type(None))  # never change
SHARED = (*PLAIN, np.random.Generator)


@dataclass(frozen=True)
class Found:
    """A mistake, by its code, with details of this attempt (never the right answer)."""

    code: str
    details: str = ""


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
            if _raised_by_hand(error):
                raise NotAttempted from None
            raise Ended(Found("raised", _where(error))) from None
        except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
            raise Ended(Found("raised", _where(error))) from None
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


def copied(value: Any) -> Any:
    """Copy arrays and containers at every depth; share generators, functions and what can't change."""
    if isinstance(value, SHARED) or _is_fixed(value):
        return value
    if isinstance(value, np.ndarray):
        return copy.deepcopy(value) if value.dtype == object else value.copy()
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [copied(entry) for entry in value]
    if type(value) is tuple:
        return tuple(copied(entry) for entry in value)
    return value if inspect.isroutine(value) else copy.deepcopy(value)


def _is_fixed(value: Any) -> bool:
    """Whether a value can never change: a number, a word, or a tuple or frozen record of such."""
    if isinstance(value, PLAIN):
        return True
    if type(value) is tuple:
        return all(map(_is_fixed, value))
    frozen = getattr(getattr(value, "__dataclass_params__", None), "frozen", False)
    return frozen and all(map(_is_fixed, vars(value).values()))


def same_data(one: Any, other: Any) -> bool:
    """Whether two values hold the same data; generators and functions are allowed to change."""
    if one is other or isinstance(one, np.random.Generator):
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        floats = one.dtype.kind in "fc"
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=floats)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_data(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_data, one, other))
    if hasattr(one, "state_dict"):  # a network
        return same_data(dict(one.state_dict()), dict(other.state_dict()))
    if hasattr(one, "detach"):  # a tensor
        return same_data(one.detach().numpy(), other.detach().numpy())
    return inspect.isroutine(one) or not isinstance(one, PLAIN) or one == other or one != one


def _raised_by_hand(error: BaseException) -> bool:
    """Whether a ``raise`` in code that is neither Python's nor a library's gave this error."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or _is_library(last.tb_frame.f_code.co_filename):
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def _is_library(filename: str) -> bool:
    standard = sysconfig.get_paths()["stdlib"]
    return filename.startswith(standard) or "site-packages" in Path(filename).parts


def _where(error: BaseException) -> str:
    """The error and the line of the learner's cell, without a traceback that shows ours."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename != __file__]
    ours = {"lessons", "site-packages"}  # the course's frames and those of libraries
    own = [one for one in frames if one.line and not ours & set(Path(one.filename).parts)]
    place = f" (in the line: {own[-1].line})" if own else ""
    text = str(error)
    text = text if len(text) <= 200 else text[:197] + "..."
    return f"{type(error).__name__}: {text}{place}"
