"""The attack on a seed that can be guessed."""

import numpy as np
import pytest

from lessons.dp.exact.seeds import find_seed


def released(counts, *, epsilon, seed):
    return counts + np.random.default_rng(seed).laplace(scale=1 / epsilon, size=len(counts))


def test_seed_is_found_and_the_counts_with_it():
    counts = np.array([3.0, 0.0, 17.0, 8.0])
    releases = released(counts, epsilon=0.4, seed=2024)
    assert find_seed(releases, epsilon=0.4, seeds=range(3000)) == 2024


def test_rounding_to_either_side_of_a_whole_number_hides_no_seed():
    counts = np.arange(12.0) ** 3
    for seed in range(30):
        releases = released(counts, epsilon=0.07, seed=seed)
        assert find_seed(releases, epsilon=0.07, seeds=[99, seed]) == seed


def test_no_seed_is_named_when_none_fits():
    releases = released(np.array([3.0, 5.0, 1.0]), epsilon=0.4, seed=99)
    assert find_seed(releases, epsilon=0.4, seeds=range(99)) is None
    assert find_seed(releases, epsilon=0.5, seeds=range(200)) is None


def test_all_cells_must_fit():
    releases = released(np.array([3.0, 5.0]), epsilon=1.0, seed=7)
    releases[1] += 0.25
    assert find_seed(releases, epsilon=1.0, seeds=[7]) is None


def test_a_cell_that_is_nearly_whole_does_not_fit():
    releases = np.array([3, 0, 7]) + np.random.default_rng(77).laplace(scale=2.0, size=3)
    assert find_seed(releases, epsilon=0.5, seeds=[77]) == 77
    assert find_seed(releases + np.array([0, 0, 1e-5]), epsilon=0.5, seeds=[77]) is None


def test_search_refuses_bad_numbers():
    with pytest.raises(ValueError, match="epsilon must"):
        find_seed([1.0], epsilon=0, seeds=[1])
    with pytest.raises(ValueError, match="releases must"):
        find_seed([], epsilon=1, seeds=[1])
