"""Who took part in a round of federated learning? Read off the new model (lesson 25).

The attacker knows the models before and after a round, how clients train, and the data of everybody who
might have taken part: the game of lesson 17, with clients in place of images. It computes what each
candidate would have sent, and asks how much of each update is in the sum.
"""

import numpy as np
from numpy.typing import ArrayLike

from lessons.validation import Vector, between, finite_array, non_negative, positive, vector


def participation_scores(
    updates: ArrayLike,
    total: ArrayLike,
    *,
    expected_clients: float,
    sampling_rate: float,
    sigma: float = 0.0,
) -> Vector:
    """How much of each candidate's update is in ``total``, (n_candidates,): higher for "took part".

        a = (U Uᵀ + λ I)⁻¹ U (y − L ū),    λ = σ² / (q (1 − q))                    (25.viii)

    ``updates``           U (n_candidates, n_parameters), clipped if the round clips
    ``total``             y (n_parameters,), the sum that was released
    ``expected_clients``  L > 0; L times the mean update ū is the sum that one expects
    ``sampling_rate``     0 < q < 1
    ``sigma``             σ >= 0 of the noise on the sum. With σ = 0 this is least squares: exactly 1 less
                          L / n_candidates for who took part, 0 less that for the others. With noise
                          it is ridge regression, the best linear guess of coins of variance q(1 − q).
    ``ValueError`` for other shapes, or for σ = 0 with more candidates than parameters.
    """
    rows, seen = finite_array("updates", updates), vector("total", total)
    if rows.ndim != 2 or len(rows) == 0 or rows.shape[1:] != seen.shape:
        raise ValueError(
            "updates must be (n_candidates, n_parameters) and total (n_parameters,), "
            f"got shapes {rows.shape} and {seen.shape}"
        )
    variance = between("sampling_rate", sampling_rate, 0, 1) * (1 - sampling_rate)
    ridge = non_negative("sigma", sigma) ** 2 / variance
    if ridge == 0 and len(rows) > rows.shape[1]:
        raise ValueError(f"sigma must be positive for {len(rows)} candidates, got sigma=0")
    rest = seen - positive("expected_clients", expected_clients) * rows.mean(axis=0)
    return np.asarray(np.linalg.solve(rows @ rows.T + ridge * np.eye(len(rows)), rows @ rest))
