"""An old Python gets a sentence, and every supported one gets the course."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest


def test_an_old_python_can_parse_the_launcher(root):
    ast.parse((root / "course.py").read_text("utf-8"), feature_version=(3, 6))


def test_the_version_is_checked_before_anything_that_an_old_python_lacks(root):
    body = ast.parse((root / "course.py").read_text("utf-8")).body
    gate = next(i for i, node in enumerate(body) if isinstance(node, ast.If))
    imports = [node for node in body[:gate] if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [name.name for node in imports for name in node.names] == ["sys"]
    assert not [
        node for node in ast.walk(ast.Module(body[:gate], [])) if isinstance(node, ast.JoinedStr)
    ]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 15, 0), (4, 0, 0)])
def test_an_unsupported_python_is_told_what_is_needed_what_was_found_and_how_to_choose(
    course, version
):
    message = course.unsupported_python(version)
    assert "needs Python 3.11 to 3.14" in message
    assert f"this is Python {version[0]}.{version[1]}." in message
    assert "python3.11 course.py" in message and "py -3.11 course.py" in message


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9), (3, 14, 2)])
def test_a_supported_python_is_accepted(course, version):
    assert course.unsupported_python(version) is None


def test_pyproject_and_the_launcher_name_the_same_pythons(root, course):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    assert project["requires-python"] == f">=3.{course.OLDEST[1]}"
    assert named == [f"3.{minor}" for minor in range(course.OLDEST[1], course.NEWEST[1] + 1)]


def test_the_launcher_itself_refuses_an_old_python_without_a_traceback(course):
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 1); "
        f"runpy.run_path({str(course.ROOT / 'course.py')!r}, run_name='__main__')"
    )
    command = [sys.executable, "-c", pretend]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("The course needs Python") and "Traceback" not in answer.stderr
