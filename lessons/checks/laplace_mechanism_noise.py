"""Checks of lesson 12 that look at the noise of the Laplace mechanism: its law and its size."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import frequency_bound
from lessons.checks.exercise import Mistake
from lessons.checks.laplace_mechanism_law import (
    draws_elsewhere,
    is_laplace,
    is_one_sided,
    law_or_scale,
)
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
    few = np.zeros(3)
    if draws_elsewhere(lambda own: attempt(few, sensitivity=3.0, epsilon=0.5, rng=own), rng):
        return Found("global_random")
    return _of_a_number(attempt, rng) or _of_a_table(attempt, rng)


def _of_a_number(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    settings: dict[str, Any] = {"sensitivity": 3.0, "epsilon": 0.5, "rng": rng}
    if np.shape(attempt(np.array(7.0), **settings)) != ():
        return Found("shape_of_a_number")
    attempt.number(np.array(7.0), **settings)
    draws = np.array([float(one) for one in attempt.repeat(200, np.array(7.0), **settings)])
    return None if is_laplace(draws - 7.0, 6.0) else Found("noise_of_a_number")


def _of_a_table(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """In 4000 entries no |noise| comes twice: by chance with probability below 1e-8."""
    value = np.zeros((40, 100))
    noise = attempt.array(value, sensitivity=3.0, epsilon=0.5, rng=rng, shape=value.shape).ravel()
    if len(np.unique(np.abs(noise))) < len(noise):
        return Found("shared_noise")
    return None if is_laplace(noise, 6.0) else Found("noise_of_a_table")


def _which_noise(
    release: Vector, noise: Vector, *, sensitivity: float, epsilon: float
) -> Found | None:
    value, b = release - noise, sensitivity / epsilon
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
    if is_laplace(release, b):
        return Found("value_missing")
    if is_laplace(noise / value, b) or is_laplace(release / value, b):
        return Found("noise_multiplied")
    if is_laplace(noise - b, 1.0):
        return Found("not_centred", "Is Δ/ε the place of your noise, or its scale?")
    if is_one_sided(noise):
        return Found("one_sided")
    if abs(np.mean(noise > 0) - 0.5) > frequency_bound(len(noise)):
        return Found("not_centred")
    return law_or_scale(noise)


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
    "value_missing": Mistake(
        "You return the noise alone; the release is the value plus noise.",
        "Perfectly private, and it says nothing about the table.",
    ),
    "noise_multiplied": Mistake(
        "You multiply the value by the noise; (12.3) adds it.",
        "The noise then grows with the value: a count of 0 is released exactly.",
    ),
    "not_centred": Mistake(
        "Your noise is not centred at 0.",
        "The first argument of rng.laplace is loc, the centre; the scale is the second. "
        "The noise is then Lap(1) for every ε.",
    ),
    "noise_of_a_number": Mistake(
        "A vector gets the right noise, a single number of shape () does not.",
        "One count is the most common release of all: it needs noise as well.",
    ),
    "noise_of_a_table": Mistake(
        "A vector gets the right noise, a table of two dimensions does not.",
        "The scale is Δ/ε whatever the shape is.",
    ),
    "shared_noise": Mistake(
        "Some entries of a table of two dimensions share their noise, up to its sign.",
        "One draw per column, or z and −z: differences or sums of entries are released exactly.",
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
