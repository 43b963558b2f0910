"""The figures of lesson 32: what shares say about the secret, and Lagrange's pieces."""

import numpy as np
import pytest

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from lessons.plots.shamir import PIECES, SECRETS, pieces_and_sum, shares_and_secrets
from tests.plots.artists import frame, hex_of, numbers, texts


def polynomials(first, second, modulus):
    """For each secret the values of the one polynomial of degree 2 through two shares, by search."""
    x = np.arange(modulus)
    found = []
    for secret in range(modulus):
        every = [(secret + a * x + b * x**2) % modulus for a, b in np.ndindex(modulus, modulus)]
        (fits,) = [f for f in every if (f[1], f[2]) == (first, second)]
        found.append(fits.tolist())
    return found


@pytest.mark.parametrize(("shares", "modulus", "follow"), [((4, 9, 17), 11, 7), ((6, 1, 2), 7, 3)])
def test_three_shares_fix_the_secret_and_two_leave_each_once(shares, modulus, follow):
    by_secret = polynomials(*shares[:2], modulus)
    plot = shares_and_secrets(shares, modulus=modulus, by_secret=by_secret, follow=follow)
    three, two, field = plot.figure.axes
    fixed = 3 * shares[0] - 3 * shares[1] + shares[2]
    curves = {
        axes: [one for one in axes.lines if len(one.get_xdata()) > 20] for axes in (three, two)
    }
    for axes, secrets, colour, held in ((three, [fixed], BLUE, 3), (two, SECRETS, GREY, 2)):
        assert len(curves[axes]) == len(secrets)
        for curve, secret in zip(curves[axes], secrets, strict=True):
            fit = np.polyfit(*curve.get_data(), 2)
            assert np.polyval(fit, [0, 1, 2]) == pytest.approx([secret, *shares[:2]])
            assert hex_of(curve.get_color()) == colour
        circles = next(one for one in axes.lines if one.get_marker() == "o")
        assert list(circles.get_xdata()) == [1, 2, 3][:held]
        assert tuple(circles.get_ydata()) == shares[:held]
        squares = next(one for one in axes.lines if one.get_marker() == "s")
        assert list(squares.get_ydata()) == list(secrets) and set(squares.get_xdata()) == {0}
        assert hex_of(squares.get_color()) == BLUE and hex_of(circles.get_color()) == ORANGE
        frame(axes, xlabel="X", ylabel="f(X)")
    assert np.polyval(np.polyfit(*curves[three][0].get_data(), 2), 3) == pytest.approx(shares[2])

    held = [(one.get_xdata()[0], one.get_ydata()[0]) for one in field.lines]
    assert held == [(1, shares[0]), (2, shares[1])]
    marks = {(x, y): words for words, x, y in texts(field) if words.isdigit()}
    assert len(marks) == modulus * (modulus - 2)
    for (x, y), secret in marks.items():
        assert by_secret[int(secret)][x] == y
    for column in (0, *range(3, modulus)):
        seen = sorted(int(marks[column, y]) for y in range(modulus))
        assert seen == list(range(modulus)), "each secret stands once in every other column"
    stand_out = {words.get_position() for words in field.texts if hex_of(words.get_color()) == RED}
    columns = (0, *range(3, modulus))
    assert stand_out == {(x, by_secret[follow][x]) for x in columns}
    frame(three, title="three shares: one secret")
    frame(two, title="two shares: any secret")
    frame(field, title=f"over Z_{modulus}: each secret once", xlabel="X", ylabel="f(X)")
    words = [
        *shares,
        1,
        2,
        3,
        0,
        fixed,
        len(SECRETS),
        SECRETS[0],
        SECRETS[-1],
        modulus,
        modulus,
        follow,
    ]
    assert numbers(plot.alt) == [str(one) for one in words]


@pytest.mark.parametrize("shares", [(4, 9, 17), (6, -1, 2)])
def test_each_piece_is_one_at_its_own_point_and_the_pieces_add_up_to_the_polynomial(shares):
    plot = pieces_and_sum(shares)
    left, right = plot.figure.axes
    fit = np.polyfit([1, 2, 3], shares, 2)
    curves = {
        axes: {hex_of(one.get_color()): one for one in axes.lines if len(one.get_xdata()) > 20}
        for axes in (left, right)
    }
    assert len(curves[left]) == 3 and len(curves[right]) == 4
    for own, (colour, style) in enumerate(PIECES):
        for axes, height in ((left, 1), (right, shares[own])):
            curve = curves[axes][colour]
            found = np.polyval(np.polyfit(*curve.get_data(), 2), [0, 1, 2, 3])
            weight = (3, -3, 1)[own]
            assert found == pytest.approx(height * np.array([weight, *np.eye(3)[own]]), abs=1e-9)
            assert curve.get_linestyle() == style
            assert (0, height * weight) in [
                (x, y)
                for one in axes.lines
                if one.get_marker() == "s" and hex_of(one.get_color()) == colour
                for x, y in zip(*one.get_data(), strict=True)
            ]
    total = np.polyfit(*curves[right][BLACK].get_data(), 2)
    assert total == pytest.approx(fit, abs=1e-9)
    held = next(one for one in right.lines if hex_of(one.get_color()) == ORANGE)
    assert list(held.get_ydata()) == list(shares) and list(held.get_xdata()) == [1, 2, 3]
    secret = 3 * shares[0] - 3 * shares[1] + shares[2]
    (mark,) = (
        one for one in right.lines if one.get_marker() == "s" and hex_of(one.get_color()) == BLACK
    )
    assert [list(one) for one in mark.get_data()] == [[0], [secret]]
    assert {words for words, *_ in texts(left)} >= {"3", "-3", "1"}
    products = [3 * shares[0], -3 * shares[1], shares[2], secret]
    assert {words for words, *_ in texts(right)} >= {str(one) for one in products}
    frame(left, title="each piece: 1 at its own point, 0 at the others", xlabel="X", ylabel="piece")
    frame(right, title="each piece times its party's share", xlabel="X", ylabel="value")
    assert numbers(plot.alt) == [str(one) for one in (1, 0, 0, 3, -3, 1, *shares, 0, secret)]
