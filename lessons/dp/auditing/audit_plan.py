"""Where an audit looks, chosen before it is run: a choice made afterwards proves nothing (lesson 17).

Each bound looks at the scores through one threshold, which lets a chosen share of the canaries that
were out pass. The plan takes the share with which the bound would come out highest if the claim were
true. Only the claim decides, so the bounds keep their confidence whatever the mechanism does.
"""

from dataclasses import dataclass

import numpy as np

from lessons.dp.auditing.claim import Claim
from lessons.dp.auditing.empirical_epsilon import epsilon_lower_bound, one_run_epsilon
from lessons.dp.auditing.trade_off import TradeOff
from lessons.validation import integer

RATES = np.concatenate([[0.001, 0.002, 0.005], np.linspace(0.01, 0.99, 50)])  # FPRs to choose from
SHARES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)  # of the canaries that are guessed
NEXT = 1.1  # the family bound should tell the claim from so many times its noise


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``family``, ``independent``: false-positive rates; ``guesses``: r of 17.viii, half of them "in".

    The thresholds of the first two bounds are the scores that this share of the canaries exceeds that
    were out; the third says "in" of the r/2 highest scores, "out" of the r/2 lowest.
    """

    family: float
    independent: float
    guesses: int


def plan_audit(*, claim: Claim, n_canaries: int, failure: float) -> Plan:
    """The rates for ``n_canaries`` canaries and bounds that are wrong with chance ``failure``."""
    m = integer("n_canaries", n_canaries, minimum=4)
    curve = claim.trade_off()
    return Plan(
        family=_for_the_family(curve, claim, n_each=m / 2),
        independent=_for_one_point(curve, claim, n_each=m // 2, failure=failure),
        guesses=_how_many_guesses(curve, claim, n_canaries=m, failure=failure),
    )


def _for_the_family(curve: TradeOff, claim: Claim, *, n_each: float) -> float:
    """Where the curve of a little more noise lies most standard errors below the claimed one."""
    tpr = curve.largest_tpr(RATES)
    quieter = claim.with_noise(NEXT * claim.noise_multiplier).trade_off().largest_tpr(RATES)
    slopes = np.exp([curve.threshold(rate) for rate in RATES])
    error = np.sqrt(tpr * (1 - tpr) / n_each) + slopes * np.sqrt(RATES * (1 - RATES) / n_each)
    return float(RATES[np.argmax((tpr - quieter) / (error + 1 / n_each))])


def _for_one_point(curve: TradeOff, claim: Claim, *, n_each: int, failure: float) -> float:
    bounds = [
        epsilon_lower_bound(
            round(n_each * float(tpr)),
            round(n_each * float(rate)),
            n_in=n_each,
            n_out=n_each,
            delta=claim.delta,
            failure=failure,
        )
        for rate, tpr in zip(RATES, curve.largest_tpr(RATES), strict=True)
    ]
    return float(RATES[np.argmax(bounds)])


def _how_many_guesses(curve: TradeOff, claim: Claim, *, n_canaries: int, failure: float) -> int:
    above = (curve.tpr + curve.fpr) / 2  # the share of all canaries above each threshold
    most, best = 2, -1.0
    for share in SHARES:
        each = min(round(n_canaries * share / 2), n_canaries // 2)
        if each == 0:
            continue
        high = int(np.argmin(np.abs(above - share / 2)))
        low = int(np.argmin(np.abs(above - (1 - share / 2))))
        says_in = curve.tpr[high] / (curve.tpr[high] + curve.fpr[high])
        says_out = (1 - curve.fpr[low]) / (2 - curve.fpr[low] - curve.tpr[low])
        bound = one_run_epsilon(
            int(each * (says_in + says_out)),
            guesses=2 * each,
            n_canaries=n_canaries,
            delta=claim.delta,
            failure=failure,
        )
        if bound > best:
            most, best = 2 * each, bound
    return most
