"""Lesson 15: what learners write."""

from math import comb, exp, expm1, lgamma, log, log1p

import numpy as np
from scipy.special import gammaln, logsumexp
from scipy.stats import binom

from lessons.checks import accounting as checks
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 15.1


def amplifier(code, epsilon_of, delta_of=lambda e, d, q: q * d):
    def answer(*, epsilon, delta, sampling_rate):
        return (
            epsilon_of(epsilon, delta, sampling_rate),
            delta_of(epsilon, delta, sampling_rate),
        )

    answer.__name__ = code
    return wrong(checks.amplify, code)(answer)


def exact(e, d, q):
    return log(1 + q * (exp(e) - 1))


amplifier("rate_times_epsilon", lambda e, d, q: q * e)
amplifier("one_forgotten", lambda e, d, q: np.log(1 + q * np.exp(e)))
amplifier("logarithm_forgotten", lambda e, d, q: q * (np.exp(e) - 1))
amplifier("ratio_returned", lambda e, d, q: 1 - q + q * np.exp(e))
amplifier("rate_outside", lambda e, d, q: np.log(q * np.exp(e)))
amplifier("unchanged", lambda e, d, q: e)
amplifier("other_direction", lambda e, d, q: -np.log(1 - q + q * np.exp(-e)))
amplifier("rate_upside_down", lambda e, d, q: np.log(1 + (np.exp(e) - 1) / q))
amplifier("rate_of_the_others", lambda e, d, q: np.log(q + (1 - q) * np.exp(e)))
amplifier("other_base", lambda e, d, q: np.log10(1 - q + q * np.exp(e)))
amplifier("wrong_epsilon", lambda e, d, q: np.log(1 + q * e))
amplifier("delta_unchanged", exact, lambda e, d, q: d)
amplifier("delta_like_epsilon", exact, lambda e, d, q: log(1 + q * (exp(d) - 1)))
amplifier("delta_upside_down", exact, lambda e, d, q: d / q)
amplifier("delta_of_the_others", exact, lambda e, d, q: (1 - q) * d)
amplifier("delta_forgotten", exact, lambda e, d, q: 0.0)
amplifier("wrong_delta", exact, lambda e, d, q: q * exp(e) * d)


@wrong(checks.amplify, "swapped")
def delta_first(*, epsilon, delta, sampling_rate):
    return sampling_rate * delta, exact(epsilon, delta, sampling_rate)


@wrong(checks.amplify, "not_general")
def no_sampling_is_no_case(*, epsilon, delta, sampling_rate):
    if sampling_rate == 1:
        return 0.0, 0.0
    return exact(epsilon, delta, sampling_rate), sampling_rate * delta


@wrong(checks.amplify, "not_general")
def right_for_the_tested_numbers_only(*, epsilon, delta, sampling_rate):
    if (epsilon, delta) in ((1.1, 0.2), (0.3, 1e-3), (2.7, 0.03), (0.8, 0.1), (0.0, 0.0)):
        return exact(epsilon, delta, sampling_rate), sampling_rate * delta
    return epsilon, delta


@wrong(checks.amplify, "wrong_shape")
def epsilon_only(*, epsilon, delta, sampling_rate):
    return exact(epsilon, delta, sampling_rate)


@right(checks.amplify)
def by_the_mixture(*, epsilon, delta, sampling_rate):
    ratio = (1 - sampling_rate) + sampling_rate * np.exp(epsilon)
    return np.array([np.log(ratio), delta * sampling_rate])


@right(checks.amplify)
def with_care_for_small_numbers(*, epsilon, delta, sampling_rate):
    return [log1p(sampling_rate * expm1(epsilon)), np.float64(sampling_rate) * delta]


# Exercise 15.2


def logs(order, sigma, rate, *, power=None, ways=None, rest=None, first=0, last=None):
    """The logarithms of the terms of (15.5), with something changed."""
    k = np.arange(first, order + 1 if last is None else last, dtype=float)
    if ways is None:
        ways = gammaln(order + 1) - gammaln(k + 1) - gammaln(order - k + 1)
    power = (k * k - k) / (2 * sigma**2) if power is None else power(k)
    rest = (order - k) * np.log(1 - rate) if rest is None else rest(k)
    return ways + rest + k * np.log(rate) + power


def renyi(code, value):
    def answer(order, *, noise_multiplier, sampling_rate):
        return value(order, noise_multiplier, sampling_rate)

    answer.__name__ = code
    return wrong(checks.subsampled_rdp, code)(answer)


renyi("not_divided", lambda a, s, q: logsumexp(logs(a, s, q)))
renyi("divided_by_the_order", lambda a, s, q: logsumexp(logs(a, s, q)) / a)
renyi("no_logarithm", lambda a, s, q: np.exp(logs(a, s, q)).sum() / (a - 1))
renyi("moment_returned", lambda a, s, q: np.exp(logs(a, s, q)).sum())
renyi("other_base", lambda a, s, q: logsumexp(logs(a, s, q)) / (a - 1) / np.log(2))
renyi("rate_ignored", lambda a, s, q: a / (2 * s**2))
renyi("rate_squared", lambda a, s, q: q**2 * a / (2 * s**2))
renyi("first_approximation", lambda a, s, q: q**2 * a / s**2)
renyi("rates_swapped", lambda a, s, q: logsumexp(logs(a, s, 1 - q)) / (a - 1))
renyi(
    "square_only",
    lambda a, s, q: logsumexp(logs(a, s, q, power=lambda k: k**2 / (2 * s**2))) / (a - 1),
)
renyi(
    "sum_in_the_exponent",
    lambda a, s, q: logsumexp(logs(a, s, q, power=lambda k: (k**2 + k) / (2 * s**2))) / (a - 1),
)
renyi(
    "sigma_not_squared",
    lambda a, s, q: logsumexp(logs(a, s, q, power=lambda k: (k**2 - k) / (2 * s))) / (a - 1),
)
renyi(
    "two_forgotten",
    lambda a, s, q: logsumexp(logs(a, s, q, power=lambda k: (k**2 - k) / s**2)) / (a - 1),
)
renyi("binomial_forgotten", lambda a, s, q: logsumexp(logs(a, s, q, ways=0)) / (a - 1))
renyi("rest_forgotten", lambda a, s, q: logsumexp(logs(a, s, q, rest=lambda k: 0)) / (a - 1))
renyi(
    "rest_to_the_order",
    lambda a, s, q: logsumexp(logs(a, s, q, rest=lambda k: a * np.log(1 - q))) / (a - 1),
)
renyi("last_term_forgotten", lambda a, s, q: logsumexp(logs(a, s, q, last=a)) / (a - 1))
renyi("first_term_forgotten", lambda a, s, q: logsumexp(logs(a, s, q, first=1)) / (a - 1))
renyi("largest_term_only", lambda a, s, q: logs(a, s, q).max() / (a - 1))
renyi("wrong_value", lambda a, s, q: logs(a, s, q).sum() / (a - 1))
renyi("overflow", lambda a, s, q: np.log(np.exp(logs(a, s, q)).sum()) / (a - 1))
renyi(
    "large_orders",
    lambda a, s, q: np.log(np.exp(np.minimum(logs(a, s, q), 700)).sum()) / (a - 1),
)
renyi(
    "large_orders",
    lambda a, s, q: (logsumexp if a < 200 else np.max)(logs(a, s, q)) / (a - 1),
)
renyi(
    "large_orders",
    lambda a, s, q: (logsumexp(logs(a, s, q)) if a < 200 else logs(a, s, q)[-1]) / (a - 1),
)
renyi("digits_lost", lambda a, s, q: logsumexp(logs(a, s, q).astype(np.float32)) / (a - 1))


@wrong(checks.subsampled_rdp, "overflow")
def plain_arithmetic(order, *, noise_multiplier, sampling_rate):
    total = 0.0
    for k in range(order + 1):
        chance = comb(order, k) * (1 - sampling_rate) ** (order - k) * sampling_rate**k
        total += chance * exp((k**2 - k) / (2 * noise_multiplier**2))
    return log(total) / (order - 1)


@wrong(checks.subsampled_rdp, "not_general")
def small_orders_by_hand(order, *, noise_multiplier, sampling_rate):
    if order == 3:
        return logsumexp(logs(order, noise_multiplier, sampling_rate)) / 2
    return order / (2 * noise_multiplier**2)


@right(checks.subsampled_rdp)
def by_the_binomial_law(order, *, noise_multiplier, sampling_rate):
    k = np.arange(order + 1)
    chances = binom.logpmf(k, order, sampling_rate)
    return logsumexp(chances + k * (k - 1) / (2 * noise_multiplier**2)) / (order - 1)


@right(checks.subsampled_rdp)
def each_term_from_the_one_before(order, *, noise_multiplier, sampling_rate):
    term = total = order * log(1 - sampling_rate)
    for k in range(1, order + 1):
        term += log(order - k + 1) - log(k) + log(sampling_rate / (1 - sampling_rate))
        term += (k - 1) / noise_multiplier**2
        top = max(term, total)
        total = top + log1p(exp(-abs(term - total)))
    return total / (order - 1)


@right(checks.subsampled_rdp)
def one_term_at_a_time(order, *, noise_multiplier, sampling_rate):
    total = float("-inf")
    for k in range(order + 1):
        term = lgamma(order + 1) - lgamma(k + 1) - lgamma(order - k + 1)
        term += (order - k) * log1p(-sampling_rate) + k * log(sampling_rate)
        term += k * (k - 1) / (2 * noise_multiplier**2)
        total = np.logaddexp(total, term)
    return total / (order - 1)


@right(checks.subsampled_rdp)
def with_logarithms_of_whole_numbers(order, *, noise_multiplier, sampling_rate):
    terms = np.array(
        [
            log(comb(order, k))
            + (order - k) * np.log(1 - sampling_rate)
            + k * np.log(sampling_rate)
            + (k * k - k) / 2 / noise_multiplier**2
            for k in range(order + 1)
        ]
    )
    top = terms.max()
    return (top + np.log(np.exp(terms - top).sum())) / (order - 1)


# Exercise 15.3


def pieces(first, second):
    """(below, on, above the grid, n): the convolution in three pieces."""
    n = len(first[0])
    every, c = np.convolve(first[0], second[0]), n // 2
    return every[:c], every[c : c + n], every[c + n :], n


def put(masses, place, more):
    changed = masses.copy()
    changed[place] += more
    return changed


def infinity(first, second):
    return 1 - (1 - first[1]) * (1 - second[1])


def summer(code, law):
    def answer(first, second):
        below, on, above, n = pieces(first, second)
        return law(first, second, below.sum(), on, above.sum(), n)

    answer.__name__ = code
    return wrong(checks.add_losses, code)(answer)


summer("no_pair", lambda a, b, low, on, high, n: put(on, 0, low))
summer("wrong_length", lambda a, b, low, on, high, n: (np.convolve(a[0], b[0]), infinity(a, b)))
summer("low_sums_dropped", lambda a, b, low, on, high, n: (on, infinity(a, b) + high))
summer("low_sums_dropped", lambda a, b, low, on, high, n: (on, 1 - on.sum()))
summer(
    "ends_wrong",
    lambda a, b, low, on, high, n: (put(on, 0, low - on[0]), infinity(a, b) + high),
)
summer("ends_wrong", lambda a, b, low, on, high, n: (put(on, 0, low + on[0]), 1 - on.sum() - low))
summer(
    "tails_at_both_ends",
    lambda a, b, low, on, high, n: (put(put(on, 0, low), -1, high), infinity(a, b)),
)
summer("high_sums_on_top", lambda a, b, low, on, high, n: (put(on, -1, high), infinity(a, b)))
summer("tails_exchanged", lambda a, b, low, on, high, n: (put(on, 0, high), infinity(a, b) + low))
summer("all_tails_low", lambda a, b, low, on, high, n: (put(on, 0, low + high), infinity(a, b)))
summer("pointwise", lambda a, b, low, on, high, n: (a[0] * b[0], infinity(a, b)))
summer("added", lambda a, b, low, on, high, n: (a[0] + b[0], infinity(a, b)))
summer("averaged", lambda a, b, low, on, high, n: ((a[0] + b[0]) / 2, infinity(a, b)))
summer(
    "normalised",
    lambda a, b, low, on, high, n: (
        put(on, 0, low) / put(on, 0, low).sum(),
        infinity(a, b) + high,
    ),
)
summer(
    "infinite_taken_off",
    lambda a, b, low, on, high, n: (
        put(on, 0, low) * (1 - infinity(a, b)),
        infinity(a, b) + high,
    ),
)
summer("high_sums_dropped", lambda a, b, low, on, high, n: (put(on, 0, low), infinity(a, b)))
summer(
    "infinite_counted_twice",
    lambda a, b, low, on, high, n: (put(on, 0, low), a[1] + b[1] + high),
)
summer(
    "infinite_added_high_dropped",
    lambda a, b, low, on, high, n: (put(on, 0, low), a[1] + b[1]),
)
summer("infinite_forgotten", lambda a, b, low, on, high, n: (put(on, 0, low), high))
summer("both_infinite", lambda a, b, low, on, high, n: (put(on, 0, low), a[1] * b[1] + high))
summer(
    "high_times_finite",
    lambda a, b, low, on, high, n: (
        put(on, 0, low),
        infinity(a, b) + (1 - infinity(a, b)) * high,
    ),
)
summer("wrong_infinite", lambda a, b, low, on, high, n: (put(on, 0, low), 0.5))
summer(
    "wrong_masses",
    lambda a, b, low, on, high, n: (np.sqrt(a[0] * b[0]), infinity(a, b)),
)
summer("not_finite", lambda a, b, low, on, high, n: (on * np.nan, 0.0))


@wrong(checks.add_losses, "wrapped")
def without_room(first, second):
    n = len(first[0])
    circle = np.fft.irfft(np.fft.rfft(first[0]) * np.fft.rfft(second[0]), n)
    return np.roll(circle, -(n // 2)), infinity(first, second)


@wrong(checks.add_losses, "wrapped")
def without_room_and_without_a_centre(first, second):
    product = np.fft.fft(first[0]) * np.fft.fft(second[0])
    return np.fft.ifft(product).real, infinity(first, second)


@wrong(checks.add_losses, "not_centred")
def first_n_of_the_convolution(first, second):
    every = np.convolve(first[0], second[0])
    n = len(first[0])
    return every[:n], infinity(first, second) + every[n:].sum()


@wrong(checks.add_losses, "complex")
def complex_masses(first, second):
    n = len(first[0])
    product = np.fft.fft(first[0], 2 * n - 1) * np.fft.fft(second[0], 2 * n - 1)
    return np.fft.ifft(product)[n // 2 : n // 2 + n] + 1e-3j, infinity(first, second)


@wrong(checks.add_losses, "differences")
def one_law_reversed(first, second):
    below, on, above, _ = pieces(first, (second[0][::-1], second[1]))
    return put(on, 0, below.sum()), infinity(first, second) + above.sum()


@wrong(checks.add_losses, "not_general")
def trims_small_laws(first, second):
    masses, infinite = by_convolution(first, second)
    return (masses if first[1] > 0 else masses[::-1]), infinite


@wrong(checks.add_losses, "too_slow")
def all_pairs_in_python(first, second):
    n = len(first[0])
    c, masses, infinite = n // 2, np.zeros(n), infinity(first, second)
    for i in range(n):
        for j in range(n):
            place = i + j - c
            if place >= n:
                infinite += first[0][i] * second[0][j]
            else:
                masses[max(place, 0)] += first[0][i] * second[0][j]
    return masses, infinite


@right(checks.add_losses)
def by_convolution(first, second):
    below, on, above, _ = pieces(first, second)
    return put(on, 0, below.sum()), infinity(first, second) + above.sum()


@right(checks.add_losses)
def shifted_rows(first, second):
    (one, i), (other, j) = first, second
    n = len(one)
    c, every = n // 2, np.zeros(2 * n - 1)
    for k in range(n):
        every[k : k + n] += one[k] * other
    masses = [every[: c + 1].sum(), *every[c + 1 : n + c]]
    return masses, np.array(i + j - i * j + every[n + c :].sum())


@right(checks.add_losses)
def what_is_missing_from_one(first, second):
    n = len(first[0])
    size = 1 << (2 * n - 1).bit_length()
    every = np.fft.irfft(np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size), size)
    c = n // 2
    masses = np.concatenate([[every[: c + 1].sum()], every[c + 1 : c + n]])
    return [masses, 1 - masses.sum()]


for code, number in {
    "one_step_early": 4.0,
    "old_conversion": 5.0,
    "other_accountant": 3.8,
    "best_order_given": 17,
    "too_low": 2.0,
    "too_high": 4.5,
    "not_a_number": "4.2",
}.items():
    wrong_value(checks.least_noise, code, number)
wrong_value(checks.least_noise, "one_step_early", 4.08)
wrong_value(checks.least_noise, "one_step_early", 4.1)  # the position before: ε = 1.007
right_value(checks.least_noise, 4.2)
right_value(checks.least_noise, np.float64(4.13))

for code, number in {
    "by_rdp": 891,
    "by_strong_composition": 5,
    "one_step_too_far": 1259,
    "round_thousand": 1000,
    "too_low": 100,
    "too_high": 10_000,
    "not_a_number": "a thousand",
}.items():
    wrong_value(checks.steps_allowed, code, number)
wrong_value(checks.steps_allowed, "by_rdp", 794)
wrong_value(checks.steps_allowed, "one_step_too_far", 1240)  # ε = 2.03
right_value(checks.steps_allowed, 1122)
right_value(checks.steps_allowed, 1200.0)
