"""Lesson 31: what learners write."""

import random
from fractions import Fraction

import numpy as np

from lessons.checks import additive_sharing as checks
from tests.checks.known import right, right_value, wrong, wrong_value

# 31.1


@wrong(checks.guess_secret, "not_a_guess")
def the_distance(last_share, *, modulus):
    return last_share - modulus


@wrong(checks.guess_secret, "guesses_at_random")
def a_coin(last_share, *, modulus):
    return random.choice([0, modulus - 1])


@wrong(checks.guess_secret, "always_the_same")
def always_zero(last_share, *, modulus):
    return 0


@wrong(checks.guess_secret, "always_the_same")
def compares_with_zero(last_share, *, modulus):
    return modulus - 1 if last_share > 0 else 0


@wrong(checks.guess_secret, "inverted")
def the_other_way_round(last_share, *, modulus):
    return modulus - 1 if last_share < modulus else 0


@wrong(checks.guess_secret, "reduced_first")
def after_reduction(last_share, *, modulus):
    return modulus - 1 if last_share % modulus > modulus // 2 else 0


@wrong(checks.guess_secret, "threshold_too_low")
def half_a_turn(last_share, *, modulus):
    return modulus - 1 if last_share > modulus // 2 else 0


@wrong(checks.guess_secret, "threshold_too_high")
def one_and_a_half(last_share, *, modulus):
    return modulus - 1 if last_share > 3 * modulus // 2 else 0


@wrong(checks.guess_secret, "modulus_hard_coded")
def published_only(last_share, *, modulus):
    return modulus - 1 if last_share > 23740629843760239486723 else 0


@wrong(checks.guess_secret, "weak_rule")
def even_or_odd(last_share, *, modulus):
    return modulus - 1 if last_share % 2 else 0


@wrong(checks.guess_secret, "fails_at_large_modulus")
def with_np_where(last_share, *, modulus):
    return int(np.where(last_share > modulus, modulus - 1, 0))


@wrong(checks.guess_secret, "fails_at_large_modulus")
def a_little_more_than_a_turn(last_share, *, modulus):
    return 0 if last_share < 1.0001 * modulus else modulus - 1


@wrong(checks.guess_secret, "off_by_a_little")
def one_too_far(last_share, *, modulus):
    return 0 if last_share <= modulus + 1 else modulus - 1


@wrong(checks.guess_secret, "off_by_a_little")
def one_too_early(last_share, *, modulus):
    return 0 if last_share < modulus - 1 else modulus - 1


@right(checks.guess_secret)
def at_least_a_turn(last_share, *, modulus):
    return (modulus - 1) * (last_share >= modulus)


@right(checks.guess_secret)
def by_counting_turns(last_share, *, modulus):
    return np.int64(0) if (last_share - 1) // modulus == 0 else modulus - 1


# 31.2


def _masks(n_parties, draw):
    return [draw() for _ in range(n_parties - 1)]


@wrong(checks.share_secret, "not_reduced")
def as_published(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, modulus - sum(shares) % modulus + secret]


@wrong(checks.share_secret, "not_reduced")
def reduces_too_early(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, (-sum(shares)) % modulus + secret]


@wrong(checks.share_secret, "negative_share")
def plain_difference(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, secret - sum(shares)]


@wrong(checks.share_secret, "secret_in_clear")
def all_to_the_first(secret, *, n_parties, modulus, draw):
    return [secret] + [0] * (n_parties - 1)


@wrong(checks.share_secret, "secret_in_clear")
def masks_that_cancel(secret, *, n_parties, modulus, draw):
    if n_parties == 2:
        r = draw()
        return [r, (secret - r) % modulus]
    masks = [draw() for _ in range(n_parties - 2)]
    return [secret, *masks[:-1], masks[-1], -sum(masks) % modulus]


@wrong(checks.share_secret, "no_randomness")
def equal_parts(secret, *, n_parties, modulus, draw):
    part = secret // n_parties
    return [part] * (n_parties - 1) + [secret - part * (n_parties - 1)]


@wrong(checks.share_secret, "constant_share")
def two_of_them(secret, *, n_parties, modulus, draw):
    r = draw()
    return [(secret + r) % modulus, -r % modulus] + [0] * (n_parties - 2)


@wrong(checks.share_secret, "repeated_share")
def same_draw_for_all(secret, *, n_parties, modulus, draw):
    r = draw()
    return [r] * (n_parties - 1) + [(secret - r * (n_parties - 1)) % modulus]


@wrong(checks.share_secret, "coalition_learns")
def multiples_of_one_draw(secret, *, n_parties, modulus, draw):
    r = draw()
    shares = [r * (k + 1) % modulus for k in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "not_uniform")
def never_zero(secret, *, n_parties, modulus, draw):
    shares = [1 + draw() % (modulus - 1) for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "not_uniform")
def product_of_draws(secret, *, n_parties, modulus, draw):
    shares = [draw() * draw() % modulus for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "one_share_leaks")
def secret_plus_product(secret, *, n_parties, modulus, draw):
    product, masks = draw() * draw(), [draw() for _ in range(n_parties - 2)]
    return [(secret + product) % modulus, *masks, -(product + sum(masks)) % modulus]


@wrong(checks.share_secret, "small_masks")
def masks_of_48_bits(secret, *, n_parties, modulus, draw):
    shares = [draw() % 2**48 for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "own_randomness")
def numpy_global(secret, *, n_parties, modulus, draw):
    shares = [int(np.random.randint(modulus)) for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "does_not_reconstruct")
def forgot_the_secret(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, -sum(shares) % modulus]


@wrong(checks.share_secret, "does_not_reconstruct")
def another_modulus(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, (secret - sum(shares)) % 100_000]


@wrong(checks.share_secret, "sums_to_minus")
def wrong_sign(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, (-secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "float_shares")
def fractions_of_the_secret(secret, *, n_parties, modulus, draw):
    return [secret / n_parties] * n_parties


@wrong(checks.share_secret, "wrong_shape")
def one_share_too_few(secret, *, n_parties, modulus, draw):
    shares = [draw() for _ in range(n_parties - 2)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "too_many_draws")
def twelve_dice(secret, *, n_parties, modulus, draw):
    shares = [sum(draw() for _ in range(4)) % modulus for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "others_minus_secret")
def turned_round(secret, *, n_parties, modulus, draw):
    shares = _masks(n_parties, draw)
    return [*shares, (sum(shares) - secret) % modulus]


@wrong(checks.share_secret, "draws_again")
def until_not_zero(secret, *, n_parties, modulus, draw):
    shares = []
    for _ in range(n_parties - 1):
        r = draw()
        while r == 0:
            r = draw()
        shares.append(r)
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "draws_again")
def until_even(secret, *, n_parties, modulus, draw):
    shares = []
    for _ in range(n_parties - 1):
        r = draw()
        while r % 2:
            r = draw()
        shares.append(r)
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "too_many_draws")
def a_hundred_draws(secret, *, n_parties, modulus, draw):
    shares = [[draw() for _ in range(50)][-1] for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(shares)) % modulus]


@wrong(checks.share_secret, "fails_at_large_modulus")
def in_an_int64_array(secret, *, n_parties, modulus, draw):
    shares = np.zeros(n_parties, dtype=np.int64)
    for i in range(n_parties - 1):
        shares[i] = draw()
        secret = (secret - int(shares[i])) % modulus
    shares[-1] = secret
    return shares


@wrong(checks.share_secret, "fails_at_large_modulus")
def as_np_int64(secret, *, n_parties, modulus, draw):
    shares = [np.int64(draw()) for _ in range(n_parties - 1)]
    return [*shares, (secret - sum(map(int, shares))) % modulus]


@right(checks.share_secret)
def correct_the_first(secret, *, n_parties, modulus, draw):
    shares = [draw() for _ in range(n_parties)]
    shares[0] = (shares[0] + secret - sum(shares)) % modulus
    return shares


@right(checks.share_secret)
def take_away_one_by_one(secret, *, n_parties, modulus, draw):
    rest, shares = secret, []
    for _ in range(n_parties - 1):
        shares.append(draw())
        rest = (rest - shares[-1]) % modulus
    return np.array([rest, *shares])


# 31.3


@wrong(checks.linear_shares, "not_local")
def reconstructs_first(x_shares, y_shares, *, a, b, c, modulus):
    z = (a * sum(x_shares) + b * sum(y_shares) + c) % modulus
    return [z] + [0] * (len(x_shares) - 1)


@wrong(checks.linear_shares, "constant_everywhere")
def everybody_adds(x_shares, y_shares, *, a, b, c, modulus):
    return [(a * x + b * y + c) % modulus for x, y in zip(x_shares, y_shares, strict=True)]


@wrong(checks.linear_shares, "constant_forgotten")
def nobody_adds(x_shares, y_shares, *, a, b, c, modulus):
    return [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]


@wrong(checks.linear_shares, "swapped")
def other_coefficients(x_shares, y_shares, *, a, b, c, modulus):
    z = [(b * x + a * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    return [(z[0] + c) % modulus, *z[1:]]


@wrong(checks.linear_shares, "coefficients_ignored")
def plain_sum(x_shares, y_shares, *, a, b, c, modulus):
    z = [(x + y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    return [(z[0] + c) % modulus, *z[1:]]


@wrong(checks.linear_shares, "only_one_party")
def first_party_works(x_shares, y_shares, *, a, b, c, modulus):
    return [(a * x_shares[0] + b * y_shares[0] + c) % modulus] + [0] * (len(x_shares) - 1)


@wrong(checks.linear_shares, "not_reduced")
def without_reduction(x_shares, y_shares, *, a, b, c, modulus):
    z = [a * x + b * y for x, y in zip(x_shares, y_shares, strict=True)]
    return [z[0] + c, *z[1:]]


@wrong(checks.linear_shares, "float_shares")
def in_floats(x_shares, y_shares, *, a, b, c, modulus):
    z = (a * np.array(x_shares, dtype=float) + b * np.array(y_shares, dtype=float)) % modulus
    z[0] = (z[0] + c) % modulus
    return z


@wrong(checks.linear_shares, "overflow")
def in_int64(x_shares, y_shares, *, a, b, c, modulus):
    z = (a * np.array(x_shares) + b * np.array(y_shares)) % modulus
    z[0] = (z[0] + c) % modulus
    return z


@wrong(checks.linear_shares, "wrong_value")
def product_of_shares(x_shares, y_shares, *, a, b, c, modulus):
    return [(a * x * b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]


@wrong(checks.linear_shares, "wrong_value")
def constant_times_a(x_shares, y_shares, *, a, b, c, modulus):
    x = [x_shares[0] + c, *x_shares[1:]]
    return [(a * s + b * t) % modulus for s, t in zip(x, y_shares, strict=True)]


@wrong(checks.linear_shares, "wrong_shape")
def one_number(x_shares, y_shares, *, a, b, c, modulus):
    return (a * sum(x_shares) + b * sum(y_shares) + c) % modulus


@wrong(checks.linear_shares, "not_local")
def reconstructs_y(x_shares, y_shares, *, a, b, c, modulus):
    z = [a * x % modulus for x in x_shares]
    z[0] = (z[0] + b * sum(y_shares) + c) % modulus
    return z


@wrong(checks.linear_shares, "not_local")
def y_backwards(x_shares, y_shares, *, a, b, c, modulus):
    z = [(a * x + b * y) % modulus for x, y in zip(x_shares, reversed(y_shares), strict=True)]
    return [(z[0] + c) % modulus, *z[1:]]


@wrong(checks.linear_shares, "not_local")
def y_of_the_neighbour(x_shares, y_shares, *, a, b, c, modulus):
    turned = [*y_shares[1:], y_shares[0]]
    z = [(a * x + b * y) % modulus for x, y in zip(x_shares, turned, strict=True)]
    return [(z[0] + c) % modulus, *z[1:]]


@wrong(checks.linear_shares, "not_local")
def the_largest_share_adds(x_shares, y_shares, *, a, b, c, modulus):
    z = [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    who = list(x_shares).index(max(x_shares))
    z[who] = (z[who] + c) % modulus
    return z


@wrong(checks.linear_shares, "constant_rounded")
def everybody_adds_a_part(x_shares, y_shares, *, a, b, c, modulus):
    part = c // len(x_shares)
    return [(a * x + b * y + part) % modulus for x, y in zip(x_shares, y_shares, strict=True)]


@right(checks.linear_shares)
def last_party_adds(x_shares, y_shares, *, a, b, c, modulus):
    z = []
    for i in range(len(x_shares)):
        constant = c if i == len(x_shares) - 1 else 0
        z.append((a * x_shares[i] + b * y_shares[i] + constant) % modulus)
    return tuple(z)


@right(checks.linear_shares)
def objects_in_an_array(x_shares, y_shares, *, a, b, c, modulus):
    x, y = np.array(x_shares, dtype=object), np.array(y_shares, dtype=object)
    z = a * x + b * y
    z[0] += c
    return z % modulus


# 31.4


def _columns(table):
    return [sum(column) for column in zip(*table, strict=True)]


@wrong(checks.pooled_mean, "average_of_averages")
def every_hospital_counts_once(total_shares, count_shares, *, open_shares):
    means = [
        open_shares(t) / open_shares(c) for t, c in zip(total_shares, count_shares, strict=True)
    ]
    return sum(means) / len(means)


@wrong(checks.pooled_mean, "opened_inputs")
def opens_everything(total_shares, count_shares, *, open_shares):
    return sum(map(open_shares, total_shares)) / sum(map(open_shares, count_shares))


@wrong(checks.pooled_mean, "opened_inputs")
def opens_the_counts(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(total_shares)) / sum(map(open_shares, count_shares))


@wrong(checks.pooled_mean, "wrong_axis")
def adds_the_rows(total_shares, count_shares, *, open_shares):
    totals = [sum(row) for row in total_shares]
    counts = [sum(row) for row in count_shares]
    return open_shares(totals) / open_shares(counts)


@wrong(checks.pooled_mean, "divided_too_early")
def whole_quotients(total_shares, count_shares, *, open_shares):
    pairs = zip(_columns(total_shares), _columns(count_shares), strict=True)
    return open_shares([t // c for t, c in pairs])


@wrong(checks.pooled_mean, "divided_too_early")
def quotients(total_shares, count_shares, *, open_shares):
    pairs = zip(_columns(total_shares), _columns(count_shares), strict=True)
    return open_shares([t / c for t, c in pairs])


@wrong(checks.pooled_mean, "bypassed")
def adds_up_everything(total_shares, count_shares, *, open_shares):
    modulus = 1_000_003
    total = sum(sum(row) for row in total_shares) % modulus
    count = sum(sum(row) for row in count_shares) % modulus
    return total / count


@wrong(checks.pooled_mean, "bypassed")
def without_a_modulus(total_shares, count_shares, *, open_shares):
    return sum(_columns(total_shares)) / sum(_columns(count_shares))


@wrong(checks.pooled_mean, "upside_down")
def counts_over_totals(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(count_shares)) / open_shares(_columns(total_shares))


@wrong(checks.pooled_mean, "rounded")
def whole_years(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(total_shares)) // open_shares(_columns(count_shares))


@wrong(checks.pooled_mean, "divided_by_hospitals")
def by_the_number_of_rows(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(total_shares)) / len(total_shares)


@wrong(checks.pooled_mean, "not_divided")
def only_the_total(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(total_shares))


@wrong(checks.pooled_mean, "wrong_value")
def one_patient_more(total_shares, count_shares, *, open_shares):
    return open_shares(_columns(total_shares)) / (open_shares(_columns(count_shares)) + 1)


@wrong(checks.pooled_mean, "float_shares")
def added_up_in_zeros(total_shares, count_shares, *, open_shares):
    totals, counts = np.zeros(len(total_shares[0])), np.zeros(len(total_shares[0]))
    for t, c in zip(total_shares, count_shares, strict=True):
        totals += t
        counts += c
    return open_shares(totals) / open_shares(counts)


@wrong(checks.pooled_mean, "wrong_axis")
def opens_party_by_party(total_shares, count_shares, *, open_shares):
    total = sum(open_shares([one]) for one in _columns(total_shares)) % 1_000_003
    count = sum(open_shares([one]) for one in _columns(count_shares)) % 1_000_003
    return total / count


@right(checks.pooled_mean)
def with_numpy(total_shares, count_shares, *, open_shares):
    total = open_shares(np.sum(total_shares, axis=0))
    count = open_shares(np.sum(count_shares, axis=0))
    return total / count


@right(checks.pooled_mean)
def party_by_party(total_shares, count_shares, *, open_shares):
    totals, counts = [0] * len(total_shares[0]), [0] * len(total_shares[0])
    for h in range(len(total_shares)):
        for i in range(len(totals)):
            totals[i] = (totals[i] + total_shares[h][i]) % 1_000_003
            counts[i] = (counts[i] + count_shares[h][i]) % 1_000_003
    return float(open_shares(counts)) ** -1 * open_shares(totals)


# the widgets' questions

right_value(checks.fraction_exposed, 0.75)
right_value(checks.fraction_exposed, Fraction(3, 4))
wrong_value(checks.fraction_exposed, "complement", 0.25)
wrong_value(checks.fraction_exposed, "after_the_repair", 0)
wrong_value(checks.fraction_exposed, "always", 1.0)
wrong_value(checks.fraction_exposed, "one_bar_more", 10 / 12)
wrong_value(checks.fraction_exposed, "one_bar_less", 8 / 12)
wrong_value(checks.fraction_exposed, "largest_secret", 11 / 12)
wrong_value(checks.fraction_exposed, "too_low", 0.5)
wrong_value(checks.fraction_exposed, "not_a_number", "most")

right_value(checks.third_hospital, 55.3)
right_value(checks.third_hospital, 6804 / 123)
wrong_value(checks.third_hospital, "the_result", 51.9)
wrong_value(checks.third_hospital, "their_own", 51.2)
wrong_value(checks.third_hospital, "first_hospital", 54.4)
wrong_value(checks.third_hospital, "second_hospital", 47.9)
wrong_value(checks.third_hospital, "cannot_be_found", -1)
wrong_value(checks.third_hospital, "difference_of_means", 53.4)
wrong_value(checks.third_hospital, "too_high", 6804.0)
