"""The self-test names what is wrong and what to do, and says nothing about the machine when all is well."""

import subprocess
import sys
from dataclasses import replace

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from lessons import installation
from lessons.checks.self_test import Report, self_test
from lessons.installation import (
    NEEDED_MEGABYTES,
    WIDGET_PAGE,
    Facts,
    findings,
    free_megabytes,
    requirements,
    within,
)

GOOD = Facts(
    python="3.12.4",
    wanted_python=">=3.11",
    wanted={"numpy": ">=1.26,<3", "matplotlib": ">=3.10,<4", "torch": ">=2.2,<3"},
    found={"numpy": "2.4.0", "matplotlib": "3.11.2", "torch": "2.13.0+cpu"}
    | dict.fromkeys(WIDGET_PAGE, "3.0"),
    torch_importable=True,
    kernel=True,
    drawing_error="",
    free_megabytes=4000.0,
)


def faults(facts):
    return {one.what: one.says for one in findings(facts) if not one.good}


def test_all_good_says_so_without_versions_paths_or_numbers():
    report = Report(findings(GOOD))
    assert report.good and faults(GOOD) == {}
    assert repr(report).splitlines()[-1] == "All good. Go on."
    assert [one.what for one in findings(GOOD)] == [
        "Python", "Packages", "PyTorch", "Pictures", "Widgets", "Memory",
    ]  # fmt: skip
    for word in ("3.12", "2.4", "3.11", "2.13", "/", "4000"):
        assert word not in repr(report)


@pytest.mark.parametrize(
    ("change", "what", "named", "advice"),
    [
        ({"python": "3.10.9"}, "Python", "3.10.9", "course.py lab"),
        ({"found": GOOD.found | {"numpy": None}}, "Packages", "numpy is missing", "course.py lab"),
        ({"found": GOOD.found | {"numpy": "3.0.0"}}, "Packages", "numpy is 3.0.0", ">=1.26,<3"),
        ({"found": GOOD.found | {"matplotlib": "3.9.4"}}, "Packages", "3.9.4", "course.py lab"),
        (
            {"found": GOOD.found | {"torch": None}},
            "PyTorch",
            "torch is missing",
            "16, 17, 21, 22, 23, 24, 25 and 52",
        ),
        ({"found": GOOD.found | {"torch": "1.13.1"}}, "PyTorch", "1.13.1", "course.py lab"),
        ({"torch_importable": False}, "PyTorch", "cannot be found", "the others do not"),
        ({"drawing_error": "OSError: no font"}, "Pictures", "no font", "Restart"),
        ({"kernel": False}, "Widgets", "not a notebook", "JupyterLab"),
        *(
            ({"found": GOOD.found | {half: None}}, "Widgets", half, "reload")
            for half in ("jupyterlab-widgets", "widgetsnbextension")
        ),
        ({"free_megabytes": 300.0}, "Memory", "300 MB", "shut down"),
    ],
)
def test_each_fault_has_its_own_line_that_names_it_and_says_what_to_do(change, what, named, advice):
    found = faults(replace(GOOD, **change))
    assert list(found) == [what]
    assert named in found[what] and advice in found[what]
    report = Report(findings(replace(GOOD, **change)))
    assert not report.good and "1 to mend" in repr(report)
    assert f"✗ {what}: " in repr(report) and repr(report).count("✓") == 5


def test_several_wrong_packages_are_all_named():
    words = faults(replace(GOOD, found=dict.fromkeys(WIDGET_PAGE, "3")))
    assert "numpy is missing; matplotlib is missing" in words["Packages"]
    assert set(words) == {"Packages", "PyTorch"}


def test_memory_that_the_system_does_not_tell_is_no_fault():
    unknown = replace(GOOD, free_megabytes=None)
    assert faults(unknown) == {}
    assert any("not measured" in one.says for one in installation.findings(unknown))
    assert faults(replace(GOOD, free_megabytes=float(NEEDED_MEGABYTES))) == {}
    assert "Memory" in faults(replace(GOOD, free_megabytes=NEEDED_MEGABYTES - 1.0))


@pytest.mark.parametrize("ranges", [">=1.26,<3", "<4,>=3.10", ">2.2", "==2.13.0", "!=2.0,<=3", ""])
@pytest.mark.parametrize(
    "version", ["1.9", "1.26", "1.26.4", "2", "2.0.0", "2.2", "2.10.1", "2.13.0", "3", "3.9", "3.10"]
)  # fmt: skip
def test_within_agrees_with_packaging(version, ranges):
    assert within(version, ranges) == (Version(version) in SpecifierSet(ranges))


def test_within_ignores_a_local_label_and_refuses_bounds_that_it_does_not_know():
    assert within("2.13.0+cpu", ">=2.2,<3") and within("2.13.0+cu128", "==2.13")
    with pytest.raises(ValueError, match="ranges must hold bounds such as"):
        within("1.0", "~=1.0")


def test_requirements_are_those_of_the_package():
    python, wanted = requirements()
    assert within("3.11.7", python) and not within("3.10.14", python)
    assert {"numpy", "matplotlib", "torch", "ipywidgets", "jupyterlab"} <= set(wanted)
    assert "pytest" not in wanted, "extras are not needed for the lessons"
    assert not within("1.0", wanted["numpy"]) and within("2.4.6", wanted["numpy"])


def test_requirements_read_from_installed_metadata_agree_with_the_folder(monkeypatch):
    lines = ["numpy<3,>=1.26", "torch (>=2.2)", 'pytest>=9; extra == "test"']

    class About(dict):
        def get_all(self, name):
            return lines if name == "Requires-Dist" else None

    monkeypatch.setattr(
        installation.metadata, "metadata", lambda name: About({"Requires-Python": ">=3.11"})
    )
    assert requirements() == (">=3.11", {"numpy": "<3,>=1.26", "torch": ">=2.2"})


def test_free_memory_is_what_a_container_leaves_when_that_is_less(tmp_path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  16000000 kB\nMemAvailable:  8192000 kB\n")
    assert free_megabytes(meminfo, tmp_path) == 8000
    (tmp_path / "memory.max").write_text("2147483648\n")
    (tmp_path / "memory.current").write_text("1610612736\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 268435456\n")
    assert free_megabytes(meminfo, tmp_path) == 2048 - 1536 + 256
    (tmp_path / "memory.max").write_text("max\n")
    assert free_megabytes(meminfo, tmp_path) == 8000


def test_free_memory_of_an_older_container_is_seen_too(tmp_path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable:  8192000 kB\n")
    (tmp_path / "memory").mkdir()
    for name, value in {
        "memory.limit_in_bytes": 1024 * 2**20,
        "memory.usage_in_bytes": 1000 * 2**20,
    }.items():
        (tmp_path / "memory" / name).write_text(f"{value}\n")
    (tmp_path / "memory" / "memory.stat").write_text(f"total_inactive_file {100 * 2**20}\n")
    assert free_megabytes(meminfo, tmp_path) == 124


def test_free_memory_without_linux_files_is_a_guess_or_nothing(tmp_path):
    guess = free_megabytes(tmp_path / "nothing", tmp_path)
    assert guess is None or guess > 100


def test_drawing_that_fails_becomes_a_sentence():
    def broken():
        raise OSError("no space left")

    seen = installation.facts(draw=broken)
    assert seen.drawing_error == "OSError: no space left"
    assert installation.facts(draw=lambda: None).drawing_error == ""


def test_self_test_here_finds_only_that_no_notebook_runs_and_loads_no_torch():
    code = (
        "import sys\n"
        "from lessons.checks.self_test import self_test\n"
        "bad = [one.what for one in self_test().findings if not one.good]\n"
        "print(bad, 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['Widgets'] False"


def test_self_test_draws_and_reports_in_words_and_html():
    report = self_test()
    pictures = next(one for one in report.findings if one.what == "Pictures")
    assert pictures.good
    page = Report(findings(replace(GOOD, drawing_error="a < b")))._repr_html_()
    assert 'role="status"' in page and "a &lt; b" in page


def test_installation_needs_only_the_standard_library_at_its_top():
    code = (
        "import sys; before = set(sys.modules); import lessons.installation, lessons.checks.self_test; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'lessons'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
