"""Check of Exercise 25.1: clip each client, sum, noise once, divide by the expected number.

Its sister is Exercise 16.2, with examples in place of clients: cases, wrong functions and what tells
noise from noise are taken from there. What a wrong answer would do to a *client* is said here.
"""

from collections.abc import Callable, Mapping
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
from lessons.checks.dp_sgd.private_gradient import MISTAKES as SISTERS_MISTAKES
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import by_law
from lessons.checks.engine.told import Case
from lessons.fl.privacy import user_level
from lessons.validation import Vector

NAMES = Names("updates", "expected_clients", "clients with")


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Without noise: the clipped sum over the expected number. With noise: its distribution.

    The empty round comes last: a slip that several clients show too is told with their numbers.
    """
    asked = sorted(ask(rng, NAMES), key=lambda case: not _clients(case))
    found = noisy_without_noise(attempt, max(asked, key=_clients), NAMES) or by_numbers(
        attempt,
        asked,
        right=user_level.private_average,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda one, case: release(one, case, NAMES),
        fits=lambda case, got, _: fits(case, got, NAMES, tolerance=max(TINY, attempt.tolerance)),
        words=_in_words,
    )
    found = found or by_law(attempt, probes(attempt, rng, NAMES), mistakes=MISTAKES, rng=rng)
    found = found or wide(attempt, rng, NAMES)
    if found is None:
        attempt.forget_warning("divide by zero")  # (25.iii) as it stands: min(1, C/0) is 1
    return found


def _clients(case: Case) -> int:
    return len(case["updates"])


def _in_words(case: Case, got: Vector, right: Vector) -> str:
    n, limit, size = len(case["updates"]), case["clip_norm"], case["expected_clients"]
    length = float(np.linalg.norm(got)) * size
    return (
        f". Times the expected number of clients, yours has length {length:.4g}; the {n} clipped "
        f"updates add up to {float(np.linalg.norm(right)) * size:.4g}, and never to more than "
        f"n·C = {n * limit:.4g}."
    )


def _for_clients(wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Make a wrong function of Exercise 16.2 one of this exercise."""

    def of_clients(
        updates: Any, *, clip_norm: float, noise_multiplier: float, expected_clients: float, rng: Any
    ) -> Any:  # fmt: skip
        return wrong(
            updates, clip_norm=clip_norm, noise_multiplier=noise_multiplier,
            expected_batch_size=expected_clients, rng=rng,
        )  # fmt: skip

    return of_clients


SAYS: Mapping[str, tuple[str, str]] = {
    "not_summed": (
        "You return a row for every client; the release is one vector.",
        "Noisy rows are n releases, each about one client, instead of one release about all.",
    ),
    "rows_not_clipped": (
        "The updates are not clipped to C, each on its own, before they are added.",
        "Perhaps they are not clipped at all, or entry by entry, or all by one factor, or to length 1; "
        "or short ones grow, or long ones are dropped. One client must move the sum by at most C.",
    ),
    "sum_clipped": (
        "You clip the sum or the average of the updates, not the updates.",
        "One client with an enormous update decides in which direction the clipped sum points.",
    ),
    "clipped_again": (
        "The updates are clipped, and then their sum is clipped once more.",
        "No round could then move the model by more than C/L, however many clients agree.",
    ),
    "noise_before_clipping": (
        "You add noise to the updates and clip them afterwards.",
        "The sensitivity is C, but the noise that is left is not Gaussian and not of the right size.",
    ),
    "actual_batch_size": (
        "Something is divided by the number of clients that happened to come.",
        "That number differs between neighbours, and the size of the noise gives it away: the trap of "
        "lesson 18 and of section 8. L is fixed beforehand.",
    ),
    "divided_otherwise": (
        "Sum and noise are each divided once by the expected number, and by nothing else; yours are not.",
        "If both are wrong in the same way, only the length of the step changes. If one is divided and the "
        "other is not, the noise is far too large, and useless, or far too small, and protects nobody.",
    ),
    "zero_row": (
        "An update of zeros spoils the result.",
        "A client may have nothing to say: C/0 is infinite, and 0 times infinity is NaN.",
    ),
    "empty_batch": (
        "A round in which nobody was sampled should give noise over the expected number, like any other.",
        "Zeros, an error or NaN would tell everybody that no client was drawn.",
    ),
    "multiplier_missing": (
        "The size of your noise does not follow the noise multiplier.",
        "The accountant computes ε from it: noise of size C, or 1, hides another amount.",
    ),
    "clip_norm_missing": (
        "The size of your noise is not in proportion to C.",
        "The standard deviation is noise multiplier times C, not one of the two alone.",
    ),
    "noise_for_every_example": (
        "The size of your noise changes with the number of clients that came.",
        "One draw hides one client in the *sum*, however many there are. A draw per client is too much, "
        "the mean of the draws too little.",
    ),
    "variance_as_deviation": (
        "Your noise has σ² or √σ where it should have σ.",
        "N(0, σ²) is written with its variance; rng.normal takes the standard deviation.",
    ),
    "noise_from_the_batch": (
        "For long updates your noise is right; for short ones it has another size.",
        "You use the largest norm that came instead of C, so the size of the noise tells about clients.",
    ),
}
MISTAKES = {
    code: Mistake(says, why, made_by=tuple(map(_for_clients, SISTERS_MISTAKES[code].made_by)))
    for code, (says, why) in SAYS.items()
}

private_average = Exercise(
    number="25.1",
    name="private_average",
    reference=user_level.private_average,
    examine=examine,
    takeaway="One client moves the sum by at most C, whatever it holds; noise and divisor know nobody.",
    hints=(
        "Four steps, in this order: clip each row, add the rows, add noise once, divide once.",
        "The noise is on the sum: standard deviation noise_multiplier · clip_norm for each parameter.",
        "Sum over axis 0, so that no row at all still gives a vector; len(updates) appears nowhere.",
    ),
    mistakes=MISTAKES,
)
