"""One audit seen through two beliefs: a limit through one point, or a whole curve (lesson 17).

``independent`` puts the cautious corner of one threshold into (17.iii): one limit passes through it.
``family`` finds the noise multiplier whose curve (17.vii) passes through the corner of its threshold,
and asks for the limit of that whole curve. Both thresholds are those of ``plan_audit``.
"""

from typing import NamedTuple

import numpy as np

from lessons.dp.auditing.audit import counts_at
from lessons.dp.auditing.audit_plan import plan_audit
from lessons.dp.auditing.canaries import Bits
from lessons.dp.auditing.claim import Claim, smallest_refuted
from lessons.dp.auditing.confidence import clopper_pearson
from lessons.dp.auditing.empirical_epsilon import epsilon_of_rates, tpr_limit
from lessons.validation import Vector

RATES = np.geomspace(1e-8, 1, 400)


class Belief(NamedTuple):
    """What one point shows: ``epsilon``, and the curve and limit behind it at the rates ``fpr`` (n,).

    ``corner``  (fpr, tpr): the upper end of the one, the lower end of the other
    ``touch``   (fpr, tpr) where ``curve`` meets the limit of its own ε at the claim's δ
    ``curve``   the largest TPR of the claimed step (independent), or with the refuted σ (family)
    ``limit``   the largest TPR that (``epsilon``, δ)-DP allows
    ``own``     the limit of the curve's own ε, which touches it
    ``noise_multiplier``  σ/C of the curve
    """

    epsilon: float
    corner: tuple[float, float]
    touch: tuple[float, float]
    fpr: Vector
    curve: Vector
    limit: Vector
    own: Vector
    noise_multiplier: float


def two_beliefs(
    included: Bits, scores: Vector, *, claim: Claim, failure: float
) -> tuple[Belief, Belief]:
    """(independent, family) for one run; ``ValueError`` where the family shows nothing."""
    plan = plan_audit(claim=claim, n_canaries=len(scores), failure=failure)
    one, whole = (
        _corner(included, scores, fpr=fpr, failure=failure)
        for fpr in (plan.independent, plan.family)
    )
    sigma = smallest_refuted(fpr=whole[0], tpr=whole[1], claim=claim)
    if sigma is None:
        raise ValueError("no noise multiplier is refuted by these scores")
    epsilon = epsilon_of_rates(fpr=one[0], tpr=one[1], delta=claim.delta)
    refuted = claim.with_noise(sigma)
    return _belief(one, epsilon, claim), _belief(whole, refuted.epsilon(), refuted)


def _corner(included: Bits, scores: Vector, *, fpr: float, failure: float) -> tuple[float, float]:
    counts = counts_at(included, scores, fpr=fpr)
    low, _ = clopper_pearson(counts["true_positives"], trials=counts["n_in"], failure=failure / 2)
    _, high = clopper_pearson(
        counts["false_positives"], trials=counts["n_out"], failure=failure / 2
    )
    return high, low


def _belief(corner: tuple[float, float], epsilon: float, claim: Claim) -> Belief:
    curve = claim.trade_off().largest_tpr(RATES)
    limit, own = (
        tpr_limit(RATES, epsilon=one, delta=claim.delta) for one in (epsilon, claim.epsilon())
    )
    meet = int(np.argmin(own / curve))
    touch = float(RATES[meet]), float(curve[meet])
    return Belief(epsilon, corner, touch, RATES, curve, limit, own, claim.noise_multiplier)
