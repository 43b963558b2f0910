"""What an answer returns, as whole numbers of the ring; whether a row depends on other rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.engine import kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.mistakes import Found
from lessons.checks.engine.told import Case, shown

Whole = NDArray[Any]  # of Python's own integers, which have no edge


def elements(attempt: Attempt, case: Case, shape: tuple[int, ...]) -> Whole:
    """Ask for an array of ``shape`` with entries from 0 to Q − 1, or end the check."""
    result = attempt.array(**case, shape=shape, kind=kinds.integers).astype(object)
    outside = [one for one in result.flat if not 0 <= one < case["modulus"]]
    if outside:
        raise Ended(Found("not_reduced", f"You return {shown(int(outside[0]))}."))
    return np.array([int(one) for one in result.flat], dtype=object).reshape(shape)


def opened(attempt: Attempt, case: Case, shape: tuple[int, ...]) -> Whole:
    """Ask for shares and add them up, mod Q."""
    shares = elements(attempt, case, shape)
    total = np.zeros(shape[1:], dtype=object) + shares.sum(axis=0)
    return np.asarray(total % case["modulus"], dtype=object)


def signed(value: int, modulus: int) -> int:
    """The upper half of the ring stands for the negative numbers."""
    return value - modulus if value >= modulus // 2 else value


def not_local(
    attempt: Attempt,
    case: Case,
    names: tuple[str, ...],
    redraw: Callable[[tuple[int, ...]], NDArray[np.uint64]],
) -> Found | None:
    """Change the rows of all parties but one in ``names``: its row of the result must stay."""
    shape = case[names[0]].shape
    before = elements(attempt, case, shape)
    for party in range(shape[0]):
        changed = dict(case)
        for name in names:
            changed[name] = redraw(shape)
            changed[name][party] = case[name][party]
        after = elements(attempt, changed, shape)
        if not np.array_equal(after[party], before[party]):
            return Found("not_local", f"It is the row of party {party + 1}.")
    return None
