"""The figure of lesson 37: the shifts that a lie needs, key by key."""

import numpy as np
import pytest

from lessons.plots.cheating_parties import Lie, bits_heard, shift_for_each_key
from lessons.plots.figure import BLUE, GREY, ORANGE, SKY
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


@pytest.mark.parametrize(("secrets", "low", "bits"), [([5, 1, 7], 9, 14), ([0, 6], 15, 10)])
def test_each_bit_that_is_heard_stands_in_the_part_that_it_belongs_to(secrets, low, bits):
    heard = low + sum(one << (4 + 3 * i) for i, one in enumerate(secrets))
    plot = bits_heard(heard, low_bits=4, field_bits=3, n_fields=len(secrets), bits=bits)
    (axes,) = plot.figure.axes
    digits = {
        text.get_position()[0]: text.get_text() for text in axes.texts if text.get_fontsize() == 8
    }
    assert digits == {k + 0.5: str(heard >> k & 1) for k in range(bits)}
    above = {
        text.get_position()[0]: text.get_text() for text in axes.texts if text.get_fontsize() == 11
    }
    assert above == {2: f"{low}, the sum"} | {
        4 + 3 * i + 1.5: str(one) for i, one in enumerate(secrets)
    }
    left, right = axes.get_xlim()
    assert left > right, "the highest bit stands first, as in a number"
    colours = [hex_of(bars.get_facecolor()[0]) for bars in axes.collections]
    assert colours == ["#FFFFFF", *[ORANGE] * len(secrets), SKY]
    assert numbers(plot.alt) == [str(one) for one in (bits, *reversed(secrets), 3, 4, low)]


def test_a_number_that_has_no_room_is_refused():
    with pytest.raises(ValueError, match=r"heard must be in 0 … 2\^10 − 1, .* got heard=1024"):
        bits_heard(1024, low_bits=4, field_bits=3, n_fields=2, bits=10)
    with pytest.raises(ValueError, match="with at most 9 bits"):
        bits_heard(3, low_bits=4, field_bits=3, n_fields=2, bits=9)
