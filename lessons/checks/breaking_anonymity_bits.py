"""Check of lesson 01's reconstruction: from answers about groups back to everybody's bit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp.reconstruction import least_squares
from lessons.validation import Vector

Array = NDArray[Any]


@dataclass(frozen=True)
class World:
    """Secrets, the groups that were asked about, and the answers."""

    bits: Array  # (n,)
    queries: Array  # (m, n)
    answers: Vector  # (m,)


def world(
    rng: np.random.Generator, *, n: int, m: int, ill: float, coin: float, noise: float
) -> World:
    """Bits with probability ``ill``, groups by a ``coin``, answers within ±``noise``."""
    bits = (rng.random(n) < ill).astype(np.int64)
    queries = (rng.random((m, n)) < coin).astype(np.int64)
    return World(bits, queries, queries @ bits + rng.uniform(-noise, noise, size=m))


def worlds(rng: np.random.Generator) -> list[World]:
    """Worlds in which least squares is right for every bit, but for chances below 1e-6.

    The estimates stray by sd = noise/√3 · 1/√(coin (1 − coin)(m − n)); half a bit is at least seven of
    those: 7.6, 7.2 and 7.2 for the noisy ones. The exact ones have m > 2n, hence full rank.
    """
    return [
        world(rng, n=31, m=83, ill=0.4, coin=0.5, noise=0.0),
        world(rng, n=24, m=96, ill=0.3, coin=0.25, noise=0.0),
        world(rng, n=40, m=400, ill=0.1, coin=0.5, noise=1.08),
        world(rng, n=37, m=500, ill=0.0, coin=0.5, noise=1.3),
        world(rng, n=33, m=500, ill=1.0, coin=0.4, noise=1.27),
    ]


def examine_reconstruct(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Every bit from exact and from slightly wrong answers; the nearer bit whatever the answers are."""
    cases = worlds(rng)
    got = [attempt.array(one.queries, one.answers, shape=one.bits.shape) for one in cases]
    if all(np.array_equal(a, b.bits) for a, b in zip(got, cases, strict=True)):
        return _of_any_estimate(attempt, rng)
    values = np.concatenate([np.asarray(one, dtype=float) for one in got])
    if set(np.unique(values)) == {-1.0, 1.0}:
        return Found("plus_and_minus_one")
    if not np.isin(values, (0, 1)).all():
        return _no_bits(values)
    for code, slip in _SLIPS.items():
        if all(np.array_equal(a, slip(b)) for a, b in zip(got, cases, strict=True)):
            return Found(code.strip())
    wrong = [int((np.asarray(a) != b.bits).sum()) for a, b in zip(got, cases, strict=True)]
    exact, noisy = sum(wrong[:2]), sum(wrong[2:])
    if not sum(wrong[:3]) and max(wrong[3:]) > 9:
        return Found("nobody_or_everybody")
    if not exact:
        return Found("only_exact_answers", f"There, {noisy} of 110 bits are wrong.")
    return Found("wrong_bits", f"With exact answers {exact} of 55 bits are wrong.")


def _no_bits(values: Vector) -> Found:
    whole = np.array_equal(values, np.round(values))
    return Found("not_bits" if whole else "not_rounded")


def each_alone(rng: np.random.Generator) -> tuple[Array, Vector, Vector]:
    """Queries about one person each (and about nobody), answers, and the estimates that they force.

    The answers agree with each other, so any way to fit them finds the same estimates: some near 1/2,
    some far outside 0 to 1. The first person is asked for in the first row only, the last in the last.
    """
    inner = rng.permutation([-1.6, -0.7, 0.45, 0.55, 1.7, 2.6])
    estimates = np.array([1.9, *inner, 1.9])
    often = np.repeat([1, 2, 3, 4, 5, 6, 8], 64)  # 8 is nobody: an empty group
    asked = np.array([0, *rng.permutation(often), 7])
    queries = (asked[:, None] == np.arange(8)).astype(np.int64)  # (450, 8)
    return queries, queries @ estimates, estimates


def _of_any_estimate(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The nearer bit of estimates near 1/2 and far out, from all the answers."""
    queries, answers, estimates = each_alone(rng)
    values = attempt.array(queries, answers, shape=estimates.shape)
    if not np.isin(values, (0, 1)).all():
        return _no_bits(np.asarray(values, dtype=float))
    wrong = np.asarray(values) != (estimates > 0.5)
    far = np.abs(estimates - 0.5) > 1
    if wrong[1:-1][far[1:-1]].any():
        return Found("far_estimates")
    if wrong[1:-1].any():
        return Found("threshold_not_half")
    return Found("answers_unused") if wrong.any() else None


def _estimates(one: World) -> Vector:
    return least_squares(one.queries, one.answers)


def _one_by_one(one: World) -> Vector:
    """Average answer of the groups with a person, minus that of the groups without."""
    inside, outside = one.queries, 1 - one.queries
    with_person = one.answers @ inside / inside.sum(axis=0)
    return np.asarray(with_person - one.answers @ outside / outside.sum(axis=0))


def _first_rows(one: World) -> Vector:
    n = len(one.bits)
    return least_squares(one.queries[:n], one.answers[:n])


_SLIPS: dict[str, Callable[[World], Array]] = {
    "truncated": lambda one: _estimates(one).astype(int),
    "threshold_zero": lambda one: _estimates(one) > 0,
    "threshold_not_half": lambda one: _estimates(one) > 0.9,
    "threshold_not_half ": lambda one: _estimates(one) > 0.1,
    "threshold_from_the_estimates": lambda one: _estimates(one) > _estimates(one).mean(),
    "threshold_from_the_estimates ": lambda one: _estimates(one) > np.median(_estimates(one)),
    "one_by_one": lambda one: _one_by_one(one) > 0.5,
    "one_by_one ": lambda one: _one_by_one(one) > 0,
    "one_by_one  ": lambda one: one.answers @ one.queries > np.median(one.answers @ one.queries),
    "one_by_one   ": lambda one: one.answers @ one.queries > np.mean(one.answers @ one.queries),
    "opposite": lambda one: 1 - one.bits,
    "first_rows": lambda one: _first_rows(one) > 0.5,
    "all_alike": lambda one: np.zeros(len(one.bits)),
    "all_alike ": lambda one: np.ones(len(one.bits)),
}

BITS_MISTAKES = {
    "not_rounded": Mistake(
        "You return real numbers; wanted is a 0 or a 1 for every person.",
        "Least squares gives estimates such as 0.93 or −0.2; the guess is the nearer bit.",
    ),
    "not_bits": Mistake(
        "You return whole numbers, but some are neither 0 nor 1.",
        "With noisy answers an estimate may be 2.3 or −1.4, and round() gives 2 or −1.",
    ),
    "plus_and_minus_one": Mistake(
        "You return −1 and 1; the secret bits are 0 and 1.",
        "np.sign, or a coding of bits as signs, was left as it is.",
    ),
    "truncated": Mistake(
        "Your bits are cut off, not rounded: 0.9999 became 0.",
        "astype(int) and int() cut off; rounding means comparing with one half.",
    ),
    "threshold_zero": Mistake(
        "You call a bit 1 as soon as its estimate is above 0.",
        "Half way between 0 and 1 is 1/2; noise alone puts half of the zeros above 0.",
    ),
    "threshold_from_the_estimates": Mistake(
        "Your threshold depends on how many people have the disease.",
        "With the mean or the median of the estimates as threshold, a group in which all are healthy "
        "gets ill members.",
    ),
    "threshold_not_half": Mistake(
        "Your guess is not always the nearer bit: the two meet half way.",
        "0.45 is nearer to 0, and 0.55 is nearer to 1, however many people are ill.",
    ),
    "far_estimates": Mistake(
        "You stumble over estimates far outside 0 to 1, as large errors give them.",
        "−1.6 is nearer to 0, and 1.7 and 2.6 are nearer to 1. Comparing |x̂| with 1/2, round(x̂) with 1, "
        "or taking astype(bool), gets some of them wrong.",
    ),
    "nobody_or_everybody": Mistake(
        "Right when some are ill and others are not; wrong where nobody is ill, or everybody.",
        "Estimates stretched from their smallest to their largest always give some of each.",
    ),
    "answers_unused": Mistake(
        "You do not use all of the answers.",
        "Somebody who is in a single group is found by that answer alone: the first, or the last.",
    ),
    "one_by_one": Mistake(
        "You look at each person alone, and everybody else acts as noise.",
        "Comparing the answers with and without a person is right on average; solving for all "
        "together removes what the others contribute.",
    ),
    "opposite": Mistake(
        "All your bits are the wrong way round.",
        "1 means that the person has the disease, and raises the counts.",
    ),
    "first_rows": Mistake(
        "You use only as many answers as there are people; the others would average out the noise.",
        "A square system can be solved exactly, and passes all the noise on, enlarged.",
    ),
    "all_alike": Mistake(
        "You give everybody the same bit.",
        "Right for most people when few are ill, and it learns nothing from the answers.",
    ),
    "only_exact_answers": Mistake(
        "Right as long as the answers are exact; with small errors in them it is not.",
        "Use all the answers at once: least squares spreads the errors over all of them.",
    ),
    "wrong_bits": Mistake(
        "Even with exact answers, the bits are not those of the people.",
        "Try it with three people and the groups {1, 2}, {2, 3}, {1, 3}, as in the lesson.",
    ),
}
