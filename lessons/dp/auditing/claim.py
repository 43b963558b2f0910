"""What a DP-SGD run claims, and what counts say of it when its family is believed (lesson 17)."""

from dataclasses import dataclass, replace
from math import sqrt

from lessons.dp.accounting.accountant import run_epsilon
from lessons.dp.accounting.run import Run
from lessons.dp.auditing.confidence import clopper_pearson
from lessons.dp.auditing.trade_off import TradeOff, run_trade_off
from lessons.validation import between

FURTHEST = 16.0  # how far from the claimed noise multiplier, as a ratio, another one is looked for
CLOSE = 1.001  # the ratio at which the search ends


@dataclass(frozen=True, kw_only=True)
class Claim(Run):
    """What a DP-SGD run says of itself: the run, and the ``delta`` at which it states its ε.

    ``ValueError`` for a bad entry of the run, or δ outside (0, 1).
    """

    delta: float

    def __post_init__(self) -> None:
        super().__post_init__()
        between("delta", self.delta, 0, 1)

    def epsilon(self) -> float:
        """The ε that lesson 15's accountant gives."""
        return run_epsilon(self, delta=self.delta)

    def trade_off(self) -> TradeOff:
        """The curve of the best attack on one record, equation 17.vii."""
        return run_trade_off(self)

    def with_noise(self, noise_multiplier: float) -> "Claim":
        """The same run with another noise multiplier."""
        return replace(self, noise_multiplier=noise_multiplier)


def family_epsilon(
    true_positives: int,
    false_positives: int,
    *,
    n_in: int,
    n_out: int,
    claim: Claim,
    failure: float,
) -> float:
    """A lower bound on ε that believes the family of ``claim``, but not its noise multiplier.

    TPR ≥ lower and FPR ≤ upper as in ``epsilon_lower_bound``, each wrong with chance failure/2. Every
    noise multiplier whose curve lies below that point (17.vii) is refuted. The ε of the smallest of them
    is the bound (Nasr et al. 2023 do so for the Gaussian curve). 0 when nothing is shown; never more
    than the ε of a sixteenth of the claimed noise, where the search ends.
    """
    half = between("failure", failure, 0, 1) / 2
    tpr, _ = clopper_pearson(true_positives, trials=n_in, failure=half)
    _, fpr = clopper_pearson(false_positives, trials=n_out, failure=half)
    sigma = smallest_refuted(tpr=tpr, fpr=fpr, claim=claim)
    return 0.0 if sigma is None else claim.with_noise(sigma).epsilon()


def smallest_refuted(*, tpr: float, fpr: float, claim: Claim) -> float | None:
    """The smallest noise multiplier whose curve lies below (fpr, tpr), or None; see ``family_epsilon``."""

    def refuted(sigma: float) -> bool:
        return bool(tpr > claim.with_noise(sigma).trade_off().largest_tpr(fpr))

    low, high = claim.noise_multiplier / FURTHEST, claim.noise_multiplier * FURTHEST
    if not refuted(high):
        return None
    if refuted(low):
        return low
    while high > low * CLOSE:
        middle = sqrt(low * high)
        low, high = (low, middle) if refuted(middle) else (middle, high)
    return high
