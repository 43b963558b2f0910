"""What clipping and noise leave of a direction: the formula against draws, and by hand."""

import numpy as np
import pytest

from lessons.dp.training.direction import clipped_means, direction_kept
from lessons.dp.training.private_gradient import private_gradient


def test_means_by_hand():
    rows = np.array([[3.0, 4.0], [0.6, 0.0]])
    means = clipped_means(rows, [1.0, 100.0])
    clipped = np.array([0.6 + 0.6, 0.8]) / 2
    mean = np.array([1.8, 2.0])
    assert means.norms == pytest.approx([5, 0.6])
    assert means.lengths == pytest.approx([np.linalg.norm(clipped), np.linalg.norm(mean)])
    cosine = clipped @ mean / np.linalg.norm(clipped) / np.linalg.norm(mean)
    assert means.cosines == pytest.approx([cosine, 1.0])
    assert means.n_parameters == 2


def test_cosine_is_that_of_private_gradients():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40, 3000)) * rng.uniform(0.2, 3, size=(40, 1)) + 0.05
    limits = np.array([1.0, 30.0, 300.0])
    means = clipped_means(rows, limits)
    kept = direction_kept(means, noise_multiplier=0.5, expected_batch_size=40)
    mean = rows.mean(axis=0)
    for limit, formula in zip(limits, kept, strict=True):
        cosines = []
        for _ in range(20):
            g = private_gradient(
                rows, clip_norm=limit, noise_multiplier=0.5, expected_batch_size=40, rng=rng
            )
            cosines.append(g @ mean / np.linalg.norm(g) / np.linalg.norm(mean))
        # one cosine scatters by about 1 / sqrt(3000) = 0.018, the mean of 20 by 0.004
        assert np.mean(cosines) == pytest.approx(formula, abs=0.02)


def test_once_all_rows_are_clipped_a_smaller_clip_norm_changes_nothing():
    rows = np.random.default_rng(2).normal(size=(30, 50))
    means = clipped_means(rows, [0.001, 0.1, 2.0])
    kept = direction_kept(means, noise_multiplier=2.0, expected_batch_size=30)
    assert kept[0] == pytest.approx(kept[1]) and kept[0] == pytest.approx(kept[2])


def test_without_noise_the_cosine_is_that_of_the_clipped_mean():
    means = clipped_means(np.random.default_rng(3).normal(size=(9, 4)), [0.5, 2.0])
    kept = direction_kept(means, noise_multiplier=0.0, expected_batch_size=9)
    assert kept == pytest.approx(means.cosines)


def test_bad_input_is_named():
    rows = np.ones((3, 2))
    with pytest.raises(ValueError, match="gradients must have a mean"):
        clipped_means(np.zeros((0, 2)), [1.0])
    with pytest.raises(ValueError, match="gradients must have a mean"):
        clipped_means(np.zeros((3, 2)), [1.0])
    with pytest.raises(ValueError, match="clip_norm must be positive"):
        clipped_means(rows, [1.0, 0.0])
    means = clipped_means(rows, [1.0])
    with pytest.raises(ValueError, match="expected_batch_size must be positive"):
        direction_kept(means, noise_multiplier=1.0, expected_batch_size=0)
