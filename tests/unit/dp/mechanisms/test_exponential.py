"""Private choice: exact laws, the promise over all moves of the scores, and two identities."""

from itertools import product

import numpy as np
import pytest

from lessons.checks.engine.chance import frequency_bound
from lessons.dp.mechanisms.exponential import (
    exponential_mechanism,
    exponential_probabilities,
    noisy_max_probabilities,
    report_noisy_max,
)

SCORES = np.array([3.0, 0.0, 5.0, 1.0, 5.0])
KNOWN = {"sensitivity": 2.0, "epsilon": 1.5}
FUNCTIONS = (
    exponential_probabilities,
    noisy_max_probabilities,
    exponential_mechanism,
    report_noisy_max,
)


def call(function, scores, **settings):
    if function in (exponential_mechanism, report_noisy_max):
        settings["rng"] = np.random.default_rng(0)
    return function(scores, **settings)


def race(scores, density, cumulative, *, low, high, points=400_001):
    """Pr[candidate r has the largest score + noise]: the integral of density times others' cdf."""
    z = np.linspace(low, high, points)
    laws = []
    for r, score in enumerate(scores):
        others = np.prod([cumulative(z - u) for s, u in enumerate(scores) if s != r], axis=0)
        laws.append((density(z - score) * others).sum() * (z[1] - z[0]))
    return np.array(laws)


def test_probabilities_are_those_of_the_definition():
    weights = [np.exp(1.5 * u / (2 * 2.0)) for u in SCORES]
    p = exponential_probabilities(SCORES, **KNOWN)
    assert np.allclose(p, np.array(weights) / sum(weights), atol=1e-15)
    assert abs(p.sum() - 1) < 1e-12


@pytest.mark.parametrize("law", [exponential_probabilities, noisy_max_probabilities])
def test_promise_holds_for_every_way_in_which_scores_can_move(law):
    epsilon, worst = 0.8, 0.0
    for start in ([0.0, 0.0, 0.0], [2.0, 1.0, 0.0], [5.0, 4.5, -3.0]):
        base = law(start, sensitivity=1.0, epsilon=epsilon)
        for move in product((-1.0, -0.5, 0.0, 1.0), repeat=3):
            moved = law(np.add(start, move), sensitivity=1.0, epsilon=epsilon)
            worst = max(worst, float(np.abs(np.log(moved / base)).max()))
    assert epsilon / 2 < worst <= epsilon + 1e-12


def test_gumbel_noise_gives_the_exponential_mechanism():
    u = KNOWN["epsilon"] * SCORES / (2 * KNOWN["sensitivity"])
    law = race(
        u,
        lambda z: np.exp(-z - np.exp(-z)),
        lambda z: np.exp(-np.exp(-z)),
        low=-6,
        high=60,
    )
    assert np.abs(law - exponential_probabilities(SCORES, **KNOWN)).max() < 1e-9


def test_exponential_noise_is_permute_and_flip():
    u = KNOWN["epsilon"] * SCORES / (2 * KNOWN["sensitivity"])
    law = race(
        u,
        lambda z: np.where(z >= 0, np.exp(-np.maximum(z, 0)), 0),
        lambda z: np.where(z >= 0, -np.expm1(-np.maximum(z, 0)), 0),
        low=-1,
        high=60,
        points=2_000_001,
    )
    # the density jumps: the error of the sum is about one step of the grid
    assert np.abs(law - noisy_max_probabilities(SCORES, **KNOWN)).max() < 1e-4


def test_permute_and_flip_never_has_the_larger_expected_shortfall():
    rng = np.random.default_rng(0)  # McKenna and Sheldon 2020, theorem 3
    for _ in range(30):
        scores = rng.normal(scale=3, size=5)
        short = scores.max() - scores
        settings = {"sensitivity": 1.0, "epsilon": float(rng.uniform(0.1, 3))}
        flip = noisy_max_probabilities(scores, **settings) @ short
        assert flip <= exponential_probabilities(scores, **settings) @ short + 1e-12


@pytest.mark.parametrize(
    ("draw", "law"),
    [
        (exponential_mechanism, exponential_probabilities),
        (report_noisy_max, noisy_max_probabilities),
    ],
)
def test_draws_follow_the_law(draw, law):
    rng, n = np.random.default_rng(7), 6000
    scores = np.array([0.0, 8 / 3])  # one apart in units of 2Δ/ε: the two laws differ by 0.085
    drawn = [draw(scores, **KNOWN, rng=rng) for _ in range(n)]
    assert all(type(one) is int for one in drawn)
    share = np.bincount(drawn, minlength=len(scores)) / n
    # Hoeffding at 1e-6: 0.035
    assert np.abs(share - law(scores, **KNOWN)).max() < frequency_bound(n)


@pytest.mark.parametrize("law", [exponential_probabilities, noisy_max_probabilities])
def test_constant_added_to_all_scores_changes_nothing_even_when_large(law):
    assert np.allclose(law(SCORES + 1e6, **KNOWN), law(SCORES, **KNOWN), atol=1e-9)
    assert np.isfinite(law(SCORES * 1e5, **KNOWN)).all()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_bad_input_is_named(function):
    for bad in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="epsilon must be"):
            call(function, SCORES, sensitivity=1.0, epsilon=bad)
        with pytest.raises(ValueError, match="sensitivity must be"):
            call(function, SCORES, sensitivity=bad, epsilon=1.0)
    for scores in ([], [[1.0]], [float("nan")], "abc"):
        with pytest.raises(ValueError, match="scores must"):
            call(function, scores, sensitivity=1.0, epsilon=1.0)


def test_one_candidate_is_certain():
    assert exponential_probabilities([3.0], sensitivity=1, epsilon=1).tolist() == [1.0]
    assert noisy_max_probabilities([3.0], sensitivity=1, epsilon=1).tolist() == [1.0]
