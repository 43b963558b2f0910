"""Figures of lesson 31: a row of shares moved and brought back; the last share of two secrets."""

import numpy as np
import pytest

from lessons.plots.additive_sharing import one_share, wrap_around
from lessons.plots.figure import BLUE, RED
from tests.plots.artists import frame, hex_of, numbers, outlines, same, same_legend, ticks


def test_each_panel_counts_its_own_shares_of_both_secrets():
    low, high = [0.03, 0.07, 0.52, 0.97], [1.01, 1.33, 1.34, 1.97, 1.99]
    low_reduced, high_reduced = [0.11, 0.62], [0.01, 0.34, 0.36, 0.88]
    plot = one_share(low, high, low_reduced, high_reduced)
    published, reduced = plot.figure.axes
    for axes, zeros, others in ((published, low, high), (reduced, low_reduced, high_reduced)):
        filled, zero, other = outlines(axes)
        for drawn, values in ((filled, zeros), (zero, zeros), (other, others)):
            assert same(drawn.middles, np.arange(40) / 20 + 0.025)
            counted = [sum(abs(one - middle) < 0.025 for one in values) for middle in drawn.middles]
            assert drawn.heights.tolist() == counted and sum(counted) == len(values)
        assert (filled[1:3], zero[:3]) == ((RED, "filled"), ("x = 0", RED, "--"))
        assert other[:3] == ("x = Q − 1", BLUE, "-")
        assert ticks(axes.xaxis) == {0: "0", 0.5: "0.5", 1: "1", 1.5: "1.5", 2: "2"}
        frame(axes, xlabel="last share, in units of Q", xlim=(0, 2))
        assert axes.get_ylim()[1] > 2
    frame(published, title="as published", ylabel="number of sharings")
    frame(reduced, title="with the last % Q")
    same_legend(published, "x = 0", "x = Q − 1")
    assert numbers(plot.alt) == ["4", *["0", "1"] * 2]  # sharings; twice: of 0, of Q minus 1


@pytest.mark.parametrize(("secret", "modulus", "outside"), [(3, 5, 4), (0, 5, 1), (6, 7, 7)])
def test_each_block_is_moved_by_the_secret_and_comes_back(secret, modulus, outside):
    plot = wrap_around(secret=secret, modulus=modulus)
    (axes,) = plot.figure.axes
    blocks = {}
    for text in axes.texts:
        if text.get_text().startswith("r="):
            box = text.get_bbox_patch()
            x, row = text.get_position()
            blocks[row, int(text.get_text()[2:])] = x, hex_of(box.get_edgecolor())
    assert len(blocks) == 3 * modulus
    table = [-r % modulus or modulus for r in range(modulus)]  # Q − r, from 1 to Q
    for r, start in enumerate(table):
        moved = start + secret
        assert blocks[2, r] == (start, RED if start == modulus else BLUE)
        assert blocks[1, r] == (moved, RED if moved > modulus - 1 else BLUE)
        assert blocks[0, r] == ((secret - r) % modulus, blocks[1, r][1])
    arrows = [one for one in axes.texts if getattr(one, "arrow_patch", None)]
    ways = {(one.xyann[0], round(one.xy[0] - 0.15)) for one in arrows}
    red = [r for r in range(modulus) if blocks[1, r][1] == RED]
    assert len(arrows) == len(red) == outside
    assert ways == {(blocks[1, r][0], blocks[0, r][0]) for r in red}
    assert [one.get_xdata()[0] for one in axes.lines] == [modulus - 0.5]
    assert ticks(axes.yaxis) == {
        2: "1: secret 0,\nas published",
        1: f"2: secret {secret},\nas published",
        0: f"3: secret {secret},\nwith % {modulus}",
    }
    frame(axes, xlabel="what party 2 sees", ylabel="step", xlim=(-0.6, 2 * modulus - 0.4))
    words = [modulus, 1, 0, 1, modulus, 2, secret, secret + 1, secret + modulus, outside]
    words += [3, modulus, 0, modulus - 1]
    assert numbers(plot.alt) == [str(one) for one in words]
