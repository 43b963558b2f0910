"""Check of Exercise 23.1: the counts of all labels, for any number of classes and images."""

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
    """Compare with n (p − g), class by class."""
    return by_numbers(
        attempt,
        ask(rng),
        right=_by_definition,
        mistakes=MISTAKES,
        rng=rng,
        ask=_ask,
        fits=lambda case, got, right: bool(
            (np.abs(got - right) <= attempt.tolerance * case["batch_size"]).all()
        ),
        words=lambda case, got, right: (
            ". Take one entry: it should be the batch size times (what the softmax gives this label "
            "on average, minus the gradient there)."
        ),
    )


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw batches of one image to thousands, two classes to a hundred; the guess of p is a guess."""
    pairs = [(2, 1), (3, 2), (10, 1), (10, 8), (10, 64), (5, 7), (4, 100)]
    pairs += [(cases.one_of(rng, (11, 23, 100)), cases.one_of(rng, (3, 17, 255, 256, 257)))]
    pairs += [(10, cases.one_of(rng, range(1000, 9000)))]
    asked = [_case(rng, *pair) for pair in pairs]
    few = _case(rng, 5, 9)
    asked += cases.one_at_a_time(
        few,
        bias_gradient=np.roll(few["bias_gradient"], 1),
        probabilities=np.roll(few["probabilities"], 1),
        batch_size=10,
    )
    return [*asked, *(_case(rng, *pair, alike=True) for pair in ((100, 1), (10, 12)))]


def _case(
    rng: np.random.Generator, n_classes: int, batch_size: int, *, alike: bool = False
) -> Case:
    """Make the gradient of a batch; ``alike``: all of one label, estimated as more than the batch."""
    counts = rng.multinomial(batch_size, rng.dirichlet(np.ones(n_classes)))
    true = rng.dirichlet(np.full(n_classes, 3.0))
    guessed = 0.8 * true + 0.2 * rng.dirichlet(np.full(n_classes, 3.0))
    if alike:
        counts = batch_size * np.eye(n_classes)[(guessed - true).argmax()]
    return {
        "bias_gradient": true - counts / batch_size,
        "probabilities": guessed,
        "batch_size": batch_size,
    }


def _ask(attempt: Attempt, case: Case) -> Vector:
    return attempt.array(**case, shape=case["probabilities"].shape).astype(float)


def _by_definition(bias_gradient: Vector, probabilities: Vector, batch_size: int) -> Vector:
    pairs = zip(probabilities.tolist(), bias_gradient.tolist(), strict=True)
    return np.array([batch_size * p - batch_size * g for p, g in pairs])


def _made(counts: Callable[[Vector, Vector, int], Any]) -> Callable[..., Any]:
    """Make a wrong function of (g, p, n)."""
    return lambda bias_gradient, probabilities, *, batch_size: counts(
        bias_gradient, probabilities, batch_size
    )


MISTAKES = {
    "fractions": Mistake(
        "Your entries sum to 1. The exercise asks for numbers of images, which sum to the batch size.",
        "p − g is the share n_c / n of label c; times n it is the count.",
        made_by=(_made(lambda g, p, n: p - g),),
    ),
    "sign": Mistake(
        "A label that is in the batch gets a smaller number from you than one that is not: which sign "
        "does the gradient have at a label that is there?",
        "An image of label c pushes the entry c down, so g enters with a minus.",
        made_by=(
            _made(lambda g, p, n: n * (p + g)),
            _made(lambda g, p, n: n * (g - p)),
            _made(lambda g, p, n: p + g),
        ),
    ),
    "softmax_forgotten": Mistake(
        "Your numbers sum to 0: the softmax part of the gradient is still in them.",
        "−n g is n_c − n p_c: add n p_c back. (With + n g the sign is wrong as well.)",
        made_by=(
            _made(lambda g, p, n: -n * g),
            _made(lambda g, p, n: -g),
            _made(lambda g, p, n: n * g),
        ),
    ),
    "gradient_unused": Mistake(
        "Your result does not change when the client's gradient does.",
        "n p_c is what the network expects before it has seen the client.",
        made_by=(_made(lambda g, p, n: n * p),),
    ),
    "negative_entries": Mistake(
        "You look for negative entries. In a batch a label can be there and its entry still be positive, "
        "and an entry does not say how often by its sign.",
        "The sign decides for one image only. With n images an entry is negative only if the share of "
        "its label is above p_c.",
        made_by=(
            _made(lambda g, p, n: (g < 0).astype(float)),
            _made(lambda g, p, n: np.where(g < 0, -n * g, 0.0)),
            _made(lambda g, p, n: np.where(g < 0, n * (p - g), 0.0)),
            _made(lambda g, p, n: n * np.eye(len(g))[g.argmin()]),
        ),
    ),
    "divided_by_n": Mistake(
        "The loss is a mean already; you divide by the batch size where you should multiply.",
        "(p − g)/n shrinks when the batch grows; counts grow with it.",
        made_by=(_made(lambda g, p, n: (p - g) / n),),
    ),
    "softmax_unscaled": Mistake(
        "You scale only one of the two parts by the batch size.",
        "p − n g or n p − g: both p and g are means over the batch.",
        made_by=(_made(lambda g, p, n: p - n * g), _made(lambda g, p, n: n * p - g)),
    ),
    "rounded_or_cut": Mistake(
        "You round the estimate, or cut it at 0. Return it as it comes: its distance from whole "
        "numbers tells how good the guess of p was.",
        "Rounding is the next step of the lesson, and is done so that the counts still sum to n.",
        made_by=(
            _made(lambda g, p, n: np.round(n * (p - g))),
            _made(lambda g, p, n: np.maximum(n * (p - g), 0.0)),
            _made(lambda g, p, n: np.round(np.maximum(n * (p - g), 0.0))),
        ),
    ),
}

label_counts = Exercise(
    number="23.1",
    name="label_counts",
    reference=leakage.label_counts,
    examine=examine,
    takeaway="Ten numbers of the gradient tell which labels a client holds, and how many of each.",
    hints=(
        "Write the gradient of one image for label c, (23.i). What is the mean of that over n images?",
        "The mean of [y = c] over the batch is n_c / n. The mean of p_c is what the server guesses.",
        "Solve g_c = p_c − n_c / n for n_c.",
    ),
    mistakes=MISTAKES,
)
