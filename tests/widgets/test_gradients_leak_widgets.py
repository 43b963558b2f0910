"""The widgets of lesson 23 answer."""

import numpy as np
import pytest

from lessons.checks import gradients_leak as checks
from lessons.datasets import digits
from lessons.plots.figure import BLUE, RED
from lessons.widgets import gradients_leak as widgets
from tests.plots.artists import hex_of
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "noise_against_search": {
        "noise_multiplier": ("noise multiplier σ/C", 0.001, 0.001, 1.0, 12),
    },
    "batch_against_search": {"n": ("images in the batch", 2, 1, 10, 1)},
}
SETTINGS = [10 ** (k / 4) for k in widgets.QUARTERS]


def test_answer_of_question_a_can_be_read_off_the_widget():
    found = [int(widgets.noisy(noise_multiplier=z).found.sum()) for z in SETTINGS]
    first = found.index(0)
    assert found == sorted(found, reverse=True) and found[0] == 3 and found[first - 1] > 0
    worth = widgets.noisy(noise_multiplier=SETTINGS[first]).epsilon
    assert checks.epsilon_that_hides.verdict(round(worth)).correct
    before, after = (widgets.noisy(noise_multiplier=SETTINGS[first + d]).epsilon for d in (-1, 1))
    assert checks.epsilon_that_hides.verdict(round(before)).code == "one_step_less"
    assert checks.epsilon_that_hides.verdict(round(after)).code == "one_step_more"


def test_question_a_is_not_decided_by_a_hair():
    clear, lost = (widgets.noisy(noise_multiplier=10 ** (k / 4)) for k in (-6, -5))
    assert (clear.errors / clear.control).min() < 0.7
    assert (lost.errors / lost.control).min() > 1.3


@pytest.mark.parametrize("tv_weight", [0.0, 0.03, 0.1, 0.3])
def test_no_other_price_for_rough_pictures_finds_what_question_a_calls_lost(monkeypatch, tv_weight):
    monkeypatch.setattr(widgets, "TV_WEIGHT", tv_weight)
    monkeypatch.setattr(widgets, "QUARTERS", range(-5, -4))
    images, _, control, pictures = widgets._noisy_searches.__wrapped__()
    assert (((pictures[0] - images) ** 2).mean(axis=1) > control).all()


def test_answer_of_question_c_can_be_read_off_the_widget():
    whole = [n for n in range(1, 11) if widgets.batch(n=n).found[0].all()]
    assert whole == list(range(1, 10)) and checks.largest_batch.verdict(max(whole)).correct
    assert "9 of 9 found" in widgets.describe_batch(widgets.batch(n=9))


def test_ten_labels_take_longer_and_no_more(monkeypatch):
    result = widgets.batch(n=10)
    assert not result.found[0].any()
    pool = digits()[0].astype(float)
    for picture, image in zip(result.pictures[0], result.images[0], strict=True):
        named = pool[((pool - picture) ** 2).mean(axis=1).argmin()]
        assert np.array_equal(named, image)  # each is nearer to its own than to any other
    words = widgets.describe_batch(result)
    assert "0 of 10 found" in words and "slower" in words and f"{len(pool)}" in words
    assert "600 steps find all ten" in words
    assert "slower" not in widgets.describe_batch(widgets.batch(n=9))
    monkeypatch.setattr(widgets, "ITERATIONS", 600)
    assert widgets.batch.__wrapped__(n=10).found[0].all()


def test_same_digits_are_not_found():
    assert all(not widgets.batch(n=n).found[1].all() for n in range(2, 11))


def test_pictures_of_a_batch_are_matched_with_their_images():
    result = widgets.batch(n=6)
    errors = ((result.pictures[0] - result.images[0]) ** 2).mean(axis=1)
    assert errors.max() < 1e-4


def test_nearest_other_images_are_other_images_and_as_near_as_it_says():
    result = widgets.noisy(noise_multiplier=0.1)
    pool = digits()[0].astype(float)
    for image, other, control in zip(result.images, result.others, result.control, strict=True):
        errors = np.sort(((pool - image) ** 2).mean(axis=1))
        assert errors[0] == 0 and ((other - image) ** 2).mean() == pytest.approx(control)
        assert control >= errors[1]


def test_noise_widget_shows_the_setting():
    widget = move(widgets.noise_against_search(), noise_multiplier=10**-1.0)
    result = widgets.noisy(noise_multiplier=0.1)
    for picture, pixels in zip(widget._artists["pictures"], result.pictures, strict=True):
        assert np.array_equal(picture.get_array().ravel(), pixels)
    words = [text.get_text() for text in widget._artists["words"]]
    assert words == [f"error {one:.4f}\nnot found" for one in result.errors]
    assert {hex_of(text.get_color()) for text in widget._artists["words"]} == {BLUE}
    assert {hex_of(edge.get_edgecolor()) for edge in widget._artists["frames"]} == {BLUE}
    assert "ε = 91.8" in widget.alt and "0 of 3 are found" in widget.alt
    assert "ε = 91.8" in widget._artists["worth"].get_text()


def test_batch_widget_shows_images_and_pictures_and_leaves_the_rest_white():
    widget = move(widgets.batch_against_search(), n=3)
    result = widgets.batch(n=3)
    shown = np.array([one.get_array().ravel() for one in widget._artists["pictures"]])
    shown = shown.reshape(4, 10, 64)
    assert np.array_equal(shown[[0, 2], :3], result.images)
    assert np.array_equal(shown[[1, 3], :3], result.pictures) and not shown[:, 3:].any()
    marks = [mark.get_text() for mark in widget._artists["marks"]]
    assert marks[:3] == ["found"] * 3 and set(marks[3:10]) == {""} == set(marks[13:])
    assert marks[10:13] == ["found" if hit else "not found" for hit in result.found[1]]
    assert hex_of(widget._artists["marks"][0].get_color()) == RED
    edges = np.reshape(widget._artists["frames"], (4, 10))
    assert [[edge.get_visible() for edge in row] for row in edges] == 4 * [3 * [True] + 7 * [False]]
    hits = [[hex_of(edge.get_edgecolor()) == RED for edge in row[:3]] for row in edges[[1, 3]]]
    assert hits == result.found.tolist()
