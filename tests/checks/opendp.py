"""Answers to the exercises of lesson 56 with a known verdict, besides those of ``made_by``."""

from itertools import product

import numpy as np

from lessons.checks import opendp as checks
from lessons.dp.mechanisms.sensitivity import sum_sensitivity
from tests.checks.answers import refused, refused_value, right, right_value


@right(checks.sum_map)
def by_lesson_12(*, d_in, lower, upper, n):
    if n is None:
        return d_in * sum_sensitivity(lower=lower, upper=upper, relation="add/remove")
    return (d_in // 2) * sum_sensitivity(lower=lower, upper=upper, relation="replace")


@right(checks.sum_map)
def with_a_cap(*, d_in, lower, upper, n):
    if n is not None:
        return min(d_in // 2, n) * (upper - lower)
    return d_in * max(-lower, upper)


@right(checks.sum_map)
def by_trying_the_corners(*, d_in, lower, upper, n):
    """Rows that go and rows that come, each at a bound."""
    most = 0.0
    for gone in range(d_in + 1):
        come = d_in - gone
        if n is not None:  # as many come as go; fewer than d_in if d_in is odd
            gone = come = d_in // 2
        for one, other in product((lower, upper), repeat=2):
            most = max(most, abs(come * one - gone * other))
    return np.float64(most)


@right(checks.sum_map)
def odd_first(*, d_in, lower, upper, n):
    if n is None:
        return max(abs(lower), abs(upper)) * d_in
    return (d_in - d_in % 2) / 2 * abs(upper - lower)


@refused(checks.sum_map, "size_not_used")
def every_row_alone(*, d_in, lower, upper, n):
    return d_in * max(abs(lower), abs(upper))


@refused(checks.sum_map, "replaced_counts_as_one")
def one_for_one(*, d_in, lower, upper, n):
    relation = "replace" if n else "add/remove"
    return d_in * sum_sensitivity(lower=lower, upper=upper, relation=relation)


@refused(checks.sum_map)
def right_up_to_four(*, d_in, lower, upper, n):
    return by_lesson_12(d_in=min(d_in, 4), lower=lower, upper=upper, n=n)


@refused(checks.sum_map)
def small_tables_only(*, d_in, lower, upper, n):
    return by_lesson_12(d_in=d_in, lower=lower, upper=upper, n=n) * (1 if (n or 0) < 300 else 2)


@refused(checks.sum_map)
def rounds_to_even(*, d_in, lower, upper, n):
    if n is None or d_in < 5:
        return by_lesson_12(d_in=d_in, lower=lower, upper=upper, n=n)
    return round(d_in / 2) * (upper - lower)


@refused(checks.sum_map)
def one_row_comes_alone(*, d_in, lower, upper, n):
    return by_lesson_12(d_in=d_in, lower=lower, upper=upper, n=None if n == 1 else n)


@refused(checks.sum_map)
def half_of_the_rows_at_most(*, d_in, lower, upper, n):
    if n is None:
        return d_in * max(-lower, upper)
    return min(d_in // 2, (n + 1) // 2) * (upper - lower)


@refused(checks.sum_map)
def pairs_where_any_come(*, d_in, lower, upper, n):
    alone = 0 if n is not None else d_in % 2
    return d_in // 2 * (upper - lower) + alone * max(-lower, upper)


@refused(checks.sum_map)
def whole_differences(*, d_in, lower, upper, n):
    return d_in * max(-lower, upper) if n is None else d_in // 2 * int(upper - lower)


@right(checks.sum_map)
def the_smaller_of_two(*, d_in, lower, upper, n):
    alone = d_in * max(-lower, upper)
    return alone if n is None else min(alone, (d_in >> 1) * (upper - lower))


@refused(checks.sum_map)
def a_pair(*, d_in, lower, upper, n):
    return lower, upper


for value in (0, 1.5e-12):
    refused_value(checks.chain_epsilon, "distance_one", value)
refused_value(checks.chain_epsilon, "scale_as_epsilon", 0.5)
refused_value(checks.chain_epsilon, "two_replaced", 1.6)
for value in (0.48, 0.96):
    refused_value(checks.chain_epsilon, "farther_bound", value)
refused_value(checks.chain_epsilon, "too_high", 3)
refused_value(checks.chain_epsilon, "too_low", 0.7)
refused_value(checks.chain_epsilon, "not_a_number", "0.8")
for value in (0.8, 0.8000000000009, np.float64(100 / 250 / 0.5)):
    right_value(checks.chain_epsilon, value)

refused_value(checks.count_epsilon, "as_meant", 0.1)
refused_value(checks.count_epsilon, "replaced", 20)
refused_value(checks.count_epsilon, "too_high", 11)
refused_value(checks.count_epsilon, "too_low", 9)
for value in (10, 10.0, 1 / 0.1):
    right_value(checks.count_epsilon, value)
