"""Which floats naive Laplace noise can reach: NumPy's formula, two routes, no false accusation."""

import numpy as np
import pytest

from lessons.checks.mathematics_meets_machine.could_come_from import MISTAKES
from lessons.dp.exact import floating_point as fp

SETTINGS = [(0.0, 1.0), (1.0, 0.3), (7.0, 2.0), (250.0, 10.0), (-3.0, 0.5)]


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0, 7.7])
def test_formula_gives_numpys_noise_bit_for_bit(scale):
    noise = np.random.default_rng(5).laplace(scale=scale, size=2000)
    uniforms = np.random.default_rng(5).random(2000)
    assert [fp.numpy_laplace(u, scale=scale) for u in uniforms.tolist()] == noise.tolist()


@pytest.mark.parametrize(("count", "scale"), SETTINGS)
def test_two_routes_agree_and_the_true_count_is_always_possible(count, scale):
    rng = np.random.default_rng(6)
    for source in (count, count + 1):
        for release in (source + rng.laplace(scale=scale, size=150)).tolist():
            one = fp.could_come_from(release, count=count, scale=scale)
            assert one == fp.could_come_from_by_bisection(release, count=count, scale=scale)
            assert one or source != count


def test_nearest_step_alone_misses_up_to_about_a_quarter_of_the_releases():
    """What the check of Exercise 18.1 says of a function that tries no neighbours."""
    nearest = MISTAKES["no_neighbours"].made_by[0]
    for count, scale, least, most in ((0.0, 2.0, 0.19, 0.26), (4.0, 2.0, 0.06, 0.15)):
        draws = (count + np.random.default_rng(13).laplace(scale=scale, size=2000)).tolist()
        missed = np.mean([not nearest(y, count=count, scale=scale) for y in draws])
        assert least < missed < most  # 0.23 and 0.10; standard error 0.01


def test_on_a_grid_of_eleven_steps_everything_can_be_written_down(monkeypatch):
    """With u = k/16 there are 15 noises: the answer is a membership in a list."""
    monkeypatch.setattr(fp, "STEPS", 16)
    for count in (0.0, 1.0):
        outputs = {count + fp.numpy_laplace(k / 16, scale=1.5) for k in range(1, 16)}
        for release in sorted(outputs | {1 - one for one in outputs} | {0.3, -0.5}):
            for route in (fp.could_come_from, fp.could_come_from_by_bisection):
                assert route(release, count=count, scale=1.5) == (release in outputs)


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.0, 2.0])
def test_for_the_counts_zero_and_one_four_outputs_of_five_name_the_table(epsilon):
    found = fp.named_fraction(
        count=0, scale=1 / epsilon, n_releases=1000, rng=np.random.default_rng(7)
    )
    assert 0.78 < found < 0.87  # standard error 0.009


@pytest.mark.parametrize(("count", "scale"), [(0, 1.0), (3, 0.2), (-1, 4.0)])
def test_fraction_counts_half_of_its_releases_from_each_table(count, scale):
    rng, n = np.random.default_rng(11), 300
    one, other = (each + rng.laplace(scale=scale, size=n) for each in (count, count + 1))
    route = fp.could_come_from_by_bisection
    named = sum(not route(y, count=count + 1, scale=scale) for y in one.tolist())
    named += sum(not route(y, count=count, scale=scale) for y in other.tolist())
    rng = np.random.default_rng(11)
    found = fp.named_fraction(count=count, scale=scale, n_releases=n, rng=rng)
    assert found == named / (2 * n)


def test_for_large_counts_hardly_any_output_does_unless_epsilon_is_large():
    rng = np.random.default_rng(8)
    assert fp.named_fraction(count=1000, scale=1.0, n_releases=1000, rng=rng) < 0.01
    assert fp.named_fraction(count=1000, scale=0.1, n_releases=500, rng=rng) > 0.5


@pytest.mark.parametrize("decimals", [16, 15, 13, 3])
def test_rounded_outputs_of_the_true_count_are_possible_and_fewer_name_the_table(decimals):
    rng, named = np.random.default_rng(9), 0
    for count in (0, 1):
        for release in (count + rng.laplace(scale=1.0, size=60)).tolist():
            y = round(release, decimals)
            possible = [
                fp.could_round_to(y, count=one, scale=1.0, decimals=decimals) for one in (0, 1)
            ]
            assert possible[count]
            named += sum(possible) == 1
    assert {16: 70, 15: 10, 13: 0, 3: 0}[decimals] <= named
    assert named <= {16: 110, 15: 45, 13: 4, 3: 0}[decimals]


def test_rounding_on_a_grid_of_fifteen_noises(monkeypatch):
    monkeypatch.setattr(fp, "STEPS", 16)
    outputs = {round(1 + fp.numpy_laplace(k / 16, scale=1.5), 1) for k in range(1, 16)}
    for tenth in range(-60, 60):
        found = fp.could_round_to(tenth / 10, count=1, scale=1.5, decimals=1)
        assert found == (tenth / 10 in outputs)


def test_possible_counts_lists_those_that_remain():
    release = 1 + fp.numpy_laplace(0.3125, scale=2.0)
    assert 1 in fp.possible_counts(release, counts=(0, 1, 2), scale=2.0)
    assert fp.possible_counts(1e6, counts=(0, 1), scale=1.0) == ()


def test_gap_between_neighbouring_noises_is_that_of_equation_18_2():
    for z in (0.3, 1.0, 4.0, 12.0):
        k = round(np.exp(-z / 2.0) / 2 * fp.STEPS)
        gap = fp.numpy_laplace((k + 1) / fp.STEPS, scale=2.0) - fp.numpy_laplace(
            k / fp.STEPS, scale=2.0
        )
        # two roundings of z, each half a unit in the last place
        assert gap == pytest.approx(2.0 * 2.0**-52 * np.exp(z / 2.0), abs=2 * np.spacing(z))


def test_next_floats_leave_none_out():
    floats = fp.next_floats(0.3, how_many=5)
    assert (np.diff(floats) == np.spacing(0.3)).all() and floats[0] == 0.3
    marks = fp.reachable(fp.next_floats(1 + 0.3, how_many=50), count=1, scale=2.0)
    assert marks.shape == (50,) and 0 < marks.sum() < 50


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf"), "1"])
def test_scale_must_be_positive_and_numbers_finite(bad):
    for call in (
        lambda: fp.could_come_from(0.5, count=0, scale=bad),
        lambda: fp.could_come_from_by_bisection(0.5, count=0, scale=bad),
        lambda: fp.numpy_laplace(0.5, scale=bad),
    ):
        with pytest.raises(ValueError, match="scale must be"):
            call()
    with pytest.raises(ValueError, match="uniform must"):
        fp.numpy_laplace(0.0, scale=1.0)
    with pytest.raises(ValueError, match="release must"):
        fp.could_come_from(float("nan"), count=0, scale=1.0)
    with pytest.raises(ValueError, match=r"decimals must be an integer of at least 0, got .*-1"):
        fp.could_round_to(10.0, count=0, scale=1.0, decimals=-1)
