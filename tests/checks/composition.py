"""Lesson 14: answers besides the named mistakes."""

from fractions import Fraction
from math import comb, erf, exp, expm1, fsum, lgamma, log, log1p, sqrt, tanh

import numpy as np
from scipy.stats import binom

from lessons.checks import composition as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 14.1


def both(epsilon, delta, n_releases, slack):
    return checks.advanced_composition.reference(
        epsilon=epsilon, delta=delta, n_releases=n_releases, slack=slack
    )


def changed(change):
    def answer(*, epsilon, delta, n_releases, slack):
        return change(*both(epsilon, delta, n_releases, slack), epsilon, delta, n_releases, slack)

    return answer


for change in (
    lambda t, d, e, _d, k, s: (t + (e * sqrt(2 * (k - 1) * log(1 / s)) - e * sqrt(2 * k * log(1 / s))), d),
    lambda t, d, e, _d, k, s: (e * sqrt(2 * k * log(2 / s)) + k * e * expm1(e), d),
    lambda t, d, e, _d, k, s: (t if k > 10 else k * e, d),  # few releases
    lambda t, d, e, _d, k, s: (t if e < 1 else k * e, d),  # large ε
    lambda t, d, e, _d, k, s: (t, max(k * _d, s)),
    lambda t, d, e, _d, k, s: (t, d if _d > 0 else 0.0),  # pure releases
    lambda t, d, e, _d, k, s: (t, k * _d * s),
    lambda t, d, e, _d, k, s: (t, min(d, 1e-2)),
    lambda t, d, e, _d, k, s: (round(t, 6), d),
    lambda t, d, e, _d, k, s: (t, round(d, 10)),
    lambda t, d, e, _d, k, s: (t if k < 2**8 else both(e, _d, k % 2**8 + 1, s)[0], d),  # one byte
    lambda t, d, e, _d, k, s: (min(t, 100.0), d),
    lambda t, d, e, _d, k, s: (e * sqrt(2 * k * log(1 / s)) + k * e * (e + e**2 / 2 + e**3 / 6), d),
):  # fmt: skip
    refused(checks.advanced_composition, "counterexample")(changed(change))
refused(checks.advanced_composition, "wrong_type")(changed(lambda t, *rest: t))


def kept_by(function, *names):
    """An answer that looks its result up by some of its arguments only."""
    kept = {}

    def answer(**known):
        return kept.setdefault(tuple(known[name] for name in names), function(**known))

    return answer


refused(checks.advanced_composition)(kept_by(both, "n_releases"))
refused(checks.advanced_composition)(kept_by(both, "epsilon", "delta", "slack"))
refused(checks.advanced_composition)(kept_by(both, "epsilon", "n_releases", "slack"))


@right(checks.advanced_composition)
def by_numpy(*, epsilon, delta, n_releases, slack):
    logs = -2 * np.log(slack)
    total = epsilon * (np.sqrt(n_releases * logs) + n_releases * np.expm1(epsilon))
    return np.array([total, n_releases * delta + slack])


@right(checks.advanced_composition)
def in_a_list(*, epsilon, delta, n_releases, slack):
    total = sqrt(-2 * log(slack) * n_releases * epsilon**2) + n_releases * epsilon * expm1(epsilon)
    return [np.array(total), Fraction(n_releases) * Fraction(delta) + Fraction(slack)]


@right(checks.advanced_composition)
def as_it_is_printed(*, epsilon, delta, n_releases, slack):
    root = np.sqrt(2 * n_releases * np.log(1 / slack))
    return epsilon * root + n_releases * epsilon * (np.exp(epsilon) - 1), n_releases * delta + slack


@right(checks.advanced_composition)
def single_precision(**known):
    one, other = both(**known)
    return np.float32(one), np.float32(other)


# Exercise 14.2


def in_logs(epsilon, n_releases):
    j = np.arange(n_releases + 1)
    facts = np.array([lgamma(i + 1) for i in range(n_releases + 1)])
    one = facts[-1] - facts - facts[::-1] + n_releases * -log1p(exp(-epsilon))
    one = one - (n_releases - j) * epsilon
    return one, one[::-1], (2 * j - n_releases) * epsilon


def delta(total_epsilon, epsilon, n_releases):
    return checks.composed_delta.reference(
        total_epsilon=total_epsilon, epsilon=epsilon, n_releases=n_releases
    )


@refused(checks.composed_delta, "factor_overflow")
def tails_and_a_factor(*, total_epsilon, epsilon, n_releases):
    p, at_most = 1 / (1 + exp(-epsilon)), int((total_epsilon / epsilon + n_releases) // 2)
    tails = binom.sf(at_most, n_releases, [p, 1 - p])
    return tails[0] - exp(total_epsilon) * tails[1]


@refused(checks.composed_delta, "factor_overflow")
def convolution_and_a_factor(*, total_epsilon, epsilon, n_releases):
    p, one = exp(epsilon) / (1 + exp(epsilon)), np.ones(1)
    for _ in range(n_releases):
        one = np.convolve(one, [1 - p, p])
    return np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum()


@refused(checks.composed_delta, "ways_overflow")
def whole_numbers_too_large_for_a_float(*, total_epsilon, epsilon, n_releases):
    p, j = exp(epsilon) / (1 + exp(epsilon)), np.arange(n_releases + 1)
    ways = np.array([comb(n_releases, i) for i in j], dtype=float)
    one = ways * p**j * (1 - p) ** (n_releases - j)
    return np.maximum(0, one - exp(total_epsilon) * one[::-1]).sum()


@refused(checks.composed_delta)
def enough_coins_are_normal(*, total_epsilon, epsilon, n_releases):
    if n_releases <= 50:
        return delta(total_epsilon, epsilon, n_releases)
    mean, e = n_releases * epsilon * tanh(epsilon / 2), total_epsilon
    deviation = epsilon * sqrt(n_releases) / np.cosh(epsilon / 2)
    z = (mean - e) / deviation
    back = exp(min(700, e - mean + deviation**2 / 2)) * (1 + erf((z - deviation) / sqrt(2))) / 2
    return (1 + erf(z / sqrt(2))) / 2 - back


@refused(checks.composed_delta, "counterexample")
def many_coins_in_pairs(*, total_epsilon, epsilon, n_releases):
    odd = n_releases % 2 if n_releases > 500 else 0
    return delta(total_epsilon, epsilon, n_releases + odd)


@refused(checks.composed_delta)
def coin_of_twice_the_strength(*, total_epsilon, epsilon, n_releases):
    return delta(total_epsilon, 2 * epsilon, n_releases)


@refused(checks.composed_delta, "counterexample")
def factorials_from_a_table(*, total_epsilon, epsilon, n_releases):
    log_factorial = np.array([lgamma(n + 1) for n in range(4097)])
    k, j = n_releases, np.arange(n_releases + 1)
    ways = log_factorial[np.minimum([k + 0 * j, j, k - j], 4096)]
    one = ways[0] - ways[1] - ways[2] - k * log1p(exp(-epsilon)) - (k - j) * epsilon
    gain = np.maximum(0, -np.expm1(np.minimum(0, total_epsilon - (2 * j - k) * epsilon)))
    return float((np.exp(np.minimum(one, 0)) * gain).sum())


refused(checks.composed_delta)(
    kept_by(checks.composed_delta.reference, "total_epsilon", "n_releases")
)


@refused(checks.composed_delta, "counterexample")
def never_zero(*, total_epsilon, epsilon, n_releases):
    return max(delta(total_epsilon, epsilon, n_releases), 1e-10)


@refused(checks.composed_delta, "counterexample")
def small_masses_dropped(*, total_epsilon, epsilon, n_releases):
    one, _, loss = in_logs(epsilon, n_releases)
    above = (loss > total_epsilon) & (one > log(1e-9))
    return float((np.exp(one[above]) * -np.expm1(total_epsilon - loss[above])).sum())


@refused(checks.composed_delta, "counterexample")
def nine_digits(*, total_epsilon, epsilon, n_releases):
    return round(delta(total_epsilon, epsilon, n_releases), 9)


@refused(checks.composed_delta)
def at_most_a_thousand_coins(*, total_epsilon, epsilon, n_releases):
    return delta(total_epsilon, epsilon, min(n_releases, 1000))


@refused(checks.composed_delta)
def multiples_of_epsilon(*, total_epsilon, epsilon, n_releases):
    return delta(round(total_epsilon / epsilon) * epsilon, epsilon, n_releases)


@refused(checks.composed_delta, "counterexample")
def even_numbers_only(*, total_epsilon, epsilon, n_releases):
    return delta(total_epsilon, epsilon, n_releases + n_releases % 2)


@right(checks.composed_delta)
def one_minus_what_is_shared(*, total_epsilon, epsilon, n_releases):
    one, other, _ = in_logs(epsilon, n_releases)
    return max(0.0, 1 - fsum(np.exp(np.minimum(one, total_epsilon + other))))


@right(checks.composed_delta)
def convolution_and_the_loss(*, total_epsilon, epsilon, n_releases):
    p, one = 1 / (1 + exp(-epsilon)), np.ones(1)
    for _ in range(n_releases):
        one = np.convolve(one, [1 - p, p])
    loss = (2 * np.arange(n_releases + 1) - n_releases) * epsilon
    return (one * np.maximum(0, -np.expm1(np.minimum(0, total_epsilon - loss)))).sum()


@right(checks.composed_delta)
def tails_in_logarithms(*, total_epsilon, epsilon, n_releases):
    p, at_most = 1 / (1 + exp(-epsilon)), int((total_epsilon / epsilon + n_releases) // 2)
    if at_most >= n_releases:
        return 0
    j = np.arange(at_most + 1, n_releases + 1)
    logs = [
        np.logaddexp.reduce(binom.logpmf(j, n_releases, one)) for one in (p, 1 / (1 + exp(epsilon)))
    ]
    return np.array(exp(logs[0]) - exp(total_epsilon + logs[1]))


@right(checks.composed_delta)
def one_count_at_a_time(*, total_epsilon, epsilon, n_releases):
    total, k = 0.0, n_releases
    for j in range(k + 1):
        loss = (2 * j - k) * epsilon
        if loss > total_epsilon:
            ways = lgamma(k + 1) - lgamma(j + 1) - lgamma(k - j + 1)
            log_p = ways + j * epsilon - k * (epsilon + log1p(exp(-epsilon)))
            total += exp(log_p) * (1 - exp(total_epsilon - loss))
    return np.float32(total)


# Exercise 14.3


def dearest(epsilons, r):
    return float(sum(sorted(epsilons, reverse=True)[:r]))


def reach(relation, m):
    return m if relation == "add/remove" else 2 * m


for total in (
    lambda e, r: max(sum(e[i : i + r]) for i in range(max(1, len(e) - r + 1))),  # neighbours only
    lambda e, r: sum(sorted(e**2, reverse=True)[:r]) ** 0.5,
    lambda e, r: dearest(e, r + 1),
    lambda e, r: dearest(e, min(r, 8)),
    lambda e, r: dearest(e[:64], r),
    lambda e, r: round(dearest(e, r), 4),
    lambda e, r: dearest(e, r % 256),
    lambda e, r: dearest(e, r) + max(0, r - len(e)) * max(e),
    lambda e, r: dearest(e, r) if len(e) > 1 else r * e[0],
    lambda e, r: dearest(np.maximum(e, 0.05), r),
    lambda e, r: dearest(e, max(1, r - 1)),
    lambda e, r: dearest(np.float16(e), r),
    lambda e, r: dearest(e[e >= 0.01], r),
    lambda e, r: sum(sorted(e.tolist(), key=str, reverse=True)[:r]),  # as words
):

    def summed(epsilons, *, relation, parts_per_person, total=total):
        return total(epsilons, reach(relation, parts_per_person))

    refused(checks.parallel_composition, "counterexample")(summed)


@refused(checks.parallel_composition, "raised")
def asks_for_parts_that_are_not_there(epsilons, *, relation, parts_per_person):
    falling = sorted(epsilons, reverse=True)
    return sum(falling[i] for i in range(reach(relation, parts_per_person)))


@refused(checks.parallel_composition, "changed_input")
def sorts_the_callers_list(epsilons, *, relation, parts_per_person):
    epsilons.sort()
    return epsilons[::-1][: reach(relation, parts_per_person)].sum()


@refused(checks.parallel_composition)
def looked_up_by_the_prices(epsilons, *, relation, parts_per_person, kept={}):  # noqa: B006
    r = reach(relation, parts_per_person)
    return kept.setdefault((epsilons.tobytes(), relation), np.sort(epsilons)[::-1][:r].sum())


@right(checks.parallel_composition)
def part_by_part(epsilons, *, relation, parts_per_person):
    left, total = list(epsilons), 0.0
    for _ in range(reach(relation, parts_per_person)):
        if left:
            total += left.pop(int(np.argmax(left)))
    return total


@right(checks.parallel_composition)
def exact_fractions(epsilons, *, relation, parts_per_person):
    falling = sorted(map(Fraction, epsilons.tolist()), reverse=True)
    return sum(falling[: reach(relation, parts_per_person)])


@right(checks.parallel_composition)
def by_partition(epsilons, *, relation, parts_per_person):
    r = min(reach(relation, parts_per_person), len(epsilons))
    return np.float32(np.partition(epsilons, len(epsilons) - r)[len(epsilons) - r :].sum())


@right(checks.parallel_composition)
def by_recursion(epsilons, *, relation, parts_per_person):
    def worst(left, r):
        return max(left) + worst(sorted(left)[:-1], r - 1) if r and len(left) else 0.0

    return np.array(worst(epsilons, min(reach(relation, parts_per_person), 600)))


# Exercise 14.4


def priced_one_by_one(*, stop):
    def answer(counts, *, epsilons, budget, rng):
        answers, spent = [], 0.0
        for count, price in zip(counts, epsilons, strict=True):
            if stop(price, spent, budget):
                answers.append(None)
                continue
            if not price > 0:
                raise ValueError("a price must be positive")
            spent += price
            answers.append(float(count + rng.laplace(scale=1 / price)))
        return answers

    return answer


right(checks.answer_within_budget)(
    priced_one_by_one(stop=lambda price, spent, budget: price > budget - spent + 1e-12)
)
refused(checks.answer_within_budget, "bad_price_kept")(
    priced_one_by_one(
        stop=lambda price, spent, budget: spent >= budget or price > budget - spent + 1e-12
    )
)


def run(counts, epsilons, budget, rng, fits=None, *, noise=None):
    """A ledger with its rule ``fits(spent, price)`` and its noise exchanged."""
    fits = fits or (lambda spent, price: spent + price <= budget + 1e-12)
    noise = noise or (lambda price: rng.laplace(scale=1 / price))
    if not all(price > 0 for price in epsilons):
        raise ValueError("prices must be positive")
    spent, answers = 0.0, []
    for count, price in zip(counts, epsilons, strict=True):
        answers.append(count + noise(price) if fits(spent, price) else None)
        spent += 0.0 if answers[-1] is None else price
    return answers


def ruled(rule):
    def answer(counts, *, epsilons, budget, rng):
        return run(counts, epsilons, budget, rng, lambda spent, price: rule(spent, price, budget))

    return answer


def noisy(noise):
    def answer(counts, *, epsilons, budget, rng):
        return run(counts, epsilons, budget, rng, noise=lambda price: noise(price, rng, budget))

    return answer


for rule in (
    lambda spent, price, budget: round(spent + price, 5) <= budget,
    lambda spent, price, budget: spent + price <= budget + 1e-4,
    lambda spent, price, budget: spent + price <= budget * (1 + 1e-6),
    lambda spent, price, budget: spent + price <= budget - 1e-7,
    lambda spent, price, budget: spent + price <= 0.8 * budget,
    lambda spent, price, budget: np.hypot(spent, price) <= budget,
    lambda spent, price, budget: spent + price <= budget and price < 0.5 * budget,
    lambda spent, price, budget: np.float16(spent) + price <= budget,
):
    refused(checks.answer_within_budget)(ruled(rule))


def redrawn(price, rng, budget):
    noise = rng.laplace()
    while abs(noise) > 5:
        noise = rng.laplace()
    return noise / price


for noise in (
    redrawn,
    lambda price, rng, budget: rng.normal(scale=2**0.5 / price),
    lambda price, rng, budget: rng.laplace(scale=2 / price),
    lambda price, rng, budget: rng.exponential(1 / price),
    lambda price, rng, budget: rng.laplace(scale=1 / max(price, 0.1)),
    lambda price, rng, budget: rng.laplace(scale=1 / max(price, 0.001)),
    lambda price, rng, budget: np.clip(rng.laplace(scale=1 / price), -20, 20),
    lambda price, rng, budget: 0.0,
    lambda price, rng, budget: rng.laplace(scale=1 / price) if price < budget else 0.0,
):
    refused(checks.answer_within_budget)(noisy(noise))


@refused(checks.answer_within_budget, "counterexample")
def at_most_a_hundred(counts, *, epsilons, budget, rng):
    answers = run(counts, epsilons, budget, rng)
    return [one if i < 100 else None for i, one in enumerate(answers)]


@refused(checks.answer_within_budget, "repeated_noise")
def mirrored(counts, *, epsilons, budget, rng):
    draws = rng.laplace(size=len(counts))
    draws[1::2] = -draws[: len(counts) // 2 * 2 : 2]
    each = iter(draws)
    return run(counts, epsilons, budget, rng, noise=lambda price: next(each) / price)


@refused(checks.answer_within_budget, "repeated_noise")
def equal_questions_stored(counts, *, epsilons, budget, rng):
    stored = {}
    answers = run(counts, epsilons, budget, rng)
    each = zip(counts.tolist(), epsilons.tolist(), answers, strict=True)
    return [one and stored.setdefault((count, price), one) for count, price, one in each]


@refused(checks.answer_within_budget, "rounded")
def whole_people(counts, **known):
    return [one if one is None else round(one) for one in run(counts, **known)]


@refused(checks.answer_within_budget, "wrong_type")
def says_refused(counts, **known):
    return ["refused" if one is None else one for one in run(counts, **known)]


@refused(checks.answer_within_budget, "not_finite")
def nan_when_refused(counts, **known):
    return np.array(run(counts, **known), dtype=float)


@refused(checks.answer_within_budget, "refused_left_out")
def zero_when_refused(counts, **known):
    return [0.0 if one is None else one for one in run(counts, **known)]


@refused(checks.answer_within_budget)
def no_answers_when_the_prices_are_many_budgets(counts, *, epsilons, budget, rng):
    if sum(epsilons) > 100 * budget:
        raise ValueError("this cannot fit")
    return run(counts, epsilons, budget, rng)


@refused(checks.answer_within_budget, "global_random")
def seed_of_its_own(counts, *, epsilons, budget, rng):
    return run(counts, epsilons, budget, np.random.default_rng(7))


@refused(checks.answer_within_budget, "looks_at_the_counts")
def large_ones_are_refused(counts, **known):
    return [
        None if count > 1e5 else one
        for count, one in zip(counts, run(counts, **known), strict=True)
    ]


def spent_as_default(counts, *, epsilons, budget, rng, spent=[]):  # noqa: B006
    answers = []
    for count, price in zip(counts, epsilons, strict=True):
        fits = sum(spent) + price <= budget
        spent += [price] if fits else []
        answers.append(count + rng.laplace(scale=1 / price) if fits else None)
    return answers


refused(checks.answer_within_budget)(spent_as_default)


@right(checks.answer_within_budget)
def counts_down(counts, *, epsilons, budget, rng):
    if not min(epsilons, default=1) > 0 or np.isnan(epsilons).any():
        raise ValueError("prices must be positive")
    answers = []
    for count, price in zip(counts, epsilons, strict=True):
        fits = price <= budget + 1e-9
        budget -= price if fits else 0
        answers.append(rng.laplace(count, 1 / price) if fits else None)
    return tuple(answers)


@right(checks.answer_within_budget)
def decides_first_and_draws_later(counts, *, epsilons, budget, rng):
    prices = np.asarray(epsilons, dtype=float)
    if not (prices > 0).all():
        raise ValueError(f"epsilons must be positive, got {prices}")
    answered, spent = np.zeros(len(prices), dtype=bool), 0.0
    for i, price in enumerate(prices):
        answered[i] = spent + price <= budget * (1 + 1e-12)
        spent += price * answered[i]
    noisy = counts + rng.exponential(1 / prices) - rng.exponential(1 / prices)
    return np.where(answered, noisy, None)


@right(checks.answer_within_budget)
def stops_at_a_bad_price_when_it_comes(counts, *, epsilons, budget, rng):
    answers, spent = [], Fraction(0)
    for count, price in zip(counts, epsilons, strict=True):
        if not price > 0:
            raise ValueError(price)
        fits = spent + Fraction(price) <= Fraction(budget) + Fraction(1, 10**12)
        spent += Fraction(price) if fits else 0
        answers.append(np.array(count + rng.laplace() / price) if fits else None)
    return answers


# Questions

for value in (34, 34.5, 33.6):
    refused_value(checks.first_gain, "still_above", value)
for value in (27, 28):
    refused_value(checks.first_gain, "drift_forgotten", value)
refused_value(checks.first_gain, "too_low", 22)
refused_value(checks.first_gain, "too_high", 70)
refused_value(checks.first_gain, "not_a_number", "35")
right_value(checks.first_gain, 35)
right_value(checks.first_gain, np.int64(35))

for value in (0.5, 0.56):
    refused_value(checks.no_crossing, "out_of_the_picture", value)
refused_value(checks.no_crossing, "end_of_the_slider", 1)
refused_value(checks.no_crossing, "log10", 0.3)
refused_value(checks.no_crossing, "too_low", 0.65)
refused_value(checks.no_crossing, "too_high", 0.75)
refused_value(checks.no_crossing, "not_a_number", "ln 2")
for value in (0.69, 0.7, 0.6931):
    right_value(checks.no_crossing, value)

refused_value(checks.mean_of_one, "too_low", 150)
refused_value(checks.mean_of_one, "too_low", 190)
refused_value(checks.mean_of_one, "too_high", 250)
refused_value(checks.mean_of_one, "not_a_number", True)
for value in (200, 201, 210, 200.17):
    right_value(checks.mean_of_one, value)
