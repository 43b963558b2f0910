"""What stands in a figure, read back from its artists: no pixel is drawn."""

import re
from collections import namedtuple

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

ALT = "Five words of alternative text."

# ``look`` is marker, then dashes: "o", "--", "s:", ".-"; ``kind`` is "data", "level" or "upright"
Line = namedtuple("Line", "label colour look kind x y")
Bars = namedtuple("Bars", "label colour hatch middles heights")


_DASHES = {"solid": "-", "dotted": ":", "dashdot": "-."}  # matplotlib keeps other dashes as lengths


def line(x, y, colour, look="-", label=None):
    """A curve or marks through ``x`` and ``y``."""
    return Line(label, colour, look, "data", np.ravel(x), np.ravel(y))


def level(y, colour, look="-", label=None):
    """A horizontal line from edge to edge."""
    return Line(label, colour, look, "level", np.array([0, 1]), np.array([y, y]))


def upright(x, colour, look="-", label=None, top=1):
    """A vertical line from edge to edge (or up to ``top`` of the height)."""
    return Line(label, colour, look, "upright", np.array([x, x]), np.array([0, top]))


def hex_of(colour):
    """The colour as in the palette, without its transparency."""
    return to_hex(colour).upper()


def colour_of(artist):
    """The colour by which a reader finds the artist: of the line, or of the area."""
    if isinstance(artist, Line2D):
        return hex_of(artist.get_color())
    patch = artist.patches[0] if isinstance(artist, BarContainer) else artist
    face = np.ravel(patch.get_facecolor())
    hollow = face.size < 4 or face[3] == 0 or not getattr(patch, "get_fill", lambda: True)()
    return hex_of(np.ravel(patch.get_edgecolor())[:4] if hollow else face[:4])


def _named(label):
    return None if str(label).startswith("_") else label


def _look(artist):
    return "".join(
        part
        for part in (str(artist.get_marker()), artist.get_linestyle())
        if part not in ("None", "none", " ", "")
    )


def _kind(axes, artist):
    transform = artist.get_transform()
    if transform is axes.get_xaxis_transform("grid"):
        return "upright"
    return "level" if transform is axes.get_yaxis_transform("grid") else "data"


def read_line(axes, artist):
    """One line as a ``Line``."""
    return Line(
        _named(artist.get_label()),
        hex_of(artist.get_color()),
        _look(artist),
        _kind(axes, artist),
        *(np.asarray(values, dtype=float) for values in artist.get_data()),
    )


def same(got, want, rel=1e-9):
    """Equal numbers, nan where nan is expected."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    return got.shape == want.shape and np.allclose(got, want, rtol=rel, atol=1e-12, equal_nan=True)


def same_lines(axes, *expected, rel=1e-9):
    """Each visible line is one of ``expected``, and nothing is left over on either side."""
    left = [read_line(axes, one) for one in axes.lines if one.get_visible()]
    for want in expected:
        match = [
            i
            for i, got in enumerate(left)
            if got[:4] == want[:4] and same(got.x, want.x, rel) and same(got.y, want.y, rel)
        ]
        assert match, f"no line {want}\namong {left}"
        del left[match[0]]
    assert left == [], "lines that nobody expects"


def same_legend(axes, *labels):
    """The legend names ``labels``, each beside the look of the artist that it names."""
    legend = axes.get_legend()
    written = [text.get_text() for text in legend.get_texts()]
    artists, names = axes.get_legend_handles_labels()
    owner = dict(zip(names, artists, strict=True))
    assert sorted(written) == sorted(owner) == sorted(labels)
    for handle, label in zip(legend.legend_handles, written, strict=True):
        assert colour_of(handle) == colour_of(owner[label]), label
        if isinstance(handle, Line2D) and isinstance(owner[label], Line2D):
            assert _look(handle) == _look(owner[label]), label


def bars(axes):
    """Every group of filled bars, as ``Bars``."""
    return [
        Bars(
            _named(one.get_label()) or _named(one.patches[0].get_label()),  # of a histogram
            colour_of(one),
            one.patches[0].get_hatch() or "",
            np.array([bar.get_x() + bar.get_width() / 2 for bar in one.patches]),
            np.array([bar.get_height() for bar in one.patches]),
        )
        for one in axes.containers
    ]


def outlines(axes):
    """Every histogram that is drawn as one outline, as ``Bars`` (dashes in the place of the hatch)."""
    found = []
    for one in (patch for patch in axes.patches if isinstance(patch, Polygon)):
        corners = one.get_xy()
        along = np.flatnonzero(np.diff(corners[:, 0]) > 0)
        middles = (corners[along, 0] + corners[along + 1, 0]) / 2
        look = "filled" if one.get_fill() else _DASHES.get(one.get_linestyle(), "--")
        label = _named(one.get_label() or "_")
        found.append(Bars(label, colour_of(one), look, middles, corners[along, 1]))
    return found


def texts(axes):
    """(words, x, y) of every text and annotation."""
    return [(one.get_text(), *(one.xy if hasattr(one, "xy") else one.get_position()))
            for one in axes.texts]  # fmt: skip


def frame(axes, **expected):
    """Labels, titles, scales and limits are those that are given."""
    for name, want in expected.items():
        got = getattr(axes, f"get_{name}")()
        assert got == want if isinstance(want, str) else same(got, want), (name, got, want)


def ticks(axis):
    """Place -> words of the ticks that were written by hand."""
    places = np.asarray(axis.get_ticklocs()).tolist()
    return dict(zip(places, [one.get_text() for one in axis.get_ticklabels()], strict=True))


def inside(axes):
    """Whether every point of every curve lies within the limits of the axes."""
    (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
    for one in (read_line(axes, artist) for artist in axes.lines):
        if one.kind != "upright" and not ((one.y >= low) & (one.y <= high)).all():
            return False
        if one.kind != "level" and not ((one.x >= left) & (one.x <= right)).all():
            return False
    return True


def numbers(words):
    """Every number in a caption, as it is written: "0.50", "12%", "1e-05"."""
    return re.findall(r"[-−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?%?", words)
