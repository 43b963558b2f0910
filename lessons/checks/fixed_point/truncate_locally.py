"""Check of Exercise 34.2: floor or ceiling of x / 2^bits away from the seam, and each party alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.checks.fixed_point.rows import Whole, not_local, opened, signed
from lessons.mpc import truncation
from lessons.randomness import uniform_integers

SETTINGS: tuple[tuple[int, int, tuple[int, ...]], ...] = (  # k, bits, shape
    (10, 3, ()), (10, 2, (1,)), (12, 1, (3,)), (20, 4, (2, 3)), (32, 8, (7,)), (64, 16, (9,)),
    (64, 1, (4,)), (64, 22, (3, 1)), (48, 16, (5,)), (64, 33, (2,)), (64, 43, (3,)), (32, 8, (0,)),
    (64, 16, (300,)),
)  # fmt: skip
reference = truncation.truncate_locally


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at the sum of the rows, then at what each row depends on."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=_floor,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: opened(attempt, case, case["x_shares"].shape),
        fits=_next_to,
        words=_said,
    )
    if found:
        return found
    for k, bits, shape in SETTINGS:
        if 0 in shape:
            continue
        case = _case(rng, k, bits, shape, sign=1)
        redraw = partial(uniform_integers, modulus=2**k, random_bytes=rng.bytes)
        if found := not_local(attempt, case, ("x_shares",), redraw):
            return found
    return None


def ask(rng: np.random.Generator) -> list[Case]:
    """Both signs, multiples of 2^bits and not, the first share in each quarter of the ring, 0 by zeros."""
    asked: list[Case] = [
        _case(rng, k, bits, shape, sign=sign, quarter=quarter)
        for k, bits, shape in SETTINGS
        for sign in (1, -1, 0)
        for quarter in range(4)
    ]
    few = [one for one in asked if one["x_shares"].size == 12]
    asked += [{**few[0], "bits": few[0]["bits"] - 1}]  # the same shares, one digit less
    for k, bits in (
        (10, 3),
        (32, 8),
        (64, 16),
    ):  # 0 by two shares of 0: at the seam, on either side
        asked.append({"x_shares": np.zeros((2, 1), np.uint64), "bits": bits, "modulus": 2**k})
    return asked


def _case(
    rng: np.random.Generator,
    k: int,
    bits: int,
    shape: tuple[int, ...],
    *,
    sign: int,
    quarter: int = 1,
) -> dict[str, Any]:
    """Draw x (multiples of 2^bits for the sign 0) and a first share, no seam between [x]_1 and −[x]_2."""
    q, n = 2**k, int(np.prod(shape))
    largest = q >> 6
    rows: list[list[int]] = [[], []]
    for _ in range(n):
        size = int(rng.integers(2**bits + 1, max(largest, 2 ** (bits + 1))))
        x = sign * size if sign else (size >> bits << bits) * int(rng.choice([-1, 1]))
        first = quarter * (q >> 2) + int(rng.integers(size, (q >> 2) - size))
        rows[0].append(first)
        rows[1].append((x - first) % q)
    shares = np.array(rows, dtype=np.uint64).reshape(2, *shape)
    return {"x_shares": shares, "bits": bits, "modulus": q}


def _secrets(case: Case) -> Whole:
    total = case["x_shares"].astype(object).sum(axis=0)
    flat = [signed(int(one) % case["modulus"], case["modulus"]) for one in np.ravel(total)]
    return np.array(flat, dtype=object).reshape(case["x_shares"].shape[1:])


def _floor(**case: Any) -> Whole:
    return np.asarray((_secrets(case) >> case["bits"]) % case["modulus"], dtype=object)


def _next_to(case: Case, got: Whole, right: Whole) -> bool:
    for x, one in zip(_secrets(case).flat, got.flat, strict=True):
        value = signed(int(one), case["modulus"])
        if value not in (x >> case["bits"], -(-x >> case["bits"])):
            return False
    return True


def _said(case: Case, got: Whole, right: Whole) -> str:
    for x, one in zip(_secrets(case).flat, got.flat, strict=True):
        low, high = x >> case["bits"], -(-x >> case["bits"])
        value = signed(int(one), case["modulus"])
        if value not in (low, high):
            wanted = f"{low}" if low == high else f"{low} or {high}"
            return (
                f" as the sum of your rows, modulo Q. There is an entry with x = {x}: divided by "
                f"{2 ** case['bits']} that is {wanted}, and your rows give {value}."
            )
    return "."


def _made(rule: Callable[[int, int, int], tuple[int, int]], part: Any = None) -> Callable[..., Any]:
    """A wrong function from ``rule(share, bits, q)`` -> what party 1, what party 2 makes of its share."""

    def truncated(x_shares: Any, *, bits: int, modulus: int) -> Any:
        rows = [
            [rule(int(one), bits, modulus)[party] for one in x_shares[party].flat]
            for party in range(2)
        ]
        return np.array(rows, dtype=object).reshape(x_shares.shape)

    return truncated


def _added_up(x_shares: Any, *, bits: int, modulus: int) -> Any:
    z = truncation.truncate_locally(x_shares, bits=bits, modulus=modulus)
    total = (z[0].astype(object) + z[1].astype(object)) % modulus
    return np.stack([total, total - total])


def _floats(x_shares: Any, *, bits: int, modulus: int) -> Any:
    first = [int(float(one) / 2**bits) % modulus for one in x_shares[0].flat]
    last = [-int(float(-int(one) % modulus) / 2**bits) % modulus for one in x_shares[1].flat]
    return np.array([first, last], dtype=object).reshape(x_shares.shape)


MISTAKES = {
    "both_as_they_are": Mistake(
        "Both parties shift the share as it is. Add the two results: nearly always they exceed the right "
        "one by Q / 2^bits. "
        "What number does party 2's share stand for, if party 1's is positive?",
        "Nearly always the shares add up to Q + x, not to x, and Q is divided too. Party 2 must "
        "see its share as "
        "a negative number.",
        made_by=(_made(lambda s, b, q: (s >> b, s >> b)),),
    ),
    "minus_forgotten": Mistake(
        "Party 2 takes −[x]₂, shifts it, and keeps that: the minus sign must be put back.",
        "⌊−[x]₂ / 2^b⌋ instead of its negative: the two results are then added instead of subtracted.",
        made_by=(_made(lambda s, b, q: (s >> b, (-s % q) >> b)),),
    ),
    "both_negate": Mistake(
        "Both parties negate, shift, and negate back. Only one of them may: now the result is too small by "
        "Q / 2^bits.",
        "The mirror image of shifting both shares as they are.",
        made_by=(_made(lambda s, b, q: (-((-s % q) >> b) % q, -((-s % q) >> b) % q)),),
    ),
    "first_negates": Mistake(
        "Party 1 shifts −[x]₁ and leaves the sign changed.",
        "The row of party 1 has the wrong sign, whatever party 2 does.",
        made_by=(
            _made(lambda s, b, q: ((-s % q) >> b, -((-s % q) >> b) % q)),
            _made(lambda s, b, q: ((-s % q) >> b, (-s % q) >> b)),
        ),
    ),
    "both_rounded_down": Mistake(
        "You shift both shares as signed numbers, which rounds both down: the result is then often below the "
        "floor of x / 2^bits.",
        "An arithmetic shift rounds −25.7 to −26. With (34.ii) party 2 rounds 25.7 down, to 25, and the two "
        "errors have opposite signs: on average they cancel.",
        made_by=(_made(lambda s, b, q: (((s if 2 * s < q else s - q) >> b) % q,) * 2),),
    ),
    "shifted_after": Mistake(
        "Party 2 shifts its share as it is, and only then changes the sign. Negate first, then shift, then "
        "negate back.",
        "−⌊[x]₂ / 2^b⌋: the sign changes once, after the shift.",
        made_by=(
            _made(lambda s, b, q: (s >> b, -(s >> b) % q)),
        ),
    ),
    "other_divisor": Mistake(
        "You divide by another number: dropping `bits` bits is a division by 2^bits.",
        "For example 10^bits, 4^bits, 2^(bits ± 1), or 1.",
        made_by=tuple(
            _made(lambda s, b, q, d=d: (s // d(b), -((-s % q) // d(b)) % q))  # type: ignore[misc]
            for d in (
                lambda b: b + 1, lambda b: 2 * b + 1, lambda b: 10**b, lambda b: 4**b,
                lambda b: 2 ** (b + 1), lambda b: 2 ** (b - 1), lambda b: 1,
            )
        ),
    ),
    "not_truncated_first": Mistake(
        "Only one party divides its share; the other must divide its own, too.",
        "A sum of one divided and one whole share is neither x nor x / 2^bits.",
        made_by=(
            _made(lambda s, b, q: (s, -((-s % q) >> b) % q)),
            _made(lambda s, b, q: (s >> b, s)),
        ),
    ),
    "q_not_divided": Mistake(
        "Party 2 adds Q to its share and then shifts: that adds Q / 2^bits to the result, which is not 0.",
        "⌊([x]₂ + Q)/2^b⌋: the Q that was added is divided too, and no longer 0 on the clock.",
        made_by=(
            _made(lambda s, b, q: (s >> b, ((s + q) >> b) % q)),
        ),
    ),
    "floats": Mistake(
        "You divide in floats, which have 53 bits: the last digits of a share of 64 bits are "
        "lost. Use >> or //.",
        "x / 2**b on uint64 gives float64.",
        made_by=(_floats,),
    ),
    "not_reduced": Mistake(
        "Your rows must be ring elements, from 0 to Q − 1: −25 stands as Q − 25.",
        "The numbers are right, but not brought back into the ring.",
        made_by=(_made(lambda s, b, q: (s >> b, -((-s % q) >> b))),),
    ),
    "not_local": Mistake(
        "A row of yours changes when another party's share changes. Each party knows its own share only.",
        "x was put together, or one row was made from the other: the shares were shown.",
        made_by=(_added_up,),
    ),
}  # fmt: skip

truncate_locally = Exercise(
    number="34.2",
    name="truncate_locally",
    reference=reference,
    examine=examine,
    takeaway=(
        "Two points shrink, and so does their distance, without a message. Unless the seam lies "
        "between them."
    ),
    hints=(
        "Do 673 and 743 on the clock of 1000 once more, then give each step a line of code.",
        "Party 1: x_shares[0] >> np.uint64(bits). Party 2: minus, shift, minus, and both times the minus is "
        "ring.subtract(zero, …).",
        "np.stack puts the two rows together; ring.subtract(np.zeros_like(x_shares[1]), x_shares[1], "
        "modulus=modulus) is −[x]₂ mod Q.",
    ),
    mistakes=MISTAKES,
)
