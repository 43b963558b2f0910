"""Check of Exercise 01.2: True exactly where the whole crowd has one and the same secret."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from lessons.attacks import linkage
from lessons.checks.breaking_anonymity.tables import (
    Facts,
    glued,
    sizes_or_flags,
    some_facts,
    tables,
)
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw tables with secrets of several values: alike in some crowds, nearly alike in others."""
    fixed = np.repeat([1, 2, 3, 4, 5, 6, 7], [3, 2, 4, 1, 2, 4, 250])[:, None]
    of_all = np.array([0, 1, 2, 0, 2, 1, 1, 1, 0, 4, 3, 3, 2, 4, 2, 4] + [1] * 249 + [0])
    words = np.column_stack([np.array(["b", "c"])[fixed % 2], fixed])  # as in the lesson
    order = rng.permutation(len(fixed))
    small = [
        ([[4], [4]], [3, 3]),
        ([[4], [4]], [1, 2]),
        ([[1], [2], [1], [2], [1]], [0, 0, 2, 0, 1]),
        ([[0, 6], [6, 0], [0, 6]], [300, 44, 300]),
        ([[1], [1], [1], [2]], [2, 1, 3, 2]),  # mean and median are among the secrets
        ([[1], [1], [2], [2]], [3, 3, 3, 4]),
        ([[1], [2], [2], [2]], [3, 3, 3, 4]),  # the same secrets in other crowds
        ([[1, 1], [1, 1], [1, 2]], [65539, 3, 3]),
        ([[1, 1], [1, 1], [1, 2]], [400_002, 400_001, 3]),
    ]
    drawn = [(np.array(facts), np.array(secret)) for facts, secret in small]
    drawn += [(facts, _secret(facts, rng)) for facts in tables(rng)]
    drawn += [(facts[:, :1], _secret(facts[:, :1], rng)) for facts in tables(rng)[11:18]]
    drawn.append((words[order], of_all[order]))
    return [{"facts": facts, "secret": secret} for facts, secret in drawn]


def _secret(facts: Facts, rng: np.random.Generator) -> Facts:
    """Secrets that a third of the crowds share; in the others they are mixed, or all but one alike."""
    n_values = cases.one_of(rng, (2, 3, 5, 12, 300))
    values = rng.permutation(np.r_[0, 1, 2, rng.integers(3, 70_000, n_values - 2)])[:n_values]
    label = np.unique(facts, axis=0, return_inverse=True)[1].ravel()
    shared = values[rng.integers(n_values, size=len(facts))][label]
    secret = np.where(label % 3 == 0, shared, rng.choice(values, size=len(facts)))
    nearly = np.flatnonzero(label % 3 == 1)
    secret[nearly] = shared[nearly]
    for crowd in set(label[nearly].tolist()):
        step = cases.one_of(rng, (1, 1, 2, 5, 10, 256))
        secret[rng.choice(np.flatnonzero(label == crowd))] += step
    return np.asarray(secret)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition, with small and large crowds and many kinds of secrets."""
    return by_numbers(
        attempt,
        ask(rng),
        right=by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: np.array_equal(got, right),
        words=_which_row,
    )


def by_definition(facts: Facts, secret: Facts) -> Facts:
    """Whether nobody has the same facts and another secret."""
    same = np.ones((len(facts), len(facts)), dtype=bool)
    for column in facts.T:
        same &= column[:, None] == column
    return np.asarray(~(same & (secret[:, None] != secret)).any(axis=1))


def _ask(attempt: Attempt, case: Case) -> Facts:
    flags = attempt.array(**case, shape=case["secret"].shape, kind=sizes_or_flags)
    if not np.isin(flags, (0, 1)).all():
        raise Ended(Found("not_flags"))
    return flags.astype(int)


def _which_row(case: Case, got: Facts, right: Facts) -> str:
    row = int(np.flatnonzero(got != right)[0])
    facts = shown(case["facts"][row].tolist())
    return f". Look at the secrets of the crowd of row {row} (the first is row 0), with {facts}."


Says = Callable[[Facts, Any], Any]


def _crowds(keys: Iterable[Hashable], secret: Facts) -> list[Facts]:
    """The secrets of the crowd of each row, where rows with the same key are in one crowd."""
    listed, members = list(keys), defaultdict(list)
    for key, own in zip(listed, secret.tolist(), strict=True):
        members[key].append(own)
    arrays = {key: np.array(one) for key, one in members.items()}
    return [arrays[key] for key in listed]


def _in_crowd(says: Says) -> Callable[..., Any]:
    """Make a wrong function that asks ``says(secrets of the crowd, own secret)`` for each row."""

    def wrong(facts: Facts, secret: Facts) -> Facts:
        crowds, said = _crowds(map(tuple, facts.tolist()), secret), {}
        for crowd, own in zip(crowds, secret.tolist(), strict=True):
            if (id(crowd), own) not in said:
                said[id(crowd), own] = says(crowd, own)
        pairs = zip(map(id, crowds), secret.tolist(), strict=True)
        return np.array([said[pair] for pair in pairs])

    return wrong


def _alike(crowds: list[Facts]) -> Facts:
    said = {id(crowd): np.ptp(crowd) == 0 for crowd in {id(one): one for one in crowds}.values()}
    return np.array([said[id(crowd)] for crowd in crowds])


def _glued(way: int) -> Callable[..., Any]:
    return lambda facts, secret: _alike(_crowds(glued(facts)[way], secret))


def _of_some(columns: slice) -> Callable[..., Any]:
    return lambda facts, secret: _alike(_crowds(map(tuple, facts[:, columns].tolist()), secret))


_right, _sizes = linkage.given_away, linkage.crowd_sizes
MISTAKES = {
    "how_many": Mistake(
        "You return one number; the exercise wants True or False for every row.",
        "The number is the sum of the answers, and comes afterwards.",
        made_by=(lambda facts, secret: int(_right(facts, secret).sum()),),
    ),
    "indices": Mistake(
        "You return the numbers of the rows; the exercise wants True or False for every row.",
        "np.flatnonzero turns one into the other; a mask can also select, count and combine.",
        made_by=(lambda facts, secret: np.flatnonzero(_right(facts, secret)),),
    ),
    "alone_only": Mistake(
        "You name those who are alone. A whole crowd can be given away too: when?",
        "This is the point of the exercise: k-anonymity looks at sizes and not at secrets.",
        made_by=(lambda facts, secret: _sizes(facts) == 1,),
    ),
    "alone_forgotten": Mistake(
        "You leave out those who are alone; does the table not give their secret away?",
        "A crowd of one has only one secret in it.",
        made_by=(lambda facts, secret: _right(facts, secret) & (_sizes(facts) > 1),),
    ),
    "one_secret_only": Mistake(
        "You name only some of the crowds that share a secret: those that are ill, or those that are "
        "free of the disease.",
        "A secret is given away by being certain, whatever it is. `not any` catches the zeros alone.",
        made_by=(
            lambda facts, secret: _right(facts, secret) & (secret == 1),
            lambda facts, secret: _right(facts, secret) & (secret > 0),
            lambda facts, secret: _right(facts, secret) & (secret == 0),
        ),
    ),
    "truth_not_equality": Mistake(
        "You ask whether all secrets are 0 or none is; a secret can have more values than two.",
        "all() takes both 1 and 4 for true, so a crowd with a mild and a severe case counts as alike.",
        made_by=(_in_crowd(lambda crowd, own: crowd.all() or not crowd.any()),),
    ),
    "mean_taken": Mistake(
        "An average does not tell you whether all values are the same.",
        "The secrets 0, 1 and 2 average 1, and so do three ones.",
        made_by=(
            _in_crowd(lambda crowd, own: crowd.mean() == own),
            _in_crowd(lambda crowd, own: crowd.mean() in (0, 1)),
            _in_crowd(lambda crowd, own: crowd.mean() % 1 == 0),
        ),
    ),
    "majority": Mistake(
        "You count a secret as given away when most of the crowd share it; here it must be certain.",
        "A good guess is a leak as well, but another one. See the Swiss men in the lesson.",
        made_by=(
            _in_crowd(lambda crowd, own: 2 * (crowd == own).sum() > len(crowd)),
            _in_crowd(lambda crowd, own: 2 * (crowd == own).sum() >= len(crowd)),
            *(
                _in_crowd(lambda crowd, own, most=most: (crowd == own).mean() >= most)  # type: ignore[misc]
                for most in (0.8, 0.9, 0.95, 0.99)
            ),
        ),
    ),
    "somebody_shares": Mistake(
        "You ask whether some of the crowd have the same secret; all must have it.",
        "`any` in place of `all`, or the first compared with the last: the other secrets of the crowd "
        "keep the attacker in doubt.",
        made_by=(
            _in_crowd(lambda crowd, own: (crowd == own).sum() > 1),
            _in_crowd(lambda crowd, own: crowd[0] == crowd[-1] == own),
            _in_crowd(lambda crowd, own: crowd[0] == crowd[-1]),
        ),
    ),
    "opposite": Mistake(
        "It is the other way round: you mark those whose secret stays open.",
        "True is for those about whom the table leaves no doubt.",
        made_by=(lambda facts, secret: ~_right(facts, secret),),
    ),
    "some_facts_only": Mistake(
        "You build the crowds from some of the facts only.",
        "Fewer facts make larger crowds, and fewer secrets certain.",
        made_by=tuple(map(_of_some, some_facts())),
    ),
    "joined": Mistake(
        "You turn the facts of a row into one text or one number, and two crowds become one.",
        "'1' + '11' and '11' + '1' are the same text, and 10·1 + 0 = 10·0 + 10. A tuple keeps the "
        "entries apart.",
        made_by=tuple(map(_glued, range(4))),
    ),
    "whole_table": Mistake(
        "You compare the secrets of the whole table, not those of the row's own crowd.",
        "Then a single doubt anywhere in the table would protect everybody.",
        made_by=(lambda facts, secret: np.full(len(secret), np.ptp(secret) == 0),),
    ),
    "not_flags": Mistake(
        "You return other numbers than True and False (or 1 and 0).",
        "The size of the crowd, the secret itself, or how many secrets the crowd has (the l of "
        "*distinct l-diversity*): none of these says whether the secret is certain.",
        made_by=(
            _in_crowd(lambda crowd, own: len(set(crowd.tolist()))),
            _in_crowd(lambda crowd, own: own if np.ptp(crowd) == 0 else -1),
            lambda facts, secret: _sizes(facts) * _right(facts, secret),
        ),
    ),
}

given_away = Exercise(
    number="01.2",
    name="given_away",
    reference=linkage.given_away,
    examine=examine,
    takeaway="A large crowd protects nobody if all its members have the same secret.",
    hints=(
        "Take one row and write down the secrets of its crowd. When is there no doubt left?",
        "The secret can be any whole number. How do you see that a list holds one value only?",
        "You can do it with crowd_sizes alone: what happens to a crowd when the attacker also knows the "
        "secret, and when does nothing happen?",
    ),
    mistakes=MISTAKES,
)
