"""Check of lesson 13's private sum: where it lies, the law of its noise, what that may depend on."""

from collections.abc import Callable
from math import log, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.checks.laplace_mechanism_law import draws_elsewhere
from lessons.dp.gaussian import analytic_sigma
from lessons.dp.vectors import clip_rows
from lessons.validation import Vector

CLIP, EPSILON, DELTA = 2.5, 0.6, 1e-4
KNOWN: dict[str, Any] = {"clip_norm": CLIP, "epsilon": EPSILON, "delta": DELTA}
SIGMA = analytic_sigma(l2_sensitivity=CLIP, epsilon=EPSILON, delta=DELTA)  # about 13
WIDE = 4000  # columns of the tables that show the law of the noise
REPEATS = 300  # their average tells places apart that one release does not
FAR = 12 * SIGMA  # no sum of the right place strays so far; every slip of place does


def _long_and_short() -> Vector:
    """Rows (2400, 4): some inside the clip norm, some long, one of zeros, one enormous."""
    turn = np.linspace(0.0, 1.4, 1200)
    long = 6.0 * np.column_stack([np.cos(turn), np.sin(turn), 0.5 + 0 * turn, turn - 0.2])
    short = np.column_stack([0.9 + 0 * turn, 0.7 * turn, -0.4 + 0 * turn, 0.8 - turn / 2])
    rows = np.concatenate([long, short])
    rows[7], rows[1300] = (3e5, -4e5, 1e5, 2e5), 0.0
    return rows


ROWS = _long_and_short()
INSIDE = np.full((10, WIDE), 0.5 * CLIP / sqrt(WIDE))  # ten rows of C/2: nothing is clipped
WHOLE = np.array([[3, 4, 0], [0, 1, 0], [6, 0, 8]] * 300)  # integers, long and short


def examine_sum(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Sum of the rows clipped to C, plus N(0, σ²) with the σ of C, ε and δ alone."""
    if found := _where_it_lies(attempt, rng):
        return found
    release = _draw(attempt, INSIDE, rng)
    noise = release - INSIDE.sum(axis=0)
    if found := _shared(release, noise):
        return found
    if not is_gaussian(noise, SIGMA):
        return _which_noise(noise)
    if abs(float(noise[1:] @ noise[:-1])) > 6 * float(noise @ noise) / sqrt(WIDE):
        return Found("linked_noise")
    few = ROWS[:3]
    if draws_elsewhere(lambda own: attempt(few, **KNOWN, rng=own), rng):
        return Found("global_random")
    if found := _to_the_row(attempt, rng):
        return found
    release = _draw(attempt, WHOLE, rng)
    whole = release - clip_rows(WHOLE, clip_norm=CLIP).sum(axis=0)
    if np.abs(whole).max() > FAR or (release == np.round(release)).all():
        return Found("integers_cut")
    return _of_long_rows(attempt, rng) or _of_nobody(attempt, rng) or _elsewhere(attempt, rng)


def is_gaussian(noise: Vector, sigma: float) -> bool:
    """Whether independent draws (n,) look like N(0, σ²), in shape and in size.

    Half of the false alarms is for the gap (Massart), half for Σ z²/σ², a chi-square variable that
    is beyond n·(1 ± t) with probability at most e^(−n(t − ln(1 + t))/2) on each side (Chernoff).
    """
    half = FALSE_ALARM / 2
    gap = cdf_distance(noise, lambda x: np.asarray(ndtr(x / sigma)))
    ratio = float(np.mean(noise**2)) / sigma**2
    if gap > cdf_bound(len(noise), false_alarm=half) or ratio <= 0:
        return False
    return bool(len(noise) * (ratio - 1 - log(ratio)) / 2 <= log(2 / half))


def _draw(attempt: Attempt, rows: Vector, rng: np.random.Generator, **other: Any) -> Vector:
    known = KNOWN | other
    return attempt.array(rows, **known, rng=rng, shape=(rows.shape[1],)).astype(float)


def _where_it_lies(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The place of the release, in a table whose slips lie hundreds of σ away."""
    raw = attempt(ROWS, **KNOWN, rng=rng)
    shape = raw.shape if isinstance(raw, np.ndarray) else None
    if shape == ROWS.shape:
        return Found("not_summed")
    if shape == (len(ROWS),):
        return Found("summed_over_columns")
    if isinstance(raw, np.ndarray) and raw.dtype.kind == "f" and np.isnan(raw).any():
        return Found("zero_row")
    release = _draw(attempt, ROWS, rng)
    right = clip_rows(ROWS, clip_norm=CLIP).sum(axis=0)
    if np.abs(release - right).max() < FAR:
        return None
    many = np.array(attempt.repeat(REPEATS, ROWS, **KNOWN, rng=rng), dtype=float)
    average, stray = many.mean(axis=0), 6 * float(many.std(axis=0).max()) / sqrt(REPEATS)
    if np.abs(average - right).max() < max(stray, FAR / 10) and stray > 9 * SIGMA / sqrt(REPEATS):
        return None  # the right place, under noise that is far too large
    gaps = {code: float(np.abs(average - place(ROWS)).max()) for code, place in _PLACES.items()}
    nearest = min(gaps, key=lambda code: gaps[code])
    return Found(nearest if gaps[nearest] < FAR / 10 else "wrong_place")


def _to_the_row(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The place again, at an ε so large that a single row stands out of the noise."""
    known = {"epsilon": 60.0, "delta": 1e-3}
    direction = np.array([0.48, -0.6, 0.64])
    rows = np.outer([2.4] + 60 * [2.2] + 40 * [9.0] + [2.3], direction)
    right, sigma = 2.4 + 60 * 2.2 + 40 * CLIP + 2.3, _sigma(**known)  # σ is about 0.3
    for repeats in (4, 100):  # the second time only under noise of a wrong size, found later
        along = np.array([_draw(attempt, rows, rng, **known) for _ in range(repeats)]) @ direction
        stray = sigma if repeats == 4 else max(sigma, float(along.std()))
        if abs(float(along.mean()) - right) < 6 * stray / sqrt(repeats):
            return None
    return Found("wrong_place")


def _scaled(rows: Vector, norms: Vector) -> Vector:
    return rows * np.minimum(1, CLIP / np.maximum(norms, 1e-300))


def _length(rows: Vector, order: float = 2) -> Vector:
    return np.asarray(np.linalg.norm(rows, ord=order, axis=1, keepdims=True))


_PLACES: dict[str, Callable[[Vector], Vector]] = {
    "not_clipped": lambda rows: rows.sum(axis=0),
    "clipped_entry_by_entry": lambda rows: np.clip(rows, -CLIP, CLIP).sum(axis=0),
    "clipped_by_l1": lambda rows: _scaled(rows, _length(rows, 1)).sum(axis=0),
    "clipped_by_the_largest": lambda rows: _scaled(rows, _length(rows, np.inf)).sum(axis=0),
    "squared_length": lambda rows: _scaled(rows, _length(rows) ** 2).sum(axis=0),
    "all_rows_scaled": lambda rows: (
        rows * CLIP / np.maximum(_length(rows), 1e-300)).sum(axis=0),
    "to_length_one": lambda rows: (rows / np.maximum(1, _length(rows))).sum(axis=0),
    "factor_without_c": lambda rows: (rows / np.maximum(1, _length(rows) / CLIP) / CLIP).sum(axis=0),
    "long_rows_dropped": lambda rows: rows[_length(rows)[:, 0] <= CLIP].sum(axis=0),
    "long_rows_only": lambda rows: _scaled(rows, _length(rows))[_length(rows)[:, 0] > CLIP].sum(axis=0),
    "sum_clipped": lambda rows: rows.sum(axis=0) * CLIP / np.linalg.norm(rows.sum(axis=0)),
    "columns_clipped": lambda rows: _scaled(
        rows, np.linalg.norm(rows, axis=0, keepdims=True)).sum(axis=0),
    "averaged": lambda rows: clip_rows(rows, clip_norm=CLIP).mean(axis=0),
}  # fmt: skip


def _sigma(reach: float = CLIP, epsilon: float = EPSILON, delta: float = DELTA) -> float:
    return analytic_sigma(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def _shared(release: Vector, noise: Vector) -> Found | None:
    """No two of 4000 draws agree to 1e-9: more than three by chance with probability below 1e-9."""
    if np.abs(noise).max() < 1e-9:
        return Found("no_noise")
    if np.ptp(noise) < 1e-9:
        return Found("one_noise_for_all")
    if (release == np.round(release)).all():
        return Found("rounded")
    if np.abs(noise).min() < 1e-11:
        return Found("entry_without_noise")
    ends = (noise < noise.min() + 1e-9) | (noise > noise.max() - 1e-9)
    if ends.sum() > 3 and (~ends).any() and _alike(noise[~ends]) <= 3:
        return Found("cut_off")
    return Found("shared_noise") if _alike(noise) > 3 else None


def _alike(noise: Vector) -> int:
    """How many draws repeat another one, up to its sign."""
    return len(noise) - len(np.unique(np.round(np.abs(noise), 9)))


def _which_noise(noise: Vector) -> Found:
    n = len(INSIDE)
    classical = CLIP * sqrt(2 * log(1.25 / DELTA)) / EPSILON
    for code, sigma in {
        "clip_norm_ignored": _sigma(1.0),
        "noise_from_the_data": _sigma(0.5 * CLIP),
        "noise_from_the_data ": _sigma(n * 0.5 * CLIP),  # the length of the sum, not of a row
        "noise_per_row": SIGMA * sqrt(n),
        "noise_divided": SIGMA / n,
        "noise_per_column": SIGMA * sqrt(WIDE),
        "replaced_twice": _sigma(2 * CLIP),
        "classical": classical,
        "variance_for_sigma": SIGMA**2,
        "root_for_sigma": sqrt(SIGMA),
        "laplace_scale": CLIP / EPSILON,
        "clip_norm_twice": SIGMA * CLIP,
        "epsilon_ignored": _sigma(epsilon=1.0),
        "standard_noise": 1.0,
    }.items():
        if is_gaussian(noise, sigma):
            return Found(code.strip())
    if abs(float(noise.mean())) > 6 * float(noise.std()) / sqrt(WIDE):
        return Found("not_centred")
    size = float(np.abs(noise).mean())
    if not 0.60 < size**2 / float((noise**2).mean()) < 0.68:  # 2/π = 0.637 for Gaussian noise
        return Found("wrong_law")
    return Found("wrong_size", f"Its standard deviation is {float(noise.std()):.3g}.")


def _of_long_rows(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Rows longer than C: the noise must be the same as with short ones."""
    rows = np.full((3, WIDE), 20 * CLIP / sqrt(WIDE))
    noise = _draw(attempt, rows, rng) - clip_rows(rows, clip_norm=CLIP).sum(axis=0)
    return None if is_gaussian(noise, SIGMA) else Found("noise_from_the_data")


def _of_nobody(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """A table without rows is the neighbour of one with a single row: it needs the same noise."""
    try:
        noise = _draw(attempt, np.zeros((0, WIDE)), rng)
    except Exception as stop:
        if not hasattr(stop, "found"):
            raise
        return Found("empty_table", str(stop.found.details))
    return None if is_gaussian(noise, SIGMA) else Found("empty_table")


def _elsewhere(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Another C, ε and δ."""
    other = {"clip_norm": 0.4, "epsilon": 1.9, "delta": 1e-7}
    rows = np.full((2, WIDE), 0.1 / sqrt(WIDE))
    noise = _draw(attempt, rows, rng, **other) - rows.sum(axis=0)
    sigma = _sigma(0.4, 1.9, 1e-7)
    place = _draw(attempt, ROWS, rng, **other) - clip_rows(ROWS, clip_norm=0.4).sum(axis=0)
    right = is_gaussian(noise, sigma) and np.abs(place).max() < 12 * sigma
    return None if right else Found("not_general")
