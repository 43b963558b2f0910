"""What the widgets of lesson 01 compute, against values found in another way."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from lessons.attacks.reconstruction import expected_fraction, reconstruct
from lessons.checks import breaking_anonymity as checks
from lessons.datasets import heart_disease
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import breaking_anonymity as widgets
from tests.plots.artists import (
    bars,
    frame,
    hex_of,
    inside,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "who_is_alone": {
        "age": ("age is known", "in years"),
        "hospital": ("hospital", True),
        "sex": ("sex", True),
        "pressure": ("blood pressure in mmHg", False),
        "cholesterol": ("cholesterol in mg/dl", False),
    },
    "noise_and_questions": {
        "noise": ("noise on every answer, ±", 10.0, 0.0, 50.0, 1.0),
        "n_queries": ("number of questions", 400, 150, 3000, 50),
    },
}

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
    assert tuple(alone) == (1, 2, 5, 10, 20, 40), "the answers that the question offers"
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
    assert bits.sum() == 43, "'nobody is ill' is right for 57"
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
        if "95% are expected" in widget.alt:
            says.append(m)
    assert says == [1500, 1550, 1600]
    assert all(checks.enough_questions.verdict(m).correct for m in says)
    for m in (400, 1300, 1750):
        assert not checks.enough_questions.verdict(m).correct


def test_words_of_the_attack_hold_every_number():
    widget = widgets.noise_and_questions()
    widget.controls["noise"].value = 20
    for entry in ("400 counts", "100 patients", "±20", "65% are expected", "50%", "57%"):
        assert entry in widget.alt


@pytest.mark.parametrize(
    "known",
    [
        {"age": "in bands of 5 years", "hospital": True, "sex": False, "pressure": True},
        {"age": "in years", "hospital": True, "sex": True, "cholesterol": True, "pressure": True},
        {"age": "unknown", "sex": True, "hospital": True},
        {"age": "in bands of 40 years", "hospital": True},
    ],
)
def test_picture_and_words_of_who_is_alone(table, known):
    columns = {"hospital": "hospital", "sex": "sex", "pressure": "trestbps", "cholesterol": "chol"}
    widget = move(widgets.who_is_alone(), **(NOTHING | known))
    (axes,) = widget.figure.axes
    used = [table[column] for name, column in columns.items() if known.get(name)]
    width = {"in years": 1, "in bands of 5 years": 5, "in bands of 40 years": 40}.get(known["age"])
    sizes = counted(*used, *([table["age"] // width] if width else []))
    limits = ((1, 1), (2, 4), (5, 9), (10, 49), (50, 920))
    people = [int(((sizes >= low) & (sizes <= high)).sum()) for low, high in limits]
    (drawn,) = bars(axes)
    assert drawn.heights.tolist() == people and drawn.middles.tolist() == list(range(5))
    assert [hex_of(bar.get_facecolor()) for bar in axes.patches] == [RED, ORANGE, BLUE, BLUE, BLUE]
    assert [(words, x) for words, x, _ in texts(axes)] == [
        (str(n), x) for x, n in enumerate(people)
    ]
    top = axes.get_ylim()[1]
    assert 1.05 < top / max(people) < 1.25, "the axis follows the setting"
    assert all(0 < y - n < 0.03 * top for (_, _, y), n in zip(texts(axes), people, strict=True))
    assert list(ticks(axes.xaxis).values()) == [
        "1: alone",
        "2 to 4",
        "5 to 9",
        "10 to 49",
        "50 or more",
    ]
    frame(axes, xlabel="size of the crowd", ylabel="patients")
    said = widget.alt.split(". Of 920")
    facts = [
        *(["hospital"] if known.get("hospital") else []), *(["sex"] if known.get("sex") else []),
        *([f"age {known['age']}"] if width else []),
        *(["blood pressure"] if known.get("pressure") else []),
        *(["cholesterol"] if known.get("cholesterol") else []),
    ]  # fmt: skip
    assert said[0] == "Known: " + ", ".join(facts)
    few = (sizes < 5).sum()
    assert numbers(said[1]) == [
        str(one) for one in (people[0], few, 5, sizes.min(), f"{np.median(sizes):.0f}")
    ]


@pytest.mark.parametrize(("noise", "m"), [(17.0, 650), (0.0, 150), (50.0, 3000), (50.0, 150)])
def test_picture_and_words_of_the_attack(noise, m):
    widget = move(widgets.noise_and_questions(), noise=noise, n_queries=m)
    left, right = widget.figure.axes
    bits, queries, errors = widgets._world()
    answers = queries[:m] @ bits + noise * errors[:m]
    estimates = np.linalg.lstsq(queries[:m].astype(float), answers, rcond=None)[0]
    ill = [k for k in range(100) if bits[k] == 1]
    well = [k for k in range(100) if bits[k] == 0]
    missed = [k for k in range(100) if (estimates[k] > 0.5) != bits[k]]
    same_lines(
        left,
        line(ill, estimates[ill], ORANGE, "o", "ill"),
        line(well, estimates[well], BLUE, "s", "not ill"),
        line(missed, estimates[missed], BLACK, "o", "wrong guess"),
        level(0.5, BLACK, "--", "1/2"),
        rel=1e-6,
    )
    same_legend(left, "1/2", "ill", "not ill", "wrong guess")
    frame(left, xlabel="patient", ylabel="estimate of the bit")
    low, high = left.get_ylim()
    assert inside(left) and high - low < 1.5 * np.ptp(estimates), "the axis follows the setting"
    wrong = len(missed)

    def expected(n):  # Φ(√(m − n) / (4σ)), σ = E/√3
        return NormalDist().cdf(sqrt(n - 100) * sqrt(3) / (4 * noise)) if noise else 1.0

    asked = np.arange(150, 3001, 50)
    same_lines(
        right,
        line(asked, [100 * expected(int(n)) for n in asked], GREEN, "-", "expected"),
        line([m], [100 - wrong], BLACK, "o", "this attack"),
        level(50, GREY, ":"),
        level(57, GREY, ":"),
        level(95, GREY, "--"),
        rel=1e-6,
    )
    same_legend(right, "expected", "this attack")
    frame(right, xlabel="number of questions", ylabel="bits recovered (%)", xscale="linear")
    assert inside(right)
    (coin, _, below), (nobody, _, above), (target, _, top) = texts(right)
    assert (coin, nobody, target) == ("a coin", "'nobody is ill'", "95 %")
    assert below < 50 < 57 < above < 95 < top, "each beside its line, none on it"
    assert left.texts[0].get_text() == f"{wrong} of 100 on the wrong side of 1/2"
    assert numbers(widget.alt) == [
        str(m), "100", f"{noise:.0f}", f"{100 - wrong}%", f"{100 * expected(m):.0f}%", "50%", "57%"
    ]  # fmt: skip


def test_one_patient_is_alone_and_several_are():
    widget = move(widgets.who_is_alone(), age="in bands of 10 years")
    assert "Of 920 patients, 1 is alone" in widget.alt
    assert "Of 920 patients, 66 are alone" in move(widget, age="in years").alt
