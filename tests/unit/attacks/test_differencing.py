"""Two averages and one subtraction."""

from fractions import Fraction

import numpy as np
import pytest

from lessons.attacks.differencing import value_of_one
from lessons.datasets import heart_disease


def test_by_hand():
    # ages 20, 30 and 70: means 40 (all) and 25 (without the third)
    assert value_of_one(40.0, 25.0, n_with=3) == 70.0


@pytest.mark.parametrize("n_with", [2, 3, 17, 900])
def test_recovers_each_person_of_a_group_as_exact_fractions_do(n_with):
    values = np.random.default_rng(n_with).integers(-50, 300, size=n_with)
    left_out = int(values[0])
    mean_with = Fraction(int(values.sum()), n_with)
    mean_without = Fraction(int(values[1:].sum()), n_with - 1)
    exact = mean_with * n_with - mean_without * (n_with - 1)
    assert exact == left_out
    got = value_of_one(float(mean_with), float(mean_without), n_with=n_with)
    # each mean is off by at most 2^-53 of itself, and is multiplied by at most n_with
    assert abs(got - left_out) <= 4 * n_with * 300 * 2**-53


def test_reads_the_oldest_man_of_cleveland_out_of_the_heart_table():
    table = heart_disease()
    men = (table["hospital"] == "Cleveland") & (table["sex"] == "Male")
    younger = men & (table["age"] < 77)
    assert men.sum() - younger.sum() == 1 and younger.sum() > 100
    cholesterol = table["chol"]
    found = value_of_one(cholesterol[men].mean(), cholesterol[younger].mean(), n_with=men.sum())
    assert abs(found - cholesterol[men & ~younger][0]) < 1e-9


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((float("nan"), 1.0, 5), "mean_with"),
        ((1.0, float("inf"), 5), "mean_without"),
        (("40", 1.0, 5), "mean_with"),
        ((1.0, 1.0, 1), "n_with"),
        ((1.0, 1.0, 0), "n_with"),
        ((1.0, 1.0, 2.0), "n_with"),
        ((1.0, 1.0, True), "n_with"),
    ],
)
def test_bad_input_is_named(arguments, name):
    mean_with, mean_without, n_with = arguments
    with pytest.raises(ValueError, match=rf"{name} must .*, got {name}="):
        value_of_one(mean_with, mean_without, n_with=n_with)
