"""Set the course up in `.venv`, then open it or verify it (standard library only).

    python course.py lab      JupyterLab on notebooks/00_start_here.ipynb
    python course.py test     every test of the course, or only the stages that are named

The first start installs the versions of constraints.txt; later ones find them and go straight on.
"""

import sys

OLDEST, NEWEST = (3, 11), (3, 14)


def unsupported_python(version):
    """Say why this Python can't run the course, or return None; in old grammar, so that it can."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "The course needs Python {}.{} to {}.{}, this is Python {}.{}. Get one from python.org, or "
        "name one that you have: `python{}.{} course.py lab` (Windows: `py -{}.{} course.py lab`)."
    ).format(*(OLDEST + NEWEST + tuple(version[:2]) + OLDEST + OLDEST))


if __name__ == "__main__" and unsupported_python(sys.version_info):
    sys.exit(unsupported_python(sys.version_info))

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"  # PyTorch's own, for Linux: torch without CUDA
SCHEMA = 1  # raise it when the set-up itself changes, so that every .venv is set up again
NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}  # no question over the first lesson
GIGABYTES = {"core": 1.5, "test": 0.3}  # what each part takes on the disk, measured
NBVAL = "pytest -q -n2 --dist=loadfile --nbval --nbval-current-env --nbval-cell-timeout=120"
STAGES = {
    "lint": ["ruff check .", "ruff format --check ."],
    "types": ["mypy --strict lessons"],
    "unit": ["pytest -q -n2 tests/unit", "pytest -q tests/environment"],
    "checks": ["pytest -q -n2 tests/checks"],
    "widgets": ["pytest -q -n2 tests/plots", "pytest -q -n2 tests/widgets"],
    "notebooks": [NBVAL + " notebooks", NBVAL + " solutions"],
    "injected": ["pytest -q -n2 --dist=loadgroup tests/notebooks"],
    "browser": ["pytest -q -rs -n2 tests/browser"],
}
ADVICE = {  # what a failed pip or venv says, and what to do: the first that fits
    "No space left|Errno 28|WinError 112|not enough space": "The disk is full: the course needs "
    "1.8 GB, and pip some in the system's temporary folder. Free some, then run this again.",
    "CERTIFICATE_VERIFY_FAILED|SSLError": "pip doesn't trust the certificate that it is shown, as "
    "in some company networks: set PIP_CERT to your organisation's, then run this again.",
    "Connection|Timeout|ProxyError|NameResolution|getaddrinfo|unreachable|Max retries": "pip can't "
    "reach its package index. Connect to the network (behind a proxy, set HTTPS_PROXY), then run "
    "this again; once set up, the course works offline.",
    "No matching distribution": "pip finds no build for this Python and machine. Check the network "
    "and `pip config list`; if they are in order, try another Python or a newer system.",
    "PermissionError|Permission denied|WinError (5|32)": "A file in .venv is in use or protected: "
    "close every JupyterLab of the course, then run this again.",
    "ensurepip|No module named venv": "This Python comes without its venv module. On Debian and "
    "Ubuntu: `sudo apt install python3-venv`, then run this again.",
}


class Stop(Exception):
    """The set-up or a command can't go on; the message says what to do."""


def explain(output):
    """Turn the output of a failed pip or venv into what to do, with the line that shows why."""
    lines = [line for line in output.splitlines() if line.strip() and "/whl/cpu" not in line]
    for sign, say in ADVICE.items():
        why = [line for line in lines if re.search(sign, line)]
        if why:
            return f"{say}\n\n{why[-1].strip()}"
    return "\n".join(["The set-up failed. The end of the output:", "", *lines[-12:]])


def clean_environment():
    """Return os.environ without the settings of other installations that would reach into ours."""
    foreign = {"PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "MPLBACKEND", "PIP_TARGET"}
    keep = {k: v for k, v in os.environ.items() if k not in foreign and k[:8] != "JUPYTER_"}
    ours = {"OMP_NUM_THREADS": "1", "PIP_USER": "0", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    return {**keep, **ours, "JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}


def ask(command):
    """Run a command quietly; return its exit code, its output and its errors."""
    options = {"capture_output": True, "encoding": "utf-8", "errors": "replace", "check": False}
    answer = subprocess.run(command, cwd=str(ROOT), env=clean_environment(), **options)
    return answer.returncode, answer.stdout, answer.stderr


def venv_version():
    """Return the version of the Python in .venv, "3 12"; None unless it runs here and has pip."""
    probe = [str(PYTHON), "-I", "-c", "import sys, pip; print(*sys.version_info[:2])"]
    code, version, _ = ask(probe) if PYTHON.exists() else (1, "", "")
    return None if code or unsupported_python([int(n) for n in version.split()]) else version


def make_venv():
    """Make .venv, or make it anew where its Python is gone, unsupported or without pip."""
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists() and any(VENV.iterdir()):
        raise Stop(f"{VENV} is no virtual environment: move it away, then run this again.")
    print(f"  making .venv with Python {platform.python_version()}", flush=True)
    code, output, errors = ask([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if code:
        shutil.rmtree(str(VENV), ignore_errors=True)
        raise Stop(explain(output + errors))


def fingerprint(part, version):
    """Return a hash of everything that decides what `part` (core or test) installs, and where."""
    files = [(ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(repr([SCHEMA, part, str(ROOT), version, files]).encode()).hexdigest()


def useful(line):
    """Return what to show of a line of pip's output: what is large, and what takes long."""
    found = re.match(r"\s*Downloading (\S+?)(-cp\S*|-py\S*)? \(([\d.]+ [MG]B)\)", line)
    if found:
        return f"  downloading {found.group(1).split('/')[-1]}, {found.group(3)}"
    names = line[30:].split(", ") if line.startswith("Installing collected packages:") else []
    what = names[0].strip() if len(names) == 1 else f"{len(names)} packages"
    return f"  installing {what}" if names else None


def pip(*arguments):
    """Run pip in .venv, show the useful lines, keep all of them in setup.log; Stop if it fails."""
    command, output = [str(PYTHON), "-m", "pip", *arguments], ""
    text = {"encoding": "utf-8", "errors": "replace", "stderr": subprocess.STDOUT}
    pipe = {"cwd": str(ROOT), "env": clean_environment(), "stdout": subprocess.PIPE, **text}
    with subprocess.Popen(command, **pipe) as process:
        for line in process.stdout:
            output += line
            if useful(line):
                print(useful(line), flush=True)
    with (VENV / "setup.log").open("a", encoding="utf-8") as log:
        log.write(output)
    if process.returncode:
        raise Stop(explain(output) + "\n\npip's whole output is in .venv/setup.log.")


def choose_torch(report, allow_large):
    """Return pip's options for the torch of this dry-run report, None where it is installed."""
    if not report["install"]:
        return None
    build = report["install"][0]
    requires = build["metadata"].get("requires_dist", [])
    if any(re.match("nvidia-|cuda-|triton", name) for name in requires) and not allow_large:
        raise Stop(
            "pip can only get a torch with the CUDA libraries, 2.7 GB to download, which the course"
            f" doesn't use. The small build, 0.2 GB, comes from {CPU_INDEX}: make that reachable "
            "and run this again, or go on with --allow-large-torch."
        )
    from_index = build["download_info"]["url"].startswith("https://download.pytorch.org/")
    return ["--extra-index-url", CPU_INDEX] if from_index else []


def install_torch(allow_large):
    """Install torch alone, on Linux without CUDA; it does not matter whether that index answers."""
    print("  looking for the small build of torch", flush=True)
    torch = ["install", "--no-deps", "-c", "constraints.txt", "torch"]
    dry = "--dry-run --quiet --report - --retries 1 --timeout 15 --extra-index-url".split()
    code, report, errors = ask([str(PYTHON), "-m", "pip", *torch, *dry, CPU_INDEX])
    if code:
        raise Stop(explain(errors))
    options = choose_torch(json.loads(report), allow_large)
    if options is not None:  # else it is there already
        pip(*torch, *options)


def install(part, allow_large):
    """Install the core, or the extra `test` on top of it."""
    constraints, extra = ROOT / "constraints.txt", []
    if part == "core":
        pip("install", *re.findall(r"(?m)^(?:pip|setuptools)==\S+", constraints.read_text("utf-8")))
        if platform.system() == "Linux":
            install_torch(allow_large)
    intel, release = platform.machine() == "x86_64", platform.mac_ver()[0].split(".")[0]
    if platform.system() == "Darwin" and (intel or int(release or 0) < 14):
        print("  the pinned torch needs a newer Mac: taking the newest for this one, untested")
        pins = re.sub(r"(?m)^(torch|numpy)==.*$", "", constraints.read_text("utf-8"))
        constraints = VENV / "constraints.txt"
        constraints.write_text(pins, "utf-8")
        extra = ["numpy<2"] if intel else []  # the last torch for Intel Macs was built for 1.x
    target = "." if part == "core" else f".[{part}]"
    pip("install", "-c", str(constraints), "--no-build-isolation", "-e", target, *extra)


def set_up(parts, allow_large=False):
    """Bring .venv to what pyproject.toml and constraints.txt say; nothing to do where it is."""
    version = venv_version()
    stamps = {part: VENV / f"set-up-{part}.stamp" for part in parts}
    wanted = {part: fingerprint(part, version) for part in parts}
    missing = [p for p in parts if not stamps[p].exists() or stamps[p].read_text() != wanted[p]]
    if not missing:
        return
    need = sum(GIGABYTES[part] for part in missing if not stamps[part].exists())
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < need:
        disk = f"The set-up needs {need:.1f} GB of disk in {VENV}, where {free:.1f} GB are free."
        raise Stop(disk + " Free some space, then run this again.")
    size = f"{sum(GIGABYTES[part] for part in missing):.1f} GB of disk"
    print(f"Setting up the course: about 2 minutes and {size}, once.", flush=True)
    if not version:
        make_venv()
    (VENV / "setup.log").write_text("")
    for part in missing:
        stamps[part].unlink(missing_ok=True)  # an interrupted set-up leaves no stamp
        install(part, allow_large)
        stamps[part].write_text(fingerprint(part, venv_version()))


def lab_command(notebook="notebooks/00_start_here.ipynb", port=None, browser=True):
    """Return JupyterLab's command line: this machine only, its token left on, the repository."""
    path = (ROOT / notebook if (ROOT / notebook).exists() else Path(notebook)).resolve()
    if not path.is_file() or ROOT not in path.parents:
        raise Stop(f"The notebook must be a file of the course, got {notebook}")
    page = "/lab/tree/" + quote(path.relative_to(ROOT).as_posix())
    command = [str(PYTHON), "-m", "jupyterlab", f"--LabApp.default_url={page}"]
    command += [f"--ServerApp.root_dir={ROOT}", "--ServerApp.answer_yes=True"]
    command += ["--ServerApp.ip=127.0.0.1"]
    command += [] if port is None else [f"--ServerApp.port={port}"]
    command += [] if browser else ["--no-browser"]
    return command + (["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])


def lab(command):
    """Become JupyterLab; its settings live in .venv, so that no others can switch the token off."""
    environment = {**clean_environment(), "JUPYTER_CONFIG_DIR": str(VENV / "jupyter")}
    quiet = VENV / "jupyter" / "labconfig" / "default_setting_overrides.json"
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text(json.dumps({"@jupyterlab/apputils-extension:notification": NO_NEWS}))
    print("Starting JupyterLab; stop it with Ctrl-C.", flush=True)
    os.chdir(str(ROOT))
    if os.name == "posix":
        os.execve(command[0], command, environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches JupyterLab, and that ends
    return subprocess.call(command, env=environment)


def test(names):
    """Run the stages in their order, up to the first that fails; return the exit code."""
    summary, code = [], 0
    with tempfile.TemporaryDirectory(prefix="course-") as elsewhere:
        own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")  # nobody's settings
        environment = {**clean_environment(), **dict.fromkeys(own, elsewhere)}
        chosen = [stage for stage in STAGES if not names or stage in names]
        for stage, command in [(name, command) for name in chosen for command in STAGES[name]]:
            print(f"\n{stage}: {command}", flush=True)
            tool, started = [str(PYTHON), "-m", *command.split()], time.perf_counter()
            code = subprocess.call(tool, cwd=str(ROOT), env=environment)
            took, verdict = time.perf_counter() - started, "FAILED" if code else "passed"
            summary.append(f"{verdict}  {took:6.1f} s  {stage}: {command}")
            if code:
                break
    print("\n" + "\n".join(summary) + (f"\nFailed: {stage}" if code else "\nAll passed."))
    return 1 if code else 0


def read_command_line(arguments):
    """Return what the command line asks for."""
    about = "Set the course up in .venv (once, about 2 minutes), then open it or verify it."
    stages = "stages of test, in this order: " + ", ".join(STAGES)
    parser = argparse.ArgumentParser(prog="python course.py", description=about, epilog=stages)
    add = parser.add_argument
    add("command", choices=["lab", "test"], help="lab: open JupyterLab; test: run the tests")
    add("names", nargs="*", metavar="NAME", help="lab: a notebook to open; test: stages to run")
    add("--no-browser", action="store_true", help="lab: print the address, open no browser")
    add("--port", type=int, metavar="N", help="lab: the port to use, or the next that is free")
    large = "on Linux, take a torch with CUDA (2.7 GB) if the small one can't be had"
    add("--allow-large-torch", action="store_true", help=large)
    given = parser.parse_intermixed_args(arguments)
    unknown = [name for name in given.names if given.command == "test" and name not in STAGES]
    if unknown:
        parser.error(f"a stage must be one of {', '.join(STAGES)}, got {unknown[0]}")
    if given.command == "lab" and len(given.names) > 1:
        parser.error(f"lab opens one notebook, got {' '.join(given.names)}")
    if given.port is not None and not 1 <= given.port <= 65535:
        parser.error(f"--port must be from 1 to 65535, got {given.port}")
    return given


def main(arguments=None):
    """Do what the command line says; return the exit code."""
    given = read_command_line(arguments)
    try:
        if given.command == "lab":
            command = lab_command(*given.names, port=given.port, browser=not given.no_browser)
            set_up(["core"], given.allow_large_torch)
            return lab(command)
        set_up(["core", "test"], given.allow_large_torch)
        return test(given.names)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
    except OSError as error:  # a full disk, a protected folder
        print("\n" + explain(f"ERROR: {error}"), file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
