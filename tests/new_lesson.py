"""Lay out the files of a new lesson, each with what it must hold, and say what is left to do by hand.

    python -m tests.new_lesson 22 client_drift "Client drift"

Nothing is overwritten. The lesson is whole when ``python course.py test 22`` passes.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks.tidy import METADATA

ROOT = Path(__file__).resolve().parents[1]

EXERCISE = '''"""Check of Exercise {n}.1: say here the property that an answer must have."""

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case


def reference(*, x: float) -> float:
    """Import the lesson's own function in place of this one."""
    return 2 * x


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw odd numbers, large and tiny ones, every edge: never round or fixed ones only."""
    return [{{"x": cases.spread(rng, 1e-3, 1e3)}} for _ in range(9)]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the reference; ``nearest.by_law`` where the answer draws random numbers."""
    return by_numbers(attempt, ask(rng), right=reference, mistakes=MISTAKES, rng=rng)


MISTAKES = {{
    "squared": Mistake(
        "What the learner reads.",
        "What the worked solution says about it.",
        made_by=(lambda *, x: x**2,),
    ),
}}

first_step = Exercise(
    number="{n}.1",
    name="first_step",
    reference=reference,
    examine=examine,
    takeaway="One sentence that the learner takes along.",
    hints=("A first hint.", "A second one.", "The last one says nearly all, and not the answer."),
    mistakes=MISTAKES,
)
'''
INIT = '''"""Checks of lesson {n}: one file an exercise.

{n}.1 first_step.
"""

from lessons.checks.{stem}.first_step import first_step

__all__ = ["first_step"]
'''
ANSWERS = '''"""Answers to the exercises of lesson {n} with a known verdict, besides those of ``made_by``."""

from lessons.checks import {stem} as checks
from tests.checks.answers import refused, right


@right(checks.first_step)
def added_twice(*, x):
    return x + x


@refused(checks.first_step)
def whole_numbers_only(*, x):
    return 2.0 * int(x)
'''
FILES = {
    "lessons/checks/{stem}/__init__.py": INIT,
    "lessons/checks/{stem}/first_step.py": EXERCISE,
    "lessons/widgets/{stem}.py": '"""Widgets of lesson {n}."""\n',
    "lessons/plots/{stem}.py": '"""Figures of lesson {n}."""\n',
    "tests/checks/{stem}.py": ANSWERS,
    "tests/plots/test_{stem}.py": '"""The figures of lesson {n} show what they say."""\n',
    "tests/widgets/test_{stem}_widgets.py": '"""The widgets of lesson {n} answer."""\n\nCONTROLS = {{}}\n',
}
LEFT = """Left to do by hand:
  a module in lessons/attacks, dp, fl or mpc, its line in the map of its package's __init__.py,
  and its test at the same place below tests/unit
  a row in the README's table, a name in the map of lesson 00, a line in CHANGELOG.md
  python course.py test {n}"""


def lesson(number: str, title: str, stem: str) -> nbformat.NotebookNode:
    """Return the lesson with its arc: break it, define, build, explore, trap, attack it again."""
    words = [
        f"# {number} · {title}\n\n**You will be able to**\n\n* …\n\n**You need** …\n\n"
        "**Time:** 60 minutes.",
        "## 1 · Break it",
        f"### Exercise {number}.1 · ●○○ · 5 min · essential",
        "## 2 · Trap",
        "## 3 · The attack, again",
        "## Summary\n\n**Where it breaks.** …\n\n**References.** https://…",
    ]
    cells = [new_markdown_cell(text) for text in words]
    cells[2].id = f"header-{number}-1"
    lines = (
        "def first_step(*, x: float) -> float:",
        f'raise NotImplementedError("Exercise {number}.1")',
    )
    stub = new_code_cell("\n    ".join(lines))
    check = new_code_cell("first_step = checks.first_step(first_step)")
    stub.id, check.id = f"exercise-{number}-1", f"check-{number}-1"
    cells[3:3] = [stub, check]
    cells[1:1] = [new_code_cell(f"from lessons.checks import {stem} as checks")]
    return new_notebook(cells=cells, metadata=METADATA)


def solutions(number: str, title: str, stem: str) -> nbformat.NotebookNode:
    """Return the worked answers: each with why it is right, and the gallery of its mistakes."""
    answer = new_code_cell("def first_step(*, x: float) -> float:\n    return 2 * x")
    check = new_code_cell("first_step = checks.first_step(first_step)")
    gallery = new_code_cell("checks.first_step.gallery()")
    for cell, kind in ((answer, "answer"), (check, "check"), (gallery, "gallery")):
        cell.id = f"{kind}-{number}-1"
    cells = [
        new_markdown_cell(f"# Solutions of lesson {number} · {title}"),
        new_code_cell(f"from lessons.checks import {stem} as checks"),
        new_markdown_cell(f"## Exercise {number}.1"),
        answer,
        check,
        new_markdown_cell("Why it is right: …"),
        gallery,
    ]
    return new_notebook(cells=cells, metadata=METADATA)


def lay_out(number: str, stem: str, title: str, root: Path = ROOT) -> list[Path]:
    """Write the files that are not there yet; return them."""
    texts = {
        path.format(stem=stem): text.format(n=number, stem=stem)
        for path, text in FILES.items()
        if number[0] != "5" or not re.search("widgets|plots", path)  # a bridge may have neither
    }
    for folder, make in (("notebooks", lesson), ("solutions", solutions)):
        notebook = nbformat.writes(make(number, title, stem))
        texts[f"{folder}/{number}_{stem}.ipynb"] = notebook + "\n"
    written = []
    for name, text in texts.items():
        path = root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            written.append(path)
    return written


def main(arguments: list[str]) -> None:
    """Read the command line, lay the files out, say what is left."""
    parser = argparse.ArgumentParser("python -m tests.new_lesson", description=__doc__)
    parser.add_argument("number", help="two digits; the first is the part")
    parser.add_argument("stem", help="the lesson's name in file names, such as client_drift")
    parser.add_argument("title", nargs="?", help="its title; the stem in words if left out")
    given = parser.parse_args(arguments)
    if not re.fullmatch(r"\d\d", given.number):
        parser.error(f"number must be two digits, got {given.number}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", given.stem):
        parser.error(f"stem must be lower-case words joined by _, got {given.stem}")
    title = given.title or given.stem.replace("_", " ").capitalize()
    for path in lay_out(given.number, given.stem, title):
        print(path.relative_to(ROOT).as_posix())
    print(LEFT.format(n=given.number))


if __name__ == "__main__":
    main(sys.argv[1:])
