"""Lesson 14: what learners write."""

import decimal
from itertools import product
from math import comb, erf, exp, expm1, fsum, lgamma, log, log1p, prod, sqrt, tanh

import numpy as np
from scipy.special import comb as scipy_comb
from scipy.special import gammaln
from scipy.stats import binom

from lessons.checks import composition as checks
from lessons.dp.definitions import mechanism_epsilon
from lessons.dp.parts import parts_table
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 14.1: each takes the right terms and changes one


def root(epsilon, k, slack):
    return epsilon * sqrt(2 * k * log(1 / slack))


def drift(epsilon, k):
    return k * epsilon * (exp(epsilon) - 1)


def advanced(epsilon, n_releases, slack):
    return root(epsilon, n_releases, slack) + drift(epsilon, n_releases)


@wrong(checks.advanced_composition, "basic")
def sum_of_epsilons(*, epsilon, delta, n_releases, slack):
    return n_releases * epsilon, n_releases * delta + slack


@wrong(checks.advanced_composition, "no_drift")
def root_alone(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack), n_releases * delta + slack


@wrong(checks.advanced_composition, "no_spread")
def mean_alone(*, epsilon, delta, n_releases, slack):
    return n_releases * epsilon * (exp(epsilon) - 1), n_releases * delta + slack


@wrong(checks.advanced_composition, "drift_squared")
def epsilon_squared(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * epsilon**2, n_releases * delta + slack


@wrong(checks.advanced_composition, "drift_halved")
def as_for_concentrated_dp(*, epsilon, delta, n_releases, slack):
    return root(
        epsilon, n_releases, slack
    ) + n_releases * epsilon**2 / 2, n_releases * delta + slack


@wrong(checks.advanced_composition, "drift_without_epsilon")
def factor_lost(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * (
        exp(epsilon) - 1
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "drift_of_one")
def mean_of_one_release(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + epsilon * (
        exp(epsilon) - 1
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "one_not_subtracted")
def no_minus_one(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * epsilon * exp(
        epsilon
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "exponent_too_wide")
def minus_one_inside(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * epsilon * exp(
        epsilon - 1
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "other_theorem")
def mean_of_the_coins(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * epsilon * (exp(epsilon) - 1) / (
        exp(epsilon) + 1
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "no_root")
def without_the_root(*, epsilon, delta, n_releases, slack):
    return 2 * n_releases * log(1 / slack) * epsilon + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "k_outside_root")
def k_times_the_root(*, epsilon, delta, n_releases, slack):
    return n_releases * sqrt(2 * log(1 / slack)) * epsilon + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "k_missing_in_root")
def root_of_one_release(*, epsilon, delta, n_releases, slack):
    return root(epsilon, 1, slack) + drift(epsilon, n_releases), n_releases * delta + slack


@wrong(checks.advanced_composition, "two_missing")
def two_lost(*, epsilon, delta, n_releases, slack):
    return sqrt(n_releases * log(1 / slack)) * epsilon + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "epsilon_missing")
def root_without_epsilon(*, epsilon, delta, n_releases, slack):
    return root(1, n_releases, slack) + drift(epsilon, n_releases), n_releases * delta + slack


@wrong(checks.advanced_composition, "log10")
def decimal_logarithm(*, epsilon, delta, n_releases, slack):
    return epsilon * sqrt(2 * n_releases * np.log10(1 / slack)) + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "wrong_delta_in_root")
def delta_of_one_release(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, delta) + drift(epsilon, n_releases), n_releases * delta + slack


@wrong(checks.advanced_composition, "total_delta_in_root")
def everything_in_the_log(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, n_releases * delta + slack) + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "wrong_spread")
def one_release_is_free(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases - 1, slack) + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "wrong_drift")
def minus_epsilon(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + n_releases * epsilon * (
        exp(epsilon) - epsilon
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "wrong_epsilon")
def log_of_two_over_slack(*, epsilon, delta, n_releases, slack):
    return epsilon * sqrt(2 * n_releases * log(2 / slack)) + drift(
        epsilon, n_releases
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "not_general")
def for_many_releases_only(*, epsilon, delta, n_releases, slack):
    return root(epsilon, n_releases, slack) + (
        drift(epsilon, n_releases) if n_releases > 10 else 0
    ), n_releases * delta + slack


@wrong(checks.advanced_composition, "delta_forgotten")
def slack_alone(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), slack


@wrong(checks.advanced_composition, "slack_forgotten")
def k_delta_alone(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), n_releases * delta


@wrong(checks.advanced_composition, "delta_counted_once")
def one_delta(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), delta + slack


@wrong(checks.advanced_composition, "slack_counted_k_times")
def k_times_both(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), n_releases * (delta + slack)


@wrong(checks.advanced_composition, "delta_compounded")
def none_of_them_fails(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), 1 - (1 - delta) ** n_releases + slack


@wrong(checks.advanced_composition, "delta_multiplied")
def both_at_once(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), n_releases * delta * slack


@wrong(checks.advanced_composition, "wrong_delta")
def the_larger_one(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), max(n_releases * delta, slack)


@wrong(checks.advanced_composition, "wrong_for_pure")
def pure_has_no_delta(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack), (n_releases * delta + slack) if delta > 0 else 0.0


@wrong(checks.advanced_composition, "order_swapped")
def delta_first(*, epsilon, delta, n_releases, slack):
    return n_releases * delta + slack, advanced(epsilon, n_releases, slack)


@wrong(checks.advanced_composition, "smaller_of_both")
def the_better_of_the_two(*, epsilon, delta, n_releases, slack):
    total = min(n_releases * epsilon, advanced(epsilon, n_releases, slack))
    return total, n_releases * delta + slack


@wrong(checks.advanced_composition, "wrong_shape")
def total_epsilon_only(*, epsilon, delta, n_releases, slack):
    return advanced(epsilon, n_releases, slack)


@wrong(checks.advanced_composition, "raised")
def log_of_the_slack(*, epsilon, delta, n_releases, slack):
    return epsilon * sqrt(2 * n_releases * log(slack)) + drift(epsilon, n_releases), slack


@right(checks.advanced_composition)
def by_numpy(*, epsilon, delta, n_releases, slack):
    logs = -2 * np.log(slack)
    total = epsilon * (np.sqrt(n_releases * logs) + n_releases * np.expm1(epsilon))
    return np.array([total, n_releases * delta + slack])


@right(checks.advanced_composition)
def one_release_at_a_time(*, epsilon, delta, n_releases, slack):
    mean, squares, failures = 0.0, 0.0, slack
    for _ in range(n_releases):
        mean += epsilon * expm1(epsilon)
        squares += epsilon**2
        failures += delta
    return [mean + sqrt(-2 * log(slack) * squares), failures]


# Exercise 14.2


def terms(total_epsilon, epsilon, n_releases):
    """P_j, Q_j, loss: right for few coins."""
    p = exp(epsilon) / (1 + exp(epsilon))
    j = np.arange(n_releases + 1)
    ways = np.array([comb(n_releases, i) for i in j], dtype=float)
    one = ways * p**j * (1 - p) ** (n_releases - j)
    return one, one[::-1], (2 * j - n_releases) * epsilon


def in_logs(epsilon, n_releases):
    j = np.arange(n_releases + 1)
    facts = np.array([lgamma(i + 1) for i in range(n_releases + 1)])
    ways = facts[-1] - facts - facts[::-1]
    keep = -log1p(exp(-epsilon))
    one = ways + n_releases * keep - (n_releases - j) * epsilon
    return one, one[::-1], (2 * j - n_releases) * epsilon


@wrong(checks.composed_delta, "tail")
def probability_of_a_large_loss(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return one[loss > total_epsilon].sum()


@wrong(checks.composed_delta, "other_tail")
def under_the_other_table(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return other[loss > total_epsilon].sum()


@wrong(checks.composed_delta, "only_all_alike")
def all_coins_the_same(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return max(0.0, one[-1] - exp(total_epsilon) * other[-1])


@wrong(checks.composed_delta, "worst_count")
def largest_excess(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - exp(total_epsilon) * other).max()


@wrong(checks.composed_delta, "no_exponential")
def distance_of_the_two(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - other).sum()


@wrong(checks.composed_delta, "total_without_e")
def total_as_factor(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - total_epsilon * other).sum()


@wrong(checks.composed_delta, "epsilon_of_one")
def factor_of_one_coin(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - exp(epsilon) * other).sum()


@wrong(checks.composed_delta, "no_maximum")
def all_terms(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return (one - exp(total_epsilon) * other).sum()


@wrong(checks.composed_delta, "always_zero")
def maximum_around_the_sum(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return max(0.0, (one - exp(total_epsilon) * other).sum())


@wrong(checks.composed_delta, "always_zero")
def factor_of_all_coins(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - exp(n_releases * epsilon) * other)[:-1].sum()


@wrong(checks.composed_delta, "factorials_too_small")
def gammaln_without_one(*, total_epsilon, epsilon, n_releases):
    j = np.arange(n_releases + 1)
    ways = gammaln(n_releases) - gammaln(j) - gammaln(n_releases - j)
    one = ways + j * epsilon - n_releases * log1p(exp(epsilon))
    return np.maximum(0, np.exp(one) - np.exp(total_epsilon + one[::-1])).sum()


@wrong(checks.composed_delta, "both_directions")
def there_and_back(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return (
        np.maximum(0, one - exp(total_epsilon) * other).sum()
        + np.maximum(0, other - exp(total_epsilon) * one).sum()
    )


@wrong(checks.composed_delta, "absolute")
def absolute_values(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.abs(one - exp(total_epsilon) * other).sum()


@wrong(checks.composed_delta, "absolute_halved")
def half_of_the_absolute_values(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return np.abs(one - exp(total_epsilon) * other).sum() / 2


@wrong(checks.composed_delta, "flips_ignored")
def only_coins_in_favour(*, total_epsilon, epsilon, n_releases):
    one, other, loss = terms(total_epsilon, epsilon, n_releases)
    return (one * np.maximum(0, 1 - np.exp(total_epsilon - np.arange(len(one)) * epsilon))).sum()


@wrong(checks.composed_delta, "simulated")
def by_simulation(*, total_epsilon, epsilon, n_releases):
    p = exp(epsilon) / (1 + exp(epsilon))
    flips = np.random.default_rng().binomial(n_releases, p, 2000)
    loss = (2 * flips - n_releases) * epsilon
    return float(np.maximum(0, 1 - np.exp(total_epsilon - loss)).mean())


@wrong(checks.composed_delta, "no_ways")
def one_sequence_per_count(*, total_epsilon, epsilon, n_releases):
    p, j = exp(epsilon) / (1 + exp(epsilon)), np.arange(n_releases + 1)
    one = p**j * (1 - p) ** (n_releases - j)
    return np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum()


@wrong(checks.composed_delta, "budget_split")
def equal_shares_of_the_total(*, total_epsilon, epsilon, n_releases):
    p = exp(epsilon) / (1 + exp(epsilon))
    return n_releases * max(0.0, p - exp(total_epsilon / n_releases) * (1 - p))


@wrong(checks.composed_delta, "normal")
def central_limit(*, total_epsilon, epsilon, n_releases):
    mean = n_releases * epsilon * tanh(epsilon / 2)
    deviation = epsilon * sqrt(n_releases) / np.cosh(epsilon / 2)
    z = (mean - total_epsilon) / deviation

    def below(x):
        return (1 + erf(x / sqrt(2))) / 2

    return below(z) - exp(total_epsilon - mean + deviation**2 / 2) * below(z - deviation)


@wrong(checks.composed_delta, "wrong_for_one_coin")
def coin_of_twice_the_strength(*, total_epsilon, epsilon, n_releases):
    one, other, _ = terms(total_epsilon, 2 * epsilon, n_releases)
    return np.maximum(0, one - exp(total_epsilon) * other).sum()


@wrong(checks.composed_delta, "wrong_for_one_coin")
def coin_from_a_straight_line(*, total_epsilon, epsilon, n_releases):
    p, j = (1 + epsilon) / 2, np.arange(n_releases + 1)
    one = scipy_comb(n_releases, j) * p**j * (1 - p) ** (n_releases - j)
    return np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum()


@wrong(checks.composed_delta, "wrong_for_many")
def last_count_left_out(*, total_epsilon, epsilon, n_releases):
    one, other, _ = terms(total_epsilon, epsilon, n_releases)
    excess = np.maximum(0, one - exp(total_epsilon) * other)
    return excess[1:].sum() - (excess[-2] if n_releases > 1 else 0)


@wrong(checks.composed_delta, "wrong_for_many")
def permutations_for_combinations(*, total_epsilon, epsilon, n_releases):
    one, other, _ = terms(total_epsilon, epsilon, n_releases)
    orders = np.array([prod(range(1, j + 1)) for j in range(n_releases + 1)])
    return float((orders * np.maximum(0, one - exp(total_epsilon) * other)).sum())


@wrong(checks.composed_delta, "beyond_the_sum")
def at_least_one_coin_remains(*, total_epsilon, epsilon, n_releases):
    one, other, _ = terms(total_epsilon, epsilon, n_releases)
    excess = np.maximum(0, one - exp(total_epsilon) * other).sum()
    return excess if total_epsilon < n_releases * epsilon else one[-1]


@wrong(checks.composed_delta, "large_k")
def enough_coins_are_normal(*, total_epsilon, epsilon, n_releases):
    if n_releases > 50:
        return central_limit(total_epsilon=total_epsilon, epsilon=epsilon, n_releases=n_releases)
    one, other, _ = terms(total_epsilon, epsilon, n_releases)
    return np.maximum(0, one - exp(total_epsilon) * other).sum()


@wrong(checks.composed_delta, "large_k")
def what_overflows_is_left_out(*, total_epsilon, epsilon, n_releases):
    p, j = exp(epsilon) / (1 + exp(epsilon)), np.arange(n_releases + 1)
    with np.errstate(all="ignore"):
        one = scipy_comb(n_releases, j) * p**j * (1 - p) ** (n_releases - j)
        return np.nansum(np.maximum(0, one - exp(total_epsilon) * one[::-1]))


@wrong(checks.composed_delta, "not_finite")
def infinity_times_nothing(*, total_epsilon, epsilon, n_releases):
    p, j = exp(epsilon) / (1 + exp(epsilon)), np.arange(n_releases + 1)
    with np.errstate(all="ignore"):
        one = scipy_comb(n_releases, j) * p**j * (1 - p) ** (n_releases - j)
        return np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum()


@wrong(checks.composed_delta, "raised")
def whole_numbers_too_large_for_a_float(*, total_epsilon, epsilon, n_releases):
    one, other, _ = terms(total_epsilon, epsilon, n_releases)
    return float(np.maximum(0, one - exp(total_epsilon) * other).sum())


@wrong(checks.composed_delta, "raised")
def every_sequence(*, total_epsilon, epsilon, n_releases):
    if n_releases > 25:
        raise MemoryError("2^k outputs")
    p = exp(epsilon) / (1 + exp(epsilon))
    total = 0.0
    for outputs in product((p, 1 - p), repeat=n_releases):
        total += max(0.0, prod(outputs) - exp(total_epsilon) * prod(1 - one for one in outputs))
    return total


@right(checks.composed_delta)
def worst_set_by_its_tails(*, total_epsilon, epsilon, n_releases):
    p, at_most = 1 / (1 + exp(-epsilon)), int((total_epsilon / epsilon + n_releases) // 2)
    tails = binom.sf(at_most, n_releases, [p, 1 - p])
    return tails[0] - exp(total_epsilon) * tails[1]


@right(checks.composed_delta)
def by_repeated_convolution(*, total_epsilon, epsilon, n_releases):
    p = exp(epsilon) / (1 + exp(epsilon))
    one = np.ones(1)
    for _ in range(n_releases):
        one = np.convolve(one, [1 - p, p])
    return float(np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum())


@right(checks.composed_delta)
def by_decimal_numbers(*, total_epsilon, epsilon, n_releases):
    decimal.getcontext().prec = 30
    p = decimal.Decimal(epsilon).exp() / (1 + decimal.Decimal(epsilon).exp())
    term, one = (1 - p) ** n_releases, []
    for j in range(n_releases + 1):
        one.append(term)
        term *= (n_releases - j) * p / ((1 - p) * (j + 1))
    factor = decimal.Decimal(total_epsilon).exp()
    return float(sum(max(0, a - factor * b) for a, b in zip(one, one[::-1], strict=True)))


@right(checks.composed_delta)
def one_minus_what_is_shared(*, total_epsilon, epsilon, n_releases):
    one, other, _ = in_logs(epsilon, n_releases)
    shared = np.exp(np.minimum(one, total_epsilon + other))
    return max(0.0, 1 - fsum(shared))


# Exercise 14.3


def dearest(epsilons, r):
    return float(sum(sorted(epsilons, reverse=True)[:r]))


def reach(relation, m):
    return m if relation == "add/remove" else 2 * m


@wrong(checks.parallel_composition, "always_the_sum")
def basic_for_all_parts(epsilons, *, relation, parts_per_person):
    return sum(epsilons)


@wrong(checks.parallel_composition, "always_the_largest")
def as_in_the_textbook(epsilons, *, relation, parts_per_person):
    return max(epsilons)


@wrong(checks.parallel_composition, "replace_as_add")
def nobody_moves(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, parts_per_person)


@wrong(checks.parallel_composition, "relations_swapped")
def other_relation(epsilons, *, relation, parts_per_person):
    return dearest(
        epsilons, reach("replace" if relation == "add/remove" else "add/remove", parts_per_person)
    )


@wrong(checks.parallel_composition, "twice_for_both")
def always_two(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, 2 * parts_per_person)


@wrong(checks.parallel_composition, "one_part_each")
def one_row_each(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, reach(relation, 1))


@wrong(checks.parallel_composition, "old_and_new_the_same")
def twice_the_dearest(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, parts_per_person) * reach(relation, 1)


@wrong(checks.parallel_composition, "one_more_part")
def one_row_moves(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, parts_per_person + (relation == "replace"))


@wrong(checks.parallel_composition, "largest_each_time")
def largest_times_the_number(epsilons, *, relation, parts_per_person):
    return max(epsilons) * reach(relation, parts_per_person)


@wrong(checks.parallel_composition, "all_under_replace")
def replace_touches_all(epsilons, *, relation, parts_per_person):
    return sum(epsilons) if relation == "replace" else dearest(epsilons, parts_per_person)


@wrong(checks.parallel_composition, "smallest_ones")
def rising_order(epsilons, *, relation, parts_per_person):
    return sum(np.sort(epsilons)[: reach(relation, parts_per_person)])


@wrong(checks.parallel_composition, "in_their_order")
def first_parts(epsilons, *, relation, parts_per_person):
    return sum(epsilons[: reach(relation, parts_per_person)])


@wrong(checks.parallel_composition, "average")
def mean_price(epsilons, *, relation, parts_per_person):
    return np.mean(epsilons) * reach(relation, parts_per_person)


@wrong(checks.parallel_composition, "few_parts")
def dear_parts_counted_once(epsilons, *, relation, parts_per_person):
    return sum(sorted(set(epsilons.tolist()), reverse=True)[: reach(relation, parts_per_person)])


@wrong(checks.parallel_composition, "many_parts")
def at_most_five(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, min(5, reach(relation, parts_per_person)))


@wrong(checks.parallel_composition, "many_parts")
def two_digits(epsilons, *, relation, parts_per_person):
    return round(dearest(epsilons, reach(relation, parts_per_person)), 2)


@wrong(checks.parallel_composition, "too_little")
def neighbours_in_the_list(epsilons, *, relation, parts_per_person):
    r = reach(relation, parts_per_person)
    return max(sum(epsilons[i : i + r]) for i in range(max(1, len(epsilons) - r + 1)))


@wrong(checks.parallel_composition, "too_little")
def root_of_the_squares(epsilons, *, relation, parts_per_person):
    return sum(sorted(epsilons**2, reverse=True)[: reach(relation, parts_per_person)]) ** 0.5


@wrong(checks.parallel_composition, "too_much")
def one_to_be_safe(epsilons, *, relation, parts_per_person):
    return dearest(epsilons, reach(relation, parts_per_person) + 1)


@wrong(checks.parallel_composition, "few_parts")
def every_touch_has_a_price(epsilons, *, relation, parts_per_person):
    r = reach(relation, parts_per_person)
    return dearest(epsilons, r) + max(0, r - len(epsilons)) * (len(epsilons) < 5) * max(epsilons)


@wrong(checks.parallel_composition, "changed_input")
def sorts_the_callers_list(epsilons, *, relation, parts_per_person):
    epsilons.sort()
    return epsilons[::-1][: reach(relation, parts_per_person)].sum()


@wrong(checks.parallel_composition, "raised")
def asks_for_parts_that_are_not_there(epsilons, *, relation, parts_per_person):
    falling = sorted(epsilons, reverse=True)
    return sum(falling[i] for i in range(reach(relation, parts_per_person)))


@right(checks.parallel_composition)
def by_trying_every_table(epsilons, *, relation, parts_per_person):
    table = parts_table(tuple(epsilons), parts_per_person=parts_per_person)
    return mechanism_epsilon(table, relation=relation)


@right(checks.parallel_composition)
def part_by_part(epsilons, *, relation, parts_per_person):
    left, total = list(epsilons), 0.0
    for _ in range(reach(relation, parts_per_person)):
        if left:
            total += left.pop(int(np.argmax(left)))
    return total


@right(checks.parallel_composition)
def by_partition(epsilons, *, relation, parts_per_person):
    r = min(reach(relation, parts_per_person), len(epsilons))
    return np.sort(epsilons)[len(epsilons) - r :].sum()


# Exercise 14.4


def check_prices(epsilons):
    for price in epsilons:
        if not price > 0:
            raise ValueError("prices must be positive")


def lap(rng, price):
    return rng.laplace(scale=1 / price)


def run(counts, epsilons, budget, rng, fits, *, noise=None, charge_refused=False):
    """A ledger with its rule ``fits(spent, price)`` and its noise exchanged."""
    check_prices(epsilons)
    spent, answers = [], []
    for count, price in zip(counts, epsilons, strict=True):
        if fits(spent, price):
            spent.append(price)
            answers.append(count + (lap(rng, price) if noise is None else noise(price)))
        else:
            answers.append(None)
            spent += [price] if charge_refused else []
    return answers


def answered(epsilons, budget):
    """Which questions the rule answers; bad prices are refused with a ValueError."""
    check_prices(epsilons)
    spent, fits = 0.0, []
    for price in epsilons:
        fits.append(bool(spent + price <= budget + 1e-12))
        spent += price if fits[-1] else 0.0
    return fits


def kept(budget):
    return lambda spent, price: sum(spent) + price <= budget + 1e-12


@wrong(checks.answer_within_budget, "never_refuses")
def always_answers(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: True)


@wrong(checks.answer_within_budget, "each_on_its_own")
def price_against_budget(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: price <= budget)


@wrong(checks.answer_within_budget, "exact_fit_refused")
def strictly_below(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: sum(spent) + price < budget)


@wrong(checks.answer_within_budget, "one_too_many")
def spent_so_far(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: sum(spent) < budget)


@wrong(checks.answer_within_budget, "all_or_nothing")
def whole_list_at_once(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: sum(epsilons) <= budget)


@wrong(checks.answer_within_budget, "equal_shares")
def share_of_the_budget(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, lambda spent, price: price <= budget / len(epsilons))


@wrong(checks.answer_within_budget, "squares")
def losses_as_squares(counts, *, epsilons, budget, rng):
    return run(
        counts,
        epsilons,
        budget,
        rng,
        lambda spent, price: sum(x * x for x in [*spent, price]) <= budget**2,
    )


@wrong(checks.answer_within_budget, "overspent")
def twice_the_budget(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, lambda spent, price: sum(spent) + price <= 1.3 * budget
    )


@wrong(checks.answer_within_budget, "overspent")
def a_hundredth_too_generous(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, lambda spent, price: sum(spent) + price <= budget + 0.01
    )


@wrong(checks.answer_within_budget, "overspent")
def a_little_too_generous(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, lambda spent, price: sum(spent) + price <= budget + 1e-4
    )


@wrong(checks.answer_within_budget, "wrong_refusals")
def keeps_a_reserve(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, lambda spent, price: sum(spent) + price <= 0.8 * budget
    )


@wrong(checks.answer_within_budget, "refuses_many")
def at_most_a_hundred(counts, *, epsilons, budget, rng):
    return run(
        counts,
        epsilons,
        budget,
        rng,
        lambda spent, price: len(spent) < 100 and sum(spent) + price <= budget,
    )


@wrong(checks.answer_within_budget, "no_noise")
def exact_answers(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, kept(budget), noise=lambda price: 0.0)


@wrong(checks.answer_within_budget, "scale_inverted")
def price_as_scale(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, kept(budget), noise=lambda price: rng.laplace(scale=price)
    )


@wrong(checks.answer_within_budget, "same_noise_for_all_prices")
def noise_for_the_budget(counts, *, epsilons, budget, rng):
    return run(
        counts,
        epsilons,
        budget,
        rng,
        kept(budget),
        noise=lambda price: rng.laplace(scale=1 / budget),
    )


@wrong(checks.answer_within_budget, "one_sided")
def only_upwards(counts, *, epsilons, budget, rng):
    return run(
        counts, epsilons, budget, rng, kept(budget), noise=lambda price: rng.exponential(1 / price)
    )


@wrong(checks.answer_within_budget, "wrong_law")
def gaussian(counts, *, epsilons, budget, rng):
    return run(
        counts,
        epsilons,
        budget,
        rng,
        kept(budget),
        noise=lambda price: rng.normal(scale=2**0.5 / price),
    )


@wrong(checks.answer_within_budget, "wrong_scale")
def twice_the_noise(counts, *, epsilons, budget, rng):
    return run(
        counts,
        epsilons,
        budget,
        rng,
        kept(budget),
        noise=lambda price: rng.laplace(scale=2 / price),
    )


@wrong(checks.answer_within_budget, "one_noise_for_all")
def the_same_draw(counts, *, epsilons, budget, rng):
    z = rng.laplace(scale=1 / epsilons[0])
    return run(counts, epsilons, budget, rng, kept(budget), noise=lambda price: z)


@wrong(checks.answer_within_budget, "one_noise_for_all")
def one_draw_scaled(counts, *, epsilons, budget, rng):
    z = rng.laplace()
    return run(counts, epsilons, budget, rng, kept(budget), noise=lambda price: z / price)


@wrong(checks.answer_within_budget, "same_noise_for_all_prices")
def noise_of_the_first_price(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, kept(budget), noise=lambda _: lap(rng, epsilons[0]))


@wrong(checks.answer_within_budget, "refusal_ends_it")
def refused_and_charged(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, rng, kept(budget), charge_refused=True)


@wrong(checks.answer_within_budget, "refusal_ends_it")
def left_at_the_first_refusal(counts, *, epsilons, budget, rng):
    answers, spent = [None] * len(counts), 0.0
    for i, price in enumerate(epsilons):
        spent += price
        if spent > budget:
            break
        answers[i] = counts[i] + lap(rng, price)
    return answers


@wrong(checks.answer_within_budget, "gives_the_rest")
def what_is_left(counts, *, epsilons, budget, rng):
    answers = []
    for count, price in zip(counts, epsilons, strict=True):
        price = min(price, budget)
        answers.append(count + lap(rng, price) if price > 0 else None)
        budget -= price
    return answers


@wrong(checks.answer_within_budget, "cheapest_first")
def sorted_by_price(counts, *, epsilons, budget, rng):
    check_prices(epsilons)
    answers, spent = [None] * len(counts), 0.0
    for i in sorted(range(len(counts)), key=lambda i: epsilons[i]):
        if spent + epsilons[i] <= budget:
            spent += epsilons[i]
            answers[i] = counts[i] + lap(rng, epsilons[i])
    return answers


@wrong(checks.answer_within_budget, "looks_at_the_counts")
def small_counts_are_refused(counts, *, epsilons, budget, rng):
    answers = run(counts, epsilons, budget, rng, kept(budget))
    return [None if count < 5 else one for count, one in zip(counts, answers, strict=True)]


@wrong(checks.answer_within_budget, "different_each_time")
def spent_as_default(counts, *, epsilons, budget, rng, spent=[]):  # noqa: B006
    answers = []
    for count, price in zip(counts, epsilons, strict=True):
        fits = sum(spent) + price <= budget
        spent += [price] if fits else []
        answers.append(count + lap(rng, price) if fits else None)
    return answers


@wrong(checks.answer_within_budget, "shared_noise")
def mirrored(counts, *, epsilons, budget, rng):
    draws = rng.laplace(size=len(counts))
    draws[1::2] = -draws[: len(counts) // 2 * 2 : 2]
    each = iter(draws)
    return run(counts, epsilons, budget, rng, kept(budget), noise=lambda price: next(each) / price)


@wrong(checks.answer_within_budget, "shared_noise")
def equal_counts_stored(counts, *, epsilons, budget, rng):
    answers, stored = [], {}
    for count, price, fits in zip(counts, epsilons, answered(epsilons, budget), strict=True):
        if (count, price) not in stored:
            stored[count, price] = count + lap(rng, price)
        answers.append(stored[count, price] if fits else None)
    return answers


@wrong(checks.answer_within_budget, "after_a_refusal")
def next_count_after_a_refusal(counts, *, epsilons, budget, rng):
    each, fits = iter(counts), answered(epsilons, budget)
    return [
        next(each) + lap(rng, price) if yes else None
        for price, yes in zip(epsilons, fits, strict=True)
    ]


@wrong(checks.answer_within_budget, "after_a_refusal")
def next_price_after_a_refusal(counts, *, epsilons, budget, rng):
    prices, fits = iter(epsilons), answered(epsilons, budget)
    return [
        count + lap(rng, next(prices)) if yes else None
        for count, yes in zip(counts, fits, strict=True)
    ]


@wrong(checks.answer_within_budget, "rounded")
def noise_into_an_array_of_integers(counts, *, epsilons, budget, rng):
    noisy, fits = counts.copy(), answered(epsilons, budget)
    for i, price in enumerate(epsilons):
        noisy[i] += lap(rng, price)
    return [one if yes else None for one, yes in zip(noisy.tolist(), fits, strict=True)]


@wrong(checks.answer_within_budget, "refused_left_out")
def answers_only(counts, *, epsilons, budget, rng):
    return [one for one in run(counts, epsilons, budget, rng, kept(budget)) if one is not None]


@wrong(checks.answer_within_budget, "entry_is_no_number")
def says_refused(counts, *, epsilons, budget, rng):
    return ["refused" if x is None else x for x in run(counts, epsilons, budget, rng, kept(budget))]


@wrong(checks.answer_within_budget, "entry_is_no_number")
def arrays_of_one(counts, *, epsilons, budget, rng):
    answers = run(counts, epsilons, budget, rng, kept(budget))
    return [None if one is None else np.array([one]) for one in answers]


@wrong(checks.answer_within_budget, "not_finite")
def nan_when_refused(counts, *, epsilons, budget, rng):
    return np.array(run(counts, epsilons, budget, rng, kept(budget)), dtype=float)


@wrong(checks.answer_within_budget, "wrong_type")
def number_of_answers(counts, *, epsilons, budget, rng):
    return len(run(counts, epsilons, budget, rng, kept(budget)))


@wrong(checks.answer_within_budget, "rounded")
def whole_people(counts, *, epsilons, budget, rng):
    return [
        None if x is None else round(x) for x in run(counts, epsilons, budget, rng, kept(budget))
    ]


@wrong(checks.answer_within_budget, "cut_at_zero")
def never_below_zero(counts, *, epsilons, budget, rng):
    answers = run(counts, epsilons, budget, rng, kept(budget))
    return [None if one is None else max(0.0, one) for one in answers]


@wrong(checks.answer_within_budget, "count_missing")
def noise_only(counts, *, epsilons, budget, rng):
    return run(np.zeros(len(counts)), epsilons, budget, rng, kept(budget))


@wrong(checks.answer_within_budget, "global_random")
def seed_of_its_own(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, np.random.default_rng(7), kept(budget))


@wrong(checks.answer_within_budget, "noise_of_few")
def noise_of_what_is_left(counts, *, epsilons, budget, rng):
    left = [budget]

    def noise(price):
        z = lap(rng, max(price, left[0]) if left[0] < 10 else price)
        left[0] -= price
        return z

    return run(counts, epsilons, budget, rng, kept(budget), noise=noise)


@wrong(checks.answer_within_budget, "pays_back")
def negative_prices_count(counts, *, epsilons, budget, rng):
    answers, spent = [], 0.0
    for count, price in zip(counts, epsilons, strict=True):
        if spent + price > budget or price == 0:
            answers.append(None)
            continue
        spent += price
        answers.append(count + lap(rng, abs(price)))
    return answers


@wrong(checks.answer_within_budget, "nan_opens_the_safe")
def refuses_what_is_not_positive(counts, *, epsilons, budget, rng):
    answers, spent = [], 0.0
    if (np.asarray(epsilons) <= 0).any():
        raise ValueError("prices must be positive")
    for count, price in zip(counts, epsilons, strict=True):
        if spent + price > budget:
            answers.append(None)
            continue
        spent += price
        answers.append(count + rng.laplace() / price if price == price else None)
    return answers


@wrong(checks.answer_within_budget, "bad_price_kept")
def nothing_costs_nothing(counts, *, epsilons, budget, rng):
    if not all(price >= 0 for price in epsilons):
        raise ValueError("prices must be positive")
    fits = answered([max(price, 1e-300) for price in epsilons], budget)
    return [
        float(count + (lap(rng, price) if price else 0.0)) if yes else None
        for count, price, yes in zip(counts, epsilons, fits, strict=True)
    ]


@wrong(checks.answer_within_budget, "bad_price_kept")
def bad_prices_are_refused(counts, *, epsilons, budget, rng):
    answers, spent = [], 0.0
    for count, price in zip(counts, epsilons, strict=True):
        fits = price > 0 and spent + price <= budget
        spent += price if fits else 0.0
        answers.append(count + lap(rng, price) if fits else None)
    return answers


@right(checks.answer_within_budget)
def counts_down(counts, *, epsilons, budget, rng):
    check_prices(epsilons)
    answers = []
    for count, price in zip(counts, epsilons, strict=True):
        if price > budget + 1e-9:
            answers.append(None)
        else:
            budget -= price
            answers.append(rng.laplace(count, 1 / price))
    return tuple(answers)


@right(checks.answer_within_budget)
def decides_first_and_draws_later(counts, *, epsilons, budget, rng):
    prices = np.asarray(epsilons, dtype=float)
    if not (prices > 0).all():
        raise ValueError(f"epsilons must be positive, got {prices}")
    answered = np.zeros(len(prices), dtype=bool)
    spent = 0.0
    for i, price in enumerate(prices):
        answered[i] = spent + price <= budget * (1 + 1e-12)
        spent += price * answered[i]
    noise = rng.exponential(1 / prices) - rng.exponential(1 / prices)
    return [
        float(c + z) if yes else None for c, z, yes in zip(counts, noise, answered, strict=True)
    ]


@right(checks.answer_within_budget)
def stops_at_a_bad_price_when_it_comes(counts, *, epsilons, budget, rng):
    answers = np.full(len(counts), None, dtype=object)
    spent = []
    for i, price in enumerate(epsilons):
        check_prices([price])
        if fsum([*spent[-9000:], price]) <= budget + 1e-12:
            spent.append(price)
            spent = [fsum(spent)]
            answers[i] = counts[i] + lap(rng, price)
    return answers


# Question 14.A

for value in (34, 34.5, 33.6):
    wrong_value(checks.first_gain, "still_above", value)
for value in (27.6, 27, 28):
    wrong_value(checks.first_gain, "drift_forgotten", value)
wrong_value(checks.first_gain, "log10", 15)
wrong_value(checks.first_gain, "forever", 100)
wrong_value(checks.first_gain, "too_low", 22)
wrong_value(checks.first_gain, "too_high", 70)
wrong_value(checks.first_gain, "not_a_number", "35")
right_value(checks.first_gain, 35)
right_value(checks.first_gain, np.int64(35))

# Question 14.C

wrong_value(checks.mean_of_one, "the_sum", 10)
wrong_value(checks.mean_of_one, "the_spread", 100)
wrong_value(checks.mean_of_one, "half_of_the_mean", 400)
wrong_value(checks.mean_of_one, "too_low", 150)
wrong_value(checks.mean_of_one, "too_high", 250)
wrong_value(checks.mean_of_one, "not_a_number", True)
for value in (200, 190, 210, 200.17):
    right_value(checks.mean_of_one, value)
