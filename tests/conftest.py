"""Leave out the tests of other lessons where COURSE_LESSON names one (``python course.py test 12``)."""

import os
from pathlib import Path

from tests.lesson_map import NOTEBOOKS, modules_of

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a second thread of a library waits by spinning
LESSON = os.environ.get("COURSE_LESSON", "")
TESTS = Path(__file__).parent
UNIT = TESTS / "unit"


def module_of(path):
    """The module that a test below tests/unit is about: "dp.mechanisms.laplace"."""
    return ".".join([*path.parent.relative_to(UNIT).parts, path.stem[5:]])


def pytest_ignore_collect(collection_path):
    """Do not even import what is about another lesson or its modules."""
    if not LESSON or collection_path.suffix != ".py":
        return None
    if UNIT in collection_path.parents:
        return module_of(collection_path) not in modules_of(LESSON[:2]) or None
    others = {stem[3:] for stem in NOTEBOOKS} - {LESSON[3:]}
    name = collection_path.stem.removeprefix("test_").removesuffix("_widgets")
    return True if name in others else None


def about(item):
    """Whether a test is about the lesson: its file or its case is named after it, or its module."""
    if item.path.name == "test_answers.py":  # it takes the exercises of the lesson only
        return True
    return UNIT in item.path.parents or LESSON[3:] in item.nodeid


def pytest_collection_modifyitems(config, items):
    if LESSON:
        config.hook.pytest_deselected(items=[item for item in items if not about(item)])
        items[:] = [item for item in items if about(item)]
