"""Check of Exercise 37.2: each party's share of the gap between dealt tags and those of what was opened."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import element, rows
from lessons.checks.cheating_parties.hours import mistakes_of_numbers, require_hours, turned
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

SMALL = ((2, 2, 1), (5, 3, 2), (11, 2, 2), (11, 3, 3), (101, 4, 4), (257, 2, 5), (40_009, 5, 3))
BIG = ((2**31 - 1, 3, 3), (2**61 - 1, 2, 4), (2**64 - 59, 4, 2), (2**61 - 1, 3, 9))


def reference(
    opened: Sequence[int],
    tag_shares: Sequence[Sequence[int]],
    *,
    coefficients: Sequence[int],
    key_shares: Sequence[int],
    modulus: int,
) -> list[int]:
    """Equation (37.iii) in plain integers."""
    values = list(zip(coefficients, opened, tag_shares, strict=True))
    return [
        sum(r * (tags[i] - key * x) for r, x, tags in values) % modulus
        for i, key in enumerate(key_shares)
    ]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare each party's share: it is made from public numbers and its own, so it is determined."""
    small = [*_cases(SMALL, rng), *_one_other(rng)]
    long = [
        _case(rng, 10_007, n_parties, cases.one_of(rng, sizes))
        for n_parties, sizes in ((11, range(3, 6)), (2, range(10, 30)), (3, range(101, 140)))
    ]
    if found := _compare(attempt, [*small, *long], rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        return Found("fails_at_large_modulus", found.details)
    return _compare(attempt, [_case(rng, 257, 2, cases.one_of(rng, range(1001, 1300)))], rng)


def _cases(fields: Sequence[tuple[int, int, int]], rng: np.random.Generator) -> list[Case]:
    """Any values, and equal ones: two values may have the same coefficient, number or tag shares."""

    def draw(modulus: int, count: int) -> list[int]:
        return [element(rng, modulus) for _ in range(count)]

    return [
        _case(rng, modulus, n_parties, m, **fixed)
        for modulus, n_parties, m in fields
        for fixed in (
            {},
            {},
            {},
            {"coefficients": [1] * m},
            {"coefficients": [0, *draw(modulus, m - 1)]},
            {"tag_shares": [draw(modulus, n_parties)] * m},
            {"opened": [0] * m},
            {"opened": [modulus - 1] * m},
            {"key_shares": [0] * n_parties},
        )
    ]


def _one_other(rng: np.random.Generator) -> list[Case]:
    """Every argument counts: cases that differ in one of them."""
    one = _case(rng, *SMALL[-1])
    others: dict[str, Any] = {"modulus": 40_013, "tag_shares": one["tag_shares"][::-1]}
    for name in ("opened", "coefficients", "key_shares"):
        others[name] = turned(one[name])
    return cases.one_at_a_time(one, **others)


def _case(
    rng: np.random.Generator, modulus: int, n_parties: int, m: int, **fixed: Any
) -> dict[str, Any]:
    def draw(count: int) -> list[int]:
        return [element(rng, modulus) for _ in range(count)]

    return {
        "opened": draw(m),
        "tag_shares": [draw(n_parties) for _ in range(m)],
        "coefficients": draw(m),
        "key_shares": draw(n_parties),
        "modulus": modulus,
    } | fixed


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=_fits,
        words=_words,
    )


def _fits(case: Case, got: list[int], right: list[int]) -> bool:
    """All shares as they should be, or all of them with the other sign."""
    modulus = case["modulus"]
    return got == right or got == [-one % modulus for one in right]


def _ask(attempt: Attempt, case: Case) -> list[int]:
    opened, tag_shares, coefficients, key_shares, modulus = case.values()
    gaps = rows(
        attempt,
        len(key_shares),
        opened,
        tag_shares,
        coefficients=coefficients,
        key_shares=key_shares,
        modulus=modulus,
    )
    require_hours(gaps, modulus=modulus)
    return gaps


def _words(case: Case, got: list[int], right: list[int]) -> str:
    modulus = case["modulus"]
    if sum(got) % modulus in (sum(right) % modulus, -sum(right) % modulus):
        return ". Their sum is right here, but not each share is what its party gets from its own numbers."
    return " as shares of the gap. Their sum is not the gap."


def _each(
    one: Callable[[int, int, int, int], int],
    *,
    whole_key: bool = False,
    turned: bool = False,
) -> Callable[..., list[int]]:
    """Make a wrong function that adds up ``one(r, x, tag, key)`` over the values."""

    def wrong(
        opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
    ) -> list[int]:
        table = [list(column) for column in zip(*tag_shares, strict=True)]  # by party
        if turned and len(opened) == len(key_shares):
            table = list(tag_shares)
        key = sum(key_shares)
        return [
            sum(
                one(r, x, tag, key if whole_key else own)
                for r, x, tag in zip(coefficients, opened, tags, strict=True)
            )
            % modulus
            for own, tags in zip(key_shares, table, strict=True)
        ]

    return wrong


def _sums_first(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> list[int]:
    value, r = sum(opened), sum(coefficients)
    tags = [sum(one) for one in zip(*tag_shares, strict=True)]
    return [r * (tag - key * value) % modulus for tag, key in zip(tags, key_shares, strict=True)]


def _party_one_alone(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> list[int]:
    gaps = _each(lambda r, x, tag, key: r * tag)(
        opened, tag_shares, coefficients=coefficients, key_shares=key_shares, modulus=modulus
    )
    value = sum(r * x for r, x in zip(coefficients, opened, strict=True))
    return [(gaps[0] - sum(key_shares) * value) % modulus, *gaps[1:]]


def _only_party_ones_key(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> list[int]:
    only = [key_shares[0], *[0] * (len(key_shares) - 1)]
    return reference(
        opened, tag_shares, coefficients=coefficients, key_shares=only, modulus=modulus
    )


def _some(start: int | None, stop: int | None) -> Callable[..., list[int]]:
    def wrong(
        opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
    ) -> list[int]:
        part = slice(start, stop)
        return reference(
            opened[part],
            tag_shares[part],
            coefficients=coefficients[part],
            key_shares=key_shares,
            modulus=modulus,
        )

    return wrong


def _coefficient_of_the_party(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> list[int]:
    m = len(coefficients)
    return [
        sum(
            coefficients[i % m] * (tags[i] - key * x)
            for x, tags in zip(opened, tag_shares, strict=True)
        )
        % modulus
        for i, key in enumerate(key_shares)
    ]


def _unreduced(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> list[int]:
    return [
        sum(
            r * (tags[i] - key * x)
            for r, x, tags in zip(coefficients, opened, tag_shares, strict=True)
        )
        for i, key in enumerate(key_shares)
    ]


def _in_dtype(dtype: Any) -> Callable[..., Any]:
    def wrong(
        opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
    ) -> Any:
        x, tags, r, key = (
            np.array(one, dtype=np.uint64).astype(dtype)
            for one in (opened, tag_shares, coefficients, key_shares)
        )
        return (r @ tags - key * (r @ x)) % modulus

    return wrong


def _through_float(
    opened: Any, tag_shares: Any, *, coefficients: Any, key_shares: Any, modulus: int
) -> Any:
    floats: Any = [float(one) for one in key_shares]
    gaps = reference(
        opened, tag_shares, coefficients=coefficients, key_shares=floats, modulus=modulus
    )
    return [int(one) for one in gaps]


MISTAKES = {
    "no_coefficients": Mistake(
        "Your shares do not depend on the coefficients: you add up plain gaps.",
        "Errors +3 and −3 then cancel, and the gaps with them, whatever the key is.",
        made_by=(_each(lambda r, x, tag, key: tag - key * x),),
    ),
    "coefficients_on_one_side": Mistake(
        "The coefficients meet only one of the two parts, tags or values.",
        "Σ r·m is the tag of Σ r·x. Both sides need the same r, or honest parties fail.",
        made_by=(
            _each(lambda r, x, tag, key: r * tag - key * x),
            _each(lambda r, x, tag, key: tag - key * r * x),
        ),
    ),
    "sums_first": Mistake(
        "You add up values and tags first, and multiply by the sum of the coefficients.",
        "Then all values get the same coefficient, and errors +3 and −3 cancel again.",
        made_by=(_sums_first,),
    ),
    "key_forgotten": Mistake(
        "The key has no part in your shares.",
        "The tag of x is α·x, so it is compared with α times what was opened.",
        made_by=(
            _each(lambda r, x, tag, key: r * tag),
            _each(lambda r, x, tag, key: r * (tag - x)),
        ),
    ),
    "added": Mistake(
        "You add what should be subtracted: the gap is the tag minus α times the value.",
        "For honest openings the sum must be 0.",
        made_by=(_each(lambda r, x, tag, key: r * (tag + key * x)),),
    ),
    "whole_key": Mistake(
        "Each party uses the whole key, which nobody may know, and α·x is taken away n times.",
        "Party i multiplies by its own share of the key; together this is α.",
        made_by=(_each(lambda r, x, tag, key: r * (tag - key * x), whole_key=True),),
    ),
    "not_local": Mistake(
        "The shares add up to the gap, but one party used the whole key.",
        "Whoever knows the key forges every tag.",
        made_by=(_party_one_alone,),
    ),
    "key_of_one_party": Mistake(
        "Only one party's share of the key is used.",
        "α is the sum of all key shares: each party has to take away its own part of α·x.",
        made_by=(_only_party_ones_key,),
    ),
    "values_missing": Mistake(
        "Not all of the opened values are in the sum.",
        "A cheater will tamper with one that is left out.",
        made_by=(_some(0, 1), _some(1, None), _some(None, -1)),
    ),
    "squared": Mistake(
        "A coefficient is used twice in one term.",
        "Random coefficients, each once for each value: r·(m − α·x).",
        made_by=(
            _each(lambda r, x, tag, key: r * r * (tag - key * x)),
            _each(lambda r, x, tag, key: r * (tag - r * key * x)),
            _each(lambda r, x, tag, key: r * (r * tag - key * x)),
        ),
    ),
    "mixed_up": Mistake(
        "Values and parties are mixed up: you read a coefficient or a tag share at the wrong place.",
        "coefficients[j] belongs to value j, and tag_shares[j][i] is what party i holds of its tag.",
        made_by=(
            _coefficient_of_the_party,
            _each(lambda r, x, tag, key: r * (tag - key * x), turned=True),
        ),
    ),
    "not_reduced": Mistake(
        "A share lies outside 0 … p − 1.",
        "The gap shares are shown to everybody: an unreduced one tells about the key share in it.",
        made_by=(_unreduced,),
    ),
    **mistakes_of_numbers("shares", in_dtype=_in_dtype, through_float=_through_float),
}

gap_shares = Exercise(
    number="37.2",
    name="gap_shares",
    reference=reference,
    examine=examine,
    takeaway="A thousand openings, one number to look at, and nobody has seen the key.",
    hints=(
        "Start with one value and no coefficient: section 2 has each party's share of the gap.",
        "Party i uses r_j, x_j, its own tag_shares[j][i] and its own key_shares[i]. Nothing else.",
        "Multiply the gap share of value j by coefficients[j], add over j, reduce: a list with one integer "
        "for each party.",
    ),
    mistakes=MISTAKES,
)
