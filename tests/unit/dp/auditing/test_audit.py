"""The audit: it stays below the truth as often as it says, and it catches the usual wrong steps."""

from math import comb
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import bdtrc, ndtr, ndtri

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.auditing.audit import (
    Audit,
    audit,
    audit_reference,
    audit_step,
    counts_at,
    right_guesses,
)
from lessons.dp.auditing.audit_pair import audit_pair
from lessons.dp.auditing.audit_plan import RATES, SHARES, plan_audit
from lessons.dp.auditing.claim import Claim, family_epsilon
from lessons.dp.auditing.confidence import clopper_pearson
from lessons.dp.auditing.empirical_epsilon import epsilon_lower_bound, one_run_epsilon
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.dp.training.private_gradient import private_gradient

CLAIM = Claim(noise_multiplier=2.0, sampling_rate=0.2, steps=100, delta=1e-5)
OPPOSED = (np.tile([-50.0, 0.0], (4, 1)), np.array([900.0, 0.0]))
ONE_STEP = Claim(noise_multiplier=1.0, sampling_rate=1.0, steps=1, delta=1e-5)


def half_the_noise(gradients, *, noise_multiplier, **settings):
    return private_gradient(gradients, noise_multiplier=noise_multiplier / 2, **settings)


def no_clipping(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape[1])
    return (gradients.sum(axis=0) + noise) / expected_batch_size


def no_noise(gradients, *, noise_multiplier, **settings):
    return private_gradient(gradients, noise_multiplier=0.0, **settings)


def clips_the_sum(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    total = gradients.sum(axis=0)
    total = total / max(1, np.linalg.norm(total) / clip_norm)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=total.shape)
    return (total + noise) / expected_batch_size


def clips_the_mean(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = gradients.mean(axis=0) if len(gradients) else np.zeros(gradients.shape[1])
    mean = mean / max(1, np.linalg.norm(mean) / clip_norm)
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=mean.shape)
    return mean + noise / expected_batch_size


def one_microbatch(gradients, *, clip_norm, noise_multiplier, expected_batch_size, rng):
    mean = gradients.mean(axis=0) if len(gradients) else np.zeros(gradients.shape[1])
    mean = mean / max(1, np.linalg.norm(mean) / clip_norm)
    return mean + rng.normal(scale=noise_multiplier * clip_norm, size=mean.shape)


def test_claim_knows_its_price_and_refuses_nonsense():
    assert CLAIM.epsilon() == run_epsilon(
        Run(noise_multiplier=2.0, sampling_rate=0.2, steps=100), delta=1e-5
    )
    assert CLAIM.with_noise(3.0).epsilon() < CLAIM.epsilon()
    for bad in ({"noise_multiplier": 0}, {"sampling_rate": 2}, {"steps": 0}, {"delta": 0}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            Claim(
                **{"noise_multiplier": 1.0, "sampling_rate": 0.1, "steps": 9, "delta": 0.1, **bad}
            )


def test_family_bound_of_one_gaussian_step_in_closed_form():
    """μ >= Φ⁻¹(TPR) − Φ⁻¹(FPR) with the two bounds put in: Nasr et al. (2023), ε by lesson 13."""
    tpr, _ = clopper_pearson(640, trials=1000, failure=0.025)
    _, fpr = clopper_pearson(330, trials=1100, failure=0.025)
    mu = ndtri(tpr) - ndtri(fpr)
    exact = gaussian_epsilon(sigma=1 / mu, l2_sensitivity=1.0, delta=1e-5)
    found = family_epsilon(640, 330, n_in=1000, n_out=1100, claim=ONE_STEP, failure=0.05)
    assert exact * 0.995 < found <= exact + 1e-9


def test_family_bound_at_its_ends():
    nothing = family_epsilon(50, 50, n_in=100, n_out=100, claim=ONE_STEP, failure=0.05)
    assert nothing == 0
    everything = family_epsilon(
        10**6, 0, n_in=10**6, n_out=10**6, claim=ONE_STEP.with_noise(4.0), failure=0.05
    )
    assert everything == pytest.approx(ONE_STEP.with_noise(4.0 / 16).epsilon(), rel=0.3)


@pytest.mark.parametrize("claim", [ONE_STEP, CLAIM, CLAIM.with_noise(0.8)])
def test_family_bound_exceeds_the_truth_with_chance_at_most_failure(claim):
    """All counts of 40 and 40 canaries at a threshold known beforehand, added up."""
    curve, n, failure = claim.trade_off(), 40, 0.1
    for fpr in (0.1, 0.4):
        tpr = float(curve.largest_tpr(fpr))
        hits = [comb(n, k) * tpr**k * (1 - tpr) ** (n - k) for k in range(n + 1)]
        alarms = [comb(n, k) * fpr**k * (1 - fpr) ** (n - k) for k in range(n + 1)]
        tpr_low = [clopper_pearson(k, trials=n, failure=failure / 2)[0] for k in range(n + 1)]
        tops = [
            float(curve.largest_tpr(clopper_pearson(k, trials=n, failure=failure / 2)[1]))
            for k in range(n + 1)
        ]  # family_epsilon is above the truth exactly if the lower TPR is above f(upper FPR)
        wrong = sum(
            hits[i] * alarms[j] for i in range(n + 1) for j in range(n + 1) if tpr_low[i] > tops[j]
        )
        assert wrong <= failure


def test_counts_at_a_rank_by_hand():
    included = np.array([True, False, True, False, False, False, True])
    scores = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.0, 1.5])
    # out: 4, 2, 1, 0; half of them is k = 2, so the threshold is 2
    assert counts_at(included, scores, fpr=0.5) == {
        "true_positives": 2, "false_positives": 1, "n_in": 3, "n_out": 4,
    }  # fmt: skip
    assert counts_at(included, scores, fpr=0.0)["true_positives"] == 1  # k is at least 1


def test_threshold_at_a_rank_keeps_the_confidence_of_one_known_beforehand():
    """Of n uniform scores, the FPR at the k-th highest is above the bound as often as it may be."""
    rng, n, runs = np.random.default_rng(1), 50, 40_000
    scores = rng.random((runs, n))
    for share in (0.02, 0.3, 0.9):
        k = max(1, round(share * n))
        true_fpr = 1 - np.sort(scores, axis=1)[:, n - k]
        _, upper = clopper_pearson(k - 1, trials=n, failure=0.05)
        assert abs((true_fpr > upper).mean() - 0.05) < 0.014  # 2 e^(−2 · 40000 · 0.014²) = 3e-7


def test_ties_show_nothing():
    included = np.arange(400) % 2 == 0
    found = audit(included, np.zeros(400), claim=CLAIM, failure=0.05)
    assert (found.family, found.independent, found.one_run, found.refuted) == (0, 0, 0, False)


def test_guesses_by_hand():
    included = np.array([True, True, False, True, False, False])
    scores = np.array([9.0, 8.0, 7.0, 3.0, 2.0, 1.0])
    assert right_guesses(included, scores, guesses=2) == 2
    assert right_guesses(included, scores, guesses=6) == 4


@pytest.mark.parametrize("claim", [CLAIM, ONE_STEP])
def test_plan_depends_on_the_claim_only_and_looks_where_there_is_something_to_see(claim):
    plan = plan_audit(claim=claim, n_canaries=2000, failure=0.05)
    assert plan == plan_audit(claim=claim, n_canaries=2000, failure=0.05)
    assert plan.family in RATES and plan.independent in RATES
    assert 2 <= plan.guesses <= 2000 and plan.guesses % 2 == 0
    assert min(plan.independent, 1 - plan.independent) < 0.15, "one limit: few errors of one kind"
    assert 0.1 < plan.family < 0.6, "the whole curve: its middle"


def test_no_more_is_guessed_than_there_are_canaries():
    for n_canaries in (4, 5, 6, 7, 51, 199):
        guesses = plan_audit(claim=ONE_STEP, n_canaries=n_canaries, failure=0.4).guesses
        assert 2 <= guesses <= n_canaries and guesses % 2 == 0


class GaussianClaim(Claim):
    """One step without sampling, with the curve Φ(Φ⁻¹(FPR) + 1/σ) in closed form."""

    def trade_off(self):
        sigma, cuts = self.noise_multiplier, np.linspace(-9, 9, 4001)
        return SimpleNamespace(
            largest_tpr=lambda fpr: ndtr(ndtri(fpr) + 1 / sigma),
            threshold=lambda fpr: -ndtri(fpr) / sigma - 0.5 / sigma**2,
            fpr=ndtr(-cuts),
            tpr=ndtr(1 / sigma - cuts),
        )


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("n_canaries", [4, 5, 10, 51, 100, 400, 2000])
def test_plan_of_one_gaussian_step_is_the_best_of_its_closed_forms(sigma, n_canaries):
    claim = GaussianClaim(noise_multiplier=sigma, sampling_rate=1.0, steps=1, delta=0.05)
    plan = plan_audit(claim=claim, n_canaries=n_canaries, failure=0.05)

    each, z, mu = n_canaries / 2, ndtri(RATES), 1 / sigma
    tpr, quieter = ndtr(z + mu), ndtr(z + mu / 1.1)
    slope = np.exp(-z * mu - mu**2 / 2)
    error = (tpr * (1 - tpr)) ** 0.5 + slope * (RATES * (1 - RATES)) ** 0.5
    assert plan.family == RATES[np.argmax((tpr - quieter) / (error / each**0.5 + 1 / each))]

    half = n_canaries // 2
    counts = {"n_in": half, "n_out": half, "delta": 0.05, "failure": 0.05}
    bounds = [
        epsilon_lower_bound(round(half * float(hit)), round(half * float(rate)), **counts)
        for hit, rate in zip(tpr, RATES, strict=True)
    ]
    assert plan.independent == RATES[np.argmax(bounds)]


@pytest.mark.parametrize(
    ("sigma", "rate", "m"), [(1.0, 1.0, 400), (0.5, 0.8, 400), (0.8, 0.5, 100)]
)
def test_plan_guesses_as_many_as_show_most(sigma, rate, m):
    """Of one step, N(0, σ²) against (1 − q) N(0, σ²) + q N(1, σ²): each half from its own end."""
    claim, bounds = Claim(noise_multiplier=sigma, sampling_rate=rate, steps=1, delta=1e-5), {}

    def rates(cut):
        fpr = ndtr(-cut / sigma)
        return np.array([(1 - rate) * fpr + rate * ndtr((1 - cut) / sigma), fpr])

    for each in (round(m * share / 2) for share in SHARES if m * share > 1):
        high, low = (
            rates(brentq(lambda c, s=share: rates(c).sum() - s, -40, 40))
            for share in (2 * each / m, 2 - 2 * each / m)
        )
        right = each * high[0] / high.sum() + each * (1 - low[1]) / (2 - low.sum())
        bounds[2 * each] = one_run_epsilon(
            int(right), guesses=2 * each, n_canaries=m, delta=1e-5, failure=0.05
        )
    plan = plan_audit(claim=claim, n_canaries=m, failure=0.05)
    assert bounds[plan.guesses] == max(bounds.values()) > 0.1


def test_correct_step_is_refuted_no_more_often_than_failure():
    """300 audits of the step as claimed, at 30 % failure so that there is something to count."""
    claim = Claim(noise_multiplier=1.0, sampling_rate=0.5, steps=4, delta=1e-3)
    rng, runs = np.random.default_rng(2), 300
    curve, plan = claim.trade_off(), plan_audit(claim=claim, n_canaries=200, failure=0.3)
    refuted = 0
    for _ in range(runs):
        included = rng.random(200) < 0.5
        part = (rng.random((4, 200)) < 0.5) & included
        y = part + rng.normal(size=part.shape)
        scores = np.log(0.5 + 0.5 * np.exp(y - 0.5)).sum(axis=0)
        counts = counts_at(included, scores, fpr=plan.family)
        tpr, _ = clopper_pearson(counts["true_positives"], trials=counts["n_in"], failure=0.15)
        _, fpr = clopper_pearson(counts["false_positives"], trials=counts["n_out"], failure=0.15)
        refuted += bool(tpr > curve.largest_tpr(fpr))
    most = next(k for k in range(runs) if bdtrc(k, runs, 0.3) < 1e-6)
    assert refuted <= most


def test_audit_of_the_reference_comes_close_and_stays_below():
    found = audit_reference(
        claim=CLAIM, n_canaries=20_000, failure=0.05, rng=np.random.default_rng(3)
    )
    assert 0.85 * found.claimed < found.family < found.claimed
    assert 0.2 * found.claimed < found.independent < 0.6 * found.claimed
    assert 0.3 * found.claimed < found.one_run < 0.7 * found.claimed
    assert not found.refuted and found.failure == 0.05


def test_each_bound_alone_refutes_when_it_is_above_the_claim_and_not_when_it_is_equal():
    bounds = ("family", "independent", "one_run")
    equal = {"claimed": 2.0, "failure": 0.05, **dict.fromkeys(bounds, 2.0)}
    assert not Audit(**equal).refuted
    for one in bounds:
        assert Audit(**{**equal, one: 2.001}, named=one).refuted
        assert Audit(**{**equal, **dict.fromkeys(bounds, 0.0), one: 2.001}, named=one).refuted


def test_only_the_bound_that_was_named_beforehand_decides():
    high = {"claimed": 2.0, "failure": 0.05, "family": 0.0, "independent": 9.0, "one_run": 9.0}
    assert not Audit(**high).refuted
    with pytest.raises(ValueError, match=r"named must be one of family, .*, got named='largest'"):
        Audit(**high, named="largest")


@pytest.mark.parametrize("step", [half_the_noise, no_clipping, no_noise, clips_the_mean])
@pytest.mark.parametrize("clip_norm", [1.0, 0.02])
def test_a_thousand_canaries_catch_the_usual_mistakes(step, clip_norm):
    found = audit_step(
        step, claim=CLAIM, n_canaries=1000, failure=0.001, clip_norm=clip_norm,
        rng=np.random.default_rng(4),
    )  # fmt: skip
    assert found.refuted and found.family > 1.2 * found.claimed


def test_step_gets_the_settings_of_the_claim():
    seen = []

    def spy(gradients, **settings):
        seen.append((gradients, settings))
        return private_gradient(gradients, **settings)

    rng = np.random.default_rng(10)
    audit_step(spy, claim=CLAIM, n_canaries=200, failure=0.05, clip_norm=0.3, rng=rng)
    audit_pair(
        spy, *OPPOSED, noise_multiplier=1.7, delta=1e-5, runs=8, failure=0.1, rng=rng, clip_norm=0.4
    )
    assert len(seen) == 100 + 8
    for gradients, settings in seen[:100]:
        assert settings == {
            "clip_norm": 0.3, "noise_multiplier": 2.0, "expected_batch_size": 20.0, "rng": rng
        }  # fmt: skip
        assert (gradients.sum(axis=1) == 3.0).all(), "ten times the clip norm"
    for gradients, settings in seen[100:]:
        assert settings == {
            "clip_norm": 0.4, "noise_multiplier": 1.7, "expected_batch_size": 5, "rng": rng
        }  # fmt: skip
        assert gradients.shape in ((4, 2), (5, 2))


def test_canary_of_a_pair_is_there_by_a_fair_coin_tossed_for_every_run():
    there, runs = [], 4000

    def spy(gradients, **settings):
        there.append(len(gradients) == 5)
        return private_gradient(gradients, **settings)

    for seed in (11, 12):
        audit_pair(
            spy, *OPPOSED, noise_multiplier=1.0, delta=1e-5, runs=runs, failure=0.1,
            rng=np.random.default_rng(seed),
        )  # fmt: skip
    first, second = np.array(there[:runs]), np.array(there[runs:])
    for share in (first, second, first[1:] == first[:-1], first == second):
        assert abs(np.mean(share) - 0.5) < 0.5 * 5.5 / np.sqrt(runs)  # 5.5 σ: 4e-8


def test_half_the_noise_of_the_reference_is_caught_too():
    found = audit_reference(
        claim=CLAIM, n_canaries=1000, failure=0.001, rng=np.random.default_rng(5), noise_factor=0.5
    )
    assert found.refuted


@pytest.mark.parametrize("step", [private_gradient, clips_the_sum, one_microbatch])
def test_canaries_find_nothing_where_there_is_nothing_or_where_they_cannot_look(step):
    found = audit_step(
        step, claim=CLAIM, n_canaries=600, failure=0.001, rng=np.random.default_rng(6)
    )
    assert not found.refuted


@pytest.mark.parametrize("step", [one_microbatch, clips_the_sum, half_the_noise])
def test_pair_chosen_for_the_mistake_finds_it(step):
    claimed = gaussian_epsilon(sigma=2.0, l2_sensitivity=1.0, delta=1e-5)
    found = audit_pair(
        step, *OPPOSED, noise_multiplier=2.0, delta=1e-5, runs=4000, failure=0.001,
        rng=np.random.default_rng(7),
    )  # fmt: skip
    assert 1.3 * claimed < found < gaussian_epsilon(sigma=1.0, l2_sensitivity=1.0, delta=1e-5)


@pytest.mark.parametrize(("delta", "failure"), [(1e-5, 0.05), (0.02, 0.3)])
def test_pair_is_judged_by_the_family_bound_at_the_planned_rate(delta, failure):
    scores, there = [], []

    def spy(gradients, **settings):
        released = private_gradient(gradients, **settings)
        scores.append(released @ OPPOSED[1])
        there.append(len(gradients) == 5)
        return released

    found = audit_pair(
        spy, *OPPOSED, noise_multiplier=0.8, delta=delta, runs=600, failure=failure,
        rng=np.random.default_rng(13),
    )  # fmt: skip
    claim = Claim(noise_multiplier=0.8, sampling_rate=1.0, steps=1, delta=delta)
    rate = plan_audit(claim=claim, n_canaries=600, failure=failure).family
    counts = counts_at(np.array(there), np.array(scores), fpr=rate)
    assert found == family_epsilon(**counts, claim=claim, failure=failure) > 0


def test_pair_may_point_in_any_direction():
    """The same pair in the other parameter, and the same draws of noise with it."""
    claimed = gaussian_epsilon(sigma=2.0, l2_sensitivity=1.0, delta=1e-5)
    turned = (one[..., ::-1] for one in OPPOSED)
    found = audit_pair(
        half_the_noise, *turned, noise_multiplier=2.0, delta=1e-5, runs=4000, failure=0.001,
        rng=np.random.default_rng(7),
    )  # fmt: skip
    assert found > 1.3 * claimed


def test_pair_finds_nothing_wrong_with_the_reference_step():
    claimed = gaussian_epsilon(sigma=2.0, l2_sensitivity=1.0, delta=1e-5)
    found = audit_pair(
        private_gradient, *OPPOSED, noise_multiplier=2.0, delta=1e-5, runs=4000, failure=0.001,
        rng=np.random.default_rng(8),
    )  # fmt: skip
    assert 0.5 * claimed < found < claimed


def test_bound_of_a_thousand_gaussian_canaries_in_one_step_is_near_its_expectation():
    """One step without sampling: TPR = Φ(Φ⁻¹(FPR) + 1/σ); the bound from these rates themselves."""
    plan = plan_audit(claim=ONE_STEP, n_canaries=20_000, failure=0.05)
    tpr = float(ndtr(ndtri(plan.family) + 1))
    expected = family_epsilon(
        round(10_000 * tpr), round(10_000 * plan.family), n_in=10_000, n_out=10_000,
        claim=ONE_STEP, failure=0.05,
    )  # fmt: skip
    found = audit_reference(
        claim=ONE_STEP, n_canaries=20_000, failure=0.05, rng=np.random.default_rng(9)
    )
    assert expected > 0.9 * ONE_STEP.epsilon()
    assert abs(found.family - expected) < 0.4  # μ = 1 ± 0.02 is ε = 4.38 ± 0.1; four of these


def test_bad_input_is_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="included"):
        audit(np.ones(5, dtype=bool), np.zeros(5), claim=CLAIM, failure=0.05)
    with pytest.raises(ValueError, match="included"):
        audit(np.arange(4) < 2, np.zeros(5), claim=CLAIM, failure=0.05)
    with pytest.raises(ValueError, match="clip_norm"):
        audit_step(private_gradient, claim=CLAIM, n_canaries=50, failure=0.05, rng=rng, clip_norm=0)
    with pytest.raises(ValueError, match="failure"):
        audit_reference(claim=CLAIM, n_canaries=50, failure=0, rng=rng)
    with pytest.raises(ValueError, match="n_canaries"):
        plan_audit(claim=CLAIM, n_canaries=3, failure=0.1)
    with pytest.raises(ValueError, match="runs must be an integer of at least 4, got runs=3"):
        audit_pair(
            private_gradient, *OPPOSED, noise_multiplier=1.0, delta=1e-5, runs=3, failure=0.1,
            rng=rng,
        )  # fmt: skip
    with pytest.raises(ValueError, match="step"):
        audit_step(lambda gradients, **_: 0.0, claim=CLAIM, n_canaries=50, failure=0.05, rng=rng)
