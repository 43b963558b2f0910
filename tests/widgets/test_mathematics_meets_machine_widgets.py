"""What the widget of lesson 18 computes, against values found in another way."""

import numpy as np
import pytest

from lessons.checks import mathematics_meets_machine as checks
from lessons.dp.exact.floating_point import could_come_from_by_bisection
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, RED
from lessons.widgets import mathematics_meets_machine as widgets
from tests.plots.artists import frame, level, line, numbers, same_lines, texts, ticks
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "which_floats": {
        "count": ("smaller count", "0"),
        "epsilon": ("ε", 0.5, 0.5, 10.0, 0.5),
    },
}


@pytest.mark.parametrize(("count", "epsilon"), [("0", 0.5), ("16", 2.0), ("1024", 10.0)])
def test_strip_marks_the_floats_that_bisection_finds(count, epsilon):
    result = widgets.gaps(count=count, epsilon=epsilon)
    y = int(count) - 0.35 / epsilon
    for place in range(widgets.N_FLOATS):
        for marks, one in ((result.first, int(count)), (result.second, int(count) + 1)):
            found = could_come_from_by_bisection(y, count=one, scale=1 / epsilon)
            assert marks[place] == found
        y = float(np.nextafter(y, np.inf))


def test_fractions_fall_with_the_count_and_rise_again_with_epsilon():
    low = widgets.gaps(count="0", epsilon=0.5).fractions
    high = widgets.gaps(count="0", epsilon=10.0).fractions
    assert 0.75 < low[0] < 0.9 and low[-1] < 0.02
    assert (np.diff(low) < 0.05).all() and high[-2] > 0.5 > low[-2]


def test_answer_to_question_a_is_the_first_count_below_one_half():
    result = widgets.gaps(count="4", epsilon=0.5)
    first = widgets.COUNTS[int(np.argmax(result.fractions < 0.5))]
    assert first == 4 and checks.half_named.verdict(first).correct
    for other in set(widgets.COUNTS) - {4}:
        assert not checks.half_named.verdict(other).correct
    assert result.chosen == result.fractions[3] < 0.47 < 0.52 < result.fractions[2]


def test_floats_of_the_wrong_count_have_gaps_where_less_noise_names_more():
    """Question 18.B: at 512 and ε = 10 the strip shows what the fraction says, and at ε = 0.5 too."""
    full, gappy = (widgets.gaps(count="512", epsilon=one) for one in (0.5, 10.0))
    assert full.first.all() and full.second.all() and full.chosen < 0.01
    assert gappy.first.all() and gappy.second.sum() == 4 and gappy.chosen > 0.5


def test_words_of_the_gaps_hold_every_number():
    widget = widgets.which_floats()
    widget.controls["count"].value = "8"
    widget.controls["epsilon"].value = 1.0
    for entry in ("ε = 1 ", "counts 8 and 9", "48 floats", "add/remove", "of 100 outputs"):
        assert entry in widget.alt


@pytest.mark.parametrize(("count", "epsilon"), [("16", 2.5), ("0", 0.5), ("1024", 10.0)])
def test_picture_and_words_of_the_floats(count, epsilon):
    widget = move(widgets.which_floats(), count=count, epsilon=epsilon)
    strip, curve = widget.figure.axes
    n, y, possible = int(count), int(count) - 0.35 / epsilon, {}
    floats = [y := (y if k == 0 else float(np.nextafter(y, np.inf))) for k in range(48)]
    for row, one in ((1, n), (0, n + 1)):
        found = [could_come_from_by_bisection(y, count=one, scale=1 / epsilon) for y in floats]
        possible[row] = np.flatnonzero(found)
    same_lines(
        strip,
        line(range(48), [0] * 48, "#CCCCCC", "."),
        line(range(48), [1] * 48, "#CCCCCC", "."),
        line(possible[1], [1] * len(possible[1]), BLUE, "o"),
        line(possible[0], [0] * len(possible[0]), RED, "s"),
    )
    assert ticks(strip.yaxis) == {1: "count", 0: "count + 1"}
    frame(strip, xlabel="floats in a row, from count − 0.35 b on", ylabel="possible for")
    result = widgets.gaps(count=count, epsilon=epsilon)
    at = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].index(n)
    same_lines(
        curve,
        line(range(at + 1), result.fractions[: at + 1], BLACK, ".-"),  # the rest is to be guessed
        line([at], [result.fractions[at]], GREEN, "o"),
        level(0.5, GREY, ":"),
    )
    assert [words for words, *_ in texts(curve)] == ["one half"]
    assert ticks(curve.xaxis) == {0: "0", 2: "2", 4: "8", 6: "32", 8: "128", 10: "512"}
    frame(curve, xlabel="smaller count, up to the chosen one", ylabel="outputs that name the table")
    assert numbers(widget.alt) == [
        f"{epsilon:g}", "0", str(n), str(n + 1), "48", f"{n - 0.35 / epsilon:.2f}",
        str(len(possible[1])), str(n), str(len(possible[0])), str(n + 1),
        f"{100 * result.fractions[at]:.0f}", "100",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 8, 512])
def test_fraction_that_names_the_table_is_that_of_other_draws_asked_by_bisection(count):
    rng, hits, epsilon = np.random.default_rng(5), [], 1.5
    for one, other in ((count, count + 1), (count + 1, count)):
        for y in one + rng.laplace(scale=1 / epsilon, size=150):
            hits.append(not could_come_from_by_bisection(y, count=other, scale=1 / epsilon))
    found = widgets.gaps(count=str(count), epsilon=epsilon).chosen
    # both are means of 300 draws: five standard deviations of their difference
    assert abs(np.mean(hits) - found) < 5 * np.sqrt(2 * 0.25 / 300)
