"""Microbatches: one example in each is DP-SGD; with more, one example moves the sum by 2 C."""

import numpy as np
import pytest

from lessons.dp.mechanisms.clipping import clip_rows
from lessons.dp.training.microbatches import (
    group_averages,
    honest_noise_multiplier,
    microbatch_gradient,
)
from lessons.dp.training.private_gradient import private_gradient

C = 0.8


def test_one_example_in_each_group_is_the_private_gradient():
    rows = 2 * np.random.default_rng(1).normal(size=(6, 9))
    settings = {"clip_norm": C, "noise_multiplier": 1.7}
    one = microbatch_gradient(
        rows, np.arange(6), n_microbatches=6, **settings, rng=np.random.default_rng(2)
    )
    other = private_gradient(rows, **settings, expected_batch_size=6, rng=np.random.default_rng(2))
    assert one == pytest.approx(other, rel=1e-12)


def test_groups_by_hand():
    rows = np.array([[1.0, 0.0], [3.0, 2.0], [0.0, 5.0]])
    averages = group_averages(rows, np.array([2, 2, 0]), n_microbatches=3)
    assert averages.tolist() == [[0, 5], [0, 0], [2, 1]]
    got = microbatch_gradient(
        rows,
        np.array([2, 2, 0]),
        n_microbatches=3,
        clip_norm=1.0,
        noise_multiplier=0.0,
        rng=np.random.default_rng(3),
    )
    assert got == pytest.approx(np.array([2 / 5**0.5, 1 + 1 / 5**0.5]) / 3)


def noiseless_sum(rows, groups, n_microbatches):
    averages = group_averages(rows, groups, n_microbatches=n_microbatches)
    return clip_rows(averages, clip_norm=C).sum(axis=0)


def test_one_example_moves_the_clipped_sum_by_twice_the_clip_norm_and_no_further():
    others = np.tile([2.0, 0.0], (10, 1))
    stranger = np.array([[-1000.0, 0.0]])
    rows = np.concatenate([others, stranger])
    for m in (1, 3):
        groups = np.arange(11) % m
        moved = noiseless_sum(rows, groups, m) - noiseless_sum(others, groups[:10], m)
        assert np.linalg.norm(moved) == pytest.approx(2 * C)
    rng = np.random.default_rng(4)
    for _ in range(200):
        rows = rng.normal(size=(11, 3)) * 10 ** rng.uniform(-3, 3, size=(11, 1))
        groups = rng.integers(0, 3, size=11)
        moved = noiseless_sum(rows, groups, 3) - noiseless_sum(rows[:10], groups[:10], 3)
        assert np.linalg.norm(moved) <= 2 * C * (1 + 1e-12)


def test_the_noise_multiplier_is_worth_half():
    assert honest_noise_multiplier(2.2) == 1.1
    for bad in (-1, float("nan")):
        with pytest.raises(ValueError, match="noise_multiplier must be at least 0"):
            honest_noise_multiplier(bad)


def test_an_empty_batch_is_noise_alone():
    got = microbatch_gradient(
        np.zeros((0, 5)),
        np.zeros(0, dtype=int),
        n_microbatches=2,
        clip_norm=C,
        noise_multiplier=1.0,
        rng=np.random.default_rng(5),
    )
    assert got == pytest.approx(np.random.default_rng(5).normal(scale=C, size=5) / 2)


@pytest.mark.parametrize(
    ("groups", "m", "words"),
    [
        ([0, 1], 2, "groups must be one integer per row"),
        ([0.0, 1.0, 1.0], 2, "groups must be one integer per row"),
        ([0, 1, 2], 2, "groups must be from 0 to 1"),
        ([0, -1, 1], 2, "groups must be from 0 to 1"),
        ([0, 0, 0], 0, "n_microbatches must be an integer of at least 1"),
    ],
)
def test_bad_groups_are_refused(groups, m, words):
    with pytest.raises(ValueError, match=words):
        group_averages(np.ones((3, 2)), np.array(groups), n_microbatches=m)
