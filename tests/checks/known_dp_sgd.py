"""Lesson 16: what learners write."""

import numpy as np

from lessons.checks import dp_sgd as checks
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 16.1


def lengths(gradients):
    return np.linalg.norm(gradients, axis=1, keepdims=True)


def clip(gradients, clip_norm):
    return gradients / np.maximum(1, lengths(gradients) / clip_norm)


@wrong(checks.clip_rows, "not_clipped")
def copied(gradients, *, clip_norm):
    return gradients.copy()


@wrong(checks.clip_rows, "scaled_up")
def normalised(gradients, *, clip_norm):
    return gradients * clip_norm / lengths(gradients)


@wrong(checks.clip_rows, "per_entry")
def entry_by_entry(gradients, *, clip_norm):
    return np.clip(gradients, -clip_norm, clip_norm)


@wrong(checks.clip_rows, "per_entry_above")
def minimum_of_entries(gradients, *, clip_norm):
    return np.minimum(gradients, clip_norm)


@wrong(checks.clip_rows, "whole_batch")
def norm_of_the_matrix(gradients, *, clip_norm):
    return gradients * min(1, clip_norm / np.linalg.norm(gradients))


@wrong(checks.clip_rows, "columns")
def other_axis(gradients, *, clip_norm):
    norms = np.linalg.norm(gradients, axis=0, keepdims=True)
    return gradients * np.minimum(1, clip_norm / norms)


@wrong(checks.clip_rows, "l1_norm")
def absolute_values(gradients, *, clip_norm):
    return gradients * np.minimum(1, clip_norm / np.abs(gradients).sum(axis=1, keepdims=True))


@wrong(checks.clip_rows, "largest_entry")
def by_largest_entry(gradients, *, clip_norm):
    return gradients * np.minimum(1, clip_norm / np.abs(gradients).max(axis=1, keepdims=True))


@wrong(checks.clip_rows, "squared_norm")
def root_forgotten(gradients, *, clip_norm):
    return gradients * np.minimum(1, clip_norm / (gradients**2).sum(axis=1, keepdims=True))


@wrong(checks.clip_rows, "longest_row")
def factor_of_the_longest(gradients, *, clip_norm):
    return gradients * min(1, clip_norm / lengths(gradients).max())


@wrong(checks.clip_rows, "always_one")
def clip_to_one(gradients, *, clip_norm):
    return clip(gradients, 1.0)


@wrong(checks.clip_rows, "unit_length")
def to_unit_length(gradients, *, clip_norm):
    return np.where(lengths(gradients) > clip_norm, gradients / lengths(gradients), gradients)


@wrong(checks.clip_rows, "dropped")
def outliers_removed(gradients, *, clip_norm):
    return np.where(lengths(gradients) > clip_norm, 0.0, gradients)


@wrong(checks.clip_rows, "divided_by_c")
def divided(gradients, *, clip_norm):
    return np.where(lengths(gradients) > clip_norm, gradients / clip_norm, gradients)


@wrong(checks.clip_rows, "short_ones_changed")
def soft(gradients, *, clip_norm):
    return gradients / (1 + lengths(gradients) / clip_norm)


@wrong(checks.clip_rows, "short_ones_changed")
def shorter_by_a_tenth(gradients, *, clip_norm):
    return 0.9 * clip(gradients, clip_norm)


@wrong(checks.clip_rows, "one_vector")
def summed(gradients, *, clip_norm):
    return clip(gradients, clip_norm).sum(axis=0)


@wrong(checks.clip_rows, "one_vector")
def mean_clipped(gradients, *, clip_norm):
    mean = gradients.mean(axis=0, keepdims=True)
    return clip(mean, clip_norm)


@wrong(checks.clip_rows, "too_long")
def length_two_c(gradients, *, clip_norm):
    return clip(gradients, 2 * clip_norm)


@wrong(checks.clip_rows, "too_long")
def one_bound_for_all_settings(gradients, *, clip_norm):
    return clip(gradients, 0.95)


@wrong(checks.clip_rows, "too_long")
def norm_of_five_columns(gradients, *, clip_norm):
    norms = lengths(gradients[:, :5])
    return gradients / np.maximum(1, norms / clip_norm)


@wrong(checks.clip_rows, "too_long")
def ten_rows(gradients, *, clip_norm):
    return np.concatenate([clip(gradients[:10], clip_norm), gradients[10:]])


@wrong(checks.clip_rows, "too_short")
def long_ones_halved(gradients, *, clip_norm):
    return np.where(lengths(gradients) > clip_norm, clip(gradients, clip_norm / 2), gradients)


@wrong(checks.clip_rows, "turned")
def absolute(gradients, *, clip_norm):
    return clip(np.abs(gradients), clip_norm)


@wrong(checks.clip_rows, "turned")
def signs_of_the_long(gradients, *, clip_norm):
    equal = np.sign(gradients) * clip_norm / gradients.shape[1] ** 0.5
    return np.where(lengths(gradients) > clip_norm, equal, gradients)


@wrong(checks.clip_rows, "zero_row")
def zero_over_zero(gradients, *, clip_norm):
    return gradients / lengths(gradients) * np.minimum(lengths(gradients), clip_norm)


@wrong(checks.clip_rows, "zero_row")
def zero_rows_left_out(gradients, *, clip_norm):
    kept = gradients[lengths(gradients)[:, 0] > 0]
    return clip(kept, clip_norm)


@wrong(checks.clip_rows, "empty_batch")
def largest_of_nothing(gradients, *, clip_norm):
    if lengths(gradients).max() <= clip_norm:
        return gradients.copy()
    return clip(gradients, clip_norm)


@wrong(checks.clip_rows, "empty_batch")
def list_of_nothing(gradients, *, clip_norm):
    return np.array([row / max(1, np.linalg.norm(row) / clip_norm) for row in gradients])


@wrong(checks.clip_rows, "changed_input")
def in_place(gradients, *, clip_norm):
    gradients /= np.maximum(1, lengths(gradients) / clip_norm)
    return gradients


@wrong(checks.clip_rows, "wrong_type")
def rows_in_a_list(gradients, *, clip_norm):
    return [row / max(1, np.linalg.norm(row) / clip_norm) for row in gradients]


@right(checks.clip_rows)
def as_in_the_paper(gradients, *, clip_norm):
    return clip(gradients, clip_norm)


@right(checks.clip_rows)
def as_opacus_does(gradients, *, clip_norm):
    return gradients * np.minimum(1.0, clip_norm / (lengths(gradients) + 1e-6))


@right(checks.clip_rows)
def infinite_factor_for_zeros(gradients, *, clip_norm):
    return gradients * np.minimum(1, clip_norm / lengths(gradients))


@right(checks.clip_rows)
def row_by_row(gradients, *, clip_norm):
    result = np.array(gradients, dtype=float)
    for i, row in enumerate(gradients):
        size = sum(x * x for x in row) ** 0.5
        if size > clip_norm:
            result[i] = row * (clip_norm / size)
    return result


# Exercise 16.2


def gradient(rows, sigma, size, rng):
    total = rows.sum(axis=0)
    return (total + rng.normal(scale=sigma, size=total.shape)) / size


def with_noise(scale):
    """A solution that is right but for the standard deviation of the noise on the sum."""

    def solution(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
        sigma = scale(noise_multiplier, clip_norm, expected_batch_size, len(gradients))
        return gradient(clip(gradients, clip_norm), sigma, expected_batch_size, rng)

    return solution


for code, scale in {
    "clip_norm_missing": lambda multiplier, c, size, n: multiplier,
    "noise_for_every_example": lambda multiplier, c, size, n: multiplier * c * n**0.5,
    "noise_not_divided": lambda multiplier, c, size, n: multiplier * c * size,
    "noise_divided_twice": lambda multiplier, c, size, n: multiplier * c / size,
    "noise_by_actual_size": lambda multiplier, c, size, n: multiplier * c * size / max(n, 1),
    "variance_as_deviation": lambda multiplier, c, size, n: (multiplier * c) ** 2,
    "root_of_deviation": lambda multiplier, c, size, n: (multiplier * c) ** 0.5,
    "multiplier_over_clip_norm": lambda multiplier, c, size, n: multiplier / c,
    "averaged_noise": lambda multiplier, c, size, n: multiplier * c / max(n, 1) ** 0.5,
    "root_of_size": lambda multiplier, c, size, n: multiplier * c / size**0.5,
    "grows_with_the_batch": lambda multiplier, c, size, n: multiplier * c * n,
    "wrong_noise": lambda multiplier, c, size, n: multiplier * c * 2**0.5,
}.items():
    named = with_noise(scale)
    named.__name__ = f"noise_{code}"
    wrong(checks.private_gradient, code)(named)


@wrong(checks.private_gradient, "multiplier_ignored")
def always_as_large_as_c(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return gradient(clip(gradients, clip_norm), clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "multiplier_missing")
def on_or_off(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = clip_norm * (noise_multiplier > 0)
    return gradient(clip(gradients, clip_norm), sigma, expected_batch_size, rng)


@wrong(checks.private_gradient, "without_either")
def standard_normal(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = float(noise_multiplier > 0)
    return gradient(clip(gradients, clip_norm), sigma, expected_batch_size, rng)


@wrong(checks.private_gradient, "not_summed")
def noise_on_every_row(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape)
    return (clip(gradients, clip_norm) + noise) / expected_batch_size


@wrong(checks.private_gradient, "noise_for_every_example")
def noise_on_every_row_then_summed(
    gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng
):
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape)
    return (clip(gradients, clip_norm) + noise).sum(axis=0) / expected_batch_size


@wrong(checks.private_gradient, "actual_batch_size")
def mean_of_those_drawn(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = noise_multiplier * clip_norm
    return gradient(clip(gradients, clip_norm), sigma, max(len(gradients), 1), rng)


@wrong(checks.private_gradient, "not_divided")
def noisy_sum(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return gradient(clip(gradients, clip_norm), noise_multiplier * clip_norm, 1.0, rng)


@wrong(checks.private_gradient, "divided_twice")
def mean_of_a_mean(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma, n = noise_multiplier * clip_norm, max(len(gradients), 1)
    return gradient(clip(gradients, clip_norm) / n, sigma, expected_batch_size, rng)


@wrong(checks.private_gradient, "divided_twice")
def by_the_size_twice(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = noise_multiplier * clip_norm
    return gradient(clip(gradients, clip_norm), sigma, expected_batch_size**2, rng)


@wrong(checks.private_gradient, "not_clipped")
def noise_alone(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return gradient(gradients, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "mean_clipped")
def one_microbatch(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = clip(gradients.sum(axis=0, keepdims=True) / max(len(gradients), 1), clip_norm)[0]
    return mean + rng.normal(scale=noise_multiplier * clip_norm, size=mean.shape)


@wrong(checks.private_gradient, "mean_clipped")
def expected_mean_clipped(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = clip(gradients.sum(axis=0, keepdims=True) / expected_batch_size, clip_norm)[0]
    sigma = noise_multiplier * clip_norm / expected_batch_size
    return mean + rng.normal(scale=sigma, size=mean.shape)


@wrong(checks.private_gradient, "sum_clipped")
def sum_clipped(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients.sum(axis=0, keepdims=True), clip_norm)
    return gradient(total, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "scaled_up")
def all_of_length_c(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = clip_norm * gradients / lengths(gradients)
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "per_entry")
def entries_bounded(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = np.clip(gradients, -clip_norm, clip_norm)
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "whole_batch")
def matrix_bounded(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = gradients * min(1, clip_norm / np.linalg.norm(gradients))
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "always_one")
def clipped_to_one(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return gradient(clip(gradients, 1.0), noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "dropped")
def long_ones_out(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = gradients[lengths(gradients)[:, 0] <= clip_norm]
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "divided_by_c")
def in_units_of_c(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = clip(gradients, clip_norm) / clip_norm
    return gradient(rows, noise_multiplier, expected_batch_size, rng)


@wrong(checks.private_gradient, "wrong_sum")
def first_row_forgotten(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = clip(gradients, clip_norm)[1:]
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "wrong_sum")
def size_rounded(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    size = int(expected_batch_size)
    return gradient(clip(gradients, clip_norm), noise_multiplier * clip_norm, size, rng)


@wrong(checks.private_gradient, "zero_row")
def nan_for_zeros(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = gradients / lengths(gradients) * np.minimum(lengths(gradients), clip_norm)
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "empty_batch")
def stacked(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = np.stack([row / max(1, np.linalg.norm(row) / clip_norm) for row in gradients])
    return gradient(rows, noise_multiplier * clip_norm, expected_batch_size, rng)


@wrong(checks.private_gradient, "empty_batch")
def mean_times_n(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).mean(axis=0) * len(gradients)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=total.shape)
    return (total + noise) / expected_batch_size


@wrong(checks.private_gradient, "no_noise")
def noiseless(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return clip(gradients, clip_norm).sum(axis=0) / expected_batch_size


@wrong(checks.private_gradient, "no_noise_for_nobody")
def zeros_for_nobody(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    if len(gradients) == 0:
        return np.zeros(gradients.shape[1])
    return gradient(
        clip(gradients, clip_norm), noise_multiplier * clip_norm, expected_batch_size, rng
    )


@wrong(checks.private_gradient, "one_noise_for_all")
def size_forgotten(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    return (total + rng.normal(scale=noise_multiplier * clip_norm)) / expected_batch_size


@wrong(checks.private_gradient, "shared_noise")
def mirrored(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    half = rng.normal(scale=noise_multiplier * clip_norm, size=(len(total) + 1) // 2)
    return (total + np.concatenate([half, -half])[: len(total)]) / expected_batch_size


@wrong(checks.private_gradient, "linked_noise")
def neighbours_in_common(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=len(total) + 1)
    return (total + (noise[1:] + noise[:-1]) / 2**0.5) / expected_batch_size


@wrong(checks.private_gradient, "linked_noise")
def noise_centred(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=len(total))
    return (total + noise - noise.mean()) / expected_batch_size


@wrong(checks.private_gradient, "shared_noise")
def a_thousand_draws_repeated(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=1000)
    return (total + np.resize(noise, len(total))) / expected_batch_size


@wrong(checks.private_gradient, "clipped_after_noise")
def noise_before_clipping(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    noisy = gradients + rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape)
    return clip(noisy, clip_norm).sum(axis=0) / expected_batch_size


@wrong(checks.private_gradient, "clipped_after_noise")
def noisy_sum_clipped(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = noise_multiplier * clip_norm
    noisy = gradient(clip(gradients, clip_norm), sigma, 1.0, rng)
    if noise_multiplier > 0:
        noisy = clip(noisy[None], clip_norm)[0]
    return noisy / expected_batch_size


@wrong(checks.private_gradient, "noise_from_the_batch")
def largest_in_the_batch(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    rows = clip(gradients, clip_norm)
    sigma = noise_multiplier * (lengths(rows).max() if len(rows) else clip_norm)
    return gradient(rows, sigma, expected_batch_size, rng)


@wrong(checks.private_gradient, "one_sided")
def absolute_noise(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = np.abs(rng.normal(scale=noise_multiplier * clip_norm, size=total.shape))
    return (total + noise) / expected_batch_size


@wrong(checks.private_gradient, "wrong_law")
def laplace_noise(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = rng.laplace(scale=noise_multiplier * clip_norm / 2**0.5, size=total.shape)
    return (total + noise) / expected_batch_size


@wrong(checks.private_gradient, "wrong_law")
def uniform_noise(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    reach = 3**0.5 * noise_multiplier * clip_norm
    return (total + rng.uniform(-reach, reach, size=total.shape)) / expected_batch_size


@wrong(checks.private_gradient, "global_random")
def own_generator(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    other = np.random.default_rng()
    return gradient(
        clip(gradients, clip_norm), noise_multiplier * clip_norm, expected_batch_size, other
    )


@wrong(checks.private_gradient, "global_random")
def the_same_noise_every_time(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    other = np.random.default_rng(3)
    return gradient(
        clip(gradients, clip_norm), noise_multiplier * clip_norm, expected_batch_size, other
    )


@wrong(checks.private_gradient, "wrong_shape")
def with_an_axis_left(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = noise_multiplier * clip_norm
    return gradient(clip(gradients, clip_norm), sigma, expected_batch_size, rng)[None]


@wrong(checks.private_gradient, "wrong_type")
def sum_in_a_list(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    return list(clip(gradients, clip_norm).sum(axis=0) / expected_batch_size)


@right(checks.private_gradient)
def divided_first(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = clip(gradients, clip_norm).sum(0) / expected_batch_size
    sigma = noise_multiplier * clip_norm / expected_batch_size
    return mean + sigma * rng.standard_normal(len(mean))


@right(checks.private_gradient)
def noise_in_single_precision(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = clip(gradients, clip_norm).sum(axis=0)
    noise = rng.standard_normal(len(total), dtype=np.float32)
    return (total + noise_multiplier * clip_norm * noise) / expected_batch_size


@right(checks.private_gradient)
def in_a_loop(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape[1])
    for row in gradients:
        total = total + row * min(1.0, clip_norm / (np.linalg.norm(row) + 1e-12))
    return total / expected_batch_size


@right(checks.private_gradient)
def by_the_covariance(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    weights = np.minimum(1, clip_norm / np.maximum(lengths(gradients)[:, 0], 1e-30))
    noise = (noise_multiplier * clip_norm) * rng.normal(size=gradients.shape[1])
    return (weights @ gradients + noise) * (1 / expected_batch_size)


# Exercise 16.3


def squares(rows):
    return (rows**2).sum(axis=1)


@wrong(checks.gradient_norms, "squared")
def root_left_out(inputs, output_gradients):
    return squares(output_gradients) * (squares(inputs) + 1)


@wrong(checks.gradient_norms, "no_bias")
def weights_only(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * squares(inputs))


@wrong(checks.gradient_norms, "bias_only")
def output_gradients_only(inputs, output_gradients):
    return np.sqrt(squares(output_gradients))


@wrong(checks.gradient_norms, "inputs_only")
def norms_of_the_inputs(inputs, output_gradients):
    return np.sqrt(squares(inputs))


@wrong(checks.gradient_norms, "bias_twice_the_root")
def lengths_added(inputs, output_gradients):
    return np.sqrt(squares(output_gradients)) * (np.sqrt(squares(inputs)) + 1)


@wrong(checks.gradient_norms, "one_outside")
def bracket_forgotten(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * squares(inputs) + 1)


@wrong(checks.gradient_norms, "norms_added")
def side_by_side(inputs, output_gradients):
    return np.linalg.norm(np.concatenate([inputs, output_gradients], axis=1), axis=1)


@wrong(checks.gradient_norms, "l1_norms")
def sums_of_absolute_values(inputs, output_gradients):
    return np.abs(output_gradients).sum(axis=1) * (np.abs(inputs).sum(axis=1) + 1)


@wrong(checks.gradient_norms, "mean_of_the_batch")
def over_n(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * (squares(inputs) + 1)) / len(inputs)


@wrong(checks.gradient_norms, "same_for_all")
def norm_of_the_sum(inputs, output_gradients):
    by_weights = output_gradients.T @ inputs
    norm = np.sqrt((by_weights**2).sum() + (output_gradients.sum(axis=0) ** 2).sum())
    return np.full(len(inputs), norm)


@wrong(checks.gradient_norms, "one_number")
def norm_of_everything(inputs, output_gradients):
    return np.linalg.norm(output_gradients) * np.sqrt((inputs**2).sum() + 1)


@wrong(checks.gradient_norms, "columns")
def over_the_examples(inputs, output_gradients):
    return np.sqrt((output_gradients**2).sum(axis=0) * ((inputs**2).sum(axis=0) + 1))


@wrong(checks.gradient_norms, "wrong_norms")
def half(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * (squares(inputs) + 1)) / 2


@wrong(checks.gradient_norms, "written_down")
def all_outer_products(inputs, output_gradients):
    by_weights = output_gradients[:, :, None] * inputs[:, None, :]
    return np.sqrt((by_weights**2).sum(axis=(1, 2)) + squares(output_gradients))


@wrong(checks.gradient_norms, "empty_batch")
def loop_with_stack(inputs, output_gradients):
    pairs = zip(inputs, output_gradients, strict=True)
    return np.stack([np.sqrt((e @ e) * (a @ a + 1)) for a, e in pairs])


@wrong(checks.gradient_norms, "wrong_type")
def norms_in_a_list(inputs, output_gradients):
    return [np.sqrt((e @ e) * (a @ a + 1)) for a, e in zip(inputs, output_gradients, strict=True)]


@right(checks.gradient_norms)
def two_norms(inputs, output_gradients):
    ones = np.ones((len(inputs), 1))
    longer = np.concatenate([inputs, ones], axis=1)  # the bias is the weight of an input of 1
    return np.linalg.norm(longer, axis=1) * np.linalg.norm(output_gradients, axis=1)


@right(checks.gradient_norms)
def one_at_a_time(inputs, output_gradients):
    norms = np.zeros(len(inputs))
    for i, (a, e) in enumerate(zip(inputs, output_gradients, strict=True)):
        norms[i] = np.hypot(np.linalg.norm(np.outer(e, a)), np.linalg.norm(e))
    return norms


@right(checks.gradient_norms)
def by_einsum(inputs, output_gradients):
    a = np.einsum("nd,nd->n", inputs, inputs)
    return np.sqrt(np.einsum("no,no,n->n", output_gradients, output_gradients, a + 1))


# Exercise 16.4


@wrong(checks.poisson_sample, "fixed_size")
def without_replacement(n, *, sampling_rate, rng):
    return rng.choice(n, size=round(n * sampling_rate), replace=False)


@wrong(checks.poisson_sample, "fixed_size")
def front_of_a_shuffle(n, *, sampling_rate, rng):
    return rng.permutation(n)[: max(1, int(n * sampling_rate))]


@wrong(checks.poisson_sample, "twice")
def with_replacement(n, *, sampling_rate, rng):
    return rng.choice(n, size=rng.binomial(n, sampling_rate))


@wrong(checks.poisson_sample, "twice")
def random_indices(n, *, sampling_rate, rng):
    return rng.integers(0, n, size=round(n * sampling_rate))


@wrong(checks.poisson_sample, "one_coin")
def one_draw(n, *, sampling_rate, rng):
    return np.arange(n) if rng.random() < sampling_rate else np.arange(0)


@wrong(checks.poisson_sample, "never_empty")
def at_least_one(n, *, sampling_rate, rng):
    size = max(1, rng.binomial(n, sampling_rate))
    return rng.choice(n, size=size, replace=False)


@wrong(checks.poisson_sample, "never_empty")
def drawn_again(n, *, sampling_rate, rng):
    while True:
        batch = np.flatnonzero(rng.random(n) < sampling_rate)
        if len(batch):
            return batch


@wrong(checks.poisson_sample, "mask")
def true_and_false(n, *, sampling_rate, rng):
    return rng.random(n) < sampling_rate


@wrong(checks.poisson_sample, "tuple_of_where")
def where(n, *, sampling_rate, rng):
    return np.where(rng.random(n) < sampling_rate)


@wrong(checks.poisson_sample, "not_indices")
def the_draws_themselves(n, *, sampling_rate, rng):
    draws = rng.random(n)
    return draws[draws < sampling_rate]


@wrong(checks.poisson_sample, "not_indices")
def counted_from_one(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n) < sampling_rate) + 1


@wrong(checks.poisson_sample, "nobody")
def above_one(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n) > 1)


@wrong(checks.poisson_sample, "unfair")
def last_one_forgotten(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n - 1) < sampling_rate)


@wrong(checks.poisson_sample, "complement")
def above_the_rate(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n) > sampling_rate)


@wrong(checks.poisson_sample, "wrong_rate")
def fair_coins(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n) < 0.5)


@wrong(checks.poisson_sample, "wrong_rate")
def normal_draws(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.normal(size=n) < sampling_rate)


@wrong(checks.poisson_sample, "wrong_rate")
def poisson_counts(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.poisson(sampling_rate, size=n))


@wrong(checks.poisson_sample, "wrong_rate")
def twice_drawn_counted_once(n, *, sampling_rate, rng):
    return np.unique(rng.integers(0, n, size=rng.binomial(n, sampling_rate)))


@wrong(checks.poisson_sample, "wrong_size")
def two_sizes(n, *, sampling_rate, rng):
    low = int(n * sampling_rate)
    size = low + (rng.random() < n * sampling_rate - low)
    return rng.choice(n, size=size, replace=False)


@wrong(checks.poisson_sample, "not_independent")
def a_block(n, *, sampling_rate, rng):
    return (rng.integers(n) + np.arange(rng.binomial(n, sampling_rate))) % n


order_left: list[int] = []


@wrong(checks.poisson_sample, "remembers")
def through_a_shuffled_list(n, *, sampling_rate, rng):
    size, batch = rng.binomial(n, sampling_rate), []
    while len(batch) < size:
        if not order_left:
            order_left.extend(rng.permutation(12).tolist())
        one = order_left.pop()
        if one < n and one not in batch:
            batch.append(one)
    return batch


@wrong(checks.poisson_sample, "empty_floats")
def array_of_a_list(n, *, sampling_rate, rng):
    return np.array([i for i in range(n) if rng.random() < sampling_rate])


@wrong(checks.poisson_sample, "rate_of_one")
def capped_rate(n, *, sampling_rate, rng):
    return np.flatnonzero(rng.random(n) < min(sampling_rate, 0.9))


@wrong(checks.poisson_sample, "global_random")
def other_generator(n, *, sampling_rate, rng):
    return np.flatnonzero(np.random.default_rng().random(n) < sampling_rate)


@wrong(checks.poisson_sample, "wrong_type")
def how_many(n, *, sampling_rate, rng):
    return rng.binomial(n, sampling_rate)


@right(checks.poisson_sample)
def coin_by_coin(n, *, sampling_rate, rng):
    return [i for i in range(n) if rng.random() < sampling_rate]


@right(checks.poisson_sample)
def binomial_then_a_subset(n, *, sampling_rate, rng):
    return rng.choice(n, size=rng.binomial(n, sampling_rate), replace=False)


@right(checks.poisson_sample)
def by_where(n, *, sampling_rate, rng):
    return np.where(rng.binomial(1, sampling_rate, size=n))[0]


# Questions

for answer, code in {
    0.01: "least_noise",
    0.06: "the_median",
    31.6: "nobody_clipped",
    100: "nobody_clipped",
    0.3: "too_low",
    5.6: "too_high",
}.items():
    wrong_value(checks.best_clip_norm, code, answer)
right_value(checks.best_clip_norm, 1.0)
right_value(checks.best_clip_norm, 0.75)

for answer, code in {
    1: "rate_kept",
    31.6: "end_of_the_slider",
    0.01: "rate_lowered",
    1000: "one_power_too_many",
    10: "too_low",
    400: "too_high",
}.items():
    wrong_value(checks.small_clip_norm, code, answer)
right_value(checks.small_clip_norm, 100)
right_value(checks.small_clip_norm, 10**2)
