"""A clip norm that follows a quantile of the clients' norms, privately (lesson 25).

Andrew, Thakkar, McMahan, Ramaswamy (2021), Algorithm 1 and Theorem 1. Each sampled client sends, besides
its clipped update, one bit: was its norm at most C? As ±1/2 the bit moves a sum by 1/2 per client, and
it shares the noise of the round with the update.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike

from lessons.validation import between, finite, non_negative, positive, vector


@dataclass(frozen=True, kw_only=True)
class AdaptiveClipping:
    """How the clip norm moves: γ, η_C and the noise on the count.

    ``target``         0 < γ < 1, the quantile: the fraction of clients that are not to be clipped
    ``learning_rate``  η_C > 0: in one round C moves by a factor of e^{η_C} or so at most
    ``count_sigma``    σ_b > 0, standard deviation of the noise on the sum of the bits
    """

    target: float = 0.5
    learning_rate: float = 0.2
    count_sigma: float

    def __post_init__(self) -> None:
        between("target", self.target, 0, 1)
        positive("learning_rate", self.learning_rate)
        positive("count_sigma", self.count_sigma)


def next_clip_norm(
    norms: ArrayLike,
    *,
    clip_norm: float,
    target: float,
    learning_rate: float,
    expected_clients: float,
    noise: float,
) -> float:
    """The clip norm of the next round: one geometric step towards the target quantile.

        b̃ = 1/2 + (Σ_k (b_k − 1/2) + noise) / L,   b_k = 1 if ‖u_k‖ <= C else 0
        C ← C · exp(−η_C (b̃ − γ))                                               (25.iv)

    ``norms``             (n_sampled,) of the updates before clipping, >= 0; there may be none
    ``clip_norm``         C > 0
    ``target``            γ in (0, 1); ``learning_rate`` η_C > 0
    ``expected_clients``  L > 0, fixed beforehand, as for the average
    ``noise``             one draw of N(0, σ_b²), made by the caller
    ``ValueError`` for anything else.
    """
    lengths = vector("norms", norms, allow_empty=True)
    if (lengths < 0).any():
        raise ValueError(f"norms must be at least 0, got {lengths.min()!r} in norms")
    limit, size = positive("clip_norm", clip_norm), positive("expected_clients", expected_clients)
    bits = float(np.sum((lengths <= limit) - 0.5))
    fraction = 0.5 + (bits + finite("noise", noise)) / size
    rate = positive("learning_rate", learning_rate)
    return limit * exp(-rate * (fraction - between("target", target, 0, 1)))


def sum_noise_multiplier(noise_multiplier: float, *, count_sigma: float) -> float:
    """The noise multiplier m_Δ left for the sum when the count has noise σ_b (Theorem 1; z there).

        1/m² = 1/m_Δ² + 1/(2σ_b)²                                               (25.v)

    One round of both then costs what a round of the sum alone costs with ``noise_multiplier`` m.
    ``ValueError`` unless 2σ_b > m: the count alone would cost more than the whole round may.
    m = 0 gives 0.
    """
    m, spent = (
        non_negative("noise_multiplier", noise_multiplier),
        2 * positive("count_sigma", count_sigma),
    )
    if not spent > m:
        raise ValueError(
            f"count_sigma must be above noise_multiplier / 2 = {m / 2:g}, got count_sigma={count_sigma!r}"
        )
    return float(m / (1 - (m / spent) ** 2) ** 0.5)
