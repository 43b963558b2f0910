"""Lesson 35: answers besides the named mistakes."""

from functools import reduce

import numpy as np

from lessons.checks import comparison as checks
from lessons.mpc import additive, ring
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 35.1


def opened(x_shares, y_shares, triple, open_shares):
    """d and e, as they should be."""
    return open_shares(x_shares ^ triple[0]), open_shares(y_shares ^ triple[1])


def anded(
    first=lambda d, e: d & e, row=lambda a, b, c, d, e: c ^ (d & b) ^ (a & e), end=None, at=0
):
    """An answer with another first term, another row, or another ending."""

    def answer(x_shares, y_shares, triple, *, open_shares):
        d, e = opened(x_shares, y_shares, triple, open_shares)
        z = row(*triple, d, e)
        z = np.concatenate([z[:at], [z[at] ^ first(d, e)], z[at + 1 :]])
        return z if end is None else end(z)

    return answer


for code, answer in (
    ("any", anded(first=lambda d, e: d | e)),
    ("any", anded(first=lambda d, e: d ^ e)),
    ("any", anded(row=lambda a, b, c, d, e: c ^ (d & b))),
    ("any", anded(row=lambda a, b, c, d, e: c ^ (a & e))),
    ("any", anded(row=lambda a, b, c, d, e: c ^ (d & b & a & e))),
    ("any", anded(row=lambda a, b, c, d, e: ~c ^ (d & b) ^ (a & e))),
    ("any", anded(row=lambda a, b, c, d, e: c ^ (d | b) ^ (a | e))),
    ("any", anded(row=lambda a, b, c, d, e: c ^ (d & a) ^ (a & e))),
    ("any", anded(row=lambda a, b, c, d, e: (c ^ (d & b) ^ (a & e)) & np.uint64(2**32 - 1))),
    ("any", anded(row=lambda a, b, c, d, e: (c ^ (d & b) ^ (a & e)) & np.uint64(1))),
    (
        "public_everywhere",
        anded(lambda d, e: 0 * d, lambda a, b, c, d, e: c ^ (b & d) ^ (e & (a ^ d))),
    ),
    ("public_forgotten", anded(first=lambda d, e: 0 * d)),
    ("any", anded(end=lambda z: np.bitwise_xor.reduce(z, axis=0))),
    ("any", anded(end=lambda z: z[:2])),
    ("any", anded(end=lambda z: z.astype(float))),
    ("not_local", anded(end=lambda z: z[::-1])),
    ("not_local", anded(end=lambda z: np.roll(z, 1, axis=0))),
    ("not_local", anded(end=lambda z: z ^ (0 * z + z.sum(axis=0) if len(z) % 2 == 0 else 0 * z))),
    ("returned_none", anded(end=lambda z: None)),
):
    refused(checks.conjunction, code)(answer)


@refused(checks.conjunction)
def for_two_parties(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = np.zeros_like(c)
    z[0] = c[0] ^ (d & b[0]) ^ (a[0] & e) ^ (d & e)
    z[1] = c[1] ^ (d & b[1]) ^ (a[1] & e)
    return z


@refused(checks.conjunction)
def one_in_three_parties_adds(x_shares, y_shares, triple, *, open_shares):
    """Every second party adds d & e."""
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e)
    z[::2] ^= d & e
    return z


@refused(checks.conjunction, "changed_input")
def in_place(x_shares, y_shares, triple, *, open_shares):
    x_shares ^= triple[0]
    d, e = open_shares(x_shares), open_shares(y_shares ^ triple[1])
    z = triple[2] ^ (d & triple[1]) ^ (triple[0] & e)
    z[0] ^= d & e
    return z


@refused(checks.conjunction, "opened_secret")
def one_mask_forgotten(x_shares, y_shares, triple, *, open_shares):
    """Opens y as it is: x & y is then linear in x."""
    open_shares(x_shares ^ triple[0])
    return x_shares & open_shares(y_shares)


@refused(checks.conjunction, "opened_too_much")
def opens_the_result(x_shares, y_shares, triple, *, open_shares):
    z = anded()(x_shares, y_shares, triple, open_shares=open_shares)
    open_shares(z)
    return z


@refused(checks.conjunction, "not_local")
def hands_d_to_the_first(x_shares, y_shares, triple, *, open_shares):
    zeros = np.zeros_like(x_shares[1:])
    rows = [
        np.concatenate([np.bitwise_xor.reduce(one ^ mask, axis=0)[np.newaxis], zeros])
        for one, mask in zip((x_shares, y_shares), triple[:2], strict=True)
    ]
    d, e = (open_shares(one) for one in rows)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e)
    z[0] ^= d & e
    return z


@refused(checks.conjunction, "raised")
def opens_a_row(x_shares, y_shares, triple, *, open_shares):
    return open_shares(x_shares[0] ^ triple[0][0])[()] & y_shares


@right(checks.conjunction)
def without_de(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    return triple[2] ^ (d & y_shares) ^ (triple[0] & e)


@refused(checks.conjunction)
def up_to_five_parties(x_shares, y_shares, triple, *, open_shares):
    z = anded()(x_shares, y_shares, triple, open_shares=open_shares)
    return z if len(z) < 6 else 0 * z


@refused(checks.conjunction)
def one_mask_for_both(x_shares, y_shares, triple, *, open_shares):
    """Opens x ⊕ a and y ⊕ a: their XOR is x ⊕ y."""
    a, b, c = triple
    d, e = open_shares(x_shares ^ a), open_shares(y_shares ^ a)
    z = c ^ (d & b) ^ (a & e)
    z[0] ^= d & e
    return z


@right(checks.conjunction)
def masks_swapped(x_shares, y_shares, triple, *, open_shares):
    """x goes with b and y with a: a & b is the same."""
    a, b, c = triple
    d, e = open_shares(x_shares ^ b), open_shares(y_shares ^ a)
    z = c ^ (d & a) ^ (b & e)
    z[0] ^= d & e
    return z


@right(checks.conjunction)
def second_opening_from_the_sum(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d = open_shares(x_shares ^ a)
    e = d ^ open_shares(x_shares ^ a ^ y_shares ^ b)
    z = c ^ (d & b) ^ (a & e)
    z[0] ^= d & e
    return z


@right(checks.conjunction)
def both_in_one_opening(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d, e = open_shares(np.stack([x_shares ^ a, y_shares ^ b], axis=1))
    z = c ^ (d & b) ^ (a & e)
    z[-1] ^= d & e
    return z


@right(checks.conjunction)
def row_by_row_in_a_list(x_shares, y_shares, triple, *, open_shares):
    e = open_shares(np.bitwise_xor(y_shares, triple[1]))
    d = open_shares(np.bitwise_xor(x_shares, triple[0]))
    rows = []
    for party, (a, b, c) in enumerate(zip(*triple, strict=True)):
        own = np.bitwise_xor.reduce([c, np.bitwise_and(d, b), np.bitwise_and(a, e)])
        rows.append(own ^ (d & e) if party == 1 else own)
    return np.array(rows)


@right(checks.conjunction)
def e_into_one_share_of_b(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple[0], triple[1].copy(), triple[2]
    b[0] ^= e
    return c ^ (d & b) ^ (a & e)


@right(checks.conjunction)
def in_python_integers(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    d, e = np.asarray(d).astype(object), np.asarray(e).astype(object)
    a, b, c = (one.astype(object) for one in triple)
    z = c ^ (d & b) ^ (a & e)
    z[0] = z[0] ^ (d & e)
    return np.array(z, dtype=object).reshape(x_shares.shape).astype(np.uint64)


@refused(checks.conjunction, "not_local")
def e_put_together_unseen(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d, e = open_shares(x_shares ^ a), np.bitwise_xor.reduce(y_shares ^ b)
    z = c ^ (d & b) ^ (a & e)
    z[0] ^= d & e
    return z


@refused(checks.conjunction)
def nothing_to_do_where_d_is_0(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e if d.any() else np.uint64(0))
    z[0] ^= d & e
    return z


@refused(checks.conjunction)
def short_where_d_and_e_is_0(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e if (d & e).any() else np.uint64(0))
    z[0] ^= d & e
    return z


@refused(checks.conjunction)
def column_0_of_a_square(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e)
    if z.ndim > 1 and z.shape[0] == z.shape[1]:
        z[:, 0] ^= d & e
    else:
        z[0] ^= d & e
    return z


opened_before = {}


@refused(checks.conjunction, "remembers")
def d_by_its_mask(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    key = (a.tobytes(), a.shape)
    if key not in opened_before:
        opened_before[key] = open_shares(x_shares ^ a)
    d, e = opened_before[key], open_shares(y_shares ^ b)
    z = c ^ (d & b) ^ (a & e)
    z[0] ^= d & e
    return z


@right(checks.conjunction)
def d_and_e_in_halves(x_shares, y_shares, triple, *, open_shares):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a, b, c = triple
    z = c ^ (d & b) ^ (a & e)
    even = np.uint64(0x5555555555555555)
    z[0] ^= d & e & even
    z[1] ^= d & e & ~even
    return z


def peeks(seen, result):
    def answer(x_shares, y_shares, triple, *, open_shares):
        if seen(x_shares, y_shares):
            return result(x_shares)
        return both_in_one_opening(x_shares, y_shares, triple, open_shares=open_shares)

    return answer


for seen, result in (
    (np.array_equal, np.copy),
    (lambda x, y: np.array_equal(*map(np.bitwise_xor.reduce, (x, y))), np.copy),
    (lambda x, y: not x.any(), np.zeros_like),
    (lambda x, y: not np.bitwise_xor.reduce(x).any(), np.zeros_like),
    (lambda x, y: not np.bitwise_xor.reduce(y).any(), np.zeros_like),
):
    refused(checks.conjunction, "not_local")(peeks(seen, result))


# Exercise 35.2


def up(word, d):
    return word << np.uint64(d)


def tree(step, distances=None):
    def answer(g, p, *, n_bits, and_pairs):
        G, P = g, p
        ways = (
            [2**k for k in range(64) if 2**k < n_bits] if distances is None else distances(n_bits)
        )
        for d in ways:
            G, P = step(G, P, d, and_pairs)
        return G

    return answer


def good(G, P, d, and_pairs):
    carried, P = and_pairs([(P, up(G, d)), (P, up(P, d))])
    return G ^ carried, P


def xor_of_p(G, P, d, and_pairs):
    (carried,) = and_pairs([(P, up(G, d))])
    return G ^ carried, P ^ up(P, d)


def or_of_p(G, P, d, and_pairs):
    (carried,) = and_pairs([(P, up(G, d))])
    return G ^ carried, P | up(P, d)


def new_g_in_p(G, P, d, and_pairs):
    carried, P = and_pairs([(P, up(G, d)), (G, up(P, d))])
    return G ^ carried, P


def g_and_g(G, P, d, and_pairs):
    carried, P = and_pairs([(up(G, d), G), (P, up(P, d))])
    return G ^ carried, P


def adds(G, P, d, and_pairs):
    carried, P = and_pairs([(P, up(G, d)), (P, up(P, d))])
    return G + carried, P


def turned_results(G, P, d, and_pairs):
    P, carried = and_pairs([(P, up(G, d)), (P, up(P, d))])
    return G ^ carried, P


def double_shift(G, P, d, and_pairs):
    carried, P = and_pairs([(P, up(G, 2 * d if d < 32 else d)), (P, up(P, d))])
    return G ^ carried, P


def g_in_both(G, P, d, and_pairs):
    carried, P = and_pairs([(P, up(G, d)), (P, up(P, d))])
    return G ^ carried ^ up(G, d), P


for code, answer in (
    ("any", tree(xor_of_p)),
    ("any", tree(or_of_p)),
    ("any", tree(new_g_in_p)),
    ("any", tree(g_and_g)),
    ("any", tree(adds)),
    ("any", tree(turned_results)),
    ("any", tree(double_shift)),
    ("any", tree(g_in_both)),
    ("any", tree(good, lambda n_bits: [1, 2, 4])),
    ("any", tree(good, lambda n_bits: [1, 2, 4, 8, 16, 32])),
    ("any", tree(good, lambda n_bits: [2**k for k in range(64) if 2**k <= n_bits])),
    ("any", tree(good, lambda n_bits: [2**k for k in range(64) if 2**k < n_bits - 1])),
    ("any", tree(good, lambda n_bits: [2**k for k in range(1, 64) if 2**k < n_bits])),
    ("any", tree(good, lambda n_bits: [2**k for k in range(64) if 2**k < n_bits][::-1])),
    ("any", tree(good, lambda n_bits: [3**k for k in range(64) if 3**k < n_bits])),
    ("any", tree(good, lambda n_bits: [1] if n_bits > 1 else [])),
    ("any", lambda g, p, *, n_bits, and_pairs: g),
    ("any", lambda g, p, *, n_bits, and_pairs: g ^ up(g, 1)),
    ("any", lambda g, p, *, n_bits, and_pairs: tree(good)(p, g, n_bits=n_bits, and_pairs=and_pairs)),
    ("returned_none", lambda g, p, *, n_bits, and_pairs: None),
    ("any", lambda g, p, *, n_bits, and_pairs: tree(good)(
        g, p, n_bits=n_bits, and_pairs=and_pairs).astype(float)),
    ("any", lambda g, p, *, n_bits, and_pairs: np.bitwise_xor.reduce(tree(good)(
        g, p, n_bits=n_bits, and_pairs=and_pairs))),
    ("any", lambda g, p, *, n_bits, and_pairs: (
        tree(good)(g, p, n_bits=n_bits, and_pairs=and_pairs), p)),
):  # fmt: skip
    refused(checks.carries, code)(answer)


@refused(checks.carries, "raised")
def one_pair_without_a_list(g, p, *, n_bits, and_pairs):
    return and_pairs((p, up(g, 1))) if n_bits > 1 else g


@refused(checks.carries, "not_local")
def rolls_the_rows(g, p, *, n_bits, and_pairs):
    return np.roll(tree(good)(g, p, n_bits=n_bits, and_pairs=and_pairs), 1, axis=0)


@refused(checks.carries, "changed_input")
def shifts_in_place(g, p, *, n_bits, and_pairs):
    p <<= np.uint64(1)
    return g


@refused(checks.carries)
def for_powers_of_two(g, p, *, n_bits, and_pairs):
    levels = n_bits.bit_length() - 1
    return tree(good, lambda n: [2**k for k in range(levels)])(
        g, p, n_bits=n_bits, and_pairs=and_pairs
    )


@right(checks.carries)
def last_p_left_out(g, p, *, n_bits, and_pairs):
    G, P, d = g, p, 1
    while d < n_bits:
        pairs = [(P, up(G, d))] + ([(P, up(P, d))] if 2 * d < n_bits else [])
        carried, *passed = and_pairs(pairs)
        G, P, d = G ^ carried, passed[0] if passed else P, 2 * d
    return G


@right(checks.carries)
def masked_all_the_way(g, p, *, n_bits, and_pairs):
    mask = np.uint64(2**n_bits - 1)
    G, P = g & mask, p & mask
    for level in range((n_bits - 1).bit_length()):
        both = and_pairs([(P, up(one, 2**level) & mask) for one in (G, P)])
        G, P = G ^ both[0], both[1]
    return G & mask


@right(checks.carries)
def recursive(g, p, *, n_bits, and_pairs, d=1):
    if d >= n_bits:
        return g
    carried, passed = and_pairs([(up(g, d), p), (up(p, d), p)])
    return recursive(g ^ carried, passed, n_bits=n_bits, and_pairs=and_pairs, d=2 * d)


@right(checks.carries)
def by_multiplying_with_powers(g, p, *, n_bits, and_pairs):
    G, P = g, p
    for k in range(7):
        if 1 << k >= n_bits:
            break
        factor = np.uint64(2 ** (2**k))
        carried, P = and_pairs([(P, G * factor), (P, P * factor)])
        G = np.bitwise_xor(G, carried)
    return G


@right(checks.carries)
def folded(g, p, *, n_bits, and_pairs):
    levels = range(int(np.ceil(np.log2(n_bits))))
    return reduce(lambda pair, k: good(*pair, 2**k, and_pairs), levels, (g, p))[0]


@right(checks.carries)
def both_pairs_in_one_array(g, p, *, n_bits, and_pairs):
    G, P = g, p
    for d in (2**k for k in range((n_bits - 1).bit_length())):
        (both,) = and_pairs([(np.stack([P, P], axis=1), up(np.stack([G, P], axis=1), d))])
        G, P = G ^ both[:, 0], both[:, 1]
    return G


@right(checks.carries)
def ones_below_bit_0(g, p, *, n_bits, and_pairs):
    """No carry comes in, so what P says below bit 0 does not matter."""
    G, P = g, p
    for d in (2**k for k in range((n_bits - 1).bit_length())):
        lower = up(P, d)
        lower[0] ^= np.uint64(2**d - 1)
        carried, P = and_pairs([(P, up(G, d)), (P, lower)])
        G = G ^ carried
    return G


@refused(checks.carries, "wrong_shape")
def one_row_for_each_party(g, p, *, n_bits, and_pairs):
    flat = [one.reshape(len(g), -1) for one in (g, p)]
    return tree(good)(*flat, n_bits=n_bits, and_pairs=and_pairs)


@refused(checks.carries, "raised")
def arrays_of_two_shapes(g, p, *, n_bits, and_pairs):
    return and_pairs([(p, g[..., None])])[0]


# Exercise 35.3


def add(x, y, q):
    return ring.add(x, y, modulus=q)


def minus(x, y, q):
    return ring.subtract(x, y, modulus=q)


def twice(x, q):
    return ring.multiply(x, 2, modulus=q)


def less(rule):
    """An answer from rule(sign of x, of y, of x − y, multiply, q)."""

    def answer(x_shares, y_shares, *, is_negative, multiply, modulus):
        signs = [
            is_negative(one) for one in (x_shares, y_shares, minus(x_shares, y_shares, modulus))
        ]
        return rule(*signs, multiply, modulus)

    return answer


def differ(x, y, m, q):
    return minus(add(x, y, q), twice(m(x, y), q), q)


def one_minus(x, q, party=0):
    z = minus(np.zeros_like(x), x, q)
    z[party] = add(z[party], 1, q)
    return z


for code, answer in (
    ("any", less(lambda x, y, d, m, q: y)),
    ("any", less(lambda x, y, d, m, q: m(x, y))),
    ("any", less(lambda x, y, d, m, q: m(x, d))),
    ("any", less(lambda x, y, d, m, q: differ(x, y, m, q))),
    ("any", less(lambda x, y, d, m, q: differ(d, x, m, q))),
    ("any", less(lambda x, y, d, m, q: add(d, differ(x, y, m, q), q))),
    ("any", less(lambda x, y, d, m, q: add(d, m(differ(x, y, m, q), x), q))),
    ("any", less(lambda x, y, d, m, q: m(differ(x, y, m, q), x))),
    ("any", less(lambda x, y, d, m, q: minus(d, m(differ(x, y, m, q), minus(x, d, q)), q))),
    ("any", less(lambda x, y, d, m, q: add(d, m(differ(x, y, m, q), minus(d, x, q)), q))),
    ("any", less(lambda x, y, d, m, q: add(x, m(differ(x, y, m, q), minus(x, d, q)), q))),
    ("any", less(lambda x, y, d, m, q: add(m(x, one_minus(y, q)), m(d, one_minus(x, q)), q))),
    ("any", less(lambda x, y, d, m, q: one_minus(d, q))),
    ("any", less(lambda x, y, d, m, q: d & x)),
    ("any", less(lambda x, y, d, m, q: np.maximum(x, d))),
    ("any", less(lambda x, y, d, m, q: m(d, d))),
    ("returned_none", less(lambda x, y, d, m, q: None)),
    ("any", less(lambda x, y, d, m, q: d.astype(float))),
    ("any", less(lambda x, y, d, m, q: d[:1])),
):
    refused(checks.less_than, code)(answer)


@refused(checks.less_than)
def strict_only_where_equal(x_shares, y_shares, *, is_negative, multiply, modulus):
    """x ≤ y: the sign of x − y − 1, where that fits."""
    z = minus(x_shares, y_shares, modulus)
    z[0] = minus(z[0], 1, modulus)
    return is_negative(z)


@refused(checks.less_than)
def in_the_lessons_ring(x_shares, y_shares, *, is_negative, multiply, modulus):
    helpers = {"is_negative": is_negative, "multiply": multiply, "modulus": modulus}
    return checks.less_than.reference(x_shares, y_shares, **helpers) % np.uint64(16)


@refused(checks.less_than, "not_local")
def looks_at_x(x_shares, y_shares, *, is_negative, multiply, modulus):
    x = ring.decode(additive.reconstruct(x_shares, modulus=modulus), modulus=modulus)
    helpers = {"is_negative": is_negative, "multiply": multiply, "modulus": modulus}
    z = checks.less_than.reference(x_shares, y_shares, **helpers)
    z[0] = add(z[0], (x > 0).astype(np.uint64), modulus)
    z[1] = minus(z[1], (x > 0).astype(np.uint64), modulus)
    return z


@refused(checks.less_than)
def by_the_first_share(x_shares, y_shares, *, is_negative, multiply, modulus):
    z = np.zeros_like(x_shares)
    z[0] = x_shares[0] < y_shares[0]
    return z


@refused(checks.less_than)
def adds_half_the_ring(x_shares, y_shares, *, is_negative, multiply, modulus):
    """As if unsigned numbers could be told apart by the sign of their difference."""
    moved = [one.copy() for one in (x_shares, y_shares)]
    for one in moved:
        one[0] = add(one[0], modulus // 2, modulus)
    return is_negative(minus(*moved, modulus))


@right(checks.less_than)
def overflow_flips_the_sign(x_shares, y_shares, *, is_negative, multiply, modulus):
    """d ⊕ (x ⊕ y) & (x ⊕ d), as processors do it."""

    def xor(u, v):
        return differ(u, v, multiply, modulus)

    x, y = is_negative(x_shares), is_negative(y_shares)
    d = is_negative(minus(x_shares, y_shares, modulus))
    return xor(d, multiply(xor(x, y), xor(x, d)))


@right(checks.less_than)
def by_cases(x_shares, y_shares, *, is_negative, multiply, modulus):
    """x(1 − y) + (both or neither)·d."""
    q = modulus
    x, y = is_negative(x_shares), is_negative(y_shares)
    d = is_negative(minus(x_shares, y_shares, q))
    both = multiply(x, y)
    neither = one_minus(minus(add(x, y, q), both, q), q, party=1)
    return add(minus(x, both, q), multiply(add(both, neither, q), d), q)


@right(checks.less_than)
def majority_of_three(x_shares, y_shares, *, is_negative, multiply, modulus):
    """The majority of x, 1 − y and d is the answer."""
    q = modulus
    x, y = is_negative(x_shares), one_minus(is_negative(y_shares), modulus)
    d = is_negative(minus(x_shares, y_shares, q))
    xy, xd, yd = multiply(x, y), multiply(x, d), multiply(y, d)
    xyd = multiply(xy, d)
    return minus(add(add(xy, xd, q), yd, q), twice(xyd, q), q)


@right(checks.less_than)
def other_side(x_shares, y_shares, *, is_negative, multiply, modulus):
    """1 − (y < x) − (x = y) would need more; here the sign of y decides."""
    q = modulus
    x, y = is_negative(x_shares), is_negative(y_shares)
    d = is_negative(minus(x_shares, y_shares, q))
    s = differ(x, y, multiply, q)
    return add(multiply(s, one_minus(y, q)), minus(d, multiply(s, d), q), q)


@right(checks.less_than)
def in_python_integers_again(x_shares, y_shares, *, is_negative, multiply, modulus):
    q = modulus
    difference = (x_shares.astype(object) - y_shares.astype(object)) % q
    d = is_negative(np.array(difference, dtype=object).reshape(x_shares.shape).astype(np.uint64))
    x, y = is_negative(x_shares), is_negative(y_shares)
    x_, d_ = x.astype(object), d.astype(object)
    s = (x_ + y.astype(object) - 2 * multiply(x, y).astype(object)) % q
    as_words = [np.array(one % q, dtype=object).astype(np.uint64) for one in (s, x_ - d_)]
    z = (d_ + multiply(*(one.reshape(x.shape) for one in as_words)).astype(object)) % q
    return np.array(z, dtype=object).reshape(x.shape).astype(np.uint64)


@right(checks.less_than)
def three_signs_in_one_call(x_shares, y_shares, *, is_negative, multiply, modulus):
    all_three = np.stack([x_shares, y_shares, minus(x_shares, y_shares, modulus)], axis=1)
    x, y, d = np.moveaxis(is_negative(all_three), 1, 0)
    return add(d, multiply(differ(x, y, multiply, modulus), minus(x, d, modulus)), modulus)


@refused(checks.less_than)
def positive_as_minus_negative(x_shares, y_shares, *, is_negative, multiply, modulus):
    """y > 0 as −y < 0: wrong for the lowest y, which is its own negative."""
    q = modulus
    x, y = is_negative(x_shares), is_negative(y_shares)
    x_above, y_above = (
        is_negative(minus(np.zeros_like(one), one, q)) for one in (x_shares, y_shares)
    )
    up_, down = multiply(x, y_above), multiply(x_above, y)
    d = is_negative(minus(x_shares, y_shares, q))
    return add(up_, multiply(one_minus(add(up_, down, q), q), d), q)


@refused(checks.less_than, "or_equal")
def sign_of_the_other_difference(x_shares, y_shares, *, is_negative, multiply, modulus):
    q = modulus
    x, y = is_negative(x_shares), is_negative(y_shares)
    d = one_minus(is_negative(minus(y_shares, x_shares, q)), q)
    return add(d, multiply(differ(x, y, multiply, q), minus(x, d, q)), q)


@refused(checks.less_than, "not_local")
def sees_equal_rows(x_shares, y_shares, **known):
    if np.array_equal(x_shares, y_shares):
        return np.zeros_like(x_shares)
    return checks.less_than.reference(x_shares, y_shares, **known)


# Questions

for value, code in (
    (171, "out_of_the_top"), (42, "one_before"), (128, "top_of_y"), (85, "own_number"), (44, "any"),
    (0, "any"), ("43", "not_a_number"),
):  # fmt: skip
    refused_value(checks.smallest_partner, code, value)
right_value(checks.smallest_partner, 43)
right_value(checks.smallest_partner, np.int64(43))

for value, code in (
    (1_000_000, "other_latency"), (10_000_000, "other_latency"), (10_000, "still_slower"),
    (31_112, "between"),
    (0, "any"), (99_999, "any"), ([100_000], "not_a_number"),
):  # fmt: skip
    refused_value(checks.cheaper_from, code, value)
right_value(checks.cheaper_from, 100_000)
right_value(checks.cheaper_from, 1e5)

for value, code in (
    (16, "nothing_learned"), (13, "equal_counted"), (4, "ruled_out"), (1, "all_known"), (11, "any"),
    (3, "any"),
):  # fmt: skip
    refused_value(checks.possible_numbers, code, value)
right_value(checks.possible_numbers, 12)
right_value(checks.possible_numbers, 12.0)
