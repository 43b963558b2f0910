"""Check of Exercise 14.3: the total must be what the worst person loses, for any parts and prices."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting import composition
from lessons.dp.accounting.parallel import parts_table
from lessons.dp.definitions import mechanism_epsilon
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the loss that trying every table finds, or, for many parts, with (14.vii)."""
    return by_numbers(
        attempt, ask(rng), right=_worst, mistakes=MISTAKES, rng=rng, words=_too_much_or_too_little
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one part to a few hundred, and people with rows in one of them, in some, in all."""
    asked: list[Case] = []
    for n in (1, 2, 3, 4, 5, cases.one_of(rng, (6, 7, 8)), 100, 257):
        fewest = {1, 2, 3} if n < 9 else {1, cases.one_of(rng, (4, 17, 30)), n // 2, n + 3, 150}
        for relation in composition.RELATIONS:
            for m in sorted(fewest | {cases.one_of(rng, (1, n, n + 1))}):
                prices = _prices(rng, n)
                asked.append({"epsilons": prices, "relation": relation, "parts_per_person": m})
        asked.append({**asked[-1], "relation": "add/remove"})  # the same prices, once more
        asked.append({**asked[-1], "parts_per_person": 1})
    for m in (1, 2):
        two = {"epsilons": _prices(rng, 5), "relation": "replace", "parts_per_person": m}
        asked += map(dict, cases.one_at_a_time(two, relation="add/remove"))
        same = np.full(3, cases.spread(rng, 0.05, 3))
        asked.append({"epsilons": same, "relation": "replace", "parts_per_person": m})
    return sorted(asked, key=lambda case: len(case["epsilons"]))


def _prices(rng: np.random.Generator, n: int) -> Vector:
    """Prices with many digits, some of them equal; neither rising nor falling for 3 or more."""
    low, high = (0.01, 8.0) if n < 4 else (1e-4, 40.0)
    each = np.exp(rng.uniform(np.log(low), np.log(high), n))
    if n > 4:
        each[1] = each[0]
    rng.shuffle(each)
    steps = np.diff(each)
    if n > 2 and ((steps >= 0).all() or (steps <= 0).all()):
        each[[0, 1]] = each[[1, 0]]
    return each


def _worst(epsilons: Vector, relation: str, parts_per_person: int) -> float:
    if len(epsilons) <= 3:
        table = parts_table(tuple(epsilons), parts_per_person=parts_per_person)
        return mechanism_epsilon(table, relation=relation)
    return composition.parallel_composition(
        epsilons, relation=relation, parts_per_person=parts_per_person
    )


def _too_much_or_too_little(case: Case, got: float, right: float) -> str:
    if got > right:
        return (
            ": a true bound, but nobody loses that much, and you would add more noise than needed."
        )
    change = "comes or goes" if case["relation"] == "add/remove" else "is replaced"
    return f", but there is a person who loses more when she {change}."


def _reach(relation: str, m: int) -> int:
    return m if relation == "add/remove" else 2 * m


def _made(rule: Callable[[Vector, str, int], Any]) -> Callable[..., float]:
    """Make a wrong function: another ``rule(prices in falling order, relation, m)``."""
    return lambda epsilons, *, relation, parts_per_person: float(
        rule(np.sort(epsilons)[::-1], relation, parts_per_person)
    )


def _first_ones(epsilons: Vector, *, relation: str, parts_per_person: int) -> float:
    return float(sum(epsilons[: _reach(relation, parts_per_person)]))


MISTAKES = {
    "always_the_sum": Mistake(
        "You add up all parts, as if everybody were in every part.",
        "That is basic composition: true, but it forgets that a person touches only a few parts.",
        made_by=(_made(lambda e, relation, m: e.sum()),),
    ),
    "always_the_largest": Mistake(
        "You take the largest ε whatever the relation is and however many parts a person has.",
        "The rule of the textbooks is for one part per person under add/remove; a person who moves, "
        "or who has rows in several parts, is seen by several releases.",
        made_by=(_made(lambda e, relation, m: e[0]),),
    ),
    "replace_as_add": Mistake(
        "Your total under replace is that of add/remove: can a replaced person move?",
        "Under replace somebody leaves a ward and somebody arrives in another: both counts change.",
        made_by=(_made(lambda e, relation, m: e[:m].sum()),),
    ),
    "relations_swapped": Mistake(
        "Right numbers, but for the other relation.",
        "Replace is the one in which rows can leave one part and arrive in another.",
        made_by=(_made(lambda e, relation, m: e[: m if relation == "replace" else 2 * m].sum()),),
    ),
    "twice_for_both": Mistake(
        "Under add/remove nobody moves: how many parts see a person who just leaves?",
        "2m parts are touched only when m old rows go and m new ones come.",
        made_by=(_made(lambda e, relation, m: e[: 2 * m].sum()),),
    ),
    "one_part_each": Mistake(
        "Your total does not change with parts_per_person.",
        "A patient with visits on three days is in three daily counts, and loses a little in each.",
        made_by=(_made(lambda e, relation, m: e[: _reach(relation, 1)].sum()),),
    ),
    "old_and_new_the_same": Mistake(
        "Under replace you count the same parts twice, once as old and once as new.",
        "A row that stays in its part changes one count. The worst person moves into *other* parts, "
        "so it is the 2m largest, not twice the m largest.",
        made_by=(_made(lambda e, relation, m: e[:m].sum() * _reach(relation, 1)),),
    ),
    "one_more_part": Mistake(
        "Under replace you let only one row move.",
        "All m rows of a person may move, each into a part that she did not touch before.",
        made_by=(_made(lambda e, relation, m: e[: m + (relation == "replace")].sum()),),
    ),
    "largest_each_time": Mistake(
        "You use the largest ε for every part that a person touches.",
        "A safe bound, but larger than needed when the ε differ: no person touches one part twice.",
        made_by=(_made(lambda e, relation, m: e[0] * _reach(relation, m)),),
    ),
    "all_under_replace": Mistake(
        "Under replace you add up all parts: can one person touch them all?",
        "At most m old and m new ones.",
        made_by=(_made(lambda e, relation, m: (e if relation == "replace" else e[:m]).sum()),),
    ),
    "not_the_largest": Mistake(
        "You do not add up the largest ε, but the first ones, the smallest ones or averages.",
        "Which parts a person touches is up to her, and the promise is for the person in the most "
        "exposed ones. Sorting is in rising order; the largest stand at the end.",
        made_by=(
            _made(lambda e, relation, m: e[::-1][: _reach(relation, m)].sum()),
            _made(lambda e, relation, m: e.mean() * _reach(relation, m)),
            _made(lambda e, relation, m: e.mean() * min(len(e), _reach(relation, m))),
            _first_ones,
        ),
    ),
    "equal_ones_lost": Mistake(
        "Two parts with the same ε count only once in your total.",
        "Two equal ε are still two releases: a Python set of prices keeps only one of them.",
        made_by=(_made(lambda e, relation, m: np.unique(e)[::-1][: _reach(relation, m)].sum()),),
    ),
}

parallel_composition = Exercise(
    number="14.3",
    name="parallel_composition",
    reference=composition.parallel_composition,
    examine=examine,
    takeaway="Count the releases that one person's change can touch, and add up the most expensive ones.",
    hints=(
        "Write down a table with one person and its neighbour. Which of the counts change?",
        "Under replace a person may leave all parts she was in and turn up in as many others.",
        "Which parts she touches is up to her. Sort the ε, and look at the largest ones.",
    ),
    mistakes=MISTAKES,
)
