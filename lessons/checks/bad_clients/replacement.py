"""Check of Exercise 24.1: with what one client sends, the average by shares lands on its wish."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown
from lessons.fl import adversaries
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Put what the answer sends into the average, and see where that lands."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.array(**case, shape=case["target"].shape).astype(float),
        fits=lambda case, got, right: _lands(case, got, tolerance=attempt.tolerance),
        words=lambda case, got, right: f", and the average lands on {shown(_average(case, got))}.",
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw two clients to hundreds, one parameter to thousands, claims equal, unequal and absurd."""
    shapes = [(2, 1), (2, 3), (3, 2), (4, 4), (5, 3), (5, 5), (20, 7), (257, 2), (3, 4100)]
    shapes += [(cases.one_of(rng, range(6, 40)), cases.one_of(rng, range(2, 9)))]
    asked = [_case(rng, *shape) for shape in shapes]
    asked.append({**asked[2], "n_examples": np.array([7, 7, 7])})
    asked.append({**asked[4], "n_examples": np.array([3, 1, 4, 1, 50_000])})
    absurd = cases.one_of(rng, range(70_000, 3_000_000))  # 16 bits do not hold it
    asked.append({**asked[4], "n_examples": np.array([3, absurd, 4, 1, 2 * absurd + 1])})
    asked.append(
        {**asked[4], "n_examples": np.array([3, absurd, 4, 2 * absurd, 1])}
    )  # a tiny share
    asked.append({**asked[5], "others": np.zeros((4, 5))})
    asked.append({**asked[5], "target": np.zeros(5)})
    asked.append(
        {**asked[5], "target": 1e4 * asked[5]["target"] / np.abs(asked[5]["target"]).max()}
    )
    return asked


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int) -> Case:
    sizes = rng.integers(1, 400, n_clients)
    sizes[-1] = sizes[0] + 1 + rng.integers(60)  # neither the first one's nor the mean
    return {
        "target": rng.normal(size=n_parameters) * cases.spread(rng, 1e-2, 1e2),
        "others": rng.normal(size=(n_clients - 1, n_parameters)) + 0.7,
        "n_examples": sizes,
    }


def _average(case: Case, sent: Vector) -> Vector:
    shares = case["n_examples"] / case["n_examples"].sum()
    return np.asarray(shares @ np.vstack([case["others"], sent]))


def _by_definition(target: Vector, others: Vector, n_examples: Any) -> Vector:
    n, left = int(n_examples.sum()), target.copy()
    for size, update in zip(n_examples[:-1], others, strict=True):
        left = left - int(size) / n * update
    return np.asarray(left * n / int(n_examples[-1]))


def _lands(case: Case, got: Vector, *, tolerance: float) -> bool:
    """Whether the average lands on the target, in parts of all that goes into it."""
    size = np.abs(case["target"]).max() + np.abs(case["others"]).max()
    return bool(np.abs(_average(case, got) - case["target"]).max() <= tolerance * size)


def _made(sent: Callable[[Vector, Vector, Vector, Any], Any]) -> Callable[..., Any]:
    """Make a wrong function of (target, others, shares, sizes)."""
    return lambda target, others, *, n_examples: sent(
        target, others, n_examples / n_examples.sum(), n_examples
    )


MISTAKES = {
    "wish_only": Mistake(
        "You send the wish itself. The others vote too, and pull the average back to themselves.",
        "Sending target moves the average by p_bad of it only: one vote of twenty.",
        made_by=(_made(lambda t, u, p, n: t), _made(lambda t, u, p, n: 1 * t)),
    ),
    "scaled_only": Mistake(
        "You scale the wish up, but what the others send is still in the average.",
        "target / p_bad lands on target plus the honest part. Near the end of a training the honest "
        "updates nearly cancel, and then this shortcut is what attackers use.",
        made_by=(_made(lambda t, u, p, n: t / p[-1]), _made(lambda t, u, p, n: len(n) * t)),
    ),
    "equal_votes": Mistake(
        "This lands on the wish if all clients have as many examples. Here they do not.",
        "n · target − Σ u_k: right for the unweighted mean. The server weights by n_k.",
        made_by=(_made(lambda t, u, p, n: len(n) * t - u.sum(axis=0)),),
    ),
    "added": Mistake(
        "A sign is wrong: what the others send must be taken away from the wish.",
        "target = Σ p_k u_k + p_bad u_bad. Move the sum to the other side: its sign changes, and no other.",
        made_by=(
            _made(lambda t, u, p, n: (t + p[:-1] @ u) / p[-1]),
            _made(lambda t, u, p, n: (p[:-1] @ u - t) / p[-1]),
        ),
    ),
    "not_scaled": Mistake(
        "You take away what the others do, but your own vote still shrinks to p_bad of what you send.",
        "The last step is missing: divide by p_bad (multiplying makes it worse).",
        made_by=(
            _made(lambda t, u, p, n: t - p[:-1] @ u),
            _made(lambda t, u, p, n: (t - p[:-1] @ u) * p[-1]),
        ),
    ),
    "partly_scaled": Mistake(
        "Only one of the two parts is divided by the attacker's share.",
        "target / p_bad − Σ p_k u_k, or target − Σ p_k u_k / p_bad: brackets are missing.",
        made_by=(
            _made(lambda t, u, p, n: t / p[-1] - p[:-1] @ u),
            _made(lambda t, u, p, n: t - p[:-1] @ u / p[-1]),
            _made(lambda t, u, p, n: t / p[-1] - u.sum(axis=0)),
        ),
    ),
    "first_claim": Mistake(
        "You divide by another client's share: the attacker's own claim is the last one.",
        "p[0] instead of p[-1]; with equal clients nobody notices.",
        made_by=(
            _made(lambda t, u, p, n: (t - p[:-1] @ u) / p[0]),
            _made(lambda t, u, p, n: (t - p[1:] @ u) / p[0]),
        ),
    ),
    "sizes_for_shares": Mistake(
        "You use the numbers of examples themselves where their shares n_k / n belong.",
        "With sizes in place of shares the wish needs the factor n: (n · target − Σ n_k u_k) / n_bad.",
        made_by=(_made(lambda t, u, p, n: (t - n[:-1] @ u) / n[-1]),),
    ),
    "attacker_not_counted": Mistake(
        "You divide by the others' examples. The attacker's own claim is a part of n, too.",
        "n_examples[:-1].sum() instead of n_examples.sum(): a share of the honest clients only.",
        made_by=(
            _made(lambda t, u, p, n: (t - n[:-1] @ u / n[:-1].sum()) / p[-1]),
            _made(lambda t, u, p, n: (t * n[:-1].sum() - n[:-1] @ u) / n[-1]),
        ),
    ),
}

replacement = Exercise(
    number="24.1",
    name="replacement",
    reference=adversaries.replacement,
    examine=examine,
    takeaway="One client puts the mean wherever it likes. It only has to send enough.",
    hints=(
        "The average is a sum of p_k u_k. Write it down with the attacker's own term apart from the others.",
        "target = Σ p_k u_k over the others, plus p_bad times what you look for. Solve it.",
        "Shares first: n_examples / n_examples.sum(). All but the last belong to the rows of others.",
    ),
    mistakes=MISTAKES,
)
