"""Check of Exercise 14.2: δ must be that of all sequences of answers, for one coin to thousands."""

from collections.abc import Callable
from math import comb, exp, tanh
from typing import Any

import numpy as np
from scipy.special import comb as float_comb
from scipy.special import gammaln, log_ndtr

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting import composition
from lessons.dp.definitions import smallest_delta
from lessons.validation import Vector


def reference(*, total_epsilon: float, epsilon: float, n_releases: int) -> float:
    """The smallest δ at ``total_epsilon`` of k coins: (14.vi) for δ = 0."""
    return composition.composed_delta(
        total_epsilon=total_epsilon, epsilon=epsilon, n_releases=n_releases
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask for up to 257 coins first, where floats are large enough for any way; then for more."""
    some = {"total_epsilon": 0.25, "epsilon": 0.8, "n_releases": 5}
    if attempt.number(**some) != attempt.number(**some):
        return Found("simulated")
    overflows = {code: one for code, one in MISTAKES.items() if code.endswith("overflow")}
    for asked, mistakes in ((ask(rng), MISTAKES), (ask_for_many(rng), overflows)):
        found = by_numbers(
            attempt,
            asked,
            right=_by_outputs,
            mistakes=mistakes,
            rng=rng,
            ask=_number,
            fits=lambda case, got, right: _fits(case, got, right, attempt.tolerance),
            words=_words,
        )
        if found:
            return found
    return None


def _number(attempt: Attempt, case: Case) -> float:
    """Ask for δ; less than any δ that matters is 0."""
    delta = attempt.number(**case)
    return delta if abs(delta) > 1e-12 else 0.0


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one coin to 257, with a total ε of 0, below, near and above the losses that are likely."""
    asked: list[Case] = []
    for k in (
        1,
        2,
        3,
        4,
        7,
        cases.one_of(rng, (9, 10, 12)),
        100,
        cases.one_of(rng, (255, 256, 257)),
    ):
        for strength in (0.1, 1.0):
            epsilon = strength * cases.between(rng, 0.5, 1.5) / k**0.25
            likely = k * epsilon * tanh(epsilon / 2) + cases.between(rng, 0.2, 1) * epsilon * k**0.5
            unlikely = min(likely + 4 * epsilon * k**0.5, 0.97 * k * epsilon)  # δ of 1e-9 or less
            totals = [min(likely, cases.between(rng, 0.3, 0.8) * k * epsilon), unlikely]
            totals += [0.0] if strength == 1 else [k * epsilon * cases.between(rng, 1.01, 1.5)]
            asked += [
                {"total_epsilon": total, "epsilon": epsilon, "n_releases": k} for total in totals
            ]
    base = {
        "total_epsilon": cases.between(rng, 0.2, 0.5),
        "epsilon": cases.between(rng, 0.3, 0.5),
        "n_releases": cases.one_of(rng, range(6, 12)),
    }
    asked += [base, *({**base, name: 2 * base[name]} for name in base)]  # one number changes
    return sorted(asked, key=lambda case: int(case["n_releases"]))


def ask_for_many(rng: np.random.Generator) -> list[Case]:
    """Draw thousands of coins, and total ε whose exponential is larger than the largest float."""
    asked: list[Case] = []
    for k, mean in (
        (90, 760.0),
        (250, 900.0),
        (600, 1000.0),
        (1101, 0.5),
        (2000, 3.0),
        (1300, 1300.0),
        (1030, 8.0),
        (cases.one_of(rng, range(4100, 5000)), 3.0),
    ):
        lowest, highest = 0.0, 60.0  # the ε of a coin whose losses add up to about ``mean``
        for _ in range(40):
            middle = (lowest + highest) / 2
            below = k * middle * tanh(middle / 2) < mean
            lowest, highest = (middle, highest) if below else (lowest, middle)
        epsilon = lowest * cases.between(rng, 0.99, 1.01)
        stray = min(cases.between(rng, 0.1, 1.5) * epsilon * k**0.5, mean * 0.2)
        total = min(max(mean + stray, 0.1), 0.999 * k * epsilon)
        asked.append({"total_epsilon": total, "epsilon": epsilon, "n_releases": k})
    asked.append({**asked[4], "total_epsilon": 0.0})
    return asked


def _by_outputs(**case: Any) -> float:
    """Give δ by listing all 2^k sequences of answers, or, for many coins, by (14.vi)."""
    eps, k = case["epsilon"], case["n_releases"]
    if k > 7:
        return reference(**case)
    p = np.array([exp(eps), 1.0]) / (1 + exp(eps))
    one, other = np.ones(1), np.ones(1)
    for _ in range(k):
        one, other = np.outer(one, p).ravel(), np.outer(other, p[::-1]).ravel()
    return smallest_delta(one, other, epsilon=case["total_epsilon"])


def _fits(case: Case, got: float, right: float, tolerance: float) -> bool:
    """Whether δ is right but for rounding: 1 minus what P and e^ε_total·Q share loses some digits."""
    lost = 1e-12 + 2e-14 * case["n_releases"]
    return bool(abs(got - right) <= max(1e-7, tolerance) * right + lost)


def _words(case: Case, got: float, right: float) -> str:
    if got < 0 or got > 1:
        return "; a δ lies between 0 and 1."
    if case["total_epsilon"] > case["n_releases"] * case["epsilon"]:
        return ", but no run can lose more than k·ε: above it no δ is needed."
    if got > right:
        return ": a true bound, but a smaller δ is enough."
    return ", but some set of outputs needs more than that."


Counts = tuple[Vector, Vector, Vector]  # ln P_j, ln Q_j and the loss for j = 0 … k


def _made(rule: Callable[[float, float, int, Counts], Any]) -> Callable[..., float]:
    """Make a wrong function of (ε_total, ε, k, counts)."""
    return lambda *, total_epsilon, epsilon, n_releases: float(
        rule(
            total_epsilon,
            epsilon,
            n_releases,
            composition.coin_composition(epsilon=epsilon, n_releases=n_releases),
        )
    )


def _excess(t: float, counts: Counts) -> Vector:
    """P_j − e^t·Q_j."""
    return np.asarray(np.exp(counts[0]) - np.exp(t + counts[1]))


def _positive(values: Vector) -> float:
    return float(np.maximum(0, values).sum())


def _no_ways(t: float, eps: float, k: int, counts: Counts) -> float:
    j = np.arange(k + 1)
    ways = gammaln(k + 1) - gammaln(j + 1) - gammaln(k - j + 1)
    return _positive(_excess(t, (counts[0] - ways, counts[1] - ways, counts[2])))


def _ways_too_few(t: float, eps: float, k: int, counts: Counts) -> float:
    j = np.arange(k + 1)  # gammaln(k), gammaln(j), gammaln(k - j): (k-1)! / ((j-1)! (k-j-1)!)
    return float((np.maximum(0, _excess(t, counts)) * j * (k - j) / k).sum())


def _flips_ignored(t: float, eps: float, k: int, counts: Counts) -> float:
    gain = np.maximum(0, -np.expm1(t - np.arange(k + 1) * eps))
    return float((np.exp(counts[0]) * gain).sum())


def _normal(t: float, eps: float, k: int, counts: Counts) -> float:
    mean, deviation = k * eps * tanh(eps / 2), eps * (k * (1 - tanh(eps / 2) ** 2)) ** 0.5
    z = (mean - t) / deviation
    back = t - mean + deviation**2 / 2 + log_ndtr(z - deviation)
    return float(np.exp(log_ndtr(z)) - np.exp(back))


def _float_ways(
    ways: Callable[[int, Any], Vector],
    excess: Callable[[Vector, float, Any], Vector],
    add: Callable[[Vector], Any] = np.sum,
) -> Callable[..., float]:
    """Make a wrong function: binomial coefficients, or what they multiply, beyond floats."""

    def wrong(*, total_epsilon: float, epsilon: float, n_releases: int) -> float:
        p, j = 1 / (1 + exp(-epsilon)), np.arange(n_releases + 1)
        one: Any = np.asarray(ways(n_releases, j) * p**j * (1 - p) ** (n_releases - j), dtype=float)
        return float(add(excess(one, total_epsilon, (2.0 * j - n_releases) * epsilon)))

    return wrong


def _by_loss(one: Vector, t: float, loss: Vector) -> Vector:
    return np.asarray(one * np.maximum(0, -np.expm1(np.minimum(0, t - loss))))


def _by_factor(one: Vector, t: float, loss: Vector) -> Vector:
    return np.asarray(np.maximum(0, one - np.exp(t) * one[::-1]))


def _simulated(*, total_epsilon: float, epsilon: float, n_releases: int) -> float:
    p = 1 / (1 + exp(-epsilon))
    loss = (2 * np.random.default_rng().binomial(n_releases, p, 2000) - n_releases) * epsilon
    return float(np.maximum(0, -np.expm1(np.minimum(0, total_epsilon - loss))).mean())


def _whole_ways(k: int, j: Any) -> Vector:
    float(comb(k, k // 2))  # the largest: OverflowError above 1029
    return np.array([comb(k, int(i)) for i in j], dtype=float)


def _float_comb(k: int, j: Any) -> Vector:
    return np.asarray(float_comb(k, j))


def _factor_in_floats(factor: Callable[[float], Any], maximum: Any) -> Callable[..., float]:
    """Make a wrong function: e^ε_total beyond floats."""
    return _made(
        lambda t, eps, k, counts: maximum(np.exp(counts[0]) - factor(t) * np.exp(counts[1])).sum()
    )


MISTAKES = {
    "simulated": Mistake(
        "The same question gives you different answers: do you draw random numbers?",
        "A δ of 1e-6 needs many millions of runs; the sum over j needs k + 1 terms.",
        made_by=(_simulated,),
    ),
    "tail": Mistake(
        "You add up how likely a loss above ε_total is under one table; δ compares both tables.",
        "Under P it is an upper bound on δ: it forgets what e^ε_total·Q already allows for those "
        "outputs. Under Q it is tiny: that is why an observer learns so much from them.",
        made_by=(
            _made(lambda t, _e, _k, c: np.exp(c[0][c[2] > t]).sum()),
            _made(lambda t, _e, _k, c: np.exp(c[1][c[2] > t]).sum()),
        ),
    ),
    "one_output": Mistake(
        "You look at one sequence, or at one count j; δ needs a set of outputs.",
        "All coins in favour of the same table is the worst output, but δ needs the worst *set*: "
        "all counts with P_j > e^ε_total·Q_j, added up (lesson 11, section 7).",
        made_by=(
            _made(lambda t, _e, _k, c: max(0.0, _excess(t, c)[-1])),
            _made(lambda t, _e, _k, c: max(0.0, _excess(t, c).max())),
        ),
    ),
    "no_ways": Mistake(
        "Your probabilities do not add up to 1 over j: how many sequences have the same count?",
        "C(k, j) sequences have j coins in favour; without it most of the mass is missing.",
        made_by=(_made(_no_ways),),
    ),
    "other_factor": Mistake(
        "The factor before your Q is not e^ε_total.",
        "Without it you get the total variation distance, δ for ε_total = 0; ε_total itself, or the "
        "e^ε of one coin, is another promise. The ε of one coin belongs in p.",
        made_by=(
            _made(lambda t, _e, _k, c: _positive(_excess(0.0, c))),
            _made(lambda t, _e, _k, c: _positive(np.exp(c[0]) - t * np.exp(c[1]))),
            _made(lambda t, eps, _k, c: _positive(_excess(eps, c))),
        ),
    ),
    "no_maximum": Mistake(
        "You add up all terms, also the negative ones: which of them belong to the worst set?",
        "Without max(0, ·) all outputs are added, and the sum is 1 − e^ε_total.",
        made_by=(_made(lambda t, _e, _k, c: _excess(t, c).sum()),),
    ),
    "always_zero": Mistake(
        "You find 0 wherever the check looks.",
        "max(0, ·) belongs to each term of the sum; around the sum it leaves nothing, because the "
        "whole sum is 1 − e^ε_total. With e^(k·ε) for e^ε_total nothing is left either.",
        made_by=(lambda *, total_epsilon, epsilon, n_releases: 0.0,),
    ),
    "factorials_too_small": Mistake(
        "Nearly: which factorial does gammaln(n) give?",
        "gammaln(5 + 1) is ln 5!, so without + 1 every factorial is that of the number before.",
        made_by=(_made(_ways_too_few),),
    ),
    "other_side_counted": Mistake(
        "You also count outputs in which e^ε_total times the other probability is the larger one.",
        "Only the excess of P over e^ε_total·Q counts: max(0, ·), not |·|. Each direction is a "
        "promise of its own, and by symmetry both need the same δ. Half of |·| is right for "
        "ε_total = 0 only.",
        made_by=(
            _made(lambda t, _e, _k, c: np.abs(_excess(t, c)).sum()),
            _made(lambda t, _e, _k, c: np.abs(_excess(t, c)).sum() / 2),
            _made(lambda t, _e, _k, c: 2 * _positive(_excess(t, c))),
        ),
    ),
    "flips_ignored": Mistake(
        "Your loss counts the coins in favour and forgets the others: they bring it back.",
        "j coins add ε each, k − j coins take ε away: (2j − k)·ε.",
        made_by=(_made(_flips_ignored),),
    ),
    "budget_split": Mistake(
        "You give each coin an equal share of ε_total and add up the δ.",
        "That is basic composition again; the gain lies in losses that cancel.",
        made_by=(
            _made(
                lambda t, eps, k, c: (
                    k * max(0.0, (exp(eps) - exp(min(eps, t / k))) / (1 + exp(eps)))
                )
            ),
        ),
    ),
    "normal": Mistake(
        "You replace the sum of the losses by a normal distribution.",
        "Close for many coins, but no bound: it can be too small. The sum is exact and short.",
        made_by=(_made(_normal),),
    ),
    "ways_overflow": Mistake(
        "With more than a thousand coins C(k, j) is larger than the largest float: your result breaks.",
        "C(2000, 1000) has 601 digits, and p^2000 may be smaller than the smallest float. Add "
        "logarithms and take one exponential at the end; gammaln(n + 1) is ln n!.",
        made_by=(
            _float_ways(_whole_ways, _by_loss),
            _float_ways(_float_comb, _by_loss),
            _float_ways(_float_comb, _by_loss, np.nansum),
            _float_ways(_float_comb, _by_factor),
            _float_ways(_float_comb, _by_factor, np.nansum),
        ),
    ),
    "factor_overflow": Mistake(
        "Where ε_total is large your result breaks: does something get larger than the largest float, or "
        "smaller than the smallest?",
        "Above ε_total = 709, e^ε_total is larger than the largest float. There Q is smaller than the "
        "smallest float, and infinity times 0 is no number. Add ε_total "
        "to ln Q before the exponential, or take P·(1 − e^(ε_total − loss)).",
        made_by=(
            _factor_in_floats(exp, lambda excess: np.maximum(0, excess)),
            _factor_in_floats(np.exp, lambda excess: np.maximum(0, excess)),
            _factor_in_floats(np.exp, lambda excess: np.nan_to_num(np.maximum(0, excess))),
            _factor_in_floats(np.exp, lambda excess: np.where(excess > 0, excess, 0)),
        ),
    ),
}

composed_delta = Exercise(
    number="14.2",
    name="composed_delta",
    reference=reference,
    examine=examine,
    takeaway="What k coins reveal is one binomial sum; nothing that is ε-DP k times reveals more.",
    hints=(
        "Make three arrays over j = 0 … k: the logarithm of P_j, that of Q_j, and the loss.",
        "The logarithm of C(k, j) is gammaln(k + 1) − gammaln(j + 1) − gammaln(k − j + 1). And "
        "ln p = −ln(1 + e^−ε); ln(1 − p) is ε less.",
        "Where the loss (2j − k)·ε is at most ε_total, the term is not positive. For the others, "
        "P_j − e^ε_total·Q_j = P_j·(1 − e^(ε_total − loss)): one exponential that cannot overflow.",
    ),
    mistakes=MISTAKES,
)
