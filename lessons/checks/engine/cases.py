"""What a check asks: irregular numbers and sizes around every edge, drawn anew for each seed.

An answer that is right for round, small, fixed inputs only must meet others. Cases are listed from
small to large, so that the first one that fails is the one to show.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.validation import Vector

EDGES = (0, 1, 2, 100, 255, 256, 257)  # empty, one, two; more than two digits; one byte


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number with many digits, evenly from ``low`` to ``high``: 0.7318…, not 0.75."""
    return float(rng.uniform(low, high))


def spread(rng: np.random.Generator, low: float, high: float) -> float:
    """A positive number with many digits, evenly in its logarithm: tiny, usual and large alike."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def one_of(rng: np.random.Generator, options: Sequence[int]) -> int:
    """One of the ``options``."""
    return int(options[int(rng.integers(len(options)))])


def sizes(rng: np.random.Generator, *, own: int, at_least: int = 0) -> list[int]:
    """Sizes in rising order: the edges, the lesson's ``own`` and its neighbours, a few others."""
    others = [int(one) for one in rng.integers(3, 40, size=3)]
    every = {*EDGES, own - 1, own, own + 1, *others}
    return sorted(size for size in every if size >= at_least)


def one_at_a_time(case: Mapping[str, Any], **others: Any) -> list[Mapping[str, Any]]:
    """The case, and for each of ``others`` the case in which only this argument is another.

    An answer that keeps what it gave must look at every argument.
    """
    return [case, *({**case, name: value} for name, value in others.items())]


def vector(rng: np.random.Generator, n: int, *, largest: float = 1e6) -> Vector:
    """Numbers (n,) of either sign: many digits, sizes from 1e-3 to ``largest``, a zero among them."""
    size = np.exp(rng.uniform(np.log(1e-3), np.log(largest), n))
    values = size * rng.choice([-1.0, 1.0], n)
    if n > 3:
        values[rng.integers(n)] = 0.0
    return np.asarray(values)


def whole(rng: np.random.Generator, n: int, *, low: int = -50, high: int = 50) -> NDArray[np.int64]:
    """Integers (n,) from ``low`` to ``high``, both possible."""
    return rng.integers(low, high, size=n, endpoint=True)
