"""The *who sees what* viewer: step through a protocol and look over a party's shoulder.

Left: the parties and the messages of the current step, thick and labelled where the chosen party
can read them, thin and dashed where it cannot. Right: everything that party has seen so far.
"""

import textwrap
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from lessons.plots.figure import BLACK, BLUE, DPI, GREY, ORANGE
from lessons.transcript import Message, Transcript, seen_by
from lessons.widgets.label_places import curve, free_places
from lessons.widgets.picture import Artists, PictureWidget, dropdown, int_slider

BEND = 0.16  # of the arrows, so that two between the same parties do not hide each other
LINES = 17  # of the right-hand list
COLUMNS = 50  # characters of one such line


@dataclass(frozen=True)
class View:
    """What the picture shows: the step, whose eyes, the arrows (readable or not), the list."""

    step: int
    title: str
    viewers: tuple[str, ...]
    arrows: tuple[tuple[Message, str, bool], ...]  # (message, one receiver, readable)
    holds: tuple[str, ...]
    seen: tuple[Message, ...]


def view(transcript: Transcript, *, step: int, viewers: tuple[str, ...]) -> View:
    """What ``viewers``, pooling everything they have, can read of ``transcript`` up to ``step``."""
    seen = seen_by(transcript, viewers, step=step)
    arrows = tuple(
        (message, receiver, bool({message.sender, *message.receivers} & set(viewers)))
        for message in transcript.messages
        if message.step == step
        for receiver in message.receivers
    )
    return View(
        step=step,
        title=transcript.steps[step - 1] if step else "Before the protocol starts",
        viewers=viewers,
        arrows=arrows,
        holds=tuple(
            f"{viewer} has: {transcript.holds[viewer]}"
            for viewer in viewers
            if viewer in transcript.holds
        ),
        seen=tuple(seen),
    )


def who_sees_what(
    transcript: Transcript, *, step: int = 1, viewer: str | None = None
) -> PictureWidget:
    """The viewer for ``transcript``, opened at ``step`` over the shoulder of ``viewer``.

    ``viewer`` is a party's name, or two names joined by " + " for a pair that pools what it sees.
    """
    coalitions: dict[str, tuple[str, ...]] = {party: (party,) for party in transcript.parties}
    if len(transcript.parties) > 2:
        coalitions |= {" + ".join(pair): pair for pair in combinations(transcript.parties, 2)}
    figure, artists = _lay_out(transcript)

    def compute(*, step: int, viewer: str) -> View:
        return view(transcript, step=step, viewers=coalitions[viewer])

    return PictureWidget(
        controls={
            "step": int_slider("step", step, 0, len(transcript.steps)),
            "viewer": dropdown("look over the shoulder of", list(coalitions), viewer),
        },
        compute=compute,
        figure=figure,
        artists=artists,
        update=_update,
        describe=describe,
    )


def describe(result: View) -> str:
    """The picture in words."""
    who = " and ".join(result.viewers)
    verb = "sees" if len(result.viewers) == 1 else "together see"
    count = len(result.seen)
    messages = "no message" if count == 0 else "1 message" if count == 1 else f"{count} messages"
    start = f"Step {result.step}: {result.title}. Up to here {who} {verb} {messages}"
    readable = [message for message in result.seen if message.step == result.step]
    if not readable:
        return f"{start}; in this step nothing reaches them."
    now = "; ".join(f"{one.label} from {one.sender}: {one.content}" for one in readable)
    return f"{start}. In this step: {now}."


def _lay_out(transcript: Transcript) -> tuple[Figure, dict[str, Any]]:
    figure = Figure(figsize=(8.6, 4.2), dpi=DPI)
    stage = figure.add_axes((0.01, 0.01, 0.52, 0.9))
    notes = figure.add_axes((0.56, 0.01, 0.43, 0.9))
    for axes in (stage, notes):
        axes.set_axis_off()
    stage.set(xlim=(-1.55, 1.55), ylim=(-1.25, 1.3))
    notes.set(xlim=(0, 1), ylim=(0, 1))
    places = _places(transcript.parties)
    boxes = {}
    for party, (x, y) in places.items():
        look = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": GREY}
        boxes[party] = stage.text(
            x,
            y,
            textwrap.fill(party, 14),
            ha="center",
            va="center",
            fontsize=10,
            bbox=look,
            zorder=5,
        )
    renderer = FigureCanvasAgg(figure).get_renderer()
    for box in boxes.values():
        box.update_bbox_position_size(renderer)  # the arrows begin and end at the boxes
    pairs = {(m.sender, r) for m in transcript.messages for r in m.receivers}
    arrows = {
        (sender, receiver): FancyArrowPatch(
            places[sender],
            places[receiver],
            connectionstyle=f"arc3,rad={BEND}",
            arrowstyle="-|>",
            mutation_scale=16,
            patchA=boxes[sender].get_bbox_patch(),
            patchB=boxes[receiver].get_bbox_patch(),
            shrinkA=3,
            shrinkB=3,
        )
        for sender, receiver in sorted(pairs)
    }
    for arrow in arrows.values():
        stage.add_patch(arrow)
    labels = {
        pair: stage.text(
            0, 0, "", ha="center", va="center", fontsize=9, zorder=4,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"},
        )
        for pair in arrows
    }  # fmt: skip
    title = figure.text(0.02, 0.94, "", fontsize=11, weight="bold", color=BLACK)
    heading = notes.text(0, 0.95, "", fontsize=10.5, weight="bold", color=BLACK)
    plain: dict[str, Any] = {"fontsize": 8, "family": "monospace", "va": "top"}
    lines = [
        _Line(0, 0.9 - 0.053 * row, "", transform=notes.transData, **plain) for row in range(LINES)
    ]
    for line in lines:
        notes.add_artist(line)
    artists = {
        "title": title,
        "heading": heading,
        "lines": lines,
        "arrows": list(arrows.values()),
        "labels": list(labels.values()),
        "boxes": list(boxes.values()),
    }
    names: dict[str, dict[Any, Any]] = {"arrows": arrows, "labels": labels, "boxes": boxes}
    return figure, _Named(artists, names)


class _Line(Text):
    """A line on plain paper: its letters, which are slow, are drawn once for each text and colour."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[tuple[str, Any], Any] = {}

    def draw(self, renderer: Any) -> None:
        """Copy the pixels that were kept, or draw and keep them."""
        key = (self.get_text(), self.get_color())
        if key in self._kept:
            renderer.restore_region(self._kept[key])
        elif self.get_text():
            super().draw(renderer)
            place = self.get_window_extent(renderer).padded(2)
            self._kept[key] = renderer.copy_from_bbox(place)


class _Named(dict[str, Any]):
    """The artists by kind, and by the party or the pair of parties that they stand for."""

    def __init__(self, artists: dict[str, Any], names: dict[str, dict[Any, Any]]) -> None:
        super().__init__(artists)
        self.names = names


def _update(artists: Artists, result: View) -> None:
    assert isinstance(artists, _Named)
    artists["title"].set_text(f"Step {result.step} · {result.title}")
    for party, box in artists.names["boxes"].items():
        watching = party in result.viewers
        box.get_bbox_patch().set(
            edgecolor=ORANGE if watching else GREY,
            linewidth=3 if watching else 1,
            linestyle="-" if watching else "--",
        )
    shown: dict[tuple[str, str], tuple[list[str], bool]] = {}
    for message, receiver, readable in result.arrows:
        labels, _ = shown.setdefault((message.sender, receiver), ([], readable))
        labels.append(message.label)
    for pair, arrow in artists.names["arrows"].items():
        label = artists.names["labels"][pair]
        words, readable = shown.get(pair, ([], False))
        arrow.set_visible(pair in shown)
        arrow.set(
            color=BLUE if readable else GREY,
            linewidth=2.4 if readable else 1.1,
            linestyle="-" if readable else (0, (4, 3)),
        )
        label.set_text(", ".join(words) if readable else "?" if words else "")
        label.set_color(BLUE if readable else GREY)
    _place_labels(artists.names)
    artists["heading"].set_text(f"{' + '.join(result.viewers)} can read:")
    rows = _rows(result)
    for row, line in enumerate(artists["lines"]):
        text, fresh = rows[row] if row < len(rows) else ("", False)
        line.set_text(text)
        line.set_color(BLUE if fresh else BLACK)


def _rows(result: View) -> list[tuple[str, bool]]:
    """The list on the right: own data, then the messages that fit, each wrapped.

    If there are too many, the newest stay, and what the viewers received before what they sent.
    """
    own = [(row, False) for text in result.holds for row in _wrap(text)]
    blocks = [
        [(row, one.step == result.step) for row in _wrap(f"step {one.step}: {_told(one)}")]
        for one in result.seen
    ]
    sent = [one.sender in result.viewers for one in result.seen]
    kept: list[int] = []
    room = LINES - len(own)
    if sum(map(len, blocks)) > room:
        room -= 1  # for the line that counts what is left out
    for k in sorted(range(len(blocks)), key=lambda k: (sent[k], -k)):
        if sum(len(blocks[i]) for i in [*kept, k]) > room:
            break
        kept.append(k)
    hidden = len(blocks) - len(kept)
    messages = "message" if hidden == 1 else "messages"
    others = [(f"({hidden} other {messages} not shown)", False)] if hidden else []
    return own + others + [row for k in sorted(kept) for row in blocks[k]]


def _told(message: Message) -> str:
    ends = [message.sender, ", ".join(message.receivers)]
    return f"{' -> '.join(filter(None, ends))}: {message.label} = {message.content}"


def _wrap(text: str) -> list[str]:
    whole = text.replace("(n = ", "(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")
    return textwrap.wrap(whole, COLUMNS, subsequent_indent="   ")


def _places(parties: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """A circle that starts at the top; two parties stand side by side."""
    n = len(parties)
    start = np.pi if n == 2 else np.pi / 2
    angles = start - 2 * np.pi * np.arange(n) / n
    return {
        party: (1.05 * float(np.cos(angle)), 1.0 * float(np.sin(angle)))
        for party, angle in zip(parties, angles, strict=True)
    }


def _place_labels(names: dict[str, dict[Any, Any]]) -> None:
    """Move the names of the arrows that are shown to where nothing else stands."""
    boxes = {one: box.get_bbox_patch().get_window_extent() for one, box in names["boxes"].items()}
    centres = {one: np.array([(b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2]) for one, b in boxes.items()}
    shown = {pair: label for pair, label in names["labels"].items() if label.get_text()}
    paths = {
        (a, b): curve(centres[a], centres[b], bend=BEND, hidden=(boxes[a], boxes[b]))
        for a, b in shown
    }
    sizes = {pair: label.get_window_extent().size + 4 for pair, label in shown.items()}
    stage = names["boxes"][next(iter(boxes))].axes
    places = free_places(paths, sizes, boxes=list(boxes.values()), stage=stage.bbox)
    for pair, place in places.items():
        shown[pair].set_position(stage.transData.inverted().transform(place))
