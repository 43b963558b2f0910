"""Check of Exercise 35.1: AND of shared words, from two openings of masked words."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from lessons.checks.beaver_triples.matmul import as_words
from lessons.checks.beaver_triples.opened_words import (
    SPECIAL,
    Listener,
    OpenShares,
    Triple,
    from_openings,
    n_words,
    nothing,
    opening_more,
    require_no_more,
    special_rows,
    special_secrets,
)
from lessons.checks.comparison.words import cut, others_anew, together, words
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.mpc.ring import Elements

SIZES: tuple[tuple[int, tuple[int, ...]], ...] = (  # parties, shape of the words
    (2, ()), (3, ()), (4, ()), (2, (3,)), (3, (2, 3)), (5, (4,)), (4, (1, 2)), (3, (0,)), (2, (70,)),
    (6, (2,)), (7, ()), (2, (2,)), (3, (3,)), (4, (4, 2)),
)  # fmt: skip
HOWS = ("bits", "words", "ones", "d is 0", "e is 0", "d & e is 0")


def reference(
    x_shares: Elements, y_shares: Elements, triple: Triple, *, open_shares: OpenShares
) -> Elements:
    """Equation (35.ii): Beaver's product with ⊕ and &."""
    a_shares, b_shares, c_shares = triple
    d, e = open_shares(x_shares ^ a_shares), open_shares(y_shares ^ b_shares)
    z_shares: Elements = c_shares ^ (d & b_shares) ^ (a_shares & e)
    z_shares[0] ^= d & e
    return z_shares


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the XOR of the rows, then at what each row and each opening depends on."""
    sizes = [*SIZES, (cases.one_of(rng, (2, 4, 6)), (cases.one_of(rng, range(5, 9)),))]
    asked = [_case(rng, n_parties, shape, how) for n_parties, shape in sizes for how in HOWS]
    found = by_numbers(
        attempt,
        asked,
        right=lambda x_shares, y_shares, triple: together(x_shares) & together(y_shares),
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(np.array_equal(got, right)),
        words=lambda *_: " as the XOR of your rows, which is not x & y.",
    )
    if found:
        return found
    for n_parties, shape in sizes:
        if 0 not in shape:
            case = _case(rng, n_parties, shape, "words")
            if found := _depends(attempt, rng, case):
                return found
    for n_parties, how in product((2, 3), SPECIAL):
        if _depends(attempt, rng, _case(rng, n_parties, (2,), how)):
            return Found("not_local", f"It happens where {how}: no party alone can know that.")
    return None


def _case(
    rng: np.random.Generator, n_parties: int, shape: tuple[int, ...], how: str
) -> dict[str, Any]:
    """``bits``: all words are 0 or 1; ``ones``: x and y have nearly all bits set."""
    k = 1 if how == "bits" else 64
    x, y, a, b = (words(rng, *shape, k=k) for _ in range(4))
    if how == "ones":
        x, y = ~(x & np.uint64(3)), ~(y & np.uint64(5))
    if how == "d is 0":
        x = a
    if how == "e is 0":
        y = b
    if how == "d & e is 0":
        y = ~(x ^ a) ^ b
    x, y = special_secrets(how, x, y)
    x_shares, y_shares, *triple = (cut(rng, one, n_parties, k=k) for one in (x, y, a, b, a & b))
    x_shares, y_shares = special_rows(how, x_shares, y_shares)
    return {"x_shares": x_shares, "y_shares": y_shares, "triple": tuple(triple)}


def _call(attempt: Attempt, case: Case) -> tuple[Elements, list[Elements]]:
    x, y, triple = case["x_shares"], case["y_shares"], case["triple"]
    listener = Listener(len(x), together)
    z = attempt.array(x, y, triple, open_shares=listener.opener(), shape=x.shape, kind=as_words)
    return z, listener.opened


def _ask(attempt: Attempt, case: Case) -> Elements:
    """Ask for the rows; their XOR counts, unless too much or the wrong thing was opened."""
    z, opened = _call(attempt, case)
    x, y, (a, b, _) = case["x_shares"], case["y_shares"], case["triple"]
    values = {int(one) for rows in opened for one in together(rows).flat}

    def was_opened(*secrets: Elements) -> bool:
        return any(
            int(one) in values and one > 2**32 for rows in secrets for one in together(rows).flat
        )

    if was_opened(x, y):
        raise Ended(Found("opened_secret"))
    if was_opened(a, b):
        raise Ended(Found("opened_mask"))
    require_no_more(opened, enough=x[0].size + y[0].size, what="words")
    return together(z)


def _depends(attempt: Attempt, rng: np.random.Generator, case: dict[str, Any]) -> Found | None:
    """Change other parties' shares of a secret and of its mask: what is opened must stay, and own rows."""
    z, opened = _call(attempt, case)
    if not opened:
        return Found("not_local", "You never call open_shares.")
    needed = 2 * z[0].size
    if (total := n_words(opened)) < needed:
        said = (
            f"You open {total} words, and d and e are {needed}: not all went through open_shares."
        )
        return Found("not_local", said)
    columns = [case["x_shares"], case["y_shares"], *case["triple"]]
    shape = z.shape[1:]
    for party in range(len(z)):
        quiet = False
        for swapped in (False, True):  # whether x goes with a and y with b, or the other way round
            by = words(rng, *shape), words(rng, *shape)
            masks = by[::-1] if swapped else by
            changes = (*by, *masks, words(rng, *shape))
            moved = [
                others_anew(rng, column, party, change)
                for column, change in zip(columns, changes, strict=True)
            ]
            again = {"x_shares": moved[0], "y_shares": moved[1], "triple": tuple(moved[2:])}
            other_z, other_opened = _call(attempt, again)
            pairs = list(zip(opened, other_opened, strict=False))
            if not all(np.array_equal(together(one), together(other)) for one, other in pairs):
                continue
            quiet = True
            if any(not np.array_equal(one[party], other[party]) for one, other in pairs):
                return Found("not_local", f"It is what party {party + 1} sends.")
            if not np.array_equal(z[party], other_z[party]):
                return Found("not_local", f"It is the row of party {party + 1}.")
        if not quiet:
            said = "What you open changes when a secret and its mask change by the same word."
            return Found("counterexample", said)
    for party in range(len(z)):  # other secrets under the same masks: own messages must stay
        for name in ("x_shares", "y_shares"):
            moved_one = others_anew(rng, case[name], party, words(rng, *shape))
            _, other_opened = _call(attempt, case | {name: moved_one})
            if n_words(other_opened) < total:
                said = "With other secrets under the same masks you open less."
                return Found("remembers", said)
            for one, other in zip(opened, other_opened, strict=False):
                if not np.array_equal(one[party], other[party]):
                    return Found("not_local", f"It is what party {party + 1} sends.")
                if not np.array_equal(together(one), together(other)):
                    break  # what comes later may depend on it
    a, b = words(rng, *shape), words(rng, *shape)  # other masks for the same secrets
    triple = tuple(cut(rng, one, len(z)) for one in (a, b, a & b))
    _, other_opened = _call(attempt, case | {"triple": triple})
    for one, other in zip(opened, other_opened, strict=False):
        if (together(one) == together(other)).any():
            return Found("opened_secret", "A word that you open does not change with the masks.")
    return None


def _made(
    rest: Callable[..., Any], first: Callable[..., Any] = lambda d, e: d & e
) -> Callable[..., Any]:
    """Make a function that opens d and e; ``rest(a, b, c, d, e)`` for all, ``first(d, e)`` for one."""
    return from_openings(rest, first, masked=np.bitwise_xor, joined=np.bitwise_xor)


def _together_first(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
    z = reference(x_shares, y_shares, triple, open_shares=open_shares)
    return np.concatenate([[together(z)], np.zeros_like(z[1:])])


def _sums(x_shares: Any, y_shares: Any, triple: Any, *, open_shares: Any) -> Any:
    a, b, c = triple
    d, e = open_shares(x_shares - a), open_shares(y_shares - b)
    z = c + d * b + a * e
    z[0] += d * e
    return z


def _ring(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    return c + (d & b) + (a & e)


MISTAKES = {
    "public_everywhere": Mistake(
        "Every party adds d & e. With an even number of parties it cancels; with an odd number your result "
        "is right, by luck.",
        "XOR of n copies is one copy for odd n, and nothing for even n. A test with three parties sees no "
        "difference.",
        made_by=(
            _made(lambda a, b, c, d, e: c ^ (d & b) ^ (a & e) ^ (d & e), nothing),
            _made(lambda a, b, c, d, e: c ^ (d & (b ^ e)) ^ (a & e), nothing),
            _made(lambda a, b, c, d, e: c ^ (d & b) ^ ((a ^ d) & e), nothing),
        ),
    ),
    "public_forgotten": Mistake(
        "d & e is missing: no party adds it.",
        "The public part must come in exactly once.",
        made_by=(_made(lambda a, b, c, d, e: c ^ (d & b) ^ (a & e), nothing),),
    ),
    "own_products": Mistake(
        "Each party takes & of its own two rows. The mixed products are missing, as in lesson 33.",
        "(x₁ ⊕ x₂) & (y₁ ⊕ y₂) has four parts, and the parties hold two of them.",
        made_by=(lambda x_shares, y_shares, triple, *, open_shares: x_shares & y_shares,),
    ),
    "triple_forgotten": Mistake(
        "a & b is missing: no party uses its share of c.",
        "The dealer made c for this. a & b of one's own rows is not it.",
        made_by=(
            _made(lambda a, b, c, d, e: (d & b) ^ (a & e)),
            _made(lambda a, b, c, d, e: (a & b) ^ (d & b) ^ (a & e)),
        ),
    ),
    "crossed": Mistake(
        "d belongs to x, so it meets b, the mask of y; and e meets a.",
        "d & a and e & b instead of d & b and a & e.",
        made_by=(_made(lambda a, b, c, d, e: c ^ (d & a) ^ (b & e)),),
    ),
    "with_or": Mistake(
        "You put parts together with |. Shares go together with ^.",
        "OR is not linear: the OR of rows says nothing about the word.",
        made_by=(
            _made(lambda a, b, c, d, e: c | (d & b) | (a & e)),
            _made(lambda a, b, c, d, e: c ^ ((d & b) | (a & e))),
        ),
    ),
    "with_sums": Mistake(
        "You add where ^ belongs: + has carries, and the shares of bits have none.",
        "Lesson 33's formula for the ring; here + is ⊕, and · is &.",
        made_by=(
            _sums,
            _made(_ring),
            _made(lambda a, b, c, d, e: c ^ (d * b) ^ (a * e), lambda d, e: d * e),
        ),
    ),
    "negated": Mistake(
        "You flip bits (~) that should stay.",
        "NOT of d or of e instead of the opened word itself.",
        made_by=(
            _made(lambda a, b, c, d, e: c ^ (~d & b) ^ (a & ~e)),
            _made(lambda a, b, c, d, e: c ^ (d & b) ^ (a & e), lambda d, e: ~(d & e)),
        ),
    ),
    "opened_secret": Mistake(
        "You open x or y itself, not masked. Now everybody knows it.",
        "Open each only together with its mask.",
        made_by=(
            opening_more(reference, lambda x, y, triple: [x]),
            lambda x_shares, y_shares, triple, *, open_shares: x_shares & open_shares(y_shares),
        ),
    ),
    "opened_mask": Mistake(
        "You open a mask of the triple. Whoever knows a and x ⊕ a knows x.",
        "a and b must stay shared for ever.",
        made_by=(
            opening_more(reference, lambda x, y, triple: triple[:1]),
            opening_more(reference, lambda x, y, triple: triple[1:2]),
        ),
    ),
    "opened_too_much": Mistake(
        "You open more than the two masked words.",
        "d and e, and nothing else: also not the result.",
        made_by=(
            opening_more(reference, lambda x, y, triple: [x ^ triple[0]]),
            opening_more(reference, lambda x, y, triple: [triple[2]]),
        ),
    ),
    "not_local": Mistake(
        "A party uses a share that it does not hold.",
        "Only open_shares crosses between parties. An XOR over the first axis is a message that nobody "
        "counted.",
        made_by=(
            lambda x_shares, y_shares, triple, *, open_shares: reference(
                x_shares, y_shares, triple, open_shares=together
            ),
            _together_first,
        ),
    ),
}  # fmt: skip

conjunction = Exercise(
    number="35.1",
    name="conjunction",
    reference=reference,
    examine=examine,
    takeaway="Beaver's triple again, with ⊕ and &: all 64 bits of all words in one round.",
    hints=(
        "Take (33.i) and write ⊕ for plus and minus, & for times.",
        "open_shares(x_shares ^ a_shares) gives d for everybody; the same with y and b gives e. Then "
        "(35.ii) row by row, all rows at once.",
        "The four parts are c_shares, d & b_shares, a_shares & e, and d & e. The last one is public: XOR it "
        "into one row only, z_shares[0].",
    ),
    mistakes=MISTAKES,
)
