"""Widgets of lesson 23: all noises are searched when the widget is built, a batch when it is asked for."""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lessons import models
from lessons.datasets import digits
from lessons.dp.mechanisms.gaussian import gaussian_epsilon
from lessons.fl import inversion, leakage
from lessons.plots.figure import BLUE, DPI, GREEN, GREY, RED
from lessons.plots.gradients_leak import digit, frame
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, int_slider, log_slider

SEED = 23
QUARTERS = range(-12, 1)  # noise multipliers 10^(k/4): 0.001 to 1
TV_WEIGHT = 0.01
DELTA = 1e-5
MOST = 10  # images in a batch
ITERATIONS = 80


def _network() -> Vector:
    return models.flatten(inversion.conv_network(generator=torch.Generator().manual_seed(SEED)))


def _search(sent: Vector, labels: NDArray[np.int64], *, tv_weight: float) -> Vector:
    return inversion.search(
        _network(),
        sent,
        labels,
        objective=partial(inversion.cosine_objective, tv_weight=tv_weight),
        generator=torch.Generator().manual_seed(0),
        iterations=ITERATIONS,
    )


@dataclass(frozen=True)
class Noisy:
    """Three clients of one image each, who clip and add noise: what the search finds."""

    noise_multiplier: float
    epsilon: float
    images: Vector  # (3, 64)
    pictures: Vector  # (3, 64)
    others: Vector  # (3, 64), the nearest other image to each
    errors: Vector  # (3,)
    control: Vector  # (3,), the error of the nearest other image

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether each picture is nearer to the truth than every other image is."""
        return self.errors < self.control


@cache
def _noisy_searches() -> tuple[Vector, Vector, Vector, Vector]:
    """Images (3, 64), nearest others (3, 64), their errors (3,), pictures (13, 3, 64)."""
    images, labels = digits()
    pool, rng = images.astype(float), np.random.default_rng(SEED)
    own = rng.choice(len(pool), 3, replace=False)
    others = np.delete(pool, own, axis=0)
    control, nearest = leakage.nearest_other(pool[own], others)
    sent = inversion.observed(_network(), pool[own][:, None], labels[own][:, None])
    clipped = sent / np.linalg.norm(sent, axis=1, keepdims=True)  # all are longer than C = 1
    noise = rng.normal(size=sent.shape)  # one draw of noise, made larger and larger
    noisy = np.concatenate([clipped + 10 ** (k / 4) * noise for k in QUARTERS])
    targets = np.tile(labels[own][:, None], (len(QUARTERS), 1))
    pictures = _search(noisy, targets, tv_weight=TV_WEIGHT)
    return pool[own], others[nearest], control, pictures.reshape(len(QUARTERS), 3, 64)


def noisy(*, noise_multiplier: float) -> Noisy:
    """Look the search up for the setting of the slider."""
    images, others, control, pictures = _noisy_searches()
    place = round(4 * np.log10(noise_multiplier)) - QUARTERS[0]
    return Noisy(
        noise_multiplier=noise_multiplier,
        epsilon=gaussian_epsilon(sigma=noise_multiplier, l2_sensitivity=1.0, delta=DELTA),
        images=images,
        pictures=pictures[place],
        others=others,
        errors=((pictures[place] - images) ** 2).mean(axis=1),
        control=control,
    )


def noise_against_search() -> PictureWidget:
    """Slide the noise of three clients: the truth, what the search finds, the nearest other image."""
    figure = Figure(figsize=(7.2, 4.2), dpi=DPI, layout="constrained")
    grid = figure.subplots(3, 3)
    start = noisy(noise_multiplier=0.001)
    names = ("the client's image", "what the search finds", "nearest other image")
    for axes, name in zip(grid[0], names, strict=True):
        axes.set_title(name, fontsize=10)
    artists: dict[str, Any] = {"pictures": [], "words": [], "frames": []}
    artists["worth"] = figure.suptitle("", fontsize=10)
    for row, (truth, control) in enumerate(zip(grid, start.control, strict=True)):
        for axes, image in zip(truth, (start.images, start.pictures, start.others), strict=True):
            digit(axes, image[row])
            frame(axes)
        artists["pictures"].append(digit(truth[1], start.pictures[row]))
        artists["frames"].append(_thick(frame(truth[1])))
        artists["words"].append(_beside(truth[1], ""))
        _beside(truth[2], f"error {control:.4f}\nthe limit").set_color(GREEN)
    return PictureWidget(
        controls={
            "noise_multiplier": log_slider("noise multiplier σ/C", 0.001, 0.001, 1.0, 12),
        },
        compute=noisy,
        figure=figure,
        artists=artists,
        update=_update_noisy,
        describe=describe_noisy,
    )


def _beside(axes: Any, words: str) -> Any:
    return axes.text(1.06, 0.5, words, transform=axes.transAxes, ha="left", va="center", fontsize=9)


def _thick(edge: Any) -> Any:
    edge.set(linewidth=2)
    return edge


def _update_noisy(artists: Artists, result: Noisy) -> None:
    artists["worth"].set_text(
        f"noise σ/C = {result.noise_multiplier:.3g}: one release is worth ε = {result.epsilon:.1f}"
    )
    rows = zip(
        artists["pictures"],
        artists["words"],
        artists["frames"],
        result.pictures,
        result.errors,
        result.found,
        strict=True,
    )
    for picture, words, edge, pixels, error, found in rows:
        picture.set_data(pixels.reshape(8, 8))
        edge.set_edgecolor(RED if found else BLUE)
        words.set(
            text=f"error {error:.4f}\n{'found' if found else 'not found'}",
            color=RED if found else BLUE,
        )


def describe_noisy(result: Noisy) -> str:
    """The picture in words."""
    errors = ", ".join(f"{one:.4f}" for one in result.errors)
    return (
        f"Noise multiplier {result.noise_multiplier:.3g}: one release is worth ε = {result.epsilon:.1f} at "
        f"δ = 1e-5. Errors of the three pictures: {errors}; {result.found.sum()} of 3 are found, that is "
        "nearer to the client's image than any other image."
    )


@dataclass(frozen=True)
class Batch:
    """Two clients with ``n`` images: all labels different, all labels the same."""

    n: int
    images: Vector  # (2, n, 64)
    pictures: Vector  # (2, n, 64), matched to the images
    found: NDArray[np.bool_]  # (2, n)


@cache
def _two_clients() -> tuple[Vector, NDArray[np.int64], NDArray[np.int64], Vector]:
    """All images and labels, which the two clients hold (2, 10), and the images that neither holds."""
    images, labels = digits()
    pool, rng = images.astype(float), np.random.default_rng(SEED)
    different = [rng.choice(np.flatnonzero(labels == one)) for one in rng.permutation(10)]
    own = np.array([different, rng.choice(np.flatnonzero(labels == 3), MOST, replace=False)])
    return pool, labels, own, np.delete(pool, own.ravel(), axis=0)


@cache
def batch(*, n: int) -> Batch:
    """Search for the first ``n`` images of both clients; asked again, look it up."""
    pool, labels, every, others = _two_clients()
    own = every[:, :n]
    sent = inversion.observed(_network(), pool[own], labels[own])
    pictures = _search(sent, labels[own], tv_weight=0.0)
    pairs = [leakage.matched(*pair) for pair in zip(pictures, pool[own], strict=True)]
    control = [leakage.nearest_other(pool[one], others)[0] for one in own]
    return Batch(
        n=n,
        images=pool[own],
        pictures=np.array([one[order] for one, (_, order) in zip(pictures, pairs, strict=True)]),
        found=np.array([errors for errors, _ in pairs]) < np.array(control),
    )


def batch_against_search() -> PictureWidget:
    """Slide the size of a batch: its images and what the search finds, labels different or the same."""
    figure = Figure(figsize=(7.2, 3.9), dpi=DPI, layout="constrained")
    rows = figure.subplots(5, MOST, height_ratios=(1, 1, 0.25, 1, 1))  # a gap between the clients
    for axes in rows[2]:
        axes.set_axis_off()
    grid = rows[[0, 1, 3, 4]]
    names = ("labels differ:\nits images", "the search", "one label:\nits images", "the search")
    blank = np.zeros(64)
    artists: dict[str, Any] = {
        "pictures": [digit(axes, blank) for axes in grid.ravel()],
        "frames": [frame(axes) for axes in grid.ravel()],
    }
    for edge in [*artists["frames"][MOST : 2 * MOST], *artists["frames"][3 * MOST :]]:
        _thick(edge)
    for row, name in zip(grid, names, strict=True):
        row[0].text(
            -0.2, 0.5, name, transform=row[0].transAxes, ha="right", va="center", fontsize=9
        )
    marks = [
        axes.text(
            0.5, -0.04, "", transform=axes.transAxes, ha="center", va="top", fontsize=8, color=RED
        )
        for axes in np.concatenate([grid[1], grid[3]])
    ]
    return PictureWidget(
        controls={"n": int_slider("images in the batch", 2, 1, MOST)},
        compute=batch,
        figure=figure,
        artists={**artists, "marks": marks},
        update=_update_batch,
        describe=describe_batch,
    )


def _update_batch(artists: Artists, result: Batch) -> None:
    shown = np.zeros((4, MOST, 64))
    shown[[0, 2], : result.n] = result.images
    shown[[1, 3], : result.n] = result.pictures
    for picture, pixels in zip(artists["pictures"], shown.reshape(-1, 64), strict=True):
        picture.set_data(pixels.reshape(8, 8))
    words = np.full((2, MOST), "", dtype=object)
    words[:, : result.n] = np.where(result.found, "found", "not found")
    colours = {"": GREY, "found": RED, "not found": BLUE}
    for mark, word in zip(artists["marks"], words.ravel(), strict=True):
        mark.set(text=word, color=colours[word])
    edges = np.reshape(artists["frames"], (4, MOST))
    for edge, word in zip(edges[[1, 3]].ravel(), words.ravel(), strict=True):
        edge.set_edgecolor(colours[word])
    for edge, n in zip(edges.ravel(), 4 * [*range(MOST)], strict=True):
        edge.set_visible(n < result.n)


def describe_batch(result: Batch) -> str:
    """The picture in words."""
    first, second = result.found.sum(axis=1)
    words = (
        f"A batch of {result.n}, after {ITERATIONS} steps: with all labels different {first} of "
        f"{result.n} found, with the same digit every time {second} of {result.n}."
    )
    if result.n < MOST:
        return words
    return (
        f"{words} With all ten labels the search is slower, not blind: each digit can be read, each "
        "picture is nearer to its own image than to any other of the 1797, and 600 steps find all ten."
    )
