"""Check of Exercise 31.3: the rows add up, and each comes from its own party's rows alone."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.additive_sharing.rings import PUBLISHED_MODULUS, element, rows
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown, told

SMALL = ((2, 2), (7, 3), (12, 2), (101, 4), (256, 5), (257, 3), (10_007, 3), (40_009, 12))
BIG = ((2**31 + 11, 3), (2**61 - 1, 3), (2**64, 3), (PUBLISHED_MODULUS, 3), (PUBLISHED_MODULUS, 6))


def reference(
    x_shares: Sequence[int], y_shares: Sequence[int], *, a: int, b: int, c: int, modulus: int
) -> list[int]:
    """Equation (31.iv) in plain integers."""
    z_shares = [(a * x + b * y) % modulus for x, y in zip(x_shares, y_shares, strict=True)]
    z_shares[0] = (z_shares[0] + c) % modulus
    return z_shares


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows in small and large rings, then at what each row depends on."""
    if found := _compare(attempt, _cases(SMALL, rng), rng):
        return found
    if found := _compare(attempt, _cases(BIG, rng), rng):
        return Found("fails_at_large_modulus", found.details)
    if found := _compare(attempt, [*_with_any_integers(rng), *_one_other(rng)], rng):
        return found
    for modulus, n_parties in (*SMALL, *BIG):
        if found := _not_local(attempt, rng, modulus, n_parties):
            return found
    return None


def _cases(rings: Sequence[tuple[int, int]], rng: np.random.Generator) -> list[Case]:
    return [
        _case(rng, modulus, n_parties, **fixed)
        for modulus, n_parties in rings
        for fixed in (
            {},
            {},
            {"a": 1, "b": modulus - 1, "c": min(100, modulus - 1)},
            {"a": 0},
            {"b": 0, "c": 0},
            {"c": modulus - 1},
            {"x_shares": [0] * n_parties},
        )
    ]


def _with_any_integers(rng: np.random.Generator) -> list[Case]:
    """Public numbers may be negative, or larger than the modulus."""
    return [
        _case(rng, modulus, n_parties, **fixed)
        for modulus, n_parties in (SMALL[-1], BIG[-1])
        for fixed in ({"a": 1, "b": -1}, {"a": -3, "c": 0}, {"c": -7}, {"c": 5 * modulus + 2})
    ]


def _one_other(rng: np.random.Generator) -> list[Case]:
    """Every argument counts: cases that differ in one of them."""
    one = _case(rng, *BIG[-1])
    others = {name: one[name] + 1 for name in "abc"} | {"modulus": one["modulus"] + 2}
    for name in ("x_shares", "y_shares"):
        others[name] = [one[name][-1] // 2, *one[name][:-1]]
    return cases.one_at_a_time(one, **others)


def _case(rng: np.random.Generator, modulus: int, n_parties: int, **fixed: Any) -> dict[str, Any]:
    case: dict[str, Any] = {
        name: [element(rng, modulus) for _ in range(n_parties)] for name in ("x_shares", "y_shares")
    }
    case |= {name: element(rng, modulus) for name in "abc"}
    return case | {"modulus": modulus} | fixed


def _compare(attempt: Attempt, asked: list[Case], rng: np.random.Generator) -> Found | None:
    return by_numbers(
        attempt,
        asked,
        right=_sum_of_rows,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        words=lambda *_: " as the sum of your rows, which is not a·x + b·y + c, modulo Q.",
    )


def _sum_of_rows(
    x_shares: list[int], y_shares: list[int], a: int, b: int, c: int, modulus: int
) -> int:
    return (a * sum(x_shares) + b * sum(y_shares) + c) % modulus


def _rows(attempt: Attempt, case: Case) -> list[int]:
    x, y, *_ = case.values()
    public = {name: case[name] for name in ("a", "b", "c", "modulus")}
    return rows(attempt, len(x), x, y, **public)


def _ask(attempt: Attempt, case: Case) -> int:
    """Ask for the rows and give their sum: it does not matter which party adds the constant."""
    z_shares, modulus = _rows(attempt, case), case["modulus"]
    if min(z_shares) < 0 or max(z_shares) >= modulus:
        raise Ended(Found("not_reduced", f"You get {shown(z_shares)}."))
    return int(sum(z_shares) % modulus)


def _not_local(
    attempt: Attempt, rng: np.random.Generator, modulus: int, n_parties: int
) -> Found | None:
    """Change the shares of all parties but one: its row must stay."""
    case = _case(rng, modulus, n_parties)
    before = _rows(attempt, case)
    for party in range(n_parties):
        own = case["x_shares"][party], case["y_shares"][party]
        for others in (None, None, None, 0, modulus - 1):
            x, y = (
                [element(rng, modulus) if others is None else others for _ in before] for _ in "xy"
            )
            x[party], y[party] = own
            changed = case | {"x_shares": x, "y_shares": y}
            if _rows(attempt, changed)[party] != before[party]:
                words = (
                    f"Party {party + 1}'s row changes when only other shares change, for example"
                )
                return Found(
                    "not_local", f"{words} from {told(case)} to {shown(x)} and {shown(y)}."
                )
    return None


def _by_party(
    row: Callable[[int, int, int, int, int], int],
    constant: Callable[[int, int], int] = lambda c, n: 0,
) -> Callable[..., list[int]]:
    """Make a function with ``row(x, y, a, b, c)`` for everybody and ``constant(c, n)`` for one."""

    def wrong(
        x_shares: Sequence[int], y_shares: Sequence[int], *, a: int, b: int, c: int, modulus: int
    ) -> list[int]:
        pairs = zip(x_shares, y_shares, strict=True)
        z = [row(x, y, a, b, c) % modulus for x, y in pairs]
        return [(z[0] + constant(c, len(z))) % modulus, *z[1:]]

    return wrong


def _only(c: int, n: int) -> int:
    return c


def _total(x: Any, y: Any, a: int, b: int, c: int) -> int:
    return int(a * sum(x) + b * sum(y) + c)


def _from_total(layout: Callable[[int, int], list[int]]) -> Callable[..., list[int]]:
    """Make a wrong function that reconstructs; ``layout(z, n)`` gives the rows."""

    def wrong(
        x_shares: Sequence[int], y_shares: Sequence[int], *, a: int, b: int, c: int, modulus: int
    ) -> list[int]:
        return layout(_total(x_shares, y_shares, a, b, c) % modulus, len(x_shares))

    return wrong


def _other_order(
    turned: Callable[[list[int]], list[int]],
) -> Callable[..., list[int]]:
    """Make a wrong function that pairs each party's share of x with another one's of y."""
    return lambda x_shares, y_shares, **public: reference(
        x_shares, turned(list(y_shares)), **public
    )


def _unreduced(x_shares: Any, y_shares: Any, *, a: int, b: int, c: int, modulus: int) -> Any:
    z = [a * x + b * y for x, y in zip(x_shares, y_shares, strict=True)]
    return [z[0] + c, *z[1:]]


def _in_dtype(dtype: Any) -> Callable[..., Any]:
    def wrong(x_shares: Any, y_shares: Any, *, a: int, b: int, c: int, modulus: int) -> Any:
        z = (a * np.array(x_shares, dtype=dtype) + b * np.array(y_shares, dtype=dtype)) % modulus
        z[0] = (z[0] + c) % modulus
        return z

    return wrong


def _each_a_part(x_shares: Any, y_shares: Any, *, a: int, b: int, c: int, modulus: int) -> Any:
    part = c // len(x_shares)
    return [(a * x + b * y + part) % modulus for x, y in zip(x_shares, y_shares, strict=True)]


MISTAKES = {
    "not_local": Mistake(
        "A party used a share that it does not hold.",
        "Reconstructing x, or taking another party's share of y, can give the right sum; but each row must "
        "come from its own party's entries.",
        made_by=(
            _from_total(lambda z, n: [z] + [0] * (n - 1)),
            _from_total(lambda z, n: [z] * n),
            _other_order(lambda y: y[::-1]),
            _other_order(lambda y: [*y[1:], y[0]]),
        ),
    ),
    "constant_everywhere": Mistake(
        "The sum of your rows is too large by some copies of the constant.",
        "If each of the n parties adds c, the sum grows by n·c.",
        made_by=(_by_party(lambda x, y, a, b, c: a * x + b * y + c),),
    ),
    "constant_forgotten": Mistake(
        "The constant has no effect on the sum of your rows.",
        "One of the parties has to add c to its row.",
        made_by=(_by_party(lambda x, y, a, b, c: a * x + b * y),),
    ),
    "constant_rounded": Mistake(
        "The constant arrives, but not all of it: a remainder is lost.",
        "c // n for each of n parties gives c only if n divides c.",
        made_by=(_each_a_part,),
    ),
    "swapped": Mistake(
        "The coefficients act on the wrong inputs.",
        "a belongs to x and b to y.",
        made_by=(_by_party(lambda x, y, a, b, c: b * x + a * y, _only),),
    ),
    "coefficients_ignored": Mistake(
        "The result does not use both a and b.",
        "x + y + c: each party must multiply its two shares first.",
        made_by=(
            _by_party(lambda x, y, a, b, c: x + y, _only),
            _by_party(lambda x, y, a, b, c: a * x + y, _only),
            _by_party(lambda x, y, a, b, c: x + b * y, _only),
        ),
    ),
    "constant_multiplied": Mistake(
        "The constant is multiplied as well.",
        "a·(x + c) is a·x + a·c: add c after the multiplication.",
        made_by=(
            _by_party(lambda x, y, a, b, c: a * (x + c) + b * y),
            lambda x_shares, y_shares, **public: reference(
                [x_shares[0] + public["c"], *x_shares[1:]], y_shares, **public | {"c": 0}
            ),
        ),
    ),
    "only_one_party": Mistake(
        "Only one party's shares reach the result.",
        "The rows of all parties carry x; a row that stays 0 loses its part.",
        made_by=(
            lambda x_shares, y_shares, *, modulus, **public: (
                [_total(x_shares[:1], y_shares[:1], **public) % modulus] + [0] * (len(x_shares) - 1)
            ),
        ),
    ),
    "product_of_shares": Mistake(
        "You multiply a share of x by a share of y.",
        "The products x_i·y_i do not add up to x·y, and no product is asked for.",
        made_by=(
            _by_party(lambda x, y, a, b, c: a * x * b * y),
            _by_party(lambda x, y, a, b, c: a * x * b * y, _only),
        ),
    ),
    "not_reduced": Mistake(
        "A row lies outside 0 … Q − 1.",
        "An unreduced row shows how large the products were, as in the opening attack.",
        made_by=(
            _unreduced,
            lambda x_shares, y_shares, **public: [
                z + (i == 0) * public["c"]
                for i, z in enumerate(reference(x_shares, y_shares, **public | {"c": 0}))
            ],
        ),
    ),
    "float_shares": Mistake(
        "Your rows are floats; ring elements are integers.",
        "Above 2^53 a float64 no longer holds every integer.",
        made_by=(_in_dtype(float),),
    ),
    "fails_at_large_modulus": Mistake(
        "Right for small moduli, wrong for a large one.",
        "int64 products overflow silently, floats lose digits above 2^53; Python integers do neither.",
        made_by=(
            _in_dtype(np.int64),
            _in_dtype(np.uint64),
            _by_party(lambda x, y, a, b, c: int(float(a * x) + b * y), _only),
        ),
    ),
}

linear_shares = Exercise(
    number="31.3",
    name="linear_shares",
    reference=reference,
    examine=examine,
    takeaway="Public coefficients are free: no message is sent, and no party saw another's row.",
    hints=(
        "Write out the sum of all rows of the result. It has to be a·x + b·y + c modulo Q.",
        "Multiplying every share of x by a multiplies their sum by a. Does adding c to every share "
        "add c to the sum?",
        "Rows first: row i comes from x_shares[i] and y_shares[i] alone. Then c: how many of the "
        "parties should add it?",
    ),
    mistakes=MISTAKES,
)
