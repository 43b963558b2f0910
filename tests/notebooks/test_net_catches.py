"""The nets themselves: nbval fails when one stored number changes, tidy sees each kind of dirt."""

import copy
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.tidy import METADATA, tidy, untidy

NBVAL = [
    sys.executable,
    "-m",
    "pytest",
    "--nbval",
    "--nbval-current-env",
    "-q",
    "-p",
    "no:cacheprovider",
]


def small_notebook(outputs):
    notebook = new_notebook(metadata=METADATA)
    cell = new_code_cell("print(6 * 7)", execution_count=1, outputs=outputs)
    cell.id = "answer"
    notebook.cells.append(cell)
    return notebook


@pytest.mark.parametrize(("stored", "expected"), [("42\n", 0), ("43\n", 1)])
def test_nbval_notices_one_changed_number(tmp_path, stored, expected):
    path = tmp_path / "one.ipynb"
    nbformat.write(small_notebook([new_output("stream", text=stored)]), path)
    result = subprocess.run([*NBVAL, str(path)], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == expected, result.stdout[-2000:]


def write(path, notebook):
    nbformat.write(notebook, path)
    return path


def test_tidy_notebook_has_no_fault(tmp_path):
    notebook = small_notebook([new_output("stream", text="42\n")])
    assert list(untidy(write(tmp_path / "n.ipynb", notebook))) == []


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (new_output("stream", text="saved in /home/someone/file\n"), "path of one machine"),
        (new_output("stream", text="C:\\Users\\someone\n"), "path of one machine"),
        (new_output("stream", text="<object at 0x7f12ab34cd56>\n"), "memory address"),
        (new_output("stream", text="done at 12:34:56\n"), "time of day"),
        (new_output("stream", name="stderr", text="a warning\n"), "standard error"),
        (new_output("error", ename="KeyError", evalue="x", traceback=[]), "an error is stored"),
        (new_output("display_data", data={"image/png": "aGk="}), "without words"),
        (
            new_output(
                "display_data",
                data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "w"},
            ),
            "live widget",
        ),
    ],
)
def test_each_kind_of_dirt_is_seen(tmp_path, output, fault):
    found = list(untidy(write(tmp_path / "n.ipynb", small_notebook([output]))))
    assert len(found) == 1 and fault in found[0], found


def test_cell_that_was_not_run_or_out_of_order_is_seen(tmp_path):
    for count in (None, 2):
        notebook = small_notebook([])
        notebook.cells[0].execution_count = count
        assert "not run in one go" in next(untidy(write(tmp_path / "n.ipynb", notebook)))


def test_times_and_widget_state_in_the_metadata_are_seen_and_taken_out(tmp_path):
    notebook = small_notebook([])
    notebook.metadata["widgets"] = {"state": {}}
    notebook.cells[0].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    path = write(tmp_path / "n.ipynb", notebook)
    assert len(list(untidy(path))) == 2
    tidy(notebook)
    assert list(untidy(write(path, notebook))) == []


def test_tidy_keeps_the_picture_and_its_words_once():
    bundle = {
        "image/png": "aGk=\n",
        "text/html": "<img>",
        "text/plain": "words",
        "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
    }
    output = new_output("display_data", data=bundle)
    html_only = new_output("display_data", data={"text/html": "<b>card</b>", "text/plain": "card"})
    notebook = small_notebook([output, html_only])
    before = copy.deepcopy(html_only)
    tidy(notebook)
    assert notebook.cells[0].outputs[0].data == {"image/png": "aGk=", "text/plain": "words"}
    assert notebook.cells[0].outputs[1] == before
    assert re.fullmatch(r"\d+", str(notebook.nbformat))


def test_what_was_printed_in_pieces_is_seen_and_put_together(tmp_path):
    printed = [new_output("stream", text=text) for text in ("one\n", "two\n", "three\n")]
    notebook = small_notebook([*printed, new_output("stream", name="stderr", text="a warning\n")])
    assert "in pieces" in next(untidy(write(tmp_path / "n.ipynb", notebook)))
    tidy(notebook)
    outputs = notebook.cells[0].outputs
    assert [output.text for output in outputs] == ["one\ntwo\nthree\n", "a warning\n"]
    assert not any("in pieces" in fault for fault in untidy(write(tmp_path / "n.ipynb", notebook)))
