"""Widgets of lesson 16: what a clip norm does to a step, and to a whole run."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import torch

from lessons import models
from lessons.datasets import digits
from lessons.dp.statement import rounded_up
from lessons.dp.training import per_example
from lessons.dp.training.clipped_sum import clipped_gradient_sum
from lessons.dp.training.direction import ClippedMeans, clipped_means, direction_kept
from lessons.dp.training.private_gradient import noisy_mean, poisson_sample
from lessons.plots.dp_sgd import say_that_shorter_ones_are_here
from lessons.plots.figure import BLACK, BLUE, GREEN, ORANGE, RED, new_figure
from lessons.validation import Vector
from lessons.widgets.picture import Artists, PictureWidget, dropdown, log_slider

N_TRAIN = 1437  # of the 1797 digits; the others are for testing
STAGES = {"before the first step": 0, "after 30 steps": 30, "after 300 steps": 300}
CLIP_NORMS = 10 ** np.linspace(-2, 2, 33)  # the positions of the slider
BINS = 10 ** np.linspace(-4, 2, 49)


@dataclass(frozen=True)
class Step:
    """The norms at one stage of a run, and what each clip norm leaves of the direction."""

    stage: str
    clip_norm: float
    noise_multiplier: float
    sampling_rate: float
    counts: Vector  # examples in each of BINS
    clipped: float  # fraction of the examples whose gradient is shortened
    without_noise: Vector  # cosine for every one of CLIP_NORMS
    with_noise: Vector
    chosen: tuple[float, float]  # the same two at ``clip_norm``


def training_examples() -> tuple[Vector, models.Labels]:
    """The images and labels that lesson 16 trains on."""
    images, labels = digits()
    order = np.random.default_rng(0).permutation(len(images))[:N_TRAIN]
    return images[order].astype(np.float64), labels[order]


@cache
def stages() -> dict[str, ClippedMeans]:
    """A private run (C = 1, noise multiplier 2, q = 0.1, η = 1), looked at after 0, 30, 300 steps."""
    images, labels = training_examples()
    model = models.digits_network(generator=torch.Generator().manual_seed(0))
    rng, found = np.random.default_rng(0), {}
    names = {steps: name for name, steps in STAGES.items()}
    for done in range(max(names) + 1):
        if done in names:
            rows = per_example.gradients(model, images[:500], labels[:500])
            found[names[done]] = clipped_means(rows, CLIP_NORMS)
        batch = poisson_sample(N_TRAIN, sampling_rate=0.1, rng=rng)
        total, _ = clipped_gradient_sum(model, images[batch], labels[batch], clip_norm=1.0)
        settings: dict[str, Any] = {"clip_norm": 1.0, "noise_multiplier": 2.0, "rng": rng}
        g = noisy_mean(total, **settings, expected_batch_size=144.0)
        models.load(model, models.flatten(model) - g)
    return found


def step(*, stage: str, clip_norm: float, noise_multiplier: float, sampling_rate: float) -> Step:
    """What a step with these settings keeps of the direction of the mean gradient."""
    means = stages()[stage]
    kept = direction_kept(
        means, noise_multiplier=noise_multiplier, expected_batch_size=sampling_rate * N_TRAIN
    )
    where = int(np.abs(np.log(CLIP_NORMS / clip_norm)).argmin())
    norms = np.maximum(means.norms, BINS[0])  # gradients shorter than that stand at the left end
    return Step(
        stage=stage,
        clip_norm=clip_norm,
        noise_multiplier=noise_multiplier,
        sampling_rate=sampling_rate,
        counts=np.histogram(norms, BINS)[0].astype(float),
        clipped=float(np.mean(means.norms > clip_norm)),
        without_noise=means.cosines,
        with_noise=kept,
        chosen=(float(means.cosines[where]), float(kept[where])),
    )


def where_to_clip() -> PictureWidget:
    """Move the clip norm along the norms of real gradients, and see what is left of the direction."""
    figure, (left, right) = new_figure(columns=2, width=8.6, height=3.9)
    left.set(xscale="log", xlim=(1e-4, 100))
    left.set(xlabel="norm of one example's gradient", ylabel="number of examples (of 500)")
    say_that_shorter_ones_are_here(left, BINS[0])
    right.set(xscale="log", xlim=(1e-2, 100), yscale="log")
    right.set(xlabel="clip norm C", ylabel="cosine with the mean gradient")
    right.grid(True, which="major", color="#dddddd", linewidth=0.6)
    artists: dict[str, Any] = {
        "counts": left.plot([], [], color=BLUE, drawstyle="steps-post")[0],
        "clip": [
            one.axvline(1, color=ORANGE, ls=":", label="clip norm C") for one in (left, right)
        ],
        "without": right.plot([], [], color=RED, ls="--", label="clipped, no noise")[0],
        "with": right.plot([], [], color=BLACK, label="clipped, with noise")[0],
        "chosen": right.plot([], [], color=GREEN, marker="o", ms=9, ls="", label="at this C")[0],
        "words": left.text(0.0, 1.02, "", transform=left.transAxes, fontsize=9),
        "kept": right.text(0.0, 1.02, "", transform=right.transAxes, fontsize=9),
        "scales": [left.yaxis, right.yaxis],  # both follow the setting
    }
    artists["legend"] = right.legend(
        loc="lower left", fontsize=9, framealpha=0.9, edgecolor="none"
    )  # above the grid
    return PictureWidget(
        controls={
            "stage": dropdown("when", list(STAGES)),
            "clip_norm": log_slider("clip norm C", 10.0, 0.01, 100.0, 32),
            "noise_multiplier": log_slider("noise multiplier", 2.0, 0.5, 8.0, 8),
            "sampling_rate": log_slider("sampling rate q", 0.1, 0.01, 1.0, 20),
        },
        compute=step,
        figure=figure,
        artists=artists,
        update=_update_step,
        describe=_describe_step,
    )


def _update_step(artists: Artists, result: Step) -> None:
    artists["counts"].set_data(BINS, np.append(result.counts, result.counts[-1]))
    left, right = (axis.axes for axis in artists["scales"])
    left.set_ylim(0, 1.1 * result.counts.max())
    right.set_ylim(0.1 * result.with_noise.min(), 1.5)  # room for the legend below the curve
    for line in artists["clip"]:
        line.set_xdata([result.clip_norm, result.clip_norm])
    artists["without"].set_data(CLIP_NORMS, result.without_noise)
    artists["with"].set_data(CLIP_NORMS, result.with_noise)
    artists["chosen"].set_data([result.clip_norm], [result.chosen[1]])
    artists["words"].set_text(f"{result.clipped:.0%} of the gradients are shortened")
    artists["kept"].set_text(f"cosine kept at this C: {result.chosen[1]:.3f}")


def _describe_step(result: Step) -> str:
    without, kept = result.chosen
    return (
        f"{result.stage.capitalize()}, clip norm {result.clip_norm:.3g}: {result.clipped:.0%} of the "
        f"gradients are shortened. Between the clipped mean and the mean gradient the cosine is "
        f"{without:.3f}. With noise multiplier {result.noise_multiplier:.3g} and sampling rate "
        f"{result.sampling_rate:.2g} (an expected batch of {result.sampling_rate * N_TRAIN:.0f}) "
        f"the release keeps a cosine of {kept:.3f}; the best clip norm would keep "
        f"{result.with_noise.max():.3f}."
    )


# The second widget: whole runs, made once and stored

LEVELS = (0.5, 1.0, 2.0, 4.0, 8.0)  # noise multipliers
HALF_DECADES = 10 ** np.linspace(-1.5, 1.5, 7)  # clip norms and learning rates
EPSILONS = dict(zip(LEVELS, (51.3402, 10.8146, 3.5966, 1.4966, 0.6673), strict=True))  # δ = 1e-4


@dataclass(frozen=True)
class Runs:
    """Accuracies of stored runs for one noise multiplier, and the chosen run among them."""

    noise_multiplier: float
    clip_norm: float
    learning_rate: float
    accuracies: Vector  # (learning rates, clip norms), the mean of three seeds
    chosen: float


@cache
def stored_runs() -> dict[float, Vector]:
    """Noise multiplier -> accuracies (learning rates, clip norms), mean of three seeds."""
    text = files("lessons").joinpath("data", "private_runs.csv").read_text("utf-8")
    rows = np.array(list(csv.reader(text.splitlines()))[1:], dtype=np.float64)
    mean = rows[:, 3:].mean(axis=1).reshape(len(LEVELS), 7, 7) / 360  # of 360 test images
    return {level: table.T for level, table in zip(LEVELS, mean, strict=True)}


def runs(*, noise_multiplier: float, clip_norm: float, learning_rate: float) -> Runs:
    """Look the settings up among the stored runs."""
    level = LEVELS[int(np.abs(np.log(np.array(LEVELS) / noise_multiplier)).argmin())]
    row, column = (
        int(np.abs(np.log(HALF_DECADES / one)).argmin()) for one in (learning_rate, clip_norm)
    )
    table = stored_runs()[level]
    return Runs(level, clip_norm, learning_rate, table, float(table[row, column]))


def whole_runs() -> PictureWidget:
    """Noise multiplier, clip norm and learning rate of whole runs, and the accuracy they reach."""
    figure, (axes,) = new_figure(height=4.4, width=6.4)
    axes.set(xlabel="clip norm C", ylabel="learning rate η")
    labels = [f"{one:.2g}" for one in HALF_DECADES]
    axes.set_xticks(range(7), labels)
    axes.set_yticks(range(7), labels)
    axes.set(xlim=(-0.5, 6.5), ylim=(-0.5, 6.5))
    image = axes.imshow(np.zeros((7, 7)), vmin=0.1, vmax=1, cmap="cividis", origin="lower")
    image.set_zorder(1)
    figure.colorbar(image, ax=axes, label="accuracy on test images")
    numbers = [
        axes.text(x, y, "", ha="center", va="center", fontsize=8, zorder=2)
        for y in range(7)
        for x in range(7)
    ]
    artists: dict[str, Any] = {
        "image": image,
        "numbers": numbers,
        "chosen": axes.plot([], [], marker="s", ms=27, mfc="none", mec=RED, mew=3, zorder=3)[0],
        "words": axes.text(0.0, 1.02, "", transform=axes.transAxes, fontsize=9),
    }
    return PictureWidget(
        controls={
            "noise_multiplier": log_slider("noise multiplier", 2.0, 0.5, 8.0, 4),
            "clip_norm": log_slider("clip norm C", 1.0, 10**-1.5, 10**1.5, 6),
            "learning_rate": log_slider("learning rate η", 0.1, 10**-1.5, 10**1.5, 6),
        },
        compute=runs,
        figure=figure,
        artists=artists,
        update=_update_runs,
        describe=_describe_runs,
    )


def _update_runs(artists: Artists, result: Runs) -> None:
    artists["image"].set_data(result.accuracies)
    for text, value in zip(artists["numbers"], result.accuracies.ravel(), strict=True):
        text.set_text(f"{value:.2f}")
        text.set_color("white" if value < 0.55 else "black")
    spots = [
        np.abs(np.log(HALF_DECADES / one)).argmin()
        for one in (result.clip_norm, result.learning_rate)
    ]
    artists["chosen"].set_data([spots[0]], [spots[1]])
    epsilon = rounded_up(EPSILONS[result.noise_multiplier], digits=3)
    artists["words"].set_text(
        f"accuracy {result.chosen:.3f}; ε = {epsilon} at δ = 1e-4, everywhere on the map"
    )


def _describe_runs(result: Runs) -> str:
    epsilon = rounded_up(EPSILONS[result.noise_multiplier], digits=3)
    return (
        f"Noise multiplier {result.noise_multiplier:.3g}, clip norm {result.clip_norm:.3g}, learning "
        f"rate {result.learning_rate:.3g}: accuracy {result.chosen:.3f} (mean of three runs of 300 "
        f"steps, 360 test images). Every run on this map has ε = {epsilon} at δ = 1e-4 "
        f"(one example, add/remove, Poisson sampling with rate 0.1). The best accuracy on the map is "
        f"{result.accuracies.max():.3f}."
    )
