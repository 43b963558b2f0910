"""What the widgets of lesson 18 compute, against values found in another way."""

import numpy as np
import pytest

from lessons.checks import mathematics_meets_machine as checks
from lessons.dp.accounting import dp_sgd_epsilon
from lessons.dp.floating_point import could_come_from_by_bisection
from lessons.dp.sampling_traps import shuffled_epsilon
from lessons.widgets import mathematics_meets_machine as widgets


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
    claimed = dp_sgd_epsilon(
        noise_multiplier=sigma, sampling_rate=1 / int(steps), steps=int(steps), delta=1e-6
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
