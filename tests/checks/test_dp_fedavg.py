"""Exercise 25.1: what its card says of the formula as it stands, and of a slip that it invites."""

import numpy as np

from lessons.checks import dp_fedavg as checks


def as_it_stands(updates, *, clip_norm, noise_multiplier, expected_clients, rng, keepdims=True):
    norms = np.linalg.norm(updates, axis=1, keepdims=keepdims)  # (25.iii), with C/0 for zeros
    total = (updates * np.minimum(1, clip_norm / norms)).sum(axis=0)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=total.shape)
    return (total + noise) / expected_clients


def without_keepdims(updates, **known):
    return as_it_stands(updates, **known, keepdims=False)


def test_formula_as_it_stands_passes_without_a_word_about_zeros():
    verdict = checks.private_average.verdict(as_it_stands)
    assert verdict.correct and not verdict.notes


def test_shapes_that_do_not_fit_are_shown_for_a_round_with_several_clients():
    message = checks.private_average.verdict(without_keepdims).message
    assert "could not be broadcast" in message and "(0," not in message
