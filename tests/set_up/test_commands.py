"""The command lines of `lab` and `test`, and what reaches the programs that they start."""

import json
import re
import subprocess
import sys

import pytest

FIRST = "00_start_here"
CELLS = [{"cell_type": "code", "source": ["1 + 1"], "outputs": [], "metadata": {}}]


def write(path, source="1 + 1", **more):
    """Write a notebook of one cell."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [{**CELLS[0], "source": source, **more}]}), "utf-8")
    return path


@pytest.fixture
def twelve(course):
    """Write a lesson 12 into the course; return its file."""
    return write(course.ROOT / "notebooks" / "12_laplace_mechanism.ipynb")


def test_the_lab_listens_on_this_machine_only_and_keeps_its_token(course):
    command = course.lab_command(course.MINE / f"{FIRST}.ipynb")
    assert "--ServerApp.ip=127.0.0.1" in command
    assert f"--ServerApp.root_dir={course.ROOT}" in command
    assert "--LabApp.default_url=/lab/tree/my/00_start_here.ipynb" in command
    assert not [word for word in command if "token" in word.lower() or "password" in word.lower()]
    assert not [word for word in command if word.startswith("--ServerApp.port")]


def test_the_lab_opens_a_browser_unless_told_not_to(course):
    path = course.MINE / "12 é.ipynb"
    assert "--no-browser" not in course.lab_command(path)
    assert "--no-browser" in course.lab_command(path, browser=False)
    assert "--ServerApp.port=8899" in course.lab_command(path, port=8899)
    assert "--LabApp.default_url=/lab/tree/my/12%20%C3%A9.ipynb" in course.lab_command(path)


@pytest.mark.parametrize(
    "name",
    ["12", "laplace_mechanism", "12_laplace_mechanism", "notebooks/12_laplace_mechanism.ipynb"],
)
def test_a_lesson_is_opened_by_number_or_name_as_the_learners_copy(course, twelve, name):
    assert course.notebook_to_open(name) == course.MINE / "12_laplace_mechanism.ipynb"


def test_another_notebook_is_opened_from_the_course_or_from_the_current_folder(
    course, twelve, monkeypatch
):
    solution = write(course.ROOT / "solutions" / "12_laplace_mechanism.ipynb")
    monkeypatch.chdir(course.ROOT.parent)
    assert course.notebook_to_open("solutions/12_laplace_mechanism.ipynb") == solution
    monkeypatch.chdir(course.ROOT)
    (course.ROOT / "solutions" / "notes.ipynb").write_text("{}")
    monkeypatch.chdir(course.ROOT / "solutions")
    assert course.notebook_to_open("notes.ipynb") == course.ROOT / "solutions" / "notes.ipynb"


@pytest.mark.parametrize("name", ["99", "notebooks", "../outside.ipynb", "course.py", ""])
def test_what_is_no_notebook_of_the_course_is_answered_with_the_lessons(course, twelve, name):
    (course.ROOT.parent / "outside.ipynb").write_text("{}")
    with pytest.raises(course.Stop, match=r"(?s)no lesson .*00_start_here\n  12_laplace_mechanism"):
        course.notebook_to_open(name)


def test_each_lesson_is_copied_once_and_what_the_learner_did_stays(course, twelve):
    assert course.copy_lessons() == []
    mine = course.MINE / twelve.name
    assert mine.read_text() == twelve.read_text()
    write(mine, "my answer")
    assert course.copy_lessons() == []
    assert "my answer" in mine.read_text()
    mine.unlink()
    assert course.copy_lessons() == []
    assert mine.read_text() == twelve.read_text()


def test_an_update_replaces_an_untouched_copy_and_names_the_one_that_it_leaves(course, twelve):
    course.copy_lessons()
    mine, first = course.MINE / twelve.name, course.MINE / f"{FIRST}.ipynb"
    write(mine, "my answer")
    write(first, "1 + 1")
    course.copy_lessons()
    write(twelve, "a better lesson")
    write(course.ROOT / "notebooks" / first.name, "better too")
    kept = course.copy_lessons()
    assert "my answer" in mine.read_text() and "12_laplace_mechanism" in kept


def test_running_and_saving_a_lesson_is_no_work_that_an_update_has_to_keep(course, twelve):
    course.copy_lessons()
    mine = course.MINE / twelve.name
    write(mine, ["1 ", "+ 1"], outputs=[{"text": "2"}], metadata={"trusted": True})
    write(twelve, "a better lesson")
    assert course.copy_lessons() == []
    assert "a better lesson" in mine.read_text()


def test_a_damaged_copy_is_left_alone_and_stops_nothing(course, twelve):
    course.copy_lessons()
    mine = course.MINE / twelve.name
    mine.write_text('{"cells": [')
    write(twelve, "a better lesson")
    assert course.copy_lessons() == ["12_laplace_mechanism"]
    assert mine.read_text() == '{"cells": ['
    (course.MINE / ".copied.json").unlink()  # nor does it when nobody knows where it came from
    assert course.copy_lessons() == [] and mine.read_text() == '{"cells": ['


def test_starts_at_the_same_moment_never_read_half_a_copy(course, twelve):
    write(twelve, "x = 1\n" * 20_000)
    code = "import runpy; runpy.run_path('course.py')['copy_lessons']()"
    command = [sys.executable, "-c", code]
    starts = [subprocess.Popen(command, cwd=course.ROOT) for _ in range(6)]
    assert [start.wait() for start in starts] == [0] * 6
    assert (course.MINE / twelve.name).read_text() == twelve.read_text()
    assert not list(course.MINE.glob("*.new"))


SERVER = """
import json, os, pathlib, sys, time
print("much that Jupyter says")
runtime = pathlib.Path(os.environ["JUPYTER_RUNTIME_DIR"])
(runtime / "jpserver-7.json").write_text(json.dumps({"url": "http://127.0.0.1:1/", "token": "t"}))
time.sleep(0.5)
"""


@pytest.fixture
def quiet_signals(course, monkeypatch):
    monkeypatch.setattr(course.signal, "signal", lambda *given: None)
    course.VENV.mkdir()


def fake_lab(course, script):
    """Return a command line whose fourth word is the page, as JupyterLab's has it."""
    return [sys.executable, "-c", script, "--LabApp.default_url=/lab/tree/my/00_start_here.ipynb"]


def test_the_lab_prints_its_address_and_nothing_else(course, quiet_signals, capfd):
    assert course.lab(fake_lab(course, SERVER)) == 0
    out, err = capfd.readouterr()
    page = "http://127.0.0.1:1/lab/tree/my/00_start_here.ipynb?token=t"
    assert out == f"JupyterLab is at {page}  (Ctrl-C stops it)\n" and err == ""
    assert "much that Jupyter says" in (course.VENV / "jupyter.log").read_text()


def test_a_lab_that_does_not_start_says_why(course, quiet_signals):
    with pytest.raises(course.Stop, match=r"(?s)did not start.*no module named lab"):
        course.lab(fake_lab(course, "raise SystemExit('no module named lab')"))


def test_the_lab_reads_no_settings_that_could_switch_its_token_off(
    course, quiet_signals, monkeypatch
):
    monkeypatch.setenv("JUPYTER_TOKEN", "")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "elsewhere")
    show = "import os; print({k: v for k, v in os.environ.items() if k.startswith('JUPYTER_')})"
    course.lab(fake_lab(course, show + SERVER))
    seen = (course.VENV / "jupyter.log").read_text().replace("\\\\", "\\")
    assert str(course.VENV / "jupyter") in seen
    assert "JUPYTER_TOKEN" not in seen and "elsewhere" not in seen


def test_the_list_of_files_is_closed_at_the_first_start_only(course, quiet_signals):
    course.lab(fake_lab(course, SERVER))
    layout = next((course.VENV / "jupyter" / "lab" / "workspaces").iterdir())
    assert json.loads(layout.read_text())["data"]["layout-restorer:data"]["left"]["collapsed"]
    layout.write_text("the learner's")
    course.lab(fake_lab(course, SERVER))
    assert layout.read_text() == "the learner's"


def test_settings_of_other_installations_do_not_reach_ours(course, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "MPLBACKEND", "PYTEST_ADDOPTS", "JUPYTER_PATH"):
        monkeypatch.setenv(name, "foreign")
    monkeypatch.setenv("PIP_FIND_LINKS", "kept")
    environment = course.clean_environment()
    assert "foreign" not in environment.values()
    assert environment["PIP_FIND_LINKS"] == "kept"
    assert environment["OMP_NUM_THREADS"] == "1"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (["test", "units"], "test wants a stage, lint, .* 00_start_here; got units"),
        (["test", "99"], "got 99"),
        (["test", "00", "start_here"], "one lesson at a time"),
        (["lab", "a.ipynb", "b.ipynb"], "lab opens one notebook"),
        (["lab", "--port", "70000"], "--port must be from 1 to 65535, got 70000"),
        (["lab", "--port", "0"], "--port must be from 1 to 65535, got 0"),
        (["open"], "invalid choice"),
    ],
)
def test_a_wrong_command_line_is_answered_in_one_sentence(course, capsys, line, problem):
    with pytest.raises(SystemExit) as ended:
        course.read_command_line(line)
    assert ended.value.code == 2
    assert re.search(problem, capsys.readouterr().err)


def test_the_launcher_alone_shows_its_commands(course, capsys):
    with pytest.raises(SystemExit) as ended:
        course.main([])
    assert not ended.value.code
    shown = capsys.readouterr().out
    assert "python course.py lab" in shown and "python course.py test" in shown


def test_options_may_stand_before_and_after_the_names(course):
    given = course.read_command_line(["lab", "--port", "9000", "a.ipynb", "--no-browser"])
    assert (given.names, given.port, given.no_browser) == (["a.ipynb"], 9000, True)


# --- stages --------------------------------------------------------------------------------------


@pytest.fixture
def stages(course, monkeypatch):
    """The commands that ``test`` runs; those with *bad* in them fail."""
    ran = []

    def call(command, **options):
        ran.append((command, options))
        return 3 if "bad" in command else 0

    monkeypatch.setattr(course.subprocess, "call", call)
    return ran


def test_all_stages_run_in_order_in_the_virtual_environment_and_from_the_course(
    course, stages, capsys
):
    assert course.test([]) == 0
    assert [" ".join(c[2:]) for c, _ in stages] == [c for s in course.STAGES.values() for c in s]
    assert {c[0] for c, _ in stages} == {str(course.PYTHON)}
    assert {options["cwd"] for _, options in stages} == {str(course.ROOT)}
    assert capsys.readouterr().out.rstrip().endswith("All passed.")


def test_named_stages_run_alone_and_in_order(course, stages):
    course.test(["checks", "unit"])
    assert [c[-1] for c, _ in stages] == ["tests/unit", "tests/set_up", "tests/checks"]


def test_the_tests_of_one_lesson_run_in_every_stage_and_on_its_notebooks_only(
    course, stages, twelve
):
    course.test(["12"])
    assert len(stages) == sum(map(len, course.STAGES.values()))
    last = [command[-1] for command, _ in stages]
    for folder in ("notebooks", "solutions"):
        assert f"{folder}/12_laplace_mechanism.ipynb" in last and folder not in last
    assert {options["env"]["COURSE_LESSON"] for _, options in stages} == {"12_laplace_mechanism"}
    stages.clear()
    course.test(["checks", "laplace_mechanism"])
    assert [command[-1] for command, _ in stages] == ["tests/checks"]
    assert stages[0][1]["env"]["COURSE_LESSON"] == "12_laplace_mechanism"


def test_a_stage_without_a_test_of_the_lesson_passes_and_a_stage_without_any_fails(
    course, twelve, monkeypatch
):
    monkeypatch.setattr(course.subprocess, "call", lambda *given, **more: course.NOTHING_FOUND)
    assert course.test(["unit", "12"]) == 0
    assert course.test(["unit"]) == 1


def test_the_first_failure_ends_the_run_and_is_named_last(course, stages, monkeypatch, capsys):
    monkeypatch.setattr(course, "STAGES", {"a": ["ok"], "b": ["bad", "never"], "c": ["ok"]})
    assert course.test([]) == 1
    assert [c[2] for c, _ in stages] == ["ok", "bad"]
    assert capsys.readouterr().out.rstrip().endswith("Failed: b")


def test_the_tests_see_nobodys_jupyter_settings(course, stages):
    course.test(["lint"])
    environment = stages[0][1]["env"]
    folders = {environment[n] for n in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    assert len(folders) == 1 and not str(folders).startswith(str(course.ROOT))


def test_every_stage_that_the_design_names_is_there(course):
    order = "lint types unit bridges checks widgets notebooks solved browser"
    assert " ".join(course.STAGES) == order
    commands = [c for stage in course.STAGES.values() for c in stage]
    for folder in ("unit", "bridges", "checks", "widgets", "notebooks", "browser"):
        assert any(c.endswith(f" tests/{folder}") for c in commands), folder
    for folder in ("notebooks", "solutions"):
        assert any("--nbval " in c and c.endswith(" " + folder) for c in commands), folder


def test_a_folder_without_a_test_is_a_failure(tmp_path, course):
    """Each pytest command names one folder, and pytest's exit code for nothing found is not 0."""
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "empty"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert answer.returncode == 5
    tests = [c for stage in course.STAGES.values() for c in stage if c.startswith("pytest")]
    assert all(c.count(" tests/") + c.endswith((" notebooks", " solutions")) == 1 for c in tests)


# --- pins ----------------------------------------------------------------------------------------


def test_pins_are_renewed_and_those_of_other_systems_stay(course, monkeypatch, capsys):
    file, seen = course.ROOT / "constraints.txt", []
    header = [line for line in file.read_text().splitlines() if line[:1] == "#"]
    marked = [line for line in file.read_text().splitlines() if ";" in line and line[0] != "#"]
    monkeypatch.setattr(course, "set_up", lambda parts, large: seen.append(file.read_text()))
    frozen = "numpy==9.9\nsoupsieve==9.9\ntorch==9.9.9+cpu\n"
    monkeypatch.setattr(course, "ask", lambda command: (0, frozen, ""))
    course.VENV.mkdir()
    assert course.main(["pins"]) == 0
    assert not course.VENV.exists() and "numpy==" not in seen[0]
    new = file.read_text().splitlines()
    assert new == [*header, "numpy==9.9", "torch==9.9.9", *marked]
    assert seen[1] == file.read_text()


def test_pins_that_cannot_be_renewed_stay_as_they_were(course, monkeypatch):
    file = course.ROOT / "constraints.txt"
    before = file.read_text()

    def interrupted(parts, large):
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "set_up", interrupted)
    assert course.main(["pins"]) == 1
    assert file.read_text() == before
