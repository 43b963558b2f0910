"""The files that describe the environment say the same thing."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import tools_page

CONDA_NAMES = {"torch": "pytorch-cpu", "matplotlib": "matplotlib-base"}


@pytest.fixture
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture
def pins(root):
    """{name: version} of constraints.txt, for this Python and system."""
    lines = (root / "constraints.txt").read_text("utf-8").splitlines()
    required = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert all(str(r.specifier).startswith("==") for r in required)
    here = [r for r in required if r.marker is None or r.marker.evaluate()]
    pins = {canonicalize_name(r.name): str(r.specifier)[2:] for r in here}
    assert len(pins) == len(here), "a name is pinned twice"
    return pins


@pytest.fixture
def conda(root):
    return yaml.safe_load((root / "environment.yml").read_text("utf-8"))


def everything(project):
    return [*project["dependencies"], *project["optional-dependencies"]["test"]]


def test_every_dependency_is_pinned_inside_its_range(project, pins):
    for requirement in map(Requirement, everything(project)):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), (
            requirement
        )
    for requirement in map(Requirement, project["dependencies"]):
        assert {s.operator for s in requirement.specifier} == {">=", "<"}, requirement


def test_the_pins_are_what_the_tests_run_with(pins):
    """torch counts without its build, 2.13.0 for 2.13.0+cpu; a system may lack some."""
    for name, pin in pins.items():
        try:
            found = version(name).split("+")[0]
        except PackageNotFoundError:
            continue
        assert found == pin or name == "pip", f"{name} {found}, pinned {pin}"


def test_nothing_that_a_dependency_needs_is_left_unpinned(project, pins):
    todo, seen = [Requirement(line) for line in everything(project)], set()
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        wanted = (
            any(requirement.marker.evaluate({"extra": e}) for e in extras)
            if requirement.marker
            else True
        )
        if (name, *extras) in seen or not wanted:
            continue
        seen.add((name, *extras))
        assert name in pins, f"{requirement} is needed and not pinned"
        for line in requires(name) or []:
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in extras):
                inner.marker = None
                todo.append(inner)


def test_torch_is_pinned_in_one_place(root, pins):
    assert re.fullmatch(r"2\.\d+\.\d+", pins["torch"])
    for name in ("course.py", "pyproject.toml", "environment.yml", "postBuild", "README.md"):
        assert pins["torch"] not in (root / name).read_text("utf-8"), name


def test_conda_gets_every_core_dependency_in_the_range_of_pyproject(project, conda, pins):
    given = {
        r.name: r.specifier for r in map(Requirement, map(conda_to_pip, conda["dependencies"]))
    }
    for requirement in map(Requirement, project["dependencies"]):
        name = CONDA_NAMES.get(requirement.name, requirement.name)
        assert given[name] == requirement.specifier, name
        assert given[name].contains(pins[canonicalize_name(requirement.name)])


def conda_to_pip(line):
    assert isinstance(line, str), "a pip section rebuilds Binder's large layer: see postBuild"
    return re.sub(r"(?<![<>=!])=(?!=)(.*)", r"==\1.*", line)


def test_conda_takes_a_supported_python_from_conda_forge(conda, course):
    python = next(d for d in conda["dependencies"] if d.startswith("python="))
    assert course.unsupported_python([int(n) for n in python[7:].split(".")]) is None
    assert conda["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("name", ["postBuild", "start", ".ci/run"])
def test_the_scripts_are_executable_and_correct_bash(root, name):
    assert (root / name).read_text().startswith("#!/bin/bash\n")
    if sys.platform != "win32":
        assert (root / name).stat().st_mode & 0o111
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", str(root / name)], check=True)


def test_binder_installs_the_lessons_only(root):
    commands = (root / "postBuild").read_text().splitlines()
    assert "pip install --no-deps -e ." in commands


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
def test_binders_start_sets_one_thread_and_hands_over(root):
    command = ["bash", str(root / "start"), "bash", "-c", 'echo "$OMP_NUM_THREADS $1"', "-", "a b"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout == "1 a b\n"


def test_binders_tool_chooses_the_conda_build_pack(root, tmp_path):
    tool = shutil.which("jupyter-repo2docker")
    if not tool:
        pytest.skip("jupyter-repo2docker is not installed")
    for name in ("environment.yml", "postBuild", "start", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    user = ["--user-id", "1000", "--user-name", "learner"]
    command = [tool, "--no-build", "--debug", *user, str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Building conda environment for python=3.11" in answer.stdout + answer.stderr


def test_readme_and_ci_call_the_same_command(root):
    commands = (root / ".ci" / "run").read_text().splitlines()
    assert commands[-1] == "python3 course.py test"
    readme = (root / "README.md").read_text("utf-8")
    assert "python3 course.py test" in readme and "python3 course.py lab" in readme


def test_the_version_is_the_same_everywhere(root, project):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["version"]
    assert [set(author) for author in citation["authors"]] == [{"name"}]  # an entity, no person
    changes = re.findall(r"(?m)^## (\S+)", (root / "CHANGELOG.md").read_text("utf-8"))
    assert changes[0] == project["version"]


def test_the_licences_are_complete(root):
    code = (root / "LICENSE").read_text("utf-8")
    assert "MIT License" in code and "WITHOUT WARRANTY OF ANY KIND" in code
    text = (root / "LICENSE-text").read_text("utf-8")
    assert text.startswith("Attribution 4.0 International\n")
    assert all(f"Section {n} -- " in text for n in range(1, 9))


# --- what runs elsewhere: it can be read here, and its commands compared with course.py ----------


@pytest.fixture
def hosted(root):
    """{name: contents} of the files for the hosting site, parsed."""
    files = [*(root / ".github").rglob("*.yml"), root / ".pre-commit-config.yaml"]
    return {file.name: yaml.safe_load(file.read_text("utf-8")) for file in files}


def steps(workflow, *jobs):
    """The steps of these jobs, or of all."""
    return [step for job in jobs or workflow["jobs"] for step in workflow["jobs"][job]["steps"]]


def test_every_command_that_a_page_or_a_workflow_names_is_one_of_the_launchers(root, course):
    pages = ["README.md", "CONTRIBUTING.md", "constraints.txt", "CHANGELOG.md", ".ci/run"]
    hosted = [*(root / ".github").rglob("*.*"), root / ".devcontainer" / "devcontainer.json"]
    (course.ROOT / "notebooks" / "12_laplace_mechanism.ipynb").write_text("{}")
    shutil.copytree(root / "bridges", course.ROOT / "bridges")
    for file in [*(root / name for name in pages), *hosted]:
        text = file.read_text("utf-8")
        for command in re.findall(r"python3? course\.py((?: [\w./-]+)*)", text):
            if command:
                course.read_command_line(command.rstrip(".").split())


def test_the_workflow_runs_the_suite_on_three_systems_with_the_oldest_and_newest_python(
    hosted, course
):
    job = hosted["tests.yml"]["jobs"]["test"]
    versions = [f"{major}.{minor}" for major, minor in (course.OLDEST, course.NEWEST)]
    assert job["strategy"]["matrix"]["python"] == versions
    systems = {name.split("-")[0] for name in job["strategy"]["matrix"]["system"]}
    assert systems == {"ubuntu", "macos", "windows"}
    assert steps(hosted["tests.yml"], "test")[-1]["run"] == "python course.py test"


def test_three_bridges_run_on_every_push_and_all_of_them_once_a_week(hosted, root):
    each = hosted["tests.yml"]["jobs"]["bridges"]["strategy"]["matrix"]["include"]
    assert (
        all((root / "bridges" / f"{one['name']}.txt").exists() for one in each) and len(each) == 3
    )
    assert all(
        (root / "notebooks" / f"{one['lesson']}_{one['name']}.ipynb").exists() for one in each
    )
    set_up, run = steps(hosted["tests.yml"], "bridges")[-2:]
    assert (
        set_up["run"] == "python course.py bridge ${{ matrix.name }}" and set_up["timeout-minutes"]
    )
    assert run["run"] == "python course.py test ${{ matrix.lesson }}"
    names = " ".join(one["name"] for one in each)
    assert f"for name in {names}; do" in (root / ".ci" / "run").read_text("utf-8")
    weekly = [step.get("run", "") for step in steps(hosted["newest.yml"], "bridges")]
    assert any("for file in bridges/*.txt; do python course.py bridge" in run for run in weekly)
    assert "python course.py test bridges" in weekly, "the other stages take stored results"


def test_the_weekly_run_takes_the_newest_versions_and_opens_an_issue_when_it_fails(hosted):
    workflow = hosted["newest.yml"]
    assert workflow[True]["schedule"] and workflow["permissions"]["issues"] == "write"
    pins, test, issue = (step for step in steps(workflow, "newest") if "run" in step)
    assert "python course.py pins" in pins["run"] and test["run"] == "python course.py test"
    assert issue["if"] == "failure()" and issue["run"].startswith("gh issue create")


@pytest.mark.parametrize(
    "name", ["wrong-number", "right-answer-rejected", "wrong-answer-accepted", "stuck"]
)
def test_the_issue_forms_ask_for_the_cell_and_for_what_happened(hosted, name):
    form = hosted[f"{name}.yml"]
    assert form["name"].lower() == name.replace("-", " ") and form["description"] and form["labels"]
    assert {"input", "textarea"} == {field["type"] for field in form["body"]}
    ids = [field["id"] for field in form["body"]]
    assert ids[0] == "cell" and len(set(ids)) == len(ids)
    assert all(field["attributes"]["label"] for field in form["body"])


def test_the_hooks_before_a_commit_use_the_tools_of_the_course(root, hosted):
    for hook in hosted[".pre-commit-config.yaml"]["repos"][0]["hooks"]:
        python, flag, module = hook["entry"].split()[:3]
        assert (python, flag) == (".venv/bin/python", "-m")
        assert importlib.util.find_spec(module), hook


def test_the_development_container_has_a_supported_python(root, course):
    container = json.loads((root / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    version = container["image"].rsplit(":", 1)[1]
    assert course.unsupported_python([int(n) for n in version.split(".")]) is None


def test_the_page_of_tools_says_what_the_table_says():
    table = tools_page.rows()
    assert tools_page.PAGE.read_text("utf-8") == tools_page.page(table, table[0]["seen"])
    assert {row["job"] for row in table} == set(tools_page.JOBS)
    lessons = {path.stem[:2] for path in (tools_page.BRIDGES.parent / "notebooks").glob("*.ipynb")}
    for row in table:
        assert row["tool"] and row["owner"] and row["proves"] and row["page"].startswith("https://")
        assert row["seen"] == table[0]["seen"], "one date for all"
        assert bool(row["lesson"]) != ("not run here" in row["proves"]), row["tool"]
        assert set(row["lesson"].split(", ")) - {""} <= lessons, row["tool"]
        assert bool(row["pypi"]) == bool(row["version"]) == bool(row["released"]), row["tool"]
