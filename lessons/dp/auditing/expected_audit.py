"""What an audit of one Gaussian step is expected to show, before anybody runs it (lesson 17)."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtr, ndtri

from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.validation import Vector, between, positive, probability, vector

RATES = np.concatenate([np.geomspace(1e-4, 0.01, 20), np.linspace(0.02, 0.7, 40)])
LEAST_SHIFT = 0.01  # a smaller μ is no evidence of any ε worth a number


def expected_bounds(
    numbers: ArrayLike, *, noise_multiplier: float, delta: float, failure: float
) -> tuple[Vector, Vector]:
    """(family, independent): the bounds of ``numbers`` (n,) of canaries, counts being as expected.

    One step without sampling that adds noise of σ/C = ``noise_multiplier``; half of the canaries are
    in. The rates are TPR = Φ(Φ⁻¹(FPR) + C/σ), and the FPR is the one that shows most. Both ends as in
    17.v; a count need not be whole here. The family bound takes Φ⁻¹(TPR) − Φ⁻¹(FPR) of these ends for
    1/σ (to three digits), the other one puts them into 17.iii.
    """
    each, fpr = vector("numbers", numbers) / 2, RATES[:, None]
    beta, extra = between("failure", failure, 0, 1) / 2, probability("delta", delta)
    tpr = ndtr(ndtri(fpr) + 1 / positive("noise_multiplier", noise_multiplier))
    low = betaincinv(each * tpr, each * (1 - tpr) + 1, beta)
    high = betaincinv(each * fpr + 1, each * (1 - fpr), 1 - beta)
    shift = (ndtri(low) - ndtri(high)).max(axis=0)  # (n,), 1/σ is at least that
    family = [_epsilon_of_shift(round(float(mu), 3), extra) for mu in shift]
    one_point = np.log(np.maximum(low - extra, 1e-12) / high).max(axis=0)
    return np.array(family), np.maximum(one_point, 0.0)


@cache
def _epsilon_of_shift(mu: float, delta: float) -> float:
    if mu < LEAST_SHIFT:
        return 0.0
    return gaussian_epsilon(sigma=1 / mu, l2_sensitivity=1.0, delta=delta)
