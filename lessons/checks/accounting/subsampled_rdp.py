"""Check of Exercise 15.2: Rényi DP of the subsampled Gaussian at whole orders, in the log domain."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import gammaln

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting.rdp import subsampled_gaussian_rdp
from lessons.validation import Vector


def reference(order: int, *, noise_multiplier: float, sampling_rate: float) -> float:
    """ε(α) of one step for a whole order α >= 2 and 0 < q < 1 (15.v)."""
    return subsampled_gaussian_rdp(
        order, noise_multiplier=noise_multiplier, sampling_rate=sampling_rate
    )


def low(rng: np.random.Generator) -> list[Case]:
    """Draw orders at which plain arithmetic works; first, last and middle terms are the largest."""
    settings = [
        (2, cases.between(rng, 0.8, 2), cases.between(rng, 0.1, 0.4)),
        (2, cases.between(rng, 3, 9), cases.spread(rng, 1e-3, 1e-2)),
        (3, cases.between(rng, 1.2, 1.5), cases.between(rng, 0.1, 0.2)),
        (cases.one_of(rng, (4, 5)), cases.between(rng, 1, 2), cases.between(rng, 0.6, 0.95)),
        (6, cases.between(rng, 0.85, 0.95), cases.between(rng, 0.25, 0.35)),
        (cases.one_of(rng, range(7, 10)), cases.between(rng, 1, 2), cases.between(rng, 0.1, 0.6)),
        (11, cases.between(rng, 2, 2.5), cases.between(rng, 0.05, 0.1)),
        (cases.one_of(rng, range(14, 21)), cases.between(rng, 4, 6), cases.between(rng, 0.3, 0.6)),
        (33, cases.between(rng, 6, 8), cases.spread(rng, 1e-2, 1e-1)),
        (cases.one_of(rng, (3, 8)), cases.between(rng, 1, 2), cases.between(rng, 0.96, 0.99)),
    ]
    order, sigma, rate = settings[5]
    settings[6:6] = [  # one number changes
        (order, 1.3 * sigma, rate),
        (order, sigma, 1.3 * rate),
        (order + 1, sigma, rate),
    ]
    return _known(settings)


def high(rng: np.random.Generator) -> list[Case]:
    """Draw settings in which only logarithms work, whichever term is the largest; and tiny answers."""
    settings = [
        (cases.one_of(rng, range(6, 10)), cases.between(rng, 0.08, 0.12), cases.between(rng, 0.1, 0.5)),
        (cases.one_of(rng, range(22, 30)), cases.between(rng, 0.4, 0.5), cases.spread(rng, 1e-3, 1e-1)),
        (40, cases.between(rng, 4, 6), cases.spread(rng, 5e-5, 5e-4)),
        (100, cases.between(rng, 0.6, 1), cases.spread(rng, 1e-3, 1e-2)),
        (cases.one_of(rng, (255, 256, 257)), cases.between(rng, 0.6, 0.9), 0.01 * rng.random() + 5e-3),
        (cases.one_of(rng, (255, 256, 257)), cases.between(rng, 20, 40), cases.between(rng, 0.4, 0.6)),
        (256, cases.between(rng, 18, 24), cases.between(rng, 0.01, 0.05)),
        (cases.one_of(rng, range(400, 700)), cases.between(rng, 0.02, 0.1), cases.between(rng, 0.1, 0.9)),
        (1000, cases.between(rng, 1, 2), cases.between(rng, 0.2, 0.4)),
        (1000, cases.between(rng, 22, 28), cases.between(rng, 0.25, 0.35)),
        (1000, cases.between(rng, 60, 90), cases.between(rng, 0.4, 0.6)),
        (cases.one_of(rng, range(1100, 1900)), cases.between(rng, 30, 50), cases.between(rng, 0.3, 0.6)),
        (1000, cases.between(rng, 3, 5), cases.spread(rng, 1e-6, 1e-4)),
    ]  # fmt: skip
    return _known(settings)


def _known(settings: list[tuple[int, float, float]]) -> list[Case]:
    return [
        {"order": order, "noise_multiplier": sigma, "sampling_rate": rate}
        for order, sigma, rate in settings
    ]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare where plain arithmetic works, then where only logarithms do."""

    def fits(case: Case, got: float, truth: float) -> bool:
        digits = 1e-5 if attempt.single else 1e-9
        rounding = 1e-12 + 1e-15 * case["order"]  # of ln A(α), which may be a small difference
        return bool(abs(got - truth) <= digits * truth + rounding / (case["order"] - 1))

    def words(case: Case, got: float, truth: float) -> str:
        if abs(got - truth) < 1e-3 * truth:
            return ": nearly right, but digits are lost. Is something rounded, or left out?"
        return f", which is too {'large' if got > truth else 'small'}."

    late = {"overflow", "large_orders"}  # mistakes that show for high orders or little noise only
    for ask, codes in ((low, set(MISTAKES) - late), (high, late)):
        found = by_numbers(
            attempt,
            ask(rng),
            right=reference,
            mistakes={code: MISTAKES[code] for code in MISTAKES if code in codes},
            rng=rng,
            ask=_as_floats_go,
            fits=fits,
            words=words,
        )
        if found:
            return found
    return None


def _as_floats_go(attempt: Attempt, case: Case) -> float | Found:
    """Ask for one number; call all the ways to leave the range of floats by one name."""
    answer: list[float] = []
    found = attempt.ending(lambda: answer.append(attempt.number(**case)))
    if found is None:
        return answer[0]
    left = ("OverflowError", "ValueError", "FloatingPointError", "ZeroDivisionError")
    out = found.code == "not_finite" or (found.code == "raised" and found.details.startswith(left))
    order, sigma = case["order"], case["noise_multiplier"]
    huge = order > 30 or (order**2 - order) / (2 * sigma**2) > 700
    return Found("overflow", found.details) if out and huge else found


Change = Callable[[Vector, int, float, float], Any]


def _terms(order: int, sigma: float, rate: float, **changes: Change) -> Vector:
    """The logarithms of the terms of (15.v), with something changed."""
    k = np.arange(order + 1, dtype=float)
    parts: dict[str, Any] = {
        "ways": gammaln(order + 1) - gammaln(k + 1) - gammaln(order - k + 1),
        "rest": (order - k) * np.log1p(-rate),
        "power": (k * k - k) / (2 * sigma**2),
    }
    parts |= {name: change(k, order, sigma, rate) for name, change in changes.items()}
    return np.asarray(parts["ways"] + parts["rest"] + k * np.log(rate) + parts["power"])


def _log_sum(terms: Vector) -> float:
    top = terms.max()
    return float(top + np.log(np.exp(terms - top).sum()))


def _of(value: Callable[[Vector, int, float, float], Any]) -> Callable[..., Any]:
    """Make a wrong function from ``value(right terms, α, σ, q)``."""
    return lambda order, *, noise_multiplier, sampling_rate: value(
        _terms(order, noise_multiplier, sampling_rate), order, noise_multiplier, sampling_rate
    )


def _with(**changes: Change) -> Callable[..., Any]:
    """Make a wrong function from terms in which something is changed."""
    return lambda order, *, noise_multiplier, sampling_rate: (
        _log_sum(_terms(order, noise_multiplier, sampling_rate, **changes)) / (order - 1)
    )


MISTAKES = {
    "not_divided": Mistake(
        "That is ln A(α), or ln A(α)/α: ε(α) has another denominator.",
        "(15.iv) divides by α − 1. ln A(α) alone is too large, and ln A(α)/α is too small: a false "
        "promise.",
        made_by=(_of(lambda t, a, s, q: _log_sum(t)), _of(lambda t, a, s, q: _log_sum(t) / a)),
    ),
    "no_logarithm": Mistake(
        "That is the average A(α), divided or not; where is its logarithm?",
        "Over steps, averages multiply and only logarithms add up: ε(α) is ln A(α)/(α − 1).",
        made_by=(
            _of(lambda t, a, s, q: np.exp(t).sum() / (a - 1)),
            _of(lambda t, a, s, q: np.exp(t).sum()),
        ),
    ),
    "other_base": Mistake(
        "Your logarithm has the base 2 or 10.",
        "ε is measured with the natural logarithm throughout.",
        made_by=(
            _of(lambda t, a, s, q: _log_sum(t) / (a - 1) / np.log(2)),
            _of(lambda t, a, s, q: _log_sum(t) / (a - 1) / np.log(10)),
        ),
    ),
    "rate_ignored": Mistake(
        "Your answer does not depend on the sampling rate.",
        "α/(2σ²) is the Gaussian mechanism with everybody in the sample.",
        made_by=(_of(lambda t, a, s, q: a / (2 * s**2)),),
    ),
    "approximation": Mistake(
        "That is an approximation for small q and low orders; sum all terms of (15.v).",
        "q²α/σ² is the leading term of Abadi et al. 2016, and q²α/(2σ²) is half of it. Beyond their "
        "range they are false, not just rough.",
        made_by=(
            _of(lambda t, a, s, q: q**2 * a / (2 * s**2)),
            _of(lambda t, a, s, q: q**2 * a / s**2),
        ),
    ),
    "rates_swapped": Mistake(
        "q and 1 − q have changed places.",
        "k counts the factors that come from the shifted Gaussian: each has probability q.",
        made_by=(_of(lambda t, a, s, q: _log_sum(_terms(a, s, 1 - q)) / (a - 1)),),
    ),
    "exponent_of_one": Mistake(
        "Look at your exponent: with k = 1 it must give 0.",
        "E[e^(k(2Z − 1)/(2σ²))] = e^((k² − k)/(2σ²)) under the plain Gaussian: minus k, and a "
        "likelihood ratio has mean 1.",
        made_by=(
            _with(power=lambda k, a, s, q: k * k / (2 * s**2)),
            _with(power=lambda k, a, s, q: (k * k + k) / (2 * s**2)),
        ),
    ),
    "divided_by_another_sigma": Mistake(
        "Your exponent is divided by the wrong number.",
        "The exponent of a Gaussian density is divided by 2σ²: not by σ², not by 2σ.",
        made_by=(
            _with(power=lambda k, a, s, q: (k * k - k) / (2 * s)),
            _with(power=lambda k, a, s, q: (k * k - k) / s**2),
        ),
    ),
    "binomial_forgotten": Mistake(
        "Every k has a number of ways to choose k factors out of α; yours all count once.",
        "Without the binomial coefficients the sum is not the expansion of a power.",
        made_by=(_with(ways=lambda k, a, s, q: 0.0),),
    ),
    "rest_wrong": Mistake(
        "The factors that are not sampled, α − k of them, have a probability as well: (1 − q) each.",
        "Without (1 − q)^(α−k) the probabilities do not add up to 1, nor with (1 − q)^α.",
        made_by=(
            _with(rest=lambda k, a, s, q: 0.0),
            _with(rest=lambda k, a, s, q: a * np.log1p(-q)),
        ),
    ),
    "term_forgotten": Mistake(
        "Your sum leaves out its first or its last term.",
        "range(order) ends at α − 1, and at high orders the last term is nearly the whole sum; k = 0, "
        "the record in none of the α factors, is usually the largest term.",
        made_by=(
            _of(lambda t, a, s, q: _log_sum(t[:-1]) / (a - 1)),
            _of(lambda t, a, s, q: _log_sum(t[1:]) / (a - 1)),
        ),
    ),
    "largest_term_only": Mistake(
        "You keep only the largest term; all the others are lost.",
        "The trick subtracts the largest logarithm, sums *all* exponentials, and adds it back.",
        made_by=(_of(lambda t, a, s, q: t.max() / (a - 1)),),
    ),
    "overflow": Mistake(
        "For a high order, or with little noise, your numbers leave the range of floats.",
        "e^(k²/(2σ²)) is no float there. Keep every term as a logarithm until after the sum.",
        made_by=(_of(lambda t, a, s, q: np.log(np.exp(t).sum()) / (a - 1)),),
    ),
    "large_orders": Mistake(
        "Right for low orders and enough noise, wrong for some order in the hundreds.",
        "Did you cap the exponent, keep one term in place of the sum, or subtract a term that is not "
        "the largest? The last term is the largest only when there is little noise.",
        made_by=(
            _of(lambda t, a, s, q: np.log(np.exp(np.minimum(t, 700)).sum()) / (a - 1)),
            _of(lambda t, a, s, q: (_log_sum(t) if a < 200 else t[-1]) / (a - 1)),
            _of(lambda t, a, s, q: (_log_sum(t) if a < 200 else t.max()) / (a - 1)),
        ),
    ),
}

subsampled_rdp = Exercise(
    number="15.2",
    name="subsampled_rdp",
    reference=reference,
    examine=examine,
    takeaway="A sum of huge terms is harmless as long as it stays a sum of logarithms.",
    hints=(
        "Write the logarithm of *one* term of (15.v): a product turns into a sum of four logarithms.",
        "ln C(α, k) = lgamma(α+1) − lgamma(k+1) − lgamma(α−k+1); scipy.special.gammaln takes arrays.",
        "To add numbers that you know by their logarithms, subtract the largest logarithm, add the "
        "exponentials of what is left, take the logarithm, and put the largest back.",
        "scipy.special.logsumexp does just that. Then do not forget the denominator of (15.iv).",
    ),
    mistakes=MISTAKES,
)
