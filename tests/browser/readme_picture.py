"""Make the README's picture, ``images/lesson_12.png``: lesson 12's first widget in JupyterLab.

python -m tests.browser.readme_picture
"""

import hashlib
import tempfile
from pathlib import Path

from tests.browser.conftest import chromium, jupyterlab
from tests.browser.test_lessons_in_jupyterlab import run_all
from tests.notebooks.course_notebooks import LESSONS, ROOT

PICTURE = ROOT / "images" / "lesson_12.png"
STAMP = ROOT / "images" / "lesson_12.txt"
LESSON = next(path for path in LESSONS if path.name.startswith("12_"))
SHOWN = ("widgets", "plots")  # what decides how the picture looks: a change asks for a new one


def fingerprint():
    """A hash of the code that draws what the picture shows."""
    files = [ROOT / "lessons" / folder / f"{LESSON.stem[3:]}.py" for folder in SHOWN]
    files += [ROOT / "lessons/widgets/picture.py", ROOT / "lessons/plots/figure.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def main():
    """Run the lesson, move its first slider, take the picture."""
    with (
        tempfile.TemporaryDirectory() as home,
        jupyterlab(Path(home)) as (address, token),
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        run_all(page, LESSON, address, token)
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        handle = page.locator(".jp-OutputArea .noUi-handle").first
        handle.focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(300)
        cell = page.locator(".jp-Cell", has=handle).first
        cell.evaluate("e => e.previousElementSibling.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(700)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=str(PICTURE))
    STAMP.write_text(
        "Made by `python -m tests.browser.readme_picture`, from the drawing code with this hash:\n"
        f"{fingerprint()}\n"
    )


if __name__ == "__main__":
    main()
