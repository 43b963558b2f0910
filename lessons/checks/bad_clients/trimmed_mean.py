"""Check of Exercise 24.2: in every column b values off each end, for any b that leaves somebody."""

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

LOST_BY_A_PROPORTION = [  # b / n times n is a hair below b, and int() makes b − 1 of it
    (n, b) for n in range(10, 130) for b in range(1, (n + 1) // 2) if int(b / n * n) < b
]


def reference(updates: Vector, *, n_trimmed: int) -> Vector:
    """``robust.trimmed_mean``, which also takes the claims ``n_examples`` and ignores them."""
    return robust.trimmed_mean(updates, n_trimmed=n_trimmed)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition, one parameter after the other."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.array(**case, shape=case["updates"].shape[1:]).astype(
            float
        ),
        fits=lambda case, got, right: bool(
            (np.abs(got - right) <= attempt.tolerance * _size_of_the_kept(**case)).all()
        ),
        words=_said,
    )


def _said(case: Case, got: Any, right: Any) -> str:
    low, high = case["updates"].min(axis=0), case["updates"].max(axis=0)
    if (got < low).any() or (got > high).any():
        return ". A mean of what is left cannot lie outside of all that was sent; yours does."
    column = int(np.abs(got - right).argmax())
    values = np.array2string(np.sort(case["updates"][:, column]), precision=3, separator=", ")
    shown = f" Sorted, it is {values}." if len(case["updates"]) <= 9 else ""
    return f". Look at parameter {column} alone: which of its values should be averaged?{shown}"


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw all b that two to twenty clients allow at the edges, ties, and far outliers of both signs."""
    settings = [(1, 2, 0), (2, 3, 0), (3, 2, 1), (3, 1, 0), (4, 4, 1), (5, 3, 2), (5, 5, 1)]
    settings += [(6, 4, 2), (7, 2, 3), (10, 3, 4), (20, 5, 4), (20, 20, 9), (101, 2, 50)]
    settings += [(257, 3, 100), (cases.one_of(rng, range(30, 90)), 4, 7), (9, 2410, 2)]
    asked = [_case(rng, *setting) for setting in settings]
    enormous = _case(rng, 11, 3, 2)
    enormous["updates"][[3, 8]] *= 1e18  # what is cut must leave no trace, not even in the rounding
    n_clients, n_trimmed = LOST_BY_A_PROPORTION[cases.one_of(rng, range(len(LOST_BY_A_PROPORTION)))]
    asked.append(_case(rng, n_clients, 3, n_trimmed))
    few = _case(rng, 8, 3, 2)
    return [*asked, *cases.one_at_a_time(few, updates=few["updates"] - 0.5, n_trimmed=3), enormous]


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int, b: int) -> dict[str, Any]:
    scales = np.exp(rng.uniform(np.log(1e-4), np.log(1e3), n_parameters))
    rows = (rng.normal(size=(n_clients, n_parameters)) + 0.6) * scales
    if n_clients > 4:
        rows[rng.integers(n_clients)] *= -40.0
        rows[rng.integers(n_clients)] *= 90.0
        rows[1, 0] = rows[2, 0]  # a tie
        rows[:, -1] = np.round(rows[:, -1] / scales[-1]) * scales[-1]  # and many
    return {"updates": rows, "n_trimmed": b}


def _size_of_the_kept(updates: Vector, n_trimmed: int) -> Vector:
    kept = np.sort(updates, axis=0)[n_trimmed : len(updates) - n_trimmed]
    return np.asarray(np.abs(kept).max(axis=0))


def _by_definition(updates: Vector, n_trimmed: int) -> Vector:
    kept = [sorted(column)[n_trimmed : len(column) - n_trimmed] for column in updates.T.tolist()]
    return np.array([sum(values) / len(values) for values in kept])


def _made(rule: Callable[[Vector, int, int], Any]) -> Callable[..., Any]:
    """Make a wrong function of (updates, b, n_clients)."""
    return lambda updates, *, n_trimmed: rule(updates, n_trimmed, len(updates))


def _of(kept: Callable[[Vector, int, int], Vector]) -> Callable[..., Any]:
    """Make a wrong function that averages other rows of the sorted columns."""
    return _made(lambda u, b, n: kept(np.sort(u, axis=0), b, n).mean(axis=0))


def _rows_by(key: Callable[[Vector], Vector], *, both: bool) -> Callable[..., Any]:
    return _made(
        lambda u, b, n: u[np.argsort(key(u))[b if both else 0 : n - b if both else n - 2 * b]].mean(
            axis=0
        )
    )


MISTAKES = {
    "nobody_left": Mistake(
        "With n_trimmed = 0 nothing is cut, and the plain mean must come out; yours is empty there.",
        "sorted[b:-b] with b = 0 is sorted[0:0], and nobody is left. Say where to stop: len − b.",
        made_by=(_of(lambda s, b, n: s[b:-b]), _of(lambda s, b, n: s[b : -b or -n])),
    ),
    "wrong_axis": Mistake(
        "You compare a client's parameters with each other. What must be compared is one parameter over all "
        "clients.",
        "np.sort works along the last axis unless told otherwise, and the clients are the first.",
        made_by=(
            _made(lambda u, b, n: np.sort(u)[b : n - b].mean(axis=0)),
            _made(lambda u, b, n: np.sort(u, axis=1)[:, b : u.shape[1] - b].mean(axis=1)),
            _made(lambda u, b, n: np.sort(u.ravel()).reshape(u.shape)[b : n - b].mean(axis=0)),
        ),
    ),
    "not_sorted": Mistake(
        "You drop the first and the last clients of the list, whatever they sent.",
        "updates[b:n-b] without sorting: bad clients need not stand at the ends of the list.",
        made_by=(_made(lambda u, b, n: u[b : n - b].mean(axis=0)),),
    ),
    "one_side": Mistake(
        "You cut at one end only. A bad client may lie in either direction.",
        "Without the other end, one client sends −10⁶ and the mean follows.",
        made_by=(
            _of(lambda s, b, n: s[: n - b]),
            _of(lambda s, b, n: s[b:]),
            _of(lambda s, b, n: s[: n - 2 * b]),
            _of(lambda s, b, n: s[2 * b :]),
        ),
    ),
    "whole_clients": Mistake(
        "You throw out whole clients. The trimmed mean decides for each parameter anew whom to leave out.",
        "Sorting rows by their norm or their sum: a client that lies in one parameter of thousands stays.",
        made_by=(
            _rows_by(lambda u: np.linalg.norm(u, axis=1), both=True),
            _rows_by(lambda u: np.linalg.norm(u, axis=1), both=False),
            _rows_by(lambda u: u.sum(axis=1), both=True),
            _rows_by(lambda u: np.linalg.norm(u - u.mean(axis=0), axis=1), both=False),
        ),
    ),
    "other_count": Mistake(
        "You cut another number: n_trimmed values must go at each end of every column.",
        "b in all, or b − 1, or b + 1 at each end.",
        made_by=(
            _of(lambda s, b, n: s[b // 2 : n - b // 2]),
            _of(lambda s, b, n: s[max(b - 1, 0) : n - max(b - 1, 0)]),
            _of(lambda s, b, n: s[b : n - b + 1]),
            _of(lambda s, b, n: s[b : max(n - b - 1, b + 1)]),
        ),
    ),
    "divided_by_all": Mistake(
        "You leave values out of the sum but still divide by all clients.",
        "n − 2b values are left; dividing by n shortens every step.",
        made_by=(_made(lambda u, b, n: np.sort(u, axis=0)[b : n - b].sum(axis=0) / n),),
    ),
    "added_and_taken_away": Mistake(
        "You add up all values and take the ends away again. By then a huge lie has swallowed digits.",
        "Cut before you add: floats keep 16 digits, and a liar chooses which.",
        made_by=(
            _made(lambda u, b, n: (
                u.sum(axis=0)
                - np.sort(u, axis=0)[:b].sum(axis=0)
                - np.sort(u, axis=0)[n - b :].sum(axis=0)
            ) / (n - 2 * b)),
        ),
    ),
    "moved_to_the_edge": Mistake(
        "You move the extreme values to the edge and keep them. They should be left out.",
        "That is the winsorised mean. It is robust too, but another rule.",
        made_by=(
            _made(lambda u, b, n: np.clip(
                u, np.sort(u, axis=0)[b], np.sort(u, axis=0)[n - 1 - b]
            ).mean(axis=0)),
        ),
    ),
    "by_size": Mistake(
        "You sort by absolute value, so you do not cut the two ends of the line.",
        "|x| forgets the sign: −90 and 90 stand side by side.",
        made_by=(
            _made(lambda u, b, n: np.take_along_axis(
                u, np.argsort(np.abs(u), axis=0), axis=0
            )[b : n - b].mean(axis=0)),
            _made(lambda u, b, n: np.take_along_axis(
                u, np.argsort(np.abs(u), axis=0), axis=0
            )[: n - 2 * b].mean(axis=0)),
        ),
    ),
    "median": Mistake(
        "That is the median, whatever n_trimmed is.",
        "The median is the trimmed mean with the largest b that leaves somebody.",
        made_by=(_made(lambda u, b, n: np.median(u, axis=0)),),
    ),
}  # fmt: skip

trimmed_mean = Exercise(
    number="24.2",
    name="trimmed_mean",
    reference=reference,
    examine=examine,
    takeaway="b liars can shift the cut, but what is left is honest, or between two honest values.",
    hints=(
        "Take one parameter and write down what the clients sent for it. Sort. What is left in the middle?",
        "np.sort(updates, axis=0) sorts every column by itself.",
        "Rows b to n − b of the sorted array are left; b = 0 must leave all of them.",
    ),
    mistakes=MISTAKES,
)
