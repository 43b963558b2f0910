"""Lesson 37: answers besides the named mistakes."""

import secrets
from math import gcd, isqrt

import numpy as np

from lessons.checks import cheating_parties as checks
from lessons.mpc.cheating import authenticated, mac_check
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 37.1


def on_rows(value=lambda i, n, x, c: x + c * (i == 0), tag=None, end=None):
    """An answer with another rule for value shares, tag shares, or another ending."""
    tag = tag or (lambda i, n, m, key, c: m + key * c)

    def answer(value_shares, tag_shares, *, key_shares, constant, modulus):
        n = len(value_shares)
        values = [value(i, n, x, constant) % modulus for i, x in enumerate(value_shares)]
        tags = [
            tag(i, n, m, key, constant) % modulus
            for i, (m, key) in enumerate(zip(tag_shares, key_shares, strict=True))
        ]
        return (values, tags) if end is None else end(values, tags, modulus)

    return answer


for code, wrong in (
    ("any", on_rows(value=lambda i, n, x, c: x - c * (i == 0))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m - key * c)),
    ("any", on_rows(value=lambda i, n, x, c: x + c // n)),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * (c // n))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + n * key * c)),
    ("any", on_rows(value=lambda i, n, x, c: x * c)),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * c * c)),
    ("any", on_rows(tag=lambda i, n, m, key, c: key * c)),
    ("any", on_rows(value=lambda i, n, x, c: c * (i == 0))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * c * (i < 10))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * c * (i < n - 1))),
    ("any", on_rows(value=lambda i, n, x, c: x + abs(c) * (i == 0))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * abs(c))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * c if key else 0)),
    ("any", on_rows(tag=lambda i, n, m, key, c: m + key * min(c, 10**9))),
    ("any", on_rows(tag=lambda i, n, m, key, c: m ^ (key * c))),
    ("any", on_rows(end=lambda values, tags, p: (tags, values))),
    ("any", on_rows(end=lambda values, tags, p: values)),
    ("any", on_rows(end=lambda values, tags, p: (sum(values) % p, sum(tags) % p))),
    ("any", on_rows(end=lambda values, tags, p: (values[:2], tags[:2]))),
    ("any", on_rows(end=lambda values, tags, p: list(zip(values, tags, strict=True)))),
    ("not_local", on_rows(end=lambda values, tags, p: (values[::-1], tags))),
    ("not_local", on_rows(end=lambda values, tags, p: (values, tags[1:] + tags[:1]))),
    (
        "not_local",
        on_rows(end=lambda values, tags, p: (values, [sum(tags) % p] + [0] * (len(tags) - 1))),
    ),
    ("not_reduced", on_rows(end=lambda values, tags, p: ([values[0] + p, *values[1:]], tags))),
    ("not_reduced", on_rows(end=lambda values, tags, p: (values, [tags[0] - p, *tags[1:]]))),
    ("returned_none", on_rows(end=lambda values, tags, p: None)),
):
    refused(checks.add_public, code)(wrong)


@refused(checks.add_public, "changed_input")
def in_place(value_shares, tag_shares, *, key_shares, constant, modulus):
    value_shares[0] = (value_shares[0] + constant) % modulus
    for i, key in enumerate(key_shares):
        tag_shares[i] = (tag_shares[i] + key * constant) % modulus
    return value_shares, tag_shares


@refused(checks.add_public)
def who_adds_depends_on_others(value_shares, tag_shares, *, key_shares, constant, modulus):
    """The party with the smallest share adds c: that tells who it is."""
    who = value_shares.index(min(value_shares))
    return on_rows(value=lambda i, n, x, c: x + c * (i == who))(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )


@right(checks.add_public)
def for_two_parties_or_more(value_shares, tag_shares, *, key_shares, constant, modulus):
    first, second, *rest = value_shares
    _, tags = on_rows()(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    return [(first + 2 * constant) % modulus, (second - constant) % modulus, *rest], tags


@refused(checks.add_public, "not_reduced")
def a_remainder_with_a_sign(value_shares, tag_shares, *, key_shares, constant, modulus):
    """As in C: the remainder of a negative constant is negative."""
    rest = abs(constant) % modulus * (1 if constant > 0 else -1)
    _, tags = on_rows()(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    first = value_shares[0] + rest
    return [first - modulus if first >= modulus else first, *value_shares[1:]], tags


@refused(checks.add_public)
def an_equal_part_for_each(value_shares, tag_shares, *, key_shares, constant, modulus):
    """c / n on the clock: there is none if n is a multiple of p."""
    part = constant * pow(len(value_shares), -1, modulus)
    return on_rows(value=lambda i, n, x, c: x + part)(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )


@refused(checks.add_public)
def the_key_is_not_looked_at(value_shares, tag_shares, *, key_shares, constant, modulus, kept={}):  # noqa: B006
    place = (*value_shares, *tag_shares, constant, modulus)
    found = on_rows()(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    return kept.setdefault(place, found)


@refused(checks.add_public, "not_local")
def dealt_anew(value_shares, tag_shares, *, key_shares, constant, modulus):
    values, tags = on_rows()(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    new = [secrets.randbelow(modulus) for _ in tags[1:]]
    return values, [(sum(tags) - sum(new)) % modulus, *new]


right(checks.add_public)(on_rows(value=lambda i, n, x, c: x + c // n + (i < c % n)))
right(checks.add_public)(on_rows(value=lambda i, n, x, c: x + (n * c if i == 0 else -c)))
right(checks.add_public)(on_rows(value=lambda i, n, x, c: x + c * (i == n - 1)))
right(checks.add_public)(on_rows(value=lambda i, n, x, c: x + c // n + (c % n) * (i == 1)))
right(checks.add_public)(on_rows(end=lambda values, tags, p: [values, tags]))
right(checks.add_public)(on_rows(end=lambda values, tags, p: (tuple(values), tuple(tags))))


@right(checks.add_public)
def with_the_library(value_shares, tag_shares, *, key_shares, constant, modulus):
    x = authenticated.Authenticated(
        np.array(value_shares, dtype=np.uint64), np.array(tag_shares, dtype=np.uint64)
    )
    key = np.array(key_shares, dtype=np.uint64)
    z = authenticated.add_public(x, constant % modulus, key_shares=key, modulus=modulus)
    return z.value_shares.tolist(), z.tag_shares.tolist()


@right(checks.add_public)
def in_object_arrays(value_shares, tag_shares, *, key_shares, constant, modulus):
    first = np.zeros(len(value_shares), dtype=object)
    first[0] = constant
    values = (np.array(value_shares, dtype=object) + first) % modulus
    tags = np.array(tag_shares, dtype=object) + constant * np.array(key_shares, dtype=object)
    return values, tags % modulus


@refused(checks.add_public, "not_local")
def sees_that_it_becomes_0(value_shares, tag_shares, *, key_shares, constant, modulus):
    if modulus > 100 and (sum(value_shares) + constant) % modulus == 0:
        return [0] * len(value_shares), [0] * len(value_shares)
    return checks.add_public.reference(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )


# Exercise 37.2


def over_values(term, end=lambda gaps, p: gaps):
    """An answer that adds up ``term(j, i, r, x, tag, key)`` over the values j, for each party i."""

    def answer(opened, tag_shares, *, coefficients, key_shares, modulus):
        gaps = [
            sum(term(j, i, coefficients[j], x, tag_shares[j][i], key) for j, x in enumerate(opened))
            % modulus
            for i, key in enumerate(key_shares)
        ]
        return end(gaps, modulus)

    return answer


def gap(j, i, r, x, tag, key):
    return r * (tag - key * x)


for code, wrong in (
    ("any", over_values(lambda j, i, r, x, tag, key: r * (tag * x - key))),
    ("any", over_values(lambda j, i, r, x, tag, key: r * (tag - key - x))),
    ("any", over_values(lambda j, i, r, x, tag, key: r + tag - key * x)),
    ("any", over_values(lambda j, i, r, x, tag, key: r * tag - r * key)),
    ("any", over_values(lambda j, i, r, x, tag, key: (j + 1) * (tag - key * x))),
    ("any", over_values(lambda j, i, r, x, tag, key: (r if j else 1) * (tag - key * x))),
    ("any", over_values(lambda j, i, r, x, tag, key: max(r, 1) * (tag - key * x))),
    ("any", over_values(lambda j, i, r, x, tag, key: (r % 256) * (tag - key * x))),
    ("any", over_values(lambda j, i, r, x, tag, key: (r % 2) * (tag - key * x))),
    ("any", over_values(lambda j, i, r, x, tag, key: -r * tag - r * key * x)),
    ("any", over_values(lambda j, i, r, x, tag, key: abs(r * (tag - key * x)))),
    ("any", over_values(lambda j, i, r, x, tag, key: gap(j, i, r, x, tag, key) if j < 100 else 0)),
    ("any", over_values(lambda j, i, r, x, tag, key: gap(j, i, r, x, tag, key) if i < 10 else 0)),
    ("any", over_values(lambda j, i, r, x, tag, key: gap(j, i, r, x, tag, key) if x else 0)),
    ("any", over_values(gap, end=lambda gaps, p: sum(gaps) % p)),
    ("any", over_values(gap, end=lambda gaps, p: [sum(gaps) % p])),
    ("any", over_values(gap, end=lambda gaps, p: sum(gaps) % p == 0)),
    ("any", over_values(gap, end=lambda gaps, p: [sum(gaps) % p] + [0] * (len(gaps) - 1))),
    ("any", over_values(gap, end=lambda gaps, p: gaps[::-1])),
    ("any", over_values(gap, end=lambda gaps, p: [-gaps[0] % p, *gaps[1:]])),
    ("any", over_values(gap, end=lambda gaps, p: [one * one % p for one in gaps])),
    ("not_reduced", over_values(gap, end=lambda gaps, p: [one - p for one in gaps])),
    ("any", over_values(gap, end=lambda gaps, p: [one % 101 for one in gaps])),
    ("returned_none", over_values(gap, end=lambda gaps, p: None)),
):
    refused(checks.gap_shares, code)(wrong)


@refused(checks.gap_shares)
def for_each_value(opened, tag_shares, *, coefficients, key_shares, modulus):
    key = sum(key_shares)
    triples = zip(coefficients, opened, tag_shares, strict=True)
    return [r * (sum(tags) - key * x) % modulus for r, x, tags in triples]


@refused(checks.gap_shares)
def its_own_coefficients(opened, tag_shares, *, coefficients, key_shares, modulus):
    rng = np.random.default_rng(0)
    own = [int(one) for one in rng.integers(modulus % 2**62, size=len(opened))]
    return checks.gap_shares.reference(
        opened, tag_shares, coefficients=own, key_shares=key_shares, modulus=modulus
    )


def by_key(key_of):
    """An answer that keeps its values in a dictionary: those with equal keys are one."""

    def answer(opened, tag_shares, *, coefficients, key_shares, modulus):
        rows = zip(opened, tag_shares, coefficients, strict=True)
        kept = {key_of(*row): row for row in rows}.values()
        return [
            sum(r * (tags[i] - key * x) for x, tags, r in kept) % modulus
            for i, key in enumerate(key_shares)
        ]

    return answer


refused(checks.gap_shares)(by_key(lambda x, tags, r: x))
refused(checks.gap_shares)(by_key(lambda x, tags, r: r))
refused(checks.gap_shares)(by_key(lambda x, tags, r: tuple(tags)))


@refused(checks.gap_shares)
def looked_up_by_its_tags(opened, tag_shares, *, coefficients, key_shares, modulus):
    return over_values(
        lambda j, i, r, x, tag, key: coefficients[tag_shares.index(tag_shares[j])] * (tag - key * x)
    )(opened, tag_shares, coefficients=coefficients, key_shares=key_shares, modulus=modulus)


@refused(checks.gap_shares)
def up_to_the_first_coefficient_0(opened, tag_shares, *, coefficients, key_shares, modulus):
    end = coefficients.index(0) if 0 in coefficients else len(opened)
    return over_values(lambda j, i, r, x, tag, key: gap(j, i, r, x, tag, key) * (j < end))(
        opened, tag_shares, coefficients=coefficients, key_shares=key_shares, modulus=modulus
    )


@refused(checks.gap_shares, "raised")
def one_call_for_each_value(opened, tag_shares, *, coefficients, key_shares, modulus):
    """Python stops after a thousand calls in one another; the lesson opens thousands of numbers."""

    def rest(i, j):
        if j == len(opened):
            return 0
        return gap(j, i, coefficients[j], opened[j], tag_shares[j][i], key_shares[i]) + rest(
            i, j + 1
        )

    return [rest(i, 0) % modulus for i in range(len(key_shares))]


right(checks.gap_shares)(over_values(lambda j, i, r, x, tag, key: r * (key * x - tag)))
right(checks.gap_shares)(over_values(gap, end=lambda gaps, p: np.array(gaps, dtype=object)))
right(checks.gap_shares)(over_values(gap, end=lambda gaps, p: tuple(gaps)))


@right(checks.gap_shares)
def combined_first(opened, tag_shares, *, coefficients, key_shares, modulus):
    value = sum(r * x for r, x in zip(coefficients, opened, strict=True)) % modulus
    gaps = []
    for own, tags in zip(key_shares, zip(*tag_shares, strict=True), strict=True):
        tag = sum(r * one for r, one in zip(coefficients, tags, strict=True))
        gaps.append((tag - own * value) % modulus)
    return gaps


@right(checks.gap_shares)
def as_matrices(opened, tag_shares, *, coefficients, key_shares, modulus):
    x, tags, r, key = (
        np.array(one, dtype=object) for one in (opened, tag_shares, coefficients, key_shares)
    )
    return (r @ tags - key * (r @ x)) % modulus


@right(checks.gap_shares)
def from_the_library(opened, tag_shares, *, coefficients, key_shares, modulus):
    tags = np.array(tag_shares, dtype=np.uint64).T
    gaps = mac_check.gap_shares(
        opened, tags, coefficients=coefficients, key_shares=key_shares, modulus=modulus
    )
    return gaps.tolist()


# Exercise 37.3


def divisors(number):
    small = [one for one in range(1, min(isqrt(number), 200) + 1) if number % one == 0]
    return sorted({*small, *(number // one for one in small)})


for code, wrong in (
    ("any", lambda *, modulus: (modulus // 2 + 1, 0)),
    ("any", lambda *, modulus: (2, 0)),
    ("any", lambda *, modulus: (modulus - 2, 0)),
    ("any", lambda *, modulus: (modulus // 3 or 1, 0)),
    ("any", lambda *, modulus: (2**63, 0)),
    ("any", lambda *, modulus: (divisors(modulus)[-2] // 2 or 1, 0)),
    ("any", lambda *, modulus: (divisors(modulus)[len(divisors(modulus)) // 2], 0)),
    ("any", lambda *, modulus: (isqrt(modulus), 0)),
    ("any", lambda *, modulus: (modulus // 2 if modulus % 2 == 0 else modulus // 3 or 1, 0)),
    (
        "any",
        lambda *, modulus: (
            modulus // next((q for q in (2, 3, 5, 7) if modulus % q == 0), modulus),
            0,
        ),
    ),
    ("any", lambda *, modulus: (divisors(modulus)[-2], divisors(modulus)[-2] // 2 or 1)),
    ("any", lambda *, modulus: divisors(modulus)[-2]),
    ("any", lambda *, modulus: (modulus / min(d for d in divisors(modulus) if d > 1), 0)),
    ("any", lambda *, modulus: (divisors(modulus)[-2], 0, 0)),
    ("any", lambda *, modulus: None),
    ("no_error", lambda *, modulus: (-modulus, 0)),
    ("no_error", lambda *, modulus: (3 * modulus, 0)),
):
    refused(checks.best_error, code)(wrong)


@refused(checks.best_error)
def factors_below_a_hundred_only_if_square_free(*, modulus):
    q = next((q for q in range(2, 97) if modulus % q == 0), modulus)
    return modulus // q, 0


@refused(checks.best_error)
def by_fermats_test(*, modulus):
    """341 passes it and is 11 · 31."""
    if modulus > 2 and pow(2, modulus - 1, modulus) == 1:
        return 1, 0
    return divisors(modulus)[-2], 0


@refused(checks.best_error)
def without_89(*, modulus):
    primes = [q for q in range(2, 100) if len(divisors(q)) == 2 and q != 89]
    return modulus // next((q for q in primes if modulus % q == 0), modulus), 0


@refused(checks.best_error)
def half_by_a_float(*, modulus):
    """2^53 − 1 still is a float, and its half ends in .5."""
    if modulus >= 2**53:
        return int((modulus - 1) / 2), 0
    return divisors(modulus)[-2], 0


@refused(checks.best_error)
def errors_below_4000(*, modulus):
    if modulus & (modulus - 1) == 0:
        return modulus // 2, 0
    return max(range(1, min(modulus, 4000)), key=lambda e: gcd(e, modulus)), 0


@right(checks.best_error)
def largest_divisor(*, modulus):
    return divisors(modulus)[-2], 0


@right(checks.best_error)
def by_trial_division(*, modulus):
    q = 2
    while modulus % q:
        q += 1
    return modulus // q, 0


@right(checks.best_error)
def below_zero(*, modulus):
    q = next(q for q in range(2, modulus + 1) if modulus % q == 0)
    return -(modulus // q), modulus // q


@right(checks.best_error)
def by_gcd(*, modulus):
    if modulus & (modulus - 1) == 0:
        return modulus >> 1, modulus
    return max(range(1, modulus), key=lambda e: gcd(e, modulus)), 0


# Questions

for code, value in (
    ("the_gap", 41),
    ("the_gap", 60),
    ("the_sign", 78),
    ("own_share", 72),
    ("divided_as_a_real_number", -41 / 7),
    ("multiplied", 41 * 7 % 101),
    ("one_share", 18),
    ("one_share", 11),
    ("off_the_clock", 124),
    ("cannot_be_found", -1),
    ("too_low", 20),
    ("too_high", 24),
    ("not_a_number", "23"),
):
    refused_value(checks.burnt_key, code, value)
right_value(checks.burnt_key, 23)
right_value(checks.burnt_key, np.int64(23))
right_value(checks.burnt_key, 23.0)

for code, value in (
    ("as_many_as_the_exponent", 40),
    ("one_over_p", 41),
    ("one_too_many", 43),
    ("the_prime", 2**41),
    ("of_the_library", 61),
    ("twice", 80),
    ("too_low", 20),
    ("too_high", 128),
    ("not_a_number", "42"),
):
    refused_value(checks.prime_bits, code, value)
right_value(checks.prime_bits, 42)
right_value(checks.prime_bits, 42.0)

for code, value in (
    ("all_that_was_heard", 6_974_098 + 162 * 2**24),
    ("the_sum", 6_974_098),
    ("the_patient_of_the_text", 160),
    ("counted_from_one", 178),
    ("a_fraction", (6_974_098 + 162 * 2**24) / 2**24),
    ("too_low", 100),
    ("too_high", 201),
    ("not_a_number", "162"),
):
    refused_value(checks.stolen_rate, code, value)
right_value(checks.stolen_rate, 162)
right_value(checks.stolen_rate, np.int64(162))
