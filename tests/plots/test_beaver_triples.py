"""Figures of lesson 33: a rectangle cut in two ways, and what is opened of a column."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from lessons.plots.beaver_triples import own_boxes, turned, two_cuts
from lessons.plots.figure import BLUE, GREEN, GREY, ORANGE, PINK
from tests.plots.artists import bars, frame, hex_of, numbers, texts


def boxes(axes):
    """(left, bottom, width, height) -> (colour, hatched, words) of each box."""
    found = {}
    for one in axes.patches:
        assert isinstance(one, Rectangle)
        place = (*one.get_xy(), one.get_width(), one.get_height())
        colour, hatched, _ = found.get(place, ("", False, ""))
        if one.get_fill() and one.get_facecolor()[3]:
            colour = hex_of(one.get_facecolor())
        found[place] = colour, hatched or bool(one.get_hatch()), ""
    for (left, bottom, width, height), (colour, hatched, _) in found.items():
        middle = (left + width / 2, bottom + height / 2)
        (words,) = (w for w, *place in texts(axes) if np.allclose(place, middle))
        found[left, bottom, width, height] = colour, hatched, words
    return found


def sides(axes):
    """The words below the rectangle, from the left, and those beside it, from below."""
    below = sorted((x, words) for words, x, y in texts(axes) if y < 0)
    beside = sorted((y, words) for words, x, y in texts(axes) if x < 0)
    return [words for _, words in below], [words for _, words in beside]


def cut_by_parties(axes):
    assert boxes(axes) == {
        (0, 0, 4, 2): (BLUE, False, "4·2 = 8\nparty 1"),
        (4, 0, 3, 2): (ORANGE, True, "3·2 = ?"),
        (0, 2, 4, 3): (ORANGE, True, "4·3 = ?"),
        (4, 2, 3, 3): (BLUE, False, "3·3 = 9\nparty 2"),
    }
    assert sides(axes) == (["4", "3"], ["2", "3"])


def test_the_parties_cut_leaves_two_boxes_to_nobody():
    plot = own_boxes(x_parts=(4, 3), y_parts=(2, 3))
    cut_by_parties(plot.figure.axes[0])
    assert numbers(plot.alt) == [str(one) for one in (7, 5, 1, 4, 2, 2, 3, 3, 17, 18)]


def test_the_other_cut_has_a_box_for_everybody():
    plot = two_cuts(x_parts=(4, 3), y_parts=(2, 3), a=5, b=2)
    first, second, third = plot.figure.axes
    cut_by_parties(first)
    places = [(0, 0, 2, 3), (2, 0, 5, 3), (0, 3, 2, 2), (2, 3, 5, 2)]
    colours = (GREY, GREEN, GREEN, PINK)
    lengths = ("d·e = 6", "a·e = 15", "d·b = 4", "a·b = 10")
    who = ("one\nparty", "all, own row", "all,\nown row", "all, own share of c")
    for axes, words in ((second, lengths), (third, who)):
        shown = zip(colours, words, strict=True)
        assert boxes(axes) == {
            place: (colour, False, said)
            for place, (colour, said) in zip(places, shown, strict=True)
        }
        assert sides(axes) == (["d = 2", "a = 5"], ["e = 3", "b = 2"])
        assert sum(width * height for _, _, width, height in boxes(axes)) == 35
    titles = ("1: cut by the parties", "2: cut at the masks", "3: who adds it")
    assert tuple(axes.get_title() for axes in plot.figure.axes) == titles
    assert numbers(plot.alt) == [str(one) for one in (7, 5, 1, 2, 2, 3, 6, 4, 15, 10, 3)]


@pytest.mark.parametrize("modulus", [101, 11])
def test_each_histogram_counts_its_own_numbers(modulus):
    rng = np.random.default_rng(1)
    columns = [rng.integers(modulus, size=60) for _ in range(3)]
    plot = turned(ages=columns[0], one_triple=columns[1], fresh=columns[2], modulus=modulus)
    titles = ("the ages", "opened, one triple for all", "opened, a triple for each")
    looks = zip(titles, ("age in years", "d", "d"), (GREEN, ORANGE, BLUE), strict=True)
    for axes, column, (title, label, colour) in zip(plot.figure.axes, columns, looks, strict=True):
        (drawn,) = bars(axes)
        assert drawn.colour == colour
        assert np.array_equal(drawn.heights, np.bincount(column, minlength=modulus))
        assert np.allclose(drawn.middles, np.arange(modulus))
        frame(axes, title=title, xlabel=label, xlim=(-1, modulus))
    frame(plot.figure.axes[0], ylabel="patients")
    most = np.bincount(columns[2]).max()
    told = (60, modulus, columns[0].min(), columns[0].max(), most)
    assert numbers(plot.alt) == [str(one) for one in told]
