"""Check of Exercise 23.3: one picture for each bin, for any number of bins, empty ones and the last too."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.fl import leakage
from lessons.validation import Vector


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Compare with the images from which the gradients were made."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_one_by_one,
        mistakes=MISTAKES,
        rng=rng,
        ask=lambda attempt, case: attempt.array(**case, shape=None).astype(float),
        fits=lambda case, got, right: _fits(got, right),
        words=_words,
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw one unit to hundreds, with nearly all bins full, or nearly none; then what is rare."""
    sizes = [(5, 3), (3, 2), (2, 2), (2, 1), (1, 1), (8, 8), (32, 9)]  # (units, full bins)
    sizes += [(cases.one_of(rng, range(40, 90)), 25), (cases.one_of(rng, (255, 256, 257)), 60)]
    asked = [
        _case(rng, *size, cases.one_of(rng, (1, 2, 9, 64)), last)
        for size in sizes
        for last in (False, True)
    ]
    asked += [_case(rng, 5, 4, 1, False), _case(rng, 6, 4, 64, True)]  # one pixel; the lesson's 64
    return [*asked, _case(rng, 7, 7, 7, True), _case(rng, 7, 5, 7, False), *_rare(rng)]


def _rare(rng: np.random.Generator) -> list[Case]:
    """Two images a bin, a blank one, one twice, factors that cancel, tiny gradients, none at all."""
    two, pixels = np.array([1.0, -0.4]), rng.random((22, 30))
    blank = pixels[:4] * [[1.0], [0.0], [1.0], [1.0]]
    some, many = (rng.choice(n_hidden, n, replace=False) for n_hidden, n in ((12, 4), (40, 22)))
    alike = np.append(np.ones(20), (8e-9, 6e-10))  # the largest bias is 20: one full bin, one empty
    full, tiny = _case(rng, 30, 12, 9, True), cases.spread(rng, 1e-14, 1e-12)
    return [
        _gradient(rng, 12, some[[0, 0, 1, 1]], np.tile(two, 2), pixels[:4]),
        _gradient(rng, 12, some, rng.uniform(0.5, 1.0, 4), blank),
        *cases.one_at_a_time(
            once := _gradient(rng, 12, some, rng.uniform(0.5, 1.0, 4), pixels[[0, 1, 0, 2]]),
            weights=once["weights"] / 2,
            biases=once["biases"] * 2,
        ),
        {"weights": np.zeros((6, 4)), "biases": np.zeros(6)},
        _gradient(rng, 40, np.array([4, 34]), np.array([0.7, -0.7]), pixels[:2]),
        _gradient(rng, 40, many, alike, pixels),
        _gradient(rng, 40, many, -alike, pixels),
        {name: tiny * values for name, values in full.items()},
    ]


def _case(rng: np.random.Generator, n_hidden: int, n_full: int, n_pixels: int, last: bool) -> Case:
    """Make the gradient of ``n_full`` images in different bins; ``last``: the last bin is full."""
    bins = rng.choice(n_hidden, min(n_full, n_hidden), replace=False)
    if last and n_hidden - 1 not in bins:
        bins[0] = n_hidden - 1
    if not last and len(bins) < n_hidden and n_hidden - 1 in bins:
        bins[bins == n_hidden - 1] = next(k for k in range(n_hidden) if k not in bins)
    factors = rng.choice([-1.0, 1.0], len(bins)) * np.exp(rng.uniform(-5, 1, len(bins)))
    return _gradient(rng, n_hidden, bins, factors, rng.random((len(bins), n_pixels)))


def _gradient(
    rng: np.random.Generator, n_hidden: int, bins: Any, factors: Vector, images: Vector
) -> Case:
    """Add up what the images give to the units, each by its factor."""
    fires = bins[:, None] >= np.arange(n_hidden)  # an image fires all units up to its bin
    rounding = 1 + 1e-15 * rng.choice([-1.0, 1.0], n_hidden)  # units add up in different orders
    return {
        "weights": rounding[:, None] * ((fires * factors[:, None]).T @ images),
        "biases": rounding * (factors @ fires),
    }


def _one_by_one(weights: Vector, biases: Vector) -> Vector:
    """Go down from the last unit, taking off what the units above have."""
    found, above, sofar = [], np.zeros(weights.shape[1]), 0.0
    for row, bias in zip(weights[::-1], biases[::-1], strict=True):
        if abs(bias - sofar) > 1e-10 * np.abs(biases).max():
            found.append((row - above) / (bias - sofar))
        above, sofar = row, bias
    return np.array(found[::-1]).reshape(-1, weights.shape[1])


def _fits(got: Vector, right: Vector) -> bool:
    """Whether the pictures are right; of no picture at all the shape does not matter."""
    if right.size == 0:
        return got.size == 0
    return got.shape == right.shape and bool(np.allclose(got, right, rtol=0, atol=1e-5))


def _words(case: Case, got: Any, right: Any) -> str:
    if got.ndim != 2 or len(got) != len(right):
        return (
            f" where {len(right)} of the {len(case['biases'])} bins are not empty; "
            "each gives one row of pixels."
        )
    return ". The number of pictures is right, but not every picture is what its bin holds."


def _made(
    read: Callable[[Vector, Vector], tuple[Any, Any]], keep: Any = None
) -> Callable[..., Any]:
    """Make a wrong function: other numerators and denominators, or another rule for empty bins."""

    def wrong(weights: Any, biases: Any) -> Any:
        rows, own = read(weights, biases)
        full = np.abs(own) > 1e-10 * np.abs(biases).max() if keep is None else keep(own, biases)
        with np.errstate(all="ignore"):
            return rows[full] / own[full, None]

    return wrong


def _steps(w: Any, b: Any) -> tuple[Any, Any]:
    return w - np.vstack([w[1:], 0 * w[:1]]), b - np.append(b[1:], 0.0)


def _everything(own: Any, b: Any) -> Any:
    return np.full(len(own), True)


MISTAKES = {
    "mixture": Mistake(
        "You divide each unit's row by its bias. That is the attack on one image; here unit j fires for "
        "every image above its threshold, so you get mixtures.",
        "The row of unit j sums over all bins from j upwards. One subtraction leaves one bin.",
        made_by=(_made(lambda w, b: (w, b)),),
    ),
    "not_divided": Mistake(
        "Each of your rows is an image times a number: you subtract, but you do not divide.",
        "What is left of a row is the image times a slope; what is left of the bias entry is that slope.",
        made_by=(
            lambda weights, biases: _steps(weights, biases)[0][
                np.abs(_steps(weights, biases)[1]) > 1e-10 * np.abs(biases).max()
            ],
        ),
    ),
    "half_subtracted": Mistake(
        "You take the difference of one of the two, rows or biases, but not of the other.",
        "A difference of rows belongs to a difference of biases: numerator and denominator must hold "
        "the same images.",
        made_by=(
            _made(lambda w, b: (_steps(w, b)[0], b)),
            _made(lambda w, b: (w, _steps(w, b)[1])),
        ),
    ),
    "last_missing": Mistake(
        "The images above the last threshold are missing. No unit lies above the last one.",
        "np.diff gives one difference fewer than there are units; the last bin is the last row itself.",
        made_by=(
            _made(lambda w, b: (np.diff(w, axis=0), np.diff(b))),
            _made(lambda w, b: (w[:-1] - w[1:], b[:-1] - b[1:])),
        ),
    ),
    "other_neighbour": Mistake(
        "You subtract the unit below instead of the unit above.",
        "Unit j − 1 fires whenever unit j does, and for one bin more: that gives bin j − 1, and for "
        "the first unit a mixture of everything.",
        made_by=(
            _made(lambda w, b: (np.diff(w, axis=0, prepend=0 * w[:1]), np.diff(b, prepend=0.0))),
        ),
    ),
    "around_the_edge": Mistake(
        "You subtract the first unit's row from the last one's.",
        "np.roll wraps around; above the last threshold there is nothing to take off.",
        made_by=(_made(lambda w, b: (w - np.roll(w, -1, axis=0), b - np.roll(b, -1))),),
    ),
    "positive_only": Mistake(
        "Some full bins are missing: a difference of biases can be negative too.",
        "The factor of an image is a derivative of the loss, of either sign.",
        made_by=(_made(_steps, lambda own, b: own > 1e-10 * np.abs(b).max()),),
    ),
    "other_order": Mistake(
        "Your pictures are right, but come with the last bin first.",
        "The exercise asks for the order of the units.",
        made_by=(lambda weights, biases: _one_by_one(weights, biases)[::-1],),
    ),
    "empty_bins": Mistake(
        "You keep bins in which there is no image: their difference is 0, or a rounding error.",
        "0/0 is not a picture, and 1e-17/1e-17 is a picture of rounding errors.",
        made_by=(
            _made(_steps, _everything),
            _made(_steps, lambda own, b: own != 0),
            _made(lambda w, b: (_steps(w, b)[0], _steps(w, b)[1] + 1e-12), _everything),
        ),
    ),
}  # fmt: skip

images_from_bins = Exercise(
    number="23.3",
    name="images_from_bins",
    reference=leakage.images_from_bins,
    examine=examine,
    takeaway="Whoever chooses w chooses what the gradient shows: averaging over a batch hides little.",
    hints=(
        "Unit 5 fires for the images above threshold 5, unit 6 for those above threshold 6. Which images "
        "does unit 5 have and unit 6 not?",
        "Subtract the next unit's row and the next unit's bias, then divide. What comes after the last unit?",
        "A bin without images leaves a bias difference of 0 up to rounding: drop it before you divide.",
    ),
    mistakes=MISTAKES,
)
