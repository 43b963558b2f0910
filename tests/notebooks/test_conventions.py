"""Every lesson has the shape that the course promises; exercises, checks and answers belong together."""

import ast
import importlib
import re

import pytest

from lessons import installation
from lessons.checks.engine.exercise import Exercise, Question
from tests.lesson_map import NOTEBOOKS, loads_torch
from tests.notebooks.course_notebooks import (
    LESSONS,
    ROOT,
    SOLUTIONS,
    answers,
    by_id,
    code_cells,
    read,
    shown,
    solution_of,
    stubs,
    verdict_cells,
)
from tests.notebooks.tidy import FOLDED, untidy

HEADER = re.compile(
    r"^### Exercise (\d\d\.\d) · [●○]{3} · \d+ min · (essential|recommended|optional)$", re.M
)
EVERY = LESSONS + SOLUTIONS
NAMES = {path: f"{path.parent.name}/{path.name}" for path in EVERY}

lesson = pytest.mark.parametrize("path", LESSONS, ids=NAMES.get)
solution = pytest.mark.parametrize("path", SOLUTIONS, ids=NAMES.get)
every = pytest.mark.parametrize("path", EVERY, ids=NAMES.get)


def is_bridge(path):
    """Whether it is a lesson of part 5, half an hour on somebody else's library."""
    return path.stem[0] == "5"


def checks_of(path):
    module = importlib.import_module(f"lessons.checks.{path.stem[3:]}")
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, Exercise | Question)
    }


def test_lessons_and_solutions_come_in_pairs():
    assert LESSONS
    assert [path.name for path in LESSONS] == [path.name for path in SOLUTIONS]


@every
def test_stored_notebook_is_tidy(path):
    assert list(untidy(path)) == []


@lesson
def test_each_exercise_has_header_stub_check_and_answer(path):
    notebook = read(path)
    cells, keys = by_id(notebook), set(stubs(notebook))
    exercises = {key for key in keys if f"exercise-{key}" in cells}
    headers = {
        found.group(1).replace(".", "-")
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for found in HEADER.finditer(cell.source)
        if cell.id == "header-" + found.group(1).replace(".", "-")
    }
    assert (1 if is_bridge(path) else 2) <= len(exercises) <= 4
    assert headers == exercises
    assert keys == set(answers(read(solution_of(path)))), "an answer for each stub and vice versa"
    for key in exercises:
        assert f"check-{key}" in cells
        assert f'raise NotImplementedError("Exercise {key.replace("-", ".")}")' in (
            cells[f"exercise-{key}"].source
        )


@lesson
def test_lesson_uses_every_exercise_and_question_of_its_module(path):
    notebook = read(path)
    source = "\n".join(cell.source for cell in verdict_cells(notebook))
    used = set(re.findall(r"checks\.(\w+)\(", source))
    assert used == set(checks_of(path))
    numbers = {f"{one.number.replace('.', '-').lower()}" for one in checks_of(path).values()}
    assert numbers == set(stubs(notebook))


@lesson
def test_stored_lesson_is_untouched(path):
    cells = verdict_cells(read(path))
    assert cells
    for cell in cells:
        assert shown(cell).startswith("○") and "not attempted" in shown(cell), cell.id


@solution
def test_stored_solutions_are_all_correct(path):
    notebook = read(path)
    cards = [
        shown(cell) for cell in code_cells(notebook) if re.search(r"checks\.\w+\(", cell.source)
    ]
    correct = [card for card in cards if card.startswith("✓")]
    assert len(correct) == len(answers(notebook))
    galleries = re.findall(r"checks\.(\w+)\.gallery\(\)", "".join(c.source for c in notebook.cells))
    exercises = {name for name, one in checks_of(path).items() if isinstance(one, Exercise)}
    assert exercises <= set(galleries) <= set(checks_of(path))


@lesson
def test_lesson_has_its_arc(path):
    notebook = read(path)
    aside = [n for n, cell in enumerate(notebook.cells) if cell.source.startswith(FOLDED)]
    assert len(aside) <= 1, "one part for the sceptical, after the summary"
    first, last = notebook.cells[0].source, notebook.cells[(aside or [0])[0] - 1].source
    for cell in notebook.cells[(aside or [len(notebook.cells)])[0] :]:
        assert not re.match("(exercise|check|question)-", cell.id), f"{cell.id} is folded away"
    assert re.match(rf"# {int(path.stem[:2]):02d} · \S", first), (
        "title: '# 12 · The Laplace mechanism'"
    )
    assert "You will be able to" in first and "You need" in first
    assert re.search(r"\d+(–\d+)? minutes", first)
    assert "Where it breaks" in last and "References" in last and "https://" in last
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for heading in ("Break it", "Trap", "Summary"):
        assert re.search(rf"^#+ .*{heading}", text, re.M), heading
    assert re.search(r"^#+ .*(again|Re-attack)", text, re.M | re.I), "the attack after the defence"
    assert any("assert " in cell.source for cell in code_cells(notebook)), "headline numbers"


@lesson
def test_each_widget_stands_under_its_two_questions(path):
    notebook = read(path)
    letters = set()
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "code" and re.search(r"^widgets\.|^who_sees", cell.source, re.M):
            assert before.cell_type == "markdown", cell.id
            asked = set(re.findall(r"\*\*Question (\d\d\.[A-Z])", before.source))
            assert len(asked) == 2, f"{cell.id}: two questions above the widget, found {asked}"
            letters |= asked
            assert "nbval-ignore-output" in cell.metadata.get("tags", [])
            assert any("image/png" in output.get("data", {}) for output in cell.outputs)
    assert letters or is_bridge(path)
    checkable = {key.replace("-", ".").upper() for key in stubs(notebook) if not key[-1].isdigit()}
    assert checkable & letters or not letters, "a question above a widget has a check"
    words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert checkable <= set(re.findall(r"\*\*Question (\d\d\.[A-Z])", words))


@every
def test_cells_are_short_and_words_stand_between_them(path):
    notebook, in_a_row = read(path), 0
    for cell in notebook.cells:
        in_a_row = in_a_row + 1 if cell.cell_type == "code" else 0
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 25, cell.id
        assert in_a_row <= 3, f"{cell.id}: more than three code cells without words"


@every
def test_notebook_needs_nothing_but_the_course(path):
    for cell in code_cells(read(path)):
        for forbidden in (
            "%pip",
            "!pip",
            "sys.path",
            "input(",
            "urlopen",
            "requests.",
            "np.random.seed",
        ):
            assert forbidden not in cell.source, cell.id


@every
def test_no_function_is_defined_twice(path):
    names = [
        node.name
        for cell in code_cells(read(path))
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert len(names) == len(set(names))


@every
def test_only_pictures_and_widgets_escape_comparison(path):
    for cell in code_cells(read(path)):
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        live = "image/png" in kinds or "progress" in cell.source.lower()
        live = live or "bridges.ask(" in cell.source  # run here, or stored: it says which
        live = live or "drawn" in cell.id  # noise without a seed, from a bridge
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            assert live, f"{cell.id}: its output could be compared"
        else:
            assert "image/png" not in kinds, f"{cell.id}: its output can't be compared, tag it"


def test_equation_numbers_of_the_docstrings_stand_in_their_lesson():
    cited = re.compile(r"\((\d\d)\.([ivx]+)\)\s*$", re.M)
    by_number = {path.stem[:2]: path for path in LESSONS}
    found = 0
    for module in (ROOT / "lessons").rglob("*.py"):
        for part, equation in cited.findall(module.read_text("utf-8")):
            text = "\n".join(cell.source for cell in read(by_number[part]).cells)
            assert re.search(rf"\\tag{{{part}\.{equation}}}|\({part}\.{equation}\)", text), (
                f"{module.name} cites ({part}.{equation})"
            )
            found += 1
    assert found


@lesson
def test_readme_lists_the_lesson_with_its_title_and_minutes(path):
    first = read(path).cells[0].source
    title = re.match(r"# \d\d · (.+)", first).group(1).strip()
    minutes = re.search(r"(\d+(?:–\d+)?) minutes", first).group(1)
    rows = [
        line
        for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if f"(notebooks/{path.name})" in line and line.startswith("|")
    ]
    assert len(rows) == 1
    assert f"[{title}](notebooks/{path.name})" in rows[0]
    assert [cell.strip() for cell in rows[0].strip("|").split("|")][2] == minutes


@lesson
def test_the_map_of_lesson_00_names_the_lesson_with_its_star(path):
    number, title = path.stem[:2], re.match(r"# \d\d · (.+)", read(path).cells[0].source).group(1)
    text = "\n".join(cell.source for cell in read(LESSONS[0]).cells)
    found = re.search(rf"\*\*{number}\*\* \[([^]]+)\]\({path.name}\) ?(★?)(?=, \*\*| \|)", text)
    assert found and title.startswith(found.group(1).strip())
    star = f"| {number} ★ |" in (ROOT / "README.md").read_text("utf-8")
    assert (found.group(2) == "★") == star


def test_the_map_of_lesson_00_adds_up_the_minutes_of_the_lessons():
    row = re.compile(r"^\| (\d\d)( ★)? \|[^|]*\| (\d+)–(\d+) \|", re.M)
    rows = row.findall((ROOT / "README.md").read_text("utf-8"))
    text = next(cell.source for cell in read(LESSONS[0]).cells if cell.get("id") == "map")
    for chosen, said in (
        (rows, r"all (?P<number>\d+) lessons .* (?P<least>\d+) to (?P<most>\d+) hours"),
        ([one for one in rows if one[1]], r"(?P<least>\d+) to (?P<most>\d+) hours in all"),
    ):
        found = re.search(said, text).groupdict()
        assert int(found.get("number", len(chosen))) == len(chosen)
        for column, hours in ((2, found["least"]), (3, found["most"])):
            assert abs(sum(int(one[column]) for one in chosen) - 60 * int(hours)) <= 30
    least, most, *bridges = re.search(
        r"takes (\d+) to (\d+) minutes, one of part 5 takes (\d+) to (\d+);", text
    ).groups()
    for part, said in ((lambda n: n < "5", [least, most]), (lambda n: n > "5", bridges)):
        of_part = [one for one in rows if part(one[0])]
        assert min(int(one[2]) for one in of_part) == int(said[0])
        assert max(int(one[3]) for one in of_part) == int(said[1])


def test_every_link_to_a_file_leads_somewhere():
    for page in ("README.md", "CONTRIBUTING.md", "lessons/data/README.md"):
        text = (ROOT / page).read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:|#|\.\./\.\./actions/)([^)]+)\)", text):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_the_self_test_knows_which_lessons_load_torch():
    assert [stem[:2] for stem in NOTEBOOKS if loads_torch(stem)] == list(installation.WITH_TORCH)


def test_pictures_of_the_readme_were_made_from_the_code_as_it_stands():
    from tests.browser.readme_picture import CARD, STAMP, WIDGET, fingerprint

    assert WIDGET.stat().st_size > 20_000 and CARD.stat().st_size > 10_000
    assert fingerprint() in STAMP.read_text(), (
        "make them anew: python -m tests.browser.readme_picture"
    )
