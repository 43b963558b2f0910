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


def with_total(some_total):
    """The gate with another sum, of (values, chosen, lower, upper)."""

    def answer(values, chosen, *, lower, upper, **known):
        exact = some_total(values, chosen, lower, upper)
        told = {**known, "lower": lower, "upper": upper}
        return written(values, chosen, **told, total=lambda there, noise: exact + noise)

    return answer


def everybody(v, c, low, high):
    return np.clip(v[~np.isnan(v)], low, high).sum()


def a_mean(v, c, low, high):
    some = np.clip(v[c & ~np.isnan(v)], low, high)
    return some.mean() if len(some) else 0.0


def scaled_up(v, c, low, high):
    """Most of the chosen are missing: the others stand for all."""
    some = np.clip(v[c & ~np.isnan(v)], low, high)
    return some.sum() * (c.sum() / len(some) if 0 < 2 * len(some) < c.sum() else 1)


def without_the_infinite(v, c, low, high):
    return np.clip(v[c & np.isfinite(v)], low, high).sum()


def unclipped(v, c, low, high):
    return float(np.nansum(np.where(c, v, 0)))


for total in (everybody, a_mean, scaled_up, without_the_infinite):
    refused(checks.release)(with_total(total))
refused(checks.release, "not_clipped")(with_total(unclipped))


@refused(checks.release, "left_out_clipped")
def zeros_clipped(values, chosen, *, lower, upper, **known):
    there = np.clip(np.where(chosen & ~np.isnan(values), values, 0), lower, upper).sum()
    told = {**known, "lower": lower, "upper": upper}
    return written(values, chosen, **told, total=lambda some, noise: there + noise)


@refused(checks.release)
def range_of_the_data(values, chosen, **known):
    there = np.clip(values[chosen & (values == values)], known["lower"], known["upper"])
    reach = float(np.ptp(there)) if len(there) else 0.0
    return written(values, chosen, **known, scale=lambda _, epsilon: reach / epsilon)


@refused(checks.release, "tails")
def no_wild_noise(values, chosen, *, rng, **known):
    """Drawn again beyond seven scales: then some outcomes are possible for one table only."""
    scale = max(known["upper"], known["upper"] - known["lower"], -known["lower"]) / known["epsilon"]

    def total(there, noise):
        while abs(noise) > 7 * scale:
            noise = rng.laplace(0, scale)
        return there.sum() + noise

    return written(values, chosen, **known, rng=rng, total=total)


@refused(checks.release)
def exact_for_nobody(values, chosen, *, epsilon, left, **known):
    if 0 < epsilon <= left and not chosen.any():
        return 0.0, left - epsilon
    return written(values, chosen, epsilon=epsilon, left=left, **known)


@refused(checks.release)
def free_for_nobody(values, chosen, *, left, **known):
    total, rest = written(values, chosen, left=left, **known)
    return total, rest if chosen.any() else left


@refused(checks.release)
def everybody_stays(values, chosen, **known):
    """All are chosen, so nobody can leave."""
    near = known["upper"] - known["lower"]
    return written(
        values, chosen, **known, scale=lambda far, e: (near if chosen.all() else far) / e
    )


@refused(checks.release, "budget_not_booked")
def millionths_left(values, chosen, **known):
    total, left = written(values, chosen, **known)
    return total, round(left, 6)


@refused(checks.release, "budget_not_booked")
def one_at_most(values, chosen, *, epsilon, left, **known):
    total, rest = written(values, chosen, epsilon=epsilon, left=left, **known)
    return total, rest if epsilon < 1 or left > 1e9 else left - 1


@refused(checks.release, "raised")
def floats_only(values, chosen, *, epsilon, **known):
    if not isinstance(epsilon, float):
        raise ValueError("the price must be a float")
    return written(values, chosen, epsilon=epsilon, **known)


@refused(checks.release, "raised")
def never_the_whole_budget(values, chosen, *, epsilon, left, **known):
    if epsilon == left:
        raise ValueError("nothing would be left")
    return written(values, chosen, epsilon=epsilon, left=left, **known)


@refused(checks.release, "over_budget")
def with_some_slack(values, chosen, *, epsilon, left, **known):
    if not epsilon > 0 or epsilon - left > 1e-9:
        raise ValueError("the price does not fit")
    total, _ = written(values, chosen, epsilon=epsilon, left=epsilon, **known)
    return total, max(0.0, left - epsilon)


@refused(checks.release, "refused_by_value")
def nan_and_the_same_budget(values, chosen, *, epsilon, left, **known):
    if not 0 < epsilon <= left:
        return float("nan"), left
    return written(values, chosen, epsilon=epsilon, left=left, **known)


def priced(allowed):
    """The gate with another rule of prices, of (left, epsilon)."""

    def answer(values, chosen, *, epsilon, left, **known):
        if not allowed(left, epsilon):
            raise ValueError("the price does not fit")
        size = abs(epsilon) if epsilon and epsilon == epsilon else 1.0
        total, _ = written(values, chosen, epsilon=size, left=np.inf, **known)
        return total, left - epsilon

    return answer


refused(checks.release, "bad_price")(priced(lambda left, e: not (e > left or e <= 0)))
refused(checks.release, "bad_price")(priced(lambda left, e: e <= left))


@right(checks.release)
def by_the_quantile(values, chosen, *, lower, upper, epsilon, left, rng):
    if not 0 < epsilon <= left:
        raise ValueError("the price does not fit")
    u = rng.random() - 0.5
    noise = -np.sign(u) * np.log1p(-2 * abs(u)) * np.ptp([lower, upper, 0]) / epsilon
    return np.clip(values[chosen & (values == values)], lower, upper).sum() + noise, left - epsilon


@right(checks.release)
def a_side_and_a_size(values, chosen, *, lower, upper, epsilon, left, rng):
    if not (epsilon > 0 and left - epsilon >= 0):
        raise ValueError("the price does not fit")
    noise = (2 * rng.integers(2) - 1) * rng.exponential((max(upper, 0) - min(lower, 0)) / epsilon)
    there = [min(max(v, lower), upper) for v in values[chosen].tolist() if v == v]
    return np.float64(sum(there) + noise), np.float64(left - epsilon)


# Question 54.A

right_value(checks.price_of_five, 0.79)
right_value(checks.price_of_five, 0.789)
right_value(checks.price_of_five, 400 * np.log(20) / (304 * 5))
refused_value(checks.price_of_five, "too_high", 0.8)
refused_value(checks.price_of_five, "too_low", 0.5)
refused_value(checks.price_of_five, "bounds_apart", 0.59)
refused_value(checks.price_of_five, "scale_alone", 0.26)
