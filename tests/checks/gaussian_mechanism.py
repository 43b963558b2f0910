"""Lesson 13: answers besides the named mistakes."""

from copy import deepcopy
from fractions import Fraction
from math import erf, erfc, exp, log, pi, sqrt
from statistics import NormalDist

import mpmath
import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr
from scipy.stats import norm, truncnorm

from lessons.checks import gaussian_mechanism as checks
from lessons.checks.gaussian_mechanism.analytic_sigma import weighted
from lessons.dp.mechanisms.gaussian import analytic_sigma, gaussian_delta
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 13.1


def exact(sigma, l2_sensitivity, epsilon):
    return gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon)


def curve(sigma, reach, epsilon, *, cdf=ndtr, exponential=exp):
    """(13.v) as it stands there."""
    mu = reach / sigma
    return cdf(mu / 2 - epsilon / mu) - exponential(epsilon) * cdf(-mu / 2 - epsilon / mu)


def by_erf(x):
    """Φ as the standard library has it before Python 3.14."""
    return (1 + erf(x / sqrt(2))) / 2


for code, wrong in {
    "tail_lost": lambda s, d, e: exact(s, d, e) if exact(s, d, e) > 1e-15 else 0.0,
    "quiet_at_large_epsilon": lambda s, d, e: max(0.0, curve(s, d, e, exponential=np.exp)),
}.items():
    refused(checks.gaussian_delta, code)(
        lambda *, sigma, l2_sensitivity, epsilon, wrong=wrong: wrong(sigma, l2_sensitivity, epsilon)
    )

for wrong in (
    lambda s, d, e: 2 * exact(s, d, e),
    lambda s, d, e: log(exact(s, d, e)),
    lambda s, d, e: 1.25 * exp(-((e * s / d) ** 2) / 2),
    lambda s, d, e: exact(s, d, round(e, 2)),
    lambda s, d, e: exact(s, d, e) if e else 0.0,
    lambda s, d, e: exact(s, d, e) * (1 + 1e-5),
    lambda s, d, e: exact(s, d, e) + 1e-20,
    lambda s, d, e: 0.12693673750664386,
    lambda s, d, e: exact(s, d, e if e > 2e-3 else 0.0),
    lambda s, d, e: exact(s, min(d, 10 * s), e),
):
    refused(checks.gaussian_delta, "counterexample")(
        lambda *, sigma, l2_sensitivity, epsilon, wrong=wrong: wrong(sigma, l2_sensitivity, epsilon)
    )


def kept_by(function, *names):
    """An answer that looks its result up by some of its arguments only."""
    kept = {}

    def answer(**known):
        return kept.setdefault(tuple(known[name] for name in names), function(**known))

    return answer


refused(checks.gaussian_delta, "counterexample")(kept_by(gaussian_delta, "sigma", "epsilon"))


@right(checks.gaussian_delta)
def the_formula_as_it_stands(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon)


@right(checks.gaussian_delta)
def the_formula_with_the_error_function(*, sigma, l2_sensitivity, epsilon):
    return curve(sigma, l2_sensitivity, epsilon, cdf=lambda x: erfc(-x / sqrt(2)) / 2)


@right(checks.gaussian_delta)
def in_logarithms(*, sigma, l2_sensitivity, epsilon):
    mu = l2_sensitivity / sigma
    first, second = log_ndtr(mu / 2 - epsilon / mu), epsilon + log_ndtr(-mu / 2 - epsilon / mu)
    return np.array(np.exp(first) * -np.expm1(second - first))


@right(checks.gaussian_delta)
def with_sixty_digits(*, sigma, l2_sensitivity, epsilon):
    with mpmath.workdps(60):
        return curve(
            mpmath.mpf(sigma), l2_sensitivity, epsilon, cdf=mpmath.ncdf, exponential=mpmath.exp
        )


@right(checks.gaussian_delta)
def with_survival_functions(*, sigma, l2_sensitivity, epsilon):
    mu, bell = l2_sensitivity / sigma, norm()
    return bell.sf(epsilon / mu - mu / 2) - np.exp(epsilon + bell.logsf(epsilon / mu + mu / 2))


# Exercises 13.2 and 13.4


def halving(reach, epsilon, delta, *, delta_of=exact, low=0.0, high=None, steps=100, end=1):
    """The worked answer, with one thing changed."""
    if high is None:
        high = reach
        while delta_of(high, reach, epsilon) > delta:
            high *= 2
    ends = [low, high]
    for _ in range(steps):
        middle = sum(ends) / 2
        ends[int(delta_of(middle, reach, epsilon) <= delta)] = middle
    return ends[end]


def book_curve(sigma, reach, epsilon):
    return curve(sigma, reach, epsilon, cdf=by_erf)


def least(reach, epsilon, delta):
    return analytic_sigma(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def sigma_as(function):
    return lambda *, l2_sensitivity, epsilon, delta: function(l2_sensitivity, epsilon, delta)


for wrong in (
    lambda d, e, a: halving(d, e, a, steps=12),
    lambda d, e, a: halving(d, e, a, steps=22, end=0),
    lambda d, e, a: -halving(d, e, a),
    lambda d, e, a: 1.1 * least(d, e, a),
    lambda d, e, a: round(least(d, e, a), 3),
    lambda d, e, a: least(d, e, max(a, 1e-15)),
    lambda d, e, a: least(d, max(e, 0.01), a),
    lambda d, e, a: least(d, min(e, 700), a),
    lambda d, e, a: 3.7306316348159414 * d / e,
    lambda d, e, a: halving(d, e, a, delta_of=book_curve),
):
    refused(checks.analytic_sigma, "counterexample")(sigma_as(wrong))
refused(checks.analytic_sigma, "overflow")(
    sigma_as(lambda d, e, a: halving(d, e, a, delta_of=curve))
)
refused(checks.analytic_sigma)(sigma_as(lambda d, e, a: halving(d, e, a, low=d / 100)))
refused(checks.analytic_sigma)(sigma_as(lambda d, e, a: halving(d, e, a, high=1e9)))
for names in (("l2_sensitivity",), ("l2_sensitivity", "epsilon"), ("epsilon", "delta")):
    refused(checks.analytic_sigma, "counterexample")(kept_by(analytic_sigma, *names))

for answer in (
    halving,
    lambda d, e, a: Fraction(least(1.0, e, a)) * Fraction(d),
    lambda d, e, a: np.float32(least(d, e, a)),
    lambda d, e, a: mpmath.mpf(halving(d, e, a, steps=60)),
    lambda d, e, a: 1.00005 * least(d, e, a),
):
    right(checks.analytic_sigma)(sigma_as(answer))


@right(checks.analytic_sigma)
def with_a_root_finder(*, l2_sensitivity, epsilon, delta):
    log_sigma = brentq(lambda t: exact(exp(t), 1.0, epsilon) - delta, -12, 25, xtol=1e-12)
    return l2_sensitivity * exp(log_sigma) * (1 + 1e-8)


@right(checks.repaired_sigma)
@right(checks.analytic_sigma)
def balle_and_wang(*, l2_sensitivity, epsilon, delta):
    """Algorithm 1 of the paper, in its own variables."""

    def b(v, sign):
        return ndtr(sign * sqrt(epsilon * v)) - exp(epsilon + log_ndtr(-sqrt(epsilon * (v + 2))))

    sign = 1 if delta >= b(0.0, 1) else -1
    low, high = 0.0, 1.0
    while (b(high, sign) <= delta) == (sign > 0):
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if (b(middle, sign) <= delta) == (sign > 0) else (low, middle)
    v = low if sign > 0 else high
    return (sqrt(1 + v / 2) - sign * sqrt(v / 2)) * l2_sensitivity / sqrt(2 * epsilon)


for wrong in (
    lambda d, e, a: halving(d, e, a, delta_of=book_curve, high=1000.0),
    lambda d, e, a: halving(d, e, a, delta_of=book_curve, steps=12),
    lambda d, e, a: halving(d, e, a, delta_of=book_curve, steps=22, end=0),
    lambda d, e, a: round(halving(d, e, a, delta_of=book_curve), 4),
    lambda d, e, a: -halving(d, e, a, delta_of=book_curve),
    lambda d, e, a: 3.7306 * d,
    lambda d, e, a: halving(d, e, a, delta_of=book_curve, high=4.5 * d / e),
    lambda d, e, a: halving(d, e, max(a, 1e-6), delta_of=book_curve),
    lambda d, e, a: weighted(exp if e >= 0.2 else lambda e: 1.0)(d, e, a),
    lambda d, e, a: weighted(lambda e: min(exp(e), 90))(d, e, a),
    lambda d, e, a: 1.01 * halving(d, e, a, delta_of=book_curve),
):
    refused(checks.repaired_sigma, "counterexample")(sigma_as(wrong))
refused(checks.repaired_sigma, "borrowed")(analytic_sigma)
right(checks.repaired_sigma)(sigma_as(lambda d, e, a: halving(d, e, a, delta_of=book_curve)))


@right(checks.repaired_sigma)
def one_line_changed(*, l2_sensitivity, epsilon, delta):
    cdf = NormalDist().cdf
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(100):
        sigma = (low + high) / 2
        a, b = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        terms = cdf(a - b), exp(epsilon), cdf(-a - b)
        if terms[0] - terms[1] * terms[2] > delta:
            low = sigma
        else:
            high = sigma
    return np.float64(high)


@refused(checks.repaired_sigma)
def few_halvings(*, l2_sensitivity, epsilon, delta):
    low, high = 0.0, 1000 * l2_sensitivity / epsilon
    for _ in range(24):
        sigma = (low + high) / 2
        a, b = l2_sensitivity / (2 * sigma), epsilon * sigma / l2_sensitivity
        if ndtr(a - b) - exp(epsilon) * ndtr(-a - b) > delta:
            low = sigma
        else:
            high = sigma
    return high


@right(checks.analytic_sigma)
def brent_in_logarithms(*, l2_sensitivity, epsilon, delta):
    def excess(s):
        sigma = l2_sensitivity * exp(s)
        return gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon) - delta

    low = high = 0.0
    while excess(low) <= 0:
        low -= 1
    while excess(high) > 0:
        high += 1
    return l2_sensitivity * exp(brentq(excess, low, high, xtol=1e-12) + 1e-6)


# Exercise 13.3


def clipped(rows, clip):
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * (clip / np.maximum(lengths, clip))


def total(rows, clip):
    return clipped(rows, clip).sum(axis=0)


def sum_with(
    place=total, noise=lambda d, rng: rng.normal(size=d), sigma=lambda r, c, e, d: least(c, e, d)
):
    """A right sum but for one part; ``noise`` is for σ = 1."""

    def answer(rows, *, clip_norm, epsilon, delta, rng):
        centre = place(rows, clip_norm)
        return centre + sigma(rows, clip_norm, epsilon, delta) * noise(len(centre), rng)

    return answer


def redrawn_beyond(limit):
    def noise(d, rng):
        z = rng.normal(size=d)
        while (far := np.abs(z) > limit).any():
            z[far] = rng.normal(size=far.sum())
        return z

    return noise


def centred(z):
    return z - z.mean()


NOISES = {
    "tails": [
        lambda d, rng: truncnorm(-3, 3).rvs(size=d, random_state=rng),
        redrawn_beyond(3),
        redrawn_beyond(4),
    ],
    "linked": [
        lambda d, rng: centred(rng.normal(size=d)) if d > 1 else rng.normal(size=d),
        lambda d, rng: np.convolve(rng.normal(size=d + 1), [sqrt(0.5)] * 2, mode="valid"),
        lambda d, rng: norm.ppf((rng.permutation(d) + rng.random(d)) / d),
        lambda d, rng: sqrt(d) * (z := rng.normal(size=d)) / np.linalg.norm(z),
    ],
    "repeated_noise": [
        lambda d, rng: np.resize(rng.normal(size=2), d),
    ],
    "partly_no_noise": [lambda d, rng: np.append(0.0, rng.normal(size=d - 1))],
    "one_noise_for_all": [lambda d, rng: np.full(d, rng.normal())],
    "wrong_scale": [lambda d, rng: 0.95 * rng.normal(size=d)],
    "any": [
        lambda d, rng: rng.laplace(scale=sqrt(0.5), size=d),
        lambda d, rng: np.abs(rng.normal(size=d)),
        lambda d, rng: 1 + rng.normal(size=d),
        lambda d, rng: np.clip(rng.normal(size=d), -2, 2),
    ],
    "global_random": [
        lambda d, rng: np.random.default_rng().normal(size=d),
        lambda d, rng: np.random.default_rng(5).normal(size=d),
        lambda d, rng: deepcopy(rng).normal(size=d),
    ],
}
for code, noises in NOISES.items():
    for noise in noises:
        refused(checks.private_vector_sum, code)(sum_with(noise=noise))

for sigma in (
    lambda r, c, e, d: c * sqrt(2 * log(1.25 / d)) / e,
    lambda r, c, e, d: c / e,
    lambda r, c, e, d: least(2 * c, e, d),
    lambda r, c, e, d: least(c, e, d) ** 2,
    lambda r, c, e, d: least(c, 1.0, d),
    lambda r, c, e, d: least(c, e, d) * sqrt(r.shape[1]),
):
    refused(checks.private_vector_sum, "wrong_scale")(sum_with(sigma=sigma))
for sigma in (
    lambda r, c, e, d: least(c, e, d) if len(r) else 0.0,
    lambda r, c, e, d: least(c, e, d) if len(r) != 1 else 0.0,
    lambda r, c, e, d: least(c, e, d) if r.shape[1] > 1 else 0.0,
):
    refused(checks.private_vector_sum, "no_noise")(sum_with(sigma=sigma))


def lengths(rows):
    return np.linalg.norm(rows, axis=1)


for place in (
    lambda r, c: np.where(lengths(r)[:, None] > 2 * c, clipped(r, c), r).sum(axis=0),
    lambda r, c: np.where(lengths(r)[:, None] > 1.05 * c, clipped(r, c), r).sum(axis=0),
    lambda r, c: total(r, c) if lengths(r).sum() > c * len(r) else r.sum(axis=0),
    lambda r, c: total(r[:256], c) + r[256:].sum(axis=0),
    lambda r, c: total(np.unique(r, axis=0), c),
    lambda r, c: total(r[1:], c),
    lambda r, c: total(r, 2.5),
    lambda r, c: total(r, 0.99 * c),
):
    refused(checks.private_vector_sum, "counterexample")(sum_with(place=place))


@refused(checks.private_vector_sum, "too_coarse")
def in_single_precision(rows, *, clip_norm, epsilon, delta, rng):
    sigma = least(clip_norm, epsilon, delta)
    return (total(rows, clip_norm) + rng.normal(scale=sigma, size=rows.shape[1])).astype("float32")


@refused(checks.private_vector_sum, "changed_input")
def shortens_in_place(rows, *, clip_norm, epsilon, delta, rng):
    rows *= clip_norm / np.maximum(lengths(rows), clip_norm)[:, None]
    return rows.sum(axis=0) + rng.normal(scale=least(clip_norm, epsilon, delta), size=rows.shape[1])


def sigma_of_the_first_call():
    kept = {}
    return sum_with(sigma=lambda r, c, e, d: kept.setdefault(round(c), least(c, e, d)))


refused(checks.private_vector_sum)(sigma_of_the_first_call())


@right(checks.private_vector_sum)
def with_a_covariance_matrix(rows, *, clip_norm, epsilon, delta, rng):
    centre = total(rows, clip_norm)
    variance = least(clip_norm, epsilon, delta) ** 2
    return rng.multivariate_normal(centre, variance * np.eye(len(centre)))


@right(checks.private_vector_sum)
def row_by_row_into_a_list(rows, *, clip_norm, epsilon, delta, rng):
    sums = [0.0] * rows.shape[1]
    for row in rows:
        length = sqrt(sum(float(x) ** 2 for x in row))
        factor = 1 if length <= clip_norm else clip_norm / length
        sums = [one + factor * float(x) for one, x in zip(sums, row, strict=True)]
    sigma = least(clip_norm, epsilon, delta)
    return [one + rng.normal(0, sigma) for one in sums]


@right(checks.private_vector_sum)
def with_the_factor_of_opacus(rows, *, clip_norm, epsilon, delta, rng):
    factors = np.minimum(1, clip_norm / (lengths(rows) + 1e-6))
    return rng.normal(factors @ rows, least(clip_norm, epsilon, delta))


@right(checks.private_vector_sum)
def box_and_muller(rows, *, clip_norm, epsilon, delta, rng):
    u, v = rng.random((2, rows.shape[1]))
    bell = np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * pi * v)
    return total(rows, clip_norm) + halving(clip_norm, epsilon, delta) * bell


# Questions

for number in (1.0, 1.1, 1.11, 1.1149):
    refused_value(checks.least_noise, "too_low", number)
for number in (1.1401, 1.16, 3.0):
    refused_value(checks.least_noise, "too_high", number)
refused_value(checks.least_noise, "not_a_number", "a bell")
for number in (1.115, 1.12, 1.14, np.float64(1.1163)):
    right_value(checks.least_noise, number)

refused_value(checks.fewest_statistics, "too_low", 4)
refused_value(checks.fewest_statistics, "too_high", 100)
refused_value(checks.fewest_statistics, "not_a_number", "seven")
right_value(checks.fewest_statistics, 7)
right_value(checks.fewest_statistics, 7.0)


# Small values that are no nothing


@refused(checks.gaussian_delta)
def nothing_for_a_small_mu(*, sigma, l2_sensitivity, epsilon):
    if l2_sensitivity < 0.02 * sigma:
        return 0.0
    return checks.gaussian_delta.reference(
        sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon
    )


@refused(checks.gaussian_delta)
def standard_library_as_far_as_seven(*, sigma, l2_sensitivity, epsilon):
    mu, cdf = l2_sensitivity / sigma, by_erf
    if mu / 2 + epsilon / mu < 7:
        return cdf(mu / 2 - epsilon / mu) - exp(epsilon) * cdf(-mu / 2 - epsilon / mu)
    return gaussian_delta(sigma=sigma, l2_sensitivity=l2_sensitivity, epsilon=epsilon)


@refused(checks.analytic_sigma)
def least_epsilon(*, l2_sensitivity, epsilon, delta):
    return checks.analytic_sigma.reference(
        l2_sensitivity=l2_sensitivity, epsilon=max(epsilon, 1e-4), delta=delta
    )
