"""What belongs to which lesson, read from the tree and from the maps that the packages' docstrings hold."""

import ast
import json
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}


def map_of(package):
    """{"16": ["private_gradient", ...]}: the modules of a package (its folder) by lesson."""
    tree = ast.parse((package / "__init__.py").read_text("utf-8"))
    found, number = {}, ""
    for line in ast.get_docstring(tree, clean=False).splitlines():
        if row := re.match(r"    (\d\d|  )  (?:.*: )?(\w+(?:, \w+)*)$", line):
            number = row.group(1).strip() or number
            found.setdefault(number, []).extend(row.group(2).split(", "))
    return found


def modules_of(number):
    """The modules that a lesson teaches: {"dp.mechanisms.laplace", ...} for "12"."""
    packages = [path.parent for path in (ROOT / "lessons").rglob("__init__.py")]
    return {
        ".".join([*package.relative_to(ROOT / "lessons").parts, name])
        for package in packages
        for name in map_of(package).get(number, [])
    }


def imports_in(code):
    """Every module that ``code`` imports, and every name that it takes from one."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the course has no relative imports"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def reached_from(module):
    """Every top-level name that importing a module of the course loads, through whatever it imports."""
    path = ROOT.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.is_file():
        return frozenset()
    found = set()
    for one in imports_in(file.read_text("utf-8")):
        found |= {one.split(".")[0]} | (reached_from(one) if one.startswith("lessons.") else set())
    return frozenset(found)


def loads_torch(stem):
    """Whether the lesson's notebook loads torch."""
    cells = json.loads(NOTEBOOKS[stem].read_text("utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    found = set(imports_in(code))
    return any(one == "torch" or "torch" in reached_from(one) for one in found)
