"""Lesson 12: answers besides the named mistakes."""

import numpy as np

from lessons.checks import laplace_mechanism as checks
from lessons.dp.definitions import neighbours
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 12.1


@refused(checks.query_sensitivity, "counterexample")
def four_for_n(query, *, lower, upper, n, relation):
    known = {"lower": lower, "upper": upper, "relation": relation}
    return checks.query_sensitivity.reference(query, n=4 if query == "mean" else n, **known)


@refused(checks.query_sensitivity, "counterexample")
def half_the_range(query, **known):
    return checks.query_sensitivity.reference(query, **known) / (1 if query == "count" else 2)


@refused(checks.query_sensitivity, "counterexample")
def on_the_safe_side(query, *, lower, upper, n, relation):
    known = {"lower": lower, "upper": upper, "n": n, "relation": relation}
    right = checks.query_sensitivity.reference(query, **known)
    return abs(lower) + abs(upper) if query == "sum" else right


@refused(checks.query_sensitivity, "counterexample")
def count_within_the_bounds(query, *, lower, upper, n, relation):
    known = {"lower": lower, "upper": upper, "n": n, "relation": relation}
    right = checks.query_sensitivity.reference(query, **known)
    return min(right, upper - lower) if query == "count" else right


@refused(checks.query_sensitivity, "counterexample")
def other_rule_for_large_tables(query, *, lower, upper, n, relation):
    known = {"lower": lower, "upper": upper, "n": n, "relation": relation}
    right = checks.query_sensitivity.reference(query, **known)
    return max(abs(lower), abs(upper)) / n if query == "mean" and n > 50 else right


@refused(checks.query_sensitivity, "counterexample")
def a_thousand_rows_at_most(query, *, n, **known):
    return checks.query_sensitivity.reference(query, n=min(n, 1000), **known)


for one_relation in ("add/remove", "replace"):

    def one_row_fewer_for_large_tables(query, *, n, relation, only=one_relation, **known):
        fewer = query == "mean" and relation == only and n > 100
        return checks.query_sensitivity.reference(query, n=n - fewer, relation=relation, **known)

    refused(checks.query_sensitivity)(one_row_fewer_for_large_tables)


@refused(checks.query_sensitivity, "raised")
def other_name_of_the_relation(query, *, lower, upper, n, relation):
    return {"add_remove": 1, "replacement": 2}[relation]


@right(checks.query_sensitivity)
def by_cases(query, *, lower, upper, n, relation):
    if query == "count":
        lower, upper = 0, 1
    reach = upper - lower
    if query == "mean":
        return np.float64(reach / n)
    return reach if relation == "replace" else max(-lower, upper)


@right(checks.query_sensitivity)
def in_single_precision(query, **known):
    return np.float32(checks.query_sensitivity.reference(query, **known))


@right(checks.query_sensitivity)
def by_trying(query, *, lower, upper, n, relation):
    values = [0, 1] if query == "count" else [lower, upper]
    f = np.mean if query == "mean" else np.sum
    tables = [(values[0],) * k + (values[1],) * (n - k) for k in range(n + 1)]
    pairs = [(x, y) for x in tables for y in neighbours(x, values=values, relation=relation)]
    return max(abs(f(x) - f(y)) for x, y in pairs if len(y) <= n)


# Exercise 12.2


@refused(checks.laplace_mechanism, "no_noise")
def true_value(value, *, sensitivity, epsilon, rng):
    return np.array(value)


@refused(checks.laplace_mechanism, "one_noise_for_all")
def single_draw(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity / epsilon)


@refused(checks.laplace_mechanism, "one_sided")
def exponential_noise(value, *, sensitivity, epsilon, rng):
    return value + rng.exponential(scale=sensitivity / epsilon, size=value.shape)


@refused(checks.laplace_mechanism, "wrong_scale")
def variance_for_scale(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=2 * (sensitivity / epsilon) ** 2, size=value.shape)


@refused(checks.laplace_mechanism)
def gaussian_of_that_deviation(value, *, sensitivity, epsilon, rng):
    return value + rng.normal(scale=2**0.5 * sensitivity / epsilon, size=value.shape)


@refused(checks.laplace_mechanism)
def redrawn_beyond_five_scales(value, *, sensitivity, epsilon, rng):
    noise = rng.laplace(size=value.shape)
    while (far := np.abs(noise) > 5).any():
        noise = np.where(far, rng.laplace(size=value.shape), noise)
    return value + noise * sensitivity / epsilon


@refused(checks.laplace_mechanism, "wrong_scale")
def scale_of_500_at_most(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=min(sensitivity / epsilon, 500.0), size=value.shape)


@refused(checks.laplace_mechanism, "rounded")
def whole_counts(value, *, sensitivity, epsilon, rng):
    return np.round(value + rng.laplace(scale=sensitivity / epsilon, size=value.shape))


@refused(checks.laplace_mechanism, "rounded")
def of_the_kind_of_the_value(value, *, sensitivity, epsilon, rng):
    release = value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)
    return np.asarray(release).astype(value.dtype)


@refused(checks.laplace_mechanism, "global_random")
def own_seed(value, *, sensitivity, epsilon, rng):
    own = np.random.default_rng(42)
    return value + own.laplace(scale=sensitivity / epsilon, size=value.shape)


@refused(checks.laplace_mechanism, "global_random")
def old_generator(value, *, sensitivity, epsilon, rng):
    return value + np.random.laplace(scale=sensitivity / epsilon, size=value.shape)


@refused(checks.laplace_mechanism, "repeated_noise")
def one_draw_per_column(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape[-1:])


@refused(checks.laplace_mechanism, "repeated_noise")
def mirrored(value, *, sensitivity, epsilon, rng):
    half = rng.laplace(scale=sensitivity / epsilon, size=(value.size + 1) // 2)
    return value + np.append(half, -half)[: value.size].reshape(value.shape)


@refused(checks.laplace_mechanism, "linked")
def adds_up_to_nothing(value, *, sensitivity, epsilon, rng):
    noise = rng.laplace(scale=sensitivity / epsilon, size=value.shape)
    return value + noise - (noise.mean() if value.size > 1 else 0)


@refused(checks.laplace_mechanism)
def divided_by_the_rows(value, *, sensitivity, epsilon, rng):
    rows = len(value) if value.ndim == 2 else 1
    return value + rng.laplace(scale=sensitivity / (epsilon * rows), size=value.shape)


def scale_of_the_first_call():
    kept = {}

    def answer(value, *, sensitivity, epsilon, rng):
        scale = kept.setdefault(sensitivity // 1, sensitivity / epsilon)
        return value + rng.laplace(scale=scale, size=value.shape)

    return answer


refused(checks.laplace_mechanism)(scale_of_the_first_call())


@right(checks.laplace_mechanism)
def difference_of_exponentials(value, *, sensitivity, epsilon, rng):
    scale = sensitivity / epsilon
    return value + rng.exponential(scale, value.shape) - rng.exponential(scale, value.shape)


@right(checks.laplace_mechanism)
def by_the_inverse_of_the_cdf(value, *, sensitivity, epsilon, rng):
    u = rng.random(np.shape(value)) - 0.5
    return value - sensitivity / epsilon * np.sign(u) * np.log1p(-2 * np.abs(u))


@right(checks.laplace_mechanism)
def one_by_one_in_a_list(value, *, sensitivity, epsilon, rng):
    if value.shape == ():
        return value + rng.laplace(scale=sensitivity / epsilon)
    rest = {"sensitivity": sensitivity, "epsilon": epsilon, "rng": rng}
    return [one_by_one_in_a_list(one, **rest) for one in value]


@right(checks.laplace_mechanism)
def centred_on_the_value(value, *, sensitivity, epsilon, rng):
    if not epsilon > 0:
        raise ValueError("epsilon must be positive")
    return rng.laplace(loc=value, scale=sensitivity / epsilon)


# Exercise 12.3


def mean_with(scale, *, noise="laplace", place=lambda v, low, high: np.clip(v, low, high).mean()):
    def answer(values, *, lower, upper, epsilon, rng):
        b = scale(values, lower, upper, epsilon)
        return place(values, lower, upper) + getattr(rng, noise)(scale=b)

    return answer


def usual(values, lower, upper, epsilon):
    return (upper - lower) / (len(values) * epsilon)


refused(checks.private_mean)(
    mean_with(lambda v, low, high, e: 2**0.5 * usual(v, low, high, e), noise="normal")
)
refused(checks.private_mean)(mean_with(lambda v, low, high, e: usual(v, low, high, e) / 2**0.5))
for clip in (
    lambda v, low, high: np.minimum(v, high).mean(),
    lambda v, low, high: np.maximum(v, low).mean(),
    lambda v, low, high: np.median(np.clip(v, low, high)),
    lambda v, low, high: np.clip(v[v != 0], low, high).mean() if v.any() else 0.0,  # missing ones
    lambda v, low, high: np.clip(v, low, high).sum() / max(((v >= low) & (v <= high)).sum(), 1),
):
    refused(checks.private_mean, "wrong_place")(mean_with(usual, place=clip))


@refused(checks.private_mean)
def clipped_only(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean()


@refused(checks.private_mean, "no_noise")
def bare_in_a_crowd(values, *, lower, upper, epsilon, rng):
    noise = rng.laplace(scale=(upper - lower) / (len(values) * epsilon))
    return np.clip(values, lower, upper).mean() + noise * (len(values) < 1000)


@refused(checks.private_mean, "one_sided")
def upwards(values, *, lower, upper, epsilon, rng):
    noise = rng.laplace(scale=usual(values, lower, upper, epsilon))
    return np.clip(values, lower, upper).mean() + abs(noise)


@refused(checks.private_mean)
def exact_for_one_patient(values, *, lower, upper, epsilon, rng):
    if len(values) == 1:
        return float(np.clip(values, lower, upper)[0])
    return mean_with(usual)(values, lower=lower, upper=upper, epsilon=epsilon, rng=rng)


@refused(checks.private_mean)
def redrawn_when_far(values, *, lower, upper, epsilon, rng):
    noise = rng.laplace()
    while abs(noise) > 5:
        noise = rng.laplace()
    return np.clip(values, lower, upper).mean() + noise * usual(values, lower, upper, epsilon)


@refused(checks.private_mean, "wrong_type")
def noise_as_a_vector(values, *, lower, upper, epsilon, rng):
    scale = usual(values, lower, upper, epsilon)
    return np.clip(values, lower, upper).mean() + rng.laplace(scale=scale, size=len(values) + 1)


@refused(checks.private_mean, "global_random")
def mean_with_the_old_generator(values, *, lower, upper, epsilon, rng):
    noise = np.random.laplace(scale=usual(values, lower, upper, epsilon))
    return np.clip(values, lower, upper).mean() + noise


@refused(checks.private_mean, "raised")
def bounds_the_wrong_way_round(values, *, lower, upper, epsilon, rng):
    noise = rng.laplace(scale=(lower - upper) / len(values))
    return np.clip(values, lower, upper).mean() + noise


@right(checks.private_mean)
def with_the_mechanism(values, *, lower, upper, epsilon, rng):
    total = np.clip(values, lower, upper).sum()
    known = {"sensitivity": upper - lower, "epsilon": epsilon}
    return checks.laplace_mechanism.reference(total, **known, rng=rng) / len(values)


@right(checks.private_mean)
def cut_off_afterwards(values, *, lower, upper, epsilon, rng):
    clipped = [min(max(value, lower), upper) for value in values]
    noisy = sum(clipped) / len(clipped) + rng.laplace(scale=usual(values, lower, upper, epsilon))
    return min(max(noisy, lower), upper)


# Exercise 12.4


@right(checks.exponential_mechanism)
def race(scores, *, sensitivity, epsilon, rng):
    """The first of independent exponential clocks."""
    rates = epsilon * np.asarray(scores) / (2 * sensitivity)
    return int(np.argmin(np.log(rng.exponential(size=len(rates))) - rates))


def drawn(weights, rng):
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def exponents(scores, sensitivity, epsilon):
    return epsilon * (scores - scores.max()) / (2 * sensitivity)


@refused(checks.exponential_mechanism)
def right_for_epsilon_two(scores, *, sensitivity, epsilon, rng):
    return drawn(np.exp((scores - scores.max()) / sensitivity), rng)


@refused(checks.exponential_mechanism)
def small_ones_dropped(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(exponents(scores, sensitivity, epsilon))
    return drawn(np.where(weights > 1e-3, weights, 0), rng)


@refused(checks.exponential_mechanism)
def moved_only_when_large(scores, *, sensitivity, epsilon, rng):
    scores = scores - (scores.max() if scores.max() > 100 else 0)
    return drawn(np.exp(epsilon * scores / (2 * sensitivity)), rng)


@refused(checks.exponential_mechanism)
def a_quarter_more_epsilon(scores, *, sensitivity, epsilon, rng):
    return drawn(np.exp(exponents(scores, sensitivity, 1.25 * epsilon)), rng)


@refused(checks.exponential_mechanism)
def half_noise_half_choice(scores, *, sensitivity, epsilon, rng):
    return int(np.argmax(scores)) if rng.random() < 0.5 else int(rng.integers(len(scores)))


@refused(checks.exponential_mechanism, "global_random")
def choice_with_own_generator(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(exponents(scores, sensitivity, epsilon))
    return int(np.random.choice(len(scores), p=weights / weights.sum()))


@refused(checks.exponential_mechanism)
def always_the_first(scores, *, sensitivity, epsilon, rng):
    return 0


@right(checks.exponential_mechanism)
def gumbel_noise(scores, *, sensitivity, epsilon, rng):
    return np.argmax(epsilon * scores / (2 * sensitivity) + rng.gumbel(size=scores.shape))


@right(checks.exponential_mechanism)
def inverse_of_the_cdf(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(exponents(scores, sensitivity, epsilon))
    return int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), side="right"))


@refused(checks.exponential_mechanism, "wrong_frequencies")
def now_and_then_anybody(scores, *, sensitivity, epsilon, rng):
    if rng.random() < 0.02:
        return int(rng.integers(len(scores)))
    known = {"sensitivity": sensitivity, "epsilon": epsilon, "rng": rng}
    return checks.exponential_mechanism.reference(scores, **known)


@refused(checks.exponential_mechanism, "wrong_frequencies")
def whole_parts_of_the_scores(scores, *, sensitivity, epsilon, rng):
    known = {"sensitivity": sensitivity, "epsilon": epsilon, "rng": rng}
    return checks.exponential_mechanism.reference(np.floor(scores), **known)


# Questions

for number in (0.69, 0.81, 1.05, 1.08):
    refused_value(checks.largest_epsilon, "too_low", number)
for number in (1.12, 1.15):
    refused_value(checks.largest_epsilon, "too_high", number)
refused_value(checks.largest_epsilon, "not_a_number", "ln 3")
right_value(checks.largest_epsilon, 1.09)
right_value(checks.largest_epsilon, 1.1)
right_value(checks.largest_epsilon, float(np.log(3)))

for number in (220, 270, 290, 300):
    refused_value(checks.best_bound, "too_low", number)
for number in (320, 400):
    refused_value(checks.best_bound, "too_high", number)
refused_value(checks.best_bound, "not_a_number", "three hundred")
right_value(checks.best_bound, 310)
right_value(checks.best_bound, 306)  # the best of all bounds, between two steps of the slider
right_value(checks.best_bound, np.float64(310))


# Neither ε nor a sensitivity has a least value


@refused(checks.query_sensitivity, "counterexample")
def at_least_a_thousandth(query, **known):
    return max(1e-3, checks.query_sensitivity.reference(query, **known))


@refused(checks.laplace_mechanism)
def epsilon_at_least_a_twentieth(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity / max(epsilon, 0.05), size=np.shape(value))
