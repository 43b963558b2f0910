"""What crosses between parties is noted once, as it was when it left."""

import numpy as np

from lessons.mpc import additive
from lessons.mpc.wire import send, transcript
from lessons.transcript import seen_by

PARTIES = ("Ada", "Bert", "Cleo")


def test_a_message_keeps_its_value_when_the_sender_changes_the_array_later():
    wire = []
    row = np.array([1, 2], dtype=np.uint64)
    received = send(row, step=1, sender=0, receiver=1, label="share 2", wire=wire)
    row[0] = 9
    assert wire[0].payload.tolist() == [1, 2] and received.tolist() == [1, 2]
    assert (wire[0].sender, wire[0].receiver, wire[0].n_bytes) == (0, 1, 16)


def test_without_a_wire_the_value_still_arrives():
    assert send([7], step=1, sender=0, receiver=1, label="x", wire=None).tolist() == [7]


def test_the_transcript_names_the_parties_and_keeps_the_numbers():
    wire = []
    options = {"modulus": 100, "random_bytes": np.random.default_rng(6).bytes}
    additive.secure_sum([10, 20, 30], wire=wire, **options)
    words = transcript(wire, parties=PARTIES, holds={"Ada": "10"}, steps=("share", "add", "open"))
    assert len(words.messages) == 12 and words.steps[2] == "open"
    for message, parcel in zip(words.messages, wire, strict=True):
        assert message.sender == PARTIES[parcel.sender]
        assert message.receivers == (PARTIES[parcel.receiver],)
        assert message.content == str(parcel.payload)
    # before the opening Ada has sent two and received two messages; then two more of each
    assert [len(seen_by(words, ["Ada"], step=step)) for step in (1, 2, 3)] == [4, 4, 8]


def test_a_row_of_numbers_is_written_out():
    wire = []
    send([3, 4], step=1, sender=2, receiver=0, label="share 1", wire=wire)
    words = transcript(wire, parties=PARTIES, holds={}, steps=("share",))
    assert words.messages[0].content == "3, 4"
