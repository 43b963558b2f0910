"""Plugin of the stage that runs nbval: what stands beside a picture is what the run says.

nbval leaves cells with pictures out, for the picture of a live kernel differs from the stored one.
Their words do not: they hold the numbers that a reader without the picture relies on. So where nbval
has run such a cell, this compares its words: printed, beside the picture, in its alternative text.
"""

import contextlib
import copy
import html
import re
from collections import defaultdict

import pytest
from nbval.plugin import IPyNbCell, coalesce_streams

IMAGE_ALT = re.compile(r'<img [^>]*?\balt="([^"]*)"')


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


def words_of(outputs):
    """The words of a cell's outputs, in their order."""
    whole = coalesce_streams(copy.deepcopy(outputs))  # as nbval has done with the fresh ones
    return [words for output in whole for words in said(output)]


def require_same_words(stored, fresh):
    """Both are outputs of one cell that shows a picture."""
    assert any(words_of(fresh)), "a picture without words"
    assert words_of(fresh) == words_of(stored), "other words than the stored ones"


@contextlib.contextmanager
def updates_followed(item):
    """Put in what each display shows at last: nbval passes over the updates of a live figure."""
    receive, shown, cell = item.parent.get_kernel_message, defaultdict(list), ""

    def received(*args, **more):
        nonlocal cell
        message = receive(*args, **more)
        cell, content = message["parent_header"].get("msg_id"), message["content"]
        if message["msg_type"] in ("display_data", "execute_result"):
            shown[cell].append(content)
        elif message["msg_type"] == "update_display_data":
            for one in shown[cell]:
                if one.get("transient") == content["transient"]:
                    one.update(content)
        return message

    item.parent.get_kernel_message = received
    try:
        yield
    finally:
        del item.parent.get_kernel_message
    displays = [output for output in item.test_outputs if "data" in output]
    for output, content in zip(
        displays, shown[cell], strict=True
    ):  # its last message is the cell's
        output.update(data=content["data"], metadata=content["metadata"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if not isinstance(item, IPyNbCell) or not left_out(item.cell):
        return (yield)
    with updates_followed(item):
        result = yield
    require_same_words(item.cell.outputs, item.test_outputs)
    return result
