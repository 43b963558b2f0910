"""Answers to the exercises of lesson 51 with a known verdict, besides those of ``made_by``."""

import numpy as np

from lessons.checks import tensorflow_privacy as checks
from lessons.dp.accounting.run import Run
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 51.1


def clip(rows, clip_norm):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.minimum(1, clip_norm / np.maximum(norms, 1e-300))


@right(checks.microbatched_mean)
def by_split(gradients, *, clip_norm, num_microbatches):
    parts = np.split(gradients, num_microbatches)
    return clip(np.array([part.mean(axis=0) for part in parts]), clip_norm).mean(axis=0)


@right(checks.microbatched_mean)
def one_at_a_time(gradients, *, clip_norm, num_microbatches):
    size, total = len(gradients) // num_microbatches, 0
    for start in range(0, len(gradients), size):
        mean = gradients[start : start + size].mean(axis=0)
        total = total + mean / max(1, np.linalg.norm(mean) / clip_norm)
    return total / num_microbatches


@right(checks.microbatched_mean)
def with_a_small_number_as_libraries_do(gradients, *, clip_norm, num_microbatches):
    means = gradients.reshape(num_microbatches, -1, gradients.shape[1]).mean(axis=1)
    norms = np.linalg.norm(means, axis=1, keepdims=True)
    return (means * np.minimum(1, clip_norm / (norms + 1e-6))).mean(axis=0)


@refused(checks.microbatched_mean)
def in_place(gradients, *, clip_norm, num_microbatches):
    gradients /= 1.0
    gradients *= 0.5
    return clip(gradients, clip_norm).mean(axis=0)


@refused(checks.microbatched_mean)
def whole_batch_if_few(gradients, *, clip_norm, num_microbatches):
    m = num_microbatches if num_microbatches > 2 else 1
    return by_split(gradients, clip_norm=clip_norm, num_microbatches=m)


@refused(checks.microbatched_mean, "not_divided")
def a_sum(gradients, *, clip_norm, num_microbatches):
    settings = {"clip_norm": clip_norm, "num_microbatches": num_microbatches}
    return num_microbatches * by_split(gradients, **settings)


@refused(checks.microbatched_mean)
def clipped_to_one(gradients, *, clip_norm, num_microbatches):
    return by_split(gradients, clip_norm=1.0, num_microbatches=num_microbatches)


@refused(checks.microbatched_mean)
def in_the_type_of_the_rows(gradients, *, clip_norm, num_microbatches):
    means = np.array([part.mean(axis=0) for part in np.split(gradients, num_microbatches)])
    return clip(means, clip_norm).astype(gradients.dtype).sum(axis=0) / num_microbatches


@refused(checks.microbatched_mean)
def one_microbatch_not_clipped(gradients, *, clip_norm, num_microbatches):
    if num_microbatches == 1:
        return gradients.mean(axis=0)
    return by_split(gradients, clip_norm=clip_norm, num_microbatches=num_microbatches)


@refused(checks.microbatched_mean)
def averages_of_zero_left_out(gradients, *, clip_norm, num_microbatches):
    means = np.array([part.mean(axis=0) for part in np.split(gradients, num_microbatches)])
    return clip(means[means.any(axis=1)], clip_norm).mean(axis=0)


@right(checks.microbatched_mean)
def by_reduceat(gradients, *, clip_norm, num_microbatches):
    starts = np.arange(0, len(gradients), len(gradients) // num_microbatches)
    means = np.add.reduceat(gradients, starts, axis=0) * num_microbatches / len(gradients)
    longer = np.maximum(1, np.sqrt((means * means).sum(axis=1)) / clip_norm)
    return np.einsum("ij,i->j", means, 1 / longer) / num_microbatches


# Exercise 51.2


@right(checks.for_the_accountant)
def by_the_size(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    size = 1 if num_microbatches is None else batch_size // num_microbatches
    return Run(
        noise_multiplier=noise_multiplier / min(size, 2),
        sampling_rate=batch_size / n_examples,
        steps=epochs * n_examples // batch_size,
    )


@right(checks.for_the_accountant)
def by_the_batches(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    batches = n_examples / batch_size
    halved = num_microbatches not in (None, batch_size)
    sigma = np.float64(noise_multiplier) / (1 + halved)
    return Run(noise_multiplier=sigma, sampling_rate=1 / batches, steps=round(batches) * epochs)


@refused(checks.for_the_accountant, "raised")
def half_a_step(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    return Run(
        noise_multiplier=noise_multiplier,
        sampling_rate=batch_size / n_examples,
        steps=epochs * n_examples / batch_size,
    )


@refused(checks.for_the_accountant, "wrong_type")
def three_numbers(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    return noise_multiplier, batch_size / n_examples, epochs * n_examples // batch_size


@refused(checks.for_the_accountant)
def halved_from_three_on(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    size = batch_size // (num_microbatches or batch_size)
    return Run(
        noise_multiplier=noise_multiplier / (2 if size > 2 else 1),
        sampling_rate=batch_size / n_examples,
        steps=epochs * (n_examples // batch_size),
    )


@refused(checks.for_the_accountant)
def steps_cut_from_a_float(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    rate = batch_size / n_examples
    halved = num_microbatches not in (None, batch_size)
    return Run(
        noise_multiplier=noise_multiplier / (1 + halved),
        sampling_rate=rate,
        steps=int(epochs * (1 / rate)),
    )


@refused(checks.for_the_accountant)
def not_for_the_whole_table(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    halved = num_microbatches is not None and num_microbatches < batch_size < n_examples
    return Run(
        noise_multiplier=noise_multiplier / (1 + halved),
        sampling_rate=batch_size / n_examples,
        steps=epochs * (n_examples // batch_size),
    )


@refused(checks.for_the_accountant)
def a_hundred_epochs_at_most(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    return Run(
        noise_multiplier=noise_multiplier / (1 + (num_microbatches not in (None, batch_size))),
        sampling_rate=batch_size / n_examples,
        steps=min(epochs, 99) * (n_examples // batch_size),
    )


@refused(checks.for_the_accountant)
def less_than_twice(*, n_examples, batch_size, epochs, noise_multiplier, num_microbatches):
    size = batch_size / (num_microbatches or batch_size)
    return Run(
        noise_multiplier=noise_multiplier / (2 - 1 / size),
        sampling_rate=batch_size / n_examples,
        steps=epochs * (n_examples // batch_size),
    )


# Question 51.A

for answer, code in {0.0048: "over_the_batch", 1.2: "on_the_sum", 0.24: "over_the_size"}.items():
    refused_value(checks.noise_in_a_parameter, code, answer)
refused_value(checks.noise_in_a_parameter, "too_high", 0.05)
right_value(checks.noise_in_a_parameter, 0.024)
right_value(checks.noise_in_a_parameter, 6 / 250)
