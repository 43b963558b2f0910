"""Check of Exercise 16.4: every example decides on its own whether it is in the sample."""

from math import comb, sqrt
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.dp_sgd_clip import shape_of
from lessons.checks.exercise import Mistake
from lessons.checks.laplace_mechanism_law import draws_elsewhere
from lessons.validation import Vector

ROUNDS = 3000
SETTINGS = ((12, 0.3), (5, 0.15), (7, 0.6))  # (n, q)
TESTS = 200  # frequencies looked at in all: the false alarm is shared out among them


def examine_poisson(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Frequencies of every example, of every pair, and of every size of the sample."""
    for n, rate in SETTINGS:
        samples = attempt.repeat(ROUNDS, n, sampling_rate=rate, rng=rng)
        found = _unreadable(samples, n) or _which_law(_members(samples, n), rate)
        if found is not None:
            return found
    if draws_elsewhere(lambda own: _many(attempt, own), rng):
        return Found("global_random")
    everybody = attempt.repeat(200, 4, sampling_rate=1.0, rng=rng)
    return None if _members(everybody, 4).all() else Found("rate_of_one")


def _many(attempt: Attempt, own: np.random.Generator) -> Vector:
    draws = attempt.repeat(20, 12, sampling_rate=0.3, rng=own)
    return _members(draws, 12)


def _unreadable(samples: list[Any], n: int) -> Found | None:
    """What is no list of indices, each from 0 to n − 1 and none twice."""
    if any(sample is None for sample in samples):
        return Found("returned_none")
    if any(shape_of(sample) is None for sample in samples):
        return Found("wrong_type", "Wanted an array of indices.")
    if all(np.ndim(sample) == 0 for sample in samples):
        return Found("wrong_type", "Wanted an array of indices, got single numbers.")
    if any(isinstance(sample, tuple) and len(sample) == 1 for sample in samples):
        return Found("tuple_of_where")
    arrays = [np.asarray(sample) for sample in samples]
    if any(array.dtype.kind == "b" for array in arrays):
        return Found("mask")
    if any(array.ndim != 1 for array in arrays):
        return Found("wrong_shape", "Wanted one axis.")
    filled = [array for array in arrays if array.size]
    if not filled:
        return Found("nobody")
    if any(array.dtype.kind not in "iu" for array in filled):
        return Found("not_indices")
    if any(
        isinstance(one, np.ndarray) and not one.size and one.dtype.kind == "f" for one in samples
    ):
        return Found("empty_floats")
    if any(array.min() < 0 or array.max() >= n for array in filled):
        return Found("not_indices", f"Indices run from 0 to n − 1 = {n - 1}.")
    return Found("twice") if any(len(set(one.tolist())) < len(one) for one in filled) else None


def _members(samples: list[Any], n: int) -> Vector:
    members = np.zeros((len(samples), n))
    for row, sample in zip(members, samples, strict=True):
        row[np.asarray(sample, dtype=np.int64)] = 1.0
    return members


def _which_law(members: Vector, rate: float) -> Found | None:
    """Compare with independent coins of probability ``rate``; ``members`` (rounds, n) of 0 and 1."""
    n, near = members.shape[1], frequency_bound(len(members), false_alarm=FALSE_ALARM / TESTS)
    sizes, each = members.sum(axis=1), members.mean(axis=0)
    if len(set(sizes.tolist())) == 1:
        return Found("fixed_size", f"It is always {sizes[0]:.0f} of {n}.")
    if set(sizes.tolist()) == {0.0, float(n)}:
        return Found("one_coin")
    law = np.bincount(sizes.astype(int), minlength=n + 1) / len(members)
    wanted = np.array([comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)])
    if law[0] == 0 and wanted[0] > near:
        return Found("never_empty")
    if np.ptp(each) > 2 * near:
        return Found("unfair")
    if (np.abs(each - (1 - rate)) <= near).all() and abs(1 - 2 * rate) > 2 * near:
        return Found("complement")
    pooled = 6 * sqrt(rate * (1 - rate) / members.size)  # six standard deviations of all coins
    if (np.abs(each - rate) > near).any() or abs(each.mean() - rate) > pooled:
        return Found("wrong_rate")
    if (np.abs(law - wanted) > near).any():
        return Found("wrong_size")
    again = members[0::2] * members[1::2]  # in a sample and in the next: binomial, probability q²
    if abs(again.mean() - rate**2) > 6 * rate * sqrt((1 - rate**2) / again.size):
        return Found("remembers")
    pairs = (members.T @ members / len(members))[np.triu_indices(n, 1)]
    return Found("not_independent") if (np.abs(pairs - rate**2) > near).any() else None


POISSON_MISTAKES = {
    "fixed_size": Mistake(
        "Your samples always have the same size.",
        "rng.choice(n, round(q·n), replace=False) is another kind of sampling: when one example is "
        "in, another is out. The accountant of lesson 15 assumes independent coins.",
    ),
    "one_coin": Mistake(
        "Your sample is always everybody or nobody: one coin for all of them.",
        "rng.random() without a size is one draw; n examples need n draws.",
    ),
    "never_empty": Mistake(
        "Your samples are never empty, and they should be now and then.",
        "max(1, …) or drawing again changes the probabilities; an empty batch is a perfectly good step.",
    ),
    "twice": Mistake(
        "The same example is twice in one of your samples.",
        "Drawing with replacement: an example that counts twice moves the sum by 2C.",
    ),
    "mask": Mistake(
        "You return a mask of True and False; the exercise wants the indices.",
        "np.flatnonzero turns the one into the other.",
    ),
    "tuple_of_where": Mistake(
        "You return a tuple with one array in it.",
        "np.where and np.nonzero give one array per axis: take the first.",
    ),
    "not_indices": Mistake(
        "What you return are not indices from 0 to n − 1.",
        "The random numbers themselves, or indices that start at 1.",
    ),
    "nobody": Mistake(
        "All your samples are empty.",
        "A draw of rng.random() is at least 0 and below 1: compare it with the rate.",
    ),
    "unfair": Mistake(
        "Some examples are drawn more often than others.",
        "An example that is never drawn is not protected, it is ignored; look at the ends 0 and n − 1.",
    ),
    "complement": Mistake(
        "You return those who should have been left out.",
        "rng.random(n) > q is true with probability 1 − q.",
    ),
    "wrong_rate": Mistake(
        "Your examples are not drawn with probability sampling_rate.",
        "The accountant computes ε for this rate and no other.",
    ),
    "wrong_size": Mistake(
        "Every example has the right chance, but the sizes of your samples are not right.",
        "n independent coins have a size with the binomial law: mean q·n, variance q·(1 − q)·n.",
    ),
    "not_independent": Mistake(
        "Size and rate are right, but some examples come together more often than others.",
        "A block of neighbours from a random start: each example must have a coin of its own.",
    ),
    "remembers": Mistake(
        "Whoever was in one of your samples is not in the next one as often as by chance.",
        "Batch after batch from one shuffled list: after a round everybody was in once. The "
        "accountant assumes that every step throws all coins anew.",
    ),
    "empty_floats": Mistake(
        "When your sample is empty, it is an array of floats, and no index.",
        "np.array([]) has the type float64: images[batch] then fails, in the one step that is empty. "
        "np.flatnonzero, or dtype=int, gives integers always.",
    ),
    "rate_of_one": Mistake(
        "With a sampling rate of 1 everybody should be in the sample, once.",
        "The whole table in every step is an allowed setting.",
    ),
}  # fmt: skip
