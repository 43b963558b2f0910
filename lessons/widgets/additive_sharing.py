"""Widgets of lesson 31."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons.datasets import HOSPITALS, heart_disease
from lessons.mpc import ring
from lessons.mpc.additive import secure_sum
from lessons.mpc.wire import Wire, transcript
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.transcript import Transcript
from lessons.widgets.picture import Artists, PictureWidget, checkbox, dropdown, int_slider
from lessons.widgets.who_sees_what import who_sees_what

MODULUS = 12  # a clock
HOSPITAL_MODULUS = 100_000
PARTIES = ("party 1", "party 2", "party 3")
COLOURS = (BLUE, ORANGE, GREEN)
STYLES = ("-", "--", "-.")
BARS = 2 * MODULUS  # the values 0 … 2Q − 1


@dataclass(frozen=True)
class ClockView:
    """One sharing of ``secret``, and what one party can see over all 144 rolls of the dice."""

    secret: int
    shares: tuple[int, int, int]
    reduced: bool
    party: int
    with_secret: NDArray[np.int64]  # (24,) how many runs show the party each value
    with_zero: NDArray[np.int64]  # (24,) ... when the secret is 0


def three_shares(secret: int, *, run: int, reduced: bool) -> tuple[int, int, int]:
    """The shares of ``secret`` over Z_12 in run 0 … 143, with or without the last reduction."""
    first, second = divmod(run, MODULUS)
    last = MODULUS - (first + second) % MODULUS + secret  # as published
    return first, second, last % MODULUS if reduced else last


def clock(*, secret: int, run: int, reduced: bool, viewer: str) -> ClockView:
    """One run and the two distributions of the share that ``viewer`` holds."""
    party = PARTIES.index(viewer)

    def counts(x: int) -> NDArray[np.int64]:
        seen = Counter(
            three_shares(x, run=one, reduced=reduced)[party] for one in range(MODULUS**2)
        )
        return np.array([seen[value] for value in range(BARS)])

    shares = three_shares(secret, run=run, reduced=reduced)
    return ClockView(secret, shares, reduced, party, counts(secret), counts(0))


def shares_on_a_clock() -> PictureWidget:
    """Three shares as hops around a clock, and what one party sees over all randomness."""
    figure, (face, bars) = new_figure(columns=2, height=3.7, width=8.6)
    face.set(xlim=(-1.25, 1.25), ylim=(-1.4, 1.5), aspect="equal")
    face.set_axis_off()
    around = np.linspace(0, 2 * np.pi, 181)
    face.plot(np.cos(around), np.sin(around), color=GREY, lw=1)
    for hour in range(MODULUS):
        x, y = _place(hour, 1.13)
        face.text(float(x), float(y), str(hour), ha="center", va="center", fontsize=9)
    for k, (colour, style) in enumerate(zip(COLOURS, STYLES, strict=True)):
        left = -1.25 + 0.86 * k
        face.plot([left, left + 0.44], [-1.24, -1.24], color=colour, lw=2.6, ls=style)
    values = np.arange(BARS)
    bars.set(xlim=(-0.8, BARS - 0.2), ylim=(-15.5, 20), xlabel="share that the party can see")
    bars.set(ylabel="runs, of 144", xticks=range(0, BARS, 2), yticks=[-12, 0, 12])
    bars.set_yticklabels(["12", "0", "12"])
    bars.axhline(0, color=BLACK, lw=0.8)
    bars.plot([MODULUS - 0.5] * 2, [-15.5, 13], color=GREY, lw=1, ls=":")
    bars.text(MODULUS - 0.2, -14.6, "outside the clock", fontsize=9, color=GREY, va="center")
    artists = {
        "hops": [
            face.plot([], [], color=colour, lw=2.6, ls=style)[0]
            for colour, style in zip(COLOURS, STYLES, strict=True)
        ],
        "ends": [face.plot([], [], marker="o", ms=7, color=colour, ls="")[0] for colour in COLOURS],
        "secret": face.plot([], [], marker="o", ms=16, mfc="none", mec=BLACK, mew=2, ls="")[0],
        "legend": [
            face.text(-1.25 + 0.86 * k, -1.36, "", fontsize=9, color=BLACK, va="center")
            for k in range(3)
        ],
        "formula": face.text(0, 1.42, "", fontsize=9, ha="center", va="center"),
        "up": bars.vlines(values, 0, 1, color=BLUE, lw=8),
        "down": bars.vlines(values, 0, -1, color=RED, lw=4),
        "now": bars.plot([], [], marker="v", ms=9, color=BLACK, ls="")[0],
        "upper": bars.text(0.02, 0.95, "", transform=bars.transAxes, fontsize=9, color=BLUE),
        "lower": bars.text(
            0.02, 0.02, "below: the secret is 0", transform=bars.transAxes, fontsize=9, color=RED
        ),
    }
    return PictureWidget(
        controls={
            "secret": int_slider("secret x", 4, 0, MODULUS - 1),
            "run": int_slider("run (how the two dice landed)", 90, 0, MODULUS**2 - 1),
            "viewer": dropdown("look over the shoulder of", list(PARTIES), PARTIES[2]),
            "reduced": checkbox("last share reduced (% Q)", False),
        },
        compute=clock,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def describe(result: ClockView) -> str:
    """The picture in words."""
    first, second, last = result.shares
    held, secret = result.shares[result.party], result.secret
    who = PARTIES[result.party].capitalize()
    return (
        f"Clock with Q = {MODULUS}, secret {secret}: hops of {first}, {second} and {last} hours "
        f"from 0 end at {secret}. {who} sees {held} in this run; over all 144 runs it sees "
        f"{_range(result.with_secret)} if the secret is {secret}, and "
        f"{_range(result.with_zero)} if it is 0."
    )


def hospital_transcript() -> Transcript:
    """Three hospitals of the heart table add up ages and patients modulo 100 000 (fixed bytes)."""
    table, names = heart_disease(), HOSPITALS[:3]
    ages = np.asarray(table["age"], dtype=np.float64)
    inputs = [
        (int(ages[table["hospital"] == name].sum()), int((table["hospital"] == name).sum()))
        for name in names
    ]
    wire: Wire = []
    sums = secure_sum(
        ring.encode(inputs, modulus=HOSPITAL_MODULUS),
        modulus=HOSPITAL_MODULUS,
        random_bytes=np.random.default_rng(31).bytes,
        wire=wire,
    )
    return transcript(
        wire,
        parties=names,
        holds={
            name: f"ages {total}, patients {count}; keeps {_kept(wire, i, (total, count))}"
            for i, (name, (total, count)) in enumerate(zip(names, inputs, strict=True))
        },
        steps=(
            "each hospital shares its total and its count",
            "each adds the three shares that it holds",
            "each sends its sum to the others",
            f"everybody adds the three sums: ages {sums[0]}, patients {sums[1]}",
        ),
    )


def _kept(wire: Wire, party: int, own: tuple[int, int]) -> str:
    """The share that a hospital keeps: its input minus the two shares that it sends."""
    sent = [parcel.payload for parcel in wire if parcel.step == 1 and parcel.sender == party]
    left = [
        (whole - sum(int(share[k]) for share in sent)) % HOSPITAL_MODULUS
        for k, whole in enumerate(own)
    ]
    return f"share {party + 1} = {left[0]}, {left[1]}"


def three_hospitals() -> PictureWidget:
    """Step through the hospitals' sum and look over one shoulder, or over two."""
    return who_sees_what(hospital_transcript(), step=1, viewer="Cleveland")


def _update(artists: Artists, result: ClockView) -> None:
    start, radius = 0, 0.5
    for k, hours in enumerate(result.shares):
        steps = np.linspace(start, start + hours, 2 + 4 * hours)
        radii = radius + 0.1 * (steps - start) / MODULUS  # a spiral: a second turn can be seen
        artists["hops"][k].set_data(*_place(steps, radii))
        artists["ends"][k].set_data(*_place(steps[-1:], radii[-1:]))
        artists["legend"][k].set_text(f"party {k + 1}: {hours}")
        artists["legend"][k].set_weight("bold" if k == result.party else "normal")
        start, radius = start + hours, radius + 0.13
    first, second, last = result.shares
    missing = f"{MODULUS} − ({first} + {second}) % {MODULUS} + {result.secret}"
    formula = f"({missing}) % {MODULUS}" if result.reduced else missing
    artists["formula"].set_text(f"last share = {formula} = {last}")
    artists["secret"].set_data(*_place(np.array([result.secret]), 1.13))
    artists["up"].set_segments(_bars(result.with_secret))
    artists["down"].set_segments(_bars(-result.with_zero))
    held = result.shares[result.party]
    artists["now"].set_data([held], [14.2])
    artists["upper"].set_text(
        f"above: the secret is {result.secret}  (▼ this run, {PARTIES[result.party]}: {held})"
    )


def _place(
    hour: NDArray[np.float64] | int, radius: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where an hour stands: 0 on top, clockwise."""
    angle = np.pi / 2 - 2 * np.pi * np.asarray(hour) / MODULUS
    return radius * np.cos(angle), radius * np.sin(angle)


def _bars(heights: NDArray[np.int64]) -> list[list[tuple[int, int]]]:
    """One upright stroke for each value that occurs."""
    return [[(value, 0), (value, int(height))] for value, height in enumerate(heights) if height]


def _range(counts: NDArray[np.int64]) -> str:
    """The values that occur, "1 to 12", and how often."""
    values = np.flatnonzero(counts)
    return f"{values[0]} to {values[-1]}, each {counts[values[0]]} times"
