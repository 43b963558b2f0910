"""What every figure shares: the palette of its source, plain panels, sizes, and picture with words."""

import base64

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lessons.plots import figure
from tests.plots.artists import ALT

# Okabe and Ito (2008), red, green, blue from 0 to 255
SOURCE = {
    "BLACK": (0, 0, 0),
    "ORANGE": (230, 159, 0),
    "SKY": (86, 180, 233),
    "GREEN": (0, 158, 115),
    "YELLOW": (240, 228, 66),
    "BLUE": (0, 114, 178),
    "RED": (213, 94, 0),
    "PINK": (204, 121, 167),
}


@pytest.mark.parametrize("name", SOURCE)
def test_colours_are_those_of_the_source(name):
    assert [round(255 * part) for part in to_rgb(getattr(figure, name))] == list(SOURCE[name])


def test_grey_can_be_read_on_white():
    """WCAG 2.1 asks for a contrast of 4.5 between text and ground; luminance from linear light."""
    parts = np.array(to_rgb(figure.GREY))
    assert np.ptp(parts) == 0
    luminance = ((parts[0] + 0.055) / 1.055) ** 2.4
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_panels_stand_side_by_side_without_a_frame_and_share_their_heights_on_demand():
    drawn, panels = figure.new_figure(columns=3, width=9.1, height=2.7, share_y=True)
    assert (
        drawn.axes == panels and len(panels) == 3 and drawn.get_size_inches().tolist() == [9.1, 2.7]
    )
    for axes in panels:
        assert {name: one.get_visible() for name, one in axes.spines.items()} == {
            "left": True, "bottom": True, "top": False, "right": False,
        }  # fmt: skip
    panels[0].set_ylim(3, 7)
    assert panels[2].get_ylim() == (3, 7)
    _, (first, second) = figure.new_figure(columns=2)
    first.set_ylim(3, 7)
    assert second.get_ylim() != (3, 7)
    assert figure.pixel_width(drawn) == 910


def test_page_shows_the_picture_itself_at_the_width_of_the_figure():
    drawn, (axes,) = figure.new_figure(width=5.5)
    axes.set(xlabel="x", ylabel="y")
    bundle, _ = figure.Plot(drawn, ALT)._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]) == figure.png(drawn)
    assert f'src="data:image/png;base64,{bundle["image/png"]}"' in bundle["text/html"]
    assert "width: 550px; max-width: 100%" in bundle["text/html"]


def test_words_may_not_be_fewer_than_five():
    drawn, (axes,) = figure.new_figure()
    axes.set(xlabel="x", ylabel="y")
    figure.require_words(drawn, "one two three four five")
    with pytest.raises(ValueError, match="alt must say in words"):
        figure.require_words(drawn, "one two three four")


def test_second_panel_with_a_scale_of_its_own_needs_its_own_label():
    drawn, (left, right) = figure.new_figure(columns=2)
    left.set(xlabel="x", ylabel="y")
    right.set(xlabel="x")
    with pytest.raises(ValueError, match="got no y label on axes 1"):
        figure.require_words(drawn, ALT)
