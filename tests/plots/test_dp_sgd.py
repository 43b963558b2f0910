"""Figures of lesson 16: pictures under their titles, lengths of gradients, arrows, clouds, a curve."""

import numpy as np
import pytest
from matplotlib.patches import Circle

from lessons.plots.dp_sgd import (
    accuracy_against_epsilon,
    answers,
    arrows,
    clouds,
    gradient_lengths,
    pictures,
)
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED
from tests.plots.artists import (
    bars,
    colour_of,
    frame,
    hex_of,
    level,
    line,
    numbers,
    same_legend,
    same_lines,
    texts,
    ticks,
    upright,
)


def test_every_picture_stands_under_its_own_title_row_by_row():
    images = [np.arange(64) / 63, np.linspace(1, 0, 64) ** 2]
    plot = pictures(images, ["rising", "falling"])
    for axes, image, title in zip(plot.figure.axes, images, ["rising", "falling"], strict=True):
        (shown,) = axes.images
        pixels = np.asarray(shown.get_array())
        assert all(pixels[k // 8, k % 8] == image[k] for k in range(64))
        assert shown.get_clim() == (0, 1) and shown.get_cmap().name == "gray_r"
        assert shown.origin == "upper" and axes.get_title() == title and not axes.axison
    assert "rising, falling" in plot.alt
    with pytest.raises(ValueError, match="zip"):
        pictures(images, ["one title"])


def test_lengths_are_counted_in_logarithmic_bins_and_one_is_marked():
    norms = np.array([0.0, 3e-6, 2e-4, 0.013, 0.0131, 0.52, 7.7, 41.3])
    plot = gradient_lengths(norms, marked=5.3, label="the longest")
    (axes,) = plot.figure.axes
    (drawn,) = bars(axes)
    edges = [bar.get_x() for bar in axes.patches]
    ratios = np.diff(np.log(edges))
    assert np.isclose(edges[0], 1e-4) and np.allclose(ratios, ratios[0]), "bins of one ratio"
    assert ratios[0] == pytest.approx(np.log(10) / 8, rel=0.02), "eight a decade"
    assert np.isclose(edges, 5.3, rtol=1e-9).sum() == 1, "no bar stands on both sides of the mark"
    assert edges[-1] < 100 <= edges[-1] * np.exp(ratios[0])
    counted = [
        sum(1 for one in norms if low <= max(one, 1e-4) * (1 + 1e-12) < high)
        for low, high in zip(edges, [*edges[1:], 100], strict=True)
    ]
    assert drawn.heights.tolist() == counted and sum(counted) == 8
    assert counted[0] == 2 and drawn.colour == BLUE, "what is shorter stands at the left end"
    middle = (0.013 + 0.0131) / 2
    names = f"the median: {middle:.2f}", "the longest: 5"
    same_lines(axes, upright(middle, BLACK, ":", names[0]), upright(5.3, RED, "--", names[1]))
    same_legend(axes, *names)
    assert numbers(plot.alt) == ["8", f"{middle:.2f}", "5", "6"], (
        "six of eight are shorter than 5.3"
    )
    frame(axes, xscale="log", yscale="linear", xlim=(1e-4, 100), ylabel="number of examples")
    frame(axes, xlabel="norm of one example's gradient")
    assert ticks(axes.xaxis)[1e-4] == "≤ $10^{-4}$" and ticks(axes.xaxis)[1.0] == "$10^{0}$"
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
    plot = arrows(panels, clip_norm=2.9)
    for axes, (title, vectors) in zip(plot.figure.axes, panels.items(), strict=True):
        heads = [one for one in axes.texts if getattr(one, "arrow_patch", None) is not None]
        names = [one for one in axes.texts if getattr(one, "arrow_patch", None) is None]
        assert [one.xy for one in heads] == [tuple(end) for end in vectors.values()]
        assert all(one.get_position() == (0, 0) for one in heads)
        assert all(
            one.arrow_patch.get_arrowstyle().__class__.__name__ == "CurveFilledB" for one in heads
        )
        assert [(w, x, y) for w, x, y in texts(axes) if w][1:] == [
            (k, *v) for k, v in vectors.items()
        ]
        colours = [RED, BLUE, BLACK][: len(vectors)]
        assert [hex_of(one.get_color()) for one in names[1:]] == colours
        assert [hex_of(one.arrow_patch.get_edgecolor()) for one in heads] == colours
        (circle,) = (one for one in axes.patches if isinstance(one, Circle))
        assert (circle.center, circle.radius, circle.fill) == ((0, 0), 2.9, False)
        assert colour_of(circle) == ORANGE
        same_lines(axes, level(0, GREY), upright(0, GREY))
        frame(axes, title=title, xlabel="first parameter", ylabel="second parameter", aspect=1)
        assert names[0].get_text() == "length 2.9"
        for low, high in (axes.get_xlim(), axes.get_ylim()):
            assert low < -2.9 and high > 2.9, "every arrow and the circle fit in"
    first, second = plot.figure.axes
    assert first.get_xlim() == second.get_xlim() and first.get_ylim() == second.get_ylim()
    assert np.ptp(first.get_xlim()) == pytest.approx(np.ptp(first.get_ylim())), "one scale"
    lengths = [np.hypot(x, y) for vectors in panels.values() for x, y in vectors.values()]
    assert numbers(plot.alt) == ["2.9", *(f"{one:.2f}" for one in lengths)]


def test_an_arrow_beyond_the_circle_fits_in():
    plot = arrows({"before": {"Ann": np.array([3.0, 4.0])}}, clip_norm=1.0)
    (axes,) = plot.figure.axes
    assert axes.get_xlim()[0] < -1 and axes.get_xlim()[1] > 3
    assert axes.get_ylim()[0] < -1 and axes.get_ylim()[1] > 4


def test_clouds_lie_around_their_centres_in_one_scale():
    rng = np.random.default_rng(5)
    centres = np.array([1.2, 0.9]), np.array([-0.4, 0.1])
    near = {
        "with": centres[0] + 0.01 * rng.normal(size=(40, 2)),
        "without": centres[1] + np.zeros((3, 2)),
    }
    far = {
        "with": np.tile(centres[1], (4, 1)),
        "without": np.array([centres[0], *[centres[1]] * 3]),
    }
    plot = clouds({"quiet": near, "loud": far}, centres=centres)
    for axes, (title, worlds) in zip(
        plot.figure.axes, [("quiet", near), ("loud", far)], strict=True
    ):
        between = np.transpose(centres)
        same_lines(
            axes,
            line(*worlds["with"].T, RED, "o", "with"),
            line(*worlds["without"].T, BLUE, "x", "without"),
            line(*between, BLACK, "-", "without noise: C apart"),
        )
        frame(axes, title=title, xlabel="first parameter", aspect=1)
        assert axes.get_xlim() == axes.get_ylim() == plot.figure.axes[0].get_xlim()
        assert axes.get_xlim()[1] > 1.2 and axes.get_xlim()[0] < -1.2
    (legend,) = plot.figure.legends
    named = [one.get_text() for one in legend.get_texts()]
    assert named == ["with", "without", "without noise: C apart"]
    apart = np.hypot(*(centres[0] - centres[1]))
    assert numbers(plot.alt) == [f"{apart:.2g}", "100%", "100%", "0%", "75%"]


def test_right_answers_lie_on_the_diagonal_and_are_counted():
    plot = answers({"plain": [0, 1, 2, 3], "private": [3, 1, 0, 1]})
    diagonal = line([0, 3], [0, 3], GREY, ":", "answer = secret")
    first, second = plot.figure.axes
    same_lines(
        first,
        diagonal,
        line([0, 1, 2, 3], [0, 1, 2, 3], RED, "o", "right"),
        line([], [], BLUE, "x", "wrong"),
    )
    same_lines(
        second,
        diagonal,
        line([1], [1], RED, "o", "right"),
        line([0, 2, 3], [3, 0, 1], BLUE, "x", "wrong"),
    )
    frame(first, title="plain: 4 of 4", xlabel="secret", ylabel="answer of the network", aspect=1)
    frame(second, title="private: 1 of 4", xlabel="secret", aspect=1)
    for axes in (first, second):
        assert axes.get_xlim() == axes.get_ylim() == (-0.6, 3.6)
        assert list(axes.get_xticks()) == list(axes.get_yticks()) == [0, 1, 2, 3]
    (legend,) = plot.figure.legends
    assert [one.get_text() for one in legend.get_texts()] == ["answer = secret", "right", "wrong"]
    assert numbers(plot.alt) == [*"0", *"0123", "4", *"3101", "1"]


def test_accuracy_stands_over_epsilon_with_its_multiplier():
    epsilons, accuracies = {0.5: 51.3402, 4.0: 1.4966}, {4.0: 0.923, 0.5: 0.971}
    plot = accuracy_against_epsilon(epsilons, accuracies, plain=0.984, shown=lambda e: f"<{e:.4g}>")
    (axes,) = plot.figure.axes
    names = "without privacy: 98.4%", "private, the best of 49 settings"
    same_lines(
        axes,
        level(0.984, RED, "--", names[0]),
        line([51.3402, 1.4966], [0.971, 0.923], BLUE, "o-", names[1]),
    )
    same_legend(axes, *names)
    frame(axes, xscale="log", xlabel="ε at δ = 1e-4", ylabel="accuracy on test images")
    told = {(x, y): words for words, x, y in texts(axes)}
    assert told == {
        (51.3402, 0.971): "multiplier 0.5\nε = <51.34>: 97.1%",
        (1.4966, 0.923): "multiplier 4\nε = <1.497>: 92.3%",
    }
    assert numbers(plot.alt) == ["97.1%", "51.34", "0.5", "92.3%", "1.497", "4", "98.4%"]
