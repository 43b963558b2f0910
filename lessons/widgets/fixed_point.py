"""Widgets of lesson 34: two points and a seam; ring and precision."""

from dataclasses import dataclass
from math import expm1, log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.plots.fixed_point import line_and_shrunk, place
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider, log_slider

CLOCK, TEN = 500, 10


@dataclass(frozen=True)
class TwoPoints:
    """x shared between two parties on a clock of 500, and its last digit dropped by each alone."""

    x: int
    first: int
    second: int  # minus the share of party 2
    results: NDArray[np.int64]  # for the first shares 0, 1, …, ``first``

    @property
    def result(self) -> int:
        """What the parties get for this first share."""
        return int(self.results[-1])

    @property
    def right(self) -> bool:
        """Whether that is the floor or the ceiling of x / 10."""
        return self.result in (self.x // TEN, -(-self.x // TEN))

    @property
    def counts(self) -> str:
        """How often each result came, for the shares up to this one."""
        values, times = np.unique(self.results, return_counts=True)
        order = np.argsort(-times, kind="stable")
        return ", ".join(f"{values[k]} ({times[k]}×)" for k in order)


def two(*, x: int, first: int) -> TwoPoints:
    """Divide both points of each first share up to this one."""
    every = np.arange(first + 1)
    seconds = (every - x) % CLOCK
    return TwoPoints(x, first, int(seconds[-1]), every // TEN - seconds // TEN)


def two_points() -> PictureWidget:
    """Slide x and the share of party 1: the two points, divided; right, the results so far."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.3)
    line_and_shrunk(left, CLOCK, TEN)
    right.set(xlim=(-10, CLOCK + 10), ylim=(-55, 55))
    right.set(xlabel="share of party 1", ylabel="result, should be x / 10")
    artists: dict[str, Any] = {"goal": right.axhline(0, color=GREEN, ls=":", lw=1.2)}
    for name, colour in (("first", BLUE), ("second", ORANGE)):
        artists[f"{name}_way"] = left.plot([], [], color=colour, lw=0.8, ls=":")[0]
        artists[f"{name}_points"] = left.plot([], [], "o", color=colour, ms=7)[0]
        for end in ("above", "below"):
            artists[f"{name}_{end}"] = left.text(0, 0, "", ha="center", color=colour, fontsize=9)
    for name in ("whole", "small"):
        artists[name] = left.plot([], [], color=BLACK, lw=2)[0]
        artists[f"{name}_words"] = left.text(0, 0, "", ha="center", fontsize=10, weight="bold")
    artists["results"] = right.plot([], [], ".", color=BLUE, ms=3)[0]
    artists["now"] = right.plot([], [], "o", color=RED, ms=8)[0]
    artists["verdict"] = right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9)
    artists["counts"] = right.text(0.02, 0.03, "", transform=right.transAxes, fontsize=8)
    return PictureWidget(
        controls={
            "x": int_slider("x", 137, -249, 249),
            "first": int_slider("share of party 1", 373, 0, CLOCK - 1),
        },
        compute=two,
        figure=figure,
        artists=artists,
        update=_update_points,
        describe=describe_points,
    )


def _update_points(artists: Artists, result: TwoPoints) -> None:
    values = {"first": result.first, "second": result.second}
    inside = {name: min(max(value, 45), CLOCK - 45) for name, value in values.items()}
    near = abs(inside["first"] - inside["second"]) < 0.26 * CLOCK  # their words would overlap
    for name, value in values.items():
        below = place(value // TEN * TEN, CLOCK, shrunk=True)
        artists[f"{name}_way"].set_data([value, below], [1, 0])
        artists[f"{name}_points"].set_data([value, below], [1, 0])
        who = "party 1" if name == "first" else "−party 2"
        higher = 1.26 if name == "second" and near else 1.1
        lower = -0.36 if name == "second" and near else -0.22
        artists[f"{name}_above"].set_text(f"{who}: {value}")
        artists[f"{name}_above"].set_position((inside[name], higher))
        artists[f"{name}_below"].set_text(f"{value // TEN}")
        artists[f"{name}_below"].set_position((below, lower))
    colour = BLACK if result.right else RED
    ends = list(values.values())
    small = [place(end // TEN * TEN, CLOCK, shrunk=True) for end in ends]
    for name, places, height, words_at, said in (
        ("whole", ends, 0.9, 0.75, ends[0] - ends[1]),
        ("small", small, 0.1, 0.16, result.result),
    ):
        artists[name].set_data(places, [height, height])
        artists[name].set_color(colour)
        artists[f"{name}_words"].set_text(f"{said}")
        artists[f"{name}_words"].set_position((sum(places) / 2, words_at))
        artists[f"{name}_words"].set_color(colour)
    artists["goal"].set_ydata([result.x / TEN, result.x / TEN])
    artists["results"].set_data(np.arange(result.first + 1), result.results)
    artists["now"].set_data([result.first], [result.result])
    artists["verdict"].set_text(_verdict(result))
    artists["counts"].set_text(f"so far: {result.counts}")


def _verdict(result: TwoPoints) -> str:
    return (
        f"x / 10 = {result.x / TEN:.1f}: {result.result} is {'right' if result.right else 'wrong'}"
    )


def describe_points(result: TwoPoints) -> str:
    """The picture in words."""
    return (
        f"x = {result.x} on a clock of {CLOCK}. Party 1 holds {result.first}, minus the share of party 2 is "
        f"{result.second}: {result.first - result.second} apart on the line. Divided by 10 they are "
        f"{result.first // TEN} and {result.second // TEN}. {_verdict(result)}. "
        f"Results so far: {result.counts}."
    )


# The second widget: ring and precision

RINGS = {"2^64": 64, "2^32": 32, "2^20": 20}
LARGEST = 16.0  # size of the products, as real numbers
BITS = np.arange(1, 31)  # with f = 0 there is nothing to truncate
PROMISE = 0.01


@dataclass(frozen=True)
class Precision:
    """A ring, f and a number of truncations: the rounding error, and the chance of any failure."""

    ring: str
    fraction_bits: int
    truncations: float
    rounding: Vector  # for 1, 2, …, f
    chances: Vector  # for 1, 2, …, f

    @property
    def fits(self) -> bool:
        """Whether the product fits into the ring before it is truncated."""
        return 2 * self.fraction_bits + 5 <= RINGS[self.ring]  # 16 · 2^(2f) ≤ Q / 2


def any_failure(k: int, fraction_bits: int, truncations: float) -> float:
    """The chance that any of the local truncations of products of size 16 fails (34.iii)."""
    rate = LARGEST * 2.0 ** (2 * fraction_bits - k)
    return 1.0 if rate > 0.5 else -expm1(truncations * log1p(-rate))


def precision(*, ring: str, fraction_bits: int, truncations: float) -> Precision:
    """Both errors, for every f up to this one."""
    so_far = BITS[:fraction_bits]
    return Precision(
        ring=ring,
        fraction_bits=fraction_bits,
        truncations=truncations,
        rounding=2.0 ** -so_far.astype(float),
        chances=np.array([any_failure(RINGS[ring], int(f), truncations) for f in so_far]),
    )


def ring_and_precision() -> PictureWidget:
    """Choose a ring, slide f and the number of truncations: what is lost to rounding, and what to luck."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.5)
    left.set(yscale="log", xlim=(-0.5, 30.5), ylim=(5e-10, 2))
    left.set(xlabel="fractional bits f", ylabel="rounding error of one truncation")
    right.set(yscale="log", xlim=(-0.5, 30.5), ylim=(1e-19, 8))
    right.set(xlabel="fractional bits f", ylabel="chance that any truncation fails")
    right.axhline(PROMISE, color=GREEN, ls="--", label="1 %")
    artists: dict[str, Any] = {
        "rounding": left.plot([], [], color=BLUE)[0],
        "rounding_now": left.plot([], [], "o", color=RED, ms=8)[0],
        "chances": right.plot([], [], color=ORANGE, label="any failure")[0],
        "chance_now": right.plot([], [], "o", color=RED, ms=8)[0],
        "rounding_words": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
        "chance_words": right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9),
    }
    right.legend(frameon=False, loc="lower right", fontsize=9)
    left.axhline(1.0, color=GREY, lw=0.8, ls=":")
    return PictureWidget(
        controls={
            "ring": dropdown("ring", list(RINGS)),
            "fraction_bits": int_slider("fractional bits f", 8, 1, 30),
            "truncations": log_slider("truncations", 1.0, 1.0, 1e6, 6, readout=",.0f"),
        },
        compute=precision,
        figure=figure,
        artists=artists,
        update=_update_precision,
        describe=describe_precision,
    )


def _update_precision(artists: Artists, result: Precision) -> None:
    so_far, f = BITS[: result.fraction_bits], result.fraction_bits
    artists["rounding"].set_data(so_far, result.rounding)
    artists["rounding_now"].set_data([f], [result.rounding[-1]])
    artists["chances"].set_data(so_far, result.chances)
    artists["chance_now"].set_data([f], [result.chances[-1]])
    artists["rounding_words"].set_text(f"f = {f}: less than {result.rounding[-1]:.2g}")
    artists["chance_words"].set_text(_chance(result))


def _chance(result: Precision) -> str:
    if not result.fits:
        return "products of size 16 do not fit"
    return f"chance of any failure: {result.chances[-1]:.2g}"


def describe_precision(result: Precision) -> str:
    """The picture in words."""
    count = f"{result.truncations:,.0f} truncation{'s' * (result.truncations > 1.5)}"
    return (
        f"Ring {result.ring}, {result.fraction_bits} fractional bits, {count} of products of size 16: each "
        f"rounds by less than {result.rounding[-1]:.2g}; {_chance(result)}."
    )
