"""Lesson 23: answers besides the named mistakes."""

import numpy as np
import torch
from torch.nn.functional import cosine_similarity, normalize

from lessons.checks import gradients_leak as checks
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.fl import inversion
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 23.1


def counted(counts):
    return lambda bias_gradient, probabilities, *, batch_size: counts(
        bias_gradient, probabilities, batch_size
    )


def kept_by_batch():
    kept = {}
    return counted(lambda g, p, n: kept.setdefault(n, n * (p - g)))


def spread_evenly(g, p, n):
    return n * (1 / len(g) - g)


for counts in (
    lambda g, p, n: n * (p - g) if n < 256 else 255 * (p - g),
    lambda g, p, n: n * (p - g) if len(g) <= 10 else n * (p - g)[::-1],
    spread_evenly,
    lambda g, p, n: np.abs(n * (p - g)),
    lambda g, p, n: np.round(n * (p - g), 3),
    lambda g, p, n: np.sort(n * (p - g)),
    lambda g, p, n: n * (p - g) / (p - g).max(),
    lambda g, p, n: (n - 1) * (p - g),
    lambda g, p, n: n * (p - g) + 1e-4,
    lambda g, p, n: np.where(np.abs(g) < 0.01, 0, n * (p - g)),
    lambda g, p, n: np.where(np.abs(n * (p - g)) < 1e-3, 0, n * (p - g)),
    lambda g, p, n: np.minimum(n * (p - g), n),
):
    refused(checks.label_counts)(counted(counts))
refused(checks.label_counts)(kept_by_batch())
refused(checks.label_counts, "wrong_shape")(counted(lambda g, p, n: int(np.argmin(g)) * np.ones(1)))


@refused(checks.label_counts, "changed_input")
def counts_in_place(bias_gradient, probabilities, *, batch_size):
    probabilities -= bias_gradient
    return batch_size * probabilities


@right(checks.label_counts)
def one_label_at_a_time(bias_gradient, probabilities, *, batch_size):
    return [
        batch_size * p - batch_size * g for g, p in zip(bias_gradient, probabilities, strict=True)
    ]


@right(checks.label_counts)
def as_a_sum(bias_gradient, probabilities, *, batch_size):
    return np.sum([batch_size * probabilities, -batch_size * bias_gradient], axis=0)


@right(checks.label_counts)
def in_single_precision(bias_gradient, probabilities, *, batch_size):
    return np.float32(batch_size) * (probabilities - bias_gradient).astype(np.float32)


# Exercise 23.2


def by_hand(gradient, observed, images, *, tv_weight):
    g, o, pixels = gradient, observed, images.view(-1, 8, 8)
    down, across = pixels.diff(dim=1), pixels.diff(dim=2)
    cosine = torch.dot(g, o) / (torch.linalg.norm(g) * torch.linalg.norm(o))
    return 1 - cosine + tv_weight * (down.abs().mean() + across.abs().mean())


right(checks.objective)(by_hand)


@right(checks.objective)
def with_the_librarys_cosine(gradient, observed, images, *, tv_weight):
    rough = tv_weight * inversion.total_variation(images)
    return 1 - cosine_similarity(gradient, observed, dim=0) + rough


@right(checks.objective)
def half_the_squared_distance_of_directions(gradient, observed, images, *, tv_weight):
    apart = normalize(gradient, dim=0) - normalize(observed, dim=0)
    return (apart**2).sum() / 2 + tv_weight * inversion.total_variation(images)


@right(checks.objective)
def image_by_image(gradient, observed, images, *, tv_weight):
    rough = sum(inversion.total_variation(one[None]) for one in images) / len(images)
    return 1 - (gradient @ observed) / (gradient.norm() * observed.norm()) + tv_weight * rough


def with_part(distance=None, roughness=None):
    def wrong(gradient, observed, images, *, tv_weight):
        cosine = (gradient * observed).sum() / (gradient.norm() * observed.norm())
        first = 1 - cosine if distance is None else distance(gradient, observed)
        tv = roughness(images) if roughness else inversion.total_variation(images)
        return first + tv_weight * tv

    return wrong


for distance in (
    lambda g, o: 1 - (g * o).sum() / (g.detach().norm() * o.norm()),
    lambda g, o: 1 - ((g * o).sum() / (g.norm() * o.norm())).abs(),
    lambda g, o: 1 - ((g * o).sum() / (g.norm() * o.norm())) ** 2,
    lambda g, o: torch.arccos((g * o).sum() / (g.norm() * o.norm())),
    lambda g, o: (normalize(g, dim=0) - normalize(o, dim=0)).norm(),
    lambda g, o: 1 - (g * o).sum() / (g.norm() * o.norm() + 0.1),
    lambda g, o: 1 - cosine_similarity(g - g.mean(), o - o.mean(), dim=0),
    lambda g, o: 1 - cosine_similarity(g.sign(), o.sign(), dim=0),
    lambda g, o: 1 - cosine_similarity(g[:500], o[:500], dim=0),
    lambda g, o: 1 - cosine_similarity(g, o, dim=0, eps=1e-4),
):
    refused(checks.objective)(with_part(distance))
for roughness in (
    lambda x: inversion.total_variation(x[:1]),
    lambda x: inversion.total_variation(x[:8]),
    lambda x: inversion.total_variation(x.clamp(0, 1)),
    lambda x: inversion.total_variation(x.detach()),
    lambda x: inversion.total_variation(x) / 2,
    lambda x: inversion.total_variation(x) * len(x),
    lambda x: x.abs().mean(),
    lambda x: x.var(),
    lambda x: x.reshape(-1, 8, 8).diff(dim=0).abs().sum() + inversion.total_variation(x),
):
    refused(checks.objective)(with_part(None, roughness))


@refused(checks.objective)
def variation_only_if_it_weighs_much(gradient, observed, images, *, tv_weight):
    return by_hand(gradient, observed, images, tv_weight=tv_weight if tv_weight > 0.05 else 0.0)


@refused(checks.objective, "changed_input")
def pixels_cut_in_place(gradient, observed, images, *, tv_weight):
    with torch.no_grad():
        images.clamp_(0, 1)
    return by_hand(gradient, observed, images, tv_weight=tv_weight)


def finished(end):
    return lambda gradient, observed, images, *, tv_weight: end(
        by_hand(gradient, observed, images, tv_weight=tv_weight)
    )


for end in (
    lambda v: v.item(),
    lambda v: v.detach(),
    lambda v: v[None],
    lambda v: v.detach().numpy(),
):
    refused(checks.objective, "wrong_type")(finished(end))


@refused(checks.objective, "raised")
def in_numpy(gradient, observed, images, *, tv_weight):
    return np.linalg.norm(gradient)


@right(checks.objective)
def any_slope_at_the_corner(gradient, observed, images, *, tv_weight):  # -1 where neighbours agree
    x = images.reshape(-1, 8, 8)
    down, across = x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]
    rough = sum(torch.where(one > 0, one, -one).mean() for one in (down, across))
    cosine = gradient @ observed / (gradient.norm() * observed.norm())
    return 1 - cosine + tv_weight * rough


# Exercise 23.3


def taken_apart(weights, biases):
    rows = weights - np.vstack([weights[1:], np.zeros((1, weights.shape[1]))])
    return rows, biases - np.append(biases[1:], 0)


@right(checks.images_from_bins)
def a_loop(weights, biases):
    pictures = []
    for j in range(len(biases)):
        last = j == len(biases) - 1
        bias = biases[j] - (0 if last else biases[j + 1])
        if abs(bias) > 1e-10 * max(abs(biases)):
            pictures.append((weights[j] - (0 if last else weights[j + 1])) / bias)
    return np.array(pictures)


@right(checks.images_from_bins)
def with_diff_and_an_extra_unit(weights, biases):
    rows = np.diff(np.pad(weights, ((0, 1), (0, 0))), axis=0)
    own = np.diff(np.append(biases, 0.0))
    full = ~np.isclose(own, 0, rtol=0, atol=1e-10 * np.abs(biases).max())
    return (rows[full].T / own[full]).T


@right(checks.images_from_bins)
def a_list_of_rows(weights, biases):
    rows, own = taken_apart(weights, biases)
    limit = 1e-10 * np.abs(biases).max()
    return [(row / bias).tolist() for row, bias in zip(rows, own, strict=True) if abs(bias) > limit]


def read(change):
    def answer(weights, biases):
        rows, own = taken_apart(weights, biases)
        full = np.abs(own) > 1e-10 * np.abs(biases).max()
        return change(rows, own, full, weights, biases)

    return answer


def with_limit(rows, own, limit):
    full = np.abs(own) > limit
    return rows[full] / own[full, None]


for change in (
    lambda r, o, f, w, b: np.clip(r[f] / o[f, None], 0, 0.9),
    lambda r, o, f, w, b: r[f] / np.abs(o[f, None]),
    lambda r, o, f, w, b: np.round(r[f] / o[f, None], 2),
    lambda r, o, f, w, b: (r[f] / o[f, None])[:50],
    lambda r, o, f, w, b: np.unique(r[f] / o[f, None], axis=0),
    lambda r, o, f, w, b: np.where(f[:, None], r / np.where(f, o, 1)[:, None], 0),
    lambda r, o, f, w, b: r[np.abs(o) > 0.1] / o[np.abs(o) > 0.1, None],
    lambda r, o, f, w, b: (r[f] / o[f, None])[:, :63],
    lambda r, o, f, w, b: r[f] / (r[f].max(axis=1, keepdims=True) + 1e-9),
    lambda r, o, f, w, b: np.vstack([(r[f] / o[f, None]), w[-1:] / b[-1]]),
    lambda r, o, f, w, b: (r[f] / o[f, None]).mean(axis=0, keepdims=True),
    lambda r, o, f, w, b: (r[f] / o[f, None]).T,
    lambda r, o, f, w, b: r[o != 0] / (o[o != 0, None] + 1e-6),
    lambda r, o, f, w, b: np.clip(r[f] / o[f, None], 0, 1),
    lambda r, o, f, w, b: np.round(r[f] / o[f, None], 1).astype(np.float32),
    lambda r, o, f, w, b: [one for one in r[f] / o[f, None] if 0 <= one.min() <= one.max() <= 1],
    lambda r, o, f, w, b: with_limit(r, o, 1e-10),
    lambda r, o, f, w, b: with_limit(r, o, 1e-10 * np.abs(o).max()),
    lambda r, o, f, w, b: with_limit(r, o, 1e-10 * np.abs(b).sum()),
    lambda r, o, f, w, b: with_limit(r, o, 1e-10 * abs(b[0])),
    lambda r, o, f, w, b: with_limit(r, o, 1e-10 * b.max()),
    lambda r, o, f, w, b: with_limit(r, o, 1e-9 * np.abs(b).max()),
    lambda r, o, f, w, b: with_limit(r, o, 1e-11 * np.abs(b).max()),
    lambda r, o, f, w, b: r[~np.isclose(o, 0)] / o[~np.isclose(o, 0), None],
    lambda r, o, f, w, b: [x for x in r[f] / o[f, None] if x.max() > 1e-10],  # no blank image
    lambda r, o, f, w, b: list({x.round(6).tobytes(): x for x in r[f] / o[f, None]}.values()),
    lambda r, o, f, w, b: with_limit(r, o, 1e-10 * np.abs(b).max() - 1e-300),  # 0 / 0 for no image
    lambda r, o, f, w, b: r[f & (b.cumprod() != 0)] / o[f & (b.cumprod() != 0), None],
):
    refused(checks.images_from_bins)(read(change))


@refused(checks.images_from_bins, "changed_input")
def subtracts_in_place(weights, biases):
    rows, own = taken_apart(weights, biases)
    weights[:-1] -= weights[1:].copy()
    full = np.abs(own) > 1e-10 * np.abs(biases).max()
    return weights[full] / own[full, None]


# Questions

for quarter, code in ((-6, "one_step_less"), (-4, "one_step_more")):
    worth = gaussian_epsilon(sigma=10 ** (quarter / 4), l2_sensitivity=1.0, delta=1e-5)
    refused_value(checks.epsilon_that_hides, code, round(worth, 1))
refused_value(checks.epsilon_that_hides, "too_low", 150)
refused_value(checks.epsilon_that_hides, "too_high", 1820)
refused_value(checks.epsilon_that_hides, "the_noise", 0.0562)
right_value(checks.epsilon_that_hides, 233)
right_value(checks.epsilon_that_hides, 233.1)
refused_value(checks.largest_batch, "all_ten", 10)
refused_value(checks.largest_batch, "as_it_opens", 8)
refused_value(checks.largest_batch, "none", 0)
refused_value(checks.largest_batch, "too_high", 11)
right_value(checks.largest_batch, 9)


@right(checks.images_from_bins)
def from_the_last_unit_down(weights, biases):
    found, row, bias, largest = [], 0 * weights[0], 0.0, max(abs(biases))
    for one, own in zip(weights[::-1], biases[::-1], strict=True):
        if abs(own - bias) > 1e-10 * largest:
            found.insert(0, (one - row) / (own - bias))
        row, bias = one, own
    return np.array(found).reshape(-1, weights.shape[1])
