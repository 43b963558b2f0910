"""Check of Exercise 24.3: squared distances to the n − f − 2 nearest others, twins included."""

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


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition, client after client."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.array(**case, shape=(len(case["updates"]),)).astype(
            float
        ),
        fits=lambda case, got, right: _fits(case, got, right, tolerance=attempt.tolerance),
        words=_said,
    )


def _fits(case: Case, got: Vector, right: Vector, *, tolerance: float) -> bool:
    """Equal but for rounding; |a|² + |b|² − 2ab loses digits of a short distance, and may."""
    size = (case["updates"] ** 2).sum(axis=1).max()
    return bool((np.abs(got - right) <= tolerance * (np.abs(right) + size)).all())


def _said(case: Case, got: Vector, right: Vector) -> str:
    n, f = len(case["updates"]), case["n_bad"]
    k = int((np.abs(got - right) / (np.abs(right) + 1e-300)).argmax())
    way = "large" if got[k] > right[k] else "small"
    return f". With n = {n} and f = {f}, {n - f - 2} distances count; the score of row {k} is too {way}."


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw every f that few clients allow and some of many; clusters, twins and far rows."""
    settings = [(3, 1, 0), (3, 2, 0), (4, 2, 0), (5, 2, 1), (5, 3, 0), (6, 6, 1), (7, 3, 2)]
    settings += [(8, 2, 1), (11, 4, 4), (11, 2, 3), (20, 5, 4), (20, 3, 8), (41, 3, 19)]
    settings += [(cases.one_of(rng, range(12, 33)), 7, 3), (10, 650, 2)]
    asked = [_case(rng, *setting) for setting in settings]
    twins = _case(rng, 9, 3, 2)
    twins["updates"][[2, 5, 6]] = twins["updates"][1]  # distances of 0 to others are distances too
    pair = _case(rng, 8, 3, 1)
    pair["updates"][4] = pair["updates"][1]
    few = cases.one_at_a_time(_case(rng, 9, 3, 2), n_bad=1)
    return [*asked, *few, pair, twins, {"updates": np.full((5, 2), 0.3), "n_bad": 1}]


def _case(rng: np.random.Generator, n_clients: int, n_parameters: int, f: int) -> dict[str, Any]:
    rows = rng.normal(size=(n_clients, n_parameters)) * cases.spread(rng, 0.03, 30) + 0.4
    rows *= np.exp(rng.normal(size=(n_clients, 1)) * 0.7)  # some stand near, some far
    if f:
        rows[rng.permutation(n_clients)[:f]] *= 6.0
    return {"updates": rows, "n_bad": f}


def _by_definition(updates: Vector, n_bad: int) -> Vector:
    n, scores = len(updates), []
    for k in range(n):
        apart = sorted(float(((updates[k] - updates[j]) ** 2).sum()) for j in range(n) if j != k)
        scores.append(sum(apart[: n - n_bad - 2]))
    return np.array(scores)


def _made(
    *,
    count: Callable[[int, int], int] = lambda n, f: n - f - 2,
    of: Callable[[Vector], Vector] = lambda d: d,
    own: float = np.inf,
    order: int = 1,
    end: Callable[[Vector, int], Any] = lambda total, m: total,
) -> Callable[..., Any]:
    """Make Krum's scores with one part exchanged."""

    def scores(updates: Vector, *, n_bad: int) -> Any:
        apart = of(((updates[:, None] - updates) ** 2).sum(axis=2))
        np.fill_diagonal(apart, own if order > 0 else -np.inf)
        m = count(len(updates), n_bad)
        return end(np.sort(apart, axis=1)[:, ::order][:, :m].sum(axis=1), m)

    return scores


def _without_zeros(updates: Vector, *, n_bad: int) -> Any:
    apart = ((updates[:, None] - updates) ** 2).sum(axis=2)
    m = len(updates) - n_bad - 2
    return np.array([np.sort(row[row > 0])[:m].sum() for row in apart])


def _zeros_to_infinity(updates: Vector, *, n_bad: int) -> Any:
    apart = ((updates[:, None] - updates) ** 2).sum(axis=2)
    apart[apart == 0] = np.inf
    return np.sort(apart, axis=1)[:, : len(updates) - n_bad - 2].sum(axis=1)


def _from(middle: Callable[[Vector], Vector]) -> Callable[..., Any]:
    return lambda updates, *, n_bad: ((updates - middle(updates)) ** 2).sum(axis=1)


MISTAKES = {
    "itself_counted": Mistake(
        "You count each client as its own nearest neighbour, at distance 0.",
        "The diagonal of the table of distances is 0 and comes first when sorted: only n − f − 3 others "
        "are left. Sort and skip the first, or set the diagonal to infinity.",
        made_by=(_made(own=0.0),),
    ),
    "not_squared": Mistake(
        "You add distances; Krum adds their squares.",
        "Squares make one far neighbour count more than several near ones.",
        made_by=(_made(of=np.sqrt), _made(own=0.0, of=np.sqrt)),
    ),
    "all_of_them": Mistake(
        "You add the distances to all others, so one liar far away spoils everybody's score.",
        "Without leaving out f + 1 of the n − 1 others, the far rows are in every sum.",
        made_by=(_made(count=lambda n, f: n - 1), _made(count=lambda n, f: n - 1, of=np.sqrt)),
    ),
    "other_count": Mistake(
        "You add another number of distances than n − f − 2.",
        "n − f − 1, n − f or n − 2: f clients may lie, the client itself is no neighbour, and "
        "the proof needs one less.",
        made_by=(
            _made(count=lambda n, f: n - f - 1),
            _made(count=lambda n, f: n - f),
            _made(count=lambda n, f: n - 2),
            _made(count=lambda n, f: n - 2 * f - 2),
        ),
    ),
    "farthest": Mistake(
        "You add the distances to the farthest others, not to the nearest.",
        "A sort that runs down: then a liar far away decides.",
        made_by=(_made(order=-1, count=lambda n, f: n - f - 2),),
    ),
    "divided": Mistake(
        "Your scores are proportional to the right ones, or their roots: nobody needs to divide here.",
        "The mean of the squares, or the root of the sum. The same client wins, but the score is not "
        "that of the definition.",
        made_by=(_made(end=lambda total, m: total / m), _made(end=lambda total, m: np.sqrt(total))),
    ),
    "zeros_removed": Mistake(
        "You take away all distances of 0. Two clients that send the same are at distance 0 too, and "
        "that counts.",
        "row[row > 0] removes the client itself, and its twins with it. So does infinity for every 0.",
        made_by=(_without_zeros, _zeros_to_infinity),
    ),
    "from_the_middle": Mistake(
        "You measure how far each client is from a common middle; Krum looks at neighbours.",
        "The distance from the mean, which liars move, or from the median. Krum needs no middle.",
        made_by=(
            _from(lambda u: u.mean(axis=0)),
            _from(lambda u: np.median(u, axis=0)),
        ),
    ),
}

krum_scores = Exercise(
    number="24.3",
    name="krum_scores",
    reference=robust.krum_scores,
    examine=examine,
    takeaway="Who stands in the densest part of the crowd is believed.",
    hints=(
        "First the table of squared distances: entry (k, l) from row k to row l.",
        "What stands on its diagonal, and would it be among the smallest?",
        "Sort each row of the table, leave out the client itself, add the first n − f − 2.",
    ),
    mistakes=MISTAKES,
)
