"""Check of Exercise 25.2: one geometric step of the clip norm towards the target quantile."""

from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl.privacy import adaptive_clipping


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the definition, with the noise given."""
    return by_numbers(
        attempt, ask(rng), right=adaptive_clipping.next_clip_norm, mistakes=MISTAKES, rng=rng
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw nobody to thousands, norms on both sides of C and exactly at it, any noise."""
    numbers = [0, 1, 1, 2, 3, 3, 5, 8, 13, 140, 255, 257, cases.one_of(rng, range(1100, 4700))]
    few = _case(rng, 4, 0)
    return [
        *(_case(rng, n, place) for place, n in enumerate(numbers)),
        *cases.one_at_a_time(
            few,
            norms=np.zeros(4),
            clip_norm=few["clip_norm"] * cases.between(rng, 0.3, 0.9),
            target=few["target"] * cases.between(rng, 0.3, 0.9),
            learning_rate=few["learning_rate"] * cases.between(rng, 0.3, 0.9),
            expected_clients=few["expected_clients"] * cases.between(rng, 0.3, 0.9),
            noise=-few["noise"],
        ),
    ]


def _case(rng: np.random.Generator, n: int, place: int) -> Case:
    scale = {3: (1e-9, 1e-8), 6: (1e7, 1e8)}.get(place, (0.02, 50))  # no floor, no ceiling for C
    clip_norm = cases.spread(rng, *scale)
    norms = clip_norm * np.exp(rng.normal(cases.between(rng, -1, 1), 1.0, n))
    if n > 2:  # at most C: not clipped; just above it: clipped; far away
        norms[:3] = clip_norm * np.array([1.0, 1 + 1e-6, 50.0 if place % 2 else 0.0])
        norms[3:5] = clip_norm * cases.between(rng, 0.2, 0.8)  # two clients alike are two
        rng.shuffle(norms)
    size = cases.spread(rng, 0.8, 1.3) * (n + 0.7)
    far = (2.0, 2.5) if place in (4, 7) else (0.05, 0.4)  # a fraction above 1, and one below 0
    return {
        "norms": norms,
        "clip_norm": clip_norm,
        "target": cases.between(rng, 0.1, 0.9),
        "learning_rate": cases.spread(rng, 0.05, 2),
        "expected_clients": size,
        "noise": cases.between(rng, *far) * size * (-1) ** place,
    }


Fraction = Callable[[Any, float, float, float], float]  # of (norms, C, L, noise)


def _fraction(norms: Any, limit: float, size: float, noise: float) -> float:
    return 0.5 + (float(np.sum((norms <= limit) - 0.5)) + noise) / size


def _made(
    fraction: Fraction = _fraction,
    step: Callable[[float, float, float, float], float] = lambda c, rate, b, target: (
        c * exp(-rate * (b - target))
    ),
) -> Callable[..., float]:
    """Make a wrong function: another fraction, or another step of (C, η_C, b̃, γ)."""

    def wrong(
        norms: Any, *, clip_norm: float, target: float, learning_rate: float,
        expected_clients: float, noise: float,
    ) -> float:  # fmt: skip
        b = fraction(norms, clip_norm, expected_clients, noise)
        return step(clip_norm, learning_rate, b, target)

    return wrong


MISTAKES = {
    "wrong_way": Mistake(
        "Your C grows when too few clients are clipped, and shrinks when too many are.",
        "The sign: with a fraction below C that is larger than the target, C is too large and must fall.",
        made_by=(
            _made(step=lambda c, rate, b, target: c * exp(rate * (b - target))),
            _made(step=lambda c, rate, b, target: c * exp(-rate * (target - b))),
        ),
    ),
    "clipped_counted": Mistake(
        "Your fraction is that of the clients that are clipped; the target is the fraction that is not.",
        "b_k is 1 where the norm is at most C.",
        made_by=(
            _made(lambda norms, c, size, noise: 0.5 + (np.sum((norms > c) - 0.5) + noise) / size),
        ),
    ),
    "equal_is_not_below": Mistake(
        "A norm exactly at C is not clipped, so its bit is 1.",
        "norms < C instead of norms <= C.",
        made_by=(
            _made(lambda norms, c, size, noise: 0.5 + (np.sum((norms < c) - 0.5) + noise) / size),
        ),
    ),
    "actual_number": Mistake(
        "Your fraction is divided by the number of clients that happened to come.",
        "As for the average: that number differs between neighbours. The divisor is L, fixed beforehand. "
        "(And with nobody sampled it would divide by 0.)",
        made_by=(
            _made(lambda norms, c, size, noise: (np.sum(norms <= c) + noise) / max(len(norms), 1)),
            _made(
                lambda norms, c, size, noise: (
                    0.5 + (np.sum((norms <= c) - 0.5) + noise) / max(len(norms), 1)
                )
            ),
            _made(lambda norms, c, size, noise: np.mean(norms <= c) + noise / size),
        ),
    ),
    "not_centred_bits": Mistake(
        "Each bit counts as plus or minus one half, and one half is added after the division. You do not do "
        "both.",
        "With bits of 0 and 1 a client moves the sum by 1, twice what the noise is made for. With ±1/2 the "
        "fraction is on average 1/2 too small until that is added.",
        made_by=(
            _made(lambda norms, c, size, noise: (np.sum(norms <= c) + noise) / size),
            _made(lambda norms, c, size, noise: (np.sum((norms <= c) - 0.5) + noise) / size),
        ),
    ),
    "noise_missing": Mistake(
        "The noise does not reach your result.",
        "Without noise the new C says exactly how many more clients were below the old one than above it.",
        made_by=(_made(lambda norms, c, size, noise: _fraction(norms, c, size, 0.0)),),
    ),
    "noise_not_divided": Mistake(
        "Your noise is added to the fraction; it belongs on the sum, before the division.",
        "Noise for a sum is L times too large for a fraction.",
        made_by=(_made(lambda norms, c, size, noise: _fraction(norms, c, size, 0.0) + noise),),
    ),
    "additive_step": Mistake(
        "In (25.iv) the step multiplies C by a power of e; yours does something else.",
        "C − η(b̃ − γ) needs very long from 0.1 to 10. Like C · (1 − η(b̃ − γ)), it may end below 0.",
        made_by=(
            _made(step=lambda c, rate, b, target: c - rate * (b - target)),
            _made(step=lambda c, rate, b, target: c * (1 - rate * (b - target))),
        ),
    ),
}

next_clip_norm = Exercise(
    number="25.2",
    name="next_clip_norm",
    reference=adaptive_clipping.next_clip_norm,
    examine=examine,
    takeaway="One bit per client, summed with noise, steers C to the quantile, by factors.",
    hints=(
        "First the bits: which clients have a norm of at most C? Count each as +1/2 or −1/2.",
        "Add the bits and the noise, divide by expected_clients, add 1/2: that is the noisy fraction.",
        "If the fraction is above the target, C must shrink: multiply it by e to a negative power.",
    ),
    mistakes=MISTAKES,
)
