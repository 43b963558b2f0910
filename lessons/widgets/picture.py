"""A slider, a picture that answers at once, and a sentence that says what it shows.

A new figure for each move of a slider is slow and flickers. Here the figure is laid out once, the
parts that never change are kept as pixels, and a move redraws only the artists that do change
(Hunter's "blitting" in matplotlib). The picture travels as a PNG in an ``<img>`` with alternative
text; the caption is a live region, so a screen reader speaks it.

Without a kernel (a web page, a print) the same object is an ordinary picture with its sentence.
"""

import base64
import html
import io
from collections.abc import Callable, Iterator, Mapping
from math import log10
from typing import Any

import ipywidgets
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from lessons.plots.figure import img_tag, pixel_width, require_words

Control = Any  # an ipywidget with a ``value``: a slider, a dropdown, a checkbox
Artists = Mapping[str, Any]  # name -> an artist that changes, or a list of them


class PictureWidget:
    """Controls above, picture and caption below.

    ``controls``  name -> ipywidget with a ``value``; the names are the arguments of ``compute``
    ``compute``   ``compute(**values) -> result``: pure, no drawing
    ``figure``    laid out once by the caller, with labelled axes
    ``artists``   name -> artist (or list of artists) that changes; everything else is background
    ``update``    ``update(artists, result)`` moves the artists
    ``describe``  ``describe(result) -> str``: the caption and alternative text, with the values
    """

    def __init__(
        self,
        *,
        controls: Mapping[str, Control],
        compute: Callable[..., Any],
        figure: Figure,
        artists: Artists,
        update: Callable[[Artists, Any], None],
        describe: Callable[[Any], str],
    ) -> None:
        self.controls = dict(controls)
        self._compute, self._update, self._describe = compute, update, describe
        self.figure, self._artists = figure, artists
        self._canvas = FigureCanvasAgg(figure)
        self._image = ipywidgets.HTML()
        self._caption = ipywidgets.HTML()
        rows = [*self.controls.values(), self._image, self._caption]
        self.box = ipywidgets.VBox(rows, layout=ipywidgets.Layout(max_width="100%"))
        self._freeze()
        self.redraw()
        for control in self.controls.values():
            control.observe(self._on_change, names="value")

    @property
    def values(self) -> dict[str, Any]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def redraw(self) -> None:
        """Compute, move the artists, show the new picture and its words."""
        result = self._compute(**self.values)
        self._update(self._artists, result)
        self.alt = self._describe(result)
        require_words(self.figure, self.alt)
        self.png = self._paint()
        data = base64.b64encode(self.png).decode("ascii")
        self._image.value = img_tag(data, self.alt, width=pixel_width(self.figure))
        self._caption.value = f'<div role="status" aria-live="polite">{html.escape(self.alt)}</div>'

    def _on_change(self, _change: Any) -> None:
        try:
            self.redraw()
        except Exception as error:  # ipywidgets hides what a callback raises: show it, then raise
            words = html.escape(f"This picture could not be drawn: {error}")
            self._caption.value = f'<div role="alert">{words}</div>'
            raise

    def _freeze(self) -> None:
        """Lay out once with every artist in place, then keep the unchanging pixels."""
        self._update(self._artists, self._compute(**self.values))
        self._canvas.draw()
        self.figure.set_layout_engine("none")
        for artist in self._changing():
            artist.set_animated(True)
        self._canvas.draw()
        self._background = self._canvas.copy_from_bbox(self.figure.bbox)

    def _changing(self) -> Iterator[Artist]:
        for entry in self._artists.values():
            yield from entry if isinstance(entry, list | tuple) else (entry,)

    def _paint(self) -> bytes:
        self._canvas.restore_region(self._background)
        for artist in sorted(self._changing(), key=lambda one: one.get_zorder()):
            self.figure.draw_artist(artist)
        buffer = io.BytesIO()
        imsave(
            buffer,
            self._canvas.buffer_rgba(),
            format="png",
            metadata=_NO_VERSION,
            pil_kwargs=_QUICK,
        )
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
        bundle = dict(self.box._repr_mimebundle_() or {})
        bundle["image/png"] = base64.b64encode(self.png).decode("ascii")
        bundle["text/plain"] = self.alt
        return bundle, {"image/png": {"alt": self.alt}}


def slider(
    label: str,
    value: float,
    low: float,
    high: float,
    step: float,
    *,
    readout: str = ".2f",
) -> ipywidgets.FloatSlider:
    """A linear slider with a whole label; arrow keys move it by ``step``."""
    _require_step(value, low, high, step)
    return ipywidgets.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=label,
        readout_format=readout,
        **_LOOK,
    )


def log_slider(
    label: str,
    value: float,
    low: float,
    high: float,
    steps: int = 40,
    *,
    readout: str = ".3g",
) -> ipywidgets.FloatLogSlider:
    """A slider whose steps multiply: from ``low`` to ``high`` (both > 0) in ``steps`` equal ratios."""
    exponents = log10(low), log10(high)
    _require_step(log10(value), *exponents, (exponents[1] - exponents[0]) / steps)
    return ipywidgets.FloatLogSlider(
        value=value,
        base=10,
        min=exponents[0],
        max=exponents[1],
        step=(exponents[1] - exponents[0]) / steps,
        description=label,
        readout_format=readout,
        **_LOOK,
    )


def int_slider(label: str, value: int, low: int, high: int, step: int = 1) -> ipywidgets.IntSlider:
    """A slider over whole numbers."""
    _require_step(value, low, high, step)
    return ipywidgets.IntSlider(
        value=value, min=low, max=high, step=step, description=label, **_LOOK
    )


def dropdown(label: str, options: list[str], value: str | None = None) -> ipywidgets.Dropdown:
    """A list to choose one entry from, the first unless ``value`` says another."""
    return ipywidgets.Dropdown(
        options=options,
        value=options[0] if value is None else value,
        description=label,
        **_LOOK,
    )


def checkbox(label: str, value: bool = False) -> ipywidgets.Checkbox:
    """A yes or no."""
    return ipywidgets.Checkbox(value=value, description=label, indent=False)


def _require_step(value: float, low: float, high: float, step: float) -> None:
    """Refuse what the page would round: picture and readout would not agree at the start."""
    for name, number in (("value", value), ("high", high)):
        steps = (number - low) / step
        if not (low <= number <= high and abs(steps - round(steps)) < 1e-6):
            raise ValueError(
                f"{name} must be a whole number of steps above low, got {steps:.4g} steps"
            )


_NO_VERSION: Any = {"Software": None}  # the same picture gives the same bytes
_QUICK: Any = {"compress_level": 1, "compress_type": 3}  # zlib, run lengths only: a third faster
_LOOK: dict[str, Any] = {
    "style": {"description_width": "initial"},
    "layout": {"width": "min(560px, 98%)"},
}
