"""Run notebooks top to bottom and store them tidily: what a reader sees, and nothing else.

    python -m tests.notebooks.tidy                            every notebook of the course
    python -m tests.notebooks.tidy notebooks/12_*.ipynb       these only
    python -m tests.notebooks.tidy --check                    say what is untidy, change nothing

Tidy means: run in one go; no widget state, times, versions or machine paths; a picture is stored
once, as PNG with its alternative text (the live ``<img>`` and the live widget need a kernel).
``--check`` looks at the stored file only; that the outputs are still true is nbval's work.
"""

import argparse
import copy
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
LIVE = ("application/vnd.jupyter.widget-view+json",)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FOLDED = "## For the sceptical"  # JupyterLab shows this heading alone until it is opened
NOT_REPEATABLE = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|opt|work|Users)/\w|[A-Z]:\\"),
    "a memory address": re.compile(r"\bat 0x[0-9a-f]{6,}"),
    "a time of day": re.compile(r"\b\d\d:\d\d:\d\d\b"),
}  # fmt: skip


def notebooks() -> list[Path]:
    """Every notebook of the course, lessons first."""
    return sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(ROOT.glob("solutions/*.ipynb"))


def run(path: Path) -> None:
    """Run ``path`` with a fresh kernel and store it tidily."""
    notebook = nbformat.read(path, as_version=4)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    NotebookClient(
        notebook,
        timeout=180,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    tidy(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def tidy(notebook: Any) -> None:
    """Take out of ``notebook`` all that is not for the reader (in place)."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(_metadata(cell))
        if cell.cell_type == "code":
            cell.outputs = list(joined(cell.outputs))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                for kind in (*LIVE, "text/html"):
                    data.pop(kind, None)
                data["image/png"] = data["image/png"].strip()


def _metadata(cell: Any) -> dict[str, Any]:
    """What a cell's metadata should be: its tags, and that a part for the sceptical is folded."""
    kept = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
    return kept | ({"jp-MarkdownHeadingCollapsed": True} if cell.source.startswith(FOLDED) else {})


def joined(outputs: list[Any]) -> Iterator[Any]:
    """The outputs, with what was printed in pieces put together: where it breaks is chance."""
    last: Any = None
    for output in outputs:
        if last is not None and output.output_type == "stream" and output.name == last.get("name"):
            last.text += output.text
            continue
        yield output
        last = output if output.output_type == "stream" else None


def untidy(path: Path) -> Iterator[str]:
    """What is wrong with the stored notebook, one sentence each."""
    notebook = nbformat.read(path, as_version=4)
    if notebook.metadata != METADATA:
        yield "its metadata hold more than the kernel's name"
    expected = 1
    for cell in notebook.cells:
        where = f"cell {cell.id}"
        if cell.metadata != _metadata(cell):
            yield f"{where}: metadata {dict(cell.metadata)}, not {_metadata(cell)}"
        if cell.cell_type != "code":
            continue
        if cell.execution_count != expected:
            yield f"{where}: execution count {cell.execution_count}, not {expected}: not run in one go"
        expected += 1
        if len(list(joined(copy.deepcopy(cell.outputs)))) < len(cell.outputs):
            yield f"{where}: what was printed is stored in pieces"
        for output in cell.outputs:
            yield from (f"{where}: {words}" for words in _untidy_output(output))


def _untidy_output(output: Any) -> Iterator[str]:
    if output.output_type == "error":
        yield f"an error is stored: {output.ename}"
    if output.output_type == "stream" and output.name == "stderr":
        yield f"standard error is stored: {output.text[:80]!r}"
    data = output.get("data", {})
    if any(kind in data for kind in LIVE):
        yield "a live widget is stored (it shows an error where no kernel runs)"
    if "image/png" in data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        if len(alt.split()) < 5:
            yield "a picture without words for those who cannot see it"
    text = "\n".join(
        [output.get("text", ""), *(data.get(k, "") for k in ("text/plain", "text/html"))]
    )
    for what, pattern in NOT_REPEATABLE.items():
        if found := pattern.search(text):
            yield f"{what} is stored: {found.group(0)!r}"


def main(arguments: list[str]) -> int:
    """Command line: 0 when all is tidy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    faults = 0
    for path in options.paths or notebooks():
        if not options.check:
            run(path)
        for words in untidy(path):
            faults += 1
            print(f"{path.name}: {words}")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
