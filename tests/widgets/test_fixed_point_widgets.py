import numpy as np
import pytest

from lessons.checks import fixed_point as checks
from lessons.mpc import truncation
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import fixed_point as widgets
from tests.plots.artists import (
    colour_of,
    frame,
    level,
    line,
    numbers,
    same,
    same_legend,
    same_lines,
    texts,
)
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "two_points": {
        "x": ("x", 137, -249, 249, 1),
        "first": ("share of party 1", 373, 0, 499, 1),
    },
    "ring_and_precision": {
        "ring": ("ring", "2^64"),
        "fraction_bits": ("fractional bits f", 8, 1, 30, 1),
        "truncations": ("truncations", 1.0, 1.0, 1e6, 6),
    },
}


@pytest.mark.parametrize("x", [-249, -120, -7, 0, 30, 137, 216, 249])
def test_as_many_shares_fail_as_x_says(x):
    wrong = [first for first in range(500) if not widgets.two(x=x, first=first).right]
    assert wrong == (list(range(x)) if x > 0 else list(range(500 + x, 500)))
    off = {widgets.two(x=x, first=first).result - x // 10 for first in wrong}
    assert off <= ({-50, -49} if x > 0 else {50, 51})


def test_answer_of_question_a_can_be_read_off_the_widget():
    good = [first for first in range(500) if widgets.two(x=-120, first=first).right]
    for first in (0, good[-1] - 1, good[-1], good[-1] + 1):
        assert checks.last_right_share.verdict(first).correct == (first == good[-1])


@pytest.mark.parametrize(("x", "first"), [(137, 373), (216, 100), (-120, 380), (0, 0), (249, 499)])
def test_points_and_results_so_far_are_shown(x, first):
    widget = move(widgets.two_points(), x=x, first=first)
    result = widgets.two(x=x, first=first)
    left, right = widget.figure.axes
    places = {colour: [] for colour in (BLUE, ORANGE)}
    for one in left.lines:
        if one.get_marker() == "o":
            places[colour_of(one)] = one.get_xdata()
    for colour, value in ((BLUE, first), (ORANGE, (first - x) % 500)):
        assert same(places[colour], [value, 250 + (value // 10 * 10 - 250) * 0.42])
    spans = [one for one in left.lines if one.get_linewidth() == 2]
    assert {colour_of(one) for one in spans} == {BLACK if result.right else RED}
    words = [one for one, _, _ in texts(left)]
    assert f"{first - (first - x) % 500}" in words and f"{result.result}" in words
    same_lines(
        right,
        level(x / 10, GREEN, ":"),
        line(np.arange(first + 1), result.results, BLUE, "."),
        line([first], [result.result], RED, "o"),
    )
    frame(right, xlabel="share of party 1", ylabel="result, should be x / 10")
    verdict = f"{result.result} is {'right' if result.right else 'wrong'}"
    assert verdict in widget.alt and any(verdict in one for one, _, _ in texts(right))
    assert numbers(widget.alt)[0] == f"{x}"
    assert any(result.counts in one for one, _, _ in texts(right)) and result.counts in widget.alt


@pytest.mark.parametrize(
    ("x", "first"), [(-120, 379), (-120, 380), (137, 30), (60, 499), (-20, 0), (0, 250), (110, 120)]
)
def test_words_of_the_points_stay_inside_and_apart(x, first):
    widget = move(widgets.two_points(), x=x, first=first)
    renderer = widget.figure.canvas.get_renderer()
    left = widget.figure.axes[0]
    boxes = [one.get_window_extent(renderer) for one in left.texts if "party" in one.get_text()]
    width = widget.figure.bbox.width
    assert len(boxes) == 2 and not boxes[0].overlaps(boxes[1])
    assert all(one.x0 >= 0 and one.x1 <= width for one in boxes)


def test_results_are_counted_the_most_frequent_first():
    assert widgets.two(x=137, first=136).counts == "-36 (98×), -37 (39×)"
    assert widgets.two(x=137, first=499).counts.startswith("14 (252×), 13 (111×)")
    assert widgets.two(x=-120, first=499).counts == "-12 (380×), 38 (120×)"


def test_chance_of_one_truncation_is_the_rate_of_the_lesson():
    for k, f in ((64, 16), (32, 8), (20, 4)):
        product = 16 * 2 ** (2 * f)
        rate = float(truncation.local_failure_rate(product, modulus=2**k))
        assert widgets.any_failure(k, f, 1.0) == pytest.approx(rate)
        assert widgets.any_failure(k, f, 1000.0) == pytest.approx(1 - (1 - rate) ** 1000, rel=1e-6)


def test_answer_of_question_c_can_be_read_off_the_widget():
    kept = [int(f) for f in widgets.BITS if widgets.any_failure(64, int(f), 1e6) < widgets.PROMISE]
    assert kept == list(range(1, 17)) and checks.most_bits.verdict(kept[-1]).correct
    assert widgets.any_failure(32, 1, 1e6) > widgets.PROMISE  # question D: no f is left
    assert [widgets.any_failure(64, f, 1.0) < widgets.PROMISE for f in (26, 27)] == [True, False]


@pytest.mark.parametrize(
    ("ring", "f", "n", "fits"),
    [
        ("2^64", 8, 1.0, True),
        ("2^64", 30, 1e6, False),
        ("2^32", 13, 1e3, True),
        ("2^20", 1, 1e6, True),
    ],
)
def test_both_errors_are_drawn_up_to_f(ring, f, n, fits):
    widget = move(widgets.ring_and_precision(), ring=ring, fraction_bits=f, truncations=n)
    left, right = widget.figure.axes
    so_far = np.arange(1, f + 1)
    chances = [widgets.any_failure(int(ring[2:]), int(one), n) for one in so_far]
    same_lines(
        left,
        level(1.0, GREY, ":"),
        line(so_far, 2.0 ** -so_far.astype(float), BLUE),
        line([f], [2.0**-f], RED, "o"),
    )
    same_lines(
        right,
        level(0.01, GREEN, "--", "1 %"),
        line(so_far, chances, ORANGE, "-", "any failure"),
        line([f], [chances[-1]], RED, "o"),
    )
    same_legend(right, "1 %", "any failure")
    frame(left, xlabel="fractional bits f", ylabel="rounding error of one truncation")
    frame(right, xlabel="fractional bits f", ylabel="chance that any truncation fails")
    said = f"{chances[-1]:.2g}" if fits else "do not fit"
    assert said in widget.alt and any(said in one for one, _, _ in texts(right))
    assert widgets.precision(ring=ring, fraction_bits=f, truncations=n).fits == fits
