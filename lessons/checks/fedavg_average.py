"""Lesson 21, exercise 21.1: what the check of the weighted average looks at, and its words."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.validation import Vector

TOLERANCE = 1e-9


def same(one: Any, other: Any) -> bool:
    """Whether two arrays agree in every entry, up to rounding."""
    return bool(np.allclose(one, other, rtol=0, atol=TOLERANCE))


def first_that_fits(result: Vector, candidates: dict[str, Vector]) -> Found | None:
    """The code of the first wrong candidate that gives ``result``, if one does."""
    for code, candidate in candidates.items():
        if same(result, candidate):
            return Found(code)
    return None


def _examine_weighted_average(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Draw unequal sizes and compare with the definition.

    As many parameters as clients first: a mixed-up axis then fits and gets its own words.
    """
    for n_clients, n_parameters in ((4, 4), (3, 7), (1, 2)):
        updates = rng.normal(size=(n_clients, n_parameters)) * 2 + np.arange(n_parameters)
        sizes = rng.permutation(np.array([2, 5, 11, 23])[:n_clients])
        result = attempt.array(updates, n_examples=sizes, shape=(n_parameters,)).astype(float)
        if same(result, sizes / sizes.sum() @ updates):
            continue
        found = first_that_fits(result, _wrong_averages(updates, sizes))
        if found is None:
            found = Found(_broken_law(attempt, sizes))
        return found
    return None


def _wrong_averages(updates: Vector, sizes: Any) -> dict[str, Vector]:
    n_clients, n_parameters = updates.shape
    shares = sizes / sizes.sum()
    powers = np.exp((sizes - sizes.max()) * 1.0)
    slips = {
        "all_zero": np.zeros(n_parameters),
        "unweighted": updates.mean(axis=0),
        "plain_sum": updates.sum(axis=0),
        "not_divided": sizes @ updates,
        "divided_twice": shares @ updates / n_clients,
        "divided_by_clients": sizes @ updates / n_clients,
        "softmax": powers / powers.sum() @ updates,
        "inverse": (1 / sizes) / (1 / sizes).sum() @ updates,
        "largest_only": updates[np.argmax(sizes)],
    }
    if n_clients == n_parameters:
        slips["wrong_axis"] = updates @ shares
    if n_clients > 1:
        for missing in (0, n_clients - 1):
            rest = np.delete(np.arange(n_clients), missing)
            slips[f"client_missing_{missing}"] = sizes[rest] / sizes[rest].sum() @ updates[rest]
            slips[f"client_dropped_{missing}"] = shares[rest] @ updates[rest]
    return slips


def _broken_law(attempt: Attempt, sizes: Any) -> str:
    """Which property of an average fails: equal updates come back; merging clients is harmless."""
    equal = np.full((len(sizes), 2), 3.0)
    if not same(attempt.array(equal, n_examples=sizes, shape=(2,)), [3.0, 3.0]):
        return "no_average"
    return "wrong_weights"


def examine_average(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """What is wrong with a weighted average; any client that is left out gets the same words."""
    found = _examine_weighted_average(attempt, rng)
    if found is not None and found.code.startswith(("client_missing", "client_dropped")):
        return Found("client_missing")
    return found


AVERAGE_MISTAKES = {
    "all_zero": Mistake(
        "Every entry of your average is 0.",
        "Whole-number division (//) turns every share n_k / n into 0; shares need true division.",
    ),
    "unweighted": Mistake(
        "Every client counts the same here, however many examples it has.",
        "The unweighted mean: a client with two examples moves the model as much as one with a "
        "thousand. With equal sizes nobody would notice; that is why this slip survives.",
    ),
    "plain_sum": Mistake(
        "You add the updates up, but an average of equal updates must give that update back.",
        "The plain sum: the step grows with the number of clients.",
    ),
    "not_divided": Mistake(
        "You weight by the number of examples, but your weights do not sum to 1.",
        "n_k instead of n_k/n: the step is n times too long, and training explodes.",
    ),
    "divided_twice": Mistake(
        "Your result is right up to a factor: the weights already average, nothing else must divide.",
        "The shares sum to 1 already; dividing by the number of clients again shortens the step.",
    ),
    "divided_by_clients": Mistake(
        "You weight by examples and divide by the number of clients: your weights do not sum to 1.",
        "np.mean over n_k · u_k: right only if the clients hold one example each on average.",
    ),
    "softmax": Mistake(
        "Your weights grow exponentially with the sizes: the largest client decides nearly alone.",
        "A softmax makes scores into weights; sizes are proportions already.",
    ),
    "inverse": Mistake(
        "Your weights shrink when a client has more examples.",
        "Weights 1/n_k: upside down, the smallest client decides.",
    ),
    "largest_only": Mistake(
        "Only the client with the most examples counts in your result.",
        "Taking the winner throws the other clients' examples away.",
    ),
    "wrong_axis": Mistake(
        "You average over the parameters of a client; average over the clients of a parameter.",
        "With as many clients as parameters the matrix product fits both ways round; the "
        "client axis of updates is the first.",
    ),
    "client_missing": Mistake(
        "One client's update does not reach your result.",
        "A loop or a slice that leaves out the first or the last row.",
    ),
    "no_average": Mistake(
        "If all clients send the same update, the average must be that update; yours is not.",
        "The weights do not sum to 1, in another way than the ones listed here.",
    ),
    "wrong_weights": Mistake(
        "It is an average, but the clients' weights in it are not their shares of the examples.",
        "For instance weights √n_k, or a median: sums to 1, but two merged clients would count "
        "differently from the same two apart.",
    ),
}
