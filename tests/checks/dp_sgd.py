"""Lesson 16: answers besides the named mistakes."""

import math

import numpy as np
import torch
from scipy import stats
from scipy.special import ndtri

from lessons.checks import dp_sgd as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 16.1


def lengths(gradients):
    return np.linalg.norm(gradients, axis=1, keepdims=True)


def clip(gradients, clip_norm):
    return gradients / np.maximum(1, lengths(gradients) / clip_norm)


@refused(checks.clip_rows, "counterexample")
def only_if_the_mean_norm_is_long(gradients, *, clip_norm):
    long = len(gradients) and lengths(gradients).mean() > clip_norm
    return clip(gradients, clip_norm) if long else gradients.copy()


@refused(checks.clip_rows, "counterexample")
def normalised_if_any_is_long(gradients, *, clip_norm):
    if not (lengths(gradients) > clip_norm).any():
        return gradients.copy()
    return gradients * clip_norm / np.maximum(lengths(gradients), 1e-30)


@refused(checks.clip_rows, "same_array")
def a_view_when_nobody_is_long(gradients, *, clip_norm):
    return gradients[:] if (lengths(gradients) <= clip_norm).all() else clip(gradients, clip_norm)


def one_buffer_for_a_shape():
    kept = {}

    def answer(gradients, *, clip_norm):
        result = kept.setdefault(gradients.shape, np.empty(gradients.shape))
        result[:] = clip(gradients, clip_norm)
        return result

    return answer


refused(checks.clip_rows, "same_array")(one_buffer_for_a_shape())


@refused(checks.clip_rows, "counterexample")
def first_256_rows(gradients, *, clip_norm):
    return np.concatenate([clip(gradients[:256], clip_norm), gradients[256:]])


@refused(checks.clip_rows, "counterexample")
def norm_of_ten_columns(gradients, *, clip_norm):
    return gradients / np.maximum(1, lengths(gradients[:, :10]) / clip_norm)


@refused(checks.clip_rows, "counterexample")
def ten_digits(gradients, *, clip_norm):
    return np.round(clip(gradients, clip_norm), 10)


@refused(checks.clip_rows, "counterexample")
def longest_of_all_left_alone(gradients, *, clip_norm):
    return np.where(lengths(gradients) > 100 * clip_norm, gradients, clip(gradients, clip_norm))


@refused(checks.clip_rows)
def absurd_rows_dropped(gradients, *, clip_norm):
    return np.where(lengths(gradients) > 1e4 * clip_norm, 0, clip(gradients, clip_norm))


@refused(checks.clip_rows, "counterexample")
def length_two_c(gradients, *, clip_norm):
    return clip(gradients, 2 * clip_norm)


@refused(checks.clip_rows, "counterexample")
def signs_of_the_long(gradients, *, clip_norm):
    equal = np.sign(gradients) * clip_norm / gradients.shape[1] ** 0.5
    return np.where(lengths(gradients) > clip_norm, equal, gradients)


@refused(checks.clip_rows, "changed_input")
def in_place(gradients, *, clip_norm):
    gradients /= np.maximum(1, lengths(gradients) / clip_norm)
    return gradients


def factors_kept_for_a_shape():
    kept = {}

    def answer(gradients, *, clip_norm):
        factors = np.minimum(1, clip_norm / np.maximum(lengths(gradients), 1e-30))
        return gradients * kept.setdefault(gradients.shape, factors)

    return answer


refused(checks.clip_rows)(factors_kept_for_a_shape())


for shortest in (1e-5, 1e-7, 1e-8):

    @refused(checks.clip_rows, "counterexample")
    def nearly_zero_is_zero(gradients, *, clip_norm, shortest=shortest):
        return np.where(lengths(gradients) < shortest, 0.0, clip(gradients, clip_norm))


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
        size = math.sqrt(sum(x * x for x in row))
        if size > clip_norm:
            result[i] = row * (clip_norm / size)
    return result


@right(checks.clip_rows)
def in_single_precision(gradients, *, clip_norm):
    return clip(gradients.astype(np.float32), np.float32(clip_norm))


@right(checks.clip_rows)
def lists_of_rows(gradients, *, clip_norm):
    return [row.tolist() for row in clip(gradients, clip_norm)] if len(gradients) else gradients


@right(checks.clip_rows)
def by_a_diagonal_matrix(gradients, *, clip_norm):
    return (
        np.diag(np.minimum(1, clip_norm / np.maximum(lengths(gradients)[:, 0], 1e-12))) @ gradients
    )


@refused(checks.clip_rows)
def one_percent_is_let_pass(gradients, *, clip_norm):
    norms = np.linalg.norm(gradients, axis=1, keepdims=True)
    return np.where(norms > 1.01 * clip_norm, gradients * clip_norm / (norms + 1e-12), gradients)


@refused(checks.clip_rows)
def length_of_the_first_hundred(gradients, *, clip_norm):
    norms = np.linalg.norm(gradients[:, :100], axis=1, keepdims=True)
    return gradients * (clip_norm / np.maximum(norms, clip_norm))


@refused(checks.clip_rows, "counterexample")
def c_of_a_thousandth_at_least(gradients, *, clip_norm):
    return clip(gradients, max(clip_norm, 1e-3))


@refused(checks.clip_rows, "counterexample")
def whole_blocks_of_a_thousand(gradients, *, clip_norm):
    whole = len(gradients) // 1000 * 1000 or len(gradients)
    return np.concatenate([clip(gradients[:whole], clip_norm), gradients[whole:]])


@refused(checks.clip_rows, "counterexample")
def length_of_the_first_four_thousand(gradients, *, clip_norm):
    return gradients / np.maximum(1, lengths(gradients[:, :4096]) / clip_norm)


# Exercise 16.2


def released(*, rows=clip, noise=None, size=lambda expected, n: expected):
    """An answer with other rows, other noise(rng, sigma, shape), or another divisor."""

    def answer(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
        total, sigma = rows(gradients, clip_norm).sum(axis=0), noise_multiplier * clip_norm
        drawn = (noise or (lambda rng, s, shape: rng.normal(scale=s, size=shape)))(
            rng, sigma, total.shape
        )
        return (total + drawn) / size(expected_batch_size, len(gradients))

    return answer


def redrawn_beyond(limit):
    def noise(rng, sigma, shape):
        draws = rng.normal(size=shape)
        while (far := np.abs(draws) > limit).any():
            draws[far] = rng.normal(size=int(far.sum()))
        return sigma * draws

    return noise


def on_a_sphere(rng, sigma, shape):
    noise = rng.normal(scale=sigma, size=shape)
    size = sigma * shape[0] ** 0.5
    return noise * size / np.linalg.norm(noise) if shape[0] > 100 and sigma else noise


def centred(rng, sigma, shape):
    draws = rng.normal(scale=sigma, size=shape)
    return draws - draws.mean()


def moving_average(rng, sigma, shape):
    draws = rng.normal(scale=sigma, size=shape[0] + 1)
    return (draws[1:] + draws[:-1]) / 2**0.5


def some_calls_without(rng, sigma, shape):
    noise = rng.normal(scale=sigma, size=shape)
    return noise * (shape != (2410,) or rng.random() > 0.3)


def mirrored(rng, sigma, shape):
    half = rng.normal(scale=sigma, size=(shape[0] + 1) // 2)
    return np.concatenate([half, -half])[: shape[0]]


for code, noise in (
    ("no_noise", lambda rng, s, shape: 0.0),
    ("one_noise_for_all", lambda rng, s, shape: rng.normal(scale=s)),
    ("one_sided", lambda rng, s, shape: np.abs(rng.normal(scale=s, size=shape))),
    ("wrong_law", lambda rng, s, shape: rng.laplace(scale=s / 2**0.5, size=shape)),
    ("wrong_law", lambda rng, s, shape: rng.uniform(-s, s, size=shape) * 3**0.5),
    ("any", lambda rng, s, shape: s * (rng.random((12, *shape)).sum(axis=0) - 6)),
    (
        "tails",
        lambda rng, s, shape: s * stats.truncnorm.rvs(-3, 3, size=shape, random_state=rng),
    ),
    ("tails", redrawn_beyond(4.0)),
    ("tails", lambda rng, s, shape: np.clip(rng.normal(size=shape), -4, 4) * s),
    ("wrong_scale", lambda rng, s, shape: rng.normal(scale=2**0.5 * s, size=shape)),
    ("linked", centred),
    ("linked", on_a_sphere),
    ("linked", moving_average),
    ("repeated_noise", mirrored),
    ("partly_no_noise", some_calls_without),
    ("global_random", lambda rng, s, shape: np.random.normal(scale=s, size=shape)),
    ("global_random", lambda rng, s, shape: np.random.default_rng(3).normal(scale=s, size=shape)),
):
    refused(checks.private_gradient, code)(released(noise=noise))

refused(checks.private_gradient, "counterexample")(released(rows=lambda g, c: clip(g, c)[1:]))
refused(checks.private_gradient, "counterexample")(released(rows=lambda g, c: clip(g[:256], c)))
refused(checks.private_gradient, "counterexample")(released(rows=lambda g, c: clip(g[:1024], c)))
refused(checks.private_gradient)(released(rows=lambda g, c: clip(np.unique(g, axis=0), c)))
refused(checks.private_gradient)(  # the other axis, where that goes unnoticed
    released(rows=lambda g, c: clip(g.T, c).T if g.shape[0] == g.shape[1] else clip(g, c))
)
refused(checks.private_gradient)(released(size=lambda expected, n: int(expected) or 1))
refused(checks.private_gradient)(released(size=lambda expected, n: max(expected, n)))
refused(checks.private_gradient, "counterexample")(  # two mistakes at once
    released(rows=lambda g, c: g, size=lambda expected, n: max(n, 1))
)


@refused(checks.private_gradient, "wrong_scale")
def less_for_short_rows(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    sigma = noise_multiplier * clip_norm
    if len(gradients) and (lengths(gradients) < clip_norm / 10).all():
        sigma /= 2
    total = clip(gradients, clip_norm).sum(axis=0)
    return (total + rng.normal(scale=sigma, size=total.shape)) / expected_batch_size


def noise_unless(quiet):
    """An answer without noise in the entries of the sum for which quiet(clipped rows) is true."""

    def answer(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
        rows = clip(gradients, clip_norm)
        noise = rng.normal(scale=noise_multiplier * clip_norm, size=rows.shape[1])
        hidden = ~quiet(rows) if len(rows) else True
        return (rows.sum(axis=0) + noise * hidden) / expected_batch_size

    return answer


refused(checks.private_gradient, "partly_no_noise")(noise_unless(lambda g: g.sum(axis=0) == 0))
refused(checks.private_gradient, "partly_no_noise")(noise_unless(lambda g: (g == 0).all(axis=0)))
refused(checks.private_gradient, "no_noise")(noise_unless(lambda g: (g == 0).all()))


@refused(checks.private_gradient, "no_noise")
def rows_of_zeros_are_dropped(gradients, **known):
    rows = gradients[gradients.any(axis=1)]
    if len(gradients) and not len(rows):
        return np.zeros(gradients.shape[1])
    return released()(rows, **known)


def momentum():
    kept = {}

    def answer(gradients, *, noise_multiplier, **known):
        now = released()(gradients, noise_multiplier=noise_multiplier, **known)
        if noise_multiplier > 0:
            now = kept[now.shape] = 0.1 * kept.get(now.shape, now) + 0.9 * now
        return now

    return answer


refused(checks.private_gradient)(momentum())


@right(checks.private_gradient)
def divided_first(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = clip(gradients, clip_norm).sum(0) / expected_batch_size
    return rng.normal(mean, noise_multiplier * clip_norm / expected_batch_size)


@right(checks.private_gradient)
def entry_by_entry(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = [rng.normal(0, noise_multiplier * clip_norm) for _ in range(gradients.shape[1])]
    for row in gradients:
        total = total + row * min(1.0, clip_norm / (np.linalg.norm(row) + 1e-12))
    return np.array(total) / expected_batch_size


@right(checks.private_gradient)
def result_in_single_precision(gradients, **known):
    return released()(gradients, **known).astype(np.float32)


right(checks.private_gradient)(
    released(noise=lambda rng, s, shape: s * rng.standard_normal(shape, dtype=np.float32))
)
right(checks.private_gradient)(released(noise=lambda rng, s, shape: s * ndtri(rng.random(shape))))
right(checks.private_gradient)(
    released(rows=lambda g, c: g * np.minimum(1.0, c / (lengths(g) + 1e-6)))
)

# Exercise 16.4


def squares(rows):
    return (rows**2).sum(axis=1)


def norms(a, e):
    return np.sqrt(squares(e) * (squares(a) + 1))


@refused(checks.gradient_norms, "counterexample")
def root_of_a_little_more(inputs, output_gradients):
    return np.sqrt(norms(inputs, output_gradients) ** 2 + 1e-12)


@refused(checks.gradient_norms, "counterexample")
def the_first_thousand(inputs, output_gradients):
    return norms(inputs, output_gradients) * (np.arange(len(inputs)) < 1000)


@refused(checks.gradient_norms, "counterexample")
def rounded(inputs, output_gradients):
    return np.round(norms(inputs, output_gradients), 10)


@refused(checks.gradient_norms, "counterexample")
def bias_for_each_output(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * (squares(inputs) + output_gradients.shape[1]))


@refused(checks.gradient_norms, "counterexample")
def sum_of_the_inputs_squared(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * (inputs.sum(axis=1) ** 2 + 1))


@refused(checks.gradient_norms, "counterexample")
def no_bias_and_no_root(inputs, output_gradients):
    return squares(output_gradients) * squares(inputs)


@refused(checks.gradient_norms, "counterexample")
def no_bias_for_loud_inputs(inputs, output_gradients):
    return np.sqrt(squares(output_gradients) * (squares(inputs) + (squares(inputs) < 100)))


@refused(checks.gradient_norms, "counterexample")
def tiny_ones_are_nothing(inputs, output_gradients):
    return np.where(norms(inputs, output_gradients) < 1e-6, 0, norms(inputs, output_gradients))


@refused(checks.gradient_norms, "wrong_shape")
def a_column(inputs, output_gradients):
    return norms(inputs, output_gradients)[:, None]


@refused(checks.gradient_norms, "wrong_shape")
def at_most_256(inputs, output_gradients):
    return norms(inputs, output_gradients)[:256]


def inputs_kept_for_a_shape():
    kept = {}

    def answer(inputs, output_gradients):
        a = kept.setdefault(inputs.shape, squares(inputs))
        return np.sqrt(squares(output_gradients) * (a + 1))

    return answer


refused(checks.gradient_norms)(inputs_kept_for_a_shape())


@right(checks.gradient_norms)
def bias_as_one_more_input(inputs, output_gradients):
    longer = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
    return np.linalg.norm(longer, axis=1) * np.linalg.norm(output_gradients, axis=1)


@right(checks.gradient_norms)
def one_at_a_time(inputs, output_gradients):
    pairs = zip(inputs, output_gradients, strict=True)
    return [np.hypot(np.linalg.norm(np.outer(e, a)), np.linalg.norm(e)) for a, e in pairs]


@right(checks.gradient_norms)
def by_einsum(inputs, output_gradients):
    a = np.einsum("nd,nd->n", inputs, inputs)
    return np.sqrt(np.einsum("no,no,n->n", output_gradients, output_gradients, a + 1))


@right(checks.gradient_norms)
def norms_in_single_precision(inputs, output_gradients):
    return norms(inputs.astype(np.float32), output_gradients.astype(np.float32))


@right(checks.gradient_norms)
def with_torch(inputs, output_gradients):
    a, e = torch.from_numpy(inputs), torch.from_numpy(output_gradients)
    return (e.norm(dim=1) * torch.sqrt(a.pow(2).sum(1) + 1)).numpy()


# Exercise 16.3


@refused(checks.poisson_sample, "linked")
def three_times_the_mean_at_most(n, *, sampling_rate, rng):
    sample = rng.permutation(np.flatnonzero(rng.random(n) < sampling_rate))
    return sample[: max(1, math.ceil(3 * sampling_rate * n))]


@refused(checks.poisson_sample, "linked")
def three_deviations_at_most(n, *, sampling_rate, rng):
    mean = n * sampling_rate
    most = int(mean + 3 * math.sqrt(mean * (1 - sampling_rate))) + 1
    return np.flatnonzero(rng.random(n) < sampling_rate)[:most]


def sample(chosen):
    """An answer from ``chosen(n, q, rng)``."""
    return lambda n, *, sampling_rate, rng: chosen(n, sampling_rate, rng)


def two_sizes(n, q, rng):
    size = int(n * q) + (rng.random() < n * q - int(n * q))
    return rng.choice(n, size=size, replace=False)


def a_block(n, q, rng):
    return (rng.integers(n) + np.arange(rng.binomial(n, q))) % n


def of_normal_size(n, q, rng):
    size = round(rng.normal(n * q, (n * q * (1 - q)) ** 0.5))
    return rng.choice(n, size=min(max(size, 0), n), replace=False)


def of_normal_size_when_many(n, q, rng):
    return of_normal_size(n, q, rng) if n >= 1000 else np.flatnonzero(rng.random(n) < q)


def exact_when_large(n, q, rng):
    return np.flatnonzero(rng.random(n) < q) if n < 100 else rng.choice(n, round(n * q), False)


for code, chosen in (
    ("wrong_frequencies", lambda n, q, rng: np.flatnonzero(rng.integers(1, 101, n) <= 100 * q)),
    ("nobody", lambda n, q, rng: np.flatnonzero(rng.integers(1, 1001, n) <= 1000 * q)),
    ("any", lambda n, q, rng: np.flatnonzero(rng.random(n) < round(q, 2))),
    ("wrong_frequencies", lambda n, q, rng: np.flatnonzero(rng.random(n) < 0.5)),
    ("wrong_frequencies", lambda n, q, rng: np.flatnonzero(rng.poisson(q, size=n))),
    ("linked", lambda n, q, rng: np.flatnonzero(np.repeat(rng.random(n // 2 + 1), 2)[:n] < q)),
    (
        "any",
        lambda n, q, rng: np.flatnonzero(rng.permutation(np.arange(n) + rng.random(n)) < q * n),
    ),
    ("any", two_sizes),
    ("linked", a_block),
    ("any", of_normal_size),
    ("linked", of_normal_size_when_many),
    ("fixed_size", exact_when_large),
    ("any", lambda n, q, rng: np.flatnonzero(rng.random(min(n, 256)) < q)),
    ("any", lambda n, q, rng: np.flatnonzero(rng.random(n) < (q if n > 1 else 1))),
    ("wrong_type", lambda n, q, rng: {i for i in range(n) if rng.random() < q}),
    ("wrong_shape", lambda n, q, rng: rng.binomial(n, q)),
    ("global_random", lambda n, q, rng: np.flatnonzero(np.random.default_rng().random(n) < q)),
):
    refused(checks.poisson_sample, code)(sample(chosen))


@refused(checks.poisson_sample, "linked")
def the_first_coins_again_after_200(n, *, sampling_rate, rng):
    u = rng.random(n)
    u[200:400] = u[: max(0, min(n, 400) - 200)]
    return np.flatnonzero(u < sampling_rate)


def through_a_shuffled_list():
    left = {}

    def chosen(n, q, rng):
        size, batch, order = rng.binomial(n, q), [], left.setdefault(n, [])
        while len(batch) < size:
            if not order:
                order.extend(rng.permutation(n).tolist())
            if (one := order.pop()) not in batch:
                batch.append(one)
        return batch

    return sample(chosen)


refused(checks.poisson_sample, "linked")(through_a_shuffled_list())


def rate_kept_for_a_size():
    kept = {}
    return sample(lambda n, q, rng: np.flatnonzero(rng.random(n) < kept.setdefault(n, q)))


refused(checks.poisson_sample)(rate_kept_for_a_size())


def by_the_gaps(n, q, rng):
    places = np.cumsum(rng.geometric(q, size=n)) - 1
    return places[places < n]


for chosen in (
    lambda n, q, rng: [i for i in range(n) if rng.random() < q],
    lambda n, q, rng: rng.choice(n, size=rng.binomial(n, q), replace=False),
    lambda n, q, rng: np.where(rng.binomial(1, q, size=n))[0],
    lambda n, q, rng: np.flatnonzero(rng.random(n, dtype=np.float32) < q).astype(np.int32),
    lambda n, q, rng: rng.permutation(np.flatnonzero(rng.random(n) >= 1 - q)),
    by_the_gaps,
):
    right(checks.poisson_sample)(sample(chosen))

# Questions

for answer, code in {0.3: "too_low", 5.6: "too_high", 31.6: "nobody_clipped"}.items():
    refused_value(checks.best_clip_norm, code, answer)
right_value(checks.best_clip_norm, 1.0)
right_value(checks.best_clip_norm, 0.75)

for answer, code in {10: "too_low", 400: "too_high"}.items():
    refused_value(checks.small_clip_norm, code, answer)
right_value(checks.small_clip_norm, 100)
right_value(checks.small_clip_norm, 10**2)


@refused(checks.poisson_sample)
def third_coin_from_two(n, *, sampling_rate, rng):
    u, m = rng.random(n), n // 3
    u[2 : 3 * m : 3] = (u[0 : 3 * m : 3] + u[1 : 3 * m : 3]) % 1
    return np.flatnonzero(u < sampling_rate)
