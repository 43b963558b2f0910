"""What the widgets of lesson 16 compute, against values found in another way."""

import csv

import numpy as np
import pytest

from lessons.checks import dp_sgd as checks
from lessons.dp.accounting import dp_sgd_epsilon
from lessons.widgets import dp_sgd as widgets
from lessons.widgets.progress import Progress
from tests.widgets import private_runs

LATE = {"stage": "after 300 steps", "noise_multiplier": 2.0, "sampling_rate": 0.1}


def test_training_examples_are_those_of_the_stored_runs():
    images, labels, _, _ = private_runs.split()
    own_images, own_labels = widgets.training_examples()
    assert (images == own_images).all() and (labels == own_labels).all()
    assert private_runs.N_TRAIN == widgets.N_TRAIN


def test_answer_to_question_a_is_the_top_of_the_curve_that_the_widget_draws():
    kept = widgets.step(**LATE, clip_norm=1.0).with_noise
    best = float(widgets.CLIP_NORMS[kept.argmax()])
    assert checks.best_clip_norm.verdict(best).correct
    for clip_norm, quality in zip(widgets.CLIP_NORMS, kept / kept.max(), strict=True):
        right = checks.best_clip_norm.verdict(float(clip_norm)).correct
        assert right == (quality > 0.96), (clip_norm, quality)
    norms = widgets.stages()["after 300 steps"].norms
    assert checks.best_clip_norm.verdict(float(np.median(norms))).code == "the_median"
    assert checks.best_clip_norm.verdict(float(norms.max())).code == "nobody_clipped"


def test_at_the_start_every_small_clip_norm_keeps_the_same_direction():
    result = widgets.step(**{**LATE, "stage": "before the first step"}, clip_norm=1.0)
    norms = widgets.stages()["before the first step"].norms
    below = norms.min() > widgets.CLIP_NORMS
    assert 15 < below.sum() < len(below) and result.clipped == 1.0
    assert np.ptp(result.with_noise[below]) < 1e-9
    assert result.with_noise[-1] < 0.1 * result.with_noise[0]


def test_the_chosen_point_lies_on_both_curves_and_counts_are_examples():
    for stage in widgets.STAGES:
        for where in (0, 13, 32):
            limit = float(widgets.CLIP_NORMS[where])
            result = widgets.step(**{**LATE, "stage": stage}, clip_norm=limit)
            assert result.chosen == (result.without_noise[where], result.with_noise[where])
            assert result.counts.sum() == 500
            norms = widgets.stages()[stage].norms
            assert result.clipped == pytest.approx((norms > limit).mean())


def test_more_people_in_the_batch_keep_more_of_the_direction():
    few = widgets.step(**{**LATE, "sampling_rate": 0.01}, clip_norm=1.0).chosen[1]
    many = widgets.step(**{**LATE, "sampling_rate": 1.0}, clip_norm=1.0).chosen[1]
    assert few < 0.011 and many > 30 * few


def test_words_of_a_step_hold_every_number():
    widget = widgets.where_to_clip()
    widget.controls["stage"].value = "after 300 steps"
    widget.controls["clip_norm"].value = 1.0
    for entry in ("After 300 steps", "clip norm 1:", "23%", "0.1", "144", "0.044"):
        assert entry in widget.alt, widget.alt


def test_table_of_stored_runs_has_the_settings_of_the_sliders():
    with private_runs.TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * 7 * 7
    found = [
        tuple(float(row[name]) for name in ("noise_multiplier", "clip_norm", "learning_rate"))
        for row in rows
    ]
    settings = [
        (level, limit, rate)
        for level in widgets.LEVELS
        for limit in widgets.HALF_DECADES
        for rate in widgets.HALF_DECADES
    ]
    assert np.allclose(found, settings, rtol=1e-5)
    assert tuple(private_runs.CLIP_NORMS) == pytest.approx(tuple(widgets.HALF_DECADES))


@pytest.mark.parametrize(
    ("noise_multiplier", "clip_norm", "learning_rate"),
    [(2.0, 1.0, 1.0), (4.0, 0.1, 10.0), (0.5, 10.0, 0.1)],
)
def test_stored_runs_have_not_drifted(noise_multiplier, clip_norm, learning_rate):
    again = private_runs.correct(
        noise_multiplier, clip_norm, learning_rate, seed=1, data=private_runs.split()
    )
    with private_runs.TABLE.open(encoding="utf-8") as file:
        stored = [
            int(row["seed_1"])
            for row in csv.DictReader(file)
            if np.allclose(
                [float(row[k]) for k in ("noise_multiplier", "clip_norm", "learning_rate")],
                [noise_multiplier, clip_norm, learning_rate],
                rtol=1e-5,
            )
        ]
    # other processors round otherwise, and 300 steps may turn a few of the 360 images
    assert len(stored) == 1 and abs(again - stored[0]) <= 6


def test_runs_are_looked_up_where_the_sliders_stand():
    with private_runs.TABLE.open(encoding="utf-8") as file:
        row = next(
            one
            for one in csv.DictReader(file)
            if one["noise_multiplier"] == "4"
            and one["clip_norm"] == "0.316228"
            and one["learning_rate"] == "10"
        )
    result = widgets.runs(noise_multiplier=4.0, clip_norm=10**-0.5, learning_rate=10.0)
    mean = sum(int(row[f"seed_{seed}"]) for seed in range(3)) / 3 / 360
    assert result.chosen == pytest.approx(mean)
    assert result.accuracies[5, 2] == pytest.approx(mean), "rows: learning rates, columns: C"


def test_epsilons_on_the_map_are_those_of_the_accountant():
    for level, epsilon in widgets.EPSILONS.items():
        exact = dp_sgd_epsilon(noise_multiplier=level, sampling_rate=0.1, steps=300, delta=1e-4)
        assert epsilon == pytest.approx(exact, rel=1e-3)


def test_answer_to_question_c_is_what_a_run_outside_the_map_says():
    data = private_runs.split()
    at_hundred, at_one = (
        private_runs.correct(2.0, 0.01, rate, seed=0, data=data) / 360 for rate in (100.0, 1.0)
    )
    best_at_one = widgets.stored_runs()[2.0][:, 3]
    assert best_at_one.argmax() == 3, "for C = 1 a learning rate of 1"
    assert at_hundred > best_at_one.max() - 0.04 > at_one + 0.3
    assert checks.small_clip_norm.verdict(100).correct
    assert checks.small_clip_norm.verdict(1).code == "rate_kept"


def test_on_the_diagonal_only_the_product_counts():
    table = widgets.stored_runs()[2.0]
    diagonal = [table[6 - k, k] for k in range(4)]  # C from 0.03 to 1, eta from 32 to 1
    assert np.ptp(diagonal) < 0.02 and min(diagonal) > 0.93


def test_words_of_the_runs_say_epsilon_with_all_that_belongs_to_it():
    widget = widgets.whole_runs()
    widget.controls["noise_multiplier"].value = 4.0
    for entry in ("ε = 1.5", "δ = 1e-4", "one example", "add/remove", "Poisson", "rate 0.1"):
        assert entry in widget.alt, widget.alt


def test_progress_says_what_it_counts(capsys):
    Progress("DP-SGD", unit="step")(3, 7, 0.5)
    assert "DP-SGD: step 3 of 7, accuracy 50%" in capsys.readouterr().out
