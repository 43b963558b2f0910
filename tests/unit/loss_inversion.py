"""ε and δ of subsampled Gaussian steps by a second algorithm: the inverse Laplace transform.

No grid of losses and no FFT. With M(s) = E[e^(sL)] of one step's loss L, for any c > 0,

    δ(ε) = (1/2πi) ∫ M(s)^T e^(−sε) / (s (s + 1)) ds  along c − i∞ ... c + i∞,

because the integral of e^(s(L−ε)) / (s (s + 1)) is max(0, 1 − e^(ε−L)). At the saddle point c the
integrand is largest at t = 0 and of one sign there, so the result is accurate relative to δ itself.
Good for many steps; for one or two use ``one_step_delta`` and ``two_step_delta``.
"""

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import log_ndtr, logsumexp, ndtr

DIRECTIONS = ("remove", "add")


def loss_at(z, sigma, rate):
    """ln of (1 − q) + q N(1, σ²)/N(0, σ²) at the output ``z``."""
    with np.errstate(divide="ignore"):
        return np.logaddexp(np.log1p(-rate), np.log(rate) + (2 * z - 1) / (2 * sigma**2))


def tilted_step(phase, c, direction):
    """(ln M(c), losses, weights): the law of one step's loss, tilted by e^(cL), on fine outputs."""
    sigma, rate, _ = phase
    z = np.arange(-14 * sigma - c, c + 1 + 14 * sigma, sigma / 25)
    loss = loss_at(z, sigma, rate)
    power = (1 + c) * loss if direction == "remove" else -c * loss
    log_weights = power - z**2 / (2 * sigma**2)
    total = logsumexp(log_weights)
    log_moment = total + np.log(1 / 25) - np.log(2 * np.pi) / 2
    return log_moment, loss if direction == "remove" else -loss, np.exp(log_weights - total)


def delta_by_inversion(phases, epsilon, direction):
    """δ(ε) of ``phases``, triples (σ, q, T), in one direction."""

    def log_size(log_c):
        c = np.exp(log_c)
        moment = sum(phase[2] * tilted_step(phase, c, direction)[0] for phase in phases)
        return moment - c * epsilon - np.log(c) - np.log1p(c)

    c = np.exp(minimize_scalar(log_size, bounds=(-7, 9), method="bounded").x)
    steps = [(phase[2], *tilted_step(phase, c, direction)) for phase in phases]
    spread = sum(
        n * (weights @ losses**2 - (weights @ losses) ** 2) for n, _, losses, weights in steps
    )
    width = min(c, 1 / np.sqrt(spread)) / 8
    total, t = 0.0, width * np.arange(256.0)
    while True:
        s = c + 1j * t
        values = np.exp(-1j * t * epsilon) / (s * (s + 1))
        for n, _, losses, weights in steps:
            values *= (np.exp(1j * np.outer(t, losses)) @ weights) ** n
        total += values.real.sum() - (values[0].real / 2 if t[0] == 0 else 0)
        if np.abs(values).max() < 1e-13 / (c * (c + 1)) or t[0] > 2e4 * width:
            break
        t = t + 256 * width
    log_scale = sum(n * moment for n, moment, _, _ in steps) - c * epsilon
    return float(np.exp(log_scale) * total * width / np.pi)


def one_step_delta(sigma, rate, epsilon, direction):
    """δ at any real ``epsilon`` (array) of one step, by the definition: P(S) − e^ε Q(S), S = {L > ε}."""
    way = 1 if direction == "remove" else -1
    epsilon = np.asarray(epsilon, dtype=float)
    z = output_with(way * epsilon, sigma, rate) / sigma
    plain, moved = ndtr(-way * z), ndtr(way * (1 / sigma - z))
    mixture = (1 - rate) * plain + rate * moved
    p, q = (mixture, plain) if direction == "remove" else (plain, mixture)
    return p - np.exp(epsilon) * q


def output_with(loss, sigma, rate):
    """The output whose loss in the direction remove is ``loss``; −∞ when every output has more."""
    log_share = np.log1p(-rate) if rate < 1 else -np.inf
    with np.errstate(divide="ignore"):
        log_ratio = loss + np.log(np.maximum(0, -np.expm1(log_share - loss))) - np.log(rate)
    return 0.5 + sigma**2 * log_ratio


def two_step_delta(sigma, rate, epsilon, direction):
    """δ(ε) of two steps: the mean of the one-step δ(ε − L) over the loss L of the other step."""
    z = np.linspace(-14 * sigma, 1 + 14 * sigma, 100_001)
    log_density = -(z**2) / (2 * sigma**2) - np.log(sigma * np.sqrt(2 * np.pi))
    loss = loss_at(z, sigma, rate) * (1 if direction == "remove" else -1)
    if direction == "remove":
        log_density = log_density + loss
    inner = one_step_delta(sigma, rate, epsilon - loss, direction)
    return float((np.exp(log_density) * inner).sum() * (z[1] - z[0]))


def gaussian_delta_of(mu, epsilon):
    """δ(ε) of Gaussian noise whose sensitivity is ``mu`` standard deviations (Balle & Wang 2018)."""
    return ndtr(mu / 2 - epsilon / mu) - np.exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu))


def epsilon_from(delta_at, delta, near=0.01):
    """The least ε >= 0 at which the decreasing ``delta_at(epsilon)`` is at most ``delta``."""

    def excess(epsilon):
        return np.log(max(delta_at(epsilon), 1e-300) / delta)

    low, high = near, near
    while excess(high) > 0:
        low, high = high, 2 * high if high > near else near * (1 + 1e-3) + 1e-9
    while low > 1e-9 and excess(low) <= 0:
        low, high = max(1e-9, low / 2 if low < near else near * (1 - 1e-3)), low
    return 0.0 if low <= 1e-9 and excess(low) <= 0 else brentq(excess, low, high, xtol=1e-10)


def epsilon_by_inversion(phases, delta, near=0.01):
    """ε of ``phases``, triples (σ, q, T), at ``delta``: the worse direction, searched from ``near``."""
    remove, add = (
        epsilon_from(lambda epsilon, way=way: delta_by_inversion(phases, epsilon, way), delta, near)
        for way in DIRECTIONS
    )
    return max(remove, add)


def true_epsilon(sigma, rate, steps, delta, near=1.0):
    """ε of one run by whichever route suits it; not for a few steps of a subsampled mechanism."""
    if rate == 1:
        return epsilon_from(lambda epsilon: gaussian_delta_of(steps**0.5 / sigma, epsilon), delta)
    if steps > 1:
        return epsilon_by_inversion([(sigma, rate, steps)], delta, near)
    curves = [lambda e, way=way: float(one_step_delta(sigma, rate, e, way)) for way in DIRECTIONS]
    return max(epsilon_from(curve, delta) for curve in curves)
