"""Check of Exercise 51.2: the run that an accountant must be told of, from the arguments of Keras."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.kinds import WrongKind, described
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting.run import Run
from lessons.dp.training.microbatches import honest_noise_multiplier

Three = tuple[float, float, float]
SHORT = [k for k in range(2, 200) if int(1 / (1 / k)) < k]  # by floats, 93 batches are 92
NAMES = ("noise_multiplier", "sampling_rate", "steps")


def reference(
    *,
    n_examples: int,
    batch_size: int,
    epochs: int,
    noise_multiplier: float,
    num_microbatches: int | None,
) -> Run:
    """σ/C is worth half where a microbatch holds several examples; q and T count batches."""
    several = num_microbatches is not None and num_microbatches < batch_size
    return Run(
        noise_multiplier=honest_noise_multiplier(noise_multiplier) if several else noise_multiplier,
        sampling_rate=batch_size / n_examples,
        steps=epochs * (n_examples // batch_size),
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw settings in which microbatches divide batches, and batches the data; every kind of microbatch."""
    asked: list[Case] = []
    for size, count in ((1, 1), (1, 7), (2, 3), (5, 1), (8, 2), (12, 12), (1, 144), (144, 1)):
        for _ in range(2):
            batches = cases.one_of(rng, range(2, 90))
            asked.append(
                {
                    "n_examples": size * count * batches,
                    "batch_size": size * count,
                    "epochs": cases.one_of(rng, range(2, 70)),
                    "noise_multiplier": cases.between(rng, 0.4, 6),
                    "num_microbatches": count,
                }
            )
    asked += [{**case, "num_microbatches": None} for case in asked[1::4]]
    asked += [{**asked[0], "epochs": 1}, {**asked[4], "n_examples": asked[4]["batch_size"]}]
    asked.append({**asked[12], "epochs": cases.one_of(rng, range(100, 400))})
    k = cases.one_of(rng, SHORT)
    asked += [
        {**case, "n_examples": k * int(case["batch_size"]), "epochs": 1} for case in asked[4:7]
    ]
    return asked + cases.one_at_a_time(
        {**asked[-1], "n_examples": 720, "batch_size": 12, "epochs": 9, "num_microbatches": 4},
        n_examples=480,
        batch_size=24,
        epochs=11,
        noise_multiplier=cases.between(rng, 0.4, 6),
        num_microbatches=12,
    )


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare the three numbers of the record."""
    return by_numbers(
        attempt, ask(rng), right=_right, mistakes=MISTAKES, rng=rng, ask=_three, words=_in_words
    )


def a_run(value: Any) -> Any:
    """A ``Run``, and nothing else."""
    if not isinstance(value, Run):
        raise WrongKind(f"Wanted a Run, got {described(value)}.")
    return value


def _three(attempt: Attempt, case: Case) -> Three:
    return _numbers(attempt.value(a_run, **case))


def _right(**case: Any) -> Three:
    return _numbers(reference(**case))


def _numbers(run: Run) -> Three:
    return float(run.noise_multiplier), float(run.sampling_rate), float(run.steps)


def _in_words(case: Case, got: Three, right: Three) -> str:
    for name, one, other in zip(NAMES, got, right, strict=True):
        if abs(one - other) > 1e-9 * other:
            return (
                f" (noise multiplier, q, T): {name} is too {'large' if one > other else 'small'}."
            )
    return "."


def _made(
    *,
    sigma: Callable[..., float] | None = None,
    rate: Callable[[int, int, int], float] = lambda n, batch, m: batch / n,
    steps: Callable[[int, int, int, int], int] = lambda n, batch, m, epochs: epochs * (n // batch),
) -> Callable[..., Run]:
    """Make a wrong function from its three numbers; ``sigma`` takes (multiplier, batch, m or None)."""

    def wrong(
        *,
        n_examples: int,
        batch_size: int,
        epochs: int,
        noise_multiplier: float,
        num_microbatches: int | None,
    ) -> Run:
        m = batch_size if num_microbatches is None else num_microbatches
        halved = noise_multiplier / 2 if m < batch_size else noise_multiplier
        return Run(
            noise_multiplier=(
                sigma(noise_multiplier, batch_size, num_microbatches) if sigma else halved
            ),
            sampling_rate=min(1.0, rate(n_examples, batch_size, m)),
            steps=max(1, steps(n_examples, batch_size, m, epochs)),
        )

    return wrong


def _sigma(worth: Callable[..., float]) -> Callable[..., Run]:
    return _made(sigma=worth)


MISTAKES = {
    "not_halved": Mistake(
        "Your noise multiplier ignores the microbatches.",
        "One example turns the average of its microbatch from C in one direction to C in the other: it "
        "moves the sum by 2C, and the multiplier is worth half. Then ε = 9.08 is printed where 40.4 is "
        "kept at best.",
        made_by=(_sigma(lambda s, batch, m: s),),
    ),
    "always_halved": Mistake(
        "You halve the multiplier even where every microbatch holds a single example.",
        "That is the default of the library's statement, on the safe side: it cannot know how you "
        "trained. You can.",
        made_by=(_sigma(lambda s, batch, m: s / 2),),
    ),
    "none_is_one": Mistake(
        "You treat None like one microbatch. Left out, it means one microbatch for each example.",
        "`num_microbatches or 1` and `num_microbatches is None or …` are the usual slips.",
        made_by=(_sigma(lambda s, batch, m: s / 2 if (m or 1) < batch else s),),
    ),
    "only_one_halved": Mistake(
        "You halve for a single microbatch only; what counts is whether one holds several examples.",
        "With 12 microbatches of 12, one example still turns the average of its twelve.",
        made_by=(
            _sigma(lambda s, batch, m: s / 2 if m == 1 and batch > 1 else s),
            _sigma(lambda s, batch, m: s / 2 if m == 1 else s),
        ),
    ),
    "many_halved": Mistake(
        "You halve where there are many microbatches; it is the large ones that cost.",
        "As many microbatches as examples is the right setting: each holds one.",
        made_by=(
            _sigma(lambda s, batch, m: s / 2 if m is not None and m > 1 else s),
            _sigma(lambda s, batch, m: s / 2 if m is None or m > 1 else s),
        ),
    ),
    "by_the_size": Mistake(
        "The price of a microbatch does not grow with its size: two examples cost as much as twelve.",
        "The average is clipped to C, however many are in it, and the worst that one example can do is "
        "to turn it around.",
        made_by=(
            _sigma(lambda s, batch, m: s * (m or batch) / batch),
            _sigma(lambda s, batch, m: s * ((m or batch) / batch) ** 0.5),
        ),
    ),
    "wrong_way": Mistake(
        "Sensitivity 2C with the same noise is less noise in units of the sensitivity, not more.",
        "The multiplier is σ over the sensitivity.",
        made_by=(_sigma(lambda s, batch, m: s * (2 if (m or batch) < batch else 1)),),
    ),
    "of_the_mean": Mistake(
        "You give the noise on the mean; the accountant wants the noise on the sum, over C.",
        "Dividing by a number of microbatches is post-processing: signal and noise shrink together.",
        made_by=(
            _sigma(lambda s, batch, m: s / (m or batch)),
            _sigma(lambda s, batch, m: s / batch),
        ),
    ),
    "rate_of_a_microbatch": Mistake(
        "The sampling rate is that of a batch: what fraction of all examples is in one step?",
        "Microbatches share one step: an example is in it with probability batch_size / n_examples.",
        made_by=(
            _made(rate=lambda n, batch, m: m / n),
            _made(rate=lambda n, batch, m: batch / m / n),
            _made(rate=lambda n, batch, m: 1 / n),
            _made(rate=lambda n, batch, m: 1 / batch),
        ),
    ),
    "steps_counted_otherwise": Mistake(
        "Count the steps again: how often does the optimizer release something?",
        "Once a batch, in each epoch: epochs · n_examples / batch_size. Neither epochs, nor examples, "
        "nor microbatches are releases.",
        made_by=(
            _made(steps=lambda n, batch, m, epochs: epochs),
            _made(steps=lambda n, batch, m, epochs: n // batch),
            _made(steps=lambda n, batch, m, epochs: epochs * n),
            _made(steps=lambda n, batch, m, epochs: epochs * (n // batch) * m),
            _made(steps=lambda n, batch, m, epochs: epochs * batch),
        ),
    ),
}

for_the_accountant = Exercise(
    number="51.2",
    name="for_the_accountant",
    reference=reference,
    examine=examine,
    takeaway="The accountant believes what it is told: halve the multiplier wherever a microbatch holds "
    "several examples.",
    hints=(
        "Three numbers, one after the other. T: how many steps has an epoch? q: what fraction of all "
        "examples is in one step?",
        "How many examples are in one microbatch? And how many if num_microbatches is None?",
        "With one example in each, σ/C is as on the label. With several, the sensitivity is 2C.",
    ),
    mistakes=MISTAKES,
)
