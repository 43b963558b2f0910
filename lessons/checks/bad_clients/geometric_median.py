"""Check of Exercise 24.4: no other point has a smaller sum of distances to the updates."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import robust
from lessons.validation import Vector

STEPS, MANY, LONG = 100, 400, 2000
NEAR = 1e-4  # how much longer than the shortest the sum of distances may be, in parts of it


def reference(updates: Vector, *, n_steps: int) -> Vector:
    """``robust.geometric_median`` with the number of steps that the exercise gives."""
    return robust.geometric_median(updates, n_steps=n_steps)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare the sum of distances with that after many more steps."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_best,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.array(**case, shape=case["updates"].shape[1:]).astype(
            float
        ),
        fits=_fits,
        words=_said,
    )


def _best(updates: Vector, n_steps: int) -> Vector:
    """Make steps until none moves the point by more than rounding does."""
    z, before = updates.mean(axis=0), updates[0] + np.inf
    for _ in range(LONG):
        if np.abs(z - before).max() <= 1e-14 * np.abs(z).max():
            break
        weights = 1 / np.maximum(np.linalg.norm(updates - z, axis=1), 1e-9)
        z, before = weights @ updates / weights.sum(), z
    return np.asarray(z)


def _fits(case: Case, got: Vector, right: Vector) -> bool:
    if case["n_steps"] == MANY:  # lies so far away that they hide the rest of the sum
        return bool(np.linalg.norm(got - right) <= 0.01)
    return _sum(case, got) <= (1 + NEAR) * _sum(case, right) + 1e-12


def _sum(case: Case, point: Vector) -> float:
    return float(np.linalg.norm(case["updates"] - point, axis=1).sum())


def _said(case: Case, got: Vector, right: Vector) -> str:
    if case["n_steps"] == MANY:
        return f". Lies very far away still move you: {np.linalg.norm(got - right):.3g} from the right point."
    mine, best = _sum(case, got), _sum(case, right)
    return (
        f". The distances from there to the rows sum to {mine:.6g}; from another point they sum to "
        f"{mine - 0.5 * (mine - best):.6g}."
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw crowds with and without far rows, one client to dozens, and a start that is an update."""
    shapes = [(1, 3), (2, 2), (3, 1), (3, 2), (4, 3), (5, 2), (7, 5), (11, 2), (20, 6), (33, 4)]
    shapes += [(cases.one_of(rng, range(12, 40)), cases.one_of(rng, range(2, 9))), (6, 700)]
    asked = [_case(rng, *shape, far=place % 2) for place, shape in enumerate(shapes)]
    tiny = _case(rng, 9, 3, far=1)
    tiny["updates"] *= 4e-7
    symmetric = [_symmetric(rng, 2), _symmetric(rng, 5)]
    return [*asked, tiny, *symmetric, _lopsided(rng), _on_a_corner(rng), _very_far(rng)]


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int, *, far: int) -> Any:
    rows = rng.normal(size=(n_clients, n_parameters)) + 1.3
    if far and n_clients > 3:
        rows[: n_clients // 3] = rows[0] * cases.between(rng, 8, 30)
    return {"updates": rng.permutation(rows), "n_steps": STEPS}


def _symmetric(rng: np.random.Generator, n_parameters: int) -> Any:
    """Whole numbers around a row in their middle: the mean, where the steps start, is that row."""
    middle = cases.whole(rng, n_parameters)
    ways = rng.permutation(
        np.eye(n_parameters)[:2] * 64 + cases.whole(rng, n_parameters, low=1, high=9)
    )
    return {"updates": np.vstack([middle, middle + ways, middle - ways]), "n_steps": STEPS}


def _lopsided(rng: np.random.Generator) -> Any:
    """Make the mean an update that is not the best point: six stand close on one side, one far opposite."""
    middle, ways = cases.whole(rng, 3) * 1.0, rng.integers(8, 21, (6, 3))
    return {
        "updates": np.vstack([middle, middle + ways, middle - ways.sum(axis=0)]),
        "n_steps": STEPS,
    }


def _on_a_corner(rng: np.random.Generator) -> Any:
    """Draw a flat triangle, whose blunt corner is the best point, and as many steps as throw z off it."""
    while True:
        turn = cases.between(rng, 0.0, 6.2)
        angles = np.array([turn, turn + cases.between(rng, 2.5, 2.9)])  # from the corner: over 120°
        sides = np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(0.5, 3, (2, 1))
        updates = rng.permutation(np.vstack([np.zeros(2), sides]) + rng.normal(size=2))
        shortest, z = np.linalg.norm(sides, axis=1).sum(), _left_out(updates, n_steps=STEPS)
        for n_steps in range(STEPS, STEPS + 30):
            case: Case = {"updates": updates, "n_steps": n_steps}
            if _sum(case, z) > (1 + 30 * NEAR) * shortest:
                return case
            z = _left_out(updates, n_steps=1, start=z)


def _very_far(rng: np.random.Generator) -> Any:
    """Five lies of eleven, so far away that a hundred steps from the mean do not bring z back."""
    rows = rng.normal(size=(11, 3)) + 1.3
    rows[:5] = 1e12 * (1 + rng.random(3))
    return {"updates": rng.permutation(rows), "n_steps": MANY}


def _made(
    *,
    weights: Callable[[Vector], Vector] = lambda d: 1 / d,
    distance: Callable[[Vector], Vector] = lambda gaps: np.linalg.norm(gaps, axis=1),
    move: Callable[[Vector, Vector, Vector], Any] = lambda w, u, z: w @ u / w.sum(),
    steps: Callable[[int], int] = lambda n: n,
    least: float = 1e-9,
) -> Callable[..., Any]:
    """Make Weiszfeld's steps with one part exchanged."""

    def median(updates: Vector, *, n_steps: int) -> Any:
        z = updates.mean(axis=0)
        for _ in range(steps(n_steps)):
            z = move(weights(np.maximum(distance(updates - z), least)), updates, z)
        return z

    return median


def _left_out(updates: Vector, *, n_steps: int, start: Vector | None = None) -> Any:
    """Each step leaves out the update on which z stands."""
    z = updates.mean(axis=0) if start is None else start
    for _ in range(n_steps):
        d = np.linalg.norm(updates - z, axis=1)
        if (d > 1e-9).any():
            w = 1 / d[d > 1e-9]
            z = w @ updates[d > 1e-9] / w.sum()
    return z


def _medoid(updates: Vector, *, n_steps: int) -> Any:
    apart = np.linalg.norm(updates[:, None] - updates, axis=2)
    return updates[apart.sum(axis=1).argmin()]


MISTAKES = {
    "on_an_update": Mistake(
        "Your z can stand exactly on an update. Its distance is then 0, and 1 / 0 spoils everything.",
        "In a symmetric crowd the start, the mean, may be an update. Count a distance as at least 1e-9.",
        made_by=(_made(least=0.0),),
    ),
    "left_out": Mistake(
        "You leave out an update while z stands on it. If it is the best point, z is thrown off it again.",
        "Its weight should be very large, not 0: count its distance as 1e-9.",
        made_by=(_left_out,),
    ),
    "stays_at_the_start": Mistake(
        "You return the mean, the start: z does not move.",
        "The loop computes weights, but does not put the new point into z.",
        made_by=(_made(steps=lambda n: 0),),
    ),
    "one_step": Mistake(
        "You end where a step or two lead. Weights depend on z, so they must be computed again at the new z.",
        "A return inside the loop, or weights computed once before it.",
        made_by=(_made(steps=lambda n: 1), _made(steps=lambda n: 2)),
    ),
    "steps_ignored": Mistake(
        "You make fewer steps than n_steps asks for. Against lies very far away that is not enough.",
        "A number of steps written into the function. Each step takes only a part of the distance away.",
        made_by=(
            _made(steps=lambda n: min(n, 100)),
            _made(steps=lambda n: min(n, 50)),
            _made(steps=lambda n: min(n, 20)),
        ),
    ),
    "far_counts_more": Mistake(
        "Your weights grow with the distance: the farther a client, the more it counts.",
        "d_k instead of 1 / d_k: upside down, the liar decides.",
        made_by=(_made(weights=lambda d: d),),
    ),
    "squared": Mistake(
        "Your weights fall with the square of the distance. That is another rule: it clings to one client.",
        "1 / d² minimises the product of the distances and ends on an update.",
        made_by=(
            _made(weights=lambda d: 1 / d**2),
            _made(distance=lambda gaps: (gaps**2).sum(axis=1)),
        ),
    ),
    "not_divided": Mistake(
        "Your weights do not sum to 1: equal updates do not give themselves back.",
        "Σ u_k / d_k must be divided by Σ 1 / d_k, not by the number of clients, and not by nothing.",
        made_by=(
            _made(move=lambda w, u, z: w @ u / len(u)),
            _made(move=lambda w, u, z: w @ u),
            _made(steps=lambda n: min(n, 1), move=lambda w, u, z: w @ u),
        ),
    ),
    "other_distance": Mistake(
        "Your distances are sums of absolute values, or the largest of them; here they are lengths (L2).",
        "With the L1 norm the best point is the coordinate median.",
        made_by=(
            _made(distance=lambda gaps: np.abs(gaps).sum(axis=1)),
            _made(distance=lambda gaps: np.abs(gaps).max(axis=1)),
        ),
    ),
    "coordinate_median": Mistake(
        "That is the coordinate median: each parameter by itself.",
        "In one dimension the two medians agree, in two or more they mostly do not.",
        made_by=(lambda updates, *, n_steps: np.median(updates, axis=0),),
    ),
    "one_of_them": Mistake(
        "You return one of the updates. The best point mostly lies between them.",
        "The update with the smallest sum of distances is the medoid.",
        made_by=(_medoid,),
    ),
}

geometric_median = Exercise(
    number="24.4",
    name="geometric_median",
    reference=reference,
    examine=examine,
    takeaway="A client far away still pulls, but with a pull of length 1, however far it stands.",
    hints=(
        "Start with z = updates.mean(axis=0). What are the distances from z to the rows?",
        "The new z is a weighted average of the rows, with weights 1 / distance that sum to 1.",
        "np.maximum(distances, 1e-9) keeps you from dividing by 0. Repeat n_steps times.",
    ),
    mistakes=MISTAKES,
)
