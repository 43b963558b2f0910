"""What the widgets of lesson 18 compute, against values found in another way."""

import numpy as np
import pytest

from lessons.checks import mathematics_meets_machine as checks
from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.exact.floating_point import could_come_from_by_bisection
from lessons.dp.exact.sampling_traps import shuffled_epsilon
from lessons.plots.figure import BLACK, BLUE, GREEN, GREY, ORANGE, RED
from lessons.widgets import mathematics_meets_machine as widgets
from tests.plots.artists import frame, level, line, numbers, same_legend, same_lines, ticks, upright
from tests.widgets.every_widget import move

CONTROLS = {  # see test_controls.py
    "which_floats": {
        "count": ("smaller count", "0"),
        "epsilon": ("ε", 0.5, 0.5, 10.0, 0.5),
    },
    "shuffled_or_poisson": {
        "steps": ("T, batches in the epoch", "1000"),
        "sigma": ("noise multiplier σ/C", 1.0, 0.5, 3.0, 0.05),
    },
}


@pytest.mark.parametrize(("count", "epsilon"), [("0", 0.5), ("16", 2.0), ("1024", 10.0)])
def test_strip_marks_the_floats_that_bisection_finds(count, epsilon):
    result = widgets.gaps(count=count, epsilon=epsilon)
    y = int(count) + widgets.PLACE
    for place in range(widgets.N_FLOATS):
        for marks, one in ((result.first, int(count)), (result.second, int(count) + 1)):
            found = could_come_from_by_bisection(y, count=one, scale=1 / epsilon)
            assert marks[place] == found
        y = float(np.nextafter(y, np.inf))


def test_fractions_fall_with_the_count_and_rise_again_with_epsilon():
    low = widgets.gaps(count="0", epsilon=0.5).fractions
    high = widgets.gaps(count="0", epsilon=10.0).fractions
    assert 0.75 < low[0] < 0.9 and low[-1] < 0.02
    assert (np.diff(low) < 0.05).all() and high[-2] > 0.5 > low[-2]


def test_answer_to_question_a_is_the_first_count_below_one_half():
    result = widgets.gaps(count="4", epsilon=0.5)
    first = widgets.COUNTS[int(np.argmax(result.fractions < 0.5))]
    assert first == 4 and checks.half_named.verdict(first).correct
    for other in set(widgets.COUNTS) - {4}:
        assert not checks.half_named.verdict(other).correct
    assert result.chosen == result.fractions[3] < 0.47 < 0.52 < result.fractions[2]


def test_words_of_the_gaps_hold_every_number():
    widget = widgets.which_floats()
    widget.controls["count"].value = "8"
    widget.controls["epsilon"].value = 1.0
    for entry in ("ε = 1 ", "counts 8 and 9", "48 floats", "add/remove", "of 100 outputs"):
        assert entry in widget.alt


@pytest.mark.parametrize(("steps", "sigma"), [("100", 0.5), ("300", 1.25), ("1000", 3.0)])
def test_curves_are_those_of_the_accountant_and_of_the_bound(steps, sigma):
    result = widgets.two_samplings(steps=steps, sigma=sigma)
    claimed = run_epsilon(
        Run(noise_multiplier=sigma, sampling_rate=1 / int(steps), steps=int(steps)), delta=1e-6
    )
    at_least = shuffled_epsilon(noise_multiplier=sigma, steps=int(steps), delta=1e-6)
    assert result.at_sigma == pytest.approx((claimed, at_least))
    where = int(np.flatnonzero(sigma == widgets.SIGMAS)[0])
    assert (result.claimed[where], result.shuffled[where]) == pytest.approx(result.at_sigma)
    assert (np.diff(result.claimed) < 0).all() and (np.diff(result.shuffled) < 0).all()


def test_answer_to_question_c_is_where_the_bound_reaches_the_claim():
    claim = widgets.two_samplings(steps="1000", sigma=1.0).at_sigma
    assert claim == pytest.approx((0.1856, 3.7239), abs=1e-3)
    for sigma, above in ((1.8, True), (1.85, False)):
        assert (widgets.two_samplings(steps="1000", sigma=sigma).at_sigma[1] > 0.19) == above
        assert checks.noise_for_the_claim.verdict(sigma).correct
    for sigma in (1.7, 1.75, 1.9, 2.0):
        assert not checks.noise_for_the_claim.verdict(sigma).correct


def test_words_of_the_two_samplings_hold_every_number():
    words = widgets._describe_samplings(widgets.two_samplings(steps="1000", sigma=1.0))
    for entry in ("1000 batches", "1.00", "δ = 1e-06", "ε = 0.19", "at least 3.72", "blanked"):
        assert entry in words


@pytest.mark.parametrize(("count", "epsilon"), [("16", 2.5), ("0", 0.5), ("1024", 10.0)])
def test_picture_and_words_of_the_floats(count, epsilon):
    widget = move(widgets.which_floats(), count=count, epsilon=epsilon)
    strip, curve = widget.figure.axes
    n, y, possible = int(count), int(count) + 0.3, {}
    floats = [y := (y if k == 0 else float(np.nextafter(y, np.inf))) for k in range(48)]
    for row, one in ((1, n), (0, n + 1)):
        found = [could_come_from_by_bisection(y, count=one, scale=1 / epsilon) for y in floats]
        possible[row] = np.flatnonzero(found)
    same_lines(
        strip,
        line(range(48), [0] * 48, "#CCCCCC", "."),
        line(range(48), [1] * 48, "#CCCCCC", "."),
        line(possible[1], [1] * len(possible[1]), BLUE, "o"),
        line(possible[0], [0] * len(possible[0]), RED, "s"),
    )
    assert ticks(strip.yaxis) == {1: "count", 0: "count + 1"}
    frame(strip, xlabel="floats in a row", ylabel="possible for")
    result = widgets.gaps(count=count, epsilon=epsilon)
    at = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].index(n)
    same_lines(
        curve,
        line(range(12), result.fractions, BLACK, ".-"),
        line([at], [result.fractions[at]], GREEN, "o"),
        level(0.5, GREY, ":"),
    )
    assert ticks(curve.xaxis) == {0: "0", 2: "2", 4: "8", 6: "32", 8: "128", 10: "512"}
    frame(curve, xlabel="the smaller of the two counts", ylabel="outputs that name the table")
    assert numbers(widget.alt) == [
        f"{epsilon:g}", "0", str(n), str(n + 1), "48", str(len(possible[1])), str(n),
        str(len(possible[0])), str(n + 1), f"{100 * result.fractions[at]:.0f}", "100",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 8, 512])
def test_fraction_that_names_the_table_is_that_of_other_draws_asked_by_bisection(count):
    rng, hits, epsilon = np.random.default_rng(5), [], 1.5
    for one, other in ((count, count + 1), (count + 1, count)):
        for y in one + rng.laplace(scale=1 / epsilon, size=150):
            hits.append(not could_come_from_by_bisection(y, count=other, scale=1 / epsilon))
    found = widgets.gaps(count=str(count), epsilon=epsilon).chosen
    # both are means of 300 draws: five standard deviations of their difference
    assert abs(np.mean(hits) - found) < 5 * np.sqrt(2 * 0.25 / 300)


@pytest.mark.parametrize(("steps", "sigma"), [("300", 1.35), ("100", 0.5), ("1000", 3.0)])
def test_picture_and_words_of_the_two_samplings(steps, sigma):
    widget = move(widgets.shuffled_or_poisson(), steps=steps, sigma=sigma)
    (axes,) = widget.figure.axes
    n, x = int(steps), [0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0]

    def claim(s):
        return run_epsilon(Run(noise_multiplier=s, sampling_rate=1 / n, steps=n), delta=1e-6)

    def least(s):
        return shuffled_epsilon(noise_multiplier=s, steps=n, delta=1e-6)

    same_lines(
        axes,
        line(x, [least(s) for s in x], RED, "-", "shuffled: ε is at least this"),
        line(x, [claim(s) for s in x], BLUE, "--", "accounted as Poisson"),
        line([sigma], [least(sigma)], RED, "s"),
        line([sigma], [claim(sigma)], BLUE, "o"),
        upright(sigma, ORANGE),
    )
    same_legend(axes, "shuffled: ε is at least this", "accounted as Poisson")
    frame(axes, xlabel="noise multiplier σ/C", ylabel="ε of one epoch at δ = 1e-06")
    frame(axes, xscale="linear", yscale="log")
    assert numbers(widget.alt) == [
        steps, f"{sigma:.2f}", "1e-06", f"{claim(sigma):.2f}", f"{least(sigma):.2f}"
    ]  # fmt: skip
