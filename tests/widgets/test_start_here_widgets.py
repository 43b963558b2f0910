"""Lesson 00: noise cancels in a crowd; the three designs are looked at through one viewer."""

import numpy as np
import pytest

from lessons.checks import start_here as checks
from lessons.datasets import HOSPITALS, digits
from lessons.fl.three_designs import DESIGNS, HELPER, SERVER, transcripts
from lessons.transcript import seen_by
from lessons.widgets import start_here as widgets
from tests.plots.artists import numbers
from tests.widgets.every_widget import arrows, move

CONTROLS = {  # see test_controls.py
    "person_and_crowd": {
        "noise": ("noise on every pixel", 1.5, 0.0, 3.0, 0.1),
        "n_people": ("number of people", 5, 5, 180, 5),
    },
    "three_designs_viewer": {
        "design": ("design", "central: records travel"),
        "step": ("step", 2, 0, 4, 1),
        "viewer": ("look over the shoulder of", "Server"),
    },
}


def test_noise_left_shrinks_like_one_over_the_root_of_the_people():
    for n_people in range(5, 181, 5):
        result = widgets.blur(noise=1.5, n_people=n_people)
        # the draws were chosen for evenness: within 5 % where chance alone would give 10 %
        assert result.noise_left == pytest.approx(1.5 / np.sqrt(n_people), rel=0.05)


def test_noise_left_is_proportional_to_the_noise_and_none_without():
    assert widgets.blur(noise=0.0, n_people=25).noise_left == 0
    once, twice = (widgets.blur(noise=size, n_people=25).noise_left for size in (1.0, 2.0))
    assert twice == pytest.approx(2 * once)


def test_without_noise_the_pages_are_the_digits_themselves():
    images, labels = digits()
    written = images[labels == checks.HIDDEN_DIGIT][:180].reshape(-1, 8, 8)
    result = widgets.blur(noise=0.0, n_people=180)
    inside = (slice(2, 10), slice(2, 10))
    assert np.allclose(result.one[inside], written[0])
    assert np.allclose(result.average[inside], written.mean(axis=0))
    assert result.one.sum() == pytest.approx(written[0].sum()), "the margin is empty"


def test_crowd_can_be_read_and_most_single_pages_cannot():
    """Nearest mean digit: right for the average of 180 pages, wrong for most of the pages."""
    images, labels = digits()
    centres = np.stack([images[labels == digit].mean(axis=0) for digit in range(10)])  # (10, 64)

    def nearest(page):
        flat = page[2:10, 2:10].ravel()
        return int(np.argmin(((centres - flat) ** 2).sum(axis=1)))

    assert nearest(widgets.blur(noise=1.5, n_people=180).average) == checks.HIDDEN_DIGIT
    pages, noise = widgets._pages()
    found = [nearest(page) for page in pages + 1.5 * noise]
    assert np.mean(np.array(found) == checks.HIDDEN_DIGIT) < 0.5


@pytest.mark.parametrize(
    "bad",
    [
        {"noise": -0.1, "n_people": 5},
        {"noise": float("nan"), "n_people": 5},
        {"noise": 1.0, "n_people": 0},
        {"noise": 1.0, "n_people": 181},
        {"noise": 1.0, "n_people": 5.0},
    ],
)
def test_blur_names_bad_input(bad):
    with pytest.raises(ValueError, match=r"(noise|n_people) must .*, got (noise|n_people)="):
        widgets.blur(**bad)


def test_words_say_what_is_left():
    widget = widgets.person_and_crowd()
    before = widget.png
    widget.controls["n_people"].value = 180
    assert widget.png != before
    left = widgets.blur(noise=1.5, n_people=180).noise_left
    assert f"{left:.3f} is left" in widget.alt and "180 pages" in widget.alt
    assert str(checks.HIDDEN_DIGIT) not in widget.alt.replace("180", ""), "the words must not tell"


def test_factor_of_question_b_can_be_read_off_the_words():
    for few in (5, 10, 20, 25, 40, 45):
        left = {n: round(widgets.blur(noise=1.5, n_people=n).noise_left, 3) for n in (few, 4 * few)}
        assert left[few] / left[4 * few] == pytest.approx(2, abs=0.15)


def test_look_shows_a_party_what_seen_by_gives_it():
    for design, transcript in transcripts().items():
        for eyes in (*widgets.EYES, widgets.POOLED):
            for step in range(5):
                shown = widgets.look(design=design, step=step, viewer=eyes).view
                assert list(shown.seen) == seen_by(transcript, eyes.split(" + "), step=step)


def test_server_alone_reads_random_numbers_and_the_pair_reads_the_sum():
    design = DESIGNS[2]
    alone = widgets.look(design=design, step=2, viewer=SERVER).view.seen
    pair = widgets.look(design=design, step=2, viewer=f"{SERVER} + {HELPER}").view.seen
    swiss = [int(one.content) for one in pair if one.sender == "Switzerland"]
    assert len(alone) == 4 and len(swiss) == 2
    assert sum(swiss) > 100_000, "the sum must wrap round, or question D has no trap"
    assert sum(swiss) % 100_000 == 6804
    assert checks.pooled_shares.verdict(6804).correct


def test_real_viewer_follows_all_three_controls():
    widget = widgets.three_designs_viewer()
    pictures = {widget.png}
    for name, value in {
        "design": DESIGNS[2],
        "viewer": widgets.POOLED,
        "step": 3,
    }.items():
        widget.controls[name].value = value
        pictures.add(widget.png)
    assert len(pictures) == 4
    assert widget.alt.startswith("Design secret-shared") and "sum 2 from Helper" in widget.alt


def test_picture_does_not_depend_on_the_way_to_it():
    """Lines whose pixels are kept (new ones blue, older ones black) equal freshly drawn ones."""
    walked, straight = widgets.three_designs_viewer(), widgets.three_designs_viewer()
    walked.controls["design"].value = DESIGNS[2]
    for step in (1, 2, 4, 0, 3):
        walked.controls["step"].value = step
    straight.controls["step"].value = 3  # its first sight of the design has only older lines
    straight.controls["design"].value = DESIGNS[2]
    assert walked.alt == straight.alt
    assert walked.png == straight.png


@pytest.mark.parametrize(("noise", "n_people"), [(1.7, 35), (3.0, 5), (0.0, 180), (0.4, 180)])
def test_picture_and_words_of_the_pages(noise, n_people):
    widget = move(widgets.person_and_crowd(), noise=noise, n_people=n_people)
    left, right = (axes.images[0] for axes in widget.figure.axes)
    images, labels = digits()
    clean = np.zeros((n_people, 12, 12))
    clean[:, 2:10, 2:10] = images[labels == checks.HIDDEN_DIGIT][:n_people].reshape(-1, 8, 8)
    pages = clean + noise * np.random.default_rng(1806).normal(size=(180, 12, 12))[:n_people]
    rms = float(np.sqrt(((pages.mean(axis=0) - clean.mean(axis=0)) ** 2).mean()))
    for image, page, left_over in ((left, pages[0], noise), (right, pages.mean(axis=0), rms)):
        assert np.allclose(np.asarray(image.get_array()), page)
        assert image.get_clim() == pytest.approx((-left_over / 2, 0.9 + left_over / 2))
        assert image.get_cmap().name == "gray_r" and image.origin == "upper", "ink is dark"
    assert widget.figure.axes[0].get_title() == "one page, as it was handed in"
    assert [one.get_text() for one in widget.figure.texts] == [f"the average of {n_people} pages"]
    size = f"{noise:.1f}"
    assert numbers(widget.alt) == [size, str(n_people), size, f"{rms:.3f}"]


@pytest.mark.parametrize("design", range(3))
def test_viewer_of_the_designs_shows_the_step_of_the_chosen_one(design):
    widget = move(
        widgets.three_designs_viewer(), design=DESIGNS[design], viewer=widgets.POOLED, step=3
    )
    script = transcripts()[DESIGNS[design]]
    assert widget.alt.startswith(f"Design {DESIGNS[design]}. Step 3: {script.steps[2]}.")
    assert [one.get_text() for one in widget.figure.texts] == [f"Step 3 · {script.steps[2]}"]
    assert widget._artists["heading"].get_text() == "Server + Helper can read:"
    for step in range(5):
        sent = [message for message in script.messages if message.step == step]
        pairs = {(one.sender, receiver) for one in sent for receiver in one.receivers}
        assert set(arrows(move(widget, step=step))) == pairs
    options = [SERVER, "Server + Helper", HELPER, *HOSPITALS]
    assert list(widget.controls["viewer"].options) == options
    assert list(widget.controls["design"].options) == list(DESIGNS)
