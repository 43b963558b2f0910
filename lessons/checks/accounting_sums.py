"""Check of Exercise 15.3: the law of the sum of two privacy losses."""

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.exercise import Mistake
from lessons.dp import loss_sums
from lessons.dp.loss_sums import LossLaw
from lessons.validation import Vector

SIZES = (5, 10)  # c: the losses are −c ... c times the spacing
MANY = 4000


def add_losses(first: LossLaw, second: LossLaw) -> LossLaw:
    """Law of the sum of two independent losses on the same grid (15.9), never optimistic."""
    return loss_sums.add_losses(first, second)


def examine_sums(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Masses, lower tail, upper tail and loss ∞ must be those of going through all pairs."""
    for c in SIZES:
        first, second = _law(rng, c, 0.03), _law(rng, c, 0.2)
        found = _examine_pair(attempt, first, second)
        if found:
            return found
    c = 40
    narrow = np.zeros(2 * c + 1)
    narrow[c - 3 : c + 4] = rng.dirichlet(np.ones(7))
    found = _examine_pair(attempt, (narrow, 0.0), (narrow, 0.0))
    if found:
        return Found("not_general")
    law = _law(rng, MANY, 0.01)
    return _examine_pair(attempt, law, law)


def _law(rng: np.random.Generator, c: int, infinite: float) -> LossLaw:
    return rng.dirichlet(np.ones(2 * c + 1)) * (1 - infinite), infinite


def _examine_pair(attempt: Attempt, first: LossLaw, second: LossLaw) -> Found | None:
    result = attempt((first[0].copy(), first[1]), (second[0].copy(), second[1]))
    n = len(first[0])
    if result is None:
        return Found("returned_none")
    if not isinstance(result, tuple | list) or len(result) != 2 or np.ndim(result[1]) != 0:
        return Found("no_pair", f"Got {type(result).__name__}.")
    if np.iscomplexobj(result[0]) or np.iscomplexobj(result[1]):
        return Found("complex")
    try:
        masses, infinite = np.asarray(result[0], dtype=np.float64), float(result[1])
    except (TypeError, ValueError):
        return Found("no_pair")
    if masses.shape != (n,):
        return Found("wrong_length", f"Wanted {n} masses, got shape {masses.shape}.")
    if not (np.isfinite(masses).all() and np.isfinite(infinite)):
        return Found("not_finite")
    return _which(masses, infinite, first, second)


def _which(masses: Vector, infinite: float, first: LossLaw, second: LossLaw) -> Found | None:
    """Compare with the right law, then with each usual slip."""
    one, other = first[0], second[0]
    n, c = len(one), len(one) // 2
    every = np.fft.irfft(np.fft.rfft(one, 2 * n - 1) * np.fft.rfft(other, 2 * n - 1), 2 * n - 1)
    middle, low, high = every[c : c + n], every[:c].sum(), every[c + n :].sum()
    finite = (1 - first[1]) * (1 - second[1])
    right = middle.copy()
    right[0] += low
    if _near(masses, right):
        return _which_infinite(infinite, first[1], second[1], high)
    for code, wrong in {
        "low_sums_dropped": middle,
        "tails_at_both_ends": _with(right, -1, high),
        "high_sums_on_top": _with(middle, -1, high),
        "tails_exchanged": _with(middle, 0, high),
        "all_tails_low": _with(right, 0, high),
        "differences": _folded(np.convolve(one, other[::-1]), c, n),
        "pointwise": one * other,
        "added": one + other,
        "averaged": (one + other) / 2,
        "normalised": right / right.sum(),
        "infinite_taken_off": right * finite,
    }.items():
        if _near(masses, wrong):
            return Found(code)
    circular = np.fft.irfft(np.fft.rfft(one) * np.fft.rfft(other), n)
    if any(_near(np.roll(circular, shift), masses) for shift in range(n)):
        return Found("wrapped")
    if _near(masses[1:-1], middle[1:-1]):
        return Found("ends_wrong")
    slices = [every[start : start + n] for start in range(n)]
    if any(_near(piece[1:-1], masses[1:-1]) for piece in slices):
        return Found("not_centred")
    return Found("wrong_masses")


def _which_infinite(infinite: float, i: float, j: float, high: float) -> Found | None:
    finite = (1 - i) * (1 - j)
    if abs(infinite - (1 - finite + high)) < 1e-9:
        return None
    for code, wrong in {
        "high_sums_dropped": 1 - finite,
        "infinite_counted_twice": i + j + high,
        "infinite_added_high_dropped": i + j,
        "infinite_forgotten": high,
        "both_infinite": i * j + high,
        "high_times_finite": 1 - finite + high * finite,
    }.items():
        if abs(infinite - wrong) < 1e-9:
            return Found(code)
    return Found("wrong_infinite")


def _with(masses: Vector, place: int, more: float) -> Vector:
    changed = masses.copy()
    changed[place] += more
    return changed


def _folded(every: Vector, c: int, n: int) -> Vector:
    middle = every[c : c + n].copy()
    middle[0] += every[:c].sum()
    return middle


def _near(one: Vector, other: Vector) -> bool:
    return one.shape == other.shape and bool(np.abs(one - other).max() < 1e-10)


SUM_MISTAKES = {
    "no_pair": Mistake(
        "Return a pair: the masses and the probability of loss ∞.",
        "The law of a loss has both parts; without the second, δ would be too small.",
    ),
    "complex": Mistake(
        "Your masses are complex numbers.",
        "np.fft.irfft gives real numbers back; np.fft.ifft needs .real.",
    ),
    "wrong_length": Mistake(
        "Your masses do not fit the grid that you were given.",
        "The sum of two losses has 2n − 1 possible values; those outside the grid must go somewhere.",
    ),
    "wrapped": Mistake(
        "A sum that is too large comes back in at the other end.",
        "An FFT without room for all sums computes on a circle: a huge loss turns into a small one.",
    ),
    "not_centred": Mistake(
        "The right masses at the wrong losses: where in the convolution does loss 0 stand?",
        "Index 0 of the convolution is the sum of the two lowest losses, −2c, not −c.",
    ),
    "ends_wrong": Mistake(
        "Right inside the grid, but not at its two ends.",
        "The lowest loss has its own mass *and* all sums below it, each once; the highest only its own.",
    ),
    "low_sums_dropped": Mistake(
        "Sums below the grid are missing at its lowest loss.",
        "There they belong: raised a little they are safe, dropped they lose probability, and as ∞ "
        "they make δ far too large.",
    ),
    "tails_at_both_ends": Mistake(
        "Sums above the grid have been lowered to its highest loss.",
        "That is optimistic: the loss was larger than what you now call it. They count as ∞.",
    ),
    "high_sums_on_top": Mistake(
        "Sums below the grid have disappeared, and those above it were lowered to its highest loss.",
        "Each tail has its place: the lower one on the lowest loss, the upper one at ∞.",
    ),
    "tails_exchanged": Mistake(
        "Sums above the grid ended up on its lowest loss.",
        "An enormous loss counted as the smallest: nothing could be more optimistic.",
    ),
    "all_tails_low": Mistake(
        "Both tails ended up on the lowest loss; one of them must not.",
        "Sums above the grid are large losses: they count as ∞.",
    ),
    "differences": Mistake(
        "You add one loss and subtract the other.",
        "np.correlate, or a law that was reversed: both losses have a plus sign.",
    ),
    "pointwise": Mistake(
        "You multiply the masses loss by loss; the transforms are to be multiplied.",
        "That is the chance that both losses are equal, not the law of their sum.",
    ),
    "added": Mistake(
        "You add the masses; what adds up are the losses.",
        "The law of a sum is a convolution: all pairs of losses with that sum.",
    ),
    "averaged": Mistake(
        "You average the two laws; what adds up are the losses.",
        "A mixture describes one step chosen at random, a sum describes two steps.",
    ),
    "normalised": Mistake(
        "You scale the masses up to a sum of 1.",
        "What is missing from 1 is the probability of ∞; it has not gone away.",
    ),
    "infinite_taken_off": Mistake(
        "You take the infinite part off twice.",
        "The masses that you got sum to 1 − infinite already.",
    ),
    "wrong_masses": Mistake(
        "The finite masses are not those of the sum of two losses.",
        "Try two laws that put all their mass on one loss each.",
    ),
    "high_sums_dropped": Mistake(
        "The masses are right; sums above the grid are missing.",
        "They count as ∞: dropping them makes δ too small, and nobody would notice.",
    ),
    "infinite_counted_twice": Mistake(
        "The masses are right; the case that both losses are ∞ is counted twice.",
        "1 − (1 − i)(1 − j), not i + j. Safe, but not the law of the sum.",
    ),
    "infinite_added_high_dropped": Mistake(
        "The masses are right; ∞ has the double case twice, and the sums above the grid not at all.",
        "The total of masses and infinite must be 1.",
    ),
    "infinite_forgotten": Mistake(
        "The masses are right; the ∞ that was in the two laws already has been lost.",
        "∞ plus anything is ∞.",
    ),
    "both_infinite": Mistake(
        "The masses are right; one infinite loss is enough to make the sum infinite.",
        "i·j is the chance that both are infinite.",
    ),
    "high_times_finite": Mistake(
        "The masses are right; the tail above the grid is scaled down.",
        "The masses that you got sum to 1 − infinite already, and so does their convolution.",
    ),
    "wrong_infinite": Mistake(
        "The masses are right; the probability of ∞ is not.",
        "Masses and infinite must have the sum 1.",
    ),
    "not_general": Mistake(
        "Right for broad laws, wrong for a narrow one in the middle of the grid.",
        "Does your answer depend on the data where only the length should count?",
    ),
}
