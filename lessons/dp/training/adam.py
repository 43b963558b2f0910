"""Adam, which becomes DP-Adam when the gradients that it gets are private (lesson 16).

    m ← β₁ m + (1 − β₁) g̃,    v ← β₂ v + (1 − β₂) g̃²
    w ← w − η m̂ / (√v̂ + stability),    m̂ = m / (1 − β₁ᵗ),    v̂ = v / (1 − β₂ᵗ)      (16.ix)

Every quantity is computed from released gradients g̃ alone: post-processing, which costs no privacy.
Kingma and Ba (2015), Algorithm 1.
"""

from dataclasses import dataclass

import numpy as np

from lessons.validation import Vector, integer, positive, probability, vector


@dataclass(frozen=True)
class AdamState:
    """What Adam remembers: how many steps, and running means of g̃ and g̃², ``(n_parameters,)`` each."""

    steps: int
    mean: Vector
    square: Vector


def start_adam(n_parameters: int) -> AdamState:
    """Adam's memory before the first step."""
    size = integer("n_parameters", n_parameters, minimum=1)
    return AdamState(0, np.zeros(size), np.zeros(size))


def adam_step(
    w: Vector,
    gradient: Vector,
    state: AdamState,
    *,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    stability: float = 1e-8,
) -> tuple[Vector, AdamState]:
    """One step of Adam from parameters ``w``: the new parameters and the new memory.

    ``gradient``   (n_parameters,); with a private gradient this is DP-Adam
    ``beta1/2``    how much of the memory stays, at least 0 and below 1; ``stability`` > 0
    ``ValueError`` for anything else.
    """
    g, rate = vector("gradient", gradient), positive("learning_rate", learning_rate)
    for name, beta in (("beta1", beta1), ("beta2", beta2)):
        if probability(name, beta) == 1:
            raise ValueError(f"{name} must be below 1, got {name}={beta!r}")
    t = state.steps + 1
    mean = beta1 * state.mean + (1 - beta1) * g
    square = beta2 * state.square + (1 - beta2) * g**2
    size = np.sqrt(square / (1 - beta2**t)) + positive("stability", stability)
    return w - rate * mean / (1 - beta1**t) / size, AdamState(t, mean, square)
