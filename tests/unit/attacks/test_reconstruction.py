"""Reconstruction by least squares: other solvers, the theory, and the theorem by exhaustion."""

from itertools import product
from math import erf, sqrt

import numpy as np
import pytest
from scipy.optimize import linprog

from lessons.attacks.reconstruction import (
    all_subsets,
    consistent_tables,
    estimate_errors,
    expected_fraction,
    least_squares,
    random_subsets,
    reconstruct,
    round_to,
)


def world(seed, *, n=100, m=400, noise=0.0):
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, size=n)
    queries = random_subsets(n_people=n, n_queries=m, rng=rng)
    return bits, queries, queries @ bits + rng.uniform(-noise, noise, size=m)


def fractions(noise, *, seeds, n=100, m=400):
    got, expected = [], []
    for seed in seeds:
        bits, queries, answers = world(seed, n=n, m=m, noise=noise)
        got.append(np.mean(reconstruct(queries, answers) == bits))
        expected.append(expected_fraction(queries, sigma=noise / sqrt(3)))
    return np.array(got), np.array(expected)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (7, 30), (30, 45), (100, 400)])
def test_exact_answers_give_every_bit(n, m):
    for seed in range(5):
        bits, queries, answers = world(seed, n=n, m=m)
        if np.linalg.matrix_rank(queries) == n:
            assert (reconstruct(queries, answers) == bits).all()


def test_guess_is_the_nearer_bit_however_far_out_the_estimate_and_one_half_is_no():
    estimates = [-1.4, 0.0, 0.45, 0.5, 0.55, 1.0, 2.3]
    guesses = reconstruct(np.eye(7), estimates)
    assert guesses.tolist() == [0, 0, 0, 0, 1, 1, 1] and guesses.dtype == np.int64


def test_least_squares_agrees_with_descent_and_with_the_normal_equations():
    _, queries, answers = world(1, n=20, m=90, noise=5)
    estimate = least_squares(queries, answers)
    x = np.zeros(20)
    step = 1 / np.linalg.eigvalsh(queries.T @ queries).max()
    for _ in range(6000):
        x -= step * queries.T @ (queries @ x - answers)
    assert np.abs(x - estimate).max() < 1e-8
    solved = np.linalg.solve(queries.T @ queries, queries.T @ answers)
    assert np.abs(solved - estimate).max() < 1e-9


def test_linear_program_of_the_paper_finds_the_same_bits():
    """Some x with |Qx - a| <= E and 0 <= x <= 1, rounded (Dinur and Nissim 2003, section 2.2)."""
    for seed in range(5):
        bits, queries, answers = world(seed, n=40, m=240, noise=1.0)
        solution = linprog(
            np.zeros(40),
            A_ub=np.concatenate([queries, -queries]),
            b_ub=np.concatenate([answers, -answers]) + 1.0,
            bounds=(0, 1),
        )
        assert (np.round(solution.x) == bits).all()
        assert (reconstruct(queries, answers) == bits).all()


def test_headline_fractions_agree_with_the_theory_over_many_seeds():
    # the fraction of one run has a standard deviation of about 0.05 (measured below), so the mean of
    # 60 runs one of 0.0065; 6 of those
    for noise, about in ((2, 1.00), (10, 0.775), (20, 0.647)):
        got, expected = fractions(noise, seeds=range(60))
        assert got.std() < 0.07
        assert abs(got.mean() - expected.mean()) < 6 * max(got.std(), 0.005) / sqrt(60)
        assert abs(expected.mean() - about) < 0.002


def test_root_n_noise_gives_the_same_fraction_at_every_size():
    # E = sqrt(n), m = 4n: 1/(2 sd) = sqrt(3n)/(4 sqrt(n)/sqrt(3)) = 3/4, and Phi(0.75) = 0.7734
    phi = (1 + erf(0.75 / sqrt(2))) / 2
    for n in (25, 100, 225):
        got, _ = fractions(sqrt(n), seeds=range(40), n=n, m=4 * n)
        assert abs(got.mean() - phi) < 6 * got.std() / sqrt(40) + 0.01


def test_predicted_errors_are_those_of_many_runs():
    rng = np.random.default_rng(3)
    queries = random_subsets(n_people=15, n_queries=60, rng=rng)
    bits = rng.integers(0, 2, size=15)
    noise = rng.normal(scale=2.0, size=(4000, 60))
    estimates = np.array([least_squares(queries, queries @ bits + one) for one in noise])
    predicted = estimate_errors(queries, sigma=2.0)
    # the standard error of a standard deviation is sd / sqrt(2 * 4000) = 1.1 %
    assert np.abs(estimates.std(axis=0) / predicted - 1).max() < 6 * 0.0112
    assert np.abs(estimates.mean(axis=0) - bits).max() < 6 * predicted.max() / sqrt(4000)


def test_short_form_of_the_error_holds_for_fair_coins():
    _, queries, _ = world(0)
    assert abs(estimate_errors(queries, sigma=1.0).mean() / (2 / sqrt(300)) - 1) < 0.03


def test_expected_fraction_by_hand_for_one_person_asked_many_times():
    queries = np.ones((16, 1))  # sd = sigma / 4
    half = expected_fraction(queries, sigma=2.0)  # Phi(0.5 / 0.5)
    assert half == pytest.approx((1 + erf(1 / sqrt(2))) / 2)


@pytest.mark.parametrize("bound", [1, 2])
def test_two_tables_within_the_same_bound_differ_in_at_most_four_times_the_bound(bound):
    """Theorem 8.1 without its proof: every pair of tables of 8 bits, every possible query."""
    every = all_subsets(n_people=8)
    counts = every @ every.T  # (tables, queries)
    worst = []
    for table, own in zip(every, counts, strict=True):
        apart = np.abs(counts - own).max(axis=1)  # answers exist that suit both iff <= 2 * bound
        worst.append((every != table).sum(axis=1)[apart <= 2 * bound].max())
    assert max(worst) == 4 * bound, "and some pair differs in so many"


def test_brute_force_returns_the_consistent_tables_and_no_others():
    queries = all_subsets(n_people=5)
    truth = np.array([1, 0, 1, 1, 0])
    answers = queries @ truth + np.random.default_rng(0).integers(-1, 2, size=32)
    found = {tuple(row) for row in consistent_tables(queries, answers, bound=1).tolist()}
    wanted = {
        bits
        for bits in product((0, 1), repeat=5)
        if all(abs(sum(b for b, q in zip(bits, query, strict=True) if q) - a) <= 1
               for query, a in zip(queries, answers, strict=True))
    }  # fmt: skip
    assert found == wanted and tuple(truth) in found
    assert len(consistent_tables(queries, queries @ truth, bound=0)) == 1


def test_all_subsets_are_all_and_each_once():
    rows = all_subsets(n_people=6)
    assert rows.shape == (64, 6) and {tuple(row) for row in rows} == set(product((0, 1), repeat=6))


def test_random_subsets_are_fair_coins_from_the_generator():
    one = random_subsets(n_people=50, n_queries=400, rng=np.random.default_rng(1))
    other = random_subsets(n_people=50, n_queries=400, rng=np.random.default_rng(1))
    assert one.shape == (400, 50) and set(np.unique(one)) == {0, 1} and (one == other).all()
    assert abs(one.mean() - 0.5) < 6 * 0.5 / sqrt(20_000)
    assert np.abs(np.corrcoef(one.T) - np.eye(50)).max() < 6 / sqrt(400)


def test_rounding_moves_an_answer_by_half_a_step_at_most():
    answers = np.arange(-20, 40)
    for multiple in (1, 5, 10):
        published = round_to(answers, multiple=multiple)
        assert np.abs(published - answers).max() <= multiple / 2
        assert np.allclose(published / multiple, np.round(published / multiple))
    assert round_to([22, 23], multiple=5).tolist() == [20, 25]


def test_noise_that_grows_with_the_number_of_questions_leaves_a_coin():
    rng = np.random.default_rng(5)
    got = []
    for _ in range(60):
        bits, queries, answers = world(int(rng.integers(1 << 30)))
        got.append(
            np.mean(reconstruct(queries, answers + rng.laplace(scale=400, size=400)) == bits)
        )
    assert abs(np.mean(got) - 0.5) < 6 * 0.06 / sqrt(60)


@pytest.mark.parametrize("queries", [[1, 0], [], [[]], [[float("nan")]], "ab"])
def test_queries_must_be_a_table_of_numbers(queries):
    with pytest.raises(ValueError, match="queries must"):
        least_squares(queries, [1.0])


def test_one_answer_belongs_to_each_query():
    with pytest.raises(ValueError, match="answers must have one entry for each query, got 1 for 2"):
        reconstruct([[1, 0], [0, 1]], [1.0])
    with pytest.raises(ValueError, match="answers must"):
        reconstruct([[1, 0]], [[1.0]])


def test_what_does_not_determine_the_estimates_has_no_errors():
    with pytest.raises(ValueError, match=r"queries must hold as many independent rows .* rank 1"):
        estimate_errors([[1, 1], [2, 2]], sigma=1)
    for sigma in (-1, float("nan")):
        with pytest.raises(ValueError, match="sigma must be"):
            estimate_errors(np.eye(2), sigma=sigma)
    with pytest.raises(ValueError, match="sigma must be positive"):
        expected_fraction(np.eye(2), sigma=0)


def test_brute_force_knows_its_limit():
    assert all_subsets(n_people=16).shape == (65536, 16)
    assert consistent_tables(np.eye(16), np.ones(16), bound=0).tolist() == [[1] * 16]
    with pytest.raises(ValueError, match="at most 16 people, got 17"):
        consistent_tables(np.eye(17), np.ones(17), bound=1)
    with pytest.raises(ValueError, match="n_people must be at most 16"):
        all_subsets(n_people=17)
    with pytest.raises(ValueError, match="bound must be"):
        consistent_tables(np.eye(2), [1, 1], bound=-1)


@pytest.mark.parametrize("multiple", [0, -5, float("inf")])
def test_multiple_must_be_positive(multiple):
    with pytest.raises(ValueError, match="multiple must be"):
        round_to([1.0], multiple=multiple)
