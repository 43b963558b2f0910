"""Check of Exercise 33.1: the rows add up to x·y, each is its party's own, the openings tell nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import element, rows
from lessons.checks.beaver_triples.rows import Listener, Opened, cut
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown

Triple = tuple[Sequence[int], Sequence[int], Sequence[int]]
OpenShares = Callable[[Sequence[int]], int]
SMALL = ((11, 2), (101, 2), (101, 3), (12, 3), (257, 4), (2, 2), (3, 4), (10_007, 5), (40_009, 12))
BIG = ((2**31 - 1, 2), (2**32 + 15, 3), (2**61 - 1, 3), (2**64 - 59, 4), (2**64, 2), (2**64, 3))
LUCKY = 10_000  # in smaller rings two values may be equal by chance
NOT_OWN = "What party {} keeps or sends changes when only other parties' shares do."
SECRETS = ("x", "y", "a", "b", "c")


def reference(
    x_shares: Sequence[int],
    y_shares: Sequence[int],
    triple: Triple,
    *,
    open_shares: OpenShares,
    modulus: int,
) -> list[int]:
    """Equation (33.i) in plain integers."""
    d = open_shares([x - a for x, a in zip(x_shares, triple[0], strict=True)])
    e = open_shares([y - b for y, b in zip(y_shares, triple[1], strict=True)])
    z_shares = [(c + d * b + a * e) % modulus for a, b, c in zip(*triple, strict=True)]
    z_shares[0] = (z_shares[0] + d * e) % modulus
    return z_shares


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows, at what each row depends on, and at what everybody sees."""
    if found := _compare(attempt, _cases(SMALL, rng), rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        return Found("fails_at_large_modulus", found.details)
    for modulus, n_parties in (*SMALL, *BIG):
        if n_parties > 2 and (found := _not_local(attempt, rng, modulus, n_parties)):
            return found
    return _leak(attempt, rng, modulus=2) or _leak(attempt, rng, modulus=3)


def _cases(rings: Sequence[tuple[int, int]], rng: np.random.Generator) -> list[Case]:
    return [
        _case(rng, modulus, n_parties, **fixed)
        for modulus, n_parties in rings
        for fixed in (
            {},
            {},
            {"x": modulus - 1, "y": modulus - 1},
            {"x": 0},
            {"y": 1},
            {"a": 0},
            {"b": 0},
        )
    ]


def _case(rng: np.random.Generator, modulus: int, n_parties: int, **fixed: int) -> dict[str, Any]:
    value = {name: element(rng, modulus) for name in "xyab"} | fixed
    value["c"] = value["a"] * value["b"] % modulus
    cuts = [cut(rng, value[name], n_parties=n_parties, modulus=modulus) for name in SECRETS]
    return {"x_shares": cuts[0], "y_shares": cuts[1], "triple": tuple(cuts[2:]), "modulus": modulus}


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=lambda x_shares, y_shares, triple, modulus: sum(x_shares) * sum(y_shares) % modulus,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=lambda *_: " as the sum of your rows, which is not x·y, modulo Q.",
    )


def _call(attempt: Attempt, case: Case) -> tuple[list[int], Opened]:
    """Give the rows of the product, and the rows that were opened on the way."""
    x, y, triple, modulus = case.values()
    listener = Listener(len(x), modulus)
    z = rows(attempt, len(x), x, y, triple, open_shares=listener.opener(), modulus=modulus)
    return z, listener.opened


def _ask(attempt: Attempt, case: Case) -> int:
    """Ask for the rows; their sum counts, unless what was opened gives something away."""
    x, y, (a, b, _), modulus = case.values()
    z, opened = _call(attempt, case)
    if modulus > LUCKY and (x in opened or y in opened):
        raise Ended(Found("opened_secret"))
    if modulus > LUCKY and (a in opened or b in opened):
        raise Ended(Found("opened_mask"))
    if modulus > LUCKY and sum(z) % modulus in [sum(one) % modulus for one in opened[2:]]:
        raise Ended(Found("opened_result"))
    if len(opened) > 2:
        raise Ended(Found("more_openings", f"You open {len(opened)}."))
    if min(z) < 0 or max(z) >= modulus:
        raise Ended(Found("not_reduced", f"You get {shown(z)}."))
    return int(sum(z) % modulus)


def _not_local(
    attempt: Attempt, rng: np.random.Generator, modulus: int, n_parties: int
) -> Found | None:
    """Change other parties' shares so that the same values are opened: a party's own part must stay."""
    case = _case(rng, modulus, n_parties)
    columns = [case["x_shares"], case["y_shares"], *case["triple"]]
    z, opened = _call(attempt, case)
    if len(opened) < 2:
        words = f"You call open_shares {('never', 'once')[len(opened)]}."
        return Found("not_local", words)
    for party in range(n_parties):
        for signs in ((1, 1), (-1, -1), (1, -1), (-1, 1), (1, 0), (0, 1), (0, 0)):
            # whether x − a or x + a stays, or neither
            by = [element(rng, modulus) for _ in range(2)]
            masked = [
                sign * one or element(rng, modulus) for one, sign in zip(by, signs, strict=True)
            ]
            moved = [
                _others_anew(column, party, change, rng, modulus)
                for column, change in zip(
                    columns, (*by, *masked, element(rng, modulus)), strict=True
                )
            ]
            x, y, *triple = moved
            again = {"x_shares": x, "y_shares": y, "triple": tuple(triple), "modulus": modulus}
            other_z, other_opened = _call(attempt, again)
            so_far = True  # what was opened before is the same
            for one, other in zip(opened, other_opened, strict=False):
                if so_far and one[party] != other[party]:
                    return Found("not_local", NOT_OWN.format(party + 1))
                so_far = so_far and sum(one) % modulus == sum(other) % modulus
            if so_far and z[party] != other_z[party]:
                return Found("not_local", NOT_OWN.format(party + 1))
    return None


def _others_anew(
    column: list[int], party: int, change: int, rng: np.random.Generator, modulus: int
) -> list[int]:
    """Draw the shares of all but ``party`` anew, for a value that is larger by ``change``."""
    value = sum(column) - column[party] + change
    others = cut(rng, value, n_parties=len(column) - 1, modulus=modulus)
    return [*others[:party], column[party], *others[party:]]


def _leak(attempt: Attempt, rng: np.random.Generator, *, modulus: int) -> Found | None:
    """Two parties: what one that holds certain shares of x and y sees must not depend on x and y."""
    for party in range(2):
        own = element(rng, modulus), element(rng, modulus)
        first: Counter[tuple[int, ...]] = Counter()
        for x, y in product(range(modulus), repeat=2):
            seen: Counter[tuple[int, ...]] = Counter()
            for case in _every_triple((x, y), own, party, modulus):
                _, opened = _call(attempt, case)
                mine = (column[party] for column in case["triple"])
                seen[(*mine, *(row for one in opened for row in one))] += 1
            first = first or seen
            if seen != first:
                words = (
                    f"What is opened tells about x or y: with two parties and Q = {modulus}, party "
                )
                words += f"{party + 1} sees other things, or more often, for x = {x}, y = {y} than for 0, 0."
                return Found("counterexample", words)
    return None


def _every_triple(
    secrets: tuple[int, int], own: tuple[int, int], party: int, modulus: int
) -> Iterator[dict[str, Any]]:
    """All triples of two parties, ``party`` holding ``own`` of the secrets, in all ways to share them."""
    for a, b, *masks in product(range(modulus), repeat=5):
        values, held = (*secrets, a, b, a * b), (*own, *masks)
        cuts = [[m, (v - m) % modulus][:: 1 - 2 * party] for v, m in zip(values, held, strict=True)]
        yield {
            "x_shares": cuts[0],
            "y_shares": cuts[1],
            "triple": tuple(cuts[2:]),
            "modulus": modulus,
        }


def _by_row(
    row: Callable[..., int],
    first: Callable[[int, int], int] = lambda d, e: d * e,
    *,
    masked: Callable[[int, int], int] = lambda x, a: x - a,
) -> Callable[..., list[int]]:
    """Make a function that opens ``masked`` values; ``row(a, b, c, d, e)`` for all, ``first`` for one."""

    def wrong(
        x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
    ) -> list[int]:
        a_shares, b_shares, _ = triple
        d, e = (
            open_shares([masked(v, m) for v, m in zip(values, masks, strict=True)])
            for values, masks in ((x_shares, a_shares), (y_shares, b_shares))
        )
        z = [row(a, b, c, d, e) % modulus for a, b, c in zip(*triple, strict=True)]
        return [(z[0] + first(d, e)) % modulus, *z[1:]]

    return wrong


def _term(a: int, b: int, c: int, d: int, e: int) -> int:
    return c + d * b + a * e


def _opening(what: Callable[..., Any]) -> Callable[..., list[int]]:
    """Make a right product that opens ``what(x_shares, y_shares, triple)`` besides d and e."""

    def wrong(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int) -> Any:
        for one in what(x_shares, y_shares, triple):
            open_shares(one)
        return reference(x_shares, y_shares, triple, open_shares=open_shares, modulus=modulus)

    return wrong


def _in_the_clear(layout: Callable[[int, int], list[int]]) -> Callable[..., list[int]]:
    """Make a wrong function that adds up all shares itself."""
    return lambda x_shares, y_shares, triple, *, open_shares, modulus: layout(
        sum(x_shares) * sum(y_shares) % modulus, len(x_shares)
    )


def _own_products(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    return [x * y % modulus for x, y in zip(x_shares, y_shares, strict=True)]


def _own_rows_of_d(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    ways = zip(x_shares, y_shares, *triple, strict=True)
    return [((x - a) * (y - b) + (x - a) * b + a * (y - b) + c) % modulus for x, y, a, b, c in ways]


def _sums_d_itself(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    def add_up(shares: Sequence[int]) -> int:
        return sum(shares) % modulus

    return reference(x_shares, y_shares, triple, open_shares=add_up, modulus=modulus)


def _opens_secrets(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    z = open_shares(x_shares) * open_shares(y_shares) % modulus
    return [z] + [0] * (len(x_shares) - 1)


def _one_secret(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    y = open_shares(y_shares)
    return [x * y % modulus for x in x_shares]


def _result_too(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    z = reference(x_shares, y_shares, triple, open_shares=open_shares, modulus=modulus)
    return [open_shares(z)] + [0] * (len(z) - 1)


def _unreduced(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int) -> Any:
    d = open_shares([x - a for x, a in zip(x_shares, triple[0], strict=True)])
    e = open_shares([y - b for y, b in zip(y_shares, triple[1], strict=True)])
    z = [c + d * b + a * e for a, b, c in zip(*triple, strict=True)]
    return [z[0] + d * e, *z[1:]]


def _in_dtype(dtype: Any) -> Callable[..., Any]:
    def wrong(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int) -> Any:
        a, b, c = (np.array(one, dtype=dtype) for one in triple)
        d = dtype(open_shares([int(x - m) for x, m in zip(x_shares, triple[0], strict=True)]))
        e = dtype(open_shares([int(y - m) for y, m in zip(y_shares, triple[1], strict=True)]))
        z = (c + d * b + a * e) % dtype(modulus)
        z[0] = (z[0] + d * e) % dtype(modulus)
        return z

    return wrong


def _through_float(
    x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any, modulus: int
) -> Any:
    d = open_shares([x - a for x, a in zip(x_shares, triple[0], strict=True)])
    e = open_shares([y - b for y, b in zip(y_shares, triple[1], strict=True)])
    z = [int((c + float(d) * b + float(a) * e) % modulus) for a, b, c in zip(*triple, strict=True)]
    return [int((z[0] + d * e) % modulus), *z[1:]]


MISTAKES = {
    "own_products": Mistake(
        "Each party multiplies its own two shares: the mixed products are missing.",
        "That is the nonsense of section 1. With the triple, no box mixes two parties' secrets.",
        made_by=(_own_products, _own_rows_of_d),
    ),
    "public_everywhere": Mistake(
        "The sum of your rows is too large by n − 1 copies of d·e.",
        "d·e is public: if each of the n parties adds it, it counts n times. Lesson 31's constant again, "
        "and the trap of section 10.",
        made_by=(
            _by_row(lambda a, b, c, d, e: c + d * b + a * e + d * e, lambda d, e: 0),
            _by_row(lambda a, b, c, d, e: c + d * (b + e) + a * e, lambda d, e: 0),
        ),
    ),
    "public_forgotten": Mistake(
        "d·e is missing from the sum of your rows.",
        "One of the four boxes belongs to everybody. One party has to put it in.",
        made_by=(_by_row(_term, lambda d, e: 0),),
    ),
    "triple_forgotten": Mistake(
        "The box a·b is missing: no party adds its share of c.",
        "d·e + d·b + a·e is x·y − a·b.",
        made_by=(_by_row(lambda a, b, c, d, e: d * b + a * e),),
    ),
    "swapped": Mistake(
        "The opened values meet the wrong masks.",
        "d is what is left of x, so it belongs beside b, the mask of y; e belongs beside a.",
        made_by=(
            _by_row(lambda a, b, c, d, e: c + d * a + b * e),
            _by_row(lambda a, b, c, d, e: c + d * a + e * b - d * e, lambda d, e: 2 * d * e),
        ),
    ),
    "signs": Mistake(
        "A sign is wrong: what you open and what you compute from it do not belong together.",
        "With d = x − a, x is d + a. Whoever opens a − x or x + a needs other signs in the four boxes.",
        made_by=(
            _by_row(_term, masked=lambda x, a: a - x),
            _by_row(_term, masked=lambda x, a: x + a),
            _by_row(lambda a, b, c, d, e: c - d * b - a * e),
            _by_row(lambda a, b, c, d, e: d * b + a * e - c),
            _by_row(_term, lambda d, e: -d * e),
        ),
    ),
    "opened_secret": Mistake(
        "You open x or y itself. Now everybody knows it.",
        "Open each only after its mask has been taken away.",
        made_by=(_opens_secrets, _one_secret, _opening(lambda x, y, triple: [x])),
    ),
    "opened_mask": Mistake(
        "You open a mask of the triple. Whoever knows a and x − a knows x.",
        "a and b must stay shared for ever.",
        made_by=(
            _opening(lambda x, y, triple: triple[:2]),
            _opening(lambda x, y, triple: triple[1:2]),
        ),
    ),
    "opened_result": Mistake(
        "You open the product. It should stay shared, for the next step of a computation.",
        "Whoever knows x and sees x·y can divide, if x has an inverse. Open late, open little.",
        made_by=(_result_too,),
    ),
    "more_openings": Mistake(
        "Two values are enough: x − a and y − b, each opened once.",
        "Every opening costs messages, and each further value may give something away.",
        made_by=(
            _opening(lambda x, y, triple: [[v - m for v, m in zip(x, triple[0], strict=True)]]),
            _opening(lambda x, y, triple: [triple[2]]),
        ),
    ),
    "not_local": Mistake(
        "A party uses a share that it does not hold.",
        "sum() over the shares of several parties is a message that nobody counted. Only open_shares "
        "crosses between parties.",
        made_by=(
            _in_the_clear(lambda z, n: [z] + [0] * (n - 1)),
            _sums_d_itself,
        ),
    ),
    "not_reduced": Mistake(
        "A row lies outside 0 … Q − 1.",
        "The size of an unreduced row tells about the numbers in it, as in lesson 31.",
        made_by=(_unreduced,),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, wrong for a large one.",
        "int64 products overflow silently, floats lose digits above 2^53; Python integers do neither.",
        made_by=(_in_dtype(np.int64), _through_float),
    ),
}

multiply = Exercise(
    number="33.1",
    name="multiply",
    reference=reference,
    examine=examine,
    takeaway="Two openings of pure noise, and the product of two secrets is shared.",
    hints=(
        "Section 2 did it by hand: what was opened, and what did each party compute from its own row?",
        "Open the list of x_shares[i] − a_shares[i], then the same for y and b. What do you have of each "
        "of the four boxes?",
        "Row i is c_i + d·b_i + a_i·e, modulo Q. One box is still missing: how many parties should add it?",
    ),
    mistakes=MISTAKES,
)
