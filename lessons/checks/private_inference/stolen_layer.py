"""Check of Exercise 36.4: the weights and the bias of a layer, from what is opened for one's own images."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lessons.checks.engine import cases, kinds
from lessons.checks.engine.attempt import Attempt, Ended
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case

SIZES = ((1, 1), (1, 3), (3, 1), (2, 2), (3, 2), (2, 5), (5, 5), (64, 32))
Ask = Callable[[ArrayLike], NDArray[np.float64]]
Floats = NDArray[np.float64]


def reference(ask: Ask, *, n_in: int) -> tuple[Floats, Floats]:
    """The black image shows b, an image with one pixel of 1 shows b and one row of W."""
    z = ask(np.vstack([np.zeros((1, n_in)), np.eye(n_in)]))
    return z[1:] - z[0], z[0]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """Let it ask about layers of many sizes; count the images, then compare what it returns."""
    return by_numbers(
        attempt,
        _cases(rng),
        right=_rows,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool((np.abs(got - right) < 1e-5).all()),
        words=_said,
    )


def _cases(rng: np.random.Generator) -> list[Case]:
    drawn = [tuple(cases.one_of(rng, range(2, 9)) for _ in range(2)) for _ in range(4)]
    return [
        {"weights": rng.normal(size=(n_in, n_out)), "bias": 3 * rng.normal(size=n_out)}
        for n_in, n_out in (*SIZES, *drawn)
    ]


def _rows(weights: Floats, bias: Floats) -> Floats:
    return np.vstack([weights, bias])


class _Watched:
    """A first layer whose servers open too much; it counts the images that it is asked about."""

    def __init__(self, weights: Floats, bias: Floats) -> None:
        self._weights, self._bias, self.images = weights, bias, 0

    def ask(self, images: ArrayLike) -> Floats:
        """What every server sees for these images."""
        x = np.array(images, dtype=float)
        n_in = len(self._weights)
        if x.ndim != 2 or x.shape[1] != n_in or not np.isfinite(x).all():
            raise ValueError(
                f"images must be finite, of shape (n_images, {n_in}), got shape {x.shape}"
            )
        self.images += len(x)
        return np.asarray(x @ self._weights + self._bias)


def _ask(attempt: Attempt, case: Case) -> Floats:
    """The weights and, as a last row, the bias."""
    n_in, n_out = case["weights"].shape
    layer = _Watched(case["weights"], case["bias"])
    weights, bias = attempt.value(PAIR, layer.ask, n_in=n_in)
    if not layer.images:
        raise Ended(Found("nothing_asked"))
    if layer.images > n_in + 1:
        raise Ended(
            Found("too_many", f"You asked about {layer.images} images, {n_in} pixels each.")
        )
    if np.shape(weights) != (n_in, n_out) or np.shape(bias) != (n_out,):
        raise Ended(
            Found(
                "wrong_shape",
                f"Wanted shapes {(n_in, n_out)} and {(n_out,)}, got {np.shape(weights)} and "
                f"{np.shape(bias)}.",
            )
        )
    found = np.vstack([weights, bias]).astype(float)
    if not np.isfinite(found).all():
        raise Ended(Found("not_finite"))
    return found


PAIR = kinds.pair_of(kinds.array, kinds.array)


def _said(case: Case, got: Floats, right: Floats) -> str:
    if np.abs(got[-1] - right[-1]).max() >= 1e-5:
        return " (the bias as the last row). The bias is not right: which image shows it alone?"
    return " (the bias as the last row). The bias is right, the weights are not."


def _made(rule: Callable[[Floats, Floats], tuple[Any, Any]]) -> Callable[..., Any]:
    """A wrong function from what it returns for the bias and the rows of the single pixels."""

    def wrong(ask: Ask, *, n_in: int) -> tuple[Any, Any]:
        z = ask(np.vstack([np.zeros((1, n_in)), np.eye(n_in)]))
        return rule(z[0], z[1:])

    return wrong


def _black_each_time(ask: Ask, *, n_in: int) -> tuple[Floats, Floats]:
    black = np.zeros((1, n_in))
    rows = [ask(one[np.newaxis])[0] - ask(black)[0] for one in np.eye(n_in)]
    return np.array(rows), ask(black)[0]


def _own_images(ask: Ask, *, n_in: int) -> tuple[Floats, Floats]:
    x = np.random.default_rng(0).uniform(size=(4 * n_in + 4, n_in))
    found = np.linalg.lstsq(np.column_stack([x, np.ones(len(x))]), ask(x), rcond=None)[0]
    return np.asarray(found[:-1]), np.asarray(found[-1])


def _at_random(ask: Ask, *, n_in: int) -> tuple[Floats, Floats]:
    return np.zeros((n_in, 1)), np.zeros(1)


MISTAKES = {
    "bias_in": Mistake(
        "The bias is still in your weights: each answer is a row of W *plus* b.",
        "What is opened for an image with one bright pixel, without taking the black image's row away.",
        made_by=(_made(lambda b, z: (z, b)),),
    ),
    "no_bias": Mistake(
        "The weights are right, but the bias is not zero.",
        "Zeros in place of what the black image shows.",
        made_by=(_made(lambda b, z: (z - b, np.zeros_like(b))),),
    ),
    "negated": Mistake(
        "Your weights have the wrong sign: what do you subtract from what?",
        "The black image's row minus the others.",
        made_by=(_made(lambda b, z: (b - z, b)),),
    ),
    "transposed": Mistake(
        "Your W is transposed: one row for each input, one column for each output.",
        "Each image with one bright pixel shows a row of W.",
        made_by=(_made(lambda b, z: ((z - b).T, b)),),
    ),
    "swapped": Mistake(
        "You return the bias first. Wanted: the weights, then the bias.",
        "The pair (b, W) instead of (W, b).",
        made_by=(_made(lambda b, z: (b, z - b)),),
    ),
    "first_row": Mistake(
        "You take one pixel's row away from the others, not the black image's: the bias needs an image of "
        "its own.",
        "n_in images only, the first one taken for the bias.",
        made_by=(_made(lambda b, z: (z - z[0], z[0])),),
    ),
    "too_many": Mistake(
        "Right or not, you ask about too many images: a layer with n_in inputs needs n_in + 1.",
        "The black image again for each pixel, or a fit to many images: a service may count questions.",
        made_by=(_black_each_time, _own_images),
    ),
    "nothing_asked": Mistake(
        "Your function asks nothing: the weights are in what is opened, and nowhere else.",
        "Numbers that do not come from `ask` at all.",
        made_by=(_at_random,),
    ),
}

stolen_layer = Exercise(
    number="36.4",
    name="stolen_layer",
    reference=reference,
    examine=examine,
    takeaway=(
        "One opened layer, n_in + 1 images of your own, and the layer is yours: what is opened must be "
        "masked."
    ),
    hints=(
        "What is opened for an image that is black, all zeros?",
        "And for an image with one pixel of 1, all others 0? What do you have to take away from it?",
        "np.eye(n_in) holds all images with one bright pixel. Ask about them, and about np.zeros((1, n_in)).",
    ),
    mistakes=MISTAKES,
)
