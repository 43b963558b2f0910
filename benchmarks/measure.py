"""What the benchmarks share: time in turns, memory in a fresh process, a table, where it ran."""

import argparse
import contextlib
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median


def options(module: str, about: str | None) -> argparse.ArgumentParser:
    """Return the command line of one benchmark, whose help is its module's docstring."""
    layout = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(f"python -m {module}", description=about, formatter_class=layout)


def times_in_turns(
    tasks: Mapping[str, Callable[[], object]],
    *,
    repetitions: int,
    warm_up: int = 2,
    typical: Callable[[list[float]], float] = median,
) -> dict[str, float]:
    """Typical processor seconds of each task, run in turns, so that a busy moment hits all alike.

    Processor time, not the wall clock: what other programs do meanwhile is not counted, except that
    they push data out of the caches. ``typical=min`` looks for the moment when they did not.
    """
    for task in tasks.values():
        for _ in range(warm_up):
            task()
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(repetitions):
        for name, task in tasks.items():
            start = time.process_time()
            task()
            seconds[name].append(time.process_time() - start)
    return {name: typical(each) for name, each in seconds.items()}


def peak_megabytes(task: Callable[[], object]) -> float:
    """By how much ``task`` raises this process's peak of resident memory, in MB (2^20 bytes).

    Call it in a fresh process, after imports and a small warm-up: what an earlier task left to the
    allocator would hide what this one takes.
    """
    before = _reset_peak()
    task()
    return _peak() - before


def in_fresh_process(module: str, *arguments: str) -> str:
    """The last line that ``python -m module arguments`` prints, on one thread."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    environment = {**os.environ, **one_thread_environment()}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{run.stderr}")
    return run.stdout.strip().splitlines()[-1]


def one_thread_environment() -> dict[str, str]:
    """What tells the numerical libraries to use one thread; set it before they are imported."""
    return dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers and stand to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def where(*packages: str) -> str:
    """One line on date, versions and machine, without anything that names the machine."""
    versions = [f"{name} {version(name)}" for name in packages]
    python = f"Python {platform.python_version()}"
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, one thread used"
    return f"{date.today().isoformat()}; {', '.join([python, *versions])}; {machine}"


def _reset_peak() -> float:
    """Forget the peak so far where the system can (Linux); the memory in use now, in MB."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10  # kB
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)
