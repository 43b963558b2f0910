"""Widgets of lesson 18: the gaps between floats, and what shuffled batches really cost."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.exact.floating_point import named_fraction, next_floats, reachable
from lessons.dp.exact.sampling_traps import shuffled_epsilon
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.plots.mathematics_meets_machine import prepare_strip
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, slider

COUNTS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
N_FLOATS = 48
PLACE = 0.3  # the strip starts that far above the smaller count
DELTA = 1e-6
STEPS = (100, 300, 1000)
SIGMAS = np.array([0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0])


@dataclass(frozen=True)
class Gaps:
    """Two neighbouring counts: which floats are possible for each, and how many outputs name one."""

    count: int
    epsilon: float
    first: NDArray[np.bool_]  # (N_FLOATS,) possible for ``count``
    second: NDArray[np.bool_]  # ... for ``count`` + 1
    fractions: Vector  # (len(COUNTS),) how often one output names the table

    @property
    def chosen(self) -> float:
        """The fraction at the chosen count."""
        return float(self.fractions[COUNTS.index(self.count)])


@cache
def _fractions(epsilon: float) -> Vector:
    rng = np.random.default_rng(18)
    return np.array(
        [
            named_fraction(count=one, scale=1 / epsilon, n_releases=150, rng=rng)
            for one in COUNTS
        ]
    )  # fmt: skip


def gaps(*, count: str, epsilon: float) -> Gaps:
    """The floats just above ``count`` + 0.3, and the outputs that name the table, for all counts."""
    n = int(count)
    floats = next_floats(n + PLACE, how_many=N_FLOATS)
    first, second = (reachable(floats, count=one, scale=1 / epsilon) for one in (n, n + 1))
    return Gaps(n, epsilon, first, second, _fractions(epsilon))


def which_floats() -> PictureWidget:
    """Choose a count and ε: two rows of possible floats, and how often an output names the table."""
    figure, (strip, curve) = new_figure(columns=2, width=9.0, height=3.2)
    prepare_strip(strip, N_FLOATS, labels=("count", "count + 1"))
    strip.set_xlabel("floats in a row")
    places = np.arange(len(COUNTS))
    curve.set(
        xlim=(-0.5, len(COUNTS) - 0.5), ylim=(0, 1.05), xlabel="the smaller of the two counts"
    )
    curve.set_ylabel("outputs that name the table")
    curve.set_xticks(places[::2], [str(COUNTS[place]) for place in places[::2]])
    curve.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    artists: dict[str, Any] = {
        "first": strip.plot([], [], color=BLUE, marker="o", ls="", ms=5)[0],
        "second": strip.plot([], [], color=RED, marker="s", ls="", ms=5)[0],
        "curve": curve.plot([], [], color=BLACK, marker=".")[0],
        "chosen": curve.plot([], [], color=GREEN, marker="o", ms=9, ls="")[0],
    }
    return PictureWidget(
        controls={
            "count": dropdown("smaller count", [str(one) for one in COUNTS]),
            "epsilon": slider("ε", 0.5, 0.5, 10.0, 0.5, readout=".1f"),
        },
        compute=gaps,
        figure=figure,
        artists=artists,
        update=_update_gaps,
        describe=_describe_gaps,
    )


def _update_gaps(artists: Artists, result: Gaps) -> None:
    for name, row in (("first", 1), ("second", 0)):
        places = np.flatnonzero(getattr(result, name))
        artists[name].set_data(places, np.full(len(places), row))
    artists["curve"].set_data(range(len(COUNTS)), result.fractions)
    artists["chosen"].set_data([COUNTS.index(result.count)], [result.chosen])


def _describe_gaps(result: Gaps) -> str:
    n = result.count
    return (
        f"Laplace noise with ε = {result.epsilon:g} in floating point (promised: δ = 0, one person, "
        f"add/remove, no sampling), counts {n} and {n + 1}. Of {N_FLOATS} floats in a row, "
        f"{result.first.sum()} are possible for {n} and {result.second.sum()} for {n + 1}. "
        f"{100 * result.chosen:.0f} of 100 outputs name the table with certainty."
    )


@dataclass(frozen=True)
class TwoSamplings:
    """ε claimed for Poisson batches, and what shuffled batches cost at least, over the noise."""

    steps: int
    sigma: float
    claimed: Vector  # (len(SIGMAS),)
    shuffled: Vector  # (len(SIGMAS),)
    at_sigma: tuple[float, float]  # claimed and shuffled at ``sigma``


@cache
def _claimed(steps: int, sigma: float) -> float:
    return run_epsilon(
        Run(noise_multiplier=sigma, sampling_rate=1 / steps, steps=steps), delta=DELTA
    )


@cache
def _shuffled(steps: int, sigma: float) -> float:
    return shuffled_epsilon(noise_multiplier=sigma, steps=steps, delta=DELTA)


def two_samplings(*, steps: str, sigma: float) -> TwoSamplings:
    """One epoch of ``steps`` batches, each example in one of them: as Poisson, and as it is."""
    n = int(steps)
    claimed, shuffled = (
        np.array([epsilon(n, float(one)) for one in SIGMAS]) for epsilon in (_claimed, _shuffled)
    )
    at_sigma = _claimed(n, round(sigma, 2)), _shuffled(n, round(sigma, 2))
    return TwoSamplings(n, sigma, claimed, shuffled, at_sigma)


def shuffled_or_poisson() -> PictureWidget:
    """Move the noise multiplier: the claim for Poisson batches, the bound for shuffled ones."""
    for steps in STEPS:  # two thirds of a second now, so that no move has to wait
        two_samplings(steps=str(steps), sigma=1.0)
    figure, (axes,) = new_figure(height=3.9)
    axes.set(xlim=(0.45, 3.05), ylim=(0.01, 30), yscale="log")
    axes.set(xlabel="noise multiplier σ/C", ylabel=f"ε of one epoch at δ = {DELTA:g}")
    axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
    artists: dict[str, Any] = {
        "shuffled": axes.plot([], [], color=RED, lw=2, label="shuffled: ε is at least this")[0],
        "claimed": axes.plot([], [], color=BLUE, ls="--", label="accounted as Poisson")[0],
        "marks": [
            axes.plot([], [], color=RED, marker="s", ls="")[0],
            axes.plot([], [], color=BLUE, marker="o", ls="")[0],
        ],
        "sigma": axes.axvline(1.0, color=ORANGE, linewidth=1),
    }
    axes.legend(frameon=False, loc="upper right", fontsize=9)
    return PictureWidget(
        controls={
            "steps": dropdown("T, batches in the epoch", [str(one) for one in STEPS], "1000"),
            "sigma": slider("noise multiplier σ/C", 1.0, 0.5, 3.0, 0.05),
        },
        compute=two_samplings,
        figure=figure,
        artists=artists,
        update=_update_samplings,
        describe=_describe_samplings,
    )


def _update_samplings(artists: Artists, result: TwoSamplings) -> None:
    artists["claimed"].set_data(SIGMAS, result.claimed)
    artists["shuffled"].set_data(SIGMAS, result.shuffled)
    for mark, height in zip(artists["marks"], result.at_sigma[::-1], strict=True):
        mark.set_data([result.sigma], [height])
    artists["sigma"].set_xdata([result.sigma, result.sigma])


def _describe_samplings(result: TwoSamplings) -> str:
    claimed, shuffled = result.at_sigma
    return (
        f"One epoch of {result.steps} batches with noise multiplier {result.sigma:.2f} at δ = "
        f"{DELTA:g}, one example added or blanked. Accounted as Poisson batches: ε = {claimed:.2f}. "
        f"Batches that were shuffled: ε is at least {shuffled:.2f}."
    )
