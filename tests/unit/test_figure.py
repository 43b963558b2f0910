"""A figure without words or without a labelled axis cannot be shown."""

import base64

import pytest

from lessons.plots.figure import Plot, img_tag, new_figure, png

WORDS = "A line that rises from zero to one."


def labelled():
    figure, (axes,) = new_figure()
    axes.plot([0, 1], [0, 1])
    axes.set(xlabel="ε", ylabel="error, patients")
    return figure


def test_plot_carries_picture_words_and_metadata():
    bundle, metadata = Plot(labelled(), WORDS)._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == WORDS == metadata["image/png"]["alt"]
    assert f'alt="{WORDS}"' in bundle["text/html"]


def test_same_figure_gives_the_same_bytes_without_version_or_date():
    assert png(labelled()) == png(labelled())
    assert b"Software" not in png(labelled())


@pytest.mark.parametrize("alt", ["", "a plot", "   "])
def test_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt must say in words"):
        Plot(labelled(), alt)


@pytest.mark.parametrize("missing", ["x", "y"])
def test_figure_with_an_unlabelled_axis_is_refused(missing):
    figure = labelled()
    figure.axes[0].set(**{f"{missing}label": ""})
    with pytest.raises(ValueError, match=f"got no {missing} label on axes 0"):
        Plot(figure, WORDS)


def test_axes_that_are_switched_off_need_no_label():
    figure, (axes,) = new_figure()
    axes.set_axis_off()
    Plot(figure, WORDS)


def test_second_panel_of_a_shared_scale_needs_no_label_of_its_own():
    figure, (left, right) = new_figure(columns=2, share_y="all")
    left.set(xlabel="x", ylabel="density")
    right.set(xlabel="x")
    Plot(figure, WORDS)
    left.set(ylabel="")
    with pytest.raises(ValueError, match="no y label on axes 0"):
        Plot(figure, WORDS)


def test_words_are_escaped_in_the_page():
    assert "&quot;&lt;" in img_tag("", 'quote "<b>" here', width=10)
