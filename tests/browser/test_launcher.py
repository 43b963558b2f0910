"""``python course.py lab``: on this machine only, behind its token, without a browser when told so."""

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

pytestmark = pytest.mark.xdist_group("launcher")  # one JupyterLab for all of them


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """(the address with its token, seconds until it was printed) of the launcher's JupyterLab."""
    log = tmp_path_factory.mktemp("launcher") / "log"
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


def test_lab_opens_the_learners_copy_of_the_first_lesson_on_this_machine_only(started):
    address, printed = started
    assert "/lab/tree/my/00_start_here.ipynb?token=" in address
    assert "0.0.0.0" not in printed
    assert (ROOT / "my" / "00_start_here.ipynb").exists()


def test_lab_shows_nothing_without_its_token(started):
    address, _ = started
    base = address.split("/lab")[0]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/api/contents", timeout=10)
    assert refused.value.code == 403
    refused.value.close()
    token = address.split("token=")[1]
    with urllib.request.urlopen(f"{base}/api/contents?token={token}", timeout=10) as answer:
        names = {entry["name"] for entry in json.load(answer)["content"]}
    assert {"my", "notebooks", "solutions", "README.md"} <= names


def test_lab_asks_nothing_before_the_first_lesson(started):
    address, _ = started
    base, token = address.split("/lab")[0], address.split("token=")[1]
    plugin = "@jupyterlab/apputils-extension:notification"
    settings = f"{base}/lab/api/settings/{plugin}?token={token}"
    with urllib.request.urlopen(settings, timeout=10) as answer:
        schema = json.load(answer)["schema"]["properties"]
    assert schema["fetchNews"]["default"] == "false"
    assert schema["checkForUpdates"]["default"] is False


def test_second_start_sets_nothing_up_and_prints_one_line(started):
    address, printed = started
    assert printed == f"JupyterLab is at {address}  (Ctrl-C stops it)\n"
