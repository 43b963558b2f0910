"""Check of Exercise 51.1: average inside each microbatch, clip the averages, average them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.training.microbatches import microbatch_gradient
from lessons.validation import Vector

SIZES = ((1, 1), (2, 1), (2, 2), (3, 1), (3, 3), (4, 2), (6, 2), (6, 3), (12, 4), (15, 3), (40, 8))
OWN = ((144, 1), (144, 12), (144, 144))
SOFT = 2e-5  # relative: C / (norm + 1e-6), as libraries do it, is right too


def reference(gradients: Vector, *, clip_norm: float, num_microbatches: int) -> Vector:
    """(51.i) without noise: microbatches are cut from the batch in its order."""
    n = len(gradients)
    return microbatch_gradient(
        gradients,
        np.arange(n) // (n // num_microbatches),
        n_microbatches=num_microbatches,
        clip_norm=clip_norm,
        noise_multiplier=0.0,
        rng=np.random.default_rng(0),
    )


def batch(rng: np.random.Generator, n: int, m: int, width: int, *, clipped: bool) -> Case:
    """Rows of every length, and a C that shortens some of the averages (one of them: as asked)."""
    rows = rng.normal(size=(n, width)) * np.exp(rng.uniform(-2.5, 2.5, (n, 1)))
    norms = np.sort(np.linalg.norm(rows.reshape(m, n // m, width).mean(axis=1), axis=1))
    clip_norm = norms[m // 2] * (
        cases.between(rng, 0.3, 0.9) if clipped else cases.between(rng, 1.05, 1.4)
    )
    scale = cases.between(rng, 0.3, 20) / clip_norm
    return {"gradients": rows * scale, "clip_norm": clip_norm * scale, "num_microbatches": m}


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw batches of every size, any number of microbatches; an average of zero, and whole numbers."""
    asked = [
        batch(rng, n, m, cases.one_of(rng, (1, 2, 3, 7)), clipped=clipped)
        for n, m in SIZES
        for clipped in (True, False)
    ]
    asked += [batch(rng, n, m, 5, clipped=bool(rng.random() < 0.5)) for n, m in OWN]
    asked += [batch(rng, 6, 3, 2410, clipped=True), batch(rng, 260, 130, 2, clipped=True)]
    case = batch(rng, 12, 3, 4, clipped=True)
    asked += cases.one_at_a_time(
        case,
        gradients=-case["gradients"],
        clip_norm=case["clip_norm"] * cases.between(rng, 0.2, 0.6),
        num_microbatches=6,
    )
    empty = batch(rng, 8, 4, 3, clipped=True)
    empty["gradients"][2:4] = 0.0
    whole = {**batch(rng, 12, 4, 3, clipped=True), "gradients": rng.integers(-60, 60, (12, 3))}
    return [*asked, empty, whole]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the reference for every size."""

    def fits(case: Case, got: Vector, right: Vector) -> bool:
        near = max(SOFT, attempt.tolerance) * np.abs(right).max() + 1e-6 * case["clip_norm"]
        return bool(np.abs(got - right).max() <= near)

    return by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda one, case: one.array(**case, shape=case["gradients"].shape[1:]).astype(float),
        fits=fits,
        words=_in_words,
    )


def _in_words(case: Case, got: Vector, right: Vector) -> str:
    size = len(case["gradients"]) // case["num_microbatches"]
    length = float(np.linalg.norm(got))
    said = f". There are {case['num_microbatches']} averages, each of {size} row(s)"
    if length > case["clip_norm"] * (1 + 1e-6):
        return said + f"; no mean of vectors up to C is as long as {length:.4g}."
    return said + f"; your result has length {length:.4g}, which is not that of their mean."


def _clip(rows: Vector, limit: float) -> Vector:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows * limit / np.maximum(norms, limit))


def _normalised(rows: Vector, limit: float) -> Vector:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows * limit / np.where(norms > 0, norms, 1))


def _averages(rows: Vector, m: int) -> Vector:
    return np.asarray(rows.reshape(m, -1, rows.shape[1]).mean(axis=1))


def _made(
    *,
    averages: Callable[[Vector, int], Vector] = _averages,
    clip: Callable[[Vector, float], Vector] = _clip,
    end: Callable[[Vector, int], Vector] = lambda rows, n: rows.mean(axis=0),
) -> Callable[..., Vector]:
    """Make a wrong function from its three parts; ``end`` gets the clipped averages and the batch size."""

    def wrong(gradients: Any, *, clip_norm: float, num_microbatches: int) -> Vector:
        return end(clip(averages(gradients, num_microbatches), clip_norm), len(gradients))

    return wrong


MISTAKES = {
    "each_row_clipped": Mistake(
        "You clip every row. That is DP-SGD, and the library does it only when every microbatch holds "
        "a single row.",
        "With fewer microbatches the library never sees a single row: it takes the gradient of a "
        "microbatch's mean loss. Your function would hide that something is wrong.",
        made_by=(_made(averages=lambda g, m: g),),
    ),
    "whole_mean_clipped": Mistake(
        "You clip the mean of the whole batch, whatever num_microbatches is.",
        "Right for one microbatch only. With k of them there are k averages to clip.",
        made_by=(_made(averages=lambda g, m: g.mean(axis=0, keepdims=True)),),
    ),
    "size_for_number": Mistake(
        "num_microbatches is their number; you take it for the number of rows in each.",
        "A batch of 144 with num_microbatches=12 happens to be the same either way. One microbatch is "
        "the whole batch, not one row.",
        made_by=(_made(averages=lambda g, m: _averages(g, len(g) // m)),),
    ),
    "dealt_out": Mistake(
        "Your microbatches take every k-th row; the library cuts the batch into pieces, in its order.",
        "It reshapes the losses to (num_microbatches, -1), so rows that follow each other belong "
        "together. The guarantee is the same, the numbers are not.",
        made_by=(
            _made(averages=lambda g, m: np.asarray(g.reshape(-1, m, g.shape[1]).mean(axis=0))),
        ),
    ),
    "summed_inside": Mistake(
        "Inside a microbatch the rows are averaged before the clipping; you add them up.",
        "The library takes the gradient of the microbatch's mean loss: the average of its rows.",
        made_by=(_made(averages=lambda g, m: _averages(g, m) * (len(g) // m)),),
    ),
    "not_divided": Mistake(
        "You return the sum of the clipped averages; the step wants their mean.",
        "It is the sum that the noise is added to. Then both are divided by num_microbatches.",
        made_by=(_made(end=lambda rows, n: rows.sum(axis=0)),),
    ),
    "divided_by_the_rows": Mistake(
        "You divide the sum of the clipped averages by the number of rows, not of microbatches.",
        "The rows were averaged inside each microbatch already: this divides by their number twice.",
        made_by=(_made(end=lambda rows, n: rows.sum(axis=0) / n),),
    ),
    "not_clipped": Mistake(
        "Nothing is clipped in what you return.",
        "Then it is the ordinary mean, whatever num_microbatches is, and one row moves it at will.",
        made_by=(_made(clip=lambda rows, limit: rows),),
    ),
    "scaled_up": Mistake(
        "Averages shorter than C have become longer.",
        "That is C/‖g‖ without the min. Short averages stay as they are, (16.ii).",
        made_by=(_made(clip=_normalised),),
    ),
    "per_entry": Mistake(
        "You bound every entry on its own; the bound is for the length of an average.",
        "np.clip(g, −C, C) leaves vectors as long as C·√n_parameters.",
        made_by=(_made(clip=lambda rows, limit: np.clip(rows, -limit, limit)),),
    ),
    "one_factor_for_all": Mistake(
        "All averages are shortened by one factor; each has its own.",
        "np.linalg.norm needs axis=1: one length for each average.",
        made_by=(
            _made(clip=lambda rows, limit: rows * min(1, limit / float(np.linalg.norm(rows)))),
            _made(
                clip=lambda rows, limit: (
                    rows * min(1, limit / float(np.linalg.norm(rows, axis=1).max(initial=1e-300)))
                )
            ),
        ),
    ),
    "zero_average": Mistake(
        "An average of zeros spoils the result.",
        "C/0: divide by max(‖g‖, C) instead.",
        made_by=(
            _made(
                clip=lambda rows, limit: (
                    rows
                    / np.linalg.norm(rows, axis=1, keepdims=True)
                    * np.minimum(np.linalg.norm(rows, axis=1, keepdims=True), limit)
                )
            ),
        ),
    ),
}

microbatched_mean = Exercise(
    number="51.1",
    name="microbatched_mean",
    reference=reference,
    examine=examine,
    takeaway="num_microbatches decides what is clipped: with 1, it is the mean of the whole batch.",
    hints=(
        "First the averages, one row for each microbatch: an array (num_microbatches, n_parameters).",
        "gradients.reshape(num_microbatches, -1, n_parameters) puts each microbatch into a block of "
        "its own. Over which axis do you average?",
        "Then your clip_rows of Exercise 16.1 on the averages, and a mean over axis 0.",
    ),
    mistakes=MISTAKES,
)
