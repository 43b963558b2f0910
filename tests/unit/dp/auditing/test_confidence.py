"""Clopper and Pearson's bounds: the binomial tails that define them, and their coverage, added up."""

from math import comb

import numpy as np
import pytest
from scipy.special import betaincinv

from lessons.dp.auditing.confidence import clopper_pearson


def tail(n, p, *, at_least):
    """Pr[Bin(n, p) >= at_least], term by term."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(at_least, n + 1))


@pytest.mark.parametrize(("k", "n"), [(1, 1), (1, 7), (3, 10), (10, 10), (40, 60), (59, 60)])
@pytest.mark.parametrize("failure", [0.001, 0.025, 0.3])
def test_lower_bound_makes_the_count_just_as_rare_as_failure(k, n, failure):
    lower, _ = clopper_pearson(k, trials=n, failure=failure)
    assert tail(n, lower, at_least=k) == pytest.approx(failure, rel=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (0, 7), (3, 10), (9, 10), (40, 60)])
@pytest.mark.parametrize("failure", [0.001, 0.025, 0.3])
def test_upper_bound_makes_the_count_just_as_rare_as_failure(k, n, failure):
    _, upper = clopper_pearson(k, trials=n, failure=failure)
    assert 1 - tail(n, upper, at_least=k + 1) == pytest.approx(failure, rel=1e-9)


def test_bounds_are_the_quantiles_of_scipys_beta_distribution():
    lower, upper = clopper_pearson(17, trials=40, failure=0.025)
    assert lower == pytest.approx(betaincinv(17, 24, 0.025), rel=1e-12)
    assert upper == pytest.approx(betaincinv(18, 23, 0.975), rel=1e-12)


def test_nothing_and_everything():
    lower, upper = clopper_pearson(0, trials=300, failure=0.05)
    assert lower == 0 and upper == pytest.approx(1 - 0.05 ** (1 / 300))  # the "rule of three": 3/n
    lower, upper = clopper_pearson(300, trials=300, failure=0.05)
    assert upper == 1 and lower == pytest.approx(0.05 ** (1 / 300))


def test_sides_are_mirror_images():
    low, high = clopper_pearson(11, trials=50, failure=0.02)
    assert clopper_pearson(39, trials=50, failure=0.02) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("n", [1, 5, 30])
@pytest.mark.parametrize("failure", [0.025, 0.1])
def test_each_bound_is_wrong_with_chance_at_most_failure_for_every_probability(n, failure):
    """Coverage without sampling: add up the probabilities of the counts whose bound is wrong."""
    bounds = [clopper_pearson(k, trials=n, failure=failure) for k in range(n + 1)]
    for p in np.linspace(0.001, 0.999, 333):
        chance = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
        above = sum(c for c, (lower, _) in zip(chance, bounds, strict=True) if lower > p)
        below = sum(c for c, (_, upper) in zip(chance, bounds, strict=True) if upper < p)
        assert above <= failure + 1e-12 and below <= failure + 1e-12


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"successes": 5, "trials": 4, "failure": 0.1}, "successes"),
        ({"successes": -1, "trials": 4, "failure": 0.1}, "successes"),
        ({"successes": 1.0, "trials": 4, "failure": 0.1}, "successes"),
        ({"successes": 0, "trials": 0, "failure": 0.1}, "trials"),
        ({"successes": 1, "trials": 4, "failure": 0.0}, "failure"),
        ({"successes": 1, "trials": 4, "failure": float("nan")}, "failure"),
    ],
)
def test_bad_input_is_named(arguments, word):
    with pytest.raises(ValueError, match=word):
        clopper_pearson(arguments.pop("successes"), **arguments)
