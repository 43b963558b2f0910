"""Lesson 18: answers besides the named mistakes."""

import math
import random
from fractions import Fraction

import numpy as np

from lessons.checks import mathematics_meets_machine as checks
from lessons.dp.exact.all_outcomes import exponential_bounds
from lessons.dp.exact.discrete import discrete_laplace_quick
from lessons.dp.exact.exact_coins import bernoulli_exp as exponential
from lessons.dp.exact.floating_point import could_come_from_by_bisection, numpy_laplace
from tests.checks.answers import refused, refused_value, right, right_value

HALF = Fraction(1, 2)

# Exercise 18.1


def k_of(release, count, scale):
    z = release - count
    u = math.exp(z / scale) / 2 if z < 0 else 1 - math.exp(-z / scale) / 2
    return round(u * 2**53)


def forwards(k, count, scale):
    return count + numpy_laplace(k / 2**53, scale=scale)


def tried(release, count, scale, *, reach=2):
    k = k_of(release, count, scale)
    return range(max(1, k - reach), min(2**53 - 1, k + reach) + 1)


@refused(checks.could_come_from, "tolerance")
def with_isclose(release, *, count, scale):
    return any(np.isclose(forwards(k, count, scale), release) for k in tried(release, count, scale))


@refused(checks.could_come_from)
def rounded_to_fifteen_digits(release, *, count, scale):
    every = tried(release, count, scale)
    return any(f"{forwards(k, count, scale):.14e}" == f"{release:.14e}" for k in every)


@refused(checks.could_come_from)
def small_counts_only(release, *, count, scale):
    right = could_come_from_by_bisection(release, count=count, scale=scale)
    return right if count < 50 else True


@refused(checks.could_come_from)
def one_decimal_of_the_scale(release, *, count, scale):
    return could_come_from_by_bisection(release, count=count, scale=max(round(scale, 1), 0.1))


@refused(checks.could_come_from)
def in_single_precision(release, *, count, scale):
    every = tried(release, count, scale)
    return any(np.float32(forwards(k, count, scale)) == np.float32(release) for k in every)


@refused(checks.could_come_from, "raised")
def beyond_the_last_k(release, *, count, scale):
    for k in (k_of(release, count, scale) + step for step in (-1, 0, 1, -2, 2)):
        u = k / 2**53
        noise = scale * math.log(u + u) if u < 0.5 else -scale * math.log(2 - u - u)
        if count + noise == release:
            return True
    return False


@refused(checks.could_come_from, "wrong_type")
def says_which_k(release, *, count, scale):
    return k_of(release, count, scale)


def first_answer_for_a_count():
    kept = {}
    return lambda release, *, count, scale: kept.setdefault(
        (count, round(release, 1)), could_come_from_by_bisection(release, count=count, scale=scale)
    )


refused(checks.could_come_from)(first_answer_for_a_count())


@refused(checks.could_come_from)
def the_nearest_k_alone_below_the_count(release, *, count, scale):
    near = range(-2, 3) if release >= count else [0]
    tail = math.exp(-abs(release - count) / scale) / 2
    k = round((1 - tail if release >= count else tail) * 2**53)
    return any(
        1 <= k + step < 2**53 and count + numpy_laplace((k + step) / 2**53, scale=scale) == release
        for step in near
    )


@right(checks.could_come_from)
def by_bisection(release, *, count, scale):
    return np.bool_(could_come_from_by_bisection(release, count=count, scale=scale))


@right(checks.could_come_from)
def many_neighbours(release, *, count, scale):
    every = tried(release, count, scale, reach=9)
    return np.array(any(forwards(k, count, scale) == release for k in every))


@refused(checks.could_come_from, "counterexample")
def never_without_noise(release, *, count, scale):
    right = could_come_from_by_bisection(release, count=count, scale=scale)
    return release != count and right


@refused(checks.could_come_from, "counterexample")
def whole_counts_only(release, *, count, scale):
    return could_come_from_by_bisection(release, count=int(count), scale=scale)


def remembered_without_the_scale():
    kept = {}
    return lambda release, *, count, scale: kept.setdefault(
        (release, count), could_come_from_by_bisection(release, count=count, scale=scale)
    )


refused(checks.could_come_from)(remembered_without_the_scale())


# Exercise 18.2


def small_gamma(gamma, coin):
    k = 1
    while coin(gamma / k):
        k += 1
    return k % 2 == 1


@refused(checks.bernoulli_exp, "coin_not_used")
def with_random(gamma, *, coin):
    return random.random() < math.exp(-gamma)


@refused(checks.bernoulli_exp, "coin_not_used")
def always(gamma, *, coin):
    return True


@refused(checks.bernoulli_exp, "other_source")
def first_toss_only(gamma, *, coin):
    return small_gamma(gamma, lambda p: coin(p) if p == gamma else np.random.random() < p)


@refused(checks.bernoulli_exp, "asked_float")
def float_exponential(gamma, *, coin):
    return coin(math.exp(-gamma))


@refused(checks.bernoulli_exp, "float_exponential")
def float_in_a_fraction(gamma, *, coin):
    return coin(Fraction(math.exp(-gamma)))


@refused(checks.bernoulli_exp, "float_exponential")
def exponential_of_the_whole_part(gamma, *, coin):
    whole = int(gamma)
    return (whole == 0 or coin(Fraction(math.exp(-whole)))) and small_gamma(gamma - whole, coin)


@refused(checks.bernoulli_exp, "float_exponential")
def gamma_as_a_float(gamma, *, coin):
    return exponential(Fraction(float(gamma)), coin=coin)


@refused(checks.bernoulli_exp, "counterexample")
def whole_gamma_is_false(gamma, *, coin):
    if any(not small_gamma(Fraction(1), coin) for _ in range(int(gamma))):
        return False
    return small_gamma(gamma % 1, coin) if gamma % 1 else gamma == 0


@refused(checks.bernoulli_exp, "nearly")
def denominator_of_a_million(gamma, *, coin):
    return exponential(Fraction(gamma).limit_denominator(10**6), coin=coin)


@refused(checks.bernoulli_exp, "above_one")
def not_split(gamma, *, coin):
    return small_gamma(gamma, coin)


@refused(checks.bernoulli_exp, "gamma_zero")
def zero_is_false(gamma, *, coin):
    return gamma > 0 and exponential(gamma, coin=coin)


@refused(checks.bernoulli_exp, "no_end")
def waits_for_two_tails(gamma, *, coin):
    k = 1
    while coin(gamma / 2) or coin(Fraction(999, 1000)):
        k += 1
    return k % 2 == 1


@refused(checks.bernoulli_exp, "nearly")
def series_cut_off(gamma, *, coin):
    if gamma > 1:
        return series_cut_off(Fraction(1), coin=coin) and series_cut_off(gamma - 1, coin=coin)
    return next((k % 2 == 1 for k in range(1, 12) if not coin(gamma / k)), True)


for digits, above in ((10, 1), (10, 5), (7, 2), (25, 1)):
    inverse_e = Fraction(round(exponential_bounds(Fraction(1))[0] * 10**digits), 10**digits)

    @refused(checks.bernoulli_exp)
    def with_digits_of_one_over_e(gamma, *, coin, unit=inverse_e, above=above):
        if gamma <= above:
            return exponential(gamma, coin=coin)
        return all(coin(unit) for _ in range(int(gamma))) and small_gamma(gamma % 1, coin)


@refused(checks.bernoulli_exp)
def limited_denominator(gamma, *, coin):
    near = Fraction(gamma).limit_denominator(90)
    return exponential(near, coin=coin)


@refused(checks.bernoulli_exp)
def whole_hundredths(gamma, *, coin):
    return exponential(Fraction(round(gamma * 100), 100), coin=coin)


for most in (3, 7, 50):

    @refused(checks.bernoulli_exp, "large_gamma")
    def so_many_factors_at_most(gamma, *, coin, most=most):
        return exponential(min(gamma, Fraction(most)), coin=coin)


@refused(checks.bernoulli_exp, "large_gamma")
def halves_and_forgets(gamma, *, coin):
    while gamma > 1:
        gamma = gamma / 2
    return small_gamma(gamma, coin)


@refused(checks.bernoulli_exp, "wrong_type")
def returns_the_count(gamma, *, coin):
    k = 1
    while coin(min(gamma, 1) / k):
        k += 1
    return k


@right(checks.bernoulli_exp)
def bits_of_the_number(gamma, *, coin):
    """Compare the bits of a uniform number with an ever narrower interval around e^(−γ)."""
    if gamma == 0:
        return 1
    low, width = Fraction(0), Fraction(1)
    below, above = exponential_bounds(gamma, terms=max(60, 4 * math.ceil(gamma)))
    while not (low + width <= below or low >= above):
        width /= 2
        low += width if coin(HALF) else 0
    return int(low + width <= below)


@right(checks.bernoulli_exp)
def equal_parts(gamma, *, coin):
    parts = max(1, math.ceil(gamma))
    return np.bool_(all(small_gamma(gamma / parts, coin) for _ in range(parts)))


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


@refused(checks.bernoulli_exp, "counterexample")
def one_is_true_at_once(gamma, *, coin):
    return gamma == 1 or exponential(gamma, coin=coin)


@refused(checks.bernoulli_exp, "large_gamma")
def never_beyond_six(gamma, *, coin):
    return gamma <= 6 and exponential(gamma, coin=coin)


def at_most(most):
    def game(gamma, coin):
        k = 1
        while k < most and coin(gamma / k):
            k += 1
        return k % 2 == 1

    def answer(gamma, *, coin):
        parts = [Fraction(1)] * math.floor(gamma) + [gamma % 1]
        return all(game(part, coin) for part in parts)

    return answer


for most in (35, 100):  # off by less than 1e-40, and than 1e-150: not equal
    refused(checks.bernoulli_exp, "nearly")(at_most(most))


@right(checks.bernoulli_exp)
def halves(gamma, *, coin):
    if gamma > 1:
        return halves(gamma / 2, coin=coin) and halves(gamma / 2, coin=coin)
    odd, k = True, 1
    while coin(gamma / k):
        k, odd = k + 1, not odd
    return odd


# Exercise 18.3


def size_of(epsilon, exp_coin):
    size = 0
    while exp_coin(epsilon):
        size += 1
    return size


def signed(size, *, half=HALF):
    """Noise of ``size(epsilon, coin, exp_coin)``, a sign, and one zero thrown away."""

    def answer(*, epsilon, coin, exp_coin):
        while True:
            drawn, negative = size(epsilon, coin, exp_coin), coin(half)
            if drawn or not negative:
                return -drawn if negative else drawn

    return answer


def stopped_at(most):
    return lambda epsilon, coin, exp_coin: next(
        (k for k in range(most) if not exp_coin(epsilon)), most
    )


def other_beyond(place, factor):
    def size(epsilon, coin, exp_coin):
        drawn = 0
        while exp_coin(epsilon * (factor if drawn >= place else 1)):
            drawn += 1
        return drawn

    return size


refused(checks.discrete_laplace, "asked_float")(
    signed(lambda e, coin, exp_coin: size_of(e, exp_coin), half=0.5)
)
refused(checks.discrete_laplace)(signed(lambda e, coin, exp_coin: size_of(e, exp_coin) % 100))
for most in (100, 1000):
    refused(checks.discrete_laplace, "cut_off")(signed(stopped_at(most)))
for place, factor in ((8, 2), (8, HALF), (12, 3)):
    refused(checks.discrete_laplace, "far_from_zero")(signed(other_beyond(place, factor)))
refused(checks.discrete_laplace)(
    signed(lambda e, coin, exp_coin: size_of(Fraction(round(10 * e) or 1, 10), exp_coin))
)
refused(checks.discrete_laplace, "above_one")(
    signed(lambda e, coin, exp_coin: size_of(e, lambda gamma: not coin(gamma)))
)


@refused(checks.discrete_laplace, "coin_not_used")
def rounded_laplace(*, epsilon, coin, exp_coin):
    return round(np.random.laplace(scale=1 / float(epsilon)))


@refused(checks.discrete_laplace, "other_source")
def sign_of_random(*, epsilon, coin, exp_coin):
    while True:
        size, negative = size_of(epsilon, exp_coin), random.random() < 0.5
        if size or not negative:
            return -size if negative else size


@refused(checks.discrete_laplace, "float_exponential")
def steps_by_a_float(*, epsilon, coin, exp_coin):
    a = Fraction(math.exp(-epsilon))
    return signed(lambda *_: size_of(a, coin))(epsilon=epsilon, coin=coin, exp_coin=exp_coin)


@refused(checks.discrete_laplace, "wrong_probabilities")
def one_step_at_most(*, epsilon, coin, exp_coin):
    return int(coin(HALF)) - int(coin(HALF))


@refused(checks.discrete_laplace, "wrong_probabilities")
def nothing_at_a_large_epsilon(*, epsilon, coin, exp_coin):
    if epsilon > 4:
        return 0
    return checks.discrete_laplace.reference(epsilon=epsilon, coin=coin, exp_coin=exp_coin)


@refused(checks.discrete_laplace, "wrong_type")
def whole_float(*, epsilon, coin, exp_coin):
    return float(discrete_laplace_quick(scale=1 / epsilon, coin=coin, exp_coin=exp_coin))


@right(checks.discrete_laplace)
def difference_of_two(*, epsilon, coin, exp_coin):
    return np.array(size_of(epsilon, exp_coin) - size_of(epsilon, exp_coin))


@right(checks.discrete_laplace)
def algorithm_two(*, epsilon, coin, exp_coin):
    return np.int64(discrete_laplace_quick(scale=1 / epsilon, coin=coin, exp_coin=exp_coin))


right(checks.discrete_laplace)(
    signed(lambda e, coin, exp_coin: size_of(e, lambda gamma: exponential(gamma, coin=coin)))
)


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


@refused(checks.discrete_laplace, "wrong_probabilities")
def no_epsilon_above_two(*, epsilon, coin, exp_coin):
    known = {"coin": coin, "exp_coin": exp_coin}
    return checks.discrete_laplace.reference(epsilon=min(epsilon, Fraction(2)), **known)


# Exercise 18.4


def noise_of(seed, epsilon, n):
    return np.random.default_rng(seed).laplace(scale=1 / epsilon, size=n)


def whole(values, near=1e-6):
    return np.abs(values - np.round(values)) < near


def fits(rule, among=lambda seeds: seeds):
    """The first seed for which ``rule`` likes what is left of the releases."""

    def find(releases, *, epsilon, seeds):
        for seed in among(seeds):
            if rule(releases - noise_of(seed, epsilon, len(releases))):
                return seed
        return None

    return find


refused(checks.find_seed, "too_tolerant")(fits(lambda rest: np.isclose(rest, np.rint(rest)).all()))
refused(checks.find_seed)(fits(lambda rest: whole(rest, near=2e-3).all()))
refused(checks.find_seed)(fits(lambda rest: whole(rest[:-1]).all()))
refused(checks.find_seed)(fits(lambda rest: (whole(rest) & (rest > 0.5)).all()))
for among in (
    lambda seeds: range(min(seeds), max(seeds) + 1),
    lambda seeds: range(max(seeds)) if max(seeds) < 1000 else seeds,
    lambda seeds: seeds[:100],
    lambda seeds: seeds[:1000],
    lambda seeds: seeds[1:],
    lambda seeds: seeds[:-1],
    lambda seeds: [seed % 2**32 for seed in seeds],
):
    refused(checks.find_seed)(fits(lambda rest: whole(rest).all(), among))


refused(checks.find_seed, "counterexample")(
    fits(lambda rest: np.abs(rest - np.round(rest)).max() < 1e-14)
)


@refused(checks.find_seed, "counterexample")
def one_generator_for_all(releases, *, epsilon, seeds):
    rng = np.random.default_rng(seeds[0])
    for seed in seeds:
        if whole(releases - rng.laplace(scale=1 / epsilon, size=len(releases))).all():
            return seed
    return None


@refused(checks.find_seed, "counterexample")
def zero_is_nothing(releases, *, epsilon, seeds):
    return fits(lambda rest: whole(rest).all())(releases, epsilon=epsilon, seeds=seeds) or None


@refused(checks.find_seed, "returned_none")
def one_decimal_of_epsilon(releases, *, epsilon, seeds):
    rounded = max(round(epsilon, 1), 0.1)
    return fits(lambda rest: whole(rest).all())(releases, epsilon=rounded, seeds=seeds)


def found_before():
    kept = {}
    return lambda releases, *, epsilon, seeds: kept.setdefault(
        len(releases), fits(lambda rest: whole(rest).all())(releases, epsilon=epsilon, seeds=seeds)
    )


refused(checks.find_seed)(found_before())


@refused(checks.find_seed, "changed_input")
def in_place(releases, *, epsilon, seeds):
    for seed in seeds:
        releases -= noise_of(seed, epsilon, len(releases))
        if whole(releases).all():
            return seed
    return None


right(checks.find_seed)(fits(lambda rest: np.abs((rest + 0.5) % 1 - 0.5).max() < 1e-6))
right(checks.find_seed)(fits(lambda rest: np.allclose(rest, np.round(rest), rtol=0, atol=1e-8)))


@right(checks.find_seed)
def cell_by_cell(releases, *, epsilon, seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rests = [float(one) - rng.laplace(0, 1 / epsilon) for one in releases]
        if all(abs(rest - round(rest)) < 1e-9 for rest in rests):
            return np.int64(seed)


@right(checks.find_seed)
def forwards_from_the_nearest_counts(releases, *, epsilon, seeds):
    for seed in np.array(seeds):
        noise = noise_of(seed, epsilon, len(releases))
        if np.allclose(np.round(releases - noise) + noise, releases, rtol=0, atol=1e-7):
            return seed
    return None


# Questions

refused_value(checks.half_named, "too_high", 8)
refused_value(checks.half_named, "too_low", 0)
refused_value(checks.half_named, "not_a_number", "four")
right_value(checks.half_named, 4)
right_value(checks.half_named, 4.0)
