"""Check of lesson 14 that looks at releases on parts of a table: the total by trying every table."""

from collections.abc import Callable

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.definitions import mechanism_epsilon
from lessons.dp.parts import parts_table
from lessons.validation import Vector

PRICES = (
    0.3,
    0.85,
    0.5,
    0.2,
    0.6,
)  # not in order; all sums of some of them differ where it matters
SEVEN = (0.313, 0.127, 0.471, 0.259, 0.0625, 0.41, 0.3333)
SETTINGS = tuple((relation, m) for relation in ("add/remove", "replace") for m in (1, 2, 3))

Rule = Callable[[Vector, str, int], float]  # prices in falling order, relation, parts per person


def _reach(relation: str, m: int) -> int:
    return m if relation == "add/remove" else 2 * m


SLIPS: dict[str, Rule] = {
    "always_the_sum": lambda e, relation, m: e.sum(),
    "always_the_largest": lambda e, relation, m: e[0],
    "replace_as_add": lambda e, relation, m: e[:m].sum(),
    "relations_swapped": lambda e, relation, m: e[
        : m if relation == "replace" else 2 * m
    ].sum(),
    "twice_for_both": lambda e, relation, m: e[: 2 * m].sum(),
    "one_part_each": lambda e, relation, m: e[: _reach(relation, 1)].sum(),
    "old_and_new_the_same": lambda e, relation, m: e[:m].sum() * (2 if relation == "replace" else 1),
    "one_more_part": lambda e, relation, m: e[: m + (relation == "replace")].sum(),
    "largest_each_time": lambda e, relation, m: e[0] * _reach(relation, m),
    "all_under_replace": lambda e, relation, m: (e if relation == "replace" else e[:m]).sum(),
    "smallest_ones": lambda e, relation, m: e[::-1][: _reach(relation, m)].sum(),
    "in_their_order": lambda e, relation, m: sum(PRICES[: _reach(relation, m)]),
    "average": lambda e, relation, m: e.mean() * _reach(relation, m),
}  # fmt: skip


def examine_parallel(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The total must be the ε that trying every table finds: not smaller, and not larger."""
    found = np.array([_total(attempt, PRICES, *one) for one in SETTINGS])
    right = np.array([tried(PRICES, *one) for one in SETTINGS])
    if not np.allclose(found, right, rtol=0, atol=1e-9):
        falling = np.sort(np.array(PRICES))[::-1]
        for code, slip in SLIPS.items():
            values = [float(slip(falling, *one)) for one in SETTINGS]
            if np.allclose(found, values, rtol=0, atol=1e-9):
                return Found(code)
        return _too_much_or_too_little(found, right)
    for prices in ((0.7,), (0.25, 1.5), (0.4, 0.4, 0.4)):  # fewer parts than a person may touch
        for one in (*SETTINGS, ("replace", 7)):
            if abs(_total(attempt, prices, *one) - tried(prices, *one)) > 1e-9:
                return Found("few_parts", _named(prices, *one))
    many = ("add/remove", 6)
    same = abs(_total(attempt, SEVEN, *many) - tried(SEVEN, *many)) < 1e-9
    return None if same else Found("many_parts", _named(SEVEN, *many))


def tried(prices: tuple[float, ...], relation: str, m: int) -> float:
    """The smallest ε of one coin per part, over all neighbouring tables."""
    return mechanism_epsilon(parts_table(prices, parts_per_person=m), relation=relation)


def _total(attempt: Attempt, prices: tuple[float, ...], relation: str, m: int) -> float:
    return attempt.number(np.array(prices), relation=relation, parts_per_person=m)


def _too_much_or_too_little(found: Vector, right: Vector) -> Found:
    short = found < right - 1e-9
    where = int(np.argmax(short if short.any() else found > right + 1e-9))
    words = f"{_named(PRICES, *SETTINGS[where])} you found {found[where]:.4g}."
    return Found("too_little" if short.any() else "too_much", words)


def _named(prices: tuple[float, ...], relation: str, m: int) -> str:
    return f"For ε = {list(prices)}, {relation}, parts_per_person = {m}:"


PARALLEL_MISTAKES = {
    "always_the_sum": Mistake(
        "You add up all parts, as if everybody were in every part.",
        "That is basic composition: true, but it throws away that a person touches few parts.",
    ),
    "always_the_largest": Mistake(
        "You take the largest ε whatever the relation is and however many parts a person has.",
        "The rule of the textbooks is for one part per person under add/remove; a person who moves, "
        "or who has rows in several parts, is seen by several releases.",
    ),
    "replace_as_add": Mistake(
        "Your total under replace is that of add/remove: can a replaced person move?",
        "Under replace somebody leaves a ward and somebody arrives in another: both counts change.",
    ),
    "relations_swapped": Mistake(
        "Right numbers, but for the other relation.",
        "Replace is the one in which rows can leave one part and arrive in another.",
    ),
    "twice_for_both": Mistake(
        "Under add/remove nobody moves: how many parts see a person who just leaves?",
        "2m parts are touched only when m old rows go and m new ones come.",
    ),
    "one_part_each": Mistake(
        "Your total does not change with parts_per_person.",
        "A patient with visits on three days is in three daily counts, and all three lose for her.",
    ),
    "old_and_new_the_same": Mistake(
        "Under replace you count the same parts twice, once as old and once as new.",
        "A row that stays in its part changes one count. The worst person moves into *other* parts, "
        "so it is the 2m largest, not twice the m largest.",
    ),
    "one_more_part": Mistake(
        "Under replace you let only one row move.",
        "All m rows of a person may move, each into a part that she did not touch before.",
    ),
    "largest_each_time": Mistake(
        "You use the largest ε for every part that a person touches.",
        "A safe bound, but larger than needed when the ε differ: no person touches one part twice.",
    ),
    "all_under_replace": Mistake(
        "Under replace you add up all parts: can one person touch them all?",
        "At most m old and m new ones.",
    ),
    "smallest_ones": Mistake(
        "You add up the smallest ε; the promise is for the person who touches the worst parts.",
        "Sorting is in rising order; the largest stand at the end.",
    ),
    "in_their_order": Mistake(
        "You take the first parts of the list, whatever they cost.",
        "Which parts a person touches is not known: take the worst ones.",
    ),
    "average": Mistake(
        "You use the average ε of the parts.",
        "A promise for the average person leaves the one in the most exposed part without it.",
    ),
    "few_parts": Mistake(
        "Right for five parts, not when there are few parts, or when they cost the same.",
        "Nobody touches more parts than there are, and two equal ε are still two.",
    ),
    "many_parts": Mistake(
        "Right for five parts and at most three per person, not for more.",
        "The rule knows no largest number of parts, and prices have as many digits as they like.",
    ),
    "too_little": Mistake(
        "Some person loses more than you say.",
        "Write down one table, one neighbour, and which counts change between them.",
    ),
    "too_much": Mistake(
        "A true bound, but in one case nobody loses that much.",
        "Every unneeded ε is noise for nothing.",
    ),
}
