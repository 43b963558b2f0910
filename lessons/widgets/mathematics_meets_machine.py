"""Widget of lesson 18: the gaps between floats."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.dp.exact.floating_point import named_fraction, next_floats, reachable
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, RED, new_figure
from lessons.plots.mathematics_meets_machine import prepare_strip
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, slider

COUNTS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
N_FLOATS = 48
PLACE = -0.35  # in scales from the smaller count: where outputs are frequent, for both counts


@dataclass(frozen=True)
class Gaps:
    """Two neighbouring counts: which floats are possible for each, and how many outputs name one."""

    count: int
    epsilon: float
    start: float  # the first of the floats
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
    """Floats 0.35 scales below ``count``, and the outputs that name the table, for all counts."""
    n = int(count)
    start = n + PLACE / epsilon
    floats = next_floats(start, how_many=N_FLOATS)
    first, second = (reachable(floats, count=one, scale=1 / epsilon) for one in (n, n + 1))
    return Gaps(n, epsilon, start, first, second, _fractions(epsilon))


def which_floats() -> PictureWidget:
    """Choose a count and ε: two rows of possible floats, and how often an output names the table.

    The curve ends at the chosen count, so that the next one can be guessed.
    """
    figure, (strip, curve) = new_figure(columns=2, width=9.0, height=3.2)
    prepare_strip(strip, N_FLOATS, labels=("count", "count + 1"))
    strip.set_xlabel("floats in a row, from count − 0.35 b on")
    places = np.arange(len(COUNTS))
    curve.set(
        xlim=(-0.5, len(COUNTS) - 0.5), ylim=(0, 1.05), xlabel="smaller count, up to the chosen one"
    )
    curve.set_ylabel("outputs that name the table")
    curve.set_xticks(places[::2], [str(COUNTS[place]) for place in places[::2]])
    curve.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    curve.text(len(COUNTS) - 0.6, 0.52, "one half", ha="right", color=GREY, fontsize=9)
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
    at = COUNTS.index(result.count)
    artists["curve"].set_data(range(at + 1), result.fractions[: at + 1])  # the rest: guess first
    artists["chosen"].set_data([at], [result.chosen])


def _describe_gaps(result: Gaps) -> str:
    n = result.count
    return (
        f"Laplace noise with ε = {result.epsilon:g} in floating point (promised: δ = 0, one person, "
        f"add/remove, no sampling), counts {n} and {n + 1}. Of {N_FLOATS} floats in a row from "
        f"{result.start:.2f} on, {result.first.sum()} are possible for {n} and {result.second.sum()} for "
        f"{n + 1}. "
        f"{100 * result.chosen:.0f} of 100 outputs name the table with certainty."
    )
