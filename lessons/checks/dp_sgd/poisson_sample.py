"""Check of Exercise 16.3: every example decides on its own whether it is in the sample."""

from math import comb, sqrt
from typing import Any

import numpy as np
from scipy.special import bdtrc

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import count_is_off
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import coins_fault
from lessons.checks.engine.independence import STRAY
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.told import told
from lessons.dp.training import private_gradient as private
from lessons.validation import Vector

SURE = 20.0  # what is expected so often and never happens is no chance (e^-20)


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at small samples closely, again and in another order; then at many examples."""
    attempt.value(indices, 12, sampling_rate=1.0, rng=rng)  # of the right kind, and not empty
    between = cases.between
    found = by_law(
        attempt,
        [
            _probe(12, between(rng, 0.25, 0.28), 1200),
            _probe(5, between(rng, 0.12, 0.15), 2400),
            _probe(12, between(rng, 0.57, 0.64), 400),
            _probe(7, between(rng, 0.58, 0.63), 600),
            _probe(7, 1.0, 60),
            _probe(1, between(rng, 0.4, 0.6), 300),
            _probe(2, between(rng, 0.3, 0.7), 300),
        ],
        mistakes={},  # the faults have the names of the mistakes
        rng=rng,
    )
    if found is not None:
        return found
    large = (
        (cases.one_of(rng, (255, 256, 257, 300)), between(rng, 0.35, 0.65), 100),
        (1437, 1.0, 20),
        (1437, between(rng, 0.0843, 0.0857), 100),  # the lesson's table, between two hundredths
        (1500, between(rng, 0.955, 0.965), 20),
        (2000, between(rng, 1.3e-4, 1.6e-4), 100),
        (70_000, between(rng, 0.01, 0.2), 2),
    )
    for n, rate, times in large:
        found = _probe(n, rate, times).fault(_members(attempt, n, rate, rng, times))
        if found is not None:
            return Found(found.code, f"{found.details} {_said(n, rate)}".strip())
    return _few_of_many(attempt, rng)


def _few_of_many(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """How often nobody of many comes, or a few, where less than one is expected: no bell curve."""
    n, rate, times = cases.one_of(rng, range(1000, 1100)), 6e-4, 2500
    samples = attempt.values(times, indices, n, sampling_rate=rate, rng=rng)
    sizes = np.array([len(one) for one in samples])
    for size in (0, 1, 2):
        law = comb(n, size) * rate**size * (1 - rate) ** (n - size)
        if found := _size_fault(int((sizes == size).sum()), times, law, f"{size}", n, rate):
            return found
    law = float(bdtrc(2, n, rate))
    found = _size_fault(int((sizes > 2).sum()), times, law, "3 or more", n, rate)
    return found or _many_of_few(attempt, rng)


def _many_of_few(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """How often more than three standard deviations above the mean come: no bound on the size."""
    n, rate, times = 40, 0.015, 7000
    samples = attempt.values(times, indices, n, sampling_rate=rate, rng=rng)
    large = sum(len(one) > 3 for one in samples)
    return _size_fault(large, times, float(bdtrc(3, n, rate)), "4 or more", n, rate)


def _size_fault(count: int, times: int, law: float, size: str, n: int, rate: float) -> Found | None:
    if not count_is_off(count, times, law, false_alarm=3e-9):
        return None
    more = "too often" if count > times * law else "too rarely"
    return Found("linked", f"Samples of size {size} come {more}. {_said(n, rate)}")


def indices(value: Any) -> Any:
    """Indices as an array of integers; what else learners return is a mistake with a name."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], np.ndarray):
        raise Ended(Found("tuple_of_where"))
    flags = isinstance(value, list) and any(isinstance(one, bool | np.bool_) for one in value)
    if flags or (isinstance(value, np.ndarray) and value.dtype.kind == "b" and value.ndim):
        raise Ended(Found("mask"))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim == 1:
        raise Ended(Found("not_indices" if len(value) else "empty_floats"))
    return kinds.integers(value)


def _members(attempt: Attempt, n: int, rate: float, rng: np.random.Generator, times: int) -> Vector:
    """Draw samples and write them as rows (times, n) of 0 and 1."""
    samples = attempt.values(times, indices, n, sampling_rate=rate, rng=rng)
    members = np.zeros((times, n))
    for row, sample in zip(members, samples, strict=True):
        sample = np.asarray(sample)
        if sample.ndim != 1:
            raise Ended(Found("wrong_shape", f"Wanted one axis, got shape {sample.shape}."))
        kind = sample.dtype
        if kind.kind in "iu" and np.iinfo(kind).max < n - 1:
            words = f"{kind} ends at {np.iinfo(kind).max}, and n is {n}."
            raise Ended(Found("small_integers", words))
        if len(sample) and not (sample.min() >= 0 and sample.max() < n):
            raise Ended(Found("not_indices", f"Indices run from 0 to n − 1 = {n - 1}."))
        row[sample.astype(np.int64)] = 1.0
        if row.sum() < len(sample):
            raise Ended(Found("twice"))
    return members


def _said(n: int, rate: float) -> str:
    return f"(For {told({'n': n, 'sampling_rate': rate})}.)"


def _probe(n: int, rate: float, times: int) -> Probe:
    return Probe(
        lambda attempt, rng, times: _members(attempt, n, rate, rng, times),
        lambda members: _fault(members, rate),
        times,
        said=_said(n, rate),
    )


def _fault(members: Vector, rate: float) -> Found | None:
    """What tells ``members`` (times, n) from independent coins of probability ``rate``."""
    times, n = members.shape
    sizes, each = members.sum(axis=1), members.sum(axis=0)
    if rate == 1:
        return None if members.all() else Found("rate_of_one")
    if not members.any() and times * n * rate > SURE:
        return Found("nobody")
    if times > 50 and n > 1 and np.ptp(sizes) == 0 and n * min(rate, 1 - rate) > 0.5:
        return Found("fixed_size", f"It is always {sizes[0]:.0f} of {n}.")
    if n > 4 and set(sizes.tolist()) == {0.0, float(n)}:
        return Found("one_coin")
    if abs(1 - 2 * rate) > 0.2 and not count_is_off(int(each.sum()), members.size, 1 - rate):
        return Found("complement")
    pooled = float(members.mean())
    if (sizes > 0).all() and times * (1 - max(rate, pooled)) ** n > SURE:
        return Found("never_empty")
    if any(count_is_off(int(k), times, pooled, false_alarm=1e-8 / n) for k in np.unique(each)):
        return Found("unfair")
    found = coins_fault(members, rate)
    if found is not None or n > 30:
        return found or _two_alike(members, rate)
    counts = np.bincount(sizes.astype(int), minlength=n + 1)
    law = np.array([comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)])
    off = [k for k in range(n + 1) if count_is_off(int(counts[k]), times, law[k], false_alarm=1e-8)]
    if off:
        more = "too often" if counts[off[0]] > times * law[off[0]] else "too rarely"
        return Found("linked", f"Samples of size {off[0]} come {more}.")
    centred = members - rate
    pairs = np.triu(centred.T @ centred, 1)
    if np.abs(pairs).max() > STRAY * rate * (1 - rate) * sqrt(times) + 3:
        return Found("linked", "Some examples come together too often, or too rarely.")
    return None


def _two_alike(members: Vector, rate: float) -> Found | None:
    """Whether two of the examples, anywhere in the table, nearly always or never come together."""
    times, n = members.shape
    if n > 300:
        return None
    signs = 2 * members - 1
    alike = (times + (signs.T @ signs)[np.triu_indices(n, 1)]) / 2
    same, alarm = rate**2 + (1 - rate) ** 2, 1e-8 / n**2
    if any(count_is_off(int(k), times, same, false_alarm=alarm) for k in (min(alike), max(alike))):
        return Found("linked", "Two examples come together too often, or too rarely.")
    return None


def _that(chosen: Any) -> Any:
    """Make a wrong function from ``chosen(n, q, rng)``."""
    return lambda n, *, sampling_rate, rng: chosen(n, sampling_rate, rng)


def _drawn_again(n: int, *, sampling_rate: float, rng: Any) -> Any:
    while not len(batch := np.flatnonzero(rng.random(n) < sampling_rate)):
        pass
    return batch


def _the_draws(n: int, *, sampling_rate: float, rng: Any) -> Any:
    draws = rng.random(n)
    return draws[draws < sampling_rate]


MISTAKES = {
    "fixed_size": Mistake(
        "Your samples always have the same size.",
        "rng.choice(n, round(q·n), replace=False) is another kind of sampling: when one example is "
        "in, another is out. The accountant of lesson 15 assumes independent coins.",
        made_by=(
            _that(lambda n, q, rng: rng.choice(n, size=round(n * q), replace=False)),
            _that(lambda n, q, rng: rng.permutation(n)[: max(1, int(n * q))]),
        ),
    ),
    "one_coin": Mistake(
        "Your sample is always everybody or nobody: one coin for all of them.",
        "rng.random() without a size is one draw; n examples need n draws.",
        made_by=(_that(lambda n, q, rng: np.arange(n if rng.random() < q else 0)),),
    ),
    "never_empty": Mistake(
        "Your samples are never empty, and they should be now and then.",
        "max(1, …) or drawing again changes the probabilities; an empty batch is a perfectly good step.",
        made_by=(
            _that(lambda n, q, rng: rng.choice(n, size=max(1, rng.binomial(n, q)), replace=False)),
            _drawn_again,
        ),
    ),
    "twice": Mistake(
        "The same example appears twice in one of your samples.",
        "You draw with replacement. An example that counts twice moves the sum by 2C.",
        made_by=(
            _that(lambda n, q, rng: rng.choice(n, size=rng.binomial(n, q))),
            _that(lambda n, q, rng: rng.integers(0, n, size=round(n * q))),
        ),
    ),
    "mask": Mistake(
        "You return a mask of True and False; the exercise wants the indices.",
        "np.flatnonzero turns the one into the other.",
        made_by=(_that(lambda n, q, rng: rng.random(n) < q),),
    ),
    "tuple_of_where": Mistake(
        "You return a tuple with one array in it.",
        "np.where and np.nonzero give one array per axis: take the first.",
        made_by=(_that(lambda n, q, rng: np.where(rng.random(n) < q)),),
    ),
    "not_indices": Mistake(
        "What you return are not indices from 0 to n − 1.",
        "The random numbers themselves, or indices that start at 1.",
        made_by=(_the_draws, _that(lambda n, q, rng: np.flatnonzero(rng.random(n) < q) + 1)),
    ),
    "nobody": Mistake(
        "All your samples are empty.",
        "A draw of rng.random() is at least 0 and below 1: compare it with the rate.",
        made_by=(_that(lambda n, q, rng: np.flatnonzero(rng.random(n) > 1)),),
    ),
    "unfair": Mistake(
        "Some examples are drawn more often than others.",
        "An example that is never drawn teaches the network nothing, and one that is drawn more often than "
        "q loses more than ε says; look at the ends 0 and n − 1.",
        made_by=(
            _that(lambda n, q, rng: np.flatnonzero(rng.random(n - 1) < q)),
            _that(lambda n, q, rng: np.flatnonzero(rng.random(n) < q)[1:]),
        ),
    ),
    "complement": Mistake(
        "You return the examples that should have been left out.",
        "rng.random(n) > q is true with probability 1 − q.",
        made_by=(_that(lambda n, q, rng: np.flatnonzero(rng.random(n) > q)),),
    ),
    "empty_floats": Mistake(
        "When your sample is empty, it is an array of floats, and floats are no indices.",
        "np.array([]) has the type float64: images[batch] then fails, in the one step that is empty. "
        "np.flatnonzero, or dtype=int, gives integers always.",
        made_by=(_that(lambda n, q, rng: np.array([i for i in range(n) if rng.random() < q])),),
    ),
    "small_integers": Mistake(
        "Your indices have a type that ends before n does.",
        "In uint8, example 256 becomes example 0, so some are drawn too often and most never.",
        made_by=(
            _that(lambda n, q, rng: np.flatnonzero(rng.random(n) < q).astype(np.uint8)),
            _that(lambda n, q, rng: np.flatnonzero(rng.random(n) < q).astype(np.int16)),
        ),
    ),
    "rate_of_one": Mistake(
        "With a sampling rate of 1 everybody should be in the sample, once.",
        "The whole table in every step is an allowed setting.",
        made_by=(_that(lambda n, q, rng: np.flatnonzero(rng.random(n) < min(q, 0.9))),),
    ),
}

poisson_sample = Exercise(
    number="16.3",
    name="poisson_sample",
    reference=private.poisson_sample,
    examine=examine,
    takeaway="Everybody tosses a coin of their own, and nobody chooses the size of the batch.",
    hints=(
        "How many coins are thrown for n examples, and does one of them know about another?",
        "rng.random(n) gives n numbers between 0 and 1. How often is one of them below q?",
        "That comparison gives True and False; np.flatnonzero turns them into indices.",
    ),
    mistakes=MISTAKES,
)
