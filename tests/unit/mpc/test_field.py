"""The field: division, polynomials and linear equations, against plain Python integers."""

from itertools import product

import numpy as np
import pytest

from lessons.mpc import field

PRIMES = (2, 3, 5, 11, 257, 2**31 - 1, 2**61 - 1, 2**64 - 59)


def test_primes_are_told_from_composites_as_trial_division_does():
    for number in range(2, 3000):
        prime = all(number % k for k in range(2, int(number**0.5) + 1))
        if prime:
            assert field.require_prime(number) == number
        else:
            with pytest.raises(ValueError, match=f"modulus must be prime, got modulus={number}"):
                field.require_prime(number)


@pytest.mark.parametrize(
    "composite",
    # Carmichael numbers, strong pseudoprimes to 2, 3, 5 and 7, a square of a prime, lesson 31's rings
    [561, 3215031751, 3825123056546413051, (2**31 - 1) ** 2, 100_000, 2**64],
)
def test_composites_that_fool_weaker_tests_are_refused(composite):
    with pytest.raises(ValueError, match="modulus must be prime"):
        field.require_prime(composite)


@pytest.mark.parametrize("modulus", PRIMES)
def test_inverses_multiply_to_one(modulus):
    rng = np.random.default_rng(0)
    values = rng.integers(1, modulus, size=(2, 10), dtype=np.uint64)
    values[:, 0] = 1, modulus - 1
    back = field.inverse(values, modulus=modulus)
    assert back.shape == values.shape and back.dtype == np.uint64
    assert all(int(a) * int(b) % modulus == 1 for a, b in zip(values.flat, back.flat, strict=True))
    assert field.inverse([], modulus=modulus).shape == (0,)
    with pytest.raises(ValueError, match="values must not hold 0"):
        field.inverse([1, 0], modulus=modulus)


@pytest.mark.parametrize("modulus", PRIMES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 2)])
def test_polynomials_are_evaluated_as_plain_integers_say(modulus, shape):
    rng = np.random.default_rng(1)
    a = rng.integers(0, modulus, size=(4, *shape), dtype=np.uint64)
    a[..., :1] = modulus - 1  # the largest
    points = [0, 1, modulus - 1, modulus // 2]
    values = field.evaluate(a, points, modulus=modulus)
    assert values.shape == (4, *shape) and values.dtype == np.uint64
    plain = [sum(a[k].astype(object) * x**k for k in range(4)) % modulus for x in points]
    assert np.array_equal(values.astype(object), np.array(plain, dtype=object))


@pytest.mark.parametrize("modulus", [5, 11, 2**31 - 1, 2**61 - 1, 2**64 - 59])
def test_weights_give_the_value_of_every_polynomial_anywhere(modulus):
    rng = np.random.default_rng(2)
    for n_points in range(1, 5):
        points = [int(one) for one in 1 + rng.permutation(4)[:n_points]]
        points[0] = modulus - 1 if modulus - 1 not in points else points[0]
        a = rng.integers(0, modulus, size=n_points, dtype=np.uint64)
        for at in (0, 1, 3, modulus - 1, modulus // 2):
            weights = field.lagrange_weights(points, at=at, modulus=modulus)
            f = [sum(int(c) * x**k for k, c in enumerate(a)) for x in (*points, at)]
            assert sum(w * y for w, y in zip(weights, f, strict=False)) % modulus == f[-1] % modulus
            assert sum(weights) % modulus == 1  # the constant polynomial 1


def test_weights_at_a_point_of_ones_own_are_one_and_zero():
    assert field.lagrange_weights([2, 5, 7], at=5, modulus=11) == [0, 1, 0]
    assert field.lagrange_weights([1, 3], modulus=11) == [7, 5]  # 3/2 and −1/2, by hand


def test_linear_systems_are_solved_or_refused_as_brute_force_says():
    rng, modulus = np.random.default_rng(3), 3
    seen = set()
    for _ in range(300):
        n_rows, n_unknowns = rng.integers(1, 4, size=2)
        rows = rng.integers(0, modulus, size=(n_rows, n_unknowns + 1)).tolist()
        every = [
            list(u)
            for u in product(range(modulus), repeat=int(n_unknowns))
            if all(
                (sum(a * b for a, b in zip(row, u, strict=False)) - row[-1]) % modulus == 0
                for row in rows
            )
        ]
        found = field.solve(rows, modulus=modulus)
        assert (found in every) if every else found is None
        seen.add(min(len(every), 2))
    assert seen == {0, 1, 2}  # none, one and several solutions all came up


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([1, 0], "points must lie from 1 to modulus - 1 = 10, got point 0 for the party in row 1"),
        ([11], "got point 11 for the party in row 0"),  # 11 is 0 on this clock
        ([-1], "got point -1 for the party in row 0"),
        ([4, 2, 4], "points must be distinct, got point 4 for the parties in rows 0 and 2"),
        ([], "points must name at least one party"),
        ([1.0], "points must be an integer"),
        ([True], "points must be an integer"),
    ],
)
def test_points_that_give_the_secret_away_or_repeat_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        field.lagrange_weights(points, modulus=11)


def test_an_empty_polynomial_is_refused():
    for empty in ([], 3):
        with pytest.raises(ValueError, match="coefficients must have a first axis"):
            field.evaluate(empty, [1], modulus=11)
