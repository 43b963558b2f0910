"""Widgets of lesson 11."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from matplotlib.container import BarContainer

from lessons.dp.definitions import posterior_bound
from lessons.dp.randomized_response import epsilon_of, estimate_variance, probability_for
from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE, RED, SKY, new_figure
from lessons.validation import Vector, integer
from lessons.widgets.picture import Artists, PictureWidget, log_slider, slider

SHARE = 0.3  # the true share of the simulated surveys
SURVEYS = 40
EXPONENT = 5.1  # 125 893 people: enough for ± 3 points at ε = 0.2
SIZES = np.array([70.0, 170_000.0])  # people at both ends of the axis
LEAST = 0.02  # points: the lower edge of the axis


# --- what an answer does to a belief -----------------------------------------------------------


@dataclass(frozen=True)
class Beliefs:
    """One answer: its probabilities given the truth, and what it does to an observer's belief."""

    probability: float
    prior: float
    epsilon: float
    table: Vector  # (2, 2): row = truth (no, yes), column = answer (no, yes)
    priors: Vector  # (101,) from 0 to 1
    after_yes_curve: Vector  # (101,) posterior for each of ``priors``
    after_no_curve: Vector
    after_yes: float  # posterior for ``prior``
    after_no: float


def beliefs(*, probability: float, prior: float) -> Beliefs:
    """What the answers yes and no do to the belief ``prior`` that the student cheated."""
    p = probability
    priors = np.linspace(0, 1, 101)

    def posterior(before: Vector, of_one: float, of_zero: float) -> Vector:
        return before * of_one / (before * of_one + (1 - before) * of_zero)

    epsilon = epsilon_of(probability=p)
    after_yes = posterior_bound(prior=prior, epsilon=epsilon)
    after_no = 1 - posterior_bound(prior=1 - prior, epsilon=epsilon)
    table = np.array([[p, 1 - p], [1 - p, p]])
    curves = posterior(priors, p, 1 - p), posterior(priors, 1 - p, p)
    return Beliefs(p, prior, epsilon, table, priors, *curves, after_yes, after_no)


def odds_and_beliefs() -> PictureWidget:
    """Slide the coin and the prior: the likelihood ratio is e^ε, the posterior is what it is."""
    figure, (bars, curves) = new_figure(columns=2, height=3.6, width=9.6)
    bars.set(xlim=(-0.6, 1.6), ylim=(0, 1.22), xlabel="what the student says")
    bars.set(ylabel="probability of saying it", xticks=[0, 1], xticklabels=["no", "yes"])
    bars.set_yticks([0, 0.25, 0.5, 0.75, 1])
    looks = (("did not cheat", SKY, "//", -0.2), ("cheated", ORANGE, "", 0.2))
    containers: list[BarContainer] = [
        bars.bar([x, 1 + x], [1, 1], 0.38, color=colour, hatch=hatch, edgecolor=BLACK, label=label)
        for label, colour, hatch, x in looks
    ]
    numbers = [bars.text(x, 0, "", ha="center", fontsize=9) for x in (-0.2, 0.8, 0.2, 1.2)]
    bars.legend(frameon=False, fontsize=8.5, loc="upper left", ncols=2)
    curves.set(xlim=(0, 1), ylim=(0, 1), xlabel="belief before: the student cheated (prior)")
    curves.set_ylabel("belief after (posterior)")
    curves.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":", label="nothing learned")
    curves.axhline(0.95, color=GREY, linewidth=1, linestyle="-.", label="95 % sure")
    artists = {
        "bars": [bar for container in containers for bar in container],
        "numbers": numbers,
        "ratio": bars.set_title(" ", fontsize=10),
        "yes": curves.plot([], [], color=RED, label="after a yes")[0],
        "no": curves.plot([], [], color=BLUE, linestyle="--", label="after a no")[0],
        "move": curves.plot([], [], color=BLACK, linewidth=1, marker="o", markersize=5)[0],
        "words": curves.set_title(" ", fontsize=10),
    }
    curves.legend(frameon=False, fontsize=8.5, loc="center left", bbox_to_anchor=(1, 0.5))
    return PictureWidget(
        controls={
            "probability": slider("p, probability of the truth", 0.75, 0.51, 0.99, 0.01),
            "prior": slider("prior belief that the student cheated", 0.30, 0.01, 0.99, 0.01),
        },
        compute=beliefs,
        figure=figure,
        artists=artists,
        update=_update_beliefs,
        describe=_describe_beliefs,
    )


def _update_beliefs(artists: Artists, result: Beliefs) -> None:
    heights = result.table.ravel()  # zero says no, zero says yes, one says no, one says yes
    for bar, number, height in zip(artists["bars"], artists["numbers"], heights, strict=True):
        bar.set_height(height)
        number.set_text(f"{height:.2f}")
        number.set_y(height + 0.02)
    ratio = exp(result.epsilon)
    artists["ratio"].set_text(f"likelihood ratio {ratio:.3g}:1, ε = {result.epsilon:.3g}")
    artists["yes"].set_data(result.priors, result.after_yes_curve)
    artists["no"].set_data(result.priors, result.after_no_curve)
    artists["move"].set_data([result.prior] * 3, [result.after_no, result.prior, result.after_yes])
    artists["words"].set_text(f"yes: {result.after_yes:.3f}     no: {result.after_no:.3f}")


def _describe_beliefs(result: Beliefs) -> str:
    return (
        f"With p = {result.probability:.2f}, each answer is {exp(result.epsilon):.3g} times as "
        f"likely under one truth as under the other: ε = {result.epsilon:.3g} (δ = 0, one student's "
        f"bit replaced). A prior belief of {result.prior:.2f} becomes {result.after_yes:.3f} after "
        f"a yes and {result.after_no:.3f} after a no."
    )


# --- how many people a survey needs ------------------------------------------------------------


@dataclass(frozen=True)
class Surveys:
    """How far estimates stray for any number of people, and 40 simulated ones for one number."""

    epsilon: float
    n_people: int
    margin: float  # 1.96 standard deviations at ``n_people``
    sizes: Vector  # (2,) numbers of people at the ends of the axis
    margins: Vector  # (2,) 1.96 standard deviations for each of ``sizes``
    places: Vector  # (40,) where the surveys are drawn along the axis
    errors: Vector  # (40,) how far each simulated estimate is from the true share


def surveys(*, people: float, epsilon: float) -> Surveys:
    """The margin of 95 % of the debiased share, and 40 surveys of a group in which 30 % cheated."""
    n, p = integer("people", round(people), minimum=1), probability_for(epsilon=epsilon)
    ones = round(SHARE * n)
    rng = np.random.default_rng(20)  # the same coins at each redraw: the picture does not flicker
    yes = rng.binomial(ones, p, SURVEYS) + rng.binomial(n - ones, 1 - p, SURVEYS)
    errors = np.abs((yes / n - (1 - p)) / (2 * p - 1) - ones / n)
    one_person = 1.96 * sqrt(estimate_variance(n_people=1, probability=p))
    places = n * np.logspace(-0.05, 0.05, SURVEYS)  # side by side, to be told apart
    margin, margins = one_person / sqrt(n), one_person / np.sqrt(SIZES)
    return Surveys(epsilon, n, margin, SIZES, margins, places, errors)


def people_and_error() -> PictureWidget:
    """Slide the number of people and ε, and see what the coin costs in accuracy."""
    figure, (axes,) = new_figure(height=4.0, width=8.0)
    axes.set(xlim=tuple(SIZES), ylim=(LEAST, 150), xscale="log", yscale="log")
    axes.set(xlabel="number of people", ylabel="error of the estimate (points)")
    axes.set_xticks([100, 1000, 10_000, 100_000], ["100", "1000", "10 000", "100 000"])
    axes.set_yticks([0.1, 1, 3, 10, 100], ["0.1", "1", "3", "10", "100"])
    axes.minorticks_off()
    axes.axhline(3, color=BLACK, linestyle=":", linewidth=1.2, label="3 points")
    poll = 100 * 1.96 * 0.5 / np.sqrt(SIZES)
    axes.plot(
        SIZES, poll, color=GREY, linestyle="--", label="margin of a classic poll, without coins"
    )
    artists = {
        "line": axes.plot([], [], color=BLUE, linewidth=2, label="margin: 95 of 100 surveys")[0],
        "dots": axes.plot([], [], ".", color=RED, markersize=4, label="40 simulated surveys")[0],
        "mark": axes.plot([], [], "s", color=BLUE, markersize=8, label="your survey's margin")[0],
        "words": axes.set_title(" ", fontsize=10),
    }
    axes.legend(frameon=False, fontsize=8.5, loc="upper right")
    return PictureWidget(
        controls={
            "people": log_slider("number of people", 1000, 100, 10**EXPONENT, 310, readout=".0f"),
            "epsilon": slider("ε of each answer", 0.6, 0.2, 4.0, 0.1, readout=".1f"),
        },
        compute=surveys,
        figure=figure,
        artists=artists,
        update=_update_surveys,
        describe=_describe_surveys,
    )


def _update_surveys(artists: Artists, result: Surveys) -> None:
    artists["line"].set_data(result.sizes, 100 * result.margins)
    artists["mark"].set_data([result.n_people], [100 * result.margin])
    # on the lower edge: those that hit the truth more exactly than the axis shows
    artists["dots"].set_data(result.places, np.maximum(100 * result.errors, 1.1 * LEAST))
    artists["words"].set_text(
        f"ε = {result.epsilon:.1f}, {result.n_people} people: ± {100 * result.margin:.2f} points"
    )


def _describe_surveys(result: Surveys) -> str:
    inside = int((result.errors <= result.margin).sum())
    return (
        f"With {result.n_people} people and ε = {result.epsilon:.1f} (δ = 0, one person's bit "
        f"replaced), 95 of 100 surveys land within ± {100 * result.margin:.2f} points of the true "
        f"share. Of the 40 simulated ones, {inside} do, and the worst misses by "
        f"{100 * result.errors.max():.1f} points. (All 40 ask {result.n_people} people; their dots "
        "stand side by side to be told apart.)"
    )
