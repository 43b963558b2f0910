"""Crowds: counted by another route, on small tables by hand and on the shipped one."""

from itertools import pairwise

import numpy as np
import pytest

from lessons.attacks.linkage import crowd_sizes, given_away, in_bands
from lessons.datasets import heart_disease


def by_comparing_all_pairs(facts):
    """The definition, pair by pair: no dictionary, no sorting."""
    rows = [list(map(str, row)) for row in np.asarray(facts).tolist()]
    return np.array([sum(one == other for other in rows) for one in rows])


@pytest.fixture(scope="module")
def table():
    return heart_disease()


def test_crowds_by_hand():
    facts = [["Hungary", "62"], ["Hungary", "40"], ["Cleveland", "62"], ["Hungary", "62"]]
    assert crowd_sizes(facts).tolist() == [2, 1, 1, 2]
    assert crowd_sizes([[1, 11], [11, 1], [1, 11]]).tolist() == [2, 1, 2]
    assert crowd_sizes(np.empty((5, 0))).tolist() == [5] * 5, "who knows nothing sees one crowd"


def test_empty_fields_are_alike_and_two_zeros_too():
    assert crowd_sizes([[np.nan, 1.0], [np.nan, 1.0], [0.0, 1.0], [-0.0, 1.0]]).tolist() == [2] * 4


@pytest.mark.parametrize("seed", range(5))
def test_crowds_are_those_of_the_definition(seed):
    rng = np.random.default_rng(seed)
    for facts in (rng.integers(0, 4, size=(60, 3)), rng.integers(-3, 115, size=(400, 2)) // [1, 9]):
        assert (crowd_sizes(facts) == by_comparing_all_pairs(facts)).all()
    words = np.array(["a", "aa", "b"])[rng.integers(0, 3, size=(60, 2))]
    assert (crowd_sizes(words) == by_comparing_all_pairs(words)).all()


def test_one_more_fact_never_makes_a_crowd_larger():
    rng = np.random.default_rng(7)
    facts = rng.integers(0, 3, size=(80, 5))
    sizes = [crowd_sizes(facts[:, :known]) for known in range(6)]
    assert all((few >= many).all() for few, many in pairwise(sizes))


def test_crowds_of_the_real_table(table):
    facts = np.column_stack([table["hospital"], table["sex"], table["age"]])
    sizes = crowd_sizes(facts)
    assert (sizes == by_comparing_all_pairs(facts)).all()
    assert ((sizes == 1).sum(), (sizes < 5).sum()) == (66, 313)
    # a third route: sort the rows and look where neighbours differ
    order = np.lexsort(facts.T)
    starts = np.flatnonzero(np.r_[True, (facts[order][1:] != facts[order][:-1]).any(axis=1)])
    assert (np.diff(np.r_[starts, 920]) == 1).sum() == 66


def test_every_fact_counts_and_a_crowd_may_be_large():
    facts = np.column_stack([np.zeros((300, 6), dtype=int), np.arange(300) >= 290])
    assert crowd_sizes(facts).tolist() == [290] * 290 + [10] * 10
    assert given_away(facts, facts[:, 6]).all() and not given_away(facts[:, :6], facts[:, 6]).any()


def test_given_away_by_hand():
    facts = [["a"], ["a"], ["b"], ["b"], ["c"], ["d"], ["d"], ["d"]]
    secret = [0, 0, 0, 1, 1, 2, 2, 3]
    assert given_away(facts, secret).tolist() == [True, True, False, False, True] + [False] * 3
    assert given_away([["a"], ["a"]], ["yes", "yes"]).all()


@pytest.mark.parametrize("seed", range(4))
def test_given_away_is_the_count_of_different_secrets(seed):
    rng = np.random.default_rng(seed)
    facts, secret = rng.integers(0, 3, size=(40, 3)), rng.integers(-1, 2, size=40)
    kinds = [len(set(secret[(facts == row).all(axis=1)])) for row in facts]
    found = given_away(facts, secret)
    assert found.dtype == bool and found.tolist() == [kind == 1 for kind in kinds]


def test_bands_start_at_multiples_of_their_width():
    assert in_bands([40, 49, 49.9, 50, 0, -1], width=10).tolist() == [40, 40, 40, 50, 0, -10]
    assert in_bands([77.0], width=20).tolist() == [60]
    ages = np.arange(20, 80)
    assert set(np.unique(in_bands(ages, width=5), return_counts=True)[1]) == {5}


@pytest.mark.parametrize("facts", [[], [1, 2], np.empty((0, 2)), 3, "age"])
def test_facts_must_be_a_table(facts):
    with pytest.raises(ValueError, match=r"facts must be a table .* got facts of shape"):
        crowd_sizes(facts)


@pytest.mark.parametrize("secret", [[1], [[1], [2]], 1])
def test_each_row_has_one_secret(secret):
    with pytest.raises(ValueError, match=r"secret must have one entry .* for 2 rows"):
        given_away([["a"], ["b"]], secret)


@pytest.mark.parametrize("width", [0, -5, float("nan"), "10"])
def test_width_must_be_positive(width):
    with pytest.raises(ValueError, match="width must be"):
        in_bands([1.0], width=width)
    with pytest.raises(ValueError, match="values must"):
        in_bands([float("nan")], width=1)
