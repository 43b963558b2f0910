"""Call a learner's function safely: whatever it does becomes a finding, never an accident.

It may raise, loop for ever, print, warn, change its input or return the wrong kind of thing. The
check runs in a thread of its own; when the time is up, the thread is asked to stop (an exception is
raised inside it, which ends any loop of Python code on every system) and is left behind if it
does not listen.
"""

import contextlib
import copy
import ctypes
import inspect
import io
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

GENERAL = {
    "not_a_function": "The check wants your function itself, not the result of calling it.",
    "parameters": "Your function does not take the parameters of the exercise; keep its first line.",
    "raised": "Your function stopped with an error.",
    "too_slow": "Your function had not finished when the time was up: does a loop never end, or go too far?",
    "returned_none": "Your function returned None: is the return missing?",
    "wrong_type": "Your function returned the wrong kind of value.",
    "wrong_shape": "Your function returned an array of the wrong shape.",
    "not_finite": "Your function returned a value that is not a finite number.",
    "changed_input": "Your function changed the data that it was given; work on a new array instead.",
    "global_random": "Your function draws random numbers without the generator that it was given.",
    "not_a_number": "The answer is a single number.",
    "too_low": "Not that number: the right one is larger.",
    "too_high": "Not that number: the right one is smaller.",
    "unreadable": "The check could not make sense of this value.",
}


@dataclass(frozen=True)
class Found:
    """A mistake, by its code, with details of this attempt (never the right answer)."""

    code: str
    details: str = ""


class NotAttempted(Exception):
    """The stub still raises ``NotImplementedError``."""


class _Stop(Exception):
    def __init__(self, found: Found) -> None:
        self.found = found


class _TimeIsUp(BaseException):
    """Raised inside the learner's thread; not an ``Exception``, so ``except Exception`` lets it by."""


class Attempt:
    """The learner's function. Calling it either gives its result or ends the check with a finding."""

    def __init__(self, function: Any, *, like: Callable[..., Any]) -> None:
        self._function, self._like = function, like
        self.printed = io.StringIO()
        self.warned: list[warnings.WarningMessage] = []

    def require_callable(self) -> None:
        """End the check unless the attempt is a function with the parameters of the reference."""
        if not callable(self._function):
            raise _Stop(Found("not_a_function", f"Got {type(self._function).__name__}."))
        wanted = list(inspect.signature(self._like).parameters)
        got = list(inspect.signature(self._function).parameters)
        if not set(wanted) <= set(got) and not _takes_anything(self._function):
            missing = ", ".join(name for name in wanted if name not in got)
            raise _Stop(Found("parameters", f"Missing: {missing}."))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function on copies of the data; its input must come back unchanged."""
        before = copy.deepcopy((args, kwargs))
        result = self._run(args, kwargs)
        if not _same((args, kwargs), before):
            raise _Stop(Found("changed_input"))
        return result

    def repeat(self, times: int, *args: Any, **kwargs: Any) -> list[Any]:
        """Call it ``times`` times behind one guard (0.1 ms each otherwise): for the law of a draw."""
        once = self._function
        self._function = lambda *a, **k: [once(*a, **k) for _ in range(times)]
        try:
            results: list[Any] = self(*args, **kwargs)
        finally:
            self._function = once
        return results

    def number(self, *args: Any, **kwargs: Any) -> float:
        """Call it and require one finite number."""
        result = self(*args, **kwargs)
        if result is None:
            raise _Stop(Found("returned_none"))
        many = isinstance(result, list | tuple) or getattr(result, "shape", ()) != ()
        if many or isinstance(result, str | bool | np.bool_):
            raise _Stop(Found("wrong_type", f"Wanted one number, got {_kind(result)}."))
        try:
            value = float(result)
        except (TypeError, ValueError, OverflowError):
            raise _Stop(Found("wrong_type", f"Wanted one number, got {_kind(result)}.")) from None
        if not np.isfinite(value):
            raise _Stop(Found("not_finite", f"Got {value}."))
        return value

    def integer(self, *args: Any, **kwargs: Any) -> int:
        """Call it and require one integer (a Python or NumPy integer, not a whole float)."""
        result = self(*args, **kwargs)
        if result is None:
            raise _Stop(Found("returned_none"))
        if isinstance(result, np.ndarray) and result.shape == ():
            result = result[()]
        if isinstance(result, bool | np.bool_) or not isinstance(result, int | np.integer):
            raise _Stop(Found("wrong_type", f"Wanted an integer, got {_kind(result)}."))
        return int(result)

    def array(self, *args: Any, shape: tuple[int, ...], **kwargs: Any) -> NDArray[Any]:
        """Call it and require an array (or list) of finite numbers of ``shape``; dtype is kept."""
        result = self(*args, **kwargs)
        if result is None:
            raise _Stop(Found("returned_none"))
        try:
            values = np.asarray(result)
        except (TypeError, ValueError):
            raise _Stop(Found("wrong_type", f"Wanted an array, got {_kind(result)}.")) from None
        whole = values.dtype == object and all(isinstance(one, int) for one in values.flat)
        if values.dtype.kind not in "iufb" and not whole:
            raise _Stop(Found("wrong_type", f"Wanted an array, got {_kind(result)}."))
        if values.shape != shape:
            words = f"Wanted shape {shape}, got {values.shape}."
            raise _Stop(Found("wrong_shape", words))
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise _Stop(Found("not_finite"))
        return values

    def refuses(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the call raises ``ValueError``, as it should for an input the exercise forbids."""
        try:
            self(*args, **kwargs)
        except _Stop as stop:
            if stop.found.code == "raised" and stop.found.details.startswith("ValueError"):
                return True
            if stop.found.code == "raised":
                raise
        return False

    def fails(self, *args: Any, **kwargs: Any) -> Found | None:
        """What this call would end the check with (an error, say), or ``None``: to diagnose it."""
        try:
            self(*args, **kwargs)
        except _Stop as stop:
            return stop.found
        return None

    def names(self) -> set[str]:
        """Every name of a global or an attribute in the function's own code, inner functions too."""
        found, codes = set(), [getattr(self._function, "__code__", None)]
        while codes:
            code = codes.pop()
            if isinstance(code, CodeType):
                found |= set(code.co_names)
                codes += code.co_consts
        return found

    def notes(self) -> tuple[str, ...]:
        """What the learner should know besides the verdict: printing, warnings."""
        found = []
        lines = self.printed.getvalue().count("\n")
        if self.printed.getvalue():
            found.append(f"(It printed {max(lines, 1)} line(s) during the check, not shown here.)")
        if self.warned:
            first = self.warned[0]
            found.append(f"(Python warned: {first.category.__name__}: {first.message})")
        return tuple(found)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            with (
                contextlib.redirect_stdout(self.printed),
                contextlib.redirect_stderr(self.printed),
                warnings.catch_warnings(record=True) as warned,
            ):
                warnings.simplefilter("always")
                try:
                    return self._function(*args, **kwargs)
                finally:
                    self.warned += warned or []
        except NotImplementedError:
            raise NotAttempted from None
        except Exception as error:
            raise _Stop(Found("raised", _where(error))) from None
        except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
            raise _Stop(Found("raised", _where(error))) from None


def run_with_limit(work: Callable[[], Found | None], *, seconds: float) -> Any:
    """``work()`` in a thread: its result, a ``Found``, or the exception that it ended with."""
    outcome: list[Any] = []

    def target() -> None:
        try:
            outcome.append(work())
        except _Stop as stop:
            outcome.append(stop.found)
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=target, daemon=True)
    started, used = time.monotonic(), time.process_time()
    thread.start()
    while thread.is_alive():  # processor time: a machine that is busy or stalled is not a loop
        thread.join(0.02)
        spent, waited = time.process_time() - used, time.monotonic() - started
        if spent >= seconds or waited >= 4 * seconds:
            break
    for _ in range(20):
        if not thread.is_alive():
            break
        _raise_in(thread, _TimeIsUp)
        thread.join(0.05)
    if not outcome or isinstance(outcome[0], _TimeIsUp):
        return Found("too_slow", f"The limit is {seconds:g} s.")
    return outcome[0]


def _raise_in(thread: threading.Thread, error: type[BaseException]) -> None:
    ident = ctypes.c_ulong(thread.ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(error))


def _takes_anything(function: Callable[..., Any]) -> bool:
    kinds = [one.kind for one in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds


def _where(error: BaseException) -> str:
    """The error and the line of the learner's cell, without a traceback that shows ours."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename != __file__]
    ours = {"lessons", "site-packages"}  # the course's frames and those of libraries
    own = [one for one in frames if one.line and not ours & set(Path(one.filename).parts)]
    place = f" (in the line: {own[-1].line})" if own else ""
    text = str(error)
    text = text if len(text) <= 200 else text[:197] + "..."
    return f"{type(error).__name__}: {text}{place}"


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    return f"{type(value).__name__}"


def _same(one: Any, other: Any) -> bool:
    """Equal in value; generators and functions are allowed to change."""
    if isinstance(one, np.random.Generator) or callable(one):
        return True
    if isinstance(one, np.ndarray):
        return bool(one.shape == other.shape and np.array_equal(one, other, equal_nan=_floats(one)))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one is other or one == other) or not isinstance(one, int | float | str | bytes)


def _floats(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "fc"
