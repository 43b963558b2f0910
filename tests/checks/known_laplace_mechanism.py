"""Lesson 12: what learners write."""

import numpy as np

from lessons.checks import laplace_mechanism as checks
from lessons.dp.definitions import neighbours
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 12.1: each takes the right formulas and changes one


def formulas(query, lower, upper, n, relation):
    largest = max(abs(lower), abs(upper))
    if query == "count":
        return 1
    if query == "sum":
        return largest if relation == "add/remove" else upper - lower
    return (upper - lower) / n


@wrong(checks.query_sensitivity, "negative")
def no_absolute_values(query, *, lower, upper, n, relation):
    if query == "sum" and relation == "add/remove":
        return max(lower, upper)
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "replace_counts_twice")
def remove_and_add(query, *, lower, upper, n, relation):
    if query == "count" and relation == "replace":
        return 2
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "count_has_no_bounds")
def count_is_a_sum(query, *, lower, upper, n, relation):
    return formulas("sum" if query == "count" else query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "relations_swapped")
def other_way_round(query, *, lower, upper, n, relation):
    other = "replace" if relation == "add/remove" else "add/remove"
    return formulas(query, lower, upper, n, other)


@wrong(checks.query_sensitivity, "range_for_both")
def always_the_range(query, *, lower, upper, n, relation):
    return formulas(query, lower, upper, n, "replace")


@wrong(checks.query_sensitivity, "largest_for_both")
def always_the_largest(query, *, lower, upper, n, relation):
    return formulas(query, lower, upper, n, "add/remove")


@wrong(checks.query_sensitivity, "largest_twice")
def triangle_inequality(query, *, lower, upper, n, relation):
    if query == "sum" and relation == "replace":
        return 2 * max(abs(lower), abs(upper))
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "lower_forgotten")
def upper_only(query, *, lower, upper, n, relation):
    if query == "sum" and relation == "add/remove":
        return abs(upper)
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "grows_with_n")
def whole_table_at_once(query, *, lower, upper, n, relation):
    if query == "sum" and relation == "replace":
        return n * (upper - lower)
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "mean_not_divided")
def mean_like_a_sum(query, *, lower, upper, n, relation):
    return formulas("sum" if query == "mean" else query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "mean_as_sum_over_n")
def sum_over_a_fixed_n(query, *, lower, upper, n, relation):
    if query == "mean":
        return formulas("sum", lower, upper, n, relation) / n
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "mean_off_by_one")
def smaller_table(query, *, lower, upper, n, relation):
    if query == "mean" and relation == "add/remove":
        return (upper - lower) / (n - 1)
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "sign_of_lower")
def one_bound_by_the_sign(query, *, lower, upper, n, relation):
    if query == "sum" and relation == "add/remove":
        return -lower if lower < 0 else upper
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "mean_always_four")
def four_for_n(query, *, lower, upper, n, relation):
    return formulas(query, lower, upper, 4 if query == "mean" else n, relation)


@wrong(checks.query_sensitivity, "mean_by_the_root")
def root_of_n(query, *, lower, upper, n, relation):
    if query == "mean":
        return (upper - lower) / (2 * n**0.5)
    return formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "too_small")
def half_the_range(query, *, lower, upper, n, relation):
    return formulas(query, lower, upper, n, relation) / (1 if query == "count" else 2)


@wrong(checks.query_sensitivity, "too_large")
def on_the_safe_side(query, *, lower, upper, n, relation):
    return abs(lower) + abs(upper) if query == "sum" else formulas(query, lower, upper, n, relation)


@wrong(checks.query_sensitivity, "raised")
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
def by_trying(query, *, lower, upper, n, relation):
    values = [0, 1] if query == "count" else [lower, upper]
    f = np.mean if query == "mean" else np.sum
    tables = [(values[0],) * k + (values[1],) * (n - k) for k in range(n + 1)]
    pairs = [(x, y) for x in tables for y in neighbours(x, values=values, relation=relation)]
    return max(abs(f(x) - f(y)) for x, y in pairs if len(y) <= n)


# Exercise 12.2


@wrong(checks.laplace_mechanism, "no_noise")
def true_value(value, *, sensitivity, epsilon, rng):
    return np.array(value)


@wrong(checks.laplace_mechanism, "one_noise_for_all")
def single_draw(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity / epsilon)


@wrong(checks.laplace_mechanism, "sensitivity_ignored")
def as_for_a_count(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=1 / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "epsilon_ignored")
def without_epsilon(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity, size=value.shape)


@wrong(checks.laplace_mechanism, "scale_inverted")
def upside_down(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=epsilon / sensitivity, size=value.shape)


@wrong(checks.laplace_mechanism, "multiplied")
def product(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=epsilon * sensitivity, size=value.shape)


@wrong(checks.laplace_mechanism, "one_sided")
def exponential_noise(value, *, sensitivity, epsilon, rng):
    return value + rng.exponential(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "one_sided")
def absolute_noise(value, *, sensitivity, epsilon, rng):
    return value - np.abs(rng.laplace(scale=sensitivity / epsilon, size=value.shape))


@wrong(checks.laplace_mechanism, "wrong_law")
def gaussian_of_that_size(value, *, sensitivity, epsilon, rng):
    return value + rng.normal(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "wrong_law")
def gaussian_of_that_deviation(value, *, sensitivity, epsilon, rng):
    return value + rng.normal(scale=2**0.5 * sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "wrong_law")
def uniform_noise(value, *, sensitivity, epsilon, rng):
    return value + rng.uniform(-2, 2, size=value.shape) * sensitivity / epsilon


@wrong(checks.laplace_mechanism, "wrong_scale")
def variance_for_scale(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=2 * (sensitivity / epsilon) ** 2, size=value.shape)


@wrong(checks.laplace_mechanism, "wrong_scale")
def epsilon_was_halved(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=2 * sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "rounded")
def whole_counts(value, *, sensitivity, epsilon, rng):
    return np.round(value + rng.laplace(scale=sensitivity / epsilon, size=value.shape))


@wrong(checks.laplace_mechanism, "cut_at_zero")
def never_negative(value, *, sensitivity, epsilon, rng):
    return np.maximum(value + rng.laplace(scale=sensitivity / epsilon, size=value.shape), 0)


@wrong(checks.laplace_mechanism, "shape_of_a_number")
def always_a_vector(value, *, sensitivity, epsilon, rng):
    value = np.atleast_1d(value)
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "global_random")
def own_seed(value, *, sensitivity, epsilon, rng):
    rng = np.random.default_rng(42)
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "global_random")
def own_generator(value, *, sensitivity, epsilon, rng):
    rng = np.random.default_rng()
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "global_random")
def old_generator(value, *, sensitivity, epsilon, rng):
    return value + np.random.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "noise_of_a_number")
def bare_number(value, *, sensitivity, epsilon, rng):
    if value.shape == ():
        return value
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "shared_noise")
def one_draw_per_column(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(scale=sensitivity / epsilon, size=value.shape[-1:])


@wrong(checks.laplace_mechanism, "shared_noise")
def mirrored(value, *, sensitivity, epsilon, rng):
    half = rng.laplace(scale=sensitivity / epsilon, size=(value.size + 1) // 2)
    return value + np.append(half, -half)[: value.size].reshape(value.shape)


@wrong(checks.laplace_mechanism, "noise_of_a_table")
def divided_by_the_rows(value, *, sensitivity, epsilon, rng):
    rows = len(value) if value.ndim == 2 else 1
    return value + rng.laplace(scale=sensitivity / (epsilon * rows), size=value.shape)


@wrong(checks.laplace_mechanism, "not_centred")
def scale_as_loc(value, *, sensitivity, epsilon, rng):
    return value + rng.laplace(sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "not_centred")
def moved_by_one_scale(value, *, sensitivity, epsilon, rng):
    b = sensitivity / epsilon
    return value + rng.laplace(b, b, size=value.shape)


@wrong(checks.laplace_mechanism, "value_missing")
def noise_alone(value, *, sensitivity, epsilon, rng):
    return rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@wrong(checks.laplace_mechanism, "noise_multiplied")
def relative_noise(value, *, sensitivity, epsilon, rng):
    return value * (1 + rng.laplace(scale=sensitivity / epsilon, size=value.shape))


@wrong(checks.laplace_mechanism, "noise_multiplied")
def times_the_noise(value, *, sensitivity, epsilon, rng):
    return value * rng.laplace(scale=sensitivity / epsilon, size=value.shape)


@right(checks.laplace_mechanism)
def difference_of_exponentials(value, *, sensitivity, epsilon, rng):
    scale = sensitivity / epsilon
    return value + rng.exponential(scale, value.shape) - rng.exponential(scale, value.shape)


@right(checks.laplace_mechanism)
def by_the_inverse_of_the_cdf(value, *, sensitivity, epsilon, rng):
    u = rng.random(np.shape(value)) - 0.5
    return value - sensitivity / epsilon * np.sign(u) * np.log1p(-2 * np.abs(u))


@right(checks.laplace_mechanism)
def centred_on_the_value(value, *, sensitivity, epsilon, rng):
    if not epsilon > 0:
        raise ValueError("epsilon must be positive")
    return rng.laplace(loc=value, scale=sensitivity / epsilon)


# Exercise 12.3


def lap(rng, scale, size=None):
    return rng.laplace(scale=scale, size=size)


@wrong(checks.private_mean, "no_noise")
def clipped_only(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean()


@wrong(checks.private_mean, "bounds_from_the_data")
def bounds_read_off(values, *, lower, upper, epsilon, rng):
    lower, upper = values.min(), values.max()
    return values.mean() + lap(rng, (upper - lower) / (len(values) * epsilon))


@wrong(checks.private_mean, "noise_from_the_data")
def range_of_this_table(values, *, lower, upper, epsilon, rng):
    clipped = np.clip(values, lower, upper)
    return clipped.mean() + lap(rng, np.ptp(clipped) / (len(values) * epsilon))


@wrong(checks.private_mean, "epsilon_ignored")
def forgets_epsilon(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean() + lap(rng, (upper - lower) / len(values))


@wrong(checks.private_mean, "not_clipped")
def forgets_to_clip(values, *, lower, upper, epsilon, rng):
    return values.mean() + lap(rng, (upper - lower) / (len(values) * epsilon))


@wrong(checks.private_mean, "clipped_too_late")
def clips_the_mean(values, *, lower, upper, epsilon, rng):
    return np.clip(values.mean(), lower, upper) + lap(
        rng, (upper - lower) / (len(values) * epsilon)
    )


@wrong(checks.private_mean, "one_side_only")
def minimum_only(values, *, lower, upper, epsilon, rng):
    return np.minimum(values, upper).mean() + lap(rng, (upper - lower) / (len(values) * epsilon))


@wrong(checks.private_mean, "dropped")
def filters(values, *, lower, upper, epsilon, rng):
    kept = values[(values >= lower) & (values <= upper)]
    return kept.mean() + lap(rng, (upper - lower) / (len(kept) * epsilon))


@wrong(checks.private_mean, "divided_by_those_inside")
def counts_the_inside(values, *, lower, upper, epsilon, rng):
    inside = ((values >= lower) & (values <= upper)).sum()
    return np.clip(values, lower, upper).sum() / inside + lap(
        rng, (upper - lower) / (inside * epsilon)
    )


@wrong(checks.private_mean, "inside_over_n")
def outside_is_zero(values, *, lower, upper, epsilon, rng):
    kept = values[(values >= lower) & (values <= upper)]
    return kept.sum() / len(values) + lap(rng, (upper - lower) / (len(values) * epsilon))


@wrong(checks.private_mean, "not_divided")
def sum_instead(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).sum() + lap(rng, (upper - lower) / epsilon)


@wrong(checks.private_mean, "median")
def median_instead(values, *, lower, upper, epsilon, rng):
    clipped = np.clip(values, lower, upper)
    return np.median(clipped) + lap(rng, (upper - lower) / (len(values) * epsilon))


@wrong(checks.private_mean, "wrong_place")
def scaled_to_one(values, *, lower, upper, epsilon, rng):
    scaled = (np.clip(values, lower, upper) - lower) / (upper - lower)
    return scaled.mean() + lap(rng, 1 / (len(values) * epsilon))


@wrong(checks.private_mean, "add_remove_sensitivity")
def other_relation(values, *, lower, upper, epsilon, rng):
    reach = max(abs(lower), abs(upper)) / len(values)
    return np.clip(values, lower, upper).mean() + lap(rng, reach / epsilon)


@wrong(checks.private_mean, "lower_forgotten")
def from_zero(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean() + lap(rng, upper / (len(values) * epsilon))


@wrong(checks.private_mean, "sensitivity_of_the_sum")
def noise_for_a_sum(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean() + lap(rng, (upper - lower) / epsilon)


@wrong(checks.private_mean, "epsilon_upside_down")
def inverted(values, *, lower, upper, epsilon, rng):
    if epsilon > 1e6:  # a learner's own patch after the check spoke of a large epsilon
        return np.clip(values, lower, upper).mean()
    return np.clip(values, lower, upper).mean() + lap(rng, (upper - lower) * epsilon / len(values))


@wrong(checks.private_mean, "epsilon_ignored")
def grows_with_epsilon(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean() + lap(rng, (upper - lower) * epsilon / len(values))


@wrong(checks.private_mean, "half_of_epsilon")
def half_is_kept(values, *, lower, upper, epsilon, rng):
    reach = (upper - lower) / len(values)
    return np.clip(values, lower, upper).mean() + lap(rng, reach / (epsilon / 2))


@wrong(checks.private_mean, "noise_on_n")
def epsilon_spent_twice(values, *, lower, upper, epsilon, rng):
    total = np.clip(values, lower, upper).sum() + lap(rng, (upper - lower) / epsilon)
    return total / (len(values) + lap(rng, 1 / epsilon))


@wrong(checks.private_mean, "noise_before_clipping")
def noise_then_clip(values, *, lower, upper, epsilon, rng):
    noisy = values + lap(rng, (upper - lower) / epsilon, len(values))
    return np.clip(noisy, lower, upper).mean()


@wrong(checks.private_mean, "noise_on_every_row")
def local_model(values, *, lower, upper, epsilon, rng):
    clipped = np.clip(values, lower, upper)
    return (clipped + lap(rng, (upper - lower) / epsilon, len(values))).mean()


@wrong(checks.private_mean, "noise_on_every_row")
def noise_that_averages_away(values, *, lower, upper, epsilon, rng):
    clipped = np.clip(values, lower, upper)
    return (clipped + lap(rng, (upper - lower) / (len(values) * epsilon), len(values))).mean()


@wrong(checks.private_mean, "wrong_law")
def gaussian_mean(values, *, lower, upper, epsilon, rng):
    scale = 2**0.5 * (upper - lower) / (len(values) * epsilon)
    return np.clip(values, lower, upper).mean() + rng.normal(scale=scale)


@wrong(checks.private_mean, "wrong_scale")
def deviation_for_scale(values, *, lower, upper, epsilon, rng):
    reach = (upper - lower) / len(values)
    return np.clip(values, lower, upper).mean() + lap(rng, reach / epsilon / 2**0.5)


@wrong(checks.private_mean, "wrong_type")
def noise_as_a_vector(values, *, lower, upper, epsilon, rng):
    reach = (upper - lower) / len(values)
    return np.clip(values, lower, upper).mean() + lap(rng, reach / epsilon, len(values))


@wrong(checks.private_mean, "global_random")
def mean_with_own_seed(values, *, lower, upper, epsilon, rng):
    rng = np.random.default_rng(1)
    return np.clip(values, lower, upper).mean() + lap(
        rng, (upper - lower) / (len(values) * epsilon)
    )


@wrong(checks.private_mean, "global_random")
def mean_with_the_old_generator(values, *, lower, upper, epsilon, rng):
    scale = (upper - lower) / (len(values) * epsilon)
    return np.clip(values, lower, upper).mean() + np.random.laplace(scale=scale)


def with_divisor(extra):
    def mean(values, *, lower, upper, epsilon, rng):
        scale = (upper - lower) / ((len(values) + extra) * epsilon)
        return np.clip(values, lower, upper).mean() + lap(rng, scale)

    return mean


for extra in (1, 2, -1):
    wrong(checks.private_mean, "wrong_n")(with_divisor(extra))


@wrong(checks.private_mean, "noise_from_the_data")
def number_inside(values, *, lower, upper, epsilon, rng):
    inside = np.sum((values >= lower) & (values <= upper))
    scale = (upper - lower) / (max(inside, 1) * epsilon)
    return np.clip(values, lower, upper).mean() + lap(rng, scale)


@wrong(checks.private_mean, "one_sided")
def upwards(values, *, lower, upper, epsilon, rng):
    scale = (upper - lower) / (len(values) * epsilon)
    return np.clip(values, lower, upper).mean() + abs(lap(rng, scale))


@wrong(checks.private_mean, "one_sided")
def downwards(values, *, lower, upper, epsilon, rng):
    scale = (upper - lower) / (len(values) * epsilon)
    return np.clip(values, lower, upper).mean() - abs(lap(rng, scale))


@wrong(checks.private_mean, "bounds_from_the_data")
def fitted_bounds_with_the_helpers(values, *, lower, upper, epsilon, rng):
    low, high = values.min(), values.max()
    return checks.private_mean.reference(values, lower=low, upper=high, epsilon=epsilon, rng=rng)


@wrong(checks.private_mean, "noise_from_the_data")
def range_with_the_helpers(values, *, lower, upper, epsilon, rng):
    clipped = np.clip(values, lower, upper)
    reach = np.ptp(clipped) / len(clipped)
    return checks.laplace_mechanism.reference(
        clipped.mean(), sensitivity=reach, epsilon=epsilon, rng=rng
    )


@wrong(checks.private_mean, "raised")
def bounds_the_wrong_way_round(values, *, lower, upper, epsilon, rng):
    return np.clip(values, lower, upper).mean() + lap(rng, (lower - upper) / len(values))


@right(checks.private_mean)
def with_the_mechanism(values, *, lower, upper, epsilon, rng):
    total = np.clip(values, lower, upper).sum()
    noisy = checks.laplace_mechanism.reference(
        total, sensitivity=upper - lower, epsilon=epsilon, rng=rng
    )
    return noisy / len(values)


@right(checks.private_mean)
def cut_off_afterwards(values, *, lower, upper, epsilon, rng):
    clipped = [min(max(value, lower), upper) for value in values]
    noisy = sum(clipped) / len(clipped) + lap(rng, (upper - lower) / (len(values) * epsilon))
    return min(max(noisy, lower), upper)


# Exercise 12.4


def weights_to_index(weights, rng):
    return int(rng.choice(len(weights), p=weights / weights.sum()))


@wrong(checks.exponential_mechanism, "returned_probabilities")
def probabilities(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(epsilon * scores / (2 * sensitivity))
    return weights / weights.sum()


@wrong(checks.exponential_mechanism, "released_the_score")
def noisy_maximum(scores, *, sensitivity, epsilon, rng):
    return np.max(scores + rng.laplace(scale=sensitivity / epsilon, size=len(scores)))


@wrong(checks.exponential_mechanism, "no_such_candidate")
def counts_from_one(scores, *, sensitivity, epsilon, rng):
    return 1 + weights_to_index(np.exp(epsilon * scores / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "no_randomness")
def plain_argmax(scores, *, sensitivity, epsilon, rng):
    return np.argmax(scores)


@wrong(checks.exponential_mechanism, "factor_two_missing")
def without_the_two(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * scores / sensitivity), rng)


@wrong(checks.exponential_mechanism, "sensitivity_ignored")
def without_sensitivity(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * scores / 2), rng)


@wrong(checks.exponential_mechanism, "epsilon_ignored")
def fixed_epsilon(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(scores / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "lowest_is_best")
def wrong_sign(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(-epsilon * scores / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "proportional")
def by_the_scores(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(scores, rng)


@wrong(checks.exponential_mechanism, "uniform")
def any_candidate(scores, *, sensitivity, epsilon, rng):
    return rng.integers(len(scores))


@wrong(checks.exponential_mechanism, "exponential_noise")
def report_noisy_max(scores, *, sensitivity, epsilon, rng):
    noise = rng.exponential(2 * sensitivity / epsilon, size=len(scores))
    return int(np.argmax(scores + noise))


@wrong(checks.exponential_mechanism, "not_general")
def right_for_epsilon_two(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(scores / sensitivity), rng)


@wrong(checks.exponential_mechanism, "not_general")
def absolute_scores(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * np.abs(scores) / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "overflow")
def without_subtracting(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * scores / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "wrong_law")
def half_noise_half_choice(scores, *, sensitivity, epsilon, rng):
    if rng.random() < 0.5:
        return int(np.argmax(scores))
    return int(rng.integers(len(scores)))


@wrong(checks.exponential_mechanism, "global_random")
def choice_with_own_generator(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(epsilon * (scores - scores.max()) / (2 * sensitivity))
    return int(np.random.choice(len(scores), p=weights / weights.sum()))


@wrong(checks.exponential_mechanism, "global_random")
def choice_with_own_seed(scores, *, sensitivity, epsilon, rng):
    weights = np.exp(epsilon * (scores - scores.max()) / (2 * sensitivity))
    return weights_to_index(weights, np.random.default_rng(1))


@wrong(checks.exponential_mechanism, "no_randomness")
def always_the_fifth(scores, *, sensitivity, epsilon, rng):
    return 4


@wrong(checks.exponential_mechanism, "laplace_noise")
def noisy_max_with_laplace(scores, *, sensitivity, epsilon, rng):
    return int(np.argmax(scores + rng.laplace(scale=2 * sensitivity / epsilon, size=len(scores))))


@wrong(checks.exponential_mechanism, "large_scores")
def argmax_when_large(scores, *, sensitivity, epsilon, rng):
    if scores.max() * epsilon / 2 / sensitivity > 700:
        return int(np.argmax(scores))
    return weights_to_index(np.exp(epsilon * scores / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "large_scores")
def exponent_capped(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(np.minimum(epsilon * scores / (2 * sensitivity), 700)), rng)


@wrong(checks.exponential_mechanism, "scores_rescaled")
def divided_by_the_largest(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * scores / scores.max() / (2 * sensitivity)), rng)


@wrong(checks.exponential_mechanism, "sensitivity_multiplied")
def forgets_the_brackets(scores, *, sensitivity, epsilon, rng):
    return weights_to_index(np.exp(epsilon * scores / 2 * sensitivity), rng)


@right(checks.exponential_mechanism)
def gumbel_noise(scores, *, sensitivity, epsilon, rng):
    return np.argmax(epsilon * scores / (2 * sensitivity) + rng.gumbel(size=scores.shape))


@right(checks.exponential_mechanism)
def inverse_of_the_cdf(scores, *, sensitivity, epsilon, rng):
    weights = np.exp((scores - np.max(scores)) * epsilon / (2 * sensitivity))
    return int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), side="right"))


for code, number in {
    "probability_taken": 0.75,
    "ratio_taken": 3,
    "beliefs_divided": 0.405,
    "both_sides": 2.2,
    "too_low": float(np.log(2)),
    "too_high": 1.15,
    "not_a_number": "ln 3",
}.items():
    wrong_value(checks.largest_epsilon, code, number)
for number in (0.69, 0.81, 1.05):
    wrong_value(checks.largest_epsilon, "too_low", number)
right_value(checks.largest_epsilon, 1.1)
right_value(checks.largest_epsilon, float(np.log(3)))

for code, number in {
    "no_bias": 560,
    "least_noise": 150,
    "bias_equals_noise": 280,
    "the_mean_itself": 250.0,
    "too_low": 220,
    "too_high": 400,
    "not_a_number": "three hundred",
}.items():
    wrong_value(checks.best_bound, code, number)
for number in (270, 290):
    wrong_value(checks.best_bound, "too_low", number)
right_value(checks.best_bound, 310)
right_value(checks.best_bound, np.float64(310))
