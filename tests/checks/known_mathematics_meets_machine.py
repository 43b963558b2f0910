"""Lesson 18: what learners write."""

import math
import random
from fractions import Fraction

import numpy as np

from lessons.checks import mathematics_meets_machine as checks
from lessons.checks import mathematics_meets_machine_floats as floats
from lessons.dp.discrete import discrete_laplace_quick
from lessons.dp.exact_coins import bernoulli_exp as exponential
from lessons.dp.floating_point import could_come_from_by_bisection, numpy_laplace
from tests.checks.known import right, right_value, wrong, wrong_value

HALF = Fraction(1, 2)

# Exercise 18.1


def forwards(release, count, scale, nearest, *, reach=2):
    for k in range(max(1, nearest - reach), min(2**53 - 1, nearest + reach) + 1):
        if count + numpy_laplace(k / 2**53, scale=scale) == release:
            return True
    return False


def inverse(z, scale):
    return math.exp(z / scale) / 2 if z < 0 else 1 - math.exp(-z / scale) / 2


@wrong(checks.could_come_from, "always_true")
def with_a_tolerance(release, *, count, scale):
    u = inverse(release - count, scale)
    return bool(np.isclose(count + numpy_laplace(u, scale=scale), release))


@wrong(checks.could_come_from, "always_true")
def noise_has_no_edges(release, *, count, scale):
    return True


@wrong(checks.could_come_from, "always_false")
def nothing_is_possible(release, *, count, scale):
    return release in range(0)


@wrong(checks.could_come_from, "negated")
def impossible(release, *, count, scale):
    return not could_come_from_by_bisection(release, count=count, scale=scale)


@wrong(checks.could_come_from, "no_neighbours")
def only_the_nearest(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**53)
    return count + numpy_laplace(k / 2**53, scale=scale) == release


@wrong(checks.could_come_from, "not_added_back")
def compares_the_noise(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**53)
    tried = range(max(1, k - 2), min(2**53 - 1, k + 2) + 1)
    return any(numpy_laplace(one / 2**53, scale=scale) == release - count for one in tried)


@wrong(checks.could_come_from, "mirrored")
def symmetric_noise(release, *, count, scale):
    z = release - count
    k = round(math.exp(-abs(z) / scale) / 2 * 2**53)
    for one in range(max(1, k - 2), min(2**53 - 1, k + 2) + 1):
        noise = numpy_laplace(one / 2**53, scale=scale)
        if count + (noise if z < 0 else -noise) == release:
            return True
    return False


@wrong(checks.could_come_from, "one_sided")
def negative_noise_only(release, *, count, scale):
    k = round(math.exp((release - count) / scale) / 2 * 2**53)
    return k < 2**52 and forwards(release, count, scale, k)


@wrong(checks.could_come_from, "other_side_only")
def positive_noise_only(release, *, count, scale):
    if release < count:
        return False
    k = round((1 - math.exp((count - release) / scale) / 2) * 2**53)
    return forwards(release, count, scale, k)


@wrong(checks.could_come_from, "scale_ignored")
def for_scale_one(release, *, count, scale):
    return could_come_from_by_bisection(release, count=count, scale=1)


@wrong(checks.could_come_from, "scale_inverted")
def for_one_over_scale(release, *, count, scale):
    return could_come_from_by_bisection(release, count=count, scale=1 / scale)


@wrong(checks.could_come_from, "count_ignored")
def for_count_zero(release, *, count, scale):
    return could_come_from_by_bisection(release, count=0, scale=scale)


@wrong(checks.could_come_from, "too_few_steps")
def fifty_two_bits(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**52)
    tried = range(max(1, k - 2), min(2**52 - 1, k + 2) + 1)
    return any(count + numpy_laplace(one / 2**52, scale=scale) == release for one in tried)


@wrong(checks.could_come_from, "too_many_steps")
def fifty_four_bits(release, *, count, scale):
    one = floats.Case(release, count, scale)
    return floats.could(one, steps=2**54)


@wrong(checks.could_come_from, "rejects_possible")
def neighbours_on_one_side(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**53)
    return any(count + numpy_laplace(one / 2**53, scale=scale) == release for one in (k, k + 1))


@wrong(checks.could_come_from, "mirrored")
def formula_simplified(release, *, count, scale):
    """2 − 2u and (2 − u) − u differ by one rounding."""
    k = round(inverse(release - count, scale) * 2**53)
    for one in range(max(1, k - 2), min(2**53 - 1, k + 2) + 1):
        u = one / 2**53
        noise = scale * math.log(2 * u) if u < 0.5 else -scale * math.log(2 - 2 * u)
        if count + noise == release:
            return True
    return False


@wrong(checks.could_come_from, "accepts_impossible")
def one_float_off_is_fine(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**53)
    for one in range(max(1, k - 2), min(2**53 - 1, k + 2) + 1):
        y = count + numpy_laplace(one / 2**53, scale=scale)
        if abs(y - release) <= math.ulp(release):
            return True
    return False


@wrong(checks.could_come_from, "raised")
def beyond_the_last_k(release, *, count, scale):
    k = round(inverse(release - count, scale) * 2**53)
    for u in ((k + step) / 2**53 for step in (-1, 0, 1, -2, 2)):
        noise = scale * math.log(u + u) if u < 0.5 else -scale * math.log(2 - u - u)
        if count + noise == release:
            return True
    return False


@wrong(checks.could_come_from, "edges")
def rare_is_impossible(release, *, count, scale):
    if abs(release - count) > 15 * scale:
        return False
    return could_come_from_by_bisection(release, count=count, scale=scale)


@wrong(checks.could_come_from, "edges")
def rare_is_possible(release, *, count, scale):
    if abs(release - count) > 20 * scale:
        return True
    return could_come_from_by_bisection(release, count=count, scale=scale)


@wrong(checks.could_come_from, "wrong_type")
def says_which_k(release, *, count, scale):
    return round(inverse(release - count, scale) * 2**53)


@right(checks.could_come_from)
def by_bisection(release, *, count, scale):
    return could_come_from_by_bisection(release, count=count, scale=scale)


@right(checks.could_come_from)
def many_neighbours(release, *, count, scale):
    return forwards(release, count, scale, round(inverse(release - count, scale) * 2**53), reach=9)


# Exercise 18.2


def small_gamma(gamma, coin):
    k = 1
    while coin(gamma / k):
        k += 1
    return k % 2 == 1


@wrong(checks.bernoulli_exp, "coin_not_used")
def with_random(gamma, *, coin):
    return random.random() < math.exp(-gamma)


@wrong(checks.bernoulli_exp, "coin_not_used")
def always(gamma, *, coin):
    return True


@wrong(checks.bernoulli_exp, "other_source")
def first_toss_only(gamma, *, coin):
    return small_gamma(gamma, lambda p: coin(p) if p == gamma else np.random.random() < p)


@wrong(checks.bernoulli_exp, "asked_float")
def float_exponential(gamma, *, coin):
    return coin(math.exp(-gamma))


@wrong(checks.bernoulli_exp, "asked_float")
def float_gamma(gamma, *, coin):
    return all(small_gamma(float(min(1, gamma - k)), coin) for k in range(max(1, math.ceil(gamma))))


@wrong(checks.bernoulli_exp, "float_exponential")
def float_in_a_fraction(gamma, *, coin):
    return coin(Fraction(math.exp(-gamma)))


@wrong(checks.bernoulli_exp, "float_exponential")
def exponential_of_the_whole_part(gamma, *, coin):
    whole = int(gamma)
    return (whole == 0 or coin(Fraction(math.exp(-whole)))) and small_gamma(gamma - whole, coin)


@wrong(checks.bernoulli_exp, "above_one")
def not_split(gamma, *, coin):
    return small_gamma(gamma, coin)


@wrong(checks.bernoulli_exp, "parity")
def heads_are_odd(gamma, *, coin):
    heads = 0
    while coin(gamma / (heads + 1)):
        heads += 1
    return heads % 2 == 1


@wrong(checks.bernoulli_exp, "not_divided")
def same_coin_again(gamma, *, coin):
    k = 1
    while coin(min(gamma, Fraction(99, 100))) if gamma == 1 else coin(gamma):
        k += 1
    return k % 2 == 1


@wrong(checks.bernoulli_exp, "first_divisor")
def begins_at_two(gamma, *, coin):
    k = 1
    while coin(gamma / (k + 1)):
        k += 1
    return k % 2 == 1


@wrong(checks.bernoulli_exp, "one_toss")
def first_order(gamma, *, coin):
    return not coin(gamma)


@wrong(checks.bernoulli_exp, "gamma_itself")
def tosses_gamma(gamma, *, coin):
    return coin(gamma)


@wrong(checks.bernoulli_exp, "no_factorial")
def second_order(gamma, *, coin):
    return not coin(gamma) or coin(gamma / 2)


@wrong(checks.bernoulli_exp, "gamma_zero")
def zero_is_false(gamma, *, coin):
    return gamma > 0 and exponential(gamma, coin=coin)


@wrong(checks.bernoulli_exp, "no_end")
def waits_for_two_tails(gamma, *, coin):
    k = 1
    while coin(gamma / 2) or coin(Fraction(999, 1000)):
        k += 1
    return k % 2 == 1


@wrong(checks.bernoulli_exp, "nearly")
def series_cut_off(gamma, *, coin):
    for k in range(1, 12):
        if not coin(gamma / k):
            return k % 2 == 1
    return True


@wrong(checks.bernoulli_exp, "nearly")
def whole_part_as_a_nearby_fraction(gamma, *, coin):
    near = Fraction(math.exp(-int(gamma))).limit_denominator(10**6)
    return small_gamma(gamma, coin) if gamma <= 1 else coin(near) and small_gamma(gamma % 1, coin)


@wrong(checks.bernoulli_exp, "large_gamma")
def rounded_up(gamma, *, coin):
    if gamma <= 1:
        return small_gamma(gamma, coin)
    return all(small_gamma(Fraction(1), coin) for _ in range(math.ceil(gamma)))


@wrong(checks.bernoulli_exp, "nearly")
def limited_denominator(gamma, *, coin):
    return coin(Fraction(math.exp(-gamma)).limit_denominator(10_000))


@wrong(checks.bernoulli_exp, "rest_only")
def remainder(gamma, *, coin):
    return small_gamma(gamma % 1 if gamma > 1 else gamma, coin)


@wrong(checks.bernoulli_exp, "whole_only")
def whole_part(gamma, *, coin):
    if gamma <= 1:
        return small_gamma(gamma, coin)
    return all(small_gamma(Fraction(1), coin) for _ in range(int(gamma)))


@wrong(checks.bernoulli_exp, "one_factor")
def capped(gamma, *, coin):
    return small_gamma(min(gamma, Fraction(1)), coin)


@wrong(checks.bernoulli_exp, "any_of_them")
def one_is_enough(gamma, *, coin):
    if gamma <= 1:
        return small_gamma(gamma, coin)
    whole = int(gamma)
    return any(
        [small_gamma(Fraction(1), coin) for _ in range(whole)] + [small_gamma(gamma - whole, coin)]
    )


@wrong(checks.bernoulli_exp, "floor_once")
def takes_one_off(gamma, *, coin):
    if gamma <= 1:
        return small_gamma(gamma, coin)
    return small_gamma(Fraction(1), coin) and small_gamma(gamma - math.floor(gamma), coin)


@wrong(checks.bernoulli_exp, "large_gamma")
def halves_and_forgets(gamma, *, coin):
    while gamma > 1:
        gamma = gamma / 2
    return small_gamma(gamma, coin)


@wrong(checks.bernoulli_exp, "large_gamma")
def three_factors_at_most(gamma, *, coin):
    return exponential(min(gamma, Fraction(3)), coin=coin)


@wrong(checks.bernoulli_exp, "wrong_law")
def fair_coin_instead(gamma, *, coin):
    return coin(HALF)


@wrong(checks.bernoulli_exp, "wrong_type")
def returns_the_count(gamma, *, coin):
    k = 1
    while coin(min(gamma, 1) / k):
        k += 1
    return k


@right(checks.bernoulli_exp)
def bits_of_the_number(gamma, *, coin):
    """Compare the bits of a uniform number with an ever narrower interval around e^(−γ)."""
    from lessons.dp.all_outcomes import exponential_bounds

    if gamma == 0:
        return 1
    low, width = Fraction(0), Fraction(1)
    below, above = exponential_bounds(gamma)
    while not (low + width <= below or low >= above):
        width /= 2
        low += width if coin(HALF) else 0
    return int(low + width <= below)


@right(checks.bernoulli_exp)
def equal_parts(gamma, *, coin):
    parts = max(1, math.ceil(gamma))
    return all(small_gamma(gamma / parts, coin) for _ in range(parts))


@right(checks.bernoulli_exp)
def all_parts_in_a_list(gamma, *, coin):
    """Every coin is tossed, even when the first has decided."""
    parts = [Fraction(1)] * int(gamma) + [gamma - int(gamma)]
    answers = [small_gamma(part, coin) for part in parts]
    return all(answers)


@right(checks.bernoulli_exp)
def by_halving(gamma, *, coin):
    if gamma > 1:
        return by_halving(gamma / 2, coin=coin) and by_halving(gamma / 2, coin=coin)
    answer, k = True, 1
    while coin(Fraction(gamma, k)):
        answer, k = not answer, k + 1
    return answer


# Exercise 18.3


def size_of(epsilon, exp_coin):
    size = 0
    while exp_coin(epsilon):
        size += 1
    return size


@wrong(checks.discrete_laplace, "coin_not_used")
def rounded_laplace(*, epsilon, coin, exp_coin):
    return round(np.random.laplace(scale=1 / float(epsilon)))


@wrong(checks.discrete_laplace, "coin_not_used")
def geometric_of_numpy(*, epsilon, coin, exp_coin):
    p = 1 - math.exp(-epsilon)
    return int(np.random.geometric(p) - np.random.geometric(p))


@wrong(checks.discrete_laplace, "other_source")
def sign_of_random(*, epsilon, coin, exp_coin):
    while True:
        size, negative = size_of(epsilon, exp_coin), random.random() < 0.5
        if size or not negative:
            return -size if negative else size


@wrong(checks.discrete_laplace, "asked_float")
def half_as_a_float(*, epsilon, coin, exp_coin):
    while True:
        size, negative = size_of(epsilon, exp_coin), coin(0.5)
        if size or not negative:
            return -size if negative else size


@wrong(checks.discrete_laplace, "float_exponential")
def steps_by_a_float(*, epsilon, coin, exp_coin):
    a, size = Fraction(math.exp(-epsilon)), 0
    while coin(a):
        size += 1
    negative = coin(HALF)
    if negative and size == 0:
        return steps_by_a_float(epsilon=epsilon, coin=coin, exp_coin=exp_coin)
    return -size if negative else size


@wrong(checks.discrete_laplace, "above_one")
def tosses_epsilon(*, epsilon, coin, exp_coin):
    while True:
        size = 0
        while not coin(epsilon):
            size += 1
        if coin(HALF):
            return -size
        if size:
            return size


@wrong(checks.discrete_laplace, "double_zero")
def size_times_sign(*, epsilon, coin, exp_coin):
    return size_of(epsilon, exp_coin) * (1 if coin(HALF) else -1)


@wrong(checks.discrete_laplace, "double_zero")
def only_the_sign_again(*, epsilon, coin, exp_coin):
    size = size_of(epsilon, exp_coin)
    while coin(HALF):
        if size:
            return -size
    return size


@wrong(checks.discrete_laplace, "no_zero")
def size_from_one(*, epsilon, coin, exp_coin):
    size = 1 + size_of(epsilon, exp_coin)
    return -size if coin(HALF) else size


@wrong(checks.discrete_laplace, "no_zero")
def every_zero_again(*, epsilon, coin, exp_coin):
    while (size := size_of(epsilon, exp_coin)) == 0:
        pass
    return -size if coin(HALF) else size


@wrong(checks.discrete_laplace, "one_sided")
def without_a_sign(*, epsilon, coin, exp_coin):
    return size_of(epsilon, exp_coin)


@wrong(checks.discrete_laplace, "negative_only")
def always_minus(*, epsilon, coin, exp_coin):
    return -size_of(epsilon, exp_coin)


@wrong(checks.discrete_laplace, "off_centre")
def complement(*, epsilon, coin, exp_coin):
    size = size_of(epsilon, exp_coin)
    return ~size if coin(HALF) else size


@wrong(checks.discrete_laplace, "sign_each_step")
def walk(*, epsilon, coin, exp_coin):
    return sum(1 if coin(HALF) else -1 for _ in range(size_of(epsilon, exp_coin)))


@wrong(checks.discrete_laplace, "epsilon_inverted")
def scale_for_epsilon(*, epsilon, coin, exp_coin):
    return discrete_laplace_quick(scale=epsilon, coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "epsilon_ignored")
def for_epsilon_one(*, epsilon, coin, exp_coin):
    return discrete_laplace_quick(scale=Fraction(1), coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "epsilon_twice")
def two_coins_a_step(*, epsilon, coin, exp_coin):
    return discrete_laplace_quick(scale=1 / (2 * epsilon), coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "epsilon_half")
def half_for_each_side(*, epsilon, coin, exp_coin):
    return discrete_laplace_quick(scale=2 / epsilon, coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "tails_counted")
def until_heads(*, epsilon, coin, exp_coin):
    while True:
        size = 0
        while not exp_coin(epsilon):
            size += 1
        negative = coin(HALF)
        if size or not negative:
            return -size if negative else size


@wrong(checks.discrete_laplace, "cut_off")
def at_most_a_hundred(*, epsilon, coin, exp_coin):
    while True:
        size = 0
        while size < 100 and exp_coin(epsilon):
            size += 1
        negative = coin(HALF)
        if size or not negative:
            return -size if negative else size


@wrong(checks.discrete_laplace, "cut_off")
def a_loop_over_a_range(*, epsilon, coin, exp_coin):
    while True:
        size = next((k for k in range(1000) if not exp_coin(epsilon)), 1000)
        negative = coin(HALF)
        if size or not negative:
            return -size if negative else size


@wrong(checks.discrete_laplace, "epsilon_ignored")
def whole_epsilon(*, epsilon, coin, exp_coin):
    whole = Fraction(max(1, int(epsilon)))
    return discrete_laplace_quick(scale=1 / whole, coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "small_epsilon")
def one_decimal(*, epsilon, coin, exp_coin):
    rounded = Fraction(round(epsilon * 10) or 1, 10)
    return discrete_laplace_quick(scale=1 / rounded, coin=coin, exp_coin=exp_coin)


@wrong(checks.discrete_laplace, "wrong_law")
def always_zero(*, epsilon, coin, exp_coin):
    return 0 * size_of(epsilon, exp_coin)


@wrong(checks.discrete_laplace, "wrong_law")
def one_step_at_most(*, epsilon, coin, exp_coin):
    return int(coin(HALF)) - int(coin(HALF))


@wrong(checks.discrete_laplace, "wrong_type")
def whole_float(*, epsilon, coin, exp_coin):
    return float(discrete_laplace_quick(scale=1 / epsilon, coin=coin, exp_coin=exp_coin))


@right(checks.discrete_laplace)
def difference_of_two(*, epsilon, coin, exp_coin):
    return size_of(epsilon, exp_coin) - size_of(epsilon, exp_coin)


@right(checks.discrete_laplace)
def algorithm_two(*, epsilon, coin, exp_coin):
    return np.int64(discrete_laplace_quick(scale=1 / epsilon, coin=coin, exp_coin=exp_coin))


@right(checks.discrete_laplace)
def with_the_coin_of_the_last_exercise(*, epsilon, coin, exp_coin):
    while True:
        size = 0
        while exponential(epsilon, coin=coin):
            size += 1
        negative = coin(HALF)
        if size or not negative:
            return -size if negative else size


@right(checks.discrete_laplace)
def by_recursion(*, epsilon, coin, exp_coin):
    def steps():
        return 1 + steps() if exp_coin(epsilon) else 0

    size, sign = steps(), -1 if coin(HALF) else 1
    if size == 0 and sign == -1:
        return by_recursion(epsilon=epsilon, coin=coin, exp_coin=exp_coin)
    return sign * size


@right(checks.discrete_laplace)
def sides_without_a_second_zero(*, epsilon, coin, exp_coin):
    while coin(HALF):
        if exp_coin(epsilon):
            return -1 - size_of(epsilon, exp_coin)
    return size_of(epsilon, exp_coin)


@right(checks.discrete_laplace)
def sign_first(*, epsilon, coin, exp_coin):
    if coin(HALF):
        size = size_of(epsilon, exp_coin)
        return -size if size else sign_first(epsilon=epsilon, coin=coin, exp_coin=exp_coin)
    return size_of(epsilon, exp_coin)


# Exercise 18.4


def noise_of(seed, epsilon, n):
    return np.random.default_rng(seed).laplace(scale=1 / epsilon, size=n)


def whole(values, near=1e-6):
    return np.abs(values - np.round(values)) < near


@wrong(checks.find_seed, "returned_none")
def exactly_whole(releases, *, epsilon, seeds):
    for seed in seeds:
        rest = releases - noise_of(seed, epsilon, len(releases))
        if (rest == np.round(rest)).all():
            return seed
    return None


@wrong(checks.find_seed, "returned_none")
def epsilon_for_the_scale(releases, *, epsilon, seeds):
    for seed in seeds:
        if whole(releases - noise_of(seed, 1 / epsilon, len(releases))).all():
            return seed
    return None


@wrong(checks.find_seed, "returned_none")
def one_generator_for_all(releases, *, epsilon, seeds):
    rng = np.random.default_rng(seeds[0])
    for seed in seeds:
        if whole(releases - rng.laplace(scale=1 / epsilon, size=len(releases))).all():
            return seed
    return None


@wrong(checks.find_seed, "returned_none")
def adds_the_noise(releases, *, epsilon, seeds):
    for seed in seeds:
        if whole(releases + noise_of(seed, epsilon, len(releases))).all():
            return seed
    return None


@wrong(checks.find_seed, "accuses_anyway")
def the_best_there_is(releases, *, epsilon, seeds):
    def misfit(seed):
        rest = releases - noise_of(seed, epsilon, len(releases))
        return np.abs(rest - np.round(rest)).max()

    return min(seeds, key=misfit)


@wrong(checks.find_seed, "first_cell_only")
def one_cell(releases, *, epsilon, seeds):
    for seed in seeds:
        if whole(releases[:1] - noise_of(seed, epsilon, 1), near=0.02).all():
            return seed
    return None


def fits(rule):
    """The first seed for which ``rule`` likes what is left of the releases."""

    def find(releases, *, epsilon, seeds):
        for seed in seeds:
            if rule(releases - noise_of(seed, epsilon, len(releases))):
                return seed
        return None

    return find


for code, rule in (
    ("first_cell_only", lambda rest: whole(rest[0])),
    ("first_cell_only", lambda rest: whole(rest[:5]).all()),
    ("first_cell_only", lambda rest: whole(rest).any()),
    ("first_cell_only", lambda rest: whole(rest.sum())),
    ("first_cell_only", lambda rest: whole(rest.mean() * len(rest))),
    ("too_tolerant", lambda rest: whole(rest, near=0.05).all()),
    ("too_tolerant", lambda rest: whole(rest, near=0.2).all()),
    ("returned_none", lambda rest: (rest % 1 < 1e-6).all()),
):
    wrong(checks.find_seed, code)(fits(rule))
right(checks.find_seed)(fits(lambda rest: np.allclose(rest, np.round(rest))))
right(checks.find_seed)(fits(lambda rest: np.abs((rest + 0.5) % 1 - 0.5).max() < 1e-6))


@wrong(checks.find_seed, "wrong_seed")
def the_first(releases, *, epsilon, seeds):
    return sorted(seeds)[1]


@wrong(checks.find_seed, "not_a_candidate")
def forgets_the_list(releases, *, epsilon, seeds):
    return -1


@wrong(checks.find_seed, "position")
def number_in_the_list(releases, *, epsilon, seeds):
    for i, seed in enumerate(seeds):
        if whole(releases - noise_of(seed, epsilon, len(releases))).all():
            return i
    return None


@wrong(checks.find_seed, "returned_counts")
def the_counts(releases, *, epsilon, seeds):
    for seed in seeds:
        rest = releases - noise_of(seed, epsilon, len(releases))
        if whole(rest).all():
            return np.round(rest)
    return None


@wrong(checks.find_seed, "changed_input")
def in_place(releases, *, epsilon, seeds):
    for seed in seeds:
        releases -= noise_of(seed, epsilon, len(releases))
        if whole(releases).all():
            return seed
    return None


@right(checks.find_seed)
def cell_by_cell(releases, *, epsilon, seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rests = [float(one) - rng.laplace(0, 1 / epsilon) for one in releases]
        if all(abs(rest - round(rest)) < 1e-9 for rest in rests):
            return int(seed)


@right(checks.find_seed)
def with_next(releases, *, epsilon, seeds):
    fits = (one for one in seeds if whole(releases - noise_of(one, epsilon, len(releases))).all())
    return next(fits, None)


for code, number in {
    "fraction_given": 0.5,
    "first_drop": 1,
    "last_above": 2,
    "too_high": 8,
    "too_low": 0,
    "not_a_number": "four",
}.items():
    wrong_value(checks.half_named, code, number)
right_value(checks.half_named, 4)
right_value(checks.half_named, 4.0)

for code, number in {
    "as_claimed": 1,
    "epsilon_given": 3.72,
    "ratio_given": 20,
    "doubled": 2.0,
    "too_low": 1.5,
    "too_high": 2.5,
    "not_a_number": "1.8",
}.items():
    wrong_value(checks.noise_for_the_claim, code, number)
right_value(checks.noise_for_the_claim, 1.8)
right_value(checks.noise_for_the_claim, 1.85)
