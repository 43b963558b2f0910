"""Membership inference: was this record in the training data? Scores, ROC curves, two attacks (lesson 17).

A score is a number per record, higher for "in". Every threshold on it is an attack, with a
true-positive rate (of the records that were in, how many it calls "in") and a false-positive rate
(of those that were out). All thresholds together are the ROC curve.

The margin φ = ln(p / (1 − p)) of a record, with p the probability that a network gives its right
label, is large when the network is sure and right. Its loss −ln p = ln(1 + e^−φ) falls with φ, so a
threshold on φ is the attack of Yeom et al. (2018).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.validation import Vector, finite_array, probability

Bits = NDArray[np.bool_]

LEAST_DEVIATION = 1e-9  # a fitted Gaussian is never narrower


def roc(scores: ArrayLike, members: ArrayLike) -> tuple[Vector, Vector]:
    """(fpr, tpr) of "in if score >= threshold" for every threshold, from (0, 0) to (1, 1).

    ``scores``, ``members``  of one shape, any: one entry per record; equal scores go together.
    ``ValueError`` unless some records were in and some out.
    """
    values, inside = _pairs(scores, members)
    order = np.argsort(-values, kind="stable")
    ranked, hits = values[order], inside[order]
    last_of_its_score = np.append(np.diff(ranked) != 0, True)
    tpr = np.cumsum(hits)[last_of_its_score] / inside.sum()
    fpr = np.cumsum(~hits)[last_of_its_score] / (~inside).sum()
    return np.append(0.0, fpr), np.append(0.0, tpr)


def auc(scores: ArrayLike, members: ArrayLike) -> float:
    """Area under the ROC curve: how often a record that was in scores above one that was out.

    1/2 for a coin; a tie counts half.
    """
    fpr, tpr = roc(scores, members)
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def tpr_at(scores: ArrayLike, members: ArrayLike, *, fpr: float) -> float:
    """The largest TPR of a threshold whose FPR is at most ``fpr``."""
    alarms, hits = roc(scores, members)
    return float(hits[alarms <= probability("fpr", fpr)].max())


def likelihood_ratio_scores(
    observed: ArrayLike, shadow_margins: ArrayLike, shadow_members: ArrayLike
) -> Vector:
    """How much likelier a margin is if its record was in: LiRA (Carlini et al. 2022, Algorithm 1).

        score_i = ln N(φ_i; μ_i^in, σ_in²) − ln N(φ_i; μ_i^out, σ_out²)          (17.i)

    ``observed``        (n,) φ_i: the margin that the attacked network gives each record
    ``shadow_margins``  (n_shadows, n) those of networks which the attacker trained
    ``shadow_members``  (n_shadows, n) whether each of these had the record
    μ_i^in is the mean over the shadow networks that had record i, μ_i^out over those that had not. The
    two deviations are common to all records: root mean square distances from these means (their
    choice when networks are few). Returns (n,). ``ValueError`` if a record was always in, or never.
    """
    margins, had_it = finite_array("shadow_margins", shadow_margins), _bits(shadow_members)
    target = finite_array("observed", observed)
    if margins.ndim != 2 or had_it.shape != margins.shape or target.shape != margins.shape[1:]:
        raise ValueError(
            "observed must be (n,), shadow_margins and shadow_members (n_shadows, n), got shapes "
            f"{target.shape}, {margins.shape}, {had_it.shape}"
        )
    if not (had_it.any(axis=0) & ~had_it.all(axis=0)).all():
        raise ValueError("every record must be in for some shadow networks and out for others")
    return _log_density(target, margins, had_it) - _log_density(target, margins, ~had_it)


def _log_density(target: Vector, margins: Vector, chosen: Bits) -> Vector:
    """ln N(φ_i; μ_i, σ²), up to a constant, fitted to the ``chosen`` margins."""
    means = np.sum(margins * chosen, axis=0) / chosen.sum(axis=0)
    deviation = max(float(np.sqrt(np.mean((margins - means)[chosen] ** 2))), LEAST_DEVIATION)
    return np.asarray(-((target - means) ** 2) / (2 * deviation**2) - np.log(deviation))


def _pairs(scores: ArrayLike, members: ArrayLike) -> tuple[Vector, Bits]:
    values, inside = finite_array("scores", scores).ravel(), _bits(members).ravel()
    if values.shape != inside.shape or not 0 < inside.sum() < len(inside):
        raise ValueError(
            "members must say of every score whether its record was in, and hold both, got "
            f"{len(values)} scores and {len(inside)} members, {int(inside.sum())} of them in"
        )
    return values, inside


def _bits(values: ArrayLike) -> Bits:
    array = np.asarray(values)
    if array.dtype != bool:
        raise ValueError(f"members must be True or False, got values of type {array.dtype}")
    return array
