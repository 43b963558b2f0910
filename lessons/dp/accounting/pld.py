"""The privacy loss distribution of subsampled Gaussian steps, by FFT, never optimistic (lesson 15).

For two distributions P and Q of an output, its privacy loss is L = ln(P/Q), drawn under P, and

    δ(ε) = Pr[L = ∞] + E[max(0, 1 − e^(ε − L))]                             (15.vii)

Losses of independent steps add up, so their distributions convolve. Both directions count: remove (the
record is in the first table, P is the mixture) and add (P is the plain noise).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, expm1, inf, log, log1p, sqrt

import numpy as np
from scipy.special import ndtr

from lessons.dp.accounting.rdp import best_order, rdp_to_epsilon_2017, total_rdp
from lessons.dp.accounting.run import Run
from lessons.validation import Vector, between, non_negative, positive

OUTSIDE = 1e-9  # the share of δ that may lie beyond the grid (it then counts as loss ∞)
ROUNDING = 2e-4  # what the grid may add to ε, roughly
BLOCK = 300.0  # a difference of losses whose exponential is far from overflow
MOST_POINTS = 2**22  # beyond this the grid gets coarser: the answer grows, it stays an upper bound


@dataclass(frozen=True, kw_only=True)
class LossDistribution:
    """Distribution of a privacy loss on an even grid that starts at 0: all that δ(ε) needs for ε >= 0.

    ``losses``    (n,) 0, spacing, 2 · spacing, ...
    ``masses``    (n,) Pr[L = losses]
    ``infinite``  Pr[L = ∞]: part of δ whatever ε is
    """

    losses: Vector
    masses: Vector
    infinite: float

    def delta(self, epsilon: float) -> float:
        """δ(ε) by equation 15.vii."""
        start = int(np.searchsorted(self.losses, non_negative("epsilon", epsilon), side="right"))
        share = -np.expm1(epsilon - self.losses[start:])
        return min(1.0, self.infinite + float(share @ self.masses[start:]))

    def epsilon(self, delta: float) -> float:
        """The least ε >= 0 with δ(ε) <= ``delta``; between two losses δ is linear in e^ε.

        ``ValueError`` when ``delta`` is not above Pr[L = ∞]: no finite ε has such a δ.
        """
        room = between("delta", delta, 0, 1) - self.infinite
        if not room > 0:
            raise ValueError(f"delta must exceed Pr[L = ∞] = {self.infinite:.3g}, got {delta=!r}")
        # From the top down, in blocks in which e^loss stays a float; below ε the masses may be noise.
        above_p, above_q, end = 0.0, 0.0, len(self.losses)
        while end > 0:
            top = float(self.losses[end - 1])
            start = int(np.searchsorted(self.losses, top - BLOCK))
            masses, scale = self.masses[start:end], np.exp(top - self.losses[start:end])
            under_p = _sums_from_the_top(masses, above_p)
            under_q = _sums_from_the_top(masses * scale, above_q)  # of Q, times e^top
            too_low = np.flatnonzero(under_p[:-1] - under_q[:-1] / scale > room)
            if len(too_low):
                i = int(too_low[-1]) + 1
                return top + log((float(under_p[i]) - room) / float(under_q[i]))
            above_p = float(under_p[0])
            above_q = float(under_q[0]) * exp(float(self.losses[max(start - 1, 0)]) - top)
            end = start
        return 0.0


def _sums_from_the_top(values: Vector, above: float) -> Vector:
    """``above`` plus all of ``values`` from each index upwards; one more entry, for none of them."""
    return np.cumsum(np.append(above, values[::-1]))[::-1]


@dataclass(frozen=True, kw_only=True)
class LossGrid:
    """Losses spacing · (−half ... half); λ of the tilt on it, and of Chernoff's bound beyond it."""

    spacing: float
    half: int
    tilt: float
    tail_tilt: float

    def points(self, first: int, last: int) -> Vector:
        """The losses spacing · (``first`` ... ``last``)."""
        return np.asarray(np.multiply(self.spacing, np.arange(first, last + 1)))


def loss_distributions(
    phases: Sequence[Run], *, delta: float, rounding: float = ROUNDING
) -> tuple[LossDistribution, LossDistribution]:
    """Distributions of the loss of all ``phases`` together, remove and add, accurate around ε(``delta``).

    ``rounding``  about what the grid may add to ε: a picture needs less accuracy than a promise
    """
    grid = loss_grid(phases, delta=delta, rounding=rounding)
    return (
        _compose(phases, grid, delta=delta, direction="remove"),
        _compose(phases, grid, delta=delta, direction="add"),
    )


def loss_grid(phases: Sequence[Run], *, delta: float, rounding: float = ROUNDING) -> LossGrid:
    """A grid wide and fine enough for ``delta``: RDP tells both, at the cost of a few sums.

    Width: losses beyond the ε of δ · OUTSIDE are too rare to matter. Spacing: rounding outwards adds up
    to spacing²/6 to the variance of a step's loss, and so about steps · spacing² · slope / 12 to ε,
    where slope = −d ln δ / dε. Tilt: half of the λ of Chernoff's bound at δ.
    """
    order, _ = best_order(phases, delta=delta)
    tail_order, reach = _reach(phases, delta=delta)
    deviation = max(sqrt(total_rdp(phases, order=2)), 1e-6)  # of the whole loss, about
    slope = max(order, sqrt(-2 * log(delta)) / deviation)
    steps = sum(phase.steps for phase in phases)
    spacing = min(positive("rounding", rounding), sqrt(12 * rounding / (steps * slope)))
    half = min(_fast_size(2 * reach / spacing + 4), MOST_POINTS) // 2 - 1
    most = 600 / reach  # so that e^(λ L) stays a float
    return LossGrid(
        spacing=max(spacing, reach / half),
        half=half,
        tilt=min((order - 1) / 2, most),
        tail_tilt=min(tail_order - 1, most),
    )


def _reach(phases: Sequence[Run], *, delta: float) -> tuple[float, float]:
    """(α, l): Pr[L > l] <= e^((α − 1) (ε(α) − l)) = ``delta`` · OUTSIDE, by Chernoff's bound."""
    return best_order(phases, delta=delta * OUTSIDE, convert=rdp_to_epsilon_2017)


def _fast_size(n_points: float) -> int:
    """The next number of the form 4, 5, 6 or 7 times a power of two: quick for an FFT."""
    unit = 1 << max(0, ceil(n_points).bit_length() - 3)
    return unit * ceil(n_points / unit)


def _compose(
    phases: Sequence[Run], grid: LossGrid, *, delta: float, direction: str
) -> LossDistribution:
    """Distribution of the sum of all losses: the transforms multiply.

    The distributions are tilted by e^(λ L) before the FFT, or its rounding errors (1e-16 of the largest
    mass, and that times the number of steps) would drown the masses that make δ. What lies beyond the
    grid, at most E[e^(λ L)] e^(−λ l) for the last l by Chernoff, counts as loss ∞.
    """
    n_points = 2 * grid.half + 2
    spectrum = np.ones(n_points // 2 + 1, dtype=complex)
    log_moment, log_tail, log_finite = 0.0, -grid.tail_tilt * grid.spacing * grid.half, 0.0
    for phase in phases:
        _, reach = _reach([phase.once()], delta=delta / phase.steps)
        half = min(ceil(reach / grid.spacing), grid.half)
        losses = grid.points(-half, half)
        masses, infinite = step_masses(phase, losses, direction=direction)
        tilted = masses * np.exp(grid.tilt * losses)
        row = np.zeros(n_points)  # as the FFT wants it: loss 0 first, the negative ones at the end
        row[: half + 1], row[n_points - half :] = tilted[half:], tilted[:half]
        spectrum *= np.fft.rfft(row / tilted.sum()) ** phase.steps
        log_moment += phase.steps * log(tilted.sum())
        log_tail += phase.steps * log(masses @ np.exp(grid.tail_tilt * losses))
        log_finite += phase.steps * log1p(-infinite)
    upper = grid.points(0, grid.half)
    if (
        log_moment > 700
    ):  # losses far beyond MOST_POINTS: all that can be said is that they are large
        return LossDistribution(losses=upper, masses=np.zeros(len(upper)), infinite=1.0)
    untilt = np.exp(log_moment - grid.tilt * upper)
    return LossDistribution(
        losses=upper,
        masses=np.fft.irfft(spectrum, n_points)[: grid.half + 1] * untilt,
        infinite=exp(min(0.0, log_tail)) - expm1(log_finite),
    )


def step_masses(phase: Run, losses: Vector, *, direction: str) -> tuple[Vector, float]:
    """Distribution of the loss of one step on ``losses`` (even, symmetric about 0), and Pr[L = ∞].

    Connect the dots (Doroshenko et al. 2022): the outputs whose loss lies between two grid points go
    to these two, in the shares that keep their mass under P and their mass under Q. Then δ(ε) is exact
    at the grid points, and too large, never too small, between them. ``direction``: remove or add.
    """
    sigma, rate = phase.noise_multiplier, phase.sampling_rate
    edges = _outputs_with(losses, sigma, rate)
    plain = _gaussian_masses(edges / sigma)
    mixture = (1 - rate) * plain + rate * _gaussian_masses((edges - 1) / sigma)
    p, q = (mixture, plain) if direction == "remove" else (plain[::-1], mixture[::-1])

    width = np.full(len(losses), losses[1] - losses[0])  # of the cell above each grid point,
    width[-1] = inf  # the last of which gives to loss ∞
    up = (p[1:] - q[1:] * np.exp(np.minimum(losses, 700))) / -np.expm1(-width)
    up = np.clip(up, 0, p[1:])
    masses = p[1:] - up
    masses[1:] += up[:-1]
    masses[0] += p[0]  # losses below the grid are raised to its first point
    return masses, float(up[-1])


def _outputs_with(losses: Vector, sigma: float, rate: float) -> Vector:
    """The output x with loss ln((1 − q) + q e^((2x − 1)/(2σ²))) = ``losses``, or −∞ below them all."""
    least = log1p(-rate) if rate < 1 else -inf  # the loss at x = −∞
    outputs = np.full(len(losses), -inf)
    some = losses[losses > least]
    log_ratio = some + np.log(-np.expm1(least - some)) - log(rate)  # ln of N(1, σ²) / N(0, σ²)
    outputs[losses > least] = 0.5 + sigma**2 * log_ratio
    return outputs


def _gaussian_masses(edges: Vector) -> Vector:
    """Standard normal mass of the len(edges) + 1 cells between ``edges``, exact in both tails."""
    z = np.concatenate([[-inf], edges, [inf]])
    tail = ndtr(-np.abs(z))
    return np.asarray(np.diff(np.where(z > 0, -tail, tail)) + np.diff(z > 0))
