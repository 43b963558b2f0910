"""Clients that differ drift apart while they train, and the server's average is off (lesson 22).

On quadratics F_k(w) = a_k/2 (w − b_k)² the place where FedAvg comes to rest has a closed form. One
loop, ``federate``, is five methods: a term that a client adds to its gradients, or another step of
the server.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.fl.aggregation import example_shares
from lessons.fl.server_optimizers import ServerStep, plain
from lessons.validation import Vector, finite_array, integer, non_negative, positive, vector

Updates = Callable[[Vector, Vector, float], Vector]
NewControls = Callable[..., Vector]


def quadratic_updates(
    w: float,
    curvatures: ArrayLike,
    minima: ArrayLike,
    *,
    local_steps: int,
    learning_rate: float,
    corrections: ArrayLike = 0.0,
    proximal: float = 0.0,
) -> Vector:
    """The updates u_k = w_k − w of clients with F_k(w) = a_k/2 (w − b_k)², by simulation.

        w_k ← w_k − η (a_k (w_k − b_k) + h_k + μ (w_k − w)),  E times, from w_k = w      (22.iv)

    ``curvatures, minima``  a_k > 0 and b_k, shape ``(n_clients,)``
    ``local_steps``         E >= 1
    ``learning_rate``       η > 0 with η (a_k + μ) < 2 for each client, or it diverges
    ``corrections``         h_k, shape ``(n_clients,)``, or 0
    ``proximal``            μ >= 0
    Returns an array ``(n_clients,)``. ``ValueError`` for anything else.
    """
    a, b = _clients(curvatures, minima)
    integer("local_steps", local_steps, minimum=1)
    kept_by_one_step(a, learning_rate=learning_rate, proximal=proximal)
    h = finite_array("corrections", corrections)
    w_k = np.full(len(a), float(w))
    for _ in range(local_steps):
        w_k = w_k - learning_rate * (a * (w_k - b) + h + proximal * (w_k - w))
    return w_k - w


def fixed_point(
    curvatures: ArrayLike,
    minima: ArrayLike,
    *,
    shares: ArrayLike,
    local_steps: int,
    learning_rate: float,
    proximal: float = 0.0,
) -> float:
    """Where FedAvg (μ = 0) or FedProx comes to rest on quadratics: its updates cancel there.

        w* = Σ_k v_k b_k / Σ_k v_k,   v_k = p_k a_k/(a_k + μ) (1 − (1 − η (a_k + μ))^E)  (22.iii)

    Arguments as for ``quadratic_updates``; ``shares`` p_k > 0, shape ``(n_clients,)``, sum 1. With
    E = 1 this is the minimum of Σ_k p_k F_k, whatever μ; with many local steps (μ = 0), Σ_k p_k b_k.
    """
    a, b = _clients(curvatures, minima)
    p = _shares(shares, n_clients=len(a))
    integer("local_steps", local_steps, minimum=1)
    kept = kept_by_one_step(a, learning_rate=learning_rate, proximal=proximal)
    pull = p * a / (a + proximal) * (1 - kept**local_steps)
    return float(pull @ b / pull.sum())


def optimum(curvatures: ArrayLike, minima: ArrayLike, *, shares: ArrayLike) -> float:
    """Where Σ_k p_k F_k is smallest on quadratics: Σ_k p_k a_k b_k / Σ_k p_k a_k (22.i)."""
    a, b = _clients(curvatures, minima)
    pull = _shares(shares, n_clients=len(a)) * a
    return float(pull @ b / pull.sum())


def kept_by_one_step(curvatures: Vector, *, learning_rate: float, proximal: float = 0.0) -> Vector:
    """1 − η (a_k + μ): which part of its way to rest a client keeps before it, in each step.

    ``ValueError`` where a client diverges, η (a_k + μ) >= 2.
    """
    reach = positive("learning_rate", learning_rate) * (
        curvatures + non_negative("proximal", proximal)
    )
    if not reach.max() < 2:
        raise ValueError(
            "learning_rate times (curvature + proximal) must be below 2, or a client diverges, got "
            f"{reach.max():g} with learning_rate={learning_rate!r}"
        )
    return np.asarray(1 - reach)


def new_controls(
    controls: Vector,
    updates: Vector,
    *,
    shares: Vector,
    n_steps: Sequence[int] | NDArray[np.int64],
    learning_rate: float,
) -> Vector:
    """SCAFFOLD's control variates after a round (Karimireddy et al. 2020, Alg. 1, option II).

        c_k ← c_k − c − u_k / (T_k η),    c = Σ_k p_k c_k                              (22.v)

    the mean of client k's own gradients over its T_k steps, the correction c − c_k taken out.

    ``controls``       c_k of the round before, shape ``(n_clients, n_parameters)``; not changed
    ``updates``        u_k, the same shape
    ``shares``         p_k, shape ``(n_clients,)``; the paper has 1/n_clients
    ``n_steps``        T_k, how many steps each client made, shape ``(n_clients,)``
    ``learning_rate``  η > 0 of these steps
    Returns a new array. ``ValueError`` for shapes that differ.
    """
    old, u = finite_array("controls", controls), finite_array("updates", updates)
    if old.ndim != 2 or old.shape != u.shape:
        raise ValueError(
            "controls and updates must have the same shape (n_clients, n_parameters), "
            f"got {old.shape} and {u.shape}"
        )
    p = _shares(shares, n_clients=len(old))
    steps = np.array([integer("n_steps", one, minimum=1) for one in n_steps])
    if steps.shape != p.shape:
        raise ValueError(f"n_steps must have one entry per client, {len(p)}, got {len(steps)}")
    return np.asarray(
        old - p @ old - u / (steps * positive("learning_rate", learning_rate))[:, None]
    )


def federate(
    w: ArrayLike,
    local_updates: Updates,
    *,
    shares: Vector,
    rounds: int,
    proximal: float = 0.0,
    controls_after: NewControls | None = None,
    server: ServerStep = plain,
    measure: Callable[[Vector], float] | None = None,
) -> tuple[Vector, list[float]]:
    """Rounds with all clients; FedAvg unless one of the hooks says otherwise.

    ``local_updates``   ``local_updates(w, corrections, proximal)`` gives the updates
                        ``(n_clients, n_parameters)`` of clients that add h_k + μ (w_k − w) to each
                        gradient (22.iv); ``corrections`` are the h_k, a row each
    ``shares``          p_k, shape ``(n_clients,)``
    ``proximal``        μ, FedProx
    ``controls_after``  ``controls_after(controls, updates)`` gives new controls c_k, SCAFFOLD; the
                        corrections are h_k = c − c_k. ``None``: they stay 0
    ``server``          ``server(u, state)`` gives the server's step and its new state
    ``measure``         called on w after each round
    Returns the parameters, and what ``measure`` gave: before the first round and after each.
    """
    integer("rounds", rounds, minimum=1)
    w = vector("w", w)
    controls, state = np.zeros((len(shares), len(w))), None
    measured = [] if measure is None else [measure(w)]
    for _ in range(rounds):
        corrections = shares @ controls - controls  # (n_clients, n_parameters): 0 but for SCAFFOLD
        updates = local_updates(w, corrections, proximal)
        if controls_after is not None:
            controls = controls_after(controls, updates)
        step, state = server(shares @ updates, state)
        w = w + step
        if measure is not None:
            measured.append(measure(w))
    return w, measured


def label_skew(labels: NDArray[np.int64], parts: Sequence[NDArray[np.int64]]) -> float:
    """How much the clients' mixes of labels differ from that of all: 0, each has the same mix.

        Σ_k p_k ½ Σ_y |P_k(y) − P(y)|,  the total variation distance, averaged by shares  (22.vii)

    ``parts``  the numbers of each client's examples; with one class each of C equal classes, 1 − 1/C
    """
    n_classes = int(labels.max()) + 1
    p = example_shares([len(own) for own in parts])
    mixes = np.array([np.bincount(labels[own], minlength=n_classes) / len(own) for own in parts])
    return float(p @ np.abs(mixes - p @ mixes).sum(axis=1) / 2)


def _clients(curvatures: ArrayLike, minima: ArrayLike) -> tuple[Vector, Vector]:
    a, b = vector("curvatures", curvatures), vector("minima", minima)
    if not a.min() > 0:
        raise ValueError(f"curvatures must be positive, got {a.min()!r} in curvatures")
    if a.shape != b.shape:
        raise ValueError(f"minima must have one entry per curvature, {len(a)}, got {len(b)}")
    return a, b


def _shares(shares: ArrayLike, *, n_clients: int) -> Vector:
    p = vector("shares", shares)
    if len(p) != n_clients or not p.min() > 0 or not abs(p.sum() - 1) < 1e-9:
        raise ValueError(
            f"shares must be {n_clients} positive numbers that sum to 1, got shares={p.tolist()}"
        )
    return p
