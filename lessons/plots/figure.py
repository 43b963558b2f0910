"""A figure that can also be read: one palette, labelled axes, and words for those who cannot see.

Colours are those of Okabe and Ito (2008), which remain distinct under the common kinds of colour
blindness; curves differ in line style or marker as well, so that no message depends on colour alone.
"""

import base64
import html
import io
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
RED = "#D55E00"  # vermilion
PINK = "#CC79A7"
GREY = "#767676"

DPI = 120
WIDTH_INCHES = 7.2


@dataclass(frozen=True)
class Plot:
    """A finished figure and the sentence that says what it shows.

    Shown at the end of a cell, it becomes an ``<img>`` with that sentence as alternative text.
    Raises ``ValueError`` when the sentence is missing or a visible axis has no label.
    """

    figure: Figure
    alt: str

    def __post_init__(self) -> None:
        require_words(self.figure, self.alt)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = base64.b64encode(png(self.figure)).decode("ascii")
        bundle = {
            "image/png": data,
            "text/html": img_tag(data, self.alt, width=pixel_width(self.figure)),
            "text/plain": self.alt,
        }
        return bundle, {"image/png": {"alt": self.alt}}


def new_figure(
    *,
    height: float = 3.4,
    columns: int = 1,
    width: float = WIDTH_INCHES,
    share_y: bool | Literal["all", "row"] = False,
) -> tuple[Figure, list[Axes]]:
    """An empty figure with ``columns`` plain axes side by side (sizes in inches, laid out once)."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, sharey=share_y)[0]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.tick_params(labelsize=9)
    return figure, list(axes)


def png(figure: Figure) -> bytes:
    """The figure as PNG bytes, the same bytes for the same figure (no date, no version inside)."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def pixel_width(figure: Figure) -> int:
    """Width on the page in CSS pixels: 100 to the inch, so that the picture is sharp on most screens."""
    return round(figure.get_figwidth() * 100)


def img_tag(png_base64: str, alt: str, *, width: int) -> str:
    """The picture as an HTML image with alternative text, never wider than the page."""
    return (
        f'<img src="data:image/png;base64,{png_base64}" alt="{html.escape(alt, quote=True)}" '
        f'style="width: {width}px; max-width: 100%; height: auto;">'
    )


def require_words(figure: Figure, alt: str) -> None:
    """``ValueError`` unless ``alt`` says something and every visible axis of ``figure`` is labelled."""
    if len(alt.split()) < 5:
        raise ValueError(f"alt must say in words what the figure shows, got alt={alt!r}")
    for number, axes in enumerate(figure.axes):
        if not axes.axison:
            continue
        for direction, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
            label = axis.get_label().get_text()
            outer = (
                axes.get_subplotspec() is not None
                and direction == "y"
                and axes.get_shared_y_axes().get_siblings(axes) != [axes]
                and not axes.get_subplotspec().is_first_col()  # type: ignore[union-attr]
            )
            if not label and axis.get_visible() and axis.get_ticklocs().size and not outer:
                raise ValueError(
                    f"every axis must say what it shows, got no {direction} label on axes {number}"
                )
