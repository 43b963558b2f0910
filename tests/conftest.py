"""Leave out the tests of other lessons where COURSE_LESSON names one (``python course.py test 12``)."""

import os
from pathlib import Path

from tests.lesson_map import modules_of

LESSON = os.environ.get("COURSE_LESSON", "")
UNIT = Path(__file__).parent / "unit"


def about(item, lesson):
    """Whether a test is about the lesson: its file or its case is named after it, or its module."""
    if item.path.name == "test_answers.py":  # it takes the exercises of the lesson only
        return True
    if UNIT in item.path.parents:
        folder = item.path.parent.relative_to(UNIT)
        return ".".join([*folder.parts, item.path.stem[5:]]) in modules_of(lesson[:2])
    return lesson[3:] in item.nodeid


def pytest_collection_modifyitems(config, items):
    if LESSON:
        config.hook.pytest_deselected(items=[item for item in items if not about(item, LESSON)])
        items[:] = [item for item in items if about(item, LESSON)]
