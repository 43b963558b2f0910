import dp_accounting
import numpy as np
import pytest
from dp_accounting.pld import PLDAccountant
from dp_accounting.pld.privacy_loss_distribution import from_mixture_gaussian_mechanism
from scipy.stats import binom

from lessons.dp.accounting.accountant import run_delta, run_epsilon
from lessons.dp.accounting.rdp import rdp_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.fl.privacy.adaptive_clipping import AdaptiveClipping, next_clip_norm
from lessons.fl.privacy.user_level import (
    dp_fedavg,
    group_epsilon,
    privacy_statement,
    private_average,
)

RUN = Run(noise_multiplier=5.0, sampling_rate=0.2, steps=40)  # the lesson's
SETTINGS = {"clip_norm": 2.0, "expected_clients": 4.0}
UPDATES = np.array([[3.0, 4.0, 0.0], [0.3, 0.0, -0.4], [0.0, 0.0, 0.0]])


def quiet(updates=UPDATES, **changes):
    known = {**SETTINGS, "noise_multiplier": 0.0, "rng": np.random.default_rng(0)} | changes
    return private_average(updates, **known)


def test_average_is_the_clipped_sum_over_the_expected_number_whoever_came():
    clipped = np.array([1.2 + 0.3, 1.6, -0.4])
    assert np.allclose(quiet(), clipped / 4, rtol=1e-14)
    assert np.allclose(quiet(UPDATES[:1]), [0.3, 0.4, 0.0]), "one client: still divided by 4"
    assert np.allclose(quiet(expected_clients=0.5), clipped / 0.5)


def test_nobody_sampled_gives_noise_of_the_usual_size():
    rng = np.random.default_rng(1)
    noise = quiet(np.zeros((0, 40_000)), noise_multiplier=1.5, rng=rng)
    # σ of a standard deviation from 40 000 draws is 0.35 %
    assert noise.std() == pytest.approx(1.5 * 2.0 / 4, rel=0.02)


def test_noise_is_drawn_once_on_the_sum_and_divided_with_it():
    rng = np.random.default_rng(2)
    updates = np.ones((9, 40_000))
    noise = quiet(updates, noise_multiplier=3.0, rng=rng) - quiet(updates)
    assert noise.std() == pytest.approx(3.0 * 2.0 / 4, rel=0.02)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"clip_norm": 0.0}, "clip_norm must be positive"),
        ({"expected_clients": 0.0}, "expected_clients must be positive"),
        ({"expected_clients": -3.0}, "expected_clients must be positive"),
        ({"noise_multiplier": -1.0}, "noise_multiplier must be at least 0"),
        ({"updates": UPDATES[0]}, "one row per client"),
        ({"updates": UPDATES * np.array([[1], [np.nan], [1]])}, "client 1"),
        ({"updates": UPDATES + np.array([[0], [0], [np.inf]])}, "client 2"),
    ],
)
def test_bad_input_of_the_average_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        quiet(**change)


def pull(w, some):
    """Client k's update: a step towards its own number, the same in all parameters."""
    return np.array([inputs.mean() - w for inputs, _ in some])


def clients(n):
    return [(np.full((1 + k % 3, 1), float(k)), np.zeros(1 + k % 3)) for k in range(n)]


def trained(n=30, *, run=RUN, seed=0, **changes):
    known = {"train": pull, "run": run, "delta": 1e-5, **SETTINGS} | changes
    return dp_fedavg(np.zeros(3), clients(n), rng=np.random.default_rng(seed), **known)


def test_models_move_by_the_average_of_the_clients_that_a_coin_chose():
    seen = []

    def average(updates, **known):
        seen.append((updates, known))
        return quiet(updates)

    result = trained(run=Run(noise_multiplier=5.0, sampling_rate=0.3, steps=60), average=average)
    for (updates, known), before, after in zip(
        seen, result.models[:-1], result.models[1:], strict=True
    ):
        assert np.allclose(after - before, quiet(updates)), "w moves by what was released"
        assert known["noise_multiplier"] == 5.0 and known["clip_norm"] == 2.0
        assert known["expected_clients"] == 4.0
        who = np.round(updates[:, 0] + before[0])
        assert (np.diff(who) > 0).all() and np.allclose(updates, who[:, None] - before)
    sizes = [len(updates) for updates, _ in seen]
    assert np.mean(sizes) == pytest.approx(9, abs=1.3) and len(set(sizes)) > 4  # 4 σ


def test_a_round_with_nobody_still_moves_the_model():
    rare = Run(noise_multiplier=5.0, sampling_rate=0.001, steps=7)
    steps = np.diff(trained(4, run=rare).models, axis=0)  # 28 coins of 1/1000, seed 0: nobody
    assert steps.shape == (7, 3) and (np.abs(steps) > 0).all()


def test_nothing_but_the_coins_hangs_on_the_number_of_clients():
    once, settings = Run(noise_multiplier=5.0, sampling_rate=0.2, steps=1), []

    def average(updates, *, rng, **known):
        settings.append(known)
        return np.zeros(3)

    few, many = (trained(n, run=once, average=average) for n in (10, 5000))
    assert settings[0] == settings[1] and few.statement == many.statement


def test_statement_is_about_one_client_and_agrees_with_two_other_accountants():
    statement = privacy_statement(RUN, delta=1e-5, **SETTINGS)
    assert (statement.unit, statement.neighbours, statement.delta) == ("client", "add/remove", 1e-5)
    for words in ("40 rounds", "clip norm 2", "noise multiplier 5", "divided by 4"):
        assert words in statement.mechanism
    assert "every client" in statement.sampling and "0.2" in statement.sampling
    accountant = PLDAccountant(dp_accounting.NeighboringRelation.ADD_OR_REMOVE_ONE)
    step = dp_accounting.PoissonSampledDpEvent(0.2, dp_accounting.GaussianDpEvent(5.0))
    accountant.compose(dp_accounting.SelfComposedDpEvent(step, 40))
    assert statement.epsilon == pytest.approx(accountant.get_epsilon(1e-5), abs=2e-3)
    assert statement.epsilon < rdp_epsilon([RUN], delta=1e-5) < 1.3 * statement.epsilon
    adaptive = AdaptiveClipping(target=0.3, count_sigma=7.0)
    moving = privacy_statement(RUN, delta=1e-5, adaptive=adaptive, **SETTINGS)
    assert moving.epsilon == statement.epsilon and "0.3 quantile" in moving.mechanism


def test_adaptive_run_clips_at_the_norms_that_the_quantile_gives_with_noise_on_both():
    adaptive, seen = AdaptiveClipping(target=0.3, learning_rate=0.4, count_sigma=6.0), []

    def average(updates, *, rng, **known):
        seen.append((updates, known, rng.normal()))
        return np.full(3, 0.01)

    rng = np.random.default_rng(5)
    known = {"train": pull, "run": RUN, "delta": 1e-5, "average": average, **SETTINGS}
    result = dp_fedavg(np.zeros(3), clients(30), rng=rng, adaptive=adaptive, **known)
    again, limit, draws = np.random.default_rng(5), 2.0, []
    for (updates, asked, _), used in zip(seen, result.clip_norms, strict=True):
        assert asked["clip_norm"] == used == pytest.approx(limit)
        # the Gaussian mechanism on (sum / C, 2·bits): precisions add up to that of z = 5
        assert asked["noise_multiplier"] ** -2 + 12.0**-2 == pytest.approx(5.0**-2)
        again.random(30), again.normal()
        draws.append(again.normal(scale=6.0))
        limit = next_clip_norm(
            np.linalg.norm(updates, axis=1), clip_norm=limit, target=0.3, learning_rate=0.4,
            expected_clients=4.0, noise=draws[-1],
        )  # fmt: skip
    assert len(result.clip_norms) == 40


def test_another_rule_for_the_clip_norm_gets_the_norms_and_decides():
    def halve(norms, *, clip_norm, **known):
        assert len(norms) and known.keys() == {
            "target", "learning_rate", "expected_clients", "noise"
        }  # fmt: skip
        return clip_norm / 2

    run = Run(noise_multiplier=5.0, sampling_rate=0.9, steps=3)
    result = trained(run=run, adaptive=AdaptiveClipping(count_sigma=6.0), next_norm=halve)
    assert result.clip_norms == (2.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"clip_norm": 0.0}, "clip_norm"),
        ({"expected_clients": 0.0}, "expected_clients"),
        ({"delta": 0.0}, "delta"),
        ({"adaptive": AdaptiveClipping(count_sigma=2.0)}, "count_sigma must be above"),
    ],
)
def test_bad_settings_are_refused_before_anybody_trains(change, words):
    def never(w, some):
        raise AssertionError("trained")

    with pytest.raises(ValueError, match=words):
        trained(**{"train": never} | change)


@pytest.mark.parametrize("rate", [0.0, 1.2, float("nan")])
def test_sampling_rate_outside_0_to_1_is_refused(rate):
    with pytest.raises(ValueError, match="sampling_rate"):
        Run(noise_multiplier=5.0, sampling_rate=rate, steps=40)


def test_update_that_is_not_finite_is_named_by_its_client():
    def broken(w, some):
        rows = pull(w, some)
        rows[[inputs[0, 0] == 17 for inputs, _ in some]] = np.nan
        return rows

    with pytest.raises(ValueError, match="client 17"):
        trained(train=broken, run=Run(noise_multiplier=5.0, sampling_rate=0.9, steps=20))


def test_group_of_one_is_the_run_itself_and_a_full_batch_group_is_close_to_the_exact_answer():
    assert group_epsilon(RUN, group_size=1, delta=1e-5) == run_epsilon(RUN, delta=1e-5)
    # with everybody in every round m records move the sum by m·C: exactly noise multiplier 5 / m
    everybody = Run(noise_multiplier=8.0, sampling_rate=1.0, steps=3)
    exact = run_epsilon(Run(noise_multiplier=4.0, sampling_rate=1.0, steps=3), delta=1e-5)
    bound = group_epsilon(everybody, group_size=2, delta=1e-5)
    assert exact < bound < 1.15 * exact


def test_group_epsilon_keeps_the_delta_that_is_asked_for():
    for m in (2, 5, 14):
        bound = group_epsilon(RUN, group_size=m, delta=1e-5)
        # δ₀ at ε₀ = bound / m, counted up one record at a time
        one = run_delta(RUN, epsilon=bound / m)
        assert sum(np.exp(k * bound / m) for k in range(m)) * one <= 1e-5
        assert bound > m * run_epsilon(RUN, delta=1e-5)


def test_group_epsilon_is_above_what_a_count_of_this_mechanism_gives():
    """Of 14 records Bin(14, q) are in a round: a mixture of Gaussians (Ganesh 2024), 22 in the lesson."""
    came = np.arange(15)
    chances = [float(p) for p in binom.pmf(came, 14, 0.2)]
    one_round = from_mixture_gaussian_mechanism(
        5.0, [float(k) for k in came], chances, value_discretization_interval=5e-3
    )
    counted = one_round.self_compose(40).get_epsilon_for_delta(1e-5)  # with 1e-3: 22.35
    assert 22 < counted < 22.6 < group_epsilon(RUN, group_size=14, delta=1e-5)


def test_sum_moves_by_no_more_than_the_clip_norm_for_one_client_however_many_examples():
    far = np.vstack([UPDATES, [1e9, -1e9, 1e9]])
    assert np.linalg.norm(4 * (quiet(far) - quiet())) == pytest.approx(2.0)
    assert np.allclose(clip_rows(far, clip_norm=2.0).sum(axis=0), 4 * quiet(far))
