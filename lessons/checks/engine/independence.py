"""Whether draws are independent of each other, and come from the generator that is given.

Each test has a false-alarm rate: for correlations of bounded variables six standard deviations of
the normal distribution (2e-9 for each), Bernstein's bound where all pairs or distances are tried.
"""

import copy
from collections.abc import Callable
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr, chdtrc

from lessons.checks.engine.chance import FALSE_ALARM
from lessons.checks.engine.mistakes import Found
from lessons.validation import Vector

STRAY = 6.0  # standard deviations


def independence_fault(u: Vector) -> Found | None:
    """What shows that draws, turned into uniform ones (n,) or (calls, entries), are linked.

    Looked at: neighbours, draws a few places or half the length apart, mirrored places, the same
    entry of two calls; by their values, their sizes and their signs; and sums, which vary
    neither too much nor too little.
    """
    rows = u.reshape(1, -1) if u.ndim == 1 else u.reshape(len(u), -1)
    for table, along in ((rows, "entries"), (rows.T, "calls")):
        if table.shape[1] < 2 or table.size < 50:
            continue
        sizes = np.abs(table - 0.5)
        for seen in (table - 0.5, sizes - sizes.mean(), np.sign(table - 0.5)):
            if correlated(seen):
                return Found("linked", f"It shows between {along}.")
        found = _sums(table - 0.5, along) or _sums(2 * np.abs(table - 0.5) - 0.5, along)
        if found:  # of the values, or of their sizes: noise of a fixed length
            return found
    return None


def correlated(table: Vector, *, variance: float = 0.0, fourth: float = 0.0) -> bool:
    """Whether entries some places apart are linked; the moments are those seen unless they are known."""
    width, size = table.shape[1], variance or float(np.mean(table**2))
    if size < 1e-12:
        return False
    enough = 50 * ((fourth or float(np.mean(table**4))) / size**2) ** 2  # products, near to normal
    lags = {1, 2, 3, 4, 5, width // 2} & set(range(1, width))
    pairs = [(table[:, lag:], table[:, :-lag]) for lag in lags]
    half = width // 2
    pairs.append((table[:, :half], table[:, ::-1][:, :half]))
    for one, other in pairs:
        if one.size < enough:
            continue
        products = one * other
        if abs(float(products.sum())) > STRAY * size * sqrt(products.size):
            return True
    return _three_linked(table, size, enough**1.5)


def _three_linked(table: Vector, size: float, enough: float) -> bool:
    """Whether three entries go together although any two are independent, such as z = x XOR y."""
    width = table.shape[1]
    for a, b in {(1, 2), (1, 3), (2, 3), (2, 4), (width // 3, 2 * width // 3), (1, width // 2)}:
        if not 0 < a < b < width:
            continue
        products = table[:, b:] * table[:, b - a : width - a] * table[:, : width - b]
        if products.size < enough:
            continue
        if abs(float(products.sum())) > STRAY * size**1.5 * sqrt(products.size):
            return True
    return False


def _sums(table: Vector, along: str) -> Found | None:
    """Sums over each row, and over all: n uniform draws on ±1/2 add up to a variance of n/12."""
    n, width = table.shape
    spread = table.sum(axis=1) / sqrt(width / 12)
    if n < 20 or width < 20:
        return None
    part, square = FALSE_ALARM / 10, float(spread @ spread)
    # for width >= 20 a sum is close to normal, with lighter tails
    if chdtrc(n, square) < part:
        return Found("linked", f"Sums over the {along} vary more than those of independent draws.")
    if chdtr(n, square) < part:
        return Found("linked", f"Sums over the {along} vary less than those of independent draws.")
    return None


def pairs_fault(draws: NDArray[Any]) -> Found | None:
    """Which two entries (of any two) of centred draws (calls, entries) are linked over the calls.

    Bernstein's bound for each pair, the false alarms shared by all of them.
    """
    n, width = draws.shape
    pairs = np.triu_indices(width, 1)
    if not len(pairs[0]):
        return None
    size = float(np.mean(draws**2))
    strays = np.abs(draws.T @ draws)[pairs] / (size * sqrt(n))
    largest = float(np.max(draws**2)) / size
    if strays.max() > _bernstein(largest / sqrt(n), log(2 * len(strays) / (FALSE_ALARM / 10))):
        return Found("linked", "Two entries of a call go together, in call after call.")
    return None


def echo_fault(row: NDArray[Any]) -> Found | None:
    """Whether one long row (n,) of centred draws repeats itself, at any distance or mirrored."""
    n, size = len(row), float(np.mean(row**2))
    room = 1 << (2 * n).bit_length()
    waves = np.fft.rfft(row, room)
    lags = np.fft.irfft(np.abs(waves) ** 2, room)[1:n]  # row[i]·row[i + lag], added up
    mirrored = np.fft.irfft(waves**2, room)[: 2 * n - 1] / 2  # row[i]·row[k − i], each pair once
    ends = np.arange(1, 2 * n)
    for sums, terms in (
        (lags, n - np.arange(1, n)),
        (mirrored, np.minimum(ends, 2 * n - ends) / 2),
    ):
        many = terms >= n / 50
        strays = np.abs(sums[many]) / (size * np.sqrt(terms[many]))
        largest = float(np.max(row**2)) / size / np.sqrt(terms[many])
        if (strays > _bernstein(largest, log(6 * n / (FALSE_ALARM / 10)))).any():
            return Found("linked", "The same draws come again further on.")
    return None


def _bernstein(largest: Any, surprise: float) -> Any:
    """Standard deviations that a mean-zero sum exceeds with probability e^−surprise at most.

    ``largest`` is the largest term over the standard deviation of the sum.
    """
    part = largest / 3 * surprise
    return part + np.sqrt(part**2 + 2 * surprise)


def elsewhere_fault(
    draw: Callable[[np.random.Generator], Any], rng: np.random.Generator
) -> Found | None:
    """Whether the draws of ``draw(rng)`` come from elsewhere than the generator that it gets.

    Generators in the same state must give the same draws, one generator must give fresh ones.
    """
    one, twin = copy.deepcopy(rng), copy.deepcopy(rng)
    first, second, again = (np.asarray(draw(own)) for own in (one, one, twin))
    if np.array_equal(first, again) and not np.array_equal(first, second):
        return None
    return Found("global_random")
