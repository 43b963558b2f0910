"""Whether noise has the distribution that it should have, judged in one place for every exercise.

Each test has a false-alarm rate: the probability that a right answer fails it. The rates of one
check add up to about 1e-6. Bounds are Massart's for the distribution function, Chernoff's for the
size, exact binomial tails for what lies far out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from lessons.checks.engine.chance import FALSE_ALARM, cdf_bound, cdf_distance, count_is_off
from lessons.checks.engine.independence import STRAY, independence_fault
from lessons.checks.engine.mistakes import Found
from lessons.validation import Vector

MANY = 200_000  # draws that show whether there are any beyond 3.8 deviations or 9 Laplace scales
ENOUGH = 20_000  # draws that show everything else
TAILS = (1e-2, 1e-3, 1e-4)  # probability beyond, on both sides together


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
        or _distribution(flat, law)
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
    for what, values in (("", release), ("It is the noise that is.", flat)):
        if np.abs(values - np.round(values, 6)).max() <= resolution < 1e-8:
            return Found("rounded", what)
    wide = rows.shape[1] >= 8 and resolution < 1e-3 * law.scale  # by chance below 1e-20
    if wide and (np.abs(rows).max(axis=1) <= resolution).any():
        return Found("partly_no_noise", "There are calls without any.")
    if (flat >= 0).all() or (flat <= 0).all():
        return Found("one_sided")
    some = flat[:ENOUGH]
    allowed = 4 + int(len(some) ** 2 * resolution / law.scale)  # by chance, at this resolution
    ends = (some <= some.min() + resolution) | (some >= some.max() - resolution)
    single = int(8e-8 * len(some) ** 2)  # of n draws in single precision 5e-8 n²/2 or so coincide
    if (np.abs(some) <= resolution).sum() > allowed:
        return Found("partly_no_noise")
    if _repeats(some[~ends], resolution) > 2 * allowed + single:
        return Found("repeated_noise")
    if ends.sum() > allowed:
        return Found("cut_off", f"It is always between {flat.min():.4g} and {flat.max():.4g}.")
    return None


def _repeats(noise: Vector, resolution: float) -> int:
    """Count draws that repeat another one, up to its sign."""
    return int((np.diff(np.sort(np.abs(noise))) <= resolution).sum())


def _distribution(noise: Vector, law: Law) -> Found | None:
    n, few = len(noise), noise[:ENOUGH]  # the centre and the size by all, the shape by few
    size = float(np.mean(np.abs(few / law.scale) ** law.power)) ** (1 / law.power)
    shape_gap = cdf_distance(few / size, law.cdf)
    if abs(float(noise.mean())) > STRAY * float(noise.std()) / sqrt(n):
        return Found("not_centred", f"On average it adds {float(noise.mean()):.4g}.")
    bound = cdf_bound(len(few), false_alarm=FALSE_ALARM / 4)
    ratio = float(np.abs(few).mean()) ** 2 / float((few**2).mean())
    if shape_gap > bound or abs(ratio - law.ratio) > STRAY / (2 * sqrt(len(few))):
        return Found("wrong_law")
    for some, otherwise in ((few, Found("wrong_law")), (noise, None)):
        size = float(np.mean(np.abs(some / law.scale) ** law.power)) ** (1 / law.power)
        excess = size**law.power - 1 - law.power * log(size)
        if len(some) * law.shape * excess > log(16 / FALSE_ALARM):
            if _tails(some / size, law):
                return otherwise or _tails(noise, law) or Found("wrong_law")
            sizes = f"{size * law.scale:.4g}; it should be {law.scale:.4g}"
            return Found("wrong_scale", f"The typical size of your noise is {sizes}.")
    return Found("wrong_law") if cdf_distance(few, law.cdf) > bound else None


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


def _laplace_cdf(x: Vector) -> Vector:
    tail = np.exp(-np.abs(x)) / 2
    return np.asarray(np.where(x < 0, tail, 1 - tail))
