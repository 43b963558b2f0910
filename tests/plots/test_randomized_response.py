"""Figures of lesson 11: counter, bars that stick out, surveys, the smallest δ, repeated questions."""

import math

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY
from lessons.plots.randomized_response import (
    dashboard,
    many_surveys,
    repeated_questions,
    smallest_deltas,
    sticks_out,
)
from tests.plots.artists import (
    bars,
    colour_of,
    frame,
    inside,
    level,
    line,
    numbers,
    outlines,
    same,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
)


def test_counter_rises_after_each_yes_and_the_marks_stand_on_the_jumps():
    plot = dashboard(np.array([0, 1, 1, 2, 3, 3, 4, 5]), first=6)
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
    assert inside(axes) and numbers(plot.alt) == ["6", "3"], "six answers, three steps up"


def test_first_student_who_says_yes_is_marked_at_one():
    plot = dashboard(np.array([1, 1, 2]), first=3)
    assert plot.figure.axes[0].lines[1].get_xydata().tolist() == [[1, 1], [3, 2]]


@pytest.mark.parametrize(
    ("honest", "cheated", "factors"),
    [((0.75, 0.25), (0.25, 0.75), (1, 2, 3)), ((0.3, 0.7), (0.9, 0.1), (1, 4))],
)
def test_what_is_above_the_frame_is_red_and_named(honest, cheated, factors):
    plot = sticks_out(np.array(honest), np.array(cheated), factors=factors)
    for axes, factor in zip(plot.figure.axes, factors, strict=True):
        blue, red, frames = bars(axes)
        assert blue[:3] == ("did not cheat", SKY, "//") and same(blue.heights, honest)
        assert red[:2] == ("sticks out", RED)
        assert frames[:2] == ("cheated, times the factor", ORANGE)
        assert same(frames.heights, [factor * one for one in cheated])
        over = [max(0, p - factor * q) for p, q in zip(honest, cheated, strict=True)]
        assert same(red.heights, over)
        tops = [patch.get_y() + patch.get_height() for patch in axes.containers[1].patches]
        assert same(tops, honest), "the red pieces are the upper ends of the blue bars"
        assert same(blue.middles, [0, 1]) and same(red.middles, [0, 1])
        assert same(frames.middles, [0, 1])
        assert all(colour_of(patch) == ORANGE for patch in axes.containers[2].patches)
        written = {x: words for words, x, _ in texts(axes)}
        assert written == {x: f"{piece:.2f}" for x, piece in enumerate(over) if piece > 0}
        assert axes.get_title() == f"factor {factor}"
        assert ticks(axes.xaxis) == {0: "no", 1: "yes"}
        frame(axes, xlabel="what the student says")
        assert inside(axes)
        for name, piece in zip(("no", "yes"), over, strict=True):
            said = plot.alt.split(f"With factor {factor}, ")[1].split(". ")[0]
            assert (f"the bar of {name} sticks out by {piece:.2f}" in said) == (piece > 0)
            assert ("no bar sticks out" in said) == (max(over) == 0)
    frame(plot.figure.axes[0], ylabel="probability (frames: × factor)")
    (legend,) = plot.figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["did not cheat", "sticks out", "cheated, times the factor"]
    shown = [f"{one:.2f}" for one in (*honest, *cheated)]
    assert numbers(plot.alt)[:5] == [str(len(factors)), *shown]


def test_histograms_hold_the_raw_and_the_debiased_shares():
    raw = np.array([0.395, 0.405, 0.41, 0.445, 0.48])
    debiased = np.array([0.29, 0.31, 0.315, 0.39, 0.17, 0.175])
    plot = many_surveys(raw, debiased, share=0.317)
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
    spread = [f"{(((x - x.mean()) ** 2).sum() / len(x)) ** 0.5:.3f}" for x in (raw, debiased)]
    means = [f"{sum(x) / len(x):.3f}" for x in (raw, debiased)]
    assert numbers(plot.alt) == ["5", "0.317", means[0], spread[0], means[1], spread[1]]


def test_bins_hold_equally_many_of_the_shares_that_200_people_can_report():
    """Shares of 'yes' are multiples of 1/200, debiased ones of 1/100 (p = 3/4)."""
    plot = many_surveys(np.arange(21, 119) / 200, np.arange(12, 58) / 100, share=0.3)
    (filled,) = bars(plot.figure.axes[0])
    assert set(filled.heights[1:-1]) == {4}


def test_smallest_delta_of_the_coin_leaves_the_page_and_that_of_the_app_does_not():
    epsilons = np.array([0.0, 0.5, 1.0, math.log(3), 1.7, 3.0])
    coin = [max(0, 3 - math.exp(e)) / 4 for e in epsilons]
    crashes = [0.98 * one + 0.02 for one in coin]
    plot = smallest_deltas(epsilons, coin=coin, crashes=crashes)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(epsilons, coin, BLUE, "-", "the coin"),
        line(epsilons, crashes, RED, "--", "the app that crashes"),
        upright(math.log(3), GREY, ":", "ε = ln 3"),
    )
    same_legend(axes, "the coin", "the app that crashes", "ε = ln 3")
    frame(axes, xlabel="ε", ylabel="smallest δ", yscale="log", ylim=(0.003, 1))
    assert ticks(axes.yaxis) == {0.01: "0.01", 0.1: "0.1", 1: "1"}
    low, high = axes.get_ylim()
    assert all(low < one < high for one in crashes) and coin[-1] < low < coin[2]
    assert numbers(plot.alt) == ["0", "3", "0.500", "0.510", "3", "0.000", "0.020"]


def test_a_majority_with_fresh_coins_and_with_memory():
    weeks, fresh, memoised = [1, 4, 9, 25], [0.76, 0.83, 0.951, 1.0], [0.74, 0.733, 0.742, 0.75]
    plot = repeated_questions(weeks, fresh, memoised, always_no=0.613)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(weeks, fresh, RED, "o-", "new coin every week"),
        line(weeks, memoised, BLUE, "s--", "first answer repeated"),
        level(0.613, GREY, ":", "always guess 'did not cheat'"),
    )
    always_no = "always guess 'did not cheat'"
    same_legend(axes, "new coin every week", "first answer repeated", always_no)
    frame(axes, xlabel="weeks in which the question was asked")
    frame(axes, ylabel="students guessed right (share)", xscale="linear", yscale="linear")
    assert inside(axes) and numbers(plot.alt) == ["0.760", "1.000", "25", "0.750", "0.613"]
