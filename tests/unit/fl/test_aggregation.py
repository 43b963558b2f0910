import numpy as np
import pytest

from lessons.fl.aggregation import example_shares, weighted_average


def test_average_equals_one_vote_per_example():
    rng = np.random.default_rng(0)
    updates, sizes = rng.normal(size=(4, 6)), [3, 1, 7, 2]
    votes = np.repeat(updates, sizes, axis=0).mean(axis=0)
    assert np.abs(weighted_average(updates, n_examples=sizes) - votes).max() < 1e-15


def test_smallest_example_by_hand():
    assert weighted_average([[1.0], [3.25]], n_examples=[1, 2]) == pytest.approx([2.5], abs=1e-15)


def test_merging_two_clients_changes_nothing():
    rng = np.random.default_rng(1)
    updates, sizes = rng.normal(size=(3, 5)), [4, 6, 9]
    merged = np.stack([(4 * updates[0] + 6 * updates[1]) / 10, updates[2]])
    one = weighted_average(updates, n_examples=sizes)
    assert np.allclose(one, weighted_average(merged, n_examples=[10, 9]), rtol=0, atol=1e-15)


def test_order_of_clients_does_not_matter_and_arguments_stay_as_they_were():
    updates, sizes = np.array([[1.0, 2.0], [5.0, -1.0]]), np.array([1, 4])
    kept = updates.copy()
    one = weighted_average(updates, n_examples=sizes)
    assert np.allclose(one, weighted_average(updates[::-1], n_examples=sizes[::-1]), atol=1e-15)
    assert np.array_equal(updates, kept) and np.array_equal(sizes, [1, 4])


def test_integer_updates_are_averaged_as_real_numbers():
    assert np.array_equal(weighted_average(np.array([[1], [2]]), n_examples=[1, 1]), [1.5])


def test_shares_sum_to_one():
    assert example_shares([1, 2, 5]).tolist() == [0.125, 0.25, 0.625]


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ([3, 0], "n_examples must be at least 1 for every client"),
        ([0, 0], "n_examples must not sum to 0"),
        ([], "n_examples must not sum to 0"),
        ([4, -1], "n_examples must be an integer of at least 0"),
        ([1.5, 2], "n_examples must be an integer"),
        ([float("nan"), 2], "n_examples must be an integer"),
        ([1, 2, 3], "n_examples must have one entry per client, 2, got 3"),
        ([1], "n_examples must have one entry per client, 2, got 1"),
    ],
)
def test_sizes_that_make_no_average_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        weighted_average(np.ones((2, 3)), n_examples=sizes)


def test_updates_of_a_wrong_shape_or_not_finite_are_refused():
    for bad in (np.ones(3), np.ones((0, 3)), np.ones((2, 3, 1))):
        with pytest.raises(ValueError, match="updates must have shape"):
            weighted_average(bad, n_examples=[1, 1])
    with pytest.raises(ValueError, match="updates must hold finite numbers"):
        weighted_average([[1.0], [float("nan")]], n_examples=[1, 1])
    with pytest.raises(ValueError, match="updates must be an array of numbers"):
        weighted_average([[1.0, 2.0], [1.0]], n_examples=[1, 1])
