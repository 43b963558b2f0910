"""Bad input is refused with its name, the rule and the value; good input comes back unchanged."""

import math

import numpy as np
import pytest

from lessons import validation

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    "value", [0, -1, NAN, INF, -INF, "1", None, True, np.True_, [1, 2], 1j, 10**400]
)
def test_positive_refuses_everything_that_is_not_a_finite_number_above_zero(value):
    with pytest.raises(ValueError, match=r"epsilon must be .*, got epsilon="):
        validation.positive("epsilon", value)


@pytest.mark.parametrize("value", [1, 0.5, 1e-300, np.float64(2.0), np.int64(3)])
def test_positive_gives_a_float_back(value):
    assert validation.positive("epsilon", value) == float(value)
    assert type(validation.positive("epsilon", value)) is float


def test_non_negative_allows_zero_and_refuses_less():
    assert validation.non_negative("delta", 0) == 0
    for value in (-1e-12, NAN, INF):
        with pytest.raises(ValueError, match="delta must be at least 0"):
            validation.non_negative("delta", value)


def test_finite_refuses_nan_and_infinity_only():
    assert validation.finite("x", -3) == -3
    for value in (NAN, INF, -INF):
        with pytest.raises(ValueError, match="x must be a finite number, got x="):
            validation.finite("x", value)


def test_between_excludes_both_ends():
    assert validation.between("p", 0.75, 0.5, 1) == 0.75
    for value in (0.5, 1, 0, NAN, INF):
        with pytest.raises(ValueError, match=r"p must lie strictly between 0\.5 and 1, got p="):
            validation.between("p", value, 0.5, 1)


def test_probability_includes_both_ends():
    assert (validation.probability("q", 0), validation.probability("q", 1)) == (0, 1)
    for value in (-0.01, 1.01, NAN):
        with pytest.raises(ValueError, match="q must be a probability from 0 to 1, got q="):
            validation.probability("q", value)


def test_integer_refuses_floats_booleans_and_too_small_values():
    assert validation.integer("n", np.int64(3), minimum=2) == 3
    assert type(validation.integer("n", np.uint8(3))) is int
    assert validation.integer("n", 2, minimum=2) == 2
    for value in (1.0, True, np.bool_(True), "3", None, NAN):
        with pytest.raises(ValueError, match="n must be an integer, got n="):
            validation.integer("n", value)
    with pytest.raises(ValueError, match="n must be an integer of at least 2, got n=1"):
        validation.integer("n", 1, minimum=2)


def test_a_truth_value_is_no_number_whoever_made_it():
    for one in (True, False, np.True_, np.False_):
        for rule in ("positive", "non_negative", "finite", "probability", "integer"):
            with pytest.raises(ValueError, match=f"x must be .*got x=.*{bool(one)}"):
                getattr(validation, rule)("x", one)
        with pytest.raises(ValueError, match=f"x must be .*got x=.*{bool(one)}"):
            validation.between("x", one, -1, 2)


def test_integer_keeps_values_beyond_64_bits():
    assert validation.integer("modulus", 2**64) == 2**64


def test_choice_names_the_options():
    assert validation.choice("relation", "replace", ("add/remove", "replace")) == "replace"
    with pytest.raises(ValueError, match="one of add/remove, replace, got relation='swap'"):
        validation.choice("relation", "swap", ("add/remove", "replace"))


def test_vector_is_a_new_float_array():
    values = np.array([1, 2, 3])
    result = validation.vector("x", values)
    assert result.dtype == np.float64 and result.tolist() == [1, 2, 3]
    floats = np.array([1.0, 2.0])
    assert not np.shares_memory(validation.vector("x", floats), floats)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ([], "must not be empty"),
        ([[1.0, 2.0]], "must have one axis"),
        (3.0, "must have one axis"),
        ([1.0, NAN], "finite numbers only, got .*nan"),
        ([NAN, 2.0], "finite numbers only, got .*nan"),
        ([INF], "finite numbers only, got .*inf"),
        (["a"], "must be an array of numbers"),
        ([[1], [2, 3]], "must be an array of numbers"),
        (None, "finite numbers only|array of numbers"),
    ],
)
def test_vector_refuses_what_is_not_a_list_of_finite_numbers(values, rule):
    with pytest.raises(ValueError, match=f"x {rule}|x must hold {rule}"):
        validation.vector("x", values)


def test_vector_may_be_empty_when_told():
    assert validation.vector("x", [], allow_empty=True).shape == (0,)


def test_finite_array_keeps_any_shape():
    assert validation.finite_array("x", [[1, 2], [3, 4]]).shape == (2, 2)
    assert validation.finite_array("x", 3).shape == ()
    assert math.isclose(float(validation.finite_array("x", 3)), 3)


def test_long_values_are_shortened_in_messages():
    with pytest.raises(ValueError, match=r"\.\.\.") as error:
        validation.positive("x", list(range(1000)))
    assert len(str(error.value)) < 150


@pytest.mark.parametrize("good", [0, 1e-9, 0.5, 0.999])
def test_a_delta_may_be_zero_and_stays_below_one(good):
    assert validation.require_delta(good) == good


@pytest.mark.parametrize("bad", [1, 1.0, -1e-9, 1.5, float("nan"), "0.1", None])
def test_a_delta_that_promises_nothing_is_refused(bad):
    with pytest.raises(ValueError, match=r"delta must .*, got delta="):
        validation.require_delta(bad)


@pytest.mark.parametrize("bad", [0, -0.1, 1.0000001, float("nan"), "1"])
def test_a_sampling_rate_lies_above_zero_and_up_to_one(bad):
    assert validation.require_sampling_rate(1) == 1.0
    with pytest.raises(ValueError, match=r"sampling_rate must .*, got sampling_rate="):
        validation.require_sampling_rate(bad)
