"""Lesson 00: noise cancels in a crowd; the three designs are looked at through one viewer."""

import numpy as np
import pytest

from lessons.checks import start_here as checks
from lessons.datasets import digits
from lessons.fl.three_designs import DESIGNS, HELPER, SERVER, transcripts
from lessons.messages import seen_by
from lessons.plots.start_here import one_and_all
from lessons.widgets import start_here as widgets


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


def test_figure_of_one_and_all_has_words_and_shows_every_repetition():
    alt = "Left one patient's answers, right the share of everybody."
    plot = one_and_all([0, 1, 1], [0.5, 0.6, 0.55], truth=0.55, alt=alt)
    person, crowd = plot.figure.axes
    assert len(person.collections[0].get_offsets()) == 3
    assert [round(y) for _, y in crowd.collections[0].get_offsets()] == [50, 60, 55]
    assert list(crowd.lines[0].get_ydata()) == pytest.approx([55, 55])


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
