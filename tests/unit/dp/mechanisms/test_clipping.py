"""Clipped rows, their private sum, and what noise many statistics need."""

from math import sqrt

import numpy as np
import pytest
from dp_accounting import get_sigma_gaussian

from lessons.dp.mechanisms.clipping import (
    clip_factors,
    clip_rows,
    private_sum,
    row_norms,
)
from lessons.dp.mechanisms.gaussian import noise_of_many

KNOWN = {"epsilon": 1.0, "delta": 1e-5}


def rows_of_known_norms(norms, n_parameters=40, seed=3):
    rows = np.random.default_rng(seed).normal(size=(len(norms), n_parameters))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True) * np.array(norms)[:, None]


def test_clipping_shortens_long_rows_and_only_those():
    rows = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [-30.0, 40.0], [0.0, 2.0]])
    clipped = clip_rows(rows, clip_norm=2.0)
    assert clipped == pytest.approx(
        np.array([[1.2, 1.6], [0.3, 0.4], [0, 0], [-1.2, 1.6], [0.0, 2.0]])
    )
    assert rows[0, 0] == 3 and clipped is not rows
    integers = clip_rows(np.array([[3, 4]]), clip_norm=1)
    assert integers == pytest.approx(np.array([[0.6, 0.8]]))


def test_long_rows_get_the_clip_norm_and_short_ones_stay_as_they_are():
    rows = rows_of_known_norms([0.0, 0.1, 0.69, 0.71, 5.0, 1e6])
    clipped = clip_rows(rows, clip_norm=0.7)
    assert np.linalg.norm(clipped, axis=1) == pytest.approx([0, 0.1, 0.69, 0.7, 0.7, 0.7])
    assert np.array_equal(clipped[:3], rows[:3]), "nothing is scaled up, not even by a rounding"
    directions = (clipped[3:] * rows[3:]).sum(axis=1) / np.linalg.norm(rows[3:], axis=1) / 0.7
    assert directions == pytest.approx([1, 1, 1]), "clipping shortens, it does not turn"


def test_no_row_however_long_comes_out_longer_than_the_clip_norm():
    rows = rows_of_known_norms([1e-200, 1e-3, 1e150, 1e200, 1e307])
    norms = np.linalg.norm(clip_rows(rows, clip_norm=0.7), axis=1)
    assert (norms <= 0.7 * (1 + 1e-12)).all()
    assert norms[2:] == pytest.approx([0.7] * 3)
    assert row_norms(rows) == pytest.approx([0, 1e-3, 1e150, 1e200, 1e307])
    negative = np.array([[-3e200, -4e200], [-2e300, 0.0], [5.0, -12.0]])
    assert row_norms(negative) == pytest.approx([5e200, 2e300, 13.0])


def test_clip_factors_by_hand():
    factors = clip_factors(np.array([0.0, 1.0, 2.0, 8.0]), clip_norm=2.0)
    assert factors.tolist() == [1.0, 1.0, 1.0, 0.25]


def test_no_row_moves_the_sum_by_more_than_the_clip_norm():
    rng = np.random.default_rng(1)
    for width in (1e-3, 1.0, 1e6):
        rows = rng.normal(scale=width, size=(50, 7))
        total = clip_rows(rows, clip_norm=0.7).sum(axis=0)
        for i in range(len(rows)):
            without = clip_rows(np.delete(rows, i, axis=0), clip_norm=0.7).sum(axis=0)
            assert np.linalg.norm(total - without) <= 0.7 + 1e-9


def test_private_sum_is_the_clipped_sum_with_noise_for_the_clip_norm():
    rows = np.random.default_rng(2).normal(scale=5, size=(12, 4000))
    release = private_sum(rows, clip_norm=3.0, **KNOWN, rng=np.random.default_rng(3))
    noise = release - clip_rows(rows, clip_norm=3.0).sum(axis=0)
    # standard error of a standard deviation from 4000 draws: σ / sqrt(8000)
    sigma = 3 * get_sigma_gaussian(1.0, 1e-5)
    assert release.shape == (4000,)
    assert abs(noise.std() / sigma - 1) < 6 / sqrt(8000) and abs(noise.mean()) < 6 * sigma / 63


def test_empty_table_gives_noise_of_the_same_law():
    release = private_sum(np.zeros((0, 4000)), clip_norm=2.0, **KNOWN, rng=np.random.default_rng(4))
    assert abs(release.std() / (2 * get_sigma_gaussian(1.0, 1e-5)) - 1) < 6 / sqrt(8000)


def test_laplace_beats_gaussian_below_seven_statistics_at_epsilon_one():
    pairs = {d: noise_of_many(d, **KNOWN) for d in range(1, 30)}
    assert [d for d, (laplace, gaussian) in pairs.items() if laplace < gaussian] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    laplace, gaussian = pairs[9]
    assert laplace == pytest.approx(9 * sqrt(2)) and gaussian == pytest.approx(3 * 3.7306, rel=1e-4)


def test_crossover_moves_with_epsilon():
    def crossover(epsilon):
        pairs = (noise_of_many(d, epsilon=epsilon, delta=1e-5) for d in range(1, 99))
        return next(d for d, (laplace, gaussian) in enumerate(pairs, 1) if gaussian <= laplace)

    assert [crossover(epsilon) for epsilon in (0.01, 0.1, 1.0, 10.0)] == [3, 5, 7, 13]


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf"), "1"])
def test_clip_norm_and_epsilon_must_be_positive(bad):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="clip_norm must be"):
        clip_rows([[1.0]], clip_norm=bad)
    with pytest.raises(ValueError, match="clip_norm must be"):
        private_sum([[1.0]], clip_norm=bad, **KNOWN, rng=rng)
    with pytest.raises(ValueError, match="epsilon must be"):
        private_sum([[1.0]], clip_norm=1, epsilon=bad, delta=1e-5, rng=rng)
    with pytest.raises(ValueError, match="epsilon must be"):
        noise_of_many(3, epsilon=bad, delta=1e-5)


@pytest.mark.parametrize("rows", [[1.0, 2.0], [[[1.0]]], [[float("nan")]], "words"])
def test_rows_are_a_table_of_finite_numbers(rows):
    with pytest.raises(ValueError, match="rows must"):
        clip_rows(rows, clip_norm=1)


@pytest.mark.parametrize("n", [0, 2.0, True])
def test_number_of_statistics_is_a_positive_integer(n):
    with pytest.raises(ValueError, match="n_statistics must be an integer"):
        noise_of_many(n, **KNOWN)
