"""The same input to a library that needs an environment of its own (lessons 51 to 56).

`python course.py bridge NAME` makes `.venv-NAME` from the pins of `bridges/NAME.txt`; `bridges/NAME.py` is
a script that runs in it: `NAME.py IN.npz OUT.npz`, arrays in, arrays out. It never imports the course,
and no lesson before part 5 needs it. Where the environment is missing, `ask` gives the stored result.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import positive

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "bridges"
KEPT = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LANG",
)  # of the environment; the rest is personal

Arrays = dict[str, NDArray[Any]]


def python_of(name: str) -> Path:
    """Where the Python of a bridge's environment is, or would be."""
    folder = ROOT / f".venv-{name}"
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_set_up(name: str) -> bool:
    """Whether `course.py bridge NAME` has come to its end."""
    return (ROOT / f".venv-{name}" / "set-up.stamp").exists() and python_of(name).exists()


def ask(name: str, given: Mapping[str, ArrayLike], *, seconds: float = 120.0) -> Arrays:
    """The arrays that the library makes of ``given``; the stored ones, with a word, where it is missing.

    ``name``     of the bridge, as in ``bridges/NAME.py``
    ``given``    arrays by name: numbers only
    ``seconds``  after which the script is ended
    ``ValueError`` for a name that is no bridge; ``RuntimeError`` in one sentence for a script that fails,
    takes longer or answers with something else than arrays.
    """
    require_bridge(name)
    if is_set_up(name):
        return run(name, given, seconds=seconds)
    stored = SCRIPTS / f"{name}.npz"
    if not stored.exists():
        raise RuntimeError(
            f"{name} is not set up and has no stored result: run `python course.py bridge {name}`"
        )
    print(
        f"(Stored result. To run {name} yourself: `python course.py bridge {name}` in a terminal, "
        "then this cell again.)"
    )
    return _arrays(name, stored)


def run(name: str, given: Mapping[str, ArrayLike], *, seconds: float) -> Arrays:
    """``ask``, for a bridge that is set up: one process, no shell, arrays in one file each way.

    The script runs in an empty folder, which is its home too, and leaves nothing behind.
    """
    require_bridge(name)
    seconds = positive("seconds", seconds)
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in given.items()}
    for key, value in arrays.items():
        if value.dtype.kind not in "biuf":
            raise ValueError(f"given must hold arrays of numbers, got {key} of type {value.dtype}")
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        there, back = Path(folder, "in.npz"), Path(folder, "out.npz")
        np.savez(there, **arrays)
        command = [str(python_of(name)), "-I", str(SCRIPTS / f"{name}.py"), str(there), str(back)]
        kept = {key: os.environ[key] for key in KEPT if key in os.environ}
        own = {"HOME": folder, "USERPROFILE": folder, "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        try:
            code, says = _ended(
                command, folder=folder, environment={**kept, **own}, seconds=seconds
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{name} has not answered within {seconds:g} seconds") from None
        except OSError as error:
            raise RuntimeError(f"{name} does not start: {error}") from None
        if code:
            last = (says.strip() or "without a word").splitlines()[-1]
            raise RuntimeError(f"{name} ended with code {code}: {last}")
        return _arrays(name, back)


def _ended(
    command: list[str], *, folder: str, environment: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Exit code and words of a command; whatever it has started is ended with it, in any case."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # on Windows without effect: taskkill looks for the children
    )
    try:
        says, _ = process.communicate(timeout=seconds)
    finally:  # too late, interrupted, or well: none of its processes stays
        if os.name == "nt":
            kill = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(kill, capture_output=True, check=False)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
    return process.returncode, says


def require_bridge(name: str) -> None:
    """``ValueError`` unless ``bridges/NAME.py`` is there."""
    known = sorted(path.stem for path in SCRIPTS.glob("*.py"))
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")


def _arrays(name: str, path: Path) -> Arrays:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (OSError, ValueError, EOFError):
        raise RuntimeError(f"{name} has not answered with arrays") from None
