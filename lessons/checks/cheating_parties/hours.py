"""What the checks of lesson 37 share: rows that must lie on the clock, and what goes wrong on large ones."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lessons.checks.engine.attempt import Ended
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import shown


def require_hours(rows: Sequence[int], *, modulus: int) -> None:
    """End the check unless every number of ``rows`` is an hour of the clock."""
    if min(rows) < 0 or max(rows) >= modulus:
        raise Ended(Found("not_reduced", f"You get {shown(rows)}."))


def turned(rows: Sequence[int]) -> list[int]:
    """Other hours than ``rows``: one place further, and the last one halved."""
    return [rows[-1] // 2, *rows[:-1]]


def mistakes_of_numbers(
    name: str,
    *,
    in_dtype: Callable[[Any], Callable[..., Any]],
    through_float: Callable[..., Any],
) -> dict[str, Mistake]:
    """The mistakes of answers that leave Python's integers; ``name`` is what the answer returns."""
    return {
        "float_shares": Mistake(
            f"Your {name} are floats; hours of a clock are integers.",
            "Above 2^53 a float64 no longer holds every integer.",
            made_by=(in_dtype(float),),
        ),
        "fails_at_large_modulus": Mistake(
            "Right for small moduli, wrong for a large one.",
            "int64 products overflow silently, floats lose digits above 2^53; Python integers do neither.",
            made_by=(in_dtype(np.int64), through_float),
        ),
    }
