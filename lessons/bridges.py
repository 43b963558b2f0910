"""The same input to a library of the field, in an environment that holds it (lessons 51 to 56).

`bridges/NAME.py` is a script, `NAME.py IN.npz OUT.npz`: arrays in, arrays out. It never imports the course,
and no lesson before part 5 needs it. `python course.py bridge NAME` sets up what it needs: most libraries
want other versions than the course and get `.venv-NAME`, from the pins of `bridges/NAME.txt`; one whose
file says `# beside: the course` is added to the course's own environment. Where it is missing, `ask` gives
the stored result of the same input.
"""

import ast
import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from IPython.display import Markdown
from numpy.typing import ArrayLike, NDArray

from lessons.validation import positive

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "bridges"
KEPT = ("PATH", "SYSTEMROOT", "LANG")  # the rest of os.environ is personal
SHORT = "/tmp" if sys.platform == "darwin" else None  # a socket's path has 103 bytes at most there
GIVEN = "given."  # prefix, in a stored result, of the names of its inputs

Arrays = dict[str, NDArray[Any]]


def python_of(name: str) -> Path:
    """Where the Python is, or would be, that runs a bridge's script."""
    if is_beside_the_course(name):
        return Path(sys.executable)
    folder = ROOT / f".venv-{name}"
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_beside_the_course(name: str) -> bool:
    """Whether the library fits the course's own versions and lives in the course's environment."""
    return "# beside: the course" in (SCRIPTS / f"{name}.txt").read_text("utf-8").splitlines()


def is_set_up(name: str) -> bool:
    """Whether `course.py bridge NAME` has come to its end."""
    if is_beside_the_course(name):
        return importlib.util.find_spec(name) is not None
    stamp, pins = ROOT / f".venv-{name}" / "set-up.stamp", SCRIPTS / f"{name}.txt"
    current = stamp.exists() and repr(pins.read_text("utf-8")) in stamp.read_text("utf-8")
    return current and python_of(name).exists()


def ask(name: str, given: Mapping[str, ArrayLike], *, seconds: float = 120.0) -> Arrays:
    """The arrays that the library makes of ``given``; the stored ones, with a word, where it is missing.

    ``name``     of the bridge, as in ``bridges/NAME.py``
    ``given``    arrays by name: numbers only
    ``seconds``  after which the script is ended
    ``ValueError`` for a name that is no bridge, and where the library is missing and the stored result is
    that of another input. ``RuntimeError`` in one sentence for a script that fails, takes longer or
    answers with something else than arrays.
    """
    require_bridge(name)
    mode = os.environ.get("COURSE_BRIDGES", "")  # for the tests, and to renew what is stored
    if is_set_up(name) and mode != "stored":
        began = time.perf_counter()
        answer = run(name, given, seconds=seconds)
        print(f"({name} has answered in {time.perf_counter() - began:.0f} s.)")
        if mode == "renew":
            both: dict[str, Any] = {GIVEN + key: np.asarray(value) for key, value in given.items()}
            np.savez_compressed(SCRIPTS / f"{name}.npz", **both | answer)
        return answer
    command = f"python course.py bridge {name}"
    question, answer = stored(name)
    if question.keys() != given.keys() or any(
        np.shape(given[key]) != value.shape
        or not np.allclose(given[key], value, rtol=1e-6, atol=1e-9, equal_nan=True)
        for key, value in question.items()
    ):
        raise ValueError(
            f"given must be what the stored result was made from, got something else: `{command}` in a "
            f"terminal sets {name} up, then any input will do"
        )
    print(f"(Stored result. To run {name} here: `{command}` in a terminal, then this cell again.)")
    return answer


def stored(name: str) -> tuple[Arrays, Arrays]:
    """What was given to the library when its result was stored, and that result."""
    require_bridge(name)
    if not (SCRIPTS / f"{name}.npz").exists():
        command = f"python course.py bridge {name}"
        raise RuntimeError(f"{name} is not set up and has no stored result: run `{command}`")
    both = _arrays(SCRIPTS / f"{name}.npz", f"bridges/{name}.npz is damaged: fetch it again")
    given = {key.removeprefix(GIVEN): both[key] for key in both if key.startswith(GIVEN)}
    return given, {key: value for key, value in both.items() if not key.startswith(GIVEN)}


def show(name: str, *functions: str) -> Markdown:
    """The code of functions of a bridge's script, to read in the notebook."""
    require_bridge(name)
    text = (SCRIPTS / f"{name}.py").read_text("utf-8")
    known = {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    for function in functions:
        if function not in known:
            raise ValueError(f"functions must be of {', '.join(known)}, got {function!r}")
    code = "\n\n\n".join(known[function] for function in functions)
    return Markdown(  # type: ignore[no-untyped-call]
        f"```python\n# bridges/{name}.py\n{code}\n```"
    )


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
    with tempfile.TemporaryDirectory(prefix="bridge-", dir=SHORT) as folder:
        there, back = Path(folder, "in.npz"), Path(folder, "out.npz")
        np.savez(there, **arrays)
        command = [str(python_of(name)), "-I", str(SCRIPTS / f"{name}.py"), str(there), str(back)]
        kept = {key: os.environ[key] for key in KEPT if key in os.environ}
        own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), folder)
        own |= {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
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
        return _arrays(back, f"{name} has not answered with arrays")


def _ended(
    command: list[str], *, folder: str, environment: dict[str, str], seconds: float
) -> tuple[int, str]:
    """Exit code and words of a command; whatever it has started is ended with it.

    In any case but one: if this Python is killed itself, the script goes on.
    """
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # on Windows without effect: taskkill looks for the children
        )
        try:
            process.wait(seconds)  # not for the end of its output: a child may hold that open
        finally:  # too late, interrupted, or well: none of its processes stays
            if os.name == "nt":
                kill = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
                subprocess.run(kill, capture_output=True, check=False)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        words.seek(0)
        return process.returncode, words.read().decode("utf-8", "replace")


def require_bridge(name: str) -> None:
    """``ValueError`` unless ``bridges/NAME.py`` is there."""
    known = sorted(path.stem for path in SCRIPTS.glob("*.py"))
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")


def _arrays(path: Path, otherwise: str) -> Arrays:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays.files}
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error):
        raise RuntimeError(otherwise) from None
