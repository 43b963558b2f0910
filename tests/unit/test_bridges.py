"""Arrays to a script in another environment and back: what comes, what goes wrong, what stays behind."""

import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from lessons import bridges

DOUBLE = """
import sys
import numpy as np
given = np.load(sys.argv[1])
np.savez(sys.argv[2], **{key: 2 * given[key] for key in given.files})
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with the bridge ``double``, set up: its Python is this one."""
    monkeypatch.delenv("COURSE_BRIDGES", raising=False)
    monkeypatch.setattr(bridges, "ROOT", tmp_path)
    monkeypatch.setattr(bridges, "SCRIPTS", tmp_path / "bridges")
    (tmp_path / "bridges").mkdir()
    write(tmp_path, DOUBLE)
    (tmp_path / "bridges" / "double.txt").write_text("# what: Double\n")
    (tmp_path / ".venv-double").mkdir()
    (tmp_path / ".venv-double" / "set-up.stamp").write_text(repr("# what: Double\n"))
    monkeypatch.setattr(bridges, "python_of", lambda name: Path(sys.executable))
    return tmp_path


def write(course, script):
    (course / "bridges" / "double.py").write_text(script)


def test_arrays_go_there_and_come_back(course):
    x, flag = np.array([[1.5, -2.0]]), np.array(True)
    answer = bridges.ask("double", {"x": x, "n": 3, "flag": flag, "none": np.zeros((0, 2))})
    assert set(answer) == {"x", "n", "flag", "none"}
    assert np.array_equal(answer["x"], 2 * x) and answer["x"].dtype == float
    assert answer["n"] == 6 and answer["flag"] == 2 and answer["none"].shape == (0, 2)


def test_a_missing_environment_gives_the_stored_result_and_names_the_command(course, capsys):
    (course / ".venv-double" / "set-up.stamp").unlink()
    with pytest.raises(
        RuntimeError, match=r"no stored result: run `python course.py bridge double`"
    ):
        bridges.ask("double", {"x": 1})
    store(course, x=7.0)
    assert bridges.ask("double", {"x": 1})["x"] == 7
    assert "python course.py bridge double" in capsys.readouterr().out


def test_a_missing_value_is_the_same_input_again(course):
    (course / ".venv-double" / "set-up.stamp").unlink()
    np.savez(course / "bridges" / "double.npz", **{"given.x": [1.0, np.nan], "x": [2.0, np.nan]})
    assert bridges.ask("double", {"x": [1.0, np.nan]})["x"][0] == 2
    with pytest.raises(ValueError, match="something else"):
        bridges.ask("double", {"x": [np.nan, 1.0]})


def store(course, x):
    np.savez(course / "bridges" / "double.npz", **{"given.x": 1.0, "x": x})


@pytest.mark.parametrize(
    "given", [{"x": 1.1}, {"x": 1.00001}, {"x": [1.0]}, {}, {"x": 1, "y": 2}, {"y": 1}]
)
def test_a_stored_result_is_not_given_for_another_input(course, given):
    (course / ".venv-double" / "set-up.stamp").unlink()
    store(course, x=7.0)
    with pytest.raises(ValueError, match="given must be what the stored result was made from"):
        bridges.ask("double", given)


def test_a_damaged_stored_result_is_told_as_such(course):
    (course / ".venv-double" / "set-up.stamp").unlink()
    store(course, x=7.0)
    path = course / "bridges" / "double.npz"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(RuntimeError, match=r"double\.npz is damaged"):
        bridges.ask("double", {"x": 1.0})


def test_an_answer_is_stored_with_its_question_when_that_is_asked_for(course, monkeypatch):
    bridges.ask("double", {"x": 4})
    assert not (course / "bridges" / "double.npz").exists()
    monkeypatch.setenv("COURSE_BRIDGES", "renew")
    bridges.ask("double", {"x": 4})
    assert bridges.stored("double") == ({"x": 4}, {"x": 8})


def test_the_stored_result_can_be_asked_for_where_the_library_is_there(course, monkeypatch, capsys):
    store(course, x=7.0)
    monkeypatch.setenv("COURSE_BRIDGES", "stored")
    assert bridges.ask("double", {"x": 1})["x"] == 7
    assert "Stored result" in capsys.readouterr().out
    with pytest.raises(ValueError, match="given must be what the stored result was made from"):
        bridges.ask("double", {"x": 2})


def test_a_library_beside_the_course_runs_in_its_python(course, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(bridges, "ROOT", course)
    monkeypatch.setattr(bridges, "SCRIPTS", course / "bridges")
    (course / "bridges" / "double.txt").write_text("# what: Double\n# beside: the course\n")
    assert bridges.python_of("double") == Path(sys.executable) and not bridges.is_set_up("double")
    (course / "bridges" / "numpy.txt").write_text("# beside: the course\nnumpy\n")
    assert bridges.is_set_up("numpy")
    (course / "bridges" / "numpy.txt").write_text("numpy==1.0\n")
    assert not bridges.is_set_up("numpy")


def test_the_code_of_a_script_can_be_read(course):
    write(
        course,
        "import sys\n\n\nasync def one():\n    return 1\n\n\ndef two():\n    return 2  # !\n",
    )
    said = bridges.show("double", "two", "one").data
    assert "async def one():\n    return 1\n" in said
    assert "def two():\n    return 2" in said and said.index("two") < said.index("one")
    assert said.startswith("```python\n# bridges/double.py\n") and "import sys" not in said
    with pytest.raises(ValueError, match="functions must be of one, two, got 'three'"):
        bridges.show("double", "three")


def test_a_script_that_is_called_like_its_library_does_not_import_itself(course):
    write(
        course, "import importlib.util, sys\nsys.exit(importlib.util.find_spec('double') is None)"
    )
    with pytest.raises(RuntimeError, match="double ended with code 1"):  # there is no other double
        bridges.run("double", {}, seconds=30)


def test_an_environment_whose_python_is_gone_counts_as_missing(course, monkeypatch):
    assert bridges.is_set_up("double")
    monkeypatch.setattr(bridges, "python_of", lambda name: course / "gone")
    assert not bridges.is_set_up("double")
    with pytest.raises(RuntimeError, match="double does not start: "):
        bridges.run("double", {}, seconds=5)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("raise SystemExit(3)", "double ended with code 3: without a word"),
        ("1 / 0", "double ended with code 1: ZeroDivisionError: division by zero"),
        ("import no_such_library", "double ended with code 1: ModuleNotFoundError: No module"),
        ("pass", "double has not answered with arrays"),
        ("import sys; open(sys.argv[2], 'wb').write(b'PK')", "has not answered with arrays"),
        (
            "import sys, numpy\nnumpy.savez(sys.argv[2], x=numpy.array([object()]))",
            "double has not answered with arrays",
        ),
    ],
)
def test_a_script_that_fails_is_told_in_one_sentence(course, script, says):
    write(course, script)
    with pytest.raises(RuntimeError, match=says) as caught:
        bridges.ask("double", {"x": 1})
    assert "\n" not in str(caught.value)


def test_an_answer_is_taken_though_something_keeps_the_output_open(course):
    child = f"subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(600)', {str(course)!r}])"
    write(course, f"import subprocess\n{child}" + DOUBLE)
    assert bridges.ask("double", {"x": 1}, seconds=30)["x"] == 2
    assert not left(course)


def test_old_pins_are_not_set_up(course):
    assert bridges.is_set_up("double")
    with (course / "bridges" / "double.txt").open("a") as file:
        file.write("other==2.0\n")
    assert not bridges.is_set_up("double")


def test_a_script_that_hangs_is_ended_with_all_that_it_started(course):
    child = f"subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(600)', {str(course)!r}])"
    write(course, f"import subprocess, time\n{child}\ntime.sleep(600)")
    start = time.monotonic()
    with pytest.raises(RuntimeError, match=r"double has not answered within 1\.5 seconds"):
        bridges.ask("double", {}, seconds=1.5)
    assert time.monotonic() - start < 30
    assert not left(course)


def test_a_script_leaves_no_process_and_no_file_behind(course, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    child = f"subprocess.Popen([{sys.executable!r}, '-c', 'import time; time.sleep(600)', {str(course)!r}], "
    child += "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)"
    write(course, f"import subprocess, pathlib\n{child}\npathlib.Path('x').write_text('')" + DOUBLE)
    assert bridges.ask("double", {"x": 1})["x"] == 2
    assert not left(course) and not list(tmp_path.glob("bridge-*"))


def test_a_script_sees_nothing_personal(course, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "secret")
    write(
        course,
        "import os, sys, numpy\n"
        "assert 'API_TOKEN' not in os.environ and os.environ['HOME'] == os.getcwd()\n"
        "numpy.savez(sys.argv[2], names=numpy.array(sorted(os.environ)))",
    )
    names = set(bridges.ask("double", {})["names"].tolist())
    ours = {"HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "OMP_NUM_THREADS", "PYTHONUTF8"}
    assert names <= ours | set(bridges.KEPT) | {"LC_CTYPE"}


@pytest.mark.parametrize("name", ["", "no_such", "../double", "double.py"])
def test_an_unknown_bridge_is_refused_with_the_known_ones(course, name):
    with pytest.raises(ValueError, match=f"name must be one of double, got {name!r}"):
        bridges.ask(name, {})


def test_what_is_no_number_and_no_time_is_refused(course):
    with pytest.raises(ValueError, match="given must hold arrays of numbers, got x of type <U1"):
        bridges.ask("double", {"x": "a"})
    with pytest.raises(ValueError, match="got x of type object"):
        bridges.ask("double", {"x": np.array([None])})
    with pytest.raises(ValueError, match="seconds must"):
        bridges.ask("double", {}, seconds=0)


def left(course):
    """What the script has started and what still runs: an orphan is nobody's child, its command tells it."""
    time.sleep(0.1)
    every = psutil.process_iter(["cmdline", "status"])
    return [
        one
        for one in every
        if str(course) in (one.info["cmdline"] or []) and one.info["status"] != psutil.STATUS_ZOMBIE
    ]
