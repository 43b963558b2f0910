"""Check of Exercise 35.3: x < y for all numbers of the ring, also where x − y wraps around."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.comparison.words import all_rows, masked_rows
from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown
from lessons.mpc import additive, ring
from lessons.mpc.ring import Elements

Signs = Callable[[Elements], Elements]
Product = Callable[[Elements, Elements], Elements]
SIZES: tuple[tuple[int, int, tuple[int, ...]], ...] = (  # k, parties, shape
    (4, 2, ()), (4, 3, ()), (8, 2, (3,)), (5, 4, (2, 2)), (64, 2, (6,)), (64, 3, (5,)), (32, 5, (4,)),
    (63, 2, (3, 1)), (64, 2, (0,)), (16, 6, (2,)),
)  # fmt: skip


def reference(
    x_shares: Elements,
    y_shares: Elements,
    *,
    is_negative: Signs,
    multiply: Product,
    modulus: int,
) -> Elements:
    """If the signs differ, x < y where x is negative; if not, x − y cannot wrap, and its sign decides."""
    x, y = is_negative(x_shares), is_negative(y_shares)
    difference = is_negative(ring.subtract(x_shares, y_shares, modulus=modulus))
    both = ring.multiply(multiply(x, y), 2, modulus=modulus)
    differ = ring.subtract(ring.add(x, y, modulus=modulus), both, modulus=modulus)  # x ⊕ y
    change = multiply(differ, ring.subtract(x, difference, modulus=modulus))
    return ring.add(difference, change, modulus=modulus)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """All pairs of a small ring, both signs and extreme numbers in large ones; then what rows depend on."""
    sizes = [*SIZES, (cases.one_of(rng, range(9, 31)), 2, (4,))]
    asked = [
        _case(rng, *size, how) for size in sizes for how in ("near", "apart", "wraps", "edges")
    ]
    asked += [_all_pairs(rng, n_parties) for n_parties in (2, 3)]
    found = by_numbers(
        attempt,
        asked,
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(got == right),
        words=_said,
    )
    if found:
        return found
    for size in sizes:
        if 0 not in size[2] and (found := _depends(attempt, rng, _case(rng, *size, "apart"))):
            return found
    for size in sizes[:3]:
        case = _case(rng, *size, "apart")
        for rows in (case["x_shares"], np.zeros_like(case["x_shares"])):
            if found := _depends(attempt, rng, case | {"x_shares": rows, "y_shares": rows.copy()}):
                return found
    return None


def _case(
    rng: np.random.Generator, k: int, n_parties: int, shape: tuple[int, ...], how: str
) -> dict[str, Any]:
    half, n = 2 ** (k - 1), int(np.prod(shape))
    pairs: list[tuple[int, int]] = []
    for _ in range(n):
        x, y = (int(one) for one in rng.integers(-half, half, 2))
        if how == "near":
            y = min(max(x + int(rng.integers(-1, 2)), -half), half - 1)
        if how == "wraps":  # other signs, and more than half of the ring apart
            far = half // 2 + 1
            pair = int(rng.integers(far, half)), -1 - int(rng.integers(far - 1, half))
            x, y = pair if rng.integers(2) else pair[::-1]
        if how == "edges":
            edges = (-half, -1, 0, 1, half - 1)
            x, y = (edges[int(rng.integers(5))] for _ in "xy")
        pairs.append((x, y))
    return _shared(rng, pairs, k, n_parties, shape)


def _all_pairs(rng: np.random.Generator, n_parties: int) -> dict[str, Any]:
    pairs = [(x, y) for x in range(-8, 8) for y in range(-8, 8)]
    return _shared(rng, pairs, 4, n_parties, (256,))


def _shared(
    rng: np.random.Generator,
    pairs: list[tuple[int, int]],
    k: int,
    n_parties: int,
    shape: tuple[int, ...],
) -> dict[str, Any]:
    q = 2**k
    rows = []
    for place in range(2):
        secret = np.array([pair[place] % q for pair in pairs], dtype=np.uint64).reshape(shape)
        rows.append(additive.share(secret, n_parties=n_parties, modulus=q, random_bytes=rng.bytes))
    return {"x_shares": rows[0], "y_shares": rows[1], "modulus": q}


def _numbers(shares: Elements, modulus: int) -> list[int]:
    total = additive.reconstruct(shares, modulus=modulus)
    return [int(one) for one in ring.decode(total, modulus=modulus).flat]


def _by_definition(x_shares: Elements, y_shares: Elements, modulus: int) -> list[int]:
    both = (_numbers(rows, modulus) for rows in (x_shares, y_shares))
    return [int(x < y) for x, y in zip(*both, strict=True)]


def _ask(attempt: Attempt, case: Case) -> list[int]:
    """Give what the rows add up to, entry by entry."""
    z, _ = _call(attempt, case, party=0)
    return [int(one) for one in additive.reconstruct(z, modulus=case["modulus"]).flat]


def _call(attempt: Attempt, case: Case, *, party: int) -> tuple[Elements, list[Elements]]:
    """Give the rows of the result, and the arguments of all calls of the two helpers.

    The rows that ``party`` gets from them are drawn without looking at any number.
    """
    x, q = case["x_shares"], case["modulus"]
    sent: list[Elements] = []

    def taken(what: str, *shares: Any) -> list[Elements]:
        rows = all_rows(what, *shares, n_parties=len(x))
        if q < ring.WORD and any((one > q - 1).any() for one in rows):
            raise TypeError(f"{what} takes ring elements, from 0 to modulus - 1")
        sent.extend(rows)
        return [additive.reconstruct(one, modulus=q) for one in rows]

    def handed(value: Elements) -> Elements:
        return masked_rows((3, len(sent)), value, party=party, n_parties=len(x), by_sum=q)

    def is_negative(shares: Any) -> Elements:
        (total,) = taken("is_negative", shares)
        return handed((total > np.uint64((q - 1) // 2)).astype(np.uint64))

    def multiply(x_shares: Any, y_shares: Any) -> Elements:
        return handed(ring.multiply(*taken("multiply", x_shares, y_shares), modulus=q))

    z: NDArray[Any] = attempt.array(
        x, case["y_shares"], is_negative=is_negative, multiply=multiply, modulus=q,
        shape=x.shape, kind=kinds.integers,
    )  # fmt: skip
    outside = [one for one in z.astype(object).flat if not 0 <= one < q]
    if outside:
        raise Ended(Found("not_reduced", f"You return {shown(int(outside[0]))}."))
    return z.astype(np.uint64), sent


def _depends(attempt: Attempt, rng: np.random.Generator, case: Case) -> Found | None:
    """Draw the other parties' rows again: what a party sends and keeps must stay."""
    q = case["modulus"]
    for party in range(len(case["x_shares"])):
        z, sent = _call(attempt, case, party=party)
        moved = dict(case)
        for name in ("x_shares", "y_shares"):
            rows = np.asarray(case[name])
            drawn = additive.share(
                np.zeros(rows.shape[1:], dtype=np.uint64),
                n_parties=len(rows), modulus=q, random_bytes=rng.bytes,
            )  # fmt: skip
            drawn[party] = rows[party]
            moved[name] = drawn
        other_z, other_sent = _call(attempt, moved, party=party)
        same = np.array_equal(z[party], other_z[party]) and len(sent) == len(other_sent)
        for one, other in zip(sent, other_sent, strict=False):
            same = same and np.array_equal(one[party], other[party])
        if not same:
            return Found("not_local", f"It is a row of party {party + 1}.")
    return None


def _said(case: Case, got: list[int], right: list[int]) -> str:
    k = next(k for k in range(len(got)) if got[k] != right[k])
    x, y = (_numbers(case[name], case["modulus"])[k] for name in ("x_shares", "y_shares"))
    return f" as sums of your rows. In one entry x = {x} and y = {y}, and your rows add up to {got[k]}."


def _plus(*parts: Any, q: int) -> Any:
    total = parts[0]
    for one in parts[1:]:
        total = ring.add(total, one, modulus=q)
    return total


def _minus(x: Any, y: Any, q: int) -> Any:
    return ring.subtract(x, y, modulus=q)


def _twice(x: Any, q: int) -> Any:
    return ring.multiply(x, 2, modulus=q)


def _one_minus(x: Any, q: int, *, everybody: bool = False) -> Any:
    negative = ring.subtract(np.zeros_like(x), x, modulus=q)
    if everybody:
        return ring.add(negative, 1, modulus=q)
    return additive.add_public(negative, 1, modulus=q)


def _made(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A wrong function from ``rule(sign of x, sign of y, sign of x − y, multiply, q)``."""

    def wrong(
        x_shares: Any, y_shares: Any, *, is_negative: Any, multiply: Any, modulus: int
    ) -> Any:
        x, y = is_negative(x_shares), is_negative(y_shares)
        d = is_negative(_minus(x_shares, y_shares, modulus))
        return rule(x, y, d, multiply, modulus)

    return wrong


def _differ(x: Any, y: Any, m: Any, q: int, *, times: int = 2) -> Any:
    both = ring.multiply(m(x, y), times, modulus=q)
    return _minus(_plus(x, y, q=q), both, q)


def _chosen(pick: Callable[..., tuple[Any, Any]], *, times: int = 2) -> Callable[..., Any]:
    """d + differ · (other − d), with ``pick(x, y, d, q)`` giving d and other."""

    def rule(x: Any, y: Any, d: Any, m: Any, q: int) -> Any:
        same, other = pick(x, y, d, q)
        return _plus(same, m(_differ(x, y, m, q, times=times), _minus(other, same, q)), q=q)

    return _made(rule)


def _turned(x_shares: Any, y_shares: Any, **helpers: Any) -> Any:
    return reference(y_shares, x_shares, **helpers)


def _not_less(x_shares: Any, y_shares: Any, **helpers: Any) -> Any:
    return _one_minus(reference(y_shares, x_shares, **helpers), helpers["modulus"])


def _halved(x_shares: Any, y_shares: Any, *, is_negative: Any, multiply: Any, modulus: int) -> Any:
    one = np.uint64(1)
    return is_negative(_minus(x_shares >> one, y_shares >> one, modulus))


def _in_the_open(
    x_shares: Any, y_shares: Any, *, is_negative: Any, multiply: Any, modulus: int
) -> Any:
    x, y = (
        ring.decode(additive.reconstruct(one, modulus=modulus), modulus=modulus)
        for one in (x_shares, y_shares)
    )
    z = np.zeros_like(x_shares)
    z[0] = x < y
    return z


def _own_products(
    x_shares: Any, y_shares: Any, *, is_negative: Any, multiply: Any, modulus: int
) -> Any:
    def own(x: Any, y: Any) -> Any:
        return ring.multiply(x, y, modulus=modulus)

    return reference(x_shares, y_shares, is_negative=is_negative, multiply=own, modulus=modulus)


def _not_reduced(x_shares: Any, y_shares: Any, **helpers: Any) -> Any:
    return reference(x_shares, y_shares, **helpers).astype(object) - helpers["modulus"]


MISTAKES = {
    "wraps": Mistake(
        "You take the sign of x − y. That is right only if x − y fits: for x = 7 and y = −8 modulo 16 it is "
        "15, which stands for −1.",
        "The trap of section 6 itself: 64 of the 256 pairs modulo 16.",
        made_by=(_made(lambda x, y, d, m, q: d),),
    ),
    "wraps_and_turned": Mistake(
        "You take the sign of y − x: that is y < x, and it wraps, too.",
        "x < y is the sign of x − y, where it fits.",
        made_by=(
            lambda x_shares, y_shares, *, is_negative, multiply, modulus: is_negative(
                _minus(y_shares, x_shares, modulus)
            ),
        ),
    ),
    "turned": Mistake(
        "Your rows say where y < x.",
        "x and y have changed places.",
        made_by=(_turned,),
    ),
    "or_equal": Mistake(
        "For x = y your rows add up to 1, and x < x is false.",
        "1 − (y < x) is x ≤ y.",
        made_by=(_not_less,),
    ),
    "other_sign": Mistake(
        "Where the signs differ you have it the wrong way round: then x < y exactly if *x* is the negative "
        "one.",
        "The sign of y, or 1 − the sign of x, is chosen instead of the sign of x.",
        made_by=(
            _chosen(lambda x, y, d, q: (d, y)),
            _chosen(lambda x, y, d, q: (d, _one_minus(x, q))),
        ),
    ),
    "chosen_inverted": Mistake(
        "You choose the sign of x − y just where it can be wrong: where the signs of x and y differ.",
        "The two cases have changed places.",
        made_by=(_chosen(lambda x, y, d, q: (x, d)),),
    ),
    "not_different": Mistake(
        "The bit that should say whether the signs differ says something else when both are negative.",
        "x ⊕ y is x + y − 2·x·y. Without the 2 it is OR; without the product two negative signs make 2.",
        made_by=(
            _chosen(lambda x, y, d, q: (d, x), times=1),
            _chosen(lambda x, y, d, q: (d, x), times=0),
        ),
    ),
    "signs_only": Mistake(
        "You look at the signs of x and y only. If they are equal, x − y has to decide.",
        "Sign of x times (1 − sign of y): right where the signs differ, and never true where they are equal.",
        made_by=(
            _made(lambda x, y, d, m, q: m(x, _one_minus(y, q))),
            _made(lambda x, y, d, m, q: x),
        ),
    ),
    "everybody": Mistake(
        "Every party adds the public 1, so it counts n times. One party alone must.",
        "1 − b on shares: all rows change their sign, one row gets the 1.",
        made_by=(
            _made(lambda x, y, d, m, q: _plus(
                m(x, _one_minus(y, q, everybody=True)),
                m(_one_minus(_differ(x, y, m, q), q, everybody=True), d), q=q)),
        ),
    ),
    "xor_on_shares": Mistake(
        "You use ^ on shares that add up. For two bits x ⊕ y is x + y − 2·x·y, with one product.",
        "^ works row by row for XOR shares only; these rows are added up modulo Q.",
        made_by=(
            _made(lambda x, y, d, m, q: _plus(d, m(x ^ y, _minus(x, d, q)), q=q)),
            _made(lambda x, y, d, m, q: d ^ x ^ y),
        ),
    ),
    "halved": Mistake(
        "You halve shares so that the difference fits. Half of a share is not a share of the half, and the "
        "last bit is lost: 2 and 3 become equal.",
        "Lesson 34: shifting the rows of additive shares goes wrong.",
        made_by=(_halved,),
    ),
    "own_products": Mistake(
        "You multiply shares row by row. Ask multiply.",
        "The mixed products are missing, as in lesson 33.",
        made_by=(_own_products,),
    ),
    "not_reduced": Mistake(
        "Your rows must be ring elements, from 0 to Q − 1.",
        "ring.add, ring.subtract and ring.multiply bring every result back.",
        made_by=(_not_reduced,),
    ),
    "not_local": Mistake(
        "A party uses rows that it does not hold.",
        "x and y were put together: the comparison is right, and everybody has seen them.",
        made_by=(_in_the_open,),
    ),
}  # fmt: skip

less_than = Exercise(
    number="35.3",
    name="less_than",
    reference=reference,
    examine=examine,
    takeaway="Equal signs: x − y cannot wrap. Different signs: the sign of x is the answer.",
    hints=(
        "When can x − y leave the range? Try two positive numbers, two negative ones, one of each.",
        "Three signs: of x, of y, and of x − y. Where the first two differ, the answer is the sign of x; "
        "where they are equal, the sign of x − y.",
        "differ = x + y − 2·x·y says where the signs differ, and d + differ·(x − d) takes x there and d "
        "elsewhere. Two calls of multiply.",
    ),
    mistakes=MISTAKES,
)
