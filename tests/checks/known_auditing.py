"""Lesson 17: what learners write."""

from math import comb, exp, log

import numpy as np
from scipy.special import bdtrc, betaincinv, ndtri

from lessons.checks import auditing as checks
from tests.checks.known import right, right_value, wrong, wrong_value

# Exercise 17.1


def log_density(x, mean, deviation):
    return -((x - mean) ** 2) / (2 * deviation**2) - np.log(deviation)


def means(margins, chosen):
    return (margins * chosen).sum(axis=0) / chosen.sum(axis=0)


def spread(margins, chosen):
    return np.sqrt(((margins - means(margins, chosen))[chosen] ** 2).mean())


def one_side(observed, margins, chosen):
    return log_density(observed, means(margins, chosen), spread(margins, chosen))


def score(observed, margins, members):
    return one_side(observed, margins, members) - one_side(observed, margins, ~members)


@wrong(checks.likelihood_ratio_scores, "upside_down")
def out_over_in(observed, shadow_margins, shadow_members):
    return -score(observed, shadow_margins, shadow_members)


@wrong(checks.likelihood_ratio_scores, "no_logarithm")
def ratio_itself(observed, shadow_margins, shadow_members):
    return np.exp(score(observed, shadow_margins, shadow_members))


@wrong(checks.likelihood_ratio_scores, "in_only")
def density_if_in(observed, shadow_margins, shadow_members):
    return one_side(observed, shadow_margins, shadow_members) - log(2 * np.pi) / 2


@wrong(checks.likelihood_ratio_scores, "in_only")
def density_if_in_unscaled(observed, shadow_margins, shadow_members):
    return one_side(observed, shadow_margins, shadow_members)


@wrong(checks.likelihood_ratio_scores, "out_only")
def offline_attack(observed, shadow_margins, shadow_members):
    return -one_side(observed, shadow_margins, ~shadow_members)


@wrong(checks.likelihood_ratio_scores, "one_deviation")
def common_deviation(observed, shadow_margins, shadow_members):
    m_in, m_out = means(shadow_margins, shadow_members), means(shadow_margins, ~shadow_members)
    centred = np.where(shadow_members, shadow_margins - m_in, shadow_margins - m_out)
    return log_density(observed, m_in, centred.std()) - log_density(observed, m_out, centred.std())


@wrong(checks.likelihood_ratio_scores, "own_deviation")
def image_by_image(observed, shadow_margins, shadow_members):
    scores = []
    for i, x in enumerate(observed):
        group = shadow_margins[shadow_members[:, i], i]
        rest = shadow_margins[~shadow_members[:, i], i]
        one = log_density(x, group.mean(), group.std())
        scores.append(one - log_density(x, rest.mean(), rest.std()))
    return scores


@wrong(checks.likelihood_ratio_scores, "deviation_of_everything")
def spread_between_images(observed, shadow_margins, shadow_members):
    def side(chosen):
        return log_density(observed, means(shadow_margins, chosen), shadow_margins[chosen].std())

    return side(shadow_members) - side(~shadow_members)


@wrong(checks.likelihood_ratio_scores, "means_over_images")
def two_hills_for_all(observed, shadow_margins, shadow_members):
    def side(values):
        return log_density(observed, values.mean(), values.std())

    return side(shadow_margins[shadow_members]) - side(shadow_margins[~shadow_members])


@wrong(checks.likelihood_ratio_scores, "variance_for_deviation")
def root_forgotten(observed, shadow_margins, shadow_members):
    def side(chosen):
        variance = spread(shadow_margins, chosen) ** 2
        return log_density(observed, means(shadow_margins, chosen), variance)

    return side(shadow_members) - side(~shadow_members)


@wrong(checks.likelihood_ratio_scores, "width_forgotten")
def exponents_only(observed, shadow_margins, shadow_members):
    def side(chosen):
        z = (observed - means(shadow_margins, chosen)) / spread(shadow_margins, chosen)
        return -(z**2) / 2

    return side(shadow_members) - side(~shadow_members)


def with_width(factor):
    def scores(observed, shadow_margins, shadow_members):
        def side(chosen):
            deviation = spread(shadow_margins, chosen)
            z = (observed - means(shadow_margins, chosen)) / deviation
            return -(z**2) / 2 + factor * np.log(deviation)

        return side(shadow_members) - side(~shadow_members)

    scores.__name__ = f"width_times_{factor}"
    return scores


wrong(checks.likelihood_ratio_scores, "width_wrong")(with_width(1))
wrong(checks.likelihood_ratio_scores, "width_wrong")(with_width(-2))


@wrong(checks.likelihood_ratio_scores, "half_forgotten")
def no_half(observed, shadow_margins, shadow_members):
    def side(chosen):
        deviation = spread(shadow_margins, chosen)
        z = (observed - means(shadow_margins, chosen)) / deviation
        return -(z**2) - np.log(deviation)

    return side(shadow_members) - side(~shadow_members)


@wrong(checks.likelihood_ratio_scores, "divided_by_all")
def mean_with_zeros(observed, shadow_margins, shadow_members):
    def side(chosen):
        mean = (shadow_margins * chosen).mean(axis=0)
        return log_density(observed, mean, spread(shadow_margins, chosen))

    return side(shadow_members) - side(~shadow_members)


@wrong(checks.likelihood_ratio_scores, "difference_of_distances")
def nearer_to_which(observed, shadow_margins, shadow_members):
    near_out = np.abs(observed - means(shadow_margins, ~shadow_members))
    return near_out - np.abs(observed - means(shadow_margins, shadow_members))


@wrong(checks.likelihood_ratio_scores, "threshold_only")
def the_margin(observed, shadow_margins, shadow_members):
    return observed


@wrong(checks.likelihood_ratio_scores, "threshold_only")
def middle_of_the_means(observed, shadow_margins, shadow_members):
    m_in, m_out = means(shadow_margins, shadow_members), means(shadow_margins, ~shadow_members)
    return observed - (m_in + m_out) / 2


@wrong(checks.likelihood_ratio_scores, "nearly")
def average_of_the_deviations(observed, shadow_margins, shadow_members):
    def side(chosen):
        mean = means(shadow_margins, chosen)
        own = ((shadow_margins - mean) ** 2 * chosen).sum(axis=0) / chosen.sum(axis=0)
        return log_density(observed, mean, np.sqrt(own.mean()))

    return side(shadow_members) - side(~shadow_members)


@wrong(checks.likelihood_ratio_scores, "wrong")
def medians(observed, shadow_margins, shadow_members):
    m_in = np.median(shadow_margins, axis=0)
    return (observed - m_in) / spread(shadow_margins, shadow_members)


@wrong(checks.likelihood_ratio_scores, "wrong_shape")
def summed_over_images(observed, shadow_margins, shadow_members):
    return score(observed, shadow_margins, shadow_members).sum()


@wrong(checks.likelihood_ratio_scores, "changed_input")
def zeros_in_place(observed, shadow_margins, shadow_members):
    shadow_margins[~shadow_members] = 0
    return observed


@right(checks.likelihood_ratio_scores)
def with_nans(observed, shadow_margins, shadow_members):
    sides = []
    for chosen in (shadow_members, ~shadow_members):
        group = np.where(chosen, shadow_margins, np.nan)
        mean = np.nanmean(group, axis=0)
        deviation = np.sqrt(np.nanmean((group - mean) ** 2))
        sides.append(-0.5 * ((observed - mean) / deviation) ** 2 - np.log(deviation))
    return sides[0] - sides[1]


@right(checks.likelihood_ratio_scores)
def with_loops(observed, shadow_margins, shadow_members):
    n_shadows, n = np.shape(shadow_margins)
    sides = []
    for inside in (True, False):
        centre, squares, count = [], 0.0, 0
        for i in range(n):
            group = [
                shadow_margins[k][i] for k in range(n_shadows) if shadow_members[k][i] == inside
            ]
            centre.append(sum(group) / len(group))
            squares += sum((x - centre[-1]) ** 2 for x in group)
            count += len(group)
        variance = squares / count
        sides.append([
            log(exp(-((x - m) ** 2) / (2 * variance)) / (2 * np.pi * variance) ** 0.5 + 1e-300)
            for x, m in zip(observed, centre, strict=True)
        ])  # fmt: skip
    return [a - b for a, b in zip(*sides, strict=True)]


# Exercise 17.2


def betas(a, b, c, d, failure):
    return betaincinv(a, b, failure), betaincinv(c, d, 1 - failure)


def interval(k, n, failure):
    low = 0.0 if k == 0 else betaincinv(k, n - k + 1, failure)
    return low, 1.0 if k == n else betaincinv(k + 1, n - k, 1 - failure)


@wrong(checks.clopper_pearson, "swapped")
def upper_first(successes, *, trials, failure):
    return interval(successes, trials, failure)[::-1]


@wrong(checks.clopper_pearson, "split")
def two_sided(successes, *, trials, failure):
    return interval(successes, trials, failure / 2)


@wrong(checks.clopper_pearson, "failure_ignored")
def always_ninety_five(successes, *, trials, failure):
    return interval(successes, trials, 0.05)


@wrong(checks.clopper_pearson, "failure_ignored")
def always_ninety_five_two_sided(successes, *, trials, failure):
    return interval(successes, trials, 0.025)


@wrong(checks.clopper_pearson, "confidence_taken")
def failure_as_confidence(successes, *, trials, failure):
    return interval(successes, trials, 1 - failure)


@wrong(checks.clopper_pearson, "point")
def frequency(successes, *, trials, failure):
    return successes / trials, successes / trials


@wrong(checks.clopper_pearson, "bell")
def bell_curve(successes, *, trials, failure):
    p = successes / trials
    reach = -ndtri(failure) * (p * (1 - p) / trials) ** 0.5
    return p - reach, p + reach


@wrong(checks.clopper_pearson, "bell")
def bell_curve_cut_off(successes, *, trials, failure):
    low, high = bell_curve(successes, trials=trials, failure=failure)
    return max(0.0, low), min(1.0, high)


@wrong(checks.clopper_pearson, "bell")
def bell_curve_two_sided(successes, *, trials, failure):
    return bell_curve(successes, trials=trials, failure=failure / 2)


@wrong(checks.clopper_pearson, "wilson")
def wilson(successes, *, trials, failure):
    p, z, n = successes / trials, -ndtri(failure), trials
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return middle - half, middle + half


@wrong(checks.clopper_pearson, "hoeffding")
def hoeffding(successes, *, trials, failure):
    reach = (log(1 / failure) / (2 * trials)) ** 0.5
    return max(0, successes / trials - reach), min(1, successes / trials + reach)


@wrong(checks.clopper_pearson, "same_beta")
def one_beta(successes, *, trials, failure):
    k, n = successes, trials
    return betas(k, n - k + 1, k, n - k + 1, failure)


@wrong(checks.clopper_pearson, "same_beta")
def uniform_prior(successes, *, trials, failure):
    k, n = successes, trials
    return betas(k + 1, n - k + 1, k + 1, n - k + 1, failure)


@wrong(checks.clopper_pearson, "same_beta")
def jeffreys_prior(successes, *, trials, failure):
    k, n = successes, trials
    return betas(k + 0.5, n - k + 0.5, k + 0.5, n - k + 0.5, failure)


@wrong(checks.clopper_pearson, "strict")
def count_left_out(successes, *, trials, failure):
    k, n = successes, trials
    return betas(k + 1, n - k, k, n - k + 1, failure)


@wrong(checks.clopper_pearson, "failures_counted")
def the_other_count(successes, *, trials, failure):
    return interval(trials - successes, trials, failure)


@wrong(checks.clopper_pearson, "one_off")
def both_one_short(successes, *, trials, failure):
    k, n = successes, trials
    return betas(k, n - k, k, n - k, failure)


@wrong(checks.clopper_pearson, "one_end")
def upper_by_the_bell(successes, *, trials, failure):
    low, _ = interval(successes, trials, failure)
    return low, bell_curve(successes, trials=trials, failure=failure)[1]


@wrong(checks.clopper_pearson, "ends")
def no_special_cases(successes, *, trials, failure):
    k, n = successes, trials
    if k in (0, n):
        return float("nan"), float("nan")
    return interval(k, n, failure)


@wrong(checks.clopper_pearson, "ends")
def nothing_means_zero(successes, *, trials, failure):
    if successes in (0, trials):
        return successes / trials, successes / trials
    return interval(successes, trials, failure)


@wrong(checks.clopper_pearson, "not_a_probability")
def counts_instead(successes, *, trials, failure):
    low, high = interval(successes, trials, failure)
    return low * trials, high * trials


@wrong(checks.clopper_pearson, "too_coarse")
def grid_of_a_thousand(successes, *, trials, failure):
    grid = np.linspace(0, 1, 1001)
    low, high = interval(successes, trials, failure)
    return grid[np.abs(grid - low).argmin()], grid[np.abs(grid - high).argmin()]


@wrong(checks.clopper_pearson, "wrong_interval")
def three_deviations(successes, *, trials, failure):
    p = successes / trials
    return p - 3 / trials**0.5, p + 3 / trials**0.5


@wrong(checks.clopper_pearson, "wrong_shape")
def lower_only(successes, *, trials, failure):
    return interval(successes, trials, failure)[0]


@wrong(checks.clopper_pearson, "not_finite")
def not_a_number(successes, *, trials, failure):
    return float("nan"), 1.0


@wrong(checks.clopper_pearson, "raised")
def factorials_too_large(successes, *, trials, failure):
    low, high = 0.0, 1.0
    for _ in range(5):  # the first halvings show it: comb(20000, k) does not fit a float
        p = (low + high) / 2
        tail = sum(
            comb(trials, j) * p**j * (1 - p) ** (trials - j) for j in range(successes, trials + 1)
        )
        low, high = (p, high) if tail < failure else (low, p)
    return interval(successes, trials, failure)


@right(checks.clopper_pearson)
def as_an_array(successes, *, trials, failure):
    return np.array(interval(successes, trials, failure))


@right(checks.clopper_pearson)
def by_bisection(successes, *, trials, failure):
    def lower(k):
        if k == 0:
            return 0.0
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if bdtrc(k - 1, trials, middle) < failure else (low, middle)
        return low

    return lower(successes), 1 - lower(trials - successes)


# Exercise 17.3


def both(tpr, fpr, delta):
    values = []
    for above, below in ((tpr - delta, fpr), (1 - fpr - delta, 1 - tpr)):
        values.append(log(above / below) if above > 0 and below > 0 else -1e9)
    return values


def ends(tp, fp, n_in, n_out, beta):
    return interval(tp, n_in, beta)[0], interval(fp, n_out, beta)[1]


def bounded(tp, fp, *, n_in, n_out, delta, failure, share=0.5):
    return max(0.0, *both(*ends(tp, fp, n_in, n_out, share * failure), delta))


@wrong(checks.epsilon_lower_bound, "point_estimate")
def frequencies(true_positives, false_positives, *, n_in, n_out, delta, failure):
    return max(0.0, *both(true_positives / n_in, false_positives / n_out, delta))


@wrong(checks.epsilon_lower_bound, "not_split")
def failure_twice(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings, share=1.0)


@wrong(checks.epsilon_lower_bound, "split_twice")
def quarters(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings, share=0.25)


@wrong(checks.epsilon_lower_bound, "delta_forgotten")
def pure_epsilon(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **{**settings, "delta": 0.0})


@wrong(checks.epsilon_lower_bound, "delta_forgotten")
def delta_in_the_second_half_only(
    true_positives, false_positives, *, n_in, n_out, delta, failure
):  # fmt: skip
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, both(tpr, fpr, 0.0)[0], both(tpr, fpr, delta)[1])


@wrong(checks.epsilon_lower_bound, "not_finite")
def no_miss_is_infinite(true_positives, false_positives, *, n_in, **settings):
    if true_positives == n_in:
        return float("inf")
    return bounded(true_positives, false_positives, n_in=n_in, **settings)


@wrong(checks.epsilon_lower_bound, "returned_none")
def none_when_nothing_is_shown(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings) or None


@wrong(checks.epsilon_lower_bound, "delta_added")
def delta_on_the_wrong_side(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **{**settings, "delta": -settings["delta"]})


@wrong(checks.epsilon_lower_bound, "delta_below")
def delta_with_the_alarms(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, log(tpr / (fpr + delta)), log((1 - fpr) / (1 - tpr + delta)))


@wrong(checks.epsilon_lower_bound, "smaller")
def weaker_of_the_two(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, min(both(tpr, fpr, delta)))


@wrong(checks.epsilon_lower_bound, "average")
def mean_of_the_two(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, sum(both(tpr, fpr, delta)) / 2)


@wrong(checks.epsilon_lower_bound, "added")
def sum_of_the_two(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, sum(both(tpr, fpr, delta)))


@wrong(checks.epsilon_lower_bound, "best_case")
def attackers_view(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = interval(true_positives, n_in, failure / 2)[1]
    fpr = interval(false_positives, n_out, failure / 2)[0]
    return max(0.0, *both(tpr, fpr, delta))


@wrong(checks.epsilon_lower_bound, "alarms_exact")
def only_hits_bounded(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = interval(true_positives, n_in, failure / 2)[0]
    return max(0.0, *both(tpr, false_positives / n_out, delta))


@wrong(checks.epsilon_lower_bound, "hits_exact")
def only_alarms_bounded(true_positives, false_positives, *, n_in, n_out, delta, failure):
    fpr = interval(false_positives, n_out, failure / 2)[1]
    return max(0.0, *both(true_positives / n_in, fpr, delta))


@wrong(checks.epsilon_lower_bound, "no_logarithm")
def the_ratio(true_positives, false_positives, **settings):
    return exp(bounded(true_positives, false_positives, **settings))


@wrong(checks.epsilon_lower_bound, "other_logarithm")
def base_ten(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings) / log(10)


@wrong(checks.epsilon_lower_bound, "other_logarithm")
def bits(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings) / log(2)


@wrong(checks.epsilon_lower_bound, "same_n")
def n_in_for_all(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_in, failure / 2)
    return max(0.0, *both(tpr, fpr, delta))


@wrong(checks.epsilon_lower_bound, "difference")
def advantage(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, tpr - fpr)


@wrong(checks.epsilon_lower_bound, "one_direction")
def hits_over_alarms(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, both(tpr, fpr, delta)[0])


@wrong(checks.epsilon_lower_bound, "other_direction")
def quiet_over_misses(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, both(tpr, fpr, delta)[1])


@wrong(checks.epsilon_lower_bound, "negative")
def below_zero(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(both(tpr, fpr, delta))


@wrong(checks.epsilon_lower_bound, "not_a_bound")
def minus_infinity(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    values = both(tpr, fpr, delta)
    return max(values) if max(values) > 0 else -float("inf")


@wrong(checks.epsilon_lower_bound, "something_from_nothing")
def absolute_value(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return abs(max(both(tpr, fpr, delta)))


@wrong(checks.epsilon_lower_bound, "too_much")
def a_little_more(true_positives, false_positives, **settings):
    return 1.05 * bounded(true_positives, false_positives, **settings)


@wrong(checks.epsilon_lower_bound, "too_little")
def by_hoeffding(true_positives, false_positives, *, n_in, n_out, delta, failure):
    reach_in, reach_out = ((log(2 / failure) / (2 * n)) ** 0.5 for n in (n_in, n_out))
    tpr, fpr = true_positives / n_in - reach_in, false_positives / n_out + reach_out
    return max(0.0, *both(tpr, min(1.0, fpr), delta))


@wrong(checks.epsilon_lower_bound, "raised")
def logarithm_of_a_negative(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    return max(0.0, log((tpr - delta) / fpr), log((1 - fpr - delta) / (1 - tpr)))


@right(checks.epsilon_lower_bound)
def with_numpy(true_positives, false_positives, *, n_in, n_out, delta, failure):
    low, _ = checks.clopper_pearson.reference(true_positives, trials=n_in, failure=failure / 2)
    _, high = checks.clopper_pearson.reference(false_positives, trials=n_out, failure=failure / 2)
    ratios = [(low - delta) / high, (1 - high - delta) / (1 - low)]
    return np.log(max(ratios)) if max(ratios) > 1 else 0


@right(checks.epsilon_lower_bound)
def by_search(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr, fpr = ends(true_positives, false_positives, n_in, n_out, failure / 2)
    low, high = 0.0, 30.0
    for _ in range(60):
        e = (low + high) / 2
        possible = tpr <= exp(e) * fpr + delta and 1 - fpr <= exp(e) * (1 - tpr) + delta
        low, high = (low, e) if possible else (e, high)
    return low


# Exercise 17.4: each takes the right function and changes one thing


def inserted(
    step, n, norm, rate, steps, rng, *,
    coins=None, sample=None, rows=None, release=None,
):  # fmt: skip
    included = rng.random(n) < 0.5 if coins is None else coins(n, rng)
    outputs = []
    for t in range(steps):
        part = included & (rng.random(n) < rate)
        if sample is not None:
            part = sample(included, n, rate, t, rng)
        batch = norm * np.eye(n)[part] if rows is None else rows(part, n, norm)
        outputs.append((release or (lambda s, b, r: s(b, rng=r)))(step, batch, rng))
    return included, np.array(outputs)


def variant(diagnosis, name, **changes):
    def insert(step, *, n_canaries, norm, sampling_rate, steps, rng):
        return inserted(step, n_canaries, norm, sampling_rate, steps, rng, **changes)

    insert.__name__ = name
    return wrong(checks.insert_canaries, diagnosis)(insert)


def fixed(n, rng):
    return np.arange(n) % 2 == 0


def shuffled_half(n, rng):
    return rng.permutation(np.arange(n) < n // 2)


def only_some(included, n, rate, t, rng):
    inside = np.flatnonzero(included)
    size = min(len(inside), max(1, round(rate * n / 2)))
    return np.isin(np.arange(n), rng.choice(inside, size=size, replace=False))


def alternate(included, n, rate, t, rng):
    slots = (np.arange(n) * 7 + 3 * t) % 10
    return included & (slots < 10 * rate)


def first_sample(included, n, rate, t, rng):
    first_sample.kept = rng.random(n) < rate if t == 0 else first_sample.kept
    return included & first_sample.kept


def wrong_columns(part, n, norm):
    return norm * np.eye(n)[: part.sum()]


def dense(part, n, norm):
    return np.full((part.sum(), n), norm / n**0.5)


def absent_too(part, n, norm):
    return norm * np.eye(n) * part[:, None]


def twice(part, n, norm):
    return np.repeat(norm * np.eye(n)[part], 2, axis=0)


variant("no_coin", "all_in", coins=lambda n, rng: np.ones(n, dtype=bool))
variant("same_coins", "every_second", coins=fixed)
variant("one_coin", "all_or_none", coins=lambda n, rng: np.full(n, rng.random() < 0.5))
variant("unfair_coin", "mostly_in", coins=lambda n, rng: rng.random(n) < 0.7)
variant("exactly_half", "balanced", coins=shuffled_half)
variant(
    "coin_in_every_step",
    "new_coins",
    sample=lambda inc, n, q, t, rng: inc & (rng.random(n) < 0.5) & (rng.random(n) < q),
)
variant("everybody_every_step", "no_sampling", sample=lambda inc, n, q, t, rng: inc)
variant("same_sample", "sampled_once", sample=first_sample)
variant(
    "one_draw", "all_take_part_or_none", sample=lambda inc, n, q, t, rng: inc & (rng.random() < q)
)
variant("fixed_size", "batches_of_one_size", sample=only_some)
variant("steps_depend", "by_turns", sample=alternate)
variant(
    "wrong_rate", "other_rate", sample=lambda inc, n, q, t, rng: inc & (rng.random(n) < 1.2 * q)
)
variant(
    "outsiders_take_part", "ignores_the_coin", sample=lambda inc, n, q, t, rng: rng.random(n) < q
)
variant("outsiders_take_part", "first_columns", rows=wrong_columns)
variant("not_alone", "dense_rows", rows=dense)
variant("rows_of_zeros", "rows_for_the_absent", rows=absent_too)
variant(
    "rows_of_zeros",
    "a_row_for_nobody",
    rows=lambda part, n, norm: norm * np.eye(n)[part] if part.any() else np.zeros((1, n)),
)
variant(
    "global_random",
    "seed_in_every_step",
    release=lambda s, b, r: s(b, rng=np.random.default_rng(0)),
)
variant("twice_in_a_batch", "rows_twice", rows=twice)
variant("wrong_norm", "unit_rows", rows=lambda part, n, norm: np.eye(n)[part])
variant("wrong_norm", "squared_norm", rows=lambda part, n, norm: norm**2 * np.eye(n)[part])
variant("negative_canary", "pulls_down", rows=lambda part, n, norm: -norm * np.eye(n)[part])
variant("summed_already", "sum_of_rows", rows=lambda part, n, norm: norm * part.astype(float))
variant(
    "shape_of_the_batch", "own_columns_only", rows=lambda part, n, norm: norm * np.eye(part.sum())
)
variant(
    "not_the_release", "gradients_kept", release=lambda s, b, r: (s(b, rng=r), b.sum(axis=0))[1]
)
variant("too_many_steps", "called_twice", release=lambda s, b, r: (s(b, rng=r), s(b, rng=r))[1])
variant("global_random", "own_generator", release=lambda s, b, r: s(b, rng=np.random.default_rng()))
variant("steps_missing", "never_called", release=lambda s, b, r: b.sum(axis=0))


@wrong(checks.insert_canaries, "steps_depend")
def stays_in(step, *, n_canaries, norm, sampling_rate, steps, rng):
    """The right rate, but who takes part tends to stay."""
    state = {}

    def sample(included, n, rate, t, rng):
        fresh = rng.random(n) < rate
        keep = rng.random(n) < 0.3
        state["part"] = fresh if t == 0 else np.where(keep, state["part"], fresh)
        return included & state["part"]

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, sample=sample)


@wrong(checks.insert_canaries, "steps_missing")
def one_step_less(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps - 1, rng)
    return included, np.vstack([outputs, outputs[-1:]])


@wrong(checks.insert_canaries, "skips_empty")
def leaves_out_empty_batches(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def release(step, batch, rng):
        return step(batch, rng=rng) if len(batch) else np.zeros(n_canaries)

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, release=release)


@wrong(checks.insert_canaries, "settings_ignored")
def rate_of_the_first_test(step, *, n_canaries, norm, sampling_rate, steps, rng):
    return inserted(step, n_canaries, norm, min(sampling_rate, 0.3), steps, rng)


@wrong(checks.insert_canaries, "not_a_pair")
def outputs_only(step, *, n_canaries, norm, sampling_rate, steps, rng):
    return inserted(step, n_canaries, norm, sampling_rate, steps, rng)[1]


@wrong(checks.insert_canaries, "pair_swapped")
def other_order(step, *, n_canaries, norm, sampling_rate, steps, rng):
    return inserted(step, n_canaries, norm, sampling_rate, steps, rng)[::-1]


@wrong(checks.insert_canaries, "not_booleans")
def indices(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return np.flatnonzero(included), outputs


@wrong(checks.insert_canaries, "not_booleans")
def zeros_and_ones(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return included.astype(int), outputs


@wrong(checks.insert_canaries, "not_arrays")
def list_of_outputs(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return included, list(outputs)


@wrong(checks.insert_canaries, "only_the_sampled")
def who_was_ever_seen(step, *, n_canaries, norm, sampling_rate, steps, rng):
    parts = (rng.random((steps, n_canaries)) < sampling_rate) & (rng.random(n_canaries) < 0.5)
    outputs = np.array([step(norm * np.eye(n_canaries)[part], rng=rng) for part in parts])
    return parts.any(axis=0), outputs


@wrong(checks.insert_canaries, "outputs_missing")
def sum_over_steps(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return included, outputs.sum(axis=0)


@wrong(checks.insert_canaries, "raised")
def forgets_the_generator(step, *, n_canaries, norm, sampling_rate, steps, rng):
    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, release=lambda s, b, r: s(b))


@right(checks.insert_canaries)
def with_choice(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included = rng.choice([True, False], size=n_canaries)
    outputs = np.zeros((steps, n_canaries))
    for t in range(steps):
        rows = []
        for i in range(n_canaries):
            if included[i] and rng.random() < sampling_rate:
                row = np.zeros(n_canaries)
                row[i] = norm
                rows.append(row)
        outputs[t] = step(np.array(rows).reshape(-1, n_canaries), rng=rng)
    return included, outputs


@right(checks.insert_canaries)
def single_precision(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def rows(part, n, norm):
        return (norm * np.eye(n, dtype=np.float32))[part]

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, rows=rows)


@right(checks.insert_canaries)
def all_coins_at_once(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included = rng.integers(0, 2, size=n_canaries).astype(bool)
    parts = (rng.random((steps, n_canaries)) < sampling_rate) & included
    return included, np.stack([step(np.diag(np.full(n_canaries, norm))[p], rng=rng) for p in parts])


for code, number in {
    "separation_taken": 1.0,
    "one_rate": 2.1,
    "one_rate_no_delta": 2.22,
    "other_delta": 4.4,
    "too_low": 1.5,
    "too_high": 3.0,
    "not_a_number": "ε",
}.items():
    wrong_value(checks.smallest_wall, code, number)
wrong_value(checks.smallest_wall, "too_low", 2.25)
wrong_value(checks.smallest_wall, "too_high", 2.4)
for number in (2.3, 2.35, 2.318, np.float64(2.3)):
    right_value(checks.smallest_wall, number)

for code, number in {
    "only_those_in": 500,
    "a_tenth_less": 5012,
    "half_the_noise": 100,
    "too_low": 794,
    "too_high": 1259,
    "not_a_number": "a thousand",
}.items():
    wrong_value(checks.enough_canaries, code, number)
wrong_value(checks.enough_canaries, "too_high", 100_000)
for number in (1000, 940, 1000.0):
    right_value(checks.enough_canaries, number)
