"""Audit one step on one pair of neighbours, over and over: the pair can be the worst (lesson 17).

Canaries that keep out of each other's way cannot show a mistake that needs several records. Here you choose
the whole batch: the gradients that are always there, and the one that comes and goes.
"""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from lessons.dp.auditing.audit import PrivateGradient, counts_at
from lessons.dp.auditing.audit_plan import plan_audit
from lessons.dp.auditing.claim import Claim, family_epsilon
from lessons.dp.training.private_gradient import require_rows
from lessons.validation import integer, vector


def audit_pair(
    step: PrivateGradient,
    others: ArrayLike,
    canary: ArrayLike,
    *,
    noise_multiplier: float,
    delta: float,
    runs: int,
    failure: float,
    rng: np.random.Generator,
    clip_norm: float = 1.0,
) -> float:
    """A lower bound on the ε of ONE step, from ``runs`` runs of it on one pair of neighbours.

    ``others``  (n, n_parameters) gradients that are always there; ``canary``  (n_parameters,), there
    by a coin. You choose both: the pair can be the worst for the mistake that you fear. A run is
    scored by its output along ``canary``. Runs *are* independent; the Gaussian curve of one step
    (q = 1) is believed.
    """
    rows, direction = require_rows(others), vector("canary", canary)
    release = partial(
        step,
        clip_norm=clip_norm,
        noise_multiplier=noise_multiplier,
        expected_batch_size=len(rows) + 1,
    )
    both = np.vstack([rows, direction])
    inside = rng.random(integer("runs", runs, minimum=4)) < 0.5
    scores = np.array([release(both if there else rows, rng=rng) @ direction for there in inside])
    claim = Claim(noise_multiplier=noise_multiplier, sampling_rate=1.0, steps=1, delta=delta)
    plan = plan_audit(claim=claim, n_canaries=runs, failure=failure)
    return family_epsilon(
        **counts_at(inside, scores, fpr=plan.family), claim=claim, failure=failure
    )
