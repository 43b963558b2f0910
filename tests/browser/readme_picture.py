"""Make the README's pictures, in ``images``: lesson 12's first widget, and the card of a check.

python -m tests.browser.readme_picture
"""

import hashlib
import tempfile
from pathlib import Path

import nbformat

from tests.browser.conftest import chromium, jupyterlab
from tests.browser.test_lessons_in_jupyterlab import run_all
from tests.notebooks.course_notebooks import LESSONS, ROOT, by_id, read

WIDGET, CARD = ROOT / "images" / "lesson_12.png", ROOT / "images" / "check_card.png"
STAMP = ROOT / "images" / "made_from.txt"
LESSON = next(path for path in LESSONS if path.name.startswith("12_"))
DRAWN_BY = (  # what decides how the pictures look: a change asks for new ones
    *(f"lessons/{folder}/{LESSON.stem[3:]}.py" for folder in ("widgets", "plots")),
    "lessons/widgets/picture.py",
    "lessons/plots/figure.py",
    "lessons/checks/engine/card.py",
)
MISTAKE = '''def laplace_mechanism(
    value: np.ndarray, *, sensitivity: float, epsilon: float, rng: np.random.Generator
) -> np.ndarray:
    """Return value + Laplace noise of scale sensitivity / epsilon, a new array."""
    return value + rng.laplace(scale=epsilon / sensitivity, size=np.shape(value))'''


def fingerprint():
    """A hash of the code that draws what the pictures show."""
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in DRAWN_BY)).hexdigest()


def main():
    """Run the lesson with one wrong answer, move its first slider, take both pictures."""
    with (
        tempfile.TemporaryDirectory() as home,
        jupyterlab(Path(home)) as (address, token),
        chromium() as browser,
    ):
        lesson = read(LESSON)
        by_id(lesson)["exercise-12-2"].source = MISTAKE
        nbformat.write(lesson, Path(home) / "course" / "notebooks" / LESSON.name)
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        run_all(page, LESSON, address, token)
        page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        card = page.locator(".jp-Cell", has_text="laplace = checks.laplace_mechanism").last
        card.evaluate("e => e.previousElementSibling.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(700)
        top, end = (
            one.bounding_box() for one in (card.locator("xpath=preceding-sibling::*[1]"), card)
        )
        height = end["y"] + end["height"] - top["y"]
        page.screenshot(path=str(CARD), clip={**top, "height": height})
        handle = page.locator(".jp-OutputArea .noUi-handle").first
        handle.focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(300)
        cell = page.locator(".jp-Cell", has=handle).first
        cell.evaluate("e => e.previousElementSibling.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(700)
        page.screenshot(path=str(WIDGET))
    STAMP.write_text(
        "Made by `python -m tests.browser.readme_picture`, from the drawing code with this hash:\n"
        f"{fingerprint()}\n"
    )


if __name__ == "__main__":
    main()
