"""Check of Exercise 16.1: shorten the long rows, leave the short ones alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.mechanisms import clipping
from lessons.validation import Vector

TINY = 1e-8  # relative: rounding, and a denominator norm + 1e-12
SOFT = (0.0, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)  # C / (norm + 1e-6) is as good, as libraries do it
ROWS = ("mixed", "few long", "none long", "all long")  # how the lengths of a batch compare with C
WIDTHS = (1, 2, 3, 5, 7, 12, 23, 64)


def reference(gradients: ArrayLike, *, clip_norm: float) -> Vector:
    """``clipping.clip_rows``, whose rows are gradients in this exercise."""
    return clipping.clip_rows(gradients, clip_norm=clip_norm)


def rows_of(
    rng: np.random.Generator, n: int, width: int, *, clip_norm: float, lengths: str
) -> Vector:
    """Rows (n, width) in random directions, their norms spread about C in one of nine ways."""
    factors = {
        "mixed": np.exp(rng.uniform(np.log(0.01), np.log(300), n)),
        "few long": rng.uniform(0.05, 0.3, n),
        "all short": rng.uniform(0.05, 0.3, n),
        "tiny": rng.uniform(1e-4, 1e-2, n),
        "none long": rng.uniform(0.05, 0.99, n),
        "all long": np.exp(rng.uniform(np.log(1.05), np.log(40), n)),
        "close to C": rng.uniform(0.995, 1.005, n),
        "half zeros": rng.uniform(0.05, 3.0, n),
        "zeros": np.zeros(n),
    }[lengths]
    if n > 1 and lengths == "few long":
        factors[rng.integers(n)] = cases.between(rng, 1.1, 1.6)  # the mean norm stays below C
    if n > 2 and lengths == "mixed":
        factors[rng.integers(n - 1)] = 0.0
        factors[-1] = cases.between(rng, 1.5, 9)  # the last one counts too
    rows = rng.normal(size=(n, width)) + 0.1 * np.sign(rng.random((n, width)) - 0.5)
    if lengths == "half zeros":
        rows[:, 1::2] = 0.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / norms * clip_norm * factors[:, None])


def absurdly_long(rng: np.random.Generator, width: int, *, clip_norm: float) -> Vector:
    """A row a hundred thousand times as long as C, or longer: clipped like any other, not dropped."""
    (row,) = rows_of(rng, 1, width, clip_norm=clip_norm, lengths="all long")
    return np.asarray(cases.spread(rng, 1e5, 1e12) * row)


def softly_clipped(rows: Vector, *, clip_norm: float, soft: float) -> Vector:
    """Clip with C / (norm + soft), as libraries do; the right result for soft = 0."""
    norms = clipping.row_norms(rows)
    factors = np.minimum(1.0, clip_norm / np.maximum(norms + soft, 1e-300))
    return np.asarray(rows * factors[:, None])


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw batches of every size, with rows of every length, zeros among them."""
    start = cases.one_of(rng, range(4))
    asked: list[Case] = []
    shapes = [(n, cases.one_of(rng, WIDTHS[n < 10 :])) for n in cases.sizes(rng, own=144)]
    shapes += [(6, 6), (3, 2410), (4, 5), (5, 3), (5, 3), (8, 8), (8, 8), (9, 4), (40, 3)]
    shapes += [(cases.one_of(rng, range(1100, 4700)), 2), (2, cases.one_of(rng, range(4100, 9000)))]
    for place, (n, width) in enumerate(sorted(shapes)):
        clip_norm = cases.spread(
            rng, *{(4, 5): (1e-5, 1e-4), (9, 4): (300, 3000)}.get((n, width), (0.05, 40))
        )
        lengths = ROWS[(start + place) % 4 if n < 100 else 0]
        lengths = "all long" if width > 100 else lengths  # the last columns count too
        lengths = "all long" if (n, width) in ((4, 5), (9, 4)) else lengths
        lengths = "close to C" if n == 40 else lengths
        rows = rows_of(rng, n, width, clip_norm=clip_norm, lengths=lengths)
        asked.append({"gradients": rows, "clip_norm": clip_norm})
    for n, lengths in ((1, "all long"), (1, "none long"), (2, "all long"), (2, "none long")):
        rows = rows_of(rng, n, 3, clip_norm=1.0, lengths=lengths)
        asked.append({"gradients": rows, "clip_norm": 1.0})
    rows = rows_of(rng, 3, 4, clip_norm=1.0, lengths="all long")
    asked += cases.one_at_a_time(
        {"gradients": rows, "clip_norm": 1.0},
        gradients=rows[::-1] * 2,
        clip_norm=cases.between(rng, 0.3, 0.9),
    )
    lengths_far_below = np.exp(rng.uniform(np.log(1e-10), np.log(1e-4), (12, 1)))
    rows = rows_of(rng, 12, 4, clip_norm=1.0, lengths="all short") * lengths_far_below
    asked.append({"gradients": rows, "clip_norm": cases.between(rng, 0.5, 2)})
    rows = rows_of(rng, 7, 5, clip_norm=1.0, lengths="mixed")
    rows[2] = absurdly_long(rng, 5, clip_norm=1.0)
    asked.append({"gradients": rows, "clip_norm": cases.between(rng, 0.5, 2)})
    return asked


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every row longer than C gets length C and keeps its direction; the others do not change."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=_rows,
        fits=lambda case, got, right: _fit(case, got, tolerance=max(TINY, attempt.tolerance)).all(),
        words=_first_wrong_row,
    )
    return found or _of_its_own(attempt, rng)


def _rows(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=case["gradients"].shape).astype(float)


def _fit(case: Case, got: Vector, *, tolerance: float = 1e-5) -> Any:
    """Which rows (n,) are right, one way of avoiding a division by 0 or another."""
    known = {"rows": case["gradients"], "clip_norm": case["clip_norm"]}
    fits = np.zeros(len(got), dtype=bool)
    for soft in SOFT:
        right = softly_clipped(**known, soft=soft)
        gap, size = np.linalg.norm(got - right, axis=1), np.linalg.norm(right, axis=1)
        fits |= gap <= tolerance * size
    return fits


def _first_wrong_row(case: Case, got: Vector, right: Vector) -> str:
    wrong = np.flatnonzero(~_fit(case, got, tolerance=TINY))
    row, result, limit = case["gradients"][wrong[0]], got[wrong[0]], case["clip_norm"]
    before, after = float(np.linalg.norm(row)), float(np.linalg.norm(result))
    said = f". Row {wrong[0]} has length {before:.4g}, and yours has length {after:.4g}: "
    if after > limit * (1 + 1e-7):
        return said + f"longer than C by {after / limit - 1:.1g} of it."
    if before <= limit:
        return said + "a row that is not longer than C should not change."
    if float(result @ row) < (1 - 1e-7) * before * after:
        return said + "it points in another direction than before."
    return said + f"it misses the length C by {abs(1 - after / limit):.1g} of it."


def _of_its_own(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The result must be a new array, also where nothing was to be clipped, and in each call."""
    for n in (1, 5):
        rows = rows_of(rng, n, 3, clip_norm=1.7, lengths="none long")
        if attempt.shares_memory(rows, clip_norm=1.7):
            return Found("same_array")
    rows = rows_of(rng, 5, 3, clip_norm=1.7, lengths="mixed")
    first = attempt.anything(rows, clip_norm=1.7)
    before = np.array(first)
    attempt.anything(rows[::-1], clip_norm=1.7)
    if not np.array_equal(first, before):
        return Found("same_array", "A second call overwrites what the first one returned.")
    return None


def _lengths(gradients: Vector) -> Vector:
    return np.asarray(np.linalg.norm(gradients, axis=1, keepdims=True))


def _times(factor: Callable[[Vector, float], Any]) -> Callable[..., Vector]:
    """Make a wrong function: the rows times min(1, ``factor(rows, C)``)."""
    return lambda gradients, *, clip_norm: gradients * np.minimum(1, factor(gradients, clip_norm))


def _long_ones(instead: Callable[[Vector, float], Any]) -> Callable[..., Vector]:
    """Make a wrong function: the short rows, and ``instead(rows, C)`` for the long ones."""
    return lambda gradients, *, clip_norm: np.where(
        _lengths(gradients) > clip_norm, instead(gradients, clip_norm), gradients
    )


def _clip(gradients: Vector, clip_norm: float) -> Vector:
    return np.asarray(gradients / np.maximum(1, _lengths(gradients) / clip_norm))


def _largest_of_nothing(gradients: Vector, *, clip_norm: float) -> Vector:
    return (
        gradients.copy() if _lengths(gradients).max() <= clip_norm else _clip(gradients, clip_norm)
    )


def _itself_when_short(gradients: Vector, *, clip_norm: float) -> Vector:
    return _clip(gradients, clip_norm) if (_lengths(gradients) > clip_norm).any() else gradients


MISTAKES = {
    "not_clipped": Mistake(
        "The rows come back as they were.",
        "Without clipping one example can move the sum by any amount: no noise is large enough.",
        made_by=(lambda gradients, *, clip_norm: gradients.copy(),),
    ),
    "scaled_up": Mistake(
        "The long rows are right, but the short ones have become longer.",
        "That is C/‖g‖ without the min. An example that the network already reads well then pulls as "
        "hard as one that it doesn't. It is private, but it is normalising and not clipping.",
        made_by=(lambda gradients, *, clip_norm: gradients * clip_norm / _lengths(gradients),),
    ),
    "per_entry": Mistake(
        "You bound every entry on its own; the bound is for the length of a row.",
        "np.clip(g, −C, C) leaves rows as long as C·√n_parameters, and it turns them; "
        "np.minimum(g, C) lets large negative entries pass in full.",
        made_by=(
            lambda gradients, *, clip_norm: np.clip(gradients, -clip_norm, clip_norm),
            lambda gradients, *, clip_norm: np.minimum(gradients, clip_norm),
        ),
    ),
    "one_factor_for_all": Mistake(
        "All your rows are shortened by the same factor.",
        "The norm of the whole batch, or its longest row, depends on everybody: one example changes "
        "the factor of all others, and the sensitivity is no longer C. np.linalg.norm needs axis=1.",
        made_by=(
            _times(lambda g, c: c / np.linalg.norm(g)),
            _times(lambda g, c: c / _lengths(g).max(initial=0.0)),
        ),
    ),
    "columns": Mistake(
        "Your factors go to the columns: a column belongs to a parameter, a row to an example.",
        "axis=0 takes the norm over the examples. With axis=1 there is one factor a row, of shape "
        "(n,), which NumPy matches with the columns; keepdims=True gives (n, 1), which fits the rows.",
        made_by=(
            _times(lambda g, c: c / np.linalg.norm(g, axis=0, keepdims=True)),
            _times(lambda g, c: c / np.linalg.norm(g, axis=1)),
            lambda gradients, *, clip_norm: (
                gradients / np.maximum(1, np.linalg.norm(gradients, axis=1) / clip_norm)
            ),
        ),
    ),
    "other_norm": Mistake(
        "You measure a row by something else than its L2 norm, the root of its sum of squares.",
        "The sum of absolute entries is at least the L2 norm, so rows come out too short; the largest "
        "entry is at most the L2 norm, so they come out too long; and without the root, rows of a "
        "norm below 1 look shorter than they are. Gaussian noise is calibrated to the L2 norm.",
        made_by=(
            _times(lambda g, c: c / np.abs(g).sum(axis=1, keepdims=True)),
            _times(lambda g, c: c / np.abs(g).max(axis=1, keepdims=True)),
            _times(lambda g, c: c / (g**2).sum(axis=1, keepdims=True)),
        ),
    ),
    "always_one": Mistake(
        "You clip to length 1, whatever clip_norm is.",
        "The noise is scaled to C; rows of length 1 are too long for it when C is smaller. And "
        "g/‖g‖ has length 1 too.",
        made_by=(
            lambda gradients, *, clip_norm: _clip(gradients, 1.0),
            _long_ones(lambda g, c: g / _lengths(g)),
        ),
    ),
    "dropped": Mistake(
        "You throw the long rows away.",
        "That bounds what one example can do too, but you lose those that the network could learn most from.",
        made_by=(
            _long_ones(lambda g, c: 0.0),
            lambda gradients, *, clip_norm: gradients[_lengths(gradients)[:, 0] <= clip_norm],
        ),
    ),
    "divided_by_c": Mistake(
        "You divide the long rows by C; how long are they then?",
        "g/C has norm ‖g‖/C, which may be anything. The paper's form is g / max(1, ‖g‖/C).",
        made_by=(_long_ones(lambda g, c: g / c),),
    ),
    "short_ones_changed": Mistake(
        "Rows shorter than C should not change at all.",
        "g/(1 + ‖g‖/C) is never longer than C, so it is private; but it makes every step smaller.",
        made_by=(
            lambda gradients, *, clip_norm: gradients / (1 + _lengths(gradients) / clip_norm),
            lambda gradients, *, clip_norm: 0.9 * _clip(gradients, clip_norm),
        ),
    ),
    "one_vector": Mistake(
        "You return one vector; the exercise wants all the rows.",
        "The sum comes in the next exercise. Clipping the sum or the mean instead of the rows is "
        "the trap of section 9.",
        made_by=(
            lambda gradients, *, clip_norm: _clip(gradients, clip_norm).sum(axis=0),
            lambda gradients, *, clip_norm: _clip(gradients, clip_norm).mean(axis=0),
            lambda gradients, *, clip_norm: _clip(gradients.mean(axis=0, keepdims=True), clip_norm),
            lambda gradients, *, clip_norm: _clip(gradients.sum(axis=0, keepdims=True), clip_norm),
        ),
    ),
    "zero_row": Mistake(
        "A gradient of zeros does not come back as zeros.",
        "C/0: an example that is fitted perfectly has norm 0. Divide by max(‖g‖, C) instead.",
        made_by=(
            lambda gradients, *, clip_norm: (
                gradients / _lengths(gradients) * np.minimum(_lengths(gradients), clip_norm)
            ),
            lambda gradients, *, clip_norm: _clip(
                gradients[_lengths(gradients)[:, 0] > 0], clip_norm
            ),
        ),
    ),
    "empty_batch": Mistake(
        "A batch without any example should give an array without any row.",
        "Poisson samples may be empty: the shape is then (0, n_parameters).",
        made_by=(
            _largest_of_nothing,
            lambda gradients, *, clip_norm: np.array(list(_clip(gradients, clip_norm))),
        ),
    ),
    "same_array": Mistake(
        "The array that you give back is not a new one: it came in, or a later call overwrites it.",
        "If somebody then writes into the result, in place, the gradients change as well.",
        made_by=(_itself_when_short,),
    ),
}

clip_rows = Exercise(
    number="16.1",
    name="clip_rows",
    reference=reference,
    examine=examine,
    takeaway="Whatever an example holds, it now moves the sum by at most C.",
    hints=(
        "By what number must a row of length 5 be multiplied to have length 2? And a row of length 1, "
        "which should stay as it is?",
        "You need the length of every row, one number per row: np.linalg.norm has an argument axis. "
        "keepdims=True keeps the shape that multiplies rows.",
        "C / ‖g‖ for the long rows, 1 for the short ones: one of min and max does both. Which "
        "division survives ‖g‖ = 0?",
    ),
    mistakes=MISTAKES,
)
