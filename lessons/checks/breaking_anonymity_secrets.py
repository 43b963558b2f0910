"""Check of lesson 01's secrets that are given away: the whole crowd has one and the same."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.breaking_anonymity_crowds import WORDS, Facts, is_number
from lessons.checks.exercise import Mistake
from lessons.dp.linkage import crowd_sizes, given_away


def secret_tables(rng: np.random.Generator) -> list[tuple[Facts, Facts]]:
    """Facts with secrets of several values: equal in some crowds, mixed or nearly equal in others."""
    tables = []
    for n, values in ((47, 3), (40, 2), (53, 5)):
        facts = rng.integers(0, 2, size=(n, 4))
        label = facts @ [8, 4, 2, 1]
        secret = rng.integers(0, values, size=n)
        secret = np.where(label % 3 == 0, label % values, secret)  # whole crowds alike
        tables.append((facts, secret))
    fixed = np.array([1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 5, 5, 6, 6, 6, 6] + [7] * 45)
    of_all = np.array([0, 1, 2, 0, 2, 1, 1, 1, 0, 4, 3, 3, 2, 4, 2, 4] + [1] * 44 + [0])
    first = WORDS[np.where(fixed == 5, 2, fixed % 2)]
    words = np.column_stack([first, fixed])  # makes the numbers words too, as in the lesson
    order = rng.permutation(len(fixed))
    return [*tables, (words[order], of_all[order])]


def examine_given_away(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """True exactly where the whole crowd has one and the same secret."""
    tables = secret_tables(rng)
    truths = [given_away(*both) for both in tables]
    if found := _wrong_shape_of_flags(attempt(*tables[0]), truths[0]):
        return found
    got = [attempt.array(*both, shape=both[1].shape) for both in tables]
    if all(np.array_equal(a, b) for a, b in zip(got, truths, strict=True)):
        return None
    for code, slip in _FLAG_SLIPS.items():
        if all(np.array_equal(a, slip(*b)) for a, b in zip(got, tables, strict=True)):
            return Found(code.strip())
    if not all(np.isin(one, (0, 1)).all() for one in got):
        return Found("not_flags")
    return Found("other_people", _which_people(got, truths))


def _wrong_shape_of_flags(result: Any, truth: Facts) -> Found | None:
    if is_number(result):
        return Found("how_many")
    if not isinstance(result, list | tuple | np.ndarray):
        return None
    numbers = [int(one) for one in result if isinstance(one, int | np.integer)]
    indices = len(numbers) == len(result) and np.array_equal(numbers, np.flatnonzero(truth))
    return Found("indices") if indices else None


def _which_people(got: list[Facts], truths: list[Facts]) -> str:
    missed = sum(
        int((~np.asarray(a, dtype=bool) & b).sum()) for a, b in zip(got, truths, strict=True)
    )
    extra = sum(
        int((np.asarray(a, dtype=bool) & ~b).sum()) for a, b in zip(got, truths, strict=True)
    )
    return f"You miss {missed} whose secret is given away, and name {extra} whose secret is not."


def _in_crowd(facts: Facts, secret: Facts, ask: Callable[[Facts, Any], Any]) -> Facts:
    """``ask(secrets of the crowd, own secret)`` for every row."""
    crowds = [(facts == row).all(axis=1) for row in facts]
    return np.array([ask(secret[c], own) for c, own in zip(crowds, secret, strict=True)])


Flag = Callable[[Facts, Facts], Facts]
_FLAG_SLIPS: dict[str, Flag] = {
    "alone_only": lambda f, s: crowd_sizes(f) == 1,
    "alone_forgotten": lambda f, s: given_away(f, s) & (crowd_sizes(f) > 1),
    "the_ill_only": lambda f, s: given_away(f, s) & (s == 1),
    "the_ill_only ": lambda f, s: given_away(f, s) & (s > 0),
    "the_well_only": lambda f, s: given_away(f, s) & (s == 0),
    "truth_not_equality": lambda f, s: _in_crowd(f, s, lambda c, own: c.all() or not c.any()),
    "mean_taken": lambda f, s: _in_crowd(f, s, lambda c, own: c.mean() == own),
    "mean_taken ": lambda f, s: _in_crowd(f, s, lambda c, own: c.mean() in (0, 1)),
    "mean_taken  ": lambda f, s: _in_crowd(f, s, lambda c, own: c.mean() % 1 == 0),
    "majority": lambda f, s: _in_crowd(f, s, lambda c, own: 2 * (c == own).sum() > len(c)),
    "majority ": lambda f, s: _in_crowd(f, s, lambda c, own: 2 * (c == own).sum() >= len(c)),
    "majority  ": lambda f, s: _in_crowd(f, s, lambda c, own: (c == own).mean() >= 0.9),
    "somebody_shares": lambda f, s: _in_crowd(f, s, lambda c, own: (c == own).sum() > 1),
    "opposite": lambda f, s: ~given_away(f, s),
    "first_fact_only": lambda f, s: given_away(f[:, :1], s),
    "secrets_counted": lambda f, s: _in_crowd(f, s, lambda c, own: len(set(c.tolist()))),
    "nobody": lambda f, s: np.zeros(len(s)),
}

FLAG_MISTAKES = {
    "how_many": Mistake(
        "You return one number; the exercise wants True or False for every row.",
        "The number is the sum of the answers, and comes afterwards.",
    ),
    "indices": Mistake(
        "You return which rows are concerned; wanted is True or False for every row.",
        "np.flatnonzero turns one into the other; a mask can also select, count and combine.",
    ),
    "alone_only": Mistake(
        "You name those who are alone. A whole crowd can be given away too: when?",
        "This is the point of the exercise: k-anonymity looks at sizes and not at secrets.",
    ),
    "alone_forgotten": Mistake(
        "You leave out those who are alone; does the table not give their secret away?",
        "A crowd of one has only one secret in it.",
    ),
    "the_ill_only": Mistake(
        "You name crowds with the disease; that everybody is free of it is also known then.",
        "A secret is given away by being certain, whatever it is.",
    ),
    "the_well_only": Mistake(
        "You name crowds whose secret is 0; other values can be shared by all of a crowd as well.",
        "`not any` catches the zeros alone.",
    ),
    "truth_not_equality": Mistake(
        "You ask whether all secrets are 0 or none is; a secret can have more values than two.",
        "all() takes 1 and 4 both for true: a crowd with a mild and a severe case counts as alike.",
    ),
    "mean_taken": Mistake(
        "An average does not tell whether all values are the same.",
        "The secrets 0, 1 and 2 average 1, and so do three ones.",
    ),
    "majority": Mistake(
        "You count a secret as given away when most of the crowd share it; here it must be certain.",
        "A good guess is a leak as well, but another one. See the Swiss men in the lesson.",
    ),
    "somebody_shares": Mistake(
        "You ask whether somebody else in the crowd has the same secret; all must have it.",
        "`any` in place of `all`: the other secrets of the crowd keep the attacker in doubt.",
    ),
    "opposite": Mistake(
        "It is the other way round: you mark those whose secret stays open.",
        "True is for those about whom the table leaves no doubt.",
    ),
    "first_fact_only": Mistake(
        "You build the crowds from the first fact only.",
        "Fewer facts make larger crowds, and fewer secrets certain.",
    ),
    "secrets_counted": Mistake(
        "You return how many secrets a crowd has; wanted is whether there is just one.",
        "That number is the l of *distinct l-diversity*; compare it with 1.",
    ),
    "not_flags": Mistake(
        "You return other numbers than True and False (or 1 and 0).",
        "The size of the crowd, or the secret itself, in place of whether it is certain.",
    ),
    "nobody": Mistake(
        "You say that nobody is given away.",
        "Comparing the secrets of the whole table, and not of the crowd, gives that.",
    ),
    "other_people": Mistake(
        "Those are not the people whose secret the table gives away.",
        "For every row: collect the secrets of its crowd, and see whether they are all the same.",
    ),
}
