"""Check of Exercise 33.3: the matrix product, from two openings of masked matrices."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.beaver_triples.opened_words import (
    SPECIAL,
    Listener,
    OpenShares,
    Triple,
    from_openings,
    nothing,
    opening_more,
    require_no_more,
    special_rows,
    special_secrets,
)
from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.mpc.ring import Elements

NOT_OWN = "What party {} keeps or sends changes when only other parties' shares do."
SIZES = (  # n, k, m, parties
    (1, 1, 1, 2),
    (2, 2, 2, 2),
    (2, 2, 2, 3),
    (1, 4, 1, 2),
    (3, 3, 3, 4),
    (2, 3, 4, 3),
    (4, 3, 2, 2),
    (1, 5, 3, 5),
    (3, 1, 2, 3),
    (4, 30, 4, 2),
)


def reference(
    x_shares: Elements, y_shares: Elements, triple: Triple, *, open_shares: OpenShares
) -> Elements:
    """Equation (33.ii): the four boxes with matrices; the order of the factors counts."""
    a_shares, b_shares, c_shares = triple
    d, e = open_shares(x_shares - a_shares), open_shares(y_shares - b_shares)
    z_shares: Elements = c_shares + d @ b_shares + a_shares @ e
    z_shares[0] += d @ e
    return z_shares


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows, then at what each row and each opening depends on."""
    sizes = [*SIZES, (cases.one_of(rng, (5, 6)), cases.one_of(rng, (7, 9)), 8, 3)]
    asked = [_case(rng, *size, how) for size in sizes for how in ("words", "small", "largest")]
    found = by_numbers(
        attempt,
        asked,
        right=_in_python_integers,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: _ask(attempt, case),
        fits=lambda case, got, right: bool(np.array_equal(got, right)),
        words=lambda *_: " as the sum of your rows, which is not x @ y, modulo 2^64.",
    )
    if found:
        return found
    for size in sizes:
        if size[-1] > 2 and (found := _depends(attempt, rng, _case(rng, *size, "words"))):
            return found
    for how in SPECIAL:
        if _depends(attempt, rng, _case(rng, 2, 2, 2, 3, how)):
            return Found("not_local", f"It happens where {how}: no party alone can know that.")
    return None


def words(rng: np.random.Generator, *shape: int) -> Elements:
    """Draw elements of the ring modulo 2^64."""
    return np.asarray(rng.integers(0, 2**64, shape, dtype=np.uint64))


def as_words(value: Any) -> Any:
    """Take an array of integers as one of uint64, the form that later cells need."""
    array = kinds.integers(value)
    return array if array.dtype == np.uint64 else array.astype(np.uint64)


def _case(
    rng: np.random.Generator, n: int, k: int, m: int, n_parties: int, how: str
) -> dict[str, Any]:
    a, b = words(rng, n, k), words(rng, k, m)
    x, y = words(rng, n, k), words(rng, k, m)
    if how == "small":  # as in a table of facts
        x, y = x % np.uint64(90), y % np.uint64(2)
    if how == "largest":
        x, y = ~(x % np.uint64(2)), ~(y % np.uint64(2))  # -1 or -2
    x, y = special_secrets(how, x, y)
    values = (x, y, a, b, a @ b)
    x_shares, y_shares, *triple = (_cut(rng, value, n_parties) for value in values)
    x_shares, y_shares = special_rows(how, x_shares, y_shares)
    return {"x_shares": x_shares, "y_shares": y_shares, "triple": tuple(triple)}


def _cut(rng: np.random.Generator, value: Elements, n_parties: int) -> Elements:
    masks = words(rng, n_parties - 1, *value.shape)
    return np.concatenate([masks, [value - masks.sum(axis=0, dtype=np.uint64)]])


def _in_python_integers(x_shares: Elements, y_shares: Elements, triple: Triple) -> Elements:
    x, y = (one.sum(axis=0, dtype=np.uint64).astype(object) for one in (x_shares, y_shares))
    return np.asarray((x @ y) % 2**64).astype(np.uint64)


def _call(attempt: Attempt, case: Case) -> tuple[Elements, list[Elements]]:
    x, y, triple = case["x_shares"], case["y_shares"], case["triple"]
    listener = Listener(len(x), _sum)
    shape = (len(x), x.shape[1], y.shape[2])
    try:
        z: NDArray[Any] = attempt.array(
            x, y, triple, open_shares=listener.opener(), shape=shape, kind=as_words
        )
    except Ended as end:
        if "type float" in end.found.details:
            raise Ended(Found("float_shares")) from None
        raise
    return z, listener.opened


def _ask(attempt: Attempt, case: Case) -> Elements:
    """Ask for the rows; their sum counts, unless too much or the wrong thing was opened."""
    z, opened = _call(attempt, case)
    x, y, (a, b, _) = case["x_shares"], case["y_shares"], case["triple"]

    def was_opened(*rows: Elements) -> bool:
        return any(np.array_equal(one, own) for one in opened for own in rows)

    if was_opened(x, y):
        raise Ended(Found("opened_secret"))
    if was_opened(a, b):
        raise Ended(Found("opened_mask"))
    require_no_more(opened, enough=x[0].size + y[0].size, what="numbers")
    return np.asarray(z.sum(axis=0, dtype=np.uint64))


def _depends(attempt: Attempt, rng: np.random.Generator, case: dict[str, Any]) -> Found | None:
    """Change other parties' shares of a secret and of its mask: what is opened must stay, and own rows."""
    z, opened = _call(attempt, case)
    if not opened:
        return Found("not_local", "You never call open_shares.")
    columns = [case["x_shares"], case["y_shares"], *case["triple"]]
    for party in range(len(z)):
        quiet = False
        for signs in (*product((1, -1), repeat=2), (1, 0), (0, 1), (0, 0)):
            # whether x − a or x + a stays, or neither
            by = [words(rng, *columns[k].shape[1:]) for k in range(2)]
            masked = [
                one if sign > 0 else -one if sign < 0 else words(rng, *one.shape)
                for one, sign in zip(by, signs, strict=True)
            ]
            changes = (*by, *masked, words(rng, *columns[4].shape[1:]))
            moved = [
                _others_anew(rng, column, party, change)
                for column, change in zip(columns, changes, strict=True)
            ]
            again = {"x_shares": moved[0], "y_shares": moved[1], "triple": tuple(moved[2:])}
            other_z, other_opened = _call(attempt, again)
            so_far = True  # what was opened before is the same
            for one, other in zip(opened, other_opened, strict=False):
                if so_far and not np.array_equal(one[party], other[party]):
                    return Found("not_local", NOT_OWN.format(party + 1))
                so_far = so_far and np.array_equal(_sum(one), _sum(other))
            quiet = quiet or so_far
            if so_far and not np.array_equal(z[party], other_z[party]):
                return Found("not_local", NOT_OWN.format(party + 1))
        if not quiet:
            said = "What you open changes when a secret and its mask change by the same matrix."
            return Found("counterexample", said)
    return None


def _sum(rows: Elements) -> Elements:
    return np.asarray(rows.sum(axis=0, dtype=np.uint64))


def _others_anew(
    rng: np.random.Generator, column: Elements, party: int, change: Elements
) -> Elements:
    rest = np.delete(column, party, axis=0).sum(axis=0, dtype=np.uint64) + change
    return np.insert(_cut(rng, rest, len(column) - 1), party, column[party], axis=0)


def _made(
    rest: Callable[..., Any], first: Callable[..., Any] = lambda d, e: d @ e
) -> Callable[..., Any]:
    """Make a function that opens d and e; ``rest(a, b, c, d, e)`` for all, ``first(d, e)`` for one."""
    return from_openings(rest, first, masked=np.subtract, joined=np.add)


def _added_masks(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
    a, b, c = triple
    d, e = open_shares(x_shares + a), open_shares(y_shares + b)
    z = c + d @ b + a @ e
    z[0] += d @ e
    return z


def _as_floats(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
    a, b, c = (one.astype(float) for one in triple)
    d, e = open_shares(x_shares - triple[0]), open_shares(y_shares - triple[1])
    z = c + d.astype(float) @ b + a @ e.astype(float)
    z[0] += d.astype(float) @ e.astype(float)
    return z


def _product_by_product(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
    (n, k), m = x_shares.shape[1:], y_shares.shape[2]
    d = np.zeros((n, k), dtype=np.uint64)
    e = np.zeros((k, m), dtype=np.uint64)
    for i, t, j in np.ndindex(n, k, m):  # as if each needed a triple of its own
        d[i, t] = open_shares((x_shares - triple[0])[:, i, t])
        e[t, j] = open_shares((y_shares - triple[1])[:, t, j])
    z = triple[2] + d @ triple[1] + triple[0] @ e
    z[0] += d @ e
    return z


MISTAKES = {
    "order": Mistake(
        "The factors stand in the wrong order: for matrices a @ e is not e @ a.",
        "x @ y = (d + a) @ (e + b): what belongs to x stands on the left.",
        made_by=(
            _made(lambda a, b, c, d, e: c + b @ d + e @ a),
            _made(lambda a, b, c, d, e: c + b @ d + e @ a, lambda d, e: e @ d),
            _made(lambda a, b, c, d, e: c + b @ d + a @ e),
            _made(lambda a, b, c, d, e: c + d @ b + e @ a),
            _made(lambda a, b, c, d, e: c + d @ b + a @ e, lambda d, e: e @ d),
        ),
    ),
    "entry_by_entry": Mistake(
        "You multiply entry by entry: * where @ belongs.",
        "For square matrices * raises no error, and gives another product.",
        made_by=(
            _made(lambda a, b, c, d, e: c + d * b + a * e, lambda d, e: d * e),
            _made(lambda a, b, c, d, e: c + d @ b + a @ e, lambda d, e: d * e),
        ),
    ),
    "own_products": Mistake(
        "Each party multiplies its own two matrices: the mixed products are missing.",
        "Section 1's nonsense, in matrices.",
        made_by=(lambda x_shares, y_shares, triple, *, open_shares: x_shares @ y_shares,),
    ),
    "public_everywhere": Mistake(
        "The sum of your rows is too large by n − 1 copies of d @ e.",
        "Broadcasting adds d @ e to the rows of all parties. One of them should.",
        made_by=(
            _made(lambda a, b, c, d, e: c + d @ b + a @ e + d @ e, nothing),
            _made(lambda a, b, c, d, e: c + d @ (b + e) + a @ e, nothing),
        ),
    ),
    "public_forgotten": Mistake(
        "d @ e is missing from the sum of your rows.",
        "One party has to add it.",
        made_by=(_made(lambda a, b, c, d, e: c + d @ b + a @ e, nothing),),
    ),
    "triple_forgotten": Mistake(
        "a @ b is missing: no party adds its share of c.",
        "The dealer made c for this.",
        made_by=(_made(lambda a, b, c, d, e: d @ b + a @ e),),
    ),
    "signs": Mistake(
        "A sign is wrong: what you open and what you compute from it do not belong together.",
        "With d = x − a, x is d + a. Whoever opens a − x or x + a needs other signs.",
        made_by=(
            lambda x_shares, y_shares, triple, *, open_shares: reference(
                x_shares, y_shares, triple, open_shares=lambda rows: open_shares(-rows)
            ),
            _added_masks,
            _made(lambda a, b, c, d, e: d @ b + a @ e - c),
        ),
    ),
    "opened_secret": Mistake(
        "You open x or y itself. Now everybody knows it.",
        "Open each only after its mask has been taken away.",
        made_by=(
            opening_more(reference, lambda x, y, triple: [x]),
            lambda x_shares, y_shares, triple, *, open_shares: x_shares @ open_shares(y_shares),
        ),
    ),
    "opened_mask": Mistake(
        "You open a mask of the triple. Whoever knows a and x − a knows x.",
        "a and b must stay shared for ever.",
        made_by=(
            opening_more(reference, lambda x, y, triple: triple[:2]),
            opening_more(reference, lambda x, y, triple: triple[1:2]),
        ),
    ),
    "opened_too_much": Mistake(
        "You open more numbers than the two masked matrices hold.",
        "Each number of x and of y meets its mask once: r·k + k·m openings, not two for each product, "
        "and never the result.",
        made_by=(
            _product_by_product,
            opening_more(reference, lambda x, y, triple: [x - triple[0]]),
            opening_more(reference, lambda x, y, triple: [triple[2]]),
        ),
    ),
    "not_local": Mistake(
        "A party uses a share that it does not hold.",
        "Only open_shares crosses between parties; a sum over the first axis is a message that nobody "
        "counted.",
        made_by=(
            lambda x_shares, y_shares, triple, *, open_shares: reference(
                x_shares,
                y_shares,
                triple,
                open_shares=lambda rows: rows.sum(axis=0, dtype=np.uint64),
            ),
        ),
    ),
    "float_shares": Mistake(
        "Your rows are floats; ring elements are integers.",
        "uint64 and int64 together give float64, and so does np.zeros: above 2^53 the last digits go. "
        "Use dtype=np.uint64.",
        made_by=(_as_floats,),
    ),
}

matmul = Exercise(
    number="33.3",
    name="matmul",
    reference=reference,
    examine=examine,
    takeaway="The same four boxes with matrices: each number is opened once, however many products it is in.",
    hints=(
        "Your function of Exercise 33.1, with @ for the products. What may d and e not change?",
        "d takes the place of x, so it stands on the left; e takes the place of y and stands on the right.",
        "c_shares + d @ b_shares works for all parties at once: @ goes over the first axis. One of them "
        "still has to add d @ e.",
    ),
    mistakes=MISTAKES,
)
