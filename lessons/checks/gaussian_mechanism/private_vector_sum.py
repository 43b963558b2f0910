"""Check of Exercise 13.3: the sum of the clipped rows, plus Gaussian noise for C, ε and δ alone."""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr, chdtrc

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.chance import FALSE_ALARM
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.independence import STRAY
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.nearest import Probe, by_law
from lessons.checks.engine.noise import noise_fault, normal
from lessons.checks.engine.told import told
from lessons.dp.mechanisms.clipping import clip_rows, private_sum
from lessons.dp.mechanisms.gaussian import analytic_sigma
from lessons.validation import Vector

WIDTH = 100  # columns of the tables that show the noise: a slow way to draw it stays affordable
WIDE = 6000  # where the function is fast: draws enough to see that nothing is cut off at 4 σ
PART = 20  # a probe asks one call for so many of its "times", so that it is asked again cheaply


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Look at single rows, odd tables and many columns; at ε so large that each row stands out, too."""
    first = cases.between(rng, 33, 40)  # its short row has a squared length above it
    equal = np.ones((7, 1)) * rng.normal(1, 1, 5)
    whole = rng.integers(-9, 10, (40, 60)) * rng.choice([1, 1, 30], (40, 1))
    probes = [
        _probe(
            _table(rng, "short", 1, WIDTH, first),
            _known(rng, large=True) | {"clip_norm": first},
            10,
        ),
        _place(rng, "longer", 1, WIDTH, 10),
        _place(rng, "few long", 2, WIDTH, 10),
        _place(rng, "every", 33, 40),
        _place(rng, "barely longer", 33, 40),
        _place(rng, "every", 0, WIDTH, 10),
        _probe(whole, _known(rng, large=True) | {"clip_norm": cases.between(rng, 14, 17)}, 4),
        _place(rng, "few long", 257, 3),
        _place(rng, "few long", 2, 2),
        _probe(equal, _known(rng, large=True) | {"clip_norm": 0.3}, 4),
        _probe(_table(rng, "short", 10, WIDTH, 2.6), _known(rng) | {"clip_norm": 2.6}, 120),
        _noise(rng, "long", cases.one_of(rng, (2, 3, 5)), 10),
        _noise(rng, "every", 100, 10),
        _noise(rng, "short", 0, 10),
        _noise(rng, "nothing", 1, 10),
        _noise(rng, "longer", 1, 10),
        _probe(_table(rng, "short", 3, 1, 7.3), _known(rng) | {"clip_norm": 7.3}, 150),
    ]
    if found := by_law(attempt, probes, mistakes=MISTAKES, rng=rng):
        return found
    wide = [_noise(rng, "short", 3, 60, WIDE)] if _is_fast(attempt, rng) else []
    return by_law(attempt, wide, mistakes={}, rng=rng)


def _is_fast(attempt: Attempt, rng: np.random.Generator) -> bool:
    """Whether a call with very many columns can be afforded: the time of narrower ones tells."""

    def seconds(width: int) -> float:
        rows, known = np.ones((2, width)), _known(rng)
        return attempt.quickest(lambda: attempt.array(rows, **known, rng=rng, shape=None))

    return all(
        seconds(width) < allowed for width, allowed in ((2, 0.1), (WIDTH, 0.0015), (900, 0.003))
    )


def _known(rng: np.random.Generator, *, large: bool = False) -> dict[str, Any]:
    reach = (5e4, 1e5) if large else (0.02, 5)
    return {
        "clip_norm": cases.spread(rng, 0.3, 40),
        "epsilon": cases.spread(rng, *reach),
        "delta": cases.spread(rng, 1e-9, 1e-2),
    }


def _table(rng: np.random.Generator, kind: str, n: int, width: int, clip: float) -> Vector:
    """Rows (n, width) of lengths told by ``kind``, in parts of ``clip``; directions have a trend."""
    inside = rng.uniform(0.2, 0.5 if n < 3 else 0.97, n)
    outside = rng.uniform(1.4 if n < 3 else 1.05, 1.9, n)
    lengths = {
        "nothing": np.zeros(n),
        "short": inside,
        "longer": outside,
        "barely longer": rng.uniform(1.001, 1.004, n),
        "long": 10 * outside,
        "few long": np.where((np.arange(n) % 9 == 1) | (np.arange(n) == 256), outside, inside),
        "every": np.choose(np.arange(n) % 4, [inside, outside, 6 * outside, inside]),
    }[kind]
    if kind == "every" and n > 3:
        lengths[:3] = 0.0, 1e5, 1e-7
    rows = rng.normal(0.7, 1, (n, width))
    rows *= (clip * lengths / np.linalg.norm(rows, axis=1))[:, None]
    return np.asarray(rows if kind == "few long" else rows[rng.permutation(n)])


def _place(rng: np.random.Generator, kind: str, n: int, width: int, calls: int = 0) -> Probe:
    known = _known(rng, large=True)
    return _probe(
        _table(rng, kind, n, width, known["clip_norm"]), known, calls or (4 if width > 2 else 12)
    )


def _noise(rng: np.random.Generator, kind: str, n: int, calls: int, width: int = WIDTH) -> Probe:
    known = _known(rng)
    return _probe(_table(rng, kind, n, width, known["clip_norm"]), known, calls)


def _probe(rows: NDArray[Any], known: dict[str, Any], calls: int) -> Probe:
    """Draw releases of one table, with the sum of its clipped rows taken off."""
    place = clip_rows(rows, clip_norm=known["clip_norm"]).sum(axis=0)
    sigma = _sigma(known["clip_norm"], known["epsilon"], known["delta"])

    def draw(attempt: Attempt, rng: np.random.Generator, times: int) -> Vector:
        each = max(times // PART, 1)
        release = attempt.arrays(each, rows, **known, rng=rng, shape=place.shape)
        if attempt.single:
            raise Ended(Found("too_coarse"))
        return np.asarray(release - place, dtype=float)

    def fault(noise: Vector) -> Found | None:
        if _fixed(noise / sigma):
            return Found("global_random", "Every call gives the same noise.")
        average, calls = noise.mean(axis=0), max(len(noise), 2)
        along = noise @ place / max(float(np.linalg.norm(place)), 1e-300)  # (calls,)
        own = max(float(np.std(one)) for one in (noise - average, along)) * sqrt(
            calls / (calls - 1)
        )
        off = max(float(np.abs(average).max()), abs(float(along.mean())))
        if off > 6.5 * max(sigma, own) / sqrt(len(noise)) + 1e-9 * float(np.linalg.norm(place)):
            return Found("counterexample", _off(rows, known["clip_norm"], average + place, off))
        if noise.size >= 1000:
            return noise_fault(noise, normal(sigma), around=place)
        return _few(noise, sigma)

    said = f"(For a table of shape {rows.shape}, {told(known)}.)"
    return Probe(draw, fault, PART * calls, said=said, naming=PART * 3)


def _fixed(noise: Vector) -> bool:
    """Whether calls (calls, entries) share their noise, of standard deviation 1 in 40 entries or more."""
    size = float(np.mean(noise[0] ** 2))
    same = len(noise) > 1 and float(np.ptp(noise, axis=0).max()) < 1e-9
    return same and noise.shape[1] >= 40 and 0.25 < size < 2.5


def _off(rows: NDArray[Any], clip: float, centre: Vector, off: float) -> str:
    """Say what is wrong with where the release lies, apart from its noise."""
    lengths = np.linalg.norm(rows, axis=1)
    if len(rows) == 1:
        return (
            f"For a single row of length {lengths[0]:.4g} and clip_norm = {clip:.4g}, your sum has "
            f"the length {float(np.linalg.norm(centre)):.4g}, or another direction."
        )
    return (
        f"One of the sums is off by about {off:.3g}, far more than noise explains "
        f"({int((lengths > clip).sum())} of the {len(rows)} rows are longer than clip_norm)."
    )


def _few(noise: Vector, sigma: float) -> Found | None:
    """The size of a few hundred draws: their squares add up to a chi-square variable."""
    n, square = noise.size, float(np.sum((noise / sigma) ** 2))
    if square < 1e-12 * n:
        return Found("no_noise")
    if min(chdtr(n, square), chdtrc(n, square)) < FALSE_ALARM / 20:
        return Found("wrong_law")
    return None if abs(float(noise.mean())) < STRAY * sigma / sqrt(n) else Found("not_centred")


@lru_cache(maxsize=4096)
def _sigma(reach: float, epsilon: float, delta: float) -> float:
    return analytic_sigma(l2_sensitivity=reach, epsilon=epsilon, delta=delta)


def _clipped(
    rows: Vector, clip: float, *, order: float = 2, power: int = 1, axis: int = 1
) -> Vector:
    norms = np.linalg.norm(rows, ord=order, axis=axis, keepdims=True) ** power
    return np.asarray(rows * np.minimum(1, clip / np.maximum(norms, 1e-300)))


def _summed(rows: Vector, clip: float) -> Vector:
    return np.asarray(_clipped(rows, clip).sum(axis=0))


def _made(
    place: Callable[[Any, float], Any] = _summed,
    sigma: Callable[[Any, float, float, float], float] = lambda rows, c, e, d: _sigma(c, e, d),
) -> Callable[..., Any]:
    """Make a wrong function: another ``place(rows, C)``, or ``sigma(rows, C, ε, δ)``."""

    def wrong(rows: Any, *, clip_norm: float, epsilon: float, delta: float, rng: Any) -> Any:
        total = place(rows, clip_norm)
        scale = sigma(rows, clip_norm, epsilon, delta)
        return total + rng.normal(scale=scale, size=np.shape(total))

    return wrong


def _inside(rows: Vector, clip: float) -> Any:
    return np.linalg.norm(rows, axis=1) <= clip


def _longest(rows: Vector, clip: float) -> float:
    return float(np.linalg.norm(rows, axis=1).max()) if len(rows) else clip


def _unit(rows: Vector) -> Any:
    with np.errstate(invalid="ignore"):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _direction(rows: Vector) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)


def _kept_type(rows: Any, clip: float) -> Any:
    shortened = np.zeros_like(rows)
    shortened[:] = _clipped(rows, clip)
    return shortened.sum(axis=0)


def _total_of_type(rows: Any, *, clip_norm: float, epsilon: float, delta: float, rng: Any) -> Any:
    total = np.zeros(rows.shape[1], dtype=rows.dtype)
    total[:] = _made()(rows, clip_norm=clip_norm, epsilon=epsilon, delta=delta, rng=rng)
    return total


def _noise_on_rows(rows: Any, *, clip_norm: float, epsilon: float, delta: float, rng: Any) -> Any:
    sigma = _sigma(clip_norm, epsilon, delta)
    return (_clipped(rows, clip_norm) + rng.normal(scale=sigma, size=rows.shape)).sum(axis=0)


MISTAKES = {
    "not_summed": Mistake(
        "What comes out has one row, or one number, per person; the release is the sum over the people.",
        "Noisy rows are a far larger release: here each person would stand in it alone. rows has shape "
        "(n, d), so the sum over the people is along axis 0.",
        made_by=(_made(_clipped), _made(lambda rows, c: _clipped(rows, c).sum(axis=1))),
    ),
    "zero_row": Mistake(
        "A row of zeros becomes NaN.",
        "0/0: there is nothing to shorten. Divide C by max(length, C), which is never 0.",
        made_by=(
            _made(lambda rows, c: (_unit(rows) * np.minimum(
                np.linalg.norm(rows, axis=1, keepdims=True), c)).sum(axis=0)),
        ),
    ),
    "not_clipped": Mistake(
        "Your rows are not clipped: one person can move the sum by any amount.",
        "Then C is not the sensitivity, and the noise protects nobody with a longer row.",
        made_by=(_made(lambda rows, c: rows.sum(axis=0)),),
    ),
    "clipped_entry_by_entry": Mistake(
        "You clip every entry to [−C, C]; then a row of d entries may still have length C·√d.",
        "np.clip bounds the largest entry; (13.vii) bounds the length of the row and keeps its direction.",
        made_by=(_made(lambda rows, c: np.clip(rows, -c, c).sum(axis=0)),),
    ),
    "another_length": Mistake(
        "You clip, but the length that you use is not ‖·‖₂, the root of the sum of squares.",
        "The sum of absolute values is never smaller: safe, but rows are shortened more than needed. The "
        "largest entry is never larger, and the *squared* length is smaller for lengths below 1. Then a "
        "row may stay longer than C, and the promise is broken.",
        made_by=(
            _made(lambda rows, c: _clipped(rows, c, order=1).sum(axis=0)),
            _made(lambda rows, c: _clipped(rows, c, order=np.inf).sum(axis=0)),
            _made(lambda rows, c: _clipped(rows, c, power=2).sum(axis=0)),
        ),
    ),
    "all_rows_scaled": Mistake(
        "You bring every row to length C, also the short ones.",
        "min(1, C/length): clipping never makes a row longer.",
        made_by=(_made(lambda rows, c: (_direction(rows) * c).sum(axis=0)),),
    ),
    "to_length_one": Mistake(
        "You clip to length 1, or divide by C afterwards; the bound is C.",
        "x/max(1, length/C), not x/max(1, length). And if you divide the sum by C, it is another sum, "
        "of sensitivity 1.",
        made_by=(
            _made(lambda rows, c: _summed(rows, 1.0)),
            _made(lambda rows, c: _summed(rows, c) / c),
        ),
    ),
    "rows_dropped": Mistake(
        "Some rows are gone: those that are too long, or those that are not.",
        "(13.vii) shortens long rows; without them those patients no longer count, and nothing says so. "
        "For short rows the factor is 1, not 0.",
        made_by=(
            _made(lambda rows, c: rows[_inside(rows, c)].sum(axis=0)),
            _made(lambda rows, c: _summed(rows[~_inside(rows, c)], c)),
        ),
    ),
    "clipped_too_late": Mistake(
        "You clip the sum, or the columns; a person is a row, and each row is clipped before the sum.",
        "One enormous row turns the sum wherever it likes, and nearly everything else is cut off. "
        "Lengths along axis 0 mix all people.",
        made_by=(
            _made(lambda rows, c: _clipped(rows.sum(axis=0)[None], c)[0]),
            _made(lambda rows, c: _clipped(rows, c, axis=0).sum(axis=0)),
        ),
    ),
    "averaged": Mistake(
        "That is the mean of the clipped rows; the exercise asks for the sum.",
        "Under add/remove n is a secret: dividing by it would tell something about it.",
        made_by=(
            _made(lambda rows, c: _summed(rows, c) / max(len(rows), 1)),
            _made(lambda rows, c: _summed(rows, c) / max(len(rows), 1),
                  lambda rows, c, e, d: _sigma(c, e, d) / max(len(rows), 1)),
        ),
    ),
    "clip_norm_ignored": Mistake(
        "Your noise is that of sensitivity 1; one person moves the sum by up to C.",
        "l2_sensitivity=clip_norm: the clipping lets one person move the sum by C, so the noise must hide C.",
        made_by=(_made(sigma=lambda rows, c, e, d: _sigma(1.0, e, d)),),
    ),
    "noise_from_the_data": Mistake(
        "Your noise depends on the rows: it is larger or smaller when the rows are.",
        "The longest row is a secret. C is public, and the noise is for C, used up or not.",
        made_by=(
            _made(sigma=lambda rows, c, e, d: _sigma(
                max(min(_longest(rows, c), c), 1e-9 * c), e, d)),
            _made(sigma=lambda rows, c, e, d: _sigma(
                max(float(np.linalg.norm(_summed(rows, c))), 1e-9), e, d)),
            _made(sigma=lambda rows, c, e, d: _sigma(max(_longest(rows, c), c), e, d)),
        ),
    ),
    "noise_per_row": Mistake(
        "Your noise is √n times too large: is it added to each row?",
        "One draw for the sum is enough. (Noise per row is for people who do not trust the curator.)",
        made_by=(_noise_on_rows,),
    ),
    "integers_cut": Mistake(
        "With a table of whole numbers your function cuts off what stands behind the point.",
        "An array like the input (zeros_like, [:] =) keeps its integer type: clipped rows and noise "
        "are truncated in silence. Work in floats.",
        made_by=(_made(_kept_type), _total_of_type),
    ),
}  # fmt: skip

private_vector_sum = Exercise(
    number="13.3",
    name="private_vector_sum",
    reference=private_sum,
    examine=examine,
    takeaway="Clip the length of each row, add up, add Gaussian noise once: the heart of DP-SGD.",
    hints=(
        "Three steps: the length of each row, the rows shortened, then one sum with one noise.",
        "np.linalg.norm(rows, axis=1, keepdims=True) has shape (n, 1). What do you multiply a row by "
        "when its length is above C, and what when it is not?",
        "After clipping, one row more or less moves the sum by at most C: that is l2_sensitivity.",
    ),
    mistakes=MISTAKES,
)
