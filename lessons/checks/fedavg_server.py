"""Lesson 21, exercise 21.3: what the check of the server's round looks at, and its words."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.checks.fedavg_average import first_that_fits, same
from lessons.validation import Vector

TARGETS = 10  # client number k holds inputs k and targets k + 10, so that a mix-up shows


def _examine_round(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Clients pull w towards points of their own; who was called, and from where, is recorded."""
    sizes = rng.permutation([3, 8, 14, 8, 1])
    n_clients = len(sizes)
    w, pulls = rng.normal(size=5) * 2, rng.normal(size=(n_clients, 5)) * 3
    clients = [
        (np.full((size, 2), float(number)), np.full(size, number + TARGETS))
        for number, size in enumerate(sizes)
    ]
    calls: list[tuple[int, Vector]] = []
    swapped = False

    def train(start: Any, inputs: Any, targets: Any) -> Vector:
        nonlocal swapped
        first = int(np.ravel(inputs)[0])
        swapped = swapped or first >= TARGETS
        number = first % TARGETS
        point: Vector = np.array(start, dtype=float)
        calls.append((number, point))
        update: Vector = 0.4 * (pulls[number] - point)
        return update

    result = attempt.array(w, clients, client_update=train, shape=(5,)).astype(float)
    called = [number for number, _ in calls]
    if swapped:
        return Found("swapped")
    if set(called) != set(range(n_clients)):
        return _who_is_missing(set(called), sizes)
    if len(called) > n_clients:
        return Found("trained_twice")
    if not all(same(start, w) for _, start in calls):
        return Found("sequential" if same(calls[0][1], w) else "other_start")
    updates, shares = 0.4 * (pulls - w), sizes / sizes.sum()
    if same(result, w + shares @ updates):
        return None
    return first_that_fits(result, _wrong_rounds(w, updates, sizes, called)) or Found("wrong_round")


def _who_is_missing(called: set[int], sizes: Any) -> Found:
    only_small = called == set(np.flatnonzero(sizes > 1).tolist())
    return Found("small_client_skipped" if only_small else "client_skipped")


def _wrong_rounds(w: Vector, updates: Vector, sizes: Any, called: list[int]) -> dict[str, Vector]:
    shares = sizes / sizes.sum()
    u = shares @ updates
    return {
        "update_only": u,
        "unchanged": w,
        "subtracted": w - u,
        "counted_twice": 2 * w + u,
        "added_twice": w + 2 * u,
        "equal_weights": w + updates.mean(axis=0),
        "equal_weights_update": updates.mean(axis=0),
        "summed": w + updates.sum(axis=0),
        "not_divided": w + sizes @ updates,
        "last_client": w + updates[called[-1]],
        "same_size_lost": w + _one_per_size(updates, sizes),
        "same_size_lost_update": _one_per_size(updates, sizes),
    }


def _one_per_size(updates: Vector, sizes: Any) -> Vector:
    """The average in which a later client takes the place of an earlier one of equal size."""
    kept = {int(size): update for size, update in zip(sizes, updates, strict=True)}
    shares = np.array(list(kept)) / sum(kept)
    result: Vector = shares @ np.array(list(kept.values()))
    return result


def examine_server(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """What is wrong with a server's round; w that is forgotten comes before equal weights."""
    found = _examine_round(attempt, rng)
    return Found("update_only") if found and found.code.endswith("_update") else found


SERVER_MISTAKES = {
    "swapped": Mistake(
        "A client got its targets as inputs: look at the order of what you pass to client_update.",
        "client_update(w, targets, inputs): the arguments are in the wrong order.",
    ),
    "small_client_skipped": Mistake(
        "A client with a single example was not asked to train.",
        "if len(targets) > 1, for instance: one example is 1/n of all examples, and counts.",
    ),
    "same_size_lost": Mistake(
        "Of two clients with equally many examples only one counts.",
        "A dictionary with the sizes as keys: the second client overwrites the first.",
    ),
    "client_skipped": Mistake(
        "Not every client was asked to train.",
        "A slice or a return inside the loop: some hospital's data never count.",
    ),
    "trained_twice": Mistake(
        "A client was asked to train more than once in one round.",
        "Calling client_update twice (once for the update, once for the size) doubles the "
        "clients' work, and with shuffled batches gives two different updates.",
    ),
    "sequential": Mistake(
        "A client started from what the clients before it had done.",
        "w changes inside the loop: clients train one after the other, the last one counts most, "
        "and nobody can train at the same time.",
    ),
    "other_start": Mistake(
        "The clients did not start from the server's parameters w.",
        "All updates are measured from w; from another start they cannot be added to it.",
    ),
    "update_only": Mistake(
        "Your new parameters are the average update: the server forgot where it was.",
        "w ← u instead of w ← w + u.",
    ),
    "unchanged": Mistake(
        "Your new parameters are the old ones.",
        "The average was computed and thrown away, or added to a copy.",
    ),
    "subtracted": Mistake(
        "Your server moves against the clients' updates.",
        "An update already points downhill; subtracting is for gradients.",
    ),
    "counted_twice": Mistake(
        "Your result holds w twice.",
        "Averaging the parameters w + u_k and then adding w once more.",
    ),
    "added_twice": Mistake(
        "Your server goes twice as far as the clients say.",
        "The average update is added two times, for instance in the loop and after it.",
    ),
    "equal_weights": Mistake(
        "The sizes of the clients play no part in your round.",
        "The unweighted mean of the updates, or sizes that are all equal: len() of the pair "
        "(inputs, targets) is 2 for everybody.",
    ),
    "summed": Mistake(
        "You add all updates to w; more clients would mean longer steps.",
        "A sum instead of the weighted average.",
    ),
    "not_divided": Mistake(
        "The weights in your round do not sum to 1.",
        "Weights n_k instead of n_k / n.",
    ),
    "last_client": Mistake(
        "Only the client that trained last moves your server.",
        "A variable that is overwritten in the loop instead of a list that grows.",
    ),
    "wrong_round": Mistake(
        "The clients were asked rightly, but the new parameters are not w plus the weighted average.",
        "Compare with equation (21.4): which of w, the updates and the shares enters differently?",
    ),
}
