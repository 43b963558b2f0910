"""Lesson 11: what learners write."""

import math
import random
from fractions import Fraction
from itertools import product

import numpy as np

from lessons.checks import randomized_response as checks
from lessons.dp import definitions
from tests.checks.known import right, right_value, wrong, wrong_value

# --- 11.1 -------------------------------------------------------------------------------------


@wrong(checks.randomized_response, "always_the_truth")
def honest(bits, *, probability, rng):
    return bits.copy()


@wrong(checks.randomized_response, "one_coin_for_all")
def one_coin(bits, *, probability, rng):
    return bits.copy() if rng.random() < probability else 1 - bits


@wrong(checks.randomized_response, "always_lies")
def always_lies(bits, *, probability, rng):
    return 1 - bits


@wrong(checks.randomized_response, "swapped")
def flip_with_p(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < probability, 1 - bits, bits)


@wrong(checks.randomized_response, "zeros_always_true")
def protect_the_ones(bits, *, probability, rng):
    return bits * (rng.random(len(bits)) < probability)


@wrong(checks.randomized_response, "ones_always_true")
def tails_means_yes(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < probability, bits, 1)


@wrong(checks.randomized_response, "then_a_fair_coin")
def second_coin(bits, *, probability, rng):
    other = rng.integers(0, 2, len(bits))
    return np.where(rng.random(len(bits)) < probability, bits, other)


@wrong(checks.randomized_response, "fixed_three_quarters")
def as_in_the_text(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < 0.75, bits, 1 - bits)


@wrong(checks.randomized_response, "truth_not_used")
def ones_with_p(bits, *, probability, rng):
    return (rng.random(len(bits)) < probability).astype(int)


@wrong(checks.randomized_response, "truth_not_used")
def shuffled(bits, *, probability, rng):
    return rng.permutation(bits)


@wrong(checks.randomized_response, "wrong_law")
def p_squared(bits, *, probability, rng):
    twice = (rng.random(len(bits)) < probability) & (rng.random(len(bits)) < probability)
    return np.where(twice, bits, 1 - bits)


@wrong(checks.randomized_response, "not_bits")
def minus_sign(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < probability, bits, -bits)


@wrong(checks.randomized_response, "same_coins_each_time")
def own_seed(bits, *, probability, rng):
    coins = np.random.default_rng(0)
    return np.where(coins.random(len(bits)) < probability, bits, 1 - bits)


@wrong(checks.randomized_response, "global_random")
def coins_from_elsewhere(bits, *, probability, rng):
    return np.array([bit if random.random() < probability else 1 - bit for bit in bits])


@wrong(checks.randomized_response, "fixed_number")
def flip_exactly_so_many(bits, *, probability, rng):
    answers = bits.copy()
    flipped = rng.choice(len(bits), size=round(len(bits) * (1 - probability)), replace=False)
    answers[flipped] = 1 - answers[flipped]
    return answers


@wrong(checks.randomized_response, "linked_coins")
def a_coin_for_two(bits, *, probability, rng):
    keep = np.repeat(rng.random(len(bits) // 2) < probability, 2)
    return np.where(keep, bits, 1 - bits)


@wrong(checks.randomized_response, "linked_coins")
def coins_used_twice(bits, *, probability, rng):
    keep = np.tile(rng.random(len(bits) // 2) < probability, 2)
    return np.where(keep, bits, 1 - bits)


@wrong(checks.randomized_response, "one_coin_for_all")
def one_coin_turned_round(bits, *, probability, rng):
    return 1 - bits if rng.random() > probability else bits.copy()


@wrong(checks.randomized_response, "rounded_probability")
def ten_steps(bits, *, probability, rng):
    return np.where(rng.integers(0, 10, len(bits)) < probability * 10, bits, 1 - bits)


@wrong(checks.randomized_response, "rounded_probability")
def five_sides(bits, *, probability, rng):
    return np.where(rng.integers(1, 6, len(bits)) <= 5 * probability, bits, 1 - bits)


@wrong(checks.randomized_response, "rounded_probability")
def one_digit(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < round(probability, 1), bits, 1 - bits)


@wrong(checks.randomized_response, "rounded_probability")
def one_step_too_many(bits, *, probability, rng):
    return np.where(rng.integers(0, 100, len(bits)) <= 100 * probability, bits, 1 - bits)


@wrong(checks.randomized_response, "linked_coins")
def five_rows_of_students(bits, *, probability, rng):
    keep = np.tile(rng.random(len(bits) // 5) < probability, 5)
    return np.where(keep, bits, 1 - bits)


@wrong(checks.randomized_response, "linked_coins")
def two_by_two_from_the_second(bits, *, probability, rng):
    keep = np.roll(np.repeat(rng.random(len(bits) // 2) < probability, 2), 1)
    return np.where(keep, bits, 1 - bits)


@wrong(checks.randomized_response, "linked_coins")
def there_and_back(bits, *, probability, rng):
    coins = rng.random(len(bits) // 2) < probability
    return np.where(np.concatenate([coins, coins[::-1]]), bits, 1 - bits)


@wrong(checks.randomized_response, "linked_coins")
def first_coins_for_zeros_and_again_for_ones(bits, *, probability, rng):
    coins, answers = rng.random(len(bits)) < probability, bits.copy()
    for value in (0, 1):
        mine = bits == value
        answers[mine] = np.where(coins[: mine.sum()], value, 1 - value)
    return answers


@wrong(checks.randomized_response, "wrong_shape")
def their_number(bits, *, probability, rng):
    return int(np.where(rng.random(len(bits)) < probability, bits, 1 - bits).sum())


@right(checks.randomized_response)
def student_by_student(bits, *, probability, rng):
    return np.array([int(bit) if rng.random() < probability else 1 - int(bit) for bit in bits])


@right(checks.randomized_response)
def exclusive_or(bits, *, probability, rng):
    return np.asarray(bits) ^ rng.binomial(1, 1 - probability, size=np.shape(bits))


@right(checks.randomized_response)
def with_validation(bits, *, probability, rng):
    if not 0.5 < probability < 1:
        raise ValueError("probability must lie between 1/2 and 1")
    lies = rng.uniform(size=len(bits)) >= probability
    return abs(np.array(bits, dtype=float) - lies)


# --- 11.2 -------------------------------------------------------------------------------------


@wrong(checks.debias, "no_correction")
def share_of_answers(responses, *, probability):
    return responses.mean()


@wrong(checks.debias, "not_divided")
def subtract_only(responses, *, probability):
    return responses.mean() - (1 - probability)


@wrong(checks.debias, "only_divided")
def divide_only(responses, *, probability):
    return responses.mean() / (2 * probability - 1)


@wrong(checks.debias, "divided_by_p")
def over_p(responses, *, probability):
    return (responses.mean() - (1 - probability)) / probability


@wrong(checks.debias, "other_design")
def of_the_fair_coin(responses, *, probability):
    return (responses.mean() - (1 - probability) / 2) / probability


@wrong(checks.debias, "share_of_zeros")
def p_for_its_complement(responses, *, probability):
    return (responses.mean() - probability) / (1 - 2 * probability)


@wrong(checks.debias, "fixed_three_quarters")
def three_quarters(responses, *, probability):
    return (responses.mean() - 0.25) / 0.5


@wrong(checks.debias, "count_not_share")
def number_of_students(responses, *, probability):
    return (responses.sum() - len(responses) * (1 - probability)) / (2 * probability - 1)


@wrong(checks.debias, "clipped")
def tidy(responses, *, probability):
    return np.clip((responses.mean() - (1 - probability)) / (2 * probability - 1), 0, 1)


@wrong(checks.debias, "biased")
def rounded_to_people(responses, *, probability):
    estimate = (responses.mean() - (1 - probability)) / (2 * probability - 1)
    return round(estimate * len(responses)) / len(responses)


@wrong(checks.debias, "biased")
def wrong_sign(responses, *, probability):
    return (responses.mean() + (1 - probability)) / (2 * probability - 1)


@wrong(checks.debias, "clipped")
def small_classes_only(responses, *, probability):
    estimate = (responses.mean() - (1 - probability)) / (2 * probability - 1)
    return estimate if len(responses) < 4 else np.clip(estimate, 0, 1)


@wrong(checks.debias, "fixed_probability")
def both_numbers_written_out(responses, *, probability):
    return (responses.mean() - 0.3) / 0.4


@wrong(checks.debias, "fixed_probability")
def divisor_written_out(responses, *, probability):
    return (responses.mean() - (1 - probability)) / 0.4


@wrong(checks.debias, "fixed_probability")
def offset_written_out(responses, *, probability):
    return (responses.mean() - 0.3) / (2 * probability - 1)


@wrong(checks.debias, "fixed_size")
def three_students(responses, *, probability):
    return (sum(responses) / 3 - (1 - probability)) / (2 * probability - 1)


@wrong(checks.debias, "fixed_size")
def two_hundred_students(responses, *, probability):
    return (sum(responses) / 200 - (1 - probability)) / (2 * probability - 1)


@wrong(checks.debias, "coin_applied_again")
def forward(responses, *, probability):
    share = responses.mean()
    return share * probability + (1 - share) * (1 - probability)


@wrong(checks.debias, "only_divided_by_p")
def divide_by_the_coin(responses, *, probability):
    return responses.mean() / probability


@wrong(checks.debias, "centre_not_moved_back")
def stretched_about_a_half(responses, *, probability):
    return (responses.mean() - 0.5) / (2 * probability - 1)


@wrong(checks.debias, "wrong_type")
def each_student(responses, *, probability):
    return (responses - (1 - probability)) / (2 * probability - 1)


@right(checks.debias)
def person_by_person(responses, *, probability):
    return np.mean((np.asarray(responses) - (1 - probability)) / (2 * probability - 1))


@right(checks.debias)
def solved_with_counts(responses, *, probability):
    yes, n = sum(responses.tolist()), len(responses)
    matrix = [[1 - probability, probability], [probability, 1 - probability]]  # (answer, truth)
    return np.linalg.solve(matrix, [yes / n, 1 - yes / n])[1]


# --- 11.3 -------------------------------------------------------------------------------------


def finite_logs(p, q):
    both = (p > 0) & (q > 0)
    return np.log(p[both] / q[both])


@wrong(checks.smallest_epsilon, "one_direction")
def p_over_q(p, q):
    return np.max(np.log(p / q))


@wrong(checks.smallest_epsilon, "one_direction")
def q_over_p(p, q):
    return np.log((q / p).max())


@wrong(checks.smallest_epsilon, "difference")
def largest_difference(p, q):
    return np.abs(p - q).max()


@wrong(checks.smallest_epsilon, "no_logarithm")
def ratio_itself(p, q):
    return max((p / q).max(), (q / p).max())


@wrong(checks.smallest_epsilon, "log2")
def in_bits(p, q):
    return np.abs(np.log2(p / q)).max()


@wrong(checks.smallest_epsilon, "log10")
def in_decades(p, q):
    return np.abs(np.log10(p / q)).max()


@wrong(checks.smallest_epsilon, "mean_of_outputs")
def mean_log(p, q):
    return np.abs(np.log(p / q)).mean()


@wrong(checks.smallest_epsilon, "expected")
def kullback_leibler(p, q):
    return (p * np.log(p / q)).sum()


@wrong(checks.smallest_epsilon, "summed")
def total_log(p, q):
    return np.abs(np.log(p / q)).sum()


@wrong(checks.smallest_epsilon, "smallest_ratio")
def luckiest_output(p, q):
    return np.abs(np.log(p / q)).min()


@wrong(checks.smallest_epsilon, "wrong_epsilon")
def ratio_minus_one(p, q):
    return max((p / q).max(), (q / p).max()) - 1


@wrong(checks.smallest_epsilon, "impossible_output_skipped")
def skip_zeros(p, q):
    return np.abs(finite_logs(p, q)).max()


@wrong(checks.smallest_epsilon, "impossible_output_skipped")
def a_tiny_number(p, q):
    return np.abs(np.log((p + 1e-15) / (q + 1e-15))).max()


@wrong(checks.smallest_epsilon, "zero_over_zero")
def infinite_for_any_zero(p, q):
    if (p == 0).any() or (q == 0).any():
        return math.inf
    return np.abs(np.log(p / q)).max()


@wrong(checks.smallest_epsilon, "zero_over_zero")
def no_thought_of_zeros(p, q):
    return np.abs(np.log(p / q)).max()


@wrong(checks.smallest_epsilon, "impossible_output_skipped")
def count_the_zeros(p, q):
    if (p == 0).sum() != (q == 0).sum():
        return math.inf
    return np.abs(finite_logs(p, q)).max()


@wrong(checks.smallest_epsilon, "impossible_output_skipped")
def compare_the_smallest(p, q):
    if (p.min() == 0) != (q.min() == 0):
        return math.inf
    return np.abs(finite_logs(p, q)).max()


@wrong(checks.smallest_epsilon, "stops_at_zero")
def break_at_an_impossible_output(p, q):
    worst = 0.0
    for a, b in zip(p, q, strict=True):
        if a == b == 0:
            break
        if a == 0 or b == 0:
            return math.inf
        worst = max(worst, abs(math.log(a / b)))
    return worst


@wrong(checks.smallest_epsilon, "raised")
def plain_python_division(p, q):
    return max(abs(math.log(float(a) / float(b))) for a, b in zip(p, q, strict=True))


@right(checks.smallest_epsilon)
def output_by_output(p, q):
    worst = 0.0
    for a, b in zip(p, q, strict=True):
        if a == b == 0:
            continue
        if a == 0 or b == 0:
            return math.inf
        worst = max(worst, math.log(a / b), math.log(b / a))
    return worst


@right(checks.smallest_epsilon)
def masked_arrays(p, q):
    possible = (p > 0) | (q > 0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(p[possible]) - np.log(q[possible])).max()


@right(checks.smallest_epsilon)
def every_set(p, q):
    sets = [np.array(one) for one in product((0.0, 1.0), repeat=len(p))]
    worst = 0.0
    for members in sets:
        one, other = Fraction(0), Fraction(0)
        for index in np.flatnonzero(members):
            one, other = one + Fraction(float(p[index])), other + Fraction(float(q[index]))
        if one == other == 0:
            continue
        if one == 0 or other == 0:
            return float("inf")
        worst = max(worst, abs(math.log(one / other)))
    return worst


# --- 11.4 -------------------------------------------------------------------------------------


def over(p, q, epsilon):
    return np.maximum(0, p - np.exp(epsilon) * q)


@wrong(checks.smallest_delta, "one_direction")
def p_above_q(p, q, *, epsilon):
    return over(p, q, epsilon).sum()


@wrong(checks.smallest_delta, "one_direction")
def q_above_p(p, q, *, epsilon):
    return over(q, p, epsilon).sum()


@wrong(checks.smallest_delta, "both_added")
def two_deltas(p, q, *, epsilon):
    return over(p, q, epsilon).sum() + over(q, p, epsilon).sum()


@wrong(checks.smallest_delta, "no_floor")
def all_outputs(p, q, *, epsilon):
    return np.sum(p - np.exp(epsilon) * q)


@wrong(checks.smallest_delta, "floor_after_sum")
def floor_at_the_end(p, q, *, epsilon):
    there = np.sum(p - np.exp(epsilon) * q)
    back = np.sum(q - np.exp(epsilon) * p)
    return max(0.0, there, back)


@wrong(checks.smallest_delta, "one_output")
def worst_output(p, q, *, epsilon):
    return max(over(p, q, epsilon).max(), over(q, p, epsilon).max())


@wrong(checks.smallest_delta, "one_output")
def worst_output_one_way(p, q, *, epsilon):
    return (p - np.exp(epsilon) * q).max()


@wrong(checks.smallest_delta, "few_outputs")
def two_outputs_at_most(p, q, *, epsilon):
    there = np.sort(np.maximum(0, p - np.exp(epsilon) * q))[-2:].sum()
    back = np.sort(np.maximum(0, q - np.exp(epsilon) * p))[-2:].sum()
    return max(there, back)


@wrong(checks.smallest_delta, "few_outputs")
def pairs_of_outputs(p, q, *, epsilon):
    worst = 0.0
    for i, j in product(range(len(p)), repeat=2):
        chosen = sorted({i, j})
        for one, other in ((p, q), (q, p)):
            worst = max(worst, one[chosen].sum() - np.exp(epsilon) * other[chosen].sum())
    return worst


@wrong(checks.smallest_delta, "set_without_factor")
def whatever_is_above_q(p, q, *, epsilon):
    there = (p - np.exp(epsilon) * q)[p > q].sum()
    back = (q - np.exp(epsilon) * p)[q > p].sum()
    return max(there, back)


@wrong(checks.smallest_delta, "factor_on_the_wrong_side")
def other_side(p, q, *, epsilon):
    factor = np.exp(epsilon)
    return max(np.maximum(0, factor * p - q).sum(), np.maximum(0, factor * q - p).sum())


@wrong(checks.smallest_delta, "epsilon_missing")
def total_variation(p, q, *, epsilon):
    return np.abs(p - q).sum() / 2


@wrong(checks.smallest_delta, "epsilon_not_exponentiated")
def plain_epsilon(p, q, *, epsilon):
    return max(np.maximum(0, p - epsilon * q).sum(), np.maximum(0, q - epsilon * p).sum())


@wrong(checks.smallest_delta, "absolute")
def absolute_values(p, q, *, epsilon):
    factor = np.exp(epsilon)
    return max(np.abs(p - factor * q).sum(), np.abs(q - factor * p).sum()) / 2


@wrong(checks.smallest_delta, "wrong_delta")
def half_of_it(p, q, *, epsilon):
    return max(over(p, q, epsilon).sum(), over(q, p, epsilon).sum()) / 2


@wrong(checks.smallest_delta, "wrong_delta")
def wastefully_large(p, q, *, epsilon):
    return 1.0


@wrong(checks.smallest_delta, "wrong_delta")
def never_above(p, q, *, epsilon):
    return -1.0


@right(checks.smallest_delta)
def set_by_set(p, q, *, epsilon):
    worst = 0.0
    for members in definitions.sets_of_outputs(len(p)):
        one, other = p[members].sum(), q[members].sum()
        worst = max(worst, one - math.exp(epsilon) * other, other - math.exp(epsilon) * one)
    return worst


@right(checks.smallest_delta)
def worst_set_of_each_direction(p, q, *, epsilon):
    found = []
    for one, other in ((p, q), (q, p)):
        worst = [i for i in range(len(one)) if one[i] > math.exp(epsilon) * other[i]]
        found.append(sum(one[i] - math.exp(epsilon) * other[i] for i in worst))
    return max(found)


# --- questions --------------------------------------------------------------------------------

wrong_value(checks.posterior_after_yes, "truth_rate", 0.9)
wrong_value(checks.posterior_after_yes, "joint", 0.09)
wrong_value(checks.posterior_after_yes, "share_of_yes", 0.18)
wrong_value(checks.posterior_after_yes, "after_no", 0.012)
wrong_value(checks.posterior_after_yes, "percent", 50)
wrong_value(checks.posterior_after_yes, "too_low", 0.3)
wrong_value(checks.posterior_after_yes, "too_high", 0.75)
wrong_value(checks.posterior_after_yes, "not_a_number", "one half")
right_value(checks.posterior_after_yes, 0.5)
right_value(checks.posterior_after_yes, np.float64(0.502))

wrong_value(checks.people_for_three_points, "one_sigma", 1023)
wrong_value(checks.people_for_three_points, "one_sigma", 1067)
wrong_value(checks.people_for_three_points, "total_width", 15720)
wrong_value(checks.people_for_three_points, "other_epsilon", 3201)
wrong_value(checks.people_for_three_points, "not_squared", 62.7)
wrong_value(checks.people_for_three_points, "too_low", 2000)
wrong_value(checks.people_for_three_points, "too_low", 100)
wrong_value(checks.people_for_three_points, "sampling_too", 4826)
wrong_value(checks.people_for_three_points, "sampling_too", 4997)
wrong_value(checks.people_for_three_points, "too_high", 10_000)
right_value(checks.people_for_three_points, 3930)
right_value(checks.people_for_three_points, 3981)
right_value(checks.people_for_three_points, 4000)
