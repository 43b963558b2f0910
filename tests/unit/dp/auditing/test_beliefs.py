"""The two beliefs of one run: what the audit says, and curves that meet their limits where drawn."""

from math import log

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from lessons.dp.auditing.audit import audit
from lessons.dp.auditing.beliefs import two_beliefs
from lessons.dp.auditing.claim import Claim, smallest_refuted
from lessons.dp.mechanisms.gaussian import gaussian_epsilon

CLAIM = Claim(noise_multiplier=1.0, sampling_rate=1.0, steps=1, delta=1e-5)


def run(n, shift):
    rng = np.random.default_rng(3)
    included = rng.random(n) < 0.5
    return included, rng.normal(size=n) + shift * included


def test_both_epsilons_are_those_of_the_audit():
    included, scores = run(2000, 1.0)
    independent, family = two_beliefs(included, scores, claim=CLAIM, failure=0.05)
    found = audit(included, scores, claim=CLAIM, failure=0.05)
    assert independent.epsilon == pytest.approx(found.independent)
    assert family.epsilon == pytest.approx(found.family)


def test_curves_and_limits_pass_where_the_picture_says():
    """Without sampling the curve is Φ(Φ⁻¹(x) + 1/σ), and e^ε is its slope where its limit touches."""
    independent, family = two_beliefs(*run(2000, 1.0), claim=CLAIM, failure=0.05)
    x = independent.fpr
    assert np.abs(independent.curve - ndtr(ndtri(x) + 1)).max() < 1e-4
    shift = ndtri(family.corner[1]) - ndtri(family.corner[0])  # 1/σ of the curve through the corner
    assert np.abs(family.curve - ndtr(ndtri(x) + shift)).max() < 2e-3
    for belief, mu in ((independent, 1.0), (family, shift)):
        assert belief.noise_multiplier == pytest.approx(1 / mu, rel=0.01)
        own = gaussian_epsilon(sigma=1 / mu, l2_sensitivity=1.0, delta=1e-5)
        assert log(belief.touch[0]) == pytest.approx(log(ndtr(-own / mu - mu / 2)), abs=0.2)
        assert (belief.own >= belief.curve * 0.999).all()
        assert np.interp(belief.touch[0], x, belief.own) == pytest.approx(belief.touch[1], rel=0.02)
    fpr, tpr = independent.corner
    assert np.interp(fpr, x, independent.limit) == pytest.approx(tpr, rel=0.01)
    assert (family.limit == pytest.approx(family.own)) and independent.epsilon < family.epsilon


def test_smallest_refuted_noise_is_the_one_whose_curve_passes_through_the_point():
    fpr = 0.1
    tpr = float(ndtr(ndtri(fpr) + 1 / 1.7))
    assert smallest_refuted(tpr=tpr, fpr=fpr, claim=CLAIM) == pytest.approx(1.7, rel=0.01)
    assert smallest_refuted(tpr=0.1, fpr=0.1, claim=CLAIM) is None
    assert smallest_refuted(tpr=1.0, fpr=1e-200, claim=CLAIM) == CLAIM.noise_multiplier / 16


def test_scores_that_show_nothing_are_refused():
    with pytest.raises(ValueError, match="no noise multiplier is refuted"):
        two_beliefs(*run(200, -3.0), claim=CLAIM, failure=0.05)
