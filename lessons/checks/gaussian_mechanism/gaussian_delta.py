"""Check of Exercise 13.1: δ(ε) must be that of (13.v), far out in the tail too, and never quietly wrong."""

from collections.abc import Callable
from math import erf, exp, sqrt
from typing import Any

import numpy as np
from scipy.special import log_ndtr, ndtr

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers, close
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case, told
from lessons.dp.mechanisms.gaussian import gaussian_delta as reference

LOUD = ("OverflowError", "FloatingPointError", "ZeroDivisionError")


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Ask where δ is an everyday number, then where it is tiny, then where e^ε is no float."""
    known: dict[str, Any] = {"right": reference, "rng": rng, "words": _words}
    tolerance = 1e-6  # what the exercise asks for

    def fits(case: Case, got: float, right: float) -> bool:
        return close(got, right, tolerance=max(tolerance, attempt.tolerance))

    if found := by_numbers(attempt, _everyday(rng), mistakes=MISTAKES, fits=fits, **known):
        return found
    tail = {"tail_lost": MISTAKES["tail_lost"]}
    if found := by_numbers(attempt, _far_out(rng), mistakes=tail, fits=fits, **known):
        return Found("too_coarse") if attempt.single else found
    if found := by_numbers(attempt, _on_the_way(rng), mistakes={}, fits=fits, **known):
        return Found("too_coarse") if attempt.single else found
    return _of_huge_epsilon(attempt, rng)


def _setting(rng: np.random.Generator, mu: float, away: float) -> Case:
    """The case in which the area δ begins ``away`` standard deviations from the centre, or at ε = 0."""
    reach = cases.spread(rng, 0.05, 40)
    epsilon = max(mu * (away + mu / 2), 0.0)
    return {"sigma": reach / mu, "l2_sensitivity": reach, "epsilon": epsilon}


def _everyday(rng: np.random.Generator) -> list[Case]:
    """Draw cases with small and large μ, with ε = 0, and pairs that differ in one number, or little."""
    asked = [
        _setting(rng, cases.spread(rng, *mu), cases.between(rng, *away))
        for mu in ((1e-3, 0.015), (0.03, 0.2), (0.2, 1), (1, 3), (3, 8))
        for away in ((-9, -8), (-1, 0.5), (0.5, 2), (2, 4))
    ]
    asked += [
        _setting(rng, cases.spread(rng, 3e-5, 3e-4), cases.between(rng, 0.5, 2)) for _ in "ab"
    ]
    base = _setting(rng, cases.between(rng, 0.8, 1.4), cases.between(rng, 0.3, 1))
    asked += [
        {**base, name: base[name] * factor} for name in base for factor in (1, 1.003, 1.4, 2.7)
    ]
    return sorted(asked, key=lambda case: float(case["epsilon"]))


def _far_out(rng: np.random.Generator) -> list[Case]:
    """Draw cases whose δ lies between 1e-18 and 1e-80."""
    return [
        _setting(rng, cases.spread(rng, 0.2, 3), cases.between(rng, *away))
        for away in ((8.5, 10), (10, 14), (14, 17), (17, 18.5))
    ]


def _on_the_way(rng: np.random.Generator) -> list[Case]:
    """Draw cases in between, where a Φ that is 1 minus something has a few digits left; a large μ."""
    small = [
        _setting(rng, cases.spread(rng, 0.03, 0.15), cases.between(rng, 5.8, 6.8)) for _ in "abc"
    ]
    large = _setting(rng, cases.spread(rng, 12, 28), cases.between(rng, -1, 2))
    return [*small, _setting(rng, cases.spread(rng, 0.2, 3), cases.between(rng, 7, 8.5)), large]


def _of_huge_epsilon(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Where e^ε is no float: right, or an error that nobody overlooks, but no quiet wrong number."""
    for away in ((0.5, 1.5), (3, 5)):
        epsilon, u = cases.between(rng, 720, 950), cases.between(rng, *away)
        case = _setting(rng, sqrt(u * u + 2 * epsilon) - u, u)
        try:
            got = attempt.number(**case)
        except Ended as end:
            if end.found.code != "not_finite" and not end.found.details.startswith(LOUD):
                return end.found
            attempt.remarks[:] = [
                "(Where yours stops: at ε = 800, e^ε is too large for a float. Exercise 13.2 meets such "
                "ε: call gaussian.gaussian_delta there, or add logarithms here and take exp once.)"
            ]
            continue
        if not close(got, reference(**case), tolerance=max(1e-6, attempt.tolerance)):
            coarse = attempt.single
            return Found("too_coarse" if coarse else "quiet_at_large_epsilon", _where(case, got))
    return None


def _where(case: Case, got: float) -> str:
    return f"For {told(case)} you get {got:.4g}."


def _words(case: Case, got: float, right: float) -> str:
    if not 0 <= got <= 1:
        return "; a δ lies between 0 and 1."
    if got > right:
        return ", but no set of outputs is so far ahead: δ is smaller."
    return ", but some set of outputs is further ahead: the promise would be broken."


def _made(formula: Callable[[float, float], float]) -> Callable[..., float]:
    """Make a wrong function from ``formula(μ, ε)``."""
    return lambda *, sigma, l2_sensitivity, epsilon: formula(l2_sensitivity / sigma, epsilon)


def _formula(mu: float, epsilon: float, *, weight: float, one: float = 1.0) -> float:
    """(13.v), with other weights of its two probabilities."""
    first, second = ndtr(mu / 2 - epsilon / mu), ndtr(-mu / 2 - epsilon / mu)
    return float(one * first - weight * second)


def _with(cdf: Callable[[float], Any]) -> Callable[..., float]:
    """(13.v), with another function in the place of Φ."""
    return _made(lambda mu, e: float(cdf(mu / 2 - e / mu) - exp(e) * cdf(-mu / 2 - e / mu)))


def _arguments(first: Callable[[float, float], float], second: Any) -> Callable[..., float]:
    """(13.v), with other arguments of its two Φ."""
    return _made(lambda mu, e: float(ndtr(first(mu, e)) - exp(e) * ndtr(second(mu, e))))


def _of_mu(mu: Callable[[float, float], float]) -> Callable[..., float]:
    """(13.v), with another ``mu(σ, Δ₂)``."""

    def wrong(*, sigma: float, l2_sensitivity: float, epsilon: float) -> float:
        return reference(sigma=1.0, l2_sensitivity=mu(sigma, l2_sensitivity), epsilon=epsilon)

    return wrong


def _limited(beyond: Callable[[float, float], float]) -> Callable[..., float]:
    """Make a function that is right up to ε = 700, and ``beyond(μ, ε)`` from there on."""
    return lambda *, sigma, l2_sensitivity, epsilon: (
        reference(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon)
        if epsilon < 700
        else beyond(l2_sensitivity / sigma, epsilon)
    )


MISTAKES = {
    "exponential_missing": Mistake(
        "The second probability has no weight: it counts as if ε were 0 there.",
        "Without e^ε the set's probability under the neighbour is subtracted once, not e^ε times: "
        "the published bug of section 6. The number is too large, so it wastes noise.",
        made_by=(_made(lambda mu, e: _formula(mu, e, weight=1.0)),),
    ),
    "tail_of_the_loss": Mistake(
        "That is Pr[L > ε], how often the loss exceeds ε; δ subtracts something from it.",
        "Only the first term: every output beyond ε counts in full, also one that is barely beyond.",
        made_by=(_made(lambda mu, e: _formula(mu, e, weight=0.0)),),
    ),
    "weight_not_exponential": Mistake(
        "The second probability has a weight, but not the one that (13.iii) gives to the neighbour.",
        "Not ε itself, since ε lives on a logarithmic scale, and not e^(−ε): (13.iii) asks how far p is "
        "ahead of a *larger* multiple of q.",
        made_by=(
            _made(lambda mu, e: _formula(mu, e, weight=exp(-e))),
            _made(lambda mu, e: _formula(mu, e, weight=e)),
            _made(lambda mu, e: _formula(mu, e, weight=1 + e)),
        ),
    ),
    "factor_on_the_wrong_term": Mistake(
        "You multiply the wrong one of the two probabilities by e^ε.",
        "Pr under the table itself, minus e^ε times Pr under its neighbour.",
        made_by=(_made(lambda mu, e: _formula(mu, e, one=exp(e), weight=1.0)),),
    ),
    "signs_of_the_terms": Mistake(
        "The two terms are right, but not the signs in front of them.",
        "The set lies where p is ahead, so p's share of it is the larger one. Subtract what the promise "
        "already allows, the neighbour's share with its weight; what remains is δ.",
        made_by=(
            _made(lambda mu, e: -_formula(mu, e, weight=exp(e))),
            _made(lambda mu, e: _formula(mu, e, weight=-exp(e))),
        ),
    ),
    "mu_upside_down": Mistake(
        "In yours, more noise makes δ larger: look at μ.",
        "μ = Δ₂/σ counts how many standard deviations one person moves the query.",
        made_by=(_of_mu(lambda sigma, reach: sigma / reach),),
    ),
    "sensitivity_misplaced": Mistake(
        "In yours, a person who moves the query further is hidden as well, or better.",
        "Δ₂ stands above the line in μ. Without it, μ = 1/σ is right for a count and nothing else.",
        made_by=(
            _of_mu(lambda sigma, reach: 1 / sigma),
            _of_mu(lambda sigma, reach: 1 / (sigma * reach)),
        ),
    ),
    "variance_for_sigma": Mistake(
        "You divide by the variance; σ is already the standard deviation.",
        "μ has no unit: Δ₂ and σ have the same one, and σ² has not.",
        made_by=(_of_mu(lambda sigma, reach: reach / sigma**2),),
    ),
    "half_missing": Mistake(
        "Where you have μ, only half of it belongs.",
        "The set ends at μ/2 − ε/μ standard deviations: halfway between the centres when ε is 0.",
        made_by=(_arguments(lambda mu, e: mu - e / mu, lambda mu, e: -mu - e / mu),),
    ),
    "epsilon_times_mu": Mistake(
        "You multiply ε by μ; a small shift should make a large ε *harder* to reach.",
        "The loss has a standard deviation of μ, so ε is ε/μ of them away.",
        made_by=(_arguments(lambda mu, e: mu / 2 - e * mu, lambda mu, e: -mu / 2 - e * mu),),
    ),
    "sign_in_the_second_term": Mistake(
        "In the second probability, one of the two signs in the argument is wrong.",
        "It is the same set, seen from a centre that is μ further away: subtract μ, keep the rest.",
        made_by=(
            _arguments(lambda mu, e: mu / 2 - e / mu, lambda mu, e: -mu / 2 + e / mu),
            _arguments(lambda mu, e: mu / 2 - e / mu, lambda mu, e: mu / 2 - e / mu),
        ),
    ),
    "not_the_cdf": Mistake(
        "Your Φ is not the normal distribution function.",
        "Φ(x) = (1 + erf(x/√2))/2: an area, not the height φ(x) of the bell curve, and without the √2 "
        "it falls off too fast.",
        made_by=(
            _with(lambda x: (1 + erf(x)) / 2),
            _with(lambda x: exp(-x * x / 2) / sqrt(2 * np.pi)),
        ),
    ),
    "tail_lost": Mistake(
        "Right while δ is large, wrong when it is tiny: do you round it, or does Φ lose its digits far out?",
        "(1 + erf(x/√2))/2, as statistics.NormalDist().cdf before Python 3.14, gives exactly 0 from "
        "x = −9 on, and few digits before. scipy.special has ndtr, log_ndtr and erfc. Rounding δ, "
        "or keeping it above 1e-12, loses it as well.",
        made_by=(
            _with(lambda x: (1 + erf(x / sqrt(2))) / 2),
            _with(lambda x: 1 - ndtr(-x)),
            _made(lambda mu, e: max(_formula(mu, e, weight=exp(e)), 1e-12)),
            _made(lambda mu, e: round(_formula(mu, e, weight=exp(e)), 15)),
        ),
    ),
    "quiet_at_large_epsilon": Mistake(
        "Right until e^ε is too large for a float; then a wrong number comes out, without an error.",
        "The true δ is positive, so a δ of 0 is a false promise. Catching the overflow, capping the "
        "exponent, or max(0, nan) hides the trouble: add logarithms instead, and take exp once.",
        made_by=(
            _limited(lambda mu, e: 0.0),
            _limited(lambda mu, e: _formula(mu, e, weight=0.0)),
            _limited(lambda mu, e: _formula(mu, e, weight=exp(700))),
            _limited(lambda mu, e: exp(700 + float(log_ndtr(-mu / 2 - e / mu)))),
        ),
    ),
}

gaussian_delta = Exercise(
    number="13.1",
    name="gaussian_delta",
    reference=reference,
    examine=examine,
    takeaway="One number μ = Δ₂/σ decides the whole curve δ(ε), down to its last digit.",
    hints=(
        "Compute μ, then the two arguments of Φ on paper for σ = 1, Δ₂ = 1, ε = 1: they are −0.5 "
        "and −1.5, as in section 2.",
        "scipy.special.ndtr is Φ and keeps its digits far out in the left tail. What remains is "
        "e^ε times something tiny.",
        "scipy.special.log_ndtr is ln Φ. Add ε to the logarithm of the second Φ before you take "
        "the exponential.",
    ),
    mistakes=MISTAKES,
)
