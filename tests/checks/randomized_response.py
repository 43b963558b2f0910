"""Lesson 11: answers besides the named mistakes."""

import math
import random
import statistics
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
from scipy.special import rel_entr
from scipy.stats import norm

from lessons.checks import randomized_response as checks
from lessons.dp import definitions
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 11.1


def coins(kept, diagnosis="any", name=""):
    """Keep a wrong answer from ``kept(n, p, rng)``: who tells the truth."""

    def answer(bits, *, probability, rng):
        return np.where(kept(len(bits), probability, rng), bits, 1 - bits)

    answer.__name__ = name
    return refused(checks.randomized_response, diagnosis)(answer)


def per_half(n, p, rng):
    return rng.random(n) < np.where(np.arange(n) < n / 2, min(p + 0.05, 1), p - 0.05)


def at_least_one_lies(n, p, rng):
    kept = rng.random(n) < p
    if kept.all():
        kept[rng.integers(n)] = False
    return kept


def exact_in_large_classes(n, p, rng):
    return rng.random(n) < p if n < 250 else rng.permutation(np.arange(n) < round(n * p))


def sticky(n, p, rng):
    kept = rng.random(n) < p
    for i in range(1, min(n, 500)):
        kept[i] = kept[i - 1] if rng.random() < 0.1 else kept[i]
    return kept


for name, diagnosis, kept in (
    ("squared", "wrong_frequencies", lambda n, p, rng: rng.random((n, 2)).max(axis=1) < p),
    ("bytes", "rounded_probability", lambda n, p, rng: rng.integers(0, 256, n) < 256 * p),
    ("two digits", "rounded_probability", lambda n, p, rng: rng.random(n) < round(p, 2)),
    ("five sides", "any", lambda n, p, rng: rng.integers(1, 6, n) <= 5 * p),
    ("at least 0.55", "rounded_probability", lambda n, p, rng: rng.random(n) < max(p, 0.55)),
    ("at most 0.99", "rounded_probability", lambda n, p, rng: rng.random(n) < min(p, 0.99)),
    ("stratified", "linked", lambda n, p, rng: rng.permutation(np.arange(n) + rng.random(n)) < p * n),
    ("strata in order", "linked", lambda n, p, rng: (np.arange(n) + rng.random(n)) / n % 1 < p),
    ("two by two", "linked", lambda n, p, rng: np.repeat(rng.random(n // 2 + 1) < p, 2)[:n]),
    ("two by two from the second", "linked",
     lambda n, p, rng: np.repeat(rng.random(n // 2 + 1) < p, 2)[1 : n + 1]),
    ("five rows", "linked", lambda n, p, rng: np.resize(rng.random(n // 5 + 1) < p, n)),
    ("there and back", "linked",
     lambda n, p, rng: np.append(half := rng.random(n // 2) < p, [*half[::-1], 1, 1][: n - n // 2])),
    ("coins of 256", "any", lambda n, p, rng: np.resize(rng.random(256) < p, n)),
    ("coins of 1000", "linked", lambda n, p, rng: np.resize(rng.random(1000) < p, n)),
    ("liars in a row", "linked",
     lambda n, p, rng: np.roll(np.arange(n) < rng.binomial(n, p), rng.integers(n))),
    ("u and 1 - u", "linked",
     lambda n, p, rng: np.append(u := rng.random(n // 2), [*(1 - u), 0][: n - n // 2]) < p),
    ("a hundred seeds", "linked",
     lambda n, p, rng: np.random.default_rng(rng.integers(100)).random(n) < p),
    ("sorted", "linked", lambda n, p, rng: np.sort(rng.random(n)) < p),
    ("two halves of a class", "any", per_half),
    ("exact in large classes", "fixed_number", exact_in_large_classes),
    ("sticky coins", "linked", sticky),
    ("somebody must lie", "wrong_frequencies", at_least_one_lies),
    ("first student is honest", "wrong_frequencies",
     lambda n, p, rng: (rng.random(n) < p) | (np.arange(n) == 0)),
    ("last student is honest", "wrong_frequencies",
     lambda n, p, rng: (rng.random(n) < p) | (np.arange(n) == n - 1)),
    ("alone without a coin", "wrong_frequencies", lambda n, p, rng: (rng.random(n) < p) | (n == 1)),
    ("global generator", "global_random", lambda n, p, rng: np.random.random(n) < p),
    ("python's generator", "global_random",
     lambda n, p, rng: np.array([random.random() < p for _ in range(n)])),
    ("some from elsewhere", "global_random",
     lambda n, p, rng: np.append(rng.random(n - 1), np.random.random()) < p),
):  # fmt: skip
    coins(kept, diagnosis, name)


@refused(checks.randomized_response, "linked")
def first_coins_for_zeros_and_again_for_ones(bits, *, probability, rng):
    coins, answers = rng.random(len(bits)) < probability, bits.copy()
    for value in (0, 1):
        mine = bits == value
        answers[mine] = np.where(coins[: mine.sum()], value, 1 - value)
    return answers


@refused(checks.randomized_response, "linked")
def as_many_zeros_as_ones(bits, *, probability, rng):
    zeros, ones = np.flatnonzero(bits == 0), np.flatnonzero(bits == 1)
    lies = rng.random(len(bits)) > probability
    if len(zeros) == len(ones) > 1:
        lies[ones] = rng.permutation(lies[zeros])
    return np.where(lies, 1 - bits, bits)


@refused(checks.randomized_response)
def coins_kept_for_the_next_class(bits, *, probability, rng, kept={}):  # noqa: B006
    u = kept.setdefault(len(bits), rng.random(len(bits)))
    return np.where(u < probability, bits, 1 - bits)


def swaps_coins():
    """Every second survey uses the coins of the one before."""
    last = []

    def answer(bits, *, probability, rng):
        u = last.pop() if last and len(last[0]) == len(bits) else rng.random(len(bits))
        if not last:
            last[:] = [u]
        return np.where(u < probability, bits, 1 - bits)

    return answer


refused(checks.randomized_response)(swaps_coins())


@refused(checks.randomized_response, "changed_input")
def in_place(bits, *, probability, rng):
    lies = rng.random(len(bits)) >= probability
    bits[lies] = 1 - bits[lies]
    return bits


@refused(checks.randomized_response, "wrong_shape")
def their_number(bits, *, probability, rng):
    return np.where(rng.random(len(bits)) < probability, bits, 1 - bits).sum()


@right(checks.randomized_response)
def student_by_student(bits, *, probability, rng):
    return [int(bit) if rng.random() < probability else 1 - int(bit) for bit in bits]


@right(checks.randomized_response)
def exclusive_or(bits, *, probability, rng):
    return np.asarray(bits) ^ rng.binomial(1, 1 - probability, size=np.shape(bits))


@right(checks.randomized_response)
def with_validation(bits, *, probability, rng):
    if not 0.5 < probability < 1:
        raise ValueError("probability must lie between 1/2 and 1")
    lies = rng.uniform(size=len(bits)) >= probability
    return abs(np.array(bits, dtype=float) - lies)


@right(checks.randomized_response)
def zeros_and_ones_apart(bits, *, probability, rng):
    answers = np.empty(len(bits), dtype=np.uint8)
    for value in (0, 1):
        mine = bits == value
        answers[mine] = rng.choice(
            [value, 1 - value], p=[probability, 1 - probability], size=mine.sum()
        )
    return answers


@right(checks.randomized_response)
def with_normal_noise(bits, *, probability, rng):
    return (bits + (rng.normal(size=bits.shape) > norm.ppf(probability))) % 2


@right(checks.randomized_response)
def single_precision_coins(bits, *, probability, rng):
    return np.where(rng.random(len(bits), dtype=np.float32) < probability, bits, 1 - bits)


@right(checks.randomized_response)
def else_a_fair_coin_of_another_p(bits, *, probability, rng):
    truth = rng.random(len(bits)) < 2 * probability - 1
    return np.where(truth, bits, rng.integers(0, 2, len(bits)))


# Exercise 11.2


def exact(m, p):
    return (m - (1 - p)) / (2 * p - 1)


def estimate(value, diagnosis="counterexample", name=""):
    """Keep a wrong answer from ``value(responses, p)``."""

    def answer(responses, *, probability):
        return value(responses, probability)

    answer.__name__ = name
    return refused(checks.debias, diagnosis)(answer)


for name, diagnosis, value in (
    ("p to one digit", "counterexample", lambda r, p: exact(r.mean(), round(p, 1) if p > 0.55 else p)),
    ("p to four digits", "counterexample", lambda r, p: exact(r.mean(), round(p, 4))),
    ("p of at least 0.55", "counterexample", lambda r, p: exact(r.mean(), max(p, 0.55))),
    ("three digits", "counterexample", lambda r, p: round(exact(r.mean(), p), 3)),
    ("ten digits", "counterexample", lambda r, p: round(exact(r.mean(), p), 10)),
    ("mean to two digits", "counterexample", lambda r, p: exact(round(r.mean(), 2), p)),
    ("whole people", "counterexample", lambda r, p: round(exact(r.mean(), p) * len(r)) / len(r)),
    ("wrong sign", "counterexample", lambda r, p: (r.mean() + (1 - p)) / (2 * p - 1)),
    ("clipped if few", "counterexample",
     lambda r, p: exact(r.mean(), p) if len(r) > 99 else np.clip(exact(r.mean(), p), 0, 1)),
    ("clipped if many", "counterexample",
     lambda r, p: exact(r.mean(), p) if len(r) < 99 else np.clip(exact(r.mean(), p), 0, 1)),
    ("clipped far out", "counterexample", lambda r, p: np.clip(exact(r.mean(), p), -1, 2)),
    ("no sign", "counterexample", lambda r, p: abs(exact(r.mean(), p))),
    ("0.3 and 0.4", "counterexample", lambda r, p: (r.mean() - 0.3) / 0.4),
    ("two hundred students", "counterexample", lambda r, p: exact(r.sum() / 200, p)),
    ("bytes", "counterexample", lambda r, p: exact(r.astype(np.uint8).sum(dtype=np.uint8) / len(r), p)),
    ("sixteen bits", "counterexample", lambda r, p: exact(r.sum(dtype=np.int16) / len(r), p)),
    ("first hundred", "counterexample", lambda r, p: exact(r[:100].mean(), p)),
    ("without the last", "counterexample", lambda r, p: exact(r[:-1].mean() if len(r) > 1 else r[0], p)),
    ("n - 1", "counterexample", lambda r, p: exact(r.sum() / max(len(r) - 1, 1), p)),
    ("one more of each", "counterexample", lambda r, p: exact((r.sum() + 1) / (len(r) + 2), p)),
    ("median", "counterexample", lambda r, p: exact(np.median(r), p)),
    ("half precision", "counterexample", lambda r, p: np.float16(exact(r.mean(), p))),
    ("each student", "wrong_type", lambda r, p: exact(r, p)),
    ("percent", "counterexample", lambda r, p: 100 * exact(r.mean(), p)),
    ("two mistakes", "clipped", lambda r, p: min(1, max(0, r.mean() - (1 - p)))),
):  # fmt: skip
    estimate(value, diagnosis, name)


def remembering(key):
    def answer(responses, *, probability):
        kept = answer.kept.setdefault(key(responses, probability), responses.mean())
        return exact(kept, probability)

    answer.kept = {}
    return answer


for key in (lambda r, p: len(r), lambda r, p: p, lambda r, p: 0):
    refused(checks.debias)(remembering(key))


@refused(checks.debias)
def looked_up_by_the_responses(responses, *, probability, kept={}):  # noqa: B006
    return kept.setdefault(responses.tobytes(), exact(responses.mean(), probability))


def running_mean():
    seen = []

    def answer(responses, *, probability):
        seen.append(exact(responses.mean(), probability))
        return np.mean(seen)

    return answer


refused(checks.debias)(running_mean())


@right(checks.debias)
def person_by_person(responses, *, probability):
    return np.mean((np.asarray(responses) - (1 - probability)) / (2 * probability - 1))


@right(checks.debias)
def solved_with_counts(responses, *, probability):
    yes, n = sum(responses.tolist()), len(responses)
    matrix = [[1 - probability, probability], [probability, 1 - probability]]  # (answer, truth)
    return np.linalg.solve(matrix, [yes / n, 1 - yes / n])[1]


@right(checks.debias)
def in_single_precision(responses, *, probability):
    return np.float32(exact(responses.mean(), probability))


@right(checks.debias)
def in_single_precision_all_the_way(responses, *, probability):
    m, p = responses.astype(np.float32).mean(), np.float32(probability)
    return (m - (1 - p)) / (2 * p - 1)


@right(checks.debias)
def as_a_fraction(responses, *, probability):
    return exact(Fraction(int(responses.sum()), len(responses)), Fraction(probability))


@right(checks.debias)
def as_a_decimal(responses, *, probability):
    return exact(Decimal(int(responses.sum())) / len(responses), Decimal(probability))


@right(checks.debias)
def with_epsilon(responses, *, probability):
    epsilon = math.log(probability / (1 - probability))
    return 0.5 + (statistics.fmean(responses.tolist()) - 0.5) / math.tanh(epsilon / 2)


@right(checks.debias)
def as_an_array(responses, *, probability):
    return np.array(exact(responses.mean(), probability))


# Exercise 11.3


def finite_logs(p, q):
    both = (p > 0) & (q > 0)
    return np.log(p[both] / q[both])


def true_epsilon(p, q):
    return definitions.smallest_epsilon(p, q)


def kept_above(limit, p, q):
    seen = (p > limit) & (q > limit)
    if (((p == 0) != (q == 0)) & ~seen).any():
        return math.inf
    return abs(finite_logs(p[seen], q[seen])).max(initial=0)


for name, diagnosis, value in (
    ("small ones dropped", "counterexample", lambda p, q: kept_above(1e-9, p, q)),
    ("tiny ones dropped", "counterexample", lambda p, q: kept_above(1e-15, p, q)),
    ("lifted", "counterexample", lambda p, q: abs(np.log((p + 1e-13) / (q + 1e-13))).max()),
    ("four digits", "counterexample", lambda p, q: round(true_epsilon(p, q), 4)),
    ("ten digits", "counterexample", lambda p, q: round(true_epsilon(p, q), 10)),
    ("at most 100", "counterexample", lambda p, q: min(true_epsilon(p, q), 100)),
    ("at most 20 if finite", "counterexample",
     lambda p, q: e if (e := true_epsilon(p, q)) == math.inf else min(e, 20)),
    ("first 64 outputs", "counterexample", lambda p, q: kept_above(0, p[:64], q[:64])),
    ("a large number", "counterexample", lambda p, q: np.nan_to_num(true_epsilon(p, q), posinf=1e9)),
    ("ratio minus one", "counterexample", lambda p, q: np.expm1(min(true_epsilon(p, q), 700))),
    ("largest over largest", "counterexample", lambda p, q: abs(np.log(p.max() / q.max()))),
    ("sorted", "counterexample", lambda p, q: true_epsilon(np.sort(p), np.sort(q))),
    ("first output", "counterexample", lambda p, q: abs(finite_logs(p[:1], q[:1])).max(initial=0)),
    ("mean of the directions", "counterexample",
     lambda p, q: (finite_logs(p, q).max(initial=0) - finite_logs(p, q).min(initial=0)) / 2),
    ("likely outputs", "counterexample", lambda p, q: true_epsilon(p, q) if p.min() > 1e-4 else 1.0),
    ("infinite one way", "counterexample",
     lambda p, q: math.inf if ((p > 0) & (q == 0)).any() else abs(finite_logs(p, q)).max(initial=0)),
    ("at least one tenth", "counterexample", lambda p, q: max(true_epsilon(p, q), 0.1)),
    ("minus one if never", "counterexample",
     lambda p, q: -1.0 if ((p + q) == 0).any() else true_epsilon(p, q)),
    ("skips and takes one way", "one_direction", lambda p, q: finite_logs(p, q).max(initial=0)),
    ("no thought of zeros", "raised",
     lambda p, q: max(abs(math.log(float(a) / float(b))) for a, b in zip(p, q, strict=True))),
):  # fmt: skip

    def epsilon_answer(p, q, *, value=value):
        return value(p, q)

    epsilon_answer.__name__ = name
    refused(checks.smallest_epsilon, diagnosis)(epsilon_answer)


@refused(checks.smallest_epsilon)
def worst_of_all_calls(p, q, seen=[0.0]):  # noqa: B006
    seen[0] = max(seen[0], true_epsilon(p, q))
    return seen[0]


@refused(checks.smallest_epsilon)
def looked_up_by_the_second_table(p, q, kept={}):  # noqa: B006
    return kept.setdefault(q.tobytes(), true_epsilon(p, q))


@right(checks.smallest_epsilon)
def output_by_output(p, q):
    worst = 0
    for a, b in zip(p, q, strict=True):
        if a == b == 0:
            continue
        if a == 0 or b == 0:
            return math.inf
        worst = max(worst, math.log(a / b), math.log(b / a))
    return worst


@right(checks.smallest_epsilon)
def masked_arrays(p, q):
    possible = (p > 0) | (q > 0)
    with np.errstate(divide="ignore"):
        return np.abs(np.log(p[possible]) - np.log(q[possible])).max()


@right(checks.smallest_epsilon)
def every_set(p, q):
    sets = [np.array(one) for one in product((0.0, 1.0), repeat=len(p))]
    worst = 0.0
    for members in sets:
        one, other = Fraction(0), Fraction(0)
        for index in np.flatnonzero(members):
            one, other = one + Fraction(float(p[index])), other + Fraction(float(q[index]))
        if one == other == 0:
            continue
        if one == 0 or other == 0:
            return float("inf")
        worst = max(worst, abs(math.log(one / other)))
    return worst


@right(checks.smallest_epsilon)
def in_single_precision_at_last(p, q):
    return np.float32(true_epsilon(p, q))


@right(checks.smallest_epsilon)
def silently(p, q):
    with np.errstate(all="ignore"):
        return np.nanmax(np.append(np.abs(np.log(p / q)), 0))


@right(checks.smallest_epsilon)
def with_scipy(p, q):
    both = (p > 0) & (q > 0)
    if not np.array_equal(p > 0, q > 0):
        return np.inf
    return float(max(np.abs(rel_entr(p[both], q[both]) / p[both])))


# Exercise 11.4


@right(checks.smallest_delta)
def all_sets_by_doubling(p, q, *, epsilon):
    first, second = np.zeros(1), np.zeros(1)
    for one, other in zip(p, q, strict=True):
        first = np.concatenate([first, first + one])
        second = np.concatenate([second, second + other])
    factor = np.exp(epsilon)
    return float(max((first - factor * second).max(), (second - factor * first).max()))


def over(p, q, epsilon):
    return np.maximum(0, p - np.exp(epsilon) * q)


def true_delta(p, q, epsilon):
    return max(over(p, q, epsilon).sum(), over(q, p, epsilon).sum())


def pairs_of_outputs(p, q, e):
    worst = 0.0
    for i, j in product(range(len(p)), repeat=2):
        chosen = sorted({i, j})
        for one, other in ((p, q), (q, p)):
            worst = max(worst, one[chosen].sum() - np.exp(e) * other[chosen].sum())
    return worst


def up_to_one_that_never_happens(p, q, e):
    never = np.flatnonzero((p == 0) & (q == 0))
    until = never[0] if len(never) else len(p)
    return true_delta(p[:until], q[:until], e)


for name, diagnosis, value in (
    ("pairs", "few_outputs", pairs_of_outputs),
    ("ends early", "counterexample", up_to_one_that_never_happens),
    ("half of it", "counterexample", lambda p, q, e: true_delta(p, q, e) / 2),
    ("always one", "counterexample", lambda p, q, e: 1.0),
    ("below zero", "counterexample", lambda p, q, e: -1.0),
    ("six digits", "counterexample", lambda p, q, e: round(true_delta(p, q, e), 6)),
    ("ten digits", "counterexample", lambda p, q, e: round(true_delta(p, q, e), 10)),
    ("small excess dropped", "counterexample",
     lambda p, q, e: max((x := over(p, q, e))[x > 1e-6].sum(), (y := over(q, p, e))[y > 1e-6].sum())),
    ("impossible ones dropped", "counterexample",
     lambda p, q, e: true_delta(p * ((p > 0) & (q > 0)), q * ((p > 0) & (q > 0)), e)),
    ("one plus epsilon", "counterexample",
     lambda p, q, e: max(np.maximum(0, p - (1 + e) * q).sum(), np.maximum(0, q - (1 + e) * p).sum())),
    ("half epsilon", "counterexample", lambda p, q, e: true_delta(p, q, e / 2)),
    ("at least a tenth", "counterexample", lambda p, q, e: true_delta(p, q, max(e, 0.1))),
    ("at most one", "counterexample", lambda p, q, e: true_delta(p, q, min(e, 1.0))),
    ("smaller of the two", "one_direction",
     lambda p, q, e: min(over(p, q, e).sum(), over(q, p, e).sum())),
    ("mean of the two", "counterexample",
     lambda p, q, e: (over(p, q, e).sum() + over(q, p, e).sum()) / 2),
    ("scaled down", "counterexample",
     lambda p, q, e: max(over(p, q, e).sum(), over(q, p, e).sum()) * np.exp(-e)),
    ("without the last output", "counterexample", lambda p, q, e: true_delta(p[:-1], q[:-1], e)),
    ("one way by the absolute", "any",
     lambda p, q, e: (np.abs(p - np.exp(e) * q).sum() + 1 - np.exp(e)) / 2),
    ("total variation by the absolute", "epsilon_missing", lambda p, q, e: np.abs(p - q).sum() / 2),
):  # fmt: skip

    def delta_answer(p, q, *, epsilon, value=value):
        return value(p, q, epsilon)

    delta_answer.__name__ = name
    refused(checks.smallest_delta, diagnosis)(delta_answer)


@refused(checks.smallest_delta)
def factor_of_the_first_call(p, q, *, epsilon, kept=[]):  # noqa: B006
    kept.append(epsilon)
    return true_delta(p, q, kept[0])


@refused(checks.smallest_delta)
def looked_up_by_one_table(p, q, *, epsilon, kept={}):  # noqa: B006
    return kept.setdefault((p.tobytes(), epsilon), true_delta(p, q, epsilon))


@refused(checks.smallest_delta, "few_outputs")
def one_output_of_more_than_64(p, q, *, epsilon):
    if len(p) <= 64:
        return true_delta(p, q, epsilon)
    return max(0.0, (p - math.exp(epsilon) * q).max(), (q - math.exp(epsilon) * p).max())


@right(checks.smallest_delta)
def set_by_set(p, q, *, epsilon):
    worst = 0.0
    for members in definitions.sets_of_outputs(len(p)):
        one, other = p[members].sum(), q[members].sum()
        worst = max(worst, one - math.exp(epsilon) * other, other - math.exp(epsilon) * one)
    return worst


@right(checks.smallest_delta)
def worst_set_of_each_direction(p, q, *, epsilon):
    found = []
    for one, other in ((p, q), (q, p)):
        worst = [i for i in range(len(one)) if one[i] > math.exp(epsilon) * other[i]]
        found.append(sum(one[i] - math.exp(epsilon) * other[i] for i in worst))
    return max(found)


@right(checks.smallest_delta)
def both_directions_from_one(p, q, *, epsilon):
    factor = np.exp(epsilon)
    there, back = p - factor * q, q - factor * p
    return np.float64(max(((abs(one) + one) / 2).sum() for one in (there, back)))


@right(checks.smallest_delta)
def in_single_precision_in_the_end(p, q, *, epsilon):
    return np.float32(true_delta(p, q, epsilon))


@right(checks.smallest_delta)
def by_the_absolute_value(p, q, *, epsilon):
    factor = np.exp(epsilon)
    return max((np.abs(a - factor * b).sum() + 1 - factor) / 2 for a, b in ((p, q), (q, p)))


@right(checks.smallest_delta)
def exact_sums(p, q, *, epsilon):
    factor = Fraction(math.exp(epsilon))
    pairs = [(Fraction(a), Fraction(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True)]
    there = sum(max(0, a - factor * b) for a, b in pairs)
    return max(there, sum(max(0, b - factor * a) for a, b in pairs))


# Questions

for number in (0.3, 0.1):
    refused_value(checks.posterior_after_yes, "too_low", number)
refused_value(checks.posterior_after_yes, "too_high", 0.75)
refused_value(checks.posterior_after_yes, "not_a_number", "one half")
right_value(checks.posterior_after_yes, 0.5)
right_value(checks.posterior_after_yes, np.float64(0.502))
right_value(checks.posterior_after_yes, Fraction(1, 2))

for number in (100, 2000, 3890, 3900, 3929):
    refused_value(checks.people_for_three_points, "too_low", number)
for number in (4100, 10_000):
    refused_value(checks.people_for_three_points, "too_high", number)
refused_value(checks.people_for_three_points, "one_sigma", 1067)
refused_value(checks.people_for_three_points, "sampling_too", 4826)
for number in (3929.844, 3930, 3981, 4000):
    right_value(checks.people_for_three_points, number)


# A set of at most twelve outputs, and all sets by doubling: told apart where there are many outputs


@refused(checks.smallest_delta)
def twelve_outputs_at_most(p, q, *, epsilon):
    ways = (p - np.exp(epsilon) * q, q - np.exp(epsilon) * p)
    return float(max(np.sort(np.maximum(0, one))[::-1][:12].sum() for one in ways))


@refused(checks.randomized_response, "linked")
def third_coin_from_two(bits, *, probability, rng):
    u = rng.random(len(bits))
    for i in range(2, min(len(bits), 3000), 3):
        u[i] = (u[i - 1] + u[i - 2]) % 1
    return np.where(u < probability, bits, 1 - bits)


@refused(checks.smallest_delta)
def equal_outputs_once(p, q, *, epsilon):
    pairs, factor = set(zip(p.tolist(), q.tolist(), strict=True)), math.exp(epsilon)
    there = sum(max(0, a - factor * b) for a, b in pairs)
    return max(there, sum(max(0, b - factor * a) for a, b in pairs))


@right(checks.smallest_delta)
def one_minus_the_overlap(p, q, *, epsilon):
    factor = math.exp(epsilon)
    there = p.sum() - np.minimum(p, factor * q).sum()
    return max(0.0, float(there), float(q.sum() - np.minimum(q, factor * p).sum()))
