"""What stands beside a picture, and in its alternative text, is what a fresh run of the lesson says.

nbval leaves cells with pictures out, for the picture of a live kernel differs from the stored one.
Their words do not: they hold the numbers that a reader without the picture relies on.
"""

import copy
import html
import re

import pytest
from nbclient import NotebookClient

from tests.notebooks.course_notebooks import LESSONS, code_cells, read
from tests.notebooks.tidy import joined

IMAGE_ALT = re.compile(r'<img [^>]*?\balt="([^"]*)"')
lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def said(output):
    """The words of one output: printed, beside the picture, in its alternative text, in its page."""
    data, words = output.get("data", {}), output.get("metadata", {}).get("image/png", {})
    page = data.get("text/html", "")
    if (
        "image/png" in data
    ):  # a live page holds the picture again; what counts there is its alt text
        alts = {words.get("alt", ""), *map(html.unescape, IMAGE_ALT.findall(page))}
        return [data.get("text/plain", ""), *sorted(alts)]
    return [output.get("text", ""), data.get("text/plain", ""), page]


def left_out(cell):
    """Whether nbval does not compare this cell, and not because a library may answer in its place."""
    tagged = "nbval-ignore-output" in cell.metadata.get("tags", [])
    return tagged and "bridges.ask(" not in cell.source  # run here, or stored: it says which


def words_of_pictures(notebook):
    """Cell id -> its words, for the cells that nbval does not compare."""
    return {
        cell.id: [  # a list first: ``joined`` still adds pieces to the output that it gave last
            words for output in list(joined(copy.deepcopy(cell.outputs))) for words in said(output)
        ]
        for cell in code_cells(notebook)
        if left_out(cell)
    }


def stale(stored, fresh):
    """Cell id -> (stored words, fresh words), where they differ."""
    old, new = words_of_pictures(stored), words_of_pictures(fresh)
    assert old.keys() == new.keys()
    return {cell: (old[cell], new[cell]) for cell in old if old[cell] != new[cell]}


@lesson
def test_words_of_every_picture_are_those_of_a_fresh_run(path, tmp_path):
    stored, fresh = read(path), read(path)
    for cell in code_cells(fresh):
        cell.outputs = []
    NotebookClient(
        fresh,
        timeout=180,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    assert all(any(words) for words in words_of_pictures(fresh).values()), "a picture without words"
    assert stale(stored, fresh) == {}


def with_one_digit_changed(notebook):
    """For each stored sentence that holds a number: (cell id, a copy with one digit of it changed)."""
    for place, cell in enumerate(notebook.cells):
        if not left_out(cell):
            continue
        for number in range(len(cell.outputs)):
            for keys in (("text",), ("data", "text/plain"), ("metadata", "image/png", "alt")):
                changed = copy.deepcopy(notebook)
                holder = changed.cells[place].outputs[number]
                for key in keys[:-1]:
                    holder = holder.get(key, {})
                last = [one.end() for one in re.finditer(r"\d", holder.get(keys[-1], ""))][-1:]
                for end in last:
                    words = holder[keys[-1]]
                    digit = str((int(words[end - 1]) + 1) % 10)
                    holder[keys[-1]] = words[: end - 1] + digit + words[end:]
                    yield cell.id, changed


@lesson
def test_one_changed_digit_is_seen(path):
    stored = read(path)
    changed = list(with_one_digit_changed(stored))
    assert changed or path.stem[0] == "5", "only a bridge may have no picture"
    for cell, notebook in changed:
        assert set(stale(notebook, stored)) == {cell}
    assert stale(stored, stored) == {}


def test_words_of_a_live_picture_are_compared_with_the_stored_ones():
    stored, live = read(LESSONS[0]), read(LESSONS[0])
    cell = next(one for one in code_cells(live) if left_out(one))
    alt = cell.outputs[0].metadata["image/png"]["alt"]
    cell.outputs[0].data["application/vnd.jupyter.widget-view+json"] = {"model_id": "random"}
    for words, expected in ((alt, {}), (alt.replace("0", "1", 1) + " 7", {cell.id})):
        cell.outputs[0].data["text/html"] = f'<img src="x" alt="{html.escape(words)}" style="">'
        assert set(stale(stored, live)) == set(expected)
