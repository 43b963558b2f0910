"""DP-SGD: the loop against one written out by hand, its price, and what it refuses before it starts."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from lessons import models
from lessons.datasets import digits
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.dp.training import per_example
from lessons.dp.training.adam import adam_step, start_adam
from lessons.dp.training.dp_sgd import privacy_statement, train
from lessons.dp.training.private_gradient import poisson_sample, private_gradient

RUN = Run(noise_multiplier=1.4, sampling_rate=0.2, steps=7)
SETTINGS = {
    "run": RUN,
    "clip_norm": 0.9,
    "expected_batch_size": 11.5,
    "learning_rate": 0.5,
    "delta": 1e-4,
}


@pytest.fixture(scope="module")
def examples():
    images, labels = digits()
    return images[:60].astype(np.float64), labels[:60]


def network(seed=0):
    return models.digits_network(generator=torch.Generator().manual_seed(seed), n_hidden=6)


def by_hand(examples, *, adam):
    """The same run, every gradient by a loop, every formula spelled out."""
    images, labels = examples
    model, rng = network(), np.random.default_rng(5)
    w = models.flatten(model)
    state = start_adam(len(w))
    for _ in range(RUN.steps):
        batch = np.flatnonzero(rng.random(60) < 0.2)
        models.load(model, w)
        rows = per_example.gradients_by_loop(model, images[batch], labels[batch])
        total = clip_rows(rows, clip_norm=0.9).sum(axis=0)
        g = (total + rng.normal(scale=1.4 * 0.9, size=len(w))) / 11.5
        if adam:
            w, state = adam_step(w, g, state, learning_rate=0.5)
        else:
            w = w - 0.5 * g
    return w


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("release", [None, private_gradient], ids=["summed", "rows"])
def test_run_is_the_one_written_out_by_hand(examples, optimizer, release):
    run = train(
        network(),
        *examples,
        **SETTINGS,
        optimizer=optimizer,
        private_gradient=release,
        rng=np.random.default_rng(5),
    )
    assert np.abs(run.parameters - by_hand(examples, adam=optimizer == "adam")).max() < 1e-9


def test_a_learners_own_release_is_what_drives_the_run(examples):
    calls = []

    def release(rows, *, clip_norm, noise_multiplier, expected_batch_size, rng):
        calls.append((rows.shape[1], clip_norm, noise_multiplier, expected_batch_size))
        return np.ones(rows.shape[1])

    model = network()
    start = models.flatten(model)
    run = train(
        model, *examples, **SETTINGS, private_gradient=release, rng=np.random.default_rng(1)
    )
    assert calls == [(len(start), 0.9, 1.4, 11.5)] * 7
    assert run.parameters == pytest.approx(start - 7 * 0.5)
    assert (models.flatten(model) == start).all(), "the model that was given is left alone"


def test_convolutional_network_trains_too(examples):
    model = models.digits_convnet(generator=torch.Generator().manual_seed(0))
    runs = [
        train(
            model,
            *examples,
            **{**SETTINGS, "run": replace(RUN, steps=2)},
            private_gradient=release,
            rng=np.random.default_rng(2),
        ).parameters
        for release in (None, private_gradient)
    ]
    assert np.abs(runs[0] - runs[1]).max() < 1e-9


def test_empty_batches_are_steps_like_any_other(examples):
    images, labels = examples
    rng = np.random.default_rng(0)
    sizes = [len(poisson_sample(3, sampling_rate=0.05, rng=rng)) for _ in range(7)]
    assert 0 in sizes
    settings = {**SETTINGS, "run": replace(RUN, sampling_rate=0.05), "expected_batch_size": 0.15}
    run = train(network(), images[:3], labels[:3], **settings, rng=np.random.default_rng(0))
    moved = run.parameters - models.flatten(network())
    # seven draws of deviation 0.5 · 1.26 / 0.15 each: their sum of 463 entries is within 20 %
    assert moved.std() == pytest.approx(0.5 * 1.26 / 0.15 * 7**0.5, rel=0.2)


def test_statement_says_what_the_run_cost_and_under_which_assumptions(examples):
    run = train(network(), *examples, **SETTINGS, rng=np.random.default_rng(3))
    epsilon = run_epsilon(RUN, delta=1e-4)
    assert run.statement.epsilon == pytest.approx(epsilon)
    words = str(run.statement)
    for entry in ("one example", "add/remove", "Poisson", "0.2", "DP-SGD", "7 steps", "0.9", "1.4"):
        assert entry in words
    price = {name: value for name, value in SETTINGS.items() if name != "learning_rate"}
    assert "DP-Adam" in str(privacy_statement(**price, optimizer="adam"))
    assert privacy_statement(**price) == run.statement
    price["run"] = replace(RUN, sampling_rate=0.12345)
    digits = privacy_statement(**price).sampling
    assert "0.12345" in digits


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("release", [None, private_gradient], ids=["summed", "rows"])
def test_two_neighbouring_tables_get_noise_of_the_same_size(examples, optimizer, release):
    """Everybody takes part, one step: what the two runs release differs by the clipped row alone."""
    images, labels = examples
    settings = {**SETTINGS, "run": Run(noise_multiplier=1.0, sampling_rate=1.0, steps=1)}
    settings["expected_batch_size"] = 60.0
    runs = []
    for n in (60, 59):
        rng = np.random.default_rng(11)
        rng.random(n)  # the coins of the sample come first, and one fewer of them
        before = rng.bit_generator.state
        rng = np.random.default_rng(11)
        given = {**settings, "optimizer": optimizer, "private_gradient": release, "rng": rng}
        moved = train(network(), images[:n], labels[:n], **given).parameters
        noise = np.random.default_rng(11)
        noise.bit_generator.state = before
        runs.append((moved, noise.normal(scale=0.9, size=len(moved))))
    if optimizer == "sgd":  # back from the parameters to the clipped sum, with one divisor for both
        start = models.flatten(network())
        sums = [(start - moved) / 0.5 * 60 - noise for moved, noise in runs]
        assert np.linalg.norm(sums[0] - sums[1]) <= 0.9 * (1 + 1e-6)
    statements = {
        str(
            train(
                network(), images[:n], labels[:n], **settings, rng=np.random.default_rng(1)
            ).statement
        )
        for n in (60, 59)
    }
    assert len(statements) == 1 and "60, fixed beforehand" in statements.pop()


def test_progress_comes_every_tenth_step_and_at_the_end(examples):
    seen = []
    train(
        network(),
        *examples,
        **{**SETTINGS, "run": replace(RUN, steps=23)},
        rng=np.random.default_rng(4),
        measure=lambda model: models.accuracy(model, *examples),
        progress=lambda done, total, value: seen.append((done, total, 0 <= value <= 1)),
    )
    assert seen == [(10, 23, True), (20, 23, True), (23, 23, True)]


def test_what_is_measured_at_the_end_is_the_network_that_is_released(examples):
    measured = []
    run = train(
        network(),
        *examples,
        **{**SETTINGS, "run": replace(RUN, steps=3)},
        rng=np.random.default_rng(4),
        measure=models.flatten,
        progress=lambda done, total, w: measured.append(w),
    )
    assert len(measured) == 1 and (measured[0] == run.parameters).all()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"clip_norm": 0}, "clip_norm must be positive .*, got clip_norm=0"),
        ({"clip_norm": float("nan")}, "clip_norm must be positive .*, got clip_norm=nan"),
        ({"expected_batch_size": 0}, "expected_batch_size must be positive"),
        ({"expected_batch_size": float("nan")}, "expected_batch_size must be positive"),
        ({"delta": 0}, "delta must lie strictly between 0 and 1, got delta=0"),
        ({"delta": 1}, "delta must lie strictly between 0 and 1, got delta=1"),
        ({"learning_rate": -1}, "learning_rate must be positive .*, got learning_rate=-1"),
        ({"optimizer": "adagrad"}, "optimizer must be one of sgd, adam, got optimizer='adagrad'"),
        ({"progress": print}, "measure must be given with progress"),
    ],
)
@pytest.mark.parametrize("release", [None, private_gradient], ids=["summed", "rows"])
def test_bad_settings_are_named_before_anything_is_drawn(examples, bad, words, release):
    model, rng = network(), np.random.default_rng(6)
    start, before = models.flatten(model), rng.bit_generator.state
    with pytest.raises(ValueError, match=words):
        train(model, *examples, **{**SETTINGS, **bad}, private_gradient=release, rng=rng)
    assert rng.bit_generator.state == before and (models.flatten(model) == start).all()


@pytest.mark.parametrize("release", [None, private_gradient], ids=["summed", "rows"])
def test_bad_examples_are_named_before_anything_is_drawn(examples, release):
    images, labels = examples
    rng = np.random.default_rng(7)
    before = rng.bit_generator.state
    outside, negative, spoiled = labels.copy(), labels.copy(), images.copy()
    outside[-1], negative[-1], spoiled[5, 5] = 10, -1, np.nan
    for bad, words in (
        ((images[:0], labels[:0]), "images must hold at least one example, got images of shape"),
        ((images, outside), "labels must be from 0 to 9, got 10"),
        ((images, negative), "labels must be from 0 to 9, got -1"),
        ((images, labels[:-1]), "labels must be one per image"),
        ((images, labels + 0.5), "labels must be integers"),
        ((spoiled, labels), "images must hold finite numbers only"),
        ((images[:, :60], labels), "images must fit the model"),
    ):
        with pytest.raises(ValueError, match=words):
            train(network(), *bad, **SETTINGS, private_gradient=release, rng=rng)
    assert rng.bit_generator.state == before


def test_a_layer_without_a_rule_is_a_type_error(examples):
    model = nn.Sequential(nn.Linear(64, 6), nn.LayerNorm(6), nn.Linear(6, 10)).double()
    with pytest.raises(TypeError, match="LayerNorm"):
        train(model, *examples, **SETTINGS, rng=np.random.default_rng(8))


def test_a_release_that_is_no_vector_of_numbers_is_refused(examples):
    for broken in (lambda rows, **settings: rows, lambda rows, **settings: np.full(460, np.nan)):
        with pytest.raises(ValueError, match="private_gradient must"):
            train(
                network(),
                *examples,
                **SETTINGS,
                private_gradient=broken,
                rng=np.random.default_rng(9),
            )
