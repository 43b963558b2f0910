"""What the checks of lesson 31 share: moduli, ring elements, and one integer for each party."""

from typing import Any

import numpy as np

from lessons.checks.engine import kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.mistakes import Found
from lessons.randomness import uniform_integer

PUBLISHED_MODULUS = 23740629843760239486723
ROWS = kinds.list_of(kinds.plain_integer)


def element(rng: np.random.Generator, modulus: int) -> int:
    """Draw one element of the ring."""
    return uniform_integer(modulus=modulus, random_bytes=rng.bytes)


def rows(attempt: Attempt, n: int, /, *args: Any, **kwargs: Any) -> list[int]:
    """Call it and require a list of one integer for each of ``n`` parties."""
    try:
        values: list[int] = attempt.value(ROWS, *args, **kwargs)
    except Ended as end:
        if "integer, got float" in end.found.details:
            raise Ended(Found("float_shares")) from None
        raise
    if len(values) != n:
        words = f"Wanted {n} shares, got {len(values)}."
        raise Ended(Found("wrong_shape", words))
    return values
