"""Check of Exercise 15.1: the pair of the amplification theorem, for every setting."""

from collections.abc import Callable
from math import exp, expm1, log, log1p
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting import subsampling

Pair = tuple[float, float]
Formula = Callable[[float, float, float], float]


def reference(*, epsilon: float, delta: float, sampling_rate: float) -> Pair:
    """(ε′, δ′) of an (ε, δ)-DP mechanism that runs on a Poisson sample (15.iii)."""
    return subsampling.amplified(epsilon=epsilon, delta=delta, sampling_rate=sampling_rate)


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw usual settings, tiny and large ones, and the ends: everybody sampled, ε = 0, δ = 0."""
    settings = [
        (cases.between(rng, 0.8, 1.4), cases.between(rng, 0.1, 0.3), cases.spread(rng, 0.03, 0.2)),
        (cases.between(rng, 0.2, 0.5), cases.spread(rng, 1e-4, 1e-2), cases.between(rng, 0.3, 0.6)),
        (cases.between(rng, 2, 4), cases.between(rng, 0.01, 0.3), cases.spread(rng, 0.005, 0.05)),
        (cases.between(rng, 2, 4), cases.between(rng, 0.3, 0.9), cases.between(rng, 0.6, 0.95)),
        (cases.spread(rng, 1e-3, 0.1), cases.spread(rng, 1e-9, 1e-5), cases.spread(rng, 1e-3, 0.1)),
        (
            cases.spread(rng, 1e-5, 1e-3),
            cases.spread(rng, 1e-9, 1e-5),
            cases.spread(rng, 1e-3, 0.1),
        ),
        (cases.between(rng, 8, 30), cases.spread(rng, 1e-9, 1e-5), cases.spread(rng, 1e-4, 0.1)),
        (cases.between(rng, 40, 80), cases.spread(rng, 1e-9, 1e-5), cases.spread(rng, 1e-4, 0.1)),
        (
            cases.between(rng, 0.5, 2),
            cases.spread(rng, 1e-11, 1e-10),
            cases.spread(rng, 1e-3, 1e-2),
        ),
        (cases.between(rng, 0.5, 2), cases.between(rng, 0.1, 0.3), 1.0),
        (
            cases.between(rng, 0.5, 2),
            cases.between(rng, 0.1, 0.3),
            1 - cases.spread(rng, 1e-3, 0.02),
        ),
        (0.0, 0.0, cases.between(rng, 0.2, 0.5)),
        (0.0, cases.between(rng, 0.1, 0.3), cases.between(rng, 0.2, 0.5)),
        (cases.between(rng, 0.8, 1.4), 0.0, cases.between(rng, 0.2, 0.5)),
    ]
    e, d, q = settings[0]  # one number changes, the others stay
    settings += [(e / 2, d, q), (e, d / 3, q), (e, d, q / 2)]
    return [{"epsilon": e, "delta": d, "sampling_rate": q} for e, d, q in settings]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare both numbers with the theorem: first ε′, then δ′."""

    def fits(case: Case, got: Pair, truth: Pair) -> bool:
        return all(map(near, got, truth))

    def near(got: float, truth: float) -> bool:
        return abs(got - truth) <= (1e-5 if attempt.single else 1e-9) * truth + 1e-14

    def words(case: Case, got: Pair, truth: Pair) -> str:
        for name, one, other in zip(("ε′", "δ′"), got, truth, strict=True):
            if not near(one, other):
                return f": {name} is too {'large' if one > other else 'small'}."
        return "."

    return by_numbers(
        attempt,
        ask(rng),
        right=reference,
        mistakes=MISTAKES,
        rng=rng,
        ask=_pair,
        fits=fits,
        words=words,
    )


def two_numbers(value: Any) -> Any:
    """A pair of numbers; an array of two, or a list, is made a tuple."""
    if isinstance(value, np.ndarray) and value.shape == (2,):
        value = tuple(value)
    return kinds.pair_of(kinds.number, kinds.number)(value)


def _pair(attempt: Attempt, case: Case) -> Pair:
    one, other = map(float, attempt.value(two_numbers, **case))
    if not np.isfinite([one, other]).all():
        raise Ended(Found("not_finite"))
    return one, other


def _right(e: float, d: float, q: float) -> float:
    return log1p(q * expm1(e))


def _of(epsilon: Formula, delta: Formula | None = None) -> Callable[..., Any]:
    """Make a wrong function from ε′ and δ′ as functions of (ε, δ, q)."""

    def wrong(*, epsilon: float, delta: float, sampling_rate: float) -> Pair:
        given = epsilon, delta, sampling_rate
        return first(*given), second(*given)

    first, second = epsilon, delta or (lambda e, d, q: q * d)
    return wrong


MISTAKES = {
    "swapped": Mistake(
        "Right numbers in the wrong order: ε′ first, then δ′.",
        "A pair has an order: the next cell would read δ′ as ε′.",
        made_by=(_of(lambda e, d, q: q * d, _right),),
    ),
    "rate_times_epsilon": Mistake(
        "You multiply ε by q. That is nearly right for a small ε, and too small for a large one.",
        "ε is the logarithm of a ratio. Sampling averages the ratios, not their logarithms, so q·ε is "
        "a false promise.",
        made_by=(_of(lambda e, d, q: q * e),),
    ),
    "one_forgotten": Mistake(
        "With ε = 0 your answer is not 0: a mechanism that says nothing leaks all of a sudden.",
        "ln(1 + q e^ε) counts the runs in which the record is not sampled as 1, but they have "
        "probability 1 − q.",
        made_by=(_of(lambda e, d, q: log(1 + q * exp(e))),),
    ),
    "logarithm_forgotten": Mistake(
        "Your first number is, or contains, the ratio of the probabilities; ε′ is its logarithm.",
        "1 − q + q e^ε is the ratio, q(e^ε − 1) by how much it exceeds 1. A ratio of 1 means that "
        "nothing leaks; the ε of that is 0.",
        made_by=(
            _of(lambda e, d, q: q * expm1(e)),
            _of(lambda e, d, q: 1 + q * expm1(e)),
        ),
    ),
    "rate_outside": Mistake(
        "Your ε′ can be negative: is q inside the right bracket?",
        "ln(q e^ε) forgets the 1 − q of the runs in which the record is not sampled.",
        made_by=(_of(lambda e, d, q: log(q) + e),),
    ),
    "unchanged": Mistake(
        "Your ε′ does not depend on q.",
        "That is true of a sample that the attacker can see; a secret sample protects.",
        made_by=(_of(lambda e, d, q: e),),
    ),
    "other_direction": Mistake(
        "That is the ratio in the easier direction: the outputs that become rarer with the record.",
        "ε must bound both directions; −ln(1 − q + q e^−ε) is the smaller of the two.",
        made_by=(_of(lambda e, d, q: -log(1 - q + q * exp(-e))),),
    ),
    "rate_upside_down": Mistake(
        "Your ε′ grows when the sample gets smaller.",
        "q multiplies; a record that is seldom sampled is better hidden.",
        made_by=(
            _of(lambda e, d, q: log1p(expm1(e) / q)),
            _of(lambda e, d, q: log1p((1 - q) * expm1(e))),
        ),
    ),
    "other_base": Mistake(
        "Your logarithm has the base 2 or 10; ε uses the natural one.",
        "np.log is the natural logarithm, np.log2 and np.log10 are not.",
        made_by=(
            _of(lambda e, d, q: _right(e, d, q) / log(10)),
            _of(lambda e, d, q: _right(e, d, q) / log(2)),
        ),
    ),
    "delta_unchanged": Mistake(
        "ε′ is right; δ′ is smaller than δ.",
        "The bad event needs the record in the sample as well, and that has probability q.",
        made_by=(_of(_right, lambda e, d, q: d),),
    ),
    "delta_like_epsilon": Mistake(
        "ε′ is right; δ is a probability, not the logarithm of a ratio.",
        "The formula of ε′ applied to δ is close to qδ for a tiny δ, and wrong in general.",
        made_by=(_of(_right, lambda e, d, q: log1p(q * expm1(d))),),
    ),
    "delta_upside_down": Mistake(
        "ε′ is right; your δ′ does not shrink with q as it should.",
        "δ/q is larger than δ, and 1 − q is the probability of *not* being sampled: then nothing bad "
        "can happen to the record. Multiply by q.",
        made_by=(
            _of(_right, lambda e, d, q: d / q),
            _of(_right, lambda e, d, q: (1 - q) * d),
        ),
    ),
    "delta_forgotten": Mistake(
        "ε′ is right; your δ′ is always 0.",
        "A δ > 0 gets smaller by sampling, but it does not go away.",
        made_by=(_of(_right, lambda e, d, q: 0.0),),
    ),
}

amplify = Exercise(
    number="15.1",
    name="amplify",
    reference=reference,
    examine=examine,
    takeaway="The attacker does not know whether you took part at all, and that makes the leak smaller.",
    hints=(
        "Go back to the table of section 3: how is the row 'with it' made from (3/4, 1/4) and "
        "(1/4, 3/4)?",
        "With the record, an output has probability q · (something up to e^ε times as likely) + "
        "(1 − q) · (just as likely). Divide by the probability without the record.",
        "The largest ratio is 1 − q + q e^ε. Its logarithm is ε′; for δ′, ask when the bad event can "
        "touch the record.",
    ),
    mistakes=MISTAKES,
)
