"""Widgets of lesson 32: what they compute, against independent values."""

from itertools import combinations, product

import numpy as np
import pytest

from lessons.checks import shamir as checks
from lessons.mpc import field
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.widgets import shamir as widgets
from tests.plots.artists import frame, hex_of, numbers, texts
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "secret_slides": {
        "secret": ("secret", 7, 0, 10, 1),
        "first": ("share of party 1", 4, 0, 10, 1),
        "second": ("share of party 2", 9, 0, 10, 1),
        "third": ("party 3 joins, with the share 1", False),
    },
    "liars_vote": {
        "threshold": ("threshold", 2, 0, 4, 1),
        "n_liars": ("number of liars", 1, 0, 4, 1),
        "together": ("the liars agree on one polynomial", False),
    },
}


def test_every_secret_has_its_one_polynomial_through_two_shares():
    for secret, first, second in product(range(11), repeat=3):
        view = widgets.through(secret=secret, first=first, second=second, third=False)
        plain = field.evaluate([secret, *view.coefficients], range(11), modulus=11)
        assert view.values.tolist() == plain.tolist()
        assert view.values[:3].tolist() == [secret, first, second]


def test_the_answer_to_question_a_is_where_the_leading_coefficient_is_zero():
    bends = {
        secret: widgets.through(secret=secret, first=4, second=9, third=False).coefficients[1]
        for secret in range(11)
    }
    (secret,) = [one for one, a_2 in bends.items() if a_2 == 0]
    assert checks.ruled_out.verdict(secret).correct
    words = widgets.describe_slide(widgets.through(secret=secret, first=4, second=9, third=False))
    assert "a_2 = 0" in words


def test_with_party_3_exactly_one_secret_fits():
    for first, second in product(range(11), repeat=2):
        views = [
            widgets.through(secret=x, first=first, second=second, third=True) for x in range(11)
        ]
        told = [widgets.describe_slide(view) for view in views]
        assert sum("this is the secret" in words for words in told) == 1
        assert sum("this secret is ruled out" in words for words in told) == 10


@pytest.mark.parametrize(
    ("secret", "first", "second", "third"),
    [(7, 4, 9, False), (10, 4, 9, True), (8, 4, 9, True), (0, 0, 10, True)],
)
def test_picture_and_words_of_the_sliding_secret(secret, first, second, third):
    widget = move(widgets.secret_slides(), secret=secret, first=first, second=second, third=third)
    reals, clock = widget.figure.axes
    x, y = widget._artists["curve"].get_data()
    for place, value in ((0, secret), (1, first), (2, second)):  # a parabola through all three
        fit = np.polyfit(x, y, 2)
        assert np.polyval(fit, place) == pytest.approx(value)
        assert np.abs(np.polyval(fit, x) - y).max() < 1e-9
    a_2 = (secret - 2 * first + second) * 6 % 11
    a_1 = (first - secret - a_2) % 11
    values = [(secret + a_1 * place + a_2 * place**2) % 11 for place in range(11)]
    dots = widget._artists["dots"]
    assert dots.get_xdata().tolist() == list(range(11)) and dots.get_ydata().tolist() == values
    for axes, square, circles in zip(
        (reals, clock), widget._artists["secret"], widget._artists["shares"], strict=True
    ):
        assert square.axes is circles.axes is axes
        assert (square.get_xdata(), square.get_ydata()) == ([0], [secret])
        assert list(circles.get_xdata()) == [1, 2] and list(circles.get_ydata()) == [first, second]
        assert (hex_of(square.get_color()), hex_of(circles.get_color())) == (BLUE, ORANGE)
        assert (square.get_marker(), circles.get_marker()) == ("s", "o")
    ring = widget._artists["third"]
    assert ring.get_visible() == third and (ring.get_xdata(), ring.get_ydata()) == ([3], [1])
    assert hex_of(ring.get_markeredgecolor()) == RED and ring.axes is clock
    frame(reals, xlabel="X", ylabel="f(X)", title="over the real numbers, for the eye")
    frame(clock, xlabel="X", ylabel="f(X), modulo 11", title="over Z_11: what is really shared")
    words = [secret, first, second, 11, secret, a_1, a_2, 1, a_1, 2, a_2, 3, values[3]]
    words += [] if not third else [3] if values[3] == 1 else [3, 1]
    assert numbers(widget.alt.replace("²", "")) == [str(one) for one in words]


def brute_votes(shares, threshold):
    """For each secret the most shares on one polynomial: through every threshold other shares."""
    best = [0] * 11
    for secret in range(11):
        for others in combinations(range(1, 8), threshold):
            xs, ys = [0, *others], [secret, *(shares[x - 1] for x in others)]
            on_it = 0
            for z in range(1, 8):
                value = 0
                for i, own in enumerate(xs):
                    term = ys[i]
                    for other in xs:
                        if other != own:
                            term = term * (z - other) * pow(own - other, -1, 11)
                    value += term
                on_it += value % 11 == shares[z - 1]
            best[secret] = max(best[secret], on_it)
    return best


@pytest.mark.parametrize("threshold", range(5))
@pytest.mark.parametrize("n_liars", range(5))
@pytest.mark.parametrize("together", [False, True])
def test_the_vote_is_that_of_all_polynomials(threshold, n_liars, together):
    result = widgets.vote(threshold=threshold, n_liars=n_liars, together=together)
    assert result.votes.tolist() == brute_votes(result.shares.tolist(), threshold)
    wrong = np.flatnonzero(result.shares != result.truth[1:8]) + 1
    assert wrong.tolist() == list(result.liars) and len(wrong) == n_liars
    assert result.votes[5] >= 7 - n_liars and result.truth[0] == 5
    if result.together:
        on_lie = (result.shares == result.lie[1:8]).sum()
        assert on_lie == min(n_liars + threshold, 7) == result.votes[result.lie[0]]
    others = np.delete(result.votes, 5).max()
    if threshold + 1 + 2 * n_liars <= 7:  # (32.iv)
        assert result.votes[5] > others
    elif result.together:
        assert result.votes[5] <= others


def test_the_answer_to_question_c_can_be_read_off_the_bars():
    result = widgets.vote(threshold=2, n_liars=3, together=True)
    assert checks.fit_the_lie.verdict(int(result.votes[result.lie[0]])).correct
    assert result.votes[5] == 4


@pytest.mark.parametrize(
    ("threshold", "n_liars", "together"),
    [
        (2, 1, False),
        (2, 3, True),
        (3, 2, True),
        (1, 0, True),
        (2, 4, False),
        (0, 3, True),
        (4, 2, True),
    ],
)
def test_picture_and_words_of_the_vote(threshold, n_liars, together):
    widget = move(widgets.liars_vote(), threshold=threshold, n_liars=n_liars, together=together)
    left, right = widget.figure.axes
    result = widgets.vote(threshold=threshold, n_liars=n_liars, together=together)
    agreed = together and n_liars > 0
    for name, values, colour in (("truth", result.truth, BLUE), ("lie", result.lie, RED)):
        marks = widget._artists[name]
        assert marks.get_xdata().tolist() == list(range(8))
        assert marks.get_ydata().tolist() == values[:8].tolist()
        assert hex_of(marks.get_color()) == colour
    assert widget._artists["lie"].get_visible() == agreed
    honest, lied = widget._artists["honest"], widget._artists["lied"]
    assert sorted([*honest.get_xdata(), *lied.get_xdata()]) == list(range(1, 8))
    assert tuple(lied.get_xdata()) == result.liars
    for marks, colour in ((honest, BLACK), (lied, RED)):
        assert marks.get_ydata().tolist() == [result.shares[x - 1] for x in marks.get_xdata()]
        assert hex_of(marks.get_color()) == colour
    bars = widget._artists["bars"]
    heights = [[(x, 0), (x, int(height))] for x, height in enumerate(result.votes)]
    assert np.array_equal(np.array(bars.get_segments()), heights)
    colours = [hex_of(one) for one in bars.get_color()]
    false = int(result.lie[0])
    expected = [BLUE if x == 5 else RED if agreed and x == false else GREY for x in range(11)]
    assert colours == expected
    truth, lie = widget._artists["names"]
    assert truth.get_text() == "truth" and truth.get_position()[0] == 5
    assert lie.get_text() == ("lie" if agreed else "")
    assert not agreed or lie.get_position()[0] == false
    assert list(widget._artists["bound"].get_ydata()) == [7 - n_liars] * 2
    assert f"dashed: {7 - n_liars} honest shares" in [words for words, _, _ in texts(right)]
    frame(left, xlabel="party (0: the secret)", ylabel="share")
    frame(right, xlabel="secret", ylabel="most shares on one polynomial")
    others = np.where(np.arange(11) == 5, 0, result.votes)
    best = false if agreed else int(others.argmax())
    words = [
        7,
        threshold,
        *result.liars,
        result.votes[5],
        5,
        result.votes[best],
        best,
        (6 - threshold) // 2,
    ]
    assert numbers(widget.alt) == [str(one) for one in words]
    wins = result.votes[5] > others.max()
    assert ("The truth wins" in widget.alt) == wins
    legend = [text.get_text() for text in widget.figure.legends[0].get_texts()]
    assert legend == ["true polynomial", "the liars' polynomial", "honest share", "a liar's share"]


def test_every_control_changes_the_picture():
    for widget, changes in (
        (widgets.secret_slides(), {"secret": 3, "first": 0, "second": 5, "third": True}),
        (widgets.liars_vote(), {"threshold": 3, "n_liars": 3, "together": True}),
    ):
        for name, value in changes.items():
            before = widget.png
            widget.controls[name].value = value
            assert widget.png != before, name
