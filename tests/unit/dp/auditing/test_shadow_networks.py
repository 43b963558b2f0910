"""Networks trained side by side: each as if it were alone, by autograd and by the reference step."""

import numpy as np
import pytest
import torch
from torch import nn

from lessons import models
from lessons.dp.auditing import shadow_networks
from lessons.dp.auditing.shadow_networks import (
    Networks,
    _samples,
    accuracies,
    gradient_sums,
    margins,
    train_networks,
)
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.dp.training.per_example import gradients_by_loop

N_HIDDEN = 5


@pytest.fixture(scope="module")
def examples():
    rng = np.random.default_rng(1)
    return rng.random((12, 7)), rng.integers(0, 10, size=12)


@pytest.fixture(scope="module")
def networks(examples):
    members = np.random.default_rng(2).random((3, 12)) < 0.6
    return train_networks(
        *examples, members, steps=4, sampling_rate=0.5, learning_rate=2.0,
        n_hidden=N_HIDDEN, rng=np.random.default_rng(3),
    )  # fmt: skip


def alone(networks, k):
    """Network k as an ordinary torch model in float64."""
    model = nn.Sequential(nn.Linear(7, N_HIDDEN), nn.ReLU(), nn.Linear(N_HIDDEN, 10)).double()
    with torch.no_grad():
        for layer, weight, bias in zip((0, 2), networks.weights, networks.biases, strict=True):
            model[layer].weight.copy_(weight[k].T)
            model[layer].bias.copy_(bias[k, 0])
    return model


def flat(sums, k):
    """The sums of network k, laid out as ``lessons.models.flatten`` does."""
    first, first_bias, last, last_bias = (one[k].double().numpy() for one in sums)
    return np.concatenate([first.T.ravel(), first_bias[0], last.T.ravel(), last_bias[0]])


@pytest.mark.parametrize("clip_norm", [None, 0.3, 1.5, 100.0])
def test_sums_are_those_of_each_networks_own_clipped_gradients(examples, networks, clip_norm):
    images, labels = examples
    chosen = np.random.default_rng(4).random((3, 12)) < 0.5
    rows, taking_part = _samples(chosen)
    sums = gradient_sums(
        networks,
        torch.from_numpy(images.astype(np.float32))[rows],
        torch.from_numpy(labels)[rows],
        taking_part,
        clip_norm=clip_norm,
    )
    for k in range(3):
        own = gradients_by_loop(alone(networks, k), images[chosen[k]], labels[chosen[k]])
        own = own if clip_norm is None else clip_rows(own, clip_norm=clip_norm)
        assert np.abs(flat(sums, k) - own.sum(axis=0)).max() < 2e-6  # float32


def test_empty_batch_gives_zeros(examples, networks):
    rows, taking_part = _samples(np.zeros((3, 12), dtype=bool))
    images = torch.from_numpy(examples[0].astype(np.float32))[rows]
    labels = torch.from_numpy(examples[1])[rows]
    sums = gradient_sums(networks, images, labels, taking_part, clip_norm=1.0)
    assert all((one == 0).all() for one in sums)


def test_full_batch_step_is_gradient_descent_on_the_sum(examples):
    images, labels = examples
    members = np.random.default_rng(5).random((2, 12)) < 0.5
    settings = {"sampling_rate": 1.0, "learning_rate": 0.7, "n_hidden": N_HIDDEN}
    one, two = (
        train_networks(images, labels, members, steps=t, rng=np.random.default_rng(6), **settings)
        for t in (1, 2)
    )
    for k in range(2):
        before, after = alone(one, k), alone(two, k)
        total = gradients_by_loop(before, images[members[k]], labels[members[k]]).sum(axis=0)
        moved = models.flatten(after) - models.flatten(before)
        assert np.abs(moved + 0.7 / 6 * total).max() < 1e-6  # divided by 12 / 2, not by who is in


def test_every_network_samples_on_its_own_and_anew_in_every_step(monkeypatch):
    drawn = []

    def spy(chosen):
        drawn.append(chosen)
        return _samples(chosen)

    monkeypatch.setattr(shadow_networks, "_samples", spy)
    images, labels, members = np.zeros((3000, 1)), np.zeros(3000, dtype=int), np.ones((2, 3000))
    train_networks(
        images, labels, members == 1, steps=2, sampling_rate=0.3, learning_rate=1.0, n_hidden=1,
        rng=np.random.default_rng(12),
    )  # fmt: skip
    one, other, later, _ = np.concatenate(drawn)
    rates = [one.mean(), other.mean(), later.mean(), (one & other).mean(), (one & later).mean()]
    # 5.5 standard errors of the largest one, 0.5 / √3000: wrong by chance 4e-8 a piece
    assert rates == pytest.approx([0.3, 0.3, 0.3, 0.09, 0.09], abs=5.5 * 0.5 / 3000**0.5)


def test_what_a_network_never_saw_does_not_move_it(examples):
    images, labels = examples
    members = np.zeros((2, 12), dtype=bool)
    members[:, :6] = True
    settings = {"steps": 5, "sampling_rate": 0.5, "learning_rate": 1.0, "n_hidden": N_HIDDEN}
    other = np.where(np.arange(12)[:, None] < 6, images, 9.0)
    one, two = (
        train_networks(x, labels, members, rng=np.random.default_rng(7), **settings)
        for x in (images, other)
    )
    pairs = zip(one.all_parameters(), two.all_parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_start_is_uniform_within_one_over_the_root_of_the_inputs():
    """Nobody is a member, so nothing moves: 7 inputs feed 3 hidden units, these feed 10 logits."""
    start = train_networks(
        np.zeros((1, 7)), np.zeros(1, dtype=int), np.zeros((4000, 1), dtype=bool), steps=1,
        sampling_rate=1.0, learning_rate=1.0, n_hidden=3, rng=np.random.default_rng(11),
    )  # fmt: skip
    for stack, inputs in zip(start.all_parameters(), (7, 7, 3, 3), strict=True):
        scaled = np.sort(stack.double().numpy().ravel() * np.sqrt(inputs))
        assert scaled[0] >= -1 - 1e-6 and scaled[-1] <= 1 + 1e-6
        even = np.linspace(-1, 1, scaled.size)
        # Dvoretzky, Kiefer, Wolfowitz: further apart than that with chance 2 e^(-16)
        assert np.abs(scaled - even).max() / 2 < np.sqrt(8 / scaled.size) + 1 / scaled.size


def test_noise_is_that_of_dp_sgd():
    """No example ever takes part: each step moves each parameter by η σ C / (q n / 2) · N(0, 1)."""
    images, labels = np.zeros((4, 3)), np.zeros(4, dtype=int)
    members = np.zeros((2000, 4), dtype=bool)
    settings = {"sampling_rate": 0.5, "learning_rate": 0.2, "n_hidden": 2, "clip_norm": 3.0}
    trained, still = (
        train_networks(
            images, labels, members, steps=4, noise_multiplier=sigma,
            rng=np.random.default_rng(8), **settings,
        )
        for sigma in (1.5, 0.0)
    )  # fmt: skip
    for moved, start in zip(trained.all_parameters(), still.all_parameters(), strict=True):
        step = (moved - start).double().numpy().ravel()
        expected = 2 * 0.2 * 1.5 * 3.0 / (0.5 * 4 / 2)  # √4 steps
        # the relative error of a deviation from n draws is 1/√(2n); five of them
        assert abs(step.std() / expected - 1) < 5 / np.sqrt(2 * step.size)
        assert abs(step.mean()) < 5 * expected / np.sqrt(step.size)


def test_margins_are_log_odds_of_the_right_label_and_tell_who_is_right(examples, networks):
    images, labels = examples
    found = margins(networks, images, labels)
    assert found.shape == (3, 12)
    share = np.empty((3, 12), dtype=bool)
    for k in range(3):
        with torch.no_grad():
            logits = alone(networks, k)(torch.from_numpy(images))
        p = torch.softmax(logits, dim=1).numpy()[np.arange(12), labels]
        assert found[k] == pytest.approx(np.log(p / (1 - p)), abs=1e-5)
        share[k] = logits.numpy().argmax(axis=1) == labels
    assert accuracies(networks, images, labels) == pytest.approx(share.mean(axis=1))


def test_margin_of_a_very_sure_network_is_finite():
    weights = (torch.zeros(1, 2, 1), torch.zeros(1, 1, 10))
    biases = (torch.zeros(1, 1, 1), torch.tensor([[[900.0] + [0.0] * 9]]))
    sure = margins(Networks(weights, biases), np.zeros((2, 2)), np.array([0, 1]))
    assert sure[0, 0] == pytest.approx(900 - np.log(9)) and sure[0, 1] == pytest.approx(-900)


def test_same_generator_gives_the_same_networks(examples):
    members = np.ones((2, 12), dtype=bool)
    settings = {"steps": 3, "sampling_rate": 0.4, "learning_rate": 1.0, "n_hidden": 3}
    one, two, other = (
        train_networks(*examples, members, rng=np.random.default_rng(seed), **settings)
        for seed in (9, 9, 10)
    )
    assert torch.equal(one.weights[0], two.weights[0])
    assert not torch.equal(one.weights[0], other.weights[0])
    assert not torch.equal(one.weights[0][0], one.weights[0][1]), "each starts on its own"


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"labels": np.full(12, 10)}, "labels"),
        ({"labels": np.full(12, -1)}, "labels"),
        ({"labels": np.zeros(12)}, "labels"),
        ({"members": np.ones((2, 11), dtype=bool)}, "members"),
        ({"members": np.ones((2, 12))}, "members"),
        ({"images": np.zeros((0, 7))}, "images"),
        ({"steps": 0}, "steps"),
        ({"sampling_rate": 1.5}, "sampling_rate"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"clip_norm": 0.0}, "clip_norm"),
        ({"noise_multiplier": 1.0}, "clip_norm"),
        ({"noise_multiplier": -1.0}, "noise_multiplier"),
        ({"n_hidden": 0}, "n_hidden"),
    ],
)
def test_bad_input_is_named(examples, changed, word):
    arguments = {
        "images": examples[0], "labels": examples[1], "members": np.ones((2, 12), dtype=bool),
        "steps": 1, "sampling_rate": 0.5, "learning_rate": 1.0, "rng": np.random.default_rng(0),
    }  # fmt: skip
    with pytest.raises(ValueError, match=word):
        train_networks(**{**arguments, **changed})
