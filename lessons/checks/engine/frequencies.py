"""Whether outcomes, coins and integers come with their probabilities, and independently.

The false-alarm rates of one check add up to about 1e-6: exact binomial tails for counts.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, chdtr, chdtrc

from lessons.checks.engine.chance import FALSE_ALARM, cdf_bound, cdf_distance, count_is_off
from lessons.checks.engine.independence import correlated, independence_fault
from lessons.checks.engine.mistakes import Found
from lessons.validation import Vector


def frequencies_fault(
    counts: Sequence[int] | NDArray[Any],
    probabilities: Sequence[float] | Vector,
    *,
    false_alarm: float = FALSE_ALARM,
) -> Found | None:
    """Which outcome comes too often or too rarely: exact binomial tails, shared by all outcomes."""
    counts, n = np.asarray(counts), int(np.sum(counts))
    p = np.clip(np.asarray(probabilities, dtype=float), 0.0, 1.0)
    off = _counts_are_off(counts, n, p, false_alarm=false_alarm / max(len(counts), 1))
    if not off.any():
        return None
    place = int(np.argmax(off))
    often = "too often" if counts[place] > n * p[place] else "too rarely"
    return Found("wrong_frequencies", f"Outcome {place} comes {often}: {counts[place]} of {n}.")


def _counts_are_off(counts: NDArray[Any], n: int, p: Vector, *, false_alarm: float) -> NDArray[Any]:
    """``count_is_off`` for each of several outcomes."""
    fewer, more = bdtr(counts, n, p), bdtrc(np.maximum(counts - 1, 0), n, p)
    return np.asarray(np.minimum(fewer, np.where(counts > 0, more, 1.0)) < false_alarm / 2)


def coins_fault(coins: NDArray[Any], p: float) -> Found | None:
    """What tells coins (calls, entries), 0 or 1, from independent ones with Pr[1] = p, or None.

    Besides the frequency: the number of ones in a call must vary as a binomial one does (exactly
    k ones in every call, or coins in pairs, fail), and coins must not be linked.
    """
    coins = np.asarray(coins, dtype=float)
    rows = coins.reshape(1, -1) if coins.ndim == 1 else coins.reshape(len(coins), -1)
    if count_is_off(int(rows.sum()), rows.size, p, false_alarm=FALSE_ALARM / 4):
        seen = float(rows.mean())
        return Found("wrong_frequencies", f"A share of {seen:.4g} of your coins are 1.")
    if not 0 < p < 1:
        return None
    variance = p * (1 - p)
    fourth = variance * (1 - 3 * variance)
    for table, along in ((rows, "entries"), (rows.T, "calls")):
        n, width = table.shape
        if width > 1 and correlated(table - p, variance=variance, fourth=fourth):
            return Found("linked", f"It shows between {along}.")
        if n >= 20 and width * min(p, 1 - p) >= 9:  # close to normal
            square = float(np.sum((table.sum(axis=1) - width * p) ** 2)) / (width * p * (1 - p))
            if chdtr(n, square) < FALSE_ALARM / 10 or chdtrc(n, square) < FALSE_ALARM / 100:
                how = "less" if square < n else "more"
                words = f"The number of ones varies {how} than that of independent coins ({along})."
                return Found("linked", words)
    return None


def uniform_fault(
    values: Sequence[int], modulus: int, *, false_alarm: float = FALSE_ALARM
) -> Found | None:
    """What tells integers from independent, uniform ones of {0, …, modulus − 1}, or None.

    Looked at: the range; every value (small moduli) or the distribution function, each of the 64
    lowest and highest bits, the residues of small primes and repetitions (large moduli);
    neighbours. Where a check asks many times, give each a smaller ``false_alarm``.
    """
    n = len(values)
    if any(not 0 <= one < modulus for one in values):
        return Found("wrong_frequencies", f"Some values lie outside 0 … {modulus - 1}.")
    if modulus <= 64:
        counts = np.bincount(np.array(values, dtype=np.int64), minlength=modulus)
        found = frequencies_fault(counts, np.full(modulus, 1 / modulus), false_alarm=false_alarm)
        return found or independence_fault((np.array(values) + 0.5) / modulus)
    u = np.array([one / modulus for one in values])
    if cdf_distance(u, lambda x: x) > cdf_bound(n, false_alarm=false_alarm) + 1 / modulus:
        return Found("wrong_frequencies", "Some parts of the ring come more often than others.")
    for step in (2, 3, 5, 7, 256):
        counts = np.bincount([int(one % step) for one in values], minlength=step)
        exact = [(modulus - r + step - 1) // step / modulus for r in range(step)]
        if found := frequencies_fault(counts, exact, false_alarm=false_alarm / 5):
            return Found(found.code, f"Their remainders modulo {step} are uneven.")
    ones = _ones(values, modulus.bit_length() - 1)
    shares = np.array([_share_of_ones(modulus, bit) for bit in range(len(ones))])
    off = _counts_are_off(ones, n, shares, false_alarm=false_alarm / 100)
    if off.any():
        bit = int(np.argmax(off))
        return Found("wrong_frequencies", f"Bit {bit} is 1 in {ones[bit]} of {n} values.")
    if modulus > n**2 * 1e4 and len(set(values)) < n - 2:
        return Found("linked", "Some values come again and again.")
    return independence_fault(u)


def _ones(values: Sequence[int], bits: int) -> NDArray[Any]:
    """In how many of the values each of the lowest ``bits`` bits is 1."""
    width = max(int(one).bit_length() for one in values) // 8 + 1 + bits // 8
    raw = b"".join(int(one).to_bytes(width, "little") for one in values)
    table = np.frombuffer(raw, dtype=np.uint8).reshape(len(values), width)
    ones = np.unpackbits(table, axis=1, bitorder="little").sum(axis=0, dtype=np.int64)
    return np.asarray(ones[:bits])


def _share_of_ones(modulus: int, bit: int) -> float:
    """Give the share of {0, …, modulus − 1} that has a 1 at this place."""
    full, rest = divmod(modulus, 2 << bit)
    return (full * (1 << bit) + max(0, rest - (1 << bit))) / modulus
