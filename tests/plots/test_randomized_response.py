"""Figures of lesson 11: the counter that gives students away, many surveys, and repeated questions."""

import numpy as np

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.randomized_response import dashboard, many_surveys, repeated_questions
from tests.plots.artists import (
    ALT,
    bars,
    frame,
    inside,
    level,
    line,
    outlines,
    same,
    same_legend,
    same_lines,
    upright,
)


def test_counter_rises_after_each_yes_and_the_marks_stand_on_the_jumps():
    plot = dashboard(np.array([0, 1, 1, 2, 3, 3, 4, 5]), first=6, alt=ALT)
    (axes,) = plot.figure.axes
    jumped = "the counter jumped: this student cheated"
    same_lines(
        axes,
        line(range(7), [0, 0, 1, 1, 2, 3, 3], BLUE),
        line([2, 4, 5], [1, 2, 3], RED, "o", jumped),
    )
    assert axes.lines[0].get_drawstyle() == "steps-post", "it stays, then jumps at the next answer"
    same_legend(axes, jumped)
    frame(axes, xlabel="answers so far", ylabel="'yes' on the dashboard")
    assert inside(axes) and plot.alt == ALT


def test_first_student_who_says_yes_is_marked_at_one():
    plot = dashboard(np.array([1, 1, 2]), first=3, alt=ALT)
    assert plot.figure.axes[0].lines[1].get_xydata().tolist() == [[1, 1], [3, 2]]


def test_histograms_hold_the_raw_and_the_debiased_shares():
    raw = np.array([0.395, 0.405, 0.41, 0.445, 0.48])
    debiased = np.array([0.29, 0.31, 0.315, 0.39, 0.17, 0.175])
    plot = many_surveys(raw, debiased, share=0.317, alt=ALT)
    (axes,) = plot.figure.axes
    (filled,), (hollow,) = bars(axes), outlines(axes)
    for drawn, values in ((filled, raw), (hollow, debiased)):
        counted = [(np.abs(values - middle) < 0.01).sum() for middle in filled.middles]
        assert same(drawn.middles, filled.middles) and np.array_equal(drawn.heights, counted)
        assert sum(counted) == len(values), "all of them are in the picture"
    assert filled[:3] == ("share of 'yes'", ORANGE, "//")
    assert hollow[:3] == ("debiased share", BLUE, "-")
    same_lines(axes, upright(0.317, BLACK, "--", "true share"))
    same_legend(axes, "share of 'yes'", "debiased share", "true share")
    frame(axes, xlabel="share of cheaters that the survey reports", ylabel="number of surveys")
    assert plot.alt == ALT


def test_bins_hold_equally_many_of_the_shares_that_200_people_can_report():
    """Shares of 'yes' are multiples of 1/200, debiased ones of 1/100 (p = 3/4)."""
    plot = many_surveys(np.arange(21, 119) / 200, np.arange(12, 58) / 100, share=0.3, alt=ALT)
    (filled,) = bars(plot.figure.axes[0])
    assert set(filled.heights[1:-1]) == {4}


def test_a_majority_with_fresh_coins_and_with_memory():
    weeks, fresh, memoised = [1, 4, 9, 25], [0.76, 0.83, 0.951, 1.0], [0.74, 0.733, 0.742, 0.75]
    plot = repeated_questions(weeks, fresh, memoised, alt=ALT)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(weeks, fresh, RED, "o-", "new coin every week"),
        line(weeks, memoised, BLUE, "s--", "first answer repeated"),
        level(0.5, GREY, ":", "guess by tossing a coin"),
    )
    same_legend(axes, "new coin every week", "first answer repeated", "guess by tossing a coin")
    frame(axes, xlabel="weeks in which the question was asked")
    frame(axes, ylabel="students guessed right (share)", xscale="linear", yscale="linear")
    assert inside(axes) and plot.alt == ALT
