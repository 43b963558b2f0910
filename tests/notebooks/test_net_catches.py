"""The nets themselves: nbval and its plugin see one changed number, tidy sees each kind of dirt."""

import copy
import html
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.course_notebooks import LESSONS, ROOT, code_cells, read
from tests.notebooks.tidy import METADATA, tidy, untidy
from tests.notebooks.words_of_pictures import left_out, require_same_words, words_of

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


PICTURE = """
from IPython.display import display
png = b"\\x89PNG"
first = display({"text/plain": "one"}, raw=True, display_id=True)
first.update({"image/png": png, "text/plain": "two"}, metadata={"image/png": {"alt": "2 bars"}}, raw=True)
""".strip()


@pytest.mark.parametrize(("alt", "expected"), [("2 bars", 0), ("3 bars", 1)])
def test_words_of_a_picture_are_compared_where_nbval_leaves_it_out(tmp_path, alt, expected):
    stored = new_output(
        "display_data",
        data={"image/png": "aGk=", "text/plain": "two"},
        metadata={"image/png": {"alt": alt}},
    )
    notebook = small_notebook([stored])
    notebook.cells[0].update(source=PICTURE, metadata={"tags": ["nbval-ignore-output"]})
    path = write(tmp_path / "one.ipynb", notebook)
    plugin = [*NBVAL, "-p", "tests.notebooks.words_of_pictures", f"--rootdir={tmp_path}", str(path)]
    result = subprocess.run(plugin, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == expected, result.stdout[-2000:]
    assert ("other words than the stored ones" in result.stdout) == bool(expected)


def with_one_digit_changed(cell):
    """For each stored sentence of a cell that holds a number: the outputs with one digit changed."""
    for number in range(len(cell.outputs)):
        for keys in (("text",), ("data", "text/plain"), ("metadata", "image/png", "alt")):
            outputs = copy.deepcopy(cell.outputs)
            holder = outputs[number]
            for key in keys[:-1]:
                holder = holder.get(key, {})
            last = [one.end() for one in re.finditer(r"\d", holder.get(keys[-1], ""))][-1:]
            for end in last:
                words = holder[keys[-1]]
                digit = str((int(words[end - 1]) + 1) % 10)
                holder[keys[-1]] = words[: end - 1] + digit + words[end:]
                yield outputs


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_one_changed_digit_beside_a_picture_is_seen(path):
    cells = [cell for cell in code_cells(read(path)) if left_out(cell)]
    changed = [
        (cell.outputs, outputs) for cell in cells for outputs in with_one_digit_changed(cell)
    ]
    assert changed or path.stem[0] == "5", "only a bridge may have no picture"
    for stored, outputs in changed:
        require_same_words(stored, copy.deepcopy(stored))
        with pytest.raises(AssertionError, match="other words"):
            require_same_words(stored, outputs)


def test_words_of_a_live_picture_are_compared_with_the_stored_ones():
    cell = next(one for one in code_cells(read(LESSONS[0])) if left_out(one))
    stored, live = copy.deepcopy(cell.outputs), cell.outputs
    alt = live[0].metadata["image/png"]["alt"]
    live[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "random"}
    for words in (alt, alt.replace("0", "1", 1) + " 7"):
        live[0].data["text/html"] = f'<img src="x" alt="{html.escape(words)}" style="">'
        assert (words_of(stored) == words_of(live)) == (words == alt)


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
