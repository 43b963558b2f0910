"""Every lesson with the worked answers in place: all checks say *correct*, within time and memory."""

import json
import os
import re

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from tests.lesson_map import loads_torch
from tests.notebooks.course_notebooks import LESSONS, ROOT, read, shown, verdict_cells, with_answers
from tests.processor_time import within

# A system maps more or less of the files of a process's libraries, as it likes: 50 MB between two
# installations of torch on one machine. So what is mapped is told apart from what the lesson takes.
MAPPED = 120  # MB of libraries, roughly, where nothing tells

MEASURE = f"""
import json, sys, time
mapped = {MAPPED}
try:
    lines = dict(line.split(":") for line in open("/proc/self/status"))
    mapped = int(lines["RssFile"].split()[0]) / 1024
except (OSError, KeyError):
    pass
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    peak = peak / 1024 ** 2 if sys.platform == "darwin" else peak
except ImportError:
    peak = 0.0
cost = dict(own=peak - mapped, mapped=mapped, seconds=time.process_time(), torch="torch" in sys.modules)
print(json.dumps(cost))
"""


def seconds_allowed(stem):
    """Processor time of the whole lesson."""
    return 45 if loads_torch(stem) else 10


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_with_the_worked_answers(lesson, tmp_path):
    """One run, and all that must be true of it: two processes would each run the lesson."""
    notebook = with_answers(lesson)
    notebook.cells.append(new_code_cell(MEASURE))
    NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    cost = json.loads(notebook.cells.pop().outputs[0].text)
    every_check_says_correct(notebook)
    nothing_is_written_to_standard_error(notebook)
    lesson_stays_within_time_and_memory(lesson.stem, cost)
    assert cost["torch"] == loads_torch(lesson.stem), "torch is loaded where the imports say so"


def every_check_says_correct(notebook):
    verdicts = {cell.id: shown(cell) for cell in verdict_cells(notebook)}
    assert verdicts
    wrong = [cell_id for cell_id, card in verdicts.items() if not re.search("^✓", card, re.M)]
    assert wrong == []


def nothing_is_written_to_standard_error(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", (cell.id, output.text)


def lesson_stays_within_time_and_memory(stem, cost):
    print(f"{stem}: {cost['seconds']:.1f} s of processor time, {cost['own']:.0f} MB", end=" ")
    print(f"and {cost['mapped']:.0f} MB of libraries")
    assert cost["own"] <= 600 - MAPPED
    assert within(cost["seconds"], seconds_allowed(stem))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_another_right_answer_drives_the_rest_of_the_lesson(lesson, tmp_path):
    """What a check accepts must not break a later cell: the last other right answer of each exercise."""
    notebook = read(lesson)
    for position, cell in reversed(list(enumerate(notebook.cells))):
        if not cell.id.startswith("check-"):
            continue
        exercise, attempt = re.search(r"checks\.(\w+)\(\s*(\w+)\s*\)", cell.source).groups()
        source = f"from tests.checks.answers import last_right_answer\n{attempt} = "
        source += f"last_right_answer({lesson.stem[3:]!r}, {exercise!r})"
        notebook.cells.insert(position, new_code_cell(source))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute(env=environment)
    cards = [shown(cell) for cell in notebook.cells if cell.id.startswith("check-")]
    assert cards and all(card.startswith("✓") for card in cards)


def test_every_lesson_is_covered():
    assert len(LESSONS) == len(list((ROOT / "notebooks").glob("*.ipynb"))) > 0
