"""Lesson 25: answers besides the named mistakes."""

import math

import numpy as np

from lessons.checks import dp_fedavg as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 25.1


def averaged(release):
    """An answer from ``release(updates, C, m, L, rng)``."""

    def answer(updates, *, clip_norm, noise_multiplier, expected_clients, rng):
        return release(updates, clip_norm, noise_multiplier, expected_clients, rng)

    return answer


def clipped(u, c):
    return u / np.maximum(1, np.linalg.norm(u, axis=1, keepdims=True) / c)


def noisy(total, m, c, size, rng):
    return (total + rng.normal(scale=m * c, size=total.shape)) / size


def shares_of_noise(u, c, m, size, rng):  # each client adds its share, as secure aggregation does
    noise = rng.normal(scale=m * c / max(len(u), 1) ** 0.5, size=u.shape)
    return (clipped(u, c) + noise).sum(axis=0) / size  # and nobody came: no noise at all


def at_most_one(u, c, m, size, rng):
    return noisy(clipped(u, c).sum(axis=0), m, c, max(size, 1.0), rng)


def rounded_clients(u, c, m, size, rng):
    return noisy(clipped(u, c).sum(axis=0), m, c, max(round(size), 1), rng)


def largest_entry(u, c, m, size, rng):
    rows = u / np.maximum(1, np.abs(u).max(axis=1, keepdims=True) / c)
    return noisy(rows.sum(axis=0), m, c, size, rng)


def sum_of_absolutes(u, c, m, size, rng):
    rows = u / np.maximum(1, np.abs(u).sum(axis=1, keepdims=True) / c)
    return noisy(rows.sum(axis=0), m, c, size, rng)


def in_place(u, c, m, size, rng):
    u *= np.minimum(1, c / np.maximum(np.linalg.norm(u, axis=1), 1e-300))[:, None]
    return noisy(u.sum(axis=0), m, c, size, rng)


def one_draw_for_all(u, c, m, size, rng):
    return (clipped(u, c).sum(axis=0) + rng.normal(scale=m * c)) / size


def laplace(u, c, m, size, rng):
    total = clipped(u, c).sum(axis=0)
    return (total + rng.laplace(scale=m * c / 2**0.5, size=total.shape)) / size


def own_generator(u, c, m, size, rng):
    return noisy(clipped(u, c).sum(axis=0), m, c, size, np.random.default_rng(0))


def only_the_first_thousand(u, c, m, size, rng):
    return noisy(clipped(u[:1000], c).sum(axis=0), m, c, size, rng)


def twins_counted_once(u, c, m, size, rng):
    return noisy(clipped(np.unique(u, axis=0), c).sum(axis=0), m, c, size, rng)


def no_noise_for_one(u, c, m, size, rng):
    return noisy(clipped(u, c).sum(axis=0), m if len(u) != 1 else 0, c, size, rng)


def cut_at_four(u, c, m, size, rng):
    total = clipped(u, c).sum(axis=0)
    return (total + m * c * np.clip(rng.normal(size=total.shape), -3.5, 3.5)) / size


def clipped_unless_alone(u, c, m, size, rng):
    return noisy((u if len(u) == 1 else clipped(u, c)).sum(axis=0), m, c, size, rng)


def shortened_if_alone(u, c, m, size, rng):  # or made longer: to length C in any case
    rows = u / np.linalg.norm(u, axis=1, keepdims=True) * c if len(u) == 1 else clipped(u, c)
    return noisy(rows.sum(axis=0), m, c, size, rng)


def absurd_clients_left_out(u, c, m, size, rng):
    return noisy(clipped(u[np.linalg.norm(u, axis=1) < 1e4 * c], c).sum(axis=0), m, c, size, rng)


def median_client(u, c, m, size, rng):
    total = np.median(clipped(u, c), axis=0) * len(u) if len(u) else u.sum(axis=0)
    return noisy(total, m, c, size, rng)


def on_a_grid(u, c, m, size, rng):
    return np.round(noisy(clipped(u, c).sum(axis=0), m, c, size, rng), 4)


def columns_of_a_square(u, c, m, size, rng):
    axis = 0 if u.shape[0] == u.shape[1] else 1
    rows = u / np.maximum(1, np.linalg.norm(u, axis=axis, keepdims=True) / c)
    return noisy(rows.sum(axis=0), m, c, size, rng)


for answer in (
    columns_of_a_square, shares_of_noise, at_most_one, rounded_clients, largest_entry, sum_of_absolutes,
    one_draw_for_all, laplace, own_generator, only_the_first_thousand, twins_counted_once,
    no_noise_for_one, cut_at_four, median_client, on_a_grid, clipped_unless_alone,
    shortened_if_alone, absurd_clients_left_out,
):  # fmt: skip
    refused(checks.private_average)(averaged(answer))
refused(checks.private_average, "changed_input")(averaged(in_place))


@right(checks.private_average)
def client_by_client(updates, *, clip_norm, noise_multiplier, expected_clients, rng):
    total = np.zeros(updates.shape[1])
    for update in updates:
        length = math.sqrt(float(update @ update))
        total += update if length <= clip_norm else update * (clip_norm / length)
    for j in range(len(total)):
        total[j] += noise_multiplier * clip_norm * rng.standard_normal()
    return total / expected_clients


@right(checks.private_average)
def noise_after_the_division(updates, *, clip_norm, noise_multiplier, expected_clients, rng):
    norms = np.linalg.norm(updates, axis=1)
    factors = np.minimum(1.0, clip_norm / (norms + 1e-10))
    sigma = noise_multiplier * clip_norm / expected_clients
    return factors @ updates / expected_clients + rng.normal(0, sigma, updates.shape[1])


@right(checks.private_average)
def in_units_of_the_clip_norm(updates, *, clip_norm, noise_multiplier, expected_clients, rng):
    total = clipped(updates / clip_norm, 1.0).sum(axis=0)
    return clip_norm / expected_clients * rng.normal(total, noise_multiplier)


@right(checks.private_average)
def two_halves_of_the_noise(updates, *, clip_norm, noise_multiplier, expected_clients, rng):
    total, sigma = clipped(updates, clip_norm).sum(axis=0), noise_multiplier * clip_norm
    for _ in range(2):
        total = total + rng.normal(scale=sigma / math.sqrt(2), size=total.shape)
    return total / expected_clients


# Exercise 25.2


def stepped(step):
    """An answer from ``step(norms, C, γ, η, L, noise)``."""

    def answer(norms, *, clip_norm, target, learning_rate, expected_clients, noise):
        return step(norms, clip_norm, target, learning_rate, expected_clients, noise)

    return answer


def fraction(norms, c, size, noise):
    return 0.5 + (np.sum(norms <= c) - len(norms) / 2 + noise) / size


for step in (
    lambda n, c, g, eta, size, z: float(np.quantile(n, g)) if len(n) else c,
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (np.clip(fraction(n, c, size, z), 0, 1) - g)),
    lambda n, c, g, eta, size, z: c * 2 ** (-eta * (fraction(n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * np.sign(fraction(n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-(fraction(n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: c if not len(n) else c * np.exp(-eta * (fraction(n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n, c, size, abs(z)) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n, c, size, z) - 0.5)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n, c, size, 2 * z) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n[:256], c, size, z) - g)),
    lambda n, c, g, eta, size, z: np.exp(-eta * (fraction(n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: max(c * np.exp(-eta * (fraction(n, c, size, z) - g)), 0.05),
    lambda n, c, g, eta, size, z: min(c * np.exp(-eta * (fraction(n, c, size, z) - g)), 100.0),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n * n, c, size, z) - g)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n, c, round(size), z) - g)),
    lambda n, c, g, eta, size, z: fraction(n, c, size, z),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * np.clip(fraction(n, c, size, z) - g, -1, 1)),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(n, c * (1 + 1e-5), size, z) - g)),
    lambda n, c, g, eta, size, z: max(c * np.exp(-eta * (fraction(n, c, size, z) - g)), 1e-6),
    lambda n, c, g, eta, size, z: min(c * np.exp(-eta * (fraction(n, c, size, z) - g)), 1e6),
    lambda n, c, g, eta, size, z: c * np.exp(-eta * (fraction(np.unique(n), c, size, z) - g)),
):  # fmt: skip
    refused(checks.next_clip_norm)(stepped(step))


@right(checks.next_clip_norm)
def client_by_client_bits(norms, *, clip_norm, target, learning_rate, expected_clients, noise):
    total = noise
    for norm in norms:
        total += -0.5 if norm > clip_norm else 0.5
    return clip_norm / math.exp(learning_rate * (total / expected_clients + 0.5 - target))


@right(checks.next_clip_norm)
def in_logarithms(norms, *, clip_norm, target, learning_rate, expected_clients, noise):
    signs = np.where(np.asarray(norms) <= clip_norm, 1, -1)
    b = (1 + (signs.sum() + 2 * noise) / expected_clients) / 2
    return np.exp(np.log(clip_norm) + learning_rate * (target - b))


# Exercise 25.3


def binary_string(rounds):
    nodes, first = [], 1
    for place, digit in enumerate(format(rounds, "b")):
        size = 2 ** (rounds.bit_length() - 1 - place)
        if digit == "1":
            nodes.append((first, first + size - 1))
            first += size
    return nodes


right(checks.prefix_nodes)(binary_string)


@right(checks.prefix_nodes)
def from_the_end(rounds):
    nodes, last = [], rounds
    while last:
        rest = last & (last - 1)  # without the lowest digit 1
        nodes.append((rest + 1, last))
        last = rest
    return nodes


@right(checks.prefix_nodes)
def recursion(rounds, first=1):
    size = 1
    while 2 * size <= rounds:
        size *= 2
    rest = rounds - size
    return [[first, first + size - 1], *(recursion(rest, first + size) if rest else [])]


def by_logarithm(rounds):  # right for small t; float log2 rounds up just below large powers of 2
    nodes, first = [], 1
    while rounds:
        size = 2 ** int(math.log2(rounds))
        nodes.append((first, first + size - 1))
        first, rounds = first + size, rounds - size
    return nodes


right(checks.prefix_nodes)(by_logarithm)  # a faithful formula; wrong from 2**48 on only


@refused(checks.prefix_nodes, "round_by_round")
def every_round_of_its_own(rounds):  # never asked for 2**53 of them
    assert rounds < 10**6
    return [(k, k) for k in range(1, rounds + 1)]


@refused(checks.prefix_nodes)
def thirty_levels_at_most(rounds):
    return binary_string(min(rounds, 2**30))


@refused(checks.prefix_nodes)
def path_of_the_last_leaf(rounds):
    return [
        ((rounds - 1) // s * s + 1, (rounds - 1) // s * s + s)
        for s in (2**k for k in range(rounds.bit_length()))
    ]


@refused(checks.prefix_nodes)
def eights_twos_and_ones(rounds):
    nodes, first = [], 1
    for size in (8, 4, 2, 1):
        while rounds >= size:
            nodes.append((first, first + size - 1))
            first, rounds = first + size, rounds - size
    return nodes


@refused(checks.prefix_nodes)
def ten_bits(rounds):
    return [node for node in binary_string(rounds) if node[1] - node[0] < 1024]


@refused(checks.prefix_nodes)
def overlapping(rounds):
    size = 1 << (rounds.bit_length() - 1)
    return [(1, size)] if size == rounds else [(1, size), (rounds - size + 1, rounds)]


@refused(checks.prefix_nodes)
def sentinel(rounds):
    return [*binary_string(rounds), (0, 0)]


@refused(checks.prefix_nodes)
def reversed_pairs(rounds):
    return [(b, a) for a, b in binary_string(rounds)]


@refused(checks.prefix_nodes)
def floats(rounds):
    return [(float(a), float(b)) for a, b in binary_string(rounds)]


@refused(checks.prefix_nodes)
def as_a_set_of_ends(rounds):
    return {b for _, b in binary_string(rounds)}


@refused(checks.prefix_nodes)
def decimal_digits(rounds):
    nodes, first = [], 1
    for place, digit in enumerate(str(rounds)):
        size = 10 ** (len(str(rounds)) - 1 - place)
        for _ in range(int(digit)):
            nodes.append((first, first + size - 1))
            first += size
    return nodes


def kept(nodes=[]):  # noqa: B006
    def answer(rounds):
        nodes.extend(binary_string(rounds))
        return nodes

    return answer


refused(checks.prefix_nodes)(kept())


# Questions

right_value(checks.how_many_images, 13)
for n, code in ((12, "one_too_few"), (14, "the_one_shown"), (100_000, "in_proportion")):
    refused_value(checks.how_many_images, code, n)
refused_value(checks.how_many_images, "too_high", 20)
for crowd in (3548, 3981, 4467):
    right_value(checks.how_large_a_crowd, crowd)
for crowd, code in ((700, "our_crowd"), (1995, "other_noise"), (794, "per_round"), (0, "too_low")):
    refused_value(checks.how_large_a_crowd, code, crowd)
refused_value(checks.how_large_a_crowd, "too_high", 9000)
right_value(checks.most_noise, 63)
refused_value(checks.most_noise, "the_last", 64)
refused_value(checks.most_noise, "too_low", 47)
