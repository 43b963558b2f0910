"""Check of lesson 12's private mean: its place, the size of its noise, what that must not depend on."""

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.laplace_mechanism_law import (
    draws_elsewhere,
    is_laplace,
    is_one_sided,
    law_or_scale,
)
from lessons.validation import Vector

LOWER, UPPER, N, EPS = -50.0, 30.0, 40, 2.0
SCALE = (UPPER - LOWER) / (N * EPS)  # 1
INSIDE = -45.0 + 70.0 * np.linspace(0.0, 1.0, N - 4) ** 2
SPREAD = np.concatenate([INSIDE[:20], [-400.0, 900.0], INSIDE[20:], [2000.0, 1500.0]])
OUTSIDE = np.concatenate([[-10.0, 0.0, 5.0, 10.0], np.full(18, -900.0), np.full(18, 900.0)])
ZEROS, TOP = np.zeros(N), np.full(N, UPPER)
FAR = {"lower": 1000.0, "upper": 1010.0}  # the mean is 100 times the interval: noise on n shows
FEW, FEW_EPS = np.full(2, 1003.0), 40.0  # (U − L)/((n ± 1)·ε) shows; no release near a bound


def examine_private_mean(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The clipped mean, plus Laplace noise whose size does not depend on the data."""
    near = {"lower": LOWER, "upper": UPPER}

    def draw(
        values: Vector, times: int, bounds: dict[str, float] = near, epsilon: float = EPS
    ) -> Vector:
        attempt.number(values, **bounds, epsilon=epsilon, rng=rng)
        draws = attempt.repeat(times, values, **bounds, epsilon=epsilon, rng=rng)
        return np.array([float(one) for one in draws])

    if attempt.refuses(ZEROS, **near, epsilon=EPS, rng=rng):
        return _noise_of_size_zero(attempt, rng)
    at_zero = draw(ZEROS, 3000)
    quiet = [attempt.number(SPREAD, **near, epsilon=1e9, rng=rng) for _ in range(2)]
    if np.ptp(at_zero) < 1e-9:
        if abs(attempt.number(ZEROS, **near, epsilon=1e9, rng=rng) - at_zero[0]) > 1e-6:
            return Found("global_random")  # there is noise, the same in every call
        if np.ptp(draw(SPREAD, 20)) < 1e-9:
            return Found("no_noise")
        return _vanishing_noise(quiet[0])
    if abs(quiet[0] - quiet[1]) > 1e-3:
        return Found("epsilon_ignored")
    if found := _where_it_lies(quiet[0]):
        return found
    if is_one_sided(at_zero):
        return Found("one_sided")
    if found := _pulled_inwards(draw(TOP, 60)):
        return found
    if not is_laplace(at_zero, SCALE):
        return _which_mean_noise(at_zero)
    if draws_elsewhere(lambda own: attempt(SPREAD, **near, epsilon=EPS, rng=own), rng):
        return Found("global_random")
    if not is_laplace(draw(OUTSIDE, 150) - float(np.clip(OUTSIDE, LOWER, UPPER).mean()), SCALE):
        return Found("noise_from_the_data")
    return _of_few_rows(draw(FEW, 600, FAR, FEW_EPS) - 1003.0)


def _noise_of_size_zero(attempt: Attempt, rng: np.random.Generator) -> Found:
    """When all values are equal, a range read off the data is 0, and a careful helper refuses it."""
    spread = {"lower": LOWER, "upper": UPPER, "epsilon": 1e9, "rng": rng}
    if attempt.refuses(SPREAD, **spread):
        attempt.number(ZEROS, **(spread | {"epsilon": EPS}))  # ends the check: it raises
    return _vanishing_noise(attempt.number(SPREAD, **spread))


def _vanishing_noise(quiet: float) -> Found:
    clipped = abs(quiet - np.clip(SPREAD, LOWER, UPPER).mean()) < 1e-3
    return Found("noise_from_the_data" if clipped else "bounds_from_the_data")


def _of_few_rows(noise: Vector) -> Found | None:
    """Noise in the denominator makes the release stray by the mean itself, not by the interval."""
    scale = 10.0 / (len(FEW) * FEW_EPS)
    if is_laplace(noise, scale):
        return None
    return Found("noise_on_n" if np.abs(noise).mean() > 20 * scale else "wrong_n")


def _where_it_lies(quiet: float) -> Found | None:
    clipped = np.clip(SPREAD, LOWER, UPPER)
    inside = SPREAD[(SPREAD >= LOWER) & (SPREAD <= UPPER)]
    known = {
        "": clipped.mean(),
        "not_clipped": SPREAD.mean(),
        "clipped_too_late": np.clip(SPREAD.mean(), LOWER, UPPER),
        "not_divided": clipped.sum(),
        "dropped": inside.mean(),
        "divided_by_those_inside": clipped.sum() / len(inside),
        "inside_over_n": inside.sum() / N,
        "one_side_only": np.minimum(SPREAD, UPPER).mean(),
        "one_side_only ": np.maximum(SPREAD, LOWER).mean(),
        "median": np.median(clipped),
    }
    for code, place in known.items():
        if abs(quiet - place) < 1e-3:
            return Found(code.strip()) if code else None
    return Found("wrong_place")


def _pulled_inwards(at_top: Vector) -> Found | None:
    """Half of the draws lie above the bound, or on it when the release is cut off there: both right."""
    return Found("noise_before_clipping") if at_top.max() < UPPER else None  # by chance 2^-60


def _which_mean_noise(noise: Vector) -> Found:
    for code, scale in {
        "add_remove_sensitivity": max(abs(LOWER), abs(UPPER)) / (N * EPS),
        "lower_forgotten": UPPER / (N * EPS),
        "sensitivity_of_the_sum": (UPPER - LOWER) / EPS,
        "epsilon_upside_down": (UPPER - LOWER) * EPS / N,
        "half_of_epsilon": 2 * SCALE,
    }.items():
        if is_laplace(noise, scale):
            return Found(code)
    size = float(noise.std()) / (np.sqrt(2) * SCALE)
    if any(abs(size / one - 1) < 0.1 for one in (np.sqrt(N), 1 / np.sqrt(N))):
        return Found("noise_on_every_row")
    return law_or_scale(noise)
