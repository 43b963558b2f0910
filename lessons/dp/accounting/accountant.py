"""What a DP-SGD run costs: ε from δ, δ from ε, and the noise that a wanted (ε, δ) needs (lesson 15).

For add/remove neighbours and Poisson sampling, by the privacy loss distribution, the worse of the two
directions. The answers are upper bounds (rounding errors of floating-point numbers apart), above the
true ε by about 2e-4 at most (some per cent where ε itself is tiny) while the losses fit the grid
(``pld.MOST_POINTS``). Where they fit none, the bound of Rényi DP is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log, sqrt

from lessons.dp.accounting.pld import loss_distributions
from lessons.dp.accounting.rdp import rdp_delta, rdp_epsilon
from lessons.dp.accounting.run import Run
from lessons.validation import between, non_negative, positive

TINY = 1e-16  # below this δ, the rounding errors of the FFT could show: RDP answers instead
LEAST_NOISE = 0.1  # with δ > q·T no noise at all may be needed: a search has to end somewhere
CLOSE = 1e-4  # a calibrated noise multiplier lies at most this far, relatively, above the least one


def run_epsilon(run: Run | Sequence[Run], *, delta: float) -> float:
    """ε at ``delta`` of a run, or of several together, in any order, each with its own σ/C, q and T.

    ``ValueError`` for no run, and for δ outside (0, 1): with Gaussian noise no finite ε has δ = 0.
    """
    phases = _phases(run)
    if between("delta", delta, 0, 1) < TINY:
        return rdp_epsilon(phases, delta=delta)
    laws = loss_distributions(phases, delta=delta)
    if any(law.infinite >= delta for law in laws):  # the losses are too large for any grid
        return rdp_epsilon(phases, delta=delta)
    return max(law.epsilon(delta) for law in laws)


def run_delta(run: Run | Sequence[Run], *, epsilon: float) -> float:
    """δ at ``epsilon`` >= 0 of a run, or of several together.

    The grid is made for a δ that RDP guesses, and again when the answer is much smaller. Anything below
    1e-16 is given as 1e-16, or as RDP's bound if that is smaller still.
    """
    phases = _phases(run)
    bound = delta = rdp_delta(phases, epsilon=non_negative("epsilon", epsilon))
    while delta > TINY:
        guess = min(delta, 0.5)
        delta = max(law.delta(epsilon) for law in loss_distributions(phases, delta=guess))
        if delta > 1e-3 * guess:
            return min(bound, delta)
    return min(bound, TINY)


def dp_sgd_noise_multiplier(
    *, sampling_rate: float, steps: int, epsilon: float, delta: float
) -> float:
    """The least σ/C >= 0.1 (to a ten-thousandth of itself) with which ``steps`` releases keep (ε, δ).

    More noise means less ε, so bisection finds it; the answer is the end that keeps the promise.
    ``ValueError`` for ε or δ that is not positive, δ >= 1, bad q or T.
    """
    target = positive("epsilon", epsilon)
    tail = sqrt(-2 * log(between("delta", delta, 0, 1)))
    first = Run(noise_multiplier=1.0, sampling_rate=sampling_rate, steps=steps)

    def epsilon_of(sigma: float) -> float:
        run = replace(first, noise_multiplier=sigma)
        bound = rdp_epsilon([run], delta=delta)  # costs little, and is often enough
        return bound if bound <= target else run_epsilon(run, delta=delta)

    guess = first.sampling_rate * sqrt(steps) * tail / target  # as if the loss were Gaussian
    return smallest_noise(epsilon_of, target=target, start=max(0.3, guess))


def smallest_noise(
    epsilon_of: Callable[[float], float], *, target: float, start: float = 1.0
) -> float:
    """The least σ >= 0.1, to a ten-thousandth of itself, with ``epsilon_of(σ)`` <= ``target``.

    ``epsilon_of`` falls as σ grows. First steps by factors of 2 from ``start`` until the answer lies
    between two of them, then bisection (in ln σ). The upper end is returned: it keeps the promise.
    """
    wanted, low = positive("target", target), positive("start", start)
    high = low
    while epsilon_of(high) > wanted:
        low, high = high, 2 * high
    while low > LEAST_NOISE and epsilon_of(low) <= wanted:
        low, high = max(low / 2, LEAST_NOISE), low
    while high > low * (1 + CLOSE):
        middle = sqrt(low * high)
        low, high = (low, middle) if epsilon_of(middle) <= wanted else (middle, high)
    return high


def _phases(run: Run | Sequence[Run]) -> Sequence[Run]:
    phases = [run] if isinstance(run, Run) else run
    if len(phases) == 0:
        raise ValueError("run must be a run, or hold at least one, got run=[]")
    return phases
