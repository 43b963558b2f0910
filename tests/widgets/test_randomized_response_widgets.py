"""What the widgets of lesson 11 compute and say, against values obtained otherwise."""

import math

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY
from lessons.widgets.randomized_response import beliefs, odds_and_beliefs, people_and_error, surveys
from tests.plots.artists import (
    bars,
    frame,
    level,
    line,
    numbers,
    same,
    same_legend,
    same_lines,
    texts,
    ticks,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "odds_and_beliefs": {
        "probability": ("p, probability of the truth", 0.75, 0.51, 0.99, 0.01),
        "prior": ("prior belief that the student cheated", 0.3, 0.01, 0.99, 0.01),
    },
    "people_and_error": {
        "people": ("number of people", 1000.0, 100.0, 125892.54, 310),
        "epsilon": ("ε of each answer", 0.6, 0.2, 4.0, 0.1),
    },
}


def test_beliefs_follow_from_counting_a_thousand_students():
    result = beliefs(probability=0.9, prior=0.1)
    assert math.isclose(result.after_yes, 90 / (90 + 90))
    assert math.isclose(result.after_no, 10 / (10 + 810))
    assert math.isclose(result.epsilon, math.log(9))


def test_table_rows_are_distributions_with_the_ratio_of_the_coin():
    table = beliefs(probability=0.75, prior=0.5).table
    assert np.allclose(table.sum(axis=1), 1)
    assert table[1, 1] / table[0, 1] == table[0, 0] / table[1, 0] == 3


def test_curves_pass_through_the_marked_beliefs_and_the_corners():
    result = beliefs(probability=0.8, prior=0.3)
    assert math.isclose(np.interp(0.3, result.priors, result.after_yes_curve), result.after_yes)
    assert math.isclose(np.interp(0.3, result.priors, result.after_no_curve), result.after_no)
    for curve in (result.after_yes_curve, result.after_no_curve):
        assert (curve[0], curve[-1]) == (0, 1) and (np.diff(curve) > 0).all()


def test_words_name_ratio_epsilon_delta_and_both_beliefs():
    widget = odds_and_beliefs()
    widget.controls["probability"].value, widget.controls["prior"].value = 0.9, 0.1
    for words in ("p = 0.90", "9 times", "ε = 2.2", "δ = 0", "0.10 becomes 0.500", "0.012"):
        assert words in widget.alt, words


def test_margin_is_that_of_the_simulated_surveys():
    for people, epsilon in ((1000.0, 1.0), (50_000.0, 0.5)):
        result = surveys(people=people, epsilon=epsilon)
        assert math.isclose(
            result.margin, 1.96 / math.sqrt(people) / (2 * math.sinh(epsilon / 2)), rel_tol=1e-9
        )
        assert same(result.margins * np.sqrt(result.sizes), [result.margin * math.sqrt(people)] * 2)
        inside = (result.errors <= result.margin).mean()
        assert (
            inside >= 0.8
        )  # 40 surveys at 95 %: fewer than 33 inside has probability 1e-3, fixed rng


def test_same_controls_give_the_same_surveys_and_odd_numbers_are_rounded():
    one, two = surveys(people=1000.4, epsilon=1.0), surveys(people=1000.0, epsilon=1.0)
    assert one.n_people == 1000 and (one.errors == two.errors).all()


def test_answer_of_the_question_can_be_read_off_the_slider():
    widget = people_and_error()
    widget.controls["epsilon"].value = 1.0
    widget.controls["people"].value = 10**3.59
    assert "± 3.02" in widget.alt and "3890 people" in widget.alt
    widget.controls["people"].value = 10**3.60
    assert "± 2.98" in widget.alt and "3981 people" in widget.alt


def test_slider_reaches_the_people_needed_at_the_smallest_epsilon():
    widget = people_and_error()
    widget.controls["epsilon"].value = 0.2
    needed = (1.96 / 0.03) ** 2 / (4 * math.sinh(0.1) ** 2)
    assert 106_000 < needed < 10 ** widget.controls["people"].max
    widget.controls["people"].value = 10**5.03
    assert "± 2.99" in widget.alt


def test_dots_of_one_number_of_people_stay_close_to_it():
    result = surveys(people=1000.0, epsilon=1.0)
    assert (np.abs(result.places / 1000 - 1) < 0.13).all()


@pytest.mark.parametrize(("p", "prior"), [(0.83, 0.27), (0.51, 0.99), (0.99, 0.01)])
def test_picture_and_words_of_the_beliefs(p, prior):
    widget = move(odds_and_beliefs(), probability=p, prior=prior)
    shown, curves = widget.figure.axes
    honest, cheat = bars(shown)
    assert honest[:3] == ("did not cheat", SKY, "//") and cheat[:3] == ("cheated", ORANGE, "")
    assert np.allclose(honest.heights, [p, 1 - p]), "no, yes"
    assert np.allclose(cheat.heights, [1 - p, p])
    assert np.allclose([*honest.middles, *cheat.middles], [-0.2, 0.8, 0.2, 1.2])
    heights = dict(zip((-0.2, 0.8, 0.2, 1.2), (p, 1 - p, 1 - p, p), strict=True))
    assert {x: words for words, x, _ in texts(shown)} == {x: f"{h:.2f}" for x, h in heights.items()}
    assert all(0 < y - heights[x] < 0.05 for _, x, y in texts(shown)), "each stands on its bar"
    assert ticks(shown.xaxis) == {0: "no", 1: "yes"} and shown.get_ylim()[0] == 0
    assert shown.get_yticks().tolist() == [0, 0.25, 0.5, 0.75, 1]
    same_legend(shown, "did not cheat", "cheated")
    frame(shown, xlabel="what the student says", ylabel="probability of saying it")
    ratio, epsilon = p / (1 - p), math.log(p / (1 - p))
    assert shown.get_title() == f"likelihood ratio {ratio:.3g}:1, ε = {epsilon:.3g}"

    def after(before, times):  # odds before, times the likelihood ratio, are the odds after
        odds = times * before / (1 - before)
        return odds / (1 + odds)

    before = np.arange(101) / 100
    with np.errstate(divide="ignore", invalid="ignore"):
        yes, no = (after(before, times) for times in (ratio, 1 / ratio))
    yes[-1] = no[-1] = 1  # who is certain stays certain
    own = after(prior, ratio), after(prior, 1 / ratio)
    same_lines(
        curves,
        line([0, 1], [0, 1], GREY, ":", "nothing learned"),
        level(0.95, GREY, "-.", "95 % sure"),
        line(before, yes, RED, "-", "after a yes"),
        line(before, no, BLUE, "--", "after a no"),
        line([prior] * 3, [own[1], prior, own[0]], BLACK, "o-"),
    )
    same_legend(curves, "nothing learned", "95 % sure", "after a yes", "after a no")
    frame(curves, xlabel="belief before: the student cheated (prior)", xlim=(0, 1), ylim=(0, 1))
    frame(curves, ylabel="belief after (posterior)")
    assert curves.get_title() == f"yes: {own[0]:.3f}     no: {own[1]:.3f}"
    assert numbers(widget.alt) == [
        f"{p:.2f}", f"{ratio:.3g}", f"{epsilon:.3g}", "0", f"{prior:.2f}", f"{own[0]:.3f}",
        f"{own[1]:.3f}",
    ]  # fmt: skip


@pytest.mark.parametrize(("people", "epsilon"), [(10**3.71, 0.7), (100, 4.0), (10**5.1, 0.2)])
def test_picture_and_words_of_the_survey(people, epsilon):
    widget = move(people_and_error(), people=people, epsilon=epsilon)
    (axes,) = widget.figure.axes
    n, ends = round(people), np.array([70, 170_000])

    def points(group):  # 1.96 standard deviations; of one person it is 1 / (2 sinh(ε/2))
        return 100 * 1.96 / (2 * math.sinh(epsilon / 2)) / np.sqrt(group)

    result = surveys(people=people, epsilon=epsilon)
    errors = np.where(100 * result.errors < 0.022, 0.022, 100 * result.errors)
    same_lines(
        axes,
        level(3, BLACK, ":", "3 points"),
        line(ends, 98 / np.sqrt(ends), GREY, "--", "margin of a classic poll, without coins"),
        line(ends, points(ends), BLUE, "-", "margin: 95 of 100 surveys"),
        line([n], [points(n)], BLUE, "s", "your survey's margin"),
        line(n * np.logspace(-0.05, 0.05, 40), errors, RED, ".", "40 simulated surveys"),
    )
    same_legend(
        axes,
        "3 points",
        "margin of a classic poll, without coins",
        "margin: 95 of 100 surveys",
        "40 simulated surveys",
        "your survey's margin",
    )
    frame(axes, xlabel="number of people", xscale="log", yscale="log", xlim=(70, 170_000))
    frame(axes, ylabel="error of the estimate (points)", ylim=(0.02, 150))
    words = {100: "100", 1000: "1000", 10_000: "10 000", 100_000: "100 000"}
    assert ticks(axes.xaxis) == words
    assert ticks(axes.yaxis) == {0.1: "0.1", 1: "1", 3: "3", 10: "10", 100: "100"}
    off = f"{points(n):.2f}"
    assert axes.get_title() == f"ε = {epsilon:.1f}, {n} people: ± {off} points"
    within = int((100 * result.errors <= points(n)).sum())
    assert numbers(widget.alt) == [
        str(n), f"{epsilon:.1f}", "0", "95", "100", off, "40", str(within),
        f"{100 * result.errors.max():.1f}", "40", str(n),
    ]  # fmt: skip


@pytest.mark.parametrize("epsilon", [0.2, 0.4, 0.5, 1.0, 2.0])
def test_crossing_with_three_points_is_in_the_picture_for_every_question(epsilon):
    widget = move(people_and_error(), people=100, epsilon=epsilon)
    (axes,) = widget.figure.axes
    needed = (1.96 / 0.03 / (2 * math.sinh(epsilon / 2))) ** 2
    low, high = axes.get_xlim()
    assert low < needed < high
    result = surveys(people=100, epsilon=epsilon)
    assert axes.get_ylim()[0] < 100 * result.margin < axes.get_ylim()[1], "even with few people"
    assert 100 * result.errors.max() < axes.get_ylim()[1]


def test_simulated_errors_are_those_of_the_margin():
    """About half of them are below 0.6745 standard deviations: 8 to 32 of 40 (chance 1e-4)."""
    for people, epsilon in ((3000.0, 0.7), (120.0, 2.1), (100_000.0, 0.3)):
        result = surveys(people=people, epsilon=epsilon)
        spread = result.margin / 1.96
        assert len(result.errors) == 40 and (result.errors >= 0).all()
        assert 8 <= (result.errors < 0.6745 * spread).sum() <= 32
        root = math.sqrt((result.errors**2).mean())  # around the truth
        assert 0.5 < root / spread < 1.5
