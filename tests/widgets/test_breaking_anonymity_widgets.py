"""What the widgets of lesson 01 compute, against values found in another way."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from lessons.checks import breaking_anonymity as checks
from lessons.datasets import heart_disease
from lessons.dp.reconstruction import expected_fraction, reconstruct
from lessons.widgets import breaking_anonymity as widgets

NOTHING = {
    "age": "unknown",
    "hospital": False,
    "sex": False,
    "pressure": False,
    "cholesterol": False,
}


@pytest.fixture(scope="module")
def table():
    return heart_disease()


def counted(*columns):
    """Crowd sizes by comparing all pairs, an empty field being like an empty field."""
    words = [np.asarray(column).astype(str) for column in columns]
    same = np.ones((920, 920), dtype=bool)
    for column in words:
        same &= column[:, None] == column[None]
    return same.sum(axis=1)


def test_who_knows_nothing_sees_one_crowd():
    result = widgets.crowds(**NOTHING)
    assert result.patients == (0, 0, 0, 0, 920) and result.smallest == 920
    assert "Known: nothing" in widgets._describe_crowds(result)


@pytest.mark.parametrize("age", list(widgets.AGES))
@pytest.mark.parametrize("hospital", [True, False])
@pytest.mark.parametrize("pressure", [True, False])
def test_bars_are_counts_of_all_pairs(table, age, hospital, pressure):
    columns = [table["sex"]]
    if widgets.AGES[age]:
        columns.append(table["age"] // widgets.AGES[age])
    if hospital:
        columns.append(table["hospital"])
    if pressure:
        columns.append(table["trestbps"])
    known = NOTHING | {"age": age, "sex": True, "hospital": hospital, "pressure": pressure}
    result, sizes = widgets.crowds(**known), counted(*columns)
    limits = ((1, 1), (2, 4), (5, 9), (10, 49), (50, 920))
    assert result.patients == tuple(int(((sizes >= a) & (sizes <= b)).sum()) for a, b in limits)
    assert sum(result.patients) == 920
    assert (result.smallest, result.typical) == (sizes.min(), np.median(sizes))


def test_two_readings_alone_single_out_562(table):
    known = NOTHING | {"pressure": True, "cholesterol": True}
    assert widgets.crowds(**known).patients[0] == 562
    assert (counted(table["trestbps"], table["chol"]) == 1).sum() == 562


def test_answer_to_question_a_is_where_the_first_bar_vanishes():
    alone = {
        width: widgets.crowds(**(NOTHING | {"age": age, "hospital": True, "sex": True})).patients[0]
        for age, width in widgets.AGES.items()
        if width
    }
    assert tuple(alone) == checks.WIDTHS
    narrowest = min(width for width, count in alone.items() if count == 0)
    assert checks.narrowest_bands.verdict(narrowest).correct
    assert (alone[5], alone[10]) == (6, 1), "what the diagnoses say"
    for width in alone:
        assert checks.narrowest_bands.verdict(width).correct == (width == narrowest)


def test_estimates_are_those_of_the_tested_least_squares():
    bits, queries, errors = widgets._world()
    for noise, m in ((10.0, 400), (3.0, 150), (50.0, 3000)):
        result = widgets.attack(noise=noise, n_queries=m)
        answers = queries[:m] @ bits + noise * errors[:m]
        guessed = reconstruct(queries[:m], answers)
        assert ((result.estimates > 0.5) == guessed).all()
        assert result.fraction == pytest.approx(np.mean(guessed == bits))
    assert bits.sum() == 43, "'not ill' of everybody is right for 57"
    assert np.abs(errors).max() <= 1 and abs(errors.std() - 1 / sqrt(3)) < 0.02


@pytest.mark.parametrize(("noise", "m"), [(2.0, 400), (10.0, 400), (20.0, 400), (10.0, 1550)])
def test_short_form_is_near_the_exact_diagonal(noise, m):
    _, queries, _ = widgets._world()
    exact = expected_fraction(queries[:m], sigma=noise / sqrt(3))
    assert abs(widgets.short_form(m, noise=noise) - exact) < 0.01


def test_short_form_by_another_normal_distribution():
    for m, noise in ((200, 5), (400, 10), (3000, 50)):
        z = sqrt(m - 100) / (4 * noise / sqrt(3))
        assert widgets.short_form(m, noise=noise) == pytest.approx(NormalDist().cdf(z))
    assert widgets.short_form(400, noise=0) == 1.0


def test_measured_fractions_stay_near_what_is_expected():
    # one attack has a standard deviation of about 0.05; five of them
    for noise in (0.0, 5.0, 10.0, 20.0, 50.0):
        for m in (200, 400, 1000, 3000):
            result = widgets.attack(noise=noise, n_queries=m)
            assert abs(result.fraction - result.expected) < 0.25
    assert widgets.attack(noise=0.0, n_queries=150).fraction == 1


def test_curve_passes_through_the_expected_fraction_and_never_falls():
    result = widgets.attack(noise=10.0, n_queries=400)
    where = int(np.flatnonzero(widgets.QUESTIONS == 400)[0])
    assert result.curve[where] == result.expected and (np.diff(result.curve) > 0).all()


def test_answer_to_question_c_is_where_the_sentence_says_95_per_cent():
    widget = widgets.noise_and_questions()
    says = []
    for m in range(1300, 1801, 50):
        widget.controls["n_queries"].value = m
        if "95% are to be expected" in widget.alt:
            says.append(m)
    assert says == [1500, 1550, 1600]
    assert all(checks.enough_questions.verdict(m).correct for m in says)
    for m in (400, 1300, 1750):
        assert not checks.enough_questions.verdict(m).correct


def test_words_of_the_attack_hold_every_number():
    widget = widgets.noise_and_questions()
    widget.controls["noise"].value = 20
    for entry in ("400 counts", "100 patients", "±20", "65% are to be expected", "50%", "57%"):
        assert entry in widget.alt
