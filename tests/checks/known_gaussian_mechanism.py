"""Lesson 13: what learners write."""

from math import erf, exp, inf, log, pi, sqrt
from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm

from lessons.checks import gaussian_mechanism as checks
from lessons.dp import gaussian
from lessons.dp.gaussian import analytic_sigma, classical_sigma, gaussian_delta
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 13.1


def curve(sigma, reach, epsilon, *, one=1.0, other=None, cdf=ndtr):
    """(13.5) with other weights, or another Φ."""
    mu = reach / sigma
    weight = exp(epsilon) if other is None else other
    return one * cdf(mu / 2 - epsilon / mu) - weight * cdf(-mu / 2 - epsilon / mu)


@wrong(checks.gaussian_delta, "exponential_missing")
def no_weight(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, other=1.0)


@wrong(checks.gaussian_delta, "tail_of_the_loss")
def probability_of_exceeding(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    return 1 - NormalDist(mu**2 / 2, mu).cdf(epsilon)


@wrong(checks.gaussian_delta, "exponent_negative")
def minus_epsilon(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, other=exp(-epsilon))


@wrong(checks.gaussian_delta, "factor_not_exponential")
def times_epsilon(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, other=epsilon)


@wrong(checks.gaussian_delta, "factor_on_the_wrong_term")
def weight_in_front(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, one=exp(epsilon), other=1.0)


@wrong(checks.gaussian_delta, "terms_exchanged")
def neighbour_first(*, sigma, l2_sensitivity, epsilon):
    return -curve(sigma, l2_sensitivity, epsilon)


@wrong(checks.gaussian_delta, "mu_upside_down")
def sigma_over_reach(*, sigma, l2_sensitivity, epsilon):
    return curve(l2_sensitivity, sigma, epsilon)


@wrong(checks.gaussian_delta, "sensitivity_ignored")
def always_a_count(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, 1.0, epsilon)


@wrong(checks.gaussian_delta, "sensitivity_multiplied")
def reach_below_the_line(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma * l2_sensitivity, 1.0, epsilon)


@wrong(checks.gaussian_delta, "variance_for_sigma")
def divided_by_the_variance(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma**2, l2_sensitivity, epsilon)


@wrong(checks.gaussian_delta, "half_missing")
def whole_mu(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    return ndtr(mu - epsilon / mu) - exp(epsilon) * ndtr(-mu - epsilon / mu)


@wrong(checks.gaussian_delta, "epsilon_times_mu")
def product_with_mu(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    return ndtr(mu / 2 - epsilon * mu) - exp(epsilon) * ndtr(-mu / 2 - epsilon * mu)


@wrong(checks.gaussian_delta, "sign_of_the_second_term")
def plus_in_the_second(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    return ndtr(mu / 2 - epsilon / mu) - exp(epsilon) * ndtr(-mu / 2 + epsilon / mu)


@wrong(checks.gaussian_delta, "sum_of_the_terms")
def both_added(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, other=-exp(epsilon))


@wrong(checks.gaussian_delta, "erf_without_root")
def plain_erf(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=lambda x: (1 + erf(x)) / 2)


@wrong(checks.gaussian_delta, "density_for_cdf")
def heights(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=norm.pdf)


@wrong(checks.gaussian_delta, "both_directions_added")
def there_and_back(*, sigma, l2_sensitivity, epsilon):
    return 2 * curve(sigma, l2_sensitivity, epsilon)


@wrong(checks.gaussian_delta, "logarithm_returned")
def stays_in_logarithms(*, sigma, l2_sensitivity, epsilon):
    return log(curve(sigma, l2_sensitivity, epsilon))


@wrong(checks.gaussian_delta, "classical_solved")
def from_the_textbook(*, sigma, l2_sensitivity, epsilon):
    return 1.25 * exp(-((epsilon * sigma / l2_sensitivity) ** 2) / 2)


@wrong(checks.gaussian_delta, "no_probability")
def absolute_ratio(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon) * 100


@wrong(checks.gaussian_delta, "too_small")
def half_of_it(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon) / 2


@wrong(checks.gaussian_delta, "too_large")
def average_with_the_tail(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, other=exp(epsilon) / 2)


@wrong(checks.gaussian_delta, "too_large")
def right_for_the_numbers_of_the_text(*, sigma, l2_sensitivity, epsilon):
    return 0.12693673750664386


@wrong(checks.gaussian_delta, "tail_lost")
def standard_library(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=NormalDist().cdf)


@wrong(checks.gaussian_delta, "tail_lost")
def error_function(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=lambda x: 0.5 * (1 + erf(x / sqrt(2))))


@wrong(checks.gaussian_delta, "tail_lost")
def one_minus(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=lambda x: 1 - ndtr(-x))


@wrong(checks.gaussian_delta, "tail_lost")
def never_below_a_floor(*, sigma, l2_sensitivity, epsilon):
    return max(curve(sigma, l2_sensitivity, epsilon), 1e-12)


@wrong(checks.gaussian_delta, "second_term_lost")
def plain_formula(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon)


@wrong(checks.gaussian_delta, "zero_at_large_epsilon")
def gives_up_beyond_700(*, sigma, l2_sensitivity, epsilon):
    if epsilon > 700:
        return 0.0
    return gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon)


@wrong(checks.gaussian_delta, "overflow")
def weight_computed_first(*, sigma, l2_sensitivity, epsilon):
    mu, weight = l2_sensitivity / sigma, exp(epsilon)
    second = exp(epsilon + log_ndtr(-mu / 2 - epsilon / mu)) if weight < inf else 0.0
    return exp(log_ndtr(mu / 2 - epsilon / mu)) - second


@wrong(checks.gaussian_delta, "overflow")
def weight_of_numpy_computed_first(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    small = log_ndtr(-mu / 2 - epsilon / mu)
    with np.errstate(over="ignore"):
        second = np.exp(epsilon + small) * (np.exp(epsilon) / np.exp(epsilon))
    return ndtr(mu / 2 - epsilon / mu) - second


@wrong(checks.gaussian_delta, "raised")
def positional(sigma, l2_sensitivity, epsilon):
    return sigma.mean() + l2_sensitivity + epsilon


@right(checks.gaussian_delta)
def in_logarithms(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    first, second = log_ndtr(mu / 2 - epsilon / mu), epsilon + log_ndtr(-mu / 2 - epsilon / mu)
    return exp(first) - exp(second)


@right(checks.gaussian_delta)
def factored(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    first, second = log_ndtr(mu / 2 - epsilon / mu), epsilon + log_ndtr(-mu / 2 - epsilon / mu)
    return np.float64(np.exp(first) * -np.expm1(second - first))


@right(checks.gaussian_delta)
def with_scipy_stats(*, sigma, l2_sensitivity, epsilon):
    loss = norm(l2_sensitivity**2 / sigma**2 / 2, l2_sensitivity / sigma)
    back = norm(-(l2_sensitivity**2) / sigma**2 / 2, l2_sensitivity / sigma)
    return loss.sf(epsilon) - np.exp(epsilon + back.logsf(epsilon))


@right(checks.gaussian_delta)
def by_adding_up_strips(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    u = epsilon / mu - mu / 2  # where p = e^ε·q, in standard deviations from p's centre
    x = u + np.linspace(0, 40 / (1 + max(u, 0)) + max(-u, 0), 400_001)
    ahead = np.exp(-x * x / 2) * -np.expm1(-mu * (x - u))
    return float(np.trapezoid(ahead, x)) / sqrt(2 * pi)


# Exercises 13.2 and 13.4: bisections with one thing changed


def solve(delta_of, delta, *, low=1e-9, high=1e9, steps=200, end="high"):
    for _ in range(steps):
        middle = sqrt(low * high)
        if delta_of(middle) > delta:
            low = middle
        else:
            high = middle
    return high if end == "high" else low


def least(reach, epsilon, delta, **weights):
    return solve(lambda s: curve(s, reach, epsilon, **weights), delta)


@wrong(checks.repaired_sigma, "classical")
@wrong(checks.analytic_sigma, "classical")
def textbook(*, l2_sensitivity, epsilon, delta):
    return l2_sensitivity * sqrt(2 * log(1.25 / delta)) / epsilon


@wrong(checks.analytic_sigma, "classical_without_125")
def textbook_from_memory(*, l2_sensitivity, epsilon, delta):
    return l2_sensitivity * sqrt(2 * log(1 / delta)) / epsilon


@wrong(checks.analytic_sigma, "classical_below_one")
def textbook_where_it_holds(*, l2_sensitivity, epsilon, delta):
    if epsilon < 1:
        return classical_sigma(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)
    return least(l2_sensitivity, epsilon, delta)


@wrong(checks.analytic_sigma, "classical_below_one")
def textbook_for_tiny_epsilon(*, l2_sensitivity, epsilon, delta):
    if epsilon < 0.1:
        return textbook(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)
    return by_mu(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)


@wrong(checks.analytic_sigma, "classical")
def the_smaller_of_the_two(*, l2_sensitivity, epsilon, delta):
    known = {"l2_sensitivity": l2_sensitivity, "epsilon": epsilon, "delta": delta}
    return min(by_mu(**known), textbook(**known))


@wrong(checks.analytic_sigma, "raised")
def refuses_large_epsilon(*, l2_sensitivity, epsilon, delta):
    return classical_sigma(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)


@wrong(checks.repaired_sigma, "flaw_still_there")
@wrong(checks.analytic_sigma, "exponential_missing")
def without_the_weight(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, other=1.0)


@wrong(checks.repaired_sigma, "second_term_removed")
@wrong(checks.analytic_sigma, "tail_of_the_loss")
def for_the_tail(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, other=0.0)


@wrong(checks.analytic_sigma, "sensitivity_ignored")
def for_a_count(*, l2_sensitivity, epsilon, delta):
    return least(1.0, epsilon, delta)


@wrong(checks.analytic_sigma, "sensitivity_divided")
def divided_by_reach(*, l2_sensitivity, epsilon, delta):
    return least(1.0, epsilon, delta) / l2_sensitivity


@wrong(checks.analytic_sigma, "sensitivity_squared")
def multiplied_twice(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta) * l2_sensitivity


@wrong(checks.analytic_sigma, "sensitivity_by_the_root")
def root_of_reach(*, l2_sensitivity, epsilon, delta):
    return least(1.0, epsilon, delta) * sqrt(l2_sensitivity)


@wrong(checks.analytic_sigma, "mu_returned")
def forgets_to_divide(*, l2_sensitivity, epsilon, delta):
    return l2_sensitivity / least(l2_sensitivity, epsilon, delta)


@wrong(checks.analytic_sigma, "variance_returned")
def squared(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta) ** 2


@wrong(checks.analytic_sigma, "laplace_scale")
def as_for_laplace(*, l2_sensitivity, epsilon, delta):
    return l2_sensitivity / epsilon


@wrong(checks.analytic_sigma, "delta_halved")
def two_sided(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta / 2)


@wrong(checks.analytic_sigma, "delta_doubled")
def both_tails(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, 2 * delta)


@wrong(checks.analytic_sigma, "epsilon_halved")
def half_the_budget(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon / 2, delta)


@wrong(checks.analytic_sigma, "replaced_twice")
def twice_the_reach(*, l2_sensitivity, epsilon, delta):
    return least(2 * l2_sensitivity, epsilon, delta)


@wrong(checks.repaired_sigma, "not_positive")
@wrong(checks.analytic_sigma, "not_positive")
def negative_root(*, l2_sensitivity, epsilon, delta):
    return -least(l2_sensitivity, epsilon, delta)


@wrong(checks.analytic_sigma, "unsafe")
def branches_exchanged(*, l2_sensitivity, epsilon, delta):
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        if curve(middle, l2_sensitivity, epsilon) <= delta:
            low = middle
        else:
            high = middle
    return high / 1e6


@wrong(checks.analytic_sigma, "wasteful")
def branches_exchanged_upwards(*, l2_sensitivity, epsilon, delta):
    low, high = 1e-3, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        if gaussian.gaussian_delta(
            sigma=middle, l2_sensitivity=l2_sensitivity, epsilon=epsilon
        ) <= delta:  # fmt: skip
            low = middle
        else:
            high = middle
    return high


@wrong(checks.repaired_sigma, "low_end")
@wrong(checks.analytic_sigma, "low_end")
def returns_the_low_end(*, l2_sensitivity, epsilon, delta):
    low, high = 0.0, 1000.0 * l2_sensitivity
    for _ in range(27):
        middle = (low + high) / 2
        if curve(middle, l2_sensitivity, epsilon) > delta:
            low = middle
        else:
            high = middle
    return low


@wrong(checks.repaired_sigma, "coarse")
@wrong(checks.analytic_sigma, "coarse")
def stops_after_a_few_halvings(*, l2_sensitivity, epsilon, delta):
    high = l2_sensitivity * 20 / epsilon
    return solve(
        lambda s: curve(s, l2_sensitivity, epsilon), delta, low=high / 1000, high=high, steps=10
    )


@wrong(checks.analytic_sigma, "coarse")
def absolute_tolerance(*, l2_sensitivity, epsilon, delta):
    low, high = 0.0, 1e6
    while high - low > 1e-5:
        middle = (low + high) / 2
        if gaussian.gaussian_delta(
            sigma=middle, l2_sensitivity=l2_sensitivity, epsilon=epsilon
        ) > delta:  # fmt: skip
            low = middle
        else:
            high = middle
    return high


@wrong(checks.analytic_sigma, "fixed_bracket")
def between_a_tenth_and_a_thousand(*, l2_sensitivity, epsilon, delta):
    return solve(lambda s: curve(s, l2_sensitivity, epsilon), delta, low=0.1, high=1000.0)


@wrong(checks.repaired_sigma, "unsafe")
@wrong(checks.analytic_sigma, "unsafe")
def right_at_one_setting(*, l2_sensitivity, epsilon, delta):
    return 3.7306316348159414 * l2_sensitivity / epsilon


@wrong(checks.repaired_sigma, "wasteful")
@wrong(checks.analytic_sigma, "wasteful")
def ten_percent_to_be_sure(*, l2_sensitivity, epsilon, delta):
    return 1.1 * least(l2_sensitivity, epsilon, delta)


@wrong(checks.repaired_sigma, "borrowed")
@right(checks.analytic_sigma)
def by_mu(*, l2_sensitivity, epsilon, delta):
    low, high = 0.0, 1.0

    def delta_of(mu):
        return gaussian.gaussian_delta(sigma=1.0, l2_sensitivity=mu, epsilon=epsilon)

    while delta_of(high) <= delta:
        high *= 2
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if delta_of(middle) <= delta else (low, middle)
    return l2_sensitivity / low


@wrong(checks.repaired_sigma, "borrowed")
@right(checks.analytic_sigma)
def with_a_root_finder(*, l2_sensitivity, epsilon, delta):
    def excess(log_sigma):
        sigma = exp(log_sigma)
        return gaussian.gaussian_delta(sigma=sigma, l2_sensitivity=1.0, epsilon=epsilon) - delta

    return l2_sensitivity * exp(brentq(excess, -20, 20, xtol=1e-13)) * (1 + 1e-10)


@right(checks.repaired_sigma)
@right(checks.analytic_sigma)
def balle_and_wang(*, l2_sensitivity, epsilon, delta):
    """Algorithm 1 of the paper, in its own variables."""

    def plus(v):
        return ndtr(sqrt(epsilon * v)) - exp(epsilon + log_ndtr(-sqrt(epsilon * (v + 2))))

    def minus(u):
        return ndtr(-sqrt(epsilon * u)) - exp(epsilon + log_ndtr(-sqrt(epsilon * (u + 2))))

    def walk(holds, *, up):
        low, high = 0.0, 1.0
        while holds(high) == up:
            high *= 2
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) == up else (low, middle)
        return low if up else high

    if delta >= plus(0.0):
        v = walk(lambda v: plus(v) <= delta, up=True)
        alpha = sqrt(1 + v / 2) - sqrt(v / 2)
    else:
        u = walk(lambda u: minus(u) <= delta, up=False)
        alpha = sqrt(1 + u / 2) + sqrt(u / 2)
    return alpha * l2_sensitivity / sqrt(2 * epsilon)


# Exercise 13.4


@wrong(checks.repaired_sigma, "factor_on_the_first_term")
def repairs_the_first(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, one=exp(epsilon), other=1.0)


@wrong(checks.repaired_sigma, "factor_on_both_terms")
def around_the_difference(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, one=exp(epsilon), other=exp(epsilon))


@wrong(checks.repaired_sigma, "factor_on_both_terms")
def divides_delta_by_the_factor(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta / exp(epsilon), other=1.0)


@wrong(checks.repaired_sigma, "factor_inverted")
def divides_by_the_factor(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, other=exp(-epsilon))


@wrong(checks.repaired_sigma, "factor_is_epsilon")
def uses_epsilon(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, other=epsilon)


@wrong(checks.repaired_sigma, "shrunk_afterwards")
def by_the_known_ratio(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta, other=1.0) * 3.7306 / 4.2844


@wrong(checks.repaired_sigma, "delta_scaled")
def moves_it_to_delta(*, l2_sensitivity, epsilon, delta):
    return least(l2_sensitivity, epsilon, delta * exp(epsilon), other=1.0)


@wrong(checks.repaired_sigma, "borrowed")
def calls_the_earlier_answer(*, l2_sensitivity, epsilon, delta):
    return analytic_sigma(l2_sensitivity=l2_sensitivity, epsilon=epsilon, delta=delta)


wrong(checks.repaired_sigma, "borrowed")(analytic_sigma)


@right(checks.repaired_sigma)
def the_book_with_the_exact_delta(*, l2_sensitivity, epsilon, delta):
    cdf = NormalDist().cdf
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(100):
        sigma = (low + high) / 2
        a, b = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        terms = cdf(a - b), exp(epsilon), cdf(-a - b)
        if gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon) > delta:
            low = sigma
        else:
            high = sigma
    return high if terms else low


@right(checks.repaired_sigma)
def the_book_repaired(*, l2_sensitivity, epsilon, delta):
    phi = NormalDist().cdf
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(200):
        sigma = (low + high) / 2
        half, middle = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        if phi(half - middle) - exp(epsilon) * phi(-half - middle) > delta:
            low = sigma
        else:
            high = sigma
    return high


# Exercise 13.3


def sigma_of(clip_norm, epsilon, delta):
    return gaussian.analytic_sigma(l2_sensitivity=clip_norm, epsilon=epsilon, delta=delta)


def clipped(rows, clip_norm):
    rows = np.asarray(rows, dtype=float)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.minimum(1, clip_norm / np.maximum(norms, 1e-12))


def noisy(total, sigma, rng):
    return total + rng.normal(scale=sigma, size=np.shape(total))


def sum_with(places, *, name=None):
    """A right solution but for where the sum lies."""

    def solution(rows, *, clip_norm, epsilon, delta, rng):
        return noisy(
            places(np.asarray(rows, dtype=float), clip_norm),
            sigma_of(clip_norm, epsilon, delta),
            rng,
        )

    return solution


def norms_of(rows, order=2):
    return np.maximum(np.linalg.norm(rows, ord=order, axis=1, keepdims=True), 1e-12)


PLACES = {
    "not_summed": lambda rows, c: clipped(rows, c),
    "summed_over_columns": lambda rows, c: clipped(rows, c).sum(axis=1),
    "not_clipped": lambda rows, c: rows.sum(axis=0),
    "clipped_entry_by_entry": lambda rows, c: np.clip(rows, -c, c).sum(axis=0),
    "clipped_by_l1": lambda rows, c: (rows * np.minimum(1, c / norms_of(rows, 1))).sum(axis=0),
    "clipped_by_the_largest": lambda rows, c: (
        rows * np.minimum(1, c / norms_of(rows, np.inf))).sum(axis=0),
    "squared_length": lambda rows, c: (
        rows * np.minimum(1, c / norms_of(rows) ** 2)).sum(axis=0),
    "all_rows_scaled": lambda rows, c: (rows * c / norms_of(rows)).sum(axis=0),
    "to_length_one": lambda rows, c: (rows / np.maximum(1, norms_of(rows))).sum(axis=0),
    "factor_without_c": lambda rows, c: (rows * np.minimum(1 / c, 1 / norms_of(rows))).sum(axis=0),
    "long_rows_dropped": lambda rows, c: rows[norms_of(rows)[:, 0] <= c].sum(axis=0),
    "long_rows_only": lambda rows, c: clipped(rows[norms_of(rows)[:, 0] > c], c).sum(axis=0),
    "sum_clipped": lambda rows, c: clipped(rows.sum(axis=0)[None], c)[0],
    "columns_clipped": lambda rows, c: (
        rows * np.minimum(1, c / np.maximum(np.linalg.norm(rows, axis=0), 1e-12))).sum(axis=0),
    "averaged": lambda rows, c: clipped(rows, c).mean(axis=0),
    "wrong_place": lambda rows, c: clipped(rows, c).sum(axis=0) * 1.5,
}  # fmt: skip
for code, places in PLACES.items():
    solution = sum_with(places)
    solution.__name__ = f"place_{code}"
    wrong(checks.private_vector_sum, code)(solution)


NOISES = {
    "no_noise": lambda c, e, d, n, width: 0.0,
    "clip_norm_ignored": lambda c, e, d, n, width: sigma_of(1.0, e, d),
    "noise_per_column": lambda c, e, d, n, width: sigma_of(c * sqrt(width), e, d),
    "replaced_twice": lambda c, e, d, n, width: sigma_of(2 * c, e, d),
    "classical": lambda c, e, d, n, width: c * sqrt(2 * log(1.25 / d)) / e,
    "variance_for_sigma": lambda c, e, d, n, width: sigma_of(c, e, d) ** 2,
    "root_for_sigma": lambda c, e, d, n, width: sqrt(sigma_of(c, e, d)),
    "laplace_scale": lambda c, e, d, n, width: c / e,
    "clip_norm_twice": lambda c, e, d, n, width: c * sigma_of(c, e, d),
    "epsilon_ignored": lambda c, e, d, n, width: sigma_of(c, 1.0, d),
    "standard_noise": lambda c, e, d, n, width: 1.0,
    "noise_divided": lambda c, e, d, n, width: sigma_of(c, e, d) / max(n, 1),
    "wrong_size": lambda c, e, d, n, width: 1.8 * sigma_of(c, e, d),
    "not_general": lambda c, e, d, n, width: (
        sigma_of(c, e, d) if d > 1e-5 else sigma_of(c, e, 1e-4)),
}  # fmt: skip


def sum_with_noise(size):
    """A right solution but for the size of its noise."""

    def solution(rows, *, clip_norm, epsilon, delta, rng):
        sigma = size(clip_norm, epsilon, delta, len(rows), rows.shape[1])
        return noisy(clipped(rows, clip_norm).sum(axis=0), sigma, rng)

    return solution


for code, size in NOISES.items():
    solution = sum_with_noise(size)
    solution.__name__ = f"noise_{code}"
    wrong(checks.private_vector_sum, code)(solution)


@wrong(checks.private_vector_sum, "zero_row")
def divides_by_the_length(rows, *, clip_norm, epsilon, delta, rng):
    with np.errstate(invalid="ignore", divide="ignore"):
        factors = np.minimum(1, clip_norm / np.linalg.norm(rows, axis=1))
        shortened = rows * factors[:, None]
        shortened = np.where(factors[:, None] < 1, rows / np.linalg.norm(
            rows, axis=1, keepdims=True) * clip_norm, rows * (rows / rows))  # fmt: skip
    return noisy(shortened.sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "one_noise_for_all")
def one_draw(rows, *, clip_norm, epsilon, delta, rng):
    return clipped(rows, clip_norm).sum(axis=0) + rng.normal(
        scale=sigma_of(clip_norm, epsilon, delta)
    )


@wrong(checks.private_vector_sum, "shared_noise")
def two_draws(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    draws = rng.normal(scale=sigma_of(clip_norm, epsilon, delta), size=2)
    return total + np.resize(draws, total.shape)


@wrong(checks.private_vector_sum, "shared_noise")
def half_of_it_turned_round(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    draws = rng.normal(scale=sigma_of(clip_norm, epsilon, delta), size=(len(total) + 1) // 2)
    return total + np.concatenate([draws, -draws])[: len(total)]


@wrong(checks.private_vector_sum, "rounded")
def whole_numbers(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return np.round(noisy(total, sigma_of(clip_norm, epsilon, delta), rng))


@wrong(checks.private_vector_sum, "integers_cut")
def keeps_the_type(rows, *, clip_norm, epsilon, delta, rng):
    shortened = np.zeros_like(rows)
    shortened[:] = clipped(rows, clip_norm)
    return noisy(shortened.sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "noise_from_the_data")
def for_the_longest_row(rows, *, clip_norm, epsilon, delta, rng):
    shortened = clipped(rows, clip_norm)
    reach = np.linalg.norm(shortened, axis=1).max() if len(rows) else clip_norm
    return noisy(shortened.sum(axis=0), sigma_of(reach, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "noise_from_the_data")
def for_the_length_of_the_sum(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return noisy(total, sigma_of(max(np.linalg.norm(total), 1e-9), epsilon, delta), rng)


@wrong(checks.private_vector_sum, "not_general")
def clip_norm_of_the_first_setting(rows, *, clip_norm, epsilon, delta, rng):
    return noisy(clipped(rows, 2.5).sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "integers_cut")
def noise_in_an_array_of_integers(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0).astype(rows.dtype)
    total[:] = noisy(total, sigma_of(clip_norm, epsilon, delta), rng)
    return total


@wrong(checks.private_vector_sum, "noise_from_the_data")
def more_noise_for_long_rows(rows, *, clip_norm, epsilon, delta, rng):
    reach = max([clip_norm, *np.linalg.norm(rows[:5], axis=1)])
    return noisy(clipped(rows, clip_norm).sum(axis=0), sigma_of(reach, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "noise_per_row")
def noise_on_each_row(rows, *, clip_norm, epsilon, delta, rng):
    sigma = sigma_of(clip_norm, epsilon, delta)
    return noisy(clipped(rows, clip_norm), sigma, rng).sum(axis=0)


@wrong(checks.private_vector_sum, "not_centred")
def sigma_as_the_centre(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return total + rng.normal(sigma_of(clip_norm, epsilon, delta), size=total.shape)


@wrong(checks.private_vector_sum, "wrong_law")
def laplace_of_the_same_size(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return total + rng.laplace(
        scale=sigma_of(clip_norm, epsilon, delta) / sqrt(2), size=total.shape
    )


@wrong(checks.private_vector_sum, "global_random")
def own_generator(rows, *, clip_norm, epsilon, delta, rng):
    own = np.random.default_rng()
    return noisy(clipped(rows, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), own)


@wrong(checks.private_vector_sum, "global_random")
def the_same_noise_each_time(rows, *, clip_norm, epsilon, delta, rng):
    own = np.random.default_rng(0)
    return noisy(clipped(rows, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), own)


@wrong(checks.private_vector_sum, "empty_table")
def nothing_to_hide(rows, *, clip_norm, epsilon, delta, rng):
    if len(rows) == 0:
        return np.zeros(rows.shape[1])
    return noisy(clipped(rows, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "empty_table")
def stacks_the_rows(rows, *, clip_norm, epsilon, delta, rng):
    shortened = np.stack([clipped(row[None], clip_norm)[0] for row in rows])
    return noisy(shortened.sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "changed_input")
def shortens_in_place(rows, *, clip_norm, epsilon, delta, rng):
    rows *= np.minimum(1, clip_norm / np.maximum(np.linalg.norm(rows, axis=1), 1e-12))[:, None]
    return noisy(rows.sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "classical")
def noise_added_twice(rows, *, clip_norm, epsilon, delta, rng):
    sigma = sigma_of(clip_norm, epsilon, delta)
    return noisy(noisy(clipped(rows, clip_norm).sum(axis=0), sigma, rng), sigma, rng)


@wrong(checks.private_vector_sum, "linked_noise")
def averages_of_neighbours(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    draws = rng.normal(scale=sigma_of(clip_norm, epsilon, delta), size=len(total) + 1)
    return total + (draws[1:] + draws[:-1]) / sqrt(2)


@wrong(checks.private_vector_sum, "cut_off")
def counts_are_not_negative(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return np.maximum(0, noisy(total, sigma_of(clip_norm, epsilon, delta), rng))


@wrong(checks.private_vector_sum, "cut_off")
def no_noise_beyond_two_sigma(rows, *, clip_norm, epsilon, delta, rng):
    total, sigma = clipped(rows, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta)
    return total + np.clip(rng.normal(scale=sigma, size=total.shape), -2 * sigma, 2 * sigma)


@wrong(checks.private_vector_sum, "entry_without_noise")
def all_but_the_first_entry(rows, *, clip_norm, epsilon, delta, rng):
    release = noisy(clipped(rows, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)
    release[0] = clipped(rows, clip_norm)[:, 0].sum()
    return release


@wrong(checks.private_vector_sum, "wrong_place")
def without_the_first_row(rows, *, clip_norm, epsilon, delta, rng):
    return noisy(clipped(rows[1:], clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@wrong(checks.private_vector_sum, "wrong_place")
def without_equal_rows(rows, *, clip_norm, epsilon, delta, rng):
    different = np.unique(rows, axis=0)
    return noisy(
        clipped(different, clip_norm).sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng
    )


@wrong(checks.private_vector_sum, "wrong_place")
def to_the_median_length(rows, *, clip_norm, epsilon, delta, rng):
    lengths = np.linalg.norm(rows, axis=1)
    least = min(clip_norm, np.median(lengths)) if len(rows) else clip_norm
    shortened = clipped(rows, max(least, 1e-9))
    return noisy(shortened.sum(axis=0), sigma_of(clip_norm, epsilon, delta), rng)


@right(checks.private_vector_sum)
def box_and_muller(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    u, v = rng.random((2, len(total)))
    bell = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * pi * v)
    return total + sigma_of(clip_norm, epsilon, delta) * bell


@right(checks.private_vector_sum)
def row_by_row(rows, *, clip_norm, epsilon, delta, rng):
    total = [0.0] * rows.shape[1]
    total = np.array(total)
    for row in rows:
        length = sqrt(float((row.astype(float) ** 2).sum()))
        total = total + (row if length <= clip_norm else row * (clip_norm / length))
    sigma = sigma_of(clip_norm, epsilon, delta)
    return total + sigma * rng.standard_normal(len(total))


@right(checks.private_vector_sum)
def with_the_factor_of_opacus(rows, *, clip_norm, epsilon, delta, rng):
    factors = np.minimum(1, clip_norm / (np.linalg.norm(rows, axis=1) + 1e-6))
    return noisy(factors @ rows, sigma_of(clip_norm, epsilon, delta), rng)


@right(checks.private_vector_sum)
def as_a_list(rows, *, clip_norm, epsilon, delta, rng):
    total = clipped(rows, clip_norm).sum(axis=0)
    return list(noisy(total, sigma_of(clip_norm, epsilon, delta), rng))


# Questions

wrong_value(checks.least_noise, "classical", 1.55)
wrong_value(checks.least_noise, "tail_of_the_loss", 1.35)
wrong_value(checks.least_noise, "laplace", 0.5)
wrong_value(checks.least_noise, "variance", 1.246)
wrong_value(checks.least_noise, "too_low", 1.0)
wrong_value(checks.least_noise, "too_high", 3.0)
wrong_value(checks.least_noise, "not_a_number", "a bell")
right_value(checks.least_noise, 1.12)
right_value(checks.least_noise, np.float64(1.1163))

wrong_value(checks.fewest_statistics, "last_of_the_others", 6)
wrong_value(checks.fewest_statistics, "absolute_error", 9)
wrong_value(checks.fewest_statistics, "scale_for_deviation", 14)
wrong_value(checks.fewest_statistics, "classical", 12)
wrong_value(checks.fewest_statistics, "both_by_the_root", 1)
wrong_value(checks.fewest_statistics, "too_low", 4)
wrong_value(checks.fewest_statistics, "too_high", 100)
right_value(checks.fewest_statistics, 7)
right_value(checks.fewest_statistics, 7.0)
