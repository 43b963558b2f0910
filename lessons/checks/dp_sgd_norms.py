"""Check of Exercise 16.3: norms of per-example gradients, from a layer's inputs and output gradients."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checks.attempt import Attempt, Found
from lessons.checks.dp_sgd_clip import A_LIST, shape_of
from lessons.checks.exercise import Mistake
from lessons.validation import Vector, finite_array

SHAPES = ((3, 3, 3), (6, 5, 3), (4, 2, 7), (1, 4, 2))  # (n, n_inputs, n_outputs)
LARGE = (256, 128, 64)  # all gradients would take 17 MB, one takes 66 kB
MEGABYTES = 4


def linear_gradient_norms(inputs: Vector, output_gradients: Vector) -> Vector:
    """‖g_i‖ of a linear layer with bias: ‖e_i‖ · √(‖a_i‖² + 1), without writing any g_i down.

    ``inputs`` a, shape (n, n_inputs); ``output_gradients`` e, shape (n, n_outputs). Returns (n,).
    """
    a, e = finite_array("inputs", inputs), finite_array("output_gradients", output_gradients)
    return np.asarray(np.sqrt((e**2).sum(axis=1) * ((a**2).sum(axis=1) + 1)))


def examine_norms(attempt: Attempt, rng: np.random.Generator) -> Found | None:
    """The same numbers as from gradients written down; no memory for all of them; no examples."""
    for n, n_inputs, n_outputs in SHAPES:
        a = 0.9 * rng.normal(size=(n, n_inputs)) + 0.3
        e = 0.4 * rng.normal(size=(n, n_outputs))
        result = attempt(a, e)
        if isinstance(result, list | tuple):
            return Found("wrong_type", A_LIST)
        if (
            n > 1
            and shape_of(result) == ()
            and isinstance(result, float | np.floating | np.ndarray)
        ):
            return Found("one_number")
        norms = attempt.array(a, e, shape=(n,)).astype(float)
        if not _near(norms, written_down(a, e)):
            return _which_slip(norms, a, e)
    a, e = rng.normal(size=LARGE[:2]), rng.normal(size=(LARGE[0], LARGE[2]))
    peak = peak_megabytes(lambda: attempt(a, e))
    if peak > MEGABYTES:
        return Found("written_down", f"At its peak it held {peak:.0f} MB.")
    found = attempt.fails(np.zeros((0, 5)), np.zeros((0, 3)))
    if found is not None:
        return Found("empty_batch", found.details)
    nobody = attempt(np.zeros((0, 5)), np.zeros((0, 3)))
    return None if shape_of(nobody) == (0,) else Found("empty_batch")


def written_down(a: Vector, e: Vector) -> Vector:
    """The norms by definition: every gradient by weights and bias, written down (n, ...)."""
    by_weights = e[:, :, None] * a[:, None, :]  # (n, n_outputs, n_inputs)
    rows = np.concatenate([by_weights.reshape(len(a), -1), e], axis=1)
    return np.asarray(np.linalg.norm(rows, axis=1))


def peak_megabytes(call: Callable[[], Any]) -> float:
    """The most memory that Python and NumPy held at once during ``call``, beyond what was held before."""
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


def _near(one: Vector, other: Vector) -> bool:
    return bool(np.allclose(one, other, rtol=1e-6, atol=0))


def _which_slip(norms: Vector, a: Vector, e: Vector) -> Found:
    size_a, size_e = np.linalg.norm(a, axis=1), np.linalg.norm(e, axis=1)
    slips = {
        "squared": size_e**2 * (size_a**2 + 1),
        "no_bias": size_e * size_a,
        "bias_only": size_e,
        "inputs_only": size_a,
        "bias_twice_the_root": size_e * (size_a + 1),
        "one_outside": np.sqrt(size_e**2 * size_a**2 + 1),
        "norms_added": np.sqrt(size_e**2 + size_a**2),
        "l1_norms": np.abs(e).sum(axis=1) * (np.abs(a).sum(axis=1) + 1),
        "mean_of_the_batch": written_down(a, e) / len(a),
    }
    if len(a) == a.shape[1] == e.shape[1]:
        slips["columns"] = np.sqrt((e**2).sum(axis=0) * ((a**2).sum(axis=0) + 1))
    for code, slip in slips.items():
        if _near(norms, slip):
            return Found(code)
    if len(set(norms.round(9).tolist())) == 1 and len(norms) > 1:
        return Found("same_for_all")
    return Found("wrong_norms", f"For n = {len(a)} the first one is {norms[0]:.4g}.")


NORM_MISTAKES = {
    "squared": Mistake(
        "These are the squares of the norms.",
        "‖g‖² = ‖e‖²(‖a‖² + 1); the norm is its root.",
    ),
    "no_bias": Mistake(
        "The layer has a bias, and the bias has a gradient too.",
        "‖e‖·‖a‖ is the norm by the weights alone: rows longer than C then pass as shorter ones.",
    ),
    "bias_only": Mistake(
        "That is the norm of the gradient by the bias alone.",
        "The weights have the gradient e aᵀ, which is usually the larger part.",
    ),
    "inputs_only": Mistake(
        "That is the norm of the layer's input; it is no gradient.",
        "Without e nothing says how wrong the network was.",
    ),
    "bias_twice_the_root": Mistake(
        "You add the norms of the two parts; the parts stand at right angles.",
        "Weights and bias are different entries of one vector: their *squares* add up.",
    ),
    "one_outside": Mistake(
        "The 1 is in the wrong place: what does the bias contribute for a large e?",
        "The bias's gradient is e, not 1: its square is ‖e‖² · 1.",
    ),
    "norms_added": Mistake(
        "The gradient by the weights is a product of e and a, not a pair of them.",
        "Entry (o, d) is e_o · a_d: the sum of all squares is a product of two sums.",
    ),
    "l1_norms": Mistake(
        "You add absolute values; an L2 norm adds squares.",
        "C bounds the L2 norm, because the noise is Gaussian.",
    ),
    "mean_of_the_batch": Mistake(
        "Your norms are divided by the number of examples.",
        "e_i is the gradient of example i's *own* loss; there is nothing to average.",
    ),
    "same_for_all": Mistake(
        "All your norms are the same number.",
        "A sum over the examples has crept in: every example needs its own norm, axis=1.",
    ),
    "one_number": Mistake(
        "You return one number; every example needs its own.",
        "np.linalg.norm of a matrix is one number unless it gets an axis.",
    ),
    "columns": Mistake(
        "With as many examples as inputs and outputs your norms are wrong.",
        "axis=0 runs over the examples; it has the right shape only when n equals the width.",
    ),
    "wrong_norms": Mistake(
        "These are not the norms of the gradients.",
        "Write one gradient down for a case of two inputs and one output, and compare.",
    ),
    "written_down": Mistake(
        "The numbers are right, but you write all the gradients down on the way.",
        "n matrices as large as the layer: this is what the exercise avoids.",
    ),
    "empty_batch": Mistake(
        "A batch without examples should give no norms: an array of shape (0,).",
        "Poisson samples may be empty.",
    ),
}  # fmt: skip
