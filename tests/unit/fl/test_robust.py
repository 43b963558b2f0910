"""Lesson 24's rules: by definition, by another route, up to their breakdown point and beyond it."""

from functools import partial
from itertools import combinations

import numpy as np
import pytest
from scipy import optimize, stats

from lessons.fl import robust

RULES = {
    "mean": robust.plain_mean,
    "median": robust.coordinate_median,
    "trimmed": partial(robust.trimmed_mean, n_trimmed=2),
    "geometric": robust.geometric_median,
    "krum": partial(robust.krum, n_bad=2),
    "multi_krum": partial(robust.multi_krum, n_bad=2),
    "clipped": partial(robust.clipped_mean, clip_norm=3.0),
}


def crowd(n, width, *, seed=0):
    return np.random.default_rng(seed).normal(size=(n, width)) + 0.7


@pytest.mark.parametrize(("n", "width"), [(1, 1), (2, 3), (7, 4), (8, 8), (20, 3)])
def test_median_and_trimmed_mean_are_those_of_scipy_in_every_column(n, width):
    rows = crowd(n, width)
    by_hand = [sorted(column)[(n - 1) // 2] + sorted(column)[n // 2] for column in rows.T]
    assert np.allclose(robust.coordinate_median(rows), np.array(by_hand) / 2, atol=1e-12)
    for b in range((n + 1) // 2):
        expected = [stats.trim_mean(column, (b + 1e-9) / n) for column in rows.T]
        assert np.allclose(robust.trimmed_mean(rows, n_trimmed=b), expected, atol=1e-12), b


@pytest.mark.parametrize(("n", "width"), [(3, 2), (9, 3), (20, 5)])
def test_geometric_median_has_the_smallest_sum_of_distances(n, width):
    rows = crowd(n, width)
    rows[0] *= 40

    def total(z):
        return np.linalg.norm(rows - z, axis=1).sum()

    found = robust.geometric_median(rows, n_steps=3000)
    best = min(optimize.minimize(total, start, tol=1e-12).fun for start in (rows[1], rows[2]))
    assert total(found) <= best * (1 + 1e-6)


def test_geometric_median_starts_at_the_mean_and_makes_the_steps_it_is_told():
    rows = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 9.0]])
    mean = rows.mean(axis=0)
    weights = 1 / np.linalg.norm(rows - mean, axis=1)
    once = (weights[:, None] * rows).sum(axis=0) / weights.sum()
    assert np.allclose(robust.geometric_median(rows, n_steps=1), once, atol=1e-12)
    assert not np.allclose(robust.geometric_median(rows, n_steps=2), once, atol=1e-3)


def test_geometric_median_on_an_update_stays_there():
    rows = np.array([[5.0, 1], [8, 1], [2, 1], [5, 7], [5, -5]])
    assert np.allclose(robust.geometric_median(rows), [5, 1], atol=1e-6)


def test_krum_scores_add_the_squares_to_the_nearest_others():
    rows = crowd(9, 3)
    rows[4] = rows[2]  # twins: a distance of 0 to another client counts
    for f in range(4):
        for k, score in enumerate(robust.krum_scores(rows, n_bad=f)):
            others = [((rows[k] - rows[j]) ** 2).sum() for j in range(9) if j != k]
            sums = [sum(chosen) for chosen in combinations(others, 9 - f - 2)]
            assert score == pytest.approx(min(sums), abs=1e-12)


def test_krum_gives_one_update_and_multi_krum_the_mean_of_the_best():
    rows = np.array([[1.0], [2], [3], [4], [20]])
    assert robust.krum_scores(rows, n_bad=1).tolist() == [5, 2, 2, 5, 545]
    assert robust.krum(rows, n_bad=1).tolist() == [2]  # of equals the first
    assert robust.krum_chosen(rows, n_bad=1, n_kept=4).tolist() == [1, 2, 0, 3]
    assert robust.multi_krum(rows, n_bad=1).tolist() == [2.5]
    assert robust.multi_krum(rows, n_bad=1, n_kept=2).tolist() == [2.5]
    assert robust.multi_krum(rows, n_bad=1, n_kept=3).tolist() == [2]
    assert robust.multi_krum(rows, n_bad=0, n_kept=5).tolist() == [6]


def test_clipping_shortens_long_rows_only_and_keeps_their_direction():
    rows = np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [-30.0, 40.0]])
    clipped = np.array([[1.2, 1.6], [0.3, 0.4], [0, 0], [-1.2, 1.6]])
    assert np.allclose(robust.clipped_mean(rows, clip_norm=2.0), clipped.mean(axis=0), atol=1e-12)
    assert np.allclose(robust.clipped_mean(rows, clip_norm=50.0), rows.mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_a_lie_whose_square_overflows_is_a_number_like_any_other(name):
    rows = crowd(9, 3)
    rows[4] = [1e200, -1e200, 3e199]
    found = RULES[name](rows)
    assert np.isfinite(found).all()
    if name not in ("mean", "geometric"):  # whose steps start at the mean
        assert np.abs(found - np.delete(rows, 4, axis=0).mean(axis=0)).max() < 3


@pytest.mark.parametrize("n", [7, 8, 15, 19])
def test_each_rule_withstands_as_many_liars_as_promised_and_not_one_more(n):
    half, f = (n - 1) // 2, (n - 3) // 2
    promised = {
        robust.plain_mean: 0,
        robust.coordinate_median: half,
        partial(robust.trimmed_mean, n_trimmed=1): 1,
        partial(robust.trimmed_mean, n_trimmed=half): half,
        partial(robust.geometric_median, n_steps=500): half,
        partial(robust.multi_krum, n_bad=f): f,
        partial(robust.krum, n_bad=f): f + 1,  # far lies; the theorem promises more, up to f
    }
    for rule, most in promised.items():
        for liars in (most, most + 1):
            rows = crowd(n, 4, seed=n)
            rows[:liars] = 1e4
            assert (np.abs(rule(rows)).max() > 100) == (liars > most), (rule, liars)


def test_clipping_moves_by_no_more_than_two_lengths_over_n_for_each_liar():
    rows = crowd(10, 4)
    before = robust.clipped_mean(rows, clip_norm=1.5)
    for liars in range(1, 10):
        lied = rows.copy()
        lied[:liars] = -1e9 * rows[:liars]
        moved = np.linalg.norm(robust.clipped_mean(lied, clip_norm=1.5) - before)
        assert 0 < moved <= 2 * 1.5 * liars / 10 + 1e-12


@pytest.mark.parametrize("name", RULES)
def test_rules_ignore_claims_leave_updates_alone_and_do_not_care_who_sent_what(name):
    rule, rows = RULES[name], crowd(9, 5)
    before, order = rows.copy(), np.random.default_rng(1).permutation(9)
    result = rule(rows, n_examples=np.array([10**9] + [1] * 8))
    assert (rows == before).all() and result.shape == (5,)
    assert not np.may_share_memory(result, rows)
    assert np.allclose(result, rule(rows), atol=1e-12)
    assert np.allclose(result, rule(rows[order]), atol=1e-9)
    assert np.allclose(rule(np.tile(rows[0], (9, 1))), RULES[name](np.tile(rows[0], (9, 1))))
    if name != "clipped":
        assert np.allclose(rule(np.tile(rows[0], (9, 1))), rows[0], atol=1e-9)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    "updates", [np.zeros(4), np.zeros((0, 3)), np.full((9, 2), np.nan), [["a"]], np.zeros((9, 0))]
)
def test_rules_refuse_what_is_no_table_of_updates(name, updates):
    with pytest.raises(ValueError, match="updates must"):
        RULES[name](updates)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda u: robust.krum(u, n_bad=4), r"n_bad must satisfy .*>= 2 · n_bad \+ 3, got n_bad=4 of 10"),
        (lambda u: robust.multi_krum(u, n_bad=5), "n_bad must satisfy"),
        (lambda u: robust.krum_scores(u, n_bad=-1), "n_bad must be an integer of at least 0"),
        (lambda u: robust.multi_krum(u, n_bad=-1), "n_bad must be an integer"),
        (lambda u: robust.krum(u, n_bad=1.0), "n_bad must be an integer"),
        (lambda u: robust.multi_krum(u, n_bad=2, n_kept=11), "n_kept must be at most 10"),
        (lambda u: robust.multi_krum(u, n_bad=2, n_kept=0), "n_kept must be an integer of at least 1"),
        (lambda u: robust.trimmed_mean(u, n_trimmed=5), "n_trimmed must leave somebody.*n_trimmed=5 of 10"),
        (lambda u: robust.trimmed_mean(u, n_trimmed=-1), "n_trimmed must be an integer"),
        (lambda u: robust.clipped_mean(u, clip_norm=0), "clip_norm must be positive.*clip_norm=0"),
        (lambda u: robust.clipped_mean(u, clip_norm=np.nan), "clip_norm must be positive"),
        (lambda u: robust.geometric_median(u, n_steps=0), "n_steps must be an integer of at least 1"),
        (lambda u: robust.geometric_median(u, closest=0.0), "closest must be positive"),
    ],
)  # fmt: skip
def test_settings_without_a_promise_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.zeros((10, 2)))


def test_the_largest_setting_that_keeps_the_promise_is_accepted():
    rows = crowd(11, 2)
    assert robust.krum(rows, n_bad=4).shape == (2,)
    assert np.allclose(robust.trimmed_mean(rows, n_trimmed=5), np.median(rows, axis=0))
