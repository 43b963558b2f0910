"""Set the course up in `.venv`, then open it or verify it (standard library only).

    python course.py lab      your own copies of the lessons in JupyterLab; `lab 12` opens lesson 12
    python course.py test     every test of the course; `test 12` those of lesson 12, `test lint` a stage
    python course.py bridge   the libraries of part 5; `bridge NAME` sets one up beside the course
    python course.py pins     for maintainers: the newest versions into constraints.txt

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
NOTHING_FOUND = 5  # pytest's exit code
SCHEMA = 1  # raise it when the set-up itself changes, so that every .venv is set up again
MINE = ROOT / "my"  # the learner's copies of the lessons: git ignores them, an update keeps them
SETTINGS = {  # no question over the first lesson
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
FIRST_LAYOUT = {  # the list of files is one click away: open, it takes a third of a small screen
    "data": {
        "layout-restorer:data": {
            "main": {"dock": None},
            "left": {"collapsed": True, "visible": True, "widgets": ["filebrowser"]},
            "right": {"collapsed": True, "visible": True, "widgets": []},
            "relativeSizes": [0, 1, 0],
        }
    },
    "metadata": {"id": "default"},
}
BRIDGES = ROOT / "bridges"  # NAME.txt: the versions that .venv-NAME gets, and what is known of them
GIGABYTES = {"core": 1.5, "test": 0.3}  # what each part takes on the disk, measured
PYTEST = "pytest -q -nlogical -p no:nbval"  # nbval costs each process a second to load
NBVAL = "pytest -q -nlogical --dist=loadfile --nbval --nbval-current-env --nbval-cell-timeout=120"
NBVAL += " -p tests.notebooks.words_of_pictures"
STAGES = {
    "lint": ["ruff check .", "ruff format --check ."],
    "types": ["mypy --strict lessons"],
    "unit": [PYTEST + " tests/unit", PYTEST + " tests/set_up"],
    "bridges": ["pytest -q -rs -p no:nbval tests/bridges"],  # one after the other: they start many
    "checks": [PYTEST + " tests/checks"],
    "widgets": [PYTEST + " tests/plots", PYTEST + " tests/widgets"],
    "notebooks": [NBVAL + " notebooks", NBVAL + " solutions"],
    "solved": [PYTEST + " tests/notebooks"],
    "browser": [PYTEST + " -rs tests/browser"],
}
ADVICE = {  # what a failed pip or venv says, and what to do: the first that fits
    "WinError 206|enable-long-paths": "A path is longer than Windows allows: move the course's folder "
    "to a short place such as C:\\course, delete its .venv, then run this again.",
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
        raise Stop(explain(output) + "\n\npip's whole output is in " + f"{VENV.name}/setup.log.")


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


def bridges():
    """Return {name: facts} of the libraries of part 5; each file of pins begins with its facts."""
    facts = {}
    for path in sorted(BRIDGES.glob("*.txt")):
        said = re.findall(r"(?m)^# (\w+): (.+)$", path.read_text("utf-8"))
        facts[path.stem] = dict(said)
    return facts


def bridge(name, allow_large):
    """Set up one library of part 5, in .venv-NAME or beside the course; without a name, list them."""
    global VENV, PYTHON  # this process serves one command: the rest of it works on that environment
    for one, facts in bridges().items() if name is None else ():
        there = (ROOT / f".venv-{one}" / "set-up.stamp").exists()
        there = there or any(VENV.glob(f"[Ll]ib/**/site-packages/{one}/__init__.py"))
        state = "set up" if there else f"{facts['gigabytes']} GB of disk"
        print(f"  {one:20} {facts['what']} ({state})")
    if name is None:
        return 0
    facts, file = bridges()[name], BRIDGES / f"{name}.txt"
    oldest, newest = ([int(n) for n in one.split(".")] for one in facts["python"].split(" to "))
    if not oldest <= list(sys.version_info[:2]) <= newest:
        last = facts["python"].split()[-1]
        raise Stop(
            f"{facts['what']} needs Python {facts['python']}, this is {platform.python_version()}: "
            f"run `python{last} course.py bridge {name}` (Windows: `py -{last} course.py bridge {name}`)."
        )
    if platform.system() not in facts.get("systems", platform.system()):
        raise Stop(
            f"{facts['what']} runs on {facts['systems']}: here its lesson shows the stored result."
        )
    if "beside" in facts:
        set_up(["core"], allow_large)
        print(f"Adding {facts['what']} to the course's environment.", flush=True)
        pip("install", "-c", "constraints.txt", "-r", str(file))
        print(f"{facts['what']} is set up: run the lesson's cells again.")
        return 0
    VENV = ROOT / f".venv-{name}"
    PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, version = VENV / "set-up.stamp", venv_version()

    def wanted():
        return repr([SCHEMA, str(ROOT), venv_version(), file.read_text("utf-8")])

    if version and stamp.exists() and stamp.read_text("utf-8") == wanted():
        print(f"{facts['what']} is there: {VENV.name}")
        return 0
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < float(facts["gigabytes"]):
        need = (
            f"{facts['what']} needs {facts['gigabytes']} GB of disk in {VENV}, where {free:.1f} GB"
        )
        raise Stop(need + " are free. Free some space, then run this again.")
    size = f"{facts['minutes']} minutes and {facts['gigabytes']} GB of disk"
    print(f"Setting up {facts['what']}: about {size}, once, in {VENV.name}.", flush=True)
    make_venv()
    torch = []
    if re.search(r"(?m)^torch$", file.read_text("utf-8")):  # of the version that the course has
        torch = re.findall(r"(?m)^torch==\S+", (ROOT / "constraints.txt").read_text("utf-8"))
        if platform.system() == "Linux":
            install_torch(allow_large)
    pip("install", "--no-deps", *torch, "-r", str(file))
    stamp.write_text(wanted(), "utf-8")
    print(f"{facts['what']} is set up: run the lesson's cells again.")
    return 0


def lessons():
    """Return {name: path} of the course's lessons, 12_laplace_mechanism and so on, in their order."""
    return {path.stem: path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))}


def lesson(name):
    """Return the full name of the lesson with this number, this name or this file; None if none has."""
    wanted = Path(name).name.removesuffix(".ipynb")
    return next((stem for stem in lessons() if wanted in (stem, stem[:2], stem[3:])), None)


def words_of(path):
    """Return a hash of what a notebook says: its cells, without outputs and metadata; or None."""
    try:
        cells = json.loads(path.read_text("utf-8")).get("cells", [])
    except ValueError:  # damaged: the learner's own, so it stays
        return None
    said = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def copy_lessons():
    """Give the learner a copy of each lesson; one that they have worked in stays as it is.

    Return the names of those that the course has changed since: the learner's work is kept.
    """
    MINE.mkdir(exist_ok=True)
    record = MINE / ".copied.json"
    copied, kept = json.loads(record.read_text("utf-8")) if record.exists() else {}, []
    for stem, path in lessons().items():
        mine, now = MINE / path.name, words_of(path)
        said = words_of(mine) if mine.exists() else None
        if mine.exists() and (said is None or said != copied.get(stem)):  # damaged, or worked in
            kept += [stem] if copied.get(stem) not in (None, now) else []
        elif not mine.exists() or copied[stem] != now:
            write_whole(mine, path.read_bytes())
            copied[stem] = now
    write_whole(record, json.dumps(copied, indent=1).encode())
    return kept


def write_whole(path, contents):
    """Write a file at one stroke: another start of the course never reads half of it."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_bytes(contents)
    os.replace(str(new), str(path))


def notebook_to_open(name):
    """Return the file to open: the learner's copy of a lesson, or another notebook of the course."""
    stem = lesson(name)
    if stem and Path(name).parent.name != "solutions":
        return MINE / f"{stem}.ipynb"
    path = (ROOT / name if (ROOT / name).exists() else Path(name)).resolve()
    if path.suffix != ".ipynb" or not path.is_file() or ROOT not in path.parents:
        listed = "\n".join(f"  {stem}" for stem in lessons())
        raise Stop(f"There is no lesson {name}. The lessons, by number or by name:\n\n{listed}")
    return path


def lab_command(path, port=None, browser=True):
    """Return JupyterLab's command line: this machine only, its token left on, the repository."""
    page = "/lab/tree/" + quote(path.relative_to(ROOT).as_posix())
    command = [str(PYTHON), "-m", "jupyterlab", f"--LabApp.default_url={page}"]
    command += [f"--ServerApp.root_dir={ROOT}", "--ServerApp.answer_yes=True"]
    command += ["--ServerApp.ip=127.0.0.1"]
    command += [] if port is None else [f"--ServerApp.port={port}"]
    command += [] if browser else ["--no-browser"]
    return command + (["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])


def lab(command):
    """Run JupyterLab, with its settings in .venv, so that no others can switch the token off.

    Its address is the one line that is printed; what Jupyter says goes to .venv/jupyter.log.
    """
    home, log = VENV / "jupyter", VENV / "jupyter.log"
    environment = {**clean_environment(), "JUPYTER_CONFIG_DIR": str(home)}
    quiet = home / "labconfig" / "default_setting_overrides.json"
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text(json.dumps(SETTINGS))
    layout = home / "lab" / "workspaces" / "default-37a8.jupyterlab-workspace"  # Jupyter's name
    if not layout.exists():
        layout.parent.mkdir(parents=True, exist_ok=True)
        layout.write_text(json.dumps(FIRST_LAYOUT))
    with tempfile.TemporaryDirectory(prefix="run", dir=str(home)) as runtime, log.open("wb") as out:
        environment["JUPYTER_RUNTIME_DIR"] = runtime
        started = {"cwd": str(ROOT), "env": environment, "stdout": out, "stderr": out}
        with subprocess.Popen(command, **started) as process:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches JupyterLab, and that ends
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            page, address = command[3].split("=", 1)[1], None
            while address is None and process.poll() is None:
                time.sleep(0.1)
                address = address_of(Path(runtime), page)
            if address:
                print(f"JupyterLab is at {address}  (Ctrl-C stops it)", flush=True)
                return process.wait()
    raise Stop("JupyterLab did not start. The end of .venv/jupyter.log:\n\n" + end_of(log))


def address_of(runtime, page):
    """Return the address of `page`, with its token, once the server has written down where it is."""
    for file in runtime.glob("jpserver-*.json"):
        try:
            server = json.loads(file.read_text("utf-8"))
        except ValueError:  # half written
            continue
        return f"{server['url'].rstrip('/')}{page}?token={server['token']}"
    return None


def end_of(log, lines=12):
    """Return the last lines of a log."""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])


def pins(allow_large):
    """Take the newest version of everything that pyproject.toml allows; write constraints.txt anew."""
    file = ROOT / "constraints.txt"
    before = file.read_text("utf-8").splitlines()
    kept = [line for line in before if not line or line[0] == "#" or ";" in line]  # other systems'
    file.write_text("\n".join(kept) + "\n", "utf-8")
    shutil.rmtree(str(VENV), ignore_errors=True)
    try:
        set_up(["core", "test"], allow_large)
    except BaseException:  # interrupted, or no network: the old pins are still the tested ones
        file.write_text("\n".join(before) + "\n", "utf-8")
        raise
    freeze = ["-m", "pip", "freeze", "--all", "--exclude-editable"]
    code, frozen, errors = ask([str(PYTHON), *freeze])
    if code:
        raise Stop(explain(errors))
    apart = {re.split("[=;]", line)[0].strip().lower() for line in kept if ";" in line}
    new = [re.sub(r"\+cpu$", "", line) for line in frozen.splitlines()]
    new = [line for line in new if line.split("==")[0].lower() not in apart]
    header = [line for line in kept if line[:1] == "#"]
    marked = [line for line in kept if ";" in line and line[0] != "#"]
    file.write_text("\n".join([*header, *new, *marked]) + "\n", "utf-8")
    set_up(["core", "test"], allow_large)
    print("constraints.txt holds the newest versions: now `python course.py test`")
    return 0


def for_lesson(command, stem):
    """Return the command for one lesson only: tests/conftest.py reads which from COURSE_LESSON."""
    folder = re.search(r" (notebooks|solutions)$", command)
    return f"{command}/{stem}.ipynb" if folder else command


def test(names):
    """Run the stages in their order, up to the first that fails; return the exit code."""
    summary, code = [], 0
    only = next((lesson(name) for name in names if name not in STAGES), None)
    chosen = [stage for stage in STAGES if stage in names] or list(STAGES)
    commands = [(stage, command) for stage in chosen for command in STAGES[stage]]
    with tempfile.TemporaryDirectory(prefix="course-") as elsewhere:
        own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")  # nobody's settings
        environment = {**clean_environment(), **dict.fromkeys(own, elsewhere)}
        environment["COURSE_LESSON"] = only or ""
        environment["COURSE_BRIDGES"] = "stored"  # but in the stage that runs each of them
        for stage, command in commands:
            command = for_lesson(command, only) if only else command
            print(f"\n{stage}: {command}", flush=True)
            tool, started = [str(PYTHON), "-m", *command.split()], time.perf_counter()
            code = subprocess.call(tool, cwd=str(ROOT), env=environment)
            code = 0 if only and code == NOTHING_FOUND else code
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
    what = "lab: open JupyterLab; test: run the tests; bridge: set up a library of part 5; pins: "
    what += "renew constraints.txt"
    add("command", choices=["lab", "test", "bridge", "pins"], help=what)
    which = "lab: a lesson, by number or name, or a notebook; test: a lesson, or stages; bridge: a library"
    add("names", nargs="*", metavar="NAME", help=which)
    add("--no-browser", action="store_true", help="lab: print the address, open no browser")
    add("--port", type=int, metavar="N", help="lab: the port to use, or the next that is free")
    large = "on Linux, take a torch with CUDA (2.7 GB) if the small one can't be had"
    add("--allow-large-torch", action="store_true", help=large)
    if not arguments:
        print(__doc__)
        parser.exit()
    given = parser.parse_intermixed_args(arguments)
    if given.command == "test":
        others = [name for name in given.names if name not in STAGES]
        unknown = [name for name in others if not lesson(name)]
        if unknown:
            known = f"{', '.join(STAGES)}; or a lesson, {', '.join(lessons())}"
            parser.error(f"test wants a stage, {known}; got {unknown[0]}")
        if len(others) > 1:
            parser.error(f"test takes one lesson at a time, got {' '.join(others)}")
    if given.command == "lab" and len(given.names) > 1:
        parser.error(f"lab opens one notebook, got {' '.join(given.names)}")
    if given.command == "bridge":
        if len(given.names) > 1:
            parser.error(f"bridge sets up one library, got {' '.join(given.names)}")
        if given.names and given.names[0] not in bridges():
            parser.error(f"bridge wants one of {', '.join(bridges())}; got {given.names[0]}")
    if given.port is not None and not 1 <= given.port <= 65535:
        parser.error(f"--port must be from 1 to 65535, got {given.port}")
    return given


def main(arguments=None):
    """Do what the command line says; return the exit code."""
    given = read_command_line(sys.argv[1:] if arguments is None else arguments)
    try:
        if given.command == "pins":
            return pins(given.allow_large_torch)
        if given.command == "bridge":
            return bridge(next(iter(given.names), None), given.allow_large_torch)
        if given.command == "lab":
            path = notebook_to_open(*given.names or ["00"])
            set_up(["core"], given.allow_large_torch)
            for stem in copy_lessons():
                print(
                    f"{stem} has changed. Yours is kept: rename my/{stem}.ipynb to get the new one."
                )
            return lab(lab_command(path, port=given.port, browser=not given.no_browser))
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
