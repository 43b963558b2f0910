"""The command lines of `lab` and `test`, and what reaches the programs that they start."""

import re
import shutil
import subprocess
import sys

import pytest


def test_the_lab_listens_on_this_machine_only_and_keeps_its_token(course):
    command = course.lab_command()
    assert "--ServerApp.ip=127.0.0.1" in command
    assert f"--ServerApp.root_dir={course.ROOT}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    assert not [word for word in command if "token" in word.lower() or "password" in word.lower()]
    assert not [word for word in command if word.startswith("--ServerApp.port")]


def test_the_lab_opens_a_browser_unless_told_not_to(course):
    assert "--no-browser" not in course.lab_command()
    assert "--no-browser" in course.lab_command(browser=False)
    assert "--ServerApp.port=8899" in course.lab_command(port=8899)


def test_a_notebook_may_be_named_from_the_course_or_from_the_current_folder(course, monkeypatch):
    (course.ROOT / "notebooks" / "12 é.ipynb").write_text("{}")
    page = "--LabApp.default_url=/lab/tree/notebooks/12%20%C3%A9.ipynb"
    monkeypatch.chdir(course.ROOT.parent)
    assert page in course.lab_command("notebooks/12 é.ipynb")
    monkeypatch.chdir(course.ROOT / "notebooks")
    assert page in course.lab_command("12 é.ipynb")


def test_the_first_notebook_is_this_courses_even_from_the_folder_of_another(course, monkeypatch):
    other = course.ROOT.parent / "another clone"
    shutil.copytree(course.ROOT, other)
    monkeypatch.chdir(other)
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in course.lab_command()


@pytest.mark.parametrize("name", ["notebooks/99.ipynb", "notebooks", "../outside.ipynb"])
def test_a_notebook_that_is_no_file_of_the_course_is_refused(course, name):
    (course.ROOT.parent / "outside.ipynb").write_text("{}")
    with pytest.raises(course.Stop, match="must be a file of the course, got"):
        course.lab_command(name)


def test_the_lab_reads_no_settings_that_could_switch_its_token_off(course, monkeypatch):
    started = {}
    monkeypatch.setenv("JUPYTER_TOKEN", "")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "elsewhere")
    monkeypatch.setattr(course.os, "chdir", lambda path: None)
    monkeypatch.setattr(course.os, "name", "posix")
    monkeypatch.setattr(course.os, "execve", lambda *given: started.update(environment=given[2]))
    monkeypatch.setattr(course.signal, "signal", lambda *given: None)
    monkeypatch.setattr(course.subprocess, "call", lambda *given, **more: 0)
    course.lab(["python", "-m", "jupyterlab"])
    environment = started["environment"]
    assert environment["JUPYTER_CONFIG_DIR"] == str(course.VENV / "jupyter")
    assert not {"JUPYTER_TOKEN", "JUPYTER_CONFIG_PATH"} & set(environment)


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
        (["test", "units"], "a stage must be one of lint, .* got units"),
        (["lab", "a.ipynb", "b.ipynb"], "lab opens one notebook"),
        (["lab", "--port", "70000"], "--port must be from 1 to 65535, got 70000"),
        (["lab", "--port", "0"], "--port must be from 1 to 65535, got 0"),
        ([], "required"),
    ],
)
def test_a_wrong_command_line_is_answered_in_one_sentence(course, capsys, line, problem):
    with pytest.raises(SystemExit) as ended:
        course.read_command_line(line)
    assert ended.value.code == 2
    assert re.search(problem, capsys.readouterr().err)


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
    assert [c[-1] for c, _ in stages] == ["tests/unit", "tests/environment", "tests/checks"]


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
    order = ["lint", "types", "unit", "checks", "widgets", "notebooks", "injected", "browser"]
    assert list(course.STAGES) == order
    commands = [c for stage in course.STAGES.values() for c in stage]
    for folder in ("unit", "environment", "checks", "widgets", "notebooks", "browser"):
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
    assert all(len([w for w in c.split()[1:] if not w.startswith("-")]) == 1 for c in tests)
