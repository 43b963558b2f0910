"""Lesson 24: answers besides the named mistakes."""

from fractions import Fraction

import numpy as np
from scipy import stats

from lessons.checks import bad_clients as checks
from tests.checks.answers import (
    refused,
    refused_value,
    right,
    right_value,
)

# Exercise 24.1


def sent(send):
    return lambda target, others, *, n_examples: send(target, others, n_examples)


def replaced(t, u, n):
    p = n / n.sum()
    return (t - p[:-1] @ u) / p[-1]


refused(checks.replacement, "attacker_not_counted")(
    sent(lambda t, u, n: (t - np.average(u, axis=0, weights=n[:-1])) / (n[-1] / n.sum()))
)

for send in (
    lambda t, u, n: replaced(t, u, np.minimum(n, 10_000)),
    lambda t, u, n: replaced(t, u, n.astype(np.int16)),
    lambda t, u, n: (n.sum() % 2**16 * t - n[:-1] @ u) / n[-1],
    lambda t, u, n: replaced(t, u[:100], n[-101:]),
    lambda t, u, n: np.round(replaced(t, u, n), 3),
    lambda t, u, n: np.clip(replaced(t, u, n), -100, 100),
    lambda t, u, n: replaced(t, u.mean(axis=0, keepdims=True), np.array([n[0], n[-1]])),
    lambda t, u, n: replaced(t, u, np.maximum(n, 2)),
    lambda t, u, n: replaced(t, u, n) if t.any() else 0 * t,
    lambda t, u, n: replaced(t, u, n) if u.any() else t,
    lambda t, u, n: replaced(t, u, np.append(n[:-1], n[:-1].mean())),
    lambda t, u, n: replaced(t, u, np.append(np.sort(n[:-1]), n[-1])),
    lambda t, u, n: n.sum() * t / n[-1] - (n[:-1] // n[-1]) @ u,
):
    refused(checks.replacement)(sent(send))


@refused(checks.replacement, "changed_input")
def wish_in_place(target, others, *, n_examples):
    p = n_examples / n_examples.sum()
    target -= p[:-1] @ others
    return target / p[-1]


@refused(checks.replacement, "wrong_shape")
def one_number_for_all(target, others, *, n_examples):
    return replaced(target, others, n_examples).sum()


@refused(checks.replacement)
def a_share_of_a_thousandth_at_least(target, others, *, n_examples):
    shares = n_examples / n_examples.sum()
    return (target - shares[:-1] @ others) / max(shares[-1], 1e-3)


@right(checks.replacement)
def without_shares(target, others, *, n_examples):
    return (n_examples.sum() * target - n_examples[:-1] @ others) / n_examples[-1]


@right(checks.replacement)
def client_by_client(target, others, *, n_examples):
    left, n = target.copy(), sum(n_examples)
    for k in range(len(others)):
        left -= n_examples[k] / n * others[k]
    return list(left / (n_examples[-1] / n))


@right(checks.replacement)
def in_fractions(target, others, *, n_examples):
    ratios = [float(Fraction(int(one), int(n_examples[-1]))) for one in n_examples]
    return sum(ratios) * target - sum(r * u for r, u in zip(ratios[:-1], others, strict=True))


@right(checks.replacement)
def a_step_from_the_average_without_me(target, others, *, n_examples):
    honest = np.average(others, axis=0, weights=n_examples[:-1])
    return honest + (target - honest) * n_examples.sum() / n_examples[-1]


# Exercise 24.2


def trimmed(rule):
    return lambda updates, *, n_trimmed: rule(updates, n_trimmed)


def cut(u, b):
    return np.sort(u, axis=0)[b : len(u) - b].mean(axis=0)


for rule in (
    lambda u, b: cut(u, min(b, 9)),
    lambda u, b: cut(u, b) if b else np.median(u, axis=0),
    lambda u, b: cut(np.round(u, 3), b),
    lambda u, b: cut(u[:100], min(b, 49)),
    lambda u, b: np.median(np.sort(u, axis=0)[b : len(u) - b], axis=0),
    lambda u, b: (np.sort(u, axis=0)[b] + np.sort(u, axis=0)[len(u) - 1 - b]) / 2,
    lambda u, b: cut(u, max(b, 1)) if len(u) > 2 else u.mean(axis=0),
    lambda u, b: cut(u, len(u) // 5),
    lambda u, b: np.array([cut(np.unique(c)[:, None], min(b, (len(np.unique(c)) - 1) // 2))[0] for c in u.T]),
    lambda u, b: cut(u - u.mean(axis=0), b),
    lambda u, b: np.array([c[np.argsort(np.abs(c - c.mean()))[: len(c) - 2 * b]].mean() for c in u.T]),
    lambda u, b: u[np.argsort(u[:, 0])][b : len(u) - b].mean(axis=0),
    lambda u, b: cut(np.clip(u, -300, 300), b),
    lambda u, b: stats.trim_mean(u, b / len(u)),
    lambda u, b: (
        np.cumsum(np.vstack([0 * u[:1], np.sort(u, axis=0)]), axis=0)[[b, len(u) - b]].T @ [-1, 1]
    ) / (len(u) - 2 * b),
):  # fmt: skip
    refused(checks.trimmed_mean)(trimmed(rule))


@refused(checks.trimmed_mean, "changed_input")
def sorts_what_it_was_given(updates, *, n_trimmed):
    updates.sort(axis=0)
    return updates[n_trimmed : len(updates) - n_trimmed].mean(axis=0)


def first_number_for_a_shape():
    kept = {}
    return trimmed(lambda u, b: cut(u, kept.setdefault(u.shape[1], b) if b else 0))


refused(checks.trimmed_mean)(first_number_for_a_shape())


@right(checks.trimmed_mean)
def by_taking_turns(updates, *, n_trimmed):
    columns = []
    for values in updates.T.tolist():
        for _ in range(n_trimmed):
            values.remove(min(values))
            values.remove(max(values))
        columns.append(sum(values) / len(values))
    return columns


@right(checks.trimmed_mean)
def by_partition(updates, *, n_trimmed):
    n = len(updates)
    ends = sorted({n_trimmed, n - 1 - n_trimmed})
    return np.partition(updates, ends, axis=0)[n_trimmed : n - n_trimmed].mean(axis=0)


@right(checks.trimmed_mean)
def on_the_transpose(updates, *, n_trimmed):
    return np.sort(updates.T)[:, n_trimmed : len(updates) - n_trimmed].mean(axis=1)


@right(checks.trimmed_mean)
def with_nan_for_the_ends(updates, *, n_trimmed):
    rows = np.sort(updates, axis=0)
    rows[:n_trimmed] = rows[len(rows) - n_trimmed :] = np.nan
    return np.nanmean(rows, axis=0)


# Exercise 24.3


def scored(rule):
    return lambda updates, *, n_bad: rule(
        updates, n_bad, ((updates[:, None] - updates) ** 2).sum(2)
    )


def nearest(apart, m):
    return np.sort(apart, axis=1)[:, 1 : m + 1].sum(axis=1)


for rule in (
    lambda u, f, d: nearest(d, min(len(u) - f - 2, 10)),
    lambda u, f, d: nearest(d, len(u) - 6) if len(u) > 8 else nearest(d, len(u) - f - 2),
    lambda u, f, d: nearest(np.round(d, 2), len(u) - f - 2),
    lambda u, f, d: nearest(d, len(u) - max(f, 1) - 2),
    lambda u, f, d: nearest(np.sqrt(d), len(u) - f - 2) ** 2,
    lambda u, f, d: nearest(np.abs(u[:, None] - u).sum(2) ** 2, len(u) - f - 2),
    lambda u, f, d: nearest(d, len(u) - f - 2) / np.maximum(1, d.max()),
    lambda u, f, d: nearest(d[:, : len(u) - f], len(u) - f - 2),
    lambda u, f, d: np.sort(nearest(d, len(u) - f - 2)),
    lambda u, f, d: nearest(d, len(u) - f - 2).argsort().astype(float),
    lambda u, f, d: nearest(np.minimum(d, 50), len(u) - f - 2),
    lambda u, f, d: np.sort(d[:, 1:], axis=1)[:, : len(u) - f - 2].sum(axis=1),
    lambda u, f, d: np.array([np.unique(row)[1 : len(u) - f - 1].sum() for row in d]),
    lambda u, f, d: nearest(((u[:, None, :3] - u[:, :3]) ** 2).sum(2), len(u) - f - 2),
):
    refused(checks.krum_scores)(scored(rule))


@refused(checks.krum_scores, "wrong_shape")
def the_winner_only(updates, *, n_bad):
    apart = ((updates[:, None] - updates) ** 2).sum(axis=2)
    return updates[nearest(apart, len(updates) - n_bad - 2).argmin()]


@refused(checks.krum_scores)
def a_twin_left_out(updates, *, n_bad):
    scores = []
    for row in updates:
        apart = np.sort(((updates - row) ** 2).sum(axis=1))
        apart = apart[max(1, (apart == 0).sum() % 3) :]
        scores.append(apart[: len(updates) - n_bad - 2].sum())
    return np.array(scores)


@right(checks.krum_scores)
def with_two_loops(updates, *, n_bad):
    scores = []
    for k, mine in enumerate(updates):
        others = [np.dot(mine - one, mine - one) for i, one in enumerate(updates) if i != k]
        scores.append(sum(sorted(others)[: len(updates) - n_bad - 2]))
    return scores


@right(checks.krum_scores)
def with_the_gram_matrix(updates, *, n_bad):
    squares = (updates**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * updates @ updates.T
    np.fill_diagonal(apart, np.inf)
    m = len(updates) - n_bad - 2
    return np.partition(apart, m - 1, axis=1)[:, :m].sum(axis=1)


@right(checks.krum_scores)
def rows_left_out_one_by_one(updates, *, n_bad):
    def score(k):
        norms = np.linalg.norm(np.delete(updates, k, axis=0) - updates[k], axis=1)
        return np.sum(np.sort(norms)[: len(norms) - n_bad - 1] ** 2)

    return np.array([score(k) for k in range(len(updates))])


# Exercise 24.4


def stepped(step, start=lambda u: u.mean(axis=0), least=1e-9):
    def median(updates, *, n_steps):
        z = start(updates)
        for _ in range(n_steps):
            z = step(updates, z, np.maximum(np.linalg.norm(updates - z, axis=1), least))
        return z

    return median


def weiszfeld(u, z, d):
    return (u / d[:, None]).sum(axis=0) / (1 / d).sum()


for answer in (
    stepped(weiszfeld, least=1.0),
    stepped(lambda u, z, d: weiszfeld(u, z, np.minimum(d, 3.0))),
    stepped(lambda u, z, d: (np.exp(-d) @ u) / np.exp(-d).sum()),
    stepped(lambda u, z, d: np.median(u, axis=0)),
    stepped(lambda u, z, d: weiszfeld(u, z, np.sqrt(d))),
    stepped(lambda u, z, d: u[d.argmin()]),
    stepped(lambda u, z, d: u[d <= np.median(d)].mean(axis=0)),
    stepped(lambda u, z, d: np.round(weiszfeld(u, z, d), 2)),
    stepped(lambda u, z, d: weiszfeld(u[1:], z, d[1:]) if len(u) > 1 else z),
    stepped(lambda u, z, d: np.clip(weiszfeld(u, z, d), -1, 3)),
    stepped(lambda u, z, d: weiszfeld(u, z, d), start=lambda u: u[0] * np.nan),
    lambda updates, *, n_steps: stepped(weiszfeld)(updates, n_steps=3),
    lambda updates, *, n_steps: stepped(weiszfeld)(updates, n_steps=80),
    stepped(weiszfeld, least=1e-3),
    stepped(weiszfeld, least=1e-6),
    stepped(lambda u, z, d: z if d.min() <= 1e-9 else weiszfeld(u, z, d)),
    lambda updates, *, n_steps: np.sort(updates, axis=0)[len(updates) // 2],
):
    refused(checks.geometric_median)(answer)


@refused(checks.geometric_median, "changed_input")
def shifts_the_rows(updates, *, n_steps):
    updates -= updates.mean(axis=0)
    return stepped(weiszfeld)(updates, n_steps=n_steps)


@right(checks.geometric_median)
def from_the_coordinate_median(updates, *, n_steps):
    return stepped(weiszfeld, start=lambda u: np.median(u, axis=0))(updates, n_steps=n_steps)


@right(checks.geometric_median)
def softened_distances(updates, *, n_steps):
    z = updates.mean(axis=0)
    for _ in range(n_steps):
        weights = 1 / np.sqrt(((updates - z) ** 2).sum(axis=1) + 1e-16)
        z = z + weights @ (updates - z) / weights.sum()
    return z


@right(checks.geometric_median)
def with_average(updates, *, n_steps):
    z = list(updates.mean(axis=0))
    for _ in range(n_steps):
        distances = [
            max(sum((a - b) ** 2 for a, b in zip(u, z, strict=True)) ** 0.5, 1e-12) for u in updates
        ]
        z = list(np.average(updates, axis=0, weights=[1 / one for one in distances]))
    return z  # fmt: skip


@right(checks.geometric_median)
def twice_as_many_steps(updates, *, n_steps):
    return stepped(weiszfeld)(updates, n_steps=2 * n_steps)


# Questions

right_value(checks.rules_far_away, 3)
refused_value(checks.rules_far_away, "krum_counted", 4)
refused_value(checks.rules_far_away, "too_low", 0)
right_value(checks.worse_than_the_mean, np.int64(6))
refused_value(checks.worse_than_the_mean, "none", 0)
refused_value(checks.worse_than_the_mean, "small_differences", 4)
refused_value(checks.worse_than_the_mean, "too_high", 7)
right_value(checks.rules_left, 1)
refused_value(checks.rules_left, "clipping_counted", 2)
refused_value(checks.rules_left, "all", 7)
