"""Adam, against torch's own, and its refusals."""

import numpy as np
import pytest
import torch

from lessons.dp.training.adam import adam_step, start_adam


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 0.01},
        {"learning_rate": 0.3, "beta1": 0.5, "beta2": 0.9, "stability": 1e-3},
        {"learning_rate": 0.1, "beta1": 0.0, "beta2": 0.0},
    ],
)
def test_twenty_steps_are_those_of_torch(settings):
    rng = np.random.default_rng(1)
    start = rng.normal(size=7)
    theirs = torch.nn.Parameter(torch.tensor(start))
    betas = (settings.get("beta1", 0.9), settings.get("beta2", 0.999))
    optimizer = torch.optim.Adam(
        [theirs], lr=settings["learning_rate"], betas=betas, eps=settings.get("stability", 1e-8)
    )
    w, state = start, start_adam(7)
    for _ in range(20):
        gradient = rng.normal(size=7) * np.array([1e-6, 1, 1, 1, 1, 10, 1e4])
        theirs.grad = torch.tensor(gradient)
        optimizer.step()
        w, state = adam_step(w, gradient, state, **settings)
    assert w == pytest.approx(theirs.detach().numpy(), rel=1e-12)
    assert state.steps == 20


def test_first_step_has_the_length_of_the_learning_rate_by_hand():
    w, state = adam_step(np.zeros(2), np.array([3.0, -0.01]), start_adam(2), learning_rate=0.5)
    assert w == pytest.approx([-0.5, 0.5], rel=1e-5)
    assert state.mean == pytest.approx([0.3, -0.001])
    assert state.square == pytest.approx([0.009, 1e-7])


def test_nothing_that_it_was_given_changes():
    w, g, state = np.ones(3), np.ones(3), start_adam(3)
    adam_step(w, g, state, learning_rate=0.1)
    assert (w == 1).all() and (g == 1).all() and (state.mean == 0).all() and state.steps == 0


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"learning_rate": 0}, "learning_rate must be positive"),
        ({"learning_rate": 0.1, "beta1": 1}, "beta1 must be below 1, got beta1=1"),
        ({"learning_rate": 0.1, "beta2": -0.1}, "beta2 must be a probability"),
        ({"learning_rate": 0.1, "stability": 0}, "stability must be positive"),
    ],
)
def test_bad_settings_are_named(bad, words):
    with pytest.raises(ValueError, match=words):
        adam_step(np.zeros(2), np.ones(2), start_adam(2), **bad)
    with pytest.raises(ValueError, match="gradient must hold finite numbers only"):
        adam_step(np.zeros(1), np.array([np.nan]), start_adam(1), learning_rate=0.1)
    with pytest.raises(ValueError, match="n_parameters must be an integer of at least 1"):
        start_adam(0)
