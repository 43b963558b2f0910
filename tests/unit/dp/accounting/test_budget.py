"""The budget is kept in every order of prices, and what is answered has the noise of its price."""

from itertools import permutations

import numpy as np
import pytest

from lessons.checks.engine.chance import cdf_bound, cdf_distance
from lessons.checks.engine.noise import laplace
from lessons.dp.accounting.budget import answer_within_budget


def refused(prices, budget, counts=None):
    counts = np.arange(len(prices)) if counts is None else counts
    rng = np.random.default_rng(0)
    answers = answer_within_budget(counts, epsilons=prices, budget=budget, rng=rng)
    assert len(answers) == len(prices)
    return [answer is None for answer in answers]


def test_budget_is_kept_in_every_order_and_nothing_that_fits_is_refused():
    for prices in permutations((0.25, 0.5, 0.75, 1.0, 0.125)):
        spent = 0.0
        for price, no in zip(prices, refused(prices, 1.25), strict=True):
            assert no == (spent + price > 1.25)
            spent += 0 if no else price
        assert spent <= 1.25


def test_the_last_bit_of_a_sum_decides_nothing():
    assert refused([0.1] * 11, 1.0) == [False] * 10 + [True]
    assert refused([0.1] * 4, 0.3) == [False] * 3 + [True]
    assert refused([1 / 3] * 4, 1.0) == [False] * 3 + [True]
    assert refused([0.5, 0.5 + 1e-9], 1.0) == [False, True]  # that is no rounding


def test_refusals_do_not_look_at_the_counts():
    prices = [0.5, 0.4, 0.3, 0.1]
    patterns = {tuple(refused(prices, 1.0, counts)) for counts in ([0] * 4, [9, -5, 1e6, 2])}
    assert patterns == {(False, False, True, False)}


def test_each_answer_has_the_noise_of_its_own_price():
    prices = np.where(np.arange(6000) % 2, 0.5, 2.0)
    rng = np.random.default_rng(1)
    answers = answer_within_budget(np.full(6000, 7.0), epsilons=prices, budget=1e5, rng=rng)
    noise = (np.array(answers, dtype=float) - 7.0) * prices  # Lap(1) whatever the price was
    for half in (noise[::2], noise[1::2]):
        assert cdf_distance(half, lambda x: laplace(1.0).cdf(x)) <= cdf_bound(3000)


@pytest.mark.parametrize("bad", [0, -0.5, float("nan"), float("inf"), "1", None, True])
def test_bad_price_anywhere_releases_nothing(bad):
    rng = np.random.default_rng(2)
    before = rng.bit_generator.state
    with pytest.raises(ValueError, match="epsilons must be"):
        answer_within_budget([1, 2, 3], epsilons=[0.1, 0.1, bad], budget=1.0, rng=rng)
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_budget_is_positive_and_finite(bad):
    rng = np.random.default_rng(3)
    with pytest.raises(ValueError, match="budget must be"):
        answer_within_budget([1], epsilons=[0.1], budget=bad, rng=rng)


def test_every_count_has_a_price():
    rng = np.random.default_rng(4)
    with pytest.raises(ValueError, match="one price per count, got 1 for 2"):
        answer_within_budget([1, 2], epsilons=[0.1], budget=1, rng=rng)
    with pytest.raises(ValueError, match="counts must"):
        answer_within_budget([], epsilons=[], budget=1, rng=rng)
