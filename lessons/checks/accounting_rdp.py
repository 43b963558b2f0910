"""Check of Exercise 15.2: Rényi DP of the subsampled Gaussian at whole orders, in the log domain."""

from collections.abc import Callable
from math import comb, exp, inf, log
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.rdp import subsampled_gaussian_rdp

SMALL = ((3, 1.3, 0.17), (6, 0.9, 0.31), (11, 2.2, 0.08))  # (α, σ, q): nothing overflows
LARGE = ((256, 0.7, 0.01), (1000, 1.1, 0.3), (1000, 25.0, 0.3))  # e^(α²/(2σ²)) is no float here
# with the first two the last term is nearly the whole sum, with the third many terms count
SHARP = (40, 5.0, 1e-4)  # and here the answer is a tiny number


def subsampled_rdp(order: int, *, noise_multiplier: float, sampling_rate: float) -> float:
    """ε(α) of one step for a whole order α >= 2 and 0 < q < 1 (15.5)."""
    return subsampled_gaussian_rdp(
        order, noise_multiplier=noise_multiplier, sampling_rate=sampling_rate
    )


def examine_rdp(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The right numbers where plain arithmetic works, then where only logarithms do."""
    settings = [*SMALL, (int(rng.integers(4, 9)), rng.uniform(1, 2), rng.uniform(0.1, 0.6))]
    got = [_value(attempt, *setting) for setting in settings]
    right = [_right(*setting) for setting in settings]
    if not _fit(got, right):
        for code, slip in SLIPS.items():
            if _fit(got, [slip(*setting) for setting in settings]):
                return Found(code)
        fits_some = any(_fit([a], [b]) for a, b in zip(got, right, strict=True))
        return Found("not_general" if fits_some else "wrong_value")
    for setting in LARGE:
        known: dict[str, Any] = {"noise_multiplier": setting[1], "sampling_rate": setting[2]}
        if _leaves_the_floats(attempt, setting[0], known):
            return Found("overflow")
        if not _fit([_value(attempt, *setting)], [_right(*setting)]):
            return Found("large_orders")
    return None if _fit([_value(attempt, *SHARP)], [_right(*SHARP)]) else Found("digits_lost")


def _leaves_the_floats(attempt: Attempt, order: int, known: dict[str, Any]) -> bool:
    """Whether the call ends in an overflow: an exception of arithmetic, inf or nan."""
    try:
        result = attempt(order, **known)
    except Exception as stop:
        found = getattr(stop, "found", None)
        errors = ("OverflowError", "ValueError", "FloatingPointError", "ZeroDivisionError")
        if found is not None and found.code == "raised" and found.details.startswith(errors):
            return True
        raise
    try:
        return not np.isfinite(float(result))
    except (TypeError, ValueError, OverflowError):
        return False


def _value(attempt: Attempt, order: int, sigma: float, rate: float) -> float:
    return attempt.number(order, noise_multiplier=sigma, sampling_rate=rate)


def _right(order: int, sigma: float, rate: float) -> float:
    return subsampled_rdp(order, noise_multiplier=sigma, sampling_rate=rate)


def _fit(got: list[float], wanted: list[float]) -> bool:
    return bool(np.allclose(got, wanted, rtol=1e-5, atol=1e-12))


def _moment(order: int, sigma: float, rate: float, **changed: Any) -> float:
    """A(α) of (15.5) in plain arithmetic, with one thing changed."""
    power: Callable[[int], float] = changed.get("power", lambda k: (k * k - k) / (2 * sigma**2))
    ways: Callable[[int], float] = changed.get("ways", lambda k: comb(order, k))
    rest: Callable[[int], float] = changed.get("rest", lambda k: (1 - rate) ** (order - k))
    terms = changed.get("terms", range(order + 1))
    return float(sum(ways(k) * rest(k) * rate**k * exp(power(k)) for k in terms))


def _slip(**changes: Callable[[int, float, float], Any]) -> Callable[[int, float, float], float]:
    def value(order: int, sigma: float, rate: float) -> float:
        changed = {name: change(order, sigma, rate) for name, change in changes.items()}
        moment = _moment(order, sigma, rate, **changed)
        return log(moment) / (order - 1) if moment > 0 else inf

    return value


SLIPS: dict[str, Callable[[int, float, float], float]] = {
    "not_divided": lambda a, s, q: log(_moment(a, s, q)),
    "divided_by_the_order": lambda a, s, q: log(_moment(a, s, q)) / a,
    "no_logarithm": lambda a, s, q: _moment(a, s, q) / (a - 1),
    "moment_returned": lambda a, s, q: _moment(a, s, q),
    "other_base": lambda a, s, q: log(_moment(a, s, q)) / (a - 1) / log(2),
    "rate_ignored": lambda a, s, q: a / (2 * s**2),
    "rate_squared": lambda a, s, q: q**2 * a / (2 * s**2),
    "first_approximation": lambda a, s, q: q**2 * a / s**2,
    "rates_swapped": lambda a, s, q: _right(a, s, 1 - q),
    "square_only": _slip(power=lambda a, s, q: lambda k: k * k / (2 * s**2)),
    "sum_in_the_exponent": _slip(power=lambda a, s, q: lambda k: (k * k + k) / (2 * s**2)),
    "sigma_not_squared": _slip(power=lambda a, s, q: lambda k: (k * k - k) / (2 * s)),
    "two_forgotten": _slip(power=lambda a, s, q: lambda k: (k * k - k) / s**2),
    "binomial_forgotten": _slip(ways=lambda a, s, q: lambda k: 1),
    "rest_forgotten": _slip(rest=lambda a, s, q: lambda k: 1),
    "rest_to_the_order": _slip(rest=lambda a, s, q: lambda k: (1 - q) ** a),
    "last_term_forgotten": _slip(terms=lambda a, s, q: range(a)),
    "first_term_forgotten": _slip(terms=lambda a, s, q: range(1, a + 1)),
    "largest_term_only": lambda a, s, q: (
        max(log(_moment(a, s, q, terms=[k])) for k in range(a + 1)) / (a - 1)
    ),
}

RDP_MISTAKES = {
    "not_divided": Mistake(
        "That is ln A(α); ε(α) has a denominator.",
        "(15.4) divides by α − 1; without it every ε is too large, and more so for high orders.",
    ),
    "divided_by_the_order": Mistake(
        "You divide by α, not by what stands in (15.4).",
        "ln A(α)/α is too small: as a promise it is false.",
    ),
    "no_logarithm": Mistake(
        "The moment has been divided, but where is its logarithm?",
        "Only logarithms of moments add up over steps.",
    ),
    "moment_returned": Mistake(
        "That is A(α) itself, the moment.",
        "ε(α) is its logarithm over α − 1.",
    ),
    "other_base": Mistake(
        "Your logarithm has the base 2.",
        "ε is measured with the natural logarithm throughout.",
    ),
    "rate_ignored": Mistake(
        "Your answer does not depend on the sampling rate.",
        "α/(2σ²) is the Gaussian mechanism with everybody in the sample.",
    ),
    "rate_squared": Mistake(
        "A sampling rate of q does not simply multiply the Gaussian's value by q².",
        "That is the size for small q and low orders, up to a factor; at high orders it is far too small.",
    ),
    "first_approximation": Mistake(
        "That is an approximation for small q and low orders; sum all terms of (15.5).",
        "q²α/σ² is the leading term of Abadi et al. 2016; beyond its range it is false, not just rough.",
    ),
    "rates_swapped": Mistake(
        "q and 1 − q have changed places.",
        "k counts the factors that come from the shifted Gaussian: each has probability q.",
    ),
    "square_only": Mistake(
        "In your exponent something is missing beside k².",
        "With k = 1 the exponent is 0: one factor of a likelihood ratio has mean 1.",
    ),
    "sum_in_the_exponent": Mistake(
        "Look at the sign in the exponent: with k = 1 it must give 0.",
        "E[e^(k(2Z − 1)/(2σ²))] = e^((k² − k)/(2σ²)) under the plain Gaussian.",
    ),
    "sigma_not_squared": Mistake(
        "Your exponent has the wrong power of σ.",
        "The exponent of a Gaussian density is divided by 2σ².",
    ),
    "two_forgotten": Mistake(
        "Your exponent is twice what it should be.",
        "The exponent of a Gaussian density is divided by 2σ², not by σ².",
    ),
    "binomial_forgotten": Mistake(
        "Every k has a number of ways to choose k factors out of α; yours all count once.",
        "Without the binomial coefficients the sum is not the expansion of a power.",
    ),
    "rest_forgotten": Mistake(
        "The α − k factors that are not sampled have a probability as well.",
        "Without (1 − q)^(α−k) the probabilities do not add up to 1.",
    ),
    "rest_to_the_order": Mistake(
        "The exponent of 1 − q should get smaller when k grows.",
        "k factors come from the sampled part, α − k from the rest.",
    ),
    "last_term_forgotten": Mistake(
        "Your sum stops one term too early.",
        "range(order) ends at α − 1; at high orders the last term is nearly the whole sum.",
    ),
    "first_term_forgotten": Mistake(
        "Your sum begins one term too late.",
        "k = 0 is the case in which the record is in none of the α factors: usually the largest term.",
    ),
    "largest_term_only": Mistake(
        "You keep the largest term only: the sum of the others has been lost after the exponentials.",
        "The trick subtracts the largest logarithm, sums *all* exponentials, and adds it back.",
    ),
    "overflow": Mistake(
        "Right for low orders; with an order of 256 your numbers leave the range of floats.",
        "e^(k²/(2σ²)) is no float there. Keep every term as a logarithm until after the sum.",
    ),
    "large_orders": Mistake(
        "Right for low orders, wrong for an order of 256 or 1000.",
        "A cap on the exponent, one term in place of the sum, or binomial coefficients that are rounded.",
    ),
    "digits_lost": Mistake(
        "Right for large values; where q is tiny your digits are lost.",
        "Single precision, or rounding: ε(α) may be 1e-8, and it is multiplied by many steps.",
    ),
    "not_general": Mistake(
        "Right for some orders, sampling rates or noises, but not for all.",
        "The check tries several, one of them drawn at random.",
    ),
    "wrong_value": Mistake(
        "These are not the values of (15.5).",
        "Compute α = 2 by hand: the sum has three terms.",
    ),
}
