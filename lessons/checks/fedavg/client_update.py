"""Check of Exercise 21.2: which gradients a client asks for, where, in which order; and the update."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import frequencies_fault
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.fl import client
from lessons.validation import Vector


@dataclass
class _Recorder:
    """The gradient of a linear model's mean squared error / 2, and a record of who asked for it.

    The first column of ``inputs`` numbers the examples.
    """

    inputs: Vector
    targets: NDArray[np.int64]
    calls: list[tuple[Vector, list[int], Vector]] = field(default_factory=list)
    unpaired: bool = False
    empty: bool = False
    floats: bool = False
    single: bool = False

    def __call__(self, w: Any, inputs: Any, targets: Any) -> Vector:
        self.single |= kinds.is_single(w)
        point = np.array(w, dtype=float)
        if np.size(inputs) == 0:
            self.empty = True
            return np.zeros_like(point)
        x, y = np.atleast_2d(np.asarray(inputs, dtype=float)), np.atleast_1d(np.asarray(targets))
        rows = np.clip(np.round(x[:, 0]), 0, len(self.targets) - 1).astype(int).tolist()
        self.unpaired |= len(y) != len(x) or not np.array_equal(self.targets[rows], y)
        self.floats |= y.dtype.kind not in "iu"
        x = self.inputs[rows] / len(self.targets)
        step: Vector = x.T @ (x @ point - self.targets[rows] / len(self.targets)) / len(x)
        self.calls.append((point, rows, step))
        return step.copy()

    def like(self, one: Any, other: Any) -> bool:
        """Whether two vectors are equal but for rounding, in parts of the largest number there is."""
        size = max(np.abs(point).max() for point, _, _ in self.calls)
        return bool(np.abs(one - other).max() <= (1e-4 if self.single else 1e-9) * size)


class _Unwatched(np.ndarray):
    """An array that is handed out itself, not as a copy: nobody compares it afterwards."""

    def copy(self, order: Any = "C") -> "_Unwatched":
        return self


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Record what is asked for, for many sizes; then look at how the examples are shuffled."""
    settings = ask(rng)
    seen = []
    for setting in settings:
        given, recorder, result = _run(attempt, setting)
        recorder.single |= attempt.single
        found = (
            _wrong_batches(recorder, setting)
            or _wrong_steps(recorder, given["w"], eta=given["learning_rate"])
            or _wrong_return(recorder, given["w"], result, eta=given["learning_rate"])
        )
        if found:
            return found
        seen.append(result)
    for setting, before in reversed(list(zip(settings, seen, strict=True))):
        if not np.array_equal(_run(attempt, setting)[2], before):
            return Found("global_random", "The same generator gives another result.")
    return _wrong_order(attempt, rng)


def ask(rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Draw (n_k, B, E, seed): one example to 257, batches that fit, that do not, larger than n_k."""
    odd, batch = cases.one_of(rng, (13, 29, 41)), cases.one_of(rng, (3, 6, 7))
    own = [(23, 5, 3), (3, 8, 2), (12, 4, 2), (11, 5, 2), (1, 10, 1), (2, 1, 4), (odd, batch, 2)]
    own += [(60, 10, 5), (7, 7, 1), (257, 100, 1), (9, 1, 1), (4, 3, 60)]
    return [(*one, int(rng.integers(2**31))) for one in own]


def _given(setting: tuple[int, int, int, int]) -> dict[str, Any]:
    n, batch_size, epochs, seed = setting
    rng = np.random.default_rng(seed)
    width = int(rng.integers(2, 6))
    inputs = rng.normal(size=(n, width)) * n
    inputs[:, 0] = np.arange(n)
    return {
        "w": (rng.normal(size=width) + 2) * (300 if n == 11 else 1),  # with 11, long gradients
        "inputs": inputs,
        "targets": rng.permutation(n) + 3,  # labels are integers, here all different
        "local_epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": cases.spread(rng, 0.003, 0.1),
    }


def _run(attempt: Attempt, setting: tuple[int, int, int, int]) -> tuple[Any, _Recorder, Vector]:
    given = _given(setting)
    recorder = _Recorder(given["inputs"], given["targets"])

    def gradient(w: Any, inputs: Any, targets: Any) -> Vector:
        return recorder(w, inputs, targets)

    def trained() -> Vector:
        rng = np.random.default_rng(setting[3])
        return attempt.array(**given, gradient=gradient, rng=rng, shape=given["w"].shape)

    try:
        result = trained()
    except Ended as end:
        if end.found.code != "changed_input":
            raise
        given["w"] = given["w"].view(_Unwatched)
        examples = attempt.ending(trained) == end.found
        raise Ended(Found("changed_input", CHANGED["examples" if examples else "w"])) from None
    return given, recorder, result.astype(float)


CHANGED = {  # what of the client's data came back changed, and how that happens
    "w": "(It was w. After w_k = w both names mean the same array, and w_k -= … changes it.)",
    "examples": "(It was the inputs or the targets: shuffle an order of the examples, not the arrays.)",
}


def _wrong_batches(recorder: _Recorder, setting: tuple[int, int, int, int]) -> Found | None:
    """Each epoch must use each example once, in batches of B and a shorter last one."""
    n, batch_size, epochs, _ = setting
    said = f"(With n_k = {n}, batch_size = {batch_size}, local_epochs = {epochs}.)"
    if recorder.unpaired:
        return Found("unpaired", said)
    sizes = [len(rows) for _, rows, _ in recorder.calls]
    asked = [rows for _, rows, _ in recorder.calls]
    wanted = [min(batch_size, n - i) for i in range(0, n, batch_size)]
    counts = np.bincount([row for rows in asked for row in rows], minlength=n)
    if len(sizes) == 2 * len(wanted) * epochs and asked[::2] == asked[1::2]:
        return Found("counterexample", f"You ask for each gradient twice. {said}")
    if (counts == counts[0]).all() and counts[0] != epochs:
        return Found("wrong_epochs", said)
    if (counts != epochs).any():
        fewer = counts.sum() < n * epochs and counts.max() <= epochs
        return Found("examples_left_out" if fewer else "not_each_once", said)
    if sorted(sizes) != sorted(wanted * epochs) or recorder.empty:
        return Found("other_batches", said)
    every = [row for rows in asked for row in rows]
    if any(sorted(every[i : i + n]) != list(range(n)) for i in range(0, len(every), n)):
        return Found("not_each_once", said)
    if recorder.floats:
        return Found("wrong_type", "The targets that you pass on are no longer integers.")
    return None


def _wrong_steps(recorder: _Recorder, w: Vector, *, eta: float) -> Found | None:
    """Each gradient must be asked for at the parameters to which the steps before it have led."""
    points = [point for point, _, _ in recorder.calls]
    _, rows, step = recorder.calls[0]
    if any(point.shape != w.shape for point in points) or not recorder.like(points[0], w):
        return Found("wrong_start")
    if len(points) == 1:
        return None
    if all(recorder.like(point, w) for point in points):
        return Found("gradient_at_w")
    if recorder.like(points[1], w - eta * step):
        for (before, _, taken), after in zip(recorder.calls, points[1:], strict=False):
            if not recorder.like(after, before - eta * taken):
                return Found("counterexample", "After the first one, a step is not −η·gradient.")
        return None
    if recorder.like(points[1], w + eta * step):
        return Found("uphill")
    for factor in (1.0, eta * len(rows), eta / len(rows)):
        if recorder.like(points[1], w - factor * step):
            return Found("wrong_step_size")
    return Found("counterexample", "Your first step is not −η times the gradient.")


def _wrong_return(recorder: _Recorder, w: Vector, result: Vector, *, eta: float) -> Found | None:
    last, _, step = recorder.calls[-1]
    moved = last - eta * step - w
    if recorder.like(result, moved):
        return None
    slips = {
        "trained_parameters": [w + moved],
        "sign_flipped": [-moved],
        "partial_update": [-eta * step, last - w],
    }
    for code, values in slips.items():
        if any(recorder.like(result, value) for value in values):
            return Found(code)
    details = "Your steps are right, but what you return is not the difference that they made."
    return Found("counterexample", details)


# How the examples are shuffled


def _orders(attempt: Attempt, rng: Any, n: int, batch: int, epochs: int, times: int) -> Any:
    """Give ``times`` records (times, epochs, n) of which example came in which place."""
    seen: list[int] = []

    def gradient(w: Any, inputs: Any, targets: Any) -> Vector:
        seen.extend(np.asarray(inputs)[:, 0].tolist())
        return np.zeros(1)

    inputs = np.arange(n, dtype=float)[:, None]
    known = {"local_epochs": epochs, "batch_size": batch, "learning_rate": 0.1, "rng": rng}
    attempt.arrays(times, np.ones(1), inputs, np.arange(n), gradient=gradient, **known, shape=(1,))
    if len(seen) != times * epochs * n:
        counts = np.bincount(np.array(seen, dtype=int), minlength=n)
        said = "It happens where every gradient is 0."
        return Found("wrong_epochs" if np.ptp(counts) == 0 else "not_each_once", said)
    return np.array(seen, dtype=int).reshape(times, epochs, n)


def _wrong_order(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every order must be equally likely; a later epoch has the same order or a fresh one."""
    small = _orders(attempt, rng, 3, 1, 2, 700)
    four = _orders(attempt, rng, 4, 1, 11, 700)
    medium = _orders(attempt, rng, 12, 1, 1, 300)
    usual = _orders(attempt, rng, 60, 10, 1, 120)
    for one in (small, four, medium, usual):
        if isinstance(one, Found):
            return one
    first = usual[:, 0]
    if (first == first[0]).all():
        steps = np.diff(first[0])
        ordered = (steps == 1).all() or (steps == -1).all()
        return Found("not_shuffled") if ordered else _one_order(attempt, rng)
    return _uneven(small) or _uneven_four(four) or _linked(medium, 1) or _linked(usual, 10)


def _one_order(attempt: Attempt, rng: np.random.Generator) -> Found:
    """Say where the order that comes in every call is from: a first call, or another generator."""
    n = cases.one_of(rng, range(70, 3000))  # a number of examples that was not asked for before
    before = rng.bit_generator.state["state"]
    _orders(attempt, rng, n, 10, 1, 1)
    drawn = rng.bit_generator.state["state"] != before
    if not drawn:
        return Found("global_random")
    return Found("linked", "The order of the first call comes again in the later ones.")


def _uneven(orders: NDArray[np.int64]) -> Found | None:
    """All 6 orders of 3 examples, and all 36 of two epochs (or 6, if the paper's way is taken)."""
    every = {order: place for place, order in enumerate(permutations(range(3)))}
    first, second = (
        np.array([every.get(tuple(order), 0) for order in orders[:, k].tolist()]) for k in (0, 1)
    )
    found = frequencies_fault(np.bincount(first, minlength=6), np.full(6, 1 / 6))
    if found is None and not (first == second).all():
        both = np.bincount(6 * first + second, minlength=36)
        found = frequencies_fault(both, np.full(36, 1 / 36))
        if found:
            return Found("not_uniform", "The orders of two epochs are not independent.")
    if found is None and len(first) > 1:  # one call and the next
        pairs = np.bincount(6 * first[:-1:2] + first[1::2], minlength=36)
        found = frequencies_fault(pairs, np.full(36, 1 / 36))
    return Found("not_uniform", "(With three examples.)") if found else None


def _uneven_four(orders: NDArray[np.int64]) -> Found | None:
    """All 24 orders of 4 examples, over all epochs if each has its own."""
    own = orders if (orders[:, 0] != orders[:, 1]).any() else orders[:, :1]
    every = own.reshape(-1, 4) @ [64, 16, 4, 1]
    counts = [int((every == np.dot(one, [64, 16, 4, 1])).sum()) for one in permutations(range(4))]
    found = frequencies_fault([*counts, len(every) - sum(counts)], [*np.full(24, 1 / 24), 0.0])
    return Found("not_uniform", "(With four examples.)") if found else None


def _linked(orders: NDArray[np.int64], batch: int) -> Found | None:
    """Where single examples come, who follows whom, and which neighbours share a batch."""
    first = orders[:, 0]
    times, n = first.shape
    place = np.argsort(first, axis=1) // batch  # (times, n): the batch of each example
    n_batches = -(-n // batch)
    said = f"(With {n} examples in batches of {batch}.)"
    even = np.full(n_batches, 1 / n_batches)
    for one in (0, n // 2, n - 1):
        if frequencies_fault(np.bincount(place[:, one], minlength=n_batches), even):
            return Found("not_uniform", said)
    pick = np.arange(times) % (n - 1)  # one pair of neighbours of each call
    mine, next_one = place[np.arange(times), pick], place[np.arange(times), pick + 1]
    if batch == 1:
        steps = np.bincount((next_one - mine) % n, minlength=n)[1:]
        fault = frequencies_fault(steps, np.full(n - 1, 1 / (n - 1)))
    else:
        together, p = int((mine == next_one).sum()), (batch - 1) / (n - 1)
        fault = frequencies_fault([together, times - together], [p, 1 - p])
    return Found("not_uniform", said) if fault else None


def _slices(order: Any, size: int) -> list[Any]:
    return [order[i : i + size] for i in range(0, len(order), size)]


def _trainer(
    *,
    epochs: Callable[[int], int] = lambda asked: asked,
    order: Callable[[int, Any], Any] = lambda n, rng: rng.permutation(n),
    cut: Callable[[Any, int], Any] = lambda order, size: _slices(order, size),
    pair: Callable[[Any], Any] = lambda batch: batch,
    start: Callable[[Any], Any] = lambda w: w.copy(),
    at: Callable[[Any, Any], Any] = lambda w_k, w: w_k,
    scale: Callable[[float, int], float] = lambda eta, size: -eta,
    back: Callable[[Any, Any, Any], Any] = lambda w_k, w, steps: w_k - w,
) -> Callable[..., Any]:
    """Make local training with one part exchanged."""

    def train(
        w: Any,
        inputs: Any,
        targets: Any,
        *,
        gradient: Any,
        local_epochs: int,
        batch_size: int,
        learning_rate: float,
        rng: Any,
    ) -> Any:
        w_k, steps = start(w), [0 * w]
        for _ in range(epochs(local_epochs)):
            for batch in cut(order(len(targets), rng), batch_size):
                g = gradient(at(w_k, w), inputs[batch], targets[pair(batch)])
                steps.append(scale(learning_rate, len(batch)) * g)
                w_k = w_k + steps[-1]
        return back(w_k, w, steps)

    return train


def _blocks(n: int, rng: Any, size: int = 2) -> Any:
    """Shuffle neighbours in blocks: they stay together."""
    blocks = np.array_split(np.arange(n), max(1, -(-n // size)))
    return np.concatenate([blocks[k] for k in rng.permutation(len(blocks))])


MISTAKES = {
    "unpaired": Mistake(
        "An input met the target of another example.",
        "Inputs and targets must be shuffled by the same order, or the labels become noise.",
        made_by=(_trainer(pair=lambda batch: np.arange(len(batch))),),
    ),
    "wrong_epochs": Mistake(
        "Each example is used equally often, but not local_epochs times.",
        "local_epochs is ignored, the loop is range(1, E) or range(E + 1), or the return stands inside it: "
        "E passes were asked for. Without any gradient step the server learns nothing.",
        made_by=(
            _trainer(epochs=lambda asked: 0),
            _trainer(epochs=lambda asked: 1),
            _trainer(epochs=lambda asked: asked - 1),
            _trainer(epochs=lambda asked: asked + 1),
        ),
    ),
    "examples_left_out": Mistake(
        "You leave examples out in an epoch. Every batch counts, also a last, smaller one.",
        "With n_k = 23 and B = 5 three examples per epoch are lost without the last batch; a client "
        "with fewer than B examples would never train at all.",
        made_by=(
            _trainer(cut=lambda order, size: [order[:size]]),
            _trainer(
                cut=lambda order, size: [
                    order[i * size : (i + 1) * size] for i in range(len(order) // size)
                ]
            ),
            _trainer(
                cut=lambda order, size: [
                    order[i : i + size] for i in range(0, len(order) - 1, size)
                ]
            ),
        ),
    ),
    "not_each_once": Mistake(
        "In an epoch each example should be used exactly once.",
        "Batches drawn with replacement, or slices that overlap: some examples count more than "
        "once, others perhaps never.",
        made_by=(
            _trainer(order=lambda n, rng: rng.integers(n, size=n)),
            _trainer(
                cut=lambda order, size: [order[i : i + size] for i in range(0, len(order), 2)]
            ),
        ),
    ),
    "other_batches": Mistake(
        "Your batches are not batch_size examples each, with one shorter batch for the rest.",
        "The whole data set at once, np.array_split (5, 5, 5, 4, 4 for 23 examples), or one empty batch "
        "too many when batch_size divides n: a mean over no examples is 0/0.",
        made_by=(
            _trainer(cut=lambda order, size: [order]),
            _trainer(cut=lambda order, size: np.array_split(order, -(-len(order) // size))),
            _trainer(
                cut=lambda order, size: [
                    order[i :: -(-len(order) // size)] for i in range(-(-len(order) // size))
                ]
            ),
            _trainer(
                cut=lambda order, size: [
                    order[i * size : (i + 1) * size] for i in range(len(order) // size + 1)
                ]
            ),
        ),
    ),
    "not_shuffled": Mistake(
        "Your first pass takes the examples in their stored order, or in the reverse of it.",
        "Clients often store examples sorted, and batches of one class pull the model to and fro. "
        "Shuffle before the first pass, not after it.",
        made_by=(
            _trainer(order=lambda n, rng: np.arange(n)),
            _trainer(order=lambda n, rng: np.arange(n)[::-1]),
        ),
    ),
    "not_uniform": Mistake(
        "You shuffle, but some orders of the examples come more often than others.",
        "Rotating the list, or shuffling it in blocks, leaves neighbours together. In a sorted store "
        "they are of one class. rng.permutation makes every order equally likely.",
        made_by=(
            _trainer(order=lambda n, rng: np.roll(np.arange(n), rng.integers(n))),
            _trainer(order=_blocks),
            _trainer(order=lambda n, rng: _blocks(n, rng, 10)),
        ),
    ),
    "wrong_start": Mistake(
        "Your training does not start at the server's parameters w.",
        "Local training goes on from w. From zeros, every round forgets the rounds before it; from a random "
        "start of its own, a client's result does not fit the others'.",
        made_by=(_trainer(start=lambda w: 0 * w),),
    ),
    "gradient_at_w": Mistake(
        "All your gradients are taken at w, as if the model had not moved.",
        "gradient(w, …) instead of gradient(w_k, …): many small pieces of one step, no training.",
        made_by=(_trainer(at=lambda w_k, w: w),),
    ),
    "uphill": Mistake(
        "Your steps go up: the loss grows.",
        "+ η ∇F instead of − η ∇F: gradient ascent.",
        made_by=(_trainer(scale=lambda eta, size: eta),),
    ),
    "wrong_step_size": Mistake(
        "Your steps have the wrong length: they should be η times the gradient, nothing else.",
        "Without η the steps do not know the learning rate. The gradient is already the mean over the "
        "batch: times len(batch) makes it a sum, and it must not be divided again.",
        made_by=(
            _trainer(scale=lambda eta, size: -1.0),
            _trainer(scale=lambda eta, size: -eta * size),
            _trainer(scale=lambda eta, size: -eta / size),
        ),
    ),
    "trained_parameters": Mistake(
        "You return the trained parameters; the server expects how far they moved.",
        "w_k instead of w_k − w: the server would add the whole model to the model.",
        made_by=(_trainer(back=lambda w_k, w, steps: w_k),),
    ),
    "sign_flipped": Mistake(
        "Your update points from the trained parameters back to w.",
        "w − w_k: the server would walk away from what the client learned.",
        made_by=(_trainer(back=lambda w_k, w, steps: w - w_k),),
    ),
    "partial_update": Mistake(
        "Your update holds the last step only, or all steps but the last one.",
        "All steps since w count: the parameters after the last batch, minus those before the first.",
        made_by=(
            _trainer(back=lambda w_k, w, steps: steps[-1]),
            _trainer(back=lambda w_k, w, steps: w_k - w - steps[-1]),
        ),
    ),
}

client_update = Exercise(
    number="21.2",
    name="client_update",
    reference=client.client_update,
    examine=examine,
    takeaway="What leaves the client is w_k − w: one vector, as long as the model, whatever the data.",
    hints=(
        "Work on a copy of w: the server's vector must stay what it was.",
        "Two loops: one over epochs, and inside it one over batches. Each epoch starts with a new order.",
        "rng.permutation(n) gives an order; its slices order[i : i + batch_size] are the batches. "
        "Step against the gradient at the current w_k, and return the difference at the very end.",
    ),
    mistakes=MISTAKES,
)
