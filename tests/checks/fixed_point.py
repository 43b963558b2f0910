"""Answers to the exercises of lesson 34 with a known verdict, besides those of ``made_by``."""

from fractions import Fraction

import numpy as np

from lessons.checks import fixed_point as checks
from lessons.mpc import additive, ring
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 34.1


def scaled(values, fraction_bits):
    return np.rint(np.asarray(values, dtype=float) * 2.0**fraction_bits)


def fitting(whole, modulus):
    if not ((whole >= -(modulus // 2)) & (whole < modulus / 2)).all():  # NaN fails as well
        raise ValueError("does not fit")
    return whole


@right(checks.encode)
def with_the_ring(values, *, fraction_bits, modulus):
    whole = fitting(scaled(values, fraction_bits), modulus)
    return ring.encode(whole.astype(np.int64), modulus=modulus)


@right(checks.encode)
def python_integers(values, *, fraction_bits, modulus):
    each = [round(float(x) * 2**fraction_bits) for x in np.ravel(values)]
    if any(one < -modulus // 2 or one > modulus // 2 - 1 for one in each):
        raise ValueError(f"values must fit, got {values}")
    return np.array([one % modulus for one in each], dtype=object).reshape(np.shape(values))


@right(checks.encode)
def half_up(values, *, fraction_bits, modulus):
    each = [(Fraction(float(x)) * 2**fraction_bits + Fraction(1, 2)) // 1 for x in np.ravel(values)]
    if any(not -modulus // 2 <= one < modulus // 2 for one in each):
        raise ValueError
    return np.array([int(one) % modulus for one in each], np.uint64).reshape(np.shape(values))


@right(checks.encode)
def two_cases(values, *, fraction_bits, modulus):
    whole = fitting(scaled(values, fraction_bits), modulus)
    size = np.abs(whole).astype(np.uint64)
    return np.where(whole < 0, np.uint64(modulus - 1) - size + np.uint64(1), size).astype(np.uint64)


@right(checks.encode)
def asked_by_the_ring(values, *, fraction_bits, modulus):
    each = [round(Fraction(float(x)) * 2**fraction_bits) for x in np.ravel(values)]
    return ring.encode(np.array(each, dtype=object), modulus=modulus).reshape(np.shape(values))


def by_value(rule, check=True):
    def answer(values, *, fraction_bits, modulus):
        if check:
            fitting(scaled(values, fraction_bits), modulus)
        each = [rule(Fraction(float(x)), fraction_bits, modulus) for x in np.ravel(values)]
        return np.array(each, dtype=object).reshape(np.shape(values))

    return answer


for rule in (
    lambda x, f, q: round(x * 2**f + Fraction(1, 2)) % q,
    lambda x, f, q: round(x * 2**16) % q,
    lambda x, f, q: round(x * 2**f) % (q - 1),
    lambda x, f, q: round(x * 2**f) % 2**64,
    lambda x, f, q: -round(x * 2**f) % q,
    lambda x, f, q: (round(x * 2**f) - (x < 0)) % q,
    lambda x, f, q: round(round(x, 2) * 2**f) % q,
    lambda x, f, q: round(x * 2 ** min(f, 16)) % q,
    lambda x, f, q: round(max(x, 0) * 2**f) % q,
    lambda x, f, q: round(x * (q // 2)) % q,
    lambda x, f, q: (int(abs(x) * 2**f) * (1 if x > 0 else -1)) % q,
    lambda x, f, q: int(np.float32(float(x)) * 2.0**f) % q,
):
    refused(checks.encode)(by_value(rule))


@refused(checks.encode, "counterexample")
def nan_let_through(values, *, fraction_bits, modulus):
    whole = scaled(values, fraction_bits)
    if ((whole < -(modulus // 2)) | (whole >= modulus / 2)).any():
        raise ValueError
    low = np.where(np.isnan(whole), -(modulus // 2), whole)  # what astype does with 64 bits
    return ring.encode(low.astype(np.int64), modulus=modulus)


@refused(checks.encode)
def flattened(values, *, fraction_bits, modulus):
    return np.ravel(with_the_ring(values, fraction_bits=fraction_bits, modulus=modulus))


@refused(checks.encode)
def in_the_order_of_memory(values, *, fraction_bits, modulus):
    flat = with_the_ring(values.ravel(order="K"), fraction_bits=fraction_bits, modulus=modulus)
    return flat.reshape(values.shape)


@refused(checks.encode, "counterexample")
def floor_of_a_half_more(values, *, fraction_bits, modulus):
    whole = fitting(np.floor(values * 2.0**fraction_bits + 0.5), modulus)
    return ring.encode(whole.astype(np.int64), modulus=modulus)


@refused(checks.encode, "counterexample")
def half_away_from_zero(values, *, fraction_bits, modulus):
    x = values * 2.0**fraction_bits
    whole = fitting(np.where(x < 0, np.ceil(x - 0.5), np.floor(x + 0.5)), modulus)
    return ring.encode(whole.astype(np.int64), modulus=modulus)


@refused(checks.encode, "too_strict")
def range_before_rounding(values, *, fraction_bits, modulus):
    whole = fitting(values * 2.0**fraction_bits, modulus)
    return ring.encode(np.rint(whole).astype(np.int64), modulus=modulus)


@refused(checks.encode)
def as_floats(values, *, fraction_bits, modulus):
    return fitting(scaled(values, fraction_bits), modulus)


@refused(checks.encode, "no_check")
def only_large_ones_refused(values, *, fraction_bits, modulus):
    if (values >= modulus / 2 / 2**fraction_bits).any():
        raise ValueError
    return by_value(lambda x, f, q: round(x * 2**f) % q, check=False)(
        values, fraction_bits=fraction_bits, modulus=modulus
    )


@refused(checks.encode)
def asserted(values, *, fraction_bits, modulus):
    whole = scaled(values, fraction_bits)
    assert (np.abs(whole) <= modulus // 2).all()
    return by_value(lambda x, f, q: round(x * 2**f) % q, check=False)(
        values, fraction_bits=fraction_bits, modulus=modulus
    )


@refused(checks.encode)
def warned(values, *, fraction_bits, modulus):
    whole = scaled(values, fraction_bits)
    whole = np.where(np.abs(whole) > modulus // 2, 0, whole)
    return ring.encode(np.clip(whole, -(2.0**62), 2.0**62).astype(np.int64), modulus=modulus)


@refused(checks.encode)
def largest_remembered(values, *, fraction_bits, modulus, seen=[]):  # noqa: B006
    seen.append(0)
    return (
        with_the_ring(values, fraction_bits=fraction_bits, modulus=modulus)
        if len(seen) % 3
        else with_the_ring(values * 0, fraction_bits=fraction_bits, modulus=modulus)
    )


# Exercise 34.2


def minus(x, modulus):
    return ring.subtract(np.zeros_like(x), x, modulus=modulus)


@refused(checks.truncate_locally)
def minus_nothing_is_the_whole_ring(x_shares, *, bits, modulus):
    first = [int(one) >> bits for one in x_shares[0].flat]
    second = [-((modulus - int(one)) >> bits) % modulus for one in x_shares[1].flat]
    return np.array([first, second], dtype=np.uint64).reshape(x_shares.shape)


@refused(checks.truncate_locally)
def divisor_of_32_bits(x_shares, *, bits, modulus):
    divisor = np.uint64((1 << bits) % 2**32 or 1)
    zero = np.zeros_like(x_shares[1])
    minus = ring.subtract(zero, x_shares[1], modulus=modulus)
    return np.stack(
        [x_shares[0] // divisor, ring.subtract(zero, minus // divisor, modulus=modulus)]
    )


@right(checks.truncate_locally)
def ceiling_and_a_turn(x_shares, *, bits, modulus):
    first = [int(one) // 2**bits for one in x_shares[0].flat]
    second = [-(-int(one) // 2**bits) - bool(one) * (modulus >> bits) for one in x_shares[1].flat]
    rows = np.array([first, [int(one) % modulus for one in second]], dtype=np.uint64)
    return rows.reshape(x_shares.shape)


@right(checks.truncate_locally)
def as_in_the_hint(x_shares, *, bits, modulus):
    shift = np.uint64(bits)
    return np.stack([x_shares[0] >> shift, minus(minus(x_shares[1], modulus) >> shift, modulus)])


def rows_of(first, last):
    def answer(x_shares, *, bits, modulus):
        rows = [
            [rule(int(one), bits, modulus) % modulus for one in row.flat]
            for rule, row in zip((first, last), x_shares, strict=True)
        ]
        return np.array(rows, dtype=object).reshape(x_shares.shape)

    return answer


def centred(s, q):
    return s if 2 * s < q else s - q


right(checks.truncate_locally)(
    rows_of(lambda s, b, q: s // 2**b, lambda s, b, q: -(-s % q // 2**b))
)
right(checks.truncate_locally)(rows_of(lambda s, b, q: -(-s % q >> b), lambda s, b, q: s >> b))
right(checks.truncate_locally)(
    rows_of(*(2 * [lambda s, b, q: int(Fraction(centred(s, q), 2**b))]))  # signed, towards zero
)
right(checks.truncate_locally)(
    rows_of(lambda s, b, q: centred(s, q) >> b, lambda s, b, q: -(-centred(s, q) >> b))
)
right(checks.truncate_locally)(  # both rounded to the nearest
    rows_of(
        lambda s, b, q: (s + 2 ** (b - 1)) >> b, lambda s, b, q: -((-s % q + 2 ** (b - 1)) >> b)
    )
)

for first, last in (
    (lambda s, b, q: s >> b, lambda s, b, q: s // 2**b - q // 2**b - 1),
    (lambda s, b, q: s >> b, lambda s, b, q: 0),
    (lambda s, b, q: -((q - s) >> b), lambda s, b, q: s >> b),  # minus 0 is 0, not Q
    (lambda s, b, q: s >> b, lambda s, b, q: -((-s % q) >> 16)),
    (lambda s, b, q: s >> b, lambda s, b, q: -((-s % q + 2**b - 1) >> b) - 1),
    (lambda s, b, q: (s >> b) + 1, lambda s, b, q: -((-s % q) >> b)),
    (lambda s, b, q: (s >> b) + 2 ** (b - 1), lambda s, b, q: -((-s % q) >> b)),
    (lambda s, b, q: s, lambda s, b, q: s),
    (lambda s, b, q: s << b, lambda s, b, q: s << b),
    (lambda s, b, q: s & (2**b - 1), lambda s, b, q: -(-s % q & (2**b - 1))),
    (lambda s, b, q: s * pow(2**b + 1, -1, q), lambda s, b, q: s * pow(2**b + 1, -1, q)),
    (lambda s, b, q: centred(s, q) >> b, lambda s, b, q: (-s % q) >> b),
    (lambda s, b, q: s >> b, lambda s, b, q: -((2**64 - s) >> b)),
    (lambda s, b, q: (s >> b) & 0xFFFF, lambda s, b, q: -((-s % q) >> b)),
    (lambda s, b, q: s >> (b - 1) >> 2, lambda s, b, q: -((-s % q) >> (b + 1))),
):
    refused(checks.truncate_locally)(rows_of(first, last))


@refused(checks.truncate_locally, "not_local")
def put_together(x_shares, *, bits, modulus):
    x = ring.decode(additive.reconstruct(x_shares, modulus=modulus), modulus=modulus) >> bits
    first = x_shares[0] >> np.uint64(bits)
    return np.stack([first, ring.subtract(ring.encode(x, modulus=modulus), first, modulus=modulus)])


@refused(checks.truncate_locally)
def swapped(x_shares, *, bits, modulus):
    return as_in_the_hint(x_shares, bits=bits, modulus=modulus)[::-1]


@refused(checks.truncate_locally)
def in_place(x_shares, *, bits, modulus):
    x_shares >>= np.uint64(bits)
    return x_shares


@refused(checks.truncate_locally)
def first_column_only(x_shares, *, bits, modulus):
    return as_in_the_hint(x_shares, bits=bits, modulus=modulus)[:, :1]


@refused(checks.truncate_locally)
def sum_only(x_shares, *, bits, modulus):
    return as_in_the_hint(x_shares, bits=bits, modulus=modulus).sum(axis=0)


# Exercise 34.3


@refused(checks.after_opening)
def the_middle_is_below(c, shifted_shares, top_shares, *, bits, modulus):
    low = (c <= np.uint64(modulus // 2)).astype(np.uint64) * np.uint64(modulus >> bits)
    return from_the_factor(c, shifted_shares, top_shares, low, bits, modulus)


@refused(checks.after_opening)
def one_decision_for_all(c, shifted_shares, top_shares, *, bits, modulus):
    low = np.full(c.shape, np.any(c < np.uint64(modulus // 2)), np.uint64) * np.uint64(
        modulus >> bits
    )
    return from_the_factor(c, shifted_shares, top_shares, low, bits, modulus)


def from_the_factor(c, shifted_shares, top_shares, factor, bits, modulus):
    z = ring.multiply(top_shares, factor, modulus=modulus)
    z = ring.subtract(z, shifted_shares, modulus=modulus)
    quarter = np.uint64(modulus // 4 >> bits)
    public = ring.subtract(c >> np.uint64(bits), quarter, modulus=modulus)
    z[-1] = ring.add(z[-1], public, modulus=modulus)
    return z


@right(checks.after_opening)
def with_ring_functions(c, shifted_shares, top_shares, *, bits, modulus):
    lower = (c < np.uint64(modulus // 2)).astype(np.uint64)
    z = ring.multiply(top_shares, lower * np.uint64(modulus >> bits), modulus=modulus)
    z = ring.subtract(z, shifted_shares, modulus=modulus)
    z[0] = ring.add(z[0], c >> np.uint64(bits), modulus=modulus)
    z[0] = ring.subtract(z[0], np.uint64(modulus >> (bits + 2)), modulus=modulus)
    return z


def entrywise(rule):
    """An answer from rule(c, s, t, bits, q, party, n_parties) -> the row's entry."""

    def answer(c, shifted_shares, top_shares, *, bits, modulus):
        n = len(shifted_shares)
        s, t = (v.reshape(n, -1).astype(object) for v in (shifted_shares, top_shares))
        flat = [int(one) for one in np.ravel(c)]
        rows = [
            [
                rule(one, s[i, k], t[i, k], bits, modulus, i, n) % modulus
                for k, one in enumerate(flat)
            ]
            for i in range(n)
        ]
        return np.array(rows, dtype=object).reshape(shifted_shares.shape)

    return answer


def known(c, b, q):
    return (c >> b) - (q >> b + 2)


@right(checks.after_opening)
@entrywise
def the_last_party_adds(c, s, t, b, q, i, n):
    return -s + (c < q // 2) * t * (q >> b) + (known(c, b, q) if i == n - 1 else 0)


@right(checks.after_opening)
@entrywise
def half_by_half(c, s, t, b, q, i, n):  # Dalskov, Escudero and Keller: without the top bits
    low_r = s - t * (q >> b + 1)
    carry = t if c < q // 2 else -t
    public = (c % (q // 2) >> b) + (c >= q // 2) * (q >> b + 1) - (q >> b + 2)
    return -low_r + carry * (q >> b + 1) + (public if i == 0 else 0)


@right(checks.after_opening)
@entrywise
def two_parties_share_the_public_part(c, s, t, b, q, i, n):
    return -s + (c < q // 2) * t * (q >> b) + (c >> b if i == 0 else 0) - (i == 1) * (q >> b + 2)


@right(checks.after_opening)
@entrywise
def offset_taken_from_c(c, s, t, b, q, i, n):  # Q/4 is a multiple of 2^b
    return -s + (c < q // 2) * t * (q >> b) + ((c - q // 4) >> b if i == 0 else 0)


for rule in (
    lambda c, s, t, b, q, i, n: -s + (c <= q // 4) * t * (q >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * t * (2**64 >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * t * (q >> b) + (i < 2) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -(s >> b) + (c < q // 2) * t * (q >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * (t % 2) * (q >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: s - (c < q // 2) * t * (q >> b) - (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (i == 0) * known(c + (c < q // 2) * q, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * t * (q >> b) + (i == 0) * (known(c, b, q) + 1),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * t * (q >> b) + (i == 0) * (-(-c >> b) - (q >> b + 2)),
    lambda c, s, t, b, q, i, n: -s * (i < 2) + (c < q // 2) * t * (q >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * (i == 0) * (q >> b) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s - t * (q >> b + 1) + (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: 0,
    lambda c, s, t, b, q, i, n: (i == 0) * known(c, b, q),
    lambda c, s, t, b, q, i, n: -s + (c < q // 2) * t * (q >> b) + (i == 0) * known(centred(c, q), b, q),
    lambda c, s, t, b, q, i, n: -s + (c >> b) - (q >> b + 2) + (c < q // 2) * t * (q >> b),
):  # fmt: skip
    refused(checks.after_opening)(entrywise(rule))


@refused(checks.after_opening, "not_local")
def top_bit_opened(c, shifted_shares, top_shares, *, bits, modulus):
    top = additive.reconstruct(top_shares, modulus=modulus)
    z = ring.subtract(np.zeros_like(shifted_shares), shifted_shares, modulus=modulus)
    lower = (c < np.uint64(modulus // 2)).astype(np.uint64)
    back = ring.multiply(top, lower * np.uint64(modulus >> bits), modulus=modulus)
    z[0] = ring.add(z[0], ring.add(back, c >> np.uint64(bits), modulus=modulus), modulus=modulus)
    z[0] = ring.subtract(z[0], np.uint64(modulus >> (bits + 2)), modulus=modulus)
    return z


@refused(checks.after_opening)
def value_instead_of_shares(c, shifted_shares, top_shares, *, bits, modulus):
    z = with_ring_functions(c, shifted_shares, top_shares, bits=bits, modulus=modulus)
    return additive.reconstruct(z, modulus=modulus)


@refused(checks.after_opening)
def two_rows_only(c, shifted_shares, top_shares, *, bits, modulus):
    return with_ring_functions(c, shifted_shares[:2], top_shares[:2], bits=bits, modulus=modulus)


# Questions

right_value(checks.last_right_share, 379)
right_value(checks.last_right_share, np.int64(379))
for value, code in ((380, "first_wrong"), (120, "positive"), (499, "the_end"), (378, "too_low")):
    refused_value(checks.last_right_share, code, value)
refused_value(checks.last_right_share, "too_high", 400)
refused_value(checks.last_right_share, "too_high", 379.005)
right_value(checks.most_bits, 16)
for value, code in ((17, "one_more"), (0, "other_ring"), (26, "one_truncation"), (15, "too_low")):
    refused_value(checks.most_bits, code, value)
refused_value(checks.most_bits, "rounding_only", 22)


@refused(checks.encode, "counterexample")
def infinity_is_zero(values, *, fraction_bits, modulus):
    finite = np.where(np.isinf(values), 0.0, values)
    return checks.encode.reference(finite, fraction_bits=fraction_bits, modulus=modulus)
