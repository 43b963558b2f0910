"""Check of Exercise 34.1: the integer next to x · 2^f, in the ring, or a ValueError."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, shown, told
from lessons.checks.fixed_point.rows import Whole, elements, signed
from lessons.mpc import fixed_point, ring

SETTINGS = ((20, 4), (12, 1), (16, 0), (20, 11), (32, 8), (64, 16), (64, 22), (64, 40), (48, 16))

NAN = (
    "NaN, a field left empty, comes out as a number: it must raise a ValueError. Each comparison with "
    "NaN is False, so ask whether all numbers lie inside, not whether one lies outside."
)


def reference(values: Any, *, fraction_bits: int, modulus: int) -> ring.Elements:
    """``fixed_point.encode``."""
    return fixed_point.encode(values, fraction_bits=fraction_bits, modulus=modulus)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with exact fractions, half-way cases either way; then ask for what cannot fit."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=_exactly,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: elements(attempt, case, case["values"].shape),
        fits=_nearest,
        words=_said,
    )
    return found or _accepts_too_much(attempt, rng)


def ask(rng: np.random.Generator) -> list[Case]:
    """Single numbers of both signs first, half-way cases, both edges of the ring, any shape."""
    asked = []
    for k, f in SETTINGS:
        unit, largest = 2.0**-f, 2.0 ** (k - 1 - f)
        one = cases.between(rng, 1.3, 6.7) * unit
        size = min(largest / 8, 900.0) + unit
        many = rng.uniform(-size, size, (3, 4))
        groups = (
            [one],
            [-one],
            [0.0, -unit, unit, -3 * unit],
            rng.uniform(0.55, 0.95, 3) * unit * [1, -1, -1],  # next to an integer, not below it
            (rng.integers(-9, 9, 4) + 0.5) * unit,
            [-largest, largest - max(unit, largest * 2.0**-40)],
            many,
            [-largest - 0.4 * unit, largest - 0.6 * unit] if k <= 32 else [],  # fit once rounded
        )
        asked += [_case(group, k, f) for group in groups]
    same = cases.one_at_a_time(_case(many, 48, 16), fraction_bits=15)
    more = [_case(np.zeros(0), 32, 8), _case(np.array(-0.7), 20, 4), _case(many.T, 48, 16)]
    return [*asked, *same, *more, *_long(rng)]


def _long(rng: np.random.Generator) -> list[Case]:
    """Whole and odd after scaling, of 53 bits: a float has no half beside them. And just below a half."""
    odd = 2.0**52 + 2 * rng.integers(1, 2**50, 3) + 1
    below = np.nextafter(0.5, 0) * np.array([1, -1, 1])
    return [_case(values * 2.0**-f, 64, f) for f in (0, 16) for values in (odd * [1, -1, 1], below)]


def _case(values: Any, k: int, f: int) -> dict[str, Any]:
    return {"values": np.array(values, dtype=float), "fraction_bits": f, "modulus": 2**k}


def _exactly(values: Any, fraction_bits: int, modulus: int) -> Whole:
    scaled = [round(Fraction(float(x)) * 2**fraction_bits) % modulus for x in values.flat]
    return np.array(scaled, dtype=object).reshape(values.shape)


def _nearest(case: Case, got: Whole, right: Whole) -> bool:
    """Half-way cases may go either way."""
    for x, one in zip(case["values"].flat, got.flat, strict=True):
        away = signed(one, case["modulus"]) - Fraction(float(x)) * 2 ** case["fraction_bits"]
        if abs(away) > Fraction(1, 2):
            return False
    return True


def _said(case: Case, got: Whole, right: Whole) -> str:
    wrong = [k for k in range(got.size) if got.flat[k] != right.flat[k]]
    k, scale = wrong[0], 2 ** case["fraction_bits"]
    x, mine = float(case["values"].flat[k]), signed(got.flat[k], case["modulus"])
    exact = Fraction(x) * scale
    if abs(exact) >= 2**52 and abs(mine - exact) == 1:
        return (
            f". In one entry x · 2^f is {round(exact)}, and you have {mine}. (From 2^52 on a float has no "
            "place for a half: what adds one is rounded up or down. np.rint adds none.)"
        )
    near = shown(x) if abs(abs(exact) % 1 - Fraction(1, 2)) > 1e-6 else repr(x)
    memory = "" if case["values"].flags.c_contiguous else " (In memory this table goes by columns.)"
    return (
        f". There {got.flat[k]} stands for {shown(mine / scale)}, which is not the multiple of 1/{scale} "
        f"next to {near}.{memory}"
    )


def _accepts_too_much(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    for k, f in SETTINGS:
        edge = 2.0 ** (k - 1 - f)
        beyond = [
            edge * rng.uniform(2.1, 90),
            edge,
            -edge - max(2.0**-f, edge * 2.0**-50),
            edge * 1e9,
        ]
        if k <= 32:
            beyond.append(edge - 0.4 * 2.0**-f)  # rounds up to Q/2
        for one in (*beyond, edge * -rng.uniform(1.2, 1.9)):
            case = _case([0.25, one], k, f)
            if attempt.refuses(**case):
                continue
            got = signed(int(elements(attempt, case, (2,))[1]), 2**k)
            kept = got == (2 ** (k - 1) - 1 if one > 0 else -(2 ** (k - 1)))  # on its own side
            code = "clipped" if kept else "no_check"
            return Found(code, f"It happens for {told(case)}.")
    for k, f in ((20, 4), (64, 16)):
        if not attempt.refuses(**_case([0.25, np.nan], k, f)):
            return Found("counterexample", f"{NAN} It happens for modulus=2**{k}.")
        for one in (np.inf, -np.inf):
            case = _case([0.25, one], k, f)
            if attempt.ending(lambda case=case: attempt.anything(**case)) is None:  # type: ignore[misc]
                words = f"{one:+} comes out as a number: no integer is next to it, so raise a ValueError."
                return Found("counterexample", f"{words} It happens for modulus=2**{k}.")
    return None


def _made(rule: Callable[[float, int, int], int], *, checked: bool = True) -> Callable[..., Any]:
    """A wrong function that goes value by value; ``rule(x, f, Q)`` gives the integer."""

    def encoded(values: Any, *, fraction_bits: int, modulus: int) -> Any:
        if checked:
            fixed_point.encode(values, fraction_bits=fraction_bits, modulus=modulus)
        each = [rule(float(x), fraction_bits, modulus) for x in values.flat]
        return np.array(each, dtype=object).reshape(values.shape)

    return encoded


def _strict(values: Any, *, fraction_bits: int, modulus: int) -> Any:
    if (np.abs(np.rint(values * 2.0**fraction_bits)) >= modulus // 2).any():
        raise ValueError("too large")
    return fixed_point.encode(values, fraction_bits=fraction_bits, modulus=modulus)


def _one_bit_less(values: Any, *, fraction_bits: int, modulus: int) -> Any:
    if (np.abs(values * 2.0**fraction_bits) > modulus // 4).any():
        raise ValueError("too large")
    return fixed_point.encode(values, fraction_bits=fraction_bits, modulus=modulus)


def _before_rounding(values: Any, *, fraction_bits: int, modulus: int) -> Any:
    if (values * 2.0**fraction_bits < -(modulus // 2)).any():
        raise ValueError("too large")
    return fixed_point.encode(values, fraction_bits=fraction_bits, modulus=modulus)


def _whole_ring(values: Any, *, fraction_bits: int, modulus: int) -> Any:
    scaled = [round(Fraction(float(x)) * 2**fraction_bits) for x in values.flat]
    if any(abs(one) >= modulus for one in scaled):
        raise ValueError("too large")
    return np.array([one % modulus for one in scaled], dtype=object).reshape(values.shape)


MISTAKES = {
    "toward_zero": Mistake(
        "You cut off the digits, towards zero: 2.9 becomes 2, −2.9 becomes −2. Take the nearest integer.",
        "int(…) and astype(int) cut. The error is up to a whole unit, and always towards zero.",
        made_by=(_made(lambda x, f, q: int(Fraction(x) * 2**f) % q),),
    ),
    "floor": Mistake(
        "You always round down: −2.1 becomes −3. Take the nearest integer.",
        "np.floor and // round down: every number comes out half a unit too low on average.",
        made_by=(_made(lambda x, f, q: (Fraction(x) * 2**f).__floor__() % q),),
    ),
    "ceil": Mistake(
        "You always round up: 2.1 becomes 3. Take the nearest integer.",
        "np.ceil, or floor(… + 1).",
        made_by=(_made(lambda x, f, q: (Fraction(x) * 2**f).__ceil__() % q),),
    ),
    "not_scaled": Mistake(
        "You round x itself: everything behind the point is lost. First multiply by 2^f.",
        "The scale 2^f is what keeps f bits behind the point.",
        made_by=(_made(lambda x, f, q: round(x) % q),),
    ),
    "rounded_first": Mistake(
        "You round before you multiply by 2^f, so the digits behind the point are gone already.",
        "round(x) · 2^f: a whole number with f zeros behind the point.",
        made_by=(_made(lambda x, f, q: round(x) * 2**f % q),),
    ),
    "other_scale": Mistake(
        "Your scale is another one: with f fractional bits, 1 must stand as 2^f.",
        "10^f, 2·f, f, or 2^(f ± 1).",
        made_by=(
            _made(lambda x, f, q: round(Fraction(x) * 10**f) % q),
            _made(lambda x, f, q: round(Fraction(x) * f) % q),
            _made(lambda x, f, q: round(Fraction(x) * 2 * f) % q),
            _made(lambda x, f, q: round(Fraction(x) * 2 ** (f + 1)) % q),
            _made(lambda x, f, q: round(Fraction(x) * (2**f - 1)) % q),
            _made(lambda x, f, q: round(Fraction(x) / 2**f) % q),
        ),
    ),
    "sign_lost": Mistake(
        "Your negative numbers come out as positive ones.",
        "abs(x), or a minus sign that unsigned integers do not have.",
        made_by=(_made(lambda x, f, q: round(abs(Fraction(x)) * 2**f) % q),),
    ),
    "sign_bit": Mistake(
        "You mark negative numbers by a bit in front of their size. In the ring −1 must be Q − 1, so that "
        "adding 1 gives 0.",
        "Sign and size, as floats have it: then shares of 1 and of −1 do not add up to 0.",
        made_by=(_made(lambda x, f, q: round(abs(Fraction(x)) * 2**f) % q + (q // 2 if x < 0 else 0)),),
    ),
    "moved_by_half": Mistake(
        "You move all numbers by Q/2. In the ring 0 must stand as 0.",
        "An offset makes everything non-negative, but then x + y carries two of them.",
        made_by=(_made(lambda x, f, q: (round(Fraction(x) * 2**f) + q // 2) % q),),
    ),
    "not_reduced": Mistake(
        "Ring elements lie from 0 to Q − 1: a negative number −v stands as Q − v.",
        "The integer is right, but it was not brought into the ring.",
        made_by=(_made(lambda x, f, q: round(Fraction(x) * 2**f)),),
    ),
    "float_modulo": Mistake(
        "You compute % Q in floats. With Q = 2^64, −1 % Q is rounded to Q itself: make integers first "
        "(ring.encode does the rest).",
        "A float has 53 bits; 2^64 − 1 needs 64.",
        made_by=(_made(lambda x, f, q: int(float(np.rint(np.ldexp(x, f))) % float(q))),),
    ),
    "too_strict": Mistake(
        "You raise a ValueError for numbers that fit: the ring has room from −Q/2 to Q/2 − 1, both "
        "included; look after rounding. (Or is it ring.encode's? That takes integers, not floats.)",
        "abs(v) >= Q/2 also refuses −Q/2; other limits waste a bit.",
        made_by=(_strict, _one_bit_less, _before_rounding),
    ),
    "no_check": Mistake(
        "A number that is too large wraps around silently: it must raise a ValueError. (You do look? As a "
        "float, Q/2 − 1 may be rounded to Q/2: then only >= Q/2 sees it.)",
        "The result would be a valid ring element for quite another number, and nobody would "
        "notice. The number "
        "to check is the scaled and rounded one, against −Q/2 and Q/2 − 1.",
        made_by=(
            _made(lambda x, f, q: round(Fraction(x) * 2**f) % q, checked=False),
            _whole_ring,
        ),
    ),
    "clipped": Mistake(
        "You clip a number that is too large to the edge of the ring: it must raise a ValueError.",
        "A clipped number is wrong without telling anybody.",
        made_by=(
            _made(
                lambda x, f, q: min(max(round(Fraction(x) * 2**f), -q // 2), q // 2 - 1) % q,
                checked=False,
            ),
        ),
    ),
}  # fmt: skip

encode = Exercise(
    number="34.1",
    name="encode",
    reference=reference,
    examine=examine,
    takeaway=(
        "A real number is now an integer that the ring can add and multiply, off by half a unit "
        "at most."
    ),
    hints=(
        "Three steps: scale, round, bring into the ring. Between the second and the third, look "
        "whether it fits.",
        "np.rint(values * 2.0**fraction_bits) scales and rounds; the limits are −Q/2 and Q/2 − 1.",
        "ring.encode takes signed integers (…astype(np.int64)) into the ring. Floats beyond 2^63 "
        "must be refused "
        "before they become integers.",
    ),
    mistakes=MISTAKES,
)
