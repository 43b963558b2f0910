"""The figures of lesson 35: a carry that walks, a tree of stretches, and openings that are no masks."""

from itertools import product

import numpy as np
import pytest

from lessons.plots import comparison as plots
from lessons.plots.figure import BLUE, GREY, ORANGE, RED, SKY
from tests.plots.artists import frame, hex_of, level, line, numbers, same_legend, same_lines, texts


def test_stretches_do_what_the_sums_of_their_bits_do():
    """Bit i of level l speaks of 2^l bits: a carry comes out of them without one from below, or only with."""
    for x, y in product(range(16), repeat=2):
        for depth, (G, P) in enumerate(plots.levels_of(x, y, n_bits=4)):
            for bit in range(4):
                length = min(2**depth, bit + 1)
                parts = [(one >> (bit + 1 - length)) % 2**length for one in (x, y)]
                assert G[bit] == (sum(parts) >= 2**length)
                reaches_0 = 2**depth > bit  # zeros moved in: nothing is passed on from below bit 0
                if not reaches_0 or length == 2**depth == bit + 1:
                    assert P[bit] == (sum(parts) == 2**length - 1)
    assert plots.letters(np.array([True, False, False]), np.array([False, True, False])) == [
        "g",
        "p",
        "·",
    ]


def columns(axes, row, width=8):
    """The texts at a height, from left to right, those beside the columns left out."""
    found = sorted((x, words) for words, x, y in texts(axes) if np.isclose(y, row) and x >= 0)
    assert len(found) == width
    return "".join(words for _, words in found)


@pytest.mark.parametrize(("x", "y"), [(107, 21), (85, 43), (0, 0), (255, 255)])
def test_both_ways_show_the_two_numbers_and_their_carries(x, y):
    plot = plots.chain_and_tree(x, y)
    left, right = plot.figure.axes
    carries = [int((x % 2 ** (bit + 1) + y % 2 ** (bit + 1)) >> bit + 1) for bit in range(8)]
    for axes in (left, right):
        assert columns(axes, 2.2) == f"{x:08b}" and columns(axes, 1.4) == f"{y:08b}"
    assert columns(right, -4.2) == f"{(x + y) % 256:08b}"
    walked = {(a, b): words for words, a, b in texts(left)}
    assert [walked[7 - bit, -bit] for bit in range(8)] == [str(one) for one in carries]
    assert [walked[-0.7, -bit] for bit in range(8)] == [f"round {bit + 1}" for bit in range(8)]
    for axes, wanted in ((left, carries), (right, carries)):
        (nodes,) = [one for one in axes.collections if len(one.get_offsets())]
        colours = [hex_of(one) == ORANGE for one in nodes.get_facecolors()]
        assert colours[-8:] == [bool(one) for one in wanted]
    assert columns(right, -3).replace("p", "·") == "".join("·g"[one] for one in carries[::-1])
    assert numbers(plot.alt)[:3] == [str(x), str(y), "8"]
    assert "".join(str(one) for one in carries[::-1]) in plot.alt


def test_exact_divisors_are_told_from_multiples():
    plot = plots.multiplied_openings([5, -4, 3], [10e6, -8e6, 3e6], [5, 8, 3])
    left, right = plot.figure.axes
    same_lines(left, line([5, -4, 3], [10, -8, 3], BLUE, "o"), level(0, GREY, ":"))
    same_lines(
        right,
        line([0, 5], [0, 5], GREY, ":"),
        line([5, 3], [5, 3], RED, "o", "exactly |x|"),
        line([4], [8], SKY, "s", "a multiple of |x|"),
    )
    same_legend(right, "exactly |x|", "a multiple of |x|")
    frame(left, xlabel="secret x", ylabel="opened x · r, in millions")
    frame(right, xlabel="|x|", ylabel="greatest common divisor")
    assert "3 secrets" in plot.alt and "exactly |x| for 2 of them" in plot.alt
