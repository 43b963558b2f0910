"""Run an answer with a limit of time, and leave nothing behind in the kernel.

What a learner's function does to the process is taken back by the caller, also when the learner
presses *stop* or when the function never ends: output is told apart by thread, warnings are noted
while it runs, the global random states are put back.

There are two ways to run it. Usually it gets a thread of its own, and the limit counts that
thread's processor time. When the time is up, an exception ends any loop of Python code; a loop
that catches everything is *parked* at last: the exception's own constructor waits for ever, so the
thread uses no processor time any more. Where there are no threads (Python in the browser), the
answer runs here, and each jump and each call of a Python function looks at the clock.
"""

import contextlib
import ctypes
import io
import random
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

POLITE = 4  # how often a thread is asked to end before it is parked
PATIENCE = 4  # an answer may wait (sleep) this many times its limit of processor time
BUSY = 20  # and longer, if it works: this many seconds for each that it had the processor


class TimeIsUp(BaseException):
    """Raised inside the answer; not an ``Exception``, so ``except Exception`` lets it by."""


class _Parked(TimeIsUp):
    """Raised at last: the thread that catches it makes it, and never comes back from that."""

    def __init__(self) -> None:
        threading.Event().wait()


class Printed(io.TextIOBase):
    """What the answer prints: counted, not kept, so that endless printing takes no memory."""

    def __init__(self) -> None:
        self.lines, self.characters = 0, 0

    def write(self, text: str) -> int:
        """Count ``text``."""
        self.lines += text.count("\n")
        self.characters += len(text)
        return len(text)


@dataclass
class Notes:
    """What the answer did besides returning: ``inside`` is true while the learner's code runs."""

    printed: Printed = field(default_factory=Printed)
    first_warning: str = ""
    inside: bool = False


def run(work: Callable[[], Any], *, seconds: float, notes: Notes) -> Any:
    """Give what ``work()`` returns, the exception that it ended with, or ``TimeIsUp``.

    ``seconds`` limits processor time. A ``KeyboardInterrupt`` of the caller (the stop button) ends
    the answer and is raised again.
    """
    way = _here if sys.platform == "emscripten" else _in_a_thread
    with _random_states_kept(), _warnings_noted(notes):
        return way(work, seconds, notes)


def _in_a_thread(work: Callable[[], Any], seconds: float, notes: Notes) -> Any:
    outcome: list[Any] = []
    clock: list[Callable[[], float]] = []
    done = threading.Event()  # not is_alive(), which an interrupted join() leaves wrong

    def target() -> None:
        clock.append(_clock_of_this_thread())
        outcome.append(_ending(work))
        done.set()

    thread = threading.Thread(target=target, daemon=True)
    waited = 0.0
    with _output_of(thread, notes):  # until the thread has ended: it may be printing
        try:
            thread.start()
            while not done.wait(0.02):
                waited += 0.02  # not by the clock, which goes on while the machine stands still
                spent = clock[0]() if clock else 0.0
                if spent >= seconds or waited_too_long(waited, spent=spent, seconds=seconds):
                    break
        finally:  # also when the caller is interrupted
            if not done.is_set():
                _end(thread, done)
    return outcome[0] if outcome else TimeIsUp()


def waited_too_long(waited: float, *, spent: float, seconds: float) -> bool:
    """Whether an answer sleeps: it has hardly used the processor while this process ``waited``.

    On a machine with a dozen busy programs an answer that works gets a small part of each second,
    and must not be taken for one that sleeps. Such a machine holds up whoever watches it as well, so
    the waits that came back are counted, not the time that went by.
    """
    return waited >= PATIENCE * seconds + BUSY * spent


def _ending(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except BaseException as error:
        return error


def _end(thread: threading.Thread, done: threading.Event) -> None:
    """Ask the thread to end, a few times; then park it."""
    for error in (*POLITE * (TimeIsUp,), _Parked):
        ident = ctypes.c_ulong(thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(error))
        if done.wait(0.05):
            return


def _clock_of_this_thread() -> Callable[[], float]:
    """Give a function that any thread may call: the processor time that this one has used."""
    if not hasattr(time, "pthread_getcpuclockid"):  # Windows, macOS: the process stands in for it
        start = time.process_time()
        return lambda: time.process_time() - start
    clock, last = time.pthread_getcpuclockid(threading.get_ident()), [0.0]

    def used() -> float:
        with contextlib.suppress(OSError):  # the thread has ended, and its clock with it
            last[0] = time.clock_gettime(clock)
        return last[0]

    return used


def _here(work: Callable[[], Any], seconds: float, notes: Notes) -> Any:
    """Run the answer in the caller's thread; the interpreter asks for the time as it goes."""
    stop_at = time.process_time() + seconds

    def look(*_event: Any) -> None:
        if notes.inside and time.process_time() > stop_at:
            raise TimeIsUp

    with _output_of(threading.current_thread(), notes), _called_often(look):
        return _ending(work)


@contextlib.contextmanager
def _called_often(look: Callable[..., None]) -> Iterator[None]:
    """Have ``look`` called at each jump and each start of a Python function in this thread."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:  # before Python 3.12: at each line
        before = sys.gettrace()

        def trace(*_event: Any) -> Any:
            look()
            return trace

        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(before)
        return
    tool = next(one for one in range(6) if monitoring.get_tool(one) is None)
    events = monitoring.events.JUMP | monitoring.events.PY_START
    monitoring.use_tool_id(tool, "privacy lessons")
    for event in (monitoring.events.JUMP, monitoring.events.PY_START):
        monitoring.register_callback(tool, event, look)
    monitoring.set_events(tool, events)
    try:
        yield
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


class _ByThread(io.TextIOBase):
    """A stream for everybody, except that one thread's output is counted instead of shown."""

    def __init__(self, stream: Any, thread: threading.Thread, notes: Notes) -> None:
        self._stream, self._thread, self._notes = stream, thread, notes

    def _mine(self) -> bool:
        return self._notes.inside and threading.current_thread() is self._thread

    def write(self, text: str) -> int:
        """Count the answer's text, pass all other text on."""
        return int((self._notes.printed if self._mine() else self._stream).write(text))

    def flush(self) -> None:
        """Flush what is shown."""
        if not self._mine():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _output_of(thread: threading.Thread, notes: Notes) -> Iterator[None]:
    shown = sys.stdout, sys.stderr
    sys.stdout = _ByThread(shown[0], thread, notes)
    sys.stderr = _ByThread(shown[1], thread, notes)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = shown


@contextlib.contextmanager
def _warnings_noted(notes: Notes) -> Iterator[None]:
    """Note the answer's first warning; show those of everybody else as before."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def note(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
            if not notes.inside:
                show(message, category, *where, **more)
            elif not notes.first_warning:
                words = re.sub(r"\(Triggered internally at .*?\)", "", str(message))  # in torch
                notes.first_warning = f"{category.__name__}: {' '.join(words.split())}"

        warnings.showwarning = note
        warnings.simplefilter("always")
        yield


@contextlib.contextmanager
def _random_states_kept() -> Iterator[None]:
    """Put the global random states back, whatever the answer seeds or draws."""
    torch = sys.modules.get("torch")
    before = random.getstate(), np.random.get_state(), torch and torch.get_rng_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
        if torch:
            torch.set_rng_state(before[2])
