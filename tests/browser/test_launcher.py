"""``python course.py lab``: on this machine only, behind its token, without a browser when told so."""

import contextlib
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import free_port, stop
from tests.notebooks.course_notebooks import ROOT


@contextlib.contextmanager
def started(log):
    """(its address with the token, what was printed) of the launcher's JupyterLab."""
    command = [sys.executable, "course.py", "lab", "--no-browser", "--port", str(free_port())]
    with log.open("wb") as out:
        begin = time.monotonic()
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
        try:
            found = None
            while not found and time.monotonic() < begin + 90 and process.poll() is None:
                time.sleep(0.1)
                found = re.search(r"http://127\.0\.0\.1:\d+/lab/\S*\?token=\S+", log.read_text())
            assert found, log.read_text()[-2000:]
            yield found.group(0), log.read_text()
        finally:
            stop(process)


def test_lab_opens_the_learners_copy_on_this_machine_only_behind_its_token(tmp_path):
    """One start, and all that must be true of it: two processes would each start JupyterLab."""
    with started(tmp_path / "log") as (address, printed):
        assert "Setting up" not in printed, "the second start"
        *kept, last = printed.splitlines()  # kept: lessons that somebody has worked in here
        assert last == f"JupyterLab is at {address}  (Ctrl-C stops it)"
        assert all("Yours is kept" in line for line in kept)
        assert "/lab/tree/my/00_start_here.ipynb?token=" in address
        assert (ROOT / "my" / "00_start_here.ipynb").exists()
        base, token = address.split("/lab")[0], address.split("token=")[1]
        nothing_is_shown_without_the_token(base, token)
        nothing_is_asked_before_the_first_lesson(base, token)


def nothing_is_shown_without_the_token(base, token):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/api/contents", timeout=10)
    assert refused.value.code == 403
    refused.value.close()
    with urllib.request.urlopen(f"{base}/api/contents?token={token}", timeout=10) as answer:
        names = {entry["name"] for entry in json.load(answer)["content"]}
    assert {"my", "notebooks", "solutions", "README.md"} <= names


def nothing_is_asked_before_the_first_lesson(base, token):
    plugin = "@jupyterlab/apputils-extension:notification"
    settings = f"{base}/lab/api/settings/{plugin}?token={token}"
    with urllib.request.urlopen(settings, timeout=10) as answer:
        schema = json.load(answer)["schema"]["properties"]
    assert schema["fetchNews"]["default"] == "false"
    assert schema["checkForUpdates"]["default"] is False
