"""Checks of lesson 12 that look at the noise of the Laplace mechanism: its law and its size."""

from math import log

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.checks.exercise import Mistake
from lessons.validation import Vector

# Exercise 12.2: the Laplace mechanism

SETTINGS = ((3.0, 0.5), (0.4, 2.0))  # (Δ, ε): Δ/ε, ε/Δ, 1/ε, Δ and Δε all differ


def examine_laplace(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The noise must be Laplace of scale Δ/ε, fresh for every entry, whatever the value is."""
    n = 4000
    value = np.linspace(-50.0, 50.0, n)
    for sensitivity, epsilon in SETTINGS:
        release = attempt.array(
            value, sensitivity=sensitivity, epsilon=epsilon, rng=rng, shape=(n,)
        ).astype(float)
        noise = release - value
        if is_laplace(noise, sensitivity / epsilon):
            continue
        return _which_noise(release, noise, sensitivity=sensitivity, epsilon=epsilon)
    single = attempt(np.array(7.0), sensitivity=3.0, epsilon=0.5, rng=rng)
    return None if np.shape(single) == () else Found("shape_of_a_number")


def _which_noise(
    release: Vector, noise: Vector, *, sensitivity: float, epsilon: float
) -> Found | None:
    if np.ptp(noise) < 1e-9:
        return Found("one_noise_for_all" if abs(noise[0]) > 1e-9 else "no_noise")
    if (release == np.round(release)).all():
        return Found("rounded")
    if release.min() == 0:
        return Found("cut_at_zero")
    for code, scale in {
        "sensitivity_ignored": 1 / epsilon,
        "epsilon_ignored": sensitivity,
        "scale_inverted": epsilon / sensitivity,
        "multiplied": sensitivity * epsilon,
    }.items():
        if is_laplace(noise, scale):
            return Found(code)
    if noise.min() >= 0 or noise.max() <= 0:
        return Found("one_sided")
    return law_or_scale(noise)


def law_or_scale(noise: Vector) -> Found:
    """Say what is wrong with noise that is no Laplace noise of a known scale.

    (E|Z|)² / E Z² is 1/2 for Laplace noise of any scale, 2/π for Gaussian, 3/4 for uniform noise.
    """
    size = float(np.abs(noise).mean())
    if not 0.44 < size**2 / float((noise**2).mean()) < 0.56:
        return Found("wrong_law")
    return Found("wrong_scale", f"The typical size of your noise is {size:.2f}.")


def laplace_cdf(x: Vector, *, scale: float) -> Vector:
    """Pr[Z <= x] of Z ~ Lap(scale)."""
    tail = np.exp(-np.abs(x) / scale) / 2
    return np.asarray(np.where(x < 0, tail, 1 - tail))


def is_laplace(noise: Vector, scale: float) -> bool:
    """Whether independent draws (n,) look like Lap(scale) in shape and in size."""
    gap = cdf_distance(noise, lambda x: laplace_cdf(x, scale=scale))
    half = FALSE_ALARM / 2
    close = gap <= cdf_bound(len(noise), false_alarm=half)
    return close and has_mean(np.abs(noise), scale, false_alarm=half)


def has_mean(draws: Vector, mean: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether exponential draws (n,), such as |Laplace noise|, can have this mean.

    Chernoff: the average of n such draws is beyond r times its mean with probability at most
    e^(−n·(r − 1 − ln r)) on each side.
    """
    ratio = float(draws.mean()) / mean
    if ratio <= 0:
        return False
    return bool(len(draws) * (ratio - 1 - log(ratio)) <= log(2 / false_alarm))


LAPLACE_MISTAKES = {
    "no_noise": Mistake(
        "The release is the true value: no noise has been added.",
        "Without noise two neighbouring tables give different outputs with certainty: ε is infinite.",
    ),
    "one_noise_for_all": Mistake(
        "Every entry got the same noise.",
        "One draw for all entries: the differences between entries are released exactly. "
        "Draw with size=value.shape.",
    ),
    "sensitivity_ignored": Mistake(
        "The noise is as large as it would be for a query of sensitivity 1.",
        "Scale 1/ε is right for counts only; a query that one person moves by 3 gets 3ε-DP.",
    ),
    "epsilon_ignored": Mistake(
        "The noise does not change with ε.",
        "Scale Δ whatever ε is: the promise is 1-DP, not the ε that was asked for.",
    ),
    "scale_inverted": Mistake(
        "The noise shrinks when the sensitivity grows.",
        "Scale ε/Δ: the ratio is upside down, so more exposed queries get less noise.",
    ),
    "multiplied": Mistake(
        "The noise grows with ε, so a stronger promise would be less protected.",
        "Scale Δ·ε: small ε must mean much noise.",
    ),
    "one_sided": Mistake(
        "All your noise points the same way.",
        "Exponential noise: an output below f(x) rules that data set out; the ratio is infinite.",
    ),
    "wrong_law": Mistake(
        "Noise of this shape is not Laplace noise, of any scale.",
        "Uniform or Gaussian noise: the ratio of its two densities has no bound e^ε.",
    ),
    "wrong_scale": Mistake(
        "This is Laplace noise, but of the wrong size.",
        "Compare with b = Δ/ε; the standard deviation of Lap(b) is b·√2, not b.",
    ),
    "rounded": Mistake(
        "Your releases are whole numbers.",
        "Rounding after the noise costs no privacy, but the function must serve means as well.",
    ),
    "cut_at_zero": Mistake(
        "Your releases never go below 0.",
        "Cutting off after the noise costs no privacy, but not every query is a count, and an "
        "average of such releases is too large.",
    ),
    "shape_of_a_number": Mistake(
        "A single number comes back with another shape.",
        "Draw with size=value.shape: for one number that shape is (), not (1,).",
    ),
}
