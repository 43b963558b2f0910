"""Widgets of lesson 12: which table is it, and where to clip."""

from dataclasses import dataclass
from math import exp, hypot
from typing import Any

import numpy as np

from lessons.datasets import heart_disease
from lessons.dp.mechanisms.laplace import laplace_density, private_mean_error
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, log_slider, slider

WITH, WITHOUT = 47, 46  # the count with the patient and without
RELEASES = np.linspace(36.0, 57.0, 337)
LOWER = 100  # mg/dl, a public lower bound
UPPERS = np.arange(150.0, 601.0, 10.0)


@dataclass(frozen=True)
class Densities:
    """Two neighbouring counts, and what one release says about which of them is true."""

    epsilon: float
    release: float
    x: Vector
    with_patient: Vector  # density of the release when the count is 47
    without: Vector  # ... when it is 46
    belief: Vector  # of an observer who started at 1/2, for every release in x
    at_release: tuple[float, float, float]  # the two densities and the belief at ``release``


def densities(*, epsilon: float, release: float) -> Densities:
    """The Laplace mechanism (Δ₁ = 1) on the counts 47 and 46, and a 50 : 50 observer's belief."""
    first = laplace_density(RELEASES, centre=WITH, scale=1 / epsilon)
    second = laplace_density(RELEASES, centre=WITHOUT, scale=1 / epsilon)
    one = float(laplace_density(release, centre=WITH, scale=1 / epsilon))
    other = float(laplace_density(release, centre=WITHOUT, scale=1 / epsilon))
    belief = first / (first + second)
    at_release = one, other, one / (one + other)
    return Densities(epsilon, release, RELEASES, first, second, belief, at_release)


def which_table() -> PictureWidget:
    """Slide the release along two neighbouring densities, and see how sure an observer becomes."""
    figure, (left, right) = new_figure(columns=2, width=8.6)
    left.set(xlim=(36, 57), ylim=(0, 1.9), xlabel="released count", ylabel="density")
    right.set(xlim=(36, 57), ylim=(0, 1), xlabel="released count")
    right.set_ylabel("belief that the patient is in")
    for axes in (left, right):
        axes.set_xticks(range(38, 58, 4))
    right.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    artists: dict[str, Any] = {
        "with": left.plot([], [], color=BLUE, label="47: the patient is in")[0],
        "without": left.plot([], [], color=RED, ls="--", label="46: the patient is not")[0],
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
    artists["with"].set_data(result.x, result.with_patient)
    artists["without"].set_data(result.x, result.without)
    artists["belief"].set_data(result.x, result.belief)
    for mark, height in zip(artists["marks"], result.at_release, strict=True):
        mark.set_data([result.release], [height])
    most = 1 / (1 + exp(-result.epsilon))
    for line, height in zip(artists["bounds"], (most, 1 - most), strict=True):
        line.set_ydata([height, height])
    for line in artists["release"]:
        line.set_xdata([result.release, result.release])
    one, other, _ = result.at_release
    artists["words"].set_text(f"ratio of the densities {one / other:.3f}")


def _describe_densities(result: Densities) -> str:
    one, other, belief = result.at_release
    most = 1 / (1 + exp(-result.epsilon))
    return (
        f"With ε = {result.epsilon:.2f} (δ = 0, one patient, add/remove, no sampling), a released "
        f"count of {result.release:.1f} is {one / other:.3f} times as likely with the patient as "
        f"without. An observer who started at 50 % is now {belief:.1%} sure that the patient is "
        f"in the table; no release can bring that belief above {most:.1%} or below {1 - most:.1%}."
    )


@dataclass(frozen=True)
class ClippingError:
    """The error of the private mean for every upper bound, and at the chosen one (mg/dl)."""

    epsilon: float
    n: int
    upper: float
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
    return ClippingError(epsilon, n, upper, bias[:-1], noise[:-1], total[:-1], chosen)


def where_to_clip() -> PictureWidget:
    """Move the upper bound of the cholesterol values: bias on one side, noise on the other."""
    table = heart_disease()
    values = table["chol"][table["hospital"] == "Cleveland"].astype(float)
    figure, (axes,) = new_figure(height=4.2)
    axes.set(xlim=(145, 605), ylim=(0.1, 1000), yscale="log")
    axes.set(xlabel="upper clipping bound (mg/dl)", ylabel="error of the mean (mg/dl)")
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    artists: dict[str, Any] = {
        "bias": axes.plot([], [], color=RED, ls="--", label="bias: values cut off")[0],
        "noise": axes.plot([], [], color=BLUE, ls=":", lw=2, label="noise: √2 · (U − L)/(nε)")[0],
        "total": axes.plot([], [], color=BLACK, lw=2, label="total (root mean square)")[0],
        "chosen": axes.plot([], [], color=GREEN, marker="o", ms=9, ls="")[0],
        "upper": axes.axvline(300, color=GREY, linewidth=1),
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
    }
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=9, ncols=3)

    def compute(*, epsilon: float, n: int, upper: float) -> ClippingError:
        return clipping_error(values, epsilon=epsilon, n=n, upper=upper)

    return PictureWidget(
        controls={
            "upper": slider("upper bound, mg/dl", 400.0, 150.0, 600.0, 10.0, readout=".0f"),
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
    artists["words"].set_text(f"error at this bound {result.chosen[2]:.2f} mg/dl")


def _describe_clipping(result: ClippingError) -> str:
    bias, noise, total = result.chosen
    return (
        f"Mean cholesterol of {result.n} patients, clipped to {LOWER} … {result.upper:.0f} mg/dl and "
        f"released with ε = {result.epsilon:.3g} (δ = 0, one patient, replace, no sampling): bias "
        f"{bias:.2f}, noise {noise:.2f}, total error {total:.2f} mg/dl."
    )
