"""Whatever goes wrong in the set-up, the learner reads what to do, never a bare traceback."""

import errno
from collections import namedtuple

import pytest

# Lines as pip and venv print them.
OUTPUTS = {
    "offline, no name server": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(': Failed to "
        "establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/pip/\n"
        "ERROR: Could not find a version that satisfies the requirement pip==26.3 (from versions: none)\n"
        "ERROR: No matching distribution found for pip==26.3",
        "can't reach its package index",
    ),
    "offline, a proxy that is away": (
        "WARNING: Retrying after 'ProxyError('Cannot connect to proxy.')': /simple/pip/\n"
        "ERROR: No matching distribution found for pip==26.3",
        "HTTPS_PROXY",
    ),
    "offline, a slow line": (
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.",
        "can't reach its package index",
    ),
    "disk full": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "disk is full",
    ),
    "disk full in German": (
        "OSError: [Errno 28] Auf dem Gerät ist kein Speicherplatz mehr verfügbar",
        "disk is full",
    ),
    "disk full on Windows": (
        "OSError: [WinError 112] There is not enough space on the disk",
        "disk is full",
    ),
    "a certificate": (
        "WARNING: Retrying after 'SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))'",
        "PIP_CERT",
    ),
    "no build": (
        "ERROR: No matching distribution found for torch==2.13.0",
        "finds no build for this Python",
    ),
    "only the index of torch is away": (
        "WARNING: Retrying after 'NewConnectionError(': Failed to establish a new connection': "
        "/whl/cpu/torch/\nERROR: No matching distribution found for torch==2.13.0",
        "finds no build for this Python",
    ),
    "a running lab on Windows": (
        "ERROR: Could not install packages: [WinError 5] Access is denied: 'x.pyd'",
        "close every JupyterLab",
    ),
    "no ensurepip": (
        "The virtual environment was not created successfully because ensurepip is not available.",
        "sudo apt install python3-venv",
    ),
    "anything else": ("line 1\nERROR: the wheel is built of wood", "built of wood"),
}


@pytest.mark.parametrize("case", OUTPUTS)
def test_each_failure_of_pip_gets_its_own_advice(course, case):
    output, expected = OUTPUTS[case]
    others = {say for _, say in OUTPUTS.values()} - {expected}
    message = course.explain(output)
    assert expected in message
    assert not [
        say for say in others - {"HTTPS_PROXY", "can't reach its package index"} if say in message
    ]


def test_a_failure_without_advice_shows_the_end_of_the_output_only(course):
    message = course.explain("\n".join(f"line {i}" for i in range(100)))
    assert "line 99" in message and "line 80" not in message


def test_the_last_reason_stands_below_the_advice(course):
    again = "ERROR: No matching distribution found for numpy==1\n" + OUTPUTS["no build"][0]
    assert course.explain(again).endswith("found for torch==2.13.0")
    assert "numpy" not in course.explain(again)
    assert course.explain(OUTPUTS["no build"][0]).endswith("found for torch==2.13.0")


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("parts", "free", "message"),
    [
        (["core"], 1.2, r"needs 1\.4 GB .*where 1\.2 GB are free"),
        (["core", "test"], 1.6, r"needs 1\.7 GB .*where 1\.6 GB are free"),
    ],
)
def test_a_disk_that_is_too_small_is_noticed_first(course, monkeypatch, parts, free, message):
    monkeypatch.setattr(course, "GIGABYTES", {"core": 1.4, "test": 0.3})
    monkeypatch.setattr(course.shutil, "disk_usage", lambda path: Usage(9e9, 8e9, free * 1e9))
    monkeypatch.setattr(course, "make_venv", lambda: pytest.fail("too late"))
    with pytest.raises(course.Stop, match=message):
        course.set_up(parts)


def test_what_is_there_already_needs_no_disk_again(course, monkeypatch):
    monkeypatch.setattr(course, "GIGABYTES", {"core": 1.4, "test": 0.3})
    monkeypatch.setattr(course.shutil, "disk_usage", lambda path: Usage(9e9, 8e9, 0.4e9))
    monkeypatch.setattr(course, "venv_version", lambda: "3 11")
    monkeypatch.setattr(course, "install", lambda part, allow_large: None)
    course.VENV.mkdir()
    (course.VENV / "set-up-core.stamp").write_text("older pins")
    course.set_up(["core", "test"])


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", ".venv"), "in use or protected"),
        (KeyboardInterrupt(), "the same command goes on"),
    ],
)
def test_an_error_outside_pip_ends_in_a_sentence_as_well(
    course, monkeypatch, capsys, error, advice
):
    def fail(parts, allow_large):
        raise error

    monkeypatch.setattr(course, "set_up", fail)
    assert course.main(["lab"]) == 1
    assert advice in capsys.readouterr().err


def test_a_venv_without_ensurepip_leaves_nothing_half_made(course, monkeypatch):
    def half_made(command):
        course.VENV.mkdir()
        return 1, "ensurepip is not available", ""

    monkeypatch.setattr(course, "ask", half_made)
    with pytest.raises(course.Stop, match="python3-venv"):
        course.make_venv()
    assert not course.VENV.exists()


def test_a_folder_that_is_no_virtual_environment_is_left_alone(course):
    (course.VENV / "thesis").mkdir(parents=True)
    with pytest.raises(course.Stop, match="move it away"):
        course.make_venv()
    assert (course.VENV / "thesis").exists()
