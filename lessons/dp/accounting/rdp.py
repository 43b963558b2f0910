"""Rényi differential privacy of the Poisson-subsampled Gaussian, at any real order (lesson 15).

One step releases a sum with noise N(0, σ²); one record moves the sum by at most 1 and takes part with
probability q. With the record in the table the output is (1 − q) N(0, σ²) + q N(1, σ²), without it
N(0, σ²). The Rényi divergence of order α > 1 between the two is

    ε(α) = ln A(α) / (α − 1),    A(α) = E[((1 − q) + q e^((2Z − 1)/(2σ²)))^α],  Z ~ N(0, σ²)   (15.iv)

It is the larger of the two directions (Mironov, Talwar & Zhang 2019, section 3.1) and it adds up over
steps, which makes it the simplest sound account of DP-SGD.
"""

from collections.abc import Callable, Sequence
from math import ceil, exp, log, log1p, sqrt

import numpy as np
from scipy.special import gammaln, gammasgn, log_ndtr

from lessons.dp.accounting.run import Run
from lessons.validation import (
    Vector,
    between,
    non_negative,
    positive,
    require_sampling_rate,
)

SMALLEST, LARGEST = 1e-3, 1e4  # of α − 1, where a best order is looked for
LAST_TERM, MOST_TERMS = -34, 200_000  # the series alternates: what is left out is below e^-34


def subsampled_gaussian_rdp(
    order: float, *, noise_multiplier: float, sampling_rate: float
) -> float:
    """ε(α) of one step, equation 15.iv, for any real ``order`` α > 1 (Mironov, Talwar & Zhang 2019).

    Whole orders by the binomial sum (15.v), others by two series of Gaussian tails (their section
    3.3), both in the log domain. Times the number of steps it is the ε(α) of all of them.
    ``ValueError`` for an order outside (1, 1e6], or a bad σ or q.
    """
    alpha = _order(order)
    sigma = positive("noise_multiplier", noise_multiplier)
    rate = require_sampling_rate(sampling_rate)
    if rate == 1:
        return alpha / (2 * sigma**2)
    moment = _log_moment_whole if alpha == int(alpha) else _log_moment_real
    return max(0.0, moment(alpha, sigma, rate)) / (alpha - 1)


def _log_moment_whole(alpha: float, sigma: float, rate: float) -> float:
    """Equation 15.v: A(α) = Σ_k C(α, k) (1 − q)^(α−k) q^k e^((k² − k)/(2σ²)), k = 0 ... α."""
    k = np.arange(alpha + 1)
    chance = _log_binomial(alpha, k) + (alpha - k) * log1p(-rate) + k * log(rate)
    return _log_sum(chance + _log_tilt(k, sigma))


def _log_moment_real(alpha: float, sigma: float, rate: float) -> float:
    """A(α) by the binomial series in q e^loss / (1 − q) below z₀, in its inverse above z₀."""
    z0 = 0.5 + sigma**2 * (log1p(-rate) - log(rate))  # where the two summands are equal
    n_terms = 64 + ceil(alpha)
    while True:
        k = np.arange(n_terms, dtype=np.float64)
        rest: Vector = alpha - k
        below = rest * log1p(-rate) + k * log(rate) + _log_tilt(k, sigma)
        below += log_ndtr((z0 - k) / sigma)
        above = k * log1p(-rate) + rest * log(rate) + _log_tilt(rest, sigma)
        above += log_ndtr((rest - z0) / sigma)
        terms = _log_binomial(alpha, k) + np.logaddexp(below, above)
        if terms[-1] < LAST_TERM or n_terms > MOST_TERMS:
            return _log_sum(terms, gammasgn(rest + 1))  # the sign of C(α, k)
        n_terms *= 4


def _log_sum(logs: Vector, signs: Vector | float = 1.0) -> float:
    """ln Σ signs · e^logs, without overflow."""
    top = logs.max()
    return float(top + np.log(np.sum(signs * np.exp(logs - top))))


def _log_tilt(k: Vector, sigma: float) -> Vector:
    """ln E[e^(k (2Z − 1)/(2σ²))], Z ~ N(0, σ²): tilting by k moves the mean of Z from 0 to k."""
    return np.asarray((k**2 - k) / (2 * sigma**2))


def _log_binomial(alpha: float, k: Vector) -> Vector:
    return np.asarray(gammaln(alpha + 1) - gammaln(k + 1) - gammaln(alpha - k + 1))


def rdp_to_epsilon(rdp: float, *, order: float, delta: float) -> float:
    """(ε, δ) from ε(α) (Canonne, Kamath & Steinke 2020, Prop. 12; Balle et al. 2020, Thm 21).

        ε = ε(α) + ln(1 − 1/α) − (ln δ + ln α) / (α − 1)                    (15.vi)

    It is never larger than Mironov's ε(α) + ln(1/δ) / (α − 1) of 2017. Not below 0.
    """
    alpha, loss = _order(order), non_negative("rdp", rdp)
    gain = log1p(-1 / alpha) - log(alpha) / (alpha - 1)
    return max(0.0, loss + gain - log(between("delta", delta, 0, 1)) / (alpha - 1))


def rdp_to_epsilon_2017(rdp: float, *, order: float, delta: float) -> float:
    """(ε, δ) from ε(α) as the first papers did: ε = ε(α) + ln(1/δ) / (α − 1) (Mironov 2017, Prop. 3)."""
    loss = non_negative("rdp", rdp)
    return loss - log(between("delta", delta, 0, 1)) / (_order(order) - 1)


def rdp_epsilon(phases: Sequence[Run], *, delta: float) -> float:
    """ε at δ of all ``phases`` together by Rényi DP (15.vi) at the best real order: an upper bound on ε.

    ``ValueError`` for δ outside (0, 1): with Gaussian noise no finite ε has δ = 0.
    """
    _, epsilon = best_order(phases, delta=delta)
    return epsilon


def rdp_delta(phases: Sequence[Run], *, epsilon: float) -> float:
    """δ at ε >= 0 of all ``phases`` together: equation 15.vi solved for δ, at the best real order."""
    non_negative("epsilon", epsilon)

    def log_delta(order: float) -> float:
        loss = total_rdp(phases, order=order) - epsilon
        return (order - 1) * (loss + log1p(-1 / order)) - log(order)

    _, smallest = _lowest(log_delta)
    return exp(min(0.0, smallest))


def best_order(
    phases: Sequence[Run],
    *,
    delta: float,
    convert: Callable[..., float] = rdp_to_epsilon,
) -> tuple[float, float]:
    """(α, ε): the order from 1.001 to 10 001 at which ``convert`` gives the least ε, and this ε."""
    between("delta", delta, 0, 1)
    return _lowest(lambda order: convert(total_rdp(phases, order=order), order=order, delta=delta))


def _lowest(bound: Callable[[float], float]) -> tuple[float, float]:
    """(α, bound(α)) at the lowest point, by golden section in ln(α − 1).

    All bounds here are (convex function of α) / (α − 1), or convex: they fall, then rise.
    """
    golden = (sqrt(5) - 1) / 2
    low, high = log(SMALLEST), log(LARGEST)
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = bound(1 + exp(left)), bound(1 + exp(right))
    while high - low > 1e-3:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = bound(1 + exp(left))
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = bound(1 + exp(right))
    return min((1 + exp(left), at_left), (1 + exp(right), at_right), key=lambda pair: pair[1])


def total_rdp(phases: Sequence[Run], *, order: float) -> float:
    """ε(α) of all ``phases``: the sum over their steps (Mironov 2017, Prop. 1)."""
    return sum(
        phase.steps
        * subsampled_gaussian_rdp(
            order,
            noise_multiplier=phase.noise_multiplier,
            sampling_rate=phase.sampling_rate,
        )
        for phase in phases
    )


def _order(order: float) -> float:
    alpha = positive("order", order)
    if not 1 < alpha <= 1e6:
        raise ValueError(f"order must be above 1 and at most 1e6, got order={order!r}")
    return alpha
