"""Audit a training step: a lower bound on its ε, from what canaries betray (lesson 17).

    1  plan    before anything is run, choose the FPR that would show most if the claim is true
    2  run     insert canaries, in or out by a coin, and score each by what the step released
    3  count   how many of those in score above the threshold that so many of those out exceed
    4  bound   one of three ways from the counts to ε

The three ways assume more and more (and the last one shows far more):

    one_run      nothing but the canaries' coins (Steinke, Nasr, Jagielski 2023), 17.viii
    independent  + canaries do not disturb each other: m tests of one record each, 17.v
    family       + the curve is one of DP-SGD's, with this q and T and an unknown σ, 17.vii
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from lessons.dp.auditing.audit_plan import plan_audit
from lessons.dp.auditing.canaries import (
    Bits,
    canary_scores,
    insert_canaries,
    insert_canaries_in_bulk,
)
from lessons.dp.auditing.claim import Claim, family_epsilon
from lessons.dp.auditing.empirical_epsilon import epsilon_lower_bound, one_run_epsilon
from lessons.validation import Vector, choice, integer, positive, probability, vector

PrivateGradient = Callable[..., Vector]  # with the arguments of ``private_gradient``

FACTOR = 10.0  # a canary's gradient is so many times as long as the clip norm


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Lower bounds on ε at the claim's δ; each is too high with chance at most ``failure``.

    ``named``  the bound that decides, named before the audit is run: whoever looks at all three and
               takes the largest is wrong up to three times as often
    """

    claimed: float
    failure: float
    family: float
    independent: float
    one_run: float
    named: str = "family"

    def __post_init__(self) -> None:
        choice("named", self.named, ("family", "independent", "one_run"))

    @property
    def refuted(self) -> bool:
        """Whether the step leaks more than it claims, by the ``named`` bound; wrong with ``failure``."""
        return bool(getattr(self, self.named) > self.claimed)


def audit_step(
    step: PrivateGradient,
    *,
    claim: Claim,
    n_canaries: int,
    failure: float,
    rng: np.random.Generator,
    clip_norm: float = 1.0,
) -> Audit:
    """Audit any ``step`` that takes the arguments of ``private_gradient``, in one run.

    The canaries' gradients are written out, (n_in_batch, n_canaries): a thousand canaries are quick,
    ten thousand are not. ``ValueError`` for a step that returns anything but n_canaries numbers.
    """
    included, outputs = insert_canaries(
        partial(
            step,
            clip_norm=clip_norm,
            noise_multiplier=claim.noise_multiplier,
            expected_batch_size=expected_batch_size(claim, n_canaries=n_canaries),
        ),
        n_canaries=n_canaries,
        norm=FACTOR * positive("clip_norm", clip_norm),
        sampling_rate=claim.sampling_rate,
        steps=claim.steps,
        rng=rng,
    )
    scores = claimed_scores(outputs, claim=claim, clip_norm=clip_norm)
    return audit(included, scores, claim=claim, failure=failure)


def audit_reference(
    *,
    claim: Claim,
    n_canaries: int,
    failure: float,
    rng: np.random.Generator,
    noise_factor: float = 1.0,
) -> Audit:
    """Audit the reference step with as many canaries as you like; ``noise_factor`` spoils its noise.

    Canaries have no parameter in common, so nothing is written out: (steps, n_canaries) numbers.
    """
    included, outputs = insert_canaries_in_bulk(
        n_canaries=n_canaries,
        norm=FACTOR,
        clip_norm=1.0,
        noise_multiplier=claim.noise_multiplier * positive("noise_factor", noise_factor),
        sampling_rate=claim.sampling_rate,
        steps=claim.steps,
        expected_batch_size=expected_batch_size(claim, n_canaries=n_canaries),
        rng=rng,
    )
    scores = claimed_scores(outputs, claim=claim, clip_norm=1.0)
    return audit(included, scores, claim=claim, failure=failure)


def audit(included: Bits, scores: Vector, *, claim: Claim, failure: float) -> Audit:
    """The three bounds, from which canaries were in, ``included`` (m,), and their ``scores`` (m,)."""
    values = vector("scores", scores)
    inside = np.asarray(included, dtype=bool)
    if inside.shape != values.shape or not 0 < inside.sum() < len(inside):
        raise ValueError(
            "included must say of every canary whether it was in, and hold both, "
            f"got shape {inside.shape} with {int(inside.sum())} in, for {len(values)} scores"
        )
    plan = plan_audit(claim=claim, n_canaries=len(values), failure=failure)
    return Audit(
        claimed=claim.epsilon(),
        failure=failure,
        family=family_epsilon(
            **counts_at(inside, values, fpr=plan.family), claim=claim, failure=failure
        ),
        independent=epsilon_lower_bound(
            **counts_at(inside, values, fpr=plan.independent),
            delta=claim.delta,
            failure=failure,
        ),
        one_run=one_run_epsilon(
            right_guesses(inside, values, guesses=plan.guesses),
            guesses=plan.guesses,
            n_canaries=len(values),
            delta=claim.delta,
            failure=failure,
        ),
    )


def counts_at(included: Bits, scores: Vector, *, fpr: float) -> dict[str, int]:
    """True and false positives at a rank chosen in advance, and how many canaries were in and out.

    The threshold is the k-th highest score of the canaries that were out, k = fpr · n_out: k − 1 of
    them lie above it. Its true FPR is distributed like the k-th smallest of n_out uniform numbers, and
    Clopper and Pearson's upper bound for k − 1 successes is exactly the quantile of that distribution. So
    the bound is as good as for a threshold known beforehand, and it needs no scale of the scores.
    """
    out = np.sort(scores[~included])[::-1]
    k = max(1, round(probability("fpr", fpr) * len(out)))
    return {
        "true_positives": int((scores[included] > out[k - 1]).sum()),
        "false_positives": k - 1,
        "n_in": int(included.sum()),
        "n_out": len(out),
    }


def right_guesses(included: Bits, scores: Vector, *, guesses: int) -> int:
    """Say "in" of the highest ``guesses``/2 scores, "out" of the lowest, and count who is right."""
    each = integer("guesses", guesses, minimum=2) // 2
    order = np.argsort(scores, kind="stable")
    return int(included[order[-each:]].sum() + (~included[order[:each]]).sum())


def claimed_scores(outputs: Vector, *, claim: Claim, clip_norm: float) -> Vector:
    """The scores 17.vi of ``outputs`` (steps, n_canaries), as if the claim were true."""
    size = expected_batch_size(claim, n_canaries=outputs.shape[1])
    return canary_scores(
        outputs,
        signal=clip_norm / size,
        noise=claim.noise_multiplier * clip_norm / size,
        sampling_rate=claim.sampling_rate,
    )


def expected_batch_size(claim: Claim, *, n_canaries: int) -> float:
    """Half of the canaries are in, and each of these is sampled with probability q: q m / 2."""
    return claim.sampling_rate * n_canaries / 2
