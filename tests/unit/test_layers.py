"""The layers of the package: an import never points up, and heavy imports stay where they belong."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "lessons").rglob("*.py"))
FLOOR = ("validation", "randomness", "messages", "datasets", "models", "scenarios", "environment")
ALLOWED = {  # first part of a module's name -> what of ours it may import
    "validation": (),
    "randomness": ("validation",),
    "messages": ("validation",),
    "datasets": ("validation",),
    "models": ("validation",),
    "small_network": ("validation",),
    "scenarios": ("validation", "messages"),
    "environment": ("validation",),
    "dp": ("dp", "models", "validation", "randomness"),
    "mpc": ("mpc", "validation", "randomness", "messages"),
    "fl": ("fl", "dp", "mpc", "models", "datasets", "validation", "randomness", "messages"),
    "plots": ("plots",),
    "widgets": ("widgets", "plots", "dp", "mpc", "fl", *FLOOR),
    "checks": ("checks", "plots", "dp", "mpc", "fl", *FLOOR),
}
TORCH = {
    "models",
    "dp.per_example",  # gradients of each example by autograd: lessons 16 and 17
    "dp.layer_gradients",
    "dp.clipped_sum",
    "dp.dp_sgd",
    "dp.shadow_networks",
    "fl.client",
    "fl.rounds",
    "fl.leakage",
    "widgets.dp_sgd",
    "widgets.fedavg",
    "checks.dp_sgd",
    "checks.fedavg",
}
SCREEN = {
    "matplotlib": {"plots", "widgets"},
    "ipywidgets": {"widgets"},
    "IPython": {"checks", "widgets"},
}


def name_of(path):
    """lessons/dp/mechanisms/laplace.py -> "dp.mechanisms"; a package is its folder's name."""
    parts = path.relative_to(ROOT / "lessons").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(path):
    """Every module that ``path`` imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            yield node.module
            if node.module.split(".")[0] == "lessons":
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path):
    own = name_of(path).split(".")[0]
    if not own:
        assert list(imports_of(path)) == []
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


def test_packages_re_export_nothing_but_a_lessons_exercises():
    for path in MODULES:
        if path.name == "__init__.py" and not name_of(path).startswith("checks."):
            assert len(ast.parse(path.read_text("utf-8")).body) == 1, path


def test_the_map_of_dp_names_every_module_once():
    folder = ROOT / "lessons" / "dp"
    lines = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))).splitlines()
    listed = " ".join(line[4:].split(": ")[-1] for line in lines if line.startswith("    "))
    names = [word.strip(",") for word in listed.split() if not word.isdigit()]
    assert sorted(names) == sorted(p.stem for p in folder.glob("*.py") if p.stem != "__init__")


def test_lessons_without_gradients_load_no_torch():
    modules = [
        f"lessons.{name_of(path)}"
        for path in MODULES
        if path.name != "__init__.py"
        and not any(imported.split(".")[0] == "torch" for imported in imports_of(path))
        and name_of(path).split(".")[0] in ("dp", "mpc", "datasets", "plots")
    ]
    code = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
