"""From what an attack achieved to an ε that the mechanism cannot be below (lesson 17).

An attack says "in" or "out" of a record that was in or out. For an (ε, δ)-DP mechanism its
true-positive and false-positive rates obey, whatever the attack is (Kairouz, Oh, Viswanath 2015),

    TPR ≤ e^ε · FPR + δ    and    1 − FPR ≤ e^ε · (1 − TPR) + δ                (17.ii)

the definition of lesson 11 for the set of outputs where it says "in", and for the rest. Read the
other way round, an attack that did better than that proves that ε is larger.
"""

from math import exp, inf, log

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from lessons.dp.auditing.confidence import clopper_pearson
from lessons.validation import Vector, between, finite_array, integer, non_negative, probability

LARGEST_EPSILON = 60.0  # where the search of ``one_run_epsilon`` ends


def tpr_limit(fpr: ArrayLike, *, epsilon: float, delta: float) -> Vector:
    """The largest TPR that (ε, δ)-DP allows at each FPR (any shape): both halves of equation 17.ii."""
    x, extra = finite_array("fpr", fpr), probability("delta", delta)
    if not ((x >= 0) & (x <= 1)).all():
        raise ValueError("fpr must hold rates from 0 to 1")
    ratio = exp(min(non_negative("epsilon", epsilon), 700.0))
    highest = np.minimum(ratio * x + extra, 1 - (1 - x - extra) / ratio)
    return np.asarray(np.minimum(highest, 1.0))


def epsilon_of_rates(*, tpr: float, fpr: float, delta: float) -> float:
    """The least ε >= 0 that allows these two rates, as if they were exact.

        ε ≥ ln((TPR − δ) / FPR)    and    ε ≥ ln((1 − FPR − δ) / (1 − TPR))        (17.iii)

    ``inf`` when a rate below is 0 and its numerator is not. The rates are probabilities; frequencies
    counted in an experiment are not, and prove nothing without a confidence bound.
    """
    hit, alarm = probability("tpr", tpr), probability("fpr", fpr)
    extra = probability("delta", delta)
    return max(0.0, _log_ratio(hit - extra, alarm), _log_ratio(1 - alarm - extra, 1 - hit))


def epsilon_lower_bound(
    true_positives: int,
    false_positives: int,
    *,
    n_in: int,
    n_out: int,
    delta: float,
    failure: float,
) -> float:
    """An ε that the mechanism is not below, except with chance ``failure`` (Jagielski et al. 2020).

    TPR ≥ lower(TP, n_in),  FPR ≤ upper(FP, n_out), each wrong with chance failure/2, into 17.iii (17.v)

    ``true_positives``   of ``n_in`` records that were in, how many the attack called "in"
    ``false_positives``  of ``n_out`` records that were out, how many it called "in"
    The trials must be independent (runs of their own, or canaries that do not disturb each other),
    and the rule of the attack fixed before. 0 when nothing is shown. ``ValueError`` for bad counts.
    """
    half = between("failure", failure, 0, 1) / 2
    tpr, _ = clopper_pearson(true_positives, trials=n_in, failure=half)
    _, fpr = clopper_pearson(false_positives, trials=n_out, failure=half)
    return epsilon_of_rates(tpr=tpr, fpr=fpr, delta=delta)


def one_run_p_value(
    correct: int, *, guesses: int, n_canaries: int, epsilon: float, delta: float
) -> float:
    """How likely so many right guesses are, at most, after ONE run of an (ε, δ)-DP mechanism.

        p ≤ β + 2 n δ α,    β = Pr[W >= v],    α = max over i of Pr[v > W >= v − i] / i    (17.viii)

    with W ~ Bin(r, e^ε/(1 + e^ε)): at best each guess is as good as one of randomized response. The
    canaries need not be independent of each other, only their coins (Steinke, Nasr, Jagielski 2023,
    Theorem 5.2 and Appendix D).

    ``correct``     v right guesses of ``guesses`` r; the attacker may abstain on the others
    ``n_canaries``  n, each in or out by a fair coin of its own (add/remove neighbours)
    """
    n = integer("n_canaries", n_canaries, minimum=1)
    r, v = integer("guesses", guesses, minimum=0), integer("correct", correct, minimum=0)
    if not v <= r <= n:
        raise ValueError(f"correct <= guesses <= n_canaries must hold, got {v}, {r}, {n}")
    if v == 0:
        return 1.0
    success = 1 / (1 + exp(-non_negative("epsilon", epsilon)))
    at_least = bdtrc(v - 1, r, success)
    below = np.append(bdtrc(np.arange(v - 2, -1, -1), r, success), 1.0)  # Pr[W >= v − i]
    alpha = ((below - at_least) / np.arange(1, v + 1)).max()
    return float(min(1.0, at_least + 2 * n * probability("delta", delta) * alpha))


def one_run_epsilon(
    correct: int, *, guesses: int, n_canaries: int, delta: float, failure: float
) -> float:
    """The largest ε that 17.viii rejects at ``failure``: a lower bound on ε that assumes nothing else.

    By bisection; the end that is still rejected is returned, 0 when not even ε = 0 is, and at most
    60.
    """
    limit = between("failure", failure, 0, 1)

    def rejected(epsilon: float) -> bool:
        p = one_run_p_value(
            correct, guesses=guesses, n_canaries=n_canaries, epsilon=epsilon, delta=delta
        )
        return p < limit

    if not rejected(0.0):
        return 0.0
    low, high = 0.0, LARGEST_EPSILON
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if rejected(middle) else (low, middle)
    return low


def _log_ratio(above: float, below: float) -> float:
    if above <= 0:
        return -inf
    return inf if below == 0 else log(above / below)
