"""Check of Exercise 22.3: each client's mean gradient of the round, with the correction taken out."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import drift
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the mean of the gradients that the clients really had."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(
            (np.abs(got - right) <= attempt.tolerance * 10 * _size(case)).all()
        ),
        words=lambda case, got, right: (
            ". A row should be the mean of that client's own gradients in this round; yours is not."
        ),
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one client to a hundred, as many parameters, fewer and more; different numbers of steps."""
    pairs = [(2, 1), (2, 2), (3, 2), (2, 3), (4, 4), (3, 3), (5, 7), (1, 3), (10, 650)]
    pairs += [
        (6, 2),
        (3, 2),
        (cases.one_of(rng, (11, 23, 100)), 5),
        (cases.one_of(rng, (40, 130)), 2),
    ]
    few, still = _case(rng, 3, 2), _case(rng, 4, 3)
    still["updates"][rng.integers(4)] = 0.0  # moved by nothing in all: its mean gradient is c_k − c
    return [
        *(_case(rng, *pair) for pair in pairs),
        *cases.one_at_a_time(
            few,
            controls=np.zeros((3, 2)),  # the first round
            updates=few["updates"][::-1] - 0.1,
            shares=np.roll(few["shares"], 1),
            n_steps=few["n_steps"] + 1,
            learning_rate=few["learning_rate"] * cases.between(rng, 0.3, 0.9),
        ),
        still,
    ]


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int) -> dict[str, Any]:
    shares = rng.uniform(0.2, 1.0, n_clients)
    steps = rng.integers(1, cases.one_of(rng, (9, 300)), n_clients)
    steps[0] += 2 * (len(set(steps.tolist())) == 1)
    return {
        "controls": rng.normal(size=(n_clients, n_parameters)) + 0.5,
        "updates": rng.normal(size=(n_clients, n_parameters)) * cases.spread(rng, 0.01, 3),
        "shares": shares / shares.sum(),
        "n_steps": steps,
        "learning_rate": cases.spread(rng, 0.01, 0.7),
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=case["updates"].shape).astype(float)


def _by_definition(
    controls: Vector, updates: Vector, shares: Vector, n_steps: Any, learning_rate: float
) -> Vector:
    """Client after client: −u_k is η times T_k times (mean own gradient + c − c_k)."""
    c = sum(p * own for p, own in zip(shares, controls, strict=True))
    rows = [
        -u / int(tau) / learning_rate - (c - own)
        for u, tau, own in zip(updates, n_steps, controls, strict=True)
    ]
    return np.array(rows)


def _size(case: Case) -> float:
    longest = np.abs(case["updates"] / case["n_steps"][:, None]).max() / case["learning_rate"]
    return float(np.abs(case["controls"]).max() + longest)


def _made(wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong function of c_k, u_k, c, T_k (a column) and η."""

    def answer(
        controls: Vector, updates: Vector, *, shares: Vector, n_steps: Any, learning_rate: float
    ) -> Any:
        return wrong(controls, updates, shares @ controls, n_steps[:, None], learning_rate)

    return answer


def _unweighted(
    controls: Vector, updates: Vector, *, shares: Vector, n_steps: Any, learning_rate: float
) -> Any:
    return controls - controls.mean(axis=0) - updates / (n_steps[:, None] * learning_rate)


def _wrong_axis(
    controls: Vector, updates: Vector, *, shares: Vector, n_steps: Any, learning_rate: float
) -> Any:
    return controls - shares @ controls - updates / (n_steps * learning_rate)


MISTAKES = {
    "uphill": Mistake(
        "Your rows point the other way: an update goes against the gradients that made it.",
        "u_k is −η times the sum of the gradients; the minus was lost.",
        made_by=(
            _made(lambda ck, u, c, t, r: ck - c + u / (t * r)),
            _made(lambda ck, u, c, t, r: u / (t * r)),
        ),
    ),
    "correction_left_in": Mistake(
        "That is the mean of what the client stepped along, and the correction c − c_k is still in it.",
        "−u_k/(T_k η) alone. In the first round the correction is 0, and nobody notices.",
        made_by=(_made(lambda ck, u, c, t, r: -u / (t * r)),),
    ),
    "correction_added_again": Mistake(
        "The correction was added to each gradient. You add it once more; take it out.",
        "−u_k/(T_k η) + (c − c_k): a sign.",
        made_by=(_made(lambda ck, u, c, t, r: -u / (t * r) + c - ck),),
    ),
    "half_a_correction": Mistake(
        "The correction has two parts, c and c_k. One of them is missing from your answer.",
        "c_k − u_k/(T_k η) or −c − u_k/(T_k η).",
        made_by=(
            _made(lambda ck, u, c, t, r: ck - u / (t * r)),
            _made(lambda ck, u, c, t, r: -c - u / (t * r)),
        ),
    ),
    "equal_shares": Mistake(
        "Your c is the plain mean of the rows. In this lesson clients count by their shares.",
        "The paper's clients have equal shares; with others, c must be Σ p_k c_k, or the corrections do not "
        "cancel in the server's average.",
        made_by=(_unweighted,),
    ),
    "sum_not_mean": Mistake(
        "You have the sum of the gradients over all steps, not their mean: divide by T_k.",
        "A client with many examples makes many steps, and would get a gigantic correction.",
        made_by=(_made(lambda ck, u, c, t, r: ck - c - u / r),),
    ),
    "rate_left_in": Mistake(
        "The learning rate is still in your answer: a step is η times a gradient.",
        "−u_k/T_k is a step, not a gradient.",
        made_by=(
            _made(lambda ck, u, c, t, r: ck - c - u / t),
            _made(lambda ck, u, c, t, r: ck - c - u * r / t),
        ),
    ),
    "same_steps_for_all": Mistake(
        "You divide every client's update by the same number of steps; each has its own T_k.",
        "n_steps.mean() or n_steps[0]: right only if all clients have equally many examples.",
        made_by=(
            _made(lambda ck, u, c, t, r: ck - c - u / (t.mean() * r)),
            _made(lambda ck, u, c, t, r: ck - c - u / (t[0] * r)),
            _made(lambda ck, u, c, t, r: ck - c - u / (t.max() * r)),
        ),
    ),
    "wrong_axis": Mistake(
        "Your numbers of steps meet the parameters instead of the clients: NumPy lines up the last axes.",
        "(n_clients, n_parameters) divided by (n_clients,): n_steps[:, None] makes a column of it.",
        made_by=(_wrong_axis,),
    ),
}

new_controls = Exercise(
    number="22.3",
    name="new_controls",
    reference=drift.new_controls,
    examine=examine,
    takeaway="A client's mean gradient minus the mean of all is its drift. SCAFFOLD takes that out.",
    hints=(
        "What is u_k, written as a sum over the T_k steps? Each step is −η (own gradient + c − c_k).",
        "So −u_k/(T_k η) is the mean of (own gradient + c − c_k). Solve for the mean own gradient.",
        "c = shares @ controls has shape (n_parameters,); n_steps[:, None] has shape (n_clients, 1).",
    ),
    mistakes=MISTAKES,
)
