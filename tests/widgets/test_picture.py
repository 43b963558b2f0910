"""The controls start where the page can show them, and the words follow the picture."""

import io

import pytest
from matplotlib.image import imread

from lessons.plots.figure import new_figure
from lessons.widgets.picture import PictureWidget, dropdown, int_slider, log_slider, slider


def test_slider_must_start_on_one_of_its_steps():
    assert slider("x", 0.5, 0, 1, 0.1).value == 0.5
    assert int_slider("n", 7, 1, 13, 2).value == 7
    assert log_slider("ε", 0.5, 0.05, 5, 40).value == 0.5
    for make in (
        lambda: slider("x", 0.55, 0, 1, 0.1),
        lambda: slider("x", 1.5, 0, 1, 0.1),
        lambda: slider("x", 0.5, 0, 1.05, 0.1),
        lambda: int_slider("n", 8, 1, 13, 2),
        lambda: log_slider("ε", 0.5, 0.05, 2, 40),
    ):
        with pytest.raises(ValueError, match="must be a whole number of steps above low, got"):
            make()


def test_log_slider_ends_where_it_says():
    control = log_slider("ε", 0.5, 0.05, 5)
    assert (10**control.min, 10**control.max) == (pytest.approx(0.05), pytest.approx(5))


def small_widget(height=3):
    figure, (axes,) = new_figure()
    axes.set(xlim=(0, 1), ylim=(0, 10), xlabel="x", ylabel="height")
    return PictureWidget(
        controls={
            "height": int_slider("height", height, 0, 10),
            "style": dropdown("style", ["-", ":"]),
        },
        compute=lambda *, height, style: (height, style),
        figure=figure,
        artists={"line": axes.plot([0, 1], [0, 0])[0]},
        update=lambda artists, result: artists["line"].set(
            ydata=[result[0]] * 2, linestyle=result[1]
        ),
        describe=lambda result: f"A line at height {result[0]} in style {result[1]}.",
    )


def test_picture_and_words_follow_each_control():
    widget = small_widget()
    first = widget.png, widget.alt
    widget.controls["height"].value = 7
    second = widget.png, widget.alt
    widget.controls["style"].value = ":"
    assert len({first[0], second[0], widget.png}) == 3
    assert widget.alt == "A line at height 7 in style :."
    assert widget.values == {"height": 7, "style": ":"}


def test_frozen_background_keeps_the_axes_and_not_the_line():
    widget = small_widget()
    for height in (10, 0, 7):
        widget.controls["height"].value = height
    assert widget.png == small_widget(7).png, "an old line must not shine through"


def test_what_lies_on_top_is_drawn_last():
    """Two thick lines in one place, the lower one named last: the colour of the upper one is seen."""
    figure, (axes,) = new_figure()
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="x", ylabel="y")
    lines = {
        colour: axes.plot([0, 1], [0.5, 0.5], color=colour, lw=60, zorder=zorder)[0]
        for colour, zorder in (("#FF0000", 5), ("#0000FF", 4))
    }
    widget = PictureWidget(
        controls={}, compute=dict, figure=figure, artists=lines,
        update=lambda artists, result: None, describe=lambda result: "Red lies on top of blue.",
    )  # fmt: skip
    pixels = imread(io.BytesIO(widget.png))
    assert (pixels[..., :3] == (1, 0, 0)).all(axis=-1).sum() > 10_000
    assert not (pixels[..., :3] == (0, 0, 1)).all(axis=-1).any()


def test_words_are_escaped_in_picture_and_caption():
    figure, (axes,) = new_figure()
    axes.set(xlabel="x", ylabel="y")
    widget = PictureWidget(
        controls={}, compute=dict, figure=figure, artists={},
        update=lambda artists, result: None, describe=lambda result: 'If a < b, say "b & c" here.',
    )  # fmt: skip
    image, caption = widget.box.children
    assert ' alt="If a &lt; b, say &quot;b &amp; c&quot; here."' in image.value
    assert ">If a &lt; b, say &quot;b &amp; c&quot; here.</div>" in caption.value


def test_picture_travels_with_its_words():
    widget = small_widget()
    image, caption = widget.box.children[-2:]
    assert 'alt="A line at height 3' in image.value
    assert image.value.startswith('<img src="data:image/png;base64,')
    assert "A line at height 3" in caption.value and 'role="status"' in caption.value
