"""Check of Exercise 37.1: a public constant on tagged shares; each row comes from its own party's."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import ROWS, element
from lessons.checks.cheating_parties.hours import mistakes_of_numbers, require_hours, turned
from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, told

Rows = list[int]
PAIR = kinds.pair_of(ROWS, ROWS)
SMALL = ((2, 2), (5, 3), (11, 2), (101, 4), (257, 3), (10_007, 5), (40_009, 11))
BIG = ((2**31 - 1, 3), (2**61 - 1, 2), (2**64 - 59, 4))


def reference(
    value_shares: Sequence[int],
    tag_shares: Sequence[int],
    *,
    key_shares: Sequence[int],
    constant: int,
    modulus: int,
) -> tuple[Rows, Rows]:
    """Equation (37.ii) in plain integers."""
    pairs = zip(tag_shares, key_shares, strict=True)
    tags = [(tag + key * constant) % modulus for tag, key in pairs]
    return [(value_shares[0] + constant) % modulus, *value_shares[1:]], tags


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sums of both rows, on small and large clocks, then at what each row depends on."""
    if found := _compare(attempt, [*_cases(SMALL, rng), *_one_other(rng)], rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        return Found("fails_at_large_modulus", found.details)
    for modulus, n_parties in (*SMALL, *BIG):
        for zero in (None, "x + c", "x", "tag", "key"):
            if found := _not_local(attempt, rng, modulus, n_parties, zero):
                return found
    return None


def _cases(fields: Sequence[tuple[int, int]], rng: np.random.Generator) -> list[Case]:
    return [
        _case(rng, modulus, n_parties, **fixed)
        for modulus, n_parties in fields
        for fixed in (
            {},
            {},
            {"constant": 0},
            {"constant": 1},
            {"constant": modulus - 1},
            {"constant": -3},
            {"constant": 5 * modulus + 2},
            {"constant": -3, "value_shares": [0] * n_parties},
            {"constant": 1, "value_shares": [modulus - 1] * n_parties},
            {"key_shares": [0] * n_parties},
            {"value_shares": [0] * n_parties, "tag_shares": [0] * n_parties},
        )
    ]


def _one_other(rng: np.random.Generator) -> list[Case]:
    """Every argument counts: cases that differ in one of them."""
    one = _case(rng, *SMALL[-1])
    others = {"constant": one["constant"] + 1, "modulus": 40_013}
    for name in ("value_shares", "tag_shares", "key_shares"):
        others[name] = turned(one[name])
    return cases.one_at_a_time(one, **others)


def _case(rng: np.random.Generator, modulus: int, n_parties: int, **fixed: Any) -> dict[str, Any]:
    names = ("value_shares", "tag_shares", "key_shares")
    case: dict[str, Any] = {
        name: [element(rng, modulus) for _ in range(n_parties)] for name in names
    }
    return case | {"constant": element(rng, modulus), "modulus": modulus} | fixed


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=_sums,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=_words,
    )


def _sums(
    value_shares: Rows, tag_shares: Rows, key_shares: Rows, constant: int, modulus: int
) -> tuple[int, int]:
    value = (sum(value_shares) + constant) % modulus
    return value, (sum(tag_shares) + sum(key_shares) * constant) % modulus


def _call(attempt: Attempt, case: Case) -> tuple[Rows, Rows]:
    values, tags, *_ = case.values()
    public = {name: case[name] for name in ("key_shares", "constant", "modulus")}
    try:
        both: tuple[Rows, Rows] = attempt.value(PAIR, values, tags, **public)
    except Ended as end:
        if "integer, got float" in end.found.details:
            raise Ended(Found("float_shares")) from None
        raise
    for rows in both:
        if len(rows) != len(values):
            words = f"Wanted {len(values)} shares, got {len(rows)}."
            raise Ended(Found("wrong_shape", words))
    return both


def _ask(attempt: Attempt, case: Case) -> tuple[int, int]:
    """Ask for the rows and give both sums: it does not matter which party adds the constant."""
    both, modulus = _call(attempt, case), case["modulus"]
    for rows in both:
        require_hours(rows, modulus=modulus)
    return sum(both[0]) % modulus, sum(both[1]) % modulus


def _words(case: Case, got: tuple[int, int], right: tuple[int, int]) -> str:
    if got[0] != right[0]:
        return " as sums of your value shares and of your tag shares. The first is not x + c."
    return " as sums of your value shares and of your tag shares. The second is not α·(x + c)."


def _not_local(
    attempt: Attempt, rng: np.random.Generator, modulus: int, n_parties: int, zero: str | None
) -> Found | None:
    """Change what the other parties hold: a party's own two rows must stay. ``zero`` is 0 together."""
    case = _case(rng, modulus, n_parties)
    if zero:
        name = {"tag": "tag_shares", "key": "key_shares"}.get(zero, "value_shares")
        rows = case[name]
        total = sum(rows) + (case["constant"] if zero == "x + c" else 0)
        case[name] = [(rows[0] - total) % modulus, *rows[1:]]
    before = _call(attempt, case)
    for party in range(n_parties):
        for other in (None, None, None, 0, modulus - 1):
            changed = dict(case)
            for name in ("value_shares", "tag_shares", "key_shares"):
                rows = [element(rng, modulus) if other is None else other for _ in before[0]]
                rows[party] = case[name][party]
                changed[name] = rows
            after = _call(attempt, changed)
            if any(rows[party] != again[party] for rows, again in zip(before, after, strict=True)):
                words = f"What party {party + 1} gets changes when only other parties' numbers do, as for"
                return Found("not_local", f"{words} {told(case)}.")
    return None


def _by_party(
    value: Callable[[int, int, int], int],
    tag: Callable[[int, int, int, int, int], int],
) -> Callable[..., tuple[Rows, Rows]]:
    """Make a wrong function of ``value(i, x, c)`` and ``tag(i, x, m, key, c)`` for party i."""

    def wrong(
        value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
    ) -> tuple[Rows, Rows]:
        rows = list(enumerate(zip(value_shares, tag_shares, key_shares, strict=True)))
        return (
            [value(i, x, constant) % modulus for i, (x, _, _) in rows],
            [tag(i, x, m, key, constant) % modulus for i, (x, m, key) in rows],
        )

    return wrong


def _one(i: int, x: int, c: int) -> int:
    return x + c * (i == 0)


def _all(i: int, x: int, m: int, key: int, c: int) -> int:
    return m + key * c


def _with_the_whole_key(
    value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
) -> Any:
    values, _ = reference(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    return values, [(tag_shares[0] + sum(key_shares) * constant) % modulus, *tag_shares[1:]]


def _whole_key_for_all(
    value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
) -> Any:
    values, _ = reference(
        value_shares, tag_shares, key_shares=key_shares, constant=constant, modulus=modulus
    )
    return values, [(tag + sum(key_shares) * constant) % modulus for tag in tag_shares]


def _unreduced(
    value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
) -> Any:
    tags = [tag + key * constant for tag, key in zip(tag_shares, key_shares, strict=True)]
    return [value_shares[0] + constant, *value_shares[1:]], tags


def _in_dtype(dtype: Any) -> Callable[..., Any]:
    def wrong(
        value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
    ) -> Any:
        x, m, key = (
            np.array(one, dtype=np.uint64).astype(dtype)
            for one in (value_shares, tag_shares, key_shares)
        )
        c = dtype(constant % modulus)
        first = np.arange(len(x)) == 0
        return (x + c * first) % modulus, (m + key * c) % modulus

    return wrong


def _through_float(
    value_shares: Any, tag_shares: Any, *, key_shares: Any, constant: int, modulus: int
) -> Any:
    pairs = zip(tag_shares, key_shares, strict=True)
    tags = [int((tag + float(key) * constant) % modulus) for tag, key in pairs]
    return [(value_shares[0] + constant) % modulus, *value_shares[1:]], tags


MISTAKES = {
    "tag_forgotten": Mistake(
        "The tag is still that of x. After the constant it must be that of x + c.",
        "α·(x + c) = α·x + α·c: the tag has to move as well, or the check will accuse honest parties.",
        made_by=(_by_party(_one, lambda i, x, m, key, c: m),),
    ),
    "tag_of_one_party": Mistake(
        "Not every party moves its share of the tag: a part of α·c is missing.",
        "α is the sum of all key shares, so α·c is the sum of what all parties add.",
        made_by=(
            _by_party(_one, lambda i, x, m, key, c: m + key * c * (i == 0)),
            _by_party(_one, lambda i, x, m, key, c: m + key * c * (i != 0)),
        ),
    ),
    "tag_without_key": Mistake(
        "The tag moves by c itself, or by a multiple of it. It should move by α·c.",
        "A tag is α times the value: what is added to the value arrives in the tag multiplied by α.",
        made_by=(
            _by_party(_one, lambda i, x, m, key, c: m + c * (i == 0)),
            _by_party(_one, lambda i, x, m, key, c: m + c),
        ),
    ),
    "value_everywhere": Mistake(
        "The sum of your value shares is too large by some copies of the constant.",
        "If each of the n parties adds c, x grows by n·c. For the value one party, for the tag all.",
        made_by=(_by_party(lambda i, x, c: x + c, _all),),
    ),
    "value_forgotten": Mistake(
        "The constant does not arrive in the sum of your value shares.",
        "One party has to add c to its share.",
        made_by=(_by_party(lambda i, x, c: x, _all),),
    ),
    "key_on_the_value": Mistake(
        "You multiply a share of the value by a share of the key.",
        "α·x is not the sum of the products of shares: lesson 33's nonsense. The tag of x is there already; "
        "only α·c has to be added, and c is public.",
        made_by=(
            _by_party(_one, lambda i, x, m, key, c: key * (x + c * (i == 0))),
            _by_party(_one, lambda i, x, m, key, c: m + key * (x + c * (i == 0))),
            _by_party(_one, lambda i, x, m, key, c: m + key * (x + c)),
        ),
    ),
    "key_without_constant": Mistake(
        "Your tag shares do not use the constant.",
        "The tag moves by α·c: for c = 0 not at all.",
        made_by=(_by_party(_one, lambda i, x, m, key, c: m + key),),
    ),
    "whole_key_everywhere": Mistake(
        "Each party adds all of α·c to its tag share, so that it counts n times. And nobody may know α.",
        "Each party holds a share of the key, and adds its own share times c.",
        made_by=(_whole_key_for_all,),
    ),
    "tag_times_constant": Mistake(
        "You multiply the tag by the constant. That belongs to c·x, not to x + c.",
        "α·(x + c) = α·x + α·c.",
        made_by=(
            _by_party(_one, lambda i, x, m, key, c: m * c),
            _by_party(_one, lambda i, x, m, key, c: m * key * c),
            _by_party(_one, lambda i, x, m, key, c: m + m * c),
        ),
    ),
    "not_local": Mistake(
        "A party used a number that it does not hold.",
        "sum(key_shares) is the key: whoever knows it forges every tag. Both sums would be right, and all "
        "protection gone.",
        made_by=(_with_the_whole_key,),
    ),
    "not_reduced": Mistake(
        "A row lies outside 0 … p − 1.",
        "The size of an unreduced row tells about the key in it.",
        made_by=(_unreduced,),
    ),
    **mistakes_of_numbers("rows", in_dtype=_in_dtype, through_float=_through_float),
}

add_public = Exercise(
    number="37.1",
    name="add_public",
    reference=reference,
    examine=examine,
    takeaway="The value moves in one row, the tag in all of them: nobody needs the whole key.",
    hints=(
        "Write down the tag of x + c. Which part of it do the parties hold already, and what is missing?",
        "What is missing is α·c. Who knows which part of α?",
        "The value: lesson 31, one party adds c. The tag: party i adds its own key share times c.",
    ),
    mistakes=MISTAKES,
)
