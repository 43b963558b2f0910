"""The figures of lesson 36: images in rows, the network part by part, copies against their queries."""

import numpy as np
import pytest

from lessons.plots import private_inference as plots
from lessons.plots.figure import BLUE, GREEN, GREY, ORANGE, SKY
from tests.plots.artists import colour_of, frame, hex_of, line, same, same_legend, same_lines, texts


def test_each_row_shows_its_images_from_white_to_black():
    rng = np.random.default_rng(0)
    rows = {"secret": rng.uniform(size=(3, 64)), "rebuilt": rng.uniform(-0.2, 1.2, (3, 64))}
    plot = plots.rows_of_images(rows, says="They look alike.")
    shown = [axes for axes in plot.figure.axes if axes.images]
    assert len(shown) == 6
    for axes, image in zip(shown, np.concatenate(list(rows.values())), strict=True):
        (drawn,) = axes.images
        assert same(drawn.get_array(), image.reshape(8, 8)) and drawn.get_clim() == (0, 1)
        assert drawn.get_cmap().name == "gray_r"
    assert [words for axes in shown for words, _, _ in texts(axes)] == ["secret", "rebuilt"]
    assert plot.alt == "2 rows of 3 images: secret, rebuilt. They look alike."


def test_every_part_has_its_box_its_scale_and_a_bar_for_its_bytes():
    parts = [
        ("image", "f", 0, 512),
        ("product", "2f", 1, 400_000),
        ("bias", "2f", 0, 0),
        ("truncation", "f", 1, 100_000),
        ("ReLU", "f", 10, 4_000_000),
    ]
    plot = plots.pipeline(parts)
    (axes,) = plot.figure.axes
    words = [one for one, _, _ in texts(axes)]
    assert {"image", "product", "ReLU", "f", "2f", "10 rounds\n4,000 kB", "1 round\n400 kB"} <= set(
        words
    )
    assert [one for one in words if "an image" in one] == ["512 bytes\nan image"]
    boxes = [one for one in axes.patches if hasattr(one, "get_mutation_scale")]
    colours = [hex_of(one.get_facecolor()[:3]) for one in boxes if hasattr(one, "get_boxstyle")]
    assert colours == [GREY, BLUE, GREEN, SKY, ORANGE]
    heights = [one.get_height() for container in axes.containers for one in container]
    assert same(heights, [-0.1, -0.025, -1.0])
    assert "ReLU, f fractional bits, rounds 10, 4,000,000 bytes" in plot.alt
    assert "image, f fractional bits, 512 bytes an image;" in plot.alt
    assert "bias, 2f fractional bits;" in plot.alt


def test_copies_are_drawn_against_the_number_of_questions():
    queries, curves = (50, 200), {"scores": [0.9, 0.95], "digit only": [0.6, 0.875]}
    plot = plots.agreement(queries, curves)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        line(queries, curves["scores"], BLUE, "o-", "scores"),
        line(queries, curves["digit only"], ORANGE, "s--", "digit only"),
    )
    same_legend(axes, "scores", "digit only")
    frame(axes, xlabel="images asked", ylabel="copy agrees, of 360", xscale="log")
    assert "scores: 50 images 90%, 200 images 95%" in plot.alt
    assert "digit only: 50 images 60%, 200 images 88%" in plot.alt
    assert colour_of(axes.lines[0]) == BLUE


def test_words_are_needed():
    with pytest.raises(TypeError):
        plots.rows_of_images({"a": np.zeros((1, 64))})
