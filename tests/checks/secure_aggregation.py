"""Answers to the exercises of lesson 38 with a known verdict, besides those of ``made_by``."""

import numpy as np

from lessons.checks import secure_aggregation as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 38.1


def with_sign(sign, *, reduce=lambda one, modulus: one % modulus):
    def answer(values, *, client, seeds, stretch, modulus):
        total = list(values)
        for other in seeds:
            mask = stretch(seeds[other], len(values))
            for k in range(len(values)):
                total[k] += sign(client, other) * mask[k]
        return [reduce(one, modulus) for one in total]

    return answer


@right(checks.masked)
def column_by_column(values, *, client, seeds, stretch, modulus):
    masks = [stretch(shared, len(values)) for shared in seeds.values()]
    signs = [1 if other > client else -1 for other in seeds]
    return [
        (x + sum(s * mask[k] for s, mask in zip(signs, masks, strict=True))) % modulus
        for k, x in enumerate(values)
    ]


@right(checks.masked)
def python_integers_in_an_array(values, *, client, seeds, stretch, modulus):
    total = np.array(list(values), dtype=object)
    for other, shared in sorted(seeds.items()):
        mask = np.array(stretch(shared, len(values)), dtype=object)
        total = (total + mask if client < other else total - mask) % modulus
    return total


@right(checks.masked)
def added_then_taken_away(values, *, client, seeds, stretch, modulus):
    out = list(values)
    for other in [one for one in seeds if one > client]:
        out = [(a + b) % modulus for a, b in zip(out, stretch(seeds[other], len(out)), strict=True)]
    for other in [one for one in seeds if one < client]:
        out = [
            (a + modulus - b) % modulus
            for a, b in zip(out, stretch(seeds[other], len(out)), strict=True)
        ]
    return out


@right(checks.masked)
def recursive(values, *, client, seeds, stretch, modulus):
    if not seeds:
        return [one % modulus for one in values]
    (other, shared), *rest = seeds.items()
    sign = (other > client) - (other < client)
    moved = [v + sign * m for v, m in zip(values, stretch(shared, len(values)), strict=True)]
    return recursive(moved, client=client, seeds=dict(rest), stretch=stretch, modulus=modulus)


right(checks.masked)(with_sign(lambda client, other: 1 if other - client > 0 else -1))

for sign in (
    lambda client, other: 1 if client <= 30 else -1,
    lambda client, other: 1 if other - client in (1, 2) else -1,
    lambda client, other: 1 if str(client) < str(other) else -1,
    lambda client, other: 2 if client < other else -2,
    lambda client, other: 1 if client < other else 0,
    lambda client, other: 0 if client < other else -1,
    lambda client, other: 1 if other > 25 else -1,
    lambda client, other: 1 if client and client < other else -1,
    lambda client, other: -1 if other and other < client else 1,
):
    refused(checks.masked)(with_sign(sign))

for reduce in (
    lambda one, modulus: one % (modulus - 1) if modulus > 2 else 0,
    lambda one, modulus: one % 100,
    lambda one, modulus: int(np.float64(one) % modulus),
    lambda one, modulus: abs(one) % modulus,
    lambda one, modulus: min(max(one, 0), modulus - 1),
    lambda one, modulus: one & (modulus - 1),
    lambda one, modulus: one + modulus if one < 0 else one - modulus if one >= modulus else one,
    lambda one, modulus: (one % modulus + modulus // 2) % modulus,
):
    refused(checks.masked)(
        with_sign(lambda client, other: 1 if client < other else -1, reduce=reduce)
    )


@refused(checks.masked)
def one_mask_twice(values, *, client, seeds, stretch, modulus):
    first = next(iter(seeds.values()), b"")
    return column_by_column(
        values, client=client, seeds=dict.fromkeys(seeds, first), stretch=stretch, modulus=modulus
    )


@refused(checks.masked)
def the_whole_stream_each_time(values, *, client, seeds, stretch, modulus):
    out = []
    for x in values:
        for other, shared in seeds.items():
            x += (1 if client < other else -1) * stretch(shared, 1)[0]
        out.append(x % modulus)
    return out


@refused(checks.masked)
def with_a_self_mask(values, *, client, seeds, stretch, modulus):
    own = stretch(bytes([client]), len(values))
    return column_by_column(
        [a + b for a, b in zip(values, own, strict=True)],
        client=client, seeds=seeds, stretch=stretch, modulus=modulus,
    )  # fmt: skip


@refused(checks.masked)
def remembers_the_length(values, *, client, seeds, stretch, modulus, kept={}):  # noqa: B006
    for shared in seeds.values():
        kept.setdefault(shared[:1], stretch(shared, 300))
    return [
        (x + sum((1 if client < o else -1) * kept[s[:1]][k] for o, s in seeds.items())) % modulus
        for k, x in enumerate(values)
    ]


@refused(checks.masked)
def in_int64(values, *, client, seeds, stretch, modulus):
    total = np.array(values, dtype=np.uint64).astype(np.int64)
    for other, shared in seeds.items():
        mask = np.array(stretch(shared, len(values)), dtype=np.uint64).astype(np.int64)
        total = total + mask if client < other else total - mask
    return [int(one) % modulus for one in total]


@refused(checks.masked, "changed_input")
def in_place(values, *, client, seeds, stretch, modulus):
    for other, shared in seeds.items():
        for k, one in enumerate(stretch(shared, len(values))):
            values[k] = (values[k] + (one if client < other else -one)) % modulus
    return values


@refused(checks.masked)
def one_mask_for_equal_seeds(values, *, client, seeds, stretch, modulus):
    only = {other: seed for seed, other in {seed: other for other, seed in seeds.items()}.items()}
    return column_by_column(values, client=client, seeds=only, stretch=stretch, modulus=modulus)


@refused(checks.masked)
def keeps_its_masks(values, *, client, seeds, stretch, modulus, kept={}):  # noqa: B006
    def once(seed, length):
        return kept.setdefault((seed, length, modulus), stretch(seed, length))

    return column_by_column(values, client=client, seeds=seeds, stretch=once, modulus=modulus)


@refused(checks.masked)
def fifty_others_at_most(values, *, client, seeds, stretch, modulus):
    few = dict(list(seeds.items())[:50])
    return column_by_column(values, client=client, seeds=few, stretch=stretch, modulus=modulus)


@refused(checks.masked)
def numbers_of_one_byte(values, *, client, seeds, stretch, modulus):
    few = {other % 256: seed for other, seed in seeds.items()}
    return column_by_column(
        values, client=client % 256, seeds=few, stretch=stretch, modulus=modulus
    )


@refused(checks.masked, "changed_input")
def uses_the_seeds_up(values, *, client, seeds, stretch, modulus):
    total = list(values)
    while seeds:
        other, shared = seeds.popitem()
        sign = 1 if client < other else -1
        total = [a + sign * b for a, b in zip(total, stretch(shared, len(total)), strict=True)]
    return [one % modulus for one in total]


# Exercise 38.2


def undone(received, self_seeds, lost_seeds, stretch, *, own=-1, sign, chosen=lambda u, v: True):
    length = len(next(iter(received.values())))
    total = [sum(row[k] for row in received.values()) for k in range(length)]
    for u in received:
        terms = [(own, self_seeds[u])]
        terms += [(sign(u, v), seeds[u]) for v, seeds in lost_seeds.items() if chosen(u, v)]
        for factor, seed in terms:
            total = [a + factor * b for a, b in zip(total, stretch(seed, length), strict=True)]
    return total


def its_sign(u, v):
    return -1 if u < v else 1


@right(checks.recovered)
def vector_by_vector(received, *, self_seeds, lost_seeds, stretch, modulus):
    """Clean each vector of its leftover masks, then add up."""
    cleaned = []
    for u, row in received.items():
        row = [a - b for a, b in zip(row, stretch(self_seeds[u], len(row)), strict=True)]
        for v in lost_seeds:
            mask = stretch(lost_seeds[v][u], len(row))
            row = [a - b if u < v else a + b for a, b in zip(row, mask, strict=True)]
        cleaned.append(row)
    return [sum(column) % modulus for column in zip(*cleaned, strict=True)]


@right(checks.recovered)
def as_if_the_lost_had_sent_zeros(received, *, self_seeds, lost_seeds, stretch, modulus):
    """Let each lost client mask a vector of zeros, pair masks of two lost ones included."""
    length = len(next(iter(received.values())))
    everything = list(received.values())
    for v, seeds in lost_seeds.items():
        zeros = [0] * length
        everything.append(
            checks.masked.reference(zeros, client=v, seeds=seeds, stretch=stretch, modulus=modulus)
        )
    own = [stretch(self_seeds[u], length) for u in received]
    return [
        (sum(row[k] for row in everything) - sum(row[k] for row in own)) % modulus
        for k in range(length)
    ]


@right(checks.recovered)
def object_arrays(received, *, self_seeds, lost_seeds, stretch, modulus):
    rows = np.array(list(received.values()), dtype=object)
    total, length = rows.sum(axis=0), rows.shape[1]
    for u in received:
        total = total - np.array(stretch(self_seeds[u], length), dtype=object)
        for v, seeds in lost_seeds.items():
            total = total + its_sign(u, v) * np.array(stretch(seeds[u], length), dtype=object)
    return (total % modulus).tolist()


right(checks.recovered)(
    lambda received, *, self_seeds, lost_seeds, stretch, modulus: tuple(
        one % modulus for one in undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
    )
)

for changes in (
    {"sign": lambda u, v: -1 if u > v else 1},
    {"sign": lambda u, v: -2 if u < v else 2},
    {"sign": its_sign, "own": -2},
    {"sign": its_sign, "own": 0},
    {"sign": its_sign, "chosen": lambda u, v: u < v},
    {"sign": its_sign, "chosen": lambda u, v: u > v},
    {"sign": lambda u, v: 0, "own": 1},
    {"sign": lambda u, v: -1 if u < 30 else 1},
    {"sign": lambda u, v: -1 if str(u) < str(v) else 1},
    {"sign": lambda u, v: v - u},
):
    refused(checks.recovered)(
        lambda received, *, self_seeds, lost_seeds, stretch, modulus, changes=changes: [
            one % modulus for one in undone(received, self_seeds, lost_seeds, stretch, **changes)
        ]
    )

for last in (
    lambda one, modulus: one,
    lambda one, modulus: one % 2**64,
    lambda one, modulus: abs(one) % modulus,
    lambda one, modulus: int(float(one) % modulus),
    lambda one, modulus: one % modulus % 10_007,
    lambda one, modulus: (
        (one % modulus) - modulus if one % modulus > modulus // 2 else one % modulus
    ),
):
    refused(checks.recovered)(
        lambda received, *, self_seeds, lost_seeds, stretch, modulus, last=last: [
            last(one, modulus)
            for one in undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
        ]
    )


@refused(checks.recovered)
def one_entry_for_all(received, *, self_seeds, lost_seeds, stretch, modulus):
    found = undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
    return [found[0] % modulus] * len(found)


@refused(checks.recovered)
def all_self_seeds_of_one(received, *, self_seeds, lost_seeds, stretch, modulus):
    first = next(iter(self_seeds.values()))
    same = dict.fromkeys(self_seeds, first)
    return [one % modulus for one in undone(received, same, lost_seeds, stretch, sign=its_sign)]


@refused(checks.recovered)
def by_place(received, *, self_seeds, lost_seeds, stretch, modulus):
    rows = [list(row) for row in received.values()]
    total = [sum(column) for column in zip(*rows, strict=True)]
    for seed in self_seeds.values():
        total = [a - b for a, b in zip(total, stretch(seed, len(total)), strict=True)]
    for i, _ in enumerate(received):
        for j, seeds in enumerate(lost_seeds.values()):
            seed = list(seeds.values())[i]
            sign = -1 if i < j else 1
            total = [a + sign * b for a, b in zip(total, stretch(seed, len(total)), strict=True)]
    return [one % modulus for one in total]


@refused(checks.recovered)
def two_lost_at_most(received, *, self_seeds, lost_seeds, stretch, modulus):
    few = dict(list(lost_seeds.items())[:2])
    return [one % modulus for one in undone(received, self_seeds, few, stretch, sign=its_sign)]


@refused(checks.recovered)
def kept_for_the_same_clients(received, *, self_seeds, lost_seeds, stretch, modulus, kept={}):  # noqa: B006
    found = undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
    return kept.setdefault((modulus, *received), [one % modulus for one in found])


@refused(checks.recovered)
def none_lost_when_one_is_left(received, *, self_seeds, lost_seeds, stretch, modulus):
    lost = lost_seeds if len(received) > 1 else {}
    found = undone(received, self_seeds, lost, stretch, sign=its_sign)
    return [one % modulus for one in found]


@refused(checks.recovered)
def equal_vectors_once(received, *, self_seeds, lost_seeds, stretch, modulus):
    found = undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
    rows = [tuple(row) for row in received.values()]
    twice = [sum(column) for column in zip(*rows, strict=True)]
    once = [sum(column) for column in zip(*set(rows), strict=True)]
    return [(a - b + c) % modulus for a, b, c in zip(found, twice, once, strict=True)]


@refused(checks.recovered)
def equal_self_seeds_once(received, *, self_seeds, lost_seeds, stretch, modulus):
    kept = {seed: u for u, seed in self_seeds.items()}
    total = undone(received, self_seeds, lost_seeds, stretch, own=0, sign=its_sign)
    for seed in kept:
        total = [a - b for a, b in zip(total, stretch(seed, len(total)), strict=True)]
    return [one % modulus for one in total]


@refused(checks.recovered)
def equal_seeds_of_a_pair_once(received, *, self_seeds, lost_seeds, stretch, modulus):
    total = undone(received, self_seeds, {}, stretch, sign=its_sign)
    kept = {seeds[u]: (u, v) for v, seeds in lost_seeds.items() for u in received}
    for seed, (u, v) in kept.items():
        mask = stretch(seed, len(total))
        total = [a + its_sign(u, v) * b for a, b in zip(total, mask, strict=True)]
    return [one % modulus for one in total]


@refused(checks.recovered)
def keeps_its_masks_of_all(received, *, self_seeds, lost_seeds, stretch, modulus, kept={}):  # noqa: B006
    def once(seed, length):
        return kept.setdefault((seed, length, modulus), stretch(seed, length))

    return [one % modulus for one in undone(received, self_seeds, lost_seeds, once, sign=its_sign)]


for most in (7, 17):

    @refused(checks.recovered)
    def so_many_clients(received, *, self_seeds, lost_seeds, stretch, modulus, most=most):
        """The self masks of the clients after these stay in the sum."""
        late = list(received)[most:]
        total = undone(received, self_seeds, lost_seeds, stretch, sign=its_sign)
        for u in late:
            total = [a + b for a, b in zip(total, stretch(self_seeds[u], len(total)), strict=True)]
        return [one % modulus for one in total]


@refused(checks.recovered)
def ten_lost_at_most(received, *, self_seeds, lost_seeds, stretch, modulus):
    few = dict(list(lost_seeds.items())[:10])
    return [one % modulus for one in undone(received, self_seeds, few, stretch, sign=its_sign)]


@refused(checks.recovered, "changed_input")
def cleans_up_the_lost(received, *, self_seeds, lost_seeds, stretch, modulus):
    for seeds in lost_seeds.values():
        for lost in lost_seeds:
            seeds.pop(lost, None)
    return vector_by_vector(
        received, self_seeds=self_seeds, lost_seeds=lost_seeds, stretch=stretch, modulus=modulus
    )


@refused(checks.recovered)
def nobody_is_client_0(received, *, self_seeds, lost_seeds, stretch, modulus):
    lost = {one: seeds for one, seeds in lost_seeds.items() if one}
    public = {"stretch": stretch, "modulus": modulus}
    return checks.recovered.reference(received, self_seeds=self_seeds, lost_seeds=lost, **public)


@right(checks.recovered)
def masks_between_lost_ones_cancel(received, *, self_seeds, lost_seeds, stretch, modulus):
    total = [sum(column) for column in zip(*received.values(), strict=True)]
    terms = [(-1, one) for one in self_seeds.values()]
    for lost, seeds in lost_seeds.items():
        terms += [(1 if lost < other else -1, one) for other, one in seeds.items()]
    for sign, one in terms:
        mask = stretch(one, len(total))
        total = [(a + sign * b) % modulus for a, b in zip(total, mask, strict=True)]
    return total


# Exercise 38.3


@refused(checks.may_answer)
def client_0_never_answers(survivors, *, me, **rest):
    return bool(me) and checks.may_answer.reference(survivors, me=me, **rest)


@right(checks.may_answer)
def one_rule_after_the_other(survivors, *, me, sharers, threshold, before):
    if me not in survivors:
        return False
    if not survivors.issubset(sharers):
        return False
    if len(survivors) < threshold + 1:
        return False
    return not any(one ^ survivors for one in before)


@right(checks.may_answer)
def by_what_is_given_away(survivors, *, me, sharers, threshold, before):
    """No client may have its self share and its key share told."""
    lists = [*before, survivors]
    told_self = set().union(*lists)
    told_key = set().union(*(sharers - one for one in lists))
    fine = not told_self & told_key and not survivors - sharers
    return fine and me in survivors and len(survivors) >= threshold + 1


@right(checks.may_answer)
def as_numpy(survivors, *, me, sharers, threshold, before):
    return np.all(
        [me in survivors, survivors <= sharers, len(survivors) > threshold]
        + [one == survivors for one in before]
    )


def ruled(
    inside=True,
    known=True,
    enough=lambda s, t, n: len(s) > t,
    same=lambda s, b: all(x == s for x in b),
):
    def answer(survivors, *, me, sharers, threshold, before):
        return bool(
            (me in survivors or not inside)
            and (survivors <= sharers or not known)
            and enough(survivors, threshold, len(sharers))
            and same(survivors, before)
        )

    return answer  # fmt: skip


for changes in (
    {"enough": lambda s, t, n: len(s) > n // 2},
    {"enough": lambda s, t, n: len(s) > t and 2 * len(s) >= n},
    {"enough": lambda s, t, n: n - len(s) <= t},
    {"enough": lambda s, t, n: 2 * len(s) > n},
    {"enough": lambda s, t, n: len(s) > t - 1},
    {"enough": lambda s, t, n: len(s) >= t + 2},
    {"enough": lambda s, t, n: len(s) == t + 1},
    {"enough": lambda s, t, n: t < len(s) < n},
    {"enough": lambda s, t, n: len(s) > 2},
    {"same": lambda s, b: any(x == s for x in b) or not b},
    {"same": lambda s, b: len(b) < 2},
    {"same": lambda s, b: all(x & s for x in b)},
    {"same": lambda s, b: all(x <= s or s <= x for x in b)},
    {"same": lambda s, b: all(x != s for x in b)},
    {"enough": lambda s, t, n: len(s) > max(t, 1)},
    {"same": lambda s, b: all((len(x), sum(x)) == (len(s), sum(s)) for x in b)},
    {"same": lambda s, b: all({k % 32 for k in x} == {k % 32 for k in s} for x in b)},
    {"same": lambda s, b: all({k % 256 for k in x} == {k % 256 for k in s} for x in b)},
    {"same": lambda s, b: all(len(x ^ s) < 2 for x in b)},
    {"same": lambda s, b: all((min(x), max(x)) == (min(s), max(s)) for x in b)},
    {"inside": False, "known": False},
    {"inside": False, "same": lambda s, b: not b},
    {"known": False, "same": lambda s, b: True},
):
    refused(checks.may_answer)(ruled(**changes))


refused(checks.may_answer, "one_direction")(
    ruled(same=lambda s, b: all(x <= s or s <= x for x in b))
)
refused(checks.may_answer, "sizes_only")(ruled(same=lambda s, b: all(len(x) == len(s) for x in b)))


@refused(checks.may_answer)
def strangers_out_of_range(survivors, *, me, sharers, threshold, before):
    known = not survivors or min(sharers) <= min(survivors) and max(survivors) <= max(sharers)
    return known and ruled(known=False)(
        survivors, me=me, sharers=sharers, threshold=threshold, before=before
    )


@refused(checks.may_answer, "changed_input")
def takes_itself_out(survivors, *, me, sharers, threshold, before):
    if me not in survivors:
        return False
    survivors.discard(me)
    enough = len(survivors) >= threshold
    return survivors <= sharers and enough and all(one - {me} == survivors for one in before)


@refused(checks.may_answer, "changed_input")
def writes_down_what_it_answered(survivors, *, me, sharers, threshold, before):
    fine = ruled()(survivors, me=me, sharers=sharers, threshold=threshold, before=before)
    if fine:
        before.append(survivors)
    return fine


@right(checks.may_answer)
def by_the_lost(survivors, *, me, sharers, threshold, before):
    lost = sharers - survivors
    same = all(sharers - one == lost for one in before)
    fits = len(sharers) - len(lost) == len(survivors) > threshold
    return same and fits and me in survivors


@refused(checks.may_answer)
def me_is_no_sharer(survivors, *, me, sharers, threshold, before):
    return ruled()(survivors, me=me, sharers=sharers - {me}, threshold=threshold, before=before)


@refused(checks.may_answer)
def without_me(survivors, *, me, sharers, threshold, before):
    others = survivors - {me}
    return me in survivors and ruled(inside=False)(
        others, me=me, sharers=sharers, threshold=threshold, before=[one - {me} for one in before]
    )


@refused(checks.may_answer, "remembers")
def remembers_the_first(survivors, *, me, sharers, threshold, before, told=[]):  # noqa: B006
    told.append(survivors)
    return ruled()(survivors, me=me, sharers=sharers, threshold=threshold, before=before) and (
        len(told) % 3 > 0
    )


@refused(checks.may_answer, "raised")
def raises_instead(survivors, *, me, sharers, threshold, before):
    if me not in survivors:
        raise ValueError("a lie")
    return ruled()(survivors, me=me, sharers=sharers, threshold=threshold, before=before)


@refused(checks.may_answer, "wrong_type")
def gives_the_shares(survivors, *, me, sharers, threshold, before):
    return sharers - survivors


# Questions

right_value(checks.sum_of_two, 138)
right_value(checks.sum_of_two, 41 + 97)
refused_value(checks.sum_of_two, "not_a_number", "138 maybe")
refused_value(checks.sum_of_two, "masked_sum", 241)
right_value(checks.largest_threshold, 22)
refused_value(checks.largest_threshold, "one_too_many", 23)
refused_value(checks.largest_threshold, "a_fraction", 22 / 30)
