"""Lesson 15: answers besides the named mistakes."""

from fractions import Fraction
from math import comb, exp, expm1, fsum, lgamma, log, log1p

import mpmath
import numpy as np
from scipy.signal import fftconvolve
from scipy.special import comb as binomials
from scipy.special import gammaln, logsumexp
from scipy.stats import binom

from lessons.checks import accounting as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 15.1


def exact(e, d, q):
    return log(1 + q * (exp(e) - 1))


def amplifier(name, epsilon_of, delta_of=lambda e, d, q: q * d, diagnosis="counterexample"):
    def answer(*, epsilon, delta, sampling_rate):
        given = epsilon, delta, sampling_rate
        return epsilon_of(*given), delta_of(*given)

    answer.__name__ = name
    return refused(checks.amplify, diagnosis)(answer)


amplifier("linear", lambda e, d, q: log(1 + q * e))
amplifier("delta_grows", exact, lambda e, d, q: q * exp(e) * d)
amplifier("quadratic", lambda e, d, q: exact(e, d, q * q))
amplifier("rounded", lambda e, d, q: round(exact(e, d, q), 6))
amplifier("delta_rounded", exact, lambda e, d, q: round(q * d, 10))
amplifier("small_epsilon_linear", lambda e, d, q: exact(e, d, q) if e > 0.1 else q * e)
amplifier("capped", lambda e, d, q: exact(min(e, 8), d, q))
amplifier("nobody_is_everybody", lambda e, d, q: exact(e, d, q) if q < 1 else 0.0)
amplifier("no_delta_no_epsilon", lambda e, d, q: exact(e, d, q) if d else 0.0)
amplifier("tiny_delta_dropped", exact, lambda e, d, q: q * d if d > 1e-4 else 0.0)
amplifier("least_delta", exact, lambda e, d, q: max(q * d, 1e-12) if d else 0.0)
amplifier("two_mistakes", lambda e, d, q: q * e, lambda e, d, q: d)


def remembers_the_rate():
    kept = {}

    def answer(*, epsilon, delta, sampling_rate):
        rate = kept.setdefault(epsilon, sampling_rate)
        return exact(epsilon, delta, rate), rate * delta

    return answer


refused(checks.amplify)(remembers_the_rate())


@refused(checks.amplify, "wrong_type")
def epsilon_only(*, epsilon, delta, sampling_rate):
    return exact(epsilon, delta, sampling_rate)


@refused(checks.amplify)
def nearly_everybody_is_everybody(*, epsilon, delta, sampling_rate):
    rate = 1.0 if sampling_rate > 0.96 else sampling_rate
    return log1p(rate * expm1(epsilon)), rate * delta


@right(checks.amplify)
def by_the_mixture(*, epsilon, delta, sampling_rate):
    ratio = (1 - sampling_rate) + sampling_rate * np.exp(epsilon)
    return np.array([np.log(ratio), delta * sampling_rate])


@right(checks.amplify)
def with_care_for_small_numbers(*, epsilon, delta, sampling_rate):
    return [log1p(sampling_rate * expm1(epsilon)), np.float64(sampling_rate) * delta]


@right(checks.amplify)
def in_single_precision(*, epsilon, delta, sampling_rate):
    return np.float32(exact(epsilon, delta, sampling_rate)), np.float32(sampling_rate * delta)


@right(checks.amplify)
def with_many_digits(*, epsilon, delta, sampling_rate):
    rate = mpmath.mpf(sampling_rate)
    return mpmath.log(1 + rate * mpmath.expm1(epsilon)), Fraction(sampling_rate) * Fraction(delta)


# Exercise 15.2


def logs(order, sigma, rate):
    k = np.arange(order + 1, dtype=float)
    ways = gammaln(order + 1) - gammaln(k + 1) - gammaln(order - k + 1)
    return ways + (order - k) * np.log1p(-rate) + k * np.log(rate) + (k * k - k) / (2 * sigma**2)


def renyi(name, value, diagnosis="counterexample"):
    def answer(order, *, noise_multiplier, sampling_rate):
        return value(order, noise_multiplier, sampling_rate)

    answer.__name__ = name
    return refused(checks.subsampled_rdp, diagnosis)(answer)


def subtracting(place):
    def value(a, s, q):
        terms = logs(a, s, q)
        top = terms[place(terms)]
        with np.errstate(all="ignore"):
            return (top + np.log(np.exp(terms - top).sum())) / (a - 1)

    return value


def total(a, s, q):
    return logsumexp(logs(a, s, q)) / (a - 1)


renyi("last_subtracted", subtracting(lambda terms: -1), "overflow")
renyi("first_subtracted", subtracting(lambda terms: 0), "overflow")
renyi("middle_subtracted", subtracting(lambda terms: len(terms) // 2), "overflow")
renyi("logarithms_added", lambda a, s, q: logs(a, s, q).sum() / (a - 1))
renyi("digits_lost", lambda a, s, q: logsumexp(logs(a, s, q).astype(np.float32)) / (a - 1))
renyi("rounded", lambda a, s, q: round(total(a, s, q), 6))
renyi("ten_digits", lambda a, s, q: round(total(a, s, q), 10))
renyi("only_256", lambda a, s, q: total(a, s, q) if a <= 257 else a / (2 * s**2))
renyi("largest_hundred", lambda a, s, q: logsumexp(np.sort(logs(a, s, q))[-100:]) / (a - 1))
renyi("first_hundred", lambda a, s, q: logsumexp(logs(a, s, q)[:101]) / (a - 1))
renyi("negligible_is_zero", lambda a, s, q: v if (v := total(a, s, q)) > 1e-6 else 0.0)
renyi("largest_two", lambda a, s, q: np.logaddexp(*np.sort(logs(a, s, q))[-2:]) / (a - 1))
renyi("order_two_by_hand", lambda a, s, q: total(a, s, q) if a > 2 else q**2 / s**2)
renyi("two_mistakes", lambda a, s, q: logsumexp(logs(a, s, q)[:-1]) / a)


def plain_below(limit):
    def value(a, s, q):
        with np.errstate(all="ignore"):
            plain = np.log(np.exp(logs(a, s, q)).sum()) / (a - 1)
        return plain if a < limit else total(a, s, q)

    return value


for limit in (10, 20, 30, 40, 60, 100):
    renyi(f"plain_below_{limit}", plain_below(limit), "overflow")
renyi("nearly_everybody_is_everybody", lambda a, s, q: total(a, s, q) if q < 0.95 else a / 2 / s**2)


def looked_up(key):
    kept = {}

    def answer(order, *, noise_multiplier, sampling_rate):
        given = order, noise_multiplier, sampling_rate
        return kept.setdefault(key(*given), total(*given))

    return answer


refused(checks.subsampled_rdp)(looked_up(lambda order, sigma, rate: order))
refused(checks.subsampled_rdp)(looked_up(lambda order, sigma, rate: (order, rate)))
refused(checks.subsampled_rdp)(looked_up(lambda order, sigma, rate: (sigma, rate)))


@refused(checks.subsampled_rdp, "overflow")
def plain_arithmetic(order, *, noise_multiplier, sampling_rate):
    total = 0.0
    for k in range(order + 1):
        chance = comb(order, k) * (1 - sampling_rate) ** (order - k) * sampling_rate**k
        total += chance * exp((k**2 - k) / (2 * noise_multiplier**2))
    return log(total) / (order - 1)


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
    terms = [
        log(comb(order, k))
        + (order - k) * log(1 - sampling_rate)
        + k * log(sampling_rate)
        + (k * k - k) / 2 / noise_multiplier**2
        for k in range(order + 1)
    ]
    top = max(terms)
    return (top + log(fsum(exp(term - top) for term in terms))) / (order - 1)


@right(checks.subsampled_rdp)
def with_many_digits_of_the_sum(order, *, noise_multiplier, sampling_rate):
    terms = logs(order, noise_multiplier, sampling_rate)
    return mpmath.mpf(logsumexp(terms)) / (order - 1)


@right(checks.subsampled_rdp)
def in_single_precision_at_last(order, *, noise_multiplier, sampling_rate):
    return np.float32(total(order, noise_multiplier, sampling_rate))


@refused(checks.subsampled_rdp, "overflow")
def binomials_as_floats(order, *, noise_multiplier, sampling_rate):  # beyond order 1029 infinite
    k = np.arange(order + 1)
    with np.errstate(all="ignore"):
        terms = np.log(binomials(order, k)) + k * np.log(sampling_rate)
        terms += (order - k) * np.log1p(-sampling_rate) + (k * k - k) / (2 * noise_multiplier**2)
        return logsumexp(terms) / (order - 1)


@right(checks.subsampled_rdp)
def whole_binomials(order, *, noise_multiplier, sampling_rate):
    terms = [
        log(comb(order, k))
        + (order - k) * log1p(-sampling_rate)
        + k * log(sampling_rate)
        + k * (k - 1) / (2 * noise_multiplier**2)
        for k in range(order + 1)
    ]
    return float(np.logaddexp.reduce(terms) / (order - 1))


# Exercise 15.3


def pieces(first, second):
    """(below, on, above the grid): the convolution in three pieces."""
    n = len(first[0])
    every, c = np.convolve(first[0], second[0]), n // 2
    return every[:c], every[c : c + n], every[c + n :]


def put(masses, place, more):
    changed = masses.copy()
    changed[place] += more
    return changed


def infinity(first, second):
    return 1 - (1 - first[1]) * (1 - second[1])


def summer(name, law, diagnosis="counterexample"):
    def answer(first, second):
        below, on, above = pieces(first, second)
        return law(first, second, below.sum(), on, above.sum())

    answer.__name__ = name
    return refused(checks.add_losses, diagnosis)(answer)


def whole(a, b, low, on, high):
    return put(on, 0, low), infinity(a, b) + high


summer("no_pair", lambda a, b, low, on, high: put(on, 0, low), "wrong_type")
summer(
    "wrong_length",
    lambda a, b, low, on, high: (np.convolve(a[0], b[0]), infinity(a, b)),
    "wrong_shape",
)
summer(
    "complex_masses",
    lambda a, b, low, on, high: (put(on, 0, low) + 0j, infinity(a, b) + high),
    "wrong_type",
)
summer(
    "high_times_finite",
    lambda a, b, low, on, high: (
        put(on, 0, low),
        infinity(a, b) + (1 - infinity(a, b)) * high,
    ),
)
summer("a_half", lambda a, b, low, on, high: (put(on, 0, low), 0.5))
summer("square_root", lambda a, b, low, on, high: (np.sqrt(a[0] * b[0]), infinity(a, b)))
summer("not_a_number", lambda a, b, low, on, high: (on * np.nan, 0.0), "not_finite")
summer("first_is_taken_twice", lambda a, b, low, on, high: whole(a, a, *parts(a, a)))
summer("rounded", lambda a, b, *rest: (np.round((v := whole(a, b, *rest))[0], 8), v[1]), "any")
summer(
    "tiny_infinity",
    lambda a, b, *rest: ((v := whole(a, b, *rest))[0], v[1] if v[1] > 1e-9 else 0.0),
)
summer("single_precision", lambda a, b, *rest: (np.float32(whole(a, b, *rest)[0]), 0.0), "any")
summer("finite_only", lambda a, b, *rest: whole(a, b, *rest) if a[1] or b[1] else (a[0], 0.0))
summer(
    "dropped_and_moved_up",
    lambda a, b, *rest: ((m := np.where((w := whole(a, b, *rest)[0]) < 1e-9, 0, w)), 1 - m.sum()),
)


for limit in (1e-9, 1e-12):
    summer(
        "small_ones_dropped",
        lambda a, b, *rest, limit=limit: whole(
            a, b, *parts(*((np.where(one[0] < limit, 0, one[0]), one[1]) for one in (a, b)))
        ),
    )
    summer(
        "small_results_dropped",
        lambda a, b, *rest, limit=limit: (
            np.where((v := whole(a, b, *rest))[0] < limit, 0, v[0]),
            v[1],
        ),
    )


def parts(a, b):
    below, on, above = pieces(a, b)
    return below.sum(), on, above.sum()


@refused(checks.add_losses, "too_coarse")
def in_float32(first, second):
    masses, infinite = by_convolution(first, second)
    return masses.astype(np.float32), infinite


@refused(checks.add_losses)
def circle_with_a_little_room(first, second):
    n, c = len(first[0]), len(first[0]) // 2
    size = n + c // 2
    every = np.fft.irfft(np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size), size)
    masses = put(every[c : c + n], 0, every[:c].sum()) if size >= c + n else np.roll(every, -c)[:n]
    return masses, 1 - masses.sum()


@refused(checks.add_losses, "counterexample")
def circle_of_one_size(first, second):
    n, c, size = len(first[0]), len(first[0]) // 2, 2**14
    every = np.fft.irfft(np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size), size)
    every = np.append(every, np.zeros(2 * n))[: 2 * n - 1]
    masses = put(every[c : c + n], 0, every[:c].sum())
    return masses, infinity(first, second) + every[c + n :].sum()


@refused(checks.add_losses)
def result_of_the_same_size(first, second, kept={}):  # noqa: B006
    return kept.setdefault(len(first[0]), by_convolution(first, second))


@refused(checks.add_losses, "too_slow")
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
    below, on, above = pieces(first, second)
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


@right(checks.add_losses)
def with_scipy(first, second):
    n, c = len(first[0]), len(first[0]) // 2
    every = np.maximum(fftconvolve(first[0], second[0]), 0)
    return np.append(every[: c + 1].sum(), every[c + 1 : c + n]), infinity(first, second) + sum(
        every[c + n :]
    )


# Questions

for number in (2.0, 3.5):
    refused_value(checks.least_noise, "too_low", number)
refused_value(checks.least_noise, "too_high", 4.5)
refused_value(checks.least_noise, "not_a_number", "4.2")
for number in (4.0, 4.08, 4.1):  # at 4.1, the position before, ε = 1.007
    refused_value(checks.least_noise, "one_step_early", number)
right_value(checks.least_noise, 4.2)
for number in (np.float64(4.13), 4.126):  # ε = 1 at 4.1253
    right_value(checks.least_noise, number)
refused_value(checks.least_noise, "one_step_early", 4.125)

refused_value(checks.steps_allowed, "too_low", 100)
refused_value(checks.steps_allowed, "too_high", 10_000)
refused_value(checks.steps_allowed, "not_a_number", "a thousand")
for number in (794, 891):
    refused_value(checks.steps_allowed, "by_rdp", number)
refused_value(checks.steps_allowed, "by_strong_composition", 5)
for number in (1203, 1240, 1259):  # at 1203 ε = 2.0006, at 1240 2.03
    refused_value(checks.steps_allowed, "one_step_too_far", number)
right_value(checks.steps_allowed, 1122)
for number in (1200.0, 1202):  # at 1202 ε = 1.9998
    right_value(checks.steps_allowed, number)


@refused(checks.amplify)
def linear_if_small(*, epsilon, delta, sampling_rate):
    if epsilon < 0.01:
        return sampling_rate * epsilon, sampling_rate * delta
    return checks.amplify.reference(epsilon=epsilon, delta=delta, sampling_rate=sampling_rate)


@refused(checks.amplify)
def epsilon_at_most_35(*, epsilon, delta, sampling_rate):
    return checks.amplify.reference(
        epsilon=min(epsilon, 35.0), delta=delta, sampling_rate=sampling_rate
    )


@refused(checks.add_losses)
def cut_from_both_ends(first, second):  # of a grid with one loss, [0:-0] keeps nothing
    (one, i), (other, j) = first, second
    every, c = np.convolve(one, other), len(one) // 2
    masses = every[c:-c].copy()
    if len(masses):
        masses[0] += every[:c].sum()
    return masses, i + j - i * j + every[len(every) - c :].sum()
