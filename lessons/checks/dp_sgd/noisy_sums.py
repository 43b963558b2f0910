"""What Exercises 16.2 and 25.1 ask of a noisy sum of clipped rows: its value, and its noise.

The two differ in what they call the rows and the divisor, and in whose rows they are.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.special import chdtr

from lessons.checks.dp_sgd.clip_rows import (
    ROWS,
    SOFT,
    absurdly_long,
    rows_of,
    softly_clipped,
)
from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import FALSE_ALARM
from lessons.checks.engine.compare import alike
from lessons.checks.engine.independence import STRAY
from lessons.checks.engine.mistakes import Found
from lessons.checks.engine.nearest import Probe
from lessons.checks.engine.noise import noise_fault, normal
from lessons.checks.engine.told import Case, told
from lessons.dp.mechanisms.clipping import clip_rows
from lessons.validation import Vector


@dataclass(frozen=True)
class Names:
    """What an exercise calls the rows and the number that it divides by; "rows of" what."""

    rows: str
    size: str
    whose: str


def ask(rng: np.random.Generator, names: Names) -> list[Case]:
    """Draw batches of every size and kind, with any expected size, and no noise."""
    start, asked = cases.one_of(rng, range(4)), []
    many = cases.one_of(rng, range(1100, 4700))
    sizes = [*cases.sizes(rng, own=144), 4, 5, 7, 9, many]
    ways = [(n, "mixed" if n == 7 else ROWS[(start + k) % 4]) for k, n in enumerate(sizes)]
    ways += [(n, one) for n in (1, 2) for one in ("all long", "none long")]  # in every draw
    for n, lengths in ways:
        clip_norm = cases.spread(rng, 0.05, 40)
        width = 7 if n == 7 else cases.one_of(rng, (2, 3, 6, 7, 19))  # a square is always there
        rows = rows_of(rng, n, width, clip_norm=clip_norm, lengths=lengths)
        if n > 4:
            rows[1] = rows[2]  # two examples may have the same gradient, and both count
        if n == 9:
            rows[5] = absurdly_long(rng, width, clip_norm=clip_norm)
        asked.append(
            {
                names.rows: rows,
                "clip_norm": clip_norm,
                "noise_multiplier": 0.0,
                names.size: cases.spread(rng, 0.3, 600),
                "rng": rng,
            }
        )
    return sorted(asked, key=lambda case: len(case[names.rows]))


def release(attempt: Attempt, case: Case, names: Names) -> Vector:
    """What the answer returns for a case: one vector, or it ends."""
    rows = case[names.rows]
    vector = attempt.array(**case, shape=None)
    if vector.shape == rows.shape and len(rows) != 1:
        raise Ended(Found("not_summed"))
    if vector.shape != rows.shape[1:]:
        raise Ended(Found("wrong_shape", f"Wanted shape {rows.shape[1:]}, got {vector.shape}."))
    return vector.astype(float)


def noisy_without_noise(attempt: Attempt, case: Case, names: Names) -> Found | None:
    """Whether an answer gives two results for a case without noise."""
    once, twice = (attempt.ending(lambda: release(attempt, case, names)) for _ in range(2))
    if once is None and twice is None:
        one, two = (release(attempt, case, names) for _ in range(2))
        if not alike(one, two):
            return Found("multiplier_missing", "With a noise multiplier of 0 there is noise.")
    return None


def fits(case: Case, got: Vector, names: Names, *, tolerance: float) -> bool:
    """Whether this is the clipped sum over the size, one way of dividing by the norm or another."""
    for soft in SOFT:
        parts = softly_clipped(case[names.rows], clip_norm=case["clip_norm"], soft=soft)
        parts = parts / case[names.size]
        size = float(np.linalg.norm(parts, axis=1).sum())
        if np.linalg.norm(got - parts.sum(axis=0)) <= tolerance * size:
            return True
    return False


def probes(attempt: Attempt, rng: np.random.Generator, names: Names) -> list[Probe]:
    """Look at the noise for long rows, short ones and zeros, many and none, few parameters or many."""
    return [
        _probe(attempt, rng, names, (7, 4000), "all long", (0.23, 3.1, 60.0)),
        _probe(attempt, rng, names, (1, 4000), "all long", (3.1, 0.6, 5.7)),
        _probe(attempt, rng, names, (6, 4000), "all short", (0.7, 1.3, 12.5)),
        _probe(attempt, rng, names, (0, 4000), "all short", (1.9, 2.2, 6.4)),
        _probe(attempt, rng, names, (257, 400), "mixed", (0.004, 40.0, 0.37), 5),
        _probe(attempt, rng, names, (3, 2410), "tiny", (1.1, 1.9, 144.0), 40, naming=2),
        _probe(attempt, rng, names, (5, 2), "mixed", (30.0, 0.02, 2410.0), 700, naming=120),
        _probe(attempt, rng, names, (5, 4000), "half zeros", (0.9, 1.7, 20.0)),
        _probe(attempt, rng, names, (2, 4000), "zeros", (0.9, 1.7, 20.0)),
    ]


def wide(attempt: Attempt, rng: np.random.Generator, names: Names) -> Found | None:
    """Look at very many parameters, for the tails."""
    probe = _probe(attempt, rng, names, (1, 50_000), "all long", (1.4, 2.6, 143.7), 6)
    noise = probe.draw(attempt, rng, probe.times)
    found = probe.fault(noise) or _kurtosis_fault(noise)
    return found and Found(found.code, f"{found.details} {probe.said}".strip())


def _kurtosis_fault(noise: Vector) -> Found | None:
    """What tells nearly normal noise (a sum of twelve uniform draws, say) from normal noise."""
    kurtosis = float(np.mean(noise**4)) / float(np.mean(noise**2)) ** 2
    return Found("wrong_law") if abs(kurtosis - 3) > STRAY * sqrt(24 / noise.size) else None


def _probe(
    attempt: Attempt,
    rng: np.random.Generator,
    names: Names,
    shape: tuple[int, int],
    lengths: str,
    settings: tuple[float, float, float],
    times: int = 1,
    naming: int = 4000,
) -> Probe:
    """Draw the noise on the sum, ``times`` times for one batch, near C, σ/C and L as given."""
    clip_norm, multiplier, size = (cases.between(rng, 0.98, 1.02) * one for one in settings)
    known: dict[str, Any] = {"clip_norm": clip_norm, "noise_multiplier": multiplier}
    known[names.size] = size
    rows = rows_of(rng, *shape, clip_norm=clip_norm, lengths=lengths)
    total, sigma = clip_rows(rows, clip_norm=clip_norm).sum(axis=0), multiplier * clip_norm

    def draw(one: Attempt, rng: np.random.Generator, times: int) -> Vector:
        release = one.arrays(times, rows, **known, rng=rng, shape=total.shape).astype(float)
        return np.asarray(release * size - total)

    def fault(noise: Vector) -> Found | None:
        # in single precision draws are as coarse as if they were added to a much larger number
        around: Any = total if not attempt.single else 1e9 * (sigma + np.abs(total))
        return noise_fault(noise, normal(sigma), around=around) or _fixed_length(noise / sigma)

    said = f"(For {shape[0]} {names.whose} {shape[1]} parameters, {told(known)}.)"
    return Probe(draw, fault, times, said=said, naming=naming)


def _fixed_length(noise: Vector) -> Found | None:
    """What shows that (calls, entries) standard normal draws were scaled to a length."""
    calls, width = noise.shape
    if calls < 20 or width < 1000:  # else the square of a length is far from normal
        return None
    squares = ((noise**2).sum(axis=1) - width) / sqrt(2 * width)
    varies = chdtr(calls, float(squares @ squares)) > FALSE_ALARM / 10
    return (
        None if varies else Found("linked", "In every call your noise has nearly the same length.")
    )
