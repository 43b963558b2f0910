"""How privacy losses add up: basic, advanced and optimal composition; parts and groups (lesson 14).

A mechanism is (ε, δ)-DP as in (11.vi). A *composition* is a sequence of k of them on the same table,
each chosen by an analyst who has seen all earlier outputs (14.i). ``advanced_composition`` and
``optimal_composition`` want ε, δ and k to be fixed in advance.
"""

from math import expm1, log, log1p, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from lessons.validation import Vector, between, choice, integer, non_negative, positive, vector

RELATIONS = ("add/remove", "replace")


def basic_composition(*, epsilon: float, delta: float, n_releases: int) -> tuple[float, float]:
    """(total ε, total δ) of k releases, by addition (Dwork et al. 2006; Dwork and Roth, Thm 3.16).

        ε_total = k·ε,    δ_total = k·δ                                     (14.iv)

    ``epsilon, delta``  of one release: ε > 0, 0 <= δ < 1
    ``n_releases``      k >= 1
    With different ε, add them; this stays true when the analyst chooses each ε as she goes along.
    A δ_total of 1 or more promises nothing. ``ValueError`` for arguments outside these bounds.
    """
    e, d, k = _release(epsilon, delta, n_releases)
    return k * e, k * d


def advanced_composition(
    *, epsilon: float, delta: float, n_releases: int, slack: float
) -> tuple[float, float]:
    """(total ε, total δ) of k releases (Dwork, Rothblum, Vadhan 2010; Dwork and Roth, Thm 3.20).

        ε_total = ε·√(2k·ln(1/δ′)) + k·ε·(e^ε − 1),    δ_total = k·δ + δ′   (14.v)

    ``epsilon, delta``  of one release: ε > 0, 0 <= δ < 1
    ``n_releases``      k >= 1, fixed in advance, as are ε and δ
    ``slack``           δ′, strictly between 0 and 1: it pays for losses that stray further
    May be larger than ``basic_composition``; it always is when ε >= ln 2. ``ValueError`` for
    arguments outside these bounds.
    """
    e, d, k = _release(epsilon, delta, n_releases)
    spread = e * sqrt(2 * k * log(1 / between("slack", slack, 0, 1)))
    return spread + k * e * expm1(e), k * d + slack


def composed_delta(
    *, total_epsilon: float, epsilon: float, n_releases: int, delta: float = 0.0
) -> float:
    """The smallest total δ that holds for *all* k (ε, δ)-DP releases, at a given total ε.

        δ_k(ε_total) = Σ_j max(0, P_j − e^ε_total·Q_j),   P_j = C(k, j)·p^j·(1−p)^(k−j)    (14.vi)

    Here Q_j is P_j with p and 1−p exchanged, p = e^ε/(1+e^ε): the worst releases are k coins of
    lesson 11, and j counts the coins that come out in favour of the first table. With δ > 0 the
    total is 1 − (1−δ)^k·(1−δ_k) (Kairouz, Oh, Viswanath 2015, Theorem 3.3; for every ε_total, not
    only the multiples of ε listed there). All in logarithms: k may be 100 000.
    ``ValueError`` for a negative ε_total or arguments that are no release (see basic_composition).
    """
    e, d, k = _release(epsilon, delta, n_releases)
    total = non_negative("total_epsilon", total_epsilon)
    log_p, _, loss = coin_composition(epsilon=e, n_releases=k)
    above = loss > total
    excess = np.exp(log_p[above]) * -np.expm1(total - loss[above])  # P_j − e^ε_total·Q_j
    # 1 − (1−δ)^k·(1−δ_k), written so that it keeps its digits when both are tiny
    untouched = k * log1p(-d)
    return float(-expm1(untouched) + np.exp(untouched) * excess.sum())


def optimal_composition(
    *, epsilon: float, delta: float, n_releases: int, total_delta: float
) -> float:
    """The smallest total ε that holds for *all* k (ε, δ)-DP releases, at a given total δ.

        ε_total = max over i of ln((P_i + ... + P_k − δ̃) / (Q_i + ... + Q_k)), at least 0  (14.x)

    with P, Q of (14.vi) and δ̃ = 1 − (1−δ_total)/(1−δ)^k: the set {i, ..., k} is the worst one for
    some i (Kairouz, Oh, Viswanath 2015). For fixed k and equal ε, δ no better bound exists.
    ``total_delta``  0 <= δ_total < 1; with δ_total = 0 and δ = 0 this is k·ε
    ``ValueError`` when δ_total is below 1 − (1−δ)^k, which no ε can reach, and for bad arguments.
    """
    e, d, k = _release(epsilon, delta, n_releases)
    wanted = _delta_below_one("total_delta", total_delta)
    spare = -expm1(log1p(-wanted) - k * log1p(-d))  # δ̃
    if spare < 0:
        least = -expm1(k * log1p(-d))
        raise ValueError(
            f"total_delta must be at least 1 - (1 - delta)^n_releases = {least:.6g}, "
            f"got total_delta={total_delta!r}"
        )
    log_p, log_q, _ = coin_composition(epsilon=e, n_releases=k)
    p_tail = np.exp(np.logaddexp.accumulate(log_p[::-1]))  # of j = k, then {k-1, k}, ...
    log_q_tail = np.logaddexp.accumulate(log_q[::-1])
    enough = p_tail > spare
    if not enough.any() or spare == 0:
        return 0.0 if spare else k * e
    return float(max(0.0, (np.log(p_tail[enough] - spare) - log_q_tail[enough]).max()))


def coin_composition(*, epsilon: float, n_releases: int) -> tuple[Vector, Vector, Vector]:
    """ln P_j, ln Q_j and the loss (2j − k)·ε of k coins, for j = 0 … k: three arrays (k+1,).

    Q_j is P_j backwards. ``ValueError`` for ε that is not positive or k below 1.
    """
    e, k = positive("epsilon", epsilon), integer("n_releases", n_releases, minimum=1)
    j = np.arange(k + 1.0)
    ways = gammaln(k + 1) - gammaln(j + 1) - gammaln(k - j + 1)
    log_keep = -log1p(np.exp(-e))  # ln p; ln(1 − p) is ε less
    log_p = ways + k * log_keep - (k - j) * e
    return log_p, log_p[::-1], (2 * j - k) * e


def parallel_composition(epsilons: ArrayLike, *, relation: str, parts_per_person: int = 1) -> float:
    """Total ε of one release per part of a table, when a person has rows in few parts.

        ε_total = the sum of the r largest ε_i                              (14.vii)

    ``epsilons``          (n_parts,) all > 0; release i is ε_i-DP (δ = 0) when somebody's rows
                          enter, leave or change in part i, as a count of people is
    ``relation``          "add/remove": r = m; "replace": r = 2m, from m old parts to m new ones
    ``parts_per_person``  m >= 1: the most parts in which one person has rows
    McSherry 2009, Theorem 4 is m = 1 under add/remove: the largest ε_i. ``ValueError`` otherwise.
    """
    prices = vector("epsilons", epsilons)
    for price in prices:
        positive("epsilons", price)
    most = integer("parts_per_person", parts_per_person, minimum=1)
    touched = most if choice("relation", relation, RELATIONS) == "add/remove" else 2 * most
    return float(np.sort(prices)[::-1][:touched].sum())


def group_privacy(*, epsilon: float, delta: float, group_size: int) -> tuple[float, float]:
    """(ε, δ) of a group of g people, from that of one (Vadhan 2017, proof of Lemma 2.2).

        ε_g = g·ε,    δ_g = δ·(1 + e^ε + … + e^((g−1)ε)) = δ·(e^(gε) − 1)/(e^ε − 1)        (14.viii)

    ``epsilon, delta``  of one person: ε > 0, 0 <= δ < 1
    ``group_size``      g >= 1 people, all in the same relation to the neighbouring table
    δ_g may exceed 1, and is ``inf`` where it overflows. ``ValueError`` outside these bounds.
    """
    e, d, g = _release(epsilon, delta, group_size, count_name="group_size")
    if d == 0:
        return g * e, 0.0
    with np.errstate(over="ignore"):
        return g * e, d * float(np.exp(e * np.arange(g)).sum())


def _release(
    epsilon: float, delta: float, count: int, *, count_name: str = "n_releases"
) -> tuple[float, float, int]:
    return (
        positive("epsilon", epsilon),
        _delta_below_one("delta", delta),
        integer(count_name, count, minimum=1),
    )


def _delta_below_one(name: str, value: float) -> float:
    number = non_negative(name, value)
    if not number < 1:
        raise ValueError(f"{name} must lie in [0, 1), got {name}={value!r}")
    return number
