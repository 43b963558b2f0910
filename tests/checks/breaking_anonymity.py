"""Lesson 01: answers besides the named mistakes."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog, lsq_linear

from lessons.checks import breaking_anonymity as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 01.1


def counts(keys):
    keys = list(keys)
    count = Counter(keys)
    return np.array([count[key] for key in keys])


def rows(facts):
    return map(tuple, facts.tolist())


def codes(facts):
    return np.column_stack([np.unique(column, return_inverse=True)[1] for column in facts.T])


def in_bytes(facts):
    return facts if facts.dtype.kind == "U" else facts.astype(np.int64).astype(np.uint8)


for key in (
    lambda facts: (codes(facts) @ 10 ** np.arange(facts.shape[1])[::-1]).tolist(),
    lambda facts: (codes(facts) @ 256 ** np.arange(facts.shape[1])).tolist(),
    lambda facts: (codes(facts) + 1).prod(axis=1).tolist(),
    lambda facts: ["".join(map(str, row)) for row in codes(facts).tolist()],
    lambda facts: [tuple(str(one).lower() for one in row) for row in facts.tolist()],
    lambda facts: [tuple(str(one)[:12] for one in row) for row in facts.tolist()],
    lambda facts: rows(in_bytes(facts)),
    lambda facts: rows(codes(facts).astype(np.uint8)),
    lambda facts: [tuple(row[:8]) for row in facts.tolist()],
    lambda facts: (
        [sum(x * 1000**k for k, x in enumerate(row)) for row in facts.tolist()]
        if facts.dtype.kind == "i"
        else list(rows(facts))
    ),
):
    refused(checks.crowd_sizes)(lambda facts, key=key: counts(key(facts)))


for sign in " -,":
    refused(checks.crowd_sizes)(
        lambda facts, sign=sign: counts(sign.join(map(str, row)) for row in facts.tolist())
    )


@refused(checks.crowd_sizes, "counterexample")
def counted_in_one_byte(facts):
    return counts(rows(facts)).astype(np.uint8)


@refused(checks.crowd_sizes, "counterexample")
def nobody_in_a_table_of_one(facts):
    return counts(rows(facts)) - (len(facts) == 1)


@refused(checks.crowd_sizes, "counterexample")
def only_earlier_rows(facts):
    return [sum((row == other).all() for other in facts[: i + 1]) for i, row in enumerate(facts)]


def sizes_of_the_first_table():
    kept = {}
    return lambda facts: kept.setdefault(len(facts), counts(rows(facts)))


def one_counter_for_all_tables():
    count = Counter()

    def answer(facts):
        count.update(rows(facts))
        return [count[row] for row in rows(facts)]

    return answer


refused(checks.crowd_sizes)(sizes_of_the_first_table())
refused(checks.crowd_sizes)(one_counter_for_all_tables())


@refused(checks.crowd_sizes, "changed_input")
def sorts_the_table(facts):
    facts.sort(axis=0)
    return counts(rows(facts))


@refused(checks.crowd_sizes, "wrong_shape")
def matrix_of_matches(facts):
    return (facts[:, None] == facts[None]).all(axis=2)


@right(checks.crowd_sizes)
def every_row_with_every_row(facts):
    return [sum((row == other).all() for other in facts) for row in facts]


@right(checks.crowd_sizes)
def between_its_places_in_the_sorted_list(facts):
    ordered = sorted(facts.tolist())
    return tuple(bisect_right(ordered, row) - bisect_left(ordered, row) for row in facts.tolist())


@right(checks.crowd_sizes)
def text_with_a_separator(facts):
    return counts("|".join(map(str, row)) for row in facts)


@right(checks.crowd_sizes)
def mixed_base(facts):
    numbers = codes(facts)
    return counts(np.ravel_multi_index(tuple(numbers.T), tuple(numbers.max(axis=0) + 1)).tolist())


@right(checks.crowd_sizes)
def by_bytes_in_single_precision(facts):
    return counts(row.tobytes() for row in facts).astype(np.float32)


# Exercise 01.2


def secrets_of_crowds(facts, secret):
    crowds = defaultdict(list)
    for row, own in zip(rows(facts), secret.tolist(), strict=True):
        crowds[row].append(own)
    return [np.array(crowds[row]) for row in rows(facts)]


for says in (
    lambda crowd: np.ptp(crowd) <= 1,
    lambda crowd: crowd.std() < 0.1,
    lambda crowd: np.allclose(crowd, crowd[0]),
    lambda crowd: len(set(crowd[:100].tolist())) == 1,
    lambda crowd: len(set((crowd % 10).tolist())) == 1,
    lambda crowd: len(set(crowd.astype(np.uint16).tolist())) == 1,
    lambda crowd: len(set(np.minimum(crowd, 4).tolist())) == 1,
    lambda crowd: np.median(crowd) == crowd.max(),
    lambda crowd: crowd.mean() == crowd[0],
    lambda crowd: len(crowd) >= 5 and np.ptp(crowd) == 0,
    lambda crowd: len(crowd) > 200 or np.ptp(crowd) == 0,
):
    refused(checks.given_away, "counterexample")(
        lambda facts, secret, says=says: [bool(says(c)) for c in secrets_of_crowds(facts, secret)]
    )


@refused(checks.given_away)
def one_number_for_facts_and_secret(facts, secret):
    known = codes(facts) @ 10 ** np.arange(facts.shape[1])
    return counts((5 * known + secret).tolist()) == counts(rows(facts))


@refused(checks.given_away, "counterexample")
def dictionary_overwritten(facts, secret):
    last = dict(zip(rows(facts), secret, strict=True))
    return [last[row] == own for row, own in zip(rows(facts), secret, strict=True)]


def kept_for_the_same_facts():
    kept = {}
    return lambda facts, secret: kept.setdefault(
        facts.tobytes(), [np.ptp(one) == 0 for one in secrets_of_crowds(facts, secret)]
    )


refused(checks.given_away)(kept_for_the_same_facts())


@refused(checks.given_away, "changed_input")
def sorts_the_secrets(facts, secret):
    secret.sort()
    return [np.ptp(crowd) == 0 for crowd in secrets_of_crowds(facts, secret)]


@refused(checks.given_away, "wrong_shape")
def once_for_each_crowd(facts, secret):
    crowds = dict(zip(rows(facts), secrets_of_crowds(facts, secret), strict=True))
    return [np.ptp(crowd) == 0 for crowd in crowds.values()]


@right(checks.given_away)
def crowds_that_do_not_shrink(facts, secret):
    both = np.column_stack([facts, secret])
    return checks.crowd_sizes.reference(both) == checks.crowd_sizes.reference(facts)


@right(checks.given_away)
def nobody_with_the_facts_and_another_secret(facts, secret):
    same = (facts[:, None] == facts[None]).all(axis=2)
    return ~(same & (secret[:, None] != secret[None])).any(axis=1)


@right(checks.given_away)
def no_spread_as_zeros_and_ones(facts, secret):
    return [int(secret[(facts == row).all(axis=1)].std() == 0) for row in facts]


@right(checks.given_away)
def by_counting_each_secret(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return np.array([np.count_nonzero(np.bincount(c)) == 1 for c in crowds], dtype=np.float32)


# Exercise 01.3


def three(ask, person, n_people, parts):
    t, u, v = (np.isin(np.arange(n_people), one) for one in ([person], *parts))
    return ask(t | u), ask(t | v), ask(u | v)


def thirds(person, n_people):
    return np.array_split(np.delete(np.arange(n_people), person), 3)[:2]


def usual(ask, person, n_people):
    one, other, both = three(ask, person, n_people, thirds(person, n_people))
    return (one + other - both) / 2


for code, change in (
    ("counterexample", lambda person, n_people: person % 100),
    ("counterexample", lambda person, n_people: min(person, n_people - 2)),
    ("counterexample", lambda person, n_people: max(person, 1)),
    ("counterexample", lambda person, n_people: person & 255),
):
    refused(checks.ask_around, code)(
        lambda ask, *, person, n_people, change=change: usual(
            ask, change(person, n_people), n_people
        )
    )


@refused(checks.ask_around, "too_small")
def asks_for_the_person(ask, *, person, n_people):
    return ask(np.arange(n_people) == person)


@refused(checks.ask_around, "too_small")
def asks_directly_and_swallows_the_refusal(ask, *, person, n_people):
    try:
        return ask(np.arange(n_people) == person)
    except ValueError:
        return usual(ask, person, n_people)


@refused(checks.ask_around, "too_small")
def groups_of_chance(ask, *, person, n_people):
    rng = np.random.default_rng()
    others, size = rng.permutation(np.delete(np.arange(n_people), person)), rng.integers(8, 13)
    parts = others[:size], others[size : 2 * size]
    one, other, both = three(ask, person, n_people, parts)
    return (one + other - both) / 2


@refused(checks.ask_around, "near_everybody")
def two_halves(ask, *, person, n_people):
    parts = np.array_split(np.delete(np.arange(n_people), person), 2)
    one, other, both = three(ask, person, n_people, parts)
    return (one + other - both) / 2


@refused(checks.ask_around, "too_similar")
def with_and_without(ask, *, person, n_people):
    group, t = np.isin(np.arange(n_people), thirds(person, n_people)[0]), np.arange(n_people)
    return ask(group | (t == person)) - ask(group)


@refused(checks.ask_around, "not_a_mask")
def list_of_people(ask, *, person, n_people):
    return ask([person, *range(20, 35)]) - ask(range(20, 35))


@refused(checks.ask_around, "not_a_mask")
def made_for_a_hundred_people(ask, *, person, n_people):
    return usual(ask, person % 100, 100)


@refused(checks.ask_around, "counterexample")
def likelier_than_not(ask, *, person, n_people):
    group = (np.arange(n_people) % 2 == 0) | (np.arange(n_people) == person)
    return round(ask(group) / group.sum())


@refused(checks.ask_around, "counterexample")
def halved_for_the_first_half(ask, *, person, n_people):
    return usual(ask, person, n_people) * (1 if person < n_people / 2 else 2)


def kept_answers():
    kept = {}

    def answer(ask, *, person, n_people):
        bit = usual(ask, person, n_people)
        return kept.setdefault((person, n_people), bit)

    return answer


refused(checks.ask_around)(kept_answers())


@right(checks.ask_around)
def sure_of_it(ask, *, person, n_people):
    one, other, both = three(ask, person, n_people, thirds(person, n_people))
    return np.bool_(one + other > both)


@right(checks.ask_around)
def as_a_fraction_and_as_small_as_allowed(ask, *, person, n_people):
    others = [one for one in range(n_people) if one != person]
    one, other, both = three(ask, person, n_people, (others[:9], others[-9:]))
    return Fraction(one + other - both, 2)


@right(checks.ask_around)
def counted_once(ask, *, person, n_people):
    u, v = (np.isin(np.arange(n_people), one) for one in thirds(person, n_people))
    return ask(u | (np.arange(n_people) == person)) + ask(v) - ask(u | v)


@right(checks.ask_around)
def four_crowds_and_weights(ask, *, person, n_people):
    everybody = np.arange(n_people)
    blocks = np.array_split(np.delete(everybody, person), 4)
    chosen = ((True, 0, 1), (True, 2, 3), (True, 0, 2), (False, 1, 3))
    groups = [np.isin(everybody, np.r_[blocks[a], blocks[b]]) for _, a, b in chosen]
    for group, (with_person, _, _) in zip(groups, chosen, strict=True):
        group[person] = with_person
    table = np.array([[g[person], *(bool(g[b].all()) for b in blocks)] for g in groups], float)
    weights = np.linalg.lstsq(table.T, [1, 0, 0, 0, 0], rcond=None)[0]
    return np.float32(weights @ [ask(group) for group in groups])


# Exercise 01.4


def estimate(queries, answers):
    return np.linalg.lstsq(queries, answers, rcond=None)[0]


def kept_for_each_group(queries, answers):
    kept = {}
    for group, answer in zip(map(tuple, queries.tolist()), answers, strict=True):
        kept.setdefault(group, answer)
    return estimate(np.array(list(kept)), list(kept.values())) > 0.5


refused(checks.reconstruct, "answers_unused")(kept_for_each_group)
for threshold in (0.48, 0.51, 0.55):
    refused(checks.reconstruct)(
        lambda queries, answers, at=threshold: estimate(queries, answers) > at
    )
for part in (
    lambda m, n: slice(m // 2),
    lambda m, n: slice(None, None, 3),
    lambda m, n: np.arange(m) % 10 > 0,
):
    refused(checks.reconstruct)(
        lambda queries, answers, part=part: (
            estimate(queries[part(*queries.shape)], answers[part(*queries.shape)]) > 0.5
        )
    )


@refused(checks.reconstruct)
def pulled_towards_zero(queries, answers):
    n = queries.shape[1]
    return np.linalg.solve(queries.T @ queries + np.eye(n), queries.T @ answers) > 0.5


@refused(checks.reconstruct)
def counted_in_eight_bits(queries, answers):
    table = queries.astype(np.uint8)
    return estimate((table.T @ table).astype(float), queries.T @ answers) > 0.5


@refused(checks.reconstruct)
def somebody_must_be_ill(queries, answers):
    x = estimate(queries, answers)
    return (x > 0.5) | (x == x.max())


@refused(checks.reconstruct)
def whole_answers_cut_off(queries, answers):
    return estimate(queries, answers.astype(int)) > 0.5


@refused(checks.reconstruct, "counterexample")
def a_few_steps_downhill(queries, answers):
    x = np.full(queries.shape[1], 0.5)
    for _ in range(5):
        x -= 0.5 / queries.size * queries.T @ (queries @ x - answers)
    return x > 0.5


@refused(checks.reconstruct, "counterexample")
def not_enough_steps_downhill(queries, answers):
    x, steep = np.full(queries.shape[1], 0.5), np.linalg.norm(queries, 2) ** 2
    for _ in range(200):
        x -= queries.T @ (queries @ x - answers) / steep
    return x > 0.5


def with_momentum():
    kept = {}

    def answer(queries, answers):
        n = queries.shape[1]
        kept[n] = (kept.get(n, 0.5) + estimate(queries, answers)) / 2
        return kept[n] > 0.5

    return answer


def kept_for_the_same_queries():
    kept = {}
    return lambda queries, answers: kept.setdefault(
        queries.tobytes(), estimate(queries, answers) > 0.5
    )


refused(checks.reconstruct)(with_momentum())
refused(checks.reconstruct)(kept_for_the_same_queries())


@refused(checks.reconstruct, "raised")
def compares_the_tuple(queries, answers):
    return (np.linalg.lstsq(queries, answers, rcond=None) > 0.5).astype(int)


@refused(checks.reconstruct, "wrong_shape")
def always_a_hundred(queries, answers):
    return np.resize(estimate(queries, answers) > 0.5, 100).astype(int)


@right(checks.reconstruct)
def nearer_of_the_two(queries, answers):
    x = np.linalg.inv(queries.T @ queries) @ queries.T @ answers
    return np.argmin(np.abs(x[:, None] - [0, 1]), axis=1)


@right(checks.reconstruct)
def whole_answers_inside_the_box(queries, answers):
    whole = np.clip(np.round(answers), 0, queries.sum(axis=1))
    return lsq_linear(queries, whole, bounds=(0, 1)).x > 0.5


@right(checks.reconstruct)
def least_absolute_misses(queries, answers):
    (m, n), one = queries.shape, np.eye(len(queries))
    solution = linprog(
        np.r_[np.zeros(n), np.ones(m)],
        A_ub=np.block([[queries, -one], [-queries, -one]]),
        b_ub=np.r_[answers, -answers],
        bounds=[(None, None)] * n + [(0, None)] * m,
    )
    return [float(value > 0.5) for value in solution.x[:n]]


@right(checks.reconstruct)
def in_single_precision(queries, answers):
    return estimate(queries.astype(np.float32), answers.astype(np.float32)) > 0.5


@right(checks.reconstruct)
def averages_with_their_weights(queries, answers):
    groups, which = np.unique(queries, axis=0, return_inverse=True)
    often = np.bincount(which.ravel())
    averages, root = np.bincount(which.ravel(), answers) / often, np.sqrt(often)
    return np.clip(np.rint(estimate(groups * root[:, None], averages * root)), 0, 1).tolist()


@right(checks.reconstruct)
def by_a_pseudoinverse_as_booleans(queries, answers):
    return np.linalg.pinv(queries).dot(answers) >= 0.5


@refused(checks.reconstruct)
def with_a_constant(queries, answers):
    """Fits a constant beside the bits, as many libraries do unless told otherwise."""
    wider = np.column_stack([queries, np.ones(len(queries))])
    return np.linalg.pinv(wider).dot(answers)[:-1] >= 0.5


@refused(checks.reconstruct)
def about_the_means(queries, answers):
    """The same constant, taken out of rows and answers first."""
    rows, left = queries - queries.mean(axis=0), answers - answers.mean()
    return (np.linalg.lstsq(rows, left, rcond=None)[0] > 0.5).astype(int)


# Questions

refused_value(checks.narrowest_bands, "too_low", 1)
refused_value(checks.narrowest_bands, "too_high", 60)
refused_value(checks.narrowest_bands, "not_a_number", "20 years")
right_value(checks.narrowest_bands, 20)
right_value(checks.narrowest_bands, 20.0)

for number in (95, 1200, 1450):
    refused_value(checks.enough_questions, "too_low", number)
refused_value(checks.enough_questions, "both_tails", 2150)
refused_value(checks.enough_questions, "too_high", 1900)
refused_value(checks.enough_questions, "not_a_number", [1500])
for number in (1470, 1543, 1550):
    right_value(checks.enough_questions, number)
