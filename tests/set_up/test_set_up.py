"""What is installed when: the stamps, the order, and the torch that is chosen."""

import os
import stat
import sys

import pytest


@pytest.fixture
def installed(course, monkeypatch):
    """The parts that ``set_up`` installs, in order; nothing is really installed."""
    parts = []
    monkeypatch.setattr(course, "make_venv", lambda: course.VENV.mkdir())
    monkeypatch.setattr(course, "venv_version", lambda: "3 11" if course.VENV.exists() else None)
    monkeypatch.setattr(course, "install", lambda part, allow_large: parts.append(part))
    return parts


def test_the_second_start_installs_nothing(course, installed):
    course.set_up(["core", "test"])
    course.set_up(["core", "test"])
    course.set_up(["core"])
    assert installed == ["core", "test"]


def test_the_extra_is_added_to_a_core_that_is_there(course, installed):
    course.set_up(["core"])
    course.set_up(["core", "test"])
    assert installed == ["core", "test"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_other_pins_are_installed(course, installed, name):
    course.set_up(["core", "test"])
    with (course.ROOT / name).open("a") as file:
        file.write("\n# another version\n")
    course.set_up(["core", "test"])
    assert installed == ["core", "test"] * 2


def test_another_python_another_folder_another_schema_are_each_set_up(course, monkeypatch):
    prints = [course.fingerprint(part, "3 11") for part in ("core", "test")]
    prints.append(course.fingerprint("core", "3 12"))
    monkeypatch.setattr(course, "SCHEMA", course.SCHEMA + 1)
    prints.append(course.fingerprint("core", "3 11"))
    monkeypatch.undo()
    for name in ("pyproject.toml", "constraints.txt"):
        (course.ROOT.parent / name).write_bytes((course.ROOT / name).read_bytes())
    course.ROOT = course.ROOT.parent
    prints.append(course.fingerprint("core", "3 11"))
    assert len(set(prints)) == len(prints)


def test_an_interrupted_set_up_is_done_again(course, installed, monkeypatch):
    course.set_up(["core"])
    (course.ROOT / "constraints.txt").write_text("numpy==1.0\n")
    pins = (course.ROOT / "constraints.txt").read_text()

    def interrupted(part, allow_large):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(course, "install", interrupted)
        course.set_up(["core"])
    assert not list(course.VENV.glob("*.stamp")), pins
    course.set_up(["core"])
    assert installed == ["core", "core"]


def test_a_virtual_environment_whose_python_is_gone_is_made_anew(course):
    course.VENV.mkdir()
    assert course.venv_version() is None


def fake_python(course, script):
    course.PYTHON.parent.mkdir(parents=True)
    course.PYTHON.write_text(f"#!{sys.executable}\n{script}\n")
    course.PYTHON.chmod(course.PYTHON.stat().st_mode | stat.S_IXUSR)


needs_scripts = pytest.mark.skipif(os.name != "posix", reason="a script stands in for Python")


@needs_scripts
@pytest.mark.parametrize(
    ("script", "version"),
    [("print('3 11')", "3 11\n"), ("print('3 9')", None), ("raise SystemExit(1)", None)],
)
def test_a_virtual_environment_is_kept_if_its_python_runs_and_is_supported(course, script, version):
    fake_python(course, script)
    assert course.venv_version() == version


@needs_scripts
def test_pips_output_is_shown_in_short_and_kept_in_full(course, capsys):
    fake_python(
        course,
        "print('Collecting torch')\n"
        "print('  Downloading https://x.org/torch-2.13.0%2Bcpu-cp311-cp311-linux.whl (190.1 MB)')\n"
        "print('  Downloading tqdm-4.7-py3-none-any.whl (78 kB)')\n"
        "print('Installing collected packages: tqdm, torch')",
    )
    course.pip("install", "torch")
    shown = capsys.readouterr().out.splitlines()
    assert shown == ["  downloading torch-2.13.0%2Bcpu, 190.1 MB", "  installing 2 packages"]
    assert len((course.VENV / "setup.log").read_text().splitlines()) == 4


@needs_scripts
def test_a_failing_pip_stops_the_set_up_with_its_advice_and_the_log(course):
    fake_python(course, "print('ERROR: [Errno 28] No space left on device'); raise SystemExit(1)")
    with pytest.raises(course.Stop, match=r"(?s)disk is full.*setup\.log"):
        course.pip("install", "torch")
    assert "Errno 28" in (course.VENV / "setup.log").read_text()


@needs_scripts
def test_without_an_index_main_says_so_and_leaves_no_stamp(course, capsys):
    fake_python(
        course,
        "import sys\nif '-m' not in sys.argv: print('3 11')\n"
        "else: print('NewConnectionError: Failed to establish'); raise SystemExit(1)",
    )
    assert course.main(["lab", "--no-browser"]) == 1
    assert "can't reach its package index" in capsys.readouterr().err
    assert not list(course.VENV.glob("*.stamp"))


# --- torch ---------------------------------------------------------------------------------------


def report(version, url, *requires):
    metadata = {"name": "torch", "version": version, "requires_dist": ["filelock", *requires]}
    return {"install": [{"metadata": metadata, "download_info": {"url": url}}]}


CUDA = report(
    "2.13.0",
    "https://example.org/torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl",
    'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"',
)
FROM_INDEX = report("2.13.0+cpu", "https://download.pytorch.org/whl/cpu/torch-2.13.0%2Bcpu.whl")
FROM_FOLDER = report("2.13.0+cpu", "file:///wheels/torch-2.13.0%2Bcpu.whl")


def test_a_torch_with_cuda_is_refused_with_its_size_unless_it_is_allowed(course):
    with pytest.raises(course.Stop, match=r"2\.7 GB.*--allow-large-torch"):
        course.choose_torch(CUDA, allow_large=False)
    assert course.choose_torch(CUDA, allow_large=True) == []


def test_the_index_is_named_again_only_if_it_answered(course):
    assert course.choose_torch(FROM_INDEX, False) == ["--extra-index-url", course.CPU_INDEX]
    assert course.choose_torch(FROM_FOLDER, False) == []


def test_a_torch_that_is_installed_is_left_alone(course):
    assert course.choose_torch({"install": []}, allow_large=False) is None


@pytest.fixture
def pip_calls(course, monkeypatch):
    """The command lines that ``install`` gives to pip on a system of the test's choice."""
    course.VENV.mkdir()
    calls = []
    monkeypatch.setattr(course, "pip", lambda *arguments: calls.append(arguments))

    def on(system, machine, release="", answer='{"install": []}'):
        def ask(command):
            calls.append(("ask", *command))
            return 0, answer, ""

        monkeypatch.setattr(course, "ask", ask)
        monkeypatch.setattr(course.platform, "system", lambda: system)
        monkeypatch.setattr(course.platform, "machine", lambda: machine)
        monkeypatch.setattr(course.platform, "mac_ver", lambda: (release, ("", "", ""), machine))
        course.install("core", allow_large=False)
        return calls

    return on


def test_linux_asks_what_torch_would_come_briefly_and_before_it_installs_anything_large(
    pip_calls, course
):
    tools, question, last = pip_calls("Linux", "x86_64")
    assert [name.split("==")[0] for name in tools[1:]] == ["pip", "setuptools"]
    assert {"--dry-run", "--no-deps", "--retries", "--timeout", course.CPU_INDEX} <= set(question)
    assert question[question.index("--retries") + 1] == "1"
    assert question[question.index("--timeout") + 1] == "15"
    assert last[-2:] == ("-e", ".") and course.CPU_INDEX not in last


@pytest.mark.parametrize(("system", "machine"), [("Windows", "AMD64"), ("Darwin", "arm64")])
def test_elsewhere_the_plain_torch_is_the_small_one(pip_calls, course, system, machine):
    calls = pip_calls(system, machine, "15.1" if system == "Darwin" else "")
    assert len(calls) == 2 and not [call for call in calls if course.CPU_INDEX in call]
    assert calls[-1][2] == str(course.ROOT / "constraints.txt")


@pytest.mark.parametrize(
    ("machine", "release"), [("x86_64", "15.1"), ("arm64", "13.6"), ("x86_64", "10.16")]
)
def test_an_old_mac_gets_the_newest_torch_that_exists(pip_calls, course, capsys, machine, release):
    last = pip_calls("Darwin", machine, release)[-1]
    pins = (course.VENV / "constraints.txt").read_text()
    assert last[2] == str(course.VENV / "constraints.txt")
    assert "torch==" not in pins and "\nnumpy==" not in pins and "jupyterlab==" in pins
    assert ("numpy<2" in last) == (machine == "x86_64")
    assert "untested" in capsys.readouterr().out


def test_the_extra_asks_for_nothing_of_the_core_again(course, monkeypatch):
    course.VENV.mkdir()
    calls = []
    monkeypatch.setattr(course, "pip", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(course.platform, "system", lambda: "Linux")
    course.install("test", allow_large=False)
    assert [call[-2:] for call in calls] == [("-e", ".[test]")]
