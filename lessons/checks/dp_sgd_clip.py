"""Check of Exercise 16.1: shorten the long rows, leave the short ones alone."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.vectors import clip_rows
from lessons.validation import Vector

# clip norm, columns, and the norms of the rows: none of them round, two settings per mistake
SETTINGS = (
    (0.7, 5, (0.02, 0.31, 0.69, 0.74, 1.9, 3.3, 61.0)),
    (2.3, 3, (0.4, 1.6, 2.2, 2.9, 7.1)),
    (1.7, 23, (0.3, 2.6, 0.9, 1.6, 5.3, 1.2, 1.8, 0.1, 1.1, 0.6, 1.5, 9.4)),
)
A_LIST = "Wanted a NumPy array, with which the lesson goes on computing, got a list."
NEAR = 1e-4  # relative: a clip factor C / (norm + 1e-6) is as good


def clip_gradients(gradients: ArrayLike, *, clip_norm: float) -> Vector:
    """``clip_rows``, whose rows are gradients in this exercise."""
    return clip_rows(gradients, clip_norm=clip_norm)


def examine_clip(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every row longer than C gets length C and keeps its direction; the others do not change."""
    for clip_norm, n_columns, norms in SETTINGS:
        rows = rows_with_norms(norms, n_columns=n_columns, rng=rng)
        result = attempt(rows, clip_norm=clip_norm)
        if isinstance(result, list | tuple):
            return Found("wrong_type", A_LIST)
        if isinstance(result, np.ndarray) and result.shape in ((n_columns,), (1, n_columns)):
            return Found("one_vector")
        clipped = attempt.array(rows, clip_norm=clip_norm, shape=rows.shape).astype(float)
        if not close(clipped, clip_rows(rows, clip_norm=clip_norm)):
            return _which_slip(clipped, rows, clip_norm=clip_norm)
    return _of_zeros(attempt, rng) or _of_nobody(attempt)


def rows_with_norms(
    norms: tuple[float, ...], *, n_columns: int, rng: np.random.Generator
) -> Vector:
    """Rows in random directions with the given norms; no entry is near 0."""
    signs = np.where(rng.random((len(norms), n_columns)) < 0.5, -1.0, 1.0)
    rows = signs * rng.uniform(0.5, 1.5, size=signs.shape)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows * np.array(norms)[:, None] / lengths)


def shape_of(result: Any) -> tuple[int, ...] | None:
    """The shape of an array, a list or a number; ``None`` for what has none, a ragged list say."""
    try:
        return tuple(int(one) for one in np.shape(result))
    except ValueError:
        return None


def close(one: NDArray[np.float64], other: Vector) -> bool:
    """Equal row by row, up to the tolerance of this check."""
    gap = np.linalg.norm(one - other, axis=-1)
    return bool((gap <= NEAR * np.linalg.norm(other, axis=-1)).all())


def slips(rows: Vector, *, clip_norm: float) -> dict[str, Vector]:
    """What each usual mistake makes of ``rows``."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)

    def factor(sizes: ArrayLike) -> Vector:
        return np.asarray(np.minimum(1.0, clip_norm / np.asarray(sizes, dtype=np.float64)))

    return {
        "not_clipped": rows,
        "scaled_up": rows * clip_norm / norms,
        "per_entry": np.clip(rows, -clip_norm, clip_norm),
        "per_entry_above": np.minimum(rows, clip_norm),
        "whole_batch": rows * factor(np.linalg.norm(rows)),
        "columns": rows * factor(np.linalg.norm(rows, axis=0, keepdims=True)),
        "l1_norm": rows * factor(np.abs(rows).sum(axis=1, keepdims=True)),
        "largest_entry": rows * factor(np.abs(rows).max(axis=1, keepdims=True)),
        "squared_norm": rows * factor(norms**2),
        "longest_row": rows * factor(norms.max()),
        "always_one": rows * np.minimum(1.0, 1.0 / norms),
        "unit_length": np.where(norms > clip_norm, rows / norms, rows),
        "dropped": np.where(norms > clip_norm, 0.0, rows),
        "divided_by_c": np.where(norms > clip_norm, rows / clip_norm, rows),
        "short_ones_changed": rows / (1 + norms / clip_norm),
    }


def _which_slip(clipped: Vector, rows: Vector, *, clip_norm: float) -> Found:
    for code, slip in slips(rows, clip_norm=clip_norm).items():
        gap = np.abs(clipped - slip).max()
        if gap <= 1e-6 * np.abs(slip).max():
            return Found(code)
    before, after = np.linalg.norm(rows, axis=1), np.linalg.norm(clipped, axis=1)
    if (after > clip_norm * (1 + NEAR)).any():
        return Found("too_long", f"One of them has norm {after.max() / clip_norm:.2f} C.")
    turned = (clipped * rows).sum(axis=1) < (1 - NEAR) * before * after
    if turned.any():
        return Found("turned")
    if (np.abs(after - before) > NEAR * before)[before < clip_norm].any():
        return Found("short_ones_changed")
    return Found("too_short")


def _of_zeros(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    rows = rows_with_norms((0.4, 1.0, 5.0), n_columns=4, rng=rng)
    rows[1] = 0.0
    found = attempt.fails(rows, clip_norm=0.7)
    if found is not None:
        return Found("zero_row", found.details)
    clipped = np.asarray(attempt(rows, clip_norm=0.7), dtype=float)
    if clipped.shape != rows.shape or not close(clipped, clip_rows(rows, clip_norm=0.7)):
        return Found("zero_row")
    return None


def _of_nobody(attempt: Attempt) -> Found | None:
    nobody = np.zeros((0, 4))
    found = attempt.fails(nobody, clip_norm=0.7)
    if found is not None:
        return Found("empty_batch", found.details)
    result = attempt(nobody, clip_norm=0.7)
    return None if shape_of(result) == (0, 4) else Found("empty_batch")


CLIP_MISTAKES = {
    "not_clipped": Mistake(
        "The rows come back as they were.",
        "Without clipping one example can move the sum by any amount: no noise is large enough.",
    ),
    "scaled_up": Mistake(
        "The long rows are right, but the short ones have become longer.",
        "C/‖g‖ without the min: an example that is already well fitted shouts as loudly as one "
        "that is not. Private, but it is not clipping: it is normalising.",
    ),
    "per_entry": Mistake(
        "You bound every entry on its own; the bound is for the length of a row.",
        "np.clip(g, −C, C) leaves rows as long as C·√n_parameters, and it turns them.",
    ),
    "per_entry_above": Mistake(
        "You bound every entry on its own, and from above only.",
        "A large negative entry passes in full: nothing is bounded.",
    ),
    "whole_batch": Mistake(
        "All your rows are shortened by the same factor, that of the whole batch.",
        "The norm of the matrix depends on everybody: one example changes the factor of all the "
        "others, and the sensitivity is no longer C. np.linalg.norm needs axis=1.",
    ),
    "columns": Mistake(
        "You bound the columns: a column belongs to a parameter, a row to an example.",
        "axis=0 takes the norm over the examples.",
    ),
    "l1_norm": Mistake(
        "You measure the rows by the sum of their absolute entries.",
        "The L1 norm is at least the L2 norm, so rows come out shorter than they need to be; "
        "Gaussian noise is calibrated to the L2 norm.",
    ),
    "largest_entry": Mistake(
        "You measure the rows by their largest entry.",
        "The largest entry is at most the L2 norm: rows come out longer than C.",
    ),
    "squared_norm": Mistake(
        "You compare the square of the norm with C.",
        "Where the norm is below 1 its square is smaller still, and rows longer than C pass.",
    ),
    "longest_row": Mistake(
        "All your rows are shortened by the factor that the longest one needs.",
        "The longest row then decides how much everybody else counts: sensitivity is not bounded by C.",
    ),
    "always_one": Mistake(
        "You clip to length 1, whatever clip_norm is.",
        "The noise is scaled to C; rows of length 1 are too long for it when C is smaller.",
    ),
    "unit_length": Mistake(
        "The right rows are shortened, but to length 1.",
        "g/‖g‖ has length 1; what should its length be?",
    ),
    "dropped": Mistake(
        "You throw the long rows away.",
        "That bounds the sum too, but exactly the examples that the network gets wrong are lost.",
    ),
    "divided_by_c": Mistake(
        "You divide the long rows by C; how long are they then?",
        "g/C has norm ‖g‖/C, which may be anything. The paper's form is g / max(1, ‖g‖/C).",
    ),
    "short_ones_changed": Mistake(
        "Rows shorter than C should not change at all.",
        "g/(1 + ‖g‖/C) is never longer than C, so it is private; but it makes every step smaller.",
    ),
    "one_vector": Mistake(
        "You return one vector; the exercise wants all the rows.",
        "The sum comes in the next exercise. Clipping the sum or the mean instead of the rows is "
        "the trap of section 10.",
    ),
    "too_long": Mistake(
        "Some rows are still longer than C.",
        "One such example moves the sum further than the noise expects.",
    ),
    "too_short": Mistake(
        "Some rows are shorter than they need to be.",
        "A row longer than C should get length C, no less.",
    ),
    "turned": Mistake(
        "Some rows point in another direction than before.",
        "Clipping multiplies a row by one number between 0 and 1.",
    ),
    "zero_row": Mistake(
        "A gradient of zeros does not come back as zeros.",
        "C/0: an example that is fitted perfectly has norm 0. Divide by max(‖g‖, C) instead.",
    ),
    "empty_batch": Mistake(
        "A batch without any example should give an array without any row.",
        "Poisson samples may be empty: the shape is then (0, n_parameters).",
    ),
}
