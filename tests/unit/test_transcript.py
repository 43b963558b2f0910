"""A transcript refuses unknown parties, and shows each party what it sent or received."""

import pytest

from lessons.transcript import Message, Transcript, seen_by

PARTIES = ("A", "B", "C")


def transcript(*messages, steps=("one", "two"), holds=None):
    return Transcript(PARTIES, holds or {}, steps, messages)


def test_a_party_sees_what_it_sent_and_received_up_to_the_step():
    first, second = Message(1, "A", ("B",), "x", "1"), Message(2, "B", ("A", "C"), "y", "2")
    record = transcript(first, second)
    assert seen_by(record, ("A",), step=1) == [first]
    assert seen_by(record, ("C",), step=1) == []
    assert seen_by(record, ("C",), step=2) == [second]
    assert seen_by(record, ("A", "C"), step=2) == [first, second]
    assert seen_by(record, ("A",), step=0) == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: transcript(Message(1, "D", ("A",), "x", "1")), "sender must name one of"),
        (lambda: transcript(Message(1, "A", ("B", "D"), "x", "1")), "receivers must name one of"),
        (lambda: transcript(Message(3, "A", ("B",), "x", "1")), "step must lie from 1 to 2"),
        (lambda: transcript(Message(0, "A", ("B",), "x", "1")), "step must lie from 1 to 2"),
        (lambda: transcript(holds={"D": "data"}), "holds must name one of"),
        (lambda: Transcript(("A", "A"), {}, (), ()), "parties must be distinct"),
        (lambda: Transcript((), {}, (), ()), "parties must be distinct and at least one"),
        (lambda: seen_by(transcript(), ("D",), step=1), "viewers must name one of"),
    ],
)
def test_unknown_parties_and_steps_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
