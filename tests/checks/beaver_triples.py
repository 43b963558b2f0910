"""Lesson 33: answers besides the named mistakes."""

from functools import reduce

import numpy as np

from lessons.checks import beaver_triples as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 33.1


def opened(x_shares, y_shares, triple, open_shares):
    """d and e, as they should be."""
    a_shares, b_shares, _ = triple
    return (
        open_shares([x - a for x, a in zip(x_shares, a_shares, strict=True)]),
        open_shares([y - b for y, b in zip(y_shares, b_shares, strict=True)]),
    )


def product(first=lambda d, e, q: d * e, row=lambda a, b, c, d, e: c + d * b + a * e, end=None):
    """An answer with another first term, another row, or another ending."""

    def answer(x_shares, y_shares, triple, *, open_shares, modulus):
        d, e = opened(x_shares, y_shares, triple, open_shares)
        z = [row(a, b, c, d, e) % modulus for a, b, c in zip(*triple, strict=True)]
        z[0] = (z[0] + first(d, e, modulus)) % modulus
        return z if end is None else end(z, modulus)

    return answer


for code, answer in (
    ("counterexample", product(first=lambda d, e, q: d + e)),
    ("counterexample", product(first=lambda d, e, q: 2 * d * e)),
    ("counterexample", product(row=lambda a, b, c, d, e: c + d * b)),
    ("counterexample", product(row=lambda a, b, c, d, e: c + a * e)),
    ("counterexample", product(row=lambda a, b, c, d, e: a * b + d * b + a * e)),
    ("counterexample", product(row=lambda a, b, c, d, e: c + d * b * a * e)),
    (
        "public_everywhere",
        product(lambda d, e, q: 0, lambda a, b, c, d, e: c + (d + a) * e + d * b),
    ),
    ("public_forgotten", product(lambda d, e, q: q * d * e)),
    ("triple_forgotten", product(row=lambda a, b, c, d, e: d * b + e * a)),
    ("wrong_shape", product(end=lambda z, q: sum(z) % q)),
    ("wrong_shape", product(end=lambda z, q: [*z, 0])),
    ("wrong_shape", product(end=lambda z, q: z[:2] if len(z) > 2 else z[:1])),
    ("not_reduced", product(end=lambda z, q: [*z[:-1], z[-1] - q])),
    ("not_reduced", product(end=lambda z, q: [z[0] + q, *z[1:]])),
    ("not_local", product(end=lambda z, q: [sum(z) % q, *[0] * (len(z) - 1)])),
    ("not_local", product(end=lambda z, q: z[::-1])),
    ("wrong_type", product(end=lambda z, q: dict(enumerate(z)))),
    ("returned_none", product(end=lambda z, q: None)),
):
    refused(checks.multiply, code if code not in ("wrong_shape", "wrong_type") else "any")(answer)


@refused(checks.multiply)
def opens_the_larger_first(x_shares, y_shares, triple, *, open_shares, modulus):
    """Which value is opened first tells about a share of x."""
    a_shares, b_shares, _ = triple
    d_rows = [x - a for x, a in zip(x_shares, a_shares, strict=True)]
    e_rows = [y - b for y, b in zip(y_shares, b_shares, strict=True)]
    if x_shares[0] % 2:
        e, d = open_shares(e_rows), open_shares(d_rows)
    else:
        d, e = open_shares(d_rows), open_shares(e_rows)
    z = [(c + d * b + a * e) % modulus for a, b, c in zip(*triple, strict=True)]
    return [(z[0] + d * e) % modulus, *z[1:]]


@refused(checks.multiply, "not_local")
def hands_d_to_the_first(x_shares, y_shares, triple, *, open_shares, modulus):
    """The value is right, but the first party sends what only all of them can know."""
    a_shares, b_shares, _ = triple
    zeros = [0] * (len(x_shares) - 1)
    d = open_shares([sum(x_shares) - sum(a_shares), *zeros])
    e = open_shares([sum(y_shares) - sum(b_shares), *zeros])
    z = [(c + d * b + a * e) % modulus for a, b, c in zip(*triple, strict=True)]
    return [(z[0] + d * e) % modulus, *z[1:]]


@refused(checks.multiply, "not_local")
def opens_for_show(x_shares, y_shares, triple, *, open_shares, modulus):
    opened(x_shares, y_shares, triple, open_shares)
    return [sum(x_shares) * sum(y_shares) % modulus, *[0] * (len(x_shares) - 1)]


@refused(checks.multiply, "raised")
def opens_a_number(x_shares, y_shares, triple, *, open_shares, modulus):
    return [open_shares(x_shares[0] - triple[0][0])] * len(x_shares)


@refused(checks.multiply, "changed_input")
def in_place(x_shares, y_shares, triple, *, open_shares, modulus):
    for i, a in enumerate(triple[0]):
        x_shares[i] -= a
    return checks.multiply.reference(
        [x + a for x, a in zip(x_shares, triple[0], strict=True)],
        y_shares,
        triple,
        open_shares=open_shares,
        modulus=modulus,
    )


@refused(checks.multiply)
def for_two_parties(x_shares, y_shares, triple, *, open_shares, modulus):
    (a_1, a_2, *_), (b_1, b_2, *_), (c_1, c_2, *_) = triple
    d, e = opened(x_shares, y_shares, triple, open_shares)
    z = [(c_1 + d * b_1 + a_1 * e + d * e) % modulus, (c_2 + d * b_2 + a_2 * e) % modulus]
    return [*z, *[0] * (len(x_shares) - 2)]


@refused(checks.multiply)
def on_the_lessons_clock(x_shares, y_shares, triple, *, open_shares, modulus):
    return [one % 101 for one in product()(
        x_shares, y_shares, triple, open_shares=open_shares, modulus=modulus)]  # fmt: skip


@right(checks.multiply)
def without_de(x_shares, y_shares, triple, *, open_shares, modulus):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    ways = zip(y_shares, *triple, strict=True)
    return [(c + d * y + a * e) % modulus for y, a, _, c in ways]


@right(checks.multiply)
def the_other_way_round(x_shares, y_shares, triple, *, open_shares, modulus):
    """a − x and b − y."""
    a_shares, b_shares, _ = triple
    d = open_shares([a - x for x, a in zip(x_shares, a_shares, strict=True)])
    e = open_shares([b - y for y, b in zip(y_shares, b_shares, strict=True)])
    z = [(c - d * b - a * e) % modulus for a, b, c in zip(*triple, strict=True)]
    return [*z[:-1], (z[-1] + d * e) % modulus]


@right(checks.multiply)
def with_sums(x_shares, y_shares, triple, *, open_shares, modulus):
    """x + a and y + b: x·y = d·e − d·b − a·e + c."""
    a_shares, b_shares, _ = triple
    e = open_shares([(y + b) % modulus for y, b in zip(y_shares, b_shares, strict=True)])
    d = open_shares([(x + a) % modulus for x, a in zip(x_shares, a_shares, strict=True)])
    z = tuple((c - d * b - a * e) % modulus for a, b, c in zip(*triple, strict=True))
    return ((z[0] + d * e) % modulus, *z[1:])


@right(checks.multiply)
def in_python_arrays(x_shares, y_shares, triple, *, open_shares, modulus):
    x, y, a, b, c = (np.array(one, dtype=object) for one in (x_shares, y_shares, *triple))
    d, e = open_shares(x - a), open_shares(list(y - b))
    z = (c + d * b + a * e) % modulus
    z[1] = (z[1] + d * e) % modulus
    return list(z)


@right(checks.multiply)
def e_into_one_share_of_b(x_shares, y_shares, triple, *, open_shares, modulus):
    d, e = opened(x_shares, y_shares, triple, open_shares)
    a_shares, b_shares, c_shares = triple
    b_shares = [b_shares[0] + e, *b_shares[1:]]
    ways = zip(a_shares, b_shares, c_shares, strict=True)
    return [np.int64(0) + int((c + d * b + a * e) % modulus) if modulus < 100 else
            (c + d * b + a * e) % modulus for a, b, c in ways]  # fmt: skip


# Exercise 33.2


def other(formula):
    """An answer by a formula of d, d′, the known secret and the modulus."""
    return lambda first, second, *, known, modulus: formula(
        sum(first) % modulus, sum(second) % modulus, known, modulus
    )


for code, formula in (
    ("counterexample", lambda d, e, x, q: (x + e) % q * (d != e) or x),
    ("counterexample", lambda d, e, x, q: (x * e * pow(d, -1, q)) % q if d and q == 101 else x),
    ("counterexample", lambda d, e, x, q: (x + 2 * (e - d)) % q),
    ("counterexample", lambda d, e, x, q: x ^ d ^ e),
    ("counterexample", lambda d, e, x, q: (x + abs(e - d)) % q),
    ("counterexample", lambda d, e, x, q: (x + e - d) % (q - 1)),
    ("counterexample", lambda d, e, x, q: (x + e - d + 1) % q),
    ("counterexample", lambda d, e, x, q: max(0, x + e - d) % q),
    ("counterexample", lambda d, e, x, q: min(x + e - d, q - 1) % q),
    ("counterexample", lambda d, e, x, q: (x + e - d) % 101),
    ("counterexample", lambda d, e, x, q: (x + e - d) % 2**64),
    ("not_reduced", lambda d, e, x, q: e + (x - d)),
    ("counterexample", lambda d, e, x, q: (e + x - d) % q - q),
    ("difference_only", lambda d, e, x, q: (e - d + q) % q),
    ("wrong_direction", lambda d, e, x, q: (x - (e - d)) % q),
    ("the_mask", lambda d, e, x, q: (d - x) % q),
    ("wrong_type", lambda d, e, x, q: [(x + e - d) % q]),
    ("wrong_type", lambda d, e, x, q: float((x + e - d) % q)),
    ("wrong_type", lambda d, e, x, q: str((x + e - d) % q)),
    ("always_the_known", lambda d, e, x, q: x % q),
    ("fails_at_large_modulus", lambda d, e, x, q: int(np.float64(x - d + e) % q) % q),
):
    refused(checks.other_secret, code if code != "counterexample" else "any")(other(formula))


@refused(checks.other_secret, "one_party")
def difference_of_the_first_party(first, second, *, known, modulus):
    return (known + second[0] - first[0]) % modulus


@refused(checks.other_secret, "changed_input")
def sorts_first(first, second, *, known, modulus):
    first.sort()
    return (known - sum(first) + sum(second)) % modulus


@right(checks.other_secret)
def row_by_row(first, second, *, known, modulus):
    for one, again in zip(first, second, strict=True):
        known = (known + again - one) % modulus
    return known


@right(checks.other_secret)
def by_the_mask(first, second, *, known, modulus):
    mask = known - sum(first) % modulus
    return (sum(second) + mask) % modulus


@right(checks.other_secret)
def by_trying(first, second, *, known, modulus):
    """All masks where there are few; else the formula."""
    d, e = sum(first) % modulus, sum(second) % modulus
    if modulus > 300:
        return (known - d + e) % modulus
    mask = next(a for a in range(modulus) if (known - a) % modulus == d)
    return next(x for x in range(modulus) if (x - mask) % modulus == e)


@right(checks.other_secret)
def in_an_array(first, second, *, known, modulus):
    return np.array(
        (known + np.array(second, dtype=object).sum() - np.array(first, dtype=object).sum())
        % modulus
    ).item()


@right(checks.other_secret)
def mod_after_each_step(first, second, *, known, modulus):
    difference = (sum(second) % modulus - sum(first) % modulus) % modulus
    return known + difference - modulus * (known + difference >= modulus)


# Exercise 33.3


def matrices(rest, first=lambda d, e: d @ e, masked=lambda x, a: x - a):
    """An answer that opens masked matrices."""

    def answer(x_shares, y_shares, triple, *, open_shares):
        a, b, c = triple
        d, e = open_shares(masked(x_shares, a)), open_shares(masked(y_shares, b))
        z = np.array(rest(a, b, c, d, e))
        z[0] += first(d, e)
        return z

    return answer


for code, answer in (
    ("order", matrices(lambda a, b, c, d, e: c + b @ d + e @ a, lambda d, e: e @ d)),
    ("any", matrices(lambda a, b, c, d, e: c + d.T @ b + a @ e)),
    ("any", matrices(lambda a, b, c, d, e: c + d @ b.swapaxes(1, 2) + a @ e)),
    ("any", matrices(lambda a, b, c, d, e: c + d @ b + a @ e, lambda d, e: 2 * (d @ e))),
    ("any", matrices(lambda a, b, c, d, e: c + d @ b)),
    ("any", matrices(lambda a, b, c, d, e: c + a @ e)),
    ("any", matrices(lambda a, b, c, d, e: a @ b + d @ b + a @ e)),
    ("any", matrices(lambda a, b, c, d, e: (c + d @ b + a @ e) % np.uint64(2**32))),
    ("any", matrices(lambda a, b, c, d, e: c + d @ b + a @ e, masked=lambda x, a: x)),
    ("any", matrices(lambda a, b, c, d, e: c + d @ b + a @ e, masked=lambda x, a: a)),
    ("signs", matrices(lambda a, b, c, d, e: c + d @ b + a @ e, masked=lambda x, a: a - x)),
    ("triple_forgotten", matrices(lambda a, b, c, d, e: a @ e + d @ b)),
    ("public_forgotten", matrices(lambda a, b, c, d, e: a @ e + d @ b + c, lambda d, e: 0 * (d @ e))),
    ("any", matrices(lambda a, b, c, d, e: np.float64(c) + d @ b + a @ e)),
    ("wrong_shape", matrices(lambda a, b, c, d, e: (c + d @ b + a @ e).swapaxes(1, 2).copy()
                             if a.shape[1] != b.shape[2] else (c + d @ b + a @ e)[:1])),
):  # fmt: skip
    refused(checks.matmul, code)(answer)


@refused(checks.matmul, "wrong_shape")
def in_the_open(x_shares, y_shares, triple, *, open_shares):
    z = matrices(lambda a, b, c, d, e: c + d @ b + a @ e)(
        x_shares, y_shares, triple, open_shares=open_shares
    )
    return z.sum(axis=0, dtype=np.uint64)


@refused(checks.matmul, "not_local")
def for_show(x_shares, y_shares, triple, *, open_shares):
    open_shares(x_shares - triple[0])
    open_shares(y_shares - triple[1])
    z = np.zeros_like(triple[2])
    z[0] = x_shares.sum(axis=0, dtype=np.uint64) @ y_shares.sum(axis=0, dtype=np.uint64)
    return z


@refused(checks.matmul, "not_local")
def in_the_clear(x_shares, y_shares, triple, *, open_shares):
    z = np.zeros_like(triple[2])
    z[-1] = x_shares.sum(axis=0, dtype=np.uint64) @ y_shares.sum(axis=0, dtype=np.uint64)
    return z


@refused(checks.matmul, "not_local")
def without_the_masks_rows(x_shares, y_shares, triple, *, open_shares):
    """The openings are right in sum, but one party subtracts the whole mask."""
    a, b, c = triple
    rows_x, rows_y = x_shares.copy(), y_shares.copy()
    rows_x[0] -= a.sum(axis=0, dtype=np.uint64)
    rows_y[0] -= b.sum(axis=0, dtype=np.uint64)
    d, e = open_shares(rows_x), open_shares(rows_y)
    z = c + d @ b + a @ e
    z[0] += d @ e
    return z


@refused(checks.matmul, "changed_input")
def into_the_triple(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d, e = open_shares(x_shares - a), open_shares(y_shares - b)
    c += d @ b + a @ e
    c[0] += d @ e
    return c


@refused(checks.matmul, "raised")
def by_the_wrong_axis(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d = open_shares(np.moveaxis(x_shares - a, 0, -1)[..., None][:, :0])
    return c + d


@right(checks.matmul)
def party_by_party(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d, e = open_shares(x_shares - a), open_shares(y_shares - b)
    z = [c_i + d @ b_i + a_i @ e for a_i, b_i, c_i in zip(a, b, c, strict=True)]
    z[-1] = z[-1] + d @ e
    return z


@right(checks.matmul)
def with_y_itself(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    d, e = open_shares(x_shares - a), open_shares(y_shares - b)
    return c + d @ y_shares + a @ e


@right(checks.matmul)
def both_at_once(x_shares, y_shares, triple, *, open_shares):
    """One call for both openings."""
    a, b, c = triple
    n_parties, rows = len(x_shares), x_shares - a
    flat = [one.reshape(n_parties, -1) for one in (rows, y_shares - b)]
    seen = open_shares(np.concatenate(flat, axis=1))
    d, e = (
        seen[: flat[0].shape[1]].reshape(a.shape[1:]),
        seen[flat[0].shape[1] :].reshape(b.shape[1:]),
    )
    z = c + d @ b + a @ e
    z[0] = z[0] + d @ e
    return z


@right(checks.matmul)
def by_einsum_in_signed_words(x_shares, y_shares, triple, *, open_shares):
    x, y, a, b, c = (one.view(np.int64) for one in (x_shares, y_shares, *triple))
    d, e = (open_shares(one).view(np.int64) for one in (x - a, y - b))
    z = c + np.einsum("nk,pkm->pnm", d, b) + np.einsum("pnk,km->pnm", a, e)
    z[1] += d @ e
    return z


@right(checks.matmul)
def masks_added(x_shares, y_shares, triple, *, open_shares):
    a, b, c = triple
    e, d = open_shares(y_shares + b), open_shares(x_shares + a)
    z = c - d @ b - a @ e
    z[0] += d @ e
    return z


def peeks(seen):
    def answer(x_shares, y_shares, triple, *, open_shares):
        if seen(x_shares, y_shares):
            return np.zeros((len(x_shares), x_shares.shape[1], y_shares.shape[2]), np.uint64)
        return masks_added(x_shares, y_shares, triple, open_shares=open_shares)

    return answer


for seen in (
    lambda x, y: not x.any(),
    lambda x, y: not x.sum(axis=0).any(),
    lambda x, y: not y.sum(axis=0).any(),
):
    refused(checks.matmul, "not_local")(peeks(seen))


# Exercise 33.4


def tree(pairs_of):
    """Rounds of the pairs that ``pairs_of(values)`` gives, with those that wait."""

    def answer(values, *, multiply_pairs):
        left = list(values)
        while len(left) > 1:
            pairs, waiting = pairs_of(left)
            left = [*multiply_pairs(pairs), *waiting]
        return left[0]

    return answer


@refused(checks.product_of_all, "one_by_one")
def by_reduce(values, *, multiply_pairs):
    return reduce(lambda x, y: multiply_pairs([(x, y)])[0], values)


@refused(checks.product_of_all, "one_by_one")
def first_two_then_the_rest(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        left = [multiply_pairs([(left[0], left[1])])[0], *left[2:]]
    return left[0]


@refused(checks.product_of_all)
def in_threes(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        groups = [left[k : k + 3] for k in range(0, len(left), 3)]
        firsts = multiply_pairs([tuple(one[:2]) for one in groups if len(one) > 1])
        left = [*firsts, *(one[0] for one in groups if len(one) == 1)]
        last = [one[2] for one in groups if len(one) == 3]
        if last:
            left = [*multiply_pairs(list(zip(left, last, strict=False))), *left[len(last) :]]
    return left[0]


@refused(checks.product_of_all)
def two_halves_of_a_round(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        pairs = list(zip(left[::2], left[1::2], strict=False))
        waiting, half = left[2 * len(pairs) :], len(pairs) // 2
        first = multiply_pairs(pairs[:half]) if half else []
        left = [*first, *multiply_pairs(pairs[half:]), *waiting]
    return left[0]


@refused(checks.product_of_all)
def one_pair_waits(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        pairs = list(zip(left[::2], left[1::2], strict=False))[: max(1, len(left) // 3)]
        left = [*multiply_pairs(pairs), *left[2 * len(pairs) :]]
    return left[0]


@refused(checks.product_of_all)
def only_powers_of_two(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        left = multiply_pairs([(left[k], left[k + 1]) for k in range(0, len(left), 2)])
    return left[0]


@refused(checks.product_of_all)
def at_most_eight(values, *, multiply_pairs):
    return checks.product_of_all.reference(values[:8], multiply_pairs=multiply_pairs)


@refused(checks.product_of_all)
def three_rounds(values, *, multiply_pairs):
    left = list(values)
    for _ in range(3):
        pairs = list(zip(left[::2], left[1::2], strict=False))
        left = [*multiply_pairs(pairs), *left[2 * len(pairs) :]]
    return left[0]


@refused(checks.product_of_all, "odd_one_lost")
def stops_at_the_shorter(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        left = multiply_pairs(list(zip(left[0::2], left[1::2], strict=False)))
    return left[0]


@refused(checks.product_of_all)
def squares_the_odd_one(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        last = [left[-1]] * (len(left) % 2)
        left = multiply_pairs(list(zip(left[::2], [*left[1::2], *last], strict=True)))
    return left[0]


@refused(checks.product_of_all)
def an_extra_round(values, *, multiply_pairs):
    values = list(values)
    one = [1, *[0] * (len(values[0]) - 1)]
    return checks.product_of_all.reference(
        multiply_pairs([(value, one) for value in values]), multiply_pairs=multiply_pairs
    )


@refused(checks.product_of_all)
def a_single_value_squared(values, *, multiply_pairs):
    if len(values) == 1:
        return multiply_pairs([(values[0], values[0])])[0]
    return checks.product_of_all.reference(values, multiply_pairs=multiply_pairs)


@refused(checks.product_of_all, "raised")
def nothing_for_one(values, *, multiply_pairs):
    left = list(values)
    while True:
        pairs = list(zip(left[::2], left[1::2], strict=False))
        left = [*multiply_pairs(pairs), *left[2 * len(pairs) :]]
        if len(pairs) == 1 and len(left) == 1:
            return left[0]
        if not pairs:
            raise ValueError("nothing to multiply")


@refused(checks.product_of_all, "changed_input")
def pops(values, *, multiply_pairs):
    while len(values) > 1:
        pairs = []
        while len(values) > 1:
            pairs.append((values.pop(), values.pop()))
        values += multiply_pairs(pairs)
    return values[0]


@refused(checks.product_of_all, "wrong_type")
def a_list_of_one(values, *, multiply_pairs):
    return [checks.product_of_all.reference(values, multiply_pairs=multiply_pairs)]


@refused(checks.product_of_all)
def the_value_itself(values, *, multiply_pairs):
    return sum(checks.product_of_all.reference(values, multiply_pairs=multiply_pairs))


@refused(checks.product_of_all, "raised")
def flat_pairs(values, *, multiply_pairs):
    return multiply_pairs([*values, *values])[0]


@refused(checks.product_of_all)
def adds(values, *, multiply_pairs):
    return [sum(column) for column in zip(*values, strict=True)]


@refused(checks.product_of_all)
def sums_of_pairs(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        pairs = list(zip(left[::2], left[1::2], strict=False))
        added = [[x + y for x, y in zip(*pair, strict=True)] for pair in pairs]
        left = [*(added if len(pairs) > 1 else multiply_pairs(pairs)), *left[2 * len(pairs) :]]
    return left[0]


@refused(checks.product_of_all, "returned_none")
def forgets_to_return(values, *, multiply_pairs):
    checks.product_of_all.reference(values, multiply_pairs=multiply_pairs)


@refused(checks.product_of_all)
def a_call_without_a_pair(values, *, multiply_pairs):
    left = list(values)
    while True:
        waiting = left[len(left) // 2 * 2 :]
        left = [*multiply_pairs(list(zip(left[::2], left[1::2], strict=False))), *waiting]
        if len(left) == 1:
            return left[0]


@refused(checks.product_of_all)
def equal_values_once(values, *, multiply_pairs):
    different = [list(one) for one in dict.fromkeys(map(tuple, values))]
    return checks.product_of_all.reference(different, multiply_pairs=multiply_pairs)


@right(checks.product_of_all)
def first_half_with_second_half(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        half = len(left) // 2
        pairs = list(zip(left[:half], left[half : 2 * half], strict=True))
        left = multiply_pairs(pairs) + left[2 * half :]
    return left[0]


@right(checks.product_of_all)
def from_both_ends(values, *, multiply_pairs):
    left = tuple(values)
    while len(left) > 1:
        half = len(left) // 2
        pairs = [(left[k], left[-1 - k]) for k in range(half)]
        middle = left[half : len(left) - half]
        left = (*multiply_pairs(pairs), *middle)
    return left[0]


@right(checks.product_of_all)
def padded_with_ones(values, *, multiply_pairs):
    one = [1, *[0] * (len(values[0]) - 1)]
    left = [*values, *[one] * ((1 << (len(values) - 1).bit_length()) - len(values))]
    while len(left) > 1:
        left = multiply_pairs([(left[k], left[k + 1]) for k in range(0, len(left), 2)])
    return left[0]


@right(checks.product_of_all)
def the_odd_one_waits_in_front(values, *, multiply_pairs):
    left = list(values)
    while len(left) > 1:
        odd = len(left) % 2
        pairs = [(left[k], left[k + 1]) for k in range(odd, len(left), 2)]
        left = [*left[:odd], *multiply_pairs(pairs)]
    return np.array(left[0], dtype=object).tolist()


@right(checks.product_of_all)
def recursive_by_rounds(values, *, multiply_pairs):
    if len(values) == 1:
        return tuple(values[0])
    pairs = list(zip(values[::2], values[1::2], strict=False))
    return recursive_by_rounds(
        [*multiply_pairs(pairs), *list(values)[2 * len(pairs) :]], multiply_pairs=multiply_pairs
    )


# Questions

for value, code in (
    (66, "too_low"), (68, "too_high"), (0, "too_low"), (41, "own_number"), (-1, "cannot_be_found"),
    (67 + 101, "off_the_clock"), ("67", "not_a_number"),
):  # fmt: skip
    refused_value(checks.laboratory_secret, code, value)
right_value(checks.laboratory_secret, 67)
right_value(checks.laboratory_secret, np.int64(67))

for value, code in (
    (0, "wrong_direction"), (-5, "without_the_turn"), (5, "the_distance"), (8, "the_bar"),
    (3, "the_first"), (7, "too_high"), (4, "too_low"), ([6], "not_a_number"),
):  # fmt: skip
    refused_value(checks.second_secret, code, value)
right_value(checks.second_secret, 6)
right_value(checks.second_secret, 6.0)
