"""Lesson 17: answers besides the named mistakes."""

import copy
from math import exp, lgamma, log, log1p

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import bdtrc, betaincinv

from lessons.checks import auditing as checks
from tests.checks.answers import refused, refused_value, right, right_value

# Exercise 17.1


def log_density(x, mean, deviation):
    return -((x - mean) ** 2) / (2 * deviation**2) - np.log(deviation)


def means(margins, chosen):
    return (margins * chosen).sum(axis=0) / chosen.sum(axis=0)


def spread(margins, chosen):
    return np.sqrt(((margins - means(margins, chosen))[chosen] ** 2).mean())


def score(observed, margins, members, density=log_density):
    sides = [
        density(observed, means(margins, one), spread(margins, one)) for one in (members, ~members)
    ]
    return sides[0] - sides[1]


@refused(checks.likelihood_ratio_scores, "counterexample")
def medians(observed, shadow_margins, shadow_members):
    m_in = np.median(shadow_margins, axis=0)
    return (observed - m_in) / spread(shadow_margins, shadow_members)


@refused(checks.likelihood_ratio_scores, "wrong_shape")
def summed_over_images(observed, shadow_margins, shadow_members):
    return score(observed, shadow_margins, shadow_members).sum()


@refused(checks.likelihood_ratio_scores, "changed_input")
def zeros_in_place(observed, shadow_margins, shadow_members):
    shadow_margins[~shadow_members] = 0
    return observed


@refused(checks.likelihood_ratio_scores)
def rounded(observed, shadow_margins, shadow_members):
    return np.round(score(observed, shadow_margins, shadow_members), 3)


@refused(checks.likelihood_ratio_scores)
def clipped(observed, shadow_margins, shadow_members):
    return np.clip(score(observed, shadow_margins, shadow_members), -50, 50)


@refused(checks.likelihood_ratio_scores)
def one_width_where_they_are_close(observed, shadow_margins, shadow_members):
    both = [spread(shadow_margins, one) for one in (shadow_members, ~shadow_members)]
    if abs(log(both[0] / both[1])) < 0.1:
        both = [(both[0] + both[1]) / 2] * 2
    sides = [
        log_density(observed, means(shadow_margins, one), width)
        for one, width in zip((shadow_members, ~shadow_members), both, strict=True)
    ]
    return sides[0] - sides[1]


@refused(checks.likelihood_ratio_scores)
def standardised(observed, shadow_margins, shadow_members):
    scores = score(observed, shadow_margins, shadow_members)
    return scores - scores.mean()


@refused(checks.likelihood_ratio_scores)
def half_of_the_networks(observed, shadow_margins, shadow_members):
    half = max(4, len(shadow_margins) // 2)
    return score(observed, shadow_margins[:half], shadow_members[:half])


@refused(checks.likelihood_ratio_scores, "underflow")
def tails_of_the_library(observed, shadow_margins, shadow_members):
    with np.errstate(all="ignore"):
        return score(
            observed, shadow_margins, shadow_members, lambda *k: np.log(stats.norm.pdf(*k))
        )


@refused(checks.likelihood_ratio_scores)
def out_over_in_without_widths(observed, shadow_margins, shadow_members):
    return -score(
        observed, shadow_margins, shadow_members, lambda x, m, s: -(((x - m) / s) ** 2) / 2
    )


def networks_of_the_first_call():
    kept = {}

    def answer(observed, shadow_margins, shadow_members):
        spreads = [spread(shadow_margins, one) for one in (shadow_members, ~shadow_members)]
        inside, outside = kept.setdefault("spreads", spreads)
        m_in, m_out = means(shadow_margins, shadow_members), means(shadow_margins, ~shadow_members)
        return log_density(observed, m_in, inside) - log_density(observed, m_out, outside)

    return answer


refused(checks.likelihood_ratio_scores)(networks_of_the_first_call())


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
        pairs = zip(observed, centre, strict=True)
        sides.append([-((x - m) ** 2) / (2 * variance) - log(variance) / 2 for x, m in pairs])
    return [a - b for a, b in zip(*sides, strict=True)]


@right(checks.likelihood_ratio_scores)
def with_the_library(observed, shadow_margins, shadow_members):
    return score(observed, shadow_margins, shadow_members, stats.norm.logpdf)


@right(checks.likelihood_ratio_scores)
def in_single_precision(observed, shadow_margins, shadow_members):
    return score(observed, shadow_margins, shadow_members).astype(np.float32)


@right(checks.likelihood_ratio_scores)
def as_a_difference_of_squares(observed, shadow_margins, shadow_members):
    s_in, s_out = (spread(shadow_margins, one) for one in (shadow_members, ~shadow_members))
    a = (observed - means(shadow_margins, ~shadow_members)) / s_out
    b = (observed - means(shadow_margins, shadow_members)) / s_in
    return (a - b) * (a + b) / 2 + np.log(s_out / s_in)


@refused(checks.likelihood_ratio_scores)
def deviation_of_a_tenth_at_least(observed, shadow_margins, shadow_members):
    def density(x, mean, deviation):
        return log_density(x, mean, np.maximum(deviation, 0.1))

    return score(observed, shadow_margins, shadow_members, density)


@refused(checks.likelihood_ratio_scores, "counterexample")
def the_first_thousand_images(observed, shadow_margins, shadow_members):
    def side(chosen):
        means = (shadow_margins * chosen).sum(axis=0) / chosen.sum(axis=0)
        deviation = np.sqrt(np.mean((shadow_margins - means)[chosen] ** 2))
        return log_density(observed, means, deviation)

    return (side(shadow_members) - side(~shadow_members)) * (np.arange(len(observed)) < 1000)


@refused(checks.likelihood_ratio_scores)
def zeros_not_counted(observed, shadow_margins, shadow_members):
    def side(chosen):
        kept = shadow_margins * chosen
        means = kept.sum(axis=0) / np.count_nonzero(kept, axis=0)
        spread = np.sqrt(np.mean((shadow_margins - means)[chosen] ** 2))
        return -((observed - means) ** 2) / (2 * spread**2) - np.log(spread)

    return side(shadow_members) - side(~shadow_members)


# Exercise 17.2


def interval(k, n, failure):
    low = 0.0 if k == 0 else betaincinv(k, n - k + 1, failure)
    return low, 1.0 if k == n else betaincinv(k + 1, n - k, 1 - failure)


@refused(checks.clopper_pearson, "counterexample")
def upper_by_hand(successes, *, trials, failure):
    return interval(successes, trials, failure)[0], min(1.0, 1.1 * successes / trials)


@refused(checks.clopper_pearson, "wrong_type")
def lower_only(successes, *, trials, failure):
    return interval(successes, trials, failure)[0]


@refused(checks.clopper_pearson, "not_finite")
def not_a_number(successes, *, trials, failure):
    return float("nan"), 1.0


@refused(checks.clopper_pearson, "rough_search")
def three_digits(successes, *, trials, failure):
    return tuple(float(np.round(one, 3)) for one in interval(successes, trials, failure))


@refused(checks.clopper_pearson, "counterexample")
def failure_of_at_least_one_in_100_000(successes, *, trials, failure):
    return interval(successes, trials, max(failure, 1e-5))


@refused(checks.clopper_pearson)
def seven_digits(successes, *, trials, failure):
    return tuple(round(float(one), 7) for one in interval(successes, trials, failure))


@refused(checks.clopper_pearson)
def ten_halvings(successes, *, trials, failure):
    low, high = interval(successes, trials, failure)
    return round(low * 1024) / 1024, round(high * 1024) / 1024


@refused(checks.clopper_pearson)
def swapped_and_split(successes, *, trials, failure):
    return interval(successes, trials, failure / 2)[::-1]


@refused(checks.clopper_pearson)
def bell_curve_for_many(successes, *, trials, failure):
    if trials < 1000:
        return interval(successes, trials, failure)
    p, reach = successes / trials, stats.norm.isf(failure) / trials**0.5
    return max(0.0, p - reach * (p * (1 - p)) ** 0.5), min(1.0, p + reach * (p * (1 - p)) ** 0.5)


@refused(checks.clopper_pearson)
def at_most_half(successes, *, trials, failure):
    return interval(successes, trials, min(failure, 0.3))


@refused(checks.clopper_pearson)
def counts_of_one_byte(successes, *, trials, failure):
    return interval(int(np.uint8(successes % 256)), trials, failure)


@refused(checks.clopper_pearson)
def never_across_the_frequency(successes, *, trials, failure):
    low, high = interval(successes, trials, failure)
    return min(low, successes / trials), max(high, successes / trials)


def by_the_first_failure():
    seen = []

    def answer(successes, *, trials, failure):
        seen.append(failure)
        return interval(successes, trials, seen[0])

    return answer


refused(checks.clopper_pearson)(by_the_first_failure())


@right(checks.clopper_pearson)
def as_an_array(successes, *, trials, failure):
    return np.array(interval(successes, trials, failure))


@right(checks.clopper_pearson)
def as_a_list(successes, *, trials, failure):
    return list(interval(successes, trials, failure))


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


@right(checks.clopper_pearson)
def by_the_exact_interval_of_the_library(successes, *, trials, failure):
    test = stats.binomtest(successes, trials)
    return tuple(test.proportion_ci(1 - 2 * failure, method="exact"))


@right(checks.clopper_pearson)
def by_the_library(successes, *, trials, failure):
    k, n = successes, trials
    low = stats.beta.ppf(failure, k, n - k + 1) if k else 0
    return low, stats.beta.isf(failure, k + 1, n - k) if k < n else 1


@right(checks.clopper_pearson)
def by_finding_roots(successes, *, trials, failure):
    k, n = successes, trials
    low = brentq(lambda p: stats.binom.sf(k - 1, n, p) - failure, 0, 1) if k else 0.0
    return low, brentq(lambda p: stats.binom.cdf(k, n, p) - failure, 0, 1) if k < n else 1.0


@right(checks.clopper_pearson)
def by_adding_up(successes, *, trials, failure):
    n = trials

    def below(k, p):
        """Pr[Bin(n, p) < k]."""
        return sum(
            exp(
                lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1) + j * log(p) + (n - j) * log1p(-p)
            )
            for j in range(k)
        )

    def root(k, level):
        low, high = 0.0, 1.0
        for _ in range(45):
            p = (low + high) / 2
            low, high = (p, high) if below(k, p) > level else (low, p)
        return low

    low = root(successes, 1 - failure) if successes else 0.0
    return low, root(successes + 1, failure) if successes < n else 1.0


# Exercise 17.3


def ratios(tpr, fpr, delta):
    return (tpr - delta) / fpr, (1 - fpr - delta) / (1 - tpr)


def bounded(tp, fp, *, n_in, n_out, delta, failure):
    tpr, fpr = interval(tp, n_in, failure / 2)[0], interval(fp, n_out, failure / 2)[1]
    best = max(ratios(tpr, fpr, delta))
    return log(best) if best > 1 else 0.0


@refused(checks.epsilon_lower_bound, "point_estimate")
def raw_frequencies(true_positives, false_positives, *, n_in, n_out, delta, failure):
    return max(map(log, ratios(true_positives / n_in, false_positives / n_out, delta)))


@refused(checks.epsilon_lower_bound, "returned_none")
def none_when_nothing_is_shown(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings) or None


@refused(checks.epsilon_lower_bound, "not_finite")
def no_miss_is_infinite(true_positives, false_positives, *, n_in, **settings):
    if true_positives == n_in:
        return float("inf")
    return bounded(true_positives, false_positives, n_in=n_in, **settings)


@refused(checks.epsilon_lower_bound, "raised")
def logarithm_of_a_negative(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = interval(true_positives, n_in, failure / 2)[0]
    fpr = interval(false_positives, n_out, failure / 2)[1]
    return max(0.0, *map(log, ratios(tpr, fpr, delta)))


@refused(checks.epsilon_lower_bound, "counterexample")
def a_little_more(true_positives, false_positives, **settings):
    return 1.05 * bounded(true_positives, false_positives, **settings)


@refused(checks.epsilon_lower_bound, "counterexample")
def by_hoeffding(true_positives, false_positives, *, n_in, n_out, delta, failure):
    reach_in, reach_out = ((log(2 / failure) / (2 * n)) ** 0.5 for n in (n_in, n_out))
    tpr, fpr = true_positives / n_in - reach_in, false_positives / n_out + reach_out
    best = max(ratios(tpr, min(1.0, fpr), delta))
    return log(best) if best > 1 else 0.0


@refused(checks.epsilon_lower_bound, "something_from_nothing")
def turned_round_when_worse(true_positives, false_positives, *, n_in, n_out, **settings):
    tp, fp = true_positives, false_positives
    if tp < fp:
        tp, fp, n_in, n_out = fp, tp, n_out, n_in
    return bounded(tp, fp, n_in=n_in, n_out=n_out, **settings)


@refused(checks.epsilon_lower_bound)
def four_digits(true_positives, false_positives, **settings):
    return round(bounded(true_positives, false_positives, **settings), 4)


@refused(checks.epsilon_lower_bound)
def never_above_five(true_positives, false_positives, **settings):
    return min(5.0, bounded(true_positives, false_positives, **settings))


@refused(checks.epsilon_lower_bound, "counterexample")
def never_above_eight(true_positives, false_positives, **settings):
    return min(8.0, bounded(true_positives, false_positives, **settings))


@refused(checks.epsilon_lower_bound, "counterexample")
def nothing_when_there_are_more_alarms_than_hits(true_positives, false_positives, **settings):
    if false_positives >= true_positives:
        return 0.0
    return bounded(true_positives, false_positives, **settings)


@refused(checks.epsilon_lower_bound)
def small_deltas_dropped(true_positives, false_positives, *, delta, **settings):
    return bounded(true_positives, false_positives, delta=delta * (delta > 0.01), **settings)


@refused(checks.epsilon_lower_bound)
def not_split_and_no_delta(true_positives, false_positives, *, delta, failure, **settings):
    return bounded(true_positives, false_positives, delta=0.0, failure=2 * failure, **settings)


@refused(checks.epsilon_lower_bound)
def nothing_without_alarms(true_positives, false_positives, **settings):
    return bounded(true_positives, false_positives, **settings) if false_positives else 0.0


@refused(checks.epsilon_lower_bound)
def lower_is_worse(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = interval(true_positives, n_in, failure / 2)[0]
    fpr = interval(false_positives, n_out, failure / 2)[0]
    best = max(ratios(tpr, max(fpr, 1e-9), delta))
    return log(best) if best > 1 else 0.0


@right(checks.epsilon_lower_bound)
def with_numpy(true_positives, false_positives, *, n_in, n_out, delta, failure):
    low, _ = checks.clopper_pearson.reference(true_positives, trials=n_in, failure=failure / 2)
    _, high = checks.clopper_pearson.reference(false_positives, trials=n_out, failure=failure / 2)
    best = max(ratios(low, high, delta))
    return np.log(best) if best > 1 else 0


@right(checks.epsilon_lower_bound)
def by_search(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = interval(true_positives, n_in, failure / 2)[0]
    fpr = interval(false_positives, n_out, failure / 2)[1]
    low, high = 0.0, 30.0
    for _ in range(60):
        e = (low + high) / 2
        possible = tpr <= exp(e) * fpr + delta and 1 - fpr <= exp(e) * (1 - tpr) + delta
        low, high = (low, e) if possible else (e, high)
    return low


@right(checks.epsilon_lower_bound)
def with_halved_intervals(true_positives, false_positives, *, n_in, n_out, delta, failure):
    low, _ = by_bisection(true_positives, trials=n_in, failure=failure / 2)
    _, high = by_bisection(false_positives, trials=n_out, failure=failure / 2)
    return np.array(log(max(1.0, *ratios(low, high, delta))))


@right(checks.epsilon_lower_bound)
def with_an_interval_of_nine_digits(
    true_positives, false_positives, *, n_in, n_out, delta, failure
):
    low = round(interval(true_positives, n_in, failure / 2)[0], 9)  # Exercise 17.2 accepts it
    high = round(interval(false_positives, n_out, failure / 2)[1], 9)
    return log(max(1.0, *ratios(low, high, delta)))


@right(checks.epsilon_lower_bound)
def single_number(true_positives, false_positives, **settings):
    return np.float32(bounded(true_positives, false_positives, **settings))


@refused(checks.epsilon_lower_bound)
def first_direction_without_alarms(true_positives, false_positives, *, n_in, n_out, delta, failure):
    tpr = betaincinv(true_positives, n_in - true_positives + 1, failure / 2)
    fpr = betaincinv(false_positives + 1, n_out - false_positives, 1 - failure / 2)
    pairs = [(tpr - delta, fpr), (1 - fpr - delta, 1 - tpr)][: 1 if false_positives == 0 else 2]
    return max([0.0] + [log(above / below) for above, below in pairs if above > 0])


# Exercise 17.4


def inserted(step, n, norm, rate, steps, rng, *, coins=None, sample=None, rows=None, release=None):
    included = rng.random(n) < 0.5 if coins is None else coins(n, rng)
    outputs = []
    for t in range(steps):
        part = included & (rng.random(n) < rate)
        if sample is not None:
            part = sample(included, n, rate, t, rng)
        batch = norm * np.eye(n)[part] if rows is None else rows(part, n, norm)
        outputs.append(step(batch, rng=rng) if release is None else release(step, batch, rng))
    return included, np.array(outputs)


def variant(**changes):
    def insert(step, *, n_canaries, norm, sampling_rate, steps, rng):
        return inserted(step, n_canaries, norm, sampling_rate, steps, rng, **changes)

    return insert


def in_pairs(p):
    return lambda n, rng: np.repeat(rng.random((n + 1) // 2) < p, 2)[:n]


refused(checks.insert_canaries, "linked")(
    variant(coins=lambda n, rng: in_pairs(0.5)(n, rng) if n > 500 else rng.random(n) < 0.5)
)


def opposite(n, rng):
    half = rng.random((n + 1) // 2) < 0.5
    return np.append(half, ~half)[:n]


def by_turns(included, n, rate, t, rng):
    return included & ((np.arange(n) * 7 + 3 * t) % 10 < 10 * rate)


def second_step_like_the_first():
    kept = {}

    def sample(included, n, rate, t, rng):
        kept[t] = rng.random(n)
        return included & ((2 * kept[1] % 1 if t == 2 else kept[t]) < rate)

    return sample


def percents(size):
    return lambda included, n, rate, t, rng: (
        included & (rng.integers(1, size + 1, n) <= size * rate)
    )


def sticky():
    kept = {}

    def sample(included, n, rate, t, rng):
        fresh = rng.random(n) < rate
        stays = rng.random(n) < 0.3
        kept["part"] = fresh if t == 0 else np.where(stays, kept["part"], fresh)
        return included & kept["part"]

    return sample


for code, changes in (
    ("linked", {"coins": in_pairs(0.5)}),
    ("exactly_half", {"coins": opposite}),
    ("linked", {"sample": lambda inc, n, q, t, rng: inc & in_pairs(q)(n, rng)}),
    ("linked", {"sample": sticky()}),
    ("linked", {"sample": second_step_like_the_first()}),
    ("any", {"sample": by_turns}),
    ("wrong_frequencies", {"sample": percents(100)}),
    ("wrong_frequencies", {"sample": percents(1000)}),
    ("unfair_coin", {"coins": lambda n, rng: rng.random(n) < 0.53}),
    (
        "not_poisson",
        {"sample": lambda inc, n, q, t, rng: inc & (rng.random() < q)},
    ),
    ("wrong_frequencies", {"sample": lambda inc, n, q, t, rng: inc & (rng.random(n) < 1.2 * q)}),
    ("any", {"sample": lambda inc, n, q, t, rng: inc & (rng.random(n) < min(q, 0.3))}),
    (
        "any",
        {"rows": lambda part, n, norm: norm * np.eye(n)[part] if part.any() else np.zeros((1, n))},
    ),
    ("any", {"rows": lambda part, n, norm: norm * np.eye(n)[part] if part.any() else np.zeros(n)}),
    ("global_random", {"release": lambda s, b, r: s(b, rng=np.random.default_rng(0))}),
    ("global_random", {"release": lambda s, b, r: s(b, rng=np.random.default_rng())}),
    ("global_random", {"coins": lambda n, rng: np.random.default_rng().random(n) < 0.5}),
    ("not_the_release", {"release": lambda s, b, r: np.maximum(s(b, rng=r), 0)}),
    ("wrong_number_of_steps", {"release": lambda s, b, r: (s(b, rng=r), s(b, rng=r))[1]}),
    ("raised", {"release": lambda s, b, r: s(b)}),
):
    refused(checks.insert_canaries, code)(variant(**changes))


@refused(checks.insert_canaries, "wrong_type")
def list_of_outputs(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return included, list(outputs)


@refused(checks.insert_canaries, "counterexample")
def who_was_ever_seen(step, *, n_canaries, norm, sampling_rate, steps, rng):
    parts = (rng.random((steps, n_canaries)) < sampling_rate) & (rng.random(n_canaries) < 0.5)
    outputs = np.array([step(norm * np.eye(n_canaries)[part], rng=rng) for part in parts])
    return parts.any(axis=0), outputs


@refused(checks.insert_canaries, "wrong_shape")
def sum_over_steps(step, *, n_canaries, norm, sampling_rate, steps, rng):
    included, outputs = inserted(step, n_canaries, norm, sampling_rate, steps, rng)
    return included, outputs.sum(axis=0)


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


@right(checks.insert_canaries)
def binomial_coins(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def sample(included, n, rate, t, rng):
        return (rng.binomial(1, rate, n) * included) > 0

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, sample=sample)


@right(checks.insert_canaries)
def size_first_then_who(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def sample(included, n, rate, t, rng):
        who = np.flatnonzero(included)
        taking = rng.permutation(who)[: rng.binomial(len(who), rate)]
        return np.isin(np.arange(n), taking)

    return list(inserted(step, n_canaries, norm, sampling_rate, steps, rng, sample=sample))


@refused(checks.insert_canaries, "linked")
def steps_with_a_copy(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def release(step, batch, rng):
        return step(batch, rng=copy.deepcopy(rng))

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, release=release)


@refused(checks.insert_canaries, "linked")
def copied_before_the_run(step, *, n_canaries, norm, sampling_rate, steps, rng):
    own = copy.deepcopy(rng)

    def release(step, batch, rng):
        return step(batch, rng=own)

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, release=release)


@right(checks.insert_canaries)
def steps_with_a_child(step, *, n_canaries, norm, sampling_rate, steps, rng):
    def release(step, batch, rng):
        return step(batch, rng=rng.spawn(1)[0])

    return inserted(step, n_canaries, norm, sampling_rate, steps, rng, release=release)


# Questions

for code, number in {
    "separation_taken": 1.01,
    "one_rate": 2.1,
    "other_delta": 4.4,
    "rounded_down": 2.31,
    "too_low": 2.25,
    "too_high": 2.4,
    "not_a_number": "ε",
}.items():
    refused_value(checks.smallest_limit, code, number)
for number in (2.35, 2.318, 2.32, np.float64(2.35)):
    right_value(checks.smallest_limit, number)

for code, number in {"too_low": 900, "too_high": 1259, "not_a_number": "a thousand"}.items():
    refused_value(checks.enough_canaries, code, number)
refused_value(checks.enough_canaries, "only_those_in", 500)
refused_value(checks.enough_canaries, "too_low", 794)
refused_value(checks.smallest_limit, "rounded_down", 2.3)
for number in (1000, 940, 1000.0):
    right_value(checks.enough_canaries, number)
