"""The course's notebooks as the tests see them: lessons, their solutions, exercises and answers."""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
STUB = re.compile(r"^(exercise|question)-(.+)$")


def read(path):
    """The notebook at ``path``."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The code cells in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def by_id(notebook):
    """Cell id -> cell."""
    return {cell.id: cell for cell in notebook.cells}


def stubs(notebook):
    """Give the cell that the learner fills in, by key "12-2"."""
    return {match.group(2): cell for cell in code_cells(notebook) if (match := STUB.match(cell.id))}


def answers(notebook):
    """Give the worked answer's cell in a solutions notebook, by key "12-2"."""
    return {
        cell.id.removeprefix("answer-"): cell
        for cell in code_cells(notebook)
        if cell.id.startswith("answer-")
    }


def verdict_cells(notebook):
    """The cells that show a check's card: check cells, and questions that hold their check."""
    return [cell for cell in code_cells(notebook) if cell.id.startswith(("check-", "question-"))]


def solution_of(lesson):
    """The path of a lesson's worked solutions."""
    return ROOT / "solutions" / lesson.name


def with_answers(lesson):
    """The lesson's notebook with every stub replaced by its worked answer."""
    notebook, worked = read(lesson), answers(read(solution_of(lesson)))
    for key, cell in stubs(notebook).items():
        cell.source = worked[key].source
    return notebook


def shown(cell):
    """What the cell showed, as plain text."""
    texts = []
    for output in cell.outputs:
        texts.append(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
    return "\n".join(texts)
