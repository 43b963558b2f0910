"""All limits at once: the best attack on a DP-SGD run, rate by rate (lesson 17).

One pair (ε, δ) is one limit. A mechanism keeps a whole curve δ(ε), and each of its points is a limit:

    TPR ≤ f(FPR) = min over ε of (e^ε · FPR + δ(ε))                            (17.vii)

The minimum runs over negative ε too, which are the limits of the other direction. For a DP-SGD run
with noise multiplier σ/C, sampling rate q and T steps, f is reached by the likelihood-ratio test of
one record's gradient: it is a trade-off function (Dong, Roth, Su 2022). Computed as in lesson 15,
from the distribution of the privacy loss, rounded so that f is never too low.
"""

from dataclasses import dataclass
from math import ceil, expm1, log, log1p, log2, sqrt

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.accounting.pld import step_masses
from lessons.dp.accounting.run import Run
from lessons.validation import Vector, finite_array

FINE = 0.03  # spacing of the losses in standard deviations of one step's loss
REACH = 12.0  # half the range in standard deviations of the whole loss
MOST_POINTS = 2**17  # beyond this the grid gets coarser: the curve rises, it stays an upper bound
FURTHEST = 600.0  # a limit with a steeper slope than e^600 bounds nothing, and does not fit a float
TANGENTS = 1500  # as many of the limits are kept, evenly


@dataclass(frozen=True, kw_only=True)
class TradeOff:
    """The curve 17.vii as a bundle of limits TPR ≤ e^t · FPR + δ(t), and the test that reaches each.

    ``thresholds``  (n,) rising: t, the log-likelihood ratio above which the test says "in"
    ``fpr, tpr``    (n,) the rates of that test
    """

    thresholds: Vector
    fpr: Vector
    tpr: Vector

    def largest_tpr(self, fpr: ArrayLike) -> Vector:
        """f at the rates ``fpr`` (any shape): no attack on one record does better."""
        x = finite_array("fpr", fpr)
        return np.asarray(np.minimum(self._limits(x).min(axis=-1), 1.0))

    def threshold(self, fpr: float) -> float:
        """The log-likelihood ratio above which the best test with this FPR says "in"."""
        return float(self.thresholds[self._limits(np.asarray(fpr)).argmin()])

    def _limits(self, x: Vector) -> Vector:
        slopes = np.exp(self.thresholds)
        return np.asarray(slopes * x[..., None] + (self.tpr - slopes * self.fpr))


def run_trade_off(run: Run) -> TradeOff:
    """f of a DP-SGD run.

    Losses above 0 come from the distribution with the record, those below 0 from that without it: each is
    accurate in its own tail.
    """
    above, tpr, fpr = _tails(run, direction="remove")
    below, tnr, fnr = (one[:0:-1] for one in _tails(run, direction="add"))  # 0 only once
    thresholds = np.concatenate([-below, above])
    useful = np.abs(thresholds) < FURTHEST
    return TradeOff(
        thresholds=thresholds[useful],
        fpr=np.concatenate([1 - tnr, fpr])[useful],
        tpr=np.concatenate([1 - fnr, tpr])[useful],
    )


def _tails(phase: Run, *, direction: str) -> tuple[Vector, Vector, Vector]:
    """(losses >= 0, Pr[L >= loss] under P, the same under Q), as P and Q of ``direction``."""
    losses = _grid(phase, direction=direction)
    masses, infinite = step_masses(phase, losses, direction=direction)
    half = len(losses) // 2
    row = np.concatenate([masses[half:], [0.0], masses[:half]])  # loss 0 first, as the FFT wants it
    total = np.fft.irfft(np.fft.rfft(row) ** phase.steps, len(row))[: half + 1]
    thin = max(1, (half + 1) // TANGENTS)
    under_p = _reverse_sum(np.maximum(total, 0)) - expm1(phase.steps * log1p(-infinite))
    under_q = _reverse_sum(np.maximum(total, 0) * np.exp(-losses[half:]))
    return losses[half::thin], under_p[::thin], under_q[::thin]


def _grid(phase: Run, *, direction: str) -> Vector:
    """Even losses about 0 that hold all but a sliver of the whole loss, fine enough for one step."""
    sigma, rate = phase.noise_multiplier, phase.sampling_rate
    x = np.linspace(-9 * sigma, 1 + 9 * sigma, 4001)
    log_ratio = (2 * x - 1) / (2 * sigma**2)
    loss = np.logaddexp(log1p(-rate), log(rate) + log_ratio) if rate < 1 else log_ratio
    plain, moved = (np.exp(-((x - by) ** 2) / (2 * sigma**2)) for by in (0, 1))
    weights = (1 - rate) * plain + rate * moved if direction == "remove" else plain
    loss = loss if direction == "remove" else -loss
    mean, square = (float(np.average(loss**k, weights=weights)) for k in (1, 2))
    deviation = sqrt(max(0.0, square - mean**2))
    one_step = np.abs(loss[weights > 1e-13 * weights.max()]).max()
    reach = phase.steps * abs(mean) + REACH * sqrt(phase.steps) * deviation + one_step
    half = 2 ** ceil(log2(min(reach / max(FINE * deviation, 1e-300), MOST_POINTS)))
    return np.asarray(reach / half * np.arange(-half + 1, half))


def _reverse_sum(masses: Vector) -> Vector:
    return np.asarray(np.cumsum(masses[::-1])[::-1])
