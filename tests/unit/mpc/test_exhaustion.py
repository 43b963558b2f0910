"""Every outcome, once, with its probability."""

from fractions import Fraction

import pytest

from lessons.mpc.exhaustion import leaking_coalition, outcomes, view_distribution


def good(secret, draw):
    a, b = draw(), draw()
    return [a, b, (secret - a - b) % 3]


def test_two_draws_give_each_pair_once():
    runs = list(outcomes(lambda draw: (draw(), draw()), modulus=3))
    assert sorted(pair for _, pair in runs) == [(i, j) for i in range(3) for j in range(3)]
    assert {probability for probability, _ in runs} == {Fraction(1, 9)}


def test_draws_that_depend_on_draws_keep_their_probabilities():
    def until_not_zero(draw):  # the third try is always taken
        tries = 1
        while tries < 3 and draw() == 0:
            tries += 1
        return tries

    law = {}
    for probability, tries in outcomes(until_not_zero, modulus=2):
        law[tries] = law.get(tries, 0) + probability
    assert law == {1: Fraction(1, 2), 2: Fraction(1, 4), 3: Fraction(1, 4)}


def test_probabilities_sum_to_one_also_without_any_draw():
    assert list(outcomes(lambda draw: 7, modulus=5)) == [(1, 7)]
    runs = outcomes(lambda draw: [draw() for _ in range(draw())], modulus=4)
    assert sum(probability for probability, _ in runs) == 1


def test_a_view_holds_the_shares_of_the_named_parties_in_order():
    runs = [(Fraction(1, 4), [1, 2, 3]), (Fraction(3, 4), [1, 5, 3])]
    assert view_distribution(runs, parties=[2, 0]) == {(3, 1): 1}
    assert view_distribution(runs, parties=[1]) == {(2,): Fraction(1, 4), (5,): Fraction(3, 4)}


def test_a_right_sharing_has_no_leaking_coalition():
    assert leaking_coalition(good, n_parties=3, modulus=3) is None


def test_the_smallest_leaking_coalition_is_named():
    def repeats(secret, draw):
        a = draw()
        return [a, a, (secret - 2 * a) % 3]

    def plain(secret, draw):
        return [0, secret, 0]

    def a_little_biased(secret, draw):  # the same values for every secret, not equally often
        a, b = draw(), draw()
        if (secret, a, b) == (0, 2, 0):
            a = 1
        return [a, b, (secret - a - b) % 3]

    assert leaking_coalition(repeats, n_parties=3, modulus=3) == (0, 2)
    assert leaking_coalition(plain, n_parties=3, modulus=3) == (1,)
    assert leaking_coalition(a_little_biased, n_parties=3, modulus=3) == (0,)


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_one_secret_that_shows_is_enough_whichever_it_is(shown):
    def shows_one(secret, draw):
        a = 0 if secret == shown else draw()
        return [a, (secret - a) % 3]

    assert leaking_coalition(shows_one, n_parties=2, modulus=3) == (0,)


def test_a_procedure_that_draws_too_often_is_refused():
    def many(draw):
        return [draw() for _ in range(30)]

    with pytest.raises(ValueError, match="limit must be at least the number of runs, got limit=50"):
        list(outcomes(many, modulus=2, limit=50))


def test_exactly_the_limit_is_allowed():
    assert len(list(outcomes(lambda draw: draw(), modulus=5, limit=5))) == 5
    with pytest.raises(ValueError, match="got limit=4"):
        list(outcomes(lambda draw: draw(), modulus=5, limit=4))


@pytest.mark.parametrize("modulus", [1, 0, 2.0, None])
def test_a_bad_modulus_is_refused(modulus):
    with pytest.raises(ValueError, match="modulus must be an integer of at least 2"):
        list(outcomes(lambda draw: draw(), modulus=modulus))
