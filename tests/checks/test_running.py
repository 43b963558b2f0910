"""Running an answer: its limit of time, and that nothing it does to the process stays behind."""

import contextlib
import io
import random
import sys
import textwrap
import threading
import time
import warnings

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from lessons.checks.engine import running
from lessons.checks.engine.running import Notes, TimeIsUp, run
from tests.lesson_map import ROOT
from tests.processor_time import within


def stubborn():
    while True:
        try:
            sum(range(100))
        except BaseException:
            pass


def suppressed():
    while True:
        with contextlib.suppress(BaseException):
            sum(range(100))


def answer(work, *, seconds=0.3, notes=None):
    """Run ``work`` as the learner's own code."""
    notes = Notes() if notes is None else notes

    def inside():
        notes.inside = True
        try:
            return work()
        finally:
            notes.inside = False

    return run(inside, seconds=seconds, notes=notes)


@pytest.mark.parametrize("loop", [stubborn, suppressed])
def test_loop_that_swallows_everything_is_parked_and_uses_no_processor_time(loop):
    assert isinstance(answer(loop), TimeIsUp)
    time.sleep(0.1)
    before = time.process_time()
    time.sleep(1.0)
    assert time.process_time() - before < 0.2, "a thread that spins would have used a second"


def test_loop_that_swallows_a_few_interruptions_leaves_no_thread():
    swallowed = []

    def reluctant():
        while True:
            try:
                sum(range(100))
            except BaseException as error:
                swallowed.append(error)
                if len(swallowed) == 2:
                    raise

    before = threading.active_count()
    assert isinstance(answer(reluctant), TimeIsUp)
    time.sleep(0.1)
    assert len(swallowed) <= 2 and threading.active_count() == before


def test_limit_counts_the_threads_own_processor_time_and_not_its_neighbours():
    if not hasattr(time, "pthread_getcpuclockid"):
        pytest.skip("this system has no clock for a thread")
    spinning = threading.Event()

    def spin():
        while not spinning.is_set():
            sum(range(1000))

    neighbours = [threading.Thread(target=spin, daemon=True) for _ in range(2)]
    for one in neighbours:
        one.start()
    try:
        assert answer(lambda: time.sleep(1.0) or "done", seconds=0.5) == "done"
    finally:
        spinning.set()
        for one in neighbours:
            one.join()


def test_an_answer_that_works_is_not_taken_for_one_that_sleeps():
    """On a busy machine it gets the processor for a part of the time only, as here."""

    def works_a_tenth_of_the_time():
        for _ in range(10):
            start = time.thread_time()
            while time.thread_time() - start < 0.01:
                pass
            time.sleep(0.1)
        return "done"

    assert answer(works_a_tenth_of_the_time, seconds=0.2) == "done"  # after more than a second


def test_a_machine_that_stands_still_is_not_taken_for_an_answer_that_sleeps(monkeypatch):
    wait = threading.Event.wait

    def held_up(event, timeout=None):
        return wait(event, 0.4 if timeout == 0.02 else timeout)

    monkeypatch.setattr(threading.Event, "wait", held_up)
    assert answer(lambda: time.sleep(2.0) or "done", seconds=0.2) == "done"


def test_thread_that_sleeps_is_left_behind_and_parked_when_it_wakes():
    woke, alarm = [], threading.Event()

    def sleeping():
        alarm.wait(60)  # in C, as ``time.sleep``: no exception reaches it before it wakes
        woke.append(True)

    assert isinstance(answer(sleeping, seconds=0.2), TimeIsUp)
    alarm.set()
    time.sleep(1.0)
    assert woke == []


def test_interrupt_of_the_caller_ends_the_answer_and_puts_the_streams_back(monkeypatch):
    seen, wait = [], threading.Event.wait

    def interrupted(event, timeout=None):
        if timeout == 0.02 and not seen:
            seen.append(event)
            raise KeyboardInterrupt
        return wait(event, timeout)

    monkeypatch.setattr(threading.Event, "wait", interrupted)
    streams = sys.stdout, sys.stderr
    with pytest.raises(KeyboardInterrupt):
        answer(stubborn, seconds=5)
    assert (sys.stdout, sys.stderr) == streams
    before = time.process_time()
    time.sleep(0.5)
    assert time.process_time() - before < 0.2


def test_only_the_answers_own_output_is_counted_and_it_takes_no_memory(capsys):
    notes = Notes()

    def chatty():
        for _ in range(10_000):
            print("x" * 99)
        return "done"

    assert answer(chatty, seconds=5, notes=notes) == "done"
    assert (notes.printed.lines, notes.printed.characters) == (10_000, 1_000_000)
    assert not hasattr(notes.printed, "getvalue")
    assert run(lambda: print("of the check itself"), seconds=1, notes=Notes()) is None
    assert capsys.readouterr().out == "of the check itself\n"


def test_output_of_other_threads_is_shown_meanwhile(capsys):
    def other():
        print("from elsewhere")

    def with_company():
        helper = threading.Thread(target=other)
        helper.start()
        helper.join()
        print("from the answer")

    answer(with_company)
    assert capsys.readouterr().out == "from elsewhere\n"


def test_global_random_states_warning_filters_and_streams_are_put_back():
    import torch

    filters, shown = list(warnings.filters), warnings.showwarning
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)
    wanted = random.random(), np.random.random(), float(torch.rand(1))  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)

    def careless():
        random.seed(7)
        np.random.seed(7)  # noqa: NPY002
        torch.manual_seed(7)
        warnings.simplefilter("ignore")

    answer(careless)
    assert (random.random(), np.random.random(), float(torch.rand(1))) == wanted  # noqa: NPY002
    assert list(warnings.filters) == filters and warnings.showwarning is shown


def test_first_warning_of_the_answer_is_noted_and_others_warnings_are_shown():
    notes = Notes()
    answer(lambda: [warnings.warn(f"number {k}", stacklevel=1) for k in range(1000)], notes=notes)
    assert notes.first_warning == "UserWarning: number 0"
    with pytest.warns(UserWarning, match="ours"):
        run(lambda: warnings.warn("ours", stacklevel=1), seconds=1, notes=Notes())


def test_a_warning_is_noted_in_one_line_without_the_place_in_torchs_source():
    notes, words = Notes(), "Converting it.\nUse detach(). (Triggered internally at /a/b.cpp:822.)"
    answer(lambda: warnings.warn(words, stacklevel=1), notes=notes)
    assert notes.first_warning == "UserWarning: Converting it. Use detach()."


@pytest.fixture
def without_threads(monkeypatch):
    def no_start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(threading.Thread, "start", no_start)


@pytest.mark.usefixtures("without_threads")
def test_without_threads_an_endless_loop_is_ended_where_it_runs():
    def endless():
        while True:
            pass

    def deep():
        while True:
            sum(one for one in range(10))

    for loop in (endless, deep, lambda: deep()):
        start = time.process_time()
        assert isinstance(answer(loop, seconds=0.2), TimeIsUp)
        assert within(time.process_time() - start, 2)
    assert sys.gettrace() is None or "pytest" not in str(sys.gettrace())


@pytest.mark.usefixtures("without_threads")
def test_without_threads_results_errors_and_output_are_the_same(capsys):
    notes = Notes()
    assert answer(lambda: print("hidden") or 42, notes=notes) == 42
    assert notes.printed.lines == 1 and capsys.readouterr().out == ""
    assert isinstance(answer(lambda: 1 / 0), ZeroDivisionError)


IN_A_KERNEL = """
    import threading, time
    from lessons.checks import laplace_mechanism as checks

    def {name}(query, *, lower, upper, n, relation):
        while True:
            try:
                {body}
            except BaseException:
                pass
"""


@pytest.mark.parametrize("body", ["sum(range(100))", "time.sleep(0.01)", "print('x')"])
def test_next_cell_prints_after_the_stop_button(body):
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))
    try:
        run_cell(client, textwrap.dedent(IN_A_KERNEL.format(name="endless", body=body)))
        client.execute("checks.query_sensitivity(endless)")
        time.sleep(1.0)
        manager.interrupt_kernel()
        assert "KeyboardInterrupt" in reply_of(client)
        assert (
            run_cell(client, "print('heard'); import warnings; warnings.warn('seen')") == "heard\n"
        )
        used = run_cell(
            client, "a = time.process_time(); time.sleep(1); print(time.process_time() - a < 0.3)"
        )
        assert used == "True\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def reply_of(client):
    """Wait for the running cell's end; its error's name, if any."""
    reply = client.get_shell_msg(timeout=30)["content"]
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return reply.get("ename", "")


def run_cell(client, source):
    """Run a cell; what it printed."""
    out = io.StringIO()
    client.execute_interactive(
        source,
        timeout=60,
        output_hook=lambda message: (
            out.write(message["content"]["text"])
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout"
            else None
        ),
    )
    return out.getvalue()


def test_running_is_the_only_place_that_starts_a_thread_for_an_answer():
    assert running.threading is threading
    sources = [path.read_text("utf-8") for path in (ROOT / "lessons" / "checks").rglob("*.py")]
    assert sum("threading.Thread(" in source for source in sources) == 1
