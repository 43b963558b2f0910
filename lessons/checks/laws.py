"""The distributions of noise and of choices, judged in one place for every exercise that draws.

Each test has a false-alarm rate: the probability that a right answer fails it. The rates of one
check add up to about 1e-6. Bounds are Massart's for the distribution function, Chernoff's for the
size, exact binomial tails for counts; for correlations of bounded variables six standard
deviations of the normal distribution (2e-9 for each).
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, chdtr, chdtrc, ndtr, ndtri

from lessons.checks.attempt import Found
from lessons.checks.chance import FALSE_ALARM, cdf_bound, cdf_distance
from lessons.validation import Vector

MANY = 200_000  # draws that show whether there are any beyond 3.8 deviations or 9 Laplace scales
ENOUGH = 20_000  # draws that show everything else
TAILS = (1e-2, 1e-3, 1e-4)  # probability beyond, on both sides together
STRAY = 6.0  # standard deviations


@dataclass(frozen=True)
class Law:
    """A distribution symmetric about 0: its scale, distribution function and quantiles.

    ``power`` is the one for which |Z / scale|^power has mean 1; a ``gamma`` of shape n·``shape``
    is the distribution of n such powers added up (times ``shape``). ``ratio`` is (E|Z|)² / E Z²,
    which knows the shape at any scale; its estimate from n draws strays by about 1/(2√n).
    """

    scale: float
    cdf: Callable[[Vector], Vector]
    quantile: Callable[[float], float]
    power: int
    shape: float
    ratio: float


def laplace(scale: float) -> Law:
    """Lap(scale)."""
    return Law(
        scale,
        lambda x: _laplace_cdf(x / scale),
        lambda p: scale * (log(2 * p) if p < 0.5 else -log(2 * (1 - p))),
        power=1,
        shape=1.0,
        ratio=0.5,
    )


def normal(sigma: float) -> Law:
    """N(0, sigma²)."""
    return Law(
        sigma,
        lambda x: np.asarray(ndtr(x / sigma)),
        lambda p: sigma * float(ndtri(p)),
        power=2,
        shape=0.5,
        ratio=2 / pi,
    )


def noise_fault(noise: Vector, law: Law, *, around: Vector | float = 0.0) -> Found | None:
    """What tells ``noise`` from independent draws of ``law``, or None.

    ``noise`` is (n,) or (calls, entries), at least 1000 draws in all. ``around`` is what the noise
    was added to, to see rounding. Tested in this order: none, repeated, rounded, cut off, one
    side, centre, shape, size, tails, independence (along both axes, and of sums).
    """
    noise = np.asarray(noise, dtype=float)
    flat = noise.ravel()
    return (
        _degenerate(noise, law, around)
        or _distribution(flat[:ENOUGH], law)
        or _tails(flat, law)
        or _zero_sum(noise, law)
        or independence_fault(law.cdf(noise))
    )


def _degenerate(noise: Vector, law: Law, around: Vector | float) -> Found | None:
    flat, tiny = noise.ravel(), 1e-11 * law.scale
    resolution = 4e-16 * float(np.max(np.abs(around), initial=0.0)) + tiny
    if np.abs(flat).max() <= resolution:
        return Found("no_noise")
    rows = noise.reshape(len(noise), -1)
    if len(rows) > 1 and np.ptp(rows, axis=0).max() <= resolution:
        return Found("global_random", "Every call gives the same noise.")
    if rows.shape[1] > 1 and np.ptp(rows, axis=1).max() <= 2 * resolution:
        return Found("one_noise_for_all")
    release = flat + np.broadcast_to(around, noise.shape).ravel()
    if np.abs(release - np.round(release, 6)).max() <= resolution < 1e-8:
        return Found("rounded")
    if (flat >= 0).all() or (flat <= 0).all():
        return Found("one_sided")
    some = flat[:ENOUGH]
    allowed = 4 + int(len(some) ** 2 * resolution / law.scale)  # by chance, at this resolution
    ends = (some <= some.min() + resolution) | (some >= some.max() - resolution)
    single = int(8e-8 * len(some) ** 2)  # of n draws in single precision 5e-8 n²/2 or so coincide
    if _repeats(some[~ends], resolution) > 2 * allowed + single:
        return Found("repeated_noise")
    if ends.sum() > allowed:
        return Found("cut_off", f"It is always between {flat.min():.4g} and {flat.max():.4g}.")
    return None


def _repeats(noise: Vector, resolution: float) -> int:
    """Count draws that repeat another one, up to its sign."""
    return int((np.diff(np.sort(np.abs(noise))) <= resolution).sum())


def _distribution(noise: Vector, law: Law) -> Found | None:
    n, part = len(noise), FALSE_ALARM / 4
    size = float(np.mean(np.abs(noise / law.scale) ** law.power)) ** (1 / law.power)
    shape_gap = cdf_distance(noise / size, law.cdf)
    if abs(float(noise.mean())) > STRAY * float(noise.std()) / sqrt(n):
        return Found("not_centred", f"On average it adds {float(noise.mean()):.4g}.")
    bound = cdf_bound(n, false_alarm=part)
    ratio = float(np.abs(noise).mean()) ** 2 / float((noise**2).mean())
    if shape_gap > bound or abs(ratio - law.ratio) > STRAY / (2 * sqrt(n)):
        return Found("wrong_law")
    excess = size**law.power - 1 - law.power * log(size)
    if n * law.shape * excess > log(2 / part):
        if _tails(noise / size, law):
            return Found("wrong_law")
        return Found("wrong_scale", f"The typical size of your noise is {size * law.scale:.4g}.")
    return Found("wrong_law") if cdf_distance(noise, law.cdf) > bound else None


def _tails(noise: Vector, law: Law) -> Found | None:
    n, part = len(noise), FALSE_ALARM / (8 * len(TAILS) + 8)
    for p in TAILS:
        for side in (-1, 1):
            beyond = int((side * noise > law.quantile(1 - p / 2)).sum())
            if count_is_off(beyond, n, p / 2, false_alarm=part):
                often = (
                    f"{beyond} of {n} draws lie beyond a point where {n * p / 2:.3g} are expected"
                )
                return Found("tails", often + ".")
    far = float(np.abs(noise).max())
    beyond_all = 2 * n * float(law.cdf(np.array([-far]))[0])
    if beyond_all > log(1 / part):
        words = f"None of {n} draws is further out than {far:.4g}; {beyond_all:.3g} are expected."
        return Found("tails", words)
    if beyond_all < part:
        return Found("tails", f"One of {n} draws lies {far:.4g} from the middle.")
    return None


def _zero_sum(noise: Vector, law: Law) -> Found | None:
    """Noise whose entries always add up to nothing, such as z − z.mean()."""
    width = noise.shape[-1]
    sums = noise.reshape(-1, width).sum(axis=1) / (law.scale * sqrt(width))
    if width > 1 and np.abs(sums).min() < 1e-10:
        return Found("linked", "Together the entries add up to nothing.")
    return None


def count_is_off(count: int, n: int, p: float, *, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether ``count`` of n independent trials of probability p is too small or too large."""
    fewer = float(bdtr(count, n, p))
    more = float(bdtrc(count - 1, n, p)) if count > 0 else 1.0
    return min(fewer, more) < false_alarm / 2


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
            if _correlated(seen):
                return Found("linked", f"It shows between {along}.")
        found = _sums(table - 0.5, along) or _sums(2 * np.abs(table - 0.5) - 0.5, along)
        if found:  # of the values, or of their sizes: noise of a fixed length
            return found
    return None


def _correlated(table: Vector, *, variance: float = 0.0, fourth: float = 0.0) -> bool:
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


def _counts_are_off(counts: NDArray[Any], n: int, p: Vector, *, false_alarm: float) -> NDArray[Any]:
    """``count_is_off`` for each of several outcomes."""
    fewer, more = bdtr(counts, n, p), bdtrc(np.maximum(counts - 1, 0), n, p)
    return np.asarray(np.minimum(fewer, np.where(counts > 0, more, 1.0)) < false_alarm / 2)


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
        if width > 1 and _correlated(table - p, variance=variance, fourth=fourth):
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


def two_sample_distance(one: Vector, other: Vector) -> float:
    """The largest gap between the empirical distribution functions of two samples."""
    one, other = np.sort(one), np.sort(other)
    both = np.concatenate([one, other])
    first = np.searchsorted(one, both, side="right") / len(one)
    second = np.searchsorted(other, both, side="right") / len(other)
    return float(np.abs(first - second).max())


def two_sample_bound(n: int, m: int, *, false_alarm: float) -> float:
    """The gap of two samples of one distribution is larger with about this probability (Smirnov)."""
    return sqrt(log(2 / false_alarm) / 2 * (1 / n + 1 / m))


def _laplace_cdf(x: Vector) -> Vector:
    tail = np.exp(-np.abs(x)) / 2
    return np.asarray(np.where(x < 0, tail, 1 - tail))
