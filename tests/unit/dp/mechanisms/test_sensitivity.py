"""Sensitivity by formula against sensitivity by trying all small tables."""

import pytest

from lessons.dp.definitions import RELATIONS
from lessons.dp.mechanisms.sensitivity import (
    brute_force_sensitivity,
    count_sensitivity,
    mean_sensitivity,
    sum_sensitivity,
    worst_pair,
)

BOUNDS = [(-3, 2), (1, 5), (-7, -1), (0, 1), (-4, 4)]
relation = pytest.mark.parametrize("relation", RELATIONS)


def mean(table):
    return sum(table) / len(table)


@relation
@pytest.mark.parametrize(("lower", "upper"), BOUNDS)
def test_formulas_are_what_trying_all_tables_gives(lower, upper, relation):
    universe = (lower, (lower + upper) / 2, upper)
    for n in (2, 3, 4):
        by_sum = brute_force_sensitivity(sum, universe=universe, n=n, relation=relation)
        by_mean = brute_force_sensitivity(mean, universe=universe, n=n, relation=relation)
        assert by_sum == pytest.approx(
            sum_sensitivity(lower=lower, upper=upper, relation=relation), abs=1e-12
        )
        assert by_mean == pytest.approx(
            mean_sensitivity(lower=lower, upper=upper, n=n, relation=relation), abs=1e-12
        )


@relation
def test_count_moves_by_one(relation):
    tried = brute_force_sensitivity(sum, universe=(0, 1), n=4, relation=relation)
    assert tried == count_sensitivity(relation=relation) == 1


def test_number_of_rows_moves_under_add_remove_only():
    assert brute_force_sensitivity(len, universe=(0, 1), n=3, relation="add/remove") == 1
    assert brute_force_sensitivity(len, universe=(0, 1), n=3, relation="replace") == 0


def test_maximum_is_as_exposed_as_the_interval_is_wide():
    assert brute_force_sensitivity(max, universe=(1, 4, 9), n=3, relation="replace") == 8


@relation
def test_worst_pair_are_neighbours_of_the_stated_size(relation):
    one, other = worst_pair(sum, universe=(-1, 5), n=3, relation=relation)
    assert len(one) == 3 and len(other) == (2 if relation == "add/remove" else 3)
    assert abs(sum(one) - sum(other)) == (5 if relation == "add/remove" else 6)


def test_universe_without_its_end_points_underestimates():
    # what brute force cannot promise: it sees only the entries that it is given
    assert brute_force_sensitivity(sum, universe=(0, 1), n=2, relation="replace") < sum_sensitivity(
        lower=-1, upper=2, relation="replace"
    )


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="relation must be one of add/remove, replace"):
        count_sensitivity(relation="swap")
    with pytest.raises(ValueError, match="relation must"):
        sum_sensitivity(lower=0, upper=1, relation="Replace")
    for low, high in ((1, 1), (2, 1), (float("nan"), 1), (0, float("inf")), ("0", 1)):
        with pytest.raises(ValueError, match=r"lower|upper"):
            sum_sensitivity(lower=low, upper=high, relation="replace")
    for n in (0, -1, 2.0, True):
        with pytest.raises(ValueError, match="n must be"):
            mean_sensitivity(lower=0, upper=1, n=n, relation="replace")
    with pytest.raises(ValueError, match="n must be an integer of at least 2"):
        mean_sensitivity(lower=0, upper=1, n=1, relation="add/remove")
    with pytest.raises(ValueError, match="universe must"):
        brute_force_sensitivity(sum, universe=(1,), n=2, relation="replace")
    with pytest.raises(ValueError, match="n must"):
        brute_force_sensitivity(sum, universe=(0, 1), n=0, relation="replace")
