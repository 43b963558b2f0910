"""The libraries of part 5, each in an environment of its own: what is listed, refused, installed, kept."""

import re
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

PINS = """# what: A library
# python: 3.9 to 3.14
# gigabytes: 0.0
# minutes: 1
# seen: 2026-11-29
library==1.0
"""


FACTS = {"what", "python", "gigabytes", "minutes", "seen"}


@pytest.fixture
def bridged(course, monkeypatch):
    """The calls of pip for the bridge ``library``; nothing is installed."""
    calls = []
    (course.ROOT / "bridges").mkdir()
    (course.ROOT / "bridges" / "library.txt").write_text(PINS)
    monkeypatch.setattr(course, "make_venv", lambda: course.VENV.mkdir(exist_ok=True))
    monkeypatch.setattr(course, "venv_version", lambda: "3 11" if course.VENV.exists() else None)
    monkeypatch.setattr(course, "pip", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(course, "install_torch", lambda allow_large: calls.append("torch"))
    return calls


def test_a_bridge_is_set_up_once_beside_the_course(course, bridged, capsys):
    core = course.VENV
    assert course.main(["bridge", "library"]) == 0
    pins = str(course.ROOT / "bridges" / "library.txt")
    assert bridged == [("install", "--no-deps", "-r", pins)]
    assert (course.ROOT / ".venv-library" / "set-up.stamp").exists() and not core.exists()
    said = capsys.readouterr().out
    assert "about 1 minutes and 0.0 GB of disk" in said and "A library is set up" in said
    assert course.main(["bridge", "library"]) == 0 and len(bridged) == 1
    assert "A library is there" in capsys.readouterr().out


def test_a_library_that_fits_is_added_to_the_course(course, bridged, monkeypatch, capsys):
    parts = []
    monkeypatch.setattr(course, "set_up", lambda names, allow_large: parts.append(names))
    file = course.ROOT / "bridges" / "library.txt"
    file.write_text(
        PINS.replace("library==1.0", "library").replace("# seen", "# beside: the course\n# seen")
    )
    assert course.main(["bridge", "library"]) == 0 and parts == [["core"]]
    assert bridged == [("install", "-c", "constraints.txt", "-r", str(file))]
    assert not (course.ROOT / ".venv-library").exists()
    package = course.VENV / "lib" / "python3.11" / "site-packages" / "library"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    capsys.readouterr()
    course.main(["bridge"])
    assert "A library (set up)" in capsys.readouterr().out


def test_other_pins_and_an_interrupted_set_up_are_installed_again(course, bridged, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(course, "pip", interrupted)
        assert course.main(["bridge", "library"]) == 1
    assert not (course.ROOT / ".venv-library" / "set-up.stamp").exists()
    assert course.main(["bridge", "library"]) == 0
    with (course.ROOT / "bridges" / "library.txt").open("a") as file:
        file.write("other==2.0\n")
    assert course.main(["bridge", "library"]) == 0 and len(bridged) == 2


def test_torch_comes_by_the_way_that_the_course_gets_its_own(course, bridged, monkeypatch):
    monkeypatch.setattr(course.platform, "system", lambda: "Linux")
    with (course.ROOT / "bridges" / "library.txt").open("a") as file:
        file.write("torch\n")
    course.main(["bridge", "library"])
    pin = re.search(r"(?m)^torch==\S+", (course.ROOT / "constraints.txt").read_text()).group()
    assert bridged[0] == "torch" and bridged[1][:3] == ("install", "--no-deps", pin)


def test_the_bridges_are_listed_with_what_they_take(course, bridged, capsys):
    assert course.main(["bridge"]) == 0
    assert "A library (0.0 GB of disk)" in capsys.readouterr().out
    course.main(["bridge", "library"])
    capsys.readouterr()
    course.main(["bridge"])
    assert "A library (set up)" in capsys.readouterr().out
    assert len(bridged) == 1


def test_an_unsupported_python_is_told_which_one_to_take(course, bridged, capsys):
    file = course.ROOT / "bridges" / "library.txt"
    file.write_text(PINS.replace("3.9 to 3.14", "3.7 to 3.9"))
    assert course.main(["bridge", "library"]) == 1
    assert "needs Python 3.7 to 3.9, this is 3" in (said := capsys.readouterr().err)
    assert "python3.9 course.py bridge library" in said and not bridged


def test_a_system_for_which_there_is_no_build_is_told(course, bridged, monkeypatch, capsys):
    file = course.ROOT / "bridges" / "library.txt"
    file.write_text(PINS.replace("# seen", "# systems: Linux, Darwin\n# seen"))
    monkeypatch.setattr(course.platform, "system", lambda: "Windows")
    assert course.main(["bridge", "library"]) == 1 and not bridged
    assert "A library runs on Linux, Darwin" in capsys.readouterr().err
    monkeypatch.setattr(course.platform, "system", lambda: "Darwin")
    assert course.main(["bridge", "library"]) == 0 and len(bridged) == 1


def test_a_full_disk_is_told_before_anything_is_made(course, bridged, capsys):
    (course.ROOT / "bridges" / "library.txt").write_text(PINS.replace(": 0.0", ": 1000000"))
    assert course.main(["bridge", "library"]) == 1
    assert "needs 1000000 GB of disk" in capsys.readouterr().err
    assert not (course.ROOT / ".venv-library").exists() and not bridged


@pytest.mark.parametrize(("needed", "code"), [("3.1", 1), ("2.9", 0)])
def test_gigabytes_are_billions_of_bytes(course, bridged, monkeypatch, capsys, needed, code):
    monkeypatch.setattr(course.shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000_000))
    (course.ROOT / "bridges" / "library.txt").write_text(PINS.replace(": 0.0", f": {needed}"))
    assert course.main(["bridge", "library"]) == code
    assert ("where 3.0 GB are free" in capsys.readouterr().err) == bool(code)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (["bridge", "nothing"], "bridge wants one of library; got nothing"),
        (["bridge", "library", "other"], "bridge sets up one library, got library other"),
    ],
)
def test_a_wrong_bridge_is_answered_in_one_sentence(course, bridged, capsys, line, problem):
    with pytest.raises(SystemExit):
        course.main(line)
    assert problem in capsys.readouterr().err


def test_every_bridge_of_the_course_says_what_it_is_and_pins_everything(root):
    files = sorted((root / "bridges").glob("*.txt"))
    constraints = (root / "constraints.txt").read_text("utf-8")
    assert files and [f.stem for f in files] == sorted(
        f.stem for f in (root / "bridges").glob("*.py")
    )
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        facts = dict(re.match(r"# (\w+): (.+)", line).groups() for line in lines if line[:1] == "#")
        beside, systems = facts.pop("beside", None), facts.pop("systems", "Linux")
        assert beside in (None, "the course") and set(facts) == FACTS, file.name
        assert set(systems.split(", ")) <= {"Linux", "Darwin", "Windows"}, (
            "as platform.system() says"
        )
        assert re.fullmatch(r"3\.\d+ to 3\.\d+", facts["python"])
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", facts["seen"])
        assert float(facts["gigabytes"]) > 0 and int(facts["minutes"]) > 0
        for line in lines:
            if line[:1] != "#" and beside:
                assert re.search(rf"(?m)^{line}==", constraints), (file.name, line)
            elif line[:1] != "#" and line != "torch":  # torch's pin is the course's
                assert str(Requirement(line).specifier).startswith("=="), (file.name, line)
        assert (root / "bridges" / f"{file.stem}.npz").exists(), "the stored result"


def test_git_ignores_what_the_bridges_make(root):
    assert "/.venv-*/" in (root / ".gitignore").read_text("utf-8").split()
