"""Widgets of lesson 24."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

import numpy as np

from lessons.fl import robust
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, new_figure
from lessons.transcript import Message, Transcript
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider, log_slider
from lessons.widgets.who_sees_what import who_sees_what

N_POINTS, SET_FOR, CLIP_NORM, FAR, AXIS_END = 11, 4, 2.0, 10.0, 3.0
PLANE: dict[str, Callable[..., Vector]] = {  # the rules, set for four bad clients of eleven
    "mean": robust.plain_mean,
    "median": robust.coordinate_median,
    "trimmed mean": partial(robust.trimmed_mean, n_trimmed=SET_FOR),
    "geometric median": robust.geometric_median,
    "Krum": partial(robust.krum, n_bad=SET_FOR),
    "multi-Krum": partial(robust.multi_krum, n_bad=SET_FOR),
    "norm clipping": partial(robust.clipped_mean, clip_norm=CLIP_NORM),
}
LOOKS = dict(
    zip(
        PLANE,
        zip((BLACK, BLUE, SKY, GREEN, ORANGE, PINK, GREY), "XsD^ovP", strict=True),
        strict=True,
    )
)
ATTACKS = (
    "−20 times",
    "labels lie",
    "backdoor",
    "inner product (clients alike)",
    "inner product (clients unlike)",
)
N_TEST, N_STAMPED, N_CLIENTS, MOST_BAD = 360, 332, 20, 9


@dataclass(frozen=True)
class Places:
    """Updates of two numbers, honest and bad, and where each rule lands."""

    distance: float
    honest: Vector  # (n_honest, 2)
    instead: Vector  # (n_bad, 2), what the bad clients would send if they were honest
    bad: Vector  # (n_bad, 2)
    landed: dict[str, Vector]  # rule -> (2,)

    @property
    def off(self) -> dict[str, float]:
        """How far from the mean of the honest clients each rule lands."""
        middle = self.honest.mean(axis=0)
        return {name: float(np.linalg.norm(at - middle)) for name, at in self.landed.items()}


def places(*, n_bad: int, distance: float) -> Places:
    """Eleven clients, the last ``n_bad`` of them together at ``distance`` from the crowd's middle."""
    rng = np.random.default_rng(24)
    crowd, spread = rng.normal(size=(N_POINTS, 2)), 0.2 * rng.normal(size=(N_POINTS, 2))
    honest = crowd[: N_POINTS - n_bad]
    bad = honest.mean(axis=0) + distance * np.array([0.8, 0.6]) + spread[N_POINTS - n_bad :]
    updates = np.vstack([honest, bad])
    instead = crowd[N_POINTS - n_bad :]
    return Places(
        distance, honest, instead, bad, {name: rule(updates) for name, rule in PLANE.items()}
    )


def where_rules_land() -> PictureWidget:
    """Slide the number of bad clients and their distance: see where each rule lands."""
    figure, (plane, bars) = new_figure(columns=2, height=3.9, width=8.6)
    plane.set(xlim=(-3, 6), ylim=(-3, 5), xlabel="first number", ylabel="second number")
    plane.set_aspect("equal")
    artists: dict[str, Any] = {
        "honest": plane.plot([], [], ".", color=GREY, ms=9, zorder=1)[0],
        "instead": plane.plot([], [], ".", color=GREY, mfc="white", ms=9, zorder=0)[0],
        "bad": plane.plot([], [], "x", color=RED, ms=7, mew=2, zorder=2)[0],
        "away": plane.text(5.8, 4.9, "", color=RED, ha="right", va="top", fontsize=9),
        "rules": [
            plane.plot([], [], look[1], color=look[0], ms=8, mec="white", zorder=3)[0]
            for look in LOOKS.values()
        ],
    }
    height = [-float(row) for row in range(len(PLANE))]
    bars.set(xlim=(0, AXIS_END + 1), ylim=(-len(PLANE) + 0.4, 0.9))
    bars.set_xticks(range(round(AXIS_END) + 1))
    bars.spines["bottom"].set_bounds(0, AXIS_END)
    bars.set(xlabel="distance from the honest mean", ylabel="rule")
    bars.set_yticks(height, list(PLANE), fontsize=9)
    bars.tick_params(axis="y", length=0)
    artists["bars"] = [
        bars.plot([], [], "-", color=look[0], lw=7, solid_capstyle="butt")[0]
        for look in LOOKS.values()
    ]
    artists["ends"] = [
        bars.plot([], [], look[1], color=look[0], ms=8, mec="white")[0] for look in LOOKS.values()
    ]
    artists["written"] = [bars.text(1, y, "", va="center", fontsize=9) for y in height]
    bars.axvline(AXIS_END, color=BLACK, linestyle="--", linewidth=1)
    bars.text(AXIS_END - 0.05, 0.6, f"the axis ends at {AXIS_END:g}", ha="right", fontsize=9)
    return PictureWidget(
        controls={
            "n_bad": int_slider("bad clients of eleven", 1, 1, 10),
            "distance": log_slider("how far away they stand", 10**0.6, 1, 1000, 30, readout=".1f"),
        },
        compute=places,
        figure=figure,
        artists=artists,
        update=_update_places,
        describe=describe_places,
    )


def _update_places(artists: Artists, result: Places) -> None:
    artists["honest"].set_data(*result.honest.T)
    artists["bad"].set_data(*_inside(result.bad).T)
    artists["instead"].set_data(*result.instead.T)
    outside = {"bad": result.distance} if len(_inside(result.bad)) < len(result.bad) else {}
    for row, (name, off) in enumerate(result.off.items()):
        place, end = _inside(result.landed[name][None]), min(off, AXIS_END)
        if len(place) == 0:
            outside[name] = off
        artists["rules"][row].set_data(*place.T)
        artists["bars"][row].set_data([0, end], [-row, -row])
        artists["ends"][row].set_data([end], [-row])
        written = f"{off:.2f}" if off <= AXIS_END else f"→ {off:.3g}"
        artists["written"][row].set(x=end + 0.12, text=written)
    away = [f"{name}: {distance:.0f} away ↗" for name, distance in outside.items()]
    artists["away"].set_text("\n".join(away))


def _inside(points: Vector) -> Vector:
    """Those of the points (n, 2) that lie within the plane's axes."""
    return np.asarray(points[(np.abs(points - [1.5, 1.0]) < [4.5, 4.0]).all(axis=1)])


def describe_places(result: Places) -> str:
    """The picture in words."""
    n, off = len(result.bad), result.off
    far = [name for name in off if off[name] > FAR]
    landed = ", ".join(f"{name} {one:.2f}" for name, one in off.items())
    return (
        f"{n} of {N_POINTS} clients bad, {result.distance:.3g} away; the rules are set for {SET_FOR}. "
        f"Distance from the honest mean: {landed}. "
        f"Far away: {', '.join(far) or 'none'}."
    )


@dataclass(frozen=True)
class Runs:
    """Ten stored trainings for each rule, with as many bad clients and with none."""

    attack: str
    n_bad: int
    each: dict[str, Vector]  # rule -> (10,) test accuracies
    success: dict[str, float] | None  # of the backdoor, the mean of ten; no other attack has one
    unattacked: dict[str, float]  # accuracy with no bad client, the mean of ten

    @property
    def accuracy(self) -> dict[str, float]:
        """The mean of the ten."""
        return {rule: float(ten.mean()) for rule, ten in self.each.items()}

    @property
    def lost(self) -> dict[str, float]:
        """How much accuracy the bad clients cost each rule."""
        return {rule: self.unattacked[rule] - mean for rule, mean in self.accuracy.items()}


@cache
def stored_runs() -> dict[tuple[str, str, int], Vector]:
    """(attack, rule, n_bad) -> test accuracies and backdoor successes of ten seeds (2, 10)."""
    text = files("lessons").joinpath("data", "bad_client_runs.csv").read_text("utf-8")
    return {
        (attack, rule, int(n_bad)): np.reshape([int(one) for one in counts], (2, -1))
        / [[N_TEST], [N_STAMPED]]
        for attack, rule, n_bad, *counts in list(csv.reader(text.splitlines()))[1:]
    }


def runs(*, attack: str, n_bad: int) -> Runs:
    """Look a setting up among the stored runs."""
    table = stored_runs()
    here = {rule: table[attack, rule, n_bad] for rule in PLANE}
    before = {rule: float(table[attack, rule, 0][0].mean()) for rule in PLANE}
    success = {rule: float(both[1].mean()) for rule, both in here.items()}
    each = {rule: both[0] for rule, both in here.items()}
    return Runs(attack, n_bad, each, success if attack == "backdoor" else None, before)


def rules_under_attack() -> PictureWidget:
    """Choose the attack and how many of twenty clients are bad: accuracy and backdoor success by rule."""
    figure, panels = new_figure(columns=2, height=3.6, width=8.6, share_y=True)
    artists: dict[str, Any] = {}
    for axes, what, name in zip(
        panels,
        ("test accuracy", "backdoor success"),
        ("accuracy", "success"),
        strict=True,
    ):
        axes.set(xlim=(0, 1.4), ylim=(-len(PLANE) + 0.4, 0.6), xlabel=what)
        axes.set_xticks(np.arange(0, 1.01, 0.2))
        axes.set_yticks(-np.arange(len(PLANE)), list(PLANE), fontsize=9)
        axes.tick_params(axis="y", length=0)
        artists[name] = [
            axes.plot([], [], "-", color=look[0], lw=11, solid_capstyle="butt")[0]
            for look in LOOKS.values()
        ]
        artists[f"{name} written"] = [
            axes.text(1.03, -row, "", va="center", fontsize=9) for row in range(len(PLANE))
        ]
    artists["unattacked"] = panels[0].plot([], [], "|", color=RED, ms=15, mew=2)[0]
    artists["each"] = panels[0].plot([], [], ".", color=BLACK, mec="white", ms=7, mew=0.5)[0]
    artists["none"] = panels[1].text(0.7, -3, "", ha="center", va="center", fontsize=10, color=GREY)
    panels[0].set_title("red: no bad client · dots: the ten runs", fontsize=9)
    panels[0].set_ylabel("rule")
    return PictureWidget(
        controls={
            "attack": dropdown("attack", list(ATTACKS)),
            "n_bad": int_slider("bad clients of twenty", 1, 0, MOST_BAD),
        },
        compute=runs,
        figure=figure,
        artists=artists,
        update=_update_runs,
        describe=describe_runs,
    )


def _update_runs(artists: Artists, result: Runs) -> None:
    success = result.success or dict.fromkeys(PLANE, 0.0)
    for row, rule in enumerate(PLANE):
        artists["accuracy"][row].set_data([0, result.accuracy[rule]], [-row, -row])
        words = f"{result.accuracy[rule]:.3f} ({round(-100 * result.lost[rule], 1) + 0.0:+.1f})"
        artists["accuracy written"][row].set_text(words.replace("-", "−"))
        artists["success"][row].set_data([0, success[rule]], [-row, -row])
        artists["success written"][row].set_text(f"{success[rule]:.3f}" if result.success else "")
    heights = -np.arange(len(PLANE))
    artists["unattacked"].set_data(list(result.unattacked.values()), heights)
    each = np.array(list(result.each.values()))  # (n_rules, 10)
    artists["each"].set_data(each.ravel(), np.repeat(heights, each.shape[1]))
    artists["none"].set_text("" if result.success else "this attack has no backdoor")


def describe_runs(result: Runs) -> str:
    """The picture in words."""
    each = ", ".join(f"{r} {result.accuracy[r]:.3f} (lost {result.lost[r]:.3f})" for r in PLANE)
    said = (
        f"Attack: {result.attack}, {result.n_bad} of {N_CLIENTS} clients bad, rules set for {SET_FOR}. "
        f"Test accuracy, mean of ten runs: {each}."
    )
    if result.success:
        fooled = ", ".join(f"{rule} {one:.3f}" for rule, one in result.success.items())
        said += f" Backdoor success: {fooled}."
    return said


MASKED = {"client 1": (5, 412, -95), "client 2": (4, -412, 230), "client 3": (900, 95, -230)}


def masked_sum() -> Transcript:
    """Three clients whose updates are single numbers hide them by masks that cancel in pairs."""
    clients = tuple(MASKED)
    pairs = (
        ("client 1", "client 2", 412),
        ("client 1", "client 3", -95),
        ("client 2", "client 3", 230),
    )
    arrived = [sum(parts) for parts in MASKED.values()]
    total, added = sum(arrived), " ".join(f"{one:+d}" for one in arrived)
    return Transcript(
        parties=("server", *clients),
        holds={"server": "the rule, n = 3"} | {c: f"its update: {MASKED[c][0]}" for c in clients},
        steps=("agree on masks", "send the masked update", "add up", "send the mean"),
        messages=(
            *(
                Message(1, one, (other,), "mask", f"{mask:+d} for me, {-mask:+d} for you")
                for one, other, mask in pairs
            ),
            *(
                Message(2, c, ("server",), "masked", f"update + masks = {sum(MASKED[c])}")
                for c in clients
            ),
            Message(3, "server", (), "sum", f"{added} = {total}"),
            Message(4, "server", clients, "mean", f"{total} / 3 = {total / 3:.1f}"),
        ),
    )  # fmt: skip


def masked_messages() -> PictureWidget:
    """The viewer on ``masked_sum``, over the server's shoulder as the masked updates arrive."""
    return who_sees_what(masked_sum(), step=2, viewer="server")
