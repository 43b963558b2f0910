"""Check of lesson 13's δ(ε): against the exact formula, where slips show and where floats run out."""

from collections.abc import Callable
from math import erf, exp, isfinite, log, nan, pi, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.gaussian import gaussian_delta

Setting = tuple[float, float, float]  # σ, Δ₂, ε

PLAIN: tuple[Setting, ...] = ((1.3, 0.7, 0.4), (2.1, 3.0, 1.7), (0.6, 1.5, 2.3), (0.8, 0.5, 0.0))
TAIL: tuple[Setting, ...] = ((4.0, 1.0, 2.2), (3.0, 2.0, 9.0), (2.0, 1.0, 9.0))
UNDERFLOW: tuple[Setting, ...] = ((0.05, 1.0, 600.0),)  # e^ε is a float, Φ(−40) is none
HUGE: tuple[Setting, ...] = ((0.04, 1.0, 800.0), (0.5, 30.0, 900.0))  # e^ε is no float
RELATIVE = 1e-6


def examine_delta(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The number of (13.5) in plain settings, then far out in the tail, then where e^ε overflows."""
    got = {setting: _call(attempt, setting) for setting in PLAIN}
    if not all(_right(setting, found) for setting, found in got.items()):
        return _which_slip(got)
    for settings, code in ((TAIL, "tail_lost"), (UNDERFLOW, "second_term_lost"), (HUGE, code_of)):
        for setting in settings:
            found = _call(attempt, setting)
            if not _right(setting, found):
                return Found(code if isinstance(code, str) else code(found), _where(setting))
    return None


def code_of(found: float) -> str:
    """What is wrong at a huge ε: no number at all, none left of it, or one with a term missing."""
    if found == 0:
        return "zero_at_large_epsilon"
    return "second_term_lost" if isfinite(found) else "overflow"


def _call(attempt: Attempt, setting: Setting) -> float:
    """The learner's number; NaN when e^ε was too large for it."""
    sigma, reach, epsilon = setting
    known = {"sigma": sigma, "l2_sensitivity": reach, "epsilon": epsilon}
    try:
        result = attempt(**known)
    except Exception as error:
        found: Any = getattr(error, "found", None)
        if found is not None and found.details.startswith("OverflowError"):
            return nan
        raise
    if isinstance(result, float | np.floating) and not isfinite(result):
        return nan
    return attempt.number(**known)


def _right(setting: Setting, found: float) -> bool:
    sigma, reach, epsilon = setting
    exact = gaussian_delta(sigma=sigma, l2_sensitivity=reach, epsilon=epsilon)
    return abs(found - exact) <= RELATIVE * exact


def _where(setting: Setting) -> str:
    return "Look at σ = {:g}, Δ₂ = {:g}, ε = {:g}.".format(*setting)


def _which_slip(got: dict[Setting, float]) -> Found:
    if not all(map(isfinite, got.values())):
        return Found("not_finite")
    for code, slip in _SLIPS.items():
        if all(abs(found - slip(*one)) <= 1e-6 * abs(slip(*one)) for one, found in got.items()):
            return Found(code)
    setting = next(one for one, found in got.items() if not _right(one, found))
    found = got[setting]
    if not 0 <= found <= 1:
        return Found("no_probability", f"{_where(setting)} You get {found:.4g}.")
    sigma, reach, epsilon = setting
    low = found < gaussian_delta(sigma=sigma, l2_sensitivity=reach, epsilon=epsilon)
    return Found("too_small" if low else "too_large", f"{_where(setting)} You get {found:.4g}.")


def _formula(mu: float, epsilon: float, *, factor: float | None = None) -> float:
    """(13.5), or with another factor in the place of e^ε."""
    weight = exp(epsilon) if factor is None else factor
    return float(ndtr(mu / 2 - epsilon / mu) - weight * ndtr(-mu / 2 - epsilon / mu))


def _without_root(x: float) -> float:
    return (1 + erf(x)) / 2


def _bell(x: float) -> float:
    return exp(-x * x / 2) / sqrt(2 * pi)


def _with(cdf: Callable[[float], float], mu: float, epsilon: float) -> float:
    return cdf(mu / 2 - epsilon / mu) - exp(epsilon) * cdf(-mu / 2 - epsilon / mu)


_SLIPS: dict[str, Callable[[float, float, float], float]] = {
    "exponential_missing": lambda s, d, e: _formula(d / s, e, factor=1.0),
    "tail_of_the_loss": lambda s, d, e: _formula(d / s, e, factor=0.0),
    "exponent_negative": lambda s, d, e: _formula(d / s, e, factor=exp(-e)),
    "factor_not_exponential": lambda s, d, e: _formula(d / s, e, factor=e),
    "factor_on_the_wrong_term": lambda s, d, e: exp(e) * float(
        ndtr(d / s / 2 - e * s / d)) - float(ndtr(-d / s / 2 - e * s / d)),
    "terms_exchanged": lambda s, d, e: -_formula(d / s, e),
    "mu_upside_down": lambda s, d, e: _formula(s / d, e),
    "sensitivity_ignored": lambda s, d, e: _formula(1 / s, e),
    "sensitivity_multiplied": lambda s, d, e: _formula(1 / (s * d), e),
    "variance_for_sigma": lambda s, d, e: _formula(d / s**2, e),
    "half_missing": lambda s, d, e: float(
        ndtr(d / s - e * s / d) - exp(e) * ndtr(-d / s - e * s / d)),
    "epsilon_times_mu": lambda s, d, e: float(
        ndtr(d / s / 2 - e * d / s) - exp(e) * ndtr(-d / s / 2 - e * d / s)),
    "sign_of_the_second_term": lambda s, d, e: float(
        ndtr(d / s / 2 - e * s / d) - exp(e) * ndtr(-d / s / 2 + e * s / d)),
    "sum_of_the_terms": lambda s, d, e: _formula(d / s, e, factor=-exp(e)),
    "erf_without_root": lambda s, d, e: _with(_without_root, d / s, e),
    "density_for_cdf": lambda s, d, e: _with(_bell, d / s, e),
    "both_directions_added": lambda s, d, e: 2 * _formula(d / s, e),
    "logarithm_returned": lambda s, d, e: log(_formula(d / s, e)),
    "classical_solved": lambda s, d, e: 1.25 * exp(-((e * s / d) ** 2) / 2),
}  # fmt: skip

DELTA_MISTAKES = {
    "exponential_missing": Mistake(
        "The second probability has no weight: it counts as if ε were 0 there.",
        "Without e^ε the set's probability under the neighbour is subtracted once, not e^ε times: "
        "the published bug of section 6. The number is too large, so it wastes noise.",
    ),
    "tail_of_the_loss": Mistake(
        "That is Pr[L > ε], how often the loss exceeds ε; δ subtracts something from it.",
        "Only the first term: every output beyond ε counts in full, also one that is barely beyond.",
    ),
    "exponent_negative": Mistake(
        "Your weight shrinks when ε grows; (13.3) asks how far p is ahead of a *larger* multiple of q.",
        "e^(−ε) for e^ε: the sign is turned round.",
    ),
    "factor_not_exponential": Mistake(
        "You multiply by ε itself; the bound on the ratio is e^ε.",
        "ε lives on a logarithmic scale, like the privacy loss.",
    ),
    "factor_on_the_wrong_term": Mistake(
        "The factor e^ε stands at the wrong one of the two probabilities.",
        "Pr under the table itself, minus e^ε times Pr under its neighbour.",
    ),
    "terms_exchanged": Mistake(
        "Your δ is negative: the two terms stand in the wrong order.",
        "The set is chosen where p is ahead, so p's share of it is the larger one.",
    ),
    "mu_upside_down": Mistake(
        "In yours, more noise makes δ larger: look at μ.",
        "μ = Δ₂/σ counts how many standard deviations one person moves the query.",
    ),
    "sensitivity_ignored": Mistake(
        "Your δ does not change with the sensitivity.",
        "μ = 1/σ is right for a query that one person moves by 1 and for no other.",
    ),
    "sensitivity_multiplied": Mistake(
        "In yours, a person who moves the query further is hidden better.",
        "Δ₂ stands above the line in μ and below it in 1/μ.",
    ),
    "variance_for_sigma": Mistake(
        "You divide by the variance; σ is already the standard deviation.",
        "μ has no unit: Δ₂ and σ have the same one, and σ² has not.",
    ),
    "half_missing": Mistake(
        "Where you have μ, (13.5) has half of it.",
        "The set ends at μ/2 − ε/μ standard deviations: halfway between the centres when ε is 0.",
    ),
    "epsilon_times_mu": Mistake(
        "You multiply ε by μ; a small shift should make a large ε *harder* to reach.",
        "The loss has a standard deviation of μ, so ε is ε/μ of them away.",
    ),
    "sign_of_the_second_term": Mistake(
        "In the second probability, one of the two signs in the argument is wrong.",
        "It is the same set, seen from a centre that is μ further away: subtract μ, keep the rest.",
    ),
    "sum_of_the_terms": Mistake(
        "You add the two terms; the second is what the promise already allows.",
        "δ is what remains after e^ε times the neighbour's probability.",
    ),
    "erf_without_root": Mistake(
        "Your Φ is not the normal distribution function: it falls off too fast.",
        "Φ(x) = (1 + erf(x/√2))/2; the √2 is missing.",
    ),
    "density_for_cdf": Mistake(
        "Φ is the distribution function (an area), not the height of the bell curve.",
        "φ in the place of Φ: with it, the two terms cancel.",
    ),
    "both_directions_added": Mistake(
        "Yours is twice as large: (13.3) is for one direction.",
        "The two directions give the same δ here, and one δ serves both.",
    ),
    "logarithm_returned": Mistake(
        "You return ln δ: good for the tail, but the exercise asks for δ.",
        "One exp at the very end; that is where underflow does no harm.",
    ),
    "classical_solved": Mistake(
        "That is the δ of the textbook formula (13.10), an upper bound, and one for small ε only.",
        "1.25·e^(−ε²/2μ²) turns (13.10) round; the exact δ is (13.5).",
    ),
    "no_probability": Mistake(
        "A δ lies between 0 and 1.",
        "It is a difference of probabilities that (13.3) never lets become negative.",
    ),
    "too_small": Mistake(
        "Your δ is smaller than it is: the promise would be broken.",
        "A δ that is too small claims more privacy than there is.",
    ),
    "too_large": Mistake(
        "Your δ is larger than it is.",
        "Safe, but then calibration adds more noise than is needed.",
    ),
    "tail_lost": Mistake(
        "Right while δ is large, wrong when it is tiny: far out, your Φ loses its digits.",
        "(1 + erf(x/√2))/2 and statistics.NormalDist().cdf give exactly 0 from x = −9 on, and few "
        "digits before. scipy.special has ndtr, log_ndtr and erfc.",
    ),
    "second_term_lost": Mistake(
        "Right until the second Φ is too small for a float (below 1e-308); then its term vanishes.",
        "e^600 · Φ(−40) is no small number, but Φ(−40) alone is 0. Add logarithms, then take exp.",
    ),
    "zero_at_large_epsilon": Mistake(
        "At a large ε your δ is 0, and there is one: a false promise.",
        "Catching the overflow, or a case of its own, hides the trouble. Add logarithms instead.",
    ),
    "overflow": Mistake(
        "Right until e^ε is too large for a float; the answer itself is an ordinary number.",
        "e^800 overflows before it meets the tiny Φ. Add logarithms, then take exp once.",
    ),
}
