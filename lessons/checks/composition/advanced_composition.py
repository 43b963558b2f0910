"""Check of Exercise 14.1: both totals of (14.v), for releases of every size and number."""

from collections.abc import Callable
from math import exp, expm1, isfinite, log, log10, sqrt, tanh
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers, close
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting import composition

TOTALS = kinds.pair_of(kinds.number, kinds.number)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare both totals with (14.v)."""

    def words(case: Case, got: Any, right: Any) -> str:
        parts = [
            f"the total {name} is {_off(one, other, attempt.tolerance)}"
            for name, one, other in zip("εδ", got, right, strict=True)
        ]
        return f": {parts[0]}, {parts[1]}."

    return by_numbers(
        attempt,
        ask(rng),
        right=composition.advanced_composition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_totals,
        words=words,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw settings for one release to a hundred thousand, with δ = 0 (the commonest) and without."""
    asked: list[Case] = []
    for k in (*cases.sizes(rng, own=100, at_least=1), cases.one_of(rng, (2000, 7919, 100_000))):
        for largest in (0.3, 12.0):  # the sum k·ε is the smaller bound for many of the large ones
            epsilon = cases.spread(rng, 1e-3, largest)
            delta = 0.0 if rng.random() < 0.3 else cases.spread(rng, 1e-12, 1e-3)
            slack = cases.spread(rng, 1e-15, 0.95)
            asked.append({"epsilon": epsilon, "delta": delta, "n_releases": k, "slack": slack})
    base = {
        "epsilon": cases.between(rng, 0.2, 0.6),
        "delta": cases.spread(rng, 1e-6, 1e-3),
        "n_releases": cases.one_of(rng, range(5, 30)),
        "slack": cases.spread(rng, 1e-6, 1e-2),
    }
    asked += [base, *({**base, name: 2 * base[name]} for name in base)]  # one number changes
    return sorted(asked, key=lambda case: int(case["n_releases"]))


def _totals(attempt: Attempt, case: Case) -> tuple[float, float]:
    one, other = attempt.value(TOTALS, **case)
    if not (isfinite(one) and isfinite(other)):
        raise Ended(Found("not_finite", f"Got ({one}, {other})."))
    return float(one), float(other)


def _off(got: float, right: float, tolerance: float) -> str:
    if close(got, right, tolerance=tolerance):
        return "right"
    return "too large" if got > right else "too small"


def _spread(eps: float, k: int, slack: float) -> float:
    return eps * sqrt(2 * k * log(1 / slack))


def _drift(eps: float, k: int) -> float:
    return k * eps * expm1(eps)


def _with_epsilon(total: Callable[[float, float, int, float], float]) -> Callable[..., Any]:
    """Make a wrong function: another total ε of (ε, δ, k, δ′)."""
    return lambda *, epsilon, delta, n_releases, slack: (
        total(epsilon, delta, n_releases, slack),
        n_releases * delta + slack,
    )


def _with_delta(total: Callable[[float, int, float], float]) -> Callable[..., Any]:
    """Make a wrong function: another total δ of (δ, k, δ′)."""
    return lambda *, epsilon, delta, n_releases, slack: (
        _spread(epsilon, n_releases, slack) + _drift(epsilon, n_releases),
        total(delta, n_releases, slack),
    )


def _swapped(**known: Any) -> Any:
    return composition.advanced_composition(**known)[::-1]


def _smaller(eps: float, d: float, k: int, s: float) -> float:
    return min(k * eps, _spread(eps, k, s) + _drift(eps, k))


MISTAKES = {
    "order_swapped": Mistake(
        "Both numbers are right, in the other order.",
        "First the total ε, then the total δ, as in (ε, δ).",
        made_by=(_swapped,),
    ),
    "basic": Mistake(
        "You return the sum k·ε, everywhere or where it is smaller; here t plus the drift is wanted.",
        "In practice take the smaller of the two bounds, each with its own δ. Here we want to see "
        "where the two curves cross, and what the new bound costs.",
        made_by=(_with_epsilon(lambda e, d, k, s: k * e), _with_epsilon(_smaller)),
    ),
    "no_drift": Mistake(
        "The drift is missing from your total ε.",
        "√k·ε is how far the losses stray from their mean; the mean itself grows like k·ε². For "
        "many releases it is the larger part.",
        made_by=(_with_epsilon(lambda e, d, k, s: _spread(e, k, s)),),
    ),
    "no_spread": Mistake(
        "Your total ε is the drift alone: Hoeffding's t is missing.",
        "The drift is only the mean. With a hundred coins of ε = 0.1, more than a quarter of all runs "
        "lose more than it.",
        made_by=(_with_epsilon(lambda e, d, k, s: _drift(e, k)),),
    ),
    "other_drift": Mistake(
        "Your drift is an approximation, or that of another theorem: where is e^ε − 1?",
        "k·ε² is less than what was proved, much less for a large ε. k·ε²/2 belongs to *concentrated* DP. "
        "k·ε·(e^ε − 1)/(e^ε + 1) is the mean loss of the coins; with it the bound still holds "
        "(Kairouz, Oh, Viswanath 2015, Theorem 3.4), but the exercise wants Dwork and Roth's "
        "Theorem 3.20.",
        made_by=(
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * e**2),
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * e**2 / 2),
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * e * tanh(e / 2)),
        ),
    ),
    "drift_factor": Mistake(
        "In your drift a factor is missing: it has k, ε and e^ε − 1.",
        "Every release adds its mean loss, so k times; and the mean loss of one release is of order "
        "ε², the product ε·(e^ε − 1).",
        made_by=(
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * expm1(e)),
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + e * expm1(e)),
        ),
    ),
    "one_not_subtracted": Mistake(
        "In your drift 1 is not subtracted from e^ε: is it missing, or in the exponent?",
        "np.exp(epsilon) - 1, or np.expm1(epsilon), which also keeps the digits of a small ε. Without "
        "the 1 the bound is larger than the sum k·ε for every k: nothing is gained. With "
        "the 1 in the exponent every release drifts by more than a third of ε, however small ε is.",
        made_by=(
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * e * exp(e)),
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) + k * e * exp(e - 1)),
        ),
    ),
    "root_of_k": Mistake(
        "Your t does not grow like √k.",
        "√k is the whole gain: losses of both signs cancel, like the steps of a random walk. Solve "
        "e^(−t²/(2kε²)) = δ′ once more: where does the root go?",
        made_by=(
            _with_epsilon(lambda e, d, k, s: 2 * k * log(1 / s) * e + _drift(e, k)),
            _with_epsilon(lambda e, d, k, s: k * _spread(e, 1, s) + _drift(e, k)),
            _with_epsilon(lambda e, d, k, s: _spread(e, 1, s) + _drift(e, k)),
        ),
    ),
    "root_factor": Mistake(
        "In your t a factor is missing: the 2 under the root, or the ε before it.",
        "A bound that is too small is a promise that is not kept. One step of the walk is at most ε "
        "long.",
        made_by=(
            _with_epsilon(lambda e, d, k, s: _spread(e, k, s) / sqrt(2) + _drift(e, k)),
            _with_epsilon(lambda e, d, k, s: _spread(1, k, s) + _drift(e, k)),
        ),
    ),
    "log10": Mistake(
        "Your logarithm is not the natural one.",
        "ln is math.log or np.log; log10 makes t too small by a third.",
        made_by=(_with_epsilon(lambda e, d, k, s: e * sqrt(2 * k * log10(1 / s)) + _drift(e, k)),),
    ),
    "wrong_delta_in_root": Mistake(
        "Under your root is another δ, not the slack δ′.",
        "The δ of the releases belongs in the total δ only, and ln(1/0) would be infinite for "
        "releases with δ = 0. It is δ′ that pays for losses that stray.",
        made_by=(
            _with_epsilon(lambda e, d, k, s: _spread(e, k, d) + _drift(e, k)),
            _with_epsilon(lambda e, d, k, s: _spread(e, k, k * d + s) + _drift(e, k)),
        ),
    ),
    "delta_part_missing": Mistake(
        "Your total δ has one of its two terms only.",
        "The δ of the k releases add up (14.iv), and δ′ pays for losses that stray beyond the total "
        "ε. You must declare both.",
        made_by=(_with_delta(lambda d, k, s: s), _with_delta(lambda d, k, s: k * d)),
    ),
    "delta_miscounted": Mistake(
        "In your total δ, one of the two terms is counted the wrong number of times.",
        "Each of the k releases brings its own δ, so k·δ; δ′ is spent once, on the sum of all losses.",
        made_by=(_with_delta(lambda d, k, s: d + s), _with_delta(lambda d, k, s: k * (d + s))),
    ),
    "delta_compounded": Mistake(
        "Your total δ has 1 − (1−δ)^k in place of k·δ.",
        "A true and slightly smaller number, from the optimal theorem (14.x); here the plain sum is wanted.",
        made_by=(_with_delta(lambda d, k, s: 1 - (1 - d) ** k + s),),
    ),
}

advanced_composition = Exercise(
    number="14.1",
    name="advanced_composition",
    reference=composition.advanced_composition,
    examine=examine,
    takeaway="For many small losses √k replaces k, and δ′ is the price of that.",
    hints=(
        "Set e^(−t²/(2kε²)) equal to δ′ and take the logarithm of both sides.",
        "Now t²/(2kε²) = ln(1/δ′). Solve for t. The drifts of the releases add up: k times one.",
        "Try ε = 0.1, k = 100, δ′ = 1e-6 by hand: t is a little above 5.2, the drift a little "
        "above 1.",
    ),
    mistakes=MISTAKES,
)
