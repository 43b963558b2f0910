"""A privacy statement says all of it, in words and in HTML, and refuses to say less."""

from dataclasses import FrozenInstanceError

import pytest

from lessons.dp.definitions import RELATIONS
from lessons.dp.statement import NEIGHBOURS, PrivacyStatement, rounded_up

GOOD = {
    "epsilon": 0.5,
    "delta": 1e-6,
    "unit": "patient",
    "neighbours": "replace",
    "mechanism": "mean of <12> values",
    "sampling": "Poisson, rate 0.01",
}


def changed(**entries):
    return PrivacyStatement(**{**GOOD, **entries})


@pytest.mark.parametrize("shown", [str, repr, lambda one: one._repr_html_()])
def test_every_form_holds_epsilon_delta_unit_neighbours_sampling_and_mechanism(shown):
    words = shown(PrivacyStatement(**GOOD))
    for entry in ("0.5", "1e-06", "patient", "replace", "12", "Poisson, rate 0.01"):
        assert entry in words, entry


def test_html_is_escaped_and_says_what_each_row_is():
    page = PrivacyStatement(**GOOD)._repr_html_()
    assert "&lt;12&gt;" in page and "<12>" not in page
    assert page.count('<th scope="row"') == 5 and "<caption" in page


def test_relation_is_explained_with_the_unit():
    added = str(changed(unit="visit", neighbours="add/remove"))
    assert "one visit, in one of them and not in the other" in added
    assert "equal size in which one visit is exchanged" in str(changed(unit="visit"))
    assert dict(changed(unit="visit").rows())["unit of privacy"] == "one visit"
    assert set(NEIGHBOURS) == set(RELATIONS)


def test_pure_guarantee_without_sampling_says_so():
    statement = PrivacyStatement(
        epsilon=1, delta=0, unit="patient", neighbours="add/remove", mechanism="Laplace"
    )
    assert "δ = 0" in str(statement) and "sampling: none" in str(statement)


@pytest.mark.parametrize("epsilon", [0, -1, float("nan"), float("inf"), "0.5", True])
def test_epsilon_must_be_positive_and_finite(epsilon):
    with pytest.raises(ValueError, match="epsilon must be"):
        changed(epsilon=epsilon)


@pytest.mark.parametrize("delta", [-1e-9, 1, 1.5, float("nan"), "0"])
def test_delta_must_be_a_probability_below_one(delta):
    with pytest.raises(ValueError, match="delta must be"):
        changed(delta=delta)


@pytest.mark.parametrize("name", ["unit", "mechanism", "sampling"])
@pytest.mark.parametrize("silence", ["", "  ", None])
def test_words_must_not_be_missing(name, silence):
    with pytest.raises(ValueError, match=f"{name} must say"):
        changed(**{name: silence})


def test_relation_must_be_known():
    with pytest.raises(ValueError, match="neighbours must be one of add/remove, replace"):
        changed(neighbours="swap")


def test_nothing_can_be_left_out_or_changed_afterwards():
    for name in ("epsilon", "delta", "unit", "neighbours", "mechanism"):
        with pytest.raises(TypeError):
            PrivacyStatement(**{key: value for key, value in GOOD.items() if key != name})
    with pytest.raises(FrozenInstanceError):
        PrivacyStatement(**GOOD).epsilon = 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.60049, "2.601"),
        (2.6, "2.6"),
        (2.6000001, "2.601"),
        (2.5, "2.5"),
        (1.0, "1"),
        (0.0, "0"),
        (1e-5, "1e-05"),
        (0.99999, "1"),
        (571.23, "571.3"),
        (12345.6, "1.235e+04"),
    ],
)
def test_numbers_of_a_statement_are_rounded_up_never_down(value, shown):
    assert rounded_up(value) == shown
    assert float(shown) >= value
