"""Lesson 54: answers besides the named mistakes."""

import numpy as np

from lessons.checks import pysyft as checks
from lessons.dp.mechanisms.laplace import laplace_mechanism
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 54.1


def written(values, chosen, *, lower, upper, epsilon, left, rng, total=None, scale=None):
    if not (epsilon > 0 and epsilon <= left):
        raise ValueError(f"epsilon = {epsilon}")
    there = np.clip(values[chosen & ~np.isnan(values)], lower, upper)
    reach = max(upper, upper - lower, -lower)
    noise = rng.laplace(0, reach / epsilon if scale is None else scale(reach, epsilon))
    return there.sum() + noise if total is None else total(there, noise), left - epsilon


@right(checks.release)
def three_ways_to_move(values, chosen, **known):
    return written(values, chosen, **known)


@right(checks.release)
def row_by_row(values, chosen, *, lower, upper, epsilon, left, rng):
    if not (epsilon > 0 and left - epsilon >= 0):
        raise ValueError("the price does not fit")
    total = 0.0
    for value, yes in zip(values, chosen, strict=True):
        if yes and value == value:
            total += min(max(value, lower), upper)
    lowest, highest = min(0, lower), max(0, upper)
    noise = rng.exponential(size=2) * (highest - lowest) / epsilon
    return total + noise[0] - noise[1], left - epsilon


@right(checks.release)
def with_the_mechanism(values, chosen, *, lower, upper, epsilon, left, rng):
    if np.isnan(epsilon) or epsilon <= 0 or epsilon > left:
        raise ValueError("the price does not fit")
    moved = np.where(np.isnan(values) | ~chosen, 0.0, np.clip(values, lower, upper))
    reach = max(abs(lower), abs(upper), upper - lower)
    noisy = laplace_mechanism(np.array(moved.sum()), sensitivity=reach, epsilon=epsilon, rng=rng)
    return [noisy, left - epsilon]


@refused(checks.release, "no_noise")
def bare(values, chosen, **known):
    return written(values, chosen, **known, total=lambda there, noise: there.sum())


@refused(checks.release)
def gaussian(values, chosen, *, rng, **known):
    def total(there, noise):
        return there.sum() + rng.normal(scale=np.abs(noise) + 1e-300)

    return written(values, chosen, rng=rng, **known, total=total)


@refused(checks.release, "wrong_scale")
def half_of_it(values, chosen, **known):
    return written(values, chosen, **known, scale=lambda reach, epsilon: reach / epsilon / 2)


@refused(checks.release)
def cut_at_zero(values, chosen, **known):
    return written(values, chosen, **known, total=lambda there, noise: max(there.sum() + noise, 0))


@refused(checks.release, "one_sided")
def one_side(values, chosen, **known):
    return written(values, chosen, **known, total=lambda there, noise: there.sum() + abs(noise))


@refused(checks.release)
def noise_on_every_row(values, chosen, **known):
    return written(values, chosen, **known, total=lambda there, noise: (there + noise).sum())


@refused(checks.release, "raised")
def refuses_small_groups(values, chosen, **known):
    if chosen.sum() < 2:
        raise ValueError("the group is too small")
    return written(values, chosen, **known)


@refused(checks.release, "over_budget")
def gives_what_is_left(values, chosen, *, epsilon, left, **known):
    if not (epsilon > 0 and left > 0):
        raise ValueError("nothing left")
    return written(values, chosen, epsilon=min(epsilon, left), left=left, **known)


@refused(checks.release, "refused_by_value")
def nothing_and_the_same_budget(values, chosen, *, epsilon, left, **known):
    if not 0 < epsilon <= left:
        return None, left
    return written(values, chosen, epsilon=epsilon, left=left, **known)


@refused(checks.release, "wrong_type")
def one_number(values, chosen, **known):
    return written(values, chosen, **known)[0]


@refused(checks.release)
def whole_numbers(values, chosen, **known):
    return written(values, chosen, **known, total=lambda there, noise: round(there.sum() + noise))


@refused(checks.release, "raised")
def asserts(values, chosen, *, epsilon, left, **known):
    assert 0 < epsilon <= left
    return written(values, chosen, epsilon=epsilon, left=left, **known)


# Question 54.A

right_value(checks.price_of_five, 0.79)
right_value(checks.price_of_five, 0.789)
right_value(checks.price_of_five, 400 * np.log(20) / (304 * 5))
refused_value(checks.price_of_five, "too_high", 0.8)
refused_value(checks.price_of_five, "too_low", 0.5)
refused_value(checks.price_of_five, "bounds_apart", 0.59)
refused_value(checks.price_of_five, "scale_alone", 0.26)
