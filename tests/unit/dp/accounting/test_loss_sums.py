"""Sums of losses: against convolution by hand, and against the accountant."""

import numpy as np
import pytest

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.loss_sums import add_losses, repeat_losses
from lessons.dp.accounting.pld import LossDistribution, step_masses
from lessons.dp.accounting.run import Run


def by_hand(first, second):
    """Go through all pairs of losses."""
    (one, i1), (two, i2) = first, second
    c = len(one) // 2
    masses, infinite = np.zeros(len(one)), 1 - (1 - i1) * (1 - i2)
    for i, p in enumerate(one):
        for j, q in enumerate(two):
            loss = (i - c) + (j - c)
            if loss > c:
                infinite += p * q
            else:
                masses[max(loss, -c) + c] += p * q
    return masses, infinite


def a_law(rng, n, infinite):
    masses = rng.random(n)
    return masses / masses.sum() * (1 - infinite), infinite


@pytest.mark.parametrize("n", [1, 3, 11, 40 + 1])
def test_sum_of_two_losses_agrees_with_going_through_all_pairs(n):
    rng = np.random.default_rng(n)
    first, second = a_law(rng, n, 0.03), a_law(rng, n, 0.2)
    masses, infinite = add_losses(first, second)
    expected, beyond = by_hand(first, second)
    assert np.abs(masses - expected).max() < 1e-15 and infinite == pytest.approx(beyond)
    assert masses.sum() + infinite == pytest.approx(1)


def test_a_loss_of_zero_changes_nothing_and_the_order_does_not_matter():
    rng = np.random.default_rng(1)
    law, other = a_law(rng, 9, 0.1), a_law(rng, 9, 0.0)
    nothing = (np.eye(9)[4], 0.0)
    masses, infinite = add_losses(law, nothing)
    assert np.abs(masses - law[0]).max() < 1e-15 and infinite == pytest.approx(0.1)
    one, two = add_losses(law, other), add_losses(other, law)
    assert np.abs(one[0] - two[0]).max() < 1e-15 and one[1] == pytest.approx(two[1])


@pytest.mark.parametrize("times", [1, 2, 3, 6, 7])
def test_repeated_sums_are_sums_one_after_the_other(times):
    law = a_law(np.random.default_rng(2), 201, 0.01)
    law = (law[0] * (np.abs(np.arange(-100, 101)) < 12), 0.01)
    law = (law[0] / law[0].sum() * 0.99, 0.01)
    total = law
    for _ in range(times - 1):
        total = by_hand(total, law)
    masses, infinite = repeat_losses(law, times=times)
    assert np.abs(masses - total[0]).max() < 1e-14 and infinite == pytest.approx(total[1])


def test_inputs_stay_as_they_were():
    law = a_law(np.random.default_rng(3), 5, 0.0)
    before = law[0].copy()
    repeat_losses(law, times=5)
    assert (law[0] == before).all()


def test_the_plain_route_leads_to_the_epsilon_of_the_accountant():
    run = Run(noise_multiplier=1.0, sampling_rate=0.02, steps=200)
    losses = np.arange(-12_000, 12_001) * 5e-4
    law = repeat_losses(step_masses(run, losses, direction="remove"), times=200)
    half = LossDistribution(losses=losses[12_000:], masses=law[0][12_000:], infinite=law[1])
    true = run_epsilon(Run(noise_multiplier=1.0, sampling_rate=0.02, steps=200), delta=1e-5)
    assert abs(half.epsilon(1e-5) - true) < 3e-4


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ((np.ones(3) / 3, 0.0), (np.ones(5) / 5, 0.0), "equal length"),
        ((np.ones(4) / 4, 0.0), (np.ones(4) / 4, 0.0), "odd number"),
        (([], 0.0), (np.ones(3) / 3, 0.0), "first must"),
        ((np.ones(3) / 3, 0.0), ([0.5, float("nan"), 0.5], 0.0), "second must"),
        ((np.ones(3) / 3, 1.5), (np.ones(3) / 3, 0.0), "infinite must"),
    ],
)
def test_laws_on_different_grids_and_other_nonsense_are_refused(first, second, words):
    with pytest.raises(ValueError, match=words):
        add_losses(first, second)


@pytest.mark.parametrize("bad", [0, -1, 2.0, True])
def test_times_is_a_whole_number_of_at_least_one(bad):
    with pytest.raises(ValueError, match="times must"):
        repeat_losses((np.ones(3) / 3, 0.0), times=bad)
