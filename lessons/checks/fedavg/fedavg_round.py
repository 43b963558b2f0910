"""Check of Exercise 21.3: every client is asked once, from w, and the server moves by the average."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import rounds
from lessons.validation import Vector

PULL = 0.4  # client k's update: this share of the way from w to a point of its own
TARGETS = 10_000  # client k holds inputs k and targets k + 10 000, k + 20 000, …: a mix-up shows


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at who is asked, from where, and at the new parameters; and at a second round."""
    first = _case(rng, [3, 8, 1], 2)
    again = attempt.ending(lambda: _ask(attempt, first))
    if again is None and not np.allclose(_ask(attempt, first), _ask(attempt, first)):
        return Found("remembers")
    return by_numbers(
        attempt,
        ask(rng),
        right=_right,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: _fits(case, got, right, attempt.tolerance),
        words=lambda case, got, right: (
            ", which is not w plus the weighted average of the updates (clients of these sizes pull "
            f"the model {PULL} of the way to these points)."
        ),
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one client to a thousand, of one example to tens of thousands, some of equal size."""
    asked = [
        _case(rng, [cases.one_of(rng, (1, 4, 9))], 3),
        _case(rng, rng.permutation([2, 7]), 1),
        _case(rng, rng.permutation([1, 5, 12]), 2),
        _case(rng, rng.permutation([3, 8, 14, 8, 1]), 5),
        _case(rng, rng.permutation([3, 8, 14, 8, 1]), 5),
        _case(rng, rng.integers(1, 60, 10), 650),
        _case(rng, rng.integers(1, 20, cases.one_of(rng, (11, 23))), 4),
        _case(rng, rng.integers(1, 20, cases.one_of(rng, (99, 100, 128))), 2),
        _case(rng, rng.integers(1, 20, cases.one_of(rng, range(1030, 1100))), 2),
        _case(rng, rng.permutation([255, 256, 257, 300, 2]), 3),
        _case(rng, rng.permutation([30, 700, cases.one_of(rng, range(66_000, 80_000))]), 2),
        _case(rng, rng.permutation([20, 21, 22, 23]), 3),  # nearly equal is not equal
        _far_out(rng, _case(rng, rng.permutation([4, 9, 6, 11, 5]), 3)),
    ]
    return [*asked, {**asked[2], "w": asked[2]["w"] + 1.5}, {**asked[3], "w": 0 * asked[3]["w"]}]


def _case(rng: np.random.Generator, sizes: Any, n_parameters: int) -> Case:
    return {
        "sizes": np.array(sizes),
        "w": rng.normal(size=n_parameters) * cases.spread(rng, 0.1, 100),
        "points": rng.normal(size=(len(sizes), n_parameters)) * cases.spread(rng, 1, 10),
    }


def _far_out(rng: np.random.Generator, case: Case) -> Case:
    """Move one client's point far away: its update counts in full, however long it is."""
    points = case["points"].copy()
    points[rng.integers(1, len(points))] *= 300.0  # client 0 does not move: its update is 0
    return {**case, "w": case["points"][0], "points": points}


def _ask(attempt: Attempt, case: Case) -> Vector:
    """Ask for a round of clients that note who was asked, and from where."""
    w, points = case["w"], case["points"]
    clients = [
        (
            np.column_stack([np.full(size, float(number)), np.arange(size) // 2]),
            number + TARGETS * (1 + np.arange(size) % (1 + number % 4)),
        )
        for number, size in enumerate(case["sizes"].tolist())
    ]
    calls: list[tuple[int, Vector]] = []
    swapped = []

    def train(start: Any, inputs: Any, targets: Any) -> Vector:
        first = int(np.ravel(inputs)[0])
        swapped.append(first >= TARGETS)
        point: Vector = np.array(start, dtype=float)
        calls.append((first % TARGETS, point))
        update: Vector = PULL * (points[first % TARGETS] - point)
        return update

    result = attempt.array(w, clients, client_update=train, shape=w.shape).astype(float)
    called = [number for number, _ in calls]
    away = [np.abs(point - w).max() > 1e-5 * np.abs(w).max() for _, point in calls]
    faults = {
        "swapped": any(swapped),
        "client_skipped": set(called) != set(range(len(clients))),
        "trained_twice": len(called) > len(clients),
        "sequential": any(away) and not away[0],
        "other_start": any(away),
    }
    for code, there in faults.items():
        if there:
            raise Ended(Found(code))
    return result


def _right(sizes: Any, w: Vector, points: Vector) -> Vector:
    return np.asarray(w + sizes / sizes.sum() @ (PULL * (points - w)))


def _fits(case: Case, got: Any, right: Any, tolerance: float) -> bool:
    size = np.abs(case["w"]).max() + np.abs(case["points"]).max()
    return bool((np.abs(got - right) <= tolerance * size).all())


def _made(new: Callable[[Vector, Vector, Any], Any], start: Any = None) -> Callable[..., Any]:
    """Make a wrong function: other parameters of (w, updates, sizes), or another start."""

    def wrong(w: Any, clients: Any, *, client_update: Any) -> Any:
        own = w if start is None else start(w)
        updates = np.array([client_update(own, *client) for client in clients])
        return new(w, updates, np.array([len(targets) for _, targets in clients]))

    return wrong


def _average(updates: Vector, sizes: Any) -> Vector:
    return np.asarray(sizes / np.sum(sizes) @ updates)


def _returns_in_the_loop(w: Any, clients: Any, *, client_update: Any) -> Any:
    return w + client_update(w, *clients[0])


def _small_ones_skipped(w: Any, clients: Any, *, client_update: Any) -> Any:
    large = [one for one in clients if len(one[1]) > 1]
    return rounds.fedavg_round(w, large or clients, client_update=client_update)


def _targets_first(w: Any, clients: Any, *, client_update: Any) -> Any:
    return rounds.fedavg_round(w, [(y, x) for x, y in clients], client_update=client_update)


def _twice(w: Any, clients: Any, *, client_update: Any) -> Any:
    return rounds.fedavg_round(
        w, clients, client_update=lambda *given: [client_update(*given) for _ in range(2)][1]
    )


def _one_after_the_other(w: Any, clients: Any, *, client_update: Any) -> Any:
    n = sum(len(targets) for _, targets in clients)
    for inputs, targets in clients:
        w = w + len(targets) / n * client_update(w, inputs, targets)
    return w


def _sizes_as_keys(w: Vector, updates: Vector, sizes: Any) -> Any:
    kept = dict(zip(sizes.tolist(), updates, strict=True))
    return w + _average(np.array(list(kept.values())), np.array(list(kept)))


MISTAKES = {
    "swapped": Mistake(
        "A client got its targets as inputs: look at the order of what you pass to client_update.",
        "client_update(w, targets, inputs): the arguments are in the wrong order.",
        made_by=(_targets_first,),
    ),
    "client_skipped": Mistake(
        "Not every client was asked to train.",
        "A slice, a return inside the loop, or if len(targets) > 1: some hospital's data never count. "
        "One example is 1/n of all examples.",
        made_by=(_returns_in_the_loop, _small_ones_skipped),
    ),
    "trained_twice": Mistake(
        "A client was asked to train more than once in one round.",
        "Calling client_update twice (once for the update, once for the size) doubles the "
        "clients' work, and with shuffled batches gives two different updates.",
        made_by=(_twice,),
    ),
    "sequential": Mistake(
        "A client started from what the clients before it had done.",
        "w changes inside the loop: clients train one after the other, the earlier ones count less than "
        "their share, and no two can train at the same time.",
        made_by=(_one_after_the_other,),
    ),
    "other_start": Mistake(
        "The clients did not start from the server's parameters w.",
        "All updates are measured from w; from another start they cannot be added to it.",
        made_by=(_made(lambda w, u, n: w + _average(u, n), np.zeros_like),),
    ),
    "update_only": Mistake(
        "Your new parameters are an average of the updates: the server forgot where it was.",
        "w ← u instead of w ← w + u.",
        made_by=(
            _made(lambda w, u, n: _average(u, n)),
            _made(lambda w, u, n: u.mean(axis=0)),
        ),
    ),
    "unchanged": Mistake(
        "Your new parameters are the old ones.",
        "The average was computed and thrown away, or added to a copy.",
        made_by=(_made(lambda w, u, n: w),),
    ),
    "subtracted": Mistake(
        "Your server moves against the clients' updates.",
        "An update already points downhill; subtracting is for gradients.",
        made_by=(_made(lambda w, u, n: w - _average(u, n)),),
    ),
    "counted_twice": Mistake(
        "Your result holds w twice.",
        "Averaging the parameters w + u_k and then adding w once more.",
        made_by=(_made(lambda w, u, n: 2 * w + _average(u, n)),),
    ),
    "equal_weights": Mistake(
        "The sizes of the clients play no part in your round.",
        "The unweighted mean of the updates, or sizes that are all equal: len() of the pair "
        "(inputs, targets) is 2 for everybody.",
        made_by=(_made(lambda w, u, n: w + u.mean(axis=0)),),
    ),
    "not_divided": Mistake(
        "The weights in your round do not sum to 1.",
        "Weights n_k instead of n_k / n, or a plain sum: more clients would mean longer steps.",
        made_by=(
            _made(lambda w, u, n: w + u.sum(axis=0)),
            _made(lambda w, u, n: w + n @ u),
            _made(lambda w, u, n: w + 2 * _average(u, n)),
        ),
    ),
    "last_client": Mistake(
        "Only the client that trained last moves your server.",
        "A variable that is overwritten in the loop instead of a list that grows.",
        made_by=(_made(lambda w, u, n: w + u[-1]),),
    ),
    "same_size_lost": Mistake(
        "Of two clients with equally many examples only one counts.",
        "A dictionary with the sizes as keys: the second client overwrites the first.",
        made_by=(_made(_sizes_as_keys),),
    ),
}

fedavg_round = Exercise(
    number="21.3",
    name="fedavg_round",
    reference=rounds.fedavg_round,
    examine=examine,
    takeaway="All clients start from the same w, and the server moves by the weighted average.",
    hints=(
        "Which parameters does each client start from? All of them get the same message.",
        "Collect two lists while you go over the clients: their updates, and how many examples made them.",
        "Stack the updates into rows, average them with the function of exercise 21.1; "
        "an update says how far to move, so think about where to move from.",
    ),
    mistakes=MISTAKES,
)
