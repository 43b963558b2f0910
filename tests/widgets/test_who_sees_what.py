"""The viewer shows a party what it saw, and no more."""

import pytest

from lessons.messages import Message, Transcript
from lessons.widgets.who_sees_what import describe, view, who_sees_what

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
