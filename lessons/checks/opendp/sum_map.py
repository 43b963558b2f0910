"""Check of Exercise 56.1: the most that a clipped sum can move between tables at a distance."""

from collections.abc import Callable

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.mechanisms.sensitivity import sum_sensitivity
from lessons.validation import integer

Rule = Callable[[int, float, float, int | None], float]  # d, lower, upper, n -> the most


def reference(*, d_in: int, lower: float, upper: float, n: int | None) -> float:
    """The most that a sum of entries in [lower, upper] differs between tables ``d_in`` rows apart.

    ``d_in``  symmetric distance: rows of one table that the other lacks, counted both ways; d_in >= 0
    ``n``     number of rows if every table has so many (then rows can only be replaced: two steps each,
              d_in <= 2n), else None
    """
    d = integer("d_in", d_in, minimum=0)
    relation = "add/remove" if n is None else "replace"
    steps = d if n is None else d // 2
    return steps * sum_sensitivity(lower=lower, upper=upper, relation=relation)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the sensitivity of lesson 12, once for each row that comes or goes, or is replaced."""
    return by_numbers(attempt, ask(rng), right=reference, mistakes=MISTAKES, rng=rng, words=_words)


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw bounds of all signs, even and odd distances, sizes that are known or not."""
    asked: list[Case] = []
    for d in (1, 2, 3, 4, *(cases.one_of(rng, few) for few in ((5, 9), (7, 11), (6, 10, 44)))):
        for low, high in _bounds(rng):
            n = cases.one_of(rng, (23, 57, 304, 1025))
            asked += [{"d_in": d, "lower": low, "upper": high, "n": one} for one in (None, n)]
    base = asked[-1]  # n known, d even
    asked += [{**base, "d_in": 0}, {**base, "d_in": 0, "n": None}]
    asked += [{**base, "n": None}, {**base, "n": int(base["n"]) + 1}]
    asked += [{**base, "lower": base["lower"] * 1.37}, {**base, "upper": base["upper"] * 0.87}]
    for n in (1, 2, cases.one_of(rng, range(3, 9)), cases.one_of(rng, range(40, 90))):
        asked += [{**base, "n": n, "d_in": 2 * n - odd} for odd in (0, 1)]  # all rows replaced
    return sorted(asked, key=lambda case: int(case["d_in"]))


def _bounds(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Give bounds: both positive, one of either sign (the larger size on either side), both negative."""
    size, more = cases.spread(rng, 0.1, 1e3), cases.between(rng, 1.3, 4)
    return [(size, size * more), (-size * more, size), (-size, size * more), (-size * more, -size)]


def _words(case: Case, got: float, right: float) -> str:
    if got > right:
        return ": true, but no two such tables differ by so much."
    return ", but there are two such tables whose sums differ by more."


def _made(rule: Rule) -> Callable[..., float]:
    """Make a wrong function from ``rule(d, lower, upper, n)``."""
    return lambda *, d_in, lower, upper, n: float(rule(d_in, lower, upper, n))


def _one(low: float, high: float) -> float:
    return max(abs(low), abs(high))


MISTAKES = {
    "size_not_used": Mistake(
        "Your answer is the same whether n is known or not.",
        "Among tables of n rows nothing can be added alone: a row goes and another comes, so that the sum "
        "moves by upper − lower at most, for two steps of the symmetric distance. Where n is not known, "
        "a row may come alone, and bring its whole value.",
        made_by=(
            _made(lambda d, low, high, n: d * _one(low, high)),
            _made(lambda d, low, high, n: d * (high - low)),
            _made(lambda d, low, high, n: d // 2 * (high - low)),
            _made(lambda d, low, high, n: d / 2 * (high - low)),
        ),
    ),
    "replaced_counts_as_one": Mistake(
        "With n known you count d_in replaced rows. How far apart are two tables that differ in one "
        "patient's row?",
        "The symmetric distance counts the row that went and the row that came: one replaced row is 2.",
        made_by=(
            _made(lambda d, low, high, n: d * (_one(low, high) if n is None else high - low)),
        ),
    ),
    "odd_distance": Mistake(
        "With n known and an odd d_in you let half a row be replaced.",
        "At distance 1 there are no two different tables with the same number of rows: the sum moves "
        "by 0. At 3 it is one replaced row, as at 2.",
        made_by=(
            _made(
                lambda d, low, high, n: d * _one(low, high) if n is None else d / 2 * (high - low)
            ),
            _made(
                lambda d, low, high, n: (
                    d * _one(low, high) if n is None else (d + 1) // 2 * (high - low)
                )
            ),
        ),
    ),
    "rows_that_come_alone_halved": Mistake(
        "With n unknown you let only half of the d_in rows come or go.",
        "There every row that comes or goes is one step.",
        made_by=(
            _made(lambda d, low, high, n: d // 2 * (_one(low, high) if n is None else high - low)),
            _made(
                lambda d, low, high, n: (
                    d / 2 * _one(low, high) if n is None else d // 2 * (high - low)
                )
            ),
        ),
    ),
    "range_for_a_new_row": Mistake(
        "With n unknown, a row that comes moves the sum by its own value, not by upper − lower.",
        "A new row adds itself, at most the bound that is farther from 0. With bounds 100 and 400 "
        "that is 400, not 300.",
        made_by=(_made(lambda d, low, high, n: (d if n is None else d // 2) * (high - low)),),
    ),
    "sign": Mistake(
        "With n unknown you use upper: what if lower is farther from 0?",
        "A row with the value −500 moves the sum by 500.",
        made_by=(
            _made(lambda d, low, high, n: d * high if n is None else d // 2 * (high - low)),
            _made(lambda d, low, high, n: d * abs(high) if n is None else d // 2 * (high - low)),
        ),
    ),
    "mean": Mistake(
        "With n known you answer for the mean; the exercise asks for the sum.",
        "The mean of n rows moves by the n-th part.",
        made_by=(
            _made(
                lambda d, low, high, n: (
                    d * _one(low, high) if n is None else d // 2 * (high - low) / n
                )
            ),
        ),
    ),
    "one_step": Mistake(
        "Your answer does not grow with d_in.",
        "It is asked for any distance: two replaced rows move the sum twice as far as one.",
        made_by=(_made(lambda d, low, high, n: _one(low, high) if n is None else high - low),),
    ),
    "swapped": Mistake(
        "You have the two cases the wrong way round.",
        "None is: n is not known, rows may come or go alone.",
        made_by=(
            _made(
                lambda d, low, high, n: d // 2 * (high - low) if n is None else d * _one(low, high)
            ),
        ),
    ),
}

sum_map = Exercise(
    number="56.1",
    name="sum_map",
    reference=reference,
    examine=examine,
    takeaway="One patient replaced is distance 2 where n is known; one who comes or goes is distance 1 "
    "where it is not. Ask a chain of a known size about 1 and it answers about nobody.",
    hints=(
        "Take (100, 250) and (100, 400). Which rows has one that the other lacks? Count both ways.",
        "n known: a row can only go together with another that comes. How many such pairs are in d_in?",
        "n unknown: d_in rows come, each as far from 0 as the bounds allow.",
    ),
    mistakes=MISTAKES,
)
