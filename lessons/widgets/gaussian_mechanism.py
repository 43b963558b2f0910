"""Widgets of lesson 13: where δ is, and how the noise grows with the number of statistics."""

from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import Any

import numpy as np

from lessons.dp.accounting.privacy_loss import gaussian_loss_exceeds
from lessons.dp.mechanisms.gaussian import gaussian_delta, gaussian_density, noise_of_many
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import (
    Artists,
    PictureWidget,
    dropdown,
    int_slider,
    log_slider,
    slider,
)

STATISTICS = np.arange(1, 61, dtype=np.float64)
MEASURES = {  # an error, as a multiple of the standard deviation: (Laplace, Gaussian)
    "standard deviation": (1.0, 1.0),
    "mean absolute error": (1 / sqrt(2), sqrt(2 / pi)),
}


@dataclass(frozen=True)
class HockeyStick:
    """One Gaussian release of sensitivity 1: the two densities, the loss, and what is beyond ε."""

    sigma: float
    epsilon: float
    releases: Vector  # (641,) the true result is 0, the neighbour's is 1
    p: Vector  # density of the release, over releases
    weighted: Vector  # e^ε times the neighbour's
    losses: Vector  # (641,)
    loss: Vector  # density of the privacy loss, over losses
    counted: Vector  # the part of it that δ counts: (1 − e^(ε − L)) of it beyond ε
    delta: float
    exceeds: float  # Pr[L > ε]


def hockey_stick(*, sigma: float, epsilon: float) -> HockeyStick:
    """Densities of the release and of its loss (13.ii), with δ(ε) (13.v) and Pr[L > ε].

    Both are shown around the point at which the loss is ε, however far out that is: ``far`` standard
    deviations from the centre. The two views are mirror images, for L = μ²/2 − μz/σ falls with z.
    """
    mu = 1 / sigma
    far = epsilon / mu - mu / 2
    out = max(far, 1.0)  # further out the tail is shorter, so the view is narrower
    view = np.linspace(far - max(3.5 / out**3, 0.9 / out), far + min(3.5, 5 / out), 641)
    releases, losses = -sigma * view[::-1], mu * mu / 2 + mu * view
    p = gaussian_density(releases, centre=0, sigma=sigma)
    weighted = exp(epsilon) * gaussian_density(releases, centre=1, sigma=sigma)
    loss = gaussian_density(losses, centre=mu * mu / 2, sigma=mu)
    counted = loss * -np.expm1(np.minimum(0.0, epsilon - losses))
    delta = gaussian_delta(sigma=sigma, l2_sensitivity=1, epsilon=epsilon)
    exceeds = gaussian_loss_exceeds(shift=1, sigma=sigma, epsilon=epsilon)
    return HockeyStick(sigma, epsilon, releases, p, weighted, losses, loss, counted, delta, exceeds)


def where_delta_is() -> PictureWidget:
    """Move σ and ε: δ as the area by which one density is ahead, and as a part of the loss's tail.

    The axes follow the setting, so that the areas can be seen when they are tiny.
    """
    figure, (left, right) = new_figure(columns=2, width=8.6, height=4.0)
    left.set(xlabel="released result (axis follows the setting)", ylabel="density", yticks=[])
    right.set(xlabel="privacy loss L (axis follows the setting)", ylabel="density", yticks=[])
    artists: dict[str, Any] = {
        "ahead": left.fill([0], [0], color=BLUE, alpha=0.6, lw=0, label="area δ")[0],
        "p": left.plot([], [], color=BLUE, label="p: true result 0")[0],
        "weighted": left.plot([], [], color=RED, ls="--", label="e^ε · q: the neighbour's result is 1")[0],
        "tail": right.fill([0], [0], color=SKY, alpha=0.45, lw=0, label="light and dark: Pr[L > ε]")[0],
        "counted": right.fill([0], [0], color=BLUE, alpha=0.8, lw=0, label="dark: area δ")[0],
        "loss": right.plot([], [], color=BLACK, label="density of the loss")[0],
        "epsilon": right.axvline(1, color=ORANGE, ls="--", label="ε"),
        "words": [
            left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
            right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9),
        ],
        "scales": [left.xaxis, right.xaxis],
    }  # fmt: skip
    below: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.17), "ncols": 2}
    left.legend(frameon=False, fontsize=9, **below)
    right.legend(frameon=False, fontsize=9, **below)
    return PictureWidget(
        controls={
            "sigma": slider("σ", 1.0, 0.5, 4.0, 0.02),
            "epsilon": slider("ε", 1.0, 0.0, 4.0, 0.1, readout=".1f"),
        },
        compute=hockey_stick,
        figure=figure,
        artists=artists,
        update=_update_hockey_stick,
        describe=_describe_hockey_stick,
    )


def _update_hockey_stick(artists: Artists, result: HockeyStick) -> None:
    releases, losses = result.releases, result.losses
    for curve, x, heights, room in (
        ("p", releases, result.p, 1.5),
        ("loss", losses, result.loss, 1.1),
    ):
        artists[curve].set_data(x, heights)
        artists[curve].axes.set(xlim=(x[0], x[-1]), ylim=(0, room * heights.max()))
    artists["weighted"].set_data(releases, result.weighted)
    ahead_of = np.minimum(result.p, result.weighted)  # no area where p is behind
    artists["ahead"].set_xy(_between(releases, result.p, ahead_of))
    beyond = np.where(result.epsilon <= losses, result.loss, 0.0)
    artists["tail"].set_xy(_between(losses, beyond, 0 * beyond))
    artists["counted"].set_xy(_between(losses, result.counted, 0 * beyond))
    artists["epsilon"].set_xdata([result.epsilon, result.epsilon])
    for text, words in zip(
        artists["words"],
        (
            f"δ = {_short(result.delta)}",
            f"Pr[L > ε] = {_short(result.exceeds)}; δ is {_share(result)} of it",
        ),
        strict=True,
    ):
        text.set_text(words)


def _share(result: HockeyStick) -> str:
    return f"{100 * result.delta / result.exceeds:.0f} %"


def _between(x: Vector, upper: Vector, lower: Vector) -> Vector:
    """The outline (2n, 2) of the area between two curves."""
    there, back = np.column_stack([x, upper]), np.column_stack([x, lower])[::-1]
    return np.concatenate([there, back])


def _describe_hockey_stick(result: HockeyStick) -> str:
    return (
        f"Gaussian noise of σ = {result.sigma:.2f} on a result that one person moves by 1: at "
        f"ε = {result.epsilon:.1f} the smallest δ is {_short(result.delta)} (one person, no "
        f"sampling; the same for adding, removing or replacing, as long as the move is 1). The "
        f"privacy loss exceeds ε with probability {_short(result.exceeds)}; δ is {_share(result)} of that."
    )


def _short(number: float) -> str:
    return f"{number:.4f}" if number >= 1e-3 else f"{number:.1e}"


@dataclass(frozen=True)
class ManyStatistics:
    """The error of each of d statistics, by Laplace and by Gaussian noise."""

    epsilon: float
    delta: float
    d: int
    measure: str
    laplace: Vector  # over STATISTICS
    gaussian: Vector
    chosen: tuple[float, float]  # (Laplace, Gaussian) at d
    equal: tuple[float, float]  # (d, error) at which the two curves meet
    crossing: int  # the first d at which Gaussian noise is smaller


def many_statistics(*, epsilon: float, delta: float, d: int, measure: str) -> ManyStatistics:
    """Laplace noise of scale d/ε against Gaussian noise of Δ₂ = √d (13.ix), in one of two measures."""
    of_laplace, of_gaussian = MEASURES[measure]
    laplace, gaussian = noise_of_many(1, epsilon=epsilon, delta=delta)
    laplace, gaussian = laplace * of_laplace, gaussian * of_gaussian
    meet = (gaussian / laplace) ** 2
    chosen = laplace * d, gaussian * sqrt(d)
    curves = laplace * STATISTICS, gaussian * np.sqrt(STATISTICS)
    return ManyStatistics(
        epsilon, delta, d, measure, *curves, chosen, (meet, laplace * meet), int(meet) + 1
    )


def how_many_statistics() -> PictureWidget:
    """Move d, ε and δ: a straight line against a root, drawn up to d, so that d finds the crossing."""
    figure, (axes,) = new_figure(height=4.0)
    axes.set(xlim=(0.95, 62), ylim=(0.08, 2e3), xscale="log", yscale="log")
    axes.set(xlabel="number of statistics (curves end at your d)", ylabel="error of each statistic")
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    artists: dict[str, Any] = {
        "laplace": axes.plot([], [], color=RED, ls="--", label="Laplace: grows with d")[0],
        "gaussian": axes.plot([], [], color=BLUE, label="Gaussian: grows with √d")[0],
        "marks": [
            axes.plot([], [], color=RED, marker="s", ls="", fillstyle="none", ms=8)[0],
            axes.plot([], [], color=BLUE, marker="o", ls="", ms=8)[0],
        ],
        "equal": axes.plot([], [], color=BLACK, marker="D", ls="", fillstyle="none", label="equal")[
            0
        ],
        "d": axes.axvline(3, color=GREY, linewidth=1),
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
    }
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=9, ncols=3)
    return PictureWidget(
        controls={
            "d": int_slider("number of statistics d", 3, 1, 60),
            "epsilon": log_slider("ε", 1.0, 0.1, 10.0, 20),
            "delta": log_slider("δ", 1e-5, 1e-10, 1e-2, 16, readout=".1e"),
            "measure": dropdown("error", list(MEASURES)),
        },
        compute=many_statistics,
        figure=figure,
        artists=artists,
        update=_update_many_statistics,
        describe=_describe_many_statistics,
    )


def _update_many_statistics(artists: Artists, result: ManyStatistics) -> None:
    for name, curve in (("laplace", result.laplace), ("gaussian", result.gaussian)):
        artists[name].set_data(STATISTICS[: result.d], curve[: result.d])
    for mark, height in zip(artists["marks"], result.chosen, strict=True):
        mark.set_data([result.d], [height])
    met = 1 <= result.equal[0] <= result.d  # below 1 Gaussian noise is smaller from the first on
    artists["equal"].set_data(*([one] if met else [] for one in result.equal))
    artists["d"].set_xdata([result.d, result.d])
    laplace, gaussian = result.chosen
    artists["words"].set_text(f"d = {result.d}: Laplace {laplace:.2f}, Gaussian {gaussian:.2f}")


def _describe_many_statistics(result: ManyStatistics) -> str:
    laplace, gaussian = result.chosen
    smaller = "Laplace" if laplace < gaussian else "Gaussian"
    return (
        f"{result.d} statistics, each moved by at most 1 by one person (no sampling), ε = "
        f"{result.epsilon:.3g}: {result.measure} of each {laplace:.2f} with Laplace noise (δ = 0), "
        f"{gaussian:.2f} with Gaussian noise (δ = {result.delta:.1e}). {smaller} noise is smaller here."
    )
