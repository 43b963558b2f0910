"""Coins of exact probability: their law by going through all bytes, or all tosses."""

from fractions import Fraction
from itertools import product
from math import exp

import pytest

from lessons.dp.exact.all_outcomes import Law, OtherRandomness, exact_law, exponential_bounds
from lessons.dp.exact.exact_coins import (
    above_zero,
    bernoulli_exp,
    exact,
    exact_coins,
    fair_coin,
    not_negative,
    uniform_below,
)

THIRD = Fraction(1, 3)


def bytes_of(stream):
    """A source that plays ``stream`` and then runs dry."""
    left = list(stream)
    return lambda count: bytes(left.pop(0) for _ in range(count))


@pytest.mark.parametrize("p", [THIRD, Fraction(3, 5), Fraction(1, 2), Fraction(99, 256)])
def test_fair_coin_is_exact_over_all_bytes(p):
    """One byte a try; those at or above the denominator's range are thrown away."""
    tosses = []
    for byte in range(256):
        try:
            tosses.append(fair_coin(bytes_of([byte]))(p))
        except IndexError:  # rejected: it asks for another byte
            continue
    assert Fraction(sum(tosses), len(tosses)) == p


def test_certain_tosses_need_no_bytes_and_others_are_refused():
    coin = fair_coin(bytes_of([]))
    assert coin(Fraction(1)) is True and coin(Fraction(0)) is False
    for bad in (Fraction(4, 3), Fraction(-1, 2)):
        with pytest.raises(ValueError, match="p must be a probability"):
            coin(bad)
    with pytest.raises(ValueError, match="p must be an integer or a Fraction"):
        coin(0.5)


@pytest.mark.parametrize("gamma", [Fraction(0), Fraction(3, 10), Fraction(1)])
def test_bernoulli_exp_is_exact_to_forty_digits(gamma):
    law = exact_law(lambda coin: bernoulli_exp(gamma, coin=coin), precision=Fraction(1, 10**40))
    assert law.undecided <= Fraction(1, 10**40)
    assert law.allows(True, *exponential_bounds(gamma))
    assert not law.allows(True, Fraction(exp(-gamma)) + Fraction(1, 10**30), 1)


def test_bernoulli_exp_of_a_large_gamma_is_a_product():
    gamma = Fraction(5, 2)
    law = exact_law(lambda coin: bernoulli_exp(gamma, coin=coin), precision=Fraction(1, 10**12))
    assert law.allows(True, *exponential_bounds(gamma)) and law.undecided < Fraction(1, 10**11)


def test_first_steps_of_bernoulli_exp_by_hand():
    def tosses(*script):
        asked, left = [], list(script)

        def coin(p):
            asked.append(p)
            return left.pop(0)

        return bernoulli_exp(Fraction(1, 2), coin=coin), asked

    half = Fraction(1, 2)
    assert tosses(False) == (True, [half])
    assert tosses(True, False) == (False, [half, half / 2])
    assert tosses(True, True, False) == (True, [half, half / 2, half / 3])


@pytest.mark.parametrize("modulus", [1, 2, 3, 5, 8, 11])
def test_uniform_below_is_uniform(modulus):
    law = exact_law(lambda coin: uniform_below(modulus, coin=coin), precision=Fraction(1, 50))
    assert set(law.probabilities) == set(range(modulus))
    assert all(law.allows(k, Fraction(1, modulus), Fraction(1, modulus)) for k in range(modulus))
    assert law.undecided <= Fraction(1, 50)


def test_two_coins_share_the_source():
    coin, exp_coin = exact_coins(bytes_of([1, 0, 3]))
    assert coin(Fraction(1, 2)) is False  # 1 is not below 1
    assert exp_coin(Fraction(0)) is True  # certain: nothing is drawn
    assert exp_coin(Fraction(1, 2)) is False  # 0 is below 1 of 2, 3 is not below 1 of 4
    with pytest.raises(IndexError):  # and now the source is dry
        exp_coin(Fraction(1, 2))


@pytest.mark.parametrize("bad", [0.5, "1/2", None, True])
def test_only_exact_numbers_are_taken(bad):
    with pytest.raises(ValueError, match="gamma must be an integer or a Fraction"):
        bernoulli_exp(bad, coin=lambda p: True)
    with pytest.raises(ValueError, match="x must be"):
        exact("x", bad)


def test_zero_is_not_negative_and_not_above_zero():
    assert not_negative("x", 0) == 0 < above_zero("x", Fraction(1, 10**40))
    for bad in (0, Fraction(0), -1):
        with pytest.raises(ValueError, match="x must be positive, got x="):
            above_zero("x", bad)


def test_negative_gamma_is_refused():
    with pytest.raises(ValueError, match="gamma must be at least 0"):
        bernoulli_exp(Fraction(-1, 2), coin=lambda p: True)


# all outcomes


def test_law_of_three_tosses_is_the_binomial():
    p = Fraction(2, 7)
    law = exact_law(lambda coin: sum(coin(p) for _ in range(3)))
    expected = {k: Fraction(0) for k in range(4)}
    for tosses in product((0, 1), repeat=3):
        expected[sum(tosses)] += p ** sum(tosses) * (1 - p) ** (3 - sum(tosses))
    assert law == Law(expected, Fraction(0))


def test_what_is_not_visited_is_counted():
    def geometric(coin):
        size = 0
        while coin(THIRD):
            size += 1
        return size

    law = exact_law(geometric, runs=4)
    assert law.undecided == 1 - sum(law.probabilities.values()) > 0
    assert all(law.at_least(k) == THIRD**k * (1 - THIRD) for k in law.probabilities)


def test_endless_runs_stay_undecided_and_end():
    law = exact_law(lambda coin: [coin(Fraction(1)) for _ in iter(int, 1)])
    assert law == Law({}, Fraction(1))


@pytest.mark.parametrize(("p", "heads"), [(Fraction(4, 3), True), (Fraction(-1, 3), False)])
def test_a_probability_outside_its_range_is_a_certain_toss(p, heads):
    assert exact_law(lambda coin: coin(p)) == Law({heads: Fraction(1)}, Fraction(0))


def test_a_sampler_cannot_swallow_the_end_of_a_run():
    def stubborn(coin):
        try:
            while coin(Fraction(1)):
                pass
        except Exception:
            return "caught"

    assert exact_law(stubborn) == Law({}, Fraction(1))


def test_a_run_that_never_ends_keeps_no_other_branch_from_being_visited():
    def endless_for_a_quarter(coin):
        while not coin(Fraction(3, 4)):
            while coin(Fraction(1)):
                pass
        return sum(coin(Fraction(1, 2)) for _ in range(5))

    law = exact_law(endless_for_a_quarter, precision=Fraction(1, 10))
    assert law.undecided == Fraction(1, 4) == 1 - sum(law.probabilities.values())


def test_draws_from_elsewhere_are_noticed():
    hidden = iter([Fraction(1, 3), Fraction(1, 4), Fraction(1, 5), Fraction(1, 6)])
    with pytest.raises(OtherRandomness):
        exact_law(lambda coin: coin(next(hidden)))
    lengths = iter([3, 1, 1])
    with pytest.raises(OtherRandomness):
        exact_law(lambda coin: [coin(THIRD) for _ in range(next(lengths))].count(True))


@pytest.mark.parametrize("gamma", [Fraction(0), Fraction(1, 3), Fraction(7)])
def test_bounds_of_the_exponential_are_tight_and_on_both_sides(gamma):
    low, high = exponential_bounds(gamma, terms=80)
    coarse_low, coarse_high = exponential_bounds(gamma, terms=40)
    assert coarse_low <= low <= high <= coarse_high
    assert high - low < Fraction(1, 10**40) and float(low) == pytest.approx(exp(-gamma))


def test_bounds_refuse_what_the_rest_term_does_not_cover():
    with pytest.raises(ValueError, match="gamma must be from 0"):
        exponential_bounds(Fraction(40), terms=60)
