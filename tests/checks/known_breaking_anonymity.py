"""Lesson 01: what learners write."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import groupby

import numpy as np
from scipy.optimize import linprog, lsq_linear

from lessons.checks import breaking_anonymity as checks
from tests.checks.known import right, right_value, wrong, wrong_value

# ---- 01.1 crowd_sizes


def equal_rows(facts):
    return (facts[:, None] == facts[None]).all(axis=2)


@wrong(checks.crowd_sizes, "one_number")
def smallest_crowd(facts):
    return min(Counter(map(tuple, facts.tolist())).values())


@wrong(checks.crowd_sizes, "one_number")
def how_many_are_alone(facts):
    return np.sum(np.unique(facts, axis=0, return_counts=True)[1] == 1)


@wrong(checks.crowd_sizes, "one_number")
def number_of_crowds_as_an_array(facts):
    return np.array(len(np.unique(facts, axis=0)))


@wrong(checks.crowd_sizes, "one_per_crowd")
def counts_of_unique(facts):
    return np.unique(facts, axis=0, return_counts=True)[1]


@wrong(checks.crowd_sizes, "one_per_crowd")
def the_counter_itself(facts):
    return Counter(map(tuple, facts.tolist()))


@wrong(checks.crowd_sizes, "one_per_crowd")
def values_of_the_counter(facts):
    return list(Counter(map(tuple, facts.tolist())).values())


@wrong(checks.crowd_sizes, "others_only")
def without_the_row_itself(facts):
    return [sum((row == other).all() for other in facts) - 1 for row in facts]


@wrong(checks.crowd_sizes, "first_fact_only")
def first_column(facts):
    return [sum(row[0] == other[0] for other in facts) for row in facts]


@wrong(checks.crowd_sizes, "any_fact")
def any_in_place_of_all(facts):
    return [sum((row == other).any() for other in facts) for row in facts]


@wrong(checks.crowd_sizes, "fact_by_fact")
def smallest_of_the_columns(facts):
    columns = [Counter(column) for column in facts.T.tolist()]
    return [min(c[v] for c, v in zip(columns, row, strict=True)) for row in facts.tolist()]


@wrong(checks.crowd_sizes, "joined")
def glued_together(facts):
    keys = ["".join(str(entry) for entry in row) for row in facts]
    return [keys.count(key) for key in keys]


@wrong(checks.crowd_sizes, "order_of_facts")
def sorted_within_the_row(facts):
    keys = [tuple(sorted(row)) for row in facts.tolist()]
    return [keys.count(key) for key in keys]


@wrong(checks.crowd_sizes, "order_of_facts_and_repeats")
def as_sets(facts):
    keys = [frozenset(row) for row in facts.tolist()]
    return [keys.count(key) for key in keys]


@wrong(checks.crowd_sizes, "neighbours_only")
def grouped_without_sorting(facts):
    sizes = []
    for _, rows in groupby(facts.tolist()):
        length = len(list(rows))
        sizes += [length] * length
    return sizes


@wrong(checks.crowd_sizes, "share")
def mean_in_place_of_sum(facts):
    return [np.mean([(row == other).all() for other in facts]) for row in facts]


@wrong(checks.crowd_sizes, "alone")
def who_is_alone(facts):
    return [sum((row == other).all() for other in facts) == 1 for row in facts]


@wrong(checks.crowd_sizes, "everybody")
def length_of_the_table(facts):
    return [len(facts) for _ in facts]


@wrong(checks.crowd_sizes, "labels")
def inverse_of_unique(facts):
    return np.unique(facts, axis=0, return_inverse=True)[1].ravel()


@wrong(checks.crowd_sizes, "order_lost")
def in_sorted_order(facts):
    counts = np.unique(facts, axis=0, return_counts=True)[1]
    return np.repeat(counts, counts)


@wrong(checks.crowd_sizes, "other_sizes")
def only_earlier_rows(facts):
    return [sum((row == other).all() for other in facts[: i + 1]) for i, row in enumerate(facts)]


@wrong(checks.crowd_sizes, "other_sizes")
def capped_at_five(facts):
    return np.minimum(equal_rows(facts).sum(axis=1), 5)


@wrong(checks.crowd_sizes, "other_sizes")
def counted_in_eight_bits(facts):
    return equal_rows(facts).sum(axis=1).astype(np.int8)


@wrong(checks.crowd_sizes, "other_sizes")
def capped_at_a_hundred(facts):
    return np.minimum(equal_rows(facts).sum(axis=1), 100)


@wrong(checks.crowd_sizes, "other_sizes")
def three_facts_as_in_the_lesson(facts):
    return equal_rows(facts[:, :3]).sum(axis=1)


@wrong(checks.crowd_sizes, "other_sizes")
def four_facts_at_most(facts):
    return equal_rows(facts[:, :4]).sum(axis=1)


@wrong(checks.crowd_sizes, "other_sizes")
def agreements_in_all(facts):
    return [sum((row == other).sum() for other in facts) for row in facts]


@wrong(checks.crowd_sizes, "changed_input")
def sorts_the_table(facts):
    facts.sort(axis=0)
    return equal_rows(facts).sum(axis=1)


@wrong(checks.crowd_sizes, "raised")
def adds_words(facts):
    keys = [sum(row * [1, 10, 100]) for row in facts]
    return [keys.count(key) for key in keys]


@wrong(checks.crowd_sizes, "wrong_shape")
def matrix_of_matches(facts):
    return equal_rows(facts)


@wrong(checks.crowd_sizes, "wrong_shape")
def sized_for_the_shipped_table(facts):
    return [equal_rows(facts).sum(axis=1)[i % len(facts)] for i in range(920)]


@wrong(checks.crowd_sizes, "returned_none")
def prints_them(facts):
    for row in facts:
        print(sum((row == other).all() for other in facts))


@right(checks.crowd_sizes)
def broadcasting(facts):
    return equal_rows(facts).sum(axis=1)


@right(checks.crowd_sizes)
def looked_up_in_unique(facts):
    _, inverse, counts = np.unique(facts, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.ravel()]


@right(checks.crowd_sizes)
def between_its_places_in_the_sorted_list(facts):
    rows = facts.tolist()
    ordered = sorted(rows)
    return tuple(bisect_right(ordered, row) - bisect_left(ordered, row) for row in rows)


@right(checks.crowd_sizes)
def list_with_a_separator(facts):
    keys = ["|".join(map(str, row)) for row in facts]
    return [keys.count(key) for key in keys]


# ---- 01.2 given_away


def secrets_of_crowds(facts, secret):
    return [secret[(facts == row).all(axis=1)] for row in facts]


@wrong(checks.given_away, "how_many")
def number_of_people(facts, secret):
    return sum(len(set(crowd.tolist())) == 1 for crowd in secrets_of_crowds(facts, secret))


@wrong(checks.given_away, "how_many")
def share_as_an_array(facts, secret):
    return np.array(np.mean([len(set(c.tolist())) == 1 for c in secrets_of_crowds(facts, secret)]))


@wrong(checks.given_away, "indices")
def where_they_stand_as_a_list(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [i for i, crowd in enumerate(crowds) if len(set(crowd.tolist())) == 1]


@wrong(checks.given_away, "indices")
def where_they_stand(facts, secret):
    alike = [len(set(crowd.tolist())) == 1 for crowd in secrets_of_crowds(facts, secret)]
    return np.flatnonzero(alike)


@wrong(checks.given_away, "alone_only")
def crowd_of_one(facts, secret):
    return np.array([len(crowd) == 1 for crowd in secrets_of_crowds(facts, secret)])


@wrong(checks.given_away, "alone_forgotten")
def at_least_two(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [len(crowd) > 1 and len(set(crowd.tolist())) == 1 for crowd in crowds]


@wrong(checks.given_away, "the_ill_only")
def all_ones(facts, secret):
    return [bool((crowd == 1).all()) for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "the_ill_only")
def alike_and_ill(facts, secret):
    return [
        len(set(crowd.tolist())) == 1 and crowd[0] > 0 for crowd in secrets_of_crowds(facts, secret)
    ]


@wrong(checks.given_away, "the_well_only")
def not_any(facts, secret):
    return [not crowd.any() for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "truth_not_equality")
def all_or_none(facts, secret):
    return [bool(crowd.all() or not crowd.any()) for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "mean_taken")
def mean_is_own(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [crowd.mean() == own for crowd, own in zip(crowds, secret, strict=True)]


@wrong(checks.given_away, "mean_taken")
def mean_is_zero_or_one(facts, secret):
    return [crowd.mean() in (0, 1) for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "mean_taken")
def mean_is_whole(facts, secret):
    return [float(crowd.mean()).is_integer() for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "majority")
def more_than_half(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [np.mean(crowd == own) > 0.5 for crowd, own in zip(crowds, secret, strict=True)]


@wrong(checks.given_away, "majority")
def at_least_half(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [np.mean(crowd == own) >= 0.5 for crowd, own in zip(crowds, secret, strict=True)]


@wrong(checks.given_away, "majority")
def nine_in_ten(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [np.mean(crowd == own) >= 0.9 for crowd, own in zip(crowds, secret, strict=True)]


@wrong(checks.given_away, "not_flags")
def size_where_alike(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [len(crowd) if len(set(crowd.tolist())) == 1 else 0 for crowd in crowds]


@wrong(checks.given_away, "not_flags")
def the_secret_itself(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [crowd[0] if len(set(crowd.tolist())) == 1 else -1 for crowd in crowds]


@wrong(checks.given_away, "somebody_shares")
def another_one_has_it(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [np.sum(crowd == own) > 1 for crowd, own in zip(crowds, secret, strict=True)]


@wrong(checks.given_away, "opposite")
def still_open(facts, secret):
    return [len(set(crowd.tolist())) > 1 for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "first_fact_only")
def one_fact_of_all(facts, secret):
    crowds = [secret[facts[:, 0] == row[0]] for row in facts]
    return [len(set(crowd.tolist())) == 1 for crowd in crowds]


@wrong(checks.given_away, "secrets_counted")
def number_of_secrets(facts, secret):
    return [len(set(crowd.tolist())) for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "nobody")
def whole_table(facts, secret):
    return [len(set(secret.tolist())) == 1 for _ in facts]


@wrong(checks.given_away, "other_people")
def first_and_last_of_the_crowd(facts, secret):
    return [crowd[0] == crowd[-1] for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "other_people")
def dictionary_overwritten(facts, secret):
    last = {tuple(row): own for row, own in zip(facts.tolist(), secret, strict=True)}
    return [last[tuple(row)] == own for row, own in zip(facts.tolist(), secret, strict=True)]


@wrong(checks.given_away, "other_people")
def two_facts_of_all(facts, secret):
    return [len(set(crowd.tolist())) == 1 for crowd in secrets_of_crowds(facts[:, :2], secret)]


@wrong(checks.given_away, "other_people")
def alike_up_to_one(facts, secret):
    return [np.ptp(crowd) <= 1 for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "other_people")
def in_crowds_of_five_only(facts, secret):
    crowds = secrets_of_crowds(facts, secret)
    return [len(crowd) >= 5 and len(set(crowd.tolist())) == 1 for crowd in crowds]


@wrong(checks.given_away, "changed_input")
def sorts_the_secrets(facts, secret):
    secret.sort()
    return [len(set(crowd.tolist())) == 1 for crowd in secrets_of_crowds(facts, secret)]


@wrong(checks.given_away, "raised")
def facts_as_digits_of_a_number(facts, secret):
    code = facts @ 7 ** np.arange(facts.shape[1])
    return [len(set(secret[code == one].tolist())) == 1 for one in code]


@wrong(checks.given_away, "wrong_shape")
def once_for_each_crowd(facts, secret):
    crowds = defaultdict(set)
    for row, own in zip(facts.tolist(), secret.tolist(), strict=True):
        crowds[tuple(row)].add(own)
    return [len(values) == 1 for values in crowds.values()]


@right(checks.given_away)
def smallest_is_largest(facts, secret):
    return np.array([crowd.min() == crowd.max() for crowd in secrets_of_crowds(facts, secret)])


@right(checks.given_away)
def crowds_that_do_not_shrink(facts, secret):
    both = np.column_stack([facts, secret])
    return checks.crowd_sizes.reference(both) == checks.crowd_sizes.reference(facts)


@right(checks.given_away)
def nobody_with_the_facts_and_another_secret(facts, secret):
    return ~(equal_rows(facts) & (secret[:, None] != secret[None])).any(axis=1)


@right(checks.given_away)
def no_spread_as_zeros_and_ones(facts, secret):
    return [int(crowd.std() == 0) for crowd in secrets_of_crowds(facts, secret)]


# ---- 01.3 ask_around


def mask(people, n_people):
    return np.isin(np.arange(n_people), list(people))


def parts(person, n_people, count=3):
    others = [one for one in range(n_people) if one != person]
    return [mask(part, n_people) for part in np.array_split(others, count)]


@wrong(checks.ask_around, "too_small")
def asks_for_the_person(ask, *, person, n_people):
    return ask(mask([person], n_people))


@wrong(checks.ask_around, "too_small")
def crowd_of_nine(ask, *, person, n_people):
    others = [one for one in range(n_people) if one != person]
    t, p, q = mask([person], n_people), mask(others[:8], n_people), mask(others[8:20], n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "too_small")
def asks_directly_and_swallows_the_refusal(ask, *, person, n_people):
    try:
        return ask(mask([person], n_people))
    except ValueError:
        t, (p, q, _) = mask([person], n_people), parts(person, n_people)
        return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "near_everybody")
def all_but_one(ask, *, person, n_people):
    return ask(np.ones(n_people, dtype=bool)) - ask(~mask([person], n_people))


@wrong(checks.ask_around, "near_everybody")
def starts_with_the_rest(ask, *, person, n_people):
    t = mask([person], n_people)
    p, q = parts(person, n_people, count=2)
    rest = ask(p | q)
    return (ask(t | p) + ask(t | q) - rest) / 2


@wrong(checks.ask_around, "near_everybody")
def two_halves(ask, *, person, n_people):
    t = mask([person], n_people)
    p, q = parts(person, n_people, count=2)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "too_similar")
def with_and_without(ask, *, person, n_people):
    t, (p, _, _) = mask([person], n_people), parts(person, n_people)
    return ask(p | t) - ask(p)


@wrong(checks.ask_around, "too_similar")
def classical_tracker(ask, *, person, n_people):
    t, helper = mask([person], n_people), np.arange(n_people) % 2 == 0
    return ask(t | helper) + ask(t | ~helper) - ask(helper) - ask(~helper)


@wrong(checks.ask_around, "not_a_mask")
def list_of_people(ask, *, person, n_people):
    return ask([person, *range(20, 35)]) - ask(range(20, 35))


@wrong(checks.ask_around, "not_a_mask")
def whole_numbers_as_mask(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask((t | p) * 1) + ask((t | q) * 1) - ask((p | q) * 1)) / 2


@wrong(checks.ask_around, "not_a_mask")
def made_for_a_hundred_people(ask, *, person, n_people):
    t, (p, q, _) = mask([person], 100), parts(person, 100)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "nothing_asked")
def guesses_healthy(ask, *, person, n_people):
    return 0


@wrong(checks.ask_around, "nothing_asked")
def from_the_number(ask, *, person, n_people):
    return person % 2


@wrong(checks.ask_around, "always_the_same")
def divided_too_often(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) // 2 // 2


@wrong(checks.ask_around, "twice")
def not_halved(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return ask(t | p) + ask(t | q) - ask(p | q)


@wrong(checks.ask_around, "scaled")
def halved_twice(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2 / 2


@wrong(checks.ask_around, "scaled")
def halved_but_counted_once(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(q) - ask(p | q)) / 2


@wrong(checks.ask_around, "scaled")
def averaged_over_three_answers(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 3


@wrong(checks.ask_around, "of_somebody_else")
def one_too_far(ask, *, person, n_people):
    person = (person + 1) % n_people
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "of_somebody_else")
def always_the_first_one(ask, *, person, n_people):
    t, (p, q, _) = mask([0], n_people), parts(0, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "opposite")
def turned_round(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return 1 - (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "sign_lost")
def small_minus_large(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(p | q) - ask(t | p) - ask(t | q)) / 2


@wrong(checks.ask_around, "sign_lost")
def small_minus_large_not_halved(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return ask(p | q) - ask(t | p) - ask(t | q)


@wrong(checks.ask_around, "person_in_a_crowd")
def person_left_among_the_others(ask, *, person, n_people):
    t, everybody = mask([person], n_people), range(n_people)
    p, q = mask(everybody[:13], n_people), mask(everybody[13:26], n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / 2


@wrong(checks.ask_around, "for_some_only")
def halved_for_the_first_half(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p) + ask(t | q) - ask(p | q)) / (2 if person < n_people / 2 else 1)


@wrong(checks.ask_around, "others_remain")
def crowds_overlap(ask, *, person, n_people):
    t, (p, q, r) = mask([person], n_people), parts(person, n_people)
    return (ask(t | p | q) + ask(t | q | r) - ask(p | r)) / 2


@wrong(checks.ask_around, "others_remain")
def third_question_forgotten(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return ask(t | p) - ask(t | q)


@wrong(checks.ask_around, "others_remain")
def three_averages(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    means = [ask(one) / one.sum() for one in (t | p, t | q, p | q)]
    return (means[0] + means[1] - means[2]) / 2


@wrong(checks.ask_around, "raised")
def global_crowd(ask, *, person, n_people):
    t = mask([person], n_people)
    return ask(t | first_crowd) - ask(first_crowd)  # noqa: F821


@wrong(checks.ask_around, "returned_none")
def forgets_the_return(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    print((ask(t | p) + ask(t | q) - ask(p | q)) / 2)


@right(checks.ask_around)
def sure_of_it(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return ask(t | p) + ask(t | q) > ask(p | q)


@right(checks.ask_around)
def counted_once(ask, *, person, n_people):
    t, (p, q, _) = mask([person], n_people), parts(person, n_people)
    return ask(t | p) + ask(q) - ask(p | q)


@right(checks.ask_around)
def as_small_as_allowed(ask, *, person, n_people):
    others = [one for one in range(n_people) if one != person]
    t, p, q = mask([person], n_people), mask(others[:9], n_people), mask(others[-9:], n_people)
    return np.array((ask(t | p) + ask(t | q) - ask(p | q)) / 2)


@right(checks.ask_around)
def four_crowds_and_weights(ask, *, person, n_people):
    """Solve for the person among four blocks, with groups chosen by hand."""
    t, blocks = mask([person], n_people), parts(person, n_people, count=4)
    chosen = ((0, 1), (2, 3), (0, 2), (1, 3))
    groups = [t | blocks[a] | blocks[b] for a, b in chosen[:3]] + [blocks[1] | blocks[3]]
    rows = np.array([[g[person], *(bool(g[b].all()) for b in blocks)] for g in groups], dtype=float)
    weights = np.linalg.lstsq(rows.T, [1, 0, 0, 0, 0], rcond=None)[0]
    return float(weights @ [ask(g) for g in groups])


@right(checks.ask_around)
def crowds_of_ten_by_loops(ask, *, person, n_people):
    first, second = [False] * n_people, [False] * n_people
    others = [one for one in range(n_people) if one != person]
    for one in others[:10]:
        first[one] = True
    for one in others[-10:]:
        second[one] = True
    both = np.array(first) | np.array(second)
    first[person] = second[person] = True
    return (ask(np.array(first)) + ask(np.array(second)) - ask(both)) / 2


# ---- 01.4 reconstruct


def estimate(queries, answers):
    return np.linalg.lstsq(queries, answers, rcond=None)[0]


@wrong(checks.reconstruct, "not_rounded")
def estimates_themselves(queries, answers):
    return estimate(queries, answers)


@wrong(checks.reconstruct, "not_rounded")
def clipped_only(queries, answers):
    return np.clip(estimate(queries, answers), 0, 1)


@wrong(checks.reconstruct, "not_bits")
def rounded_without_limits(queries, answers):
    return np.round(estimate(queries, answers)).astype(int)


@wrong(checks.reconstruct, "plus_and_minus_one")
def signs(queries, answers):
    return np.where(estimate(queries, answers) > 0.5, 1, -1)


@wrong(checks.reconstruct, "truncated")
def cut_off(queries, answers):
    return np.clip(estimate(queries, answers).astype(int), 0, 1)


@wrong(checks.reconstruct, "threshold_zero")
def above_zero(queries, answers):
    return (estimate(queries, answers) > 0).astype(int)


@wrong(checks.reconstruct, "threshold_not_half")
def above_four_tenths(queries, answers):
    return (estimate(queries, answers) > 0.4).astype(int)


@wrong(checks.reconstruct, "threshold_not_half")
def above_three_quarters(queries, answers):
    return (estimate(queries, answers) > 0.75).astype(int)


@wrong(checks.reconstruct, "threshold_not_half")
def share_of_the_ill_in_the_lesson(queries, answers):
    return (estimate(queries, answers) > 0.43).astype(int)


@wrong(checks.reconstruct, "threshold_not_half")
def hardly_above_nothing(queries, answers):
    return estimate(queries, answers) > 0.1


@wrong(checks.reconstruct, "threshold_not_half")
def nine_tenths(queries, answers):
    return estimate(queries, answers) > 0.9


@wrong(checks.reconstruct, "far_estimates")
def anything_but_zero(queries, answers):
    return np.round(estimate(queries, answers)).astype(bool)


@wrong(checks.reconstruct, "far_estimates")
def exactly_one(queries, answers):
    return (np.round(estimate(queries, answers)) == 1).astype(int)


@wrong(checks.reconstruct, "far_estimates")
def odd_or_even(queries, answers):
    return np.round(estimate(queries, answers)).astype(int) % 2


@wrong(checks.reconstruct, "far_estimates")
def far_from_zero(queries, answers):
    return (np.abs(estimate(queries, answers)) > 0.5).astype(int)


@wrong(checks.reconstruct, "nobody_or_everybody")
def half_way_between_the_extremes(queries, answers):
    x = estimate(queries, answers)
    return (x > (x.max() + x.min()) / 2).astype(int)


@wrong(checks.reconstruct, "nobody_or_everybody")
def stretched_to_zero_and_one(queries, answers):
    x = estimate(queries, answers)
    return np.round((x - x.min()) / (x.max() - x.min()))


@wrong(checks.reconstruct, "answers_unused")
def four_hundred_answers(queries, answers):
    return estimate(queries[:400], answers[:400]) > 0.5


@wrong(checks.reconstruct, "answers_unused")
def all_answers_but_the_last(queries, answers):
    return estimate(queries[:-1], answers[:-1]) > 0.5


@wrong(checks.reconstruct, "answers_unused")
def all_answers_but_the_first(queries, answers):
    return estimate(queries[1:], answers[1:]) > 0.5


@wrong(checks.reconstruct, "answers_unused")
def every_other_answer(queries, answers):
    return estimate(queries[::2], answers[::2]) > 0.5


@wrong(checks.reconstruct, "all_alike")
def as_many_as_in_the_lesson(queries, answers):
    bits = np.zeros(queries.shape[1], dtype=int)
    bits[np.argsort(estimate(queries, answers))[-43:]] = 1
    return bits


@wrong(checks.reconstruct, "wrong_bits")
def taken_for_fair_coins(queries, answers):
    return 4 / len(queries) * (queries - 0.5).T @ (answers - answers.mean()) > 0.5


@wrong(checks.reconstruct, "threshold_from_the_estimates")
def above_the_mean(queries, answers):
    x = estimate(queries, answers)
    return (x > x.mean()).astype(int)


@wrong(checks.reconstruct, "threshold_from_the_estimates")
def upper_half(queries, answers):
    x = estimate(queries, answers)
    return x > np.median(x)


@wrong(checks.reconstruct, "one_by_one")
def with_and_without_each(queries, answers):
    means = [answers[column == 1].mean() - answers[column == 0].mean() for column in queries.T]
    return (np.array(means) > 0.5).astype(int)


@wrong(checks.reconstruct, "one_by_one")
def anything_above_nothing(queries, answers):
    means = [answers[c == 1].mean() - answers[c == 0].mean() for c in queries.T]
    return (np.array(means) > 0).astype(int)


@wrong(checks.reconstruct, "one_by_one")
def largest_sums(queries, answers):
    sums = answers @ queries
    return (sums > np.median(sums)).astype(int)


@wrong(checks.reconstruct, "one_by_one")
def sums_above_average(queries, answers):
    sums = answers @ queries
    return (sums > sums.mean()).astype(int)


@wrong(checks.reconstruct, "opposite")
def below_one_half(queries, answers):
    return (estimate(queries, answers) < 0.5).astype(int)


@wrong(checks.reconstruct, "first_rows")
def square_system(queries, answers):
    n = queries.shape[1]
    return (estimate(queries[:n], answers[:n]) > 0.5).astype(int)


@wrong(checks.reconstruct, "all_alike")
def nobody(queries, answers):
    return np.zeros(queries.shape[1], dtype=int)


@wrong(checks.reconstruct, "all_alike")
def shrunk_to_nothing(queries, answers):
    return (estimate(queries, answers) / len(queries) > 0.5).astype(int)


@wrong(checks.reconstruct, "only_exact_answers")
def last_rows(queries, answers):
    n = 2 * queries.shape[1]
    x = estimate(queries[:n], answers[:n])
    return (x > 0.999).astype(int)


@wrong(checks.reconstruct, "wrong_bits")
def a_few_steps_downhill(queries, answers):
    x = np.full(queries.shape[1], 0.5)
    for _ in range(5):
        x -= 0.5 / queries.size * queries.T @ (queries @ x - answers)
    return (x > 0.5).astype(int)


@wrong(checks.reconstruct, "wrong_bits")
def in_another_order(queries, answers):
    return (estimate(queries, answers) > 0.5).astype(int)[::-1]


@wrong(checks.reconstruct, "raised")
def solve_a_square_system(queries, answers):
    return (np.linalg.solve(queries, answers) > 0.5).astype(int)


@wrong(checks.reconstruct, "raised")
def compares_the_tuple(queries, answers):
    return (np.linalg.lstsq(queries, answers, rcond=None) > 0.5).astype(int)


@wrong(checks.reconstruct, "wrong_shape")
def fitted_answers(queries, answers):
    return (queries @ estimate(queries, answers) > 0.5).astype(int)


@wrong(checks.reconstruct, "wrong_shape")
def always_a_hundred(queries, answers):
    return np.resize(estimate(queries, answers) > 0.5, 100).astype(int)


@right(checks.reconstruct)
def normal_equations(queries, answers):
    x = np.linalg.solve(queries.T @ queries, queries.T @ answers)
    return np.clip(np.rint(x), 0, 1)


@right(checks.reconstruct)
def nearer_of_the_two(queries, answers):
    x = np.linalg.inv(queries.T @ queries) @ queries.T @ answers
    return np.argmin(np.abs(x[:, None] - [0, 1]), axis=1)


@right(checks.reconstruct)
def whole_answers_inside_the_box(queries, answers):
    counts = np.clip(np.round(answers), 0, queries.sum(axis=1))
    return lsq_linear(queries, counts, bounds=(0, 1)).x > 0.5


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
def downhill_inside_the_box(queries, answers):
    centred, wanted = queries - queries.mean(axis=0), answers - answers.mean()
    step = 1 / np.linalg.eigvalsh(centred.T @ centred).max()
    x = np.full(queries.shape[1], 0.5)
    for _ in range(3000):
        x = np.clip(x - step * centred.T @ (centred @ x - wanted), 0, 1)
    if x.max() - x.min() < 0.5:  # all alike: the counts themselves say which
        x[:] = answers.mean() > queries.sum(axis=1).mean() / 2
    return [int(one > 0.5) for one in x]


@right(checks.reconstruct)
def with_an_intercept_as_booleans(queries, answers):
    wider = np.column_stack([queries, np.ones(len(queries))])
    return np.linalg.pinv(wider).dot(answers)[:-1] >= 0.5


# ---- questions of the widgets

wrong_value(checks.narrowest_bands, "ten", 10)
wrong_value(checks.narrowest_bands, "wider_than_needed", 40)
wrong_value(checks.narrowest_bands, "nearly_as_they_are", 5)
wrong_value(checks.narrowest_bands, "k_taken", 2)
wrong_value(checks.narrowest_bands, "too_low", 1)
wrong_value(checks.narrowest_bands, "too_high", 60)
wrong_value(checks.narrowest_bands, "not_a_number", "20 years")
right_value(checks.narrowest_bands, 20)
right_value(checks.narrowest_bands, 20.0)

wrong_value(checks.enough_questions, "in_proportion", 494)
wrong_value(checks.enough_questions, "noise_taken_for_its_deviation", 4429)
wrong_value(checks.enough_questions, "both_tails", 2150)
wrong_value(checks.enough_questions, "half_the_spread", 800)
wrong_value(checks.enough_questions, "all_of_them", 3000)
wrong_value(checks.enough_questions, "too_low", 1200)
wrong_value(checks.enough_questions, "too_low", 95)
wrong_value(checks.enough_questions, "too_high", 1900)
wrong_value(checks.enough_questions, "not_a_number", [1500])
right_value(checks.enough_questions, 1543)
right_value(checks.enough_questions, 1550)
right_value(checks.enough_questions, 1450)
