"""Checks of lesson 21: the weighted average, a client's update, the server's round, two questions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Exercise, Mistake, Question, examine_number
from lessons.fl import aggregation, client, rounds
from lessons.validation import Vector

TOLERANCE = 1e-9


def _same(one: Any, other: Any) -> bool:
    return bool(np.allclose(one, other, rtol=0, atol=TOLERANCE))


def _first_that_fits(result: Vector, candidates: dict[str, Vector]) -> Found | None:
    for code, candidate in candidates.items():
        if _same(result, candidate):
            return Found(code)
    return None


# Exercise 21.1: the weighted average ------------------------------------------------------------


def _examine_weighted_average(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Draw unequal sizes and compare with the definition.

    As many parameters as clients first: a mixed-up axis then fits and gets its own words.
    """
    for n_clients, n_parameters in ((4, 4), (3, 7), (1, 2)):
        updates = rng.normal(size=(n_clients, n_parameters)) * 2 + np.arange(n_parameters)
        sizes = rng.permutation(np.array([2, 5, 11, 23])[:n_clients])
        result = attempt.array(updates, n_examples=sizes, shape=(n_parameters,)).astype(float)
        if _same(result, sizes / sizes.sum() @ updates):
            continue
        found = _first_that_fits(result, _wrong_averages(updates, sizes))
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
    if not _same(attempt.array(equal, n_examples=sizes, shape=(2,)), [3.0, 3.0]):
        return "no_average"
    return "wrong_weights"


def _examine_average(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    found = _examine_weighted_average(attempt, rng)
    if found is not None and found.code.startswith(("client_missing", "client_dropped")):
        return Found("client_missing")
    return found


weighted_average = Exercise(
    number="21.1",
    name="weighted_average",
    reference=aggregation.weighted_average,
    examine=_examine_average,
    takeaway="A client counts by its share of the examples, n_k/n: as if all examples lay in one place.",
    hints=(
        "If client 1 were split into two clients with half of its examples each, nothing should change.",
        "First turn the sizes into shares p_k that sum to 1. Which axis of updates belongs to clients?",
        "A vector of shape (n_clients,) times a matrix (n_clients, n_parameters) has which shape?",
    ),
    mistakes={
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
    },
)


# Exercise 21.2: one client's update -------------------------------------------------------------


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
        if len(y) != len(x) or not _same(self.targets[rows], y):
            self.unpaired = True
        point = np.array(w, dtype=float)
        step: Vector = x.T @ (x @ point - self.targets[rows]) / len(x)
        self.calls.append((point, rows, step))
        return step.copy()


def _examine_client_update(attempt: Attempt, rng: np.random.Generator) -> Found | None:
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
            or (None if _same(*results) else Found("global_random"))
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
    if not _same(points[0], w):
        return Found("wrong_start")
    if all(_same(point, w) for point in points):
        return Found("gradient_at_w")
    moved = points[1] - w
    slips = {
        "uphill": eta * step,
        "learning_rate_ignored": -step,
        "summed": -eta * step * batch,
        "divided_again": -eta * step / batch,
    }
    found = _first_that_fits(moved, slips)
    if found:
        return found
    for (before, _, taken), after in zip(recorder.calls, points[1:], strict=False):
        if not _same(after, before - eta * taken):
            return Found("wrong_step")
    return None


def _wrong_return(recorder: _Recorder, w: Vector, result: Vector, *, eta: float) -> Found | None:
    last, _, step = recorder.calls[-1]
    w_k = last - eta * step
    if _same(result, w_k - w):
        return None
    slips = {
        "parameters": w_k,
        "sign_flipped": w - w_k,
        "last_step_only": -eta * step,
        "last_step_missing": last - w,
        "gradient_returned": np.sum([taken for _, _, taken in recorder.calls], axis=0),
    }
    return _first_that_fits(result, slips) or Found("wrong_update")


client_update = Exercise(
    number="21.2",
    name="client_update",
    reference=client.client_update,
    examine=_examine_client_update,
    takeaway="What leaves the client is w_k − w: one vector, as long as the model, whatever the data.",
    hints=(
        "Work on a copy of w: the server's vector must stay what it was.",
        "Two loops: over epochs, and inside over batches. Each epoch starts with a new shuffled order.",
        "rng.permutation(n) gives an order; its slices order[i : i + batch_size] are the batches. "
        "Step against the gradient at the current w_k, and return the difference at the very end.",
    ),
    mistakes={
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
    },
)  # fmt: skip


# Exercise 21.3: the server's round --------------------------------------------------------------


def _examine_round(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Clients pull w towards points of their own; who was called, and from where, is recorded."""
    sizes = rng.permutation([3, 8, 14])
    w, pulls = rng.normal(size=5) * 2, rng.normal(size=(3, 5)) * 3
    clients = [
        (np.full((size, 2), float(number)), np.full(size, number))
        for number, size in enumerate(sizes)
    ]
    calls: list[tuple[int, Vector]] = []

    def train(start: Any, inputs: Any, targets: Any) -> Vector:
        number = int(np.ravel(inputs)[0])
        point: Vector = np.array(start, dtype=float)
        calls.append((number, point))
        update: Vector = 0.4 * (pulls[number] - point)
        return update

    result = attempt.array(w, clients, client_update=train, shape=(5,)).astype(float)
    called = [number for number, _ in calls]
    if set(called) != {0, 1, 2}:
        return Found("client_skipped")
    if len(called) > 3:
        return Found("trained_twice")
    if not all(_same(start, w) for _, start in calls):
        return Found("sequential" if _same(calls[0][1], w) else "other_start")
    updates, shares = 0.4 * (pulls - w), sizes / sizes.sum()
    if _same(result, w + shares @ updates):
        return None
    return _first_that_fits(result, _wrong_rounds(w, updates, sizes, called)) or Found(
        "wrong_round"
    )


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
    }


def _examine_server(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    found = _examine_round(attempt, rng)
    return Found("update_only") if found and found.code == "equal_weights_update" else found


fedavg_round = Exercise(
    number="21.3",
    name="fedavg_round",
    reference=rounds.fedavg_round,
    examine=_examine_server,
    takeaway="All clients start from the same w, and the server moves by the weighted average.",
    hints=(
        "Which parameters does each client start from? All of them get the same message.",
        "Collect two lists while you go over the clients: their updates, and how many examples made them.",
        "Stack the updates into rows, average them with the function of exercise 21.1; "
        "an update says how far to move, so think about where to move from.",
    ),
    mistakes={
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
    },
)


# The widgets' questions --------------------------------------------------------------------------


def _number(value: float) -> Callable[[], float]:
    return lambda: value


client_two_reads = Question(
    number="21.A",
    name="client_two_reads",
    examine=examine_number(
        _number(1),
        tolerance=0.01,
        wrong={"none_at_all": _number(0), "the_updates": _number(3), "all_it_reads": _number(2)},
    ),
    takeaway="The new model is made of everybody's updates, so something of client 1 does arrive.",
    hints=(
        "Look over the shoulder of client 2 and slide through all steps up to round 2, step 1.",
        "For each message that client 2 can read, ask: could its numbers be different if client 1 "
        "held other images?",
        "The first model was drawn at random, and client 2's own update is its own. What about the "
        "message that comes after the server's update?",
    ),
    mistakes={
        "none_at_all": Mistake(
            "Client 1 sends nothing to client 2, but it need not go straight there.",
            "The update of client 1 is inside the average, and the average is inside the next w.",
        ),
        "the_updates": Mistake(
            "Look again at who receives the updates.",
            "The three updates go to the server only; client 2 reads one of them, its own.",
        ),
        "all_it_reads": Mistake(
            "One of the messages that you counted has nothing of client 1 in it.",
            "Of the first model, its own update and the second model only the last depends on client 1.",
        ),
    },
)

_N1, _N2, _M1, _M2 = 45, 5, 2.0, 6.0  # as the question says; the widget holds the two means


unweighted_miss = Question(
    number="21.C",
    name="unweighted_miss",
    examine=examine_number(
        _number((_M1 + _M2) / 2 - (_N1 * _M1 + _N2 * _M2) / (_N1 + _N2)),
        tolerance=0.06,
        wrong={
            "where_it_lands": _number((_M1 + _M2) / 2),
            "the_best_place": _number((_N1 * _M1 + _N2 * _M2) / (_N1 + _N2)),
            "from_client_one": _number((_M2 - _M1) / 2),
            "from_the_large_one": _number((_N1 * _M1 + _N2 * _M2) / (_N1 + _N2) - _M1),
        },
    ),
    takeaway="The unweighted mean settles half-way between the clients, however unequal they are.",
    hints=(
        "Set the sizes to 45 and 5 and let both servers run for many rounds.",
        "The caption says where each server has arrived. Which of the two is the best place?",
        "You want the distance between the two places, along the w axis.",
    ),
    mistakes={
        "where_it_lands": Mistake(
            "That is where the unweighted server arrives; the question is how far off that is.",
            "The half-way point itself instead of its distance from the minimum.",
        ),
        "the_best_place": Mistake(
            "That is the minimum of the joint loss; the question is how far away the other one stops.",
            "The minimum itself instead of the distance to it.",
        ),
        "from_client_one": Mistake(
            "That is the distance from a client's own minimum, not from the minimum of the joint loss.",
            "The joint loss has its minimum nearer to the large client, but not on it.",
        ),
        "from_the_large_one": Mistake(
            "That is how far the weighted server is from client 1; compare the two servers.",
            "The distance of the right average from the large client's own minimum.",
        ),
    },
)
