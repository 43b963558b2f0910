"""How the server steps when it has the average update u: FedAvg, FedAvgM, FedAdam (lesson 22).

A server step is a function ``step, state = server(u, state)``; the first ``state`` is ``None``.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.validation import Vector, positive, probability

Moments = tuple[Vector, Vector]
ServerStep = Callable[[Vector, Any], tuple[Vector, Any]]


def plain(u: Vector, state: None) -> tuple[Vector, None]:
    """FedAvg: the server moves by the average update."""
    return u, state


def momentum(*, beta: float) -> ServerStep:
    """FedAvgM (Hsu, Qi, Brown 2019): the server keeps its speed, s ← β s + u, and moves by s.

    ``beta``  β in [0, 1); 0 is FedAvg
    """
    _below_one("beta", beta)

    def server(u: Vector, speed: Vector | None) -> tuple[Vector, Vector]:
        speed = u if speed is None else beta * speed + u
        return speed, speed

    return server


def adam(
    *,
    server_rate: float,
    beta_1: float = 0.9,
    beta_2: float = 0.99,
    tau: float = 1e-3,
    step: Callable[..., tuple[Vector, Any]] | None = None,
) -> ServerStep:
    """FedAdam (Reddi et al. 2021, Algorithm 2), ``adam_step`` as a server.

    ``server_rate``  η_s > 0
    ``tau``          τ > 0; it starts with m = 0 and v = τ²
    ``step``         another function in the place of ``adam_step``
    """
    one_step = adam_step if step is None else step
    positive("server_rate", server_rate)
    positive("tau", tau)
    _below_one("beta_1", beta_1)
    _below_one("beta_2", beta_2)

    def server(u: Vector, state: Moments | None) -> tuple[Vector, Moments]:
        moments = (np.zeros_like(u), np.full_like(u, tau**2)) if state is None else state
        return one_step(u, moments, server_rate=server_rate, beta_1=beta_1, beta_2=beta_2, tau=tau)

    return server


def adam_step(
    u: Vector, state: Moments, *, server_rate: float, beta_1: float, beta_2: float, tau: float
) -> tuple[Vector, Moments]:
    """The server's step on the average update u, and its new memory (Reddi et al. 2021).

        m ← β₁ m + (1 − β₁) u,   v ← β₂ v + (1 − β₂) u²,   step = η_s m / (√v + τ)      (22.vi)

    ``u``      ``(n_parameters,)``; all operations are entry by entry
    ``state``  the pair m, v, each of the same shape; not changed
    Returns the step and the new pair. It is Adam (Kingma and Ba 2015) without its bias correction,
    with u in the place of minus a gradient.
    """
    m = beta_1 * state[0] + (1 - beta_1) * u
    v = beta_2 * state[1] + (1 - beta_2) * u**2
    return server_rate * m / (np.sqrt(v) + tau), (m, v)


def _below_one(name: str, value: float) -> None:
    if probability(name, value) == 1:
        raise ValueError(f"{name} must be below 1, got {name}={value!r}")
