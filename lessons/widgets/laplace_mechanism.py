"""Widgets of lesson 12: sick or well, and where to clip."""

from dataclasses import dataclass
from math import exp, hypot
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter

from lessons.datasets import heart_disease
from lessons.dp.mechanisms.laplace import laplace_density, private_mean_error
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, log_slider, slider

SICK, WELL = 47, 46  # the count if the patient is sick, and if he is well
RELEASES = np.linspace(36.0, 57.0, 337)
LOWER = 100  # mg/dl, a public lower bound
UPPERS = np.arange(150.0, 601.0, 10.0)


@dataclass(frozen=True)
class Densities:
    """Two neighbouring counts, and what one release says about which of them is true."""

    epsilon: float
    release: float
    x: Vector
    if_sick: Vector  # density of the release when the count is 47
    if_well: Vector  # ... when it is 46
    belief: Vector  # of an observer who started at 1/2, for every release in x
    at_release: tuple[float, float, float]  # the two densities and the belief at ``release``


def densities(*, epsilon: float, release: float) -> Densities:
    """The Laplace mechanism (Δ₁ = 1) on the counts 47 and 46, and a 50 : 50 observer's belief."""
    first = laplace_density(RELEASES, centre=SICK, scale=1 / epsilon)
    second = laplace_density(RELEASES, centre=WELL, scale=1 / epsilon)
    one = float(laplace_density(release, centre=SICK, scale=1 / epsilon))
    other = float(laplace_density(release, centre=WELL, scale=1 / epsilon))
    belief = first / (first + second)
    at_release = one, other, one / (one + other)
    return Densities(epsilon, release, RELEASES, first, second, belief, at_release)


def which_table() -> PictureWidget:
    """Slide the release along two neighbouring densities, and see how sure an observer becomes."""
    figure, (left, right) = new_figure(columns=2, width=8.6)
    left.set(xlim=(36, 57), xlabel="released count", ylabel="density (axis follows ε)")
    left.yaxis.set_major_formatter("{x:.2f}")
    right.set(xlim=(36, 57), ylim=(-0.08, 1.08), xlabel="released count")
    right.set_ylabel("belief that he is sick")
    right.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    for axes in (left, right):
        axes.set_xticks(range(38, 58, 4))
    right.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    right.axhline(0.75, color=GREEN, linewidth=1, linestyle="-.")  # question 12.A
    artists: dict[str, Any] = {
        "sick": left.plot([], [], color=BLUE, label="47: he is sick")[0],
        "well": left.plot([], [], color=RED, ls="--", label="46: he is well")[0],
        "marks": [
            left.plot([], [], color=BLUE, marker="o", ls="")[0],
            left.plot([], [], color=RED, marker="s", ls="", fillstyle="none")[0],
            right.plot([], [], color=BLACK, marker="o", ls="")[0],
        ],
        "belief": right.plot([], [], color=BLACK)[0],
        "bounds": [right.axhline(0.9, color=ORANGE, ls="--"), right.axhline(0.1, color=ORANGE, ls="--")],
        "release": [
            left.axvline(50, ymax=0.8, color=GREY, linewidth=1),  # below the legend
            right.axvline(50, color=GREY, linewidth=1),
        ],
        "words": right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9),
        "ends": [
            right.text(36.4, 0.9, "highest belief", va="bottom", fontsize=9),
            right.text(56.7, 0.1, "lowest belief", va="top", ha="right", fontsize=9),
        ],
        "scale": left.yaxis,
    }  # fmt: skip
    left.legend(frameon=False, loc="upper left", fontsize=9)
    return PictureWidget(
        controls={
            "epsilon": slider("ε", 0.5, 0.1, 3.0, 0.05),
            "release": slider("released count", 48.0, 38.0, 55.0, 0.1, readout=".1f"),
        },
        compute=densities,
        figure=figure,
        artists=artists,
        update=_update_densities,
        describe=_describe_densities,
    )


def _update_densities(artists: Artists, result: Densities) -> None:
    artists["sick"].set_data(result.x, result.if_sick)
    artists["well"].set_data(result.x, result.if_well)
    artists["sick"].axes.set_ylim(0, 1.4 * result.epsilon / 2)  # the peak is ε/2 high
    artists["belief"].set_data(result.x, result.belief)
    for mark, height in zip(artists["marks"], result.at_release, strict=True):
        mark.set_data([result.release], [height])
    most = 1 / (1 + exp(-result.epsilon))
    gap = 0.012
    for line, words, height, aside in zip(
        artists["bounds"], artists["ends"], (most, 1 - most), (gap, -gap), strict=True
    ):
        line.set_ydata([height, height])
        words.set_y(height + aside)
    for line in artists["release"]:
        line.set_xdata([result.release, result.release])
    one, other, _ = result.at_release
    artists["words"].set_text(f"ratio of the densities {one / other:.3f}")


def _describe_densities(result: Densities) -> str:
    one, other, belief = result.at_release
    most = 1 / (1 + exp(-result.epsilon))
    return (
        f"With ε = {result.epsilon:.2f} (δ = 0, one patient, replace, no sampling), a released count "
        f"of {result.release:.1f} is {one / other:.3f} times as likely if he is sick as if he is well. "
        f"An observer who started at 50 % is now {100 * belief:.1f} % sure that he is sick; no release "
        f"can bring that belief above {100 * most:.1f} % or below {100 - 100 * most:.1f} %."
    )


@dataclass(frozen=True)
class ClippingError:
    """The error of the private mean for every upper bound, and at the chosen one (mg/dl)."""

    epsilon: float
    n: int
    upper: float
    largest: float  # of the n values
    bias: Vector  # of every bound in UPPERS, absolute
    noise: Vector
    total: Vector
    chosen: tuple[float, float, float]  # bias, noise, total at ``upper``


def clipping_error(values: Vector, *, epsilon: float, n: int, upper: float) -> ClippingError:
    """Bias, noise and root mean squared error of ``private_mean`` of the first ``n`` values."""
    pairs = [
        private_mean_error(values[:n], lower=LOWER, upper=one, epsilon=epsilon)
        for one in (*UPPERS, upper)
    ]
    bias, noise = np.abs(np.array(pairs)).T
    total = np.hypot(bias, noise)
    chosen = float(bias[-1]), float(noise[-1]), hypot(bias[-1], noise[-1])
    largest = float(values[:n].max())
    return ClippingError(epsilon, n, upper, largest, bias[:-1], noise[:-1], total[:-1], chosen)


def _one_two_five(value: float, _position: int) -> str:
    """A label for 1, 2, 5, 10, 20, ... on a logarithmic axis, and none for the ticks between."""
    return f"{value:g}" if f"{value:e}"[0] in "125" else ""


def where_to_clip() -> PictureWidget:
    """Move the upper bound of the cholesterol values: bias on one side, noise on the other."""
    table = heart_disease()
    values = table["chol"][table["hospital"] == "Cleveland"].astype(float)
    figure, (axes,) = new_figure(height=4.4)
    axes.set(xlim=(145, 605), yscale="log")
    axes.set(xlabel="upper clipping bound (mg/dl)")
    axes.set_ylabel("error of the mean (mg/dl, log scale)\n(axis follows the setting)")
    for pick in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
        pick(FuncFormatter(_one_two_five))
    artists: dict[str, Any] = {
        "bias": axes.plot([], [], color=RED, ls="--", label="bias: values cut off")[0],
        "noise": axes.plot([], [], color=BLUE, ls=":", lw=2, label="noise: √2 · (U − L)/(nε)")[0],
        "total": axes.plot([], [], color=BLACK, lw=2, label="total (root mean square)")[0],
        "chosen": axes.plot([], [], color=GREEN, marker="o", ms=9, ls="")[0],
        "upper": axes.axvline(300, color=GREY, linewidth=1),
        "largest": axes.axvline(400, color=GREY, linewidth=1, ls=":", label="largest value"),
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
        "scale": axes.yaxis,
    }
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.19), fontsize=9, ncols=2)

    def compute(*, epsilon: float, n: int, upper: float) -> ClippingError:
        return clipping_error(values, epsilon=epsilon, n=n, upper=upper)

    return PictureWidget(
        controls={
            "upper": slider("upper bound, mg/dl", 500.0, 150.0, 600.0, 10.0, readout=".0f"),
            "epsilon": log_slider("ε", 1.0, 0.1, 10.0, 20),
            "n": int_slider("number of patients", 304, 16, 304, 16),
        },
        compute=compute,
        figure=figure,
        artists=artists,
        update=_update_clipping,
        describe=_describe_clipping,
    )


def _update_clipping(artists: Artists, result: ClippingError) -> None:
    floor = 1e-3  # a bias of 0 has no place on a logarithmic axis
    artists["bias"].set_data(UPPERS, np.maximum(result.bias, floor))
    artists["noise"].set_data(UPPERS, result.noise)
    artists["total"].set_data(UPPERS, result.total)
    artists["chosen"].set_data([result.upper], [result.chosen[2]])
    artists["upper"].set_xdata([result.upper, result.upper])
    artists["largest"].set_xdata([result.largest, result.largest])
    artists["total"].axes.set_ylim(result.total.min() / 6, 1.5 * result.total.max())
    bias, noise, total = result.chosen
    artists["words"].set_text(
        f"at this bound: bias {bias:.2f}, noise {noise:.2f}, total error {total:.2f} mg/dl"
    )


def _describe_clipping(result: ClippingError) -> str:
    bias, noise, total = result.chosen
    return (
        f"Mean cholesterol of {result.n} patients, clipped to {LOWER} … {result.upper:.0f} mg/dl and "
        f"released with ε = {result.epsilon:.3g} (δ = 0, one patient, replace, no sampling): bias "
        f"{bias:.2f}, noise {noise:.2f}, total error {total:.2f} mg/dl."
    )
