"""The files of a new lesson are laid out as the course has them, and nothing is overwritten."""

import shutil
import subprocess
import sys

import nbformat
import pytest

from tests import new_lesson
from tests.lesson_map import NOTEBOOKS, ROOT


def test_a_new_lesson_has_the_files_that_every_lesson_has(tmp_path):
    for stem in NOTEBOOKS:
        written = new_lesson.lay_out(stem[:2], "new_stem", "New", tmp_path / stem)
        assert (tmp_path / stem / "lessons" / "widgets").exists() == (stem[0] != "5")
        for path in written:
            name = (
                path.relative_to(tmp_path / stem).as_posix().replace(f"{stem[:2]}_new_stem", stem)
            )
            theirs = ROOT / name.replace("new_stem", stem[3:])
            assert theirs.name == "first_step.py" or theirs.exists(), theirs
    new_lesson.lay_out("22", "client_drift", "Client drift", tmp_path)
    assert new_lesson.lay_out("22", "client_drift", "Client drift", tmp_path) == []


def test_what_is_laid_out_is_valid_and_formatted(tmp_path):
    written = new_lesson.lay_out("22", "client_drift", "Client drift", tmp_path)
    for path in written:
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.read(path, as_version=4))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    alone = ["check", "--ignore", "I001", "."]  # what is ours cannot be seen from there
    for command in (alone, ["format", "--check", "."]):
        run = [sys.executable, "-m", "ruff", *command]
        answer = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout


def test_its_first_check_tells_right_from_wrong(tmp_path):
    new_lesson.lay_out("22", "client_drift", "Client drift", tmp_path)
    names = {}
    file = tmp_path / "lessons" / "checks" / "client_drift" / "first_step.py"
    exec(file.read_text("utf-8"), names)
    assert names["first_step"].verdict(lambda *, x: x + x).correct
    assert names["first_step"].verdict(lambda *, x: x * x).code == "squared"
    assert names["first_step"].verdict(lambda *, x: 2.0 * int(x)).state == "not yet"


@pytest.mark.parametrize("bad", [["2", "drift"], ["22", "Client Drift"], ["22"]])
def test_a_bad_number_or_name_is_refused(bad, capsys):
    with pytest.raises(SystemExit):
        new_lesson.main(bad)
    assert "error" in capsys.readouterr().err
