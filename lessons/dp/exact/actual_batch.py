"""When a noisy sum is divided by the number of rows that happened to come (lesson 18).

The proofs of lessons 13 to 16 divide by a constant that is fixed before the data are seen. Here is δ(ε)
of code that divides by the actual number; all distances are in units of the clip norm.
"""

from collections.abc import Callable
from math import exp, log, sqrt

from scipy.special import ndtr
from scipy.stats import ncx2

from lessons.dp.mechanisms.gaussian import gaussian_delta
from lessons.validation import between, integer, non_negative, positive


def unequal_gaussians_delta(
    *, shift: float, sigma: float, other_sigma: float, epsilon: float
) -> float:
    """∫ max(0, p − e^ε·q), p = N(shift, σ²) and q = N(0, σ′²): exact, for noises of unequal size.

    ln(p/q) is a parabola in z; where it exceeds ε is an interval or the outside of one, and Φ at its
    two ends is all that is needed. ``sigma``, ``other_sigma`` > 0; ``epsilon`` >= 0.
    """
    s, r = positive("sigma", sigma), positive("other_sigma", other_sigma)
    budget = non_negative("epsilon", epsilon)
    # ln p − ln q − ε = a·z² + b·z + c
    a, b = (1 / r**2 - 1 / s**2) / 2, shift / s**2
    c = log(r / s) - shift**2 / (2 * s**2) - budget
    if a == 0:
        return gaussian_delta(sigma=s, l2_sensitivity=abs(shift), epsilon=budget)
    root_of = b * b - 4 * a * c
    if root_of <= 0:  # p is ahead nowhere or, with the wider noise, everywhere: then ε < 0
        return 0.0
    low, high = sorted((-b + sign * sqrt(root_of)) / (2 * a) for sign in (-1, 1))
    p_at, q_at = ((low - shift) / s, (high - shift) / s), (low / r, high / r)
    measure = _inside if a < 0 else _outside
    return max(0.0, measure(*p_at) - exp(budget) * measure(*q_at))


def many_gaussians_delta(
    *, shift: float, sigma: float, other_sigma: float, n_parameters: int, epsilon: float
) -> float:
    """The same in d = ``n_parameters`` dimensions: N((shift, 0, …, 0), σ²·I) against N(0, σ′²·I), σ ≠ σ′.

    ln(p/q) − ε = a·|z|² + b·z₁ + c exceeds 0 inside or outside a ball around (−b/2a, 0, …, 0), and
    squared distances from there follow noncentral χ² laws.
    """
    s, r = positive("sigma", sigma), positive("other_sigma", other_sigma)
    budget, d = non_negative("epsilon", epsilon), integer("n_parameters", n_parameters, minimum=1)
    if s == r:
        raise ValueError(f"sigma and other_sigma must differ, got sigma={s!r} for both")
    a, b = (1 / r**2 - 1 / s**2) / 2, shift / s**2
    c = d * log(r / s) - shift**2 / (2 * s**2) - budget
    centre, square = -b / (2 * a), (b * b / (4 * a) - c) / a  # of the ball: z₁, radius²
    if square <= 0:  # as above
        return 0.0
    measure = ncx2.cdf if a < 0 else ncx2.sf
    p_at = measure(square / s**2, d, ((shift - centre) / s) ** 2)
    return max(0.0, float(p_at - exp(budget) * measure(square / r**2, d, (centre / r) ** 2)))


def actual_batch_delta(
    *, batch_size: int, noise_multiplier: float, epsilon: float, n_parameters: int = 1
) -> float:
    """δ(ε) of one full-batch step that divides the noisy sum by the number of rows it was given.

    All others have gradient −C, the person in question +C. With her there are n = ``batch_size`` >= 2
    rows, without her n − 1, and with noise multiplier m the release is (in units of C)

        with: −1 + 2/n + (m/n)·N(0, 1),      without: −1 + (m/(n − 1))·N(0, 1)      (18.vii)

    It moves by 2/n, twice as far as with a fixed divisor, and the size of the noise tells n as well.
    The worse of the two directions. ``n_parameters``: all gradients lie along one axis, and the other
    parameters show nothing but the noise. Each of them shows its size again.
    """
    n = integer("batch_size", batch_size, minimum=2)
    m = positive("noise_multiplier", noise_multiplier)
    d = integer("n_parameters", n_parameters, minimum=1)
    pairs = ((m / n, m / (n - 1)), (m / (n - 1), m / n))
    if d == 1:
        return max(
            unequal_gaussians_delta(shift=2 / n, sigma=s, other_sigma=r, epsilon=epsilon)
            for s, r in pairs
        )
    return max(
        many_gaussians_delta(shift=2 / n, sigma=s, other_sigma=r, n_parameters=d, epsilon=epsilon)
        for s, r in pairs
    )


def actual_batch_epsilon(
    *, batch_size: int, noise_multiplier: float, delta: float, n_parameters: int = 1
) -> float:
    """The ε at ``delta`` of dividing by the actual batch size: ``actual_batch_delta`` solved for ε."""
    allowed = between("delta", delta, 0, 1)

    def excess(epsilon: float) -> float:
        found = actual_batch_delta(
            batch_size=batch_size,
            noise_multiplier=noise_multiplier,
            epsilon=epsilon,
            n_parameters=n_parameters,
        )
        return found - allowed

    return _root(excess)


def _inside(low: float, high: float) -> float:
    """Pr[low < N(0, 1) < high], from the tail that loses no digits."""
    if low > 0:
        low, high = -high, -low
    return float(ndtr(high) - ndtr(low))


def _outside(low: float, high: float) -> float:
    return float(ndtr(low) + ndtr(-high))


def _root(excess: Callable[[float], float]) -> float:
    """The ε >= 0 at which a falling ``excess`` passes 0, to 1e-9; 0 where it never is above 0."""
    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while excess(high) > 0:
        low, high = high, 2 * high
        if high > 500:
            raise ValueError(f"epsilon must be below 500 to be found, got epsilon > {low:g}")
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high
