"""Figures of lesson 16: pictures under their titles, lengths of gradients, and arrows in a circle."""

import numpy as np
import pytest
from matplotlib.patches import Circle

from lessons.plots.dp_sgd import arrows, gradient_lengths, pictures
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from tests.plots.artists import (
    ALT,
    bars,
    colour_of,
    frame,
    hex_of,
    level,
    same_legend,
    same_lines,
    texts,
    upright,
)


def test_every_picture_stands_under_its_own_title_row_by_row():
    images = [np.arange(64) / 63, np.linspace(1, 0, 64) ** 2]
    plot = pictures(images, ["rising", "falling"], alt=ALT)
    for axes, image, title in zip(plot.figure.axes, images, ["rising", "falling"], strict=True):
        (shown,) = axes.images
        pixels = np.asarray(shown.get_array())
        assert all(pixels[k // 8, k % 8] == image[k] for k in range(64))
        assert shown.get_clim() == (0, 1) and shown.get_cmap().name == "gray_r"
        assert shown.origin == "upper" and axes.get_title() == title and not axes.axison
    assert plot.alt == ALT
    with pytest.raises(ValueError, match="zip"):
        pictures(images, ["one title"], alt=ALT)


def test_lengths_are_counted_in_logarithmic_bins_and_one_is_marked():
    norms = np.array([0.0, 3e-6, 2e-4, 0.013, 0.0131, 0.52, 7.7, 41.3])
    plot = gradient_lengths(norms, marked=5.3, label="the longest", alt=ALT)
    (axes,) = plot.figure.axes
    (drawn,) = bars(axes)
    edges = [bar.get_x() for bar in axes.patches]
    ratios = np.diff(np.log(edges))
    assert np.isclose(edges[0], 1e-4) and np.allclose(ratios, ratios[0]), "bins of one ratio"
    counted = [
        sum(1 for one in norms if low <= max(one, 1e-4) * (1 + 1e-12) < high)
        for low, high in zip(edges, [*edges[1:], 100], strict=True)
    ]
    assert drawn.heights.tolist() == counted and sum(counted) == 8
    assert counted[0] == 2 and drawn.colour == BLUE, "what is shorter stands at the left end"
    same_lines(axes, upright(5.3, RED, "--", "the longest"))
    same_legend(axes, "the longest")
    frame(axes, xscale="log", yscale="linear", xlim=(1e-4, 100), ylabel="number of examples")
    frame(axes, xlabel="norm of one example's gradient")
    assert axes.get_ylim()[1] > max(counted)


def test_arrows_start_at_the_origin_and_end_at_their_gradient():
    panels = {
        "before": {"Ann": np.array([1.3, -2.1]), "Bob": np.array([-0.4, 0.7])},
        "after": {
            "Ann": np.array([0.3, -0.5]),
            "Bob": np.array([-0.3, 0.6]),
            "sum": np.array([0.1, 0.2]),
        },
    }
    plot = arrows(panels, clip_norm=2.9, alt=ALT)
    for axes, (title, vectors) in zip(plot.figure.axes, panels.items(), strict=True):
        heads = [one for one in axes.texts if one.arrow_patch is not None]
        names = [one for one in axes.texts if one.arrow_patch is None]
        assert [one.xy for one in heads] == [tuple(end) for end in vectors.values()]
        assert all(one.get_position() == (0, 0) for one in heads)
        assert all(
            one.arrow_patch.get_arrowstyle().__class__.__name__ == "CurveFilledB" for one in heads
        )
        assert [(w, x, y) for w, x, y in texts(axes) if w] == [(k, *v) for k, v in vectors.items()]
        colours = [RED, BLUE, BLACK][: len(vectors)]
        assert [hex_of(one.get_color()) for one in names] == colours
        assert [hex_of(one.arrow_patch.get_edgecolor()) for one in heads] == colours
        (circle,) = (one for one in axes.patches if isinstance(one, Circle))
        assert (circle.center, circle.radius, circle.fill) == ((0, 0), 2.9, False)
        assert colour_of(circle) == ORANGE
        same_lines(axes, level(0, GREY), upright(0, GREY))
        frame(axes, title=title, xlabel="first parameter", ylabel="second parameter", aspect=1)
        furthest = max(2.9, *(max(abs(x), abs(y)) for x, y in vectors.values()))
        for low, high in (axes.get_xlim(), axes.get_ylim()):
            assert low < -furthest and high > furthest, "every arrow and the circle fit in"
