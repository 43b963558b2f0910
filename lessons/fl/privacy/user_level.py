"""DP-FedAvg: FedAvg with a guarantee for each client, however many examples it holds (lesson 25).

In each of T rounds:

    1  sample    a Poisson sample of the clients, each with probability q
    2  train     each sampled client sends its update u_k = w_k − w
    3  release   ũ = (Σ_k clip(u_k) + noise) / L, with L fixed beforehand      (25.iii)
    4  update    w ← w + ũ

Only step 3 looks at the clients' data. McMahan, Ramage, Talwar, Zhang (2018), Algorithm 1. With
``adaptive`` the clip norm follows a quantile of the norms (``adaptive_clipping``, (25.iv)).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, expm1, log

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.clipping import clip_factors, row_norms
from lessons.dp.statement import PrivacyStatement
from lessons.dp.training.private_gradient import noisy_mean, poisson_sample
from lessons.fl.client import Data
from lessons.fl.privacy.adaptive_clipping import (
    AdaptiveClipping,
    next_clip_norm,
    sum_noise_multiplier,
)
from lessons.validation import Vector, between, integer, positive, vector

Training = Callable[
    [Vector, Sequence[Data]], Vector
]  # (w, some clients) -> (n_sampled, n_parameters)
Average = Callable[..., Vector]  # with the arguments of ``private_average``
NextNorm = Callable[..., float]  # with the arguments of ``next_clip_norm``


@dataclass(frozen=True)
class UserLevelRun:
    """What a run releases, and what it promises each client.

    ``models``      (T + 1, n_parameters), w before the first round and after each of the T rounds
    ``clip_norms``  the C of each round, T of them
    """

    models: Vector
    clip_norms: tuple[float, ...]
    statement: PrivacyStatement


def private_average(
    updates: ArrayLike,
    *,
    clip_norm: float,
    noise_multiplier: float,
    expected_clients: float,
    rng: np.random.Generator,
) -> Vector:
    """One noisy average of clipped updates: step 3, the only step that costs privacy.

        ũ = (Σ_k u_k · min(1, C / ‖u_k‖₂) + Z) / L,    Z ~ N(0, (m·C)² I)          (25.iii)

    ``updates``           (n_sampled, n_parameters), one row per sampled client; n_sampled may be 0,
                          and the result is then noise alone
    ``clip_norm``         C > 0: with one client more or less the sum moves by at most C
    ``noise_multiplier``  m >= 0, standard deviation of the noise on the *sum* over C
    ``expected_clients``  L > 0, fixed beforehand; not the number of rows that happened to come
    All clients count alike: a weight n_k would need a bound of its own. Returns (n_parameters,).
    ``ValueError`` for anything else; it names the row of an update that is not finite.
    """
    rows = _require_updates(updates)
    total = clip_factors(row_norms(rows), clip_norm=clip_norm) @ rows  # (n_parameters,)
    return noisy_mean(
        total,
        clip_norm=clip_norm,
        noise_multiplier=noise_multiplier,
        expected_batch_size=positive("expected_clients", expected_clients),
        rng=rng,
    )


def dp_fedavg(
    w: Vector,
    clients: Sequence[Data],
    *,
    train: Training,
    run: Run,
    clip_norm: float,
    expected_clients: float,
    delta: float,
    rng: np.random.Generator,
    average: Average = private_average,
    adaptive: AdaptiveClipping | None = None,
    next_norm: NextNorm = next_clip_norm,
) -> UserLevelRun:
    """Train with DP-FedAvg from w; all ``models`` together are (ε, ``delta``)-DP for each client.

    ``clients``           K >= 1 of them; K is used nowhere but to toss their coins: neighbours differ
    ``train``             ``train(w, some)`` gives the updates of some clients, one row each
    ``run``               σ/C, q and T; with ``adaptive`` σ/C is the noise that sum and count share
    ``clip_norm``         C > 0; with ``adaptive`` the C of the first round
    ``expected_clients``  L > 0, fixed beforehand: q times the K that one expects
    ``average``           another release with the arguments of ``private_average``; ε is then only
                          as true as that function; so with ``next_norm`` for ``next_clip_norm``
    A round in which nobody is sampled adds noise like any other. ``ValueError`` before any training.
    """
    statement = privacy_statement(
        run, clip_norm=clip_norm, expected_clients=expected_clients, delta=delta, adaptive=adaptive
    )
    m = run.noise_multiplier
    if adaptive is not None:
        m = sum_noise_multiplier(m, count_sigma=adaptive.count_sigma)
    models, clip_norms = [vector("w", w)], [float(clip_norm)]
    for _ in range(run.steps):
        some = poisson_sample(len(clients), sampling_rate=run.sampling_rate, rng=rng)  # 1
        start = models[-1]
        updates = np.zeros((0, len(start)))
        if len(some):
            updates = _named(train(start, [clients[k] for k in some]), clients=some)  # 2
        step = average(
            updates,
            clip_norm=clip_norms[-1],
            noise_multiplier=m,
            expected_clients=expected_clients,
            rng=rng,
        )  # 3
        models.append(start + step)  # 4
        limit = clip_norms[-1]
        if adaptive is not None:
            limit = next_norm(
                row_norms(updates),
                clip_norm=limit,
                target=adaptive.target,
                learning_rate=adaptive.learning_rate,
                expected_clients=expected_clients,
                noise=rng.normal(scale=adaptive.count_sigma),
            )
        clip_norms.append(limit)
    return UserLevelRun(np.array(models), tuple(clip_norms[:-1]), statement)


def privacy_statement(
    run: Run,
    *,
    clip_norm: float,
    expected_clients: float,
    delta: float,
    adaptive: AdaptiveClipping | None = None,
) -> PrivacyStatement:
    """What a run with these settings promises; ``ValueError`` for settings that promise nothing."""
    limit = f"clip norm {positive('clip_norm', clip_norm):g}"
    if adaptive is not None:
        limit += f" at first, then the {adaptive.target:g} quantile"
    size = positive("expected_clients", expected_clients)
    return PrivacyStatement(
        epsilon=run_epsilon(run, delta=delta),
        delta=delta,
        unit="client",
        neighbours="add/remove",
        sampling=f"Poisson, every client in a round with probability {run.sampling_rate:g}",
        mechanism=f"DP-FedAvg, {run.steps} rounds, {limit}, noise multiplier "
        f"{run.noise_multiplier:g}, sums divided by {size:g}, fixed beforehand",
    )


def group_epsilon(run: Run, *, group_size: int, delta: float) -> float:
    """ε at ``delta`` for g records together, of a ``run`` whose unit is one record (group privacy).

        (ε₀, δ₀) for one  →  (g·ε₀, δ₀ · (e^{g·ε₀} − 1) / (e^{ε₀} − 1)) for g            (25.i)

    δ₀ is searched so that the right side has ``delta``: far smaller, with an ε₀ that is larger. An
    upper bound, not a tight one. ``group_size`` g >= 1.
    """
    g, target = integer("group_size", group_size, minimum=1), log(between("delta", delta, 0, 1))
    if g == 1:
        return run_epsilon(run, delta=delta)
    low, high = max(target - 690.0, -700.0), target  # of ln δ₀; e^−700 is near the smallest float
    while high - low > 0.01:
        middle = (low + high) / 2
        one = run_epsilon(run, delta=exp(middle))
        fits = middle + g * one + log(-expm1(-g * one)) - log(expm1(one)) <= target
        low, high = (middle, high) if fits else (low, middle)
    return g * run_epsilon(run, delta=exp(low))


def _require_updates(updates: ArrayLike) -> Vector:
    rows = np.array(updates, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(
            "updates must have one row per client and one column per parameter, "
            f"got updates of shape {rows.shape}"
        )
    return _named(rows, clients=np.arange(len(rows)))


def _named(updates: Vector, *, clients: ArrayLike) -> Vector:
    """``updates`` if all are finite, else ``ValueError`` with the number of the client."""
    bad = ~np.isfinite(updates).all(axis=1)
    if bad.any():
        first = int(np.asarray(clients)[bad][0])
        raise ValueError(f"updates must hold finite numbers only, got others from client {first}")
    return updates
