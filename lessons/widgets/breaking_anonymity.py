"""Widgets of lesson 01: who is alone, and how many questions give the secrets back."""

from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import erfc, inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.attacks.linkage import crowd_sizes, in_bands
from lessons.attacks.reconstruction import random_subsets
from lessons.datasets import heart_disease
from lessons.plots.breaking_anonymity import RING
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import (
    Artists,
    PictureWidget,
    checkbox,
    dropdown,
    int_slider,
    slider,
)

AGES = {
    "in years": 1,
    "in bands of 2 years": 2,
    "in bands of 5 years": 5,
    "in bands of 10 years": 10,
    "in bands of 20 years": 20,
    "in bands of 40 years": 40,
    "unknown": 0,
}
EDGES = (1, 2, 5, 10, 50, inf)  # a crowd of 1, of 2 to 4, of 5 to 9, of 10 to 49, of 50 or more
BARS = ("1: alone", "2 to 4", "5 to 9", "10 to 49", "50 or more")


@dataclass(frozen=True)
class Crowds:
    """What the attacker knows, and how many patients are in a crowd of each size."""

    known: tuple[str, ...]
    patients: tuple[int, ...]  # one entry for each of BARS
    smallest: int
    typical: float  # the median


@lru_cache(maxsize=256)
def crowds(*, age: str, hospital: bool, sex: bool, pressure: bool, cholesterol: bool) -> Crowds:
    """Crowd sizes (01.i) in the heart table for an attacker who knows the chosen facts."""
    table = heart_disease()
    columns: dict[str, Any] = {}
    if hospital:
        columns["hospital"] = table["hospital"]
    if sex:
        columns["sex"] = table["sex"]
    if AGES[age]:
        columns[f"age {age}"] = in_bands(table["age"], width=AGES[age])
    if pressure:
        columns["blood pressure"] = table["trestbps"]
    if cholesterol:
        columns["cholesterol"] = table["chol"]
    facts = np.column_stack(list(columns.values())) if columns else np.empty((920, 0))
    sizes = crowd_sizes(facts)
    patients = [int(((sizes >= low) & (sizes < high)).sum()) for low, high in pairwise(EDGES)]
    return Crowds(tuple(columns), tuple(patients), int(sizes.min()), float(np.median(sizes)))


def who_is_alone() -> PictureWidget:
    """Choose what the attacker knows, and see how large a crowd is left for each patient."""
    figure, (axes,) = new_figure(height=3.3)
    axes.set(xlabel="size of the crowd", ylabel="patients")
    colours = (RED, ORANGE, BLUE, BLUE, BLUE)
    bars = list(axes.bar(BARS, [0] * len(BARS), color=colours, width=0.7))
    numbers = [axes.text(x, 0, "", ha="center", va="bottom") for x in range(len(BARS))]
    return PictureWidget(
        controls={
            "age": dropdown("age is known", list(AGES)),
            "hospital": checkbox("hospital", True),
            "sex": checkbox("sex", True),
            "pressure": checkbox("blood pressure in mmHg"),
            "cholesterol": checkbox("cholesterol in mg/dl"),
        },
        compute=crowds,
        figure=figure,
        artists={"bars": bars, "numbers": numbers, "scale": axes.yaxis},  # follows the setting
        update=_update_crowds,
        describe=_describe_crowds,
    )


def _update_crowds(artists: Artists, result: Crowds) -> None:
    top = max(result.patients)
    artists["scale"].axes.set_ylim(0, 1.12 * top)
    for bar, number, count in zip(
        artists["bars"], artists["numbers"], result.patients, strict=True
    ):
        bar.set_height(count)
        number.set_y(count + 0.01 * top)
        number.set_text(str(count))


def _describe_crowds(result: Crowds) -> str:
    known = ", ".join(result.known) if result.known else "nothing"
    alone, few = result.patients[0], sum(result.patients[:2])
    is_or_are = "is" if alone == 1 else "are"
    return (
        f"Known: {known}. Of 920 patients, {alone} {is_or_are} alone, and {few} are in a crowd of fewer than "
        f"5. The smallest crowd has size {result.smallest}; half of the patients are in a crowd of "
        f"{result.typical:.0f} or fewer."
    )


PEOPLE, MOST_QUESTIONS = 100, 3000
QUESTIONS = np.arange(150, MOST_QUESTIONS + 1, 50)


@dataclass(frozen=True)
class Recovered:
    """One attack, and the fraction that is expected at any number of questions."""

    noise: float
    n_queries: int
    bits: NDArray[np.int64]  # (n_people,)
    estimates: Vector  # (n_people,)
    fraction: float  # of the bits, in this attack
    expected: float  # by the short form of (01.v) and (01.vi)
    curve: Vector  # expected fraction for every number in QUESTIONS


@cache
def _world() -> tuple[NDArray[np.int64], NDArray[np.int64], Vector]:
    """Real bits (100,), groups (3000, 100), and errors of unit size (3000,), drawn once."""
    table = heart_disease()
    ill = table["num"][table["hospital"] == "Cleveland"][:PEOPLE] > 0
    rng = np.random.default_rng(1)
    queries = random_subsets(n_people=PEOPLE, n_queries=MOST_QUESTIONS, rng=rng)
    return ill.astype(np.int64), queries, rng.uniform(-1, 1, size=MOST_QUESTIONS)


@lru_cache(maxsize=128)
def _error_per_noise(n_queries: int) -> Vector:
    """How far the estimates stray for noise of ±1: least squares is linear, so ±E is E times that."""
    _, queries, errors = _world()
    asked = queries[:n_queries].astype(np.float64)
    return np.asarray(np.linalg.solve(asked.T @ asked, asked.T @ errors[:n_queries]))


def short_form(n_queries: float, *, noise: float) -> float:
    """Φ(√(m − n) / (4σ)) with σ = E/√3: the fraction that (01.v) and (01.vi) predict."""
    if noise == 0:
        return 1.0
    z = sqrt(3 * (n_queries - PEOPLE)) / (4 * noise)
    return erfc(-z / sqrt(2)) / 2


def attack(*, noise: float, n_queries: int) -> Recovered:
    """Reconstruct 100 real bits from ``n_queries`` counts with errors spread evenly over ±``noise``."""
    bits, _, _ = _world()
    estimates = bits + noise * _error_per_noise(n_queries)
    return Recovered(
        noise=noise,
        n_queries=n_queries,
        bits=bits,
        estimates=estimates,
        fraction=float(np.mean((estimates > 0.5) == bits)),
        expected=short_form(n_queries, noise=noise),
        curve=np.array([short_form(one, noise=noise) for one in QUESTIONS.tolist()]),
    )


def noise_and_questions() -> PictureWidget:
    """Noise on every answer against the number of answers: how many of 100 bits come back."""
    figure, (left, right) = new_figure(columns=2, width=8.6)
    bits, _, _ = _world()
    left.set(xlim=(-2, PEOPLE + 1), xlabel="patient", ylabel="estimate of the bit")
    left.yaxis.set_label_coords(-0.13, 0.5)  # ticks may have three digits
    right.set(xlim=(100, 3050), ylim=(45, 102))
    right.set(xlabel="number of questions", ylabel="bits recovered (%)")
    for level, words, y in (
        (50, "a coin", 47.4),
        (100 * float(np.mean(bits == 0)), "'nobody is ill'", 57.8),
    ):
        right.axhline(level, color=GREY, linewidth=1, linestyle=":")
        right.text(3040, y, words, ha="right", fontsize=9, color=GREY)
    right.axhline(95, color=GREY, linewidth=1, linestyle="--")  # what question 01.C asks for
    right.text(120, 95.8, "95 %", fontsize=9, color=GREY)
    artists: dict[str, Any] = {
        "half": left.axhline(0.5, color=BLACK, linewidth=1, linestyle="--", label="1/2"),
        "ill": left.plot([], [], "o", color=ORANGE, ms=4, label="ill")[0],
        "well": left.plot([], [], "s", color=BLUE, ms=4, label="not ill")[0],
        "wrong": left.plot([], [], "o", **RING)[0],
        "scale": left.yaxis,  # follows the setting
        "curve": right.plot([], [], color=GREEN, label="expected")[0],
        "point": right.plot([], [], "o", color=BLACK, ms=8, label="this attack")[0],
        "words": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
    }
    left.legend(frameon=False, loc="upper right", fontsize=8, ncols=4, columnspacing=1)
    right.legend(frameon=False, fontsize=9, ncols=2, loc="lower right", bbox_to_anchor=(1.0, 0.98))
    return PictureWidget(
        controls={
            "noise": slider("noise on every answer, ±", 10.0, 0.0, 50.0, 1.0, readout=".0f"),
            "n_queries": int_slider("number of questions", 400, 150, MOST_QUESTIONS, 50),
        },
        compute=attack,
        figure=figure,
        artists=artists,
        update=_update_attack,
        describe=_describe_attack,
    )


def _update_attack(artists: Artists, result: Recovered) -> None:
    person, values = np.arange(len(result.bits)), result.estimates
    low, high = float(values.min()), float(values.max())
    artists["scale"].axes.set_ylim(low - 0.1 * (high - low), high + 0.25 * (high - low))
    for name, bit in (("ill", 1), ("well", 0)):
        artists[name].set_data(person[result.bits == bit], values[result.bits == bit])
    artists["curve"].set_data(QUESTIONS, 100 * result.curve)
    artists["point"].set_data([result.n_queries], [100 * result.fraction])
    wrong = (values > 0.5) != (result.bits == 1)
    artists["wrong"].set_data(person[wrong], values[wrong])
    artists["words"].set_text(f"{wrong.sum()} of {len(result.bits)} on the wrong side of 1/2")


def _describe_attack(result: Recovered) -> str:
    return (
        f"{result.n_queries} counts over random groups of {len(result.bits)} patients, each with noise "
        f"spread evenly over ±{result.noise:.0f}: this attack recovers {result.fraction:.0%} of the bits; "
        f"{result.expected:.0%} are expected. A coin gets 50%, and saying 'nobody is ill' gets "
        f"{np.mean(result.bits == 0):.0%}."
    )
