"""Widgets of lesson 00."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from lessons.datasets import HOSPITALS, digits
from lessons.fl.three_designs import DESIGNS, HELPER, SERVER, transcripts
from lessons.plots.figure import DPI
from lessons.validation import Vector, integer, non_negative
from lessons.widgets import who_sees_what as viewer_module
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider, slider
from lessons.widgets.who_sees_what import View, view

MOST_PEOPLE = 180  # who wrote the hidden digit
MARGIN = 2  # empty pixels around a digit: the eye finds a figure that stands free
SIDE = 8 + 2 * MARGIN  # pixels


@dataclass(frozen=True)
class Blurred:
    """One noisy page, the average of many, and the size of the noise that is left in it."""

    noise: float
    n_people: int
    one: Vector  # (side, side)
    average: Vector  # (side, side)
    noise_left: float  # root mean square over the pixels, in units of full ink


@cache
def _pages(hidden_digit: int = 3) -> tuple[Vector, Vector]:
    """Pages and noise of standard deviation 1, both (n_people, side, side); ink is 1, paper 0."""
    images, labels = digits()
    written = images[labels == hidden_digit][:MOST_PEOPLE].reshape(-1, 8, 8).astype(np.float64)
    pages = np.pad(written, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
    return pages, np.random.default_rng(1806).normal(size=pages.shape)  # very even draws


def blur(*, noise: float, n_people: int) -> Blurred:
    """Add noise to every pixel of every page, then average the first ``n_people`` pages."""
    noise = non_negative("noise", noise)
    if integer("n_people", n_people, minimum=1) > MOST_PEOPLE:
        raise ValueError(f"n_people must be at most {MOST_PEOPLE}, got n_people={n_people}")
    pages, draws = _pages()
    left = noise * draws[:n_people].mean(axis=0)  # (side, side)
    return Blurred(
        noise=noise,
        n_people=n_people,
        one=pages[0] + noise * draws[0],
        average=pages[:n_people].mean(axis=0) + left,
        noise_left=float(np.sqrt(np.mean(left**2))),
    )


def person_and_crowd() -> PictureWidget:
    """Noise on every page: one page beside the average of many."""
    figure = Figure(figsize=(6.4, 2.3), dpi=DPI)
    axes = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.02, right=0.98, top=0.86, bottom=0.03)
    images = [_empty_page(one) for one in axes]
    axes[0].set_title("one page, as it was handed in", fontsize=11)
    title = figure.text(0.755, 0.895, "", fontsize=11, ha="center")
    return PictureWidget(
        controls={
            "noise": slider("noise on every pixel", 1.5, 0.0, 3.0, 0.1, readout=".1f"),
            "n_people": int_slider("number of people", 5, 5, MOST_PEOPLE, 5),
        },
        compute=blur,
        figure=figure,
        artists={"one": images[0], "average": images[1], "title": title},
        update=_update_pages,
        describe=_describe_pages,
    )


def _empty_page(axes: Axes) -> AxesImage:
    axes.set_axis_off()
    return axes.imshow(np.zeros((SIDE, SIDE)), cmap="gray_r", interpolation="bilinear")


def _update_pages(artists: Artists, result: Blurred) -> None:
    for name, page, left in (
        ("one", result.one, result.noise),
        ("average", result.average, result.noise_left),
    ):
        artists[name].set_data(page)
        artists[name].set_clim(-left / 2, 0.9 + left / 2)
    artists["title"].set_text(f"the average of {result.n_people} pages")


def _describe_pages(result: Blurred) -> str:
    return (
        f"Noise of size {result.noise:.1f} was added to every pixel of each of {result.n_people} pages. "
        f"One page has noise of size {result.noise:.1f}; in the average of all pages "
        f"{result.noise_left:.3f} is left."
    )


EYES = (SERVER, HELPER, *HOSPITALS)
POOLED = f"{SERVER} + {HELPER}"


@dataclass(frozen=True)
class DesignView:
    """Which design, and what the viewer's picture of it shows."""

    design: str
    view: View


def look(*, design: str, step: int, viewer: str) -> DesignView:
    """What ``viewer`` can read of ``design`` up to ``step``."""
    return DesignView(
        design, view(transcripts()[design], step=step, viewers=tuple(viewer.split(" + ")))
    )


def three_designs_viewer() -> PictureWidget:
    """The *who sees what* viewer over the three designs of the lesson."""
    every = list(transcripts().values())
    messages = tuple(message for one in every for message in one.messages)
    figure, artists = viewer_module._lay_out(replace(every[0], messages=messages))
    return PictureWidget(
        controls={
            "design": dropdown("design", list(DESIGNS)),
            "step": int_slider("step", 2, 0, 4),
            "viewer": dropdown("look over the shoulder of", [EYES[0], POOLED, *EYES[1:]]),
        },
        compute=look,
        figure=figure,
        artists=artists,
        update=_update_design,
        describe=_describe_design,
    )


def _update_design(artists: Any, result: DesignView) -> None:
    viewer_module._update(artists, result.view)


def _describe_design(result: DesignView) -> str:
    return f"Design {result.design}. {viewer_module.describe(result.view)}"
