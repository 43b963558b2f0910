"""The figure of lesson 51: what a network reads, epoch by epoch."""

from collections.abc import Mapping, Sequence

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, Plot, new_figure

STYLES = ((BLACK, "-"), (ORANGE, "--"), (BLUE, "-."), (GREEN, ":"))


def learning_curves(curves: Mapping[str, Sequence[float]]) -> Plot:
    """Accuracy on the test images before training and after each epoch, one curve for each name."""
    figure, (axes,) = new_figure(height=3.2)
    axes.axhline(0.1, color=GREY, linewidth=0.8, label="guessing: 10 %")
    for (name, values), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
        axes.plot(values, color=colour, linestyle=dashes, label=name)
    axes.set(xlabel="epochs", ylabel="accuracy on test images", ylim=(0, 1.02))
    axes.legend(frameon=False, fontsize=9, loc="center right" if len(curves) > 1 else "upper right")
    ends = "; ".join(f"{name}: {one[0]:.0%} to {one[-1]:.0%}" for name, one in curves.items())
    return Plot(figure, f"Accuracy on test images by epoch, first to last. {ends}.")
