"""Lesson 31: answers besides the named mistakes."""

import random
from fractions import Fraction
from itertools import pairwise
from math import isclose

import numpy as np

from lessons.checks import additive_sharing as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 31.1


@refused(checks.guess_secret, "counterexample")
def a_little_more_than_a_turn(last_share, *, modulus):
    return 0 if last_share < 1.0001 * modulus else modulus - 1


@refused(checks.guess_secret, "counterexample")
def one_digit_more(last_share, *, modulus):
    return modulus - 1 if last_share.bit_length() > modulus.bit_length() else 0


@refused(checks.guess_secret, "counterexample")
def reduced_and_inverted(last_share, *, modulus):
    return modulus - 1 if last_share % modulus < modulus // 2 else 0


@refused(checks.guess_secret, "fails_at_large_modulus")
def about_a_turn(last_share, *, modulus):
    return 0 if last_share < modulus or isclose(last_share, modulus) else modulus - 1


@refused(checks.guess_secret, "wrong_type")
def true_or_false(last_share, *, modulus):
    return last_share > modulus


@refused(checks.guess_secret, "wrong_type")
def as_a_float(last_share, *, modulus):
    return (modulus - 1.0) * (last_share > modulus)


@refused(checks.guess_secret)
def never_for_two(last_share, *, modulus):
    return modulus - 1 if last_share > modulus > 2 else 0


def modulus_of_the_first_call():
    seen = []

    def answer(last_share, *, modulus):
        seen.append(modulus)
        return modulus - 1 if last_share > seen[0] else 0

    return answer


refused(checks.guess_secret)(modulus_of_the_first_call())


@right(checks.guess_secret)
def at_least_a_turn(last_share, *, modulus):
    return (modulus - 1) * (last_share >= modulus)


@right(checks.guess_secret)
def by_counting_turns(last_share, *, modulus):
    return np.int64(0) if (last_share - 1) // modulus == 0 else modulus - 1


@right(checks.guess_secret)
def a_coin_where_both_are_possible(last_share, *, modulus):
    both = random.choice([0, modulus - 1])
    return both if last_share == modulus else (modulus - 1) * (last_share > modulus)


@right(checks.guess_secret)
def in_fractions(last_share, *, modulus):
    return np.array(0) if Fraction(last_share, modulus) <= 1 else modulus - 1


# Exercise 31.2


def with_last(masks, secret, modulus):
    return [*masks, (secret - sum(masks)) % modulus]


@refused(checks.share_secret, "secret_in_clear")
def masks_that_cancel(secret, *, n_parties, modulus, draw):
    if n_parties == 2:
        return with_last([draw()], secret, modulus)
    masks = [draw() for _ in range(n_parties - 2)]
    return [secret, *masks, -sum(masks) % modulus]


@refused(checks.share_secret, "not_uniform")
def always_odd(secret, *, n_parties, modulus, draw):
    return with_last([(draw() | 1) % modulus for _ in range(n_parties - 1)], secret, modulus)


@refused(checks.share_secret, "small_masks")
def odd_where_there_is_room(secret, *, n_parties, modulus, draw):
    masks = [draw() | (modulus > 10**6) for _ in range(n_parties - 1)]
    return with_last([one % modulus for one in masks], secret, modulus)


@refused(checks.share_secret, "small_masks")
def without_the_last_digit(secret, *, n_parties, modulus, draw):
    unit = 10 if modulus > 10**9 else 1
    return with_last([draw() // unit * unit for _ in range(n_parties - 1)], secret, modulus)


@refused(checks.share_secret, "small_masks")
def zero_needs_no_masks(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(n_parties - 1)]
    return with_last([0 for _ in masks] if secret == 0 and modulus > 99 else masks, secret, modulus)


@refused(checks.share_secret, "small_masks")
def six_masks_are_enough(secret, *, n_parties, modulus, draw):
    masks = [draw() if k < 6 else 0 for k in range(n_parties - 1)]
    return with_last(masks, secret, modulus)


@refused(checks.share_secret, "coalition_learns")
def two_alike_among_many(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(n_parties - 1)]
    masks[5:6] = masks[4:5] if n_parties > 6 else masks[5:6]
    return with_last(masks, secret, modulus)


@refused(checks.share_secret, "coalition_learns")
def five_masks_again_and_again(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(n_parties - 1)]
    return with_last([masks[k % 5] for k in range(n_parties - 1)], secret, modulus)


@refused(checks.share_secret, "coalition_learns")
def stretched_from_one_draw(secret, *, n_parties, modulus, draw):
    masks = [draw()]
    source = random.Random(masks[0])
    while len(masks) < n_parties - 1:
        masks.append(draw() if modulus < 50 else source.randrange(modulus))
    return with_last(masks, secret, modulus)


@refused(checks.share_secret, "one_share_leaks")
def sorted_by_size(secret, *, n_parties, modulus, draw):
    return sorted(with_last([draw() for _ in range(n_parties - 1)], secret, modulus))


@refused(checks.share_secret, "own_randomness")
def shuffled(secret, *, n_parties, modulus, draw):
    shares = with_last([draw() for _ in range(n_parties - 1)], secret, modulus)
    return random.sample(shares, n_parties)


@refused(checks.share_secret, "draws_again")
def never_the_secret(secret, *, n_parties, modulus, draw):
    masks = []
    while len(masks) < n_parties - 1:
        r = draw()
        masks += [r] if r != secret else []
    return with_last(masks, secret, modulus)


@refused(checks.share_secret, "wrong_shape")
def three_whatever_n_is(secret, *, n_parties, modulus, draw):
    return with_last([draw(), draw()], secret, modulus)


@refused(checks.share_secret, "not_reduced")
def the_modulus_for_zero(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(n_parties - 1)]
    return [*masks, modulus - (sum(masks) - secret) % modulus]


@right(checks.share_secret)
def correct_the_first(secret, *, n_parties, modulus, draw):
    shares = [draw() for _ in range(n_parties)]
    shares[0] = (shares[0] + secret - sum(shares)) % modulus
    return tuple(shares)


@right(checks.share_secret)
def take_away_one_by_one(secret, *, n_parties, modulus, draw):
    rest, shares = secret, []
    for _ in range(n_parties - 1):
        shares.append(draw())
        rest = (rest - shares[-1]) % modulus
    return np.array([rest, *shares])


@right(checks.share_secret)
def steps_between_points(secret, *, n_parties, modulus, draw):
    points = [0, *(draw() for _ in range(n_parties - 1)), secret]
    return [(after - before) % modulus for before, after in pairwise(points)]


@right(checks.share_secret)
def around_a_ring(secret, *, n_parties, modulus, draw):
    r = [draw() for _ in range(n_parties)]
    return [(r[i] - r[i - 1] + secret * (i == 0)) % modulus for i in range(n_parties)]


@right(checks.share_secret)
def masks_moved_by_the_secret(secret, *, n_parties, modulus, draw):
    return with_last([(draw() + secret) % modulus for _ in range(n_parties - 1)], secret, modulus)


@refused(checks.share_secret, "fails_at_large_modulus")
def sum_in_int64_where_shares_fit(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(n_parties - 1)]
    total = sum(masks) if modulus > 2**63 else int(np.array(masks, dtype=np.int64).sum())
    return [*masks, (secret - total) % modulus]


@refused(checks.share_secret, "does_not_reconstruct")
def alone_with_a_mask(secret, *, n_parties, modulus, draw):
    masks = [draw() for _ in range(max(1, n_parties - 1))]
    return [*masks, (secret - sum(masks)) % modulus][:n_parties]


# Exercise 31.3


def by_row(row):
    """An answer with ``row(i, n, x, y, a, b, c, modulus)`` for each party."""

    def answer(x_shares, y_shares, *, a, b, c, modulus):
        n = len(x_shares)
        return [row(i, n, x_shares, y_shares, a, b, c, modulus) for i in range(n)]

    return answer


def plain(i, x, y, a, b, c, modulus, who=0):
    return (a * x[i] + b * y[i] + c * (i == who)) % modulus


for code, row in (
    ("not_reduced", lambda i, n, x, y, a, b, c, q: plain(i, x, y, a, b, c, 10_007)),
    ("not_reduced", lambda i, n, x, y, a, b, c, q: a * x[i] + b * y[i] + c),
    ("counterexample", lambda i, n, x, y, a, b, c, q: plain(i, x, y, a, b, c, q) * (i < 3)),
    ("counterexample", lambda i, n, x, y, a, b, c, q: plain(i, x, y, a, -b, c, q)),
    ("counterexample", lambda i, n, x, y, a, b, c, q: plain(i, x, y, a, b, c, q, 2)),
    ("swapped", lambda i, n, x, y, a, b, c, q: plain(i, x, y, b, a, c, q, n - 1)),
    ("not_local", lambda i, n, x, y, a, b, c, q: plain(i, x, y, a, b, c, q, x.index(max(x)))),
    (
        "not_local",
        lambda i, n, x, y, a, b, c, q: (
            (plain(i, x, y, a, b, c, q) + x[1] * ((i == 0) - (i == 1))) % q
        ),
    ),
    (
        "not_local",
        lambda i, n, x, y, a, b, c, q: plain(i, x, y[(q > 10**6) :] + y[:1], a, b, c, q),
    ),
    (
        "fails_at_large_modulus",
        lambda i, n, x, y, a, b, c, q: plain(i, x, y, float(a), float(b), c, q).__int__(),
    ),
):
    refused(checks.linear_shares, code)(by_row(row))


@refused(checks.linear_shares, "wrong_type")
def one_number(x_shares, y_shares, *, a, b, c, modulus):
    return (a * sum(x_shares) + b * sum(y_shares) + c) % modulus


@refused(checks.linear_shares, "changed_input")
def in_place(x_shares, y_shares, *, a, b, c, modulus):
    for i in range(len(x_shares)):
        x_shares[i] = plain(i, x_shares, y_shares, a, b, c, modulus)
    return x_shares


def constant_of_the_first_call():
    seen = []

    def answer(x_shares, y_shares, *, a, b, c, modulus):
        seen.append(c)
        return [plain(i, x_shares, y_shares, a, b, seen[0], modulus) for i in range(len(x_shares))]

    return answer


refused(checks.linear_shares)(constant_of_the_first_call())

for one_party in (lambda n: n - 1, lambda n: n // 2):
    right(checks.linear_shares)(
        by_row(lambda i, n, *known, who=one_party: plain(i, *known, who=who(n)))
    )


@right(checks.linear_shares)
def objects_in_an_array(x_shares, y_shares, *, a, b, c, modulus):
    x, y = np.array(x_shares, dtype=object), np.array(y_shares, dtype=object)
    z = a * x + b * y
    z[0] += c
    return z % modulus


@right(checks.linear_shares)
def everybody_adds_a_part(x_shares, y_shares, *, a, b, c, modulus):
    part, rest = divmod(c, len(x_shares))
    pairs = enumerate(zip(x_shares, y_shares, strict=True))
    return tuple((a * x + b * y + part + (i < rest)) % modulus for i, (x, y) in pairs)


@right(checks.linear_shares)
def numbers_of_numpy(x_shares, y_shares, *, a, b, c, modulus):
    z = [plain(i, x_shares, y_shares, a, b, c, modulus) for i in range(len(x_shares))]
    return [np.int64(one) if one < 2**62 else one for one in z]


@refused(checks.linear_shares)
def only_a_positive_constant(x_shares, y_shares, *, a, b, c, modulus):
    z = [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    return [(z[0] + max(c, 0)) % modulus, *z[1:]]


@refused(checks.linear_shares)
def sizes_of_the_coefficients(x_shares, y_shares, *, a, b, c, modulus):
    z = [(abs(a) * x + abs(b) * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    return [(z[0] + c) % modulus, *z[1:]]


# Exercise 31.4


def columns(table):
    return [sum(column) for column in zip(*table, strict=True)]


def opening(result, adding=columns):
    """An answer that opens ``adding(table)`` of both tables and gives ``result(total, count)``."""
    return lambda total_shares, count_shares, *, open_shares: result(
        open_shares(adding(total_shares)), open_shares(adding(count_shares))
    )


def ratio(total, count):
    return total / count


for code, result in (
    ("rounded", lambda total, count: round(total / count, 6)),
    ("rounded", lambda total, count: int(total / count)),
    ("too_coarse", lambda total, count: np.float32(total / count)),
    ("counterexample", lambda total, count: total / (count + 1)),
    ("wrong_type", lambda total, count: (total, count)),
):
    refused(checks.pooled_mean, code)(opening(result))
for code, adding in (
    ("wrong_axis", lambda table: columns(table)[::-1]),
    ("wrong_axis", lambda table: [sum(columns(table)[:2]), 0, *columns(table)[2:]]),
    ("divided_too_early", lambda table: columns(table[:-1])),
    ("any", lambda table: np.mean(table, axis=0)),
    ("fixed_modulus", lambda table: [one % 2**31 for one in columns(table)]),
    (
        "fixed_size",
        lambda table: [sum(table[h][i] for h in range(4)) for i in range(len(table[0]))],
    ),
    ("raised", lambda table: sum(columns(table))),
):
    refused(checks.pooled_mean, code)(opening(ratio, adding))


@refused(checks.pooled_mean, "fixed_modulus")
def columns_added_as_floats(total_shares, count_shares, *, open_shares):
    totals, counts = (np.sum(table, axis=0, dtype=float) for table in (total_shares, count_shares))
    return open_shares([int(one) for one in totals]) / open_shares([int(one) for one in counts])


@refused(checks.pooled_mean, "counterexample")
def ten_thousand_patients_at_most(total_shares, count_shares, *, open_shares):
    count = min(10_000, open_shares(columns(count_shares)))
    return open_shares(columns(total_shares)) / count


@refused(checks.pooled_mean, "opened_inputs")
def looks_at_the_first(total_shares, count_shares, *, open_shares):
    open_shares(total_shares[0])
    return open_shares(columns(total_shares)) / open_shares(columns(count_shares))


@refused(checks.pooled_mean, "opened_inputs")
def looks_at_the_first_when_there_are_few(total_shares, count_shares, *, open_shares):
    count = open_shares(columns(count_shares))
    if count < 50:
        open_shares(count_shares[0])
    return open_shares(columns(total_shares)) / count


@refused(checks.pooled_mean, "divided_too_early")
def looks_at_a_sum_of_both(total_shares, count_shares, *, open_shares):
    totals, counts = columns(total_shares), columns(count_shares)
    open_shares([t + c for t, c in zip(totals, counts, strict=True)])
    return open_shares(totals) / open_shares(counts)


@refused(checks.pooled_mean, "fixed_modulus")
def reduces_by_a_modulus_of_its_own(total_shares, count_shares, *, open_shares):
    totals, counts = [0] * len(total_shares[0]), [0] * len(total_shares[0])
    for h in range(len(total_shares)):
        for i in range(len(totals)):
            totals[i] = (totals[i] + total_shares[h][i]) % 1_000_003
            counts[i] = (counts[i] + count_shares[h][i]) % 1_000_003
    return float(open_shares(counts)) ** -1 * open_shares(totals)


right(checks.pooled_mean)(opening(Fraction))
right(checks.pooled_mean)(opening(ratio, lambda table: np.sum(table, axis=0)))
right(checks.pooled_mean)(opening(lambda total, count: np.array(total * (1 / count))))
right(checks.pooled_mean)(opening(ratio, lambda table: tuple(map(sum, zip(*table, strict=True)))))


@right(checks.pooled_mean)
def party_by_party(total_shares, count_shares, *, open_shares):
    totals, counts = [0] * len(total_shares[0]), np.zeros(len(total_shares[0]), dtype=np.int64)
    for total, count in zip(total_shares, count_shares, strict=True):
        for i in range(len(totals)):
            totals[i] += total[i]
        counts += count
    if open_shares(counts) == 0:
        return 0.0
    return np.float64(open_shares(totals)) / open_shares(counts)


# Questions

for number in (0.7499, 0.74, 0.5):
    refused_value(checks.fraction_exposed, "too_low", number)
refused_value(checks.fraction_exposed, "not_a_number", "most")
for number in (0.75, Fraction(3, 4)):
    right_value(checks.fraction_exposed, number)

refused_value(checks.third_hospital, "the_result", 51.9)
refused_value(checks.third_hospital, "too_high", 6804.0)
for number in (55.2, 55.26):
    refused_value(checks.third_hospital, "too_low", number)
for number in (55.3, 55.32, 6804 / 123):
    right_value(checks.third_hospital, number)
