"""The viewer shows a party what it saw, and no more."""

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib.transforms import Bbox

from lessons.plots.figure import BLACK, BLUE, GREY, ORANGE
from lessons.transcript import Message, Transcript
from lessons.widgets import additive_sharing, fedavg, start_here
from lessons.widgets.label_places import free_places
from lessons.widgets.who_sees_what import describe, view, who_sees_what
from tests.plots.artists import hex_of
from tests.widgets.every_widget import arrows, move

TRANSCRIPT = Transcript(
    parties=("Ada's hospital", "Server", "Clinic"),
    holds={"Clinic": "40 records", "Server": "the model"},
    steps=("The server sends the model", "The clinic answers"),
    messages=(
        Message(1, "Server", ("Ada's hospital", "Clinic"), "w", "0.5"),
        Message(2, "Clinic", ("Server",), "update", "-0.125"),
    ),
)


def test_outsider_of_a_message_cannot_read_it():
    result = view(TRANSCRIPT, step=2, viewers=("Ada's hospital",))
    assert [message.label for message in result.seen] == ["w"]
    assert [(one.label, receiver, readable) for one, receiver, readable in result.arrows] == [
        ("update", "Server", False)
    ]
    assert "-0.125" not in describe(result)


def test_message_to_several_is_readable_on_each_of_its_arrows_to_every_receiver():
    result = view(TRANSCRIPT, step=1, viewers=("Clinic",))
    assert [(receiver, readable) for _, receiver, readable in result.arrows] == [
        ("Ada's hospital", True),
        ("Clinic", True),
    ]


def test_pair_that_pools_what_it_has_reads_both_sides():
    result = view(TRANSCRIPT, step=2, viewers=("Ada's hospital", "Clinic"))
    assert [message.label for message in result.seen] == ["w", "update"]
    assert "-0.125" in describe(result)
    assert result.holds == ("Clinic has: 40 records",)


def test_nothing_has_been_seen_before_the_first_step():
    result = view(TRANSCRIPT, step=0, viewers=("Server",))
    assert result.seen == () and result.arrows == ()
    assert "no message" in describe(result)


def test_real_widget_follows_both_controls():
    widget = who_sees_what(TRANSCRIPT, step=1, viewer="Clinic")
    first = widget.png
    widget.controls["step"].value = 2
    second = widget.png
    widget.controls["viewer"].value = "Ada's hospital"
    assert len({first, second, widget.png}) == 3
    assert "Ada's hospital sees 1 message" in widget.alt


@pytest.mark.parametrize("step", [0, 1, 2])
@pytest.mark.parametrize("pooled", [False, True])
def test_every_step_and_pair_can_be_drawn(step, pooled):
    viewer = "Server + Clinic" if pooled else "Server"
    widget = who_sees_what(TRANSCRIPT, step=step, viewer=viewer)
    assert widget.values == {"step": step, "viewer": viewer}


def test_arrows_that_can_be_read_are_thick_and_named_and_the_others_are_not():
    hospital = "Ada's hospital"
    widget = who_sees_what(TRANSCRIPT, step=1, viewer="Clinic")
    named, hidden = (BLUE, False, "w", BLUE), (GREY, True, "?", GREY)
    assert arrows(widget) == {("Server", hospital): named, ("Server", "Clinic"): named}
    move(widget, step=2, viewer=hospital)
    assert arrows(widget) == {("Clinic", "Server"): hidden}
    move(widget, viewer="Clinic")
    assert arrows(widget) == {("Clinic", "Server"): (BLUE, False, "update", BLUE)}
    thick = {arrow.get_visible(): arrow.get_linewidth() for arrow in widget._artists["arrows"]}
    move(widget, step=2, viewer=hospital)
    thin = {arrow.get_visible(): arrow.get_linewidth() for arrow in widget._artists["arrows"]}
    assert thick[True] > 2 * thin[True] and arrows(move(widget, step=0)) == {}


def test_several_messages_from_one_to_another_share_an_arrow():
    script = Transcript(
        ("A", "B", "C"), {}, ("both",),
        (Message(1, "A", ("B",), "x", "1"), Message(1, "A", ("B",), "y", "2")),
    )  # fmt: skip
    assert arrows(who_sees_what(script, viewer="B")) == {("A", "B"): (BLUE, False, "x, y", BLUE)}
    assert arrows(who_sees_what(script, viewer="C")) == {("A", "B"): (GREY, True, "?", GREY)}


@pytest.mark.parametrize("viewers", [("Server",), ("Ada's hospital", "Clinic")])
def test_boxes_of_those_who_look_are_marked(viewers):
    widget = who_sees_what(TRANSCRIPT, viewer=" + ".join(viewers))
    looks = {
        box.get_text().replace("\n", " "): (
            hex_of(box.get_bbox_patch().get_edgecolor()),
            box.get_bbox_patch().get_linewidth() > 2,
            box.get_bbox_patch().get_linestyle() == "-",
        )
        for box in widget._artists["boxes"]
    }
    marked, plain = (ORANGE, True, True), (GREY, False, False)
    assert looks == {one: marked if one in viewers else plain for one in TRANSCRIPT.parties}
    places = [box.get_position() for box in widget._artists["boxes"]]
    assert places[0] == pytest.approx((0, 1)), "the first party is at the top"
    assert places[1][0] > 0 > places[2][0], "the others follow clockwise"


def list_of(widget):
    """(words, whether they are new) of each line of the list on the right."""
    lines = [one for one in widget._artists["lines"] if one.get_text()]
    heights = [one.get_position()[1] for one in lines]
    assert heights == sorted(heights, reverse=True)
    colours = {BLUE: True, BLACK: False}
    return [(one.get_text(), colours[hex_of(one.get_color())]) for one in lines]


def test_list_holds_own_data_then_every_message_and_the_newest_in_blue():
    widget = who_sees_what(TRANSCRIPT, step=2, viewer="Clinic")
    assert list_of(widget) == [
        ("Clinic has: 40 records", False),
        ("step 1: Server -> Ada's hospital, Clinic: w = 0.5", False),
        ("step 2: Clinic -> Server: update = -0.125", True),
    ]
    assert widget._artists["heading"].get_text() == "Clinic can read:"
    assert widget._artists["title"].get_text() == "Step 2 · The clinic answers"
    move(widget, step=0, viewer="Server + Clinic")
    assert list_of(widget) == [("Server has: the model", False), ("Clinic has: 40 records", False)]
    assert widget._artists["heading"].get_text() == "Server + Clinic can read:"
    assert widget._artists["title"].get_text() == "Step 0 · Before the protocol starts"


@pytest.mark.parametrize(("n_messages", "hidden"), [(15, 0), (16, 0), (17, 2), (40, 25)])
def test_when_the_list_is_full_the_oldest_messages_are_counted_instead(n_messages, hidden):
    messages = tuple(Message(1, "A", ("B",), "x", str(k)) for k in range(n_messages))
    widget = who_sees_what(Transcript(("A", "B"), {"B": "nothing"}, ("go",), messages), viewer="B")
    rows = [words for words, _ in list_of(widget)]
    note = [f"({hidden} other messages not shown)"] if hidden else []
    kept = [f"step 1: A -> B: x = {k}" for k in range(n_messages)][hidden:]
    assert rows == ["B has: nothing", *note, *kept]
    assert f"B sees {n_messages} messages" in widget.alt


def test_when_the_list_is_full_what_the_viewer_sent_goes_before_what_it_received():
    received = tuple(Message(1, "A", ("B",), "x", str(k)) for k in range(14))
    sent = tuple(Message(2, "B", ("A",), "y", str(k)) for k in range(6))
    widget = who_sees_what(
        Transcript(("A", "B"), {}, ("go", "answer"), received + sent), viewer="B"
    )
    kept = [f"step 1: A -> B: x = {k}" for k in range(14)]
    newest = [f"step 2: B -> A: y = {k}" for k in (4, 5)]
    move(widget, step=2)
    assert [words for words, _ in list_of(widget)] == [
        "(4 other messages not shown)", *kept, *newest,
    ]  # fmt: skip


def test_one_long_message_that_is_left_out_is_one_message():
    long = " ".join(["word"] * 30)  # four lines
    messages = (
        Message(1, "A", ("B",), "x", long),
        *(Message(1, "A", ("B",), "y", str(k)) for k in range(14)),
    )
    widget = who_sees_what(Transcript(("A", "B"), {}, ("go",), messages), viewer="B")
    rows = [words for words, _ in list_of(widget)]
    assert rows[0] == "(1 other message not shown)" and len(rows) == 15


def test_words_count_the_messages_and_name_those_of_the_step():
    clinic = describe(view(TRANSCRIPT, step=2, viewers=("Clinic",)))
    assert clinic == (
        "Step 2: The clinic answers. Up to here Clinic sees 2 messages. In this step: "
        "update from Clinic: -0.125."
    )
    outside = describe(view(TRANSCRIPT, step=2, viewers=("Ada's hospital",)))
    assert "sees 1 message; in this step nothing reaches them." in outside
    both = describe(view(TRANSCRIPT, step=1, viewers=("Server", "Clinic")))
    assert "Server and Clinic together see 1 message. In this step: w from Server: 0.5." in both


def test_pairs_that_pool_what_they_have_are_offered_where_somebody_is_left_out():
    three = who_sees_what(TRANSCRIPT).controls["viewer"].options
    hospital, server, clinic = TRANSCRIPT.parties
    pairs = [f"{hospital} + {server}", f"{hospital} + {clinic}", f"{server} + {clinic}"]
    assert list(three) == [hospital, server, clinic, *pairs]
    two = who_sees_what(Transcript(("A", "B"), {}, ("go",), (Message(1, "A", ("B",), "x", "1"),)))
    assert list(two.controls["viewer"].options) == ["A", "B"]


def heads_of(widget):
    """The rectangles that matplotlib's own arrowheads fill, in pixels, of the arrows that are shown."""
    shown = [one for one in widget._artists["arrows"] if one.get_visible()]
    shapes = [one._get_path_in_displaycoord()[0][1] for one in shown]
    return [
        Bbox([shape.vertices[:3].min(axis=0), shape.vertices[:3].max(axis=0)]) for shape in shapes
    ]


@pytest.mark.parametrize(
    "build",
    [
        start_here.three_designs_viewer,
        fedavg.send_us_the_data,
        fedavg.fedavg_messages,
        additive_sharing.three_hospitals,
    ],
)
def test_names_of_arrows_stand_off_boxes_off_heads_and_off_one_another(build):
    widget = build()
    designs = widget.controls["design"].options if "design" in widget.controls else [None]
    seen = 0
    for design, eyes in product(designs, widget.controls["viewer"].options):
        for step in range(1, widget.controls["step"].max + 1):
            move(widget, step=step, viewer=eyes, **({"design": design} if design else {}))
            names = [one.get_window_extent() for one in widget._artists["labels"] if one.get_text()]
            boxes = [box.get_bbox_patch().get_window_extent() for box in widget._artists["boxes"]]
            for name in names:
                assert not any(name.overlaps(one) for one in (*boxes, *heads_of(widget)))
                assert widget.figure.axes[0].bbox.containsx(name.x0)
            assert not any(one.overlaps(other) for one, other in combinations(names, 2))
            seen += len(names)
    assert seen > 10


def test_arrowheads_are_not_hidden_under_the_boxes():
    widget = move(additive_sharing.three_hospitals(), step=1)
    boxes = [box.get_bbox_patch().get_window_extent() for box in widget._artists["boxes"]]
    heads = heads_of(widget)
    assert len(heads) == 6
    assert not any(head.overlaps(box) for head in heads for box in boxes)


def test_a_name_stands_on_a_long_arrow_and_beside_a_short_one():
    stage, size = Bbox([[0, 0], [400, 400]]), {("A", "B"): np.array([40, 12])}
    t = np.linspace(0, 1, 101)
    for length, on_it in ((200, True), (50, False)):
        arc = np.stack([100 + length * t, 200 + 20 * t * (1 - t)], axis=1)  # bends upwards
        place = free_places({("A", "B"): arc}, size, boxes=[], stage=stage)["A", "B"]
        off = np.abs(arc - place) > size["A", "B"] / 2
        assert np.any(~off.any(axis=1)) == on_it
        assert place[1] > 200
