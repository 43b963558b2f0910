"""The figure of lesson 31: the last share as published and reduced, for two secrets."""

import numpy as np

from lessons.plots.additive_sharing import one_share
from lessons.plots.figure import BLUE, RED
from tests.plots.artists import ALT, frame, outlines, same, same_legend, ticks


def test_each_panel_counts_its_own_shares_of_both_secrets():
    low, high = [0.03, 0.07, 0.52, 0.97], [1.01, 1.33, 1.34, 1.97, 1.99]
    low_reduced, high_reduced = [0.11, 0.62], [0.01, 0.34, 0.36, 0.88]
    plot = one_share(low, high, low_reduced, high_reduced, alt=ALT)
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
    assert plot.alt == ALT
