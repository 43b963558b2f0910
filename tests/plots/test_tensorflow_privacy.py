"""The figure of lesson 51 shows every curve that it names."""

from lessons.plots import tensorflow_privacy as plots
from lessons.plots.figure import BLACK, GREY, ORANGE
from tests.plots.artists import frame, inside, level, line, numbers, same_legend, same_lines


def test_a_curve_for_each_run_from_before_training_on():
    curves = {"as printed": [0.11, 0.12, 0.17], "mended": [0.11, 0.72, 0.96]}
    plot = plots.learning_curves(curves)
    (axes,) = plot.figure.axes
    same_lines(
        axes,
        level(0.1, GREY, "-", "guessing: 10 %"),
        line([0, 1, 2], curves["as printed"], BLACK, "-", "as printed"),
        line([0, 1, 2], curves["mended"], ORANGE, "--", "mended"),
    )
    same_legend(axes, "guessing: 10 %", *curves)
    frame(axes, xlabel="epochs", ylabel="accuracy on test images")
    assert inside(axes) and numbers(plot.alt) == ["11%", "17%", "11%", "96%"]
