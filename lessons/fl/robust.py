"""Rules that combine updates of which some may be lies: no single client decides (lesson 24).

Each rule has the signature of ``rounds.run_round``'s ``average=``: ``rule(updates, n_examples=...)``.
A rule with a further number gets it by ``functools.partial(rule, n_bad=4)``. None uses
``n_examples``: a client says itself how many it has, and may lie.

``updates``  (n_clients, n_parameters): row k is what client k sent
Each rule returns a new array of shape ``(n_parameters,)``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.dp.mechanisms.clipping import clip_rows, row_norms
from lessons.validation import Vector, finite_array, integer, positive


def coordinate_median(updates: Vector, *, n_examples: Any = None) -> Vector:
    """The median of each parameter over the clients (Yin et al. 2018, Definition 1).

        u_j = median(u_1j, …, u_nj);    far away only if f > (n − 1) / 2    (24.ii)

    With an even number of clients, half-way between the two in the middle. ``ValueError`` unless
    ``updates`` has shape (n_clients, n_parameters), at least one row, and finite numbers.
    """
    return np.asarray(np.median(_rows(updates), axis=0))


def trimmed_mean(updates: Vector, *, n_trimmed: int, n_examples: Any = None) -> Vector:
    """Of each parameter, leave out the b smallest and b largest, average the rest (Yin et al. 2018).

        u_j = mean of u_(b+1)j ≤ … ≤ u_(n−b)j;    holds against f ≤ b       (24.iii)

    ``n_trimmed``  b >= 0 and 2b < n_clients, else ``ValueError``; b = 0 is the plain mean
    """
    rows = _rows(updates)
    b = integer("n_trimmed", n_trimmed, minimum=0)
    if not 2 * b < len(rows):
        raise ValueError(
            f"n_trimmed must leave somebody, 2 · n_trimmed < n_clients, "
            f"got n_trimmed={b} of {len(rows)} clients"
        )
    return np.asarray(np.sort(rows, axis=0)[b : len(rows) - b].mean(axis=0))


def geometric_median(
    updates: Vector, *, n_steps: int = 50, closest: float = 1e-9, n_examples: Any = None
) -> Vector:
    """The point with the smallest sum of distances to all updates, by Weiszfeld's steps.

        z ← Σ_k u_k / d_k  ÷  Σ_k 1 / d_k,    d_k = max(‖u_k − z‖, ν)       (24.v)

    RFA, the smoothed Weiszfeld rule of Pillutla, Kakade, Harchaoui (2022), with equal weights.
    The point withstands f < n / 2. A step leaves about f / (n − f) of the distance that lies far
    away put between z and the crowd: the farther they are, the more steps it takes.

    ``n_steps``  how often, at least 1; the start is the mean of the rows
    ``closest``  ν > 0, in units of an update: closer than this counts as this close
    """
    rows = _rows(updates)
    integer("n_steps", n_steps, minimum=1)
    positive("closest", closest)
    z = rows.mean(axis=0)
    for _ in range(n_steps):
        weights = 1 / np.maximum(row_norms(rows - z), closest)  # (n_clients,)
        z = weights @ rows / weights.sum()
    return np.asarray(z)


def krum_scores(updates: Vector, *, n_bad: int) -> Vector:
    """How far each update is from its n − f − 2 nearest others (Blanchard et al. 2017, section 4).

        s_k = Σ ‖u_k − u_l‖²  over the n − f − 2 clients l ≠ k nearest to k  (24.iv)

    ``n_bad``  f >= 0, how many clients may lie: n_clients >= 2f + 3, else ``ValueError``
    Returns the scores, shape ``(n_clients,)``; the smaller, the more trusted.
    """
    rows = _rows(updates)
    f, n = integer("n_bad", n_bad, minimum=0), len(rows)
    if not n >= 2 * f + 3:
        raise ValueError(
            f"n_bad must satisfy n_clients >= 2 · n_bad + 3, got n_bad={f} of {n} clients"
        )
    with np.errstate(over="ignore"):  # a lie may be so long that its square is infinite
        apart = np.array(
            [((rows - row) ** 2).sum(axis=1) for row in rows]
        )  # (n_clients, n_clients)
    np.fill_diagonal(apart, np.inf)  # nobody is its own neighbour
    return np.asarray(np.sort(apart, axis=1)[:, : n - f - 2].sum(axis=1))


def krum_chosen(updates: Vector, *, n_bad: int, n_kept: int) -> NDArray[np.int64]:
    """Which clients have the ``n_kept`` smallest scores, best first; of equals, the lower number."""
    order = np.argsort(krum_scores(updates, n_bad=n_bad), kind="stable")
    kept = integer("n_kept", n_kept, minimum=1)
    if not kept <= len(order):
        raise ValueError(f"n_kept must be at most {len(order)} clients, got n_kept={kept}")
    return order[:kept]


def krum(updates: Vector, *, n_bad: int, n_examples: Any = None) -> Vector:
    """The one update with the smallest score (24.iv), as it is (Blanchard et al. 2017)."""
    rows = _rows(updates)
    return np.asarray(rows[krum_chosen(rows, n_bad=n_bad, n_kept=1)[0]])


def multi_krum(
    updates: Vector, *, n_bad: int, n_kept: int | None = None, n_examples: Any = None
) -> Vector:
    """The mean of the ``n_kept`` updates with the smallest scores (24.iv); n − f unless you say."""
    rows = _rows(updates)
    kept = len(rows) - integer("n_bad", n_bad, minimum=0) if n_kept is None else n_kept
    return np.asarray(rows[krum_chosen(rows, n_bad=n_bad, n_kept=kept)].mean(axis=0))


def clipped_mean(updates: Vector, *, clip_norm: float, n_examples: Any = None) -> Vector:
    """The mean of the shortened updates: one client moves it by 2C / n at most (Sun et al. 2019).

        u = (1/n) Σ_k u_k · min(1, C / ‖u_k‖)                               (24.vi)

    ``clip_norm``  C > 0, in units of an update's L2 norm
    """
    return np.asarray(clip_rows(_rows(updates), clip_norm=clip_norm).mean(axis=0))


def plain_mean(updates: Vector, *, n_examples: Any = None) -> Vector:
    """The unweighted mean: every client counts the same, whatever it claims to hold."""
    return np.asarray(_rows(updates).mean(axis=0))


def _rows(updates: Vector) -> Vector:
    rows = finite_array("updates", updates)
    if rows.ndim != 2 or rows.size == 0:
        raise ValueError(
            f"updates must have shape (n_clients, n_parameters), got shape {rows.shape}"
        )
    return rows
