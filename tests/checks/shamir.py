"""Lesson 32: answers besides the named mistakes."""

import random
from collections import Counter
from functools import reduce
from itertools import combinations
from math import gcd, lcm, prod

import numpy as np

from lessons.checks import shamir as checks
from lessons.mpc import error_correction
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 32.1


@refused(checks.fitting_secrets)
def the_first_two_are_enough(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))[:2]
    return [s for s in range(limit) if all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets, "counterexample")
def falling(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in reversed(range(limit)) if all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def sign_lost(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if all((abs(y) - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def sum_of_remainders(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if sum(y - s for y, _ in pairs) % prod(points) == 0]


@refused(checks.fitting_secrets)
def product_of_differences(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if prod(y - s for y, _ in pairs) % prod(points) == 0]


@refused(checks.fitting_secrets)
def positive_multiples_only(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if all((y - s) % x == 0 and y != s for y, x in pairs)]


@refused(checks.fitting_secrets, "raised")
def remainder_theorem_for_coprime_points(shares, points, *, limit):
    whole = prod(points)
    first = sum(
        y * (whole // x) * pow(whole // x, -1, x) for y, x in zip(shares, points, strict=True)
    )
    return list(range(first % whole, limit, whole))


@refused(checks.fitting_secrets, "raised")
def in_int64(shares, points, *, limit):
    s = np.arange(limit)[:, np.newaxis]
    rest = (np.array(shares, dtype=np.int64) - s) % np.array(points)
    return np.flatnonzero((rest == 0).all(axis=1)).tolist()


@refused(checks.fitting_secrets, "wrong_type")
def as_a_set(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return {s for s in range(limit) if all((y - s) % x == 0 for y, x in pairs)}


@refused(checks.fitting_secrets)
def nothing_without_two_parties(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if len(pairs) > 1 and all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def at_most_a_hundred(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(min(limit, 100)) if all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def below_the_least_common_multiple_of_two(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    top = min(limit, lcm(*points[:2]))
    return [s for s in range(top) if all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def c_remainders(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    return [s for s in range(limit) if all(int(np.fmod(y, x)) == s % x for y, x in pairs)]


@refused(checks.fitting_secrets)
def large_points_only(shares, points, *, limit):
    pairs = [(y, x) for y, x in zip(shares, points, strict=True) if x == max(points)]
    return [s for s in range(limit) if all((y - s) % x == 0 for y, x in pairs)]


@refused(checks.fitting_secrets)
def only_where_it_is_unique(shares, points, *, limit):
    pairs = list(zip(shares, points, strict=True))
    found = [s for s in range(limit) if all((y - s) % x == 0 for y, x in pairs)]
    return found if len(found) == 1 else []


def limit_of_the_first_call():
    seen = []

    def answer(shares, points, *, limit):
        seen.append(limit)
        pairs = list(zip(shares, points, strict=True))
        return [s for s in range(seen[0]) if all((y - s) % x == 0 for y, x in pairs)]

    return answer


refused(checks.fitting_secrets)(limit_of_the_first_call())


@refused(checks.fitting_secrets)
def differences_of_shares(shares, points, *, limit):
    step = reduce(gcd, points)
    return [s for s in range(limit) if (shares[0] - s) % step == 0]


@refused(checks.fitting_secrets, "changed_input")
def eats_the_shares(shares, points, *, limit):
    found = set(range(limit))
    while shares:
        share, point = shares.pop(), points.pop()
        found &= {s for s in range(limit) if (share - s) % point == 0}
    return sorted(found)


@refused(checks.fitting_secrets)
def one_of_every_point(shares, points, *, limit):
    return [min((y % x for y, x in zip(shares, points, strict=True)), default=0)]


@right(checks.fitting_secrets)
def same_remainders(shares, points, *, limit):
    return tuple(
        s
        for s in range(limit)
        if [s % x for x in points] == [y % x for y, x in zip(shares, points, strict=True)]
    )


@right(checks.fitting_secrets)
def set_by_set(shares, points, *, limit):
    found = set(range(limit))
    for y, x in zip(shares, points, strict=True):
        found &= set(range(y % x, limit, x))
    return sorted(found)


@right(checks.fitting_secrets)
def sieve(shares, points, *, limit):
    fits = np.ones(limit, dtype=bool)
    for y, x in zip(shares, points, strict=True):
        fits &= np.arange(limit) % x == y % x
    return np.flatnonzero(fits)


@right(checks.fitting_secrets)
def step_by_step(shares, points, *, limit):
    rest, step = 0, 1
    for y, x in zip(shares, points, strict=True):
        found = [rest + k * step for k in range(x) if (rest + k * step - y) % x == 0]
        if not found:
            return []
        rest, step = found[0], lcm(step, x)
    return list(range(rest, limit, step))


@right(checks.fitting_secrets)
def by_recursion(shares, points, *, limit):
    if not shares:
        return list(range(limit))
    (first, *shares), (point, *points) = shares, points
    return [s for s in by_recursion(shares, points, limit=limit) if (first - s) % point == 0]


# Exercise 32.2


def at(coefficients, points, modulus):
    return [
        sum(a * pow(x, k, modulus) for k, a in enumerate(coefficients)) % modulus for x in points
    ]


@refused(checks.share_secret)
def in_falling_order_of_points(secret, *, threshold, points, modulus, draw):
    return at([secret, *(draw() for _ in range(threshold))], sorted(points), modulus)


@refused(checks.share_secret)
def sorted_shares(secret, *, threshold, points, modulus, draw):
    return sorted(at([secret, *(draw() for _ in range(threshold))], points, modulus))


@refused(checks.share_secret, "one_share_leaks")
def powers_of_one_draw(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    return at(
        [secret, a[0], *(pow(a[0], k, modulus) for k in range(2, threshold + 1))], points, modulus
    )


@refused(checks.share_secret)
def zero_needs_no_polynomial(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    return at([secret, *a] if secret else [0], points, modulus)


@refused(checks.share_secret, "small_masks")
def sixteen_bits_where_there_are_more(secret, *, threshold, points, modulus, draw):
    return at([secret, *(draw() % 2**16 for _ in range(threshold))], points, modulus)


@refused(checks.share_secret, "small_masks")
def even_where_there_is_room(secret, *, threshold, points, modulus, draw):
    unit = 2 if modulus > 1000 else 1
    return at([secret, *(draw() // unit * unit for _ in range(threshold))], points, modulus)


@refused(checks.share_secret, "coalition_learns")
def last_coefficient_from_the_first(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    if threshold > 3:
        a[-1] = a[0]
    return at([secret, *a], points, modulus)


@refused(checks.share_secret, "coalition_learns")
def stretched(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    source = random.Random(a[0])
    a[3:] = [source.randrange(modulus) for _ in a[3:]]
    return at([secret, *a], points, modulus)


@refused(checks.share_secret, "degree_too_low")
def one_draw_for_all_the_threshold(secret, *, threshold, points, modulus, draw):
    return at([secret, draw()], points, modulus)


@refused(checks.share_secret, "does_not_reconstruct")
def masks_added_to_the_secret(secret, *, threshold, points, modulus, draw):
    masks = [draw() for _ in range(threshold)]
    return [(secret + masks[i % threshold]) % modulus for i in range(len(points))]


@refused(checks.share_secret, "does_not_reconstruct")
def power_of_two_instead_of_power(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    return [(secret + sum(c * (x ^ k) for k, c in enumerate(a, 1))) % modulus for x in points]


@refused(checks.share_secret, "draws_again")
def never_the_secret_as_a_share(secret, *, threshold, points, modulus, draw):
    while True:
        shares = at([secret, *(draw() for _ in range(threshold))], points, modulus)
        if secret not in shares:
            return shares


@refused(checks.share_secret, "draws_again")
def never_all_zero(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    while threshold and not any(a):
        a = [draw() for _ in range(threshold)]
    return at([secret, *a], points, modulus)


@refused(checks.share_secret, "draws_again")
def different_coefficients(secret, *, threshold, points, modulus, draw):
    a = [secret]
    while len(a) <= threshold:
        c = draw()
        a += [c] if c not in a else []
    return at(a, points, modulus)


@refused(checks.share_secret, "one_share_leaks")
def largest_for_zero(secret, *, threshold, points, modulus, draw):
    return at([secret, *(draw() or modulus - 1 for _ in range(threshold))], points, modulus)


@refused(checks.share_secret, "own_randomness")
def hidden_from_the_caller(secret, *, threshold, points, modulus, draw):
    a = [(draw() + random.randrange(modulus)) % modulus for _ in range(threshold)]
    return at([secret, *a], points, modulus)


@refused(checks.share_secret, "too_many_draws")
def one_draw_too_many(secret, *, threshold, points, modulus, draw):
    return at([secret, *[draw() for _ in range(threshold + 1)][1:]], points, modulus)


@refused(checks.share_secret, "wrong_shape")
def secret_in_front(secret, *, threshold, points, modulus, draw):
    return at([secret, *(draw() for _ in range(threshold))], [0, *points], modulus)


@refused(checks.share_secret, "wrong_type")
def pairs(secret, *, threshold, points, modulus, draw):
    a = [secret, *(draw() for _ in range(threshold))]
    return list(zip(points, at(a, points, modulus), strict=True))


@refused(checks.share_secret)
def at_the_points_less_one(secret, *, threshold, points, modulus, draw):
    a = [secret, *(draw() for _ in range(threshold))]
    return at(a, [x - 1 for x in points], modulus)


@refused(checks.share_secret, "fails_at_large_modulus")
def powers_in_uint64(secret, *, threshold, points, modulus, draw):
    a = [secret, *(draw() for _ in range(threshold))]
    powers = [[int(np.uint64(x % 2**64) ** np.uint64(k)) for k in range(len(a))] for x in points]
    return [sum(c * y for c, y in zip(a, row, strict=True)) % modulus for row in powers]


def coefficients_of_the_first_call():
    kept = {}

    def answer(secret, *, threshold, points, modulus, draw):
        a = kept.setdefault((modulus, threshold), [draw() for _ in range(threshold)])
        return at([secret, *a], points, modulus)

    return answer


refused(checks.share_secret)(coefficients_of_the_first_call())


@refused(checks.share_secret, "too_many_draws")
def a_line_at_least(secret, *, threshold, points, modulus, draw):
    a = [secret, *(draw() for _ in range(max(threshold, 1)))]
    return [sum(c * pow(x, k, modulus) for k, c in enumerate(a)) % modulus for x in points]


@right(checks.share_secret)
def horner(secret, *, threshold, points, modulus, draw):
    a = [draw() for _ in range(threshold)]
    return [reduce(lambda y, c, x=x: (y * x + c) % modulus, [*a, secret]) for x in points]


@right(checks.share_secret)
def coefficients_moved_by_the_secret(secret, *, threshold, points, modulus, draw):
    return at([secret, *((draw() + secret) % modulus for _ in range(threshold))], points, modulus)


@right(checks.share_secret)
def with_a_matrix(secret, *, threshold, points, modulus, draw):
    a = np.array([secret, *(draw() for _ in range(threshold))], dtype=object)
    powers = np.array(
        [[pow(x, k, modulus) for k in range(threshold + 1)] for x in points], dtype=object
    )
    return powers @ a % modulus


@right(checks.share_secret)
def first_shares_drawn_the_others_follow(secret, *, threshold, points, modulus, draw):
    xs = [0, *points[:threshold]]
    ys = [secret, *(draw() for _ in range(threshold))]

    def value(z):
        total = 0
        for i, own in enumerate(xs):
            others = [x for k, x in enumerate(xs) if k != i]
            below = prod(own - x for x in others)
            total += ys[i] * prod(z - x for x in others) * pow(below, -1, modulus)
        return total % modulus

    return [value(x) for x in points]


@right(checks.share_secret)
def power_by_power(secret, *, threshold, points, modulus, draw):
    shares, powers = [secret] * len(points), [1] * len(points)
    for _ in range(threshold):
        a = draw()
        for i, x in enumerate(points):
            powers[i] = powers[i] * x % modulus
            shares[i] = (shares[i] + a * powers[i]) % modulus
    return tuple(shares)


@right(checks.share_secret)
def sum_of_lines(secret, *, threshold, points, modulus, draw):
    def rest(t):  # a polynomial of degree t, times X
        return at([draw() for _ in range(t)], points, modulus)

    tail = rest(threshold)
    return [(secret + x * y) % modulus for x, y in zip(points, tail, strict=True)]


# Exercise 32.3


def weights(points, at, modulus):
    found = []
    for i, own in enumerate(points):
        a = b = 1
        for other in [*points[:i], *points[i + 1 :]]:
            a, b = a * (at - other), b * (own - other)
        found.append(a * pow(b, -1, modulus) % modulus)
    return found


@refused(checks.lagrange_weights)
def for_three_parties(points, *, at, modulus):
    return weights(points, at, modulus) if len(points) < 4 else [1] * len(points)


@refused(checks.lagrange_weights)
def in_order_of_points(points, *, at, modulus):
    return weights(sorted(points), at, modulus)


@refused(checks.lagrange_weights)
def of_the_neighbour_only(points, *, at, modulus):
    n = len(points)
    pairs = [(points[i], points[(i + 1) % n]) for i in range(n)]
    return [(at - b) * pow(a - b, -1, modulus) % modulus if a != b else 1 for a, b in pairs]


@refused(checks.lagrange_weights)
def all_alike(points, *, at, modulus):
    return [pow(len(points), -1, modulus) if len(points) % modulus else 1] * len(points)


@refused(checks.lagrange_weights)
def at_its_own_point_zero(points, *, at, modulus):
    if at in points:
        return [0] * len(points)
    return weights(points, at, modulus)


@refused(checks.lagrange_weights)
def the_last_one_missing(points, *, at, modulus):
    return weights(points, at, modulus)[:-1]


@refused(checks.lagrange_weights)
def negative_differences_made_positive(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        a, b = prod(abs(at - x) for x in others), prod(abs(own - x) for x in others)
        found.append(a * pow(b, -1, modulus) % modulus)
    return found


@refused(checks.lagrange_weights)
def sums_for_products(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        b = sum(own - x for x in others) % modulus
        found.append(sum(at - x for x in others) * pow(b, -1, modulus) % modulus if b else 1)
    return found


@refused(checks.lagrange_weights, "fails_at_large_modulus")
def product_of_floats(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        a = int(np.prod([float((at - x) % modulus) for x in others])) % modulus
        b = prod(own - x for x in others)
        found.append(a * pow(b, -1, modulus) % modulus)
    return found


@refused(checks.lagrange_weights)
def small_inverses_by_search(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        b = prod(own - x for x in others) % modulus
        inverse = next((k for k in range(1, min(modulus, 50)) if b * k % modulus == 1), 0)
        found.append(prod(at - x for x in others) * inverse % modulus)
    return found


@refused(checks.lagrange_weights)
def one_too_large(points, *, at, modulus):
    return [w or modulus for w in weights(points, at, modulus)]


@refused(checks.lagrange_weights)
def modulo_the_totient(points, *, at, modulus):
    return [w % (modulus - 1) for w in weights(points, at, modulus)]


@refused(checks.lagrange_weights)
def weights_times_points(points, *, at, modulus):
    return [w * x % modulus for w, x in zip(weights(points, at, modulus), points, strict=True)]


@refused(checks.lagrange_weights)
def moved_points(points, *, at, modulus):
    return weights([x - 1 for x in points], at, modulus)


def first_points_for_ever():
    kept = {}

    def answer(points, *, at, modulus):
        return kept.setdefault((len(points), at, modulus), weights(points, at, modulus))

    return answer


refused(checks.lagrange_weights)(first_points_for_ever())


@refused(checks.lagrange_weights, "wrong_type")
def by_point(points, *, at, modulus):
    return dict(zip(points, weights(points, at, modulus), strict=True))


@refused(checks.lagrange_weights)
def summed_up(points, *, at, modulus):
    return sum(weights(points, at, modulus)) % modulus


@refused(checks.lagrange_weights)
def above_without_at(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        a, b = prod(at * x for x in others), prod(own - x for x in others)
        found.append(a * pow(b, -1, modulus) % modulus)
    return found


@refused(checks.lagrange_weights)
def inverse_of_the_first_factor_only(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        w = prod(at - x for x in others)
        found.append(w * pow(own - others[0], -1, modulus) % modulus if others else 1)
    return found


@refused(checks.lagrange_weights)
def real_weights_rounded(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        found.append(round(prod((at - x) / (own - x) for x in others)) % modulus)
    return found


def kept_by_a_set_of_points():
    kept = {}

    def answer(points, *, at, modulus):
        by = (frozenset(points), at, modulus)
        if by not in kept:
            kept[by] = checks.lagrange_weights.reference(points, at=at, modulus=modulus)
        return kept[by]

    return answer


refused(checks.lagrange_weights)(kept_by_a_set_of_points())


@right(checks.lagrange_weights)
def by_fermat(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        b = prod(own - x for x in others) % modulus
        found.append(prod(at - x for x in others) * pow(b, modulus - 2, modulus) % modulus)
    return found if modulus > 2 else [1]


@right(checks.lagrange_weights)
def factor_by_factor(points, *, at, modulus):
    found = np.ones(len(points), dtype=object)
    for i, own in enumerate(points):
        for other in points:
            if other != own:
                found[i] = found[i] * (at - other) * pow(own - other, -1, modulus) % modulus
    return list(found)


@right(checks.lagrange_weights)
def by_linear_equations(points, *, at, modulus):
    n = len(points)
    rows = [[pow(x, k, modulus) for x in points] + [pow(at, k, modulus)] for k in range(n)]
    for i in range(n):
        pivot = next(k for k in range(i, n) if rows[k][i] % modulus)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        inverse = pow(rows[i][i], -1, modulus)
        rows[i] = [a * inverse % modulus for a in rows[i]]
        for k in range(n):
            if k != i:
                rows[k] = [
                    (a - rows[k][i] * b) % modulus for a, b in zip(rows[k], rows[i], strict=True)
                ]
    return tuple(row[-1] for row in rows)


@right(checks.lagrange_weights)
def with_both_signs_turned(points, *, at, modulus):
    found = []
    for own in points:
        others = [x for x in points if x != own]
        b = prod(x - own for x in others)
        found.append(prod(x - at for x in others) * pow(b, -1, modulus) % modulus)
    return found


@right(checks.lagrange_weights)
def one_party_after_the_other(points, *, at, modulus):
    if len(points) == 1:
        return [1]
    *first, last = points
    inner = one_party_after_the_other(first, at=at, modulus=modulus)
    own = prod(at - x for x in first) * pow(prod(last - x for x in first), -1, modulus)
    scaled = [
        w * (at - last) * pow(x - last, -1, modulus) % modulus
        for w, x in zip(inner, first, strict=True)
    ]
    return [*scaled, own % modulus]


# Exercise 32.4


def value(z, xs, ys, modulus):
    pairs = zip(weights(xs, z, modulus), ys, strict=True)
    return sum(w * y for w, y in pairs) % modulus


def outside(base, shares, points, modulus):
    xs, ys = [points[i] for i in base], [shares[i] for i in base]
    everybody = zip(points, shares, strict=True)
    return sorted(x for x, y in everybody if value(x, xs, ys, modulus) != y)


def bases(points, threshold):
    return combinations(range(len(points)), threshold + 1)


@refused(checks.find_liars)
def party_one_is_honest(shares, points, *, threshold, modulus):
    every = [base for base in bases(points, threshold) if 0 in base]
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def the_last_one_is_honest(shares, points, *, threshold, modulus):
    every = [base for base in bases(points, threshold) if len(points) - 1 in base]
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def a_few_sets_will_do(shares, points, *, threshold, modulus):
    every = list(bases(points, threshold))[:5]
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def bound_one_too_generous(shares, points, *, threshold, modulus):
    most = (len(points) - threshold + 1) // 2
    for base in bases(points, threshold):
        found = outside(base, shares, points, modulus)
        if len(found) <= most:
            return found
    return []


@refused(checks.find_liars)
def a_third_may_lie(shares, points, *, threshold, modulus):
    for base in bases(points, threshold):
        found = outside(base, shares, points, modulus)
        if len(found) <= len(points) // 3:
            return found
    return []


@refused(checks.find_liars)
def nobody_if_in_doubt(shares, points, *, threshold, modulus):
    found = outside(range(threshold + 1), shares, points, modulus)
    return found if len(found) <= (len(points) - threshold - 1) // 2 else []


@refused(checks.find_liars)
def nobody_ever(shares, points, *, threshold, modulus):
    return []


@refused(checks.find_liars)
def always_as_many_as_allowed(shares, points, *, threshold, modulus):
    best = min(
        (outside(base, shares, points, modulus) for base in bases(points, threshold)), key=len
    )
    most = (len(points) - threshold - 1) // 2
    others = [x for x in sorted(points) if x not in best]
    return sorted(best + others[: most - len(best)])


@refused(checks.find_liars)
def often_outside(shares, points, *, threshold, modulus):
    count = Counter()
    for base in bases(points, threshold):
        count.update(outside(base, shares, points, modulus))
    total = sum(1 for _ in bases(points, threshold))
    return sorted(x for x, often in count.items() if often > total / 2)


@refused(checks.find_liars)
def the_longest_list(shares, points, *, threshold, modulus):
    return max(
        (outside(base, shares, points, modulus) for base in bases(points, threshold)), key=len
    )


@refused(checks.find_liars)
def over_whole_numbers(shares, points, *, threshold, modulus):
    def off(base):
        xs, ys = [points[i] for i in base], [shares[i] for i in base]
        fit = np.polyfit(np.array(xs, dtype=float), np.array(ys, dtype=float), threshold)
        everybody = zip(points, shares, strict=True)
        return sorted(x for x, y in everybody if abs(np.polyval(fit, x) - y) > 1e-6)

    return min((off(base) for base in bases(points, threshold)), key=len)


@refused(checks.find_liars)
def points_counted_from_one(shares, points, *, threshold, modulus):
    counted = list(range(1, len(points) + 1))
    every = (outside(base, shares, counted, modulus) for base in bases(points, threshold))
    return sorted(points[x - 1] for x in min(every, key=len))


@refused(checks.find_liars)
def always_a_parabola(shares, points, *, threshold, modulus):
    size = min(3, len(points))
    every = combinations(range(len(points)), size)
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def first_liar_only(shares, points, *, threshold, modulus):
    every = (outside(base, shares, points, modulus) for base in bases(points, threshold))
    return min(every, key=len)[:1]


@refused(checks.find_liars, "wrong_type")
def in_a_set(shares, points, *, threshold, modulus):
    every = (outside(base, shares, points, modulus) for base in bases(points, threshold))
    return set(min(every, key=len))


@refused(checks.find_liars)
def only_if_two_lie(shares, points, *, threshold, modulus):
    every = (outside(base, shares, points, modulus) for base in bases(points, threshold))
    best = min(every, key=len)
    return best if len(best) != 1 else []


@refused(checks.find_liars, "changed_input")
def sorts_its_points(shares, points, *, threshold, modulus):
    order = sorted(range(len(points)), key=points.__getitem__)
    shares[:], points[:] = [shares[i] for i in order], [points[i] for i in order]
    every = (outside(base, shares, points, modulus) for base in bases(points, threshold))
    return min(every, key=len)


@refused(checks.find_liars)
def spare_shares_ignored(shares, points, *, threshold, modulus):
    n = threshold + 1 + 2 * ((len(points) - threshold - 1) // 2)
    every = combinations(range(n), threshold + 1)
    kept = (outside(base, shares[:n], points[:n], modulus) for base in every)
    return min(kept, key=len)


@refused(checks.find_liars)
def random_sets(shares, points, *, threshold, modulus):
    source = random.Random(1)
    every = [source.sample(range(len(points)), threshold + 1) for _ in range(3)]
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def fewest_by_halves(shares, points, *, threshold, modulus):
    n, size = len(points), threshold + 1
    every = [range(size), range(n - size, n)]
    return min((outside(base, shares, points, modulus) for base in every), key=len)


@refused(checks.find_liars)
def first_share_of_a_constant(shares, points, *, threshold, modulus):
    if threshold == 0:
        return sorted(x for x, y in zip(points, shares, strict=True) if y != shares[0])
    return checks.find_liars.reference(shares, points, threshold=threshold, modulus=modulus)


@right(checks.find_liars)
def enough_on_it(shares, points, *, threshold, modulus):
    most = (len(points) - threshold - 1) // 2
    for base in bases(points, threshold):
        found = outside(base, shares, points, modulus)
        if len(found) <= most:
            return found
    raise AssertionError


@right(checks.find_liars)
def fewest_accused_first(shares, points, *, threshold, modulus):
    n = len(points)
    for size in range(n):
        for accused in combinations(range(n), size):
            left = [i for i in range(n) if i not in accused]
            found = outside(left[: threshold + 1], shares, points, modulus)
            if set(found) <= {points[i] for i in accused}:
                return found
    return []


@right(checks.find_liars)
def most_common_accusation(shares, points, *, threshold, modulus):
    votes = Counter(
        tuple(outside(base, shares, points, modulus)) for base in bases(points, threshold)
    )
    return list(min(votes, key=lambda accused: (len(accused), -votes[accused])))


@right(checks.find_liars)
def as_berlekamp_and_welch(shares, points, *, threshold, modulus):
    wrong = error_correction.wrong_shares(
        shares, threshold=threshold, points=points, modulus=modulus
    )
    return np.array(sorted(points[i] for i in wrong), dtype=object).tolist()


@right(checks.find_liars)
def largest_crowd(shares, points, *, threshold, modulus):
    crowd = []
    for base in bases(points, threshold):
        xs, ys = [points[i] for i in base], [shares[i] for i in base]
        on = [x for x, y in zip(points, shares, strict=True) if value(x, xs, ys, modulus) == y]
        crowd = max(crowd, on, key=len)
    return sorted(set(points) - set(crowd))


# Questions

right_value(checks.ruled_out, 10)
right_value(checks.ruled_out, np.int64(10))
refused_value(checks.ruled_out, "too_low", 2)
refused_value(checks.ruled_out, "not_a_number", "10")
right_value(checks.fit_the_lie, 5)
right_value(checks.fit_the_lie, 5.0)
refused_value(checks.fit_the_lie, "too_low", 1)
