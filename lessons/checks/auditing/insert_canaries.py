"""Check of Exercise 17.4: what every step is given and returns, and the coins behind it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import FALSE_ALARM, count_is_off
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.frequencies import coins_fault
from lessons.checks.engine.independence import STRAY, elsewhere_fault, pairs_fault
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.dp.auditing import canaries
from lessons.dp.auditing.canaries import Bits
from lessons.validation import Vector

N, STEPS, RUNS = 60, 40, 36  # of the runs whose samples are looked at
COINS = 300  # short runs, for the coins alone
MANY = 3  # runs of a single step with as many canaries as in the lesson
PART = 20  # of the canaries that are in, those whose samples are compared one by one


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


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """First what needs no statistics, in each run; then the coins and the samples of many runs."""
    rate, norm = cases.between(rng, 0.25, 0.35), cases.between(rng, 2.1, 2.9)
    coins, samples = [], []
    for _ in range(RUNS):
        included, sample = _run(attempt, rng, N, norm, rate, STEPS)
        coins.append(included)
        samples.append(sample)
    if found := _of_coins(np.array(coins)) or _of_samples(np.array(samples), np.array(coins), rate):
        return found

    def release(own: np.random.Generator) -> Any:
        step = Recorder(N)
        return _call(attempt, step, own, N, norm, rate, 3)[1]

    if found := elsewhere_fault(release, rng):
        return found
    return _of_other_settings(attempt, rng)


def _bits(value: Any) -> Any:
    """An array of flags; numbers pass too, and get words of their own."""
    if not isinstance(value, np.ndarray):
        raise kinds.WrongKind(f"Wanted two arrays, got {kinds.described(value)}.")
    try:
        return kinds.flags(value)
    except kinds.WrongKind:
        return kinds.array(value)


def _call(
    attempt: Attempt,
    recorder: Recorder,
    rng: np.random.Generator,
    n: int,
    norm: float,
    rate: float,
    steps: int,
) -> tuple[Bits, Vector]:
    own = rng
    states, copied = [own.bit_generator.state], []

    def step(gradients: Any, *, rng: np.random.Generator) -> Vector:  # a function is not copied
        states.append(own.bit_generator.state)
        given = getattr(rng, "bit_generator", own.bit_generator)
        apart = given is not own.bit_generator
        if apart and any(_same_state(given.state, one) for one in states):
            copied.append(True)
        return recorder(gradients, rng=rng)

    step.__qualname__ = "step"

    known = {"n_canaries": n, "norm": norm, "sampling_rate": rate, "steps": steps}
    pair = attempt.value(kinds.pair_of(_bits, _bits), step, **known, rng=rng)
    if copied:
        words = "The step gets a copy of the generator: its noise repeats draws of your coins."
        raise Ended(Found("linked", words))
    included, outputs = (np.asarray(one) for one in pair)
    if outputs.shape == (n,) and included.shape == (steps, n) and n != steps:
        raise Ended(Found("pair_swapped"))
    if included.dtype != bool or included.shape != (n,):
        got = f"Got shape {included.shape} and type {included.dtype}."
        raise Ended(Found("not_booleans", got))
    if outputs.dtype == bool:
        raise Ended(Found("wrong_type", "Wanted an array of numbers for the outputs."))
    return included, outputs


def _run(
    attempt: Attempt, rng: np.random.Generator, n: int, norm: float, rate: float, steps: int
) -> tuple[Bits, Bits]:
    """Who was in (n,), and who took part in which step (steps, n), after a look at everything."""
    step, where = (
        Recorder(n),
        f"(With {n} canaries, {steps} steps and a sampling rate of {rate:.4g}.)",
    )
    included, outputs = _call(attempt, step, rng, n, norm, rate, steps)
    if len(step.batches) != steps:
        words = f"It was called {len(step.batches)} times. {where}"
        raise Ended(Found("wrong_number_of_steps", words))
    for batch in step.batches:
        found = _of_a_batch(batch, n, norm)
        if found:
            raise Ended(Found(found.code, f"{found.details} {where}".strip()))
    sample = np.array([(batch > 0).any(axis=0) for batch in step.batches])
    if (sample & ~included).any():
        raise Ended(Found("outsiders_take_part", where))
    if outputs.shape != (steps, n):
        words = f"Wanted outputs of shape {(steps, n)}, got {outputs.shape}."
        raise Ended(Found("wrong_shape", words))
    if not np.allclose(outputs, np.array(step.released), rtol=2e-7, atol=1e-6):
        raise Ended(Found("not_the_release", where))
    if outputs.dtype.kind == "f" and outputs.dtype.itemsize < 8:
        raise Ended(Found("too_coarse"))
    if not np.array_equal(outputs, np.array(step.released)):
        raise Ended(Found("not_the_release", where))
    if steps > 1 and np.array_equal(step.noise[0], step.noise[1]):
        raise Ended(Found("global_random", "Two of your steps drew the same noise."))
    return included, sample


def _same_state(one: Any, other: Any) -> bool:
    """Whether two generators of one kind would draw the same from here on."""
    return bool(one["state"] == other["state"])


def _of_a_batch(batch: Any, n: int, norm: float) -> Found | None:
    if batch.ndim != 2 or batch.shape[1] != n:
        return Found("shape_of_the_batch", f"The step got an array of shape {batch.shape}.")
    if not len(batch):
        return None
    entries = (batch != 0).sum(axis=1)
    if (entries != 1).any():
        how = "is all zeros" if (entries == 0).any() else "moves more than one parameter"
        return Found("wrong_rows", f"One of your rows {how}.")
    if ((batch != 0).sum(axis=0) > 1).any():
        return Found("wrong_rows", "One canary has two rows in a batch.")
    values = batch.sum(axis=1)
    if np.abs(values - norm).max() > 1e-6 * norm:
        return Found("wrong_norm", f"A row holds {values[0]:.4g} where norm is {norm:.4g}.")
    return None


def _of_coins(coins: Bits) -> Found | None:
    """What is wrong with who was in, (runs, n)."""
    if coins.all():
        return Found("no_coin")
    if (coins == coins[0]).all():
        return Found("same_coins", "In every run the same canaries are in.")
    if (coins == coins[:, :1]).all():
        return Found("same_coins", "In every run all canaries are in, or none.")
    if count_is_off(int(coins.sum()), coins.size, 0.5, false_alarm=FALSE_ALARM / 8):
        return Found("unfair_coin", f"{coins.mean():.1%} of your canaries are in.")
    if np.ptp(coins.sum(axis=1)) == 0:  # by chance below (1/4)^24 for any count
        return Found("exactly_half")
    found = coins_fault(coins, 0.5)
    return found and Found(found.code, f"{found.details} Look at who is in.")


def _of_samples(samples: Bits, coins: Bits, rate: float) -> Found | None:
    """What is wrong with who took part, (runs, steps, n), among those who were in."""
    inside = samples.transpose(0, 2, 1)[coins]  # (canaries that are in, steps)
    if inside.all():
        return Found("not_poisson", "All who are in take part in every step.")
    if (inside == inside[:, :1]).all():
        return Found("not_poisson", "The same canaries take part in every step.")
    sizes, most = samples.sum(axis=2), coins.sum(axis=1)[:, None]
    if (sizes * (sizes - most) == 0).all():
        return Found("not_poisson", "In each step either all who are in take part, or none.")
    if (np.ptp(sizes, axis=1) == 0).all():  # by chance below (1/4)^(39 · 25)
        return Found("not_poisson", "Your batches all have the same size.")
    if count_is_off(int(inside.sum()), inside.size, rate, false_alarm=FALSE_ALARM / 8):
        share = float(inside.mean())
        if not count_is_off(int(inside.sum()), inside.size, rate / 2, false_alarm=1e-9):
            return Found("coin_in_every_step")
        words = f"Those who are in take part in {share:.1%} of the steps, at a rate of {rate:.1%}."
        return Found("wrong_frequencies", words)
    square = float(np.sum((sizes - most * rate) ** 2 / (most * rate * (1 - rate))))
    if abs(square - sizes.size) > STRAY * np.sqrt(2.2 * sizes.size):
        how = "less" if square < sizes.size else "more"
        return Found("linked", f"The sizes of your batches vary {how} than with one coin a canary.")
    few = [
        sample[:, np.flatnonzero(own)[:PART]] for sample, own in zip(samples, coins, strict=True)
    ]
    table = np.concatenate([one for one in few if one.shape[1] == PART])
    found = coins_fault(table, rate) or coins_fault(inside, rate) or pairs_fault(inside - rate)
    return found and Found(found.code, f"{found.details} Look at who takes part.")


def _of_other_settings(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """One canary and two, many rare ones, a rate of 1; and many short runs for the coins."""
    for n, rate, steps in ((1, 0.5, 3), (2, 0.05, 50), (257, 1.0, 2), (9, 0.7, 1), (100, 1e-3, 7)):
        included, sample = _run(attempt, rng, n, cases.spread(rng, 0.1, 50), rate, steps)
        if rate == 1 and not np.array_equal(sample, np.tile(included, (steps, 1))):
            return Found("counterexample", "At a sampling rate of 1, not all who are in take part.")
        if n >= 100 and not 0.1 < included.mean() < 0.9:  # by chance 1e-17
            words = f"You say that {included.sum()} of {n} were in, at a sampling rate of {rate:g}."
            return Found("counterexample", words)
    n, steps, rate = 200, 600, cases.between(rng, 6e-4, 9e-4)
    included, sample = _run(attempt, rng, n, 1.0, rate, steps)
    chances, taken = int(included.sum()) * steps, int(sample.sum())
    if count_is_off(taken, chances, rate, false_alarm=FALSE_ALARM / 8):
        words = f"At a rate of {rate:.3g} somebody takes part {taken} times in {chances}."
        return Found("wrong_frequencies", words)
    short = [_run(attempt, rng, 128, 1.0, 0.5, 1) for _ in range(COINS)]
    return _of_coins(np.array([one for one, _ in short])) or _of_many(attempt, rng)


def _of_many(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """As many canaries as in the lesson: coins that are fine for 128 may come in pairs here."""
    n, rate = cases.one_of(rng, range(1000, 1030)), cases.between(rng, 0.2, 0.3)
    coins, samples = [], []
    for _ in range(MANY):
        included, sample = _run(attempt, rng, n, 1.0, rate, 1)
        coins.append(included)
        samples.append(sample[0][included][: n // 3])  # fewer are in once in 1e25 runs
    where = f"(With {n} canaries.)"
    if found := coins_fault(np.array(coins), 0.5):
        return Found(found.code, f"{found.details} Look at who is in. {where}")
    if min(map(len, samples)) < n // 3:
        return Found("unfair_coin", where)
    if found := coins_fault(np.array(samples), rate):
        return Found(found.code, f"{found.details} Look at who takes part. {where}")
    return None


def _insert(
    step: Any,
    n: int,
    norm: float,
    rate: float,
    steps: int,
    rng: Any,
    *,
    coins: Callable[..., Any] | None = None,
    sample: Callable[..., Any] | None = None,
    rows: Callable[..., Any] | None = None,
    release: Callable[..., Any] | None = None,
) -> tuple[Any, Any]:
    """Insert canaries, with one part changed."""
    included = rng.random(n) < 0.5 if coins is None else coins(n, rng)
    outputs, eye = [], norm * np.eye(n)
    for t in range(steps):
        part = included & (rng.random(n) < rate)
        part = part if sample is None else sample(included, n, rate, t, rng)
        batch = eye[part] if rows is None else rows(part, n, norm)
        outputs.append(step(batch, rng=rng) if release is None else release(step, batch, rng))
    return included, np.array(outputs)


def _with(
    result: Callable[[Any, Any], Any] = lambda included, outputs: (included, outputs),
    **changes: Any,
) -> Callable[..., Any]:
    """Make a wrong function with one part changed; ``result(included, outputs)`` is returned."""

    def wrong(
        step: Any, *, n_canaries: int, norm: float, sampling_rate: float, steps: int, rng: Any
    ) -> Any:
        return result(*_insert(step, n_canaries, norm, sampling_rate, steps, rng, **changes))

    return wrong


def _first_sample() -> Callable[..., Any]:
    kept: list[Any] = []

    def sample(included: Any, n: int, rate: float, t: int, rng: Any) -> Any:
        if t == 0:
            kept[:] = [rng.random(n) < rate]
        return included & kept[0]

    return sample


def _only_some(included: Any, n: int, rate: float, t: int, rng: Any) -> Any:
    inside = np.flatnonzero(included)
    size = min(len(inside), max(1, round(rate * n / 2)))
    return np.isin(np.arange(n), rng.permutation(inside)[:size])


def _one_step_less(
    step: Any, *, n_canaries: int, norm: float, sampling_rate: float, steps: int, rng: Any
) -> Any:
    included, outputs = _insert(step, n_canaries, norm, sampling_rate, max(steps - 1, 1), rng)
    return included, np.vstack([outputs, outputs[-1:]])


def _canary_by_canary(step: Any, batch: Any, rng: Any) -> Any:
    return sum(step(batch[k : k + 1], rng=rng) for k in range(len(batch)))


def _unless_empty(step: Any, batch: Any, rng: Any) -> Any:
    return step(batch, rng=rng) if len(batch) else np.zeros(batch.shape[1])


MISTAKES = {
    "pair_swapped": Mistake(
        "Your two results have changed places.",
        "First the coins, shape (n_canaries,), then the outputs.",
        made_by=(_with(lambda included, outputs: (outputs, included)),),
    ),
    "not_booleans": Mistake(
        "The first result must say for every canary whether it was in: True or False, shape (n_canaries,).",
        "With indices or with zeros and ones, ~included would not pick those that were out.",
        made_by=(
            _with(lambda included, outputs: (np.flatnonzero(included), outputs)),
            _with(lambda included, outputs: (included.astype(int), outputs)),
        ),
    ),
    "wrong_number_of_steps": Mistake(
        "The step was not called exactly once in every step of the run.",
        "Call it once per step, with the whole batch: a call per canary adds the noise many times. Call "
        "it for an empty batch too: the noise is part of the mechanism.",
        made_by=(_one_step_less, _with(release=_canary_by_canary), _with(release=_unless_empty)),
    ),
    "not_the_release": Mistake(
        "Your outputs are not what the step returned.",
        "The auditor may use only what the mechanism releases; the gradients themselves are secret.",
        made_by=(
            _with(release=lambda step, batch, rng: (step(batch, rng=rng), batch.sum(axis=0))[1]),
            _with(lambda included, outputs: (included, np.cumsum(outputs, axis=0))),
        ),
    ),
    "shape_of_the_batch": Mistake(
        "The step wants gradients of shape (canaries in the batch, n_canaries).",
        "Every canary has a parameter of its own, so there are as many parameters as canaries. "
        "The step clips each row; it can no longer do that once you have added the rows up.",
        made_by=(_with(rows=lambda part, n, norm: norm * part.astype(float)),),
    ),
    "wrong_rows": Mistake(
        "The step wants one row for each canary that takes part, with one number in the canary's own place.",
        "A canary that does not take part has no row, and none has two. If a row moves several "
        "parameters, the traces of the canaries mix, and one score speaks of several canaries.",
        made_by=(
            _with(rows=lambda part, n, norm: norm * np.eye(n) * part[:, None]),
            _with(rows=lambda part, n, norm: np.full((part.sum(), n), norm / n**0.5)),
            _with(rows=lambda part, n, norm: np.repeat(norm * np.eye(n)[part], 2, axis=0)),
        ),
    ),
    "wrong_norm": Mistake(
        "The number in a canary's own place is not `norm`.",
        "A gradient below the clip norm is never clipped, so the audit would miss a step that forgets "
        "to clip. And the score (17.vi) expects that a canary that is in raises its output.",
        made_by=(
            _with(rows=lambda part, n, norm: np.eye(n)[part]),
            _with(rows=lambda part, n, norm: norm**2 * np.eye(n)[part]),
            _with(rows=lambda part, n, norm: -norm * np.eye(n)[part]),
        ),
    ),
    "outsiders_take_part": Mistake(
        "Canaries that are out take part.",
        "Two things must be true: the canary is in, and this step samples it.",
        made_by=(
            _with(sample=lambda included, n, rate, t, rng: rng.random(n) < rate),
            _with(rows=lambda part, n, norm: norm * np.eye(n)[: part.sum()]),
        ),
    ),
    "no_coin": Mistake(
        "All your canaries are in.",
        "Without canaries that are out you can't count false alarms.",
        made_by=(_with(coins=lambda n, rng: np.ones(n, dtype=bool)),),
    ),
    "same_coins": Mistake(
        "Your canaries do not have a coin each.",
        "If the coins are known beforehand, guessing them proves nothing. And with one coin for all "
        "canaries, a run is one trial, not n_canaries trials.",
        made_by=(
            _with(coins=lambda n, rng: np.arange(n) % 2 == 0),
            _with(coins=lambda n, rng: np.full(n, rng.random() < 0.5)),
        ),
    ),
    "exactly_half": Mistake(
        "In every run, exactly the same number of your canaries is in.",
        "Then the coins depend on each other: if you know all but one, you know the last one too.",
        made_by=(_with(coins=lambda n, rng: rng.permutation(np.arange(n) < n // 2)),),
    ),
    "unfair_coin": Mistake(
        "Your coin is not fair.",
        "The bound that assumes nothing else, (17.viii), needs fair coins.",
        made_by=(
            _with(coins=lambda n, rng: rng.random(n) < 0.7),
            _with(coins=lambda n, rng: rng.random(n) < 0.3),
        ),
    ),
    "coin_in_every_step": Mistake(
        "Your canaries that are in take part half as often as they should. A new coin in every step?",
        "The coin decides once whether the canary is in the data; the sampling decides again in every step.",
        made_by=(
            _with(
                sample=lambda included, n, rate, t, rng: (
                    included & (rng.random(n) < 0.5) & (rng.random(n) < rate)
                )
            ),
        ),
    ),
    "not_poisson": Mistake(
        "You don't decide anew, for each canary and each step, whether it takes part.",
        "Sampling is part of the mechanism. Everybody in every step, one sample for the whole run, or "
        "batches of one size: each is another mechanism, with another ε than the claim.",
        made_by=(
            _with(sample=lambda included, n, rate, t, rng: included),
            _with(sample=_first_sample()),
            _with(sample=_only_some),
        ),
    ),
}

insert_canaries = Exercise(
    number="17.4",
    name="insert_canaries",
    reference=canaries.insert_canaries,
    examine=examine,
    takeaway="Each canary has a coin, and the auditor guesses it from the release alone. That is an audit.",
    hints=(
        "You need two kinds of coins: one per canary before the run, and one per canary in every step.",
        "Canary i has `norm` at place i and zeros elsewhere: row i of norm * np.eye(n_canaries). An "
        "array of booleans picks rows, possibly none.",
        "In each step: find out who takes part, take their rows, and store outputs[t] = step(rows, rng=rng).",
    ),
    mistakes=MISTAKES,
)
