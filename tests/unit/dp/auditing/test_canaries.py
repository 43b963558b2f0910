"""Canaries: who gets in, what the step is given, and the score as a ratio of densities."""

from functools import partial

import numpy as np
import pytest
from scipy.special import bdtr

from lessons.checks.engine.chance import FALSE_ALARM, cdf_bound, cdf_distance, frequency_bound
from lessons.dp.accounting.run import Run
from lessons.dp.auditing.canaries import canary_scores, insert_canaries, insert_canaries_in_bulk
from lessons.dp.auditing.trade_off import run_trade_off
from lessons.dp.training.private_gradient import private_gradient

SETTINGS = {"clip_norm": 0.5, "noise_multiplier": 1.3, "expected_batch_size": 7.0}


class Recorder:
    """A step that keeps what it is given and releases the plain sum."""

    def __init__(self):
        self.batches = []

    def __call__(self, gradients, *, rng):
        self.batches.append(gradients.copy())
        return gradients.sum(axis=0)


def recorded(*, n_canaries=400, norm=3.0, sampling_rate=0.3, steps=25, seed=1):
    step = Recorder()
    included, outputs = insert_canaries(
        step, n_canaries=n_canaries, norm=norm, sampling_rate=sampling_rate, steps=steps,
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return step.batches, included, outputs


def test_every_row_is_one_canary_in_its_own_parameter():
    batches, included, outputs = recorded()
    assert len(batches) == 25 and outputs.shape == (25, 400) and included.dtype == bool
    for batch, output in zip(batches, outputs, strict=True):
        assert ((batch != 0).sum(axis=1) == 1).all() and (batch.max(axis=1) == 3).all()
        assert (batch.sum(axis=0) <= 3).all(), "no canary twice in a batch"
        assert (output == batch.sum(axis=0)).all()


def test_who_is_out_never_takes_part_and_who_is_in_does_with_the_sampling_rate():
    batches, included, _ = recorded(n_canaries=3000, sampling_rate=0.3, steps=20)
    taking_part = np.array([(batch > 0).any(axis=0) for batch in batches])  # (steps, n_canaries)
    assert not taking_part[:, ~included].any()
    share = taking_part[:, included]
    assert abs(share.mean() - 0.3) < frequency_bound(share.size)
    assert abs(included.mean() - 0.5) < frequency_bound(3000)
    again = (share[1:] & share[:-1]).mean()  # steps are independent: q²
    assert abs(again - 0.09) < 3 * frequency_bound(share[1:].size)


def test_coins_are_independent_of_each_other():
    """How many of 20 canaries are in, over 3000 runs: binomial, not a fixed half."""
    counts = [recorded(n_canaries=20, steps=1, seed=seed)[1].sum() for seed in range(3000)]
    seen = np.bincount(counts, minlength=21).cumsum() / 3000
    assert np.abs(seen - bdtr(np.arange(21), 20, 0.5)).max() < cdf_bound(3000)


def test_empty_batch_has_no_rows_and_all_columns():
    batches, _, _ = recorded(n_canaries=3, sampling_rate=0.05, steps=30)
    assert {batch.shape[1] for batch in batches} == {3} and min(map(len, batches)) == 0


@pytest.mark.parametrize("norm", [0.2, 5.0])
def test_bulk_route_is_the_same_run_as_the_reference_step_with_rows(norm):
    run = {"n_canaries": 40, "norm": norm, "sampling_rate": 0.4, "steps": 6}
    included, outputs = insert_canaries(
        partial(private_gradient, **SETTINGS), **run, rng=np.random.default_rng(2)
    )
    same, bulk = insert_canaries_in_bulk(**run, **SETTINGS, rng=np.random.default_rng(2))
    assert (included == same).all() and np.abs(outputs - bulk).max() < 1e-12


def test_score_is_the_log_ratio_of_the_densities_of_all_steps():
    rng, rate, signal, noise = np.random.default_rng(3), 0.2, 0.7, 1.1
    y = rng.normal(size=(4, 9))
    out = np.exp(-(y**2) / (2 * noise**2))
    inside = (1 - rate) * out + rate * np.exp(-((y - signal) ** 2) / (2 * noise**2))
    expected = np.log(inside / out).sum(axis=0)
    found = canary_scores(y, signal=signal, noise=noise, sampling_rate=rate)
    assert found == pytest.approx(expected)
    always = canary_scores(y, signal=signal, noise=noise, sampling_rate=1.0)
    assert always == pytest.approx(((2 * signal * y - signal**2) / (2 * noise**2)).sum(axis=0))


def test_far_outputs_overflow_nothing():
    y = np.array([[1e6], [-1e6]])
    assert np.isfinite(canary_scores(y, signal=1.0, noise=0.1, sampling_rate=0.2)).all()


def test_scores_of_the_true_mechanism_follow_the_trade_off_curve():
    """At the test's own thresholds the frequencies are its rates, in law: Massart's bound."""
    run = {"sampling_rate": 0.2, "steps": 30}
    included, outputs = insert_canaries_in_bulk(
        n_canaries=20_000, norm=10.0, clip_norm=1.0, noise_multiplier=1.5,
        expected_batch_size=5.0, rng=np.random.default_rng(4), **run,
    )  # fmt: skip
    scores = canary_scores(outputs, signal=0.2, noise=0.3, sampling_rate=0.2)
    curve = run_trade_off(Run(noise_multiplier=1.5, **run))
    for chosen, rates in ((included, curve.tpr), (~included, curve.fpr)):

        def cdf(x, rates=rates):
            return 1 - np.interp(x, curve.thresholds, rates)

        gap = cdf_distance(scores[chosen], cdf)
        # a limit counts "at least t", rounded outwards by up to one spacing: 1e-3 of room
        assert gap < cdf_bound(int(chosen.sum()), false_alarm=FALSE_ALARM) + 1e-3


def test_step_of_the_wrong_shape_is_refused():
    for wrong in (lambda g, rng: g.sum(), lambda g, rng: g, lambda g, rng: np.full(5, np.nan)):
        with pytest.raises(ValueError, match="step"):
            insert_canaries(
                wrong, n_canaries=5, norm=1, sampling_rate=0.9, steps=3,
                rng=np.random.default_rng(0),
            )  # fmt: skip


@pytest.mark.parametrize(
    "bad", [{"n_canaries": 0}, {"norm": -1}, {"sampling_rate": 0}, {"steps": 0}]
)
def test_bad_input_is_named(bad):
    run = {"n_canaries": 4, "norm": 1.0, "sampling_rate": 0.5, "steps": 2}
    word = next(iter(bad))
    with pytest.raises(ValueError, match=word):
        insert_canaries(Recorder(), **{**run, **bad}, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=word):
        insert_canaries_in_bulk(**{**run, **bad}, **SETTINGS, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="outputs"):
        canary_scores([1.0], signal=1, noise=1, sampling_rate=0.5)
    with pytest.raises(ValueError, match="noise"):
        canary_scores([[1.0]], signal=1, noise=0, sampling_rate=0.5)
