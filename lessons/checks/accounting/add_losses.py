"""Check of Exercise 15.3: the distribution of the sum of two privacy losses, never optimistic."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.dp.accounting import loss_sums
from lessons.dp.accounting.loss_sums import LossLaw
from lessons.validation import Vector

MANY = 6000  # c, as in the lesson: a loop over all pairs would take minutes
Pieces = tuple[Vector, Vector, Vector]  # sums below the grid, on it, above it


def reference(first: LossLaw, second: LossLaw) -> LossLaw:
    """Distribution of the sum of two independent losses on one grid (15.viii), never optimistic."""
    return loss_sums.add_losses(first, second)


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw grids of every size: broad, narrow, one-sided and tiny masses, with and without ∞."""
    asked = []
    for c in (1, 2, 5, 10, cases.one_of(rng, range(11, 40)), 63, 64, 128):
        asked.append((_broad(rng, c, 0.03), _broad(rng, c, 0.2)))
        asked.append((_tiny(rng, c), _broad(rng, c, cases.spread(rng, 1e-12, 1e-10))))
    for c in (5, 40):
        asked += [(_broad(rng, c, 0.0), _broad(rng, c, 0.9)), (_tiny(rng, c), _tiny(rng, c))]
        narrow = np.zeros(2 * c + 1)
        narrow[c - 3 : c + 4] = rng.dirichlet(np.ones(7))
        asked += [((narrow, 0.0), (narrow, 0.0)), (_broad(rng, c, 0.1), (narrow, 0.0))]
        rare = cases.spread(rng, 1e-12, 1e-10)
        asked.append(((narrow * (1 - rare), rare), (narrow, 0.0)))
        asked.append((_tiny(rng, c, step=1), _tiny(rng, c, step=1)))
    for place, other in ((0, 0), (-1, -1), (0, -1), (3, 7)):
        asked.append((_at(place, 5), _at(other, 5)))
    asked.sort(key=lambda pair: len(pair[0][0]))
    asked.append((_broad(rng, 0, 0.03), _broad(rng, 0, 0.2)))  # the loss 0 alone: c = 0
    return [{"first": first, "second": second} for first, second in asked]


def _broad(rng: np.random.Generator, c: int, infinite: float) -> LossLaw:
    return rng.dirichlet(np.ones(2 * c + 1)) * (1 - infinite), infinite


def _tiny(rng: np.random.Generator, c: int, *, step: int = 0) -> LossLaw:
    """Masses that fall from one end to the other, down to 1e-14, and a tiny probability of ∞."""
    heights = np.exp(-np.linspace(0, cases.between(rng, 20, 32), 2 * c + 1))
    infinite = cases.spread(rng, 1e-13, 1e-10)
    masses = heights[:: step or cases.one_of(rng, (1, -1))] * rng.uniform(0.5, 1, 2 * c + 1)
    return masses / masses.sum() * (1 - infinite), infinite


def _at(place: int, c: int) -> LossLaw:
    masses = np.zeros(2 * c + 1)
    masses[place] = 1.0
    return masses, 0.0


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with all pairs of losses, added one by one; then thousands of losses at once."""

    def fits(case: Case, got: Vector, truth: Vector) -> bool:
        return bool(np.abs(got - truth).max() <= (1e-6 if attempt.single else 2e-14))

    law = _broad(rng, MANY, 0.01)
    many: list[Case] = [{"first": law, "second": _tiny(rng, MANY, step=-1)}]
    for asked, right, mistakes in ((ask(rng), _by_pairs, MISTAKES), (many, reference, {})):
        found = by_numbers(
            attempt,
            asked,
            right=lambda first, second, right=right: np.append(*right(first, second)),
            mistakes=mistakes,
            rng=rng,
            ask=_law,
            fits=fits,
            words=_why_not,
        )
        if found:
            return found
    return Found("too_coarse") if attempt.single else None


def _law(attempt: Attempt, case: Case) -> Vector:
    """Ask for the pair; the masses, and the probability of ∞ behind them."""
    masses, infinite = attempt.value(kinds.pair_of(kinds.array, kinds.number), **case)
    wanted = case["first"][0].shape
    if np.shape(masses) != wanted:
        words = f"Wanted masses of shape {wanted}, got {np.shape(masses)}."
        raise Ended(Found("wrong_shape", words))
    masses = np.asarray(masses, dtype=float)
    if not (np.isfinite(masses).all() and np.isfinite(float(infinite))):
        raise Ended(Found("not_finite"))
    return np.append(masses, float(infinite))


def _by_pairs(first: LossLaw, second: LossLaw) -> LossLaw:
    low, on, high = _pieces(first[0], second[0])
    return _put(on, 0, low.sum()), _infinite(first, second) + float(high.sum())


def _pieces(one: Vector, other: Vector) -> Pieces:
    every, c, n = np.convolve(one, other), len(one) // 2, len(one)
    return every[:c], every[c : c + n], every[c + n :]


def _infinite(first: LossLaw, second: LossLaw) -> float:
    i, j = first[1], second[1]
    return i + j - i * j


def _put(masses: Vector, place: int, more: float) -> Vector:
    changed = masses.copy()
    changed[place] += more
    return changed


def _why_not(case: Case, got: Vector, truth: Vector) -> str:
    total, last = float(got.sum()), len(got) - 1
    said = " (the last number is infinite)"
    if abs(total - 1) > 1e-12:
        sign = "+" if total > 1 else "−"
        return f"{said}: masses and infinite add up to 1 {sign} {abs(total - 1):.3g}."
    place = int(np.abs(got - truth).argmax())
    what = "the probability of ∞" if place == last else f"the mass at index {place}"
    return f"{said}: {what} is too {'large' if got[place] > truth[place] else 'small'}."


Law = Callable[[LossLaw, LossLaw, float, Vector, float], Any]


def _of(law: Law) -> Callable[..., Any]:
    """Make a wrong function from ``law(first, second, mass below, masses on the grid, above)``."""

    def wrong(first: LossLaw, second: LossLaw) -> Any:
        low, on, high = _pieces(first[0], second[0])
        return law(first, second, float(low.sum()), on, float(high.sum()))

    return wrong


def _circle(first: LossLaw, second: LossLaw) -> Vector:
    n = len(first[0])
    return np.fft.irfft(np.fft.rfft(first[0]) * np.fft.rfft(second[0]), n)


def _reversed(law: LossLaw) -> LossLaw:
    return law[0][::-1], law[1]


MISTAKES = {
    "wrapped": Mistake(
        "A sum that is too large comes back in at the other end.",
        "An FFT without room for all sums computes on a circle: a huge loss turns into a small one.",
        made_by=(
            lambda first, second: (
                np.roll(_circle(first, second), -(len(first[0]) // 2)),
                _infinite(first, second),
            ),
            lambda first, second: (_circle(first, second), _infinite(first, second)),
        ),
    ),
    "not_centred": Mistake(
        "The right masses at the wrong losses: where in the convolution does loss 0 stand?",
        "Index 0 of the convolution is the sum of the two lowest losses, −2c, not −c.",
        made_by=(
            lambda first, second: (
                np.convolve(first[0], second[0])[: len(first[0])],
                _infinite(first, second)
                + float(np.convolve(first[0], second[0])[len(first[0]) :].sum()),
            ),
        ),
    ),
    "ends_wrong": Mistake(
        "Right inside the grid, but not at its lowest loss.",
        "The lowest loss has its own mass *and* all sums below it, each once.",
        made_by=(
            _of(lambda a, b, low, on, high: (_put(on, 0, low - on[0]), _infinite(a, b) + high)),
            _of(lambda a, b, low, on, high: (_put(on, 0, low + on[0]), 1 - on.sum() - low)),
        ),
    ),
    "low_sums_dropped": Mistake(
        "Sums below the grid are missing at its lowest loss.",
        "Raise them to the lowest loss: that is safe. If you drop them, probability is lost; as ∞ they "
        "make δ far too large.",
        made_by=(
            _of(lambda a, b, low, on, high: (on, _infinite(a, b) + high)),
            _of(lambda a, b, low, on, high: (on, 1 - on.sum())),
        ),
    ),
    "high_sums_on_top": Mistake(
        "Sums above the grid have been lowered to its highest loss.",
        "That is optimistic: the loss was larger than what you now call it. They count as ∞.",
        made_by=(
            _of(lambda a, b, low, on, high: (_put(_put(on, 0, low), -1, high), _infinite(a, b))),
            _of(lambda a, b, low, on, high: (_put(on, -1, high), _infinite(a, b))),
        ),
    ),
    "high_sums_below": Mistake(
        "Sums above the grid ended up on its lowest loss.",
        "An enormous loss counted as the smallest: nothing could be more optimistic.",
        made_by=(
            _of(lambda a, b, low, on, high: (_put(on, 0, high), _infinite(a, b) + low)),
            _of(lambda a, b, low, on, high: (_put(on, 0, low + high), _infinite(a, b))),
        ),
    ),
    "differences": Mistake(
        "You add one loss and subtract the other.",
        "np.correlate, or a distribution that was reversed: both losses have a plus sign.",
        made_by=(lambda first, second: _by_pairs(first, _reversed(second)),),
    ),
    "pointwise": Mistake(
        "You multiply the masses loss by loss; it is the transforms that you multiply.",
        "That is the chance that both losses are equal, not the distribution of their sum.",
        made_by=(lambda first, second: (first[0] * second[0], _infinite(first, second)),),
    ),
    "added": Mistake(
        "You add or average the masses; what adds up are the losses.",
        "The distribution of a sum is a convolution: all pairs of losses with that sum. A mixture "
        "describes one step chosen at random, a sum describes two steps.",
        made_by=(
            lambda first, second: (first[0] + second[0], _infinite(first, second)),
            lambda first, second: ((first[0] + second[0]) / 2, _infinite(first, second)),
        ),
    ),
    "rescaled": Mistake(
        "You scale the masses of the sum, up or down.",
        "What is missing from 1 is the probability of ∞. The masses that you got add up to "
        "1 − infinite already, and their convolution needs no factor.",
        made_by=(
            _of(
                lambda a, b, low, on, high: (
                    _put(on, 0, low) / (low + on.sum()),
                    _infinite(a, b) + high,
                )
            ),
            _of(
                lambda a, b, low, on, high: (
                    _put(on, 0, low) * (1 - _infinite(a, b)),
                    _infinite(a, b) + high,
                )
            ),
        ),
    ),
    "high_sums_dropped": Mistake(
        "The masses are right; sums above the grid are missing.",
        "They count as ∞: dropping them makes δ too small, and nobody would notice.",
        made_by=(
            _of(lambda a, b, low, on, high: (_put(on, 0, low), _infinite(a, b))),
            _of(lambda a, b, low, on, high: (_put(on, 0, low), a[1] + b[1])),
        ),
    ),
    "infinite_counted_twice": Mistake(
        "The masses are right; the case that both losses are ∞ is counted twice.",
        "1 − (1 − i)(1 − j), not i + j. Safe, but not the distribution of the sum.",
        made_by=(_of(lambda a, b, low, on, high: (_put(on, 0, low), a[1] + b[1] + high)),),
    ),
    "infinite_forgotten": Mistake(
        "The masses are right; some of the ∞ that was in the two distributions has been lost.",
        "∞ plus anything is ∞: one infinite loss is enough. i·j is the chance that both are infinite.",
        made_by=(
            _of(lambda a, b, low, on, high: (_put(on, 0, low), high)),
            _of(lambda a, b, low, on, high: (_put(on, 0, low), a[1] * b[1] + high)),
        ),
    ),
}

add_losses = Exercise(
    number="15.3",
    name="add_losses",
    reference=reference,
    examine=examine,
    time_limit=1.5,  # with thousands of losses: a loop over all pairs is too slow
    takeaway="Round up, never down: dropping a tail breaks the promise.",
    hints=(
        "np.convolve(a, b) of two arrays of length n has length 2n − 1. Which sum of losses stands at "
        "its index 0, and at which index does the loss −c stand?",
        "With np.fft.rfft(a, 2 * n - 1) there is room for all sums. Without the second argument the "
        "large sums come back in at the lower end.",
        "Cut the 2n − 1 sums into three pieces: below the grid, on it, above it. Each piece has its "
        "own place to go.",
        "The sum is finite when both losses are finite and their sum does not leave the grid at the top.",
    ),
    mistakes=MISTAKES,
)
