"""The figure of lesson 37: the shifts that a lie needs, key by key."""

import numpy as np
import pytest

from lessons.plots.cheating_parties import Lie, shift_for_each_key
from lessons.plots.figure import BLUE, GREY, ORANGE
from tests.plots.artists import frame, hex_of, numbers

LIES = [Lie(11, 3, 7), Lie(12, 6, 0), Lie(16, 8, 0), Lie(5, 2, 1)]


def test_a_lie_below_zero_is_shown_on_the_clock():
    plots = [shift_for_each_key([Lie(12, *pair)]) for pair in ((-6, 12), (6, 0))]
    assert plots[0].alt == plots[1].alt


@pytest.mark.parametrize("lies", [LIES[:1], LIES[:3], LIES[3:]])
def test_each_key_has_its_dot_and_the_hits_of_the_guess_are_counted(lies):
    plot = shift_for_each_key(lies)
    told = []
    for axes, lie in zip(plot.figure.axes, lies, strict=True):
        level, others, hits = axes.lines
        assert list(level.get_ydata()) == [lie.guess] * 2 and hex_of(level.get_color()) == ORANGE
        seen = {}
        for dots, colour, mark in ((others, GREY, "o"), (hits, BLUE, "D")):
            assert hex_of(dots.get_color()) == colour and dots.get_marker() == mark
            seen |= dict(zip(dots.get_xdata(), dots.get_ydata(), strict=True))
        assert seen == {key: key * lie.error % lie.modulus for key in range(lie.modulus)}
        right = [key for key, shift in seen.items() if shift == lie.guess]
        assert sorted(hits.get_xdata()) == right
        frame(
            axes,
            title=f"{lie.modulus} hours, e = {lie.error}: {lie.guess} fits {len(right)} of {lie.modulus}",
            xlabel="key α",
            ylabel="shift α·e that the tag needs",
        )
        assert np.all(np.array(axes.get_xlim()) == (-0.7, lie.modulus - 0.3))
        different = len(set(seen.values()))
        told += [lie.modulus, lie.error, different, lie.guess, len(right), lie.modulus]
    assert numbers(plot.alt) == [str(one) for one in told]
