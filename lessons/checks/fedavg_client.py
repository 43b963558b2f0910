"""Lesson 21, exercise 21.2: what the check of a client's update looks at, and its words."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.checks.fedavg_average import first_that_fits, same
from lessons.validation import Vector


@dataclass
class _Recorder:
    """The gradient of a linear model's mean squared error / 2, and a record of who asked for it."""

    inputs: Vector
    targets: Vector
    calls: list[tuple[Vector, list[int], Vector]] = field(default_factory=list)
    unpaired: bool = False

    def __call__(self, w: Any, inputs: Any, targets: Any) -> Vector:
        x, y = np.atleast_2d(np.asarray(inputs, dtype=float)), np.atleast_1d(np.asarray(targets))
        rows = [int(np.argmin(np.abs(self.inputs - row).sum(axis=1))) for row in x]
        if len(y) != len(x) or not same(self.targets[rows], y):
            self.unpaired = True
        point = np.array(w, dtype=float)
        step: Vector = x.T @ (x @ point - self.targets[rows]) / len(x)
        self.calls.append((point, rows, step))
        return step.copy()


def examine_client_update(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Record every gradient that is asked for: which examples, at which parameters, in which order."""
    for n_examples, batch_size, epochs in ((23, 5, 3), (3, 8, 2)):
        inputs = rng.normal(size=(n_examples, 4)) + np.arange(4)
        targets = rng.normal(size=n_examples) * 3
        w, eta, seed = rng.normal(size=4), 0.03, int(rng.integers(2**31))
        results = []
        for _ in range(2):
            recorder = _Recorder(inputs, targets)
            results.append(
                attempt.array(
                    w, inputs, targets, gradient=recorder, local_epochs=epochs,
                    batch_size=batch_size, learning_rate=eta, rng=np.random.default_rng(seed),
                    shape=(4,),
                ).astype(float)
            )  # fmt: skip
        found = (
            _wrong_batches(recorder, n_examples, batch_size=batch_size, epochs=epochs)
            or _wrong_steps(recorder, w, eta=eta)
            or _wrong_return(recorder, w, results[-1], eta=eta)
            or (None if same(*results) else Found("global_random"))
        )
        if found:
            return found
    return None


def _wrong_batches(
    recorder: _Recorder, n_examples: int, *, batch_size: int, epochs: int
) -> Found | None:
    """Each epoch must use each example once, in batches of at most B; the order is free."""
    sizes = [len(rows) for _, rows, _ in recorder.calls]
    if not sizes:
        return Found("no_training")
    if recorder.unpaired:
        return Found("unpaired")
    per_epoch = -(-n_examples // batch_size)
    whole, counts = n_examples // batch_size, np.zeros(n_examples, dtype=int)
    for _, rows, _ in recorder.calls:
        np.add.at(counts, rows, 1)
    if max(sizes) > batch_size and n_examples > batch_size:
        return Found("no_batches")
    if len(sizes) == epochs and per_epoch > 1:
        return Found("one_batch")
    if len(sizes) == per_epoch and epochs > 1:
        return Found("one_epoch")
    if len(sizes) == whole * epochs and per_epoch > whole and sum(sizes) < n_examples * epochs:
        return Found("last_batch_dropped")
    if (counts != epochs).any():
        return Found("not_each_once")
    if sorted(sizes) != sorted(_batch_sizes(n_examples, batch_size) * epochs):
        return Found("not_each_once")
    in_order = [
        list(range(i, min(i + batch_size, n_examples))) for i in range(0, n_examples, batch_size)
    ]
    if per_epoch > 1 and [sorted(rows) for _, rows, _ in recorder.calls] == in_order * epochs:
        return Found("not_shuffled")
    return None


def _batch_sizes(n_examples: int, batch_size: int) -> list[int]:
    return [min(batch_size, n_examples - i) for i in range(0, n_examples, batch_size)]


def _wrong_steps(recorder: _Recorder, w: Vector, *, eta: float) -> Found | None:
    """Each gradient must be asked for at the parameters to which the steps before it have led."""
    points = [point for point, _, _ in recorder.calls]
    _, rows, step = recorder.calls[0]
    batch = len(rows)
    if not same(points[0], w):
        return Found("wrong_start")
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
    if found:
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


CLIENT_MISTAKES = {
    "no_training": Mistake(
        "Your function never asks for a gradient.",
        "Without gradient steps the client sends zeros and the server learns nothing.",
    ),
    "unpaired": Mistake(
        "An input met the target of another example.",
        "Inputs and targets must be shuffled by the same order, or the labels become noise.",
    ),
    "no_batches": Mistake(
        "Your batches are larger than batch_size.",
        "The whole data set in each step: local gradient descent, fewer steps per epoch than asked.",
    ),
    "one_batch": Mistake(
        "You take one batch per epoch and leave the rest of the examples unused.",
        "An epoch is one pass over all examples, so it takes ⌈n_k / B⌉ steps.",
    ),
    "one_epoch": Mistake(
        "You pass over the examples once only.",
        "local_epochs is ignored (or the return stands inside the loop); E passes were asked for.",
    ),
    "last_batch_dropped": Mistake(
        "The last, smaller batch of each epoch is left out.",
        "With n_k = 23 and B = 5 three examples per epoch are lost; a client with fewer than B "
        "examples would never train at all.",
    ),
    "not_each_once": Mistake(
        "In an epoch each example should be used exactly once.",
        "Batches drawn with replacement, or slices that overlap: some examples count twice, "
        "others never.",
    ),
    "not_shuffled": Mistake(
        "Your batches are always the same neighbours: the examples are never shuffled.",
        "Clients often store examples sorted; batches of one class pull the model to and fro.",
    ),
    "wrong_start": Mistake(
        "Your training does not start at the server's parameters w.",
        "Local training goes on from w; from zeros or a random start the clients' results cannot "
        "be averaged.",
    ),
    "gradient_at_w": Mistake(
        "All your gradients are taken at w, as if the model had not moved.",
        "gradient(w, …) instead of gradient(w_k, …): many small pieces of one step, no training.",
    ),
    "uphill": Mistake(
        "Your steps go up: the loss grows.",
        "+ η ∇F instead of − η ∇F: gradient ascent.",
    ),
    "learning_rate_ignored": Mistake(
        "The size of your steps does not depend on the learning rate.",
        "w_k −= gradient(…) without η.",
    ),
    "summed": Mistake(
        "Your step grows with the number of examples in the batch.",
        "The gradient given is already the mean over the batch; times len(batch) makes it a sum.",
    ),
    "divided_again": Mistake(
        "Your step shrinks with the number of examples in the batch.",
        "The gradient given is already the mean over the batch; it must not be divided again.",
    ),
    "wrong_step": Mistake(
        "From one batch to the next your parameters do not move by one gradient step.",
        "For instance a restart from w in every epoch, or a learning rate that changes.",
    ),
    "parameters": Mistake(
        "You return the trained parameters; the server expects how far they moved.",
        "w_k instead of w_k − w: the server would add the whole model to the model.",
    ),
    "sign_flipped": Mistake(
        "Your update points from the trained parameters back to w.",
        "w − w_k: the server would walk away from what the client learned.",
    ),
    "last_step_only": Mistake(
        "Your update holds the last step only.",
        "All steps since w count; subtract the w from before the first one.",
    ),
    "last_step_missing": Mistake(
        "Your update leaves out the last step.",
        "The difference was taken before the last batch was learned.",
    ),
    "gradient_returned": Mistake(
        "You return the sum of the gradients, not the way that the parameters went.",
        "The steps are −η times the gradients; the server adds updates, it does not subtract "
        "gradients.",
    ),
    "wrong_update": Mistake(
        "The steps are right, but what you return is not the difference that they made.",
        "Compare with the parameters after the last step, minus those before the first.",
    ),
}
