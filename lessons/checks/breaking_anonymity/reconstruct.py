"""Check of Exercise 01.4: from answers about groups back to everybody's bit, with all the answers."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.attacks import reconstruction
from lessons.attacks.reconstruction import least_squares
from lessons.checks.breaking_anonymity.tables import sizes_or_flags
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.validation import Vector

Array = NDArray[Any]


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw worlds in which least squares is right for every bit, but for chances below 1e-6.

    With noise the estimates stray by sd = noise/√3 · 1/√(coin (1 − coin)(m − n)), and half a bit is
    at least seven of those. Without noise, m > 2n gives full rank.
    """
    few = [
        _of_estimates([one], [3], rng) for one in ([1.0], [0.0], [0.38], [-3.7, 0.62], [0.4, 4.6])
    ]
    many, n = cases.between(rng, 0.93, 1.0), cases.one_of(rng, (26, 29, 31))
    worlds = [
        _world(rng, n=3, m=60, ill=0.5, noise=0.0),
        _world(rng, n=24, m=96, ill=0.3, coin=0.25, noise=0.0),
        _world(rng, n=n, m=83, ill=0.4, noise=0.0),
        _world(rng, n=40, m=400, ill=0.1, noise=many),
        _world(rng, n=37, m=500, ill=0.0, noise=many),
        _world(rng, n=33, m=500, ill=1.0, coin=0.4, noise=many),
        _world(rng, n=9, m=700, ill=0.5, noise=1.8 * many),
        _world(rng, n=100, m=400, ill=0.43, noise=many),
    ]
    queries, others = worlds[0]["queries"], 1 - worlds[0]["bits"]()
    same_groups = _case(queries, (queries @ others).astype(float), others)
    one = _of_estimates(
        [[0.3, 1.2]], [3], rng
    )  # the same answers about other groups: bits exchanged
    few += [one, _case(one["queries"][:, ::-1], one["answers"], one["bits"]()[::-1]), _pairs(rng)]
    return [*few, _inseparable(rng), _seldom(rng), _strange(rng), same_groups, *worlds]


def _case(queries: Array, answers: Vector, bits: Array) -> Case:
    """A case knows its bits; as a function, which is not told."""
    return {"queries": queries, "answers": answers, "bits": lambda: bits}


def _world(
    rng: np.random.Generator, *, n: int, m: int, ill: float, noise: float, coin: float = 0.5
) -> Case:
    """Bits with probability ``ill``, groups by a ``coin``, answers within ±``noise``."""
    bits = (rng.random(n) < ill).astype(np.int64)
    queries = (rng.random((m, n)) < coin).astype(np.int64)
    return _case(queries, queries @ bits + rng.uniform(-noise, noise, size=m), bits)


def _of_estimates(
    estimates: Sequence[Sequence[float]], times: Sequence[int], rng: np.random.Generator
) -> Case:
    """Ask about each person alone, and about nobody; all answers agree, so any fit gives these.

    The people of ``estimates[k]`` are asked for ``times[k]`` times each, in any order.
    """
    x = np.concatenate(estimates)
    often = np.repeat(times, [len(one) for one in estimates])
    asked = np.repeat(np.arange(len(x) + 1), [*often, max(times)])  # the last one is nobody
    queries = (rng.permutation(asked)[:, None] == np.arange(len(x))).astype(np.int64)
    return _case(queries, queries @ x, (x > 0.5).astype(np.int64))


def _pairs(rng: np.random.Generator) -> Case:
    """All pairs, everybody ill: a constant that is fitted beside the bits explains it all."""
    n = cases.one_of(rng, (6, 7, 9))
    pairs = [np.isin(np.arange(n), pair) for pair in combinations(range(n), 2)]
    return _case(rng.permutation(pairs).astype(np.int64), np.full(len(pairs), 2.0), np.ones(n, int))


def _inseparable(rng: np.random.Generator) -> Case:
    """Two people who are together in all groups but one: a search that stops early mixes them up."""
    x = np.array([cases.between(rng, 0.75, 0.85), -cases.between(rng, 0.1, 0.2)])
    queries = np.ones((400, 2), dtype=np.int64)
    apart, *nobody = 10 + rng.permutation(380)[:41]
    queries[apart, 1] = 0
    queries[nobody] = 0
    who = rng.permutation(2)
    return _case(queries[:, who], queries @ x, np.array([1, 0])[who])


def _seldom(rng: np.random.Generator) -> Case:
    """Estimates near 1/2 and far out; forty people are in one group each: the first, the last, others."""
    gaps = np.array([cases.between(rng, 0.002, 0.01), 0.05, cases.between(rng, 0.1, 0.3)])
    near = [*(0.5 - gaps), *(0.5 + gaps)]
    beyond = np.array([0.7, 1.6, cases.between(rng, 3, 9)])
    far = [*-beyond, *(1 + beyond)]  # as far on both sides: whoever clips them moves nobody else
    once = rng.uniform(0.51, 0.56, size=40)
    once[[7, 19]] = 0.97  # near 1, and seldom asked: no threshold, but a pull towards 0 loses it
    case = _of_estimates([near, far, once.tolist()], [40, 40, 1], rng)
    queries, answers = case["queries"], case["answers"]
    first, last = np.flatnonzero(queries[:, -40:].sum(axis=1))[[0, -1]]
    order = [first, *rng.permutation(np.setdiff1d(np.arange(len(queries)), [first, last])), last]
    return _case(queries[order], answers[order], case["bits"]())


def _strange(rng: np.random.Generator) -> Case:
    """Groups asked for again and again, whose first and last answers lie; others asked once, too.

    Whoever keeps one answer for a group, or gives all different groups the same weight, is misled.
    """
    bits = rng.permutation([0, 0, 0, 1, 1, 1])
    queries = np.tile(np.eye(7, 6, dtype=np.int64), (50, 1))  # each person alone, and nobody
    answers = queries @ bits + rng.uniform(-0.2, 0.2, size=len(queries))
    for end in (slice(7), slice(-7, None)):
        answers[end] = queries[end] @ (1.8 - 2.6 * bits)
    pair = rng.permutation(6)[:2]
    once = np.isin(np.arange(6), pair).astype(np.int64)
    lie = once @ bits + (4.5 if not bits[pair].all() else -4.5)
    place = int(rng.integers(7, 300))
    return _case(np.insert(queries, place, once, axis=0), np.insert(answers, place, lie), bits)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every bit from exact and from slightly wrong answers; the nearer bit whatever the answers are."""
    return by_numbers(
        attempt,
        ask(rng),
        right=lambda bits, **known: bits(),
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, bits: np.array_equal(got, bits),
        words=_whose_bit,
    )


def _ask(attempt: Attempt, case: Case) -> Array:
    queries, answers = case["queries"], case["answers"]
    values = attempt.array(queries, answers, shape=queries.shape[1:], kind=sizes_or_flags)
    found = set(np.unique(values).tolist())
    if found <= {0, 1}:
        return values.astype(int)
    if found <= {-1, 1}:
        raise Ended(Found("plus_and_minus_one"))
    whole = np.array_equal(values, np.round(values))
    raise Ended(Found("not_bits" if whole else "not_rounded"))


def _whose_bit(case: Case, got: Array, bits: Array) -> str:
    who = int(np.flatnonzero(got != bits)[0])
    estimate = least_squares(case["queries"], case["answers"])[who]
    return f". Least squares puts person {who} at {estimate:.3g}, and your bit is {got[who]}."


def _guess(guess: Callable[[Vector], Any]) -> Callable[..., Any]:
    """Make a wrong function that guesses from the least-squares estimates."""
    return lambda queries, answers: guess(_estimates(queries, answers))


def _estimates(queries: Array, answers: Vector) -> Vector:
    """Least squares, kept for the many wrong functions that begin with it."""
    m, n = queries.shape
    return _solved(queries.astype(np.int8).tobytes(), answers.astype(float).tobytes(), m, n)


@lru_cache(maxsize=64)
def _solved(queries: bytes, answers: bytes, m: int, n: int) -> Vector:
    table = np.frombuffer(queries, dtype=np.int8).reshape(m, n)
    return least_squares(table, np.frombuffer(answers))


def _rows(rows: Callable[[int], Any]) -> Callable[..., Any]:
    """Make a wrong function that takes ``rows(n)`` of the answers."""

    def wrong(queries: Array, answers: Vector) -> Any:
        part = rows(queries.shape[1])
        return _estimates(queries[part], answers[part]) > 0.5

    return wrong


def _one_of_each(step: int) -> Callable[..., Any]:
    """Make a wrong function that keeps the first answer about each group (or the last)."""

    def wrong(queries: Array, answers: Vector) -> Any:
        rows, place = np.unique(queries[::step], axis=0, return_index=True)
        return _estimates(rows, answers[::step][place]) > 0.5

    return wrong


def _same_weight(queries: Array, answers: Vector) -> Any:
    rows, which = np.unique(queries, axis=0, return_inverse=True)
    averages = np.bincount(which.ravel(), answers) / np.bincount(which.ravel())
    return _estimates(rows, averages) > 0.5


def _one_by_one(guess: Callable[[Vector], Any]) -> Callable[..., Any]:
    """Average answer of the groups with a person, minus that of the groups without."""

    def wrong(queries: Array, answers: Vector) -> Any:
        inside, outside = queries, 1 - queries
        with_person = answers @ inside / inside.sum(axis=0)
        return guess(with_person - answers @ outside / outside.sum(axis=0))

    return wrong


def _sums(middle: Callable[[Vector], Any]) -> Callable[..., Any]:
    return lambda queries, answers: answers @ queries > middle(answers @ queries)


MISTAKES = {
    "not_rounded": Mistake(
        "You return real numbers; the exercise wants a 0 or a 1 for every person.",
        "Least squares gives estimates such as 0.93 or −0.2; the guess is the nearer bit.",
        made_by=(_guess(np.copy), _guess(lambda x: np.clip(x, 0, 1))),
    ),
    "not_bits": Mistake(
        "You return whole numbers, but some are neither 0 nor 1.",
        "With noisy answers an estimate may be 2.3 or −1.4, and round() gives 2 or −1.",
        made_by=(_guess(np.round),),
    ),
    "plus_and_minus_one": Mistake(
        "You return −1 and 1; the secret bits are 0 and 1.",
        "np.sign gives these, or bits coded as signs: turn them into 0 and 1 at the end.",
        made_by=(_guess(lambda x: np.where(x > 0.5, 1, -1)),),
    ),
    "truncated": Mistake(
        "Your bits are cut off, not rounded: 0.9999 became 0.",
        "astype(int) and int() cut off; rounding means comparing with one half.",
        made_by=(
            _guess(lambda x: np.clip(x.astype(int), 0, 1)),
            _guess(lambda x: np.clip(np.floor(x), 0, 1)),
        ),
    ),
    "threshold_zero": Mistake(
        "You call a bit 1 as soon as its estimate is above 0.",
        "Half way between 0 and 1 is 1/2; noise alone puts half of the zeros above 0.",
        made_by=(_guess(lambda x: x > 0), _guess(lambda x: x > 1e-9)),
    ),
    "threshold_from_the_estimates": Mistake(
        "Your threshold depends on how many people have the disease.",
        "With the mean or the median of the estimates as threshold, a group in which all are healthy "
        "gets ill members.",
        made_by=(_guess(lambda x: x > x.mean()), _guess(lambda x: x > np.median(x))),
    ),
    "threshold_not_half": Mistake(
        "Your guess is not always the nearer bit: the two meet half way.",
        "0.45 is nearer to 0, and 0.55 is nearer to 1, however many people are ill.",
        made_by=tuple(
            _guess(lambda x, at=at: x > at)  # type: ignore[misc]
            for at in (0.1, 0.2, 0.25, 0.3, 0.4, 0.43, 0.6, 0.7, 0.75, 0.8, 0.9)
        ),
    ),
    "far_estimates": Mistake(
        "Your guess goes wrong where an estimate lies far outside 0 to 1, as it does with large errors.",
        "−1.6 is nearer to 0, and 1.7 and 2.6 are nearer to 1. Comparing |x̂| with 1/2, round(x̂) with 1, "
        "or taking astype(bool), gets some of them wrong.",
        made_by=(
            _guess(lambda x: np.abs(x) > 0.5),
            _guess(lambda x: np.round(x).astype(bool)),
            _guess(lambda x: np.round(x) == 1),
            _guess(lambda x: np.round(x) % 2),
            _guess(lambda x: np.abs(x - 1) < 0.5),
        ),
    ),
    "nobody_or_everybody": Mistake(
        "You stretch the estimates from their smallest to their largest.",
        "Where nobody is ill, or everybody, that always gives some of each.",
        made_by=(
            _guess(lambda x: x > (x.max() + x.min()) / 2),
            _guess(lambda x: np.round((x - x.min()) / (x.max() - x.min()))),
        ),
    ),
    "answers_unused": Mistake(
        "You do not use all of the answers.",
        "Each of them is an equation of its own: a few people may be in one group only, and a group "
        "that was asked about again has answers whose errors average out.",
        made_by=(
            _rows(lambda n: slice(n)),
            _rows(lambda n: slice(2 * n)),
            _rows(lambda n: slice(400)),
            _rows(lambda n: slice(-1)),
            _rows(lambda n: slice(1, None)),
            _rows(lambda n: slice(None, None, 2)),
            _one_of_each(1),
            _one_of_each(-1),
        ),
    ),
    "same_weight": Mistake(
        "You give a group that was asked about once as much weight as one asked about fifty times.",
        "You average the answers about each group first. In (01.iv) every answer counts the same, so a "
        "group counts as often as you asked about it.",
        made_by=(_same_weight,),
    ),
    "one_by_one": Mistake(
        "You look at each person alone, and everybody else acts as noise.",
        "Comparing the answers with and without a person is right on average, adding up those with the "
        "person not even that. Solving for all together removes what the others contribute.",
        made_by=(
            _one_by_one(lambda x: x > 0.5),
            _one_by_one(lambda x: x > 0),
            _sums(np.median),
            _sums(np.mean),
        ),
    ),
    "opposite": Mistake(
        "All your bits are the wrong way round.",
        "1 means that the person has the disease, and raises the counts.",
        made_by=(_guess(lambda x: x < 0.5),),
    ),
    "all_alike": Mistake(
        "You give everybody the same bit.",
        "Zeros are right for most people when few are ill, ones when many are; neither learns anything "
        "from the answers.",
        made_by=(_guess(np.zeros_like), _guess(np.ones_like)),
    ),
}

reconstruct = Exercise(
    number="01.4",
    name="reconstruct",
    reference=reconstruction.reconstruct,
    examine=examine,
    takeaway="Many roughly right answers to overlapping questions are as good as the table itself.",
    hints=(
        "Each answer is one equation. What are the unknowns, and how many of each are there?",
        "More equations than unknowns, all of them slightly wrong: NumPy has a function in np.linalg for "
        "the best compromise. Look at what it returns; it is more than the solution.",
        "The solution holds real numbers around 0 and 1. Which bit is nearer, whatever the noise did?",
    ),
    mistakes=MISTAKES,
)
