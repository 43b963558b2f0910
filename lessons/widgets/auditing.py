"""Widgets of lesson 17: the limit of every attack, and how many canaries an audit needs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from lessons.dp.auditing.empirical_epsilon import tpr_limit
from lessons.dp.auditing.expected_audit import expected_bounds
from lessons.dp.mechanisms.gaussian import gaussian_delta, gaussian_epsilon
from lessons.plots.auditing import claim_up
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, log_slider, slider

LEAST = 1e-9  # where the logarithmic axes begin: the questions' curves meet their limits above it
RATES = np.concatenate([np.geomspace(LEAST, 0.02, 140), np.linspace(0.02, 1, 197)[1:]])
CANARIES = np.geomspace(100, 100_000, 31)
DELTA, FAILURE = 1e-5, 0.05


@dataclass(frozen=True)
class LimitAndAttack:
    """The ROC curve of an attack whose scores are Gaussian, and the limit of (ε, δ)."""

    epsilon: float
    delta: float
    separation: float
    attack: Vector  # TPR at RATES
    allowed: Vector
    needed: float  # the δ that the attack proves to be needed at this ε
    closest: tuple[float, float]  # (FPR, TPR) of the threshold that needs it


def limit_and_attack(*, epsilon: float, delta: float, separation: float) -> LimitAndAttack:
    """TPR = Φ(Φ⁻¹(FPR) + μ) against equation 17.ii; a promise of ε needs the δ(ε) of lesson 13."""
    attack = ndtr(ndtri(RATES) + separation)
    allowed = tpr_limit(RATES, epsilon=epsilon, delta=delta)
    needed = gaussian_delta(sigma=1 / separation, l2_sensitivity=1.0, epsilon=epsilon)
    middle = -epsilon / separation
    closest = (float(ndtr(middle - separation / 2)), float(ndtr(middle + separation / 2)))
    return LimitAndAttack(epsilon, delta, separation, attack, allowed, needed, closest)


def roc_and_limit() -> PictureWidget:
    """Move the limit until no point of the attack's curve lies beyond it."""
    figure, both = new_figure(columns=2, width=8.6, height=4.2)
    artists: dict[str, Any] = {"shade": [], "attack": [], "limit": [], "beyond": [], "closest": []}
    for axes in both:
        axes.plot(RATES, RATES, color=GREY, linewidth=0.8, linestyle=":", label="a coin")
        axes.set(xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
        artists["shade"].append(
            axes.fill_between(RATES, RATES, 2, color=ORANGE, alpha=0.25, linewidth=0)
        )
        artists["attack"] += axes.plot([], [], color=BLUE, label="the attack")
        artists["limit"] += axes.plot([], [], color=ORANGE, lw=2, label="the limit of (ε, δ)")
        artists["beyond"] += axes.plot([], [], color=RED, lw=5, alpha=0.6, label="beyond the limit")
        artists["closest"] += axes.plot(
            [], [], color=BLACK, marker="o", ls="", label="needs the largest δ"
        )
    both[0].set(xlim=(0, 1), ylim=(0, 1.02))
    both[1].set(xscale="log", yscale="log", xlim=(LEAST, 1), ylim=(1e-7, 1.5))
    both[0].legend(frameon=False, loc="lower right", fontsize=9)
    artists["words"] = both[0].text(0.0, 1.03, "", transform=both[0].transAxes, fontsize=9)
    return PictureWidget(
        controls={
            "epsilon": slider("ε of the limit", 1.0, 0.0, 6.0, 0.05),
            "delta": log_slider("δ of the limit", 1e-2, 1e-6, 1e-1, 20, readout=".1e"),
            "separation": slider("separation μ of the scores", 1.0, 0.1, 3.0, 0.1),
        },
        compute=limit_and_attack,
        figure=figure,
        artists=artists,
        update=_update_limit,
        describe=_describe_limit,
    )


def _update_limit(artists: Artists, result: LimitAndAttack) -> None:
    beyond = np.where(result.attack > result.allowed, result.attack, np.nan)
    for name, heights in (
        ("attack", result.attack),
        ("limit", result.allowed),
        ("beyond", beyond),
    ):
        for line in artists[name]:
            line.set_data(RATES, heights)
    border = np.append(RATES, [1, LEAST]), np.append(result.allowed, [2, 2])
    for area in artists["shade"]:
        area.set_verts([np.column_stack(border)])
    for marks in artists["closest"]:
        marks.set_data([result.closest[0]], [result.closest[1]])
        marks.set_visible(result.closest[0] >= LEAST)  # further to the left no picture reaches
    state = "breaks the limit" if result.needed > result.delta else "stays below the limit"
    needs = f"this ε needs δ = {result.needed:.3g}"
    artists["words"].set_text(f"the attack {state}: {needs}")


def _describe_limit(result: LimitAndAttack) -> str:
    at = float(ndtr(ndtri(0.01) + result.separation))
    top = float(tpr_limit(0.01, epsilon=result.epsilon, delta=result.delta))
    broken = result.needed > result.delta
    state = "breaks the limit somewhere" if broken else "stays below the limit"
    seen = result.closest[0] >= LEAST
    where = f"of {result.closest[0]:.1e}" if seen else f"below {LEAST:.0e}, left of the picture"
    return (
        f"An attack whose scores are {result.separation:.1f} standard deviations apart, and the "
        f"limit of ε = {result.epsilon:.2f}, δ = {result.delta:.1e} (one record in or out). At an FPR "
        f"of 1 % it has a TPR of {at:.1%}, and the limit allows {top:.1%}. Over all rates the attack "
        f"{state}: this ε needs δ = {result.needed:.3g}, at an FPR {where}."
    )


@dataclass(frozen=True)
class AuditPower:
    """What an audit of one Gaussian step shows, if the counts come out as expected."""

    canaries: int
    noise_multiplier: float
    share: float
    claimed: float
    true: float
    family: Vector  # for every number in CANARIES
    independent: Vector
    chosen: tuple[float, float]  # the two bounds at ``canaries``


def audit_power(*, canaries: float, noise_multiplier: float, share: float) -> AuditPower:
    """Bounds at δ = 1e-5 with confidence 95 %, one step (q = 1) that adds ``share`` of its noise."""
    numbers = np.append(CANARIES, canaries)
    real = round(noise_multiplier * share, 6)
    family, independent = expected_bounds(
        numbers, noise_multiplier=real, delta=DELTA, failure=FAILURE
    )
    claimed, true = (
        gaussian_epsilon(sigma=sigma, l2_sensitivity=1.0, delta=DELTA)
        for sigma in (noise_multiplier, real)
    )
    chosen = float(family[-1]), float(independent[-1])
    return AuditPower(
        round(canaries),
        noise_multiplier,
        share,
        claimed,
        true,
        family[:-1],
        independent[:-1],
        chosen,
    )


def how_many_canaries() -> PictureWidget:
    """Move the number of canaries: what an audit shows, and what it cannot show."""
    figure, (axes,) = new_figure(height=4.4)
    axes.set(xscale="log", xlim=(90, 110_000))
    axes.set(xlabel="number of canaries", ylabel="ε, or lower bound on ε")
    axes.yaxis.set_label_coords(-0.07, 0.5)  # ticks may have two digits
    artists: dict[str, Any] = {
        "claimed": axes.axhline(0, color=BLACK, ls="--", label="claimed ε"),
        "true": axes.axhline(0, color=GREEN, ls=":", lw=2, label="true ε of the noise added"),
        "family": axes.plot([], [], color=BLUE, label="family bound")[0],
        "independent": axes.plot([], [], color=RED, ls="-.", label="independent bound")[0],
        "marks": axes.plot([], [], color=BLACK, marker="o", ls="", label="at your number")[0],
        "scale": axes.yaxis,
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes),
    }
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.17), fontsize=9, ncols=3)
    return PictureWidget(
        controls={
            "canaries": log_slider("canaries", 1000.0, 100.0, 100_000.0, 30, readout=".0f"),
            "noise_multiplier": slider(
                "claimed noise multiplier", 1.0, 0.8, 2.0, 0.1, readout=".1f"
            ),
            "share": slider("share of the noise added", 1.0, 0.5, 1.0, 0.05),
        },
        compute=audit_power,
        figure=figure,
        artists=artists,
        update=_update_power,
        describe=_describe_power,
    )


def _update_power(artists: Artists, result: AuditPower) -> None:
    for name, height in (("claimed", result.claimed), ("true", result.true)):
        artists[name].set_ydata([height, height])
    artists["family"].set_data(CANARIES, result.family)
    artists["independent"].set_data(CANARIES, result.independent)
    artists["marks"].set_data([result.canaries] * 2, result.chosen)
    artists["scale"].axes.set_ylim(0, 1.15 * max(result.claimed, result.true))
    caught = result.chosen[0] > result.claimed
    artists["words"].set_text("the claim is refuted" if caught else "the claim stands")


def _describe_power(result: AuditPower) -> str:
    family, independent = result.chosen
    verdict = "above the claim: it is refuted" if family > result.claimed else "the claim stands"
    return (
        f"One step claims a noise multiplier of {result.noise_multiplier:.1f}, so ε = "
        f"{claim_up(result.claimed)} (δ = 1e-5, one record, add/remove, no sampling), and adds "
        f"{result.share:.0%} of that noise: its true ε is {result.true:.2f}. With {result.canaries} "
        f"canaries and 95 % confidence, the family bound is expected to show ε ≥ {family:.2f} "
        f"({verdict}), the independent bound ε ≥ {independent:.2f}."
    )
