"""The self-test of lesson 00: is everything there, and if not, what to do about it.

``facts`` looks at this kernel, ``findings`` judges what it saw and is pure. Only the standard
library is imported at the top, so that the test also speaks where the course's packages are broken.
PyTorch is looked up, never loaded: that takes seconds, and only some lessons need it.
"""

import operator
import os
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path

PACKAGE = "privacy-lessons"
NEEDED_MEGABYTES = 700  # the most that a lesson takes, with some room
WIDGET_PAGE = ("jupyterlab-widgets", "widgetsnbextension")  # the half of a slider in the browser

# tests/notebooks compares it with what the lessons import
WITH_TORCH = ("16", "17", "21", "22", "23", "24", "25", "52")

CGROUP = Path("/sys/fs/cgroup")  # where Linux keeps a container's limit
AGAIN = "close JupyterLab, run `python3 course.py lab` in the course's folder (it mends .venv)"


@dataclass(frozen=True)
class Facts:
    """What was seen, without judgement.

    ``python``            the version, such as "3.11.7", and ``wanted_python``, such as ">=3.11"
    ``wanted``            package -> accepted versions; ``found``: package -> version, None if absent
    ``torch_importable``  whether Python finds a module torch (it is not loaded)
    ``kernel``            whether this code runs in a notebook's kernel
    ``drawing_error``     "" when a test picture could be drawn
    ``free_megabytes``    memory that a lesson could take; None where the system does not say
    """

    python: str
    wanted_python: str
    wanted: dict[str, str] = field(default_factory=dict)
    found: dict[str, str | None] = field(default_factory=dict)
    torch_importable: bool = True
    kernel: bool = True
    drawing_error: str = ""
    free_megabytes: float | None = None


@dataclass(frozen=True)
class Finding:
    """One line of the self-test: in order or not, and in words; what to do when it is not."""

    good: bool
    what: str
    says: str


def findings(facts: Facts) -> list[Finding]:
    """Judge the facts: one finding each for Python, packages, PyTorch, pictures, widgets, memory."""
    return [
        _python(facts),
        _packages(facts),
        _torch(facts),
        _pictures(facts),
        _widgets(facts),
        _memory(facts),
    ]


def facts(*, draw: Callable[[], object]) -> Facts:
    """Look at this kernel. ``draw()`` draws a test picture and raises if that is impossible."""
    wanted_python, wanted = requirements()
    return Facts(
        python=".".join(map(str, sys.version_info[:3])),
        wanted_python=wanted_python,
        wanted=wanted,
        found={name: installed(name) for name in (*wanted, *WIDGET_PAGE)},
        torch_importable=util.find_spec("torch") is not None,
        kernel="ipykernel.kernelapp" in sys.modules,
        drawing_error=_error_of(draw),
        free_megabytes=free_megabytes(),
    )


def within(version: str, ranges: str) -> bool:
    """Whether ``version`` keeps every bound of ``ranges``, such as ">=1.26,<3".

    Compared number by number, a local label such as "+cpu" ignored, missing numbers as 0. A
    pre-release counts as the version that it leads to. ``ValueError`` for a bound other than >=, >,
    <=, <, == and !=.
    """
    own = _numbers(version)
    for bound in filter(None, (part.strip() for part in ranges.split(","))):
        match = re.fullmatch(r"(>=|<=|==|!=|>|<)\s*(\d[\w.+]*)", bound)
        if match is None:
            raise ValueError(f"ranges must hold bounds such as >=1.26, got ranges={ranges!r}")
        if not _KEEPS[match.group(1)](own, _numbers(match.group(2))):
            return False
    return True


def requirements() -> tuple[str, dict[str, str]]:
    """The package's own needs: accepted Pythons, and the accepted versions of each core package.

    Read from the installed package, or from pyproject.toml where the folder is used as it is.
    """
    try:
        about = metadata.metadata(PACKAGE)
        python, lines = str(about["Requires-Python"]), about.get_all("Requires-Dist") or []
    except metadata.PackageNotFoundError:
        text = Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8")
        project = tomllib.loads(text)["project"]
        python, lines = project["requires-python"], project["dependencies"]
    return python, dict(_requirement(line) for line in lines if ";" not in line)


def installed(name: str) -> str | None:
    """The installed version of a package, ``None`` where there is none; nothing is imported."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def free_megabytes(proc: Path = Path("/proc/meminfo"), limits: Path = CGROUP) -> float | None:
    """Memory that a new program could take, in MB; ``None`` where the system does not say.

    On Linux what the kernel calls available, or what a container's limit leaves of it (Binder);
    elsewhere the machine's whole memory where Python knows it.
    """
    try:
        kilobytes = re.search(r"MemAvailable:\s+(\d+)", proc.read_text())
        free = float(kilobytes.group(1)) / 1024 if kilobytes else None
    except OSError:
        names = getattr(os, "sysconf_names", {})
        known = {"SC_PHYS_PAGES", "SC_PAGE_SIZE"} <= set(names)
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if known else -1
        return pages / 2**20 if pages > 0 else None
    return min((one for one in (free, _container_leaves(limits)) if one is not None), default=None)


def _container_leaves(limits: Path) -> float | None:
    """What a container's memory limit leaves, in MB; file caches count as free."""
    for limit, used, caches in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            bound = int(limits.joinpath(limit).read_text())
            taken = int(limits.joinpath(used).read_text())
            stat = limits.joinpath(limit).with_name("memory.stat").read_text()
        except (OSError, ValueError):  # no container, or "max": no limit
            continue
        cached = re.search(rf"^{caches} (\d+)", stat, re.M)
        return (bound - taken + int(cached.group(1) if cached else 0)) / 2**20
    return None


def _python(facts: Facts) -> Finding:
    if within(facts.python, facts.wanted_python):
        return Finding(True, "Python", "this version fits the course")
    return Finding(
        False,
        "Python",
        f"this kernel is Python {facts.python}, the course needs {facts.wanted_python}: {AGAIN}, and "
        "choose its kernel with Kernel > Change Kernel",
    )


def _packages(facts: Facts) -> Finding:
    names = [name for name in facts.wanted if name != "torch"]
    wrong = [_complaint(name, facts) for name in names]
    if not any(wrong):
        return Finding(True, "Packages", "all there, in versions that fit the course")
    return Finding(False, "Packages", f"{'; '.join(filter(None, wrong))}: {AGAIN}")


def _torch(facts: Facts) -> Finding:
    wrong = _complaint("torch", facts) if "torch" in facts.wanted else ""
    if not wrong and facts.torch_importable:
        return Finding(True, "PyTorch", f"installed; only lessons {_listed(WITH_TORCH)} need it")
    return Finding(
        False,
        "PyTorch",
        f"{wrong or 'torch cannot be found by this kernel'}. Lessons {_listed(WITH_TORCH)} need it, "
        f"the others do not; for those, {AGAIN}",
    )


def _listed(numbers: tuple[str, ...]) -> str:
    """("16", "17", "21") as "16, 17 and 21"."""
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _pictures(facts: Facts) -> Finding:
    if not facts.drawing_error:
        return Finding(True, "Pictures", "a test picture could be drawn")
    return Finding(
        False,
        "Pictures",
        f"no picture could be drawn ({facts.drawing_error}): restart the kernel with Kernel > Restart "
        f"Kernel; if that does not help, {AGAIN}",
    )


def _widgets(facts: Facts) -> Finding:
    if not facts.kernel:
        return Finding(
            False,
            "Widgets",
            "this is not a notebook: open the lesson in JupyterLab, then run the cell",
        )
    missing = [name for name in WIDGET_PAGE if facts.found.get(name) is None]
    if missing:
        return Finding(
            False,
            "Widgets",
            f"sliders would not appear, {' and '.join(missing)} is missing: {AGAIN}, then reload the page",
        )
    return Finding(True, "Widgets", "installed; the slider below shows whether they work")


def _memory(facts: Facts) -> Finding:
    free = facts.free_megabytes
    if free is None:
        words = f"not measured on this system; a lesson takes up to {NEEDED_MEGABYTES} MB"
        return Finding(True, "Memory", words)
    if free >= NEEDED_MEGABYTES:
        return Finding(True, "Memory", "enough for every lesson")
    return Finding(
        False,
        "Memory",
        f"{free:.0f} MB are free and a lesson may take {NEEDED_MEGABYTES}: shut down the kernels that you "
        "do not use (the panel with the square in a circle, at the left), or close other programs",
    )


def _complaint(name: str, facts: Facts) -> str:
    """What is wrong with one package, "" if nothing is."""
    version = facts.found.get(name)
    if version is None:
        return f"{name} is missing"
    if not within(version, facts.wanted[name]):
        return f"{name} is {version}, the course needs {facts.wanted[name]}"
    return ""


def _requirement(line: str) -> tuple[str, str]:
    """Split "numpy<3,>=1.26" or "numpy (>=1.26)" into the name and the accepted versions."""
    match = re.match(r"([\w.-]+)\s*\(?([^()]*)\)?$", line.strip())
    if match is None:
        raise ValueError(f"a requirement must be a name and bounds, got {line!r}")
    return match.group(1), match.group(2)


def _numbers(version: str) -> list[int]:
    """The leading numbers, without zeros at the end: "2.13.0+cpu" gives [2, 13]."""
    release = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in release.group(0).split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _error_of(draw: Callable[[], object]) -> str:
    try:
        draw()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


_KEEPS: dict[str, Callable[[list[int], list[int]], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
