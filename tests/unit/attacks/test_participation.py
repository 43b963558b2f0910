import numpy as np
import pytest

from lessons.attacks.participation import participation_scores

GIVEN = {"expected_clients": 4.0, "sampling_rate": 0.3}
RNG = np.random.default_rng(0)
U = RNG.normal(size=(12, 40)) + 1.0  # all updates share a direction
IN = np.array([1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0]) == 1


def test_without_noise_all_who_took_part_score_one_more_than_the_others():
    scores = participation_scores(U, U[IN].sum(axis=0), **GIVEN)
    assert np.allclose(scores, IN - 4.0 / 12, atol=1e-10)


def test_with_noise_it_is_the_posterior_mean_of_gaussian_coins():
    sigma, total = 3.0, U[IN].sum(axis=0) + RNG.normal(scale=3.0, size=40)
    scores = participation_scores(U, total, sigma=sigma, **GIVEN)
    # the other form of ridge regression: parameters × parameters instead of candidates × candidates
    prior = 0.3 * 0.7
    covariance = prior * U.T @ U + sigma**2 * np.eye(40)
    rest = total - 4.0 * U.mean(axis=0)
    assert np.allclose(scores, prior * U @ np.linalg.solve(covariance, rest), rtol=1e-8)


def test_much_noise_leaves_the_alignment_with_the_own_update():
    rest = RNG.normal(size=40)
    scores = participation_scores(U, rest + 4.0 * U.mean(axis=0), sigma=1e6, **GIVEN)
    assert np.corrcoef(scores, U @ rest)[0, 1] > 1 - 1e-9


def test_more_candidates_than_parameters_need_noise():
    with pytest.raises(ValueError, match="sigma must be positive"):
        participation_scores(U[:, :5], U[0, :5], **GIVEN)
    assert participation_scores(U[:, :5], U[0, :5], sigma=1.0, **GIVEN).shape == (12,)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"total": U[0, :5]}, "shapes"),
        ({"updates": U[0]}, "shapes"),
        ({"sampling_rate": 1.0}, "sampling_rate"),
        ({"expected_clients": 0.0}, "expected_clients"),
        ({"sigma": -1.0}, "sigma"),
        ({"updates": U * np.nan}, "updates"),
    ],
)
def test_bad_input_is_refused(change, name):
    with pytest.raises(ValueError, match=name):
        participation_scores(**{"updates": U, "total": U[0], **GIVEN} | change)
