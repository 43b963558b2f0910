"""Tests that look at the same run of a lesson go to the same process (``--dist=loadgroup``)."""

import pytest


def pytest_collection_modifyitems(items):
    """Group the tests by the lesson that their fixture has run."""
    for item in items:
        values = getattr(item, "callspec", None)
        if values is not None and "finished" in values.params:
            item.add_marker(pytest.mark.xdist_group(values.params["finished"].stem))
