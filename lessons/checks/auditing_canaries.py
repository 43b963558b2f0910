"""Checks of lesson 17 that look at how canaries are inserted: coins, samples, gradients, releases."""

from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.chance import FALSE_ALARM, frequency_bound
from lessons.checks.exercise import Mistake
from lessons.checks.laplace_mechanism_law import draws_elsewhere
from lessons.dp.canaries import Bits
from lessons.validation import Vector

N, STEPS, RATE, NORM = 60, 40, 0.3, 2.5
RUNS = 25  # of the law; frequencies over N · RUNS coins and more


class Recorder:
    """A step that keeps what it is given, draws noise, and remembers what it released."""

    def __init__(self, n_parameters: int) -> None:
        self.n_parameters = n_parameters
        self.batches: list[Any] = []
        self.released: list[Vector] = []
        self.noise: list[Vector] = []

    def __call__(self, gradients: Any, *, rng: np.random.Generator) -> Vector:
        """Keep the batch; the plain sum plus noise is the release."""
        rows = np.array(gradients, dtype=float)
        self.batches.append(rows)
        total = rows.sum(axis=0)
        fits = total.shape == (self.n_parameters,)  # else the batch is looked at afterwards
        self.noise.append(rng.normal(size=self.n_parameters))
        self.released.append(self.noise[-1] + (total if fits else 0.0))
        return self.released[-1].copy()


def examine_canaries(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """First every single run, which needs no statistics; then the coins over all runs together."""
    coins, samples = [], []
    for _ in range(RUNS):
        step = Recorder(N)
        result = _run(attempt, step, rng)
        found = _shape_of(result) or _of_one_run(result, step)
        if found:
            return found
        included = np.asarray(result[0])
        coins.append(included)
        samples.append(np.array([(batch > 0).any(axis=0) for batch in step.batches]))
    if draws_elsewhere(lambda own: _run(attempt, Recorder(N), own)[1], rng):
        return Found("global_random")
    return _of_the_law(np.array(coins), np.array(samples)) or _of_other_settings(attempt, rng)


def _run(attempt: Attempt, step: Recorder, rng: np.random.Generator) -> Any:
    return attempt(step, n_canaries=N, norm=NORM, sampling_rate=RATE, steps=STEPS, rng=rng)


def _shape_of(result: Any) -> Found | None:
    if result is None:
        return Found("returned_none")
    if not isinstance(result, tuple | list) or len(result) != 2:
        return Found("not_a_pair", f"Got {type(result).__name__}.")
    if not all(isinstance(one, np.ndarray) for one in result):
        return Found("not_arrays")
    included, outputs = (np.asarray(one) for one in result)
    if outputs.shape == (N,) and included.shape == (STEPS, N):
        return Found("pair_swapped")
    if included.shape != (N,) or included.dtype != bool:
        return Found("not_booleans", f"Got shape {included.shape} and type {included.dtype}.")
    if outputs.shape != (STEPS, N):
        return Found("outputs_missing", f"Wanted shape {(STEPS, N)}, got {outputs.shape}.")
    return None


def _of_one_run(result: Any, step: Recorder) -> Found | None:
    included, outputs = np.asarray(result[0]), np.asarray(result[1], dtype=float)
    if len(step.batches) < STEPS:
        return Found("steps_missing", f"The step was called {len(step.batches)} of {STEPS} times.")
    if len(step.batches) > STEPS:
        return Found("too_many_steps", f"The step was called {len(step.batches)} times.")
    for batch in step.batches:
        found = _of_a_batch(batch, included)
        if found:
            return found
    if not np.array_equal(outputs, np.array(step.released)):
        return Found("not_the_release")
    if np.array_equal(step.noise[0], step.noise[1]):
        return Found("global_random", "Two of your steps drew the same noise.")
    return None


def _of_a_batch(batch: Any, included: Bits) -> Found | None:
    if batch.ndim != 2 or batch.shape[1] != N:
        code = "summed_already" if batch.shape == (N,) else "shape_of_the_batch"
        return Found(code, f"The step got an array of shape {batch.shape}.")
    entries = (batch != 0).sum(axis=1)
    if len(batch) and (entries == 0).any():
        return Found("rows_of_zeros")
    if len(batch) and (entries > 1).any():
        return Found("not_alone")
    norms = np.abs(batch).sum(axis=1)
    if len(batch) and np.abs(norms - NORM).max() > 1e-9:
        return Found("wrong_norm", f"One of your rows has length {norms[0]:.4g}.")
    if (batch < 0).any():
        return Found("negative_canary")
    if ((batch > 0).sum(axis=0) > 1).any():
        return Found("twice_in_a_batch")
    taking_part = (batch > 0).any(axis=0)
    return Found("outsiders_take_part") if (taking_part & ~included).any() else None


def _of_the_law(coins: Bits, samples: Bits) -> Found | None:
    """``coins`` (runs, N); ``samples`` (runs, STEPS, N): who took part in which step."""
    bound = frequency_bound(coins.size, false_alarm=FALSE_ALARM / 8)
    if coins.all():
        return Found("no_coin")
    if (coins == coins[0]).all():
        return Found("same_coins")
    if (coins == coins[:, :1]).all():
        return Found("one_coin")
    if abs(coins.mean() - 0.5) > bound:
        return Found("unfair_coin", f"{coins.mean():.0%} of your canaries are in.")
    counts = coins.sum(axis=1)
    if np.ptp(counts) == 0:  # by chance below (1/4)^24 for any count
        return Found("exactly_half")
    return _of_the_samples(samples, coins)


def _of_the_samples(samples: Bits, coins: Bits) -> Found | None:
    inside = samples.transpose(0, 2, 1)[coins]  # (canaries that are in, STEPS)
    share = inside.mean()
    if inside.all():
        return Found("everybody_every_step")
    if (inside == inside[:, :1]).all():
        return Found("same_sample")
    sizes = samples.sum(axis=2)
    if (sizes * (sizes - coins.sum(axis=1)[:, None]) == 0).all():
        return Found("one_draw")
    if (np.ptp(sizes, axis=1) == 0).all() or np.ptp(inside.sum(axis=0)) == 0:
        return Found("fixed_size")  # the first by chance below (1/4)^(39 · 25)
    if abs(share - RATE) > frequency_bound(inside.size, false_alarm=FALSE_ALARM / 8):
        if abs(share - RATE / 2) < 0.01:
            return Found("coin_in_every_step")
        return Found("wrong_rate", f"Those who are in take part in {share:.1%} of the steps.")
    again = (inside[:, 1:] & inside[:, :-1]).mean()  # neighbouring pairs, in two halves each
    room = 2 * frequency_bound(inside[:, 1:].size // 2, false_alarm=FALSE_ALARM / 8)
    if abs(again - RATE**2) > room:
        return Found("steps_depend")
    return None


def _of_other_settings(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Few canaries, rarely sampled: most batches are empty. And sampling rate 1: all take part."""
    step = Recorder(2)
    result = attempt(step, n_canaries=2, norm=0.7, sampling_rate=0.05, steps=50, rng=rng)
    if len(step.batches) != 50:
        return Found("skips_empty", f"The step was called {len(step.batches)} of 50 times.")
    if {np.shape(batch)[1:] for batch in step.batches} != {(2,)}:
        return Found("skips_empty", "An empty batch has shape (0, n_canaries).")
    if not np.array_equal(np.asarray(result[1]), np.array(step.released)):
        return Found("skips_empty", "What an empty batch releases counts as well.")
    if any((batch == 0).all(axis=1).any() for batch in step.batches):
        return Found("rows_of_zeros", "Look at a batch in which nobody takes part.")
    step = Recorder(N)
    included, _ = attempt(step, n_canaries=N, norm=0.7, sampling_rate=1e-4, steps=1, rng=rng)
    if not included.any():  # by chance 1/2^60
        return Found("only_the_sampled")
    step = Recorder(9)
    included, _ = attempt(step, n_canaries=9, norm=0.7, sampling_rate=1.0, steps=3, rng=rng)
    right = all(np.allclose(batch.sum(axis=0), 0.7 * included) for batch in step.batches)
    return None if right else Found("settings_ignored")


CANARY_MISTAKES = {
    "not_a_pair": Mistake(
        "Return two things: which canaries were in, and what the steps released.",
        "The auditor compares the two; without the coins there is nothing to compare with.",
    ),
    "not_arrays": Mistake(
        "Return two arrays; at least one of yours is a list.",
        "The cells below use ~included and outputs.shape. np.array makes an array of a list.",
    ),
    "pair_swapped": Mistake(
        "Your two results have changed places.",
        "First the coins, shape (n_canaries,), then the outputs.",
    ),
    "not_booleans": Mistake(
        "The first result says of every canary whether it was in: True or False, shape (n_canaries,).",
        "Indices or zeros and ones would make ~included, those that were out, mean something else.",
    ),
    "outputs_missing": Mistake(
        "The second result holds what every step released, one row per step.",
        "The sum over steps is not enough for (17.6), which weighs every output on its own.",
    ),
    "steps_missing": Mistake(
        "The step was not called in every step of the run.",
        "A batch may be empty, and the step is called then too: its noise is part of the mechanism.",
    ),
    "too_many_steps": Mistake(
        "The step was called more often than the run has steps.",
        "Once per step with the whole batch: a call for every canary adds the noise many times.",
    ),
    "not_the_release": Mistake(
        "Your outputs are not what the step returned.",
        "Only what the mechanism releases may be used; the gradients themselves are secret.",
    ),
    "summed_already": Mistake(
        "You give the step the sum of the gradients; it wants a row for each canary.",
        "Clipping is per row. A sum cannot be clipped canary by canary any more.",
    ),
    "shape_of_the_batch": Mistake(
        "The step wants gradients of shape (canaries in the batch, n_canaries).",
        "Every canary has a parameter of its own, so there are as many parameters as canaries.",
    ),
    "rows_of_zeros": Mistake(
        "Some of your rows are all zeros.",
        "Who does not take part has no row. A step that averages over rows would count them.",
    ),
    "not_alone": Mistake(
        "A row of yours moves more than one parameter.",
        "Then the traces of canaries mix, and a score speaks of several of them.",
    ),
    "wrong_norm": Mistake(
        "The length of your gradients is not `norm`.",
        "Gradients no longer than the clip norm never meet the clipping: one that is missing passes.",
    ),
    "negative_canary": Mistake(
        "Some of your canaries pull their parameter down.",
        "The score (17.6) expects a canary that is in to raise its output.",
    ),
    "twice_in_a_batch": Mistake(
        "A canary stands in one batch more than once.",
        "Drawn with replacement: a record then moves the sum by more than C.",
    ),
    "outsiders_take_part": Mistake(
        "Canaries that are out take part.",
        "Both coins must say yes: the canary is in, and this step samples it.",
    ),
    "no_coin": Mistake(
        "All your canaries are in.",
        "Without canaries that are out there is no false-positive rate to compare with.",
    ),
    "same_coins": Mistake(
        "In every run the same canaries are in.",
        "A coin that is known beforehand is no secret, and no guess about it means anything.",
    ),
    "one_coin": Mistake(
        "Either all your canaries are in, or none.",
        "One coin for all: a run then tells one bit, not n_canaries of them.",
    ),
    "unfair_coin": Mistake(
        "Your coin is not fair.",
        "The bound that assumes nothing else (17.7) rests on fair coins.",
    ),
    "exactly_half": Mistake(
        "Exactly the same number of your canaries is in, in every run.",
        "Then the coins depend on each other: who knows all but one knows the last.",
    ),
    "coin_in_every_step": Mistake(
        "Your canaries that are in take part half as often as they should: a new coin in every step?",
        "The coin decides once, whether the canary is in the data; the sampling decides every step.",
    ),
    "everybody_every_step": Mistake(
        "All canaries that are in take part in every step.",
        "Sampling is part of the mechanism: without it the ε of the claim is another.",
    ),
    "same_sample": Mistake(
        "The same canaries take part in every step.",
        "A new Poisson sample in each step; drawn once, it hides some canaries for good.",
    ),
    "one_draw": Mistake(
        "In each of your steps either all canaries that are in take part, or none.",
        "One draw for all. Poisson sampling tosses a coin for every canary: rng.random(n_canaries).",
    ),
    "only_the_sampled": Mistake(
        "Your first result leaves out canaries that are in but were never sampled.",
        "Being in is the coin's decision alone; a canary that no step samples is in all the same.",
    ),
    "fixed_size": Mistake(
        "Your batches all have the same size.",
        "The accountant assumes a Poisson sample: a coin for every record, and so a random size.",
    ),
    "wrong_rate": Mistake(
        "Canaries that are in do not take part with the sampling rate.",
        "Each with probability sampling_rate, in each step, on its own.",
    ),
    "steps_depend": Mistake(
        "Whether a canary takes part depends on whether it did in the step before.",
        "Going through a shuffled list is not a Poisson sample (lesson 18 shows what that costs).",
    ),
    "skips_empty": Mistake(
        "Something goes wrong when a batch is empty.",
        "An empty batch is np.zeros((0, n_canaries)): the step then releases noise alone.",
    ),
    "settings_ignored": Mistake(
        "Right for one setting, but not with nine canaries and a sampling rate of 1.",
        "Numbers of the first setting stand in your function.",
    ),
}
