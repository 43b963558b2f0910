"""The layers of the package: an import never points up, and heavy imports stay where they belong."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lesson_map import NOTEBOOKS, ROOT, imports_in, map_of

MODULES = sorted((ROOT / "lessons").rglob("*.py"))
FLOOR = (
    *("validation", "randomness", "transcript", "datasets", "models", "small_network"),
    *("scenarios", "installation"),
)
TAUGHT = ("attacks", "dp", "fl", "mpc")
ALLOWED = {  # first part of a module's name -> what of ours it may import
    "validation": (),
    "randomness": ("validation",),
    "transcript": ("validation",),
    "datasets": ("validation",),
    "models": ("validation",),
    "small_network": ("validation",),
    "scenarios": ("validation", "transcript"),
    "installation": ("validation",),
    "bridges": ("validation",),
    "attacks": ("attacks", "validation"),
    "dp": ("dp", "models", "validation", "randomness"),
    "mpc": ("mpc", "validation", "randomness", "transcript"),
    "fl": (
        "fl",
        "dp",
        "mpc",
        "models",
        "small_network",
        "datasets",
        "validation",
        "randomness",
        "transcript",
    ),
    "plots": ("plots",),
    "widgets": ("widgets", "plots", *TAUGHT, *FLOOR),
    "checks": ("checks", "plots", *TAUGHT, *FLOOR),
}
TORCH = {  # where gradients come from autograd: lessons 16, 17, 21, 23 and 52
    "models",
    "dp.training.per_example",
    "dp.training.layer_gradients",
    "dp.training.clipped_sum",
    "dp.training.dp_sgd",
    "dp.auditing.shadow_networks",
    "widgets.dp_sgd",
    "fl.inversion",
    "checks.gradients_leak.objective",
    "checks.opacus.mixes_examples",
    "widgets.gradients_leak",
}
PACKAGES = [
    *TAUGHT,
    *(f"dp.{name}" for name in ("mechanisms", "accounting", "training", "auditing", "exact")),
    "fl.privacy",
    *(f"mpc.{name}" for name in ("bits", "servers", "cheating", "aggregation")),
]
SCREEN = {
    "matplotlib": {"plots", "widgets"},
    "ipywidgets": {"widgets"},
    "IPython": {"bridges", "checks", "widgets"},
}


def name_of(path):
    """lessons/dp/mechanisms/laplace.py -> "dp.mechanisms"; a package is its folder's name."""
    parts = path.relative_to(ROOT / "lessons").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(path):
    """Every module that ``path`` imports, inside functions too."""
    return list(imports_in(path.read_text("utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path):
    own = name_of(path).split(".")[0]
    if not own:
        assert imports_of(path) == []
        return
    assert own in ALLOWED, f"{own}: say in ALLOWED where this stands"
    for imported in imports_of(path):
        parts = imported.split(".")
        if parts[0] == "lessons" and len(parts) > 1:
            assert parts[1] in ALLOWED[own], f"{name_of(path)} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_screen_and_torch_stay_where_they_belong(path):
    name = name_of(path)
    for imported in imports_of(path):
        library = imported.split(".")[0]
        if library in SCREEN:
            assert name.split(".")[0] in SCREEN[library], f"{name} imports {imported}"
        if library == "torch":
            allowed = any(f"{name}.".startswith(f"{one}.") for one in TORCH)
            assert allowed, f"{name} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_is_short_and_says_what_it_is(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module says in its first line what it teaches"
    exercise = name_of(path).startswith("checks.")  # its text, its property and all its mistakes
    assert text.count("\n") <= (500 if exercise else 300), "one idea per module"


@pytest.mark.parametrize("path", [p for p in MODULES if "checks" in p.parts], ids=name_of)
def test_a_check_replaces_nothing_of_another_module(path):
    """A check may be left in a thread that never ends: what it replaced would stay so."""
    if name_of(path) == "checks.engine.running":  # sends output and warnings by thread
        return
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            base = node.value
            while isinstance(base, ast.Attribute):
                base = base.value
            assert not (isinstance(base, ast.Name) and base.id in imported), ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("setattr", "delattr"), ast.unparse(node)


def test_packages_re_export_nothing_but_a_lessons_exercises():
    for path in MODULES:
        if path.name == "__init__.py" and not name_of(path).startswith("checks."):
            assert len(ast.parse(path.read_text("utf-8")).body) == 1, path


@pytest.mark.parametrize("package", PACKAGES)
def test_the_map_of_a_package_names_every_module_once_and_only_lessons_that_exist(package):
    folder = ROOT.joinpath("lessons", *package.split("."))
    by_lesson = map_of(folder)
    names = [name for listed in by_lesson.values() for name in listed]
    assert sorted(names) == sorted(p.stem for p in folder.glob("*.py") if p.stem != "__init__")
    assert set(by_lesson) <= {stem[:2] for stem in NOTEBOOKS}


def test_every_package_that_teaches_has_a_map():
    nested = {name_of(path) for path in MODULES if path.name == "__init__.py"}
    assert {name for name in nested if name.split(".")[0] in TAUGHT} == set(PACKAGES)


def test_tests_of_modules_stand_where_the_modules_do():
    """tests/unit mirrors lessons: one search, or one look at the tree, finds the test."""
    for test in Path(__file__).parent.rglob("*/test_*.py"):
        module = ROOT / "lessons" / test.relative_to(Path(__file__).parent).parent / test.name[5:]
        assert module.is_file(), test


def test_list_of_modules_with_torch_is_no_longer_than_it_has_to_be():
    using = {name_of(p) for p in MODULES if any(i.split(".")[0] == "torch" for i in imports_of(p))}
    for one in TORCH:
        assert any(f"{name}.".startswith(f"{one}.") for name in using), one


def test_lessons_without_gradients_load_no_torch():
    modules = [
        f"lessons.{name_of(path)}"
        for path in MODULES
        if path.name != "__init__.py"
        and not any(imported.split(".")[0] == "torch" for imported in imports_of(path))
        and name_of(path).split(".")[0] in ("attacks", "dp", "mpc", "datasets", "plots")
    ]
    code = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_checks_of_a_lesson_say_which_number_has_which_name():
    for folder in sorted((ROOT / "lessons" / "checks").iterdir()):
        if not (folder / "__init__.py").exists() or folder.name == "engine":
            continue
        package = importlib.import_module(f"lessons.checks.{folder.name}")
        said = re.findall(r"(\d\d\.\w) (\w+)", package.__doc__)
        assert sorted(said) == sorted((getattr(package, n).number, n) for n in package.__all__)
