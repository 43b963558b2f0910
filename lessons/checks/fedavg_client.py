"""Lesson 21, exercise 21.2: what the check of a client's update asks, and what it finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.fedavg_average import first_that_fits, same
from lessons.validation import Vector

# n_k, B, E: a last batch of 3, one small batch, no smaller batch, a last batch of 1, one example
CASES = ((23, 5, 3), (3, 8, 2), (12, 4, 2), (11, 5, 2), (1, 10, 1))


@dataclass
class _Recorder:
    """The gradient of a linear model's mean squared error / 2, and a record of who asked for it."""

    inputs: Vector
    targets: NDArray[np.int64]
    calls: list[tuple[Vector, list[int], Vector]] = field(default_factory=list)
    unpaired: bool = False
    empty: bool = False
    not_integers: bool = False

    def __call__(self, w: Any, inputs: Any, targets: Any) -> Vector:
        point = np.array(w, dtype=float)
        if np.size(inputs) == 0:
            self.empty = True
            return np.zeros_like(point)
        x, y = np.atleast_2d(np.asarray(inputs, dtype=float)), np.atleast_1d(np.asarray(targets))
        rows = [int(np.argmin(np.abs(self.inputs - row).sum(axis=1))) for row in x]
        if len(y) != len(x) or not same(self.targets[rows], y):
            self.unpaired = True
        self.not_integers = self.not_integers or y.dtype.kind not in "iu"
        step: Vector = x.T @ (x @ point - self.targets[rows]) / len(x)
        self.calls.append((point, rows, step))
        return step.copy()


def examine_client_update(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Record every gradient that is asked for: which examples, at which parameters, in which order."""
    for n_examples, batch_size, epochs in CASES:
        inputs = rng.normal(size=(n_examples, 4)) + np.arange(4)
        targets = rng.permutation(n_examples)  # labels are integers, here all different
        w, eta, seed = rng.normal(size=4), 0.01, int(rng.integers(2**31))
        runs = []
        for one in (seed, seed, seed + 1):
            recorder = _Recorder(inputs, targets)
            result = attempt.array(
                w, inputs, targets, gradient=recorder, local_epochs=epochs,
                batch_size=batch_size, learning_rate=eta, rng=np.random.default_rng(one),
                shape=(4,),
            ).astype(float)  # fmt: skip
            found = (
                _wrong_batches(recorder, n_examples, batch_size=batch_size, epochs=epochs)
                or _wrong_steps(recorder, w, eta=eta)
                or _wrong_return(recorder, w, result, eta=eta)
            )
            if found:
                return found
            runs.append((recorder, result))
        found = None if same(runs[0][1], runs[1][1]) else Found("global_random")
        if found is None and (n_examples, batch_size, epochs) == CASES[0]:
            found = _wrong_shuffle(runs[0][0], runs[2][0], n_examples, batch_size=batch_size)
        if found:
            return found
    return None


def _wrong_batches(
    recorder: _Recorder, n_examples: int, *, batch_size: int, epochs: int
) -> Found | None:
    """Each epoch must use each example once, in batches of B and a shorter last one."""
    sizes = [len(rows) for _, rows, _ in recorder.calls]
    if not sizes:
        return Found("no_training")
    if recorder.unpaired:
        return Found("unpaired")
    per_epoch, whole = -(-n_examples // batch_size), n_examples // batch_size
    counts = np.bincount(
        [row for _, rows, _ in recorder.calls for row in rows], minlength=n_examples
    )
    twice = [rows for _, rows, _ in recorder.calls[::2]]
    if len(sizes) == 2 * per_epoch * epochs and twice == [r for _, r, _ in recorder.calls[1::2]]:
        return Found("asked_twice")
    if max(sizes) > batch_size and n_examples > batch_size:
        return Found("no_batches")
    if len(sizes) == epochs and per_epoch > 1:
        return Found("one_batch")
    if len(sizes) == per_epoch and epochs > 1:
        return Found("one_epoch")
    if len(sizes) == whole * epochs and per_epoch > whole and sum(sizes) < n_examples * epochs:
        return Found("last_batch_dropped")
    if (counts != epochs).any():
        return Found("wrong_epochs" if (counts == counts[0]).all() else "not_each_once")
    if sorted(sizes) != sorted(_batch_sizes(n_examples, batch_size) * epochs):
        return Found("other_batches")
    if recorder.empty:
        return Found("empty_batch")
    return Found("not_integers") if recorder.not_integers else None


def _batch_sizes(n_examples: int, batch_size: int) -> list[int]:
    return [min(batch_size, n_examples - i) for i in range(0, n_examples, batch_size)]


def _wrong_shuffle(
    one: _Recorder, other: _Recorder, n_examples: int, *, batch_size: int
) -> Found | None:
    """Two generators must put different examples together, from the first epoch on."""
    ends = np.cumsum(_batch_sizes(n_examples, batch_size))[:-1]
    stored = [_together(np.split(np.arange(n_examples)[::way], ends)) for way in (1, -1)]
    per_epoch = len(ends) + 1
    first, second = (
        _together([rows for _, rows, _ in run.calls[:per_epoch]]) for run in (one, other)
    )
    if first in stored or second in stored:
        return Found("not_shuffled")
    return Found("rng_ignored") if first == second else None


def _together(batches: Iterable[Iterable[int]]) -> set[frozenset[int]]:
    """Which examples share a batch, whatever the order of the batches."""
    return {frozenset(int(row) for row in rows) for rows in batches}


def _wrong_steps(recorder: _Recorder, w: Vector, *, eta: float) -> Found | None:
    """Each gradient must be asked for at the parameters to which the steps before it have led."""
    points = [point for point, _, _ in recorder.calls]
    _, rows, step = recorder.calls[0]
    batch = len(rows)
    if not same(points[0], w):
        return Found("wrong_start")
    if len(points) == 1:
        return None
    if all(same(point, w) for point in points):
        return Found("gradient_at_w")
    moved = points[1] - w
    slips = {
        "uphill": eta * step,
        "learning_rate_ignored": -step,
        "summed": -eta * step * batch,
        "divided_again": -eta * step / batch,
    }
    found = first_that_fits(moved, slips)
    if found and not same(moved, -eta * step):  # with a batch of one, a sum is a mean
        return found
    for (before, _, taken), after in zip(recorder.calls, points[1:], strict=False):
        if not same(after, before - eta * taken):
            return Found("wrong_step")
    return None


def _wrong_return(recorder: _Recorder, w: Vector, result: Vector, *, eta: float) -> Found | None:
    last, _, step = recorder.calls[-1]
    w_k = last - eta * step
    if same(result, w_k - w):
        return None
    slips = {
        "parameters": w_k,
        "sign_flipped": w - w_k,
        "last_step_only": -eta * step,
        "last_step_missing": last - w,
        "gradient_returned": np.sum([taken for _, _, taken in recorder.calls], axis=0),
    }
    return first_that_fits(result, slips) or Found("wrong_update")
