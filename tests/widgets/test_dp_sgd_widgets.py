"""What the widgets of lesson 16 compute, against values found in another way."""

import csv
from itertools import pairwise

import numpy as np
import pytest
import torch

from lessons import models
from lessons.checks import dp_sgd as checks
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.training import per_example
from lessons.dp.training.direction import ClippedMeans
from lessons.plots.figure import BLACK, BLUE, GREEN, ORANGE, RED
from lessons.widgets import dp_sgd as widgets
from lessons.widgets.progress import Progress
from tests.plots.artists import (
    frame,
    hex_of,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
)
from tests.widgets import private_runs
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "where_to_clip": {
        "stage": ("when", "before the first step"),
        "clip_norm": ("clip norm C", 10.0, 0.01, 100.0, 32),
        "noise_multiplier": ("noise multiplier", 2.0, 0.5, 8.0, 8),
        "sampling_rate": ("sampling rate q", 0.1, 0.01, 1.0, 20),
    },
    "whole_runs": {
        "noise_multiplier": ("noise multiplier", 2.0, 0.5, 8.0, 4),
        "clip_norm": ("clip norm C", 1.0, 10**-1.5, 10**1.5, 6),
        "learning_rate": ("learning rate η", 0.1, 10**-1.5, 10**1.5, 6),
    },
}

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


def test_the_divisor_of_the_stored_runs_is_the_same_for_neighbouring_tables(monkeypatch):
    images, labels, *test = private_runs.split()
    divisors = []

    def recorded(total, *, expected_batch_size, **_):
        divisors.append(expected_batch_size)
        return np.zeros_like(total)

    monkeypatch.setattr(private_runs, "noisy_mean", recorded)
    monkeypatch.setattr(private_runs, "STEPS", 2)
    for n in (len(images), len(images) - 1):
        private_runs.correct(2.0, 1.0, 1.0, seed=0, data=(images[:n], labels[:n], *test))
    assert divisors == [144.0] * 4, "the constant of the lesson"


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
        exact = run_epsilon(Run(noise_multiplier=level, sampling_rate=0.1, steps=300), delta=1e-4)
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


@pytest.fixture(scope="module")
def first_gradients():
    """(500, d): the gradient of one example after another at the start, by plain differentiation."""
    images, labels, _, _ = private_runs.split()
    model = models.digits_network(generator=torch.Generator().manual_seed(0))
    parameters = [one for one in model.parameters() if one.requires_grad]
    inputs = torch.as_tensor(images[:500], dtype=parameters[0].dtype)
    rows = []
    for example, label in zip(inputs, torch.as_tensor(labels[:500]), strict=True):
        loss = torch.nn.functional.cross_entropy(model(example[None]), label[None].long())
        rows.append(torch.cat([one.ravel() for one in torch.autograd.grad(loss, parameters)]))
    return torch.stack(rows).detach().numpy().astype(float)


@pytest.mark.parametrize(
    ("limit", "noise_multiplier", "sampling_rate"),
    [(10**0.25, 8**0.5, 10**-1.4), (0.01, 0.5, 1.0), (100.0, 8.0, 0.01)],
)
def test_picture_and_words_of_a_step(first_gradients, limit, noise_multiplier, sampling_rate):
    widget = move(
        widgets.where_to_clip(),
        clip_norm=limit, noise_multiplier=noise_multiplier, sampling_rate=sampling_rate,
    )  # fmt: skip
    left, right = widget.figure.axes
    norms, mean = np.linalg.norm(first_gradients, axis=1), first_gradients.mean(axis=0)

    def kept(c):
        """Cosine of the mean clipped gradient with the mean one, and what noise leaves of it."""
        g = np.mean(
            [row * min(1, c / n) for row, n in zip(first_gradients, norms, strict=True)], axis=0
        )
        cosine = g @ mean / np.linalg.norm(g) / np.linalg.norm(mean)
        noise = noise_multiplier * c / (sampling_rate * 1437) * np.sqrt(len(g))
        return cosine, cosine / np.sqrt(1 + (noise / np.linalg.norm(g)) ** 2)

    limits = np.logspace(-2, 2, 33)
    without, with_noise = np.array([kept(c) for c in limits]).T
    own = kept(limit)
    same_lines(
        right,
        line(limits, without, RED, "--", "clipped, no noise"),
        line(limits, with_noise, BLACK, "-", "clipped, with noise"),
        line([limit], [own[1]], GREEN, "o", "at this C"),
        upright(limit, ORANGE, ":", "clip norm C"),
        rel=1e-3,  # the network works in single precision
    )
    same_legend(right, "clip norm C", "clipped, no noise", "clipped, with noise", "at this C")
    edges = np.logspace(-4, 2, 49)
    counts = [((low <= norms) & (norms < high)).sum() for low, high in pairwise(edges)]
    assert sum(counts) == 500
    same_lines(
        left, line(edges, [*counts, counts[-1]], BLUE), upright(limit, ORANGE, ":", "clip norm C")
    )
    assert left.lines[0].get_drawstyle() == "steps-post"
    frame(left, xlabel="norm of one example's gradient", ylabel="number of examples (of 500)")
    frame(left, xscale="log", yscale="linear")
    assert ticks(left.xaxis)[1e-4] == "≤ $10^{-4}$" and ticks(left.xaxis)[1.0] == "$10^{0}$"
    frame(right, xlabel="clip norm C", ylabel="cosine with the mean gradient")
    frame(right, xscale="log", yscale="log")
    assert left.get_ylim() == pytest.approx((0, 1.1 * max(counts))), "scaled to the stage"
    low, high = right.get_ylim()
    assert low < with_noise.min() and high > 1, "both curves, at every setting"
    shortened = f"{100 * (norms > limit).mean():.0f}%"
    assert left.texts[0].get_text() == f"{shortened} of the gradients are shortened"
    assert right.texts[0].get_text() == f"cosine kept at this C: {own[1]:.3f}"
    assert numbers(widget.alt) == [
        f"{limit:.3g}", shortened, f"{own[0]:.3f}", f"{noise_multiplier:.3g}",
        f"{sampling_rate:.2g}", f"{sampling_rate * 1437:.0f}", f"{own[1]:.3f}", f"{with_noise.max():.3f}",
    ]  # fmt: skip


def test_gradient_of_exactly_the_clip_norm_is_not_shortened_and_tiny_ones_are_counted(monkeypatch):
    norms = np.array([1e-9, 0.5, 1.0, 1.0, 3.0])
    means = ClippedMeans(norms, 3, widgets.CLIP_NORMS, np.ones(33), np.ones(33))
    monkeypatch.setattr(widgets, "stages", lambda: {"now": means})
    result = widgets.step(stage="now", clip_norm=1.0, noise_multiplier=1.0, sampling_rate=0.1)
    assert result.clipped == 0.2 and result.counts[0] == 1 and result.counts.sum() == 5


def test_stages_are_those_of_a_run_with_its_steps_written_out():
    images, labels, _, _ = private_runs.split()
    model = models.digits_network(generator=torch.Generator().manual_seed(0))
    rng = np.random.default_rng(0)
    for _ in range(30):
        batch = np.flatnonzero(rng.random(1437) < 0.1)
        rows = per_example.gradients(model, images[batch], labels[batch])
        clipped = [row / max(1, np.linalg.norm(row)) for row in rows]
        g = (np.sum(clipped, axis=0) + rng.normal(scale=2, size=rows.shape[1])) / 144
        models.load(model, models.flatten(model) - g)
    norms = np.linalg.norm(per_example.gradients(model, images[:500], labels[:500]), axis=1)
    assert widgets.stages()["after 30 steps"].norms == pytest.approx(norms, rel=1e-3)
    assert list(widgets.STAGES) == list(widgets.stages())


@pytest.mark.parametrize(
    ("level", "column", "row"), [(4.0, 2, 5), (0.5, 0, 6), (8.0, 6, 0), (1.0, 3, 3)]
)
def test_picture_and_words_of_the_map(level, column, row):
    widget = move(
        widgets.whole_runs(),
        noise_multiplier=level,
        clip_norm=10 ** (column / 2 - 1.5),
        learning_rate=10 ** (row / 2 - 1.5),
    )
    with private_runs.TABLE.open(encoding="utf-8") as file:
        runs = [one for one in csv.DictReader(file) if float(one["noise_multiplier"]) == level]
    places = [f"{10 ** (k / 2 - 1.5):.6g}" for k in range(7)]
    table = np.zeros((7, 7))  # learning rates upwards, clip norms to the right
    for one in runs:
        where = places.index(one["learning_rate"]), places.index(one["clip_norm"])
        table[where] = sum(int(one[f"seed_{seed}"]) for seed in range(3)) / 1080
    axes = widget.figure.axes[0]
    (image,) = axes.images
    assert np.allclose(np.asarray(image.get_array()), table) and image.origin == "lower"
    assert image.get_clim() == (0.1, 1)
    assert {(x, y): words for words, x, y in texts(axes)[:49]} == {
        (x, y): f"{table[y, x]:.2f}" for x in range(7) for y in range(7)
    }
    for one in axes.texts[:49]:
        x, y = one.get_position()
        assert one.get_color() == ("white" if table[y, x] < 0.55 else "black"), "on dark, on light"
    (square,) = axes.lines
    assert image.get_zorder() < axes.texts[0].get_zorder() < square.get_zorder()
    assert square.get_xydata().tolist() == [[column, row]] and square.get_marker() == "s"
    assert hex_of(square.get_markeredgecolor()) == RED
    ticked = {k: f"{10 ** (k / 2 - 1.5):.2g}" for k in range(7)}
    assert ticks(axes.xaxis) == ticks(axes.yaxis) == ticked
    frame(axes, xlabel="clip norm C", ylabel="learning rate η")
    assert widget.figure.axes[1].get_ylabel() == "accuracy on test images"
    epsilon = run_epsilon(Run(noise_multiplier=level, sampling_rate=0.1, steps=300), delta=1e-4)
    own = f"{table[row, column]:.3f}"
    unit = 10.0 ** (np.floor(np.log10(epsilon)) - 2)
    up = f"{np.ceil(epsilon / unit) * unit:.3g}"  # three digits, rounded up
    assert axes.texts[-1].get_text() == (
        f"accuracy {own}; ε = {up} at δ = 1e-4, everywhere on the map"
    )
    assert numbers(widget.alt) == [
        f"{level:.3g}", f"{10 ** (column / 2 - 1.5):.3g}", f"{10 ** (row / 2 - 1.5):.3g}", own,
        "300", "360", up, "1e-4", "0.1", f"{table.max():.3f}",
    ]  # fmt: skip
