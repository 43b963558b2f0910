"""Answers to Exercise 36.4 with a known verdict, besides those of ``made_by``."""

import numpy as np

from lessons.checks.private_inference import stolen_layer
from tests.checks.answers import refused, right


@right(stolen_layer)
def pixel_by_pixel(ask, *, n_in):
    bias = ask(np.zeros((1, n_in)))[0]
    return np.array([ask(one[None])[0] - bias for one in np.eye(n_in)]), bias


@right(stolen_layer)
def brighter_pixels(ask, *, n_in):
    z = ask(np.vstack([100 * np.eye(n_in), np.zeros((1, n_in))]))
    return (z[:-1] - z[-1]) / 100, z[-1]


@right(stolen_layer)
def unknowns_and_equations(ask, *, n_in):
    x = np.random.default_rng(1).normal(size=(n_in + 1, n_in)) + 2 * np.eye(n_in + 1, n_in)
    found = np.linalg.solve(np.column_stack([x, np.ones(n_in + 1)]), ask(x))
    return found[:-1], found[-1]


@right(stolen_layer)
def as_lists(ask, *, n_in):
    z = ask([[0.0] * n_in, *np.eye(n_in).tolist()])
    return (z[1:] - z[0]).tolist(), z[0].tolist()


def of(rule):
    def answer(ask, *, n_in):
        z = ask(np.vstack([np.zeros((1, n_in)), np.eye(n_in)]))
        return rule(z[1:], z[0])

    return answer


for code, rule in {
    "bias_in": lambda z, b: (np.array(z), b + 0.0),
    "negated": lambda z, b: (-(z - b), b),
    "transposed": lambda z, b: (np.array([row - b for row in z]).T, b),
}.items():
    refused(stolen_layer, code)(of(rule))

for rule in (
    lambda z, b: (z + b, b),
    lambda z, b: (z - b, -b),
    lambda z, b: (np.maximum(z - b, 0), b),
    lambda z, b: ((z - b)[::-1], b),
    lambda z, b: (np.round(z - b, 3), b),
    lambda z, b: (z - b, b[np.newaxis]),
    lambda z, b: (z - b, float(b.mean())),
    lambda z, b: (z - z.mean(axis=0), b),
    lambda z, b: np.vstack([z - b, b]),
    lambda z, b: z - b,
):
    refused(stolen_layer)(of(rule))


@refused(stolen_layer)
def one_image_without_its_axis(ask, *, n_in):
    return np.array([ask(one) for one in np.eye(n_in)]), ask(np.zeros(n_in))


@refused(stolen_layer, "too_many")
def black_twice(ask, *, n_in):
    z = ask(np.vstack([np.zeros((2, n_in)), np.eye(n_in)]))
    return z[2:] - z[0], z[0]


@refused(stolen_layer)
def made_for_the_digits(ask, *, n_in):
    z = ask(np.vstack([np.zeros((1, 64)), np.eye(64)]))
    return z[1:] - z[0], z[0]
