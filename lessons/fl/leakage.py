"""What a gradient tells: the image by one division, the labels by their signs, and what was found.

The server knows the parameters w and sees one client's gradient (or update). Nothing here needs
autograd; the search for an image that gives the observed gradient stands in ``inversion``. Images
are flat, ``(n, n_pixels)``, from 0 to 1; an update is a gradient times a negative number.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from lessons.dp.mechanisms.clipping import clip_rows
from lessons.validation import Vector, finite_array, integer, non_negative, positive, vector

Labels = NDArray[np.int64]


def image_from_layer(weights: Vector, biases: Vector) -> Vector:
    """Read the only image out of the gradient of a linear layer: row / bias of the largest bias.

    ``weights`` (n_hidden, n_pixels), ``biases`` (n_hidden,), both of the gradient or of the update.
    Exact for one image (Phong et al. 2017). ``ValueError`` if no bias has moved.
    """
    rows, factors = _layer(weights, biases)
    unit = int(np.abs(factors).argmax())
    if factors[unit] == 0:
        raise ValueError("biases must not all be 0: no unit has fired")
    return np.asarray(rows[unit] / factors[unit])


def label_of_one(bias_gradient: Vector) -> int:
    """The label of the only image: the one negative entry of the last bias's gradient.

        g_c = p_c − [c = y]                                                 (23.i)

    Exact for a softmax with cross-entropy (Zhao, Mopuri and Bilen 2020). ``ValueError`` unless exactly
    one entry is negative, as it is for one image.
    """
    negative = np.flatnonzero(vector("bias_gradient", bias_gradient) < 0)
    if len(negative) != 1:
        raise ValueError(
            f"bias_gradient must have one negative entry, as for one image, got {len(negative)}"
        )
    return int(negative[0])


def label_counts(bias_gradient: Vector, probabilities: Vector, *, batch_size: int) -> Vector:
    """Estimate how many images of the batch have each label: (n_classes,), not rounded.

        n_c = n · (p_c − g_c)                                               (23.ii)

    ``bias_gradient``  (n_classes,), of the mean loss over the batch
    ``probabilities``  (n_classes,), the mean softmax output over the batch; the server does not know it
    and uses that of images of its own, so the result is as good as this guess
    """
    size = integer("batch_size", batch_size, minimum=1)
    observed = vector("bias_gradient", bias_gradient)
    guessed = vector("probabilities", probabilities)
    if observed.shape != guessed.shape:
        raise ValueError(
            "probabilities must have one entry per entry of bias_gradient, "
            f"{len(observed)}, got {len(guessed)}"
        )
    return np.asarray(size * (guessed - observed))


def whole_counts(estimate: Vector, *, batch_size: int) -> Labels:
    """Round estimated counts to whole numbers >= 0 with the sum ``batch_size`` (largest remainder)."""
    size = integer("batch_size", batch_size, minimum=1)
    wanted = np.maximum(vector("estimate", estimate), 0)
    if wanted.sum() == 0:
        raise ValueError(f"estimate must have a positive entry, got {estimate!r}")
    wanted *= size / wanted.sum()
    counts = np.floor(wanted).astype(np.int64)
    order = np.argsort(counts - wanted, kind="stable")  # the largest remainder first
    counts[order[: size - int(counts.sum())]] += 1
    return counts


def matched(pictures: Vector, images: Vector) -> tuple[Vector, Labels]:
    """Give each image its own picture so that the total error is least: errors (n,), which picture (n,).

    ``pictures``, ``images``  (n, n_pixels), equally many; a gradient does not tell their order.
    The error of a pair is the mean squared difference of its pixels.
    """
    found, truth = _images("pictures", pictures), _images("images", images)
    if found.shape != truth.shape:
        raise ValueError(
            f"pictures must have the shape of images, {truth.shape}, got {found.shape}"
        )
    errors = _errors(truth, found)
    rows, columns = linear_sum_assignment(errors)
    return errors[rows, columns], columns.astype(np.int64)


def nearest_other(images: Vector, others: Vector) -> tuple[Vector, Labels]:
    """For each image the error of the nearest of ``others`` (m, n_pixels), and which one it is.

    The control of an attack: a picture that is no nearer to its image than this shows a digit, not
    this person's digit. ``others`` must not hold the images themselves.
    """
    errors = _errors(_images("images", images), _images("others", others))
    return errors.min(axis=1), errors.argmin(axis=1)


def compared(pictures: Vector, *, own: Labels, pool: Vector) -> tuple[Vector, NDArray[np.bool_]]:
    """The errors of each client's pictures, and whether each image is found; both (s, n).

    ``pictures``  (s, n, n_pixels), what was found of s clients with n images each, in any order
    ``own``       (s, n), which images of ``pool`` (m, n_pixels) the clients hold
    An image is found if its picture is nearer to it than every image of the pool that no client holds.
    """
    others = np.delete(pool, own.ravel(), axis=0)
    pairs = zip(pictures, own, strict=True)
    errors = np.array([matched(one, pool[indices])[0] for one, indices in pairs])
    limits = np.array([nearest_other(pool[indices], others)[0] for indices in own])
    return errors, errors < limits


def clip_and_noise(
    gradient: Vector, *, clip_norm: float, noise_multiplier: float, rng: np.random.Generator
) -> Vector:
    """Shorten a client's vector to ``clip_norm``, add Gaussian noise of ``noise_multiplier`` times that.

        g · min(1, C / ‖g‖) + N(0, (z C)² I)                                (23.vi)

    A vector that is already short enough stays as it is. With or without this client: the Gaussian
    mechanism with sensitivity C.
    """
    limit = positive("clip_norm", clip_norm)
    sigma = non_negative("noise_multiplier", noise_multiplier) * limit
    clipped = clip_rows(vector("gradient", gradient)[None], clip_norm=limit)[0]
    return np.asarray(clipped + sigma * rng.normal(size=clipped.shape))


def crafted_layer(thresholds: Vector, *, direction: Vector) -> tuple[Vector, Vector]:
    """A first layer that sorts images into bins: unit j fires where the score is above ``thresholds[j]``.

        a_j = v · x − t_j                                                   (23.vii)

    ``thresholds`` (n_hidden,) rising, ``direction`` v (n_pixels,), the same for all units. Gives weights
    (n_hidden, n_pixels) and biases (n_hidden,). With a ReLU behind, and the same outgoing weights
    for every unit, this is the module of Fowl et al. (2022).
    """
    edges, scores = vector("thresholds", thresholds), vector("direction", direction)
    if not (np.diff(edges) > 0).all():
        raise ValueError(f"thresholds must rise, got thresholds={edges!r}")
    return np.tile(scores, (len(edges), 1)), -edges


def images_from_bins(weights: Vector, biases: Vector) -> Vector:
    """One picture for each bin of ``crafted_layer`` that is not empty, the first bin first.

        x = (G_j − G_(j+1)) / (g_j − g_(j+1))                               (23.viii)

    ``weights`` (n_hidden, n_pixels), ``biases`` (n_hidden,) of the gradient; above the last threshold
    there is no next unit, so the last bin is the last row itself. A bin with one image gives that image, a
    bin with several a mixture, which can leave [0, 1]. An empty bin's bias difference is 0 up to rounding.
    """
    rows, factors = _layer(weights, biases)
    rows = rows - np.vstack([rows[1:], 0 * rows[:1]])
    own = factors - np.append(factors[1:], 0.0)
    full = np.abs(own) > 1e-10 * np.abs(factors).max()
    return np.asarray(rows[full] / own[full, None])


def _layer(weights: Vector, biases: Vector) -> tuple[Vector, Vector]:
    rows, factors = finite_array("weights", weights), vector("biases", biases)
    if rows.ndim != 2 or len(rows) != len(factors):
        raise ValueError(
            f"weights must have one row per bias, {len(factors)}, got weights of shape {rows.shape}"
        )
    return rows, factors


def _images(name: str, values: Vector) -> Vector:
    array = finite_array(name, values)
    if array.ndim != 2 or len(array) == 0:
        raise ValueError(
            f"{name} must have shape (n, n_pixels) with n >= 1, got shape {array.shape}"
        )
    return array


def _errors(images: Vector, others: Vector) -> Vector:
    """Mean squared difference of every pair: (n, m)."""
    if images.shape[1] != others.shape[1]:
        raise ValueError(
            f"images and others must have equally many pixels, got {images.shape[1]} and {others.shape[1]}"
        )
    return np.array([((others - image) ** 2).mean(axis=1) for image in images])
