"""Check of Exercise 22.2: the local steps of a round with a correction and a rubber band."""

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
    w: float,
    curvatures: Vector,
    minima: Vector,
    *,
    corrections: Vector,
    proximal: float,
    local_steps: int,
    learning_rate: float,
) -> Vector:
    """How far each client moves: ``lessons.fl.drift.quadratic_updates``."""
    return drift.quadratic_updates(
        w, curvatures, minima, local_steps=local_steps, learning_rate=learning_rate,
        corrections=corrections, proximal=proximal,
    )  # fmt: skip


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with where a geometric series of steps leads."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(
            (np.abs(got - right) <= attempt.tolerance * 100 * _size(case)).all()
        ),
        words=_words,
    )


def _words(case: Case, got: Any, right: Any) -> str:
    if case["curvatures"].dtype.kind == "i":
        return ". In this call the clients' numbers are whole; w and the steps are not. Is anything cut off?"
    return ". Make these steps on paper for one client: (22.iv), from w_k = w."


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one client to dozens, one step to hundreds, each term alone and both together."""
    settings = [(1, 1, "h"), (1, 2, "band"), (2, 1, "both"), (2, 2, "both"), (2, 3, "none")]
    settings += [(3, 2, "h"), (3, 5, "band"), (2, 4, "both"), (4, 4, "h"), (3, 3, "both")]
    many = cases.one_of(rng, (11, 23, 60))
    asked = [_case(rng, *one) for one in (*settings, (many, 7, "both"), (3, 150, "both"))]
    for terms in ("none", "h", "none"):  # a step of more than the whole way: to the other side
        beyond = _case(rng, 2, cases.one_of(rng, (1, 3, 5)), terms)
        curvatures = rng.uniform(1.1, 1.9, 2) / beyond["learning_rate"]
        asked.append({**beyond, "curvatures": curvatures})
    asked.append(  # whole numbers where they can be: an array made like one of them cuts w off
        {
            "w": cases.between(rng, 0.3, 0.7),
            "curvatures": rng.integers(1, 11, 3),
            "minima": rng.integers(-5, 6, 3),
            "corrections": rng.integers(-9, 10, 3),
            "proximal": cases.between(rng, 1, 8),
            "local_steps": 3,
            "learning_rate": cases.between(rng, 0.03, 0.07),
        }
    )
    one = _case(rng, 3, 4, "both")
    return asked + cases.one_at_a_time(
        one,
        w=0.0,
        curvatures=one["curvatures"] * 0.7,
        minima=one["minima"] - 0.9,
        corrections=one["corrections"] / 2,
        proximal=one["proximal"] / 2,
        local_steps=3,
        learning_rate=one["learning_rate"] / 2,
    )


def _case(rng: np.random.Generator, n_clients: int, local_steps: int, terms: str) -> Case:
    rate = cases.spread(rng, 0.01, 0.3)
    fast = 3 / local_steps if local_steps > 100 else 1.0  # still on the way at the end
    return {
        "w": float(rng.normal()) + 2.0,
        "curvatures": fast * rng.uniform(0.05, 0.9, n_clients) / rate,
        "minima": rng.normal(size=n_clients) * cases.spread(rng, 0.3, 30),
        "corrections": fast * rng.normal(size=n_clients) / rate * (terms in ("h", "both")),
        "proximal": fast * cases.between(rng, 0.1, 0.9) / rate * (terms in ("band", "both")),
        "local_steps": local_steps,
        "learning_rate": rate,
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=case["minima"].shape).astype(float)


def _size(case: Case) -> float:
    return float(np.abs(case["minima"]).max() + abs(case["w"]) + 10)


def _by_definition(
    w: float,
    curvatures: Vector,
    minima: Vector,
    corrections: Vector,
    proximal: float,
    local_steps: int,
    learning_rate: float,
) -> Vector:
    """Client after client: each step is the one before times 1 − η (a + μ); add them up."""
    moved = []
    for a, b, h in zip(curvatures, minima, corrections, strict=True):
        step, kept = -learning_rate * (a * (w - b) + h), 1 - learning_rate * (a + proximal)
        moved.append(sum(step * kept**k for k in range(local_steps)))
    return np.array(moved)


def _made(
    step: Callable[..., Any] = lambda r, g, h, m, wk, w: r * (g + h + m * (wk - w)),
    gradient: Callable[..., Any] = lambda a, b, wk, w: a * (wk - b),
    steps: Callable[[int], int] = lambda E: E,
    ends: Callable[..., Any] = lambda wk, w: wk - w,
) -> Callable[..., Any]:
    """Make E steps with one part exchanged: the step, the gradient, how many, what is returned."""

    def answer(
        w: float,
        curvatures: Vector,
        minima: Vector,
        *,
        corrections: Vector,
        proximal: float,
        local_steps: int,
        learning_rate: float,
    ) -> Any:
        wk = np.full(len(curvatures), float(w))
        for _ in range(steps(local_steps)):
            g = gradient(curvatures, minima, wk, w)
            wk = wk - step(learning_rate, g, corrections, proximal, wk, w)
        return ends(wk, w)

    return answer


MISTAKES = {
    "positions": Mistake(
        "You return where the clients stand. An update is how far they moved: w_k − w.",
        "w_k itself; the server would add w a second time.",
        made_by=(_made(ends=lambda wk, w: wk),),
    ),
    "other_way": Mistake(
        "Your updates point the other way: steps go against the gradient, and u_k is w_k − w.",
        "A step uphill, or w − w_k.",
        made_by=(
            _made(ends=lambda wk, w: w - wk),
            _made(step=lambda r, g, h, m, wk, w: -r * (g + h + m * (wk - w))),
        ),
    ),
    "slope_of_the_start": Mistake(
        "Your clients look at their slope only at w. After a step they stand at w_k: look there.",
        "The gradient of the first step, used in all of them.",
        made_by=(
            _made(gradient=lambda a, b, wk, w: a * (w - b)),
            _made(
                gradient=lambda a, b, wk, w: a * (w - b),
                step=lambda r, g, h, m, wk, w: r * (g + h),
            ),
        ),
    ),
    "one_step": Mistake(
        "Your clients make one step. They make E of them.",
        "The loop is missing, or returns in its first turn.",
        made_by=(_made(steps=lambda E: 1),),
    ),
    "other_number_of_steps": Mistake(
        "Your clients make one step too many or too few.",
        "range(1, E) or range(E + 1).",
        made_by=(_made(steps=lambda E: E - 1), _made(steps=lambda E: E + 1)),
    ),
    "no_band": Mistake(
        "The rubber band never pulls in your answer: μ times how far the client is from w.",
        "μ was left out, or times w_k − w_k.",
        made_by=(_made(step=lambda r, g, h, m, wk, w: r * (g + h)),),
    ),
    "band_pushes": Mistake(
        "Your rubber band pushes: the further away, the harder it drives a client on.",
        "μ (w − w_k) added to the gradient.",
        made_by=(_made(step=lambda r, g, h, m, wk, w: r * (g + h - m * (wk - w))),),
    ),
    "band_tied_elsewhere": Mistake(
        "Your rubber band is not tied to the server's w. Where does it end?",
        "μ w_k ties the client to 0 (weight decay).",
        made_by=(_made(step=lambda r, g, h, m, wk, w: r * (g + h + m * wk)),),
    ),
    "no_correction": Mistake(
        "The corrections h_k play no part in your answer.",
        "Without them SCAFFOLD is FedAvg.",
        made_by=(_made(step=lambda r, g, h, m, wk, w: r * (g + m * (wk - w))),),
    ),
    "correction_subtracted": Mistake(
        "You subtract the corrections from the gradients; h_k = c − c_k is added.",
        "The sign of h_k: the drift is doubled instead of taken out.",
        made_by=(_made(step=lambda r, g, h, m, wk, w: r * (g - h + m * (wk - w))),),
    ),
    "outside_the_rate": Mistake(
        "One of your two terms is not multiplied by η. Both are added to the gradient, inside the bracket.",
        "w_k − η ∇F_k − h_k, or the band outside: a slip with brackets.",
        made_by=(
            _made(step=lambda r, g, h, m, wk, w: r * (g + m * (wk - w)) + h),
            _made(step=lambda r, g, h, m, wk, w: r * (g + h) + m * (wk - w)),
            _made(step=lambda r, g, h, m, wk, w: r * g + h + m * (wk - w)),
        ),
    ),
    "no_steepness": Mistake(
        "Your parabolas are all equally steep: the slope of F_k at w_k is a_k (w_k − b_k).",
        "w_k − b_k alone, without a_k.",
        made_by=(_made(gradient=lambda a, b, wk, w: wk - b),),
    ),
}

local_updates = Exercise(
    number="22.2",
    name="local_updates",
    reference=reference,
    examine=examine,
    takeaway="FedAvg, FedProx and SCAFFOLD differ in one line: what is added to the gradient.",
    hints=(
        "All clients start at the server's w. What is the slope of F_k(w_k) = a_k/2 (w_k − b_k)²?",
        "The slope is a_k (w_k − b_k). Add the two terms to it, and step against the sum. E times.",
        "Keep the start: w_k = np.full(len(minima), w), then a loop that changes w_k only. Return w_k − w.",
    ),
    mistakes=MISTAKES,
)
