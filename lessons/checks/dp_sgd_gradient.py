"""Check of Exercise 16.2: the sum of clipped rows, noise of the right size once, the expected size."""

from math import sqrt
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM
from lessons.checks.dp_sgd_clip import A_LIST, rows_with_norms, shape_of
from lessons.checks.dp_sgd_law import is_bell_shaped, is_normal
from lessons.checks.laplace_mechanism_law import draws_elsewhere
from lessons.dp.vectors import clip_rows
from lessons.validation import Vector

# clip norm, expected batch size, norms of the rows: sizes differ from the number of rows
SUMS = (
    (0.7, 12.5, (0.05, 0.33, 0.62, 1.4, 2.9, 17.0, 0.2)),
    (2.6, 3.2, (0.4, 1.3, 7.7, 3.1, 11.0)),
)
N_PARAMETERS = 4000
# clip norm, noise multiplier, expected batch size, norms of the rows: long ones, short ones, nobody
NOISES: tuple[tuple[float, float, float, tuple[float, ...]], ...] = (
    (0.37, 2.1, 20.5, (0.9, 1.4, 2.9, 0.8, 5.1, 0.75, 0.9, 1.1, 3.0)),
    (3.1, 0.6, 5.7, (4.0,)),
    (0.7, 1.3, 12.5, (0.05, 0.02, 0.11)),
    (1.9, 2.2, 6.4, ()),
)
TESTS = len(NOISES) + 1  # each of the noises, and one more: they share the false alarm


def examine_private_gradient(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Without noise: the clipped sum over the expected size. With noise: its law, for any batch."""
    return (
        _without_noise(attempt, rng)
        or _of_zeros(attempt, rng)
        or _of_nobody(attempt, rng)
        or _with_noise(attempt, rng)
        or _of_the_generator(attempt, rng)
    )


def _without_noise(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    for clip_norm, size, norms in SUMS:
        rows = rows_with_norms(norms, n_columns=6, rng=rng)
        settings: dict[str, Any] = {"clip_norm": clip_norm, "expected_batch_size": size}
        settings |= {"noise_multiplier": 0.0, "rng": rng}
        result = attempt(rows, **settings)
        if isinstance(result, list | tuple):
            return Found("wrong_type", A_LIST)
        if shape_of(result) == rows.shape:
            return Found("not_summed")
        one = attempt.array(rows, **settings, shape=(6,)).astype(float)
        two = attempt.array(rows, **settings, shape=(6,)).astype(float)
        if not _near(one, two):
            return Found("multiplier_ignored")
        if not _near(one, clip_rows(rows, clip_norm=clip_norm).sum(axis=0) / size):
            return _which_sum(one, rows, clip_norm=clip_norm, size=size)
    return None


def _near(one: Vector, other: Vector) -> bool:
    return bool(np.linalg.norm(one - other) <= 1e-4 * np.linalg.norm(other))


def _clipped(vector: Vector, clip_norm: float) -> Vector:
    return np.asarray(clip_rows(vector[None], clip_norm=clip_norm)[0])


def sums(rows: Vector, *, clip_norm: float, size: float) -> dict[str, Vector]:
    """What each usual mistake releases when there is no noise."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    clipped = clip_rows(rows, clip_norm=clip_norm)
    total, n = clipped.sum(axis=0), len(rows)
    frobenius = np.linalg.norm(rows)
    return {
        "actual_batch_size": total / n,
        "not_divided": total,
        "divided_twice": total / size / n,
        "divided_twice_by_the_size": total / size**2,
        "not_clipped": rows.sum(axis=0) / size,
        "not_clipped_mean": rows.mean(axis=0),
        "mean_clipped": _clipped(rows.mean(axis=0), clip_norm),
        "mean_clipped_over_size": _clipped(rows.sum(axis=0) / size, clip_norm),
        "sum_clipped": _clipped(rows.sum(axis=0), clip_norm) / size,
        "clipped_again": _clipped(total, clip_norm) / size,
        "scaled_up": (rows * clip_norm / norms).sum(axis=0) / size,
        "per_entry": np.clip(rows, -clip_norm, clip_norm).sum(axis=0) / size,
        "whole_batch": (rows * float(np.minimum(1.0, clip_norm / frobenius))).sum(axis=0) / size,
        "always_one": clip_rows(rows, clip_norm=1.0).sum(axis=0) / size,
        "dropped": rows[norms[:, 0] <= clip_norm].sum(axis=0) / size,
        "divided_by_c": total / size / clip_norm,
    }


SAME_AS = {  # several ways to make one mistake
    "divided_twice_by_the_size": "divided_twice",
    "not_clipped_mean": "not_clipped",
    "mean_clipped_over_size": "mean_clipped",
    "clipped_again": "sum_clipped",
}


def _which_sum(release: Vector, rows: Vector, *, clip_norm: float, size: float) -> Found:
    for code, slip in sums(rows, clip_norm=clip_norm, size=size).items():
        if np.linalg.norm(release - slip) <= 1e-6 * np.linalg.norm(slip):
            return Found(SAME_AS.get(code, code))
    return Found("wrong_sum")


def _of_zeros(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    rows = rows_with_norms((0.4, 2.0), n_columns=6, rng=rng) * np.array([[0.0], [1.0]])
    settings: dict[str, Any] = {"clip_norm": 0.7, "expected_batch_size": 5.0, "rng": rng}
    found = attempt.fails(rows, **settings, noise_multiplier=0.0)
    if found is not None:
        return Found("zero_row", found.details)
    release = np.asarray(attempt(rows, **settings, noise_multiplier=0.0), dtype=float)
    return None if _near(release, clip_rows(rows, clip_norm=0.7)[1] / 5.0) else Found("zero_row")


def _of_nobody(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    settings: dict[str, Any] = {"clip_norm": 0.7, "expected_batch_size": 5.0, "rng": rng}
    nobody = np.zeros((0, 6))
    found = attempt.fails(nobody, **settings, noise_multiplier=1.3)
    if found is not None:
        return Found("empty_batch", found.details)
    release = attempt(nobody, **settings, noise_multiplier=1.3)
    if shape_of(release) != (6,) or not np.isfinite(np.asarray(release, dtype=float)).all():
        return Found("empty_batch")
    return None


def _with_noise(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    for place, (clip_norm, multiplier, size, norms) in enumerate(NOISES):
        rows = rows_with_norms(norms, n_columns=N_PARAMETERS, rng=rng)
        release = attempt.array(
            rows,
            clip_norm=clip_norm,
            noise_multiplier=multiplier,
            expected_batch_size=size,
            rng=rng,
            shape=(N_PARAMETERS,),
        ).astype(float)
        noise = release * size - clip_rows(rows, clip_norm=clip_norm).sum(axis=0)
        if is_normal(noise, multiplier * clip_norm, false_alarm=FALSE_ALARM / TESTS):
            if _repeats(noise):
                return Found("shared_noise")
            if _linked(noise, multiplier * clip_norm):
                return Found("linked_noise")
            continue
        wanted = {"clip_norm": clip_norm, "multiplier": multiplier, "size": size}
        return _which_noise(noise, rows, place=place, **wanted)
    return None


def _repeats(noise: Vector) -> bool:
    """Whether draws come back, up to the sign; a few pairs may, in single precision."""
    _, counts = np.unique(np.abs(noise), return_counts=True)
    return bool(counts.max() > 3 or (counts > 1).sum() > 8)


def _linked(noise: Vector, sigma: float) -> bool:
    """Whether neighbours are correlated (by more than 7 standard deviations), or the sum is known."""
    correlation = float(np.mean(noise[1:] * noise[:-1])) / sigma**2
    known_sum = abs(float(noise.mean())) < 1e-9 * sigma
    return abs(correlation) > 7 / sqrt(len(noise)) or known_sum


def deviations(*, clip_norm: float, multiplier: float, size: float, n: int) -> dict[str, float]:
    """Code of a mistake -> the standard deviation that it gives the noise on the sum."""
    sigma = multiplier * clip_norm
    return {
        "clip_norm_missing": multiplier,
        "multiplier_missing": clip_norm,
        "noise_for_every_example": sigma * sqrt(n),
        "noise_not_divided": sigma * size,
        "noise_divided_twice": sigma / size,
        "noise_by_actual_size": sigma * size / n if n else sigma,
        "variance_as_deviation": sigma**2,
        "root_of_deviation": sqrt(sigma),
        "multiplier_over_clip_norm": multiplier / clip_norm,
        "averaged_noise": sigma / sqrt(n) if n else sigma,
        "root_of_size": sigma / sqrt(size),
        "grows_with_the_batch": sigma * n,
        "without_either": 1.0,
    }


def _which_noise(
    noise: Vector, rows: Vector, *, place: int, clip_norm: float, multiplier: float, size: float
) -> Found:
    n, sigma = len(rows), multiplier * clip_norm
    if np.ptp(noise) < 1e-6 * sigma:
        if abs(noise.mean()) > 1e-6 * sigma:
            return Found("one_noise_for_all")
        return Found("no_noise_for_nobody" if n == 0 else "no_noise")
    if place == 2:  # right for long rows, wrong for short ones
        return Found("noise_from_the_batch")
    names = {"clip_norm": clip_norm, "multiplier": multiplier, "size": size}
    for code, deviation in deviations(**names, n=n).items():
        if abs(deviation / sigma - 1) > 0.1 and is_normal(noise, deviation):
            return Found(code)
    release = noise + clip_rows(rows, clip_norm=clip_norm).sum(axis=0)
    if n and np.linalg.norm(release) <= max(n, size) * clip_norm * 1.001:
        return Found("clipped_after_noise")
    if (noise >= 0).all() or (noise <= 0).all():
        return Found("one_sided")
    if not is_bell_shaped(noise):
        return Found("wrong_law")
    return Found("wrong_noise", f"On the sum it is {noise.std() / sigma:.2f} times that of (16.3).")


def _of_the_generator(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    rows = rows_with_norms((0.4, 2.0), n_columns=6, rng=rng)
    settings: dict[str, Any] = {"clip_norm": 0.7, "noise_multiplier": 1.3}
    settings["expected_batch_size"] = 5.0
    if draws_elsewhere(lambda own: attempt(rows, **settings, rng=own), rng):
        return Found("global_random")
    return None
