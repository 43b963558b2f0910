"""What the widgets of lesson 17 compute, against values found in another way."""

import math
from dataclasses import replace
from math import exp, log
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from lessons.checks import auditing as checks
from lessons.dp.auditing.claim import Claim, family_epsilon
from lessons.dp.auditing.empirical_epsilon import epsilon_lower_bound
from lessons.dp.auditing.expected_audit import expected_bounds
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import auditing as widgets
from tests.plots.artists import colour_of, frame, level, line, numbers, same_legend, same_lines
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "roc_and_limit": {
        "epsilon": ("ε of the limit", 1.0, 0.0, 6.0, 0.05),
        "delta": ("δ of the limit", 0.01, 1e-06, 0.1, 20),
        "separation": ("separation μ of the scores", 1.0, 0.1, 3.0, 0.1),
    },
    "how_many_canaries": {
        "canaries": ("canaries", 1000.0, 100.0, 100000.0, 30),
        "noise_multiplier": ("claimed noise multiplier", 1.0, 0.8, 2.0, 0.1),
        "share": ("share of the noise added", 1.0, 0.5, 1.0, 0.05),
    },
}


@pytest.mark.parametrize("separation", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("epsilon", [0.0, 1.0, 4.0])
def test_attack_breaks_the_limit_somewhere_exactly_if_it_needs_a_larger_delta(epsilon, separation):
    needed = widgets.limit_and_attack(epsilon=epsilon, delta=1e-3, separation=separation).needed
    for delta, beyond in ((0.9 * needed, True), (1.001 * needed, False)):
        result = widgets.limit_and_attack(epsilon=epsilon, delta=delta, separation=separation)
        if 1e-5 < needed < 0.9:
            assert (result.attack > result.allowed + 1e-12).any() == beyond


def test_needed_delta_is_the_largest_distance_between_the_rates():
    result = widgets.limit_and_attack(epsilon=1.3, delta=1e-2, separation=1.2)
    x = np.linspace(1e-6, 1 - 1e-6, 200_001)
    assert result.needed == pytest.approx((ndtr(ndtri(x) + 1.2) - np.exp(1.3) * x).max(), abs=1e-8)


def test_answer_to_question_a_is_where_the_red_goes_away():
    for epsilon, red in ((2.30, True), (2.35, False)):
        result = widgets.limit_and_attack(epsilon=epsilon, delta=1e-2, separation=1.0)
        assert (result.needed > 1e-2) == red
        assert checks.smallest_limit.verdict(epsilon).correct != red
    assert f"{result.needed:.3g}" != "0.01", "the line above the picture tells them apart"
    assert checks.smallest_limit.verdict(2.3).code == "rounded_down"
    assert not checks.smallest_limit.verdict(2.2).correct
    at_one_percent = float(ndtr(ndtri(0.01) + 1))  # the slips that the check names
    assert checks.smallest_limit.verdict(log(at_one_percent / 0.01)).code == "one_rate_no_delta"
    assert checks.smallest_limit.verdict(log((at_one_percent - 0.01) / 0.01)).code == "one_rate"


def test_expected_bounds_are_those_of_the_audit_for_whole_counts():
    """4000 canaries, 2000 of them in, at the widget's best rate: the functions of the lesson."""
    family, independent = expected_bounds(
        np.array([4000.0]), noise_multiplier=1.0, delta=1e-5, failure=0.05
    )
    claim = Claim(noise_multiplier=1.0, sampling_rate=1.0, steps=1, delta=1e-5)
    by_rate = []
    for fpr in np.concatenate([np.geomspace(1e-4, 0.01, 20), np.linspace(0.02, 0.7, 40)]):
        counts = round(2000 * float(ndtr(ndtri(fpr) + 1))), round(2000 * fpr)
        n = {"n_in": 2000, "n_out": 2000, "failure": 0.05}
        one = epsilon_lower_bound(*counts, **n, delta=1e-5)
        both = family_epsilon(*counts, **n, claim=claim) if fpr in (0.02, 0.7) or one > 1.3 else 0
        by_rate.append((both, one))
    best = np.max(by_rate, axis=0)
    assert independent[0] == pytest.approx(best[1], rel=0.06)  # counts rounded there, not here
    assert best[0] <= family[0] * 1.03


def test_bounds_grow_with_the_canaries_and_stay_below_the_truth():
    result = widgets.audit_power(canaries=1000, noise_multiplier=1.5, share=0.8)
    assert (np.diff(result.family) >= 0).all() and (np.diff(result.independent) >= 0).all()
    assert result.family[-1] < result.true and result.independent[-1] < result.family[-1]
    assert result.true == gaussian_epsilon(sigma=1.2, l2_sensitivity=1.0, delta=1e-5)
    assert result.claimed == gaussian_epsilon(sigma=1.5, l2_sensitivity=1.0, delta=1e-5)


def test_honest_step_is_not_expected_to_be_refuted():
    for sigma in (0.8, 1.0, 2.0):
        result = widgets.audit_power(canaries=100_000, noise_multiplier=sigma, share=1.0)
        assert result.chosen[0] < result.claimed == result.true


def test_answer_to_question_c_is_the_first_position_that_refutes():
    refuted = [
        number
        for number in widgets.CANARIES
        if widgets.audit_power(canaries=number, noise_multiplier=1.0, share=0.8).chosen[0]
        > gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=1e-5)
    ]
    assert checks.enough_canaries.verdict(round(refuted[0])).correct
    below = widgets.CANARIES[np.flatnonzero(refuted[0] == widgets.CANARIES)[0] - 1]
    assert not checks.enough_canaries.verdict(round(below)).correct
    near = np.arange(850.0, 1001.0)
    family, _ = expected_bounds(near, noise_multiplier=0.8, delta=1e-5, failure=0.05)
    accepted = [checks.enough_canaries.verdict(number).correct for number in near]
    claimed = gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=1e-5)
    assert accepted == (family > claimed).tolist(), "no fewer than refute, and all of those"
    ratio = checks.canaries_needed(0.9) / checks.canaries_needed(0.8)
    assert 4 < ratio < 5, "the takeaway: half the fault, four to five times as many"


def test_canaries_move_with_the_square_of_the_fault():
    """Where the other slips come from: 90 % of the noise needs the slider's 5012, half needs 100."""
    claimed = gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=1e-5)
    for share, position in ((0.9, 5012), (0.5, 100)):
        found = widgets.audit_power(canaries=position, noise_multiplier=1.0, share=share)
        assert found.chosen[0] > claimed


def test_words_hold_every_number():
    limit = widgets.roc_and_limit()
    limit.controls["epsilon"].value = 2.35
    for entry in ("ε = 2.35", "δ = 1.0e-02", "FPR of 1 %", "9.2%", "stays below"):
        assert entry in limit.alt
    power = widgets.how_many_canaries()
    power.controls["share"].value = 0.8
    for entry in (
        "1.0",
        "80%",
        "ε = 4.38",
        "5.68",
        "1000 canaries",
        "95 %",
        "refuted",
        "add/remove",
    ):
        assert entry in power.alt


@pytest.mark.parametrize(
    ("epsilon", "delta", "separation"),
    [(0.85, 10**-2.5, 1.4), (0.0, 1e-1, 0.1), (6.0, 1e-6, 3.0), (2.35, 1e-2, 1.0)],
)
def test_picture_and_words_of_the_limit(epsilon, delta, separation):
    widget = move(widgets.roc_and_limit(), epsilon=epsilon, delta=delta, separation=separation)
    x = widgets.RATES
    normal = NormalDist()
    attack = np.array(
        [1 if one >= 1 else normal.cdf(normal.inv_cdf(one) + separation) for one in x]
    )
    # no set and no complement of a set may be likelier by more than e^ε and δ
    allowed = np.minimum(1, np.minimum(
        exp(epsilon) * x + delta, 1 - exp(-epsilon) * np.maximum(0, 1 - x - delta)
    ))  # fmt: skip
    beyond = np.where(attack > allowed, attack, np.nan)
    # where the curve rises as steeply as e^ε: the threshold at which the log-likelihood ratio is ε
    closest = [normal.cdf(side * separation / 2 - epsilon / separation) for side in (-1, 1)]
    for axes in widget.figure.axes:
        same_lines(
            axes,
            line(x, x, GREY, ":", "a coin"),
            line(x, attack, BLUE, "-", "the attack"),
            line(x, allowed, ORANGE, "-", "the limit of (ε, δ)"),
            line(x, beyond, RED, "-", "beyond the limit"),
            line([closest[0]], [closest[1]], BLACK, "o", "needs the largest δ"),
            rel=1e-7,
        )
        frame(axes, xlabel="false-positive rate (FPR)", ylabel="true-positive rate (TPR)")
        (area,) = axes.collections
        corners = area.get_paths()[0].vertices
        assert np.allclose(corners[: len(x)], np.column_stack([x, allowed])), (
            "shaded from the limit"
        )
        assert corners[:, 1].max() == 2 and colour_of(area) == ORANGE
    even, log_axes = widget.figure.axes
    same_legend(
        even,
        "a coin",
        "the attack",
        "the limit of (ε, δ)",
        "beyond the limit",
        "needs the largest δ",
    )
    frame(even, xscale="linear", yscale="linear", xlim=(0, 1))
    frame(log_axes, xscale="log", yscale="log", xlim=(1e-9, 1))
    half = separation / 2
    needed = normal.cdf(half - epsilon / separation)
    needed -= exp(epsilon) * normal.cdf(-half - epsilon / separation)
    state = "breaks the limit" if needed > delta else "stays below the limit"
    words = f"the attack {state}: this ε needs δ = {needed:.3g}"
    assert even.texts[0].get_text() == words and state in widget.alt
    at = normal.cdf(normal.inv_cdf(0.01) + separation)
    top = min(exp(epsilon) * 0.01 + delta, 1 - exp(-epsilon) * (0.99 - delta))
    assert numbers(widget.alt) == [
        f"{separation:.1f}", f"{epsilon:.2f}", f"{delta:.1e}", "1", f"{100 * at:.1f}%",
        f"{100 * top:.1f}%", f"{needed:.3g}", f"{closest[0]:.1e}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("canaries", "noise_multiplier", "share"),
    [(10**3.4, 1.3, 0.75), (100.0, 2.0, 1.0), (1e5, 0.8, 0.5)],
)
def test_picture_and_words_of_the_canaries(canaries, noise_multiplier, share):
    widget = move(
        widgets.how_many_canaries(),
        canaries=canaries, noise_multiplier=noise_multiplier, share=share,
    )  # fmt: skip
    (axes,) = widget.figure.axes
    x, real = np.logspace(2, 5, 31), noise_multiplier * share
    settings = {"noise_multiplier": real, "delta": 1e-5, "failure": 0.05}
    family, independent = expected_bounds(x, **settings)
    own = [float(one[0]) for one in expected_bounds([canaries], **settings)]

    def epsilon_of(sigma):
        """Where the δ(ε) of lesson 13 falls to 1e-5."""
        phi = NormalDist().cdf

        def excess(e):
            return phi(0.5 / sigma - e * sigma) - exp(e) * phi(-0.5 / sigma - e * sigma) - 1e-5

        return brentq(excess, 0, 30)

    claimed, true = epsilon_of(noise_multiplier), epsilon_of(real)
    same_lines(
        axes,
        level(claimed, BLACK, "--", "claimed ε"),
        level(true, GREEN, ":", "true ε of the noise added"),
        line(x, family, BLUE, "-", "family bound"),
        line(x, independent, RED, "-.", "independent bound"),
        line([round(canaries)] * 2, own, BLACK, "o", "at your number"),
        rel=1e-6,
    )
    same_legend(
        axes, "claimed ε", "true ε of the noise added", "family bound", "independent bound",
        "at your number",
    )  # fmt: skip
    highest = max(claimed, true, *family)
    assert axes.get_ylim()[0] == 0 and highest < axes.get_ylim()[1] < 1.2 * highest
    frame(axes, xlabel="number of canaries", ylabel="ε, or lower bound on ε", xscale="log")
    refuted = own[0] > claimed
    assert axes.texts[0].get_text() == ("the claim is refuted" if refuted else "the claim stands")
    verdict = "above the claim: it is refuted" if refuted else "the claim stands"
    assert f"({verdict})" in widget.alt
    assert numbers(widget.alt) == [
        f"{noise_multiplier:.1f}", f"{math.ceil(100 * claimed) / 100:.2f}", "1e-5",
        f"{100 * share:.0f}%", f"{true:.2f}",
        str(round(canaries)), "95", f"{own[0]:.2f}", f"{own[1]:.2f}",
    ]  # fmt: skip


def test_claim_that_is_just_reached_stands_and_a_limit_that_is_just_touched_holds():
    power = widgets.audit_power(canaries=1000.0, noise_multiplier=1.0, share=0.8)
    equal = replace(power, claimed=power.chosen[0])
    assert "the claim stands" in widgets._describe_power(equal)
    assert "it is refuted" in widgets._describe_power(power)
    touched = widgets.limit_and_attack(epsilon=1.0, delta=0.1, separation=1.0)
    touched = replace(touched, needed=0.1)
    assert "stays below" in widgets._describe_limit(touched)
    for make, update, result, words in (
        (widgets.how_many_canaries, widgets._update_power, equal, "the claim stands"),
        (
            widgets.roc_and_limit,
            widgets._update_limit,
            touched,
            "the attack stays below the limit: this ε needs δ = 0.1",
        ),
    ):
        artists = make()._artists
        update(artists, result)
        assert artists["words"].get_text() == words
