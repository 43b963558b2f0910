"""Noise that each client adds before masking, so that the sum which the server learns is private (lesson 38).

Kairouz, Liu and Steinke (2021), The Distributed Discrete Gaussian Mechanism for Federated Learning with
Secure Aggregation. Vectors are integers. Neighbours: one client's vector is taken out or put in (zeros
in its place), and it is at most ``sensitivity`` long (L2). The n noises are drawn independently; their
sum is nearly, and not exactly, one discrete Gaussian with the parameter nσ².
"""

from fractions import Fraction
from math import exp, fsum, log, log1p, pi, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from lessons.dp.exact.discrete import discrete_gaussian, discrete_gaussian_pmf
from lessons.dp.exact.exact_coins import exact_coins
from lessons.randomness import RandomBytes, secure_bytes
from lessons.validation import Vector, between, integer, non_negative, positive


def client_noise(
    length: int, *, sigma_squared: Fraction, random_bytes: RandomBytes = secure_bytes
) -> NDArray[np.int64]:
    """One client's noise: ``length`` exact draws of the discrete Gaussian (18.v), of either sign."""
    coin, exp_coin = exact_coins(random_bytes)
    draws = [
        discrete_gaussian(sigma_squared=sigma_squared, coin=coin, exp_coin=exp_coin)
        for _ in range(integer("length", length, minimum=0))
    ]
    return np.array(draws, dtype=np.int64)


def sum_tau(*, sigma: float, n_clients: int) -> float:
    """How far the sum of n discrete Gaussians can be from one, in the logarithm of any probability.

        τ = 10 · Σ_{k=1}^{n−1} e^(−2π²σ² · k/(k+1))                                     (38.vi)

    Kairouz et al. (2021), Theorem 1, for σ >= 1/2. For five clients it is 1.7 at σ = 1/2, 5.5e-4 at
    σ = 1, and nothing (1e-16) at σ = 2.
    """
    noise = positive("sigma", sigma)
    if noise < 0.5:
        raise ValueError(f"sigma must be at least 0.5 for this bound, got sigma={sigma}")
    n = integer("n_clients", n_clients, minimum=1)
    return 10 * fsum(exp(-2 * (pi * noise) ** 2 * k / (k + 1)) for k in range(1, n))


def sum_epsilon(
    *, sigma: float, n_clients: int, sensitivity: float, length: int, delta: float
) -> float:
    """ε at ``delta`` of the sum of n clients' vectors, each with its own noise.

        √(2ρ) = min(√(Δ²/(nσ²) + τd/2),  Δ/(√n·σ) + τ√d),   then ε from ρ-zCDP

    ``n_clients``    those whose noise is in the sum *and* unknown to who looks: no drop-outs, no spies
    ``sensitivity``  Δ, an integer vector's largest L2 length;  ``length`` d of the vectors
    Kairouz et al. (2021), Proposition 14; ρ to ε at the best order (15.vi): ε(α) = ρα.
    """
    tau = sum_tau(sigma=sigma, n_clients=n_clients)
    d, one = integer("length", length, minimum=1), between("delta", delta, 0, 1)
    ratio = non_negative("sensitivity", sensitivity) / (sqrt(n_clients) * sigma)
    root = min(sqrt(ratio**2 + tau * d / 2), ratio + tau * sqrt(d))
    return concentrated_epsilon(root**2 / 2, delta=one)


def concentrated_epsilon(rho: float, *, delta: float) -> float:
    """ε at ``delta`` of ρ-zCDP: the least of (15.vi) with ε(α) = ρα over all orders α > 1."""
    budget = non_negative("rho", rho)

    def bound(log_order: float) -> float:
        order = 1 + exp(log_order)
        return budget * order + log1p(-1 / order) - (log(delta) + log(order)) / (order - 1)

    found = minimize_scalar(bound, bounds=(log(1e-3), log(1e6)), method="bounded")
    return max(0.0, float(found.fun)) if budget else 0.0


def sum_pmf(*, sigma: float, n_clients: int) -> Vector:
    """Pr[Z_1 + … + Z_n = k] for k = −L … L, by adding one noise at a time: the sum as it really is."""
    n = integer("n_clients", n_clients, minimum=1)
    reach = int(12 * positive("sigma", sigma)) + 12
    one = discrete_gaussian_pmf(np.arange(-reach, reach + 1), sigma=sigma)
    found = one
    for _ in range(n - 1):
        found = np.convolve(found, one)
        spare = (len(found) // 2) - (int(14 * sigma * sqrt(n)) + 14)
        found = found[spare:-spare] if spare > 0 else found
    return np.asarray(found)


def sum_delta(*, sigma: float, n_clients: int, sensitivity: int, epsilon: float) -> float:
    """The smallest δ at ``epsilon`` of one number (d = 1), from the sum's own probabilities."""
    pmf = sum_pmf(sigma=sigma, n_clients=n_clients)
    reach = integer("sensitivity", sensitivity, minimum=1)
    first = np.concatenate([pmf, np.zeros(reach)])
    moved = np.concatenate([np.zeros(reach), pmf])
    return fsum(np.maximum(0.0, first - exp(non_negative("epsilon", epsilon)) * moved).tolist())
