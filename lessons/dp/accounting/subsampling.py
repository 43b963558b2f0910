"""A step that uses a random part of the table: amplification, and what an attacker sees (lesson 15).

One person's record takes part in a step with probability q and then moves the released sum by 1:

    with the record  P = (1 − q) N(0, σ²) + q N(1, σ²),    without it  Q = N(0, σ²)      (15.ii)
"""

from math import expm1, log1p

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.accounting.composition import advanced_composition, basic_composition
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.validation import (
    Vector,
    between,
    finite_array,
    integer,
    non_negative,
    require_delta,
    require_sampling_rate,
)


def amplified(*, epsilon: float, delta: float, sampling_rate: float) -> tuple[float, float]:
    """(ε′, δ′) of an (ε, δ)-DP mechanism on a Poisson sample (Li, Qardaji & Su 2012; add/remove).

        ε′ = ln(1 + q (e^ε − 1)),    δ′ = q δ                               (15.iii)

    ``epsilon``        0 <= ε <= 700 of the mechanism on the sample
    ``delta``          0 <= δ < 1
    ``sampling_rate``  0 < q <= 1: every record is in the sample by a coin of its own
    ``ValueError`` for arguments outside these bounds.
    """
    e, rate = non_negative("epsilon", epsilon), require_sampling_rate(sampling_rate)
    if e > 700:
        raise ValueError(f"epsilon must be at most 700, got epsilon={epsilon!r}")
    return log1p(rate * expm1(e)), rate * require_delta(delta)


def strong_composition(run: Run, *, delta: float) -> float:
    """ε at ``delta`` by the older theorems alone: Gaussian (13), amplification (15.iii), composition (14).

    The better of basic composition, with all of δ for the steps, and of advanced composition, with half
    of δ for the steps and half for the slack. An upper bound, far above the truth for many steps.
    """
    epsilon, d = _amplified_step(run, delta=between("delta", delta, 0, 1))
    if epsilon == 0:
        return 0.0
    basic, _ = basic_composition(epsilon=epsilon, delta=d, n_releases=run.steps)
    epsilon, d = _amplified_step(run, delta=delta / 2)
    if epsilon > 1:  # advanced composition is then above basic composition
        return basic
    advanced, _ = advanced_composition(
        epsilon=epsilon, delta=d, n_releases=run.steps, slack=delta / 2
    )
    return min(basic, advanced)


def _amplified_step(run: Run, *, delta: float) -> tuple[float, float]:
    """(ε, δ) of one step of ``run`` by (15.iii), when all of its steps share ``delta``."""
    rate = run.sampling_rate
    of_a_step = min(0.5, delta / (run.steps * rate))
    epsilon = gaussian_epsilon(sigma=run.noise_multiplier, l2_sensitivity=1, delta=of_a_step)
    if epsilon > 700:  # e^ε is no float; amplification would take less than ln(1/q) off
        return epsilon, rate * of_a_step
    return amplified(epsilon=epsilon, delta=of_a_step, sampling_rate=rate)


def sampled_losses(outputs: ArrayLike, *, noise_multiplier: float, sampling_rate: float) -> Vector:
    """ln(P/Q) of (15.ii) at every output, of any shape: what one step tells for "with the record"."""
    run = Run(noise_multiplier=noise_multiplier, sampling_rate=sampling_rate, steps=1)
    x, q = finite_array("outputs", outputs), run.sampling_rate
    ratio = (2 * x - 1) / (2 * run.noise_multiplier**2)
    if q == 1:
        return np.asarray(ratio)
    return np.asarray(np.logaddexp(np.log1p(-q), np.log(q) + ratio))


def simulated_losses(
    run: Run, *, n_runs: int, with_record: bool, rng: np.random.Generator
) -> Vector:
    """Total ln(P/Q) of ``n_runs`` simulated runs, shape ``(n_runs,)``: the best attack's statistic."""
    integer("n_runs", n_runs, minimum=1)
    total = np.zeros(n_runs)
    for _ in range(run.steps):
        outputs = run.noise_multiplier * rng.standard_normal(n_runs)
        if with_record:
            outputs += rng.random(n_runs) < run.sampling_rate
        total += sampled_losses(
            outputs,
            noise_multiplier=run.noise_multiplier,
            sampling_rate=run.sampling_rate,
        )
    return total
