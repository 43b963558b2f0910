"""Check of Exercise 22.1: where the clients' updates cancel, for any number of clients and steps."""

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


def reference(
    curvatures: Vector,
    minima: Vector,
    *,
    shares: Vector,
    local_steps: int,
    learning_rate: float,
) -> float:
    """Where FedAvg comes to rest: ``lessons.fl.drift.fixed_point`` without a proximal pull."""
    return drift.fixed_point(
        curvatures, minima, shares=shares, local_steps=local_steps, learning_rate=learning_rate
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the place where one round moves nothing, and say what a wrong place does."""
    return by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        fits=lambda case, got, right: (
            abs(got - right) <= max(attempt.tolerance, 1e-8) * np.abs(case["minima"]).max()
        ),
        words=_moved,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one client to dozens, one step to a thousand, steps that overshoot (η a > 1) too."""
    settings = [(2, 1), (2, 2), (2, 3), (3, 1), (3, 7), (2, 40), (4, 4), (5, 12), (1, 3)]
    settings += [(cases.one_of(rng, (11, 23, 60)), 5), (3, cases.one_of(rng, (150, 400, 1000)))]
    asked = [_case(rng, *one, most=0.9) for one in settings]
    # neither hundreds of rounds are enough to come near, nor thousands
    slow = [_case(rng, 2, 1, most=most) for most in (0.015, 3e-5)]
    asked += cases.one_at_a_time(
        few := _case(rng, 3, 6, most=0.9),
        curvatures=few["curvatures"] * rng.uniform(0.3, 0.9, 3),
        minima=few["minima"][::-1] - 1,
        shares=np.roll(few["shares"], 1),
        local_steps=11,
        learning_rate=few["learning_rate"] * cases.between(rng, 0.3, 0.9),
    )
    return [*asked, *slow, _case(rng, 3, 5, most=1.9), _case(rng, 4, 2, most=1.9)]


def _case(rng: np.random.Generator, n_clients: int, local_steps: int, *, most: float) -> Case:
    least = min(0.01, most / 2)
    least, most = (0.3 / local_steps, 3 / local_steps) if local_steps > 100 else (least, most)
    reach = np.exp(rng.uniform(np.log(least), np.log(most), n_clients))  # η a_k
    reach[0] = most if most > 1 else reach[0]
    rate = cases.spread(rng, 0.01, 0.3)
    shares = rng.uniform(0.2, 1.0, n_clients)
    return {
        "curvatures": reach / rate,
        "minima": rng.normal(size=n_clients) * cases.spread(rng, 0.3, 30),
        "shares": shares / shares.sum(),
        "local_steps": local_steps,
        "learning_rate": rate,
    }


def _moved(case: Case, got: Any, right: Any) -> str:
    updates = drift.quadratic_updates(
        float(got), case["curvatures"], case["minima"],
        local_steps=case["local_steps"], learning_rate=case["learning_rate"],
    )  # fmt: skip
    step = float(case["shares"] @ updates)
    if abs(step) < 1e-9:
        return ", which is not exact enough."
    return f". From there one round moves the server by {step:.3g}; from a fixed point, by 0."


def _made(wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong function of a, b, p, E, η."""

    def answer(
        curvatures: Vector,
        minima: Vector,
        *,
        shares: Vector,
        local_steps: int,
        learning_rate: float,
    ) -> Any:
        return wrong(curvatures, minima, shares, local_steps, learning_rate)

    return answer


def _mean(weights: Vector, b: Vector) -> Any:
    return weights @ b / weights.sum()


MISTAKES = {
    "optimum": Mistake(
        "You give the minimum of the joint loss. It does not depend on E; where FedAvg rests does.",
        "Weights p_k a_k: right for one step. 1 − (1 − η a)^E is not E times η a.",
        made_by=(
            _made(lambda a, b, p, E, r: _mean(p * a, b)),
            _made(lambda a, b, p, E, r: _mean(p * (1 - (1 - E * r * a)), b)),
        ),
    ),
    "mean_of_minima": Mistake(
        "You average the clients' own minima. E, η and the curvatures play no part in that.",
        "Weights p_k are right only for endless E, when each client ends on its own minimum; equal weights "
        "not even then, if the shares differ.",
        made_by=(_made(lambda a, b, p, E, r: p @ b), _made(lambda a, b, p, E, r: b.mean())),
    ),
    "kept": Mistake(
        "Your weight of a client shrinks when it makes more steps. How much of its way has it walked?",
        "(1 − η a)^E is the part of the way that is left; the client has walked 1 minus that.",
        made_by=(_made(lambda a, b, p, E, r: _mean(p * (1 - r * a) ** E, b)),),
    ),
    "not_normalised": Mistake(
        "That is where one round from w = 0 leads. After it the server stands elsewhere, and moves on.",
        "Σ v_k b_k without the division by Σ v_k: the term with w* was lost in solving for it.",
        made_by=(_made(lambda a, b, p, E, r: (p * (1 - (1 - r * a) ** E)) @ b),),
    ),
    "equal_shares": Mistake(
        "The shares p_k play no part in your answer.",
        "Clients with more examples count more; with equal shares nobody would notice.",
        made_by=(_made(lambda a, b, p, E, r: _mean(1 - (1 - r * a) ** E, b)),),
    ),
    "other_number_of_steps": Mistake(
        "That is the fixed point for one local step more or less.",
        "The factor 1 − η a comes once for each step: E times.",
        made_by=(
            _made(lambda a, b, p, E, r: _mean(p * (1 - (1 - r * a) ** (E + 1)), b)),
            _made(lambda a, b, p, E, r: _mean(p * (1 - (1 - r * a) ** max(E - 1, 1)), b)),
        ),
    ),
    "exponential": Mistake(
        "That would be right for endlessly small steps. Yours have the size η.",
        "exp(−η a E) in place of (1 − η a)^E.",
        made_by=(_made(lambda a, b, p, E, r: _mean(p * (1 - np.exp(-r * a * E)), b)),),
    ),
    "power_of_the_wrong_thing": Mistake(
        "You raise η a, or a alone, to the power E. In each step a client keeps 1 − η a of its way.",
        "A slip with brackets: the power belongs to all of 1 − η a.",
        made_by=(
            _made(lambda a, b, p, E, r: _mean(p * (r * a) ** E, b)),
            _made(lambda a, b, p, E, r: _mean(p * (1 - (r * a) ** E), b)),
            _made(lambda a, b, p, E, r: _mean(p * (1 - r * a**E), b)),
        ),
    ),
}

fixed_point = Exercise(
    number="22.1",
    name="fixed_point",
    reference=reference,
    examine=examine,
    takeaway="A client counts by how much of its way it walks in a round, not by how steep its loss is.",
    hints=(
        "At the fixed point the updates cancel: put (22.ii) into (22.iii).",
        "Write v_k for p_k times the part of its way that client k has walked, 1 − (1 − η a_k)^E. Then "
        "(22.iii) says Σ v_k (b_k − w*) = 0.",
        "Move the terms with w* to one side: w* is an average of the b_k with the weights v_k.",
    ),
    mistakes=MISTAKES,
)
