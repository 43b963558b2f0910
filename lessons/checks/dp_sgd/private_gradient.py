"""Check of Exercise 16.2: the sum of clipped rows, noise of the right size once, the expected size."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lessons.checks.dp_sgd.clip_rows import TINY
from lessons.checks.dp_sgd.noisy_sums import (
    Names,
    ask,
    fits,
    noisy_without_noise,
    probes,
    release,
    wide,
)
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import by_law
from lessons.checks.engine.told import Case
from lessons.dp.training import private_gradient as private
from lessons.validation import Vector

NAMES = Names("gradients", "expected_batch_size", "rows of")


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Without noise: the clipped sum over the expected size. With noise: its law, for any batch."""
    asked = ask(rng, NAMES)
    found = noisy_without_noise(attempt, asked[-1], NAMES) or by_numbers(
        attempt,
        asked,
        right=private.private_gradient,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda one, case: release(one, case, NAMES),
        fits=lambda case, got, _: fits(case, got, NAMES, tolerance=max(TINY, attempt.tolerance)),
        words=_in_words,
    )
    if found is None:
        noisy = _right_without_noise(asked[-1])  # the others would have been named by now
        found = by_law(attempt, probes(attempt, rng, NAMES), mistakes=noisy, rng=rng)
    return found or wide(attempt, rng, NAMES)


def _right_without_noise(case: Case) -> dict[str, Mistake]:
    """Give the mistakes with those of their functions that pass a case without noise."""

    def passes(made: Any) -> bool:
        one = Attempt(made, like=made)
        got: list[Vector] = []
        with warnings.catch_warnings(action="ignore"):  # those of the wrong functions
            found = one.ending(lambda: got.append(release(one, case, NAMES)))
        return found is None and fits(case, got[0], NAMES, tolerance=TINY)

    return {
        code: replace(mistake, made_by=tuple(filter(passes, mistake.made_by)))
        for code, mistake in MISTAKES.items()
    }


def _in_words(case: Case, got: Vector, right: Vector) -> str:
    n, limit, size = len(case["gradients"]), case["clip_norm"], case["expected_batch_size"]
    length = float(np.linalg.norm(got))
    said = f". The {n} rows, clipped, add up to at most n·C = {n * limit:.4g}; yours, times the "
    said += f"expected batch size, has length {length * size:.4g}"
    cosine = float(got @ right) / max(length * float(np.linalg.norm(right)), 1e-300)
    if length * size > n * limit * (1 + 1e-6):
        return said + "."
    if cosine < 1 - 1e-7:
        return said + " and another direction than the sum of the clipped rows."
    return said + ", the right direction, but not the right length."


def _norms(rows: Vector) -> Vector:
    return np.asarray(np.linalg.norm(rows, axis=1, keepdims=True))


def _clip(rows: Vector, clip_norm: float) -> Vector:
    return np.asarray(rows / np.maximum(1, _norms(rows) / clip_norm))


def _made(
    *,
    rows: Callable[[Vector, float], Vector] = _clip,
    sigma: Callable[[float, float, float, int], float] = lambda m, c, size, n: m * c,
    divisor: Callable[[float, int], float] = lambda size, n: size,
    then: Callable[[Vector, float], Vector] = lambda total, c: total,
) -> Callable[..., Vector]:
    """Make a wrong function from what it does to the rows, σ(m, C, size, n) on the sum, the divisor.

    ``then`` is done to the sum before the noise.
    """

    def wrong(
        gradients: Any, *, clip_norm: float, noise_multiplier: float, expected_batch_size: float, rng: Any
    ) -> Any:  # fmt: skip
        n = len(gradients)
        total = then(rows(gradients, clip_norm).sum(axis=0), clip_norm)
        scale = sigma(noise_multiplier, clip_norm, expected_batch_size, n)
        noise = rng.normal(scale=scale, size=total.shape)
        return (total + noise) / divisor(expected_batch_size, n)

    return wrong


def _sigma(scale: Callable[[float, float, float, int], float]) -> Callable[..., Vector]:
    return _made(sigma=scale)


def _clip_one(total: Vector, clip_norm: float) -> Vector:
    return np.asarray(_clip(total[None], clip_norm)[0])


def _mean(gradients: Any, *, clip_norm: float, noise_multiplier: float, rng: Any, **_: Any) -> Any:
    mean = _clip(gradients, clip_norm).mean(axis=0)
    return mean + rng.normal(scale=noise_multiplier * clip_norm, size=mean.shape) / len(gradients)


def _mean_clipped(expected: bool) -> Callable[..., Vector]:
    def wrong(
        gradients: Any, *, clip_norm: float, noise_multiplier: float, expected_batch_size: float, rng: Any
    ) -> Any:  # fmt: skip
        size = expected_batch_size if expected else max(len(gradients), 1)
        mean = _clip_one(gradients.sum(axis=0) / size, clip_norm)
        sigma = noise_multiplier * clip_norm / (size if expected else 1)
        return mean + rng.normal(scale=sigma, size=mean.shape)

    return wrong


def _noise_then_clip(
    gradients: Any, *, clip_norm: float, noise_multiplier: float, expected_batch_size: float, rng: Any
) -> Any:  # fmt: skip
    noisy = gradients + rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape)
    return _clip(noisy, clip_norm).sum(axis=0) / expected_batch_size


def _clipped_at_the_end(only_noisy: bool) -> Callable[..., Vector]:
    def wrong(
        gradients: Any, *, clip_norm: float, noise_multiplier: float, expected_batch_size: float, rng: Any
    ) -> Any:  # fmt: skip
        total = _clip(gradients, clip_norm).sum(axis=0)
        total = total + rng.normal(scale=noise_multiplier * clip_norm, size=total.shape)
        if noise_multiplier > 0 or not only_noisy:
            total = _clip_one(total, clip_norm)
        return total / expected_batch_size

    return wrong


def _zeros_for_nobody(gradients: Any, **known: Any) -> Any:
    return _made()(gradients, **known) if len(gradients) else np.zeros(gradients.shape[1])


def _stacked(gradients: Any, **known: Any) -> Any:
    return _made(rows=lambda g, c: np.stack([_clip(row[None], c)[0] for row in g]))(
        gradients, **known
    )


def _largest(gradients: Any, **known: Any) -> Any:
    clipped = np.linalg.norm(_clip(gradients, known["clip_norm"]), axis=1)
    return _sigma(lambda m, c, size, n: m * (clipped.max() if n else c))(gradients, **known)


def _noise_on_every_row(
    gradients: Any, *, clip_norm: float, noise_multiplier: float, expected_batch_size: float, rng: Any
) -> Any:  # fmt: skip
    noise = rng.normal(scale=noise_multiplier * clip_norm, size=gradients.shape)
    return (_clip(gradients, clip_norm) + noise) / expected_batch_size


MISTAKES = {
    "not_summed": Mistake(
        "You return a row for every example; the release is one vector.",
        "Noisy rows are n releases, each about one person.",
        made_by=(_noise_on_every_row,),
    ),
    "rows_not_clipped": Mistake(
        "Your rows are not clipped to C, each on its own, as in Exercise 16.1.",
        "Perhaps they are not clipped at all, or entry by entry, or all by one factor, or to length 1; or "
        "short rows grow, or long ones are dropped. The noise fits a sum that one example moves by at "
        "most C, and the training needs long rows and short ones.",
        made_by=(
            _made(rows=lambda g, c: g),
            _made(rows=lambda g, c: g * c / _norms(g)),
            _made(rows=lambda g, c: np.clip(g, -c, c)),
            _made(rows=lambda g, c: g * min(1, c / max(float(np.linalg.norm(g)), 1e-300))),
            _made(rows=lambda g, c: _clip(g, 1.0)),
            _made(rows=lambda g, c: g[_norms(g)[:, 0] <= c]),
        ),
    ),
    "sum_clipped": Mistake(
        "You clip the sum or the mean of the rows, not the rows.",
        "What one example contributes is bounded only if each of the rows is. One example can turn a "
        "mean from C in one direction to C in the other: the trap of section 9.",
        made_by=(
            _made(rows=lambda g, c: g, then=_clip_one),
            _mean_clipped(expected=False),
            _mean_clipped(expected=True),
        ),
    ),
    "clipped_again": Mistake(
        "Your rows are clipped, and then their sum is clipped once more.",
        "Clipped before the noise, the signal is at most C/L long, however many examples agree; clipped "
        "after it, so is the whole step. It is private, but it is not (16.iii).",
        made_by=(
            _made(then=_clip_one),
            _clipped_at_the_end(only_noisy=False),
            _clipped_at_the_end(only_noisy=True),
        ),
    ),
    "noise_before_clipping": Mistake(
        "You add noise to the rows and clip them afterwards.",
        "The sensitivity is C, but the noise that is left is not Gaussian, and it hasn't the size "
        "that the accountant assumes.",
        made_by=(_noise_then_clip,),
    ),
    "actual_batch_size": Mistake(
        "Something is divided by the number of rows that happened to be drawn.",
        "That number says something about who was drawn. The noise shrinks or grows with it, so the "
        "release gives it away. L is fixed beforehand. (And an empty batch would divide by 0.)",
        made_by=(
            _made(divisor=lambda size, n: max(n, 1)),
            _mean,
            _sigma(lambda m, c, size, n: m * c * size / max(n, 1)),
        ),
    ),
    "divided_otherwise": Mistake(
        "Sum and noise are each divided once by the expected batch size, and by nothing else; yours "
        "are not.",
        "If both are not divided, or divided twice, or by C as well, only the learning rate changes. If "
        "one is divided and the other is not, the noise is far too large, and useless, or far too small, "
        "and protects nobody.",
        made_by=(
            _made(divisor=lambda size, n: 1.0),
            _made(divisor=lambda size, n: size**2),
            _made(rows=lambda g, c: _clip(g, c) / max(len(g), 1)),
            _made(rows=lambda g, c: _clip(g, c) / c, sigma=lambda m, c, size, n: m),
            _sigma(lambda m, c, size, n: m * c * size),
            _sigma(lambda m, c, size, n: m * c / size),
            _sigma(lambda m, c, size, n: m * c / size**0.5),
        ),
    ),
    "zero_row": Mistake(
        "A gradient of zeros spoils the result.",
        "C/0 is infinite, and 0 times infinity is NaN.",
        made_by=(_made(rows=lambda g, c: g / _norms(g) * np.minimum(_norms(g), c)),),
    ),
    "empty_batch": Mistake(
        "A batch without any example should give noise, over the expected batch size.",
        "Poisson samples may be empty, and an empty batch must look like any other: zeros, an error "
        "or NaN would tell everybody that no one was drawn.",
        made_by=(
            _stacked,
            _made(rows=lambda g, c: _clip(g, c).mean(axis=0, keepdims=True) * len(g)),
            _zeros_for_nobody,
        ),
    ),
    "multiplier_missing": Mistake(
        "The size of your noise does not follow the noise multiplier.",
        "The accountant computes ε from it: noise of size C, or 1, hides another amount.",
        made_by=(
            _sigma(lambda m, c, size, n: c),
            _sigma(lambda m, c, size, n: c * (m > 0)),
            _sigma(lambda m, c, size, n: float(m > 0)),
        ),
    ),
    "clip_norm_missing": Mistake(
        "The size of your noise is not in proportion to C.",
        "noise_multiplier is σ/C: σ itself is the product, neither the multiplier alone nor divided "
        "by C.",
        made_by=(_sigma(lambda m, c, size, n: m), _sigma(lambda m, c, size, n: m / c)),
    ),
    "noise_for_every_example": Mistake(
        "The size of your noise changes with the number of rows.",
        "One draw for each row makes it √n times too large; their mean is √n times too small. The noise "
        "has to hide one example in the *sum*: one draw is enough, however many rows there are.",
        made_by=(
            _sigma(lambda m, c, size, n: m * c * n**0.5),
            _sigma(lambda m, c, size, n: m * c * n),
            _sigma(lambda m, c, size, n: m * c / max(n, 1) ** 0.5),
        ),
    ),
    "variance_as_deviation": Mistake(
        "Your noise has σ² or √σ where it should have σ.",
        "N(0, σ²) is written with its variance; rng.normal takes the standard deviation.",
        made_by=(
            _sigma(lambda m, c, size, n: (m * c) ** 2),
            _sigma(lambda m, c, size, n: (m * c) ** 0.5),
        ),
    ),
    "noise_from_the_batch": Mistake(
        "For long gradients your noise is right; for short ones it has another size.",
        "You use the largest norm in the batch instead of C, so the size of the noise tells how well "
        "the network reads the examples.",
        made_by=(_largest,),
    ),
}

private_gradient = Exercise(
    number="16.2",
    name="private_gradient",
    reference=private.private_gradient,
    examine=examine,
    takeaway="Clip, add, noise once, divide by a public number: this line is what ε is computed from.",
    hints=(
        "Four steps in the order of (16.iii). Which of them may look at how many rows there are?",
        "Which of the two has a unit, the noise multiplier or C? The standard deviation of the noise "
        "on the sum must have the unit of a gradient.",
        "You have clip_rows. The sum of no rows at all is a vector of zeros when the axis is named; "
        "rng.normal wants a scale and a size, one draw per parameter.",
    ),
    mistakes=MISTAKES,
)
