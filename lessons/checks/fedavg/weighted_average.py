"""Check of Exercise 21.1: every example has one vote, for any number of clients and parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import aggregation
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition; two clients or more first, then one."""

    def words(case: Case, got: Any, right: Any) -> str:
        same = np.full_like(case["updates"], 3.0)
        equal = {"updates": same, "n_examples": case["n_examples"]}
        if not _fits(equal, _ask(attempt, equal), same[0], attempt.tolerance):
            return ". If all clients send the same update, the average must be that update; yours is not."
        return (
            ". It is an average (equal updates come back), but the weights in it are not the clients' "
            "shares of the examples."
        )

    for several, mistakes in ((True, MISTAKES), (False, {})):
        found = by_numbers(
            attempt,
            ask(rng) if several else [_case(rng, 1, n) for n in (1, 2, 7)],
            right=_by_definition,
            mistakes=mistakes,
            rng=rng,
            ask=_ask,
            fits=lambda case, got, right: _fits(case, got, right, attempt.tolerance),
            words=words,
        )
        if found:
            return found
    return None


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw two clients to thousands, as many parameters, fewer and more; examples from one to thousands."""
    pairs = [(2, 1), (2, 3), (3, 2), (4, 4), (4, 2), (3, 3), (5, 7), (10, 10)]
    pairs += [(10, 650), (cases.one_of(rng, (11, 23, 100)), 5), (257, 2)]
    pairs += [(cases.one_of(rng, range(1100, 4700)), 2), (2, cases.one_of(rng, range(4100, 9000)))]
    asked = [_case(rng, *pair) for pair in pairs]
    asked.append({**asked[2], "n_examples": asked[2]["n_examples"][::-1].copy()})
    asked.append({**asked[1], "n_examples": asked[1]["n_examples"] * 3 + 1})
    asked.append({**asked[1], "updates": asked[1]["updates"][:, ::-1] * 1.5})
    large = np.array([40_000, 300, 70_000]) + rng.integers(200, size=3)  # beyond 16 bits
    asked.append({**_case(rng, 3, 2), "n_examples": rng.permutation(large)})
    return asked


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int) -> Case:
    scales = np.exp(rng.uniform(np.log(1e-6), np.log(1e3), n_parameters))
    scales[0] = 1.0
    most = 400 if n_parameters < 10 else 40
    most = cases.one_of(rng, (most, 50_000)) if n_clients in (3, 4) else most
    sizes = rng.integers(1, most, n_clients)
    if n_clients > 4:
        sizes[1], sizes[3] = sizes[0], 1
    if len(set(sizes.tolist())) == 1 and n_clients > 1:
        sizes[0] += 2
    return {
        "updates": (rng.normal(size=(n_clients, n_parameters)) + 0.5) * scales,
        "n_examples": sizes,
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=(case["updates"].shape[1],)).astype(float)


def _by_definition(updates: Vector, n_examples: Any) -> Vector:
    """Σ_k (n_k / n) u_k, one client after the other."""
    n, total = sum(map(int, n_examples)), np.zeros(updates.shape[1])
    for size, update in zip(n_examples, updates, strict=True):
        total = total + int(size) / n * update
    return total


def _fits(case: Case, got: Any, right: Any, tolerance: float) -> bool:
    """Whether each parameter is right, in parts of the largest update of it."""
    return bool((np.abs(got - right) <= tolerance * np.abs(case["updates"]).max(axis=0)).all())


def _made(average: Callable[[Vector, Vector, Any], Any]) -> Callable[..., Any]:
    """Make a wrong function of (updates, shares, sizes)."""
    return lambda updates, *, n_examples: average(
        updates, n_examples / n_examples.sum(), n_examples
    )


def _softmax(u: Vector, p: Vector, n: Any) -> Any:
    powers = np.exp(n - n.max())
    return powers / powers.sum() @ u


MISTAKES = {
    "wrong_axis": Mistake(
        "Your shares (or sizes) meet a client's parameters instead of the clients: for four clients with two "
        "parameters, shapes (4, 2) and (4,) do not fit, because NumPy lines up the last axes.",
        "(n_clients, n_parameters) times (n_clients,) is an error; with as many clients as parameters "
        "it is a wrong result without an error. Either shares[:, None] * updates, or "
        "shares @ updates. The axis that disappears is the first.",
        made_by=(
            _made(lambda u, p, n: (p * u).sum(axis=0)),
            _made(lambda u, p, n: (n * u).sum(axis=0) / n.sum()),
            _made(lambda u, p, n: (p * u).sum(axis=1)),
            _made(lambda u, p, n: (n * u).sum(axis=0)),
            _made(lambda u, p, n: (n * u).mean(axis=0)),
            _made(lambda u, p, n: u @ p),
        ),
    ),
    "all_zero": Mistake(
        "Every entry of your average is 0.",
        "Whole-number division (//) turns every share below 1 into 0; shares need true division. Or an "
        "array of zeros was never filled.",
        made_by=(_made(lambda u, p, n: n // n.sum() @ u),),
    ),
    "unweighted": Mistake(
        "Every client counts the same here, however many examples it has.",
        "The unweighted mean: a client with two examples moves the model as much as one with a "
        "thousand. With equal sizes nobody would notice; that is why this slip survives.",
        made_by=(_made(lambda u, p, n: u.mean(axis=0)),),
    ),
    "plain_sum": Mistake(
        "You add the updates up, but an average of equal updates must give that update back.",
        "The plain sum: the step grows with the number of clients.",
        made_by=(_made(lambda u, p, n: u.sum(axis=0)),),
    ),
    "not_divided": Mistake(
        "You weight by the number of examples, but your weights do not sum to 1.",
        "n_k instead of n_k/n: the step is n times too long, and training explodes. n_k divided by "
        "the number of clients does not sum to 1 either.",
        made_by=(
            _made(lambda u, p, n: n @ u),
            _made(lambda u, p, n: (n[:, None] * u).mean(axis=0)),
            _made(lambda u, p, n: n / n.max() @ u),
        ),
    ),
    "divided_twice": Mistake(
        "You weight by the shares and divide once more: the weights average already.",
        "The shares sum to 1; dividing by the number of clients again shortens the step.",
        made_by=(_made(lambda u, p, n: (p[:, None] * u).mean(axis=0)),),
    ),
    "softmax": Mistake(
        "Your weights grow exponentially with the sizes: the largest client decides nearly alone.",
        "A softmax makes scores into weights; sizes are proportions already.",
        made_by=(_made(_softmax),),
    ),
    "inverse": Mistake(
        "Your weights shrink when a client has more examples.",
        "Weights 1/n_k: upside down, the smallest client decides.",
        made_by=(_made(lambda u, p, n: 1 / n / (1 / n).sum() @ u),),
    ),
    "largest_only": Mistake(
        "Only the client with the most examples counts in your result.",
        "Taking the winner throws the other clients' examples away.",
        made_by=(_made(lambda u, p, n: u[np.argmax(n)]),),
    ),
    "client_missing": Mistake(
        "One client's update does not reach your result.",
        "A loop or a slice that leaves out the first or the last row.",
        made_by=(
            _made(lambda u, p, n: n[:-1] / n[:-1].sum() @ u[:-1]),
            _made(lambda u, p, n: n[1:] / n[1:].sum() @ u[1:]),
            _made(lambda u, p, n: p[:-1] @ u[:-1]),
            _made(lambda u, p, n: p[1:] @ u[1:]),
        ),
    ),
    "other_weights": Mistake(
        "Your weights grow with the sizes, but not in proportion to them.",
        "Weights √n_k or ln(1 + n_k), for instance: two merged clients would count differently "
        "from the same two apart.",
        made_by=(
            _made(lambda u, p, n: np.sqrt(n) / np.sqrt(n).sum() @ u),
            _made(lambda u, p, n: np.log1p(n) / np.log1p(n).sum() @ u),
            _made(lambda u, p, n: n / (n @ n) * n @ u),
        ),
    ),
}

weighted_average = Exercise(
    number="21.1",
    name="weighted_average",
    reference=aggregation.weighted_average,
    examine=examine,
    takeaway="A client counts by its share of the examples, n_k/n: as if all examples lay in one place.",
    hints=(
        "If client 1 were split into two clients with half of its examples each, nothing should change.",
        "First turn the sizes into shares p_k that sum to 1. Which axis of updates belongs to clients?",
        "A vector of shape (n_clients,) times a matrix (n_clients, n_parameters) has which shape?",
    ),
    mistakes=MISTAKES,
)
