"""Check of Exercise 16.4: norms of per-example gradients, from a layer's inputs and output gradients."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.engine import cases
from lessons.checks.engine.attempt import Attempt
from lessons.checks.engine.compare import by_numbers
from lessons.checks.engine.exercise import Exercise
from lessons.checks.engine.mistakes import Found, Mistake
from lessons.checks.engine.told import Case
from lessons.validation import Vector, finite_array

LARGE = (256, 128, 64)  # all gradients would take 17 MB, one takes 66 kB
MEGABYTES = 4


def reference(inputs: Vector, output_gradients: Vector) -> Vector:
    """‖g_i‖ of a linear layer with bias: ‖e_i‖ · √(‖a_i‖² + 1), without writing any g_i down.

    ``inputs`` a, shape (n, n_inputs); ``output_gradients`` e, shape (n, n_outputs). Returns (n,).
    """
    a, e = finite_array("inputs", inputs), finite_array("output_gradients", output_gradients)
    return np.asarray(np.sqrt((e**2).sum(axis=1) * ((a**2).sum(axis=1) + 1)))


def written_down(inputs: Vector, output_gradients: Vector) -> Vector:
    """The norms by definition: every gradient by weights and bias, written down (n, ...)."""
    a, e = inputs, output_gradients
    by_weights = (e[:, :, None] * a[:, None, :]).reshape(len(a), -1 if len(a) else 0)
    return np.asarray(np.linalg.norm(np.concatenate([by_weights, e], axis=1), axis=1))


def ask(rng: np.random.Generator) -> list[Case]:
    """Draw layers of many shapes, square ones too; inputs and errors tiny and large, zeros among them."""
    shapes = [
        (n, cases.one_of(rng, range(1, 9)), cases.one_of(rng, range(1, 9)))
        for n in cases.sizes(rng, own=50)
    ]
    shapes += [
        (3, 3, 3),
        (7, 7, 7),
        (2, 5, 2),
        (3, 4, 3),
        (3, 4, 3),
        (6, 5, 2),
        (6, 5, 2),
        (4, 64, 32),
        (5, 32, 10),
        (cases.one_of(rng, range(1100, 4700)), 3, 2),
    ]
    asked: list[Case] = []
    for n, n_inputs, n_outputs in sorted(shapes):
        a = cases.spread(rng, 0.03, 30) * (rng.normal(size=(n, n_inputs)) + 0.3)
        sizes = (1e-9, 1e-6) if n == 5 else (1e-4, 1e3)  # a trained network's are tiny
        e = cases.spread(rng, *sizes) * rng.normal(size=(n, n_outputs))
        if n > 3:
            a[rng.integers(n)] = 0.0
            e[rng.integers(n)] = 0.0
        asked.append({"inputs": a, "output_gradients": e})
    few = next(case for case in asked if len(case["inputs"]) == 3)
    return [
        *asked,
        {**few, "inputs": 2 * few["inputs"]},
        {**few, "output_gradients": 2 * few["output_gradients"]},
    ]


def examine(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The same numbers as from gradients written down; no memory for all of them."""
    found = by_numbers(
        attempt,
        ask(rng),
        right=written_down,
        mistakes=MISTAKES,
        rng=rng,
        ask=_norms,
        fits=lambda case, got, right: _fit(got, right, tolerance=attempt.tolerance).all(),
        words=_first_wrong_norm,
    )
    return found or _memory(attempt, rng)


def _norms(attempt: Attempt, case: Case) -> Vector:
    n = len(case["inputs"])
    norms = attempt.array(**case, shape=None)
    if n > 1 and norms.shape == ():
        return np.zeros(0)  # one number: of no use, whatever it is
    return attempt.array(**case, shape=(n,)).astype(float)


def _fit(got: Vector, right: Vector, *, tolerance: float = 1e-9) -> Any:
    if got.shape != right.shape:
        return np.array([False])
    return np.abs(got - right) <= tolerance * right


def _first_wrong_norm(case: Case, got: Vector, right: Vector) -> str:
    if got.shape != right.shape:
        return ", and every example needs a norm of its own."
    i = int(np.flatnonzero(~_fit(got, right))[0])
    a, e = case["inputs"][i], case["output_gradients"][i]
    by_weights, size = float(np.linalg.norm(a) * np.linalg.norm(e)), float(got[i])
    said = f". For example {i}, ‖a‖ = {np.linalg.norm(a):.4g} and ‖e‖ = "
    said += f"{np.linalg.norm(e):.4g}, and your norm is {size:.6g}: "
    if size < by_weights * (1 - 1e-7):
        return said + "its gradient by the weights alone is longer."
    return said + ("too large." if size > right[i] else "too small.")


def _memory(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    a, e = rng.normal(size=LARGE[:2]), rng.normal(size=(LARGE[0], LARGE[2]))
    seen: list[Vector] = []
    peak = _peak_megabytes(lambda: seen.append(attempt.array(a, e, shape=(LARGE[0],))))
    if not _fit(seen[0], written_down(a, e), tolerance=attempt.tolerance).all():
        return Found("counterexample", f"With {LARGE[0]} examples your norms are not right.")
    return (
        Found("written_down", f"At its peak it held {peak:.0f} MB.") if peak > MEGABYTES else None
    )


def _peak_megabytes(call: Callable[[], Any]) -> float:
    """Give the most memory that Python and NumPy held at once during ``call``, beyond that of before."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        call()
        return (tracemalloc.get_traced_memory()[1] - before) / 1e6
    finally:
        if not tracing:
            tracemalloc.stop()


def _from_squares(norm: Callable[[Vector, Vector], Vector]) -> Callable[..., Vector]:
    """Make a wrong function of ‖a_i‖² and ‖e_i‖²."""
    return lambda inputs, output_gradients: norm(
        (inputs**2).sum(axis=1), (output_gradients**2).sum(axis=1)
    )


def _over_the_examples(inputs: Vector, output_gradients: Vector) -> Vector:
    squares = (output_gradients**2).sum(axis=0) * ((inputs**2).sum(axis=0) + 1)
    return np.asarray(np.sqrt(squares))


def _of_the_sum(inputs: Vector, output_gradients: Vector) -> Any:
    by_weights = output_gradients.T @ inputs
    return np.sqrt((by_weights**2).sum() + (output_gradients.sum(axis=0) ** 2).sum())


def _all_outer_products(inputs: Vector, output_gradients: Vector) -> Vector:
    by_weights = output_gradients[:, :, None] * inputs[:, None, :]
    squares = (by_weights**2).sum(axis=(1, 2)) + (output_gradients**2).sum(axis=1)
    return np.asarray(np.sqrt(squares))


def _stacked(inputs: Vector, output_gradients: Vector) -> Vector:
    pairs = zip(inputs, output_gradients, strict=True)
    return np.stack([np.sqrt((e @ e) * (a @ a + 1)) for a, e in pairs])


MISTAKES = {
    "squared": Mistake(
        "These are the squares of the norms.",
        "‖g‖² = ‖e‖²(‖a‖² + 1); the norm is its root.",
        made_by=(_from_squares(lambda a, e: e * (a + 1)),),
    ),
    "no_bias": Mistake(
        "The layer has a bias, and the bias has a gradient too.",
        "‖e‖·‖a‖ is the norm by the weights alone: rows longer than C then pass as shorter ones.",
        made_by=(_from_squares(lambda a, e: np.sqrt(a * e)),),
    ),
    "bias_only": Mistake(
        "That is the norm of the gradient by the bias alone.",
        "The weights have the gradient e aᵀ, which is usually the larger part.",
        made_by=(_from_squares(lambda a, e: np.sqrt(e)),),
    ),
    "inputs_only": Mistake(
        "That is the norm of the layer's input, not of a gradient.",
        "Without e nothing says how wrong the network was.",
        made_by=(
            _from_squares(lambda a, e: np.sqrt(a)),
            _from_squares(lambda a, e: np.sqrt(a + 1)),
        ),
    ),
    "lengths_added": Mistake(
        "You add the norms of the two parts; the parts stand at right angles.",
        "Weights and bias are different entries of one vector: their *squares* add up.",
        made_by=(_from_squares(lambda a, e: np.sqrt(e) * (np.sqrt(a) + 1)),),
    ),
    "one_outside": Mistake(
        "The 1 is in the wrong place: what does the bias contribute for a large e?",
        "The bias's gradient is e, not 1: its square is ‖e‖² · 1.",
        made_by=(_from_squares(lambda a, e: np.sqrt(a * e + 1)),),
    ),
    "norms_added": Mistake(
        "The gradient by the weights is a product of e and a, not a pair of them.",
        "Entry (o, d) is e_o · a_d: the sum of all squares is a product of two sums.",
        made_by=(
            _from_squares(lambda a, e: np.sqrt(a + e)),
            _from_squares(lambda a, e: np.sqrt(a) + np.sqrt(e)),
        ),
    ),
    "l1_norms": Mistake(
        "You add absolute values; an L2 norm adds squares.",
        "C bounds the L2 norm, because the noise is Gaussian.",
        made_by=(
            lambda inputs, output_gradients: (
                np.abs(output_gradients).sum(axis=1) * (np.abs(inputs).sum(axis=1) + 1)
            ),
        ),
    ),
    "mean_of_the_batch": Mistake(
        "Your norms are divided by the number of examples.",
        "e_i is the gradient of example i's *own* loss; there is nothing to average.",
        made_by=(
            lambda inputs, output_gradients: (
                reference(inputs, output_gradients) / max(len(inputs), 1)
            ),
        ),
    ),
    "all_together": Mistake(
        "You return one number for the whole batch; every example needs its own.",
        "np.linalg.norm of a matrix is one number unless it gets axis=1; a sum over the examples is "
        "the gradient of the batch, in which nobody can be clipped any more.",
        made_by=(
            lambda inputs, output_gradients: (
                np.linalg.norm(output_gradients) * np.sqrt((inputs**2).sum() + 1)
            ),
            lambda inputs, output_gradients: np.full(
                len(inputs), _of_the_sum(inputs, output_gradients)
            ),
        ),
    ),
    "columns": Mistake(
        "You sum over the examples instead of over the inputs and outputs.",
        "axis=0 runs over the examples; it has the right shape only when n equals the width.",
        made_by=(_over_the_examples,),
    ),
    "written_down": Mistake(
        "The numbers are right, but you write all the gradients down on the way.",
        "n matrices as large as the layer: this is what the exercise avoids.",
        made_by=(_all_outer_products,),
    ),
    "empty_batch": Mistake(
        "A batch without examples should give no norms: an array of shape (0,).",
        "Poisson samples may be empty.",
        made_by=(_stacked,),
    ),
}

gradient_norms = Exercise(
    number="16.4",
    name="gradient_norms",
    reference=reference,
    examine=examine,
    takeaway="Two vectors know the norm of their outer product: no gradient had to be written down.",
    hints=(
        "Write the gradient by the weights down for two inputs and one output. What are its entries, "
        "and what is the sum of their squares?",
        "The sum over all pairs (o, d) of e_o² a_d² is a product of two sums.",
        "The bias contributes ‖e‖² to the square of the norm. Take the common factor out, then the root.",
    ),
    mistakes=MISTAKES,
)
