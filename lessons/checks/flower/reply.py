"""Check of Exercise 53.1: a message in, a message out, with what FedAvg needs on the other side."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.validation import Vector

Message = dict[str, Any]
OUTER, INNER = {"arrays", "metrics"}, "num-examples"


def reply_of_a_node(
    message: Message, images: Vector, labels: Vector, *, client_update: Callable[..., Vector]
) -> Message:
    """What a node answers: its trained parameters, and how many examples they were trained on."""
    w, rate = message["arrays"], message["config"]["learning-rate"]
    update = client_update(w, images, labels, learning_rate=rate)
    return {"arrays": w + update, "metrics": {INNER: len(labels)}}


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at what was asked of client_update, at the keys of the reply and at its numbers."""
    return by_numbers(
        attempt,
        ask(rng),
        right=lambda message, images, labels: _right(message, images, labels),
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(
            (np.abs(got - right) <= attempt.tolerance * (1 + np.abs(right))).all()
        ),
        words=lambda case, got, right: (
            ", arrays and num-examples one after the other. These are not the trained parameters, or "
            "not the number of examples."
        ),
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw nodes with one example to thousands; then the same with one thing changed."""
    pairs = [(2, 3), (1, 1), (1, 4), (3, 2), (4, 4), (7, 5), (cases.one_of(rng, (29, 31)), 30)]
    pairs += [(64, 10), (cases.one_of(rng, range(250, 261)), 3)]
    pairs += [(cases.one_of(rng, range(1100, 4000)), 2)]
    asked = [_case(rng, *pair) for pair in pairs]
    for case in (asked[0], asked[5]):
        other = {**case["message"], "arrays": case["message"]["arrays"] + 1.5}
        rate = {**case["message"], "config": {**case["message"]["config"], "learning-rate": 0.731}}
        asked += cases.one_at_a_time(
            case, message=other, images=case["images"] * 1.7 + 0.1, labels=case["labels"] + 1
        )
        asked.append({**case, "message": rate})
    return asked


def _case(rng: np.random.Generator, n_examples: int, n_parameters: int) -> Case:
    config = {
        "server-round": int(rng.integers(1, 90)),
        "learning-rate": cases.spread(rng, 0.01, 0.9),
    }
    return {
        "message": {"arrays": 3 * rng.normal(size=n_parameters), "config": config},
        "images": rng.normal(size=(n_examples, n_parameters)),
        "labels": rng.integers(0, 10, n_examples),
    }


def _pull(w: Any, images: Any, labels: Any, *, learning_rate: Any) -> Vector:
    """The check's own client_update: every argument counts."""
    return np.asarray(learning_rate * (np.mean(images, axis=0) + np.mean(labels) - w))


def _right(message: Message, images: Vector, labels: Vector) -> Vector:
    answer = reply_of_a_node(message, images, labels, client_update=_pull)
    return np.append(answer["arrays"], answer["metrics"][INNER])


def _ask(attempt: Attempt, case: Case) -> Vector:
    """Ask for a reply to a client_update that notes how it was called; arrays, then num-examples."""
    message, images, labels = case["message"], case["images"], case["labels"]
    calls: list[set[str]] = []

    def client_update(w: Any, x: Any, y: Any, *, learning_rate: Any) -> Vector:
        given = {
            "swapped": np.shape(x) != images.shape or np.shape(y) != labels.shape,
            "other_start": np.shape(w) != message["arrays"].shape
            or np.abs(w - message["arrays"]).max() > 1e-6,
            "other_rate": learning_rate != message["config"]["learning-rate"],
        }
        calls.append({code for code, there in given.items() if there})
        if given["swapped"]:
            return np.zeros_like(message["arrays"])
        return _pull(w, x, y, learning_rate=learning_rate)

    answer = attempt.value(_dictionary, message, images, labels, client_update=client_update)
    wrong: set[str] = set().union(*calls)
    for code in ("swapped", "other_start", "other_rate"):
        if code in wrong:
            raise Ended(Found(code))
    if len(calls) > 1:
        raise Ended(Found("trained_twice"))
    return _read(answer, message["arrays"].shape)


def _read(answer: Message, shape: tuple[int, ...]) -> Vector:
    """The numbers of a reply; ``Ended`` where a key is missing or holds something else."""
    names = ", ".join(map(repr, answer))
    if not set(answer) >= OUTER:
        inside = INNER in answer
        raise Ended(Found("outside" if inside else "keys", f"Its keys are {names}."))
    if set(answer) - OUTER - {"config"}:
        raise Ended(Found("more_records", f"Its keys are {names}."))
    metrics, arrays = answer["metrics"], answer["arrays"]
    records = {"config": answer.get("config", {}), "metrics": metrics}
    for name, record in records.items():
        if not isinstance(record, dict):
            words = f"{name} must be a dictionary, got {type(record).__name__}."
            raise Ended(Found("wrong_type", words))
    if INNER not in metrics:
        raise Ended(Found("weighting_key", f"The keys in metrics are {list(metrics)}."))
    try:
        w = kinds.array(arrays)
        for record in records.values():
            counts = {name: float(kinds.number(one)) for name, one in record.items()}
    except kinds.WrongKind as error:
        raise Ended(
            Found("wrong_type", f"{error} (Besides arrays, each entry is one number.)")
        ) from None
    if np.shape(w) != shape:
        raise Ended(Found("wrong_shape", f"Wanted arrays of shape {shape}, got {np.shape(w)}."))
    both = np.append(np.asarray(w, dtype=float), counts[INNER])
    if not np.isfinite(both).all():
        raise Ended(Found("not_finite"))
    return both


def _dictionary(value: Any) -> Any:
    if not isinstance(value, dict):
        raise kinds.WrongKind(f"Wanted a dictionary, got {kinds.described(value)}.")
    return value


def _made(
    arrays: Callable[..., Any] = lambda w, u, n: w + u,
    n: Callable[[Any, Any], Any] = lambda images, labels: len(labels),
) -> Callable[..., Any]:
    """Make a wrong node: other arrays of (w, update, n), or another count."""

    def wrong(message: Any, images: Any, labels: Any, *, client_update: Any) -> Any:
        w = message["arrays"]
        u = client_update(w, images, labels, learning_rate=message["config"]["learning-rate"])
        return {"arrays": arrays(w, u, len(labels)), "metrics": {INNER: n(images, labels)}}

    return wrong


def _keyed(build: Callable[[Any, int], Any]) -> Callable[..., Any]:
    """Make a node whose reply has other keys, of (arrays, n)."""

    def wrong(message: Any, images: Any, labels: Any, *, client_update: Any) -> Any:
        right = reply_of_a_node(message, images, labels, client_update=client_update)
        return build(right["arrays"], right["metrics"][INNER])

    return wrong


def _asking(ask_it: Callable[..., Any]) -> Callable[..., Any]:
    """Make a node that asks client_update in another way: of (client_update, w, x, y, rate)."""

    def wrong(message: Any, images: Any, labels: Any, *, client_update: Any) -> Any:
        w, rate = message["arrays"], message["config"]["learning-rate"]
        u = ask_it(client_update, w, images, labels, rate)
        return {"arrays": w + u, "metrics": {INNER: len(labels)}}

    return wrong


MISTAKES = {
    "update_only": Mistake(
        "You send the update. FedAvg makes the average of what it gets the *new model*, so the server "
        "would forget where it was.",
        "u instead of w + u. Nothing complains: the average of the updates has the right shape. After "
        "the first round the model is an average of small steps from 0.",
        made_by=(_made(lambda w, u, n: u),),
    ),
    "unchanged": Mistake(
        "You send back the parameters that came.",
        "The training is done and thrown away, round after round.",
        made_by=(_made(lambda w, u, n: w),),
    ),
    "subtracted": Mistake(
        "You take the update away from w. It points downhill already.",
        "w − u walks uphill. Subtracting is for gradients.",
        made_by=(_made(lambda w, u, n: w - u), _made(lambda w, u, n: u - w)),
    ),
    "weighted": Mistake(
        "Your arrays are multiplied by the number of examples. The server does the weighting.",
        "n·(w + u) or w + n·u: the server weights by num-examples once more.",
        made_by=(_made(lambda w, u, n: n * (w + u)), _made(lambda w, u, n: w + n * u)),
    ),
    "weighting_key": Mistake(
        "There is no 'num-examples' in metrics, spelled like this, with a hyphen: FedAvg looks for this key.",
        "num_examples, n_examples, examples: FedAvg stops the run with InconsistentMessageReplies. The "
        "name can be changed on the server, weighted_by_key=…, for all nodes together.",
        made_by=(
            _keyed(lambda w, n: {"arrays": w, "metrics": {"num_examples": n}}),
            _keyed(lambda w, n: {"arrays": w, "metrics": {"n_examples": n}}),
            _keyed(lambda w, n: {"arrays": w, "metrics": {}}),
        ),
    ),
    "outside": Mistake(
        "'num-examples' belongs in the dictionary under 'metrics', not beside 'arrays'.",
        "A message holds records, each with a name and a type: arrays, metrics, configurations.",
        made_by=(_keyed(lambda w, n: {"arrays": w, INNER: n}),),
    ),
    "keys": Mistake(
        "A reply needs the two keys 'arrays' and 'metrics'.",
        "Other names, or one of the two is missing.",
        made_by=(
            _keyed(lambda w, n: {"parameters": w, "metrics": {INNER: n}}),
            _keyed(lambda w, n: {"arrays": w}),
        ),
    ),
    "more_records": Mistake(
        "FedAvg wants exactly one record of arrays and one of metrics in a reply.",
        "The update beside the parameters, for instance: a second record of arrays stops the run.",
        made_by=(_keyed(lambda w, n: {"arrays": w, "update": w, "metrics": {INNER: n}}),),
    ),
    "counts_something_else": Mistake(
        "Your num-examples counts something other than images: pixels, classes, or labels added up.",
        "images.size, images.shape[1], len(set(labels)) or labels.sum(): a weight that has nothing to do "
        "with how much the node has learned from.",
        made_by=(
            _made(n=lambda x, y: x.size),
            _made(n=lambda x, y: x.shape[1]),
            _made(n=lambda x, y: len(set(y.tolist()))),
            _made(n=lambda x, y: int(y.sum())),
        ),
    ),
    "one_vote_each": Mistake(
        "Every node claims one example: FedAvg becomes the unweighted mean.",
        "num-examples = 1. That may be wanted (every hospital one vote), but it is not FedAvg.",
        made_by=(_made(n=lambda x, y: 1),),
    ),
    "swapped": Mistake(
        "client_update gets images and labels in the wrong order, or not all of them.",
        "The call is client_update(w, images, labels, learning_rate=…), with all examples of the node.",
        made_by=(
            _asking(lambda train, w, x, y, rate: train(w, y, x, learning_rate=rate)),
            _asking(lambda train, w, x, y, rate: train(w, x[:1], y[:1], learning_rate=rate)),
        ),
    ),
    "other_start": Mistake(
        "client_update must start from the parameters in the message.",
        "The server averages what was trained from its w.",
        made_by=(_asking(lambda train, w, x, y, rate: train(0 * w, x, y, learning_rate=rate)),),
    ),
    "other_rate": Mistake(
        "The learning rate is the server's: it stands in the message, under 'config'.",
        "A constant of one's own: the server can no longer lower it for all.",
        made_by=(_asking(lambda train, w, x, y, rate: train(w, x, y, learning_rate=0.1)),),
    ),
    "trained_twice": Mistake(
        "client_update was called more than once for one message.",
        "Twice the work, and with shuffled batches two different updates.",
        made_by=(
            _asking(
                lambda train, w, x, y, rate: [train(w, x, y, learning_rate=rate) for _ in "ab"][1]
            ),
        ),
    ),
}

reply = Exercise(
    number="53.1",
    name="reply",
    reference=reply_of_a_node,
    examine=examine,
    takeaway="Your client_update is unchanged. Around it: unpack the message, send w + u and n_k.",
    hints=(
        "What does the message hold? Print message.keys() for the example above the exercise.",
        "The server averages what comes and takes the average as its new model. So what must come?",
        "Two entries: 'arrays' with a vector shaped like w, and 'metrics' with {'num-examples': …}.",
    ),
    mistakes=MISTAKES,
)
